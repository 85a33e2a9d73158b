// SPDX-License-Identifier: Apache-2.0

package c12

import (
	"errors"
	"fmt"
	"math/rand"
	"reflect"
	"testing"
)

// An open floor of side x side cells.
func open(side int) *Floor {
	f := &Floor{ArcOff: []int64{0}}
	for v := 0; v < side*side; v++ {
		for _, d := range [4][2]int{{0, -1}, {-1, 0}, {1, 0}, {0, 1}} {
			if x, y := v%side+d[0], v/side+d[1]; x >= 0 && y >= 0 && x < side && y < side {
				f.ArcHead = append(f.ArcHead, int32(y*side+x))
			}
		}
		f.ArcOff = append(f.ArcOff, int64(len(f.ArcHead)))
	}
	return f
}

func drive(t *testing.T, f *Floor, tables int) (where []int32, stops [][]Visit) {
	const robots, ticks = 40, 200
	rng := rand.New(rand.NewSource(3))
	cells, start, goal := len(f.ArcOff)-1, make([]int32, robots), make([]int32, robots)
	for r, v := range rng.Perm(cells)[:robots] {
		start[r], goal[r] = int32(v), int32(rng.Intn(cells))
	}
	l, err := f.Lifelong(start, tables)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	where, stops = append(where, start...), make([][]Visit, robots)
	for tick := int64(1); tick <= ticks; tick++ {
		next, p, err := l.Step(goal, nil)
		if err != nil || p.Tick != tick || p.EldestTicks > 100 {
			t.Fatal(p, err)
		}
		where = append(where, next...)
		for r, v := range next {
			if v == goal[r] {
				stops[r] = append(stops[r], Visit{v, tick})
				goal[r] = int32(rng.Intn(cells))
			}
		}
	}
	v, err := f.CheckRun(robots, where, start, stops)
	if err != nil || v.Violations != 0 || v.Objective < robots*ticks/25 {
		t.Fatal(v, err)
	}
	return where, stops
}

func TestLifelong(t *testing.T) {
	f := open(16)
	for _, tables := range []int{0, 40} {
		where, stops := drive(t, f, tables)
		if again, _ := drive(t, f, tables); !reflect.DeepEqual(where, again) {
			t.Fatal("two runs differ")
		}
		where[41] = where[42]
		if v, err := f.CheckRun(40, where, nil, stops); err != nil || v.Violations == 0 || v.Rule == "" {
			t.Fatal(v, err)
		}
	}
}

func TestLifelongRefuses(t *testing.T) {
	f := open(4)
	l, err := f.Lifelong([]int32{0, 1}, 0)
	if err != nil {
		t.Fatal(err)
	}
	var e *Error
	if _, _, err = l.Step([]int32{0, 16}, nil); !errors.As(err, &e) || e.Field != "goal" || e.Row != 1 {
		t.Fatal(err)
	}
	if _, _, err = l.Step([]int32{0, 1}, []int32{5, 5}); !errors.As(err, &e) || e.Field != "at" || e.Row != 1 {
		t.Fatal(err)
	}
	if _, _, err = l.Step([]int32{0}, nil); !errors.Is(err, ErrSpace) {
		t.Fatal(err)
	}
	l.Close()
	if _, _, err = l.Step([]int32{0, 1}, nil); !errors.Is(err, ErrArg) {
		t.Fatal(err)
	}
	one := &Floor{ArcOff: []int64{0, 1, 1, 1}, ArcHead: []int32{1}}
	if _, err = one.Lifelong([]int32{0}, 2); !errors.Is(err, ErrSpace) {
		t.Fatal(err)
	}
	if _, err = (&Floor{}).Lifelong(nil, 0); err == nil {
		t.Fatal("a floor without offsets was taken")
	}
	if _, err = f.CheckRun(2, []int32{0, 1, 2}, nil, nil); err == nil {
		t.Fatal("half a tick was taken")
	}
}

func ExampleLifelong() {
	corridor := &Floor{ArcOff: []int64{0, 1, 3, 5, 6}, ArcHead: []int32{1, 0, 2, 1, 3, 2}}
	fleet, err := corridor.Lifelong([]int32{0, 2}, 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer fleet.Close()
	for t := 0; t < 3; t++ {
		next, pulse, err := fleet.Step([]int32{2, -1}, nil) // robot 1 has nothing to do and gives way
		fmt.Println(next, pulse.Arrived, err)
	}
	// Output:
	// [1 2] 0 <nil>
	// [2 3] 1 <nil>
	// [2 3] 0 <nil>
}

func TestPeopleAreWaitedFor(t *testing.T) {
	f := &Floor{ArcOff: []int64{0, 1, 3, 4}, ArcHead: []int32{1, 0, 2, 1}}
	l, err := f.Lifelong([]int32{0}, 3)
	if err != nil || l.Hold(1, 0, 3) != nil || l.Hold(2, 0, Stays) != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for k, want := range []int32{0, 0, 1, 1, 2} {
		if k == 4 && l.Unblock(2, 4) != nil {
			t.Fatal("a block stays")
		}
		if next, _, err := l.Step([]int32{2}, nil); err != nil || next[0] != want {
			t.Fatal(k, next, err)
		}
	}
	if l.Hold(9, 0, 1) == nil {
		t.Fatal("there is no such vertex")
	}
}
