/* SPDX-License-Identifier: Apache-2.0 */
/* c12 cost journal and c12 cost landed. */
#include "cost_cli.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- journal: event,order,qty,actual,standard,material,labour,overhead -------------------------------------------------------------------- */

enum { E_EVENT, E_ORDER, E_QTY, E_ACTUAL, E_STANDARD, E_MATERIAL, E_LABOUR, E_OVERHEAD, E_COLUMNS };
static const c12io_column event_columns[E_COLUMNS] = { { "event", 1, 0 }, { "order", 1, 0 }, { "qty", 0, 0 }, { "actual", 0, 0 }, { "standard", 0, 0 }, { "material", 0, 0 }, { "labour", 0, 0 }, { "overhead", 0, 0 } };
static const char *const event_names[] = { "receipt", "issue", "labour", "overhead", "completion", "scrap", "close" }, *const amount = "an amount with at most 6 places";

/* Standards of an order: the first of its rows that has one. */
static const int64_t *journal_standards(cells *f, int32_t column, const int32_t *order, int32_t n_orders)
{
    int64_t *row = cells_numbers(f, column, 6, INT64_MIN, amount), *v = cells_new(f, n_orders, 8);
    for (int64_t r = f->n - 1; r >= 0 && !f->code; r--)
        if (row[r] != INT64_MIN && order[r] >= 0) v[order[r]] = row[r];
    return v;
}

static int print_journal(cli *c, const cells *f, const name_list *orders, const c12_cost_events *x, const c12_cost_entries *j)
{
    static const char *const head[] = { "line", "event", "order", "account", "debit", "credit" };
    table t = table_new(6, head, "nsssnn");
    text sum = { 0 };
    for (int32_t k = 0; k < j->n; k++) {
        table_int(&t, c12io_table_line(f->t, j->event[k]));
        table_word(&t, event_names[x->kind[j->event[k]]]);
        table_name(&t, orders, x->order[j->event[k]], "");
        table_word(&t, c12_cost_account_name(j->account[k]));
        if (j->debit[k]) table_money(&t, j->debit[k]);
        else table_word(&t, "");
        if (j->credit[k]) table_money(&t, j->credit[k]);
        else table_word(&t, "");
    }
    text_add(&sum, "\"balances\":{");
    for (int32_t a = 0; a < C12_COST_ACCOUNTS; a++) {
        char m[40];
        money_text(j->balance[a], m);
        text_add(&sum, "%s\"%s\":%s", a ? "," : "", c12_cost_account_name(a), m);
        if (!c->json && j->balance[a]) fprintf(stderr, "%-28s %20s\n", c12_cost_account_name(a), m);
    }
    text_add(&sum, "}");
    int code = table_print(c, &t, sum.at);
    text_free(&sum);
    return code;
}

int cost_journal(cli *c)
{
    int no_scrap = cli_flag(c, "--no-scrap-account");
    const char *file = cli_word(c, 1);
    cells f;
    name_list orders = { 0 };
    if (!cli_ready(c, 2)) return EXIT_BAD;
    if (cells_open(c, &f, file, event_columns, E_COLUMNS)) { int code = f.code; cells_close(&f); return code; }
    int32_t *order = cells_names(&f, E_ORDER, &orders), *kind = cells_words(&f, E_EVENT, event_names, C12_COST_EVENTS);
    c12_cost_events x = { .struct_size = sizeof x, .n_orders = orders.n, .scrap_account = !no_scrap, .n = (int32_t)f.n, .material = journal_standards(&f, E_MATERIAL, order, orders.n),
                          .labour = journal_standards(&f, E_LABOUR, order, orders.n), .overhead = journal_standards(&f, E_OVERHEAD, order, orders.n), .kind = kind, .order = order,
                          .qty = cells_numbers(&f, E_QTY, 0, 0, "a whole number"), .actual = cells_numbers(&f, E_ACTUAL, 6, 0, amount), .standard = cells_numbers(&f, E_STANDARD, 6, 0, amount) };
    c12_cost_entries j = { .struct_size = sizeof j, .cap = 4 * x.n, .event = cells_new(&f, 4 * f.n, 4), .account = cells_new(&f, 4 * f.n, 4), .debit = cells_new(&f, 4 * f.n, 8), .credit = cells_new(&f, 4 * f.n, 8),
                           .balance = cells_new(&f, C12_COST_ACCOUNTS, 8), .wip = cells_new(&f, orders.n, 8) };
    c12_mem scratch = { NULL, c12_cost_post_scratch(orders.n) };
    c12_verdict w = C12_INIT(c12_verdict);
    scratch.ptr = cells_new(&f, (int64_t)scratch.size, 1);
    c12_status s = f.code ? C12_OK : c12_cost_post(&x, &j, scratch, &c->err);
    if (!f.code && !s) s = c12_cost_post_check(&x, &j, scratch, &w, &c->err);
    int code = f.code ? f.code : s ? cells_fail(c, s, &f) : cells_wrong(&w, file);
    if (!code) code = print_journal(c, &f, &orders, &x, &j);
    names_free(&orders);
    cells_close(&f);
    return code;
}

/* ---- landed: line,shipment,qty,value,weight and charge,shipment,basis,amount ----------------------------------------------------------------- */

static const c12io_column line_columns[5] = { { "line", 1, 0 }, { "shipment", 0, 0 }, { "qty", 1, 0 }, { "value", 1, 0 }, { "weight", 0, 0 } };
static const c12io_column charge_columns[4] = { { "charge", 1, 0 }, { "shipment", 0, 0 }, { "basis", 1, 0 }, { "amount", 1, 0 } };
static const char *const bases[] = { "qty", "value", "weight", "line" };

static int print_shares(cli *c, const cells *lines, const cells *charges, const c12_cost_landed *l)
{
    static const char *const head[] = { "charge", "line", "share" };
    table t = table_new(3, head, "ssn");
    for (int64_t k = 0; k < l->n; k++) {
        table_text(&t, c12io_table_cell(charges->t, l->charge[k], 0));
        table_text(&t, c12io_table_cell(lines->t, l->line[k], 0));
        table_money(&t, l->share[k]);
    }
    return table_print(c, &t, NULL);
}

static int print_landed(cli *c, const cells *lines, const c12_cost_arrivals *a, const c12_cost_landed *l)
{
    static const char *const head[] = { "line", "qty", "value", "charges", "landed", "unit_cost" };
    table t = table_new(6, head, "snnnnn");
    for (int32_t i = 0; i < a->n_lines; i++) {
        c12_money all = (c12_money)((uint64_t)a->value[i] + (uint64_t)l->added[i]);
        table_text(&t, c12io_table_cell(lines->t, i, 0));
        table_int(&t, a->qty[i]);
        table_money(&t, a->value[i]);
        table_money(&t, l->added[i]);
        table_money(&t, all);
        if (a->qty[i]) table_money(&t, all / a->qty[i]);
        else table_word(&t, "");
    }
    return table_print(c, &t, NULL);
}

/* Charges name shipments of the lines; one without is for all. */
static int32_t *charged_shipments(cells *f, const name_list *shipments)
{
    int32_t *v = cells_new(f, f->n, 4);
    for (int64_t r = 0; r < f->n && !f->code; r++) {
        c12_view cell = c12io_table_cell(f->t, r, 1);
        v[r] = cell.size ? names_find(shipments, cell) : -1;
        if (cell.size && v[r] < 0) cells_bad(f, r, 1, "a shipment of the lines");
    }
    return v;
}

static int land_files(cli *c, cells *lines, cells *charges, name_list *shipments, int shares)
{
    int32_t *shipment = cells_names(lines, 1, shipments);
    for (int64_t r = 0; r < lines->n && !lines->code && shipments->n; r++) if (shipment[r] < 0) cells_bad(lines, r, 1, "a shipment, which other lines have");
    c12_cost_arrivals a = { .struct_size = sizeof a, .n_shipments = shipments->n ? shipments->n : 1, .n_lines = (int32_t)lines->n, .n_charges = (int32_t)charges->n, .shipment = shipments->n ? shipment : NULL,
                            .qty = cells_numbers(lines, 2, 0, 0, "a whole number"), .value = cells_numbers(lines, 3, 6, 0, amount), .weight = cells_numbers(lines, 4, 3, 0, "a weight of at most 3 places"),
                            .charged = charged_shipments(charges, shipments), .basis = cells_words(charges, 2, bases, 4), .amount = cells_numbers(charges, 3, 6, 0, amount) };
    int64_t most = lines->n * charges->n;
    if (lines->code || charges->code) return EXIT_BAD;
    c12_cost_landed l = { .struct_size = sizeof l, .cap = most, .charge = cells_new(lines, most, 4), .line = cells_new(lines, most, 4), .share = cells_new(lines, most, 8), .added = cells_new(lines, lines->n, 8) };
    c12_mem scratch = { NULL, c12_cost_land_scratch(a.n_lines) };
    c12_verdict w = C12_INIT(c12_verdict);
    scratch.ptr = cells_new(lines, (int64_t)scratch.size, 1);
    c12_status s = c12_cost_land(&a, &l, scratch, &c->err);
    const int of_charge = s == C12_E_STATE || s == C12_E_OVERFLOW || (c->err.field && (!strcmp(c->err.field, "basis") || !strcmp(c->err.field, "amount")));
    if (!s) s = c12_cost_land_check(&a, &l, scratch, &w, &c->err);
    int code = s ? cells_fail(c, s, of_charge ? charges : lines) : cells_wrong(&w, lines->file);
    return code ? code : shares ? print_shares(c, lines, charges, &l) : print_landed(c, lines, &a, &l);
}

int cost_landed(cli *c)
{
    int shares = cli_flag(c, "--shares");
    const char *of_lines = cli_word(c, 1), *of_charges = cli_word(c, 2);
    cells lines = { .code = 0 }, charges = { .code = 0 };
    name_list shipments = { 0 };
    if (!cli_ready(c, 3)) return EXIT_BAD;
    int code = cells_open(c, &lines, of_lines, line_columns, 5);
    if (!code) code = cells_open(c, &charges, of_charges, charge_columns, 4);
    if (!code) code = land_files(c, &lines, &charges, &shipments, shares);
    names_free(&shipments);
    cells_close(&lines);
    cells_close(&charges);
    return code;
}
