/* SPDX-License-Identifier: Apache-2.0 */
/* Entry: every column of a problem is looked at once; then what the searches need is derived from it. */
#include "base/csr.h"
#include "base/sort.h"
#include "sched/sched_internal.h"

enum { MODEL_PLANT_OPS = 64 };

/* ---- validation ---------------------------------------------------------------------------------------------------------- */

static void vet_ticks(c12__faults *f, const int64_t *col, int64_t n, int64_t least, const char *field)
{
    if (!col) return;
    for (int64_t i = 0; i < n && !c12__full(f); i++)
        if (col[i] < least || col[i] > C12_SCHED_HORIZON) c12__fault(f, C12_E_RANGE, "ticks out of range", field, i, col[i]);
}

static void vet_ids(c12__faults *f, const int32_t *col, int64_t n, int32_t end, const char *what, const char *field)
{
    for (int64_t i = 0; i < n && !c12__full(f); i++)
        if (col[i] < 0 || col[i] >= end) c12__fault(f, C12_E_RANGE, what, field, i, col[i]);
}

static int vet_present(c12__faults *f, const void *col, int64_t n, const char *field)
{
    if (!col && n) c12__fault(f, C12_E_ARG, "column is NULL", field, -1, 0);
    return col || !n;
}

static void vet_modes(c12__faults *f, const c12_sched_problem *p, int64_t n)
{
    int64_t modes;
    c12__csr_check(f, p->mode_off, n, "mode_off", &modes);
    if (f->count) return;
    for (int64_t o = 0; o < n && !c12__full(f); o++) {
        int64_t k = p->mode_off[o + 1] - p->mode_off[o];
        if (k < 1 || k > INT32_MAX) c12__fault(f, C12_E_RANGE, "an operation needs at least one mode", "mode_off", o, k);
        else if (p->fixed_mode && (p->fixed_mode[o] < -1 || p->fixed_mode[o] >= k)) c12__fault(f, C12_E_RANGE, "no such mode of the operation", "fixed_mode", o, p->fixed_mode[o]);
    }
    if (modes > (int64_t)1 << 30) c12__fault(f, C12_E_RANGE, "more than 2^30 modes", "mode_off", n, modes);
    int ok = vet_present(f, p->mode_machine, modes, "mode_machine");
    ok &= vet_present(f, p->mode_ticks, modes, "mode_ticks");
    if (!ok) return;
    vet_ids(f, p->mode_machine, modes, p->n_machines, "machine out of range", "mode_machine");
    vet_ticks(f, p->mode_ticks, modes, 0, "mode_ticks");
}

static void vet_breaks(c12__faults *f, const c12_sched_problem *p)
{
    int64_t n;
    if (!p->break_off) return;
    c12__csr_check(f, p->break_off, p->n_machines, "break_off", &n);
    if (f->count) return;
    int ok = vet_present(f, p->break_from, n, "break_from");
    ok &= vet_present(f, p->break_to, n, "break_to");
    if (!ok) return;
    vet_ticks(f, p->break_from, n, 0, "break_from");
    for (int32_t m = 0; m < p->n_machines; m++)
        for (int64_t k = p->break_off[m]; k < p->break_off[m + 1] && !c12__full(f); k++) {
            if (p->break_to[k] <= p->break_from[k] || p->break_to[k] > C12_SCHED_HORIZON)
                c12__fault(f, C12_E_RANGE, "a break must end after it begins and within the horizon", "break_to", k, p->break_to[k]);
            if (k > p->break_off[m] && p->break_from[k] < p->break_to[k - 1])
                c12__fault(f, C12_E_RANGE, "breaks of a machine must be sorted and apart", "break_from", k, p->break_from[k]);
        }
}

static void vet_jobs(c12__faults *f, const c12_sched_problem *p)
{
    vet_ticks(f, p->job_release, p->n_jobs, 0, "job_release");
    vet_ticks(f, p->job_due, p->n_jobs, -1, "job_due");
    if (!p->job_weight) return;
    for (int32_t j = 0; j < p->n_jobs && !c12__full(f); j++)
        if (p->job_weight[j] < 0) c12__fault(f, C12_E_RANGE, "weight is negative", "job_weight", j, p->job_weight[j]);
}

static void vet_reports(c12__faults *f, const c12_sched_problem *p, int64_t n)
{
    vet_ticks(f, p->fixed_start, n, -1, "fixed_start");
    vet_ticks(f, p->fixed_end, n, -1, "fixed_end");
    for (int64_t o = 0; p->fixed_end && o < n && !c12__full(f); o++)
        if (p->fixed_end[o] >= 0 && (c12__at64(p->fixed_start, o, -1) < 0 || p->fixed_end[o] < p->fixed_start[o]))
            c12__fault(f, C12_E_RANGE, "a reported end needs a fixed_start no later than it", "fixed_end", o, p->fixed_end[o]);
    for (int64_t o = 0; p->op_gone && o < n && !c12__full(f); o++) {
        if (p->op_gone[o] > 1) c12__fault(f, C12_E_RANGE, "must be 0 or 1", "op_gone", o, p->op_gone[o]);
        else if (p->op_gone[o] && c12__at64(p->fixed_start, o, -1) >= 0) c12__fault(f, C12_E_RANGE, "an operation that is gone cannot be frozen too: give it fixed_start -1", "op_gone", o, 1);
    }
}

static void vet_ops(c12__faults *f, const c12_sched_problem *p, int64_t n)
{
    int64_t preds;
    vet_ticks(f, p->op_ready, n, 0, "op_ready");
    vet_reports(f, p, n);
    if (p->op_resumable)
        for (int64_t o = 0; o < n && !c12__full(f); o++)
            if (p->op_resumable[o] > 1) c12__fault(f, C12_E_RANGE, "must be 0 or 1", "op_resumable", o, p->op_resumable[o]);
    if (p->n_families && p->op_family && p->setup) {
        vet_ids(f, p->op_family, n, p->n_families, "family out of range", "op_family");
        vet_ticks(f, p->setup, (int64_t)p->n_families * p->n_families, 0, "setup");
    }
    if (!p->op_pred_off) return;
    c12__faults pred = { f->err, f->status, f->count };
    c12__csr_check(&pred, p->op_pred_off, n, "op_pred_off", &preds);
    int broken = pred.count != f->count;
    *f = pred;
    if (broken || !vet_present(f, p->op_pred, preds, "op_pred")) return;
    if (preds > (int64_t)1 << 30) c12__fault(f, C12_E_RANGE, "more than 2^30 predecessors", "op_pred_off", n, preds);
    for (int64_t e = 0; e < preds && !c12__full(f); e++)
        if (p->op_pred[e] < 0 || p->op_pred[e] >= n) c12__fault(f, C12_E_RANGE, "operation out of range", "op_pred", e, p->op_pred[e]);
}

c12_status c12__sched_take(c12_sched_problem *p, const c12_sched_problem *from, c12_error *err)
{
    c12__faults f = { err, C12_OK, 0 };
    int64_t n;
    c12_status s = c12__take(p, sizeof *p, from, "problem", err);
    if (s) return s;
    if (p->n_jobs < 0) c12__fault(&f, C12_E_ARG, "count is negative", "n_jobs", -1, p->n_jobs);
    if (p->n_machines < 0) c12__fault(&f, C12_E_ARG, "count is negative", "n_machines", -1, p->n_machines);
    if (p->n_families < 0 || p->n_families > 1 << 15) c12__fault(&f, C12_E_ARG, "families must be 0..32768", "n_families", -1, p->n_families);
    if (f.count) return f.status;
    c12__csr_check(&f, p->op_off, p->n_jobs, "op_off", &n);
    if (!f.count && n > (int64_t)1 << 28) c12__fault(&f, C12_E_RANGE, "more than 2^28 operations", "op_off", p->n_jobs, n);
    if (f.count) return f.status;
    vet_modes(&f, p, n);
    vet_jobs(&f, p);
    vet_ops(&f, p, n);
    if (!f.count) vet_breaks(&f, p);
    if (!f.count) c12__sched_vet_rich(&f, p, n);
    return f.status;
}

/* ---- sizes and sums ------------------------------------------------------------------------------------------------------ */

static c12_status fits_dims(const c12_sched_dims *d, const c12_sched_problem *p, int64_t n, c12_error *err)
{
    const struct { const char *name; int64_t need, have; } row[] = {
        { "jobs", p->n_jobs, d->jobs }, { "machines", p->n_machines, d->machines }, { "families", p->n_families, d->families },
        { "ops", n, d->ops }, { "modes", n ? p->mode_off[n] : 0, d->modes },
        { "breaks", p->break_off ? p->break_off[p->n_machines] : 0, d->breaks },
        { "preds", p->op_pred_off ? p->op_pred_off[n] : 0, d->preds },
        { "needs", p->need_off ? p->need_off[n] : 0, d->needs }, { "levels", p->need_off && p->level_off ? p->level_off[p->n_resources] : 0, d->levels },
        { "resources", p->need_off ? p->n_resources : 0, d->resources }, { "buffers", p->op_buffer ? p->n_buffers : 0, d->buffers },
    };
    c12__faults f = { err, C12_OK, 0 };
    for (size_t k = 0; k < sizeof row / sizeof *row; k++)
        if (row[k].need > row[k].have) c12__fault(&f, C12_E_SPACE, "problem exceeds the dims of this handle", row[k].name, -1, row[k].need);
    return f.status;
}

static int64_t model_largest(const int64_t *col, int64_t n, int64_t so_far)
{
    for (int64_t i = 0; col && i < n; i++)
        if (col[i] > so_far && col[i] < C12_SCHED_HORIZON) so_far = col[i];
    return so_far;
}

/* The last tick any left-shifted plan can reach: everything waits for the last date, then runs in one queue. */
int c12__sched_latest(const c12_sched_problem *p, int64_t n, int64_t *latest)
{
    int64_t sum = model_largest(p->job_release, p->n_jobs, 0), longest_setup = 0;
    sum = model_largest(p->op_ready, n, sum);
    sum = model_largest(p->fixed_start, n, sum);
    sum = model_largest(p->fixed_end, n, sum);
    if (p->break_off) sum = model_largest(p->break_to, p->break_off[p->n_machines], sum);
    if (p->need_off && p->need_off[n]) sum = model_largest(p->level_from, p->level_off[p->n_resources], sum);
    if (p->setup && p->op_family) longest_setup = model_largest(p->setup, (int64_t)p->n_families * p->n_families, 0);
    for (int64_t o = 0; o < n; o++) {
        int64_t most = 0;
        for (int64_t k = p->mode_off[o]; k < p->mode_off[o + 1]; k++) most = c12__max64(most, c12__sched_paced(p, k));
        if (c12__add64(sum, most, &sum) || c12__add64(sum, longest_setup, &sum) || c12__add64(sum, c12__at64(p->wait_min, o, 0), &sum) || sum > C12_SCHED_HORIZON) return 1;
    }
    *latest = sum;
    return 0;
}

static c12_status fits_64_bits(const c12_sched_problem *p, int64_t n, int32_t goal, int64_t *latest, c12_error *err)
{
    int64_t weights = 0, worst;
    if (c12__sched_latest(p, n, latest)) return c12__fail(err, C12_E_OVERFLOW, "work, set-ups and dates add up beyond the horizon", "mode_ticks", -1, C12_SCHED_HORIZON);
    if (goal == C12_SCHED_MAKESPAN || goal == C12_SCHED_TERMS) return C12_OK;
    for (int32_t j = 0; j < p->n_jobs; j++)
        if (c12__add64(weights, c12__at64(p->job_weight, j, 1), &weights) || c12__mul64(weights, *latest, &worst) || worst > C12_SCHED_HORIZON)
            return c12__fail(err, C12_E_OVERFLOW, "weights times the horizon leave 64 bits", "job_weight", j, c12__at64(p->job_weight, j, 1));
    return C12_OK;
}

/* ---- derived tables ------------------------------------------------------------------------------------------------------ */

void c12__sched_carve_model(c12__sched_model *m, c12__arena *a, const c12_sched_dims *d)
{
    m->job = C12__CARVE(a, int32_t, d->ops);
    m->need = C12__CARVE(a, int32_t, d->ops);
    m->succ_off = C12__CARVE(a, int64_t, d->ops + 1);
    m->succ = C12__CARVE(a, int32_t, d->preds);
    m->topo = C12__CARVE(a, int32_t, d->ops);
    m->frozen = C12__CARVE(a, int32_t, d->ops);
    m->head = C12__CARVE(a, int64_t, d->ops);
    m->tail = C12__CARVE(a, int64_t, d->ops);
    m->least = C12__CARVE(a, int64_t, d->ops);
    m->release = C12__CARVE(a, int64_t, d->ops);
    m->shut = C12__CARVE(a, int64_t, d->breaks);
    c12__sched_carve_links(m, a, d);
}

/* Absent features become NULL columns, so that no kernel pays for them. */
static void model_simplify(c12_sched_problem *p, int64_t n)
{
    int used = 0;
    if (!p->n_families || !p->op_family || !p->setup) p->setup = NULL;
    for (int64_t k = 0; p->setup && k < (int64_t)p->n_families * p->n_families; k++) used |= p->setup[k] != 0;
    if (!used) { p->setup = NULL; p->op_family = NULL; }
    if (p->break_off && !p->break_off[p->n_machines]) p->break_off = NULL;
    if (p->op_pred_off && !p->op_pred_off[n]) p->op_pred_off = NULL;
    int frozen = 0;
    for (int64_t o = 0; p->fixed_start && o < n; o++) frozen |= p->fixed_start[o] >= 0;
    if (!frozen) p->fixed_start = NULL;
    int told = 0, gone = 0;
    for (int64_t o = 0; p->fixed_end && o < n; o++) told |= p->fixed_end[o] >= 0;
    for (int64_t o = 0; p->op_gone && o < n; o++) gone |= p->op_gone[o];
    if (!told) p->fixed_end = NULL;
    if (!gone) p->op_gone = NULL;
}

/* Shortest work of an operation; what was reported took what it took. */
static int64_t model_least(const c12_sched_problem *p, int64_t o)
{
    int64_t least = C12_SCHED_HORIZON;
    int32_t fixed = c12__at32(p->fixed_mode, o, -1);
    if (p->op_gone && p->op_gone[o]) return 0;
    if (c12__at64(p->fixed_end, o, -1) >= 0) return p->fixed_end[o] - p->fixed_start[o];
    for (int64_t k = p->mode_off[o]; k < p->mode_off[o + 1]; k++)
        if (fixed < 0 || k - p->mode_off[o] == fixed) least = c12__min64(least, p->mode_ticks[k]);
    return least;
}

static void model_fill_ops(c12__sched_model *m)
{
    const c12_sched_problem *p = &m->p;
    for (int32_t j = 0; j < p->n_jobs; j++)
        for (int64_t o = p->op_off[j]; o < p->op_off[j + 1]; o++) {
            m->job[o] = j;
            m->release[o] = c12__sched_gone(m, (int32_t)o) ? 0 : c12__max64(c12__at64(p->job_release, j, 0), c12__at64(p->op_ready, o, 0));
            m->least[o] = model_least(p, o);
        }
}

static void model_turn_preds(c12__sched_model *m)
{
    const c12_sched_problem *p = &m->p;
    if (!p->op_pred_off) return;
    memset(m->succ_off, 0, ((size_t)m->n + 1) * sizeof *m->succ_off);
    for (int64_t e = 0; e < p->op_pred_off[m->n]; e++) m->succ_off[p->op_pred[e] + 1]++;
    for (int32_t o = 0; o < m->n; o++) m->succ_off[o + 1] += m->succ_off[o];
    for (int32_t o = 0; o < m->n; o++)
        for (int64_t e = p->op_pred_off[o]; e < p->op_pred_off[o + 1]; e++) m->succ[m->succ_off[p->op_pred[e]]++] = o;
    for (int32_t o = m->n; o > 0; o--) m->succ_off[o] = m->succ_off[o - 1];
    m->succ_off[0] = 0;
}

static int model_has_job_pred(const c12__sched_model *m, int32_t o) { return o > m->p.op_off[m->job[o]]; }
static int model_has_job_succ(const c12__sched_model *m, int32_t o) { return o + 1 < m->p.op_off[m->job[o] + 1]; }

/* An operation on a cycle: every operation Kahn's peeling left has a left predecessor, so walking back n times ends on one. */
static int32_t model_cycle(const c12__sched_model *m, const int32_t *left)
{
    int32_t o = 0;
    while (!left[o]) o++;
    for (int32_t step = 0; step < m->n; step++) {
        int32_t back = model_has_job_pred(m, o) && left[o - 1] ? o - 1 : -1;
        for (int64_t e = m->p.op_pred_off[o]; back < 0 && e < m->p.op_pred_off[o + 1]; e++)
            if (left[m->p.op_pred[e]]) back = (int32_t)m->p.op_pred[e];
        o = back;
    }
    return o;
}

/* Predecessors first (Kahn 1962); returns -1 or an operation on a cycle. */
static int32_t model_sort(c12__sched_model *m, int32_t *left)
{
    const c12_sched_problem *p = &m->p;
    int32_t n = 0;
    for (int32_t o = 0; o < m->n; o++) {
        left[o] = model_has_job_pred(m, o) + (p->op_pred_off ? (int32_t)(p->op_pred_off[o + 1] - p->op_pred_off[o]) : 0);
        if (!left[o]) m->topo[n++] = o;
    }
    for (int32_t k = 0; k < n; k++) {
        int32_t o = m->topo[k];
        if (model_has_job_succ(m, o) && !--left[o + 1]) m->topo[n++] = o + 1;
        for (int64_t e = p->op_pred_off ? m->succ_off[o] : 0; p->op_pred_off && e < m->succ_off[o + 1]; e++)
            if (!--left[m->succ[e]]) m->topo[n++] = m->succ[e];
    }
    return n == m->n ? -1 : model_cycle(m, left);
}

/* With frozen or gone operations, which may take no time, those that do go first among equal starts, then those that others wait for. */
void c12__sched_order(const c12__sched_model *m, const int64_t *start, int32_t *order, int32_t *scratch)
{
    if (!m->p.fixed_start && !m->p.op_gone) { c12__sort_rows(start, m->n, order, scratch); return; }
    int32_t n = 0;
    for (int32_t o = 0; m->p.fixed_end && o < m->n; o++)
        if (c12__sched_told(m, o)) order[n++] = o; /* waits for nobody: by row, as the checker reads it */
    for (int32_t k = 0; k < m->n; k++)
        if (!c12__sched_told(m, m->topo[k])) order[n++] = m->topo[k];
    c12__sort_rows_again(m->least, m->n, order, scratch);
    c12__sort_rows_again(start, m->n, order, scratch);
}

/* What a free operation waits for: frozen predecessors are known from the start. */
static void model_count_needs(c12__sched_model *m)
{
    const c12_sched_problem *p = &m->p;
    for (int32_t o = 0; o < m->n; o++) {
        int32_t n = model_has_job_pred(m, o) && c12__at64(p->fixed_start, o - 1, -1) < 0;
        for (int64_t e = p->op_pred_off ? p->op_pred_off[o] : 0; p->op_pred_off && e < p->op_pred_off[o + 1]; e++)
            n += c12__at64(p->fixed_start, p->op_pred[e], -1) < 0;
        m->need[o] = n;
    }
}

static void model_list_frozen(struct c12_sched *self)
{
    c12__sched_model *m = &self->model;
    m->frozen_n = 0;
    if (!m->p.fixed_start) return;
    for (int32_t o = 0; o < m->n; o++) self->scratch[o] = c12__sched_told(m, o) ? m->least[o] : m->least[o] > 0;
    c12__sort_rows(self->scratch, m->n, self->scratch_order, self->scratch_id); /* what takes no time goes before what starts with it; reports as the checker reads them */
    c12__sort_rows_again(m->p.fixed_start, m->n, self->scratch_order, self->scratch_id);
    for (int32_t k = 0; k < m->n; k++)
        if (m->p.fixed_start[self->scratch_order[k]] >= 0) m->frozen[m->frozen_n++] = self->scratch_order[k];
}

static void model_sum_breaks(c12__sched_model *m)
{
    for (int32_t k = 0; m->p.break_off && k < m->p.n_machines; k++)
        for (int64_t b = m->p.break_off[k], shut = 0; b < m->p.break_off[k + 1]; b++) {
            m->shut[b] = shut;
            shut += m->p.break_to[b] - m->p.break_from[b];
        }
}

/* A (flexible) job shop under makespan, with heads at the most, whose times fit 32 bits. */
static int model_is_pure(const c12__sched_model *m, int64_t latest)
{
    const c12_sched_problem *p = &m->p;
    if (m->rich || m->goal != C12_SCHED_MAKESPAN || !m->n || latest >= 1 << 30 || p->mode_off[m->n] > INT32_MAX) return 0;
    if (m->flexible && p->fixed_mode) return 0;
    return !p->setup && !p->break_off && !p->op_pred_off && !p->fixed_start && !p->op_gone;
}

/* Machine sequences and their times say all there is to say.  Operations without work would tie the order of starts, and a machine that
 * closes for good makes plans that cannot be. */
int c12__sched_has_steps(const c12__sched_model *m)
{
    if (m->rich) return 0;
    for (int64_t r = 0; r < m->p.mode_off[m->n]; r++)
        if (!m->p.mode_ticks[r]) return 0;
    for (int64_t b = 0; m->p.break_off && b < m->p.break_off[m->p.n_machines]; b++)
        if (m->p.break_to[b] == C12_SCHED_HORIZON) return 0;
    return 1;
}

/* Small problems are left to the search over keys, which misses nothing. */
static int model_is_plant(const c12__sched_model *m)
{
    if (m->goal == C12_SCHED_MAKESPAN || m->n < MODEL_PLANT_OPS) return 0;
    return c12__sched_has_steps(m);
}

c12_status c12__sched_derive(struct c12_sched *self, c12_error *err)
{
    c12__sched_model *m = &self->model;
    c12_sched_problem *p = &m->p;
    int64_t n = p->n_jobs ? p->op_off[p->n_jobs] : 0, latest = 0;
    c12_status s = fits_dims(&self->dims, p, n, err);
    if (s) return s;
    m->n = (int32_t)n;
    m->goal = self->goal;
    const int32_t *family = p->op_family;
    model_simplify(p, n);
    c12__sched_enrich(m, n, family);
    s = fits_64_bits(p, n, m->goal, &latest, err);
    m->terms = self->terms;
    if (!s) s = c12__sched_weigh(&m->terms, p, n, latest, err);
    for (int32_t k = 0; k < m->terms.n; k++) m->patient |= m->terms.term[k] == C12_SCHED_TERM_WIP || (m->terms.term[k] == C12_SCHED_TERM_MOVED && p->prior_start);
    if (s) return s;
    model_fill_ops(m);
    model_turn_preds(m);
    int32_t looped = model_sort(m, self->scratch_id);
    if (looped >= 0) return c12__fail(err, C12_E_CYCLE, "precedences run in a cycle", "op_pred", looped, looped);
    model_count_needs(m);
    if (m->rich) c12__sched_link(m);
    model_list_frozen(self);
    model_sum_breaks(m);
    m->flexible = n && p->mode_off[n] > n;
    m->pure = model_is_pure(m, latest);
    m->plant = model_is_plant(m);
    m->calm = 0;
    m->bounded = 0;
    return C12_OK;
}
