# SPDX-License-Identifier: Apache-2.0
"""Material requirements planning in date mode: dated events and calendars instead of buckets; see c12/mrp.h and docs/guide/mrp-rules.md."""
from collections import namedtuple

import numpy as np

from ._c12 import ffi, lib
from ._core import Error, call, column, new
from ._mrp import BUCKET_COLUMNS, ITEM_COLUMNS, ITEMS, KINDS, LINES, MESSAGES, TYPES, Tables, frame, names, only, whole, words

DateResult = namedtuple("DateResult", "orders messages")
NEVER = 2**31 - 1  # effective_to of a line without an end


def moments(values, unit, where):
    """Dates, strings or datetime64 as whole units since 1970-01-01."""
    try:
        out = np.asarray(values).astype(f"datetime64[{unit}]")
    except (TypeError, ValueError) as e:
        raise ValueError(f"{where}: {e}") from None
    missing = np.flatnonzero(np.isnat(out))
    if len(missing):
        raise ValueError(f"{where}[{missing[0]}]: no date; write YYYY-MM-DD, or a datetime64")
    return np.ascontiguousarray(out.astype(np.int64))


class Dated(Tables):
    """One problem on its way to the library."""

    def __init__(self, items, bom, demand, receipts, calendars, today, horizon, unit, safety=None, negative_stock=False, phantom_demand=True, message_shift=0, message_qty=0):
        only(items, (*ITEMS, *(c[0] for c in BUCKET_COLUMNS), "calendar"), "items")
        only(bom, (*LINES, "kind"), "bom")
        self._codes(items)
        self.unit, self.today = unit, int(moments([today], unit, "today")[0])
        problem = self.problem = new("c12_mrp_date_input", bom=self._bom(self._lines(bom)), today=self.today, origin=self.today,
                                     negative_stock=int(negative_stock), phantom_demand=int(not phantom_demand), message_shift=message_shift, message_qty=message_qty)
        self._item_columns(problem, items, ITEM_COLUMNS + BUCKET_COLUMNS)
        if safety is not None:
            self._safety(safety)
        last = max(self._rows(demand, "demand"), self._rows(receipts, "receipt"))
        problem.horizon = max(last, self.today) + 1 if horizon is None else int(moments([horizon], unit, "horizon")[0])
        self._calendars(items, calendars or {})

    def _lines(self, bom):
        """Effectivity given as dates, in units since today; what has begun is open."""
        lines = {name: bom[name] for name in names(bom)}
        for name, default in (("effective_from", 0), ("effective_to", NEVER)):
            if name in lines and not np.issubdtype(np.asarray(lines[name]).dtype, np.integer):
                dates = [default if v is None or v == "" or v != v else int(moments([v], self.unit, f"bom.{name}")[0]) - self.today for v in np.asarray(lines[name]).tolist()]
                lines[name] = np.clip(np.array(dates, np.int64), 0 if name == "effective_from" else 1, NEVER)
        return lines

    def _rows(self, table, kind):
        """The columns of demand or receipts; the last date."""
        where = "demand" if kind == "demand" else "receipts"
        if table is None:
            return self.today
        only(table, ("item", "date", "qty", "reference", "kind"), where)
        setattr(self.problem, f"{kind}_kind", self._column(words(table, "kind", KINDS[kind], where), np.int32, "kind"))
        item, date = self._items(table, "item", where), moments(table["date"], self.unit, f"{where}.date")
        setattr(self.problem, f"{kind}_item", self._column(item, np.int32, "item"))
        setattr(self.problem, f"{kind}_date", self._column(date, np.int64, "date"))
        setattr(self.problem, f"{kind}_qty", self._column(whole(table, "qty", 0, where), np.int64, "qty"))
        setattr(self.problem, "n_demand" if kind == "demand" else "n_receipts", len(item))
        return int(date.max(initial=self.today))

    def _safety(self, table):
        """Safety stock by date: sorted as the library wants it."""
        only(table, ("item", "date", "qty"), "safety")
        item, date, qty = self._items(table, "item", "safety"), moments(table["date"], self.unit, "safety.date"), whole(table, "qty", 0, "safety")
        order = np.lexsort((date, item))
        self.problem.safety_item = self._column(item[order], np.int32, "item")
        self.problem.safety_date = self._column(date[order], np.int64, "date")
        self.problem.safety_qty = self._column(qty[order], np.int64, "qty")
        self.problem.n_safety = len(item)

    def _windows(self, name, calendar, until):
        """Working time as (from, to): a table's, or the days of a numpy.busdaycalendar."""
        if not isinstance(calendar, np.busdaycalendar):
            return moments(calendar["from"], self.unit, f"calendars[{name!r}].from"), moments(calendar["to"], self.unit, f"calendars[{name!r}].to")
        if self.unit != "D":
            raise ValueError(f"calendars[{name!r}]: a busdaycalendar knows days only; give a table with from and to for unit {self.unit!r}")
        days = np.arange(self.today, until)
        works = np.concatenate([[False], np.is_busday(days.astype("datetime64[D]"), busdaycal=calendar), [False]])
        edge = np.flatnonzero(works[1:] != works[:-1]) + self.today
        return edge[::2], edge[1::2]

    def _calendars(self, items, calendars):
        lead = whole(items, "lead_time", 0, "items")
        until = self.problem.horizon + 366 + 7 * (0 if lead is None else int(lead.max(initial=0)))  # late orders end somewhere
        windows = [self._windows(name, c, until) for name, c in calendars.items()]
        off = np.cumsum([0] + [len(w[0]) for w in windows])
        self.problem.n_calendars = len(windows)
        self.problem.calendar_off = self._column(off, np.int64, "calendar_off")
        for k, field in enumerate(("window_from", "window_to")):
            setattr(self.problem, field, self._column(np.concatenate([np.zeros(0, np.int64), *(w[k] for w in windows)]), np.int64, field))
        if "calendar" not in names(items):
            return
        row = {name: k for k, name in enumerate(calendars)}
        out = np.full(self.n, -1, np.int32)
        for i, name in enumerate(np.asarray(items["calendar"], dtype=object)):
            if name is None or name == "" or name != name:
                continue
            if name not in row:
                raise ValueError(f"items.calendar[{i}] = {name!r}: no such calendar; add it to calendars or mend the name")
            out[i] = row[name]
        self.problem.item_calendar = self._column(out, np.int32, "calendar")

    def _net(self, plan):
        """Plan, with as much room for orders as it takes."""
        p = self.problem
        while True:
            size = lib.c12_mrp_date_scratch(self.n, len(self.line_codes), p.n_demand, p.n_receipts, p.n_safety, p.order_room)
            scratch = ffi.new("char[]", size)
            try:
                return call(lib.c12_mrp_date_net, p, plan, ffi.new("c12_mem *", {"ptr": scratch, "size": size})[0])
            except Error as e:
                if e.status != "C12_E_SPACE" or e.field != "order_room":
                    raise
                p.order_room = e.value

    def plan(self):
        self.problem.order_room = self.n + 4 * self.problem.n_demand
        plan = new("c12_mrp_date_plan")
        self._net(plan)
        columns = {}
        for name, n, dtype in (("order_item", plan.order_count, np.int32), ("order_due", plan.order_count, np.int64), ("order_release", plan.order_count, np.int64),
                               ("order_qty", plan.order_count, np.int64), ("order_late", plan.order_count, np.int64), ("order_started", plan.order_count, np.int64), ("exc_item", plan.exc_count, np.int32),
                               ("exc_date", plan.exc_count, np.int64), ("exc_kind", plan.exc_count, np.int32), ("exc_to", plan.exc_count, np.int64), ("exc_qty", plan.exc_count, np.int64)):
            columns[name] = np.zeros(n, dtype)
            setattr(plan, name, column(columns[name], dtype, None, name))
        plan.order_cap, plan.exc_cap = plan.order_count, plan.exc_count
        self._net(plan)
        return columns

    def moment(self, units):
        out = units.astype(f"datetime64[{self.unit}]")
        return out if self.unit == "D" else out.astype("datetime64[s]")

    def result(self):
        c, codes = self.plan(), np.array(self.codes, object)
        types = np.zeros(self.n, np.int32) if self.types is None else self.types
        real = types[c["order_item"]] != TYPES["phantom"]
        to = self.moment(c["exc_to"])
        to[c["exc_to"] < 0] = np.datetime64("NaT")
        started = {"started": c["order_started"][real]} if self.problem.yield_ppm else {}  # only then something else than what comes out
        return DateResult(frame(item=codes[c["order_item"][real]], release=self.moment(c["order_release"][real]), due=self.moment(c["order_due"][real]),
                                qty=c["order_qty"][real], late=c["order_late"][real], **started),
                          frame(item=codes[c["exc_item"]], date=self.moment(c["exc_date"]), kind=np.array(MESSAGES, object)[c["exc_kind"]], qty=c["exc_qty"], to=to))


def mrp_dates(items, bom, demand, receipts=None, calendars=None, *, today, horizon=None, unit="D", **options):
    """Plan dated tables: DateResult(orders, messages), pandas DataFrames where pandas is installed, dates as datetime64.

    `demand` and `receipts` have item, date, qty; `items` may name a calendar, in whose working units its lead time counts.  `calendars` maps names to a numpy.busdaycalendar,
    or to a table of windows with `from` and `to`.  `unit` is numpy's name of a unit of time: lead_time, lot_periods, offset, safety_time and fences count it.  `horizon` is the first date beyond the
    plan (default: the one after the last row); effective_from and effective_to of `bom` are dates, or whole units from today.  `late` is 0, or by how many units a past-due order comes
    after its due date; -1 = its calendar ends before.  Where `items` has yield_ppm, `started` of the orders is what is released so that qty good pieces come out.

    options as of c12.mrp: safety (a table item, date, qty: safety stock from that date on), negative_stock, phantom_demand, message_shift (in units), message_qty."""
    return Dated(items, bom, demand, receipts, calendars, today, horizon, unit, **options).result()
