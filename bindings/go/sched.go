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
	Terms     Goal = C.C12_SCHED_TERMS
)

// Term is one of the things a goal may be made of.
type Term int32

// The terms; see c12/sched.h.
const (
	TermMakespan     Term = C.C12_SCHED_TERM_MAKESPAN
	TermTardiness    Term = C.C12_SCHED_TERM_TARDINESS
	TermMaxTardiness Term = C.C12_SCHED_TERM_MAX_TARDINESS
	TermLate         Term = C.C12_SCHED_TERM_LATE
	TermSetup        Term = C.C12_SCHED_TERM_SETUP
	TermFlow         Term = C.C12_SCHED_TERM_FLOW
	TermWIP          Term = C.C12_SCHED_TERM_WIP
	TermMoved        Term = C.C12_SCHED_TERM_MOVED
	TermPreference   Term = C.C12_SCHED_TERM_PREFERENCE
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

	// Under Terms: the sum of Terms times TermWeight (nil = 1), or with Ordered one after the other.
	Terms      []Term
	TermWeight []int64
	Ordered    bool

	Families    int     // set-up families; 0 = none
	Family      []int32 // an operation
	Setup       []int64 // Families * Families, row previous, column next
	BreakOff    []int64 // machines + 1; nil = always open
	BreakFrom   []int64
	BreakTo     []int64
	Resumable   []uint8 // an operation, 1 = pauses during breaks
	PredOff     []int64 // operations + 1; nil = none
	Pred        []int64
	FixedStart  []int64 // an operation, -1 = free
	FixedMode   []int32 // an operation, -1 = free
	FixedEnd    []int64 // an operation, -1 = as its work says
	Gone        []uint8 // an operation, 1 = will not be done
	Speed       []int32 // a machine, thousandths; nil = 1000
	SetupBreaks []uint8 // a machine
	Batch       []int32 // a machine; nil = 1
	Places      []int32 // an operation; nil = 1
	ModeCost    []int64 // a mode; nil = 0
	WaitMin     []int64 // an operation; nil = 0
	WaitMax     []int64 // an operation, -1 = any; nil = any
	Lots        []int32 // an operation; nil = 1
	Holds       []uint8 // an operation
	Buffer      []int32 // an operation, -1 = any room
	BufferRoom  []int32 // a buffer
	NeedOff     []int64 // operations + 1; nil = none
	Need        []int32 // resources
	NeedUnits   []int32 // nil = 1
	LevelOff    []int64 // resources + 1
	LevelFrom   []int64
	LevelUnits  []int32
	PriorStart  []int64 // an operation, -1 = none
	PriorMode   []int32 // an operation, -1 = any
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
	dims := s.dims()
	options := s.options(pin)
	var self *C.c12_sched
	if err := call(pin, func(e *C.c12_error) C.c12_status { return C.open_shop(&self, &dims, &options, e) }); err != nil {
		return nil, err
	}
	defer C.c12_sched_destroy(self)
	stop := cancelWith(ctx, self)
	defer stop()

	plan, b, info := newPlan(s.ops()), budget.c(), C.c12_info{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_info{}))}
	err := call(pin, func(e *C.c12_error) C.c12_status {
		if status := C.c12_sched_load(self, pinned(pin, s.c(pin)), e); status != C.C12_OK {
			return status
		}
		return C.c12_sched_solve(self, 0, &b, plan.c(pin), &info, e)
	})
	if err != nil {
		return nil, err
	}
	plan.tell(&info)
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
	options, v := s.options(pin), C.c12_verdict{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_verdict{}))}
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

func (s *Shop) resources() int { return max(0, len(s.LevelOff)-1) }

// last is what an offset column counts.
func last(off []int64) int {
	if len(off) == 0 {
		return 0
	}
	return int(off[len(off)-1])
}

// dims is what a handle needs for the shop as it is.
func (s *Shop) dims() C.c12_sched_dims {
	return C.c12_sched_dims{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_sched_dims{})), jobs: C.int32_t(s.jobs()), ops: C.int64_t(s.ops()),
		modes: C.int64_t(len(s.ModeMachine)), machines: C.int32_t(s.Machines), families: C.int32_t(s.Families), breaks: C.int64_t(last(s.BreakOff)),
		preds: C.int64_t(last(s.PredOff)), needs: C.int64_t(last(s.NeedOff)), levels: C.int64_t(last(s.LevelOff)), resources: C.int32_t(s.resources()), buffers: C.int32_t(len(s.BufferRoom))}
}

func (s *Shop) options(pin *runtime.Pinner) C.c12_sched_options {
	o := C.c12_sched_options{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_sched_options{})), goal: C.int32_t(s.Goal)}
	if s.Goal == Terms {
		o.n_terms, o.term, o.weight = C.int32_t(len(s.Terms)), (*C.int32_t)(column(pin, s.Terms)), (*C.int64_t)(column(pin, s.TermWeight))
		if s.Ordered {
			o.ordered = 1
		}
	}
	return o
}

func (s *Shop) valid() error {
	if s.jobs() < 0 || s.ops() < 0 || int64(s.ops()) < s.OpOff[s.jobs()] {
		return &Error{Status: ErrArg, What: "op_off and mode_off do not fit together", Field: "op_off", Row: -1}
	}
	modes := int(s.ModeOff[s.ops()])
	return first(fits("mode_machine", s.ModeMachine, modes, false), fits("mode_ticks", s.ModeTicks, modes, false),
		fits("job_release", s.Release, s.jobs(), true), fits("job_due", s.Due, s.jobs(), true), fits("job_weight", s.Weight, s.jobs(), true),
		fits("op_ready", s.Ready, s.ops(), true), fits("weight", s.TermWeight, len(s.Terms), true), s.validPlant(), s.validOps(modes))
}

func (s *Shop) validPlant() error {
	breaks, levels := last(s.BreakOff), last(s.LevelOff)
	return first(fits("setup", s.Setup, s.Families*s.Families, true), fits("break_off", s.BreakOff, s.Machines+1, true), fits("break_from", s.BreakFrom, breaks, false),
		fits("break_to", s.BreakTo, breaks, false), fits("machine_speed", s.Speed, s.Machines, true), fits("setup_breaks", s.SetupBreaks, s.Machines, true),
		fits("machine_batch", s.Batch, s.Machines, true), fits("level_from", s.LevelFrom, levels, false), fits("level_units", s.LevelUnits, levels, false))
}

func (s *Shop) validOps(modes int) error {
	n, needs := s.ops(), last(s.NeedOff)
	return first(fits("op_family", s.Family, n, true), fits("op_resumable", s.Resumable, n, true), fits("op_pred_off", s.PredOff, n+1, true), fits("op_pred", s.Pred, last(s.PredOff), false),
		fits("fixed_start", s.FixedStart, n, true), fits("fixed_mode", s.FixedMode, n, true), fits("fixed_end", s.FixedEnd, n, true), fits("op_gone", s.Gone, n, true), fits("op_places", s.Places, n, true), fits("mode_cost", s.ModeCost, modes, true),
		fits("wait_min", s.WaitMin, n, true), fits("wait_max", s.WaitMax, n, true), fits("op_lots", s.Lots, n, true), fits("op_holds", s.Holds, n, true), fits("op_buffer", s.Buffer, n, true),
		fits("need_off", s.NeedOff, n+1, true), fits("need_resource", s.Need, needs, false), fits("need_units", s.NeedUnits, needs, true), fits("prior_start", s.PriorStart, n, true),
		fits("prior_mode", s.PriorMode, n, true))
}

func (s *Shop) c(pin *runtime.Pinner) *C.c12_sched_problem {
	return &C.c12_sched_problem{
		struct_size: C.uint32_t(unsafe.Sizeof(C.c12_sched_problem{})), n_jobs: C.int32_t(s.jobs()), n_machines: C.int32_t(s.Machines),
		op_off: (*C.int64_t)(column(pin, s.OpOff)), mode_off: (*C.int64_t)(column(pin, s.ModeOff)),
		mode_machine: (*C.int32_t)(column(pin, s.ModeMachine)), mode_ticks: (*C.c12_tick)(column(pin, s.ModeTicks)),
		job_release: (*C.c12_tick)(column(pin, s.Release)), job_due: (*C.c12_tick)(column(pin, s.Due)),
		job_weight: (*C.int64_t)(column(pin, s.Weight)), op_ready: (*C.c12_tick)(column(pin, s.Ready)),
		n_families: C.int32_t(s.Families), op_family: (*C.int32_t)(column(pin, s.Family)), setup: (*C.c12_tick)(column(pin, s.Setup)),
		break_off: (*C.int64_t)(column(pin, s.BreakOff)), break_from: (*C.c12_tick)(column(pin, s.BreakFrom)), break_to: (*C.c12_tick)(column(pin, s.BreakTo)),
		op_resumable: (*C.uint8_t)(column(pin, s.Resumable)), op_pred_off: (*C.int64_t)(column(pin, s.PredOff)), op_pred: (*C.int64_t)(column(pin, s.Pred)),
		fixed_start: (*C.c12_tick)(column(pin, s.FixedStart)), fixed_mode: (*C.int32_t)(column(pin, s.FixedMode)),
		fixed_end: (*C.c12_tick)(column(pin, s.FixedEnd)), op_gone: (*C.uint8_t)(column(pin, s.Gone)), machine_speed: (*C.int32_t)(column(pin, s.Speed)),
		setup_breaks: (*C.uint8_t)(column(pin, s.SetupBreaks)), machine_batch: (*C.int32_t)(column(pin, s.Batch)), op_places: (*C.int32_t)(column(pin, s.Places)),
		mode_cost: (*C.int64_t)(column(pin, s.ModeCost)), wait_min: (*C.c12_tick)(column(pin, s.WaitMin)), wait_max: (*C.c12_tick)(column(pin, s.WaitMax)),
		op_lots: (*C.int32_t)(column(pin, s.Lots)), op_holds: (*C.uint8_t)(column(pin, s.Holds)), op_buffer: (*C.int32_t)(column(pin, s.Buffer)),
		buffer_places: (*C.int32_t)(column(pin, s.BufferRoom)), need_off: (*C.int64_t)(column(pin, s.NeedOff)), need_resource: (*C.int32_t)(column(pin, s.Need)),
		need_units: (*C.int32_t)(column(pin, s.NeedUnits)), level_off: (*C.int64_t)(column(pin, s.LevelOff)), level_from: (*C.c12_tick)(column(pin, s.LevelFrom)),
		level_units: (*C.int32_t)(column(pin, s.LevelUnits)), prior_start: (*C.c12_tick)(column(pin, s.PriorStart)), prior_mode: (*C.int32_t)(column(pin, s.PriorMode)),
		n_resources: C.int32_t(s.resources()), n_buffers: C.int32_t(len(s.BufferRoom)),
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

func (p *Plan) tell(info *C.c12_info) {
	p.Objective, p.Bound, p.Work, p.Outcome = int64(info.objective), int64(info.bound), int64(info.work), Outcome(info.outcome)
}

func (b Budget) c() C.c12_budget {
	return C.c12_budget{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_budget{})), seed: C.uint64_t(b.Seed), work_limit: C.int64_t(b.Work),
		time_limit: C.c12_ns(b.Time), target: C.int64_t(b.Target)}
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
