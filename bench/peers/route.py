# SPDX-License-Identifier: Apache-2.0
"""Fleets planned at once on factory and random floors made here: the first plan, and how far it is from the bound after 0.1 s and 1 s.

    PYTHONPATH=bindings/python/src python3 bench/peers/route.py [--seeds 1 2 3] [--robots 100 200 400] [--rule]

Every plan is judged by the independent checker.  first ms: processor time to the first plan.  The other columns are sum of arrivals over the bound (every robot
alone), means over the seeds; their seconds are of the wall clock, building the handle is not in them.  --rule puts a peer beside: prioritised planning in plain
Python, one robot after the other in the order of their ways, by breadth-first search in time, restarted with who failed in front.  It ends where the bound of
its time, --patience, ends, and says '-' then."""
import argparse
import heapq
import random
import time

import c12


def factory(seed, across=7, down=6, rack=(6, 2), stations=7):
    """Rows of racks with aisles one cell wide, some missing or shorter; stations as bays in the south, dead ends in the walls."""
    draw = random.Random(seed)
    w, h = 4 + across * (rack[0] + 1) + 5, 3 + down * (rack[1] + 1) + 10
    cells = [["@" if x in (0, w - 1) or y in (0, h - 1) else "." for x in range(w)] for y in range(h)]
    for j in range(down):
        for i in range(across):
            if draw.random() < .06:
                continue
            wide, x0, y0 = rack[0] - (draw.randint(1, 3) if draw.random() < .15 else 0), 5 + i * (rack[0] + 1), 3 + j * (rack[1] + 1)
            for y in range(y0, y0 + rack[1]):
                cells[y][x0:x0 + wide] = "@" * wide
    for k in range(stations):
        x0, y0 = 4 + k * ((w - 8) // stations) + draw.randint(0, 1), h - 5
        for y in range(y0, y0 + 3):
            cells[y][x0:x0 + 4] = "@@@@"
        cells[y0][x0 + 1] = "."  # a port: one way in and out
    for y in range(2, h - 8, 2):
        for x in (1, w - 2):
            cells[y - 1][x] = cells[y + 1][x] = "@"
    return ["".join(row) for row in cells]


def scattered(seed, side=32, walls=.2):
    draw = random.Random(seed)
    return ["".join("@" if draw.random() < walls else "." for _ in range(side)) for _ in range(side)]


def hall(rows):
    """Cells of the largest free part."""
    left, best = {(x, y) for y, row in enumerate(rows) for x, c in enumerate(row) if c == "."}, []
    while left:
        part, edge = [], [left.pop()]
        while edge:
            x, y = edge.pop()
            part.append((x, y))
            for cell in ((x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)):
                if cell in left:
                    left.remove(cell)
                    edge.append(cell)
        best = max(best, part, key=len)
    return sorted(best)


def texts(rows, n, seed):
    cells, draw, w, h = hall(rows), random.Random(seed), len(rows[0]), len(rows)
    if n > len(cells):
        return None
    pairs = zip(draw.sample(cells, n), draw.sample(cells, n))
    scen = "version 1\n" + "".join(f"0\tbench\t{w}\t{h}\t{a}\t{b}\t{c}\t{d}\t0\n" for (a, b), (c, d) in pairs)
    return f"type octile\nheight {h}\nwidth {w}\nmap\n".encode() + "\n".join(rows).encode() + b"\n", scen.encode()


# ---- the peer -----------------------------------------------------------------------------------------------------------------------

class Rule:
    """Prioritised planning on reservations (vertex, tick) and (move, tick)."""

    def __init__(self, fleet, patience):
        p = fleet._problem
        self.until = time.thread_time() + patience
        self.ways = [[p.arc_head[a] for a in range(p.arc_off[v], p.arc_off[v + 1])] for v in range(fleet.n_vertices)]
        self.start, self.goal = ([column[r] for r in range(fleet.n_robots)] for column in (p.start, p.goal))
        self.far = [self.distances(g) for g in self.goal]

    def distances(self, goal):
        far, edge = {goal: 0}, [goal]
        for v in edge:
            for u in self.ways[v]:
                if u not in far:
                    far[u] = far[v] + 1
                    edge.append(u)
        return far

    def path(self, r, taken, moves, rests, last):
        start, goal, far = self.start[r], self.goal[r], self.far[r]
        least = max((t for t in range(last + 1) if (goal, t) in taken), default=-1) + 1
        line, came = [(far[start], 0, start)], {(start, 0): None}
        while line:
            f, t, v = heapq.heappop(line)
            if time.thread_time() > self.until:
                return None
            if v == goal and t >= least:
                steps, at = [], (v, t)
                while at:
                    steps.append(at[0])
                    at = came[at]
                return steps[::-1]
            for u in self.ways[v] + [v]:
                at = (u, t + 1)
                if at in came or at in taken or rests.get(u, 1 << 30) <= t + 1 or (u, v, t) in moves or t > last + 4 * len(self.ways):
                    continue
                came[at] = (v, t)
                heapq.heappush(line, (t + 1 + far[u], t + 1, u))
        return None

    def solve(self):
        """Sum of arrivals, None = no plan in time."""
        order = sorted(range(len(self.start)), key=lambda r: -self.far[r][self.start[r]])
        while time.thread_time() < self.until:
            taken, moves, rests, total, last = set(), set(), {}, 0, 0
            for k, r in enumerate(order):
                steps = self.path(r, taken, moves, rests, last)
                if steps is None:
                    order.insert(0, order.pop(k))
                    break
                total, last, rests[steps[-1]] = total + len(steps) - 1, max(last, len(steps)), len(steps) - 1
                for t, (v, u) in enumerate(zip(steps, steps[1:])):
                    taken.add((v, t))
                    moves.add((v, u, t))
            else:
                return total
        return None


# ---- the table ----------------------------------------------------------------------------------------------------------------------

def measure(text, scen, patience):
    row = []
    with c12.Fleet.read(text, scen) as fleet:
        began = time.thread_time()
        first = fleet.solve(seconds=10, target=2**62)
        row += [1000 * (time.thread_time() - began), ratio(fleet, first)]
        row += [ratio(fleet, fleet.solve(seconds=s)) for s in (.1, 1)]
        if patience:
            began = time.thread_time()
            total = Rule(fleet, patience).solve()
            row += [1000 * (time.thread_time() - began), total / first.bound if total else None]
    return row


def ratio(fleet, plan):
    if plan.outcome not in ("feasible", "optimal"):
        return None
    assert fleet.check(plan) == (0, None)
    return plan.objective / plan.bound


def mean(values):
    return "-" if None in values else f"{sum(values) / len(values):.2f}"


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    p.add_argument("--robots", type=int, nargs="+", default=[100, 200, 400])
    p.add_argument("--rule", action="store_true", help="prioritised planning in plain Python beside")
    p.add_argument("--patience", type=float, default=30, help="seconds it may take")
    a = p.parse_args()
    print("| floor | robots | first ms | first / bound | after 0.1 s | after 1 s |" + (" rule ms | rule / bound |" if a.rule else ""))
    print("|---|---|---|---|---|---|" + ("---|---|" if a.rule else ""))
    for name, make in (("factory", factory), ("random-32-32-20", scattered)):
        for n in a.robots:
            rows = [measure(*both, a.patience if a.rule else 0) for both in (texts(make(s), n, s) for s in a.seeds) if both]
            if rows:
                print(f"| {name} | {n} | " + " | ".join(mean(column) for column in zip(*rows)) + " |", flush=True)


if __name__ == "__main__":
    main()
