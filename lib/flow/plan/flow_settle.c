/* SPDX-License-Identifier: Apache-2.0 */
/* Closing the loop.  Lead times are guesses about queues: an item's becomes what its slowest work order took, so that material and
 * sub-assemblies are there early enough; what is late even so is asked for on the day it is there.  Planned and scheduled again, until
 * material and capacity agree on every date. */
#include "flow/plan/flow_plan_internal.h"

/* The minute at which the last of what serves each demand row is there; 0 = nothing does. */
static void date_rows(const c12_flow_plan *p, int64_t *end)
{
    for (int64_t k = 0; k < p->link.n; k++)
        if (p->link.to[k] == C12_FLOW_DEMAND) end[p->link.to_row[k]] = c12__max64(end[p->link.to_row[k]], c12__flow_served_at(p, k));
}

/* Rows that end after their day are asked for on the day they end; rows that only material beyond the horizon serves stay. */
static int64_t move_rows(const c12_flow_plan *p, const int64_t *end, int32_t *bucket)
{
    int64_t moved = 0;
    for (int64_t d = 0; d < p->mrp.n_demand; d++) {
        bucket[d] = p->mrp.demand_bucket[d];
        int64_t day = (end[d] + C12__FLOW_DAY - 1) / C12__FLOW_DAY - 1;
        if (day <= c12__max64(bucket[d], 0) || bucket[d] >= p->buckets || day >= p->buckets) continue;
        bucket[d] = (int32_t)day;
        moved++;
    }
    return moved;
}

/* Days from when a work order could have begun to its end. */
static int32_t days_taken(const c12_flow_plan *p, int64_t w)
{
    int64_t from = c12__max64(c12__max64(p->work.release[w], 0) * C12__FLOW_DAY, p->work.ready[w]);
    for (int64_t j = p->link.into_off[w]; j < p->link.into_off[w + 1]; j++) from = c12__max64(from, c12__flow_served_at(p, p->link.into[j]));
    int64_t days = (p->work.end[w] - from + C12__FLOW_DAY - 1) / C12__FLOW_DAY;
    return days < 0 ? 0 : days > p->buckets ? p->buckets : (int32_t)days;
}

static void learn_leads(const c12_flow_plan *p, int32_t *lead)
{
    for (int32_t i = 0; i < p->n_items; i++) lead[i] = p->mrp.lead_time[i];
    for (int64_t w = 0; w < p->work.n; w++) {
        int32_t days = days_taken(p, w), i = p->work.item[w];
        if (c12__at32(p->mrp.item_type, i, C12_MRP_BUY) == C12_MRP_MAKE && days > lead[i]) lead[i] = days;
    }
}

static int64_t count_late(const c12_flow_plan *p, const int64_t *end)
{
    int64_t late = 0;
    for (int64_t d = 0; d < p->mrp.n_demand; d++) late += end[d] > (c12__max64(p->mrp.demand_bucket[d], 0) + 1) * C12__FLOW_DAY;
    return late;
}

static void take_over(c12_flow_plan *self, c12_flow_plan *next)
{
    c12_flow_plan old = *self;
    *self = *next;
    *next = old;
    c12_flow_plan_destroy(next);
}

/* The plan for the moved rows takes self's place. */
static c12_status plan_again_for(c12_flow_plan *self, const c12__flow_lesson *lesson, const c12_budget *budget, c12_error *err)
{
    c12_host host = self->pool.host;
    c12_flow_plan *next = NULL;
    c12_status s = c12__flow_build(&next, &self->plant, &host, lesson, err);
    if (!s) s = c12_flow_plan_solve(next, 0, budget, NULL, err);
    if (!s && next->solved) take_over(self, next);
    else c12_flow_plan_destroy(next);
    return s;
}

/* What is late now and, when asked to, a plan without it. */
static c12_status settle_round(c12_flow_plan *self, int32_t rounds, const c12_budget *budget, c12_flow_settled *o, int *done, c12_error *err)
{
    c12__flow_pool pool = { .host = self->pool.host };
    int64_t *end = C12__FLOW_NEW(&pool, int64_t, self->mrp.n_demand), moved = 0;
    c12__flow_lesson lesson = { C12__FLOW_NEW(&pool, int32_t, self->mrp.n_demand), C12__FLOW_NEW(&pool, int32_t, self->n_items) };
    c12_status s = pool.failed ? c12__fail(err, C12_E_NOMEM, "out of memory", NULL, -1, self->mrp.n_demand) : C12_OK;
    if (!s) {
        date_rows(self, end);
        o->late = count_late(self, end);
        moved = move_rows(self, end, lesson.bucket);
        learn_leads(self, lesson.lead);
        o->converged = !moved;
        *done = !moved || o->rounds == rounds;
    }
    if (!s && !*done) {
        o->rounds++;
        o->moved += moved;
        s = plan_again_for(self, &lesson, budget, err);
    }
    c12__flow_free(&pool);
    return s;
}

c12_status c12_flow_plan_settle(c12_flow_plan *self, int32_t rounds, const c12_budget *budget, c12_flow_settled *out, c12_error *err)
{
    c12_flow_settled o;
    int done = 0;
    if (!self) return c12__fail(err, C12_E_ARG, "argument is NULL", "self", -1, 0);
    c12_status s = c12__take(&o, sizeof o, out, "out", err);
    if (s) return s;
    if (!self->solved) return c12__fail(err, C12_E_STATE, "settle before the first solve", NULL, -1, 0);
    if (self->problem.fixed_start) return c12__fail(err, C12_E_STATE, "the plan has begun: dates are settled before the first hold", NULL, -1, 0);
    if (rounds < 0) return c12__fail(err, C12_E_RANGE, "rounds must not be negative", "rounds", -1, rounds);
    o.rounds = o.converged = 0;
    o.moved = o.late = 0;
    while (!s && !done) s = settle_round(self, rounds, budget, &o, &done, err);
    if (!s) c12__give(out, &o, sizeof o);
    return s;
}
