/* SPDX-License-Identifier: Apache-2.0 */
/* A plant folder: one function a file, in the order in which codes are declared. */
#include "c12/mrp.h"
#include "c12/ncr.h"
#include "io/plant_internal.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct plant_load {
    c12io_plant *p;
    const char *dir;
    c12io__sheet sheet;
    c12io__codes items, orders, suppliers, stations, machines, calendars, families, robots, bays;
} plant_load;

#define LOAD_COUNT(a) ((int32_t)(sizeof(a) / sizeof *(a)))

static int open_file(plant_load *l, const char *file, const c12io_column *columns, int32_t n, int required)
{
    return c12io__sheet_open(&l->sheet, l->dir, file, columns, n, required);
}

/* Rows in the order of an int64 key, stable: the columns of a sheet are then gathered through it. */
typedef struct keyed_row { int64_t key; int64_t row; } keyed_row;

static int compare_keyed(const void *a, const void *b)
{
    const keyed_row *x = a, *y = b;
    if (x->key != y->key) return x->key < y->key ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

static keyed_row *keyed_rows(plant_load *l)
{
    keyed_row *k = c12io__heap_get(l->sheet.heap, l->sheet.rows, sizeof *k);
    if (!k) l->sheet.status = c12io__fault(l->sheet.err, C12_E_NOMEM, "out of memory", -1, l->sheet.rows, "%s: out of memory", l->sheet.path);
    return k;
}

/* ---- items.csv ------------------------------------------------------------------------------------------------------- */

enum { ITEM, TYPE, LEAD, RULE, LOT_SIZE, LOT_MIN, LOT_MAX, LOT_MULT, LOT_PERIODS, SAFETY, ON_HAND, OWN_COST, UNIT, SCALE, FAMILY, ABC, ORDER_COST, HOLDING_COST, CALENDAR };
static const c12io_column item_columns[] = {
    { "item", 1, 0 }, { "type", 1, 0 }, { "lead_time", 0, 0 }, { "lot_rule", 0, 0 }, { "lot_size", 0, 0 }, { "lot_min", 0, 0 },
    { "lot_max", 0, 0 }, { "lot_multiple", 0, 0 }, { "lot_periods", 0, 0 }, { "safety_stock", 0, 0 }, { "on_hand", 0, 0 },
    { "own_cost", 0, 0 }, { "unit", 0, 0 }, { "scale", 0, 0 }, { "family", 0, 0 }, { "abc", 0, 0 }, { "order_cost", 0, 0 }, { "holding_cost", 0, 0 }, { "calendar", 0, 0 } };
static const char *const item_types[] = { "buy", "make", "phantom" };
static const char *const lot_rules[] = { "lot_for_lot", "fixed", "min_multiple", "periods", "min_max", "eoq", "silver_meal", "part_period", "groff", "wagner_whitin" };

static void load_item(plant_load *l, int64_t r, int32_t *type, int32_t *lead, int32_t *rule, int32_t *periods, int32_t *calendar, int64_t *const q[10])
{
    c12io__sheet *s = &l->sheet;
    c12io__cell_new_code(s, r, ITEM, &l->items);
    type[r] = c12io__cell_word(s, r, TYPE, item_types, LOAD_COUNT(item_types), -1);
    lead[r] = (int32_t)c12io__cell_int(s, r, LEAD, 0, 100000, 0);
    rule[r] = c12io__cell_word(s, r, RULE, lot_rules, LOAD_COUNT(lot_rules), C12_MRP_LOT_FOR_LOT);
    periods[r] = (int32_t)c12io__cell_int(s, r, LOT_PERIODS, 1, 100000, 1);
    calendar[r] = c12io__cell_code(s, r, CALENDAR, &l->calendars, 0, "calendars.csv");
    int64_t scale = q[7][r] = c12io__cell_int(s, r, SCALE, 1, 1000000000, 1);
    q[0][r] = c12io__cell_scaled(s, r, LOT_SIZE, scale, 1, scale);
    q[1][r] = c12io__cell_scaled(s, r, LOT_MIN, scale, 0, 0);
    q[2][r] = c12io__cell_scaled(s, r, LOT_MAX, scale, 0, 0);
    q[3][r] = c12io__cell_scaled(s, r, LOT_MULT, scale, 1, 1);
    q[4][r] = c12io__cell_scaled(s, r, SAFETY, scale, 0, 0);
    q[5][r] = c12io__cell_scaled(s, r, ON_HAND, scale, 0, 0);
    q[6][r] = c12io__cell_scaled(s, r, OWN_COST, 1000000, 0, 0);
    q[8][r] = c12io__cell_scaled(s, r, ORDER_COST, 1000000 * scale, 0, 0);
    q[9][r] = c12io__cell_scaled(s, r, HOLDING_COST, 1000000, 0, 0);
}

static void load_items(plant_load *l)
{
    c12io__sheet *s = &l->sheet;
    if (!open_file(l, "items.csv", item_columns, LOAD_COUNT(item_columns), 1)) return;
    int32_t *type = c12io__column32(s), *lead = c12io__column32(s), *rule = c12io__column32(s), *periods = c12io__column32(s), *calendar = c12io__column32(s);
    int64_t *q[10];
    for (int k = 0; k < 10; k++) q[k] = c12io__column64(s);
    if (!c12io__codes_init(&l->items, s->heap, s->rows + 1) || s->status == C12_E_NOMEM) { c12io__sheet_close(s); return; }
    for (int64_t r = 0; r < s->rows; r++) load_item(l, r, type, lead, rule, periods, calendar, q);
    c12io_plant *p = l->p;
    p->n_items = (int32_t)s->rows;
    p->item_unit = c12io__column_text(s, UNIT);
    p->item_type = type;
    p->lead_time = lead;
    p->lot_rule = rule;
    p->lot_periods = periods;
    p->item_calendar = calendar;
    p->lot_size = q[0];
    p->lot_min = q[1];
    p->lot_max = q[2];
    p->lot_multiple = q[3];
    p->safety = q[4];
    p->on_hand = q[5];
    p->own_cost = q[6];
    p->scale = q[7];
    p->order_cost = q[8];
    p->holding_cost = q[9];
    p->item_code = c12io__codes_texts(&l->items);
    c12io__sheet_close(s);
}

/* ---- bom.csv --------------------------------------------------------------------------------------------------------- */

enum { PARENT, CHILD, NUM, DEN, SCRAP, FROM, TO, ALTERNATE, PRIORITY, OFFSET };
static const c12io_column bom_columns[] = {
    { "parent", 1, 0 }, { "child", 1, 0 }, { "num", 1, 0 }, { "den", 0, 0 }, { "scrap_ppm", 0, 0 }, { "effective_from", 0, 0 },
    { "effective_to", 0, 0 }, { "alternate", 0, 0 }, { "priority", 0, 0 }, { "offset", 0, 0 } };

/* Of the lines of one parent that name the same alternate group, the one with the lowest priority number is planned with. */
static int line_is_chosen(c12io__sheet *s, const keyed_row *k, int64_t at)
{
    c12_view group = c12io_table_cell(s->table, k[at].row, ALTERNATE);
    int64_t mine = c12io__cell_int(s, k[at].row, PRIORITY, 0, INT32_MAX, 0);
    if (!group.size) return 1;
    int64_t first = at;
    while (first > 0 && k[first - 1].key == k[at].key) first--;
    for (int64_t j = first; j < s->rows && k[j].key == k[at].key; j++) {
        c12_view other = c12io_table_cell(s->table, k[j].row, ALTERNATE);
        if (j == at || other.size != group.size || memcmp(other.ptr, group.ptr, group.size)) continue;
        int64_t theirs = c12io__cell_int(s, k[j].row, PRIORITY, 0, INT32_MAX, 0);
        if (theirs < mine || (theirs == mine && j < at)) return 0;
    }
    return 1;
}

static void load_line(plant_load *l, int64_t r, int64_t at, int32_t *const c[5], int64_t *const q[2])
{
    c12io__sheet *s = &l->sheet;
    c[0][at] = c12io__cell_code(s, r, CHILD, &l->items, 1, "items.csv");
    q[0][at] = c12io__cell_int(s, r, NUM, 1, INT64_MAX, C12IO__NEEDED);
    q[1][at] = c12io__cell_int(s, r, DEN, 1, INT64_MAX, 1);
    c[1][at] = (int32_t)c12io__cell_int(s, r, SCRAP, 0, 999999, 0);
    c[2][at] = (int32_t)c12io__cell_int(s, r, FROM, 0, INT32_MAX, 0);
    c[3][at] = (int32_t)c12io__cell_int(s, r, TO, 0, INT32_MAX, INT32_MAX);
    c[4][at] = (int32_t)c12io__cell_int(s, r, OFFSET, -100000, 100000, 0);
    if (c[2][at] >= c[3][at]) c12io__cell_fault(s, C12_E_RANGE, r, TO, "ends before effective_from", "effectivity is half-open: from must lie before to");
}

static void gather_lines(plant_load *l, const keyed_row *k, int64_t *off)
{
    c12io__sheet *s = &l->sheet;
    int32_t *c[5];
    int64_t *q[2];
    for (int i = 0; i < 5; i++) c[i] = c12io__column32(s);
    for (int i = 0; i < 2; i++) q[i] = c12io__column64(s);
    if (s->status == C12_E_NOMEM) return;
    int64_t n = 0;
    for (int64_t at = 0; at < s->rows; at++) {
        load_line(l, k[at].row, n, c, q);
        if (!line_is_chosen(s, k, at)) continue;
        off[k[at].key + 1]++;
        n++;
    }
    for (int32_t i = 0; i < l->p->n_items; i++) off[i + 1] += off[i];
    l->p->n_lines = n;
    l->p->line_child = c[0];
    l->p->line_scrap_ppm = c[1];
    l->p->line_from = c[2];
    l->p->line_to = c[3];
    l->p->line_offset = c[4];
    l->p->line_num = q[0];
    l->p->line_den = q[1];
}

static void load_bom(plant_load *l)
{
    c12io__sheet *s = &l->sheet;
    int64_t *off = c12io__heap_get(s->heap, l->p->n_items + (int64_t)1, sizeof *off);
    l->p->line_off = off;
    if (!open_file(l, "bom.csv", bom_columns, LOAD_COUNT(bom_columns), 0)) return;
    keyed_row *k = keyed_rows(l);
    if (k && off) {
        for (int64_t r = 0; r < s->rows; r++) { k[r].row = r; k[r].key = c12io__cell_code(s, r, PARENT, &l->items, 1, "items.csv"); }
        qsort(k, (size_t)s->rows, sizeof *k, compare_keyed);
        if (l->p->n_items) gather_lines(l, k, off); /* without items every code is a fault already */
    }
    c12io__sheet_close(s);
}

/* ---- demand.csv, orders.csv, receipts.csv ------------------------------------------------------------------------------ */

enum { D_ITEM, D_BUCKET, D_QTY, D_REFERENCE, D_DATE };
static const c12io_column demand_columns[] = { { "item", 1, 0 }, { "bucket", 0, 0 }, { "qty", 1, 0 }, { "reference", 0, 0 }, { "date", 0, 0 } };
enum { O_ORDER, O_CUSTOMER, O_ITEM, O_QTY, O_BUCKET, O_WEIGHT };
static const c12io_column order_columns[] = { { "order", 1, 0 }, { "customer", 0, 0 }, { "item", 1, 0 }, { "qty", 1, 0 }, { "bucket", 1, 0 }, { "weight", 0, 0 } };

typedef struct item_rows { int32_t *item, *bucket; int64_t *qty, *date; int64_t n; } item_rows; /* date NULL: rows have buckets */

/* A row says when by its date or by its bucket. */
static void load_when(c12io__sheet *s, const item_rows *d, int64_t r, int32_t bucket, int32_t date)
{
    int dated = d->date && c12io_table_cell(s->table, r, date).size;
    if (d->date) d->date[r] = dated ? c12io__cell_date(s, r, date) : -1;
    if (dated && c12io_table_cell(s->table, r, bucket).size) c12io__cell_fault(s, C12_E_FORMAT, r, date, "stands beside a bucket", "a row takes a date or a bucket; empty one of them");
    d->bucket[r] = dated ? -1 : (int32_t)c12io__cell_int(s, r, bucket, -1, INT32_MAX, C12IO__NEEDED);
}

static item_rows load_item_rows(plant_load *l, int32_t item, int32_t bucket, int32_t qty, int32_t date)
{
    c12io__sheet *s = &l->sheet;
    item_rows d = { c12io__column32(s), c12io__column32(s), c12io__column64(s), c12io_table_has(s->table, date) ? c12io__column64(s) : NULL, s->rows };
    if (s->status == C12_E_NOMEM || !d.item || !d.bucket || !d.qty) { d.n = 0; return d; }
    for (int64_t r = 0; r < s->rows; r++) {
        d.item[r] = c12io__cell_code(s, r, item, &l->items, 1, "items.csv");
        load_when(s, &d, r, bucket, date);
        int64_t scale = l->p->n_items ? l->p->scale[d.item[r]] : 1;
        d.qty[r] = c12io__cell_scaled(s, r, qty, scale, 0, C12IO__NEEDED);
    }
    return d;
}

/* demand.csv or receipts.csv; 0 when it is absent or refused. */
static int load_dated_file(plant_load *l, const char *file, item_rows *d)
{
    c12io__sheet *s = &l->sheet;
    if (!open_file(l, file, demand_columns, LOAD_COUNT(demand_columns), 0)) return 0;
    int when = c12io_table_has(s->table, D_BUCKET) || c12io_table_has(s->table, D_DATE);
    if (when) *d = load_item_rows(l, D_ITEM, D_BUCKET, D_QTY, D_DATE);
    else {
        c12_status e = c12io__fault(s->err, C12_E_FORMAT, "missing column", 1, D_BUCKET, "%s:1: column 'bucket' is missing; add it to the header", s->path);
        if (!s->status) s->status = e;
    }
    c12io__sheet_close(s);
    return when;
}

static item_rows load_orders(plant_load *l)
{
    c12io__sheet *s = &l->sheet;
    item_rows d = { NULL, NULL, NULL, NULL, 0 };
    if (!open_file(l, "orders.csv", order_columns, LOAD_COUNT(order_columns), 0)) return d;
    int32_t *weight = c12io__column32(s);
    d = load_item_rows(l, O_ITEM, O_BUCKET, O_QTY, -1);
    if (weight && c12io__codes_init(&l->orders, s->heap, s->rows + 1)) {
        for (int64_t r = 0; r < s->rows; r++) {
            c12io__cell_new_code(s, r, O_ORDER, &l->orders);
            weight[r] = (int32_t)c12io__cell_int(s, r, O_WEIGHT, 0, 1000000, 1);
        }
        l->p->n_orders = s->rows;
        l->p->order_code = c12io__codes_texts(&l->orders);
        l->p->order_customer = c12io__column_text(s, O_CUSTOMER);
        l->p->order_item = d.item;
        l->p->order_bucket = d.bucket;
        l->p->order_qty = d.qty;
        l->p->order_weight = weight;
    }
    c12io__sheet_close(s);
    return d;
}

static void load_demand(plant_load *l)
{
    c12io__sheet *s = &l->sheet;
    item_rows other = { NULL, NULL, NULL, NULL, 0 };
    load_dated_file(l, "demand.csv", &other);
    item_rows sales = load_orders(l);
    s->rows = other.n + sales.n;
    int32_t *item = c12io__column32(s), *bucket = c12io__column32(s), *order = c12io__column32(s);
    int64_t *qty = c12io__column64(s), *date = other.date ? c12io__column64(s) : NULL;
    if (s->status == C12_E_NOMEM || !item || !bucket || !order || !qty) return;
    for (int64_t r = 0; r < s->rows; r++) {
        const item_rows *d = r < other.n ? &other : &sales;
        int64_t k = r < other.n ? r : r - other.n;
        item[r] = d->item[k];
        bucket[r] = d->bucket[k];
        qty[r] = d->qty[k];
        if (date) date[r] = d->date ? d->date[k] : -1;
        order[r] = r < other.n ? -1 : (int32_t)k;
    }
    l->p->n_demand = s->rows;
    l->p->demand_item = item;
    l->p->demand_bucket = bucket;
    l->p->demand_qty = qty;
    l->p->demand_date = date;
    l->p->demand_order = order;
}

static void load_receipts(plant_load *l)
{
    item_rows d;
    if (!load_dated_file(l, "receipts.csv", &d)) return;
    l->p->n_receipts = d.n;
    l->p->receipt_item = d.item;
    l->p->receipt_bucket = d.bucket;
    l->p->receipt_qty = d.qty;
    l->p->receipt_date = d.date;
}

/* ---- suppliers.csv ----------------------------------------------------------------------------------------------------- */

enum { S_SUPPLIER, S_ITEM, S_MOQ, S_MULTIPLE, S_LEAD, S_PRICE, S_PRIORITY, S_CALENDAR };
static const c12io_column supplier_columns[] = { { "supplier", 1, 0 }, { "item", 1, 0 }, { "moq", 0, 0 }, { "multiple", 0, 0 }, { "lead_time", 0, 0 }, { "price", 0, 0 }, { "priority", 0, 0 }, { "calendar", 0, 0 } };

static void load_suppliers(plant_load *l)
{
    c12io__sheet *s = &l->sheet;
    if (!open_file(l, "suppliers.csv", supplier_columns, LOAD_COUNT(supplier_columns), 0)) return;
    int32_t *who = c12io__column32(s), *item = c12io__column32(s), *lead = c12io__column32(s), *calendar = c12io__column32(s);
    int64_t *moq = c12io__column64(s), *multiple = c12io__column64(s), *price = c12io__column64(s);
    keyed_row *k = keyed_rows(l);
    if (s->status != C12_E_NOMEM && c12io__codes_init(&l->suppliers, s->heap, s->rows + 1)) {
        for (int64_t r = 0; r < s->rows; r++) {
            int fresh;
            k[r].row = r;
            k[r].key = (int64_t)c12io__cell_code(s, r, S_ITEM, &l->items, 1, "items.csv") * 1000000 + c12io__cell_int(s, r, S_PRIORITY, 0, 999999, 0);
            c12io__codes_add(&l->suppliers, c12io_table_cell(s->table, r, S_SUPPLIER), &fresh);
        }
        qsort(k, (size_t)s->rows, sizeof *k, compare_keyed);
        for (int64_t at = 0; at < s->rows; at++) {
            int64_t r = k[at].row;
            who[at] = c12io__codes_find(&l->suppliers, c12io_table_cell(s->table, r, S_SUPPLIER));
            item[at] = (int32_t)(k[at].key / 1000000);
            int64_t scale = l->p->n_items ? l->p->scale[item[at]] : 1;
            moq[at] = c12io__cell_scaled(s, r, S_MOQ, scale, 0, 0);
            multiple[at] = c12io__cell_scaled(s, r, S_MULTIPLE, scale, 1, 1);
            lead[at] = (int32_t)c12io__cell_int(s, r, S_LEAD, 0, 100000, l->p->n_items ? l->p->lead_time[item[at]] : 0);
            price[at] = c12io__cell_scaled(s, r, S_PRICE, 1000000, 0, 0);
            calendar[at] = c12io__cell_code(s, r, S_CALENDAR, &l->calendars, 0, "calendars.csv");
        }
        l->p->n_supplies = s->rows;
        l->p->n_suppliers = l->suppliers.n;
        l->p->supplier_code = c12io__codes_texts(&l->suppliers);
        l->p->supply_supplier = who;
        l->p->supply_item = item;
        l->p->supply_lead = lead;
        l->p->supply_moq = moq;
        l->p->supply_multiple = multiple;
        l->p->supply_price = price;
        l->p->supply_calendar = calendar;
    }
    c12io__sheet_close(s);
}

/* ---- the floor: stations, calendars, machines, families, routing, set-ups ---------------------------------------------- */

static void take_codes(plant_load *l, int32_t column, c12io__codes *codes)
{
    if (!c12io__codes_init(codes, l->sheet.heap, l->sheet.rows + 1)) return;
    for (int64_t r = 0; r < l->sheet.rows; r++) c12io__cell_new_code(&l->sheet, r, column, codes);
}

static int32_t *take_ints(plant_load *l, int32_t column, int64_t low, int64_t high, int64_t dflt)
{
    int32_t *v = c12io__column32(&l->sheet);
    for (int64_t r = 0; v && r < l->sheet.rows; r++) v[r] = (int32_t)c12io__cell_int(&l->sheet, r, column, low, high, dflt);
    return v;
}

static void load_stations(plant_load *l)
{
    static const c12io_column columns[] = { { "station", 1, 0 }, { "name", 0, 0 }, { "x", 0, 0 }, { "y", 0, 0 } };
    if (!open_file(l, "stations.csv", columns, LOAD_COUNT(columns), 0)) return;
    take_codes(l, 0, &l->stations);
    l->p->n_stations = (int32_t)l->sheet.rows;
    l->p->station_code = c12io__codes_texts(&l->stations);
    l->p->station_name = c12io__column_text(&l->sheet, 1);
    l->p->station_x = take_ints(l, 2, 0, 1000000, -1);
    l->p->station_y = take_ints(l, 3, 0, 1000000, -1);
    c12io__sheet_close(&l->sheet);
}

static void load_calendars(plant_load *l)
{
    static const c12io_column columns[] = { { "calendar", 1, 0 }, { "weekday", 1, 0 }, { "from", 1, 0 }, { "to", 1, 0 } };
    static const char *const weekdays[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };
    c12io__sheet *s = &l->sheet;
    if (!open_file(l, "calendars.csv", columns, LOAD_COUNT(columns), 0)) return;
    int32_t *calendar = c12io__column32(s), *weekday = c12io__column32(s), *from = c12io__column32(s), *to = c12io__column32(s);
    if (s->status != C12_E_NOMEM && c12io__codes_init(&l->calendars, s->heap, s->rows + 1)) {
        for (int64_t r = 0; r < s->rows; r++) {
            int fresh;
            calendar[r] = c12io__codes_add(&l->calendars, c12io_table_cell(s->table, r, 0), &fresh);
            weekday[r] = c12io__cell_word(s, r, 1, weekdays, 7, -1);
            from[r] = c12io__cell_clock(s, r, 2);
            to[r] = c12io__cell_clock(s, r, 3);
            if (from[r] >= to[r]) c12io__cell_fault(s, C12_E_RANGE, r, 3, "is not after from", "a shift over midnight takes two rows, to 24:00 and from 00:00");
        }
        l->p->n_shifts = s->rows;
        l->p->n_calendars = l->calendars.n;
        l->p->calendar_code = c12io__codes_texts(&l->calendars);
        l->p->shift_calendar = calendar;
        l->p->shift_weekday = weekday;
        l->p->shift_from = from;
        l->p->shift_to = to;
    }
    c12io__sheet_close(s);
}

static void load_machines(plant_load *l)
{
    static const c12io_column columns[] = { { "machine", 1, 0 }, { "station", 1, 0 }, { "calendar", 0, 0 }, { "hourly_rate", 0, 0 } };
    c12io__sheet *s = &l->sheet;
    if (!open_file(l, "machines.csv", columns, LOAD_COUNT(columns), 0)) return;
    int32_t *station = c12io__column32(s), *calendar = c12io__column32(s);
    int64_t *rate = c12io__column64(s);
    take_codes(l, 0, &l->machines);
    for (int64_t r = 0; !(s->status == C12_E_NOMEM) && r < s->rows; r++) {
        station[r] = c12io__cell_code(s, r, 1, &l->stations, 1, "stations.csv");
        calendar[r] = c12io__cell_code(s, r, 2, &l->calendars, 0, "calendars.csv");
        rate[r] = c12io__cell_scaled(s, r, 3, 1000000, 0, 0);
    }
    l->p->n_machines = (int32_t)s->rows;
    l->p->machine_code = c12io__codes_texts(&l->machines);
    l->p->machine_station = station;
    l->p->machine_calendar = calendar;
    l->p->machine_rate = rate;
    c12io__sheet_close(s);
}

static void load_routing(plant_load *l)
{
    static const c12io_column columns[] = { { "item", 1, 0 }, { "step", 1, 0 }, { "station", 1, 0 }, { "run_minutes", 1, 0 }, { "order_minutes", 0, 0 }, { "family", 0, 0 } };
    c12io__sheet *s = &l->sheet;
    if (!open_file(l, "routing.csv", columns, LOAD_COUNT(columns), 0)) return;
    int32_t *item = c12io__column32(s), *station = c12io__column32(s), *family = c12io__column32(s), *fixed = c12io__column32(s);
    int64_t *num = c12io__column64(s), *den = c12io__column64(s);
    keyed_row *k = keyed_rows(l);
    if (s->status != C12_E_NOMEM && c12io__codes_init(&l->families, s->heap, s->rows + 4096)) {
        for (int64_t r = 0; r < s->rows; r++) {
            k[r].row = r;
            k[r].key = (int64_t)c12io__cell_code(s, r, 0, &l->items, 1, "items.csv") * 1000000 + c12io__cell_int(s, r, 1, 0, 999999, C12IO__NEEDED);
        }
        qsort(k, (size_t)s->rows, sizeof *k, compare_keyed);
        for (int64_t at = 0; at < s->rows; at++) {
            int fresh;
            int64_t r = k[at].row;
            c12_view f = c12io_table_cell(s->table, r, 5);
            item[at] = (int32_t)(k[at].key / 1000000);
            station[at] = c12io__cell_code(s, r, 2, &l->stations, 1, "stations.csv");
            family[at] = f.size ? c12io__codes_add(&l->families, f, &fresh) : -1;
            c12io__cell_ratio(s, r, 3, &num[at], &den[at], C12IO__NEEDED);
            fixed[at] = (int32_t)c12io__cell_int(s, r, 4, 0, 1000000, 0);
        }
        l->p->n_steps = s->rows;
        l->p->step_item = item;
        l->p->step_station = station;
        l->p->step_family = family;
        l->p->step_minutes_num = num;
        l->p->step_minutes_den = den;
        l->p->step_fixed = fixed;
        l->p->n_families = l->families.n;
        l->p->family_code = c12io__codes_texts(&l->families);
    }
    c12io__sheet_close(s);
}

static void load_setups(plant_load *l)
{
    static const c12io_column columns[] = { { "from", 1, 0 }, { "to", 1, 0 }, { "minutes", 1, 0 } };
    c12io__sheet *s = &l->sheet;
    if (!open_file(l, "setups.csv", columns, LOAD_COUNT(columns), 0)) return;
    int32_t *from = c12io__column32(s), *to = c12io__column32(s), *minutes = c12io__column32(s);
    for (int64_t r = 0; s->status != C12_E_NOMEM && r < s->rows; r++) {
        from[r] = c12io__cell_code(s, r, 0, &l->families, 1, "routing.csv (column family)");
        to[r] = c12io__cell_code(s, r, 1, &l->families, 1, "routing.csv (column family)");
        minutes[r] = (int32_t)c12io__cell_int(s, r, 2, 0, 1000000, C12IO__NEEDED);
    }
    l->p->n_setups = s->rows;
    l->p->setup_from = from;
    l->p->setup_to = to;
    l->p->setup_minutes = minutes;
    c12io__sheet_close(s);
}

/* ---- the fleet and the rules --------------------------------------------------------------------------------------------- */

static void load_robots(plant_load *l)
{
    static const c12io_column columns[] = { { "robot", 1, 0 }, { "x", 1, 0 }, { "y", 1, 0 }, { "battery_pct", 0, 0 }, { "ms_per_cell", 0, 0 } };
    c12io__sheet *s = &l->sheet;
    if (!open_file(l, "robots.csv", columns, LOAD_COUNT(columns), 0)) return;
    int32_t *battery = c12io__column32(s);
    take_codes(l, 0, &l->robots);
    for (int64_t r = 0; battery && r < s->rows; r++) {
        int64_t ppm = c12io__cell_scaled(s, r, 3, 10000, 0, 1000000);
        if (ppm > 1000000) c12io__cell_fault(s, C12_E_RANGE, r, 3, "is above 100", "write per cent from 0 to 100");
        battery[r] = (int32_t)(ppm > 1000000 ? 1000000 : ppm);
    }
    l->p->n_robots = (int32_t)s->rows;
    l->p->robot_code = c12io__codes_texts(&l->robots);
    l->p->robot_x = take_ints(l, 1, 0, 1000000, C12IO__NEEDED);
    l->p->robot_y = take_ints(l, 2, 0, 1000000, C12IO__NEEDED);
    l->p->robot_battery_ppm = battery;
    l->p->robot_pace = take_ints(l, 4, 1, 1000000, 1000);
    c12io__sheet_close(s);
}

static void load_bays(plant_load *l)
{
    static const c12io_column columns[] = { { "bay", 1, 0 }, { "x", 1, 0 }, { "y", 1, 0 } };
    if (!open_file(l, "bays.csv", columns, LOAD_COUNT(columns), 0)) return;
    take_codes(l, 0, &l->bays);
    l->p->n_bays = (int32_t)l->sheet.rows;
    l->p->bay_code = c12io__codes_texts(&l->bays);
    l->p->bay_x = take_ints(l, 1, 0, 1000000, C12IO__NEEDED);
    l->p->bay_y = take_ints(l, 2, 0, 1000000, C12IO__NEEDED);
    c12io__sheet_close(&l->sheet);
}

static void load_rules(plant_load *l)
{
    static const c12io_column columns[] = { { "token", 1, 0 }, { "grade", 1, 0 }, { "station", 0, 0 } };
    static const char *const grades[] = { "minor", "major", "critical" };
    c12io__sheet *s = &l->sheet;
    if (!open_file(l, "rules.csv", columns, LOAD_COUNT(columns), 0)) return;
    int32_t *grade = c12io__column32(s), *station = c12io__column32(s);
    for (int64_t r = 0; s->status != C12_E_NOMEM && r < s->rows; r++) {
        if (!c12io_table_cell(s->table, r, 0).size) c12io__cell_fault(s, C12_E_FORMAT, r, 0, "is empty", "every rule needs a token");
        grade[r] = c12io__cell_word(s, r, 1, grades, 3, -1) + C12_NCR_MINOR;
        station[r] = c12io__cell_code(s, r, 2, &l->stations, 0, "stations.csv");
    }
    l->p->n_rules = (int32_t)s->rows;
    l->p->rule_token = c12io__column_text(s, 0);
    l->p->rule_grade = grade;
    l->p->rule_station = station;
    c12io__sheet_close(s);
}

static void load_map(plant_load *l)
{
    c12_mem *map = c12io__heap_get(l->sheet.heap, 1, sizeof *map), bytes = { NULL, 0 };
    char path[1024];
    snprintf(path, sizeof path, "%s/map.txt", l->dir);
    l->p->map = map;
    FILE *f = fopen(path, "rb");
    if (!f || !map) { if (f) fclose(f); return; }
    fclose(f);
    c12_status s = c12io_bytes_read(path, &bytes, l->sheet.err);
    map->ptr = c12io__heap_get(l->sheet.heap, (int64_t)bytes.size + 1, 1);
    if (s || !map->ptr) { l->sheet.status = s ? s : C12_E_NOMEM; c12io_bytes_free(&bytes); return; }
    memcpy(map->ptr, bytes.ptr, bytes.size);
    map->size = bytes.size;
    c12io_bytes_free(&bytes);
}

/* ---- entry --------------------------------------------------------------------------------------------------------------- */

typedef struct plant_box { c12io_plant plant; c12io__heap *heap; } plant_box; /* the plant comes first: free finds the heap */

c12_status c12io_plant_load(c12io_plant **self, const char *dir, c12_error *err)
{
    static void (*const file[])(plant_load *) = { load_bom, load_demand, load_receipts, load_suppliers, load_stations, load_machines,
                                                   load_routing, load_setups, load_robots, load_bays, load_rules, load_map };
    if (!self || !dir) return c12io__fault(err, C12_E_ARG, "argument is NULL", -1, 0, "plant: argument is NULL");
    plant_box *box = calloc(1, sizeof *box);
    if (!box || !(box->heap = c12io__heap_new())) { free(box); return c12io__fault(err, C12_E_NOMEM, "out of memory", -1, 0, "%s: out of memory", dir); }
    plant_load *l = c12io__heap_get(box->heap, 1, sizeof *l);
    if (!l) { c12io__heap_free(box->heap); free(box); return c12io__fault(err, C12_E_NOMEM, "out of memory", -1, 0, "%s: out of memory", dir); }
    l->p = &box->plant;
    l->dir = dir;
    l->sheet.heap = box->heap;
    l->sheet.err = err;
    box->plant.struct_size = sizeof box->plant;
    load_calendars(l); /* items and suppliers name them */
    load_items(l); /* without items every other file would only repeat that its codes are unknown */
    for (size_t k = 0; k < sizeof file / sizeof *file && !(l->sheet.status && !box->plant.n_items); k++) file[k](l);
    c12_status s = l->sheet.status;
    if (s) { c12io_plant_free(&box->plant); return s; }
    *self = &box->plant;
    return C12_OK;
}

void c12io_plant_free(c12io_plant *self)
{
    if (!self) return;
    plant_box *box = (plant_box *)self;
    c12io__heap_free(box->heap);
    free(box);
}
