// SPDX-License-Identifier: Apache-2.0

package c12

import (
	"errors"
	"testing"
)

const money = 1000000

func TestValue(t *testing.T) {
	l := Ledger{Method: ValueFIFO, Items: 1, Kind: []int32{CostReceipt, CostReceipt, CostIssue}, Item: []int32{0, 0, 0}, Qty: []int64{10, 10, 15}, Value: []int64{10 * money, 20 * money, 0}}
	v, err := l.Valuate()
	if err != nil || v.Change[2] != -20*money || v.Value[0] != 10*money || len(v.Layers) != 1 || v.Layers[0] != (Layer{0, 1, 5, 10 * money}) {
		t.Fatal(v, err)
	}
	l.Qty[2] = 21
	var e *Error
	if _, err = l.Valuate(); !errors.As(err, &e) || e.Status != ErrState || e.Row != 2 || e.Value != 20 {
		t.Fatal(err)
	}
	l.Qty = l.Qty[:2]
	if _, err = l.Valuate(); !errors.Is(err, ErrSpace) {
		t.Fatal(err)
	}
}

func TestVariancesAndJournal(t *testing.T) {
	u := Uses{Order: []int32{0, 0}, Element: []int32{Material, Labour}, Used: []int64{210, 520}, Allowed: []int64{196, 490}, Spoiled: []int64{4, 10}, Actual: []int64{1071 * money, 1066 * money},
		Price: []int64{5 * money, 20 * money}, Per: []int64{1, 10}}
	v, err := u.Variances(1)
	if err != nil || v.Order[0] != [9]int64{21 * money, 50 * money, 20 * money, 26 * money, 40 * money, 20 * money} || v.OrderActual[0] != 2137*money {
		t.Fatal(v, err)
	}
	o, err := OverheadVariances([]CostCentre{{Actual: 108000 * money, FixedBudget: 104000 * money, FixedRate: 5 * money, Used: 22000, Allowed: 22000}})
	if err != nil || o[0] != (OverheadVariance{110000 * money, 4000 * money, 0, -6000 * money}) {
		t.Fatal(o, err)
	}
	events := []CostEvent{{EventBuy, -1, 0, 1071 * money, 1050 * money}, {EventUse, 0, 0, 0, 1050 * money}, {EventWork, 0, 0, 1066 * money, 1040 * money}, {EventApply, 0, 0, 0, 624 * money}, {EventComplete, 0, 98, 0, 0},
		{EventDiscard, 0, 2, 0, 0}, {EventClose, 0, 0, 0, 0}}
	j, err := PostCosts([]OrderStandard{{10 * money, 10 * money, 6 * money}}, events, true)
	if err != nil || len(j.Lines) != 18 || j.Balance[3] != 52*money || j.WIP[0] != 0 || AccountName(3) != "scrap" {
		t.Fatal(j, err)
	}
	if _, err = PostCosts([]OrderStandard{{}}, append(events, events[1]), true); !errors.Is(err, ErrState) {
		t.Fatal(err)
	}
}

func TestLand(t *testing.T) {
	shares, added, err := Land([]ArrivalLine{{0, 1, 10, 0}, {0, 1, 20, 0}, {1, 1, 30, 0}}, []Charge{{-1, ByQty, 100}, {0, ByValue, -100}})
	if err != nil || len(shares) != 5 || shares[0] != (ChargeShare{0, 0, 34}) || added[0] != 1 || added[1] != -34 || added[2] != 33 {
		t.Fatal(shares, added, err)
	}
	if _, _, err = Land([]ArrivalLine{{}}, []Charge{{-1, ByWeight, 1}}); !errors.Is(err, ErrState) {
		t.Fatal(err)
	}
}
