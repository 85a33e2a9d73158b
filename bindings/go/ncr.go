// SPDX-License-Identifier: Apache-2.0

package c12

/*
#include "c12/ncr.h"
*/
import "C"

import (
	"runtime"
	"unsafe"
)

// Grades, states, events, dispositions, refusals and verdicts of nonconformance reports; see c12/ncr.h.
const (
	Minor    int32 = C.C12_NCR_MINOR
	Major    int32 = C.C12_NCR_MAJOR
	Critical int32 = C.C12_NCR_CRITICAL

	NCROpen      int32 = C.C12_NCR_OPEN
	NCRAssigned  int32 = C.C12_NCR_ASSIGNED
	NCRRootCause int32 = C.C12_NCR_ROOT_CAUSE
	NCRAction    int32 = C.C12_NCR_ACTION
	NCRVerify    int32 = C.C12_NCR_VERIFY
	NCRClosed    int32 = C.C12_NCR_CLOSED

	DoAssign   int32 = C.C12_NCR_DO_ASSIGN
	DoStart    int32 = C.C12_NCR_DO_START
	DoWhy      int32 = C.C12_NCR_DO_WHY
	DoFishbone int32 = C.C12_NCR_DO_FISHBONE
	DoDispose  int32 = C.C12_NCR_DO_DISPOSE
	DoApprove  int32 = C.C12_NCR_DO_APPROVE
	DoPlan     int32 = C.C12_NCR_DO_PLAN
	DoFinish   int32 = C.C12_NCR_DO_FINISH
	DoConfirm  int32 = C.C12_NCR_DO_CONFIRM
	DoReject   int32 = C.C12_NCR_DO_REJECT
	DoPause    int32 = C.C12_NCR_DO_PAUSE
	DoResume   int32 = C.C12_NCR_DO_RESUME

	Rework   int32 = C.C12_NCR_REWORK
	Scrap    int32 = C.C12_NCR_SCRAP
	UseAsIs  int32 = C.C12_NCR_USE_AS_IS
	ReturnIt int32 = C.C12_NCR_RETURN

	InspectPass int32 = C.C12_NCR_PASS
	InspectFail int32 = C.C12_NCR_FAIL
	InspectHold int32 = C.C12_NCR_HOLD
)

// TokenRule grades codes that hold its tokens; Station -1 = any.
type TokenRule struct {
	Token          string
	Grade, Station int32
}

// NCRPolicy is the plant's own rules; Rules nil = the document's three, and days 7 and 30.
type NCRPolicy struct {
	Rules                                                    []TokenRule
	MajorPPM, CriticalPPM, MajorRPN, CriticalRPN, RepeatLift int32
	MajorDays, CriticalDays                                  int32
}

// NCRReports are reports to grade, as columns; nil columns as in c12_ncr_batch.
type NCRReports struct {
	Codes                                             []string
	Station, Severity, Occurrence, Detection, Repeats []int32
	Lot, Bad                                          []int64
	Safety                                            []uint8
}

// NCRGrade is a grade with its reasons in words and the rule behind it, -1 = none.
type NCRGrade struct {
	Grade   int32
	Reasons string
	Rule    int32
}

func blankVerdict() C.c12_verdict {
	return C.c12_verdict{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_verdict{}))}
}

func judged(v *C.c12_verdict, err error) error {
	if err == nil && v.violations > 0 {
		return &Error{Status: ErrInternal, What: C.GoString(v.rule), Row: int64(v.row)}
	}
	return err
}

func texts(pin *runtime.Pinner, words []string) (*C.uint8_t, *C.int64_t) {
	off, all := make([]int64, len(words)+1), make([]byte, 0, 16*len(words)+1)
	for k, w := range words {
		all = append(all, w...)
		off[k+1] = int64(len(all))
	}
	return (*C.uint8_t)(column(pin, all)), (*C.int64_t)(column(pin, off))
}

func (p *NCRPolicy) c(pin *runtime.Pinner, e *C.c12_error) (*C.c12_ncr_policy, C.c12_status) {
	c := &C.c12_ncr_policy{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_ncr_policy{}))}
	if s := C.c12_ncr_default(c, e); s != C.C12_OK || p == nil {
		return c, s
	}
	if p.Rules != nil {
		words, grade, station := make([]string, len(p.Rules)), make([]int32, len(p.Rules)), make([]int32, len(p.Rules))
		for k, r := range p.Rules {
			words[k], grade[k], station[k] = r.Token, r.Grade, r.Station
		}
		c.n_rules = C.int32_t(len(p.Rules))
		c.rule_text, c.rule_off = texts(pin, words)
		c.rule_grade, c.rule_station = (*C.int32_t)(column(pin, grade)), (*C.int32_t)(column(pin, station))
	}
	c.major_ppm, c.critical_ppm, c.major_rpn, c.critical_rpn, c.repeat_lift = C.int32_t(p.MajorPPM), C.int32_t(p.CriticalPPM), C.int32_t(p.MajorRPN), C.int32_t(p.CriticalRPN), C.int32_t(p.RepeatLift)
	if p.MajorDays != 0 || p.CriticalDays != 0 {
		c.major_days, c.critical_days = C.int32_t(p.MajorDays), C.int32_t(p.CriticalDays)
	}
	return c, C.C12_OK
}

// Grade grades every report, judged by the checker; a nil policy is the document's.
func (p *NCRPolicy) Grade(in *NCRReports) ([]NCRGrade, error) {
	n := len(in.Codes)
	if err := first(fits("station", in.Station, n, true), fits("severity", in.Severity, n, true), fits("occurrence", in.Occurrence, n, true), fits("detection", in.Detection, n, true),
		fits("repeats", in.Repeats, n, true), fits("lot_qty", in.Lot, n, true), fits("bad_qty", in.Bad, n, true), fits("safety", in.Safety, n, true)); err != nil {
		return nil, err
	}
	pin, grade, rule, why := new(runtime.Pinner), make([]int32, n), make([]int32, n), make([]uint32, n)
	verdict, out, words := blankVerdict(), make([]NCRGrade, n), make([]byte, 40)
	i := func(rows []int32) *C.int32_t { return (*C.int32_t)(column(pin, rows)) }
	err := call(pin, func(e *C.c12_error) C.c12_status {
		policy, s := p.c(pin, e)
		if s != C.C12_OK {
			return s
		}
		b := C.c12_ncr_batch{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_ncr_batch{})), n: C.int32_t(n), station: i(in.Station), lot_qty: (*C.c12_qty)(column(pin, in.Lot)), bad_qty: (*C.c12_qty)(column(pin, in.Bad)),
			severity: i(in.Severity), occurrence: i(in.Occurrence), detection: i(in.Detection), repeats: i(in.Repeats), safety: (*C.uint8_t)(column(pin, in.Safety))}
		b.code_text, b.code_off = texts(pin, in.Codes)
		reason := (*C.uint32_t)(column(pin, why))
		if s := C.c12_ncr_grade(policy, &b, i(grade), reason, i(rule), e); s != C.C12_OK {
			return s
		}
		if s := C.c12_ncr_check(policy, &b, i(grade), reason, &verdict, e); s != C.C12_OK {
			return s
		}
		text := (*C.char)(column(pin, words))
		for k := range out {
			if s := C.c12_ncr_reason_text(C.uint32_t(why[k]), text, 40, e); s != C.C12_OK {
				return s
			}
			out[k] = NCRGrade{grade[k], C.GoString(text), rule[k]}
		}
		return C.C12_OK
	})
	return orNil(out, judged(&verdict, err))
}

// NCRStateName and the others give the words of c12/ncr.h.
func NCRStateName(state int32) string { return C.GoString(C.c12_ncr_state_name(C.int32_t(state))) }
func NCREventName(event int32) string { return C.GoString(C.c12_ncr_event_name(C.int32_t(event))) }
func NCRRefusalName(refusal int32) string {
	return C.GoString(C.c12_ncr_refusal_name(C.int32_t(refusal)))
}

// NCRNext is the table of moves: the state after an event, 0 = refused.
func NCRNext(state, event, grade int32) int32 {
	return int32(C.c12_ncr_next(C.int32_t(state), C.int32_t(event), C.int32_t(grade)))
}

// NCREvent is something that happens to report Report; By -1 = a machine.
type NCREvent struct {
	Report, Kind, Value, By int32
	At                      int64
}

// NCRCases are reports and where they stand; the columns below Created are Apply's.
type NCRCases struct {
	Grade, RaisedBy                                   []int32
	Created                                           []int64
	LeastWhys                                         int32 // 0 = 5
	SelfClose, SelfApprove                            bool
	State, Owner, Whys, Disposition, Approved, Paused []int32
	Causes                                            []uint32
	Last, Closed                                      []int64
	history                                           []NCREvent
	refused                                           []int32
}

func (k *NCRCases) c(pin *runtime.Pinner) (*C.c12_ncr_conduct, *C.c12_ncr_cases) {
	i := func(rows []int32) *C.int32_t { return (*C.int32_t)(column(pin, rows)) }
	w := func(rows []int64) *C.c12_ns { return (*C.c12_ns)(column(pin, rows)) }
	conduct := &C.c12_ncr_conduct{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_ncr_conduct{})), least_whys: C.int32_t(k.LeastWhys)}
	if k.SelfClose {
		conduct.self_close = 1
	}
	if k.SelfApprove {
		conduct.self_approve = 1
	}
	return conduct, &C.c12_ncr_cases{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_ncr_cases{})), n: C.int32_t(len(k.Grade)), grade: i(k.Grade), raised_by: i(k.RaisedBy), created: w(k.Created),
		state: i(k.State), owner: i(k.Owner), whys: i(k.Whys), causes: (*C.uint32_t)(column(pin, k.Causes)), disposition: i(k.Disposition), approved: i(k.Approved), paused: i(k.Paused), last: w(k.Last), closed: w(k.Closed)}
}

func eventsOf(pin *runtime.Pinner, rows []NCREvent) *C.c12_ncr_events {
	n := len(rows)
	narrow, at := make([]int32, 4*n+1), make([]int64, n)
	for k, e := range rows {
		narrow[k], narrow[n+k], narrow[2*n+k], narrow[3*n+k], at[k] = e.Report, e.Kind, e.Value, e.By, e.At
	}
	i := func(k int) *C.int32_t { return (*C.int32_t)(column(pin, narrow[k*n:])) }
	return &C.c12_ncr_events{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_ncr_events{})), n: C.int64_t(n), report: i(0), kind: i(1), value: i(2), by: i(3), at: (*C.c12_ns)(column(pin, at))}
}

// Apply lets events happen and gives for each 0 or why it was refused (NCRRefusalName).
func (k *NCRCases) Apply(events ...NCREvent) ([]int32, error) {
	n := len(k.Grade)
	if err := first(fits("raised_by", k.RaisedBy, n, false), fits("created", k.Created, n, false)); err != nil {
		return nil, err
	}
	if k.State == nil {
		for _, c := range []*[]int32{&k.State, &k.Owner, &k.Whys, &k.Disposition, &k.Approved, &k.Paused} {
			*c = make([]int32, n)
		}
		k.Causes, k.Last, k.Closed = make([]uint32, n), make([]int64, n), make([]int64, n)
	}
	pin, refusal := new(runtime.Pinner), make([]int32, len(events))
	err := call(pin, func(e *C.c12_error) C.c12_status {
		conduct, cases := k.c(pin)
		return C.c12_ncr_apply(conduct, cases, eventsOf(pin, events), (*C.int32_t)(column(pin, refusal)), e)
	})
	if err == nil {
		k.history, k.refused = append(k.history, events...), append(k.refused, refusal...)
	}
	return orNil(refusal, err)
}

// Check judges all that was applied by the independent checker.
func (k *NCRCases) Check() error {
	pin, verdict := new(runtime.Pinner), blankVerdict()
	err := call(pin, func(e *C.c12_error) C.c12_status {
		conduct, cases := k.c(pin)
		return C.c12_ncr_history_check(conduct, cases, eventsOf(pin, k.history), (*C.int32_t)(column(pin, k.refused)), &verdict, e)
	})
	return judged(&verdict, err)
}

// AssignNCR gives reports to people: person -1 = nobody is there; judged by the checker.
func AssignNCR(manager, away []uint8, load, grade []int32) (person []int32, after []int32, err error) {
	if err = first(fits("away", away, len(manager), true), fits("load", load, len(manager), true)); err != nil {
		return
	}
	pin, verdict := new(runtime.Pinner), blankVerdict()
	person, after = make([]int32, len(grade)), make([]int32, len(manager))
	i := func(rows []int32) *C.int32_t { return (*C.int32_t)(column(pin, rows)) }
	err = call(pin, func(e *C.c12_error) C.c12_status {
		staff := C.c12_ncr_staff{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_ncr_staff{})), n: C.int32_t(len(manager)), manager: (*C.uint8_t)(column(pin, manager)), away: (*C.uint8_t)(column(pin, away)), load: i(load)}
		if s := C.c12_ncr_assign(&staff, C.int32_t(len(grade)), i(grade), i(person), nil, i(after), e); s != C.C12_OK {
			return s
		}
		return C.c12_ncr_assign_check(&staff, C.int32_t(len(grade)), i(grade), i(person), &verdict, e)
	})
	return person, after, judged(&verdict, err)
}

// Span is time from one moment until before another.
type Span struct{ From, To int64 }

func spans(pin *runtime.Pinner, rows []Span) (*C.c12_ns, *C.c12_ns) {
	from, to := make([]int64, len(rows)), make([]int64, len(rows))
	for k, s := range rows {
		from[k], to[k] = s.From, s.To
	}
	return (*C.c12_ns)(column(pin, from)), (*C.c12_ns)(column(pin, to))
}

// NCRClocks are corrective actions; Closed nil = all open, Pauses nil = none, Windows nil = time always counts, Day 0 = 24 hours.
type NCRClocks struct {
	Grade           []int32
	Created, Closed []int64
	Pauses          [][]Span
	Windows         []Span
	Day             int64
}

// NCRClock is what a clock shows.
type NCRClock struct {
	Used, Left, Due int64
	Level           int32
}

// Clocks reads every clock at a moment; a nil policy is the document's; judged by the checker.
func (p *NCRPolicy) Clocks(in *NCRClocks, now int64) ([]NCRClock, error) {
	n := len(in.Grade)
	if err := first(fits("created", in.Created, n, false), fits("closed", in.Closed, n, true), fits("pauses", in.Pauses, n, true)); err != nil {
		return nil, err
	}
	pin, verdict, wide, level := new(runtime.Pinner), blankVerdict(), make([]int64, 3*n+1), make([]int32, n)
	w := func(k int) *C.c12_ns { return (*C.c12_ns)(column(pin, wide[k*n:])) }
	err := call(pin, func(e *C.c12_error) C.c12_status {
		policy, s := p.c(pin, e)
		if s != C.C12_OK {
			return s
		}
		c := C.c12_ncr_clocks{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_ncr_clocks{})), n: C.int32_t(n), grade: (*C.int32_t)(column(pin, in.Grade)), created: (*C.c12_ns)(column(pin, in.Created)), closed: (*C.c12_ns)(column(pin, in.Closed))}
		if in.Pauses != nil {
			off, flat := make([]int64, n+1), []Span{}
			for k := 0; k < n; k++ {
				flat = append(flat, in.Pauses[k]...)
				off[k+1] = int64(len(flat))
			}
			c.pause_off = (*C.int64_t)(column(pin, off))
			c.pause_from, c.pause_to = spans(pin, flat)
		}
		k := C.c12_ncr_calendar{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_ncr_calendar{})), n_windows: C.int32_t(len(in.Windows)), day: C.c12_ns(in.Day)}
		k.open, k.close = spans(pin, in.Windows)
		at := (*C.int32_t)(column(pin, level))
		if s := C.c12_ncr_clock(policy, &k, &c, C.c12_ns(now), w(0), w(1), w(2), at, e); s != C.C12_OK {
			return s
		}
		return C.c12_ncr_clock_check(policy, &k, &c, C.c12_ns(now), w(0), w(2), at, &verdict, e)
	})
	out := make([]NCRClock, n)
	for k := range out {
		out[k] = NCRClock{wide[k], wide[n+k], wide[2*n+k], level[k]}
	}
	return orNil(out, judged(&verdict, err))
}

// Recurrence says of every report 0 undecided, 1 effective, 2 recurred, and the first report that says so or -1; judged by the checker.
func Recurrence(code, station []int32, created, closed []int64, window, now int64) (effect, by []int32, err error) {
	n := len(code)
	if err = first(fits("station", station, n, true), fits("created", created, n, false), fits("closed", closed, n, false)); err != nil {
		return
	}
	pin, verdict := new(runtime.Pinner), blankVerdict()
	effect, by = make([]int32, n), make([]int32, n)
	i := func(rows []int32) *C.int32_t { return (*C.int32_t)(column(pin, rows)) }
	err = call(pin, func(e *C.c12_error) C.c12_status {
		past := C.c12_ncr_past{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_ncr_past{})), n: C.int32_t(n), code: i(code), station: i(station), created: (*C.c12_ns)(column(pin, created)), closed: (*C.c12_ns)(column(pin, closed))}
		size := C.c12_ncr_recurrence_scratch(C.int32_t(n))
		scratch := C.c12_mem{ptr: column(pin, make([]byte, int(size))), size: size}
		if s := C.c12_ncr_recurrence(&past, C.c12_ns(window), C.c12_ns(now), i(effect), i(by), scratch, e); s != C.C12_OK {
			return s
		}
		return C.c12_ncr_recurrence_check(&past, C.c12_ns(window), C.c12_ns(now), i(effect), i(by), &verdict, e)
	})
	return effect, by, judged(&verdict, err)
}

// Detection is a class of defect seen in a view with a confidence in ppm.
type Detection struct{ View, Class, PPM int32 }

// Inspection is what cameras saw of units; zero fields are the defaults of c12_ncr_aoi, Seen nil = all views.
type Inspection struct {
	Views, ConfidencePPM, LeastViews, Classes int32
	Seen                                      []uint64
	Units                                     [][]Detection
	ClassPPM                                  []int32
}

// InspectionVerdict on a unit: InspectPass, InspectFail or InspectHold, the class most views show or -1, and how many.
type InspectionVerdict struct{ Verdict, Class, Views int32 }

// Verdicts of all units, judged by the checker.
func (in *Inspection) Verdicts() ([]InspectionVerdict, error) {
	n := len(in.Units)
	if err := first(fits("seen", in.Seen, n, true), fits("class_ppm", in.ClassPPM, int(in.Classes), true)); err != nil {
		return nil, err
	}
	pin, result, narrow, off := new(runtime.Pinner), blankVerdict(), make([]int32, 3*n+1), make([]int64, n+1)
	var view, class, ppm []int32
	for k, unit := range in.Units {
		for _, d := range unit {
			view, class, ppm = append(view, d.View), append(class, d.Class), append(ppm, d.PPM)
		}
		off[k+1] = int64(len(view))
	}
	i := func(rows []int32) *C.int32_t { return (*C.int32_t)(column(pin, rows)) }
	err := call(pin, func(e *C.c12_error) C.c12_status {
		a := C.c12_ncr_aoi{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_ncr_aoi{})), n: C.int32_t(n), n_views: C.int32_t(in.Views), confidence_ppm: C.int32_t(in.ConfidencePPM), least_views: C.int32_t(in.LeastViews),
			n_classes: C.int32_t(in.Classes), seen: (*C.uint64_t)(column(pin, in.Seen)), det_off: (*C.int64_t)(column(pin, off)), det_view: i(view), det_class: i(class), det_ppm: i(ppm), class_ppm: i(in.ClassPPM)}
		if s := C.c12_ncr_inspect(&a, i(narrow), i(narrow[n:]), i(narrow[2*n:]), e); s != C.C12_OK {
			return s
		}
		return C.c12_ncr_inspect_check(&a, i(narrow), i(narrow[n:]), &result, e)
	})
	out := make([]InspectionVerdict, n)
	for k := range out {
		out[k] = InspectionVerdict{narrow[k], narrow[n+k], narrow[2*n+k]}
	}
	return orNil(out, judged(&result, err))
}
