# SPDX-License-Identifier: Apache-2.0
"""What c12-mqttd bears: states of one vehicle as fast as the broker gives them, and a plant's vehicles at 10 Hz with how long an order takes to move them
and whether what was driven is right, by the library's checker of routes; exit 1 when it is not.
Wants mosquitto and mosquitto-clients (scripts/deps services).

usage: C12=build/release/bin/c12 python3 bench/daemons/mqtt.py [SECONDS [VEHICLES]]"""
import csv
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/services"), str(ROOT / "tests/daemons")]
import hall as services  # noqa: E402

BIN = services.BIN

STATE = {"timestamp": "2026-11-30T08:15:00.250Z", "version": "2.0.0", "manufacturer": "acme", "serialNumber": "G1-001", "orderId": "", "orderUpdateId": 0, "lastNodeId": "", "lastNodeSequenceId": 0, "driving": False,
         "operatingMode": "AUTOMATIC", "nodeStates": [], "edgeStates": [], "agvPosition": {"x": 7, "y": 5, "theta": 0, "mapId": "map", "positionInitialized": True}, "velocity": {"vx": 0, "vy": 0, "omega": 0}, "loads": [],
         "actionStates": [], "batteryState": {"batteryCharge": 80, "charging": False}, "errors": [], "information": [], "safetyState": {"eStop": "NONE", "fieldViolation": False}}


def plant(folder, n):
    """The sample plant with n robots: the new ones stand apart from everything in the open."""
    shutil.copytree(services.PLANT, folder)
    rows = (folder / "map.txt").read_text().split("\nmap\n")[1].splitlines()
    taken = {(int(r["x"]), int(r["y"])) for f in ("robots.csv", "stations.csv", "bays.csv") for r in csv.DictReader(open(folder / f))}
    have = len((folder / "robots.csv").read_text().splitlines()) - 1
    free = {(x, y) for y, row in enumerate(rows) for x, c in enumerate(row) if c == "."}
    with open(folder / "robots.csv", "a") as out:
        for x, y in sorted(free - taken, key=lambda c: (c[1], c[0])):
            round_ = {(x + i, y + j) for i in (-1, 0, 1) for j in (-1, 0, 1) if i or j}
            if have < n and len(round_ & free) >= 5 and not round_ & taken and (x, y) not in taken:
                out.write(f"V-{have:03},{x},{y},80.0,1000\n")
                taken.add((x, y))
                have += 1
    return folder


def processor(pid):
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


def flood(folder, n=100_000):
    b, d = services.Broker(folder / "b1"), services.Daemon(folder).start()
    m = services.Program(folder, "flood", BIN / "c12-mqttd", "--port", b.port, "--api-port", d.port, "--manufacturer", "acme")
    services.wait_for(lambda: m.said(": connected"))
    lines = "".join(json.dumps({"headerId": k, **STATE}) + "\n" for k in range(n))
    before, t = processor(m.process.pid), time.monotonic()
    subprocess.run(["mosquitto_pub", "-p", str(b.port), "-t", "uagv/v2/acme/G1-001/state", "-l"], input=lines, text=True, check=True)
    sent = time.monotonic() - t
    used = -1.0
    while processor(m.process.pid) - used > 0.02:  # until it has no more to do
        used = processor(m.process.pid)
        time.sleep(0.5)
    m.stop()
    got, lost = (int(x) for x in re.search(r"ends: (\d+) states.* (\d+) states lost", m.log.read_text()).groups())
    print(f"| states of {len(lines) // n} bytes by one publisher | {n / sent:,.0f} sent a second, {got:,} taken | {(used - before) / max(got, 1) * 1e6:.1f} us of processor each |")
    d.stop()
    b.stop()


def fleet(folder, seconds, vehicles):
    (folder / "f").mkdir()
    hall = plant(folder / "plant", vehicles)
    b, d = services.Broker(folder / "b2"), services.Daemon(folder / "f", options=["--fleet.speed", "4", "--plant.dir", str(hall)], plant=False).start()
    ear = open(folder / "ear.txt", "w+")
    e = subprocess.Popen(["mosquitto_sub", "-p", str(b.port), "-t", "uagv/v2/#", "-F", "%U %t %p"], stdout=ear)
    m = services.Program(folder, "fleet", BIN / "c12-mqttd", "--port", b.port, "--api-port", d.port, "--manufacturer", "acme")
    a = services.Program(folder, "agv", BIN / "c12", "sim", "robot", "--mqtt", "--plant", hall, "--port", b.port, "--manufacturer", "acme", "--speed", 4, "--hz", 10)
    services.wait_for(lambda: all(r["age_ms"] >= 0 for r in d.get("/robots")[1]["items"]))
    n, until, k, before = len(d.get("/robots")[1]["items"]), time.monotonic() + seconds, 0, processor(m.process.pid)
    while time.monotonic() < until:
        d.post("/tasks", {"from": f"ST{k % 7 + 1}", "to": f"ST{(k + 3) % 7 + 1}"})
        k += 1
        time.sleep(0.5)
    used = processor(m.process.pid) - before
    a.stop()
    m.stop()
    e.terminate()
    e.wait()
    waits, log, ordered = [], services.Driven(), {}
    for heard in open(folder / "ear.txt", errors="replace"):  # a message at a time: ten minutes of a hundred vehicles are gigabytes
        stamp, topic, payload = heard.split(" ", 2)
        serial, kind = topic.split("/")[3:]
        if kind == "order":
            o = json.loads(payload)
            if o["orderUpdateId"] == 0:
                ordered.setdefault((serial, o["orderId"]), float(stamp))
        elif kind == "state":
            s = json.loads(payload)
            log.hear(s)
            t = ordered.get((serial, s["orderId"]))
            if t and s["driving"]:
                waits.append(float(stamp) - t)
                ordered[serial, s["orderId"]] = None
    waits.sort()
    lost = re.search(r"(\d+) states lost", m.log.read_text())[1]
    told = log.judged(folder, hall)
    print(f"| {n} vehicles, {log.states / seconds:,.0f} states a second, {k} tasks in {seconds} s | order to first movement: p50 {waits[len(waits) // 2] * 1e3:.1f} ms, p95 {waits[len(waits) * 95 // 100] * 1e3:.1f} ms ({len(waits)} orders) | "
          f"{used / seconds * 100:.0f} % of a core, {lost} states lost, {log.missed} not heard |\n\nc12 route timed check of what was driven: {(told.stdout or told.stderr).strip()}")
    d.stop()
    b.stop()
    return told.returncode


def main():
    seconds, vehicles = int(sys.argv[1]) if len(sys.argv) > 1 else 60, int(sys.argv[2]) if len(sys.argv) > 2 else 100
    with tempfile.TemporaryDirectory() as t:
        print("| | | |\n|---|---|---|")
        flood(pathlib.Path(t))
        sys.exit(fleet(pathlib.Path(t), seconds, vehicles))


if __name__ == "__main__":
    main()
