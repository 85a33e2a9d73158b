# SPDX-License-Identifier: Apache-2.0
"""Control charts and grades beside what one would write in Python: Nelson's rules in numpy over whole columns, token rules as regular expressions.  Answers are compared first.

usage: python3 bench/peers/shop.py [POINTS]"""
import random
import re
import sys
import time

import numpy as np

import c12
from c12 import ncr, spc


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


def timed(what, n, f):
    best = min(_once(f) for _ in range(3))
    print(f"| {what} | {best / n * 1e9:.1f} | {n / best / 1e6:.2f} |")


def _once(f):
    t = time.process_time()
    f()
    return time.process_time() - t


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


if __name__ == "__main__":
    main()
