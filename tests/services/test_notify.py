"""c12-notifyd with a real SMTP server and a webhook: in steps, until somebody clears the alert, and nobody twice."""
import email
import http.server
import json
import socket
import sqlite3
import subprocess
import threading
import time

import pytest
from aiosmtpd.controller import Controller
from bridges import wait_for
from conftest_daemons import BIN


class Post:
    """A mail server's view: what arrived for whom."""

    def __init__(self):
        self.mails, self.delay, self.server = [], 0, None

    def open(self):
        self.server = Controller(self, hostname="127.0.0.1", port=self.port)
        self.server.start()

    def close(self):
        if self.server:
            self.server.stop()
        self.server = None

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("gone@"):
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.mails.append((envelope.rcpt_tos[0], email.message_from_bytes(envelope.content)))
        time.sleep(self.delay)  # a kill meets it with the mail taken and nobody told
        return "250 taken"


@pytest.fixture
def post():
    handler = Post()
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        handler.port = s.getsockname()[1]
    handler.open()
    yield handler
    handler.close()


@pytest.fixture
def hook():
    heard = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            heard.append((self.headers["Idempotency-Key"], json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    heard_at = f"http://127.0.0.1:{server.server_port}/sms"
    yield heard_at, heard
    server.shutdown()


@pytest.fixture
def notify(bridge, post, tmp_path):
    def make(d, *options):
        return bridge(d, "c12-notifyd", "--plant.site", "bern", "--book.file", tmp_path / "book.db", "--rules.every", "1", "--mail.url", f"smtp://127.0.0.1:{post.port}", "--mail.from", "plant@example.com", *options)
    return make


def begun(b):

    def there():
        try:
            with sqlite3.connect(f"file:{b.command[b.command.index('--book.file') + 1]}?mode=ro", uri=True) as s:
                return s.execute("SELECT count(*) FROM alerts").fetchone()[0] > 0
        except sqlite3.OperationalError:
            return False
    assert wait_for(there), b.log.read_text()
    return b


def raise_alert(d):
    assert d.post("/fleet/stop")[0] == 200
    return d.get("/alerts")[1]["items"][0]["id"]


@pytest.mark.long
def test_first_one_then_the_next_until_it_is_cleared(daemon, notify, post, hook):
    url, heard = hook
    d = daemon()
    raise_alert(d)  # before the book begins: not told
    b = begun(notify(d, "--people.step1", "ada@example.com, bob@example.com", "--people.step2", url, "--rules.after", "3", "--rules.reminders", "2").start())
    alert = raise_alert(d)
    assert wait_for(lambda: len(post.mails) == 2), b.log.read_text()
    assert sorted(to for to, _ in post.mails) == ["ada@example.com", "bob@example.com"]
    mail = post.mails[0][1]
    assert mail["Subject"] == "[bern] critical: stop fleet" and mail["Message-ID"].startswith("<c12-bern-") and f"alert {alert} of plant bern" in mail.get_payload(decode=True).decode()
    assert wait_for(lambda: len(heard) == 3, 30), "the next step, and two reminders"
    time.sleep(5)
    assert len(heard) == 3 == len({key for key, _ in heard}) and len(post.mails) == 2
    assert [(h["step"], h["alerts"][0]["alert"]) for _, h in heard] == [(1, alert), (2, alert), (3, alert)]
    second = raise_alert(d)
    assert wait_for(lambda: len(post.mails) == 4)
    assert d.post(f"/alerts/{second}/clear")[0] == 204
    time.sleep(6)
    assert len(heard) == 3, "who cleared it is told no more"
    b.stop()


def test_nobody_is_told_twice_whoever_is_killed(daemon, notify, post):
    d = daemon()
    b = begun(notify(d, "--people.step1", "ada@example.com", "--rules.reminders", "0", "--rules.after", "600").start())
    post.delay = 0.05
    alerts = []
    for k in range(12):
        alerts += [raise_alert(d) for _ in range(3)]
        time.sleep(0.1 + k % 4 * 0.25)
        b.kill()
        b.start()
    time.sleep(4)
    told = [int(line.split()[1]) for _, m in post.mails for line in m.get_payload(decode=True).decode().splitlines() if line.strip().startswith("alert ")]
    assert len(told) == len(set(told)) and set(told) <= set(alerts), "no alert twice"
    with sqlite3.connect(b.command[b.command.index("--book.file") + 1]) as s:
        ends = dict(s.execute("SELECT alert, outcome FROM sendings"))
    assert sorted(ends) == sorted(alerts) and all(o in ("sent", "unknown") for o in ends.values())
    assert all(a in told for a, o in ends.items() if o == "sent")
    b.stop()


@pytest.mark.long
def test_a_mail_server_that_is_away_and_a_person_that_is_gone(daemon, notify, post, hook):
    url, heard = hook
    d = daemon()
    post.close()
    b = begun(notify(d, "--people.step1", "ada@example.com,gone@example.com", "--people.step2", url, "--rules.after", "4", "--rules.reminders", "0").start())
    raise_alert(d)
    assert wait_for(lambda: len(heard) == 1), "the next step does not wait for the server"
    raise_alert(d)
    time.sleep(1.5)
    post.open()
    assert wait_for(lambda: len(post.mails) >= 1)
    time.sleep(6)
    assert [to for to, _ in post.mails] == ["ada@example.com"]
    assert b.log.read_text().count("gone@example.com") <= 8 and "550" in b.log.read_text()
    b.stop()


def test_bad_settings_are_named(bridge, daemon):
    for options, said in ((["--people.step1", "nobody"], "people.step1"), (["--people.step2", "a@b.c", "--mail.url", "smtp://127.0.0.1", "--mail.from", "a@b.c"], "people.step1 is missing"), (["--people.step1", "a@b.c"], "mail.url and mail.from"), (["--rules.severity", "mild"], "rules.severity")):
        p = subprocess.run([BIN / "c12-notifyd", "--plant.site", "bern", *options], capture_output=True, text=True, timeout=10)
        assert p.returncode == 2 and said in p.stderr, p.stderr
