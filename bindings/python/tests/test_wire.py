# SPDX-License-Identifier: Apache-2.0
"""Links from Python: lines over a lossy link, a NACK, an ordered link, damage."""
import json
import random

import numpy as np
import pytest

import c12
from c12 import seal, wire


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


@pytest.mark.skipif(seal.library() is None, reason="built without mbedTLS")
def test_a_sealed_link():
    key, text = bytes(range(32)), lines(40)
    records, want = wire.parse(text), text.splitlines(keepends=True)
    sender, receiver, bare = wire.Sender(key=key, name="G1-037", key_ms=1000), wire.Receiver(key=key, name="G1-037", key_ms=1000), wire.Sender(key_ms=1000)
    frames = [sender.push(records, k, 1) for k in range(40)]
    plain = [bare.push(records, k, 1) for k in range(40)]
    assert {len(f) - len(p) for f, p in zip(frames, plain) if len(p) < 60} == {16}
    for k in (1, 2, 0, 3, 5, 4):
        if k in (1, 2):  # nobody has told of the session yet
            with pytest.raises(c12.Error, match="session"):
                receiver.pull(frames[k])
            continue
        assert receiver.pull(frames[k]).lines() == want[k]
        with pytest.raises(seal.Refused, match="heard before"):
            receiver.pull(frames[k])
    assert receiver.pull(frames[1]).lines() == want[1]
    with pytest.raises(c12.Error, match="not a sealed frame"):
        receiver.pull(plain[0])
    for other in (wire.Receiver(key=bytes(32), name="G1-037"), wire.Receiver(key=key, name="G1-038"), wire.Receiver(key=key, name="G1-037", tag=16)):
        with pytest.raises(seal.Refused, match="not what was sealed"):
            other.pull(frames[0])
    with pytest.raises(seal.Refused, match="older"):
        wire.Receiver(key=key, name="G1-037", least=receiver.epoch + 1).pull(frames[0])
    with pytest.raises(c12.Error):
        wire.Receiver().pull(frames[0])


@pytest.mark.skipif(seal.library() is None, reason="built without mbedTLS")
def test_a_sealed_nack():
    key, records = bytes(range(32)), wire.parse(lines(60))
    sender, receiver = wire.Sender(key=key, name="a", key_ms=2000), wire.Receiver(key=key, name="a", key_ms=2000)
    assert len(receiver.pull(sender.push(records, 0, 1))) == 1
    keys = [k for k in range(1, 60) if len(sender.push(records, k, 1)) > 60]  # lost, all of them
    assert keys
    lost = sender.push(records, 59, 1)
    assert len(receiver.pull(lost)) == 0 and receiver.missing_key >= 0
    nack = receiver.nack()
    with pytest.raises(c12.Error):
        wire.Sender().answer(nack)
    sender.answer(nack)
    assert len(receiver.pull(sender.push(records, 59, 1))) == 1 and receiver.keys == 2
    with pytest.raises(seal.Refused):
        sender.answer(nack)
