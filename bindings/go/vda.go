// SPDX-License-Identifier: Apache-2.0

package c12

/*
#include "c12/vda.h"
#include <stdlib.h>
*/
import "C"

import (
	"runtime"
	"unsafe"
)

// Messages of VDA 5050, for ReadVDA.
const (
	VDAOrder          int32 = C.C12_VDA_ORDER
	VDAInstantActions int32 = C.C12_VDA_INSTANT_ACTIONS
	VDAState          int32 = C.C12_VDA_STATE
	VDAVisualization  int32 = C.C12_VDA_VISUALIZATION
	VDAConnection     int32 = C.C12_VDA_CONNECTION
	VDAFactsheet      int32 = C.C12_VDA_FACTSHEET
)

// VDANone in a column of values: the member is not there.
const VDANone int64 = -1 << 63

// What a vehicle does with an order (VDADecision.What), and where it is in one (VDAPlace.State); see c12/vda.h.
const (
	VDATake      int32 = C.C12_VDA_TAKE
	VDAExtend    int32 = C.C12_VDA_EXTEND
	VDAKnown     int32 = C.C12_VDA_KNOWN
	VDARefuse    int32 = C.C12_VDA_REFUSE
	VDAElsewhere int32 = C.C12_VDA_ELSEWHERE
	VDAOnWay     int32 = C.C12_VDA_ON_WAY
	VDAAtEnd     int32 = C.C12_VDA_AT_END
	VDAArrived   int32 = C.C12_VDA_ARRIVED
	VDALost      int32 = C.C12_VDA_LOST
)

// VDAMessage is a message that was read; its columns go by the paths that c12 vda fields lists.
type VDAMessage struct {
	Kind, Version  int32
	Extra, ExtraAt int64 // members that were skipped, and the byte of the first
	memory         []int64
	column         []C.c12_vda_column
	pin            *runtime.Pinner
}

func (m *VDAMessage) c() C.c12_vda_message {
	return C.c12_vda_message{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_vda_message{})), kind: C.int32_t(m.Kind), version: C.int32_t(m.Version), n_columns: C.int32_t(len(m.column)), column: unsafe.SliceData(m.column)}
}

// sizedVDA asks how much room a call wants and calls it again with that.
func sizedVDA(f func(room C.c12_mem, m *C.c12_vda_message, e *C.c12_error) C.c12_status) (*VDAMessage, error) {
	out := &VDAMessage{pin: new(runtime.Pinner)}
	m := C.c12_vda_message{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_vda_message{}))}
	err := call(new(runtime.Pinner), func(e *C.c12_error) C.c12_status {
		s := f(C.c12_mem{}, &m, e)
		if s != C.C12_E_SPACE {
			return s
		}
		out.memory = make([]int64, int(e.value)/8+1)
		return f(C.c12_mem{ptr: column(out.pin, out.memory), size: C.size_t(8 * len(out.memory))}, &m, e)
	})
	if err != nil {
		out.pin.Unpin()
		return nil, err
	}
	out.Kind, out.Version, out.Extra, out.ExtraAt = int32(m.kind), int32(m.version), int64(m.extra), int64(m.extra_at)
	out.column = unsafe.Slice(m.column, int(m.n_columns))
	return out, nil
}

func vdaView(pin *runtime.Pinner, b []byte) C.c12_view {
	return C.c12_view{ptr: (*C.uint8_t)(column(pin, append(b[:len(b):len(b)], 0))), size: C.size_t(len(b))}
}

// ReadVDA reads a message of that kind, judged against the standard.  Close lets go of it.
func ReadVDA(kind int32, json []byte) (*VDAMessage, error) {
	pin := new(runtime.Pinner)
	defer pin.Unpin()
	v := vdaView(pin, json)
	return sizedVDA(func(room C.c12_mem, m *C.c12_vda_message, e *C.c12_error) C.c12_status {
		return C.c12_vda_read(C.int32_t(kind), v, room, m, e)
	})
}

// Close lets go of the message's memory.
func (m *VDAMessage) Close() { m.pin.Unpin() }

func (m *VDAMessage) field(path string) (*C.c12_vda_column, error) {
	s := C.CString(path)
	defer C.free(unsafe.Pointer(s))
	f := C.c12_vda_find(C.int32_t(m.Kind), s)
	if f < 0 {
		return nil, &Error{Status: ErrRange, What: "the message has no member " + path, Row: -1}
	}
	return &m.column[f], nil
}

// Values of a column, a row each; reals are millionths, VDANone = not there.
func (m *VDAMessage) Values(path string) ([]int64, error) {
	c, err := m.field(path)
	if err != nil || c.rows == 0 {
		return nil, err
	}
	return append([]int64(nil), unsafe.Slice((*int64)(unsafe.Pointer(c.value)), int(c.rows))...), nil
}

// Texts of a column; "" where there is none.
func (m *VDAMessage) Texts(path string) ([]string, error) {
	c, err := m.field(path)
	if err != nil || c.rows == 0 {
		return nil, err
	}
	if c.off == nil || c.text == nil {
		return nil, &Error{Status: ErrRange, What: "no text: " + path, Row: -1}
	}
	off := unsafe.Slice((*int64)(unsafe.Pointer(c.off)), int(c.rows)+1)
	text := unsafe.Slice((*byte)(unsafe.Pointer(c.text)), int(off[c.rows]))
	out := make([]string, int(c.rows))
	for k := range out {
		out[k] = string(text[off[k]:off[k+1]])
	}
	return out, nil
}

// Write gives the message's canonical JSON.
func (m *VDAMessage) Write() ([]byte, error) {
	c := m.c()
	var out []byte
	err := call(new(runtime.Pinner), func(e *C.c12_error) C.c12_status {
		var used C.size_t
		s := C.c12_vda_write(&c, nil, 0, &used, e)
		if s != C.C12_E_SPACE {
			return s
		}
		out = make([]byte, int(e.value))
		s = C.c12_vda_write(&c, (*C.uint8_t)(unsafe.Pointer(unsafe.SliceData(out))), C.size_t(len(out)), &used, e)
		return s
	})
	return out, err
}

// VDARoute is a way to make an order of: names of nodes from where the robot stands, the first Released of them the base.
type VDARoute struct {
	Nodes                       []string
	Released                    int
	First, Update, Header       int64 // sequence number of the first node, orderUpdateId, headerId
	Timestamp                   int64 // ns since 1970
	Order, Manufacturer, Serial string
	Version                     int32 // 20 or 21, 0 = 20
	Map                         string
	X, Y                        map[string]int64 // millionths of a metre by name; nil = without positions
}

// Make makes the order.
func (r *VDARoute) Make() (*VDAMessage, error) {
	pin := new(runtime.Pinner)
	defer pin.Unpin()
	names := &rowNames{row: map[string]int32{}}
	steps := make([]int32, 0, len(r.Nodes)+1)
	for _, n := range r.Nodes {
		steps = append(steps, names.of(n))
	}
	text, off := textColumn(names.list)
	c := C.c12_vda_route{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_vda_route{})), n_steps: C.int32_t(len(steps)), n_released: C.int32_t(r.Released), n_vertices: C.int32_t(len(names.list)), first_sequence: C.int64_t(r.First),
		step_vertex: (*C.int32_t)(column(pin, append(steps, 0))), vertex_text: (*C.uint8_t)(column(pin, text)), vertex_off: (*C.int64_t)(column(pin, off)), _map: vdaView(pin, []byte(r.Map))}
	if r.X != nil {
		x, y := make([]int64, len(names.list)+1), make([]int64, len(names.list)+1)
		for k, n := range names.list {
			x[k], y[k] = r.X[n], r.Y[n]
		}
		c.vertex_x, c.vertex_y = (*C.int64_t)(column(pin, x)), (*C.int64_t)(column(pin, y))
	}
	h := C.c12_vda_header{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_vda_header{})), version: C.int32_t(r.Version), header: C.int64_t(r.Header), timestamp: C.c12_ns(r.Timestamp), update: C.int64_t(r.Update),
		manufacturer: vdaView(pin, []byte(r.Manufacturer)), serial: vdaView(pin, []byte(r.Serial)), order: vdaView(pin, []byte(r.Order))}
	m, err := sizedVDA(func(room C.c12_mem, m *C.c12_vda_message, e *C.c12_error) C.c12_status {
		return C.c12_vda_order_make(&c, &h, room, m, e)
	})
	if err != nil {
		return nil, err
	}
	defer m.Close()
	json, err := m.Write() // texts of the header are borrowed: read again, they are the message's own
	if err != nil {
		return nil, err
	}
	return ReadVDA(VDAOrder, json)
}

func (m *VDAMessage) order(e *C.c12_error) (C.c12_vda_order, C.c12_status) {
	c, o := m.c(), C.c12_vda_order{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_vda_order{}))}
	s := C.c12_vda_order_of(&c, &o, e)
	return o, s
}

func (m *VDAMessage) report(e *C.c12_error) (C.c12_vda_report, C.c12_status) {
	c, r := m.c(), C.c12_vda_report{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_vda_report{}))}
	s := C.c12_vda_report_of(&c, &r, e)
	return r, s
}

// CheckVDA judges an order by rules V1 to V8, as an update of after unless that is nil.
func CheckVDA(order, after *VDAMessage) (violations int, rule string, err error) {
	v := C.c12_verdict{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_verdict{}))}
	err = call(new(runtime.Pinner), func(e *C.c12_error) C.c12_status {
		o, s := order.order(e)
		if s != C.C12_OK {
			return s
		}
		if after == nil {
			return C.c12_vda_order_check(&o, &v, e)
		}
		was, s := after.order(e)
		if s != C.C12_OK {
			return s
		}
		return C.c12_vda_update_check(&was, &o, &v, e)
	})
	if v.rule != nil {
		rule = C.GoString(v.rule)
	}
	return int(v.violations), rule, err
}

// VDADecision is a vehicle's answer to an order; Error and Why are "" unless it refuses.
type VDADecision struct {
	What       int32
	Row        int64
	Error, Why string
}

// Accept tells what a vehicle in this state answers to the order; atFirst: it stands on the order's first node.
func (m *VDAMessage) Accept(order *VDAMessage, atFirst bool) (VDADecision, error) {
	d := C.c12_vda_decision{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_vda_decision{}))}
	at := C.int32_t(0)
	if atFirst {
		at = 1
	}
	err := call(new(runtime.Pinner), func(e *C.c12_error) C.c12_status {
		r, s := m.report(e)
		if s != C.C12_OK {
			return s
		}
		o, s := order.order(e)
		if s != C.C12_OK {
			return s
		}
		return C.c12_vda_accept(&r, &o, at, &d, e)
	})
	out := VDADecision{What: int32(d.what), Row: int64(d.row)}
	if d.error != nil {
		out.Error, out.Why = C.GoString(d.error), C.GoString(d.why)
	}
	return out, err
}

// VDAPlace is where a vehicle is in an order.
type VDAPlace struct {
	State, Node, Base, Horizon int32
	NewBase                    bool
	Why                        string
}

// PlaceIn tells where a vehicle in this state is in the order.
func (m *VDAMessage) PlaceIn(order *VDAMessage) (VDAPlace, error) {
	p := C.c12_vda_place{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_vda_place{}))}
	err := call(new(runtime.Pinner), func(e *C.c12_error) C.c12_status {
		r, s := m.report(e)
		if s != C.C12_OK {
			return s
		}
		o, s := order.order(e)
		if s != C.C12_OK {
			return s
		}
		return C.c12_vda_progress(&o, &r, &p, e)
	})
	out := VDAPlace{State: int32(p.state), Node: int32(p.node), Base: int32(p.base), Horizon: int32(p.horizon), NewBase: p.new_base == 1}
	if p.why != nil {
		out.Why = C.GoString(p.why)
	}
	return out, err
}
