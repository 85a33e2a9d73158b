# SPDX-License-Identifier: Apache-2.0
"""Rows of telemetry files handed over: through the Arrow protocol to a consumer written here, and to numpy."""
import ctypes
import gc
import json
import os
import pathlib
import sys
from decimal import Decimal

import numpy as np
import pytest

import c12
from c12 import telemetry
from test_telemetry import record

ODD = '{"timestamp":"1970-01-01T01:00:00.000Z","robot_id":"r1","odd":1}'


@pytest.fixture
def day(tmp_path):
    g = np.random.default_rng(4)
    rows = [(f"r{i % 3}", 3590000 + 100 * i, round(float(g.normal(0, 30)), 1), int(g.integers(5, 50))) for i in range(900)]
    (tmp_path / "in.jsonl").write_text("\n".join([record(*r) for r in rows] + [ODD]) + "\n")
    assert telemetry.pack(tmp_path / "in.jsonl", tmp_path / "a.c12t") == 901
    return tmp_path / "a.c12t", rows


# ---- the Arrow C structs, from their specification ----------------------------------------------------------------------------
class Schema(ctypes.Structure):
    pass


class Array(ctypes.Structure):
    pass


class Stream(ctypes.Structure):
    pass


def function(struct, *more, result=None):
    return ctypes.CFUNCTYPE(result, ctypes.POINTER(struct), *more)


Schema._fields_ = [("format", ctypes.c_char_p), ("name", ctypes.c_char_p), ("metadata", ctypes.c_void_p), ("flags", ctypes.c_int64), ("n_children", ctypes.c_int64),
                   ("children", ctypes.POINTER(ctypes.POINTER(Schema))), ("dictionary", ctypes.POINTER(Schema)), ("release", function(Schema)), ("private_data", ctypes.c_void_p)]
Array._fields_ = [("length", ctypes.c_int64), ("null_count", ctypes.c_int64), ("offset", ctypes.c_int64), ("n_buffers", ctypes.c_int64), ("n_children", ctypes.c_int64),
                  ("buffers", ctypes.POINTER(ctypes.c_void_p)), ("children", ctypes.POINTER(ctypes.POINTER(Array))), ("dictionary", ctypes.POINTER(Array)),
                  ("release", function(Array)), ("private_data", ctypes.c_void_p)]
Stream._fields_ = [("get_schema", function(Stream, ctypes.POINTER(Schema), result=ctypes.c_int)), ("get_next", function(Stream, ctypes.POINTER(Array), result=ctypes.c_int)),
                   ("get_last_error", function(Stream, result=ctypes.c_char_p)), ("release", function(Stream)), ("private_data", ctypes.c_void_p)]


def cells(schema, array):
    """Values of a column as Python objects."""
    n, kind = array.length, schema.format.decode()

    def buffer(k, ctype, count):
        return np.ctypeslib.as_array(ctypes.cast(array.buffers[k], ctypes.POINTER(ctype)), (count,))

    if schema.dictionary:
        words = cells(schema.dictionary.contents, array.dictionary.contents)
        out = [words[i] if words else None for i in buffer(1, ctypes.c_int32, n)]
    elif kind == "u":
        off = buffer(1, ctypes.c_int32, n + 1)
        out = [ctypes.string_at(array.buffers[2] + int(a), int(b - a)).decode() for a, b in zip(off, off[1:])]
    else:
        out = buffer(1, ctypes.c_double if kind == "g" else ctypes.c_int64, n).tolist()
    if array.null_count:
        bits = np.unpackbits(buffer(0, ctypes.c_uint8, (n + 7) // 8), bitorder="little")
        assert n - bits[:n].sum() == array.null_count
        out = [v if b else None for v, b in zip(out, bits)]
    return out


def consume(thing):
    """All columns of an object with the stream protocol, taken over as a consumer does: the struct is moved out of the capsule."""
    capsule = thing.__arrow_c_stream__()
    get = ctypes.pythonapi.PyCapsule_GetPointer
    get.restype, get.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    theirs = Stream.from_address(get(capsule, b"arrow_array_stream"))
    mine = Stream()
    ctypes.memmove(ctypes.byref(mine), ctypes.byref(theirs), ctypes.sizeof(Stream))
    theirs.release = function(Stream)()
    del capsule
    schema, out = Schema(), {}
    assert mine.get_schema(mine, schema) == 0 and schema.format == b"+s"
    while True:
        array = Array()
        assert mine.get_next(mine, array) == 0, mine.get_last_error(mine)
        if not array.release:
            break
        for k in range(schema.n_children):
            out.setdefault(schema.children[k].contents.name.decode(), []).extend(cells(schema.children[k].contents, array.children[k].contents))
        array.release(array)
    kinds = {schema.children[k].contents.name.decode(): schema.children[k].contents.format.decode() for k in range(schema.n_children)}
    schema.release(schema)
    mine.release(mine)
    return out, kinds


def test_a_consumer_of_the_protocol_gets_every_row(day):
    path, rows = day
    with telemetry.File(path) as f:
        got, kinds = consume(f)
        assert len(kinds) == 37 and kinds["position.x"] == "g" and kinds["timestamp"] == "tsn:UTC" and kinds["robot_id"] == "i" and kinds["diagnostics.network_latency"] == "l"
        back = sorted(zip(got["robot_id"], got["timestamp"], got["position.x"], got["diagnostics.network_latency"]), key=lambda r: (r[0], r[1], r[2] is None))
        want = sorted([(r, 1000000 * t, x, n) for r, t, x, n in rows] + [("r1", 3600000 * 10**6, None, None)], key=lambda r: (r[0], r[1], r[2] is None))
        assert back == want
        assert set(got["diagnostics.camera_status"]) == {'["OK"]', None}
        some = f.rows(["timestamp", "position.x", "robot_id"], start=3600000, end=3620000, robot="r1", texts="utf8", times="ms", decimals="scaled", raw=True)
    with pytest.raises(c12.Error):
        consume(some)  # the file is closed
    with telemetry.File(path) as f:
        got, kinds = consume(f.rows(["timestamp", "position.x", "robot_id"], start=3600000, end=3620000, robot="r1", texts="utf8", times="ms", decimals="scaled", raw=True))
    assert list(kinds.items()) == [("timestamp", "tsm:UTC"), ("position.x", "l"), ("robot_id", "u"), ("raw", "u")]
    want = sorted([(t, round(10 * x), None) for r, t, x, _ in rows if r == "r1" and 3600000 <= t < 3620000] + [(3600000, None, ODD)], key=lambda r: (r[0], r[2] is None))
    assert sorted(zip(got["timestamp"], got["position.x"], got["raw"]), key=lambda r: (r[0], r[2] is None)) == want


def descriptors():
    return len(os.listdir("/proc/self/fd")) if sys.platform == "linux" else 0


def test_what_nobody_takes_is_given_back(day):
    path, _ = day
    with telemetry.File(path) as f:
        before = descriptors()
        capsules = [f.__arrow_c_stream__() for _ in range(20)]
        assert descriptors() == before + 20 * (before > 0)
        batches = f.rows(batch_rows=1).batches()
        x = next(batches)["position.x"]
        first = x[0]
    del capsules, batches
    gc.collect()
    assert descriptors() <= before
    assert x[0] == first and not x.flags.writeable  # the batch lives as long as its columns


def test_numpy_columns(day):
    path, rows = day
    with telemetry.File(path) as f:
        got = f.to_numpy(["robot_id", "timestamp", "position.x", "diagnostics.network_latency"], raw=True, batch_rows=100)
        assert got["timestamp"].dtype == "M8[ns]" and got["position.x"].dtype == float and got["robot_id"].dtype == object
        whole = got["raw"] == None  # noqa: E711
        assert whole.sum() == 900 and got["raw"][~whole][0] == ODD and np.isnan(got["position.x"][~whole][0])
        assert isinstance(got["diagnostics.network_latency"], np.ma.MaskedArray) and got["diagnostics.network_latency"].mask.sum() == 1
        order = np.lexsort((got["robot_id"][whole].astype(str), got["timestamp"][whole]))
        assert (got["position.x"][whole][order] == [r[2] for r in rows]).all() and got["diagnostics.network_latency"].sum() == sum(r[3] for r in rows)
        exact = f.to_numpy(["position.x"], decimals="decimal", robot="r2")["position.x"]
        assert sorted(exact) == sorted(Decimal(str(r[2])) for r in rows if r[0] == "r2")
        two = f.to_numpy(["robot_id", "position.x"], robot=["r0", "r2", "nobody"])
        assert set(two["robot_id"]) == {"r0", "r2"} and sorted(two["position.x"]) == sorted(r[2] for r in rows if r[0] != "r1")
        assert f.to_numpy(["position.x"], robot=[])["position.x"].size == 0
        assert f.to_numpy([]) == {}
        assert f.to_numpy(["position.x"], robot="nobody")["position.x"].size == 0
        with pytest.raises(ValueError):
            f.rows(["no such field"])


def test_packages_that_are_missing_are_named(day, monkeypatch):
    path, _ = day
    for name in ("pyarrow", "pyarrow.parquet", "pandas"):
        monkeypatch.setitem(sys.modules, name, None)
    with telemetry.File(path) as f:
        for call in (f.to_arrow, f.to_pandas, lambda: f.to_parquet("x")):
            with pytest.raises(ImportError, match="pip install"):
                call()


def test_a_damaged_block_is_told(day):
    path, _ = day
    bytes_ = bytearray(path.read_bytes())
    at = 24 + int.from_bytes(bytes_[16:20], "little")
    bytes_[at + 90] ^= 1
    path.write_bytes(bytes_)
    with telemetry.File(path) as f, pytest.raises(OSError, match="CRC"):
        f.to_numpy(["position.x"])


def test_the_guide_runs(day, monkeypatch, capsys):
    """The first block of "Into data frames" in docs/guide/telemetry.md, as it stands there."""
    path, rows = day
    path.rename(path.parent / "day.c12t")
    monkeypatch.chdir(path.parent)
    page = (pathlib.Path(__file__).parents[3] / "docs/guide/telemetry.md").read_text(encoding="utf-8")
    code = page.split("## Into data frames")[1].split("```python")[1].split("```")[0]
    scope = {}
    exec(code, scope)  # noqa: S102
    assert set(scope["columns"]["robot_id"]) == {"r0", "r1"} and len(scope["columns"]["timestamp"]) == 601
    assert len(capsys.readouterr().out.splitlines()) >= 2


def test_few_points_stand_for_many(day):
    path, rows = day
    mine = [(t, x) for r, t, x, _ in rows if r == "r0"]
    with telemetry.File(path) as f:
        time, value = f.downsample("position.x", 50, "r0")
        assert len(time) == 50 and time[0] == mine[0][0] and time[-1] == mine[-1][0] and set(zip(time.tolist(), value.tolist())) <= set(mine)
        time, value = f.downsample("position.x", 50, "r0", method="minmax", start=3600000, end=3640000)
        inside = [x for t, x in mine if 3600000 <= t < 3640000]
        assert value.min() == min(inside) and value.max() == max(inside)
        time, value = f.downsample("position.x", 1000, "r0", method="mean")
        assert list(zip(time.tolist(), value.tolist())) == mine
        with pytest.raises(c12.Error):
            f.downsample("position.x", 2, "r0")


def test_files_are_thinned_joined_and_brought_back(day, tmp_path):
    path, rows = day
    (tmp_path / "more.jsonl").write_text("\n".join(record(f"r{i % 3}", 3680000 + 100 * i, 1.0, 7) for i in range(300)) + "\n")
    assert telemetry.extend(tmp_path / "more.jsonl", path) == 300
    kept, old = telemetry.retain(path, tmp_path / "new.c12t", 3680000, archive=tmp_path / "old.c12t")
    assert (kept, old) == (300, 901)
    with telemetry.File(tmp_path / "old.c12t") as f:
        assert f.info.records == 901
    with telemetry.File(path) as f:
        before = f.to_numpy(["timestamp", "position.x"])
        blocks = f.info.blocks
    telemetry.compact(path, path)
    with telemetry.File(path) as f:
        f.verify()
        after = f.to_numpy(["timestamp", "position.x"])
        assert f.info.blocks < blocks and sorted(before["timestamp"]) == sorted(after["timestamp"])
    telemetry.recover(path)
