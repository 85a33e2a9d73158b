# SPDX-License-Identifier: Apache-2.0
"""c12 shop: purchases and sales step by step from files, good and bad."""
import collections
import csv
import io
import json
import os
import pathlib
import subprocess

import pytest

C12 = os.environ.get("C12", "build/release/bin/c12")
INPUT = pathlib.Path(__file__).resolve().parents[2] / "examples/shop"
BUY = (INPUT / "requests.csv", INPUT / "steps.csv", INPUT / "people.csv")
SELL = (INPUT / "sales.csv", INPUT / "sale-steps.csv")


def run(*args, code=0):
    p = subprocess.run([C12, *map(str, args)], capture_output=True, text=True, timeout=60)
    assert p.returncode == code, f"{args}: exit {p.returncode}, wanted {code}\n{p.stdout}\n{p.stderr}"
    return p


def test_purchases():
    p = run("shop", "purchases", *BUY, "--tolerance", 20000, "--json", code=1)
    r = json.loads(p.stdout.splitlines()[-1])
    assert (r["steps"], r["refused"]) == (15, 4)
    assert {k["purchase"]: k["state"] for k in r["rows"]} == {"PO-71": "PAID", "PO-72": "ORDERED", "PO-73": "REJECTED"}
    for says in ("steps.csv:2: approve of PO-71 refused: who requests does not approve", "5000.000000 expected, 7600.000000 given", "9 expected, 10 given", "119.500000 expected, 131.000000 given"):
        assert says in p.stderr
    strict = run("shop", "purchases", *BUY, code=1)
    assert "order of PO-71 refused: the price" in strict.stderr and "PO-71,MOTOR-40,APPROVED" in strict.stdout


@pytest.mark.parametrize("args, n", [(("purchases", *BUY, "--tolerance", 20000), 14), (("sales", *SELL), 13)])
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
    files = list(BUY)
    files[file] = tmp_path / BUY[file].name
    good = BUY[file].read_text()
    assert was in good
    files[file].write_text(good.replace(was, row, 1))
    p = run("shop", "purchases", *files, "-o", tmp_path / "out", code=2)
    assert says in p.stderr and not (tmp_path / "out").exists()


def test_what_the_command_wants():
    assert "say purchases or sales" in run("shop", code=2).stderr
    run("shop", "sales", SELL[0], code=2)
    run("shop", "purchases", *BUY, "--tolerance", 1000001, code=2)
