// SPDX-License-Identifier: Apache-2.0

package c12

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"
)

// Two machines; job 0 is 10 on 0 and 10 on 1, job 1 is 10 on 0 or 1, job 2 is 10 on 1.
func small() *Shop {
	return &Shop{Machines: 2, OpOff: []int64{0, 2, 3, 4}, ModeOff: []int64{0, 1, 2, 4, 5}, ModeMachine: []int32{0, 1, 0, 1, 1}, ModeTicks: []int64{10, 10, 10, 10, 10},
		Due: []int64{20, 15, 100}, Goal: Tardiness}
}

// One job of 6 on machine 0.
func order() *Shop {
	return &Shop{Machines: 2, OpOff: []int64{0, 1}, ModeOff: []int64{0, 1}, ModeMachine: []int32{0}, ModeTicks: []int64{6}}
}

// Adopted: operations 0 and 2 on machine 0 at 0 and 10, 1 and 3 on machine 1 at 10 and 20; job 1 is late by 5.
func opened(t *testing.T) *Live {
	t.Helper()
	l, err := small().Live(LiveRoom{Branches: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	d, err := l.Adopt(0, &Plan{Start: []int64{0, 10, 10, 20}, End: make([]int64, 4), Mode: make([]int32, 4)})
	if err != nil || len(d.Ops) != 4 || d.Ops[3] != (OpMove{3, -1, 20, -1, 0}) || d.Jobs[2] != (JobMove{2, -1, 30}) || d.ObjectiveAfter != 5 {
		t.Fatal(d, err)
	}
	return l
}

func starts(t *testing.T, l *Live, branch int32, want ...int64) {
	t.Helper()
	plan, err := l.Plan(branch)
	if err != nil || !reflect.DeepEqual(plan.Start, want) {
		t.Fatal(plan, err, "instead of", want)
	}
	if v, err := l.Check(branch); err != nil || v.Violations != 0 || v.Objective != plan.Objective {
		t.Fatal(v, err)
	}
}

func ExampleLive() {
	plan, err := small().Live(LiveRoom{Branches: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer plan.Close()
	if _, err = plan.Solve(context.Background(), 0, Budget{Work: 100}); err != nil {
		fmt.Println(err)
		return
	}
	moved, err := plan.Apply(0, Now(3, 3), MachineDown(1, 5, 200))
	fmt.Println(moved.ObjectiveBefore, moved.ObjectiveAfter > 0, err)
	// Output: 0 true <nil>
}

func TestLiveEvents(t *testing.T) {
	l := opened(t)
	d, err := l.Apply(0, MachineDown(1, 15, 25)) // operation 1 cannot pause: behind it, and what follows
	if err != nil || !reflect.DeepEqual(d.Ops, []OpMove{{1, 10, 25, 0, 0}, {3, 20, 35, 0, 0}}) || !reflect.DeepEqual(d.Jobs, []JobMove{{0, 20, 35}, {2, 30, 45}}) {
		t.Fatal(d, err)
	}
	starts(t, l, 0, 0, 25, 10, 35)
	if d, err = l.Apply(0, Cancelled(0)); err != nil || len(d.Ops) != 2 || d.Ops[1] != (OpMove{1, 25, -1, 0, -1}) {
		t.Fatal(d, err)
	}
	starts(t, l, 0, 0, 0, 10, 35)
	d, info, err := l.Repair(context.Background(), 0, nil, Budget{Work: 50})
	if err != nil || d.ObjectiveAfter != 0 || info.Objective != 0 || info.Outcome == Unknown {
		t.Fatal(d, info, err)
	}
	if v, err := l.Check(0); err != nil || v.Violations != 0 {
		t.Fatal(v, err)
	}
}

func TestLiveReports(t *testing.T) {
	l := opened(t)
	if d, err := l.Apply(0, MachineDown(0, 10, 60)); err != nil || d.Ops[0] != (OpMove{2, 10, 20, 0, 1}) { // round the stopped machine
		t.Fatal(d, err)
	}
	l = opened(t)
	if _, err := l.Apply(0, Started(0, 2, -1, -1), Now(5, 5), Started(2, 5, -1, 9), DueAt(1, -1), MaterialAt(3, 90)); err != nil {
		t.Fatal(err)
	}
	starts(t, l, 0, 2, 12, 5, 90)
	if _, err := l.Apply(0, Now(30, 30), Finished(0, 33, -1, -1)); err != nil {
		t.Fatal(err)
	}
	starts(t, l, 0, 2, 33, 5, 90)
	shop, err := l.Problem(0)
	if err != nil || shop.FixedEnd[0] != 33 || !reflect.DeepEqual(shop.Due, []int64{20, -1, 100}) || shop.Ready[3] != 90 {
		t.Fatal(shop, err)
	}
	plan, err := l.Plan(0)
	if err != nil {
		t.Fatal(err)
	}
	if v, err := shop.Check(plan); err != nil || v.Violations != 0 || v.Objective != plan.Objective {
		t.Fatal(v, err)
	}
}

func TestLiveRefuses(t *testing.T) {
	l := opened(t)
	for _, c := range []struct {
		event Event
		field string
	}{{Event{Kind: 99}, "events.kind"}, {MachineDown(7, 0, 5), "events.row"}, {MachineDown(0, 5, 5), "events.to"}, {Started(0, 0, 4, -1), "events.mode"}, {Now(3, 2), "events.to"}} {
		_, err := l.Apply(0, DueAt(0, 1), c.event)
		var e *Error
		if !errors.As(err, &e) || e.Status != ErrRange || e.Field != c.field || e.Row != 1 {
			t.Fatal(c, err)
		}
		starts(t, l, 0, 0, 10, 10, 20)
	}
	if shop, err := l.Problem(0); err != nil || shop.Due[0] != 20 {
		t.Fatal(shop, err)
	}
	if _, err := l.Adopt(0, newPlan(3)); !errors.Is(err, ErrSpace) {
		t.Fatal("a short plan was taken:", err)
	}
	bare, err := small().Live(LiveRoom{Jobs: 1, Ops: 1, Modes: 1, Breaks: 1})
	if err != nil {
		t.Fatal(err)
	}
	if plan, err := bare.Plan(0); err != nil || plan.Outcome != Unknown {
		t.Fatal(plan, err)
	}
	if _, err := bare.Apply(0, Cancelled(0)); !errors.Is(err, ErrState) {
		t.Fatal(err)
	}
	if _, err := bare.Solve(context.Background(), 0, Budget{Work: 50}); err != nil {
		t.Fatal(err)
	}
	two := &Shop{OpOff: []int64{0, 1, 2}, ModeOff: []int64{0, 1, 2}, ModeMachine: []int32{0, 1}, ModeTicks: []int64{6, 6}}
	if _, _, err := bare.Insert(0, two, nil); !errors.Is(err, ErrSpace) {
		t.Fatal("more than there is room for was taken:", err)
	}
	bare.Close()
	bare.Close()
	if _, err := bare.Apply(0, Cancelled(0)); !errors.Is(err, ErrArg) {
		t.Fatal("a closed plan was changed:", err)
	}
	if _, err := bare.Solve(context.Background(), 0, Budget{Work: 50}); !errors.Is(err, ErrArg) {
		t.Fatal("a closed plan was searched:", err)
	}
	if _, err := (&Shop{Machines: 1, OpOff: []int64{0, 1}, ModeOff: []int64{0, 1}, ModeMachine: []int32{4}, ModeTicks: []int64{1}}).Live(LiveRoom{}); !errors.Is(err, ErrRange) {
		t.Fatal(err)
	}
}

func TestLiveBranches(t *testing.T) {
	l := opened(t)
	a, err := l.Branch(0)
	if err != nil || a != 1 {
		t.Fatal(a, err)
	}
	if _, err = l.Apply(a, MachineDown(0, 0, 7)); err != nil {
		t.Fatal(err)
	}
	b, err := l.Branch(a)
	if err != nil || b != 2 {
		t.Fatal(b, err)
	}
	if _, err = l.Branch(0); !errors.Is(err, ErrSpace) {
		t.Fatal(err)
	}
	if _, err = l.Apply(b, MaterialAt(3, 50)); err != nil {
		t.Fatal(err)
	}
	starts(t, l, 0, 0, 10, 10, 20)
	if d, err := l.Diff(a, b); err != nil || !reflect.DeepEqual(d.Ops, []OpMove{{3, 27, 50, 0, 0}}) || !reflect.DeepEqual(d.Jobs, []JobMove{{2, 37, 60}}) {
		t.Fatal(d, err)
	}
	if err = l.Commit(b); err != nil {
		t.Fatal(err)
	}
	starts(t, l, 0, 7, 17, 17, 50)
	if err = l.Drop(a); err != nil {
		t.Fatal(err)
	}
	if err = l.Drop(a); !errors.Is(err, ErrRange) {
		t.Fatal(err)
	}
	if _, err = l.Plan(b); !errors.Is(err, ErrRange) {
		t.Fatal(err)
	}
}

func TestLiveOrders(t *testing.T) {
	l := opened(t)
	o, d, err := l.Promise(0, order())
	if err != nil || o != (Offer{Quiet: 26, Rush: 6, RushCost: 12, Later: 3, Late: 1}) || len(d.Ops) != 4 || d.Ops[0] != (OpMove{0, 0, 6, 0, 0}) {
		t.Fatal(o, d, err)
	}
	starts(t, l, 0, 0, 10, 10, 20)
	job, d, err := l.Insert(0, order(), &Calm{Until: 100, Weight: 1000})
	if err != nil || job != 3 || !reflect.DeepEqual(d.Ops, []OpMove{{4, -1, 20, -1, 0}}) || !reflect.DeepEqual(d.Jobs, []JobMove{{3, -1, 26}}) {
		t.Fatal(job, d, err)
	}
	starts(t, l, 0, 0, 10, 10, 20, 20)
	wrong := order()
	wrong.Machines = 3
	if _, _, err = l.Promise(0, wrong); !errors.Is(err, ErrRange) {
		t.Fatal(err)
	}
	wrong.ModeTicks = nil
	if _, _, err = l.Insert(0, wrong, nil); !errors.Is(err, ErrSpace) {
		t.Fatal("a short column was taken:", err)
	}
}

func TestLiveExplains(t *testing.T) {
	l := opened(t)
	why, err := l.Explain(0, 1) // due at 15, ends at 20: waits for operation 0
	if err != nil || why.Late != 5 || len(why.Links) != 2 || why.Links[0] != (Link{2, 0, 10, ByMachine}) || why.Links[1].Op != 0 || why.Links[1].Reason != ByRelease {
		t.Fatal(why, err)
	}
	if why.Fixes[0].Kind != FixSpeed || why.Fixes[0].Kind.String() != "speed" || why.Links[0].Reason.String() != "machine" {
		t.Fatal(why)
	}
	due := 0
	for _, f := range why.Fixes {
		if f == (Fix{FixDue, 2, -1, 5, 5}) {
			due++
		}
	}
	if due != 1 {
		t.Fatal(why)
	}
	if why, err = l.Explain(0, 0); err != nil || why.Late != 0 || len(why.Fixes) != 0 {
		t.Fatal(why, err)
	}
	if _, err = l.Explain(0, 7); !errors.Is(err, ErrRange) {
		t.Fatal(err)
	}
}

// A search that was stopped says nothing about the next one.
func TestLiveSearchesStop(t *testing.T) {
	shop, err := ReadShop([]byte(ft06))
	if err != nil {
		t.Fatal(err)
	}
	l, err := shop.Live(LiveRoom{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for _, budget := range []Budget{{Work: 1 << 40}, {Time: time.Hour}} {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if plan, err := l.Solve(ctx, 0, budget); err != nil || plan.Objective < 55 {
			t.Fatal(plan, err)
		}
	}
	if _, info, err := l.Repair(context.Background(), 0, nil, Budget{Work: 50000}); err != nil || info.Objective != 55 || info.Outcome != Optimal {
		t.Fatal(info, err)
	}
	if _, err := l.Solve(context.Background(), 0, Budget{}); !errors.Is(err, ErrArg) {
		t.Fatal("a budget without a limit was taken:", err)
	}
	if v, err := l.Check(0); err != nil || v.Violations != 0 || v.Objective != 55 {
		t.Fatal(v, err)
	}
}

func TestLiveSearchIsInterrupted(t *testing.T) {
	const jobs, machines = 20, 10
	shop := &Shop{Machines: machines, OpOff: []int64{0}, ModeOff: []int64{0}, Goal: Tardiness, Due: make([]int64, jobs)}
	for j := int64(0); j < jobs; j++ {
		for k := int64(0); k < machines; k++ {
			shop.ModeMachine, shop.ModeTicks = append(shop.ModeMachine, int32((k*(2*(j%3)+1)+j)%machines)), append(shop.ModeTicks, 1+(j*37+k*53)%97)
			shop.ModeOff = append(shop.ModeOff, int64(len(shop.ModeTicks)))
		}
		shop.OpOff = append(shop.OpOff, int64(len(shop.ModeTicks)))
	}
	l, err := shop.Live(LiveRoom{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for _, budget := range []Budget{{Work: 1 << 50}, {Time: time.Hour}} {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Millisecond)
		began := time.Now()
		_, err := l.Solve(ctx, 0, budget)
		if _, _, again := l.Repair(ctx, 0, nil, budget); err != nil || again != nil || time.Since(began) > 30*time.Second {
			t.Fatal(err, again, time.Since(began))
		}
		cancel()
	}
	if _, info, err := l.Repair(context.Background(), 0, nil, Budget{Work: 3000}); err != nil || info.Work < 3000 {
		t.Fatal("stopped by what is over", info, err)
	}
	if v, err := l.Check(0); err != nil || v.Violations != 0 {
		t.Fatal(v, err)
	}
}

// A plant with everything, copied out and judged by itself.
func TestLiveProblemIsWhole(t *testing.T) {
	shop := oven()
	l, err := shop.Live(LiveRoom{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	plan, err := l.Solve(context.Background(), 0, Budget{Work: 2000})
	if err != nil || plan.Objective != 24+3*(14+14+24) {
		t.Fatal(plan, err)
	}
	copied, err := l.Problem(0)
	if err != nil || !reflect.DeepEqual(copied, shop) {
		t.Fatal(copied, shop, err)
	}
	if v, err := copied.Check(plan); err != nil || v.Violations != 0 || v.Objective != plan.Objective {
		t.Fatal(v, err)
	}
}
