"""What the tests of the daemons share: a plant authority and its certificates, and c12d started on a state folder of its own."""
import base64
import datetime
import http.client
import json
import os
import pathlib
import signal
import socket
import ssl
import subprocess
import sys
import time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("C12", ROOT / "build/release/bin/c12")).resolve().parent
PLANT = ROOT / "examples/plants/humanoid"


class Authority:
    """A certificate authority in a folder."""

    def __init__(self, folder, name="plant"):
        self.dir = pathlib.Path(folder)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.ca = self._sign(self.name, self.key.public_key(), self.name, self.key, ca=True)
        self.ca_file = self._write(f"{name}-ca.pem", self.ca.public_bytes(serialization.Encoding.PEM))

    def _write(self, name, data):
        (self.dir / name).write_bytes(data)
        return str(self.dir / name)

    @staticmethod
    def _sign(subject, public, issuer, key, ca=False, names=(), usage=None, days=(-1, 30)):
        now = datetime.datetime.utcnow()
        b = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(public).serial_number(x509.random_serial_number())
        b = b.not_valid_before(now + datetime.timedelta(days=days[0])).not_valid_after(now + datetime.timedelta(days=days[1]))
        b = b.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        if names:
            b = b.add_extension(x509.SubjectAlternativeName(names), critical=False)
        if usage:
            b = b.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        return b.sign(key, hashes.SHA256())

    def issue(self, name, uri=None, host=False, days=(-1, 30)):
        """Files of a certificate and its key, and the SHA-256 of its public key."""
        key = ec.generate_private_key(ec.SECP256R1())
        import ipaddress
        names = [x509.UniformResourceIdentifier(uri)] if uri else []
        if host:
            names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        usage = ExtendedKeyUsageOID.SERVER_AUTH if host else ExtendedKeyUsageOID.CLIENT_AUTH
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        cert = self._sign(subject, key.public_key(), self.name, self.key, names=names, usage=usage, days=days)
        pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        spki = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        import hashlib
        return self._write(f"{name}.pem", cert.public_bytes(serialization.Encoding.PEM)), self._write(f"{name}.key", pem), hashlib.sha256(spki).hexdigest()


class Daemon:
    """One daemon on its own state folder; plain on loopback, or with TLS when an authority is given."""

    def __init__(self, folder, name="c12d", authority=None, guest="it_admin", options=(), preexec=None, env=None, plant=True):
        self.dir, self.name, self.authority, self.preexec, self.env = pathlib.Path(folder), name, authority, preexec, env
        self.state = self.dir / "state"
        self.log = self.dir / "daemon.log"
        self.port = 0
        self.options = ["--state.dir", str(self.state), "--http.rate", "100000", "--http.burst", "100000"]
        if plant:
            self.options += ["--plant.dir", str(PLANT)]
        if authority:
            cert, key, _ = authority.issue("server", host=True)
            self.options += ["--tls.cert", cert, "--tls.key", key, "--tls.ca", authority.ca_file]
        else:
            self.options += ["--http.plain", "yes"] + (["--http.guest", guest] if guest else [])
        self.options += list(options)
        self.process = None
        self.planned = plant and name in ("c12d", "mesd")

    def start(self, wait=20, settled=True):
        """settled: its first plan is there too, where it makes one."""
        if not self.port:
            with socket.socket() as s:
                s.bind(("127.0.0.1", 0))
                self.port = s.getsockname()[1]
        out = open(self.log, "ab")
        self.began = time.monotonic()
        self.process = subprocess.Popen([str(BIN / self.name), "--http.port", str(self.port), *self.options], stdout=out, stderr=out, preexec_fn=self.preexec, env=self.env)
        until = time.monotonic() + wait
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise AssertionError(f"{self.name} ended with {self.process.returncode}: {self.log.read_text()[-2000:]}")
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=0.5):
                    self.ready = time.monotonic() - self.began
                while settled and self.planned and not self.authority and self.get("/plan")[0] == 503 and time.monotonic() < until:
                    time.sleep(0.01)
                return self
            except OSError:
                time.sleep(0.005)
        raise AssertionError("not ready: " + self.log.read_text()[-2000:])

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(10)
        return self.process.returncode if self.process else 0

    def kill(self):
        self.process.kill()
        self.process.wait()

    def connect(self, cert=None, timeout=20, context=None):
        if not self.authority:
            return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        c = context or ssl.create_default_context(cafile=self.authority.ca_file)
        if cert:
            c.load_cert_chain(cert[0], cert[1])
        return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=timeout, context=c)

    def ask(self, method, path, body=None, cert=None, token=None, headers=None, connection=None, raw=None):
        """Status, body (JSON where it is) and headers."""
        c = connection or self.connect(cert)
        h = dict(headers or {})
        if body is not None:
            h.setdefault("Content-Type", "application/json")
            raw = json.dumps(body)
        if token:
            h["Authorization"] = "Bearer " + token
        c.request(method, path if path.startswith("/") and not path.startswith("//") else path, body=raw, headers=h)
        r = c.getresponse()
        data = r.read()
        if not connection:
            c.close()
        kind = r.headers.get("Content-Type", "")
        return r.status, (json.loads(data) if data and "json" in kind else data), r.headers

    def get(self, path, **more):
        return self.ask("GET", "/api/v1" + path, **more)

    def post(self, path, body=None, **more):
        return self.ask("POST", "/api/v1" + path, body, **more)

    def audit(self, **more):
        status, page, _ = self.get("/audit?limit=200", **more)
        assert status == 200, page
        return page["items"]


@pytest.fixture
def daemon(tmp_path):
    made = []

    def make(**more):
        folder = tmp_path / f"d{len(made)}"
        folder.mkdir()
        d = Daemon(folder, **more)
        made.append(d)
        return d.start()

    yield make
    for d in made:
        if d.process and d.process.poll() is None:
            d.kill()


@pytest.fixture
def authority(tmp_path):
    folder = tmp_path / "ca"
    folder.mkdir()
    return Authority(folder)


def add_person(d, name, roles, password="a long password 1"):
    secret = d.dir / f"{name}.secret"
    secret.write_text(password + "\n")
    subprocess.run([str(BIN / d.name), "--state.dir", str(d.state), "--add-person", name, "--role", roles, "--password-file", str(secret)], check=True, capture_output=True)
    return password
