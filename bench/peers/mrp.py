# SPDX-License-Identifier: Apache-2.0
"""Material planning in libc12 and in its peers: the same plants, one thread each, one after the other in one run.
usage: mrp.py [ITEMS...]; a table a plant on stdout, a plot in build/bench/mrp.svg.

A peer's answers are compared with libc12's, cell by cell, before its times are printed; exit 1 when one differs.  A peer that is not installed is
named and left out."""
import importlib
import os
import signal
import sys
import time

import numpy as np

from host import machine
from mrp_plant import Library, Missing, plant
from plot import panels

PEERS = ("mrp_numpy", "mrp_duckdb", "mrp_postgres")
BUCKETS, DRAWS, MOST_RUNS, ENOUGH = 52, 25, 9, 3.0
TASKS = {"codes": "low-level codes", "plan": "full plan", "explode": "explosion", "rollup": "cost roll-up", "where_used": "where-used, an item", "change": "net change, a demand row"}


def installed():
    """The peers that can run here; the others are told."""
    out = []
    for name in PEERS:
        try:
            out.append(importlib.import_module(name).Peer)
        except Missing as e:
            print(f"left out: {e}")
    return out


def took(f, *args):
    start = time.perf_counter()
    f(*args)
    return time.perf_counter() - start


def median(f):
    """Of 9 runs, or of as many as begin within 3 seconds."""
    runs = []
    while len(runs) < MOST_RUNS and sum(runs) < ENOUGH:
        runs.append(took(f))
    return sorted(runs)[len(runs) // 2]


def measure(make, p):
    """Times and answers by task.  The plan is made before its changes, and answered for before and after them."""
    g, x, times, answers = np.random.default_rng(1), make(p), {}, {}
    items, rows = g.choice(p["bought"], DRAWS), g.choice(len(p["demand_qty"]), DRAWS, replace=False)
    try:
        for task, answer in (("codes", x.levels), ("plan", x.releases), ("explode", x.totals), ("rollup", x.costs)):
            times[task] = median(getattr(x, task))
            answers[task] = answer().copy()
        used = []
        for task, draws in (("where_used", [(i,) for i in items]), ("change", [(r, p["demand_qty"][r] + 5) for r in rows])):
            each = []
            for args in draws:
                each.append(took(getattr(x, task), *args))
                if task == "where_used":
                    used.append(x.used())
            times[task] = sorted(each)[DRAWS // 2]
        answers["where_used"], answers["change"] = np.concatenate(used), x.releases()
    finally:
        x.close()
    return times, answers


def digits(x):
    """Three that count."""
    return f"{x:,.0f}" if x >= 100 else f"{x:.3g}"


def table(p, names, times, wrong):
    print(f"\n{p['n']:,} items, {len(p['child']):,} lines, {p['buckets']} buckets, {len(p['demand_qty']):,} demand rows: medians in ms (times libc12's)\n")
    print("| | " + " | ".join(names) + " |\n|---" + "|---:" * len(names) + "|")
    for task, what in TASKS.items():
        own = times[names[0]][task]
        cells = [digits(own * 1e3)] + [f"{digits(times[n][task] * 1e3)} ({digits(times[n][task] / own)})" + " **NOT EQUAL**" * ((n, task) in wrong) for n in names[1:]]
        print(f"| {what} | " + " | ".join(cells) + " |", flush=True)


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that a peer's server is stopped in any case
    sizes = [int(a) for a in sys.argv[1:]] or [1000, 10000, 100000]
    peers, lines, failed = installed(), {what: {} for what in TASKS.values()}, False
    print(f"{machine()}; one thread each; numpy {np.__version__}" + "".join(f", {x.name} {x.version()}" for x in peers if x.name != "numpy"))
    for n in sizes:
        p, times, wrong = plant(n, BUCKETS), {}, set()
        times["libc12"], right = measure(Library, p)
        for x in peers:
            times[x.name], answers = measure(x, p)
            wrong |= {(x.name, t) for t in TASKS if not np.array_equal(answers[t], right[t])}
        table(p, list(times), times, wrong)
        for name in times:
            for task, what in TASKS.items():
                lines[what].setdefault(name, []).append((n, times[name][task] * 1e3))
        failed |= bool(wrong)
    print("\nAnswers are NOT equal where the table says so." if failed else "\nAll answers equal to libc12's, cell by cell.")
    os.makedirs("build/bench", exist_ok=True)
    with open("build/bench/mrp.svg", "w", encoding="utf-8") as f:
        f.write(panels("Material planning: milliseconds by items", lines))
    print("plot: build/bench/mrp.svg")
    sys.exit(failed)


if __name__ == "__main__":
    main()
