"""The manners of the API: what it says of itself is what it does."""
import http.client
import json
import re
import socket
import subprocess
import threading
import time

import pytest
from conftest_daemons import BIN, PLANT


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    from conftest_daemons import Daemon

    d = Daemon(tmp_path_factory.mktemp("shop"), options=["--fleet.twin", "yes"]).start()
    yield d
    d.stop()


def test_openapi_is_served_and_names_every_endpoint(shop):
    status, page, _ = shop.ask("GET", "/openapi.json")
    assert status == 200 and page["openapi"] == "3.1.0"
    listed = {(m.upper(), p) for p, methods in page["paths"].items() for m in methods}
    roles = subprocess.run([BIN / "c12d", "--roles"], check=True, capture_output=True, text=True).stdout.splitlines()[1:]
    assert listed == {tuple(line.split(",")[:2]) for line in roles}
    names = [o["operationId"] for methods in page["paths"].values() for o in methods.values()]
    assert len(set(names)) == len(names)
    for methods in page["paths"].values():
        for o in methods.values():
            assert o["summary"] and "default" in o["responses"]
            for p in o["parameters"]:
                assert "$ref" in p or p["in"] in ("path", "query")


def test_health_metrics_version(shop):
    assert shop.ask("GET", "/healthz")[1] == {"status": "ok"} and shop.ask("GET", "/readyz")[0] == 200
    assert shop.ask("GET", "/version")[1]["services"] == ["fleet", "mes", "quality", "telemetry", "demo"]
    page = shop.ask("GET", "/metrics")[1]
    done = subprocess.run(["promtool", "check", "metrics"], input=page, capture_output=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("method,path,body,status,place", [
    ("GET", "/api/v1/nothing", None, 404, None),
    ("PATCH", "/api/v1/robots", None, 405, None),
    ("GET", "/api/v1/tasks?limit=0", None, 422, "?limit"),
    ("GET", "/api/v1/tasks?state=lost", None, 422, "?state"),
    ("GET", "/api/v1/tasks?what=1", None, 422, "?what"),
    ("GET", "/api/v1/history/robots", None, 422, "?plant_ms"),
    ("POST", "/api/v1/tasks", {"from": "ST1"}, 422, "/to"),
    ("POST", "/api/v1/tasks", {"from": "ST1", "to": "ST2", "priority": 10}, 422, "/priority"),
    ("POST", "/api/v1/tasks", {"from": "ST1", "to": "ST2", "extra": 1}, 422, "/extra"),
    ("POST", "/api/v1/tasks", {"from": "ST1", "to": "Mars"}, 422, "/to"),
    ("POST", "/api/v1/sales-orders", {"customer": "a", "item": "C12-EXEC-DOUBLE-001", "qty": 1, "due": "2025-02-30"}, 422, "/due"),
    ("POST", "/api/v1/plan/branches", {"name": "x", "edits": []}, 422, "/edits"),
    ("POST", "/api/v1/plan/branches", {"name": "x", "edits": [{"kind": "fly"}]}, 422, "/edits/0/kind"),
    ("POST", "/api/v1/inspections", {"work_order": "", "station": "ST1", "characteristic": "t", "values": ["1", "x"], "pass": True}, 422, "/values/1"),
    ("GET", "/api/v1/telemetry/query?field=nothing", None, 422, "?field"),
    ("GET", "/api/v1/telemetry/query?field=battery_level&bucket=10x", None, 422, "?bucket"),
])
def test_faults_are_named_with_their_place(shop, method, path, body, status, place):
    got, answer, headers = shop.ask(method, path, body)
    assert got == status and headers["Content-Type"] == "application/problem+json"
    assert answer["status"] == status and answer["title"] and answer["detail"]
    if place:
        assert place in [e["pointer"] for e in answer["errors"]], answer


@pytest.mark.parametrize("raw,kind,status", [
    (b"{", "application/json", 400), (b"[]", "application/json", 422), (b'{"from":1,"from":2}', "application/json", 400), (b"\xff", "application/json", 400),
    (b"{}", "text/plain", 415), (b"x" * (2 << 20), "application/json", 413), (b"[" * 100000, "application/json", 400),
])
def test_bodies_that_are_none(shop, raw, kind, status):
    got, answer, _ = shop.ask("POST", "/api/v1/tasks", raw=raw, headers={"Content-Type": kind})
    assert got == status, answer


def test_the_same_key_changes_once(shop):
    key = {"Idempotency-Key": "k-1"}
    task = {"from": "ST1", "to": "ST2"}
    first = shop.post("/tasks", task, headers=key)
    again = shop.post("/tasks", task, headers=key)
    assert first[:2] == again[:2] and again[2]["Idempotent-Replayed"] == "true" and first[2]["Idempotent-Replayed"] is None
    assert shop.post("/tasks", {"from": "ST1", "to": "ST3"}, headers=key)[0] == 422
    order = {"customer": "twice", "item": "C12-EXEC-DOUBLE-001", "qty": 1, "due": "2025-12-01"}
    a, b = shop.post("/sales-orders", order, headers={"Idempotency-Key": "k-2"}), shop.post("/sales-orders", order, headers={"Idempotency-Key": "k-2"})
    assert a[:2] == b[:2] and a[0] == 201
    assert sum(o["customer"] == "twice" for o in shop.get("/sales-orders?limit=200")[1]["items"]) == 1


def test_many_at_once_with_one_key(shop):
    answers = []
    work = [threading.Thread(target=lambda: answers.append(shop.post("/tasks", {"from": "ST3", "to": "ST4"}, headers={"Idempotency-Key": "k-3"})[1]["task"])) for _ in range(16)]
    [w.start() for w in work]
    [w.join() for w in work]
    assert len(answers) == 16 and len(set(answers)) == 1


def test_versions_guard_changes(shop):
    path = "/inventory/NV-ORIN-001"
    _, part, headers = shop.get(path)
    tag = headers["ETag"]
    assert shop.get(path, headers={"If-None-Match": tag})[0] == 304
    move = {"kind": "receipt", "qty": 1}
    assert shop.post(path + "/transactions", move, headers={"If-Match": tag})[0] == 201
    assert shop.post(path + "/transactions", move, headers={"If-Match": tag})[0] == 412
    assert shop.get(path)[1]["on_hand"] == part["on_hand"] + 1
    assert shop.get(path, headers={"If-None-Match": tag})[0] == 200


def test_pages_hold_every_row_once(shop):
    for _ in range(7):
        shop.post("/tasks", {"from": "ST1", "to": "ST2"})
    seen, cursor = [], None
    while True:
        page = shop.get("/tasks?limit=3" + (f"&cursor={cursor}" if cursor else ""))[1]
        seen += [t["task"] for t in page["items"]]
        cursor = page["next"]
        if not cursor:
            break
    numbers = [int(t[2:]) for t in seen]
    assert numbers == sorted(numbers, reverse=True) and len(set(seen)) == len(seen) >= 7 and numbers[-1] == 1


def test_answers_carry_the_headers_of_a_careful_server(shop):
    headers = shop.ask("GET", "/")[2]
    assert "default-src 'none'" in headers["Content-Security-Policy"] and "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_every_change_is_one_row_of_a_whole_trail(shop):
    before = shop.get("/audit/verify")[1]["rows"]
    shop.post("/inventory/NV-ORIN-001/transactions", {"kind": "receipt", "qty": 1})
    shop.post("/inventory/NV-ORIN-001/transactions", {"kind": "issue", "qty": 10 ** 9})  # refused: no row
    shop.get("/robots")
    verdict = shop.get("/audit/verify")[1]
    assert verdict["whole"] and verdict["rows"] == before + 1


def test_a_changed_trail_is_found(daemon, tmp_path):
    import sqlite3

    d = daemon()
    for k in range(5):
        d.post("/inventory/NV-ORIN-001/transactions", {"kind": "receipt", "qty": 1, "reference": str(k)})
    d.stop()
    with sqlite3.connect(d.state / "c12.db") as s:
        s.execute("UPDATE audit SET who = 'somebody else' WHERE number = 3")
    d.start()
    verdict = d.get("/audit/verify")[1]
    assert not verdict["whole"] and verdict["first_wrong"] == 3


def test_viewers_hear_what_happens(shop):
    c = shop.connect(timeout=10)
    c.request("GET", "/api/v1/events?topics=task")
    r = c.getresponse()
    assert r.headers["Content-Type"] == "text/event-stream"
    task = shop.post("/tasks", {"from": "ST1", "to": "ST2"})[1]
    heard = ""
    while task["task"] not in heard:
        heard += r.fp.readline().decode()
    assert "event: task" in heard and "event: robots" not in heard
    c.close()


def test_slow_clients_lose_their_place(daemon):
    d = daemon()
    slow = [socket.create_connection(("127.0.0.1", d.port)) for _ in range(50)]
    began, lost = time.monotonic(), 0
    for s in slow:
        s.sendall(b"GET /api/v1/robots HTTP/1.1\r\nHost: x\r\nX-Slow: ")
    while time.monotonic() - began < 26 and lost < 50:
        lost, worst = 0, 0
        for s in slow:
            try:
                s.sendall(b"a")
            except OSError:
                lost += 1
        t = time.monotonic()
        assert d.get("/me")[0] == 200
        assert time.monotonic() - t < 0.2
        time.sleep(1)
    assert lost == 50, "a byte now and then must not keep a connection"


def test_one_identity_cannot_take_all(daemon):
    d = daemon(plant=False, options=["--http.rate", "20", "--http.burst", "30"])
    c = d.connect()
    codes = [d.get("/me", connection=c)[0] for _ in range(60)]
    assert codes[:30] == [200] * 30 and codes.count(429) >= 20
    time.sleep(1.1)
    assert d.get("/me", connection=c)[0] == 200


def test_import_says_what_would_change_first(shop):
    good = "item,on_hand\nNV-ORIN-001,77\nBAT-A123-001,5\n"
    status, told, _ = shop.post("/import/stock", raw=good)
    assert status == 200 and told["dry_run"] and told["changed"] == 2
    assert shop.get("/inventory/NV-ORIN-001")[1]["on_hand"] != 77
    assert shop.post("/import/stock?dry_run=no", raw=good)[0] == 200
    assert shop.get("/inventory/NV-ORIN-001")[1]["on_hand"] == 77
    status, told, _ = shop.post("/import/stock?dry_run=no", raw="item,on_hand\nNV-ORIN-001,1\nnothing,2\n")
    assert status == 422 and told["faults"] == ["line 3: item: not an item of the plant"]
    assert shop.get("/inventory/NV-ORIN-001")[1]["on_hand"] == 77, "all or nothing"
    assert shop.post("/import/stock", raw="what,on_hand\n1,2\n")[0] == 422


def test_drain_ends_streams_and_answers(daemon):
    d = daemon()
    c = d.connect()
    c.request("GET", "/api/v1/events")
    r = c.getresponse()
    began = time.monotonic()
    assert d.stop() == 0 and time.monotonic() - began < 5
    r.read()


def test_systemd_hears_ready_and_stopping(daemon, tmp_path):
    path = str(tmp_path / "notify")
    s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    s.bind(path)
    s.settimeout(5)
    import os

    d = daemon(env={**os.environ, "NOTIFY_SOCKET": path})
    assert s.recv(100) == b"READY=1" and s.recv(100) == b"WATCHDOG=1"
    d.stop()
    heard = s.recv(100)
    while heard == b"WATCHDOG=1":
        heard = s.recv(100)
    assert heard == b"STOPPING=1"


def test_one_service_by_itself(daemon):
    d = daemon(name="teld", plant=False)
    assert d.ask("GET", "/version")[1]["services"] == ["telemetry"]
    assert d.get("/robots")[0] == 404 and d.get("/telemetry/latest")[0] == 200
    d = daemon(name="qmsd")
    assert d.post("/ncrs", {"work_order": "WO-001-001", "station": "ST2", "defect": "safety: brake"})[1]["grade"] == "critical"
    d = daemon(name="mesd")
    assert d.get("/plan")[0] == 200
    d = daemon(name="fleetd")
    assert d.get("/floor")[0] == 200 and d.get("/plan")[0] == 404


def test_orders_that_will_be_late_are_an_alert(daemon):
    d = daemon()
    late = lambda: [a["text"] for a in d.get("/alerts")[1]["items"] if a["kind"] == "late"]  # noqa: E731
    assert not late()
    order = {"customer": "ACME", "item": "C12-EXEC-DOUBLE-001", "qty": 300, "due": "2025-10-25"}
    assert d.post("/sales-orders", order)[1]["late"] is True
    assert len(late()) == 1 and "more than before" in late()[0]
    assert d.post("/plan/runs", {})[0] == 201
    assert len(late()) == 1, "what was told is no news"
