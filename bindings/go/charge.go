// SPDX-License-Identifier: Apache-2.0

package c12

/*
#include "c12/charge.h"
*/
import "C"

import (
	"runtime"
	"unsafe"
)

// How urgently a robot should charge; see c12/charge.h.
const (
	ChargeNone     int32 = C.C12_CHARGE_NONE
	ChargeLow      int32 = C.C12_CHARGE_LOW
	ChargeMedium   int32 = C.C12_CHARGE_MEDIUM
	ChargeCritical int32 = C.C12_CHARGE_CRITICAL
)

const mostSlots = C.C12_CHARGE_MOST_SLOTS

// CurvePart of a charging curve: up to ToPPM of the capacity at Rate of energy a step.
type CurvePart struct {
	ToPPM int32
	Rate  int64
}

// ChargeModel tells how a class of robots uses and takes energy.
type ChargeModel struct {
	Capacity     int64
	Active, Idle int64 // energy a step
	Curve        []CurvePart
}

// Outlook is a fleet, its bays and what is expected of it over Steps steps; a nil column takes its default.
type Outlook struct {
	Bays, Steps int
	Models      []ChargeModel
	Battery     []int32 // ppm, one a robot
	Class       []int32 // nil = 0
	Health      []int32 // ppm of the capacity; nil = 1000000
	From        []int32 // first step a robot may leave for a bay in
	Travel      []int32 // steps, robots * bays, row robot; -1 = no way; nil = 0
	AtBay       []int32 // nil = -1
	BayFrom     []int32
	BayTo       []int32 // nil = Steps
	Demand      []int32 // robots wanted in each step
	Activity    []int32 // ppm, robots * steps, row robot
}

// ChargeOptions say what counts and how much; 0 takes the default, a price of -1 is nothing.
type ChargeOptions struct {
	FloorPPM, SharePPM, EndPPM, LeastSlot                               int32
	PriceEmpty, PriceBelow, PriceUnmet, PriceLow, PriceEnd, PriceTravel int64
}

// Slot has a robot in a bay in the steps Start to End-1.
type Slot struct{ Robot, Bay, Start, End int32 }

// ChargePlan is what the hours ahead hold; Energy has one row a robot.
type ChargePlan struct {
	Slots                                        []Slot
	Energy                                       []int64
	BaysNeeded, BaysMissing, BaysShort           int32
	Empty, Below, Unmet, Low, EndShort, WayTaken int64
	Objective                                    int64
}

func (o *Outlook) valid() error {
	n := len(o.Battery)
	return first(fits("robot_class", o.Class, n, true), fits("robot_health_ppm", o.Health, n, true), fits("robot_from", o.From, n, true),
		fits("travel", o.Travel, n*o.Bays, true), fits("at_bay", o.AtBay, n, true), fits("bay_from", o.BayFrom, o.Bays, true),
		fits("bay_to", o.BayTo, o.Bays, true), fits("demand", o.Demand, o.Steps, true), fits("activity_ppm", o.Activity, n*o.Steps, true))
}

func (o *Outlook) c(pin *runtime.Pinner) *C.c12_charge_outlook {
	i := func(rows []int32) *C.int32_t { return (*C.int32_t)(column(pin, rows)) }
	w := func(rows []int64) *C.int64_t { return (*C.int64_t)(column(pin, rows)) }
	capacity, active, idle, off, to, rate := []int64{}, []int64{}, []int64{}, []int64{0}, []int32{}, []int64{}
	for _, m := range o.Models {
		capacity, active, idle = append(capacity, m.Capacity), append(active, m.Active), append(idle, m.Idle)
		for _, part := range m.Curve {
			to, rate = append(to, part.ToPPM), append(rate, part.Rate)
		}
		off = append(off, int64(len(to)))
	}
	return &C.c12_charge_outlook{
		struct_size: C.uint32_t(unsafe.Sizeof(C.c12_charge_outlook{})), n_robots: C.int32_t(len(o.Battery)), n_bays: C.int32_t(o.Bays), n_classes: C.int32_t(len(o.Models)),
		n_steps: C.int32_t(o.Steps), class_capacity: w(capacity), class_active: w(active), class_idle: w(idle), curve_off: w(off), curve_to_ppm: i(to), curve_rate: w(rate),
		robot_class: i(o.Class), battery_ppm: i(o.Battery), robot_health_ppm: i(o.Health), robot_from: i(o.From), travel: i(o.Travel), at_bay: i(o.AtBay),
		bay_from: i(o.BayFrom), bay_to: i(o.BayTo), demand: i(o.Demand), activity_ppm: i(o.Activity),
	}
}

func (o *ChargeOptions) c() *C.c12_charge_horizon_options {
	return &C.c12_charge_horizon_options{
		struct_size: C.uint32_t(unsafe.Sizeof(C.c12_charge_horizon_options{})), floor_ppm: C.int32_t(o.FloorPPM), share_ppm: C.int32_t(o.SharePPM), end_ppm: C.int32_t(o.EndPPM),
		least_slot: C.int32_t(o.LeastSlot), price_empty: C.int64_t(o.PriceEmpty), price_below: C.int64_t(o.PriceBelow), price_unmet: C.int64_t(o.PriceUnmet),
		price_low: C.int64_t(o.PriceLow), price_end: C.int64_t(o.PriceEnd), price_travel: C.int64_t(o.PriceTravel),
	}
}

// slotColumns lays slots out in columns of cap rows.
func slotColumns(pin *runtime.Pinner, slots []Slot, energy []int64, cap int) (*C.c12_charge_slots, []int32) {
	rows := make([]int32, 4*cap+4)
	for k, s := range slots {
		rows[k], rows[cap+k], rows[2*cap+k], rows[3*cap+k] = s.Robot, s.Bay, s.Start, s.End
	}
	i := func(k int) *C.int32_t { return (*C.int32_t)(column(pin, rows[k*cap:])) }
	return &C.c12_charge_slots{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_charge_slots{})), cap: C.int64_t(cap), n: C.int64_t(len(slots)), slot_robot: i(0), slot_bay: i(1), slot_start: i(2),
		slot_end: i(3), energy: (*C.int64_t)(column(pin, energy))}, rows
}

// Plan makes the best plan that work changes find, beginning with the slots given, if any, and has the independent checker judge it.
func (o *Outlook) Plan(options ChargeOptions, b Budget, begin []Slot) (*ChargePlan, error) {
	if err := o.valid(); err != nil {
		return nil, err
	}
	n, cap := len(o.Battery), len(o.Battery)*mostSlots
	if len(begin) > cap {
		begin = begin[:cap]
	}
	plan, pin := &ChargePlan{Energy: make([]int64, n*o.Steps)}, new(runtime.Pinner)
	slots, rows := slotColumns(pin, begin, plan.Energy, cap)
	if begin != nil {
		slots.warm = 1
	}
	info := C.c12_info{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_info{}))}
	verdict := C.c12_verdict{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_verdict{}))}
	budget := C.c12_budget{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_budget{})), seed: C.uint64_t(b.Seed), work_limit: C.int64_t(b.Work)}
	err := call(pin, func(e *C.c12_error) C.c12_status {
		size := C.c12_charge_horizon_scratch(C.int32_t(n), C.int32_t(o.Bays), C.int32_t(len(o.Models)), C.int32_t(o.Steps))
		scratch := C.c12_mem{}
		if size < 1<<40 { // else the call itself says what is wrong
			scratch = C.c12_mem{ptr: column(pin, make([]byte, int(size))), size: size}
		}
		in, opt := o.c(pin), options.c()
		if s := C.c12_charge_horizon(in, opt, &budget, slots, &info, scratch, e); s != C.C12_OK {
			return s
		}
		return C.c12_charge_horizon_check(in, opt, slots, &verdict, e)
	})
	if err != nil {
		return nil, err
	}
	if verdict.violations > 0 {
		return nil, &Error{Status: ErrInternal, What: C.GoString(verdict.rule), Row: int64(verdict.row)}
	}
	for k := 0; k < int(slots.n); k++ {
		plan.Slots = append(plan.Slots, Slot{rows[k], rows[cap+k], rows[2*cap+k], rows[3*cap+k]})
	}
	plan.BaysNeeded, plan.BaysMissing, plan.BaysShort = int32(slots.bays_needed), int32(slots.bays_missing), int32(slots.bays_short)
	plan.Empty, plan.Below, plan.Unmet, plan.Low = int64(slots.empty), int64(slots.below), int64(slots.unmet), int64(slots.low)
	plan.EndShort, plan.WayTaken, plan.Objective = int64(slots.end_short), int64(slots.travel), int64(info.objective)
	return plan, nil
}

// Check judges a plan with the independent checker.
func (o *Outlook) Check(options ChargeOptions, p *ChargePlan) (Verdict, error) {
	verdict, pin := C.c12_verdict{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_verdict{}))}, new(runtime.Pinner)
	if err := first(o.valid(), fits("energy", p.Energy, len(o.Battery)*o.Steps, false)); err != nil {
		return Verdict{}, err
	}
	slots, _ := slotColumns(pin, p.Slots, p.Energy, len(p.Slots))
	slots.bays_needed, slots.bays_missing, slots.bays_short = C.int32_t(p.BaysNeeded), C.int32_t(p.BaysMissing), C.int32_t(p.BaysShort)
	slots.empty, slots.below, slots.unmet, slots.low = C.int64_t(p.Empty), C.int64_t(p.Below), C.int64_t(p.Unmet), C.int64_t(p.Low)
	slots.end_short, slots.travel = C.int64_t(p.EndShort), C.int64_t(p.WayTaken)
	err := call(pin, func(e *C.c12_error) C.c12_status {
		return C.c12_charge_horizon_check(o.c(pin), options.c(), slots, &verdict, e)
	})
	if err != nil {
		return Verdict{}, err
	}
	out := Verdict{Violations: int(verdict.violations), Row: int64(verdict.row), Objective: int64(verdict.objective)}
	if verdict.rule != nil {
		out.Rule = C.GoString(verdict.rule)
	}
	return out, nil
}

// ChargeNow is a fleet at one moment; a nil column takes its default.
type ChargeNow struct {
	Now         int64
	LowDemand   bool
	Battery     []int32 // ppm, one a robot
	Bays        int
	Travel      []int64 // ticks, robots * bays, row robot; -1 = no way
	Busy        []uint8
	Drain       []int64 // ppm a tick
	AtBay       []int32
	BayFreeFrom []int64
}

// ChargeOrder is where a robot charges, from when to when; QueueRank is -1 for those that need not wait.
type ChargeOrder struct {
	Class, Bay   int32
	Start, Until int64
	QueueRank    int32
}

// Plan by the rules E1 to E7 with the default policy: one order a robot, and how many bays the fleet lacks.
func (f *ChargeNow) Plan() ([]ChargeOrder, int64, error) {
	n, pin := len(f.Battery), new(runtime.Pinner)
	if err := first(fits("travel", f.Travel, n*f.Bays, false), fits("busy", f.Busy, n, true), fits("robot_drain", f.Drain, n, true), fits("at_bay", f.AtBay, n, true),
		fits("bay_free_from", f.BayFreeFrom, f.Bays, true)); err != nil {
		return nil, 0, err
	}
	narrow, wide := make([]int32, 3*n+3), make([]int64, 2*n+2)
	i := func(rows []int32) *C.int32_t { return (*C.int32_t)(column(pin, rows)) }
	w := func(rows []int64) *C.c12_tick { return (*C.c12_tick)(column(pin, rows)) }
	dims := C.c12_charge_dims{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_charge_dims{})), robots: C.int32_t(n), bays: C.int32_t(f.Bays)}
	budget := C.c12_budget{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_budget{})), work_limit: 1 << 62}
	in := C.c12_charge_problem{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_charge_problem{})), n_robots: C.int32_t(n), n_bays: C.int32_t(f.Bays), now: C.c12_tick(f.Now), battery_ppm: i(f.Battery),
		travel: w(f.Travel), busy: (*C.uint8_t)(column(pin, f.Busy)), robot_drain: (*C.int64_t)(column(pin, f.Drain)), at_bay: i(f.AtBay), bay_free_from: w(f.BayFreeFrom)}
	if f.LowDemand {
		in.low_demand = 1
	}
	plan := C.c12_charge_plan{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_charge_plan{})), robot_class: i(narrow), robot_bay: i(narrow[n:]), queue_rank: i(narrow[2*n:]), robot_start: w(wide), robot_until: w(wide[n:])}
	var self *C.c12_charge
	err := call(pin, func(e *C.c12_error) C.c12_status {
		s := C.c12_charge_create(&self, &dims, nil, nil, e)
		if s == C.C12_OK {
			s = C.c12_charge_load(self, &in, e)
		}
		if s == C.C12_OK {
			s = C.c12_charge_solve(self, 0, &budget, &plan, nil, e)
		}
		C.c12_charge_destroy(self)
		return s
	})
	if err != nil {
		return nil, 0, err
	}
	out := make([]ChargeOrder, n)
	for r := range out {
		out[r] = ChargeOrder{narrow[r], narrow[n+r], wide[r], wide[n+r], narrow[2*n+r]}
	}
	return out, int64(plan.bays_missing), nil
}

// Samples of one battery's charge: ticks, rising, and ppm of what it holds.
type Samples struct {
	At  []int64
	PPM []int32
}

// BatteryFade says how capacity is lost; 0 takes the default, -1 is none.
type BatteryFade struct {
	CyclePPM, AgePPM, HighPPM, HighFromPPM, EndPPM int32
	DayTicks                                       int64
}

// BatteryHealth of one robot: equivalent full cycles in millionths, ticks nearly full, what is left, and when to replace it (-1 = never).
type BatteryHealth struct {
	CyclesPPM, HighTicks int64
	HealthPPM            int32
	ReplaceAt            int64
}

// Health adds up what each battery's history costs its capacity; healthPPM is what was left at its first sample, nil = all.
func Health(histories []Samples, healthPPM []int32, fade BatteryFade) ([]BatteryHealth, error) {
	n, pin := len(histories), new(runtime.Pinner)
	off, at, ppm := []int64{0}, []int64{}, []int32{}
	for _, h := range histories {
		if err := fits("sample_ppm", h.PPM, len(h.At), false); err != nil {
			return nil, err
		}
		at, ppm = append(at, h.At...), append(ppm, h.PPM[:len(h.At)]...)
		off = append(off, int64(len(at)))
	}
	if err := fits("health_ppm", healthPPM, n, true); err != nil {
		return nil, err
	}
	wide, left := make([]int64, 3*n+3), make([]int32, n+1)
	in := C.c12_charge_history{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_charge_history{})), n_robots: C.int32_t(n), sample_off: (*C.int64_t)(column(pin, off)), sample_at: (*C.c12_tick)(column(pin, at)),
		sample_ppm: (*C.int32_t)(column(pin, ppm)), health_ppm: (*C.int32_t)(column(pin, healthPPM))}
	f := C.c12_charge_fade{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_charge_fade{})), cycle_ppm: C.int32_t(fade.CyclePPM), age_ppm: C.int32_t(fade.AgePPM), high_ppm: C.int32_t(fade.HighPPM),
		high_from_ppm: C.int32_t(fade.HighFromPPM), end_ppm: C.int32_t(fade.EndPPM), day_ticks: C.c12_tick(fade.DayTicks)}
	out := C.c12_charge_health_report{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_charge_health_report{})), cycles_ppm: (*C.int64_t)(column(pin, wide)), high_ticks: (*C.c12_tick)(column(pin, wide[n:])),
		replace_at: (*C.c12_tick)(column(pin, wide[2*n:])), health_ppm: (*C.int32_t)(column(pin, left))}
	if err := call(pin, func(e *C.c12_error) C.c12_status { return C.c12_charge_health(&in, &f, &out, e) }); err != nil {
		return nil, err
	}
	report := make([]BatteryHealth, n)
	for r := range report {
		report[r] = BatteryHealth{wide[r], wide[n+r], left[r], wide[2*n+r]}
	}
	return report, nil
}
