# SPDX-License-Identifier: Apache-2.0
"""c12 charge on real input, good and bad."""
import copy
import csv
import json
import os
import pathlib
import subprocess
import xml.dom.minidom

import pytest

C12 = os.environ.get("C12", "build/release/bin/c12")
TOP = pathlib.Path(__file__).resolve().parents[2]
FLEET = TOP / "examples/fleet.json"
SMALL = {"minutes": 60, "step": 5, "classes": [{"name": "G1", "capacity_wh": 1000, "active_w": 210, "idle_w": 30, "curve": [[80, 960], [100, 480]]}],
         "robots": [{"name": "R1", "battery": 45}, {"name": "R2", "class": "G1", "battery": 90}], "bays": [{"name": "B1"}], "demand": [[0, 1], [30, 2]]}


def run(*args, code=0, text=None):
    p = subprocess.run([C12, "charge", *map(str, args)], input=text, capture_output=True, text=True, timeout=60)
    assert p.returncode == code, f"{args}: exit {p.returncode}, wanted {code}\n{p.stdout}\n{p.stderr}"
    return p


def test_a_plan(tmp_path):
    plan = json.loads(run(FLEET, "--svg", tmp_path / "p.svg").stdout)
    assert plan["violations"] == plan["empty"] == plan["below"] == 0 and plan["bays_needed"] <= plan["bays"] == 6
    busy = {}
    for s in plan["slots"]:
        assert 0 <= s["from"] < s["to"] <= 480 and s["battery_to"] > s["battery_from"]
        busy.setdefault(s["bay"], []).append((s["from"], s["to"]))
    for spans in busy.values():
        spans.sort()
        assert all(a[1] <= b[0] for a, b in zip(spans, spans[1:]))
    assert min(a for a, _ in busy["B6"]) >= 60
    xml.dom.minidom.parse(str(tmp_path / "p.svg"))
    rows = list(csv.DictReader(run(FLEET, "--csv").stdout.splitlines()))
    assert [(r["robot"], r["bay"], int(r["from"]), int(r["to"])) for r in rows] == [(s["robot"], s["bay"], s["from"], s["to"]) for s in plan["slots"]]
    assert run(FLEET, "--work", 300).stdout == run(FLEET, "--work", 300).stdout


def test_the_small_one_by_hand(tmp_path):
    """R1 charges while only one is wanted: 16 W h a minute are 1.6 %, so 35 % take 21.875 minutes and the rest of 25 gives 2.5 %."""
    (tmp_path / "f.json").write_text(json.dumps(SMALL))
    plan = json.loads(run(tmp_path / "f.json").stdout)
    assert plan["objective"] == plan["unmet"] == plan["low"] == 0
    assert plan["slots"] == [{"robot": "R1", "bay": "B1", "from": 0, "to": 25, "battery_from": 45.0, "battery_to": 82.5}]


def test_bays_missing(tmp_path):
    many = copy.deepcopy(SMALL)
    many["robots"] = [{"battery": 50}] * 10
    many["demand"] = [[0, 10]]
    (tmp_path / "f.json").write_text(json.dumps(many))
    p = run(tmp_path / "f.json")
    assert json.loads(p.stdout)["bays_needed"] == 3 and "3 bays needed, 2 missing" in p.stderr


@pytest.mark.parametrize("place, value, words", [
    (("robots", 1, "battery"), 101, "robots[1].battery: is not a number in range; write a number from 0 to 100"),
    (("robots", 0, "battery"), None, "robots[0].battery: is missing"),
    (("robots", 0, "class"), "G2", "robots[0].class: is neither a name nor a number there"),
    (("robots", 0, "bay"), 1, "robots[0].bay: is neither a name nor a number there"),
    (("robots", 0, "travel"), [1, 2], "robots[0].travel: has not one entry for each bay"),
    (("robots", 0, "health"), 0, "robots[0].health: is not a number in range"),
    (("classes", 0, "curve"), [[80, 960]], "classes[0].curve: ends below 100 per cent"),
    (("classes", 0, "curve"), [], "classes[0].curve: is no charging curve"),
    (("classes", 0, "idle_w"), 300, "classes[0].idle_w: is not a number in range; write a number from 0 to 210"),
    (("bays", 0, "from"), 61, "bays[0].from: is not a number in range"),
    (("demand", 1), [30, -1], "demand[1].1: is not a number in range"),
    (("step",), 0, "step: is not a number in range"),
    (("robots",), [], "robots: is no array of a size allowed"),
])
def test_bad_input_is_named(tmp_path, place, value, words):
    bad = copy.deepcopy(SMALL)
    at = bad
    for key in place[:-1]:
        at = at[key]
    if value is None:
        del at[place[-1]]
    else:
        at[place[-1]] = value
    (tmp_path / "f.json").write_text(json.dumps(bad))
    p = run(tmp_path / "f.json", "-o", tmp_path / "out.json", code=2)
    assert words in p.stderr, p.stderr
    assert not (tmp_path / "out.json").exists()


def test_bad_files_and_arguments(tmp_path):
    (tmp_path / "f.json").write_text('{"robots": [1,}')
    assert "f.json:1:" in run(tmp_path / "f.json", code=2).stderr
    (tmp_path / "g.json").write_text("[]")
    assert "is no object" in run(tmp_path / "g.json", code=2).stderr
    run(tmp_path / "none.json", code=2)
    run(code=2)
    run(FLEET, "--work", 0, code=2)
    twice = copy.deepcopy(SMALL)
    for r in twice["robots"]:
        r["bay"] = "B1"
    (tmp_path / "t.json").write_text(json.dumps(twice))
    assert "at_bay[1]" in run(tmp_path / "t.json", code=2).stderr
