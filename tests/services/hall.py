# SPDX-License-Identifier: Apache-2.0
"""What the tests of the connectors share: a broker, a daemon, our connector, vehicles, a client that watches and shouts."""
import collections
import datetime
import json
import pathlib
import re
import shutil
import signal
import socket
import subprocess

import pytest
from bridges import wait_for  # noqa: F401
from conftest_daemons import BIN, PLANT, ROOT, Daemon

SERVICES = ROOT / "scripts/services"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Broker:
    def __init__(self, folder, tls=None):
        self.dir, self.port, self.tls = pathlib.Path(folder), free_port(), tls
        self.start()

    def start(self):
        more = ["--tls", str(self.tls)] if self.tls else []
        subprocess.run([SERVICES / "mosquitto-up", "--port", str(self.port), "--dir", str(self.dir), "--detach", *more], check=True, stdout=subprocess.DEVNULL)

    def stop(self):
        if (self.dir / "pid").exists():
            subprocess.run([SERVICES / "mosquitto-up", "--dir", str(self.dir), "--stop"], check=True)


class Program:
    """A process with its log."""

    def __init__(self, folder, name, *words, cwd=None):
        self.log = pathlib.Path(folder) / f"{name}.log"
        self.out = open(self.log, "ab")
        self.process = subprocess.Popen([str(w) for w in words], stdout=self.out, stderr=self.out, cwd=cwd)

    def said(self, text):
        return text in self.log.read_text(errors="replace")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()
        self.out.close()
        return self.process.returncode


class Ear:
    """All messages of the broker, by mosquitto_sub; shouts with mosquitto_pub."""

    def __init__(self, broker, folder):
        self.broker = broker
        self.file = pathlib.Path(folder) / "ear.txt"
        self.process = subprocess.Popen(["mosquitto_sub", "-p", str(broker.port), "-t", "#", "-F", "%t %p"], stdout=open(self.file, "wb"), stderr=subprocess.DEVNULL)

    def all(self, topic):
        found = []
        for line in self.file.read_text(errors="replace").splitlines():
            t, _, payload = line.partition(" ")
            if t.endswith(topic):
                try:
                    found.append(json.loads(payload))
                except ValueError:
                    pass
        return found

    def say(self, topic, payload, *more):
        subprocess.run(["mosquitto_pub", "-p", str(self.broker.port), "-t", topic, "-s", *more], input=payload if isinstance(payload, bytes) else payload.encode(), check=True)

    def stop(self):
        self.process.terminate()
        self.process.wait()


@pytest.fixture(scope="session")
def node():
    """A folder with npm's vda-5050-lib in it."""
    at = ROOT / "build/services"
    at.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "peer.js"):
        shutil.copyfile(ROOT / "tests/services" / name, at / name)
    if not (at / "node_modules/vda-5050-lib").exists():
        subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--silent"], cwd=at, check=True)
    return at


@pytest.fixture
def hall(tmp_path):
    """Things are started by name and ended in the end, whatever happened."""
    open_ = []

    class Hall:
        dir = tmp_path

        @staticmethod
        def broker(**more):
            folder = tmp_path / f"broker{len(open_)}"
            b = Broker(folder, **more)
            open_.append(b)
            return b

        @staticmethod
        def daemon(*options, **more):
            d = Daemon(tmp_path, options=options, **more).start()
            open_.append(d)
            return d

        @staticmethod
        def program(name, *words, **more):
            p = Program(tmp_path, name, *words, **more)
            open_.append(p)
            return p

        @classmethod
        def master(cls, broker, daemon, *more, name="mqttd"):
            return cls.program(name, BIN / "c12-mqttd", "--port", broker.port, "--api-port", daemon.port, "--manufacturer", "acme", *more)

        @classmethod
        def vehicles(cls, broker, *more, name="agv"):
            return cls.program(name, BIN / "c12", "sim", "robot", "--mqtt", "--port", broker.port, "--manufacturer", "acme", *more)

        @staticmethod
        def ear(broker):
            e = Ear(broker, tmp_path)
            open_.append(e)
            return e

    yield Hall
    for thing in reversed(open_):
        thing.stop()


def orders_are_good(ear):
    """Every order and update that went out, judged by the checkers of the library; ids of orders by robot."""
    c12 = [BIN / "c12", "vda", "check", "order"]
    last, seen = {}, collections.defaultdict(list)
    folder = ear.file.parent
    for k, order in enumerate(ear.all("/order")):
        f = folder / f"order{k}.json"
        f.write_text(json.dumps(order))
        before = last.get(order["serialNumber"])
        if before and json.loads(before.read_text()) == order:
            continue  # sent once more, as it was not answered
        more = ["--after", before] if before and json.loads(before.read_text())["orderId"] == order["orderId"] else []
        told = subprocess.run([*c12, f, *more], capture_output=True, text=True)
        assert told.returncode == 0, (told.stdout, told.stderr, order)
        if not more:
            seen[order["serialNumber"]].append(order["orderId"])
        last[order["serialNumber"]] = f
    return seen


def named(state):
    """Cells that a state names: the node reached last, and, when it drives, the one it drives to; before its first order the cell under it."""
    p, driving = state.get("agvPosition"), state["driving"]
    last = state["lastNodeId"] or (f"x{p['x']:.0f}y{p['y']:.0f}" if p and not driving else "")
    return [last, *([state["nodeStates"][0]["nodeId"]] if driving and state["nodeStates"] else [])] if last else []


class Driven:
    """What was driven, from states in the order they came: visits of cells by vehicle, in ms of the vehicles' clocks.

    A cell is held from the first state that names it until the first that does not.
    One that is reached though no state has named it as the next is held from the state before, for it was entered since."""

    def __init__(self):
        self.visits, self.seen, self.header, self.states, self.missed = {}, {}, {}, 0, 0

    def hear(self, state):
        who, at, cells = state["serialNumber"], round(datetime.datetime.fromisoformat(state["timestamp"]).timestamp() * 1000), named(state)
        self.states += 1
        self.missed += state["headerId"] - self.header.get(who, state["headerId"] - 1) - 1
        self.header[who] = state["headerId"]
        if not cells:
            return
        rows, before = self.visits.setdefault(who, []), self.seen.get(who, at)
        left = rows[-2:]
        while left and (left[-1][0] != cells[0] or left[-1][2] >= 0):  # where it is now is the last of them, or the one before it on its way to the last
            left.pop()
        ahead = rows[-1:] if left and left[-1] is not rows[-1] and rows[-1][0] in cells[1:] and rows[-1][2] < 0 else []
        for row in rows[-2:]:
            if row[2] < 0 and row not in left[-1:] + ahead:
                row[2] = at
        if not left:
            rows.append([cells[0], before, -1])
        if cells[1:] and not ahead:
            rows.append([cells[1], at, -1])
        self.seen[who] = at

    def files(self, folder, plant):
        """WORLD and OUT of `c12 route timed`.  Walls are blocks for ever; a robot's start, goal and time are its own first and last;
        ms_per_cell is 1, as the log does not tell to the millisecond when a vehicle left."""
        height, width, _, *rows = [line.split()[-1] for line in (plant / "map.txt").read_text().splitlines()[1:]]
        zero, end = min(rows[0][1] for rows in self.visits.values()), max(self.seen.values()) + 1
        world = [f"dims {width} {height} 1", *(f"block {x} {y} 0 0 -1" for y, row in enumerate(rows) for x, c in enumerate(row) if c in "@OTW")]
        out = []
        for k, (who, visits) in enumerate(sorted(self.visits.items())):
            way = [(*re.fullmatch(r"x(\d+)y(\d+)", cell).groups(), since - zero, until - zero if until >= 0 else end - zero) for cell, since, until in visits]
            robot = f"a {k} {way[0][0]} {way[0][1]} 0 {way[-1][0]} {way[-1][1]} 0 {way[0][2]} 1"
            world += [f"# {who}", robot]
            out += [f"# {who}", robot, *(f"w {x} {y} 0 {since} {until}" for x, y, since, until in way[:-1]), f"w {way[-1][0]} {way[-1][1]} 0 {way[-1][2]} -1"]
        (folder / "world.txt").write_text("\n".join(world) + "\n")
        (folder / "driven.txt").write_text("\n".join(out) + "\n")
        return folder / "world.txt", folder / "driven.txt"

    def judged(self, folder, plant=PLANT):
        """The verdict of the library's checker of routes on it."""
        return subprocess.run([BIN / "c12", "route", "timed", "check", *self.files(folder, plant)], capture_output=True, text=True)


def driven(states, folder, plant=PLANT):
    log = Driven()
    for s in states:
        log.hear(s)
    return log.judged(pathlib.Path(folder), plant)
