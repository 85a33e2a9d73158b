# SPDX-License-Identifier: Apache-2.0
"""Control charts, capability, Pareto counts and acceptance sampling; see c12/spc.h for the rules behind every number."""
import numpy as np

from ._buy import Columns
from ._c12 import ffi, lib
from ._core import call, new

KINDS = {"xbar-r": 1, "xbar-s": 2, "i-mr": 3, "p": 4, "np": 5, "c": 6, "u": 7}
LEVELS = {"I": 1, "II": 2, "III": 3, "S-1": 4, "S-2": 5, "S-3": 6, "S-4": 7}
SEVERITIES = ("", "normal", "tightened", "reduced", "discontinued")
NELSON, WESTERN, ALL = 255, 305, 511
SCALE = 1000000


class Signal:
    """point, chart ("value" or "spread"), rule 1..9, side 1, -1 or 0, points: those that make the pattern, ascending."""

    def __init__(self, point, chart, rule, side, mask):
        self.point, self.chart, self.rule, self.side = point, ("value", "spread")[chart], rule, side
        self.points = [point - j for j in range(31, -1, -1) if mask >> j & 1]

    def __repr__(self):
        return f"Signal(point={self.point}, chart={self.chart!r}, rule={self.rule}, side={self.side})"


def _judged(verdict):
    if verdict.violations:
        raise RuntimeError(f"the checker refuses it: {ffi.string(verdict.rule).decode()} at {verdict.row}")


class Chart:
    """scale; value, centre, reach, spread (int64, in 1/scale of the unit), spread_centre, spread_reach, fired (rules by point), signals."""


def _data(kind, x, count, units, rules, spread_rules, exclude, columns):
    if kind not in KINDS:
        raise ValueError(f"no chart {kind!r}; there are {', '.join(KINDS)}")
    measured = KINDS[kind] <= 3
    if (x is None) == measured or (count is None) != measured:
        raise TypeError(f"{kind} takes {'x' if measured else 'count'}")
    rows = np.asarray(x if measured else count)
    if not np.issubdtype(rows.dtype, np.integer):
        raise TypeError("measurements and counts are integers, in the smallest unit of their characteristic")
    if rows.ndim != (2 if kind.startswith("xbar") else 1):
        raise ValueError(f"{kind} takes {'a row a subgroup' if kind.startswith('xbar') else 'one number a point'}")
    n = rows.shape[0]
    for name, values in (("units", units), ("exclude", exclude)):
        if values is not None and np.shape(values) != (n,):
            raise ValueError(f"{name} has shape {np.shape(values)}, {(n,)} needed")
    if units is None and kind in ("p", "np", "u"):
        raise TypeError(f"{kind} takes units, how many were inspected")
    return new("c12_spc_data", kind=KINDS[kind], n=n, size=rows.shape[1] if rows.ndim == 2 else 0, rules=rules, spread_rules=spread_rules,
               x=columns.take(x, np.int64), count=columns.take(count, np.int64), units=columns.take(units, np.int64), exclude=columns.take(exclude, np.uint8))


def chart(kind, x=None, count=None, units=None, rules=NELSON, spread_rules=1, exclude=None):
    """A chart by its name in KINDS, judged by the independent checker.  x: a row a subgroup for xbar-r and xbar-s; count and units for the others."""
    columns, out = Columns(), Chart()
    data = _data(kind, x, count, units, rules, spread_rules, exclude, columns)
    n, cap = data.n, 10 * data.n
    out.value, value = columns.out(n, np.int64)
    out.centre, centre = columns.out(n, np.int64)
    out.reach, reach = columns.out(n, np.int64)
    out.spread, spread = columns.out(n, np.int64)
    out.fired, fired = columns.out(n, np.uint32)
    point, at = columns.out(cap, np.int64)
    which, chart_ = columns.out(cap, np.int32)
    rule, rule_ = columns.out(cap, np.int32)
    side, side_ = columns.out(cap, np.int32)
    mask, mask_ = columns.out(cap, np.uint32)
    c = new("c12_spc_chart", value=value, centre=centre, reach=reach, spread=spread, fired=fired, signal_cap=cap, signal_point=at, signal_chart=chart_,
            signal_rule=rule_, signal_side=side_, signal_points=mask_)
    verdict = new("c12_verdict")
    call(lib.c12_spc_make, data, c)
    call(lib.c12_spc_check, data, c, verdict)
    _judged(verdict)
    out.scale, out.spread_centre, out.spread_reach = c.scale, c.spread_centre, c.spread_reach
    out.signals = [Signal(int(point[k]), int(which[k]), int(rule[k]), int(side[k]), int(mask[k])) for k in range(c.signals)]
    return out


class Watch:
    """A chart that points are put on one by one: push(values) gives the rules that fired at each, as bits."""

    def __init__(self, centre, reach, rules=NELSON):
        self.c = new("c12_spc_watch", centre=centre, reach=reach, rules=rules)

    def push(self, values):
        values = np.atleast_1d(np.asarray(values, np.int64))
        columns = Columns()
        fired, out = columns.out(len(values), np.uint32)
        call(lib.c12_spc_push, self.c, len(values), columns.take(values, np.int64), out)
        return fired[:len(values)]


def ewma(x, target, sigma, lambda_ppm=200000, width_ppm=3000000):
    """(average, reach, side) of every point, judged by the checker."""
    columns, n = Columns(), len(x)
    (z, zc), (reach, rc), (side, sc) = columns.out(n, np.int64), columns.out(n, np.int64), columns.out(n, np.int8)
    fresh = lambda: new("c12_spc_ewma", target=target, sigma=sigma, lambda_ppm=lambda_ppm, width_ppm=width_ppm)
    rows, verdict = columns.take(x, np.int64), new("c12_verdict")
    call(lib.c12_spc_ewma_push, fresh(), n, rows, zc, rc, sc)
    call(lib.c12_spc_ewma_check, fresh(), n, rows, zc, rc, sc, verdict)
    _judged(verdict)
    return z[:n], reach[:n], side[:n]


def cusum(x, target, allowance, interval, head_start=False):
    """(high, low, side) of every point, judged by the checker; side: bit 0 = high above the interval, bit 1 = low."""
    columns, n = Columns(), len(x)
    (high, hc), (low, lc), (side, sc) = columns.out(n, np.int64), columns.out(n, np.int64), columns.out(n, np.int8)
    fresh = lambda: new("c12_spc_cusum", target=target, allowance=allowance, interval=interval, head_start=head_start)
    rows, verdict = columns.take(x, np.int64), new("c12_verdict")
    call(lib.c12_spc_cusum_push, fresh(), n, rows, hc, lc, sc)
    call(lib.c12_spc_cusum_check, fresh(), n, rows, hc, lc, sc, verdict)
    _judged(verdict)
    return high[:n], low[:n], side[:n]


def capability(kind, x, lower=None, upper=None, confidence_ppm=950000, exclude=None):
    """Cp, Cpk, Pp, Ppk and their intervals as a dict; lower and upper in the unit of x, one may be missing."""
    columns = Columns()
    data = _data(kind, x, None, None, 0, 0, exclude, columns)
    spec = new("c12_spc_spec", sides=(lower is not None) | (upper is not None) << 1, lower=lower or 0, upper=upper or 0, confidence_ppm=confidence_ppm)
    out = new("c12_spc_ability")
    call(lib.c12_spc_capability, data, spec, out)
    return {name: getattr(out, name) for name in ("values", "mean", "sigma_within", "sigma_overall", "cp", "cpl", "cpu", "cpk", "pp", "ppl", "ppu", "ppk", "cp_low", "cp_high",
                                                  "cpk_low", "cpk_high", "pp_low", "pp_high", "ppk_low", "ppk_high")}


def pareto(categories, weights=None):
    """[(category, total, cumulative share in ppm)], largest first; categories of equal totals in order of first sight."""
    columns, ids = Columns(), {}
    rows = [ids.setdefault(c, len(ids)) for c in categories]
    (order, oc), (total, tc), (share, sc) = columns.out(len(ids), np.int32), columns.out(len(ids), np.int64), columns.out(len(ids), np.int32)
    if weights is not None and len(weights) != len(rows):
        raise ValueError(f"weights has {len(weights)} rows, categories {len(rows)}")
    call(lib.c12_spc_pareto, len(rows), columns.take(rows, np.int32), columns.take(weights, np.int64), len(ids), oc, tc, sc)
    names = list(ids)
    return [(names[order[k]], int(total[k]), int(share[k])) for k in range(len(ids))]


def sample(lot, aql_ppm, level="II", severity="normal"):
    """The single sampling plan of ISO 2859-1 under normal, tightened or reduced inspection: dict of letter, plan, sample, accept, all."""
    if level not in LEVELS:
        raise ValueError(f"no inspection level {level!r}; there are {', '.join(LEVELS)}")
    if severity not in SEVERITIES[1:4]:
        raise ValueError(f"no severity {severity!r}; there are {', '.join(SEVERITIES[1:4])}")
    p = new("c12_spc_plan")
    call(lib.c12_spc_sample, lot, LEVELS[level], aql_ppm, SEVERITIES.index(severity), p)
    return {"letter": chr(p.letter), "plan": chr(p.used), "sample": p.sample, "accept": p.accept, "all": bool(p.all)}


def switch(accepted, tighter=None, accept=None, steady=None, corrected=None):
    """The severity (a word of SEVERITIES) each lot was inspected under, by the switching rules from normal inspection on; judged by the checker."""
    columns, n = Columns(), len(accepted)
    for name, values in (("tighter", tighter), ("accept", accept), ("steady", steady), ("corrected", corrected)):
        if values is not None and len(values) != n:
            raise ValueError(f"{name} has {len(values)} rows, accepted {n}")
    lots = new("c12_spc_lots", n=n, accepted=columns.take(accepted, np.uint8), tighter=columns.take(tighter, np.uint8), accept=columns.take(accept, np.int32),
               steady=columns.take(steady, np.uint8), corrected=columns.take(corrected, np.uint8))
    severity, out = columns.out(n, np.int32)
    verdict = new("c12_verdict")
    call(lib.c12_spc_switch, new("c12_spc_scheme"), lots, out)
    call(lib.c12_spc_switch_check, lots, out, verdict)
    _judged(verdict)
    return [SEVERITIES[k] for k in severity[:n]]
