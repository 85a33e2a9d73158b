# SPDX-License-Identifier: Apache-2.0
"""Routes from Python: fleets planned at once, judged by rules written a second time, and robots driven late, around blocks, without ever meeting."""
import itertools
import threading
import time

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

import c12
from c12 import Fleet
from c12._route import STAYS


def graph(arcs, n):
    """(arc_off, arc_head, length by pair) of (tail, head, length) rows."""
    arcs = sorted(arcs)
    off = np.searchsorted([a for a, _, _ in arcs], np.arange(n + 1)).astype(np.int64)
    return off, [b for _, b, _ in arcs], {(a, b): length for a, b, length in arcs}


def lattice(w, h, wall=()):
    cells = [(x, y) for y in range(h) for x in range(w) if (x, y) not in wall]
    at = {cell: k for k, cell in enumerate(cells)}
    return cells, [(k, at[n], 1) for (x, y), k in at.items() for n in ((x, y - 1), (x - 1, y), (x + 1, y), (x, y + 1)) if n in at]


def broken(routes, length, start, goal, pace, ready, held, grid):
    """The first of rules P1 to P4 that a plan breaks, None = none."""
    kept = [(v, a, b) for v, a, b in held]
    moves = []
    for r in range(len(start)):
        vertex, begin, end = (a.tolist() for a in routes.of(r))
        if not vertex or vertex[0] != start[r] or begin[0] != ready[r] or vertex[-1] != goal[r] or end[-1] != STAYS:
            return "P1"
        for k in range(len(vertex) - 1):
            ride = length.get((vertex[k], vertex[k + 1]))
            if ride is None or (begin[k + 1] != end[k] if grid else begin[k + 1] < begin[k] or end[k] - begin[k + 1] < ride * pace[r]):
                return "P2"
            if not grid and k and begin[k + 1] < end[k - 1]:
                return "P2"  # left before it was there
            if grid:
                moves.append((end[k], vertex[k], vertex[k + 1]))
        kept += zip(vertex, begin, end)
    if any(begin >= end for _, begin, end in kept):
        return "P2"
    for v, rows in itertools.groupby(sorted(kept), key=lambda row: row[0]):
        rows = list(rows)
        if any(b[1] < a[2] for a, b in zip(rows, rows[1:])):
            return "P3"
    swaps = set(moves)
    return "P4" if any((t, b, a) in swaps for t, a, b in moves) else None


@st.composite
def problems(draw):
    w, h = draw(st.integers(2, 6)), draw(st.integers(2, 6))
    cells, arcs = lattice(w, h, draw(st.sets(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=w * h // 4)))
    grid, n = draw(st.booleans()), len(cells)
    if not grid:
        arcs = [(a, b, draw(st.integers(1, 4))) for a, b, _ in arcs]
    robots = draw(st.integers(0, max(0, min(6, n // 2))))
    some = st.permutations(range(n)).map(lambda p: p[:robots])
    pace = [1 if grid else draw(st.integers(1, 3)) for _ in range(robots)]
    goal = draw(some)
    free = [v for v in range(n) if v not in goal]
    held = [(v, 40 + 10 * k, 45 + 10 * k) for k, v in enumerate(draw(st.lists(st.sampled_from(free), max_size=3)))] if free else []
    return cells, arcs, grid, draw(some), goal, pace, held


@settings(deadline=None, max_examples=80)
@given(problems(), st.integers(0, 2**31 - 1))
def test_plans_keep_the_rules_written_a_second_time(problem, pick):
    cells, arcs, grid, start, goal, pace, held = problem
    off, head, length = graph(arcs, len(cells))
    more = {"x": [x for x, _ in cells], "y": [y for _, y in cells]} if grid else {"arc_length": list(length.values()), "pace": pace}
    with Fleet(off, head, start, goal, grid=grid, held=held, **more) as fleet:
        plan = fleet.solve(work=3000)
        again = fleet.solve(work=3000)
        assert (plan.vertex == again.vertex).all() and (plan.start == again.start).all() and plan.objective == again.objective
        if plan.outcome not in ("optimal", "feasible"):
            assert len(plan.vertex) == 0
            return
        ready = [0] * len(start)
        assert fleet.check(plan) == (0, None)
        assert broken(plan, length, start, goal, pace, ready, held, grid) is None
        last = [plan.of(r)[1 if grid else 2] for r in range(len(start))]
        assert plan.bound <= plan.objective == sum(int(a[-1 if grid else -2]) if len(a) > 1 else 0 for a in last)
        if not len(plan.vertex):
            return
        k = pick % len(plan.vertex)  # a plan that is changed: both see it, or neither
        plan.vertex[k] = (plan.vertex[k] + 1 + pick // 7 % len(cells)) % len(cells)
        plan.start[k - k // 3] += pick // 11 % 3
        assert (fleet.check(plan)[0] == 0) == (broken(plan, length, start, goal, pace, ready, held, grid) is None)


def test_a_crowd_on_a_map():
    rng = np.random.default_rng(4)
    w = h = 32
    wall = rng.random((h, w)) < .15
    rows = "\n".join("".join("@" if wall[y, x] else "." for x in range(w)) for y in range(h))
    text = f"type octile\nheight {h}\nwidth {w}\nmap\n{rows}\n".encode()
    with Fleet.read(text) as bare:
        hall = part(bare)
        assert (bare.cell_vertex[bare.y, bare.x] == np.arange(bare.n_vertices)).all() and (bare.cell_vertex < 0).sum() == wall.sum()
        x, y = bare.x, bare.y
    start, goal = rng.permutation(hall)[:100], rng.permutation(hall)[:100]
    scen = "version 1\n" + "".join(f"0\tf.map\t{w}\t{h}\t{x[a]}\t{y[a]}\t{x[b]}\t{y[b]}\t0\n" for a, b in zip(start, goal))
    with Fleet.read(text, scen.encode()) as fleet:
        assert fleet.n_robots == 100
        began = time.process_time()
        plan = fleet.solve(seconds=.2)
        assert plan.outcome in ("feasible", "optimal") and fleet.check(plan) == (0, None) and plan.objective < 1.4 * plan.bound
        assert time.process_time() - began < 5
    with Fleet.read(text, scen.encode(), 10) as fleet:
        assert fleet.n_robots == 10 and fleet.solve(work=2000).outcome in ("feasible", "optimal")


def test_half_of_all_cells_are_robots():
    cells, arcs = lattice(12, 12)
    off, head, _ = graph(arcs, len(cells))
    rng = np.random.default_rng(2)
    fleet = Fleet(off, head, rng.permutation(144)[:72], rng.permutation(144)[:72], grid=True, x=[x for x, _ in cells], y=[y for _, y in cells])
    plan = fleet.solve(work=20000)
    assert plan.outcome == "feasible" and fleet.check(plan) == (0, None) and plan.first > 0
    tight = Fleet(off, head, rng.permutation(144)[:143], rng.permutation(144)[:143], grid=True, holds=100)
    assert tight.solve(work=20000).outcome == "unknown"


def part(fleet):
    """Vertices of the largest free part of a floor."""
    todo, best = set(range(fleet.n_vertices)), []
    while todo:
        seen, edge = [], [todo.pop()]
        while edge:
            v = edge.pop()
            seen.append(v)
            for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
                x, y = fleet.x[v] + dx, fleet.y[v] + dy
                u = int(fleet.cell_vertex[y, x]) if 0 <= y < fleet.cell_vertex.shape[0] and 0 <= x < fleet.cell_vertex.shape[1] else -1
                if u in todo:
                    todo.remove(u)
                    edge.append(u)
        best = max(best, seen, key=len)
    return best


# ---- driving --------------------------------------------------------------------------------------------------------------------

def crossing():
    """Robots 0 on vertex 0 and 1 on vertex 1; ways 0-2-3 and 1-2-4."""
    off, head, _ = graph([(0, 2, 1), (1, 2, 1), (2, 0, 1), (2, 1, 1), (2, 3, 1), (2, 4, 1), (3, 2, 1), (4, 2, 1)], 5)
    fleet = Fleet(off, head, robots=2)
    fleet.park(0, 0)
    fleet.park(1, 1)
    assert (fleet.replan(0, 0, 0, 3).objective, fleet.replan(1, 1, 0, 4).objective) == (2, 4)
    return fleet


def test_late_robots_keep_their_turn():
    fleet = crossing()
    assert fleet.waits(0) is None and fleet.waits(1) == (2, 0, 2, None)
    moved = fleet.delay(0, 50)
    assert moved.holds == 5 and len(moved.hit) == 0 and fleet.waits(1).until == 52
    assert fleet.release(1, 10).vertex.tolist() == [1] and fleet.release(0, 10).vertex.tolist() == [0, 2, 3]
    with pytest.raises(c12.Error, match="not released") as e:
        fleet.progress(1, 11)
    assert (e.value.status, e.value.row) == ("C12_E_STATE", 1)
    with pytest.raises(c12.Error, match="reroute"):
        fleet.replan(0, 0, 10, 4)
    fleet.progress(0, 60)
    fleet.progress(0, 61)
    assert fleet.waits(1) is None
    fleet.hold(2, 61, 100)
    assert fleet.reroute(1, 62, 4).objective == 102 and fleet.waits(1) == (2, None, 100, None)
    fleet.unblock(2, 70)
    assert fleet.reroute(1, 70, 4).objective == 72 and len(fleet.circle()) == 0
    fleet.forget(70)


def test_blocks_name_whom_they_hit_and_circles_are_found():
    fleet = crossing()
    assert fleet.hold(2, 0, 1).tolist() == [0] and fleet.hold(2, 0).tolist() == [0, 1]
    assert fleet.reroute(0, 0, 3).outcome == "infeasible"
    off, head, _ = graph([(a, b, 1) for a in range(2) for b in range(2) if a != b], 2)
    face = Fleet(off, head, [0, 1], [1, 0])
    assert face.solve(work=1000).outcome in ("infeasible", "unknown")


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 2**31 - 1), st.integers(2, 8))
def test_nobody_meets_and_everybody_goes_on(seed, robots):
    """Robots drive where it was released to them, as slowly as they like; cells are blocked; goals change."""
    rng = np.random.default_rng(seed)
    side = 6
    cells, arcs = lattice(side, side, [(2, 1), (2, 2), (4, 3), (4, 4)])
    off, head, length = graph([(a, b, int(rng.integers(1, 4))) for a, b, _ in arcs], len(cells))
    pace = rng.integers(1, 4, robots)
    fleet = Fleet(off, head, robots=robots, arc_length=list(length.values()), pace=pace)
    at, to, until = rng.permutation(len(cells))[:robots].tolist(), [None] * robots, [0] * robots
    goal = list(at)
    for r in range(robots):
        fleet.park(r, at[r])
    now, moves, blocked = 0, 0, {}
    for _ in range(150):
        for r in range(robots):
            if to[r] is None and at[r] == goal[r]:
                errand = int(rng.integers(len(cells)))
                if errand not in goal and fleet.reroute(r, now, errand).outcome == "optimal":
                    goal[r] = errand
            if to[r] is None:
                way = [v for v, _ in itertools.groupby(fleet.release(r, now).vertex.tolist())]
                assert way[0] == at[r]
                if len(way) > 1:
                    to[r], until[r] = way[1], now + length[at[r], way[1]] * int(pace[r]) * int(rng.choice([1, 1, 1, 4]))
                    assert blocked.get(way[1], 0) <= now
        standing = at + [v for v in to if v is not None]
        assert len(set(standing)) == len(standing)
        assert len(fleet.circle()) == 0
        now = min([until[r] for r in range(robots) if to[r] is not None] or [now + 10])
        for r in range(robots):
            if to[r] is not None and until[r] <= now:
                for hit in fleet.progress(r, now).hit.tolist():
                    fleet.reroute(hit, now, goal[hit])
                at[r], to[r], moves = to[r], None, moves + 1
        if rng.random() < .15:
            v = int(rng.integers(len(cells)))
            if v not in goal and blocked.get(v, 0) <= now and all(v not in fleet.release(r, now).vertex for r in range(robots)):
                blocked[v] = now + int(rng.integers(1, 30))
                for hit in fleet.hold(v, now, blocked[v]).tolist():
                    fleet.reroute(hit, now, goal[hit])
        for v in [v for v, end in blocked.items() if end <= now]:
            fleet.unblock(v, now)
            del blocked[v]
    assert moves > 100


# ---- manners ----------------------------------------------------------------------------------------------------------------------

def test_bad_input():
    off, head, _ = graph([(0, 1, 1), (1, 0, 1)], 2)
    with pytest.raises(c12.Error) as e:
        Fleet(off, [1, 7], [0], [1])
    assert (e.value.field, e.value.row, e.value.value) == ("arc_head", 1, 7)
    with pytest.raises(c12.Error) as e:
        Fleet(off, head, [0, 1], [1, 0], pace=[1, 0])
    assert (e.value.status, e.value.field, e.value.row) == ("C12_E_RANGE", "robot_pace", 1)
    with pytest.raises(ValueError, match="arc_head has 2 rows"):
        Fleet([0, 1, 3], head)
    with pytest.raises(ValueError, match="goal has shape"):
        Fleet(off, head, [0, 1], [1])
    with pytest.raises(ValueError, match="beyond 32 bits"):
        Fleet(off, head, [0], [2**32 + 1])
    with pytest.raises(TypeError, match="pace takes whole numbers"):
        Fleet(off, head, [0], [1], pace=[1.5])
    with pytest.raises(ValueError, match="come together"):
        Fleet(off, head, [0])
    with pytest.raises(c12.Error) as e:
        Fleet.read(b"type octile\nheight 1\nwidth 2\nmap\n.x\n")
    assert e.value.status == "C12_E_FORMAT" and e.value.row == 5
    fleet = Fleet(off, head, [0], [1])
    with pytest.raises(c12.Error) as e:
        fleet.solve()
    assert e.value.status == "C12_E_ARG"
    with pytest.raises(c12.Error) as e:
        fleet.park(3, 0)
    assert e.value.field == "robot"
    with pytest.raises(c12.Error) as e:
        fleet.delay(0, 5)
    assert "no route" in e.value.what
    with pytest.raises(ValueError, match="0 robots"):
        fleet.check(Fleet([0], []).solve(work=1))
    with pytest.raises(c12.Error):
        Fleet(off, head, [0], [1], grid=True).progress(0, 1)
    fleet.close()
    fleet.close()
    fleet.cancel()
    with pytest.raises(c12.Error):
        fleet.solve(work=1)


def test_columns_are_its_own():
    off, head, _ = graph([(0, 1, 1), (1, 0, 1)], 2)
    head = np.array(head, np.int32)
    fleet = Fleet(off, head, [0], [1])
    head[:] = 99
    assert fleet.solve(work=100).vertex.tolist() == [0, 1]


def test_cancel():
    cells, arcs = lattice(24, 24)
    off, head, _ = graph(arcs, len(cells))
    rng = np.random.default_rng(1)
    fleet = Fleet(off, head, rng.permutation(576)[:150], rng.permutation(576)[:150], grid=True, x=[x for x, _ in cells], y=[y for _, y in cells])
    threading.Timer(.3, fleet.cancel).start()
    began = time.monotonic()
    plan = fleet.solve(seconds=60)
    assert time.monotonic() - began < 20 and plan.stop == "cancel" and fleet.check(plan) == (0, None)


def row(n):
    """Arcs of n vertices in a row, both ways."""
    return graph([(v, w, 1) for v in range(n) for w in (v - 1, v + 1) if 0 <= w < n], n)


def test_branches():
    off, head, _ = row(6)
    fleet = Fleet(off, head, robots=2, branches=2)
    fleet.park(0, 0)
    fleet.park(1, 5)
    assert fleet.reroute(0, 0, 3).objective == 3
    with fleet.branch() as what_if:
        assert what_if.hold(2, 0, 50).tolist() == [0] and what_if.reroute(0, 0, 3).objective == 52
        with what_if.branch() as further:
            further.unblock(2, 0)
            assert further.reroute(0, 0, 3).objective == 3
        with pytest.raises(c12.Error) as e:
            further.drop()
        assert e.value.status == "C12_E_ARG"
        assert what_if.waits(0).vertex == 2
    assert fleet.waits(0) is None
    better, other = fleet.branch(), fleet.branch()
    with pytest.raises(c12.Error) as e:
        fleet.branch()
    assert e.value.status == "C12_E_SPACE"
    assert better.reroute(1, 0, 4).objective == 1
    better.commit()
    assert fleet.release(1, 0).vertex.tolist() == [5, 5, 4]  # where it stood, and from where the way goes on
    with pytest.raises(c12.Error) as e:
        other.commit()
    assert e.value.status == "C12_E_STATE"
    fleet.close()
    with pytest.raises(c12.Error):
        other.waits(0)
    other.close()


def test_zones_and_who_does_not_move():
    off, head, _ = row(5)
    fleet = Fleet(off, head, robots=1, zone=[-1, -1, 7, 7, -1])
    fleet.park(0, 0)
    fleet.reroute(0, 0, 4)
    assert fleet.release(0, 0).vertex.tolist() == [0, 0, 1]
    assert fleet.waits(0) == (2, None, None, 7)
    with pytest.raises(c12.Error) as e:
        fleet.grant(0, 6)
    assert e.value.field == "zone"
    fleet.grant(0, 7)
    assert fleet.release(0, 1).vertex.tolist() == [0, 0, 1, 2, 3, 4] and fleet.waits(0) is None
    assert fleet.stuck(5, 10) == {} and fleet.stuck(50, 10) == {0: 0}
    fleet.grant(0, None)


def test_lanes_conflicts_and_classes():
    ring = [(v, (v + d) % 8, 1) for v in range(8) for d in (1, -1)]
    off, head, _ = graph(ring, 8)
    there = lambda **more: Fleet(off, head, [0], [3], **more).solve(work=100).vertex.tolist()
    arcs = [(v, w) for v in range(8) for w in head[off[v]:off[v + 1]]]
    short, long = [0, 1, 2, 3], [0, 7, 6, 5, 4, 3]
    slow = [9 * ((v, w) == (1, 2)) for v, w in arcs]
    assert there() == short and there(arc_pace=slow) == long and there(arc_penalty=slow) == long
    assert there(arc_classes=[2 if (v, w) == (1, 2) else 3 for v, w in arcs]) == long
    assert there(arc_classes=[2 if (v, w) == (1, 2) else 3 for v, w in arcs], robot_class=[1]) == short
    assert there(held=[(6, 0, None)], conflicts=[(6, 2)], partial=True) == []  # the bound says: no way
    fleet = Fleet(off, head, robots=1, partial=True, parking=[1, 1, 0, 1, 1, 1, 1, 1])
    for v in (3, 7):
        fleet.hold(v, 0)
    fleet.park(0, 0)
    assert fleet.replan(0, 0, 0, 3).vertex.tolist() == [0, 1]
    with pytest.raises(ValueError, match="vertices beyond 8"):
        Fleet(off, head, [0], [3], conflicts=[(0, 8)])


def test_turns():
    cells, arcs = lattice(3, 3)
    off, head, _ = graph(arcs, 9)
    x, y = [x for x, _ in cells], [y for _, y in cells]
    turned = c12.turns(off, head, x, y, 4)
    at = {cell: k for k, cell in enumerate(cells)}
    fleet = Fleet(**turned.columns, start=[4 * at[0, 0]], goal=[4 * at[2, 2]])
    plan = fleet.solve(work=1000)
    assert plan.objective == 2 + 4 + 2 and fleet.check(plan) == (0, None)  # east, a turn, south
    assert (turned.arc_of >= -1).all() and (turned.arc_of == -1).sum() == 8 * 9
    west = Fleet(**turned.columns, start=[4 * at[0, 0] + 2], goal=[4 * at[2, 2]]).solve(work=1000)
    assert west.objective == 4 + 2 + 4 + 2  # by south
    with pytest.raises(c12.Error) as e:
        c12.turns(off, head, [0] * 9, [k * (k % 2) for k in range(9)], 0)
    assert e.value.field == "quarter"
