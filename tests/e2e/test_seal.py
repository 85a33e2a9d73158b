# SPDX-License-Identifier: Apache-2.0
"""c12 seal beside other people's code: hashlib, hmac, the package cryptography and oathtool agree with it, and what they would refuse it refuses."""
import base64, csv, hashlib, hmac, json, os, random, stat, struct, subprocess
from pathlib import Path

import pytest
import test_wire
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

C12 = os.environ.get("C12", str(Path(__file__).resolve().parents[2] / "build/release/bin/c12"))


def run(*args, code=0, text=""):
    p = subprocess.run([C12, *map(str, args)], capture_output=True, timeout=120, text=True, input=text)
    assert p.returncode == code, f"{args}: exit {p.returncode}, wanted {code}\n{p.stdout}\n{p.stderr}"
    return p


def seal(*args, **kw):
    return run("seal", *args, **kw)


@pytest.fixture
def key(tmp_path):
    path = tmp_path / "plant.key"
    path.write_text(random.Random(1).randbytes(32).hex() + "\n")
    seal("public", path, "-o", tmp_path / "plant.pub")
    return path


def scalar(path):
    return ec.derive_private_key(int(path.read_text(), 16), ec.SECP256R1())


def signed(public, digest, signature):
    der = encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
    try:
        public.verify(der, digest, ec.ECDSA(Prehashed(hashes.SHA256())))
        return True
    except InvalidSignature:
        return False


# ---- keys and envelopes --------------------------------------------------------------------------------------------------------------
def test_keys(tmp_path):
    said = seal("key", tmp_path / "a.key").stdout.strip()
    raw = bytes.fromhex((tmp_path / "a.key").read_text().strip())
    assert len(raw) == 32 and stat.S_IMODE((tmp_path / "a.key").stat().st_mode) == 0o600
    assert said == hashlib.sha256(b"c12 key id" + raw).hexdigest()[:16] == seal("id", tmp_path / "a.key").stdout.strip()
    n = scalar(tmp_path / "a.key").public_key().public_numbers()
    assert seal("public", tmp_path / "a.key").stdout.strip() == f"04{n.x:064x}{n.y:064x}"
    seal("key", tmp_path / "a.key", code=2)  # never over another one
    assert bytes.fromhex((tmp_path / "a.key").read_text().strip()) == raw
    assert seal("key", tmp_path / "b.key").stdout != said + "\n"


@pytest.mark.parametrize("size", [0, 1, 1000, 1 << 20])
def test_envelopes(tmp_path, key, size):
    plain, raw = random.Random(size).randbytes(size), bytes.fromhex(key.read_text())
    (tmp_path / "in").write_bytes(plain)
    for label in ((), ("--for", "orders/7")):
        seal("encrypt", tmp_path / "in", tmp_path / "out", "--key", key, *label)
        e = (tmp_path / "out").read_bytes()
        assert len(e) == size + 48 and e[:8] == bytes.fromhex("89633132730d0a1a") and e[28:32] == bytes(4)
        beside = e[:32] + hashlib.sha256(label[1].encode() if label else b"").digest()
        assert AESGCM(raw).decrypt(e[16:28], e[32:], beside) == plain
        seal("decrypt", tmp_path / "out", tmp_path / "back", "--key", key, *label)
        assert (tmp_path / "back").read_bytes() == plain
    head = bytes.fromhex("89633132730d0a1a") + hashlib.sha256(b"c12 key id" + raw).digest()[:8] + bytes(range(12)) + bytes(4)
    (tmp_path / "mine").write_bytes(head + AESGCM(raw).encrypt(head[16:28], plain, head + hashlib.sha256(b"x").digest()))
    seal("decrypt", tmp_path / "mine", tmp_path / "back", "--key", key, "--for", "x")
    assert (tmp_path / "back").read_bytes() == plain
    (tmp_path / "back").unlink()
    seal("decrypt", tmp_path / "mine", tmp_path / "back", "--key", key, code=1)
    (tmp_path / "other").write_text("11" * 32)
    assert hashlib.sha256(b"c12 key id" + raw).hexdigest()[:16] in seal("decrypt", tmp_path / "mine", tmp_path / "back", "--key", tmp_path / "other", code=1).stderr
    (tmp_path / "cut").write_bytes(head[:20])
    seal("decrypt", tmp_path / "cut", tmp_path / "back", "--key", key, code=2)
    assert not (tmp_path / "back").exists()


# ---- audit trail ------------------------------------------------------------------------------------------------------------------------
def row_hash(before, number, time, texts):
    return hashlib.sha256(before + struct.pack(">Qq", number, time) + b"".join(struct.pack(">I", len(t.encode())) + t.encode() for t in texts)).digest()


def rehang(rows):
    before = bytes(32)
    for i, r in enumerate(rows):
        before = row_hash(before, i, int(r[0]), r[1:5])
        r[5] = before.hex()


def write(path, rows):
    with open(path, "w", newline="") as f:
        csv.writer(f).writerows([["time_ns", "who", "action", "object", "detail", "hash"], *rows])


def test_an_audit_trail(tmp_path, key):
    log, checks, pub = tmp_path / "log.csv", tmp_path / "checks.csv", tmp_path / "plant.pub"
    details = ["", "a,b", 'said "no"', "größer", "line\nbreak", "x" * 300, "0", "-"]
    for i, d in enumerate(details):
        seal("audit", "append", log, "--who", "Anna, R", "--action", "release", "--object", f"WO-{i}", "--detail", d)
        if i in (2, 5):
            seal("audit", "checkpoint", log, "--key", key, "-o", checks)
    rows = list(csv.reader(open(log, newline="")))[1:]
    mine = [list(r) for r in rows]
    rehang(mine)
    assert mine == rows and [r[4] for r in rows] == details
    public = scalar(key).public_key()
    for count, head, sign in list(csv.reader(open(checks)))[1:]:
        assert head == rows[int(count) - 1][5]
        assert signed(public, hashlib.sha256(b"c12 audit checkpoint" + struct.pack(">Q", int(count)) + bytes.fromhex(head)).digest(), bytes.fromhex(sign))
    verify = lambda code, *more: json.loads(seal("audit", "verify", log, "--json", *more, code=code).stdout)
    full = ("--checks", checks, "--public", pub)
    assert verify(0, *full)["good"] == 8
    for i in range(8):
        changed = [list(r) for r in rows]
        changed[i][2] = "scrap"
        write(log, changed)
        assert verify(1)["row"] == i
        rehang(changed)  # an attacker who can count
        write(log, changed)
        assert verify(0)["row"] == -1
        assert verify(1 if i < 6 else 0, *full)["row"] == (0 if i < 3 else 3 if i < 6 else -1)
        write(log, rows[:i] + rows[i + 1:])
        assert verify(1, "--least", 8)["row"] == (i if i < 7 else 7)
        write(log, rows[:i])
        assert verify(0)["row"] == -1 and verify(1, "--least", 8)["row"] == i
        assert verify(1 if i < 6 else 0, *full)["row"] == (i if i < 6 else -1)
        write(log, rows[:i] + [rows[(i + 3) % 8]] + rows[i:])
        assert verify(1)["row"] == i
    broken = [list(r) for r in rows]
    broken[3][1] = "Bo"
    write(log, broken)
    before = log.read_bytes()
    seal("audit", "append", log, "--who", "x", "--action", "y", code=1)  # nothing is hung on a broken chain
    seal("audit", "checkpoint", log, "--key", key, "-o", checks, code=1)
    assert log.read_bytes() == before and len(checks.read_text().splitlines()) == 3
    for bad in ("time_ns,who\n1,2\n", "time_ns,who,action,object,detail,hash\nx,a,b,c,d," + "0" * 64 + "\n", "time_ns,who,action,object,detail,hash\n1,a,b,c,d,zz\n"):
        log.write_text(bad)
        seal("audit", "verify", log, code=2)


# ---- passwords and codes -------------------------------------------------------------------------------------------------------------------
def b64(b):
    return base64.b64encode(b).decode().rstrip("=")


def test_passwords():
    line = seal("password", text="correct horse\n").stdout.strip()
    _, scheme, cost, salt, digest = line.split("$")
    assert (scheme, cost) == ("pbkdf2-sha256", "i=600000")
    salt = base64.b64decode(salt + "=" * (-len(salt) % 4))
    assert len(salt) == 16 and b64(hashlib.pbkdf2_hmac("sha256", b"correct horse", salt, 600000)) == digest
    assert seal("password", "check", line, text="correct horse").stdout == "right\n"
    seal("password", "check", line, text="correct horsf", code=1)
    for n in (1000, 700000):
        mine = f"$pbkdf2-sha256$i={n}${b64(b'salt of mine')}${b64(hashlib.pbkdf2_hmac('sha256', 'größe'.encode(), b'salt of mine', n))}"
        assert ("weak" in seal("password", "check", mine, text="größe").stdout) == (n < 600000)
    seal("password", "check", line[:-1], text="correct horse", code=2)
    assert seal("password", text="correct horse\n").stdout.strip() != line


def oath(secret, at, digits, mode):
    return subprocess.run(["oathtool", f"--totp={mode}", "-b", secret, "-d", str(digits), "-N", f"@{at}"], check=True, capture_output=True, text=True).stdout.strip()


def test_codes_beside_oathtool(tmp_path):
    draw = random.Random(6)
    for i in range(60):
        secret = base64.b32encode(draw.randbytes(draw.choice((10, 16, 20, 32, 64)))).decode()
        (tmp_path / "s").write_text(secret.lower() if i % 2 else secret + "\n")
        at, digits, mode = draw.randrange(2**draw.choice((20, 31, 32))), draw.choice((6, 7, 8)), draw.choice(("sha1", "sha256", "sha512"))
        assert seal("totp", "--secret", tmp_path / "s", "--time", at, "--digits", digits, "--hash", mode).stdout.strip() == oath(secret, at, digits, mode)


def test_a_code_is_taken_once(tmp_path):
    secret, state = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", tmp_path / "state"
    (tmp_path / "s").write_text(secret)
    check = lambda code, at, rc: seal("totp", "check", code, "--secret", tmp_path / "s", "--state", state, "--time", at, code=rc)
    now = 1_700_000_000
    check(oath(secret, now - 90, 6, "sha1"), now, 1)
    check(oath(secret, now, 6, "sha1"), now, 0)
    assert "has been used" in check(oath(secret, now, 6, "sha1"), now, 1).stderr
    assert "has been used" in check(oath(secret, now - 30, 6, "sha1"), now, 1).stderr
    check(oath(secret, now + 30, 6, "sha1"), now, 0)
    before = state.read_text()
    check("12345", now, 2)
    check("12345x", now, 2)
    assert state.read_text() == before
    for _ in range(10):
        check("000000", now, 1)
    assert "too many" in check(oath(secret, now + 300, 6, "sha1"), now + 300, 1).stderr
    state.write_text("junk")
    check("000000", now, 2)
    seal("totp", "check", "000000", "--secret", tmp_path / "s", code=2)


# ---- web tokens ------------------------------------------------------------------------------------------------------------------------------
def url(b):
    return base64.urlsafe_b64encode(b).decode().rstrip("=")


def token(header, claims, sign):
    part = url(json.dumps(header).encode()) + "." + url(json.dumps(claims).encode())
    return part + "." + url(sign(part.encode()))


def es256(private):
    def sign(part):
        r, s = decode_dss_signature(private.sign(part, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")
    return sign


def test_tokens(tmp_path, key):
    secret, private = b"forty bytes that only the two of us know", scalar(key)
    (tmp_path / "shared").write_bytes(secret)
    hs = lambda part: hmac.new(secret, part, hashlib.sha256).digest()
    good = {"iss": "plant", "aud": ["fleet", "shop"], "exp": 2000, "sub": "G1-001", "größe": [1.5, None, {"a": "\U0001F916"}]}
    ask = lambda t, alg, k, rc=0, *more: seal("jwt", t, "--alg", alg, "--key", k, "--issuer", "plant", "--audience", "fleet", "--time", 1000, *more, code=rc)
    for _ in range(8):  # ECDSA draws its own numbers each time
        assert json.loads(ask(token({"alg": "ES256", "typ": "JWT"}, good, es256(private)), "ES256", tmp_path / "plant.pub").stdout) == good
    t = token({"alg": "HS256"}, good, hs)
    assert json.loads(ask(t, "HS256", tmp_path / "shared").stdout) == good
    assert seal("jwt", "-", "--alg", "HS256", "--key", tmp_path / "shared", "--issuer", "plant", "--audience", "fleet", "--time", 1000, text=t + "\n").stdout
    pub = (tmp_path / "plant.pub").read_text().strip()
    confused = lambda k: token({"alg": "HS256"}, good, lambda part: hmac.new(k, part, hashlib.sha256).digest())
    bad = [confused(bytes.fromhex(pub)), confused(pub.encode()), t, t[:-1], t + "A", t.rsplit(".", 1)[0] + ".", token({"alg": "none"}, good, lambda part: b""),
           token({"alg": "ES256"}, good, es256(ec.generate_private_key(ec.SECP256R1()))), token({"alg": "ES256"}, good, lambda part: bytes(64)),
           token({"alg": "ES256"}, good, lambda part: private.sign(part, ec.ECDSA(hashes.SHA256()))),  # DER in place of r and s
           token({"alg": "ES384"}, good, es256(private)), token({"alg": "ES256", "crit": ["b64"], "b64": False}, good, es256(private))]
    bad += [token({"alg": "ES256"}, {**good, **change}, es256(private)) for change in ({"exp": 1000}, {"exp": "2000"}, {"nbf": 1001}, {"iat": 1001}, {"iss": "other"}, {"aud": "shop"}, {"aud": []})]
    for b in bad:
        ask(b, "ES256", tmp_path / "plant.pub", 1)
    ask(token({"alg": "ES256"}, {**good, "exp": 1000, "nbf": 1001}, es256(private)), "ES256", tmp_path / "plant.pub", 0, "--leeway", 1)
    seal("jwt", t, "--alg", "none", "--key", tmp_path / "shared", code=2)
    seal("jwt", t, "--key", tmp_path / "shared", code=2)


# ---- electronic signatures --------------------------------------------------------------------------------------------------------------------
def test_signing(tmp_path, key):
    line = f"$pbkdf2-sha256$i=600000${b64(b'sixteen of bytes')}${b64(hashlib.pbkdf2_hmac('sha256', b'secret', b'sixteen of bytes', 600000))}"
    digest = hashlib.sha256(b"work instruction 7, version 2").hexdigest()
    (tmp_path / "people.csv").write_text(f"person,name,password\nanna,Anna Ruiz,{line}\nbo,Bo Lee,{line}\n")
    (tmp_path / "documents.csv").write_text(f"document,version,sha256,effective_s,superseded_s\nWI-7,1,{'0' * 64},100,200\nWI-7,2,{digest},200,\n")
    (tmp_path / "trainings.csv").write_text("person,document,version,passed_s,until_s\nanna,WI-7,2,210,400\nbo,WI-7,1,50,\n")
    why = 'torque "within"\nlimits; größer'
    sign = lambda person, version, at, code, text="secret\n", *more: seal("sign", tmp_path, "--person", person, "--document", "WI-7", "--version", version, "--meaning", "approved", "--why", why,
                                                                          "--key", key, "--time", at, *more, code=code, text=text)
    act = json.loads(sign("anna", 2, 300, 0, "secret\n", "-o", tmp_path / "act.json").stdout or (tmp_path / "act.json").read_text())
    what = b"c12 signature" + struct.pack(">qIIII", act["when_ns"], act["person"], act["document"], act["version"], 3) + bytes.fromhex(digest)
    what += struct.pack(">I", 9) + b"Anna Ruiz" + struct.pack(">I", len(why.encode())) + why.encode()
    assert act["who"] == "Anna Ruiz" and act["why"] == why and act["sha256"] == digest and act["when_ns"] == 300 * 10**9
    assert signed(scalar(key).public_key(), hashlib.sha256(what).digest(), bytes.fromhex(act["signature"]))
    assert why in seal("check", tmp_path / "act.json", "--public", tmp_path / "plant.pub").stdout
    text = (tmp_path / "act.json").read_text()
    for old, new in (("Ruiz", "Ruis"), ("within", "Within"), ("approved", "rejected"), ('"version":2', '"version":1'), ("300000000000", "300000000001"), (digest[:4], "0000")):
        (tmp_path / "turned.json").write_text(text.replace(old, new, 1))
        seal("check", tmp_path / "turned.json", "--public", tmp_path / "plant.pub", code=1)
    (tmp_path / "turned.json").write_text("{}")
    seal("check", tmp_path / "turned.json", "--public", tmp_path / "plant.pub", code=2)
    assert "password is wrong" in sign("anna", 2, 300, 1, "Secret\n").stderr
    assert "not trained" in sign("bo", 2, 300, 1).stderr
    assert "not trained" in sign("anna", 2, 205, 1).stderr
    assert "run out" in sign("anna", 2, 400, 1).stderr
    assert "superseded" in sign("bo", 1, 300, 1).stderr
    assert "not hold yet" in sign("anna", 2, 150, 1).stderr
    assert "nobody" in sign("cy", 2, 300, 2).stderr


# ---- sealed telemetry --------------------------------------------------------------------------------------------------------------------------
def record(robot, i):
    return json.dumps({"robot_id": f"G1-00{robot}", "timestamp": f"2025-10-24T14:{i // 600:02d}:{i // 10 % 60:02d}.{i % 10}00Z", "secret_word": "lighthouse", "battery_level": 60.5}, separators=(",", ":"))


def test_telemetry_with_a_key(tmp_path, key):
    tlm = lambda *a, code=0, k=key: run("tlm", *a, *(("--key", k) if k else ()), code=code)
    lines, more = [record(i % 3, i) for i in range(900)], [record(i % 3, i) for i in range(900, 1000)]
    (tmp_path / "a").write_text("\n".join(lines) + "\n")
    (tmp_path / "b").write_text("\n".join(more) + "\n")
    f, g, out = tmp_path / "f.c12t", tmp_path / "g.c12t", tmp_path / "out"
    tlm("pack", tmp_path / "a", f)
    tlm("append", f, tmp_path / "b")
    assert b"lighthouse" not in f.read_bytes()
    tlm("unpack", f, out)
    assert sorted(out.read_text().splitlines()) == sorted(lines + more)
    for verb in ("stat", "verify", "latest", "recover"):
        tlm(verb, f)
    tlm("compact", f, g)
    tlm("retain", f, g, "--since", "2025-10-24T14:01:00Z", "--archive", tmp_path / "old")
    assert b"lighthouse" not in (tmp_path / "old").read_bytes() + g.read_bytes()
    tlm("verify", tmp_path / "old")
    assert tlm("export", f, "--to", "jsonl").stdout.count("lighthouse") == 1000
    data = f.read_bytes()
    (tmp_path / "cut").write_bytes(data[:len(data) // 2])
    tlm("salvage", tmp_path / "cut", g, code=1)
    tlm("verify", g)
    (tmp_path / "turned").write_bytes(data[:3000] + bytes([data[3000] ^ 1]) + data[3001:])
    assert "has been changed" in tlm("verify", tmp_path / "turned", code=1).stderr
    g.unlink()
    (tmp_path / "other.key").write_text("22" * 32)
    want = hashlib.sha256(b"c12 key id" + bytes.fromhex(key.read_text())).hexdigest()[:16]
    for k in (None, tmp_path / "other.key"):
        for a in (("stat", f), ("verify", f), ("latest", f), ("unpack", f, g), ("append", f, tmp_path / "b"), ("recover", f), ("compact", f, g), ("salvage", f, g),
                  ("retain", f, g, "--since", "2025-10-24"), ("export", f, "-o", g), ("query", f, "--field", "battery_level")):
            assert want in tlm(*a, code=2, k=k).stderr, a
    assert not g.exists() and f.read_bytes() == data and not Path(f"{f}-journal").exists()
    run("tlm", "pack", tmp_path / "a", g)
    assert "not sealed" in tlm("stat", g, code=2).stderr
    assert "64 hexadecimal" in tlm("stat", f, code=2, k=tmp_path / "a").stderr


# ---- sealed radio ---------------------------------------------------------------------------------------------------------------------------------
def item(b, at):
    """(major, value, offset behind the head) of a CBOR head."""
    more = {24: 1, 25: 2, 26: 4, 27: 8}.get(b[at] & 31, 0)
    return b[at] >> 5, int.from_bytes(b[at + 1:at + 1 + more], "big") if more else b[at] & 31, at + 1 + more


def unsealed(data, raw):
    """A sealed .c12w file as what c12 tlm wire writes without a key, by the guide's words."""
    assert data[:7] == b"\x86\x64c12w\x02" and data[10] == 0x1b
    assert data[11:19] == hashlib.sha256(b"c12 key id" + raw).digest()[:8]
    out, at, tag, name, session, following = b"\x84\x64c12w\x01" + data[7:9], 19, data[9], b"", {}, {}
    while at < len(data):
        begin = at
        major, v, at = item(data, at)
        if major == 0:
            name = str(v).encode()
            out += data[begin:at]
            continue
        if major == 4:
            (_, epoch, at), salt = item(data, at), None
            _, number, at = item(data, at)
            _, v, at = item(data, at)
            salt, front = data[at:at + 8], at + 8
            says = b"c12 link" + struct.pack(">IQ", tag, epoch) + salt + hashlib.sha256(name).digest()
            session[name] = hmac.new(raw, says, hashlib.sha256).digest()
        else:
            assert major == 2
            number, front = following[name], at + 2
            assert struct.unpack(">H", data[at:at + 2])[0] == number % 65536
        end = at + v
        assert number == following.get(name, 0)
        nonce, cipher = bytes(4) + struct.pack(">Q", number), data[front:end - tag]
        counter = Cipher(algorithms.AES(session[name]), modes.GCM(nonce, data[end - tag:end], min_tag_length=12)).decryptor()
        counter.authenticate_additional_data(data[begin:front])
        out += counter.update(cipher) + counter.finalize()
        following[name], at = number + 1, end
    return out


@pytest.mark.parametrize("options", [[], ["--tag", 16], ["--ordered"], ["--batch", 8]])
def test_radio_frames_with_a_key(tmp_path, key, options):
    day, a, b, draw = tmp_path / "day", tmp_path / "a.c12w", tmp_path / "b.c12w", random.Random(3)
    robots = [json.dumps(test_wire.record(i % 3, i // 3, draw), separators=(",", ":")) for i in range(900)]
    day.write_text("\n".join(robots + [record(i % 4, i) for i in range(90)]) + "\n")
    run("tlm", "wire", day, a, *[o for o in options if o not in ("--tag", 16)])
    run("tlm", "wire", day, b, *options, "--key", key)
    assert b"lighthouse" in a.read_bytes() and b"lighthouse" not in b.read_bytes()
    assert unsealed(b.read_bytes(), bytes.fromhex(key.read_text())) == a.read_bytes()
    assert run("tlm", "unwire", b, "--key", key).stdout == day.read_text()


def test_radio_files_that_do_not_fit_their_key(tmp_path, key):
    day, a, b, out = tmp_path / "day", tmp_path / "a.c12w", tmp_path / "b.c12w", tmp_path / "out"
    day.write_text("\n".join(record(i % 3, i) for i in range(90)) + "\n")
    run("tlm", "wire", day, a)
    run("tlm", "wire", day, b, "--key", key)
    (tmp_path / "other.key").write_text("22" * 32)
    assert "not sealed" in run("tlm", "unwire", a, out, "--key", key, code=2).stderr
    name = hashlib.sha256(b"c12 key id" + bytes.fromhex(key.read_text())).hexdigest()[:16]
    assert name in run("tlm", "unwire", b, out, code=2).stderr and name in run("tlm", "unwire", b, out, "--key", tmp_path / "other.key", code=2).stderr
    good = b.read_bytes()
    frame = good[19:]  # turned, doubled, in the plain
    for bad in [good[:at] + bytes([good[at] ^ 1]) + good[at + 1:] for at in range(9, len(good), 97)] + [good + frame, good[:19] + a.read_bytes()[9:], good[:-1]]:
        b.write_bytes(bad)
        run("tlm", "unwire", b, out, "--key", key, code=2)
        assert not out.exists()
    b.write_bytes(good + frame)
    assert "heard before" in run("tlm", "unwire", b, out, "--key", key, code=2).stderr
    run("tlm", "wire", day, b, "--key", key, "--tag", 13, code=2)
