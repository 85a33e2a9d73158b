# SPDX-License-Identifier: Apache-2.0
"""The c12 command on real input, good and bad: what a person at a terminal would try."""
import csv
import datetime
import hashlib
import json
import os
import pathlib
import random
import shutil
import sqlite3
import subprocess
import sys
import time

import pytest

C12 = os.environ.get("C12", "build/release/bin/c12")
TOP = pathlib.Path(__file__).resolve().parents[2]
PLANT = TOP / "examples/plants/humanoid"
FT06 = """6 6
2 1 0 3 1 6 3 7 5 3 4 6
1 8 2 5 4 10 5 10 0 10 3 4
2 5 3 4 5 8 0 9 1 1 4 7
1 5 0 5 2 5 3 3 4 8 5 9
2 9 1 3 4 5 5 4 0 3 3 1
1 3 3 3 5 9 0 10 4 4 2 1
"""  # Fisher and Thompson 1963, optimum 55
LA01 = """10 5
1 21 0 53 4 95 3 55 2 34
0 21 3 52 4 16 2 26 1 71
3 39 4 98 1 42 2 31 0 12
1 77 0 55 4 79 2 66 3 77
0 83 3 34 2 64 1 19 4 37
1 54 2 43 4 79 0 92 3 62
3 69 4 77 1 87 2 87 0 93
2 38 0 60 1 41 3 24 4 83
3 17 1 49 4 25 0 44 2 98
4 77 3 79 2 43 1 75 0 96
"""  # Lawrence 1984, optimum 666


def run(*args, code=0):
    p = subprocess.run([C12, *map(str, args)], capture_output=True, text=True, timeout=120)
    assert p.returncode == code, f"{args}: exit {p.returncode}, wanted {code}\n{p.stdout}\n{p.stderr}"
    return p


def report(*args, code=0):
    return json.loads(run(*args, "--json", code=code).stdout.splitlines()[-1])


@pytest.fixture
def plant(tmp_path):
    copy = tmp_path / "plant"
    shutil.copytree(PLANT, copy)
    return copy


def digest(folder):
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(pathlib.Path(folder).iterdir())}


# ---- the main job ---------------------------------------------------------------------------------------------------------------

def test_plan_is_the_same_with_any_thread_count(tmp_path):
    for threads in (1, 2):
        run("plan", PLANT, "-o", tmp_path / str(threads), "--threads", threads, "--db", tmp_path / f"{threads}.db")
    assert digest(tmp_path / "1") == digest(tmp_path / "2")
    rows = list(csv.DictReader(open(tmp_path / "1/orders.csv", encoding="utf-8")))
    assert len(rows) == 30
    assert all(r["reason"] for r in rows if float(r["late_hours"]) > 0)
    assert "<svg" in (tmp_path / "1/report.html").read_text(encoding="utf-8")


def test_purchase_orders_are_multiples_at_or_above_the_minimum(tmp_path):
    run("plan", PLANT, "-o", tmp_path / "out")
    terms = {}
    for r in csv.DictReader(open(PLANT / "suppliers.csv", encoding="utf-8")):
        terms.setdefault(r["item"], (int(r["moq"]), int(r["multiple"])))
    orders = list(csv.DictReader(open(tmp_path / "out/purchase_orders.csv", encoding="utf-8")))
    assert orders
    for o in orders:
        moq, multiple = terms[o["item"]]
        assert int(o["qty"]) >= moq and int(o["qty"]) % multiple == 0


def test_mrp_writes_its_files(tmp_path):
    r = report("mrp", PLANT, "--buckets", 90, "-o", tmp_path / "m", "--pegging")
    assert r["items"] == 16
    assert set(digest(tmp_path / "m")) == {"plan.csv", "exceptions.csv", "planned_orders.csv", "pegging.csv"}
    assert len((tmp_path / "m/plan.csv").read_text().splitlines()) == r["rows"] + 1


def test_mrp_is_the_same_whatever_the_threads(tmp_path):
    for n in (1, 3):
        run("mrp", PLANT, "--buckets", 90, "--threads", n, "-o", tmp_path / str(n))
    assert digest(tmp_path / "1") == digest(tmp_path / "3")
    assert run("mrp", PLANT, "--buckets", 90).stdout == (tmp_path / "1/plan.csv").read_text()


def test_mrp_explains_and_draws_a_cell(tmp_path):
    out = run("mrp", PLANT, "--buckets", 40, "--item", "SUB-ACT-001", "--bucket", 8).stdout
    assert "R6 fixed lot: planned 48, whole lots of 48" in out and out.endswith("4,C12-EXEC-DOUBLE-001,13,4\n")
    run("mrp", PLANT, "--buckets", 40, "--item", "SUB-ACT-001", "--svg", tmp_path / "row.svg")
    assert (tmp_path / "row.svg").read_text() == (TOP / "docs/guide/actuator.svg").read_text()
    assert "no such item" in run("mrp", PLANT, "--item", "NOTHING", code=2).stderr
    assert "bucket out of range" in run("mrp", PLANT, "--buckets", 5, "--item", "SUB-ACT-001", "--bucket", 7, code=2).stderr


def small_plant(folder, **files):
    """Six-day weeks and five-day weeks from a Monday on; three screws are needed in bucket 8."""
    text = {"items": "item,type\nSCREW,buy\n", "bom": "parent,child,num\n", "demand": "item,bucket,qty\nSCREW,8,3\n",
            "calendars": "calendar,weekday,from,to\n" + "".join(f"week,{d},08:00,16:00\n" for d in ("mon", "tue", "wed", "thu", "fri")),
            "suppliers": "supplier,item,moq,multiple,lead_time,price,priority,max,calendar\nAcme,SCREW,10,6,3,0.50,1,,week\n", **files}
    for name, content in text.items():
        (folder / f"{name}.csv").write_text(content)
    (folder / "plant.ini").write_text("[plan]\nstart = 2025-11-24\nbuckets = 20\n")
    return folder


def test_buy_orders_the_smallest_multiple_on_working_days(tmp_path):
    """Minimum 10, multiple 6, required 3: 12.  Tuesday the 9th bucket, three working days back: Thursday."""
    row, = csv.DictReader(run("buy", small_plant(tmp_path), "--csv").stdout.splitlines())
    assert (row["qty"], row["order_bucket"], row["arrive_bucket"], row["message"], row["cost"]) == ("12", "3", "8", "", "6.000000")
    late = small_plant(tmp_path, demand="item,bucket,qty\nSCREW,1,3\nSCREW,8,30\n")
    first, second = csv.DictReader(run("buy", late, "--csv").stdout.splitlines())
    assert (first["message"], first["order_bucket"], first["arrive_bucket"], first["overdue"], first["late"]) == ("expedite", "0", "3", "4", "2")
    assert (second["required"], second["qty"]) == ("21", "24")


def test_buy_takes_breaks_policies_and_largest_orders(tmp_path):
    two = "supplier,item,moq,multiple,lead_time,price,priority,max\nAcme,SCREW,1,1,3,0.50,1,\nBolt,SCREW,1,1,9,0.20,2,2\n"
    breaks = "supplier,item,from_qty,price\nAcme,SCREW,5,0.10\n"
    p = small_plant(tmp_path, suppliers=two, price_breaks=breaks, demand="item,bucket,qty\nSCREW,12,4\n")

    def bought(*args):
        return [(r["supplier"], r["qty"], r["lots"], r["cost"]) for r in csv.DictReader(run("buy", p, "--csv", *args).stdout.splitlines())]

    assert bought() == [("Acme", "4", "1", "2.000000")]
    assert bought("--buy-up") == [("Acme", "5", "1", "0.500000")]
    assert bought("--policy", "cheapest") == [("Bolt", "4", "2", "0.800000")]
    assert bought("--policy", "cheapest", "--buy-up") == [("Acme", "5", "1", "0.500000")]
    assert "none of preferred, cheapest, earliest" in run("buy", p, "--policy", "best", code=2).stderr


def test_buy_writes_its_files(tmp_path):
    r = report("buy", PLANT, "--buckets", 90, "--consolidate", 5, "-o", tmp_path / "b")
    assert set(digest(tmp_path / "b")) == {"requisitions.csv", "shortages.csv", "abc.csv"}
    rows = list(csv.DictReader(open(tmp_path / "b/requisitions.csv", encoding="utf-8")))
    assert len(rows) == r["requisitions"] and len({x["purchase_order"] for x in rows}) == r["purchase_orders"]
    assert sum(x["message"] == "expedite" for x in rows) == r["expedite"]
    assert abs(sum(float(x["cost"]) for x in rows) - r["total"]) < 1e-3
    assert len((tmp_path / "b/shortages.csv").read_text().splitlines()) == r["shortages"] + 1
    assert {x["class"] for x in csv.DictReader(open(tmp_path / "b/abc.csv", encoding="utf-8"))} == {"A", "B", "C"}
    run("buy", PLANT, "--buckets", 60, "--consolidate", 5, "--item", "GEAR-HD-001", "--svg", tmp_path / "gear.svg")
    assert (tmp_path / "gear.svg").read_text() == (TOP / "docs/guide/requisitions.svg").read_text()
    assert "is not bought" in run("buy", PLANT, "--item", "SUB-ACT-001", "--svg", tmp_path / "x.svg", code=2).stderr


@pytest.mark.parametrize("file, content, where", [
    ("suppliers", "supplier,item,calendar\nAcme,SCREW,night\n", "suppliers.csv:2:calendar: 'night' is not known; add it to calendars.csv"),
    ("suppliers", "supplier,item,moq,multiple,max\nAcme,SCREW,10,6,11\n", "suppliers.csv:2:max: '11' is below the smallest order"),
    ("price_breaks", "supplier,item,from_qty,price\nBolt,SCREW,5,1\n", "price_breaks.csv:2:supplier: 'Bolt' is not known; add it to suppliers.csv"),
    ("price_breaks", "supplier,item,from_qty,price\nAcme,SCREW,5,1\nAcme,SCREW,5,2\n", "price_breaks.csv:3:from_qty: '5' stands twice"),
    ("price_breaks", "supplier,item,from_qty,price\nAcme,SCREW,0,1\n", "price_breaks.csv:2:from_qty: '0' is too small"),
])
def test_buy_names_what_is_wrong_with_terms(tmp_path, file, content, where):
    assert where in run("buy", small_plant(tmp_path, **{file: content}), "-o", tmp_path / "out", code=2).stderr
    assert not (tmp_path / "out").exists()
def rows_of(path):
    return list(csv.DictReader(pathlib.Path(path).open()))


def test_dates_without_calendars_are_buckets(tmp_path):
    """The sample plant without its suppliers' calendars: the same orders, written as dates."""
    plant = tmp_path / "plant"
    shutil.copytree(PLANT, plant)
    (plant / "suppliers.csv").write_text("".join(line.rpartition(",")[0] + "\n" for line in (plant / "suppliers.csv").read_text().splitlines()))
    start = datetime.date(2025, 10, 24)
    day = lambda bucket: (start + datetime.timedelta(bucket)).isoformat()
    run("mrp", plant, "--buckets", 90, "-o", tmp_path / "buckets")
    r = report("mrp", plant, "--dates", "--buckets", 90, "-o", tmp_path / "dates")
    buckets, dates = rows_of(tmp_path / "buckets/planned_orders.csv"), rows_of(tmp_path / "dates/planned_orders.csv")
    assert r["orders"] == len(dates) == len(buckets) > 300
    for b, d in zip(buckets, dates):
        release = int(b["release_bucket"])
        assert [d["item"], d["type"], d["due_date"], d["qty"]] == [b["item"], b["type"], day(int(b["due_bucket"])), b["qty"]]
        assert [d["release_date"], d["late_days"]] == [day(max(release, 0)), str(max(-release, 0))]
    for b, d in zip(rows_of(tmp_path / "buckets/exceptions.csv"), rows_of(tmp_path / "dates/exceptions.csv"), strict=True):
        assert [d["item"], d["kind"], d["qty"], d["date"]] == [b["item"], b["kind"], b["qty"], day(int(b["bucket"]))]
        assert d["to_date"] == (day(int(b["to_bucket"])) if b["to_bucket"] else "")
    assert run("mrp", plant, "--dates").stdout == (tmp_path / "dates/planned_orders.csv").read_text()


def test_substitutes_are_used_before_orders(tmp_path):
    p = small_plant(tmp_path, items="item,type,on_hand,lead_time\nSCREW,buy,2,4\nBRASS,buy,9,1\n", demand="item,bucket,qty\nSCREW,3,6\nSCREW,8,5\nBRASS,12,3\n",
                    substitutes="item,substitute,num,den\nSCREW,BRASS,2,3\n", suppliers="supplier,item\nAcme,SCREW\n")
    report("mrp", p, "-o", tmp_path / "o")
    assert (tmp_path / "o/substitutions.csv").read_text() == "item,substitute,bucket,qty,taken\nSCREW,BRASS,3,4,3\nSCREW,BRASS,8,4,3\n"
    assert (tmp_path / "o/planned_orders.csv").read_text() == "item,type,release_bucket,due_bucket,qty\nSCREW,buy,4,8,1\n"
    row, = csv.DictReader(run("buy", p, "--csv").stdout.splitlines())
    assert (row["item"], row["qty"]) == ("SCREW", "1")
    (p / "plant.ini").write_text("[plan]\nstart = 2025-11-24\nbuckets = 20\nsubstitute_late = 1\n")
    run("mrp", p, "-o", tmp_path / "late", "--pegging")
    assert (tmp_path / "late/planned_orders.csv").read_text() == "item,type,release_bucket,due_bucket,qty\nSCREW,buy,4,8,5\n"
    assert "substitutes.csv:2:substitute: 'SCREW' stands in for itself" in run("mrp", small_plant(tmp_path, substitutes="item,substitute\nSCREW,SCREW\n"), code=2).stderr


@pytest.fixture
def dated(tmp_path):
    """A desk made on week days of legs that a supplier delivers from Monday to Thursday; Monday is the third of November."""
    folder = tmp_path / "dated"
    folder.mkdir()
    (folder / "plant.ini").write_text("[plan]\nstart = 2025-11-03\nbuckets = 28\n")
    (folder / "items.csv").write_text("item,type,lead_time,calendar\ndesk,make,3,week\nleg,buy,2,\n")
    (folder / "bom.csv").write_text("parent,child,num\ndesk,leg,4\n")
    (folder / "suppliers.csv").write_text("supplier,item,priority,calendar\nslow,leg,2,week\nfast,leg,1,four\n")
    (folder / "calendars.csv").write_text("calendar,weekday,from,to\n" + "".join(f"week,{d},08:00,16:00\n" for d in ("mon", "tue", "wed", "thu", "fri"))
                                          + "".join(f"four,{d},08:00,12:00\nfour,{d},13:00,17:00\n" for d in ("mon", "tue", "wed", "thu")))
    (folder / "demand.csv").write_text("item,date,qty\ndesk,2025-11-12,10\ndesk,2025-11-17,5\ndesk,2025-11-04,1\n")
    (folder / "receipts.csv").write_text("item,bucket,date,qty\nleg,,2025-11-20,8\nleg,-1,,4\n")
    return folder


def test_dates_step_over_weekends(dated, tmp_path):
    run("mrp", dated, "--dates", "-o", tmp_path / "o")
    assert (tmp_path / "o/planned_orders.csv").read_text() == (
        "item,type,release_date,due_date,qty,late_days\n"
        "desk,make,2025-11-03,2025-11-04,1,2\n"    # Monday to Wednesday: there on Thursday
        "desk,make,2025-11-07,2025-11-12,10,0\n"   # Friday, Monday, Tuesday
        "desk,make,2025-11-12,2025-11-17,5,0\n"    # Wednesday to Friday
        "leg,buy,2025-11-05,2025-11-07,40,0\n"     # Wednesday and Thursday
        "leg,buy,2025-11-10,2025-11-12,20,0\n")    # Monday and Tuesday
    assert (tmp_path / "o/exceptions.csv").read_text() == (
        "item,date,kind,qty,to_date\n"
        "desk,2025-11-04,past_due_release,1,2025-11-03\n"
        "leg,2025-11-02,overdue_receipt,4,2025-11-03\n"
        "leg,2025-11-20,expedite,8,2025-11-07\n")


def test_dates_from_another_day(dated):
    """From the twelfth on the first order is late; a folder with dates plans in buckets as well."""
    orders = list(csv.DictReader(run("mrp", dated, "--dates", "--today", "2025-11-11").stdout.splitlines()))
    assert [(o["release_date"], o["due_date"], o["qty"], o["late_days"]) for o in orders if o["item"] == "desk"] == [
        ("2025-11-11", "2025-11-11", "1", "3"), ("2025-11-11", "2025-11-12", "10", "2"), ("2025-11-12", "2025-11-17", "5", "0")]
    assert "desk,9,10,10," in run("mrp", dated).stdout


@pytest.mark.parametrize("file, old, new, said", [
    ("demand.csv", "2025-11-12", "2025-11-31", "demand.csv:2:date: '2025-11-31' is not a date"),
    ("demand.csv", "2025-11-12", "12.11.2025", "demand.csv:2:date: '12.11.2025' is not a date"),
    ("demand.csv", "item,date", "item,day", "demand.csv:1:2: unknown column 'day'"),
    ("demand.csv", "item,date", "item,reference", "demand.csv:1: column 'bucket' is missing; add it to the header"),
    ("receipts.csv", "leg,,2025-11-20", "leg,3,2025-11-20", "receipts.csv:2:date: '2025-11-20' stands beside a bucket"),
    ("receipts.csv", "leg,,2025-11-20", "leg,,", "receipts.csv:2:bucket"),
    ("items.csv", "week", "weak", "items.csv:2:calendar: 'weak' is not known; add it to calendars.csv"),
    ("suppliers.csv", "four", "five", "suppliers.csv:3:calendar: 'five' is not known"),
])
def test_bad_dates_are_named(dated, tmp_path, file, old, new, said):
    edit(dated / file, old, new)
    assert said in run("mrp", dated, "--dates", "-o", tmp_path / "o", code=2).stderr
    assert not (tmp_path / "o").exists()


def test_dates_have_the_rules_of_buckets(tmp_path):
    """Fences, yields, safety times and stocks, firm orders, forecasts, by-products, damping: told twice, in buckets and by date."""
    day = lambda bucket: (datetime.date(2025, 11, 3) + datetime.timedelta(bucket)).isoformat()
    (tmp_path / "plant.ini").write_text("[plan]\nstart = 2025-11-03\nbuckets = 12\nnegative_stock = 1\nmessage_shift = 2\nmessage_qty = 3\n")
    (tmp_path / "items.csv").write_text("item,type,lead_time,yield_ppm,planning_fence,demand_fence,safety_time,on_hand\nA,make,1,700000,,2,1,\nP,buy,0,,2,,,-1\nO,buy,0,,,,,\n")
    (tmp_path / "bom.csv").write_text("parent,child,num,den,kind\nA,P,1,1,component\nA,O,1,3,by_product\n")
    (tmp_path / "demand.csv").write_text("item,bucket,qty,kind\nA,3,50,order\nA,1,9,forecast\nA,5,7,forecast\nO,4,20,order\n")
    (tmp_path / "receipts.csv").write_text("item,bucket,qty,kind\nA,4,10,firm\nA,9,10,scheduled\nO,11,2,scheduled\n")
    for safety in ("item,bucket,qty\nP,1,2\nA,0,1\n", f"item,date,qty\nP,{day(1)},2\nA,{day(-9)},4\nA,{day(-2)},1\n"):
        (tmp_path / "safety.csv").write_text(safety)
        run("mrp", tmp_path, "-o", tmp_path / "buckets")
        run("mrp", tmp_path, "--dates", "-o", tmp_path / "dates")
        orders, messages = rows_of(tmp_path / "dates/planned_orders.csv"), rows_of(tmp_path / "dates/exceptions.csv")
        assert [(o["item"], o["due_date"], o["qty"]) for o in orders] == [(o["item"], day(int(o["due_bucket"])), o["qty"]) for o in rows_of(tmp_path / "buckets/planned_orders.csv")]
        assert [(o["due_date"], o["qty"], o["started"]) for o in orders if o["item"] == "A"] == [(day(0), "1", "2"), (day(2), "50", "72"), (day(4), "7", "10")]
        assert [(m["item"], m["date"], m["kind"], m["qty"]) for m in messages] == [(m["item"], day(int(m["bucket"])), m["kind"], m["qty"]) for m in rows_of(tmp_path / "buckets/exceptions.csv")]
        assert {m["kind"] for m in messages} == {"past_due_release", "fence_shortage", "expedite"}
        assert "O" not in {m["item"] for m in messages}  # its receipt of 2 is too small for a message


def test_dates_refuse_what_only_buckets_have(dated):
    (dated / "substitutes.csv").write_text("item,substitute\nleg,desk\n")
    assert "substitutes.csv is planned in buckets only" in run("mrp", dated, "--dates", code=2).stderr


@pytest.mark.parametrize("header, row, said", [
    ("item,date,bucket,qty", "leg,2025-11-04,1,5", "safety.csv:1: column 'date' stands beside column 'bucket'; keep one of them"),
    ("item,qty", "leg,5", "safety.csv:1: column 'bucket' is missing; add it to the header"),
    ("item,date,qty", "leg,soon,5", "safety.csv:2:date: 'soon' is not a date"),
    ("item,date,qty", "leg,2025-11-04,5\nleg,2025-11-04,6", "safety.csv:3:date: '2025-11-04' stands twice for this item"),
])
def test_bad_safety_dates_are_named(dated, header, row, said):
    (dated / "safety.csv").write_text(f"{header}\n{row}\n")
    for how in ((), ("--dates",)):
        assert said in run("mrp", dated, *how, code=2).stderr


def test_dates_usage(dated):
    assert "--today '11.11.' is not a date" in run("mrp", dated, "--dates", "--today", "11.11.", code=2).stderr
    assert "lies before the start" in run("mrp", dated, "--dates", "--today", "2025-11-02", code=2).stderr
    assert "leave out --pegging" in run("mrp", dated, "--dates", "--pegging", code=2).stderr
    assert "goes with --dates" in run("mrp", dated, "--today", "2025-11-11", code=2).stderr



def test_mrp_weighs_costs_from_the_plant_folder(tmp_path):
    """Net requirements 50 60 70 60 95 75 60 55, an order 47.00, a unit kept for a bucket 0.05: Jacobs and Chase's least cost is 131.00."""
    (tmp_path / "items.csv").write_text("item,type,lot_rule,order_cost,holding_cost\nA,buy,wagner_whitin,47,0.05\n")
    (tmp_path / "bom.csv").write_text("parent,child,num\n")
    (tmp_path / "demand.csv").write_text("item,bucket,qty\n" + "".join(f"A,{t},{q}\n" for t, q in enumerate([50, 60, 70, 60, 95, 75, 60, 55])))
    run("mrp", tmp_path, "--buckets", 8, "-o", tmp_path / "out")
    assert (tmp_path / "out/planned_orders.csv").read_text().splitlines()[1:] == ["A,buy,0,0,240", "A,buy,4,4,285"]


def test_mrp_plans_with_fences_yield_and_safety(tmp_path):
    """A: 50 good ones of 70 % yield take 72 parts, two of them held from bucket 1 on; an order of P may be received from bucket 2 on only."""
    (tmp_path / "items.csv").write_text("item,type,lead_time,yield_ppm,planning_fence,demand_fence,on_hand\nA,make,1,700000,,2,\nP,buy,0,,2,,-1\n")
    (tmp_path / "bom.csv").write_text("parent,child,num\nA,P,1\n")
    (tmp_path / "demand.csv").write_text("item,bucket,qty,kind\nA,2,50,order\nA,1,9,forecast\nA,3,7,forecast\n")
    (tmp_path / "receipts.csv").write_text("item,bucket,qty,kind\nA,3,10,firm\n")
    (tmp_path / "safety.csv").write_text("item,bucket,qty\nP,1,2\n")
    refused = run("mrp", tmp_path, "--buckets", 5, code=2).stderr
    assert "items.csv:3:on_hand: '-1' is negative" in refused and "negative_stock = 1" in refused
    (tmp_path / "plant.ini").write_text("[plan]\nnegative_stock = 1\n")
    run("mrp", tmp_path, "--buckets", 5, "-o", tmp_path / "out")
    assert (tmp_path / "out/plan.csv").read_text().splitlines()[1:] == ["A,1,0,0,72,0", "A,2,50,50,10,0", "A,3,7,7,0,0", "P,1,72,0,0,-73", "P,2,10,85,85,2"]
    assert (tmp_path / "out/exceptions.csv").read_text().splitlines()[1:] == ["A,3,expedite,10,2", "P,0,fence_shortage,1,2", "P,1,fence_shortage,74,2"]
    (tmp_path / "safety.csv").write_text("item,bucket,qty\nP,1,2\nP,1,3\n")
    assert "safety.csv:3:bucket: '1' stands twice for this item" in run("mrp", tmp_path, "--buckets", 5, code=2).stderr
    (tmp_path / "receipts.csv").write_text("item,bucket,qty,kind\nA,3,10,maybe\n")
    assert "receipts.csv:2:kind" in run("mrp", tmp_path, "--buckets", 5, code=2).stderr


def test_mrp_counts_by_products(tmp_path):
    (tmp_path / "items.csv").write_text("item,type,lead_time\nSHEET,make,1\nOFFCUT,buy,1\n")
    (tmp_path / "bom.csv").write_text("parent,child,num,den,kind\nSHEET,OFFCUT,1,3,by_product\n")
    (tmp_path / "demand.csv").write_text("item,bucket,qty\nSHEET,2,10\nOFFCUT,3,5\n")
    run("mrp", tmp_path, "--buckets", 5, "-o", tmp_path / "out")
    assert (tmp_path / "out/plan.csv").read_text().splitlines()[1:] == ["SHEET,1,0,0,10,0", "SHEET,2,10,10,0,0", "OFFCUT,2,0,0,2,3", "OFFCUT,3,5,2,0,0"]
    (tmp_path / "bom.csv").write_text("parent,child,num,den,kind,scrap_ppm\nSHEET,OFFCUT,1,3,by_product,5\n")
    assert "bom.csv:2:scrap_ppm" in run("mrp", tmp_path, "--buckets", 5, code=2).stderr


def test_mrp_tells_what_feeds_an_order_and_when_a_new_one_can_be_met(tmp_path):
    (tmp_path / "items.csv").write_text("item,type,lead_time,on_hand\nA,make,1,0\nP,buy,3,8\n")
    (tmp_path / "bom.csv").write_text("parent,child,num\nA,P,2\n")
    (tmp_path / "demand.csv").write_text("item,bucket,qty\nA,6,10\n")
    (tmp_path / "receipts.csv").write_text("item,bucket,qty\nP,2,5\n")
    ask = ["mrp", tmp_path, "--buckets", 9, "--item", "A"]
    assert run(*ask, "--bucket", 6, "--feeds", "--csv").stdout.splitlines() == ["item,from,bucket,receipt_row,qty", "P,stock,0,-1,8", "P,receipt,2,0,5", "P,order,5,-1,7"]
    assert run(*ask, "--bucket", 3, "--quote", 9).stdout == "It can be met in bucket 4; in bucket 3, P would be short of 5 or have to be released that much before bucket 0.\n"
    assert report(*ask, "--bucket", 3, "--quote", 6) == {"bucket": 3, "late_item": "", "late": 0}


def test_plan_consumes_forecasts_and_closes_the_loop(tmp_path):
    shutil.copytree(PLANT, tmp_path / "p")
    (tmp_path / "p/demand.csv").write_text("item,bucket,qty,kind\nC12-EXEC-DOUBLE-001,3,5,forecast\nC12-EXEC-DOUBLE-001,60,2,forecast\n")
    with open(tmp_path / "p/plant.ini") as f:
        ini = f.read().replace("[plan]", "[plan]\nforecast_ahead = 2")
    (tmp_path / "p/plant.ini").write_text(ini)
    once = report("plan", tmp_path / "p", "--work", 300, "-o", tmp_path / "a")
    rows = (tmp_path / "a/mps.csv").read_text().splitlines()
    assert rows[:4] == ["item,bucket,orders,forecast,open_forecast,mps", "C12-EXEC-DOUBLE-001,2,2,0,0,2", "C12-EXEC-DOUBLE-001,3,0,5,3,3", "C12-EXEC-DOUBLE-001,5,3,0,0,3"]
    assert (tmp_path / "a/rough_cut.csv").read_text().startswith("station,bucket,load_minutes,capacity_minutes\nST1,")
    settled = report("plan", tmp_path / "p", "--work", 300, "--rounds", 12, "-o", tmp_path / "b")
    assert once["late"] and settled["rounds"] >= 1 and settled["moved"] >= settled["rounds"]
    again = report("plan", tmp_path / "p", "--work", 300, "--rounds", 12, "--threads", 1, "-o", tmp_path / "c")
    assert {k: v for k, v in again.items() if k != "seconds"} == {k: v for k, v in settled.items() if k != "seconds"}


def test_a_plant_of_many_units_is_planned_in_seconds(tmp_path):
    """25,000 and 500 units a year with the same set-up; the figure is 2 s, a loaded machine gets more."""
    for units, orders in ((25000, 2000), (500, 40)):
        out = tmp_path / str(units)
        subprocess.run([sys.executable, TOP / "bench/units.py", str(units), str(orders), out], check=True)
        began = time.monotonic()
        plan = report("plan", out, "-o", tmp_path / "plan")
        assert plan["orders"] == orders and plan["work_orders"] > orders and plan["purchase_orders"] > 0
        assert time.monotonic() - began < 20


def test_rollup_by_hand():
    rows = {r["item"]: r["unit_cost"] for r in csv.DictReader(run("bom", "rollup", PLANT, "--csv").stdout.splitlines())}
    assert rows["SUB-FRAME-001"] == "443.318400"  # 210 + 12*1.02*14.20 + 24*2.15 + 96*1.03*0.08
    assert rows["SUB-ACT-001"] == "1030.100000"   # 38.50 + 310 + 420*1.005 + 185 + 74.50


def test_rollup_by_element(tmp_path):
    (tmp_path / "items.csv").write_text("item,type,own_cost,labour_cost,overhead_cost,setup_cost,costing_lot\nA,make,0,5,2.5,30,20\nP,buy,10,,,,\n")
    (tmp_path / "bom.csv").write_text("parent,child,num,den\nA,P,3,2\n")
    assert run("bom", "rollup", tmp_path, "--elements", "--csv").stdout.splitlines()[1:] == [
        "A,15.000000,6.500000,2.500000,0.000000,9.000000,15.000000,24.000000", "P,10.000000,0.000000,0.000000,0.000000,10.000000,0.000000,10.000000"]


def test_bom_replace_previews_and_writes(tmp_path):
    shutil.copytree(PLANT, tmp_path / "p")
    show = ["bom", "replace", tmp_path / "p", "MOT-KOLL-001", "CAM-BASLER-001", "--ratio", "2/3", "--from", 30]
    assert run(*show, "--csv").stdout.splitlines()[1:] == ["SUB-ACT-001,MOT-KOLL-001,changed,1,1 to 30", "SUB-ACT-001,CAM-BASLER-001,added,,2/3 from 30"]
    before = (tmp_path / "p/bom.csv").read_text()
    run(*show, "-o", tmp_path / "new.csv")
    assert (tmp_path / "p/bom.csv").read_text() == before and "SUB-ACT-001,CAM-BASLER-001,2,3,0,30,,0,component" in (tmp_path / "new.csv").read_text()
    run(*show, "--write")
    assert (tmp_path / "p/bom.csv").read_text() == (tmp_path / "new.csv").read_text()
    refused = run("bom", "replace", tmp_path / "p", "MOT-KOLL-001", "C12-EXEC-DOUBLE-001", code=2).stderr
    assert "the bill would run in a circle" in refused
    assert "no item 'NOTHING'" in run("bom", "replace", tmp_path / "p", "NOTHING", "MOT-KOLL-001", code=2).stderr


def test_bom_eco_dates_the_bill(tmp_path):
    shutil.copytree(PLANT, tmp_path / "p")
    (tmp_path / "p/eco.csv").write_text("eco,state,from,serial,use_up\nECO-1,approved,30,,40\nECO-2,draft,10,,\nECO-3,effective,,100,\n")
    (tmp_path / "p/eco_lines.csv").write_text("eco,change,parent,was,child,num\nECO-1,changed,SUB-ACT-001,GEAR-HD-001,GEAR-HD-001,2\nECO-2,removed,SUB-ACT-001,ENC-ABS-001,,\nECO-3,added,SUB-FRAME-001,,CAM-BASLER-001,1\n")
    show = run("bom", "eco", tmp_path / "p", "--csv").stdout.splitlines()[1:]
    assert show == ["SUB-ACT-001,GEAR-HD-001,changed,1 scrap 5000ppm,1 scrap 5000ppm to 40", "SUB-ACT-001,GEAR-HD-001,added,,2 from 40"]
    assert len(run("bom", "eco", tmp_path / "p", "--serial", 100, "--csv").stdout.splitlines()) == 4
    run("bom", "eco", tmp_path / "p", "--write")
    assert "SUB-ACT-001,GEAR-HD-001,2,1,0,40,,0,component" in (tmp_path / "p/bom.csv").read_text()
    assert (tmp_path / "p/eco.csv").read_text() == "eco,state,from,serial,use_up\nECO-1,incorporated,30,,40\nECO-2,draft,10,,\nECO-3,effective,,100,\n"
    assert run("bom", "eco", tmp_path / "p", "--csv").stdout.splitlines()[1:] == []  # what is in the bill is not applied again
    (tmp_path / "p/eco.csv").write_text("eco,state\nECO-1,approved\n")
    (tmp_path / "p/eco_lines.csv").write_text("eco,change,parent,was,child,num\nECO-1,changed,SUB-ACT-001,BOLT-M6-001,GEAR-HD-001,2\n")
    assert "eco_lines.csv:2:was: 'BOLT-M6-001' is no component of this parent" in run("bom", "eco", tmp_path / "p", code=2).stderr
    (tmp_path / "p/eco_lines.csv").write_text("eco,change,parent,was,child,num\nECO-1,added,SUB-ACT-001,,C12-EXEC-DOUBLE-001,2\n")
    assert "would run in a circle" in run("bom", "eco", tmp_path / "p", code=2).stderr


def desk(folder, bom, items="item,type\nDESK,make\nBOX,make\nLEG,buy\nFOOT,buy\n"):
    (folder / "items.csv").write_text(items)
    (folder / "bom.csv").write_text(bom)
    return folder


def test_tree_spreads_a_sub_assembly_out_once(tmp_path):
    desk(tmp_path, "parent,child,num,den,refs\nDESK,BOX,2,,\nDESK,LEG,4,,L1-L3 L9\nBOX,FOOT,3,2,\nBOX,LEG,1,,\nDESK,BOX,1,3,\n")
    assert run("bom", "tree", tmp_path, "--item", "DESK").stdout == (
        "item           per       total\n"
        "DESK             1           1  make\n"
        "  BOX            2           2  make\n"
        "    FOOT       3/2           3  buy\n"
        "    LEG          1           2  buy\n"
        "  LEG            4           4  buy  L1-L3 L9\n"
        "  BOX          1/3         1/3  see above\n")
    rows = report("bom", "tree", tmp_path, "--item", "DESK")["rows"]
    assert [(r["level"], r["item"], r["total_num"], r["total_den"], r["note"]) for r in rows] == [
        (0, "DESK", 1, 1, "make"), (1, "BOX", 2, 1, "make"), (2, "FOOT", 3, 1, "buy"), (2, "LEG", 2, 1, "buy"), (1, "LEG", 4, 1, "buy"), (1, "BOX", 1, 3, "see above")]
    run("bom", "tree", tmp_path, "--item", "DESK", "--svg", tmp_path / "t.svg")
    picture = (tmp_path / "t.svg").read_text()
    assert picture.count("<path") == 5 and picture.count("stroke-dasharray") == 1 and "<title>1/3 for one at the top</title>" in picture
    run("bom", "tree", PLANT, "--item", "C12-EXEC-DOUBLE-001", "--svg", tmp_path / "robot.svg")
    assert (tmp_path / "robot.svg").read_text() == (TOP / "docs/guide/bom.svg").read_text()
    assert "no item 'TABLE'" in run("bom", "tree", tmp_path, "--item", "TABLE", code=2).stderr


def test_tree_of_a_dense_bill_stays_small(tmp_path):
    names = [chr(65 + i) for i in range(26)]
    desk(tmp_path, "parent,child,num\n" + "".join(f"{a},{b},1\n" for i, a in enumerate(names) for b in names[i + 1:]),
         "item,type\n" + "".join(f"{c},make\n" for c in names))
    assert len(run("bom", "tree", tmp_path, "--item", "A", "--csv").stdout.splitlines()) == 1 + 1 + 325  # 2^25 paths, 325 lines
    (tmp_path / "bom.csv").write_text("parent,child,num\n" + "".join(f"{a},{b},1000000\n" for a, b in zip(names, names[1:])))
    assert "the quantity of 'E' in one 'A' overflows 64 bits" in run("bom", "tree", tmp_path, "--item", "A", code=2).stderr


def test_alternates_by_priority_and_by_share(tmp_path):
    def legs(bom):
        desk(tmp_path, bom)
        return {r["item"]: int(r["qty"]) for r in csv.DictReader(run("bom", "explode", tmp_path, "--item", "DESK", "--qty", 10, "--csv").stdout.splitlines())}
    assert legs("parent,child,num,alternate,priority\nDESK,LEG,4,a,2\nDESK,FOOT,3,a,1\n") == {"DESK": 10, "FOOT": 30}
    assert legs("parent,child,num,alternate,priority,share_ppm\nDESK,LEG,4,a,2,250000\nDESK,FOOT,3,a,1,750000\nBOX,FOOT,1,,,\n") == {"DESK": 10, "LEG": 10, "FOOT": 23}
    desk(tmp_path, "parent,child,num,alternate,share_ppm\nDESK,LEG,4,a,250000\nDESK,FOOT,3,a,750001\n")
    assert "bom.csv:2:share_ppm: '250000' belongs to a group whose shares add up to 1000001; the shares" in run("bom", "check", tmp_path, code=2).stderr
    desk(tmp_path, "parent,child,num,share_ppm\nDESK,LEG,4,250000\n")
    assert "bom.csv:2:share_ppm: '250000' is the share of no group; name the group in column alternate" in run("bom", "check", tmp_path, code=2).stderr
    desk(tmp_path, "parent,child,num,alternate,priority\nDESK,LEG,1,a,1\nDESK,BOX,1,a,2\nBOX,DESK,1,,\n")
    assert "the bill of materials runs in a circle" in run("bom", "check", tmp_path, code=2).stderr  # through a line that is not planned with


@pytest.mark.parametrize("rows, fault", [
    ("DESK,LEG,4,,L1 L2 L3\n", "bom.csv:2:num: '4' asks for a quantity per that the 3 reference designators do not make up"),
    ("DESK,LEG,3,2,L1\n", "bom.csv:2:num: '3' asks for a quantity per that the 1 reference"),
    ("DESK,LEG,3,,L3-L1\n", "bom.csv:2:refs: 'L3-L1' is no list of reference designators; write them like R1 R2 R5-R7"),
    ("DESK,LEG,3,,L1-M3\n", "bom.csv:2:refs: 'L1-M3' is no list"),
    ("DESK,LEG,3,,L1-L3-L4\n", "is no list"),
    ("DESK,LEG,3,,L1-L99999999\n", "names more than a million places"),
    ("DESK,LEG,3,,L1 L2 L1\n", "bom.csv:2:refs: 'L1 L2 L1' names L1, which this parent has already; a place takes one component at a time"),
    ("BOX,LEG,1,,L1\nDESK,LEG,2,,L1 L2\nDESK,FOOT,1,,L2\n", "bom.csv:4:refs: 'L2' names L2"),
])
def test_reference_designators_are_checked(tmp_path, rows, fault):
    desk(tmp_path, "parent,child,num,den,refs\n" + rows)
    assert fault in run("bom", "check", tmp_path, code=2).stderr


def test_reference_designators_are_shown_and_kept(tmp_path):
    desk(tmp_path, "parent,child,num,effective_to,effective_from,alternate,refs\nDESK,LEG,4,,,,L1-3;L9\nDESK,FOOT,2,9,,,F1 F2\nDESK,BOX,2,,9,,F1 F2\n"
         "BOX,LEG,1,,,x,P\nBOX,FOOT,1,,,x,P\n")  # alternates and lines that follow each other share places
    rows = {r["item"]: r["refs"] for r in csv.DictReader(run("bom", "where-used", tmp_path, "--item", "LEG", "--csv").stdout.splitlines())}
    assert rows == {"DESK": "L1-3;L9", "BOX": "P"}
    other = run("bom", "replace", tmp_path, "LEG", "FOOT", "--from", 5, "--write")
    text = (tmp_path / "bom.csv").read_text()
    assert "DESK,LEG,4,1,0,0,5,0,component,,L1-3;L9\nDESK,FOOT,4,1,0,5,,0,component,,L1-3;L9\n" in text and "BOX,FOOT,1,1,0,0,,0,component,x,P" in text and other.stderr == ""
    other = run("bom", "replace", tmp_path, "LEG", "FOOT", "--ratio", "1/2", "--write")
    assert "note: DESK > FOOT: another quantity per, so the refs 'L1-3;L9' are left out; write them anew" in other.stderr
    assert "DESK,FOOT,2,1,0,0,5,0,component,,\n" in (tmp_path / "bom.csv").read_text()


def test_what_if_prices(tmp_path):
    (tmp_path / "prices.csv").write_text("item,own_cost\nMOT-KOLL-001,300\n")
    rows = {r["item"]: r for r in csv.DictReader(run("bom", "rollup", PLANT, "--prices", tmp_path / "prices.csv", "--csv").stdout.splitlines())}
    assert set(rows) == {"C12-EXEC-DOUBLE-001", "SUB-ACT-001", "MOT-KOLL-001"}
    assert rows["SUB-ACT-001"]["unit_cost"] == "1030.100000" and rows["SUB-ACT-001"]["what_if"] == "1020.100000" and rows["C12-EXEC-DOUBLE-001"]["change"] == "-120.000000"
    (tmp_path / "prices.csv").write_text("item,labour_cost\nSUB-ACT-001,7\n")
    whole = {r["item"]: r for r in csv.DictReader(run("bom", "rollup", PLANT, "--elements", "--prices", tmp_path / "prices.csv", "--csv").stdout.splitlines())}
    assert whole["SUB-ACT-001"]["labour"] == "7.000000" and whole["C12-EXEC-DOUBLE-001"]["labour"] == "84.000000"
    (tmp_path / "prices.csv").write_text("item,own_cost\nMOT-KOLL-001,300\nGLUE,1\n")
    assert "prices.csv:3:item: 'GLUE' is not known" in run("bom", "rollup", PLANT, "--prices", tmp_path / "prices.csv", code=2).stderr
    (tmp_path / "prices.csv").write_text("item,own_cost\nMOT-KOLL-001,300\nMOT-KOLL-001,1\n")
    assert "prices.csv:3:item: 'MOT-KOLL-001' stands twice" in run("bom", "rollup", PLANT, "--prices", tmp_path / "prices.csv", code=2).stderr


def signed(folder, state, trail, roles="engineering quality"):
    (folder / "eco.csv").write_text(f"eco,state,from,roles\nECO-1,{state},7,{roles}\nECO-2,approved,9,\n")
    (folder / "eco_lines.csv").write_text("eco,change,parent,was,child,num\nECO-1,changed,DESK,LEG,FOOT,8\nECO-2,added,BOX,,FOOT,1\n")
    (folder / "eco_trail.csv").write_text("eco,decision,role,who,time\n" + trail)
    return desk(folder, "parent,child,num\nDESK,LEG,4\nDESK,BOX,1\n")


ANNA, BO = "ECO-1,approve,engineering,Anna,2026-11-02\n", "ECO-1,approve,quality,Bo,2026-11-03 14:05\n"


def test_an_order_is_applied_once_all_have_signed(tmp_path):
    show = run("bom", "eco", signed(tmp_path, "approved", ANNA + BO), "--csv").stdout
    assert show.splitlines()[1:] == ["DESK,LEG,changed,4,4 to 7", "DESK,FOOT,added,,8 from 7", "BOX,FOOT,added,,1 from 9"]
    assert run("bom", "eco", signed(tmp_path, "draft", ANNA), "--csv").stdout.splitlines()[1:] == ["BOX,FOOT,added,,1 from 9"]
    signed(tmp_path, "effective", ANNA + BO + "ECO-1,release,engineering,Anna,2026-11-05\n")
    run("bom", "eco", tmp_path, "--write")
    assert (tmp_path / "eco.csv").read_text() == "eco,state,from,roles\nECO-1,incorporated,7,engineering quality\nECO-2,incorporated,9,\n"
    assert run("bom", "eco", tmp_path, "--csv").stdout.splitlines()[1:] == []


@pytest.mark.parametrize("state, trail, fault", [
    ("approved", ANNA, "eco.csv:2:state: 'approved' is not what eco_trail.csv leaves of it, draft; still to sign: quality; append"),
    ("approved", "", "draft; still to sign: engineering quality"),
    ("draft", ANNA + BO, "eco.csv:2:state: 'draft' is not what eco_trail.csv leaves of it, approved; append"),
    ("approved", BO + ANNA, "eco_trail.csv:3:time: '2026-11-02' earlier than the entry before; the trail is written in the order of time"),
    ("approved", ANNA + BO.replace("Bo", "Anna"), "eco_trail.csv:3:who: 'Anna' who has signed for one role may not sign for another"),
    ("approved", ANNA.replace("approve", "release"), "eco_trail.csv:2:decision: 'release' a draft is approved or rejected first"),
    ("approved", ANNA.replace("engineering", "sales"), "eco_trail.csv:2:role: 'sales' is not known; add it to column roles of eco.csv"),
    ("approved", ANNA.replace("ECO-1", "ECO-2"), "eco_trail.csv:2:eco: 'ECO-2' needs nobody's signature"),
    ("approved", ANNA.replace("2026-11-02", "2 Nov"), "eco_trail.csv:2:time: '2 Nov' is no time; write YYYY-MM-DD or YYYY-MM-DD HH:MM"),
    ("approved", ANNA.replace("2026-11-02", "2026-11-02 24:00"), "is no time"),
    ("approved", ANNA.replace("Anna", ""), "eco_trail.csv:2:who: '' is empty"),
])
def test_an_order_without_its_signatures_is_refused(tmp_path, state, trail, fault):
    before = (signed(tmp_path, state, trail) / "bom.csv").read_text()
    assert fault in run("bom", "eco", tmp_path, "--write", code=2).stderr
    assert (tmp_path / "bom.csv").read_text() == before


def test_explode_and_where_used():
    rows = {r["item"]: int(r["qty"]) for r in csv.DictReader(run("bom", "explode", PLANT, "--item", "C12-EXEC-DOUBLE-001", "--qty", 2, "--csv").stdout.splitlines())}
    assert rows["SUB-ACT-001"] == 24 and rows["GEAR-HD-001"] == 25 and rows["CAM-BASLER-001"] == 8
    rows = report("bom", "where-used", PLANT, "--item", "GEAR-HD-001", "--multi")["rows"]
    assert [(r["item"], r["qty_num"], r["qty_den"]) for r in rows] == [("SUB-ACT-001", 1, 1), ("C12-EXEC-DOUBLE-001", 12, 1)]


def test_bom_diff_names_what_changed(tmp_path):
    new = tmp_path / "new"
    shutil.copytree(PLANT, new)
    lines = (new / "bom.csv").read_text().splitlines()
    gone = lines.pop(2).split(",")
    changed = lines[3].split(",")
    lines[3] = ",".join([*changed[:2], "77", *changed[3:]])
    (new / "bom.csv").write_text("\n".join(lines) + "\n")
    rows = report("bom", "diff", PLANT, new)["rows"]
    assert {(r["parent"], r["child"], r["change"]) for r in rows} == {(gone[0], gone[1], "removed"), (changed[0], changed[1], "changed")}
    assert next(r for r in rows if r["change"] == "changed")["after"].startswith("77")
    assert report("bom", "diff", PLANT, PLANT)["rows"] == []
    back = report("bom", "diff", new, PLANT)["rows"]
    assert {r["change"] for r in back} == {"added", "changed"}


# ---- schedules ------------------------------------------------------------------------------------------------------------------

@pytest.fixture
def shop(tmp_path):
    path = tmp_path / "ft06.jsp"
    path.write_text(FT06)
    return path


def test_known_optima(tmp_path, shop):
    la01 = tmp_path / "la01.jsp"
    la01.write_text(LA01)
    for path, best in ((shop, 55), (la01, 666)):
        r = report("sched", path, "--time", 5)
        assert (r["objective"], r["outcome"], r["violations"]) == (best, "optimal", 0)


def test_taillard_01(tmp_path):
    run("sched", "taillard", 15, 15, 840612802, 398197754, "-o", tmp_path / "ta01.jsp")
    r = report("sched", tmp_path / "ta01.jsp", "--time", 10, "--work", 60000)
    assert 1231 <= r["objective"] <= 1260


def test_checker_refuses_twenty_mutated_plans(tmp_path, shop):
    plan = tmp_path / "plan.csv"
    run("sched", shop, "--time", 5, "-o", plan, "--svg", tmp_path / "g.svg")
    run("sched", "check", shop, plan)
    rows = list(csv.reader(open(plan, encoding="utf-8")))
    rng = random.Random(7)
    for k in range(20):
        bad = [list(r) for r in rows]
        at = rng.randrange(1, len(bad))
        if k % 3 == 0:
            bad[at][2] = str((int(bad[at][2]) + 1) % 6)           # a machine that cannot do it
        elif k % 3 == 1:
            bad[at][4] = str(int(bad[at][4]) - 1)                 # shorter than its work
        else:
            shift = int(bad[at][3]) + rng.randint(1, 9)           # before time or over its neighbour
            bad[at][3], bad[at][4] = str(-shift), str(int(bad[at][4]) - int(bad[at][3]) - shift)
        broken = tmp_path / "broken.csv"
        broken.write_text("\n".join(",".join(r) for r in bad) + "\n")
        p = run("sched", "check", shop, broken, code=1)
        assert "op" in p.stderr


PLANT_JSON = """{"n_machines": 2, "families": 2,
 "stations": [{"machines": [0], "setup": [[0, 5], [7, 0]]}, {"machines": [1], "setup": [[0, 0], [0, 0]]}],
 "orders": [
  {"family": 0, "due": 150, "weight": 3, "ops": [{"station": 0, "machines": [0], "minutes": 40}, {"station": 1, "machines": [1], "minutes": 10}]},
  {"family": 1, "due": 210, "ops": [{"station": 0, "machines": [0], "minutes": 50}]}],
 "calendar": {"windows": [[100, 180], [200, 400]]}}
"""  # order 0: 100-140, 140-150, on time; set-up 140-145, order 1: 145-180, pause, 200-215: 5 late + 5 set-up; the other way round costs more


def test_plant_as_json(tmp_path):
    path, plan = tmp_path / "plant.json", tmp_path / "plan.csv"
    path.write_text(PLANT_JSON)
    for form in ("auto", "plant"):
        r = report("sched", path, "--format", form, "--work", 2000, "-o", plan)
        assert (r["objective"], r["violations"]) == (10, 0)
    assert [row[3:] for row in csv.reader(open(plan))][1:] == [["100", "140"], ["140", "150"], ["145", "215"]]
    assert "objective 10" in run("sched", "check", path, plan).stdout
    plan.write_text(plan.read_text().replace("145,215", "144,215"))
    assert "S" in run("sched", "check", path, plan, code=1).stderr
    path.write_text(PLANT_JSON.replace('"minutes": 50', '"minutes": "50"'))
    assert "plant.json: orders[1].ops[0].minutes" in run("sched", path, "-o", tmp_path / "no.csv", code=2).stderr
    path.write_text(PLANT_JSON[:200])
    assert "plant.json:" in run("sched", path, "-o", tmp_path / "no.csv", code=2).stderr
    assert not (tmp_path / "no.csv").exists()


def test_malformed_shop(tmp_path):
    path = tmp_path / "cut.jsp"
    path.write_text(FT06[:60])
    assert f"{path}:" in run("sched", path, code=2).stderr


# ---- a factory day --------------------------------------------------------------------------------------------------------------

def test_demo_repeats_with_any_thread_count(tmp_path):
    said = [run("demo", "--plant", PLANT, "--seed", 7, "--threads", n, "-o", tmp_path / str(n)).stdout for n in (1, 2, 2)]
    assert said[0] == said[1] == said[2] == (tmp_path / "1/summary.txt").read_text(encoding="utf-8")
    assert len(said[0].splitlines()) == 12
    assert digest(tmp_path / "1") == digest(tmp_path / "2")
    assert said[0] == (TOP / "tests/golden/demo-7.txt").read_text(encoding="utf-8")  # the same on every machine
    other = run("demo", "--plant", PLANT, "--seed", 8, "-o", tmp_path / "8").stdout
    assert other != said[0]


def test_demo_leaves_a_whole_day(tmp_path):
    p = run("demo", "--plant", PLANT, "--seed", 7, "--robots", 25, "-o", tmp_path / "day")
    seconds = float(p.stderr.split("first picture after ")[1].split(" s")[0])
    assert seconds < 5
    lines = dict(line.split(None, 1) for line in p.stdout.splitlines())
    assert "25 robots" in lines["plant"] and "no collision" in lines["routes"]
    assert "critical" in lines["quality"] and "QUALITY_HOLD" in lines["quality"]
    done, asked = map(int, lines["transport"].split(" tasks")[0].split(" of "))
    assert 0 < done <= asked
    page = (tmp_path / "day/report.html").read_text(encoding="utf-8")
    for heading in ("Hall", "Batteries", "Machines", "Late orders", "Schedule", "Material"):
        assert f"<h2>{heading}" in page
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")       # self-contained
    stat = report("tlm", "stat", tmp_path / "day/telemetry.c12t")
    assert stat["robots"] == 25 and stat["raw_records"] == 0 and stat["records"] == 25 * (18000 + 8460)
    run("tlm", "verify", tmp_path / "day/telemetry.c12t")
    with sqlite3.connect(tmp_path / "day/factory.db") as db:
        count = {t: db.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in ("work_orders", "operations", "purchase_orders", "ncrs", "journal", "moves")}
        assert all(count.values()), count
        assert db.execute("SELECT count(*) FROM journal WHERE goods + wip + variance <> 0").fetchone()[0] == 0
        assert db.execute("SELECT grade FROM ncrs WHERE code = 'NCR-00001'").fetchone()[0] == 3


def test_demo_says_where_its_plant_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "--plant" in run("demo", code=2).stderr


def test_demo_takes_no_robots_that_are_not_there(tmp_path):
    assert "has only 40" in run("demo", "--plant", PLANT, "--robots", 41, "-o", tmp_path / "o", code=2).stderr
    assert not (tmp_path / "o").exists()


@pytest.mark.parametrize("file, old, new, said", [
    ("robots.csv", "G1-001,7,5", "G1-001,0,0", "robots.csv:2:x"),
    ("robots.csv", "G1-002,10,5", "G1-002,7,5", "robots.csv:3:x"),
    ("map.txt", "width 74", "width 75", "map.txt:5"),
    ("map.txt", "S", "@", None),
])
def test_demo_names_what_is_wrong_with_the_hall(plant, tmp_path, file, old, new, said):
    text = (plant / file).read_text(encoding="utf-8")
    (plant / file).write_text(text.replace(old, new) if said is None else text.replace(old, new, 1), encoding="utf-8")
    p = run("demo", "--plant", plant, "-o", tmp_path / "o", code=2)
    assert (said or "no dock") in p.stderr, p.stderr
    assert not (tmp_path / "o").exists()


# ---- route ----------------------------------------------------------------------------------------------------------------------

@pytest.fixture
def floor(tmp_path):
    """A map of 32 x 32 cells, a fifth of them walls, and 50 robots on the largest free part of it."""
    rng, side = random.Random(11), 32
    free = {(x, y) for x in range(side) for y in range(side) if rng.random() > 0.2}
    part = max((reach(free, cell) for cell in sorted(free)), key=len)
    starts, goals = rng.sample(sorted(part), 50), rng.sample(sorted(part), 50)
    rows = ["".join("." if (x, y) in free else "@" for x in range(side)) for y in range(side)]
    (tmp_path / "floor.map").write_text(f"type octile\nheight {side}\nwidth {side}\nmap\n" + "\n".join(rows) + "\n")
    (tmp_path / "floor.scen").write_text("version 1\n" + "".join(
        f"0\tfloor.map\t{side}\t{side}\t{a}\t{b}\t{c}\t{d}\t0\n" for (a, b), (c, d) in zip(starts, goals)))
    return tmp_path / "floor.map", tmp_path / "floor.scen"


def reach(free, cell):
    seen, todo = {cell}, [cell]
    while todo:
        x, y = todo.pop()
        for n in ((x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)):
            if n in free and n not in seen:
                seen.add(n)
                todo.append(n)
    return seen


def apart(a, b):
    (x, y), (u, v) = (map(int, cell.split(",")) for cell in (a, b))
    return abs(x - u) + abs(y - v)


def test_fifty_robots_and_twenty_mutated_plans(tmp_path, floor):
    out = tmp_path / "out.txt"
    r = report("route", *floor, 50, 5, out, "--work", 200000)
    assert r["lb"] <= r["soc"] <= 2 * r["lb"]
    assert report("route", "check", *floor, out)["soc"] == r["soc"]
    again = tmp_path / "again.txt"
    run("route", *floor, 50, 5, again, "--work", 200000)
    assert again.read_bytes() == out.read_bytes()
    paths = [line.split(" ") for line in out.read_text().splitlines()]
    rng = random.Random(5)
    for k in range(20):
        bad = [list(p) for p in paths]
        a, b = rng.sample([r for r in range(50) if len(bad[r]) > 3], 2)
        if k % 4 == 0:
            bad[a] = bad[a][:-1]                     # ends before its goal
        elif k % 4 == 1:
            bad[a] = bad[a][1:]                      # begins elsewhere
        elif k % 4 == 2:
            at = next(i for i in range(1, len(bad[a]) - 1) if apart(bad[a][i - 1], bad[a][i + 1]) == 2)
            del bad[a][at]                           # jumps over a cell
        else:
            bad[a], bad[b] = bad[b], bad[a]          # two robots exchange their lines
        broken = tmp_path / "broken.txt"
        broken.write_text("\n".join(" ".join(p) for p in bad) + "\n")
        assert "broken.txt" in run("route", "check", *floor, broken, code=1).stderr


def write_tasks(path, cells, n, seed):
    rng = random.Random(seed)
    path.write_text(f"{n}\n" + "".join(f"{k} {a} {b} {x} {y} prio=0\n" for k in range(n) for (a, b), (x, y) in [rng.sample(cells, 2)]))
    return path


def largest_part(path):
    rows = path.read_text().split("\n")[4:]
    free = {(x, y) for y, row in enumerate(rows) for x, cell in enumerate(row) if cell == "."}
    return sorted(max((reach(free, cell) for cell in sorted(free)), key=len))


def test_robots_that_never_stop(tmp_path, floor):
    """Every step by rules written here a second time, every task by its own robot, in the order of the file."""
    cells = largest_part(floor[0])
    tasks, out, page = write_tasks(tmp_path / "floor.tasks", cells, 4000, 3), tmp_path / "out.txt", tmp_path / "page.html"
    r = report("route", "lifelong", floor[0], tasks, 60, 400, out, "--html", page, "--ms-per-step", 1000)
    assert r["robots"] == 60 and r["steps"] == 400 and r["slow_steps"] == 0 and r["visits_a_step"] > 1.5 and r["p50_us"] <= r["p99_us"] <= r["max_us"]
    paths = [[tuple(map(int, cell.split(","))) for cell in line.split(" ")] for line in out.read_text().splitlines()]
    assert len(paths) == 60 and {len(p) for p in paths} == {401}
    for t in range(401):
        assert len({p[t] for p in paths}) == 60 and all(p[t] in set(cells) for p in paths)
        if t:
            moves = {(p[t - 1], p[t]) for p in paths}
            assert all(abs(a - x) + abs(b - y) <= 1 for (a, b), (x, y) in moves)
            assert not any(a != b and (b, a) in moves for a, b in moves)
    wanted = [tuple(map(int, line.split()[1:5])) for line in tasks.read_text().splitlines()[1:]]
    hand, done, visits, given = [None] * 60, 0, 0, 0
    for t in range(401):
        for k, p in enumerate(paths):
            while hand[k] is None or hand[k][0] == p[t]:
                if hand[k] is not None:
                    visits += 1
                    done += len(hand[k]) == 1
                    hand[k] = hand[k][1:] or None
                if hand[k] is None:
                    hand[k], given = [wanted[given][:2], wanted[given][2:]], given + 1
    assert (r["tasks_done"], r["visits"]) == (done, visits)
    run("route", "lifelong", floor[0], tasks, 60, 400, tmp_path / "again.txt", "--seed", 1)
    assert (tmp_path / "again.txt").read_bytes() == out.read_bytes()
    text = page.read_text(encoding="utf-8")
    data = json.loads(text.split('id="run">')[1].split("</script>")[0])
    step = [(0, 0), (0, -1), (-1, 0), (1, 0), (0, 1)]
    assert "http" not in text.split("<script")[0].replace("http-equiv", "")
    for k, p in enumerate(paths):
        x, y = data["start"][k] % 32, data["start"][k] // 32
        for t in range(400):
            assert (x, y) == p[t]
            two = ord(data["moves"][k][t // 2]) - 65
            x, y = x + step[two % 5 if t % 2 else two // 5][0], y + step[two % 5 if t % 2 else two // 5][1]
        assert (x, y) == p[400]
    assert sum(t >= 0 for t in data["stopTick"]) == visits


def test_tasks_run_out_and_robots_give_way(tmp_path, floor):
    tasks = write_tasks(tmp_path / "few.tasks", largest_part(floor[0]), 5, 4)
    assert report("route", "lifelong", floor[0], tasks, 40, 300, tmp_path / "o.txt")["tasks_done"] == 5


@pytest.mark.parametrize("text, said", [("", ":1: begins"), ("x\n", ":1: begins"), ("2\n0 1 2\n", ":2: a task is"), ("2\n0 {c} {c}\n", ":3: 2 tasks were announced"),
                                        ("1\n0 99 0 {c}\n", ":2: 99,0 is not a free cell"), ("1\n0 {c} {w}\n", "is not a free cell")])
def test_malformed_tasks(tmp_path, floor, text, said):
    cells = largest_part(floor[0])
    rows = floor[0].read_text().split("\n")[4:]
    wall = next((x, y) for y, row in enumerate(rows) for x, cell in enumerate(row) if cell == "@")
    bad, out = tmp_path / "bad.tasks", tmp_path / "o.txt"
    bad.write_text(text.format(c="%d %d" % cells[0], w="%d %d" % wall))
    assert said in run("route", "lifelong", floor[0], bad, 5, 10, out, code=2).stderr
    assert not out.exists()


def test_lifelong_needs_sense(tmp_path, floor):
    cells = largest_part(floor[0])
    tasks, out = write_tasks(tmp_path / "t.tasks", cells, 10, 1), tmp_path / "o.txt"
    for words, said in (((tasks, 0, 10, out), "number of robots"), ((tasks, 5, 0, out), "number of steps"), ((tasks, 1000, 10, out), "do not fit"), ((tasks, 5, 10), "")):
        assert said in run("route", "lifelong", floor[0], *words, code=2).stderr
    assert "not a positive number" in run("route", "lifelong", floor[0], tasks, 5, 10, out, "--ms-per-step", "-1", code=2).stderr
    assert not out.exists()


@pytest.mark.skipif(not shutil.which("chromium"), reason="no chromium")
def test_the_page_plays(tmp_path, floor):
    """A copy of the page that jumps, plays and points, and writes down what it saw."""
    tasks, out, page = write_tasks(tmp_path / "t.tasks", largest_part(floor[0]), 500, 6), tmp_path / "o.txt", tmp_path / "p.html"
    run("route", "lifelong", floor[0], tasks, 30, 200, out, "--html", page)
    act = """<script>
go(137);
const there = Array.from(at), text = byId("now").textContent;
go(12);
const back = Array.from(at);
setPlaying(true); now = 150; draw();
const played = Array.from(at);
canvas.onpointermove({ clientX: X(at[4]), clientY: Y(at[4]) + canvas.getBoundingClientRect().top });
document.body.textContent = JSON.stringify({ there, back, played, text, hint: byId("hint").textContent });
</script></body>"""
    page.write_text(page.read_text(encoding="utf-8").replace("</body>", act), encoding="utf-8")
    dom = subprocess.run(["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", f"--user-data-dir={tmp_path / 'profile'}", "--window-size=1200,700", "--dump-dom", page.as_uri()],
                         capture_output=True, text=True, timeout=60).stdout
    seen = json.loads(dom.split("<body>")[1].split("</body>")[0].strip())
    paths = [line.split(" ") for line in out.read_text().splitlines()]
    for name, t in (("there", 137), ("back", 12), ("played", 150)):
        assert [f"{c % 32},{c // 32}" for c in seen[name]] == [p[t] for p in paths]
    assert seen["text"].startswith("tick 137 of 200, ") and seen["hint"].startswith(f"robot 4 at {paths[4][150]}")


def test_a_fleet_plan_as_a_page(tmp_path, floor):
    page = tmp_path / "page.html"
    run("route", *floor, 20, 5, tmp_path / "o.txt", "--work", 50000, "--html", page)
    data = json.loads(page.read_text(encoding="utf-8").split('id="run">')[1].split("</script>")[0])
    lines = (tmp_path / "o.txt").read_text().splitlines()
    assert len(data["moves"]) == 20 and data["ticks"] == max(len(line.split(" ")) for line in lines) - 1
    assert [(c % 32, c // 32) for c in data["stop"]] == [tuple(map(int, line.split(" ")[-1].split(","))) for line in lines]


def test_what_the_guides_show(tmp_path):
    """The commands of docs/guide, with the figures printed there."""
    out, svg = tmp_path / "out.txt", tmp_path / "routes.svg"
    scene = [PLANT / "map.txt", PLANT / "shift.scen"]
    assert "sum of arrivals 1709 (at least 1705)" in run("route", *scene, 40, 2, out, "--work", 300000, "--svg", svg).stdout
    assert run("route", "check", *scene, out).stdout == "valid, sum of arrivals 1709\n"
    assert svg.read_text(encoding="utf-8") == (TOP / "docs/guide/routes.svg").read_text(encoding="utf-8")
    assert "60 robots, 600 steps: 410 tasks done, 1.42 visits a step" in run("route", "lifelong", PLANT / "map.txt", PLANT / "hall.tasks", 60, 600, out).stdout
    plan = tmp_path / "ft06.csv"
    assert "objective 55, bound 55, optimal" in run("sched", TOP / "examples/ft06.jsp", "-o", plan).stdout
    assert run("sched", "check", TOP / "examples/ft06.jsp", plan).stdout == "valid, objective 55\n"


def test_malformed_floor(tmp_path, floor):
    path, scen = floor
    cut = tmp_path / "cut.map"
    cut.write_bytes(path.read_bytes()[:400])
    assert "cut.map:" in run("route", cut, scen, 5, 1, tmp_path / "o.txt", code=2).stderr
    assert "floor.scen:" in run("route", path, scen, 51, 1, tmp_path / "o.txt", code=2).stderr
    run("route", path, tmp_path / "none.scen", 5, 1, tmp_path / "o.txt", code=2)
    assert not (tmp_path / "o.txt").exists()


# ---- telemetry --------------------------------------------------------------------------------------------------------------------

def test_route_partial(tmp_path):
    (tmp_path / "row.map").write_text("type octile\nheight 1\nwidth 8\nmap\n........\n")
    rows = [(0, 3), (4, 3), (5, 7)]
    (tmp_path / "row.scen").write_text("version 1\n" + "".join(f"0\trow.map\t8\t1\t{a}\t0\t{b}\t0\t{abs(a - b)}\n" for a, b in rows))
    args = ("route", tmp_path / "row.map", tmp_path / "row.scen", 3, 1, tmp_path / "o.txt", "--work", 3000)
    assert "--partial" in run(*args, code=1).stderr
    p = run(*args, "--partial", "--json")
    assert json.loads(p.stdout)["stranded"] == 1 and "on its goal 3,0" in p.stderr
    ends = [line.split()[-1] for line in (tmp_path / "o.txt").read_text().splitlines()]
    assert ends in (["2,0", "3,0", "7,0"], ["3,0", "4,0", "7,0"])


def records(n, seed=3):
    rng = random.Random(seed)
    for k in range(n):
        ms = 1761316337842 + (k // 20) * 100
        stamp = f"2025-10-24T14:{32 + ms // 60000 % 20:02d}:{ms // 1000 % 60:02d}.{ms % 1000:03d}Z"
        joint = {j: {"temp": round(35 + rng.random() * 9, 1), "torque": round(10 + rng.random() * 14, 1), "status": "OK"}
                 for j in ("hip_left", "hip_right", "knee_left", "knee_right", "shoulder_left", "shoulder_right")}
        yield json.dumps({
            "robot_id": f"G1-{k % 20 + 1:03d}", "timestamp": stamp,
            "position": {"x": round(12 + k / 1000, 1), "y": round(45 - k / 2000, 1), "z": 0.2},
            "velocity": {"vx": 0.8, "vy": 0.0, "vz": -0.0 if k % 97 == 0 else 0.0}, "battery_level": round(67 - k / 9000, 1),
            "current_task": None if k % 211 == 0 else {"task_id": "WO-5482-ST2", "station": "Station_2_Actuator_Install", "unit_id": "HUM-2025-001847",
                                                       "progress": round(k % 100 + 0.5, 1), "estimated_completion": "2025-10-24T15:14:00Z"},
            "actuator_status": joint,
            "diagnostics": {"cpu_usage": 47.2, "memory_usage": 62.8, "network_latency": 12, "camera_status": ["OK"] * 4, "error_log": []},
        }, separators=(",", ":"))


def test_telemetry_comes_back_byte_for_byte(tmp_path):
    lines = list(records(10000))
    random.Random(1).shuffle(lines)
    source, packed, back = tmp_path / "in.jsonl", tmp_path / "a.c12t", tmp_path / "out.jsonl"
    source.write_text("\n".join(lines) + "\n", encoding="utf-8")
    run("tlm", "pack", source, packed, "--keep-order")
    run("tlm", "unpack", packed, back)
    assert back.read_bytes() == source.read_bytes()
    run("tlm", "pack", source, packed)
    run("tlm", "unpack", packed, back)
    by_time = sorted(lines, key=lambda line: (json.loads(line)["timestamp"], json.loads(line)["robot_id"]))
    assert back.read_text(encoding="utf-8").splitlines() == by_time
    stat = report("tlm", "stat", packed)
    assert stat["records"] == 10000 and stat["bytes"] == packed.stat().st_size
    run("tlm", "verify", packed)


def test_damaged_telemetry_is_refused(tmp_path):
    source, packed, cut = tmp_path / "in.jsonl", tmp_path / "a.c12t", tmp_path / "cut.c12t"
    source.write_text("\n".join(records(300)) + "\n", encoding="utf-8")
    run("tlm", "pack", source, packed)
    cut.write_bytes(packed.read_bytes()[:-9])
    out = tmp_path / "out.jsonl"
    assert "byte" in run("tlm", "unpack", cut, out, code=2).stderr
    assert not out.exists()
    source.write_text('{"robot_id":"G1-001","timestamp":"2025-10-24T14:32:17.842Z"\n', encoding="utf-8")
    assert f"{source}:1" in run("tlm", "pack", source, tmp_path / "b.c12t", code=2).stderr
    assert not (tmp_path / "b.c12t").exists()


def some_telemetry(tmp_path, n=4000):
    lines = list(records(n))
    source, packed = tmp_path / "in.jsonl", tmp_path / "a.c12t"
    source.write_text("\n".join(lines) + "\n", encoding="utf-8")
    run("tlm", "pack", source, packed)
    return [json.loads(line) for line in lines], lines, packed


def test_telemetry_answers_questions(tmp_path):
    rows, _, packed = some_telemetry(tmp_path)
    rows = [r for r in rows if r["current_task"] is not None and str(r["velocity"]["vz"]) != "-0.0"]  # the others are kept as their line
    start = min(r["timestamp"] for r in rows)[:16]
    got = report("tlm", "query", packed, "--field", "battery_level,position.x", "--bucket", "10s", "--fn", "count,min,max,avg,sum,first,last")
    groups = {}
    for r in rows:
        groups.setdefault((r["robot_id"], r["timestamp"][:18]), []).append(r)
    assert got["groups"] == len(groups) and [(g["robot"], g["start"][:18]) for g in got["rows"]] == sorted(groups)
    for g in got["rows"]:
        mine = sorted(groups[g["robot"], g["start"][:18]], key=lambda r: r["timestamp"])
        x = [r["position"]["x"] for r in mine]
        assert g["count"] == len(mine) and g["position.x.min"] == min(x) and g["position.x.max"] == max(x)
        assert g["position.x.first"] == x[0] and g["position.x.last"] == x[-1] and abs(g["position.x.sum"] - sum(x)) < 1e-6
        assert abs(g["position.x.avg"] - sum(x) / len(x)) < 1e-3
    robot = rows[0]["robot_id"]
    window = run("tlm", "query", packed, "--robot", robot, "--from", start + ":10", "--to", start + ":20Z", "--fn", "count").stdout.splitlines()
    assert window[0] == "robot,start,count"
    assert int(window[1].split(",")[2]) == sum(r["robot_id"] == robot and start + ":10" <= r["timestamp"] < start + ":20" for r in rows)
    assert report("tlm", "query", packed, "--together")["rows"][0]["count"] == len(rows)
    last = [json.loads(line) for line in run("tlm", "latest", packed).stdout.splitlines()]
    assert [r["robot_id"] for r in last] == sorted({r["robot_id"] for r in rows})
    for bad in (["--field", "nothing"], ["--field", "robot_id"], ["--bucket", "10x"], ["--fn", "median"], ["--from", "yesterday"]):
        assert bad[1] in run("tlm", "query", packed, *bad, code=2).stderr


def test_telemetry_is_exported(tmp_path):
    rows, lines, packed = some_telemetry(tmp_path, 1000)
    run("tlm", "export", packed, "--to", "jsonl", "-o", tmp_path / "out.jsonl")
    assert sorted((tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()) == sorted(lines)
    table = list(csv.DictReader(run("tlm", "export", packed, "--field", "timestamp,robot_id,position.x,diagnostics.camera_status").stdout.splitlines()))
    assert len(table) == 1000
    by_time = sorted(rows, key=lambda r: (r["timestamp"], r["robot_id"]))
    for got, want in zip(table, by_time):
        assert got["timestamp"] == want["timestamp"] and got["robot_id"] == want["robot_id"]
        if got["position.x"]:
            assert float(got["position.x"]) == want["position"]["x"] and json.loads(got["diagnostics.camera_status"]) == want["diagnostics"]["camera_status"]
    assert "jsonl" in run("tlm", "export", packed, "--to", "xml", code=2).stderr
    one = by_time[500]
    part = ("--robot", one["robot_id"], "--from", by_time[200]["timestamp"], "--until", by_time[800]["timestamp"])
    mine = [r for r in rows if r["robot_id"] == one["robot_id"] and by_time[200]["timestamp"] <= r["timestamp"] < by_time[800]["timestamp"]]
    assert 0 < len(mine) < 600
    back = run("tlm", "export", packed, "--to", "jsonl", *part).stdout.splitlines()
    assert sorted(json.loads(line)["timestamp"] for line in back) == sorted(r["timestamp"] for r in mine)
    table = list(csv.DictReader(run("tlm", "export", packed, "--field", "timestamp", *part).stdout.splitlines()))
    assert [r["timestamp"] for r in table] == sorted(r["timestamp"] for r in mine)


def test_bench_of_arrow_streams(tmp_path):
    _, _, packed = some_telemetry(tmp_path, 1000)
    table = list(csv.DictReader(run("bench", "arrow", packed, "--csv").stdout.splitlines()))
    assert [r["records"] for r in table] == ["1000"] * 5 and all(float(r["million_s"]) > 0 for r in table)
    assert run("bench", "arrow", packed, "--field", "nothing", code=2).stderr


def test_telemetry_grows_in_place_and_is_salvaged(tmp_path):
    _, lines, packed = some_telemetry(tmp_path, 2000)
    more, back = tmp_path / "more.jsonl", tmp_path / "back.jsonl"
    later = [line.replace('"2025-10-24T', '"2025-10-25T', 1) for line in lines[:700]]
    more.write_text("\n".join(later) + "\n", encoding="utf-8")
    assert report("tlm", "append", packed, more)["appended"] == 700
    run("tlm", "verify", packed)
    run("tlm", "unpack", packed, back)
    assert sorted(back.read_text(encoding="utf-8").splitlines()) == sorted(lines + later)
    assert not (tmp_path / "a.c12t-journal").exists()
    whole = packed.read_bytes()
    more.write_text('{"robot_id":"G1-001"\n', encoding="utf-8")
    assert f"{more}:1" in run("tlm", "append", packed, more, code=2).stderr
    assert packed.read_bytes() == whole and not (tmp_path / "a.c12t-journal").exists()
    run("tlm", "recover", packed)
    assert packed.read_bytes() == whole
    good = tmp_path / "good.c12t"
    assert report("tlm", "salvage", packed, good)["records_lost"] == 0
    bad = tmp_path / "bad.c12t"
    bad.write_bytes(whole[:3000] + bytes([whole[3000] ^ 1]) + whole[3001:])
    assert "byte" in run("tlm", "verify", bad, code=1).stderr
    told = report("tlm", "salvage", bad, good, code=1)
    assert told["records"] + told["records_lost"] == 2700 and told["records_lost"] > 0 and told["gaps"] == 1
    run("tlm", "verify", good)
    bad.write_bytes(whole[: len(whole) * 2 // 3])
    assert report("tlm", "salvage", bad, good, code=1)["records_lost"] == -1
    run("tlm", "verify", good)
    bad.write_bytes(b"no telemetry")
    run("tlm", "salvage", bad, tmp_path / "none.c12t", code=2)
    assert not (tmp_path / "none.c12t").exists()


def test_telemetry_in_few_points(tmp_path):
    rows, lines, _ = some_telemetry(tmp_path, 900)
    robot = rows[5]["robot_id"]
    mine = [i for i, r in enumerate(rows) if r["robot_id"] == robot and r["current_task"] is not None and str(r["velocity"]["vz"]) != "-0.0"]
    for i in mine:  # flat, with one spike
        rows[i]["battery_level"] = 99.5 if i == mine[41] else 20.0
    source, packed = tmp_path / "flat.jsonl", tmp_path / "flat.c12t"
    source.write_text("\n".join(json.dumps(r, separators=(",", ":")) for r in rows) + "\n", encoding="utf-8")
    run("tlm", "pack", source, packed)
    for method in ("lttb", "minmax"):
        got = report("tlm", "sample", packed, "--robot", robot, "--field", "battery_level", "--points", 8, "--method", method)["rows"]
        assert [p["time"] for p in got if p["battery_level"] == 99.5] == [rows[mine[41]]["timestamp"]]
    assert len(report("tlm", "sample", packed, "--robot", robot, "--field", "battery_level", "--method", "mean", "--points", 5)["rows"]) == 5
    assert "lttb" in run("tlm", "sample", packed, "--robot", robot, "--field", "battery_level", "--method", "best", code=2).stderr
    assert "--robot" in run("tlm", "sample", packed, code=2).stderr


def test_telemetry_is_kept_and_compacted(tmp_path):
    _, lines, packed = some_telemetry(tmp_path, 1500)
    out, old, back = tmp_path / "out.c12t", tmp_path / "old.c12t", tmp_path / "back.jsonl"
    run("tlm", "compact", packed, out)
    run("tlm", "unpack", out, back)
    assert sorted(back.read_text(encoding="utf-8").splitlines()) == sorted(lines)
    assert report("tlm", "retain", packed, out, "--since", "2100-01-01", "--archive", old) == {"kept": 0, "archived": 1500}
    run("tlm", "verify", old)
    assert report("tlm", "retain", packed, out, "--since", "1970-01-02") == {"kept": 1500, "dropped": 0}
    assert "--since" in run("tlm", "retain", packed, out, code=2).stderr


# ---- quality ----------------------------------------------------------------------------------------------------------------------

def test_grades_with_reasons(tmp_path):
    path = tmp_path / "r.csv"
    path.write_text("report,code,station\nN1,SAFETY-brake,\nN2,non_safety,\nN3,brake noise,ST6\nN4,brake noise,ST1\n")
    rows = report("ncr", "grade", path, "--rules", PLANT / "rules.csv")["rows"]
    assert [r["grade"] for r in rows] == ["critical", "minor", "critical", "minor"]
    assert rows[0]["reason"] == "token"


# ---- bad input --------------------------------------------------------------------------------------------------------------------

def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


BAD = {
    "unknown column": ("items.csv", "abc\n", "abc,colour\n", ["items.csv:1", "colour"]),
    "cycle": ("bom.csv", "SUB-ELEC-001,CAM-BASLER-001,4,1,0", "SUB-ELEC-001,CAM-BASLER-001,4,1,0\nENC-ABS-001,C12-EXEC-DOUBLE-001,1,1,0",
              ["bom.csv:17", "C12-EXEC-DOUBLE-001 > SUB-ACT-001 > ENC-ABS-001 > C12-EXEC-DOUBLE-001"]),
    "negative quantity": ("orders.csv", "C12-EXEC-DOUBLE-001,2,2,3", "C12-EXEC-DOUBLE-001,-2,2,3", ["orders.csv:2:qty", "negative"]),
    "2^63": ("orders.csv", "C12-EXEC-DOUBLE-001,2,2,3", "C12-EXEC-DOUBLE-001,9223372036854775808,2,3", ["orders.csv:2:qty", "overflow"]),
    "overflow while planning": ("orders.csv", "C12-EXEC-DOUBLE-001,2,2,3", "C12-EXEC-DOUBLE-001,9223372036854775807,20,3", ["items.csv:", "fit 64 bits"]),
    "truncated in a row": ("orders.csv", ",C12-EXEC-DOUBLE-001,4,88,1\n", ",C12-EX", ["orders.csv:31", "cell"]),
    "unclosed quote": ("items.csv", "CAM-BASLER-001,buy", '"CAM-BASLER-001,buy', ["items.csv:17", "quote"]),
    "items nobody can read": ("items.csv", "item,type", "thing,type", ["items.csv:1", "thing"]),
    "unknown item": ("bom.csv", "SUB-ACT-001,ENC-ABS-001", "SUB-ACT-001,ENC-ABS-002", ["bom.csv:12:child", "ENC-ABS-002"]),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_named_and_leaves_nothing(plant, tmp_path, name):
    file, old, new, said = BAD[name]
    edit(plant / file, old, new)
    for verb in ("plan", "mrp"):
        out = tmp_path / f"out-{verb}"
        extra = ["--buckets", 90] if verb == "mrp" else []
        p = run(verb, plant, *extra, "-o", out, code=2)
        for word in said:
            assert word in p.stderr, p.stderr
        assert not out.exists() or not list(out.iterdir())


def test_missing_files(tmp_path, plant):
    assert "nowhere" in run("plan", tmp_path / "nowhere", code=2).stderr
    (plant / "items.csv").unlink()
    assert "items.csv" in run("plan", plant, "-o", tmp_path / "o", code=2).stderr
    assert not (tmp_path / "o").exists()


def test_all_faults_are_listed_at_once(plant, tmp_path):
    edit(plant / "orders.csv", "C12-EXEC-DOUBLE-001,2,2,3", "C12-EXEC-DOUBLE-001,-2,2,3")
    edit(plant / "routing.csv", "SUB-FRAME-001,10,ST1,95", "SUB-FRAME-001,10,ST9,95")
    p = run("plan", plant, "-o", tmp_path / "o", code=2)
    assert "orders.csv:2:qty" in p.stderr and "routing.csv:2:station" in p.stderr


def test_bench_measures_every_room():
    rows = report("bench")["rows"]
    assert {r["room"] for r in rows} == {"bom", "mrp", "buy", "sched", "route", "dispatch", "tlm"}
    assert all(r["median_us"] > 0 and r["per_second"] > 0 for r in rows)
    assert len(report("bench", "plant", PLANT, "--buckets", "8")["rows"]) > 15
    assert [r["room"] for r in report("bench", "route")["rows"]] == ["route", "route"]
    assert "there are bom" in run("bench", "coffee", code=2).stderr


def test_usage_is_taught():
    assert "c12 --help" in run("nonsense", code=2).stderr
    assert "--buckets" in run("mrp", PLANT, "--buckets", "many", code=2).stderr
    assert "unknown option '--colour'" in run("plan", PLANT, "--colour", code=2).stderr
    assert "example:" in run("bom", "--help").stdout
    assert run("--version").stdout.startswith("c12 ")
    assert run("doctor").stdout.count(" ok ") == 5
