# SPDX-License-Identifier: Apache-2.0
"""Charging: who charges now, who charges in the hours ahead, and what batteries have left; see c12/charge.h for the rules behind every number."""
import numpy as np

from ._buy import Columns
from ._c12 import ffi, lib
from ._core import call, new

CLASSES = ("none", "low", "medium", "critical")
FIGURES = ("bays_needed", "bays_missing", "bays_short", "empty", "below", "unmet", "low", "end_short", "travel")


class Model:
    """How a class of robots uses and takes energy: capacity, active and idle drain a step, and the charging curve as (up to ppm, energy a step) pairs."""

    def __init__(self, capacity, active, idle, curve):
        self.capacity, self.active, self.idle, self.curve = capacity, active, idle, list(curve)


class Slots:
    """robot, bay, start, end (int32, step) of every slot; energy [robot, step] at the end of each step; the figures of c12_charge_slots and the objective."""

    def __init__(self, robots, steps, cap):
        self.robot, self.bay, self.start, self.end = (np.zeros(max(cap, 1), np.int32) for _ in range(4))
        self.energy = np.zeros((robots, steps), np.int64)
        self.objective = self.work = 0
        for name in FIGURES:
            setattr(self, name, 0)

    def _c(self, columns, **more):
        return new("c12_charge_slots", cap=len(self.robot), slot_robot=columns.take(self.robot, np.int32), slot_bay=columns.take(self.bay, np.int32),
                   slot_start=columns.take(self.start, np.int32), slot_end=columns.take(self.end, np.int32), energy=columns.take(self.energy, np.int64), **more)

    def shifted(self, steps):
        """The same slots `steps` later in time: what a plan of then can begin with."""
        moved = Slots(0, 0, 0)
        moved.robot, moved.bay, moved.start, moved.end = self.robot, self.bay, self.start - np.int32(steps), self.end - np.int32(steps)
        return moved


class Outlook:
    """A fleet, its bays and what is expected of it over n_steps steps.  models: Model or a list of them; optional columns by name as in c12_charge_outlook."""

    SHAPES = {"robot_class": "r", "robot_health_ppm": "r", "robot_from": "r", "travel": "rb", "at_bay": "r", "bay_from": "b", "bay_to": "b", "demand": "s", "activity_ppm": "rs"}

    def __init__(self, models, battery_ppm, n_bays, n_steps, **optional):
        models = [models] if isinstance(models, Model) else list(models)
        self.n_robots, self.n_bays, self.n_classes, self.n_steps = len(battery_ppm), n_bays, len(models), n_steps
        self.columns = take = Columns()
        curve = [pair for m in models for pair in m.curve]
        off = np.concatenate([[0], np.cumsum([len(m.curve) for m in models])])
        self.c = new("c12_charge_outlook", n_robots=self.n_robots, n_bays=n_bays, n_classes=self.n_classes, n_steps=n_steps,
                     class_capacity=take.take([m.capacity for m in models], np.int64), class_active=take.take([m.active for m in models], np.int64),
                     class_idle=take.take([m.idle for m in models], np.int64), curve_off=take.take(off, np.int64), curve_to_ppm=take.take([p[0] for p in curve], np.int32),
                     curve_rate=take.take([p[1] for p in curve], np.int64), battery_ppm=take.take(battery_ppm, np.int32))
        size = {"r": (self.n_robots,), "b": (n_bays,), "s": (n_steps,), "rb": (self.n_robots, n_bays), "rs": (self.n_robots, n_steps)}
        for name, values in optional.items():
            if name not in self.SHAPES:
                raise TypeError(f"{name} is no column of a charging outlook")
            if values is not None and np.shape(values) != size[self.SHAPES[name]]:
                raise ValueError(f"{name} has shape {np.shape(values)}, {size[self.SHAPES[name]]} needed")
            setattr(self.c, name, take.take(values, np.int32))

    def _options(self, options):
        return new("c12_charge_horizon_options", **options)

    def plan(self, work=2000, seed=1, begin=None, **options):
        """The best plan found in `work` changes.  begin: Slots to begin with; options: floor_ppm, share_ppm, end_ppm, least_slot, price_*."""
        columns, out, info = Columns(), Slots(self.n_robots, self.n_steps, self.n_robots * lib.C12_CHARGE_MOST_SLOTS), new("c12_info")
        if begin is not None:
            n = min(len(begin.robot), len(out.robot))
            for name in ("robot", "bay", "start", "end"):
                getattr(out, name)[:n] = getattr(begin, name)[:n]
        plan = out._c(columns, warm=begin is not None, n=0 if begin is None else n)
        scratch = columns.scratch(lib.c12_charge_horizon_scratch(self.n_robots, self.n_bays, self.n_classes, self.n_steps))
        call(lib.c12_charge_horizon, self.c, self._options(options), new("c12_budget", work_limit=work, seed=seed), plan, info, scratch)
        for name in FIGURES:
            setattr(out, name, getattr(plan, name))
        out.robot, out.bay, out.start, out.end = (getattr(out, name)[:plan.n].copy() for name in ("robot", "bay", "start", "end"))
        out.objective, out.work = info.objective, info.work
        return out

    def check(self, slots, **options):
        """(violations, first broken rule or None) by the independent checker."""
        columns, verdict = Columns(), new("c12_verdict")
        plan = slots._c(columns, n=len(slots.robot), **{name: getattr(slots, name) for name in FIGURES})
        call(lib.c12_charge_horizon_check, self.c, self._options(options), plan, verdict)
        return verdict.violations, ffi.string(verdict.rule).decode() if verdict.rule else None


class Now:
    """Who charges now: charge_class (index of CLASSES), bay, start, until, queue_rank of every robot; queued, stranded, target_ppm, bays_needed, bays_missing."""


def now(battery_ppm, travel, at=0, busy=None, drain=None, at_bay=None, bay_free_from=None, low_demand=False, **options):
    """The plan by rule of c12_charge_solve; travel: ticks [robot, bay], -1 = no way; options as in c12_charge_options."""
    travel = np.ascontiguousarray(travel, np.int64)
    robots, bays = travel.shape
    columns, out, handle = Columns(), Now(), ffi.new("c12_charge **")
    if len(battery_ppm) != robots:
        raise ValueError(f"battery_ppm has {len(battery_ppm)} rows, travel {robots}")
    problem = new("c12_charge_problem", n_robots=robots, n_bays=bays, low_demand=bool(low_demand), now=at, battery_ppm=columns.take(battery_ppm, np.int32),
                  travel=columns.take(travel, np.int64), busy=columns.take(busy, np.uint8), robot_drain=columns.take(drain, np.int64),
                  at_bay=columns.take(at_bay, np.int32), bay_free_from=columns.take(bay_free_from, np.int64))
    out.charge_class, charge_class = columns.out(robots, np.int32)
    out.bay, bay = columns.out(robots, np.int32)
    out.start, start = columns.out(robots, np.int64)
    out.until, until = columns.out(robots, np.int64)
    out.queue_rank, rank = columns.out(robots, np.int32)
    plan = new("c12_charge_plan", robot_class=charge_class, robot_bay=bay, robot_start=start, robot_until=until, queue_rank=rank)
    call(lib.c12_charge_create, handle, new("c12_charge_dims", robots=robots, bays=bays), new("c12_charge_options", **options), ffi.NULL)
    try:
        call(lib.c12_charge_load, handle[0], problem)
        call(lib.c12_charge_solve, handle[0], 0, new("c12_budget", work_limit=2**62), plan, ffi.NULL)
    finally:
        lib.c12_charge_destroy(handle[0])
    for name in ("queued", "stranded", "target_ppm", "bays_needed", "bays_missing"):
        setattr(out, name, getattr(plan, name))
    return out


class Health:
    """cycles_ppm, high_ticks, health_ppm, replace_at of every robot."""


def health(histories, health_ppm=None, **fade):
    """What batteries have left.  histories: for each robot (ticks, ppm), two sequences; fade: cycle_ppm, age_ppm, high_ppm, high_from_ppm, end_ppm, day_ticks."""
    columns, out = Columns(), Health()
    sizes = [len(at) for at, _ in histories]
    if sizes != [len(ppm) for _, ppm in histories]:
        raise ValueError("a history has not as many ppm as ticks")
    joined = [np.concatenate([np.asarray(h[k], np.int64) for h in histories] + [np.zeros(0, np.int64)]) for k in (0, 1)]
    problem = new("c12_charge_history", n_robots=len(histories), sample_off=columns.take(np.concatenate([[0], np.cumsum(sizes)]), np.int64),
                  sample_at=columns.take(joined[0], np.int64), sample_ppm=columns.take(joined[1], np.int32), health_ppm=columns.take(health_ppm, np.int32))
    out.cycles_ppm, cycles = columns.out(len(histories), np.int64)
    out.high_ticks, high = columns.out(len(histories), np.int64)
    out.health_ppm, left = columns.out(len(histories), np.int32)
    out.replace_at, replace = columns.out(len(histories), np.int64)
    call(lib.c12_charge_health, problem, new("c12_charge_fade", **fade), new("c12_charge_health_report", cycles_ppm=cycles, high_ticks=high, health_ppm=left, replace_at=replace))
    return out
