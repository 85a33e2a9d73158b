# SPDX-License-Identifier: Apache-2.0
"""Rows of a telemetry file for data frames: the Arrow stream protocol, numpy, and what pyarrow makes of it where it is installed."""
import ctypes
import importlib

import numpy as np

from ._c12 import ffi, lib
from ._core import call, column, new

DECIMALS = {"float": lib.C12IO_ARROW_FLOAT, "scaled": lib.C12IO_ARROW_SCALED, "decimal": lib.C12IO_ARROW_DECIMAL}
TEXTS = {"dictionary": lib.C12IO_ARROW_DICTIONARY, "utf8": lib.C12IO_ARROW_UTF8}
TIMES = {"ns": lib.C12IO_ARROW_NS, "ms": lib.C12IO_ARROW_MS}

_capsule = ctypes.pythonapi.PyCapsule_New
_capsule.restype, _capsule.argtypes = ctypes.py_object, (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)


def _address(pointer):
    return int(ffi.cast("uintptr_t", pointer))


def _package(what, name):
    """A package this one does without; those who ask for what it makes must have it."""
    try:
        return importlib.import_module(name)
    except ImportError as e:
        package = name.split(".")[0]
        raise ImportError(f"{what} needs {package} (pip install {package}); to_numpy does without, and so does whatever takes the Arrow stream protocol") from e


class _Memory:
    """numpy's view of a column; it keeps the batch."""

    def __init__(self, owner, pointer, count, kind):
        self.owner = owner
        self.__array_interface__ = {"data": (_address(pointer), True), "shape": (count,), "typestr": np.dtype(kind).str, "version": 3}


def _view(owner, pointer, count, kind):
    return np.asarray(_Memory(owner, pointer, count, kind)) if count else np.zeros(0, kind)


def _let_go(struct):
    if struct.release:
        struct.release(struct)


def _texts(owner, array):
    """All texts of a utf8 array as objects."""
    off = _view(owner, array.buffers[1], array.length + 1, np.int32)
    text = bytes(ffi.buffer(ffi.cast("char *", array.buffers[2]), int(off[-1]))) if off[-1] else b""
    out = np.empty(array.length, object)
    out[:] = [text[a:b].decode() for a, b in zip(off, off[1:])]
    return out


def _column(owner, schema, array):
    """Values of one column of a batch, and which are null (None = none is)."""
    n, kind, nulls = array.length, ffi.string(schema.format).decode(), None
    if array.null_count:
        nulls = np.unpackbits(_view(owner, array.buffers[0], (n + 7) // 8, np.uint8), bitorder="little")[:n] == 0
    if schema.dictionary:
        codes, words = _view(owner, array.buffers[1], n, np.int32), _texts(owner, array.dictionary)
        return words[codes] if len(words) else np.full(n, None, object), nulls
    if kind == "u":
        return _texts(owner, array), nulls
    if kind.startswith("d:"):
        from decimal import Decimal
        out = np.empty(n, object)
        scale = int(kind.split(",")[1])
        out[:] = [Decimal(int(v)).scaleb(-scale) for v in _view(owner, array.buffers[1], 2 * n, np.int64)[::2]]
        return out, nulls
    return _view(owner, array.buffers[1], n, {"g": np.float64, "l": np.int64, "tsn:UTC": "M8[ns]", "tsm:UTC": "M8[ms]"}[kind]), nulls


def _with_nulls(values, nulls):
    """NaN, NaT or None where there is nothing; integers, which have no such value, in a masked array."""
    if nulls is None:
        return values
    if values.dtype == np.int64:
        return np.ma.MaskedArray(values, nulls)
    values = values.copy()
    values[nulls] = {"f": np.nan, "M": np.datetime64("NaT"), "O": None}[values.dtype.kind]
    return values


class Rows:
    """A choice of rows and columns of a file: File.rows makes it.  Each use reads the file anew."""

    def __init__(self, file, fields, start, end, robot, by_time, batch_rows, decimals, texts, times, raw):
        self._file, self.fields = file, list(file.fields if fields is None else fields)
        self._number = np.array([file.fields.index(f) for f in self.fields] or [0], np.int32)
        names = [robot] if isinstance(robot, str) else robot or []
        self._robot = np.array([file.robots.index(r) for r in names if r in file.robots] or [0], np.int32)  # a robot the file does not know has no rows
        self._range = new("c12io_ts_range", order=lib.C12IO_TS_BY_TIME if by_time else lib.C12IO_TS_AS_WRITTEN, to=end)
        setattr(self._range, "from", start)
        self._options = new("c12io_ts_arrow_options", n_fields=len(self.fields), field=column(self._number, np.int32, None, "fields"), batch_rows=batch_rows,
                            decimals=DECIMALS[decimals], texts=TEXTS[texts], times=TIMES[times], raw=int(raw), n_robots=sum(r in file.robots for r in names),
                            robot=ffi.NULL if robot is None else column(self._robot, np.int32, None, "robot"))

    def _open(self, stream):
        call(lib.c12io_ts_arrow, self._file._handle(), self._range, self._options, stream)

    def __arrow_c_stream__(self, requested_schema=None):
        """A capsule named arrow_array_stream (the Arrow PyCapsule interface); columns come as they are, whatever schema is requested."""
        stream = lib.c12py_stream_new()
        if not stream:
            raise MemoryError
        capsule = _capsule(_address(stream), _address(lib.c12py_stream_name()), _address(lib.c12py_stream_drop()))
        self._open(stream)
        return capsule

    def batches(self):
        """Batches as dicts of numpy columns by field, the raw lines as "raw".  Numbers and times without nulls are views of the batch, read-only, which live as
        long as they are used; nulls are NaN, NaT or None, and in integers masked."""
        stream, schema = ffi.gc(ffi.new("struct ArrowArrayStream *"), _let_go), ffi.gc(ffi.new("struct ArrowSchema *"), _let_go)
        self._open(stream)
        self._must(stream, stream.get_schema(stream, schema))
        while True:
            batch = ffi.gc(ffi.new("struct ArrowArray *"), _let_go)
            self._must(stream, stream.get_next(stream, batch))
            if not batch.release:
                return
            kids = [(schema.children[k], batch.children[k]) for k in range(batch.n_children)]
            yield {ffi.string(s.name).decode(): _with_nulls(*_column(batch, s, a)) for s, a in kids}

    @staticmethod
    def _must(stream, errno):
        if errno:
            said = stream.get_last_error(stream)
            raise OSError(errno, ffi.string(said).decode(errors="replace").strip() if said else "the stream failed")

    def to_numpy(self):
        """All rows as one numpy column a field."""
        parts = list(self.batches())
        names = self.fields + ["raw"] * self._options.raw
        join = {name: np.ma.concatenate if any(np.ma.isMaskedArray(p[name]) for p in parts) else np.concatenate for name in names}
        return {name: join[name]([p[name] for p in parts]) if parts else np.zeros(0) for name in names}

    def to_arrow(self):
        """A pyarrow.Table over the same memory."""
        return _package("to_arrow", "pyarrow").RecordBatchReader.from_stream(self).read_all()

    def to_pandas(self):
        """A pandas.DataFrame; texts are categories unless texts="utf8" was asked for."""
        _package("to_pandas", "pandas")
        return self.to_arrow().to_pandas()

    def to_parquet(self, path, group_rows=1 << 17, **options):
        """A Parquet file, a row group of some group_rows rows in memory at a time; options are those of pyarrow.parquet.ParquetWriter.  Returns how many rows."""
        arrow, parquet, rows = _package("to_parquet", "pyarrow"), _package("to_parquet", "pyarrow.parquet"), 0
        reader, held = arrow.RecordBatchReader.from_stream(self), []
        with parquet.ParquetWriter(path, reader.schema, **options) as out:
            def write():
                out.write_table(arrow.Table.from_batches(held, reader.schema).unify_dictionaries())
                held.clear()

            for batch in reader:
                held.append(batch)
                rows += batch.num_rows
                if sum(b.num_rows for b in held) >= group_rows:
                    write()
            if held:
                write()
        return rows
