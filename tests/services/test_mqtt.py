# SPDX-License-Identifier: Apache-2.0
"""VDA 5050 over a real broker: our master and our vehicles, each with the other's and with npm's vda-5050-lib, and what went wrong elsewhere."""
import json
import subprocess
import time

import pytest

from bridges import wait_for
from conftest_daemons import BIN, PLANT, Authority
from hall import Driven, driven, orders_are_good


def state(robot, header=1, **more):
    s = {"headerId": header, "timestamp": "2026-11-30T08:15:00.250Z", "version": "2.0.0", "manufacturer": "acme", "serialNumber": robot, "orderId": "", "orderUpdateId": 0, "lastNodeId": "", "lastNodeSequenceId": 0,
         "driving": False, "operatingMode": "AUTOMATIC", "nodeStates": [], "edgeStates": [], "agvPosition": {"x": 7, "y": 5, "theta": 0, "mapId": "map", "positionInitialized": True}, "actionStates": [],
         "batteryState": {"batteryCharge": 80, "charging": False}, "errors": [], "safetyState": {"eStop": "NONE", "fieldViolation": False}}
    s.update(more)
    return json.dumps(s)


def connection(robot, is_):
    return json.dumps({"headerId": 1, "timestamp": "2026-11-30T08:15:00.250Z", "version": "2.0.0", "manufacturer": "acme", "serialNumber": robot, "connectionState": is_})


def robot(d, code):
    return d.get(f"/robots/{code}")[1]


def done(d, n):
    return lambda: len(d.get("/tasks?state=done")[1]["items"]) >= n


def test_our_master_drives_our_vehicles(hall):
    b, d = hall.broker(), hall.daemon("--fleet.speed", "20")
    ear = hall.ear(b)
    master = hall.master(b, d)
    hall.vehicles(b, "--plant", PLANT, "--robots", 20, "--speed", 20, "--hz", 10)
    assert wait_for(lambda: sum(r["age_ms"] >= 0 for r in d.get("/robots")[1]["items"]) >= 20), master.log.read_text()
    for k in range(12):
        assert d.post("/tasks", {"from": f"ST{k % 7 + 1}", "to": f"ST{(k + 3) % 7 + 1}"})[0] == 201
    assert wait_for(done(d, 12), 60), (d.get("/tasks")[1]["items"], master.log.read_text()[-2000:])
    assert driven(ear.all("/state"), hall.dir).returncode == 0, driven(ear.all("/state"), hall.dir).stderr
    seen = orders_are_good(ear)
    assert seen and not master.said("is over"), master.log.read_text()[-2000:]
    assert not [e for s in ear.all("/state") for e in s["errors"]]


def test_another_master_drives_our_vehicle(hall, node):
    b = hall.broker()
    hall.vehicles(b, "--serial", "R1", "--speed", 4)
    told = subprocess.run(["node", "peer.js", "master", f"mqtt://127.0.0.1:{b.port}", "acme", "R1"], cwd=node, capture_output=True, text=True, timeout=60)
    assert told.returncode == 0, told.stderr
    said = json.loads(told.stdout.splitlines()[-1])
    assert said["error"] is None and not said["canceled"] and said["online"] and said["update"] == 1
    assert said["traversed"] == ["n1", "n2", "n3", "n4"] and said["actions"][-1] == "FINISHED"


@pytest.mark.long
def test_our_master_drives_another_vehicle(hall, node):
    b, d = hall.broker(), hall.daemon("--fleet.speed", "8")
    ear = hall.ear(b)
    master = hall.master(b, d)
    home = (robot(d, "G1-001")["x"], robot(d, "G1-001")["y"])
    agv = hall.program("peer", "node", "peer.js", "agv", f"mqtt://127.0.0.1:{b.port}", "acme", "G1-001", *home, cwd=node)
    assert wait_for(lambda: robot(d, "G1-001")["age_ms"] >= 0), (master.log.read_text(), agv.log.read_text())
    assert d.post("/tasks", {"from": "ST1", "to": "ST3"})[0] == 201
    assert wait_for(done(d, 1), 90), (robot(d, "G1-001"), master.log.read_text()[-2000:], ear.all("/state")[-1:])
    orders_are_good(ear)
    assert not [e for s in ear.all("/state") for e in s["errors"]]


def test_retained_online_counts_again_after_a_reconnect(hall):
    """The broker goes and comes back with the same retained message: the vehicle is there, though nothing of that message is new."""
    b, d = hall.broker(), hall.daemon()
    master = hall.master(b, d)
    assert wait_for(lambda: master.said(": connected"))
    ear = hall.ear(b)
    ear.say("uagv/v2/acme/G1-001/connection", connection("G1-001", "ONLINE"), "-r", "-q", "1")
    ear.say("uagv/v2/acme/G1-001/state", state("G1-001"))
    assert wait_for(lambda: robot(d, "G1-001")["age_ms"] >= 0)
    b.stop()
    assert wait_for(lambda: master.said(": lost"))
    assert wait_for(lambda: robot(d, "G1-001")["stale"])
    b.start()
    assert wait_for(lambda: master.log.read_text().count(": connected") == 2)
    assert wait_for(lambda: master.log.read_text().count("G1-001: ONLINE") == 2)
    ear.say("uagv/v2/acme/G1-001/state", state("G1-001", header=2))
    assert wait_for(lambda: not robot(d, "G1-001")["stale"])
    assert master.stop() == 0


def test_a_dead_robot_is_not_shown_idle(hall):
    """Killed without a word: its last will says so, and fleetd shows it stale within three seconds."""
    b, d = hall.broker(), hall.daemon()
    master = hall.master(b, d)
    agv = hall.vehicles(b, "--plant", PLANT, "--robots", 2, "--hz", 5)
    assert wait_for(lambda: robot(d, "G1-002")["age_ms"] >= 0)
    agv.kill()
    assert wait_for(lambda: master.said("G1-002: CONNECTIONBROKEN"), 5)
    assert wait_for(lambda: robot(d, "G1-002")["stale"], 5)
    time.sleep(1)
    assert robot(d, "G1-002")["age_ms"] > 2000
    # one that says ONLINE and nothing else is not taken for alive either
    ear = hall.ear(b)
    ear.say("uagv/v2/acme/G1-002/connection", connection("G1-002", "ONLINE"), "-r", "-q", "1")
    assert wait_for(lambda: master.log.read_text().count("G1-002: ONLINE") == 2)
    time.sleep(1)
    assert robot(d, "G1-002")["stale"]
    hall.vehicles(b, "--plant", PLANT, "--robots", 2, "--hz", 5, name="again")
    assert wait_for(lambda: not robot(d, "G1-002")["stale"], 5)


def test_a_vehicle_that_goes_properly_is_offline(hall):
    b, d = hall.broker(), hall.daemon()
    master = hall.master(b, d)
    agv = hall.vehicles(b, "--plant", PLANT, "--robots", 1)
    assert wait_for(lambda: robot(d, "G1-001")["age_ms"] >= 0)
    assert agv.stop() == 0
    assert wait_for(lambda: master.said("G1-001: OFFLINE")) and not master.said("CONNECTIONBROKEN")


def test_updates_from_the_wrong_node_are_refused_by_our_vehicle(hall):
    """An update that begins one node too early would take back what was promised."""
    b = hall.broker()
    hall.vehicles(b, "--serial", "R1", "--hz", 10)
    ear = hall.ear(b)
    assert wait_for(lambda: ear.all("/state"))

    def order(nodes, released, first, update):
        (hall.dir / "way.csv").write_text("vertex,x,y\n" + "".join(f"{n},{i},0\n" for i, n in nodes))
        return subprocess.run([BIN / "c12", "vda", "order", hall.dir / "way.csv", "--order", "T", "--manufacturer", "acme", "--serial", "R1", "--released", str(released), "--first", str(first), "--update", str(update)], check=True, capture_output=True, text=True).stdout

    way = list(enumerate("ABCDE"))
    ear.say("uagv/v2/acme/R1/order", order(way, 3, 0, 0))
    assert wait_for(lambda: ear.all("/state")[-1]["orderId"] == "T")
    ear.say("uagv/v2/acme/R1/order", order(way[1:], 3, 2, 1))
    assert wait_for(lambda: ear.all("/state")[-1]["errors"])
    error = ear.all("/state")[-1]["errors"][0]
    assert error["errorType"] == "orderUpdateError" and {"referenceKey": "orderUpdateId", "referenceValue": "1"} in error["errorReferences"]
    assert ear.all("/state")[-1]["orderUpdateId"] == 0
    ear.say("uagv/v2/acme/R1/order", order(way[2:], 3, 4, 1))
    assert wait_for(lambda: ear.all("/state")[-1]["orderUpdateId"] == 1 and not ear.all("/state")[-1]["errors"])
    assert wait_for(lambda: ear.all("/state")[-1]["lastNodeId"] == "E")


def test_a_failed_order_is_followed_by_another(hall):
    """What comes after an order that failed is not left open: it is over, and the next begins where the vehicle stands."""
    b, d = hall.broker(), hall.daemon("--fleet.speed", "20")
    ear = hall.ear(b)
    master = hall.master(b, d)
    hall.vehicles(b, "--plant", PLANT, "--robots", 1, "--speed", 20, "--hz", 10, "--drop-at", 5)
    assert wait_for(lambda: robot(d, "G1-001")["age_ms"] >= 0)
    assert d.post("/tasks", {"from": "ST1", "to": "ST3"})[0] == 201
    assert wait_for(done(d, 1), 60), (robot(d, "G1-001"), master.log.read_text()[-2000:])
    assert master.said("is over: the vehicle dropped it")
    assert len(set(orders_are_good(ear)["G1-001"])) >= 2


def test_the_master_is_killed_and_started_again(hall):
    """Vehicles have orders that the new master does not know: they are cancelled, and all go on from where they stand."""
    b, d = hall.broker(), hall.daemon("--fleet.speed", "20")
    ear = hall.ear(b)
    master = hall.master(b, d)
    hall.vehicles(b, "--plant", PLANT, "--robots", 10, "--speed", 20, "--hz", 10)
    assert wait_for(lambda: sum(r["age_ms"] >= 0 for r in d.get("/robots")[1]["items"]) >= 10)
    for k in range(8):
        assert d.post("/tasks", {"from": f"ST{k % 7 + 1}", "to": f"ST{(k + 3) % 7 + 1}"})[0] == 201
    assert wait_for(lambda: len(ear.all("/order")) >= 4)
    for n in range(2):
        time.sleep(1)
        master.kill()
        master = hall.master(b, d, name=f"mqttd{n}")
    assert wait_for(done(d, 8), 60), (d.get("/tasks")[1]["items"], master.log.read_text()[-2000:])
    assert "cancelOrder" in json.dumps(ear.all("/instantActions")) and not master.said("stands where nobody sent it")
    orders_are_good(ear)
    assert driven(ear.all("/state"), hall.dir).returncode == 0, driven(ear.all("/state"), hall.dir).stderr


def test_long_ways_are_several_orders(hall):
    """An order that has as many nodes as it may ends where its base does, and another goes on."""
    b, d = hall.broker(), hall.daemon("--fleet.speed", "20")
    ear = hall.ear(b)
    master = hall.master(b, d, "--order-nodes", "24", "--horizon", "6")
    hall.vehicles(b, "--plant", PLANT, "--robots", 5, "--speed", 20, "--hz", 10)
    assert wait_for(lambda: sum(r["age_ms"] >= 0 for r in d.get("/robots")[1]["items"]) >= 5)
    for k in range(4):
        assert d.post("/tasks", {"from": f"ST{k + 1}", "to": f"ST{k + 3}"})[0] == 201
    assert wait_for(done(d, 4), 60), (d.get("/tasks")[1]["items"], master.log.read_text()[-2000:])
    assert max(len(ids) for ids in orders_are_good(ear).values()) >= 3 and not master.said("is over")
    assert max(n["sequenceId"] for o in ear.all("/order") for n in o["nodes"]) < 48


def at(robot, ms, last, to=None):
    """A state at that time that names a cell, and one that it drives to."""
    more = {"driving": True, "nodeStates": [{"nodeId": to, "sequenceId": 2, "released": True}]} if to else {}
    return json.loads(state(robot, timestamp=f"2026-11-30T08:15:{ms // 1000:02}.{ms % 1000:03}Z", lastNodeId=last, **more))


@pytest.mark.parametrize("states,said", [
    ([at("A", 0, "x3y4"), at("B", 0, "x4y4"), at("A", 100, "x3y4"), at("B", 200, "x4y4")], None),
    ([at("A", 0, "x3y4"), at("B", 0, "x4y4"), at("B", 100, "x4y4", "x3y4")], "x3y4"),
    ([at("A", 0, "x3y4"), at("B", 0, "x4y4"), at("B", 100, "x3y4")], "x3y4"),
    ([at("A", 0, "x3y4"), at("B", 0, "x5y4"), at("A", 100, "x3y4", "x4y4"), at("B", 150, "x5y4", "x4y4")], "x4y4"),
    # who leaves is followed from that moment on, and not before it
    ([at("A", 0, "x3y4"), at("B", 0, "x4y4"), at("A", 100, "x3y4", "x2y4"), at("A", 300, "x2y4"), at("B", 300, "x4y4", "x3y4"), at("B", 500, "x3y4")], None),
    ([at("A", 0, "x3y4"), at("B", 0, "x4y4"), at("A", 100, "x3y4", "x2y4"), at("B", 299, "x4y4", "x3y4"), at("A", 300, "x2y4"), at("B", 500, "x3y4")], "x3y4"),
    # it was entered somewhen between two states, and held for all one knows
    ([at("A", 0, "x3y4"), at("B", 0, "x4y4"), at("A", 100, "x3y4", "x2y4"), at("B", 290, "x4y4"), at("A", 300, "x2y4"), at("B", 500, "x3y4")], "x3y4"),
    # it turns back as soon as it is there, and somebody follows
    ([at("A", 0, "x3y4", "x4y4"), at("A", 200, "x4y4", "x3y4"), at("A", 400, "x3y4", "x3y5"), at("A", 600, "x3y5"), at("B", 0, "x5y4"), at("B", 400, "x5y4", "x4y4"), at("B", 600, "x4y4", "x3y4")], None),
    ([at("A", 0, "x3y4", "x4y4"), at("A", 200, "x4y4", "x3y4"), at("A", 400, "x3y4", "x3y5"), at("B", 0, "x2y4"), at("B", 300, "x2y4", "x3y4")], "x3y4"),
    ([at("A", 0, "x3y4"), at("A", 100, "x5y4")], "no arc"),
    ([at("A", 0, "x3y4"), at("A", 100, "x3y4", "x3y0")], "no arc"),
    ([at("A", 0, "x0y0")], "blocked"),
], ids=range(12))
def test_what_was_driven_is_judged(tmp_path, states, said):
    """Two in one cell, one that drives into another's, one that jumps, one in a wall: refused by the library's checker of routes."""
    told = driven(states, tmp_path)
    assert told.returncode == bool(said), told
    if said:
        assert ("two robots on one vertex" in told.stderr and said == "x{}y{}".format(*told.stderr.split("cell ")[1].split()[:2])) or said in told.stderr, told.stderr


@pytest.mark.long
def test_a_fleet_for_half_a_minute(hall):
    """Twenty vehicles at 10 Hz: no state is missed, nobody meets; and in the same log somebody who stood where they drove is found."""
    b, d = hall.broker(), hall.daemon("--fleet.speed", "4")
    ear = hall.ear(b)
    master = hall.master(b, d)
    hall.vehicles(b, "--plant", PLANT, "--robots", 20, "--speed", 4, "--hz", 10)
    assert wait_for(lambda: sum(r["age_ms"] >= 0 for r in d.get("/robots")[1]["items"]) >= 20), master.log.read_text()
    for k in range(60):
        assert d.post("/tasks", {"from": f"ST{k % 7 + 1}", "to": f"ST{(k + 3) % 7 + 1}"})[0] == 201
        time.sleep(0.5)
    log = Driven()
    for s in ear.all("/state"):
        log.hear(s)
    told = log.judged(hall.dir)
    assert told.returncode == 0 and "valid" in told.stdout, told.stderr
    assert log.missed == 0 and log.states > 20 * 10 * 25 and len(log.visits) == 20
    longest = max(log.visits.values(), key=len)
    assert len(longest) > 20
    log.visits["ghost"] = [[longest[len(longest) // 2][0], longest[0][1], -1]]
    told = log.judged(hall.dir)
    assert told.returncode == 1 and "P3: two robots on one vertex" in told.stderr, told


@pytest.mark.long
def test_stop_pauses_vehicles(hall):
    b, d = hall.broker(), hall.daemon("--fleet.speed", "4")
    ear = hall.ear(b)
    hall.master(b, d)
    hall.vehicles(b, "--plant", PLANT, "--robots", 1, "--speed", 4, "--hz", 10)
    assert wait_for(lambda: robot(d, "G1-001")["age_ms"] >= 0)
    assert d.post("/tasks", {"from": "ST1", "to": "ST3"})[0] == 201
    assert wait_for(lambda: ear.all("/state")[-1]["driving"])
    assert d.post("/robots/G1-001/stop")[0] == 200
    assert wait_for(lambda: ear.all("/state")[-1]["paused"])
    at = robot(d, "G1-001")["x"], robot(d, "G1-001")["y"]
    time.sleep(1.5)
    assert (robot(d, "G1-001")["x"], robot(d, "G1-001")["y"]) == at
    assert d.post("/robots/G1-001/resume")[0] == 200
    assert wait_for(done(d, 1), 60)


@pytest.mark.parametrize("payload,reason", [
    (b"\x00\xff\xfe", "a message is one JSON object: JSON at byte 0"),
    (b"{", "key expected: JSON at byte 1"),
    (b"[" * 100000, "a message is one JSON object"),
    (state("G1-001", version="1.1.0").encode(), "must be 2.0 or 2.1: other versions are not spoken here: version at byte"),
    (state("G1-001", version="3.0.0").encode(), "must be 2.0 or 2.1"),
    (state("G1-001", driving="yes").encode(), "must be true or false: driving at byte"),
    (state("G1-002").encode(), "it names another vehicle than its topic"),
    (state("G1-001", vendor="x" * 300000).encode(), "too long"),
    (state("G1-001", vendor=[[[[[]]]]]).replace("[[[[[]]]]]", "[" * 5000 + "]" * 5000).encode(), "nested deeper than 64 levels"),
], ids=["bytes", "cut", "brackets", "old", "new", "type", "other", "long", "deep"])  # an id is in the environment of what a test starts
def test_hostile_messages_are_refused_with_their_reason(hall, payload, reason):
    b, d = hall.broker(), hall.daemon()
    master = hall.master(b, d)
    assert wait_for(lambda: master.said(": connected"))
    ear = hall.ear(b)
    ear.say("uagv/v2/acme/G1-001/state", payload)
    assert wait_for(lambda: master.said("refused: uagv/v2/acme/G1-001/state: " + reason)), master.log.read_text()
    ear.say("uagv/v2/acme/nobody/state", state("nobody"))
    assert wait_for(lambda: master.said("refused: uagv/v2/acme/nobody/state: nobody of the fleet"))
    ear.say("uagv/v2/acme/G1-001/connection", connection("G1-001", "ONLINE"))
    ear.say("uagv/v2/acme/G1-001/state", state("G1-001", header=2))
    assert wait_for(lambda: robot(d, "G1-001")["age_ms"] >= 0), master.log.read_text()
    assert master.stop() == 0


def test_a_flood_of_refusals_is_counted_not_listed(hall):
    b, d = hall.broker(), hall.daemon()
    master = hall.master(b, d)
    assert wait_for(lambda: master.said(": connected"))
    subprocess.run(["mosquitto_pub", "-p", str(b.port), "-t", "uagv/v2/acme/nobody/state", "-l"], input="x\n" * 5000, text=True, check=True)
    time.sleep(1)
    master.stop()
    log = master.log.read_text()
    assert log.count("refused: uagv") < 200 and ", 5000 refused" in log, log[-300:]


def test_certificates_on_both_sides(hall):
    """TLS 1.3 with a certificate of one's own, or no connection."""
    certs = hall.dir / "certs"
    certs.mkdir()
    a = Authority(certs)
    cert, key, _ = a.issue("server", host=True)
    (certs / "ca.pem").write_bytes((certs / "plant-ca.pem").read_bytes())
    for name in ("mqttd", "G1-001"):
        a.issue(name)
    b, d = hall.broker(tls=certs), hall.daemon()
    bare = hall.master(b, d, name="bare")
    master = hall.master(b, d, "--ca", certs / "ca.pem", "--cert", certs / "mqttd.pem", "--key", certs / "mqttd.key")
    hall.vehicles(b, "--plant", PLANT, "--robots", 1, "--certs", certs, "--ca", certs / "ca.pem")
    assert wait_for(lambda: robot(d, "G1-001")["age_ms"] >= 0), master.log.read_text()
    assert not bare.said(": connected")


def test_fleetd_away_and_back(hall):
    b, d = hall.broker(), hall.daemon()
    master = hall.master(b, d)
    hall.vehicles(b, "--plant", PLANT, "--robots", 1, "--hz", 5)
    assert wait_for(lambda: robot(d, "G1-001")["age_ms"] >= 0)
    d.stop()
    assert wait_for(lambda: master.said("does not answer; again in"))
    d.start()
    assert wait_for(lambda: robot(d, "G1-001")["age_ms"] >= 0 and not robot(d, "G1-001")["stale"])


def test_options(hall):
    for words, said in ((["--brokr", "x"], "no such option"), (["--port"], "a value is missing"), (["--manufacturer", "a/b"], "part of a topic"), (["--version", "1.1"], "2.0.0 or 2.1.0"), (["--cell", "0"], "--cell"), (["--api-ca", "/no/such"], "cannot be read")):
        told = subprocess.run([BIN / "c12-mqttd", *words], capture_output=True, text=True)
        assert told.returncode == 2 and said in told.stderr
    told = subprocess.run([BIN / "c12", "sim", "robot", "--mqtt"], capture_output=True, text=True)
    assert told.returncode == 2 and "--plant" in told.stderr


@pytest.mark.parametrize("program", ["c12", "c12d", "fleetd", "mesd", "qmsd", "teld", "c12-sim"])
def test_only_the_connector_links_mqtt(program):
    linked = subprocess.run(["ldd", BIN / program], capture_output=True, text=True, check=True).stdout
    assert "libmosquitto" not in linked and "libssl" not in linked
