// SPDX-License-Identifier: Apache-2.0

package c12

/*
#define _POSIX_C_SOURCE 200809L
#include <time.h>
#include "c12/sched.h"

static c12_ns monotonic(void *user)
{
	struct timespec t;
	(void)user;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (c12_ns)t.tv_sec * 1000000000 + t.tv_nsec;
}

static c12_status open_shop(c12_sched **self, const c12_sched_dims *dims, const c12_sched_options *options, c12_error *err)
{
	c12_host host = C12_INIT(c12_host);
	host.now = monotonic;
	return c12_sched_create(self, dims, options, &host, err);
}
*/
import "C"

import (
	"context"
	"runtime"
	"time"
	"unsafe"
)

// Goal is what a schedule minimises.
type Goal int32

// The goals; see c12/sched.h.
const (
	Makespan  Goal = C.C12_SCHED_MAKESPAN
	Tardiness Goal = C.C12_SCHED_TARDINESS
	Flow      Goal = C.C12_SCHED_FLOW
)

// Outcome is what is known about a plan.
type Outcome int32

// The outcomes.
const (
	Unknown    Outcome = C.C12_UNKNOWN
	Optimal    Outcome = C.C12_OPTIMAL
	Feasible   Outcome = C.C12_FEASIBLE
	Infeasible Outcome = C.C12_INFEASIBLE
)

func (o Outcome) String() string {
	return [...]string{"unknown", "optimal", "feasible", "infeasible"}[o]
}

// Shop is a job shop or flexible job shop: operations of job j are OpOff[j] .. OpOff[j+1]-1, the machine alternatives of
// operation o are ModeOff[o] .. ModeOff[o+1]-1.
type Shop struct {
	Machines    int
	OpOff       []int64 // jobs + 1
	ModeOff     []int64 // operations + 1
	ModeMachine []int32
	ModeTicks   []int64
	Release     []int64 // a job; nil = 0
	Due         []int64 // a job, -1 = none; nil = none
	Weight      []int64 // a job; nil = 1
	Ready       []int64 // an operation; nil = 0
	Goal        Goal
}

// Budget says when to stop; at least one limit must be set.  Work alone repeats to the bit on every machine.
type Budget struct {
	Seed   uint64
	Work   int64
	Time   time.Duration
	Target int64
}

// Plan is a schedule: start, end and chosen mode of every operation, and what is known about it.
type Plan struct {
	Start, End             []int64
	Mode                   []int32
	Objective, Bound, Work int64
	Outcome                Outcome
}

// ReadShop reads the usual texts of job shops and flexible job shops.
func ReadShop(text []byte) (*Shop, error) {
	pin := new(runtime.Pinner)
	dims := C.c12_sched_dims{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_sched_dims{}))}
	view := func() C.c12_view { return C.c12_view{ptr: (*C.uint8_t)(column(pin, text)), size: C.size_t(len(text))} }
	if err := call(pin, func(e *C.c12_error) C.c12_status {
		return C.c12_sched_scan_text(view(), C.C12_SCHED_AUTO, &dims, e)
	}); err != nil {
		return nil, err
	}
	s := &Shop{Machines: int(dims.machines), OpOff: make([]int64, dims.jobs+1), ModeOff: make([]int64, dims.ops+1),
		ModeMachine: make([]int32, dims.modes), ModeTicks: make([]int64, dims.modes)}
	err := call(pin, func(e *C.c12_error) C.c12_status {
		return C.c12_sched_read_text(view(), C.C12_SCHED_AUTO, &dims, (*C.int64_t)(column(pin, s.OpOff)), (*C.int64_t)(column(pin, s.ModeOff)),
			(*C.int32_t)(column(pin, s.ModeMachine)), (*C.c12_tick)(column(pin, s.ModeTicks)), e)
	})
	if err != nil {
		return nil, err
	}
	return s, nil
}

// Solve plans until the budget is spent or ctx is done; a cancelled run still gives its best plan.
func (s *Shop) Solve(ctx context.Context, budget Budget) (*Plan, error) {
	if err := s.valid(); err != nil {
		return nil, err
	}
	pin := new(runtime.Pinner)
	dims := C.c12_sched_dims{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_sched_dims{})), jobs: C.int32_t(s.jobs()), ops: C.int64_t(s.ops()),
		modes: C.int64_t(len(s.ModeMachine)), machines: C.int32_t(s.Machines)}
	options := s.options()
	var self *C.c12_sched
	if err := call(pin, func(e *C.c12_error) C.c12_status { return C.open_shop(&self, &dims, &options, e) }); err != nil {
		return nil, err
	}
	defer C.c12_sched_destroy(self)
	stop := cancelWith(ctx, self)
	defer stop()

	plan, info := newPlan(s.ops()), C.c12_info{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_info{}))}
	b := C.c12_budget{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_budget{})), seed: C.uint64_t(budget.Seed), work_limit: C.int64_t(budget.Work),
		time_limit: C.c12_ns(budget.Time), target: C.int64_t(budget.Target)}
	err := call(pin, func(e *C.c12_error) C.c12_status {
		if status := C.c12_sched_load(self, pinned(pin, s.c(pin)), e); status != C.C12_OK {
			return status
		}
		return C.c12_sched_solve(self, 0, &b, plan.c(pin), &info, e)
	})
	if err != nil {
		return nil, err
	}
	plan.Objective, plan.Bound, plan.Work, plan.Outcome = int64(info.objective), int64(info.bound), int64(info.work), Outcome(info.outcome)
	return plan, nil
}

// Verdict of an independent checker: no violations, or the first broken rule and the row (of a schedule, the operation) it is broken at.
type Verdict struct {
	Violations int
	Rule       string
	Row        int64
	Objective  int64
}

// Check judges a plan from scratch.
func (s *Shop) Check(plan *Plan) (Verdict, error) {
	if err := first(s.valid(), fits("op_start", plan.Start, s.ops(), false), fits("op_end", plan.End, s.ops(), false),
		fits("op_mode", plan.Mode, s.ops(), false)); err != nil {
		return Verdict{}, err
	}
	pin := new(runtime.Pinner)
	options, v := s.options(), C.c12_verdict{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_verdict{}))}
	err := call(pin, func(e *C.c12_error) C.c12_status {
		return C.c12_sched_check(s.c(pin), plan.c(pin), &options, &v, e)
	})
	if err != nil {
		return Verdict{}, err
	}
	return verdictOf(&v), nil
}

func verdictOf(v *C.c12_verdict) Verdict {
	out := Verdict{Violations: int(v.violations), Row: int64(v.row), Objective: int64(v.objective)}
	if v.rule != nil {
		out.Rule = C.GoString(v.rule)
	}
	return out
}

func (s *Shop) jobs() int { return len(s.OpOff) - 1 }
func (s *Shop) ops() int  { return len(s.ModeOff) - 1 }

func (s *Shop) options() C.c12_sched_options {
	return C.c12_sched_options{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_sched_options{})), goal: C.int32_t(s.Goal)}
}

func (s *Shop) valid() error {
	if s.jobs() < 0 || s.ops() < 0 || int64(s.ops()) < s.OpOff[s.jobs()] {
		return &Error{Status: ErrArg, What: "op_off and mode_off do not fit together", Field: "op_off", Row: -1}
	}
	modes := int(s.ModeOff[s.ops()])
	return first(fits("mode_machine", s.ModeMachine, modes, false), fits("mode_ticks", s.ModeTicks, modes, false),
		fits("job_release", s.Release, s.jobs(), true), fits("job_due", s.Due, s.jobs(), true), fits("job_weight", s.Weight, s.jobs(), true),
		fits("op_ready", s.Ready, s.ops(), true))
}

func (s *Shop) c(pin *runtime.Pinner) *C.c12_sched_problem {
	return &C.c12_sched_problem{
		struct_size: C.uint32_t(unsafe.Sizeof(C.c12_sched_problem{})), n_jobs: C.int32_t(s.jobs()), n_machines: C.int32_t(s.Machines),
		op_off: (*C.int64_t)(column(pin, s.OpOff)), mode_off: (*C.int64_t)(column(pin, s.ModeOff)),
		mode_machine: (*C.int32_t)(column(pin, s.ModeMachine)), mode_ticks: (*C.c12_tick)(column(pin, s.ModeTicks)),
		job_release: (*C.c12_tick)(column(pin, s.Release)), job_due: (*C.c12_tick)(column(pin, s.Due)),
		job_weight: (*C.int64_t)(column(pin, s.Weight)), op_ready: (*C.c12_tick)(column(pin, s.Ready)),
	}
}

func newPlan(ops int) *Plan {
	return &Plan{Start: make([]int64, ops), End: make([]int64, ops), Mode: make([]int32, ops)}
}

func (p *Plan) c(pin *runtime.Pinner) *C.c12_sched_plan {
	return &C.c12_sched_plan{
		struct_size: C.uint32_t(unsafe.Sizeof(C.c12_sched_plan{})),
		op_start:    (*C.c12_tick)(column(pin, p.Start)), op_end: (*C.c12_tick)(column(pin, p.End)), op_mode: (*C.int32_t)(column(pin, p.Mode)),
	}
}

// pinned keeps a struct in place for as long as C may look at it.
func pinned[T any](pin *runtime.Pinner, p *T) *T {
	pin.Pin(p)
	return p
}

// cancelWith hands ctx's end to the solver; the returned function waits until that can no longer happen.
func cancelWith(ctx context.Context, self *C.c12_sched) func() {
	done := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		C.c12_sched_cancel(self)
		close(done)
	})
	return func() {
		if !stop() {
			<-done
		}
	}
}
