# SPDX-License-Identifier: Apache-2.0
"""libc12 for Python: numpy columns in, numpy columns out, nothing copied on the way in."""
from ._core import CycleError, Error, version
from . import bom, sched

__all__ = ["CycleError", "Error", "bom", "sched", "version"]
