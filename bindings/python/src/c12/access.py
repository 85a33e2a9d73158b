# SPDX-License-Identifier: Apache-2.0
"""Who may do what; see c12/access.h.

    rules = c12.access.Access({"operator": {"grant": ["start"]}, "boss": {"grant": ["all"], "restrict": ["scrap"]}}, apart=[("create", "close")])
    rules.decide(["boss"], "close", did=["create"])     # Decision(allowed=False, reason='apart', role='boss', did='create')
    rules.failed("ann", "10.0.0.1", now)                # {'user', 'address'} that are locked now"""
import secrets
from typing import NamedTuple, Optional

import numpy as np

from ._buy import Columns
from ._c12 import ffi, lib
from ._core import call, new
from ._reports import texts

REASONS = ("granted", "no_grant", "restricted", "apart")


class Decision(NamedTuple):
    allowed: bool
    reason: str
    role: Optional[str]
    did: Optional[str]


def _which(locked):
    return {name for bit, name in ((1, "user"), (2, "address")) if locked & bit}


class Access:
    """Roles {name: {"grant": [...], "restrict": [...]}} ("all" grants everything) and pairs (did, may not); without roles the source document's.

    subjects: users and addresses whose failed logins are remembered; failures, window and lock (seconds) are its limits."""

    def __init__(self, roles=None, apart=(), subjects=65536, failures=3, window=300, lock=900):
        self._columns = Columns()
        self._policy = self._given(roles, apart) if roles is not None else self._default()
        limits = new("c12_access_limits", failures=failures, window=int(window * 1e9), lock=int(lock * 1e9))
        size, handle = ffi.new("size_t *"), ffi.new("c12_access **")
        call(lib.c12_access_bytes, self._policy, subjects, size)
        self._memory = ffi.new("char[]", size[0])
        call(lib.c12_access_init, handle, ffi.new("c12_mem *", {"ptr": self._memory, "size": size[0]})[0], self._policy, limits, subjects, secrets.token_bytes(16))
        self._handle = handle[0]

    @staticmethod
    def _default():
        policy = new("c12_access_policy")
        call(lib.c12_access_default, policy)
        return policy

    def _given(self, roles, apart):
        lists = [[roles[r].get(kind, ()) for r in roles] for kind in ("grant", "restrict")]
        actions = [a for rows in lists for row in rows for a in row if a != "all"]
        actions += [a for pair in apart for a in pair]
        actions, row = list(dict.fromkeys(actions)), {"all": lib.C12_ACCESS_ALL}
        row.update((a, k) for k, a in enumerate(actions))
        c, policy = self._columns, new("c12_access_policy", n_roles=len(roles), n_actions=len(actions), n_apart=len(apart))
        policy.role_text, policy.role_off = texts(roles, c)
        policy.action_text, policy.action_off = texts(actions, c)
        for rows, off, column in zip(lists, ("grant_off", "restrict_off"), ("grant", "restriction")):
            setattr(policy, off, c.take(np.cumsum([0] + [len(r) for r in rows]), np.int64))
            setattr(policy, column, c.take([row[a] for r in rows for a in r] or [0], np.int32))
        policy.apart_did = c.take([row[a] for a, _ in apart] or [0], np.int32)
        policy.apart_may_not = c.take([row[b] for _, b in apart] or [0], np.int32)
        return policy

    def _name(self, text, off, row):
        return None if row < 0 else bytes(ffi.buffer(text + off[row], off[row + 1] - off[row])).decode()

    def _row(self, find, name):
        data = ffi.from_buffer(name.encode() or b"\0")
        return find(self._handle, ffi.new("c12_view *", {"ptr": ffi.cast("const uint8_t *", data), "size": len(name.encode())})[0])

    def _rows(self, find, names, what):
        rows = [self._row(find, n) for n in names]
        if -1 in rows:
            raise KeyError(f"the policy has no {what} {names[rows.index(-1)]!r}")
        return rows

    def decide(self, roles, action, did=()):
        """May someone with these roles do this, having done that to the same object?  An unknown action is granted to nobody."""
        role, done, c = self._rows(lib.c12_access_role, roles, "role"), self._rows(lib.c12_access_action, did, "action"), Columns()
        d = new("c12_access_decision")
        call(lib.c12_access_decide, self._handle, len(role), c.take(role or [0], np.int32), self._row(lib.c12_access_action, action), len(done), c.take(done or [0], np.int32), d)
        p = self._policy
        return Decision(bool(d.allowed), REASONS[d.reason], self._name(p.role_text, p.role_off, d.role), self._name(p.action_text, p.action_off, d.did))

    def _login(self, names):
        kept = [ffi.from_buffer(n.encode() or b"\0") for n in names]
        return kept, [ffi.new("c12_view *", {"ptr": ffi.cast("const uint8_t *", k), "size": len(n.encode())})[0] for k, n in zip(kept, names)]

    def attempt(self, user, address, now):
        """(which of user and address are locked now, until when); times in ns."""
        (kept, views), until, locked = self._login((user, address)), ffi.new("c12_ns *"), ffi.new("int32_t *")
        call(lib.c12_access_try, self._handle, *views, now, until, locked)
        return _which(locked[0]), until[0]

    def failed(self, user, address, now):
        """A login failed: which of both are locked now."""
        (kept, views), locked = self._login((user, address)), ffi.new("int32_t *")
        call(lib.c12_access_failed, self._handle, *views, now, locked)
        return _which(locked[0])

    def succeeded(self, user):
        """A login succeeded: the user's failures are forgotten."""
        kept, views = self._login((user,))
        call(lib.c12_access_succeeded, self._handle, *views)
