# SPDX-License-Identifier: Apache-2.0
"""Radio links of telemetry: records in, frames out, and back; see c12/tlm.h for what a KEY, a DELTA and a PLAIN frame are.

    robot, plant = Sender(key=key, name="G1-037"), Receiver(key=key, name="G1-037")   # sealed: c12.seal.Refused for what is not this robot's

With a key every frame is sealed by itself (c12/seal.h, links) and none passes that is not; so are NACKs, under the name and " nack"."""
import numpy as np

from . import seal
from ._c12 import ffi, lib
from ._core import call, new


def _builtin():
    schema = new("c12_tlm_schema")
    call(lib.c12_tlm_builtin, schema)
    return schema


SCHEMA = _builtin()  # the factory's own record
_PATHS = [ffi.buffer(SCHEMA.path + SCHEMA.path_off[f], SCHEMA.path_off[f + 1] - SCHEMA.path_off[f])[:].decode() for f in range(SCHEMA.n_fields)]


class Records:
    """Rows of the built-in record as columns, with room for `rows` of them."""

    def __init__(self, rows, texts=4096, text_bytes=1 << 18, raw_bytes=1 << 18):
        dims, size = new("c12_tlm_dims", rows=max(int(rows), 1), texts=texts, text_bytes=text_bytes, raw_bytes=raw_bytes), ffi.new("size_t *")
        call(lib.c12_tlm_batch_bytes, SCHEMA, dims, size)
        self._memory, self.c = ffi.new("uint8_t[]", size[0]), new("c12_tlm_batch")
        call(lib.c12_tlm_batch_init, self.c, (self._memory, size[0]), SCHEMA, dims)

    def __len__(self):
        return self.c.n

    def column(self, path):
        """(int64 values, decimals) of a number, milliseconds of a time, or a list of texts.  Numbers are copies: value / 10**decimals."""
        f = _PATHS.index(path)
        at = self.c.value + f * self.c.cap
        values = np.frombuffer(ffi.buffer(at, 8 * self.c.n), np.int64).copy() if self.c.n else np.zeros(0, np.int64)
        if SCHEMA.kind[f] in (lib.C12_TLM_TEXT, lib.C12_TLM_LIST):
            d = self.c.dict
            return [ffi.buffer(d.bytes + d.off[k], d.off[k + 1] - d.off[k])[:].decode() for k in values]
        return values if SCHEMA.kind[f] == lib.C12_TLM_TIME else (values, self.c.scale[f])

    def lines(self):
        """The rows as JSON lines: bytes."""
        used, room = ffi.new("size_t *"), 1024 * len(self) + self.c.raw_size + 64
        while True:
            out = ffi.new("uint8_t[]", room)
            err = new("c12_error")
            status = lib.c12_tlm_print(SCHEMA, self.c, 0, len(self), (out, room), used, err)
            if status == lib.C12_E_SPACE:
                room = err.value
                continue
            if status:
                call(lib.c12_tlm_print, SCHEMA, self.c, 0, len(self), (out, room), used)
            return ffi.buffer(out, used[0])[:]


def parse(lines):
    """JSON lines (bytes) of one robot or many as Records."""
    rows = Records(lines.count(b"\n") + 1, text_bytes=len(lines) + 64, raw_bytes=len(lines) + 64)
    used = ffi.new("size_t *")
    call(lib.c12_tlm_parse, SCHEMA, (ffi.from_buffer("uint8_t[]", lines), len(lines)), rows.c, used)
    return rows


class _End:
    def __init__(self, sender, options):
        self._plan = new("c12_tlm_wire_plan")
        call(lib.c12_tlm_wire_builtin, self._plan)
        self._options = new("c12_tlm_wire_options", plan=self._plan, **options)
        size = ffi.new("size_t *")
        call(lib.c12_tlm_wire_bytes, SCHEMA, self._options, *((size, ffi.NULL) if sender else (ffi.NULL, size)))
        self.size = size[0]  # bytes of the end's whole state
        self._memory = ffi.new("uint8_t[]", self.size)
        self.c = ffi.new("c12_tlm_sender **" if sender else "c12_tlm_receiver **")
        call(lib.c12_tlm_sender_init if sender else lib.c12_tlm_receiver_init, self.c, (self._memory, self.size), SCHEMA, self._options)


class Sender(_End):
    """A robot's end.  options: key_ms, key_records, ordered, batch, mtu, text_bytes, period_ms; both ends take the same.  With a key of 32 bytes frames
    are sealed with tags of 12 or 16 bytes; epoch rises with every Sender of that name, None = the clock's nanoseconds."""

    def __init__(self, key=None, name="", epoch=None, tag=0, **options):
        super().__init__(True, options)
        self._talker = seal.Talker(key, name, epoch, tag) if key else None
        self._hearer = seal.Hearer(key, name + " nack", 0, tag) if key else None

    def push(self, records, first=0, count=None):
        """Frames (bytes, one after another) of count rows from first on."""
        count = len(records) - first if count is None else count
        used, done, out = ffi.new("size_t *"), ffi.new("int64_t *"), b""
        room = ffi.new("uint8_t[]", 1 << 18)
        while count > 0:
            call(lib.c12_tlm_sender_push, self.c[0], records.c, first, count, (room, 1 << 18), used, done, ffi.NULL)
            out += ffi.buffer(room, used[0])[:]
            first, count = first + done[0], count - done[0]
        return self._talker.close(out) if self._talker else out

    def answer(self, nack):
        """A receiver's NACK: when it names the KEY in use, the next record goes as a KEY."""
        if self._hearer:
            nack = self._hearer.open(nack)
        call(lib.c12_tlm_sender_answer, self.c[0], (ffi.from_buffer("uint8_t[]", nack), len(nack)))


class Receiver(_End):
    """The plant's end.  Counts of what came: keys, deltas, plain, keyless, records; seq of the last record, missing_key or -1.  With a key it takes sealed
    frames of the sender of that name and no others; least: sessions of a lower epoch are refused, .epoch is the one to keep for that."""

    def __init__(self, key=None, name="", least=0, tag=0, **options):
        super().__init__(False, options)
        self._hearer = seal.Hearer(key, name, least, tag) if key else None
        self._talker = seal.Talker(key, name + " nack", None, tag) if key else None
        self.report = new("c12_tlm_wire_report", missing_key=-1)

    def __getattr__(self, name):
        if name in ("keys", "deltas", "plain", "keyless", "records", "seq", "missing_key"):
            return getattr(self.report, name)
        raise AttributeError(name)

    @property
    def epoch(self):
        return self._hearer.epoch if self._hearer else 0

    def pull(self, frames, rows=None):
        """Records of whole frames, for example a datagram.  A damaged one raises Error; rows: the most records frames can hold, if known."""
        if self._hearer:
            frames = self._hearer.open(frames)
        out, used = Records(rows or len(frames) // 4 + 1, text_bytes=4 * len(frames) + 65536, raw_bytes=len(frames) + 64), ffi.new("size_t *")
        call(lib.c12_tlm_receiver_pull, self.c[0], (ffi.from_buffer("uint8_t[]", frames), len(frames)), out.c, used, self.report)
        if used[0] < len(frames):
            raise ValueError(f"only {used[0]} of {len(frames)} bytes fit {len(out)} rows")
        return out

    def nack(self):
        """The NACK to send back, or b"" when no KEY is missing."""
        room, used = ffi.new("uint8_t[]", 16), ffi.new("size_t *")
        call(lib.c12_tlm_receiver_nack, self.c[0], (room, 16), used)
        ask = ffi.buffer(room, used[0])[:]
        return self._talker.close(ask) if self._talker and ask else ask
