/* SPDX-License-Identifier: Apache-2.0 */
#ifndef C12_CHARGE_INTERNAL_H
#define C12_CHARGE_INTERNAL_H

#include "base/arena.h"
#include "base/num.h"
#include "c12/charge.h"
#include <stdatomic.h>

enum { C12__CHARGE_PPM = 1000000 };

struct c12_charge {
    c12_host host;
    c12_charge_dims dims;
    c12_charge_options policy;
    c12_charge_problem p;
    void *owned_ptr; /* by create */
    size_t owned;
    atomic_int cancelled;
    int32_t loaded, target, queued, stranded;
    int64_t *key;        /* [robots] */
    int32_t *order, *scratch; /* [robots] */
    int32_t *kind;       /* [robots] C12_CHARGE_* */
    int32_t *bay;        /* [robots] the plan, until it is handed out whole */
    int32_t *rank;       /* [robots] */
    c12_tick *start, *until;  /* [robots] */
    int32_t *user;       /* [bays] robot that has the bay now, -1 = none */
    c12_tick *open;      /* [bays] when the next robot may have it */
};

/* Copies and validates; shared by load and the checker because both take the same input. */
c12_status c12__charge_take_problem(c12_charge_problem *p, const c12_charge_problem *from, const c12_charge_options *o, c12_error *err);
c12_status c12__charge_take_options(c12_charge_options *o, const c12_charge_options *from, c12_error *err);

/* Classes and target (E1, E2), then places (E3 to E7).  The latter returns robots placed, or -1 - that when stopped. */
void c12__charge_classify(c12_charge *self);
int64_t c12__charge_place(c12_charge *self, const c12_budget *budget, c12_ns began, c12_stop *stop);

#endif
