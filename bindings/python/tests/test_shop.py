# SPDX-License-Identifier: Apache-2.0
"""Purchases and sales step by step: the three-way match, limits, balanced entries, bad input."""
import collections

import pytest

import c12
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
    assert sum(e.amount for e in r.entries if e.account == "material") == 9 * 120 * MILLION
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
