# SPDX-License-Identifier: Apache-2.0
"""c12.seal against hashlib and hmac, and what it must refuse."""
import base64, hashlib, hmac, json, os

import pytest

import c12
from c12 import seal

KEY, TEN9 = bytes(range(32)), 10**9


def refused(rule, f, *args, **kw):
    with pytest.raises(seal.Refused) as e:
        f(*args, **kw)
    assert e.value.what == rule and e.value.status == "C12_E_REFUSED"


def test_library():
    assert seal.library().lower().startswith("mbed tls")
    assert seal.sha256("abc") == hashlib.sha256(b"abc").digest()
    assert seal.key_id(KEY) == hashlib.sha256(b"c12 key id" + KEY).hexdigest()[:16]


def test_box():
    box = seal.Box(KEY)
    first, second = box.seal(b"legs", "a"), box.seal(b"legs", "a")
    assert first != second and seal.Box(KEY).open(first, "a") == b"legs" and box.open(box.seal(b"")) == b""
    refused("bytes are not what was sealed with this key", box.open, first, "b")
    refused("envelope wants another key", seal.Box(bytes(32)).open, first, "a")
    with pytest.raises(c12.Error):
        seal.Box(b"short")
    assert seal.Box(KEY, b"8 bytes!").seal(b"x") == seal.Box(KEY, b"8 bytes!").seal(b"x")  # why nobody should bring the same entropy twice


def test_signatures():
    pub, digest = seal.public(KEY), hashlib.sha256(b"x").digest()
    mark = seal.sign(KEY, digest)
    assert seal.sign(KEY, digest) == mark
    seal.verify(pub, digest, mark)
    refused("signature is not the key's", seal.verify, pub, hashlib.sha256(b"y").digest(), mark)
    with pytest.raises(c12.Error, match="no point"):
        seal.verify(bytes([4]) + bytes(64), digest, mark)


def test_passwords():
    line = seal.password_hash("correct horse")
    _, _, cost, salt, digest = line.split("$")
    assert cost == "i=600000"
    assert hashlib.pbkdf2_hmac("sha256", b"correct horse", base64.b64decode(salt + "=="), 600000) == base64.b64decode(digest + "=")
    assert seal.password_check("correct horse", line) is False
    refused("password is wrong", seal.password_check, "battery", line)
    with pytest.raises(c12.Error, match="pbkdf2"):
        seal.password_check("x", "$2b$12$abc")


def test_codes():
    codes = seal.Codes("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", digits=8)
    assert codes.code(59 * TEN9) == "94287082"  # RFC 6238
    codes.take(59 * TEN9, "94287082")
    refused("code has been used", codes.take, 60 * TEN9, "94287082")
    later = seal.Codes(b"12345678901234567890", digits=8, state=codes.state)
    refused("code has been used", later.take, 59 * TEN9, "94287082")
    assert later.state == (2, 2)


def test_tokens():
    secret = os.urandom(32)
    b64 = lambda b: base64.urlsafe_b64encode(b).rstrip(b"=")
    def token(header, claims):
        part = b64(json.dumps(header).encode()) + b"." + b64(json.dumps(claims).encode())
        return (part + b"." + b64(hmac.new(secret, part, hashlib.sha256).digest())).decode()
    good = token({"alg": "HS256"}, {"exp": 100, "iss": "plant"})
    assert json.loads(seal.jwt(good, "HS256", secret, 99 * TEN9, issuer="plant")) == {"exp": 100, "iss": "plant"}
    refused("exp has passed", seal.jwt, good, "HS256", secret, 100 * TEN9)
    refused("alg is not the configured one", seal.jwt, good, "ES256", seal.public(KEY), 99 * TEN9)
    refused("iss is another", seal.jwt, good, "HS256", secret, 99 * TEN9, issuer="other")


def test_trail():
    trail = seal.Trail()
    for i in range(9):
        trail.add(i, "anna", "release", f"WO-{i}", "größe" * (i % 2))
        if i in (3, 8):
            trail.checkpoint(KEY)
    pub = seal.public(KEY)
    assert trail.check(pub) == (None, None)
    for i in range(9):
        other = seal.Trail(trail.rows, trail.hashes, trail.checkpoints)
        other.rows[i] = other.rows[i][:2] + ("hold",) + other.rows[i][3:]
        assert other.check()[0] == i
        again = seal.Trail()
        for row in other.rows:
            again.add(*row)
        assert again.check() == (None, None)
        again.checkpoints = trail.checkpoints
        assert again.check(pub) == (0 if i < 4 else 4, "checkpoint has another head")
        assert seal.Trail(trail.rows[:i], trail.hashes[:i]).check(least=9) == (i, "rows are missing at the end")


def test_acts():
    digest = hashlib.sha256(b"WI-7 v2").digest()
    desk = seal.Controls([(0, 1, 100, 200, bytes(32)), (0, 2, 200, None, digest)], [(7, 0, 2, 210, 300), (8, 0, 1, 0, None)])
    act = lambda when=250, person=7, version=2, d=digest, why="within limits": seal.Act(when, person, 0, version, "approved", "Anna Ruiz", why, d)
    assert desk.may_sign(act()) == 0
    refused("person is not trained on this version", desk.may_sign, act(person=8))
    refused("training has run out", desk.may_sign, act(when=300))
    refused("version has been superseded", desk.may_sign, act(person=8, version=1, d=bytes(32)))
    refused("digest is not the version's", desk.may_sign, act(d=bytes(32)))
    line = seal.password_hash("secret")
    mark = desk.sign(act(), "secret", line, KEY)
    act().check(seal.public(KEY), mark)
    refused("signature is not the key's", act(why="within limit").check, seal.public(KEY), mark)
    refused("password is wrong", desk.sign, act(), "Secret", line, KEY)


def test_sealed_telemetry(tmp_path):
    line = '{"robot_id":"G1-001","timestamp":"2025-10-24T14:32:%02d.000Z","secret_word":"lighthouse"}'
    (tmp_path / "in").write_text("\n".join(line % i for i in range(60)) + "\n")
    path = tmp_path / "f.c12t"
    assert c12.telemetry.pack(tmp_path / "in", path, key=KEY) == 60
    assert c12.telemetry.extend(tmp_path / "in", path, key=KEY) == 60
    assert b"lighthouse" not in path.read_bytes()
    with c12.telemetry.File(path, key=KEY) as f:
        f.verify()
        assert f.info.records == 120 and f.robots == ["G1-001"]
    for key in (None, bytes(32)):
        with pytest.raises(c12.Error, match="REFUSED") as e:
            c12.telemetry.File(path, key=key)
        assert seal.key_id(KEY) in e.value.text
    assert c12.telemetry.salvage(path, tmp_path / "g.c12t", key=KEY)["records"] == 120
