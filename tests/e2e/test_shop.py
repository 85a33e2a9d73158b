# SPDX-License-Identifier: Apache-2.0
"""c12 shop: purchases and sales step by step, and defects until they are decided, from files, good and bad, and into the store."""
import collections
import csv
import io
import json
import os
import pathlib
import sqlite3
import subprocess

import pytest

C12 = os.environ.get("C12", "build/release/bin/c12")
INPUT = pathlib.Path(__file__).resolve().parents[2] / "examples/shop"
BUY = (INPUT / "requests.csv", INPUT / "steps.csv", INPUT / "people.csv")
DEFECTS = (INPUT / "orders.csv", INPUT / "reports.csv")
STAFF = ("--staff", INPUT / "staff.csv")
SELL = (INPUT / "sales.csv", INPUT / "sale-steps.csv")


def run(*args, code=0):
    p = subprocess.run([C12, *map(str, args)], capture_output=True, text=True, timeout=60)
    assert p.returncode == code, f"{args}: exit {p.returncode}, wanted {code}\n{p.stdout}\n{p.stderr}"
    return p


def changed(folder, verb, files, file, was, row, says):
    """A command on files of which one has another text in one place: it is named, and nothing is written."""
    files = list(files)
    good = files[file].read_text()
    assert was in good
    files[file] = folder / files[file].name
    files[file].write_text(good.replace(was, row, 1))
    p = run("shop", verb, *files, "--db", folder / "s.db", "-o", folder / "out", code=2)
    assert says in p.stderr and not (folder / "out").exists() and not (folder / "s.db").exists()


def test_purchases():
    p = run("shop", "purchases", *BUY, "--tolerance", 20000, "--json", code=1)
    r = json.loads(p.stdout.splitlines()[-1])
    assert (r["steps"], r["refused"]) == (15, 4)
    assert {k["purchase"]: k["state"] for k in r["rows"]} == {"PO-71": "PAID", "PO-72": "ORDERED", "PO-73": "REJECTED"}
    for says in ("steps.csv:2: approve of PO-71 refused: who requests does not approve", "5000.000000 expected, 7600.000000 given", "9 expected, 10 given", "119.500000 expected, 131.000000 given"):
        assert says in p.stderr
    strict = run("shop", "purchases", *BUY, code=1)
    assert "order of PO-71 refused: the price" in strict.stderr and "PO-71,MOTOR-40,APPROVED" in strict.stdout


@pytest.mark.parametrize("args, n", [(("purchases", *BUY, "--tolerance", 20000), 14), (("sales", *SELL), 13), (("quality", *DEFECTS), 5)])
def test_every_step_balances(args, n):
    rows = list(csv.DictReader(io.StringIO(run("shop", *args, "--journal", code=1).stdout)))
    sums = collections.Counter()
    for r in rows:
        sums[r["line"]] += round(float(r["debit"] or 0) * 1e6) - round(float(r["credit"] or 0) * 1e6)
    assert len(rows) == n and not any(sums.values())


def test_sales():
    p = run("shop", "sales", *SELL, "--json", code=1)
    r = json.loads(p.stdout.splitlines()[-1])
    assert (r["steps"], r["refused"]) == (8, 1) and "0 expected, 2 given" in p.stderr
    assert [r["rows"][0][k] for k in ("state", "work_order", "shipped", "wip", "open")] == ["COLLECTED", "SHIPPED", 2, 0, 0]


def test_quality():
    p = run("shop", "quality", *DEFECTS, *STAFF, "--json", code=1)
    r = json.loads(p.stdout.splitlines()[-1])
    assert (r["reports"], r["refused"]) == (4, 1) and "reports.csv:5: use_as_is of NCR-44 refused: who raised a report" in p.stderr
    assert [(k["grade"], k["person"], k["due"], k["replan"], k["qty"], k["state"]) for k in r["rows"]] == [
        ("critical", "quinn", "2026-03-11T10:00Z", "time material", 10, "SCRAPPED"), ("major", "finn", "2026-04-03T10:20Z", "time capacity", 2, "REWORK"), ("minor", "finn", "", "time material", 3, "QUALITY_HOLD"),
        ("minor", "finn", "", "time", 0, "QUALITY_HOLD")]
    held = json.loads(run("shop", "quality", *DEFECTS, "--hold", "critical", "--json", code=1).stdout.splitlines()[-1])
    assert [k["held"] for k in held["rows"]] == [1, 0, 0, 0] and held["refused"] == 3 and held["rows"][0]["person"] == ""


def test_a_plants_own_rules(tmp_path):
    rules = tmp_path / "rules.csv"
    rules.write_text("token,grade,station\npaint,critical,ST9\nscratch,major,\n")
    graded = [k["grade"] for k in json.loads(run("shop", "quality", *DEFECTS, "--rules", rules, "--json", code=1).stdout.splitlines()[-1])["rows"]]
    assert graded == ["minor", "minor", "major", "minor"]  # paint is critical at another station only
    reports = tmp_path / "reports.csv"
    reports.write_text("report,code,order,at,station\nNCR-1,paint,WO-9,2026-03-04T11:05,ST9\n")
    assert "NCR-1,WO-9,critical" in run("shop", "quality", DEFECTS[0], reports, "--rules", rules).stdout


@pytest.mark.parametrize("file, was, row, says", [
    (0, "WO-8,", "WO-7,", ":3:order: 'WO-7' is not an order of its own"),
    (0, "IN_PROGRESS,12", "PAUSED,12", ":4:state: 'PAUSED' is not one of"),
    (0, "10,IN", "0,IN", ":2:qty: '0' is not a quantity above 0"),
    (0, "900.00,10", "-900.00,10", ":2:cost: costs are >= 0"),
    (0, "12,1", "12,9", ":4:scrap: good and scrap pass qty"),
    (1, "NCR-42,", "NCR-41,", ":3:report: 'NCR-41' is not a report of its own"),
    (1, "WO-8,", "WO-80,", ":3:order: 'WO-80' is not in the first file"),
    (1, ",rework,", ",return,", ":3:decision: 'return' is not one of"),
    (1, "eve,2026-03-04T17:00", "eve,", ":5:decided: '' is not a time; when was it decided?"),
    (1, "2026-03-04T10:20", "soon", ":3:at: 'soon' is not"),
    (1, "2026-03-04T10:20", "99999999999", ":3:at: '99999999999' is not a time between"),
])
def test_bad_defects_are_named(tmp_path, file, was, row, says):
    changed(tmp_path, "quality", DEFECTS, file, was, row, says)


def store(path, query):
    with sqlite3.connect(path) as db:
        return db.execute(query).fetchall()


def test_the_store_keeps_it_once(tmp_path):
    db = tmp_path / "shop.db"
    commands = [("purchases", *BUY, "--tolerance", 20000), ("sales", *SELL), ("quality", *DEFECTS, *STAFF)]
    stored = [json.loads(run("shop", *args, "--db", db, "--json", code=1).stdout.splitlines()[-1]).get("stored") for args in commands]
    assert stored == [11, 7, None]
    assert store(db, "SELECT code, state, steps FROM purchases ORDER BY code") == [("PO-71", "PAID", 8), ("PO-72", "ORDERED", 2), ("PO-73", "REJECTED", 1)]
    assert store(db, "SELECT code, state, work_state FROM sales") == [("SO-9", "COLLECTED", "SHIPPED")]
    assert store(db, "SELECT sum(amount), count(DISTINCT step) FROM entries")[0][0] == 0
    assert store(db, "SELECT from_place, to_place, qty FROM stock_moves WHERE step = 'purchase/PO-71/4'") == [("dock", "store", 9), ("dock", None, 1)]
    assert store(db, "SELECT from_place, qty FROM stock_moves WHERE step = 'NCR-41'") == [("shelf", 4)]
    before = [store(db, f"SELECT * FROM {t}") for t in ("purchases", "sales", "steps", "stock_moves", "entries", "ncrs", "order_states", "replans")]
    for args in commands[:2]:  # again
        assert json.loads(run("shop", *args, "--db", db, "--json", code=1).stdout.splitlines()[-1])["stored"] == 0
    assert "it has such a row already" in run("shop", *commands[2], "--db", db, code=2).stderr
    assert before == [store(db, f"SELECT * FROM {t}") for t in ("purchases", "sales", "steps", "stock_moves", "entries", "ncrs", "order_states", "replans")]


def test_the_store_takes_what_came_since(tmp_path):
    db, steps = tmp_path / "shop.db", tmp_path / "steps.csv"
    lines = BUY[1].read_text().splitlines(keepends=True)
    stored = 0
    for n in (6, 9, len(lines)):
        steps.write_text("".join(lines[:n]))
        code = 1 if n > 1 else 0
        stored += json.loads(run("shop", "purchases", BUY[0], steps, BUY[2], "--tolerance", 20000, "--db", db, "--json", code=code).stdout.splitlines()[-1])["stored"]
    assert stored == 11 and store(db, "SELECT state FROM purchases WHERE code = 'PO-71'") == [("PAID",)]
    steps.write_text("".join(lines).replace("PO-71,pay,Chiara", "PO-71,pay,Bruno", 1))
    p = run("shop", "purchases", BUY[0], steps, BUY[2], "--tolerance", 20000, "--db", db, code=2)
    assert "is another one there" in p.stderr


@pytest.mark.parametrize("file, was, row, says", [
    (0, "PO-72,", "PO-71,", ":3:purchase: 'PO-71' is not a purchase of its own"),
    (0, "LIDAR-3D,4,", "LIDAR-3D,four,", ":3:qty: 'four' is not a whole number"),
    (0, "LIDAR-3D,4,", "LIDAR-3D,0,", "quantity"),
    (0, ",Bruno,", ",Nobody,", ":4:requester: 'Nobody' is not one of the people"),
    (1, "PO-71,pay", "PO-99,pay", ":16:purchase: 'PO-99' is not in the first file"),
    (1, "PO-71,pay", "PO-71,steal", ":16:step: 'steal' is not"),
    (1, "2026-03-20T08:00", "soon", ":16:at: 'soon' is not"),
    (1, "1200.00", "-1200.00", "amount"),
    (1, "PO-71,order,Ines,2026-03-02T11:00,10,,119.50", "PO-71,order,Ines,2026-03-02T11:00,10,,1e9", ":7:amount: '1e9' is not"),
    (2, "Bruno", "Chiara", ":4:person: 'Chiara' is not a person of its own"),
    (2, "5000", "5000.0000001", ":3:limit:"),
])
def test_bad_input_is_named(tmp_path, file, was, row, says):
    changed(tmp_path, "purchases", BUY, file, was, row, says)


def test_what_the_command_wants():
    assert "say purchases, sales or quality" in run("shop", code=2).stderr
    run("shop", "sales", SELL[0], code=2)
    run("shop", "purchases", *BUY, "--tolerance", 1000001, code=2)
