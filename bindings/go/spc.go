// SPDX-License-Identifier: Apache-2.0

package c12

/*
#include "c12/spc.h"
*/
import "C"

import (
	"runtime"
	"unsafe"
)

// Kinds of control charts, rule sets, inspection levels and severities; see c12/spc.h.
const (
	ChartXbarR int32 = C.C12_SPC_XBAR_R
	ChartXbarS int32 = C.C12_SPC_XBAR_S
	ChartIMR   int32 = C.C12_SPC_I_MR
	ChartP     int32 = C.C12_SPC_P
	ChartNP    int32 = C.C12_SPC_NP
	ChartC     int32 = C.C12_SPC_C
	ChartU     int32 = C.C12_SPC_U

	NelsonRules  uint32 = C.C12_SPC_NELSON
	WesternRules uint32 = C.C12_SPC_WESTERN

	LevelI   int32 = C.C12_SPC_LEVEL_I
	LevelII  int32 = C.C12_SPC_LEVEL_II
	LevelIII int32 = C.C12_SPC_LEVEL_III
	LevelS1  int32 = C.C12_SPC_LEVEL_S1
	LevelS2  int32 = C.C12_SPC_LEVEL_S2
	LevelS3  int32 = C.C12_SPC_LEVEL_S3
	LevelS4  int32 = C.C12_SPC_LEVEL_S4

	Normal       int32 = C.C12_SPC_NORMAL
	Tightened    int32 = C.C12_SPC_TIGHTENED
	Reduced      int32 = C.C12_SPC_REDUCED
	Discontinued int32 = C.C12_SPC_DISCONTINUED
)

// ChartData is what was measured or counted: X holds subgroup after subgroup of Size, or Count with Units.
type ChartData struct {
	Kind, Size         int32
	Rules, SpreadRules uint32 // 0 = Nelson's, and rule 1
	X, Count, Units    []int64
	Exclude            []uint8 // 1 = takes no part in the lines
}

// ChartSignal is a rule that fired; bit j of Points is the point j before it.
type ChartSignal struct {
	Point      int64
	Spread     bool // on the ranges or deviations
	Rule, Side int32
	Points     uint32
}

// ControlChart is a chart in 1/Scale of the unit: limits are Centre +- Reach.
type ControlChart struct {
	Scale, SpreadCentre, SpreadReach int64
	Value, Centre, Reach, Spread     []int64
	Fired                            []uint32
	Signals                          []ChartSignal
}

func (d *ChartData) points() (int, error) {
	if d.Kind > ChartIMR {
		return len(d.Count), fits("units", d.Units, len(d.Count), d.Kind == ChartC)
	}
	size := max(int(d.Size), 1)
	if len(d.X)%size != 0 {
		return 0, &Error{Status: ErrArg, What: "not a whole number of subgroups", Field: "x", Row: -1, Value: int64(len(d.X))}
	}
	return len(d.X) / size, nil
}

func (d *ChartData) c(pin *runtime.Pinner, n int) *C.c12_spc_data {
	w := func(rows []int64) *C.int64_t { return (*C.int64_t)(column(pin, rows)) }
	return &C.c12_spc_data{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_spc_data{})), kind: C.int32_t(d.Kind), n: C.int64_t(n), size: C.int32_t(d.Size),
		rules: C.uint32_t(d.Rules), spread_rules: C.uint32_t(d.SpreadRules), x: w(d.X), count: w(d.Count), units: w(d.Units), exclude: (*C.uint8_t)(column(pin, d.Exclude))}
}

// Chart makes points, lines and signals, judged by the independent checker.
func (d *ChartData) Chart() (*ControlChart, error) {
	n, err := d.points()
	if err = first(err, fits("exclude", d.Exclude, n, true)); err != nil {
		return nil, err
	}
	pin, limit := new(runtime.Pinner), 10*n
	h := &ControlChart{Value: make([]int64, n), Centre: make([]int64, n), Reach: make([]int64, n), Spread: make([]int64, n), Fired: make([]uint32, n)}
	point, narrow, mask := make([]int64, limit), make([]int32, 3*limit+1), make([]uint32, limit)
	w := func(rows []int64) *C.int64_t { return (*C.int64_t)(column(pin, rows)) }
	i := func(k int) *C.int32_t { return (*C.int32_t)(column(pin, narrow[k*limit:])) }
	c := C.c12_spc_chart{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_spc_chart{})), signal_cap: C.int64_t(limit), value: w(h.Value), centre: w(h.Centre), reach: w(h.Reach), spread: w(h.Spread),
		fired: (*C.uint32_t)(column(pin, h.Fired)), signal_point: w(point), signal_chart: i(0), signal_rule: i(1), signal_side: i(2), signal_points: (*C.uint32_t)(column(pin, mask))}
	verdict := C.c12_verdict{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_verdict{}))}
	err = call(pin, func(e *C.c12_error) C.c12_status {
		in := d.c(pin, n)
		if s := C.c12_spc_make(in, &c, e); s != C.C12_OK {
			return s
		}
		return C.c12_spc_check(in, &c, &verdict, e)
	})
	if err != nil {
		return nil, err
	}
	if verdict.violations > 0 {
		return nil, &Error{Status: ErrInternal, What: C.GoString(verdict.rule), Row: int64(verdict.row)}
	}
	h.Scale, h.SpreadCentre, h.SpreadReach = int64(c.scale), int64(c.spread_centre), int64(c.spread_reach)
	for k := 0; k < int(c.signals); k++ {
		h.Signals = append(h.Signals, ChartSignal{point[k], narrow[k] == 1, narrow[limit+k], narrow[2*limit+k], mask[k]})
	}
	return h, nil
}

// Capability of a process; within: from the spread of subgroups, overall: of all measurements.
type Capability struct {
	Mean, SigmaWithin, SigmaOverall                                float64
	Cp, Cpk, Pp, Ppk                                               float64
	CpLow, CpHigh, CpkLow, CpkHigh, PpLow, PpHigh, PpkLow, PpkHigh float64 // 95 % intervals
}

// Capability against limits in the unit of X; nil = none on that side.
func (d *ChartData) Capability(lower, upper *int64) (*Capability, error) {
	n, err := d.points()
	if err = first(err, fits("exclude", d.Exclude, n, true)); err != nil {
		return nil, err
	}
	pin := new(runtime.Pinner)
	spec := C.c12_spc_spec{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_spc_spec{}))}
	if lower != nil {
		spec.sides, spec.lower = spec.sides|1, C.int64_t(*lower)
	}
	if upper != nil {
		spec.sides, spec.upper = spec.sides|2, C.int64_t(*upper)
	}
	a := C.c12_spc_ability{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_spc_ability{}))}
	if err := call(pin, func(e *C.c12_error) C.c12_status { return C.c12_spc_capability(d.c(pin, n), &spec, &a, e) }); err != nil {
		return nil, err
	}
	f := func(v C.double) float64 { return float64(v) }
	return &Capability{f(a.mean), f(a.sigma_within), f(a.sigma_overall), f(a.cp), f(a.cpk), f(a.pp), f(a.ppk),
		f(a.cp_low), f(a.cp_high), f(a.cpk_low), f(a.cpk_high), f(a.pp_low), f(a.pp_high), f(a.ppk_low), f(a.ppk_high)}, nil
}

// ChartWatch takes points one by one.
type ChartWatch struct{ c C.c12_spc_watch }

// NewChartWatch puts points on lines at centre and centre +- reach; rules 0 = Nelson's.
func NewChartWatch(centre, reach int64, rules uint32) *ChartWatch {
	return &ChartWatch{C.c12_spc_watch{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_spc_watch{})), centre: C.int64_t(centre), reach: C.int64_t(reach), rules: C.uint32_t(rules)}}
}

// Push gives the rules that fired at each point.
func (w *ChartWatch) Push(values ...int64) ([]uint32, error) {
	pin, fired := new(runtime.Pinner), make([]uint32, len(values))
	err := call(pin, func(e *C.c12_error) C.c12_status {
		return C.c12_spc_push(&w.c, C.int64_t(len(values)), (*C.int64_t)(column(pin, values)), (*C.uint32_t)(column(pin, fired)), e)
	})
	return orNil(fired, err)
}

// Pareto counts rows by category 0..n-1, largest first, ties by category; shares are cumulative, in ppm.
func Pareto(category []int32, weight []int64, n int) (order []int32, total []int64, share []int32, err error) {
	if err = fits("weight", weight, len(category), true); err != nil {
		return
	}
	pin := new(runtime.Pinner)
	order, total, share = make([]int32, n), make([]int64, n), make([]int32, n)
	err = call(pin, func(e *C.c12_error) C.c12_status {
		return C.c12_spc_pareto(C.int64_t(len(category)), (*C.int32_t)(column(pin, category)), (*C.int64_t)(column(pin, weight)), C.int32_t(n),
			(*C.int32_t)(column(pin, order)), (*C.int64_t)(column(pin, total)), (*C.int32_t)(column(pin, share)), e)
	})
	return
}

// SamplingPlan is a single sampling plan: accept a lot with at most Accept nonconforming in the Sample.
type SamplingPlan struct {
	Letter, Used   byte
	All            bool // the sample is the lot
	Sample, Accept int64
}

// Sampling gives the plan of ISO 2859-1 for a lot; aqlPPM 10000 = 1 %, severity Normal or Tightened.
func Sampling(lot int64, level, aqlPPM, severity int32) (*SamplingPlan, error) {
	p := C.c12_spc_plan{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_spc_plan{}))}
	err := call(new(runtime.Pinner), func(e *C.c12_error) C.c12_status {
		return C.c12_spc_sample(C.int64_t(lot), C.int32_t(level), C.int32_t(aqlPPM), C.int32_t(severity), &p, e)
	})
	if err != nil {
		return nil, err
	}
	return &SamplingPlan{byte(p.letter), byte(p.used), p.all != 0, int64(p.sample), int64(p.accept)}, nil
}

// Lots in the order of their inspection; nil columns as in c12_spc_lots.
type Lots struct {
	Accepted, Tighter, Steady, Corrected []uint8
	Accept                               []int32
}

// Severities under which the lots were inspected, by the switching rules from normal inspection on, judged by the checker.
func (l *Lots) Severities() ([]int32, error) {
	n := len(l.Accepted)
	if err := first(fits("tighter", l.Tighter, n, true), fits("steady", l.Steady, n, true), fits("corrected", l.Corrected, n, true), fits("accept", l.Accept, n, true)); err != nil {
		return nil, err
	}
	pin, severity := new(runtime.Pinner), make([]int32, n)
	b := func(rows []uint8) *C.uint8_t { return (*C.uint8_t)(column(pin, rows)) }
	scheme := C.c12_spc_scheme{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_spc_scheme{}))}
	verdict := C.c12_verdict{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_verdict{}))}
	err := call(pin, func(e *C.c12_error) C.c12_status {
		lots := C.c12_spc_lots{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_spc_lots{})), n: C.int64_t(n), accepted: b(l.Accepted), tighter: b(l.Tighter),
			accept: (*C.int32_t)(column(pin, l.Accept)), steady: b(l.Steady), corrected: b(l.Corrected)}
		out := (*C.int32_t)(column(pin, severity))
		if s := C.c12_spc_switch(&scheme, &lots, out, e); s != C.C12_OK {
			return s
		}
		return C.c12_spc_switch_check(&lots, out, &verdict, e)
	})
	if err == nil && verdict.violations > 0 {
		err = &Error{Status: ErrInternal, What: C.GoString(verdict.rule), Row: int64(verdict.row)}
	}
	return orNil(severity, err)
}
