// SPDX-License-Identifier: Apache-2.0

package c12

import (
	"errors"
	"math"
	"testing"
)

func TestStates(t *testing.T) {
	x := StateEvents{Units: 1, To: 960, Unit: []int32{0, 0, 0}, Reason: []int32{0, 1, 2}, Begin: []int64{0, 800, 840}, End: []int64{800, 840, 900}, Class: []int32{StateRun, StateSetup, StateFailure}}
	s, err := x.Tally()
	if err != nil || s.Time[0] != [6]int64{800, 40, 0, 60, 0, 0} || s.Unknown[0] != 60 || s.ByReason[2] != 60 {
		t.Fatal(s, err)
	}
	f, err := s.Fleet()
	if err != nil || f[1].Availability != (Ratio{840, 900}) || f[0].MTTR != (Ratio{60, 1}) {
		t.Fatal(f, err)
	}
	x.Begin[2] = 839
	var e *Error
	if _, err = x.Tally(); !errors.As(err, &e) || e.Status != ErrState || e.Row != 2 {
		t.Fatal(err)
	}
	el := KPIElements{BusyPlanned: []int64{960}, Production: []int64{800}, RunTime: []int64{1}, Produced: []int64{700}, Good: []int64{680}}
	r, err := el.Indicators(1)
	if err != nil || KPIName(5) != "OEE index" || r[0][5] != (Ratio{680, 960}) || r[1][2] != (Ratio{800, 960}) || !math.IsNaN(r[0][13].Float()) {
		t.Fatal(r, err)
	}
	if n, err := Tasks([]int32{0, 1, 1}, []int32{TaskDone, TaskFailed, TaskDone}, 2); err != nil || n[1] != [3]int64{0, 1, 1} {
		t.Fatal(n, err)
	}
}

func TestFlowAndDelivery(t *testing.T) {
	y, err := RolledYield([]int64{100, 98, 95}, []int64{90, 96, 76}, []int64{98, 97, 90})
	if err != nil || *y != (Yield{Ratio{864, 1225}, 705306122, 2, 23, 8}) {
		t.Fatal(y, err)
	}
	f, err := FlowOf([]int64{0, 1, 5, 5}, []int64{4, 7, 8, 10}, 0, 20)
	if err != nil || f.WIP != (Ratio{18, 20}) || f.GapPPM != 0 || f.Most != 3 {
		t.Fatal(f, err)
	}
	worst, slow, err := Takt([]int64{100, 100}, []int64{90, 99}, []int64{10, 9}, 10)
	if err != nil || worst != 1 || slow[0] || !slow[1] {
		t.Fatal(worst, slow, err)
	}
	d := DueOrders{Now: 11, Early: -1, Due: []int64{10, 10, 10}, Done: []int64{9, 12, StillOpen}}
	if got, err := d.Delivery(); err != nil || got.OnTime != 1 || got.Judged != 3 || got.Overdue != 1 || got.Worst != 1 {
		t.Fatal(got, err)
	}
}

func TestSuppliers(t *testing.T) {
	r := SupplierReceipts{Suppliers: 3, Supplier: []int32{0, 0, 0, 0, 1, 1}, Rejected: []uint8{1, 0, 0, 0, 0, 0}, Late: []int64{0, 2, 0, -1, 0, 5}, Communication: []int32{80, -1, 100}}
	s, rank, err := r.Scores()
	if err != nil || len(rank) != 2 || rank[0] != 1 || s[0].Score.Num*1000 != s[0].Score.Den*755 || s[2].Score.Den != 0 || !s[1].Preferred {
		t.Fatal(s, rank, err)
	}
	r.Late = r.Late[:2]
	if _, _, err = r.Scores(); !errors.Is(err, ErrSpace) {
		t.Fatal(err)
	}
}
