// SPDX-License-Identifier: Apache-2.0

package c12

/*
#include <stdlib.h>
#include "c12/ts.h"
*/
import "C"

import (
	"bytes"
	"runtime"
	"unsafe"
)

// names as C strings, and what gives them back.
func paths(names ...string) ([]*C.char, func()) {
	out := make([]*C.char, len(names))
	for i, name := range names {
		out[i] = C.CString(name)
	}
	return out, func() {
		for _, p := range out {
			C.free(unsafe.Pointer(p))
		}
	}
}

// AppendTelemetry appends JSON lines in place, all or none, and says how many rows joined the file.
func AppendTelemetry(lines, path string) (int64, error) {
	p, free := paths(lines, path)
	defer free()
	var rows C.int64_t
	err := call(new(runtime.Pinner), func(err *C.c12_error) C.c12_status { return C.c12io_ts_extend(p[0], p[1], nil, nil, &rows, err) })
	return int64(rows), err
}

// RecoverTelemetry brings back what a writer left that was interrupted.
func RecoverTelemetry(path string) error {
	p, free := paths(path)
	defer free()
	var t *C.c12io_ts
	if err := call(new(runtime.Pinner), func(err *C.c12_error) C.c12_status { return C.c12io_ts_continue(&t, p[0], nil, nil, err) }); err != nil {
		return err
	}
	return call(new(runtime.Pinner), func(err *C.c12_error) C.c12_status { return C.c12io_ts_close(t, err) })
}

// TelemetrySaved tells what SalvageTelemetry found.
type TelemetrySaved struct {
	Blocks, Records int64 // saved
	RecordsLost     int64 // -1: nobody knows, the index is lost too
	Gaps, BytesLost int64 // places with damage, and bytes there
	HeadLost        bool
}

// SalvageTelemetry copies every intact block of a damaged file to a new one.
func SalvageTelemetry(bad, good string) (TelemetrySaved, error) {
	p, free := paths(bad, good)
	defer free()
	told := C.c12io_ts_salvaged{struct_size: C.uint32_t(unsafe.Sizeof(C.c12io_ts_salvaged{}))}
	err := call(new(runtime.Pinner), func(err *C.c12_error) C.c12_status { return C.c12io_ts_salvage(p[0], p[1], nil, &told, err) })
	return TelemetrySaved{int64(told.blocks), int64(told.records), int64(told.records_lost), int64(told.gaps), int64(told.bytes_lost), told.head_lost != 0}, err
}

// RetainTelemetry copies blocks with rows at or behind the cutoff (milliseconds) to a file, which may be the same, and the others to archive; "": nowhere.
func RetainTelemetry(path, to, archive string, cutoff int64) (kept, old int64, err error) {
	p, free := paths(path, to, archive)
	defer free()
	var rest *C.char
	if archive != "" {
		rest = p[2]
	}
	var a, b C.int64_t
	err = call(new(runtime.Pinner), func(err *C.c12_error) C.c12_status {
		return C.c12io_ts_retain(p[0], p[1], rest, C.int64_t(cutoff), nil, &a, &b, err)
	})
	return int64(a), int64(b), err
}

// CompactTelemetry writes the same rows in full blocks, robot after robot; to may be path.
func CompactTelemetry(path, to string, level int32) error {
	p, free := paths(path, to)
	defer free()
	o := C.c12io_ts_options{struct_size: C.uint32_t(unsafe.Sizeof(C.c12io_ts_options{})), level: C.int32_t(level)}
	return call(new(runtime.Pinner), func(err *C.c12_error) C.c12_status { return C.c12io_ts_compact(p[0], p[1], &o, nil, err) })
}

// How Downsample chooses; see c12/ts.h.
const (
	LargestTriangles int32 = C.C12IO_TS_LTTB
	LeastAndLargest  int32 = C.C12IO_TS_MINMAX
	Means            int32 = C.C12IO_TS_MEAN
)

// Downsample gives one robot's column in few points, by time; q has one field and a robot.  Values are in units of 10^-scale.
func (f *TelemetryFile) Downsample(q TelemetryQuestion, method int32, points int) (time, value []int64, scale int32, err error) {
	number, err := f.numbers(q.Fields)
	if err != nil {
		return nil, nil, 0, err
	}
	var pin runtime.Pinner
	room := max(points, 1)
	time, value = make([]int64, room), make([]int64, room)
	ask := C.c12io_ts_question{struct_size: C.uint32_t(unsafe.Sizeof(C.c12io_ts_question{})), n_fields: C.int32_t(len(number)), from: C.int64_t(q.From), to: C.int64_t(q.To),
		field: (*C.int32_t)(column(&pin, number)), robot: (*C.uint8_t)(column(&pin, []byte(q.Robot))), robot_size: C.int64_t(len(q.Robot))}
	out := C.c12io_ts_points{struct_size: C.uint32_t(unsafe.Sizeof(C.c12io_ts_points{})), cap: C.int64_t(points), time: (*C.int64_t)(column(&pin, time)),
		value: (*C.int64_t)(column(&pin, value))}
	err = call(&pin, func(err *C.c12_error) C.c12_status {
		return C.c12io_ts_downsample(f.t, &ask, C.int32_t(method), &out, err)
	})
	return time[:out.n], value[:out.n], int32(out.scale), err
}

// Latest gives the last record of each robot as its JSON line, robots in the order of their ids.
func (f *TelemetryFile) Latest() ([][]byte, error) {
	pin := new(runtime.Pinner)
	defer pin.Unpin()
	s := &C.c12_tlm_schema{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_tlm_schema{}))}
	if err := call(new(runtime.Pinner), func(err *C.c12_error) C.c12_status { return C.c12io_ts_schema(f.t, s, err) }); err != nil {
		return nil, err
	}
	n := max(len(f.Robots), 1)
	for each := 64; ; each *= 4 {
		dims := C.c12_tlm_dims{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_tlm_dims{})), texts: C.int32_t(each * n), rows: C.int64_t(n),
			raw_bytes: C.int64_t(64 * each * n), text_bytes: C.int64_t(64 * each * n)}
		b, err := telemetryRoom(pin, s, &dims)
		if err != nil {
			return nil, err
		}
		var rows C.int64_t
		err = call(new(runtime.Pinner), func(err *C.c12_error) C.c12_status { return C.c12io_ts_latest(f.t, b, &rows, err) })
		if err == nil {
			return telemetryLines(pin, s, b)
		}
		if status, ok := err.(*Error); !ok || status.Status != ErrSpace || each > 1<<16 {
			return nil, err
		}
	}
}

func telemetryLines(pin *runtime.Pinner, s *C.c12_tlm_schema, b *C.c12_tlm_batch) ([][]byte, error) {
	var none C.c12_mem
	var used C.size_t
	err := call(new(runtime.Pinner), func(err *C.c12_error) C.c12_status { return C.c12_tlm_print(s, b, 0, b.n, none, &used, err) })
	need, ok := err.(*Error)
	if err == nil {
		return nil, nil // no row, no line
	}
	if !ok || need.Status != ErrSpace {
		return nil, err
	}
	text := make([]byte, need.Value)
	room := C.c12_mem{ptr: column(pin, text), size: C.size_t(len(text))}
	if err := call(new(runtime.Pinner), func(err *C.c12_error) C.c12_status { return C.c12_tlm_print(s, b, 0, b.n, room, &used, err) }); err != nil {
		return nil, err
	}
	return bytes.Split(bytes.TrimSuffix(text[:used], []byte("\n")), []byte("\n")), nil
}
