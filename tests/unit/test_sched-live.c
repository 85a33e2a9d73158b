/* SPDX-License-Identifier: Apache-2.0 */
/* A plan that lives on: whatever happens to random plants, the branch's plan passes the checker by the branch's problem, differences are
 * what differs, a promise changes nothing, and a refused event leaves all as it was. */
#include "sched_site.h"
#include <stdio.h>

typedef struct diff_columns { c12_sched_diff c; int64_t op[SITE_OPS]; c12_tick before[SITE_OPS], after[SITE_OPS], end_before[SITE_JOBS], end_after[SITE_JOBS]; int32_t mode_before[SITE_OPS], mode_after[SITE_OPS], job[SITE_JOBS]; } diff_columns;

static c12_sched_diff *open_diff(diff_columns *d)
{
    c12_sched_diff c = C12_INIT(c12_sched_diff);
    c.cap = SITE_OPS; c.jobs_cap = SITE_JOBS;
    c.op = d->op; c.start_before = d->before; c.start_after = d->after; c.mode_before = d->mode_before; c.mode_after = d->mode_after;
    c.job = d->job; c.end_before = d->end_before; c.end_after = d->end_after;
    d->c = c;
    return &d->c;
}

static int is_gone(const c12_sched_problem *p, int64_t o) { return p->op_gone && p->op_gone[o]; }
static int64_t ops_of(const c12_sched_problem *p) { return p->n_jobs ? p->op_off[p->n_jobs] : 0; }

/* The diff's rows are exactly the operations whose start or mode differs. */
static void judge_diff(const diff_columns *d, const site_plan *a, int64_t na, const uint8_t *gone_a, const site_plan *b, const c12_sched_problem *pb)
{
    int64_t at = 0, n = ops_of(pb);
    for (int64_t o = 0; o < n; o++) {
        int in_a = o < na && !gone_a[o], in_b = !is_gone(pb, o);
        int64_t from = in_a ? a->start[o] : -1, to = in_b ? b->start[o] : -1;
        int32_t was = in_a ? a->mode[o] : -1, is = in_b ? b->mode[o] : -1;
        if (from == to && was == is) continue;
        ck_assert_int_lt(at, d->c.count);
        ck_assert_int_eq(d->op[at], o);
        ck_assert(d->before[at] == from && d->after[at] == to && d->mode_before[at] == was && d->mode_after[at] == is);
        at++;
    }
    ck_assert_int_eq(at, d->c.count);
    ck_assert_int_eq(d->c.objective_before, a->objective);
    ck_assert_int_eq(d->c.objective_after, b->objective);
}

/* ---- random events ------------------------------------------------------------------------------------------------------- */

typedef struct shop_floor { c12_sched *h; site_plan plan; c12_sched_problem p; c12_tick now; } shop_floor;

static c12_sched_event event(int32_t kind, int64_t row, c12_tick from, c12_tick to)
{
    c12_sched_event e = { kind, -1, row, from, to };
    return e;
}

/* The next operation of a random job that could be reported on, -1 = none. */
static int64_t next_op(const shop_floor *f, c12__rng *g)
{
    int32_t j = (int32_t)site_roll(g, 0, f->p.n_jobs - 1);
    for (int64_t o = f->p.op_off[j]; o < f->p.op_off[j + 1]; o++)
        if (!is_gone(&f->p, o) && !f->h->live.slot[f->h->live.of[0]].done[o]) return o;
    return -1;
}

static c12_sched_event draw_event(shop_floor *f, c12__rng *g)
{
    int64_t o = next_op(f, g), t = f->now;
    switch (site_roll(g, 0, 8)) {
    case 0: t = f->now += site_roll(g, 0, 12); return event(C12_SCHED_NOW, -1, t, t + site_roll(g, 0, 30));
    case 1: return event(C12_SCHED_DOWN, site_roll(g, 0, SITE_MACHINES - 1), t + site_roll(g, 0, 20), t + site_roll(g, 21, 60));
    case 2: case 3: if (o >= 0) return event(C12_SCHED_STARTED, o, t, site_roll(g, 0, 1) ? -1 : t + site_roll(g, 0, 30)); break;
    case 4: case 5: if (o >= 0) { f->now = t += site_roll(g, 0, 5); return event(C12_SCHED_FINISHED, o, -1, t); } break;
    case 6: if (o >= 0) return event(C12_SCHED_MATERIAL, o, -1, site_roll(g, 0, t + 60)); break;
    case 7: if (!site_roll(g, 0, 3)) return event(C12_SCHED_CANCEL, site_roll(g, 0, f->p.n_jobs - 1), -1, -1); break;
    default: break;
    }
    return event(C12_SCHED_DUE, site_roll(g, 0, f->p.n_jobs - 1), -1, site_roll(g, -1, t + 200));
}

/* One order of a few operations. */
static void make_order(site *s, c12__rng *g, int features)
{
    int64_t row = 0;
    memset(s, 0, sizeof *s);
    s->op_off[1] = site_roll(g, 1, 4);
    s->weight[0] = site_roll(g, 0, 8);
    s->due[0] = site_roll(g, 10, 300);
    s->release[0] = site_roll(g, 0, 100);
    for (int o = 0; o < s->op_off[1]; o++) site_op(s, g, features, o, &row);
    site_bind(s, features & ~SITE_CLOSED & ~SITE_PREDS, 1);
    s->p.setup = NULL;
    if (features & SITE_CLOSED) s->p.op_resumable = s->resumable;
}

static void promise_and_insert(shop_floor *f, c12__rng *g, int features, int insert)
{
    site order;
    diff_columns d;
    site_plan before = f->plan;
    uint8_t gone[SITE_OPS] = { 0 };
    int64_t n = ops_of(&f->p);
    int32_t job = -1;
    c12_error e = C12_INIT(c12_error);
    c12_sched_offer offer = C12_INIT(c12_sched_offer);
    c12_sched_calm calm = C12_INIT(c12_sched_calm);
    calm.until = f->now + 60;
    calm.weight = site_roll(g, 0, 2) * 10;
    make_order(&order, g, features);
    if (f->p.n_jobs == SITE_JOBS || n + order.op_off[1] > SITE_OPS) return;
    for (int64_t o = 0; o < n; o++) gone[o] = (uint8_t)is_gone(&f->p, o);
    ck_assert_msg(!c12_sched_promise(f->h, 0, &order.p, &offer, open_diff(&d), &e), "%s %s", e.what, e.field);
    ck_assert_msg(offer.rush >= 0 && offer.quiet >= 0 && offer.late <= offer.later, "quiet %d rush %d later %d late %d steps %d", (int)offer.quiet, (int)offer.rush, offer.later, offer.late, f->h->live.stepped);
    site_get(f->h, 0, &f->plan, &f->p, "promise");
    ck_assert_int_eq(ops_of(&f->p), n);
    ck_assert(!memcmp(before.start, f->plan.start, (size_t)n * sizeof *before.start) && !memcmp(before.mode, f->plan.mode, (size_t)n * sizeof *before.mode));
    if (!insert) return;
    ck_assert_msg(!c12_sched_insert(f->h, 0, &order.p, &calm, &job, open_diff(&d), &e), "%s %s", e.what, e.field);
    ck_assert_int_eq(job, f->p.n_jobs);
    site_get(f->h, 0, &f->plan, &f->p, "insert");
    judge_diff(&d, &before, n, gone, &f->plan, &f->p);
}

static void one_event(shop_floor *f, c12__rng *g)
{
    diff_columns d;
    char name[40];
    site_plan before = f->plan;
    uint8_t gone[SITE_OPS] = { 0 };
    int64_t n = ops_of(&f->p);
    c12_error e = C12_INIT(c12_error);
    c12_sched_event ev = draw_event(f, g);
    snprintf(name, sizeof name, "event kind %d", (int)ev.kind);
    for (int64_t o = 0; o < n; o++) gone[o] = (uint8_t)is_gone(&f->p, o);
    c12_status s = c12_sched_apply(f->h, 0, &ev, 1, open_diff(&d), &e);
    ck_assert_msg(!s || s == C12_E_SPACE || s == C12_E_RANGE, "%s: %s %s", name, e.what, e.field);
    if (s == C12_E_RANGE) ck_assert_str_eq(e.field, "events.to"); /* finished before it started */
    site_get(f->h, 0, &f->plan, &f->p, name);
    if (!s) judge_diff(&d, &before, n, gone, &f->plan, &f->p);
}

static void live_through(uint64_t seed, int features, int jobs, int32_t goal)
{
    site s;
    shop_floor f = { 0 };
    c12_error e = C12_INIT(c12_error);
    c12_info i = C12_INIT(c12_info);
    c12__rng g = c12__rng_from(seed, 99);
    c12_budget b = site_work(200, seed);
    site_make(&s, seed, features, jobs);
    f.h = site_open(&s, goal);
    site_columns(&f.plan);
    ck_assert_msg(!c12_sched_solve(f.h, 0, &b, &f.plan.c, &i, &e), "%s", e.what);
    ck_assert(i.outcome == C12_FEASIBLE || i.outcome == C12_OPTIMAL);
    site_get(f.h, 0, &f.plan, &f.p, "solve");
    for (int k = 0; k < 30; k++) {
        int64_t what = site_roll(&g, 0, 11);
        if (what < 2) promise_and_insert(&f, &g, features, what == 0);
        else if (what == 2) {
            c12_sched_calm calm = C12_INIT(c12_sched_calm);
            calm.until = f.now + 50;
            calm.weight = site_roll(&g, 0, 20);
            ck_assert_msg(!c12_sched_repair(f.h, 0, &calm, &b, NULL, &i, &e), "%s", e.what);
            ck_assert(i.objective <= f.plan.objective);
            site_get(f.h, 0, &f.plan, &f.p, "repair");
        } else one_event(&f, &g);
    }
    c12_sched_destroy(f.h);
}

START_TEST(plans_stay_right_whatever_happens)
{
    for (uint64_t seed = 1; seed <= 3; seed++) live_through(seed * 1000 + (uint64_t)_i, _i, seed % 2 ? 12 : 45, (int32_t)(seed % 3));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("sched-live");
    TCase *t = tcase_create("live");
    tcase_set_timeout(t, 600);
    tcase_add_loop_test(t, plans_stay_right_whatever_happens, 0, SITE_FEATURES);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
