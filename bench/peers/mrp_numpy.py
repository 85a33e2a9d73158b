# SPDX-License-Identifier: Apache-2.0
"""The MRP a planner would write in numpy, level by level with the full rules: every item of a level at once, bucket after bucket.

Exact in int64 throughout; a roll-up keeps cost * numerator below 2^63 by splitting each cost at the common denominator.  A changed demand row
nets its item again, and then, level by level, those below items whose releases changed.  Where-used gives ancestors and ways up, not the quantities per."""
import numpy as np

from mrp_plant import DENOMINATOR, wanted


def spread(off, at):
    """The positions off[i] .. off[i + 1] - 1 of every i of `at`, and how many each has."""
    count = off[at + 1] - off[at]
    ends = np.cumsum(count)
    return np.arange(ends[-1] if len(ends) else 0) + np.repeat(off[at] - ends + count, count), count


class Peer:
    name = "numpy"

    @staticmethod
    def version():
        return np.__version__

    def __init__(self, p):
        self.p, self.n, self.buckets = p, p["n"], p["buckets"]
        self.demand, self.want = np.zeros((self.n, self.buckets), np.int64), wanted(p)
        np.add.at(self.demand, (p["demand_item"], p["demand_bucket"]), p["demand_qty"])
        self.qty, self.release = p["demand_qty"].copy(), np.zeros((self.n, 1 + self.buckets), np.int64)

    def codes(self):
        p = self.p
        by_child = np.argsort(p["child"], kind="stable")
        self.parent, self.child = p["parent"][by_child], p["child"][by_child]
        self.up, self.down = (p["num"] * (10**6 + p["ppm"]))[by_child], (p["den"] * 10**6)[by_child]
        self.above = np.searchsorted(self.child, np.arange(self.n + 1))  # lines into an item
        self.below = np.searchsorted(p["parent"], np.arange(self.n + 1))  # lines out of an item
        level = np.zeros(self.n, np.int64)
        while True:
            up = np.zeros_like(level)
            np.maximum.at(up, self.child, level[self.parent] + 1)
            if (up == level).all():
                break
            level = up
        self.level = level

    def _by_level(self):
        return [np.flatnonzero(self.level == l) for l in range(self.level.max() + 1)]

    def _net(self, items):
        """Net items of one level, with what is released above them as it stands."""
        gross = self.demand[items]
        lines, count = spread(self.above, items)
        if len(lines):
            need = -(-(self.release[self.parent[lines]] * self.up[lines, None]) // self.down[lines, None])
            has = np.flatnonzero(count)
            need = np.add.reduceat(need, (np.cumsum(count) - count)[has], axis=0)
            gross[has] += need[:, 1:]
            gross[has, 0] += need[:, 0]
        self._lots(items, gross)

    def _lots(self, i, gross):
        p, buckets = self.p, self.buckets
        have, rule, floor, lead = p["on_hand"][i].copy(), p["rule"][i], p["safety"][i], p["lead"][i]
        size, low, multiple, periods = p["size"][i], p["min"][i], p["multiple"][i], p["periods"][i]
        at, release = np.arange(len(i)), np.zeros((len(i), 1 + buckets), np.int64)
        for t in range(buckets):
            have -= gross[:, t]
            net = np.maximum(floor - have, 0)
            window = net.copy()
            for u in range(t + 1, min(t + 6, buckets)):
                window += np.where(u < t + periods, gross[:, u], 0)
            lot = np.select([rule == 0, rule == 1, rule == 2], [net, -(-net // size) * size, -(-np.maximum(net, low) // multiple) * multiple], window)
            lot[net == 0] = 0
            release[at, np.maximum(t - lead, -1) + 1] += lot
            have += lot
        self.release[i] = release

    def plan(self):
        for items in self._by_level():
            self._net(items)

    def change(self, row, qty):
        self.demand[self.p["demand_item"][row], self.p["demand_bucket"][row]] += qty - self.qty[row]
        self.qty[row] = qty
        todo = self.p["demand_item"][row : row + 1]
        while len(todo):
            next_level = self.level[todo] == self.level[todo].min()
            items, todo = todo[next_level], todo[~next_level]
            before = self.release[items].copy()
            self._net(items)
            changed = items[(self.release[items] != before).any(axis=1)]
            todo = np.union1d(todo, self.p["child"][spread(self.below, changed)[0]])

    def explode(self):
        total = self.want.copy()
        for i in self._by_level()[1:]:
            lines, count = spread(self.above, i)
            need = -(-(total[self.parent[lines]] * self.up[lines]) // self.down[lines])
            total[i] += np.add.reduceat(need, np.cumsum(count) - count)
        self.total = total

    def rollup(self):
        cost, p = self.p["own_cost"].copy(), self.p
        up = p["num"] * (10**6 + p["ppm"]) * (DENOMINATOR // (p["den"] * 10**6))
        for i in reversed(self._by_level()):
            i = i[self.below[i + 1] > self.below[i]]
            if not len(i):
                continue
            lines, count = spread(self.below, i)
            whole, part = np.divmod(cost[p["child"][lines]], DENOMINATOR)
            first = np.cumsum(count) - count
            carry, rest = np.divmod(np.add.reduceat(part * up[lines], first), DENOMINATOR)
            add = np.add.reduceat(whole * up[lines], first) + carry + cost[i]
            cost[i] = add + ((2 * rest > DENOMINATOR) | ((2 * rest == DENOMINATOR) & (add % 2 == 1)))
        self.cost = cost

    def where_used(self, item):
        at, depth, found = np.array([item]), 0, []
        while len(at):
            at, depth = np.unique(self.parent[spread(self.above, at)[0]]), depth + 1
            found.append(np.column_stack([at, np.full(len(at), depth)]))
        rows = np.concatenate(found)
        rows = rows[np.lexsort((rows[:, 1], rows[:, 0]))]
        items, first, count = np.unique(rows[:, 0], return_index=True, return_counts=True)
        self.rows = np.column_stack([items, rows[first, 1], rows[first + count - 1, 1]])

    def levels(self):
        return self.level

    def releases(self):
        return self.release

    def totals(self):
        return self.total

    def costs(self):
        return self.cost

    def used(self):
        return self.rows

    def close(self):
        pass
