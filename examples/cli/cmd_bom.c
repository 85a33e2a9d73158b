/* SPDX-License-Identifier: Apache-2.0 */
/* c12 bom: levels, rollup, explosion and where-used of a plant folder. */
#include "cli.h"
#include <stdlib.h>
#include <string.h>

static c12_mem bom_scratch(const plant *t)
{
    c12_mem m = { NULL, c12_bom_scratch(t->p->n_items) };
    m.ptr = cli_new((int64_t)m.size, 1);
    return m;
}

static c12_view code_of(const plant *t, int32_t item) { return c12io_texts_at(t->p->item_code, item); }

static int bom_check(cli *c, plant *t)
{
    int32_t *level = NEW(int32_t, t->p->n_items), deepest = 0;
    c12_mem scratch = bom_scratch(t);
    c12_status s = c12_bom_levels(&t->bom, level, NULL, scratch, &c->err);
    for (int32_t i = 0; !s && i < t->p->n_items; i++) if (level[i] > deepest) deepest = level[i];
    if (!s && c->json) printf("{\"items\":%d,\"lines\":%lld,\"levels\":%d}\n", (int)t->p->n_items, (long long)t->p->n_lines, (int)deepest + 1);
    else if (!s) printf("%d items, %lld lines, %d levels, no cycle\n", (int)t->p->n_items, (long long)t->p->n_lines, (int)deepest + 1);
    free(level);
    free(scratch.ptr);
    return s ? plant_fail(c, t, s) : EXIT_DONE;
}

static int bom_levels(cli *c, plant *t)
{
    static const char *const head[] = { "item", "level" };
    int32_t *level = NEW(int32_t, t->p->n_items);
    c12_mem scratch = bom_scratch(t);
    table o = table_new(2, head, "sn");
    c12_status s = c12_bom_levels(&t->bom, level, NULL, scratch, &c->err);
    for (int32_t i = 0; !s && i < t->p->n_items; i++) { table_text(&o, code_of(t, i)); table_int(&o, level[i]); }
    free(level);
    free(scratch.ptr);
    return s ? plant_fail(c, t, s) : table_print(c, &o, NULL);
}

static int bom_rollup(cli *c, plant *t)
{
    static const char *const head[] = { "item", "unit_cost" };
    c12_money *cost = NEW(c12_money, t->p->n_items), *own = NEW(c12_money, t->p->n_items);
    c12_mem scratch = bom_scratch(t);
    table o = table_new(2, head, "sn");
    plant_own_cost(t, own);
    c12_status s = c12_bom_rollup(&t->bom, own, NULL, cost, scratch, &c->err);
    for (int32_t i = 0; !s && i < t->p->n_items; i++) { table_text(&o, code_of(t, i)); table_money(&o, cost[i]); }
    free(cost);
    free(own);
    free(scratch.ptr);
    return s ? plant_fail(c, t, s) : table_print(c, &o, NULL);
}

static int find_item(cli *c, const plant *t, const char *code, int32_t *item)
{
    *item = 0;
    if (!code) return cli_usage(c, "--item CODE is missing");
    *item = c12io_texts_find(t->p->item_code, code);
    return *item < 0 ? cli_say("%s/items.csv: no item '%s'; c12 bom levels %s lists them", t->dir, code, t->dir) : EXIT_DONE;
}

static int bom_explode(cli *c, plant *t, const char *code, int64_t qty)
{
    static const char *const head[] = { "item", "qty" };
    int32_t item;
    int bad = find_item(c, t, code, &item);
    if (bad) return bad;
    c12_qty *demand = NEW(c12_qty, t->p->n_items), *gross = NEW(c12_qty, t->p->n_items);
    c12_mem scratch = bom_scratch(t);
    table o = table_new(2, head, "sn");
    demand[item] = qty;
    c12_status s = c12_bom_explode(&t->bom, demand, NULL, gross, scratch, &c->err);
    for (int32_t i = 0; !s && i < t->p->n_items; i++)
        if (gross[i]) { table_text(&o, code_of(t, i)); table_int(&o, gross[i]); }
    free(demand);
    free(gross);
    free(scratch.ptr);
    return s ? plant_fail(c, t, s) : table_print(c, &o, NULL);
}

static int bom_where_used(cli *c, plant *t, const char *code, int multi)
{
    static const char *const head[] = { "item", "level", "qty_num", "qty_den" };
    int32_t item, n = t->p->n_items;
    int bad = find_item(c, t, code, &item);
    if (bad) return bad;
    c12_bom_uses u = C12_INIT(c12_bom_uses);
    c12_mem scratch = bom_scratch(t);
    table o = table_new(4, head, "snnn");
    u.cap = n;
    u.item = NEW(int32_t, n);
    u.level_short = NEW(int32_t, n);
    u.level_long = NEW(int32_t, n);
    u.qty_num = NEW(int64_t, n);
    u.qty_den = NEW(int64_t, n);
    c12_status s = c12_bom_where_used(&t->bom, item, multi ? 0 : 1, &u, scratch, &c->err);
    for (int32_t k = 0; !s && k < u.count; k++) {
        table_text(&o, code_of(t, u.item[k]));
        table_int(&o, u.level_short[k]);
        table_int(&o, u.qty_num[k]);
        table_int(&o, u.qty_den[k]);
    }
    free(u.item);
    free(u.level_short);
    free(u.level_long);
    free(u.qty_num);
    free(u.qty_den);
    free(scratch.ptr);
    return s ? plant_fail(c, t, s) : table_print(c, &o, NULL);
}

int cmd_bom(cli *c)
{
    plant t;
    const char *item = cli_value(c, "--item");
    int64_t qty = cli_int(c, "--qty", 0, INT64_MAX, 1);
    int multi = cli_flag(c, "--multi");
    const char *verb = cli_word(c, 0), *dir = cli_word(c, 1);
    if (!cli_ready(c, 2)) return EXIT_BAD;
    int bad = plant_open(c, &t, dir);
    if (bad) return bad;
    int code;
    if (!strcmp(verb, "check")) code = bom_check(c, &t);
    else if (!strcmp(verb, "levels")) code = bom_levels(c, &t);
    else if (!strcmp(verb, "rollup")) code = bom_rollup(c, &t);
    else if (!strcmp(verb, "explode")) code = bom_explode(c, &t, item, qty);
    else if (!strcmp(verb, "where-used")) code = bom_where_used(c, &t, item, multi);
    else code = cli_usage(c, "no verb '%s'", verb);
    plant_close(&t);
    return code;
}
