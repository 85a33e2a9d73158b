/* SPDX-License-Identifier: Apache-2.0 */
/* c12 bench stock: movements posted, places found, tours walked, roles asked; thread's processor time, the median of some runs. */
#include "bench.h"
#include "c12/access.h"
#include "c12/stock.h"
#include <stdlib.h>
#include <time.h>

enum { STOCK_RUNS = 7, STOCK_ITEMS = 5000, STOCK_PLACES = 20000, STOCK_MOVES = 1 << 20, STOCK_SPOTS = 100000, STOCK_TOURS = 2000, STOCK_PICKS = 30 };

typedef struct stock_bench { cli *c; table out; uint64_t state; } stock_bench;

static int64_t stock_draw(stock_bench *b, int64_t n)
{
    b->state ^= b->state << 13;
    b->state ^= b->state >> 7;
    b->state ^= b->state << 17;
    return (int64_t)(b->state % (uint64_t)n);
}

static int64_t stock_clock(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return t.tv_sec * (int64_t)1000000000 + t.tv_nsec;
}

static int stock_sooner(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

static void stock_line(stock_bench *b, const char *what, int64_t *took, int64_t things)
{
    qsort(took, STOCK_RUNS, sizeof *took, stock_sooner);
    int64_t ns = took[STOCK_RUNS / 2] > 0 ? took[STOCK_RUNS / 2] : 1;
    table_word(&b->out, what);
    table_ratio(&b->out, ns, things, 1);
    table_ratio(&b->out, things * 1000, ns, 2);
}

/* Receipts first, then a mix; every item has some twenty places. */
static c12_status stock_moves_made(stock_bench *b)
{
    int64_t took[STOCK_RUNS], n = STOCK_MOVES;
    int32_t *column[4];
    c12_qty *qty = NEW(c12_qty, n);
    for (int k = 0; k < 4; k++) column[k] = NEW(int32_t, n);
    for (int64_t r = 0; r < n; r++) {
        int32_t item = (int32_t)stock_draw(b, STOCK_ITEMS), kind = r < n / 2 || stock_draw(b, 4) == 0 ? C12_STOCK_RECEIPT : stock_draw(b, 2) ? C12_STOCK_TRANSFER : C12_STOCK_ADJUST;
        column[0][r] = kind;
        column[1][r] = item;
        column[2][r] = (int32_t)((item * 7 + stock_draw(b, 20)) % STOCK_PLACES);
        column[3][r] = (int32_t)((item * 7 + 20 + stock_draw(b, 20)) % STOCK_PLACES);
        qty[r] = 1 + stock_draw(b, 9);
    }
    uint8_t *negative = NEW(uint8_t, STOCK_ITEMS);
    for (int32_t i = 0; i < STOCK_ITEMS; i++) negative[i] = 1;
    c12_stock_dims d = { .struct_size = sizeof d, .items = STOCK_ITEMS, .locations = STOCK_PLACES, .balances = 1 << 19 };
    c12_stock_master m = { .struct_size = sizeof m, .n_items = STOCK_ITEMS, .n_locations = STOCK_PLACES, .negative = negative };
    c12_stock_moves moves = { .struct_size = sizeof moves, .n = n, .kind = column[0], .item = column[1], .from = column[2], .to = column[3], .qty = qty };
    c12_stock *s = NULL;
    c12_status st = c12_stock_create(&s, &d, NULL, &b->c->err);
    for (int k = 0; k < STOCK_RUNS && !st; k++) {
        if ((st = c12_stock_load(s, &m, &b->c->err))) break;
        took[k] = -stock_clock();
        st = c12_stock_post(s, &moves, &b->c->err);
        took[k] += stock_clock();
    }
    if (!st) stock_line(b, "movements posted, 5,000 items at 40 places each", took, n);
    c12_stock_destroy(s);
    for (int k = 0; k < 4; k++) free(column[k]);
    free(qty);
    free(negative);
    return st;
}

static c12_status stock_places_found(stock_bench *b)
{
    int64_t took[STOCK_RUNS], *free_ = NEW(int64_t, STOCK_SPOTS), *distance = NEW(int64_t, STOCK_SPOTS);
    int32_t *zone = NEW(int32_t, STOCK_SPOTS), asked = 100000, where;
    for (int32_t i = 0; i < STOCK_SPOTS; i++) { zone[i] = (int32_t)stock_draw(b, 3); free_[i] = stock_draw(b, 4) ? stock_draw(b, 50) : 0; distance[i] = stock_draw(b, 500); }
    c12_stock_places p = { .struct_size = sizeof p, .n_locations = STOCK_SPOTS, .n_zones = 3, .zone = zone, .free = free_, .distance = distance };
    c12_stock_space *s = NULL;
    c12_mem mem = { NULL, 0 };
    c12_status st = c12_stock_space_bytes(p.n_locations, p.n_zones, &mem.size, &b->c->err);
    mem.ptr = cli_new((int64_t)mem.size, 1);
    for (int k = 0; k < STOCK_RUNS && !st; k++) {
        if ((st = c12_stock_space_init(&s, mem, &p, &b->c->err))) break;
        took[k] = -stock_clock();
        for (int32_t i = 0; i < asked && !st; i++) st = c12_stock_putaway(s, i % 3, 1 + i % 23, &where, NULL, &b->c->err);
        took[k] += stock_clock();
    }
    if (!st) stock_line(b, "places found among 100,000 locations in 3 zones", took, asked);
    free(free_);
    free(distance);
    free(zone);
    free(mem.ptr);
    return st;
}

static c12_status stock_tours_walked(stock_bench *b)
{
    int64_t took[STOCK_RUNS], *position = NEW(int64_t, STOCK_TOURS * STOCK_PICKS), length;
    int32_t *aisle = NEW(int32_t, STOCK_TOURS * STOCK_PICKS), order[STOCK_PICKS];
    c12_stock_block block = { .struct_size = sizeof block, .aisles = 12, .depot = 5, .pitch = 5, .length = 40 };
    c12_mem scratch = { NULL, c12_stock_tour_scratch(block.aisles, STOCK_PICKS) };
    c12_status st = C12_OK;
    scratch.ptr = cli_new((int64_t)scratch.size, 1);
    for (int32_t i = 0; i < STOCK_TOURS * STOCK_PICKS; i++) { aisle[i] = (int32_t)stock_draw(b, block.aisles); position[i] = stock_draw(b, block.length + 1); }
    for (int k = 0; k < STOCK_RUNS && !st; k++) {
        took[k] = -stock_clock();
        for (int32_t i = 0; i < STOCK_TOURS && !st; i++) st = c12_stock_tour(&block, STOCK_PICKS, aisle + i * STOCK_PICKS, position + i * STOCK_PICKS, order, &length, scratch, &b->c->err);
        took[k] += stock_clock();
    }
    if (!st) stock_line(b, "exact tours of 30 picks in 12 aisles", took, STOCK_TOURS);
    free(position);
    free(aisle);
    free(scratch.ptr);
    return st;
}

/* Three roles a person, two things done before, over the document's policy. */
static c12_status stock_roles_asked(stock_bench *b)
{
    enum { ASKED = 1 << 20 };
    int64_t took[STOCK_RUNS];
    int32_t role[3] = { 0, 1, 1 }, did[2] = { 7, 9 };
    c12_access_policy p = C12_INIT(c12_access_policy);
    c12_access_decision d = C12_INIT(c12_access_decision);
    c12_access *s = NULL;
    c12_mem mem = { NULL, 0 };
    c12_status st = c12_access_default(&p, &b->c->err);
    if (!st) st = c12_access_bytes(&p, 0, &mem.size, &b->c->err);
    mem.ptr = cli_new((int64_t)mem.size, 1);
    if (!st) st = c12_access_init(&s, mem, &p, NULL, 0, NULL, &b->c->err);
    for (int k = 0; k < STOCK_RUNS && !st; k++) {
        took[k] = -stock_clock();
        for (int32_t i = 0; i < ASKED && !st; i++) st = c12_access_decide(s, 3, role, i % 12, 2, did, &d, &b->c->err);
        took[k] += stock_clock();
    }
    if (!st) stock_line(b, "decisions on three roles and two things done", took, ASKED);
    free(mem.ptr);
    return st;
}

int bench_stock(cli *c)
{
    static const char *const head[] = { "what", "ns_each", "million_per_s" };
    stock_bench b = { .c = c, .state = 88172645463325252u };
    if (!cli_ready(c, 1)) return EXIT_BAD;
    b.out = table_new(3, head, "snn");
    c12_status s = stock_moves_made(&b);
    if (!s) s = stock_places_found(&b);
    if (!s) s = stock_tours_walked(&b);
    if (!s) s = stock_roles_asked(&b);
    return s ? cli_fail(c, s) : table_print(c, &b.out, NULL);
}
