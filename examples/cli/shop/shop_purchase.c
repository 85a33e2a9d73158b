/* SPDX-License-Identifier: Apache-2.0 */
/* c12 shop purchases: from requisition to payment. */
#include "shop_cli.h"

enum { P_NAME, P_ITEM, P_QTY, P_PRICE, P_STANDARD, P_REQUESTER, P_AT, P_COLUMNS };
static const c12io_column purchase_columns[P_COLUMNS] = { { "purchase", 1, 0 }, { "item", 1, 0 }, { "qty", 1, 0 }, { "price", 1, 0 }, { "standard", 1, 0 }, { "requester", 0, 0 }, { "at", 0, 0 } };
static const c12io_column purchase_steps[S_COLUMNS] = { { "purchase", 1, 0 }, { "step", 1, 0 }, { "by", 0, 0 }, { "at", 1, 0 }, { "qty", 0, 0 }, { "bad", 0, 0 }, { "amount", 0, 0 } };
static const c12io_column people_columns[2] = { { "person", 1, 0 }, { "limit", 0, 0 } };
static const shop_kind purchase_kind = { "purchase", C12_FLOW_PURCHASE_STEPS, c12_flow_purchase_step_name, purchase_columns, purchase_steps, P_COLUMNS };

/* Everyone is a role of one; who has no limit approves nothing. */
static c12_flow_buying purchase_terms(cells *f, const name_list *people, int32_t tolerance)
{
    c12_flow_buying b = { .struct_size = sizeof b, .n_persons = people->n, .n_roles = people->n, .price_ppm = tolerance, .dock = 0, .place = 1 };
    int64_t *limit = cells_numbers(f, 1, 6, -1, shop_amount);
    int32_t *role = cells_new(f, f->n, 4);
    for (int32_t i = 0; i < people->n; i++) {
        role[i] = limit[i] < 0 ? -1 : i;
        if (limit[i] < 0) limit[i] = 0;
    }
    b.role = role;
    b.limit = limit;
    return b;
}

static void purchases_read(shop *h, c12_flow_purchases *p)
{
    cells *f = &h->docs;
    *p = (c12_flow_purchases)C12_INIT(c12_flow_purchases);
    shop_names(f, &h->names, "a purchase of its own");
    p->n = (int32_t)f->n;
    p->item = cells_names(f, P_ITEM, &h->items);
    p->requested = cells_numbers(f, P_QTY, 0, 0, shop_whole);
    p->expected = cells_numbers(f, P_PRICE, 6, 0, shop_amount);
    p->standard = cells_numbers(f, P_STANDARD, 6, 0, shop_amount);
    p->requester = shop_known(f, P_REQUESTER, &h->people, 1, "one of the people");
    p->created = shop_times(f, P_AT, 0);
    int32_t **const narrow[] = { &p->state, &p->steps };
    int64_t **const wide[] = { &p->last, &p->ordered, &p->price, &p->arrived, &p->accepted, &p->invoiced, &p->owed };
    for (size_t k = 0; k < sizeof narrow / sizeof *narrow; k++) shop_narrow(h, narrow[k]);
    for (size_t k = 0; k < sizeof wide / sizeof *wide; k++) shop_wide(h, wide[k]);
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

static int purchases_store(cli *c, shop *h, const c12_flow_purchases *p)
{
    shop_store s;
    const shop_lists lists = { &h->names, NULL, &h->people, &h->items, { "dock", "store" } };
    const int failed = shop_store_open(c, &s, h->db, &lists);
    const c12_status st = failed ? C12_OK : c12io_store_purchase(s.db, p, &h->s, h->refusal, &h->p, &s.names, &h->stored, &c->err);
    const int stored = shop_store_close(c, &s, st);
    return failed ? failed : stored;
}

static int purchases_run(cli *c, shop *h, cells *who, int32_t tolerance)
{
    c12_flow_purchases p;
    c12_verdict v = C12_INIT(c12_verdict);
    shop_names(who, &h->people, "a person of its own");
    if (who->code) return who->code;
    c12_flow_buying terms = purchase_terms(who, &h->people, tolerance);
    purchases_read(h, &p);
    shop_steps(h);
    h->s.by = shop_known(&h->steps, S_BY, &h->people, 1, "one of the people");
    if (who->code || h->docs.code || h->steps.code) return EXIT_BAD;
    c12_status s = c12_flow_purchase_run(&terms, &p, &h->s, h->refusal, h->expected, h->actual, &h->p, &c->err);
    if (s) return cli_fail(c, s);
    if ((s = c12_flow_purchase_check(&terms, &p, &h->s, h->refusal, &h->p, &v, &c->err))) return cli_fail(c, s);
    int code = cells_wrong(&v, h->steps.file);
    if (!code && h->db) code = purchases_store(c, h, &p);
    if (code) return code;
    if (h->journal) return shop_answer(c, h, NULL);
    table t = purchases_table(h, &p);
    return shop_answer(c, h, &t);
}

int shop_purchases(cli *c)
{
    shop h;
    cells who = { 0 };
    desk_begin(c, &h, &purchase_kind);
    int32_t tolerance = (int32_t)cli_int(c, "--tolerance", 0, 1000000, 0);
    if (!cli_ready(c, 4)) return EXIT_BAD;
    int code = desk_open(c, &h);
    if (!code) code = cells_open(c, &who, cli_word(c, 3), people_columns, 2);
    if (!code) code = purchases_run(c, &h, &who, tolerance);
    cells_close(&who);
    desk_close(&h);
    return code;
}
