/* SPDX-License-Identifier: Apache-2.0 */
/* c12 bench: how fast the planners are on this machine, on problems made here.  One line a figure: the median of several runs. */
#include "bench.h"
#include "cli.h"
#include "c12/buy.h"
#include "c12/charge.h"
#include "c12/dispatch.h"
#include "c12/route.h"
#include "c12/sched.h"
#include "c12/tlm.h"
#include <stdlib.h>
#include <string.h>

enum { MOST_RUNS = 15 };

typedef struct bench { cli *c; const char *only; table out; uint64_t state; c12_ns took[MOST_RUNS]; int runs; } bench;

static int64_t bench_draw(bench *b, int64_t n)
{
    b->state ^= b->state << 13;
    b->state ^= b->state >> 7;
    b->state ^= b->state << 17;
    return (int64_t)(b->state % (uint64_t)n);
}

static int shorter(const void *a, const void *b)
{
    const c12_ns *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

static void bench_note(bench *b, c12_ns took)
{
    if (b->runs < MOST_RUNS) b->took[b->runs++] = took;
}

/* A line from the runs noted: the median in microseconds, and how many things a second that is. */
static void bench_line(bench *b, const char *room, const char *what, int64_t things)
{
    qsort(b->took, (size_t)b->runs, sizeof *b->took, shorter);
    c12_ns median = b->runs ? b->took[b->runs / 2] : 0;
    table_word(&b->out, room);
    table_word(&b->out, what);
    table_ratio(&b->out, median, 1000, 1);
    table_int(&b->out, median ? (int64_t)((double)things * 1e9 / (double)median) : 0);
    b->runs = 0;
}

static int wants(const bench *b, const char *room) { return !b->only || !strcmp(b->only, room); }

static c12_ns bench_now(void *user)
{
    (void)user;
    return c12io_now();
}

/* ---- bom, mrp -------------------------------------------------------------------------------------------------------------------------- */

typedef struct bill { c12_bom b; int64_t *off, *num; int32_t *child; } bill;

/* Levels of a tenth of the items each; a made item takes three from the levels below. */
static bill bill_make(bench *b, int32_t items)
{
    bill w = { .b = C12_INIT(c12_bom), .off = NEW(int64_t, items + (int64_t)1), .num = NEW(int64_t, 3 * (int64_t)items), .child = NEW(int32_t, 3 * (int64_t)items) };
    int64_t n = 0;
    for (int32_t i = 0; i < items; i++) {
        int32_t below = (i / (items / 10) + 1) * (items / 10);
        for (int k = 0; k < 3 && below < items && i % 3; k++, n++) {
            w.child[n] = below + (int32_t)bench_draw(b, items - below);
            w.num[n] = 1 + bench_draw(b, 4);
        }
        w.off[i + 1] = n;
    }
    w.b.n_items = items;
    w.b.line_off = w.off; w.b.line_child = w.child; w.b.line_num = w.num;
    return w;
}

static void bill_free(bill *w)
{
    free(w->off);
    free(w->num);
    free(w->child);
}

/* 26 items that each use all below: 2^24 paths on 325 lines.  Exploded, rolled up and traced upwards from the last; the levels are found in each. */
static c12_status bench_dense(bench *b)
{
    enum { D = 26, DENSE_LINES = D * (D - 1) / 2, ROUNDS = 200 };
    static int64_t off[D + 1], num[DENSE_LINES], per_num[D], per_den[D];
    static int32_t child[DENSE_LINES], user[D], nearest[D], farthest[D];
    static c12_qty demand[D] = { 1 }, gross[D];
    static c12_money own[D], unit[D];
    static const char *const what[] = { "explosion, dense bill of 26 items (a second)", "rollup, dense bill of 26 items (a second)", "where-used, dense bill of 26 items (a second)" };
    c12_bom bom = C12_INIT(c12_bom);
    c12_bom_uses u = C12_INIT(c12_bom_uses);
    c12_mem m = { NULL, c12_bom_scratch(D) };
    c12_status s = C12_OK;
    for (int32_t i = 0, n = 0; i < D; off[++i] = n) {
        own[i] = 1;
        for (int32_t k = i + 1; k < D; k++, n++) { child[n] = k; num[n] = 1; }
    }
    bom.n_items = D;
    bom.line_off = off; bom.line_child = child; bom.line_num = num;
    u.cap = D;
    u.item = user; u.level_short = nearest; u.level_long = farthest; u.qty_num = per_num; u.qty_den = per_den;
    m.ptr = cli_new((int64_t)m.size, 1);
    for (int task = 0; task < 3 && !s; task++) {
        for (int k = 0; k < 9 && !s; k++) {
            const c12_ns t = c12io_now();
            for (int round = 0; round < ROUNDS && !s; round++)
                s = task == 0 ? c12_bom_explode(&bom, demand, NULL, gross, m, &b->c->err) : task == 1 ? c12_bom_rollup(&bom, own, NULL, unit, m, &b->c->err)
                  : c12_bom_where_used(&bom, D - 1, 0, &u, m, &b->c->err);
            bench_note(b, (c12io_now() - t) / ROUNDS);
        }
        bench_line(b, "bom", what[task], 1);
    }
    free(m.ptr);
    return s;
}

static c12_status bench_bom(bench *b)
{
    enum { ITEMS = 100000 };
    bill w = bill_make(b, ITEMS);
    c12_money *own = NEW(c12_money, ITEMS), *unit = NEW(c12_money, ITEMS);
    c12_mem m = { NULL, c12_bom_scratch(ITEMS) };
    c12_status s = C12_OK;
    m.ptr = cli_new((int64_t)m.size, 1);
    for (int32_t i = 0; i < ITEMS; i++) own[i] = bench_draw(b, 1000);
    for (int k = 0; k < 9 && !s; k++) {
        c12_ns t = c12io_now();
        s = c12_bom_rollup(&w.b, own, NULL, unit, m, &b->c->err);
        bench_note(b, c12io_now() - t);
    }
    bench_line(b, "bom", "rollup, 100000 items (items/s)", ITEMS);
    free(own);
    free(unit);
    free(m.ptr);
    bill_free(&w);
    return s ? s : bench_dense(b);
}

enum { MRP_ITEMS = 100000, MRP_BUCKETS = 52, MRP_DEMAND = 100000, MRP_BATCH = 100 };

/* A plant for the planner: half its items with stock, every fifth in fixed lots. */
typedef struct mrp_plant { bill w; c12_mrp_input in; int32_t *item, *bucket, *lead, *rule; int64_t *qty, *lot, *on_hand; } mrp_plant;

static mrp_plant mrp_plant_make(bench *b)
{
    mrp_plant p = { .w = bill_make(b, MRP_ITEMS), .in = C12_INIT(c12_mrp_input) };
    p.item = NEW(int32_t, MRP_DEMAND);
    p.bucket = NEW(int32_t, MRP_DEMAND);
    p.qty = NEW(int64_t, MRP_DEMAND);
    p.lead = NEW(int32_t, MRP_ITEMS);
    p.rule = NEW(int32_t, MRP_ITEMS);
    p.lot = NEW(int64_t, MRP_ITEMS);
    p.on_hand = NEW(int64_t, MRP_ITEMS);
    for (int32_t d = 0; d < MRP_DEMAND; d++) { p.item[d] = (int32_t)bench_draw(b, MRP_ITEMS / 10); p.bucket[d] = (int32_t)bench_draw(b, MRP_BUCKETS); p.qty[d] = 1 + bench_draw(b, 20); }
    for (int32_t i = 0; i < MRP_ITEMS; i++) {
        p.lead[i] = (int32_t)bench_draw(b, 4);
        p.rule[i] = bench_draw(b, 5) ? C12_MRP_LOT_FOR_LOT : C12_MRP_FIXED;
        p.lot[i] = 1 + bench_draw(b, 200);
        p.on_hand[i] = bench_draw(b, 2) ? 0 : bench_draw(b, 500);
    }
    p.in.n_buckets = MRP_BUCKETS;
    p.in.n_demand = MRP_DEMAND;
    p.in.demand_item = p.item;
    p.in.demand_bucket = p.bucket;
    p.in.demand_qty = p.qty;
    p.in.lead_time = p.lead;
    p.in.lot_rule = p.rule;
    p.in.lot_size = p.lot;
    p.in.on_hand = p.on_hand;
    return p;
}

static void mrp_plant_free(mrp_plant *p)
{
    void *const owned[] = { p->item, p->bucket, p->qty, p->lead, p->rule, p->lot, p->on_hand };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
    bill_free(&p->w);
}

static c12_status bench_net_change(bench *b, c12_mrp *plan, const mrp_plant *p)
{
    c12_status s = C12_OK;
    for (int run = 0; run < 15 && !s; run++) {
        c12_ns t = c12io_now();
        for (int k = 0; k < MRP_BATCH && !s; k++) {
            int64_t row = bench_draw(b, MRP_DEMAND);
            c12_mrp_edit e = { .kind = C12_MRP_EDIT_DEMAND, .row = row, .bucket = p->bucket[row], .value = p->qty[row] + 1 + bench_draw(b, 5) };
            s = c12_mrp_change(plan, 0, &e, 1, NULL, &b->c->err);
        }
        bench_note(b, (c12io_now() - t) / MRP_BATCH);
    }
    return s;
}

static c12_status bench_pegging(bench *b, c12_mrp *plan)
{
    c12_status s = C12_OK;
    for (int run = 0; run < 15 && !s; run++) {
        c12_ns t = c12io_now();
        for (int k = 0; k < MRP_BATCH && !s; k++) {
            c12_mrp_demands d = C12_INIT(c12_mrp_demands);
            s = c12_mrp_peg_up(plan, 0, (int32_t)bench_draw(b, MRP_ITEMS), (int32_t)bench_draw(b, MRP_BUCKETS), &d, &b->c->err);
        }
        bench_note(b, (c12io_now() - t) / MRP_BATCH);
    }
    return s;
}

static c12_status bench_mrp_on(bench *b, const mrp_plant *p, int32_t threads, const char *what)
{
    runner r;
    c12_mrp_dims d = C12_INIT(c12_mrp_dims);
    c12_mrp *plan = NULL;
    if (runner_open(b->c, &r, threads)) return C12_E_NOMEM;
    d.items = MRP_ITEMS;
    d.buckets = MRP_BUCKETS;
    d.lines = p->w.off[MRP_ITEMS];
    d.demand = MRP_DEMAND;
    c12_status s = c12_mrp_create(&plan, &d, &r.host, &b->c->err);
    if (!s) s = c12_mrp_load(plan, &p->in, &b->c->err);
    for (int k = 0; k < 9 && !s; k++) {
        c12_ns t = c12io_now();
        s = c12_mrp_solve(plan, 0, NULL, NULL, NULL, &b->c->err);
        bench_note(b, c12io_now() - t);
    }
    bench_line(b, "mrp", what, MRP_ITEMS);
    if (!s && threads == 1) {
        s = bench_net_change(b, plan, p);
        bench_line(b, "mrp", "change of a demand row, mean of 100 (changes/s)", 1);
        if (!s) s = bench_pegging(b, plan);
        bench_line(b, "mrp", "cell pegged to its demand, mean of 100 (cells/s)", 1);
    }
    c12_mrp_destroy(plan);
    runner_close(&r);
    return s;
}

static c12_status bench_mrp(bench *b)
{
    mrp_plant p = mrp_plant_make(b);
    p.in.bom = &p.w.b;
    c12_status s = bench_mrp_on(b, &p, 1, "plan, 100000 items x 52 buckets, 1 thread (items/s)");
    if (!s) s = bench_mrp_on(b, &p, 2, "plan, 100000 items x 52 buckets, 2 threads (items/s)");
    mrp_plant_free(&p);
    return s;
}

/* ---- buy -------------------------------------------------------------------------------------------------------------------------------- */

enum { BUY_ITEMS = 50000, BUY_NEEDS = 1000000, BUY_OFFERS = 3 * BUY_ITEMS, BUY_SUPPLIERS = 500, BUY_DAYS = 700 };

/* A million requirements of a year, three offers an item with three price breaks each, five-day weeks. */
typedef struct buy_market { c12_buy_input in; c12_buy_plan out; c12_mem m; int32_t *narrow[6], *calendar, *closed; int64_t *wide[4], *break_off, *from, *price, closed_off[2]; } buy_market;

static void market_needs(bench *b, buy_market *k)
{
    const int64_t each = BUY_NEEDS / BUY_ITEMS;
    for (int i = 0; i < 6; i++) k->narrow[i] = NEW(int32_t, BUY_NEEDS);
    for (int i = 0; i < 4; i++) k->wide[i] = NEW(int64_t, BUY_NEEDS);
    for (int64_t n = 0; n < BUY_NEEDS; n++) {
        k->narrow[0][n] = (int32_t)(n / each);
        k->narrow[1][n] = (int32_t)(n % each * 18 + bench_draw(b, 18));
        k->wide[0][n] = 1 + bench_draw(b, 500);
    }
    k->in.n_needs = BUY_NEEDS;
    k->in.need_item = k->narrow[0]; k->in.need_bucket = k->narrow[1]; k->in.need_qty = k->wide[0];
}

static void market_offers(bench *b, buy_market *k)
{
    k->break_off = NEW(int64_t, BUY_OFFERS + 1);
    k->from = NEW(int64_t, 3 * BUY_OFFERS);
    k->price = NEW(int64_t, 3 * BUY_OFFERS);
    for (int64_t n = 0; n < BUY_OFFERS; n++) {
        k->narrow[2][n] = (int32_t)(n / 3);
        k->narrow[3][n] = (int32_t)bench_draw(b, BUY_SUPPLIERS);
        k->narrow[4][n] = (int32_t)(n % 3);
        k->narrow[5][n] = (int32_t)bench_draw(b, 40);
        k->wide[1][n] = bench_draw(b, 300);
        k->wide[2][n] = 1 + bench_draw(b, 50);
        k->wide[3][n] = 1000000 + bench_draw(b, 1000000);
        k->break_off[n + 1] = 3 * (n + 1);
        for (int i = 0; i < 3; i++) { k->from[3 * n + i] = 100 * (i + 1) * (i + 1); k->price[3 * n + i] = k->wide[3][n] / 20 * (19 - i); }
    }
    k->in.n_offers = BUY_OFFERS;
    k->in.offer_item = k->narrow[2]; k->in.offer_supplier = k->narrow[3]; k->in.offer_priority = k->narrow[4]; k->in.offer_lead = k->narrow[5];
    k->in.offer_moq = k->wide[1]; k->in.offer_multiple = k->wide[2]; k->in.offer_price = k->wide[3];
    k->in.break_off = k->break_off; k->in.break_from = k->from; k->in.break_price = k->price;
}

static void market_calendar(buy_market *k)
{
    int32_t n = 0;
    k->calendar = NEW(int32_t, BUY_SUPPLIERS);
    k->closed = NEW(int32_t, BUY_DAYS);
    for (int32_t t = -100; t < BUY_DAYS - 100; t++)
        if ((t + 700) % 7 > 4) k->closed[n++] = t;
    k->closed_off[1] = n;
    k->in.n_items = BUY_ITEMS; k->in.n_suppliers = BUY_SUPPLIERS; k->in.n_calendars = 1; k->in.today = 20;
    k->in.supplier_calendar = k->calendar; k->in.closed_off = k->closed_off; k->in.closed = k->closed;
    k->m.size = c12_buy_scratch(BUY_ITEMS, BUY_NEEDS, BUY_OFFERS, 1);
    k->m.ptr = cli_new((int64_t)k->m.size, 1);
}

static void market_columns(buy_market *k)
{
    int32_t **const narrow[] = { &k->out.item, &k->out.offer, &k->out.supplier, &k->out.purchase_order, &k->out.order_bucket, &k->out.need_bucket, &k->out.arrive_bucket, &k->out.late, &k->out.message };
    int64_t **const wide[] = { &k->out.required, &k->out.qty, &k->out.cost };
    k->out.cap = 2 * BUY_NEEDS;
    for (int i = 0; i < 9; i++) *narrow[i] = NEW(int32_t, k->out.cap);
    for (int i = 0; i < 3; i++) *wide[i] = NEW(int64_t, k->out.cap);
}

static void market_free(buy_market *k)
{
    void *const owned[] = { k->m.ptr, k->calendar, k->closed, k->break_off, k->from, k->price, k->out.item, k->out.offer, k->out.supplier, k->out.purchase_order, k->out.order_bucket, k->out.need_bucket,
        k->out.arrive_bucket, k->out.late, k->out.message, k->out.required, k->out.qty, k->out.cost };
    for (size_t i = 0; i < sizeof owned / sizeof *owned; i++) free(owned[i]);
    for (int i = 0; i < 6; i++) free(k->narrow[i]);
    for (int i = 0; i < 4; i++) free(k->wide[i]);
}

static c12_status bench_buy(bench *b)
{
    static const char *const what[] = { "preferred offer in time, 1000000 requirements (requirements/s)", "cheapest with price breaks, 1000000 requirements (requirements/s)" };
    buy_market k = { .in = C12_INIT(c12_buy_input), .out = C12_INIT(c12_buy_plan) };
    c12_buy_options o = C12_INIT(c12_buy_options);
    c12_status s = C12_OK;
    market_needs(b, &k);
    market_offers(b, &k);
    market_calendar(&k);
    market_columns(&k);
    for (o.policy = C12_BUY_PREFERRED; o.policy <= C12_BUY_CHEAPEST && !s; o.policy++) {
        o.buy_up = o.policy == C12_BUY_CHEAPEST;
        for (int run = 0; run < 5 && !s; run++) {
            c12_ns t = c12io_now();
            s = c12_buy_requisitions(&k.in, &o, &k.out, k.m, &b->c->err);
            bench_note(b, c12io_now() - t);
        }
        bench_line(b, "buy", what[o.policy], BUY_NEEDS);
    }
    market_free(&k);
    return s;
}

/* ---- sched ------------------------------------------------------------------------------------------------------------------------------ */

static c12_status bench_sched(bench *b)
{
    enum { SIDE = 15, OPS = SIDE * SIDE };
    int64_t op[SIDE + 1], mode[OPS + 1], ticks[OPS], start[OPS], end[OPS];
    int32_t machine[OPS], chosen[OPS];
    c12_sched_problem p = C12_INIT(c12_sched_problem);
    c12_sched_dims d = C12_INIT(c12_sched_dims);
    c12_sched_plan plan = C12_INIT(c12_sched_plan);
    c12_budget limit = C12_INIT(c12_budget);
    c12_sched *h = NULL;
    c12_status s = c12_sched_taillard(SIDE, SIDE, 840612802, 398197754, machine, ticks, &b->c->err);
    for (int k = 0; k <= SIDE; k++) op[k] = k * SIDE;
    for (int k = 0; k <= OPS; k++) mode[k] = k;
    p.n_jobs = p.n_machines = d.jobs = d.machines = SIDE;
    d.ops = d.modes = OPS;
    p.op_off = op; p.mode_off = mode; p.mode_machine = machine; p.mode_ticks = ticks;
    plan.op_start = start; plan.op_end = end; plan.op_mode = chosen;
    if (!s) s = c12_sched_create(&h, &d, NULL, NULL, &b->c->err);
    if (!s) s = c12_sched_load(h, &p, &b->c->err);
    for (limit.work_limit = 1; limit.work_limit <= 20000 && !s; limit.work_limit *= 20000) {
        for (int k = 0; k < 5 && !s; k++) {
            c12_ns t = c12io_now();
            s = c12_sched_solve(h, 0, &limit, &plan, NULL, &b->c->err);
            bench_note(b, c12io_now() - t);
        }
        bench_line(b, "sched", limit.work_limit == 1 ? "first plan, Taillard 15 x 15 (operations/s)" : "20000 work units, Taillard 15 x 15 (units/s)", limit.work_limit == 1 ? OPS : limit.work_limit);
    }
    c12_sched_destroy(h);
    return s;
}

/* ---- route ------------------------------------------------------------------------------------------------------------------------------ */

typedef struct lattice { c12_route_problem p; c12_route_dims d; int64_t *off; int32_t *head, start[64], goal[64]; } lattice;

/* A hall of 40 x 40 cells with pillars, robots in distinct cells. */
static lattice lattice_make(bench *b, int32_t robots)
{
    enum { SIDE = 40 };
    static const int32_t dx[4] = { 0, -1, 1, 0 }, dy[4] = { -1, 0, 0, 1 };
    lattice l = { .p = C12_INIT(c12_route_problem), .d = C12_INIT(c12_route_dims), .off = NEW(int64_t, SIDE * SIDE + 1), .head = NEW(int32_t, 4 * SIDE * SIDE) };
    int32_t *id = NEW(int32_t, SIDE * SIDE), n = 0;
    int64_t arcs = 0;
    for (int32_t c = 0; c < SIDE * SIDE; c++) id[c] = c % SIDE % 3 == 1 && c / SIDE % 3 == 1 ? -1 : n++;
    for (int32_t c = 0; c < SIDE * SIDE; c++) {
        if (id[c] < 0) continue;
        for (int k = 0; k < 4; k++) {
            int32_t x = c % SIDE + dx[k], y = c / SIDE + dy[k];
            if (x >= 0 && y >= 0 && x < SIDE && y < SIDE && id[y * SIDE + x] >= 0) l.head[arcs++] = id[y * SIDE + x];
        }
        l.off[id[c] + 1] = arcs;
    }
    for (int32_t r = 0; r < robots; r++) { l.start[r] = r * (n / robots); l.goal[r] = ((r * 29 + 7) % robots) * (n / robots) + 1 + (int32_t)bench_draw(b, n / robots - 1); }
    free(id);
    l.p.n_vertices = n;
    l.p.n_robots = robots;
    l.p.arc_off = l.off;
    l.p.arc_head = l.head;
    l.d.vertices = n; l.d.arcs = arcs; l.d.robots = robots; l.d.holds = 65536; l.d.steps = 4096;
    return l;
}

static c12_status bench_fleet_plan(bench *b, lattice *l, c12_route_plan *plan)
{
    c12_route *h = NULL;
    c12_budget limit = C12_INIT(c12_budget);
    c12_host host = C12_INIT(c12_host);
    c12_info i = C12_INIT(c12_info);
    host.now = bench_now;
    limit.work_limit = 200000;
    l->p.start = l->start;
    l->p.goal = l->goal;
    c12_status s = c12_route_create(&h, &l->d, NULL, &host, &b->c->err);
    if (!s) s = c12_route_load(h, &l->p, &b->c->err);
    for (int k = 0; k < 9 && !s; k++) {
        s = c12_route_solve(h, 0, &limit, plan, &i, &b->c->err);
        bench_note(b, i.first);
    }
    bench_line(b, "route", "first plan, 50 robots in 40 x 40 cells (robots/s)", 50);
    c12_route_destroy(h);
    return s;
}

static c12_status bench_replan(bench *b, lattice *l, c12_route_plan *plan)
{
    enum { ROUNDS = 15, EACH = 200 };
    c12_route *h = NULL;
    c12_budget limit = C12_INIT(c12_budget);
    c12_info i = C12_INIT(c12_info);
    int32_t at[64];
    c12_tick free_at[64] = { 0 }, now = 0;
    limit.work_limit = 100000;
    l->p.start = l->p.goal = NULL;
    c12_status s = c12_route_create(&h, &l->d, NULL, NULL, &b->c->err);
    if (!s) s = c12_route_load(h, &l->p, &b->c->err);
    for (int32_t r = 0; r < l->p.n_robots && !s; r++) s = c12_route_park(h, 0, r, at[r] = l->start[r], 0, &b->c->err);
    for (int round = 0; round < ROUNDS && !s; round++) {
        c12_ns t = c12io_now();
        for (int k = 0; k < EACH && !s; k++) {
            int32_t r = 0;
            for (int32_t q = 1; q < l->p.n_robots; q++) if (free_at[q] < free_at[r]) r = q;
            now = free_at[r] > now ? free_at[r] : now;
            s = c12_route_replan(h, 0, r, at[r], now, (int32_t)bench_draw(b, l->p.n_vertices), &limit, plan, &i, &b->c->err);
            free_at[r] = now + 3;
            if (i.outcome != C12_OPTIMAL) continue;
            at[r] = plan->step_vertex[plan->step_off[1] - 1];
            free_at[r] = i.objective + 1;
        }
        bench_note(b, (c12io_now() - t) / EACH);
        if (!s) s = c12_route_forget(h, 0, now, &b->c->err);
    }
    bench_line(b, "route", "one robot replanned among 50 (replans/s)", 1);
    c12_route_destroy(h);
    return s;
}

static c12_status bench_routes(bench *b)
{
    lattice l = lattice_make(b, 50);
    c12_route_plan plan = C12_INIT(c12_route_plan);
    plan.step_cap = 65536;
    plan.step_off = NEW(int64_t, 65);
    plan.step_vertex = NEW(int32_t, plan.step_cap);
    plan.step_from = NEW(c12_tick, plan.step_cap);
    plan.step_to = NEW(c12_tick, plan.step_cap);
    c12_status s = bench_fleet_plan(b, &l, &plan);
    if (!s) s = bench_replan(b, &l, &plan);
    void *const owned[] = { l.off, l.head, plan.step_off, plan.step_vertex, plan.step_from, plan.step_to };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
    return s;
}

/* ---- dispatch ---------------------------------------------------------------------------------------------------------------------------- */

static c12_status bench_dispatch(bench *b)
{
    enum { SIDE = 200 };
    int64_t *cost = NEW(int64_t, SIDE * SIDE);
    int32_t robot[SIDE];
    c12_dispatch_dims d = C12_INIT(c12_dispatch_dims);
    c12_dispatch_problem p = C12_INIT(c12_dispatch_problem);
    c12_dispatch_plan plan = C12_INIT(c12_dispatch_plan);
    c12_budget limit = C12_INIT(c12_budget);
    c12_dispatch *h = NULL;
    for (int k = 0; k < SIDE * SIDE; k++) cost[k] = bench_draw(b, 10000);
    d.robots = d.tasks = p.n_robots = p.n_tasks = SIDE;
    p.cost = cost;
    plan.task_robot = robot;
    limit.work_limit = INT64_MAX;
    c12_status s = c12_dispatch_create(&h, &d, NULL, NULL, &b->c->err);
    for (int k = 0; k < 15 && !s; k++) {
        c12_ns t = c12io_now();
        s = c12_dispatch_load(h, &p, &b->c->err);
        if (!s) s = c12_dispatch_solve(h, 0, &limit, &plan, NULL, &b->c->err);
        bench_note(b, c12io_now() - t);
    }
    bench_line(b, "dispatch", "200 robots, 200 tasks, proved (assignments/s)", 1);
    c12_dispatch_destroy(h);
    free(cost);
    return s;
}

/* ---- tlm --------------------------------------------------------------------------------------------------------------------------------- */

/* Rows of a fleet that moves a little: neighbours in time differ in the last digit. */
static c12_status fill_rows(bench *b, const c12_tlm_schema *s, c12_tlm_batch *rows)
{
    static const char *const word[] = { "OK", "G1-001", "[]" };
    int64_t code[3];
    c12_status st = C12_OK;
    for (int k = 0; k < 3 && !st; k++) {
        c12_view v = { (const uint8_t *)word[k], strlen(word[k]) };
        st = c12_tlm_intern(rows->dict, v, &code[k], &b->c->err);
    }
    for (rows->n = 0; rows->n < rows->cap && !st; rows->n++)
        for (int32_t f = 0; f < s->n_fields; f++) {
            int64_t v = 300 + rows->n / 10 % 50 + bench_draw(b, 3);
            if (s->kind[f] == C12_TLM_TEXT) v = code[f == s->robot_field];
            if (s->kind[f] == C12_TLM_LIST) v = code[2];
            if (s->kind[f] == C12_TLM_TIME) v = INT64_C(1761316337000) + (s->decimals[f] ? 100 * rows->n : rows->n / 600 * 60000);
            rows->value[f * rows->cap + rows->n] = v;
        }
    return st;
}

static c12_status bench_blocks(bench *b, const c12_tlm_schema *s, c12_tlm_batch *rows, c12_tlm_batch *back)
{
    c12_mem out = { NULL, c12_tlm_block_bound(rows, rows->n) }, scratch = { NULL, c12_tlm_block_scratch(rows, rows->n) };
    size_t used = 0, read;
    c12_status st = C12_OK;
    out.ptr = cli_new((int64_t)out.size, 1);
    scratch.ptr = cli_new((int64_t)scratch.size, 1);
    for (int k = 0; k < 9 && !st; k++) {
        c12_ns t = c12io_now();
        st = c12_tlm_block_encode(s, rows, NULL, rows->n, 1, out, &used, scratch, &b->c->err);
        bench_note(b, c12io_now() - t);
    }
    bench_line(b, "tlm", "block encode, 4096 records (records/s)", rows->n);
    c12_view block = { out.ptr, used };
    for (int k = 0; k < 9 && !st; k++) {
        st = c12_tlm_batch_reset(back, s, &b->c->err);
        c12_ns t = c12io_now();
        if (!st) st = c12_tlm_block_decode(s, block, back, &read, scratch, &b->c->err);
        bench_note(b, c12io_now() - t);
    }
    bench_line(b, "tlm", "block decode, 4096 records (records/s)", rows->n);
    free(out.ptr);
    free(scratch.ptr);
    return st;
}

static c12_status bench_made_rows(bench *b)
{
    c12_tlm_schema s = C12_INIT(c12_tlm_schema);
    c12_tlm_batch rows = C12_INIT(c12_tlm_batch), back = C12_INIT(c12_tlm_batch);
    c12_tlm_dims d = C12_INIT(c12_tlm_dims);
    c12_mem m = { NULL, 0 }, m2 = { NULL, 0 };
    d.rows = 4096; d.texts = 16; d.text_bytes = 1024; d.raw_bytes = 1024;
    c12_status st = c12_tlm_builtin(&s, &b->c->err);
    if (!st) st = c12_tlm_batch_bytes(&s, &d, &m.size, &b->c->err);
    if (st) return st;
    m2.size = m.size;
    m.ptr = cli_new((int64_t)m.size, 1);
    m2.ptr = cli_new((int64_t)m.size, 1);
    st = c12_tlm_batch_init(&rows, m, &s, &d, &b->c->err);
    if (!st) st = c12_tlm_batch_init(&back, m2, &s, &d, &b->c->err);
    if (!st) st = fill_rows(b, &s, &rows);
    rows.order = back.order = NULL;
    if (!st) st = bench_blocks(b, &s, &rows, &back);
    free(m.ptr);
    free(m2.ptr);
    return st;
}

/* ---- all of them -------------------------------------------------------------------------------------------------------------------------- */

int cmd_bench(cli *c)
{
    static const struct { const char *room; c12_status (*run)(bench *b); } rooms[] = { { "bom", bench_bom }, { "mrp", bench_mrp }, { "buy", bench_buy }, { "sched", bench_sched }, { "route", bench_routes }, { "dispatch", bench_dispatch }, { "tlm", bench_made_rows } };
    static const char *const head[] = { "room", "what", "median_us", "per_second" };
    bench b = { .c = c, .only = cli_word(c, 0), .state = 88172645463325252u };
    c12_status s = C12_OK;
    int known = 0;
    if (b.only && !strcmp(b.only, "plant") && cli_word(c, 1)) return bench_plant(c, cli_word(c, 1));
    if (b.only && !strcmp(b.only, "live") && cli_word(c, 1)) return bench_live(c, cli_word(c, 1));
    if (b.only && !strcmp(b.only, "route") && cli_word(c, 1)) return bench_route(c, cli_word(c, 1), cli_word(c, 2));
    if (b.only && !strcmp(b.only, "wire") && cli_word(c, 1)) return bench_wire(c, cli_word(c, 1));
    if (b.only && !strcmp(b.only, "charge")) return bench_charge(c);
    if (b.only && !strcmp(b.only, "life")) return bench_life(c);
    if (b.only && !strcmp(b.only, "fleet")) return bench_fleet(c);
    if (b.only && !strcmp(b.only, "seal")) return bench_seal(c, cli_word(c, 1));
    if (b.only && !strcmp(b.only, "ts")) return bench_ts(c);
    if (b.only && !strcmp(b.only, "stock")) return bench_stock(c);
    if (b.only && !strcmp(b.only, "vda")) return bench_vda(c);
    if (b.only && !strcmp(b.only, "shop")) return bench_shop(c);
    if (b.only && !strcmp(b.only, "arrow") && cli_word(c, 1)) return bench_arrow(c, cli_word(c, 1));
    if (b.only && !strcmp(b.only, "tlm") && cli_word(c, 1)) return bench_tlm(c, cli_word(c, 1));
    if (!cli_ready(c, b.only ? 1 : 0)) return EXIT_BAD;
    for (size_t k = 0; k < sizeof rooms / sizeof *rooms; k++) known += wants(&b, rooms[k].room);
    if (!known) return cli_usage(c, "no bench of '%s'; there are bom, mrp, buy, sched, route, dispatch, charge, tlm [FILE], ts [FILE], arrow FILE, stock, shop, vda, life, fleet, plant DIR, live PLANT.json, route MAP SCEN and wire FILE.jsonl", b.only);
    b.out = table_new(4, head, "ssnn");
    for (size_t k = 0; k < sizeof rooms / sizeof *rooms && !s; k++)
        if (wants(&b, rooms[k].room)) s = rooms[k].run(&b);
    return s ? cli_fail(c, s) : table_print(c, &b.out, NULL);
}
