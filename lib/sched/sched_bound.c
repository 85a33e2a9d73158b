/* SPDX-License-Identifier: Apache-2.0 */
/* What holds for every plan: heads, tails, a lower bound of the goal, and proofs that no plan exists. */
#include "base/sort.h"
#include "sched/sched_internal.h"

/* Steps of propagation a load may take, about 30 ms; what a pure job shop's makespan cannot reach. */
enum { BOUND_STEPS = 1 << 22, BOUND_LATEST = 1 << 30 };

static int64_t bound_fixed(const c12__sched_model *m, int64_t o) { return c12__at64(m->p.fixed_start, o, -1); }

static int64_t bound_lot(const c12__sched_model *m, int32_t o, int64_t ticks)
{
    int32_t lots = c12__sched_lots(m, o);
    return ticks / lots + (ticks % lots > 0);
}

/* From the start of o to the start of the next of its job at least. */
static int64_t bound_hand_over(const c12__sched_model *m, int32_t o) { return bound_lot(m, o, m->least[o]) + c12__sched_wait(m, o); }

/* From the end of o to the end of the next of its job at least. */
static int64_t bound_follow(const c12__sched_model *m, int32_t o)
{
    if (c12__sched_lots(m, o) > 1) return bound_lot(m, o, m->least[o + 1]);
    return c12__sched_wait(m, o) + m->least[o + 1];
}

static int bound_batch(const c12__sched_model *m, int32_t machine) { return c12__at32(m->p.machine_batch, machine, 1) > 1; }

/* Earliest starts along the precedences; a frozen operation that cannot start on its tick proves infeasibility. */
static void bound_heads(c12__sched_model *m)
{
    const c12_sched_problem *p = &m->p;
    for (int32_t k = 0; k < m->n; k++) {
        int32_t o = m->topo[k];
        int64_t head = m->release[o];
        if (o > p->op_off[m->job[o]]) head = c12__max64(head, m->head[o - 1] + bound_hand_over(m, o - 1));
        for (int64_t e = p->op_pred_off ? p->op_pred_off[o] : 0; p->op_pred_off && e < p->op_pred_off[o + 1]; e++)
            head = c12__max64(head, m->head[p->op_pred[e]] + m->least[p->op_pred[e]]);
        if (c12__sched_gone(m, o) || c12__sched_told(m, o)) {
            m->head[o] = c12__max64(c12__at64(p->fixed_start, o, -1), c12__sched_told(m, o) ? 0 : head);
            continue;
        }
        int64_t first = INT64_MAX;
        for (int64_t r = p->mode_off[o]; r < p->mode_off[o + 1]; r++) {
            int32_t fixed = c12__at32(p->fixed_mode, o, -1);
            if (fixed >= 0 && r - p->mode_off[o] != fixed) continue;
            int resumable = p->op_resumable && p->op_resumable[o];
            int64_t start = c12__sched_start_at(m, p->mode_machine[r], 0, 0, head, p->mode_ticks[r], resumable);
            if (c12__sched_end_at(m, p->mode_machine[r], start, p->mode_ticks[r], resumable) <= C12_SCHED_HORIZON) first = c12__min64(first, start);
        }
        m->head[o] = bound_fixed(m, o) >= 0 ? bound_fixed(m, o) : first;
        if (bound_fixed(m, o) >= 0 && head > bound_fixed(m, o)) m->infeasible = 1;
        if (m->head[o] > C12_SCHED_HORIZON - m->least[o]) m->infeasible = 1;
        m->head[o] = c12__min64(m->head[o], C12_SCHED_HORIZON);
    }
}

static void bound_tails(c12__sched_model *m)
{
    const c12_sched_problem *p = &m->p;
    for (int32_t k = m->n - 1; k >= 0; k--) {
        int32_t o = m->topo[k];
        int64_t tail = -C12_SCHED_HORIZON; /* its end is nobody's business */
        if (o + 1 == p->op_off[m->job[o] + 1]) tail = c12__sched_counts(m, m->job[o]) ? 0 : tail;
        else if (!c12__sched_told(m, o + 1)) tail = bound_follow(m, o) + m->tail[o + 1];
        for (int64_t e = p->op_pred_off ? m->succ_off[o] : 0; p->op_pred_off && e < m->succ_off[o + 1]; e++)
            if (!c12__sched_told(m, m->succ[e])) tail = c12__max64(tail, m->least[m->succ[e]] + m->tail[m->succ[e]]); /* what was reported waited for nobody */
        m->tail[o] = c12__max64(tail, -C12_SCHED_HORIZON);
    }
}

/* Frozen operations on known machines may neither overlap nor lie in breaks. */
static void bound_frozen(struct c12_sched *self)
{
    c12__sched_model *m = &self->model;
    const c12_sched_problem *p = &m->p;
    int64_t *busy = self->scratch;
    for (int32_t k = 0; k < p->n_machines; k++) busy[k] = 0;
    for (int32_t k = 0; k < m->frozen_n; k++) {
        int32_t o = m->frozen[k], mode = c12__at32(p->fixed_mode, o, -1), resumable = p->op_resumable && p->op_resumable[o];
        if (mode < 0 && p->mode_off[o + 1] - p->mode_off[o] > 1) continue;
        int64_t row = p->mode_off[o] + (mode < 0 ? 0 : mode), start = p->fixed_start[o], ticks = p->mode_ticks[row];
        int32_t machine = p->mode_machine[row];
        if (c12__sched_told(m, o)) continue;
        if (c12__sched_start_at(m, machine, 0, 0, start, ticks, resumable) != start) m->infeasible = 1;
        if (!ticks || bound_batch(m, machine)) continue;
        if (busy[machine] > start) m->infeasible = 1;
        busy[machine] = c12__max64(busy[machine], c12__sched_end_at(m, machine, start, ticks, resumable));
    }
}

/* The machine an operation must have for itself, -1 when it has a choice or company. */
int32_t c12__sched_machine_of(const c12__sched_model *m, int32_t o)
{
    int32_t fixed = c12__at32(m->p.fixed_mode, o, -1), machine = m->p.mode_machine[m->p.mode_off[o] + (fixed < 0 ? 0 : fixed)];
    if (c12__sched_gone(m, o) || c12__sched_told(m, o)) return -1;
    if (bound_batch(m, machine) || fixed >= 0) return bound_batch(m, machine) ? -1 : machine;
    for (int64_t r = m->p.mode_off[o]; r < m->p.mode_off[o + 1]; r++)
        if (m->p.mode_machine[r] != machine) return -1;
    return machine;
}

/* Jackson's preemptive schedule of one machine: always the released operation with the largest tail (Carlier 1982). */
static int64_t bound_preemptive(struct c12_sched *self, const int32_t *op, int32_t n)
{
    const c12__sched_model *m = &self->model;
    c12__heap *h = &self->island[0].list.ready;
    int64_t *rest = self->scratch, t = 0, bound = 0;
    for (int32_t i = 0; i < n || h->n;) {
        if (!h->n) t = c12__max64(t, m->head[op[i]]);
        for (; i < n && m->head[op[i]] <= t; i++) {
            rest[op[i]] = m->least[op[i]];
            c12__heap_put(h, op[i], -m->tail[op[i]]);
        }
        int32_t o = h->id[0];
        int64_t run = i < n ? c12__min64(rest[o], m->head[op[i]] - t) : rest[o];
        t += run;
        rest[o] -= run;
        if (rest[o]) continue;
        bound = c12__max64(bound, t + m->tail[o]);
        c12__heap_drop(h, o);
    }
    return bound;
}

static int64_t bound_machines(struct c12_sched *self)
{
    c12__sched_model *m = &self->model;
    int64_t bound = 0, *key = self->island[0].list.key;
    int32_t *order = self->scratch_order, n = m->n;
    c12__heap_reset(&self->island[0].list.ready);
    c12__sort_rows(m->head, n, order, self->scratch_id);
    for (int32_t o = 0; o < n; o++) key[o] = c12__sched_machine_of(m, o);
    c12__sort_rows_again(key, n, order, self->scratch_id);
    for (int32_t i = 0, j; i < n; i = j) {
        for (j = i; j < n && key[order[j]] == key[order[i]]; j++) { }
        if (key[order[i]] >= 0) bound = c12__max64(bound, bound_preemptive(self, order + i, j - i));
    }
    return bound;
}

/* Each job alone in the plant. */
static int64_t bound_jobs(const c12__sched_model *m)
{
    const c12_sched_problem *p = &m->p;
    int64_t bound = 0;
    for (int32_t j = 0; j < p->n_jobs; j++) {
        if (!c12__sched_counts(m, j)) continue;
        int64_t o = p->op_off[j + 1] - 1, end = m->head[o] + m->least[o], w = c12__at64(p->job_weight, j, 1), due = c12__at64(p->job_due, j, -1);
        if (m->goal == C12_SCHED_MAKESPAN) bound = c12__max64(bound, end);
        else if (m->goal == C12_SCHED_FLOW) bound += w * c12__max64(0, end - c12__at64(p->job_release, j, 0));
        else if (due >= 0 && end > due) bound += w * (end - due);
    }
    return bound;
}

/* Once a problem. */
void c12__sched_bound(struct c12_sched *self)
{
    c12__sched_model *m = &self->model;
    if (m->bounded) return;
    m->bounded = 1;
    m->infeasible = 0;
    m->bound = 0;
    bound_heads(m);
    if (m->frozen_n) bound_frozen(self);
    if (m->rich && c12__sched_impossible(m)) m->infeasible = 1;
    if (m->infeasible) return;
    bound_tails(m);
    m->bound = m->goal == C12_SCHED_TERMS ? c12__sched_goal_bound(m) : bound_jobs(m);
    if (m->goal != C12_SCHED_MAKESPAN) return;
    m->bound = c12__max64(m->bound, bound_machines(self));
    if (!m->pure || m->n > C12__SCHED_EDGE_OPS) return;
    c12__sched_edge_open(self);
    self->edge.most_steps = BOUND_STEPS;
    m->bound = c12__sched_edge_bound(&self->edge, self->proof.root, m->bound, BOUND_LATEST);
}
