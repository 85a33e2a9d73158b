# SPDX-License-Identifier: Apache-2.0
"""Purchasing on tables: requisitions, ABC classes, shortage list; see c12/buy.h for the rules behind every number.

Tables as in c12.mrp.  Quantities are whole numbers of the item's smallest unit; prices and costs are whole numbers of the smallest unit of money that
is to count (cents, or millionths), of `per` quanta each."""
import numpy as np

from ._c12 import ffi, lib
from ._core import call, column, new
from ._mrp import frame, names, only, text, whole

POLICIES = {"preferred": 0, "cheapest": 1, "earliest": 2}
MESSAGES = ("", "expedite", "no_offer")
CLASSES = ("A", "B", "C")
NARROW = ("item", "offer", "supplier", "purchase_order", "order_bucket", "need_bucket", "arrive_bucket", "overdue", "late", "message")
WIDE = ("need", "required", "qty", "lots", "unit_price", "cost")


class Columns:
    """Arrays a problem borrows, kept until the call is over."""

    def __init__(self):
        self.kept = []

    def take(self, values, dtype):
        if values is None:
            return ffi.NULL
        self.kept.append(np.ascontiguousarray(values, dtype))
        return column(self.kept[-1], dtype, None, "")

    def out(self, n, dtype):
        array = np.zeros(max(n, 1), dtype)
        return array, self.take(array, dtype)

    def scratch(self, size):
        self.kept.append(ffi.new("char[]", max(size, 1)))
        return ffi.new("c12_mem *", {"ptr": self.kept[-1], "size": size})[0]


def numbered(*tables):
    """Codes of the named columns as rows of one list, in order of first sight."""
    codes, rows = {}, []
    for table, name in tables:
        rows.append(np.array([codes.setdefault(code, len(codes)) for code in text(table, name)], np.int32))
    return np.array(list(codes), object), rows


def narrow(table, name, default, where):
    values = whole(table, name, default, where)
    if values is not None and len(values) and (values.min() < -2**31 or values.max() >= 2**31):
        raise ValueError(f"{where}.{name} needs 32-bit numbers")
    return values


def _breaks(table, supplier, item):
    """Price breaks in the order of the offers: offsets, quantities, prices."""
    only(table, ("supplier", "item", "from_qty", "price"), "breaks")
    offers, rows = {}, []
    for row, pair in enumerate(zip(supplier, item)):
        offers.setdefault(pair, row)
    start, price = whole(table, "from_qty", 0, "breaks"), whole(table, "price", 0, "breaks")
    for row, pair in enumerate(zip(text(table, "supplier"), text(table, "item"))):
        if pair not in offers:
            raise ValueError(f"breaks.supplier[{row}] = {pair[0]!r} does not offer {pair[1]!r}; add the pair to offers or mend the code")
        rows.append((offers[pair], start[row], price[row]))
    rows.sort()
    off = np.zeros(len(supplier) + 1, np.int64)
    np.add.at(off, np.array([r[0] + 1 for r in rows], np.int64), 1)
    return np.cumsum(off), [r[1] for r in rows], [r[2] for r in rows]


def _calendars(columns, problem, offers, suppliers, supplier_row, closed):
    """One calendar a supplier, by the name in offers.calendar."""
    if "calendar" not in names(offers):
        return
    known, of = list(closed or {}), np.full(len(suppliers), -1, np.int32)
    for row, name in enumerate(np.asarray(offers["calendar"], dtype=object)):
        if name is None or name == "" or name != name:
            continue
        if name not in known:
            raise ValueError(f"offers.calendar[{row}] = {name!r}: no such calendar in closed")
        if of[supplier_row[row]] not in (-1, known.index(name)):
            raise ValueError(f"offers.calendar[{row}] = {name!r}: {suppliers[supplier_row[row]]!r} has another calendar above")
        of[supplier_row[row]] = known.index(name)
    lists = [np.unique(np.asarray(closed[name], np.int32)) for name in known]
    problem.n_calendars = len(known)
    problem.supplier_calendar = columns.take(of, np.int32)
    problem.closed_off = columns.take(np.concatenate([[0], np.cumsum([len(v) for v in lists])]), np.int64)
    problem.closed = columns.take(np.concatenate([*lists, np.zeros(0, np.int32)]), np.int32)


def buy(needs, offers, breaks=None, closed=None, today=0, policy="preferred", late="earliest", consolidate=1, order_window=1, buy_up=False):
    """Requisitions for requirements, as a data frame.

    needs: item, bucket, qty.  offers: supplier, item, and optionally priority, lead_time, moq, multiple, max, price, per, calendar.
    breaks: supplier, item, from_qty, price.  closed: {calendar: closed buckets}.  policy: preferred, cheapest, earliest; late: earliest or policy."""
    only(needs, ("item", "bucket", "qty"), "needs")
    only(offers, ("supplier", "item", "priority", "lead_time", "moq", "multiple", "max", "price", "per", "calendar"), "offers")
    if policy not in POLICIES or late not in ("earliest", "policy"):
        raise ValueError(f"policy {policy!r} is one of {', '.join(POLICIES)}; late {late!r} is earliest or policy")
    columns = Columns()
    items, (need_item, offer_item) = numbered((needs, "item"), (offers, "item"))
    suppliers, (supplier_row,) = numbered((offers, "supplier"))
    n, m = len(need_item), len(offer_item)
    problem = new("c12_buy_input", n_items=len(items), n_needs=n, n_offers=m, n_suppliers=len(suppliers), today=today,
                  need_item=columns.take(need_item, np.int32), need_bucket=columns.take(narrow(needs, "bucket", 0, "needs"), np.int32), need_qty=columns.take(whole(needs, "qty", 0, "needs"), np.int64),
                  offer_item=columns.take(offer_item, np.int32), offer_supplier=columns.take(supplier_row, np.int32))
    for name, field, default in (("priority", "offer_priority", 0), ("lead_time", "offer_lead", 0)):
        setattr(problem, field, columns.take(narrow(offers, name, default, "offers"), np.int32))
    for name, field, default in (("moq", "offer_moq", 0), ("multiple", "offer_multiple", 1), ("max", "offer_max", 0), ("price", "offer_price", 0), ("per", "offer_per", 1)):
        setattr(problem, field, columns.take(whole(offers, name, default, "offers"), np.int64))
    if breaks is not None:
        off, start, price = _breaks(breaks, text(offers, "supplier"), text(offers, "item"))
        problem.break_off, problem.break_from, problem.break_price = columns.take(off, np.int64), columns.take(start, np.int64), columns.take(price, np.int64)
    _calendars(columns, problem, offers, suppliers, supplier_row, closed)
    options = new("c12_buy_options", policy=POLICIES[policy], late_rule=int(late == "policy"), consolidate=consolidate, order_window=order_window, buy_up=int(buy_up))
    plan, got = new("c12_buy_plan", cap=2 * n), {}
    for name in NARROW + WIDE:
        got[name], pointer = columns.out(2 * n, np.int32 if name in NARROW else np.int64)
        setattr(plan, name, pointer)
    call(lib.c12_buy_requisitions, problem, options, plan, columns.scratch(lib.c12_buy_scratch(len(items), n, m, problem.n_calendars)))
    got = {name: array[:plan.count] for name, array in got.items()}
    got["item"] = items[got["item"]]
    got["supplier"] = np.append(suppliers, "")[got["supplier"]]  # -1 = none is the last
    got["message"] = np.array(MESSAGES, object)[got["message"]]
    order = ("purchase_order", "item", "supplier", "qty", "lots", "required", "order_bucket", "need_bucket", "arrive_bucket", "message", "overdue", "late", "unit_price", "cost", "offer", "need")
    return frame(**{name: got[name] for name in order})


def abc(usage, a=0.8, b=0.95):
    """ABC classes by usage value.  usage: item, qty, unit_cost, and optionally per."""
    only(usage, ("item", "qty", "unit_cost", "per"), "usage")
    columns, n = Columns(), len(usage["item"])
    kind, kind_pointer = columns.out(n, np.int32)
    value, value_pointer = columns.out(n, np.int64)
    classes = new("c12_buy_classes", abc_class=kind_pointer, value=value_pointer)
    problem = new("c12_buy_usage", n_items=n, a_ppm=round(a * 10**6), b_ppm=round(b * 10**6), qty=columns.take(whole(usage, "qty", 0, "usage"), np.int64),
                  unit_cost=columns.take(whole(usage, "unit_cost", 0, "usage"), np.int64), cost_per=columns.take(whole(usage, "per", 1, "usage"), np.int64))
    call(lib.c12_buy_abc, problem, classes, columns.scratch(lib.c12_buy_abc_scratch(n)))
    return frame(item=np.array(text(usage, "item"), object), abc=np.array(CLASSES, object)[kind[:n]], value=value[:n])


def shortages(demand, supply, stock=None, buckets=52):
    """Runs of buckets in which an item is promised away.  demand, supply: item, bucket, qty.  stock: item, and optionally on_hand, unit_cost, per."""
    for table, where in ((demand, "demand"), (supply, "supply")):
        only(table, ("item", "bucket", "qty"), where)
    stock = {"item": []} if stock is None else stock
    only(stock, ("item", "on_hand", "unit_cost", "per"), "stock")
    columns = Columns()
    items, (stocked, wanted, coming) = numbered((stock, "item"), (demand, "item"), (supply, "item"))
    if len(np.unique(stocked)) < len(stocked):
        raise ValueError("stock.item: an item stands twice")
    problem = new("c12_buy_stock", n_items=len(items), n_buckets=buckets, n_demand=len(wanted), n_supply=len(coming))
    for name, field, default in (("on_hand", "on_hand", 0), ("unit_cost", "unit_cost", 0), ("per", "cost_per", 1)):
        values = whole(stock, name, default, "stock")
        if values is not None:
            full = np.full(len(items), default, np.int64)
            full[stocked] = values
            setattr(problem, field, columns.take(full, np.int64))
    for table, kind, rows in ((demand, "demand", wanted), (supply, "supply", coming)):
        setattr(problem, f"{kind}_item", columns.take(rows, np.int32))
        setattr(problem, f"{kind}_bucket", columns.take(narrow(table, "bucket", 0, kind), np.int32))
        setattr(problem, f"{kind}_qty", columns.take(whole(table, "qty", 0, kind), np.int64))
    gaps, got = new("c12_buy_gaps", cap=len(wanted)), {}
    for name, field, dtype in (("item", "item", np.int32), ("from_bucket", "from", np.int32), ("to_bucket", "to", np.int32), ("qty", "qty", np.int64), ("next_supply_bucket", "next_supply", np.int32), ("value", "value", np.int64)):
        got[name], pointer = columns.out(len(wanted), dtype)
        setattr(gaps, field, pointer)
    call(lib.c12_buy_shortages, problem, gaps, columns.scratch(lib.c12_buy_shortages_scratch(len(items), buckets, len(wanted), len(coming))))
    got = {name: array[:gaps.count] for name, array in got.items()}
    got["item"] = items[got["item"]]
    return frame(**got)
