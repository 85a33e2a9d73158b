// SPDX-License-Identifier: Apache-2.0

package c12

/*
#include <stdlib.h>
#include "c12/ts.h"
#include "c12/tlm.h"
*/
import "C"

import (
	"errors"
	"runtime"
	"unsafe"
)

// TelemetryFile is a telemetry file open for reading; see c12/ts.h.  Close it.
type TelemetryFile struct {
	Fields []string // paths, by number
	Robots []string // ids, by number
	t      *C.c12io_ts
}

// ErrField says that a file has no field of that name.
var ErrField = errors.New("c12: the telemetry file has no such field")

// TelemetryQuestion asks for groups by robot and bucket of time; times in milliseconds, To not included, From = To = 0: all.
type TelemetryQuestion struct {
	Fields   []string // DECIMAL or INTEGER ones
	From, To int64
	Bucket   int64  // 0: one bucket for the whole range
	Robot    string // "": all
	Together bool   // all robots in one group a bucket
}

// TelemetryGroups are the answer, by robot id and time.  Column k of group g is at [k][g]; values are in units of 10^-Scale[k].
type TelemetryGroups struct {
	Robot        []int32 // number for Robots, -1 when together
	Start, Count []int64
	Min, Max     [][]int64
	First, Last  [][]int64
	Mean         [][]float64
	Scale        []int32
}

// PackTelemetry writes JSON lines of the factory's record as a telemetry file and says how many records there are.
func PackTelemetry(lines, path string) (int64, error) {
	var pin runtime.Pinner
	defer pin.Unpin()
	from, to := C.CString(lines), C.CString(path)
	defer C.free(unsafe.Pointer(from))
	defer C.free(unsafe.Pointer(to))
	info := C.c12io_ts_info{struct_size: C.uint32_t(unsafe.Sizeof(C.c12io_ts_info{}))}
	err := call(&pin, func(err *C.c12_error) C.c12_status { return C.c12io_ts_pack(from, to, nil, nil, &info, err) })
	return int64(info.records), err
}

// How hard blocks are tried; see c12/tlm.h.
const (
	LevelDefault int32 = C.C12_TLM_DEFAULT
	LevelFast    int32 = C.C12_TLM_FAST
	LevelMax     int32 = C.C12_TLM_MAX
	LevelPlain   int32 = C.C12_TLM_PLAIN
)

// PackOptions say how a telemetry file is made; the zero value is the usual way.
type PackOptions struct {
	Level     int32
	KeepOrder bool
	Precision string // steps that values are rounded to, "position.x=0.05,*=0.1"
}

// PackTelemetryWith is PackTelemetry with options.
func PackTelemetryWith(lines, path string, o PackOptions) (int64, error) {
	p, free := paths(lines, path, o.Precision)
	defer free()
	info := C.c12io_ts_info{struct_size: C.uint32_t(unsafe.Sizeof(C.c12io_ts_info{}))}
	pin := new(runtime.Pinner)
	err := call(pin, func(err *C.c12_error) C.c12_status {
		options := C.c12io_ts_options{struct_size: C.uint32_t(unsafe.Sizeof(C.c12io_ts_options{})), level: C.int32_t(o.Level)}
		if o.KeepOrder {
			options.keep_order = 1
		}
		if o.Precision != "" {
			options.precision = p[2]
		}
		return C.c12io_ts_pack(p[0], p[1], &options, nil, &info, err)
	})
	return int64(info.records), err
}

// OpenTelemetry opens a file for reading.
func OpenTelemetry(path string) (*TelemetryFile, error) {
	var pin runtime.Pinner
	defer pin.Unpin()
	name := C.CString(path)
	defer C.free(unsafe.Pointer(name))
	f := &TelemetryFile{}
	if err := call(&pin, func(err *C.c12_error) C.c12_status { return C.c12io_ts_open(&f.t, name, nil, err) }); err != nil {
		return nil, err
	}
	if err := f.names(&pin); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

func (f *TelemetryFile) names(pin *runtime.Pinner) error {
	schema := &C.c12_tlm_schema{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_tlm_schema{}))}
	info := &C.c12io_ts_info{struct_size: C.uint32_t(unsafe.Sizeof(C.c12io_ts_info{}))}
	if err := call(pin, func(err *C.c12_error) C.c12_status { return C.c12io_ts_schema(f.t, schema, err) }); err != nil {
		return err
	}
	if err := call(pin, func(err *C.c12_error) C.c12_status { return C.c12io_ts_stat(f.t, info, err) }); err != nil {
		return err
	}
	n := int(schema.n_fields)
	off := unsafe.Slice(schema.path_off, n+1)
	for i := 0; i < n; i++ {
		f.Fields = append(f.Fields, string(unsafe.Slice((*byte)(unsafe.Pointer(schema.path)), int(off[n]))[off[i]:off[i+1]]))
	}
	for i := 0; i < int(info.robots); i++ {
		var v C.c12_view
		if err := call(pin, func(err *C.c12_error) C.c12_status { return C.c12io_ts_robot_name(f.t, C.int32_t(i), &v, err) }); err != nil {
			return err
		}
		f.Robots = append(f.Robots, string(unsafe.Slice((*byte)(unsafe.Pointer(v.ptr)), int(v.size))))
	}
	return nil
}

// Close lets the file go.
func (f *TelemetryFile) Close() {
	C.c12io_ts_destroy(f.t)
	f.t = nil
}

// Verify decodes every block and compares the index with them.
func (f *TelemetryFile) Verify() error {
	var pin runtime.Pinner
	defer pin.Unpin()
	return call(&pin, func(err *C.c12_error) C.c12_status { return C.c12io_ts_verify(f.t, err) })
}

// Query answers from the file's index; only blocks at an edge are decoded.
func (f *TelemetryFile) Query(q TelemetryQuestion) (*TelemetryGroups, error) {
	number, err := f.numbers(q.Fields)
	if err != nil {
		return nil, err
	}
	for room := 1024; ; {
		groups, n, err := f.ask(q, number, room)
		if !errors.Is(err, ErrSpace) {
			return groups, err
		}
		room = n
	}
}

func (f *TelemetryFile) ask(q TelemetryQuestion, number []int32, room int) (*TelemetryGroups, int, error) {
	var pin runtime.Pinner
	defer pin.Unpin()
	k := len(number)
	a := &TelemetryGroups{Robot: make([]int32, room), Start: make([]int64, room), Count: make([]int64, room), Scale: make([]int32, k)}
	low, high, first, last, up, down := make([]int64, k*room), make([]int64, k*room), make([]int64, k*room), make([]int64, k*room), make([]int64, k*room), make([]uint64, k*room)
	ask := C.c12io_ts_question{struct_size: C.uint32_t(unsafe.Sizeof(C.c12io_ts_question{})), n_fields: C.int32_t(k), from: C.int64_t(q.From), to: C.int64_t(q.To),
		bucket: C.int64_t(q.Bucket), field: (*C.int32_t)(column(&pin, number))}
	if q.Robot != "" {
		ask.robot, ask.robot_size = (*C.uint8_t)(column(&pin, []byte(q.Robot))), C.int64_t(len(q.Robot))
	}
	if q.Together {
		ask.together = 1
	}
	out := C.c12io_ts_answer{struct_size: C.uint32_t(unsafe.Sizeof(C.c12io_ts_answer{})), cap: C.int64_t(room), robot: (*C.int32_t)(column(&pin, a.Robot)),
		start: (*C.int64_t)(column(&pin, a.Start)), count: (*C.int64_t)(column(&pin, a.Count)), min: (*C.int64_t)(column(&pin, low)), max: (*C.int64_t)(column(&pin, high)),
		first: (*C.int64_t)(column(&pin, first)), last: (*C.int64_t)(column(&pin, last)), sum_high: (*C.int64_t)(column(&pin, up)), sum_low: (*C.uint64_t)(column(&pin, down)),
		scale: (*C.int32_t)(column(&pin, a.Scale))}
	err := call(&pin, func(err *C.c12_error) C.c12_status { return C.c12io_ts_query(f.t, &ask, &out, err) })
	n := int(out.n)
	if err != nil {
		return nil, n, err
	}
	a.Robot, a.Start, a.Count = a.Robot[:n], a.Start[:n], a.Count[:n]
	for i := 0; i < k; i++ {
		from := i * room
		a.Min, a.Max = append(a.Min, low[from:from+n]), append(a.Max, high[from:from+n])
		a.First, a.Last = append(a.First, first[from:from+n]), append(a.Last, last[from:from+n])
		mean := make([]float64, n)
		for g := range mean {
			sum := float64(up[from+g])*18446744073709551616.0 + float64(down[from+g])
			if up[from+g] == -1 {
				sum = -float64(-down[from+g])
			}
			mean[g] = sum / float64(a.Count[g])
		}
		a.Mean = append(a.Mean, mean)
	}
	return a, n, nil
}
