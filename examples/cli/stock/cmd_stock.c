/* SPDX-License-Identifier: Apache-2.0 */
/* c12 stock: balances of a ledger, places to put things, tours to pick them, and counts, from CSV files. */
#include "stock_cli.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- cells ------------------------------------------------------------------------------------------------------------------ */

int stock_number(const c12io_table *t, const char *file, int64_t row, int32_t column, const char *name, int64_t *v)
{
    char cell[24], *end;
    c12_view x = c12io_table_cell(t, row, column);
    snprintf(cell, sizeof cell, "%.*s", (int)(x.size > 23 ? 23 : x.size), x.size ? (const char *)x.ptr : "");
    *v = strtoll(cell, &end, 10);
    if (cell[0] && !*end && x.size < 19) return EXIT_DONE;
    return cli_say("%s:%" PRId64 ":%s: '%s' is not a whole number; write digits only", file, c12io_table_line(t, row), name, cell);
}

int64_t *stock_numbers(const c12io_table *t, const char *file, int32_t column, const char *name, int *code)
{
    int64_t *v = NEW(int64_t, c12io_table_rows(t) + 1);
    for (int64_t r = 0; r < c12io_table_rows(t) && !*code; r++) *code = stock_number(t, file, r, column, name, &v[r]);
    return v;
}

int stock_say(cli *c, c12_status s, const c12io_table *t, const char *file)
{
    if (s == C12_E_ARG || s == C12_E_SPACE || c->err.row < 0 || !c->err.field) return cli_fail(c, s);
    return cli_say("%s:%" PRId64 ":%s: %s (%" PRId64 ")", file, c12io_table_line(t, c->err.row), c->err.field, c->err.what, c->err.value);
}

/* ---- balances: kind,item,from,to,lot,qty ---------------------------------------------------------------------------------------- */

enum { KIND, ITEM, FROM, TO, LOT, QTY, MOVE_COLUMNS };
static const c12io_column move_columns[MOVE_COLUMNS] = { { "kind", 1, 0 }, { "item", 1, 0 }, { "from", 0, 0 }, { "to", 0, 0 }, { "lot", 0, 0 }, { "qty", 1, 0 } };
static const char *const kind_names[] = { "", "receipt", "issue", "transfer", "adjust", "scrap", "pick" };

typedef struct ledger { name_list item, place, lot; int32_t *kind, *of, *from, *to, *in; c12_qty *qty; int32_t *lot_item; c12_stock_moves m; c12_stock_master master; } ledger;

static int ledger_row(ledger *l, const c12io_table *t, const char *file, int64_t r)
{
    c12_view kind = c12io_table_cell(t, r, KIND);
    for (int32_t k = 1; k <= 6; k++)
        if (kind.size == strlen(kind_names[k]) && !memcmp(kind.ptr, kind_names[k], kind.size)) l->kind[r] = k;
    if (!l->kind[r]) return cli_say("%s:%" PRId64 ":kind: '%.*s' is not known; write receipt, issue, transfer, adjust, scrap or pick", file, c12io_table_line(t, r), (int)kind.size, (const char *)kind.ptr);
    l->of[r] = names_id(&l->item, c12io_table_cell(t, r, ITEM));
    l->from[r] = c12io_table_has(t, FROM) ? names_id(&l->place, c12io_table_cell(t, r, FROM)) : -1;
    l->to[r] = c12io_table_has(t, TO) ? names_id(&l->place, c12io_table_cell(t, r, TO)) : -1;
    int32_t lots = l->lot.n;
    l->in[r] = c12io_table_has(t, LOT) ? names_id(&l->lot, c12io_table_cell(t, r, LOT)) : -1;
    if (l->lot.n > lots) l->lot_item[lots] = l->of[r]; /* a lot is of the item it first came with */
    return stock_number(t, file, r, QTY, "qty", &l->qty[r]);
}

static int ledger_read(ledger *l, const c12io_table *t, const char *file)
{
    int64_t n = c12io_table_rows(t);
    int code = EXIT_DONE;
    int32_t **const columns[] = { &l->kind, &l->of, &l->from, &l->to, &l->in, &l->lot_item };
    for (size_t k = 0; k < sizeof columns / sizeof *columns; k++) *columns[k] = NEW(int32_t, n + 1);
    l->qty = NEW(c12_qty, n + 1);
    for (int64_t r = 0; r < n && !code; r++) code = ledger_row(l, t, file, r);
    l->m = (c12_stock_moves){ .struct_size = sizeof l->m, .n = n, .kind = l->kind, .item = l->of, .from = l->from, .to = l->to, .lot = l->in, .qty = l->qty };
    l->master = (c12_stock_master){ .struct_size = sizeof l->master, .n_items = l->item.n, .n_locations = l->place.n, .n_lots = l->lot.n, .lot_item = l->lot_item };
    return code;
}

static void ledger_free(ledger *l)
{
    names_free(&l->item);
    names_free(&l->place);
    names_free(&l->lot);
    void *const owned[] = { l->kind, l->of, l->from, l->to, l->in, l->lot_item, l->qty };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
}

static int print_balances(cli *c, const ledger *l, const c12_stock_list *b)
{
    static const char *const head[] = { "item", "location", "lot", "on_hand" };
    table o = table_new(4, head, "sssn");
    for (int64_t k = 0; k < b->n; k++) {
        put_name(&o, &l->item, b->item[k]);
        put_name(&o, &l->place, b->location[k]);
        put_name(&o, &l->lot, b->lot[k]);
        table_int(&o, b->on_hand[k]);
    }
    return table_print(c, &o, NULL);
}

/* Posts, lists, and has the list judged by the checker. */
static int post_and_print(cli *c, const ledger *l, const c12io_table *t, const char *file)
{
    int64_t most = 2 * l->m.n;
    c12_stock_dims d = { .struct_size = sizeof d, .items = l->item.n, .locations = l->place.n, .lots = l->lot.n, .balances = (int32_t)most };
    c12_stock_list b = { .struct_size = sizeof b, .cap = most, .item = NEW(int32_t, most + 1), .location = NEW(int32_t, most + 1), .lot = NEW(int32_t, most + 1),
                         .on_hand = NEW(c12_qty, most + 1), .reserved = NEW(c12_qty, most + 1) };
    c12_mem scratch = { NULL, c12_stock_scratch(most) };
    c12_verdict v = C12_INIT(c12_verdict);
    c12_stock *stock = NULL;
    scratch.ptr = cli_new((int64_t)scratch.size, 1);
    c12_status s = c12_stock_create(&stock, &d, NULL, &c->err);
    if (!s) s = c12_stock_load(stock, &l->master, &c->err);
    if (!s) s = c12_stock_post(stock, &l->m, &c->err);
    int code = s ? stock_say(c, s, t, file) : EXIT_DONE;
    if (!code) s = c12_stock_balances(stock, &b, scratch, &c->err);
    if (!code && !s) s = c12_stock_check(&l->master, &l->m, &b, scratch, &v, &c->err);
    if (!code && s) code = cli_fail(c, s);
    if (!code && v.violations) code = cli_say("%s: %s; this is a fault of c12", file, v.rule);
    if (!code) code = print_balances(c, l, &b);
    c12_stock_destroy(stock);
    void *const owned[] = { b.item, b.location, b.lot, b.on_hand, b.reserved, scratch.ptr };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
    return code;
}

static int balances(cli *c, const char *file)
{
    c12io_table *t = NULL;
    ledger l = { .qty = NULL };
    c12_status s = c12io_table_read(&t, file, move_columns, MOVE_COLUMNS, &c->err);
    if (s) return cli_fail(c, s);
    int code = c12io_table_rows(t) > 1 << 27 ? cli_say("%s: more than 2^27 movements", file) : ledger_read(&l, t, file);
    if (!code) code = post_and_print(c, &l, t, file);
    ledger_free(&l);
    c12io_table_free(t);
    return code;
}

/* ---- putaway: location,zone,free,distance and item,zone,size ------------------------------------------------------------------------ */

static const c12io_column place_columns[4] = { { "location", 1, 0 }, { "zone", 1, 0 }, { "free", 1, 0 }, { "distance", 1, 0 } };
static const c12io_column load_columns[3] = { { "item", 1, 0 }, { "zone", 0, 0 }, { "size", 1, 0 } };

static int place_loads(cli *c, c12_stock_space *space, name_list *zones, const c12io_table *places, const c12io_table *loads, const char *file)
{
    static const char *const head[] = { "item", "location", "zone", "elsewhere" };
    table o = table_new(4, head, "sssn");
    int32_t known = zones->n, nowhere = 0;
    for (int64_t r = 0; r < c12io_table_rows(loads); r++) {
        int32_t zone = c12io_table_has(loads, 1) ? names_id(zones, c12io_table_cell(loads, r, 1)) : -1, where, elsewhere;
        int64_t size;
        int code = stock_number(loads, file, r, 2, "size", &size);
        if (code) return code;
        c12_status s = c12_stock_putaway(space, zone < known ? zone : -1, size, &where, &elsewhere, &c->err);
        if (s) return cli_say("%s:%" PRId64 ":%s: %s (%" PRId64 ")", file, c12io_table_line(loads, r), c->err.field, c->err.what, c->err.value);
        table_text(&o, c12io_table_cell(loads, r, 0));
        if (where < 0) table_word(&o, "");
        else table_text(&o, c12io_table_cell(places, where, 0));
        if (where < 0) table_word(&o, "");
        else table_text(&o, c12io_table_cell(places, where, 1));
        table_int(&o, elsewhere || zone >= known);
        nowhere += where < 0;
    }
    int code = table_print(c, &o, NULL);
    return code ? code : nowhere ? EXIT_NO : EXIT_DONE;
}

static int put_away(cli *c, const char *places_file, const char *loads_file)
{
    c12io_table *places = NULL, *loads = NULL;
    name_list zones = { 0 };
    c12_stock_space *space = NULL;
    c12_mem mem = { NULL, 0 };
    c12_status s = c12io_table_read(&places, places_file, place_columns, 4, &c->err);
    if (!s) s = c12io_table_read(&loads, loads_file, load_columns, 3, &c->err);
    if (s) { c12io_table_free(places); return cli_fail(c, s); }
    int code = EXIT_DONE;
    int32_t n = (int32_t)c12io_table_rows(places), *zone = NEW(int32_t, n + 1);
    for (int32_t k = 0; k < n; k++) zone[k] = names_id(&zones, c12io_table_cell(places, k, 1));
    c12_stock_places p = { .struct_size = sizeof p, .n_locations = n, .n_zones = zones.n ? zones.n : 1, .zone = zone,
                           .free = stock_numbers(places, places_file, 2, "free", &code), .distance = stock_numbers(places, places_file, 3, "distance", &code) };
    if (!code && !(s = c12_stock_space_bytes(n, p.n_zones, &mem.size, &c->err))) {
        mem.ptr = cli_new((int64_t)mem.size, 1);
        s = c12_stock_space_init(&space, mem, &p, &c->err);
    }
    if (!code && s) code = stock_say(c, s, places, places_file);
    if (!code) code = place_loads(c, space, &zones, places, loads, loads_file);
    void *const owned[] = { zone, (void *)(uintptr_t)p.free, (void *)(uintptr_t)p.distance, mem.ptr };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
    names_free(&zones);
    c12io_table_free(places);
    c12io_table_free(loads);
    return code;
}

/* ---- counts: item,book,counted,cost --------------------------------------------------------------------------------------------------- */

static const c12io_column count_columns[4] = { { "item", 1, 0 }, { "book", 1, 0 }, { "counted", 1, 0 }, { "cost", 0, 0 } };

static int print_count(cli *c, const c12io_table *t, const c12_stock_count *in, const c12_qty *adjust, const c12_stock_accuracy *a)
{
    static const char *const head[] = { "item", "book", "counted", "adjust" };
    table o = table_new(4, head, "snnn");
    text sum = { 0 };
    for (int64_t r = 0; r < in->n; r++) {
        table_text(&o, c12io_table_cell(t, r, 0));
        table_int(&o, in->book[r]);
        if (in->counted[r] < 0) table_word(&o, "");
        else table_int(&o, in->counted[r]);
        table_int(&o, adjust[r]);
    }
    text_add(&sum, "\"right\":%" PRId64 ",\"counted\":%" PRId64 ",\"missing\":%" PRId64 ",\"gain\":%" PRId64 ",\"loss\":%" PRId64, a->right, a->counted, a->missing, a->gain, a->loss);
    if (!c->json) fprintf(stderr, "%" PRId64 " of %" PRId64 " records right, %" PRId64 " not counted, gain %" PRId64 ", loss %" PRId64 "\n", a->right, a->counted, a->missing, a->gain, a->loss);
    int code = table_print(c, &o, sum.at);
    text_free(&sum);
    return code;
}

static int count(cli *c, const char *file, int64_t tolerance)
{
    c12io_table *t = NULL;
    int code = EXIT_DONE;
    c12_status s = c12io_table_read(&t, file, count_columns, 4, &c->err);
    if (s) return cli_fail(c, s);
    int64_t n = c12io_table_rows(t), *counted = NEW(int64_t, n + 1);
    for (int64_t r = 0; r < n && !code; r++) {
        counted[r] = -1; /* an empty cell: not counted */
        if (c12io_table_cell(t, r, 2).size) code = stock_number(t, file, r, 2, "counted", &counted[r]);
    }
    c12_stock_count in = { .struct_size = sizeof in, .tolerance_ppm = (int32_t)tolerance, .n = n, .counted = counted, .book = stock_numbers(t, file, 1, "book", &code),
                           .cost = c12io_table_has(t, 3) ? stock_numbers(t, file, 3, "cost", &code) : NULL };
    c12_stock_accuracy a = C12_INIT(c12_stock_accuracy);
    c12_qty *adjust = NEW(c12_qty, n + 1);
    if (!code && (s = c12_stock_judge(&in, &a, adjust, &c->err))) code = stock_say(c, s, t, file);
    if (!code) code = print_count(c, t, &in, adjust, &a);
    void *const owned[] = { counted, (void *)(uintptr_t)in.book, (void *)(uintptr_t)in.cost, adjust };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
    c12io_table_free(t);
    return code;
}

static int sample(cli *c, int64_t all, int64_t wrong, int64_t risk)
{
    static const char *const head[] = { "all", "wrong", "count", "risk" };
    int64_t n, left;
    c12_status s = c12_stock_sample(all, wrong, risk, &n, &left, &c->err);
    if (s) return cli_fail(c, s);
    table o = table_new(4, head, "nnnn");
    table_int(&o, all);
    table_int(&o, wrong);
    table_int(&o, n);
    table_ratio(&o, left, 1000000000, 9);
    return table_print(c, &o, NULL);
}

int cmd_stock(cli *c)
{
    int64_t tolerance = cli_int(c, "--tolerance", 0, 1000000, 0), all = cli_int(c, "--all", 1, 10000000, 0), wrong = cli_int(c, "--wrong", 1, 10000000, 0), risk = cli_int(c, "--risk", 0, 1000000, 50000);
    const char *verb = cli_word(c, 0), *a = cli_word(c, 1), *b = cli_word(c, 2);
    if (!verb) return cli_usage(c, "a verb is missing");
    if (!strcmp(verb, "tour")) return stock_tour(c);
    if (!strcmp(verb, "balances")) return cli_ready(c, 2) ? balances(c, a) : EXIT_BAD;
    if (!strcmp(verb, "putaway")) return cli_ready(c, 3) ? put_away(c, a, b) : EXIT_BAD;
    if (!strcmp(verb, "count")) return cli_ready(c, 2) ? count(c, a, tolerance) : EXIT_BAD;
    if (strcmp(verb, "sample")) return cli_usage(c, "no verb '%s'", verb);
    if (!cli_ready(c, 1)) return EXIT_BAD;
    return all && wrong ? sample(c, all, wrong, risk * 1000) : cli_usage(c, "--all and --wrong are needed");
}
