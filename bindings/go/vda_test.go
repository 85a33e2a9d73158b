// SPDX-License-Identifier: Apache-2.0

package c12

import (
	"errors"
	"strings"
	"testing"
)

const vdaSaid = `{"headerId":12,"timestamp":"2026-11-30T08:15:00.250Z","version":"2.0.0","manufacturer":"acme","serialNumber":"R1","orderId":"o","orderUpdateId":0,"lastNodeId":"B","lastNodeSequenceId":2,"driving":true,"operatingMode":"AUTOMATIC",` +
	`"nodeStates":[{"nodeId":"C","sequenceId":4,"released":true},{"nodeId":"D","sequenceId":6,"released":false}],"edgeStates":[],"actionStates":[],"batteryState":{"batteryCharge":80.5,"charging":false},"errors":[],"safetyState":{"eStop":"NONE","fieldViolation":false}}`

func vdaOrder(t *testing.T, nodes string, released int, first, update int64) *VDAMessage {
	r := VDARoute{Nodes: strings.Split(nodes, ""), Released: released, First: first, Update: update, Order: "o", Manufacturer: "acme", Serial: "R1"}
	m, err := r.Make()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Close)
	return m
}

func TestVDA(t *testing.T) {
	state, err := ReadVDA(VDAState, []byte(vdaSaid))
	if err != nil {
		t.Fatal(err)
	}
	defer state.Close()
	sequence, _ := state.Values("nodeStates.sequenceId")
	names, _ := state.Texts("nodeStates.nodeId")
	paused, _ := state.Values("paused")
	if len(sequence) != 2 || sequence[1] != 6 || names[0] != "C" || paused[0] != VDANone || state.Version != 20 {
		t.Fatal(sequence, names, paused, state.Version)
	}
	if json, err := state.Write(); err != nil || string(json) != vdaSaid {
		t.Fatal(string(json), err)
	}
	order, update, wrong := vdaOrder(t, "AABCD", 4, 0, 0), vdaOrder(t, "CEF", 2, 4, 1), vdaOrder(t, "BC", 2, 2, 1)
	if n, rule, err := CheckVDA(order, nil); n != 0 || err != nil {
		t.Fatal(rule, err)
	}
	if n, rule, err := CheckVDA(update, order); n != 0 || err != nil {
		t.Fatal(rule, err)
	}
	if n, rule, err := CheckVDA(wrong, order); n == 0 || !strings.HasPrefix(rule, "V7") || err != nil {
		t.Fatal(n, rule, err)
	}
	if p, err := state.PlaceIn(order); err != nil || p != (VDAPlace{State: VDAOnWay, Node: 1, Base: 1, Horizon: 1}) {
		t.Fatal(p, err)
	}
	if d, err := state.Accept(update, false); err != nil || d.What != VDAExtend {
		t.Fatal(d, err)
	}
	if d, err := state.Accept(wrong, false); err != nil || d.What != VDARefuse || d.Error != "orderUpdateError" {
		t.Fatal(d, err)
	}
}

func TestVDAFaults(t *testing.T) {
	_, err := ReadVDA(VDAState, []byte(strings.Replace(vdaSaid, "true", "1", 1)))
	var e *Error
	if !errors.As(err, &e) || e.Field != "driving" || !errors.Is(err, ErrRange) {
		t.Fatal(err)
	}
	if _, err := ReadVDA(VDAConnection, nil); !errors.Is(err, ErrFormat) {
		t.Fatal(err)
	}
	r := VDARoute{Nodes: []string{"A"}, Released: 2, Order: "o", Manufacturer: "m", Serial: "s"}
	if _, err := r.Make(); !errors.Is(err, ErrArg) {
		t.Fatal(err)
	}
}
