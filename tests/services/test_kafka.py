"""c12-kafkad with a real broker: at least once out, exactly once in, whoever is killed."""
import json
import os
import signal
import sqlite3
import subprocess
import time

import pytest
from bridges import store, wait_for
from conftest_daemons import BIN, ROOT

BOOTSTRAP = os.environ.get("KAFKA_BOOTSTRAP")
ORDERS = int(os.environ.get("C12_ORDERS", "50000"))


@pytest.fixture
def kafka(bridge):
    return lambda d, *more, site="bern": bridge(d, "c12-kafkad", "--plant.site", site, "--kafka.bootstrap.servers", BOOTSTRAP, *more)


def produce(topic, lines, key="bern"):
    subprocess.run(["kcat", "-P", "-b", BOOTSTRAP, "-t", topic, "-K", "\x01"], input="".join(f"{key}\x01{line}\n" for line in lines), text=True, check=True)


def consume(topic, headers=False):
    form = '%s\x01%h\n' if headers else "%s\n"
    out = subprocess.run(["kcat", "-C", "-b", BOOTSTRAP, "-t", topic, "-e", "-q", "-o", "beginning", "-f", form], capture_output=True, text=True).stdout
    return out.splitlines()


def order(k, **other):
    data = {"order": f"ERP-{k:06d}", "customer": "ERP", "item": "C12-EXEC-DOUBLE-001", "qty": 1, "due": "2025-12-01", **other}
    return json.dumps({"specversion": "1.0", "id": f"e{k}", "source": "/erp", "type": "com.c12.sales.orders.created", "time": "2025-10-24T00:00:00Z", "datacontenttype": "application/json", "data": data})


def count(d, sql="SELECT count(*) FROM sales_orders WHERE code LIKE 'ERP-%'"):
    return store(d, sql)


def broker(name):
    return open(os.environ[name]).read().strip()


def test_orders_come_in_exactly_once(daemon, kafka):
    """While the bridge is killed four times, and the broker once."""
    d = daemon()
    b = kafka(d, "--events.in", "sales.orders.created").start()
    began = time.monotonic()
    for part in range(4):
        produce("sales.orders.created", [order(k) for k in range(part * ORDERS // 4, (part + 1) * ORDERS // 4)])
        time.sleep(0.3)
        b.kill()
        if part == 1:
            os.kill(int(broker("KAFKA_PID")), signal.SIGKILL)
            subprocess.run([os.environ["KAFKA_RESTART"]], check=True)
        b.start()
    produce("sales.orders.created", [order(k) for k in range(0, ORDERS, 50)])  # sent again: known
    assert wait_for(lambda: count(d) == ORDERS, 120), (count(d), b.log.read_text()[-1500:])
    took = time.monotonic() - began
    assert wait_for(lambda: not b.log.read_text().count("dead letter"), 1)
    time.sleep(2)
    assert count(d) == ORDERS == count(d, "SELECT count(DISTINCT code) FROM sales_orders WHERE code LIKE 'ERP-%'")
    assert count(d, "SELECT count(*) FROM inbox") == ORDERS
    b.stop()
    print(f"\n{ORDERS} orders, four kills of the bridge, one of the broker: each there once, after {took:.0f} s")


def test_what_is_no_event_is_a_dead_letter_with_its_reason(daemon, kafka):
    d = daemon()
    topic = "sales.orders.created"
    before = len(consume(topic + ".dead"))
    good = json.loads(order(900001))
    bad = ["{", "[]", "x" * 100000, json.dumps({**good, "specversion": "0.3"}), json.dumps({**good, "type": "org.other"}), json.dumps({**good, "id": ""}), json.dumps({**good, "data": 7}), order(900002, qty=0), order(900003, item="moon"),
           order(900004, due="someday"), order(900005, order="x" * 60), json.dumps({**good, "id": "n" * 300})]
    b = kafka(d, "--events.in", topic).start()
    produce(topic, bad + [order(900006)])
    assert wait_for(lambda: count(d, "SELECT count(*) FROM sales_orders WHERE code = 'ERP-900006'") == 1, 60)
    assert wait_for(lambda: len(consume(topic + ".dead")) - before == len(bad), 30), (len(consume(topic + ".dead")) - before, b.log.read_text()[-2000:])
    reasons = [line.rsplit("\x01", 1)[1] for line in consume(topic + ".dead", headers=True)]
    assert all("reason=" in r for r in reasons) and any("not an item of the plant" in r for r in reasons)
    b.stop()


def test_a_reason_is_told_again_when_its_answer_was_lost(daemon, kafka):
    """The inbox has refused it, and nobody has put it among the dead letters: the same message comes again, and its reason with it."""
    d = daemon()
    event = {"id": "/erp#e930001", "type": "sales.orders.created", "data": json.loads(order(930001, item="moon"))["data"]}
    first, again = (d.ask("POST", "/api/v1/inbox", [event])[1] for _ in range(2))
    assert first == again and "not an item" in first["refused"][0]["why"]
    topic = "sales.orders.created"
    before = len(consume(topic + ".dead"))
    b = kafka(d, "--events.in", topic, "--events.group", "told-again").start()
    produce(topic, [order(930001, item="moon")])
    assert wait_for(lambda: any("ERP-930001" in line for line in consume(topic + ".dead")[before:]), 60)
    b.stop()


def test_what_is_too_much_at_once_goes_in_parts(daemon, kafka):
    """Thirty events of 300 kB are more than one request takes; one that is refused among them does not stop the others."""
    d = daemon()
    b = kafka(d, "--events.in", "sales.orders.created").start()
    produce("sales.orders.created", [order(940000 + k, note="x" * 300000, **({"item": "moon"} if k == 7 else {})) for k in range(30)])
    assert wait_for(lambda: count(d, "SELECT count(*) FROM sales_orders WHERE code BETWEEN 'ERP-940000' AND 'ERP-940029'") == 29, 60), b.log.read_text()[-1500:]
    b.stop()


def test_two_plants_share_a_cluster(daemon, kafka):
    """The key says for which plant an order is; both hear of both, and none makes what the other makes."""
    plants = {site: daemon() for site in ("basel", "thun")}
    bridges = [kafka(d, "--events.in", "sales.orders.created", site=site).start() for site, d in plants.items()]
    for first, site in ((700000, "basel"), (710000, "thun"), (720000, "elsewhere")):
        produce("sales.orders.created", [order(k) for k in range(first, first + 300)], key=site)
    for first, d in zip((700000, 710000), plants.values()):
        theirs = f"SELECT count(*) FROM sales_orders WHERE code BETWEEN 'ERP-{first}' AND 'ERP-{first + 9999}'"
        assert wait_for(lambda: count(d, theirs) == 300, 60)
    time.sleep(2)
    assert [count(d, "SELECT count(*) FROM sales_orders WHERE code BETWEEN 'ERP-700000' AND 'ERP-729999'") for d in plants.values()] == [300, 300]
    for site, d in plants.items():
        assert d.post("/sales-orders", {"customer": site, "item": "C12-EXEC-DOUBLE-001", "qty": 1, "due": "2025-12-01"})[0] == 201
        assert wait_for(lambda: any(f'"/c12/{site}"' in line and json.loads(line)["data"]["customer"] == site for line in consume("sales.orders.created")), 30)
    time.sleep(1)
    assert [count(d, "SELECT count(*) FROM sales_orders WHERE customer IN ('basel', 'thun')") for d in plants.values()] == [1, 1]
    for b in bridges:
        b.stop()
        assert "dead letter" not in b.log.read_text()


def test_every_event_goes_out(daemon, kafka):
    """Changes of every kind, the bridge killed between: each event at least once, with the same id each time."""
    d = daemon()
    b = kafka(d).start()
    assert wait_for(lambda: count(d, "SELECT count(*) FROM outbox_readers") == 1, 30)
    for k in range(200):
        assert d.post("/inventory/NV-ORIN-001/transactions", {"kind": "receipt", "qty": 1, "reference": f"out-{k}"})[0] == 201
        if k % 50 == 25:
            b.kill()
            b.start()
    d.post("/ncrs", {"work_order": "", "station": "ST1", "defect": "cosmetic"})
    d.post("/purchase-orders", {"item": "NV-ORIN-001", "supplier": "NVIDIA Distribution", "qty": 20, "due": "2025-12-01"})
    d.post("/sales-orders", {"customer": "ACME", "item": "C12-EXEC-DOUBLE-001", "qty": 1, "due": "2025-12-01"})
    assert wait_for(lambda: count(d, "SELECT count(*) FROM outbox") == 0, 30), "the outbox is empty when all is handed on"
    seen = {}
    for line in consume("inventory.transactions"):
        e = json.loads(line)
        if e["source"] == "/c12/bern" and (e["data"]["reference"] or "").startswith("out-"):
            assert seen.setdefault(e["id"], e["data"]) == e["data"] and e["type"] == "com.c12.inventory.transactions" and e["specversion"] == "1.0"
    assert sorted(x["reference"] for x in seen.values()) == sorted(f"out-{k}" for k in range(200))
    for topic in ("quality.ncr.created", "purchasing.po.created", "sales.orders.created"):
        assert any(json.loads(line)["source"] == "/c12/bern" for line in consume(topic) if '"/c12/bern"' in line), topic
    b.stop()


def test_a_load_of_events_goes_out_and_its_rate_is_told(daemon, kafka):
    n = 120000
    d = daemon()
    d.ask("PUT", "/api/v1/outbox/readers/kafka-bern", {})
    d.stop()
    with sqlite3.connect(d.state / "c12.db") as s:
        s.executemany("INSERT INTO outbox(at_ms, topic, subject, data) VALUES(?, 'inventory.transactions', ?, ?)", ((1761316337000 + k, f"load-{k}", json.dumps({"item": "NV-ORIN-001", "kind": "receipt", "qty": 1, "on_hand": k, "by": "load"})) for k in range(n)))
    d.start()
    began = time.monotonic()
    b = kafka(d).start()
    assert wait_for(lambda: count(d, "SELECT count(*) FROM outbox") == 0, 60)
    took = time.monotonic() - began
    b.stop()
    print(f"\n{n} events out in {took:.1f} s: {n / took:.0f} a second")
    assert n / took > 5000, "far below what it does on a quiet machine"


@pytest.mark.long
def test_the_broker_away(daemon, kafka):
    d = daemon()
    b = kafka(d).start()
    assert wait_for(lambda: count(d, "SELECT count(*) FROM outbox_readers") == 1, 30)
    os.kill(int(broker("KAFKA_PID")), signal.SIGSTOP)
    try:
        for k in range(2000):
            d.post("/inventory/NV-ORIN-001/transactions", {"kind": "receipt", "qty": 1, "reference": f"away-{k}"})
        time.sleep(float(os.environ.get("C12_AWAY", "60")))
        memory = int(next(line for line in open(f"/proc/{b.process.pid}/status") if line.startswith("VmRSS")).split()[1]) // 1024
    finally:
        os.kill(int(broker("KAFKA_PID")), signal.SIGCONT)
    assert wait_for(lambda: count(d, "SELECT count(*) FROM outbox") == 0, 60), b.log.read_text()[-1500:]
    ids = {json.loads(line)["data"]["reference"] for line in consume("inventory.transactions") if '"away-' in line}
    assert len(ids) == 2000 and memory < 128
    b.stop()


def test_the_document_is_what_the_code_does():
    told = json.loads(subprocess.run([BIN / "c12-kafkad", "--asyncapi"], check=True, capture_output=True, text=True).stdout)
    assert told == json.loads((ROOT / "docs/asyncapi.json").read_text()), "c12-kafkad --asyncapi > docs/asyncapi.json"


def test_a_certificate_on_both_sides_or_no_connection(daemon, bridge, secured):
    """Over TLS with a certificate of one's own it works; a broker that another authority vouches for is not trusted, and that is said in lines that journald sorts."""
    d, s = daemon(), secured("kafka-up")
    topic = "sales.orders.created"

    def kafka(site, ca, certs):
        ssl = {"bootstrap.servers": s["KAFKA_BOOTSTRAP"], "security.protocol": "ssl", "ssl.ca.location": f"{ca}/ca.pem", "ssl.certificate.location": f"{certs}/c12.pem", "ssl.key.location": f"{certs}/c12.key"}
        return bridge(d, "c12-kafkad", "--plant.site", site, "--events.in", topic, *(w for k, v in ssl.items() for w in (f"--kafka.{k}", v))).start()

    stranger = kafka("stranger", s["others"], s["certs"])
    assert wait_for(lambda: "could not be verified" in stranger.log.read_text()), stranger.log.read_text()
    unknown = kafka("unknown", s["certs"], s["others"])
    assert wait_for(lambda: "SSL" in unknown.log.read_text()), unknown.log.read_text()
    good = kafka("good", s["certs"], s["certs"])
    with_certificate = [w for k, v in (("protocol", "ssl"),) for w in ("-X", f"security.{k}={v}")] + [w for k, v in (("ca", "ca.pem"), ("certificate", "c12.pem"), ("key", "c12.key")) for w in ("-X", f"ssl.{k}.location={s['certs']}/{v}")]
    lines = "".join(f"{site}\x01{order(950000 + k)}\n" for k, site in enumerate(("stranger", "unknown", "good")))
    subprocess.run(["kcat", "-P", "-b", s["KAFKA_BOOTSTRAP"], *with_certificate, "-t", topic, "-K", "\x01"], input=lines, text=True, check=True)
    assert wait_for(lambda: count(d, "SELECT count(*) FROM sales_orders WHERE code LIKE 'ERP-95%'") == 1, 60), good.log.read_text()
    assert count(d, "SELECT code FROM sales_orders WHERE code LIKE 'ERP-95%'") == "ERP-950002"
    for b in (stranger, unknown, good):
        assert all(line.startswith("<") and "c12-kafkad: " in line for line in b.log.read_text().splitlines()), b.log.read_text()
        b.stop()
