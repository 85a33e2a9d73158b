# SPDX-License-Identifier: Apache-2.0
"""Finite-capacity scheduling: see c12/sched.h for what each column means."""
import time as _time
from math import isqrt

import numpy as np

from ._c12 import ffi, lib
from ._core import call, column, new

OUTCOMES = ("unknown", "optimal", "feasible", "infeasible")


@ffi.callback("c12_ns(void *)")
def _now(_user):
    return _time.monotonic_ns()


class Plan:
    """start, end (int64) and mode (int32) of every operation; objective, bound, outcome, work."""

    def __init__(self, n_ops):
        self.start, self.end, self.mode = np.zeros(n_ops, np.int64), np.zeros(n_ops, np.int64), np.zeros(n_ops, np.int32)
        self.objective = self.bound = self.work = 0
        self.outcome = "unknown"

    def _c(self):
        return new("c12_sched_plan", op_start=column(self.start, np.int64, None, "start"), op_end=column(self.end, np.int64, None, "end"),
                   op_mode=column(self.mode, np.int32, None, "mode"))


class Shop:
    """Jobs, operations and their modes; optional columns as in c12_sched_problem.  Arrays are borrowed, never copied."""

    # type and least length; that of rows behind offsets is in the last offset
    OPTIONAL = {"job_release": (np.int64, "jobs"), "job_due": (np.int64, "jobs"), "job_weight": (np.int64, "jobs"), "op_ready": (np.int64, "ops"),
                "op_family": (np.int32, "ops"), "setup": (np.int64, "pairs"), "break_off": (np.int64, "machines + 1"), "break_from": (np.int64, "breaks"),
                "break_to": (np.int64, "breaks"), "op_resumable": (np.uint8, "ops"), "op_pred_off": (np.int64, "ops + 1"), "op_pred": (np.int64, "preds"),
                "fixed_start": (np.int64, "ops"), "fixed_mode": (np.int32, "ops")}

    def __init__(self, n_machines, op_off, mode_off, mode_machine, mode_ticks, goal=0, **optional):
        self.n_jobs, self.n_ops = len(op_off) - 1, len(mode_off) - 1
        modes, preds, breaks = int(mode_off[-1]), self._last(optional, "op_pred_off"), self._last(optional, "break_off")
        families = isqrt(len(optional["setup"])) if optional.get("setup") is not None else 0
        sizes = {"jobs": self.n_jobs, "ops": self.n_ops, "ops + 1": self.n_ops + 1, "machines + 1": n_machines + 1, "pairs": families**2, "preds": preds, "breaks": breaks}
        if self.n_jobs < 0 or self.n_ops < int(op_off[-1]):
            raise ValueError("op_off and mode_off do not fit together")
        self.columns = (op_off, mode_off, mode_machine, mode_ticks, optional)
        self.c = new("c12_sched_problem", n_jobs=self.n_jobs, n_machines=n_machines, n_families=families, op_off=column(op_off, np.int64, None, "op_off"),
                     mode_off=column(mode_off, np.int64, None, "mode_off"), mode_machine=column(mode_machine, np.int32, modes, "mode_machine"),
                     mode_ticks=column(mode_ticks, np.int64, modes, "mode_ticks"))
        for name, array in optional.items():
            dtype, rows = self.OPTIONAL[name]
            setattr(self.c, name, column(array, dtype, sizes[rows], name))
        self.options = new("c12_sched_options", goal=goal)
        self.dims = new("c12_sched_dims", jobs=self.n_jobs, ops=self.n_ops, modes=modes, machines=n_machines, families=families, preds=preds, breaks=breaks)

    @staticmethod
    def _last(optional, name):
        return int(optional[name][-1]) if optional.get(name) is not None and len(optional[name]) else 0

    @classmethod
    def read(cls, text):
        """From the usual texts of job shops and flexible job shops (bytes)."""
        dims, view = new("c12_sched_dims"), {"ptr": ffi.from_buffer("uint8_t[]", text), "size": len(text)}
        call(lib.c12_sched_scan_text, view, lib.C12_SCHED_AUTO, dims)
        op_off, mode_off = np.zeros(dims.jobs + 1, np.int64), np.zeros(dims.ops + 1, np.int64)
        machine, ticks = np.zeros(dims.modes, np.int32), np.zeros(dims.modes, np.int64)
        call(lib.c12_sched_read_text, view, lib.C12_SCHED_AUTO, dims, column(op_off, np.int64, None, ""), column(mode_off, np.int64, None, ""),
             column(machine, np.int32, None, ""), column(ticks, np.int64, None, ""))
        return cls(dims.machines, op_off, mode_off, machine, ticks)

    def solve(self, work=0, seconds=0.0, seed=1, target=0):
        """A plan within `work` units (same bits everywhere) or `seconds`."""
        handle, plan, info = ffi.new("c12_sched **"), Plan(self.n_ops), new("c12_info")
        host = new("c12_host", now=_now)
        budget = new("c12_budget", seed=seed, work_limit=work, time_limit=int(seconds * 1e9), target=target)
        call(lib.c12_sched_create, handle, self.dims, self.options, host)
        try:
            call(lib.c12_sched_load, handle[0], self.c)
            call(lib.c12_sched_solve, handle[0], 0, budget, plan._c(), info)
        finally:
            lib.c12_sched_destroy(handle[0])
        plan.objective, plan.bound, plan.work, plan.outcome = info.objective, info.bound, info.work, OUTCOMES[info.outcome]
        return plan

    def check(self, plan):
        """(violations, first broken rule or None) by the independent checker."""
        verdict = new("c12_verdict")
        call(lib.c12_sched_check, self.c, plan._c(), self.options, verdict)
        return verdict.violations, ffi.string(verdict.rule).decode() if verdict.rule else None
