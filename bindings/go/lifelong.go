// SPDX-License-Identifier: Apache-2.0

package c12

/*
#include <stdlib.h>
#include "c12/route.h"
*/
import "C"

import (
	"math"
	"runtime"
	"unsafe"
)

// Floor is a directed graph: vertex v has arcs to ArcHead[ArcOff[v]:ArcOff[v+1]].
type Floor struct {
	ArcOff  []int64
	ArcHead []int32
}

func (f *Floor) valid() error {
	if len(f.ArcOff) == 0 {
		return &Error{Status: ErrSpace, What: "column too short", Field: "arc_off", Row: 0, Value: 1}
	}
	return fits("arc_head", f.ArcHead, int(max(f.ArcOff[len(f.ArcOff)-1], 0)), false)
}

// Lifelong is a fleet that never stops: where every robot goes next, tick by tick.
type Lifelong struct {
	c      *C.c12_route
	robots int
	column [3]unsafe.Pointer // C's copies of arcs and starts: the handle looks at them between calls
}

// Pulse is what a tick brought.  Eldest is the robot that has been under way longest, -1 = none.
type Pulse struct {
	Tick, EldestTicks      int64
	Arrived, Moved, Eldest int32
}

// exactVertices is up to how many vertices every one gets a distance table of its own.
const exactVertices = 4096

// Lifelong opens a handle with robots on `start`; nothing of f is kept.  tables are distance tables: as many as vertices serve any floor, fewer, about
// 2 * sqrt(vertices), serve large floors without one-way arcs; 0 chooses.
func (f *Floor) Lifelong(start []int32, tables int) (*Lifelong, error) {
	if err := f.valid(); err != nil {
		return nil, err
	}
	n, arcs := len(f.ArcOff)-1, f.ArcOff[len(f.ArcOff)-1]
	if tables == 0 {
		tables = n
		if n > exactVertices {
			tables = 2 * int(math.Sqrt(float64(n)))
		}
	}
	l := &Lifelong{robots: len(start), column: [3]unsafe.Pointer{keep(f.ArcOff), keep(f.ArcHead), keep(start)}}
	dims := C.c12_route_dims{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_route_dims{})), vertices: C.int32_t(n), arcs: C.int64_t(arcs), robots: C.int32_t(len(start)), holds: 1024, steps: 1, tables: 1, lifelong: C.int32_t(tables)}
	options := C.c12_route_options{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_route_options{})), mode: C.C12_ROUTE_GRID}
	problem := C.c12_route_problem{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_route_problem{})), n_vertices: C.int32_t(n), n_robots: C.int32_t(len(start)), arc_off: (*C.int64_t)(l.column[0]), arc_head: (*C.int32_t)(l.column[1]),
		start: (*C.int32_t)(l.column[2]), goal: (*C.int32_t)(l.column[2])}
	err := call(new(runtime.Pinner), func(e *C.c12_error) C.c12_status {
		if status := C.c12_route_create(&l.c, &dims, &options, nil, e); status != C.C12_OK {
			return status
		}
		return C.c12_route_load(l.c, &problem, e)
	})
	if err != nil {
		l.Close()
		return nil, err
	}
	return l, nil
}

func keep[T any](rows []T) unsafe.Pointer {
	var one T
	p := C.malloc(C.size_t(max(len(rows), 1) * int(unsafe.Sizeof(one))))
	copy(unsafe.Slice((*T)(p), len(rows)), rows)
	return p
}

// Close gives the memory back; every later call is refused.
func (l *Lifelong) Close() {
	C.c12_route_destroy(l.c)
	for _, p := range l.column {
		C.free(p)
	}
	*l = Lifelong{robots: l.robots}
}

// Step gives where every robot goes next towards its goal, -1 = none.  at says where robots are when it is not where the last step sent them, else nil.
// An error changes nothing.
func (l *Lifelong) Step(goal, at []int32) (next []int32, p Pulse, err error) {
	if err = first(fits("goal", goal, l.robots, false), fits("at", at, l.robots, true)); err != nil {
		return nil, p, err
	}
	next = make([]int32, l.robots)
	pin := new(runtime.Pinner)
	pulse := C.c12_route_pulse{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_route_pulse{}))}
	err = call(pin, func(e *C.c12_error) C.c12_status {
		return C.c12_route_step(l.c, 0, (*C.int32_t)(column(pin, at)), (*C.int32_t)(column(pin, goal)), (*C.int32_t)(column(pin, next)), &pulse, e)
	})
	if err != nil {
		return nil, p, err
	}
	return next, Pulse{int64(pulse.tick), int64(pulse.eldest_ticks), int32(pulse.arrived), int32(pulse.moved), int32(pulse.eldest)}, nil
}

// Hold lets nobody go onto a vertex from one tick until the other (Stays = for ever); whoever stands there leaves when it can.  Ticks are steps since the floor was
// loaded; at most 1024 blocks at once.
func (l *Lifelong) Hold(vertex int32, from, to int64) error {
	return call(new(runtime.Pinner), func(e *C.c12_error) C.c12_status {
		return C.c12_route_hold(l.c, 0, C.int32_t(vertex), C.c12_tick(from), C.c12_tick(to), nil, 0, nil, e)
	})
}

// Unblock ends the blocks of a vertex at a tick.
func (l *Lifelong) Unblock(vertex int32, tick int64) error {
	return call(new(runtime.Pinner), func(e *C.c12_error) C.c12_status {
		return C.c12_route_unblock(l.c, 0, C.int32_t(vertex), C.c12_tick(tick), e)
	})
}

// Visit is a vertex a robot claims to have been on at a tick.
type Visit struct {
	Vertex int32
	Tick   int64
}

// CheckRun judges a run by the independent checker: where has all robots' vertices tick by tick, start may be nil, stops the visits each robot claims in
// order, or nil.  The verdict's objective is their number.
func (f *Floor) CheckRun(robots int, where, start []int32, stops [][]Visit) (Verdict, error) {
	if err := f.valid(); err != nil {
		return Verdict{}, err
	}
	if robots < 1 || len(where) < robots || len(where)%robots != 0 || (stops != nil && len(stops) != robots) {
		return Verdict{}, &Error{Status: ErrSpace, What: "where needs whole ticks of all robots, stops a row each", Field: "where", Row: int64(len(where)), Value: int64(robots)}
	}
	if err := fits("start", start, robots, true); err != nil {
		return Verdict{}, err
	}
	pin := new(runtime.Pinner)
	n := len(f.ArcOff) - 1
	scratch := make([]int32, n)
	problem := C.c12_route_problem{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_route_problem{})), n_vertices: C.int32_t(n), n_robots: C.int32_t(robots), arc_off: (*C.int64_t)(column(pin, f.ArcOff)),
		arc_head: (*C.int32_t)(column(pin, f.ArcHead)), start: (*C.int32_t)(column(pin, start))}
	run := C.c12_route_run{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_route_run{})), n_ticks: C.int64_t(len(where)/robots - 1), where: (*C.int32_t)(column(pin, where))}
	if stops != nil {
		off, vertex, tick := make([]int64, robots+1), []int32{}, []int64{}
		for r, visits := range stops {
			for _, v := range visits {
				vertex, tick = append(vertex, v.Vertex), append(tick, v.Tick)
			}
			off[r+1] = int64(len(vertex))
		}
		run.stop_off, run.stop_vertex, run.stop_tick = (*C.int64_t)(column(pin, off)), (*C.int32_t)(column(pin, vertex)), (*C.c12_tick)(column(pin, tick))
	}
	verdict := C.c12_verdict{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_verdict{}))}
	err := call(pin, func(e *C.c12_error) C.c12_status {
		return C.c12_route_check_run(pinned(pin, &problem), pinned(pin, &run), (*C.int32_t)(column(pin, scratch)), &verdict, e)
	})
	if err != nil {
		return Verdict{}, err
	}
	return verdictOf(&verdict), nil
}
