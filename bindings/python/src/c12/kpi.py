# SPDX-License-Identifier: Apache-2.0
"""Key performance indicators: OEE and losses by ISO 22400-2, yield, flow, takt, delivery, fleets, suppliers; see c12/kpi.h.

Ratios are Fraction; None where nothing can be divided.

    t = c12.kpi.tally(unit=[0, 0], begin=[0, 400], end=[400, 480], reason=[0, 1], class_of=["run", "failure"])
    c12.kpi.iso(busy_planned=[480], production=[400])[0]["availability"]      # Fraction(5, 6)"""
from fractions import Fraction

import numpy as np

from ._buy import Columns
from ._c12 import ffi, lib
from ._core import call, new
from .cost import _judged, _most, _words
from .stock import _rows

CLASSES = {"run": 0, "setup": 1, "stop": 2, "failure": 3, "idle": 4, "off": 5}
OUTCOMES = {"open": 0, "done": 1, "failed": 2}
OPEN = np.iinfo(np.int64).max
ELEMENTS = ("busy_planned", "production", "setup", "delay", "order_time", "run_time", "produced", "good", "scrap", "rework", "inspected", "first_good", "operating", "repair", "failures")


def _ratio(num, den):
    return Fraction(int(num), int(den)) if den else None


def tally(unit, begin, end, reason, class_of, from_=None, to=None, units=None):
    """Time by unit and class ("time", a row a unit), unknown, failures, by_reason.  Without from_ and to the period is what the events cover."""
    n, c = _rows({"unit": unit, "begin": begin, "end": end, "reason": reason}), Columns()
    units, reasons = _most(unit) if units is None else units, len(class_of)
    from_ = int(min(begin, default=0)) if from_ is None else from_
    to = int(max(end, default=0)) if to is None else to
    states = new("c12_kpi_states", n_units=units, n_reasons=reasons, n=n, to=to, unit=c.take(unit, np.int32), begin=c.take(begin, np.int64), end=c.take(end, np.int64), reason=c.take(reason, np.int32),
                 class_of=c.take(_words(class_of, CLASSES), np.int32), **{"from": from_})
    out, t, verdict = {}, new("c12_kpi_times"), new("c12_verdict")
    for name, size in (("time", units * len(CLASSES)), ("unknown", units), ("failures", units), ("by_reason", reasons)):
        array, pointer = c.out(size, np.int64)
        setattr(t, name, pointer)
        out[name] = array[:size]
    scratch = c.scratch(lib.c12_kpi_tally_scratch(units))
    call(lib.c12_kpi_tally, states, t, scratch)
    call(lib.c12_kpi_tally_check, states, t, scratch, verdict)
    _judged(verdict)
    out["time"] = out["time"].reshape(units, len(CLASSES))
    return out


def iso(**elements):
    """A dict of indicators by name for each row, and at the end one of all rows together; elements by the names in ELEMENTS."""
    unknown = set(elements) - set(ELEMENTS)
    if unknown:
        raise TypeError(f"no element {sorted(unknown)[0]!r}; there are {', '.join(ELEMENTS)}")
    n, c, verdict = _rows(elements), Columns(), new("c12_verdict")
    e = new("c12_kpi_elements", n=n, **{name: c.take(values, np.int64) for name, values in elements.items()})
    (num, to_num), (den, to_den) = c.out((n + 1) * lib.C12_KPI_RATIOS, np.int64), c.out((n + 1) * lib.C12_KPI_RATIOS, np.int64)
    call(lib.c12_kpi_iso, e, to_num, to_den)
    call(lib.c12_kpi_iso_check, e, to_num, to_den, verdict)
    _judged(verdict)
    names = [ffi.string(lib.c12_kpi_name(k)).decode() for k in range(lib.C12_KPI_RATIOS)]
    return [{name: _ratio(num[r * len(names) + k], den[r * len(names) + k]) for k, name in enumerate(names)} for r in range(n + 1)]


def fleet(time, failures):
    """Availability, utilisation, mtbf and mttr of each unit, and of all together at the end; time and failures as tally gives them."""
    n, c, verdict = len(failures), Columns(), new("c12_verdict")
    if np.shape(time) != (n, len(CLASSES)):
        raise ValueError(f"time has shape {np.shape(time)}, {(n, len(CLASSES))} needed")
    f, out = new("c12_kpi_fleet", n_units=n, time=c.take(time, np.int64), failures=c.take(failures, np.int64)), {}
    for name in ("available", "used", "between", "repair"):
        for part in ("num", "den"):
            out[name, part], pointer = c.out(n + 1, np.int64)
            setattr(f, f"{name}_{part}", pointer)
    call(lib.c12_kpi_fleet_ratios, f)
    call(lib.c12_kpi_fleet_check, f, verdict)
    _judged(verdict)
    told = {"availability": "available", "utilisation": "used", "mtbf": "between", "mttr": "repair"}
    return [{name: _ratio(out[key, "num"][r], out[key, "den"][r]) for name, key in told.items()} for r in range(n + 1)]


def tasks(station, outcome, stations=None):
    """Tasks by station (rows) and outcome: open, done, failed."""
    n, c = _rows({"station": station, "outcome": outcome}), Columns()
    stations = _most(station) if stations is None else stations
    count, to = c.out(stations * len(OUTCOMES), np.int64)
    call(lib.c12_kpi_tasks, n, c.take(station, np.int32), c.take(_words(outcome, OUTCOMES), np.int32), stations, to)
    return count[:stations * len(OUTCOMES)].reshape(stations, len(OUTCOMES))


def yields(entered, first_good, good):
    """Rolled throughput yield (a Fraction, or a float when its terms pass 64 bits), the worst step, rework and scrap."""
    n, c, verdict, y = _rows({"entered": entered, "first_good": first_good, "good": good}), Columns(), new("c12_verdict"), new("c12_kpi_yields")
    steps = new("c12_kpi_steps", n=n, entered=c.take(entered, np.int64), first_good=c.take(first_good, np.int64), good=c.take(good, np.int64))
    call(lib.c12_kpi_yield, steps, y)
    call(lib.c12_kpi_yield_check, steps, y, verdict)
    _judged(verdict)
    rolled = None if y.rolled_ppb < 0 else y.rolled_ppb / 1e9 if y.rolled_den < 0 else Fraction(y.rolled_num, y.rolled_den)
    return {"rolled": rolled, "worst": y.worst, "rework": y.rework, "scrap": y.scrap}


def flow(entered, left, from_, to):
    """WIP, throughput and flow time of a period; OPEN as `left` of who is still there.  gap_ppm: how far Little's law is off."""
    n, c, verdict, f = _rows({"entered": entered, "left": left}), Columns(), new("c12_verdict"), new("c12_kpi_flows")
    visits, scratch = new("c12_kpi_visits", n=n, to=to, entered=c.take(entered, np.int64), left=c.take(left, np.int64), **{"from": from_}), c.scratch(lib.c12_kpi_flow_scratch(n))
    call(lib.c12_kpi_flow, visits, f, scratch)
    call(lib.c12_kpi_flow_check, visits, f, scratch, verdict)
    _judged(verdict)
    out = {name: getattr(f, name) for name in ("entered", "left", "at_from", "at_to", "most", "area", "flow", "gap_ppm")}
    return {**out, "wip": _ratio(f.area, to - from_), "throughput": _ratio(f.left, to - from_), "flow_time": _ratio(f.flow, f.left)}


def takt(available, busy, made, demand):
    """(bottleneck or None, which stations are slower than the takt)"""
    n, c, verdict, worst = _rows({"available": available, "busy": busy, "made": made}), Columns(), new("c12_verdict"), ffi.new("int32_t *")
    slow, to = c.out(n, np.int64)
    stations = new("c12_kpi_stations", n=n, demand=demand, available=c.take(available, np.int64), busy=c.take(busy, np.int64), made=c.take(made, np.int64), slow=to)
    call(lib.c12_kpi_takt, stations, worst)
    call(lib.c12_kpi_takt_check, stations, worst[0], verdict)
    _judged(verdict)
    return (None if worst[0] < 0 else worst[0]), slow[:n].astype(bool)


def deliver(due, done, now, ordered=None, delivered=None, early=-1, late=0):
    """Counts of orders on time and in full, and their ratios; OPEN as `done` of an open order, early=-1: any."""
    n, c, verdict, d = _rows({"due": due, "done": done, "ordered": ordered, "delivered": delivered}), Columns(), new("c12_verdict"), new("c12_kpi_delivery")
    w = lambda values: c.take(values, np.int64)
    orders = new("c12_kpi_orders", n=n, now=now, early=early, late=late, due=w(due), done=w(done), ordered=w(ordered), delivered=w(delivered))
    call(lib.c12_kpi_deliver, orders, d)
    call(lib.c12_kpi_deliver_check, orders, d, verdict)
    _judged(verdict)
    out = {name: getattr(d, name) for name in ("judged", "open", "overdue", "on_time", "in_full", "both", "late_ticks", "late_most", "worst")}
    return {**out, **{f"{name}_ratio": _ratio(out[name], d.judged) for name in ("on_time", "in_full", "both")}}


def suppliers(supplier, rejected, late, communication=None, weights=(6, 3, 1), communication_of=100, best=.2, count=None):
    """(suppliers in order of their score, score by supplier, preferred by supplier); who has no receipts has no score (None)."""
    n, c, verdict = _rows({"supplier": supplier, "rejected": rejected, "late": late}), Columns(), new("c12_verdict")
    m = count if count is not None else len(communication) if communication is not None else _most(supplier)
    if communication is not None and len(communication) < m:
        raise ValueError(f"communication has {len(communication)} rows, {m} needed")
    receipts = new("c12_kpi_receipts", n_suppliers=m, n=n, weight_quality=weights[0], weight_time=weights[1], weight_communication=weights[2], communication_of=communication_of, best_ppm=round(best * 1e6),
                   supplier=c.take(supplier, np.int32), rejected=c.take(rejected, np.uint8), late=c.take(late, np.int64), communication=c.take(communication, np.int32))
    out, v = {}, new("c12_kpi_scores")
    for name, dtype in (("receipts", np.int64), ("rejected", np.int64), ("on_time", np.int64), ("late_ticks", np.int64), ("num", np.int64), ("den", np.int64), ("rank", np.int32), ("preferred", np.uint8)):
        array, pointer = c.out(m, dtype)
        setattr(v, name, pointer)
        out[name] = array[:m]
    scratch = c.scratch(lib.c12_kpi_suppliers_scratch(m))
    call(lib.c12_kpi_suppliers, receipts, v, scratch)
    call(lib.c12_kpi_suppliers_check, receipts, v, scratch, verdict)
    _judged(verdict)
    return out["rank"][:v.ranked].tolist(), [_ratio(a, b) for a, b in zip(out["num"], out["den"])], out["preferred"].astype(bool)
