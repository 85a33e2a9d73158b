# SPDX-License-Identifier: Apache-2.0
"""Bills of material as columns: see c12/bom.h for what each column means."""
import numpy as np

from ._c12 import ffi, lib
from ._core import call, column, new


class Bom:
    """Lines of item i are line_off[i] .. line_off[i+1]-1.  The arrays are borrowed, never copied."""

    def __init__(self, line_off, line_child, line_num, line_den=None, line_scrap_ppm=None):
        self.n_items = len(line_off) - 1
        if self.n_items < 0:
            raise ValueError("line_off needs at least one row")
        self.columns = (line_off, line_child, line_num, line_den, line_scrap_ppm)
        n = int(line_off[-1])
        self.c = new("c12_bom", n_items=self.n_items, line_off=column(line_off, np.int64, None, "line_off"),
                     line_child=column(line_child, np.int32, n, "line_child"), line_num=column(line_num, np.int64, n, "line_num"),
                     line_den=column(line_den, np.int64, n, "line_den"), line_scrap_ppm=column(line_scrap_ppm, np.int32, n, "line_scrap_ppm"))

    def _scratch(self):
        size = lib.c12_bom_scratch(self.n_items)
        memory = ffi.new("char[]", size)
        self.memory = memory
        return {"ptr": memory, "size": size}

    def levels(self):
        """Low-level code of every item, int32."""
        out = np.zeros(self.n_items, np.int32)
        call(lib.c12_bom_levels, self.c, column(out, np.int32, None, "level"), ffi.NULL, self._scratch())
        return out

    def rollup(self, own_cost):
        """Unit cost of every item in millionths, int64, from the cost added at each item."""
        out = np.zeros(self.n_items, np.int64)
        call(lib.c12_bom_rollup, self.c, column(own_cost, np.int64, self.n_items, "own_cost"), ffi.NULL, column(out, np.int64, None, "unit_cost"), self._scratch())
        return out

    def explode(self, demand):
        """Gross requirement of every item for a demand vector, int64."""
        out = np.zeros(self.n_items, np.int64)
        call(lib.c12_bom_explode, self.c, column(demand, np.int64, self.n_items, "demand"), ffi.NULL, column(out, np.int64, None, "gross"), self._scratch())
        return out
