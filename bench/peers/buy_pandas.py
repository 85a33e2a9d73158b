# SPDX-License-Identifier: Apache-2.0
"""The requisitions a buyer's script makes in pandas and numpy, beside libc12 on the same requirements in the same process.
usage: buy_pandas.py [NEEDS]; the two lists are compared row by row before a time is printed.

The script merges requirements with offers, counts working days with numpy.busday_offset, takes the preferred offer in time, else the earliest
arrival, and rounds to the smallest multiple at or above the minimum; the running surplus of an item needs a loop over its requirements, which it
makes over all items at a time.  Prices are whole cents, so that double is exact here."""
import sys
import time

import numpy as np
import pandas as pd

import c12
from c12._buy import Columns
from c12._core import call, new
from c12._c12 import lib

MONDAY = np.datetime64("2025-01-06")


def market(needs, seed=1):
    g = np.random.default_rng(seed)
    items = max(needs // 20, 1)
    n = pd.DataFrame({"item": np.repeat(np.arange(items), 20), "bucket": (np.tile(np.arange(20), items) * 18 + g.integers(0, 18, items * 20)), "qty": g.integers(1, 500, items * 20)})
    o = pd.DataFrame({"item": np.repeat(np.arange(items), 3), "supplier": g.integers(0, 500, 3 * items), "priority": np.tile(np.arange(3), items), "lead": g.integers(0, 40, 3 * items),
                      "moq": g.integers(0, 300, 3 * items), "multiple": g.integers(1, 51, 3 * items), "price": g.integers(100, 200, 3 * items)})
    return n, o


def in_pandas(n, o, today):
    step = n.groupby("item").cumcount()
    surplus = pd.Series(0, index=np.arange(o.item.max() + 1))
    now = np.busday_offset(MONDAY + today, 0, roll="forward")
    out = []
    for k in range(step.max() + 1):
        row = n[step == k]
        left = surplus.reindex(row.item).to_numpy()
        required = row.qty.to_numpy() - left
        surplus.loc[row.item[required <= 0]] = -required[required <= 0]
        row = row.assign(required=required)[required > 0]
        m = row.merge(o.reset_index(names="offer"), on="item")
        latest = np.busday_offset(MONDAY + m.bucket.to_numpy(), -m.lead.to_numpy(), roll="backward")
        order = np.maximum(latest, now)
        arrive = np.busday_offset(order, m.lead.to_numpy())
        late = latest < now
        m = m.assign(order=(order - MONDAY).astype(int), arrive=(arrive - MONDAY).astype(int), late=late, key=np.where(late, (arrive - MONDAY).astype(int), 0))
        m = m.sort_values(["item", "late", "key", "priority", "offer"]).drop_duplicates("item")
        lot = np.ceil(np.maximum(m.required, m.moq) / m.multiple).astype(np.int64) * m.multiple
        m = m.assign(buy=lot, cost=lot * m.price)
        surplus.loc[m.item] = (m.buy - m.required).to_numpy()
        out.append(m)
    return pd.concat(out).sort_values(["item", "bucket"])


def library(n, o, today):
    """A call without anything but the planner in it, and its columns."""
    c, count = Columns(), 2 * len(n)
    closed = np.array([t for t in range(-400, 1000) if t % 7 > 4], np.int32)
    problem = new("c12_buy_input", n_items=int(o.item.max()) + 1, n_needs=len(n), n_offers=len(o), n_suppliers=500, n_calendars=1, today=today,
                  need_item=c.take(n.item, np.int32), need_bucket=c.take(n.bucket, np.int32), need_qty=c.take(n.qty, np.int64),
                  offer_item=c.take(o.item, np.int32), offer_supplier=c.take(o.supplier, np.int32), offer_priority=c.take(o.priority, np.int32), offer_lead=c.take(o.lead, np.int32),
                  offer_moq=c.take(o.moq, np.int64), offer_multiple=c.take(o.multiple, np.int64), offer_price=c.take(o.price, np.int64),
                  supplier_calendar=c.take(np.zeros(500), np.int32), closed_off=c.take([0, len(closed)], np.int64), closed=c.take(closed, np.int32))
    plan, columns = new("c12_buy_plan", cap=count), {}
    for name, dtype in (("item", np.int32), ("offer", np.int32), ("order_bucket", np.int32), ("arrive_bucket", np.int32), ("required", np.int64), ("qty", np.int64), ("cost", np.int64)):
        columns[name], pointer = c.out(count, dtype)
        setattr(plan, name, pointer)
    scratch = c.scratch(lib.c12_buy_scratch(problem.n_items, len(n), len(o), 1))
    options = new("c12_buy_options")
    return lambda: call(lib.c12_buy_requisitions, problem, options, plan, scratch), plan, columns, c


def median(runs, f):
    took = []
    for _ in range(runs):
        t = time.perf_counter()
        result = f()
        took.append(time.perf_counter() - t)
    return sorted(took)[runs // 2], result


def main():
    needs, today = int(sys.argv[1]) if len(sys.argv) > 1 else 1000000, 20
    n, o = market(needs)
    run, plan, mine, kept = library(n, o, today)
    fast, _ = median(7, run)
    slow, theirs = median(1 if needs > 200000 else 3, lambda: in_pandas(n, o, today))
    assert plan.count == len(theirs)
    for name, peer in (("item", "item"), ("offer", "offer"), ("order_bucket", "order"), ("arrive_bucket", "arrive"), ("required", "required"), ("qty", "buy"), ("cost", "cost")):
        assert (mine[name][:plan.count] == theirs[peer].to_numpy()).all(), name
    print(f"{len(n)} requirements, {len(o)} offers, {plan.count} requisitions, {plan.expedites} to expedite; one thread, medians; lists equal")
    print(f"  {'':28}{'libc12':>12}{'pandas':>12}{'ratio':>8}")
    print(f"  {'requisitions, ms':28}{fast * 1e3:12.1f}{slow * 1e3:12.1f}{slow / fast:8.0f}")


if __name__ == "__main__":
    main()
