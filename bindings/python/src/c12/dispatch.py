# SPDX-License-Identifier: Apache-2.0
"""Which robot does which task, and why: see c12/dispatch.h.

`assign(cost)` answers once; a `Dispatcher` keeps prices and pairs, so that the next answer after one robot or task has changed takes microseconds."""
import numpy as np

from ._c12 import ffi, lib
from ._core import call, column, new

NEVER = np.iinfo(np.int64).max  # cost of a pair that must not be
WHY = ("assigned", "no_robot", "outbid", "unreached")
REASONS = ("can", "no_way", "skills", "capacity", "held", "battery", "deadline")
MODELS = {"travel": lib.C12_DISPATCH_TRAVEL, "score": lib.C12_DISPATCH_SCORE}
MOST = np.iinfo(np.int64).max

FLEET = {  # dtype and how many rows
    "robot_skills": ("uint64", "robots"), "robot_battery": ("int32", "robots"), "robot_wait": ("int64", "robots"), "task_skills": ("uint64", "tasks"),
    "task_duration": ("int64", "tasks"), "task_priority": ("int32", "tasks"), "robot_capacity": ("int64", "robots"), "task_load": ("int64", "tasks"),
    "task_deadline": ("int64", "tasks"), "station_rest": ("int64", "stations"), "robot_task": ("int32", "robots"), "robot_rank": ("int32", "robots"),
    "task_rank": ("int32", "tasks"), "robot_used": ("int64", "robots")}


class Assignment:
    """By task: `robot` (-1 = none), `why` (index into WHY), `runner_up`, `margin`, and the proof `task_dual`, `task_price`; by robot `robot_dual`.
    `objective`, `outcome` ("optimal" unless stopped early), `work`."""

    def __init__(self, n_robots, n_tasks, reasons=True, proof=True):
        def out(n, dtype, wanted=True):
            return np.zeros(n, dtype) if wanted else None

        self.robot = out(n_tasks, np.int32)
        self.why, self.runner_up, self.margin = out(n_tasks, np.int32, reasons), out(n_tasks, np.int32, reasons), out(n_tasks, np.int64, reasons)
        self.task_dual, self.task_price, self.robot_dual = out(n_tasks, np.int64, proof), out(n_tasks, np.int64, proof), out(n_robots, np.int64, proof)
        self.objective = self.work = 0
        self.outcome = "unknown"
        self._c = new("c12_dispatch_plan", task_robot=column(self.robot, np.int32, None, "robot"), why=column(self.why, np.int32, None, "why"),
                      runner_up=column(self.runner_up, np.int32, None, "runner_up"), margin=column(self.margin, np.int64, None, "margin"),
                      task_dual=column(self.task_dual, np.int64, None, "task_dual"), task_price=column(self.task_price, np.int64, None, "task_price"),
                      robot_dual=column(self.robot_dual, np.int64, None, "robot_dual"))


def _problem(cost, priority, current, pairs, n_tasks):
    """The struct; it borrows the arrays, which the caller keeps."""
    if pairs is None:
        if getattr(cost, "ndim", 0) != 2:
            raise TypeError("cost must have a row a robot and a column a task; with pairs=(off, task) a number a pair")
        robots, tasks, n = cost.shape[0], cost.shape[1], cost.size
        off = task = ffi.NULL
    else:
        if n_tasks is None:
            raise TypeError("pairs need n_tasks")
        robots, tasks = len(pairs[0]) - 1, n_tasks
        if robots < 0:
            raise ValueError("pairs need robots + 1 offsets")
        n = int(pairs[0][-1])
        off, task = column(pairs[0], np.int64, None, "pairs[0]"), column(pairs[1], np.int32, n, "pairs[1]")
    return new("c12_dispatch_problem", n_robots=robots, n_tasks=tasks, cost=column(cost, np.int64, n, "cost"), task_priority=column(priority, np.int32, tasks, "priority"),
               current=column(current, np.int32, robots, "current"), pair_off=off, pair_task=task)


class Dispatcher:
    """A handle for at most so many robots and tasks (and listed pairs, where pairs > 0)."""

    def __init__(self, robots, tasks, hysteresis=0, pairs=0):
        self._self = ffi.new("c12_dispatch **")
        self.options = new("c12_dispatch_options", hysteresis=hysteresis)
        call(lib.c12_dispatch_create, self._self, new("c12_dispatch_dims", robots=robots, tasks=tasks, pairs=pairs), self.options, ffi.NULL)
        self._handle = ffi.gc(self._self[0], lib.c12_dispatch_destroy)
        self.n_robots = self.n_tasks = 0
        self._budget = new("c12_budget", work_limit=MOST)
        self._info = new("c12_info")

    def load(self, cost, priority=None, current=None, pairs=None, n_tasks=None):
        """cost: int64, a row a robot, NEVER = must not be; or a number a pair with pairs = (off, task) and n_tasks.  Copied."""
        p = _problem(cost, priority, current, pairs, n_tasks)
        call(lib.c12_dispatch_load, self._handle, p)
        self.n_robots, self.n_tasks = p.n_robots, p.n_tasks

    def set_robot(self, robot, cost, current=-1):
        """New costs of a robot; cost None: it is gone; robot = n_robots: one more."""
        call(lib.c12_dispatch_set_robot, self._handle, 0, robot, column(cost, np.int64, self.n_tasks, "cost"), current)
        self.n_robots = max(self.n_robots, robot + 1)

    def set_task(self, task, cost, priority=0):
        """New costs of a task; cost None: it is done or withdrawn; task = n_tasks: one more."""
        call(lib.c12_dispatch_set_task, self._handle, 0, task, column(cost, np.int64, self.n_robots, "cost"), priority)
        self.n_tasks = max(self.n_tasks, task + 1)

    def solve(self, reasons=True, proof=True, work=None, into=None):
        """The best assignment of what is known now.  into: an Assignment to write to again."""
        plan = into if into is not None else Assignment(self.n_robots, self.n_tasks, reasons, proof)
        if len(plan.robot) != self.n_tasks or (plan.robot_dual is not None and len(plan.robot_dual) != self.n_robots):
            raise ValueError("the assignment to write to has another size")
        self._budget.work_limit = MOST if work is None else work
        call(lib.c12_dispatch_solve, self._handle, 0, self._budget, plan._c, self._info)
        plan.objective, plan.work = self._info.objective, self._info.work
        plan.outcome = "optimal" if self._info.outcome == lib.C12_OPTIMAL else "feasible"
        return plan


def assign(cost, priority=None, current=None, hysteresis=0, pairs=None, n_tasks=None):
    """As many tasks as possible of the highest priority first, then the least cost."""
    p = _problem(cost, priority, current, pairs, n_tasks)
    d = Dispatcher(p.n_robots, p.n_tasks, hysteresis, 0 if pairs is None else max(1, int(pairs[0][-1])))
    d.load(cost, priority, current, pairs, n_tasks)
    return d.solve()


def check(plan, cost, priority=None, current=None, hysteresis=0, pairs=None, n_tasks=None):
    """The independent checker: (violations, first broken rule or None)."""
    verdict = new("c12_verdict")
    p = _problem(cost, priority, current, pairs, n_tasks)
    if len(plan.robot) != p.n_tasks or (plan.robot_dual is not None and len(plan.robot_dual) != p.n_robots):
        raise ValueError("the assignment belongs to another problem")
    call(lib.c12_dispatch_check, p, plan._c, new("c12_dispatch_options", hysteresis=hysteresis), verdict)
    return verdict.violations, ffi.string(verdict.rule).decode() if verdict.violations else None


def _fleet(travel, robot_vertex, task_station, columns):
    if getattr(travel, "ndim", 0) != 2:
        raise TypeError("travel must have a row a vertex and a column a station")
    rows = {"robots": len(robot_vertex), "tasks": len(task_station), "stations": travel.shape[1]}
    f = new("c12_dispatch_fleet", n_robots=rows["robots"], n_tasks=rows["tasks"], n_vertices=travel.shape[0], n_stations=travel.shape[1],
            travel=column(travel, np.int64, None, "travel"), robot_vertex=column(robot_vertex, np.int32, None, "robot_vertex"),
            task_station=column(task_station, np.int32, None, "task_station"))
    for name, (dtype, size) in FLEET.items():
        setattr(f, name, column(columns.pop(name, None), np.dtype(dtype), rows[size], name))
    return f


def cost(travel, robot_vertex, task_station, model="travel", **columns):
    """Costs and reasons of all pairs: (int64 matrix, uint8 matrix of indices into REASONS), from columns of c12_dispatch_fleet and options of
    c12_dispatch_costing by name."""
    f = _fleet(travel, robot_vertex, task_station, columns)
    c = new("c12_dispatch_costing", model=MODELS[model], **columns)
    out, why = np.zeros((f.n_robots, f.n_tasks), np.int64), np.zeros((f.n_robots, f.n_tasks), np.uint8)
    call(lib.c12_dispatch_cost, f, c, column(out, np.int64, None, "cost"))
    call(lib.c12_dispatch_reasons, f, c, column(why, np.uint8, None, "reason"))
    return out, why


class Chains:
    """Several stops a robot: `chains` (a list a robot of its tasks in the order of its way), by task `robot` (-1 = in no chain) and `done` (tick at which it is over,
    -1 = never); `objective`: travel ticks + late_cost * late ticks."""

    def __init__(self, n_robots, n_tasks):
        self._off, self._task = np.zeros(n_robots + 1, np.int64), np.zeros(n_tasks, np.int32)
        self.robot, self.done, self.objective = np.zeros(n_tasks, np.int32), np.zeros(n_tasks, np.int64), 0
        self._c = new("c12_dispatch_chain_plan", chain_off=column(self._off, np.int64, None, "chain_off"), chain_task=column(self._task, np.int32, None, "chain_task"),
                      task_robot=column(self.robot, np.int32, None, "task_robot"), task_done=column(self.done, np.int64, None, "task_done"))

    @property
    def chains(self):
        return [self._task[a:b].tolist() for a, b in zip(self._off, self._off[1:])]


def _stops(travel, robot_vertex, task_station, hop, columns):
    f = _fleet(travel, robot_vertex, task_station, columns)
    if getattr(hop, "shape", None) != (f.n_stations, f.n_stations):
        raise ValueError(f"hop must have a row and a column a station: {f.n_stations}")
    return f, new("c12_dispatch_costing", **columns), column(hop, np.int64, None, "hop")


def chains(travel, robot_vertex, task_station, hop, regret=0, **columns):
    """Chains of tasks by regret insertion.  hop: ticks from station to station, -1 = no way; columns of c12_dispatch_fleet and options of c12_dispatch_costing by name."""
    f, c, ways = _stops(travel, robot_vertex, task_station, hop, columns)
    plan, info = Chains(f.n_robots, f.n_tasks), new("c12_info")
    room = lib.c12_dispatch_chain_scratch(f.n_robots, f.n_tasks)
    kept = ffi.new("char[]", max(room, 1))
    call(lib.c12_dispatch_chain, f, c, ways, regret, plan._c, ffi.new("c12_mem *", {"ptr": kept, "size": room})[0], info)
    plan.objective = info.objective
    return plan


def check_chains(plan, travel, robot_vertex, task_station, hop, **columns):
    """The independent checker of chains: (violations, first broken rule or None)."""
    f, c, ways = _stops(travel, robot_vertex, task_station, hop, columns)
    if len(plan.robot) != f.n_tasks or len(plan._off) != f.n_robots + 1:
        raise ValueError("the chains belong to another fleet")
    verdict = new("c12_verdict")
    call(lib.c12_dispatch_chain_check, f, c, ways, plan._c, verdict)
    return verdict.violations, ffi.string(verdict.rule).decode() if verdict.violations else None
