# SPDX-License-Identifier: Apache-2.0
"""What the modules of nonconformances, the shop and access share: grades, a plant's rules, texts as columns, verdicts."""
import functools

import numpy as np

from ._c12 import ffi, lib
from ._core import call, new

GRADES = ("", "minor", "major", "critical")


@functools.lru_cache(maxsize=None)
def reasons(bits):
    """Reasons of a grade in words."""
    words = ffi.new("char[40]")
    call(lib.c12_ncr_reason_text, bits, words, 40)
    return ffi.string(words).decode()


def sized(n, **named):
    """Columns by name have n rows, or are None."""
    for name, values in named.items():
        if values is not None and len(values) != n:
            raise ValueError(f"{name} has {len(values)} rows, {n} needed")


def texts(words, columns):
    """Words as bytes and offsets."""
    raw = [w.encode() for w in words]
    off = np.concatenate([[0], np.cumsum([len(w) for w in raw])]).astype(np.int64)
    return columns.take(np.frombuffer(b"".join(raw) or b"\0", np.uint8), np.uint8), columns.take(off, np.int64)


def policy(columns, rules=None, **limits):
    """A plant's rules, (token, grade[, station]), and limits, fields of c12_ncr_policy; None = the document's."""
    p = new("c12_ncr_policy")
    call(lib.c12_ncr_default, p)
    if rules is not None:
        p.rule_text, p.rule_off = texts([r[0] for r in rules], columns)
        p.n_rules = len(rules)
        p.rule_grade = columns.take([GRADES.index(r[1]) for r in rules], np.int32)
        p.rule_station = columns.take([r[2] if len(r) > 2 else -1 for r in rules], np.int32)
    for name, value in limits.items():
        setattr(p, name, value)
    return p


def judged(verdict):
    """What a checker refuses is a fault of the library."""
    if verdict.violations:
        raise RuntimeError(f"the checker refuses it: {ffi.string(verdict.rule).decode()} at {verdict.row}")
