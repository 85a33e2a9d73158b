/* SPDX-License-Identifier: Apache-2.0 */
/* Effects of the quality loop into the store: one transaction, every entry summed before it ends. */
#include "io/store/io_store.h"

typedef struct quality_rows {
    c12io_store *s;
    const c12_flow_quality *in;
    const c12_order_book *book;
    const c12_flow_quality_effects *fx;
    c12io_store_names names;
    c12_error *err;
} quality_rows;

/* ---- rows ----------------------------------------------------------------------------------------------------------------------------- */

static void bind_report(const quality_rows *w, sqlite3_stmt *q, int32_t r)
{
    const c12_ncr_batch *b = w->in->reports;
    c12io__bind_name(q, 1, w->names.document, r);
    c12io__bind_name(q, 2, w->names.order, w->in->work[r]);
    sqlite3_bind_text(q, 3, (const char *)(b->code_text + b->code_off[r]), (int)(b->code_off[r + 1] - b->code_off[r]), SQLITE_TRANSIENT);
    sqlite3_bind_int(q, 4, w->fx->grade[r]);
    sqlite3_bind_int64(q, 5, w->fx->reason[r]);
    sqlite3_bind_int64(q, 6, w->in->created[r] / 1000000);
    if (w->fx->due[r] == INT64_MAX) sqlite3_bind_null(q, 7); else sqlite3_bind_int64(q, 7, w->fx->due[r] / 1000000);
    c12io__bind_word(q, 8, !w->in->decision[r] ? "OPEN" : w->fx->refusal[r] ? "REFUSED" : "DECIDED");
}

static void bind_order_event(const quality_rows *w, sqlite3_stmt *q, int64_t i)
{
    const c12_flow_quality_effects *f = w->fx;
    c12io__bind_name(q, 1, w->names.document, (int32_t)f->event_report[i]);
    c12io__bind_name(q, 2, w->names.order, f->event_order[i]);
    c12io__bind_word(q, 3, c12_order_event_name(f->event_kind[i]));
    c12io__bind_name(q, 4, w->names.person, f->event_by[i]);
    sqlite3_bind_int64(q, 5, f->event_at[i]);
    sqlite3_bind_int(q, 6, f->event_station[i]);
    sqlite3_bind_int64(q, 7, f->event_scrap[i]);
}

static void bind_order_state(const quality_rows *w, sqlite3_stmt *q, int32_t order)
{
    const c12_order_book *b = w->book;
    c12io__bind_name(q, 1, w->names.order, order);
    c12io__bind_word(q, 2, c12_order_state_name(b->state[order]));
    sqlite3_bind_int64(q, 3, b->qty[order]);
    sqlite3_bind_int64(q, 4, b->good[order]);
    sqlite3_bind_int64(q, 5, b->scrap[order]);
    sqlite3_bind_int(q, 6, b->held[order]);
}

static void bind_move(const quality_rows *w, sqlite3_stmt *q, int64_t i)
{
    const c12_flow_postings *p = w->fx->postings;
    c12io__bind_name(q, 1, w->names.document, (int32_t)p->move_step[i]);
    sqlite3_bind_int(q, 2, p->move_kind[i]);
    c12io__bind_name(q, 3, w->names.item, p->move_item[i]);
    c12io__bind_name(q, 4, w->names.location, p->move_from[i]);
    c12io__bind_name(q, 5, w->names.location, p->move_to[i]);
    sqlite3_bind_int64(q, 6, p->move_qty[i]);
}

static void bind_entry(const quality_rows *w, sqlite3_stmt *q, int64_t i)
{
    const c12_flow_postings *p = w->fx->postings;
    c12io__bind_name(q, 1, w->names.document, (int32_t)p->entry_step[i]);
    c12io__bind_word(q, 2, c12_cost_account_name(p->entry_account[i]));
    sqlite3_bind_int64(q, 3, p->entry_amount[i]);
}

static void bind_replan(const quality_rows *w, sqlite3_stmt *q, int32_t r)
{
    c12io__bind_name(q, 1, w->names.document, r);
    c12io__bind_name(q, 2, w->names.order, w->in->work[r]);
    sqlite3_bind_int(q, 3, w->fx->replan[r]);
    sqlite3_bind_int64(q, 4, w->fx->replan_qty[r]);
}

/* ---- tables --------------------------------------------------------------------------------------------------------------------------- */

static c12_status put_reports(const quality_rows *w)
{
    sqlite3_stmt *q = NULL;
    c12_status s = c12io__store_prepare(w->s, &q, "INSERT INTO ncrs(code, work_order, defect, grade, reason, created_ms, capa_due_ms, state) VALUES(?,?,?,?,?,?,?,?)", w->err);
    for (int32_t r = 0; r < w->in->reports->n && !s; r++) { bind_report(w, q, r); s = c12io__store_step(w->s, q, w->err); }
    sqlite3_finalize(q);
    return s;
}

static c12_status put_events(const quality_rows *w)
{
    sqlite3_stmt *q = NULL;
    c12_status s = c12io__store_prepare(w->s, &q, "INSERT INTO order_events(report, work_order, kind, by_person, at_ns, station, scrap) VALUES(?,?,?,?,?,?,?)", w->err);
    for (int64_t i = 0; i < w->fx->n_events && !s; i++) { bind_order_event(w, q, i); s = c12io__store_step(w->s, q, w->err); }
    sqlite3_finalize(q);
    return s;
}

static c12_status put_states(const quality_rows *w)
{
    sqlite3_stmt *q = NULL;
    c12_status s = c12io__store_prepare(w->s, &q, "INSERT OR REPLACE INTO order_states(work_order, state, qty, good, scrap, held) VALUES(?,?,?,?,?,?)", w->err);
    for (int32_t r = 0; r < w->in->reports->n && !s; r++) { bind_order_state(w, q, w->in->work[r]); s = c12io__store_step(w->s, q, w->err); }
    sqlite3_finalize(q);
    return s;
}

static c12_status put_moves(const quality_rows *w)
{
    sqlite3_stmt *q = NULL;
    c12_status s = c12io__store_prepare(w->s, &q, "INSERT INTO stock_moves(step, kind, item, from_place, to_place, qty) VALUES(?,?,?,?,?,?)", w->err);
    for (int64_t i = 0; i < w->fx->postings->n_moves && !s; i++) { bind_move(w, q, i); s = c12io__store_step(w->s, q, w->err); }
    sqlite3_finalize(q);
    return s;
}

static c12_status put_entries(const quality_rows *w)
{
    sqlite3_stmt *q = NULL;
    c12_status s = c12io__store_prepare(w->s, &q, "INSERT INTO entries(step, account, amount) VALUES(?,?,?)", w->err);
    for (int64_t i = 0; i < w->fx->postings->n_entries && !s; i++) { bind_entry(w, q, i); s = c12io__store_step(w->s, q, w->err); }
    sqlite3_finalize(q);
    return s;
}

static c12_status put_replans(const quality_rows *w)
{
    sqlite3_stmt *q = NULL;
    c12_status s = c12io__store_prepare(w->s, &q, "INSERT INTO replans(report, work_order, what, qty) VALUES(?,?,?,?)", w->err);
    for (int32_t r = 0; r < w->in->reports->n && !s; r++) if (w->fx->replan[r]) { bind_replan(w, q, r); s = c12io__store_step(w->s, q, w->err); }
    sqlite3_finalize(q);
    return s;
}

/* Not what was meant to be written but what is there: entries of each report come to nothing. */
static c12_status sum_entries(const quality_rows *w)
{
    sqlite3_stmt *q = NULL;
    c12_status s = c12io__store_prepare(w->s, &q, "SELECT coalesce(sum(amount), 0) FROM entries WHERE step = ?", w->err);
    for (int32_t r = 0; r < w->in->reports->n && !s; r++) {
        c12io__bind_name(q, 1, w->names.document, r);
        const int code = sqlite3_step(q);
        if (code != SQLITE_ROW) s = c12io__store_fault(w->s, code, "sum entries", w->err);
        else if (sqlite3_column_int64(q, 0)) s = c12io__fault(w->err, C12_E_STATE, "entries do not balance", r, sqlite3_column_int64(q, 0), "store: entries of report %d do not balance", (int)r);
        sqlite3_reset(q);
    }
    sqlite3_finalize(q);
    return s;
}

c12_status c12io_store_quality(c12io_store *self, const c12_flow_quality *in, const c12_order_book *book, const c12_flow_quality_effects *effects, const c12io_store_names *names, c12_error *err)
{
    if (!self || !in || !in->reports || !book || !effects || !effects->postings) return c12io__fault(err, C12_E_ARG, "argument is NULL", -1, 0, "store: argument is NULL");
    quality_rows w = { self, in, book, effects, c12io__store_names(names), err };
    static c12_status (*const tables[])(const quality_rows *) = { put_reports, put_events, put_states, put_moves, put_entries, put_replans, sum_entries };
    c12_status s = c12io_store_begin(self, err);
    if (s) return s;
    for (size_t k = 0; k < sizeof tables / sizeof *tables && !s; k++) s = tables[k](&w);
    if (!s) s = c12io_store_commit(self, err);
    if (s) c12io_store_rollback(self);
    return s;
}
