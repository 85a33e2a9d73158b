# SPDX-License-Identifier: Apache-2.0
"""c12 sched: pictures of plans, and what differs between two plans."""
import csv
import json
import pathlib
import re
import shutil
import subprocess
from xml.etree import ElementTree

import pytest

from test_command import C12, FT06, PLANT_JSON, TOP, report, run

SVG = "{http://www.w3.org/2000/svg}"
EXAMPLE, PLAN = TOP / "examples/shop.json", TOP / "tests/data/shop.plan.csv"
PAUSED = """{"n_machines": 1, "families": 2, "stations": [{"machines": [0], "setup": [[0, 10], [10, 0]]}],
 "orders": [{"family": 0, "ops": [{"station": 0, "machines": [0], "minutes": 75}]}, {"family": 1, "release": 190, "ops": [{"station": 0, "machines": [0], "minutes": 20}]}],
 "calendar": {"windows": [[100, 180], [200, 400]]}}
"""
POOLS = "2 3\n2 2 1 4 2 4 1 3 6\n2 2 1 4 2 4 1 3 6\n"  # machines 0 and 1 stand in for each other, 2 stands alone
HOSTILE = "a<script>alert(1)</script>&\"'\x01.jsp".replace("/", "-")


@pytest.fixture
def shop(tmp_path):
    path = tmp_path / "ft06.jsp"
    path.write_text(FT06)
    return path


def plan_in(page):
    """The columns a page carries."""
    text = pathlib.Path(page).read_text(encoding="utf-8")
    return json.loads(re.search(r'<script type="application/json" id="plan">\n(.*?)</script>', text, re.S)[1])


def plan_rows(path):
    return [[int(x) for x in row] for row in list(csv.reader(open(path, encoding="utf-8")))[1:]]


def words(svg):
    return ["".join(t.itertext()) for t in ElementTree.parse(svg).iter(f"{SVG}text")]


# ---- the page -------------------------------------------------------------------------------------------------------------------

def test_page_carries_the_plan_and_nothing_from_outside(tmp_path, shop):
    page, plan = tmp_path / "g.html", tmp_path / "plan.csv"
    run("sched", shop, "--time", 5, "--html", page, "-o", plan)
    p, rows = plan_in(page), plan_rows(plan)
    assert [[m, s, e] for m, s, e in zip(p["machine"], p["start"], p["end"])] == [r[2:] for r in rows]
    assert p["setup"] == p["start"] and p["objective"] == 55 and "due" not in p and "breakOff" not in p
    text = page.read_text(encoding="utf-8")
    assert "default-src 'none'" in text and "https:" not in text and not re.search(r"\b(src|href)=|@import|url\(|@PLAN@|@TITLE@", text)


def test_plant_page_tells_setups_breaks_and_lateness(tmp_path):
    path, page, svg = tmp_path / "plant.json", tmp_path / "g.html", tmp_path / "g.svg"
    path.write_text(PLANT_JSON)
    run("sched", path, "--work", 2000, "--html", page, "--svg", svg)
    p = plan_in(page)
    assert (p["setup"], p["start"], p["end"], p["due"], p["weight"]) == ([100, 140, 140], [100, 140, 145], [140, 150, 215], [150, 210], [3, 1])
    assert (p["busy"], p["open"], p["bottleneck"]) == ([95, 10], [95, 95], 0)
    assert (p["breakOff"], p["breakFrom"], p["breakTo"]) == ([0, 2, 4], [0, 180] * 2, [100, 200] * 2)
    said = words(svg)
    assert "order 1 was due day 0 03:30, ends day 0 03:35: 5 min late, weight 1" in said
    assert "3 operations, last end day 0 03:35, 1 of 2 orders with a due date late; bottleneck: machine 0, at work 100 % of open time" in said
    assert "order 1, operation 0: day 0 02:25 to day 0 03:35, family 1, set-up from day 0 02:20" in [t.text for t in ElementTree.parse(svg).iter(f"{SVG}title")]


def test_setups_pause_during_breaks(tmp_path):
    path, plan, page = tmp_path / "paused.json", tmp_path / "plan.csv", tmp_path / "g.html"
    path.write_text(PAUSED)
    plan.write_text("job,op,machine,start,end\n0,0,0,100,175\n1,0,0,205,225\n")
    run("sched", "check", path, plan, "--html", page)
    p = plan_in(page)
    assert (p["setup"], p["busy"], p["open"]) == ([100, 175], [105], [105])


def test_machines_that_stand_in_for_each_other_share_a_load(tmp_path):
    path, page, svg = tmp_path / "pools.fjs", tmp_path / "g.html", tmp_path / "g.svg"
    path.write_text(POOLS)
    run("sched", path, "--time", 1, "--html", page, "--svg", svg)
    p = plan_in(page)
    assert (p["row"], p["unitOff"], p["bottleneck"]) == ([0, 1, 2], [0, 2, 3], 1)
    path.write_text("1 3\n1 2 1 4 2 4\n")  # one pool of all machines in use: each by itself
    run("sched", path, "--time", 1, "--html", page)
    assert plan_in(page)["unitOff"] == [0, 1, 2, 3]


def test_empty_shop_is_drawn(tmp_path):
    path, page, svg = tmp_path / "none.json", tmp_path / "g.html", tmp_path / "g.svg"
    path.write_text('{"n_machines": 0, "families": 1, "stations": [], "orders": []}')
    run("sched", path, "--time", 1, "--html", page, "--svg", svg)
    assert plan_in(page)["bottleneck"] == -1
    assert words(svg)[1] == "0 operations, last end day 0 00:00"


def test_names_are_escaped(tmp_path):
    path, page, svg = tmp_path / HOSTILE, tmp_path / "g.html", tmp_path / "g.svg"
    path.write_text(FT06)
    run("sched", path, "--time", 5, "--html", page, "--svg", svg)
    safe = HOSTILE.replace("\x01", "?")
    assert words(svg)[0] == safe and plan_in(page)["name"] == safe
    assert "<script>alert" not in page.read_text(encoding="utf-8")
    path = bytes(tmp_path) + b"/\xff\xe2\x82.jsp"
    pathlib.Path(path.decode(errors="surrogateescape")).write_text(FT06)
    subprocess.run([C12, b"sched", path, b"--time", b"5", b"--svg", svg], check=True, capture_output=True)
    assert words(svg)[0] == "???.jsp"


@pytest.mark.skipif(not shutil.which("node"), reason="no node")
def test_script_is_well_formed(tmp_path, shop):
    run("sched", shop, "--time", 5, "--html", tmp_path / "g.html")
    script = re.search(r"<script>\n(.*?)</script>", (tmp_path / "g.html").read_text(encoding="utf-8"), re.S)[1]
    (tmp_path / "g.js").write_text(script)
    subprocess.run(["node", "--check", tmp_path / "g.js"], check=True)


@pytest.mark.skipif(not shutil.which("chromium"), reason="no chromium")
def test_browser_lists_late_orders_and_jumps(tmp_path):
    """A copy of the page that clicks, zooms and writes down what it saw."""
    page = tmp_path / "g.html"
    run("sched", "check", EXAMPLE, PLAN, "--html", page)
    act = """<script>
const all = [view.from, view.to];
el("late").querySelector("button").click(); clampView(); draw();
const near = [view.from, view.to, view.job];
window.dispatchEvent(new KeyboardEvent("keydown", { key: "0" })); clampView();
const back = [view.from, view.to];
canvas.dispatchEvent(new WheelEvent("wheel", { deltaY: -400, clientX: 400, cancelable: true })); clampView(); draw();
const wheel = view.to - view.from;
window.dispatchEvent(new KeyboardEvent("keydown", { key: "n" }));
const next = view.job, k = P.opOff[next];
clampView(); hover(across(P.start[k]) + 1, AXIS + rows.find(r => r.machine === P.machine[k]).y + 5);
document.body.textContent = JSON.stringify({ all, near, back, next, wheel, late, hint: el("hint").textContent });
</script></body>"""
    page.write_text(page.read_text(encoding="utf-8").replace("</body>", act), encoding="utf-8")
    out = subprocess.run(["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", f"--user-data-dir={tmp_path / 'profile'}", "--window-size=1200,700", "--dump-dom", page.as_uri()],
                         capture_output=True, text=True, timeout=60).stdout
    seen = json.loads(re.search(r"<body>(\{.*\})\s*</body>", out, re.S)[1].replace("&gt;", ">"))
    p = plan_in(page)
    end = [max(p["end"][a:b]) for a, b in zip(p["opOff"], p["opOff"][1:])]
    late = sorted((j for j in range(len(end)) if end[j] > p["due"][j]), key=lambda j: p["due"][j] - end[j])
    assert seen["late"] == late and len(late) == 8
    assert seen["all"] == seen["back"] == [0, max(end)]
    start = p["start"][p["opOff"][late[0]]]
    assert seen["near"][2] == late[0] and 0 < seen["near"][0] < start and end[late[0]] < seen["near"][1]
    assert max(end) / 2 < seen["wheel"] < max(end) * .6
    assert seen["next"] == late[1] and seen["hint"].startswith(f"order {late[1]}, operation 0")


# ---- the picture ----------------------------------------------------------------------------------------------------------------

def test_picture_of_the_guide(tmp_path):
    run("sched", "check", EXAMPLE, PLAN, "--svg", tmp_path / "g.svg")
    assert (tmp_path / "g.svg").read_text() == (TOP / "docs/guide/gantt.svg").read_text()


def test_picture_of_five_hundred_operations(tmp_path):
    run("sched", "taillard", 25, 20, 1, 2, "-o", tmp_path / "t.jsp")
    run("sched", tmp_path / "t.jsp", "--work", 1000, "--svg", tmp_path / "g.svg")
    top = ElementTree.parse(tmp_path / "g.svg").getroot()
    bars = [r for r in top.iter(f"{SVG}rect") if r.find(f"{SVG}title") is not None]
    assert len(bars) == 500 and all(float(b.get("x")) + float(b.get("width")) <= float(top.get("width")) for b in bars)


def test_colour_by_family(tmp_path):
    for colour in ("order", "family"):
        run("sched", "check", EXAMPLE, PLAN, "--svg", tmp_path / colour, "--html", tmp_path / f"{colour}.html", "--colour", colour)
    fills = [{r.get("fill") for r in ElementTree.parse(tmp_path / c).iter(f"{SVG}rect") if r.get("rx")} for c in ("order", "family")]
    assert (len(fills[0]), len(fills[1])) == (24, 12)
    assert [plan_in(tmp_path / f"{c}.html")["byFamily"] for c in ("order", "family")] == [0, 1]


def test_bad_wishes_for_pictures(tmp_path, shop):
    assert "'rainbow' is not order or family" in run("sched", shop, "--colour", "rainbow", code=2).stderr
    assert "--html needs a value" in run("sched", shop, "--html", code=2).stderr
    for option in ("--svg", "--html"):
        run("sched", shop, "--time", 5, option, tmp_path / "no/such/folder/g", code=2)
    bad = tmp_path / "bad.csv"
    bad.write_text(PLAN.read_text().replace(PLAN.read_text().splitlines()[1], "0,0,0,0,10"))
    assert "S" in run("sched", "check", EXAMPLE, bad, "--html", tmp_path / "bad.html", code=1).stderr
    assert not (tmp_path / "bad.html").exists() and not (tmp_path / "no").exists()


# ---- diff -----------------------------------------------------------------------------------------------------------------------

@pytest.fixture
def pools(tmp_path):
    """Two plans of POOLS: in the second, job 1 runs on machine 0 after job 0 instead of on machine 1."""
    path, before, after = (tmp_path / n for n in ("pools.fjs", "before.csv", "after.csv"))
    path.write_text(POOLS)
    before.write_text("job,op,machine,start,end\n0,0,0,0,4\n0,1,2,4,10\n1,0,1,0,4\n1,1,2,10,16\n")
    after.write_text("job,op,machine,start,end\n1,1,2,12,18\n1,0,0,4,8\n0,0,0,0,4\n0,1,2,4,10\n")
    return path, before, after


def test_diff_names_what_moved(pools, tmp_path):
    path, before, after = pools
    head = "job,op,machine_before,start_before,machine_after,start_after\n"
    assert run("sched", "diff", path, before, after, "--csv").stdout == head + "1,0,1,0,0,4\n1,1,2,10,2,12\n"
    assert run("sched", "diff", path, before, before, "--csv").stdout == head
    run("sched", "diff", path, after, before, "-o", tmp_path / "d.csv")
    assert (tmp_path / "d.csv").read_text() == head + "1,0,0,4,1,0\n1,1,2,12,2,10\n"
    r = report("sched", "diff", path, before, after)
    assert [r[k] for k in ("operations", "moved", "other_machine", "shift", "objective_before", "objective_after")] == [4, 2, 1, 6, 16, 18]
    assert r["rows"][0] == {"job": 1, "op": 0, "machine_before": 1, "start_before": 0, "machine_after": 0, "start_after": 4}


def test_diff_refuses_what_is_no_plan(pools, tmp_path):
    path, before, after = pools
    text = after.read_text()
    after.write_text(text.replace("1,0,0,4,8", "1,0,2,4,8"))
    assert f"{after}:3:machine: machine 2 does not do operation 0 of job 1" in run("sched", "diff", path, before, after, code=2).stderr
    after.write_text(text.replace("1,0,0,4,8", "1,0,0,3,7"))
    assert "after.csv: breaks S" in run("sched", "diff", path, before, after, "-o", tmp_path / "d.csv", code=1).stderr
    after.write_text(text.rsplit("\n", 2)[0] + "\n")
    assert "4 operations expected, 3 planned" in run("sched", "diff", path, before, after, code=2).stderr
    after.write_text(text.replace("1,0,0,4,8", "1,0,0,x,8"))
    assert "after.csv:3:start: 'x' is not a whole number" in run("sched", "diff", path, before, after, code=2).stderr
    assert "2 arguments are missing" in run("sched", "diff", path, code=2).stderr
    assert "missing.csv" in run("sched", "diff", path, before, tmp_path / "missing.csv", code=2).stderr
    assert not (tmp_path / "d.csv").exists()


# ---- the rest of a plant --------------------------------------------------------------------------------------------------------

RICH = {
    "n_machines": 4, "families": 2,
    "stations": [{"machines": [0, 1], "setup": [[0, 10], [15, 0]]}, {"machines": [2], "setup": [[0, 0], [0, 0]]}, {"machines": [3], "setup": [[0, 5], [5, 0]]}],
    "resources": [{"name": "crew", "levels": [[0, 1], [200, 2]]}],
    "buffers": [1], "speed": [1000, 800, 1000, 1000], "batch": [1, 1, 3, 1], "setup_breaks": ["as_operation", "pause", "whole", "pause"],
    "orders": [
        {"family": 0, "due": 200, "ops": [
            {"station": 0, "machines": [{"machine": 0, "minutes": 30, "cost": 2}, 1], "minutes": 40, "needs": [{"resource": 0, "units": 1}], "buffer": 0, "resumable": False},
            {"station": 1, "machines": [2], "minutes": 60, "places": 2, "wait_min": 5, "wait_max": 20}, {"station": 2, "machines": [3], "minutes": 20}]},
        {"family": 1, "due": 150, "weight": 3, "ops": [
            {"station": 0, "machines": [0, 1], "minutes": 50, "lots": 5, "holds": True}, {"station": 2, "machines": [3], "minutes": 25, "needs": [{"resource": 0}]}]},
        {"family": 0, "due": 180, "ops": [{"station": 0, "machines": [0, 1], "minutes": 20, "buffer": 0}, {"station": 1, "machines": [2], "minutes": 60}]}],
    "calendar": {"windows": [[0, 100], [130, 400]]}}


def rich(tmp_path, **change):
    path = tmp_path / "rich.json"
    path.write_text(json.dumps({**RICH, **change}))
    return path


@pytest.mark.parametrize("goal", ["makespan", "tardiness", "flow", "late>tardiness>setup", "late*100,tardiness*2,setup", "wip", "preference>makespan"])
def test_rich_plant_is_planned_and_checked(tmp_path, goal):
    plan, plant = tmp_path / "plan.csv", rich(tmp_path)
    found = report("sched", plant, "--work", 2000, "--objective", goal, "-o", plan)
    assert found["violations"] == 0
    judged = report("sched", "check", plant, plan, "--objective", goal)
    assert judged == {"violations": 0, "objective": found["objective"]}


def test_rich_plans_are_refused_by_rule(tmp_path):
    plan, plant = tmp_path / "plan.csv", rich(tmp_path)
    run("sched", plant, "--work", 2000, "-o", plan)
    text = plan.read_text()
    rows = plan_rows(plan)
    for change, rule in [({"buffers": [0]}, "S14"), ({"resources": [{"levels": [[0, 0], [390, 2]]}]}, "S15"), ({"speed": [500, 400, 1000, 1000]}, "S6")]:
        assert rule in run("sched", "check", rich(tmp_path, **change), plan, code=1).stderr
    assert rows[1][3] >= rows[0][4]
    late = [r[:3] + [401, 421] if r[:2] == [0, 2] else r for r in rows]
    plan.write_text("\n".join([text.splitlines()[0]] + [",".join(map(str, r)) for r in late]) + "\n")
    assert "S11" in run("sched", "check", rich(tmp_path), plan, code=1).stderr


@pytest.mark.parametrize("change,said", [
    ({"speed": [1000, 0, 1, 1]}, "speed[1]: is not a whole number in range; write a whole number from 1 to 1000000"),
    ({"speed": [1000]}, "speed: has not one entry for each"),
    ({"batch": [1, 1, "x", 1]}, "batch[2]: is not a whole number"),
    ({"buffers": [-1]}, "buffers[0]: is not a whole number"),
    ({"buffers": []}, "orders[0].ops[0].buffer: is not a whole number in range"),
    ({"setup_breaks": ["pause", "pause", "later", "pause"]}, 'setup_breaks[2]: is no way to set up; write "as_operation", "pause" or "whole"'),
    ({"resources": [{"levels": [[5, 1], [5, 2]]}]}, "resources[0].levels[1].0: is not a whole number in range; write a whole number from 6"),
    ({"resources": [{}]}, "resources[0].levels: is not an array"),
    ({"resources": []}, "orders[0].ops[0].needs: there are no resources; add them to resources"),
])
def test_bad_values_of_a_rich_plant_are_named(tmp_path, change, said):
    assert said in run("sched", rich(tmp_path, **change), "--work", 10, code=2).stderr


@pytest.mark.parametrize("key,value,said", [
    ("lots", 0, "lots: is not a whole number in range"), ("holds", 1, "holds: is neither true nor false"), ("wait_max", -2, "wait_max: is not a whole number in range"),
    ("wait_min", 30, "wait_max: is less than wait_min; raise it, or leave it out"), ("places", 0, "places: is not a whole number"), ("needs", 3, "needs: is not an array"),
    ("machines", [{"minutes": 3}], "machine: is missing"), ("machines", [{"machine": 2, "minutes": -1}], "minutes: is not a whole number"),
    ("machines", [{"machine": 2, "cost": -1}], "cost: is not a whole number"), ("machines", [{"machine": 1}], "machines: names a machine of another station"),
])
def test_bad_values_of_an_operation_are_named(tmp_path, key, value, said):
    plant = json.loads(json.dumps(RICH))
    plant["orders"][0]["ops"][1][key] = value
    assert "orders[0].ops[1]." + said in run("sched", rich(tmp_path, **plant), "--work", 10, code=2).stderr


@pytest.mark.parametrize("words,said", [
    ("lateness", "'lateness' is not makespan, tardiness"), ("late,late", "names late twice"), ("late*x", "a weight is a whole number"), ("late*0", "a weight is a whole number"),
    ("late,setup>flow", "has both , and >"), ("late,", "'' is not makespan"), ("moved", "'moved' is not makespan"),
])
def test_bad_goals_are_named(tmp_path, words, said):
    assert said in run("sched", rich(tmp_path), "--work", 10, "--objective", words, code=2).stderr


def test_goals_that_leave_64_bits_are_refused(tmp_path):
    orders = [{"ops": [{"station": 0, "machines": [0], "minutes": 1 << 39}]} for _ in range(3)]
    assert "term" in run("sched", rich(tmp_path, orders=orders, calendar={"windows": []}), "--work", 10, "--objective", "makespan>tardiness>flow", code=2).stderr


# ---- a plan in use --------------------------------------------------------------------------------------------------------------

EVENTS, ORDERS = TOP / "examples/shop-events.csv", TOP / "examples/shop-orders.json"


def moved(*args):
    """What a command that changes a plan says moved: (job, op) to the row."""
    found = report("sched", *args)
    assert found["moved"] == len(found["rows"])
    return found, {(r["job"], r["op"]): r for r in found["rows"]}


def test_events_move_what_they_must(tmp_path):
    new = tmp_path / "new.csv"
    found, rows = moved("apply", EXAMPLE, PLAN, EVENTS, "-o", new)
    before, after = {tuple(r[:2]): r for r in plan_rows(PLAN)}, {tuple(r[:2]): r for r in plan_rows(new)}
    assert after.keys() == before.keys() and found["operations"] == len(after)
    for key, row in after.items():  # only what is told moved, and nothing earlier
        was = before[key]
        assert (row[2:4] != was[2:4]) == (key in rows) and (row[3] >= was[3])
    assert after[12, 1][3] >= 2000
    assert not any(r[2] == 2 and 700 <= r[3] < 760 for r in after.values())
    assert found["objective_after"] >= found["objective_before"]
    better, _ = moved("apply", EXAMPLE, PLAN, EVENTS, "--work", 3000)
    assert better["objective_after"] < found["objective_after"]


def test_what_nothing_happens_to_stays(tmp_path):
    events = tmp_path / "none.csv"
    events.write_text("event,job\n")
    found, rows = moved("apply", EXAMPLE, PLAN, events)
    assert not rows and found["objective_before"] == found["objective_after"]


@pytest.mark.parametrize("line,said", [
    ("stopped,,,2,5,6", ":2:event: no such event; write now, down"), ("down,,,2,5,", ":2:to: is empty; this event needs it"), ("down,1,,2,5,6", ":2:job: does not belong"),
    ("down,,,9,5,6", ":2:events.row: no such machine"), ("down,,,2,6,5", ":2:events.to: a stop must end after it begins"), ("due,99,,,,5", ":2:job: no such job"),
    ("material,0,9,,,5", ":2:op: no such operation"), ("started,0,0,2,5,", ":2:machine: does not do this operation"), ("due,x,,,,5", ":2:job: is not a whole number"),
    ("now,,,,9,5", ":2:events.to: what is kept must end no earlier"),
])
def test_bad_events_are_named(tmp_path, line, said):
    events, new = tmp_path / "bad.csv", tmp_path / "new.csv"
    events.write_text(f"event,job,op,machine,from,to\n{line}\n")
    p = run("sched", "apply", EXAMPLE, PLAN, events, "-o", new, code=2)
    assert f"bad.csv{said}" in p.stderr and not new.exists()


def test_a_promise_is_kept_by_putting_the_order_in(tmp_path):
    new = tmp_path / "new.csv"
    offer = report("sched", "promise", EXAMPLE, PLAN, ORDERS)["rows"][0]
    assert offer["rush"] <= offer["quiet"] and offer["late"] <= offer["later"]
    found, rows = moved("insert", EXAMPLE, PLAN, ORDERS, "-o", new)
    end = max(r[4] for r in plan_rows(new) if r[0] == 24)
    assert offer["rush"] <= end and [rows[24, k]["start_before"] for k in range(3)] == [None] * 3
    calm, _ = moved("insert", EXAMPLE, PLAN, ORDERS, "--calm", 1000000)
    assert calm["moved"] <= found["moved"]


def test_orders_of_another_plant_are_refused(tmp_path):
    other = tmp_path / "other.json"
    other.write_text(PLANT_JSON)
    assert "describe the orders in the same plant" in run("sched", "promise", EXAMPLE, PLAN, other, code=2).stderr


def test_a_late_job_is_explained():
    late = [j for j in range(24) if report("sched", "explain", EXAMPLE, PLAN, j)["late"]]
    assert late
    rows = report("sched", "explain", EXAMPLE, PLAN, late[0])["rows"]
    chain, mends = [r for r in rows if r["what"] == "because"], [r for r in rows if r["what"] == "mend"]
    assert chain and mends and [m["cost"] for m in mends] == sorted(m["cost"] for m in mends)
    for above, below in zip(chain, chain[1:]):  # each link goes on from what the one before waits for
        assert (below["job"], below["op"]) in [(above["job"], above["op"]), (above["other_job"], above["other"])]
    assert "is no job of" in run("sched", "explain", EXAMPLE, PLAN, 99, code=2).stderr


def test_a_plan_that_breaks_a_rule_is_no_start(tmp_path):
    plan = tmp_path / "plan.csv"
    plan.write_text(re.sub(r"^0,0,(\d+),\d+,", r"0,0,\1,0,", PLAN.read_text(), flags=re.M))
    assert "see c12 sched check" in run("sched", "apply", EXAMPLE, plan, EVENTS, code=1).stderr


def test_an_operation_that_names_no_machines_may_use_its_whole_station(tmp_path):
    path, named, plan = tmp_path / "centre.json", tmp_path / "named.json", tmp_path / "plan.csv"
    orders = [{"due": 30, "ops": [{"station": 0, "minutes": 30}]} for _ in range(3)]
    shop = {"n_machines": 3, "stations": [{"machines": [0, 2], "setup": [[0]]}, {"machines": [1], "setup": [[0]]}], "orders": orders}
    path.write_text(json.dumps(shop))
    assert report("sched", path, "--work", 200, "-o", plan)["objective"] == 30
    assert sorted(r[2] for r in plan_rows(plan)) in ([0, 0, 2], [0, 2, 2])
    for order in orders:
        order["ops"][0]["machines"] = [0, 2]
    named.write_text(json.dumps(shop))
    assert report("sched", "check", named, plan)["objective"] == 30
