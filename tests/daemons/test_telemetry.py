"""Telemetry in and out: what was answered is there, hours are files, datagrams are sealed."""
import json
import socket
import subprocess
import time

import pytest
from conftest_daemons import BIN


def line(robot="R1", at=0, battery=46.3, x=1.0):
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(1761316337 + at // 1000)) + f".{at % 1000:03d}Z"
    joints = ",".join(f'"{j}":{{"temp":41.3,"torque":6.3,"status":"OK"}}' for j in ("hip_left", "hip_right", "knee_left", "knee_right", "shoulder_left", "shoulder_right"))
    return (f'{{"robot_id":"{robot}","timestamp":"{stamp}","position":{{"x":{x:.1f},"y":18.1,"z":0.2}},"velocity":{{"vx":0.0,"vy":0.0,"vz":0.0}},"battery_level":{battery:.1f},"current_task":{{"task_id":"WO-1","station":"ST1","unit_id":"U1",'
            f'"progress":13.8,"estimated_completion":"2025-10-24T15:02:15Z"}},"actuator_status":{{{joints}}},"diagnostics":{{"cpu_usage":46.8,"memory_usage":66.5,"network_latency":10,"camera_status":["OK","OK","OK","OK"],"error_log":[]}}}}\n')


def test_rows_are_asked_for_in_every_way(daemon):
    d = daemon(plant=False)
    for robot, off in (("R1", 0.0), ("R2", 10.0)):
        assert d.post("/telemetry", raw="".join(line(robot, k * 100, 40 + off + k % 10 / 10) for k in range(1000)))[1] == {"records": 1000}
    latest = {r["robot"]: r for r in d.get("/telemetry/latest")[1]["items"]}
    assert latest["R1"]["battery"] == 40.9 and latest["R2"]["battery"] == 50.9
    d.stop()
    d.start()
    figures = d.get("/telemetry/figures")[1]
    assert figures["records"] == 2000 and figures["files"] == 1
    groups = d.get("/telemetry/query?field=battery_level")[1]["items"]
    assert [(g["robot"], g["count"], g["min"], g["max"]) for g in groups] == [("R1", 1000, 40.0, 40.9), ("R2", 1000, 50.0, 50.9)]
    assert abs(groups[0]["avg"] - 40.45) < 1e-9
    together = d.get("/telemetry/query?field=battery_level&together=yes")[1]["items"]
    assert len(together) == 1 and together[0]["count"] == 2000 and together[0]["robot"] is None
    tens = d.get("/telemetry/query?field=battery_level&bucket=10s&robot=R2")[1]["items"]
    assert sum(g["count"] for g in tens) == 1000 and len(tens) in (10, 11)
    curve = d.get("/telemetry/series?robot=R1&field=battery_level&points=50")[1]["points"]
    assert 3 <= len(curve) <= 50 and all(40 <= v <= 40.9 for _, v in curve)


@pytest.mark.parametrize("raw,status", [("", 422), ("{}\n", 422), ("nothing\n", 422), (line() + "{\n", 422), (line().replace("R1", "R\x01"), 422)])
def test_a_bad_line_leaves_nothing(daemon, raw, status):
    d = daemon(plant=False)
    assert d.post("/telemetry", raw=raw)[0] == status
    d.stop()
    d.start()
    assert d.get("/telemetry/figures")[1]["records"] == 0


def items(data):
    """The items of a CBOR sequence, as bytes."""
    def end(at):
        major, low = data[at] >> 5, data[at] & 31
        at += 1
        if low >= 24:
            n = 1 << (low - 24)
            value = int.from_bytes(data[at:at + n], "big")
            at += n
        else:
            value = low
        if major in (2, 3):
            at += value
        for _ in range(value if major == 4 else 2 * value if major == 5 else 0):
            at = end(at)
        return at

    at, found = 0, []
    while at < len(data):
        to = end(at)
        found.append(data[at:to])
        at = to
    return found


def frames_of(tmp_path, name, rows, key=None):
    """What a robot's radio would send of these rows."""
    (tmp_path / f"{name}.jsonl").write_text("".join(rows))
    subprocess.run([BIN / "c12", "tlm", "wire", tmp_path / f"{name}.jsonl", tmp_path / f"{name}.c12w", *(["--key", key] if key else [])], check=True, capture_output=True)
    return [i for i in items((tmp_path / f"{name}.c12w").read_bytes())[1:] if i[0] >> 5 not in (0,)]


def send(port, name, frames):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for f in frames:
        s.sendto(bytes([len(name)]) + name.encode() + f, ("127.0.0.1", port))
        time.sleep(0.001)


def metric(d, name):
    for row in d.ask("GET", "/metrics")[1].decode().splitlines():
        if row.startswith(name + " "):
            return int(row.split()[1])
    return 0


def test_datagrams_are_sealed(daemon, tmp_path):
    key, other = tmp_path / "link.key", tmp_path / "other.key"
    subprocess.run([BIN / "c12", "seal", "key", key], check=True, capture_output=True)
    subprocess.run([BIN / "c12", "seal", "key", other], check=True, capture_output=True)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    d = daemon(plant=False, options=["--telemetry.udp", str(port), "--telemetry.udp_key", str(key)])
    good = frames_of(tmp_path, "good", [line("0", k * 100) for k in range(200)], key)  # the command calls its first sender "0"
    send(port, "0", good)
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and metric(d, "c12_telemetry_records_total") < 200:
        time.sleep(0.05)
    assert metric(d, "c12_telemetry_records_total") == 200
    send(port, "0", good)                                                    # heard before
    send(port, "1", good)                                                    # another's name
    send(port, "0", [f[:-1] + bytes([f[-1] ^ 1]) for f in good[:20]])        # changed
    send(port, "0", frames_of(tmp_path, "bad", [line("0", 90000)], other))   # another key
    send(port, "0", frames_of(tmp_path, "open", [line("0", 90000)]))         # not sealed at all
    send(port, "9" * 63, [b"\x00", b"\xff" * 1000])
    time.sleep(0.5)
    assert metric(d, "c12_telemetry_records_total") == 200 and metric(d, "c12_datagrams_refused_total") > 400
    d.kill()
    d.start()
    assert d.get("/telemetry/figures")[1]["records"] == 200, "what was heard was synced"
