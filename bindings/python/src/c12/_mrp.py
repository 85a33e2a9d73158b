# SPDX-License-Identifier: Apache-2.0
"""Material requirements planning on tables: see c12/mrp.h for the rules behind every number.

A table is anything that gives a column by name: a pandas DataFrame, a dict of lists or arrays, an Arrow table.  Columns are those of a
plant folder (docs/guide/plant.md); what is missing takes its default.  Quantities are whole numbers of the item's smallest unit; order_cost and
holding_cost are whole numbers too, in any unit of money common to both."""
from collections import namedtuple

import numpy as np

from ._c12 import ffi, lib
from ._core import call, column, new

TYPES = {"buy": 0, "make": 1, "phantom": 2}
RULES = {"lot_for_lot": 0, "fixed": 1, "min_multiple": 2, "periods": 3, "min_max": 4, "eoq": 5, "silver_meal": 6, "part_period": 7, "groff": 8, "wagner_whitin": 9}
KINDS = {"demand": {"order": 0, "forecast": 1}, "receipt": {"scheduled": 0, "firm": 1}}
MESSAGES = ("", "past_due_release", "expedite", "defer", "cancel", "overdue_receipt", "fence_shortage")
FIELDS = {"on_hand": 1, "safety_stock": 2, "lead_time": 3, "lot_rule": 4, "lot_size": 5, "lot_min": 6, "lot_max": 7, "lot_multiple": 8, "lot_periods": 9, "order_cost": 10, "holding_cost": 11,
          "safety_time": 12, "planning_fence": 13, "demand_fence": 14, "yield_ppm": 15}

FROM = ("stock", "receipt", "order", "nothing", "by_product")
ITEM_COLUMNS = (("on_hand", "on_hand", np.int64, 0), ("safety_stock", "safety", np.int64, 0), ("lead_time", "lead_time", np.int32, 0),
                ("lot_size", "lot_size", np.int64, 1), ("lot_min", "lot_min", np.int64, 0), ("lot_max", "lot_max", np.int64, 0),
                ("lot_multiple", "lot_multiple", np.int64, 1), ("lot_periods", "lot_periods", np.int32, 1),
                ("order_cost", "order_cost", np.int64, 0), ("holding_cost", "holding_cost", np.int64, 0))
BUCKET_COLUMNS = (("safety_time", "safety_time", np.int32, 0), ("planning_fence", "planning_fence", np.int32, 0),
                  ("demand_fence", "demand_fence", np.int32, 0), ("yield_ppm", "yield_ppm", np.int32, 10**6))
ITEMS = ("item", "type", "lot_rule", *(c[0] for c in ITEM_COLUMNS), "own_cost", "unit", "scale", "family", "abc")
LINES = ("parent", "child", "num", "den", "scrap_ppm", "effective_from", "effective_to", "offset", "alternate", "priority", "share_ppm", "refs")
SHEET = (("line_num", np.int64), ("line_den", np.int64), ("line_source", np.int64), ("line_child", np.int32), ("line_scrap_ppm", np.int32),
         ("line_from", np.int32), ("line_to", np.int32), ("line_offset", np.int32), ("line_kind", np.int32))
Promise = namedtuple("Promise", "bucket item late")
Result = namedtuple("Result", "plan orders messages")
Why = namedtuple("Why", "level demand dependent receipts opening before floor net planned projected lead_time release_bucket late text")


def frame(**columns):
    """The columns as a pandas DataFrame where pandas is installed, else as a dict of arrays."""
    try:
        import pandas
    except ImportError:
        return columns
    return pandas.DataFrame(columns)


def names(table):
    return set(table.keys()) if hasattr(table, "keys") else set(table.column_names)


def text(table, name):
    return [str(v) for v in np.asarray(table[name], dtype=object)]


def whole(table, name, default, where):
    """An integer column; empty cells (None, NaN, "") take the default."""
    if name not in names(table):
        return None
    values = np.asarray(table[name])
    if np.issubdtype(values.dtype, np.integer):
        return np.ascontiguousarray(values, np.int64)
    out = np.empty(len(values), np.int64)
    for row, v in enumerate(values.tolist()):
        if v is None or v == "" or v != v:
            out[row] = default
        elif int(v) != v if isinstance(v, float) else not str(v).lstrip("-").isdigit():
            raise ValueError(f"{where}.{name}[{row}] = {v!r}: quantities and buckets are whole numbers; multiply by the item's scale first")
        else:
            out[row] = int(v)
    return out


def words(table, name, known, where):
    if name not in names(table):
        return None
    out = np.zeros(len(table[name]), np.int32)
    for row, v in enumerate(np.asarray(table[name], dtype=object)):
        if v not in known:
            raise ValueError(f"{where}.{name}[{row}] = {v!r}: one of {', '.join(known)}")
        out[row] = known[v]
    return out


def only(table, known, where):
    unknown = names(table) - set(known)
    if unknown:
        raise ValueError(f"{where} has unknown column {sorted(unknown)[0]!r}; known are {', '.join(known)}")


class Tables:
    """Items and lines read from tables into columns, which `kept` holds alive for the library."""

    def _codes(self, items):
        self.kept = []
        self.codes = text(items, "item")
        self.row_of = {code: row for row, code in enumerate(self.codes)}
        if len(self.row_of) < len(self.codes):
            raise ValueError(f"items.item: {next(c for i, c in enumerate(self.codes) if self.row_of[c] != i)!r} stands twice")
        self.n = len(self.codes)
        self.types = words(items, "type", TYPES, "items")

    def _item_columns(self, problem, items, columns=ITEM_COLUMNS):
        problem.item_type = self._column(self.types, np.int32, "type")
        problem.lot_rule = self._column(words(items, "lot_rule", RULES, "items"), np.int32, "lot_rule")
        for name, field, dtype, default in columns:
            setattr(problem, field, self._column(whole(items, name, default, "items"), dtype, name))

    def _column(self, values, dtype, name):
        if values is None:
            return ffi.NULL
        array = np.ascontiguousarray(values, dtype)
        self.kept.append(array)
        return column(array, dtype, None, name)

    def _items(self, table, name, where):
        codes = text(table, name)
        for row, code in enumerate(codes):
            if code not in self.row_of:
                raise ValueError(f"{where}.{name}[{row}] = {code!r}: no such item; add it to items or mend the code")
        return np.array([self.row_of[c] for c in codes], np.int32)

    def _bom(self, bom):
        """The lines that planning takes, by parent, as the library numbers them; line_codes keeps the table's rows in that order."""
        graph = self._whole_bom(bom)
        return self._mixed(graph, bom) if "alternate" in names(bom) else graph

    def _mixed(self, graph, bom):
        """Of lines of one parent in one alternate group the one of lowest priority, or each with its share."""
        rows, groups = len(self.line_codes), {}
        named = [(None if v is None or v == "" or v != v else str(v)) for v in np.asarray(bom["alternate"], dtype=object)[self.line_codes]]
        group = [-1 if v is None else groups.setdefault(v, len(groups)) for v in named]
        columns = [whole(bom, name, 0, "bom") for name in ("priority", "share_ppm")]
        priority, share = (None if v is None else v[self.line_codes] for v in columns)
        a = new("c12_bom_alternates", line_group=self._column(group, np.int32, "alternate"), line_priority=self._column(priority, np.int32, "priority"), line_share_ppm=self._column(share, np.int32, "share_ppm"))
        made = {name: np.zeros(rows, dtype) for name, dtype in SHEET}
        off = np.zeros(self.n + 1, np.int64)
        sheet = new("c12_bom_sheet", cap=rows, line_off=column(off, np.int64, None, "line_off"), **{name: column(v, v.dtype, None, name) for name, v in made.items()})
        size = lib.c12_bom_scratch(self.n)
        scratch = ffi.new("char[]", size)
        call(lib.c12_bom_mix, graph, a, sheet, {"ptr": scratch, "size": size})
        self.line_codes = self.line_codes[made.pop("line_source")[:sheet.count]]
        mixed = new("c12_bom", n_items=self.n, line_off=self._column(off, np.int64, "line_off"), **{name: self._column(v, v.dtype, name) for name, v in made.items()})
        self.kept.append(mixed)
        return mixed

    def _whole_bom(self, bom):
        """Every line by parent."""
        parent = self._items(bom, "parent", "bom")
        order = np.argsort(parent, kind="stable")
        self.line_codes = order
        off = np.zeros(self.n + 1, np.int64)
        np.cumsum(np.bincount(parent, minlength=self.n), out=off[1:])
        graph = new("c12_bom", n_items=self.n, line_off=self._column(off, np.int64, "line_off"),
                    line_child=self._column(self._items(bom, "child", "bom")[order], np.int32, "child"))
        for name, field, dtype, default in (("num", "line_num", np.int64, 1), ("den", "line_den", np.int64, 1), ("scrap_ppm", "line_scrap_ppm", np.int32, 0),
                                            ("effective_from", "line_from", np.int32, 0), ("effective_to", "line_to", np.int32, 2**31 - 1), ("offset", "line_offset", np.int32, 0)):
            values = whole(bom, name, default, "bom")
            if values is None and name == "num":
                values = np.ones(len(parent), np.int64)
            setattr(graph, field, self._column(None if values is None else values[order], dtype, name))
        kinds = words(bom, "kind", {"component": 0, "by_product": 1}, "bom")
        graph.line_kind = self._column(None if kinds is None else kinds[order], np.int32, "kind")
        self.kept.append(graph)
        return graph


class Planner(Tables):
    """A plan that is kept: read rows, ask why, change inputs and see what moves.  Made by `c12.planner(...)`."""

    def __init__(self, items, bom, demand, receipts=None, buckets=52, branches=0, room=1000, safety=None, negative_stock=False, phantom_demand=True, message_shift=0, message_qty=0):
        only(items, (*ITEMS, *(c[0] for c in BUCKET_COLUMNS)), "items")
        only(bom, (*LINES, "kind"), "bom")
        self._codes(items)
        self.buckets, self.room = buckets, room
        problem = new("c12_mrp_input", bom=self._bom(bom), n_buckets=buckets, negative_stock=int(negative_stock), phantom_demand=int(not phantom_demand), message_shift=message_shift, message_qty=message_qty)
        self._item_columns(problem, items, ITEM_COLUMNS + BUCKET_COLUMNS)
        n_demand = self._rows(problem, demand, "demand")
        n_receipts = self._rows(problem, receipts, "receipt") if receipts is not None else 0
        n_safety = self._safety(problem, safety) if safety is not None else 0
        dims = new("c12_mrp_dims", items=self.n, buckets=buckets, lines=len(self.line_codes) + room, rare_lines=len(self.line_codes) + room, demand=n_demand + room, receipts=n_receipts + room, safety=n_safety + room,
                   wide_rows=self.n, line_edits=20 * room, branches=branches, branch_rows=min(self.n * branches, 100 * room), branch_events=10 * room)
        handle = ffi.new("c12_mrp **")
        call(lib.c12_mrp_create, handle, dims, ffi.NULL)
        self.c = ffi.gc(handle[0], lib.c12_mrp_destroy)
        call(lib.c12_mrp_load, self.c, problem)
        call(lib.c12_mrp_solve, self.c, 0, ffi.NULL, ffi.NULL, ffi.NULL)
        self.kept = None  # the handle has its own copy

    def _rows(self, problem, table, kind):
        where = "demand" if kind == "demand" else "receipts"
        only(table, ("item", "bucket", "qty", "reference", "kind"), where)
        setattr(problem, f"{kind}_kind", self._column(words(table, "kind", KINDS[kind], where), np.int32, "kind"))
        item = self._items(table, "item", where)
        setattr(problem, f"{kind}_item", self._column(item, np.int32, "item"))
        setattr(problem, f"{kind}_bucket", self._column(whole(table, "bucket", 0, where), np.int32, "bucket"))
        setattr(problem, f"{kind}_qty", self._column(whole(table, "qty", 0, where), np.int64, "qty"))
        setattr(problem, "n_demand" if kind == "demand" else "n_receipts", len(item))
        return len(item)

    def _safety(self, problem, table):
        """Safety stock by bucket: sorted as the library wants it."""
        only(table, ("item", "bucket", "qty"), "safety")
        item, bucket, qty = self._items(table, "item", "safety"), whole(table, "bucket", 0, "safety"), whole(table, "qty", 0, "safety")
        order = np.lexsort((bucket, item))
        problem.safety_item = self._column(item[order], np.int32, "item")
        problem.safety_bucket = self._column(bucket[order], np.int32, "bucket")
        problem.safety_qty = self._column(qty[order], np.int64, "qty")
        problem.n_safety = len(item)
        return len(item)

    # ---- reading ----------------------------------------------------------------------------------------------------------------

    def _row(self, item, branch):
        out = {name: np.zeros(self.buckets, np.int64) for name in ("gross", "receipts", "planned", "release", "projected")}
        row = new("c12_mrp_row", **{name: column(a, np.int64, None, name) for name, a in out.items()})
        call(lib.c12_mrp_get, self.c, branch, item, row)
        return row, out

    def row(self, item, branch=0):
        """One item's time-phased table: bucket, gross, receipts, planned, release, projected."""
        _, out = self._row(self.row_of[item], branch)
        return frame(bucket=np.arange(self.buckets), **out)

    def result(self, branch=0):
        """Result(plan, orders, messages): the tables `c12 mrp` writes, rows where anything happens."""
        gross, planned, release, projected = (np.zeros(self.n * self.buckets, np.int64) for _ in range(4))
        past_due, cap = np.zeros(self.n, np.int64), 1 << 16
        while True:
            messages = {name: np.zeros(cap, np.int32) for name in ("exc_item", "exc_bucket", "exc_kind", "exc_to")}
            messages["exc_qty"] = np.zeros(cap, np.int64)
            plan = new("c12_mrp_plan", exc_cap=cap, gross=column(gross, np.int64, None, ""), planned=column(planned, np.int64, None, ""),
                       release=column(release, np.int64, None, ""), projected=column(projected, np.int64, None, ""), past_due=column(past_due, np.int64, None, ""),
                       **{name: column(a, a.dtype, None, name) for name, a in messages.items()})
            call(lib.c12_mrp_solve, self.c, branch, ffi.NULL, plan, ffi.NULL)
            if plan.exc_count <= cap:
                break
            cap = plan.exc_count
        codes = np.array(self.codes, object)
        cell = np.flatnonzero((gross != 0) | (planned != 0) | (release != 0))
        late = np.flatnonzero(past_due)
        item = np.concatenate([late, cell // self.buckets])
        bucket = np.concatenate([np.full(len(late), -1), cell % self.buckets])
        order = np.lexsort((bucket, item))
        parts = [np.concatenate([head, a[cell]])[order] for head, a in ((0 * late, gross), (0 * late, planned), (past_due[late], release), (0 * late, projected))]
        types = np.zeros(self.n, np.int32) if self.types is None else self.types
        made = cell[(planned[cell] != 0) & (types[cell // self.buckets] != TYPES["phantom"])]
        k = plan.exc_count
        return Result(frame(item=codes[item[order]], bucket=bucket[order], gross=parts[0], planned_receipt=parts[1], release=parts[2], projected=parts[3]),
                      frame(item=codes[made // self.buckets], due_bucket=made % self.buckets, qty=planned[made]),
                      frame(item=codes[messages["exc_item"][:k]], bucket=messages["exc_bucket"][:k], kind=np.array(MESSAGES, object)[messages["exc_kind"][:k]],
                            qty=messages["exc_qty"][:k], to_bucket=messages["exc_to"][:k]))

    def why(self, item, bucket, branch=0):
        """The numbers behind a cell, rule by rule, and as sentences."""
        sentences = ffi.new("char[2048]")
        why = new("c12_mrp_why", text=sentences, text_cap=2048)
        call(lib.c12_mrp_explain, self.c, branch, self.row_of[item], bucket, why)
        return Why(*(getattr(why, f) for f in Why._fields[:-1]), ffi.string(sentences).decode())

    def waiting(self, item, bucket, branch=0):
        """Demand that waits for the item's requirement in a bucket, through every level: row, item, bucket, qty."""
        cap = 64
        while True:
            out = {"row": np.zeros(cap, np.int64), "item": np.zeros(cap, np.int32), "bucket": np.zeros(cap, np.int32), "qty": np.zeros(cap, np.int64)}
            d = new("c12_mrp_demands", cap=cap, **{name: column(a, a.dtype, None, name) for name, a in out.items()})
            call(lib.c12_mrp_peg_up, self.c, branch, self.row_of[item], bucket, d)
            if d.count <= cap:
                k = d.count
                return frame(row=out["row"][:k], item=np.array(self.codes, object)[out["item"][:k]], bucket=out["bucket"][:k], qty=out["qty"][:k])
            cap = d.count

    def _feeds(self, ask):
        cap = 256
        while True:
            out = {"item": np.zeros(cap, np.int32), "kind": np.zeros(cap, np.int32), "bucket": np.zeros(cap, np.int32), "row": np.zeros(cap, np.int64), "qty": np.zeros(cap, np.int64)}
            f = new("c12_mrp_feeds", cap=cap, **{name: column(a, a.dtype, None, name) for name, a in out.items()})
            ask(f)
            if f.count <= cap:
                k = f.count
                return frame(item=np.array(self.codes, object)[out["item"][:k]], kind=np.array(FROM, object)[out["kind"][:k]], bucket=out["bucket"][:k], row=out["row"][:k], qty=out["qty"][:k])
            cap = f.count

    def feeds(self, item, bucket, branch=0):
        """What feeds the planned order received in a bucket, through every level: item, kind (stock, receipt, order, nothing), bucket, row, qty."""
        return self._feeds(lambda f: call(lib.c12_mrp_peg_down, self.c, branch, self.row_of[item], bucket, f))

    def feeds_demand(self, row, branch=0):
        """The same for a demand row, from its own item's supply down."""
        return self._feeds(lambda f: call(lib.c12_mrp_peg_demand, self.c, branch, row, f))

    def quote(self, item, bucket, qty, branch=0):
        """When a new order can be met without anything being released before bucket 0: Promise(bucket, item, late); bucket None = not within the
        horizon; item and late say what is missing when wanted."""
        p = new("c12_mrp_promise")
        call(lib.c12_mrp_quote, self.c, branch, self.row_of[item], bucket, qty, p)
        return Promise(p.bucket if p.bucket >= 0 else None, self.codes[p.item] if p.item >= 0 else None, p.late)

    def atp(self, item, discrete=False, branch=0):
        """Available-to-promise by bucket, cumulative or discrete."""
        qty = np.zeros(self.buckets, np.int64)
        call(lib.c12_mrp_atp, self.c, branch, self.row_of[item], int(discrete), column(qty, np.int64, None, "qty"))
        return qty

    # ---- changing ---------------------------------------------------------------------------------------------------------------

    def _change(self, branch, **fields):
        edit = ffi.new("c12_mrp_edit *", fields)
        cap = 1024
        out = {"item": np.zeros(cap, np.int32), "bucket": np.zeros(cap, np.int32), "before": np.zeros(cap, np.int64), "after": np.zeros(cap, np.int64)}
        d = new("c12_mrp_delta", cap=cap, **{name: column(a, a.dtype, None, name) for name, a in out.items()})
        call(lib.c12_mrp_change, self.c, branch, edit, 1, d)
        k = min(d.count, cap)
        return frame(item=np.array(self.codes, object)[out["item"][:k]], bucket=out["bucket"][:k], before=out["before"][:k], after=out["after"][:k])

    def set_item(self, item, branch=0, **field):
        """Change one field of an item (on_hand, safety_stock, lead_time, lot_rule, ...); returns the planned receipts that moved (the first 1024)."""
        (name, value), = field.items()
        return self._change(branch, kind=lib.C12_MRP_EDIT_ITEM, field=FIELDS[name], item=self.row_of[item], value=RULES[value] if name == "lot_rule" else value)

    def set_demand(self, row, bucket, qty, branch=0):
        """Change a demand row; returns the planned receipts that moved (the first 1024)."""
        return self._change(branch, kind=lib.C12_MRP_EDIT_DEMAND, row=row, bucket=bucket, value=qty)

    def add_demand(self, item, bucket, qty, branch=0):
        """Add a demand row, numbered on; returns the planned receipts that moved (the first 1024)."""
        return self._change(branch, kind=lib.C12_MRP_EDIT_DEMAND, row=-1, item=self.row_of[item], bucket=bucket, value=qty)

    def set_safety(self, item, bucket, qty, branch=0):
        """Set the safety stock of an item from a bucket on; None takes that row away.  Returns the planned receipts that moved."""
        return self._change(branch, kind=lib.C12_MRP_EDIT_SAFETY, item=self.row_of[item], bucket=bucket, value=-1 if qty is None else qty)

    def substitute(self, table, only_late=False, branch=0):
        """Cover what items are short of from others' free stock before it is ordered; `table` has item, substitute and, where one does not do
        for one, num and den: num / den of the substitute for one of the item.  Rows of one item are tried in order; only_late: only instead of
        orders that would be late.  Returns the transfers made, with the demand and receipt rows that stand for them (the first `room`)."""
        only(table, ("item", "substitute", "num", "den"), "substitutes")
        item = self._items(table, "item", "substitutes")
        order = np.argsort(item, kind="stable")
        kept = [item[order], self._items(table, "substitute", "substitutes")[order], *(whole(table, name, 1, "substitutes") for name in ("num", "den"))]
        kept[2:] = [None if v is None else np.ascontiguousarray(v[order]) for v in kept[2:]]
        rules = new("c12_mrp_substitutes", only_late=int(only_late), n=len(item))
        for field, values in zip(("item", "other", "num", "den"), kept):
            setattr(rules, field, ffi.NULL if values is None else column(values, values.dtype, None, field))
        out = {name: np.zeros(self.room, dtype) for name, dtype in (("item", np.int32), ("other", np.int32), ("bucket", np.int32), ("qty", np.int64), ("taken", np.int64), ("demand", np.int64), ("receipt", np.int64))}
        x = new("c12_mrp_transfers", cap=self.room, **{name: column(a, a.dtype, None, name) for name, a in out.items()})
        call(lib.c12_mrp_substitute, self.c, branch, rules, x)
        k, codes = min(x.count, self.room), np.array(self.codes, object)
        return frame(item=codes[out["item"][:k]], substitute=codes[out["other"][:k]], **{name: out[name][:k] for name in ("bucket", "qty", "taken", "demand", "receipt")})

    def branch(self, parent=0):
        """Open a what-if branch and give its number."""
        out = ffi.new("int32_t *")
        call(lib.c12_mrp_branch, self.c, parent, out)
        return out[0]

    def drop(self, branch):
        call(lib.c12_mrp_drop, self.c, branch)

    def commit(self, branch):
        """Make a branch the plan."""
        call(lib.c12_mrp_commit, self.c, branch)


def planner(items, bom, demand, receipts=None, buckets=52, branches=4, room=1000, **options):
    """Plan the tables and keep the plan: a Planner with `branches` what-if branches and room for `room` added rows.

    options: safety (a table item, bucket, qty: safety stock from that bucket on), negative_stock (plan with stock below 0 instead of refusing
    it), phantom_demand (False refuses demand for a phantom), message_shift and message_qty (leave action messages about near or small moves out)."""
    return Planner(items, bom, demand, receipts, buckets, branches, room, **options)


def mrp(items, bom, demand, receipts=None, buckets=52, **options):
    """Plan the tables: Result(plan, orders, messages), pandas DataFrames where pandas is installed.  options as in `planner`."""
    return Planner(items, bom, demand, receipts, buckets, **options).result()
