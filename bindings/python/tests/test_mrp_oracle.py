# SPDX-License-Identifier: Apache-2.0
"""The rules of docs/guide/mrp-rules.md written a second time, from the page and with fractions, against the library on random plants.

ORACLE=200 plants are the long run; a few are tried every time."""
import os
import random
from collections import defaultdict
from fractions import Fraction
from math import ceil, isqrt

import pytest

import c12

PLANTS = int(os.environ.get("ORACLE", "20"))
OPEN = 2**31 - 1


def plant(seed, n, buckets):
    """Levels of made items above bought ones, shared parts, scrap, fractions, dated lines, every lot rule; codes in random order."""
    r = random.Random(seed)
    made, deep = n * 35 // 100, 8
    level = [0] * 8 + [r.randrange(1, deep) for _ in range(made - 8)] + [deep] * (n - made)
    below = defaultdict(list)
    for i, l in enumerate(level):
        for k in range(l):
            below[k].append(i)
    items, lines, demand, receipts = [], [], [], []
    for i in range(n):
        kind = "buy" if i >= made else "phantom" if level[i] and r.random() < 0.06 else "make"
        scale = 50 if kind == "buy" else 8
        rule = r.choice(["lot_for_lot", "lot_for_lot", "fixed", "min_multiple", "periods", "min_max"] * 3 + ["eoq", "silver_meal", "part_period", "groff", "wagner_whitin"])
        low = r.randrange(1, 20) * scale // 4
        items.append({"item": f"P{i:05d}", "type": kind, "lead_time": r.randrange(1, 7) if kind == "buy" else r.randrange(3), "lot_rule": rule,
                      "lot_size": r.randrange(1, 40) * scale // 2 + 1, "lot_min": low, "lot_max": low + r.randrange(0, 90) if rule == "min_max" or r.random() < 0.3 else 0,
                      "lot_multiple": r.choice([1, 5, 10, 12, 24]), "lot_periods": r.randrange(1, 7),
                      "order_cost": r.randrange(0, 40000), "holding_cost": r.randrange(0, 30),
                      "safety_stock": r.randrange(1, 60) * scale // 8 if r.random() < 0.3 else 0, "on_hand": r.randrange(400) * scale // 8 if r.random() < 0.6 else 0})
        for c in r.choices(below[level[i]], k=r.randrange(2, 9)) if i < made else []:
            cut = r.randrange(1, buckets)
            dated = r.random() < 0.05
            early = r.random() < 0.5
            lines.append({"parent": f"P{i:05d}", "child": f"P{c:05d}", "num": r.choice([1, 1, 1, 2, 3, 7]), "den": r.choice([1, 1, 1, 2, 3, 8, 100]),
                          "scrap_ppm": r.choice([0, 0, 0, r.randrange(1, 51) * 1000, r.randrange(1, 99999)]),
                          "effective_from": cut if dated and not early else 0, "effective_to": cut if dated and early else OPEN, "offset": r.choice([0] * 20 + [1, 2, -1])})
        for t in range(-1, buckets + 1) if level[i] == 0 else r.sample(range(buckets), 3) if r.random() < 0.02 else []:
            if level[i] or r.random() < 0.6:
                demand.append({"item": f"P{i:05d}", "bucket": t, "qty": r.randrange(60)})
        for _ in range(r.choice([0, 0, 0, 1, 2])):
            receipts.append({"item": f"P{i:05d}", "bucket": r.randrange(-1, buckets // 4), "qty": r.randrange(1, 300) * scale // 8 + 1})
    r.shuffle(items)
    r.shuffle(lines)
    return items, lines, demand, receipts


def size(item, t, net, before, gross, arrivals, buckets, floor):
    """R6."""
    rule = item["lot_rule"]
    if rule == "fixed":
        return ceil(Fraction(net, item["lot_size"])) * item["lot_size"]
    if rule == "min_multiple":
        up = lambda q: ceil(Fraction(max(q, item["lot_min"]), item["lot_multiple"])) * item["lot_multiple"]
        q, most = up(net), item["lot_max"]
        if not most or q <= most:
            return q
        full, rest = divmod(q, most)
        return full * most + (up(rest) if rest else 0)
    if rule == "periods":
        running, worst = before, before
        for u in range(t + 1, min(t + item["lot_periods"], buckets)):
            running += arrivals[u] - gross[u]
            worst = min(worst, running)
        return floor - worst
    if rule == "min_max":
        return max(item["lot_max"], floor) - before
    if rule in ("eoq", "silver_meal", "part_period", "groff", "wagner_whitin"):
        return by_cost(item, t, before, gross, arrivals, buckets, floor)
    return net


def by_cost(item, t, before, gross, arrivals, buckets, floor):
    rule, k, h = item["lot_rule"], item["order_cost"], item["holding_cost"]
    running, short = before, [floor - before]
    for u in range(t + 1, buckets):
        running += arrivals[u] - gross[u]
        short.append(max(short[-1], floor - running))
    need = [b - a for a, b in zip([0] + short, short)]
    sums, moments = [0], [0]  # of need, and of need times its bucket
    for j, d in enumerate(need):
        sums.append(sums[-1] + d)
        moments.append(moments[-1] + j * d)
    keep = lambda first, n: h * (moments[first + n] - moments[first] - first * (sums[first + n] - sums[first]))
    ns = range(1, len(short) + 1)
    if rule == "eoq":
        if h == 0:
            return short[-1] if k else short[0]
        x = 2 * k * sum(gross) // (h * buckets)
        q = isqrt(x)
        q += x - q * q > q
        return max(short[0], min(q, short[-1]))
    if rule == "silver_meal":
        n = next((n for n in ns[:-1] if Fraction(k + keep(0, n + 1), n + 1) > Fraction(k + keep(0, n), n)), ns[-1])
    elif rule == "part_period":
        n = max(n for n in ns if keep(0, n) <= k)
        n += n < ns[-1] and keep(0, n + 1) - k < k - keep(0, n)
    elif rule == "groff":
        n = next((n for n in ns[:-1] if h * need[n] * n * (n + 1) > 2 * k), ns[-1])
    else:
        least = [0] * (len(short) + 1)
        for a in reversed(range(len(short))):
            least[a] = least[a + 1] if not need[a] else min(k + keep(a, n) + least[a + n] for n in range(1, len(short) - a + 1))
        n = min(ns, key=lambda n: (k + keep(0, n) + least[n], n))
    return short[n - 1]


def oracle(items, lines, demand, receipts, buckets):
    """{item: (gross, planned, past due)} by R1 to R7."""
    parents, children = defaultdict(list), defaultdict(list)
    for l in lines:
        parents[l["child"]].append(l["parent"])
        children[l["parent"]].append(l)
    code = {}

    def level(i):
        if i not in code:
            code[i] = 1 + max((level(p) for p in parents[i]), default=-1)
        return code[i]

    gross = {i["item"]: [0] * buckets for i in items}
    arrivals = {i["item"]: [0] * buckets for i in items}
    for d in demand:
        if d["bucket"] < buckets:
            gross[d["item"]][max(d["bucket"], 0)] += d["qty"]
    for r in receipts:
        if r["bucket"] < buckets:
            arrivals[r["item"]][max(r["bucket"], 0)] += r["qty"]
    plan = {}
    for item in sorted(items, key=lambda i: level(i["item"])):
        name, phantom = item["item"], item["type"] == "phantom"
        terms = {**item, "lot_rule": "lot_for_lot"} if phantom else item
        floor = 0 if phantom else item["safety_stock"]
        if terms["lot_rule"] == "min_max":
            floor = max(floor, item["lot_min"])
        lead, have, planned, released = 0 if phantom else item["lead_time"], item["on_hand"], [0] * buckets, defaultdict(int)
        for t in range(buckets):
            have += arrivals[name][t] - gross[name][t]
            if have < floor:
                planned[t] = size(terms, t, floor - have, have, gross[name], arrivals[name], buckets, floor)
                have += planned[t]
                released[max(t - lead, -1)] += planned[t]
        for l in children[name]:
            for r, q in released.items():
                at = max(r, 0)
                to = max(at + l["offset"], 0)
                if q and l["effective_from"] <= at < l["effective_to"] and to < buckets:
                    gross[l["child"]][to] += ceil(Fraction(q * l["num"] * (10**6 + l["scrap_ppm"]), l["den"] * 10**6))
        plan[name] = (gross[name], planned, released[-1])
    return plan


@pytest.mark.parametrize("seed", range(PLANTS))
def test_library_equals_the_rules(seed):
    buckets = 365 if seed % 10 == 9 else 52
    n = 1000 if PLANTS > 20 else 300  # the short run is for every day
    items, lines, demand, receipts = plant(seed, n, buckets)
    table = lambda rows: {k: [r[k] for r in rows] for k in rows[0]}
    p = c12.planner(table(items), table(lines), table(demand), table(receipts), buckets=buckets, branches=1)
    want = oracle(items, lines, demand, receipts, buckets)
    for item in items:
        row, out = p._row(p.row_of[item["item"]], 0)
        assert (out["gross"].tolist(), out["planned"].tolist(), row.past_due) == want[item["item"]], item["item"]
    edited, r = 0, random.Random(seed)
    for _ in range(20):  # and after changes
        k = r.randrange(len(demand))
        if demand[k]["bucket"] < buckets:
            demand[k]["qty"], edited = r.randrange(90), edited + 1
            p.set_demand(k, demand[k]["bucket"], demand[k]["qty"])
    want = oracle(items, lines, demand, receipts, buckets)
    for item in items:
        row, out = p._row(p.row_of[item["item"]], 0)
        assert (out["gross"].tolist(), out["planned"].tolist(), row.past_due) == want[item["item"]], item["item"]
