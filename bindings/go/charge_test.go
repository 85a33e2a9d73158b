// SPDX-License-Identifier: Apache-2.0

package c12

import (
	"errors"
	"reflect"
	"testing"
)

func fleetOf(battery ...int32) *Outlook {
	o := &Outlook{Bays: 2, Steps: 24, Battery: battery, Demand: make([]int32, 24),
		Models: []ChargeModel{{Capacity: 1000, Active: 40, Idle: 5, Curve: []CurvePart{{800000, 100}, {1000000, 50}}}}}
	for t := range o.Demand {
		o.Demand[t] = int32(len(battery) - 2)
	}
	return o
}

func TestHoursAhead(t *testing.T) {
	o := fleetOf(450000, 500000, 600000, 700000, 800000, 900000)
	p, err := o.Plan(ChargeOptions{}, Budget{Seed: 1, Work: 5000}, nil)
	if err != nil || len(p.Slots) == 0 || p.Below+p.Empty+p.Unmet != 0 {
		t.Fatal(p, err)
	}
	if v, err := o.Check(ChargeOptions{}, p); err != nil || v.Violations != 0 || v.Objective != p.Objective {
		t.Fatal(v, err)
	}
	again, err := o.Plan(ChargeOptions{}, Budget{Seed: 1, Work: 1}, p.Slots)
	if err != nil || again.Objective > p.Objective {
		t.Fatal(again, err)
	}
	p.Energy[3]++
	if v, err := o.Check(ChargeOptions{}, p); err != nil || v.Violations == 0 {
		t.Fatal(v, err)
	}
	var e *Error
	o.Battery[1] = -1
	if _, err = o.Plan(ChargeOptions{}, Budget{Work: 10}, nil); !errors.As(err, &e) || e.Field != "battery_ppm" || e.Row != 1 {
		t.Fatal(err)
	}
	o.Demand = o.Demand[:5]
	if _, err = o.Plan(ChargeOptions{}, Budget{Work: 10}, nil); !errors.As(err, &e) || e.Field != "demand" {
		t.Fatal(err)
	}
}

func TestBaysMissing(t *testing.T) {
	o := fleetOf(400000, 400000, 400000, 400000, 400000, 400000, 400000, 400000, 400000, 400000)
	for k := range o.Demand {
		o.Demand[k] = 10
	}
	p, err := o.Plan(ChargeOptions{}, Budget{Work: 100}, nil)
	if err != nil || p.BaysNeeded != 4 || p.BaysMissing != 2 || p.BaysShort != 2 {
		t.Fatal(p, err)
	}
}

func TestChargeNow(t *testing.T) {
	f := &ChargeNow{Battery: []int32{300000, 150000, 380000, 900000}, Bays: 2, Travel: []int64{20, 60, 30, 10, 40, 50, 10, 10}}
	orders, missing, err := f.Plan()
	want := []ChargeOrder{{ChargeMedium, 0, 20, 1708, -1}, {ChargeCritical, 1, 10, 2204, -1}, {ChargeMedium, 0, 1708, 3126, 0}, {ChargeNone, -1, -1, -1, -1}}
	if err != nil || missing != 0 || !reflect.DeepEqual(orders, want) {
		t.Fatal(orders, err)
	}
}

func TestBatteryHealth(t *testing.T) {
	var h Samples
	for k := 0; k <= 730; k++ {
		h.At, h.PPM = append(h.At, int64(k)*43200), append(h.PPM, int32(k%2)*1000000)
	}
	report, err := Health([]Samples{h, {}}, nil, BatteryFade{})
	if err != nil || report[0] != (BatteryHealth{365000000, 365 * 8640, 969887, 209454546}) || report[1] != (BatteryHealth{0, 0, 1000000, -1}) {
		t.Fatal(report, err)
	}
	var e *Error
	h.At[1] = 0
	if _, err = Health([]Samples{h}, nil, BatteryFade{}); !errors.As(err, &e) || e.Field != "sample_at" || e.Row != 1 {
		t.Fatal(err)
	}
}
