/* SPDX-License-Identifier: Apache-2.0 */
#ifndef C12_DISPATCH_INTERNAL_H
#define C12_DISPATCH_INTERNAL_H

#include "base/arena.h"
#include "base/num.h"
#include "c12/dispatch.h"
#include <stdatomic.h>

enum { C12__DISPATCH_PPM = 1000000 };
#define C12__DISPATCH_MOST ((int64_t)1 << 60) /* no price or cost may pass it: sums of a few stay within 64 bits */

/* What the matrix says as a whole: least and largest effective cost, and the step between prices of leaving a task out. */
typedef struct c12__dispatch_scale {
    int64_t lo, hi, step;
} c12__dispatch_scale;

struct c12_dispatch {
    c12_host host;
    c12_dispatch_dims dims;
    int64_t hysteresis;
    void *owned_ptr; /* by create */
    size_t owned;
    atomic_int cancelled;
    int32_t loaded, robots, tasks;
    c12__dispatch_scale scale;
    int64_t *cost;      /* [tasks * robots] row task: effective cost - lo, C12_DISPATCH_NEVER */
    int64_t *price;     /* [tasks] of leaving it out */
    int64_t *task_dual; /* [tasks] y >= 0 */
    int64_t *robot_dual;/* [robots] v <= 0 */
    int64_t *dist;      /* [robots] of the path search, or sort keys */
    int64_t *key;       /* [tasks] */
    int32_t *order, *scratch;  /* [tasks] tasks by falling priority */
    int32_t *task_robot;       /* [tasks] */
    int32_t *robot_task;       /* [robots] */
    int32_t *from;             /* [robots] the task a robot was reached by */
    int32_t *scanned;          /* [robots] robots left behind by the search, in order */
    uint8_t *done;             /* [robots] */
};

/* Copies and validates; shared by load and the checker because both take the same input. */
c12_status c12__dispatch_take_problem(c12_dispatch_problem *p, const c12_dispatch_problem *from, c12_error *err);
c12_status c12__dispatch_take_options(c12_dispatch_options *o, const c12_dispatch_options *from, c12_error *err);

/* Assign; returns how many tasks (in order) were reached before a limit. */
int32_t c12__dispatch_run(c12_dispatch *self, const c12_budget *budget, c12_ns began, int64_t *work, c12_stop *stop);

#endif
