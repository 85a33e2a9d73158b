/* SPDX-License-Identifier: Apache-2.0 */
/* What ties operations together beyond precedences: which features a problem really has, and which operations must be placed as one. */
#include "sched/sched_internal.h"

void c12__sched_carve_links(c12__sched_model *m, c12__arena *a, const c12_sched_dims *d)
{
    m->pace = C12__CARVE(a, int64_t, d->modes);
    m->lead = C12__CARVE(a, int32_t, d->ops);
    m->use_off = C12__CARVE(a, int64_t, (int64_t)d->resources + d->buffers + 1);
}

static int link_any64(const int64_t *col, int64_t n, int64_t plain)
{
    for (int64_t i = 0; col && i < n; i++)
        if (col[i] != plain) return 1;
    return 0;
}

static int link_any32(const int32_t *col, int64_t n, int32_t plain)
{
    for (int64_t i = 0; col && i < n; i++)
        if (col[i] != plain) return 1;
    return 0;
}

static int link_any8(const uint8_t *col, int64_t n)
{
    for (int64_t i = 0; col && i < n; i++)
        if (col[i]) return 1;
    return 0;
}

/* From here on the model's ticks are those of its machines. */
static void link_pace(c12__sched_model *m, int64_t n)
{
    c12_sched_problem *p = &m->p;
    if (!link_any32(p->machine_speed, p->n_machines, 1000) || !n) { p->machine_speed = NULL; return; }
    for (int64_t r = 0; r < p->mode_off[n]; r++) m->pace[r] = c12__sched_paced(p, r);
    p->mode_ticks = m->pace;
    p->machine_speed = NULL;
}

/* Absent features become NULL columns; what is left decides whether the plain paths may take the problem.  family: the operations'
 * families as the caller gave them, which batches need even without set-ups. */
void c12__sched_enrich(c12__sched_model *m, int64_t n, const int32_t *family)
{
    c12_sched_problem *p = &m->p;
    link_pace(m, n);
    if (!link_any64(p->wait_min, n, 0)) p->wait_min = NULL;
    if (!link_any64(p->wait_max, n, -1)) p->wait_max = NULL;
    if (!link_any32(p->op_lots, n, 1)) p->op_lots = NULL;
    if (!link_any8(p->op_holds, n)) p->op_holds = NULL;
    if (!link_any32(p->op_buffer, n, -1)) p->op_buffer = NULL;
    if (!link_any32(p->machine_batch, p->n_machines, 1)) p->machine_batch = NULL;
    if (!p->setup || !p->break_off || !link_any8(p->setup_breaks, p->n_machines)) p->setup_breaks = NULL;
    if (p->need_off && !p->need_off[n]) p->need_off = NULL;
    m->batch_family = p->machine_batch && p->n_families ? family : NULL;
    m->patient = p->machine_batch != NULL; /* a batch may wait for one more */
    m->rich = m->goal == C12_SCHED_TERMS || p->wait_min || p->wait_max || p->op_lots || p->op_holds || p->op_buffer || p->machine_batch
        || p->setup_breaks || p->need_off;
}

int c12__sched_linked(const c12__sched_model *m, int32_t o)
{
    if (o + 1 >= m->p.op_off[m->job[o] + 1] || !c12__sched_tied(m, o)) return 0;
    return c12__at64(m->p.wait_max, o, -1) >= 0 || (m->p.op_holds && m->p.op_holds[o]) || c12__at32(m->p.op_buffer, o, -1) >= 0;
}

static int link_free(const c12__sched_model *m, int64_t o) { return c12__at64(m->p.fixed_start, o, -1) < 0; }

/* An operation that must wait for nobody else's plan to end where it ends stands alone; the others hang on the one before.  A chain waits
 * for all that any of its operations waits for. */
void c12__sched_link(c12__sched_model *m)
{
    const c12_sched_problem *p = &m->p;
    for (int32_t o = 0; o < m->n; o++) {
        int joined = o > p->op_off[m->job[o]] && link_free(m, o) && link_free(m, o - 1) && c12__sched_linked(m, o - 1);
        m->lead[o] = joined ? m->lead[o - 1] : o;
        m->need[o] = 0;
    }
    for (int32_t o = 0; o < m->n; o++) {
        int32_t lead = m->lead[o];
        m->need[lead] += lead == o && o > p->op_off[m->job[o]] && link_free(m, o - 1);
        for (int64_t e = p->op_pred_off ? p->op_pred_off[o] : 0; p->op_pred_off && e < p->op_pred_off[o + 1]; e++)
            m->need[lead] += link_free(m, p->op_pred[e]) && m->lead[p->op_pred[e]] != lead;
    }
    c12__sched_lay_use(m);
}

/* Room in a batch is what a mode may lack; without any mode left there is no plan. */
int c12__sched_usable(const c12__sched_model *m, int32_t o, int32_t mode)
{
    int64_t row = m->p.mode_off[o] + mode;
    if (!m->p.machine_batch || !m->p.mode_ticks[row]) return 1;
    int32_t batch = m->p.machine_batch[m->p.mode_machine[row]];
    return batch == 1 || c12__at32(m->p.op_places, o, 1) <= batch;
}

static int link_has_mode(const c12__sched_model *m, int32_t o)
{
    int32_t only = c12__at32(m->p.fixed_mode, o, -1);
    for (int32_t k = 0; k < m->p.mode_off[o + 1] - m->p.mode_off[o]; k++)
        if ((only < 0 || only == k) && c12__sched_usable(m, o, k)) return 1;
    return 0;
}

/* A resource never has as much as one operation takes, or a batch never has room: no plan. */
int c12__sched_impossible(const c12__sched_model *m)
{
    const c12_sched_problem *p = &m->p;
    for (int32_t o = 0; o < m->n; o++) {
        if (c12__sched_apart(m, o)) continue;
        if (!link_has_mode(m, o)) return 1;
        for (int64_t k = p->need_off && m->least[o] ? p->need_off[o] : 0; p->need_off && m->least[o] && k < p->need_off[o + 1]; k++) {
            int32_t r = p->need_resource[k], most = 0;
            for (int64_t i = p->level_off[r]; i < p->level_off[r + 1]; i++)
                if (p->level_units[i] > most) most = p->level_units[i];
            if (c12__at32(p->need_units, k, 1) > most) return 1;
        }
    }
    return 0;
}
