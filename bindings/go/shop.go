// SPDX-License-Identifier: Apache-2.0

package c12

/*
#include "c12/flow.h"
*/
import "C"

import (
	"runtime"
	"unsafe"
)

// Steps of purchases and of sales; see c12/flow.h.
const (
	PurchaseApprove int32 = C.C12_FLOW_APPROVE
	PurchaseReject  int32 = C.C12_FLOW_REJECT
	PurchaseOrder   int32 = C.C12_FLOW_ORDER
	PurchaseReceive int32 = C.C12_FLOW_RECEIVE
	PurchaseInspect int32 = C.C12_FLOW_INSPECT
	PurchaseInvoice int32 = C.C12_FLOW_INVOICE
	PurchasePay     int32 = C.C12_FLOW_PAY

	SaleMake     int32 = C.C12_FLOW_MAKE
	SaleCancel   int32 = C.C12_FLOW_CANCEL
	SaleIssue    int32 = C.C12_FLOW_ISSUE
	SaleAbsorb   int32 = C.C12_FLOW_ABSORB
	SaleComplete int32 = C.C12_FLOW_COMPLETE
	SaleShip     int32 = C.C12_FLOW_SHIP
	SaleBill     int32 = C.C12_FLOW_BILL
	SaleCollect  int32 = C.C12_FLOW_COLLECT
)

// PurchaseStateName and the others give the words of c12/flow.h.
func PurchaseStateName(state int32) string {
	return C.GoString(C.c12_flow_purchase_state_name(C.int32_t(state)))
}
func SaleStateName(state int32) string {
	return C.GoString(C.c12_flow_sale_state_name(C.int32_t(state)))
}
func StepRefusalName(refusal int32) string {
	return C.GoString(C.c12_flow_refusal_name(C.int32_t(refusal)))
}

// ShopStep is one thing that happens to a purchase or a sale; By -1 = a machine, Amount is a price or a payment in millionths.
type ShopStep struct {
	Row, Kind, By        int32
	At, Qty, Bad, Amount int64
}

// ShopEntry is a debit (positive) or a credit; the entries of a step add up to 0.  AccountName says what the account is called.
type ShopEntry struct {
	Step    int64
	Account int32
	Amount  int64
}

// ShopMovement is pieces between locations: 0 dock or store of material, 1 where things are put away, -1 outside.
type ShopMovement struct {
	Step                 int64
	Kind, Item, From, To int32
	Qty                  int64
}

// Posted is what steps did.  Refusal is 0 where a step happened; where two values differ Expected and Actual say which.
type Posted struct {
	Refusal          []int32
	Expected, Actual []int64
	Entries          []ShopEntry
	Movements        []ShopMovement
}

// shopRun is steps and what they leave, as columns.
type shopRun struct {
	c                                        C.c12_flow_steps
	p                                        C.c12_flow_postings
	refusal                                  []int32
	expected, actual                         []int64
	moveStep, moveQty, entryStep, entryMoney []int64
	moveKind, moveItem, moveFrom, moveTo     []int32
	account                                  []int32
}

// newPostings gives room for what n steps post.
func newPostings(pin *runtime.Pinner, n int) *shopRun {
	r := &shopRun{moveStep: make([]int64, 2*n), moveQty: make([]int64, 2*n), entryStep: make([]int64, 3*n), entryMoney: make([]int64, 3*n),
		moveKind: make([]int32, 2*n), moveItem: make([]int32, 2*n), moveFrom: make([]int32, 2*n), moveTo: make([]int32, 2*n), account: make([]int32, 3*n)}
	r.p = C.c12_flow_postings{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_flow_postings{})), move_cap: C.int64_t(2 * n), entry_cap: C.int64_t(3 * n), move_step: wide(pin, r.moveStep), move_kind: narrow(pin, r.moveKind),
		move_item: narrow(pin, r.moveItem), move_from: narrow(pin, r.moveFrom), move_to: narrow(pin, r.moveTo), move_qty: (*C.c12_qty)(wide(pin, r.moveQty)), entry_step: wide(pin, r.entryStep),
		entry_account: narrow(pin, r.account), entry_amount: (*C.c12_money)(wide(pin, r.entryMoney))}
	return r
}

func newShopRun(pin *runtime.Pinner, steps []ShopStep) *shopRun {
	n := len(steps)
	row, kind, by := make([]int32, n), make([]int32, n), make([]int32, n)
	at, qty, bad, amount := make([]int64, n), make([]int64, n), make([]int64, n), make([]int64, n)
	for k, s := range steps {
		row[k], kind[k], by[k], at[k], qty[k], bad[k], amount[k] = s.Row, s.Kind, s.By, s.At, s.Qty, s.Bad, s.Amount
	}
	r := newPostings(pin, n)
	r.refusal, r.expected, r.actual = make([]int32, n), make([]int64, n), make([]int64, n)
	r.c = C.c12_flow_steps{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_flow_steps{})), n: C.int64_t(n), row: narrow(pin, row), kind: narrow(pin, kind), by: narrow(pin, by), at: (*C.c12_ns)(wide(pin, at)),
		qty: (*C.c12_qty)(wide(pin, qty)), bad: (*C.c12_qty)(wide(pin, bad)), amount: (*C.c12_money)(wide(pin, amount))}
	return r
}

func (r *shopRun) posted() *Posted {
	p := &Posted{Refusal: r.refusal, Expected: r.expected, Actual: r.actual}
	for k := 0; k < int(r.p.n_entries); k++ {
		p.Entries = append(p.Entries, ShopEntry{r.entryStep[k], r.account[k], r.entryMoney[k]})
	}
	for k := 0; k < int(r.p.n_moves); k++ {
		p.Movements = append(p.Movements, ShopMovement{r.moveStep[k], r.moveKind[k], r.moveItem[k], r.moveFrom[k], r.moveTo[k], r.moveQty[k]})
	}
	return p
}

// Purchases are what is requested, by row, and after Run where each stands.  Limit is by person the value up to which they approve, -1 = not at all; Requester nil = the planner.
type Purchases struct {
	Item, Requester                                   []int32
	Requested, Expected, Standard, Created, Limit     []int64
	TolerancePPM                                      int32
	State                                             []int32
	Ordered, Price, Arrived, Accepted, Invoiced, Owed []int64
}

// Run lets all steps happen from the beginning; the answer is judged by the independent checker.
func (p *Purchases) Run(steps []ShopStep) (*Posted, error) {
	n, people := len(p.Item), len(p.Limit)
	if err := first(fits("requester", p.Requester, n, true), fits("requested", p.Requested, n, false), fits("expected", p.Expected, n, false), fits("standard", p.Standard, n, false), fits("created", p.Created, n, true)); err != nil {
		return nil, err
	}
	pin, verdict := new(runtime.Pinner), newVerdict()
	role, limit, requester, created := make([]int32, people), make([]int64, people), p.Requester, p.Created
	for k, v := range p.Limit {
		role[k], limit[k] = int32(k), max(v, 0)
		if v < 0 {
			role[k] = -1
		}
	}
	if requester == nil {
		requester = make([]int32, n)
		for k := range requester {
			requester[k] = -1
		}
	}
	if created == nil {
		created = make([]int64, n)
	}
	p.State = make([]int32, n)
	for _, c := range []*[]int64{&p.Ordered, &p.Price, &p.Arrived, &p.Accepted, &p.Invoiced, &p.Owed} {
		*c = make([]int64, n)
	}
	q := func(v []int64) *C.c12_qty { return (*C.c12_qty)(wide(pin, v)) }
	m := func(v []int64) *C.c12_money { return (*C.c12_money)(wide(pin, v)) }
	terms := C.c12_flow_buying{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_flow_buying{})), n_persons: C.int32_t(people), n_roles: C.int32_t(people), price_ppm: C.int32_t(p.TolerancePPM), place: 1, role: narrow(pin, role), limit: m(limit)}
	in := C.c12_flow_purchases{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_flow_purchases{})), n: C.int32_t(n), item: narrow(pin, p.Item), requested: q(p.Requested), expected: m(p.Expected), standard: m(p.Standard),
		requester: narrow(pin, requester), created: (*C.c12_ns)(wide(pin, created)), state: narrow(pin, p.State), steps: narrow(pin, make([]int32, n)), last: (*C.c12_ns)(wide(pin, make([]int64, n))),
		ordered: q(p.Ordered), price: m(p.Price), arrived: q(p.Arrived), accepted: q(p.Accepted), invoiced: q(p.Invoiced), owed: m(p.Owed)}
	r := newShopRun(pin, steps)
	refusal, expected, actual := narrow(pin, r.refusal), wide(pin, r.expected), wide(pin, r.actual)
	err := call(pin, func(e *C.c12_error) C.c12_status {
		if s := C.c12_flow_purchase_run(&terms, &in, &r.c, refusal, expected, actual, &r.p, e); s != C.C12_OK {
			return s
		}
		return C.c12_flow_purchase_check(&terms, &in, &r.c, refusal, &r.p, verdict, e)
	})
	if err = judged(verdict, err); err != nil {
		return nil, err
	}
	return r.posted(), nil
}

// Sales are what is sold, by row, and after Run where each and its work order stand.
type Sales struct {
	Item, Material                    []int32
	Ordered, Price, Standard, Created []int64
	State, WorkState                  []int32
	Made, Shipped, Billed, WIP, Open  []int64
}

// Run lets all steps happen from the beginning; the answer is judged by the independent checker.
func (a *Sales) Run(steps []ShopStep) (*Posted, error) {
	n, created := len(a.Item), a.Created
	if err := first(fits("material", a.Material, n, false), fits("ordered", a.Ordered, n, false), fits("price", a.Price, n, false), fits("standard", a.Standard, n, false), fits("created", a.Created, n, true)); err != nil {
		return nil, err
	}
	pin, verdict := new(runtime.Pinner), newVerdict()
	if created == nil {
		created = make([]int64, n)
	}
	a.State, a.WorkState = make([]int32, n), make([]int32, n)
	for _, c := range []*[]int64{&a.Made, &a.Shipped, &a.Billed, &a.WIP, &a.Open} {
		*c = make([]int64, n)
	}
	q := func(v []int64) *C.c12_qty { return (*C.c12_qty)(wide(pin, v)) }
	m := func(v []int64) *C.c12_money { return (*C.c12_money)(wide(pin, v)) }
	in := C.c12_flow_sales{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_flow_sales{})), n: C.int32_t(n), shelf: 1, item: narrow(pin, a.Item), material: narrow(pin, a.Material), ordered: q(a.Ordered), price: m(a.Price),
		standard: m(a.Standard), created: (*C.c12_ns)(wide(pin, created)), state: narrow(pin, a.State), work_state: narrow(pin, a.WorkState), steps: narrow(pin, make([]int32, n)), last: (*C.c12_ns)(wide(pin, make([]int64, n))),
		made: q(a.Made), shipped: q(a.Shipped), billed: q(a.Billed), wip: m(a.WIP), open: m(a.Open)}
	r := newShopRun(pin, steps)
	refusal, expected, actual := narrow(pin, r.refusal), wide(pin, r.expected), wide(pin, r.actual)
	err := call(pin, func(e *C.c12_error) C.c12_status {
		if s := C.c12_flow_sale_run(&in, &r.c, refusal, expected, actual, &r.p, e); s != C.C12_OK {
			return s
		}
		return C.c12_flow_sale_check(&in, &r.c, refusal, &r.p, verdict, e)
	})
	if err = judged(verdict, err); err != nil {
		return nil, err
	}
	return r.posted(), nil
}

// Reasons why a decision about a defect was not carried out; DecisionName says them.
const (
	DecisionDone        int32 = C.C12_FLOW_DECIDED
	DecisionNoHold      int32 = C.C12_FLOW_NO_HOLD
	DecisionByRaiser    int32 = C.C12_FLOW_RAISER_DECIDES
	DecisionNotScrapped int32 = C.C12_FLOW_NOT_SCRAPPED
	DecisionBookRefuses int32 = C.C12_FLOW_BOOK_REFUSES
	ReplanTime          int32 = C.C12_FLOW_REPLAN_TIME
	ReplanCapacity      int32 = C.C12_FLOW_REPLAN_CAPACITY
	ReplanMaterial      int32 = C.C12_FLOW_REPLAN_MATERIAL
	NothingDue          int64 = C.INT64_MAX
	defectEvents              = 4 // events of the book that one report can cause
)

// DecisionName gives the words of c12/flow.h.
func DecisionName(decision int32) string {
	return C.GoString(C.c12_flow_decision_name(C.int32_t(decision)))
}

// Defect is a report on an order and what was decided about it: Bad pieces, 0 = all; Station within the order, By and DecidedBy -1 = none; Decision 0 = none yet, else one of Rework, Scrap, UseAsIs.
type Defect struct {
	Code                                    string
	Order, Station, By, Decision, DecidedBy int32
	At, Bad, Decided                        int64
}

// Decided is what became of a defect: Person -1 = nobody, Due NothingDue = no corrective action is asked for, OrderRefusal what the book of orders said, Replan a set of ReplanTime and on.
type Decided struct {
	Grade                         int32
	Reason                        uint32
	Person, Refusal, OrderRefusal int32
	Due                           int64
	Held                          bool
	Replan                        int32
	ReplanQty                     int64
}

// QualityLoop is what defects are judged by: a nil Policy is the document's, HoldGrade 0 = every defect holds its order; Item and Cost (of a piece so far) by order; Managers by person, nil = nobody is assigned.
type QualityLoop struct {
	Policy              *NCRPolicy
	HoldGrade, Location int32
	Item                []int32
	Cost                []int64
	Managers            []uint8
}

// Run grades defects, holds their orders and carries out what was decided, on a book whose first rows of holds, one a defect, are free.  The answer is judged by the independent checker; events join the book's own.
func (q *QualityLoop) Run(book *OrderBook, defects []Defect) ([]Decided, *Posted, error) {
	n, orders := len(defects), len(book.Ordered)
	if err := first(fits("item", q.Item, orders, false), fits("cost", q.Cost, orders, false)); err != nil {
		return nil, nil, err
	}
	pin, verdict, before := new(runtime.Pinner), newVerdict(), append([]int32{}, book.State...)
	d, fx, r := defectColumns(defects), newDefectEffects(n), newPostings(pin, n)
	effects := fx.c(pin, &r.p)
	err := call(pin, func(e *C.c12_error) C.c12_status {
		policy, s := q.Policy.c(pin, e)
		if s != C.C12_OK {
			return s
		}
		in := q.c(pin, d, policy)
		b := book.c(pin)
		if s := C.c12_flow_quality_run(in, b, effects, e); s != C.C12_OK {
			return s
		}
		return C.c12_flow_quality_check(in, narrow(pin, before), b, effects, verdict, e)
	})
	if err = judged(verdict, err); err != nil {
		return nil, nil, err
	}
	book.join(fx, int(effects.n_events))
	out := make([]Decided, n)
	for k := range out {
		out[k] = Decided{fx.grade[k], fx.reason[k], fx.person[k], fx.refusal[k], fx.orderRefusal[k], fx.due[k], fx.held[k] == 1, fx.replan[k], fx.replanQty[k]}
	}
	return out, r.posted(), nil
}

type defectRows struct {
	codes                                   []string
	order, station, by, decision, decidedBy []int32
	at, bad, decided                        []int64
}

func defectColumns(defects []Defect) *defectRows {
	n := len(defects)
	d := &defectRows{codes: make([]string, n), order: make([]int32, n), station: make([]int32, n), by: make([]int32, n), decision: make([]int32, n), decidedBy: make([]int32, n), at: make([]int64, n), bad: make([]int64, n), decided: make([]int64, n)}
	for k, v := range defects {
		d.codes[k], d.order[k], d.station[k], d.by[k], d.decision[k], d.decidedBy[k], d.at[k], d.bad[k], d.decided[k] = v.Code, v.Order, v.Station, v.By, v.Decision, v.DecidedBy, v.At, v.Bad, v.Decided
	}
	return d
}

// c is the loop's input; what it points to is pinned, for C may not be given Go memory that points to other Go memory unpinned.
func (q *QualityLoop) c(pin *runtime.Pinner, d *defectRows, policy *C.c12_ncr_policy) *C.c12_flow_quality {
	batch := &C.c12_ncr_batch{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_ncr_batch{})), n: C.int32_t(len(d.codes)), bad_qty: (*C.c12_qty)(wide(pin, d.bad))}
	batch.code_text, batch.code_off = texts(pin, d.codes)
	items := int32(0)
	for _, v := range q.Item {
		items = max(items, v+1)
	}
	in := &C.c12_flow_quality{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_flow_quality{})), hold_grade: C.int32_t(q.HoldGrade), n_items: C.int32_t(items), location: C.int32_t(q.Location), policy: policy, reports: batch,
		work: narrow(pin, d.order), station: narrow(pin, d.station), raised_by: narrow(pin, d.by), created: (*C.c12_ns)(wide(pin, d.at)), decision: narrow(pin, d.decision), decided_by: narrow(pin, d.decidedBy),
		decided: (*C.c12_ns)(wide(pin, d.decided)), item: narrow(pin, q.Item), cost: (*C.c12_money)(wide(pin, q.Cost))}
	pin.Pin(policy)
	pin.Pin(batch)
	if q.Managers != nil {
		staff := &C.c12_ncr_staff{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_ncr_staff{})), n: C.int32_t(len(q.Managers)), manager: (*C.uint8_t)(column(pin, q.Managers))}
		pin.Pin(staff)
		in.staff = staff
	}
	return in
}

// defectEffects are columns that the loop fills.
type defectEffects struct {
	grade, person, held, refusal, orderRefusal, replan []int32
	reason                                             []uint32
	due, replanQty                                     []int64
	report, at, scrap                                  []int64
	order, kind, by, station                           []int32
}

func newDefectEffects(n int) *defectEffects {
	f := &defectEffects{reason: make([]uint32, n)}
	for _, c := range []*[]int32{&f.grade, &f.person, &f.held, &f.refusal, &f.orderRefusal, &f.replan} {
		*c = make([]int32, n)
	}
	for _, c := range []*[]int32{&f.order, &f.kind, &f.by, &f.station} {
		*c = make([]int32, defectEvents*n)
	}
	for _, c := range []*[]int64{&f.report, &f.at, &f.scrap} {
		*c = make([]int64, defectEvents*n)
	}
	f.due, f.replanQty = make([]int64, n), make([]int64, n)
	return f
}

func (f *defectEffects) c(pin *runtime.Pinner, p *C.c12_flow_postings) *C.c12_flow_quality_effects {
	pin.Pin(p)
	return &C.c12_flow_quality_effects{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_flow_quality_effects{})), event_cap: C.int64_t(len(f.report)), grade: narrow(pin, f.grade), reason: (*C.uint32_t)(column(pin, f.reason)),
		person: narrow(pin, f.person), due: (*C.c12_ns)(wide(pin, f.due)), held: narrow(pin, f.held), refusal: narrow(pin, f.refusal), order_refusal: narrow(pin, f.orderRefusal), replan: narrow(pin, f.replan),
		replan_qty: (*C.c12_qty)(wide(pin, f.replanQty)), event_report: wide(pin, f.report), event_order: narrow(pin, f.order), event_kind: narrow(pin, f.kind), event_by: narrow(pin, f.by), event_at: (*C.c12_ns)(wide(pin, f.at)),
		event_station: narrow(pin, f.station), event_scrap: (*C.c12_qty)(wide(pin, f.scrap)), postings: p}
}

// join takes the loop's events into the book's history: holds are numbered by their report.
func (b *OrderBook) join(f *defectEffects, n int) {
	for k := 0; k < n; k++ {
		e := OrderEvent{Order: f.order[k], Kind: f.kind[k], Station: f.station[k], By: f.by[k], At: f.at[k], Scrap: f.scrap[k]}
		if e.Kind == OrderDoHold || e.Kind == OrderDoLift {
			e.Value = int32(f.report[k])
		}
		b.events, b.refusal = append(b.events, e), append(b.refusal, 0)
	}
}
