// SPDX-License-Identifier: Apache-2.0

package c12

/*
#include "c12/dispatch.h"
*/
import "C"

import (
	"math"
	"runtime"
	"unsafe"
)

// Never is the cost of a pair that must not be.
const Never = math.MaxInt64

// Why a task has the robot it has; see c12/dispatch.h.
const (
	WhyAssigned  int32 = C.C12_DISPATCH_WHY_ASSIGNED
	WhyNoRobot   int32 = C.C12_DISPATCH_WHY_NO_ROBOT
	WhyOutbid    int32 = C.C12_DISPATCH_WHY_OUTBID
	WhyUnreached int32 = C.C12_DISPATCH_WHY_UNREACHED
)

// Dispatch is who may do what at which cost: Cost a row a robot, or a number a listed pair where PairOff is given.
type Dispatch struct {
	Robots, Tasks int
	Cost          []int64 // Robots * Tasks, or pairs; Never = must not be
	Priority      []int32 // by task, larger goes first; nil = equal
	Current       []int32 // by robot, -1 = none; nil = none
	PairOff       []int64 // Robots + 1; nil = every pair has its cost
	PairTask      []int32
	Hysteresis    int64 // what taking a robot off its current task must save
}

// Assignment is the plan by task and its proof.
type Assignment struct {
	Robot, Why, RunnerUp           []int32 // by task; -1 = none
	Margin                         []int64 // what the runner-up falls short by, -1 = none
	TaskDual, TaskPrice, RobotDual []int64
	Objective                      int64
	Optimal                        bool
}

// Dispatcher keeps prices and pairs, so that one change is solved exactly in microseconds.
type Dispatcher struct {
	c             *C.c12_dispatch
	robots, tasks int
	hysteresis    int64
}

func (d *Dispatch) cells() int {
	if n := len(d.PairOff); n > 0 {
		return int(max(d.PairOff[n-1], 0))
	}
	return d.Robots * d.Tasks
}

func (d *Dispatch) valid() error {
	if d.Robots < 0 || d.Tasks < 0 || d.Robots > math.MaxInt32 || d.Tasks > math.MaxInt32 {
		return &Error{Status: ErrArg, What: "count is negative or too large", Field: "robots", Row: -1, Value: int64(d.Robots)}
	}
	n := d.cells()
	return first(fits("cost", d.Cost, n, n == 0), fits("task_priority", d.Priority, d.Tasks, true), fits("current", d.Current, d.Robots, true),
		fits("pair_off", d.PairOff, d.Robots+1, true), fits("pair_task", d.PairTask, n, len(d.PairOff) == 0))
}

func (d *Dispatch) problem(pin *runtime.Pinner) *C.c12_dispatch_problem {
	return &C.c12_dispatch_problem{
		struct_size: C.uint32_t(unsafe.Sizeof(C.c12_dispatch_problem{})), n_robots: C.int32_t(d.Robots), n_tasks: C.int32_t(d.Tasks),
		cost: (*C.int64_t)(column(pin, d.Cost)), task_priority: (*C.int32_t)(column(pin, d.Priority)), current: (*C.int32_t)(column(pin, d.Current)),
		pair_off: (*C.int64_t)(column(pin, d.PairOff)), pair_task: (*C.int32_t)(column(pin, d.PairTask)),
	}
}

// NewDispatcher makes a handle for at most so many robots and tasks; pairs > 0: for problems that list at most so many pairs.
func NewDispatcher(robots, tasks, pairs int, hysteresis int64) (*Dispatcher, error) {
	h := &Dispatcher{hysteresis: hysteresis}
	dims := C.c12_dispatch_dims{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_dispatch_dims{})), robots: C.int32_t(robots), tasks: C.int32_t(tasks), pairs: C.int64_t(pairs)}
	options := C.c12_dispatch_options{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_dispatch_options{})), hysteresis: C.int64_t(hysteresis)}
	pin := new(runtime.Pinner)
	err := call(pin, func(e *C.c12_error) C.c12_status { return C.c12_dispatch_create(&h.c, &dims, &options, nil, e) })
	if err != nil {
		return nil, err
	}
	return h, nil
}

// Close gives the handle's memory back.
func (h *Dispatcher) Close() {
	C.c12_dispatch_destroy(h.c)
	h.c = nil
}

// Load copies a problem; its Hysteresis is the handle's.
func (h *Dispatcher) Load(d *Dispatch) error {
	if err := d.valid(); err != nil {
		return err
	}
	pin := new(runtime.Pinner)
	err := call(pin, func(e *C.c12_error) C.c12_status { return C.c12_dispatch_load(h.c, d.problem(pin), e) })
	if err == nil {
		h.robots, h.tasks = d.Robots, d.Tasks
	}
	return err
}

// SetRobot changes a robot's costs; cost nil: it is gone; robot = the number of robots: one more.
func (h *Dispatcher) SetRobot(robot int, cost []int64, current int32) error {
	if err := fits("cost", cost, h.tasks, true); err != nil {
		return err
	}
	pin := new(runtime.Pinner)
	err := call(pin, func(e *C.c12_error) C.c12_status {
		return C.c12_dispatch_set_robot(h.c, 0, C.int32_t(robot), (*C.int64_t)(column(pin, cost)), C.int32_t(current), e)
	})
	if err == nil {
		h.robots = max(h.robots, robot+1)
	}
	return err
}

// SetTask changes a task's costs; cost nil: it is done or withdrawn; task = the number of tasks: one more.
func (h *Dispatcher) SetTask(task int, cost []int64, priority int32) error {
	if err := fits("cost", cost, h.robots, true); err != nil {
		return err
	}
	pin := new(runtime.Pinner)
	err := call(pin, func(e *C.c12_error) C.c12_status {
		return C.c12_dispatch_set_task(h.c, 0, C.int32_t(task), (*C.int64_t)(column(pin, cost)), C.int32_t(priority), e)
	})
	if err == nil {
		h.tasks = max(h.tasks, task+1)
	}
	return err
}

func newAssignment(robots, tasks int) *Assignment {
	return &Assignment{Robot: make([]int32, tasks), Why: make([]int32, tasks), RunnerUp: make([]int32, tasks), Margin: make([]int64, tasks),
		TaskDual: make([]int64, tasks), TaskPrice: make([]int64, tasks), RobotDual: make([]int64, robots)}
}

func (a *Assignment) plan(pin *runtime.Pinner) *C.c12_dispatch_plan {
	narrow := func(v []int32) *C.int32_t { return (*C.int32_t)(column(pin, v)) }
	wide := func(v []int64) *C.int64_t { return (*C.int64_t)(column(pin, v)) }
	return &C.c12_dispatch_plan{
		struct_size: C.uint32_t(unsafe.Sizeof(C.c12_dispatch_plan{})), task_robot: narrow(a.Robot), robot_dual: wide(a.RobotDual), task_dual: wide(a.TaskDual), why: narrow(a.Why),
		runner_up: narrow(a.RunnerUp), task_price: wide(a.TaskPrice), margin: wide(a.Margin),
	}
}

// Solve gives the best assignment of what is known now.
func (h *Dispatcher) Solve() (*Assignment, error) {
	a, pin := newAssignment(h.robots, h.tasks), new(runtime.Pinner)
	budget := C.c12_budget{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_budget{})), work_limit: math.MaxInt64}
	info := C.c12_info{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_info{}))}
	err := call(pin, func(e *C.c12_error) C.c12_status {
		if h.robots == 0 || h.tasks == 0 { // nothing to point at: a nil column would be a missing one
			a.RobotDual, a.TaskDual = append(a.RobotDual, 0), append(a.TaskDual, 0)
		}
		return C.c12_dispatch_solve(h.c, 0, &budget, a.plan(pin), &info, e)
	})
	a.RobotDual, a.TaskDual = a.RobotDual[:h.robots], a.TaskDual[:h.tasks]
	if err != nil {
		return nil, err
	}
	a.Objective, a.Optimal = int64(info.objective), info.outcome == C.C12_OPTIMAL
	return a, nil
}

// Assign answers once: as many tasks as possible of the highest priority first, then the least cost.
func (d *Dispatch) Assign() (*Assignment, error) {
	if err := d.valid(); err != nil {
		return nil, err
	}
	pairs := 0
	if len(d.PairOff) > 0 {
		pairs = max(1, d.cells())
	}
	h, err := NewDispatcher(d.Robots, d.Tasks, pairs, d.Hysteresis)
	if err != nil {
		return nil, err
	}
	defer h.Close()
	if err := h.Load(d); err != nil {
		return nil, err
	}
	return h.Solve()
}

// Check judges a plan with the independent checker; "" = no rule is broken and the plan is proved to be the best.
func (d *Dispatch) Check(a *Assignment) (string, error) {
	err := first(d.valid(), fits("task_robot", a.Robot, d.Tasks, d.Tasks == 0), fits("why", a.Why, d.Tasks, true), fits("runner_up", a.RunnerUp, d.Tasks, true),
		fits("margin", a.Margin, d.Tasks, true), fits("task_dual", a.TaskDual, d.Tasks, true), fits("task_price", a.TaskPrice, d.Tasks, true), fits("robot_dual", a.RobotDual, d.Robots, true))
	if err != nil {
		return "", err
	}
	pin := new(runtime.Pinner)
	options := C.c12_dispatch_options{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_dispatch_options{})), hysteresis: C.int64_t(d.Hysteresis)}
	verdict := C.c12_verdict{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_verdict{}))}
	err = call(pin, func(e *C.c12_error) C.c12_status {
		return C.c12_dispatch_check(d.problem(pin), a.plan(pin), &options, &verdict, e)
	})
	if err != nil || verdict.violations == 0 {
		return "", err
	}
	return C.GoString(verdict.rule), nil
}
