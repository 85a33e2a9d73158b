// SPDX-License-Identifier: Apache-2.0

package c12

/*
#include "c12/mrp.h"
*/
import "C"

import (
	"errors"
	"runtime"
	"unsafe"
)

// DateRequirements is a planning problem without buckets: dates are whole units (days, seconds) on the caller's axis, lead times working units of
// calendars.  Demand and receipts by row, the rest by item; a nil column takes its default.
type DateRequirements struct {
	Bom         *Bom  // LineFrom and LineTo count units from Origin
	Today       int64 // first date of the plan; what lies before is past due
	Horizon     int64 // first date beyond it
	Origin      int64
	DemandItem  []int32
	DemandDate  []int64
	DemandQty   []int64
	ReceiptItem []int32
	ReceiptDate []int64
	ReceiptQty  []int64
	Type        []int32 // Buy, Make, Phantom; nil = Buy
	OnHand      []int64
	Safety      []int64
	LeadTime    []int32
	LotRule     []int32
	LotSize     []int64
	LotMin      []int64
	LotMax      []int64
	LotMultiple []int64
	LotPeriods  []int32
	OrderCost   []int64 // of one order; weighed against ...
	HoldingCost []int64 // ... keeping one quantum for one unit of time
	Calendar    []int32 // -1 = every unit works; nil = -1
	CalendarOff []int64 // calendars + 1, into ...
	WindowFrom  []int64 // ... working time, half-open, sorted
	WindowTo    []int64

	DemandKind    []int32 // Order, Forecast; nil = Order
	ReceiptKind   []int32 // Scheduled, Firm; nil = Scheduled
	SafetyTime    []int32 // units
	PlanningFence []int32 // units from Today within which no new order is received
	DemandFence   []int32 // units from Today within which forecasts do not count
	YieldPPM      []int32 // good pieces of a million started; nil = a million
	SafetyItem    []int32 // safety stock by date, sorted by item, then date: from ...
	SafetyDate    []int64 // ... this date on ...
	SafetyQty     []int64 // ... this much
	NegativeStock bool    // plan with stock below 0 instead of refusing it
	RefusePhantom bool    // refuse demand for a phantom
	MessageShift  int64   // leave messages about moves by at most so many units out ...
	MessageQty    int64   // ... and about receipts of less than this
}

// DateOrder is a planned order, firm and new ones of a date together.  Late is 0, or by how many units after Due a past-due order can be there;
// -1 = its calendar ends before.  Qty good pieces come out of Started.
type DateOrder struct {
	Item               int32
	Release, Due, Late int64
	Qty, Started       int64
}

// What a message is about.
const (
	MessagePastDueRelease int32 = C.C12_MRP_PAST_DUE_RELEASE
	MessageExpedite       int32 = C.C12_MRP_EXPEDITE
	MessageDefer          int32 = C.C12_MRP_DEFER
	MessageCancel         int32 = C.C12_MRP_CANCEL
	MessageOverdueReceipt int32 = C.C12_MRP_OVERDUE_RECEIPT
	MessageFenceShortage  int32 = C.C12_MRP_FENCE_SHORTAGE
)

// DateMessage is what a planner has to look at; To is -1 where there is no new date.
type DateMessage struct {
	Item, Kind    int32
	Date, To, Qty int64
}

func (r *DateRequirements) valid() error {
	if r.Bom == nil {
		return &Error{Status: ErrArg, What: "no bill of materials", Field: "bom", Row: -1}
	}
	n, d, s, windows := r.Bom.Items(), len(r.DemandItem), len(r.ReceiptItem), 0
	if k := len(r.CalendarOff); k > 0 {
		windows = int(r.CalendarOff[k-1])
	}
	return first(r.Bom.valid(), fits("demand_date", r.DemandDate, d, d == 0), fits("demand_qty", r.DemandQty, d, d == 0),
		fits("receipt_date", r.ReceiptDate, s, s == 0), fits("receipt_qty", r.ReceiptQty, s, s == 0),
		fits("item_type", r.Type, n, true), fits("on_hand", r.OnHand, n, true), fits("safety", r.Safety, n, true), fits("lead_time", r.LeadTime, n, true),
		fits("lot_rule", r.LotRule, n, true), fits("lot_size", r.LotSize, n, true), fits("lot_min", r.LotMin, n, true), fits("lot_max", r.LotMax, n, true),
		fits("lot_multiple", r.LotMultiple, n, true), fits("lot_periods", r.LotPeriods, n, true), fits("order_cost", r.OrderCost, n, true),
		fits("holding_cost", r.HoldingCost, n, true), fits("item_calendar", r.Calendar, n, true),
		fits("demand_kind", r.DemandKind, d, true), fits("receipt_kind", r.ReceiptKind, s, true), fits("safety_time", r.SafetyTime, n, true),
		fits("planning_fence", r.PlanningFence, n, true), fits("demand_fence", r.DemandFence, n, true), fits("yield_ppm", r.YieldPPM, n, true),
		fits("safety_date", r.SafetyDate, len(r.SafetyItem), len(r.SafetyItem) == 0), fits("safety_qty", r.SafetyQty, len(r.SafetyItem), len(r.SafetyItem) == 0),
		fits("window_from", r.WindowFrom, windows, windows == 0), fits("window_to", r.WindowTo, windows, windows == 0))
}

func (r *DateRequirements) calendars() int { return max(len(r.CalendarOff)-1, 0) }

func (r *DateRequirements) c(pin *runtime.Pinner, room int64) *C.c12_mrp_date_input {
	bom := r.Bom.c(pin)
	pin.Pin(bom)
	q := func(rows []int64) *C.c12_qty { return (*C.c12_qty)(column(pin, rows)) }
	t := func(rows []int64) *C.c12_tick { return (*C.c12_tick)(column(pin, rows)) }
	m := func(rows []int64) *C.c12_money { return (*C.c12_money)(column(pin, rows)) }
	i := func(rows []int32) *C.int32_t { return (*C.int32_t)(column(pin, rows)) }
	return &C.c12_mrp_date_input{
		struct_size: C.uint32_t(unsafe.Sizeof(C.c12_mrp_date_input{})), n_demand: C.int64_t(len(r.DemandItem)), n_receipts: C.int64_t(len(r.ReceiptItem)),
		order_room: C.int64_t(room), today: C.c12_tick(r.Today), horizon: C.c12_tick(r.Horizon), origin: C.c12_tick(r.Origin), n_calendars: C.int32_t(r.calendars()), bom: bom,
		demand_item: i(r.DemandItem), demand_date: t(r.DemandDate), demand_qty: q(r.DemandQty), receipt_item: i(r.ReceiptItem), receipt_date: t(r.ReceiptDate), receipt_qty: q(r.ReceiptQty),
		item_type: i(r.Type), on_hand: q(r.OnHand), safety: q(r.Safety), lead_time: i(r.LeadTime), lot_rule: i(r.LotRule), lot_size: q(r.LotSize), lot_min: q(r.LotMin),
		lot_max: q(r.LotMax), lot_multiple: q(r.LotMultiple), lot_periods: i(r.LotPeriods), order_cost: m(r.OrderCost), holding_cost: m(r.HoldingCost),
		item_calendar: i(r.Calendar), calendar_off: (*C.int64_t)(column(pin, r.CalendarOff)), window_from: t(r.WindowFrom), window_to: t(r.WindowTo),
		demand_kind: i(r.DemandKind), receipt_kind: i(r.ReceiptKind), safety_time: i(r.SafetyTime), planning_fence: i(r.PlanningFence),
		demand_fence: i(r.DemandFence), yield_ppm: i(r.YieldPPM), n_safety: C.int64_t(len(r.SafetyItem)),
		safety_item: i(r.SafetyItem), safety_date: t(r.SafetyDate), safety_qty: q(r.SafetyQty),
		negative_stock: flag(r.NegativeStock), phantom_demand: flag(r.RefusePhantom), message_shift: C.c12_tick(r.MessageShift), message_qty: C.c12_qty(r.MessageQty),
	}
}

// Plan nets the requirements and judges the plan with the independent checker.  Orders come by item and due date, phantoms' included; messages by item and date.
func (r *DateRequirements) Plan() ([]DateOrder, []DateMessage, error) {
	if err := r.valid(); err != nil {
		return nil, nil, err
	}
	for room := int64(r.Bom.Items() + 4*len(r.DemandItem)); ; {
		orders, messages, err := r.planInto(room)
		var full *Error
		if !errors.As(err, &full) || full.Status != ErrSpace || full.Field != "order_room" {
			return orders, messages, err
		}
		room = full.Value
	}
}

// planInto plans twice with room for so many orders: once to count, once to write.
func (r *DateRequirements) planInto(room int64) (orders []DateOrder, messages []DateMessage, err error) {
	pin := new(runtime.Pinner)
	plan := C.c12_mrp_date_plan{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_mrp_date_plan{}))}
	verdict := C.c12_verdict{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_verdict{}))}
	var narrow []int32
	var wide []int64
	err = call(pin, func(e *C.c12_error) C.c12_status {
		in := r.c(pin, room)
		size := C.c12_mrp_date_scratch(C.int32_t(r.Bom.Items()), C.int64_t(len(r.Bom.LineChild)), in.n_demand, in.n_receipts, in.n_safety, in.order_room)
		scratch := C.c12_mem{ptr: column(pin, make([]byte, int(size))), size: size}
		if s := C.c12_mrp_date_net(in, &plan, scratch, e); s != C.C12_OK {
			return s
		}
		n, k := int(plan.order_count), int(plan.exc_count)
		narrow, wide = make([]int32, n+2*k+1), make([]int64, 5*n+3*k+1)
		i := func(at int) *C.int32_t { return (*C.int32_t)(column(pin, narrow[at:])) }
		w := func(at int) *C.int64_t { return (*C.int64_t)(column(pin, wide[at:])) }
		plan.order_cap, plan.exc_cap = plan.order_count, plan.exc_count
		plan.order_item, plan.exc_item, plan.exc_kind = i(0), i(n), i(n+k)
		plan.order_due, plan.order_release, plan.order_late = (*C.c12_tick)(w(0)), (*C.c12_tick)(w(n)), (*C.c12_tick)(w(2*n))
		plan.order_qty, plan.order_started, plan.exc_qty = (*C.c12_qty)(w(3*n)), (*C.c12_qty)(w(4*n)), (*C.c12_qty)(w(5*n))
		plan.exc_date, plan.exc_to = (*C.c12_tick)(w(5*n+k)), (*C.c12_tick)(w(5*n+2*k))
		if s := C.c12_mrp_date_net(in, &plan, scratch, e); s != C.C12_OK {
			return s
		}
		return C.c12_mrp_date_check(in, &plan, &verdict, scratch, e)
	})
	if err != nil {
		return nil, nil, err
	}
	if verdict.violations > 0 {
		return nil, nil, &Error{Status: ErrInternal, What: C.GoString(verdict.rule), Row: int64(verdict.row)}
	}
	n, k := int(plan.order_count), int(plan.exc_count)
	for o := 0; o < n; o++ {
		orders = append(orders, DateOrder{Item: narrow[o], Due: wide[o], Release: wide[n+o], Late: wide[2*n+o], Qty: wide[3*n+o], Started: wide[4*n+o]})
	}
	for m := 0; m < k; m++ {
		messages = append(messages, DateMessage{Item: narrow[n+m], Kind: narrow[n+k+m], Qty: wide[5*n+m], Date: wide[5*n+k+m], To: wide[5*n+2*k+m]})
	}
	return orders, messages, nil
}
