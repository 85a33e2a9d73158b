/* SPDX-License-Identifier: Apache-2.0 */
/* What is left of resources and buffers over time: a row of steps each, sorted by tick, equal neighbours merged.  A row never has more
 * steps than two for each operation that can take from it, its levels and the three that a change may add on its way. */
#include "sched/sched_internal.h"

void c12__sched_carve_use(c12__sched_use *u, c12__arena *a, const c12_sched_dims *d)
{
    int64_t rows = (int64_t)d->resources + d->buffers, steps = 2 * d->needs + d->levels + 4 * rows + (d->buffers ? 2 * d->ops : 0);
    u->tick = C12__CARVE(a, int64_t, steps);
    u->spare = C12__CARVE(a, int64_t, steps);
    u->steps = C12__CARVE(a, int64_t, rows);
}

/* Where each row begins: counted once a load. */
void c12__sched_lay_use(c12__sched_model *m)
{
    const c12_sched_problem *p = &m->p;
    int32_t resources = p->need_off ? p->n_resources : 0, buffers = p->op_buffer ? p->n_buffers : 0;
    m->use_n = resources + buffers;
    for (int32_t r = 0; r <= m->use_n; r++) m->use_off[r] = 0;
    for (int32_t r = 0; r < m->use_n; r++) m->use_off[r + 1] = 4 + (r < resources ? p->level_off[r + 1] - p->level_off[r] : 0);
    for (int64_t k = 0; resources && k < p->need_off[m->n]; k++) m->use_off[p->need_resource[k] + 1] += 2;
    for (int32_t o = 0; buffers && o < m->n; o++)
        if (p->op_buffer[o] >= 0) m->use_off[resources + p->op_buffer[o] + 1] += 2;
    for (int32_t r = 0; r < m->use_n; r++) m->use_off[r + 1] += m->use_off[r];
}

static void use_push(const c12__sched_model *m, c12__sched_use *u, int32_t r, int64_t tick, int64_t spare)
{
    int64_t at = m->use_off[r] + u->steps[r];
    if (u->steps[r] && u->spare[at - 1] == spare) return;
    u->tick[at] = tick;
    u->spare[at] = spare;
    u->steps[r]++;
}

void c12__sched_begin_use(const c12__sched_model *m, c12__sched_use *u)
{
    const c12_sched_problem *p = &m->p;
    int32_t resources = p->need_off ? p->n_resources : 0;
    for (int32_t r = 0; r < m->use_n; r++) {
        u->steps[r] = 0;
        if (r >= resources) { use_push(m, u, r, 0, p->buffer_places[r - resources]); continue; }
        if (p->level_off[r] == p->level_off[r + 1] || p->level_from[p->level_off[r]] > 0) use_push(m, u, r, 0, 0);
        for (int64_t k = p->level_off[r]; k < p->level_off[r + 1]; k++) use_push(m, u, r, p->level_from[k], p->level_units[k]);
    }
}

/* The step that tick t lies in. */
static int64_t use_find(const c12__sched_model *m, const c12__sched_use *u, int32_t r, int64_t t)
{
    int64_t lo = m->use_off[r], hi = lo + u->steps[r];
    while (hi - lo > 1) {
        int64_t mid = lo + (hi - lo) / 2;
        if (u->tick[mid] <= t) lo = mid; else hi = mid;
    }
    return lo;
}

/* Let a step begin at t. */
static int64_t use_split(const c12__sched_model *m, c12__sched_use *u, int32_t r, int64_t t)
{
    int64_t k = use_find(m, u, r, t), end = m->use_off[r] + u->steps[r];
    if (u->tick[k] == t) return k;
    for (int64_t i = end; i > k + 1; i--) { u->tick[i] = u->tick[i - 1]; u->spare[i] = u->spare[i - 1]; }
    u->tick[k + 1] = t;
    u->spare[k + 1] = u->spare[k];
    u->steps[r]++;
    return k + 1;
}

static void use_merge(const c12__sched_model *m, c12__sched_use *u, int32_t r, int64_t k)
{
    int64_t end = m->use_off[r] + u->steps[r];
    if (k <= m->use_off[r] || u->spare[k] != u->spare[k - 1]) return;
    for (int64_t i = k; i + 1 < end; i++) { u->tick[i] = u->tick[i + 1]; u->spare[i] = u->spare[i + 1]; }
    u->steps[r]--;
}

/* Take units in [from, to); negative ones give them back. */
void c12__sched_take_use(const c12__sched_model *m, c12__sched_use *u, int32_t r, int64_t from, int64_t to, int64_t units)
{
    if (from >= to) return;
    int64_t a = use_split(m, u, r, from), b = use_split(m, u, r, to);
    for (int64_t k = a; k < b; k++) u->spare[k] -= units;
    use_merge(m, u, r, b);
    use_merge(m, u, r, a);
}

/* The tick by which the last stretch of [from, to) with less than `units` left is over, 0 when there is none. */
int64_t c12__sched_short_use(const c12__sched_model *m, const c12__sched_use *u, int32_t r, int64_t from, int64_t to, int64_t units)
{
    if (from >= to) return 0;
    int64_t end = m->use_off[r] + u->steps[r];
    for (int64_t k = use_find(m, u, r, to - 1); k >= m->use_off[r]; k--) {
        if (u->spare[k] < units) return k + 1 < end ? u->tick[k + 1] : C12_SCHED_HORIZON + 1;
        if (u->tick[k] <= from) return 0;
    }
    return 0;
}
