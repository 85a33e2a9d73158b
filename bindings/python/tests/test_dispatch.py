# SPDX-License-Identifier: Apache-2.0
"""Dispatch from Python: by hand, against brute force, and in motion."""
import itertools

import numpy as np
import pytest

import c12
from c12 import dispatch
from c12.dispatch import NEVER


def i64(*v):
    return np.array(v, np.int64)


def i32(*v):
    return np.array(v, np.int32)


def best(cost, priority):
    """(tasks served by falling priority, least cost) of every assignment, written a second time."""
    robots, tasks = cost.shape
    order = sorted(set(priority.tolist()), reverse=True)
    found = None
    for choice in itertools.product(range(-1, robots), repeat=tasks):
        used = [r for r in choice if r >= 0]
        if len(set(used)) < len(used) or any(r >= 0 and cost[r, t] == NEVER for t, r in enumerate(choice)):
            continue
        served = [-sum(1 for t, r in enumerate(choice) if r >= 0 and priority[t] == p) for p in order]
        total = sum(int(cost[r, t]) for t, r in enumerate(choice) if r >= 0)
        found = min(found, (served, total)) if found else (served, total)
    return found


def served(plan, priority):
    return [-int(((plan.robot >= 0) & (priority == p)).sum()) for p in sorted(set(priority.tolist()), reverse=True)]


def test_by_hand_with_runner_up():
    cost = np.array([[1, 2], [2, 9]], np.int64)
    plan = dispatch.assign(cost)
    assert plan.robot.tolist() == [1, 0] and (plan.objective, plan.outcome) == (4, "optimal")
    assert plan.runner_up.tolist() == [0, 1] and (plan.margin >= 0).all()
    assert dispatch.check(plan, cost) == (0, None)
    plan.robot[:] = 0, 1
    assert dispatch.check(plan, cost)[0] > 0


@pytest.mark.parametrize("seed", range(25))
def test_equal_to_brute_force_and_in_motion(seed):
    g = np.random.default_rng(seed)
    robots, tasks = g.integers(1, 5, 2)
    cost, priority = g.integers(-5, 20, (robots, tasks)), g.integers(0, 3, tasks).astype(np.int32)
    cost[g.random((robots, tasks)) < 0.2] = NEVER
    d = dispatch.Dispatcher(int(robots), int(tasks))
    d.load(cost, priority)
    for _ in range(8):
        plan = d.solve()
        assert dispatch.check(plan, cost, priority) == (0, None)
        assert (served(plan, priority), plan.objective) == best(cost, priority)
        if g.random() < 0.5:
            r = int(g.integers(robots))
            cost[r] = g.integers(-5, 20, tasks)
            d.set_robot(r, cost[r].copy())
        else:
            t = int(g.integers(tasks))
            cost[:, t], priority[t] = g.integers(-5, 20, robots), g.integers(0, 3)
            d.set_task(t, np.ascontiguousarray(cost[:, t]), int(priority[t]))


def test_robots_and_tasks_come_and_go():
    d = dispatch.Dispatcher(3, 3)
    d.load(np.array([[5, 6], [7, 1]], np.int64))
    d.set_task(2, i64(1, 1), priority=9)
    d.set_robot(2, i64(0, 0, NEVER))
    plan = d.solve()
    assert plan.robot.tolist() == [2, 1, 0] and plan.objective == 0 + 1 + 1
    d.set_robot(2, None)
    d.set_task(2, None)
    assert d.solve().robot.tolist() == [0, 1, -1]
    with pytest.raises(c12.Error) as e:
        d.set_task(3, i64(1, 1, 1))
    assert (e.value.status, e.value.field) == ("C12_E_SPACE", "task")


def test_listed_pairs():
    off, task, cost = i64(0, 2, 3), i32(0, 2, 2), i64(4, 1, 2)
    plan = dispatch.assign(cost, pairs=(off, task), n_tasks=3)
    assert plan.robot.tolist() == [0, -1, 1] and dispatch.check(plan, cost, pairs=(off, task), n_tasks=3) == (0, None)
    with pytest.raises(c12.Error) as e:
        dispatch.assign(cost, pairs=(off, i32(2, 0, 2)), n_tasks=3)
    assert (e.value.field, e.value.row) == ("pair_task", 1)


def test_hysteresis():
    cost = np.array([[10, 9], [9, 10]], np.int64)
    assert dispatch.assign(cost, current=i32(0, 1)).robot.tolist() == [1, 0]
    assert dispatch.assign(cost, current=i32(0, 1), hysteresis=2).robot.tolist() == [0, 1]


def test_costs_and_reasons():
    cost, why = dispatch.cost(np.array([[3, -1], [8, 2]], np.int64), i32(0, 1), i32(0, 1), task_deadline=i64(5, -1), task_duration=i64(0, 1))
    assert cost.tolist() == [[3, NEVER], [NEVER, 2]]
    assert [[dispatch.REASONS[k] for k in row] for row in why] == [["can", "no_way"], ["deadline", "can"]]
    assert dispatch.cost(np.array([[3, -1], [8, 2]], np.int64), i32(0, 1), i32(0, 1), task_deadline=i64(5, -1), late_cost=4)[0][1, 0] == 8 + 3 * 4
    with pytest.raises(c12.Error) as e:
        dispatch.cost(np.array([[3]], np.int64), i32(1), i32(0))
    assert e.value.field == "robot_vertex"


def test_wrong_arrays_are_refused():
    with pytest.raises(TypeError):
        dispatch.assign(i64(1, 2))
    with pytest.raises(TypeError):
        dispatch.assign(np.zeros((2, 2), np.int32))
    with pytest.raises(ValueError):
        dispatch.assign(np.zeros((2, 2), np.int64), priority=i32(1))


def test_chains():
    places = np.arange(6)
    ways = np.abs(places[:, None] - places[None, :]).astype(np.int64) * 10
    at, to = np.array([0, 5], np.int32), np.array([1, 2, 4, 3], np.int32)
    plan = c12.dispatch.chains(ways, at, to, ways)
    assert sorted(sum(plan.chains, [])) == [0, 1, 2, 3] and plan.objective == 40
    assert plan.chains[0][:2] == [0, 1] and plan.done[0] == 10 and plan.robot[2] == 1
    assert c12.dispatch.check_chains(plan, ways, at, to, ways) == (0, None)
    deadline = np.array([-1, -1, -1, 5], np.int64)
    late = c12.dispatch.chains(ways, at, to, ways, task_deadline=deadline)
    assert late.robot[3] == -1 and late.done[3] == -1
    plan.done[0] += 1
    assert c12.dispatch.check_chains(plan, ways, at, to, ways)[0] > 0
    with pytest.raises(ValueError, match="a row and a column a station"):
        c12.dispatch.chains(ways, at, to, ways[:2])
    with pytest.raises(c12.Error) as e:
        c12.dispatch.chains(ways, at, np.array([9], np.int32), ways)
    assert e.value.field == "task_station"
