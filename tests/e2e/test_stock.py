# SPDX-License-Identifier: Apache-2.0
"""c12 stock on files, good and bad."""
import json, os, subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
C12 = os.environ.get("C12", str(ROOT / "build/release/bin/c12"))


def run(*args):
    return subprocess.run([C12, "stock", *map(str, args)], capture_output=True, text=True)


def file(tmp_path, name, *lines):
    (tmp_path / name).write_text("\n".join(lines) + "\n")
    return tmp_path / name


def test_balances(tmp_path):
    f = file(tmp_path, "l.csv", "kind,item,from,to,lot,qty", "receipt,BOLT,,A1,L1,100", "receipt,NUT,,A2,,50", "transfer,BOLT,A1,B1,L1,30", "issue,BOLT,B1,,L1,10", "adjust,NUT,A2,,,-3")
    assert run("balances", f).stdout.splitlines()[1:] == ["BOLT,A1,L1,70", "BOLT,B1,L1,20", "NUT,A2,,47"]
    assert len(json.loads(run("balances", f, "--json").stdout)) > 0


@pytest.mark.parametrize("line,word", [("issue,BOLT,A1,,,101", ":3:qty: less lies here"), ("sell,BOLT,A1,,,1", ":3:kind: 'sell' is not known"), ("issue,BOLT,A1,,,x", ":3:qty: 'x' is not a whole number"),
                                       ("receipt,BOLT,,,,1", ":3:location: location lies outside"), ("transfer,BOLT,A1,A1,,1", ":3:to: a transfer goes elsewhere"), ("issue,BOLT,A1,,,-1", ":3:qty: quantity must be positive")])
def test_bad_ledgers(tmp_path, line, word):
    told = run("balances", file(tmp_path, "l.csv", "kind,item,from,to,lot,qty", "receipt,BOLT,,A1,,100", line))
    assert told.returncode == 2 and word in told.stderr and not told.stdout


def test_tour(tmp_path):
    svg = tmp_path / "t.svg"
    told = run("tour", ROOT / "examples/picks.csv", "--aisles", 12, "--length", 40, "--pitch", 5, "--depot", 4, "--svg", svg)
    assert told.returncode == 0 and "406 to walk" in told.stderr and svg.read_text().count("<circle") == 24
    assert "aisle lies outside the block" in run("tour", ROOT / "examples/picks.csv", "--aisles", 3, "--length", 40, "--pitch", 5).stderr
    assert run("tour", ROOT / "examples/picks.csv", "--aisles", 3).returncode == 2


def test_putaway(tmp_path):
    places = file(tmp_path, "p.csv", "location,zone,free,distance", "A1,A,5,1", "A2,A,9,2", "B1,B,20,30")
    told = run("putaway", places, file(tmp_path, "l.csv", "item,zone,size", "x,A,4", "y,A,4", "z,A,6", "w,C,1"))
    assert told.returncode == 0 and told.stdout.splitlines()[1:] == ["x,A1,A,0", "y,A2,A,0", "z,B1,B,1", "w,A1,A,1"]
    assert run("putaway", places, file(tmp_path, "m.csv", "item,size", "x,40")).returncode == 1


def test_counts(tmp_path):
    f = file(tmp_path, "c.csv", "item,book,counted,cost", "a,100,100,10", "b,50,40,3", "c,7,,1")
    told = run("count", f)
    assert told.stdout.splitlines()[1:] == ["a,100,100,0", "b,50,40,-10", "c,7,,0"] and "1 of 2 records right, 1 not counted, gain 0, loss 30" in told.stderr
    assert run("sample", "--all", 1000, "--wrong", 10).stdout.splitlines()[1] == "1000,10,258,0.049795804"
    assert run("sample", "--all", 10, "--wrong", 11).returncode == 2
