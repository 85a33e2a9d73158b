// SPDX-License-Identifier: Apache-2.0

package c12

/*
#include "c12/bom.h"
*/
import "C"

import (
	"runtime"
	"unsafe"
)

// Bom is a bill of materials as columns: the lines of item i are LineOff[i] .. LineOff[i+1]-1.
type Bom struct {
	LineOff      []int64 // items + 1
	LineChild    []int32
	LineNum      []int64 // child quanta ...
	LineDen      []int64 // ... per this many parent quanta; nil = 1
	LineScrapPPM []int32 // nil = 0
	LineFrom     []int32 // first bucket in which a line is effective; nil = always
	LineTo       []int32 // first in which it no longer is; nil = for ever
	LineOffset   []int32 // buckets after the parent's release at which the child is needed; nil = 0
	LineKind     []int32 // Component, ByProduct; nil = Component
}

// What a line is.
const (
	Component int32 = C.C12_BOM_COMPONENT
	ByProduct int32 = C.C12_BOM_BY_PRODUCT
)

// Items is the number of items.
func (b *Bom) Items() int { return max(len(b.LineOff)-1, 0) }

func (b *Bom) valid() error {
	if len(b.LineOff) == 0 {
		return &Error{Status: ErrArg, What: "line_off needs at least one row", Field: "line_off", Row: -1}
	}
	n := int(b.LineOff[len(b.LineOff)-1])
	return first(fits("line_child", b.LineChild, n, false), fits("line_num", b.LineNum, n, false),
		fits("line_den", b.LineDen, n, true), fits("line_scrap_ppm", b.LineScrapPPM, n, true),
		fits("line_from", b.LineFrom, n, true), fits("line_to", b.LineTo, n, true), fits("line_offset", b.LineOffset, n, true), fits("line_kind", b.LineKind, n, true))
}

func (b *Bom) c(pin *runtime.Pinner) *C.c12_bom {
	return &C.c12_bom{
		struct_size: C.uint32_t(unsafe.Sizeof(C.c12_bom{})), n_items: C.int32_t(b.Items()),
		line_off: (*C.int64_t)(column(pin, b.LineOff)), line_child: (*C.int32_t)(column(pin, b.LineChild)),
		line_num: (*C.int64_t)(column(pin, b.LineNum)), line_den: (*C.int64_t)(column(pin, b.LineDen)),
		line_scrap_ppm: (*C.int32_t)(column(pin, b.LineScrapPPM)), line_from: (*C.int32_t)(column(pin, b.LineFrom)), line_to: (*C.int32_t)(column(pin, b.LineTo)),
		line_offset: (*C.int32_t)(column(pin, b.LineOffset)), line_kind: (*C.int32_t)(column(pin, b.LineKind)),
	}
}

func (b *Bom) scratch(pin *runtime.Pinner) C.c12_mem {
	size := C.c12_bom_scratch(C.int32_t(b.Items()))
	return C.c12_mem{ptr: column(pin, make([]byte, int(size))), size: size}
}

// Levels gives the low-level code of every item.
func (b *Bom) Levels() ([]int32, error) {
	if err := b.valid(); err != nil {
		return nil, err
	}
	pin, level := new(runtime.Pinner), make([]int32, b.Items())
	err := call(pin, func(e *C.c12_error) C.c12_status {
		return C.c12_bom_levels(b.c(pin), (*C.int32_t)(column(pin, level)), nil, b.scratch(pin), e)
	})
	return orNil(level, err)
}

// Rollup gives the unit cost of every item in millionths from the cost added at each.
func (b *Bom) Rollup(ownCost []int64) ([]int64, error) {
	if err := first(b.valid(), fits("own_cost", ownCost, b.Items(), false)); err != nil {
		return nil, err
	}
	pin, unit := new(runtime.Pinner), make([]int64, b.Items())
	err := call(pin, func(e *C.c12_error) C.c12_status {
		return C.c12_bom_rollup(b.c(pin), (*C.c12_money)(column(pin, ownCost)), nil, (*C.c12_money)(column(pin, unit)), b.scratch(pin), e)
	})
	return orNil(unit, err)
}

// Explode gives the gross requirement of every item for a demand vector, without stock.
func (b *Bom) Explode(demand []int64) ([]int64, error) {
	if err := first(b.valid(), fits("demand", demand, b.Items(), false)); err != nil {
		return nil, err
	}
	pin, gross := new(runtime.Pinner), make([]int64, b.Items())
	err := call(pin, func(e *C.c12_error) C.c12_status {
		return C.c12_bom_explode(b.c(pin), (*C.c12_qty)(column(pin, demand)), nil, (*C.c12_qty)(column(pin, gross)), b.scratch(pin), e)
	})
	return orNil(gross, err)
}

func orNil[T any](rows []T, err error) ([]T, error) {
	if err != nil {
		return nil, err
	}
	return rows, nil
}

// LineChange is a line that differs between two revisions; a line number of -1 says on which side there is none.
type LineChange struct {
	Parent, Child, Kind int32 // Kind: Added, Removed, Changed
	Before, After       int64
}

// How a line differs.
const (
	Added   int32 = C.C12_BOM_ADDED
	Removed int32 = C.C12_BOM_REMOVED
	Changed int32 = C.C12_BOM_CHANGED
)

// Compare lists the lines that differ in a later revision of the same items.
func (b *Bom) Compare(after *Bom) ([]LineChange, error) {
	if err := first(b.valid(), after.valid()); err != nil {
		return nil, err
	}
	n, pin := len(b.LineChild)+len(after.LineChild), new(runtime.Pinner)
	parent, child, kind, was, is := make([]int32, n), make([]int32, n), make([]int32, n), make([]int64, n), make([]int64, n)
	o := C.c12_bom_changes{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_bom_changes{})), cap: C.int64_t(n), parent: (*C.int32_t)(column(pin, parent)), child: (*C.int32_t)(column(pin, child)),
		kind: (*C.int32_t)(column(pin, kind)), line_before: (*C.int64_t)(column(pin, was)), line_after: (*C.int64_t)(column(pin, is))}
	if err := call(pin, func(e *C.c12_error) C.c12_status { return C.c12_bom_compare(b.c(pin), after.c(pin), &o, e) }); err != nil {
		return nil, err
	}
	out := make([]LineChange, o.count)
	for k := range out {
		out[k] = LineChange{parent[k], child[k], kind[k], was[k], is[k]}
	}
	return out, nil
}

// BomModel is a kept bill of materials: costs follow changes, where-used looks at nothing but the ancestors.  Close it when done.
type BomModel struct {
	c     *C.c12_bom_model
	items int
}

// Model loads the bill into a model; nothing of b is kept.
func (b *Bom) Model() (*BomModel, error) {
	if err := b.valid(); err != nil {
		return nil, err
	}
	m := &BomModel{items: b.Items()}
	dims := C.c12_bom_dims{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_bom_dims{})), items: C.int32_t(m.items), lines: C.int64_t(len(b.LineChild))}
	if err := call(new(runtime.Pinner), func(e *C.c12_error) C.c12_status { return C.c12_bom_model_create(&m.c, &dims, nil, e) }); err != nil {
		return nil, err
	}
	pin := new(runtime.Pinner)
	if err := call(pin, func(e *C.c12_error) C.c12_status { return C.c12_bom_model_load(m.c, b.c(pin), nil, e) }); err != nil {
		m.Close()
		return nil, err
	}
	return m, nil
}

// Close gives the model's memory back.
func (m *BomModel) Close() {
	C.c12_bom_model_destroy(m.c)
	m.c = nil
}

// Explode gives every item's gross requirement for a demand vector.
func (m *BomModel) Explode(demand []int64) ([]int64, error) {
	if err := fits("demand", demand, m.items, false); err != nil {
		return nil, err
	}
	pin, gross := new(runtime.Pinner), make([]int64, m.items)
	err := call(pin, func(e *C.c12_error) C.c12_status {
		return C.c12_bom_model_explode(m.c, (*C.c12_qty)(column(pin, demand)), (*C.c12_qty)(column(pin, gross)), e)
	})
	return orNil(gross, err)
}

// Rollup rolls all costs up and keeps them.
func (m *BomModel) Rollup(ownCost []int64) ([]int64, error) {
	if err := fits("own_cost", ownCost, m.items, false); err != nil {
		return nil, err
	}
	pin, unit := new(runtime.Pinner), make([]int64, m.items)
	err := call(pin, func(e *C.c12_error) C.c12_status {
		return C.c12_bom_model_rollup(m.c, (*C.c12_money)(column(pin, ownCost)), (*C.c12_money)(column(pin, unit)), e)
	})
	return orNil(unit, err)
}

// CostChange is a unit cost that changed.
type CostChange struct {
	Item          int32
	Before, After int64
}

func (m *BomModel) changed(f func(c *C.c12_bom_costs, e *C.c12_error) C.c12_status) ([]CostChange, error) {
	n, pin := m.items, new(runtime.Pinner)
	item, before, after := make([]int32, n), make([]int64, n), make([]int64, n)
	c := C.c12_bom_costs{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_bom_costs{})), cap: C.int64_t(n), item: (*C.int32_t)(column(pin, item)),
		before: (*C.c12_money)(column(pin, before)), after: (*C.c12_money)(column(pin, after))}
	if err := call(pin, func(e *C.c12_error) C.c12_status { return f(&c, e) }); err != nil {
		return nil, err
	}
	out := make([]CostChange, c.count)
	for k := range out {
		out[k] = CostChange{item[k], before[k], after[k]}
	}
	return out, nil
}

// SetCost changes one item's own cost and tells which unit costs changed.
func (m *BomModel) SetCost(item int32, ownCost int64) ([]CostChange, error) {
	return m.changed(func(c *C.c12_bom_costs, e *C.c12_error) C.c12_status {
		return C.c12_bom_model_set_cost(m.c, C.int32_t(item), C.c12_money(ownCost), c, e)
	})
}

// SetLine changes one line's quantity and scrap and tells which unit costs changed.
func (m *BomModel) SetLine(line, num, den int64, scrapPPM int32) ([]CostChange, error) {
	return m.changed(func(c *C.c12_bom_costs, e *C.c12_error) C.c12_status {
		return C.c12_bom_model_set_line(m.c, C.int64_t(line), C.int64_t(num), C.int64_t(den), C.int32_t(scrapPPM), c, e)
	})
}

// Use is an ancestor of an item: lines on the shortest and longest path, and how much of the item goes into one of it.
type Use struct {
	Item, Shortest, Longest int32
	Num, Den                int64
}

// WhereUsed lists the ancestors of an item, from the nearest level up; maxLevel 1 = direct parents only, 0 = all.
func (m *BomModel) WhereUsed(item, maxLevel int32) ([]Use, error) {
	n, pin := m.items, new(runtime.Pinner)
	of, near, far, num, den := make([]int32, n), make([]int32, n), make([]int32, n), make([]int64, n), make([]int64, n)
	u := C.c12_bom_uses{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_bom_uses{})), cap: C.int32_t(n), item: (*C.int32_t)(column(pin, of)), level_short: (*C.int32_t)(column(pin, near)),
		level_long: (*C.int32_t)(column(pin, far)), qty_num: (*C.int64_t)(column(pin, num)), qty_den: (*C.int64_t)(column(pin, den))}
	if err := call(pin, func(e *C.c12_error) C.c12_status {
		return C.c12_bom_model_where_used(m.c, C.int32_t(item), C.int32_t(maxLevel), &u, e)
	}); err != nil {
		return nil, err
	}
	out := make([]Use, u.count)
	for k := range out {
		out[k] = Use{of[k], near[k], far[k], num[k], den[k]}
	}
	return out, nil
}

// Elements are costs by element and level: element k of item i is column[k*items+i].
type Elements struct {
	ThisLevel, Lower []int64
}

// RollupElements rolls n cost elements up by themselves; setup and lot may be nil.
func (b *Bom) RollupElements(n int, own, setup, lot []int64) (*Elements, error) {
	cells := n * b.Items()
	if err := first(b.valid(), fits("own", own, cells, false), fits("setup", setup, cells, true), fits("lot", lot, b.Items(), true)); err != nil {
		return nil, err
	}
	pin, o := new(runtime.Pinner), &Elements{make([]int64, cells), make([]int64, cells)}
	m := func(rows []int64) *C.c12_money { return (*C.c12_money)(column(pin, rows)) }
	e := C.c12_bom_elements{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_bom_elements{})), n_elements: C.int32_t(n), own: m(own), setup: m(setup), lot: (*C.c12_qty)(column(pin, lot)),
		this_level: m(o.ThisLevel), lower: m(o.Lower)}
	if err := call(pin, func(f *C.c12_error) C.c12_status {
		return C.c12_bom_rollup_elements(b.c(pin), &e, nil, b.scratch(pin), f)
	}); err != nil {
		return nil, err
	}
	return o, nil
}

// revised makes a bill out of a call that fills a sheet.
func (b *Bom) revised(rows int, fill func(pin *runtime.Pinner, s *C.c12_bom_sheet, e *C.c12_error) C.c12_status) (*Bom, error) {
	pin := new(runtime.Pinner)
	wide := func() []int64 { return make([]int64, rows) }
	narrow := func() []int32 { return make([]int32, rows) }
	o := &Bom{LineOff: make([]int64, b.Items()+1), LineNum: wide(), LineDen: wide(), LineChild: narrow(), LineScrapPPM: narrow(), LineFrom: narrow(), LineTo: narrow(), LineOffset: narrow(), LineKind: narrow()}
	q := func(rows []int64) *C.int64_t { return (*C.int64_t)(column(pin, rows)) }
	i := func(rows []int32) *C.int32_t { return (*C.int32_t)(column(pin, rows)) }
	s := C.c12_bom_sheet{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_bom_sheet{})), cap: C.int64_t(rows), line_off: q(o.LineOff), line_num: q(o.LineNum), line_den: q(o.LineDen),
		line_child: i(o.LineChild), line_scrap_ppm: i(o.LineScrapPPM), line_from: i(o.LineFrom), line_to: i(o.LineTo), line_offset: i(o.LineOffset), line_kind: i(o.LineKind)}
	if err := call(pin, func(e *C.c12_error) C.c12_status { return fill(pin, &s, e) }); err != nil {
		return nil, err
	}
	n := int(s.count)
	o.LineNum, o.LineDen, o.LineChild, o.LineScrapPPM = o.LineNum[:n], o.LineDen[:n], o.LineChild[:n], o.LineScrapPPM[:n]
	o.LineFrom, o.LineTo, o.LineOffset, o.LineKind = o.LineFrom[:n], o.LineTo[:n], o.LineOffset[:n], o.LineKind[:n]
	return o, nil
}

// Swap says what component takes another's place.
type Swap struct {
	Before, After int32
	From          int32   // first bucket of the new one
	Num, Den      int64   // quanta of After for so many of Before
	Only          []uint8 // 1 = in this parent's lines; nil = in all
}

// Replace gives the bill with one component exchanged; b.Compare of it is the preview.
func (b *Bom) Replace(w Swap) (*Bom, error) {
	if err := first(b.valid(), fits("only", w.Only, b.Items(), true)); err != nil {
		return nil, err
	}
	return b.revised(2*len(b.LineChild), func(pin *runtime.Pinner, s *C.c12_bom_sheet, e *C.c12_error) C.c12_status {
		c := C.c12_bom_swap{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_bom_swap{})), before: C.int32_t(w.Before), after: C.int32_t(w.After), from: C.int32_t(w.From),
			num: C.int64_t(w.Num), den: C.int64_t(w.Den), only: (*C.uint8_t)(column(pin, w.Only))}
		pin.Pin(&c)
		return C.c12_bom_replace(b.c(pin), &c, s, b.scratch(pin), e)
	})
}

// States of a change order.
const (
	Draft      int32 = C.C12_BOM_DRAFT
	Approved   int32 = C.C12_BOM_APPROVED
	Effective  int32 = C.C12_BOM_EFFECTIVE
	Superseded int32 = C.C12_BOM_SUPERSEDED
	Rejected   int32 = C.C12_BOM_REJECTED
)

// ChangeOrders are engineering changes as columns; see c12_bom_ecos.
type ChangeOrders struct {
	State, From, Serial, UseUp []int32 // an order each; all but State may be nil
	Eco, Kind, Parent, Child   []int32 // an edit each
	Line, Num, Den             []int64 // Den may be nil
	ScrapPPM, Offset           []int32 // may be nil
}

func (c *ChangeOrders) valid() error {
	n, m := len(c.State), len(c.Eco)
	return first(fits("from", c.From, n, true), fits("serial", c.Serial, n, true), fits("use_up", c.UseUp, n, true), fits("kind", c.Kind, m, m == 0), fits("parent", c.Parent, m, m == 0),
		fits("child", c.Child, m, m == 0), fits("line", c.Line, m, m == 0), fits("num", c.Num, m, m == 0), fits("den", c.Den, m, true), fits("scrap_ppm", c.ScrapPPM, m, true), fits("offset", c.Offset, m, true))
}

func (c *ChangeOrders) c(pin *runtime.Pinner) *C.c12_bom_ecos {
	i := func(rows []int32) *C.int32_t { return (*C.int32_t)(column(pin, rows)) }
	q := func(rows []int64) *C.int64_t { return (*C.int64_t)(column(pin, rows)) }
	return &C.c12_bom_ecos{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_bom_ecos{})), n_ecos: C.int32_t(len(c.State)), n_edits: C.int64_t(len(c.Eco)), eco_state: i(c.State), eco_from: i(c.From), eco_serial: i(c.Serial), eco_use_up: i(c.UseUp),
		edit_eco: i(c.Eco), edit_kind: i(c.Kind), edit_parent: i(c.Parent), edit_child: i(c.Child), edit_line: q(c.Line), edit_num: q(c.Num), edit_den: q(c.Den), edit_scrap_ppm: i(c.ScrapPPM), edit_offset: i(c.Offset)}
}

// Apply gives the bill as approved changes make it, dated by bucket, for one serial number.
func (c *ChangeOrders) Apply(b *Bom, serial int32) (*Bom, error) {
	if err := first(b.valid(), c.valid()); err != nil {
		return nil, err
	}
	m := len(c.Eco)
	return b.revised(len(b.LineChild)+m+m*m, func(pin *runtime.Pinner, s *C.c12_bom_sheet, e *C.c12_error) C.c12_status {
		return C.c12_bom_eco_apply(b.c(pin), c.c(pin), C.int32_t(serial), s, b.scratch(pin), e)
	})
}

// Check judges from scratch whether after is the bill that Apply should give; Row is a line of b, an edit or a line of after, as the rule says.
func (c *ChangeOrders) Check(b, after *Bom, serial int32) (Verdict, error) {
	if err := first(b.valid(), after.valid(), c.valid()); err != nil {
		return Verdict{}, err
	}
	pin, v := new(runtime.Pinner), C.c12_verdict{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_verdict{}))}
	size := C.c12_bom_eco_check_scratch(C.int32_t(b.Items()), C.int64_t(len(b.LineChild)), C.int64_t(len(c.Eco)), C.int64_t(len(after.LineChild)))
	err := call(pin, func(e *C.c12_error) C.c12_status {
		scratch := C.c12_mem{ptr: column(pin, make([]byte, int(size))), size: size}
		return C.c12_bom_eco_check(b.c(pin), c.c(pin), C.int32_t(serial), after.c(pin), &v, scratch, e)
	})
	if err != nil {
		return Verdict{}, err
	}
	return verdictOf(&v), nil
}

// Moves of a change order.
const (
	Approve   int32 = C.C12_BOM_APPROVE
	Reject    int32 = C.C12_BOM_REJECT
	Release   int32 = C.C12_BOM_RELEASE
	Supersede int32 = C.C12_BOM_SUPERSEDE
	Reopen    int32 = C.C12_BOM_REOPEN
)

// Trail is a ledger of what was decided about change orders, in the order of its entries; see c12_bom_trail.
type Trail struct {
	Required        []int32 // an order each: bit set of the roles that must sign
	Eco, Move, Role []int32 // an entry each
	Who             []int32 // nil = one person may sign for several roles
	Time            []int64 // nanoseconds, never falling; nil = unknown
}

// Replay gives each order's state and the roles whose signatures stand; the first entry that is refused is the error.
func (t *Trail) Replay() (state, signedBy []int32, err error) {
	n, m := len(t.Required), len(t.Eco)
	if err := first(fits("move", t.Move, m, m == 0), fits("role", t.Role, m, m == 0), fits("who", t.Who, m, true), fits("time", t.Time, m, true)); err != nil {
		return nil, nil, err
	}
	pin, size := new(runtime.Pinner), C.c12_bom_trail_scratch(C.int32_t(n), C.int64_t(m))
	state, signedBy = make([]int32, n), make([]int32, n)
	i := func(rows []int32) *C.int32_t { return (*C.int32_t)(column(pin, rows)) }
	err = call(pin, func(e *C.c12_error) C.c12_status {
		c := C.c12_bom_trail{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_bom_trail{})), n_ecos: C.int32_t(n), n_entries: C.int64_t(m), eco_required: i(t.Required),
			entry_eco: i(t.Eco), entry_move: i(t.Move), entry_role: i(t.Role), entry_who: i(t.Who), entry_time: (*C.c12_ns)(column(pin, t.Time))}
		return C.c12_bom_eco_replay(&c, i(state), i(signedBy), C.c12_mem{ptr: column(pin, make([]byte, int(size))), size: size}, e)
	})
	if err != nil {
		return nil, nil, err
	}
	return state, signedBy, nil
}

// Alternates say which lines of a parent stand for one another; all but Group may be nil.
type Alternates struct {
	Group, Priority, SharePPM []int32 // a line each
	Available                 []int32 // an item each, 0 = not to be had
}

// Mix gives the plain bill out of alternates, by shares or by priority and availability.
func (b *Bom) Mix(a Alternates) (*Bom, error) {
	n := len(b.LineChild)
	if err := first(b.valid(), fits("line_group", a.Group, n, true), fits("line_priority", a.Priority, n, true), fits("line_share_ppm", a.SharePPM, n, true), fits("item_available", a.Available, b.Items(), true)); err != nil {
		return nil, err
	}
	return b.revised(n, func(pin *runtime.Pinner, s *C.c12_bom_sheet, e *C.c12_error) C.c12_status {
		i := func(rows []int32) *C.int32_t { return (*C.int32_t)(column(pin, rows)) }
		o := C.c12_bom_alternates{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_bom_alternates{})), line_group: i(a.Group), line_priority: i(a.Priority), line_share_ppm: i(a.SharePPM), item_available: i(a.Available)}
		return C.c12_bom_mix(b.c(pin), &o, s, b.scratch(pin), e)
	})
}
