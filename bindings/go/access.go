// SPDX-License-Identifier: Apache-2.0

package c12

/*
#include "c12/access.h"
*/
import "C"

import (
	"runtime"
	"unsafe"
)

// Role is a name with what it grants and restricts; "all" grants every action.
type Role struct {
	Name            string
	Grant, Restrict []string
}

// Apart says that who did Did to an object may not do MayNot to it.
type Apart struct{ Did, MayNot string }

// Why a decision is what it is; see c12/access.h.
const (
	Granted    int32 = C.C12_ACCESS_GRANTED
	NoGrant    int32 = C.C12_ACCESS_NO_GRANT
	Restricted int32 = C.C12_ACCESS_RESTRICTED
	KeptApart  int32 = C.C12_ACCESS_APART
)

// Decision is the answer to a question; Role and Did are "" where there is none.
type Decision struct {
	Allowed   bool
	Reason    int32
	Role, Did string
}

// Access decides who may do what: deny by default, a restriction wins over every grant.
type Access struct {
	c              *C.c12_access
	memory         []byte
	roles, actions []string
	pin            *runtime.Pinner
}

type rowNames struct {
	row  map[string]int32
	list []string
}

func (n *rowNames) of(name string) int32 {
	if _, there := n.row[name]; !there {
		n.row[name] = int32(len(n.list))
		n.list = append(n.list, name)
	}
	return n.row[name]
}

func textColumn(names []string) (text []byte, off []int64) {
	off = []int64{0}
	for _, n := range names {
		text = append(text, n...)
		off = append(off, int64(len(text)))
	}
	return append(text, 0), off
}

// NewAccess makes a handle from roles and duties kept apart.
func NewAccess(roles []Role, apart []Apart) (*Access, error) {
	actions := &rowNames{row: map[string]int32{}}
	offs, lists := [2][]int64{{0}, {0}}, [2][]int32{}
	a := &Access{pin: new(runtime.Pinner)}
	for _, r := range roles {
		a.roles = append(a.roles, r.Name)
		for k, names := range [2][]string{r.Grant, r.Restrict} {
			for _, n := range names {
				if k == 0 && n == "all" {
					lists[k] = append(lists[k], C.C12_ACCESS_ALL)
				} else {
					lists[k] = append(lists[k], actions.of(n))
				}
			}
			offs[k] = append(offs[k], int64(len(lists[k])))
		}
	}
	did, mayNot := make([]int32, 0, len(apart)+1), make([]int32, 0, len(apart)+1)
	for _, p := range apart {
		did, mayNot = append(did, actions.of(p.Did)), append(mayNot, actions.of(p.MayNot))
	}
	a.actions = actions.list
	roleText, roleOff := textColumn(a.roles)
	actionText, actionOff := textColumn(a.actions)
	i := func(v []int32) *C.int32_t { return (*C.int32_t)(column(a.pin, append(v, 0))) }
	o := func(v []int64) *C.int64_t { return (*C.int64_t)(column(a.pin, v)) }
	policy := C.c12_access_policy{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_access_policy{})), n_roles: C.int32_t(len(a.roles)), n_actions: C.int32_t(len(a.actions)), n_apart: C.int32_t(len(apart)),
		role_text: (*C.uint8_t)(column(a.pin, roleText)), role_off: o(roleOff), action_text: (*C.uint8_t)(column(a.pin, actionText)), action_off: o(actionOff),
		grant_off: o(offs[0]), grant: i(lists[0]), restrict_off: o(offs[1]), restriction: i(lists[1]), apart_did: i(did), apart_may_not: i(mayNot)}
	err := call(new(runtime.Pinner), func(e *C.c12_error) C.c12_status {
		var size C.size_t
		if s := C.c12_access_bytes(&policy, 0, &size, e); s != C.C12_OK {
			return s
		}
		a.memory = make([]byte, int(size))
		return C.c12_access_init(&a.c, C.c12_mem{ptr: column(a.pin, a.memory), size: size}, &policy, nil, 0, nil, e)
	})
	if err != nil {
		a.pin.Unpin()
		return nil, err
	}
	return a, nil
}

// Close lets go of the handle's memory.
func (a *Access) Close() { a.pin.Unpin() }

func rowsOf(names, all []string) ([]int32, error) {
	out := make([]int32, 0, len(names)+1)
	for _, n := range names {
		row := int32(-1)
		for k, name := range all {
			if name == n {
				row = int32(k)
			}
		}
		if row < 0 {
			return nil, &Error{Status: ErrRange, What: "the policy has no " + n, Row: -1}
		}
		out = append(out, row)
	}
	return out, nil
}

// Decide tells whether someone with these roles may do this, having done that to the same object.  An unknown action is granted to nobody.
func (a *Access) Decide(roles []string, action string, did ...string) (Decision, error) {
	role, err := rowsOf(roles, a.roles)
	if err != nil {
		return Decision{}, err
	}
	done, err := rowsOf(did, a.actions)
	if err != nil {
		return Decision{}, err
	}
	asked := int32(-1)
	if row, err := rowsOf([]string{action}, a.actions); err == nil {
		asked = row[0]
	}
	pin := new(runtime.Pinner)
	d := C.c12_access_decision{struct_size: C.uint32_t(unsafe.Sizeof(C.c12_access_decision{}))}
	err = call(pin, func(e *C.c12_error) C.c12_status {
		return C.c12_access_decide(a.c, C.int32_t(len(role)), (*C.int32_t)(column(pin, append(role, 0))), C.int32_t(asked), C.int32_t(len(done)), (*C.int32_t)(column(pin, append(done, 0))), &d, e)
	})
	out := Decision{Allowed: d.allowed == 1, Reason: int32(d.reason)}
	if d.role >= 0 {
		out.Role = a.roles[d.role]
	}
	if d.did >= 0 {
		out.Did = a.actions[d.did]
	}
	return out, err
}
