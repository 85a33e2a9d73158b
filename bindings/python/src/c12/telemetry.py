# SPDX-License-Identifier: Apache-2.0
"""Telemetry files (.c12t): see c12/ts.h.

    with c12.telemetry.File("day.c12t") as day:
        hours = day.query(["battery_level"], bucket=3600_000)     # numpy columns: robot, start, count, battery_level.mean ...
        last = day.latest()                                       # a dict a robot
        rows = day.rows(["timestamp", "robot_id", "battery_level"], robot="G1-001")
        rows.to_numpy(), rows.to_pandas(), rows.to_parquet("level.parquet")
        polars.DataFrame(rows), duckdb.sql("select * from rows")  # anything that takes the Arrow stream protocol, without a copy"""
import json
import os

import numpy as np

from ._c12 import ffi, lib
from ._core import call, column, new
from ._rows import Rows

LEVELS = {"default": lib.C12_TLM_DEFAULT, "fast": lib.C12_TLM_FAST, "max": lib.C12_TLM_MAX, "plain": lib.C12_TLM_PLAIN}


def _path(path):
    return ffi.new("char[]", os.fsencode(path))


def _key(key):
    """A view of the key's 32 bytes; None is no key.  What it points to lives as long as the view."""
    return (ffi.NULL, 0) if key is None else (ffi.from_buffer("uint8_t[]", bytes(key)), len(key))


def pack(lines, path, level="default", keep_order=False, key=None, precision=None):
    """JSON lines of the factory's record to a telemetry file, sealed with the 32 bytes of key; returns how many records.

    precision: {field: step as text or number}, such as {"position.x": "0.05", "*": 0.1}: values are rounded to multiples of it, "*" names all decimals."""
    view, steps = _key(key), ffi.NULL
    if precision:
        steps = ffi.new("char[]", ",".join(f"{field}={step}" for field, step in precision.items()).encode())
    info, options = new("c12io_ts_info"), new("c12io_ts_options", level=LEVELS[level], keep_order=int(keep_order), key=view, precision=steps)
    call(lib.c12io_ts_pack, _path(lines), _path(path), options, ffi.NULL, info)
    return info.records


def extend(lines, path, key=None):
    """JSON lines appended in place, all or none; returns how many rows joined the file."""
    rows, view = ffi.new("int64_t *"), _key(key)
    call(lib.c12io_ts_extend, _path(lines), _path(path), new("c12io_ts_options", key=view), ffi.NULL, rows)
    return rows[0]


def salvage(bad, good, key=None):
    """Every intact block of a damaged file to a new one; returns what was saved and lost."""
    told = new("c12io_ts_salvaged")
    call(lib.c12io_ts_salvage_sealed, _path(bad), _path(good), _key(key), ffi.NULL, told)
    return {k: getattr(told, k) for k in ("records", "records_lost", "blocks", "gaps", "bytes_lost")} | {"head_lost": bool(told.head_lost)}


def retain(path, to, cutoff, archive=None):
    """Blocks with rows at or behind `cutoff` (milliseconds) to `to`, which may be `path`, the others to `archive` or nowhere; returns (rows kept, rows archived or dropped)."""
    kept, old = ffi.new("int64_t *"), ffi.new("int64_t *")
    call(lib.c12io_ts_retain, _path(path), _path(to), ffi.NULL if archive is None else _path(archive), cutoff, ffi.NULL, kept, old)
    return kept[0], old[0]


def compact(path, to, level="default"):
    """The same rows in full blocks, robot after robot; `to` may be `path`."""
    call(lib.c12io_ts_compact, _path(path), _path(to), new("c12io_ts_options", level=LEVELS[level]), ffi.NULL)


def recover(path):
    """Bring back what a writer left that was interrupted."""
    handle = ffi.new("c12io_ts **")
    call(lib.c12io_ts_continue, handle, _path(path), ffi.NULL, ffi.NULL)
    call(lib.c12io_ts_close, handle[0])


class File:
    """A file open for reading."""

    _t = None

    def __init__(self, path, key=None):
        handle = ffi.new("c12io_ts **")
        call(lib.c12io_ts_open_sealed, handle, _path(path), _key(key), ffi.NULL)
        self._t, self._schema, self.info = handle[0], new("c12_tlm_schema"), new("c12io_ts_info")
        call(lib.c12io_ts_schema, self._t, self._schema)
        call(lib.c12io_ts_stat, self._t, self.info)
        s = self._schema
        text, off = bytes(ffi.buffer(s.path, s.path_off[s.n_fields])), [s.path_off[i] for i in range(s.n_fields + 1)]
        self.fields = [text[a:b].decode() for a, b in zip(off, off[1:])]
        self.robots = [self._robot(i) for i in range(self.info.robots)]

    def _robot(self, i):
        view = ffi.new("c12_view *")
        call(lib.c12io_ts_robot_name, self._t, i, view)
        return bytes(ffi.buffer(view.ptr, view.size)).decode()

    def _handle(self):
        return self._t or ffi.NULL

    def close(self):
        if self._t:
            lib.c12io_ts_destroy(self._t)
            self._t = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def __del__(self):
        self.close()

    def verify(self):
        """Every block decoded, the index compared with them; raises Error."""
        call(lib.c12io_ts_verify, self._t)

    def query(self, fields, start=0, end=0, robot=None, bucket=0, together=False):
        """Groups by robot and bucket of time as numpy columns: robot (a number for .robots, -1 when together), start, count, and for each field
        .min .max .first .last .sum .mean as floats.  Times and bucket in milliseconds, end not included; start = end = 0: all; bucket 0: one."""
        n, cap, number = len(fields), 1024, np.array([self.fields.index(f) for f in fields], np.int32)
        name = robot.encode() if robot is not None else None
        text = ffi.from_buffer(name) if name else ffi.new("char[1]")
        ask = new("c12io_ts_question", n_fields=n, bucket=bucket, together=int(together), field=column(number, np.int32, n, "fields"),
                  robot=ffi.NULL if robot is None else ffi.cast("uint8_t *", text), robot_size=len(name or b""))
        setattr(ask, "from", start)
        ask.to = end
        while True:
            a = {k: np.zeros(cap, t) for k, t in (("robot", np.int32), ("start", np.int64), ("count", np.int64))}
            v = {k: np.zeros((max(n, 1), cap), np.uint64 if k == "sum_low" else np.int64) for k in ("min", "max", "first", "last", "sum_high", "sum_low")}
            scale = np.zeros(max(n, 1), np.int32)
            out = new("c12io_ts_answer", cap=cap, scale=column(scale, np.int32, n, "scale"), **{k: column(x, x.dtype, cap, k) for k, x in (a | v).items()})
            try:
                call(lib.c12io_ts_query, self._t, ask, out)
                break
            except Exception as e:
                if getattr(e, "status", None) != "C12_E_SPACE":
                    raise
                cap = out.n
        got = {k: x[:out.n] for k, x in a.items()}
        for k, field in enumerate(fields):
            unit = 10.0 ** -scale[k]
            for what in ("min", "max", "first", "last"):
                got[f"{field}.{what}"] = v[what][k, :out.n] * unit
            exact = [(int(h) << 64) + int(low) for h, low in zip(v["sum_high"][k, :out.n], v["sum_low"][k, :out.n])]
            got[f"{field}.sum"] = np.array([s / 10 ** int(scale[k]) for s in exact])
            got[f"{field}.mean"] = np.array([s / (10 ** int(scale[k]) * int(c)) for s, c in zip(exact, got["count"])])
        return got

    def downsample(self, field, points, robot, start=0, end=0, method="lttb"):
        """One robot's column in few points: (milliseconds, values as floats).  method: lttb (largest triangles), minmax or mean."""
        how = {"lttb": lib.C12IO_TS_LTTB, "minmax": lib.C12IO_TS_MINMAX, "mean": lib.C12IO_TS_MEAN}[method]
        number, name, cap = np.array([self.fields.index(field)], np.int32), robot.encode(), max(points, 1)
        text = ffi.from_buffer(name) if name else ffi.new("char[1]")
        ask = new("c12io_ts_question", n_fields=1, field=column(number, np.int32, 1, "field"), robot=ffi.cast("uint8_t *", text), robot_size=len(name), to=end)
        setattr(ask, "from", start)
        time, value = np.zeros(cap, np.int64), np.zeros(cap, np.int64)
        out = new("c12io_ts_points", cap=points, time=column(time, np.int64, cap, "time"), value=column(value, np.int64, cap, "value"))
        call(lib.c12io_ts_downsample, self._t, ask, how, out)
        return time[:out.n], value[:out.n] / 10.0 ** out.scale

    def rows(self, fields=None, start=0, end=0, robot=None, by_time=False, batch_rows=0, decimals="float", texts="dictionary", times="ns", raw=False):
        """Rows to hand over: all fields or those named, of all times or start .. end (milliseconds, end not included), of all robots, one or a list of them.  The
        object offers the Arrow stream protocol and goes on when the file was closed; see c12/arrow.h for the order of rows.

        decimals: "float", "scaled" (int64, scale in the field's metadata) or "decimal"; texts: "dictionary" or "utf8"; times: "ns" or "ms"; raw: one more
        column with the line of rows that are kept as their line, which are null in all others but robot and time."""
        return Rows(self, fields, start, end, robot, by_time, batch_rows, decimals, texts, times, raw)

    def __arrow_c_stream__(self, requested_schema=None):
        return self.rows().__arrow_c_stream__(requested_schema)

    def to_numpy(self, *args, **kwargs):
        """rows(...).to_numpy()"""
        return self.rows(*args, **kwargs).to_numpy()

    def to_arrow(self, *args, **kwargs):
        """rows(...).to_arrow()"""
        return self.rows(*args, **kwargs).to_arrow()

    def to_pandas(self, *args, **kwargs):
        """rows(...).to_pandas()"""
        return self.rows(*args, **kwargs).to_pandas()

    def to_parquet(self, path, *args, **kwargs):
        """rows(...).to_parquet(path)"""
        return self.rows(*args, **kwargs).to_parquet(path)

    def latest(self):
        """The last record of each robot as dicts, robots in the order of their ids."""
        size, rows, used = ffi.new("size_t *"), ffi.new("int64_t *"), ffi.new("size_t *")
        dims = new("c12_tlm_dims", texts=64 + 64 * self.info.robots, rows=max(1, self.info.robots), raw_bytes=1 << 24, text_bytes=(1 << 20) + 4096 * self.info.robots)
        call(lib.c12_tlm_batch_bytes, self._schema, dims, size)
        memory, batch = np.zeros(size[0], np.uint8), new("c12_tlm_batch")
        call(lib.c12_tlm_batch_init, batch, (ffi.from_buffer(memory), memory.size), self._schema, dims)
        batch.order = ffi.NULL
        call(lib.c12io_ts_latest, self._t, batch, rows)
        room = np.empty(4096 + 8192 * self.info.robots + batch.raw_size, np.uint8)
        call(lib.c12_tlm_print, self._schema, batch, 0, batch.n, (ffi.from_buffer(room), room.size), used)
        return [json.loads(line) for line in room[:used[0]].tobytes().splitlines()]
