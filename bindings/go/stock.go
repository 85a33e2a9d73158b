// SPDX-License-Identifier: Apache-2.0

package c12

/*
#include "c12/stock.h"
*/
import "C"

import (
	"runtime"
	"unsafe"
)

// Kinds of movement, and which lot goes first; see c12/stock.h.
const (
	MoveReceipt  int32 = C.C12_STOCK_RECEIPT
	MoveIssue    int32 = C.C12_STOCK_ISSUE
	MoveTransfer int32 = C.C12_STOCK_TRANSFER
	MoveAdjust   int32 = C.C12_STOCK_ADJUST
	MoveScrap    int32 = C.C12_STOCK_SCRAP
	MovePick     int32 = C.C12_STOCK_PICK

	FIFO int32 = C.C12_STOCK_FIFO
	FEFO int32 = C.C12_STOCK_FEFO
)

// StockMaster is what movements refer to; nil columns take their defaults.
type StockMaster struct {
	Items, Locations int
	Balances         int     // different (item, location, lot) that ever hold something
	Negative         []uint8 // 1 = an item's balance may fall below 0
	Blocked          []uint8 // 1 = nothing is allocated from a location
	LotItem          []int32 // item of each lot
	LotReceived      []int64
	LotExpiry        []int64
}

// Stock holds balances by item, location and lot.
type Stock struct {
	c      *C.c12_stock
	master StockMaster
	pin    *runtime.Pinner
}

// Movement is one row of the ledger; From, To and Lot are -1 where there is none.
type Movement struct {
	Kind, Item, From, To, Lot int32
	Qty                       int64
}

// Balance is what lies at one place.
type Balance struct {
	Item, Location, Lot int32
	OnHand, Reserved    int64
}

// Need asks for a quantity; lots that expire before GoodUntil are not taken.
type Need struct {
	Item      int32
	Qty       int64
	GoodUntil int64
}

// Reservation is a part of what a need got.
type Reservation struct {
	Need                int64
	Item, Location, Lot int32
	Qty                 int64
}

// NewStock makes a handle; its master's columns must not change while it lives.
func NewStock(m StockMaster) (*Stock, error) {
	lots := len(m.LotItem)
	if err := first(fits("negative", m.Negative, m.Items, true), fits("blocked", m.Blocked, m.Locations, true), fits("lot_received", m.LotReceived, lots, true),
		fits("lot_expiry", m.LotExpiry, lots, true)); err != nil {
		return nil, err
	}
	s := &Stock{master: m, pin: new(runtime.Pinner)}
	dims := C.c12_stock_dims{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_stock_dims{})), items: C.int32_t(m.Items), locations: C.int32_t(m.Locations), lots: C.int32_t(lots), balances: C.int32_t(m.Balances)}
	err := call(new(runtime.Pinner), func(e *C.c12_error) C.c12_status {
		if st := C.c12_stock_create(&s.c, &dims, nil, e); st != C.C12_OK {
			return st
		}
		master := C.c12_stock_master{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_stock_master{})), n_items: dims.items, n_locations: dims.locations, n_lots: dims.lots,
			negative: (*C.uint8_t)(column(s.pin, m.Negative)), blocked: (*C.uint8_t)(column(s.pin, m.Blocked)), lot_item: (*C.int32_t)(column(s.pin, m.LotItem)),
			lot_received: (*C.c12_ns)(column(s.pin, m.LotReceived)), lot_expiry: (*C.c12_ns)(column(s.pin, m.LotExpiry))}
		return C.c12_stock_load(s.c, &master, e)
	})
	if err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// Close releases the handle.
func (s *Stock) Close() {
	C.c12_stock_destroy(s.c)
	s.c = nil
	s.pin.Unpin()
}

// Post applies movements in order, all or none.
func (s *Stock) Post(rows []Movement) error {
	n := len(rows)
	narrow, qty := make([]int32, 5*n+5), make([]int64, n+1)
	for k, r := range rows {
		for c, v := range [5]int32{r.Kind, r.Item, r.From, r.To, r.Lot} {
			narrow[c*n+k] = v
		}
		qty[k] = r.Qty
	}
	pin := new(runtime.Pinner)
	i := func(c int) *C.int32_t { return (*C.int32_t)(column(pin, narrow[c*n:])) }
	moves := C.c12_stock_moves{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_stock_moves{})), n: C.int64_t(n), kind: i(0), item: i(1), from: i(2), to: i(3), lot: i(4), qty: (*C.c12_qty)(column(pin, qty))}
	return call(pin, func(e *C.c12_error) C.c12_status { return C.c12_stock_post(s.c, &moves, e) })
}

// Balances lists all that are not 0, by item, location and lot.
func (s *Stock) Balances() ([]Balance, error) {
	n := s.master.Balances
	narrow, wide := make([]int32, 3*n+3), make([]int64, 2*n+2)
	pin := new(runtime.Pinner)
	i := func(c int) *C.int32_t { return (*C.int32_t)(column(pin, narrow[c*n:])) }
	q := func(c int) *C.c12_qty { return (*C.c12_qty)(column(pin, wide[c*n:])) }
	list := C.c12_stock_list{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_stock_list{})), cap: C.int64_t(n), item: i(0), location: i(1), lot: i(2), on_hand: q(0), reserved: q(1)}
	err := call(pin, func(e *C.c12_error) C.c12_status {
		size := C.c12_stock_scratch(C.int64_t(n))
		return C.c12_stock_balances(s.c, &list, C.c12_mem{ptr: column(pin, make([]byte, int(size))), size: size}, e)
	})
	if err != nil {
		return nil, err
	}
	out := make([]Balance, list.n)
	for k := range out {
		out[k] = Balance{narrow[k], narrow[n+k], narrow[2*n+k], wide[k], wide[n+k]}
	}
	return out, nil
}

// Allocate reserves for needs, each in turn, and tells what each of them lacks.
func (s *Stock) Allocate(needs []Need, rule int32) ([]Reservation, []int64, error) {
	n, most := len(needs), s.master.Balances+len(needs)
	item, qty, until, lacking := make([]int32, n+1), make([]int64, n+1), make([]int64, n+1), make([]int64, n+1)
	for k, d := range needs {
		item[k], qty[k], until[k] = d.Item, d.Qty, d.GoodUntil
	}
	narrow, wide := make([]int32, 2*most+2), make([]int64, 2*most+2)
	pin := new(runtime.Pinner)
	in := C.c12_stock_needs{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_stock_needs{})), rule: C.int32_t(rule), n: C.int64_t(n), item: (*C.int32_t)(column(pin, item)),
		qty: (*C.c12_qty)(column(pin, qty)), good_until: (*C.c12_ns)(column(pin, until))}
	set := C.c12_stock_set{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_stock_set{})), cap: C.int64_t(most), need: (*C.int64_t)(column(pin, wide)), qty: (*C.c12_qty)(column(pin, wide[most:])),
		location: (*C.int32_t)(column(pin, narrow)), lot: (*C.int32_t)(column(pin, narrow[most:])), lacking: (*C.c12_qty)(column(pin, lacking))}
	if err := call(pin, func(e *C.c12_error) C.c12_status { return C.c12_stock_allocate(s.c, &in, &set, e) }); err != nil {
		return nil, nil, err
	}
	out := make([]Reservation, set.n)
	for k := range out {
		out[k] = Reservation{wide[k], item[wide[k]], narrow[k], narrow[most+k], wide[most+k]}
	}
	return out, lacking[:n], nil
}

// Release gives reservations back, all or none.
func (s *Stock) Release(rows []Reservation) error {
	n := len(rows)
	narrow, qty := make([]int32, 3*n+3), make([]int64, n+1)
	for k, r := range rows {
		narrow[k], narrow[n+k], narrow[2*n+k], qty[k] = r.Item, r.Location, r.Lot, r.Qty
	}
	pin := new(runtime.Pinner)
	i := func(c int) *C.int32_t { return (*C.int32_t)(column(pin, narrow[c*n:])) }
	return call(pin, func(e *C.c12_error) C.c12_status {
		return C.c12_stock_release(s.c, C.int64_t(n), i(0), i(1), i(2), (*C.c12_qty)(column(pin, qty)), e)
	})
}

// Block is a rectangle of parallel aisles between a front and a back cross aisle.
type Block struct {
	Aisles, Depot int // the tour begins and ends at the front of aisle Depot
	Pitch, Length int64
}

// Tour is the shortest way past all picks and back, judged by the independent checker.
func (b Block) Tour(aisle []int32, position []int64) (order []int32, length int64, err error) {
	n := len(aisle)
	if err := fits("position", position, n, false); err != nil {
		return nil, 0, err
	}
	pin, order := new(runtime.Pinner), make([]int32, n+1)
	block := C.c12_stock_block{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_stock_block{})), aisles: C.int32_t(b.Aisles), depot: C.int32_t(b.Depot), pitch: C.int64_t(b.Pitch), length: C.int64_t(b.Length)}
	verdict := C.c12_verdict{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_verdict{}))}
	where, at, to, long := (*C.int32_t)(column(pin, aisle)), (*C.int64_t)(column(pin, position)), (*C.int32_t)(column(pin, order)), new(C.int64_t)
	err = call(pin, func(e *C.c12_error) C.c12_status {
		size := C.c12_stock_tour_scratch(C.int32_t(max(min(b.Aisles, C.C12_STOCK_MAX_AISLES), 0)), C.int32_t(n))
		if st := C.c12_stock_tour(&block, C.int32_t(n), where, at, to, long, C.c12_mem{ptr: column(pin, make([]byte, int(size))), size: size}, e); st != C.C12_OK {
			return st
		}
		return C.c12_stock_tour_check(&block, C.int32_t(n), where, at, to, *long, &verdict, e)
	})
	if err == nil && verdict.violations > 0 {
		err = &Error{Status: ErrInternal, What: C.GoString(verdict.rule), Row: int64(verdict.row)}
	}
	if err != nil {
		return nil, 0, err
	}
	return order[:n], int64(*long), nil
}
