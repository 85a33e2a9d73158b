/* SPDX-License-Identifier: Apache-2.0 */
/* A plant folder's demand and supply: what is wanted, what is coming, who sells it. */
#include "c12/mrp.h"
#include "io/plant/plant_load.h"

/* ---- demand.csv, orders.csv, receipts.csv ------------------------------------------------------------------------------ */

enum { D_ITEM, D_BUCKET, D_QTY, D_REFERENCE, D_KIND, D_DATE };
static const c12io_column demand_columns[] = { { "item", 1, 0 }, { "bucket", 0, 0 }, { "qty", 1, 0 }, { "reference", 0, 0 }, { "kind", 0, 0 }, { "date", 0, 0 } };
static const char *const demand_kinds[] = { "order", "forecast" };
static const char *const receipt_kinds[] = { "scheduled", "firm" };
enum { O_ORDER, O_CUSTOMER, O_ITEM, O_QTY, O_BUCKET, O_WEIGHT };
static const c12io_column order_columns[] = { { "order", 1, 0 }, { "customer", 0, 0 }, { "item", 1, 0 }, { "qty", 1, 0 }, { "bucket", 1, 0 }, { "weight", 0, 0 } };

typedef struct item_rows { int32_t *item, *bucket; int64_t *qty, *date; int32_t *kind; int64_t n; } item_rows; /* date NULL: rows have buckets */

/* kind NULL: the first one, of every row. */
static int32_t *take_kinds(plant_load *l, const char *const kinds[2])
{
    int32_t *kind = c12io_table_has(l->sheet.table, D_KIND) ? c12io__column32(&l->sheet) : NULL;
    for (int64_t r = 0; kind && r < l->sheet.rows; r++) kind[r] = c12io__cell_word(&l->sheet, r, D_KIND, kinds, 2, 0);
    return kind;
}

/* A row says when by its date or by its bucket. */
static void load_when(c12io__sheet *s, const item_rows *d, int64_t r, int32_t bucket, int32_t date)
{
    const int dated = d->date && c12io_table_cell(s->table, r, date).size;
    if (d->date) d->date[r] = dated ? c12io__cell_date(s, r, date) : -1;
    if (dated && c12io_table_cell(s->table, r, bucket).size) c12io__cell_fault(s, C12_E_FORMAT, r, date, "stands beside a bucket", "a row takes a date or a bucket; empty one of them");
    d->bucket[r] = dated ? -1 : (int32_t)c12io__cell_int(s, r, bucket, -1, INT32_MAX, C12IO__NEEDED);
}

static item_rows load_item_rows(plant_load *l, int32_t item, int32_t bucket, int32_t qty, int32_t date)
{
    c12io__sheet *s = &l->sheet;
    item_rows d = { c12io__column32(s), c12io__column32(s), c12io__column64(s), c12io_table_has(s->table, date) ? c12io__column64(s) : NULL, NULL, s->rows };
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
static int load_dated_file(plant_load *l, const char *file, const char *const kinds[2], item_rows *d)
{
    c12io__sheet *s = &l->sheet;
    if (!open_file(l, file, demand_columns, LOAD_COUNT(demand_columns), 0)) return 0;
    const int when = c12io_table_has(s->table, D_BUCKET) || c12io_table_has(s->table, D_DATE);
    if (when) {
        *d = load_item_rows(l, D_ITEM, D_BUCKET, D_QTY, D_DATE);
        d->kind = take_kinds(l, kinds);
    } else {
        c12_status e = c12io__fault(s->err, C12_E_FORMAT, "missing column", 1, D_BUCKET, "%s:1: column 'bucket' is missing; add it to the header", s->path);
        if (!s->status) s->status = e;
    }
    c12io__sheet_close(s);
    return when;
}

static item_rows load_orders(plant_load *l)
{
    c12io__sheet *s = &l->sheet;
    item_rows d = { NULL, NULL, NULL, NULL, NULL, 0 };
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

void c12io__load_demand(plant_load *l)
{
    c12io__sheet *s = &l->sheet;
    item_rows other = { NULL, NULL, NULL, NULL, NULL, 0 };
    load_dated_file(l, "demand.csv", demand_kinds, &other);
    item_rows sales = load_orders(l);
    s->rows = other.n + sales.n;
    int32_t *item = c12io__column32(s), *bucket = c12io__column32(s), *order = c12io__column32(s);
    int64_t *qty = c12io__column64(s), *date = other.date ? c12io__column64(s) : NULL;
    int32_t *kind = other.kind ? c12io__column32(s) : NULL;
    if (s->status == C12_E_NOMEM || !item || !bucket || !order || !qty) return;
    for (int64_t r = 0; r < s->rows; r++) {
        const item_rows *d = r < other.n ? &other : &sales;
        int64_t k = r < other.n ? r : r - other.n;
        item[r] = d->item[k];
        bucket[r] = d->bucket[k];
        qty[r] = d->qty[k];
        order[r] = r < other.n ? -1 : (int32_t)k;
        if (date) date[r] = r < other.n ? other.date[k] : -1;
        if (kind && r < other.n) kind[r] = other.kind[r];
    }
    l->p->n_demand = s->rows;
    l->p->demand_item = item;
    l->p->demand_bucket = bucket;
    l->p->demand_qty = qty;
    l->p->demand_order = order;
    l->p->demand_kind = kind;
    l->p->demand_date = date;
}

void c12io__load_receipts(plant_load *l)
{
    item_rows d;
    if (!load_dated_file(l, "receipts.csv", receipt_kinds, &d)) return;
    l->p->receipt_kind = d.kind;
    l->p->n_receipts = d.n;
    l->p->receipt_item = d.item;
    l->p->receipt_bucket = d.bucket;
    l->p->receipt_qty = d.qty;
    l->p->receipt_date = d.date;
}

/* ---- safety.csv -------------------------------------------------------------------------------------------------------- */

enum { FLOOR_ITEM, FLOOR_BUCKET, FLOOR_QTY, FLOOR_DATE };

/* Rows have buckets or dates, all of them, for they are sorted by one; -1 = the header names neither, or both. */
static int32_t safety_when(c12io__sheet *s)
{
    const int bucket = c12io_table_has(s->table, FLOOR_BUCKET), date = c12io_table_has(s->table, FLOOR_DATE);
    if (bucket != date) return date ? FLOOR_DATE : FLOOR_BUCKET;
    c12_status e = bucket ? c12io__fault(s->err, C12_E_FORMAT, "column too many", 1, FLOOR_DATE, "%s:1: column 'date' stands beside column 'bucket'; keep one of them", s->path)
                          : c12io__fault(s->err, C12_E_FORMAT, "missing column", 1, FLOOR_BUCKET, "%s:1: column 'bucket' is missing; add it to the header", s->path);
    if (!s->status) s->status = e;
    return -1;
}

/* By item, then bucket or date; two rows of one item for the same contradict each other. */
static void load_safety_rows(plant_load *l, int32_t when)
{
    c12io__sheet *s = &l->sheet;
    item_rows d = { c12io__column32(s), when == FLOOR_BUCKET ? c12io__column32(s) : NULL, c12io__column64(s), when == FLOOR_DATE ? c12io__column64(s) : NULL, NULL, s->rows };
    keyed_row *k = keyed_rows(l);
    for (int64_t r = 0; s->status != C12_E_NOMEM && r < s->rows; r++) {
        int64_t from = when == FLOOR_DATE ? c12io__cell_date(s, r, FLOOR_DATE) : c12io__cell_int(s, r, FLOOR_BUCKET, 0, INT32_MAX, C12IO__NEEDED);
        k[r].row = r;
        k[r].key = ((int64_t)c12io__cell_code(s, r, FLOOR_ITEM, &l->items, 1, "items.csv") << 32) + from;
    }
    if (k) sort_keyed(k, s->rows);
    for (int64_t at = 0; s->status != C12_E_NOMEM && at < s->rows; at++) {
        d.item[at] = (int32_t)(k[at].key >> 32);
        if (d.bucket) d.bucket[at] = (int32_t)(k[at].key & INT32_MAX);
        if (d.date) d.date[at] = k[at].key & INT32_MAX;
        d.qty[at] = c12io__cell_scaled(s, k[at].row, FLOOR_QTY, l->p->n_items ? l->p->scale[d.item[at]] : 1, 0, C12IO__NEEDED);
        if (at && k[at].key == k[at - 1].key) c12io__cell_fault(s, C12_E_RANGE, k[at].row, when, "stands twice for this item", "keep one of the rows");
    }
    l->p->n_safety = d.n;
    l->p->safety_item = d.item;
    l->p->safety_bucket = d.bucket;
    l->p->safety_date = d.date;
    l->p->safety_qty = d.qty;
}

void c12io__load_safety(plant_load *l)
{
    static const c12io_column columns[] = { { "item", 1, 0 }, { "bucket", 0, 0 }, { "qty", 1, 0 }, { "date", 0, 0 } };
    if (!open_file(l, "safety.csv", columns, LOAD_COUNT(columns), 0)) return;
    int32_t when = safety_when(&l->sheet);
    if (when >= 0) load_safety_rows(l, when);
    c12io__sheet_close(&l->sheet);
}

/* ---- substitutes.csv --------------------------------------------------------------------------------------------------- */

enum { SUB_ITEM, SUB_OTHER, SUB_NUM, SUB_DEN, SUB_PRIORITY };

static void load_substitute(plant_load *l, const keyed_row *k, int64_t at, int32_t *const i[2], int64_t *const q[2])
{
    c12io__sheet *s = &l->sheet;
    const int64_t r = k[at].row;
    i[0][at] = (int32_t)(k[at].key / 1000000);
    i[1][at] = c12io__cell_code(s, r, SUB_OTHER, &l->items, 1, "items.csv");
    q[0][at] = c12io__cell_int(s, r, SUB_NUM, 1, INT64_MAX, 1);
    q[1][at] = c12io__cell_int(s, r, SUB_DEN, 1, INT64_MAX, 1);
    if (s->status) return;
    if (i[0][at] == i[1][at]) c12io__cell_fault(s, C12_E_RANGE, r, SUB_OTHER, "stands in for itself", "name another item");
    for (int side = 0; side < 2; side++)
        if (l->p->item_type[i[side][at]] == C12_MRP_PHANTOM) c12io__cell_fault(s, C12_E_RANGE, r, side ? SUB_OTHER : SUB_ITEM, "is a phantom and has no stock of its own", "name a made or bought item");
}

static void gather_substitutes(plant_load *l, keyed_row *k)
{
    c12io__sheet *s = &l->sheet;
    int32_t *const i[2] = { c12io__column32(s), c12io__column32(s) };
    int64_t *const q[2] = { c12io__column64(s), c12io__column64(s) };
    for (int64_t r = 0; s->status != C12_E_NOMEM && r < s->rows; r++) {
        k[r].row = r;
        k[r].key = (int64_t)c12io__cell_code(s, r, SUB_ITEM, &l->items, 1, "items.csv") * 1000000 + c12io__cell_int(s, r, SUB_PRIORITY, 0, 999999, 0);
    }
    if (s->status == C12_E_NOMEM) return;
    sort_keyed(k, s->rows);
    for (int64_t at = 0; at < s->rows; at++) load_substitute(l, k, at, i, q);
    l->p->n_substitutes = s->rows;
    l->p->substitute_item = i[0];
    l->p->substitute_other = i[1];
    l->p->substitute_num = q[0];
    l->p->substitute_den = q[1];
}

void c12io__load_substitutes(plant_load *l)
{
    static const c12io_column columns[] = { { "item", 1, 0 }, { "substitute", 1, 0 }, { "num", 0, 0 }, { "den", 0, 0 }, { "priority", 0, 0 } };
    if (!open_file(l, "substitutes.csv", columns, LOAD_COUNT(columns), 0)) return;
    keyed_row *k = keyed_rows(l);
    if (k) gather_substitutes(l, k);
    c12io__sheet_close(&l->sheet);
}

/* ---- suppliers.csv ----------------------------------------------------------------------------------------------------- */

enum { S_SUPPLIER, S_ITEM, S_MOQ, S_MULTIPLE, S_LEAD, S_PRICE, S_PRIORITY, S_MAX, S_CALENDAR };
static const c12io_column supplier_columns[] = { { "supplier", 1, 0 }, { "item", 1, 0 }, { "moq", 0, 0 }, { "multiple", 0, 0 }, { "lead_time", 0, 0 }, { "price", 0, 0 }, { "priority", 0, 0 },
    { "max", 0, 0 }, { "calendar", 0, 0 } };

/* A supplier's calendar may stand on any of its rows, but only one may stand there. */
static void take_calendar(plant_load *l, int64_t r, int32_t *calendar)
{
    const int32_t c = c12io__cell_code(&l->sheet, r, S_CALENDAR, &l->calendars, 0, "calendars.csv");
    if (c < 0 || *calendar == c) return;
    if (*calendar >= 0) c12io__cell_fault(&l->sheet, C12_E_RANGE, r, S_CALENDAR, "is another calendar than this supplier has above", "give a supplier one calendar");
    *calendar = c;
}

/* Terms beyond price, minimum and multiple; a largest order below the smallest one can never be placed. */
static void load_terms(plant_load *l, const keyed_row *k)
{
    c12io__sheet *s = &l->sheet;
    c12io_plant *p = l->p;
    int32_t *priority = c12io__column32(s), *calendar = c12io__heap_get(s->heap, p->n_suppliers, sizeof *calendar);
    int64_t *most = c12io__column64(s);
    if (!priority || !calendar || !most) { s->status = C12_E_NOMEM; return; }
    for (int32_t i = 0; i < p->n_suppliers; i++) calendar[i] = -1;
    for (int64_t at = 0; at < s->rows; at++) {
        const int64_t r = k[at].row, multiple = p->supply_multiple[at];
        priority[at] = (int32_t)(k[at].key % 1000000);
        most[at] = c12io__cell_scaled(s, r, S_MAX, p->n_items ? p->scale[p->supply_item[at]] : 1, 0, 0);
        if (most[at] && multiple > 0 && (most[at] < multiple || most[at] / multiple * multiple < p->supply_moq[at]))
            c12io__cell_fault(s, C12_E_RANGE, r, S_MAX, "is below the smallest order", "write at least the smallest multiple that reaches the moq, or leave it empty");
        take_calendar(l, r, &calendar[p->supply_supplier[at]]);
    }
    p->supply_priority = priority;
    p->supply_max = most;
    p->supplier_calendar = calendar;
}

void c12io__load_suppliers(plant_load *l)
{
    c12io__sheet *s = &l->sheet;
    if (!open_file(l, "suppliers.csv", supplier_columns, LOAD_COUNT(supplier_columns), 0)) return;
    int32_t *who = c12io__column32(s), *item = c12io__column32(s), *lead = c12io__column32(s);
    int64_t *moq = c12io__column64(s), *multiple = c12io__column64(s), *price = c12io__column64(s);
    keyed_row *k = keyed_rows(l);
    if (s->status != C12_E_NOMEM && c12io__codes_init(&l->suppliers, s->heap, s->rows + 1)) {
        for (int64_t r = 0; r < s->rows; r++) {
            int fresh;
            k[r].row = r;
            k[r].key = (int64_t)c12io__cell_code(s, r, S_ITEM, &l->items, 1, "items.csv") * 1000000 + c12io__cell_int(s, r, S_PRIORITY, 0, 999999, 0);
            c12io__codes_add(&l->suppliers, c12io_table_cell(s->table, r, S_SUPPLIER), &fresh);
        }
        sort_keyed(k, s->rows);
        for (int64_t at = 0; at < s->rows; at++) {
            int64_t r = k[at].row;
            who[at] = c12io__codes_find(&l->suppliers, c12io_table_cell(s->table, r, S_SUPPLIER));
            item[at] = (int32_t)(k[at].key / 1000000);
            int64_t scale = l->p->n_items ? l->p->scale[item[at]] : 1;
            moq[at] = c12io__cell_scaled(s, r, S_MOQ, scale, 0, 0);
            multiple[at] = c12io__cell_scaled(s, r, S_MULTIPLE, scale, 1, 1);
            lead[at] = (int32_t)c12io__cell_int(s, r, S_LEAD, 0, 100000, l->p->n_items ? l->p->lead_time[item[at]] : 0);
            price[at] = c12io__cell_scaled(s, r, S_PRICE, 1000000, 0, 0);
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
        load_terms(l, k);
    }
    c12io__sheet_close(s);
}

/* ---- price_breaks.csv ---------------------------------------------------------------------------------------------------- */

enum { P_SUPPLIER, P_ITEM, P_FROM, P_PRICE };
typedef struct break_row { int64_t supply, from, price, row; } break_row;

static int compare_breaks(const void *a, const void *b)
{
    const break_row *x = a, *y = b;
    if (x->supply != y->supply) return x->supply < y->supply ? -1 : 1;
    if (x->from != y->from) return x->from < y->from ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

/* Supplies are sorted by item: its first row by halving, the supplier's among the few that follow. */
static int64_t find_supply(const c12io_plant *p, int32_t supplier, int32_t item)
{
    int64_t low = 0, high = p->n_supplies;
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        if (p->supply_item[middle] < item) low = middle + 1;
        else high = middle;
    }
    for (; low < p->n_supplies && p->supply_item[low] == item; low++)
        if (p->supply_supplier[low] == supplier) return low;
    return -1;
}

static void load_break(plant_load *l, int64_t r, break_row *b)
{
    c12io__sheet *s = &l->sheet;
    const int32_t item = c12io__cell_code(s, r, P_ITEM, &l->items, 1, "items.csv"), supplier = c12io__cell_code(s, r, P_SUPPLIER, &l->suppliers, 1, "suppliers.csv");
    const int64_t scale = l->p->n_items ? l->p->scale[item] : 1;
    b->row = r;
    b->from = c12io__cell_scaled(s, r, P_FROM, scale, 1, C12IO__NEEDED);
    b->price = c12io__cell_scaled(s, r, P_PRICE, 1000000, 0, C12IO__NEEDED);
    b->supply = find_supply(l->p, supplier, item);
    if (b->supply >= 0 || c12io__codes_find(&l->items, c12io_table_cell(s->table, r, P_ITEM)) < 0 || c12io__codes_find(&l->suppliers, c12io_table_cell(s->table, r, P_SUPPLIER)) < 0) return;
    c12io__cell_fault(s, C12_E_RANGE, r, P_SUPPLIER, "does not offer this item", "add the pair to suppliers.csv or mend the code");
}

void c12io__load_breaks(plant_load *l)
{
    static const c12io_column columns[] = { { "supplier", 1, 0 }, { "item", 1, 0 }, { "from_qty", 1, 0 }, { "price", 1, 0 } };
    c12io__sheet *s = &l->sheet;
    int64_t *off = c12io__heap_get(s->heap, l->p->n_supplies + 1, sizeof *off);
    l->p->break_off = off;
    if (!open_file(l, "price_breaks.csv", columns, LOAD_COUNT(columns), 0)) return;
    break_row *b = c12io__heap_get(s->heap, s->rows, sizeof *b);
    int64_t *from = c12io__column64(s), *price = c12io__column64(s);
    if (!off || !b || !from || !price) s->status = C12_E_NOMEM;
    for (int64_t r = 0; s->status != C12_E_NOMEM && r < s->rows; r++) load_break(l, r, &b[r]);
    if (!s->status) {
        qsort(b, (size_t)s->rows, sizeof *b, compare_breaks);
        for (int64_t k = 0; k < s->rows; k++) {
            if (k && b[k].supply == b[k - 1].supply && b[k].from == b[k - 1].from) c12io__cell_fault(s, C12_E_RANGE, b[k].row, P_FROM, "stands twice for this offer", "remove one of the two prices");
            from[k] = b[k].from;
            price[k] = b[k].price;
            off[b[k].supply + 1]++;
        }
        for (int64_t k = 0; k < l->p->n_supplies; k++) off[k + 1] += off[k];
        l->p->break_from = from;
        l->p->break_price = price;
    }
    c12io__sheet_close(s);
}
