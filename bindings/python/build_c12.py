# SPDX-License-Identifier: Apache-2.0
"""Build the extension c12._c12 (cffi, API mode): declarations from the real headers, code from the amalgamation.

Run from this folder after `scripts/amalgamate bindings/python/src/c12/core` (`make python` does both)."""
import os
import re
import subprocess

import cffi

CORE = os.path.abspath(os.path.join("src", "c12", "core"))
HEADERS = ["base.h", "bom.h", "mrp.h", "access.h", "buy.h", "stock.h", "sched.h", "route.h", "dispatch.h", "charge.h", "tlm.h", "seal.h", "ts.h", "arrow.h", "spc.h", "ncr.h", "cost.h", "kpi.h", "order.h", "vda.h", "flow.h"]  # what the binding covers; base.h first


# The capsule that hands a stream over ends its life in C, where no interpreter is needed any more.
CAPSULE_CDEF = """
struct ArrowArrayStream *c12py_stream_new(void);
const char *c12py_stream_name(void);
void *c12py_stream_drop(void);
"""
CAPSULE = r"""
#include <stdlib.h>

static const char *c12py_stream_name(void) { return "arrow_array_stream"; }
static struct ArrowArrayStream *c12py_stream_new(void) { return calloc(1, sizeof(struct ArrowArrayStream)); }

static void c12py_drop(PyObject *capsule)
{
    struct ArrowArrayStream *s;
    if (!PyCapsule_IsValid(capsule, c12py_stream_name())) return;
    s = PyCapsule_GetPointer(capsule, c12py_stream_name());
    if (s->release) s->release(s); /* nobody took it */
    free(s);
}

static void *c12py_stream_drop(void) { return (void *)c12py_drop; }
"""


def plain_c(text):
    """A header as cffi's parser wants it: no comments, no preprocessor, the branch a plain C compiler takes."""
    text = re.sub(r"/\*.*?\*/", " ", text, flags=re.S)
    out, taken = [], []
    for line in re.sub(r"\\\n", " ", text).splitlines():
        m = re.match(r"\s*#\s*(\w+)(.*)", line)
        if not m:
            if all(taken):
                out.append(line)
        elif m[1] in ("if", "ifdef", "ifndef"):
            taken.append(m[1] == "ifndef")  # include guards are open; __cplusplus, _WIN32 and __GNUC__ are not defined here
        elif m[1] in ("else", "elif"):
            taken[-1] = not taken[-1] and m[1] == "else"
        elif m[1] == "endif":
            taken.pop()
    return re.sub(r"\b(C12_API|C12_MUST)\b", "", "\n".join(out))


def mbedtls():
    """Is mbedTLS here?  Without it c12.seal says C12_E_UNSUPPORTED."""
    probe = subprocess.run([os.environ.get("CC", "cc"), "-E", "-x", "c", "-"], input=b"#include <mbedtls/gcm.h>\n", capture_output=True)
    return probe.returncode == 0 and os.environ.get("C12_MBEDTLS", "1") != "0"


def main():
    seal = mbedtls()
    ffi = cffi.FFI()
    ffi.cdef("\n".join(plain_c(open(os.path.join(CORE, "c12", h), encoding="utf-8").read()) for h in HEADERS) + CAPSULE_CDEF)
    ffi.set_source("c12._c12", "\n".join(f'#include "c12/{h}"' for h in HEADERS) + CAPSULE, sources=[os.path.join(CORE, f) for f in ("c12_amalgamation.c", "c12_files.c")],
                   include_dirs=[CORE], extra_compile_args=["-std=c11", "-O2", "-ffp-contract=off"],
                   define_macros=[("C12_HAVE_MBEDTLS", None)] if seal else [], libraries=["mbedcrypto"] if seal else [])
    ffi.compile(tmpdir="build", target=os.path.join(os.getcwd(), "src", "c12", "_c12.*"))


if __name__ == "__main__":
    main()
