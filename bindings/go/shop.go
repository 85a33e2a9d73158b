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
func ShopAccountName(account int32) string {
	return C.GoString(C.c12_flow_account_name(C.int32_t(account)))
}

// ShopStep is one thing that happens to a purchase or a sale; By -1 = a machine, Amount is a price or a payment in millionths.
type ShopStep struct {
	Row, Kind, By        int32
	At, Qty, Bad, Amount int64
}

// ShopEntry is a debit (positive) or a credit; the entries of a step add up to 0.
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

func newShopRun(pin *runtime.Pinner, steps []ShopStep) *shopRun {
	n := len(steps)
	row, kind, by := make([]int32, n), make([]int32, n), make([]int32, n)
	at, qty, bad, amount := make([]int64, n), make([]int64, n), make([]int64, n), make([]int64, n)
	for k, s := range steps {
		row[k], kind[k], by[k], at[k], qty[k], bad[k], amount[k] = s.Row, s.Kind, s.By, s.At, s.Qty, s.Bad, s.Amount
	}
	r := &shopRun{refusal: make([]int32, n), expected: make([]int64, n), actual: make([]int64, n), moveStep: make([]int64, 2*n), moveQty: make([]int64, 2*n), entryStep: make([]int64, 3*n), entryMoney: make([]int64, 3*n),
		moveKind: make([]int32, 2*n), moveItem: make([]int32, 2*n), moveFrom: make([]int32, 2*n), moveTo: make([]int32, 2*n), account: make([]int32, 3*n)}
	r.c = C.c12_flow_steps{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_flow_steps{})), n: C.int64_t(n), row: narrow(pin, row), kind: narrow(pin, kind), by: narrow(pin, by), at: (*C.c12_ns)(wide(pin, at)),
		qty: (*C.c12_qty)(wide(pin, qty)), bad: (*C.c12_qty)(wide(pin, bad)), amount: (*C.c12_money)(wide(pin, amount))}
	r.p = C.c12_flow_postings{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_flow_postings{})), move_cap: C.int64_t(2 * n), entry_cap: C.int64_t(3 * n), move_step: wide(pin, r.moveStep), move_kind: narrow(pin, r.moveKind),
		move_item: narrow(pin, r.moveItem), move_from: narrow(pin, r.moveFrom), move_to: narrow(pin, r.moveTo), move_qty: (*C.c12_qty)(wide(pin, r.moveQty)), entry_step: wide(pin, r.entryStep),
		entry_account: narrow(pin, r.account), entry_amount: (*C.c12_money)(wide(pin, r.entryMoney))}
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
