# SPDX-License-Identifier: Apache-2.0
"""Stock from Python: a ledger against a dict, reservations, places, tours against brute force, counts."""
import itertools
import random

import numpy as np
import pytest

import c12
from c12 import stock


def test_a_ledger_against_a_dict():
    g, have = random.Random(1), {}
    s = stock.Stock(items=5, locations=4, balances=100, lot_item=[0, 1, 2], lot_received=[3, 2, 1])
    for _ in range(300):
        kind, item, a, b, q = g.choice(list(stock.KINDS)[:5]), g.randrange(5), g.randrange(4), g.randrange(4), g.randrange(1, 9)
        lot = item if item < 3 and g.random() < .5 else -1
        if kind == "transfer" and a == b:
            continue
        legs = {"receipt": [(b, q)], "issue": [(a, -q)], "transfer": [(a, -q), (b, q)], "adjust": [(a, q)], "scrap": [(a, -q)]}[kind]
        good = all(have.get((item, p, lot), 0) + d >= 0 for p, d in legs)
        try:
            s.post([kind], [item], [q], from_=[a], to=[b], lot=[lot])
        except c12.Error as e:
            assert not good and e.status == "C12_E_STATE" and e.field == "qty"
            continue
        assert good
        for p, d in legs:
            have[item, p, lot] = have.get((item, p, lot), 0) + d
    b = s.balances()
    assert list(zip(b["item"], b["location"], b["lot"], b["on_hand"])) == [(*k, v) for k, v in sorted(have.items()) if v]
    assert s.item(2)[0] == sum(v for k, v in have.items() if k[0] == 2)


def test_first_in_goes_first():
    s = stock.Stock(items=1, locations=2, balances=10, lot_item=[0, 0], lot_received=[20, 10], lot_expiry=[100, 500], blocked=[0, 0])
    s.post(["receipt"] * 2, [0, 0], [5, 5], to=[0, 1], lot=[0, 1])
    got = s.allocate([0, 0], [7, 6])
    assert list(zip(got["need"], got["lot"], got["qty"])) == [(0, 1, 5), (0, 0, 2), (1, 0, 3)] and list(got["lacking"]) == [0, 3]
    s.release([0], [1], [1], [5])
    assert list(s.allocate([0], [1], rule="fefo", good_until=[200])["lot"]) == [1]
    with pytest.raises(c12.Error, match="less lies here that is not reserved"):
        s.post(["issue"], [0], [1], from_=[0], lot=[0])
    s.post(["pick"], [0], [5], from_=[0], lot=[0])
    assert s.balance(0, 0, 0) == (0, 0)


def test_places():
    p = stock.Space(zone=[0, 0, 1], free=[5, 9, 20], distance=[1, 2, 30])
    assert [p.put_away(4, 0), p.put_away(4, 0), p.put_away(6, 0), p.put_away(30)] == [(0, False), (1, False), (2, True), None]
    p.change(0, 10)
    assert p.put_away(11, 1) == (2, False) and p.put_away(11, 1) == (0, True)


def test_tours_against_all_orders():
    g = random.Random(2)
    for _ in range(30):
        n, block = g.randrange(1, 6), {"aisles": 5, "pitch": g.randrange(7), "length": 20, "depot": g.randrange(5)}
        aisle, at = [g.randrange(5) for _ in range(n)], [g.randrange(21) for _ in range(n)]

        def way(a, x, b, y):
            return abs(x - y) if a == b else abs(a - b) * block["pitch"] + min(x + y, 40 - x - y)

        def walk(order):
            stops = [(block["depot"], 0), *((aisle[k], at[k]) for k in order), (block["depot"], 0)]
            return sum(way(*p, *q) for p, q in zip(stops, stops[1:]))
        order, length = stock.tour(aisle, at, **block)
        assert sorted(order) == list(range(n)) and length == walk(order) == min(walk(p) for p in itertools.permutations(range(n)))


def test_waves_and_counts():
    assert list(stock.waves([30, 10, 20], [2, 3, 3], 6)) == [1, 0, 0]
    assert list(stock.due([0, 1, 0], [90, 0, 99], [5, 30], 100, 9)) == [0, 1]
    assert stock.sample(1000, 10, .05)[0] == 258
    adjust, told = stock.judge([100, 50, 7], [100, 40, -1], cost=[10, 3, 5])
    assert list(adjust) == [0, -10, 0] and told == {"right": 1, "counted": 2, "missing": 1, "gain": 0, "loss": 30}
    with pytest.raises(ValueError, match="differ in length"):
        stock.judge([1], [1, 2])
    assert isinstance(adjust, np.ndarray)
