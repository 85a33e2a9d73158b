# SPDX-License-Identifier: Apache-2.0
from fractions import Fraction

import numpy as np
import pandas
import pytest
from hypothesis import given, settings, strategies as st

import c12

FT06 = b"""6 6
2 1 0 3 1 6 3 7 5 3 4 6
1 8 2 5 4 10 5 10 0 10 3 4
2 5 3 4 5 8 0 9 1 1 4 7
1 5 0 5 2 5 3 3 4 8 5 9
2 9 1 3 4 5 5 4 0 3 3 1
1 3 3 3 5 9 0 10 4 4 2 1
"""


def i64(*v):
    return np.array(v, np.int64)


def i32(*v):
    return np.array(v, np.int32)


def leg():
    """A leg takes four actuators and half a box of bolts; an actuator takes one gear with 0.5 % scrap."""
    return c12.bom.Bom(i64(0, 2, 3, 3, 3), i32(1, 3, 2), i64(4, 1, 1), i64(1, 2, 1), i32(0, 0, 5000))


def test_version():
    assert c12.version() == (0, 1, 0)


def test_bom_by_hand():
    b = leg()
    assert b.levels().tolist() == [0, 1, 2, 1]
    assert b.rollup(i64(100000000, 150000000, 400000000, 5050000)).tolist() == [2310525000, 552000000, 400000000, 5050000]
    assert b.explode(i64(10, 0, 0, 0)).tolist() == [10, 40, 41, 5]


def test_columns_are_borrowed():
    off = i64(0, 1, 1)
    b = c12.bom.Bom(off, i32(1), i64(2))
    assert int(c12._core.ffi.cast("uintptr_t", b.c.line_off)) == off.ctypes.data


def test_faults_have_names():
    with pytest.raises(c12.CycleError) as e:
        c12.bom.Bom(i64(0, 1, 2), i32(1, 0), i64(1, 1)).levels()
    assert e.value.row == 0
    with pytest.raises(c12.Error) as e:
        c12.bom.Bom(i64(0, 1, 1), i32(7), i64(1)).levels()
    assert (e.value.status, e.value.field, e.value.row, e.value.value) == ("C12_E_RANGE", "line_child", 0, 7)
    assert "line_child[0] = 7" in e.value.text
    with pytest.raises(TypeError):
        c12.bom.Bom(i64(0, 1, 1), i64(1), i64(1))
    with pytest.raises(c12.Error) as e:
        c12.bom.Bom(i64(0, 1, 1), i32(1), i64(2)).rollup(i64(0, 2**62))
    assert e.value.status == "C12_E_OVERFLOW"


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_rollup_is_the_exact_sum_rounded_once_an_item(data):
    n = data.draw(st.integers(1, 8))
    lines = [[(j, data.draw(st.integers(1, 50)), data.draw(st.integers(1, 9)), data.draw(st.integers(0, 99999)))
              for j in range(i + 1, n) if data.draw(st.booleans())] for i in range(n)]
    own = [data.draw(st.integers(0, 10**9)) for _ in range(n)]
    flat = [x for item in lines for x in item]
    off = np.cumsum([0] + [len(item) for item in lines]).astype(np.int64)
    cols = list(zip(*flat)) if flat else [(), (), (), ()]
    b = c12.bom.Bom(off, i32(*cols[0]), i64(*cols[1]), i64(*cols[2]), i32(*cols[3]))
    cost = [0] * n
    for i in reversed(range(n)):
        cost[i] = round(own[i] + sum(Fraction(cost[c] * num * (10**6 + ppm), den * 10**6) for c, num, den, ppm in lines[i]))
    assert b.rollup(i64(*own)).tolist() == cost


def test_ft06_is_solved_and_proved():
    shop = c12.sched.Shop.read(FT06)
    plan = shop.solve(work=50000)
    assert (plan.objective, plan.bound, plan.outcome) == (55, 55, "optimal")
    assert shop.check(plan) == (0, None)
    again = shop.solve(work=50000)
    assert (again.start == plan.start).all()
    assert shop.solve(seconds=2.0).objective == 55


def test_a_broken_plan_is_refused():
    shop = c12.sched.Shop.read(FT06)
    plan = shop.solve(work=20000)
    plan.end[3] -= 1
    violations, rule = shop.check(plan)
    assert violations > 0 and rule


def test_bad_shops():
    with pytest.raises(c12.Error) as e:
        c12.sched.Shop(1, i64(0, 1), i64(0, 1), i32(4), i64(5)).solve(work=10)
    assert (e.value.field, e.value.row) == ("mode_machine", 0)
    with pytest.raises(c12.Error):
        c12.sched.Shop.read(b"6 6\n1 2")
    with pytest.raises(c12.Error):
        c12.sched.Shop.read(FT06).solve()


# ---- mrp --------------------------------------------------------------------------------------------------------------------------

ITEMS = {"item": ["desk", "leg", "bolt"], "type": ["make", "make", "buy"], "lead_time": [1, 1, 2], "on_hand": [0, 10, 40],
         "lot_rule": ["lot_for_lot", "lot_for_lot", "fixed"], "lot_size": [None, None, 100]}
LINES = {"parent": ["leg", "desk", "desk"], "child": ["bolt", "leg", "bolt"], "num": [3, 4, 8]}
DEMAND = {"item": ["desk", "desk"], "bucket": [3, 5], "qty": [10, 5]}


def test_mrp_gives_tables():
    plan, orders, messages = c12.mrp(pandas.DataFrame(ITEMS), pandas.DataFrame(LINES), pandas.DataFrame(DEMAND), buckets=8)
    desk = plan[plan.item == "desk"].set_index("bucket")
    assert desk.gross.to_dict() == {2: 0, 3: 10, 4: 0, 5: 5}
    assert desk.release.to_dict() == {2: 10, 3: 0, 4: 5, 5: 0}
    bolts = plan[plan.item == "bolt"].set_index("bucket")
    assert bolts.gross[bolts.gross > 0].to_dict() == {1: 90, 2: 80, 3: 60, 4: 40}
    assert orders[orders.item == "bolt"].values.tolist() == [["bolt", 1, 100], ["bolt", 2, 100], ["bolt", 4, 100]]
    assert messages.values.tolist() == [["bolt", 1, "past_due_release", 100, 0]]


def test_mrp_explains_pegs_and_changes():
    p = c12.planner(ITEMS, LINES, DEMAND, buckets=8)
    assert p.why("bolt", 1).text.splitlines()[-1] == "R7 the release is past due by 1 buckets: due in 1, lead time 2"
    waiting = p.waiting("bolt", 4)
    assert list(waiting["row"]) == [1] and list(waiting["qty"]) == [5]
    assert p.atp("leg").tolist() == [0] * 8
    b = p.branch()
    moved = p.set_item("bolt", branch=b, on_hand=500)
    assert list(moved["after"]) == [0, 0, 0]
    assert sum(p.row("bolt")["planned"]) == 300 and sum(p.row("bolt", b)["planned"]) == 0
    p.commit(b)
    assert sum(p.row("bolt")["planned"]) == 0
    p.add_demand("desk", 7, 100)
    assert p.row("desk")["planned"][7] == 100


DATED = {"item": ["desk", "desk", "desk"], "date": ["2025-11-12", "2025-11-17", "2025-11-04"], "qty": [10, 5, 1]}
WORKSHOP = {"item": ["desk", "leg"], "type": ["make", "buy"], "lead_time": [3, 2], "calendar": ["week", "four"]}
FOUR_LEGS = {"parent": ["desk"], "child": ["leg"], "num": [4]}


def test_mrp_dates_by_hand():
    """The desk of docs/guide/planning.md, and once more with Tuesday the eleventh a holiday."""
    four = np.busdaycalendar("1111000")
    orders, messages = c12.mrp_dates(pandas.DataFrame(WORKSHOP), pandas.DataFrame(FOUR_LEGS), pandas.DataFrame(DATED).astype({"date": "datetime64[ns]"}),
                                     calendars={"week": np.busdaycalendar("1111100"), "four": four}, today="2025-11-03")
    assert orders.values.tolist() == [[item, pandas.Timestamp(release), pandas.Timestamp(due), qty, late] for item, release, due, qty, late in (
        ("desk", "2025-11-03", "2025-11-04", 1, 2), ("desk", "2025-11-07", "2025-11-12", 10, 0), ("desk", "2025-11-12", "2025-11-17", 5, 0),
        ("leg", "2025-11-03", "2025-11-03", 4, 2), ("leg", "2025-11-05", "2025-11-07", 40, 0), ("leg", "2025-11-10", "2025-11-12", 20, 0))]
    assert messages["kind"].tolist() == ["past_due_release"] * 2 and messages["to"].tolist() == [pandas.Timestamp("2025-11-03")] * 2
    orders, _ = c12.mrp_dates(WORKSHOP, FOUR_LEGS, DATED, calendars={"week": np.busdaycalendar("1111100", ["2025-11-11"]), "four": four}, today="2025-11-03")
    assert orders["release"].tolist()[1] == pandas.Timestamp("2025-11-06")


def test_mrp_dates_in_hours():
    """Shifts of eight hours: twelve working hours before Tuesday noon start on Monday at eight."""
    shifts = {"from": ["2025-11-03T08", "2025-11-04T08", "2025-11-05T08"], "to": ["2025-11-03T16", "2025-11-04T16", "2025-11-05T16"]}
    orders, _ = c12.mrp_dates({"item": ["part"], "lead_time": [12], "calendar": ["shift"]}, {"parent": [], "child": []}, {"item": ["part"], "date": ["2025-11-04T12"], "qty": [7]},
                              calendars={"shift": shifts}, today="2025-11-03T08", unit="h")
    assert orders.values.tolist() == [["part", pandas.Timestamp("2025-11-03T08"), pandas.Timestamp("2025-11-04T12"), 7, 0]]


def test_mrp_dates_are_buckets_without_calendars():
    rng = np.random.default_rng(5)
    bucket = rng.integers(0, 40, 60)
    item, qty = rng.choice(["desk", "leg", "bolt"], 60), rng.integers(1, 30, 60)
    start = np.datetime64("2025-11-03")
    lines = {**LINES, "effective_to": [None, 30, None]}
    _, plan, messages = c12.mrp(ITEMS, lines, {"item": item, "bucket": bucket, "qty": qty}, {"item": ["bolt", "leg"], "bucket": [20, 30], "qty": [70, 5]}, buckets=40)
    dated = {**lines, "effective_to": [None, start + 30, None]}
    orders, told = c12.mrp_dates(ITEMS, dated, {"item": item, "date": start + bucket, "qty": qty}, {"item": ["bolt", "leg"], "date": [start + 20, start + 30], "qty": [70, 5]}, today=start, horizon=start + 40)
    assert orders["item"].tolist() == plan["item"].tolist() and orders["qty"].tolist() == plan["qty"].tolist()
    assert ((orders["due"].values - start) / np.timedelta64(1, "D")).tolist() == plan["due_bucket"].tolist()
    assert told["kind"].tolist() == messages["kind"].tolist() and told["qty"].tolist() == messages["qty"].tolist()


def test_mrp_dates_name_what_is_wrong():
    with pytest.raises(ValueError, match=r"items.calendar\[1\] = 'four': no such calendar"):
        c12.mrp_dates(WORKSHOP, FOUR_LEGS, DATED, calendars={"week": np.busdaycalendar()}, today="2025-11-03")
    with pytest.raises(ValueError, match="demand.date"):
        c12.mrp_dates({"item": ["desk"]}, FOUR_LEGS | {"child": ["desk"]}, {**DATED, "date": ["soon"] * 3}, today="2025-11-03")
    with pytest.raises(ValueError, match=r"demand.date\[1\]: no date"):
        c12.mrp_dates({"item": ["desk", "leg"]}, FOUR_LEGS, {**DATED, "date": ["2025-11-04", None, "2025-11-04"]}, today="2025-11-03")
    with pytest.raises(ValueError, match="knows days only"):
        c12.mrp_dates(WORKSHOP, FOUR_LEGS, DATED, calendars={"week": np.busdaycalendar(), "four": np.busdaycalendar()}, today="2025-11-03", unit="h")
    with pytest.raises(c12.Error) as e:
        c12.mrp_dates({"item": ["desk", "leg"]}, FOUR_LEGS, DATED, today="2025-11-03", horizon="2025-11-03")
    assert e.value.field == "horizon"


def test_mrp_names_what_is_wrong():
    with pytest.raises(ValueError, match="no such item"):
        c12.mrp(ITEMS, {"parent": ["desk"], "child": ["screw"], "num": [1]}, DEMAND)
    with pytest.raises(ValueError, match="whole numbers"):
        c12.mrp(ITEMS, LINES, {"item": ["desk"], "bucket": [1], "qty": [0.5]})
    with pytest.raises(ValueError, match="unknown column 'colour'"):
        c12.mrp({**ITEMS, "colour": ["red"] * 3}, LINES, DEMAND)
    with pytest.raises(c12.CycleError):
        c12.mrp(ITEMS, {"parent": ["desk", "leg"], "child": ["leg", "desk"], "num": [1, 1]}, DEMAND)
    with pytest.raises(c12.Error) as e:
        c12.planner(ITEMS, LINES, DEMAND, buckets=8).set_item("bolt", lot_size=0)
    assert e.value.field == "lot_size"
