# SPDX-License-Identifier: Apache-2.0
"""Cost from Python, beside a second writing with fractions."""
import random
from fractions import Fraction

import pytest

import c12
from c12 import cost

M = 1_000_000


def half_even(q):
    return round(q)  # of a Fraction: half to even


def fifo(kind, qty, value):
    layers, change = [], []
    for k, q, v in zip(kind, qty, value):
        if k == "receipt":
            layers.append([q, v])
            change.append(v)
            continue
        cost_ = 0
        while q:
            take = min(q, layers[0][0])
            part = half_even(Fraction(layers[0][1] * take, layers[0][0]))
            cost_ += part
            layers[0][0] -= take
            layers[0][1] -= part
            q -= take
            if not layers[0][0]:
                layers.pop(0)
        change.append(-cost_)
    return change, layers


def test_fifo_against_fractions():
    dice = random.Random(5)
    for _ in range(200):
        kind, qty, value, have = [], [], [], 0
        for _ in range(60):
            out = have and dice.random() < .5
            q = dice.randint(1, have) if out else dice.randint(1, 50)
            have += -q if out else q
            kind.append("issue" if out else "receipt")
            qty.append(q)
            value.append(0 if out else dice.randint(0, 10 ** 9))
        got = cost.value(kind, [0] * len(kind), qty, value)
        change, layers = fifo(kind, qty, value)
        assert got["change"].tolist() == change and got["layers"]["qty"].tolist() == [q for q, _ in layers] and got["layers"]["value"].tolist() == [v for _, v in layers]
        assert sum(value) == -sum(c for c in change if c < 0) + got["value"][0]


def test_methods_and_faults():
    rows = dict(kind=["receipt", "issue", "revalue"], item=[0, 0, 0], qty=[10, 4, 0], value=[100 * M, 0, 11 * M])
    assert cost.value(**rows, method="average")["change"].tolist() == [100 * M, -40 * M, 6 * M]
    got = cost.value(**rows, method="standard", standard=[9 * M])
    assert got["change"].tolist() == [90 * M, -36 * M, 12 * M] and got["variance"].tolist() == [10 * M, 0, -12 * M]
    with pytest.raises(c12.Error) as e:
        cost.value(["issue"], [0], [1], [0])
    assert e.value.status == "C12_E_STATE" and e.value.row == 0
    with pytest.raises(c12.Error):
        cost.value(**rows, method="standard")


def test_the_order():
    v = cost.vary(order=[0, 0, 0], element=["material", "labour", "overhead"], used=[210, 520, 520], allowed=[196, 490, 490], spoiled=[4, 10, 10], actual=[1071 * M, 1066 * M, 624 * M],
                  price=[5 * M, 20 * M, 12 * M], per=[1, 10, 10])
    assert dict(zip(cost.VARIANCES, (v["order_variance"][0] // M).tolist())) == {"material_price": 21, "material_usage": 50, "material_scrap": 20, "labour_rate": 26, "labour_efficiency": 40, "labour_scrap": 20,
                                                                                "overhead_spending": 0, "overhead_efficiency": 24, "overhead_scrap": 12}
    assert v["order_actual"][0] - v["order_standard"][0] == v["order_variance"][0].sum()
    events = dict(event=["receipt", "issue", "labour", "overhead", "completion", "scrap", "close"], order=[-1] + [0] * 6, qty=[0, 0, 0, 0, 98, 2, 0], actual=[1071 * M, 0, 1066 * M, 0, 0, 0, 0],
                  standard=[1050 * M, 1050 * M, 1040 * M, 624 * M, 0, 0, 0], material=[10 * M], labour=[10 * M], overhead=[6 * M])
    j = cost.post(**events)
    assert j["debit"].sum() == j["credit"].sum() and j["balance"]["scrap"] == 52 * M and j["balance"]["material usage variance"] == 50 * M and j["wip"][0] == 0
    assert cost.post(**events, scrap_account=False)["balance"]["labour efficiency variance"] == 60 * M


def test_overhead_and_landed():
    o = cost.overhead(actual=[108000 * M], fixed_budget=[104000 * M], fixed_rate=[5 * M], used=[22000], allowed=[22000])
    assert o["spending"][0] == 4000 * M and o["volume"][0] == -6000 * M
    got = cost.land(basis=["qty", "value"], amount=[100, -100], qty=[1, 1, 1], value=[10, 20, 30])
    assert got["share"].tolist() == [34, 33, 33, -17, -33, -50] and got["added"].tolist() == [17, 0, -17]
    with pytest.raises(c12.Error):
        cost.land(basis=["weight"], amount=[1], qty=[1])
