// SPDX-License-Identifier: Apache-2.0

package c12

import "testing"

func TestAccess(t *testing.T) {
	a, err := NewAccess([]Role{{"operator", []string{"start"}, []string{"scrap"}}, {"boss", []string{"all"}, nil}}, []Apart{{"create", "close"}})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	for _, c := range []struct {
		roles  []string
		action string
		did    []string
		want   Decision
	}{
		{[]string{"operator"}, "start", nil, Decision{true, Granted, "operator", ""}},
		{[]string{"boss", "operator"}, "scrap", nil, Decision{false, Restricted, "operator", ""}},
		{[]string{"boss"}, "close", []string{"create"}, Decision{false, KeptApart, "boss", "create"}},
		{[]string{"operator"}, "close", nil, Decision{false, NoGrant, "", ""}},
		{[]string{"boss"}, "launch", nil, Decision{false, NoGrant, "", ""}},
	} {
		if got, err := a.Decide(c.roles, c.action, c.did...); err != nil || got != c.want {
			t.Error(c.roles, c.action, got, err)
		}
	}
	if _, err := a.Decide([]string{"king"}, "start"); err == nil {
		t.Error("an unknown role")
	}
	if _, err := NewAccess([]Role{{"x", nil, nil}, {"x", nil, nil}}, nil); err == nil {
		t.Error("a role that stands twice")
	}
}
