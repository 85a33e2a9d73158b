// SPDX-License-Identifier: Apache-2.0

package c12

import (
	"errors"
	"math"
	"testing"
)

func TestControlChart(t *testing.T) {
	d := ChartData{Kind: ChartXbarR, Size: 2, X: []int64{10, 12, 11, 9, 10, 11, 12, 9, 30, 31}, Exclude: []uint8{0, 0, 0, 0, 1}}
	h, err := d.Chart()
	if err != nil || h.Value[4] != 30500000 || h.SpreadCentre != 2000000 || len(h.Signals) != 1 || h.Signals[0] != (ChartSignal{4, false, 1, 1, 1}) || h.Fired[4] != 1 {
		t.Fatal(h, err)
	}
	p := ChartData{Kind: ChartP, Count: []int64{2, 9}, Units: []int64{5, 5}}
	if _, err := p.Chart(); !errors.Is(err, ErrRange) {
		t.Fatal(err)
	}
	p.Units = p.Units[:1]
	if _, err := p.Chart(); !errors.Is(err, ErrSpace) {
		t.Fatal(err)
	}
	lower, upper := int64(8), int64(20)
	five := ChartData{Kind: ChartIMR, X: []int64{14, 14, 18, 18, 16}}
	a, err := five.Capability(&lower, &upper)
	if err != nil || math.Abs(a.Pp-1) > 1e-9 || math.Abs(a.Ppk-2.0/3) > 1e-9 {
		t.Fatal(a, err)
	}
	w := NewChartWatch(0, 30, 0)
	fired, err := w.Push(31, 1, 2)
	if err != nil || fired[0] != 1 || fired[2] != 0 {
		t.Fatal(fired, err)
	}
}

func TestSampling(t *testing.T) {
	p, err := Sampling(1000, LevelII, 10000, Normal)
	if err != nil || *p != (SamplingPlan{'J', 'J', false, 80, 2}) {
		t.Fatal(p, err)
	}
	if p, err = Sampling(1000, LevelII, 10000, Reduced); err != nil || *p != (SamplingPlan{'J', 'J', false, 32, 1}) {
		t.Fatal(p, err)
	}
	if _, err := Sampling(1000, LevelII, 10000, Discontinued); !errors.Is(err, ErrRange) {
		t.Fatal(err)
	}
	lots := Lots{Accepted: []uint8{0, 0, 1, 1, 1, 1, 1, 1}}
	s, err := lots.Severities()
	if err != nil || s[1] != Normal || s[2] != Tightened || s[6] != Tightened || s[7] != Normal {
		t.Fatal(s, err)
	}
	order, total, share, err := Pareto([]int32{1, 0, 2, 0}, nil, 3)
	if err != nil || order[0] != 0 || order[1] != 1 || total[0] != 2 || share[2] != 1000000 {
		t.Fatal(order, total, share, err)
	}
}
