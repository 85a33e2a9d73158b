"""A connector as a process beside a daemon; whatever a failed test leaves is ended behind it."""
import signal
import sqlite3
import subprocess
import time

import pytest
from conftest_daemons import BIN


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


def store(d, sql):
    with sqlite3.connect(f"file:{d.state / 'c12.db'}?mode=ro", uri=True) as s:
        return s.execute(sql).fetchone()[0]
