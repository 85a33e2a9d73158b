# SPDX-License-Identifier: Apache-2.0
"""What all rooms share: errors, structs and columns."""
import numpy as np

from ._c12 import ffi, lib


class Error(Exception):
    """A call failed: status name, sentence, column, row, value, and `text` with every fault found."""

    def __init__(self, status, err, text):
        self.status = ffi.string(lib.c12_status_name(status)).decode()
        self.what = ffi.string(err.what).decode() if err.what else ""
        self.field = ffi.string(err.field).decode() if err.field else None
        self.row, self.value, self.text = err.row, err.value, text
        where = f" in {self.field}[{self.row}]" if self.field else ""
        super().__init__(f"{self.status}: {self.what}{where} (value {self.value})")


class CycleError(Error):
    """A bill of materials or a precedence graph runs in a circle through `row`."""


def new(ctype, **fields):
    """A growable struct with struct_size set."""
    s = ffi.new(f"{ctype} *")
    s.struct_size = ffi.sizeof(ctype)
    for name, value in fields.items():
        setattr(s, name, value)
    return s


def call(function, *args):
    """Call with an error as last argument; a failure is raised."""
    text = ffi.new("char[16384]")
    err = new("c12_error", text=text, text_cap=16384)
    status = function(*args, err)
    if status:
        kind = CycleError if status == lib.C12_E_CYCLE else Error
        raise kind(status, err, ffi.string(text).decode(errors="replace"))


def column(array, dtype, size, name):
    """The array's own memory as a pointer: dtype, length and contiguity must fit, since nothing is converted or copied."""
    if array is None:
        return ffi.NULL
    if not isinstance(array, np.ndarray) or array.dtype != np.dtype(dtype) or not array.flags.c_contiguous:
        raise TypeError(f"{name} must be a contiguous numpy array of {np.dtype(dtype)}")
    if size is not None and array.size < size:
        raise ValueError(f"{name} has {array.size} rows, {size} needed")
    return ffi.cast(f"{np.dtype(dtype)}_t *", ffi.from_buffer(array))


def version():
    """(major, minor, patch) of the library that is loaded."""
    v = lib.c12_version()
    return v >> 16, v >> 8 & 255, v & 255
