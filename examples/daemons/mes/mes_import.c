/* SPDX-License-Identifier: Apache-2.0 */
/* CSV in: sales orders, stock, purchase orders.  A dry run says what would change; what is wrong anywhere changes nothing. */
#include "mes_web.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { IMPORT_FAULTS = 50 };
typedef struct import { request *r; mes *m; c12io_table *t; json_t *faults; int64_t fresh, changed, same; int dry; } import;

static const char *cell(const import *i, int64_t row, int32_t column, char out[128])
{
    c12_view v = c12io_table_cell(i->t, row, column);
    snprintf(out, 128, "%.*s", (int)(v.size > 127 ? 127 : v.size), v.size ? (const char *)v.ptr : "");
    return out;
}

static void fault(import *i, int64_t row, const char *column, const char *what)
{
    char line[300];
    snprintf(line, sizeof line, "line %lld: %s: %s", (long long)c12io_table_line(i->t, row), column, what);
    if (json_array_size(i->faults) < IMPORT_FAULTS) json_array_append_new(i->faults, json_string(line));
}

static int whole(const import *i, int64_t row, int32_t column, int64_t low, int64_t *out)
{
    char c[128], *end;
    cell(i, row, column, c);
    *out = strtoll(c, &end, 10);
    return *c && !*end && *out >= low && *out < INT64_C(1000000000000);
}

/* ---- each table ------------------------------------------------------------------------------------------------------------------------------- */

static const c12io_column order_columns[] = { { "order", 1, 0 }, { "customer", 1, 0 }, { "item", 1, 0 }, { "qty", 1, 0 }, { "due", 1, 0 }, { "rush", 0, 0 } };

static void order_row(import *i, int64_t row)
{
    char code[128], customer[128], item[128], due[128], rush[128];
    int64_t qty, day;
    db *d = request_db(i->r);
    cell(i, row, 0, code);
    cell(i, row, 1, customer);
    cell(i, row, 2, item);
    cell(i, row, 5, rush);
    if (!*code || strlen(code) > 47) { fault(i, row, "order", "1 to 47 characters"); return; }
    if (plant_row(i->m->p->t.p->item_code, item) < 0) { fault(i, row, "item", "not an item of the plant"); return; }
    if (!whole(i, row, 3, 1, &qty)) { fault(i, row, "qty", "a whole number above 0"); return; }
    if ((day = mes_day(i->m, cell(i, row, 4, due))) < 0) { fault(i, row, "due", "a date within the plan, such as 2025-11-20"); return; }
    int64_t old = db_number(d, -1, "SELECT qty * 100000 + due_day FROM sales_orders WHERE code = ?", "s", code);
    if (old < 0) i->fresh++; else if (old == qty * 100000 + day) i->same++; else i->changed++;
    if (!i->dry) db_do(d, "INSERT INTO sales_orders(code, customer, item, qty, due_day, weight, state, made_ms, made_by) VALUES(?, ?, ?, ?, ?, ?, 'open', ?, ?) ON CONFLICT(code) DO UPDATE SET customer = excluded.customer, item = excluded.item, qty = excluded.qty,"
                       " due_day = excluded.due_day, version = version + 1", "sssiiiis", code, customer, item, qty, day, !strcmp(rush, "yes") ? (int64_t)20 : (int64_t)1, request_now(i->r), request_who(i->r));
}

static const c12io_column stock_columns[] = { { "item", 1, 0 }, { "on_hand", 1, 0 } };

static void stock_row(import *i, int64_t row)
{
    char item[128];
    int64_t qty;
    db *d = request_db(i->r);
    if (plant_row(i->m->p->t.p->item_code, cell(i, row, 0, item)) < 0) { fault(i, row, "item", "not an item of the plant"); return; }
    if (!whole(i, row, 1, 0, &qty)) { fault(i, row, "on_hand", "a whole number, 0 or more"); return; }
    int64_t old = db_number(d, -1, "SELECT on_hand FROM stock WHERE item = ?", "s", item);
    if (old < 0) i->fresh++; else if (old == qty) i->same++; else i->changed++;
    if (i->dry || old == qty) return;
    db_do(d, "INSERT INTO stock(item, on_hand) VALUES(?, ?) ON CONFLICT DO UPDATE SET on_hand = excluded.on_hand, version = version + 1", "si", item, qty);
    db_do(d, "INSERT INTO stock_moves(item, kind, qty, reference, at_ms, by_whom) VALUES(?, 'adjustment', ?, 'import', ?, ?)", "siis", item, qty - (old < 0 ? 0 : old), request_now(i->r), request_who(i->r));
}

/* ---- the endpoint ----------------------------------------------------------------------------------------------------------------------------- */

static const struct { const char *table; const c12io_column *columns; int32_t n; void (*row)(import *i, int64_t row); } tables[] = {
    { "sales-orders", order_columns, 6, order_row },
    { "stock", stock_columns, 2, stock_row },
};

/* The reader of tables takes files: the bytes go to one of the state folder for as long. */
static c12io_table *table_of(request *r, int k, char *why, size_t cap)
{
    char path[600];
    size_t n;
    const char *bytes = request_bytes(r, &n);
    c12io_table *t = NULL;
    c12_error err = C12_INIT(c12_error);
    err.text = why;
    err.text_cap = cap;
    snprintf(path, sizeof path, "%.500s/import.csv", house_option(request_house(r), "state.dir", "."));
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(bytes, 1, n, f) != n) { if (f) fclose(f); snprintf(why, cap, "the state folder cannot be written"); return NULL; }
    fclose(f);
    if (c12io_table_read(&t, path, tables[k].columns, tables[k].n, &err)) t = NULL;
    (void)!unlink(path);
    return t;
}

void import_post(request *r)
{
    const char *name = request_path(r, "table"), *dry = request_query(r, "dry_run");
    import i = { .r = r, .m = mes_of(r) };
    char why[800] = "";
    int k = 0, n = (int)(sizeof tables / sizeof *tables);
    if (!i.m) return;
    while (k < n && strcmp(tables[k].table, name)) k++;
    if (k == n) { problem(r, 404, "No such table", "sales-orders or stock"); return; }
    i.dry = !dry || !strcmp(dry, "yes");
    i.t = table_of(r, k, why, sizeof why);
    if (!i.t) { problem(r, 422, "The table cannot be read", "%s", why); return; }
    i.faults = json_array();
    int64_t rows = c12io_table_rows(i.t);
    for (int64_t row = 0; row < rows; row++) tables[k].row(&i, row);
    c12io_table_free(i.t);
    int bad = json_array_size(i.faults) > 0;
    request_did(r, name, "%lld new, %lld changed%s", (long long)i.fresh, (long long)i.changed, i.dry ? ", a dry run" : "");
    answer(r, bad && !i.dry ? 422 : 200, json_pack("{s:b,s:I,s:I,s:I,s:I,s:o}", "dry_run", i.dry, "rows", (json_int_t)rows, "new", (json_int_t)i.fresh, "changed", (json_int_t)i.changed, "same", (json_int_t)i.same, "faults", i.faults));
}
