# SPDX-License-Identifier: Apache-2.0
"""Robots that never stop, from Python: every run judged, and by rules written here a second time."""
import numpy as np
import pytest

import c12


def grid(rows):
    """arc_off and arc_head of a picture, and the number of each free cell."""
    number = {}
    for y, row in enumerate(rows):
        for x, cell in enumerate(row):
            if cell == ".":
                number[x, y] = len(number)
    off, head = [0], []
    for x, y in number:
        head += [number[c] for c in ((x, y - 1), (x - 1, y), (x + 1, y), (x, y + 1)) if c in number]
        off.append(len(head))
    return np.array(off, np.int64), np.array(head, np.int32), number


def drive(floor, cells, ticks, seed):
    rng = np.random.default_rng(seed)
    robots = floor.n_robots
    goal, where = rng.integers(0, cells, robots).astype(np.int32), [floor.columns[2].copy()]
    visits, oldest, done = [[] for _ in range(robots)], 0, 0
    for t in range(1, ticks + 1):
        nxt, pulse = floor.step(goal)
        where.append(nxt)
        assert pulse.tick == t and pulse.moved == int((nxt != where[-2]).sum())
        oldest = max(oldest, pulse.eldest_ticks)
        for r in np.flatnonzero(nxt == goal):
            visits[r].append((int(goal[r]), t))
            goal[r] = rng.integers(0, cells)
            done += 1
    return np.array(where, np.int32), visits, oldest, done


@pytest.mark.parametrize("tables", [None, 40])
def test_a_fleet_without_end(tables):
    off, head, number = grid(["." * 20 if y % 3 else ".@@@@.@@@@.@@@@.@@@." for y in range(16)])
    rng = np.random.default_rng(1)
    start = rng.permutation(len(number))[:50].astype(np.int32)
    with c12.Lifelong(off, head, start, tables) as floor:
        where, visits, oldest, done = drive(floor, len(number), 300, 2)
        assert floor.check(where, visits) == (0, None)
        assert done > 50 * 300 / 40 and oldest < 200
    for a, b in zip(where, where[1:]):
        assert len(set(b)) == 50 and all(p == q or q in head[off[p]:off[p + 1]] for p, q in zip(a, b))
        moves = {(int(p), int(q)) for p, q in zip(a, b) if p != q}
        assert not any((q, p) in moves for p, q in moves)
    again = c12.Lifelong(off, head, start, tables)
    assert (drive(again, len(number), 300, 2)[0] == where).all()
    visits[3].append((0, 5))
    assert floor.check(where, visits)[0] == 1
    where[7, 1] = where[7, 0]
    assert floor.check(where)[1].startswith("L")
    with pytest.raises(c12.Error):
        floor.step(np.zeros(50, np.int32))


def test_bad_input_is_named():
    off, head, _ = grid(["...", "@@@", "..."])
    floor = c12.Lifelong(off, head, np.array([0, 2], np.int32))
    for goal, at, field in (([0, 4], None, "goal"), ([0, 6], None, "goal"), ([0, 1], [1, 1], "at")):
        with pytest.raises(c12.Error) as e:
            floor.step(np.array(goal, np.int32), None if at is None else np.array(at, np.int32))
        assert e.value.field == field and e.value.row == 1
    with pytest.raises(TypeError):
        floor.step(np.zeros(2))
    with pytest.raises(ValueError):
        floor.step(np.zeros(1, np.int32))
    with pytest.raises(c12.Error) as e:
        c12.Lifelong(off, head, np.array([0], np.int32), 1)
    assert e.value.status == "C12_E_SPACE" and e.value.field == "lifelong"
    floor = c12.Lifelong(off, head, np.array([1, 1], np.int32))
    with pytest.raises(c12.Error) as e:
        floor.step(np.array([-1, -1], np.int32))
    assert e.value.field == "start"
    nxt, _ = floor.step(np.array([-1, -1], np.int32), np.array([0, 4], np.int32))
    assert nxt.tolist() == [0, 4]


def test_people_are_waited_for():
    off, head = np.array([0, 1, 3, 5, 6], np.int64), np.array([1, 0, 2, 1, 3, 2], np.int32)
    with c12.Lifelong(off, head, np.array([0], np.int32)) as floor:
        floor.hold(2, 0, 6)
        floor.hold(3, 0)
        goal, seen = np.array([3], np.int32), []
        for tick in range(10):
            if tick == 8:
                floor.unblock(3, 8)
            seen.append(int(floor.step(goal)[0][0]))
        assert seen == [1, 1, 1, 1, 1, 2, 2, 2, 3, 3]
