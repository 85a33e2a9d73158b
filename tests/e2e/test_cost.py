# SPDX-License-Identifier: Apache-2.0
"""c12 cost on files, good and bad."""
import json, os, subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
C12 = os.environ.get("C12", str(ROOT / "build/release/bin/c12"))
DATA = ROOT / "examples/cost"


def run(*args):
    return subprocess.run([C12, "cost", *map(str, args)], capture_output=True, text=True, timeout=60)


def report(*args):
    told = run(*args, "--json")
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout.splitlines()[-1])


def file(tmp_path, name, *lines):
    (tmp_path / name).write_text("\n".join(lines) + "\n")
    return tmp_path / name


def test_value():
    rows = {r["item"]: r for r in report("value", DATA / "ledger.csv")["rows"]}
    assert rows["motor"]["value"] == 367.5 and rows["frame"]["issued"] == 333.333333
    assert report("value", DATA / "ledger.csv", "--method", "average")["rows"][0]["value"] == 337.5
    assert report("value", DATA / "ledger.csv", "--method", "standard")["rows"][0]["variance"] == 112.5
    assert report("value", DATA / "ledger.csv", "--layers")["rows"][0] == {"item": "motor", "line": 3, "qty": 3, "value": 367.5}
    assert report("value", DATA / "ledger.csv", "--rows")["rows"][2]["change"] == -1600


@pytest.mark.parametrize("line,word", [("issue,motor,11,,", ":3:qty: more is issued than there is (10)"), ("sell,motor,1,,", ":3:kind: 'sell' is not one of receipt"), ("issue,motor,x,,", ":3:qty: 'x' is not a whole number"),
                                       ("receipt,motor,1,2,3", ":3:price: "), ("receipt,motor,1,1.2345678,", ":3:price: "), ("receipt,,1,1,", ":3:item: "), ("issue,motor,0,,", ":3:qty: quantity must be positive")])
def test_bad_ledgers(tmp_path, line, word):
    told = run("value", file(tmp_path, "l.csv", "kind,item,qty,price,value", "receipt,motor,10,5,", line))
    assert told.returncode == 2 and word in told.stderr and not told.stdout


def test_standard_needs_standards(tmp_path):
    told = run("value", file(tmp_path, "l.csv", "kind,item,qty,price", "receipt,motor,10,5"), "--method", "standard")
    assert told.returncode == 2 and "item 'motor' has no standard price" in told.stderr
    assert run("value", DATA / "ledger.csv", "--method", "lifo").returncode == 2


def test_variances(tmp_path):
    svg = tmp_path / "v.svg"
    rows = report("variances", DATA / "uses.csv", "--svg", svg)["rows"]
    assert rows[0] == {"order": "WO-1", "actual": 2761, "standard": 2548, "variance": 213, "material_price": 21, "material_usage": 50, "labour_rate": 26, "labour_efficiency": 40, "overhead_spending": 0,
                       "overhead_efficiency": 24, "scrap": 52}
    assert all(abs(r["variance"] - sum(v for k, v in r.items() if k not in ("order", "actual", "standard", "variance"))) < 1e-6 for r in rows)
    assert svg.read_text().count("<rect") == 12 and svg.read_text() == (ROOT / "docs/guide/cost.svg").read_text()
    o = report("overhead", file(tmp_path, "o.csv", "centre,actual,fixed_budget,fixed_rate,used,allowed", "press,108000,104000,5,22000,22000"))["rows"][0]
    assert (o["spending"], o["efficiency"], o["volume"], o["applied"]) == (4000, 0, -6000, 110000)


def test_journal(tmp_path):
    r = report("journal", DATA / "events.csv")
    assert sum(x["debit"] or 0 for x in r["rows"]) == sum(x["credit"] or 0 for x in r["rows"]) and r["balances"]["scrap"] == 52 and r["balances"]["work in progress"] == 0
    r = report("journal", DATA / "events.csv", "--no-scrap-account")
    assert [r["balances"][k] for k in ("material usage variance", "labour efficiency variance", "overhead efficiency variance", "scrap")] == [70, 60, 36, 0]
    text = (DATA / "events.csv").read_text() + "issue,WO-1,,,1,,,\n"
    told = run("journal", file(tmp_path, "e.csv", text.rstrip()))
    assert told.returncode == 2 and ":9:kind: the order is closed" in told.stderr and not told.stdout


def test_landed(tmp_path):
    rows = report("landed", DATA / "lines.csv", DATA / "charges.csv")["rows"]
    assert round(sum(r["charges"] for r in rows), 6) == 243.5 and rows[2]["charges"] == 76.833333
    shares = report("landed", DATA / "lines.csv", DATA / "charges.csv", "--shares")["rows"]
    assert round(sum(s["share"] for s in shares if s["charge"] == "insurance"), 6) == 10
    told = run("landed", DATA / "lines.csv", file(tmp_path, "c.csv", "charge,shipment,basis,amount", "freight,S9,weight,1"))
    assert told.returncode == 2 and ":2:shipment: 'S9' is not a shipment of the lines" in told.stderr
    lines = file(tmp_path, "l.csv", "line,qty,value", "a,0,0")
    told = run("landed", lines, file(tmp_path, "d.csv", "charge,basis,amount", "freight,qty,1"))
    assert told.returncode == 2 and ":2:basis: a charge has nothing to be spread by" in told.stderr


def test_usage():
    assert run().returncode == 2 and "no verb 'sums'" in run("sums", "x").stderr
