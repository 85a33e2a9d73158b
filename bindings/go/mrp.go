// SPDX-License-Identifier: Apache-2.0

package c12

/*
#include "c12/mrp.h"
*/
import "C"

import (
	"runtime"
	"unsafe"
)

// How an item is obtained and its lots are sized; see c12/mrp.h.
const (
	Buy     int32 = C.C12_MRP_BUY
	Make    int32 = C.C12_MRP_MAKE
	Phantom int32 = C.C12_MRP_PHANTOM

	LotForLot   int32 = C.C12_MRP_LOT_FOR_LOT
	Fixed       int32 = C.C12_MRP_FIXED
	MinMultiple int32 = C.C12_MRP_MIN_MULTIPLE
	Periods     int32 = C.C12_MRP_PERIODS
	MinMax      int32 = C.C12_MRP_MIN_MAX

	EOQ          int32 = C.C12_MRP_EOQ
	SilverMeal   int32 = C.C12_MRP_SILVER_MEAL
	PartPeriod   int32 = C.C12_MRP_PART_PERIOD
	Groff        int32 = C.C12_MRP_GROFF
	WagnerWhitin int32 = C.C12_MRP_WAGNER_WHITIN
)

// Fields of an item that an edit sets.
const (
	OnHand      int32 = C.C12_MRP_FIELD_ON_HAND
	Safety      int32 = C.C12_MRP_FIELD_SAFETY
	LeadTime    int32 = C.C12_MRP_FIELD_LEAD_TIME
	LotRule     int32 = C.C12_MRP_FIELD_LOT_RULE
	LotSize     int32 = C.C12_MRP_FIELD_LOT_SIZE
	LotMin      int32 = C.C12_MRP_FIELD_LOT_MIN
	LotMax      int32 = C.C12_MRP_FIELD_LOT_MAX
	LotMultiple int32 = C.C12_MRP_FIELD_LOT_MULTIPLE
	LotPeriods  int32 = C.C12_MRP_FIELD_LOT_PERIODS
	OrderCost   int32 = C.C12_MRP_FIELD_ORDER_COST
	HoldingCost int32 = C.C12_MRP_FIELD_HOLDING_COST

	SafetyTime    int32 = C.C12_MRP_FIELD_SAFETY_TIME
	PlanningFence int32 = C.C12_MRP_FIELD_PLANNING_FENCE
	DemandFence   int32 = C.C12_MRP_FIELD_DEMAND_FENCE
	YieldPPM      int32 = C.C12_MRP_FIELD_YIELD_PPM
)

// What a demand row and a receipt row stand for.
const (
	Order     int32 = C.C12_MRP_ORDER
	Forecast  int32 = C.C12_MRP_FORECAST
	Scheduled int32 = C.C12_MRP_SCHEDULED
	Firm      int32 = C.C12_MRP_FIRM
)

// Requirements is a planning problem as columns: demand and receipts by row, the rest by item; a nil column takes its default.
type Requirements struct {
	Bom           *Bom
	Buckets       int
	DemandItem    []int32
	DemandBucket  []int32
	DemandQty     []int64
	ReceiptItem   []int32
	ReceiptBucket []int32 // -1 = overdue
	ReceiptQty    []int64
	Type          []int32 // Buy, Make, Phantom; nil = Buy
	OnHand        []int64
	Safety        []int64
	LeadTime      []int32
	LotRule       []int32
	LotSize       []int64
	LotMin        []int64
	LotMax        []int64
	LotMultiple   []int64
	LotPeriods    []int32
	OrderCost     []int64 // of one order; weighed against ...
	HoldingCost   []int64 // ... keeping one quantum for one bucket
	DemandKind    []int32 // Order, Forecast; nil = Order
	ReceiptKind   []int32 // Scheduled, Firm; nil = Scheduled
	SafetyTime    []int32 // buckets
	PlanningFence []int32 // first bucket in which a new order may be received
	DemandFence   []int32 // first bucket in which forecasts count
	YieldPPM      []int32 // good pieces of a million started; nil = a million
	SafetyItem    []int32 // safety stock by bucket, sorted by item, then bucket: from ...
	SafetyBucket  []int32 // ... this bucket on ...
	SafetyQty     []int64 // ... this much
	NegativeStock bool    // plan with stock below 0 instead of refusing it
	RefusePhantom bool    // refuse demand for a phantom
	MessageShift  int     // leave action messages about moves of at most this many buckets out ...
	MessageQty    int64   // ... and about receipts of less than this
}

// Room is what a Planner keeps free for changes; zero values suffice for reading.
type Room struct {
	Rows     int // demand and receipt rows that may be added
	Branches int // what-if branches open at a time
	Changed  int // item rows that all branches together may change
}

// Planner keeps a plan: it answers, takes changes, and shows what they would do in branches.  Close it when done.
type Planner struct {
	c       *C.c12_mrp
	items   int
	buckets int
}

func (r *Requirements) valid() error {
	n, d, s := r.Bom.Items(), len(r.DemandItem), len(r.ReceiptItem)
	return first(r.Bom.valid(), fits("demand_bucket", r.DemandBucket, d, d == 0), fits("demand_qty", r.DemandQty, d, d == 0),
		fits("receipt_bucket", r.ReceiptBucket, s, s == 0), fits("receipt_qty", r.ReceiptQty, s, s == 0),
		fits("item_type", r.Type, n, true), fits("on_hand", r.OnHand, n, true), fits("safety", r.Safety, n, true), fits("lead_time", r.LeadTime, n, true),
		fits("lot_rule", r.LotRule, n, true), fits("lot_size", r.LotSize, n, true), fits("lot_min", r.LotMin, n, true), fits("lot_max", r.LotMax, n, true),
		fits("lot_multiple", r.LotMultiple, n, true), fits("lot_periods", r.LotPeriods, n, true),
		fits("order_cost", r.OrderCost, n, true), fits("holding_cost", r.HoldingCost, n, true),
		fits("demand_kind", r.DemandKind, d, true), fits("receipt_kind", r.ReceiptKind, s, true), fits("safety_time", r.SafetyTime, n, true),
		fits("planning_fence", r.PlanningFence, n, true), fits("demand_fence", r.DemandFence, n, true), fits("yield_ppm", r.YieldPPM, n, true),
		fits("safety_bucket", r.SafetyBucket, len(r.SafetyItem), len(r.SafetyItem) == 0), fits("safety_qty", r.SafetyQty, len(r.SafetyItem), len(r.SafetyItem) == 0))
}

func flag(on bool) C.int32_t {
	if on {
		return 1
	}
	return 0
}

func (r *Requirements) c(pin *runtime.Pinner) *C.c12_mrp_input {
	bom := r.Bom.c(pin)
	pin.Pin(bom)
	q := func(rows []int64) *C.c12_qty { return (*C.c12_qty)(column(pin, rows)) }
	i := func(rows []int32) *C.int32_t { return (*C.int32_t)(column(pin, rows)) }
	return &C.c12_mrp_input{
		negative_stock: flag(r.NegativeStock), phantom_demand: flag(r.RefusePhantom), message_shift: C.int32_t(r.MessageShift), message_qty: C.c12_qty(r.MessageQty),
		demand_kind: i(r.DemandKind), receipt_kind: i(r.ReceiptKind), safety_time: i(r.SafetyTime), planning_fence: i(r.PlanningFence),
		demand_fence: i(r.DemandFence), yield_ppm: i(r.YieldPPM), n_safety: C.int64_t(len(r.SafetyItem)),
		safety_item: i(r.SafetyItem), safety_bucket: i(r.SafetyBucket), safety_qty: q(r.SafetyQty),
		struct_size: C.uint32_t(unsafe.Sizeof(C.c12_mrp_input{})), n_buckets: C.int32_t(r.Buckets),
		n_demand: C.int64_t(len(r.DemandItem)), n_receipts: C.int64_t(len(r.ReceiptItem)), bom: bom,
		demand_item: i(r.DemandItem), demand_bucket: i(r.DemandBucket), demand_qty: q(r.DemandQty),
		receipt_item: i(r.ReceiptItem), receipt_bucket: i(r.ReceiptBucket), receipt_qty: q(r.ReceiptQty),
		item_type: i(r.Type), on_hand: q(r.OnHand), safety: q(r.Safety), lead_time: i(r.LeadTime), lot_rule: i(r.LotRule),
		lot_size: q(r.LotSize), lot_min: q(r.LotMin), lot_max: q(r.LotMax), lot_multiple: q(r.LotMultiple), lot_periods: i(r.LotPeriods),
		order_cost: (*C.c12_money)(column(pin, r.OrderCost)), holding_cost: (*C.c12_money)(column(pin, r.HoldingCost)),
	}
}

// Plan makes a planner of the requirements and plans them; nothing of r is kept.
func (r *Requirements) Plan(room Room) (*Planner, error) {
	if err := r.valid(); err != nil {
		return nil, err
	}
	p := &Planner{items: r.Bom.Items(), buckets: r.Buckets}
	dims := C.c12_mrp_dims{
		struct_size: C.uint32_t(unsafe.Sizeof(C.c12_mrp_dims{})), items: C.int32_t(p.items), buckets: C.int32_t(r.Buckets),
		wide_rows: C.int32_t(p.items), lines: C.int64_t(len(r.Bom.LineChild)), demand: C.int64_t(len(r.DemandItem) + room.Rows),
		receipts: C.int64_t(len(r.ReceiptItem) + room.Rows), safety: C.int64_t(len(r.SafetyItem) + room.Rows), rare_lines: C.int64_t(len(r.Bom.LineChild)), branches: C.int32_t(room.Branches), branch_rows: C.int32_t(room.Changed),
		branch_events: C.int64_t(64 * room.Changed),
	}
	err := call(new(runtime.Pinner), func(e *C.c12_error) C.c12_status { return C.c12_mrp_create(&p.c, &dims, nil, e) })
	if err != nil {
		return nil, err
	}
	pin := new(runtime.Pinner)
	err = call(pin, func(e *C.c12_error) C.c12_status {
		if s := C.c12_mrp_load(p.c, r.c(pin), e); s != C.C12_OK {
			return s
		}
		return C.c12_mrp_solve(p.c, 0, nil, nil, nil, e)
	})
	if err != nil {
		p.Close()
		return nil, err
	}
	return p, nil
}

// Close gives the planner's memory back.
func (p *Planner) Close() {
	C.c12_mrp_destroy(p.c)
	p.c = nil
}

// Row is one item's time-phased table.
type Row struct {
	Level                                        int32
	PastDue                                      int64
	Gross, Receipts, Planned, Release, Projected []int64
}

// Row reads an item's row; branch 0 is the plan itself.
func (p *Planner) Row(branch, item int32) (*Row, error) {
	cells := func() []int64 { return make([]int64, p.buckets) }
	r := &Row{Gross: cells(), Receipts: cells(), Planned: cells(), Release: cells(), Projected: cells()}
	pin := new(runtime.Pinner)
	q := func(rows []int64) *C.c12_qty { return (*C.c12_qty)(column(pin, rows)) }
	row := C.c12_mrp_row{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_mrp_row{})), gross: q(r.Gross), receipts: q(r.Receipts), planned: q(r.Planned), release: q(r.Release), projected: q(r.Projected)}
	if err := call(pin, func(e *C.c12_error) C.c12_status {
		return C.c12_mrp_get(p.c, C.int32_t(branch), C.int32_t(item), &row, e)
	}); err != nil {
		return nil, err
	}
	r.Level, r.PastDue = int32(row.level), int64(row.past_due)
	return r, nil
}

// Moved is a planned receipt that a change or a comparison found different.
type Moved struct {
	Item, Bucket  int32
	Before, After int64
}

const movedCap = 4096

// change applies one edit and tells the first planned receipts that moved, and how many did.
func (p *Planner) change(branch int32, edit C.c12_mrp_edit) ([]Moved, int64, error) {
	return p.moved(func(d *C.c12_mrp_delta, e *C.c12_error) C.c12_status {
		return C.c12_mrp_change(p.c, C.int32_t(branch), &edit, 1, d, e)
	})
}

func (p *Planner) moved(f func(d *C.c12_mrp_delta, e *C.c12_error) C.c12_status) ([]Moved, int64, error) {
	pin, item, bucket := new(runtime.Pinner), make([]int32, movedCap), make([]int32, movedCap)
	before, after := make([]int64, movedCap), make([]int64, movedCap)
	d := C.c12_mrp_delta{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_mrp_delta{})), cap: movedCap, item: (*C.int32_t)(column(pin, item)), bucket: (*C.int32_t)(column(pin, bucket)),
		before: (*C.c12_qty)(column(pin, before)), after: (*C.c12_qty)(column(pin, after))}
	if err := call(pin, func(e *C.c12_error) C.c12_status { return f(&d, e) }); err != nil {
		return nil, 0, err
	}
	out := make([]Moved, min(int64(d.count), movedCap))
	for k := range out {
		out[k] = Moved{item[k], bucket[k], before[k], after[k]}
	}
	return out, int64(d.count), nil
}

// SetItem changes one field of an item; the result is what moved (the first 4096) and how much did.
func (p *Planner) SetItem(branch, item, field int32, value int64) ([]Moved, int64, error) {
	return p.change(branch, C.c12_mrp_edit{kind: C.C12_MRP_EDIT_ITEM, field: C.int32_t(field), item: C.int32_t(item), value: C.int64_t(value)})
}

// SetDemand changes a demand row.
func (p *Planner) SetDemand(branch int32, row int64, bucket int32, qty int64) ([]Moved, int64, error) {
	return p.change(branch, C.c12_mrp_edit{kind: C.C12_MRP_EDIT_DEMAND, row: C.int64_t(row), bucket: C.int32_t(bucket), value: C.int64_t(qty)})
}

// AddDemand adds a demand row, numbered on.
func (p *Planner) AddDemand(branch, item, bucket int32, qty int64) ([]Moved, int64, error) {
	return p.change(branch, C.c12_mrp_edit{kind: C.C12_MRP_EDIT_DEMAND, row: -1, item: C.int32_t(item), bucket: C.int32_t(bucket), value: C.int64_t(qty)})
}

// Branch opens a what-if branch of another (0 = the plan) and gives its number.
func (p *Planner) Branch(from int32) (int32, error) {
	var b C.int32_t
	err := call(new(runtime.Pinner), func(e *C.c12_error) C.c12_status { return C.c12_mrp_branch(p.c, C.int32_t(from), &b, e) })
	return int32(b), err
}

// Drop closes a branch and forgets it.
func (p *Planner) Drop(branch int32) error {
	return call(new(runtime.Pinner), func(e *C.c12_error) C.c12_status { return C.c12_mrp_drop(p.c, C.int32_t(branch), e) })
}

// Commit makes a branch the plan.
func (p *Planner) Commit(branch int32) error {
	return call(new(runtime.Pinner), func(e *C.c12_error) C.c12_status { return C.c12_mrp_commit(p.c, C.int32_t(branch), e) })
}

// Diff compares two branches.
func (p *Planner) Diff(a, b int32) ([]Moved, int64, error) {
	return p.moved(func(d *C.c12_mrp_delta, e *C.c12_error) C.c12_status {
		return C.c12_mrp_diff(p.c, C.int32_t(a), C.int32_t(b), d, e)
	})
}

// Waiting is demand that waits for a requirement.
type Waiting struct {
	Row          int64
	Item, Bucket int32
	Qty          int64
}

// Substitute says that Num / Den of Other do for one of Item; 0 / 0 stands for 1 / 1.
type Substitute struct {
	Item, Other int32
	Num, Den    int64
}

// Transfer is what stands in for an order: Qty of Item, for which Taken of Other is used in Bucket; Demand and Receipt are the rows that stand for it.
type Transfer struct {
	Item, Other, Bucket         int32
	Qty, Taken, Demand, Receipt int64
}

const transferCap = 4096

// Substitute covers what items are short of from others' free stock before it is ordered, or only instead of late orders.  Rows come sorted by item, those of
// one item in the order in which they are tried; the plan has room for a demand and a receipt row a transfer.  The result is the first 4096 and how many there were.
func (p *Planner) Substitute(branch int32, rows []Substitute, onlyLate bool) ([]Transfer, int64, error) {
	n, pin := len(rows), new(runtime.Pinner)
	item, other, num, den := make([]int32, n), make([]int32, n), make([]int64, n), make([]int64, n)
	for k, r := range rows {
		if r.Num == 0 && r.Den == 0 {
			r.Num, r.Den = 1, 1
		}
		item[k], other[k], num[k], den[k] = r.Item, r.Other, r.Num, r.Den
	}
	in := C.c12_mrp_substitutes{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_mrp_substitutes{})), n: C.int64_t(n), item: (*C.int32_t)(column(pin, item)), other: (*C.int32_t)(column(pin, other)),
		num: (*C.int64_t)(column(pin, num)), den: (*C.int64_t)(column(pin, den))}
	if onlyLate {
		in.only_late = 1
	}
	narrow, wide := make([]int32, 3*transferCap), make([]int64, 4*transferCap)
	i := func(k int) *C.int32_t { return (*C.int32_t)(column(pin, narrow[k*transferCap:])) }
	w := func(k int) *C.int64_t { return (*C.int64_t)(column(pin, wide[k*transferCap:])) }
	out := C.c12_mrp_transfers{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_mrp_transfers{})), cap: transferCap, item: i(0), other: i(1), bucket: i(2),
		qty: (*C.c12_qty)(w(0)), taken: (*C.c12_qty)(w(1)), demand: w(2), receipt: w(3)}
	if err := call(pin, func(e *C.c12_error) C.c12_status { return C.c12_mrp_substitute(p.c, C.int32_t(branch), &in, &out, e) }); err != nil {
		return nil, 0, err
	}
	made := make([]Transfer, min(int64(out.count), transferCap))
	for k := range made {
		made[k] = Transfer{narrow[k], narrow[transferCap+k], narrow[2*transferCap+k], wide[k], wide[transferCap+k], wide[2*transferCap+k], wide[3*transferCap+k]}
	}
	return made, int64(out.count), nil
}

// PegUp finds the demand that waits for an item's requirement in a bucket, through every level.
func (p *Planner) PegUp(branch, item, bucket int32) ([]Waiting, error) {
	for n := 64; ; {
		pin, row, qty, of, at := new(runtime.Pinner), make([]int64, n), make([]int64, n), make([]int32, n), make([]int32, n)
		d := C.c12_mrp_demands{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_mrp_demands{})), cap: C.int64_t(n), row: (*C.int64_t)(column(pin, row)),
			qty: (*C.c12_qty)(column(pin, qty)), item: (*C.int32_t)(column(pin, of)), bucket: (*C.int32_t)(column(pin, at))}
		err := call(pin, func(e *C.c12_error) C.c12_status {
			return C.c12_mrp_peg_up(p.c, C.int32_t(branch), C.int32_t(item), C.int32_t(bucket), &d, e)
		})
		if err != nil {
			return nil, err
		}
		if int(d.count) > n {
			n = int(d.count)
			continue
		}
		out := make([]Waiting, d.count)
		for k := range out {
			out[k] = Waiting{row[k], of[k], at[k], qty[k]}
		}
		return out, nil
	}
}

// Where a quantity comes from.
const (
	FromStock     int32 = C.C12_MRP_FROM_STOCK
	FromReceipt   int32 = C.C12_MRP_FROM_RECEIPT
	FromOrder     int32 = C.C12_MRP_FROM_ORDER
	FromNothing   int32 = C.C12_MRP_FROM_NOTHING
	FromByProduct int32 = C.C12_MRP_FROM_BY_PRODUCT
)

// Feed is supply that feeds an order: Row of a receipt, Bucket when it is available.
type Feed struct {
	Item, From, Bucket int32
	Row, Qty           int64
}

// PegDown tells what feeds the planned order of an item received in a bucket, through every level.
func (p *Planner) PegDown(branch, item, bucket int32) ([]Feed, error) {
	return feeds(func(f *C.c12_mrp_feeds, e *C.c12_error) C.c12_status {
		return C.c12_mrp_peg_down(p.c, C.int32_t(branch), C.int32_t(item), C.int32_t(bucket), f, e)
	})
}

// PegDemand tells what feeds a demand row, from its own item's supply down.
func (p *Planner) PegDemand(branch int32, row int64) ([]Feed, error) {
	return feeds(func(f *C.c12_mrp_feeds, e *C.c12_error) C.c12_status {
		return C.c12_mrp_peg_demand(p.c, C.int32_t(branch), C.int64_t(row), f, e)
	})
}

func feeds(ask func(f *C.c12_mrp_feeds, e *C.c12_error) C.c12_status) ([]Feed, error) {
	for n := 256; ; {
		pin, item, from, at := new(runtime.Pinner), make([]int32, n), make([]int32, n), make([]int32, n)
		row, qty := make([]int64, n), make([]int64, n)
		f := C.c12_mrp_feeds{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_mrp_feeds{})), cap: C.int64_t(n), item: (*C.int32_t)(column(pin, item)), kind: (*C.int32_t)(column(pin, from)),
			bucket: (*C.int32_t)(column(pin, at)), row: (*C.int64_t)(column(pin, row)), qty: (*C.c12_qty)(column(pin, qty))}
		if err := call(pin, func(e *C.c12_error) C.c12_status { return ask(&f, e) }); err != nil {
			return nil, err
		}
		if int(f.count) > n {
			n = int(f.count)
			continue
		}
		out := make([]Feed, f.count)
		for k := range out {
			out[k] = Feed{item[k], from[k], at[k], row[k], qty[k]}
		}
		return out, nil
	}
}

// Promise says when a new order can be met (Bucket, -1 = not within the horizon); when it cannot as wanted, Item is short of Late or would
// have to be released that much before bucket 0, else Item is -1.
type Promise struct {
	Bucket, Item int32
	Late         int64
}

// Quote finds the first bucket from the wanted one on in which a new order can be met through every level; the plan stays as it is.
func (p *Planner) Quote(branch, item, bucket int32, qty int64) (Promise, error) {
	o := C.c12_mrp_promise{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_mrp_promise{}))}
	err := call(new(runtime.Pinner), func(e *C.c12_error) C.c12_status {
		return C.c12_mrp_quote(p.c, C.int32_t(branch), C.int32_t(item), C.int32_t(bucket), C.c12_qty(qty), &o, e)
	})
	return Promise{int32(o.bucket), int32(o.item), int64(o.late)}, err
}

// Explain says in sentences, rule by rule, why a cell is what it is.
func (p *Planner) Explain(branch, item, bucket int32) (string, error) {
	pin, text := new(runtime.Pinner), make([]byte, 2048)
	w := C.c12_mrp_why{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_mrp_why{})), text: (*C.char)(column(pin, text)), text_cap: 2048}
	err := call(pin, func(e *C.c12_error) C.c12_status {
		return C.c12_mrp_explain(p.c, C.int32_t(branch), C.int32_t(item), C.int32_t(bucket), &w, e)
	})
	if err != nil {
		return "", err
	}
	return C.GoString((*C.char)(unsafe.Pointer(unsafe.SliceData(text)))), nil
}

// ATP is what can still be promised by the end of each bucket.
func (p *Planner) ATP(branch, item int32) ([]int64, error) {
	pin, qty := new(runtime.Pinner), make([]int64, p.buckets)
	err := call(pin, func(e *C.c12_error) C.c12_status {
		return C.c12_mrp_atp(p.c, C.int32_t(branch), C.int32_t(item), C.C12_MRP_ATP_CUMULATIVE, (*C.c12_qty)(column(pin, qty)), e)
	})
	return orNil(qty, err)
}
