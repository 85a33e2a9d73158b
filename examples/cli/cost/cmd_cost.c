/* SPDX-License-Identifier: Apache-2.0 */
/* c12 cost: value of a ledger, variances of orders and overhead, the journal, landed cost, from CSV files.  Every answer is judged before it is printed. */
#include "cost_cli.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- value: kind,item,qty,value,price,standard ---------------------------------------------------------------------------------------- */

enum { L_KIND, L_ITEM, L_QTY, L_VALUE, L_PRICE, L_STANDARD, L_COLUMNS };
static const c12io_column ledger_columns[L_COLUMNS] = { { "kind", 1, 0 }, { "item", 1, 0 }, { "qty", 0, 0 }, { "value", 0, 0 }, { "price", 0, 0 }, { "standard", 0, 0 } };
static const char *const ledger_kinds[] = { "receipt", "issue", "revalue", "adjust" }, *const methods[] = { "fifo", "average", "standard" };

typedef struct cost_book { cells f; name_list items; c12_cost_ledger l; c12_cost_valued v; } cost_book;

/* Money of a row: value as it stands, or price times quantity of a receipt. */
static int ledger_money(cost_book *b, int64_t r, int32_t kind, int64_t qty, int64_t *value)
{
    c12_view price = c12io_table_cell(b->f.t, r, L_PRICE), whole = c12io_table_cell(b->f.t, r, L_VALUE);
    int64_t each = 0;
    *value = 0;
    if (price.size && whole.size) return cells_bad(&b->f, r, L_PRICE, "needed beside value; write one of them");
    if (whole.size && !cell_decimal(whole, 6, value)) return cells_bad(&b->f, r, L_VALUE, "an amount with at most 6 places");
    if (!price.size) return EXIT_DONE;
    if (!cell_decimal(price, 6, &each)) return cells_bad(&b->f, r, L_PRICE, "an amount with at most 6 places");
    if (kind == C12_COST_RECEIPT && qty > 0 && each > INT64_MAX / qty) return cells_bad(&b->f, r, L_PRICE, "small enough: price times quantity does not fit 64 bits");
    *value = kind == C12_COST_RECEIPT ? each * qty : each;
    return EXIT_DONE;
}

static int ledger_read(cost_book *b, int32_t method)
{
    cells *f = &b->f;
    int32_t *kind = cells_words(f, L_KIND, ledger_kinds, 4), *item = cells_names(f, L_ITEM, &b->items);
    int64_t *qty = cells_numbers(f, L_QTY, 0, 0, "a whole number"), *value = cells_new(f, f->n, sizeof *value), *standard = cells_new(f, f->n, sizeof *standard);
    uint8_t *known = cells_new(f, f->n, 1);
    for (int64_t r = 0; r < f->n && !f->code; r++) {
        c12_view cell = c12io_table_cell(f->t, r, L_STANDARD);
        kind[r]++;
        if (item[r] < 0) return cells_bad(f, r, L_ITEM, "an item");
        if (cell.size && !known[item[r]]) {
            known[item[r]] = 1;
            if (!cell_decimal(cell, 6, &standard[item[r]])) return cells_bad(f, r, L_STANDARD, "an amount with at most 6 places");
        }
        (void)ledger_money(b, r, kind[r], qty[r], &value[r]);
    }
    for (int32_t k = 0; k < b->items.n && !f->code && method == C12_COST_STANDARD; k++)
        if (!known[k]) return f->code = cli_say("%s: item '%.*s' has no standard price; write it into the column standard of one of its rows", f->file, (int)b->items.name[k].size, (const char *)b->items.name[k].ptr);
    b->l = (c12_cost_ledger){ .struct_size = sizeof b->l, .method = method, .n_items = b->items.n, .n = (int32_t)f->n, .kind = kind, .item = item, .qty = qty, .value = value, .standard = standard };
    return f->code;
}

static int print_layers(cli *c, const cost_book *b)
{
    static const char *const head[] = { "item", "line", "qty", "value" };
    table t = table_new(4, head, "snnn");
    for (int32_t k = 0; k < b->v.layers; k++) {
        put_name(&t, &b->items, b->v.layer_item[k]);
        table_int(&t, c12io_table_line(b->f.t, b->v.layer_row[k]));
        table_int(&t, b->v.layer_qty[k]);
        table_money(&t, b->v.layer_value[k]);
    }
    return table_print(c, &t, NULL);
}

static int print_rows(cli *c, const cost_book *b)
{
    static const char *const head[] = { "kind", "item", "qty", "change", "variance" };
    table t = table_new(5, head, "ssnnn");
    for (int32_t r = 0; r < b->l.n; r++) {
        table_word(&t, ledger_kinds[b->l.kind[r] - 1]);
        put_name(&t, &b->items, b->l.item[r]);
        table_int(&t, b->l.qty[r]);
        table_money(&t, b->v.change[r]);
        table_money(&t, b->v.variance[r]);
    }
    return table_print(c, &t, NULL);
}

static int print_items(cli *c, const cost_book *b)
{
    static const char *const head[] = { "item", "on_hand", "value", "received", "issued", "variance" };
    table t = table_new(6, head, "snnnnn");
    int64_t *sum = NEW(int64_t, (int64_t)b->items.n * 3 + 1);
    for (int32_t r = 0; r < b->l.n; r++) { /* parts of what the valuation proved to fit */
        int64_t *s = sum + (int64_t)b->l.item[r] * 3;
        s[0] += b->l.kind[r] == C12_COST_RECEIPT ? b->v.change[r] : 0;
        s[1] -= b->l.kind[r] == C12_COST_ISSUE ? b->v.change[r] : 0;
        s[2] = (int64_t)((uint64_t)s[2] + (uint64_t)b->v.variance[r]);
    }
    for (int32_t k = 0; k < b->items.n; k++) {
        put_name(&t, &b->items, k);
        table_int(&t, b->v.on_hand[k]);
        table_money(&t, b->v.value[k]);
        for (int s = 0; s < 3; s++) table_money(&t, sum[(int64_t)k * 3 + s]);
    }
    free(sum);
    return table_print(c, &t, NULL);
}

static int value_book(cli *c, cost_book *b, int layers, int rows)
{
    cells *f = &b->f;
    const int32_t n = b->l.n, items = b->l.n_items;
    c12_mem scratch = { NULL, c12_cost_value_scratch(items, n) };
    c12_verdict w = C12_INIT(c12_verdict);
    scratch.ptr = cells_new(f, (int64_t)scratch.size, 1);
    b->v = (c12_cost_valued){ .struct_size = sizeof b->v, .cap = n, .change = cells_new(f, n, 8), .variance = cells_new(f, n, 8), .on_hand = cells_new(f, items, 8), .value = cells_new(f, items, 8),
                              .layer_item = cells_new(f, n, 4), .layer_row = cells_new(f, n, 4), .layer_qty = cells_new(f, n, 8), .layer_value = cells_new(f, n, 8) };
    c12_status s = c12_cost_value(&b->l, &b->v, scratch, &c->err);
    if (!s) s = c12_cost_value_check(&b->l, &b->v, scratch, &w, &c->err);
    int code = s ? cells_fail(c, s, f) : cells_wrong(&w, f->file);
    return code ? code : layers ? print_layers(c, b) : rows ? print_rows(c, b) : print_items(c, b);
}

static int value_file(cli *c)
{
    const char *method = cli_value(c, "--method"), *file;
    int layers = cli_flag(c, "--layers"), rows = cli_flag(c, "--rows");
    int32_t which = method ? -1 : C12_COST_FIFO;
    cost_book b = { .items = { 0 } };
    for (int32_t k = 0; method && k < 3; k++) if (!strcmp(method, methods[k])) which = k;
    file = cli_word(c, 1);
    if (!cli_ready(c, 2)) return EXIT_BAD;
    if (which < 0) return cli_usage(c, "--method '%s' is none of fifo, average, standard", method);
    int code = cells_open(c, &b.f, file, ledger_columns, L_COLUMNS);
    if (!code) code = ledger_read(&b, which);
    if (!code) code = value_book(c, &b, layers, rows);
    names_free(&b.items);
    cells_close(&b.f);
    return code;
}

/* ---- variances: order,element,used,allowed,spoiled,actual,price ------------------------------------------------------------------------- */

enum { U_ORDER, U_ELEMENT, U_USED, U_ALLOWED, U_SPOILED, U_ACTUAL, U_PRICE, U_COLUMNS };
static const c12io_column use_columns[U_COLUMNS] = { { "order", 1, 0 }, { "element", 1, 0 }, { "used", 1, 0 }, { "allowed", 1, 0 }, { "spoiled", 0, 0 }, { "actual", 1, 0 }, { "price", 1, 0 } };
static const char *const elements[] = { "material", "labour", "overhead" };

static int print_variances(cli *c, const name_list *orders, const c12_cost_variances *v, const char *svg)
{
    static const char *const head[] = { "order", "actual", "standard", "variance", "material_price", "material_usage", "labour_rate", "labour_efficiency", "overhead_spending", "overhead_efficiency", "scrap" };
    static const int cell[] = { 0, 1, 3, 4, 6, 7 };
    table t = table_new(11, head, "snnnnnnnnnn");
    c12_money all[C12_COST_ELEMENTS * C12_COST_KINDS] = { 0 }, actual = 0, standard = 0;
    for (int32_t o = 0; o < orders->n; o++) {
        const c12_money *m = v->order_variance + (int64_t)o * C12_COST_ELEMENTS * C12_COST_KINDS;
        put_name(&t, orders, o);
        table_money(&t, v->order_actual[o]);
        table_money(&t, v->order_standard[o]);
        table_money(&t, v->order_actual[o] - v->order_standard[o]);
        for (int k = 0; k < 6; k++) table_money(&t, m[cell[k]]);
        table_money(&t, m[2] + m[5] + m[8]);
        for (int k = 0; k < C12_COST_ELEMENTS * C12_COST_KINDS; k++) all[k] += m[k];
        actual += v->order_actual[o];
        standard += v->order_standard[o];
    }
    int code = svg ? cost_draw(c, svg, standard, all, actual) : EXIT_DONE;
    return code ? code : table_print(c, &t, NULL);
}

static int variances_file(cli *c)
{
    const char *svg = cli_value(c, "--svg"), *file = cli_word(c, 1);
    cells f;
    name_list orders = { 0 };
    if (!cli_ready(c, 2)) return EXIT_BAD;
    if (cells_open(c, &f, file, use_columns, U_COLUMNS)) { int code = f.code; cells_close(&f); return code; }
    const char *const quantity = "a quantity of at most 3 places", *const amount = "an amount with at most 6 places";
    c12_cost_uses u = { .struct_size = sizeof u, .n = f.n, .order = cells_names(&f, U_ORDER, &orders), .element = cells_words(&f, U_ELEMENT, elements, 3), .used = cells_numbers(&f, U_USED, 3, 0, quantity),
                        .allowed = cells_numbers(&f, U_ALLOWED, 3, 0, quantity), .spoiled = cells_numbers(&f, U_SPOILED, 3, 0, quantity), .actual = cells_numbers(&f, U_ACTUAL, 6, 0, amount),
                        .price = cells_numbers(&f, U_PRICE, 6, 0, amount) };
    int64_t *per = cells_new(&f, f.n, 8);
    for (int64_t r = 0; r < f.n; r++) per[r] = 1000; /* quantities have 3 places */
    u.per = per;
    u.n_orders = orders.n;
    c12_cost_variances v = { .struct_size = sizeof v, .standard = cells_new(&f, f.n, 8), .price = cells_new(&f, f.n, 8), .usage = cells_new(&f, f.n, 8), .spoilage = cells_new(&f, f.n, 8),
                             .order_actual = cells_new(&f, orders.n, 8), .order_standard = cells_new(&f, orders.n, 8), .order_variance = cells_new(&f, (int64_t)orders.n * 9, 8) };
    c12_mem scratch = { NULL, c12_cost_vary_scratch(orders.n) };
    c12_verdict w = C12_INIT(c12_verdict);
    scratch.ptr = cells_new(&f, (int64_t)scratch.size, 1);
    c12_status s = f.code ? C12_OK : c12_cost_vary(&u, &v, &c->err);
    if (!f.code && !s) s = c12_cost_vary_check(&u, &v, scratch, &w, &c->err);
    int code = f.code ? f.code : s ? cells_fail(c, s, &f) : cells_wrong(&w, file);
    if (!code) code = print_variances(c, &orders, &v, svg);
    names_free(&orders);
    cells_close(&f);
    return code;
}

/* ---- overhead: centre,actual,fixed_budget,variable_rate,fixed_rate,used,allowed ------------------------------------------------------------ */

static const c12io_column centre_columns[7] = { { "centre", 1, 0 }, { "actual", 1, 0 }, { "fixed_budget", 1, 0 }, { "variable_rate", 0, 0 }, { "fixed_rate", 1, 0 }, { "used", 1, 0 }, { "allowed", 1, 0 } };

static int overhead_file(cli *c)
{
    static const char *const head[] = { "centre", "actual", "applied", "spending", "efficiency", "volume" };
    const char *file = cli_word(c, 1), *const amount = "an amount with at most 6 places", *const base = "a quantity of at most 3 places";
    cells f;
    if (!cli_ready(c, 2)) return EXIT_BAD;
    if (cells_open(c, &f, file, centre_columns, 7)) { int code = f.code; cells_close(&f); return code; }
    int64_t *per = cells_new(&f, f.n, 8);
    for (int64_t r = 0; r < f.n; r++) per[r] = 1000;
    c12_cost_centres x = { .struct_size = sizeof x, .n = (int32_t)f.n, .actual = cells_numbers(&f, 1, 6, 0, amount), .fixed_budget = cells_numbers(&f, 2, 6, 0, amount), .variable_rate = cells_numbers(&f, 3, 6, 0, amount),
                           .fixed_rate = cells_numbers(&f, 4, 6, 0, amount), .per = per, .used = cells_numbers(&f, 5, 3, 0, base), .allowed = cells_numbers(&f, 6, 3, 0, base) };
    c12_cost_overheads v = { .struct_size = sizeof v, .applied = cells_new(&f, f.n, 8), .spending = cells_new(&f, f.n, 8), .efficiency = cells_new(&f, f.n, 8), .volume = cells_new(&f, f.n, 8) };
    c12_verdict w = C12_INIT(c12_verdict);
    c12_status s = f.code ? C12_OK : c12_cost_overhead(&x, &v, &c->err);
    if (!f.code && !s) s = c12_cost_overhead_check(&x, &v, &w, &c->err);
    int code = f.code ? f.code : s ? cells_fail(c, s, &f) : cells_wrong(&w, file);
    if (!code) {
        table t = table_new(6, head, "snnnnn");
        for (int32_t i = 0; i < x.n; i++) {
            const c12_money row[] = { x.actual[i], v.applied[i], v.spending[i], v.efficiency[i], v.volume[i] };
            table_text(&t, c12io_table_cell(f.t, i, 0));
            for (int k = 0; k < 5; k++) table_money(&t, row[k]);
        }
        code = table_print(c, &t, NULL);
    }
    cells_close(&f);
    return code;
}

int cmd_cost(cli *c)
{
    const char *verb = NULL;
    for (int k = 0; k < c->argc && !verb; k++) if (c->argv[k][0] != '-') verb = c->argv[k]; /* before options are taken: the verb comes first */
    if (!verb) return cli_usage(c, "a verb is missing");
    if (!strcmp(verb, "value")) return value_file(c);
    if (!strcmp(verb, "variances")) return variances_file(c);
    if (!strcmp(verb, "overhead")) return overhead_file(c);
    if (!strcmp(verb, "journal")) return cost_journal(c);
    if (!strcmp(verb, "landed")) return cost_landed(c);
    return cli_usage(c, "no verb '%s'", verb);
}
