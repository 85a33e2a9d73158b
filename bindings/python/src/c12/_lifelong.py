# SPDX-License-Identifier: Apache-2.0
"""Robots that never stop: where each goes next, tick by tick; see c12/route.h."""
from collections import namedtuple

import numpy as np

from ._c12 import ffi, lib
from ._core import call, column, new

Pulse = namedtuple("Pulse", "tick arrived moved eldest eldest_ticks")
Pulse.__doc__ = """What a tick brought: robots that reached their goal, robots that moved, and which has been under way longest (-1 = none), for how long."""


class Lifelong:
    """A floor (arcs by tail, as in c12_route_problem) and robots on it, `start` int32.  The arrays are borrowed and must stay as they are.

    tables = as many as vertices serve any floor; fewer, about 2 * sqrt(vertices), serve large ones without one-way arcs.  None chooses."""

    EXACT = 4096  # vertices up to which every one gets a table of its own
    BLOCKS = 1024  # at once

    def __init__(self, arc_off, arc_head, start, tables=None):
        n, robots = len(arc_off) - 1, len(start)
        if n < 0:
            raise ValueError("arc_off has no row")
        self.columns, self.n_robots = (arc_off, arc_head, start), robots
        self._next = np.zeros(robots, np.int32)
        arcs = int(arc_off[-1])
        problem = new("c12_route_problem", n_vertices=n, n_robots=robots, arc_off=column(arc_off, np.int64, None, "arc_off"),
                      arc_head=column(arc_head, np.int32, arcs, "arc_head"), start=column(start, np.int32, None, "start"), goal=column(start, np.int32, None, "start"))
        dims = new("c12_route_dims", vertices=n, arcs=arcs, robots=robots, holds=self.BLOCKS, steps=1, tables=1,
                   lifelong=tables if tables is not None else n if n <= self.EXACT else 2 * int(np.sqrt(n)))
        handle, self._problem = ffi.new("c12_route **"), problem
        call(lib.c12_route_create, handle, dims, new("c12_route_options", mode=lib.C12_ROUTE_GRID), ffi.NULL)
        self.c = ffi.gc(handle[0], lib.c12_route_destroy)
        call(lib.c12_route_load, self.c, problem)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Give the memory back; every later call is refused."""
        if self.c:
            ffi.release(self.c)
            self.c = ffi.NULL

    def step(self, goal, at=None):
        """One tick towards `goal` (int32, -1 = none): where every robot goes, a new array, and the Pulse.  at says where robots are when it is not where
        the last step sent them."""
        pulse = new("c12_route_pulse")
        call(lib.c12_route_step, self.c, 0, column(at, np.int32, self.n_robots, "at"), column(goal, np.int32, self.n_robots, "goal"),
             column(self._next, np.int32, None, "next"), pulse)
        return self._next.copy(), Pulse(pulse.tick, pulse.arrived, pulse.moved, pulse.eldest, pulse.eldest_ticks)

    def hold(self, vertex, start, end=None):
        """Nobody goes onto a vertex from tick start until end (None = for ever); whoever stands there leaves when it can.  Ticks are steps since the floor was loaded."""
        call(lib.c12_route_hold, self.c, 0, vertex, start, 2**63 - 1 if end is None else end, ffi.NULL, 0, ffi.NULL)

    def unblock(self, vertex, tick):
        """Blocks of a vertex end at tick."""
        call(lib.c12_route_unblock, self.c, 0, vertex, tick)

    def check(self, where, stops=()):
        """(violations, first broken rule or None) of a run on this floor, `where` int32 [ticks + 1, robots], by the independent checker.
        stops: for each robot the (vertex, tick) visits it claims, in order."""
        arc_off, arc_head, start = self.columns
        return check_run(arc_off, arc_head, where, start, stops)


def check_run(arc_off, arc_head, where, start=None, stops=()):
    """As Lifelong.check, on any floor; start None = robots may begin anywhere."""
    n = len(arc_off) - 1
    if where.ndim != 2 or where.shape[0] < 1:
        raise ValueError("where must be [ticks + 1, robots]")
    ticks, robots = where.shape[0] - 1, where.shape[1]
    if len(stops) not in (0, robots):
        raise ValueError(f"stops has {len(stops)} rows, {robots} needed")
    problem = new("c12_route_problem", n_vertices=n, n_robots=robots, arc_off=column(arc_off, np.int64, None, "arc_off"),
                  arc_head=column(arc_head, np.int32, int(arc_off[-1]), "arc_head"), start=column(start, np.int32, robots, "start"))
    run, verdict, scratch = new("c12_route_run", n_ticks=ticks, where=column(where, np.int32, None, "where")), new("c12_verdict"), np.empty(n, np.int32)
    if len(stops):
        flat = [visit for visits in stops for visit in visits]
        off = np.concatenate([[0], np.cumsum([len(visits) for visits in stops])]).astype(np.int64)
        vertex, tick = np.array([v for v, _ in flat], np.int32), np.array([t for _, t in flat], np.int64)
        run.stop_off, run.stop_vertex, run.stop_tick = column(off, np.int64, None, "stops"), column(vertex, np.int32, None, "stops"), column(tick, np.int64, None, "stops")
    call(lib.c12_route_check_run, problem, run, column(scratch, np.int32, None, "scratch"), verdict)
    return verdict.violations, ffi.string(verdict.rule).decode() if verdict.rule else None
