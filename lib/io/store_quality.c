/* SPDX-License-Identifier: Apache-2.0 */
/* Effects of the quality loop into the store: one transaction, every entry summed before it ends. */
#include "io/io_store.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

typedef struct quality_rows {
    c12io_store *s;
    const c12_flow_quality *in;
    const c12_order_book *book;
    const c12_flow_quality_effects *fx;
    c12io_store_names names;
    c12_error *err;
} quality_rows;

/* ---- statements --------------------------------------------------------------------------------------------------------------------- */

static c12_status quality_prepare(const quality_rows *w, sqlite3_stmt **q, const char *sql)
{
    int code = sqlite3_prepare_v2(w->s->db, sql, -1, q, NULL);
    return code ? c12io__store_fault(w->s, code, "prepare a statement", w->err) : C12_OK;
}

/* A name, or the number where there is none, or NULL for -1. */
static void quality_name(sqlite3_stmt *q, int at, const c12io_texts *names, int32_t id)
{
    const c12_view v = c12io_texts_at(names, id);
    char number[16];
    if (id < 0) { sqlite3_bind_null(q, at); return; }
    snprintf(number, sizeof number, "%" PRId32, id);
    sqlite3_bind_text(q, at, v.size ? (const char *)v.ptr : number, v.size ? (int)v.size : -1, SQLITE_TRANSIENT);
}

static void quality_word(sqlite3_stmt *q, int at, const char *word) { sqlite3_bind_text(q, at, word, -1, SQLITE_STATIC); }

static c12_status quality_put(const quality_rows *w, sqlite3_stmt *q)
{
    c12io__store_tell(w->s);
    const int code = sqlite3_step(q);
    c12_status s = C12_OK;
    if (code == SQLITE_CONSTRAINT) s = c12io__fault(w->err, C12_E_STATE, "the store has such a row already, or it breaks a rule", -1, code, "store: %s", sqlite3_errmsg(w->s->db));
    else if (code != SQLITE_DONE) s = c12io__store_fault(w->s, code, "put a row", w->err);
    sqlite3_reset(q);
    return s;
}

/* ---- rows ----------------------------------------------------------------------------------------------------------------------------- */

static void bind_report(const quality_rows *w, sqlite3_stmt *q, int32_t r)
{
    const c12_ncr_batch *b = w->in->reports;
    quality_name(q, 1, w->names.report, r);
    quality_name(q, 2, w->names.order, w->in->work[r]);
    sqlite3_bind_text(q, 3, (const char *)(b->code_text + b->code_off[r]), (int)(b->code_off[r + 1] - b->code_off[r]), SQLITE_TRANSIENT);
    sqlite3_bind_int(q, 4, w->fx->grade[r]);
    sqlite3_bind_int64(q, 5, w->fx->reason[r]);
    sqlite3_bind_int64(q, 6, w->in->created[r] / 1000000);
    if (w->fx->due[r] == INT64_MAX) sqlite3_bind_null(q, 7); else sqlite3_bind_int64(q, 7, w->fx->due[r] / 1000000);
    quality_word(q, 8, !w->in->decision[r] ? "OPEN" : w->fx->refusal[r] ? "REFUSED" : "DECIDED");
}

static void bind_order_event(const quality_rows *w, sqlite3_stmt *q, int64_t i)
{
    const c12_flow_quality_effects *f = w->fx;
    quality_name(q, 1, w->names.report, (int32_t)f->event_report[i]);
    quality_name(q, 2, w->names.order, f->event_order[i]);
    quality_word(q, 3, c12_order_event_name(f->event_kind[i]));
    quality_name(q, 4, w->names.person, f->event_by[i]);
    sqlite3_bind_int64(q, 5, f->event_at[i]);
    sqlite3_bind_int(q, 6, f->event_station[i]);
    sqlite3_bind_int64(q, 7, f->event_scrap[i]);
}

static void bind_order_state(const quality_rows *w, sqlite3_stmt *q, int32_t order)
{
    const c12_order_book *b = w->book;
    quality_name(q, 1, w->names.order, order);
    quality_word(q, 2, c12_order_state_name(b->state[order]));
    sqlite3_bind_int64(q, 3, b->qty[order]);
    sqlite3_bind_int64(q, 4, b->good[order]);
    sqlite3_bind_int64(q, 5, b->scrap[order]);
    sqlite3_bind_int(q, 6, b->held[order]);
}

static void bind_move(const quality_rows *w, sqlite3_stmt *q, int64_t i)
{
    const c12_flow_postings *p = w->fx->postings;
    quality_name(q, 1, w->names.report, (int32_t)p->move_step[i]);
    sqlite3_bind_int(q, 2, p->move_kind[i]);
    quality_name(q, 3, w->names.item, p->move_item[i]);
    quality_name(q, 4, w->names.location, p->move_from[i]);
    quality_name(q, 5, w->names.location, p->move_to[i]);
    sqlite3_bind_int64(q, 6, p->move_qty[i]);
}

static void bind_entry(const quality_rows *w, sqlite3_stmt *q, int64_t i)
{
    const c12_flow_postings *p = w->fx->postings;
    quality_name(q, 1, w->names.report, (int32_t)p->entry_step[i]);
    quality_word(q, 2, c12_flow_account_name(p->entry_account[i]));
    sqlite3_bind_int64(q, 3, p->entry_amount[i]);
}

static void bind_replan(const quality_rows *w, sqlite3_stmt *q, int32_t r)
{
    quality_name(q, 1, w->names.report, r);
    quality_name(q, 2, w->names.order, w->in->work[r]);
    sqlite3_bind_int(q, 3, w->fx->replan[r]);
    sqlite3_bind_int64(q, 4, w->fx->replan_qty[r]);
}

/* ---- tables --------------------------------------------------------------------------------------------------------------------------- */

static c12_status put_reports(const quality_rows *w)
{
    sqlite3_stmt *q = NULL;
    c12_status s = quality_prepare(w, &q, "INSERT INTO ncrs(code, work_order, defect, grade, reason, created_ms, capa_due_ms, state) VALUES(?,?,?,?,?,?,?,?)");
    for (int32_t r = 0; r < w->in->reports->n && !s; r++) { bind_report(w, q, r); s = quality_put(w, q); }
    sqlite3_finalize(q);
    return s;
}

static c12_status put_events(const quality_rows *w)
{
    sqlite3_stmt *q = NULL;
    c12_status s = quality_prepare(w, &q, "INSERT INTO order_events(report, work_order, kind, by_person, at_ns, station, scrap) VALUES(?,?,?,?,?,?,?)");
    for (int64_t i = 0; i < w->fx->n_events && !s; i++) { bind_order_event(w, q, i); s = quality_put(w, q); }
    sqlite3_finalize(q);
    return s;
}

static c12_status put_states(const quality_rows *w)
{
    sqlite3_stmt *q = NULL;
    c12_status s = quality_prepare(w, &q, "INSERT OR REPLACE INTO order_states(work_order, state, qty, good, scrap, held) VALUES(?,?,?,?,?,?)");
    for (int32_t r = 0; r < w->in->reports->n && !s; r++) { bind_order_state(w, q, w->in->work[r]); s = quality_put(w, q); }
    sqlite3_finalize(q);
    return s;
}

static c12_status put_moves(const quality_rows *w)
{
    sqlite3_stmt *q = NULL;
    c12_status s = quality_prepare(w, &q, "INSERT INTO stock_moves(step, kind, item, from_place, to_place, qty) VALUES(?,?,?,?,?,?)");
    for (int64_t i = 0; i < w->fx->postings->n_moves && !s; i++) { bind_move(w, q, i); s = quality_put(w, q); }
    sqlite3_finalize(q);
    return s;
}

static c12_status put_entries(const quality_rows *w)
{
    sqlite3_stmt *q = NULL;
    c12_status s = quality_prepare(w, &q, "INSERT INTO entries(step, account, amount) VALUES(?,?,?)");
    for (int64_t i = 0; i < w->fx->postings->n_entries && !s; i++) { bind_entry(w, q, i); s = quality_put(w, q); }
    sqlite3_finalize(q);
    return s;
}

static c12_status put_replans(const quality_rows *w)
{
    sqlite3_stmt *q = NULL;
    c12_status s = quality_prepare(w, &q, "INSERT INTO replans(report, work_order, what, qty) VALUES(?,?,?,?)");
    for (int32_t r = 0; r < w->in->reports->n && !s; r++) if (w->fx->replan[r]) { bind_replan(w, q, r); s = quality_put(w, q); }
    sqlite3_finalize(q);
    return s;
}

/* Not what was meant to be written but what is there: entries of each report come to nothing. */
static c12_status sum_entries(const quality_rows *w)
{
    sqlite3_stmt *q = NULL;
    c12_status s = quality_prepare(w, &q, "SELECT coalesce(sum(amount), 0) FROM entries WHERE step = ?");
    for (int32_t r = 0; r < w->in->reports->n && !s; r++) {
        quality_name(q, 1, w->names.report, r);
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
    quality_rows w = { self, in, book, effects, C12_INIT(c12io_store_names), err };
    if (names) memcpy(&w.names, names, names->struct_size < sizeof w.names ? names->struct_size : sizeof w.names);
    static c12_status (*const tables[])(const quality_rows *) = { put_reports, put_events, put_states, put_moves, put_entries, put_replans, sum_entries };
    c12_status s = c12io_store_begin(self, err);
    if (s) return s;
    for (size_t k = 0; k < sizeof tables / sizeof *tables && !s; k++) s = tables[k](&w);
    if (!s) s = c12io_store_commit(self, err);
    if (s) c12io_store_rollback(self);
    return s;
}
