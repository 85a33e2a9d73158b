"""What was confirmed stays: killed, full, clock set back."""
import json
import os
import random
import resource
import sqlite3
import subprocess
import threading
import time

import pytest
from conftest_daemons import Daemon

KILLS = int(os.environ.get("C12_KILLS", "12"))


def test_killed_under_traffic_nothing_confirmed_is_lost(tmp_path):
    """KILLS times kill -9 while four clients write; every change that was answered is there, and the trail is whole."""
    d = Daemon(tmp_path, options=["--fleet.twin", "yes"]).start()
    kept, going, ready = [], True, []
    lock = threading.Lock()

    def client(n):
        k = 0
        while going:
            k += 1
            name = f"{n}-{k}"
            try:
                status, body, _ = d.post("/inventory/NV-ORIN-001/transactions", {"kind": "receipt", "qty": 1, "reference": name})
                if status == 201:
                    with lock:
                        kept.append(name)
                line = json.dumps({"robot_id": f"R{n}", "timestamp": f"2025-10-24T14:{k // 60 % 60:02d}:{k % 60:02d}.{k // 3600:03d}Z"}) + "\n"
                status, _, _ = d.post("/telemetry", raw=line)
                if status == 202:
                    with lock:
                        kept.append(("tlm", f"R{n}"))
            except Exception:
                time.sleep(0.01)

    clients = [threading.Thread(target=client, args=(n,)) for n in range(4)]
    [c.start() for c in clients]
    for _ in range(KILLS):
        time.sleep(random.uniform(0.1, 0.6))
        d.kill()
        d.start(settled=False)
        ready.append(d.ready)
    time.sleep(0.3)
    going = False
    [c.join() for c in clients]
    assert d.get("/audit/verify")[1]["whole"]
    records = [k for k in kept if isinstance(k, tuple)]
    moves = [k for k in kept if not isinstance(k, tuple)]
    assert len(moves) > KILLS
    d.stop()
    with sqlite3.connect(d.state / "c12.db") as s:
        there = {r[0] for r in s.execute("SELECT reference FROM stock_moves")}
        assert s.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert not [m for m in moves if m not in there]
    from conftest_daemons import BIN

    total = 0
    for f in (d.state / "telemetry").glob("*.c12t"):
        subprocess.run([BIN / "c12", "tlm", "verify", f], check=True, capture_output=True)
        total += json.loads(subprocess.run([BIN / "c12", "tlm", "stat", f, "--json"], check=True, capture_output=True, text=True).stdout.splitlines()[-1])["records"]
    assert total >= len(records), (total, len(records))
    ready.sort()
    print(f"\n{KILLS} kills: {len(moves)} changes and {len(records)} records confirmed, none lost; ready after {ready[len(ready) // 2]:.2f} s (median), {ready[-1]:.2f} s (worst)")
    assert ready[int(len(ready) * 0.99)] < 1


def test_a_full_disk_is_named_and_survived(tmp_path):
    """A limit on file size stands for the disk: it needs no privilege."""
    d = Daemon(tmp_path, preexec=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (3 << 20, resource.RLIM_INFINITY))).start()
    kept, refused = [], None
    for k in range(4000):
        status, body, headers = d.post("/inventory/NV-ORIN-001/transactions", {"kind": "receipt", "qty": 1, "reference": f"{k} " + "x" * 90})
        if status == 201:
            kept.append(k)
        else:
            refused = (status, body, headers)
            break
    assert refused and refused[0] == 503 and refused[1]["title"] == "The store cannot be written" and refused[2]["Retry-After"], refused
    assert d.ask("GET", "/readyz")[0] == 503 and d.ask("GET", "/healthz")[0] == 200
    assert d.get("/inventory/NV-ORIN-001")[1]["on_hand"] == 48 + len(kept), "what is read is what was confirmed"
    subprocess.run(["prlimit", f"--pid={d.process.pid}", "--fsize=unlimited"], check=True)
    until = time.monotonic() + 10
    while time.monotonic() < until and d.ask("GET", "/readyz")[0] != 200:
        time.sleep(0.1)
    assert d.post("/inventory/NV-ORIN-001/transactions", {"kind": "receipt", "qty": 1})[0] == 201
    assert d.get("/audit/verify")[1]["whole"]
    d.stop()


def test_a_newer_store_is_refused(daemon):
    d = daemon()
    d.stop()
    with sqlite3.connect(d.state / "c12.db") as s:
        s.execute("UPDATE schema_parts SET version = 99 WHERE part = 'mes'")
    with pytest.raises(AssertionError, match="use the newer program"):
        d.start(wait=5)


def test_what_was_stopped_stays_stopped(daemon):
    d = daemon(options=["--fleet.twin", "yes"])
    d.post("/robots/G1-003/pause")
    d.post("/fleet/stop")
    d.kill()
    d.start()
    robots = {r["robot"]: r for r in d.get("/robots")[1]["items"]}
    assert robots["G1-003"]["paused"] and all(r["stopped"] for r in robots.values())
    d.post("/fleet/resume")
    task = d.post("/tasks", {"from": "ST1", "to": "ST2"})[1]
    d.kill()
    d.start()
    assert d.get("/tasks/" + task["task"])[1]["state"] in ("waiting", "running")


def test_a_running_daemon_is_backed_up_and_restored(daemon, tmp_path):
    from conftest_daemons import BIN

    run = lambda *a, ok=True: subprocess.run([BIN / "c12", *map(str, a)], capture_output=True, text=True, check=ok)
    key, other, out, new = (tmp_path / n for n in ("k", "k2", "b.c12b", "again"))
    run("seal", "key", key)
    run("seal", "key", other)
    d = daemon()
    going = True

    def write():
        while going:
            d.post("/inventory/NV-ORIN-001/transactions", {"kind": "receipt", "qty": 1})

    w = threading.Thread(target=write)
    w.start()
    line = json.dumps({"robot_id": "R1", "timestamp": "2025-10-24T14:32:17.842Z"}) + "\n"
    assert d.post("/telemetry", raw=line)[0] == 202
    time.sleep(0.3)
    run("backup", d.state, out, "--key", key)
    going = False
    w.join()
    d.stop()
    assert json.loads(run("restore", out, "--key", key, "--verify", "--json").stdout)["files"] == 2
    run("restore", out, new, "--key", key)
    assert run("restore", out, new, "--key", key, ok=False).returncode == 2, "never over something"
    d.state = new
    d.options[d.options.index("--state.dir") + 1] = str(new)
    d.start()
    assert d.get("/audit/verify")[1]["whole"] and d.get("/inventory/NV-ORIN-001")[1]["on_hand"] > 48
    whole = out.read_bytes()
    bad = tmp_path / "bad.c12b"
    for n in list(range(0, 40)) + [len(whole) // 2, len(whole) - 1]:
        bad.write_bytes(whole[:n] + bytes([whole[n] ^ 1]) + whole[n + 1:])
        assert run("restore", bad, "--key", key, "--verify", ok=False).returncode == 1, n
    for n in (0, 5, 13, 14, 100, len(whole) - 1):
        bad.write_bytes(whole[:n])
        assert run("restore", bad, tmp_path / "no", "--key", key, ok=False).returncode == 1, n
    bad.write_bytes(whole + b"x")
    assert run("restore", bad, "--key", key, "--verify", ok=False).returncode == 1
    assert run("restore", out, "--key", other, "--verify", ok=False).returncode == 1
    assert not (tmp_path / "no").exists() and not list(tmp_path.glob("*.part*"))


def test_what_is_old_goes_into_sealed_archives(daemon, tmp_path):
    from conftest_daemons import BIN

    run = lambda *a, ok=True: subprocess.run([BIN / "c12", *map(str, a)], capture_output=True, text=True, check=ok)
    key = tmp_path / "k"
    run("seal", "key", key)
    d = daemon()
    for k in range(6):
        d.post("/inventory/NV-ORIN-001/transactions", {"kind": "receipt", "qty": 1, "reference": f"r{k}"})
    d.post("/ncrs", {"work_order": "", "station": "ST1", "defect": "cosmetic"})  # open: it stays
    d.post("/inspections", {"work_order": "", "station": "ST1", "characteristic": "t", "values": ["1", "2"], "pass": True})
    d.post("/telemetry", raw=json.dumps({"robot_id": "R1", "timestamp": "2025-10-24T14:32:17.842Z"}) + "\n")
    rows = d.get("/audit/verify")[1]["rows"]
    assert json.loads(run("retain", d.state, "--key", key, "--json").stdout)["rows"] == 0, "all is young but the robot's hour, which is being written"
    later = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 500 * 86400))
    told = json.loads(run("retain", d.state, "--key", key, "--json", "--dry-run", "--now", later).stdout)
    assert told["rows"] >= 6 + 1 + rows and not list((d.state / "archive").glob("*.c12a"))
    run("retain", d.state, "--key", key, "--now", later)  # beside the running daemon
    assert d.post("/inventory/NV-ORIN-001/transactions", {"kind": "receipt", "qty": 1, "reference": "after"})[0] == 201
    verdict = d.get("/audit/verify")[1]
    assert verdict["whole"] and verdict["rows"] < rows, verdict
    assert len(d.get("/ncrs")[1]["items"]) == 1 and [m["reference"] for m in d.get("/inventory/NV-ORIN-001")[1]["moves"]] == ["after"]
    said = {r["object"]: json.loads(r["detail"]) for r in d.audit() if r["action"] == "retain"}
    assert set(said) == {"stock_moves", "inspections", "audit"}
    import hashlib

    for what in said.values():
        name = what["file"]
        plain = tmp_path / "plain"
        run("seal", "decrypt", d.state / "archive" / name, plain, "--key", key, "--for", name)
        assert hashlib.sha256(plain.read_bytes()).hexdigest() == what["sha256"] and len(plain.read_text().splitlines()) == what["rows"]
        plain.unlink()
    d.kill()
    d.start()
    assert d.get("/audit/verify")[1]["whole"]


def test_units_are_hardened():
    import pathlib

    units = sorted((pathlib.Path(__file__).resolve().parents[2] / "packaging/systemd").glob("*.service"))
    assert len(units) == 6
    for u in units:
        told = subprocess.run(["systemd-analyze", "security", "--offline=yes", str(u)], capture_output=True, text=True)
        level = float(told.stdout.split("exposure level for")[1].split(":")[1].split()[0])
        assert level <= 1.5, (u, level)


CLOCK = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
int clock_gettime(clockid_t id, struct timespec *t)
{
    static int (*real)(clockid_t, struct timespec *);
    long off = 0;
    if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int code = real(id, t);
    FILE *f = id == CLOCK_REALTIME ? fopen(getenv("CLOCK_OFFSET"), "r") : NULL;
    if (f) { if (fscanf(f, "%ld", &off) == 1) t->tv_sec += off; fclose(f); }
    return code;
}
"""


def test_a_stepped_clock_is_named_and_survived(daemon, tmp_path):
    """A shim moves the wall clock by what a file says, back and forth."""
    source, shim, offset = tmp_path / "clock.c", tmp_path / "clock.so", tmp_path / "offset"
    source.write_text(CLOCK)
    offset.write_text("0")
    subprocess.run(["cc", "-shared", "-fPIC", "-o", shim, source, "-ldl"], check=True)
    d = daemon(options=["--fleet.twin", "yes"], env={**os.environ, "LD_PRELOAD": str(shim), "CLOCK_OFFSET": str(offset), "ASAN_OPTIONS": "verify_asan_link_order=0"})
    post = lambda: d.post("/inventory/NV-ORIN-001/transactions", {"kind": "receipt", "qty": 1})[0]
    assert post() == 201
    time.sleep(1.2)  # it has seen the clock as it is
    for step in ("-86400", "7200"):
        offset.write_text(step)
        time.sleep(1.5)
        assert post() == 201
        line = json.dumps({"robot_id": "R1", "timestamp": "2025-10-24T14:32:17.842Z"}) + "\n"
        assert d.post("/telemetry", raw=line)[0] == 202
    alerts = [a["text"] for a in d.get("/alerts")[1]["items"] if a["kind"] == "clock"]
    assert len(alerts) == 2 and "forward" in alerts[0] and "back" in alerts[1]
    verdict = d.get("/audit/verify")[1]
    assert verdict["whole"], verdict
    assert d.post("/tasks", {"from": "ST1", "to": "ST2"})[1]["robot"], "the fleet goes on"


def test_a_read_only_store_is_named_and_survived(daemon):
    """As on a disk that was mounted read-only: the store says so, nothing is confirmed, and it goes on when it can be written."""
    d = daemon()
    holder = sqlite3.connect(d.state / "c12.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")  # nobody else may write
    status, body, headers = d.post("/inventory/NV-ORIN-001/transactions", {"kind": "receipt", "qty": 1})
    assert status == 503 and headers["Retry-After"] and d.ask("GET", "/readyz")[0] == 503, body
    assert d.get("/inventory/NV-ORIN-001")[1]["on_hand"] == 48
    holder.execute("ROLLBACK")
    holder.close()
    until = time.monotonic() + 15
    while time.monotonic() < until and d.ask("GET", "/readyz")[0] != 200:
        time.sleep(0.1)
    assert d.post("/inventory/NV-ORIN-001/transactions", {"kind": "receipt", "qty": 1})[0] == 201
    assert d.get("/inventory/NV-ORIN-001")[1]["on_hand"] == 49
