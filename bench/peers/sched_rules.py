# SPDX-License-Identifier: Apache-2.0
"""Dispatching rules in plain Python, the best of each kind: what a shop without a solver does.

Job shops: eight priority rules, each in active schedules (Giffler and Thompson 1960) and in schedules without delay; the shortest counts.
Plants: apparent tardiness cost with set-ups (Lee, Bhaskaran, Pinedo 1997) over a grid of 25 pairs of its two scaling parameters; the cheapest counts."""
from heapq import heapify, heappop, heappush
from math import exp

LOOK_AHEAD, SETUP_SCALE = (.5, 1, 2, 4, 8), (.05, .1, .2, .5, 1)  # k1, k2


# ---- job shops --------------------------------------------------------------------------------------------------------------------

# Smaller goes first: (ready, ticks, work left, operations left, job).
RULES = {"SPT": lambda r, p, w, n, j: p, "LPT": lambda r, p, w, n, j: -p, "MWKR": lambda r, p, w, n, j: -w, "LWKR": lambda r, p, w, n, j: w,
         "MOPNR": lambda r, p, w, n, j: -n, "FIFO": lambda r, p, w, n, j: r, "MWKR-P": lambda r, p, w, n, j: p - w, "P/WKR": lambda r, p, w, n, j: p / w}


def conflict(at, active):
    """The machine that decides next and the operations that want it: at holds (start, end, machine, job)."""
    if active:
        _, end, machine, _ = min(at, key=lambda a: (a[1], a[2]))
        return machine, [a for a in at if a[2] == machine and a[0] < end]
    start, _, machine, _ = min(at, key=lambda a: (a[0], a[2]))
    return machine, [a for a in at if a[2] == machine and a[0] == start]


def list_schedule(shop, rule, active):
    free, ready, step, plan = [0] * shop.machines, list(shop.release), [0] * len(shop.jobs), {}
    left = [sum(op[1] for op in job) for job in shop.jobs]
    open_jobs = {j for j, job in enumerate(shop.jobs) if job}
    while open_jobs:
        at = []
        for j in open_jobs:
            (machine,), ticks, _ = shop.jobs[j][step[j]]
            start = max(ready[j], free[machine])
            at.append((start, start + ticks, machine, j))
        machine, wanting = conflict(at, active)
        start, end, _, j = min(wanting, key=lambda a: (rule(ready[a[3]], a[1] - a[0], left[a[3]], len(shop.jobs[a[3]]) - step[a[3]], a[3]), a[3]))
        plan[j, step[j]] = machine, start
        free[machine] = ready[j] = end
        left[j] -= end - start
        step[j] += 1
        if step[j] == len(shop.jobs[j]):
            open_jobs.remove(j)
    return max(ready), plan


def best_rule(shop):
    """(plan, name) of the shortest schedule."""
    runs = ((*list_schedule(shop, rule, active), f"{name}, {'active' if active else 'no delay'}") for name, rule in RULES.items() for active in (True, False))
    _, plan, name = min(runs, key=lambda r: r[0])
    return plan, name


# ---- plants -----------------------------------------------------------------------------------------------------------------------

def atcs(shop, k1, k2):
    """Whenever a machine is free and orders wait that it may take, the one of highest index goes: w/p exp(-slack / k1 p') exp(-setup / k2 s'), with what an order still
    has to do after this operation taken off its slack.  A machine that stood idle has done its set-up by the time the order comes.  (cost, plan)."""
    ticks = [op[1] for job in shop.jobs for op in job]
    pairs = [s for row in shop.setup for s in row if s]
    look, scale = k1 * sum(ticks) / len(ticks), k2 * sum(pairs) / max(1, len(pairs))
    rest = [[sum(op[1] for op in job[k:]) for k in range(len(job))] for job in shop.jobs]
    waiting, free, family = [[] for _ in range(shop.machines)], [0] * shop.machines, [-1] * shop.machines
    events = [(r, 0, j) for j, r in enumerate(shop.release)]  # kind 0: an order comes to its next operation, 1: a machine looks for work
    heapify(events)
    step, done, plan, cost = [0] * len(shop.jobs), set(), {}, 0

    def index(j, machine, now):
        _, p, f = shop.jobs[j][step[j]]
        setup = shop.setup[family[machine]][f] if family[machine] >= 0 else 0
        slack = max(shop.due[j] - rest[j][step[j]] - now, 0)
        return shop.weight[j] / p * exp(-slack / look - setup / scale)

    while events:
        now, kind, who = heappop(events)
        if kind == 0:
            for m in shop.jobs[who][step[who]][0]:
                waiting[m].append((who, step[who]))
                if free[m] <= now:
                    heappush(events, (now, 1, m))
            continue
        waiting[who] = [w for w in waiting[who] if w not in done]
        if free[who] > now or not waiting[who]:
            continue
        chosen = max(waiting[who], key=lambda w: (index(w[0], who, now), -w[0]))
        j, k = chosen
        _, p, f = shop.jobs[j][k]
        setup = shop.setup[family[who]][f] if family[who] >= 0 else 0
        start = max(now, free[who] + setup)
        done.add(chosen)
        plan[j, k], free[who], family[who] = (who, start), start + p, f
        cost += setup
        heappush(events, (free[who], 1, who))
        step[j] += 1
        if step[j] < len(shop.jobs[j]):
            heappush(events, (free[who], 0, j))
        else:
            cost += shop.weight[j] * max(0, free[who] - shop.due[j])
    return cost, plan


def best_atcs(shop):
    """(plan, name) of the cheapest schedule of the grid."""
    _, plan, name = min(((*atcs(shop, k1, k2), f"k1 = {k1}, k2 = {k2}") for k1 in LOOK_AHEAD for k2 in SETUP_SCALE), key=lambda r: r[0])
    return plan, name
