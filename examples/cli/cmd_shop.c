/* SPDX-License-Identifier: Apache-2.0 */
/* c12 shop: purchases from requisition to payment and sales from order to payment, step by step, with their journal. */
#include "cells.h"
#include <inttypes.h>
#include <string.h>

/* ---- what both read: documents, and steps on them ---------------------------------------------------------------------------- */

enum { S_DOCUMENT, S_STEP, S_BY, S_AT, S_QTY, S_BAD, S_AMOUNT, S_COLUMNS };
static const char *const amount = "an amount with at most 6 places", *const whole = "a whole number";

typedef struct shop {
    const char *noun;                       /* what a document is called */
    cells docs, steps;
    name_list names, items;
    c12_flow_steps s;
    c12_flow_postings p;
    int32_t *refusal;
    int64_t *expected, *actual;
} shop;

/* Names that were given before; an empty cell is -1 where it may be. */
static int32_t *shop_known(cells *f, int32_t column, const name_list *names, int empty, const char *wanted)
{
    int32_t *v = cells_new(f, f->n, 4);
    for (int64_t r = 0; r < f->n && !f->code; r++) {
        c12_view cell = c12io_table_cell(f->t, r, column);
        v[r] = cell.size ? names_find(names, cell) : -1;
        if (v[r] < 0 && (cell.size || !empty)) cells_bad(f, r, column, wanted);
    }
    return v;
}

/* A column of names, each its own. */
static void shop_names(cells *f, name_list *names, const char *wanted)
{
    for (int64_t r = 0; r < f->n && !f->code; r++) {
        c12_view cell = c12io_table_cell(f->t, r, 0);
        if (!cell.size || names_find(names, cell) >= 0) cells_bad(f, r, 0, wanted);
        else names_id(names, cell);
    }
}

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

/* Steps; `by` is filled by the caller, who knows the people. */
static void shop_steps(shop *h, const char *const *kinds, int32_t n_kinds)
{
    cells *f = &h->steps;
    h->s = (c12_flow_steps)C12_INIT(c12_flow_steps);
    h->s.n = f->n;
    h->s.row = shop_known(f, S_DOCUMENT, &h->names, 0, "in the first file");
    h->s.kind = cells_words(f, S_STEP, kinds, n_kinds);
    h->s.at = cells_times(f, S_AT, 0);
    h->s.qty = cells_numbers(f, S_QTY, 0, 0, whole);
    h->s.bad = cells_numbers(f, S_BAD, 0, 0, whole);
    h->s.amount = cells_numbers(f, S_AMOUNT, 6, 0, amount);
    shop_postings(h);
}

static void shop_close(shop *h)
{
    names_free(&h->names);
    names_free(&h->items);
    cells_close(&h->docs);
    cells_close(&h->steps);
}

/* ---- what both say ---------------------------------------------------------------------------------------------------------- */

static void shop_value(int32_t refusal, int64_t v, char out[40])
{
    if (refusal == C12_FLOW_OVER_QTY || refusal == C12_FLOW_MATCH_QTY) snprintf(out, 40, "%" PRId64, v);
    else money_text(v, out);
}

/* A line a refused step; how many. */
static int64_t shop_refused(const shop *h, const char *(*step_name)(int32_t))
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
        cli_say("%s:%" PRId64 ": %s of %.*s refused: %s%s", h->steps.file, c12io_table_line(h->steps.t, i), step_name(h->s.kind[i]), (int)who->size, (const char *)who->ptr, c12_flow_refusal_name(why), both);
        n++;
    }
    return n;
}

static int shop_journal(cli *c, const shop *h, const char *(*step_name)(int32_t), const char *summary)
{
    const char *const head[] = { "line", h->noun, "step", "account", "debit", "credit" };
    table t = table_new(6, head, "nsssnn");
    for (int64_t k = 0; k < h->p.n_entries; k++) {
        const int64_t i = h->p.entry_step[k], v = h->p.entry_amount[k];
        table_int(&t, c12io_table_line(h->steps.t, i));
        put_name(&t, &h->names, h->s.row[i]);
        table_word(&t, step_name(h->s.kind[i]));
        table_word(&t, c12_flow_account_name(h->p.entry_account[k]));
        if (v > 0) table_money(&t, v);
        else table_word(&t, "");
        if (v < 0) table_money(&t, -v);
        else table_word(&t, "");
    }
    return table_print(c, &t, summary);
}

/* The table that was asked for; refused steps make the answer a no. */
static int shop_answer(cli *c, const shop *h, table *t, const char *(*step_name)(int32_t), int journal)
{
    char summary[64];
    const int64_t refused = shop_refused(h, step_name);
    snprintf(summary, sizeof summary, "\"steps\":%" PRId64 ",\"refused\":%" PRId64, h->s.n, refused);
    int code = journal ? shop_journal(c, h, step_name, summary) : table_print(c, t, summary);
    return code ? code : refused ? EXIT_NO : EXIT_DONE;
}

/* ---- purchases ---------------------------------------------------------------------------------------------------------------- */

enum { P_NAME, P_ITEM, P_QTY, P_PRICE, P_STANDARD, P_REQUESTER, P_AT, P_COLUMNS };
static const c12io_column purchase_columns[P_COLUMNS] = { { "purchase", 1, 0 }, { "item", 1, 0 }, { "qty", 1, 0 }, { "price", 1, 0 }, { "standard", 1, 0 }, { "requester", 0, 0 }, { "at", 0, 0 } };
static const c12io_column purchase_steps[S_COLUMNS] = { { "purchase", 1, 0 }, { "step", 1, 0 }, { "by", 0, 0 }, { "at", 1, 0 }, { "qty", 0, 0 }, { "bad", 0, 0 }, { "amount", 0, 0 } };
static const c12io_column people_columns[2] = { { "person", 1, 0 }, { "limit", 0, 0 } };

/* Everyone is a role of one; who has no limit approves nothing. */
static c12_flow_buying purchase_terms(cells *f, const name_list *people, int32_t tolerance)
{
    c12_flow_buying b = { .struct_size = sizeof b, .n_persons = people->n, .n_roles = people->n, .price_ppm = tolerance, .dock = 0, .place = 1 };
    int64_t *limit = cells_numbers(f, 1, 6, -1, amount);
    int32_t *role = cells_new(f, f->n, 4);
    for (int32_t i = 0; i < people->n; i++) {
        role[i] = limit[i] < 0 ? -1 : i;
        if (limit[i] < 0) limit[i] = 0;
    }
    b.role = role;
    b.limit = limit;
    return b;
}

static void purchases_read(shop *h, const name_list *people, c12_flow_purchases *p)
{
    cells *f = &h->docs;
    *p = (c12_flow_purchases)C12_INIT(c12_flow_purchases);
    shop_names(f, &h->names, "a purchase of its own");
    p->n = (int32_t)f->n;
    p->item = cells_names(f, P_ITEM, &h->items);
    p->requested = cells_numbers(f, P_QTY, 0, 0, whole);
    p->expected = cells_numbers(f, P_PRICE, 6, 0, amount);
    p->standard = cells_numbers(f, P_STANDARD, 6, 0, amount);
    p->requester = shop_known(f, P_REQUESTER, people, 1, "one of the people");
    p->created = cells_times(f, P_AT, 0);
    p->state = cells_new(f, f->n, 4);
    p->steps = cells_new(f, f->n, 4);
    p->last = cells_new(f, f->n, 8);
    p->ordered = cells_new(f, f->n, 8);
    p->price = cells_new(f, f->n, 8);
    p->arrived = cells_new(f, f->n, 8);
    p->accepted = cells_new(f, f->n, 8);
    p->invoiced = cells_new(f, f->n, 8);
    p->owed = cells_new(f, f->n, 8);
}

static table purchases_table(const shop *h, const c12_flow_purchases *p)
{
    static const char *const head[] = { "purchase", "item", "state", "requested", "ordered", "price", "arrived", "accepted", "invoiced", "owed" };
    table t = table_new(10, head, "sssnnnnnnn");
    for (int32_t i = 0; i < p->n; i++) {
        put_name(&t, &h->names, i);
        put_name(&t, &h->items, p->item[i]);
        table_word(&t, c12_flow_purchase_state_name(p->state[i]));
        table_int(&t, p->requested[i]);
        table_int(&t, p->ordered[i]);
        table_money(&t, p->price[i]);
        table_int(&t, p->arrived[i]);
        table_int(&t, p->accepted[i]);
        table_int(&t, p->invoiced[i]);
        table_money(&t, p->owed[i]);
    }
    return t;
}

static int purchases_run(cli *c, shop *h, cells *who, name_list *people, int32_t tolerance, int journal)
{
    const char *kinds[C12_FLOW_PURCHASE_STEPS];
    c12_flow_purchases p;
    c12_verdict v = C12_INIT(c12_verdict);
    for (int32_t k = 0; k < C12_FLOW_PURCHASE_STEPS; k++) kinds[k] = c12_flow_purchase_step_name(k);
    shop_names(who, people, "a person of its own");
    if (who->code) return who->code;
    c12_flow_buying terms = purchase_terms(who, people, tolerance);
    purchases_read(h, people, &p);
    shop_steps(h, kinds, C12_FLOW_PURCHASE_STEPS);
    h->s.by = shop_known(&h->steps, S_BY, people, 1, "one of the people");
    if (who->code || h->docs.code || h->steps.code) return EXIT_BAD;
    c12_status s = c12_flow_purchase_run(&terms, &p, &h->s, h->refusal, h->expected, h->actual, &h->p, &c->err);
    if (s) return cli_fail(c, s);
    if ((s = c12_flow_purchase_check(&terms, &p, &h->s, h->refusal, &h->p, &v, &c->err))) return cli_fail(c, s);
    int code = cells_wrong(&v, h->steps.file);
    if (code) return code;
    table t = purchases_table(h, &p);
    return shop_answer(c, h, &t, c12_flow_purchase_step_name, journal);
}

static int shop_purchases(cli *c)
{
    shop h = { .noun = "purchase" };
    cells who = { 0 };
    name_list people = { 0 };
    int journal = cli_flag(c, "--journal");
    int32_t tolerance = (int32_t)cli_int(c, "--tolerance", 0, 1000000, 0);
    if (!cli_ready(c, 4)) return EXIT_BAD;
    int code = cells_open(c, &h.docs, cli_word(c, 1), purchase_columns, P_COLUMNS);
    if (!code) code = cells_open(c, &h.steps, cli_word(c, 2), purchase_steps, S_COLUMNS);
    if (!code) code = cells_open(c, &who, cli_word(c, 3), people_columns, 2);
    if (!code) code = purchases_run(c, &h, &who, &people, tolerance, journal);
    names_free(&people);
    cells_close(&who);
    shop_close(&h);
    return code;
}

/* ---- sales -------------------------------------------------------------------------------------------------------------------- */

enum { A_NAME, A_ITEM, A_MATERIAL, A_QTY, A_PRICE, A_STANDARD, A_AT, A_COLUMNS };
static const c12io_column sale_columns[A_COLUMNS] = { { "sale", 1, 0 }, { "item", 1, 0 }, { "material", 1, 0 }, { "qty", 1, 0 }, { "price", 1, 0 }, { "standard", 1, 0 }, { "at", 0, 0 } };
static const c12io_column sale_steps[S_COLUMNS] = { { "sale", 1, 0 }, { "step", 1, 0 }, { "by", 0, 0 }, { "at", 1, 0 }, { "qty", 0, 0 }, { "bad", 0, 0 }, { "amount", 0, 0 } };

static void sales_read(shop *h, c12_flow_sales *a)
{
    cells *f = &h->docs;
    *a = (c12_flow_sales)C12_INIT(c12_flow_sales);
    shop_names(f, &h->names, "a sale of its own");
    a->n = (int32_t)f->n;
    a->shelf = 1;
    a->item = cells_names(f, A_ITEM, &h->items);
    a->material = cells_names(f, A_MATERIAL, &h->items);
    a->ordered = cells_numbers(f, A_QTY, 0, 0, whole);
    a->price = cells_numbers(f, A_PRICE, 6, 0, amount);
    a->standard = cells_numbers(f, A_STANDARD, 6, 0, amount);
    a->created = cells_times(f, A_AT, 0);
    a->state = cells_new(f, f->n, 4);
    a->work_state = cells_new(f, f->n, 4);
    a->steps = cells_new(f, f->n, 4);
    a->last = cells_new(f, f->n, 8);
    a->made = cells_new(f, f->n, 8);
    a->shipped = cells_new(f, f->n, 8);
    a->billed = cells_new(f, f->n, 8);
    a->wip = cells_new(f, f->n, 8);
    a->open = cells_new(f, f->n, 8);
}

static table sales_table(const shop *h, const c12_flow_sales *a)
{
    static const char *const head[] = { "sale", "item", "state", "work_order", "ordered", "made", "shipped", "billed", "wip", "open" };
    table t = table_new(10, head, "ssssnnnnnn");
    for (int32_t i = 0; i < a->n; i++) {
        put_name(&t, &h->names, i);
        put_name(&t, &h->items, a->item[i]);
        table_word(&t, c12_flow_sale_state_name(a->state[i]));
        table_word(&t, c12_order_state_name(a->work_state[i]));
        table_int(&t, a->ordered[i]);
        table_int(&t, a->made[i]);
        table_int(&t, a->shipped[i]);
        table_int(&t, a->billed[i]);
        table_money(&t, a->wip[i]);
        table_money(&t, a->open[i]);
    }
    return t;
}

static int sales_run(cli *c, shop *h, int journal)
{
    const char *kinds[C12_FLOW_SALE_STEPS];
    c12_flow_sales a;
    name_list people = { 0 };
    c12_verdict v = C12_INIT(c12_verdict);
    for (int32_t k = 0; k < C12_FLOW_SALE_STEPS; k++) kinds[k] = c12_flow_sale_step_name(k);
    sales_read(h, &a);
    shop_steps(h, kinds, C12_FLOW_SALE_STEPS);
    h->s.by = cells_names(&h->steps, S_BY, &people);
    names_free(&people);
    if (h->docs.code || h->steps.code) return EXIT_BAD;
    c12_status s = c12_flow_sale_run(&a, &h->s, h->refusal, h->expected, h->actual, &h->p, &c->err);
    if (s) return cli_fail(c, s);
    if ((s = c12_flow_sale_check(&a, &h->s, h->refusal, &h->p, &v, &c->err))) return cli_fail(c, s);
    int code = cells_wrong(&v, h->steps.file);
    if (code) return code;
    table t = sales_table(h, &a);
    return shop_answer(c, h, &t, c12_flow_sale_step_name, journal);
}

static int shop_sales(cli *c)
{
    shop h = { .noun = "sale" };
    int journal = cli_flag(c, "--journal");
    if (!cli_ready(c, 3)) return EXIT_BAD;
    int code = cells_open(c, &h.docs, cli_word(c, 1), sale_columns, A_COLUMNS);
    if (!code) code = cells_open(c, &h.steps, cli_word(c, 2), sale_steps, S_COLUMNS);
    if (!code) code = sales_run(c, &h, journal);
    shop_close(&h);
    return code;
}

int cmd_shop(cli *c)
{
    const char *verb = cli_word(c, 0);
    if (verb && !strcmp(verb, "purchases")) return shop_purchases(c);
    if (verb && !strcmp(verb, "sales")) return shop_sales(c);
    return cli_usage(c, "say purchases or sales");
}
