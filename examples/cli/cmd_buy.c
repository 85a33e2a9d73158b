/* SPDX-License-Identifier: Apache-2.0 */
/* c12 buy: the material plan of a plant folder, and who is asked for what, when: requisitions, shortage list, ABC classes, and a picture of
 * one item's orders. */
#include "cli.h"
#include "reports.h"
#include "c12/buy.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

typedef struct buy_run {
    cli *c;
    plant *t;
    runner run;
    c12_buy_input in;
    c12_buy_options o;
    c12_buy_plan p;
    c12_buy_gaps gaps;
    c12_buy_classes classes;
    int64_t n_demand, n_supply;
    int32_t *need_item, *need_bucket, *closed, *demand_item, *demand_bucket, *supply_item, *supply_bucket;
    int64_t *need_qty, *per, *closed_off, *demand_qty, *supply_qty, *usage;
    c12_money *unit_cost;
    c12_qty *cost_per;
    c12_mem scratch;
} buy_run;

/* ---- requirements: planned receipts of bought items ------------------------------------------------------------------------------------- */

static c12_status net_plant(buy_run *r, c12_mrp **plan)
{
    const c12_mrp_input *in = &r->t->mrp;
    c12_mrp_dims d = C12_INIT(c12_mrp_dims);
    d.items = d.wide_rows = r->t->p->n_items;
    d.buckets = in->n_buckets;
    d.lines = d.rare_lines = r->t->p->n_lines;
    d.demand = in->n_demand + plant_transfers(r->t);
    d.receipts = in->n_receipts + plant_transfers(r->t);
    d.safety = in->n_safety;
    c12_status s = c12_mrp_create(plan, &d, &r->run.host, &r->c->err);
    if (!s) s = c12_mrp_load(*plan, in, &r->c->err);
    if (!s) s = c12_mrp_solve(*plan, 0, NULL, NULL, NULL, &r->c->err);
    return s ? s : plant_substitute(r->c, r->t, *plan, NULL);
}

static void take_item(buy_run *r, int32_t item, const c12_mrp_row *row)
{
    for (int32_t t = 0; t < r->t->mrp.n_buckets; t++) {
        if (row->planned[t]) {
            r->need_item[r->in.n_needs] = item;
            r->need_bucket[r->in.n_needs] = t;
            r->need_qty[r->in.n_needs++] = row->planned[t];
        }
        if (!row->gross[t]) continue;
        r->demand_item[r->n_demand] = item;
        r->demand_bucket[r->n_demand] = t;
        r->demand_qty[r->n_demand++] = row->gross[t];
        if (r->usage[item] > INT64_MAX - row->gross[t]) r->usage[item] = INT64_MAX;
        else r->usage[item] += row->gross[t];
    }
}

static c12_status take_needs(buy_run *r)
{
    const int32_t items = r->t->p->n_items, buckets = r->t->mrp.n_buckets;
    int64_t bought = 0;
    c12_mrp *plan = NULL;
    c12_mrp_row row = C12_INIT(c12_mrp_row);
    c12_status s = net_plant(r, &plan);
    for (int32_t i = 0; i < items; i++) bought += r->t->p->item_type[i] == C12_MRP_BUY;
    row.gross = NEW(c12_qty, buckets);
    row.planned = NEW(c12_qty, buckets);
    r->usage = NEW(int64_t, items);
    r->need_item = NEW(int32_t, bought * buckets);
    r->need_bucket = NEW(int32_t, bought * buckets);
    r->need_qty = NEW(int64_t, bought * buckets);
    r->demand_item = NEW(int32_t, bought * buckets);
    r->demand_bucket = NEW(int32_t, bought * buckets);
    r->demand_qty = NEW(int64_t, bought * buckets);
    for (int32_t i = 0; i < items && !s; i++) {
        if (r->t->p->item_type[i] != C12_MRP_BUY) continue;
        s = c12_mrp_get(plan, 0, i, &row, &r->c->err);
        if (!s) take_item(r, i, &row);
    }
    free(row.gross);
    free(row.planned);
    c12_mrp_destroy(plan);
    return s;
}

/* ---- offers and calendars --------------------------------------------------------------------------------------------------------------------- */

enum { CALENDAR_MARGIN = 3660 }; /* days before and after the horizon in which a calendar still tells its weekends */

/* A weekday without a shift is closed. */
static void take_calendars(buy_run *r)
{
    const c12io_plant *p = r->t->p;
    const int32_t last = r->t->mrp.n_buckets + CALENDAR_MARGIN, start = r->t->flow.start_weekday;
    int64_t n = 0;
    r->closed_off = NEW(int64_t, p->n_calendars + (int64_t)1);
    r->closed = NEW(int32_t, p->n_calendars * (int64_t)(last + CALENDAR_MARGIN));
    for (int32_t k = 0; k < p->n_calendars; k++) {
        char open[7] = { 0 };
        for (int64_t s = 0; s < p->n_shifts; s++)
            if (p->shift_calendar[s] == k) open[p->shift_weekday[s]] = 1;
        for (int32_t t = -CALENDAR_MARGIN; t < last; t++)
            if (!open[((start + t) % 7 + 7) % 7]) r->closed[n++] = t;
        r->closed_off[k + 1] = n;
    }
}

static void take_offers(buy_run *r)
{
    const c12io_plant *p = r->t->p;
    c12_buy_input *in = &r->in;
    r->per = NEW(int64_t, p->n_supplies);
    for (int64_t s = 0; s < p->n_supplies; s++) r->per[s] = p->scale[p->supply_item[s]];
    in->n_items = p->n_items;
    in->n_offers = p->n_supplies;
    in->n_suppliers = p->n_suppliers;
    in->n_calendars = p->n_calendars;
    in->need_item = r->need_item;
    in->need_bucket = r->need_bucket;
    in->need_qty = r->need_qty;
    in->offer_item = p->supply_item;
    in->offer_supplier = p->supply_supplier;
    in->offer_priority = p->supply_priority;
    in->offer_lead = p->supply_lead;
    in->offer_moq = p->supply_moq;
    in->offer_multiple = p->supply_multiple;
    in->offer_max = p->supply_max;
    in->offer_price = p->supply_price;
    in->offer_per = r->per;
    in->break_off = p->break_off;
    in->break_from = p->break_from;
    in->break_price = p->break_price;
    in->supplier_calendar = p->supplier_calendar;
    in->closed_off = r->closed_off;
    in->closed = r->closed;
}

/* ---- the three lists --------------------------------------------------------------------------------------------------------------------------- */

static void *scratch_room(buy_run *r, size_t size)
{
    free(r->scratch.ptr);
    r->scratch.ptr = cli_new((int64_t)size, 1);
    r->scratch.size = size;
    return r->scratch.ptr;
}

static void plan_columns(buy_run *r)
{
    int32_t **const narrow[] = { &r->p.item, &r->p.offer, &r->p.supplier, &r->p.purchase_order, &r->p.order_bucket, &r->p.need_bucket, &r->p.arrive_bucket, &r->p.overdue, &r->p.late, &r->p.message };
    int64_t **const wide[] = { &r->p.need, &r->p.required, &r->p.qty, &r->p.lots, &r->p.unit_price, &r->p.cost };
    r->p.cap = 2 * r->in.n_needs;
    for (size_t k = 0; k < sizeof narrow / sizeof *narrow; k++) *narrow[k] = NEW(int32_t, r->p.cap);
    for (size_t k = 0; k < sizeof wide / sizeof *wide; k++) *wide[k] = NEW(int64_t, r->p.cap);
}

/* The checker's word is the plan's licence. */
static int refused(const c12_verdict *v)
{
    if (!v->violations) return EXIT_DONE;
    cli_say("c12 buy: the list fails its own checker: %s in %s[%" PRId64 "]; please report", v->rule, v->field ? v->field : "?", v->row);
    return EXIT_INTERNAL;
}

static int requisitions(buy_run *r)
{
    c12_verdict v = C12_INIT(c12_verdict);
    plan_columns(r);
    scratch_room(r, c12_buy_scratch(r->in.n_items, r->in.n_needs, r->in.n_offers, r->in.n_calendars));
    c12_status s = c12_buy_requisitions(&r->in, &r->o, &r->p, r->scratch, &r->c->err);
    if (!s) s = c12_buy_check(&r->in, &r->o, &r->p, &v, r->scratch, &r->c->err);
    if (s == C12_E_OVERFLOW) r->c->err.row = r->need_item[r->c->err.row]; /* the item is what the user knows */
    return s ? plant_fail(r->c, r->t, s) : refused(&v);
}

/* A bought item costs what items.csv says, else what its preferred supplier asks for a unit. */
static void take_costs(buy_run *r)
{
    const c12io_plant *p = r->t->p;
    r->unit_cost = NEW(c12_money, p->n_items);
    r->cost_per = NEW(c12_qty, p->n_items);
    for (int32_t i = 0; i < p->n_items; i++) { r->unit_cost[i] = p->own_cost[i]; r->cost_per[i] = 1; }
    for (int64_t s = p->n_supplies - 1; s >= 0; s--) {
        const int32_t i = p->supply_item[s];
        if (p->own_cost[i]) continue;
        r->unit_cost[i] = p->supply_price[s];
        r->cost_per[i] = p->scale[i];
    }
}

/* What can really arrive: scheduled receipts of bought items and the requisitions at their own dates. */
static void take_supply(buy_run *r)
{
    const c12_mrp_input *m = &r->t->mrp;
    const int64_t most = m->n_receipts + r->p.count;
    r->supply_item = NEW(int32_t, most);
    r->supply_bucket = NEW(int32_t, most);
    r->supply_qty = NEW(int64_t, most);
    for (int64_t k = 0; k < most; k++) {
        const int64_t row = k - m->n_receipts;
        if (k < m->n_receipts ? r->t->p->item_type[m->receipt_item[k]] != C12_MRP_BUY : r->p.offer[row] < 0) continue;
        r->supply_item[r->n_supply] = k < m->n_receipts ? m->receipt_item[k] : r->p.item[row];
        r->supply_bucket[r->n_supply] = k < m->n_receipts ? m->receipt_bucket[k] : r->p.arrive_bucket[row];
        r->supply_qty[r->n_supply++] = k < m->n_receipts ? m->receipt_qty[k] : r->p.qty[row];
    }
}

static int shortages(buy_run *r)
{
    c12_buy_stock k = C12_INIT(c12_buy_stock);
    c12_verdict v = C12_INIT(c12_verdict);
    k.n_items = r->in.n_items;
    k.n_buckets = r->t->mrp.n_buckets;
    k.n_demand = r->n_demand;
    k.n_supply = r->n_supply;
    k.on_hand = r->t->p->on_hand;
    k.demand_item = r->demand_item; k.demand_bucket = r->demand_bucket; k.demand_qty = r->demand_qty;
    k.supply_item = r->supply_item; k.supply_bucket = r->supply_bucket; k.supply_qty = r->supply_qty;
    k.unit_cost = r->unit_cost;
    k.cost_per = r->cost_per;
    r->gaps.cap = r->n_demand;
    int32_t **const narrow[] = { &r->gaps.item, &r->gaps.from, &r->gaps.to, &r->gaps.next_supply };
    for (int i = 0; i < 4; i++) *narrow[i] = NEW(int32_t, r->gaps.cap);
    r->gaps.qty = NEW(c12_qty, r->gaps.cap);
    r->gaps.value = NEW(c12_money, r->gaps.cap);
    scratch_room(r, c12_buy_shortages_scratch(k.n_items, k.n_buckets, k.n_demand, k.n_supply));
    c12_status s = c12_buy_shortages(&k, &r->gaps, r->scratch, &r->c->err);
    if (!s) s = c12_buy_shortages_check(&k, &r->gaps, &v, r->scratch, &r->c->err);
    return s ? plant_fail(r->c, r->t, s) : refused(&v);
}

static int abc_classes(buy_run *r)
{
    c12_buy_usage u = C12_INIT(c12_buy_usage);
    c12_verdict v = C12_INIT(c12_verdict);
    u.n_items = r->in.n_items;
    u.qty = r->usage;
    u.unit_cost = r->unit_cost;
    u.cost_per = r->cost_per;
    r->classes.abc_class = NEW(int32_t, u.n_items);
    r->classes.value = NEW(c12_money, u.n_items);
    scratch_room(r, c12_buy_abc_scratch(u.n_items));
    c12_status s = c12_buy_abc(&u, &r->classes, r->scratch, &r->c->err);
    if (!s) s = c12_buy_abc_check(&u, &r->classes, &v, &r->c->err);
    return s ? plant_fail(r->c, r->t, s) : refused(&v);
}

/* ---- as tables ------------------------------------------------------------------------------------------------------------------------------------ */

static void put_bucket(table *t, int32_t bucket)
{
    if (bucket < 0) table_word(t, "");
    else table_int(t, bucket);
}

static void put_order_code(table *t, int32_t order)
{
    char code[24] = "";
    if (order >= 0) snprintf(code, sizeof code, "PO-%05d", (int)order + 1);
    table_word(t, code);
}

static table requisition_table(const buy_run *r)
{
    static const char *const head[] = { "purchase_order", "item", "supplier", "qty", "lots", "required", "order_bucket", "need_bucket", "arrive_bucket", "message", "overdue", "late", "unit_price", "cost" };
    static const char *const message[] = { "", "expedite", "no_offer" };
    const c12_buy_plan *p = &r->p;
    table t = table_new(14, head, "sssnnnnnnsnnnn");
    for (int64_t k = 0; k < p->count; k++) {
        put_order_code(&t, p->purchase_order[k]);
        table_text(&t, c12io_texts_at(r->t->p->item_code, p->item[k]));
        table_text(&t, c12io_texts_at(r->t->p->supplier_code, p->supplier[k]));
        table_int(&t, p->qty[k]);
        table_int(&t, p->lots[k]);
        table_int(&t, p->required[k]);
        put_bucket(&t, p->order_bucket[k]);
        table_int(&t, p->need_bucket[k]);
        put_bucket(&t, p->arrive_bucket[k]);
        table_word(&t, message[p->message[k]]);
        table_int(&t, p->overdue[k]);
        table_int(&t, p->late[k]);
        table_money(&t, p->unit_price[k]);
        table_money(&t, p->cost[k]);
    }
    return t;
}

static table shortage_table(const buy_run *r)
{
    static const char *const head[] = { "item", "from_bucket", "to_bucket", "qty", "next_supply_bucket", "value" };
    table t = table_new(6, head, "snnnnn");
    for (int64_t k = 0; k < r->gaps.count; k++) {
        table_text(&t, c12io_texts_at(r->t->p->item_code, r->gaps.item[k]));
        table_int(&t, r->gaps.from[k]);
        put_bucket(&t, r->gaps.to[k]);
        table_int(&t, r->gaps.qty[k]);
        put_bucket(&t, r->gaps.next_supply[k]);
        table_money(&t, r->gaps.value[k]);
    }
    return t;
}

static table abc_table(const buy_run *r)
{
    static const char *const head[] = { "item", "class", "usage", "value" }, *const name[] = { "A", "B", "C" };
    table t = table_new(4, head, "ssnn");
    for (int32_t i = 0; i < r->in.n_items; i++) {
        if (r->t->p->item_type[i] != C12_MRP_BUY) continue;
        table_text(&t, c12io_texts_at(r->t->p->item_code, i));
        table_word(&t, name[r->classes.abc_class[i]]);
        table_int(&t, r->usage[i]);
        table_money(&t, r->classes.value[i]);
    }
    return t;
}

/* One line a supplier that is asked for something. */
static table supplier_table(const buy_run *r)
{
    static const char *const head[] = { "supplier", "purchase_orders", "requisitions", "expedite", "worst_late", "cost" };
    const int32_t n = r->in.n_suppliers;
    int64_t *rows = NEW(int64_t, n), *late = NEW(int64_t, n), *worst = NEW(int64_t, n), *orders = NEW(int64_t, n), *cost = NEW(int64_t, n);
    char *seen = NEW(char, r->p.n_orders);
    for (int64_t k = 0; k < r->p.count; k++) {
        const int32_t s = r->p.supplier[k];
        if (s < 0) continue;
        rows[s]++;
        late[s] += r->p.message[k] == C12_BUY_EXPEDITE;
        if (r->p.late[k] > worst[s]) worst[s] = r->p.late[k];
        cost[s] += r->p.cost[k]; /* below the checked total */
        if (!seen[r->p.purchase_order[k]]) { seen[r->p.purchase_order[k]] = 1; orders[s]++; }
    }
    table t = table_new(6, head, "snnnnn");
    for (int32_t s = 0; s < n; s++) {
        if (!rows[s]) continue;
        const int64_t number[] = { orders[s], rows[s], late[s], worst[s] };
        table_text(&t, c12io_texts_at(r->t->p->supplier_code, s));
        for (int k = 0; k < 4; k++) table_int(&t, number[k]);
        table_money(&t, cost[s]);
    }
    void *const owned[] = { rows, late, worst, orders, cost, seen };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
    return t;
}

static int table_write(const cli *c, table *t, const char *name)
{
    char path[4096];
    cli to = *c;
    snprintf(path, sizeof path, "%s/%s", c->out, name);
    to.out = path;
    to.csv = 1;
    to.json = 0;
    return table_print(&to, t, NULL);
}

static int write_lists(const buy_run *r)
{
    table list[] = { requisition_table(r), shortage_table(r), abc_table(r) };
    static const char *const name[] = { "requisitions.csv", "shortages.csv", "abc.csv" };
    c12_status s = c12io_dir_make(r->c->out, &r->c->err);
    int code = s ? cli_fail(r->c, s) : EXIT_DONE;
    for (int k = 0; k < 3; k++) {
        if (!code) code = table_write(r->c, &list[k], name[k]);
        else { free(list[k].cell); text_free(&list[k].bytes); }
    }
    return code;
}

static int print_summary(const buy_run *r, table *t)
{
    char members[256], total[40];
    cli to = *r->c;
    to.out = NULL;
    money_text(r->p.total, total);
    snprintf(members, sizeof members, "\"needs\":%" PRId64 ",\"requisitions\":%" PRId64 ",\"purchase_orders\":%d,\"expedite\":%" PRId64 ",\"uncovered\":%" PRId64 ",\"shortages\":%" PRId64 ",\"total\":%s",
             r->in.n_needs, r->p.count, (int)r->p.n_orders, r->p.expedites, r->p.uncovered, r->gaps.count, total);
    int code = table_print(&to, t, members);
    if (!code && !to.json && !to.csv)
        fprintf(stderr, "%" PRId64 " requisitions in %d purchase orders for %s; %" PRId64 " to expedite, %" PRId64 " without offer, %" PRId64 " shortages\n", r->p.count, (int)r->p.n_orders, total,
                r->p.expedites, r->p.uncovered, r->gaps.count);
    return code;
}

/* ---- a picture of one item's orders ------------------------------------------------------------------------------------------------------------------ */

enum { CELL = 12, LEFT = 70, TOP = 46, HALF = 70, LANE = 16 };

/* Quantity of an item by bucket, of demand or of supply. */
static int64_t *sum_buckets(const buy_run *r, int32_t item, int supply, int64_t *most)
{
    const int32_t *of = supply ? r->supply_item : r->demand_item, *at = supply ? r->supply_bucket : r->demand_bucket;
    int64_t *sum = NEW(int64_t, r->t->mrp.n_buckets);
    for (int64_t k = 0; k < (supply ? r->n_supply : r->n_demand); k++) {
        const int32_t t = at[k] < 0 ? 0 : at[k];
        if (of[k] != item || t >= r->t->mrp.n_buckets) continue;
        sum[t] += (supply ? r->supply_qty : r->demand_qty)[k]; /* the shortage list has added them all before */
        if (sum[t] > *most) *most = sum[t];
    }
    return sum;
}

/* Requirements hang down, arrivals stand up. */
static int64_t draw_bars(text *o, const buy_run *r, int32_t item)
{
    int64_t most = 1, *demand = sum_buckets(r, item, 0, &most), *supply = sum_buckets(r, item, 1, &most);
    const double unit = (double)HALF / (double)most;
    for (int32_t t = 0; t < r->t->mrp.n_buckets; t++) {
        const double up = (double)supply[t] * unit;
        if (demand[t]) text_add(o, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%.1f\" fill=\"#c63\"/>\n", LEFT + t * CELL + 1, TOP + HALF, CELL - 2, (double)demand[t] * unit);
        if (supply[t]) text_add(o, "<rect x=\"%d\" y=\"%.1f\" width=\"%d\" height=\"%.1f\" fill=\"#37c\"/>\n", LEFT + t * CELL + 1, TOP + HALF - up, CELL - 2, up);
    }
    free(demand);
    free(supply);
    return most;
}

/* A lane an order: from its order date to its arrival, with a mark where it is needed. */
static void draw_lanes(text *o, const buy_run *r, int32_t item, int y)
{
    for (int64_t k = 0; k < r->p.count; k++) {
        if (r->p.item[k] != item) continue;
        const int need = LEFT + r->p.need_bucket[k] * CELL + CELL / 2, from = LEFT + r->p.order_bucket[k] * CELL + CELL / 2, to = LEFT + r->p.arrive_bucket[k] * CELL + CELL / 2;
        const char *colour = r->p.message[k] == C12_BUY_ON_TIME ? "#37c" : "#c22";
        y += LANE;
        if (r->p.offer[k] >= 0) {
            text_add(o, "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"%s\" stroke-width=\"2\"/><circle cx=\"%d\" cy=\"%d\" r=\"3\" fill=\"#fff\" stroke=\"%s\"/><circle cx=\"%d\" cy=\"%d\" r=\"4\" fill=\"%s\"/>\n",
                     from, y, to, y, colour, from, y, colour, to, y, colour);
            text_add(o, "<text x=\"%d\" y=\"%d\" fill=\"#333\">%" PRId64 " ", (to > need ? to : need) + 9, y + 4, r->p.qty[k]);
            text_html(o, c12io_texts_at(r->t->p->supplier_code, r->p.supplier[k]));
            if (r->p.late[k]) text_add(o, ", %d late", (int)r->p.late[k]);
            text_add(o, "</text>\n");
        }
        text_add(o, "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"#c63\" stroke-width=\"2\"/>\n", need, y - 6, need, y + 6);
    }
}

static int draw_orders(const buy_run *r, const char *code, const char *svg)
{
    const int32_t item = c12io_texts_find(r->t->p->item_code, code), n = r->t->mrp.n_buckets;
    int64_t last = n;
    int lanes = 0;
    text o = { 0 };
    if (item < 0) return cli_say("c12 buy: --item '%s': no such item in %s/items.csv", code, r->t->dir);
    if (r->t->p->item_type[item] != C12_MRP_BUY) return cli_say("c12 buy: --item '%s' is not bought; its type in %s/items.csv must be buy", code, r->t->dir);
    for (int64_t k = 0; k < r->p.count; k++) {
        if (r->p.item[k] != item) continue;
        lanes++;
        if (r->p.arrive_bucket[k] >= last) last = r->p.arrive_bucket[k] + INT64_C(1);
    }
    const int right = LEFT + (int)(last < 8192 ? last : 8192) * CELL, axis = TOP + 2 * HALF + 16, bottom = axis + (lanes + 1) * LANE;
    text_add(&o, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\" font-size=\"11\">\n<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n", right + 170, bottom + 10);
    text_add(&o, "<text x=\"%d\" y=\"20\" font-size=\"14\">", LEFT);
    text_html(&o, c12io_texts_at(r->t->p->item_code, item));
    text_add(&o, "</text>\n<text x=\"%d\" y=\"36\"><tspan fill=\"#37c\">arrivals</tspan>  <tspan fill=\"#c63\">gross requirements</tspan>  orders: open circle ordered, full circle arrives, <tspan fill=\"#c63\">bar needed</tspan>, <tspan fill=\"#c22\">red overdue</tspan></text>\n", LEFT);
    for (int64_t t = 0; t < last && t < 8192; t += 5)
        text_add(&o, "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"#eee\"/><text x=\"%d\" y=\"%d\" text-anchor=\"middle\" fill=\"#666\">%d</text>\n", LEFT + (int)t * CELL + CELL / 2, TOP,
                 LEFT + (int)t * CELL + CELL / 2, bottom, LEFT + (int)t * CELL + CELL / 2, axis, (int)t);
    const int64_t most = draw_bars(&o, r, item);
    text_add(&o, "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"#666\"/>\n", LEFT, TOP + HALF, right, TOP + HALF);
    text_add(&o, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\" fill=\"#666\">%" PRId64 "</text>\n<text x=\"%d\" y=\"%d\" text-anchor=\"end\" fill=\"#666\">bucket</text>\n", LEFT - 6, TOP + 8, most, LEFT - 6, axis);
    draw_lanes(&o, r, item, axis);
    text_add(&o, "</svg>\n");
    return text_write(r->c, &o, svg);
}

/* ---- the command ------------------------------------------------------------------------------------------------------------------------------------ */

static int plan_and_list(buy_run *r)
{
    int code;
    c12_status s = take_needs(r);
    if (s) return plant_fail(r->c, r->t, s);
    take_calendars(r);
    take_offers(r);
    take_costs(r);
    if ((code = requisitions(r))) return code;
    take_supply(r);
    if ((code = shortages(r))) return code;
    return abc_classes(r);
}

static int give_lists(const buy_run *r, const char *item, const char *svg)
{
    if (item) return draw_orders(r, item, svg);
    table t = r->c->out ? supplier_table(r) : requisition_table(r);
    int code = r->c->out ? write_lists(r) : EXIT_DONE;
    if (!code) return print_summary(r, &t);
    free(t.cell);
    text_free(&t.bytes);
    return code;
}

static void run_free(const buy_run *r)
{
    void *const owned[] = { r->need_item, r->need_bucket, r->closed, r->demand_item, r->demand_bucket, r->supply_item, r->supply_bucket, r->need_qty, r->per, r->closed_off, r->demand_qty, r->supply_qty,
        r->usage, r->unit_cost, r->cost_per, r->scratch.ptr, r->p.need, r->p.item, r->p.offer, r->p.supplier, r->p.purchase_order, r->p.order_bucket, r->p.need_bucket, r->p.arrive_bucket, r->p.overdue,
        r->p.late, r->p.message, r->p.required, r->p.qty, r->p.lots, r->p.unit_price, r->p.cost, r->gaps.item, r->gaps.from, r->gaps.to, r->gaps.next_supply, r->gaps.qty, r->gaps.value,
        r->classes.abc_class, r->classes.value };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
}

static int read_policy(cli *c, c12_buy_options *o)
{
    static const char *const name[] = { "preferred", "cheapest", "earliest" };
    const char *policy = cli_value(c, "--policy");
    o->consolidate = (int32_t)cli_int(c, "--consolidate", 1, 4096, 1);
    o->order_window = (int32_t)cli_int(c, "--order-window", 1, 4096, 1);
    o->buy_up = cli_flag(c, "--buy-up");
    o->late_rule = cli_flag(c, "--keep-policy-when-late") ? C12_BUY_LATE_POLICY : C12_BUY_LATE_EARLIEST;
    for (o->policy = 0; policy && o->policy < 3; o->policy++)
        if (!strcmp(policy, name[o->policy])) return 1;
    if (!policy) return 1;
    cli_usage(c, "--policy '%s' is none of preferred, cheapest, earliest", policy);
    return 0;
}

int cmd_buy(cli *c)
{
    plant t;
    buy_run r = { .c = c, .t = &t, .in = C12_INIT(c12_buy_input), .o = C12_INIT(c12_buy_options), .p = C12_INIT(c12_buy_plan), .gaps = C12_INIT(c12_buy_gaps), .classes = C12_INIT(c12_buy_classes) };
    const int64_t buckets = cli_int(c, "--buckets", 1, 4096, 0), threads = cli_int(c, "--threads", 1, 256, 2);
    const char *item = cli_value(c, "--item"), *svg = cli_value(c, "--svg");
    int code = read_policy(c, &r.o) ? EXIT_DONE : EXIT_BAD;
    const char *dir = cli_word(c, 0);
    if (code || !cli_ready(c, 1)) return EXIT_BAD;
    if (!item != !svg) return cli_usage(c, "--item and --svg go together");
    if ((code = plant_open(c, &t, dir))) return code;
    if (buckets) t.mrp.n_buckets = (int32_t)buckets;
    if (!(code = runner_open(c, &r.run, threads))) {
        code = plan_and_list(&r);
        if (!code) code = give_lists(&r, item, svg);
        runner_close(&r.run);
    }
    run_free(&r);
    plant_close(&t);
    return code;
}
