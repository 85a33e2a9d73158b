/* SPDX-License-Identifier: Apache-2.0 */
/* Problems a live handle holds: one table says what columns there are and how long each is, so that copying, sharing and growing
 * treat all of them alike. */
#include "base/csr.h"
#include "sched/sched_internal.h"
#include <stddef.h>

/* What a column has a row for.  Those from SLOT_FAMILIES on never change: one copy serves all slots. */
enum { SLOT_JOBS, SLOT_JOBS_1, SLOT_OPS, SLOT_OPS_1, SLOT_MODES, SLOT_PREDS, SLOT_NEEDS, SLOT_MACHINES_1, SLOT_BREAKS,
       SLOT_FAMILIES, SLOT_MACHINES, SLOT_BUFFERS, SLOT_RESOURCES_1, SLOT_LEVELS, SLOT_KINDS };

typedef struct slot_column { size_t at; int32_t bytes, rows, absent; } slot_column; /* absent: what NULL means */

#define SLOT_AT(name, bytes, rows, absent) { offsetof(c12_sched_problem, name), bytes, rows, absent }
static const slot_column slot_columns[C12__SCHED_COLUMNS] = {
    SLOT_AT(op_off, 8, SLOT_JOBS_1, 0), SLOT_AT(mode_off, 8, SLOT_OPS_1, 0), SLOT_AT(mode_machine, 4, SLOT_MODES, 0), SLOT_AT(mode_ticks, 8, SLOT_MODES, 0),
    SLOT_AT(job_release, 8, SLOT_JOBS, 0), SLOT_AT(job_due, 8, SLOT_JOBS, -1), SLOT_AT(job_weight, 8, SLOT_JOBS, 1), SLOT_AT(op_ready, 8, SLOT_OPS, 0),
    SLOT_AT(op_family, 4, SLOT_OPS, 0), SLOT_AT(setup, 8, SLOT_FAMILIES, 0), SLOT_AT(break_off, 8, SLOT_MACHINES_1, 0), SLOT_AT(break_from, 8, SLOT_BREAKS, 0),
    SLOT_AT(break_to, 8, SLOT_BREAKS, 0), SLOT_AT(op_resumable, 1, SLOT_OPS, 0), SLOT_AT(op_pred_off, 8, SLOT_OPS_1, 0), SLOT_AT(op_pred, 8, SLOT_PREDS, 0),
    SLOT_AT(fixed_start, 8, SLOT_OPS, -1), SLOT_AT(fixed_mode, 4, SLOT_OPS, -1), SLOT_AT(fixed_end, 8, SLOT_OPS, -1), SLOT_AT(op_gone, 1, SLOT_OPS, 0),
    SLOT_AT(machine_speed, 4, SLOT_MACHINES, 1000), SLOT_AT(setup_breaks, 1, SLOT_MACHINES, 0), SLOT_AT(machine_batch, 4, SLOT_MACHINES, 1),
    SLOT_AT(op_places, 4, SLOT_OPS, 1), SLOT_AT(mode_cost, 8, SLOT_MODES, 0), SLOT_AT(wait_min, 8, SLOT_OPS, 0), SLOT_AT(wait_max, 8, SLOT_OPS, -1),
    SLOT_AT(op_lots, 4, SLOT_OPS, 1), SLOT_AT(op_holds, 1, SLOT_OPS, 0), SLOT_AT(op_buffer, 4, SLOT_OPS, -1), SLOT_AT(buffer_places, 4, SLOT_BUFFERS, 0),
    SLOT_AT(need_off, 8, SLOT_OPS_1, 0), SLOT_AT(need_resource, 4, SLOT_NEEDS, 0), SLOT_AT(need_units, 4, SLOT_NEEDS, 1), SLOT_AT(level_off, 8, SLOT_RESOURCES_1, 0),
    SLOT_AT(level_from, 8, SLOT_LEVELS, 0), SLOT_AT(level_units, 4, SLOT_LEVELS, 0),
};
/* prior_start and prior_mode are not kept: rows of a plan in use change, and c12_sched_calm says what it is to stay near. */

static const void *slot_get(const c12_sched_problem *p, const slot_column *c)
{
    const void *column;
    memcpy(&column, (const uint8_t *)p + c->at, sizeof column);
    return column;
}

static void slot_set(c12_sched_problem *p, const slot_column *c, const void *column) { memcpy((uint8_t *)p + c->at, &column, sizeof column); }

int64_t c12__sched_ops(const c12_sched_problem *p) { return p->n_jobs ? p->op_off[p->n_jobs] : 0; }

static void slot_count(const c12_sched_problem *p, int64_t *rows)
{
    int64_t n = c12__sched_ops(p);
    rows[SLOT_JOBS] = p->n_jobs;
    rows[SLOT_JOBS_1] = p->n_jobs + (int64_t)1;
    rows[SLOT_OPS] = n;
    rows[SLOT_OPS_1] = n + 1;
    rows[SLOT_MODES] = n ? p->mode_off[n] : 0;
    rows[SLOT_PREDS] = p->op_pred_off ? p->op_pred_off[n] : 0;
    rows[SLOT_NEEDS] = p->need_off ? p->need_off[n] : 0;
    rows[SLOT_MACHINES_1] = p->n_machines + (int64_t)1;
    rows[SLOT_BREAKS] = p->break_off ? p->break_off[p->n_machines] : 0;
    rows[SLOT_FAMILIES] = (int64_t)p->n_families * p->n_families;
    rows[SLOT_MACHINES] = p->n_machines;
    rows[SLOT_BUFFERS] = p->n_buffers;
    rows[SLOT_RESOURCES_1] = p->n_resources + (int64_t)1;
    rows[SLOT_LEVELS] = p->level_off ? p->level_off[p->n_resources] : 0;
}

/* ---- memory -------------------------------------------------------------------------------------------------------------- */

static void slot_room(const c12_sched_dims *d, int64_t *rows)
{
    const int64_t room[SLOT_KINDS] = { d->jobs, d->jobs + (int64_t)1, d->ops, d->ops + 1, d->modes, d->preds, d->needs, d->machines + (int64_t)1, d->breaks,
                                       (int64_t)d->families * d->families, d->machines, d->buffers, d->resources + (int64_t)1, d->levels };
    memcpy(rows, room, sizeof room);
}

static void slot_carve(c12__sched_slot *s, c12__sched_slot *first, c12__arena *a, const c12_sched_dims *d)
{
    int64_t rows[SLOT_KINDS];
    slot_room(d, rows);
    s->room = C12__CARVE(a, void *, C12__SCHED_COLUMNS);
    for (int k = 0; k < C12__SCHED_COLUMNS; k++) {
        const slot_column *c = &slot_columns[k];
        void *room = s != first && c->rows >= SLOT_FAMILIES ? NULL : c12__carve(a, rows[c->rows], (size_t)c->bytes);
        if (!s->room) continue;
        s->room[k] = s != first && c->rows >= SLOT_FAMILIES ? first->room[k] : room;
    }
    s->done = C12__CARVE(a, uint8_t, d->ops);
    s->start = C12__CARVE(a, int64_t, d->ops);
    s->end = C12__CARVE(a, int64_t, d->ops);
    s->mode = C12__CARVE(a, int32_t, d->ops);
}

/* Two slots more than branches: the trunk's, and the one a change is made in before it stands. */
void c12__sched_carve_live(c12__sched_live *v, c12__arena *a, const c12_sched_dims *d)
{
    c12__sched_slot nobody = { 0 }, *first;
    if (!d->live) return;
    v->slots = d->branches + 2;
    v->slot = C12__CARVE(a, c12__sched_slot, v->slots);
    v->of = C12__CARVE(a, int32_t, d->branches + (int64_t)1);
    first = v->slot ? v->slot : &nobody;
    for (int32_t k = 0; k < v->slots; k++) {
        c12__sched_slot other = { 0 }, *s = !k ? first : v->slot ? &v->slot[k] : &other;
        slot_carve(s, first, a, d);
    }
    c12__sched_carve_plant(&v->steps, a, d);
    v->price = C12__CARVE(a, c12__sched_price, d->jobs);
    v->trial.was = C12__CARVE(a, c12__sched_was, d->ops);
    v->trial.seen = C12__CARVE(a, int32_t, d->ops);
    v->fixed = C12__CARVE(a, int64_t, d->ops);
    v->fixed_mode = C12__CARVE(a, int32_t, d->ops);
    v->prior = C12__CARVE(a, int64_t, d->ops);
    v->prior_mode = C12__CARVE(a, int32_t, d->ops);
    v->key = C12__CARVE(a, int64_t, d->ops);
    v->order = C12__CARVE(a, int32_t, d->ops);
    v->pick = C12__CARVE(a, int32_t, d->ops);
}

void c12__sched_close_slots(c12__sched_live *v, const c12_sched_dims *d)
{
    for (int32_t k = 0; k < v->slots; k++) v->slot[k].refs = v->slot[k].planned = 0;
    for (int32_t b = 0; b <= d->branches; b++) v->of[b] = -1;
    v->used = -1;
    v->stepped = 0;
    v->rows = d->ops;
    v->trial.turn = 0;
}

int32_t c12__sched_free_slot(const c12__sched_live *v)
{
    int32_t k = 0;
    while (v->slot[k].refs) k++;
    return k;
}

/* ---- copies -------------------------------------------------------------------------------------------------------------- */

void c12__sched_copy_problem(c12__sched_slot *to, const c12_sched_problem *from, const c12_sched_dims *d)
{
    int64_t rows[SLOT_KINDS];
    slot_count(from, rows);
    to->p = *from;
    to->p.prior_start = NULL;
    to->p.prior_mode = NULL;
    for (int k = 0; k < C12__SCHED_COLUMNS; k++) {
        const slot_column *c = &slot_columns[k];
        const void *column = slot_get(from, c);
        if (!column) continue;
        if (column != to->room[k]) memcpy(to->room[k], column, (size_t)(rows[c->rows] * c->bytes));
        slot_set(&to->p, c, to->room[k]);
    }
    if (!d->jobs || from->op_off) return;
    *(int64_t *)to->room[0] = 0;
    slot_set(&to->p, &slot_columns[0], to->room[0]);
}

void c12__sched_copy_slot(c12__sched_slot *to, const c12__sched_slot *from, const c12_sched_dims *d)
{
    size_t n = (size_t)c12__sched_ops(&from->p);
    c12__sched_copy_problem(to, &from->p, d);
    memcpy(to->done, from->done, n);
    memcpy(to->start, from->start, n * sizeof *to->start);
    memcpy(to->end, from->end, n * sizeof *to->end);
    memcpy(to->mode, from->mode, n * sizeof *to->mode);
    to->now = from->now;
    to->keep = from->keep;
    to->objective = from->objective;
    to->planned = from->planned;
    to->early = 0;
}

/* ---- absent columns ------------------------------------------------------------------------------------------------------ */

static void slot_fill(void *column, const slot_column *c, int64_t from, int64_t to, int64_t value)
{
    for (int64_t i = from; i < to; i++) {
        if (c->bytes == 8) ((int64_t *)column)[i] = value;
        else if (c->bytes == 4) ((int32_t *)column)[i] = (int32_t)value;
        else ((uint8_t *)column)[i] = (uint8_t)value;
    }
}

static int slot_is_offset(const slot_column *c) { return c->rows == SLOT_JOBS_1 || c->rows == SLOT_OPS_1 || c->rows == SLOT_MACHINES_1 || c->rows == SLOT_RESOURCES_1; }

/* The slot's own, writable form of a column, told by its offset in the problem; filled with what NULL means when it was absent. */
void *c12__sched_own(c12__sched_slot *s, size_t offset)
{
    int64_t rows[SLOT_KINDS];
    int k = 0;
    while (slot_columns[k].at != offset) k++;
    const slot_column *c = &slot_columns[k];
    if (slot_get(&s->p, c)) return s->room[k];
    slot_count(&s->p, rows);
    slot_fill(s->room[k], c, 0, rows[c->rows], c->absent);
    slot_set(&s->p, c, s->room[k]);
    return s->room[k];
}

/* Rows from..end - 1 move to row `to` and on; the two may overlap. */
void c12__sched_slide(int64_t *column, int64_t to, int64_t from, int64_t end)
{
    if (to < from) for (int64_t k = from; k < end; k++) column[k + to - from] = column[k];
    else for (int64_t k = end - 1; k >= from; k--) column[k + to - from] = column[k];
}

/* ---- new orders ---------------------------------------------------------------------------------------------------------- */

/* How far ids and offsets in a column of new orders move when they are put behind what is there. */
static int64_t slot_shift(const slot_column *c, const int64_t *rows)
{
    switch (c->at) {
    case offsetof(c12_sched_problem, op_off): case offsetof(c12_sched_problem, op_pred): return rows[SLOT_OPS];
    case offsetof(c12_sched_problem, mode_off): return rows[SLOT_MODES];
    case offsetof(c12_sched_problem, op_pred_off): return rows[SLOT_PREDS];
    case offsetof(c12_sched_problem, need_off): return rows[SLOT_NEEDS];
    default: return 0;
    }
}

static void slot_join(void *to, const void *from, const slot_column *c, int64_t at, int64_t n, int64_t shift)
{
    int64_t skip = slot_is_offset(c), *wide = to;
    const int64_t *source = from;
    n -= skip; /* the first offset is there already */
    if (c->bytes == 8) for (int64_t i = 0; i < n; i++) wide[at + i] = source[i + skip] + shift;
    else memcpy((uint8_t *)to + at * c->bytes, from, (size_t)(n * c->bytes));
}

/* Put one column of the new orders behind the slot's, either of them absent or not. */
static void slot_grow(c12__sched_slot *s, int k, const c12_sched_problem *orders, const int64_t *have, const int64_t *more)
{
    const slot_column *c = &slot_columns[k];
    const void *from = slot_get(orders, c);
    int64_t at = have[c->rows], n = more[c->rows], skip = slot_is_offset(c);
    if (!from && !slot_get(&s->p, c)) return;
    if (!slot_get(&s->p, c)) slot_fill(s->room[k], c, 0, at, c->absent);
    if (from) slot_join(s->room[k], from, c, at, n, slot_shift(c, have));
    else slot_fill(s->room[k], c, at, at + n - skip, skip ? ((int64_t *)s->room[k])[at - 1] : c->absent);
    slot_set(&s->p, c, s->room[k]);
}

c12_status c12__sched_append(c12__sched_slot *s, const c12_sched_problem *orders, const c12_sched_dims *d, c12_error *err)
{
    int64_t have[SLOT_KINDS], more[SLOT_KINDS], room[SLOT_KINDS];
    static const struct { const char *name; int32_t rows; } limit[] = { { "jobs", SLOT_JOBS }, { "ops", SLOT_OPS }, { "modes", SLOT_MODES }, { "preds", SLOT_PREDS }, { "needs", SLOT_NEEDS } };
    c12__faults f = { err, C12_OK, 0 };
    slot_count(&s->p, have);
    slot_count(orders, more);
    slot_room(d, room);
    for (size_t k = 0; k < sizeof limit / sizeof *limit; k++) {
        int64_t need = have[limit[k].rows] + more[limit[k].rows];
        if (need > room[limit[k].rows]) c12__fault(&f, C12_E_SPACE, "no room for the new orders: the dims say how many the handle can take", limit[k].name, -1, need);
    }
    if (f.status) return f.status;
    for (int k = 0; k < C12__SCHED_COLUMNS; k++)
        if (slot_columns[k].rows <= SLOT_NEEDS) slot_grow(s, k, orders, have, more);
    memset(s->done + have[SLOT_OPS], 0, (size_t)more[SLOT_OPS]);
    s->p.n_jobs += orders->n_jobs;
    return C12_OK;
}
