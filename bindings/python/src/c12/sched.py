# SPDX-License-Identifier: Apache-2.0
"""Finite-capacity scheduling: see c12/sched.h for what each column means."""
import time as _time

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


TERMS = ("makespan", "tardiness", "max_tardiness", "late", "setup", "flow", "wip", "moved", "preference")


class Shop:
    """Jobs, operations and their modes; optional columns as in c12_sched_problem.  Arrays are borrowed, never copied.

    goal is C12_SCHED_*, or terms a list of names of TERMS or of (name, weight): their weighted sum, or with ordered=True one after the other."""

    COLUMNS = {  # dtype and how many rows
        "job_release": ("int64", "jobs"), "job_due": ("int64", "jobs"), "job_weight": ("int64", "jobs"), "op_ready": ("int64", "ops"),
        "op_family": ("int32", "ops"), "setup": ("int64", "setup"), "break_off": ("int64", "machines1"), "break_from": ("int64", "breaks"), "break_to": ("int64", "breaks"),
        "op_resumable": ("uint8", "ops"), "op_pred_off": ("int64", "ops1"), "op_pred": ("int64", "preds"), "fixed_start": ("int64", "ops"), "fixed_mode": ("int32", "ops"),
        "fixed_end": ("int64", "ops"), "op_gone": ("uint8", "ops"),
        "machine_speed": ("int32", "machines"), "setup_breaks": ("uint8", "machines"), "machine_batch": ("int32", "machines"), "op_places": ("int32", "ops"),
        "mode_cost": ("int64", "modes"), "wait_min": ("int64", "ops"), "wait_max": ("int64", "ops"), "op_lots": ("int32", "ops"), "op_holds": ("uint8", "ops"),
        "op_buffer": ("int32", "ops"), "buffer_places": ("int32", "buffers"), "need_off": ("int64", "ops1"), "need_resource": ("int32", "needs"),
        "need_units": ("int32", "needs"), "level_off": ("int64", "resources1"), "level_from": ("int64", "levels"), "level_units": ("int32", "levels"),
        "prior_start": ("int64", "ops"), "prior_mode": ("int32", "ops")}

    def __init__(self, n_machines, op_off, mode_off, mode_machine, mode_ticks, goal=0, terms=None, ordered=False, **optional):
        self.n_jobs, self.n_ops = len(op_off) - 1, len(mode_off) - 1
        modes = int(mode_off[-1])
        if self.n_jobs < 0 or self.n_ops < int(op_off[-1]):
            raise ValueError("op_off and mode_off do not fit together")
        self.columns = (op_off, mode_off, mode_machine, mode_ticks, optional)
        self.c = new("c12_sched_problem", n_jobs=self.n_jobs, n_machines=n_machines, op_off=column(op_off, np.int64, None, "op_off"),
                     mode_off=column(mode_off, np.int64, None, "mode_off"), mode_machine=column(mode_machine, np.int32, modes, "mode_machine"),
                     mode_ticks=column(mode_ticks, np.int64, modes, "mode_ticks"))
        rows = self._rows(n_machines, modes, optional)
        for name, array in optional.items():
            if name not in self.COLUMNS:
                raise TypeError(f"{name} is no column of a scheduling problem")
            dtype, size = self.COLUMNS[name]
            setattr(self.c, name, column(array, np.dtype(dtype), rows[size], name))
        self.c.n_families, self.c.n_resources, self.c.n_buffers = rows["families"], rows["resources"], rows["buffers"]
        self.options = new("c12_sched_options", goal=goal)
        if terms is not None:
            self._name_terms(terms, ordered)
        self.dims = new("c12_sched_dims", jobs=self.n_jobs, ops=self.n_ops, modes=modes, machines=n_machines, families=rows["families"], breaks=rows["breaks"],
                        preds=rows["preds"], needs=rows["needs"], levels=rows["levels"], resources=rows["resources"], buffers=rows["buffers"])

    def _rows(self, n_machines, modes, optional):
        """What each column must hold: lists of lists say it by their offsets, the others by their own length."""
        def size(name):
            return 0 if optional.get(name) is None else len(optional[name])

        def last(name):
            return int(optional[name][-1]) if size(name) else 0

        families = max(int(size("setup") ** 0.5 + 0.5), int(np.max(optional["op_family"])) + 1 if size("op_family") else 0)
        resources = max(0, size("level_off") - 1)
        return {"jobs": self.n_jobs, "ops": self.n_ops, "ops1": self.n_ops + 1, "modes": modes, "machines": n_machines, "machines1": n_machines + 1,
                "families": families, "setup": families * families, "breaks": last("break_off"), "preds": last("op_pred_off"), "needs": last("need_off"),
                "buffers": size("buffer_places"), "resources": resources, "resources1": resources + 1, "levels": last("level_off")}

    def _name_terms(self, terms, ordered):
        pairs = [(t, 1) if isinstance(t, str) else t for t in terms]
        for name, _ in pairs:
            if name not in TERMS:
                raise ValueError(f"{name!r} is none of {', '.join(TERMS)}")
        self._terms = ffi.new("int32_t[]", [TERMS.index(name) for name, _ in pairs]), ffi.new("int64_t[]", [int(weight) for _, weight in pairs])
        self.options.goal, self.options.n_terms, self.options.ordered = lib.C12_SCHED_TERMS, len(pairs), int(ordered)
        self.options.term, self.options.weight = self._terms

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
