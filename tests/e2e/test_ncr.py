# SPDX-License-Identifier: Apache-2.0
"""c12 ncr: histories, assignment, inspection and the table of moves from files, good and bad."""
import json
import os
import pathlib
import subprocess

import pytest

C12 = os.environ.get("C12", "build/release/bin/c12")
INPUT = pathlib.Path(__file__).resolve().parents[2] / "examples/quality"


def run(*args, code=0):
    p = subprocess.run([C12, *map(str, args)], capture_output=True, text=True, timeout=60)
    assert p.returncode == code, f"{args}: exit {p.returncode}, wanted {code}\n{p.stdout}\n{p.stderr}"
    return p


def report(*args, code=0):
    return json.loads(run(*args, "--json", code=code).stdout.splitlines()[-1])


def test_replay():
    p = run("ncr", "replay", INPUT / "reports.csv", INPUT / "events.csv", "--now", "2025-12-21", "--json", code=1)
    r = json.loads(p.stdout.splitlines()[-1])
    assert (r["reports"], r["open"], r["overdue"], r["refused"], r["recurred"]) == (4, 3, 1, 2, 1)
    assert "events.csv:4: plan of NCR-1 refused: a root cause is missing" in p.stderr and "who raised a report does not close it" in p.stderr
    rows = {k["report"]: k for k in r["rows"]}
    assert rows["NCR-1"]["state"] == "ACTION" and rows["NCR-1"]["due"] == "2025-11-12T08:00Z" and rows["NCR-1"]["level"] == 3
    assert rows["NCR-3"]["state"] == "CLOSED" and rows["NCR-3"]["owner"] == "eve" and rows["NCR-3"]["recurred_as"] == "NCR-4"
    assert rows["NCR-2"]["due"] == "" and rows["NCR-2"]["days_left"] is None
    short = report("ncr", "replay", INPUT / "reports.csv", INPUT / "events.csv", "--now", "2025-12-21", "--window", 20, code=1)
    assert {k["report"]: k["effect"] for k in short["rows"]}["NCR-3"] == "effective"
    few = report("ncr", "replay", INPUT / "reports.csv", INPUT / "events.csv", "--whys", 6, code=1)
    assert few["refused"] == 5  # the plan of NCR-3 as well, and what rests on it


def test_calendar(tmp_path):
    reports, events, calendar = tmp_path / "r.csv", tmp_path / "e.csv", tmp_path / "c.csv"
    reports.write_text("report,grade,created\nA,critical,2025-11-03T08:00Z\n")
    events.write_text("report,event,at\n")
    calendar.write_text("open,close\n" + "".join(f"2025-11-{d:02}T08:00Z,2025-11-{d:02}T16:00Z\n" for d in range(1, 30) if d % 7 not in (1, 2)))  # 1 and 2 November 2025 are a weekend
    r = report("ncr", "replay", reports, events, "--calendar", calendar, "--day-hours", 8)
    assert r["rows"][0]["due"] == "2025-11-11T16:00Z"  # Monday to Friday, then Monday and Tuesday
    assert report("ncr", "replay", reports, events)["rows"][0]["due"] == "2025-11-10T08:00Z"


def test_pauses_of_no_time(tmp_path):
    reports, events = tmp_path / "r.csv", tmp_path / "e.csv"
    reports.write_text("report,grade,created\nA,critical,2025-11-03\nB,critical,2025-11-03\n")
    rows = ["A,pause,2025-11-04", "A,resume,2025-11-04", "A,pause,2025-11-04", "B,pause,2025-11-04", "A,resume,2025-11-05", "B,resume,2025-11-06", "B,pause,2025-11-07", "B,resume,2025-11-07"]
    events.write_text("report,event,at\n" + "\n".join(rows) + "\n")
    r = report("ncr", "replay", reports, events)
    assert [k["due"] for k in r["rows"]] == ["2025-11-11T00:00Z", "2025-11-12T00:00Z"]
    events.write_text("report,event,at\n" + "\n".join(rows[:4]) + "\n")
    assert [k["due"] for k in report("ncr", "replay", reports, events)["rows"]] == ["", ""]


def test_assign_aoi_and_states(tmp_path):
    rows = report("ncr", "assign", INPUT / "reports.csv", INPUT / "staff.csv")["rows"]
    assert [(k["person"], k["urgent"]) for k in rows] == [("quinn", 1), ("eve", 0), ("finn", 0), ("eve", 0)]
    staff = tmp_path / "s.csv"
    staff.write_text("person,manager\nquinn,1\n")
    assert [k["person"] for k in report("ncr", "assign", INPUT / "reports.csv", staff, code=1)["rows"]] == ["quinn", "", "", ""]
    r = report("ncr", "aoi", INPUT / "detections.csv")
    assert [(k["verdict"], k["class"]) for k in r["rows"]] == [("PASS", ""), ("FAIL", "scratch"), ("HOLD", "")] and (r["pass"], r["fail"], r["hold"]) == (1, 1, 1)
    assert [k["verdict"] for k in report("ncr", "aoi", INPUT / "detections.csv", "--views", 6, "--least", 2)["rows"]] == ["PASS", "HOLD", "HOLD"]
    assert [k["verdict"] for k in report("ncr", "aoi", "--confidence", "0.84", INPUT / "detections.csv")["rows"]] == ["PASS", "FAIL", "FAIL"]
    rows = report("ncr", "states")["rows"]
    assert {"state": "ASSIGNED", "event": "plan", "major_or_critical": "", "minor": "ACTION"} in rows and not [k for k in rows if k["state"] == "CLOSED"]
    svg = tmp_path / "s.svg"
    run("ncr", "states", "--svg", svg)
    assert svg.read_text().count("<rect") == 7 and "reject (minor)" in svg.read_text()


REPORTS, EVENTS = "report,grade,created\nA,major,2025-11-03\n", "report,event,value,by,at\n"


@pytest.mark.parametrize("reports, events, said", [
    ("report,grade,created\nA,grave,2025-11-03\n", EVENTS, ["r.csv:2:grade", "critical"]),
    ("report,grade,created\nA,major,2025-02-29\n", EVENTS, ["r.csv:2:created", "2025-02-29"]),
    ("report,grade,created\nA,major,\n", EVENTS, ["r.csv:2:created"]),
    (REPORTS + "A,minor,2025-11-03\n", EVENTS, ["r.csv:3:report", "new"]),
    (REPORTS, EVENTS + "B,assign,x,y,2025-11-03\n", ["e.csv:2:report", "'B'"]),
    (REPORTS, EVENTS + "A,explode,x,y,2025-11-03\n", ["e.csv:2:event", "'explode'"]),
    (REPORTS, EVENTS + "A,assign,,y,2025-11-03\n", ["e.csv:2:value", "person"]),
    (REPORTS, EVENTS + "A,dispose,eat,y,2025-11-03\n", ["e.csv:2:value", "rework"]),
    (REPORTS, EVENTS + "A,fishbone,moon,y,2025-11-03\n", ["e.csv:2:value", "material"]),
    (REPORTS, EVENTS + "A,start,,y,2025-11-03T25:00\n", ["e.csv:2:at"]),
    (REPORTS, "report,event,when\n", ["when"]),
])
def test_bad_histories_are_named(tmp_path, reports, events, said):
    (tmp_path / "r.csv").write_text(reports)
    (tmp_path / "e.csv").write_text(events)
    p = run("ncr", "replay", tmp_path / "r.csv", tmp_path / "e.csv", "-o", tmp_path / "out.csv", code=2)
    for word in said:
        assert word in p.stderr, p.stderr
    assert not (tmp_path / "out.csv").exists()


def test_other_bad_input(tmp_path):
    path = tmp_path / "a.csv"
    for text, word in (("unit,view,class,confidence\nU,7,,\n", ":2:view"), ("unit,view,class,confidence\nU,1,dent,1.1\n", ":2:confidence"), ("unit,view\n,1\n", ":2:unit")):
        path.write_text(text)
        assert word in run("ncr", "aoi", path, code=2).stderr
    assert "no verb" in run("ncr", "close", path, code=2).stderr
    assert "--now" in run("ncr", "replay", INPUT / "reports.csv", INPUT / "events.csv", "--now", "noon", code=2).stderr
    path.write_text("person,manager\nq,2\n")
    assert ":2:manager" in run("ncr", "assign", INPUT / "reports.csv", path, code=2).stderr
    path.write_text("open,close\n2025-11-03,2025-11-02\n")
    assert ":2:open" in run("ncr", "replay", INPUT / "reports.csv", INPUT / "events.csv", "--calendar", path, code=2).stderr


def test_rules_of_separators_alone_are_refused(tmp_path):
    (tmp_path / "in.csv").write_text("report,code\n1,brake\n")
    (tmp_path / "rules.csv").write_text("token,grade\n--,critical\n")
    assert "no letter" in run("ncr", "grade", "--rules", tmp_path / "rules.csv", tmp_path / "in.csv", code=2).stderr
