# SPDX-License-Identifier: Apache-2.0
"""Purchases from requisition to payment, sales from order to payment, and defects until they are decided, step by step with a journal; see c12/flow.h for every rule.

    r = c12.shop.purchases([{"purchase": "PO-1", "item": "MOTOR", "qty": 10, "price": 118_000000, "standard": 120_000000, "requester": "ann"}],
                           [{"purchase": "PO-1", "step": "approve", "by": "bob", "at": 1}], limits={"bob": 5000_000000})
    r.documents["state"]    # ['APPROVED']

Money is in millionths; times are any whole numbers that grow."""
from typing import NamedTuple, Optional

import numpy as np

from ._buy import Columns
from ._c12 import ffi, lib
from ._core import call, new
from ._reports import GRADES, judged, policy, reasons, sized, texts
from .ncr import DISPOSITIONS, NEVER

_WIDE = ("ordered", "price", "arrived", "accepted", "invoiced", "owed")
_SALE_WIDE = ("made", "shipped", "billed", "wip", "open")


class Refused(NamedTuple):
    """A step that was refused, and which two values differ (0, 0 when none do)."""
    step: int
    reason: str
    expected: int
    actual: int


class Entry(NamedTuple):
    """Debit positive, credit negative; the entries of a step add up to 0."""
    step: int
    account: str
    amount: int


class Movement(NamedTuple):
    """Pieces between locations: 0 dock or store of material, 1 where things are put away; -1 outside."""
    step: int
    item: str
    from_: int
    to: int
    qty: int


class Result(NamedTuple):
    documents: dict
    refused: list
    entries: list
    movements: list


def _word(text):
    return ffi.string(text).decode()


def _words(name, n):
    return [_word(name(k)) for k in range(n)]


def _own_names(rows, key):
    names = {}
    for r in rows:
        if names.setdefault(r[key], len(names)) != len(names) - 1:
            raise ValueError(f"{key} {r[key]!r} comes twice")
    return names


def _find(names, name, what):
    if name is None:
        return -1
    if name not in names:
        raise ValueError(f"{what} {name!r} is unknown")
    return names[name]


def _column(c, rows, key, kind=np.int64, default=None):
    return c.take([r[key] if default is None else r.get(key, default) for r in rows] or [0], kind)


def _steps(c, steps, key, names, kinds, people):
    known = {key, "step", "by", "at", "qty", "bad", "amount"}
    for s in steps:
        if set(s) - known:
            raise ValueError(f"unknown: {sorted(set(s) - known)}")
        if s["step"] not in kinds:
            raise ValueError(f"step {s['step']!r} is none of {', '.join(kinds)}")
    return new("c12_flow_steps", n=len(steps), row=c.take([_find(names, s[key], key) for s in steps] or [0], np.int32), kind=c.take([kinds.index(s["step"]) for s in steps] or [0], np.int32),
               by=c.take([_find(people, s.get("by"), "person") for s in steps] or [0], np.int32), at=_column(c, steps, "at"), qty=_column(c, steps, "qty", default=0),
               bad=_column(c, steps, "bad", default=0), amount=_column(c, steps, "amount", default=0))


class _Posted:
    """Columns the library fills for n steps."""

    def __init__(self, c, n):
        self.p = new("c12_flow_postings", move_cap=2 * n, entry_cap=3 * n)
        for name, kind, room in [("move_step", np.int64, 2), ("move_kind", np.int32, 2), ("move_item", np.int32, 2), ("move_from", np.int32, 2), ("move_to", np.int32, 2), ("move_qty", np.int64, 2),
                                 ("entry_step", np.int64, 3), ("entry_account", np.int32, 3), ("entry_amount", np.int64, 3)]:
            array, pointer = c.out(room * n, kind)
            setattr(self, name, array)
            setattr(self.p, name, pointer)
        (self.refusal, self.refusal_c), (self.expected, self.expected_c), (self.actual, self.actual_c) = c.out(n, np.int32), c.out(n, np.int64), c.out(n, np.int64)
        self.n = n

    def result(self, documents, items):
        p, names = self.p, list(items)
        return Result(documents, [Refused(i, _word(lib.c12_flow_refusal_name(int(self.refusal[i]))), int(self.expected[i]), int(self.actual[i])) for i in range(self.n) if self.refusal[i]],
                      [Entry(int(self.entry_step[k]), _word(lib.c12_cost_account_name(int(self.entry_account[k]))), int(self.entry_amount[k])) for k in range(p.n_entries)],
                      [Movement(int(self.move_step[k]), names[self.move_item[k]], int(self.move_from[k]), int(self.move_to[k]), int(self.move_qty[k])) for k in range(p.n_moves)])


def _documents(c, struct, n, narrow, wide):
    columns = {}
    for name, kind in [(k, np.int32) for k in narrow] + [(k, np.int64) for k in wide]:
        columns[name], pointer = c.out(n, kind)
        setattr(struct, name, pointer)
    return columns


def purchases(requests, steps, limits, tolerance=0):
    """requests: dicts with purchase, item, qty, price, standard and perhaps requester and at; steps: dicts with purchase, step (approve, reject, order, receive, inspect, invoice, pay), at
    and what the step needs of by, qty, bad, amount; limits: person to the value up to which they approve, None = not at all; tolerance: millionths by which prices may differ."""
    c, names, people, items = Columns(), _own_names(requests, "purchase"), {p: k for k, p in enumerate(limits)}, {}
    item = [items.setdefault(r["item"], len(items)) for r in requests]
    terms = new("c12_flow_buying", n_persons=len(people), n_roles=len(people), price_ppm=tolerance, dock=0, place=1, role=c.take([-1 if v is None else k for k, v in enumerate(limits.values())] or [0], np.int32),
                limit=c.take([v or 0 for v in limits.values()] or [0], np.int64))
    p = new("c12_flow_purchases", n=len(requests), item=c.take(item or [0], np.int32), requested=_column(c, requests, "qty"), expected=_column(c, requests, "price"), standard=_column(c, requests, "standard"),
            requester=c.take([_find(people, r.get("requester"), "person") for r in requests] or [0], np.int32), created=_column(c, requests, "at", default=0))
    documents = _documents(c, p, len(requests), ("state", "steps"), ("last", *_WIDE))
    s = _steps(c, steps, "purchase", names, _words(lib.c12_flow_purchase_step_name, lib.C12_FLOW_PURCHASE_STEPS), people)
    o, verdict = _Posted(c, len(steps)), new("c12_verdict")
    call(lib.c12_flow_purchase_run, terms, p, s, o.refusal_c, o.expected_c, o.actual_c, o.p)
    call(lib.c12_flow_purchase_check, terms, p, s, o.refusal_c, o.p, verdict)
    judged(verdict)
    states = [_word(lib.c12_flow_purchase_state_name(int(k))) for k in documents["state"][:len(requests)]]
    return o.result({"purchase": list(names), "state": states, **{k: documents[k][:len(requests)] for k in _WIDE}}, items)


def sales(orders, steps):
    """orders: dicts with sale, item, material, qty, price, standard and perhaps at; steps: dicts with sale, step (make, cancel, issue, absorb, complete, ship, bill, collect), at and what the
    step needs of by, qty, amount."""
    c, names, items = Columns(), _own_names(orders, "sale"), {}
    people = {s["by"]: 0 for s in steps if s.get("by") is not None}
    item, material = [[items.setdefault(r[key], len(items)) for r in orders] for key in ("item", "material")]
    a = new("c12_flow_sales", n=len(orders), store=0, shelf=1, item=c.take(item or [0], np.int32), material=c.take(material or [0], np.int32), ordered=_column(c, orders, "qty"), price=_column(c, orders, "price"),
            standard=_column(c, orders, "standard"), created=_column(c, orders, "at", default=0))
    documents = _documents(c, a, len(orders), ("state", "work_state", "steps"), ("last", *_SALE_WIDE))
    s = _steps(c, steps, "sale", names, _words(lib.c12_flow_sale_step_name, lib.C12_FLOW_SALE_STEPS), {p: k for k, p in enumerate(people)})
    o, verdict = _Posted(c, len(steps)), new("c12_verdict")
    call(lib.c12_flow_sale_run, a, s, o.refusal_c, o.expected_c, o.actual_c, o.p)
    call(lib.c12_flow_sale_check, a, s, o.refusal_c, o.p, verdict)
    judged(verdict)
    n = len(orders)
    return o.result({"sale": list(names), "state": [_word(lib.c12_flow_sale_state_name(int(k))) for k in documents["state"][:n]],
                     "work_order": [_word(lib.c12_order_state_name(int(k))) for k in documents["work_state"][:n]], **{k: documents[k][:n] for k in _SALE_WIDE}}, items)


class Defect(NamedTuple):
    """What became of a report: its grade and why, who takes care (-1 = nobody), when the corrective action is due (None = none asked), whether it held its order, why its decision was not
    carried out (None = it was, or there is none), what must be planned again and for how many pieces."""
    grade: str
    reasons: str
    person: int
    due: Optional[int]
    held: bool
    refused: Optional[str]
    replan: frozenset
    replan_qty: int


REPLAN = ("time", "capacity", "material")
DECISIONS = ("", "use_as_is", "rework", "scrap")


def quality(book, reports, items, costs, hold_grade="minor", rules=None, managers=None, **limits):
    """From defects to what is done about them, on a c12.order.Book whose first len(reports) holds are free: each report is graded, assigned, given its time, and holds its order; what was decided
    is carried out.  Times are ns.

    reports: dicts with code, work (order), at and perhaps station, by, bad (pieces, 0 = all), decision ("use_as_is", "rework", "scrap"), decided_by, decided; items, costs: of each order what it
    makes and what a piece cost so far; managers: whether each person is one, None = nobody is assigned; rules, limits: as c12.ncr.grade.
    Gives ([Defect], [Entry], [Movement]); a step is a report.  The events join the book's own, so book.check() judges them too."""
    known = {"code", "work", "at", "station", "by", "bad", "decision", "decided_by", "decided"}
    for r in reports:
        if set(r) - known:
            raise ValueError(f"unknown: {sorted(set(r) - known)}")
        if (r.get("decision") or "") not in DECISIONS:
            raise ValueError(f"decision {r['decision']!r} is none of use_as_is, rework, scrap")
    sized(book.n, items=items, costs=costs)
    c, n, numbered = Columns(), len(reports), {}
    item = [numbered.setdefault(k, len(numbered)) for k in items]
    rules_of = policy(c, rules, **limits)
    text, off = texts([r["code"] for r in reports], c)
    batch = new("c12_ncr_batch", n=n, code_text=text, code_off=off, bad_qty=_column(c, reports, "bad", default=0))
    decisions = [DISPOSITIONS.index(r.get("decision") or "") for r in reports]
    q = new("c12_flow_quality", hold_grade=GRADES.index(hold_grade), n_items=len(numbered), location=1, policy=rules_of, reports=batch, work=_column(c, reports, "work", np.int32), station=_column(c, reports, "station", np.int32, -1),
            raised_by=_column(c, reports, "by", np.int32, -1), created=_column(c, reports, "at"), decision=c.take(decisions or [0], np.int32), decided_by=_column(c, reports, "decided_by", np.int32, -1),
            decided=_column(c, reports, "decided", default=0), item=c.take(item, np.int32), cost=c.take(costs, np.int64))
    if managers is not None:
        q.staff = staff = new("c12_ncr_staff", n=len(managers), manager=c.take(managers, np.uint8))
        c.kept.append(staff)
    posted, effects, out = _Posted(c, n), new("c12_flow_quality_effects", event_cap=4 * n), {}
    effects.postings = posted.p
    for name, kind, room in [("grade", np.int32, 1), ("reason", np.uint32, 1), ("person", np.int32, 1), ("due", np.int64, 1), ("held", np.int32, 1), ("refusal", np.int32, 1), ("order_refusal", np.int32, 1),
                             ("replan", np.int32, 1), ("replan_qty", np.int64, 1), ("event_report", np.int64, 4), ("event_order", np.int32, 4), ("event_kind", np.int32, 4), ("event_by", np.int32, 4), ("event_at", np.int64, 4),
                             ("event_station", np.int32, 4), ("event_scrap", np.int64, 4)]:
        out[name], pointer = c.out(room * n, kind)
        setattr(effects, name, pointer)
    before, verdict = c.take(book.state.copy(), np.int32), new("c12_verdict")
    call(lib.c12_flow_quality_run, q, book.b, effects)
    call(lib.c12_flow_quality_check, q, before, book.b, effects, verdict)
    judged(verdict)
    holds = {lib.C12_ORDER_HOLD, lib.C12_ORDER_LIFT}
    for k in range(effects.n_events):
        kind, report = int(out["event_kind"][k]), int(out["event_report"][k])
        book.events.append((int(out["event_order"][k]), kind, int(out["event_station"][k]), report if kind in holds else 0, int(out["event_by"][k]), int(out["event_at"][k]), 0, int(out["event_scrap"][k]), 0))
        book.refusal.append(0)
    r = posted.result({}, numbered)
    return [_defect(out, k) for k in range(n)], r.entries, r.movements


def _defect(out, k):
    why, book_why, due = int(out["refusal"][k]), int(out["order_refusal"][k]), int(out["due"][k])
    said = _word(lib.c12_flow_decision_name(why)) if why else None
    if why and book_why:
        said += f": {_word(lib.c12_order_refusal_name(book_why))}"
    return Defect(GRADES[out["grade"][k]], reasons(int(out["reason"][k])), int(out["person"][k]), None if due == NEVER else due, bool(out["held"][k]), said,
                  frozenset(word for bit, word in enumerate(REPLAN) if out["replan"][k] >> bit & 1), int(out["replan_qty"][k]))
