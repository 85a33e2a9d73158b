# SPDX-License-Identifier: Apache-2.0
"""Finite-capacity scheduling: see c12/sched.h for what each column means."""
import time as _time
from collections import namedtuple

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

    def live(self, room=None, branches=0):
        """A plan of this shop that is kept while things happen: see Live."""
        return Live(self, room, branches)

    def check(self, plan):
        """(violations, first broken rule or None) by the independent checker."""
        return _judge(self.c, plan, self.options)


def _judge(problem, plan, options):
    verdict = new("c12_verdict")
    call(lib.c12_sched_check, problem, plan._c(), options, verdict)
    return verdict.violations, ffi.string(verdict.rule).decode() if verdict.rule else None


# ---- a plan that lives on ---------------------------------------------------------------------------------------------------------

EVENTS = ("now", "machine_down", "started", "finished", "due", "cancel", "material")
REASONS = ("nothing", "release", "material", "predecessor", "machine", "setup", "calendar", "frozen", "resource")
FIXES = ("", "material", "release", "order", "machine", "overtime", "speed", "due", "pull")

Diff = namedtuple("Diff", "op start_before start_after mode_before mode_after job end_before end_after objective_before objective_after")
Diff.__doc__ = """What differs between two plans: operations whose start or mode does, jobs whose completion does, as arrays, and both goals.  -1 = not there."""
Offer = namedtuple("Offer", "quiet rush rush_cost later late diff")
Offer.__doc__ = """When a new order could be there: without harm to others (quiet) or before all others (rush), what that costs, how many jobs complete later, how many become late."""
Why = namedtuple("Why", "late links fixes")
Link = namedtuple("Link", "op reason other ticks")
Fix = namedtuple("Fix", "kind op other ticks cost")
Info = namedtuple("Info", "objective bound outcome work")
Calm = namedtuple("Calm", "until weight branch", defaults=(0,))
Calm.__doc__ = """Moving an operation that starts before `until` in the plan of `branch` adds `weight` to the goal, and none of those starts earlier."""


class Event(namedtuple("Event", "kind row start end mode", defaults=(-1, -1, -1, -1))):
    """Something that happened, made by the functions below; what a kind does not name is -1."""

    __slots__ = ()

    @classmethod
    def now(cls, at, keep=None):
        """It is `at`: nothing else starts earlier; what is planned to start before `keep` stays where it can."""
        return cls("now", -1, at, at if keep is None else keep)

    @classmethod
    def machine_down(cls, machine, start, end):
        """The machine is closed from start until end."""
        return cls("machine_down", machine, start, end)

    @classmethod
    def started(cls, op, at, mode=-1, until=-1):
        """The operation started, in a mode (-1 = as planned), and is expected to end at `until` (-1 = as its work says)."""
        return cls("started", op, at, until, mode)

    @classmethod
    def finished(cls, op, at, start=-1, mode=-1):
        """The operation ended; start and mode -1 = as reported or planned."""
        return cls("finished", op, start, at, mode)

    @classmethod
    def due(cls, job, tick):
        """The job is due then; None = never."""
        return cls("due", job, -1, -1 if tick is None else tick)

    @classmethod
    def cancel(cls, job):
        """What of the job has not started will not be done."""
        return cls("cancel", job)

    @classmethod
    def material(cls, op, tick):
        """Material of the operation is there from then on."""
        return cls("material", op, -1, tick)

    def _c(self):
        if self.kind not in EVENTS:
            raise ValueError(f"{self.kind!r} is none of {', '.join(EVENTS)}")
        return EVENTS.index(self.kind), self.mode, self.row, self.start, self.end


class Live:
    """A plan that is kept while things happen, with what-if branches; 0 is the plan itself.  The handle has its own copy of the shop.

    room says how many jobs, ops, modes, preds, needs and breaks there may be beyond those of the shop, a dict; what it does not name is as many
    again and some.  Every change gives the Diff it made; one that is refused raises and changes nothing."""

    ROOM = {"jobs": 64, "ops": 512, "modes": 1024, "preds": 512, "needs": 1024, "breaks": 256}

    def __init__(self, shop, room=None, branches=0):
        self.shop, self.dims = shop, ffi.new("c12_sched_dims *", shop.dims[0])
        room = room or {}
        for name in room:
            if name not in self.ROOM:
                raise TypeError(f"{name} is none of {', '.join(self.ROOM)}")
        for name, least in self.ROOM.items():
            have = getattr(self.dims, name)
            setattr(self.dims, name, have + room.get(name, have + least))
        self.dims.live, self.dims.branches = 1, branches
        handle, host = ffi.new("c12_sched **"), new("c12_host", now=_now)
        call(lib.c12_sched_create, handle, self.dims, shop.options, host)
        self.c = ffi.gc(handle[0], lib.c12_sched_destroy)
        call(lib.c12_sched_load, self.c, shop.c)
        ops, jobs = self.dims.ops, self.dims.jobs
        self._moved = {"op": np.empty(ops, np.int64), "start_before": np.empty(ops, np.int64), "start_after": np.empty(ops, np.int64), "mode_before": np.empty(ops, np.int32),
                       "mode_after": np.empty(ops, np.int32), "job": np.empty(jobs, np.int32), "end_before": np.empty(jobs, np.int64), "end_after": np.empty(jobs, np.int64)}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Give the memory back; every later call is refused."""
        if self.c:
            ffi.release(self.c)
            self.c = ffi.NULL

    # ---- reading ----------------------------------------------------------------------------------------------------------------

    def _view(self, branch):
        problem = new("c12_sched_problem")
        call(lib.c12_sched_view, self.c, branch, problem)
        return problem, problem.op_off[problem.n_jobs] if problem.n_jobs else 0

    def plan(self, branch=0):
        """The branch's Plan; outcome "unknown" and zeros when there is none yet."""
        return self._plan(branch, self._view(branch)[1])

    def _plan(self, branch, n_ops):
        plan, info = Plan(n_ops), new("c12_info")
        call(lib.c12_sched_get, self.c, branch, plan._c(), info)
        plan.objective, plan.outcome = info.objective, OUTCOMES[info.outcome]
        return plan

    def problem(self, branch=0):
        """The branch's problem as it now stands, a Shop of its own columns."""
        p, n_ops = self._view(branch)
        rows_of = {"ops1": n_ops + 1, "jobs": p.n_jobs, "ops": n_ops, "modes": p.mode_off[n_ops] if n_ops else 0, "machines": p.n_machines, "machines1": p.n_machines + 1,
                   "setup": p.n_families**2, "buffers": p.n_buffers, "resources1": p.n_resources + 1,
                   "breaks": p.break_off[p.n_machines] if p.break_off else 0, "preds": p.op_pred_off[n_ops] if p.op_pred_off else 0,
                   "needs": p.need_off[n_ops] if p.need_off else 0, "levels": p.level_off[p.n_resources] if p.level_off else 0}

        def copy(name, dtype, rows):
            out, source = np.zeros(rows, dtype), getattr(p, name)
            if source:
                ffi.memmove(out, source, out.nbytes)
            return out

        columns = {name: copy(name, dtype, rows_of[size]) for name, (dtype, size) in Shop.COLUMNS.items() if getattr(p, name)}
        shop = Shop(p.n_machines, copy("op_off", np.int64, p.n_jobs + 1), copy("mode_off", np.int64, n_ops + 1), copy("mode_machine", np.int32, rows_of["modes"]),
                    copy("mode_ticks", np.int64, rows_of["modes"]), **columns)
        shop.options, shop._terms = self.shop.options, getattr(self.shop, "_terms", None)
        return shop

    def check(self, branch=0):
        """(violations, first broken rule or None) of the branch's plan by its problem, judged by the independent checker."""
        problem, n_ops = self._view(branch)
        return _judge(problem, self._plan(branch, n_ops), self.shop.options)

    def diff(self, a, b):
        """What differs in branch b against branch a."""
        return self._diff(lambda d: call(lib.c12_sched_diff_branches, self.c, a, b, d))

    def explain(self, job, branch=0):
        """Why the job ends when it does, from its last operation backwards, and which single changes would make it end on time, cheapest first."""
        cap = 64
        while True:
            links = {"op": np.empty(cap, np.int64), "reason": np.empty(cap, np.int32), "other": np.empty(cap, np.int64), "ticks": np.empty(cap, np.int64)}
            fixes = {"fix_kind": np.empty(cap, np.int32), **{name: np.empty(cap, np.int64) for name in ("fix_op", "fix_other", "fix_ticks", "fix_cost")}}
            why = new("c12_sched_why", cap=cap, fix_cap=cap, **{name: column(a, a.dtype, None, name) for name, a in (links | fixes).items()})
            call(lib.c12_sched_explain, self.c, branch, job, why)
            if max(why.count, why.fix_count) <= cap:
                break
            cap = max(why.count, why.fix_count)

        def rows(columns, n):
            return zip(*(a[:n].tolist() for a in columns.values()))

        return Why(why.late, [Link(op, REASONS[reason], other if other >= 0 else None, ticks) for op, reason, other, ticks in rows(links, why.count)],
                   [Fix(FIXES[kind], op, other if other >= 0 else None, ticks, cost) for kind, op, other, ticks, cost in rows(fixes, why.fix_count)])

    # ---- changing ---------------------------------------------------------------------------------------------------------------

    def _diff(self, ask):
        d = new("c12_sched_diff", cap=self.dims.ops, jobs_cap=self.dims.jobs, **{name: column(a, a.dtype, None, name) for name, a in self._moved.items()})
        ask(d)
        return Diff(*(a[:d.jobs_count if name in ("job", "end_before", "end_after") else d.count].copy() for name, a in self._moved.items()),
                    d.objective_before, d.objective_after)

    @staticmethod
    def _calm(calm):
        return ffi.NULL if calm is None else new("c12_sched_calm", until=calm.until, weight=calm.weight, branch=calm.branch)

    @staticmethod
    def _budget(work, seconds, seed, target):
        return new("c12_budget", seed=seed, work_limit=work, time_limit=int(seconds * 1e9), target=target)

    def solve(self, work=0, seconds=0.0, seed=1, target=0, branch=0):
        """Search from scratch within `work` units or `seconds`; the best plan becomes the branch's."""
        plan, info = Plan(self._view(branch)[1]), new("c12_info")
        call(lib.c12_sched_solve, self.c, branch, self._budget(work, seconds, seed, target), plan._c(), info)
        plan.objective, plan.bound, plan.work, plan.outcome = info.objective, info.bound, info.work, OUTCOMES[info.outcome]
        return plan

    def adopt(self, plan, branch=0):
        """Put a plan in place as the branch's: machines, order and starts are kept, later where they must be."""
        n_ops = self._view(branch)[1]
        for name in ("start", "end", "mode"):
            if getattr(plan, name).size < n_ops:
                raise ValueError(f"{name} has {getattr(plan, name).size} rows, {n_ops} needed")
        return self._diff(lambda d: call(lib.c12_sched_adopt, self.c, branch, plan._c(), d))

    def apply(self, events, branch=0):
        """Take events in, one after the other, and repair the plan once; all or none."""
        rows = ffi.new("c12_sched_event[]", [event._c() for event in events])
        return self._diff(lambda d: call(lib.c12_sched_apply, self.c, branch, rows, len(rows), d))

    def now(self, at, keep=None, branch=0):
        """It is `at`: nothing else starts earlier; what is planned to start before `keep` stays where it can."""
        return self.apply([Event.now(at, keep)], branch)

    def machine_down(self, machine, start, end, branch=0):
        """The machine is closed from start until end."""
        return self.apply([Event.machine_down(machine, start, end)], branch)

    def started(self, op, at, mode=-1, until=-1, branch=0):
        """The operation started, in a mode (-1 = as planned), and is expected to end at `until` (-1 = as its work says)."""
        return self.apply([Event.started(op, at, mode, until)], branch)

    def finished(self, op, at, start=-1, mode=-1, branch=0):
        """The operation ended; start and mode -1 = as reported or planned."""
        return self.apply([Event.finished(op, at, start, mode)], branch)

    def due(self, job, tick, branch=0):
        """The job is due then; None = never."""
        return self.apply([Event.due(job, tick)], branch)

    def cancel(self, job, branch=0):
        """What of the job has not started will not be done."""
        return self.apply([Event.cancel(job)], branch)

    def material(self, op, tick, branch=0):
        """Material of the operation is there from then on."""
        return self.apply([Event.material(op, tick)], branch)

    @staticmethod
    def _orders(orders):
        """A shop of new orders: families are the handle's unless it brings a matrix of its own."""
        problem = ffi.new("c12_sched_problem *", orders.c[0])
        if not problem.setup:
            problem.n_families = 0
        return problem

    def insert(self, orders, calm=None, branch=0):
        """Take new orders in, a Shop of their jobs alone (op_pred counts within it): each operation goes where the goal grows least.
        Gives the row of the first new job and the Diff."""
        job, problem = ffi.new("int32_t *"), self._orders(orders)
        diff = self._diff(lambda d: call(lib.c12_sched_insert, self.c, branch, problem, self._calm(calm), job, d))
        return job[0], diff

    def promise(self, order, diff=False, branch=0):
        """When one new order could be there; nothing changes.  With diff, Offer.diff is what the rush moves."""
        offer, problem = new("c12_sched_offer"), self._orders(order)
        if diff:
            moved = self._diff(lambda d: call(lib.c12_sched_promise, self.c, branch, problem, offer, d))
        else:
            moved = call(lib.c12_sched_promise, self.c, branch, problem, offer, ffi.NULL)
        return Offer(offer.quiet, offer.rush, offer.rush_cost, offer.later, offer.late, moved)

    def repair(self, work=0, seconds=0.0, seed=1, target=0, calm=None, branch=0):
        """Search on from the branch's plan; the result is never worse under the goal plus the price of moves.  Gives the Diff and Info(objective, bound, outcome, work)."""
        info, near = new("c12_info"), self._calm(calm)
        diff = self._diff(lambda d: call(lib.c12_sched_repair, self.c, branch, near, self._budget(work, seconds, seed, target), d, info))
        return diff, Info(info.objective, info.bound, OUTCOMES[info.outcome], info.work)

    # ---- branches ---------------------------------------------------------------------------------------------------------------

    def branch(self, from_=0):
        """Open a what-if branch of another and give its number."""
        branch = ffi.new("int32_t *")
        call(lib.c12_sched_branch, self.c, from_, branch)
        return branch[0]

    def drop(self, branch):
        """Close a branch and forget it."""
        call(lib.c12_sched_drop, self.c, branch)

    def commit(self, branch):
        """Make a branch the plan and close it."""
        call(lib.c12_sched_commit, self.c, branch)
