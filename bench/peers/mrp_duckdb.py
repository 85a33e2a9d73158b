# SPDX-License-Identifier: Apache-2.0
"""The MRP a planner would write in DuckDB: one statement plans a level, its rows hold an item's buckets as lists.

The full rules in int64, which DuckDB checks.  Netting goes from bucket to bucket, so it is a fold over the list of gross requirements.  Costs are
summed in 128 bits over a common denominator.  A changed demand row plans its item again, and then, level by level, those below items whose releases
changed.  Where-used gives ancestors and ways up."""
import numpy as np

from mrp_plant import DENOMINATOR, Missing, wanted

try:
    import duckdb
except ImportError:
    raise Missing("DuckDB: pip install duckdb") from None

# One step of the fold: `a` is the stock before ordering and the lots up to the bucket before (the first of them is none), `x.b` what is asked for.
BEFORE = "(a.b + a.q[-1] - x.b)"
LOT = f"""CASE WHEN {BEFORE} >= safety THEN 0 WHEN rule = 0 THEN safety - {BEFORE} WHEN rule = 1 THEN (safety - {BEFORE} + size - 1) // size * size
    WHEN rule = 2 THEN (greatest(safety - {BEFORE}, least) + multiple - 1) // multiple * multiple
    ELSE safety - {BEFORE} + coalesce(list_sum(g[i + 1:i + periods - 1]), 0)::BIGINT END"""

WAY_DOWN = """WITH RECURSIVE walk AS (SELECT item, 0 AS level FROM item ANTI JOIN line ON child = item UNION SELECT child, level + 1 FROM walk JOIN line ON parent = item)
    SELECT item.*, level FROM item JOIN (SELECT item, max(level) AS level FROM walk GROUP BY item) USING (item)"""
LAID = "SELECT line.*, c.level AS child_level, p.level AS parent_level FROM line JOIN leveled c ON c.item = child JOIN leveled p ON p.item = parent ORDER BY c.level"
BELOW = """INSERT INTO touched SELECT DISTINCT child, child_level FROM laid JOIN (FROM release SEMI JOIN before USING (item) EXCEPT FROM before) changed ON changed.item = parent
    WHERE child NOT IN (SELECT item FROM touched)"""
ABOVE = """WITH RECURSIVE walk AS (SELECT $1::BIGINT AS item, 0 AS level UNION SELECT parent, level + 1 FROM walk JOIN line ON child = item)
    SELECT item, min(level), max(level) FROM walk WHERE level > 0 GROUP BY item ORDER BY item"""
TOTAL = """INSERT INTO total SELECT item, want + coalesce(qty, 0) FROM leveled LEFT JOIN (SELECT child AS item, sum((qty * up + down - 1) // down)::BIGINT AS qty
    FROM laid JOIN total ON total.item = parent WHERE child_level = $1 GROUP BY child) USING (item) WHERE level = $1"""
COST = f"""INSERT INTO cost SELECT item, whole + CASE WHEN 2 * rest > {DENOMINATOR} OR 2 * rest = {DENOMINATOR} AND whole % 2 = 1 THEN 1 ELSE 0 END FROM
    (SELECT item, (own_cost + coalesce(parts, 0) // {DENOMINATOR})::BIGINT AS whole, (coalesce(parts, 0) % {DENOMINATOR})::BIGINT AS rest FROM leveled LEFT JOIN
    (SELECT parent AS item, sum(cost::HUGEINT * up * ({DENOMINATOR} // down)) AS parts FROM laid JOIN cost ON cost.item = child WHERE parent_level = $1 GROUP BY parent) USING (item) WHERE level = $1)"""


def releases(buckets, some):
    """The statement that plans the items of level $1, `some` or all (""), from the demand and from what is released above them."""
    every = range(1, buckets + 1)
    need = ", ".join(f"(r[{t}] * up + down - 1) // down" + (" + (past * up + down - 1) // down" if t == 1 else "") + f" AS g{t}" for t in every)
    asked = f"SELECT demand.* FROM demand JOIN {some or 'leveled'} USING (item) WHERE level = $1"
    lines = f"(FROM laid {'SEMI JOIN touched ON touched.item = child' if some else ''} WHERE child_level = $1) laid"
    gross = f"SELECT item, [{', '.join(f'sum(g{t})::BIGINT' for t in every)}] AS g FROM ({asked} UNION ALL SELECT child, {need} FROM {lines} JOIN release ON release.item = parent) GROUP BY item"
    items = f"SELECT leveled.*, coalesce(g, {[0] * buckets}) AS g FROM leveled {'SEMI JOIN touched USING (item)' if some else ''} LEFT JOIN ({gross}) USING (item) WHERE level = $1"
    lots = f"""SELECT item, lead, list_reduce(list_transform(g, lambda x: {{b: x, q: []::BIGINT[]}}), lambda a, x, i: {{b: {BEFORE}, q: list_append(a.q, {LOT})}},
        {{b: on_hand, q: [0]::BIGINT[]}}).q[2:] AS q FROM ({items})"""
    return f"INSERT INTO release SELECT item, coalesce(list_sum(q[:lead]), 0), list_resize(q[lead + 1:], {buckets}, 0) FROM ({lots})"


class Peer:
    name = "DuckDB"

    @staticmethod
    def version():
        return duckdb.__version__

    def __init__(self, p):
        self.p, self.n, self.qty = p, p["n"], p["demand_qty"].copy()
        self.db = duckdb.connect(config={"threads": 1})
        dense = np.zeros((self.n, p["buckets"]), np.int64)
        np.add.at(dense, (p["demand_item"], p["demand_bucket"]), self.qty)
        asked = np.flatnonzero(dense.any(axis=1))
        self._table("item", item=np.arange(self.n), want=wanted(p), least=p["min"], **{k: p[k] for k in ("lead", "rule", "size", "multiple", "periods", "safety", "on_hand", "own_cost")})
        self._table("line", parent=p["parent"], child=p["child"], up=p["num"] * (10**6 + p["ppm"]), down=p["den"] * 10**6)
        self._table("demand", item=asked, **{f"g{t + 1}": dense[asked, t] for t in range(p["buckets"])})
        self.db.execute("CREATE TABLE release (item BIGINT, past BIGINT, r BIGINT[]); CREATE TABLE total (item BIGINT, qty BIGINT); CREATE TABLE cost (item BIGINT, cost BIGINT); CREATE TABLE touched (item BIGINT, level INT)")
        self.all, self.some = releases(p["buckets"], ""), releases(p["buckets"], "touched")

    def _table(self, name, **columns):
        self.db.register("given", {k: np.ascontiguousarray(v, np.int64) for k, v in columns.items()})
        self.db.execute(f"CREATE TABLE {name} AS FROM given")
        self.db.unregister("given")

    def _by_level(self, levels, sql):
        for level in levels:
            self.db.execute(sql, [level])

    def codes(self):
        """The walk meets an item once for each length of a way to it, not once for each way."""
        self.db.execute(f"CREATE OR REPLACE TABLE leveled AS {WAY_DOWN}")
        self.db.execute(f"CREATE OR REPLACE TABLE laid AS {LAID}")
        self.depth = self.db.execute("SELECT max(level) + 1 FROM leveled").fetchone()[0]

    def plan(self):
        self.db.execute("DELETE FROM release")
        self._by_level(range(self.depth), self.all)

    def change(self, row, qty):
        item, bucket = int(self.p["demand_item"][row]), int(self.p["demand_bucket"][row]) + 1
        self.db.execute(f"UPDATE demand SET g{bucket} = g{bucket} + $1 WHERE item = $2", [int(qty - self.qty[row]), item])
        self.qty[row] = qty
        self.db.execute("INSERT INTO touched SELECT item, level FROM leveled WHERE item = $1", [item])
        while (level := self.db.execute("SELECT min(level) FROM touched").fetchone()[0]) is not None:
            self.db.execute("CREATE OR REPLACE TEMP TABLE before AS FROM release SEMI JOIN (FROM touched WHERE level = $1) USING (item)", [level])
            self.db.execute("DELETE FROM release WHERE item IN (SELECT item FROM before)")
            self.db.execute(self.some, [level])
            self.db.execute("DELETE FROM touched WHERE level = $1", [level])
            self.db.execute(BELOW)

    def explode(self):
        self.db.execute("DELETE FROM total")
        self._by_level(range(self.depth), TOTAL)

    def rollup(self):
        self.db.execute("DELETE FROM cost")
        self._by_level(reversed(range(self.depth)), COST)

    def where_used(self, item):
        self.rows = self.db.execute(ABOVE, [int(item)]).fetchall()

    def _column(self, sql):
        return next(iter(self.db.execute(sql).fetchnumpy().values()))

    def levels(self):
        return self._column("SELECT level FROM leveled ORDER BY item")

    def releases(self):
        return np.stack(self._column("SELECT list_prepend(past, r) FROM release ORDER BY item"))

    def totals(self):
        return self._column("SELECT qty FROM total ORDER BY item")

    def costs(self):
        return self._column("SELECT cost FROM cost ORDER BY item")

    def used(self):
        return np.array(self.rows, np.int64).reshape(-1, 3)

    def close(self):
        self.db.close()
