// SPDX-License-Identifier: Apache-2.0

package c12

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
)

const ft06 = `6 6
2 1 0 3 1 6 3 7 5 3 4 6
1 8 2 5 4 10 5 10 0 10 3 4
2 5 3 4 5 8 0 9 1 1 4 7
1 5 0 5 2 5 3 3 4 8 5 9
2 9 1 3 4 5 5 4 0 3 3 1
1 3 3 3 5 9 0 10 4 4 2 1
`

// A leg takes four actuators and half a box of bolts; an actuator takes one gear with 0.5 % scrap.
func leg() *Bom {
	return &Bom{LineOff: []int64{0, 2, 3, 3, 3}, LineChild: []int32{1, 3, 2}, LineNum: []int64{4, 1, 1}, LineDen: []int64{1, 2, 1},
		LineScrapPPM: []int32{0, 0, 5000}}
}

func ExampleBom_Rollup() {
	b := &Bom{LineOff: []int64{0, 1, 1}, LineChild: []int32{1}, LineNum: []int64{12}}
	cost, err := b.Rollup([]int64{500, 30})
	fmt.Println(cost, err)
	// Output: [860 30] <nil>
}

func ExampleShop_Solve() {
	shop, err := ReadShop([]byte(ft06))
	if err != nil {
		fmt.Println(err)
		return
	}
	plan, err := shop.Solve(context.Background(), Budget{Work: 50000})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(plan.Objective, plan.Outcome)
	// Output: 55 optimal
}

func TestBomByHand(t *testing.T) {
	level, err := leg().Levels()
	if err != nil || !reflect.DeepEqual(level, []int32{0, 1, 2, 1}) {
		t.Fatal(level, err)
	}
	cost, err := leg().Rollup([]int64{100000000, 150000000, 400000000, 5050000})
	if err != nil || !reflect.DeepEqual(cost, []int64{2310525000, 552000000, 400000000, 5050000}) {
		t.Fatal(cost, err)
	}
	gross, err := leg().Explode([]int64{10, 0, 0, 0})
	if err != nil || !reflect.DeepEqual(gross, []int64{10, 40, 41, 5}) {
		t.Fatal(gross, err)
	}
}

func TestBomModel(t *testing.T) {
	b := &Bom{LineOff: []int64{0, 2, 3, 3}, LineChild: []int32{1, 2, 2}, LineNum: []int64{2, 3, 4}}
	m, err := b.Model()
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if gross, err := m.Explode([]int64{4, 0, 0}); err != nil || gross[0] != 4 || gross[1] != 8 {
		t.Fatal(gross, err)
	}
	if unit, err := m.Rollup([]int64{10, 5, 1}); err != nil || !reflect.DeepEqual(unit, []int64{31, 9, 1}) {
		t.Fatal(unit, err)
	}
	if c, err := m.SetCost(2, 2); err != nil || !reflect.DeepEqual(c, []CostChange{{2, 1, 2}, {1, 9, 13}, {0, 31, 42}}) {
		t.Fatal(c, err)
	}
	if c, err := m.SetLine(1, 1, 1, 0); err != nil || !reflect.DeepEqual(c, []CostChange{{0, 42, 38}}) {
		t.Fatal(c, err)
	}
	if u, err := m.WhereUsed(2, 0); err != nil || !reflect.DeepEqual(u, []Use{{1, 1, 1, 4, 1}, {0, 1, 2, 9, 1}}) {
		t.Fatal(u, err)
	}
	after := &Bom{LineOff: b.LineOff, LineChild: b.LineChild, LineNum: []int64{2, 3, 5}, LineKind: []int32{Component, ByProduct, Component}}
	if d, err := b.Compare(after); err != nil || !reflect.DeepEqual(d, []LineChange{{0, 2, Changed, 1, 1}, {1, 2, Changed, 2, 2}}) {
		t.Fatal(d, err)
	}
}

func TestBomRevisions(t *testing.T) {
	b := &Bom{LineOff: []int64{0, 2, 3, 3, 3}, LineChild: []int32{1, 2, 2}, LineNum: []int64{2, 3, 3}, LineDen: []int64{1, 1, 2}}
	e, err := b.RollupElements(2, []int64{0, 0, 10, 0, 5, 7, 0, 0}, []int64{0, 0, 0, 0, 25, 30, 0, 0}, []int64{10, 20, 1, 1})
	if err != nil || !reflect.DeepEqual(e, &Elements{[]int64{0, 0, 10, 0, 7, 9, 0, 0}, []int64{60, 15, 0, 0, 18, 0, 0, 0}}) {
		t.Fatal(e, err)
	}
	after, err := b.Replace(Swap{Before: 2, After: 3, From: 5, Num: 2, Den: 3, Only: []uint8{0, 1, 0, 0}})
	if err != nil || !reflect.DeepEqual(after.LineFrom, []int32{0, 0, 0, 5}) || after.LineChild[3] != 3 {
		t.Fatal(after, err)
	}
	if plain, err := b.Mix(Alternates{Group: []int32{1, 1, -1}, Priority: []int32{2, 1, 0}}); err != nil || !reflect.DeepEqual(plain.LineChild, []int32{2, 2}) {
		t.Fatal(plain, err)
	}
	if _, err := b.Replace(Swap{Before: 2, After: 0, Num: 1, Den: 1}); !errors.Is(err, ErrCycle) {
		t.Fatal(err)
	}
	c := &ChangeOrders{State: []int32{Effective, Draft}, From: []int32{6, 0}, UseUp: []int32{9, 0}, Eco: []int32{0, 0, 1}, Kind: []int32{Changed, Added, Removed}, Parent: []int32{0, 1, 0}, Child: []int32{3, 3, 0},
		Line: []int64{0, -1, 2}, Num: []int64{5, 1, 1}}
	now, err := c.Apply(b, 0)
	if err != nil || !reflect.DeepEqual(now.LineFrom, []int32{0, 9, 0, 0, 9}) {
		t.Fatal(now, err)
	}
	if v, err := c.Check(b, now, 0); err != nil || v.Violations != 0 || v.Objective != 2 {
		t.Fatal(v, err)
	}
	now.LineFrom[1] = 8
	if v, err := c.Check(b, now, 0); err != nil || v.Violations != 1 || !strings.HasPrefix(v.Rule, "C2") || v.Row != 1 {
		t.Fatal(v, err)
	}
	c.Line[2] = 99
	if _, err := c.Apply(b, 0); !errors.Is(err, ErrRange) {
		t.Fatal(err)
	}
}

func TestTrail(t *testing.T) {
	l := &Trail{Required: []int32{3, 1}, Eco: []int32{0, 1, 0, 0}, Move: []int32{Approve, Reject, Approve, Release}, Role: []int32{0, 0, 1, 1}, Who: []int32{7, 7, 8, 8}, Time: []int64{1, 2, 2, 3}}
	state, signed, err := l.Replay()
	if err != nil || !reflect.DeepEqual(state, []int32{Effective, Rejected}) || !reflect.DeepEqual(signed, []int32{3, 0}) {
		t.Fatal(state, signed, err)
	}
	l.Who[2] = 7
	var fault *Error
	if _, _, err = l.Replay(); !errors.As(err, &fault) || fault.Status != ErrState || fault.Field != "entry_who" || fault.Row != 2 {
		t.Fatal(err)
	}
}

func TestFaultsHaveNames(t *testing.T) {
	_, err := (&Bom{LineOff: []int64{0, 1, 2}, LineChild: []int32{1, 0}, LineNum: []int64{1, 1}}).Levels()
	if !errors.Is(err, ErrCycle) {
		t.Fatal(err)
	}
	_, err = (&Bom{LineOff: []int64{0, 1, 1}, LineChild: []int32{7}, LineNum: []int64{1}}).Levels()
	var fault *Error
	if !errors.As(err, &fault) || fault.Status != ErrRange || fault.Field != "line_child" || fault.Row != 0 || fault.Value != 7 {
		t.Fatal(err)
	}
	if fault.Text == "" || fault.Error() == "" {
		t.Fatal("a fault without words")
	}
	_, err = (&Bom{LineOff: []int64{0, 9, 9}, LineChild: []int32{1}, LineNum: []int64{1}}).Levels()
	if !errors.Is(err, ErrSpace) {
		t.Fatal("a short column went to C:", err)
	}
	if _, err = leg().Rollup([]int64{1}); !errors.Is(err, ErrSpace) {
		t.Fatal(err)
	}
	if _, err = (&Bom{}).Levels(); !errors.Is(err, ErrArg) {
		t.Fatal(err)
	}
	if _, err = ReadShop([]byte("6 6\n1 x")); !errors.Is(err, ErrFormat) {
		t.Fatal(err)
	}
}

func TestEmptyColumns(t *testing.T) {
	level, err := (&Bom{LineOff: []int64{0}, LineChild: []int32{}, LineNum: []int64{}}).Levels()
	if err != nil || len(level) != 0 {
		t.Fatal(level, err)
	}
}

func TestPlansRepeatAndAreJudged(t *testing.T) {
	shop, err := ReadShop([]byte(ft06))
	if err != nil {
		t.Fatal(err)
	}
	a, err := shop.Solve(context.Background(), Budget{Seed: 3, Work: 2000})
	if err != nil {
		t.Fatal(err)
	}
	b, err := shop.Solve(context.Background(), Budget{Seed: 3, Work: 2000})
	if err != nil || !reflect.DeepEqual(a, b) {
		t.Fatal("one seed, two plans", err)
	}
	if v, err := shop.Check(a); err != nil || v.Violations != 0 || v.Objective != a.Objective {
		t.Fatal(v, err)
	}
	a.Start[3]--
	if v, err := shop.Check(a); err != nil || v.Violations == 0 || v.Rule == "" {
		t.Fatal("a broken plan passed", v, err)
	}
}

// Two parts are cut by one worker, then share an oven of two places without waiting; a third finds it taken.
func oven() *Shop {
	return &Shop{Machines: 2, OpOff: []int64{0, 2, 4, 6}, ModeOff: []int64{0, 1, 2, 3, 4, 5, 6}, ModeMachine: []int32{0, 1, 0, 1, 0, 1}, ModeTicks: []int64{2, 10, 2, 10, 2, 10},
		Due: []int64{14, 14, 14}, Batch: []int32{1, 2}, WaitMax: []int64{2, -1, 2, -1, 2, -1}, NeedOff: []int64{0, 1, 1, 2, 2, 3, 3}, Need: []int32{0, 0, 0},
		LevelOff: []int64{0, 1}, LevelFrom: []int64{0}, LevelUnits: []int32{1}, Goal: Terms, Terms: []Term{TermMakespan, TermFlow}, TermWeight: []int64{1, 3}}
}

func TestRestOfAPlant(t *testing.T) {
	shop := oven()
	plan, err := shop.Solve(context.Background(), Budget{Work: 2000})
	if err != nil || plan.Objective != 24+3*(14+14+24) {
		t.Fatal(plan, err)
	}
	if v, err := shop.Check(plan); err != nil || v.Violations != 0 || v.Objective != plan.Objective {
		t.Fatal(v, err)
	}
	plan.Start[0]++
	if v, err := shop.Check(plan); err != nil || v.Violations == 0 {
		t.Fatal("a broken plan passed", v, err)
	}
	shop.Terms[1] = TermMakespan
	if _, err := shop.Solve(context.Background(), Budget{Work: 10}); !errors.Is(err, ErrRange) {
		t.Fatal("a term named twice was taken:", err)
	}
	shop = oven()
	shop.LevelUnits = nil
	if _, err := shop.Solve(context.Background(), Budget{Work: 10}); !errors.Is(err, ErrSpace) {
		t.Fatal("a short column was taken:", err)
	}
}

func TestBudgets(t *testing.T) {
	shop, err := ReadShop([]byte(ft06))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := shop.Solve(context.Background(), Budget{}); !errors.Is(err, ErrArg) {
		t.Fatal("a budget without a limit was taken:", err)
	}
	if plan, err := shop.Solve(context.Background(), Budget{Time: 5 * time.Second}); err != nil || plan.Objective != 55 {
		t.Fatal(plan, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if plan, err := shop.Solve(ctx, Budget{Work: 1 << 40}); err != nil || plan.Objective < 55 {
		t.Fatal(plan, err)
	}
}

// A desk takes four legs and eight bolts, a leg three bolts; bolts come in hundreds.
func desk() *Requirements {
	return &Requirements{
		Bom:        &Bom{LineOff: []int64{0, 2, 3, 3}, LineChild: []int32{1, 2, 2}, LineNum: []int64{4, 8, 3}},
		Buckets:    8,
		DemandItem: []int32{0, 0}, DemandBucket: []int32{3, 5}, DemandQty: []int64{10, 5},
		Type: []int32{Make, Make, Buy}, LeadTime: []int32{1, 1, 2}, OnHand: []int64{0, 10, 40},
		LotRule: []int32{LotForLot, LotForLot, Fixed}, LotSize: []int64{1, 1, 100},
	}
}

func TestPlannerAnswersAndChanges(t *testing.T) {
	p, err := desk().Plan(Room{Rows: 4, Branches: 1, Changed: 10})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	bolt, err := p.Row(0, 2)
	if err != nil || !reflect.DeepEqual(bolt.Gross, []int64{0, 90, 80, 60, 40, 0, 0, 0}) || !reflect.DeepEqual(bolt.Planned, []int64{0, 100, 100, 0, 100, 0, 0, 0}) || bolt.Level != 2 || bolt.PastDue != 100 {
		t.Fatal(bolt, err)
	}
	if w, err := p.PegUp(0, 2, 4); err != nil || !reflect.DeepEqual(w, []Waiting{{1, 0, 5, 5}}) {
		t.Fatal(w, err)
	}
	if f, err := p.PegDemand(0, 1); err != nil || len(f) != 5 || f[4] != (Feed{2, FromOrder, 4, -1, 30}) {
		t.Fatal(f, err)
	}
	if f, err := p.PegDown(0, 1, 4); err != nil || len(f) != 1 || f[0] != (Feed{2, FromOrder, 2, -1, 60}) {
		t.Fatal(f, err)
	}
	if q, err := p.Quote(0, 0, 7, 1); err != nil || q != (Promise{7, -1, 0}) {
		t.Fatal(q, err)
	}
	if why, err := p.Explain(0, 2, 1); err != nil || !strings.Contains(why, "R6 fixed lot: planned 100, whole lots of 100") {
		t.Fatal(why, err)
	}
	b, err := p.Branch(0)
	if err != nil {
		t.Fatal(err)
	}
	if moved, n, err := p.SetItem(b, 2, OnHand, 500); err != nil || n != 3 || moved[0] != (Moved{2, 1, 100, 0}) {
		t.Fatal(moved, n, err)
	}
	if _, n, err := p.Diff(0, b); err != nil || n != 3 {
		t.Fatal(n, err)
	}
	if err := p.Commit(b); err != nil {
		t.Fatal(err)
	}
	if _, _, err := p.AddDemand(0, 0, 7, 100); err != nil {
		t.Fatal(err)
	}
	if row, err := p.Row(0, 0); err != nil || row.Planned[7] != 100 {
		t.Fatal(row, err)
	}
	if atp, err := p.ATP(0, 0); err != nil || atp[7] != 0 {
		t.Fatal(atp, err)
	}
	if _, _, err := p.SetItem(0, 2, LotSize, 0); !errors.Is(err, ErrRange) {
		t.Fatal(err)
	}
	bad := desk()
	bad.LotRule[0] = 99
	if _, err := bad.Plan(Room{}); !errors.Is(err, ErrRange) {
		t.Fatal(err)
	}
}

func TestSubstitutes(t *testing.T) {
	r := &Requirements{
		Bom: &Bom{LineOff: []int64{0, 0, 0}}, Buckets: 8, DemandItem: []int32{0, 0, 1}, DemandBucket: []int32{3, 6, 7}, DemandQty: []int64{6, 5, 3},
		OnHand: []int64{2, 9}, LeadTime: []int32{4, 1},
	}
	p, err := r.Plan(Room{Rows: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	made, n, err := p.Substitute(0, []Substitute{{0, 1, 2, 3}}, true)
	if err != nil || n != 1 || made[0] != (Transfer{0, 1, 3, 4, 3, 3, 0}) {
		t.Fatal(made, n, err)
	}
	if row, err := p.Row(0, 0); err != nil || !reflect.DeepEqual(row.Planned, []int64{0, 0, 0, 0, 0, 0, 5, 0}) {
		t.Fatal(row, err)
	}
	if _, _, err := p.Substitute(0, []Substitute{{0, 0, 0, 0}}, false); !errors.Is(err, ErrRange) {
		t.Fatal(err)
	}
}

func TestRequisitions(t *testing.T) {
	p := &Purchasing{
		Items: 2, Suppliers: 2,
		NeedItem: []int32{0, 0, 1}, NeedBucket: []int32{5, 12, 4}, NeedQty: []int64{3, 21, 7},
		OfferItem: []int32{0, 0}, OfferSupplier: []int32{0, 1}, OfferPriority: []int32{1, 2}, OfferLead: []int32{3, 9}, OfferMOQ: []int64{10, 1}, OfferMultiple: []int64{6, 1}, OfferPrice: []int64{50, 20},
	}
	rows, err := p.Requisitions(BuyOptions{})
	if err != nil || len(rows) != 3 || rows[0].Qty != 12 || rows[0].OrderBucket != 2 || rows[1].Required != 12 || rows[1].Qty != 12 || rows[2].Message != NoOffer || rows[2].Offer != -1 {
		t.Fatal(rows, err)
	}
	rows, err = p.Requisitions(BuyOptions{Policy: Cheapest})
	if err != nil || rows[1].Supplier != 1 || rows[1].Qty != 12 || rows[1].Cost != 240 {
		t.Fatal(rows, err)
	}
	p.SupplierCalendar, p.ClosedOff, p.Closed, p.Today = []int32{0, -1}, []int64{0, 3}, []int32{4, 5, 6}, 2
	rows, err = p.Requisitions(BuyOptions{})
	if err != nil || rows[0].Message != Expedite || rows[0].OrderBucket != 2 || rows[0].ArriveBucket != 8 || rows[0].Overdue != 2 || rows[0].Late != 3 {
		t.Fatal(rows, err)
	}
	p.NeedQty[1] = -1
	if _, err := p.Requisitions(BuyOptions{}); !errors.Is(err, ErrRange) {
		t.Fatal(err)
	}
	p.OfferMOQ = p.OfferMOQ[:1]
	if _, err := p.Requisitions(BuyOptions{}); !errors.Is(err, ErrSpace) {
		t.Fatal(err)
	}
	if kind, err := ABC([]int64{10, 1, 70, 0}, []int64{1, 1, 1, 9}, 0, 0); err != nil || !reflect.DeepEqual(kind, []int32{1, 2, 0, 2}) {
		t.Fatal(kind, err)
	}
}

func TestDatesStepOverWeekends(t *testing.T) {
	const monday = 20395 // 2025-11-03
	week, four := []int64{0, 7, 14, 21}, []int64{0, 7, 14, 21}
	r := &DateRequirements{
		Bom: &Bom{LineOff: []int64{0, 1, 1}, LineChild: []int32{1}, LineNum: []int64{4}}, Today: monday, Horizon: monday + 28,
		DemandItem: []int32{0, 0, 0}, DemandDate: []int64{monday + 9, monday + 14, monday + 1}, DemandQty: []int64{10, 5, 1},
		ReceiptItem: []int32{1, 1}, ReceiptDate: []int64{monday + 17, monday - 1}, ReceiptQty: []int64{8, 4},
		Type: []int32{Make, Buy}, LeadTime: []int32{3, 2}, Calendar: []int32{0, 1}, CalendarOff: []int64{0, 4, 8},
	}
	for k := range week {
		r.WindowFrom, r.WindowTo = append(r.WindowFrom, monday+week[k]), append(r.WindowTo, monday+week[k]+5)
	}
	for k := range four {
		r.WindowFrom, r.WindowTo = append(r.WindowFrom, monday+four[k]), append(r.WindowTo, monday+four[k]+4)
	}
	orders, messages, err := r.Plan()
	want := []DateOrder{{0, monday, monday + 1, 2, 1, 1}, {0, monday + 4, monday + 9, 0, 10, 10}, {0, monday + 9, monday + 14, 0, 5, 5}, {1, monday + 2, monday + 4, 0, 40, 40}, {1, monday + 7, monday + 9, 0, 20, 20}}
	if err != nil || !reflect.DeepEqual(orders, want) || len(messages) != 3 {
		t.Fatal(orders, messages, err)
	}
	r.Calendar[1] = 2
	if _, _, err := r.Plan(); !errors.Is(err, ErrRange) {
		t.Fatal(err)
	}
	r.WindowTo = r.WindowTo[:3]
	if _, _, err := r.Plan(); !errors.Is(err, ErrSpace) {
		t.Fatal(err)
	}
}

// Half of what is cut comes out, an offcut falls off of every third good piece, a fence holds the sheets back: every rule that has columns of its own.
func TestDatesHaveTheRulesOfBuckets(t *testing.T) {
	r := &DateRequirements{
		Bom:   &Bom{LineOff: []int64{0, 2, 2, 2}, LineChild: []int32{1, 2}, LineNum: []int64{1, 1}, LineDen: []int64{1, 3}, LineKind: []int32{0, 1}},
		Today: 100, Horizon: 130, Type: []int32{Make, Buy, Buy}, OnHand: []int64{0, -1, 0}, NegativeStock: true,
		DemandItem: []int32{0, 0, 0, 2}, DemandDate: []int64{110, 101, 108, 112}, DemandQty: []int64{6, 9, 5, 4}, DemandKind: []int32{Order, Forecast, Forecast, Order}, DemandFence: []int32{5, 0, 0},
		ReceiptItem: []int32{0, 2}, ReceiptDate: []int64{107, 120}, ReceiptQty: []int64{10, 2}, ReceiptKind: []int32{Firm, Scheduled}, MessageQty: 3,
		YieldPPM: []int32{500000, 1000000, 1000000}, SafetyTime: []int32{1, 0, 0}, PlanningFence: []int32{0, 3, 0},
		SafetyItem: []int32{1, 1}, SafetyDate: []int64{90, 120}, SafetyQty: []int64{0, 2},
	}
	orders, messages, err := r.Plan()
	want := []DateOrder{{0, 107, 107, 0, 5, 10}, {0, 109, 109, 0, 6, 12}, {1, 103, 103, 0, 1, 1}, {1, 107, 107, 0, 10, 10}, {1, 109, 109, 0, 12, 12}, {1, 120, 120, 0, 2, 2}, {2, 112, 112, 0, 1, 1}}
	if err != nil || !reflect.DeepEqual(orders, want) || !reflect.DeepEqual(messages, []DateMessage{{1, MessageFenceShortage, 100, 103, 1}}) {
		t.Fatal(orders, messages, err)
	}
	r.NegativeStock = false
	if _, _, err := r.Plan(); !errors.Is(err, ErrRange) {
		t.Fatal(err)
	}
	r.NegativeStock, r.RefusePhantom, r.Type[0] = true, true, Phantom
	if _, _, err := r.Plan(); !errors.Is(err, ErrRange) {
		t.Fatal(err)
	}
	r.SafetyQty = r.SafetyQty[:1]
	if _, _, err := r.Plan(); !errors.Is(err, ErrSpace) {
		t.Fatal(err)
	}
}
