"""A connector as a process beside a daemon; whatever a failed test leaves is ended behind it."""
import contextlib
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import time

import pytest
from conftest_daemons import BIN, ROOT


class Bridge:
    def __init__(self, d, log, name, options):
        self.d, self.log, self.process = d, log, None
        self.command = [BIN / name, "--c12.port", str(d.port), *options]

    def start(self):
        with open(self.log, "ab") as out:
            self.process = subprocess.Popen(self.command, stdout=out, stderr=out)
        return self

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)


@pytest.fixture
def bridge(tmp_path):
    made = []

    def make(d, name, *options):
        made.append(Bridge(d, tmp_path / f"{name}-{len(made)}.log", name, options))
        return made[-1]
    yield make
    for b in made:
        if b.process and b.process.poll() is None:
            b.kill()


def wait_for(what, seconds=30):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if what():
            return True
        time.sleep(0.1)
    return False


def free_ports(n):
    """The first of n ports in a row that nobody has."""
    for port in range(21000 + os.getpid() % 1000 * 10, 32000, n):
        with contextlib.ExitStack() as stack:
            try:
                for k in range(n):
                    stack.enter_context(socket.socket()).bind(("127.0.0.1", port + k))
                return port
            except OSError:
                continue
    raise AssertionError("no ports are free")


@pytest.fixture
def secured(tmp_path):
    """A service with TLS, beside the plain one of the run: secured("kafka-up") is what it sets, with folders of certificates: `certs`, and `others` of an authority that nobody knows."""
    made = []

    def make(name):
        certs, others, port = tmp_path / "certs", tmp_path / "others", free_ports(2)
        for c in (certs, others):
            subprocess.run([ROOT / "scripts/services/certs", c, "c12"], check=True)
        told = subprocess.run([ROOT / "scripts/services" / name, "--port", str(port), "--tls", certs, "--detach"], check=True, capture_output=True, text=True).stdout
        sets = dict(re.findall(r"export (\w+)='(.*)'", told))
        made.append((name, sets[{"kafka-up": "KAFKA_DIR", "postgres-up": "PG_DIR"}[name]]))
        return {"port": port, "certs": certs, "others": others, **sets}
    yield make
    for name, folder in made:  # not in tmp_path, where the user of PostgreSQL does not come in
        subprocess.run([ROOT / "scripts/services" / name, "--dir", folder, "--stop"], check=False)
        shutil.rmtree(folder)


def store(d, sql):
    with sqlite3.connect(f"file:{d.state / 'c12.db'}?mode=ro", uri=True) as s:
        return s.execute(sql).fetchone()[0]
