# SPDX-License-Identifier: Apache-2.0
"""Purchases and sales step by step: the three-way match, limits, balanced entries, bad input."""
import collections

import pytest

import c12
import c12.order
import c12.shop

MILLION = 1_000_000
REQUESTS = [{"purchase": "PO-1", "item": "MOTOR", "qty": 10, "price": 118 * MILLION, "standard": 120 * MILLION, "requester": "ann"},
            {"purchase": "PO-2", "item": "LIDAR", "qty": 4, "price": 1900 * MILLION, "standard": 1900 * MILLION, "requester": "ann"}]
LIMITS = {"ann": None, "bob": 5000 * MILLION}


def steps(*rows, key="purchase", name="PO-1"):
    return [{key: name, "at": k, **row} for k, row in enumerate(rows)]


def balanced(result):
    sums = collections.Counter()
    for e in result.entries:
        sums[e.step] += e.amount
    return not any(sums.values())


def test_purchase_from_request_to_payment():
    r = c12.shop.purchases(REQUESTS, steps({"step": "approve", "by": "ann"}, {"step": "approve", "by": "bob"}, {"step": "order", "by": "ann", "qty": 10, "amount": 119 * MILLION}, {"step": "receive", "qty": 10},
                                           {"step": "inspect", "qty": 9, "bad": 1}, {"step": "invoice", "qty": 10, "amount": 119 * MILLION}, {"step": "invoice", "qty": 9, "amount": 140 * MILLION},
                                           {"step": "invoice", "qty": 9, "amount": 119 * MILLION}, {"step": "pay", "amount": 9 * 119 * MILLION}, {"purchase": "PO-2", "step": "approve", "by": "bob"}), LIMITS, tolerance=20000)
    assert [(k.step, k.expected, k.actual) for k in r.refused] == [(0, 0, 0), (5, 9, 10), (6, 119 * MILLION, 140 * MILLION), (9, 5000 * MILLION, 7600 * MILLION)]
    assert "requests" in r.refused[0].reason and balanced(r)
    assert r.documents["accepted"].tolist() == [9, 0] and r.documents["owed"].tolist() == [0, 0] and r.documents["state"][1] == "REQUESTED"
    assert sum(e.amount for e in r.entries if e.account == "raw material") == 9 * 120 * MILLION
    assert [(m.item, m.qty) for m in r.movements][0] == ("MOTOR", 10)


def test_sale_from_order_to_payment():
    order = [{"sale": "SO-1", "item": "G1", "material": "KIT", "qty": 2, "price": 30 * MILLION, "standard": 21 * MILLION}]
    r = c12.shop.sales(order, steps({"step": "make"}, {"step": "issue", "qty": 2, "amount": 17 * MILLION, "by": "ann"}, {"step": "absorb", "amount": 7 * MILLION}, {"step": "complete", "qty": 2}, {"step": "bill", "qty": 1},
                                    {"step": "ship", "qty": 2}, {"step": "bill", "qty": 2}, {"step": "collect", "amount": 60 * MILLION}, key="sale", name="SO-1"))
    assert [(k.step, k.expected, k.actual) for k in r.refused] == [(4, 0, 1)] and balanced(r)
    assert (r.documents["state"], r.documents["work_order"], r.documents["open"].tolist()) == (["COLLECTED"], ["SHIPPED"], [0])
    assert sum(e.amount for e in r.entries if e.account == "revenue") == -60 * MILLION


@pytest.mark.parametrize("change, says", [({"purchase": "PO-9"}, "PO-9"), ({"step": "steal"}, "steal"), ({"by": "eve"}, "eve"), ({"colour": 1}, "colour")])
def test_bad_steps_are_named(change, says):
    with pytest.raises(ValueError, match=says):
        c12.shop.purchases(REQUESTS, [{"purchase": "PO-1", "step": "approve", "by": "bob", "at": 0, **change}], LIMITS)


def test_bad_numbers_and_nothing():
    with pytest.raises(c12.Error, match="amount"):
        c12.shop.purchases(REQUESTS, [{"purchase": "PO-1", "step": "pay", "at": 0, "amount": -1}], LIMITS)
    with pytest.raises(ValueError, match="twice"):
        c12.shop.purchases(REQUESTS * 2, [], LIMITS)
    assert c12.shop.purchases([], [], {}).entries == [] and c12.shop.sales([], []).documents["sale"] == []


def making(holds):
    """Two orders of ten pieces at their only station, six of the first finished."""
    book = c12.order.Book([10, 10], [0, 0], [1, 1], holds=holds)
    events = [{"order": o, "event": e, "at": 1, "station": 0 if e == "begin" else -1} for o in (0, 1) for e in ("release", "start", "begin")]
    assert book.apply(events + [{"order": 0, "event": "report", "at": 2, "station": 0, "good": 6}]) == [None] * 7
    return book


def test_defects_until_they_are_decided():
    book = making(4)
    defects, entries, moves = c12.shop.quality(book, [{"code": "SCRATCH", "work": 0, "at": 10, "by": 3, "bad": 1, "decision": "use_as_is", "decided_by": 3, "decided": 11}, {"code": "CRACK", "work": 1, "at": 12, "by": 3, "decision": "scrap", "decided_by": 4, "decided": 13},
                                                       {"code": "SCRATCH", "work": 0, "at": 14, "by": -1, "bad": 2}], ["G1", "G1"], [100, 100], rules=[("CRACK", "critical")], managers=[False, True])
    assert defects[0].held and "raised" in defects[0].refused and defects[1].refused is None
    assert (defects[1].grade, defects[1].person, defects[1].replan, defects[1].replan_qty) == ("critical", 1, {"time", "material"}, 10)
    assert defects[1].due == 12 + 7 * 86400 * 10**9 and defects[2].due is None
    assert book.states() == ["QUALITY_HOLD", "SCRAPPED"]
    assert sum(e.amount for e in entries) == 0 and sum(e.amount for e in entries if e.account == "work in progress") == -1000
    assert book.check()[0] == 0


def test_bad_defects_are_named_and_leave_the_book():
    book = making(2)
    for change, error, says in (({"colour": 1}, ValueError, "colour"), ({"work": 7}, c12.Error, "work"), ({"decision": "eat"}, ValueError, "eat")):
        with pytest.raises(error, match=says):
            c12.shop.quality(book, [{"code": "X", "work": 0, "at": 3, **change}], ["G1", "G1"], [1, 1])
    with pytest.raises(ValueError, match="costs"):
        c12.shop.quality(book, [], ["G1", "G1"], [1])
    assert book.states() == ["IN_PROGRESS", "IN_PROGRESS"] and book.check()[0] == 0
