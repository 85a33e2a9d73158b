# SPDX-License-Identifier: Apache-2.0
"""Routes of many robots through one graph, and driving them: see c12/route.h for the rules (P1 to P4) and what each column means."""
import math
from collections import namedtuple

import numpy as np

from ._buy import Columns
from ._c12 import ffi, lib
from ._core import call, new
from .sched import OUTCOMES, _now

STAYS = 2**63 - 1  # C12_ROUTE_STAYS: the end of a hold that never ends
STOPS = ("done", "work", "time", "cancel", "target", "space")
Moved = namedtuple("Moved", "holds hit")
Moved.__doc__ = "What a report moved: how many reservations to later, and the robots (int32) that now run into a block: reroute them."
Wait = namedtuple("Wait", "vertex robot until zone", defaults=(None,))
Wait.__doc__ = """A robot waits for this: who is to hold `vertex`, or one in conflict with it, before it (None = a block, or nobody), until when as planned now (None = nobody is
in the way), and the zone to be granted (None = none)."""
Turns = namedtuple("Turns", "columns arc_of")
Turns.__doc__ = "A graph with headings: columns for Fleet(**columns), vertex 4 * v + heading; arc_of [arcs] is the floor's arc each is, -1 = a turn."


class Routes:
    """Steps of robots: robot r has rows step_off[r] to step_off[r + 1] of vertex (int32), start and end (int64, half-open; STAYS = for ever); objective, bound,
    outcome, stop, work, and first, the seconds until the first plan of all."""

    def __init__(self, robots, cap):
        self.step_off, self.vertex = np.zeros(robots + 1, np.int64), np.empty(cap, np.int32)
        self.start, self.end = np.empty(cap, np.int64), np.empty(cap, np.int64)
        self.objective = self.bound = self.work = 0
        self.first = 0.0
        self.outcome, self.stop = "unknown", "done"

    def __len__(self):
        return len(self.step_off) - 1

    def of(self, robot):
        """(vertex, start, end) of one robot."""
        rows = slice(self.step_off[robot], self.step_off[robot + 1])
        return self.vertex[rows], self.start[rows], self.end[rows]

    def _c(self, columns):
        return new("c12_route_plan", step_cap=len(self.vertex), step_off=columns.take(self.step_off, np.int64), step_vertex=columns.take(self.vertex, np.int32),
                   step_from=columns.take(self.start, np.int64), step_to=columns.take(self.end, np.int64))

    def _cut(self):
        n = self.step_off[-1]
        self.vertex, self.start, self.end = self.vertex[:n].copy(), self.start[:n].copy(), self.end[:n].copy()
        return self

    def _tell(self, info):
        self.objective, self.bound, self.work, self.first = info.objective, info.bound, info.work, info.first / 1e9
        self.outcome, self.stop = OUTCOMES[info.outcome], STOPS[info.stop]
        return self._cut()


def _whole(values, dtype, size, name):
    """A copy of our own as C wants it; numbers that would not fit are refused, not wrapped."""
    if values is None:
        return None
    array, room = np.asarray(values), np.iinfo(dtype)
    if array.size and array.dtype.kind not in "iub":
        raise TypeError(f"{name} takes whole numbers")
    if array.ndim != 1 or (size is not None and array.size != size):
        raise ValueError(f"{name} has shape {array.shape}, {size if size is not None else 'n'} rows needed")
    if array.size and (int(array.min()) < room.min or int(array.max()) > room.max):
        raise ValueError(f"{name} has numbers beyond {room.bits} bits")
    return np.array(array, dtype)


class Fleet:
    """Robots on a graph (arcs by tail: arc_off, arc_head), planned at once (solve), one by one (replan), and driven on one live table.

    robots says how many there are when start and goal are not given.  pace: ticks a length unit, ready: tick a robot enters the world, priority: larger is planned
    first; held: rows (vertex, start, end) during which nobody may be there, end None = for ever.  With grid=True a move takes one tick and may follow right behind
    (multi-agent path finding); otherwise both ends of an arc are held during a move.  x, y: cells of a floor, which makes grids fast.  holds, steps, ticks: room in
    the live table, in one path, and for a grid's plan; what is not given is guessed from the graph (stop "space": give more).  Lists or arrays, copied.

    Not on grids: arc_pace (ticks a length unit takes at least), arc_classes (bit c: class c may drive it), arc_penalty (ticks a robot would rather be late), robot_class,
    conflicts: pairs of vertices that two robots never hold at once, or conflict_off and conflict_vertex; place (headings of one cell, see turns), zone (>= 0: to be granted).
    partial=True: who finds no way goes as near as it may park (parking: 1 = there).  branches: how many what-if branches may be open.

    Methods that plan take work (units, repeatable) or seconds.  An error changes nothing."""

    def __init__(self, arc_off, arc_head, start=None, goal=None, robots=None, arc_length=None, pace=None, ready=None, priority=None, held=(), grid=False, x=None, y=None,
                 holds=None, steps=0, ticks=None, tables=0, arc_pace=None, arc_classes=None, arc_penalty=None, robot_class=None, conflicts=None, conflict_off=None,
                 conflict_vertex=None, place=None, zone=None, parking=None, partial=False, branches=0):
        vertices = len(arc_off) - 1
        if vertices < 0 or (start is None) != (goal is None):
            raise ValueError("arc_off has at least one row" if vertices < 0 else "start and goal come together")
        robots = (0 if start is None else len(start)) if robots is None else robots
        arc_off = _whole(arc_off, np.int64, None, "arc_off")
        arcs = len(arc_head)
        if int(arc_off[-1]) != arcs:
            raise ValueError(f"arc_head has {arcs} rows, arc_off counts {int(arc_off[-1])}")
        self.n_vertices, self.n_robots, self.grid, held = vertices, robots, bool(grid), list(held)
        if conflicts is not None:
            conflict_off, conflict_vertex = _both_sides(conflicts, vertices)
        self._at = 0
        self._kept = keep = Columns()  # the handle reads these columns for as long as it lives

        def take(values, dtype, size, name):
            return keep.take(_whole(values, dtype, size, name), dtype)

        self._problem = new("c12_route_problem", n_vertices=vertices, n_robots=robots, n_held=len(held), arc_off=take(arc_off, np.int64, None, "arc_off"),
                            arc_head=take(arc_head, np.int32, None, "arc_head"), arc_length=take(arc_length, np.int32, arcs, "arc_length"),
                            start=take(start, np.int32, robots, "start"), goal=take(goal, np.int32, robots, "goal"), robot_pace=take(pace, np.int32, robots, "pace"),
                            robot_ready=take(ready, np.int64, robots, "ready"), robot_priority=take(priority, np.int32, robots, "priority"),
                            held_vertex=take([row[0] for row in held], np.int32, None, "held"), held_from=take([row[1] for row in held], np.int64, None, "held"),
                            held_to=take([STAYS if row[2] is None else row[2] for row in held], np.int64, None, "held"),
                            vertex_x=take(x, np.int32, vertices, "x"), vertex_y=take(y, np.int32, vertices, "y"), arc_pace=take(arc_pace, np.int32, arcs, "arc_pace"),
                            arc_classes=take(arc_classes, np.uint64, arcs, "arc_classes"), arc_penalty=take(arc_penalty, np.int32, arcs, "arc_penalty"),
                            robot_class=take(robot_class, np.int32, robots, "robot_class"), vertex_place=take(place, np.int32, vertices, "place"),
                            conflict_off=take(conflict_off, np.int64, vertices + 1, "conflict_off"), vertex_zone=take(zone, np.int32, vertices, "zone"),
                            conflict_vertex=take(conflict_vertex, np.int32, None if conflict_off is None else int(conflict_off[-1]), "conflict_vertex"),
                            vertex_parking=take(parking, np.uint8, vertices, "parking"))
        self._options = new("c12_route_options", mode=lib.C12_ROUTE_GRID if grid else lib.C12_ROUTE_HOLD_BOTH, partial=bool(partial))
        self._dims = self._room(arcs, x, y, holds, steps, ticks, tables, len(held))
        self._dims.branches, self._dims.penalties = branches, arc_penalty is not None
        self._dims.conflicts = 0 if conflict_vertex is None else len(conflict_vertex)
        if holds is None and self._dims.conflicts:
            self._dims.holds *= 2 + 2 * self._dims.conflicts // vertices  # a reservation counts once more for each conflict of its vertex
        handle = ffi.new("c12_route **")
        call(lib.c12_route_create, handle, self._dims, self._options, new("c12_host", now=_now))
        self.c = ffi.gc(handle[0], lib.c12_route_destroy)
        call(lib.c12_route_load, self.c, self._problem)

    def _room(self, arcs, x, y, holds, steps, ticks, tables, held):
        side = 2 * math.isqrt(self.n_vertices) + 2  # width and height of a square floor
        dims = new("c12_route_dims", vertices=self.n_vertices, arcs=arcs, robots=self.n_robots, steps=steps, tables=tables)
        if self.grid and x is not None and y is not None and self.n_vertices:
            dims.columns, dims.rows = int(np.max(x)) + 1, int(np.max(y)) + 1
            side = dims.columns + dims.rows
        if self.grid:
            crowded = 4 * self.n_robots > self.n_vertices  # then the first plan takes long detours
            dims.ticks = (max(4 * side, min(16 * side, 2048)) if crowded else 4 * side) if ticks is None else ticks
            dims.tables = dims.tables or self.n_robots  # a table short, and plans of everybody at once are out
        dims.holds = self.n_robots * 8 * side + held + 65536 if holds is None else holds
        return dims

    @classmethod
    def read(cls, map_text, scen_text=None, robots=None, grid=True, **more):
        """On a MovingAI map (bytes), with starts and goals from the first `robots` rows of a scenario (all by default); more as for Fleet.  Fleet.cell_vertex [y, x]
        is the vertex of a cell, -1 = a wall; Fleet.x and Fleet.y say where a vertex is."""
        dims, width, height, view = new("c12_route_dims"), ffi.new("int32_t *"), ffi.new("int32_t *"), _view(map_text)
        call(lib.c12_route_scan_map, view, dims, width, height)
        columns, n = Columns(), dims.vertices
        arc_off, off = columns.out(n + 1, np.int64)
        arc_head, head = columns.out(dims.arcs, np.int32)
        x, at_x = columns.out(n, np.int32)
        y, at_y = columns.out(n, np.int32)
        cell, cells = columns.out(width[0] * height[0], np.int32)
        call(lib.c12_route_read_map, view, dims, off, head, at_x, at_y, cells)
        if scen_text is not None:
            rows, scene = ffi.new("int32_t *"), _view(scen_text)
            call(lib.c12_route_scan_scen, scene, rows)
            robots = rows[0] if robots is None else robots
            more["start"], start = columns.out(robots, np.int32)
            more["goal"], goal = columns.out(robots, np.int32)
            call(lib.c12_route_read_scen, scene, width[0], height[0], cells, robots, start, goal)
            more["start"], more["goal"] = more["start"][:robots], more["goal"][:robots]
        fleet = cls(arc_off, arc_head[:dims.arcs], robots=robots, grid=grid, x=x[:n], y=y[:n], **more)
        fleet.x, fleet.y, fleet.cell_vertex = x[:n], y[:n], cell.reshape(height[0], width[0])
        return fleet

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Give the memory back; every later call is refused."""
        if self.c:
            ffi.release(self.c)
            self.c = ffi.NULL

    # ---- planning ---------------------------------------------------------------------------------------------------------------

    def _plan(self, robots, cap, budget, function, *args):
        columns, info, routes = Columns(), new("c12_info"), Routes(robots, cap)
        call(function, self.c, self._at, *args, budget, routes._c(columns), info)
        return routes._tell(info)

    @staticmethod
    def _budget(work, seconds, **more):
        return new("c12_budget", work_limit=work, time_limit=int(seconds * 1e9), **more)

    def solve(self, work=0, seconds=0.0, seed=1, target=0):
        """Plan all robots from start to goal among the blocks of the live table, and reserve the plan.  Without one the outcome is "infeasible" or "unknown" and there
        are no rows."""
        return self._plan(self.n_robots, self._dims.holds, self._budget(work, seconds, seed=seed, target=target), lib.c12_route_solve)

    def check(self, routes):
        """(violations, first broken rule or None) of a plan of all robots, by the independent checker."""
        if len(routes) != self.n_robots:
            raise ValueError(f"the plan has {len(routes)} robots, {self.n_robots} needed")
        columns, verdict = Columns(), new("c12_verdict")
        room = columns.scratch(32 * (len(routes.vertex) + self._problem.n_held) + 4096)
        call(lib.c12_route_check_with, self._problem, routes._c(columns), self._options, room, verdict)
        return verdict.violations, ffi.string(verdict.rule).decode() if verdict.rule else None

    def cancel(self):
        """Stop a running plan from another thread; it returns the best so far."""
        if self.c:
            lib.c12_route_cancel(self.c)

    def replan(self, robot, start, tick, goal, work=100000, seconds=0.0):
        """Plan one robot from where it stands at a tick, and reserve: Routes of one robot, the earliest arrival there is.  "infeasible": there is no way, the old one stays."""
        return self._plan(1, self._longest(), self._budget(work, seconds), lib.c12_route_replan, robot, start, tick, goal)

    def reroute(self, robot, tick, goal, work=100000, seconds=0.0):
        """Plan one robot anew from the end of what was released to it."""
        return self._plan(1, self._longest(), self._budget(work, seconds), lib.c12_route_reroute, robot, tick, goal)

    def _longest(self):
        return (self._dims.steps or self.n_vertices) + 1

    # ---- the live table ---------------------------------------------------------------------------------------------------------

    def park(self, robot, vertex, tick=0):
        """The robot stands on a vertex from tick on, for ever."""
        call(lib.c12_route_park, self.c, self._at, robot, vertex, tick)

    def hold(self, vertex, start, end=None):
        """Block a vertex from start until end (None = for ever); gives the robots (int32) whose reservations it hits: reroute them."""
        hit, n = np.empty(self.n_robots + 1, np.int32), ffi.new("int32_t *")
        call(lib.c12_route_hold, self.c, self._at, vertex, start, STAYS if end is None else end, ffi.cast("int32_t *", ffi.from_buffer(hit)), self.n_robots, n)
        return hit[:n[0]].copy()

    def unblock(self, vertex, tick):
        """Blocks of a vertex end at tick."""
        call(lib.c12_route_unblock, self.c, self._at, vertex, tick)

    def forget(self, tick):
        """Drop reservations that ended by then: short tables make fast replans."""
        call(lib.c12_route_forget, self.c, self._at, tick)

    # ---- what if ----------------------------------------------------------------------------------------------------------------

    def branch(self):
        """A Fleet of its own on a copy of all reservations, blocks and releases as they are now: try there what you like, then drop() it, or commit() it, which makes it
        the trunk, unless that was changed meanwhile.  With `with` it is dropped at the end.  It lives as long as this fleet is open."""
        at = ffi.new("int32_t *")
        call(lib.c12_route_branch, self.c, self._at, at)
        other = Branch.__new__(Branch)
        other.__dict__.update(self.__dict__, _at=at[0], _trunk=getattr(self, "_trunk", self))
        return other

    # ---- driving ----------------------------------------------------------------------------------------------------------------

    def _moved(self, function, robot, ticks):
        hit = np.empty(self.n_robots + 1, np.int32)
        moved = new("c12_route_moved", cap=self.n_robots, hit=ffi.cast("int32_t *", ffi.from_buffer(hit)))
        call(function, self.c, self._at, robot, ticks, moved)
        return Moved(moved.holds, hit[:moved.n_hit].copy())

    def progress(self, robot, tick):
        """The robot has arrived in the next vertex of its route and left the one before; what comes after it moves to later where it must."""
        return self._moved(lib.c12_route_progress, robot, tick)

    def delay(self, robot, ticks):
        """The robot will be so many ticks later at its next vertex."""
        return self._moved(lib.c12_route_delay, robot, ticks)

    def release(self, robot, tick):
        """What a robot may drive whenever it likes: Routes of one robot, the vertex it is on and those nobody else is to hold before.  They are not taken away again."""
        columns, routes = Columns(), Routes(1, self._longest())
        call(lib.c12_route_release, self.c, self._at, robot, tick, routes._c(columns))
        return routes._cut()

    def waits(self, robot):
        """Why a robot cannot drive on, a Wait; None when all of its route is free."""
        wait = new("c12_route_wait")
        call(lib.c12_route_waits, self.c, self._at, robot, wait)
        if not wait.waits:
            return None
        return Wait(wait.vertex, *(None if n < 0 else n for n in (wait.robot, wait.until, wait.zone)))

    def grant(self, robot, zone):
        """Let a robot enter a zone, until it has left it; None takes back a grant."""
        call(lib.c12_route_grant, self.c, self._at, robot, -1 if zone is None else zone)

    def stuck(self, tick, ticks):
        """Robots that should have left, and were not heard of, for so many ticks: {robot: the one at the end of its waiting, which nobody keeps from going on}."""
        robots, causes, n = np.empty(self.n_robots + 1, np.int32), np.empty(self.n_robots + 1, np.int32), ffi.new("int32_t *")
        call(lib.c12_route_stuck, self.c, self._at, tick, ticks, ffi.cast("int32_t *", ffi.from_buffer(robots)), ffi.cast("int32_t *", ffi.from_buffer(causes)), self.n_robots, n)
        return dict(zip(robots[:n[0]].tolist(), causes[:n[0]].tolist()))

    def circle(self):
        """Robots (int32) that wait for each other in a circle, each for the next; empty = there is none."""
        robots, n = np.empty(self.n_robots + 1, np.int32), ffi.new("int32_t *")
        call(lib.c12_route_circle, self.c, self._at, ffi.cast("int32_t *", ffi.from_buffer(robots)), self.n_robots, n)
        return robots[:n[0]].copy()


class Branch(Fleet):
    """A what-if branch of a Fleet (Fleet.branch)."""

    @property
    def c(self):
        return self._trunk.c if self._at else ffi.NULL  # closed with its fleet

    def drop(self):
        """Forget the branch."""
        call(lib.c12_route_drop, self.c, self._at)
        self._at = 0

    def commit(self):
        """Make the branch what is true; refused when the trunk was changed since it was opened."""
        call(lib.c12_route_commit, self.c, self._at)
        self._at = 0

    def close(self):
        if self.c:
            self.drop()


def turns(arc_off, arc_head, x, y, quarter, arc_length=None, conflicts=None):
    """Turns of a floor's graph (x, y: column and row of a vertex) so that a quarter turn takes `quarter` length units: headings 0 east (x rises), 1 south (y rises), 2 west,
    3 north.  A start is 4 * v + heading, a goal 4 * v reached in any."""
    vertices, columns, dims = len(arc_off) - 1, Columns(), new("c12_route_dims")

    def take(values, dtype, size, name):
        return columns.take(_whole(values, dtype, size, name), dtype)

    off, other = (None, None) if conflicts is None else _both_sides(conflicts, vertices)
    floor = new("c12_route_problem", n_vertices=vertices, arc_off=take(arc_off, np.int64, None, "arc_off"), arc_head=take(arc_head, np.int32, int(arc_off[-1]), "arc_head"),
                arc_length=take(arc_length, np.int32, len(arc_head), "arc_length"), vertex_x=take(x, np.int32, vertices, "x"), vertex_y=take(y, np.int32, vertices, "y"),
                conflict_off=take(off, np.int64, None, "conflicts"), conflict_vertex=take(other, np.int32, None, "conflicts"))
    call(lib.c12_route_measure_turns, floor, quarter, dims)
    sizes = {"arc_off": (dims.vertices + 1, np.int64), "arc_head": (dims.arcs, np.int32), "arc_length": (dims.arcs, np.int32), "arc_of": (dims.arcs, np.int64),
             "conflict_off": (dims.vertices + 1, np.int64), "conflict_vertex": (dims.conflicts, np.int32), "place": (dims.vertices, np.int32)}
    out = {name: columns.out(*size) for name, size in sizes.items()}
    call(lib.c12_route_build_turns, floor, quarter, dims, *(pointer for _, pointer in out.values()))
    rows = {name: out[name][0][:sizes[name][0]] for name in sizes}
    return Turns({name: array for name, array in rows.items() if name != "arc_of"}, rows["arc_of"])


def _both_sides(pairs, vertices):
    """Conflicts as C wants them: rising, each pair from both sides, once."""
    rows = _whole(np.asarray(list(pairs)).reshape(-1) if len(pairs) else np.zeros(0, np.int64), np.int64, None, "conflicts").reshape(-1, 2)
    if rows.size and (rows.min() < 0 or rows.max() >= vertices):
        raise ValueError(f"conflicts name vertices beyond {vertices}")
    rows = np.unique(np.concatenate([rows, rows[:, ::-1]]), axis=0)
    off = np.zeros(vertices + 1, np.int64)
    np.add.at(off, rows[:, 0] + 1, 1)
    return np.cumsum(off), rows[:, 1].copy()


def _view(text):
    """Bytes as the text readers take them."""
    return {"ptr": ffi.from_buffer("uint8_t[]", text), "size": len(text)}
