// SPDX-License-Identifier: Apache-2.0

package c12

/*
#include <stdlib.h>
#include "c12/arrow.h"

// Callbacks of the C stream, which Go cannot call by itself, and one piece of memory for what a walk through rows needs.
typedef struct c12go_rows { struct ArrowArrayStream stream; struct ArrowSchema schema; struct ArrowArray array; } c12go_rows;
static int c12go_schema(c12go_rows *r) { return r->stream.get_schema(&r->stream, &r->schema); }
static const char *c12go_said(c12go_rows *r) { return r->stream.get_last_error(&r->stream); }
static void c12go_drop_stream(struct ArrowArrayStream *s) { if (s->release) s->release(s); }

static void c12go_drop_array(c12go_rows *r)
{
	if (r->array.release) r->array.release(&r->array);
	r->array.release = NULL;
}

static int c12go_next(c12go_rows *r)
{
	c12go_drop_array(r);
	return r->stream.get_next(&r->stream, &r->array);
}

static int c12go_there(const c12go_rows *r) { return r->array.release != NULL; }

static void c12go_drop(c12go_rows *r)
{
	c12go_drop_array(r);
	if (r->schema.release) r->schema.release(&r->schema);
	c12go_drop_stream(&r->stream);
	free(r);
}
*/
import "C"

import (
	"fmt"
	"runtime"
	"unsafe"
)

// TelemetryChoice says which rows and columns are handed over; times in milliseconds, To not included, From = To = 0: all.
type TelemetryChoice struct {
	Fields    []string // nil: all
	From, To  int64
	Robots    []string // nil: all
	ByTime    bool     // blocks in the order of their first rows
	BatchRows int64    // most rows of a batch; 0: the library's choice
}

// ArrowTypes says what columns become in an ArrowStream; the zero value is what data frames like best.  See c12/arrow.h.
type ArrowTypes struct {
	Decimals int32 // ArrowFloat, ArrowScaled or ArrowDecimal
	Texts    int32 // ArrowDictionary or ArrowUTF8
	Times    int32 // ArrowNanoseconds or ArrowMilliseconds
	Raw      bool  // one more column with the line of rows that are kept as their line
}

// What columns become; see c12/arrow.h.
const (
	ArrowFloat        int32 = C.C12IO_ARROW_FLOAT
	ArrowScaled       int32 = C.C12IO_ARROW_SCALED
	ArrowDecimal      int32 = C.C12IO_ARROW_DECIMAL
	ArrowDictionary   int32 = C.C12IO_ARROW_DICTIONARY
	ArrowUTF8         int32 = C.C12IO_ARROW_UTF8
	ArrowNanoseconds  int32 = C.C12IO_ARROW_NS
	ArrowMilliseconds int32 = C.C12IO_ARROW_MS
)

func (f *TelemetryFile) numbers(fields []string) ([]int32, error) {
	if fields == nil {
		return nil, nil
	}
	out := make([]int32, len(fields))
	for k, name := range fields {
		out[k] = -1
		for i, path := range f.Fields {
			if path == name {
				out[k] = int32(i)
			}
		}
		if out[k] < 0 {
			return nil, ErrField
		}
	}
	return out, nil
}

func (f *TelemetryFile) stream(c TelemetryChoice, a ArrowTypes, to *C.struct_ArrowArrayStream) error {
	number, err := f.numbers(c.Fields)
	if err != nil {
		return err
	}
	var pin runtime.Pinner
	span := C.c12io_ts_range{struct_size: C.uint32_t(unsafe.Sizeof(C.c12io_ts_range{})), from: C.int64_t(c.From), to: C.int64_t(c.To)}
	if c.ByTime {
		span.order = C.C12IO_TS_BY_TIME
	}
	var robots []int32
	if c.Robots != nil {
		robots = []int32{}
	}
	for i, name := range f.Robots {
		for _, wanted := range c.Robots {
			if name == wanted {
				robots = append(robots, int32(i))
			}
		}
	}
	o := C.c12io_ts_arrow_options{struct_size: C.uint32_t(unsafe.Sizeof(C.c12io_ts_arrow_options{})), n_fields: C.int32_t(len(number)), batch_rows: C.int64_t(c.BatchRows),
		field: (*C.int32_t)(column(&pin, number)), decimals: C.int32_t(a.Decimals), texts: C.int32_t(a.Texts), times: C.int32_t(a.Times),
		n_robots: C.int32_t(len(robots)), robot: (*C.int32_t)(column(&pin, robots))}
	if a.Raw {
		o.raw = 1
	}
	return call(&pin, func(err *C.c12_error) C.c12_status { return C.c12io_ts_arrow(f.t, &span, &o, to, err) })
}

// ArrowStream holds rows as a struct ArrowArrayStream of the Arrow C stream interface, in C memory.
type ArrowStream struct{ s *C.struct_ArrowArrayStream }

// Arrow hands rows over to an Arrow library.  With github.com/apache/arrow-go:
//
//	s, err := file.Arrow(c12.TelemetryChoice{}, c12.ArrowTypes{})
//	reader, err := cdata.ImportCRecordReader((*cdata.CArrowArrayStream)(s.Pointer()), nil)
//	s.Close() // the reader has taken the stream over
//
// The stream goes on when the file was closed.
func (f *TelemetryFile) Arrow(c TelemetryChoice, a ArrowTypes) (*ArrowStream, error) {
	s := (*C.struct_ArrowArrayStream)(C.calloc(1, C.sizeof_struct_ArrowArrayStream))
	if err := f.stream(c, a, s); err != nil {
		C.free(unsafe.Pointer(s))
		return nil, err
	}
	return &ArrowStream{s}, nil
}

// Pointer is the address of the struct.  Who takes it over moves it out, as the specification says: a copy, then release = NULL.
func (s *ArrowStream) Pointer() unsafe.Pointer { return unsafe.Pointer(s.s) }

// Close gives the struct back, and the stream unless somebody has taken it over.
func (s *ArrowStream) Close() {
	if s.s != nil {
		C.c12go_drop_stream(s.s)
		C.free(unsafe.Pointer(s.s))
		s.s = nil
	}
}

// TelemetryRows walks through rows a batch at a time, like bufio.Scanner:
//
//	rows, err := file.Rows(c12.TelemetryChoice{Fields: []string{"timestamp", "robot_id", "battery_level"}})
//	defer rows.Close()
//	for rows.Next() {
//		time, level := rows.Times(0), rows.Floats(2)
//		robot, names := rows.Texts(1)
//		...
//	}
//	err = rows.Err()
//
// Columns are numbered as in Fields.  Slices are the batch's own memory: they end with the next Next or Close.
type TelemetryRows struct {
	Fields []string
	r      *C.c12go_rows
	kind   []string
	err    error
}

// Rows begins a walk.  It goes on when the file was closed.  Close it.
func (f *TelemetryFile) Rows(c TelemetryChoice) (*TelemetryRows, error) {
	r := (*C.c12go_rows)(C.calloc(1, C.sizeof_c12go_rows))
	rows := &TelemetryRows{Fields: c.Fields, r: r}
	if c.Fields == nil {
		rows.Fields = f.Fields
	}
	err := f.stream(c, ArrowTypes{Times: ArrowMilliseconds}, &r.stream)
	if err == nil && C.c12go_schema(r) != 0 {
		err = ErrNoMem
	}
	if err != nil {
		C.c12go_drop(r)
		return nil, err
	}
	for _, kid := range unsafe.Slice(r.schema.children, int(r.schema.n_children)) {
		rows.kind = append(rows.kind, C.GoString(kid.format))
	}
	return rows, nil
}

// Next goes to the next batch; false at the end and after an error, see Err.
func (t *TelemetryRows) Next() bool {
	if t.err != nil || t.r == nil {
		return false
	}
	if errno := C.c12go_next(t.r); errno != 0 {
		t.err = fmt.Errorf("c12: %s (errno %d)", C.GoString(C.c12go_said(t.r)), int(errno))
		return false
	}
	return C.c12go_there(t.r) != 0
}

// Err tells what ended the walk, nil when the rows did.
func (t *TelemetryRows) Err() error { return t.err }

// Close gives everything back.
func (t *TelemetryRows) Close() {
	if t.r != nil {
		C.c12go_drop(t.r)
		t.r = nil
	}
}

// Len is how many rows the batch has.
func (t *TelemetryRows) Len() int { return int(t.r.array.length) }

func (t *TelemetryRows) column(k int) *C.struct_ArrowArray {
	return unsafe.Slice(t.r.array.children, len(t.kind))[k]
}

func arrowBuffer[T any](a *C.struct_ArrowArray, k, n int) []T {
	return unsafe.Slice((*T)(unsafe.Slice(a.buffers, int(a.n_buffers))[k]), n)
}

func arrowValues[T any](t *TelemetryRows, k int, kind string) []T {
	if t.kind[k] != kind {
		panic(fmt.Sprintf("c12: column %q holds %q, not %q", t.Fields[k], t.kind[k], kind))
	}
	return arrowBuffer[T](t.column(k), 1, t.Len())
}

// Floats are the values of a decimal column; where a row is null the value is 0.
func (t *TelemetryRows) Floats(k int) []float64 { return arrowValues[float64](t, k, "g") }

// Integers are the values of an integer column.
func (t *TelemetryRows) Integers(k int) []int64 { return arrowValues[int64](t, k, "l") }

// Times are the values of a time column in milliseconds since 1970.
func (t *TelemetryRows) Times(k int) []int64 { return arrowValues[int64](t, k, "tsm:UTC") }

// Texts are the values of a text column: row i has words[codes[i]].  A list is the text of its JSON array.
func (t *TelemetryRows) Texts(k int) (codes []int32, words []string) {
	codes = arrowValues[int32](t, k, "i")
	d := t.column(k).dictionary
	off := arrowBuffer[int32](d, 1, int(d.length)+1)
	text := arrowBuffer[byte](d, 2, int(off[d.length]))
	for i := 0; i < int(d.length); i++ {
		words = append(words, string(text[off[i]:off[i+1]]))
	}
	return codes, words
}

// Null says that row i has no value in the column: it is kept as its line.
func (t *TelemetryRows) Null(k, i int) bool {
	a := t.column(k)
	return a.null_count > 0 && arrowBuffer[byte](a, 0, (t.Len()+7)/8)[i/8]>>(i%8)&1 == 0
}
