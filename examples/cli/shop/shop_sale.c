/* SPDX-License-Identifier: Apache-2.0 */
/* c12 shop sales: from order to payment. */
#include "shop_cli.h"

enum { A_NAME, A_ITEM, A_MATERIAL, A_QTY, A_PRICE, A_STANDARD, A_AT, A_COLUMNS };
static const c12io_column sale_columns[A_COLUMNS] = { { "sale", 1, 0 }, { "item", 1, 0 }, { "material", 1, 0 }, { "qty", 1, 0 }, { "price", 1, 0 }, { "standard", 1, 0 }, { "at", 0, 0 } };
static const c12io_column sale_steps[S_COLUMNS] = { { "sale", 1, 0 }, { "step", 1, 0 }, { "by", 0, 0 }, { "at", 1, 0 }, { "qty", 0, 0 }, { "bad", 0, 0 }, { "amount", 0, 0 } };
static const shop_kind sale_kind = { "sale", C12_FLOW_SALE_STEPS, c12_flow_sale_step_name, sale_columns, sale_steps, A_COLUMNS };

static void sales_read(shop *h, c12_flow_sales *a)
{
    cells *f = &h->docs;
    *a = (c12_flow_sales)C12_INIT(c12_flow_sales);
    shop_names(f, &h->names, "a sale of its own");
    a->n = (int32_t)f->n;
    a->shelf = 1;
    a->item = cells_names(f, A_ITEM, &h->items);
    a->material = cells_names(f, A_MATERIAL, &h->items);
    a->ordered = cells_numbers(f, A_QTY, 0, 0, shop_whole);
    a->price = cells_numbers(f, A_PRICE, 6, 0, shop_amount);
    a->standard = cells_numbers(f, A_STANDARD, 6, 0, shop_amount);
    a->created = shop_times(f, A_AT, 0);
    int32_t **const narrow[] = { &a->state, &a->work_state, &a->steps };
    int64_t **const wide[] = { &a->last, &a->made, &a->shipped, &a->billed, &a->wip, &a->open };
    for (size_t k = 0; k < sizeof narrow / sizeof *narrow; k++) shop_narrow(h, narrow[k]);
    for (size_t k = 0; k < sizeof wide / sizeof *wide; k++) shop_wide(h, wide[k]);
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

static int sales_store(cli *c, shop *h, const c12_flow_sales *a)
{
    shop_store s;
    const shop_lists lists = { &h->names, NULL, &h->people, &h->items, { "store", "shelf" } };
    const int failed = shop_store_open(c, &s, h->db, &lists);
    const c12_status st = failed ? C12_OK : c12io_store_sale(s.db, a, &h->s, h->refusal, &h->p, &s.names, &h->stored, &c->err);
    const int stored = shop_store_close(c, &s, st);
    return failed ? failed : stored;
}

static int sales_run(cli *c, shop *h)
{
    c12_flow_sales a;
    c12_verdict v = C12_INIT(c12_verdict);
    sales_read(h, &a);
    shop_steps(h);
    h->s.by = cells_names(&h->steps, S_BY, &h->people);
    if (h->docs.code || h->steps.code) return EXIT_BAD;
    c12_status s = c12_flow_sale_run(&a, &h->s, h->refusal, h->expected, h->actual, &h->p, &c->err);
    if (s) return cli_fail(c, s);
    if ((s = c12_flow_sale_check(&a, &h->s, h->refusal, &h->p, &v, &c->err))) return cli_fail(c, s);
    int code = cells_wrong(&v, h->steps.file);
    if (!code && h->db) code = sales_store(c, h, &a);
    if (code) return code;
    if (h->journal) return shop_answer(c, h, NULL);
    table t = sales_table(h, &a);
    return shop_answer(c, h, &t);
}

int shop_sales(cli *c)
{
    shop h;
    desk_begin(c, &h, &sale_kind);
    if (!cli_ready(c, 3)) return EXIT_BAD;
    int code = desk_open(c, &h);
    if (!code) code = sales_run(c, &h);
    desk_close(&h);
    return code;
}
