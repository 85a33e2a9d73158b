# SPDX-License-Identifier: Apache-2.0
"""Telemetry blocks from numpy columns: see c12/tlm.h and docs/guide/telemetry-format.md.

    table = c12.tlm.Table(["x", "torque"])                     # integers; names in the order they shall have
    block = table.encode(time_ms, {"x": x, "torque": torque})  # one robot's rows
    time_ms, columns = table.decode(block)"""
import numpy as np

from ._c12 import ffi, lib
from ._core import call, column, new

LEVELS = {"default": lib.C12_TLM_DEFAULT, "fast": lib.C12_TLM_FAST, "max": lib.C12_TLM_MAX}
CODECS = ("const", "rle", "for", "delta", "delta2", "linq", "bins", "line", "mix")


class Table:
    """Integer columns of one robot beside a time in milliseconds; up to 126 of them, 1 to 65536 rows a block."""

    def __init__(self, names, robot="", schema_id=1):
        self.names, self.robot = list(names), robot.encode()
        paths = [b"robot", b"time"] + [n.encode() for n in self.names]
        n = len(paths)
        self._ids, self._kind, self._places = np.arange(1, n + 1, dtype=np.int32), np.full(n, lib.C12_TLM_INTEGER, np.int32), np.zeros(n, np.int32)
        self._kind[:2], self._places[1] = (lib.C12_TLM_TEXT, lib.C12_TLM_TIME), 3
        self._off, self._path = np.cumsum([0] + [len(p) for p in paths]).astype(np.int64), np.frombuffer(b"".join(paths), np.uint8).copy()
        self._schema = new("c12_tlm_schema", n_fields=n, id=schema_id, robot_field=0, time_field=1, field_id=column(self._ids, np.int32, n, "names"),
                           kind=column(self._kind, np.int32, n, "names"), decimals=column(self._places, np.int32, n, "names"),
                           path_off=column(self._off, np.int64, n + 1, "names"), path=column(self._path, np.uint8, None, "names"))
        call(lib.c12_tlm_schema_check, self._schema)

    def _batch(self, rows, texts, text_bytes):
        dims, size = new("c12_tlm_dims", texts=texts, rows=rows, raw_bytes=0, text_bytes=text_bytes), ffi.new("size_t *")
        call(lib.c12_tlm_batch_bytes, self._schema, dims, size)
        memory, batch = np.zeros(size[0], np.uint8), new("c12_tlm_batch")
        call(lib.c12_tlm_batch_init, batch, (ffi.from_buffer(memory), memory.size), self._schema, dims)
        batch.order = ffi.NULL
        values = np.frombuffer(ffi.buffer(batch.value, 8 * batch.n_columns * batch.cap), np.int64).reshape(batch.n_columns, batch.cap)
        return batch, values, memory

    def encode(self, time, columns, level="default", seq=0):
        """The rows as bytes.  time: int64 milliseconds; columns: {name: integers of the same length}."""
        n = len(time)
        batch, values, _ = self._batch(max(n, 1), 1, max(len(self.robot), 1))
        code, text = ffi.new("int64_t *"), ffi.from_buffer(self.robot)
        call(lib.c12_tlm_intern, batch.dict, (ffi.cast("uint8_t *", text), len(self.robot)), code)
        if set(columns) != set(self.names):
            raise ValueError(f"columns must be {self.names}")
        for row, v in enumerate([time] + [columns[name] for name in self.names], 1):
            v = np.asarray(v)
            if v.dtype.kind not in "iu" or v.shape != (n,):
                raise TypeError("time and columns must be integers, all of one length")
            values[row, :n] = v
        batch.n = n
        out, scratch = np.empty(lib.c12_tlm_block_bound(batch, n), np.uint8), np.empty(lib.c12_tlm_block_scratch(batch, n), np.uint8)
        used, options = ffi.new("size_t *"), new("c12_tlm_block_options", level=LEVELS[level])
        call(lib.c12_tlm_block_encode_with, self._schema, batch, ffi.NULL, n, seq, options, (ffi.from_buffer(out), out.size), used,
             (ffi.from_buffer(scratch), scratch.size))
        return out[:used[0]].tobytes()

    def decode(self, block):
        """(time, {name: int64 column}) of a block that encode wrote with these names."""
        head = new("c12_tlm_head")
        view = (ffi.cast("uint8_t *", ffi.from_buffer(block)), len(block))
        call(lib.c12_tlm_block_head, view, head)
        batch, values, _ = self._batch(head.rows, head.text_bytes + 1, head.text_bytes + 1)
        scratch, used = np.empty(lib.c12_tlm_decode_scratch(head.text_bytes), np.uint8), ffi.new("size_t *")
        call(lib.c12_tlm_block_decode, self._schema, view, batch, used, (ffi.from_buffer(scratch), scratch.size))
        rows = values[:, :batch.n].copy()
        return rows[1], dict(zip(self.names, rows[2:]))

    def columns(self, block):
        """What the directory says without decoding: {name: {codec, bytes, count, min, max, sum}}, "time" among them."""
        cap = 129
        a = {k: np.zeros(cap, t) for k, t in (("codec", np.int32), ("scale", np.int32), ("bytes", np.int64), ("count", np.int64), ("min", np.int64),
                                              ("max", np.int64), ("sum_high", np.int64), ("sum_low", np.uint64))}
        c = new("c12_tlm_columns", cap=cap, **{k: column(v, v.dtype, cap, k) for k, v in a.items()})
        call(lib.c12_tlm_block_columns, self._schema, (ffi.cast("uint8_t *", ffi.from_buffer(block)), len(block)), c)
        return {name: {"codec": CODECS[a["codec"][i]], "bytes": int(a["bytes"][i]), "count": int(a["count"][i]), "min": int(a["min"][i]),
                       "max": int(a["max"][i]), "sum": (int(a["sum_high"][i]) << 64) + int(a["sum_low"][i])}
                for i, name in enumerate(["time"] + self.names, 1)}
