# SPDX-License-Identifier: Apache-2.0
"""The pages about the telemetry format say enough to read a block: a reader written from them reads what the library writes."""
import json, random, re, subprocess, os
from pathlib import Path

import blocks

ROOT = Path(__file__).resolve().parents[2]
C12 = os.environ.get("C12", str(ROOT / "build/release/bin/c12"))
KINDS = "tTddddddd" + "tttdT" + "ddt" * 6 + "ddi" + "tt"
DECIMALS = [3 if k == "T" else 1 if k == "d" else 0 for k in KINDS]


def test_the_block_on_the_page():
    page = (ROOT / "docs/guide/telemetry-format.md").read_text().rsplit("makes it again.", 1)[1]
    block = bytes.fromhex("".join(re.findall(r"[0-9a-f]{2}\b", page)))
    columns, scales, texts = blocks.read(block, "tTdi", [0, 3, 1, 0], 1)
    assert texts == ["a"] and columns[0] == [0] * 64 and scales == [0, 0, 1, 0]
    assert columns[1] == [1000 + 100 * (i + (i > 40)) + i * i % 7 % 3 for i in range(64)]
    assert columns[2] == [200 + i * i % 11 * (i % 2) + i // 4 for i in range(64)]
    assert columns[3] == [50 * (i % 5) for i in range(64)]


def record(t, x, torque, load, memory):
    return ('{"robot_id":"G1-001","timestamp":"2025-10-24T14:%02d:%02d.%03dZ","position":{"x":%.1f,"y":5.0,"z":0.2},"velocity":{"vx":0.8,"vy":0.0,"vz":0.0},'
            '"battery_level":67.2,"current_task":{"task_id":"WO-5482-ST2","station":"S","unit_id":"HUM-1","progress":42.0,"estimated_completion":"2025-10-24T15:14:%02dZ"},'
            '"actuator_status":{%s},"diagnostics":{"cpu_usage":%.1f,"memory_usage":%.1f,"network_latency":12,"camera_status":["OK"],"error_log":[]}}' % (
                t // 60000 % 60, t // 1000 % 60, t % 1000, x, t // 5000 % 12 * 5,
                ",".join(f'"{a}":{{"temp":42.1,"torque":{torque + k:.1f},"status":"OK"}}' for k, a in enumerate(
                    ("hip_left", "hip_right", "knee_left", "knee_right", "shoulder_left", "shoulder_right"))), load, memory))


def test_files_at_every_level(tmp_path):
    g = random.Random(5)
    t, x, lines = 32 * 60000, 10.0, []
    for i in range(500):
        walking = i // 120 % 2
        t += 100 * (1 if g.random() < .97 else 3) + g.choice((-1, 0, 0, 1))
        x += .1 * walking
        lines.append(record(t, x, 20 + walking * g.gauss(0, 8) + g.gauss(0, .3), 45 + g.gauss(0, 2) + (g.random() < .01) * 40,
                            round((g.random() < .3) * g.expovariate(.05) ** 2, 1)))
    (tmp_path / "in.jsonl").write_text("\n".join(lines) + "\n")
    for level in ("fast", "default", "max"):
        subprocess.run([C12, "tlm", "pack", str(tmp_path / "in.jsonl"), str(tmp_path / "a.c12t"), "--level", level], check=True, capture_output=True)
        back = subprocess.run([C12, "tlm", "unpack", str(tmp_path / "a.c12t"), "-"], check=True, capture_output=True, text=True).stdout
        assert back.splitlines() == sorted(lines, key=lambda line: line[36:60])
        data = (tmp_path / "a.c12t").read_bytes()
        at = data.index(bytes.fromhex("89633132620d0a1a"))
        columns, scales, _ = blocks.read(data[at:], KINDS, DECIMALS, 1)
        want = [json.loads(line) for line in lines]
        assert [round(v / 10, 1) for v in columns[2]] == [r["position"]["x"] for r in want]
        assert [round(v / 10, 1) for v in columns[32]] == [r["diagnostics"]["cpu_usage"] for r in want]
        assert [round(v / 10, 1) for v in columns[18]] == [r["actuator_status"]["hip_right"]["torque"] for r in want]
        assert [round(v / 10, 1) for v in columns[33]] == [r["diagnostics"]["memory_usage"] for r in want]
        assert scales[2] == 1 and len(columns[1]) == 500
