# SPDX-License-Identifier: Apache-2.0
"""Charging from Python: the rules of now, the hours ahead with their checker and a second count of what they promise, health."""
import numpy as np
import pytest

import c12
from c12 import charge

G1 = charge.Model(capacity=1000, active=40, idle=5, curve=[(800000, 100), (1000000, 50)])


def outlook(seed=3, robots=12, bays=3, steps=48, **more):
    draw = np.random.default_rng(seed)
    return charge.Outlook(G1, draw.integers(450000, 900000, robots), bays, steps, travel=draw.integers(0, 2, (robots, bays)), demand=draw.integers(3, robots - bays + 1, steps), **more)


def test_hours_ahead():
    o = outlook()
    plan = o.plan(work=3000)
    assert o.check(plan) == (0, None)
    assert plan.empty == plan.below == 0 and len(plan.robot) > 0
    away = np.zeros(48, int)
    for start, end in zip(plan.start, plan.end):
        away[start:end] += 1
    assert away.max() <= 3 and ((plan.energy <= 400).sum(axis=0) * 10 <= 12).all() and (plan.energy <= 400).sum() == plan.low
    again = o.plan(work=1, begin=plan)
    assert again.objective <= plan.objective
    later = o.plan(work=200, begin=plan.shifted(1))
    assert o.check(later) == (0, None)
    plan.end[0] += 60
    assert o.check(plan)[0] > 0


def test_more_work_is_no_worse_and_repeatable():
    o = outlook(seed=5)
    a, b = o.plan(work=300), o.plan(work=300)
    assert a.objective == b.objective and (a.start == b.start).all()
    assert o.plan(work=30000).objective <= a.objective


def test_bays_missing():
    o = charge.Outlook(G1, [400000] * 10, 2, 50, demand=[10] * 50)
    plan = o.plan(work=100)
    assert (plan.bays_needed, plan.bays_missing, plan.bays_short) == (4, 2, 2)


def test_bad_input():
    with pytest.raises(c12.Error) as e:
        charge.Outlook(G1, [400000, 1000001], 1, 4).plan()
    assert (e.value.field, e.value.row) == ("battery_ppm", 1)
    with pytest.raises(TypeError, match="colour"):
        charge.Outlook(G1, [400000], 1, 4, colour=[1])
    with pytest.raises(ValueError, match="demand has shape"):
        charge.Outlook(G1, [400000], 1, 4, demand=[1, 2, 3])
    with pytest.raises(c12.Error) as e:
        outlook().plan(floor_ppm=-1)
    assert e.value.field == "floor_ppm"


def test_now():
    plan = charge.now([300000, 150000, 380000, 900000], [[20, 60], [30, 10], [40, 50], [10, 10]])
    assert plan.bay.tolist() == [0, 1, 0, -1] and plan.start.tolist() == [20, 10, 1708, -1] and plan.queued == 1
    assert [charge.CLASSES[k] for k in plan.charge_class] == ["medium", "critical", "medium", "none"]


def test_health():
    days = np.arange(0, 731) * 43200
    report = charge.health([(days, np.arange(731) % 2 * 1000000), ([], [])])
    assert report.cycles_ppm.tolist() == [365000000, 0] and report.health_ppm.tolist() == [969887, 1000000]
    assert report.replace_at.tolist() == [209454546, -1] and report.high_ticks[0] == 365 * 8640
    with pytest.raises(c12.Error) as e:
        charge.health([([0, 0], [1, 2])])
    assert (e.value.field, e.value.row) == ("sample_at", 1)
