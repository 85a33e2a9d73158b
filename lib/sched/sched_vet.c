/* SPDX-License-Identifier: Apache-2.0 */
/* Entry check of what goes beyond plain job shops: speeds, waits, lots, holding, buffers, resources, batches, and the terms of a goal. */
#include "base/csr.h"
#include "sched/sched_internal.h"

#define VET_COST ((int64_t)1 << 31)
enum { VET_SPEED = 1000000, VET_NEEDS = 1024 };

static void vet_wide(c12__faults *f, const int64_t *col, int64_t n, int64_t low, int64_t high, const char *what, const char *field)
{
    for (int64_t i = 0; col && i < n && !c12__full(f); i++)
        if (col[i] < low || col[i] > high) c12__fault(f, C12_E_RANGE, what, field, i, col[i]);
}

static void vet_narrow(c12__faults *f, const int32_t *col, int64_t n, int32_t low, int32_t high, const char *what, const char *field)
{
    for (int64_t i = 0; col && i < n && !c12__full(f); i++)
        if (col[i] < low || col[i] > high) c12__fault(f, C12_E_RANGE, what, field, i, col[i]);
}

static void vet_flags(c12__faults *f, const uint8_t *col, int64_t n, int most, const char *what, const char *field)
{
    for (int64_t i = 0; col && i < n && !c12__full(f); i++)
        if (col[i] > most) c12__fault(f, C12_E_RANGE, what, field, i, col[i]);
}

static int vet_given(c12__faults *f, const void *col, int64_t n, const char *field)
{
    if (!col && n) c12__fault(f, C12_E_ARG, "column is NULL", field, -1, 0);
    return col || !n;
}

/* Offsets of their own fault count: whatever else is wrong, their column may be read only when they are right. */
static int vet_offsets(c12__faults *f, const int64_t *off, int64_t rows, const char *field, int64_t *n)
{
    c12__faults own = { f->err, f->status, f->count };
    c12__csr_check(&own, off, rows, field, n);
    int right = own.count == f->count;
    *f = own;
    if (right && *n > (int64_t)1 << 30) c12__fault(f, C12_E_RANGE, "more than 2^30 rows", field, rows, *n);
    return right && *n <= (int64_t)1 << 30;
}

static void vet_machines(c12__faults *f, const c12_sched_problem *p, int64_t n)
{
    vet_narrow(f, p->machine_speed, p->n_machines, 1, VET_SPEED, "speed must be 1..1000000 thousandths", "machine_speed");
    vet_flags(f, p->setup_breaks, p->n_machines, C12_SCHED_WHOLE, "must be C12_SCHED_AS_OPERATION, PAUSE or WHOLE", "setup_breaks");
    vet_narrow(f, p->machine_batch, p->n_machines, 1, INT32_MAX, "a machine has at least one place; 1 = no batches", "machine_batch");
    vet_narrow(f, p->op_places, n, 1, INT32_MAX, "an operation takes at least one place", "op_places");
    if (p->machine_batch && p->n_families && p->op_family) vet_narrow(f, p->op_family, n, 0, p->n_families - 1, "family out of range", "op_family");
}

static void vet_links(c12__faults *f, const c12_sched_problem *p, int64_t n)
{
    vet_wide(f, p->wait_min, n, 0, C12_SCHED_HORIZON, "ticks out of range", "wait_min");
    vet_wide(f, p->wait_max, n, -1, C12_SCHED_HORIZON, "ticks out of range; -1 = any", "wait_max");
    for (int64_t o = 0; p->wait_max && o < n && !c12__full(f); o++)
        if (p->wait_max[o] >= 0 && p->wait_max[o] < c12__at64(p->wait_min, o, 0))
            c12__fault(f, C12_E_RANGE, "longest wait is shorter than wait_min; -1 = any", "wait_max", o, p->wait_max[o]);
    vet_narrow(f, p->op_lots, n, 1, INT32_MAX, "an operation has at least one lot", "op_lots");
    vet_flags(f, p->op_holds, n, 1, "must be 0 or 1", "op_holds");
    if (!p->op_buffer) return;
    vet_narrow(f, p->op_buffer, n, -1, p->n_buffers - 1, "no such buffer; -1 = any room", "op_buffer");
    if (vet_given(f, p->buffer_places, p->n_buffers, "buffer_places"))
        vet_narrow(f, p->buffer_places, p->n_buffers, 0, INT32_MAX, "places are negative", "buffer_places");
}

/* Few resources an operation, so every pair is looked at. */
static void vet_need_rows(c12__faults *f, const c12_sched_problem *p, int64_t n)
{
    for (int64_t o = 0; o < n && !c12__full(f); o++) {
        int64_t first = p->need_off[o], end = p->need_off[o + 1];
        if (end - first > VET_NEEDS) { c12__fault(f, C12_E_RANGE, "an operation takes at most 1024 resources", "need_off", o, end - first); continue; }
        for (int64_t k = first; k < end; k++)
            for (int64_t i = first; i < k; i++)
                if (p->need_resource[i] == p->need_resource[k]) c12__fault(f, C12_E_RANGE, "resource named twice in one operation; add the units up", "need_resource", k, p->need_resource[k]);
    }
}

static void vet_levels(c12__faults *f, const c12_sched_problem *p)
{
    int64_t n;
    if (!vet_offsets(f, p->level_off, p->n_resources, "level_off", &n)) return;
    int given = vet_given(f, p->level_from, n, "level_from");
    given &= vet_given(f, p->level_units, n, "level_units");
    if (!given) return;
    vet_wide(f, p->level_from, n, 0, C12_SCHED_HORIZON, "ticks out of range", "level_from");
    vet_narrow(f, p->level_units, n, 0, INT32_MAX, "units are negative", "level_units");
    for (int32_t r = 0; r < p->n_resources; r++)
        for (int64_t k = p->level_off[r] + 1; k < p->level_off[r + 1] && !c12__full(f); k++)
            if (p->level_from[k] <= p->level_from[k - 1]) c12__fault(f, C12_E_RANGE, "steps of a resource must rise in time", "level_from", k, p->level_from[k]);
}

static void vet_needs(c12__faults *f, const c12_sched_problem *p, int64_t n)
{
    int64_t needs;
    if (!p->need_off || !vet_offsets(f, p->need_off, n, "need_off", &needs) || !vet_given(f, p->need_resource, needs, "need_resource")) return;
    vet_narrow(f, p->need_resource, needs, 0, p->n_resources - 1, "resource out of range", "need_resource");
    vet_narrow(f, p->need_units, needs, 1, INT32_MAX, "an operation takes at least one unit", "need_units");
    vet_need_rows(f, p, n);
    vet_levels(f, p);
}

static void vet_prior(c12__faults *f, const c12_sched_problem *p, int64_t n)
{
    vet_wide(f, p->prior_start, n, -1, C12_SCHED_HORIZON, "ticks out of range; -1 = none", "prior_start");
    for (int64_t o = 0; p->prior_mode && o < n && !c12__full(f); o++)
        if (p->prior_mode[o] < -1 || p->prior_mode[o] >= p->mode_off[o + 1] - p->mode_off[o])
            c12__fault(f, C12_E_RANGE, "no such mode of the operation; -1 = any", "prior_mode", o, p->prior_mode[o]);
}

void c12__sched_vet_rich(c12__faults *f, const c12_sched_problem *p, int64_t n)
{
    if (p->n_resources < 0) c12__fault(f, C12_E_ARG, "count is negative", "n_resources", -1, p->n_resources);
    if (p->n_buffers < 0) c12__fault(f, C12_E_ARG, "count is negative", "n_buffers", -1, p->n_buffers);
    if (f->count) return;
    vet_machines(f, p, n);
    vet_links(f, p, n);
    vet_needs(f, p, n);
    vet_prior(f, p, n);
    if (n) vet_wide(f, p->mode_cost, p->mode_off[n], 0, VET_COST, "cost must be 0..2^31", "mode_cost");
}

/* ---- options ------------------------------------------------------------------------------------------------------------- */

static c12_status vet_terms(c12__sched_terms *t, const c12_sched_options *o, c12_error *err)
{
    uint32_t seen = 0;
    if (o->n_terms < 1 || o->n_terms > C12_SCHED_TERM_COUNT) return c12__fail(err, C12_E_RANGE, "C12_SCHED_TERMS takes 1..9 terms", "n_terms", -1, o->n_terms);
    if (!o->term) return c12__fail(err, C12_E_ARG, "column is NULL", "term", -1, 0);
    for (int32_t k = 0; k < o->n_terms; k++) {
        int64_t w = c12__at64(o->weight, k, 1);
        if (o->term[k] < 0 || o->term[k] >= C12_SCHED_TERM_COUNT) return c12__fail(err, C12_E_RANGE, "no such term", "term", k, o->term[k]);
        if (seen >> o->term[k] & 1) return c12__fail(err, C12_E_RANGE, "term named twice", "term", k, o->term[k]);
        if (w < 1 || w > VET_COST) return c12__fail(err, C12_E_RANGE, "weight must be 1..2^31", "weight", k, w);
        seen |= (uint32_t)1 << o->term[k];
        t->term[k] = o->term[k];
        t->weight[k] = w;
    }
    t->n = o->n_terms;
    return C12_OK;
}

c12_status c12__sched_take_options(c12_sched_options *o, c12__sched_terms *terms, const c12_sched_options *from, c12_error *err)
{
    c12_status s = c12__take_optional(o, sizeof *o, from, "options", err);
    if (s) return s;
    memset(terms, 0, sizeof *terms);
    if (o->goal < C12_SCHED_MAKESPAN || o->goal > C12_SCHED_TERMS) return c12__fail(err, C12_E_RANGE, "no such goal", "goal", -1, o->goal);
    if (o->ordered != 0 && o->ordered != 1) return c12__fail(err, C12_E_RANGE, "must be 0 or 1", "ordered", -1, o->ordered);
    terms->ordered = o->ordered;
    if (o->goal == C12_SCHED_TERMS) return vet_terms(terms, o, err);
    return o->n_terms ? c12__fail(err, C12_E_RANGE, "terms belong to C12_SCHED_TERMS; write 0", "n_terms", -1, o->n_terms) : C12_OK;
}

/* ---- work and weights ---------------------------------------------------------------------------------------------------- */

int64_t c12__sched_paced(const c12_sched_problem *p, int64_t row)
{
    int64_t ticks = p->mode_ticks[row], speed = p->machine_speed ? p->machine_speed[p->mode_machine[row]] : 1000;
    if (speed == 1000) return ticks;
    int64_t whole = ticks / speed, rest = (ticks % speed * 1000 + speed - 1) / speed;
    return whole > C12_SCHED_HORIZON / 1000 ? C12_SCHED_HORIZON + 1 : whole * 1000 + rest;
}

/* No left-shifted plan has more of a term than this. */
static int vet_most(const c12_sched_problem *p, int64_t n, int32_t term, int64_t latest, int64_t *most)
{
    int64_t sum = 0;
    switch (term) {
    case C12_SCHED_TERM_MAKESPAN: case C12_SCHED_TERM_MAX_TARDINESS: case C12_SCHED_TERM_SETUP: *most = latest; return 0;
    case C12_SCHED_TERM_LATE: *most = p->n_jobs; return 0;
    case C12_SCHED_TERM_MOVED: *most = n; return 0;
    case C12_SCHED_TERM_WIP: return c12__mul64(latest, p->n_jobs, most);
    case C12_SCHED_TERM_PREFERENCE:
        for (int64_t o = 0; p->mode_cost && o < n; o++) {
            int64_t dear = 0;
            for (int64_t r = p->mode_off[o]; r < p->mode_off[o + 1]; r++) dear = c12__max64(dear, p->mode_cost[r]);
            sum += dear;
        }
        *most = sum;
        return 0;
    default:
        for (int32_t j = 0; j < p->n_jobs; j++)
            if (c12__add64(sum, c12__at64(p->job_weight, j, 1), &sum)) return 1;
        return c12__mul64(sum, latest, most);
    }
}

/* Weights under which a sum of terms says what the options mean: one after the other, a term weighs more than all that the later ones
 * can come to together. */
c12_status c12__sched_weigh(c12__sched_terms *t, const c12_sched_problem *p, int64_t n, int64_t latest, c12_error *err)
{
    int64_t all = 0, most, part;
    for (int32_t k = t->n - 1; k >= 0; k--) {
        int bad = vet_most(p, n, t->term[k], latest, &most) || (t->ordered && c12__mul64(t->weight[k], all + 1, &t->weight[k]))
            || c12__mul64(t->weight[k], most, &part) || c12__add64(all, part, &all);
        if (bad || all > C12_SCHED_HORIZON || t->weight[k] > C12_SCHED_HORIZON)
            return c12__fail(err, C12_E_OVERFLOW, t->ordered ? "terms one after the other leave 2^60; name fewer, or coarser ticks" : "weights of terms leave 2^60; make them smaller", "term", k, t->term[k]);
    }
    return C12_OK;
}
