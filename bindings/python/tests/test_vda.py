# SPDX-License-Identifier: Apache-2.0
"""VDA 5050 from Python."""
import json

import pytest

import c12
from c12 import vda

HEAD = {"headerId": 1, "timestamp": "2026-11-30T08:15:00.250Z", "version": "2.0.0", "manufacturer": "acme", "serialNumber": "R1"}


def state(last, sequence, ahead, update=0):
    nodes = [{"nodeId": n.upper(), "sequenceId": sequence + 2 * (k + 1), "released": n.isupper()} for k, n in enumerate(ahead)]
    return json.dumps({**HEAD, "orderId": "o", "orderUpdateId": update, "lastNodeId": last, "lastNodeSequenceId": sequence, "driving": True, "operatingMode": "AUTOMATIC", "nodeStates": nodes, "edgeStates": [], "actionStates": [],
                       "batteryState": {"batteryCharge": 80.5, "charging": False}, "errors": [], "safetyState": {"eStop": "NONE", "fieldViolation": False}})


def order(nodes, released, **more):
    return vda.order(list(nodes), released, "o", "acme", "R1", **more)


def test_columns():
    m = vda.read("state", state("A", 0, "Bc"))
    assert m["nodeStates.sequenceId"].tolist() == [2, 4] and m.texts("nodeStates.nodeId") == ["B", "C"] and m["batteryState.batteryCharge"].tolist() == [80_500_000]
    assert m["paused"].tolist() == [vda.NONE] and m.texts("zoneSetId") == [None] and (m.version, m.extra) == (20, 0) and m.offsets("nodeStates").tolist() == [0, 2]
    assert json.loads(m.write()) == json.loads(state("A", 0, "Bc")) and vda.read("state", m.write()).write() == m.write()
    with pytest.raises(KeyError, match="no member 'nodes'"):
        m["nodes"]
    with pytest.raises(ValueError):
        m["driving"][0] = 0


def test_faults():
    with pytest.raises(c12.Error) as e:
        vda.read("state", state("A", 0, "B").replace("true", "1").replace('"NONE"', '"OFF"'))
    assert (e.value.status, e.value.field) == ("C12_E_RANGE", "driving") and "safetyState.eStop[0]" in e.value.text
    with pytest.raises(c12.Error, match="C12_E_UNSUPPORTED"):
        vda.read("connection", json.dumps({**HEAD, "version": "1.1.0", "connectionState": "ONLINE"}))
    with pytest.raises(ValueError, match="orders"):
        vda.read("orders", "{}")


def test_orders_and_their_answers():
    first, more = order("AABCde", 4), order("CDx", 2, update=1, first=4)
    assert [n["nodeId"] + "ba"[n["released"]] for n in json.loads(first)["nodes"]] == ["Aa", "Ba", "Ca", "db", "eb"]
    assert vda.check(first) == (0, None, None, -1) and vda.check(more, after=first).violations == 0
    wrong = order("BC", 2, update=1, first=2)
    assert vda.check(wrong, after=first).rule.startswith("V7") and vda.accept(state("A", 0, "BCde"), wrong).error == "orderUpdateError"
    assert vda.accept(state("A", 0, "BCde"), more).what == "extend" and vda.accept(state("A", 0, "BCde"), first).what == "known"
    assert vda.place(first, state("B", 2, "Cde").replace('"D"', '"d"').replace('"E"', '"e"')) == ("on_way", 1, 1, 2, False, None)
    assert vda.place(first, state("X", 2, "Cde")).state == "lost"
    assert json.loads(order("AB", 1, positions={"A": (0, 0), "B": (1_500_000, -1)}, map="hall"))["nodes"][1]["nodePosition"] == {"x": 1.5, "y": -0.000001, "mapId": "hall"}


def test_small_rules():
    assert [vda.follow(*p) for p in ((None, 3), (3, 4), (3, 9), (3, 3), (3, 0), (9, 4), (2**32 - 1, 0))] == ["first", "next", "gap", "repeat", "restart", "old", "next"]
    assert vda.action_may("WAITING", "RUNNING") and not vda.action_may("WAITING", "PAUSED") and vda.action_may("WAITING", "PAUSED", seen=True) and not vda.action_may("FINISHED", "FAILED", seen=True)
    assert vda.topic("uagv/v2/acme/R1/state") == ("uagv", "v2", "acme", "R1", "state")
    with pytest.raises(c12.Error, match="five|interface"):
        vda.topic("uagv/v2/acme")
