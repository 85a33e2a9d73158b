// SPDX-License-Identifier: Apache-2.0

package c12

/*
#include "c12/buy.h"
*/
import "C"

import (
	"runtime"
	"unsafe"
)

// Which offer is taken, and what a buyer has to do about a requisition; see c12/buy.h.
const (
	Preferred int32 = C.C12_BUY_PREFERRED
	Cheapest  int32 = C.C12_BUY_CHEAPEST
	Earliest  int32 = C.C12_BUY_EARLIEST

	OnTime   int32 = C.C12_BUY_ON_TIME
	Expedite int32 = C.C12_BUY_EXPEDITE
	NoOffer  int32 = C.C12_BUY_NO_OFFER
)

// Purchasing is a list of requirements and the offers that may cover them, as columns; a nil column takes its default.
type Purchasing struct {
	Items, Suppliers int
	Today            int32 // first bucket in which an order can be placed
	NeedItem         []int32
	NeedBucket       []int32
	NeedQty          []int64
	OfferItem        []int32
	OfferSupplier    []int32 // nil = supplier 0
	OfferPriority    []int32 // lower is preferred
	OfferLead        []int32 // working buckets from order to arrival
	OfferMOQ         []int64
	OfferMultiple    []int64 // nil = 1
	OfferMax         []int64 // 0 = none
	OfferPrice       []int64 // of OfferPer quanta
	OfferPer         []int64 // nil = 1
	BreakOff         []int64 // offers + 1; nil = no breaks
	BreakFrom        []int64
	BreakPrice       []int64
	SupplierCalendar []int32 // -1 = always open; nil = -1
	ClosedOff        []int64 // calendars + 1
	Closed           []int32 // rising within a calendar
}

// BuyOptions choose among offers; the zero value takes the preferred one in time, the earliest when none is.
type BuyOptions struct {
	Policy      int32
	KeepPolicy  bool  // keep to the policy when no offer is in time
	Consolidate int32 // join an item's requirements within so many buckets; 0 = 1
	OrderWindow int32 // one purchase order for a supplier's order dates within so many buckets; 0 = 1
	BuyUp       bool  // order more where a price break makes it cheaper
}

// Requisition is one row of the buyer's list.
type Requisition struct {
	Need                                  int64 // first requirement row behind it
	Item, Offer, Supplier, PurchaseOrder  int32 // -1 = none
	OrderBucket, NeedBucket, ArriveBucket int32
	Overdue, Late, Message                int32
	Required, Qty, Lots, UnitPrice, Cost  int64
}

func (p *Purchasing) valid() error {
	n, m, breaks, closed := len(p.NeedItem), len(p.OfferItem), 0, 0
	if len(p.BreakOff) > m {
		breaks = int(p.BreakOff[m])
	}
	if k := len(p.ClosedOff); k > 0 {
		closed = int(p.ClosedOff[k-1])
	}
	return first(fits("need_bucket", p.NeedBucket, n, n == 0), fits("need_qty", p.NeedQty, n, n == 0),
		fits("offer_supplier", p.OfferSupplier, m, true), fits("offer_priority", p.OfferPriority, m, true), fits("offer_lead", p.OfferLead, m, true),
		fits("offer_moq", p.OfferMOQ, m, true), fits("offer_multiple", p.OfferMultiple, m, true), fits("offer_max", p.OfferMax, m, true),
		fits("offer_price", p.OfferPrice, m, true), fits("offer_per", p.OfferPer, m, true), fits("break_off", p.BreakOff, m+1, true),
		fits("break_from", p.BreakFrom, breaks, true), fits("break_price", p.BreakPrice, breaks, true),
		fits("supplier_calendar", p.SupplierCalendar, p.Suppliers, true), fits("closed", p.Closed, closed, true))
}

func (p *Purchasing) c(pin *runtime.Pinner) *C.c12_buy_input {
	q := func(rows []int64) *C.c12_qty { return (*C.c12_qty)(column(pin, rows)) }
	i := func(rows []int32) *C.int32_t { return (*C.int32_t)(column(pin, rows)) }
	return &C.c12_buy_input{
		struct_size: C.uint32_t(unsafe.Sizeof(C.c12_buy_input{})), n_items: C.int32_t(p.Items), n_needs: C.int64_t(len(p.NeedItem)), n_offers: C.int64_t(len(p.OfferItem)),
		n_suppliers: C.int32_t(p.Suppliers), n_calendars: C.int32_t(p.calendars()), today: C.int32_t(p.Today),
		need_item: i(p.NeedItem), need_bucket: i(p.NeedBucket), need_qty: q(p.NeedQty),
		offer_item: i(p.OfferItem), offer_supplier: i(p.OfferSupplier), offer_priority: i(p.OfferPriority), offer_lead: i(p.OfferLead),
		offer_moq: q(p.OfferMOQ), offer_multiple: q(p.OfferMultiple), offer_max: q(p.OfferMax), offer_price: (*C.c12_money)(column(pin, p.OfferPrice)), offer_per: q(p.OfferPer),
		break_off: (*C.int64_t)(column(pin, p.BreakOff)), break_from: q(p.BreakFrom), break_price: (*C.c12_money)(column(pin, p.BreakPrice)),
		supplier_calendar: i(p.SupplierCalendar), closed_off: (*C.int64_t)(column(pin, p.ClosedOff)), closed: i(p.Closed),
	}
}

func (p *Purchasing) calendars() int { return max(len(p.ClosedOff)-1, 0) }

// Requisitions makes the buyer's list, sorted by item and requirement bucket, and judges it with the independent checker.
func (p *Purchasing) Requisitions(o BuyOptions) ([]Requisition, error) {
	if err := p.valid(); err != nil {
		return nil, err
	}
	n := 2 * len(p.NeedItem)
	narrow, wide := make([]int32, 10*n+10), make([]int64, 6*n+6)
	pin := new(runtime.Pinner)
	i := func(k int) *C.int32_t { return (*C.int32_t)(column(pin, narrow[k*n:])) }
	w := func(k int) *C.int64_t { return (*C.int64_t)(column(pin, wide[k*n:])) }
	plan := C.c12_buy_plan{
		struct_size: C.uint32_t(unsafe.Sizeof(C.c12_buy_plan{})), cap: C.int64_t(n),
		item: i(0), offer: i(1), supplier: i(2), purchase_order: i(3), order_bucket: i(4), need_bucket: i(5), arrive_bucket: i(6), overdue: i(7), late: i(8), message: i(9),
		need: w(0), required: (*C.c12_qty)(w(1)), qty: (*C.c12_qty)(w(2)), lots: w(3), unit_price: (*C.c12_money)(w(4)), cost: (*C.c12_money)(w(5)),
	}
	options := C.c12_buy_options{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_buy_options{})), policy: C.int32_t(o.Policy), consolidate: C.int32_t(o.Consolidate), order_window: C.int32_t(o.OrderWindow)}
	if o.KeepPolicy {
		options.late_rule = C.C12_BUY_LATE_POLICY
	}
	if o.BuyUp {
		options.buy_up = 1
	}
	verdict := C.c12_verdict{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_verdict{}))}
	err := call(pin, func(e *C.c12_error) C.c12_status {
		size := C.c12_buy_scratch(C.int32_t(p.Items), C.int64_t(len(p.NeedItem)), C.int64_t(len(p.OfferItem)), C.int32_t(p.calendars()))
		scratch := C.c12_mem{ptr: column(pin, make([]byte, int(size))), size: size}
		in := p.c(pin)
		if s := C.c12_buy_requisitions(in, &options, &plan, scratch, e); s != C.C12_OK {
			return s
		}
		return C.c12_buy_check(in, &options, &plan, &verdict, scratch, e)
	})
	if err != nil {
		return nil, err
	}
	if verdict.violations > 0 {
		return nil, &Error{Status: ErrInternal, What: C.GoString(verdict.rule), Row: int64(verdict.row)}
	}
	out := make([]Requisition, plan.count)
	for k := range out {
		at := func(column int) int32 { return narrow[column*n+k] }
		out[k] = Requisition{wide[k], at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7), at(8), at(9), wide[n+k], wide[2*n+k], wide[3*n+k], wide[4*n+k], wide[5*n+k]}
	}
	return out, nil
}

// ABC gives each item its class, 0 = A, by usage value qty * unitCost; aPPM and bPPM are the shares A, and A with B, take (0 = 800000, 950000).
func ABC(qty, unitCost []int64, aPPM, bPPM int32) ([]int32, error) {
	if err := fits("unit_cost", unitCost, len(qty), false); err != nil {
		return nil, err
	}
	pin, kind := new(runtime.Pinner), make([]int32, len(qty))
	err := call(pin, func(e *C.c12_error) C.c12_status {
		size := C.c12_buy_abc_scratch(C.int32_t(len(qty)))
		scratch := C.c12_mem{ptr: column(pin, make([]byte, int(size))), size: size}
		in := C.c12_buy_usage{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_buy_usage{})), n_items: C.int32_t(len(qty)), a_ppm: C.int32_t(aPPM), b_ppm: C.int32_t(bPPM),
			qty: (*C.c12_qty)(column(pin, qty)), unit_cost: (*C.c12_money)(column(pin, unitCost))}
		out := C.c12_buy_classes{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_buy_classes{})), abc_class: (*C.int32_t)(column(pin, kind))}
		return C.c12_buy_abc(&in, &out, scratch, e)
	})
	return orNil(kind, err)
}
