# SPDX-License-Identifier: Apache-2.0
"""A bill of material of codes: tables in, tables out; `c12.bom` has the same on columns."""
from decimal import Decimal, InvalidOperation

import numpy as np

from ._c12 import ffi, lib
from ._core import call, column, new
from ._mrp import LINES, Tables, frame, names, only, text


def micros(value, where):
    """Money as whole millionths, exactly or not at all."""
    try:
        out = Decimal(str(value)) * 10**6
    except InvalidOperation:
        raise ValueError(f"{where} = {value!r}: money is a decimal number") from None
    if out != out.to_integral_value() or out < 0:
        raise ValueError(f"{where} = {value!r}: money has at most 6 places and is not negative")
    return int(out)


class Bill(Tables):
    """Who takes what: a table of parent, child and num, and as it has them den, scrap_ppm, effective_from, effective_to, offset, kind, alternate,
    priority, share_ppm, as in bom.csv (docs/guide/plant.md).  Of alternates the lines that planning takes count.

    Items are numbered as they first appear, parents first in a row, or in the order of `items`.  Answers are tables with a column item."""

    def __init__(self, lines, items=None):
        only(lines, (*LINES, "kind"), "lines")
        if items is None:
            items = list(dict.fromkeys(code for row in zip(text(lines, "parent"), text(lines, "child")) for code in row))
        self._codes({"item": items})
        self.c = self._bom(lines)
        self.items = np.array(self.codes, dtype=object)

    def _scratch(self):
        size = lib.c12_bom_scratch(self.n)
        self.memory = ffi.new("char[]", size)
        return {"ptr": self.memory, "size": size}

    def _row(self, code):
        if str(code) not in self.row_of:
            raise ValueError(f"{code!r} is no item of this bill")
        return self.row_of[str(code)]

    def _at(self, bucket):
        return new("c12_bom_options", bucket=bucket)

    def levels(self):
        """Low-level code of every item (R1)."""
        level = np.zeros(self.n, np.int32)
        call(lib.c12_bom_levels, self.c, column(level, np.int32, None, "level"), ffi.NULL, self._scratch())
        return frame(item=self.items, level=level)

    def explode(self, demand, bucket=0):
        """What a demand takes of every item, itself included: demand is a dict of code to whole quantity; lines count that are effective in bucket."""
        want, gross = np.zeros(self.n, np.int64), np.zeros(self.n, np.int64)
        for code, qty in demand.items():
            want[self._row(code)] = qty
        call(lib.c12_bom_explode, self.c, column(want, np.int64, None, "demand"), self._at(bucket), column(gross, np.int64, None, "gross"), self._scratch())
        return frame(item=self.items[gross > 0], qty=gross[gross > 0])

    def where_used(self, item, multi=True):
        """Who takes the item, with its shortest and longest way and the exact quantity per, num / den (R11); multi=False: its parents only."""
        out = {name: np.zeros(self.n, np.int32) for name in ("item", "level_short", "level_long")} | {name: np.zeros(self.n, np.int64) for name in ("qty_num", "qty_den")}
        uses = new("c12_bom_uses", cap=self.n, **{name: column(a, a.dtype, None, name) for name, a in out.items()})
        call(lib.c12_bom_where_used, self.c, self._row(item), 0 if multi else 1, uses, self._scratch())
        out = {name: a[:uses.count] for name, a in out.items()}
        out["item"] = self.items[out["item"]]
        return frame(**out)

    def rollup(self, own_cost, bucket=0):
        """Unit cost of every item from what is added at each: a dict of code to money, or a table of item and own_cost; 0 where nothing is said.
        micros are exact millionths (R9), unit_cost the same as floats."""
        if "item" in names(own_cost) and "own_cost" in names(own_cost):
            own_cost = dict(zip(text(own_cost, "item"), np.asarray(own_cost["own_cost"], dtype=object)))
        own, unit = np.zeros(self.n, np.int64), np.zeros(self.n, np.int64)
        for code, money in own_cost.items():
            own[self._row(code)] = micros(money, f"own_cost[{code!r}]")
        call(lib.c12_bom_rollup, self.c, column(own, np.int64, None, "own_cost"), self._at(bucket), column(unit, np.int64, None, "unit_cost"), self._scratch())
        return frame(item=self.items, unit_cost=unit / 1e6, micros=unit)
