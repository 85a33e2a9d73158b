/* SPDX-License-Identifier: Apache-2.0 */
/* Transport tasks of the demo: every DEMO_KIT_MINUTES of an operation take a kit of material from the item's storage to the station, and its product goes back. */
#include "demo.h"
#include <stdlib.h>
#include <string.h>

/* ---- tasks ------------------------------------------------------------------------------------------------------------------------- */

typedef struct errand { int64_t ready; int32_t from, to, priority, op; } errand;
typedef struct errands { errand *row; int64_t n, cap; } errands;

static void errand_add(errands *e, int64_t ready, int32_t from, int32_t to, int32_t priority, int64_t op)
{
    if (e->n == e->cap) {
        int64_t cap = e->cap ? 2 * e->cap : 256;
        errand *row = NEW(errand, cap);
        if (e->n) memcpy(row, e->row, (size_t)e->n * sizeof *row);
        free(e->row);
        e->row = row;
        e->cap = cap;
    }
    e->row[e->n++] = (errand){ ready < 0 ? 0 : ready, from, to, priority, (int32_t)op };
}

/* Kits of one operation within the simulated days: the first is urgent, since the machine waits for it. */
static void errands_of(const demo *d, int64_t op, int64_t work, errands *e)
{
    const c12_flow_plan_view *v = &d->v;
    int64_t day = d->first * DEMO_DAY, end = (d->first + d->days) * DEMO_DAY, run = 0;
    int32_t store = d->t.p->n_stations + v->work_item[work], station = d->t.p->step_station[v->op_step[op]];
    for (c12_tick m = v->op_start[op]; m < v->op_end[op] && m < end; m++) {
        if (!demo_open(d, v->op_machine[op], m)) continue;
        if (run++ % DEMO_KIT_MINUTES == 0 && m >= day) errand_add(e, (m - 10 - day) * DEMO_MS, store, station, run == 1 ? 2 : 1, op);
    }
    if (v->op_end[op] >= day && v->op_end[op] < end) errand_add(e, (v->op_end[op] - day) * DEMO_MS, station, store, 0, op);
}

static int errand_order(const void *a, const void *b)
{
    const errand *x = a, *y = b;
    if (x->ready != y->ready) return x->ready < y->ready ? -1 : 1;
    if (x->op != y->op) return x->op < y->op ? -1 : 1;
    return x->priority - y->priority;
}

void demo_hall_tasks(demo *d)
{
    hall *h = &d->h;
    errands e = { 0 };
    for (int64_t w = 0; w < d->v.n_work; w++)
        for (int64_t k = d->v.work_op_off[w]; k < d->v.work_op_off[w + 1]; k++) errands_of(d, k, w, &e);
    if (e.n) qsort(e.row, (size_t)e.n, sizeof *e.row, errand_order);
    h->ready = NEW(int64_t, e.n);
    h->from = NEW(int32_t, e.n);
    h->to = NEW(int32_t, e.n);
    h->priority = NEW(int32_t, e.n);
    h->task_op = NEW(int32_t, e.n);
    for (int64_t k = 0; k < e.n; k++) {
        h->ready[k] = e.row[k].ready;
        h->from[k] = e.row[k].from;
        h->to[k] = e.row[k].to;
        h->priority[k] = e.row[k].priority;
        h->task_op[k] = e.row[k].op;
    }
    h->floor.n_tasks = e.n;
    h->floor.task_ready = h->ready; h->floor.task_from = h->from; h->floor.task_to = h->to; h->floor.task_priority = h->priority;
    free(e.row);
}
