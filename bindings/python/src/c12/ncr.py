# SPDX-License-Identifier: Apache-2.0
"""Nonconformance reports: grades with reasons, assignment, life cycle, clocks, effectiveness, optical inspection; see c12/ncr.h for every rule."""
import numpy as np

from ._buy import Columns
from ._c12 import ffi, lib
from ._core import call, new
from ._reports import GRADES, judged, policy, reasons, sized, texts

STATES = ("", "OPEN", "ASSIGNED", "ROOT_CAUSE", "ACTION", "VERIFY", "CLOSED")
EVENTS = ("", "assign", "start", "why", "fishbone", "dispose", "approve", "plan", "finish", "confirm", "reject", "pause", "resume")
DISPOSITIONS = ("", "rework", "scrap", "use_as_is", "return")
CATEGORIES = ("", "people", "machine", "method", "material", "measurement", "environment")
VERDICTS = ("", "PASS", "FAIL", "HOLD")
NEVER = 2**63 - 1


def grade(codes, rules=None, station=None, lot_qty=None, bad_qty=None, severity=None, occurrence=None, detection=None, repeats=None, safety=None, **limits):
    """[(grade, reasons as words, number of the rule or -1)] of every report, judged by the checker.  rules: (token, grade[, station]); limits: fields of c12_ncr_policy."""
    columns, n = Columns(), len(codes)
    sized(n, station=station, lot_qty=lot_qty, bad_qty=bad_qty, severity=severity, occurrence=occurrence, detection=detection, repeats=repeats, safety=safety)
    p = policy(columns, rules, **limits)
    text, off = texts(codes, columns)
    b = new("c12_ncr_batch", n=n, code_text=text, code_off=off, lot_qty=columns.take(lot_qty, np.int64), bad_qty=columns.take(bad_qty, np.int64), safety=columns.take(safety, np.uint8))
    for name, values in (("station", station), ("severity", severity), ("occurrence", occurrence), ("detection", detection), ("repeats", repeats)):
        setattr(b, name, columns.take(values, np.int32))
    (grades, gc), (why, wc), (rule, rc) = columns.out(n, np.int32), columns.out(n, np.uint32), columns.out(n, np.int32)
    verdict = new("c12_verdict")
    call(lib.c12_ncr_grade, p, b, gc, wc, rc)
    call(lib.c12_ncr_check, p, b, gc, wc, verdict)
    judged(verdict)
    return [(GRADES[g], reasons(w), r) for g, w, r in zip(grades[:n].tolist(), why[:n].tolist(), rule[:n].tolist())]


def following(state, event, severity="major"):
    """The state after an event in a state by the table of moves, None = refused."""
    return STATES[lib.c12_ncr_next(STATES.index(state), EVENTS.index(event), GRADES.index(severity))] or None


class Cases:
    """Reports and where they stand.  grade: words of GRADES; raised_by: ids of persons, -1 = a machine; created: ns.  apply() lets events happen; columns are numpy arrays:
    state (index of STATES), owner, whys, causes, disposition, approved, paused, last, closed."""

    def __init__(self, grade, raised_by, created, least_whys=5, self_close=False, self_approve=False):
        sized(len(grade), raised_by=raised_by, created=created)
        n, self.kept = len(grade), Columns()
        self.n, self.columns = n, self.kept
        self.grade = [GRADES.index(g) for g in grade]
        self.created = [int(t) for t in created]
        self.c = new("c12_ncr_cases", n=n, grade=self.kept.take(self.grade, np.int32), raised_by=self.kept.take(raised_by, np.int32), created=self.kept.take(created, np.int64))
        for name, kind in (("state", np.int32), ("owner", np.int32), ("whys", np.int32), ("causes", np.uint32), ("disposition", np.int32), ("approved", np.int32), ("paused", np.int32),
                           ("last", np.int64), ("closed", np.int64)):
            array, pointer = self.kept.out(n, kind)
            setattr(self, name, array[:n])
            setattr(self.c, name, pointer)
        self.conduct = new("c12_ncr_conduct", least_whys=least_whys, self_close=self_close, self_approve=self_approve)
        self.events, self.refusal = [], []

    def apply(self, events):
        """events: (report, event, value, by, at); value: a person's id for assign, words of CATEGORIES and DISPOSITIONS.  Gives for each None or why it was refused."""
        rows = []
        for report, event, value, by, at in events:
            kind = EVENTS.index(event)
            words = CATEGORIES if event == "fishbone" else DISPOSITIONS if event == "dispose" else None
            rows.append((report, kind, words.index(value) if words else int(value or 0), by, at))
        e, columns = self._c(rows)
        refusal, out = columns.out(len(rows), np.int32)
        call(lib.c12_ncr_apply, self.conduct, self.c, e, out)
        self.events += rows
        self.refusal += [int(k) for k in refusal[:len(rows)]]
        return [ffi.string(lib.c12_ncr_refusal_name(int(k))).decode() if k else None for k in refusal[:len(rows)]]

    def _c(self, rows):
        columns = Columns()
        column = lambda k, kind: columns.take([r[k] for r in rows] or [0], kind)
        return new("c12_ncr_events", n=len(rows), report=column(0, np.int32), kind=column(1, np.int32), value=column(2, np.int32), by=column(3, np.int32), at=column(4, np.int64)), columns

    def check(self):
        """(violations, broken rule or None) of the whole history by the independent checker."""
        e, columns = self._c(self.events)
        verdict = new("c12_verdict")
        call(lib.c12_ncr_history_check, self.conduct, self.c, e, columns.take(self.refusal or [0], np.int32), verdict)
        return verdict.violations, ffi.string(verdict.rule).decode() if verdict.rule else None

    def pauses(self):
        """[(from, to)] of every report, of the events applied here; to = NEVER until further notice."""
        out = [[] for _ in range(self.n)]
        for (report, kind, _, _, at), refused in zip(self.events, self.refusal):
            if not refused and EVENTS[kind] == "pause":
                out[report].append([at, NEVER])
            elif not refused and EVENTS[kind] == "resume":
                out[report][-1][1] = at
                if out[report][-1][0] == at:  # a pause of no time is none
                    out[report].pop()
        return out

    def states(self):
        return [STATES[k or 1] for k in self.state]


def assign(grades, manager, away=None, load=None):
    """(person, urgent, load afterwards) of every report, judged by the checker; person -1 = nobody is there."""
    columns, n, people = Columns(), len(grades), len(manager)
    sized(people, away=away, load=load)
    staff = new("c12_ncr_staff", n=people, manager=columns.take(manager, np.uint8), away=columns.take(away, np.uint8), load=columns.take(load, np.int32))
    g = columns.take([GRADES.index(k) for k in grades], np.int32)
    (person, pc), (urgent, uc), (after, ac) = columns.out(n, np.int32), columns.out(n, np.uint8), columns.out(people, np.int32)
    verdict = new("c12_verdict")
    call(lib.c12_ncr_assign, staff, n, g, pc, uc, ac)
    call(lib.c12_ncr_assign_check, staff, n, g, pc, verdict)
    judged(verdict)
    return person[:n], urgent[:n].astype(bool), after[:people]


def clock(grades, created, now, closed=None, pauses=None, windows=None, day=0, level_ppm=None, **limits):
    """used, left, due, level of every corrective action as numpy columns, judged by the checker.  pauses: (from, to) pairs of each report; windows: (open, close) pairs of the time
    that counts, day: what a day is of it; limits: major_days, critical_days."""
    columns, n = Columns(), len(grades)
    sized(n, created=created, closed=closed, pauses=pauses)
    p = policy(columns, **limits)
    c = new("c12_ncr_clocks", n=n, grade=columns.take([GRADES.index(k) for k in grades], np.int32), created=columns.take(created, np.int64), closed=columns.take(closed, np.int64))
    if pauses is not None:
        flat = [pair for of in pauses for pair in of]
        c.pause_off = columns.take(np.concatenate([[0], np.cumsum([len(of) for of in pauses])]), np.int64)
        c.pause_from, c.pause_to = (columns.take([pair[k] for pair in flat] or [0], np.int64) for k in (0, 1))
    k = new("c12_ncr_calendar", day=day)
    if windows is not None:
        k.n_windows = len(windows)
        k.open, k.close = (columns.take([w[i] for w in windows] or [0], np.int64) for i in (0, 1))
    if level_ppm is not None:
        k.n_levels, k.level_ppm = len(level_ppm), columns.take(level_ppm, np.int32)
    (used, uc), (left, lc), (due, dc), (level, vc) = columns.out(n, np.int64), columns.out(n, np.int64), columns.out(n, np.int64), columns.out(n, np.int32)
    verdict = new("c12_verdict")
    call(lib.c12_ncr_clock, p, k, c, now, uc, lc, dc, vc)
    call(lib.c12_ncr_clock_check, p, k, c, now, uc, dc, vc, verdict)
    judged(verdict)
    return used[:n], left[:n], due[:n], level[:n]


def recurrence(code, created, closed, window, now, station=None):
    """(effect, by) of every report: 0 undecided, 1 effective, 2 recurred, and the first report that says so or -1."""
    columns, n = Columns(), len(code)
    sized(n, created=created, closed=closed, station=station)
    past = new("c12_ncr_past", n=n, code=columns.take(code, np.int32), station=columns.take(station, np.int32), created=columns.take(created, np.int64), closed=columns.take(closed, np.int64))
    (effect, ec), (by, bc) = columns.out(n, np.int32), columns.out(n, np.int32)
    call(lib.c12_ncr_recurrence, past, window, now, ec, bc, columns.scratch(lib.c12_ncr_recurrence_scratch(n)))
    verdict = new("c12_verdict")
    call(lib.c12_ncr_recurrence_check, past, window, now, ec, bc, verdict)
    judged(verdict)
    return effect[:n], by[:n]


def inspect(detections, n_classes, seen=None, n_views=6, confidence_ppm=850000, least_views=1, class_ppm=None):
    """[(verdict, class or -1, views that show it)] of every unit, judged by the checker.  detections: for each unit (view, class, ppm); seen: bit sets of views taken."""
    columns, n = Columns(), len(detections)
    sized(n, seen=seen)
    flat = [d for unit in detections for d in unit]
    off = columns.take(np.concatenate([[0], np.cumsum([len(u) for u in detections])]), np.int64)
    view, kind, ppm = (columns.take([d[k] for d in flat] or [0], np.int32) for k in range(3))
    a = new("c12_ncr_aoi", n=n, n_views=n_views, confidence_ppm=confidence_ppm, least_views=least_views, n_classes=n_classes, det_off=off, det_view=view, det_class=kind, det_ppm=ppm,
            class_ppm=columns.take(class_ppm, np.int32))
    if seen is not None:
        a.seen = columns.take(seen, np.uint64)
    (verdict, vc), (worst, wc), (views, nc) = columns.out(n, np.int32), columns.out(n, np.int32), columns.out(n, np.int32)
    result = new("c12_verdict")
    call(lib.c12_ncr_inspect, a, vc, wc, nc)
    call(lib.c12_ncr_inspect_check, a, vc, wc, result)
    judged(result)
    return [(VERDICTS[verdict[k]], int(worst[k]), int(views[k])) for k in range(n)]
