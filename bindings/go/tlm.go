// SPDX-License-Identifier: Apache-2.0

package c12

/*
#include "c12/tlm.h"
*/
import "C"

import (
	"errors"
	"runtime"
	"unsafe"
)

// Levels of block encoding; see c12/tlm.h.
const (
	TelemetryDefault int32 = C.C12_TLM_DEFAULT
	TelemetryFast    int32 = C.C12_TLM_FAST
	TelemetryMax     int32 = C.C12_TLM_MAX
)

// Telemetry is one robot's rows: a time in milliseconds and integer columns, by the names it was made with.
type Telemetry struct {
	Names   []string
	Time    []int64
	Columns [][]int64 // by name, each as long as Time
}

// ErrColumns says that columns and names do not fit together.
var ErrColumns = errors.New("c12: telemetry columns must be as many as names, and as long as Time")

// telemetrySchema is a schema of a text, a time and integers, in Go memory that pin holds.
func telemetrySchema(pin *runtime.Pinner, names []string) *C.c12_tlm_schema {
	n := len(names) + 2
	ids, kinds, places, off, path := make([]int32, n), make([]int32, n), make([]int32, n), make([]int64, n+1), []byte{}
	for i, name := range append([]string{"robot", "time"}, names...) {
		ids[i], kinds[i] = int32(i+1), C.C12_TLM_INTEGER
		path = append(path, name...)
		off[i+1] = int64(len(path))
	}
	kinds[0], kinds[1], places[1] = C.C12_TLM_TEXT, C.C12_TLM_TIME, 3
	return &C.c12_tlm_schema{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_tlm_schema{})), n_fields: C.int32_t(n), id: 1, robot_field: 0, time_field: 1,
		field_id: (*C.int32_t)(column(pin, ids)), kind: (*C.int32_t)(column(pin, kinds)), decimals: (*C.int32_t)(column(pin, places)),
		path_off: (*C.int64_t)(column(pin, off)), path: (*C.uint8_t)(column(pin, path))}
}

func memory(pin *runtime.Pinner, n C.size_t) C.c12_mem {
	return C.c12_mem{ptr: column(pin, make([]byte, int(n))), size: n}
}

// telemetryBatch lays an empty batch into memory; its values are the rows of the slice, one a field.
func telemetryBatch(pin *runtime.Pinner, s *C.c12_tlm_schema, rows, texts int) (*C.c12_tlm_batch, error) {
	dims := C.c12_tlm_dims{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_tlm_dims{})), texts: C.int32_t(texts), rows: C.int64_t(rows), text_bytes: C.int64_t(texts)}
	return telemetryRoom(pin, s, &dims)
}

func telemetryRoom(pin *runtime.Pinner, s *C.c12_tlm_schema, dims *C.c12_tlm_dims) (*C.c12_tlm_batch, error) {
	b := &C.c12_tlm_batch{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_tlm_batch{}))}
	var size C.size_t
	inner := new(runtime.Pinner)
	if err := call(inner, func(err *C.c12_error) C.c12_status { return C.c12_tlm_batch_bytes(s, dims, &size, err) }); err != nil {
		return nil, err
	}
	m := memory(pin, size)
	pin.Pin(b)
	if err := call(inner, func(err *C.c12_error) C.c12_status { return C.c12_tlm_batch_init(b, m, s, dims, err) }); err != nil {
		return nil, err
	}
	b.order = nil
	return b, nil
}

func telemetryValues(b *C.c12_tlm_batch, field, n int) []int64 {
	all := unsafe.Slice((*int64)(unsafe.Pointer(b.value)), int(b.n_columns)*int(b.cap))
	return all[field*int(b.cap) : field*int(b.cap)+n]
}

// Encode gives the rows as one self-contained block.
func (t *Telemetry) Encode(level int32) ([]byte, error) {
	if len(t.Names) != len(t.Columns) {
		return nil, ErrColumns
	}
	pin, n := new(runtime.Pinner), len(t.Time)
	defer pin.Unpin()
	s := telemetrySchema(pin, t.Names)
	b, err := telemetryBatch(pin, s, max(n, 1), 1)
	if err != nil {
		return nil, err
	}
	var code C.int64_t
	if err := call(new(runtime.Pinner), func(e *C.c12_error) C.c12_status { return C.c12_tlm_intern(b.dict, C.c12_view{}, &code, e) }); err != nil {
		return nil, err
	}
	copy(telemetryValues(b, 1, n), t.Time)
	for i, c := range t.Columns {
		if len(c) != n {
			return nil, ErrColumns
		}
		copy(telemetryValues(b, i+2, n), c)
	}
	b.n = C.int64_t(n)
	var used C.size_t
	bound := C.c12_tlm_block_bound(b, C.int64_t(n))
	out := make([]byte, int(bound))
	room := C.c12_mem{ptr: column(pin, out), size: bound}
	options := C.c12_tlm_block_options{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_tlm_block_options{})), level: C.int32_t(level)}
	scratch := memory(pin, C.c12_tlm_block_scratch(b, C.int64_t(n)))
	err = call(new(runtime.Pinner), func(e *C.c12_error) C.c12_status {
		return C.c12_tlm_block_encode_with(s, b, nil, C.int64_t(n), 0, &options, room, &used, scratch, e)
	})
	return out[:int(used)], err
}

// DecodeTelemetry reads what Encode wrote with the same names.
func DecodeTelemetry(names []string, block []byte) (*Telemetry, error) {
	pin := new(runtime.Pinner)
	defer pin.Unpin()
	s := telemetrySchema(pin, names)
	view := C.c12_view{ptr: (*C.uint8_t)(column(pin, block)), size: C.size_t(len(block))}
	head := C.c12_tlm_head{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_tlm_head{}))}
	if err := call(new(runtime.Pinner), func(e *C.c12_error) C.c12_status { return C.c12_tlm_block_head(view, &head, e) }); err != nil {
		return nil, err
	}
	b, err := telemetryBatch(pin, s, int(head.rows), int(head.text_bytes)+1)
	if err != nil {
		return nil, err
	}
	var used C.size_t
	scratch := memory(pin, C.c12_tlm_decode_scratch(head.text_bytes))
	if err := call(new(runtime.Pinner), func(e *C.c12_error) C.c12_status { return C.c12_tlm_block_decode(s, view, b, &used, scratch, e) }); err != nil {
		return nil, err
	}
	n := int(b.n)
	t := &Telemetry{Names: names, Time: append([]int64(nil), telemetryValues(b, 1, n)...)}
	for i := range names {
		t.Columns = append(t.Columns, append([]int64(nil), telemetryValues(b, i+2, n)...))
	}
	return t, nil
}
