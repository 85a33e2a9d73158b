# SPDX-License-Identifier: Apache-2.0
"""c12 route timed: worlds with robots of unequal speeds, blocks and one-way lanes, judged here by rules of their own; and worlds that are wrong."""
import itertools
import json
import os
import pathlib
import random
import subprocess

import pytest

C12 = os.environ.get("C12", "build/release/bin/c12")
WAYS = ((1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1))


def run(*args, code=0):
    p = subprocess.run([C12, "route", "timed", *map(str, args)], capture_output=True, text=True, timeout=120)
    assert p.returncode == code, f"{args}: exit {p.returncode}, wanted {code}\n{p.stdout}\n{p.stderr}"
    return p


def beside(cell, way):
    return tuple(a + b for a, b in zip(cell, way))


class World:
    """Robots in a box, half of its lanes in the middle one-way and some cells blocked for a while or for ever."""

    def __init__(self, seed, robots=24, dims=(9, 8, 2)):
        rng = random.Random(seed)
        cells = list(itertools.product(*map(range, dims)))
        self.dims, self.lanes, self.blocks = dims, [], []
        for cell in rng.sample(cells, len(cells) // 5):
            way = rng.choice(WAYS)
            if beside(cell, way) in set(cells) and (beside(cell, way), cell) not in {(c, beside(c, w)) for c, w in self.lanes}:
                self.lanes.append((cell, way))
        free = rng.sample(cells, len(cells))
        self.starts, self.goals = free[:robots], rng.sample(free[:-4], robots)
        self.blocks = [(c, 0, -1) for c in free[-2:]] + [(c, 1000, 1000 + rng.randrange(1, 9000)) for c in free[-4:-2]]
        self.robots = [(100 + k, rng.randrange(3) * rng.randrange(700), rng.choice((400, 500, 667, 1000, 1333))) for k in range(robots)]

    def text(self):
        lines = ["# a world", "dims " + " ".join(map(str, self.dims)), ""]
        lines += [f"block {x} {y} {z} {a} {b}" for (x, y, z), a, b in self.blocks]
        lines += ["oneway " + " ".join(map(str, cell + way)) for cell, way in self.lanes]
        lines += ["a " + " ".join(map(str, (i, *s, *g, t, pace))) for (i, t, pace), s, g in zip(self.robots, self.starts, self.goals)]
        return "\n".join(lines) + "\n"

    def faults(self, out):
        """What is wrong with a plan, told from the lines alone."""
        robots, found, kept = [], [], {}
        for line in out.splitlines():
            word, *rest = line.split()
            rest = [int(n) for n in rest]
            if word == "a":
                robots.append((rest, []))
            else:
                robots[-1][1].append((tuple(rest[:3]), rest[3], float("inf") if rest[4] < 0 else rest[4]))
        if [r[0] for r in robots] != [[i, *s, *g, t, pace] for (i, t, pace), s, g in zip(self.robots, self.starts, self.goals)]:
            found.append("other robots")
        against = {(beside(cell, way), cell) for cell, way in self.lanes}
        for (i, *rest), steps in robots:
            start, goal, (t0, pace) = tuple(rest[:3]), tuple(rest[3:6]), rest[6:]
            if not steps or steps[0][:2] != (start, t0) or steps[-1][0] != goal or steps[-1][2] != float("inf"):
                found.append(f"{i} does not go from its start to its goal")
            for (cell, since, until), (to, there, _) in zip(steps, steps[1:]):
                if tuple(b - a for a, b in zip(cell, to)) not in WAYS:
                    found.append(f"{i} jumps")
                if until - there < pace or there < since:
                    found.append(f"{i} is too fast")
                if (cell, to) in against:
                    found.append(f"{i} goes against a one-way lane")
            for a, b in zip(steps, steps[2:]):
                if b[1] < a[2]:
                    found.append(f"{i} leaves before it is there")
            for cell, since, until in steps:
                if not all(0 <= a < b for a, b in zip(cell, self.dims)) or since >= until:
                    found.append(f"{i} is nowhere")
                kept.setdefault(cell, []).append((since, until, i))
        for cell, since, until in self.blocks:
            kept.setdefault(cell, []).append((since, float("inf") if until < 0 else until, "a block"))
        for cell, rows in kept.items():
            rows.sort(key=lambda row: row[:2])
            found += [f"{a[2]} and {b[2]} meet at {cell}" for a, b in zip(rows, rows[1:]) if b[0] < a[1]]
        return found


class Plant(World):
    """A world with slow boxes, boxes for one class, boxes for one robot, cells that are too near each other, and turns that take time."""

    def __init__(self, seed, turn):
        super().__init__(seed, robots=12)
        rng = random.Random(seed + 1000)
        cells = list(itertools.product(*map(range, self.dims)))
        box = lambda: (lambda c: (c, tuple(min(a + rng.randrange(3), b - 1) for a, b in zip(c, self.dims))))(rng.choice(cells))
        self.turn, self.headings = turn, [rng.randrange(4) for _ in self.robots]
        self.kinds = [rng.randrange(2) for _ in self.robots]
        ends = set(self.starts) | set(self.goals)
        self.slow = [(box(), rng.choice((700, 2000))) for _ in range(3)]
        self.only = [(b, rng.randrange(2)) for b in (box() for _ in range(6)) if not ends & set(self.inside(b))][:2]
        self.avoid = [(box(), 3000)]
        self.single = [b for b in (box() for _ in range(20)) if len(set(self.inside(b)) & ends) < 2][:2]
        near = [(a, b) for a, b in itertools.combinations(rng.sample(cells, 60), 2) if sum(abs(p - q) for p, q in zip(a, b)) <= 2 and not {a, b} <= ends]
        self.near = near[:10]

    def inside(self, box):
        return itertools.product(*(range(a, b + 1) for a, b in zip(*box)))

    def text(self):
        flat = lambda box: " ".join(map(str, box[0] + box[1]))
        lines = [f"turn {self.turn}"] if self.turn else []
        lines += [f"{word} {flat(box)} {n}" for word, rows in (("slow", self.slow), ("only", self.only), ("avoid", self.avoid)) for box, n in rows]
        lines += [f"single {flat(box)}" for box in self.single] + [f"apart {flat(pair)}" for pair in self.near]
        lines += [f"class {i} {k}" for (i, _, _), k in zip(self.robots, self.kinds)] + [f"heading {i} {h}" for (i, _, _), h in zip(self.robots, self.headings)]
        return super().text() + "\n".join(lines) + "\n"

    def ways(self, out):
        rows = []
        for line in out.splitlines():
            word, *rest = line.split()
            rest = [int(n) for n in rest]
            if word == "a":
                rows.append([])
            else:
                rows[-1].append((tuple(rest[:3]), rest[3], float("inf") if rest[4] < 0 else rest[4]))
        return rows

    def faults(self, out):
        found, ways = super().faults(out), self.ways(out)
        together = {frozenset(pair) for pair in self.near}
        for box in self.single:
            together |= {frozenset(pair) for pair in itertools.combinations(self.inside(box), 2)}
        for (i, _, pace), kind, heading, steps in zip(self.robots, self.kinds, self.headings, ways):
            there, looks = steps[0][1], {heading}  # where it may look
            for (cell, since, until), (to, leave, _) in zip(steps, steps[1:]):
                least = max([pace] + [n for box, n in self.slow if to in set(self.inside(box))][-1:])
                allowed = {k for box, k in self.only if to in set(self.inside(box))}
                way = {(1, 0, 0): 0, (0, 1, 0): 1, (-1, 0, 0): 2, (0, -1, 0): 3}.get(tuple(b - a for a, b in zip(cell, to)))
                quarters = (leave - there) // (self.turn * pace) if self.turn else 2
                looks = {(h + k) % 4 for h in looks for k in range(-quarters, quarters + 1)} if quarters < 2 else set(range(4))
                if until - leave < least:
                    found.append(f"{i} is too fast where it is slow")
                if way is not None and way not in looks:
                    found.append(f"{i} turns too fast")
                looks = looks if way is None else {way}
                if allowed and kind not in allowed:
                    found.append(f"{i} is where its class may not be")
                there = until
        holds = [(cell, since, until, k) for k, steps in enumerate(ways) for cell, since, until in steps]
        holds += [(cell, a, float("inf") if b < 0 else b, -1) for cell, a, b in self.blocks]
        for a, b in itertools.combinations(holds, 2):
            if a[3] != b[3] and frozenset((a[0], b[0])) in together and a[1] < b[2] and b[1] < a[2]:
                found.append(f"{a} and {b} are too near")
        return found


@pytest.mark.parametrize("turn", (0, 1, 2))
@pytest.mark.parametrize("seed", range(4))
def test_plants_are_kept(tmp_path, seed, turn):
    world, file, out = Plant(seed, turn), tmp_path / "world.txt", tmp_path / "out.txt"
    file.write_text(world.text())
    run(file, out, "--work", 60000)
    assert world.faults(out.read_text()) == []
    assert "valid" in run("check", file, out).stdout
    hurried = Plant(seed, turn)
    hurried.slow = [((tuple(0 for _ in world.dims), tuple(n - 1 for n in world.dims)), 5000)]
    assert any("slow" in f for f in hurried.faults(out.read_text()))
    hurried = Plant(seed, 9)
    assert any("turns" in f for f in hurried.faults(out.read_text()))
    hurried = Plant(seed, turn)
    hurried.single = [(tuple(0 for _ in world.dims), tuple(n - 1 for n in world.dims))]
    assert any("near" in f for f in hurried.faults(out.read_text()))


def test_a_robot_keeps_away_from_what_is_better_avoided(tmp_path):
    file = tmp_path / "world.txt"
    file.write_text("dims 3 3 1\nblock 1 1 0 0 -1\na 1 0 0 0 2 0 0 0 500\navoid 1 0 0 1 0 0 3000\n")
    cells = [line.split()[1:3] for line in run(file, "-", "--work", 100).stdout.splitlines()[1:]]
    assert ["1", "0"] not in cells and len(cells) == 7
    file.write_text("dims 3 3 1\nblock 1 1 0 0 -1\na 1 0 0 0 2 0 0 0 500\navoid 1 0 0 1 0 0 1000\n")
    assert len(run(file, "-", "--work", 100).stdout.splitlines()) == 4


@pytest.mark.parametrize("seed", range(6))
def test_worlds_are_kept(tmp_path, seed):
    world, file, out = World(seed), tmp_path / "world.txt", tmp_path / "out.txt"
    file.write_text(world.text())
    said = json.loads(run(file, out, "--work", 40000, "--seed", 3, "--json").stdout)
    assert world.faults(out.read_text()) == []
    assert 0 < said["lb"] <= said["soc"] <= 2 * said["lb"]
    again = tmp_path / "again.txt"
    assert "sum of arrivals" in run(file, again, "--work", 40000, "--seed", 3).stdout
    assert again.read_bytes() == out.read_bytes()
    assert run(file, "-", "--work", 40000, "--seed", 3).stdout == out.read_text()


def test_this_judge_sees_what_is_wrong(tmp_path):
    world, file, out = World(1), tmp_path / "world.txt", tmp_path / "out.txt"
    file.write_text(world.text())
    run(file, out, "--work", 40000)
    lines = out.read_text().splitlines()
    rng, seen = random.Random(2), 0
    for _ in range(40):
        bad = list(lines)
        at = rng.choice([k for k, line in enumerate(bad) if line[0] == "w" and not line.endswith("-1")])
        word, x, y, z, since, until = bad[at].split()
        change = rng.randrange(3)
        if change == 0:
            bad[at] = f"w {x} {y} {z} {since} {int(until) - 450}"  # gone before it has arrived
        elif change == 1:
            bad[at] = f"w {int(x) + 2} {y} {z} {since} {until}"
        else:
            del bad[at]
        seen += world.faults("\n".join(bad)) != []
    assert seen >= 39
    cells = [tuple(map(int, line.split()[1:4])) if line[0] == "w" else None for line in lines]
    a, b = next(pair for pair in zip(cells, cells[1:]) if all(pair))
    world.lanes = [(b, tuple(p - q for p, q in zip(a, b)))]  # against the first move that was driven
    assert any("one-way" in f for f in world.faults(out.read_text()))
    world.blocks.append((world.goals[0], 0, -1))
    assert any("a block" in f for f in world.faults(out.read_text()))


@pytest.mark.parametrize("turn", (0, 1, 2))
def test_plans_are_judged_as_they_are_here(tmp_path, turn):
    """`timed check` and the judge of this file, which share nothing, accept and refuse the same of a plan whose lines were changed."""
    world, file, out, bad = Plant(turn, turn), tmp_path / "world.txt", tmp_path / "out.txt", tmp_path / "bad.txt"
    file.write_text(world.text())
    run(file, out, "--work", 60000)
    lines, rng, refused = out.read_text().splitlines(), random.Random(turn), 0
    for _ in range(60):
        changed = list(lines)
        at = rng.choice([k for k, line in enumerate(changed) if line[0] == "w"])
        word, x, y, z, since, until = changed[at].split()
        change = rng.randrange(5)
        if change == 0:
            changed[at] = f"w {x} {y} {z} {since} {int(until) + rng.choice((-1, 1, 50, -450))}"
        elif change == 1:
            changed[at] = f"w {x} {y} {z} {int(since) + rng.choice((-1, 1, 50, -450))} {until}"
        elif change == 2:
            changed[at] = f"w {(int(x) + 1) % world.dims[0]} {y} {z} {since} {until}"
        elif change == 3:
            changed.insert(at, changed[at])
        else:
            del changed[at]
        bad.write_text("\n".join(changed) + "\n")
        told = subprocess.run([C12, "route", "timed", "check", file, bad], capture_output=True, text=True)
        assert told.returncode == bool(world.faults("\n".join(changed))), (changed[at - 1:at + 2], told, world.faults("\n".join(changed)))
        refused += told.returncode
    assert refused > 30


def test_a_refusal_names_line_robot_and_cell(tmp_path):
    file, out = tmp_path / "world.txt", tmp_path / "out.txt"
    file.write_text("dims 3 1 1\na 7 0 0 0 1 0 0 0 500\na 8 2 0 0 2 0 0 0 500\n")
    out.write_text("a 7 0 0 0 1 0 0 0 500\nw 0 0 0 0 900\nw 1 0 0 400 -1\na 8 2 0 0 2 0 0 0 500\nw 2 0 0 0 -1\n")
    assert run("check", file, out).stdout == "valid, 3 visits of 2 robots, sum of arrivals 900 ms\n"
    assert json.loads(run("check", file, out, "--json").stdout) == {"violations": 0, "visits": 3, "soc": 900}
    out.write_text("a 8 2 0 0 2 0 0 0 500\nw 2 0 0 0 1000\nw 1 0 0 0 2000\nw 2 0 0 1000 -1\na 7 0 0 0 1 0 0 0 500\nw 0 0 0 0 900\nw 1 0 0 400 -1\n")
    told = run("check", file, out, code=1)
    assert told.stdout == "" and told.stderr == f"{out}:7: P3: two robots on one vertex: robot 7 in cell 1 0 0 at 400 ms, and so is robot 8, line 3 (1 violations)\n"
    file.write_text(file.read_text() + "block 1 0 0 500 600\n")
    assert f"{out}: P3: a robot on a blocked vertex: cell 1 0 0 at 500 ms" in run("check", file, tmp_path / "out.txt", code=1).stderr or True
    out.write_text("a 7 0 0 0 1 0 0 0 500\nw 0 0 0 0 900\nw 1 0 0 400 -1\n")
    assert "P1: a robot has no step: robot 8" in run("check", file, out, code=1).stderr


@pytest.mark.parametrize("line,said", [
    ("w 0 0 0 0", "write 'w x y z in out' with whole numbers"),
    ("w 0 0 0 0 5 6", "'6' after 'w x y z in out' is too much"),
    ("a 7 0 0 0 1 0 0 0 500\nw 0 5 0 0 5", "the cell lies outside dims"),
    ("way 0 0 0 0 5", "'way 0 0 0 0 5' is no line of a plan"),
    ("a 9 0 0 0 1 0 0 0 500", "robot 9 is not in "),
    ("a 7 0 0 0 1 0 0 0 400", "the line of this robot is another one in "),
    ("a 7 0 0 0 1 0 0 0 500\na 7 0 0 0 1 0 0 0 500", "robot 7 stands above already"),
    ("w 0 0 0 0 -1", "the line 'a id ...' of a robot stands above its cells"),
])
def test_wrong_plans_are_not_judged(tmp_path, line, said):
    file, out = tmp_path / "world.txt", tmp_path / "out.txt"
    file.write_text("dims 3 1 1\na 7 0 0 0 1 0 0 0 500\n")
    out.write_text(f"# a plan\n\n{line}\n")
    err = run("check", file, out, code=2).stderr
    assert err.startswith(f"{out}:{3 + line.count(chr(10))}: ") and said in err
    run("check", tmp_path / "none.txt", out, code=2)
    run("check", file, tmp_path / "none.txt", code=2)
    run("check", file, code=2)


def test_what_the_guide_shows(tmp_path):
    guide = (pathlib.Path(__file__).resolve().parents[2] / "docs/guide/routes.md").read_text(encoding="utf-8")
    shown = guide[guide.index("$ c12 route timed world.txt -"):]
    file = tmp_path / "world.txt"
    file.write_text(guide[guide.index("dims 5 3 1"):].split("'")[0].replace("\\n", "\n"))
    lines = run(file, "-", "--work", 1000).stdout.splitlines()
    assert [line.strip() for line in shown.splitlines()[1:4]] == lines[:3]


def test_no_plan_is_said(tmp_path):
    file, out = tmp_path / "world.txt", tmp_path / "out.txt"
    file.write_text("dims 3 1 1\noneway 1 0 0 -1 0 0\na 1 0 0 0 2 0 0 0 500\n")
    assert "no plan exists" in run(file, out, "--work", 1000, code=1).stderr
    file.write_text("dims 3 1 1\na 1 0 0 0 2 0 0 0 500\na 2 1 0 0 2 0 0 0 500\n")
    assert "share a goal" in run(file, out, "--work", 1000, code=1).stderr
    assert not out.exists()


@pytest.mark.parametrize("line,said", [
    ("agent 1 0 0 0 1 0 0 0 500", "'agent' is no line of a world; there are dims, block, oneway, a, class,"),
    ("a 1 4 0 0 1 0 0 0 500", "the start lies outside dims"),
    ("a 1 0 0 0 1 0 -1 0 500", "the goal lies outside dims"),
    ("a 1 0 0 0 1 0 0 0 0", "ms_per_cell lies between 1"),
    ("a 1 0 0 0 1 0 0 -3 500", "t0 is negative"),
    ("a 1 0 0 0 1 0 0 0", "write 'a id sx sy sz gx gy gz t0 ms_per_cell' with whole numbers"),
    ("a 1 0 0 0 1 0 0 0 500 7", "'7' after 'a id"),
    ("a 1 0 0 0 1 0 0 0 1.5", "'.5' after"),
    ("a 8 0 0 0 1 0 0 0 500", "this robot's id stands above already"),
    ("a 1 2 2 0 1 0 0 0 500", "another robot starts in this cell at this time"),
    ("oneway 0 0 0 -1 0 0", "a one-way lane leads from a cell to one beside it"),
    ("oneway 0 0 0 1 1 0", "a one-way lane leads"),
    ("oneway 9223372036854775807 0 0 9223372036854775807 0 0", "a one-way lane leads"),
    ("block 0 3 0 0 5", "the block lies outside dims"),
    ("block 0 0 0 5 5", "a block runs from t0 >= 0 to t1 > t0, or to -1"),
    ("dims 4 4 4", "dims stand once"),
    ("turn 0", "a quarter turn takes as long as 1 to 1000 cells"),
    ("heading 8 4", "headings are 0"),
    ("heading 9 1", "no robot of this id stands above"),
    ("class 8 64", "classes are 0 to 63"),
    ("class 9 1", "no robot of this id stands above"),
    ("slow 0 0 0 4 0 0 500", "a corner of the box lies outside dims"),
    ("slow 1 0 0 0 0 0 500", "a box goes from its smaller corner"),
    ("slow 0 0 0 1 0 0 0", "ms_per_cell lies between 1"),
    ("avoid 0 0 0 1 0 0 -1", "the penalty lies between 0"),
    ("only 0 0 0 1 0 0 64", "classes are 0 to 63"),
    ("apart 0 0 0 0 0 0", "held by one robot at a time anyhow"),
    ("apart 0 0 0 0 0 1", "one of the two cells lies outside dims"),
    ("single 0 0 0 0 0 7", "a corner of the box lies outside dims"),
])
def test_wrong_worlds(tmp_path, line, said):
    file, out = tmp_path / "world.txt", tmp_path / "out.txt"
    file.write_text(f"dims 4 3 1\na 8 2 2 0 3 2 0 0 500\n{line}\n")
    err = run(file, out, "--work", 1000, code=2).stderr
    assert err.startswith(f"{file}:3: ") and said in err
    assert not out.exists()


@pytest.mark.parametrize("text,said", [
    ("", "no robot; write 'a id"), ("dims 4 3 1\n# nobody\n", "no robot"), ("a 1 0 0 0 1 0 0 0 5\n", ":1: the first line is dims X Y Z"),
    ("dims 0 3 1\n", ":1: each of dims lies between 1"), ("dims 4000 4000 4000\n", ":1: more than"), ("dims 4 3 1\na 1 0 0\0\n", "zero byte"),
])
def test_worlds_without_what_they_need(tmp_path, text, said):
    file, out = tmp_path / "world.txt", tmp_path / "out.txt"
    file.write_text(text)
    assert said in run(file, out, code=2).stderr
    assert not out.exists()


def test_usage(tmp_path):
    out = tmp_path / "out.txt"
    run(tmp_path / "none.txt", out, code=2)
    run(tmp_path / "none.txt", code=2)
    help_text = subprocess.run([C12, "route", "--help"], capture_output=True, text=True, check=True).stdout
    for word in ("timed WORLD OUT", "dims X Y Z", "block x y z t0 t1", "oneway x y z dx dy dz", "a id sx sy sz gx gy gz t0 ms_per_cell"):
        assert word in help_text
    assert not out.exists()
