// SPDX-License-Identifier: Apache-2.0

package c12

/*
#define _POSIX_C_SOURCE 200809L
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include "c12/sched.h"

// A cancel lasts until a search returns, one that comes too late stops the next one: hence a word of its own, cleared before each search.
enum { LIVE_WORD = sizeof(atomic_int) };

static c12_ns live_now(void *user)
{
	struct timespec t;
	if (atomic_load((atomic_int *)user)) return INT64_MAX;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (c12_ns)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int32_t live_progress(void *user, const c12_progress *p)
{
	(void)p;
	return atomic_load((atomic_int *)user);
}

static void live_stop(void *word, int on) { atomic_store((atomic_int *)word, on); }

static c12_status open_live(c12_sched **self, const c12_sched_dims *dims, const c12_sched_options *options, void *word, c12_error *err)
{
	c12_host host = C12_INIT(c12_host);
	host.user = word;
	host.now = live_now;
	host.progress = live_progress;
	return c12_sched_create(self, dims, options, &host, err);
}
*/
import "C"

import (
	"context"
	"runtime"
	"unsafe"
)

// LiveRoom says how much there may be beyond the shop: 0 stands for as much again and some.  Branches is how many what-if branches may be open.
type LiveRoom struct {
	Jobs, Ops, Modes, Preds, Needs, Breaks, Branches int
}

// Live is a plan that is kept while things happen, with what-if branches; branch 0 is the plan itself.  An error changes nothing.
type Live struct {
	c     *C.c12_sched
	word  unsafe.Pointer // C's: 1 = stop searching
	goal  *Shop          // goal and terms alone
	op    []int64        // room for differences, reused
	start [2][]int64
	mode  [2][]int32
	job   []int32
	end   [2][]int64
}

// Live opens a handle that keeps a plan of the shop; nothing of s is kept.  It has no plan before Solve or Adopt.
func (s *Shop) Live(room LiveRoom) (*Live, error) {
	if err := s.valid(); err != nil {
		return nil, err
	}
	more := func(have C.int64_t, asked, some int) C.int64_t {
		if asked != 0 {
			return have + C.int64_t(asked)
		}
		return 2*have + C.int64_t(some)
	}
	dims := s.dims()
	dims.live, dims.branches = 1, C.int32_t(room.Branches)
	dims.jobs = C.int32_t(more(C.int64_t(dims.jobs), room.Jobs, 64))
	dims.ops, dims.modes, dims.preds = more(dims.ops, room.Ops, 512), more(dims.modes, room.Modes, 1024), more(dims.preds, room.Preds, 512)
	dims.needs, dims.breaks = more(dims.needs, room.Needs, 1024), more(dims.breaks, room.Breaks, 256)
	l := &Live{word: C.malloc(C.LIVE_WORD), goal: &Shop{Goal: s.Goal, Terms: append([]Term(nil), s.Terms...), TermWeight: append([]int64(nil), s.TermWeight...), Ordered: s.Ordered}}
	C.live_stop(l.word, 0)
	pin := new(runtime.Pinner)
	options := s.options(pin)
	err := call(pin, func(e *C.c12_error) C.c12_status {
		if status := C.open_live(&l.c, &dims, &options, l.word, e); status != C.C12_OK {
			return status
		}
		return C.c12_sched_load(l.c, pinned(pin, s.c(pin)), e)
	})
	if err != nil {
		l.Close()
		return nil, err
	}
	l.op, l.job = make([]int64, dims.ops), make([]int32, dims.jobs)
	for k := range l.start {
		l.start[k], l.mode[k], l.end[k] = make([]int64, dims.ops), make([]int32, dims.ops), make([]int64, dims.jobs)
	}
	return l, nil
}

// Close gives the memory back; every later call is refused.
func (l *Live) Close() {
	C.c12_sched_destroy(l.c)
	C.free(l.word)
	l.c, l.word = nil, nil
}

// Moved operations and jobs.
type (
	// OpMove is an operation whose start or mode differs; -1 where it is not there.
	OpMove struct {
		Op, StartBefore, StartAfter int64
		ModeBefore, ModeAfter       int32
	}
	// JobMove is a job whose completion differs; -1 where it has none.
	JobMove struct {
		Job                 int32
		EndBefore, EndAfter int64
	}
	// Diff is what differs between two plans, and the goal of both.
	Diff struct {
		Ops                             []OpMove
		Jobs                            []JobMove
		ObjectiveBefore, ObjectiveAfter int64
	}
)

// diff runs f with room for all that can differ.
func (l *Live) diff(pin *runtime.Pinner, f func(d *C.c12_sched_diff, e *C.c12_error) C.c12_status) (*Diff, error) {
	tick := func(rows []int64) *C.c12_tick { return (*C.c12_tick)(column(pin, rows)) }
	d := C.c12_sched_diff{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_sched_diff{})), cap: C.int64_t(len(l.op)), jobs_cap: C.int64_t(len(l.job)), op: (*C.int64_t)(column(pin, l.op)),
		start_before: tick(l.start[0]), start_after: tick(l.start[1]), mode_before: (*C.int32_t)(column(pin, l.mode[0])), mode_after: (*C.int32_t)(column(pin, l.mode[1])),
		job: (*C.int32_t)(column(pin, l.job)), end_before: tick(l.end[0]), end_after: tick(l.end[1])}
	if err := call(pin, func(e *C.c12_error) C.c12_status { return f(&d, e) }); err != nil {
		return nil, err
	}
	out := &Diff{Ops: make([]OpMove, d.count), Jobs: make([]JobMove, d.jobs_count), ObjectiveBefore: int64(d.objective_before), ObjectiveAfter: int64(d.objective_after)}
	for k := range out.Ops {
		out.Ops[k] = OpMove{l.op[k], l.start[0][k], l.start[1][k], l.mode[0][k], l.mode[1][k]}
	}
	for k := range out.Jobs {
		out.Jobs[k] = JobMove{l.job[k], l.end[0][k], l.end[1][k]}
	}
	return out, nil
}

// ---- reading ----

// view reads the branch's problem; its columns are the handle's.
func (l *Live) view(branch int32) (p C.c12_sched_problem, ops int, err error) {
	p.struct_size = C.uint32_t(unsafe.Sizeof(p))
	err = call(new(runtime.Pinner), func(e *C.c12_error) C.c12_status { return C.c12_sched_view(l.c, C.int32_t(branch), &p, e) })
	if err == nil && p.n_jobs > 0 {
		ops = int(unsafe.Slice(p.op_off, p.n_jobs+1)[p.n_jobs])
	}
	return p, ops, err
}

// Plan reads the branch's plan; its Outcome is Unknown when there is none yet.
func (l *Live) Plan(branch int32) (*Plan, error) {
	_, ops, err := l.view(branch)
	if err != nil {
		return nil, err
	}
	pin, plan, info := new(runtime.Pinner), newPlan(ops), C.c12_info{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_info{}))}
	err = call(pin, func(e *C.c12_error) C.c12_status {
		return C.c12_sched_get(l.c, C.int32_t(branch), plan.c(pin), &info, e)
	})
	if err != nil {
		return nil, err
	}
	plan.Objective, plan.Outcome = int64(info.objective), Outcome(info.outcome)
	return plan, nil
}

// copied is a column of the handle as a slice of our own; NULL is nil.
func copied[T, F any](from *F, n int) []T {
	if from == nil {
		return nil
	}
	return append(make([]T, 0, n), unsafe.Slice((*T)(unsafe.Pointer(from)), n)...)
}

// Problem copies the branch's problem as it now stands.
func (l *Live) Problem(branch int32) (*Shop, error) {
	p, n, err := l.view(branch)
	if err != nil {
		return nil, err
	}
	jobs, machines, families := int(p.n_jobs), int(p.n_machines), int(p.n_families)
	s := &Shop{Machines: machines, Families: families, Goal: l.goal.Goal, Terms: l.goal.Terms, TermWeight: l.goal.TermWeight, Ordered: l.goal.Ordered,
		OpOff: copied[int64](p.op_off, jobs+1), ModeOff: copied[int64](p.mode_off, n+1), BreakOff: copied[int64](p.break_off, machines+1),
		PredOff: copied[int64](p.op_pred_off, n+1), NeedOff: copied[int64](p.need_off, n+1), LevelOff: copied[int64](p.level_off, int(p.n_resources)+1)}
	if s.OpOff == nil {
		s.OpOff = []int64{0}
	}
	if s.ModeOff == nil {
		s.ModeOff = []int64{0}
	}
	l.copyOps(s, &p, n)
	s.Release, s.Due, s.Weight = copied[int64](p.job_release, jobs), copied[int64](p.job_due, jobs), copied[int64](p.job_weight, jobs)
	s.Setup, s.BreakFrom, s.BreakTo = copied[int64](p.setup, families*families), copied[int64](p.break_from, last(s.BreakOff)), copied[int64](p.break_to, last(s.BreakOff))
	s.Speed, s.SetupBreaks, s.Batch = copied[int32](p.machine_speed, machines), copied[uint8](p.setup_breaks, machines), copied[int32](p.machine_batch, machines)
	s.BufferRoom = copied[int32](p.buffer_places, int(p.n_buffers))
	s.LevelFrom, s.LevelUnits = copied[int64](p.level_from, last(s.LevelOff)), copied[int32](p.level_units, last(s.LevelOff))
	return s, nil
}

func (l *Live) copyOps(s *Shop, p *C.c12_sched_problem, n int) {
	modes, needs := last(s.ModeOff), last(s.NeedOff)
	s.ModeMachine, s.ModeTicks, s.ModeCost = copied[int32](p.mode_machine, modes), copied[int64](p.mode_ticks, modes), copied[int64](p.mode_cost, modes)
	s.Ready, s.Family, s.Resumable, s.Pred = copied[int64](p.op_ready, n), copied[int32](p.op_family, n), copied[uint8](p.op_resumable, n), copied[int64](p.op_pred, last(s.PredOff))
	s.FixedStart, s.FixedMode, s.FixedEnd, s.Gone = copied[int64](p.fixed_start, n), copied[int32](p.fixed_mode, n), copied[int64](p.fixed_end, n), copied[uint8](p.op_gone, n)
	s.Places, s.WaitMin, s.WaitMax, s.Lots = copied[int32](p.op_places, n), copied[int64](p.wait_min, n), copied[int64](p.wait_max, n), copied[int32](p.op_lots, n)
	s.Holds, s.Buffer, s.Need, s.NeedUnits = copied[uint8](p.op_holds, n), copied[int32](p.op_buffer, n), copied[int32](p.need_resource, needs), copied[int32](p.need_units, needs)
}

// Check judges the branch's plan by its problem, from scratch.
func (l *Live) Check(branch int32) (Verdict, error) {
	plan, err := l.Plan(branch)
	if err != nil {
		return Verdict{}, err
	}
	p, _, err := l.view(branch)
	if err != nil {
		return Verdict{}, err
	}
	pin := new(runtime.Pinner)
	options, v := l.goal.options(pin), C.c12_verdict{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_verdict{}))}
	err = call(pin, func(e *C.c12_error) C.c12_status { return C.c12_sched_check(&p, plan.c(pin), &options, &v, e) })
	if err != nil {
		return Verdict{}, err
	}
	return verdictOf(&v), nil
}

// Diff is what differs in branch b against branch a.
func (l *Live) Diff(a, b int32) (*Diff, error) {
	return l.diff(new(runtime.Pinner), func(d *C.c12_sched_diff, e *C.c12_error) C.c12_status {
		return C.c12_sched_diff_branches(l.c, C.int32_t(a), C.int32_t(b), d, e)
	})
}

// Reason is why an operation starts when it does.
type Reason int32

// The reasons; see c12/sched.h.
const (
	ByNothing     Reason = C.C12_SCHED_BY_NOTHING
	ByRelease     Reason = C.C12_SCHED_BY_RELEASE
	ByMaterial    Reason = C.C12_SCHED_BY_MATERIAL
	ByPredecessor Reason = C.C12_SCHED_BY_PREDECESSOR
	ByMachine     Reason = C.C12_SCHED_BY_MACHINE
	BySetup       Reason = C.C12_SCHED_BY_SETUP
	ByCalendar    Reason = C.C12_SCHED_BY_CALENDAR
	ByFrozen      Reason = C.C12_SCHED_BY_FROZEN
	ByResource    Reason = C.C12_SCHED_BY_RESOURCE
)

func (r Reason) String() string {
	return [...]string{"nothing", "release", "material", "predecessor", "machine", "setup", "calendar", "frozen", "resource"}[r]
}

// FixKind is what would make a job end on time.
type FixKind int32

// The kinds; see c12/sched.h.
const (
	FixMaterial FixKind = C.C12_SCHED_FIX_MATERIAL
	FixRelease  FixKind = C.C12_SCHED_FIX_RELEASE
	FixOrder    FixKind = C.C12_SCHED_FIX_ORDER
	FixMachine  FixKind = C.C12_SCHED_FIX_MACHINE
	FixOvertime FixKind = C.C12_SCHED_FIX_OVERTIME
	FixSpeed    FixKind = C.C12_SCHED_FIX_SPEED
	FixDue      FixKind = C.C12_SCHED_FIX_DUE
	FixPull     FixKind = C.C12_SCHED_FIX_PULL
)

func (k FixKind) String() string {
	return [...]string{"", "material", "release", "order", "machine", "overtime", "speed", "due", "pull"}[k]
}

type (
	// Link is one reason of a chain; Other is -1 when there is none.
	Link struct {
		Op, Other, Ticks int64
		Reason           Reason
	}
	// Fix is one change that makes the job end on time; Other is -1 when there is none.
	Fix struct {
		Kind                   FixKind
		Op, Other, Ticks, Cost int64
	}
	// Why tells how late a job is, why, from its last operation backwards, and which single changes help, cheapest first.
	Why struct {
		Late  int64
		Links []Link
		Fixes []Fix
	}
)

// Explain asks why a job ends when it does.
func (l *Live) Explain(branch, job int32) (*Why, error) {
	for n := 64; ; {
		pin, narrow, wide := new(runtime.Pinner), make([]int32, 2*n), make([]int64, 7*n)
		i := func(k int) *C.int32_t { return (*C.int32_t)(column(pin, narrow[k*n:])) }
		w := func(k int) *C.int64_t { return (*C.int64_t)(column(pin, wide[k*n:])) }
		t := func(k int) *C.c12_tick { return (*C.c12_tick)(column(pin, wide[k*n:])) }
		y := C.c12_sched_why{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_sched_why{})), cap: C.int32_t(n), fix_cap: C.int32_t(n), op: w(0), reason: i(0), other: w(1), ticks: t(2),
			fix_kind: i(1), fix_op: w(3), fix_other: w(4), fix_ticks: t(5), fix_cost: w(6)}
		err := call(pin, func(e *C.c12_error) C.c12_status {
			return C.c12_sched_explain(l.c, C.int32_t(branch), C.int32_t(job), &y, e)
		})
		if err != nil {
			return nil, err
		}
		if most := int(max(y.count, y.fix_count)); most > n {
			n = most
			continue
		}
		out := &Why{Late: int64(y.late), Links: make([]Link, y.count), Fixes: make([]Fix, y.fix_count)}
		for k := range out.Links {
			out.Links[k] = Link{wide[k], wide[n+k], wide[2*n+k], Reason(narrow[k])}
		}
		for k := range out.Fixes {
			out.Fixes[k] = Fix{FixKind(narrow[n+k]), wide[3*n+k], wide[4*n+k], wide[5*n+k], wide[6*n+k]}
		}
		return out, nil
	}
}

// ---- changing ----

// EventKind is what happened.
type EventKind int32

// The kinds; see c12/sched.h.
const (
	EventNow      EventKind = C.C12_SCHED_NOW
	EventDown     EventKind = C.C12_SCHED_DOWN
	EventStarted  EventKind = C.C12_SCHED_STARTED
	EventFinished EventKind = C.C12_SCHED_FINISHED
	EventDue      EventKind = C.C12_SCHED_DUE
	EventCancel   EventKind = C.C12_SCHED_CANCEL
	EventMaterial EventKind = C.C12_SCHED_MATERIAL
)

// Event is something that happened, made by the functions below; fields a kind does not name are -1.
type Event struct {
	Kind     EventKind
	Mode     int32
	Row      int64
	From, To int64
}

// Now: nothing that is not reported starts before at; what is planned to start before keep stays where it can.
func Now(at, keep int64) Event { return Event{EventNow, -1, -1, at, keep} }

// MachineDown: the machine is closed from one tick until the other.
func MachineDown(machine int32, from, to int64) Event {
	return Event{EventDown, -1, int64(machine), from, to}
}

// Started: the operation started at a tick in a mode (-1 = as planned) and is expected to end at until (-1 = as its work says).
func Started(op, at int64, mode int32, until int64) Event {
	return Event{EventStarted, mode, op, at, until}
}

// Finished: the operation ended at a tick; its start and mode -1 = as reported or planned.
func Finished(op, at, start int64, mode int32) Event {
	return Event{EventFinished, mode, op, start, at}
}

// DueAt: the job is due then, -1 = never.
func DueAt(job int32, tick int64) Event { return Event{EventDue, -1, int64(job), -1, tick} }

// Cancelled: what of the job has not started will not be done.
func Cancelled(job int32) Event { return Event{EventCancel, -1, int64(job), -1, -1} }

// MaterialAt: material of the operation is there from then on.
func MaterialAt(op, tick int64) Event { return Event{EventMaterial, -1, op, -1, tick} }

// Apply takes events in, one after the other, and repairs the plan once; all or none.
func (l *Live) Apply(branch int32, events ...Event) (*Diff, error) {
	rows := make([]C.c12_sched_event, len(events))
	for k, e := range events {
		rows[k].kind, rows[k].mode, rows[k].row, rows[k].from, rows[k].to = C.int32_t(e.Kind), C.int32_t(e.Mode), C.int64_t(e.Row), C.c12_tick(e.From), C.c12_tick(e.To)
	}
	pin := new(runtime.Pinner)
	return l.diff(pin, func(d *C.c12_sched_diff, e *C.c12_error) C.c12_status {
		return C.c12_sched_apply(l.c, C.int32_t(branch), (*C.c12_sched_event)(column(pin, rows)), C.int32_t(len(rows)), d, e)
	})
}

// Adopt puts a plan in place as the branch's: machines, order and starts are kept, later where they must be.
func (l *Live) Adopt(branch int32, plan *Plan) (*Diff, error) {
	_, n, err := l.view(branch)
	if err = first(err, fits("op_start", plan.Start, n, false), fits("op_end", plan.End, n, false), fits("op_mode", plan.Mode, n, false)); err != nil {
		return nil, err
	}
	pin := new(runtime.Pinner)
	return l.diff(pin, func(d *C.c12_sched_diff, e *C.c12_error) C.c12_status {
		return C.c12_sched_adopt(l.c, C.int32_t(branch), plan.c(pin), d, e)
	})
}

// Calm says that moving an operation that starts before Until in Branch's plan adds Weight to the goal; none of those starts earlier.
type Calm struct {
	Branch        int32
	Until, Weight int64
}

func (m *Calm) c(pin *runtime.Pinner) *C.c12_sched_calm {
	if m == nil {
		return nil
	}
	return pinned(pin, &C.c12_sched_calm{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_sched_calm{})), branch: C.int32_t(m.Branch), until: C.c12_tick(m.Until), weight: C.int64_t(m.Weight)})
}

// Insert takes new orders in, a shop of their jobs alone (Pred counts within it; Families and Machines may be 0): each operation goes where the goal grows
// least.  The result is the row of the first new job and what moved; calm nil = moving costs nothing.
func (l *Live) Insert(branch int32, orders *Shop, calm *Calm) (int32, *Diff, error) {
	if err := orders.valid(); err != nil {
		return -1, nil, err
	}
	pin, job := new(runtime.Pinner), C.int32_t(-1)
	d, err := l.diff(pin, func(d *C.c12_sched_diff, e *C.c12_error) C.c12_status {
		return C.c12_sched_insert(l.c, C.int32_t(branch), pinned(pin, orders.c(pin)), calm.c(pin), &job, d, e)
	})
	return int32(job), d, err
}

// Offer says when a new order could be there: without harm to others (Quiet), or before all others (Rush), what the goal of those grows by then, how many
// complete later and how many become late.
type Offer struct {
	Quiet, Rush, RushCost int64
	Later, Late           int32
}

// Promise finds dates for one new order, and what the early one moves; nothing changes.
func (l *Live) Promise(branch int32, order *Shop) (Offer, *Diff, error) {
	if err := order.valid(); err != nil {
		return Offer{}, nil, err
	}
	pin, o := new(runtime.Pinner), C.c12_sched_offer{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_sched_offer{}))}
	d, err := l.diff(pin, func(d *C.c12_sched_diff, e *C.c12_error) C.c12_status {
		return C.c12_sched_promise(l.c, C.int32_t(branch), pinned(pin, order.c(pin)), &o, d, e)
	})
	return Offer{int64(o.quiet), int64(o.rush), int64(o.rush_cost), int32(o.later), int32(o.late)}, d, err
}

// search runs f, which ctx's end stops early; on its return ctx has no more say.
func (l *Live) search(ctx context.Context, f func() error) error {
	if l.word == nil {
		return f()
	}
	word := l.word
	C.live_stop(word, 0)
	done := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		C.live_stop(word, 1)
		close(done)
	})
	defer func() {
		if !stop() {
			<-done
		}
	}()
	return f()
}

// Solve searches from scratch until the budget is spent or ctx is done; the best plan becomes the branch's.
func (l *Live) Solve(ctx context.Context, branch int32, budget Budget) (*Plan, error) {
	_, n, err := l.view(branch)
	if err != nil {
		return nil, err
	}
	pin, plan, b, info := new(runtime.Pinner), newPlan(n), budget.c(), C.c12_info{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_info{}))}
	err = l.search(ctx, func() error {
		return call(pin, func(e *C.c12_error) C.c12_status {
			return C.c12_sched_solve(l.c, C.int32_t(branch), &b, plan.c(pin), &info, e)
		})
	})
	if err != nil {
		return nil, err
	}
	plan.tell(&info)
	return plan, nil
}

// Info is what is known about a plan that was searched for.
type Info struct {
	Objective, Bound, Work int64
	Outcome                Outcome
}

// Repair searches on from the branch's plan until the budget is spent or ctx is done; the result is never worse under the goal plus the price of moves.
func (l *Live) Repair(ctx context.Context, branch int32, calm *Calm, budget Budget) (*Diff, Info, error) {
	pin, b, info := new(runtime.Pinner), budget.c(), C.c12_info{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_info{}))}
	var d *Diff
	err := l.search(ctx, func() (err error) {
		d, err = l.diff(pin, func(d *C.c12_sched_diff, e *C.c12_error) C.c12_status {
			return C.c12_sched_repair(l.c, C.int32_t(branch), calm.c(pin), &b, d, &info, e)
		})
		return err
	})
	return d, Info{int64(info.objective), int64(info.bound), int64(info.work), Outcome(info.outcome)}, err
}

// ---- branches ----

// Branch opens a what-if branch of another (0 = the plan) and gives its number.
func (l *Live) Branch(from int32) (int32, error) {
	b := C.int32_t(-1)
	err := call(new(runtime.Pinner), func(e *C.c12_error) C.c12_status { return C.c12_sched_branch(l.c, C.int32_t(from), &b, e) })
	return int32(b), err
}

// Drop closes a branch and forgets it.
func (l *Live) Drop(branch int32) error {
	return call(new(runtime.Pinner), func(e *C.c12_error) C.c12_status { return C.c12_sched_drop(l.c, C.int32_t(branch), e) })
}

// Commit makes a branch the plan and closes it.
func (l *Live) Commit(branch int32) error {
	return call(new(runtime.Pinner), func(e *C.c12_error) C.c12_status { return C.c12_sched_commit(l.c, C.int32_t(branch), e) })
}
