// SPDX-License-Identifier: Apache-2.0

package c12

import "testing"

func balanced(t *testing.T, p *Posted) {
	t.Helper()
	sums := map[int64]int64{}
	for _, e := range p.Entries {
		sums[e.Step] += e.Amount
	}
	for step, sum := range sums {
		if sum != 0 {
			t.Errorf("step %d: entries add up to %d", step, sum)
		}
	}
}

func TestPurchase(t *testing.T) {
	p := &Purchases{Item: []int32{7}, Requester: []int32{0}, Requested: []int64{10}, Expected: []int64{118}, Standard: []int64{120}, Limit: []int64{-1, 5000}, TolerancePPM: 20000}
	done, err := p.Run([]ShopStep{{Kind: PurchaseApprove, By: 0, At: 1}, {Kind: PurchaseApprove, By: 1, At: 2}, {Kind: PurchaseOrder, At: 3, Qty: 10, Amount: 119}, {Kind: PurchaseReceive, By: -1, At: 4, Qty: 10},
		{Kind: PurchaseInspect, At: 5, Qty: 9, Bad: 1}, {Kind: PurchaseInvoice, At: 6, Qty: 10, Amount: 119}, {Kind: PurchaseInvoice, At: 7, Qty: 9, Amount: 119}, {Kind: PurchasePay, At: 8, Amount: 9 * 119}})
	if err != nil {
		t.Fatal(err)
	}
	if done.Refusal[0] == 0 || done.Refusal[5] == 0 || done.Expected[5] != 9 || done.Actual[5] != 10 || done.Refusal[7] != 0 {
		t.Error(done.Refusal, done.Expected, done.Actual)
	}
	if StepRefusalName(done.Refusal[0]) != "who requests does not approve" || p.Accepted[0] != 9 || p.Owed[0] != 0 {
		t.Error(StepRefusalName(done.Refusal[0]), p.Accepted, p.Owed)
	}
	if len(done.Movements) != 3 || done.Movements[0].Item != 7 || PurchaseStateName(p.State[0]) == "?" || AccountName(done.Entries[0].Account) != "raw material" {
		t.Error(done.Movements, PurchaseStateName(p.State[0]))
	}
	balanced(t, done)
	if _, err := p.Run([]ShopStep{{Row: 1}}); err == nil {
		t.Error("no such purchase")
	}
	if _, err := (&Purchases{Item: []int32{1}}).Run(nil); err == nil {
		t.Error("columns of different lengths")
	}
}

func TestSale(t *testing.T) {
	a := &Sales{Item: []int32{1}, Material: []int32{2}, Ordered: []int64{2}, Price: []int64{30}, Standard: []int64{21}}
	done, err := a.Run([]ShopStep{{Kind: SaleMake}, {Kind: SaleIssue, At: 1, Qty: 2, Amount: 17}, {Kind: SaleAbsorb, At: 2, Amount: 7}, {Kind: SaleComplete, At: 3, Qty: 2}, {Kind: SaleBill, At: 4, Qty: 1},
		{Kind: SaleShip, At: 5, Qty: 2}, {Kind: SaleBill, At: 6, Qty: 2}, {Kind: SaleCollect, At: 7, Amount: 60}})
	if err != nil || done.Refusal[4] == 0 || done.Actual[4] != 1 || SaleStateName(a.State[0]) != "COLLECTED" || OrderStateName(a.WorkState[0]) != "SHIPPED" || a.Open[0] != 0 {
		t.Fatal(done, err, a.State)
	}
	balanced(t, done)
}

func TestQuality(t *testing.T) {
	book, err := NewOrderBook([]int64{10, 10}, []int64{0, 0}, []int32{1, 1}, 0, 3)
	if err != nil {
		t.Fatal(err)
	}
	events := []OrderEvent{}
	for _, o := range []int32{0, 1} {
		events = append(events, OrderEvent{Order: o, Kind: OrderDoRelease, Station: -1, At: 1}, OrderEvent{Order: o, Kind: OrderDoStart, Station: -1, At: 1}, OrderEvent{Order: o, Kind: OrderDoBegin, At: 1})
	}
	if _, err := book.Apply(append(events, OrderEvent{Kind: OrderDoReport, At: 2, Good: 6})); err != nil {
		t.Fatal(err)
	}
	loop := &QualityLoop{Policy: &NCRPolicy{Rules: []TokenRule{{"CRACK", Critical, -1}}}, Item: []int32{4, 4}, Cost: []int64{100, 100}, Managers: []uint8{0, 1}}
	out, posted, err := loop.Run(book, []Defect{{Code: "SCRATCH", Station: -1, At: 10, By: 3, Bad: 1, Decision: UseAsIs, DecidedBy: 3, Decided: 11},
		{Code: "CRACK", Order: 1, Station: -1, At: 12, By: 3, Decision: Scrap, DecidedBy: 4, Decided: 13}, {Code: "SCRATCH", Station: -1, At: 14, By: -1, Bad: 2}})
	if err != nil {
		t.Fatal(err)
	}
	if out[0].Refusal != DecisionByRaiser || !out[0].Held || out[1].Grade != Critical || out[1].Person != 1 || out[1].ReplanQty != 10 || out[1].Replan != ReplanTime|ReplanMaterial || out[2].Due != NothingDue {
		t.Error(out)
	}
	if OrderStateName(book.State[0]) != "QUALITY_HOLD" || OrderStateName(book.State[1]) != "SCRAPPED" || DecisionName(out[0].Refusal) == "?" {
		t.Error(book.State)
	}
	balanced(t, posted)
	if err := book.Check(); err != nil {
		t.Error(err)
	}
	if _, _, err := loop.Run(book, []Defect{{Order: 7}}); err == nil {
		t.Error("no such order")
	}
	if _, _, err := (&QualityLoop{}).Run(book, nil); err == nil {
		t.Error("columns of different lengths")
	}
}
