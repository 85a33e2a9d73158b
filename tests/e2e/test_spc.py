# SPDX-License-Identifier: Apache-2.0
"""c12 spc: charts, capability, Pareto counts and sampling plans from files, good and bad."""
import json
import os
import pathlib
import subprocess

import pytest

C12 = os.environ.get("C12", "build/release/bin/c12")
TOP = pathlib.Path(__file__).resolve().parents[2]


def run(*args, code=0):
    p = subprocess.run([C12, *map(str, args)], capture_output=True, text=True, timeout=60)
    assert p.returncode == code, f"{args}: exit {p.returncode}, wanted {code}\n{p.stdout}\n{p.stderr}"
    return p


def report(*args):
    return json.loads(run(*args, "--json").stdout.splitlines()[-1])


def test_piston_rings(tmp_path):
    svg = tmp_path / "rings.svg"
    r = report("spc", "xbar-r", TOP / "examples/rings.csv", "--spec", "73.95:74.05", "--svg", svg)
    assert r["points"] == 25 and r["signals"] == 0
    assert r["rows"][0]["centre"] == 74.001176 and abs(r["rows"][0]["upper"] - 74.0146) < 1e-4 and abs(r["spread_centre"] - .02324) < 1e-9
    assert abs(r["sigma_within"] - .02324 / 2.326) < 1e-5 and abs(r["cp"] - .1 / 6 / r["sigma_within"]) < 1e-6 and r["cp_low"] < r["cp"] < r["cp_high"]
    assert svg.read_text().count("<circle") == 50
    assert report("spc", TOP / "examples/rings.csv", "--chart", "xbar-r")["rows"] == r["rows"]


def test_baseline_and_rules():
    path = TOP / "examples/torque.csv"
    r = report("spc", "xbar-r", path, "--baseline", 20)
    rows = r["rows"]
    assert r["signals"] == len(r["list"]) and {"point": 23, "on": "value", "rule": 5, "side": "above", "points": [21, 23]} in r["list"]
    assert [k["point"] for k in rows if "5" in k["signals"].split()] == [23, 24, 26]
    assert all(k["signals"] == "" for k in report("spc", "xbar-r", path, "--baseline", 20, "--rules", "1")["rows"])
    side = [k["signal"] for k in report("spc", "ewma", path, "--target", "42.02", "--sigma", "0.1")["rows"]]
    assert "high" in side[100:] and "high" not in side[:100]
    assert "high" in [k["signal"] for k in report("spc", "cusum", path, "--target", "42.02", "--sigma", "0.1")["rows"]][100:]


def test_counts(tmp_path):
    path = tmp_path / "cans.csv"
    bad = [12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6]  # Montgomery, example 7.1
    path.write_text("size,count\n" + "".join(f"50,{n}\n" for n in bad))
    for kind in ("p", "np"):
        assert [k["point"] for k in report("spc", kind, path, "--rules", "1")["rows"] if k["signals"]] == [15, 23]
    assert report("spc", "u", path, "--rules", "1")["signals"] == 2
    path.write_text("category,count\nscratch,2\ndent,5\nscratch,4\nchip,6\n")
    assert [(k["category"], k["count"], k["cumulative"]) for k in report("spc", "pareto", path)["rows"]] == [("scratch", 6, .3529), ("chip", 6, .7059), ("dent", 5, 1.0)]
    assert report("spc", "sample", "--lot", 1000, "--aql", "0.65")["rows"] == [{"letter": "J", "plan": "J", "sample": 80, "accept": 1, "reject": 2}]
    assert report("spc", "sample", "--lot", 1000, "--aql", "1", "--reduced")["rows"] == [{"letter": "J", "plan": "J", "sample": 32, "accept": 1, "reject": 2}]
    assert report("spc", "sample", "--lot", 200, "--aql", "1", "--reduced")["rows"] == [{"letter": "G", "plan": "J", "sample": 32, "accept": 1, "reject": 2}]
    assert "tightened or reduced" in run("spc", "sample", "--lot", 200, "--aql", "1", "--reduced", "--tightened", code=2).stderr


@pytest.mark.parametrize("text, args, said", [
    ("sample,value\n1,2\n1,x\n", ["xbar-r"], [":3:value", "'x'"]),
    ("sample,value\n1,2\n1,3\n2,4\n", ["xbar-r"], [":4:sample", "one size"]),
    ("sample,value\n1,2\n1,3\n2,4\n2,4\n2,5\n", ["xbar-r"], ["sample", "one size"]),
    ("value\n1\n2\n", ["xbar-r"], ["column sample"]),
    ("value\n", ["i-mr"], ["no rows"]),
    ("value\n1\n2\n", ["p"], ["column count"]),
    ("size,count\n5,6\n", ["p"], [":2:count", "more nonconforming"]),
    ("size,count\n5,1\n6,1\n", ["np"], [":3:units", "one size"]),
    ("value\n1\n2\n", ["i-mr", "--rules", "0"], ["--rules"]),
    ("value\n1\n2\n", ["i-mr", "--spec", "5"], ["--spec"]),
    ("value\n1\n2\n", ["i-mr", "--spec", "5:4"], ["lower"]),
    ("value\n1\n1\n", ["i-mr", "--spec", "0:4"], ["do not vary"]),
    ("value\n99999999999999\n1\n", ["i-mr"], [":2:x", "2^40"]),
    ("value,exclude\n1,2\n", ["i-mr"], [":2:exclude"]),
    ("value,colour\n1,2\n", ["i-mr"], ["colour"]),
])
def test_bad_files_are_named(tmp_path, text, args, said):
    path = tmp_path / "in.csv"
    path.write_text(text)
    p = run("spc", args[0], path, *args[1:], "-o", tmp_path / "out.csv", code=2)
    for word in said:
        assert word in p.stderr, p.stderr
    assert not (tmp_path / "out.csv").exists()


def test_bad_plans():
    assert "preferred" in run("spc", "sample", "--lot", 100, "--aql", "0.7", code=2).stderr
    assert "--lot" in run("spc", "sample", "--aql", "0.65", code=2).stderr
    assert "no chart" in run("spc", "pie", "file", code=2).stderr
