# SPDX-License-Identifier: Apache-2.0
"""OR-Tools CP-SAT: one interval an operation and machine, no overlap on machines; in plants a circuit a machine carries the set-ups.

A circuit has a literal for every ordered pair of operations a machine may do: 34,000 for 60 orders and four times as many for twice the orders.
It finds no plan for 50 orders in ten seconds, so plants of more than MOST_ORDERS are not asked of it.  The time limit holds for the search alone."""
import ortools
from ortools.sat.python import cp_model

NAME, MOST_ORDERS = "CP-SAT", 60


def version():
    return ortools.__version__


def fits(shop):
    return not shop.setup or len(shop.jobs) <= MOST_ORDERS


class Model:
    def __init__(self, shop):
        self.shop, self.model, self.start, self.end, self.on = shop, cp_model.CpModel(), {}, {}, {}
        most = max((s for row in shop.setup for s in row), default=0)
        self.horizon = max(shop.release) + sum(op[1] + most for job in shop.jobs for op in job)
        self.by_machine = [[] for _ in range(shop.machines)]
        for j, job in enumerate(shop.jobs):
            for k in range(len(job)):
                self._operation(j, k)
        for m in range(shop.machines):
            self.model.add_no_overlap(interval for _, _, interval in self.by_machine[m])
        self.model.minimize(self._tardiness() if shop.setup else self._makespan())

    def _operation(self, j, k):
        m, (machines, ticks, _) = self.model, self.shop.jobs[j][k]
        start = self.start[j, k] = m.new_int_var(self.shop.release[j], self.horizon - ticks, "")
        self.end[j, k] = start + ticks
        if k:
            m.add(start >= self.end[j, k - 1])
        for machine in machines:
            lit = self.on[j, k, machine] = m.new_bool_var("") if len(machines) > 1 else m.new_constant(1)
            self.by_machine[machine].append(((j, k), lit, m.new_optional_fixed_size_interval_var(start, ticks, lit, "") if len(machines) > 1 else m.new_fixed_size_interval_var(start, ticks, "")))
        m.add_exactly_one(self.on[j, k, machine] for machine in machines)

    def _makespan(self):
        top = self.model.new_int_var(0, self.horizon, "")
        for j, job in enumerate(self.shop.jobs):
            self.model.add(top >= self.end[j, len(job) - 1])
        return top

    def _tardiness(self):
        cost = [c for m in range(self.shop.machines) for c in self._circuit(m)]
        for j, job in enumerate(self.shop.jobs):
            late = self.model.new_int_var(0, self.horizon, "")
            self.model.add(late >= self.end[j, len(job) - 1] - self.shop.due[j])
            cost.append(self.shop.weight[j] * late)
        return sum(cost)

    def _circuit(self, machine):
        """Node 0 stands for the machine before its first and after its last operation."""
        here, arcs, cost = self.by_machine[machine], [(0, 0, self.model.new_bool_var(""))], []
        for a, (op, on, _) in enumerate(here, 1):
            arcs += [(a, a, on.negated()), (0, a, self.model.new_bool_var("")), (a, 0, self.model.new_bool_var(""))]
            for b, (other, _, _) in enumerate(here, 1):
                if a == b or (op[0] == other[0] and op[1] > other[1]):
                    continue
                lit = self.model.new_bool_var("")
                arcs.append((a, b, lit))
                setup = self.shop.setup[self.shop.jobs[op[0]][op[1]][2]][self.shop.jobs[other[0]][other[1]][2]]
                self.model.add(self.start[other] >= self.end[op] + setup).only_enforce_if(lit)
                if setup:
                    cost.append(setup * lit)
        self.model.add_circuit(arcs)
        return cost


def solve(shop, seconds, seed, workers):
    """{(job, op): (machine, start)}, or None when the search found no plan in time."""
    m, solver = Model(shop), cp_model.CpSolver()
    solver.parameters.max_time_in_seconds, solver.parameters.num_workers, solver.parameters.random_seed = seconds, workers, seed
    if solver.solve(m.model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    return {(j, k): (machine, solver.value(m.start[j, k])) for (j, k, machine), lit in m.on.items() if solver.value(lit)}
