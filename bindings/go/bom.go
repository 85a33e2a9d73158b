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
}

// Items is the number of items.
func (b *Bom) Items() int { return max(len(b.LineOff)-1, 0) }

func (b *Bom) valid() error {
	if len(b.LineOff) == 0 {
		return &Error{Status: ErrArg, What: "line_off needs at least one row", Field: "line_off", Row: -1}
	}
	n := int(b.LineOff[len(b.LineOff)-1])
	return first(fits("line_child", b.LineChild, n, false), fits("line_num", b.LineNum, n, false),
		fits("line_den", b.LineDen, n, true), fits("line_scrap_ppm", b.LineScrapPPM, n, true))
}

func (b *Bom) c(pin *runtime.Pinner) *C.c12_bom {
	return &C.c12_bom{
		struct_size: C.uint32_t(unsafe.Sizeof(C.c12_bom{})), n_items: C.int32_t(b.Items()),
		line_off: (*C.int64_t)(column(pin, b.LineOff)), line_child: (*C.int32_t)(column(pin, b.LineChild)),
		line_num: (*C.int64_t)(column(pin, b.LineNum)), line_den: (*C.int64_t)(column(pin, b.LineDen)),
		line_scrap_ppm: (*C.int32_t)(column(pin, b.LineScrapPPM)),
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
