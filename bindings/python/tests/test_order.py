# SPDX-License-Identifier: Apache-2.0
"""Work orders and genealogy from Python."""
from fractions import Fraction

import pytest

import c12
from c12 import order


def test_a_day():
    b = order.Book([10, 0], [0, 0], stations=[2, 2], robots=1, holds=2)
    said = b.apply([dict(order=0, event="release", at=1), dict(order=0, event="start", at=2), dict(order=0, event="begin", station=0, at=3), dict(order=0, event="assign", station=0, value=0, at=3),
                    dict(order=0, event="report", station=0, good=6, scrap=1, at=4), dict(order=0, event="split", station=1, value=1, good=3, at=5), dict(order=1, event="hold", value=0, at=6),
                    dict(order=1, event="resume", at=7), dict(order=0, event="complete", at=8), dict(order=0, event="ship", at=1)])
    assert said[:7] == [None] * 7
    assert said[7] == "not all holds are lifted" and said[8].startswith("pieces or stations") and said[9].startswith("earlier")
    assert b.states() == ["IN_PROGRESS", "QUALITY_HOLD"] and b.qty.tolist() == [7, 3] and b.parent.tolist() == [-1, 0] and b.robot_order.tolist() == [0]
    assert b.progress() == [Fraction(3 + 1 + 1, 14), Fraction(1, 2)]
    assert b.check() == (0, None)
    b.good[0] = 1
    assert b.check()[0] > 0
    assert order.following("QUALITY_HOLD", "rework") == "REWORK" and order.following("SHIPPED", "hold") is None
    with pytest.raises(ValueError):
        b.apply([dict(order=0, event="ship", at=1, why="x")])
    with pytest.raises(c12.Error):
        b.apply([dict(order=9, event="ship", at=1)])


def test_recall():
    g = order.Genealogy([("robot", "drive", None), ("drive", "motor", None), ("motor", None, "coil", 6), ("arm", None, "coil", 2)])
    assert g.holders(lot="coil") == [("motor", 1, False), ("arm", 1, True), ("drive", 2, False), ("robot", 3, True)]
    assert g.holders(serial="motor") == [("drive", 1, False), ("robot", 2, True)]
    assert [(r[1] or r[2], d) for r, d in g.contents("robot")] == [("drive", 1), ("motor", 2), ("coil", 3)]
    with pytest.raises(c12.CycleError):
        order.Genealogy([("a", "b", None), ("b", "a", None)]).holders(serial="a")
