// SPDX-License-Identifier: Apache-2.0

package c12

/*
#define _POSIX_C_SOURCE 200809L
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include "c12/route.h"

// A cancel lasts until a search returns, one that comes too late stops the next one: hence a word of its own, cleared before each search.
enum { FLEET_WORD = sizeof(atomic_int) };

static c12_ns fleet_now(void *user)
{
	struct timespec t;
	if (atomic_load((atomic_int *)user)) return INT64_MAX;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (c12_ns)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void fleet_stop(void *word, int on) { atomic_store((atomic_int *)word, on); }

static c12_status open_fleet(c12_route **self, const c12_route_dims *dims, const c12_route_options *options, void *word, c12_error *err)
{
	c12_host host = C12_INIT(c12_host);
	host.user = word;
	host.now = fleet_now;
	return c12_route_create(self, dims, options, &host, err);
}
*/
import "C"

import (
	"context"
	"math"
	"runtime"
	"unsafe"
)

// Stays is the end of a hold that never ends.
const Stays int64 = math.MaxInt64

// FleetFloor is a graph, arcs by tail, and the robots on it; see c12/route.h for the rules.  Start and Goal may be nil: a live table only, of Robots robots.
type FleetFloor struct {
	ArcOff, Ready               []int64
	ArcHead, ArcLength          []int32 // ArcLength nil = 1
	Start, Goal, Pace, Priority []int32
	HeldVertex                  []int32 // blocks: nobody may be there during [HeldFrom, HeldTo)
	HeldFrom, HeldTo            []int64
	X, Y                        []int32 // cells of a floor, which makes grids fast
	Robots                      int     // counts when Start is nil
	Grid                        bool    // a move takes one tick and may follow right behind; otherwise both ends of an arc are held
	Width, Height               int     // of the map that was read
	// Not for grids, see c12/route.h: speed limits, classes (bit c: class c may drive the arc), preferences; vertices that two robots never hold at once; places and
	// zones to be granted.
	ArcPace, ArcPenalty, Class []int32
	ArcClasses                 []uint64
	ConflictOff                []int64
	ConflictVertex             []int32
	Place, Zone                []int32
	Parking                    []uint8 // 1 = a partial way may end there; nil = anywhere
	Partial                    bool    // who finds no way goes as near as it can stay
	CellVertex                 []int32 // [Height * Width] vertex of a cell, -1 = a wall; of the map that was read
}

// FleetRoom is how much there is room for; 0 is guessed from the graph.
type FleetRoom struct {
	Holds, Steps, Ticks, Tables int
	Branches                    int // what-if branches that may be open
}

func viewOf(pin *runtime.Pinner, text []byte) C.c12_view {
	return C.c12_view{ptr: (*C.uint8_t)(column(pin, text)), size: C.size_t(len(text))}
}

// ReadFleetFloor reads a MovingAI map as a grid and, unless scenario is nil, starts and goals of its first n rows (n < 0: of all).
func ReadFleetFloor(text, scenario []byte, n int) (*FleetFloor, error) {
	pin, dims := new(runtime.Pinner), C.c12_route_dims{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_route_dims{}))}
	var w, h, rows C.int32_t
	if err := call(pin, func(e *C.c12_error) C.c12_status { return C.c12_route_scan_map(viewOf(pin, text), &dims, &w, &h, e) }); err != nil {
		return nil, err
	}
	f := &FleetFloor{Grid: true, Width: int(w), Height: int(h), ArcOff: make([]int64, dims.vertices+1), ArcHead: make([]int32, dims.arcs), X: make([]int32, dims.vertices),
		Y: make([]int32, dims.vertices), CellVertex: make([]int32, int(w)*int(h))}
	i := func(rows []int32) *C.int32_t { return (*C.int32_t)(column(pin, rows)) }
	err := call(pin, func(e *C.c12_error) C.c12_status {
		return C.c12_route_read_map(viewOf(pin, text), &dims, (*C.int64_t)(column(pin, f.ArcOff)), i(f.ArcHead), i(f.X), i(f.Y), i(f.CellVertex), e)
	})
	if err != nil || scenario == nil {
		return f, err
	}
	err = call(pin, func(e *C.c12_error) C.c12_status { return C.c12_route_scan_scen(viewOf(pin, scenario), &rows, e) })
	if err != nil {
		return nil, err
	}
	if n < 0 {
		n = int(rows)
	}
	f.Start, f.Goal = make([]int32, n), make([]int32, n)
	err = call(pin, func(e *C.c12_error) C.c12_status {
		return C.c12_route_read_scen(viewOf(pin, scenario), w, h, i(f.CellVertex), C.int32_t(n), i(f.Start), i(f.Goal), e)
	})
	if err != nil {
		return nil, err
	}
	return f, nil
}

func (f *FleetFloor) robots() int {
	if f.Start == nil {
		return f.Robots
	}
	return len(f.Start)
}

func (f *FleetFloor) valid() error {
	n := len(f.ArcOff) - 1
	if n < 0 || int64(len(f.ArcHead)) < f.ArcOff[n] || (f.Start == nil) != (f.Goal == nil) {
		return &Error{Status: ErrArg, What: "arc_off and arc_head do not fit together, or start and goal", Field: "arc_off", Row: -1}
	}
	arcs, robots, held := len(f.ArcHead), f.robots(), len(f.HeldVertex)
	return first(fits("arc_length", f.ArcLength, arcs, true), fits("goal", f.Goal, robots, true), fits("robot_pace", f.Pace, robots, true), fits("robot_ready", f.Ready, robots, true),
		fits("robot_priority", f.Priority, robots, true), fits("held_from", f.HeldFrom, held, false), fits("held_to", f.HeldTo, held, false), fits("vertex_x", f.X, n, true), fits("vertex_y", f.Y, n, true),
		fits("arc_pace", f.ArcPace, arcs, true), fits("arc_penalty", f.ArcPenalty, arcs, true), fits("arc_classes", f.ArcClasses, arcs, true), fits("robot_class", f.Class, robots, true),
		fits("conflict_off", f.ConflictOff, n+1, true), fits("conflict_vertex", f.ConflictVertex, f.conflicts(), true), fits("vertex_place", f.Place, n, true),
		fits("vertex_zone", f.Zone, n, true), fits("vertex_parking", f.Parking, n, true))
}

func (f *FleetFloor) conflicts() int {
	if len(f.ConflictOff) == 0 {
		return 0
	}
	return int(f.ConflictOff[len(f.ConflictOff)-1])
}

// copy is a floor of our own: the handle looks at its columns for as long as it lives.
func (f *FleetFloor) copy() *FleetFloor {
	narrow := func(rows []int32) []int32 { return append(rows[:0:0], rows...) }
	wide := func(rows []int64) []int64 { return append(rows[:0:0], rows...) }
	g := *f
	g.ArcOff, g.Ready, g.HeldFrom, g.HeldTo = wide(f.ArcOff), wide(f.Ready), wide(f.HeldFrom), wide(f.HeldTo)
	g.ArcHead, g.ArcLength, g.Start, g.Goal, g.Pace, g.Priority = narrow(f.ArcHead), narrow(f.ArcLength), narrow(f.Start), narrow(f.Goal), narrow(f.Pace), narrow(f.Priority)
	g.HeldVertex, g.X, g.Y = narrow(f.HeldVertex), narrow(f.X), narrow(f.Y)
	g.ArcPace, g.ArcPenalty, g.Class, g.ConflictVertex = narrow(f.ArcPace), narrow(f.ArcPenalty), narrow(f.Class), narrow(f.ConflictVertex)
	g.Place, g.Zone, g.ConflictOff = narrow(f.Place), narrow(f.Zone), wide(f.ConflictOff)
	g.ArcClasses, g.Parking = append(f.ArcClasses[:0:0], f.ArcClasses...), append(f.Parking[:0:0], f.Parking...)
	return &g
}

func (f *FleetFloor) c(pin *runtime.Pinner) *C.c12_route_problem {
	i := func(rows []int32) *C.int32_t { return (*C.int32_t)(column(pin, rows)) }
	t := func(rows []int64) *C.c12_tick { return (*C.c12_tick)(column(pin, rows)) }
	return &C.c12_route_problem{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_route_problem{})), n_vertices: C.int32_t(len(f.ArcOff) - 1), n_robots: C.int32_t(f.robots()),
		n_held: C.int32_t(len(f.HeldVertex)), arc_off: (*C.int64_t)(column(pin, f.ArcOff)), arc_head: i(f.ArcHead), arc_length: i(f.ArcLength), start: i(f.Start), goal: i(f.Goal),
		robot_pace: i(f.Pace), robot_ready: t(f.Ready), robot_priority: i(f.Priority), held_vertex: i(f.HeldVertex), held_from: t(f.HeldFrom), held_to: t(f.HeldTo),
		vertex_x: i(f.X), vertex_y: i(f.Y), arc_pace: i(f.ArcPace), arc_penalty: i(f.ArcPenalty), robot_class: i(f.Class), arc_classes: (*C.uint64_t)(column(pin, f.ArcClasses)),
		conflict_off: (*C.int64_t)(column(pin, f.ConflictOff)), conflict_vertex: i(f.ConflictVertex), vertex_place: i(f.Place), vertex_zone: i(f.Zone),
		vertex_parking: (*C.uint8_t)(column(pin, f.Parking))}
}

func (f *FleetFloor) options() C.c12_route_options {
	o := C.c12_route_options{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_route_options{}))}
	if f.Grid {
		o.mode = C.C12_ROUTE_GRID
	}
	if f.Partial {
		o.partial = 1
	}
	return o
}

func (f *FleetFloor) dims(room FleetRoom) C.c12_route_dims {
	n, robots := len(f.ArcOff)-1, f.robots()
	d := C.c12_route_dims{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_route_dims{})), vertices: C.int32_t(n), arcs: C.int64_t(len(f.ArcHead)), robots: C.int32_t(robots),
		steps: C.int32_t(room.Steps), tables: C.int32_t(room.Tables), ticks: C.int32_t(room.Ticks), holds: C.int64_t(room.Holds), branches: C.int32_t(room.Branches),
		conflicts: C.int64_t(len(f.ConflictVertex))}
	if f.ArcPenalty != nil {
		d.penalties = 1
	}
	side := 2*int(math.Sqrt(float64(n))) + 2 // width and height of a square floor
	if f.Grid && f.X != nil && f.Y != nil && n > 0 {
		for v := 0; v < n; v++ {
			d.columns, d.rows = max(d.columns, C.int32_t(f.X[v])+1), max(d.rows, C.int32_t(f.Y[v])+1)
		}
		side = int(d.columns + d.rows)
	}
	if f.Grid && d.ticks == 0 {
		d.ticks = C.int32_t(4 * side)
		if 4*robots > n { // a crowd, whose first plan takes long detours
			d.ticks = C.int32_t(max(4*side, min(16*side, 2048)))
		}
	}
	if f.Grid && d.tables == 0 {
		d.tables = C.int32_t(robots) // a table short, and plans of everybody at once are out
	}
	if d.holds == 0 {
		d.holds = C.int64_t(robots*8*side + len(f.HeldVertex) + 65536)
		if n > 0 && d.conflicts > 0 {
			d.holds *= 2 + 2*d.conflicts/C.int64_t(n) // a reservation counts once more for each conflict of its vertex
		}
	}
	return d
}

// Step is a vertex held over [From, To).
type Step struct {
	Vertex   int32
	From, To int64
}

// Routes is a plan: the steps of each robot, none when nothing was found.
type Routes struct {
	Steps [][]Step
	Info
}

func (r *Routes) columns() (off []int64, vertex []int32, from, to []int64) {
	off = append(off, 0)
	for _, steps := range r.Steps {
		for _, s := range steps {
			vertex, from, to = append(vertex, s.Vertex), append(from, s.From), append(to, s.To)
		}
		off = append(off, int64(len(vertex)))
	}
	return
}

// Check judges a plan of all robots from scratch.
func (f *FleetFloor) Check(r *Routes) (Verdict, error) {
	if err := f.valid(); err != nil {
		return Verdict{}, err
	}
	if len(r.Steps) != f.robots() {
		return Verdict{}, &Error{Status: ErrArg, What: "the plan is of other robots", Field: "steps", Row: -1, Value: int64(len(r.Steps))}
	}
	pin, options, v := new(runtime.Pinner), f.options(), C.c12_verdict{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_verdict{}))}
	off, vertex, from, to := r.columns()
	room := make([]byte, 32*(len(vertex)+len(f.HeldVertex))+4096)
	plan := routePlan(pin, off, vertex, from, to)
	err := call(pin, func(e *C.c12_error) C.c12_status {
		return C.c12_route_check_with(pinned(pin, f.c(pin)), &plan, &options, C.c12_mem{ptr: column(pin, room), size: C.size_t(len(room))}, &v, e)
	})
	if err != nil {
		return Verdict{}, err
	}
	return verdictOf(&v), nil
}

func routePlan(pin *runtime.Pinner, off []int64, vertex []int32, from, to []int64) C.c12_route_plan {
	return C.c12_route_plan{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_route_plan{})), step_cap: C.int64_t(len(vertex)), step_off: (*C.int64_t)(column(pin, off)),
		step_vertex: (*C.int32_t)(column(pin, vertex)), step_from: (*C.c12_tick)(column(pin, from)), step_to: (*C.c12_tick)(column(pin, to))}
}

// Fleet plans the robots of a floor at once or one by one and keeps their reservations while they drive.  An error changes nothing.
type Fleet struct {
	c      *C.c12_route
	pin    runtime.Pinner // the floor's columns, for as long as the handle lives
	word   unsafe.Pointer // C's: 1 = stop searching
	robots int
	vertex []int32 // room for plans, reused
	from   []int64
	to     []int64
	hit    []int32
	at     C.int32_t // the branch
	trunk  *Fleet    // whose branch it is, nil = it is the trunk
}

// Fleet opens a handle; nothing of f is kept.
func (f *FleetFloor) Fleet(room FleetRoom) (*Fleet, error) {
	if err := f.valid(); err != nil {
		return nil, err
	}
	g := f.copy()
	dims, options := g.dims(room), g.options()
	t := &Fleet{word: C.malloc(C.FLEET_WORD), robots: g.robots()}
	C.fleet_stop(t.word, 0)
	err := call(new(runtime.Pinner), func(e *C.c12_error) C.c12_status {
		if status := C.open_fleet(&t.c, &dims, &options, t.word, e); status != C.C12_OK {
			return status
		}
		return C.c12_route_load(t.c, pinned(&t.pin, g.c(&t.pin)), e)
	})
	if err != nil {
		t.Close()
		return nil, err
	}
	most := max(int(dims.holds), int(dims.steps), int(dims.vertices)) + 1
	t.vertex, t.from, t.to, t.hit = make([]int32, most), make([]int64, most), make([]int64, most), make([]int32, t.robots)
	runtime.SetFinalizer(t, (*Fleet).Close) // a pinned column must not be left behind
	return t, nil
}

// call as call does, with a handle that is not collected meanwhile.
func (t *Fleet) call(pin *runtime.Pinner, f func(e *C.c12_error) C.c12_status) error {
	defer runtime.KeepAlive(t)
	return call(pin, f)
}

func (t *Fleet) handle() *C.c12_route {
	if t.trunk != nil {
		return t.trunk.c
	}
	return t.c
}

// Branch is a fleet of its own on a copy of all reservations, blocks and releases as they are now: try there what you like, then Drop it, or Commit it.
func (t *Fleet) Branch() (*Fleet, error) {
	b := &Fleet{trunk: t, robots: t.robots, vertex: make([]int32, len(t.vertex)), from: make([]int64, len(t.from)), to: make([]int64, len(t.to)), hit: make([]int32, len(t.hit))}
	if t.trunk != nil {
		b.trunk = t.trunk
	}
	err := t.do(func(e *C.c12_error) C.c12_status { return C.c12_route_branch(t.handle(), t.at, &b.at, e) })
	if err != nil {
		return nil, err
	}
	return b, nil
}

// Drop forgets a branch.
func (t *Fleet) Drop() error {
	err := t.do(func(e *C.c12_error) C.c12_status { return C.c12_route_drop(t.handle(), t.at, e) })
	return t.left(err)
}

// Commit makes a branch the trunk, unless that was changed since the branch was opened.
func (t *Fleet) Commit() error {
	err := t.do(func(e *C.c12_error) C.c12_status { return C.c12_route_commit(t.handle(), t.at, e) })
	return t.left(err)
}

// left ends a branch that is no more; every later call of it is refused.
func (t *Fleet) left(err error) error {
	if err == nil {
		t.trunk, t.at = &Fleet{}, 0
	}
	return err
}

// Close gives the memory back, of a branch too; every later call is refused.
func (t *Fleet) Close() {
	if t.trunk != nil {
		_ = t.Drop() // it may be gone already
		return
	}
	C.c12_route_destroy(t.c)
	C.free(t.word)
	t.pin.Unpin()
	t.c, t.word = nil, nil
}

// ---- planning ----

// plan runs f, which ctx's end stops early, with room for a plan of some robots.
func (t *Fleet) plan(ctx context.Context, robots int, b Budget, f func(b *C.c12_budget, p *C.c12_route_plan, i *C.c12_info, e *C.c12_error) C.c12_status) (*Routes, error) {
	pin, off, budget, info := new(runtime.Pinner), make([]int64, robots+1), b.c(), C.c12_info{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_info{}))}
	if budget.work_limit > 0 && budget.time_limit == 0 {
		budget.time_limit = 1 << 61 // so that the clock is asked, which tells of ctx
	}
	p := routePlan(pin, off, t.vertex, t.from, t.to)
	err := t.search(ctx, func() error {
		return t.call(pin, func(e *C.c12_error) C.c12_status { return f(&budget, &p, &info, e) })
	})
	if err != nil {
		return nil, err
	}
	return t.routes(off, &info), nil
}

func (t *Fleet) routes(off []int64, info *C.c12_info) *Routes {
	r := &Routes{Steps: make([][]Step, len(off)-1), Info: Info{int64(info.objective), int64(info.bound), int64(info.work), Outcome(info.outcome)}}
	for k := range r.Steps {
		for s := off[k]; s < off[k+1]; s++ {
			r.Steps[k] = append(r.Steps[k], Step{t.vertex[s], t.from[s], t.to[s]})
		}
	}
	return r
}

// search runs f, which ctx's end stops early; on its return ctx has no more say.
func (t *Fleet) search(ctx context.Context, f func() error) error {
	word := t.word
	if t.trunk != nil {
		word = t.trunk.word
	}
	if word == nil {
		return f()
	}
	C.fleet_stop(word, 0)
	done := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		C.fleet_stop(word, 1)
		close(done)
	})
	defer func() {
		if !stop() {
			<-done
		}
	}()
	return f()
}

// Solve plans all robots from start to goal among the blocks of the live table until the budget is spent or ctx is done, and reserves the plan.
func (t *Fleet) Solve(ctx context.Context, b Budget) (*Routes, error) {
	return t.plan(ctx, t.robots, b, func(b *C.c12_budget, p *C.c12_route_plan, i *C.c12_info, e *C.c12_error) C.c12_status {
		return C.c12_route_solve(t.handle(), t.at, b, p, i, e)
	})
}

// Replan plans one robot from where it stands at a tick and reserves: the earliest arrival there is.  Infeasible: there is no way, the old one stays.
func (t *Fleet) Replan(ctx context.Context, robot, start int32, tick int64, goal int32, b Budget) (*Routes, error) {
	return t.plan(ctx, 1, b, func(b *C.c12_budget, p *C.c12_route_plan, i *C.c12_info, e *C.c12_error) C.c12_status {
		return C.c12_route_replan(t.handle(), t.at, C.int32_t(robot), C.int32_t(start), C.c12_tick(tick), C.int32_t(goal), b, p, i, e)
	})
}

// Reroute plans one robot anew from the end of what was released to it.
func (t *Fleet) Reroute(ctx context.Context, robot int32, tick int64, goal int32, b Budget) (*Routes, error) {
	return t.plan(ctx, 1, b, func(b *C.c12_budget, p *C.c12_route_plan, i *C.c12_info, e *C.c12_error) C.c12_status {
		return C.c12_route_reroute(t.handle(), t.at, C.int32_t(robot), C.c12_tick(tick), C.int32_t(goal), b, p, i, e)
	})
}

// ---- the live table ----

func (t *Fleet) do(f func(e *C.c12_error) C.c12_status) error { return t.call(new(runtime.Pinner), f) }

// Park says that a robot stands on a vertex from tick on, for ever.
func (t *Fleet) Park(robot, vertex int32, tick int64) error {
	return t.do(func(e *C.c12_error) C.c12_status {
		return C.c12_route_park(t.handle(), t.at, C.int32_t(robot), C.int32_t(vertex), C.c12_tick(tick), e)
	})
}

// Hold blocks a vertex from one tick until the other (Stays = for ever) and names the robots it hits: reroute them.
func (t *Fleet) Hold(vertex int32, from, to int64) ([]int32, error) {
	pin, n := new(runtime.Pinner), C.int32_t(0)
	err := t.call(pin, func(e *C.c12_error) C.c12_status {
		return C.c12_route_hold(t.handle(), t.at, C.int32_t(vertex), C.c12_tick(from), C.c12_tick(to), (*C.int32_t)(column(pin, t.hit)), C.int32_t(len(t.hit)), &n, e)
	})
	if err != nil {
		return nil, err
	}
	return append([]int32(nil), t.hit[:n]...), nil
}

// Unblock ends the blocks of a vertex at a tick.
func (t *Fleet) Unblock(vertex int32, tick int64) error {
	return t.do(func(e *C.c12_error) C.c12_status {
		return C.c12_route_unblock(t.handle(), t.at, C.int32_t(vertex), C.c12_tick(tick), e)
	})
}

// Forget drops reservations that ended by then: short tables make fast replans.
func (t *Fleet) Forget(tick int64) error {
	return t.do(func(e *C.c12_error) C.c12_status { return C.c12_route_forget(t.handle(), t.at, C.c12_tick(tick), e) })
}

// ---- driving ----

// Moves is what a report moved: how many reservations to later, and the robots that now run into a block: reroute them.
type Moves struct {
	Holds int
	Hit   []int32
}

func (t *Fleet) moved(f func(m *C.c12_route_moved, e *C.c12_error) C.c12_status) (Moves, error) {
	pin := new(runtime.Pinner)
	m := C.c12_route_moved{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_route_moved{})), cap: C.int32_t(len(t.hit)), hit: (*C.int32_t)(column(pin, t.hit))}
	if err := t.call(pin, func(e *C.c12_error) C.c12_status { return f(&m, e) }); err != nil {
		return Moves{}, err
	}
	return Moves{int(m.holds), append([]int32(nil), t.hit[:m.n_hit]...)}, nil
}

// Progress reports that a robot has arrived in the next vertex of its route and left the one before.
func (t *Fleet) Progress(robot int32, tick int64) (Moves, error) {
	return t.moved(func(m *C.c12_route_moved, e *C.c12_error) C.c12_status {
		return C.c12_route_progress(t.handle(), t.at, C.int32_t(robot), C.c12_tick(tick), m, e)
	})
}

// Delay reports that a robot will be so many ticks later at its next vertex.
func (t *Fleet) Delay(robot int32, ticks int64) (Moves, error) {
	return t.moved(func(m *C.c12_route_moved, e *C.c12_error) C.c12_status {
		return C.c12_route_delay(t.handle(), t.at, C.int32_t(robot), C.c12_tick(ticks), m, e)
	})
}

// Release gives what a robot may drive whenever it likes: the vertex it is on and those nobody else is to hold before.  They are not taken away again.
func (t *Fleet) Release(robot int32, tick int64) ([]Step, error) {
	pin, off := new(runtime.Pinner), make([]int64, 2)
	p := routePlan(pin, off, t.vertex, t.from, t.to)
	err := t.call(pin, func(e *C.c12_error) C.c12_status {
		return C.c12_route_release(t.handle(), t.at, C.int32_t(robot), C.c12_tick(tick), &p, e)
	})
	if err != nil {
		return nil, err
	}
	return t.routes(off, &C.c12_info{}).Steps[0], nil
}

// Wait is what a robot waits for: Robot (-1 = a block or nobody) is to hold Vertex, or one in conflict with it, before it, until Until as planned now (-1 = nobody is
// in the way); Zone is to be granted (-1 = none).
type Wait struct {
	Vertex, Robot int32
	Until         int64
	Zone          int32
}

// Waits tells why a robot cannot drive on; nil when all of its route is free.
func (t *Fleet) Waits(robot int32) (*Wait, error) {
	w := C.c12_route_wait{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_route_wait{}))}
	err := t.do(func(e *C.c12_error) C.c12_status { return C.c12_route_waits(t.handle(), t.at, C.int32_t(robot), &w, e) })
	if err != nil || w.waits == 0 {
		return nil, err
	}
	return &Wait{int32(w.vertex), int32(w.robot), int64(w.until), int32(w.zone)}, nil
}

// Circle names robots that wait for each other in a circle, each for the next; none = there is none.
func (t *Fleet) Circle() ([]int32, error) {
	pin, n := new(runtime.Pinner), C.int32_t(0)
	err := t.call(pin, func(e *C.c12_error) C.c12_status {
		return C.c12_route_circle(t.handle(), t.at, (*C.int32_t)(column(pin, t.hit)), C.int32_t(len(t.hit)), &n, e)
	})
	if err != nil {
		return nil, err
	}
	return append([]int32(nil), t.hit[:n]...), nil
}

// Grant lets a robot enter a zone, until it has left it; -1 takes back a grant.
func (t *Fleet) Grant(robot, zone int32) error {
	return t.do(func(e *C.c12_error) C.c12_status {
		return C.c12_route_grant(t.handle(), t.at, C.int32_t(robot), C.int32_t(zone), e)
	})
}

// Stuck names robots that should have left, and were not heard of, for so many ticks, each with the one at the end of its waiting, which nobody keeps from going on.
func (t *Fleet) Stuck(tick, ticks int64) (map[int32]int32, error) {
	pin, n, cause := new(runtime.Pinner), C.int32_t(0), make([]int32, len(t.hit))
	err := t.call(pin, func(e *C.c12_error) C.c12_status {
		return C.c12_route_stuck(t.handle(), t.at, C.c12_tick(tick), C.c12_tick(ticks), (*C.int32_t)(column(pin, t.hit)), (*C.int32_t)(column(pin, cause)), C.int32_t(len(t.hit)), &n, e)
	})
	if err != nil {
		return nil, err
	}
	found := map[int32]int32{}
	for k := range cause[:n] {
		found[t.hit[k]] = cause[k]
	}
	return found, nil
}

// Turns is a floor's graph (X and Y are needed) with headings, so that a quarter turn takes so many length units: vertex 4*v+h looks east (X rises), south, west or
// north.  arcOf is the floor's arc each of its arcs is, -1 = a turn.  Robots, starts and blocks are not taken over; a goal 4*v is reached in any heading.
func (f *FleetFloor) Turns(quarter int) (floor *FleetFloor, arcOf []int64, err error) {
	if err := f.valid(); err != nil {
		return nil, nil, err
	}
	pin, dims := new(runtime.Pinner), C.c12_route_dims{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_route_dims{}))}
	cells := &FleetFloor{ArcOff: f.ArcOff, ArcHead: f.ArcHead, ArcLength: f.ArcLength, X: f.X, Y: f.Y, ConflictOff: f.ConflictOff, ConflictVertex: f.ConflictVertex}
	problem := pinned(pin, cells.c(pin))
	i := func(rows []int32) *C.int32_t { return (*C.int32_t)(column(pin, rows)) }
	err = call(pin, func(e *C.c12_error) C.c12_status {
		if status := C.c12_route_measure_turns(problem, C.int32_t(quarter), &dims, e); status != C.C12_OK {
			return status
		}
		n := int(dims.vertices)
		floor = &FleetFloor{ArcOff: make([]int64, n+1), ArcHead: make([]int32, dims.arcs), ArcLength: make([]int32, dims.arcs), ConflictOff: make([]int64, n+1),
			ConflictVertex: make([]int32, dims.conflicts), Place: make([]int32, n)}
		arcOf = make([]int64, dims.arcs)
		return C.c12_route_build_turns(problem, C.int32_t(quarter), &dims, (*C.int64_t)(column(pin, floor.ArcOff)), i(floor.ArcHead), i(floor.ArcLength), (*C.int64_t)(column(pin, arcOf)),
			(*C.int64_t)(column(pin, floor.ConflictOff)), i(floor.ConflictVertex), i(floor.Place), e)
	})
	if err != nil {
		return nil, nil, err
	}
	return floor, arcOf, nil
}
