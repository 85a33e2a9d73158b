/* SPDX-License-Identifier: Apache-2.0 */
/* c12 bench shop: quality on the shop floor.  Points of control charts a second, one by one and in rows; reports graded a second.  Medians of fifteen runs. */
#include "bench.h"
#include "c12/spc.h"
#include <stdlib.h>
#include <string.h>

enum { SHOP_RUNS = 15, SHOP_POINTS = 1 << 18 };

typedef struct shop_bench { cli *c; table out; uint64_t state; c12_ns took[SHOP_RUNS]; int64_t *x, *y; uint32_t *fired; int8_t *side; } shop_bench;

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
        c12_ns t = c12io_now();
        for (int64_t i = 0; i < SHOP_POINTS && !s; i += each) s = c12_spc_push(&w, each, b->x + i, b->fired + i, &b->c->err);
        b->took[k] = c12io_now() - t;
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
        c12_ns t = c12io_now();
        for (int64_t i = 0; i < SHOP_POINTS && !s; i++)
            s = cusum ? c12_spc_cusum_push(&u, 1, b->x + i, NULL, NULL, b->side + i, &b->c->err) : c12_spc_ewma_push(&e, 1, b->x + i, b->y + i, NULL, b->side + i, &b->c->err);
        b->took[k] = c12io_now() - t;
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
        c12_ns t = c12io_now();
        for (int64_t i = 0; i + 5 <= SHOP_POINTS && !s; i += 5) {
            s = c12_spc_group(C12_SPC_XBAR_R, 5, b->x + i, &mean, &range, &b->c->err);
            if (!s) s = c12_spc_push(&w[0], 1, &mean, &fired, &b->c->err);
            if (!s) s = c12_spc_push(&w[1], 1, &range, &fired, &b->c->err);
        }
        b->took[k] = c12io_now() - t;
    }
    shop_line(b, "spc: X-bar and R of five, subgroups one by one", SHOP_POINTS / 5);
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
    free(b.x);
    free(b.y);
    free(b.fired);
    free(b.side);
    return s ? cli_fail(c, s) : table_print(c, &b.out, NULL);
}
