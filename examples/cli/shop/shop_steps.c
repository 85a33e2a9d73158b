/* SPDX-License-Identifier: Apache-2.0 */
/* Documents and steps on them: what purchases and sales read and say. */
#include "shop_cli.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

const char *const shop_amount = "an amount with at most 6 places", *const shop_whole = "a whole number";

/* ---- cells ------------------------------------------------------------------------------------------------------------------ */

/* An empty cell is -1 where it may be. */
int32_t *shop_known(cells *f, int32_t column, const name_list *names, int empty, const char *wanted)
{
    int32_t *v = cells_new(f, f->n, 4);
    for (int64_t r = 0; r < f->n && !f->code; r++) {
        c12_view cell = c12io_table_cell(f->t, r, column);
        v[r] = cell.size ? names_find(names, cell) : -1;
        if (v[r] < 0 && (cell.size || !empty)) cells_bad(f, r, column, wanted);
    }
    return v;
}

void shop_names(cells *f, name_list *names, const char *wanted)
{
    for (int64_t r = 0; r < f->n && !f->code; r++) {
        c12_view cell = c12io_table_cell(f->t, r, 0);
        if (!cell.size || names_find(names, cell) >= 0) cells_bad(f, r, 0, wanted);
        else names_id(names, cell);
    }
}

c12_ns *shop_times(cells *f, int32_t column, int64_t dflt)
{
    const int64_t second = 1000000000;
    int64_t *v = cells_times(f, column, dflt);
    for (int64_t r = 0; r < f->n && !f->code; r++) {
        if (v[r] > INT64_MAX / second || v[r] < INT64_MIN / second) cells_bad(f, r, column, "a time between 1678 and 2262");
        else v[r] *= second;
    }
    return v;
}

/* ---- files ------------------------------------------------------------------------------------------------------------------ */

void desk_begin(cli *c, shop *h, const shop_kind *kind)
{
    *h = (shop){ .kind = kind, .db = cli_value(c, "--db"), .journal = cli_flag(c, "--journal") };
}

int desk_open(cli *c, shop *h)
{
    int code = cells_open(c, &h->docs, cli_word(c, 1), h->kind->docs, h->kind->n_docs);
    return code ? code : cells_open(c, &h->steps, cli_word(c, 2), h->kind->steps, S_COLUMNS);
}

void shop_narrow(shop *h, int32_t **column) { *column = cells_new(&h->docs, h->docs.n, 4); }
void shop_wide(shop *h, int64_t **column) { *column = cells_new(&h->docs, h->docs.n, 8); }

static void shop_postings(shop *h)
{
    cells *f = &h->steps;
    const int64_t n = f->n;
    h->p = (c12_flow_postings)C12_INIT(c12_flow_postings);
    h->p.move_cap = 2 * n;
    h->p.entry_cap = 3 * n;
    h->p.move_step = cells_new(f, 2 * n, 8);
    h->p.move_kind = cells_new(f, 2 * n, 4);
    h->p.move_item = cells_new(f, 2 * n, 4);
    h->p.move_from = cells_new(f, 2 * n, 4);
    h->p.move_to = cells_new(f, 2 * n, 4);
    h->p.move_qty = cells_new(f, 2 * n, 8);
    h->p.entry_step = cells_new(f, 3 * n, 8);
    h->p.entry_account = cells_new(f, 3 * n, 4);
    h->p.entry_amount = cells_new(f, 3 * n, 8);
    h->refusal = cells_new(f, n, 4);
    h->expected = cells_new(f, n, 8);
    h->actual = cells_new(f, n, 8);
}

/* `by` is filled by the caller, who knows the people. */
void shop_steps(shop *h)
{
    cells *f = &h->steps;
    const char *kinds[16];
    for (int32_t k = 0; k < h->kind->n_steps; k++) kinds[k] = h->kind->step_name(k);
    h->s = (c12_flow_steps)C12_INIT(c12_flow_steps);
    h->s.n = f->n;
    h->s.row = shop_known(f, S_DOCUMENT, &h->names, 0, "in the first file");
    h->s.kind = cells_words(f, S_STEP, kinds, h->kind->n_steps);
    h->s.at = shop_times(f, S_AT, 0);
    h->s.qty = cells_numbers(f, S_QTY, 0, 0, shop_whole);
    h->s.bad = cells_numbers(f, S_BAD, 0, 0, shop_whole);
    h->s.amount = cells_numbers(f, S_AMOUNT, 6, 0, shop_amount);
    shop_postings(h);
}

void desk_close(shop *h)
{
    names_free(&h->names);
    names_free(&h->items);
    names_free(&h->people);
    cells_close(&h->docs);
    cells_close(&h->steps);
}

/* ---- answers ---------------------------------------------------------------------------------------------------------------- */

static void shop_value(int32_t refusal, int64_t v, char out[40])
{
    if (refusal == C12_FLOW_OVER_QTY || refusal == C12_FLOW_MATCH_QTY) snprintf(out, 40, "%" PRId64, v);
    else money_text(v, out);
}

/* A line a refused step; how many. */
static int64_t shop_refused(const shop *h)
{
    int64_t n = 0;
    for (int64_t i = 0; i < h->s.n; i++) {
        const int32_t why = h->refusal[i];
        const c12_view *who = &h->names.name[h->s.row[i]];
        char want[40], have[40], both[100] = "";
        if (!why) continue;
        shop_value(why, h->expected[i], want);
        shop_value(why, h->actual[i], have);
        if (h->expected[i] || h->actual[i]) snprintf(both, sizeof both, ": %s expected, %s given", want, have);
        cli_say("%s:%" PRId64 ": %s of %.*s refused: %s%s", h->steps.file, c12io_table_line(h->steps.t, i), h->kind->step_name(h->s.kind[i]), (int)who->size, (const char *)who->ptr, c12_flow_refusal_name(why), both);
        n++;
    }
    return n;
}

int shop_journal(cli *c, const shop_lines *l, const c12_flow_postings *p, const char *summary)
{
    const char *const head[] = { "line", l->noun, "step", "account", "debit", "credit" };
    table t = table_new(6, head, "nsssnn");
    for (int64_t k = 0; k < p->n_entries; k++) {
        const int64_t i = p->entry_step[k], v = p->entry_amount[k];
        table_int(&t, c12io_table_line(l->t, i));
        put_name(&t, l->names, l->row ? l->row[i] : (int32_t)i);
        table_word(&t, l->step_name(l->kind[i]));
        table_word(&t, c12_cost_account_name(p->entry_account[k]));
        if (v > 0) table_money(&t, v);
        else table_word(&t, "");
        if (v < 0) table_money(&t, -v);
        else table_word(&t, "");
    }
    return table_print(c, &t, summary);
}

/* The table, or without one the journal; refused steps make the answer a no. */
int shop_answer(cli *c, const shop *h, table *t)
{
    char summary[100];
    const int64_t refused = shop_refused(h);
    const shop_lines lines = { h->steps.t, &h->names, h->kind->noun, h->s.row, h->s.kind, h->kind->step_name };
    int n = snprintf(summary, sizeof summary, "\"steps\":%" PRId64 ",\"refused\":%" PRId64, h->s.n, refused);
    if (h->db) snprintf(summary + n, sizeof summary - (size_t)n, ",\"stored\":%" PRId64, h->stored);
    int code = t ? table_print(c, t, summary) : shop_journal(c, &lines, &h->p, summary);
    return code ? code : refused ? EXIT_NO : EXIT_DONE;
}

/* ---- the store -------------------------------------------------------------------------------------------------------------- */

static const c12io_texts *shop_list(shop_store *s, int k, const name_list *names)
{
    if (!names) return NULL;
    s->off[k] = NEW(int64_t, names->n + 1);
    for (int32_t i = 0; i < names->n; i++) {
        text_bytes(&s->bytes[k], names->name[i].ptr, names->name[i].size);
        s->off[k][i + 1] = (int64_t)s->bytes[k].n;
    }
    s->list[k] = (c12io_texts){ (uint32_t)sizeof *s->list, names->n, (const uint8_t *)(s->bytes[k].at ? s->bytes[k].at : ""), s->off[k] };
    return &s->list[k];
}

int shop_store_open(cli *c, shop_store *s, const char *path, const shop_lists *lists)
{
    name_list places = { 0 };
    *s = (shop_store){ .names = C12_INIT(c12io_store_names) };
    for (int k = 0; k < 2; k++) names_id(&places, (c12_view){ (const uint8_t *)lists->places[k], strlen(lists->places[k]) });
    s->names.document = shop_list(s, 0, lists->documents);
    s->names.order = shop_list(s, 1, lists->orders);
    s->names.person = shop_list(s, 2, lists->people);
    s->names.item = shop_list(s, 3, lists->items);
    s->names.location = shop_list(s, 4, &places);
    names_free(&places);
    c12_status st = c12io_store_open(&s->db, path, &c->err);
    return st ? cli_fail(c, st) : EXIT_DONE;
}

int shop_store_close(cli *c, shop_store *s, c12_status st)
{
    const int code = st ? cli_fail(c, st) : EXIT_DONE;
    c12io_store_close(s->db);
    for (int k = 0; k < SHOP_LISTS; k++) { text_free(&s->bytes[k]); free(s->off[k]); }
    return st == C12_E_STATE ? EXIT_BAD : code;
}
