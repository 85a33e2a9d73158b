// SPDX-License-Identifier: Apache-2.0

package c12

import "testing"

func TestOrderBook(t *testing.T) {
	b, err := NewOrderBook([]int64{10, 0}, []int64{0, 0}, []int32{2, 2}, 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	said, err := b.Apply([]OrderEvent{{Kind: OrderDoRelease, At: 1}, {Kind: OrderDoStart, At: 2}, {Kind: OrderDoBegin, At: 3}, {Kind: OrderDoReport, At: 4, Good: 6, Scrap: 1},
		{Kind: OrderDoSplit, Station: 1, Value: 1, Good: 3, At: 5}, {Order: 1, Kind: OrderDoHold, At: 6}, {Order: 1, Kind: OrderDoResume, At: 7}})
	if err != nil || said[5] != 0 || OrderRefusalName(said[6]) != "not all holds are lifted" {
		t.Fatal(said, err)
	}
	if b.Qty[0] != 7 || b.Qty[1] != 3 || b.State[1] != OrderQualityHold || OrderStateName(b.State[0]) != "IN_PROGRESS" || OrderEventName(OrderDoSplit) != "split" {
		t.Error(b.Qty, b.State)
	}
	num, den, err := b.Progress()
	if err != nil || num[0] != 5 || den[0] != 14 || num[1] != 1 || den[1] != 2 {
		t.Error(num, den, err)
	}
	if err := b.Check(); err != nil {
		t.Error(err)
	}
	b.Good[0]++
	if b.Check() == nil {
		t.Error("the checker took a wrong column")
	}
	if _, err := b.Apply([]OrderEvent{{Order: 5}}); err == nil {
		t.Error("no such order")
	}
}

func TestGenealogy(t *testing.T) {
	g := &Built{Units: 4, Lots: 1, Unit: []int32{0, 1, 2, 3}, Part: []int32{1, 2, -1, -1}, Lot: []int32{-1, -1, 0, 0}, Qty: []int64{1, 1, 6, 2}}
	up, err := g.HoldersOfLot(0)
	if err != nil || len(up) != 4 || up[3].Unit != 0 || !up[3].Outer || up[3].Depth != 3 {
		t.Error(up, err)
	}
	if up, err = g.HoldersOfUnit(2); err != nil || len(up) != 2 {
		t.Error(up, err)
	}
	if down, err := g.Contents(0); err != nil || len(down) != 3 || !down[2].Outer {
		t.Error(down, err)
	}
	g.Part[3] = 0
	g.Unit[3] = 2
	g.Qty[3] = 1
	if _, err := g.HoldersOfLot(0); err == nil {
		t.Error("a unit in itself")
	}
}
