// SPDX-License-Identifier: Apache-2.0

package c12

/*
#include "c12/order.h"
*/
import "C"

import (
	"runtime"
	"unsafe"
)

// States of work orders and what happens to them; see c12/order.h.
const (
	OrderCreated     int32 = C.C12_ORDER_CREATED
	OrderReleased    int32 = C.C12_ORDER_RELEASED
	OrderInProgress  int32 = C.C12_ORDER_IN_PROGRESS
	OrderQualityHold int32 = C.C12_ORDER_QUALITY_HOLD
	OrderCompleted   int32 = C.C12_ORDER_COMPLETED
	OrderShipped     int32 = C.C12_ORDER_SHIPPED
	OrderScrapped    int32 = C.C12_ORDER_SCRAPPED
	OrderRework      int32 = C.C12_ORDER_REWORK

	OrderDoRelease      int32 = C.C12_ORDER_RELEASE
	OrderDoStart        int32 = C.C12_ORDER_START
	OrderDoHold         int32 = C.C12_ORDER_HOLD
	OrderDoResume       int32 = C.C12_ORDER_RESUME
	OrderDoSendToRework int32 = C.C12_ORDER_SEND_TO_REWORK
	OrderDoScrap        int32 = C.C12_ORDER_SCRAP
	OrderDoComplete     int32 = C.C12_ORDER_COMPLETE
	OrderDoShip         int32 = C.C12_ORDER_SHIP
	OrderDoLift         int32 = C.C12_ORDER_LIFT
	OrderDoBegin        int32 = C.C12_ORDER_BEGIN
	OrderDoReport       int32 = C.C12_ORDER_REPORT
	OrderDoFinish       int32 = C.C12_ORDER_FINISH
	OrderDoAssign       int32 = C.C12_ORDER_ASSIGN
	OrderDoFree         int32 = C.C12_ORDER_FREE
	OrderDoSplit        int32 = C.C12_ORDER_SPLIT
)

// OrderStateName and the others give the words of c12/order.h.
func OrderStateName(state int32) string { return C.GoString(C.c12_order_state_name(C.int32_t(state))) }
func OrderEventName(event int32) string { return C.GoString(C.c12_order_event_name(C.int32_t(event))) }
func OrderRefusalName(refusal int32) string {
	return C.GoString(C.c12_order_refusal_name(C.int32_t(refusal)))
}

// OrderEvent is one thing that happens to an order; Station -1 = none, By -1 = a machine.
type OrderEvent struct {
	Order, Kind, Station, Value, By int32
	At, Good, Scrap, Rework         int64
}

// OrderBook holds orders as columns; rows with Ordered 0 are there to split into.  StationOff has one entry more than orders.
type OrderBook struct {
	Ordered, Created, StationOff                                         []int64
	Accepted, State, Held, Parent                                        []int32
	Qty, Good, Scrap, Last, Started, Ended                               []int64
	StationState                                                         []int32
	StationBegun, StationEnded, StationGood, StationScrap, StationRework []int64
	RobotOrder, RobotStation, HoldOrder                                  []int32
	HoldFrom, HoldTo                                                     []int64
	events                                                               []OrderEvent
	refusal                                                              []int32
}

// NewOrderBook makes a book of orders with so many stations each (nil = none), robots and rows for holds.
func NewOrderBook(ordered, created []int64, stations []int32, robots, holds int) (*OrderBook, error) {
	n := len(ordered)
	if err := first(fits("created", created, n, false), fits("stations", stations, n, true)); err != nil {
		return nil, err
	}
	b := &OrderBook{Ordered: ordered, Created: created, StationOff: make([]int64, n+1)}
	for k := range ordered {
		b.StationOff[k+1] = b.StationOff[k]
		if stations != nil {
			b.StationOff[k+1] += int64(stations[k])
		}
	}
	for _, c := range []*[]int32{&b.Accepted, &b.State, &b.Held, &b.Parent} {
		*c = make([]int32, n)
	}
	for _, c := range []*[]int64{&b.Qty, &b.Good, &b.Scrap, &b.Last, &b.Started, &b.Ended} {
		*c = make([]int64, n)
	}
	at := int(b.StationOff[n])
	b.StationState = make([]int32, at)
	for _, c := range []*[]int64{&b.StationBegun, &b.StationEnded, &b.StationGood, &b.StationScrap, &b.StationRework} {
		*c = make([]int64, at)
	}
	b.RobotOrder, b.RobotStation, b.HoldOrder = make([]int32, robots), make([]int32, robots), make([]int32, holds)
	b.HoldFrom, b.HoldTo = make([]int64, holds), make([]int64, holds)
	for _, c := range [][]int32{b.RobotOrder, b.HoldOrder} {
		for k := range c {
			c[k] = -1
		}
	}
	return b, nil
}

func (b *OrderBook) c(pin *runtime.Pinner) *C.c12_order_book {
	i := func(v []int32) *C.int32_t { return (*C.int32_t)(column(pin, v)) }
	q := func(v []int64) *C.c12_qty { return (*C.c12_qty)(column(pin, v)) }
	t := func(v []int64) *C.c12_ns { return (*C.c12_ns)(column(pin, v)) }
	return &C.c12_order_book{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_order_book{})), n: C.int32_t(len(b.Ordered)), n_robots: C.int32_t(len(b.RobotOrder)), n_holds: C.int32_t(len(b.HoldOrder)),
		ordered: q(b.Ordered), created: t(b.Created), station_off: (*C.int64_t)(column(pin, b.StationOff)), accepted: i(b.Accepted), state: i(b.State), held: i(b.Held), parent: i(b.Parent),
		qty: q(b.Qty), good: q(b.Good), scrap: q(b.Scrap), last: t(b.Last), started: t(b.Started), ended: t(b.Ended), station_state: i(b.StationState), station_begun: t(b.StationBegun),
		station_ended: t(b.StationEnded), station_good: q(b.StationGood), station_scrap: q(b.StationScrap), station_rework: q(b.StationRework), robot_order: i(b.RobotOrder), robot_station: i(b.RobotStation),
		hold_order: i(b.HoldOrder), hold_from: t(b.HoldFrom), hold_to: t(b.HoldTo)}
}

func orderEvents(pin *runtime.Pinner, events []OrderEvent) *C.c12_order_events {
	n := len(events)
	narrow, wide := [5][]int32{}, [4][]int64{}
	for k := range narrow {
		narrow[k] = make([]int32, n)
	}
	for k := range wide {
		wide[k] = make([]int64, n)
	}
	for k, e := range events {
		narrow[0][k], narrow[1][k], narrow[2][k], narrow[3][k], narrow[4][k] = e.Order, e.Kind, e.Station, e.Value, e.By
		wide[0][k], wide[1][k], wide[2][k], wide[3][k] = e.At, e.Good, e.Scrap, e.Rework
	}
	i := func(k int) *C.int32_t { return (*C.int32_t)(column(pin, narrow[k])) }
	q := func(k int) *C.c12_qty { return (*C.c12_qty)(column(pin, wide[k])) }
	return &C.c12_order_events{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_order_events{})), n: C.int64_t(n), order: i(0), kind: i(1), station: i(2), value: i(3), by: i(4), at: (*C.c12_ns)(column(pin, wide[0])),
		good: q(1), scrap: q(2), rework: q(3)}
}

// Apply lets events happen; it gives 0 or the reason of refusal for each.
func (b *OrderBook) Apply(events []OrderEvent) ([]int32, error) {
	pin, refusal := new(runtime.Pinner), make([]int32, len(events))
	err := call(pin, func(e *C.c12_error) C.c12_status {
		return C.c12_order_apply(b.c(pin), orderEvents(pin, events), (*C.int32_t)(column(pin, refusal)), e)
	})
	if err != nil {
		return nil, err
	}
	b.events, b.refusal = append(b.events, events...), append(b.refusal, refusal...)
	return refusal, nil
}

// Check judges the whole history by the independent checker.
func (b *OrderBook) Check() error {
	pin, verdict := new(runtime.Pinner), blankVerdict()
	return judged(&verdict, call(pin, func(e *C.c12_error) C.c12_status {
		return C.c12_order_history_check(b.c(pin), orderEvents(pin, b.events), (*C.int32_t)(column(pin, b.refusal)), &verdict, e)
	}))
}

// Progress gives how far each order is, as numerators and denominators in lowest terms.
func (b *OrderBook) Progress() (num, den []int64, err error) {
	pin := new(runtime.Pinner)
	num, den = make([]int64, len(b.Ordered)), make([]int64, len(b.Ordered))
	err = call(pin, func(e *C.c12_error) C.c12_status {
		return C.c12_order_progress(b.c(pin), (*C.int64_t)(column(pin, num)), (*C.int64_t)(column(pin, den)), e)
	})
	return num, den, err
}

// Built says what went into what: units are serial numbers; Part and Lot are -1 where not named, Qty nil = 1.
type Built struct {
	Units, Lots     int32
	Unit, Part, Lot []int32
	Qty             []int64
}

// Holder is an entry of a recall list or of what is in a unit: Outer = in no other unit, downwards a lot.
type Holder struct {
	Unit, Depth int32
	Row         int64
	Outer       bool
}

func (g *Built) search(up bool, part, lot int32) ([]Holder, error) {
	n := len(g.Unit)
	if err := first(fits("part", g.Part, n, false), fits("lot", g.Lot, n, false), fits("qty", g.Qty, n, true)); err != nil {
		return nil, err
	}
	most, pin, verdict := n+int(g.Units), new(runtime.Pinner), blankVerdict()
	unit, depth, row, outer := make([]int32, most+1), make([]int32, most+1), make([]int64, most+1), make([]uint8, most+1)
	found := C.c12_order_found{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_order_found{})), cap: C.int64_t(most)}
	err := call(pin, func(e *C.c12_error) C.c12_status {
		b := C.c12_order_built{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_order_built{})), n_units: C.int32_t(g.Units), n_lots: C.int32_t(g.Lots), n: C.int64_t(n), unit: (*C.int32_t)(column(pin, g.Unit)),
			part: (*C.int32_t)(column(pin, g.Part)), lot: (*C.int32_t)(column(pin, g.Lot)), qty: (*C.c12_qty)(column(pin, g.Qty))}
		found.unit, found.depth = (*C.int32_t)(column(pin, unit)), (*C.int32_t)(column(pin, depth))
		found.row, found.is_outer = (*C.int64_t)(column(pin, row)), (*C.uint8_t)(column(pin, outer))
		room := make([]int64, int(C.c12_order_trace_scratch(&b))/8+1)
		mem := C.c12_mem{ptr: column(pin, room), size: C.size_t(8 * len(room))}
		if !up {
			return C.c12_order_trace_down(&b, C.int32_t(part), &found, mem, e)
		}
		if s := C.c12_order_trace_up(&b, C.int32_t(part), C.int32_t(lot), &found, mem, e); s != C.C12_OK {
			return s
		}
		return C.c12_order_trace_check(&b, C.int32_t(part), C.int32_t(lot), &found, &verdict, e)
	})
	out := make([]Holder, int(found.n))
	for k := range out {
		out[k] = Holder{unit[k], depth[k], row[k], outer[k] == 1}
	}
	return orNil(out, judged(&verdict, err))
}

// HoldersOfLot and HoldersOfUnit are recall lists, judged by the checker; Contents is all that is in a unit.
func (g *Built) HoldersOfLot(lot int32) ([]Holder, error)   { return g.search(true, -1, lot) }
func (g *Built) HoldersOfUnit(unit int32) ([]Holder, error) { return g.search(true, unit, -1) }
func (g *Built) Contents(unit int32) ([]Holder, error)      { return g.search(false, unit, -1) }
