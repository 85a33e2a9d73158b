# SPDX-License-Identifier: Apache-2.0
"""VDA 5050 messages as columns, and the rules of orders; see c12/vda.h.

    m = c12.vda.read("state", payload)                      # bytes or str; a fault is an Error with field, row and byte
    m["nodeStates.sequenceId"]                              # int64 array; reals are millionths, c12.vda.NONE = not there
    m.texts("nodeStates.nodeId")                            # list of str, None = not there
    order = c12.vda.order(["A3", "A4", "A5"], released=2, order="T-17", manufacturer="acme", serial="R1")
    c12.vda.check(order), c12.vda.place(order, payload)"""
from typing import NamedTuple, Optional

import numpy as np

from ._buy import Columns
from ._c12 import ffi, lib
from ._core import Error, call, new

KINDS = ("order", "instantActions", "state", "visualization", "connection", "factsheet")
NONE = -(2**63)
UNIT = 1_000_000
_ACTIONS = ("WAITING", "INITIALIZING", "RUNNING", "PAUSED", "FINISHED", "FAILED")


class Verdict(NamedTuple):
    violations: int
    rule: Optional[str]
    field: Optional[str]
    row: int


class Decision(NamedTuple):
    what: str
    error: Optional[str]
    why: Optional[str]
    row: int


class Place(NamedTuple):
    state: str
    node: int
    base: int
    horizon: int
    new_base: bool
    why: Optional[str]


def _kind(name):
    if name not in KINDS:
        raise ValueError(f"a message is one of {', '.join(KINDS)}, not {name!r}")
    return KINDS.index(name)


def _view(columns, data):
    columns.kept.append(ffi.from_buffer(data or b"\0"))
    return ffi.new("c12_view *", {"ptr": ffi.cast("const uint8_t *", columns.kept[-1]), "size": len(data)})[0]


def _bytes(text):
    return text.encode() if isinstance(text, str) else bytes(text)


def _text(pointer):
    return ffi.string(pointer).decode() if pointer else None


class Message:
    """A message that was read; columns by the paths that `c12 vda fields` lists."""

    def __init__(self, kind, message, memory):
        self.kind, self._m, self._memory = kind, message, memory
        self.version, self.extra, self.extra_at = message.version, message.extra, message.extra_at

    def _column(self, path):
        field = lib.c12_vda_find(self._m.kind, path.encode())
        if field < 0:
            raise KeyError(f"{self.kind} has no member {path!r}")
        return self._m.column[field]

    def __getitem__(self, path):
        """The column's values, a row each: int64, borrowed from the message."""
        c = self._column(path)
        values = np.frombuffer(ffi.buffer(c.value, 8 * c.rows), np.int64) if c.rows else np.zeros(0, np.int64)
        values.flags.writeable = False
        return values

    def offsets(self, path):
        """Where each row of a list or text begins and ends."""
        c = self._column(path)
        if not c.off:
            raise KeyError(f"{path!r} is neither a list nor a text")
        return np.frombuffer(ffi.buffer(c.off, 8 * (c.rows + 1)), np.int64)

    def texts(self, path):
        """The column's texts; None where there is none."""
        c, off = self._column(path), self.offsets(path)
        if not c.text:
            raise KeyError(f"{path!r} is no text")
        data = ffi.buffer(c.text, off[-1])[:]
        return [None if c.value[k] == NONE else data[off[k]:off[k + 1]].decode() for k in range(c.rows)]

    def write(self):
        """Canonical JSON."""
        return _write(self._m)


def _write(message):
    used, err = ffi.new("size_t *"), new("c12_error")
    status = lib.c12_vda_write(message, ffi.NULL, 0, used, err)
    if status != lib.C12_E_SPACE:
        call(lib.c12_vda_write, message, ffi.NULL, 0, used)
    out = ffi.new("uint8_t[]", err.value)
    call(lib.c12_vda_write, message, out, err.value, used)
    return ffi.buffer(out, used[0])[:]


def _sized(function, *args):
    """Ask how much room a call wants, then call it: (message, room)."""
    message, none = new("c12_vda_message"), ffi.new("c12_mem *")[0]
    try:
        call(function, *args, none, message)
    except Error as e:
        if e.status != "C12_E_SPACE":
            raise
        room = ffi.new("int64_t[]", e.value // 8 + 1)
        call(function, *args, ffi.new("c12_mem *", {"ptr": room, "size": 8 * (e.value // 8 + 1)})[0], message)
    return message, room


def read(kind, payload):
    """A message of that topic from JSON, judged against the standard; all faults are in the Error's text."""
    columns = Columns()
    message, room = _sized(lib.c12_vda_read, _kind(kind), _view(columns, _bytes(payload)))
    return Message(kind, message, room)


def _order_of(order):
    m, o = order if isinstance(order, Message) else read("order", order), new("c12_vda_order")
    call(lib.c12_vda_order_of, m._m, o)
    return m, o


def _report_of(state):
    m, r = state if isinstance(state, Message) else read("state", state), new("c12_vda_report")
    call(lib.c12_vda_report_of, m._m, r)
    return m, r


def order(nodes, released, order, manufacturer, serial, update=0, first=0, positions=None, map="map", header=0, timestamp=0, version="2.0"):
    """An order's JSON from a way: names of nodes from where the robot stands, the first `released` of them the base.

    first: sequence number of the first node, that of the stitching node for an update; positions: {name: (x, y)} in millionths of a metre; timestamp: ns since 1970."""
    c, names = Columns(), list(dict.fromkeys(nodes))
    row = {n: k for k, n in enumerate(names)}
    data = [n.encode() for n in names]
    r = new("c12_vda_route", n_steps=len(nodes), n_released=released, n_vertices=len(names), first_sequence=first)
    r.step_vertex = c.take([row[n] for n in nodes] or [0], np.int32)
    r.vertex_text = c.take(np.frombuffer(b"".join(data) or b"\0", np.uint8), np.uint8)
    r.vertex_off = c.take(np.cumsum([0] + [len(d) for d in data]), np.int64)
    if positions is not None:
        r.vertex_x, r.vertex_y = (c.take([positions[n][k] for n in names], np.int64) for k in (0, 1))
    r.map = _view(c, map.encode())
    h = new("c12_vda_header", version={"2.0": 20, "2.1": 21}[version], header=header, timestamp=timestamp, update=update)
    h.manufacturer, h.serial, h.order = _view(c, manufacturer.encode()), _view(c, serial.encode()), _view(c, order.encode())
    message, room = _sized(lib.c12_vda_order_make, r, h)
    return _write(message)


def check(order, after=None):
    """Rules V1 to V8 on an order, or on an update of the order it comes after."""
    v, kept = new("c12_verdict"), _order_of(order)
    if after is None:
        call(lib.c12_vda_order_check, kept[1], v)
    else:
        running = _order_of(after)
        call(lib.c12_vda_update_check, running[1], kept[1], v)
    return Verdict(v.violations, _text(v.rule), _text(v.field), v.row)


def accept(state, order, at_first=False):
    """What a vehicle in that state answers to the order: take, extend, known or refuse with its error."""
    d, r, o = new("c12_vda_decision"), _report_of(state), _order_of(order)
    call(lib.c12_vda_accept, r[1], o[1], int(at_first), d)
    return Decision(("take", "extend", "known", "refuse")[d.what], _text(d.error), _text(d.why), d.row)


def place(order, state):
    """Where a vehicle in that state is in the order."""
    p, o, r = new("c12_vda_place"), _order_of(order), _report_of(state)
    call(lib.c12_vda_progress, o[1], r[1], p)
    return Place(("elsewhere", "on_way", "at_end", "arrived", "lost")[p.state], p.node, p.base, p.horizon, bool(p.new_base), _text(p.why))


def follow(last, header):
    """What a header id says beside the last one of its topic (None = nothing was heard): first, next, gap, repeat, restart or old."""
    return ("first", "next", "gap", "repeat", "restart", "old")[lib.c12_vda_follow(NONE if last is None else last, header)]


def action_may(before, after, seen=False):
    """May an action take this step; seen: may a later report show it?"""
    return bool((lib.c12_vda_action_seen if seen else lib.c12_vda_action_may)(_ACTIONS.index(before), _ACTIONS.index(after)))


def topic(text):
    """(interface, major, manufacturer, serial, kind) of a topic."""
    c, a = Columns(), new("c12_vda_address")
    call(lib.c12_vda_address_read, _view(c, text.encode()), a)
    return (*(ffi.buffer(v.ptr, v.size)[:].decode() for v in (a.interface_name, a.major, a.manufacturer, a.serial)), KINDS[a.kind])
