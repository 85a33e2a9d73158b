// SPDX-License-Identifier: Apache-2.0

package c12

/*
#include "c12/kpi.h"
*/
import "C"

import (
	"math"
	"runtime"
	"unsafe"
)

// What a reason counts as, outcomes of tasks; see c12/kpi.h.
const (
	StateRun     int32 = C.C12_KPI_RUN
	StateSetup   int32 = C.C12_KPI_SETUP
	StateStop    int32 = C.C12_KPI_STOP
	StateFailure int32 = C.C12_KPI_FAILURE
	StateIdle    int32 = C.C12_KPI_IDLE
	StateOff     int32 = C.C12_KPI_OFF

	TaskOpen   int32 = C.C12_KPI_TASK_OPEN
	TaskDone   int32 = C.C12_KPI_TASK_DONE
	TaskFailed int32 = C.C12_KPI_TASK_FAILED

	StillOpen int64 = math.MaxInt64 // as Left or Done of what is not over

	kpiClasses = int(C.C12_KPI_CLASSES)
	kpiRatios  = int(C.C12_KPI_RATIOS)
)

// Ratio is Num / Den; Den 0 = undefined.
type Ratio struct{ Num, Den int64 }

// Float is the ratio as a float64, NaN when undefined.
func (r Ratio) Float() float64 {
	if r.Den == 0 {
		return math.NaN()
	}
	return float64(r.Num) / float64(r.Den)
}

// StateEvents says what units did from tick to tick, for a reason; a unit's events are in order.
type StateEvents struct {
	Units        int32
	From, To     int64 // events are clipped to [From, To)
	Unit, Reason []int32
	Begin, End   []int64
	Class        []int32 // of each reason
}

// StateTimes is time by unit and class, and by reason.
type StateTimes struct {
	Time              [][6]int64
	Unknown, Failures []int64
	ByReason          []int64
}

// Tally adds events up; the answer is judged by the independent checker.
func (x *StateEvents) Tally() (*StateTimes, error) {
	n, units := len(x.Unit), max(int(x.Units), 0)
	if err := first(fits("reason", x.Reason, n, false), fits("begin", x.Begin, n, false), fits("end", x.End, n, false)); err != nil {
		return nil, err
	}
	pin, verdict := new(runtime.Pinner), newVerdict()
	cells, t := make([]int64, units*kpiClasses), &StateTimes{make([][6]int64, units), make([]int64, units), make([]int64, units), make([]int64, len(x.Class))}
	in := C.c12_kpi_states{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_kpi_states{})), n_units: C.int32_t(x.Units), n_reasons: C.int32_t(len(x.Class)), n: C.int64_t(n), from: C.int64_t(x.From), to: C.int64_t(x.To), unit: narrow(pin, x.Unit),
		begin: wide(pin, x.Begin), end: wide(pin, x.End), reason: narrow(pin, x.Reason), class_of: narrow(pin, x.Class)}
	out := C.c12_kpi_times{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_kpi_times{})), time: wide(pin, cells), unknown: wide(pin, t.Unknown), failures: wide(pin, t.Failures), by_reason: wide(pin, t.ByReason)}
	err := call(pin, func(e *C.c12_error) C.c12_status {
		mem := bytesOf(pin, C.c12_kpi_tally_scratch(C.int32_t(units)))
		if s := C.c12_kpi_tally(&in, &out, mem, e); s != C.C12_OK {
			return s
		}
		return C.c12_kpi_tally_check(&in, &out, mem, verdict, e)
	})
	for k := range t.Time {
		copy(t.Time[k][:], cells[k*kpiClasses:])
	}
	if err = judged(verdict, err); err != nil {
		return nil, err
	}
	return t, nil
}

// FleetRatio is one unit's, or a fleet's.
type FleetRatio struct{ Availability, Utilisation, MTBF, MTTR Ratio }

// Fleet gives ratios by unit, and at the end of all together.
func (t *StateTimes) Fleet() ([]FleetRatio, error) {
	n := len(t.Time)
	if err := fits("failures", t.Failures, n, false); err != nil {
		return nil, err
	}
	pin, m, verdict := new(runtime.Pinner), n+1, newVerdict()
	cells, out := make([]int64, n*kpiClasses+1), make([]int64, 8*m)
	for k := range t.Time {
		copy(cells[k*kpiClasses:], t.Time[k][:])
	}
	o := func(k int) *C.int64_t { return wide(pin, out[k*m:]) }
	f := C.c12_kpi_fleet{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_kpi_fleet{})), n_units: C.int32_t(n), time: wide(pin, cells), failures: wide(pin, t.Failures), available_num: o(0), available_den: o(1), used_num: o(2), used_den: o(3),
		between_num: o(4), between_den: o(5), repair_num: o(6), repair_den: o(7)}
	err := call(pin, func(e *C.c12_error) C.c12_status {
		if s := C.c12_kpi_fleet_ratios(&f, e); s != C.C12_OK {
			return s
		}
		return C.c12_kpi_fleet_check(&f, verdict, e)
	})
	if err = judged(verdict, err); err != nil {
		return nil, err
	}
	rows := make([]FleetRatio, m)
	for k := range rows {
		r := func(c int) Ratio { return Ratio{out[2*c*m+k], out[(2*c+1)*m+k]} }
		rows[k] = FleetRatio{r(0), r(1), r(2), r(3)}
	}
	return rows, nil
}

// Tasks counts tasks by station and outcome: open, done, failed.
func Tasks(station, outcome []int32, stations int) ([][3]int64, error) {
	n := len(station)
	if err := fits("outcome", outcome, n, false); err != nil {
		return nil, err
	}
	pin, count, rows := new(runtime.Pinner), make([]int64, 3*stations+1), make([][3]int64, stations)
	err := call(pin, func(e *C.c12_error) C.c12_status {
		return C.c12_kpi_tasks(C.int64_t(n), narrow(pin, station), narrow(pin, outcome), C.int32_t(stations), wide(pin, count), e)
	})
	for k := range rows {
		copy(rows[k][:], count[3*k:])
	}
	return orNil(rows, err)
}

// KPIElements are the elements of ISO 22400-2 by row; nil columns are 0.
type KPIElements struct {
	BusyPlanned, Production, Setup, Delay, OrderTime, RunTime []int64
	Produced, Good, Scrap, Rework, Inspected, FirstGood       []int64
	Operating, Repair, Failures                               []int64
}

// KPIName is "availability" and so on.
func KPIName(indicator int) string { return C.GoString(C.c12_kpi_name(C.int32_t(indicator))) }

// Indicators of each of n rows, and at the end of all together; KPIName names them.
func (e *KPIElements) Indicators(n int) ([][]Ratio, error) {
	all := [...][]int64{e.BusyPlanned, e.Production, e.Setup, e.Delay, e.OrderTime, e.RunTime, e.Produced, e.Good, e.Scrap, e.Rework, e.Inspected, e.FirstGood, e.Operating, e.Repair, e.Failures}
	for _, rows := range all {
		if err := fits("element", rows, n, true); err != nil {
			return nil, err
		}
	}
	pin, verdict := new(runtime.Pinner), newVerdict()
	num, den := make([]int64, (n+1)*kpiRatios), make([]int64, (n+1)*kpiRatios)
	w := func(k int) *C.int64_t { return wide(pin, all[k]) }
	q := func(k int) *C.c12_qty { return (*C.c12_qty)(w(k)) }
	in := C.c12_kpi_elements{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_kpi_elements{})), n: C.int32_t(n), busy_planned: w(0), production: w(1), setup: w(2), delay: w(3), order_time: w(4), run_time: w(5), produced: q(6), good: q(7), scrap: q(8),
		rework: q(9), inspected: q(10), first_good: q(11), operating: w(12), repair: w(13), failures: w(14)}
	to, under := wide(pin, num), wide(pin, den)
	err := call(pin, func(e *C.c12_error) C.c12_status {
		if s := C.c12_kpi_iso(&in, to, under, e); s != C.C12_OK {
			return s
		}
		return C.c12_kpi_iso_check(&in, to, under, verdict, e)
	})
	if err = judged(verdict, err); err != nil {
		return nil, err
	}
	rows := make([][]Ratio, n+1)
	for r := range rows {
		for k := 0; k < kpiRatios; k++ {
			rows[r] = append(rows[r], Ratio{num[r*kpiRatios+k], den[r*kpiRatios+k]})
		}
	}
	return rows, nil
}

// Yield of steps: Rolled is {-1, -1} when its terms pass 64 bits, RolledPPB always says it in 1e-9 (-1 = undefined).
type Yield struct {
	Rolled        Ratio
	RolledPPB     int64
	Worst         int32
	Rework, Scrap int64
}

// RolledYield multiplies first pass yields.
func RolledYield(entered, firstGood, good []int64) (*Yield, error) {
	n := len(entered)
	if err := first(fits("first_good", firstGood, n, false), fits("good", good, n, false)); err != nil {
		return nil, err
	}
	pin, verdict := new(runtime.Pinner), newVerdict()
	x := C.c12_kpi_steps{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_kpi_steps{})), n: C.int32_t(n), entered: (*C.c12_qty)(wide(pin, entered)), first_good: (*C.c12_qty)(wide(pin, firstGood)), good: (*C.c12_qty)(wide(pin, good))}
	y := C.c12_kpi_yields{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_kpi_yields{}))}
	err := call(pin, func(e *C.c12_error) C.c12_status {
		if s := C.c12_kpi_yield(&x, &y, e); s != C.C12_OK {
			return s
		}
		return C.c12_kpi_yield_check(&x, &y, verdict, e)
	})
	if err = judged(verdict, err); err != nil {
		return nil, err
	}
	return &Yield{Ratio{int64(y.rolled_num), int64(y.rolled_den)}, int64(y.rolled_ppb), int32(y.worst), int64(y.rework), int64(y.scrap)}, nil
}

// FlowFigures is what a system held and let through over a period; GapPPM: how far Little's law is off.
type FlowFigures struct {
	Entered, Left, AtFrom, AtTo, Most, Area, Time, GapPPM int64
	WIP, Throughput, FlowTime                             Ratio
}

// FlowOf visits; StillOpen as left of who is still there.
func FlowOf(entered, left []int64, from, to int64) (*FlowFigures, error) {
	n := len(entered)
	if err := fits("left", left, n, false); err != nil {
		return nil, err
	}
	pin, verdict := new(runtime.Pinner), newVerdict()
	x := C.c12_kpi_visits{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_kpi_visits{})), n: C.int32_t(n), from: C.int64_t(from), to: C.int64_t(to), entered: wide(pin, entered), left: wide(pin, left)}
	f := C.c12_kpi_flows{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_kpi_flows{}))}
	err := call(pin, func(e *C.c12_error) C.c12_status {
		mem := bytesOf(pin, C.c12_kpi_flow_scratch(C.int32_t(n)))
		if s := C.c12_kpi_flow(&x, &f, mem, e); s != C.C12_OK {
			return s
		}
		return C.c12_kpi_flow_check(&x, &f, mem, verdict, e)
	})
	if err = judged(verdict, err); err != nil {
		return nil, err
	}
	i := func(v C.int64_t) int64 { return int64(v) }
	return &FlowFigures{i(f.entered), i(f.left), i(f.at_from), i(f.at_to), i(f.most), i(f.area), i(f.flow), i(f.gap_ppm), Ratio{i(f.area), to - from}, Ratio{i(f.left), to - from}, Ratio{i(f.flow), i(f.left)}}, nil
}

// Takt gives the bottleneck (-1 = none), and by station whether its cycle is longer than the takt.
func Takt(available, busy, made []int64, demand int64) (bottleneck int32, slow []bool, err error) {
	n := len(available)
	if err = first(fits("busy", busy, n, false), fits("made", made, n, false)); err != nil {
		return -1, nil, err
	}
	pin, verdict, flag := new(runtime.Pinner), newVerdict(), make([]int64, n)
	worst := C.int32_t(-1)
	x := C.c12_kpi_stations{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_kpi_stations{})), n: C.int32_t(n), demand: C.c12_qty(demand), available: wide(pin, available), busy: wide(pin, busy), made: (*C.c12_qty)(wide(pin, made)), slow: wide(pin, flag)}
	err = call(pin, func(e *C.c12_error) C.c12_status {
		if s := C.c12_kpi_takt(&x, &worst, e); s != C.C12_OK {
			return s
		}
		return C.c12_kpi_takt_check(&x, worst, verdict, e)
	})
	if err = judged(verdict, err); err != nil {
		return -1, nil, err
	}
	for _, f := range flag {
		slow = append(slow, f == 1)
	}
	return int32(worst), slow, nil
}

// DueOrders are orders and when they were due; Ordered and Delivered may be nil, Early -1 = any, Done StillOpen = open.
type DueOrders struct {
	Now, Early, Late              int64
	Due, Done, Ordered, Delivered []int64
}

// Delivery is counts; on time is OnTime / Judged.
type Delivery struct {
	Judged, Open, Overdue, OnTime, InFull, Both, LateTicks, LateMost int64
	Worst                                                            int32
}

// Delivery on time and in full.
func (o *DueOrders) Delivery() (*Delivery, error) {
	n := len(o.Due)
	if err := first(fits("done", o.Done, n, false), fits("ordered", o.Ordered, n, true), fits("delivered", o.Delivered, n, true)); err != nil {
		return nil, err
	}
	pin, verdict := new(runtime.Pinner), newVerdict()
	x := C.c12_kpi_orders{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_kpi_orders{})), n: C.int32_t(n), now: C.int64_t(o.Now), early: C.int64_t(o.Early), late: C.int64_t(o.Late), due: wide(pin, o.Due), done: wide(pin, o.Done),
		ordered: (*C.c12_qty)(wide(pin, o.Ordered)), delivered: (*C.c12_qty)(wide(pin, o.Delivered))}
	d := C.c12_kpi_delivery{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_kpi_delivery{}))}
	err := call(pin, func(e *C.c12_error) C.c12_status {
		if s := C.c12_kpi_deliver(&x, &d, e); s != C.C12_OK {
			return s
		}
		return C.c12_kpi_deliver_check(&x, &d, verdict, e)
	})
	if err = judged(verdict, err); err != nil {
		return nil, err
	}
	i := func(v C.int64_t) int64 { return int64(v) }
	return &Delivery{i(d.judged), i(d.open), i(d.overdue), i(d.on_time), i(d.in_full), i(d.both), i(d.late_ticks), i(d.late_most), int32(d.worst)}, nil
}

// SupplierReceipts of a period; weights 0, 0, 0 = 6, 3, 1; Communication by supplier, -1 = no mark, best 100; BestPPM 0 = 200000.
type SupplierReceipts struct {
	Suppliers                  int32
	Quality, Time, Communicate int32 // weights
	BestPPM                    int32
	Supplier                   []int32
	Rejected                   []uint8
	Late                       []int64
	Communication              []int32
}

// SupplierScore is one supplier's; Score.Den 0 = none.
type SupplierScore struct {
	Receipts, Rejected, OnTime, LateTicks int64
	Score                                 Ratio
	Preferred                             bool
}

// Scores gives scores by supplier, and the suppliers that have one, best first.
func (r *SupplierReceipts) Scores() ([]SupplierScore, []int32, error) {
	n, m := len(r.Supplier), max(int(r.Suppliers), 0)
	if err := first(fits("rejected", r.Rejected, n, false), fits("late", r.Late, n, false), fits("communication", r.Communication, m, true)); err != nil {
		return nil, nil, err
	}
	pin, verdict, out, rank, best := new(runtime.Pinner), newVerdict(), make([]int64, 6*m+6), make([]int32, m+1), make([]uint8, m+1)
	o := func(k int) *C.int64_t { return wide(pin, out[k*m:]) }
	x := C.c12_kpi_receipts{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_kpi_receipts{})), n_suppliers: C.int32_t(r.Suppliers), n: C.int64_t(n), weight_quality: C.int32_t(r.Quality), weight_time: C.int32_t(r.Time),
		weight_communication: C.int32_t(r.Communicate), best_ppm: C.int32_t(r.BestPPM), supplier: narrow(pin, r.Supplier), rejected: (*C.uint8_t)(column(pin, r.Rejected)), late: wide(pin, r.Late), communication: narrow(pin, r.Communication)}
	v := C.c12_kpi_scores{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_kpi_scores{})), receipts: o(0), rejected: o(1), on_time: o(2), late_ticks: o(3), num: o(4), den: o(5), rank: narrow(pin, rank), preferred: (*C.uint8_t)(column(pin, best))}
	err := call(pin, func(e *C.c12_error) C.c12_status {
		mem := bytesOf(pin, C.c12_kpi_suppliers_scratch(C.int32_t(m)))
		if s := C.c12_kpi_suppliers(&x, &v, mem, e); s != C.C12_OK {
			return s
		}
		return C.c12_kpi_suppliers_check(&x, &v, mem, verdict, e)
	})
	if err = judged(verdict, err); err != nil {
		return nil, nil, err
	}
	scores := make([]SupplierScore, m)
	for k := range scores {
		scores[k] = SupplierScore{out[k], out[m+k], out[2*m+k], out[3*m+k], Ratio{out[4*m+k], out[5*m+k]}, best[k] == 1}
	}
	return scores, rank[:v.ranked], nil
}
