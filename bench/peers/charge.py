# SPDX-License-Identifier: Apache-2.0
"""Charging slots against a proven bound: 20 small outlooks, each as a mixed-integer program for HiGHS (scipy.optimize.milp) that has the room's objective and rules
H2 to H9; what is compared is c12's plan with the bound HiGHS proves in the time given, and with the plan it finds.

    python bench/peers/charge.py [--seconds 60] [--work 300000] [--cases 20]

The program is exact but for roundings: energy is continuous, so it may be better than any plan by a few units of energy a robot.  A step in the bay adds
min(e + p1, bend + p2 * (1 - (bend - e) / p1)) below the bend and p2 above it (one binary a robot and step says which side)."""
import argparse
import os
import sys
import time

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "bindings", "python", "src"))
from c12 import charge  # noqa: E402

CAPACITY, ACTIVE, IDLE, BEND, FAST, SLOW = 1000000, 52500, 7500, 800000, 240000, 120000  # ppm of a battery, steps of a quarter of an hour
EMPTY, BELOW, UNMET, LOW, END, TRAVEL = 100000000, 10000000, 100000, 10000, 2, 100       # the default prices
FLOOR, SHARE, WISH = 400000, 900000, 600000


def case(k):
    """4 to 6 robots, 1 or 2 bays, 5 to 6 hours in quarters, demand with a peak; ways of 0 or 1 step.  Every other fleet begins low, so that not all can be had."""
    draw = np.random.default_rng(1000 + k)
    robots, steps = int(draw.integers(4, 7)), int(draw.integers(20, 25))
    bays = 1 if robots < 5 else 2
    battery = draw.integers(420000, 900000 if k % 2 == 0 else 560000, robots).astype(np.int32)
    way = draw.integers(0, 2, (robots, bays)).astype(np.int32)
    demand = np.full(steps, robots - bays - 1, np.int32)
    peak = int(draw.integers(4, steps - 6))
    demand[peak:peak + 5] = robots - int(draw.integers(0, 2))
    return battery, bays, steps, way, demand


class Program:
    """Columns and rows of a mixed-integer program, gathered one by one."""

    def __init__(self):
        self.cost, self.low, self.high, self.whole, self.rows = [], [], [], [], []

    def var(self, cost=0.0, low=0.0, high=1.0, whole=True):
        self.cost.append(cost), self.low.append(low), self.high.append(high), self.whole.append(int(whole))
        return len(self.cost) - 1

    def row(self, terms, low=-np.inf, high=np.inf):
        self.rows.append((terms, low, high))

    def solve(self, seconds):
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import csr_matrix
        at, of, value = [], [], []
        for i, (terms, _, _) in enumerate(self.rows):
            for j, a in terms:
                at.append(i), of.append(j), value.append(a)
        a = csr_matrix((value, (at, of)), shape=(len(self.rows), len(self.cost)))
        return milp(self.cost, constraints=LinearConstraint(a, [r[1] for r in self.rows], [r[2] for r in self.rows]), integrality=self.whole,
                    bounds=Bounds(self.low, self.high), options={"time_limit": seconds, "mip_rel_gap": 1e-6})


def program(battery, bays, steps, way, demand):
    """In a bay (x), beginning there (b), on the way (w); energy e; scaled to ppm / 1000 so that prices and energies are of one size."""
    m, robots, k = Program(), len(battery), 1000.0
    share = [min(1000000, 1000000 * int(d) // max(1, robots - bays)) for d in demand]
    x = [[[m.var() for _ in range(steps)] for _ in range(bays)] for _ in range(robots)]
    b = [[[m.var() for _ in range(steps)] for _ in range(bays)] for _ in range(robots)]
    e = [[m.var(high=CAPACITY / k, whole=False) for _ in range(steps)] for _ in range(robots)]
    below = [m.var(BELOW) for _ in range(steps)]
    bears = int(np.floor(robots * (1000000 - SHARE) / 1000000))
    low = [[m.var(LOW) for _ in range(steps)] for _ in range(robots)]
    for r in range(robots):
        short = m.var(END * k, high=WISH / k, whole=False)
        m.row([(short, 1), (e[r][-1], 1)], low=WISH / k)
        for t in range(steps):
            inside = [(x[r][c][t], 1) for c in range(bays)]
            ways = [(b[r][c][t + 1], 1) for c in range(bays) if way[r][c] and t + 1 < steps]
            for j, _ in ways:
                m.cost[j] = TRAVEL
            m.row(inside + ways, high=1)
            for c in range(bays):
                before = [(x[r][c][t - 1], 1)] if t else []
                m.row([(b[r][c][t], 1), (x[r][c][t], -1)] + before, low=0)
                if way[r][c]:
                    m.row([(b[r][c][t], 1), (x[r][c][t], -1)], high=0)
                    if t == 0:
                        m.high[b[r][c][t]] = 0
                    else:  # not in any bay the step before: it is on the way
                        m.row([(b[r][c][t], 1)] + [(x[r][d][t - 1], 1) for d in range(bays)], high=1)
            use, active = (IDLE + (ACTIVE - IDLE) * share[t] // 1000000) / k, ACTIVE / k
            old = [(e[r][t - 1], -1)] if t else []
            was = 0 if t else battery[r] / k
            empty, above = m.var(EMPTY), m.var()
            # e' <= e - use outside (less the dearer way), or nothing left at a price
            m.row([(e[r][t], 1), (empty, -ACTIVE / k)] + old + [(j, -(FAST / k + use)) for j, _ in inside] + [(j, active - use) for j, _ in ways], high=was - use)
            # inside: e' <= line across the bend unless above it, and e' <= e + p2 if above
            m.row([(e[r][t], 1), (above, -CAPACITY / k)] + [(j, SLOW / FAST * a) for j, a in old] + [(j, 2 * CAPACITY / k) for j, _ in inside],
                  high=(BEND + SLOW - SLOW / FAST * BEND) / k + SLOW / FAST * was + 2 * CAPACITY / k)
            m.row([(e[r][t], 1), (above, FAST / k)] + old + [(j, FAST / k) for j, _ in inside], high=was + (SLOW + 2 * FAST) / k)
            if t:
                m.row([(e[r][t - 1], 1), (above, -CAPACITY / k)], high=BEND / k)
            else:
                m.low[above] = m.high[above] = int(battery[r] > BEND)
            m.row([(e[r][t], 1), (low[r][t], (FLOOR + 1) / k)], low=(FLOOR + 1) / k)
    for t in range(steps):
        away = [(x[r][c][t], 1) for r in range(robots) for c in range(bays)] + [(b[r][c][t + 1], 1) for r in range(robots) for c in range(bays) if way[r][c] and t + 1 < steps]
        unmet = m.var(UNMET, high=float(robots + demand[t]), whole=False)
        m.row([(unmet, 1)] + [(j, -a) for j, a in away], low=float(int(demand[t]) - robots))
        m.row([(low[r][t], 1) for r in range(robots)] + [(below[t], -robots)], high=bears)
        for c in range(bays):
            m.row([(x[r][c][t], 1) for r in range(robots)], high=1)
    return m


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--seconds", type=float, default=60)
    p.add_argument("--work", type=int, default=300000)
    p.add_argument("--cases", type=int, default=20)
    a = p.parse_args()
    try:
        import scipy.optimize  # noqa: F401
    except ImportError:
        print("scipy is not installed: left out (pip install scipy)")
        return
    model = charge.Model(CAPACITY, ACTIVE, IDLE, [(BEND, FAST), (1000000, SLOW)])
    gaps = []
    print(f"{'case':>4} {'robots':>6} {'bays':>4} {'steps':>5} {'c12':>12} {'c12 ms':>7} {'milp':>12} {'bound':>12} {'seconds':>8} {'gap %':>7}")
    for k in range(a.cases):
        battery, bays, steps, way, demand = case(k)
        outlook = charge.Outlook(model, battery, bays, steps, travel=way, demand=demand)
        begin = time.process_time()
        plan = outlook.plan(work=a.work)
        took = time.process_time() - begin
        assert outlook.check(plan) == (0, None)
        begin = time.monotonic()
        found = program(battery, bays, steps, way, demand).solve(a.seconds)
        spent = time.monotonic() - begin
        bound = found.mip_dual_bound if found.mip_dual_bound is not None else 0
        gap = 100 * (plan.objective - bound) / max(1, plan.objective)
        gaps.append(gap)
        best = f"{found.fun:12.0f}" if found.x is not None else f"{'-':>12}"
        print(f"{k:4} {len(battery):6} {bays:4} {steps:5} {plan.objective:12} {1000 * took:7.1f} {best} {bound:12.0f} {spent:8.1f} {gap:7.2f}", flush=True)
    print(f"gap to the bound: mean {np.mean(gaps):.2f} %, largest {np.max(gaps):.2f} %, within 2 %: {sum(g <= 2 for g in gaps)} of {len(gaps)}")


if __name__ == "__main__":
    main()
