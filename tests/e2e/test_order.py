# SPDX-License-Identifier: Apache-2.0
"""c12 order: replay of events, states, recall lists and the document's JSON from files, good and bad."""
import json
import os
import pathlib
import subprocess
import xml.dom.minidom

C12 = os.environ.get("C12", "build/release/bin/c12")
INPUT = pathlib.Path(__file__).resolve().parents[2] / "examples/orders"


def run(*args, code=0):
    p = subprocess.run([C12, *map(str, args)], capture_output=True, text=True, timeout=60)
    assert p.returncode == code, f"{args}: exit {p.returncode}, wanted {code}\n{p.stdout}\n{p.stderr}"
    return p


def report(*args, code=0):
    return json.loads(run(*args, "--json", code=code).stdout.splitlines()[-1])


def test_replay(tmp_path):
    p = run("order", "replay", INPUT / "events.csv", "--json", code=1)
    r = json.loads(p.stdout.splitlines()[-1])
    assert (r["orders"], r["held"], r["refused"]) == (2, 1, 2)
    assert "events.csv:15: complete of WO-7 refused: pieces or stations are still open" in p.stderr and "not all holds are lifted" in p.stderr
    rows = {k["order"]: k for k in r["rows"]}
    assert (rows["WO-7"]["qty"], rows["WO-7"]["good"], rows["WO-7"]["scrap"], rows["WO-7"]["open"], rows["WO-7"]["robots"]) == (7, 4, 1, 2, "G1-024")
    assert rows["WO-7-A"]["holds"] == "NCR-32" and rows["WO-7-A"]["split_from"] == "WO-7"
    stations = report("order", "replay", INPUT / "events.csv", "--stations", code=1)["rows"]
    assert [s["waits"] for s in stations] == [0, 0, 2, 0, 3, 0]
    run("order", "replay", INPUT / "events.csv", "--svg", tmp_path / "o.svg", code=1)
    xml.dom.minidom.parse(str(tmp_path / "o.svg"))


def test_bad_events(tmp_path):
    f = tmp_path / "e.csv"
    for rows, says in (("WO-1,create,2025-01-01,,,,0", "good"), ("WO-1,release,2025-01-01,,,,", "'WO-1' is not an order"), ("WO-1,create,2025-01-01,,,,1\nWO-1,create,2025-01-01,,,,1", "new"),
                       ("WO-1,create,2025-01-01,,,,1\nWO-1,jump,2025-01-01,,,,", "jump"), ("WO-1,create,2025-01-01,,,,1\nWO-1,release,soon,,,,", "soon"), ("WO-1,create,2025-01-01,,,,1\nWO-1,hold,2025-01-01,,,,", "hold")):
        f.write_text("order,event,at,by,station,value,good\n" + rows + "\n")
        assert says in run("order", "replay", f, code=2).stderr


def test_states(tmp_path):
    rows = report("order", "states")["rows"]
    assert {(r["state"], r["event"]): r["next"] for r in rows}[("QUALITY_HOLD", "rework")] == "REWORK" and len(rows) == 14
    run("order", "states", "--svg", tmp_path / "s.svg")
    xml.dom.minidom.parse(str(tmp_path / "s.svg"))


def test_trace(tmp_path):
    r = report("order", "trace", INPUT / "genealogy.csv", "--lot", "COIL-18")
    assert (r["found"], r["recall"]) == (7, 2) and {k["unit"] for k in r["rows"] if k["recall"]} == {"C12-0001", "DRV-104"}
    assert report("order", "trace", INPUT / "genealogy.csv", "--lot", "CELL-7")["recall"] == 2
    assert [k["unit"] for k in report("order", "trace", INPUT / "genealogy.csv", "--serial", "MOT-901", "--up")["rows"]] == ["DRV-102", "C12-0001"]
    down = report("order", "trace", INPUT / "genealogy.csv", "--serial", "C12-0001")
    assert (down["found"], down["lots"]) == (9, 4)
    run("order", "trace", INPUT / "genealogy.csv", "--serial", "C12-0001", "--svg", tmp_path / "t.svg")
    xml.dom.minidom.parse(str(tmp_path / "t.svg"))
    assert "no row names lot 'X'" in run("order", "trace", INPUT / "genealogy.csv", "--lot", "X", code=2).stderr
    f = tmp_path / "g.csv"
    f.write_text("unit,part,lot\na,b,\nb,a,\n")
    assert "g.csv:" in run("order", "trace", f, "--serial", "a", code=2).stderr
    f.write_text("unit,part,lot\na,b,\nc,b,\n")
    assert "an earlier row put it into a unit" in run("order", "trace", f, "--serial", "a", code=2).stderr


def test_json(tmp_path):
    text = (INPUT / "work-order.json").read_text()
    assert run("order", "json", INPUT / "work-order.json").stdout == text
    bad = tmp_path / "w.json"
    bad.write_text(text.replace("IN_PROGRESS", "BUSY"))
    assert "status" in run("order", "json", bad, code=2).stderr
    both = tmp_path / "b.json"
    both.write_text("[" + text + "," + text + "]")
    assert json.loads(run("order", "json", both).stdout) == [json.loads(text)] * 2
