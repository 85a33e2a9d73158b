# SPDX-License-Identifier: Apache-2.0
from fractions import Fraction as F

import numpy as np
import pytest

import c12
from c12 import kpi


def test_oee_from_events():
    t = kpi.tally(unit=[0, 0, 0, 1], begin=[0, 800, 840, 0], end=[800, 840, 900, 960], reason=[0, 1, 2, 0], class_of=["run", "setup", "failure"], from_=0, to=960)
    assert t["time"].tolist() == [[800, 40, 0, 60, 0, 0], [960, 0, 0, 0, 0, 0]] and t["unknown"].tolist() == [60, 0] and t["by_reason"].tolist() == [1760, 40, 60] and t["failures"].tolist() == [1, 0]
    rows = kpi.iso(busy_planned=[960, 0], production=[800, 0], setup=[40, 0], run_time=[1, 1], produced=[700, 0], good=[680, 0])
    one, none, both = rows
    assert (one["availability"], one["effectiveness"], one["quality ratio"], one["OEE index"]) == (F(5, 6), F(7, 8), F(34, 35), F(17, 24))
    assert one["availability"] * one["effectiveness"] * one["quality ratio"] == one["OEE index"] == both["OEE index"] and none["OEE index"] is None
    f = kpi.fleet(t["time"], t["failures"])
    assert f[0]["availability"] == F(840, 900) and f[1]["mtbf"] is None and f[2]["utilisation"] == F(1760, 1800)
    with pytest.raises(c12.Error) as e:
        kpi.tally(unit=[0, 0], begin=[0, 5], end=[6, 9], reason=[0, 0], class_of=["run"])
    assert e.value.row == 1 and e.value.value == 6
    with pytest.raises(TypeError):
        kpi.iso(planned=[1])


def test_lists():
    assert kpi.tasks([0, 1, 1], ["done", "failed", "done"]).tolist() == [[0, 1, 0], [0, 1, 1]]
    assert kpi.yields([100, 98, 95], [90, 96, 76], [98, 97, 90]) == {"rolled": F(864, 1225), "worst": 2, "rework": 23, "scrap": 8}
    f = kpi.flow([0, 1, 5, 5], [4, 7, 8, 10], 0, 20)
    assert f["wip"] == f["throughput"] * f["flow_time"] and f["gap_ppm"] == 0 and f["most"] == 3
    worst, slow = kpi.takt([100, 100], [90, 99], [10, 9], 10)
    assert worst == 1 and slow.tolist() == [False, True]
    d = kpi.deliver([10, 10, 10], [9, 12, kpi.OPEN], 11, ordered=[1, 1, 1], delivered=[1, 1, 0])
    assert d["on_time_ratio"] == F(1, 3) and d["in_full_ratio"] == F(2, 3) and d["overdue"] == 1 and d["worst"] == 1


def test_suppliers():
    order, score, best = kpi.suppliers([0] * 4 + [1, 1], [1, 0, 0, 0, 0, 0], [0, 2, 0, -1, 0, 5], communication=[80, -1, 100])
    assert order == [1, 0] and score == [F(755, 1000), F(5, 6), None] and best.tolist() == [False, True, False]


def test_flow_against_ticks():
    rng = np.random.default_rng(3)
    for _ in range(50):
        a = rng.integers(0, 80, 30)
        b = a + rng.integers(0, 20, 30)
        f = kpi.flow(a, b, 10, 70)
        there = np.array([((a <= t) & (t < b)).sum() for t in range(10, 70)])
        assert f["area"] == there.sum() and f["most"] >= there.max() and f["left"] == ((b >= 10) & (b < 70)).sum()
