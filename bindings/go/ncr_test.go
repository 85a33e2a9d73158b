// SPDX-License-Identifier: Apache-2.0

package c12

import (
	"errors"
	"math"
	"testing"
)

func TestNCRGrades(t *testing.T) {
	var policy *NCRPolicy
	got, err := policy.Grade(&NCRReports{Codes: []string{"SAFETY-brake", "non_safety", "performance/x"}})
	if err != nil || got[0] != (NCRGrade{Critical, "token", 0}) || got[1] != (NCRGrade{Minor, "", -1}) || got[2].Grade != Major {
		t.Fatal(got, err)
	}
	own := &NCRPolicy{Rules: []TokenRule{{"torque", Major, 4}}, RepeatLift: 3}
	got, err = own.Grade(&NCRReports{Codes: []string{"torque", "torque"}, Station: []int32{4, 5}, Repeats: []int32{3, 3}})
	if err != nil || got[0] != (NCRGrade{Critical, "token+repeats", 0}) || got[1] != (NCRGrade{Major, "repeats", -1}) {
		t.Fatal(got, err)
	}
	if _, err = own.Grade(&NCRReports{Codes: []string{"a", "b"}, Station: []int32{4}}); !errors.Is(err, ErrSpace) {
		t.Fatal(err)
	}
}

func TestNCRLife(t *testing.T) {
	k := &NCRCases{Grade: []int32{Major}, RaisedBy: []int32{1}, Created: []int64{0}, LeastWhys: 1}
	refused, err := k.Apply(NCREvent{0, DoAssign, 2, 3, 1}, NCREvent{0, DoStart, 0, 2, 2}, NCREvent{0, DoPlan, 0, 2, 3}, NCREvent{0, DoWhy, 0, 2, 4}, NCREvent{0, DoPlan, 0, 2, 5},
		NCREvent{0, DoDispose, Rework, 2, 6}, NCREvent{0, DoFinish, 0, 2, 7}, NCREvent{0, DoConfirm, 0, 1, 8})
	if err != nil || refused[2] == 0 || refused[6] != 0 || NCRRefusalName(refused[7]) != "who raised a report does not close it" {
		t.Fatal(refused, err)
	}
	if refused, err = k.Apply(NCREvent{0, DoConfirm, 0, 3, 9}); err != nil || refused[0] != 0 || k.State[0] != NCRClosed || k.Closed[0] != 9 || k.Owner[0] != 2 {
		t.Fatal(refused, k, err)
	}
	if err := k.Check(); err != nil {
		t.Fatal(err)
	}
	k.Whys[0]++
	if err := k.Check(); err == nil {
		t.Fatal("a wrong column passed")
	}
	if NCRNext(NCRVerify, DoReject, Minor) != NCRAction || NCRStateName(NCRVerify) != "VERIFY" || NCREventName(DoReject) != "reject" {
		t.Fatal("names")
	}
}

func TestNCRClocksPeopleEffectsViews(t *testing.T) {
	const day = int64(86400e9)
	var policy *NCRPolicy
	c, err := policy.Clocks(&NCRClocks{Grade: []int32{Critical, Minor}, Created: []int64{0, 0}, Pauses: [][]Span{{{day, 3 * day}}, nil}}, 6*day)
	if err != nil || c[0] != (NCRClock{4 * day, 3 * day, 9 * day, 1}) || c[1].Due != math.MaxInt64 {
		t.Fatal(c, err)
	}
	person, after, err := AssignNCR([]uint8{1, 0, 0}, nil, []int32{5, 1, 1}, []int32{Critical, Major, Major})
	if err != nil || person[0] != 0 || person[1] != 1 || person[2] != 2 || after[0] != 6 {
		t.Fatal(person, after, err)
	}
	effect, by, err := Recurrence([]int32{1, 1, 2}, nil, []int64{0, 20, 0}, []int64{10, math.MaxInt64, 5}, 30, 100)
	if err != nil || effect[0] != 2 || by[0] != 1 || effect[1] != 0 || effect[2] != 1 {
		t.Fatal(effect, by, err)
	}
	in := &Inspection{Classes: 2, Seen: []uint64{63, 63, 47}, Units: [][]Detection{{{2, 0, 850000}}, {{2, 1, 850001}}, nil}}
	v, err := in.Verdicts()
	if err != nil || v[0] != (InspectionVerdict{InspectPass, -1, 0}) || v[1] != (InspectionVerdict{InspectFail, 1, 1}) || v[2].Verdict != InspectHold {
		t.Fatal(v, err)
	}
}
