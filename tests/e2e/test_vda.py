# SPDX-License-Identifier: Apache-2.0
"""c12 vda: messages good and bad, orders from routes, places from states."""
import csv
import io
import json
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
C12 = os.environ.get("C12", str(ROOT / "build/release/bin/c12"))
VDA = ROOT / "examples/vda"


def vda(*args):
    return subprocess.run([C12, "vda", *map(str, args)], capture_output=True, text=True)


def rows(told):
    return list(csv.DictReader(io.StringIO(told.stdout)))


def test_an_update_after_its_order():
    told = vda("check", "order", VDA / "update.json", "--after", VDA / "order.json")
    assert told.returncode == 0 and rows(told) == [{"message": "order", "version": "2.0", "unknown_members": "0", "violations": "0", "rule": "", "at": "", "row": ""}]
    told = vda("check", "order", VDA / "order.json", "--after", VDA / "update.json")
    assert told.returncode == 1 and rows(told)[0]["rule"] == "V6 an update has a higher number"


def test_the_examples_are_what_the_command_makes(tmp_path):
    common = ["--order", "T-17", "--map", "hall", "--manufacturer", "acme", "--serial", "R1"]
    assert vda("order", VDA / "route.csv", *common, "--released", 4, "--time", "2026-11-30T08:15:00Z").stdout == (VDA / "order.json").read_text()
    out = tmp_path / "u.json"
    assert vda("order", VDA / "replanned.csv", *common, "--released", 2, "--update", 1, "--first", 4, "--header", 1, "--time", "2026-11-30T08:15:02Z", "-o", out).returncode == 0
    assert out.read_text() == (VDA / "update.json").read_text()


def test_print_is_canonical():
    once = vda("print", "state", VDA / "state.json")
    assert once.returncode == 0 and json.loads(once.stdout) == json.loads((VDA / "state.json").read_text()) and " " not in once.stdout


def test_the_place_of_a_state(tmp_path):
    told = vda("place", VDA / "order.json", VDA / "state.json")
    assert told.returncode == 0 and rows(told) == [{"place": "on_way", "node": "A4", "base_ahead": "1", "horizon_ahead": "2", "asks_for_more": "1", "why": ""}]
    other = tmp_path / "s.json"
    other.write_text((VDA / "state.json").read_text().replace('"lastNodeId": "A4"', '"lastNodeId": "X"'))
    told = vda("place", VDA / "order.json", other)
    assert told.returncode == 1 and rows(told)[0]["why"] == "the node it reached has another name"


@pytest.mark.parametrize("was,now,at,said", [
    ('"driving": true', '"driving": 1', "1", "driving[0] must be true or false"),
    ('"eStop": "NONE"', '"eStop": "OFF"', '"OFF"', "safetyState.eStop[0] must be AUTOACK, MANUAL, REMOTE or NONE"),
    ('"version": "2.0.0"', '"version": "3.0.0"', '"3.0.0"', "version[0] must be 2.0 or 2.1: other versions are not spoken here"),
    ('"errors": []', '"errors": [', ",", "JSON value expected"),
    ('"sequenceId": 6, ', "", '{"nodeId": "B5"', "nodeStates.sequenceId[1] is missing"),
])
def test_faults_have_their_place(tmp_path, was, now, at, said):
    f = tmp_path / "s.json"
    text = (VDA / "state.json").read_text()
    changed = text.replace(was, now, 1)
    assert was in text
    f.write_text(changed)
    told = vda("check", "state", f)
    byte = changed.index(at, changed.index(now) if now else 0)
    place = f"{f}:{changed.count(chr(10), 0, byte) + 1}:{byte - changed.rfind(chr(10), 0, byte)}: "
    assert told.returncode == 2 and place + said in told.stderr and not told.stdout


def test_strict_names_what_nobody_knows(tmp_path):
    f = tmp_path / "s.json"
    f.write_text((VDA / "state.json").read_text().replace('"errors"', '"vendorThing": {"a": []},\n  "errors"'))
    assert rows(vda("check", "state", f))[0]["unknown_members"] == "1"
    told = vda("check", "state", f, "--strict")
    assert told.returncode == 2 and f"{f}:12:83: member is not one of the standard" in told.stderr


def test_fields_and_usage(tmp_path):
    told = rows(vda("fields", "factsheet"))
    assert len(told) == 140 and told[0] == {"member": "headerId", "kind": "whole", "required": "0", "since": "2.0", "words": ""}
    for args, word in ((["check", "orders", "x"], "a message is"), (["dance"], "say check"), (["order", VDA / "route.csv"], "--order, --manufacturer"), (["check", "state", "x", "--after", "y"], "only an order"), (["check", "state", "/no/such"], "/no/such")):
        told = vda(*args)
        assert told.returncode == 2 and word in told.stderr
    f = tmp_path / "r.csv"
    f.write_text("vertex,x,y\nA,1,north\n")
    told = vda("order", f, "--order", "o", "--manufacturer", "m", "--serial", "s")
    assert told.returncode == 2 and f"{f}:2" in told.stderr
