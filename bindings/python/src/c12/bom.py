# SPDX-License-Identifier: Apache-2.0
"""Bills of material as columns: see c12/bom.h for what each column means."""
import numpy as np

from ._c12 import ffi, lib
from ._core import call, column, new

STATES = ("draft", "approved", "effective", "superseded", "rejected")
MOVES = ("approve", "reject", "release", "supersede", "reopen")


def eco_replay(required, entries):
    """Where change orders stand after their approval trail: (states, signed_by).  required: bit set of roles an order; entries: dict of eco, move (approve,
    reject, release, supersede, reopen), role and optionally who and time, in the order they were made.  The first entry that is refused is raised."""
    needed = np.ascontiguousarray(required, np.int32)
    moves = np.array([MOVES.index(m) for m in entries["move"]], np.int32)
    m, n = len(moves), len(needed)
    kept = {name: None if entries.get(name) is None else np.ascontiguousarray(entries[name], np.int32) for name in ("eco", "role", "who")}
    time = None if entries.get("time") is None else np.ascontiguousarray(entries["time"], np.int64)
    trail = new("c12_bom_trail", n_ecos=n, n_entries=m, eco_required=column(needed, np.int32, None, "required"), entry_move=column(moves, np.int32, None, "move"),
                entry_time=column(time, np.int64, m, "time"), **{f"entry_{name}": column(a, np.int32, m, name) for name, a in kept.items()})
    state, signed_by = np.zeros(n, np.int32), np.zeros(n, np.int32)
    size = lib.c12_bom_trail_scratch(n, m)
    memory = ffi.new("char[]", size)
    call(lib.c12_bom_eco_replay, trail, column(state, np.int32, None, "state"), column(signed_by, np.int32, None, "signed_by"), {"ptr": memory, "size": size})
    return [STATES[s] for s in state], signed_by


class Bom:
    """Lines of item i are line_off[i] .. line_off[i+1]-1.  The arrays are borrowed, never copied."""

    def __init__(self, line_off, line_child, line_num, line_den=None, line_scrap_ppm=None, line_from=None, line_to=None, line_offset=None, line_kind=None):
        self.n_items = len(line_off) - 1
        if self.n_items < 0:
            raise ValueError("line_off needs at least one row")
        n = self.n_lines = int(line_off[-1])
        wide = {"line_num": line_num, "line_den": line_den}
        narrow = {"line_child": line_child, "line_scrap_ppm": line_scrap_ppm, "line_from": line_from, "line_to": line_to, "line_offset": line_offset, "line_kind": line_kind}
        self.columns = (line_off, wide, narrow)
        self.c = new("c12_bom", n_items=self.n_items, line_off=column(line_off, np.int64, None, "line_off"),
                     **{name: column(a, np.int64, n, name) for name, a in wide.items()}, **{name: column(a, np.int32, n, name) for name, a in narrow.items()})

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

    def rollup_elements(self, own_cost, setup_cost=None, lot=None):
        """Costs by element: (this_level, lower), int64 [elements, items], from own_cost and setup_cost of that shape; lot = pieces that share a set-up."""
        own = np.ascontiguousarray(own_cost, np.int64)
        k = own.shape[0]
        if own.shape != (k, self.n_items) or (setup_cost is not None and np.shape(setup_cost) != own.shape):
            raise ValueError(f"costs must be [elements, {self.n_items}]")
        setup = None if setup_cost is None else np.ascontiguousarray(setup_cost, np.int64)
        lots = None if lot is None else np.ascontiguousarray(lot, np.int64)
        here, lower = np.zeros_like(own), np.zeros_like(own)
        e = new("c12_bom_elements", n_elements=k, own=column(own, np.int64, None, "own"), setup=column(setup, np.int64, None, "setup"), lot=column(lots, np.int64, self.n_items, "lot"),
                this_level=column(here, np.int64, None, "this_level"), lower=column(lower, np.int64, None, "lower"))
        call(lib.c12_bom_rollup_elements, self.c, e, ffi.NULL, self._scratch())
        return here, lower

    def _revised(self, rows, fill):
        """A new bill out of a call that fills a sheet."""
        wide = {name: np.zeros(rows, np.int64) for name in ("line_num", "line_den")}
        narrow = {name: np.zeros(rows, np.int32) for name in ("line_child", "line_scrap_ppm", "line_from", "line_to", "line_offset", "line_kind")}
        off = np.zeros(self.n_items + 1, np.int64)
        sheet = new("c12_bom_sheet", cap=rows, line_off=column(off, np.int64, None, "line_off"), **{name: column(a, a.dtype, None, name) for name, a in (wide | narrow).items()})
        fill(sheet)
        return Bom(off, **{name: a[:sheet.count].copy() for name, a in (wide | narrow).items()})

    def replace(self, before, after, num=1, den=1, bucket=0, only=None):
        """The bill with one component exchanged: num/den of the new for one of the old, from a bucket on, in all parents or those of a mask.
        `self.compare(result)` is the preview."""
        mask = None if only is None else np.ascontiguousarray(only, np.uint8)
        swap = new("c12_bom_swap", **{"before": before, "after": after, "num": num, "den": den, "from": bucket})
        if mask is not None:
            swap.only = column(mask, np.uint8, self.n_items, "only")
        return self._revised(2 * self.n_lines, lambda sheet: call(lib.c12_bom_replace, self.c, swap, sheet, self._scratch()))

    def mix(self, group, priority=None, share_ppm=None, available=None):
        """The plain bill out of alternates: lines of one parent in one group stand for one another, by shares or by priority and availability."""
        lines = {"line_group": group, "line_priority": priority, "line_share_ppm": share_ppm, "item_available": available}
        kept = {name: None if a is None else np.ascontiguousarray(a, np.int32) for name, a in lines.items()}
        a = new("c12_bom_alternates", **{name: column(v, np.int32, self.n_items if name == "item_available" else self.n_lines, name) for name, v in kept.items()})
        return self._revised(self.n_lines, lambda sheet: call(lib.c12_bom_mix, self.c, a, sheet, self._scratch()))

    @staticmethod
    def _ecos(ecos, edits):
        """(struct, arrays it borrows) of engineering changes."""
        kinds, kept = (None, "added", "removed", "changed"), []

        def keep(values, dtype, name):
            kept.append(None if values is None else np.ascontiguousarray(values, dtype))
            return column(kept[-1], dtype, None, name)

        e = new("c12_bom_ecos", n_ecos=len(ecos["state"]), n_edits=len(edits["eco"]), eco_state=keep([STATES.index(s) for s in ecos["state"]], np.int32, "state"),
                edit_kind=keep([kinds.index(k) for k in edits["kind"]], np.int32, "kind"), edit_line=keep(edits["line"], np.int64, "line"),
                edit_num=keep(edits["num"], np.int64, "num"), edit_den=keep(edits.get("den"), np.int64, "den"),
                **{f"eco_{name}": keep(ecos.get(name), np.int32, name) for name in ("from", "serial", "use_up")},
                **{f"edit_{name}": keep(edits.get(name), np.int32, name) for name in ("eco", "parent", "child", "scrap_ppm", "offset")})
        return e, kept

    def changed(self, ecos, edits, serial=0):
        """The bill as approved engineering changes make it.  ecos: dict of state (draft, approved, effective, superseded, rejected) and optionally
        from, serial, use_up; edits: dict of eco, kind (added, removed, changed), parent, line, child, num and optionally den, scrap_ppm, offset."""
        e, kept = self._ecos(ecos, edits)
        m = e.n_edits
        return self._revised(self.n_lines + m + m * m, lambda sheet: call(lib.c12_bom_eco_apply, self.c, e, serial, sheet, self._scratch()))

    def check_changed(self, ecos, edits, after, serial=0):
        """(violations, first broken rule or None): is `after` this bill as `changed` should make it?  By the independent checker."""
        e, kept = self._ecos(ecos, edits)
        verdict, size = new("c12_verdict"), lib.c12_bom_eco_check_scratch(self.n_items, self.n_lines, e.n_edits, after.n_lines)
        memory = ffi.new("char[]", size)
        call(lib.c12_bom_eco_check, self.c, e, serial, after.c, verdict, {"ptr": memory, "size": size})
        return verdict.violations, ffi.string(verdict.rule).decode() if verdict.rule else None

    def model(self):
        """A kept copy that is asked and changed: see Model."""
        return Model(self)

    def compare(self, after):
        """Lines that differ in a later revision of the same items: dict of parent, child, kind (1 added, 2 removed, 3 changed), line_before, line_after."""
        cap = self.n_lines + after.n_lines
        out = {name: np.zeros(cap, np.int32) for name in ("parent", "child", "kind")} | {name: np.zeros(cap, np.int64) for name in ("line_before", "line_after")}
        changes = new("c12_bom_changes", cap=cap, **{name: column(a, a.dtype, None, name) for name, a in out.items()})
        call(lib.c12_bom_compare, self.c, after.c, changes)
        return {name: a[:changes.count] for name, a in out.items()}


class Model:
    """A loaded bill of materials: codes, costs that follow changes, where-used that looks at nothing but the ancestors.

    Memory is the model's own; the columns it was made of are no longer needed."""

    def __init__(self, bom):
        self.n_items = bom.n_items
        handle = ffi.new("c12_bom_model **")
        call(lib.c12_bom_model_create, handle, new("c12_bom_dims", items=bom.n_items, lines=bom.n_lines), ffi.NULL)
        self.c = ffi.gc(handle[0], lib.c12_bom_model_destroy)
        call(lib.c12_bom_model_load, self.c, bom.c, ffi.NULL)

    def levels(self):
        """Low-level code of every item, int32."""
        out = np.zeros(self.n_items, np.int32)
        call(lib.c12_bom_model_levels, self.c, column(out, np.int32, None, "level"), ffi.NULL)
        return out

    def rollup(self, own_cost):
        """Unit cost of every item in millionths; kept, so that changes touch nothing but ancestors."""
        out = np.zeros(self.n_items, np.int64)
        call(lib.c12_bom_model_rollup, self.c, column(own_cost, np.int64, self.n_items, "own_cost"), column(out, np.int64, None, "unit_cost"))
        return out

    def explode(self, demand):
        """Gross requirement of every item for a demand vector, int64."""
        out = np.zeros(self.n_items, np.int64)
        call(lib.c12_bom_model_explode, self.c, column(demand, np.int64, self.n_items, "demand"), column(out, np.int64, None, "gross"))
        return out

    def cost(self, item):
        """One item's rolled-up cost."""
        out = ffi.new("c12_money *")
        call(lib.c12_bom_model_cost, self.c, item, out)
        return out[0]

    def _changed(self, function, *args):
        cap = self.n_items
        out = {"item": np.zeros(cap, np.int32), "before": np.zeros(cap, np.int64), "after": np.zeros(cap, np.int64)}
        costs = new("c12_bom_costs", cap=cap, **{name: column(a, a.dtype, None, name) for name, a in out.items()})
        call(function, self.c, *args, costs)
        return {name: a[:costs.count] for name, a in out.items()}

    def set_cost(self, item, own_cost):
        """Change one item's own cost; dict of item, before, after: the unit costs that changed."""
        return self._changed(lib.c12_bom_model_set_cost, item, own_cost)

    def set_line(self, line, num, den=1, scrap_ppm=0):
        """Change one line's quantity and scrap; the unit costs that changed."""
        return self._changed(lib.c12_bom_model_set_line, line, num, den, scrap_ppm)

    def where_used(self, item, max_level=0):
        """Ancestors of an item: dict of item, level_short, level_long, qty_num, qty_den; max_level 1 = direct parents only."""
        cap = self.n_items
        out = {name: np.zeros(cap, np.int32) for name in ("item", "level_short", "level_long")} | {name: np.zeros(cap, np.int64) for name in ("qty_num", "qty_den")}
        uses = new("c12_bom_uses", cap=cap, **{name: column(a, a.dtype, None, name) for name, a in out.items()})
        call(lib.c12_bom_model_where_used, self.c, item, max_level, uses)
        return {name: a[:uses.count] for name, a in out.items()}
