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
    safety = rich(r, items, demand, receipts, buckets) if seed % 2 else []
    r.shuffle(items)
    r.shuffle(lines)
    return items, lines, demand, receipts, safety


def rich(r, items, demand, receipts, buckets):
    """R14 to R19 on every second plant."""
    for i in items:
        i["safety_time"] = r.choice([0, 0, r.randrange(4), r.randrange(60)])
        i["planning_fence"] = r.choice([0, 0, 0, r.randrange(9)])
        i["demand_fence"] = r.choice([0, 0, r.randrange(12)])
        i["yield_ppm"] = r.choice([10**6, 10**6, r.randrange(800000, 10**6), r.randrange(1, 10**6)])
        if r.random() < 0.1:
            i["on_hand"] = -i["on_hand"]
    for d in demand:
        d["kind"] = r.choice(["order", "forecast"])
    for d in receipts:
        d["kind"] = r.choice(["scheduled", "firm"])
    names = r.sample(items, len(items) // 5)
    return [{"item": i["item"], "bucket": t, "qty": r.randrange(200)} for i in names for t in sorted(r.sample(range(buckets), r.randrange(1, 4)))]


def size(item, t, net, before, gross, arrivals, buckets, floors):
    """R6 on the quantity started (R19)."""
    rule, started = item["lot_rule"], lambda good: ceil(Fraction(good * 10**6, item.get("yield_ppm", 10**6)))
    if rule in ("fixed", "min_multiple"):
        return lot(item, started(net))
    return started(wanted(item, t, net, before, gross, arrivals, buckets, floors))


def lot(item, net):
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


def wanted(item, t, net, before, gross, arrivals, buckets, floors):
    """Good pieces."""
    rule = item["lot_rule"]
    if rule == "periods":
        running, worst = before, net
        for u in range(t + 1, min(t + item["lot_periods"], buckets)):
            running += arrivals[u] - gross[u]
            worst = max(worst, floors[u] - running)
        return worst
    if rule == "min_max":
        return max(item["lot_max"], floors[t]) - before
    if rule in ("eoq", "silver_meal", "part_period", "groff", "wagner_whitin"):
        return by_cost(item, t, before, gross, arrivals, buckets, floors)
    return net


def by_cost(item, t, before, gross, arrivals, buckets, floors):
    rule, k, h = item["lot_rule"], item["order_cost"], item["holding_cost"]
    running, short = before, [floors[t] - before]
    for u in range(t + 1, buckets):
        running += arrivals[u] - gross[u]
        short.append(max(short[-1], floors[u] - running))
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


def oracle(items, lines, demand, receipts, safety, buckets):
    """{item: (gross, planned, past due, release)} by R1 to R7 and R14 to R19."""
    parents, children = defaultdict(list), defaultdict(list)
    for l in lines:
        parents[l["child"]].append(l["parent"])
        children[l["parent"]].append(l)
    code = {}

    def level(i):
        if i not in code:
            code[i] = 1 + max((level(p) for p in parents[i]), default=-1)
        return code[i]

    rows = lambda: {i["item"]: [0] * buckets for i in items}
    gross, arrivals, firm, steps = rows(), rows(), rows(), defaultdict(dict)
    fence = {i["item"]: i.get("demand_fence", 0) for i in items}
    for d in demand:
        t = max(d["bucket"], 0)
        if t < buckets and (d.get("kind") != "forecast" or t >= fence[d["item"]]):
            gross[d["item"]][t] += d["qty"]
    for r in receipts:
        if r["bucket"] < buckets:
            (firm if r.get("kind") == "firm" else arrivals)[r["item"]][max(r["bucket"], 0)] += r["qty"]
    for s in safety:
        steps[s["item"]][s["bucket"]] = s["qty"]
    plan = {}
    for item in sorted(items, key=lambda i: level(i["item"])):
        name, phantom = item["item"], item["type"] == "phantom"
        terms = {"lot_rule": "lot_for_lot", "safety_stock": 0, "lead_time": 0} if phantom else item
        good = lambda q: q * terms.get("yield_ppm", 10**6) // 10**6
        floors, now = [], terms["safety_stock"]
        for t in range(buckets):
            now = now if phantom else steps[name].get(t, now)
            floors.append(max(now, item["lot_min"]) if terms["lot_rule"] == "min_max" else now)
        seen, early = [0] * buckets, terms.get("safety_time", 0)
        for t in range(buckets):
            seen[max(t - early, 0)] += gross[name][t]
        supply = [a + good(f) for a, f in zip(arrivals[name], firm[name])]
        lead, have, started, released = terms["lead_time"], item["on_hand"], list(firm[name]), [0] * (buckets + 1)
        for t in range(buckets):
            have += supply[t] - seen[t]
            if have < floors[t] and t >= terms.get("planning_fence", 0):
                started[t] += size(terms, t, floors[t] - have, have, seen, supply, buckets, floors)
                have += good(started[t]) - good(firm[name][t])
            released[max(t - lead, -1)] += started[t]  # the last place is past due
        for l in children[name]:
            for r, q in enumerate(released):
                at = r if r < buckets else 0
                to = max(at + l["offset"], 0)
                if q and l["effective_from"] <= at < l["effective_to"] and to < buckets:
                    gross[l["child"]][to] += ceil(Fraction(q * l["num"] * (10**6 + l["scrap_ppm"]), l["den"] * 10**6))
        plan[name] = (gross[name], [good(q) for q in started], released[-1], released[:-1])
    return plan


def compare(planner, plant, buckets):
    want = oracle(*plant, buckets)
    for item in plant[0]:
        row, out = planner._row(planner.row_of[item["item"]], 0)
        assert (out["gross"].tolist(), out["planned"].tolist(), row.past_due, out["release"].tolist()) == want[item["item"]], item["item"]


@pytest.mark.parametrize("seed", range(PLANTS))
def test_library_equals_the_rules(seed):
    buckets = 365 if seed % 10 == 9 else 52
    n = 1000 if PLANTS > 20 else 300  # the short run is for every day
    items, lines, demand, receipts, safety = everything = plant(seed, n, buckets)
    table = lambda rows: {k: [r[k] for r in rows] for k in rows[0]}
    p = c12.planner(table(items), table(lines), table(demand), table(receipts), buckets=buckets, branches=1, safety=table(safety) if safety else None, negative_stock=True)
    compare(p, everything, buckets)
    r = random.Random(seed)
    for _ in range(20):  # and after changes
        k = r.randrange(len(demand))
        if demand[k]["bucket"] < buckets:
            demand[k]["qty"] = r.randrange(90)
            p.set_demand(k, demand[k]["bucket"], demand[k]["qty"])
    compare(p, everything, buckets)
