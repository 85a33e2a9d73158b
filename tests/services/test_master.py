"""c12-pgd --master.dir with a real PostgreSQL: a plant folder is what the database's views say, whole or not at all."""
import csv
import shutil
import subprocess

import pytest
from conftest_daemons import BIN, PLANT
from test_pg import sql


def master(folder, site="bern"):
    return subprocess.run([str(BIN / "c12-pgd"), "--plant.site", site, "--master.dir", str(folder)], capture_output=True, text=True)


@pytest.fixture
def views():
    """The sample plant's items, bill and routing as views over somebody's own tables, two sites in one."""
    def load(name, types):
        head, *rows = csv.reader(open(PLANT / f"{name}.csv"))
        columns = ", ".join(f'"{c}" {types.get(c, "text")}' for c in head)
        sql(f"CREATE TABLE erp.{name}(plant text, {columns})")
        for r in rows:
            for site in ("bern", "genf"):
                cells = ", ".join("NULL" if c == "" else "'" + c.replace("'", "''") + "'" for c in r)
                sql(f"INSERT INTO erp.{name} VALUES('{site}', {cells})")
        chosen = ", ".join(f'"{c}"' for c in head)
        sql(f"CREATE VIEW c12_master.{name} AS SELECT plant AS site, {chosen} FROM erp.{name}")

    sql("CREATE SCHEMA erp; CREATE SCHEMA c12_master")
    load("items", {"lead_time": "int", "own_cost": "numeric(12, 2)"})
    load("bom", {"num": "int", "den": "int"})
    yield sql
    sql("DROP SCHEMA erp CASCADE; DROP SCHEMA c12_master CASCADE")


def test_master_data_of_the_database_become_a_plant(daemon, views, tmp_path):
    hall = tmp_path / "hall"
    shutil.copytree(PLANT, hall)
    first = master(f"{hall}/")
    assert first.returncode == 0 and "is what the database has" in first.stderr, first.stderr
    assert not (tmp_path / "hall.next").exists() and not (tmp_path / "hall.before").exists()
    sql("UPDATE erp.items SET on_hand = '77' WHERE plant = 'bern' AND item = 'NV-ORIN-001'; UPDATE erp.items SET on_hand = '5' WHERE plant = 'genf' AND item = 'NV-ORIN-001'")
    sql("INSERT INTO erp.items(plant, item, type, unit, scale, own_cost) VALUES('bern', 'NEW-PART, \"4\"', 'buy', 'pcs', '1', 2.50)")
    r = master(hall)
    assert r.returncode == 0 and "restart c12d" in r.stderr, r.stderr
    rows = {x["item"]: x for x in csv.DictReader(open(hall / "items.csv"))}
    assert rows["NV-ORIN-001"]["on_hand"] == "77" and rows['NEW-PART, "4"']["own_cost"] == "2.50"
    assert (hall / "map.txt").read_text() == (PLANT / "map.txt").read_text() and (tmp_path / "hall.before/items.csv").read_text() == (PLANT / "items.csv").read_text()
    d = daemon(options=["--plant.dir", str(hall)], plant=False)
    assert d.get("/inventory/NV-ORIN-001")[1]["on_hand"] == 77
    new = tmp_path / "fresh"
    assert master(new, "genf").returncode == 0 and sorted(f.name for f in new.iterdir()) == ["bom.csv", "items.csv"]


def test_a_plant_that_is_none_changes_nothing(views, tmp_path):
    hall = tmp_path / "hall"
    shutil.copytree(PLANT, hall)
    before = {f.name: f.read_bytes() for f in hall.iterdir()}

    def refused(why):
        r = master(hall)
        assert r.returncode == 1 and why in r.stderr, r.stderr
        assert before == {f.name: f.read_bytes() for f in hall.iterdir()}

    sql("UPDATE erp.bom SET child = 'moon' WHERE ctid IN (SELECT ctid FROM erp.bom WHERE plant = 'bern' LIMIT 1)")
    refused("hall.next/bom.csv:16:child: 'moon' is not known")
    sql("CREATE VIEW c12_master.item AS SELECT 1 AS item")
    refused("c12_master.item: item.csv is no file of a plant")
    sql("DROP VIEW c12_master.item; CREATE VIEW c12_master.routing AS SELECT 1 / 0 AS item")
    refused("division by zero")
    sql("DROP VIEW c12_master.routing; DROP VIEW c12_master.items; DROP VIEW c12_master.bom")
    refused("has no view")
    assert "connection" in subprocess.run([str(BIN / "c12-pgd"), "--plant.site", "x", "--pg.url", "postgresql://127.0.0.1:1/x", "--master.dir", str(hall)], capture_output=True, text=True).stderr
