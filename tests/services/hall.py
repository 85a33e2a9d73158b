# SPDX-License-Identifier: Apache-2.0
"""What the tests of the connectors share: a broker, a daemon, our connector, vehicles, a client that watches and shouts."""
import collections
import json
import pathlib
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


def meetings(states):
    """Vehicles that held one cell at once, from all states in the order they came: one is in its last node until it reached the next, and in that one from when it drives there."""
    held, met, ahead = {}, [], {}

    def take(cell, who):
        if held.setdefault(cell, who) != who:
            met.append((cell, held[cell], who))

    for s in states:
        who, p = s["serialNumber"], s.get("agvPosition")
        last = s["lastNodeId"] or (f"x{p['x']:.0f}y{p['y']:.0f}" if p and not s["driving"] else "")
        if not last:
            continue
        cells = {last} | ({s["nodeStates"][0]["nodeId"]} if s["driving"] and s["nodeStates"] else set())
        for cell in ahead.get(who, set()) - cells:
            if held.get(cell) == who:
                del held[cell]
        for cell in cells:
            take(cell, who)
        ahead[who] = cells
    return met
