# SPDX-License-Identifier: Apache-2.0
"""The fleet's decisions beside what a user would pick instead, on the same problems in the same process, one thread each.
usage: fleet.py [--large]; rooms add their table to TABLES.

dispatch: libc12 beside scipy.optimize.linear_sum_assignment and lapx.  Peers know neither priorities nor impossible pairs nor tasks left out: they get cost
less the price of leaving the task out, and 0 for impossible pairs, which makes it the same problem; making that matrix is not timed.  Objectives are compared before a
time is printed, and libc12's plan is judged by its checker.  Medians of processor time."""
import json
import os
import statistics
import subprocess
import sys
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

from c12 import dispatch
from host import machine

try:
    from scipy.optimize import linear_sum_assignment
except ImportError:
    linear_sum_assignment = None
try:
    import lap
except ImportError:
    lap = None

SIZES = [(20, 50, 50), (100, 100, 50), (100, 1000, 30), (1000, 1000, 3)]
LARGE = [(5000, 5000, 1)]


def uniform(robots, tasks, g):
    return g.integers(0, 1_000_000, (robots, tasks)), np.zeros(tasks, np.int32)


def stations(robots, tasks, g):
    """Travel on a floor of 72 x 31 cells to 27 stations, four skills, three priorities."""
    at, to = g.integers(0, (72, 31), (robots, 2)), g.integers(0, (72, 31), (27, 2))[g.integers(0, 27, tasks)]
    cost = 2 * np.abs(at[:, None] - to[None]).sum(2).astype(np.int64)
    cost[(g.integers(0, 16, robots) | 1)[:, None] & (1 << g.integers(0, 4, tasks))[None] == 0] = dispatch.NEVER
    return cost, g.integers(0, 3, tasks).astype(np.int32)


def priced(cost, plan):
    """The matrix for peers, in double: exact, as prices stay far below 2^53."""
    return np.where(cost == dispatch.NEVER, 0, cost - plan.task_price[None]).astype(np.float64)


def timed(runs, function):
    took, result = [], None
    for _ in range(runs):
        began = time.process_time()
        result = function()
        took.append(time.process_time() - began)
    return statistics.median(took) * 1e6, result


def dispatch_case(kind, robots, tasks, runs):
    cost, priority = kind(robots, tasks, np.random.default_rng(robots + tasks))
    d = dispatch.Dispatcher(robots, tasks)

    def ours():
        d.load(cost, priority)
        return d.solve(reasons=False)

    ours()
    took, plan = timed(runs, ours)
    if dispatch.check(plan, cost, priority) != (0, None):
        sys.exit("libc12's plan is refused")
    row, matrix = [f"{took:.0f}"], priced(cost, plan)
    value = sum(int(cost[r, t]) - int(plan.task_price[t]) for t, r in enumerate(plan.robot) if r >= 0)
    for peer in (linear_sum_assignment, lap and (lambda m: lap.lapjv(m, extend_cost=True)[1:])):
        if not peer:
            row.append("-")
            continue
        took, answer = timed(runs, lambda: peer(matrix))
        if peer is linear_sum_assignment:
            got = matrix[answer].sum()
        else:
            got = sum(matrix[r, t] for r, t in enumerate(answer[0]) if t >= 0)
        if int(got) != value:
            sys.exit(f"objectives differ: {int(got)} and {value}")
        row.append(f"{took:.0f}")
    return row


def dispatch_table(large):
    print("| robots x tasks | costs | libc12 load and solve, us | scipy, us | lapx, us |\n|---|---|---|---|---|")
    for robots, tasks, runs in SIZES + (LARGE if large else []):
        for kind in (uniform, stations):
            print(f"| {robots} x {tasks} | {kind.__name__} | " + " | ".join(dispatch_case(kind, robots, tasks, runs)) + " |", flush=True)


def command_table(large):
    """What the command measures in C: events have no peer, since peers solve anew."""
    rows = json.loads(subprocess.run([os.environ["C12"], "bench", "fleet", "--json"] + ["--large"] * large, capture_output=True, text=True, check=True).stdout)["rows"]
    print("| room | on | what | median us | 99 % us |\n|---|---|---|---|---|")
    for r in rows:
        print(f"| {r['room']} | {r['on']} | {r['what']} | {r['median_us']} | {r['p99_us']} |")


TABLES = [dispatch_table, command_table]


def main():
    large = "--large" in sys.argv[1:]
    print(f"{machine()}\n")
    for name, there in (("scipy", linear_sum_assignment), ("lapx", lap)):
        if not there:
            print(f"{name} is not installed and left out")
    for table in TABLES:
        print()
        table(large)


if __name__ == "__main__":
    main()
