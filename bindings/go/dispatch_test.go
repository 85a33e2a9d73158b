// SPDX-License-Identifier: Apache-2.0

package c12

import (
	"errors"
	"math/rand"
	"slices"
	"testing"
)

func TestDispatchByHand(t *testing.T) {
	d := &Dispatch{Robots: 2, Tasks: 2, Cost: []int64{1, 2, 2, 9}}
	a, err := d.Assign()
	if err != nil || !slices.Equal(a.Robot, []int32{1, 0}) || a.Objective != 4 || !a.Optimal || !slices.Equal(a.RunnerUp, []int32{0, 1}) {
		t.Fatal(a, err)
	}
	if rule, err := d.Check(a); rule != "" || err != nil {
		t.Fatal(rule, err)
	}
	a.Robot[0], a.Robot[1] = 0, 1
	if rule, _ := d.Check(a); rule == "" {
		t.Fatal("a worse plan was accepted")
	}
	listed := &Dispatch{Robots: 2, Tasks: 3, Cost: []int64{4, 1, 2}, PairOff: []int64{0, 2, 3}, PairTask: []int32{0, 2, 2}}
	if a, err := listed.Assign(); err != nil || !slices.Equal(a.Robot, []int32{0, -1, 1}) || a.Why[1] != WhyNoRobot {
		t.Fatal(a, err)
	}
	if a, err := (&Dispatch{}).Assign(); err != nil || len(a.Robot) != 0 {
		t.Fatal(a, err)
	}
}

func TestDispatchInMotion(t *testing.T) {
	g := rand.New(rand.NewSource(7))
	d := &Dispatch{Robots: 8, Tasks: 20, Cost: make([]int64, 160), Priority: make([]int32, 20)}
	for k := range d.Cost {
		d.Cost[k] = g.Int63n(100)
	}
	h, err := NewDispatcher(8, 20, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	if err := h.Load(d); err != nil {
		t.Fatal(err)
	}
	for range make([]int, 200) {
		if g.Intn(2) == 0 {
			r := g.Intn(8)
			for k := r * 20; k < r*20+20; k++ {
				d.Cost[k] = g.Int63n(100)
			}
			err = h.SetRobot(r, d.Cost[r*20:r*20+20], -1)
		} else {
			k, column := g.Intn(20), make([]int64, 8)
			for r := range column {
				d.Cost[r*20+k], column[r] = Never, Never
				if g.Intn(4) > 0 {
					column[r] = g.Int63n(100)
					d.Cost[r*20+k] = column[r]
				}
			}
			d.Priority[k] = g.Int31n(3)
			err = h.SetTask(k, column, d.Priority[k])
		}
		if err != nil {
			t.Fatal(err)
		}
		a, err := h.Solve()
		if err != nil {
			t.Fatal(err)
		}
		if rule, err := d.Check(a); rule != "" || err != nil {
			t.Fatal(rule, err)
		}
		fresh, err := d.Assign()
		if err != nil || fresh.Objective != a.Objective {
			t.Fatal(fresh, err)
		}
	}
	var e *Error
	if err := h.SetTask(20, make([]int64, 8), 0); !errors.As(err, &e) || e.Status != ErrSpace || e.Field != "task" {
		t.Fatal(err)
	}
	if err := h.SetRobot(0, make([]int64, 3), -1); !errors.As(err, &e) {
		t.Fatal("a short column was taken")
	}
}

func TestDispatchChains(t *testing.T) {
	f := &DispatchFleet{Vertices: 6, Stations: 6, RobotVertex: []int32{0, 5}, TaskStation: []int32{1, 2, 4, 3}}
	for a := int64(0); a < 6; a++ {
		for b := int64(0); b < 6; b++ {
			f.Travel = append(f.Travel, 10*max(a-b, b-a))
		}
	}
	c, err := f.Chains(f.Travel, 0)
	if err != nil || c.Objective != 40 || !slices.Equal(c.Tasks[0][:2], []int32{0, 1}) || c.Robot[2] != 1 || c.Done[0] != 10 {
		t.Fatal(c, err)
	}
	if rule, err := f.CheckChains(f.Travel, c); rule != "" || err != nil {
		t.Fatal(rule, err)
	}
	c.Done[0]++
	if rule, _ := f.CheckChains(f.Travel, c); rule == "" {
		t.Fatal("a wrong time was accepted")
	}
	f.TaskSkills, f.RobotSkills = []uint64{1, 1, 2, 1}, []uint64{3, 1}
	cost, reason, err := f.Costs()
	if err != nil || cost[4+2] != Never || reason[4+2] != 2 || cost[2] != 40 || reason[2] != 0 {
		t.Fatal(cost, reason, err)
	}
	if _, err := f.Chains(f.Travel[:5], 0); err == nil {
		t.Fatal("a short column was taken")
	}
}
