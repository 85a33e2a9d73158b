# SPDX-License-Identifier: Apache-2.0
"""c12 dispatch: answers with reasons, and bad input named."""
import json
import os
import subprocess

import pytest

C12 = os.environ["C12"]
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
EXAMPLE = os.path.join(ROOT, "examples", "plants", "humanoid", "dispatch.json")


def run(*args, text=None):
    return subprocess.run([C12, "dispatch", *map(str, args)], input=text, capture_output=True, text=True, timeout=60)


def test_example_with_reasons(tmp_path):
    out = run(EXAMPLE, "--json")
    assert out.returncode == 0, out.stderr
    answer = json.loads(out.stdout.splitlines()[-1])
    assert (answer["outcome"], answer["violations"], answer["objective"], answer["bound"]) == ("optimal", 0, 54, 54)
    task = {t["task"]: t for t in answer["tasks"]}
    assert {k: t["robot"] for k, t in task.items()} == {"T1": "R3", "T2": "R1", "T3": "R4", "T4": "R2", "T5": None}
    assert task["T1"]["impossible"] == {"R1": "skills", "R2": "held", "R4": "skills"}
    assert task["T2"]["runner_up"] == "R2" and task["T2"]["margin"] >= 0 and task["T3"]["impossible"]["R1"] == "deadline"
    assert task["T5"]["why"] == "outbid"
    assert run(EXAMPLE, "-o", tmp_path / "out.json").returncode == 0
    assert json.loads((tmp_path / "out.json").read_text()) == answer


def test_matrix_from_standard_input():
    answer = json.loads(run("-", text='{"robots": ["a", "b"], "tasks": ["x", "y", "z"], "cost": [[1, 2, null], [2, 9, null]]}').stdout)
    assert [t["robot"] for t in answer["tasks"]] == ["b", "a", None] and answer["objective"] == 4
    assert answer["tasks"][2]["why"] == "no_robot"
    assert json.loads(run("-", text='{"robots": [], "tasks": [], "cost": []}').stdout)["tasks"] == []


@pytest.mark.parametrize("change, where", [
    ('{"robots": ["a"]', ":1:"), ("[]", "object"), ('{"robots": ["a"], "tasks": ["x"]}', "cost"), ('{"robots": "a", "tasks": [], "cost": []}', "robots"),
    ('{"robots": ["a", "a"], "tasks": [], "cost": [[], []]}', "robots[1].id"), ('{"robots": ["a"], "tasks": ["x"], "cost": [[1.5]]}', "cost[0]"),
    ('{"robots": ["a"], "tasks": ["x"], "cost": [[1, 2]]}', "cost[0]"), ('{"robots": ["a"], "tasks": ["x"], "cost": []}', "cost"),
    ('{"robots": ["a"], "tasks": ["x"], "cost": [[9223372036854775807]]}', "cost[0]"), ('{"robots": [{"id": "a", "wheels": 4}], "tasks": [], "cost": [[]]}', "robots[0].wheels"),
    ('{"robots": ["a"], "tasks": ["x"], "cost": [[1]], "colour": 1}', "colour"), ('{"robots": ["a"], "tasks": ["x"], "travel": [[0]], "places": ["p"]}', "robots[0].at"),
    ('{"robots": [{"id": "a", "at": "q"}], "tasks": [], "travel": [[0]], "places": ["p"]}', "robots[0].at"),
    ('{"robots": [{"id": "a", "battery": 101}], "tasks": [], "cost": [[]]}', "robots[0].battery"), ('{"robots": [{"id": "a", "task": "x"}], "tasks": [], "cost": [[]]}', "robots[0].task"),
    ('{"robots": [{"id": "a", "task": "x"}, {"id": "b", "task": "x"}], "tasks": ["x"], "cost": [[1], [1]]}', "current"),
    ('{"robots": ["a"], "tasks": [{"id": "x", "deadline": -5}], "cost": [[1]]}', "tasks[0].deadline"), ('{"robots": ["a"], "tasks": ["x"], "cost": [[1]], "model": "best"}', "model"),
    ('{"robots": [{"id": "a", "skills": [1]}], "tasks": [], "cost": [[]]}', "robots[0].skills"), ('{"robots": ["a"], "tasks": ["x"], "cost": [[1]], "cost": [[2]]}', "cost"),
    ('{"robots": [7], "tasks": [], "cost": [[]]}', "robots[0]")])
def test_bad_input_is_named(change, where):
    out = run("-", text=change)
    assert out.returncode == 2 and where in out.stderr and not out.stdout, out.stderr


def test_missing_file_and_arguments(tmp_path):
    assert run(tmp_path / "none.json").returncode == 2
    assert run().returncode == 2
    assert run(EXAMPLE, "--colour").returncode == 2


def test_every_cut_of_the_example_is_refused_or_read():
    text = open(EXAMPLE, encoding="utf-8").read()
    for n in range(0, len(text), 97):
        assert run("-", text=text[:n]).returncode == 2
