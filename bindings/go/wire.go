// SPDX-License-Identifier: Apache-2.0

package c12

/*
#include "c12/tlm.h"
*/
import "C"

import (
	"bytes"
	"errors"
	"runtime"
	"unsafe"
)

// Radio says how a robot talks to the plant; both ends take the same.  Zero values are the defaults of c12_tlm_wire_options.
type Radio struct {
	KeyMS, KeyRecords int32
	Ordered           bool
	Batch, MTU        int32
	TextBytes         int32
	PeriodMS          int32
	Seal              *RadioSeal // nil = frames go in the plain
}

// RadioSeal seals every frame by itself, and NACKs under the name and " nack".  A Receiver that has it takes nothing else.  Build with the tag mbedtls.
type RadioSeal struct {
	Key   []byte // 32 bytes
	Name  string // the sender's: frames of one are not another's
	Epoch uint64 // of a Sender: rises with each of that name, 0 = the clock's nanoseconds; of a Receiver: lower ones are refused
	Tag   int    // 12 or 16 bytes; 0 = 12
}

// RadioReport is what a Receiver met so far; MissingKey is -1 when no KEY is missing.
type RadioReport struct {
	Keys, Deltas, Plain, Keyless, Records int64
	Seq                                   uint32
	MissingKey                            int32
}

// wireEnd holds one end's memory and what it points to.  All of it is C's view of Go memory, pinned for the end's life.
type wireEnd struct {
	pin    runtime.Pinner
	schema *C.c12_tlm_schema
	plan   *C.c12_tlm_wire_plan
	memory []byte
	rows   *C.c12_tlm_batch
	room   []byte
	talker *Talker
	hearer *Hearer
}

// seal opens what seals the end's frames and opens the other's.
func (e *wireEnd) seal(s *RadioSeal, sender bool) (err error) {
	if s == nil {
		return nil
	}
	talks, hears := s.Name, s.Name+" nack"
	epoch, least := s.Epoch, uint64(0)
	if !sender {
		talks, hears, epoch, least = hears, talks, 0, s.Epoch
	}
	if e.talker, err = NewTalker(s.Key, talks, epoch, s.Tag); err == nil {
		e.hearer, err = NewHearer(s.Key, hears, least, s.Tag)
	}
	return err
}

func (l *Radio) c(plan *C.c12_tlm_wire_plan) *C.c12_tlm_wire_options {
	o := &C.c12_tlm_wire_options{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_tlm_wire_options{})), key_ms: C.int32_t(l.KeyMS), key_records: C.int32_t(l.KeyRecords),
		batch: C.int32_t(l.Batch), mtu: C.int32_t(l.MTU), text_bytes: C.int32_t(l.TextBytes), period_ms: C.int32_t(l.PeriodMS), plan: plan}
	if l.Ordered {
		o.ordered = 1
	}
	return o
}

const wireRows = 1024

// open makes schema, plan, a batch of wireRows rows and the end's memory; size gives the bytes that memory takes.
func (e *wireEnd) open(l *Radio, sender bool) (*C.c12_tlm_wire_options, error) {
	e.schema = &C.c12_tlm_schema{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_tlm_schema{}))}
	e.plan = &C.c12_tlm_wire_plan{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_tlm_wire_plan{}))}
	e.rows = &C.c12_tlm_batch{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_tlm_batch{}))}
	e.pin.Pin(e.schema)
	e.pin.Pin(e.plan)
	e.pin.Pin(e.rows)
	dims := C.c12_tlm_dims{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_tlm_dims{})), texts: 4096, rows: wireRows, raw_bytes: 1 << 18, text_bytes: 1 << 18}
	options := l.c(e.plan)
	e.pin.Pin(options)
	err := call(new(runtime.Pinner), func(fault *C.c12_error) C.c12_status {
		var size, end C.size_t
		status := C.c12_tlm_builtin(e.schema, fault)
		if status == C.C12_OK {
			status = C.c12_tlm_wire_builtin(e.plan, fault)
		}
		if status == C.C12_OK {
			status = C.c12_tlm_batch_bytes(e.schema, &dims, &size, fault)
		}
		if status == C.C12_OK {
			status = C.c12_tlm_batch_init(e.rows, C.c12_mem{ptr: column(&e.pin, make([]byte, int(size))), size: size}, e.schema, &dims, fault)
		}
		if status == C.C12_OK && sender {
			status = C.c12_tlm_wire_bytes(e.schema, options, &end, nil, fault)
		} else if status == C.C12_OK {
			status = C.c12_tlm_wire_bytes(e.schema, options, nil, &end, fault)
		}
		e.memory = make([]byte, int(end)+1)[:int(end)]
		return status
	})
	e.room = make([]byte, 1<<20)
	return options, err
}

func (e *wireEnd) mem() C.c12_mem {
	return C.c12_mem{ptr: column(&e.pin, e.memory), size: C.size_t(len(e.memory))}
}

// Sender is a robot's end of a link.  Close it when done.
type Sender struct {
	wireEnd
	c *C.c12_tlm_sender
}

// NewSender opens the robot's end.
func NewSender(l Radio) (*Sender, error) {
	s := &Sender{}
	options, err := s.open(&l, true)
	if err == nil {
		err = call(new(runtime.Pinner), func(fault *C.c12_error) C.c12_status {
			return C.c12_tlm_sender_init(&s.c, s.mem(), s.schema, options, fault)
		})
	}
	if err == nil {
		err = s.seal(l.Seal, true)
	}
	if err != nil {
		s.pin.Unpin()
		return nil, err
	}
	runtime.SetFinalizer(s, (*Sender).Close) // what is pinned must not be left behind
	return s, nil
}

// Close lets go of the end's memory.
func (s *Sender) Close() { s.pin.Unpin() }

// Size is the bytes of the end's whole state.
func (s *Sender) Size() int { return len(s.memory) }

// Push turns JSON lines of the robot into frames, one after another.
func (s *Sender) Push(lines []byte) ([]byte, error) {
	var out []byte
	for len(lines) > 0 {
		var took, used C.size_t
		var done C.int64_t
		pin := new(runtime.Pinner)
		err := call(pin, func(fault *C.c12_error) C.c12_status {
			status := C.c12_tlm_batch_reset(s.rows, s.schema, fault)
			if status == C.C12_OK {
				status = C.c12_tlm_parse(s.schema, C.c12_view{ptr: (*C.uint8_t)(column(pin, lines)), size: C.size_t(len(lines))}, s.rows, &took, fault)
			}
			return status
		})
		if err != nil {
			return out, err
		}
		lines = lines[took:]
		for first := C.int64_t(0); first < s.rows.n; first += done {
			if err = call(pin, func(fault *C.c12_error) C.c12_status {
				return C.c12_tlm_sender_push(s.c, s.rows, first, s.rows.n-first, C.c12_mem{ptr: column(pin, s.room), size: C.size_t(len(s.room))}, &used, &done, nil, fault)
			}); err != nil {
				return out, err
			}
			frames := s.room[:used]
			if s.talker != nil {
				if frames, err = s.talker.Close(frames); err != nil {
					return out, err
				}
			}
			out = append(out, frames...)
		}
	}
	return out, nil
}

// Answer takes a Receiver's NACK: when it names the KEY in use, the next record goes as a KEY.
func (s *Sender) Answer(nack []byte) (err error) {
	if s.hearer != nil {
		if nack, err = s.hearer.Open(nack); err != nil {
			return err
		}
	}
	pin := new(runtime.Pinner)
	return call(pin, func(fault *C.c12_error) C.c12_status {
		return C.c12_tlm_sender_answer(s.c, C.c12_view{ptr: (*C.uint8_t)(column(pin, nack)), size: C.size_t(len(nack))}, fault)
	})
}

// Receiver is the plant's end of a link.  Close it when done.
type Receiver struct {
	wireEnd
	c      *C.c12_tlm_receiver
	report C.c12_tlm_wire_report
}

// NewReceiver opens the plant's end.
func NewReceiver(l Radio) (*Receiver, error) {
	r := &Receiver{}
	r.report = C.c12_tlm_wire_report{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_tlm_wire_report{})), missing_key: -1}
	options, err := r.open(&l, false)
	if err == nil {
		err = call(new(runtime.Pinner), func(fault *C.c12_error) C.c12_status {
			return C.c12_tlm_receiver_init(&r.c, r.mem(), r.schema, options, fault)
		})
	}
	if err == nil {
		err = r.seal(l.Seal, false)
	}
	if err != nil {
		r.pin.Unpin()
		return nil, err
	}
	runtime.SetFinalizer(r, (*Receiver).Close)
	return r, nil
}

// Close lets go of the end's memory.
func (r *Receiver) Close() { r.pin.Unpin() }

// Report tells what came so far.
func (r *Receiver) Report() RadioReport {
	c := &r.report
	return RadioReport{Keys: int64(c.keys), Deltas: int64(c.deltas), Plain: int64(c.plain), Keyless: int64(c.keyless), Records: int64(c.records), Seq: uint32(c.seq),
		MissingKey: int32(c.missing_key)}
}

// Epoch is the session's that a sealed link hears: the RadioSeal.Epoch after a restart.
func (r *Receiver) Epoch() uint64 {
	if r.hearer == nil {
		return 0
	}
	return r.hearer.Epoch()
}

// Pull turns whole frames, for example a datagram, into JSON lines.  Lines before a damaged frame come with the error.
func (r *Receiver) Pull(frames []byte) ([]byte, error) {
	if r.hearer == nil {
		return r.pull(frames)
	}
	clear, refused := r.hearer.Open(frames)
	lines, err := r.pull(clear)
	if err == nil {
		err = refused
	}
	return lines, err
}

func (r *Receiver) pull(frames []byte) ([]byte, error) {
	var out bytes.Buffer
	for len(frames) > 0 {
		var took, used C.size_t
		pin := new(runtime.Pinner)
		pulled := call(pin, func(fault *C.c12_error) C.c12_status {
			status := C.c12_tlm_batch_reset(r.rows, r.schema, fault)
			if status == C.C12_OK {
				status = C.c12_tlm_receiver_pull(r.c, C.c12_view{ptr: (*C.uint8_t)(column(pin, frames)), size: C.size_t(len(frames))}, r.rows, &took, &r.report, fault)
			}
			return status
		})
		frames = frames[took:]
		if err := r.print(&used); err != nil {
			return out.Bytes(), err
		}
		out.Write(r.room[:used])
		if pulled != nil {
			return out.Bytes(), pulled
		}
	}
	return out.Bytes(), nil
}

// print writes the batch's lines into the room, which grows until they fit.
func (r *Receiver) print(used *C.size_t) error {
	for {
		pin := new(runtime.Pinner)
		err := call(pin, func(fault *C.c12_error) C.c12_status {
			return C.c12_tlm_print(r.schema, r.rows, 0, r.rows.n, C.c12_mem{ptr: column(pin, r.room), size: C.size_t(len(r.room))}, used, fault)
		})
		var e *Error
		if errors.As(err, &e) && e.Status == ErrSpace {
			r.room = make([]byte, e.Value)
			continue
		}
		return err
	}
}

// Nack is what to send back when a KEY is missing, nil when none is.
func (r *Receiver) Nack() ([]byte, error) {
	room, pin := make([]byte, 16), new(runtime.Pinner)
	var used C.size_t
	err := call(pin, func(fault *C.c12_error) C.c12_status {
		return C.c12_tlm_receiver_nack(r.c, C.c12_mem{ptr: column(pin, room), size: 16}, &used, fault)
	})
	if r.talker == nil || used == 0 || err != nil {
		return room[:used], err
	}
	return r.talker.Close(room[:used])
}
