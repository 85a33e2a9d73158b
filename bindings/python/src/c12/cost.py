# SPDX-License-Identifier: Apache-2.0
"""What things cost: value of stock, variances, a balanced journal, landed cost; see c12/cost.h for the rules.  Money is int64 millionths.

    v = c12.cost.value(kind=["receipt", "receipt", "issue"], item=[0, 0, 0], qty=[10, 10, 15], value=[10_000_000, 20_000_000, 0])
    v["change"], v["value"], v["layers"]
    c12.cost.vary(order=[0], element=["material"], used=[210], allowed=[200], actual=[1_071_000_000], price=[5_000_000])"""
import numpy as np

from ._buy import Columns
from ._c12 import ffi, lib
from ._core import call, new
from .stock import _rows

METHODS = {"fifo": 0, "average": 1, "standard": 2}
KINDS = {"receipt": 1, "issue": 2, "revalue": 3, "adjust": 4}
ELEMENTS = {"material": 0, "labour": 1, "overhead": 2}
EVENTS = {"receipt": 0, "issue": 1, "labour": 2, "overhead": 3, "completion": 4, "scrap": 5, "close": 6}
BASES = {"qty": 0, "value": 1, "weight": 2, "line": 3}
VARIANCES = ("material_price", "material_usage", "material_scrap", "labour_rate", "labour_efficiency", "labour_scrap", "overhead_spending", "overhead_efficiency", "overhead_scrap")


def _words(values, known):
    return [known[v] if isinstance(v, str) else v for v in values]


def _judged(verdict):
    if verdict.violations:
        raise RuntimeError(f"the checker refuses it: {ffi.string(verdict.rule).decode()} at {verdict.row}")


def _most(ids):
    return int(max(ids, default=-1)) + 1


def account_name(account):
    """"raw material" and so on."""
    return ffi.string(lib.c12_cost_account_name(account)).decode()


def value(kind, item, qty, value, method="fifo", standard=None, items=None):
    """Value a ledger: change and variance by row, on_hand and value by item, layers (item, row, qty, value); judged by the independent checker."""
    n, c = _rows({"kind": kind, "item": item, "qty": qty, "value": value}), Columns()
    items = items if items is not None else len(standard) if standard is not None else _most(item)
    ledger = new("c12_cost_ledger", method=METHODS[method], n_items=items, n=n, kind=c.take(_words(kind, KINDS), np.int32), item=c.take(item, np.int32),
                 qty=c.take(qty, np.int64), value=c.take(value, np.int64), standard=c.take(standard, np.int64))
    if standard is not None and len(standard) < items:
        raise ValueError(f"standard has {len(standard)} rows, {items} needed")
    out, v = {}, new("c12_cost_valued", cap=n)
    for name, size, dtype in (("change", n, np.int64), ("variance", n, np.int64), ("on_hand", items, np.int64), ("value", items, np.int64), ("layer_item", n, np.int32), ("layer_row", n, np.int32),
                              ("layer_qty", n, np.int64), ("layer_value", n, np.int64)):
        array, pointer = c.out(size, dtype)
        setattr(v, name, pointer)
        out[name] = array[:size]
    scratch, verdict = c.scratch(lib.c12_cost_value_scratch(max(items, 0), n)), new("c12_verdict")
    call(lib.c12_cost_value, ledger, v, scratch)
    call(lib.c12_cost_value_check, ledger, v, scratch, verdict)
    _judged(verdict)
    out["layers"] = {name: out.pop(f"layer_{name}")[:v.layers].copy() for name in ("item", "row", "qty", "value")}
    return out


def vary(order, element, used, allowed, actual, price, spoiled=None, per=None):
    """Variances by row (standard, price, usage, spoilage) and by order (order_actual, order_standard, order_variance with a column for each of VARIANCES)."""
    n, c = _rows({"order": order, "element": element, "used": used, "allowed": allowed, "actual": actual, "price": price, "spoiled": spoiled, "per": per}), Columns()
    orders, w = _most(order), lambda values: c.take(values, np.int64)
    uses = new("c12_cost_uses", n_orders=orders, n=n, order=c.take(order, np.int32), element=c.take(_words(element, ELEMENTS), np.int32), used=w(used), allowed=w(allowed), spoiled=w(spoiled),
               actual=w(actual), price=w(price), per=w(per))
    out, v = {}, new("c12_cost_variances")
    for name, size in (("standard", n), ("price", n), ("usage", n), ("spoilage", n), ("order_actual", orders), ("order_standard", orders), ("order_variance", orders * 9)):
        array, pointer = c.out(size, np.int64)
        setattr(v, name, pointer)
        out[name] = array[:size]
    verdict = new("c12_verdict")
    call(lib.c12_cost_vary, uses, v)
    call(lib.c12_cost_vary_check, uses, v, c.scratch(lib.c12_cost_vary_scratch(orders)), verdict)
    _judged(verdict)
    out["order_variance"] = out["order_variance"].reshape(orders, 9)
    return out


def overhead(actual, fixed_budget, fixed_rate, used, allowed, variable_rate=None, per=None):
    """Three-way overhead variances of cost centres: applied, spending, efficiency, volume."""
    n, c = _rows({"actual": actual, "fixed_budget": fixed_budget, "fixed_rate": fixed_rate, "used": used, "allowed": allowed, "variable_rate": variable_rate, "per": per}), Columns()
    w = lambda values: c.take(values, np.int64)
    centres = new("c12_cost_centres", n=n, actual=w(actual), fixed_budget=w(fixed_budget), variable_rate=w(variable_rate), fixed_rate=w(fixed_rate), per=w(per), used=w(used), allowed=w(allowed))
    out, v, verdict = {}, new("c12_cost_overheads"), new("c12_verdict")
    for name in ("applied", "spending", "efficiency", "volume"):
        array, pointer = c.out(n, np.int64)
        setattr(v, name, pointer)
        out[name] = array[:n]
    call(lib.c12_cost_overhead, centres, v)
    call(lib.c12_cost_overhead_check, centres, v, verdict)
    _judged(verdict)
    return out


def post(event, order, material, labour, overhead, qty=None, actual=None, standard=None, scrap_account=True):
    """The journal of events: columns event, account, debit, credit, balances by account name, what is left in work in progress by order."""
    n, orders, c = _rows({"event": event, "order": order, "qty": qty, "actual": actual, "standard": standard}), _rows({"material": material, "labour": labour, "overhead": overhead}), Columns()
    w = lambda values: c.take(values, np.int64)
    events = new("c12_cost_events", n_orders=orders, scrap_account=int(scrap_account), n=n, material=w(material), labour=w(labour), overhead=w(overhead), kind=c.take(_words(event, EVENTS), np.int32),
                 order=c.take(order, np.int32), qty=w(qty), actual=w(actual), standard=w(standard))
    out, j, verdict = {}, new("c12_cost_entries", cap=4 * n), new("c12_verdict")
    for name, size, dtype in (("event", 4 * n, np.int32), ("account", 4 * n, np.int32), ("debit", 4 * n, np.int64), ("credit", 4 * n, np.int64), ("balance", lib.C12_COST_ACCOUNTS, np.int64), ("wip", orders, np.int64)):
        array, pointer = c.out(size, dtype)
        setattr(j, name, pointer)
        out[name] = array[:size]
    scratch = c.scratch(lib.c12_cost_post_scratch(orders))
    call(lib.c12_cost_post, events, j, scratch)
    call(lib.c12_cost_post_check, events, j, scratch, verdict)
    _judged(verdict)
    for name in ("event", "account", "debit", "credit"):
        out[name] = out[name][:j.n].copy()
    out["balance"] = {account_name(k): int(v) for k, v in enumerate(out["balance"])}
    return out


def land(basis, amount, qty=None, value=None, weight=None, shipment=None, charged=None):
    """Charges over lines, exact to the micro: added by line, and the shares (charge, line, share)."""
    lines, charges, c = _rows({"qty": qty, "value": value, "weight": weight, "shipment": shipment}), _rows({"basis": basis, "amount": amount, "charged": charged}), Columns()
    w = lambda values: c.take(values, np.int64)
    arrivals = new("c12_cost_arrivals", n_shipments=_most(shipment) if shipment is not None else 1, n_lines=lines, n_charges=charges, shipment=c.take(shipment, np.int32), qty=w(qty), value=w(value),
                   weight=w(weight), charged=c.take(charged, np.int32), basis=c.take(_words(basis, BASES), np.int32), amount=w(amount))
    out, most, l, verdict = {}, lines * charges, new("c12_cost_landed", cap=lines * charges), new("c12_verdict")
    for name, size, dtype in (("charge", most, np.int32), ("line", most, np.int32), ("share", most, np.int64), ("added", lines, np.int64)):
        array, pointer = c.out(size, dtype)
        setattr(l, name, pointer)
        out[name] = array[:size]
    scratch = c.scratch(lib.c12_cost_land_scratch(lines))
    call(lib.c12_cost_land, arrivals, l, scratch)
    call(lib.c12_cost_land_check, arrivals, l, scratch, verdict)
    _judged(verdict)
    for name in ("charge", "line", "share"):
        out[name] = out[name][:l.n].copy()
    return out
