# SPDX-License-Identifier: Apache-2.0
"""Work orders: life cycle, stations with quantities, holds, robots, splits, and which lot is in which unit; see c12/order.h for every rule."""
import fractions

import numpy as np

from ._buy import Columns
from ._c12 import ffi, lib
from ._core import call, new

STATES = ("CREATED", "RELEASED", "IN_PROGRESS", "QUALITY_HOLD", "COMPLETED", "SHIPPED", "SCRAPPED", "REWORK")
EVENTS = ("release", "start", "hold", "resume", "rework", "scrap", "complete", "ship", "lift", "begin", "report", "finish", "assign", "free", "split")
STATIONS = ("pending", "in_progress", "completed")
NEVER = 2**63 - 1


def following(state, event):
    """The state after a move, None = refused."""
    out = ffi.new("int32_t *")
    status = lib.c12_order_move(STATES.index(state), EVENTS.index(event), out, ffi.NULL)
    return None if status else STATES[out[0]]


class Book:
    """Orders and where they stand.  ordered: pieces, 0 = a row to split into; created: ns; stations: how many each order passes.  apply() lets events happen; columns are numpy
    arrays as in c12_order_book: state (index of STATES), qty, good, scrap, held, parent, station_good ..; robots and holds are numbers below the counts given."""

    ORDERS = (("accepted", np.int32), ("state", np.int32), ("held", np.int32), ("parent", np.int32), ("qty", np.int64), ("good", np.int64), ("scrap", np.int64), ("last", np.int64), ("started", np.int64),
              ("ended", np.int64))
    AT = (("station_state", np.int32), ("station_begun", np.int64), ("station_ended", np.int64), ("station_good", np.int64), ("station_scrap", np.int64), ("station_rework", np.int64))
    REST = (("robot_order", np.int32, "robots"), ("robot_station", np.int32, "robots"), ("hold_order", np.int32, "holds"), ("hold_from", np.int64, "holds"), ("hold_to", np.int64, "holds"))

    def __init__(self, ordered, created, stations=None, robots=0, holds=0):
        self.n, self.kept = len(ordered), Columns()
        if len(created) != self.n or (stations is not None and len(stations) != self.n):
            raise ValueError(f"created and stations have one entry for each of {self.n} orders")
        self.off = np.concatenate([[0], np.cumsum(stations if stations is not None else np.zeros(self.n))]).astype(np.int64)
        counts = {"robots": robots, "holds": holds}
        self.b = new("c12_order_book", n=self.n, n_robots=robots, n_holds=holds, ordered=self.kept.take(ordered, np.int64), created=self.kept.take(created, np.int64), station_off=self.kept.take(self.off, np.int64))
        for name, kind, n in [(*c, self.n) for c in self.ORDERS] + [(*c, int(self.off[-1])) for c in self.AT] + [(name, kind, counts[of]) for name, kind, of in self.REST]:
            array, pointer = self.kept.out(n, kind)
            if name in ("robot_order", "hold_order"):
                array[:] = -1
            setattr(self, name, array[:n])
            setattr(self.b, name, pointer)
        self.events, self.refusal = [], []

    def apply(self, events):
        """events: dicts with order, event, at and, as the event needs them, station, value, by, good, scrap, rework.  Gives for each None or why it was refused."""
        known = {"order", "event", "at", "station", "value", "by", "good", "scrap", "rework"}
        rows = []
        for e in events:
            if set(e) - known:
                raise ValueError(f"unknown: {sorted(set(e) - known)}")
            rows.append((e["order"], EVENTS.index(e["event"]), e.get("station", -1), e.get("value", 0), e.get("by", -1), e["at"], e.get("good", 0), e.get("scrap", 0), e.get("rework", 0)))
        c, columns = self._c(rows)
        refusal, out = columns.out(len(rows), np.int32)
        call(lib.c12_order_apply, self.b, c, out)
        self.events += rows
        self.refusal += refusal[:len(rows)].tolist()
        return [ffi.string(lib.c12_order_refusal_name(int(k))).decode() if k else None for k in refusal[:len(rows)]]

    def _c(self, rows):
        columns = Columns()
        names = (("order", np.int32), ("kind", np.int32), ("station", np.int32), ("value", np.int32), ("by", np.int32), ("at", np.int64), ("good", np.int64), ("scrap", np.int64), ("rework", np.int64))
        return new("c12_order_events", n=len(rows), **{name: columns.take([r[k] for r in rows] or [0], kind) for k, (name, kind) in enumerate(names)}), columns

    def check(self):
        """(violations, broken rule or None) of the whole history by the independent checker."""
        c, columns = self._c(self.events)
        verdict = new("c12_verdict")
        call(lib.c12_order_history_check, self.b, c, columns.take(self.refusal or [0], np.int32), verdict)
        return verdict.violations, ffi.string(verdict.rule).decode() if verdict.rule else None

    def progress(self):
        """How far each order is, as exact fractions."""
        columns = Columns()
        (num, a), (den, b) = columns.out(self.n, np.int64), columns.out(self.n, np.int64)
        call(lib.c12_order_progress, self.b, a, b)
        return [fractions.Fraction(int(x), int(y)) for x, y in zip(num[:self.n], den[:self.n])]

    def states(self):
        return [STATES[k] for k in self.state]


class Genealogy:
    """What went into what, as built.  rows: (unit, part or None, lot or None, qty); serial numbers and lots are any hashable names."""

    def __init__(self, rows):
        self.units, self.lots, self.rows, self.kept = {}, {}, list(rows), Columns()
        unit = [self._id(self.units, r[0]) for r in self.rows]
        part = [self._id(self.units, r[1]) for r in self.rows]
        lot = [self._id(self.lots, r[2]) for r in self.rows]
        take = lambda values, kind: self.kept.take(values or [0], kind)
        self.b = new("c12_order_built", n_units=len(self.units), n_lots=len(self.lots), n=len(self.rows), unit=take(unit, np.int32), part=take(part, np.int32), lot=take(lot, np.int32),
                     qty=take([r[3] if len(r) > 3 else 1 for r in self.rows], np.int64))

    @staticmethod
    def _id(names, name):
        return -1 if name is None else names.setdefault(name, len(names))

    def _search(self, function, *what):
        columns, most = Columns(), len(self.rows) + len(self.units)
        arrays = [columns.out(most, kind) for kind in (np.int32, np.int32, np.int64, np.uint8)]
        found = new("c12_order_found", cap=most, unit=arrays[0][1], depth=arrays[1][1], row=arrays[2][1], is_outer=arrays[3][1])
        room = np.zeros(lib.c12_order_trace_scratch(self.b) // 8 + 1, np.int64)
        columns.take(room, np.int64)
        call(function, self.b, *what, found, ffi.new("c12_mem *", {"ptr": ffi.from_buffer(room), "size": room.nbytes})[0])
        return [a[:found.n].tolist() for a, _ in arrays], found, columns

    def holders(self, lot=None, serial=None):
        """The recall list: [(unit, depth, in no other unit)] of all that hold a lot or a serial number, judged by the checker."""
        if (lot is None) == (serial is None):
            raise ValueError("lot or serial, one of the two")
        what = (self.units[serial], -1) if lot is None else (-1, self.lots[lot])
        (unit, depth, _, outer), found, _columns = self._search(lib.c12_order_trace_up, *what)
        verdict = new("c12_verdict")
        call(lib.c12_order_trace_check, self.b, *what, found, verdict)
        if verdict.violations:
            raise RuntimeError(f"the checker refuses it: {ffi.string(verdict.rule).decode()} at {verdict.row}")
        names = list(self.units)
        return [(names[u], d, bool(o)) for u, d, o in zip(unit, depth, outer)]

    def contents(self, unit):
        """[(row, depth)] of the rows that say what is in a unit, however deep."""
        (_, depth, row, _), _, _columns = self._search(lib.c12_order_trace_down, self.units[unit])
        return [(self.rows[r], d) for r, d in zip(row, depth)]
