"""c12-pgd with a real PostgreSQL: what is in the store is there once, also when the server is restarted in the middle."""
import datetime
import json
import os
import sqlite3
import subprocess
import time

import pytest
from bridges import store, wait_for


def sql(text):
    return subprocess.run(["psql", "-X", "-t", "-A", "-q", "-c", text], capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def pg(bridge):
    return lambda d, site="bern": bridge(d, "c12-pgd", "--plant.site", site, "--pg.every", "1")


def test_counts_and_sums_agree_though_everybody_is_restarted(daemon, pg):
    d = daemon()
    b = pg(d).start()
    assert wait_for(lambda: store(d, "SELECT count(*) FROM outbox_readers") == 1, 30), b.log.read_text()
    for k in range(600):
        kind = "receipt" if k % 3 else "issue"
        assert d.post("/inventory/NV-ORIN-001/transactions", {"kind": kind, "qty": k % 7 + 1, "reference": f"pg\\t'{k}\""})[0] in (201, 409)
        if k == 150:
            subprocess.run([os.environ["PG_STOP"], "immediate"], check=True)
        if k == 250:
            subprocess.run([os.environ["PG_START"]], check=True)
        if k == 350:
            b.kill()
            b.start()
        if k == 450:
            subprocess.run([os.environ["PG_STOP"], "fast"], check=True)
            subprocess.run([os.environ["PG_START"]], check=True)
        if k == 500:
            d.kill()
            d.start()
    assert wait_for(lambda: store(d, "SELECT count(*) FROM outbox") == 0, 60), b.log.read_text()[-2000:]
    there = sql("SELECT count(*), sum((data->>'qty')::bigint), count(DISTINCT data->>'reference') FROM c12.events WHERE site = 'bern' AND topic = 'inventory.transactions'")
    assert there == f"{store(d, 'SELECT count(*) FROM stock_moves')}|{store(d, 'SELECT sum(qty) FROM stock_moves')}|{store(d, 'SELECT count(DISTINCT reference) FROM stock_moves')}"
    on_hand = str(store(d, "SELECT on_hand FROM stock WHERE item = 'NV-ORIN-001'"))
    assert wait_for(lambda: sql("SELECT on_hand FROM c12.stock WHERE site = 'bern' AND item = 'NV-ORIN-001'") == on_hand)
    assert sql("SELECT count(*) FROM c12.sales_orders WHERE site = 'bern'") == "30"
    b.stop()


def test_orders_from_the_database_become_orders_of_the_plant(daemon, pg):
    d = daemon()
    b = pg(d, "genf").start()
    assert wait_for(lambda: sql("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'c12'") != "0" and store(d, "SELECT count(*) FROM outbox_readers") == 1, 30)
    sql("INSERT INTO c12.incoming_orders(site, code, customer, item, qty, due) SELECT 'genf', 'PG-' || k, 'ERP', CASE WHEN k % 10 = 0 THEN 'moon' ELSE 'C12-EXEC-DOUBLE-001' END, 1, '2025-12-01' FROM generate_series(1, 2500) k")
    time.sleep(0.4)
    b.kill()
    b.start()
    assert wait_for(lambda: sql("SELECT count(*) FROM c12.incoming_orders WHERE site = 'genf' AND taken IS NULL") == "0", 40), b.log.read_text()[-1500:]
    assert store(d, "SELECT count(*) FROM sales_orders WHERE code LIKE 'PG-%'") == 2250
    refused = sql("SELECT count(*), min(refused) FROM c12.incoming_orders WHERE site = 'genf' AND refused IS NOT NULL")
    assert refused.split("|")[0] == "250" and "not an item" in refused
    b.stop()


def test_an_order_that_was_committed_meanwhile_is_not_lost(daemon, pg):
    """A row with a smaller id becomes visible while the inbox is asked about a larger one: it is not marked with it, and comes next."""
    d = daemon()
    b = pg(d, "race").start()
    assert wait_for(lambda: store(d, "SELECT count(*) FROM outbox_readers") == 1, 30), b.log.read_text()
    insert = "INSERT INTO c12.incoming_orders(site, code, customer, item, qty, due) VALUES('race', '{}', 'ERP', 'C12-EXEC-DOUBLE-001', 1, '2025-12-01');\n"
    early = subprocess.Popen(["psql", "-X", "-q", "-t", "-A"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    early.stdin.write("BEGIN;\n" + insert.format("RACE-1") + "SELECT 'open';\n")
    early.stdin.flush()
    assert early.stdout.readline().strip() == "open"
    with sqlite3.connect(d.state / "c12.db", isolation_level=None) as held:
        held.execute("BEGIN IMMEDIATE")  # who writes to the daemon waits, who reads does not
        sql(insert.format("RACE-2"))
        time.sleep(1)  # the connector has read it and waits for the inbox
        early.communicate("COMMIT;\n", timeout=20)
        held.execute("ROLLBACK")
    assert wait_for(lambda: sql("SELECT count(*) FROM c12.incoming_orders WHERE site = 'race' AND taken IS NULL") == "0", 30), b.log.read_text()[-1500:]
    assert store(d, "SELECT count(*) FROM sales_orders WHERE code LIKE 'RACE-%'") == 2
    b.stop()


@pytest.mark.long
def test_orders_that_no_inbox_takes_do_not_stop_the_others(daemon, pg):
    """More text at once than a request may have goes in parts, and a row that is too long by itself is refused with its reason."""
    d = daemon()
    b = pg(d, "long").start()
    assert wait_for(lambda: store(d, "SELECT count(*) FROM outbox_readers") == 1, 30), b.log.read_text()
    sql("INSERT INTO c12.incoming_orders(site, code, customer, item, qty, due) SELECT 'long', 'LONG-' || k, repeat(E'\\x01', CASE WHEN k = 3 THEN 9000000 ELSE 400000 END), 'moon', 1, '2025-12-01' FROM generate_series(1, 40) k")
    sql("INSERT INTO c12.incoming_orders(site, code, customer, item, qty, due) VALUES('long', 'LONG-41', 'ERP', 'C12-EXEC-DOUBLE-001', 1, '2025-12-01')")
    assert wait_for(lambda: sql("SELECT count(*) FROM c12.incoming_orders WHERE site = 'long' AND taken IS NULL") == "0", 60), b.log.read_text()[-1500:]
    assert store(d, "SELECT count(*) FROM sales_orders WHERE code = 'LONG-41'") == 1
    assert sql("SELECT refused FROM c12.incoming_orders WHERE site = 'long' AND code = 'LONG-3'") == "its text is longer than 1 MB"
    assert sql("SELECT count(*) FROM c12.incoming_orders WHERE site = 'long' AND refused LIKE '%not an item%'") == "39"
    b.stop()


def test_minutes_of_telemetry_in_partitions(daemon, pg):
    from test_telemetry import line

    d = daemon(plant=False)
    at = (int(time.time()) - 1800) * 1000 - 1761316337000
    assert d.post("/telemetry", raw="".join(line("R1", at - 3 * 3600000 + k * 1000, 50) for k in range(120)))[0] == 202
    assert d.post("/telemetry", raw="".join(line("R1", at + k * 1000, 40 + k % 60 / 10) for k in range(600)))[0] == 202
    d.stop()
    d.start()
    b = pg(d, "minutes").start()
    assert wait_for(lambda: sql("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'c12'") != "0", 30)
    assert wait_for(lambda: sql("SELECT sum(n) FROM c12.telemetry_minutes WHERE site = 'minutes' AND field = 'battery_level'") == "600", 40), b.log.read_text()[-1500:]
    least, most, n = sql("SELECT min(least), max(most), count(*) FROM c12.telemetry_minutes WHERE site = 'minutes' AND field = 'battery_level'").split("|")
    assert float(least) == 40 and float(most) == 45.9 and int(n) in (10, 11)
    assert sql("SELECT count(*) FROM c12.telemetry_minutes WHERE site = 'minutes' AND mean = 50") == "0", "the last hour, of a database that has nothing"
    b.stop()
    # nobody was here for four hours: it goes on where the database is
    then = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(hours=5)
    day, next_day = then.date(), then.date() + datetime.timedelta(days=1)
    sql(f"CREATE TABLE IF NOT EXISTS c12.telemetry_minutes_{day:%Y%m%d} PARTITION OF c12.telemetry_minutes FOR VALUES FROM ('{day} 00:00+00') TO ('{next_day} 00:00+00')")
    sql("DELETE FROM c12.telemetry_minutes WHERE site = 'minutes'")
    sql(f"INSERT INTO c12.telemetry_minutes VALUES('minutes', 'R1', 'battery_level', '{then:%Y-%m-%d %H:%M}+00', 1, 60, 60, 60)")
    b.start()
    assert wait_for(lambda: sql("SELECT sum(n) FROM c12.telemetry_minutes WHERE site = 'minutes' AND field = 'battery_level'") == "721", 40), b.log.read_text()[-1500:]
    assert int(sql("SELECT count(*) FROM pg_inherits WHERE inhparent = 'c12.telemetry_minutes'::regclass")) >= 1
    b.stop()


def test_a_load_of_events_arrives_once_and_its_rate_is_told(daemon, pg):
    n = 300000
    d = daemon()
    d.ask("PUT", "/api/v1/outbox/readers/pg-fast", {})
    d.stop()
    with sqlite3.connect(d.state / "c12.db") as s:
        s.executemany("INSERT INTO outbox(at_ms, topic, subject, data) VALUES(?, 'inventory.transactions', ?, ?)", ((1761316337000 + k, f"load-{k}", json.dumps({"item": "NV-ORIN-001", "kind": "receipt", "qty": 1, "on_hand": k, "by": "load"})) for k in range(n)))
    d.start()
    b = pg(d, "fast")
    sql("SELECT 1")
    began = time.monotonic()
    b.start()
    assert wait_for(lambda: store(d, "SELECT count(*) FROM outbox") == 0, 90), b.log.read_text()[-1500:]
    took = time.monotonic() - began
    assert sql("SELECT count(*), sum((data->>'on_hand')::bigint) FROM c12.events WHERE site = 'fast'") == f"{n}|{n * (n - 1) // 2}"
    b.stop()
    print(f"\n{n} rows into PostgreSQL in {took:.1f} s: {n / took:.0f} a second")


def test_a_certificate_on_both_sides_or_no_connection(daemon, bridge, secured):
    """Over TLS with a certificate of one's own it works; a server that another authority vouches for is not trusted, and that is said."""
    d, s = daemon(), secured("postgres-up")

    def pg(site, ca, certs):
        url = f"postgresql://c12@127.0.0.1:{s['port']}/postgres?sslmode=verify-full&sslrootcert={ca}/ca.pem&sslcert={certs}/c12.pem&sslkey={certs}/c12.key"
        return bridge(d, "c12-pgd", "--plant.site", site, "--pg.every", "1", "--pg.url", url).start()

    def there(site):
        env = {**os.environ, **{k: v for k, v in s.items() if k.startswith("PG")}}
        return subprocess.run(["psql", "-X", "-t", "-A", "-c", f"SELECT count(*) FROM c12.sales_orders WHERE site = '{site}'"], capture_output=True, text=True, env=env).stdout.strip()

    stranger = pg("stranger", s["others"], s["certs"])
    assert wait_for(lambda: "certificate verify failed" in stranger.log.read_text()), stranger.log.read_text()
    unknown = pg("unknown", s["certs"], s["others"])
    assert wait_for(lambda: "unknown ca" in unknown.log.read_text()), unknown.log.read_text()
    good = pg("good", s["certs"], s["certs"])
    assert wait_for(lambda: there("good") == "30"), good.log.read_text()
    assert there("stranger") == there("unknown") == "0"
    for b in (stranger, unknown, good):
        assert all(line.startswith("<") and "c12-pgd: " in line for line in b.log.read_text().splitlines()), b.log.read_text()
        b.stop()
