# SPDX-License-Identifier: Apache-2.0
"""c12 kpi on files, good and bad."""
import json, os, subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
C12 = os.environ.get("C12", str(ROOT / "build/release/bin/c12"))
DATA = ROOT / "examples/kpi"


def run(*args):
    return subprocess.run([C12, "kpi", *map(str, args)], capture_output=True, text=True, timeout=60)


def report(*args):
    told = run(*args, "--json")
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout.splitlines()[-1])


def file(tmp_path, name, *lines):
    (tmp_path / name).write_text("\n".join(lines) + "\n")
    return tmp_path / name


def test_oee(tmp_path):
    svg = tmp_path / "l.svg"
    r = report("oee", DATA / "events.csv", "--counts", DATA / "counts.csv", "--svg", svg)
    rows = {x["machine"]: x for x in r["rows"]}
    for x in rows.values():
        if x["machine"] != "all":
            assert abs(x["availability"] * x["effectiveness"] * x["quality"] - x["oee"]) < 2e-6
    assert list(rows) == ["mill", "press", "weld", "all"] and rows["weld"]["mtbf"] is None and abs(rows["all"]["oee"] - sum(rows[m]["oee"] * rows[m]["planned"] for m in ("mill", "press", "weld")) / rows["all"]["planned"]) < 1e-6
    assert sum(x["time"] for x in r["losses"]) == 3 * 2 * 8 * 3600
    assert svg.read_text() == (ROOT / "docs/guide/kpi.svg").read_text()
    bare = report("oee", DATA / "events.csv")["rows"][0]
    assert bare["effectiveness"] == 0 and bare["quality"] is None


def test_vector(tmp_path):
    events = file(tmp_path, "e.csv", "machine,from,to,state", "m,0,800,run", "m,800,960,failure")
    r = report("oee", events, "--counts", file(tmp_path, "c.csv", "machine,run_time,produced,good", "m,1,700,680"))["rows"][1]
    assert (r["availability"], r["effectiveness"], r["quality"], r["oee"]) == (.833333, .875, .971429, .708333)
    f = report("fleet", events, "--to", 1000)["rows"]
    assert f[0]["availability"] == .833333 and f[0]["utilisation"] == 1 and f[1]["mttr"] == 160
    assert report("fleet", events, "--from", 400, "--to", 800)["rows"][0]["availability"] == 1


@pytest.mark.parametrize("line,word", [("m,5,9,run,", ":3:begin: begins before the event before it of its unit ended (10)"), ("m,10,9,run,", ":3:end: "), ("m,10,x,run,", ":3:to: 'x' is not a tick or a time"), ("m,10,11,walk,", ":3:state: 'walk' is not one of run"),
                                       ("m,10,11,failure,jam", ":3:reason: 'jam' was counted as stop before"), ("m,2026-02-30T00:00,2026-03-01T00:00,run,", ":3:from: "), (",10,11,run,", ":3:machine: ")])
def test_bad_events(tmp_path, line, word):
    told = run("oee", file(tmp_path, "e.csv", "machine,from,to,state,reason", "m,0,10,stop,jam", line))
    assert told.returncode == 2 and word in told.stderr and not told.stdout


def test_lists(tmp_path):
    r = report("yield", DATA / "steps.csv")
    assert r["rolled_ppb"] == 866660797 and r["rows"][1]["first_pass_yield"] == .954315
    assert [(x["slow"], x["bottleneck"]) for x in report("takt", DATA / "stations.csv", "--demand", 1000)["rows"]] == [(0, 0), (0, 1), (0, 0), (0, 0)]
    assert [x["slow"] for x in report("takt", DATA / "stations.csv", "--demand", 1020)["rows"]] == [0, 1, 0, 0]
    f = report("flow", file(tmp_path, "v.csv", "entered,left", "0,4", "1,7", "5,8", "5,"), "--from", 0, "--to", 10)["rows"][0]
    assert (f["entered"], f["left"], f["at_to"], f["most"], f["average_wip"], f["flow_time"]) == (4, 3, 1, 3, 1.8, 4.333)
    d = report("delivery", file(tmp_path, "d.csv", "order,due,done,ordered,delivered", "a,10,9,1,1", "b,10,12,1,1", "c,10,,1,0", "d,20,,1,0"), "--now", 11)["rows"][0]
    assert (d["judged"], d["open"], d["overdue"], d["on_time"], d["in_full"], d["worst"]) == (3, 1, 1, .333333, .666667, "b")
    t = report("tasks", file(tmp_path, "t.csv", "station,outcome", "A,done", "B,failed", "B,done", "A,open"))["rows"]
    assert [(x["station"], x["done"], x["completion"]) for x in t] == [("A", 1, 1), ("B", 1, .5)]
    for args in (("flow", DATA / "steps.csv"), ("takt", DATA / "stations.csv"), ("delivery", DATA / "steps.csv"), ("lists", "x"), ()):
        assert run(*args).returncode == 2


def test_suppliers(tmp_path):
    rows = report("suppliers", DATA / "receipts.csv", "--marks", DATA / "marks.csv")["rows"]
    assert [r["supplier"] for r in rows] == ["Dorn", "Aldo", "Berg", "Cavi", "Eder", "Fink"] and [r["preferred"] for r in rows] == [1, 0, 0, 0, 0, 0] and rows[-1]["score"] is None
    four = file(tmp_path, "r.csv", "supplier,rejected,late", "A,1,0", "A,0,2", "A,0,0", "A,0,-1")
    assert report("suppliers", four, "--weights", "1:0:0")["rows"][0]["score"] == .75
    assert run("suppliers", four, "--weights", "0:0:0").returncode == 2 and run("suppliers", file(tmp_path, "s.csv", "supplier,rejected,late", "A,2,0")).returncode == 2


@pytest.mark.parametrize("args, picture", [(("flow", DATA / "visits.csv", "--from", 0, "--to", 320), "kpi-flow"), (("takt", DATA / "stations.csv", "--demand", 1020), "kpi-takt"),
                                           (("suppliers", DATA / "receipts.csv", "--marks", DATA / "marks.csv"), "kpi-suppliers")])
def test_pictures_of_the_guide(tmp_path, args, picture):
    told = run(*args, "--svg", tmp_path / "p.svg")
    assert told.returncode == 0 and not told.stdout
    assert (tmp_path / "p.svg").read_text() == (ROOT / f"docs/guide/{picture}.svg").read_text()


def test_pictures_of_little(tmp_path):
    level = file(tmp_path, "v.csv", "entered,left", "0,4", "1,7", "5,")
    assert run("flow", level, "--from", 0, "--to", 10, "--svg", tmp_path / "l.svg").returncode == 0
    assert 'd="M56 138.0H118.0V48.0H304.0V138.0H366.0V48.0H490.0V138.0H676"' in (tmp_path / "l.svg").read_text()  # one at 0, two at 1, one at 4, two at 5, one at 7
    named = file(tmp_path, "s.csv", "station,available,busy,made", "a<b,10,0,0")
    assert run("takt", named, "--demand", 0, "--svg", tmp_path / "t.svg").returncode == 0
    assert "a&lt;b" in (tmp_path / "t.svg").read_text()
