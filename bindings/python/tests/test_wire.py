# SPDX-License-Identifier: Apache-2.0
"""Links from Python: lines over a lossy link, a NACK, an ordered link, damage."""
import json
import random

import numpy as np
import pytest

import c12
from c12 import wire


def lines(n, seed=1):
    draw, out = random.Random(seed), []
    for k in range(n):
        joint = {"temp": round(41 + draw.gauss(0, .1), 1), "torque": round(18 + draw.gauss(0, .5), 1), "status": "OK"}
        ms = 842 + 100 * k
        out.append(json.dumps({
            "robot_id": "G1-037", "timestamp": f"2025-10-24T14:32:{ms // 1000:02d}.{ms % 1000:03d}Z", "position": {"x": round(9 + .08 * k, 1), "y": 45.6, "z": .2},
            "velocity": {"vx": .8, "vy": 0.0, "vz": 0.0}, "battery_level": 67.2, "current_task": {"task_id": "WO-5482-ST2", "station": "Station_2_Actuator_Install",
            "unit_id": "HUM-2025-001847", "progress": 42.0, "estimated_completion": "2025-10-24T15:14:00Z"},
            "actuator_status": {a: joint for a in ("hip_left", "hip_right", "knee_left", "knee_right", "shoulder_left", "shoulder_right")},
            "diagnostics": {"cpu_usage": 47.2, "memory_usage": 62.8, "network_latency": 12, "camera_status": ["OK"] * 4, "error_log": []}}, separators=(",", ":")))
    return ("\n".join(out) + "\n").encode()


def test_a_lossy_link():
    text = lines(200)
    records = wire.parse(text)
    assert records.lines() == text and records.column("robot_id")[0] == "G1-037"
    sender, receiver, draw = wire.Sender(key_ms=2000), wire.Receiver(key_ms=2000), random.Random(3)
    assert sender.size <= 1024
    want = text.splitlines(keepends=True)
    frames = [sender.push(records, k, 1) for k in range(200)]
    assert sum(map(len, frames)) / 200 < 25
    lost_keys = 0
    for k, frame in enumerate(frames):
        if draw.random() < .3:
            continue
        got = receiver.pull(frame)
        assert len(got) == (receiver.missing_key == -1)
        lost_keys += receiver.missing_key >= 0
        if len(got):
            assert got.lines() == want[k] and receiver.seq == k
    assert receiver.keys + receiver.deltas == receiver.records and receiver.keyless == lost_keys


def test_columns():
    records = wire.parse(lines(5))
    x, decimals = records.column("position.x")
    assert decimals == 1 and list(x) == [90, 91, 92, 92, 93]
    assert list(np.diff(records.column("timestamp"))) == [100] * 4
    assert records.column("diagnostics.camera_status") == ['["OK","OK","OK","OK"]'] * 5


def test_a_nack_brings_a_key():
    records, sender, receiver = wire.parse(lines(4)), wire.Sender(), wire.Receiver()
    sender.push(records, 0, 1)
    assert receiver.nack() == b"" and len(receiver.pull(sender.push(records, 1, 1))) == 0
    sender.answer(receiver.nack())
    assert len(receiver.pull(sender.push(records, 2, 2))) == 2 and receiver.nack() == b""
    with pytest.raises(c12.Error):
        sender.answer(b"12345")


@pytest.mark.parametrize("options", [{"ordered": 1}, {"batch": 10}, {"ordered": 1, "batch": 7, "mtu": 200}])
def test_other_links(options):
    text = lines(100)
    sender, receiver = wire.Sender(**options), wire.Receiver(**options)
    frames = sender.push(wire.parse(text))
    assert receiver.pull(frames, rows=100).lines() == text
    damaged = bytearray(frames)
    damaged[len(frames) // 2] ^= 4
    try:
        assert len(wire.Receiver(**options).pull(bytes(damaged), rows=100)) < 100
    except c12.Error as e:
        assert e.status == "C12_E_FORMAT"
