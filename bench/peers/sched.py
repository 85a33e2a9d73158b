# SPDX-License-Identifier: Apache-2.0
"""Scheduling in libc12 and in its peers: the same shops, the same time, one after the other in one run.
usage: sched.py [--times "S..."] [--seeds "K..."] [SHOP...]; tables on stdout and in build/bench/sched.md, a plot in build/bench/sched.svg.

Every plan is judged by c12_sched_check before it counts, and its objective is the checker's; exit 1 when one is refused.  A peer that is not installed is
named and left out.  Shops: ta01, ta11 .. ta71 of Taillard, sets-JOBSxMACHINES, plant-ORDERS; a seed makes another shop of the latter two, and
another run of all."""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

import sched_rules
import sched_shop
from host import machine
from plot import panels

try:
    import sched_cpsat as cpsat
except ModuleNotFoundError as e:
    if e.name != "ortools":
        raise
    cpsat = None

OWN, RULE, ATCS, WORKERS, LEAST = "libc12", "best rule", "best ATCS", (2, 8), 0.1
waited = {}  # program: {limit: longest wall time}


def own(shop, seconds, seed, folder):
    path = os.path.join(folder, "own.csv")
    out = subprocess.run([sched_shop.C12, "sched", shop.path, "--time", str(seconds), "--seed", str(seed), "--threads", "2", "--objective", shop.goal, "-o", path, "--json"], capture_output=True, text=True, check=False)
    if out.returncode > 1:
        sys.exit(f"{shop.name}: {out.stderr}")
    return shop.judge_file(path) if json.loads(out.stdout)["outcome"] in ("optimal", "feasible") else None


def peer(shop, seconds, seed, folder):
    """The better of few and many workers: neither is better on all shops."""
    plans = [timed(cpsat.NAME, seconds, cpsat.solve, shop, seconds, seed, n) for n in WORKERS]
    return min((shop.judge(p, folder) for p in plans if p), default=None)


def timed(program, seconds, f, *args):
    start = time.perf_counter()
    out = f(*args)
    longest = waited.setdefault(program, {})
    longest[seconds] = max(longest.get(seconds, 0), time.perf_counter() - start)
    return out


def measure(name, times, seeds, folder):
    """{(program, seconds): [objective a seed, None = no plan]}, and what each seed's gap is told against."""
    found, against = {}, []
    for seed in seeds:
        shop = sched_shop.make(name, seed, folder)
        plan, _ = (sched_rules.best_atcs if shop.setup else sched_rules.best_rule)(shop)
        rule = shop.judge(plan, folder)
        for seconds in times:
            runs = [(OWN, timed(OWN, seconds, own, shop, seconds, seed, folder)), (ATCS if shop.setup else RULE, rule)]
            if cpsat and cpsat.fits(shop):
                runs.append((cpsat.NAME, peer(shop, seconds, seed, folder)))
            for program, value in runs:
                found.setdefault((program, seconds), []).append(value)
        against.append(rule if shop.setup else shop.best or min(v[-1] for v in found.values() if v[-1] is not None))
    return found, against


def figure(values, against, share):
    """Mean over seeds of the gap in percent, or of the share of `against`; None when a seed has no plan."""
    if not values or None in values:
        return None
    return statistics.mean(100 * v / a - (0 if share else 100) for v, a in zip(values, against))


def cell(values, against, share):
    mean = figure(values, against, share)
    return "-" if not values else f"none ({values.count(None)} of {len(values)})" if mean is None else f"{mean:.0f}" if share else f"{mean:.1f}"


def columns(kind, times):
    """Programs and limits from left to right; a rule needs no limit, so one column."""
    return [(ATCS if kind == "plant" else RULE, times[0])] + [(n, t) for n in ([cpsat.NAME] if cpsat else []) + [OWN] for t in times]


# What the table of each kind tells.
KINDS = {"ta": "Gap to the best makespan known, %", "sets": "Two-set job shops: gap to the best makespan of this run, %", "plant": "Plants: weighted tardiness and set-ups, % of the best of 25 ATCS schedules"}


def kind_of(name):
    return name.split("-")[0] if "-" in name else "ta"


class Report:
    """Tables as they grow, on the terminal and in a file."""

    def __init__(self, path):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        self.file = open(path, "w", encoding="utf-8")

    def say(self, line):
        print(line, flush=True)
        self.file.write(line + "\n")

    def head(self, kind, times):
        heads = [n if n in (RULE, ATCS) else f"{n} {t:g} s" for n, t in columns(kind, times)]
        self.say(f"\n{KINDS[kind]}\n\n| shop | {'best known' if kind == 'ta' else 'compared with'} | " + " | ".join(heads) + " |\n|---|---:" + "|---:" * len(heads) + "|")

    def row(self, name, kind, times, found, against):
        cells = [cell(found.get(c, []), against, kind == "plant") for c in columns(kind, times)]
        self.say(f"| {name} | {statistics.mean(against):,.0f} | " + " | ".join(cells) + " |")

    def means(self, kind, times, rows):
        """Over the shops all programs of the table have a plan for."""
        figures = [[figure(found.get(c, []), against, kind == "plant") for c in columns(kind, times)] for found, against in rows]
        full = [f for f in figures if None not in f]
        if len(full) > 1:
            self.say(f"| mean of {len(full)} | | " + " | ".join(f"{statistics.mean(c):.{0 if kind == 'plant' else 1}f}" for c in zip(*full)) + " |")


def draw(results, times):
    tasks = {}
    for name, (found, against) in results.items():
        share = kind_of(name) == "plant"
        lines = {}
        for program in [OWN, "rule"] + ([cpsat.NAME] if cpsat else []):
            key = (ATCS if share else RULE) if program == "rule" else program
            at = [(t, figure(found.get((key, t), []), against, share)) for t in times]
            lines[program] = [(t, max(y, LEAST)) for t, y in at if y is not None]
        tasks[f"{name}: {'% of ATCS' if share else 'gap, %'}"] = lines
    with open("build/bench/sched.svg", "w", encoding="utf-8") as f:
        f.write(panels(f"Scheduling: gap by seconds, lower is better ({LEAST} stands for less as well)", tasks))
    print("plot: build/bench/sched.svg; tables: build/bench/sched.md")


def arguments():
    a = argparse.ArgumentParser(description="Scheduling in libc12 and its peers.")
    a.add_argument("--times", type=lambda words: [float(w) for w in words.split()], default="1 10", metavar='"S..."')
    a.add_argument("--seeds", type=lambda words: [int(w) for w in words.split()], default="1 2 3", metavar='"K..."')
    a.add_argument("shops", nargs="*", metavar="SHOP")
    args = a.parse_args()
    args.shops = args.shops or sched_shop.DEFAULT
    with tempfile.TemporaryDirectory() as folder:
        for name in args.shops:
            if kind_of(name) not in KINDS or not sched_shop.make(name, 1, folder):
                a.error(f"'{name}' is none of {', '.join(sched_shop.TAILLARD)}, sets-JOBSxMACHINES, plant-ORDERS")
    return args


def main():
    args, results, out = arguments(), {}, Report("build/bench/sched.md")
    if not cpsat:
        out.say("left out: OR-Tools CP-SAT (pip install ortools)")
    out.say(f"{machine()}; {OWN} with 2 threads" + (f", {cpsat.NAME} {cpsat.version()} with {' or '.join(map(str, WORKERS))} workers, the better" if cpsat else "") + f"; seeds {' '.join(map(str, args.seeds))}")
    with tempfile.TemporaryDirectory() as folder:
        for kind in KINDS:
            rows = [n for n in args.shops if kind_of(n) == kind]
            if rows:
                out.head(kind, args.times)
            for name in rows:
                results[name] = measure(name, args.times, args.seeds, folder)
                out.row(name, kind, args.times, *results[name])
            out.means(kind, args.times, [results[n] for n in rows])
    out.say("\nEvery plan was accepted by c12_sched_check.  Longest wall time, models built and plans read included: " + "; ".join(f"{p} " + ", ".join(f"{w:.1f} s at {t:g} s" for t, w in limits.items()) for p, limits in waited.items()))
    draw(results, args.times)


if __name__ == "__main__":
    main()
