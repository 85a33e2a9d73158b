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


def oven(**more):
    """Two parts are cut by one worker, then share an oven of two places at once without waiting; a third finds it taken."""
    return c12.sched.Shop(2, i64(0, 2, 4, 6), i64(0, 1, 2, 3, 4, 5, 6), i32(0, 1, 0, 1, 0, 1), i64(2, 10, 2, 10, 2, 10), job_due=i64(14, 14, 14), machine_batch=i32(1, 2),
                          op_lots=i32(1, 1, 1, 1, 1, 1), wait_max=i64(2, -1, 2, -1, 2, -1), need_off=i64(0, 1, 1, 2, 2, 3, 3), need_resource=i32(0, 0, 0),
                          level_off=i64(0, 1), level_from=i64(0), level_units=i32(1), **more)


def test_the_rest_of_a_plant():
    shop = oven(terms=["late", ("tardiness", 2)], ordered=True)
    plan = shop.solve(work=2000)
    assert shop.check(plan) == (0, None)
    assert sorted(plan.end[1::2].tolist()) == [14, 14, 24]
    plan.start[0] += 1
    plan.end[0] += 1
    assert shop.check(plan)[0] > 0
    assert oven(terms=["makespan", ("flow", 3)]).solve(work=2000).objective == 24 + 3 * (14 + 14 + 24)
    with pytest.raises(ValueError):
        oven(terms=["lateness"])
    with pytest.raises(TypeError):
        oven(op_buffers=i32(0))
    with pytest.raises(c12.Error) as e:
        oven(terms=["late", "late"]).solve(work=10)
    assert e.value.field == "term"


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


def test_mrp_uses_substitutes():
    items = {"item": ["screw", "brass", "nut"], "on_hand": [2, 9, 0], "lead_time": [4, 1, 1]}
    p = c12.planner(items, {"parent": ["screw"], "child": ["nut"], "num": [1]}, {"item": ["screw", "screw", "brass"], "bucket": [3, 6, 7], "qty": [6, 5, 3]}, buckets=8)
    b = p.branch()
    x = p.substitute({"item": ["screw"], "substitute": ["brass"], "num": [2], "den": [3]}, only_late=True, branch=b)
    assert [list(x[name]) for name in ("item", "substitute", "bucket", "qty", "taken", "demand", "receipt")] == [["screw"], ["brass"], [3], [4], [3], [3], [0]]
    assert p.row("screw", b)["planned"].tolist() == [0, 0, 0, 0, 0, 0, 5, 0]
    assert list(p.substitute({"item": ["screw"], "substitute": ["brass"]})["qty"]) == [4, 2]
    assert sum(p.row("nut")["gross"]) == 3
    with pytest.raises(c12.Error) as e:
        p.substitute({"item": ["screw"], "substitute": ["screw"]})
    assert e.value.field == "other" and e.value.row == 0


def test_bom_model_and_compare():
    off, child, num = np.array([0, 2, 3, 3]), np.array([1, 2, 2], np.int32), np.array([2, 3, 4])
    b = c12.bom.Bom(off, child, num)
    m = b.model()
    assert m.levels().tolist() == [0, 1, 2]
    assert m.explode(i64(4, 0, 0)).tolist() == b.explode(i64(4, 0, 0)).tolist()
    assert m.rollup(np.array([10, 5, 1])).tolist() == [10 + 2 * 9 + 3, 9, 1]
    changed = m.set_cost(2, 2)
    assert changed["item"].tolist() == [2, 1, 0] and changed["after"].tolist() == [2, 13, 42]
    assert m.set_line(1, 1)["before"].tolist() == [42] and m.cost(0) == 38
    uses = m.where_used(2)
    assert list(zip(uses["item"], uses["level_short"], uses["level_long"], uses["qty_num"])) == [(1, 1, 1, 4), (0, 1, 2, 9)]
    after = c12.bom.Bom(off, child, np.array([2, 3, 5]), line_kind=np.array([0, 1, 0], np.int32))
    diff = b.compare(after)
    assert diff["kind"].tolist() == [3, 3] and diff["line_after"].tolist() == [1, 2]
    with pytest.raises(c12.Error) as e:
        c12.bom.Bom(off, child, num, line_kind=np.array([0, 7, 0], np.int32)).levels()
    assert e.value.field == "line_kind" and e.value.row == 1


def test_bom_revisions():
    b = c12.bom.Bom(np.array([0, 2, 3, 3, 3]), np.array([1, 2, 2], np.int32), np.array([2, 3, 3]), np.array([1, 1, 2]))
    here, lower = b.rollup_elements([[0, 0, 10, 0], [5, 7, 0, 0]], [[0, 0, 0, 0], [25, 30, 0, 0]], [10, 20, 1, 1])
    assert here.tolist() == [[0, 0, 10, 0], [7, 9, 0, 0]] and lower.tolist() == [[60, 15, 0, 0], [18, 0, 0, 0]]
    after = b.replace(2, 3, 2, 3, bucket=5, only=[0, 1, 0, 0])
    assert after.n_lines == 4 and b.compare(after)["kind"].tolist() == [3, 1]
    with pytest.raises(c12.CycleError):
        b.replace(2, 0)
    assert b.mix([1, 1, -1], [2, 1, 0]).columns[2]["line_child"].tolist() == [2, 2]
    assert b.mix([1, 1, -1], share_ppm=[250000, 750000, 0]).columns[1]["line_den"].tolist() == [2, 4, 2]
    ecos = {"state": ["effective", "draft"], "from": [6, 0], "use_up": [9, 0]}
    edits = {"eco": [0, 0, 1], "kind": ["changed", "added", "removed"], "parent": [0, 1, 0], "line": [0, -1, 2], "child": [3, 3, 0], "num": [5, 1, 1]}
    new = b.changed(ecos, edits)
    assert new.n_lines == 5 and new.columns[2]["line_from"].tolist() == [0, 9, 0, 0, 9]
    assert b.check_changed(ecos, edits, new) == (0, None)
    new.columns[2]["line_from"][1] = 8
    violations, rule = b.check_changed(ecos, edits, new)
    assert violations == 1 and rule.startswith("C2")
    with pytest.raises(c12.Error) as e:
        b.changed(ecos, {**edits, "line": [0, -1, 99]})
    assert e.value.field == "edit_line" and e.value.row == 2


def test_eco_replay():
    entries = {"eco": [0, 1, 0, 0], "move": ["approve", "reject", "approve", "release"], "role": [0, 0, 1, 1], "who": [7, 7, 8, 8], "time": [1, 2, 2, 3]}
    states, signed_by = c12.bom.eco_replay([3, 1], entries)
    assert states == ["effective", "rejected"] and signed_by.tolist() == [3, 0]
    with pytest.raises(c12.Error) as e:
        c12.bom.eco_replay([3, 1], {**entries, "who": [7, 7, 7, 8]})
    assert e.value.status == "C12_E_STATE" and e.value.field == "entry_who" and e.value.row == 2


def test_mrp_feeds_and_quotes():
    p = c12.planner(ITEMS, LINES, DEMAND, buckets=8)
    fed = p.feeds_demand(1)
    assert list(zip(fed["item"], fed["kind"], fed["bucket"], fed["qty"])) == [("desk", "order", 5, 5), ("leg", "order", 4, 20), ("bolt", "order", 2, 60), ("bolt", "order", 2, 10), ("bolt", "order", 4, 30)]
    assert list(p.feeds("leg", 4)["qty"]) == [60]
    assert p.quote("desk", 7, 1) == (7, None, 0)
    late = p.quote("desk", 2, 100)
    assert late.item == "bolt" and late.bucket > 2


def test_mrp_plans_with_fences_yield_and_safety():
    items = {"item": ["A", "P"], "type": ["make", "buy"], "lead_time": [1, 0], "yield_ppm": [700000, None], "planning_fence": [None, 2], "demand_fence": [2, None], "on_hand": [0, -1]}
    demand = {"item": ["A", "A"], "bucket": [2, 1], "qty": [50, 9], "kind": ["order", "forecast"]}
    tables = (items, {"parent": ["A"], "child": ["P"], "num": [1]}, demand)
    p = c12.planner(*tables, {"item": ["A"], "bucket": [3], "qty": [10], "kind": ["firm"]}, buckets=5, safety={"item": ["P"], "bucket": [1], "qty": [2]}, negative_stock=True)
    assert p.row("A")["release"].tolist() == [0, 72, 10, 0, 0] and p.row("P")["planned"].tolist() == [0, 0, 85, 0, 0]
    assert p.result().messages.values.tolist()[1:] == [["P", 0, "fence_shortage", 1, 2], ["P", 1, "fence_shortage", 74, 2]]
    p.set_safety("P", 1, None)
    p.set_item("P", planning_fence=0)
    assert p.row("P")["planned"].tolist() == [1, 72, 10, 0, 0]
    with pytest.raises(c12.Error) as e:
        c12.mrp(*tables)
    assert e.value.field == "on_hand"
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


def test_mrp_dates_have_the_rules_of_buckets():
    """Yield, fences, safety time and stock, forecasts, firm orders, by-products, damping: told twice, in buckets and by date."""
    start = np.datetime64("2025-11-03")
    items = {"item": ["cut", "sheet", "offcut"], "type": ["make", "buy", "buy"], "lead_time": [2, 1, 0], "on_hand": [4, -3, 0], "yield_ppm": [700000, None, None],
             "planning_fence": [0, 3, 0], "demand_fence": [4, 0, 0], "safety_time": [1, 0, 0]}
    lines = {"parent": ["cut", "cut"], "child": ["sheet", "offcut"], "den": [1, 3], "kind": ["component", "by_product"]}
    demand, receipts, safety = ({"item": ["cut", "cut", "cut", "offcut"], "qty": [50, 9, 7, 20], "kind": ["order", "forecast", "forecast", "order"]},
                                {"item": ["cut", "cut", "offcut"], "qty": [10, 10, 2], "kind": ["firm", "scheduled", "scheduled"]}, {"item": ["sheet", "cut", "sheet"], "qty": [2, 1, 5]})
    times = [6, 1, 8, 7], [7, 11, 13], [9, 3, 1]
    options = {"negative_stock": True, "message_shift": 1, "message_qty": 3}
    buckets = [{**table, "bucket": at} for table, at in zip((demand, receipts, safety), times)]
    dates = [{**table, "date": start + np.array(at)} for table, at in zip((demand, receipts, safety), times)]
    _, plan, messages = c12.mrp(items, lines, *buckets[:2], buckets=14, safety=buckets[2], **options)
    orders, told = c12.mrp_dates(items, lines, *dates[:2], today=start, horizon=start + 14, safety=dates[2], **options)
    assert orders["item"].tolist() == plan["item"].tolist() and orders["qty"].tolist() == plan["qty"].tolist() == [47, 7, 76, 10, 3]
    assert ((orders["due"].values - start) / np.timedelta64(1, "D")).tolist() == plan["due_bucket"].tolist()
    assert told["kind"].tolist() == messages["kind"].tolist() and told["qty"].tolist() == messages["qty"].tolist() and "fence_shortage" in told["kind"].tolist()
    assert orders["started"].tolist() == [68, 10, 76, 10, 3]
    with pytest.raises(c12.Error) as e:
        c12.mrp_dates(items, lines, *dates[:2], today=start)
    assert (e.value.field, e.value.row) == ("on_hand", 1)
    with pytest.raises(c12.Error) as e:
        c12.mrp_dates({"item": ["cut"], "type": ["phantom"]}, {"parent": [], "child": []}, {"item": ["cut"], "date": [start], "qty": [1]}, today=start, phantom_demand=False)
    assert e.value.field == "demand_item"


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


# ---- purchasing -----------------------------------------------------------------------------------------------------------------


def screws(**columns):
    return {"supplier": ["Acme", "Bolt"], "item": ["screw", "screw"], "moq": [10, 1], "multiple": [6, 1], "lead_time": [3, 9], "price": [50, 20], "priority": [1, 2], **columns}


def test_buy_by_hand():
    needs = {"item": ["screw", "screw", "nut"], "bucket": [5, 12, 4], "qty": [3, 21, 7]}
    r = c12.buy(needs, screws())
    assert r.qty.tolist() == [12, 12, 0] and r.required.tolist() == [3, 12, 7] and r.order_bucket.tolist() == [2, 9, -1]
    assert r.message.tolist() == ["", "", "no_offer"] and r.supplier.tolist() == ["Acme", "Acme", ""] and r.cost.tolist() == [600, 600, 0]
    r = c12.buy(needs, screws(max=[0, 8]), policy="cheapest")
    assert r.supplier.tolist() == ["Acme", "Bolt", "Bolt", ""] and r.qty.tolist() == [12, 8, 4, 0] and r.lots.tolist() == [1, 1, 1, 0]
    r = c12.buy(needs, screws(calendar=["week", None]), closed={"week": [4, 5, 6]}, today=2)
    assert (r.order_bucket[0], r.arrive_bucket[0], r.overdue[0], r.late[0], r.message[0]) == (2, 8, 2, 3, "expedite")
    r = c12.buy(needs, screws(), breaks={"supplier": ["Acme"], "item": ["screw"], "from_qty": [20], "price": [10]}, buy_up=True)
    assert r.qty.tolist() == [24, 0] and r.cost.tolist() == [240, 0]


def test_buy_refuses():
    with pytest.raises(c12.Error) as e:
        c12.buy({"item": ["screw"], "bucket": [1], "qty": [-3]}, screws())
    assert (e.value.field, e.value.row) == ("need_qty", 0)
    with pytest.raises(ValueError, match="does not offer"):
        c12.buy({"item": [], "bucket": [], "qty": []}, screws(), breaks={"supplier": ["Acme"], "item": ["nut"], "from_qty": [1], "price": [1]})
    with pytest.raises(ValueError, match="no such calendar"):
        c12.buy({"item": [], "bucket": [], "qty": []}, screws(calendar=["x", ""]))
    with pytest.raises(ValueError, match="unknown column 'quantity'"):
        c12.buy({"item": [], "quantity": []}, screws())


def test_abc_and_shortages():
    assert c12.abc({"item": list("pqrs"), "qty": [10, 1, 70, 0], "unit_cost": [1, 1, 1, 9]}).abc.tolist() == ["B", "C", "A", "C"]
    s = c12.shortages({"item": ["p", "p"], "bucket": [1, 3], "qty": [7, 5]}, {"item": ["p"], "bucket": [4], "qty": [30]}, {"item": ["p"], "on_hand": [4], "unit_cost": [3]}, buckets=10)
    assert s.to_dict("records") == [{"item": "p", "from_bucket": 1, "to_bucket": 4, "qty": 8, "next_supply_bucket": 4, "value": 24}]


def test_what_the_plan_misses_is_bought():
    """The planner's orders of bought items are the buyer's requirements: nothing is short when every supplier is in time."""
    items = {"item": ["desk", "leg", "bolt"], "type": ["make", "make", "buy"], "lead_time": [1, 1, 0], "on_hand": [0, 10, 40]}
    lines = {"parent": ["desk", "desk", "leg"], "child": ["leg", "bolt", "bolt"], "num": [4, 8, 3]}
    plan, orders, _ = c12.mrp(items, lines, {"item": ["desk", "desk"], "bucket": [4, 7], "qty": [10, 5]}, buckets=10)
    needs = orders[orders.item == "bolt"]
    r = c12.buy({"item": needs.item, "bucket": needs.due_bucket, "qty": needs.qty}, {"supplier": ["Acme"], "item": ["bolt"], "multiple": [100], "lead_time": [2]})
    gross = plan[(plan.item == "bolt") & (plan.gross > 0)]
    demand = {"item": gross.item, "bucket": gross.bucket, "qty": gross.gross}
    assert (r.qty % 100 == 0).all() and len(c12.shortages(demand, {"item": r.item, "bucket": r.arrive_bucket, "qty": r.qty}, {"item": ["bolt"], "on_hand": [40]}, buckets=10)) == 0


DESK = {"parent": ["desk", "desk", "box", "desk"], "child": ["box", "leg", "leg", "foot"], "num": [2, 4, 1, 4], "den": [1, 1, 3, 1], "alternate": ["", "a", None, "a"], "priority": [0, 2, 0, 1]}


def test_a_bill_of_codes():
    bill = c12.Bill(pandas.DataFrame(DESK))
    assert bill.codes == ["desk", "box", "leg", "foot"]
    assert dict(zip(*bill.levels().to_dict("list").values())) == {"desk": 0, "box": 1, "leg": 2, "foot": 1}
    assert bill.explode({"desk": 5}).to_dict("list") == {"item": ["desk", "box", "leg", "foot"], "qty": [5, 10, 4, 20]}
    assert bill.where_used("leg").to_dict("list") == {"item": ["box", "desk"], "level_short": [1, 2], "level_long": [1, 2], "qty_num": [1, 2], "qty_den": [3, 3]}
    assert list(bill.where_used("leg", multi=False).item) == ["box"]
    assert list(bill.rollup({"leg": "0.30", "foot": 1.5, "box": 2}).micros) == [10_200_000, 2_100_000, 300_000, 1_500_000]
    assert c12.Bill(DESK | {"share_ppm": [0, 250_000, 0, 750_000]}).explode({"desk": 5}).qty.tolist() == [5, 10, 5 + 4, 15]


@pytest.mark.parametrize("change, fault", [
    ({"share_ppm": [0, 1, 0, 2]}, "shares of a group must add up to 1000000 ppm"),
    ({"den": [1, 0, 1, 1]}, "line_den"),
    ({"colour": [1, 2, 3, 4]}, "unknown column 'colour'"),
])
def test_a_bill_of_codes_names_what_is_wrong(change, fault):
    with pytest.raises((ValueError, c12.Error), match=fault):
        c12.Bill(DESK | change).levels()
    with pytest.raises(ValueError, match="'table' is no item of this bill"):
        c12.Bill(DESK).explode({"table": 1})
    with pytest.raises(ValueError, match="at most 6 places"):
        c12.Bill(DESK).rollup({"leg": "0.1234567"})


def test_mrp_plans_with_the_chosen_alternate():
    items = {"item": ["desk", "box", "leg", "foot"], "type": ["make", "make", "buy", "buy"]}
    def bought(bom):
        orders = c12.mrp(items, bom, {"item": ["desk"], "bucket": [3], "qty": [5]}, buckets=5).orders
        return {i: q for i, q in zip(orders.item, orders.qty) if i in ("leg", "foot")}
    assert bought(DESK) == {"leg": 4, "foot": 20}
    assert bought(DESK | {"share_ppm": [0, 250_000, 0, 750_000]}) == {"leg": 9, "foot": 15}
