/* SPDX-License-Identifier: Apache-2.0 */
/* c12 bom: levels, explosion and where-used of a plant folder; its costs, changes and trees are in the files beside this one. */
#include "bom_cli.h"
#include <stdlib.h>
#include <string.h>

c12_mem bom_scratch(const plant *t)
{
    c12_mem m = { NULL, c12_bom_scratch(t->p->n_items) };
    m.ptr = cli_new((int64_t)m.size, 1);
    return m;
}

c12_view code_of(const plant *t, int32_t item) { return c12io_texts_at(t->p->item_code, item); }

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

int find_item(cli *c, const plant *t, const char *code, int32_t *item)
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

static c12_bom_uses uses_new(int32_t n)
{
    c12_bom_uses u = C12_INIT(c12_bom_uses);
    u.cap = n;
    u.item = NEW(int32_t, n);
    u.level_short = NEW(int32_t, n);
    u.level_long = NEW(int32_t, n);
    u.qty_num = NEW(int64_t, n);
    u.qty_den = NEW(int64_t, n);
    return u;
}

static void uses_free(c12_bom_uses *u)
{
    void *const owned[] = { u->item, u->level_short, u->level_long, u->qty_num, u->qty_den };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
}

c12_view refs_of(const plant *t, int64_t line) { return c12io_texts_at(t->p->bill_refs, (int32_t)(t->p->line_bill ? t->p->line_bill[line] : line)); }

/* The places of the item in a parent, of all lines that take it. */
static void put_refs(table *o, const plant *t, int32_t parent, int32_t item)
{
    text all = { 0 };
    for (int64_t e = t->p->line_off[parent]; e < t->p->line_off[parent + 1]; e++) {
        const c12_view v = refs_of(t, e);
        if (t->p->line_child[e] != item || !v.size) continue;
        text_bytes(&all, " ", all.n ? 1 : 0);
        text_bytes(&all, v.ptr, v.size);
    }
    const c12_view v = { (const uint8_t *)all.at, all.n };
    table_text(o, v);
    text_free(&all);
}

/* Column refs is there when bom.csv has it. */
static int bom_where_used(cli *c, plant *t, const char *code, int multi)
{
    static const char *const head[] = { "item", "level", "qty_num", "qty_den", "refs" };
    int32_t item;
    int bad = find_item(c, t, code, &item);
    if (bad) return bad;
    c12_bom_uses u = uses_new(t->p->n_items);
    c12_mem scratch = bom_scratch(t);
    table o = table_new(t->p->bill_refs ? 5 : 4, head, "snnns");
    c12_status s = c12_bom_where_used(&t->bom, item, multi ? 0 : 1, &u, scratch, &c->err);
    for (int32_t k = 0; !s && k < u.count; k++) {
        table_text(&o, code_of(t, u.item[k]));
        table_int(&o, u.level_short[k]);
        table_int(&o, u.qty_num[k]);
        table_int(&o, u.qty_den[k]);
        if (t->p->bill_refs) put_refs(&o, t, u.item[k], item);
    }
    uses_free(&u);
    free(scratch.ptr);
    return s ? plant_fail(c, t, s) : table_print(c, &o, NULL);
}

typedef struct bom_words { const char *item, *svg, *prices; int64_t qty, serial, bucket; int elements, multi; swap_words swap; } bom_words;

static int run_verb(cli *c, plant *t, const char *verb, const char *other, const bom_words *w)
{
    if (!strcmp(verb, "check")) return bom_check(c, t);
    if (!strcmp(verb, "levels")) return bom_levels(c, t);
    if (!strcmp(verb, "rollup")) return w->elements ? bom_elements(c, t, w->prices) : bom_rollup(c, t, w->prices);
    if (!strcmp(verb, "replace")) return bom_replace(c, t, &w->swap);
    if (!strcmp(verb, "eco")) return bom_eco(c, t, w->serial, w->swap.write);
    if (!strcmp(verb, "explode")) return bom_explode(c, t, w->item, w->qty);
    if (!strcmp(verb, "where-used")) return bom_where_used(c, t, w->item, w->multi);
    if (!strcmp(verb, "tree")) return bom_tree(c, t, w->item, w->bucket, w->svg);
    if (!strcmp(verb, "diff")) return bom_diff(c, t, other);
    return cli_usage(c, "no verb '%s'", verb);
}

int cmd_bom(cli *c)
{
    plant t;
    bom_words w = { cli_value(c, "--item"), cli_value(c, "--svg"), cli_value(c, "--prices"), cli_int(c, "--qty", 0, INT64_MAX, 1), cli_int(c, "--serial", 0, INT32_MAX, 0),
                    cli_int(c, "--bucket", 0, INT32_MAX, 0), cli_flag(c, "--elements"), cli_flag(c, "--multi"),
                    { NULL, NULL, cli_value(c, "--ratio"), cli_int(c, "--from", 0, INT32_MAX, 0), cli_flag(c, "--write") } };
    const char *verb = cli_word(c, 0), *dir = cli_word(c, 1), *other = cli_word(c, 2);
    const int two = verb && !strcmp(verb, "diff"), three = verb && !strcmp(verb, "replace");
    w.swap.before = other;
    w.swap.after = three ? cli_word(c, 3) : NULL;
    if (!cli_ready(c, 2 + two + 2 * three)) return EXIT_BAD;
    int code = plant_open(c, &t, dir);
    if (code) return code;
    code = run_verb(c, &t, verb, other, &w);
    plant_close(&t);
    return code;
}
