# SPDX-License-Identifier: Apache-2.0
"""c12 tlm wire and unwire on real input, good and bad."""
import json
import os
import pathlib
import random
import subprocess

import pytest

C12 = os.environ.get("C12", "build/release/bin/c12")


def run(*args, code=0):
    p = subprocess.run([C12, "tlm", *map(str, args)], capture_output=True, timeout=60)
    assert p.returncode == code, f"{args}: exit {p.returncode}, wanted {code}\n{p.stdout}\n{p.stderr}"
    return p


def record(robot, tick, draw):
    ms = 842 + 100 * tick
    joint = lambda t: {"temp": round(41 + draw.gauss(0, .1), 1), "torque": round(t + draw.gauss(0, .5), 1), "status": "OK" if draw.random() < .99 else "WARN"}
    return {"robot_id": f"G1-{robot:03d}", "timestamp": f"2025-10-24T14:{32 + ms // 60000:02d}:{ms // 1000 % 60:02d}.{ms % 1000:03d}Z",
            "position": {"x": round(12 + tick * .08, 1), "y": 45.6, "z": .2}, "velocity": {"vx": .8, "vy": 0.0, "vz": 0.0}, "battery_level": round(67 - tick * .004, 1),
            "current_task": {"task_id": "WO-5482-ST2", "station": "Station_2_Actuator_Install", "unit_id": "HUM-2025-001847", "progress": 42.0,
                             "estimated_completion": "2025-10-24T15:14:00Z"},
            "actuator_status": {name: joint(18) for name in ("hip_left", "hip_right", "knee_left", "knee_right", "shoulder_left", "shoulder_right")},
            "diagnostics": {"cpu_usage": round(47 + draw.gauss(0, 2), 1), "memory_usage": 62.8, "network_latency": 12 + draw.randrange(4),
                            "camera_status": ["OK", "OK", "OK", "OK"], "error_log": [] if tick % 97 else ["E117 torque limit knee"]}}


@pytest.fixture(scope="module")
def day(tmp_path_factory):
    draw, path = random.Random(5), tmp_path_factory.mktemp("wire") / "day.jsonl"
    lines = [json.dumps(record(robot, tick, draw), separators=(",", ":")) for tick in range(400) for robot in (1, 2, 30)]
    lines.insert(77, '{"robot_id":"G1-002","timestamp":"2025-10-24T14:32:18.000Z","unknown":[1.50,null]}')
    lines.insert(99, '{"timestamp":"2025-10-24T14:32:18.000Z", "robot_id":"other"}')
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.mark.parametrize("options", [[], ["--ordered"], ["--batch", 10], ["--key-every", 1], ["--key-every", 60, "--ordered", "--batch", 4]])
def test_lines_come_back_in_their_order(day, tmp_path, options):
    said = json.loads(run("wire", *options, day, tmp_path / "d.c12w", "--json").stdout)
    assert said["records"] == 1202 and said["senders"] == 4 and said["bytes"] == (tmp_path / "d.c12w").stat().st_size
    assert said["bytes_per_record"] < 25
    run("unwire", tmp_path / "d.c12w", tmp_path / "back.jsonl")
    assert (tmp_path / "back.jsonl").read_bytes() == day.read_bytes()
    assert run("unwire", tmp_path / "d.c12w").stdout == day.read_bytes()


def test_a_damaged_file_is_refused_and_nothing_written(day, tmp_path):
    run("wire", day, tmp_path / "d.c12w")
    good = (tmp_path / "d.c12w").read_bytes()
    for at in (0, 5, 8, 9, 10, 200, len(good) // 2, len(good) - 1):
        (tmp_path / "b.c12w").write_bytes(good[:at] + bytes([good[at] ^ 0x10]) + good[at + 1:])
        p = subprocess.run([C12, "tlm", "unwire", tmp_path / "b.c12w", tmp_path / "no.jsonl"], capture_output=True, text=True, timeout=60)
        assert p.returncode in (0, 2) and (p.returncode == 2) != (tmp_path / "no.jsonl").exists()
        (tmp_path / "no.jsonl").unlink(missing_ok=True)
    (tmp_path / "b.c12w").write_bytes(good[:-3])
    assert b"byte" in run("unwire", tmp_path / "b.c12w", tmp_path / "no.jsonl", code=2).stderr
    assert not (tmp_path / "no.jsonl").exists()


def test_bad_input_is_named(tmp_path):
    (tmp_path / "b.jsonl").write_text('{"robot_id":"a","timestamp":"2025-10-24T14:32:18.000Z"}\nnot json\n')
    assert b"b.jsonl:2:" in run("wire", tmp_path / "b.jsonl", tmp_path / "o.c12w", code=2).stderr
    assert not (tmp_path / "o.c12w").exists()
    assert b"cannot be read" in run("wire", tmp_path / "none.jsonl", tmp_path / "o.c12w", code=2).stderr
    run("wire", tmp_path / "b.jsonl", code=2)
    run("wire", "--key-every", 0, tmp_path / "b.jsonl", tmp_path / "o.c12w", code=2)
    (tmp_path / "e.jsonl").write_text("")
    assert json.loads(run("wire", tmp_path / "e.jsonl", tmp_path / "e.c12w", "--json").stdout)["records"] == 0
    assert run("unwire", tmp_path / "e.c12w").stdout == b""
