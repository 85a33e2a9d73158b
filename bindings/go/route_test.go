// SPDX-License-Identifier: Apache-2.0

package c12

import (
	"context"
	"errors"
	"fmt"
	"math/rand"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"
)

// latticeText is a map with some walls and a scenario of n robots on its cells.
func latticeText(rng *rand.Rand, side, n int) (text, scenario []byte) {
	var m, s strings.Builder
	fmt.Fprintf(&m, "type octile\nheight %d\nwidth %d\nmap\n", side, side)
	var free [][2]int
	for y := 0; y < side; y++ {
		for x := 0; x < side; x++ {
			if x%4 == 2 && y%4 == 2 {
				m.WriteByte('@')
				continue
			}
			m.WriteByte('.')
			free = append(free, [2]int{x, y})
		}
		m.WriteByte('\n')
	}
	s.WriteString("version 1\n")
	from, to := rng.Perm(len(free)), rng.Perm(len(free))
	for k := 0; k < n; k++ {
		a, b := free[from[k]], free[to[k]]
		fmt.Fprintf(&s, "0\tf.map\t%d\t%d\t%d\t%d\t%d\t%d\t0\n", side, side, a[0], a[1], b[0], b[1])
	}
	return []byte(m.String()), []byte(s.String())
}

func TestFleetOnAMap(t *testing.T) {
	text, scenario := latticeText(rand.New(rand.NewSource(3)), 24, 80)
	floor, err := ReadFleetFloor(text, scenario, -1)
	if err != nil || len(floor.Start) != 80 || floor.CellVertex[2*24+2] != -1 {
		t.Fatal(floor, err)
	}
	fleet, err := floor.Fleet(FleetRoom{})
	if err != nil {
		t.Fatal(err)
	}
	defer fleet.Close()
	plan, err := fleet.Solve(context.Background(), Budget{Seed: 1, Work: 20000})
	if err != nil || plan.Outcome == Unknown || plan.Bound > plan.Objective || 2*plan.Objective > 3*plan.Bound {
		t.Fatal(plan, err)
	}
	if v, err := floor.Check(plan); err != nil || v.Violations != 0 || v.Objective != plan.Objective {
		t.Fatal(v, err)
	}
	if again, err := fleet.Solve(context.Background(), Budget{Seed: 1, Work: 20000}); err != nil || !reflect.DeepEqual(plan, again) {
		t.Fatal("another plan", err)
	}
	plan.Steps[3] = plan.Steps[4]
	if v, err := floor.Check(plan); err != nil || v.Violations == 0 {
		t.Fatal(v, err)
	}
	ctx, stop := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer stop()
	began := time.Now()
	if _, err = fleet.Solve(ctx, Budget{Seed: 1, Work: 1 << 50}); err != nil || time.Since(began) > 20*time.Second {
		t.Fatal("not cancelled", err)
	}
}

// crossingFleet has robot 0 on vertex 0 and robot 1 on vertex 1; their ways are 0-2-3 and 1-2-4.
func crossingFleet(t *testing.T) *Fleet {
	floor := &FleetFloor{ArcOff: []int64{0, 1, 2, 6, 7, 8}, ArcHead: []int32{2, 2, 0, 1, 3, 4, 2, 2}, Robots: 2}
	fleet, err := floor.Fleet(FleetRoom{Holds: 64})
	if err = first(err, fleet.Park(0, 0, 0), fleet.Park(1, 1, 0)); err != nil {
		t.Fatal(err)
	}
	for robot, arrival := range []int64{2, 4} {
		p, err := fleet.Replan(context.Background(), int32(robot), int32(robot), 0, int32(3+robot), Budget{Work: 1000})
		if err != nil || p.Objective != arrival || p.Outcome != Optimal || len(p.Steps[0]) == 0 || p.Steps[0][len(p.Steps[0])-1].To != Stays {
			t.Fatal(p, err)
		}
	}
	return fleet
}

func TestLateRobotsKeepTheirTurn(t *testing.T) {
	ctx, b, fleet := context.Background(), Budget{Work: 1000}, crossingFleet(t)
	defer fleet.Close()
	if w, err := fleet.Waits(1); err != nil || w == nil || *w != (Wait{2, 0, 2, -1}) {
		t.Fatal(w, err)
	}
	if m, err := fleet.Delay(0, 50); err != nil || m.Holds != 5 || len(m.Hit) != 0 {
		t.Fatal(m, err)
	}
	if s, err := fleet.Release(1, 10); err != nil || len(s) != 1 || s[0].Vertex != 1 {
		t.Fatal(s, err)
	}
	if s, err := fleet.Release(0, 10); err != nil || len(s) != 3 || s[2].Vertex != 3 {
		t.Fatal(s, err)
	}
	var e *Error
	if _, err := fleet.Progress(1, 11); !errors.As(err, &e) || e.Status != ErrState || e.Row != 1 {
		t.Fatal(err)
	}
	for _, tick := range []int64{60, 61} {
		if _, err := fleet.Progress(0, tick); err != nil {
			t.Fatal(err)
		}
	}
	if w, err := fleet.Waits(1); err != nil || w != nil {
		t.Fatal(w, err)
	}
	if hit, err := fleet.Hold(2, 61, 100); err != nil || !reflect.DeepEqual(hit, []int32{1}) {
		t.Fatal(hit, err)
	}
	if p, err := fleet.Reroute(ctx, 1, 62, 4, b); err != nil || p.Objective != 102 {
		t.Fatal(p, err)
	}
	if w, err := fleet.Waits(1); err != nil || *w != (Wait{2, -1, 100, -1}) {
		t.Fatal(w, err)
	}
	if err := fleet.Unblock(2, 70); err != nil {
		t.Fatal(err)
	}
	if p, err := fleet.Reroute(ctx, 1, 70, 4, b); err != nil || p.Objective != 72 {
		t.Fatal(p, err)
	}
	if c, err := fleet.Circle(); err != nil || len(c) != 0 {
		t.Fatal(c, err)
	}
	if err := fleet.Forget(70); err != nil {
		t.Fatal(err)
	}
}

// Robots drive what was released to them, as slowly as they like, and never meet.
func TestNobodyMeets(t *testing.T) {
	rng, ctx, b := rand.New(rand.NewSource(9)), context.Background(), Budget{Work: 100000}
	text, _ := latticeText(rng, 9, 0)
	floor, err := ReadFleetFloor(text, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	const robots = 8
	floor.Grid, floor.Robots = false, robots
	fleet, err := floor.Fleet(FleetRoom{})
	if err != nil {
		t.Fatal(err)
	}
	defer fleet.Close()
	var at, to, goal [robots]int32
	var until [robots]int64
	for r, v := range rng.Perm(len(floor.X))[:robots] {
		at[r], goal[r], to[r] = int32(v), int32(v), -1
		if err := fleet.Park(int32(r), at[r], 0); err != nil {
			t.Fatal(err)
		}
	}
	now, moves := int64(0), 0
	for k := 0; k < 400; k++ {
		next := now + 100
		for r := range at {
			if to[r] < 0 && at[r] == goal[r] {
				errand := int32(rng.Intn(len(floor.X)))
				taken := false
				for _, g := range goal {
					taken = taken || g == errand
				}
				if !taken {
					p, err := fleet.Reroute(ctx, int32(r), now, errand, b)
					if err != nil {
						t.Fatal(err)
					}
					if p.Outcome == Optimal {
						goal[r] = errand
					}
				}
			}
			if to[r] < 0 {
				steps, err := fleet.Release(int32(r), now)
				if err != nil || steps[0].Vertex != at[r] {
					t.Fatal(steps, err)
				}
				for _, s := range steps {
					if s.Vertex != at[r] {
						to[r], until[r] = s.Vertex, now+1+int64(rng.Intn(3)*rng.Intn(3))
						break
					}
				}
			}
			if to[r] >= 0 {
				next = min(next, until[r])
			}
		}
		who := map[int32]int{}
		for r := range at {
			for _, v := range []int32{at[r], to[r]} {
				if other, taken := who[v]; v >= 0 && taken {
					t.Fatal("robots", other, r, "meet at", v)
				}
				who[v] = r
			}
			delete(who, -1)
		}
		now = next
		for r := range at {
			if to[r] >= 0 && until[r] <= now {
				if _, err := fleet.Progress(int32(r), now); err != nil {
					t.Fatal(err)
				}
				at[r], to[r] = to[r], -1
				moves++
			}
		}
	}
	if moves < 800 {
		t.Fatal("only", moves, "moves")
	}
}

func TestFleetRefuses(t *testing.T) {
	var e *Error
	off, head := []int64{0, 1, 2}, []int32{1, 0}
	for _, c := range []struct {
		floor *FleetFloor
		field string
	}{
		{&FleetFloor{ArcOff: off, ArcHead: []int32{1, 7}}, "arc_head"},
		{&FleetFloor{ArcOff: off, ArcHead: head[:1]}, "arc_off"},
		{&FleetFloor{ArcOff: off, ArcHead: head, Start: []int32{0, 1}, Goal: []int32{1}}, "goal"},
		{&FleetFloor{ArcOff: off, ArcHead: head, Start: []int32{0}, Goal: []int32{2}}, "goal"},
		{&FleetFloor{ArcOff: off, ArcHead: head, HeldVertex: []int32{0}, HeldFrom: []int64{4}, HeldTo: []int64{4}}, "held_to"},
		{&FleetFloor{}, "arc_off"},
	} {
		if _, err := c.floor.Fleet(FleetRoom{}); !errors.As(err, &e) || e.Field != c.field {
			t.Fatal(c.field, err)
		}
	}
	if _, err := ReadFleetFloor([]byte("type octile\nheight 1\nwidth 2\nmap\n.x\n"), nil, 0); !errors.Is(err, ErrFormat) {
		t.Fatal(err)
	}
	for k := 0; k < 20; k++ { // a fleet that is not closed is collected like everything else
		crossingFleet(t)
		runtime.GC()
	}
	fleet := crossingFleet(t)
	if _, err := fleet.Solve(context.Background(), Budget{Work: 10}); !errors.Is(err, ErrState) {
		t.Fatal(err)
	}
	if _, err := fleet.Reroute(context.Background(), 0, 0, 1, Budget{}); !errors.Is(err, ErrArg) {
		t.Fatal(err)
	}
	fleet.Close()
	fleet.Close()
	if err := fleet.Park(0, 0, 0); !errors.Is(err, ErrArg) {
		t.Fatal(err)
	}
	if _, err := fleet.Circle(); !errors.Is(err, ErrArg) {
		t.Fatal(err)
	}
}

// corridor is n vertices in a row, arcs both ways.
func corridor(n int) *FleetFloor {
	f := &FleetFloor{ArcOff: []int64{0}}
	for v := 0; v < n; v++ {
		for _, w := range []int{v - 1, v + 1} {
			if w >= 0 && w < n {
				f.ArcHead = append(f.ArcHead, int32(w))
			}
		}
		f.ArcOff = append(f.ArcOff, int64(len(f.ArcHead)))
	}
	return f
}

func TestFleetBranchesAndZones(t *testing.T) {
	floor, ctx := corridor(6), context.Background()
	floor.Robots, floor.Zone = 1, []int32{-1, -1, -1, 7, 7, 7}
	fleet, err := floor.Fleet(FleetRoom{Branches: 2})
	if err != nil || fleet.Park(0, 0, 0) != nil {
		t.Fatal(err)
	}
	defer fleet.Close()
	try, err := fleet.Branch()
	if err != nil {
		t.Fatal(err)
	}
	if hit, err := try.Hold(1, 0, 50); err != nil || len(hit) != 0 {
		t.Fatal(hit, err)
	}
	r, err := try.Reroute(ctx, 0, 0, 2, Budget{Work: 1000})
	if err != nil || r.Objective != 52 {
		t.Fatal(r, err)
	}
	if err := try.Drop(); err != nil || try.Park(0, 0, 0) == nil {
		t.Fatal("a dropped branch goes on", err)
	}
	better, _ := fleet.Branch()
	if r, err := better.Reroute(ctx, 0, 0, 5, Budget{Work: 1000}); err != nil || r.Objective != 5 {
		t.Fatal(r, err)
	}
	further, err := better.Branch()
	if err != nil || better.Commit() != nil || further.Commit() == nil {
		t.Fatal("branches are mixed up", err)
	}
	further.Close()
	w, err := fleet.Waits(0)
	if err != nil || w == nil || *w != (Wait{3, -1, -1, 7}) {
		t.Fatal(w, err)
	}
	if fleet.Grant(0, 8) == nil || fleet.Grant(0, 7) != nil {
		t.Fatal("zones are mixed up")
	}
	if w, err := fleet.Waits(0); w != nil || err != nil {
		t.Fatal(w, err)
	}
	if stuck, err := fleet.Stuck(50, 10); err != nil || len(stuck) != 1 || stuck[0] != 0 {
		t.Fatal(stuck, err)
	}
}

func TestFleetTurns(t *testing.T) {
	floor := corridor(4)
	floor.X, floor.Y = []int32{0, 1, 2, 3}, []int32{0, 0, 0, 0}
	turned, arcOf, err := floor.Turns(5)
	if err != nil || len(turned.Place) != 16 || len(arcOf) != len(turned.ArcHead) {
		t.Fatal(turned, err)
	}
	turned.Start, turned.Goal = []int32{1}, []int32{12} // looks south at first
	fleet, err := turned.Fleet(FleetRoom{})
	if err != nil {
		t.Fatal(err)
	}
	defer fleet.Close()
	r, err := fleet.Solve(context.Background(), Budget{Work: 1000})
	if err != nil || r.Objective != 8 {
		t.Fatal(r, err)
	}
	if v, err := turned.Check(r); err != nil || v.Violations != 0 {
		t.Fatal(v, err)
	}
	if _, _, err := floor.Turns(0); err == nil {
		t.Fatal("a turn of no time")
	}
}
