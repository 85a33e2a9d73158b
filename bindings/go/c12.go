// SPDX-License-Identifier: Apache-2.0

// Package c12 is libc12 for Go: slices in, slices out.  Slices given to a call are pinned for its length and never copied; the
// C headers in core/c12 say what each column means.  A value belongs to one goroutine at a time.
package c12

/*
#cgo CFLAGS: -I${SRCDIR}/core -std=c11 -O2
#include "c12/base.h"
*/
import "C"

import (
	"fmt"
	"runtime"
	"unsafe"
)

// Status is the outcome of a C call; errors.Is(err, c12.ErrCycle) asks for one of them.
type Status int32

// The statuses a call can fail with; see c12/base.h.
const (
	ErrArg         Status = C.C12_E_ARG
	ErrRange       Status = C.C12_E_RANGE
	ErrSpace       Status = C.C12_E_SPACE
	ErrNoMem       Status = C.C12_E_NOMEM
	ErrOverflow    Status = C.C12_E_OVERFLOW
	ErrCycle       Status = C.C12_E_CYCLE
	ErrState       Status = C.C12_E_STATE
	ErrVersion     Status = C.C12_E_VERSION
	ErrFormat      Status = C.C12_E_FORMAT
	ErrUnsupported Status = C.C12_E_UNSUPPORTED
	ErrRefused     Status = C.C12_E_REFUSED
	ErrInternal    Status = C.C12_E_INTERNAL
)

func (s Status) Error() string { return C.GoString(C.c12_status_name(C.c12_status(s))) }

// Error tells what went wrong and where: column, row, value, and in Text every fault found, one a line.
type Error struct {
	Status Status
	What   string
	Field  string // "" when no column is to blame
	Row    int64  // -1 when no row is
	Value  int64
	Text   string
}

func (e *Error) Error() string {
	if e.Field == "" {
		return fmt.Sprintf("%v: %s (value %d)", e.Status, e.What, e.Value)
	}
	return fmt.Sprintf("%v: %s in %s[%d] (value %d)", e.Status, e.What, e.Field, e.Row, e.Value)
}

// Unwrap gives the Status, so that errors.Is works.
func (e *Error) Unwrap() error { return e.Status }

// Version of the library: major, minor, patch.
func Version() (major, minor, patch int) {
	v := int(C.c12_version())
	return v >> 16, v >> 8 & 255, v & 255
}

const textCap = 16384

// call runs f with a c12_error and turns a failure into an *Error.  What the caller pinned with pin is released afterwards.
func call(pin *runtime.Pinner, f func(err *C.c12_error) C.c12_status) error {
	defer pin.Unpin()
	text := make([]byte, textCap)
	e := C.c12_error{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_error{}))}
	e.text, e.text_cap = (*C.char)(column(pin, text)), textCap
	status := f(&e)
	if status == C.C12_OK {
		return nil
	}
	out := &Error{Status: Status(status), Row: int64(e.row), Value: int64(e.value), Text: C.GoString(e.text)}
	if e.what != nil {
		out.What = C.GoString(e.what)
	}
	if e.field != nil {
		out.Field = C.GoString(e.field)
	}
	return out
}

// column pins a slice and gives its first row; nil stays NULL, the C default of the column.
func column[T any](pin *runtime.Pinner, rows []T) unsafe.Pointer {
	if rows == nil {
		return nil
	}
	if len(rows) == 0 {
		rows = make([]T, 1) // an empty column must still be one to C
	}
	p := unsafe.Pointer(unsafe.SliceData(rows))
	pin.Pin(p)
	return p
}

// fits refuses a column that is shorter than the count its neighbours imply: C could not see that.
func fits[T any](name string, rows []T, want int, optional bool) error {
	if (rows == nil && optional) || len(rows) >= want {
		return nil
	}
	return &Error{Status: ErrSpace, What: "column too short", Field: name, Row: int64(len(rows)), Value: int64(want)}
}

func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
