/* SPDX-License-Identifier: Apache-2.0 */
/* Plants as the rooms see them, their faults in the user's words, and what a planner runs on. */
#include "cli.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- loading ----------------------------------------------------------------------------------------------------------------- */

static void fill_bom(plant *t)
{
    const c12io_plant *p = t->p;
    c12_bom b = C12_INIT(c12_bom);
    b.n_items = p->n_items;
    b.line_off = p->line_off;
    b.line_child = p->line_child;
    b.line_num = p->line_num;
    b.line_den = p->line_den;
    b.line_scrap_ppm = p->line_scrap_ppm;
    b.line_from = p->line_from;
    b.line_to = p->line_to;
    b.line_offset = p->line_offset;
    b.line_kind = p->line_kind;
    t->bom = b;
    b.line_off = p->bill_off;
    b.line_child = p->bill_child;
    b.line_num = p->bill_num;
    b.line_den = p->bill_den;
    b.line_scrap_ppm = p->bill_scrap_ppm;
    b.line_from = p->bill_from;
    b.line_to = p->bill_to;
    b.line_offset = p->bill_offset;
    b.line_kind = p->bill_kind;
    t->bill = b;
}

/* Rows with dates as buckets from the plan's start; what lies before it is overdue. */
static const int32_t *in_buckets(plant *t, int which, const int32_t *bucket, const int64_t *date, int64_t n)
{
    if (!date) return bucket;
    int32_t *own = t->dated[which] = NEW(int32_t, n);
    for (int64_t r = 0; r < n; r++) {
        int64_t b = date[r] < 0 ? bucket[r] : date[r] - t->config.start_day;
        own[r] = (int32_t)(b < -1 ? -1 : b > INT32_MAX ? INT32_MAX : b);
    }
    return own;
}

/* The same for safety stock; of an item's rows that began before the start the last holds then. */
static void fill_safety(plant *t, c12_mrp_input *m)
{
    const c12io_plant *p = t->p;
    int64_t n = 0;
    m->n_safety = p->n_safety;
    m->safety_item = p->safety_item;
    m->safety_bucket = p->safety_bucket;
    m->safety_qty = p->safety_qty;
    if (!p->safety_date) return;
    int32_t *item = t->floors[0] = NEW(int32_t, p->n_safety), *bucket = t->floors[1] = NEW(int32_t, p->n_safety);
    c12_qty *qty = t->floors[2] = NEW(c12_qty, p->n_safety);
    for (int64_t r = 0; r < p->n_safety; r++) {
        int64_t b = p->safety_date[r] - t->config.start_day;
        if (b < 0) b = 0;
        if (n && item[n - 1] == p->safety_item[r] && bucket[n - 1] == b) n--;
        item[n] = p->safety_item[r];
        bucket[n] = (int32_t)b;
        qty[n++] = p->safety_qty[r];
    }
    m->n_safety = n;
    m->safety_item = item;
    m->safety_bucket = bucket;
    m->safety_qty = qty;
}

static void fill_mrp(plant *t)
{
    const c12io_plant *p = t->p;
    c12_mrp_input m = C12_INIT(c12_mrp_input);
    m.n_buckets = t->config.buckets;
    m.n_demand = p->n_demand;
    m.n_receipts = p->n_receipts;
    m.bom = &t->bom;
    m.demand_item = p->demand_item;
    m.demand_bucket = in_buckets(t, 0, p->demand_bucket, p->demand_date, p->n_demand);
    m.demand_qty = p->demand_qty;
    m.receipt_item = p->receipt_item;
    m.receipt_bucket = in_buckets(t, 1, p->receipt_bucket, p->receipt_date, p->n_receipts);
    m.receipt_qty = p->receipt_qty;
    m.item_type = p->item_type;
    m.on_hand = p->on_hand;
    m.safety = p->safety;
    m.lead_time = p->lead_time;
    m.lot_rule = p->lot_rule;
    m.lot_size = p->lot_size;
    m.lot_min = p->lot_min;
    m.lot_max = p->lot_max;
    m.lot_multiple = p->lot_multiple;
    m.lot_periods = p->lot_periods;
    m.order_cost = p->order_cost;
    m.holding_cost = p->holding_cost;
    m.negative_stock = t->config.negative_stock;
    m.message_qty = t->config.message_qty;
    m.message_shift = t->config.message_shift;
    fill_safety(t, &m);
    m.safety_time = p->safety_time;
    m.planning_fence = p->planning_fence;
    m.demand_fence = p->demand_fence;
    m.yield_ppm = p->yield_ppm;
    m.demand_kind = p->demand_kind;
    m.receipt_kind = p->receipt_kind;
    t->mrp = m;
}

static void fill_flow(plant *t)
{
    const c12io_plant *p = t->p;
    c12_flow_plant f = C12_INIT(c12_flow_plant);
    f.start_weekday = (int32_t)((t->config.start_day % 7 + 10) % 7); /* 1970-01-01 was a Thursday */
    f.forecast_back = t->config.forecast_back;
    f.forecast_ahead = t->config.forecast_ahead;
    f.n_orders = p->n_orders;
    f.n_supplies = p->n_supplies;
    f.n_steps = p->n_steps;
    f.n_shifts = p->n_shifts;
    f.n_setups = p->n_setups;
    f.n_stations = p->n_stations;
    f.n_machines = p->n_machines;
    f.n_calendars = p->n_calendars;
    f.n_families = p->n_families;
    f.mrp = &t->mrp;
    f.demand_order = p->demand_order;
    f.order_weight = p->order_weight;
    f.supply_item = p->supply_item;
    f.supply_lead = p->supply_lead;
    f.supply_moq = p->supply_moq;
    f.supply_multiple = p->supply_multiple;
    f.supply_price = p->supply_price;
    f.step_item = p->step_item;
    f.step_station = p->step_station;
    f.step_family = p->step_family;
    f.step_fixed = p->step_fixed;
    f.step_minutes_num = p->step_minutes_num;
    f.step_minutes_den = p->step_minutes_den;
    f.machine_station = p->machine_station;
    f.machine_calendar = p->machine_calendar;
    f.shift_calendar = p->shift_calendar;
    f.shift_weekday = p->shift_weekday;
    f.shift_from = p->shift_from;
    f.shift_to = p->shift_to;
    f.setup_from = p->setup_from;
    f.setup_to = p->setup_to;
    f.setup_minutes = p->setup_minutes;
    t->flow = f;
}

/* ---- cycles ------------------------------------------------------------------------------------------------------------------ */

/* The line of bom.csv on which a parent takes a child, for the message. */
static int64_t line_of(const plant *t, int32_t parent, int32_t child)
{
    static const c12io_column columns[] = { { "parent", 1, 0 }, { "child", 1, 0 }, { "num", 0, 0 }, { "den", 0, 0 }, { "scrap_ppm", 0, 0 },
        { "effective_from", 0, 0 }, { "effective_to", 0, 0 }, { "alternate", 0, 0 }, { "priority", 0, 0 }, { "offset", 0, 0 }, { "kind", 0, 0 }, { "share_ppm", 0, 0 }, { "refs", 0, 0 } };
    char path[4096];
    c12io_table *b;
    int64_t line = 0;
    snprintf(path, sizeof path, "%s/bom.csv", t->dir);
    if (c12io_table_read(&b, path, columns, (int32_t)(sizeof columns / sizeof *columns), NULL)) return 0;
    c12_view p = c12io_texts_at(t->p->item_code, parent), q = c12io_texts_at(t->p->item_code, child);
    for (int64_t r = 0; r < c12io_table_rows(b) && !line; r++) {
        c12_view x = c12io_table_cell(b, r, 0), y = c12io_table_cell(b, r, 1);
        if (x.size == p.size && y.size == q.size && !memcmp(x.ptr, p.ptr, p.size) && !memcmp(y.ptr, q.ptr, q.size)) line = c12io_table_line(b, r);
    }
    c12io_table_free(b);
    return line;
}

static int check_cycle(cli *c, const plant *t)
{
    int32_t *cycle = NEW(int32_t, t->p->n_items), n = 0;
    c12_mem scratch = { NULL, c12_bom_scratch(t->p->n_items) };
    scratch.ptr = cli_new((int64_t)scratch.size, 1);
    c12_status s = c12_bom_cycle(&t->bill, cycle, &n, scratch, &c->err);
    int code = s ? cli_fail(c, s) : EXIT_DONE;
    if (!s && n) {
        fprintf(stderr, "%s/bom.csv:%" PRId64 ":child: the bill of materials runs in a circle: ", t->dir, line_of(t, cycle[n - 1], cycle[0]));
        for (int32_t k = 0; k <= n; k++) {
            c12_view v = c12io_texts_at(t->p->item_code, cycle[k % n]);
            fprintf(stderr, "%s%.*s", k ? " > " : "", (int)v.size, (const char *)v.ptr);
        }
        fputs("; remove or mend one of these lines\n", stderr);
        code = EXIT_BAD;
    }
    free(cycle);
    free(scratch.ptr);
    return code;
}

static int check_stock(const plant *t)
{
    if (!t->p->negative_stock || t->config.negative_stock) return EXIT_DONE;
    return cli_say("%s is negative; book what is missing, or set negative_stock = 1 under [plan] in plant.ini to plan with it", t->p->negative_stock);
}

/* Nobody stocks or ships a phantom: demand for one is planned for, but it is a slip more often than not. */
static void warn_of_phantoms(const plant *t)
{
    int64_t rows = 0, first = -1;
    for (int64_t d = 0; d < t->p->n_demand; d++)
        if (t->p->item_type[t->p->demand_item[d]] == C12_MRP_PHANTOM && !rows++) first = d;
    if (!rows) return;
    c12_view code = c12io_texts_at(t->p->item_code, t->p->demand_item[first]);
    fprintf(stderr, "%s: note: demand for the phantom %.*s in bucket %d", t->dir, (int)code.size, (const char *)code.ptr, (int)t->mrp.demand_bucket[first]);
    if (rows > 1) fprintf(stderr, " and %" PRId64 " more rows", rows - 1);
    fputs("; it passes through to the components: ask for a made item instead, or make it one\n", stderr);
}

int plant_open(cli *c, plant *t, const char *dir)
{
    char ini[4096];
    plant empty = { .config = C12_INIT(c12io_config), .dir = dir };
    *t = empty;
    snprintf(ini, sizeof ini, "%s/plant.ini", dir);
    c12_status s = c12io_plant_load(&t->p, dir, &c->err);
    if (!s) s = c12io_config_read(ini, &t->config, &c->err);
    if (s) { plant_close(t); return cli_fail(c, s); }
    fill_bom(t);
    fill_mrp(t);
    fill_flow(t);
    int code = check_stock(t);
    if (!code) code = check_cycle(c, t);
    if (!code) warn_of_phantoms(t);
    if (code) plant_close(t);
    return code;
}

void plant_close(plant *t)
{
    c12io_plant_free(t->p);
    t->p = NULL;
    for (int k = 0; k < 2; k++) { free(t->dated[k]); t->dated[k] = NULL; }
    for (int k = 0; k < 3; k++) { free(t->floors[k]); t->floors[k] = NULL; }
    for (int k = 0; k < 6; k++) { free(t->moved[k]); t->moved[k] = NULL; }
}

/* A fault that only planning can find stands at an item, not at a cell. */
int plant_fail(cli *c, const plant *t, c12_status s)
{
    c12_view v = c12io_texts_at(t->p->item_code, c->err.row < INT32_MAX ? (int32_t)c->err.row : -1);
    if (s != C12_E_OVERFLOW || !v.size) return cli_fail(c, s);
    return cli_say("%s/items.csv:%" PRId64 ":item: '%.*s': %s; make the quantities, ratios or costs that lead to it smaller, or its scale coarser",
                   t->dir, c->err.row + 2, (int)v.size, (const char *)v.ptr, c->err.what);
}

/* ---- running ------------------------------------------------------------------------------------------------------------------- */

static int32_t show_progress(void *user, const c12_progress *p)
{
    runner *r = user;
    c12_ns now = c12io_now();
    if (r->trace && p->improved) text_add(r->trace, "%.6f,%" PRId64 ",%" PRId64 ",%" PRId64 "\n", (double)(now - r->began) / 1e9, p->work, p->objective, p->bound);
    if (!isatty(2)) return 0;
    if (now - r->began < 1000000000 || now - r->shown < 200000000) return 0;
    r->shown = now;
    fprintf(stderr, "\r%6.1f s  best %" PRId64 "  bound %" PRId64 "  ", (double)(now - r->began) / 1e9, p->objective, p->bound);
    return 0;
}

static void run_parallel(void *user, int32_t n, void (*task)(void *arg, int32_t i), void *arg)
{
    runner *r = user;
    r->lent.parallel(r->lent.user, n, task, arg);
}

static c12_ns run_now(void *user)
{
    (void)user;
    return c12io_now();
}

int runner_open(cli *c, runner *r, int64_t threads)
{
    runner empty = { .host = C12_INIT(c12_host), .lent = C12_INIT(c12_host) };
    *r = empty;
    c12_status s = c12io_pool_create(&r->pool, (int32_t)threads, &c->err);
    if (s) return cli_fail(c, s);
    c12io_pool_lend(r->pool, &r->lent);
    r->host.user = r;
    r->host.parallel = run_parallel;
    r->host.now = run_now;
    r->host.alloc = r->lent.alloc; /* these two never look at their user */
    r->host.release = r->lent.release;
    if (isatty(2)) r->host.progress = show_progress;
    r->began = c12io_now();
    return EXIT_DONE;
}

void runner_trace(runner *r, text *trace)
{
    text_add(trace, "seconds,work,objective,bound\n");
    r->trace = trace;
    r->host.progress = show_progress;
}

void runner_close(runner *r)
{
    if (r->shown) fputs("\r\033[K", stderr);
    c12io_pool_destroy(r->pool);
}

/* A bought item costs what its preferred supplier asks where items.csv names no cost of its own. */
void plant_own_cost(const plant *t, c12_money *own)
{
    const c12io_plant *p = t->p;
    for (int32_t i = 0; i < p->n_items; i++) own[i] = p->own_cost[i];
    for (int64_t s = p->n_supplies - 1; s >= 0; s--) {
        int32_t i = p->supply_item[s];
        if (!p->own_cost[i] && p->item_type[i] == C12_MRP_BUY) own[i] = p->supply_price[s] / p->scale[i];
    }
}

/* ---- substitutes -------------------------------------------------------------------------------------------------------------- */

int64_t plant_transfers(const plant *t)
{
    const int64_t most = 1 << 20, all = t->p->n_substitutes * t->mrp.n_buckets;
    return all < most ? all : most;
}

static void *longer(const void *column, int64_t n, int64_t more, size_t each)
{
    char *own = cli_new(n + more, each);
    if (n) memcpy(own, column, (size_t)n * each);
    return own;
}

/* What the handle now holds beside the folder's rows, for what is computed from columns. */
static void take_transfers(plant *t, const c12_mrp_transfers *x)
{
    c12_mrp_input *m = &t->mrp;
    const int64_t n = x->count, d = m->n_demand, r = m->n_receipts;
    int32_t *item = longer(m->demand_item, d, n, sizeof *item), *bucket = longer(m->demand_bucket, d, n, sizeof *bucket);
    int32_t *to = longer(m->receipt_item, r, n, sizeof *to), *when = longer(m->receipt_bucket, r, n, sizeof *when);
    int64_t *qty = longer(m->demand_qty, d, n, sizeof *qty), *got = longer(m->receipt_qty, r, n, sizeof *got);
    for (int64_t k = 0; k < n; k++) {
        item[d + k] = x->other[k];
        to[r + k] = x->item[k];
        bucket[d + k] = when[r + k] = x->bucket[k];
        qty[d + k] = x->taken[k];
        got[r + k] = x->qty[k];
    }
    m->demand_item = t->moved[0] = item;
    m->demand_bucket = t->moved[1] = bucket;
    m->demand_qty = t->moved[2] = qty;
    m->receipt_item = t->moved[3] = to;
    m->receipt_bucket = t->moved[4] = when;
    m->receipt_qty = t->moved[5] = got;
    m->n_demand += n;
    m->n_receipts += n;
}

static void put_transfers(text *o, const plant *t, const c12_mrp_transfers *x)
{
    text_add(o, "item,substitute,bucket,qty,taken\n");
    for (int64_t k = 0; k < x->count; k++) {
        text_csv(o, c12io_texts_at(t->p->item_code, x->item[k]));
        text_add(o, ",");
        text_csv(o, c12io_texts_at(t->p->item_code, x->other[k]));
        text_add(o, ",%d,%" PRId64 ",%" PRId64 "\n", (int)x->bucket[k], x->qty[k], x->taken[k]);
    }
}

c12_status plant_substitute(cli *c, plant *t, c12_mrp *plan, text *rows)
{
    const int64_t room = plant_transfers(t);
    c12_mrp_substitutes in = C12_INIT(c12_mrp_substitutes);
    c12_mrp_transfers x = C12_INIT(c12_mrp_transfers);
    if (!room) return C12_OK;
    in.only_late = t->config.substitute_late;
    in.n = t->p->n_substitutes;
    in.item = t->p->substitute_item;
    in.other = t->p->substitute_other;
    in.num = t->p->substitute_num;
    in.den = t->p->substitute_den;
    x.cap = room;
    x.item = NEW(int32_t, room);
    x.other = NEW(int32_t, room);
    x.bucket = NEW(int32_t, room);
    x.qty = NEW(c12_qty, room);
    x.taken = NEW(c12_qty, room);
    x.demand = NEW(int64_t, room);
    x.receipt = NEW(int64_t, room);
    c12_status s = c12_mrp_substitute(plan, 0, &in, &x, &c->err);
    if (!s) take_transfers(t, &x);
    if (!s && rows) put_transfers(rows, t, &x);
    void *const column[] = { x.item, x.other, x.bucket, x.qty, x.taken, x.demand, x.receipt };
    for (size_t i = 0; i < sizeof column / sizeof *column; i++) free(column[i]);
    return s;
}
