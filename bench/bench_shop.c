/* SPDX-License-Identifier: Apache-2.0 */
/* c12 bench shop: figures of the shop floor.  Points of control charts a second, one by one and in rows; reports graded a second; events of machines added up; movements valued; work orders moved, read and
 * written.  Medians of fifteen runs, on the thread's own clock, so that what else the machine does is left out. */
#include "bench.h"
#include "c12/cost.h"
#include "c12/kpi.h"
#include "c12/ncr.h"
#include "c12/spc.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SHOP_RUNS = 15, SHOP_POINTS = 1 << 18 };

typedef struct shop_bench { cli *c; table out; uint64_t state; c12_ns took[SHOP_RUNS]; int64_t *x, *y; uint32_t *fired; int8_t *side; } shop_bench;

static c12_ns shop_clock(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return t.tv_sec * (c12_ns)1000000000 + t.tv_nsec;
}

static int64_t shop_draw(shop_bench *b, int64_t n)
{
    b->state ^= b->state << 13;
    b->state ^= b->state >> 7;
    b->state ^= b->state << 17;
    return (int64_t)(b->state % (uint64_t)n);
}

static int shop_shorter(const void *a, const void *b)
{
    const c12_ns *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

static void shop_line(shop_bench *b, const char *what, int64_t things)
{
    qsort(b->took, SHOP_RUNS, sizeof *b->took, shop_shorter);
    c12_ns median = b->took[SHOP_RUNS / 2];
    table_word(&b->out, what);
    table_ratio(&b->out, median, things, 2);
    table_int(&b->out, median ? (int64_t)((double)things * 1e9 / (double)median) : 0);
}

static c12_status shop_watch(shop_bench *b, int64_t each, const char *what)
{
    c12_status s = C12_OK;
    for (int k = 0; k < SHOP_RUNS && !s; k++) {
        c12_spc_watch w = C12_INIT(c12_spc_watch);
        w.reach = 3000000;
        c12_ns t = shop_clock();
        for (int64_t i = 0; i < SHOP_POINTS && !s; i += each) s = c12_spc_push(&w, each, b->x + i, b->fired + i, &b->c->err);
        b->took[k] = shop_clock() - t;
    }
    shop_line(b, what, SHOP_POINTS);
    return s;
}

static c12_status shop_small_shifts(shop_bench *b, int cusum)
{
    c12_status s = C12_OK;
    for (int k = 0; k < SHOP_RUNS && !s; k++) {
        c12_spc_ewma e = C12_INIT(c12_spc_ewma);
        c12_spc_cusum u = C12_INIT(c12_spc_cusum);
        e.sigma = 1000000;
        u.allowance = 500000;
        u.interval = 5000000;
        c12_ns t = shop_clock();
        for (int64_t i = 0; i < SHOP_POINTS && !s; i++)
            s = cusum ? c12_spc_cusum_push(&u, 1, b->x + i, NULL, NULL, b->side + i, &b->c->err) : c12_spc_ewma_push(&e, 1, b->x + i, b->y + i, NULL, b->side + i, &b->c->err);
        b->took[k] = shop_clock() - t;
    }
    shop_line(b, cusum ? "spc: CUSUM, points one by one" : "spc: EWMA, points one by one", SHOP_POINTS);
    return s;
}

/* Subgroups of five: their mean and range, and both put on a chart. */
static c12_status shop_groups(shop_bench *b)
{
    c12_status s = C12_OK;
    for (int k = 0; k < SHOP_RUNS && !s; k++) {
        c12_spc_watch w[2] = { C12_INIT(c12_spc_watch), C12_INIT(c12_spc_watch) };
        uint32_t fired;
        int64_t mean, range;
        w[0].reach = 1500000000000;
        w[1].centre = 3500000000000;
        w[1].reach = 3000000000000;
        c12_ns t = shop_clock();
        for (int64_t i = 0; i + 5 <= SHOP_POINTS && !s; i += 5) {
            s = c12_spc_group(C12_SPC_XBAR_R, 5, b->x + i, &mean, &range, &b->c->err);
            if (!s) s = c12_spc_push(&w[0], 1, &mean, &fired, &b->c->err);
            if (!s) s = c12_spc_push(&w[1], 1, &range, &fired, &b->c->err);
        }
        b->took[k] = shop_clock() - t;
    }
    shop_line(b, "spc: X-bar and R of five, subgroups one by one", SHOP_POINTS / 5);
    return s;
}

/* ---- grades ---------------------------------------------------------------------------------------------------------------------- */

enum { SHOP_REPORTS = 1 << 20, SHOP_RULES = 60 };
static const char *const shop_words[] = { "safety", "actuator_failure", "performance", "scratch", "dent", "torque_low", "brake-noise", "non_safety", "label", "connector", "firmware", "bearing", "gear_backlash", "weld", "paint", "seal" };
enum { SHOP_WORDS = sizeof shop_words / sizeof *shop_words };

/* Codes of one to three words, and the same kind of words as rules. */
static int64_t *shop_texts(shop_bench *b, text *bytes, int64_t n, int most)
{
    int64_t *off = NEW(int64_t, n + 1);
    for (int64_t i = 0; i < n; i++) {
        for (int64_t k = 1 + shop_draw(b, most); k > 0; k--) text_add(bytes, "%s%s", shop_words[shop_draw(b, SHOP_WORDS)], k > 1 ? "/" : "");
        off[i + 1] = (int64_t)bytes->n;
    }
    return off;
}

static c12_status shop_grade(shop_bench *b, const c12_ncr_policy *p, c12_ncr_batch *in, int32_t *grade, uint32_t *reason, const char *what)
{
    c12_status s = C12_OK;
    for (int k = 0; k < SHOP_RUNS && !s; k++) {
        c12_ns t = shop_clock();
        s = c12_ncr_grade(p, in, grade, reason, NULL, &b->c->err);
        b->took[k] = shop_clock() - t;
    }
    shop_line(b, what, SHOP_REPORTS);
    return s;
}

static c12_status shop_grades(shop_bench *b)
{
    c12_ncr_policy p = C12_INIT(c12_ncr_policy), many = C12_INIT(c12_ncr_policy);
    c12_ncr_batch in = C12_INIT(c12_ncr_batch);
    text codes = { 0 }, rules = { 0 };
    int64_t *off = shop_texts(b, &codes, SHOP_REPORTS, 3), *rule_off = shop_texts(b, &rules, SHOP_RULES, 1), *lot = NEW(int64_t, SHOP_REPORTS), *bad = NEW(int64_t, SHOP_REPORTS);
    int32_t *grade = NEW(int32_t, SHOP_REPORTS), *rating = NEW(int32_t, SHOP_REPORTS), *repeats = NEW(int32_t, SHOP_REPORTS), rule_grade[SHOP_RULES];
    uint32_t *reason = NEW(uint32_t, SHOP_REPORTS);
    c12_status s = c12_ncr_default(&p, &b->c->err);
    in.n = SHOP_REPORTS;
    in.code_text = (const uint8_t *)codes.at;
    in.code_off = off;
    for (int k = 0; k < SHOP_RULES; k++) rule_grade[k] = 1 + (int32_t)shop_draw(b, 3);
    for (int64_t i = 0; i < SHOP_REPORTS; i++) { lot[i] = 1 + shop_draw(b, 1000); bad[i] = shop_draw(b, lot[i] + 1); rating[i] = 1 + (int32_t)shop_draw(b, 10); repeats[i] = (int32_t)shop_draw(b, 4); }
    if (!s) s = shop_grade(b, &p, &in, grade, reason, "ncr: grades, the document's 3 rules");
    many = p;
    many.n_rules = SHOP_RULES; many.rule_text = (const uint8_t *)rules.at; many.rule_off = rule_off; many.rule_grade = rule_grade;
    if (!s) s = shop_grade(b, &many, &in, grade, reason, "ncr: grades, 60 rules");
    many.major_ppm = 50000; many.critical_ppm = 200000; many.major_rpn = 100; many.critical_rpn = 300; many.repeat_lift = 3;
    in.lot_qty = lot; in.bad_qty = bad; in.severity = in.occurrence = in.detection = rating; in.repeats = repeats;
    if (!s) s = shop_grade(b, &many, &in, grade, reason, "ncr: grades, 60 rules, share, risk priority and repeats");
    void *const owned[] = { off, rule_off, lot, bad, grade, rating, repeats, reason };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
    text_free(&codes);
    text_free(&rules);
    return s;
}

/* ---- OEE and cost ------------------------------------------------------------------------------------------------------------------ */

enum { SHOP_EVENTS = 1000000, SHOP_MACHINES = 200, SHOP_REASONS = 12, SHOP_ITEMS = 5000 };

/* A million events of 200 machines, mixed as they come in. */
static c12_status shop_states(shop_bench *b)
{
    int32_t *unit = NEW(int32_t, SHOP_EVENTS), *reason = NEW(int32_t, SHOP_EVENTS), class_of[SHOP_REASONS];
    int64_t *begin = NEW(int64_t, SHOP_EVENTS), *end = NEW(int64_t, SHOP_EVENTS), now[SHOP_MACHINES] = { 0 }, spent[SHOP_MACHINES * C12_KPI_CLASSES], unknown[SHOP_MACHINES], failures[SHOP_MACHINES], lost[SHOP_REASONS];
    c12_mem scratch = { NULL, c12_kpi_tally_scratch(SHOP_MACHINES) };
    c12_status s = C12_OK;
    scratch.ptr = cli_new((int64_t)scratch.size, 1);
    for (int k = 0; k < SHOP_REASONS; k++) class_of[k] = k % C12_KPI_CLASSES;
    for (int64_t i = 0; i < SHOP_EVENTS; i++) {
        unit[i] = (int32_t)shop_draw(b, SHOP_MACHINES);
        reason[i] = (int32_t)shop_draw(b, SHOP_REASONS);
        begin[i] = now[unit[i]] + shop_draw(b, 4) * shop_draw(b, 2);
        end[i] = now[unit[i]] = begin[i] + 1 + shop_draw(b, 900);
    }
    c12_kpi_states x = { .struct_size = sizeof x, .n_units = SHOP_MACHINES, .n_reasons = SHOP_REASONS, .n = SHOP_EVENTS, .to = INT64_C(1) << 40, .unit = unit, .begin = begin, .end = end, .reason = reason, .class_of = class_of };
    c12_kpi_times t = { .struct_size = sizeof t, .time = spent, .unknown = unknown, .failures = failures, .by_reason = lost };
    for (int k = 0; k < SHOP_RUNS && !s; k++) {
        c12_ns at = shop_clock();
        s = c12_kpi_tally(&x, &t, scratch, &b->c->err);
        b->took[k] = shop_clock() - at;
    }
    shop_line(b, "kpi: a million events of 200 machines to OEE times and losses", SHOP_EVENTS);
    void *const owned[] = { unit, reason, begin, end, scratch.ptr };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
    return s;
}

/* A million movements of 5000 items, half of them issues of what is there. */
static c12_status shop_ledger(shop_bench *b, int32_t method, const char *what)
{
    const int32_t n = SHOP_EVENTS;
    int32_t *kind = NEW(int32_t, n), *item = NEW(int32_t, n);
    int64_t *qty = NEW(int64_t, n), *value = NEW(int64_t, n), *by = NEW(int64_t, n), *off = NEW(int64_t, n), have[SHOP_ITEMS] = { 0 }, standard[SHOP_ITEMS], on_hand[SHOP_ITEMS], worth[SHOP_ITEMS];
    c12_mem scratch = { NULL, c12_cost_value_scratch(SHOP_ITEMS, n) };
    c12_status s = C12_OK;
    scratch.ptr = cli_new((int64_t)scratch.size, 1);
    for (int32_t k = 0; k < SHOP_ITEMS; k++) standard[k] = shop_draw(b, 100000000);
    for (int32_t i = 0; i < n; i++) {
        int64_t *stock = &have[item[i] = (int32_t)shop_draw(b, SHOP_ITEMS)];
        const int out = *stock && shop_draw(b, 2);
        kind[i] = out ? C12_COST_ISSUE : C12_COST_RECEIPT;
        qty[i] = out ? 1 + shop_draw(b, *stock) : 1 + shop_draw(b, 100);
        value[i] = out ? 0 : qty[i] * shop_draw(b, 100000000);
        *stock += out ? -qty[i] : qty[i];
    }
    c12_cost_ledger l = { .struct_size = sizeof l, .method = method, .n_items = SHOP_ITEMS, .n = n, .kind = kind, .item = item, .qty = qty, .value = value, .standard = standard };
    c12_cost_valued v = { .struct_size = sizeof v, .change = by, .variance = off, .on_hand = on_hand, .value = worth };
    for (int k = 0; k < SHOP_RUNS && !s; k++) {
        c12_ns at = shop_clock();
        s = c12_cost_value(&l, &v, scratch, &b->c->err);
        b->took[k] = shop_clock() - at;
    }
    shop_line(b, what, n);
    void *const owned[] = { kind, item, qty, value, by, off, scratch.ptr };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
    return s;
}

/* ---- work orders ------------------------------------------------------------------------------------------------------------------- */

enum { SHOP_ORDERS = 20000, SHOP_STATIONS = 3, SHOP_TALE = 13 }; /* moves of an order from release to shipment */

/* Each order's tale, and the orders' tales mixed: event k of all orders comes before event k + 1 of any. */
static void shop_tales(int32_t *order, int32_t *kind, int32_t *station, c12_ns *at, c12_qty *good)
{
    static const int32_t kinds[SHOP_TALE] = { C12_ORDER_RELEASE, C12_ORDER_START, C12_ORDER_BEGIN, C12_ORDER_REPORT, C12_ORDER_FINISH, C12_ORDER_BEGIN, C12_ORDER_REPORT, C12_ORDER_FINISH, C12_ORDER_BEGIN, C12_ORDER_REPORT, C12_ORDER_FINISH,
        C12_ORDER_COMPLETE, C12_ORDER_SHIP };
    for (int32_t k = 0, i = 0; k < SHOP_TALE; k++)
        for (int32_t o = 0; o < SHOP_ORDERS; o++, i++) {
            order[i] = o;
            kind[i] = kinds[k];
            station[i] = k < 2 || k > 10 ? -1 : (k - 2) / SHOP_STATIONS;
            at[i] = i;
            good[i] = kinds[k] == C12_ORDER_REPORT ? 10 : 0;
        }
}

/* A book as it begins: all that the library writes is one block of zeros. */
static c12_status shop_moves(shop_bench *b)
{
    const int32_t n = SHOP_ORDERS, events = n * SHOP_TALE, st = n * SHOP_STATIONS;
    int32_t *order = NEW(int32_t, events), *kind = NEW(int32_t, events), *station = NEW(int32_t, events), *refusal = NEW(int32_t, events), *narrow = NEW(int32_t, 4 * n + st);
    int64_t *at = NEW(int64_t, events), *good = NEW(int64_t, events), *wide = NEW(int64_t, 6 * n + 5 * st), *ordered = NEW(int64_t, n), *off = NEW(int64_t, n + 1), *created = NEW(int64_t, n), refused = 0;
    c12_status s = C12_OK;
    shop_tales(order, kind, station, at, good);
    for (int32_t o = 0; o < n; o++) { ordered[o] = 10; off[o + 1] = off[o] + SHOP_STATIONS; }
    c12_order_events e = { .struct_size = sizeof e, .n = events, .order = order, .kind = kind, .station = station, .by = refusal, .at = at, .good = good };
    for (int k = 0; k < SHOP_RUNS && !s; k++) {
        int32_t *i = narrow;
        int64_t *w = wide;
        memset(narrow, 0, (size_t)(4 * n + st) * 4);
        memset(wide, 0, (size_t)(6 * n + 5 * st) * 8);
        c12_order_book o = { .struct_size = sizeof o, .n = n, .ordered = ordered, .created = created, .station_off = off, .accepted = i, .state = i + n, .held = i + 2 * n, .parent = i + 3 * n, .station_state = i + 4 * n, .qty = w,
            .good = w + n, .scrap = w + 2 * n, .last = w + 3 * n, .started = w + 4 * n, .ended = w + 5 * n, .station_begun = w + 6 * n, .station_ended = w + 6 * n + st, .station_good = w + 6 * n + 2 * st,
            .station_scrap = w + 6 * n + 3 * st, .station_rework = w + 6 * n + 4 * st };
        c12_ns t = shop_clock();
        s = c12_order_apply(&o, &e, NULL, &b->c->err);
        b->took[k] = shop_clock() - t;
        for (int32_t r = 0; r < n; r++) refused += o.state[r] != C12_ORDER_SHIPPED;
    }
    shop_line(b, "order: moves of 20,000 orders from release to shipment", events);
    void *const owned[] = { order, kind, station, refusal, narrow, at, good, wide, ordered, off, created };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
    if (!s && refused) cli_say("c12 bench: %" PRId64 " orders were not shipped; please report", refused);
    return s ? s : refused ? C12_E_INTERNAL : C12_OK;
}

/* The document's JSON, in and out: what was read is written again. */
static c12_status shop_json(shop_bench *b)
{
    text j = { 0 };
    c12_status s = C12_OK;
    c12_ns out[SHOP_RUNS];
    text_add(&j, "[");
    for (int i = 0; i < SHOP_ORDERS; i++)
        text_add(&j, "%s{\"work_order_id\":\"WO-%d\",\"product_sku\":\"C12-ARM\",\"quantity\":%d,\"status\":\"IN_PROGRESS\",\"priority\":3,\"created_date\":\"2025-11-03T06:00:00Z\",\"actual_start\":\"2025-11-03T06:35:12Z\","
            "\"station_progress\":{\"frame\":\"completed\",\"wiring\":\"in_progress\",\"test\":\"pending\"},\"assigned_robots\":[\"G1-%03d\"],\"quality_holds\":[]}", i ? "," : "", i, 1 + i % 9, i % 40);
    text_add(&j, "]");
    for (int k = 0; k < SHOP_RUNS && !s; k++) {
        c12io_orders *o = NULL;
        c12_mem bytes = { NULL, 0 };
        c12_ns t = shop_clock();
        s = c12io_orders_read(&o, (c12_view){ (const uint8_t *)j.at, j.n }, "bench", &b->c->err);
        b->took[k] = shop_clock() - t;
        t = shop_clock();
        if (!s) s = c12io_orders_write(c12io_orders_list(o), &bytes, &b->c->err);
        out[k] = shop_clock() - t;
        c12io_bytes_free(&bytes);
        c12io_orders_free(o);
    }
    shop_line(b, "order: work orders read from JSON", SHOP_ORDERS);
    memcpy(b->took, out, sizeof out);
    shop_line(b, "order: work orders written as JSON", SHOP_ORDERS);
    text_free(&j);
    return s;
}

int bench_shop(cli *c)
{
    static const char *const head[] = { "what", "ns_each", "per_second" };
    shop_bench b = { .c = c, .out = table_new(3, head, "snn"), .state = 88172645463325252u, .x = NEW(int64_t, SHOP_POINTS), .y = NEW(int64_t, SHOP_POINTS), .fired = NEW(uint32_t, SHOP_POINTS), .side = NEW(int8_t, SHOP_POINTS) };
    if (!cli_ready(c, 1)) return EXIT_BAD;
    for (int64_t i = 0; i < SHOP_POINTS; i++) {
        b.x[i] = -6000000;
        for (int k = 0; k < 12; k++) b.x[i] += shop_draw(&b, 1000001); /* about normal, sigma one million */
    }
    c12_status s = shop_watch(&b, 1, "spc: eight Nelson rules, points one by one");
    if (!s) s = shop_watch(&b, 4096, "spc: eight Nelson rules, 4096 points a call");
    if (!s) s = shop_groups(&b);
    if (!s) s = shop_small_shifts(&b, 0);
    if (!s) s = shop_small_shifts(&b, 1);
    if (!s) s = shop_grades(&b);
    if (!s) s = shop_states(&b);
    if (!s) s = shop_ledger(&b, C12_COST_FIFO, "cost: movements valued first in, first out");
    if (!s) s = shop_ledger(&b, C12_COST_AVERAGE, "cost: movements valued at the moving average");
    if (!s) s = shop_moves(&b);
    if (!s) s = shop_json(&b);
    free(b.x);
    free(b.y);
    free(b.fired);
    free(b.side);
    return s ? cli_fail(c, s) : table_print(c, &b.out, NULL);
}
