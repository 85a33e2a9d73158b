"""Robots over HTTP: what may be driven is released, nobody meets anybody, and nobody is kept out for ever."""
import csv
import json
import subprocess
import threading
import time

from conftest_daemons import BIN, PLANT


def sim(d, *more, certs=None):
    return subprocess.Popen([BIN / "c12", "sim", "robot", "--plant", PLANT, "--port", str(d.port), *more], stdout=subprocess.PIPE, text=True)


class Watch(threading.Thread):
    """Looks at all robots, over and over: two in one cell would be a collision."""

    def __init__(self, d):
        super().__init__(daemon=True)
        self.d, self.looks, self.met, self.over = d, 0, [], False
        self.start()

    def run(self):
        c = self.d.connect()
        while not self.over:
            cells = {}
            for r in self.d.get("/robots", connection=c)[1]["items"]:
                at = (r["x"], r["y"])
                if at in cells:
                    self.met.append((at, cells[at], r["robot"]))
                cells[at] = r["robot"]
            self.looks += 1
            time.sleep(0.02)

    def end(self):
        self.over = True
        self.join()
        assert not self.met, self.met[:3]
        return self.looks


def wait_for(what, seconds=30):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if what():
            return True
        time.sleep(0.1)
    return False


def test_forty_robots_carry_sixty_loads(daemon):
    """Stations to stations, more tasks than docks: who waits with a load must not keep a dock that another waits for."""
    d = daemon(options=["--fleet.speed", "20"])
    robots = sim(d, "--seconds", "40", "--speed", "20")
    assert wait_for(lambda: all(r["age_ms"] >= 0 for r in d.get("/robots")[1]["items"]))
    watch = Watch(d)
    took = []
    for k in range(60):
        t = time.monotonic()
        assert d.post("/tasks", {"from": f"ST{k % 7 + 1}", "to": f"ST{(k + 3) % 7 + 1}", "priority": k % 10})[0] == 201
        took.append(time.monotonic() - t)
    assert wait_for(lambda: d.get("/fleet/figures")[1]["tasks_done"] == 60, 35), d.get("/fleet/figures")[1]
    assert watch.end() > 20
    figures = d.get("/fleet/figures")[1]
    assert figures["assign_p99_ms"] < 10 and sorted(took)[-1] < 0.5
    assert 0 < figures["utilisation"] < 1 and sum(s["done"] for s in figures["done_by_station"]) == 60
    robots.terminate()
    told = json.loads(robots.communicate()[0])
    assert told["refused"] == 0 and told["cells"] > 500


def test_a_silent_robot_is_stale_and_told_of_once(daemon):
    d = daemon()
    robots = sim(d, "--robots", "3", "--seconds", "2")
    assert wait_for(lambda: sum(r["age_ms"] >= 0 for r in d.get("/robots")[1]["items"]) == 3)
    robots.wait()
    assert wait_for(lambda: sum(r["stale"] for r in d.get("/robots")[1]["items"]) == 3, 5)
    time.sleep(0.5)
    alerts = d.get("/alerts")[1]["items"]
    assert sorted(a["subject"] for a in alerts if a["kind"] == "silent") == ["G1-001", "G1-002", "G1-003"]
    assert d.post("/tasks", {"from": "ST1", "to": "ST2"})[1]["robot"] is None, "nothing is given to robots that do not speak"


def test_stop_pause_and_lanes(daemon):
    d = daemon(options=["--fleet.twin", "yes", "--fleet.speed", "5"])
    task = d.post("/tasks", {"from": "ST1", "to": "ST5"})[1]
    robot = task["robot"]
    time.sleep(1)
    d.post(f"/robots/{robot}/stop")
    at = d.get(f"/robots/{robot}")[1]
    time.sleep(1.5)
    now = d.get(f"/robots/{robot}")[1]
    assert (at["x"], at["y"]) == (now["x"], now["y"]) and now["stopped"]
    ahead = now["route"]
    assert len(ahead) > 6
    x, y, _ = ahead[-3]
    status, lane, _ = d.post("/lanes", {"x": x, "y": y, "minutes": 60})
    assert status == 201 and [(k["x"], k["y"]) for k in d.get("/floor")[1]["lanes"]] == [(x, y)]
    d.post(f"/robots/{robot}/resume")
    assert wait_for(lambda: d.get(f"/robots/{robot}")[1]["state"] in ("pickup", "to_drop"), 30)
    assert d.ask("DELETE", f"/api/v1/lanes/{lane['lane']}")[0] == 204 and d.get("/floor")[1]["lanes"] == []
    assert d.post("/lanes", {"x": 0, "y": 0})[0] == 422
    d.post("/fleet/stop")
    assert all(r["stopped"] for r in d.get("/robots")[1]["items"])
    d.post("/fleet/resume")
    assert wait_for(lambda: d.get("/tasks/" + task["task"])[1]["state"] == "done", 40)


def test_cancelled_before_it_is_picked_up(daemon):
    d = daemon(options=["--fleet.twin", "yes"])
    task = d.post("/tasks", {"from": "ST1", "to": "ST5"})[1]
    assert d.post(f"/tasks/{task['task']}/cancel")[0] == 200
    assert d.post(f"/tasks/{task['task']}/cancel")[0] == 409
    assert d.get("/tasks/" + task["task"])[1]["state"] == "cancelled"
    assert wait_for(lambda: d.get("/robots/" + task["robot"])[1]["task"] is None, 5)


def test_a_robot_somewhere_else_is_refused(daemon):
    d = daemon()
    home = d.get("/robots/G1-001")[1]
    put = lambda x, y: d.ask("PUT", "/api/v1/robots/G1-001/state", {"x": x, "y": y, "battery_ppm": 500000})
    assert put(home["x"], home["y"])[0] == 200
    status, body, _ = put(home["x"], home["y"] + 3)
    assert status == 409 and "released" in body["detail"]
    assert put(10000, 10000)[0] == 422


def test_robots_with_certificates_of_their_own(daemon, authority):
    d = daemon(authority=authority, options=["--fleet.speed", "5"])
    with open(PLANT / "robots.csv") as f:
        codes = [row["robot"] for row in csv.DictReader(f)][:5]
    for code in codes:
        authority.issue(code, f"c12:robot:{code}")
    robots = sim(d, "--robots", "5", "--seconds", "6", "--speed", "5", "--certs", str(authority.dir), "--ca", authority.ca_file)
    gate = authority.issue("gate", "c12:service:gate")
    assert wait_for(lambda: sum(r["age_ms"] >= 0 for r in d.get("/robots", cert=gate)[1]["items"]) == 5)
    assert d.post("/tasks", {"from": "ST1", "to": "ST2"}, cert=gate)[1]["robot"] in codes
    told = json.loads(robots.communicate()[0])
    assert told["refused"] == 0 and told["cells"] > 10


def test_a_demo_plays_the_day(daemon):
    d = daemon(options=["--demo.on", "yes", "--fleet.speed", "600"])
    watch = Watch(d)
    assert wait_for(lambda: d.get("/quality/figures")[1]["inspected"] > 3 and d.get("/fleet/figures")[1]["tasks_done"] > 100, 60)
    assert watch.end() > 10
    assert wait_for(lambda: any(n["grade"] == "critical" for n in d.get("/ncrs")[1]["items"]), 40)
    kpi = d.get("/kpi")[1]
    assert 0 < kpi["oee"] < 1 and abs(kpi["oee"] - kpi["availability"] * kpi["effectiveness"] * kpi["quality"]) < 1e-6
    then = d.get("/history/robots?plant_ms=600000")[1]
    assert then["plant_ms"] == 600000 and len(then["items"]) == 40
    assert d.get("/telemetry/latest")[1]["items"]
    assert d.post("/demo/speed", {"speed": 60})[1]["speed"] == 60
