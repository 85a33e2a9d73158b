# SPDX-License-Identifier: Apache-2.0
"""Encryption, audit trails, signatures, passwords, codes and tokens: see c12/seal.h and docs/guide/seal.md.

    box = c12.seal.Box(key)                             # 32 bytes, e.g. os.urandom(32)
    box.open(box.seal(b"forty-two legs", "orders/7"), "orders/7")
    trail = c12.seal.Trail(); trail.add(time_ns, "anna", "release", "WO-7"); trail.check()

A refusal is Refused, with the rule in .what.  Without mbedTLS every call says Error with C12_E_UNSUPPORTED; library() is None then."""
import os
import time

import numpy as np

from ._c12 import ffi, lib
from ._core import Error, call, column, new

MEANINGS = {"authored": lib.C12_SEAL_AUTHORED, "reviewed": lib.C12_SEAL_REVIEWED, "approved": lib.C12_SEAL_APPROVED, "released": lib.C12_SEAL_RELEASED,
            "rejected": lib.C12_SEAL_REJECTED}
HASHES = {"sha1": lib.C12_SEAL_SHA1, "sha256": lib.C12_SEAL_SHA256, "sha512": lib.C12_SEAL_SHA512}
ALGORITHMS = {"HS256": lib.C12_SEAL_HS256, "ES256": lib.C12_SEAL_ES256}


class Refused(Error):
    """Wrong key, forged bytes, wrong password, a token or a person that may not pass: .what names the rule."""


def _do(function, *args):
    try:
        call(function, *args)
    except Error as e:
        if e.status == "C12_E_REFUSED":
            e.__class__ = Refused
        raise


def _view(data):
    """Bytes or text as (pointer, size); the pointer keeps the bytes alive as long as the caller holds it."""
    data = data.encode() if isinstance(data, str) else bytes(data)
    return ffi.from_buffer("uint8_t[]", data), len(data)


def library():
    """"mbed TLS 2.28.3", or None when built without."""
    name = lib.c12_seal_library()
    return ffi.string(name).decode() if name else None


def sha256(data):
    out = ffi.new("uint8_t[32]")
    _do(lib.c12_seal_sha256, _view(data), out)
    return bytes(ffi.buffer(out))


def key_id(key):
    """The key's name in errors and files, as 16 hexadecimal digits."""
    out = ffi.new("uint64_t *")
    _do(lib.c12_seal_key_id, _view(key), out)
    return f"{out[0]:016x}"


class Box:
    """Envelopes under one key.  Each Box draws its own nonces; one that is copied or used by two threads at once would repeat them."""

    def __init__(self, key, entropy=None):
        self._key, self._epoch = bytes(key), ffi.new("c12_seal_epoch *")
        _do(lib.c12_seal_epoch_init, self._epoch, _view(os.urandom(8) if entropy is None else entropy))
        key_id(self._key)

    def seal(self, data, label=""):
        out, used = np.empty(len(data) + lib.C12_SEAL_ENVELOPE, np.uint8), ffi.new("size_t *")
        _do(lib.c12_seal_encrypt, _view(self._key), self._epoch, _view(label), _view(data), (ffi.from_buffer(out), out.size), used)
        return out.tobytes()

    def open(self, envelope, label=""):
        out, used = np.empty(max(len(envelope), 1), np.uint8), ffi.new("size_t *")
        _do(lib.c12_seal_decrypt, _view(self._key), _view(label), _view(envelope), (ffi.from_buffer(out), out.size), used)
        return out[:used[0]].tobytes()


# ---- links ---------------------------------------------------------------------------------------------------------------------
class Talker:
    """Seals a sender's frames, CBOR items such as those of c12.wire.  epoch rises with every session of the sender; None = the clock's nanoseconds.
    One that is copied would repeat nonces."""

    def __init__(self, key, name="", epoch=None, tag=0, entropy=None):
        self._t = ffi.new("c12_seal_talker *")
        _do(lib.c12_seal_link_talk, self._t, _view(key), _view(name), time.time_ns() if epoch is None else epoch,
            _view(os.urandom(8) if entropy is None else entropy), tag)

    def close(self, frames):
        """The frames, each sealed by itself."""
        view, used, room = _view(frames), ffi.new("size_t *"), len(frames) * (1 + lib.C12_SEAL_LINK) + 1  # a frame has a byte at least
        out = ffi.new("uint8_t[]", room)
        _do(lib.c12_seal_link_close, self._t, view, (out, room), used)
        return bytes(ffi.buffer(out, used[0]))


class Hearer:
    """Opens a sender's sealed frames, each once.  least: sessions of a lower epoch are refused; .epoch is the running one's."""

    def __init__(self, key, name="", least=0, tag=0):
        self._h = ffi.new("c12_seal_hearer *")
        _do(lib.c12_seal_link_hear, self._h, _view(key), _view(name), least, tag)

    @property
    def epoch(self):
        return self._h.epoch

    def open(self, frames):
        """The frames as they were.  Refused when one is another's, was heard before or was changed; Error when no session is known yet.  Nothing that
        is not sealed passes."""
        view, used, read = _view(frames), ffi.new("size_t *"), ffi.new("size_t *")
        out = ffi.new("uint8_t[]", len(frames) + 1)
        _do(lib.c12_seal_link_open, self._h, view, (out, len(frames) + 1), used, read)
        return bytes(ffi.buffer(out, used[0]))


# ---- signatures ------------------------------------------------------------------------------------------------------------------
def public(key):
    """The public key, 65 bytes, of a private one of 32."""
    out = ffi.new("uint8_t[65]")
    _do(lib.c12_seal_public, _view(key), out)
    return bytes(ffi.buffer(out))


def sign(key, digest):
    """ECDSA over P-256 of a SHA-256 digest: 64 bytes."""
    out = ffi.new("uint8_t[64]")
    _do(lib.c12_seal_sign, _view(key), _digest(digest), _view(os.urandom(32)), out)
    return bytes(ffi.buffer(out))


def verify(key, digest, signature):
    """Refused when it is not the public key's signature."""
    _do(lib.c12_seal_verify, _view(key), _digest(digest), _view(signature))


def _digest(digest, size=32):
    if len(digest) != size:
        raise ValueError(f"{size} bytes are wanted, not {len(digest)}")
    return _view(digest)[0]


# ---- passwords and codes -----------------------------------------------------------------------------------------------------------
def password_hash(password, iterations=0, salt=None):
    """The line to store."""
    out, used = np.empty(160, np.uint8), ffi.new("size_t *")
    _do(lib.c12_seal_password_hash, _view(password), _view(os.urandom(16) if salt is None else salt), iterations, (ffi.from_buffer(out), out.size), used)
    return out[:used[0]].tobytes().decode()


def password_check(password, line):
    """Refused when it is another one; True when the line should be made anew with more iterations."""
    weak = ffi.new("int32_t *")
    _do(lib.c12_seal_password_check, _view(password), _view(line), weak)
    return bool(weak[0])


class Codes:
    """One-time codes of one person; .state (next step, failures) is what to store between calls."""

    def __init__(self, secret, hash="sha1", digits=6, step=30, window=1, most_failures=10, state=(0, 0)):
        if isinstance(secret, str):  # base32, as apps show it
            out, used = np.empty(max(len(secret), 1), np.uint8), ffi.new("size_t *")
            _do(lib.c12_seal_base32, _view(secret), (ffi.from_buffer(out), out.size), used)
            secret = out[:used[0]].tobytes()
        self._secret = _view(secret)
        self._options = new("c12_seal_totp", hash=HASHES[hash], digits=digits, step=step, window=window, most_failures=most_failures, secret=self._secret)
        self._state = ffi.new("c12_seal_totp_state *", {"next": state[0], "failures": state[1]})

    @property
    def state(self):
        return self._state.next, self._state.failures

    def code(self, time_ns):
        out = ffi.new("uint8_t[8]")
        _do(lib.c12_seal_totp_code, self._options, time_ns, out)
        return bytes(ffi.buffer(out))[:self._options.digits or 6].decode()

    def take(self, time_ns, code):
        """Refused for a wrong code, one that was used, or too many tries."""
        _do(lib.c12_seal_totp_check, self._options, self._state, time_ns, _view(code))


# ---- web tokens ------------------------------------------------------------------------------------------------------------------------
def jwt(token, alg, key, now_ns, issuer="", audience="", kid="", leeway=0, longest=0, exp_optional=False):
    """The claims of a token that passes, as JSON text; Refused or Error with the rule it breaks."""
    views = [_view(v) for v in (key, issuer, audience, kid)]
    options = new("c12_seal_jwt", alg=ALGORITHMS[alg], now=now_ns, leeway=leeway, longest=longest, exp_optional=int(exp_optional), key=views[0], issuer=views[1],
                  audience=views[2], kid=views[3])
    claims, view = new("c12_seal_claims"), _view(token)
    scratch = np.empty(view[1] + 1, np.uint8)
    _do(lib.c12_seal_jwt_verify, options, view, (ffi.from_buffer(scratch), scratch.size), claims)
    return bytes(ffi.buffer(claims.payload.ptr, claims.payload.size)).decode()


# ---- audit trail -------------------------------------------------------------------------------------------------------------------------
class Trail:
    """Rows (time_ns, who, action, object, detail) and their hashes; checkpoints (count, head, signature)."""

    def __init__(self, rows=(), hashes=(), checkpoints=()):
        self.rows, self.hashes, self.checkpoints = list(rows), list(hashes), list(checkpoints)

    def add(self, time_ns, who, action, object="", detail=""):
        held, out = [_view(t) for t in (who, action, object, detail)], ffi.new("uint8_t[32]")
        before = _digest(self.hashes[-1]) if self.hashes else ffi.NULL
        _do(lib.c12_seal_audit_row, before, len(self.rows), time_ns, ffi.new("c12_view[4]", held), out)
        self.rows.append((time_ns, who, action, object, detail))
        self.hashes.append(bytes(ffi.buffer(out)))

    def checkpoint(self, key):
        out = ffi.new("uint8_t[64]")
        _do(lib.c12_seal_checkpoint, _view(key), len(self.rows), _digest(self.hashes[-1]) if self.hashes else ffi.NULL, _view(os.urandom(32)), out)
        self.checkpoints.append((len(self.rows), self.hashes[-1], bytes(ffi.buffer(out))))
        return self.checkpoints[-1]

    def check(self, key=b"", least=0):
        """(None, None), or the first wrong row and the rule it breaks.  key: public, for the checkpoints' signatures."""
        texts = [t.encode() for row in self.rows for t in row[1:5]]
        time, off = np.array([r[0] for r in self.rows] + [0], np.int64), np.cumsum([0] + [len(t) for t in texts]).astype(np.int64)
        text, hashes = np.frombuffer(b"".join(texts) + b"\0", np.uint8), np.frombuffer(b"".join(self.hashes) + b"\0", np.uint8)
        count = np.array([c[0] for c in self.checkpoints] + [0], np.int64)
        head, mark = (np.frombuffer(b"".join(c[k] for c in self.checkpoints) + b"\0", np.uint8) for k in (1, 2))
        if len(hashes) != 32 * len(self.rows) + 1 or len(head) != 32 * len(self.checkpoints) + 1 or len(mark) != 64 * len(self.checkpoints) + 1:
            raise ValueError("hashes have 32 bytes, signatures 64, and there is a hash for each row")
        view = _view(key)
        trail = new("c12_seal_trail", n=len(self.rows), n_checkpoints=len(self.checkpoints), least=least, time=column(time, np.int64, None, "time"),
                    text_off=column(off, np.int64, None, "off"), text=column(text, np.uint8, None, "text"), hash=column(hashes, np.uint8, None, "hash"),
                    check_count=column(count, np.int64, None, "count"), check_head=column(head, np.uint8, None, "head"), check_sign=column(mark, np.uint8, None, "sign"), key=view)
        verdict = new("c12_verdict")
        _do(lib.c12_seal_audit_check, trail, verdict)
        return (verdict.row, ffi.string(verdict.rule).decode()) if verdict.violations else (None, None)


# ---- electronic signatures -----------------------------------------------------------------------------------------------------------------
class Controls:
    """versions: (document, version, effective_ns, superseded_ns or None, digest) by document and version; trainings: (person, document, version, passed_ns,
    until_ns or None).  Documents and people are numbers."""

    def __init__(self, versions, trainings):
        ever, n, m = 2**63 - 1, len(versions), len(trainings)
        pad = lambda rows, k, t: np.array([ever if r[k] is None else r[k] for r in rows] + [0], t)
        self._held = [pad(versions, 0, np.int32), pad(versions, 1, np.int32), pad(versions, 2, np.int64), pad(versions, 3, np.int64),
                      np.frombuffer(b"".join(r[4] for r in versions) + b"\0", np.uint8)]
        self._held += [pad(trainings, k, np.int32 if k < 3 else np.int64) for k in range(5)]
        if self._held[4].size != 32 * n + 1:
            raise ValueError("digests have 32 bytes")
        names = ("document", "version", "effective", "superseded", "digest", "trained_person", "trained_document", "trained_version", "trained_on", "trained_until")
        self._c = new("c12_seal_controls", n_versions=n, n_trainings=m, **{k: column(a, a.dtype, None, k) for k, a in zip(names, self._held)})

    def may_sign(self, act):
        """The training row that allows it; Refused otherwise."""
        row = ffi.new("int32_t *")
        _do(lib.c12_seal_may_sign, self._c, act._a, row)
        return row[0]

    def sign(self, act, password, line, key):
        """The signature, 64 bytes, after the secret was entered again."""
        out = ffi.new("uint8_t[64]")
        _do(lib.c12_seal_act_sign, self._c, act._a, _view(password), _view(line), _view(key), _view(os.urandom(32)), ffi.NULL, out)
        return bytes(ffi.buffer(out))


class Act:
    """Who signs what, when, what it means and why."""

    def __init__(self, when_ns, person, document, version, meaning, who, why, digest):
        self._held = _view(who), _view(why)
        self._a = ffi.new("c12_seal_act *", {"when": when_ns, "person": person, "document": document, "version": version, "meaning": MEANINGS[meaning],
                                             "who": self._held[0], "why": self._held[1], "digest": list(digest)})

    def check(self, key, signature):
        """Refused when anything is another than it was when it was signed."""
        _do(lib.c12_seal_act_check, self._a, _view(key), _view(signature))
