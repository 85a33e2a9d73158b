# SPDX-License-Identifier: Apache-2.0
import json

import numpy as np
import pytest

import c12
from c12 import telemetry


def record(robot, ms, x, load):
    joint = {a: {"temp": 42.1, "torque": round(x, 1), "status": "OK"} for a in ("hip_left", "hip_right", "knee_left", "knee_right", "shoulder_left", "shoulder_right")}
    return json.dumps({"robot_id": robot, "timestamp": f"1970-01-01T{ms // 3600000:02}:{ms // 60000 % 60:02}:{ms // 1000 % 60:02}.{ms % 1000:03}Z",
                       "position": {"x": round(x, 1), "y": 5.0, "z": 0.2}, "velocity": {"vx": 0.8, "vy": 0.0, "vz": 0.0}, "battery_level": 67.2,
                       "current_task": {"task_id": "WO-1", "station": "S", "unit_id": "U", "progress": 42.0, "estimated_completion": "2025-10-24T15:14:00Z"},
                       "actuator_status": joint, "diagnostics": {"cpu_usage": 47.2, "memory_usage": 62.8, "network_latency": load, "camera_status": ["OK"], "error_log": []}},
                      separators=(",", ":"))


@pytest.fixture
def day(tmp_path):
    g = np.random.default_rng(4)
    rows = [(f"r{i % 3}", 3590000 + 100 * i, round(float(g.normal(0, 30)), 1), int(g.integers(5, 50))) for i in range(900)]
    (tmp_path / "in.jsonl").write_text("\n".join(record(*r) for r in rows[:600]) + "\n")
    (tmp_path / "more.jsonl").write_text("\n".join(record(*r) for r in rows[600:]) + "\n")
    assert telemetry.pack(tmp_path / "in.jsonl", tmp_path / "a.c12t") == 600
    assert telemetry.extend(tmp_path / "more.jsonl", tmp_path / "a.c12t") == 300
    return tmp_path / "a.c12t", rows


def test_queries_equal_numpy(day):
    path, rows = day
    with telemetry.File(path) as f:
        f.verify()
        got = f.query(["position.x", "diagnostics.network_latency"], bucket=10000, start=3595000, end=3650000)
        groups = sorted({(r[0], r[1] // 10000 * 10000) for r in rows if 3595000 <= r[1] < 3650000})
        assert [(f.robots[r], t) for r, t in zip(got["robot"], got["start"])] == groups
        for k, (robot, start) in enumerate(groups):
            mine = [r for r in rows if r[0] == robot and r[1] // 10000 * 10000 == start and 3595000 <= r[1] < 3650000]
            x = np.array([r[2] for r in mine])
            assert got["count"][k] == len(mine) and got["diagnostics.network_latency.sum"][k] == sum(r[3] for r in mine)
            assert np.isclose(got["position.x.mean"][k], x.mean()) and np.isclose(got["position.x.min"][k], x.min()) and np.isclose(got["position.x.max"][k], x.max())
            assert np.isclose(got["position.x.first"][k], x[0]) and np.isclose(got["position.x.last"][k], x[-1])
        whole = f.query(["position.x"], together=True)
        assert len(whole["count"]) == 1 and whole["count"][0] == 900 and whole["robot"][0] == -1
        assert f.query([], robot="nobody")["count"].size == 0
        assert [r["robot_id"] for r in f.latest()] == ["r0", "r1", "r2"] and f.latest()[2]["position"]["x"] == rows[-1][2]
        with pytest.raises(c12.Error):
            f.query(["robot_id"])


def test_declared_precision(day, tmp_path):
    path, rows = day
    telemetry.pack(path.parent / "in.jsonl", tmp_path / "b.c12t", level="plain", precision={"position.x": "2.5", "diagnostics.network_latency": 10})
    with telemetry.File(tmp_path / "b.c12t") as f:
        got = f.rows(["position.x", "diagnostics.network_latency"]).to_numpy()
    for name, was, step in (("position.x", [r[2] for r in rows[:600]], 2.5), ("diagnostics.network_latency", [r[3] for r in rows[:600]], 10)):
        assert np.allclose(np.mod(got[name], step), 0) and np.abs(np.sort(got[name]) - np.sort(was)).max() <= step / 2 + 1e-9
    with pytest.raises(c12.Error, match="precision"):
        telemetry.pack(path.parent / "in.jsonl", tmp_path / "c.c12t", precision={"nobody": 1})


def test_a_cut_file_is_salvaged(day, tmp_path):
    path, _ = day
    bad = tmp_path / "cut.c12t"
    bad.write_bytes(path.read_bytes()[:-400])
    with pytest.raises(c12.Error):
        telemetry.File(bad)
    told = telemetry.salvage(bad, tmp_path / "good.c12t")
    assert told["records_lost"] == -1 and 0 < told["records"] <= 900
    with telemetry.File(tmp_path / "good.c12t") as f:
        assert f.info.records == told["records"]
