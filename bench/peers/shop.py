# SPDX-License-Identifier: Apache-2.0
"""Control charts, grades, times of machines and FIFO values beside what one would write in Python: Nelson's rules in numpy over whole columns, token rules as regular expressions, sums by machine and class in numpy and pandas,
layers in numpy and in plain Python.  Answers are compared first.

usage: python3 bench/peers/shop.py [POINTS]"""
import collections
import random
import re
import sys
import time

import numpy as np
import pandas as pd

from c12 import cost, kpi, ncr, spc


def nelson(z):
    """Rules 1 to 8 on values in deviations from the centre line, as columns of booleans."""
    window = lambda v, n: np.concatenate([np.zeros((n - 1, n), v.dtype), np.lib.stride_tricks.sliding_window_view(v, n)])
    full = lambda v, n: window(v, n).all(axis=1) & (np.arange(len(v)) >= n - 1)
    up, down = np.concatenate([[False], z[1:] > z[:-1]]), np.concatenate([[False], z[1:] < z[:-1]])
    turn = (up & np.concatenate([[False], down[:-1]])) | (down & np.concatenate([[False], up[:-1]]))
    some = lambda v, n, least: v & (window(v, n).sum(axis=1) >= least)
    far = np.abs(z) > 1
    return np.stack([np.abs(z) > 3, full(z > 0, 9) | full(z < 0, 9), full(up, 5) | full(down, 5), full(turn, 12), some(z > 2, 3, 2) | some(z < -2, 3, 2),
                     some(z > 1, 5, 4) | some(z < -1, 5, 4), full(~far, 15), full(far, 8)])


def expressions(rules):
    """Each rule as one expression over a folded code; negations looked behind for."""
    gap = "[^0-9a-z\x80-\U0010ffff]+"
    behind = "".join(f"(?<!(?<![0-9a-z]){w}[^0-9a-z])" for w in ("no", "non", "not"))
    return [(re.compile(f"(?<![0-9a-z]){behind}{gap.join(re.split('[^0-9a-z]+', t))}(?![0-9a-z])"), g) for t, g in rules]


def by_expressions(codes, rules):
    order, out = {"minor": 1, "major": 2, "critical": 3}, []
    for code in codes:
        folded, best = code.lower(), "minor"
        for pattern, g in rules:
            if order[g] > order[best] and pattern.search(folded):
                best = g
        out.append(best)
    return out


# ---- time of machines by class ------------------------------------------------------------------------------------------------------

CLASSES = ["run", "setup", "stop", "failure", "idle", "off"]


def events(n, units=200, reasons=12):
    """Events that follow each other on every machine, mixed as they come in; no two of a machine overlap."""
    r = np.random.default_rng(3)
    unit, reason, took, gap = r.integers(0, units, n), r.integers(0, reasons, n), r.integers(1, 900, n), r.integers(0, 4, n) * r.integers(0, 2, n)
    order = np.argsort(unit, kind="stable")
    ends = np.cumsum((took + gap)[order])
    first = np.searchsorted(unit[order], np.arange(units))
    ends -= np.concatenate([[0], ends])[first][unit[order]]
    end = np.empty(n, np.int64)
    end[order] = ends
    return unit.astype(np.int32), end - took, end, reason.astype(np.int32), np.arange(reasons) % len(CLASSES)


def tally_numpy(unit, begin, end, reason, of):
    took = (end - begin).astype(float)
    units = int(unit.max()) + 1
    time_in = np.bincount(unit * len(CLASSES) + of[reason], took, units * len(CLASSES)).reshape(units, -1).astype(np.int64)
    o = np.argsort(unit, kind="stable")
    fails = of[reason[o]] == 3
    goes_on = np.concatenate([[False], fails[1:] & fails[:-1] & (unit[o][1:] == unit[o][:-1]) & (begin[o][1:] == end[o][:-1])])  # failures that touch are one
    return time_in, end.max() - begin.min() - time_in.sum(axis=1), np.bincount(unit[o][fails & ~goes_on], minlength=units), np.bincount(reason, took, len(of)).astype(np.int64)


def tally_pandas(frame, of):
    took = frame.end - frame.begin
    return took.groupby([frame.unit, pd.Series(of)[frame.reason].to_numpy()]).sum().unstack(fill_value=0), took.groupby(frame.reason).sum()


# ---- first in, first out --------------------------------------------------------------------------------------------------------------

def movements(n, items=5000):
    r = random.Random(4)
    have, rows = [0] * items, []
    for _ in range(n):
        i = r.randrange(items)
        out = have[i] and r.randrange(2)
        qty = 1 + r.randrange(have[i] if out else 100)
        have[i] += -qty if out else qty
        rows.append((2 if out else 1, i, qty, 0 if out else qty * r.randrange(1_000_000)))
    return [np.array(c) for c in zip(*rows)]


def fifo_numpy(kind, item, qty, value):
    """Value of the first q units of an item is piecewise linear; an issue takes it from one q to another.  Exact while receipts cost whole units a piece."""
    change = np.where(kind == 1, value, 0)
    order = np.argsort(item, kind="stable")
    k, i, q, v = kind[order], item[order], qty[order], value[order]
    total = np.int64(qty.sum()) + 1
    came, gone, worth = np.cumsum(np.where(k == 1, q, 0)), np.cumsum(np.where(k == 2, q, 0)), np.cumsum(v)
    first = np.searchsorted(i, np.arange(i.max() + 1))
    base = lambda c: np.concatenate([[0], c])[first][i]
    came, gone, worth = came - base(came), gone - base(gone), worth - base(worth)
    receipt, issue = k == 1, k == 2
    keys, price = i[receipt] * total + came[receipt], v[receipt] // q[receipt]

    def first_units(upto):
        at = np.searchsorted(keys, i[issue] * total + upto)
        return worth[receipt][at] - (came[receipt][at] - upto) * price[at]

    change[order[issue]] = -(first_units(gone[issue]) - np.where(gone[issue] > q[issue], first_units(np.maximum(gone[issue] - q[issue], 1)), 0))
    return change


def fifo_python(kind, item, qty, value):
    layers, change = collections.defaultdict(collections.deque), []
    for k, i, q, v in zip(kind.tolist(), item.tolist(), qty.tolist(), value.tolist()):
        if k == 1:
            layers[i].append([q, v])
            change.append(v)
            continue
        cost_of = 0
        while q:
            layer = layers[i][0]
            take = min(q, layer[0])
            part = layer[1] * take // layer[0]
            layer[0] -= take
            layer[1] -= part
            cost_of, q = cost_of + part, q - take
            if not layer[0]:
                layers[i].popleft()
        change.append(-cost_of)
    return np.array(change)


def timed(what, n, f):
    best = min(_once(f) for _ in range(3))
    print(f"| {what} | {best / n * 1e9:.1f} | {n / best / 1e6:.2f} |")


def _once(f):
    t = time.process_time()
    f()
    return time.process_time() - t


def machines(n):
    unit, begin, end, reason, of = events(n)
    words = [CLASSES[k] for k in of]
    mine, theirs = kpi.tally(unit, begin, end, reason, words), tally_numpy(unit, begin, end, reason, of)
    assert (mine["time"] == theirs[0]).all() and (mine["unknown"] == theirs[1]).all() and (mine["failures"] == theirs[2]).all() and (mine["by_reason"] == theirs[3]).all()
    frame = pd.DataFrame({"unit": unit, "begin": begin, "end": end, "reason": reason})
    assert (tally_pandas(frame, of)[0].to_numpy() == theirs[0]).all()
    timed("c12 from Python: times of 200 machines by class, losses, failures, and the checker", n, lambda: kpi.tally(unit, begin, end, reason, words))
    timed("numpy: the same sums, overlaps not seen", n, lambda: tally_numpy(unit, begin, end, reason, of))
    timed("pandas: times by class and losses, overlaps not seen", n, lambda: tally_pandas(frame, of))


def values(n):
    kind, item, qty, value = movements(n)
    words = np.array(["", "receipt", "issue"])[kind].tolist()
    mine = cost.value(words, item, qty, value)["change"]
    assert (mine == fifo_numpy(kind, item, qty, value)).all() and (mine == fifo_python(kind, item, qty, value)).all()
    timed("c12 from Python: movements valued first in, first out, and the checker", n, lambda: cost.value(words, item, qty, value))
    timed("numpy: the same, whole unit prices only, no layers left", n, lambda: fifo_numpy(kind, item, qty, value))
    timed("Python: the same with a queue an item", n, lambda: fifo_python(kind, item, qty, value))


def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    x = np.round(np.random.default_rng(1).normal(0, 1, n) * 1e6).astype(np.int64)
    mine = spc.Watch(0, 3_000_000).push(x)
    theirs = nelson(x / 1e6)
    for rule in range(8):
        assert (mine >> rule & 1 == theirs[rule]).all(), rule + 1
    print("| what | ns each | M/s |\n|---|---|---|")
    timed("c12: eight rules", n, lambda: spc.Watch(0, 3_000_000).push(x))
    timed("numpy: eight rules, whole columns", n, lambda: nelson(x / 1e6))
    one = spc.Watch(0, 3_000_000)
    timed("c12 from Python, a point a call", 20000, lambda: [one.push(x[i:i + 1]) for i in range(20000)])
    r, words = random.Random(2), ["safety", "actuator_failure", "performance", "scratch", "dent", "torque_low", "brake-noise", "non_safety", "label", "connector"]
    codes = ["/".join(r.choice(words) for _ in range(r.randrange(1, 4))) for _ in range(100_000)]
    rules = [("safety", "critical"), ("actuator_failure", "critical"), ("performance", "major")]
    compiled = expressions(rules)
    assert [g for g, _, _ in ncr.grade(codes[:5000], rules=rules)] == by_expressions(codes[:5000], compiled)
    timed("c12 from Python: grades with reasons as words, and the checker", len(codes), lambda: ncr.grade(codes, rules=rules))
    timed("re: grades", len(codes), lambda: by_expressions(codes, compiled))
    machines(n)
    values(n)


if __name__ == "__main__":
    main()
