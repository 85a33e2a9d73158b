// SPDX-License-Identifier: Apache-2.0

package c12

/*
#include "c12/dispatch.h"
*/
import "C"

import (
	"runtime"
	"unsafe"
)

// DispatchFleet is robots, tasks and the ways between them, from which costs and chains come; see c12/dispatch.h for units and what nil means.
type DispatchFleet struct {
	Vertices, Stations                                 int
	Travel                                             []int64 // Vertices * Stations ticks, -1 = no way
	RobotVertex, TaskStation                           []int32 // their lengths are the numbers of robots and tasks
	RobotSkills, TaskSkills                            []uint64
	RobotBattery, TaskPriority                         []int32
	RobotWait, TaskDuration, TaskDeadline, StationRest []int64
	RobotCapacity, TaskLoad, RobotUsed                 []int64
	RobotTask, RobotRank, TaskRank                     []int32
	Score, SoftSkills, SoftBattery                     bool
	DrainPPM, DrainTicks, DistanceUnit                 int64
	ReservePPM, LateCost, BalancePPM                   int64
}

func (f *DispatchFleet) valid() error {
	robots, tasks := len(f.RobotVertex), len(f.TaskStation)
	return first(fits("travel", f.Travel, f.Vertices*f.Stations, f.Vertices*f.Stations == 0), fits("robot_skills", f.RobotSkills, robots, true), fits("robot_battery", f.RobotBattery, robots, true),
		fits("robot_wait", f.RobotWait, robots, true), fits("task_skills", f.TaskSkills, tasks, true), fits("task_duration", f.TaskDuration, tasks, true),
		fits("task_priority", f.TaskPriority, tasks, true), fits("robot_capacity", f.RobotCapacity, robots, true), fits("task_load", f.TaskLoad, tasks, true),
		fits("task_deadline", f.TaskDeadline, tasks, true), fits("station_rest", f.StationRest, f.Stations, true), fits("robot_task", f.RobotTask, robots, true),
		fits("robot_rank", f.RobotRank, robots, true), fits("task_rank", f.TaskRank, tasks, true), fits("robot_used", f.RobotUsed, robots, true))
}

func (f *DispatchFleet) c(pin *runtime.Pinner) *C.c12_dispatch_fleet {
	i := func(v []int32) *C.int32_t { return (*C.int32_t)(column(pin, v)) }
	w := func(v []int64) *C.int64_t { return (*C.int64_t)(column(pin, v)) }
	t := func(v []int64) *C.c12_tick { return (*C.c12_tick)(column(pin, v)) }
	s := func(v []uint64) *C.uint64_t { return (*C.uint64_t)(column(pin, v)) }
	return &C.c12_dispatch_fleet{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_dispatch_fleet{})), n_robots: C.int32_t(len(f.RobotVertex)), n_tasks: C.int32_t(len(f.TaskStation)),
		n_vertices: C.int32_t(f.Vertices), n_stations: C.int32_t(f.Stations), travel: t(f.Travel), robot_vertex: i(f.RobotVertex), robot_skills: s(f.RobotSkills), robot_battery: i(f.RobotBattery),
		robot_wait: t(f.RobotWait), task_station: i(f.TaskStation), task_skills: s(f.TaskSkills), task_duration: t(f.TaskDuration), task_priority: i(f.TaskPriority),
		robot_capacity: w(f.RobotCapacity), task_load: w(f.TaskLoad), task_deadline: t(f.TaskDeadline), station_rest: t(f.StationRest), robot_task: i(f.RobotTask), robot_rank: i(f.RobotRank),
		task_rank: i(f.TaskRank), robot_used: t(f.RobotUsed)}
}

func (f *DispatchFleet) costing() *C.c12_dispatch_costing {
	c := &C.c12_dispatch_costing{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_dispatch_costing{})), model: C.C12_DISPATCH_TRAVEL, drain_ppm: C.int64_t(f.DrainPPM), drain_ticks: C.int64_t(f.DrainTicks),
		distance_unit: C.int64_t(f.DistanceUnit), reserve_ppm: C.int64_t(f.ReservePPM), late_cost: C.int64_t(f.LateCost), balance_ppm: C.int64_t(f.BalancePPM)}
	if f.Score {
		c.model = C.C12_DISPATCH_SCORE
	}
	if f.SoftSkills {
		c.soft_skills = 1
	}
	if f.SoftBattery {
		c.soft_battery = 1
	}
	return c
}

// Costs gives the cost of every pair, a row a robot, and what makes a pair impossible (Never): 0 nothing, 1 no way, 2 skills, 3 capacity, 4 held, 5 battery, 6 deadline.
func (f *DispatchFleet) Costs() (cost []int64, reason []uint8, err error) {
	if err := f.valid(); err != nil {
		return nil, nil, err
	}
	pin, n := new(runtime.Pinner), len(f.RobotVertex)*len(f.TaskStation)
	cost, reason = make([]int64, n), make([]uint8, n)
	err = call(pin, func(e *C.c12_error) C.c12_status {
		if status := C.c12_dispatch_cost(f.c(pin), f.costing(), (*C.int64_t)(column(pin, cost)), e); status != C.C12_OK {
			return status
		}
		return C.c12_dispatch_reasons(f.c(pin), f.costing(), (*C.uint8_t)(column(pin, reason)), e)
	})
	if err != nil {
		return nil, nil, err
	}
	return cost, reason, nil
}

// Chains is several stops a robot.
type Chains struct {
	Tasks     [][]int32 // by robot, in the order of its way
	Robot     []int32   // by task, -1 = in no chain
	Done      []int64   // by task: the tick at which it is over, -1 = never
	Objective int64     // travel ticks + LateCost * late ticks
}

func chainPlan(pin *runtime.Pinner, off []int64, task, robot []int32, done []int64) *C.c12_dispatch_chain_plan {
	return &C.c12_dispatch_chain_plan{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_dispatch_chain_plan{})), chain_off: (*C.int64_t)(column(pin, off)), chain_task: (*C.int32_t)(column(pin, task)),
		task_robot: (*C.int32_t)(column(pin, robot)), task_done: (*C.c12_tick)(column(pin, done))}
}

func (f *DispatchFleet) hops(hop []int64) error {
	return first(f.valid(), fits("hop", hop, f.Stations*f.Stations, f.Stations == 0))
}

// Chains makes them by regret insertion; hop: Stations * Stations ticks from station to station, -1 = no way; regret 0 = over three robots.
func (f *DispatchFleet) Chains(hop []int64, regret int) (*Chains, error) {
	if err := f.hops(hop); err != nil {
		return nil, err
	}
	pin, robots, tasks := new(runtime.Pinner), len(f.RobotVertex), len(f.TaskStation)
	off, task := make([]int64, robots+1), make([]int32, tasks)
	c := &Chains{Robot: make([]int32, tasks), Done: make([]int64, tasks)}
	room := make([]byte, int(C.c12_dispatch_chain_scratch(C.int32_t(robots), C.int32_t(tasks))))
	info := C.c12_info{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_info{}))}
	err := call(pin, func(e *C.c12_error) C.c12_status {
		return C.c12_dispatch_chain(f.c(pin), f.costing(), (*C.c12_tick)(column(pin, hop)), C.int32_t(regret), chainPlan(pin, off, task, c.Robot, c.Done),
			C.c12_mem{ptr: column(pin, room), size: C.size_t(len(room))}, &info, e)
	})
	if err != nil {
		return nil, err
	}
	for r := 0; r < robots; r++ {
		c.Tasks = append(c.Tasks, task[off[r]:off[r+1]:off[r+1]])
	}
	c.Objective = int64(info.objective)
	return c, nil
}

// CheckChains judges chains with the independent checker; "" = no rule is broken.
func (f *DispatchFleet) CheckChains(hop []int64, c *Chains) (string, error) {
	tasks := len(f.TaskStation)
	if err := first(f.hops(hop), fits("task_robot", c.Robot, tasks, tasks == 0), fits("task_done", c.Done, tasks, tasks == 0), fits("chains", c.Tasks, len(f.RobotVertex), len(f.RobotVertex) == 0)); err != nil {
		return "", err
	}
	off, task := []int64{0}, make([]int32, 0, tasks)
	for _, stops := range c.Tasks[:len(f.RobotVertex)] {
		task = append(task, stops...)
		off = append(off, int64(len(task)))
	}
	for len(task) < tasks {
		task = append(task, -1)
	}
	pin, verdict := new(runtime.Pinner), C.c12_verdict{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_verdict{}))}
	err := call(pin, func(e *C.c12_error) C.c12_status {
		return C.c12_dispatch_chain_check(f.c(pin), f.costing(), (*C.c12_tick)(column(pin, hop)), chainPlan(pin, off, task, c.Robot, c.Done), &verdict, e)
	})
	if err != nil || verdict.violations == 0 {
		return "", err
	}
	return C.GoString(verdict.rule), nil
}
