/* SPDX-License-Identifier: Apache-2.0 */
/* Steps into the store in one transaction.  A step is known by flow, document and number: one that is there already must be the same, and is passed over with all it posted. */
#include "io/store/store_steps.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

typedef struct step_rows {
    c12io_store *s;
    const c12io__documents *d;
    c12_flow_steps steps;
    c12_flow_postings p;
    const int32_t *refusal;
    c12io_store_names names;
    int32_t *number; /* [steps] of a step that happened, from 1 within its document; 0 = refused */
    int32_t *before; /* [documents] steps that had happened to each before these ... */
    int32_t *there;  /* ... and steps the store has */
    int64_t fresh;
    c12_error *err;
} step_rows;

static int step_is_fresh(const step_rows *w, int64_t i) { return w->number[i] > w->there[w->steps.row[i]]; }

/* ---- which steps are there ------------------------------------------------------------------------------------------------------------- */

/* From the last to the first, down from what has happened to each document. */
static c12_status number_steps(step_rows *w)
{
    const c12io__documents *d = w->d;
    for (int32_t r = 0; r < d->n; r++) w->before[r] = d->steps_after[r];
    for (int64_t i = w->steps.n - 1; i >= 0; i--) {
        const int32_t r = w->steps.row[i];
        if (r < 0 || r >= d->n) return c12io__fault(w->err, C12_E_RANGE, "no such document", i, r, "store: step %" PRId64 " is of no %s", i, d->flow);
        if (w->refusal[i]) continue;
        if (w->before[r] < 1) return c12io__fault(w->err, C12_E_RANGE, "more steps than have happened", i, d->steps_after[r], "store: more steps of %s %" PRId32 " are accepted than have happened to it", d->flow, r);
        w->number[i] = w->before[r]--;
    }
    return C12_OK;
}

static c12_status count_document(step_rows *w, sqlite3_stmt *q, int32_t r)
{
    c12io__bind_word(q, 1, w->d->flow);
    c12io__bind_name(q, 2, w->names.document, r);
    const int code = sqlite3_step(q);
    if (code != SQLITE_ROW) return c12io__store_fault(w->s, code, "count steps", w->err);
    w->there[r] = sqlite3_column_int(q, 0);
    sqlite3_reset(q);
    if (w->before[r] <= w->there[r]) return C12_OK;
    return c12io__fault(w->err, C12_E_STATE, "the store lacks steps that went before these", r, w->there[r], "store: %s %" PRId32 " has %" PRId32 " steps before these, and the store %" PRId32, w->d->flow, r, w->before[r], w->there[r]);
}

static c12_status count_steps(step_rows *w)
{
    sqlite3_stmt *q = NULL;
    c12_status s = c12io__store_prepare(w->s, &q, "SELECT count(*) FROM steps WHERE flow = ? AND document = ?", w->err);
    for (int32_t r = 0; r < w->d->n && !s; r++) s = count_document(w, q, r);
    sqlite3_finalize(q);
    return s;
}

/* ---- steps ------------------------------------------------------------------------------------------------------------------------------- */

static void bind_step(const step_rows *w, sqlite3_stmt *q, int64_t i)
{
    const c12_flow_steps *t = &w->steps;
    c12io__bind_word(q, 1, w->d->flow);
    c12io__bind_name(q, 2, w->names.document, t->row[i]);
    sqlite3_bind_int(q, 3, w->number[i]);
    c12io__bind_word(q, 4, w->d->step_name(t->kind[i]));
    c12io__bind_name(q, 5, w->names.person, t->by[i]);
    sqlite3_bind_int64(q, 6, t->at[i]);
    sqlite3_bind_int64(q, 7, t->qty ? t->qty[i] : 0);
    sqlite3_bind_int64(q, 8, t->bad ? t->bad[i] : 0);
    sqlite3_bind_int64(q, 9, t->amount ? t->amount[i] : 0);
}

static c12_status see_same(const step_rows *w, sqlite3_stmt *q, int64_t i)
{
    bind_step(w, q, i);
    const int code = sqlite3_step(q);
    c12_status s = C12_OK;
    if (code != SQLITE_ROW) s = c12io__store_fault(w->s, code, "read a step", w->err);
    else if (!sqlite3_column_int(q, 0))
        s = c12io__fault(w->err, C12_E_STATE, "the store has another step in this place", i, w->number[i], "store: step %" PRId32 " of %s %" PRId32 " is another one there", w->number[i], w->d->flow, w->steps.row[i]);
    sqlite3_reset(q);
    return s;
}

static c12_status put_steps(step_rows *w)
{
    sqlite3_stmt *put = NULL, *same = NULL;
    c12_status s = c12io__store_prepare(w->s, &put, "INSERT INTO steps(flow, document, number, step, by_person, at_ns, qty, bad, amount) VALUES(?,?,?,?,?,?,?,?,?)", w->err);
    if (!s) s = c12io__store_prepare(w->s, &same, "SELECT count(*) FROM steps WHERE flow = ? AND document = ? AND number = ? AND step = ? AND by_person IS ? AND at_ns = ? AND qty = ? AND bad = ? AND amount = ?", w->err);
    for (int64_t i = 0; i < w->steps.n && !s; i++) {
        if (!w->number[i]) continue;
        if (!step_is_fresh(w, i)) { s = see_same(w, same, i); continue; }
        bind_step(w, put, i);
        s = c12io__store_step(w->s, put, w->err);
        w->fresh++;
    }
    sqlite3_finalize(put);
    sqlite3_finalize(same);
    return s;
}

/* ---- what they posted -------------------------------------------------------------------------------------------------------------------- */

/* "purchase/PO-71/3": the step as movements and entries name it. */
static void bind_step_name(const step_rows *w, sqlite3_stmt *q, int at, int64_t i)
{
    const int32_t r = w->steps.row[i];
    const c12_view v = c12io_texts_at(w->names.document, r);
    sqlite3_str *t = sqlite3_str_new(w->s->db);
    if (v.size) sqlite3_str_appendf(t, "%s/%.*s/%d", w->d->flow, (int)v.size, (const char *)v.ptr, (int)w->number[i]);
    else sqlite3_str_appendf(t, "%s/%d/%d", w->d->flow, (int)r, (int)w->number[i]);
    sqlite3_bind_text(q, at, sqlite3_str_finish(t), -1, sqlite3_free);
}

static c12_status see_posted(const step_rows *w, int64_t step, int64_t row)
{
    if (step >= 0 && step < w->steps.n && w->number[step]) return C12_OK;
    return c12io__fault(w->err, C12_E_RANGE, "a movement or an entry is of no step that happened", row, step, "store: a movement or an entry is of step %" PRId64 ", which did not happen", step);
}

static c12_status put_step_moves(step_rows *w)
{
    sqlite3_stmt *q = NULL;
    c12_status s = c12io__store_prepare(w->s, &q, "INSERT INTO stock_moves(step, kind, item, from_place, to_place, qty) VALUES(?,?,?,?,?,?)", w->err);
    for (int64_t i = 0; i < w->p.n_moves && !s; i++) {
        if ((s = see_posted(w, w->p.move_step[i], i)) || !step_is_fresh(w, w->p.move_step[i])) continue;
        bind_step_name(w, q, 1, w->p.move_step[i]);
        sqlite3_bind_int(q, 2, w->p.move_kind[i]);
        c12io__bind_name(q, 3, w->names.item, w->p.move_item[i]);
        c12io__bind_name(q, 4, w->names.location, w->p.move_from[i]);
        c12io__bind_name(q, 5, w->names.location, w->p.move_to[i]);
        sqlite3_bind_int64(q, 6, w->p.move_qty[i]);
        s = c12io__store_step(w->s, q, w->err);
    }
    sqlite3_finalize(q);
    return s;
}

static c12_status put_step_entries(step_rows *w)
{
    sqlite3_stmt *q = NULL;
    c12_status s = c12io__store_prepare(w->s, &q, "INSERT INTO entries(step, account, amount) VALUES(?,?,?)", w->err);
    for (int64_t i = 0; i < w->p.n_entries && !s; i++) {
        if ((s = see_posted(w, w->p.entry_step[i], i)) || !step_is_fresh(w, w->p.entry_step[i])) continue;
        bind_step_name(w, q, 1, w->p.entry_step[i]);
        c12io__bind_word(q, 2, c12_cost_account_name(w->p.entry_account[i]));
        sqlite3_bind_int64(q, 3, w->p.entry_amount[i]);
        s = c12io__store_step(w->s, q, w->err);
    }
    sqlite3_finalize(q);
    return s;
}

/* Not what was meant to be written but what is there: entries of each step come to nothing. */
static c12_status sum_steps(step_rows *w)
{
    sqlite3_stmt *q = NULL;
    c12_status s = c12io__store_prepare(w->s, &q, "SELECT coalesce(sum(amount), 0) FROM entries WHERE step = ?", w->err);
    for (int64_t i = 0; i < w->steps.n && !s; i++) {
        if (!w->number[i] || !step_is_fresh(w, i)) continue;
        bind_step_name(w, q, 1, i);
        const int code = sqlite3_step(q);
        if (code != SQLITE_ROW) s = c12io__store_fault(w->s, code, "sum entries", w->err);
        else if (sqlite3_column_int64(q, 0)) s = c12io__fault(w->err, C12_E_STATE, "entries do not balance", i, sqlite3_column_int64(q, 0), "store: entries of step %" PRId64 " do not balance", i);
        sqlite3_reset(q);
    }
    sqlite3_finalize(q);
    return s;
}

/* ---- documents --------------------------------------------------------------------------------------------------------------------------- */

/* INSERT, or where the name is there: with `moved` the new state in place of the old, else nothing; no row changes when the name is another document's. */
static c12_status document_statement(const step_rows *w, sqlite3_stmt **q, int moved)
{
    const c12io__documents *d = w->d;
    sqlite3_str *t = sqlite3_str_new(w->s->db);
    sqlite3_str_appendf(t, "INSERT INTO %s(code", d->table);
    for (int32_t k = 0; k < d->n_columns; k++) sqlite3_str_appendf(t, ", %s", d->columns[k].name);
    sqlite3_str_appendall(t, ") VALUES(?");
    for (int32_t k = 0; k < d->n_columns; k++) sqlite3_str_appendall(t, ",?");
    sqlite3_str_appendall(t, ") ON CONFLICT(code) DO UPDATE SET code = code");
    for (int32_t k = 0; k < d->n_columns && moved; k++) if (!d->columns[k].fixed) sqlite3_str_appendf(t, ", %s = excluded.%s", d->columns[k].name, d->columns[k].name);
    sqlite3_str_appendall(t, " WHERE 1");
    for (int32_t k = 0; k < d->n_columns; k++) if (d->columns[k].fixed) sqlite3_str_appendf(t, " AND %s IS excluded.%s", d->columns[k].name, d->columns[k].name);
    char *sql = sqlite3_str_finish(t);
    c12_status s = sql ? c12io__store_prepare(w->s, q, sql, w->err) : c12io__fault(w->err, C12_E_NOMEM, "out of memory", -1, 0, "store: out of memory");
    sqlite3_free(sql);
    return s;
}

static c12_status put_document(const step_rows *w, sqlite3_stmt *q, int32_t r)
{
    c12io__bind_name(q, 1, w->names.document, r);
    for (int32_t k = 0; k < w->d->n_columns; k++) {
        const c12io__doc_column *c = &w->d->columns[k];
        if (c->word) c12io__bind_word(q, k + 2, c->word(c->narrow[r]));
        else if (c->wide) sqlite3_bind_int64(q, k + 2, c->wide[r]);
        else if (c->count) sqlite3_bind_int(q, k + 2, c->count[r]);
        else c12io__bind_name(q, k + 2, c->names, c->narrow[r]);
    }
    c12_status s = c12io__store_step(w->s, q, w->err);
    if (s || sqlite3_changes(w->s->db)) return s;
    return c12io__fault(w->err, C12_E_STATE, "the store has another document of this name", r, 0, "store: %s %" PRId32 " is another one there", w->d->flow, r);
}

static c12_status put_documents(step_rows *w)
{
    sqlite3_stmt *moved = NULL, *met = NULL;
    c12_status s = document_statement(w, &moved, 1);
    if (!s) s = document_statement(w, &met, 0);
    for (int32_t r = 0; r < w->d->n && !s; r++) s = put_document(w, w->d->steps_after[r] > w->there[r] ? moved : met, r);
    sqlite3_finalize(moved);
    sqlite3_finalize(met);
    return s;
}

/* ---- all of it --------------------------------------------------------------------------------------------------------------------------- */

static c12_status in_one_transaction(step_rows *w)
{
    static c12_status (*const parts[])(step_rows *) = { count_steps, put_documents, put_steps, put_step_moves, put_step_entries, sum_steps };
    c12_status s = c12io_store_begin(w->s, w->err);
    if (s) return s;
    for (size_t k = 0; k < sizeof parts / sizeof *parts && !s; k++) s = parts[k](w);
    if (!s) s = c12io_store_commit(w->s, w->err);
    if (s) c12io_store_rollback(w->s);
    return s;
}

c12_status c12io__store_documents(c12io_store *s, const c12io__documents *d, const c12_flow_steps *steps, const int32_t *refusal, const c12_flow_postings *postings, const c12io_store_names *names, int64_t *stored, c12_error *err)
{
    if (!s || !steps || !postings || (steps->n && !refusal)) return c12io__fault(err, C12_E_ARG, "argument is NULL", -1, 0, "store: argument is NULL");
    if (d->n < 0 || steps->n < 0) return c12io__fault(err, C12_E_ARG, "count is negative", -1, 0, "store: count is negative");
    step_rows w = { .s = s, .d = d, .refusal = refusal, .names = c12io__store_names(names), .err = err, .steps = C12_INIT(c12_flow_steps), .p = C12_INIT(c12_flow_postings) };
    memcpy(&w.steps, steps, steps->struct_size < sizeof w.steps ? steps->struct_size : sizeof w.steps);
    memcpy(&w.p, postings, postings->struct_size < sizeof w.p ? postings->struct_size : sizeof w.p);
    int32_t *room = calloc((size_t)steps->n + 2 * (size_t)d->n + 1, sizeof *room);
    if (!room) return c12io__fault(err, C12_E_NOMEM, "out of memory", -1, 0, "store: out of memory");
    w.number = room;
    w.before = room + steps->n;
    w.there = w.before + d->n;
    c12_status st = number_steps(&w);
    if (!st) st = in_one_transaction(&w);
    if (!st && stored) *stored = w.fresh;
    free(room);
    return st;
}
