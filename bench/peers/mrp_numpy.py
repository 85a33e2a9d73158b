# SPDX-License-Identifier: Apache-2.0
"""The MRP a planner would write in numpy, level by level with the full rules, beside libc12 on the same plant in the same process.
usage: mrp_numpy.py [ITEMS [BUCKETS]]; the two plans are compared cell by cell before a time is printed."""
import sys
import time

import numpy as np

import c12
from c12._core import call, column, new
from c12._c12 import ffi, lib

BUY, MAKE = 0, 1


def plant(n, buckets, seed=1):
    """Nine levels, a third of the items made, 2.5 lines an item, popular bought parts, scrap, fractions, four lot rules."""
    g = np.random.Generator(np.random.PCG64(seed))
    made = n * 35 // 100
    level = np.sort(np.concatenate([np.arange(9), g.integers(0, 9, made - 9)]))
    start = np.searchsorted(level, np.arange(10))
    parent, child = [], []
    for l in range(1, 9):
        c = np.arange(start[l], start[l + 1])
        parent.append(g.integers(start[l - 1], start[l], len(c)))
        child.append(c)
    parent.append(np.repeat(np.arange(made), 6))
    child.append(made + np.minimum((g.random(6 * made) ** 2.2 * (n - made)).astype(np.int64), n - made - 1))
    parent, child = np.concatenate(parent), np.concatenate(child)
    order = np.lexsort((child, parent))
    parent, child = parent[order], child[order]
    m = len(parent)
    kind = g.random(m)
    num = np.where(kind < 0.6, 1, g.integers(1, 8, m))
    den = np.where(kind > 0.86, np.array([2, 3, 4, 8, 10, 12])[g.integers(0, 6, m)], 1)
    ppm = np.where(g.random(m) < 0.3, g.integers(1, 51, m) * 1000, 0)
    tops = np.arange(start[1])
    di, db = np.nonzero(g.random((len(tops), buckets)) < 0.6)
    rule = g.choice(4, n, p=[0.45, 0.2, 0.2, 0.15])
    return {"n": n, "buckets": buckets, "parent": parent, "child": child, "num": num, "den": den, "ppm": ppm,
            "lead": np.where(np.arange(n) < made, g.integers(0, 3, n), g.integers(1, 7, n)), "rule": rule, "size": g.integers(10, 900, n), "min": g.integers(0, 300, n),
            "multiple": g.choice([1, 5, 10, 12, 24], n), "periods": g.integers(2, 7, n), "safety": np.where(g.random(n) < 0.3, g.integers(1, 300, n), 0),
            "on_hand": np.where(g.random(n) < 0.6, g.integers(0, 3000, n), 0), "demand_item": tops[di], "demand_bucket": db, "demand_qty": g.integers(1, 60, len(di))}


def numpy_levels(p):
    level = np.zeros(p["n"], np.int64)
    while True:
        up = np.zeros_like(level)
        np.maximum.at(up, p["child"], level[p["parent"]] + 1)
        if (up == level).all():
            return level
        level = up


def numpy_plan(p, level):
    """Gross requirements and planned receipts."""
    n, buckets = p["n"], p["buckets"]
    gross, planned = np.zeros((n, buckets), np.int64), np.zeros((n, buckets), np.int64)
    np.add.at(gross, (p["demand_item"], p["demand_bucket"]), p["demand_qty"])
    up, down = p["num"] * (10**6 + p["ppm"]), p["den"] * 10**6
    for l in range(level.max() + 1):
        i = np.flatnonzero(level == l)
        have, rule, floor = p["on_hand"][i].copy(), p["rule"][i], p["safety"][i]
        size, low, multiple, periods = p["size"][i], p["min"][i], p["multiple"][i], p["periods"][i]
        for t in range(buckets):
            have -= gross[i, t]
            net = np.maximum(floor - have, 0)
            window = net.copy()
            for u in range(t + 1, min(t + 6, buckets)):
                window += np.where(u < t + periods, gross[i, u], 0)
            lot = np.select([rule == 0, rule == 1, rule == 2], [net, -(-net // size) * size, -(-np.maximum(net, low) // multiple) * multiple], window)
            lot[net == 0] = 0
            planned[i, t] = lot
            have += lot
        e = np.flatnonzero(level[p["parent"]] == l)
        if not len(e):
            continue
        e = e[np.argsort(p["child"][e], kind="stable")]
        parents, lead = p["parent"][e], p["lead"][p["parent"][e]]
        need = np.zeros((len(e), buckets), np.int64)
        for k in np.unique(lead):
            rows = np.flatnonzero(lead == k)
            q = planned[parents[rows]]
            need[rows, : buckets - k] = -(-(q[:, k:] * up[e[rows], None]) // down[e[rows], None])
            need[rows, 0] += -(-(q[:, :k].sum(1) * up[e[rows]]) // down[e[rows]])
        children, first = np.unique(p["child"][e], return_index=True)
        gross[children] += np.add.reduceat(need, first, axis=0)
    return gross, planned


def library(p):
    off = np.zeros(p["n"] + 1, np.int64)
    np.cumsum(np.bincount(p["parent"], minlength=p["n"]), out=off[1:])
    keep = []

    def c(values, dtype):
        keep.append(np.ascontiguousarray(values, dtype))
        return column(keep[-1], dtype, None, "")

    bom = new("c12_bom", n_items=p["n"], line_off=c(off, np.int64), line_child=c(p["child"], np.int32), line_num=c(p["num"], np.int64), line_den=c(p["den"], np.int64), line_scrap_ppm=c(p["ppm"], np.int32))
    problem = new("c12_mrp_input", bom=bom, n_buckets=p["buckets"], n_demand=len(p["demand_item"]), demand_item=c(p["demand_item"], np.int32), demand_bucket=c(p["demand_bucket"], np.int32),
                  demand_qty=c(p["demand_qty"], np.int64), on_hand=c(p["on_hand"], np.int64), safety=c(p["safety"], np.int64), lead_time=c(p["lead"], np.int32), lot_rule=c(p["rule"], np.int32),
                  lot_size=c(p["size"], np.int64), lot_min=c(p["min"], np.int64), lot_multiple=c(p["multiple"], np.int64), lot_periods=c(p["periods"], np.int32))
    dims = new("c12_mrp_dims", items=p["n"], buckets=p["buckets"], lines=len(p["child"]), demand=len(p["demand_item"]))
    out = ffi.new("c12_mrp **")
    call(lib.c12_mrp_create, out, dims, ffi.NULL)
    handle = ffi.gc(out[0], lib.c12_mrp_destroy)
    return handle, problem, keep + [bom]


def best(runs, f):
    took = []
    for _ in range(runs):
        t = time.perf_counter()
        result = f()
        took.append(time.perf_counter() - t)
    return sorted(took)[len(took) // 2], result


def main():
    n, buckets = int(sys.argv[1]) if len(sys.argv) > 1 else 100000, int(sys.argv[2]) if len(sys.argv) > 2 else 52
    p = plant(n, buckets)
    handle, problem, keep = library(p)
    load, _ = best(5, lambda: call(lib.c12_mrp_load, handle, problem))
    solve, _ = best(9, lambda: call(lib.c12_mrp_solve, handle, 0, ffi.NULL, ffi.NULL, ffi.NULL))
    levels, level = best(1, lambda: numpy_levels(p))
    peer, (gross, planned) = best(3 if n <= 100000 else 1, lambda: numpy_plan(p, level))
    mine = np.zeros(buckets, np.int64)
    row = new("c12_mrp_row", planned=column(mine, np.int64, None, ""))
    for i in np.random.default_rng(0).choice(n, min(n, 20000), replace=False):
        call(lib.c12_mrp_get, handle, 0, int(i), row)
        assert (mine == planned[i]).all(), f"item {i}"
    cells = n * buckets
    print(f"{n} items, {len(p['child'])} lines, {buckets} buckets, {level.max() + 1} levels; one thread, medians; plans equal")
    print(f"  {'':28}{'libc12':>12}{'numpy':>12}{'ratio':>8}")
    print(f"  {'codes and tables, ms':28}{load * 1e3:12.1f}{levels * 1e3:12.1f}{levels / load:8.0f}")
    print(f"  {'full plan, ms':28}{solve * 1e3:12.1f}{peer * 1e3:12.1f}{peer / solve:8.0f}")
    print(f"  {'ns an item and bucket':28}{solve * 1e9 / cells:12.1f}{peer * 1e9 / cells:12.1f}")


if __name__ == "__main__":
    main()
