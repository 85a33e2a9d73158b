# SPDX-License-Identifier: Apache-2.0
"""The plants all MRP peers plan, and libc12's own answers to them.

A peer is a class with the methods of Library below; each leaves its answer where it likes and hands it out as numpy arrays when asked, so that
reading an answer out of a database is not timed."""
import numpy as np

from c12._core import call, column, new
from c12._c12 import ffi, lib

DENOMINATOR = 120 * 10**6  # a multiple of every den * 10^6 of the plants


class Missing(Exception):
    """A peer that cannot be run here; the text says what it needs."""


def plant(n, buckets, seed=1):
    """Nine levels, a third of the items made, 2.5 lines an item, popular bought parts, scrap, fractions, four lot rules; item numbers say
    nothing about levels."""
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
    number = g.permutation(n)
    parent, child = number[np.concatenate(parent)], number[np.concatenate(child)]
    order = np.lexsort((child, parent))
    parent, child = parent[order], child[order]
    m = len(parent)
    kind = g.random(m)
    num = np.where(kind < 0.6, 1, g.integers(1, 8, m))
    den = np.where(kind > 0.86, np.array([2, 3, 4, 8, 10, 12])[g.integers(0, 6, m)], 1)
    ppm = np.where(g.random(m) < 0.3, g.integers(1, 51, m) * 1000, 0)
    makes = np.zeros(n, bool)
    makes[number[:made]] = True
    di, db = np.nonzero(g.random((start[1], buckets)) < 0.6)
    return {"n": n, "buckets": buckets, "parent": parent, "child": child, "num": num, "den": den, "ppm": ppm,
            "lead": np.where(makes, g.integers(0, 3, n), g.integers(1, 7, n)), "rule": g.choice(4, n, p=[0.45, 0.2, 0.2, 0.15]),
            "size": g.integers(10, 900, n), "min": g.integers(0, 300, n), "multiple": g.choice([1, 5, 10, 12, 24], n), "periods": g.integers(2, 7, n),
            "safety": np.where(g.random(n) < 0.3, g.integers(1, 300, n), 0), "on_hand": np.where(g.random(n) < 0.6, g.integers(0, 3000, n), 0),
            "own_cost": np.exp(g.normal(14.0, 1.6, n)).astype(np.int64), "bought": number[made:],
            "demand_item": number[di], "demand_bucket": db, "demand_qty": g.integers(1, 60, len(di))}


def wanted(p):
    """What an explosion starts from: each item's independent demand over the whole horizon."""
    out = np.zeros(p["n"], np.int64)
    np.add.at(out, p["demand_item"], p["demand_qty"])
    return out


class Library:
    """libc12 on one thread, its columns borrowed from the plant."""
    name = "c12"

    def __init__(self, p):
        self.p, self.n, self.buckets, self.keep = p, p["n"], p["buckets"], []
        off = np.zeros(self.n + 1, np.int64)
        np.cumsum(np.bincount(p["parent"], minlength=self.n), out=off[1:])
        c, small, wide = self._column, np.int32, np.int64
        self.bom = new("c12_bom", n_items=self.n, line_off=c(off, wide), line_child=c(p["child"], small), line_num=c(p["num"], wide), line_den=c(p["den"], wide), line_scrap_ppm=c(p["ppm"], small))
        problem = new("c12_mrp_input", bom=self.bom, n_buckets=self.buckets, n_demand=len(p["demand_item"]), demand_item=c(p["demand_item"], small), demand_bucket=c(p["demand_bucket"], small),
                      demand_qty=c(p["demand_qty"], wide), on_hand=c(p["on_hand"], wide), safety=c(p["safety"], wide), lead_time=c(p["lead"], small), lot_rule=c(p["rule"], small),
                      lot_size=c(p["size"], wide), lot_min=c(p["min"], wide), lot_multiple=c(p["multiple"], wide), lot_periods=c(p["periods"], small))
        self.mrp = self._make("c12_mrp", new("c12_mrp_dims", items=self.n, buckets=self.buckets, lines=len(p["child"]), demand=len(p["demand_item"])))
        self.model = self._make("c12_bom_model", new("c12_bom_dims", items=self.n, lines=len(p["child"])))
        call(lib.c12_mrp_load, self.mrp, problem)
        self.level, self.gross, self.cost = np.zeros(self.n, small), np.zeros(self.n, wide), np.zeros(self.n, wide)
        self.want, self.own = c(wanted(p), wide), c(p["own_cost"], wide)
        self.ancestors = [np.zeros(self.n, dtype) for dtype in (small, small, small, wide, wide)]
        self.uses = new("c12_bom_uses", cap=self.n, **{k: self._out(a) for k, a in zip(("item", "level_short", "level_long", "qty_num", "qty_den"), self.ancestors)})
        self.edit = ffi.new("c12_mrp_edit *", {"kind": lib.C12_MRP_EDIT_DEMAND})

    def _column(self, values, dtype):
        self.keep.append(np.ascontiguousarray(values, dtype))
        return column(self.keep[-1], dtype, None, "")

    def _out(self, array):
        return column(array, array.dtype, None, "")

    def _make(self, kind, dims):
        out = ffi.new(f"{kind} **")
        call(getattr(lib, f"{kind}_create"), out, dims, ffi.NULL)
        return ffi.gc(out[0], getattr(lib, f"{kind}_destroy"))

    def codes(self):
        """Low-level codes, and the lines laid out by parent and by child."""
        call(lib.c12_bom_model_load, self.model, self.bom, ffi.NULL)

    def plan(self):
        call(lib.c12_mrp_solve, self.mrp, 0, ffi.NULL, ffi.NULL, ffi.NULL)

    def explode(self):
        call(lib.c12_bom_model_explode, self.model, self.want, self._out(self.gross))

    def rollup(self):
        call(lib.c12_bom_model_rollup, self.model, self.own, self._out(self.cost))

    def where_used(self, item):
        """Ancestors with the shortest and the longest way up, by item."""
        if lib.c12_bom_model_where_used(self.model, item, 0, self.uses, ffi.NULL):
            raise RuntimeError("where-used")

    def change(self, row, qty):
        """A demand row gets another quantity and the plan follows."""
        self.edit.row, self.edit.bucket, self.edit.value = row, self.p["demand_bucket"][row], qty
        if lib.c12_mrp_change(self.mrp, 0, self.edit, 1, ffi.NULL, ffi.NULL):
            raise RuntimeError("change")

    def levels(self):
        call(lib.c12_bom_model_levels, self.model, self._out(self.level), ffi.NULL)
        return self.level

    def releases(self):
        """[items][1 + buckets]: past due, then by bucket."""
        out, line = np.zeros((self.n, 1 + self.buckets), np.int64), np.zeros(self.buckets, np.int64)
        row = new("c12_mrp_row", release=self._out(line))
        for i in range(self.n):
            call(lib.c12_mrp_get, self.mrp, 0, i, row)
            out[i, 0], out[i, 1:] = row.past_due, line
        return out

    def totals(self):
        return self.gross

    def costs(self):
        return self.cost

    def used(self):
        rows = np.column_stack([a[: self.uses.count] for a in self.ancestors[:3]]).astype(np.int64)
        return rows[np.argsort(rows[:, 0])]

    def close(self):
        pass
