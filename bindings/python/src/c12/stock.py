# SPDX-License-Identifier: Apache-2.0
"""What lies where: ledger and balances, reservations, places, tours and counts; see c12/stock.h for the rules.

    stock = c12.stock.Stock(items=2, locations=3, balances=100)
    stock.post(kind=["receipt", "issue"], item=[0, 0], to=[1, -1], from_=[-1, 1], qty=[50, 20])
    stock.balances()                       # numpy columns item, location, lot, on_hand, reserved
    order, length = c12.stock.tour(aisle=[0, 2], position=[12, 30], aisles=4, pitch=5, length=40)"""
import numpy as np

from ._buy import Columns
from ._c12 import ffi, lib
from ._core import call, new

KINDS = {"receipt": 1, "issue": 2, "transfer": 3, "adjust": 4, "scrap": 5, "pick": 6}
RULES = {"fifo": 0, "fefo": 1}


def _rows(columns):
    sizes = {name: len(values) for name, values in columns.items() if values is not None}
    if len(set(sizes.values())) > 1:
        raise ValueError(f"columns differ in length: {sizes}")
    return next(iter(sizes.values()))


class Stock:
    """Balances by item, location and lot.  lot_item, lot_received, lot_expiry: a row for each lot; negative, blocked: 0 or 1 for each item, location."""

    def __init__(self, items, locations, balances, lot_item=(), lot_received=None, lot_expiry=None, negative=None, blocked=None):
        self._columns = Columns()
        take = self._columns.take
        dims = new("c12_stock_dims", items=items, locations=locations, lots=len(lot_item), balances=balances)
        master = new("c12_stock_master", n_items=items, n_locations=locations, n_lots=len(lot_item), lot_item=take(lot_item, np.int32),
                     lot_received=take(lot_received, np.int64), lot_expiry=take(lot_expiry, np.int64), negative=take(negative, np.uint8), blocked=take(blocked, np.uint8))
        self._dims, self._master, handle = dims, master, ffi.new("c12_stock **")
        call(lib.c12_stock_create, handle, dims, ffi.NULL)
        self._handle = ffi.gc(handle[0], lib.c12_stock_destroy)
        call(lib.c12_stock_load, self._handle, master)

    def post(self, kind, item, qty, from_=None, to=None, lot=None):
        """Movements in order, all or none; kinds by name or number."""
        n, c = _rows({"kind": kind, "item": item, "qty": qty, "from_": from_, "to": to, "lot": lot}), Columns()
        kinds = [KINDS[k] if isinstance(k, str) else k for k in kind]
        call(lib.c12_stock_post, self._handle, new("c12_stock_moves", n=n, kind=c.take(kinds, np.int32), item=c.take(item, np.int32), qty=c.take(qty, np.int64),
                                                   to=c.take(to, np.int32), lot=c.take(lot, np.int32), **{"from": c.take(from_, np.int32)}))

    def balance(self, item, location, lot=-1):
        """(on hand, of which reserved)"""
        have, held = ffi.new("c12_qty *"), ffi.new("c12_qty *")
        call(lib.c12_stock_balance, self._handle, item, location, lot, have, held)
        return have[0], held[0]

    def item(self, item):
        """(on hand, of which reserved) at all locations together"""
        have, held = ffi.new("c12_qty *"), ffi.new("c12_qty *")
        call(lib.c12_stock_item, self._handle, item, have, held)
        return have[0], held[0]

    def balances(self):
        """All balances that are not 0, by (item, location, lot), as numpy columns."""
        c, most, out, fields = Columns(), self._dims.balances, {}, new("c12_stock_list", cap=self._dims.balances)
        for name, dtype in (("item", np.int32), ("location", np.int32), ("lot", np.int32), ("on_hand", np.int64), ("reserved", np.int64)):
            out[name], pointer = c.out(most, dtype)
            setattr(fields, name, pointer)
        call(lib.c12_stock_balances, self._handle, fields, c.scratch(lib.c12_stock_scratch(most)))
        return {name: array[:fields.n].copy() for name, array in out.items()}

    def allocate(self, item, qty, rule="fifo", good_until=None):
        """Reserve for needs, each in turn: columns need, location, lot, qty, and what each need lacks."""
        n, c = _rows({"item": item, "qty": qty, "good_until": good_until}), Columns()
        most, out = self._dims.balances + n, {}
        fields = new("c12_stock_set", cap=most)
        for name, dtype in (("need", np.int64), ("location", np.int32), ("lot", np.int32), ("qty", np.int64)):
            out[name], pointer = c.out(most, dtype)
            setattr(fields, name, pointer)
        lacking, fields.lacking = c.out(n, np.int64)
        needs = new("c12_stock_needs", rule=RULES[rule], n=n, item=c.take(item, np.int32), qty=c.take(qty, np.int64), good_until=c.take(good_until, np.int64))
        call(lib.c12_stock_allocate, self._handle, needs, fields)
        return {**{name: array[:fields.n].copy() for name, array in out.items()}, "lacking": lacking[:n]}

    def release(self, item, location, lot, qty):
        """Give reservations back, all or none."""
        n, c = _rows({"item": item, "location": location, "lot": lot, "qty": qty}), Columns()
        call(lib.c12_stock_release, self._handle, n, c.take(item, np.int32), c.take(location, np.int32), c.take(lot, np.int32), c.take(qty, np.int64))


class Space:
    """Free space of locations: zone, free space and distance to the main aisle of each."""

    def __init__(self, zone, free, distance):
        n, c = _rows({"zone": zone, "free": free, "distance": distance}), Columns()
        places = new("c12_stock_places", n_locations=n, n_zones=max(zone, default=0) + 1, zone=c.take(zone, np.int32), free=c.take(free, np.int64), distance=c.take(distance, np.int64))
        size, handle = ffi.new("size_t *"), ffi.new("c12_stock_space **")
        call(lib.c12_stock_space_bytes, n, places.n_zones, size)
        self._memory = ffi.new("char[]", size[0])
        call(lib.c12_stock_space_init, handle, ffi.new("c12_mem *", {"ptr": self._memory, "size": size[0]})[0], places)
        self._handle = handle[0]

    def put_away(self, size, zone=-1):
        """(location, whether it lies outside the zone wanted); None when there is no room anywhere.  The space is taken."""
        where, elsewhere = ffi.new("int32_t *"), ffi.new("int32_t *")
        call(lib.c12_stock_putaway, self._handle, zone, size, where, elsewhere)
        return None if where[0] < 0 else (where[0], bool(elsewhere[0]))

    def change(self, location, by):
        """More or less free space at a location."""
        call(lib.c12_stock_space_change, self._handle, location, by)


def tour(aisle, position, aisles, pitch, length, depot=0):
    """The shortest tour of a block past all picks: (their order, its length), judged by the independent checker."""
    n, c = _rows({"aisle": aisle, "position": position}), Columns()
    block = new("c12_stock_block", aisles=aisles, depot=depot, pitch=pitch, length=length)
    order, to = c.out(n, np.int32)
    long, verdict = ffi.new("int64_t *"), new("c12_verdict")
    where, at = c.take(aisle, np.int32), c.take(position, np.int64)
    call(lib.c12_stock_tour, block, n, where, at, to, long, c.scratch(lib.c12_stock_tour_scratch(max(min(aisles, 1024), 0), n)))
    call(lib.c12_stock_tour_check, block, n, where, at, to, long[0], verdict)
    assert not verdict.violations, ffi.string(verdict.rule)
    return order[:n], long[0]


def waves(due, lines, most):
    """The wave of each order: by due time, at most so many lines each."""
    n, c = _rows({"due": due, "lines": lines}), Columns()
    wave, to = c.out(n, np.int32)
    call(lib.c12_stock_waves, n, c.take(due, np.int64), c.take(lines, np.int32), most, to, ffi.new("int32_t *"), c.scratch(lib.c12_stock_scratch(n)))
    return wave[:n]


def due(abc, counted, every, today, most):
    """Items to count today: classes first, the longest overdue first."""
    n, c = _rows({"abc": abc, "counted": counted}), Columns()
    item, to = c.out(most, np.int32)
    chosen = ffi.new("int32_t *")
    cycle = new("c12_stock_cycle", n_items=n, n_classes=len(every), today=today, abc=c.take(abc, np.int32), counted=c.take(counted, np.int32), every=c.take(every, np.int32))
    call(lib.c12_stock_due, cycle, most, to, chosen, ffi.NULL, c.scratch(lib.c12_stock_scratch(n)))
    return item[:chosen[0]]


def sample(all, wrong, risk):
    """How many of `all` records to count so that `wrong` wrong ones go unseen with a chance of at most `risk`: (count, chance that is left)."""
    count, left = ffi.new("int64_t *"), ffi.new("int64_t *")
    call(lib.c12_stock_sample, all, wrong, int(risk * 1e9), count, left)
    return count[0], left[0] / 1e9


def judge(book, counted, cost=None, tolerance_ppm=0):
    """A count against the books (-1 = not counted): adjustments and a dict of right, counted, missing, gain, loss."""
    n, c = _rows({"book": book, "counted": counted, "cost": cost}), Columns()
    adjust, to = c.out(n, np.int64)
    told = new("c12_stock_accuracy")
    count = new("c12_stock_count", tolerance_ppm=tolerance_ppm, n=n, book=c.take(book, np.int64), counted=c.take(counted, np.int64), cost=c.take(cost, np.int64))
    call(lib.c12_stock_judge, count, told, to)
    return adjust[:n], {name: getattr(told, name) for name in ("right", "counted", "missing", "gain", "loss")}
