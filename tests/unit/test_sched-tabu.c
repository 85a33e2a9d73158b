/* SPDX-License-Identifier: Apache-2.0 */
/* The tabu search on job shops with a choice of machines: every plan judged, tiny ones against all orders and modes. */
#include "base/rng.h"
#include "sched/sched_internal.h"
#include <check.h>
#include <stdlib.h>
#include <string.h>

enum { JOBS = 8, OPS = 48, MODES = 3 * OPS, MACHINES = 5 };

typedef struct shop {
    c12_sched_problem p;
    c12_sched_dims d;
    int64_t op_off[JOBS + 1], mode_off[OPS + 1];
    int32_t machine[MODES], mode[OPS];
    c12_tick ticks[MODES], release[JOBS], ready[OPS], start[OPS], end[OPS];
} shop;

/* Jobs may come back to a machine, at once even; some operations take no time; modes of one operation may share a machine. */
static shop *new_shop(uint64_t seed, int jobs, int most_ops, int machines, int most_modes)
{
    c12__rng r = c12__rng_from(seed, 7);
    shop *s = calloc(1, sizeof *s);
    c12_sched_problem p = C12_INIT(c12_sched_problem);
    c12_sched_dims d = C12_INIT(c12_sched_dims);
    int64_t n = 0, m = 0;
    for (int j = 0; j < jobs; j++) {
        s->release[j] = c12__rng_range(&r, -20, 20);
        if (s->release[j] < 0) s->release[j] = 0;
        for (int64_t k = c12__rng_range(&r, 0, most_ops); k > 0; k--) {
            s->ready[n] = c12__rng_below(&r, 6) ? 0 : c12__rng_range(&r, 0, 40);
            for (int64_t c = c12__rng_range(&r, 1, most_modes); c > 0; c--, m++) {
                s->machine[m] = (int32_t)c12__rng_below(&r, (uint64_t)machines);
                s->ticks[m] = c12__rng_below(&r, 8) ? c12__rng_range(&r, 1, 12) : 0;
            }
            s->mode_off[++n] = m;
        }
        s->op_off[j + 1] = n;
    }
    p.n_jobs = d.jobs = jobs;
    p.n_machines = d.machines = machines;
    d.ops = n;
    d.modes = m;
    p.op_off = s->op_off; p.mode_off = s->mode_off; p.mode_machine = s->machine; p.mode_ticks = s->ticks; p.job_release = s->release; p.op_ready = s->ready;
    s->p = p;
    s->d = d;
    return s;
}

static c12_info solve(shop *s, int64_t work, uint64_t seed, int32_t islands)
{
    c12_sched *h;
    c12_error e = C12_INIT(c12_error);
    c12_info info = C12_INIT(c12_info);
    c12_budget b = C12_INIT(c12_budget);
    c12_sched_plan plan = C12_INIT(c12_sched_plan);
    c12_verdict v = C12_INIT(c12_verdict);
    b.work_limit = work;
    b.seed = seed;
    b.islands = islands;
    plan.op_start = s->start; plan.op_end = s->end; plan.op_mode = s->mode;
    ck_assert_msg(!c12_sched_create(&h, &s->d, NULL, NULL, &e), "%s %s", e.what, e.field);
    ck_assert_msg(!c12_sched_load(h, &s->p, &e), "%s %s", e.what, e.field);
    ck_assert_msg(!c12_sched_solve(h, 0, &b, &plan, &info, &e), "%s", e.what);
    c12_sched_destroy(h);
    ck_assert_int_eq(c12_sched_check(&s->p, &plan, NULL, &v, &e), C12_OK);
    ck_assert_msg(!v.violations, "%s op %d", v.rule, (int)v.row);
    ck_assert_int_eq(v.objective, info.objective);
    ck_assert_int_le(info.bound, info.objective);
    return info;
}

START_TEST(every_plan_is_feasible)
{
    for (uint64_t seed = 0; seed < 60; seed++) {
        shop *s = new_shop(1000 * (uint64_t)_i + seed, 1 + (int)(seed % JOBS), 6, 1 + (int)(seed / 8 % MACHINES), 1 + (int)(seed % 3));
        solve(s, 3000, seed, 2);
        free(s);
    }
}
END_TEST

/* ---- tiny ones, tried through ---------------------------------------------------------------------------------------------- */

enum { TINY = 6 };

typedef struct search { const shop *s; int64_t next[JOBS], job_end[JOBS], free_at[MACHINES], best; } search;

/* Every order of the operations, in every mode: each is started as soon as its job and its machine let it. */
static void try_all(search *t, int64_t span)
{
    int left = 0;
    if (span >= t->best) return;
    for (int j = 0; j < t->s->p.n_jobs; j++) {
        int64_t o = t->next[j];
        if (o == t->s->op_off[j + 1]) continue;
        left = 1;
        for (int64_t k = t->s->mode_off[o]; k < t->s->mode_off[o + 1]; k++) {
            int64_t *machine = t->free_at + t->s->machine[k], *job = t->job_end + j, was[2] = { *machine, *job }, start = *job > t->s->ready[o] ? *job : t->s->ready[o];
            if (t->s->ticks[k] && *machine > start) start = *machine;
            *job = start + t->s->ticks[k];
            if (t->s->ticks[k]) *machine = *job;
            t->next[j]++;
            try_all(t, *job > span ? *job : span);
            t->next[j]--;
            *machine = was[0];
            *job = was[1];
        }
    }
    if (!left) t->best = span;
}

START_TEST(tiny_shops_reach_the_optimum)
{
    for (uint64_t seed = 0; seed < 40; seed++) {
        shop *s = new_shop(777777 + 1000 * (uint64_t)_i + seed, 3, 2, 2 + (int)(seed % 2), 2);
        search t = { .s = s, .best = INT64_MAX };
        for (int j = 0; j < s->p.n_jobs; j++) { t.next[j] = s->op_off[j]; t.job_end[j] = s->release[j]; }
        try_all(&t, 0);
        ck_assert_int_le(s->op_off[s->p.n_jobs], TINY);
        ck_assert_msg(solve(s, 20000, seed, 2).objective == t.best, "seed %d: %ld instead of %ld", (int)seed, (long)solve(s, 20000, seed, 2).objective, (long)t.best);
        free(s);
    }
}
END_TEST

/* 8 jobs of 5 alike operations of 7 ticks, each for three of 5 machines: the load alone, 8 * 5 * 7 / 5, is the optimum. */
START_TEST(alike_machines_share_the_load)
{
    shop *s = new_shop(1, JOBS, 6, MACHINES, 1);
    int64_t n = 0, m = 0;
    for (int j = 0; j < JOBS; j++) {
        for (int k = 0; k < 5; k++) {
            for (int c = 0; c < 3; c++, m++) { s->machine[m] = (j + k + c) % MACHINES; s->ticks[m] = 7; }
            s->mode_off[++n] = m;
        }
        s->op_off[j + 1] = n;
    }
    memset(s->release, 0, sizeof s->release);
    memset(s->ready, 0, sizeof s->ready);
    s->d.ops = n;
    s->d.modes = m;
    ck_assert_int_eq(solve(s, 20000, 3, 2).objective, JOBS * 5 * 7 / MACHINES);
    free(s);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("sched-tabu");
    TCase *t = tcase_create("sched-tabu");
    SRunner *r = srunner_create(s);
    tcase_set_timeout(t, 120);
    suite_add_tcase(s, t);
    tcase_add_loop_test(t, every_plan_is_feasible, 0, 4);
    tcase_add_loop_test(t, tiny_shops_reach_the_optimum, 0, 4);
    tcase_add_test(t, alike_machines_share_the_load);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
