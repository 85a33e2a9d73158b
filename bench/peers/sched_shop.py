# SPDX-License-Identifier: Apache-2.0
"""The shops all scheduling peers plan: made here from published seeds, written as the files c12 sched reads, and judged by its checker.

Random numbers come from random.Random(seed).random() alone, whose sequence Python guarantees."""
import json
import os
import random
import re
import subprocess
import sys
from dataclasses import dataclass, field

C12 = os.environ.get("C12", "build/release/bin/c12")

# Jobs, machines, time seed, machine seed: Taillard, "Benchmarks for basic scheduling problems", European Journal of Operational Research 64 (1993).
# Best makespans known: ScheduleOpt/benchmarks on GitHub, 19 August 2026; proved but for ta41, whose lower bound is 1926.
TAILLARD = {"ta01": (15, 15, 840612802, 398197754, 1231), "ta11": (20, 15, 533484900, 317419073, 1357), "ta21": (20, 20, 1035939303, 773961798, 1642), "ta31": (30, 15, 98640593, 1981283465, 1764),
            "ta41": (30, 20, 1841414609, 1357882888, 2005), "ta51": (50, 15, 17271, 718939, 2760), "ta61": (50, 20, 8493988, 2738939, 2868), "ta71": (100, 20, 302034063, 1203569070, 5464)}
DEFAULT = list(TAILLARD) + ["sets-20x15", "sets-40x15", "plant-15", "plant-50", "plant-200", "plant-2000"]


@dataclass
class Shop:
    """An operation is (machines it may run on, ticks, family); without set-ups all are of family 0."""
    name: str
    goal: str
    machines: int
    jobs: list
    release: list
    due: list = field(default_factory=list)
    weight: list = field(default_factory=list)
    setup: list = field(default_factory=list)  # [family][family]
    best: int = 0                              # best value known, 0 = none published
    path: str = ""

    def judge(self, plan, folder):
        """The objective of {(job, op): (machine, start)} by c12_sched_check; exit when it breaks a rule, because then nothing here can be believed."""
        path = os.path.join(folder, "plan.csv")
        with open(path, "w", encoding="ascii") as f:
            f.write("job,op,machine,start,end\n")
            f.writelines(f"{j},{k},{m},{start},{start + self.jobs[j][k][1]}\n" for (j, k), (m, start) in plan.items())
        return self.judge_file(path)

    def judge_file(self, path):
        p = subprocess.run([C12, "sched", "check", self.path, path, "--objective", self.goal, "--json"], capture_output=True, text=True, check=False)
        if p.returncode:
            sys.exit(f"{self.name}: a plan was refused: {p.stderr}")
        return json.loads(p.stdout)["objective"]


def picker(seed):
    g = random.Random(seed)
    return g, lambda low, high: low + int(g.random() * (high - low + 1))


def shuffled(items, pick):
    items = list(items)
    for i in range(len(items) - 1, 0, -1):
        k = pick(0, i)
        items[i], items[k] = items[k], items[i]
    return items


def write_jsp(shop, folder):
    shop.path = os.path.join(folder, f"{shop.name}.jsp")
    with open(shop.path, "w", encoding="ascii") as f:
        f.write(f"{len(shop.jobs)} {shop.machines}\n")
        f.writelines(" ".join(f"{m[0]} {ticks}" for m, ticks, _ in job) + "\n" for job in shop.jobs)
    return shop


def taillard(name, folder):
    jobs, machines, time_seed, machine_seed, best = TAILLARD[name]
    path = os.path.join(folder, f"{name}.jsp")
    subprocess.run([C12, "sched", "taillard", *map(str, (jobs, machines, time_seed, machine_seed)), "-o", path], check=True)
    with open(path, encoding="ascii") as f:
        rows = [list(map(int, line.split())) for line in list(f)[1:]]
    return Shop(name, "makespan", machines, [[([r[k]], r[k + 1], 0) for k in range(0, len(r), 2)] for r in rows], [0] * jobs, best=best, path=path)


def two_sets(name, jobs, machines, seed, folder):
    """Every job visits the first half of the machines before the second, each half in an order of its own: the hard kind (Storer, Wu, Vaccari 1992)."""
    _, pick = picker(seed)
    half, rows = machines // 2, []
    for _ in range(jobs):
        route = shuffled(range(half), pick) + shuffled(range(half, machines), pick)
        rows.append([([m], pick(1, 99), 0) for m in route])
    return write_jsp(Shop(name, "makespan", machines, rows, [0] * jobs), folder)


def plant(name, orders, seed, folder):
    """Seven work centres of one to five machines, eight set-up families a centre; an order visits three to seven centres downstream and may use
    85 % of a centre's machines; releases keep the busiest centre at work for three quarters of the time before set-ups."""
    g, pick = picker(seed)
    centres, machines, families = [], 0, 8
    for _ in range(7):
        count, scale = pick(1, 5), pick(8, 20)
        centres.append({"machines": list(range(machines, machines + count)), "setup": [[0 if a == b else pick(3, 3 + scale) for b in range(families)] for a in range(families)]})
        machines += count
    jobs, weight, load = [], [], [0.0] * 7
    for _ in range(orders):
        family, size, route = pick(0, families - 1), .5 + 1.5 * g.random(), sorted(shuffled(range(7), pick)[:pick(3, 7)])
        ops = []
        for s in route:
            all_here = centres[s]["machines"]
            able = [m for m in all_here if g.random() < .85] or [all_here[pick(0, len(all_here) - 1)]]
            ticks = max(2, round(pick(6, 30) * size * len(all_here) / 3))
            ops.append((able, ticks, s * families + family))
            load[s] += ticks / len(all_here)
        jobs.append(ops)
        weight.append((1, 1, 2, 2, 4, 8)[pick(0, 5)])
    span = max(load) / .75
    release = [int(g.random() * span * .9) for _ in jobs]
    due = [r + round(sum(op[1] for op in ops) * (2 + 2 * g.random()) + .06 * span * g.random()) for r, ops in zip(release, jobs)]
    setup = [[centres[a // families]["setup"][a % families][b % families] if a // families == b // families else 0 for b in range(7 * families)] for a in range(7 * families)]
    shop = Shop(name, "tardiness", machines, jobs, release, due, weight, setup, path=os.path.join(folder, f"{name}.json"))
    with open(shop.path, "w", encoding="ascii") as f:
        json.dump({"n_machines": machines, "families": families, "stations": centres,
                   "orders": [{"family": ops[0][2] % families, "release": r, "due": d, "weight": w, "ops": [{"station": f // families, "machines": m, "minutes": t} for m, t, f in ops]} for ops, r, d, w in zip(jobs, release, due, weight)]}, f)
    return shop


def make(name, seed, folder):
    """The shop of a name, for a seed where it is made by one; None when no shop is called so."""
    if name in TAILLARD:
        return taillard(name, folder)
    sets, plants = re.fullmatch(r"sets-(\d+)x(\d+)", name), re.fullmatch(r"plant-(\d+)", name)
    if sets:
        return two_sets(name, int(sets[1]), int(sets[2]), seed, folder)
    return plant(name, int(plants[1]), seed, folder) if plants else None
