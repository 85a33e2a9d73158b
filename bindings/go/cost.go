// SPDX-License-Identifier: Apache-2.0

package c12

/*
#include "c12/cost.h"
*/
import "C"

import (
	"runtime"
	"unsafe"
)

// How stock is valued, kinds of movement, elements, events, accounts and bases; see c12/cost.h.
const (
	ValueFIFO     int32 = C.C12_COST_FIFO
	ValueAverage  int32 = C.C12_COST_AVERAGE
	ValueStandard int32 = C.C12_COST_STANDARD

	CostReceipt int32 = C.C12_COST_RECEIPT
	CostIssue   int32 = C.C12_COST_ISSUE
	CostRevalue int32 = C.C12_COST_REVALUE
	CostAdjust  int32 = C.C12_COST_ADJUST

	Material int32 = C.C12_COST_MATERIAL
	Labour   int32 = C.C12_COST_LABOUR
	Overhead int32 = C.C12_COST_OVERHEAD

	EventBuy      int32 = C.C12_COST_BUY
	EventUse      int32 = C.C12_COST_USE
	EventWork     int32 = C.C12_COST_WORK
	EventApply    int32 = C.C12_COST_APPLY
	EventComplete int32 = C.C12_COST_COMPLETE
	EventDiscard  int32 = C.C12_COST_DISCARD
	EventClose    int32 = C.C12_COST_CLOSE

	ByQty    int32 = C.C12_COST_BY_QTY
	ByValue  int32 = C.C12_COST_BY_VALUE
	ByWeight int32 = C.C12_COST_BY_WEIGHT
	ByLine   int32 = C.C12_COST_BY_LINE

	costCells = int(C.C12_COST_ELEMENTS) * int(C.C12_COST_KINDS)
)

// AccountName is "raw material" and so on.
func AccountName(account int32) string {
	return C.GoString(C.c12_cost_account_name(C.int32_t(account)))
}

func newVerdict() *C.c12_verdict {
	v := blankVerdict()
	return &v
}

func wide(pin *runtime.Pinner, rows []int64) *C.int64_t { return (*C.int64_t)(column(pin, rows)) }
func narrow(pin *runtime.Pinner, rows []int32) *C.int32_t {
	return (*C.int32_t)(column(pin, rows))
}
func bytesOf(pin *runtime.Pinner, size C.size_t) C.c12_mem {
	return C.c12_mem{ptr: column(pin, make([]byte, int(size)+1)), size: size}
}

// Ledger is movements in order; Standard is by item and read by ValueStandard only.
type Ledger struct {
	Method, Items int32
	Kind, Item    []int32
	Qty, Value    []int64
	Standard      []int64
}

// Layer is what is left of a receipt.
type Layer struct {
	Item, Row  int32
	Qty, Value int64
}

// Valuation is what movements did to the stock's value, and what is left of it.
type Valuation struct {
	Change, Variance []int64 // by row
	OnHand, Value    []int64 // by item
	Layers           []Layer
}

// Valuate a ledger; the answer is judged by the independent checker.
func (l *Ledger) Valuate() (*Valuation, error) {
	n, items := len(l.Kind), int(l.Items)
	if err := first(fits("item", l.Item, n, false), fits("qty", l.Qty, n, false), fits("value", l.Value, n, false), fits("standard", l.Standard, items, true)); err != nil {
		return nil, err
	}
	pin, items := new(runtime.Pinner), max(items, 0)
	v := &Valuation{Change: make([]int64, n), Variance: make([]int64, n), OnHand: make([]int64, items), Value: make([]int64, items)}
	ids, amounts, verdict := make([]int32, 2*n+2), make([]int64, 2*n+2), newVerdict()
	in := C.c12_cost_ledger{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_cost_ledger{})), method: C.int32_t(l.Method), n_items: C.int32_t(l.Items), n: C.int32_t(n), kind: narrow(pin, l.Kind), item: narrow(pin, l.Item),
		qty: (*C.c12_qty)(wide(pin, l.Qty)), value: (*C.c12_money)(wide(pin, l.Value)), standard: (*C.c12_money)(wide(pin, l.Standard))}
	out := C.c12_cost_valued{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_cost_valued{})), cap: C.int32_t(n), change: (*C.c12_money)(wide(pin, v.Change)), variance: (*C.c12_money)(wide(pin, v.Variance)),
		on_hand: (*C.c12_qty)(wide(pin, v.OnHand)), value: (*C.c12_money)(wide(pin, v.Value)), layer_item: narrow(pin, ids), layer_row: narrow(pin, ids[n:]), layer_qty: (*C.c12_qty)(wide(pin, amounts)),
		layer_value: (*C.c12_money)(wide(pin, amounts[n:]))}
	err := call(pin, func(e *C.c12_error) C.c12_status {
		mem := bytesOf(pin, C.c12_cost_value_scratch(C.int32_t(items), C.int32_t(n)))
		if s := C.c12_cost_value(&in, &out, mem, e); s != C.C12_OK {
			return s
		}
		return C.c12_cost_value_check(&in, &out, mem, verdict, e)
	})
	if err = judged(verdict, err); err != nil {
		return nil, err
	}
	for k := 0; k < int(out.layers); k++ {
		v.Layers = append(v.Layers, Layer{ids[k], ids[n+k], amounts[k], amounts[n+k]})
	}
	return v, nil
}

// Uses is what orders used; Spoiled and Per may be nil.
type Uses struct {
	Order, Element                             []int32
	Used, Allowed, Spoiled, Actual, Price, Per []int64
}

// Variances of rows and of orders; those of an order are by element, then price, usage and spoilage.
type Variances struct {
	Standard, Price, Usage, Spoilage []int64
	OrderActual, OrderStandard       []int64
	Order                            [][9]int64
}

// Variances adds up to actual less standard in every row and order.
func (u *Uses) Variances(orders int32) (*Variances, error) {
	n := len(u.Order)
	if err := first(fits("element", u.Element, n, false), fits("used", u.Used, n, false), fits("allowed", u.Allowed, n, false), fits("actual", u.Actual, n, false), fits("price", u.Price, n, false),
		fits("spoiled", u.Spoiled, n, true), fits("per", u.Per, n, true)); err != nil {
		return nil, err
	}
	pin, m := new(runtime.Pinner), max(int(orders), 0)
	money := func(rows []int64) *C.c12_money { return (*C.c12_money)(wide(pin, rows)) }
	v, cells, verdict := &Variances{make([]int64, n), make([]int64, n), make([]int64, n), make([]int64, n), make([]int64, m), make([]int64, m), make([][9]int64, m)}, make([]int64, m*costCells), newVerdict()
	in := C.c12_cost_uses{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_cost_uses{})), n_orders: C.int32_t(orders), n: C.int64_t(n), order: narrow(pin, u.Order), element: narrow(pin, u.Element), used: (*C.c12_qty)(wide(pin, u.Used)),
		allowed: (*C.c12_qty)(wide(pin, u.Allowed)), spoiled: (*C.c12_qty)(wide(pin, u.Spoiled)), actual: money(u.Actual), price: money(u.Price), per: (*C.c12_qty)(wide(pin, u.Per))}
	out := C.c12_cost_variances{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_cost_variances{})), standard: money(v.Standard), price: money(v.Price), usage: money(v.Usage), spoilage: money(v.Spoilage),
		order_actual: money(v.OrderActual), order_standard: money(v.OrderStandard), order_variance: money(cells)}
	err := call(pin, func(e *C.c12_error) C.c12_status {
		if s := C.c12_cost_vary(&in, &out, e); s != C.C12_OK {
			return s
		}
		return C.c12_cost_vary_check(&in, &out, bytesOf(pin, C.c12_cost_vary_scratch(C.int32_t(m))), verdict, e)
	})
	if err = judged(verdict, err); err != nil {
		return nil, err
	}
	for k := range v.Order {
		copy(v.Order[k][:], cells[k*costCells:])
	}
	return v, nil
}

// CostCentre is overhead of a centre over a period; Per 0 = 1.
type CostCentre struct{ Actual, FixedBudget, VariableRate, FixedRate, Per, Used, Allowed int64 }

// OverheadVariance adds up to actual less Applied.
type OverheadVariance struct{ Applied, Spending, Efficiency, Volume int64 }

// OverheadVariances of cost centres, judged by the independent checker.
func OverheadVariances(centres []CostCentre) ([]OverheadVariance, error) {
	n, pin, verdict := len(centres), new(runtime.Pinner), newVerdict()
	in, out := make([]int64, 7*n+7), make([]int64, 4*n+4)
	for k, c := range centres {
		for j, v := range [...]int64{c.Actual, c.FixedBudget, c.VariableRate, c.FixedRate, max(c.Per, 1), c.Used, c.Allowed} {
			in[j*n+k] = v
		}
		if c.Per < 0 {
			in[4*n+k] = c.Per
		}
	}
	row := func(rows []int64, j int) *C.int64_t { return wide(pin, rows[j*n:]) }
	x := C.c12_cost_centres{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_cost_centres{})), n: C.int32_t(n), actual: (*C.c12_money)(row(in, 0)), fixed_budget: (*C.c12_money)(row(in, 1)), variable_rate: (*C.c12_money)(row(in, 2)),
		fixed_rate: (*C.c12_money)(row(in, 3)), per: (*C.c12_qty)(row(in, 4)), used: (*C.c12_qty)(row(in, 5)), allowed: (*C.c12_qty)(row(in, 6))}
	v := C.c12_cost_overheads{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_cost_overheads{})), applied: (*C.c12_money)(row(out, 0)), spending: (*C.c12_money)(row(out, 1)), efficiency: (*C.c12_money)(row(out, 2)), volume: (*C.c12_money)(row(out, 3))}
	err := call(pin, func(e *C.c12_error) C.c12_status {
		if s := C.c12_cost_overhead(&x, &v, e); s != C.C12_OK {
			return s
		}
		return C.c12_cost_overhead_check(&x, &v, verdict, e)
	})
	if err = judged(verdict, err); err != nil {
		return nil, err
	}
	rows := make([]OverheadVariance, n)
	for k := range rows {
		rows[k] = OverheadVariance{out[k], out[n+k], out[2*n+k], out[3*n+k]}
	}
	return rows, nil
}

// OrderStandard is the standard cost of a unit of an order.
type OrderStandard struct{ Material, Labour, Overhead int64 }

// CostEvent is something that moves money; Order is -1 for EventBuy.
type CostEvent struct {
	Kind, Order           int32
	Qty, Actual, Standard int64
}

// JournalLine is a debit or a credit.
type JournalLine struct {
	Event, Account int32
	Debit, Credit  int64
}

// CostJournal is lines by event, balances by account, and what is left in work in progress by order.
type CostJournal struct {
	Lines        []JournalLine
	Balance, WIP []int64
}

// PostCosts posts events; each balances, as the independent checker confirms.
func PostCosts(orders []OrderStandard, events []CostEvent, scrapAccount bool) (*CostJournal, error) {
	n, m, pin, verdict := len(events), len(orders), new(runtime.Pinner), newVerdict()
	std, ids, amounts := make([]int64, 3*m+3), make([]int32, 2*n+2), make([]int64, 3*n+3)
	for k, o := range orders {
		std[k], std[m+k], std[2*m+k] = o.Material, o.Labour, o.Overhead
	}
	for k, e := range events {
		ids[k], ids[n+k], amounts[k], amounts[n+k], amounts[2*n+k] = e.Kind, e.Order, e.Qty, e.Actual, e.Standard
	}
	j := &CostJournal{Balance: make([]int64, int(C.C12_COST_ACCOUNTS)), WIP: make([]int64, m)}
	line, sum := make([]int32, 8*n+8), make([]int64, 8*n+8)
	money := func(rows []int64) *C.c12_money { return (*C.c12_money)(wide(pin, rows)) }
	x := C.c12_cost_events{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_cost_events{})), n_orders: C.int32_t(m), n: C.int32_t(n), material: money(std), labour: money(std[m:]), overhead: money(std[2*m:]), kind: narrow(pin, ids),
		order: narrow(pin, ids[n:]), qty: (*C.c12_qty)(wide(pin, amounts)), actual: money(amounts[n:]), standard: money(amounts[2*n:])}
	if scrapAccount {
		x.scrap_account = 1
	}
	out := C.c12_cost_entries{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_cost_entries{})), cap: C.int32_t(4 * n), event: narrow(pin, line), account: narrow(pin, line[4*n:]), debit: money(sum), credit: money(sum[4*n:]),
		balance: money(j.Balance), wip: money(j.WIP)}
	err := call(pin, func(e *C.c12_error) C.c12_status {
		mem := bytesOf(pin, C.c12_cost_post_scratch(C.int32_t(m)))
		if s := C.c12_cost_post(&x, &out, mem, e); s != C.C12_OK {
			return s
		}
		return C.c12_cost_post_check(&x, &out, mem, verdict, e)
	})
	if err = judged(verdict, err); err != nil {
		return nil, err
	}
	for k := 0; k < int(out.n); k++ {
		j.Lines = append(j.Lines, JournalLine{line[k], line[4*n+k], sum[k], sum[4*n+k]})
	}
	return j, nil
}

// ArrivalLine is a line received; Charge is what came on top for a shipment (-1 = all lines).
type ArrivalLine struct {
	Shipment           int32
	Qty, Value, Weight int64
}

// Charge is freight, duty, insurance.
type Charge struct {
	Shipment, Basis int32
	Amount          int64
}

// ChargeShare is a line's part of a charge.
type ChargeShare struct {
	Charge, Line int32
	Share        int64
}

// Land spreads charges over lines, exact to the micro: shares, and what is added to each line.
func Land(lines []ArrivalLine, charges []Charge) ([]ChargeShare, []int64, error) {
	n, m, pin, verdict := len(lines), len(charges), new(runtime.Pinner), newVerdict()
	of, on, amounts, amount := make([]int32, n+1), make([]int32, 2*m+2), make([]int64, 3*n+3), make([]int64, m+1)
	shipments := int32(1)
	for k, l := range lines {
		of[k], amounts[k], amounts[n+k], amounts[2*n+k] = l.Shipment, l.Qty, l.Value, l.Weight
		shipments = max(shipments, l.Shipment+1)
	}
	for k, c := range charges {
		on[k], on[m+k], amount[k] = c.Shipment, c.Basis, c.Amount
	}
	most, added := n*m, make([]int64, n+1)
	ids, shares := make([]int32, 2*most+2), make([]int64, most+1)
	a := C.c12_cost_arrivals{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_cost_arrivals{})), n_shipments: C.int32_t(shipments), n_lines: C.int32_t(n), n_charges: C.int32_t(m), shipment: narrow(pin, of), qty: (*C.c12_qty)(wide(pin, amounts)),
		value: (*C.c12_money)(wide(pin, amounts[n:])), weight: wide(pin, amounts[2*n:]), charged: narrow(pin, on), basis: narrow(pin, on[m:]), amount: (*C.c12_money)(wide(pin, amount))}
	l := C.c12_cost_landed{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_cost_landed{})), cap: C.int64_t(most), charge: narrow(pin, ids), line: narrow(pin, ids[most:]), share: (*C.c12_money)(wide(pin, shares)), added: (*C.c12_money)(wide(pin, added))}
	err := call(pin, func(e *C.c12_error) C.c12_status {
		mem := bytesOf(pin, C.c12_cost_land_scratch(C.int32_t(n)))
		if s := C.c12_cost_land(&a, &l, mem, e); s != C.C12_OK {
			return s
		}
		return C.c12_cost_land_check(&a, &l, mem, verdict, e)
	})
	if err = judged(verdict, err); err != nil {
		return nil, nil, err
	}
	out := make([]ChargeShare, int(l.n))
	for k := range out {
		out[k] = ChargeShare{ids[k], ids[most+k], shares[k]}
	}
	return out, added[:n], nil
}
