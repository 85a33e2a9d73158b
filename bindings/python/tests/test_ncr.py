# SPDX-License-Identifier: Apache-2.0
"""Nonconformances from Python."""
import random
import re

import pytest

import c12
from c12 import ncr

DAY = 86400 * 10**9


def test_grades_and_reasons():
    got = ncr.grade(["SAFETY-brake", "non_safety", "scratch", "torque"], rules=[("safety", "critical"), ("torque", "major", 4)], station=[1, 1, 1, 4], repeats=[0, 0, 3, 0], repeat_lift=3)
    assert got == [("critical", "token", 0), ("minor", "", -1), ("major", "repeats", -1), ("major", "token", 1)]
    with pytest.raises(c12.Error) as e:
        ncr.grade(["x"], rules=[("--", "major")])
    assert e.value.field == "rule_text"


def test_grades_beside_regular_expressions():
    r, words = random.Random(3), ["safety", "no", "not", "non", "brake", "Torque", "performance", "x7"]
    rules = [("safety", "critical"), ("brake_torque", "major"), ("performance", "major"), ("x7", "minor")]
    codes = ["".join(r.choice(words) + r.choice(["_", "-", "", " "]) for _ in range(r.randrange(6))) for _ in range(3000)]
    order = {"minor": 1, "major": 2, "critical": 3}

    def oracle(code):
        tokens, best = [t.lower() for t in re.findall("[0-9A-Za-z]+", code)], -1
        for k, (text, g) in enumerate(rules):
            want = text.split("_")
            hit = any(tokens[i:i + len(want)] == want and not (i and tokens[i - 1] in ("no", "not", "non")) for i in range(len(tokens)))
            if hit and (best < 0 or order[g] > order[rules[best][1]]):
                best = k
        return best

    assert [rule for _, _, rule in ncr.grade(codes, rules=rules)] == [oracle(code) for code in codes]


def test_a_report_lives():
    cases = ncr.Cases(["critical", "minor"], raised_by=[7, -1], created=[0, 0])
    refused = cases.apply([(0, "assign", 3, 9, 1), (0, "start", None, 3, 2), (0, "plan", None, 3, 3), (0, "fishbone", "material", 3, 4), (0, "plan", None, 3, 5), (0, "dispose", "use_as_is", 3, 6),
                           (0, "finish", None, 3, 7), (0, "approve", None, 3, 8), (0, "approve", None, 9, 9), (0, "pause", None, 3, 10), (0, "resume", None, 3, 20), (0, "finish", None, 3, 21)])
    assert refused == [None, None, "a root cause is missing", None, None, None, "the deviation is not approved", "who raised or owns a report does not approve its deviation", None, None, None, None]
    assert cases.apply([(0, "confirm", None, 7, 22), (0, "confirm", None, 9, 23)]) == ["who raised a report does not close it", None]
    assert cases.states() == ["CLOSED", "OPEN"] and cases.closed[0] == 23 and cases.check() == (0, None)
    assert cases.pauses() == [[[10, 20]], []]
    cases.state[0] = 5
    assert cases.check()[0] == 1
    assert ncr.following("ASSIGNED", "plan") is None and ncr.following("ASSIGNED", "plan", "minor") == "ACTION"
    with pytest.raises(ValueError):
        cases.apply([(0, "explode", None, 3, 30)])


def test_clocks_people_and_effects():
    used, left, due, level = ncr.clock(["critical", "minor"], [0, 0], now=6 * DAY, pauses=[[(DAY, 3 * DAY)], []])
    assert (used[0], left[0], due[0], level[0]) == (4 * DAY, 3 * DAY, 9 * DAY, 1) and due[1] == ncr.NEVER
    used, left, due, level = ncr.clock(["critical"], [0], now=DAY, windows=[(k * DAY, k * DAY + DAY // 3) for k in range(30)], day=DAY // 3)
    assert due[0] == 6 * DAY + DAY // 3
    person, urgent, load = ncr.assign(["critical", "major", "major"], manager=[1, 0, 0], load=[5, 1, 1])
    assert person.tolist() == [0, 1, 2] and urgent.tolist() == [True, False, False] and load.tolist() == [6, 2, 2]
    effect, by = ncr.recurrence([1, 1, 2], [0, 20, 0], [10, ncr.NEVER, 5], window=30, now=100)
    assert effect.tolist() == [2, 0, 1] and by.tolist() == [1, -1, -1]


def test_six_views():
    assert ncr.inspect([[], [(2, 0, 850000)], [(5, 0, 850001), (1, 0, 900000)], [], [(1, 1, 990000)]], 2, seen=[63, 63, 63, 47, 62]) == [
        ("PASS", -1, 0), ("PASS", -1, 0), ("FAIL", 0, 2), ("HOLD", -1, 0), ("FAIL", 1, 1)]
    assert ncr.inspect([[(1, 1, 990000)]], 2, seen=[62], least_views=2) == [("HOLD", 1, 1)]
