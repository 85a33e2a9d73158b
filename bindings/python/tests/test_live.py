# SPDX-License-Identifier: Apache-2.0
"""A plan that is kept, on a plant small enough to plan by hand: two machines; job 0 is 10 on 0 and 10 on 1, job 1 is 10 on 0 or 1, job 2 is 10 on 1."""
import numpy as np
import pytest

import c12
from c12.sched import Calm, Event, Fix, Link, Plan, Shop


def i64(*v):
    return np.array(v, np.int64)


def i32(*v):
    return np.array(v, np.int32)


def small(**more):
    return Shop(2, i64(0, 2, 3, 4), i64(0, 1, 2, 4, 5), i32(0, 1, 0, 1, 1), i64(10, 10, 10, 10, 10), job_due=i64(20, 15, 100), goal=1, **more)


@pytest.fixture
def live():
    """Adopted: operations 0 and 2 on machine 0 at 0 and 10, 1 and 3 on machine 1 at 10 and 20; job 1 is late by 5."""
    plan = Plan(4)
    plan.start[:] = 0, 10, 10, 20
    with small().live(branches=2) as live:
        diff = live.adopt(plan)
        assert diff.op.tolist() == [0, 1, 2, 3] and diff.start_before.tolist() == [-1] * 4 and diff.end_after.tolist() == [20, 20, 30]
        assert (diff.objective_before, diff.objective_after) == (0, 5)
        yield live


def starts(live, branch=0):
    assert live.check(branch) == (0, None)
    return live.plan(branch).start.tolist()


def test_events_move_what_they_must(live):
    diff = live.machine_down(1, 15, 25)
    assert diff.op.tolist() == [1, 3] and diff.start_before.tolist() == [10, 20] and diff.start_after.tolist() == [25, 35]
    assert diff.job.tolist() == [0, 2] and diff.end_before.tolist() == [20, 30] and diff.end_after.tolist() == [35, 45]
    assert starts(live) == [0, 25, 10, 35]
    diff = live.cancel(0)
    assert diff.op.tolist() == [0, 1] and diff.mode_after.tolist() == [-1, -1] and diff.end_after.tolist() == [-1]
    assert starts(live)[2:] == [10, 35]
    diff, info = live.repair(work=50)
    assert diff.objective_after == info.objective == 0 and info.outcome in ("feasible", "optimal")
    assert starts(live)[3] < 35


def test_a_stopped_machine_is_gone_round(live):
    diff = live.machine_down(0, 10, 60)
    assert diff.mode_after[diff.op == 2].tolist() == [1]
    assert starts(live)[2:] == [20, 30]


def test_reports_are_kept(live):
    live.apply([Event.started(0, 2), Event.now(5), Event.started(2, 5, until=9)])
    assert starts(live)[:3] == [2, 12, 5]
    live.now(30)
    assert live.plan().end[[0, 2]].tolist() == [30, 30]
    live.finished(np.int64(0), 33)
    assert starts(live)[:2] == [2, 33]
    problem = live.problem()
    assert problem.columns[4]["fixed_end"].tolist()[0] == 33 and problem.check(live.plan()) == (0, None)
    live.due(1, None)
    live.material(3, 90)
    assert starts(live)[3] == 90
    assert live.problem().columns[4]["job_due"].tolist() == [20, -1, 100] and problem.columns[4]["job_due"].tolist() == [20, 15, 100]


def test_what_is_near_is_kept_by_now(live):
    live.now(5, keep=40)
    live.repair(work=50)
    assert starts(live)[1:] == [15, 15, 25]
    with pytest.raises(c12.Error) as e:
        live.now(5, keep=4)
    assert e.value.field == "events.to"


def test_refused_events_change_nothing(live):
    before = live.plan()
    for event, field in ((Event.machine_down(7, 0, 5), "events.row"), (Event.machine_down(0, 5, 5), "events.to"), (Event.due(9, 5), "events.row"), (Event.started(0, 0, mode=4), "events.mode"),
                         (Event("cancel"), "events.row")):
        with pytest.raises(c12.Error) as e:
            live.apply([Event.due(0, 1), event])
        assert (e.value.status, e.value.field, e.value.row) == ("C12_E_RANGE", field, 1)
        after = live.plan()
        assert (after.start == before.start).all() and after.objective == before.objective == 5
        assert live.problem().columns[4]["job_due"].tolist() == [20, 15, 100]
    with pytest.raises(ValueError):
        live.apply([Event("strike")])


def test_branches_are_apart(live):
    a = live.branch()
    live.machine_down(0, 0, 7, branch=a)
    b = live.branch(a)
    with pytest.raises(c12.Error) as e:
        live.branch()
    assert (a, b, e.value.status) == (1, 2, "C12_E_SPACE")
    live.material(3, 50, branch=b)
    assert starts(live) == [0, 10, 10, 20] and starts(live, a)[3] == 27
    diff = live.diff(a, b)
    assert (diff.op.tolist(), diff.start_before.tolist(), diff.start_after.tolist(), diff.job.tolist(), diff.end_after.tolist()) == ([3], [27], [50], [2], [60])
    live.commit(b)
    assert starts(live)[0] == 7 and starts(live)[3] == 50
    live.drop(a)
    for gone in (a, b):
        with pytest.raises(c12.Error):
            live.plan(gone)


def order():
    return Shop(2, i64(0, 1), i64(0, 1), i32(0), i64(6))


def test_a_promise_tells_both_dates(live):
    offer = live.promise(order(), diff=True)
    assert (offer.quiet, offer.rush, offer.rush_cost, offer.later, offer.late) == (26, 6, 12, 3, 1)
    assert offer.diff.start_after.tolist() == [6, 16, 16, 26]
    assert live.promise(order()) == offer._replace(diff=None)
    assert starts(live) == [0, 10, 10, 20]
    with pytest.raises(c12.Error) as e:
        live.promise(Shop(3, i64(0, 1), i64(0, 1), i32(0), i64(6)))
    assert e.value.field == "n_machines"


def test_orders_are_taken_in(live):
    job, diff = live.insert(order(), calm=Calm(until=100, weight=1000))
    assert job == 3 and diff.op.tolist() == [4] and diff.start_before.tolist() == [-1] and diff.start_after.tolist() == [20] and diff.end_after.tolist() == [26]
    assert len(starts(live)) == 5 and live.problem().n_jobs == 4
    plan = live.solve(work=200)
    assert (plan.start == starts(live)).all() and plan.objective == live.plan().objective <= 5
    assert live.repair(work=50, calm=Calm(0, 0))[0].objective_after <= plan.objective


def test_room_is_what_was_asked_for():
    room = {"jobs": 0, "ops": 0, "modes": 0, "preds": 0, "needs": 0, "breaks": 1}
    shop = small()
    with c12.sched.Live(shop, room) as live:
        assert live.plan().outcome == "unknown"
        with pytest.raises(c12.Error) as e:
            live.cancel(0)
        assert e.value.status == "C12_E_STATE"
        live.solve(work=50)
        shop.columns[4]["job_due"][:] = 0  # the handle has its own
        assert live.problem().columns[4]["job_due"].tolist() == [20, 15, 100]
        live.machine_down(0, 500, 600)
        for refused in (lambda: live.insert(order()), lambda: live.promise(order()), lambda: live.machine_down(0, 700, 800)):
            with pytest.raises(c12.Error) as e:
                refused()
            assert e.value.status == "C12_E_SPACE"
        with pytest.raises(ValueError):
            live.adopt(Plan(3))
    with pytest.raises(c12.Error):
        live.plan()
    with pytest.raises(TypeError):
        c12.sched.Live(small(), {"machines": 1})


def test_orders_name_the_families_of_the_plant():
    plant = small(op_family=i32(0, 1, 2, 2), setup=i64(0, 3, 3, 3, 0, 3, 3, 3, 0), break_off=i64(0, 0, 1), break_from=i64(50), break_to=i64(60), op_pred_off=i64(0, 0, 0, 0, 1), op_pred=i64(2),
                  need_off=i64(0, 1, 1, 1, 1), need_resource=i32(0), level_off=i64(0, 1), level_from=i64(0), level_units=i32(1), terms=["late", "setup"])
    with plant.live() as live:
        live.solve(work=100)
        job, _ = live.insert(Shop(0, i64(0, 2), i64(0, 1, 2), i32(0, 1), i64(4, 4), op_family=i32(1, 0)))
        assert job == 3 and live.check() == (0, None)
        problem = live.problem()
        assert problem.columns[4]["op_family"].tolist() == [0, 1, 2, 2, 1, 0] and problem.c.n_families == 3
        assert problem.check(live.plan()) == (0, None)
        assert problem.solve(work=100).objective <= live.plan().objective


def test_a_late_job_is_told_why(live):
    why = live.explain(1)
    assert why.late == 5 and why.links == [Link(2, "machine", 0, 10), Link(0, "release", None, why.links[1].ticks)]
    assert why.fixes[0].kind == "speed" and [f.cost for f in why.fixes] == sorted(f.cost for f in why.fixes)
    assert [f for f in why.fixes if f.kind == "due"] == [Fix("due", 2, None, 5, 5)]
    assert not [f for f in why.fixes if f.kind == "machine"]
    assert live.explain(0)[::2] == (0, [])
    with pytest.raises(c12.Error):
        live.explain(7)
