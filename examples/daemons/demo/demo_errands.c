/* SPDX-License-Identifier: Apache-2.0 */
/* Transport of the day: every three minutes of an operation a kit from its item's storage to the station, at its end the product back. */
#include "demo_day.h"
#include <stdlib.h>
#include <string.h>

enum { KIT_MINUTES = 3 };

static int is_open(const mes *m, int32_t machine, int64_t minute)
{
    const c12io_plant *p = m->p->t.p;
    int32_t calendar = p->machine_calendar[machine], weekday = (int32_t)((m->p->t.flow.start_weekday + minute / MES_DAY) % 7), at = (int32_t)(minute % MES_DAY);
    if (calendar < 0) return 1;
    for (int64_t s = 0; s < p->n_shifts; s++)
        if (p->shift_calendar[s] == calendar && p->shift_weekday[s] == weekday && at >= p->shift_from[s] && at < p->shift_to[s]) return 1;
    return 0;
}

static void add(demo_day *d, int64_t *cap, int64_t ready, int32_t from, int32_t to, int32_t priority)
{
    if (d->n_errands == *cap) {
        *cap = *cap ? 2 * *cap : 1024;
        errand *wide = realloc(d->errand, (size_t)*cap * sizeof *wide);
        if (!wide) { *cap = d->n_errands; return; }
        d->errand = wide;
    }
    d->errand[d->n_errands++] = (errand){ ready, from, to, priority };
}

static int by_time(const void *a, const void *b)
{
    const errand *x = a, *y = b;
    if (x->ready != y->ready) return x->ready < y->ready ? -1 : 1;
    return x->priority != y->priority ? y->priority - x->priority : x->from - y->from;
}

void demo_errands(demo_day *d, const mes *m)
{
    const c12_flow_plan_view *v = &m->now->v;
    const int64_t first = d->first_minute, end = first + MES_DAY;
    int64_t cap = 0;
    for (int64_t w = 0; w < v->n_work; w++)
        for (int64_t k = v->work_op_off[w]; k < v->work_op_off[w + 1]; k++) {
            int32_t store = m->p->t.p->n_stations + v->work_item[w], station = m->p->t.p->step_station[v->op_step[k]];
            int64_t run = 0;
            for (int64_t t = v->op_start[k]; t < v->op_end[k] && t < end; t++)
                if (is_open(m, v->op_machine[k], t) && run++ % KIT_MINUTES == 0 && t >= first) add(d, &cap, t - 10, store, station, run == 1 ? 7 : 5);
            if (v->op_end[k] >= first && v->op_end[k] < end) add(d, &cap, v->op_end[k], station, store, 3);
        }
    if (d->n_errands) qsort(d->errand, (size_t)d->n_errands, sizeof *d->errand, by_time);
}
