/* SPDX-License-Identifier: Apache-2.0 */
/* Plants large enough for the search over machine sequences: every feature through the checker, same bits, limits. */
#include "base/rng.h"
#include "sched/sched_internal.h"
#include "rounds.h"
#include <check.h>
#include <stdlib.h>
#include <string.h>

enum { JOBS = 60, MOST_OPS = 300, MACHINES = 6, FAMILIES = 4, BREAKS = 12 };
enum { MODES = 1, SETUPS = 2, CLOSED = 4, PREDS = 8, DATES = 16, SOLID = 32, FIXED = 64, FEATURES = 128 }; /* SOLID: half of the operations may not pause */

typedef struct plant {
    c12_sched_problem p;
    c12_sched_dims d;
    c12_sched_plan plan;
    int64_t op_off[JOBS + 1], mode_off[MOST_OPS + 1], pred_off[MOST_OPS + 1], pred[MOST_OPS], break_off[MACHINES + 1], weight[JOBS];
    int32_t machine[MOST_OPS * 3], family[MOST_OPS], fixed_mode[MOST_OPS], mode[MOST_OPS];
    c12_tick ticks[MOST_OPS * 3], release[JOBS], due[JOBS], ready[MOST_OPS], setup[FAMILIES * FAMILIES], from[MACHINES * BREAKS], to[MACHINES * BREAKS], start[MOST_OPS], end[MOST_OPS];
    uint8_t resumable[MOST_OPS];
} plant;

static int64_t roll(c12__rng *g, int64_t lo, int64_t hi) { return c12__rng_range(g, lo, hi); }

static void fill_ops(plant *s, c12__rng *g, int features, int ops)
{
    int64_t row = 0;
    for (int o = 0; o < ops; o++) {
        int modes = features & MODES ? (int)roll(g, 1, 3) : 1, first = (int)roll(g, 0, MACHINES - 1);
        for (int k = 0; k < modes; k++) { s->machine[row] = (first + k) % MACHINES; s->ticks[row++] = roll(g, 1, 20); }
        s->mode_off[o + 1] = row;
        s->family[o] = (int32_t)roll(g, 0, FAMILIES - 1);
        s->resumable[o] = !(features & SOLID) || roll(g, 0, 1);
        if (features & DATES && !roll(g, 0, 4)) s->ready[o] = roll(g, 0, 150);
        s->pred_off[o + 1] = s->pred_off[o];
        if (o > 30 && !roll(g, 0, 9)) s->pred[s->pred_off[o + 1]++] = roll(g, 0, o - 30);
        s->fixed_mode[o] = roll(g, 0, 3) ? -1 : (int32_t)roll(g, 0, modes - 1);
    }
}

static void fill_breaks(plant *s, c12__rng *g)
{
    int64_t n = 0;
    for (int m = 0; m < MACHINES; m++) {
        int64_t t = roll(g, 0, 30);
        for (int k = 0; m % 3 && k < BREAKS; k++, n++) { s->from[n] = t; s->to[n] = t += roll(g, 1, 15); t += roll(g, 20, 60); }
        s->break_off[m + 1] = n;
    }
}

static void bind_plant(plant *s, int features)
{
    c12_sched_problem p = C12_INIT(c12_sched_problem);
    c12_sched_plan q = C12_INIT(c12_sched_plan);
    c12_sched_dims d = C12_INIT(c12_sched_dims);
    p.n_jobs = JOBS; p.n_machines = MACHINES; p.op_off = s->op_off; p.mode_off = s->mode_off; p.mode_machine = s->machine; p.mode_ticks = s->ticks;
    p.job_release = s->release; p.job_due = s->due; p.job_weight = s->weight; p.op_ready = s->ready;
    if (features & SETUPS) { p.n_families = FAMILIES; p.op_family = s->family; p.setup = s->setup; }
    if (features & CLOSED) { p.break_off = s->break_off; p.break_from = s->from; p.break_to = s->to; p.op_resumable = s->resumable; }
    if (features & PREDS) { p.op_pred_off = s->pred_off; p.op_pred = s->pred; }
    if (features & FIXED) p.fixed_mode = s->fixed_mode;
    q.op_start = s->start; q.op_end = s->end; q.op_mode = s->mode;
    d.jobs = JOBS; d.machines = MACHINES; d.families = FAMILIES; d.ops = s->op_off[JOBS]; d.modes = s->mode_off[d.ops]; d.preds = s->pred_off[d.ops]; d.breaks = s->break_off[MACHINES]; d.islands = 3;
    s->p = p;
    s->plan = q;
    s->d = d;
}

static void make_plant(plant *s, uint64_t seed, int features)
{
    c12__rng g = c12__rng_from(seed, (uint64_t)features);
    memset(s, 0, sizeof *s);
    for (int j = 0; j < JOBS; j++) {
        s->op_off[j + 1] = s->op_off[j] + roll(&g, 2, 5);
        s->weight[j] = roll(&g, 0, 8);
        s->due[j] = roll(&g, 0, 9) ? roll(&g, 10, 150) : -1;
        if (features & DATES) s->release[j] = roll(&g, 0, 200);
    }
    fill_ops(s, &g, features, (int)s->op_off[JOBS]);
    for (int k = 0; k < FAMILIES * FAMILIES; k++) s->setup[k] = k % (FAMILIES + 1) ? roll(&g, 0, 15) : 0;
    fill_breaks(s, &g);
    bind_plant(s, features);
}

static c12_sched *open_plant(const plant *s, int32_t goal, const c12_host *host)
{
    c12_sched *h;
    c12_error e = C12_INIT(c12_error);
    c12_sched_options o = C12_INIT(c12_sched_options);
    o.goal = goal;
    ck_assert_msg(!c12_sched_create(&h, &s->d, &o, host, &e), "%s %s", e.what, e.field);
    ck_assert_msg(!c12_sched_load(h, &s->p, &e), "%s %s", e.what, e.field);
    return h;
}

static c12_info run_plant(plant *s, int32_t goal, const c12_budget *b, const c12_host *host)
{
    c12_info i = C12_INIT(c12_info);
    c12_error e = C12_INIT(c12_error);
    c12_verdict v = C12_INIT(c12_verdict);
    c12_sched_options o = C12_INIT(c12_sched_options);
    c12_sched *h = open_plant(s, goal, host);
    o.goal = goal;
    ck_assert_int_eq(h->model.plant, 1);
    ck_assert_msg(!c12_sched_solve(h, 0, b, &s->plan, &i, &e), "%s", e.what);
    c12_sched_destroy(h);
    ck_assert_int_eq(c12_sched_check(&s->p, &s->plan, &o, &v, &e), C12_OK);
    ck_assert_msg(!v.violations, "%s at op %d", v.rule, (int)v.row);
    ck_assert_int_eq(v.objective, i.objective);
    return i;
}

static c12_budget work_of(int64_t work, uint64_t seed)
{
    c12_budget b = C12_INIT(c12_budget);
    b.work_limit = work;
    b.seed = seed;
    return b;
}

/* ---- every feature ------------------------------------------------------------------------------------------------------- */

/* _i is the feature set: the search must end far below its own first lists, and the checker must agree. */
START_TEST(features_pass_the_checker)
{
    plant s;
    for (int32_t goal = C12_SCHED_TARDINESS; goal <= C12_SCHED_FLOW; goal++) {
        make_plant(&s, 11, _i);
        c12_budget lists = work_of(26, 1), b = work_of(900, 1);
        int64_t first = run_plant(&s, goal, &lists, NULL).objective, best = run_plant(&s, goal, &b, NULL).objective;
        ck_assert_int_lt(best, first);
    }
}
END_TEST

START_TEST(search_beats_the_lists_by_far)
{
    plant s;
    int64_t lists = 0, found = 0;
    for (uint64_t seed = 1; seed <= (uint64_t)rounds(6); seed++) {
        make_plant(&s, seed, MODES | SETUPS | DATES);
        c12_budget few = work_of(26, 1), many = work_of(4000, 1);
        lists += run_plant(&s, C12_SCHED_TARDINESS, &few, NULL).objective;
        found += run_plant(&s, C12_SCHED_TARDINESS, &many, NULL).objective;
    }
    ck_assert_msg(found * 10 < lists * 9, "lists %d, search %d", (int)lists, (int)found);
}
END_TEST

/* What the fast search cannot hold goes to the search over keys. */
START_TEST(nothing_frozen_nothing_empty)
{
    plant s;
    make_plant(&s, 3, MODES);
    s.ticks[5] = 0;
    c12_sched *h = open_plant(&s, C12_SCHED_TARDINESS, NULL);
    ck_assert_int_eq(h->model.plant, 0);
    c12_sched_destroy(h);
    make_plant(&s, 3, CLOSED);
    s.to[s.break_off[MACHINES] - 1] = C12_SCHED_HORIZON;
    h = open_plant(&s, C12_SCHED_TARDINESS, NULL);
    ck_assert_int_eq(h->model.plant, 0);
    c12_sched_destroy(h);
    make_plant(&s, 3, CLOSED);
    h = open_plant(&s, C12_SCHED_MAKESPAN, NULL);
    ck_assert_int_eq(h->model.plant, 0);
    c12_sched_destroy(h);
}
END_TEST

/* ---- determinism and stopping -------------------------------------------------------------------------------------------- */

static void backwards(void *user, int32_t n, void (*task)(void *, int32_t), void *arg)
{
    (void)user;
    for (int32_t i = n - 1; i >= 0; i--) task(arg, i);
}

START_TEST(order_of_islands_does_not_matter)
{
    static const int32_t islands[] = { 1, 2, 3 };
    c12_host host = C12_INIT(c12_host);
    host.parallel = backwards;
    for (int k = 0; k < 3; k++) {
        plant s, t;
        c12_budget b = work_of(1501, 9);
        b.islands = islands[k];
        make_plant(&s, 5, MODES | SETUPS | CLOSED | PREDS | DATES | SOLID);
        c12_info i = run_plant(&s, C12_SCHED_TARDINESS, &b, NULL);
        memcpy(&t, &s, sizeof t);
        c12_info j = run_plant(&s, C12_SCHED_TARDINESS, &b, &host);
        ck_assert_int_eq(i.objective, j.objective);
        ck_assert_int_eq(i.work, 1501);
        ck_assert_int_eq(j.work, 1501);
        ck_assert_mem_eq(t.start, s.start, sizeof t.start);
        ck_assert_mem_eq(t.mode, s.mode, sizeof t.mode);
    }
}
END_TEST

static c12_ns slow_now(void *user) { return *(c12_ns *)user += 1000; }

START_TEST(time_and_targets_stop_the_search)
{
    plant s;
    c12_ns clock = 0;
    c12_host host = C12_INIT(c12_host);
    c12_budget b = C12_INIT(c12_budget);
    host.user = &clock;
    host.now = slow_now;
    make_plant(&s, 7, MODES | SETUPS);
    b.time_limit = 1000000; /* a thousand looks at the clock */
    c12_info i = run_plant(&s, C12_SCHED_TARDINESS, &b, &host);
    ck_assert_int_eq(i.stop, C12_STOP_TIME);
    ck_assert_int_le(i.elapsed, b.time_limit + b.time_limit / 50);
    b.time_limit = 100000000;
    b.target = i.objective + 1;
    ck_assert_int_eq(run_plant(&s, C12_SCHED_TARDINESS, &b, &host).stop, C12_STOP_TARGET);
}
END_TEST

START_TEST(a_given_plan_is_never_made_worse)
{
    plant s;
    make_plant(&s, 8, MODES | SETUPS | CLOSED);
    c12_budget b = work_of(3000, 1), little = work_of(60, 2);
    int64_t before = run_plant(&s, C12_SCHED_TARDINESS, &b, NULL).objective;
    s.plan.warm = 1;
    ck_assert_int_le(run_plant(&s, C12_SCHED_TARDINESS, &little, NULL).objective, before);
    ck_assert_int_le(run_plant(&s, C12_SCHED_TARDINESS, &b, NULL).objective, before);
}
END_TEST

START_TEST(a_cancel_keeps_the_first_plan)
{
    plant s;
    c12_info i = C12_INIT(c12_info);
    c12_budget b = work_of(3000, 1);
    make_plant(&s, 8, MODES | SETUPS);
    c12_sched *h = open_plant(&s, C12_SCHED_TARDINESS, NULL);
    c12_sched_cancel(h);
    ck_assert_int_eq(c12_sched_solve(h, 0, &b, &s.plan, &i, NULL), C12_OK);
    ck_assert_int_eq(i.stop, C12_STOP_CANCEL);
    ck_assert_int_eq(i.outcome, C12_FEASIBLE);
    ck_assert_int_eq(c12_sched_solve(h, 0, &b, &s.plan, &i, NULL), C12_OK); /* the handle is as good as new */
    ck_assert_int_eq(i.stop, C12_STOP_WORK);
    int64_t objective = i.objective;
    c12_sched_destroy(h);
    ck_assert_int_eq(run_plant(&s, C12_SCHED_TARDINESS, &b, NULL).objective, objective);
}
END_TEST

/* ---- arithmetic ---------------------------------------------------------------------------------------------------------- */

START_TEST(logarithms)
{
    ck_assert_int_eq(c12__sched_log2(1), 0);
    ck_assert_int_eq(c12__sched_log2(2), 65536);
    ck_assert_int_eq(c12__sched_log2((uint64_t)1 << 63), 63 * 65536);
    ck_assert_int_eq(c12__sched_log2(3), 103872);        /* 1.58496250072 * 65536 */
    ck_assert_int_eq(c12__sched_log2(1000000), 1306235); /* 19.9315685693 * 65536 */
    for (uint64_t x = 2; x < 5000; x++) ck_assert_int_ge(c12__sched_log2(x), c12__sched_log2(x - 1));
}
END_TEST

/* Ticks near the largest a problem may hold: no sum may wrap (the sanitizers watch). */
START_TEST(large_ticks)
{
    plant s;
    make_plant(&s, 9, MODES | SETUPS);
    for (int64_t r = 0; r < s.d.modes; r++) s.ticks[r] <<= 40;
    for (int k = 0; k < FAMILIES * FAMILIES; k++) s.setup[k] <<= 40;
    for (int j = 0; j < JOBS; j++) { if (s.due[j] > 0) s.due[j] <<= 40; s.weight[j] = 1; }
    c12_budget b = work_of(600, 1);
    run_plant(&s, C12_SCHED_TARDINESS, &b, NULL);
    run_plant(&s, C12_SCHED_FLOW, &b, NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sched-plant");
    TCase *t = tcase_create("plant");
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, features_pass_the_checker, 0, FEATURES);
    tcase_add_test(t, search_beats_the_lists_by_far);
    tcase_add_test(t, nothing_frozen_nothing_empty);
    tcase_add_test(t, order_of_islands_does_not_matter);
    tcase_add_test(t, time_and_targets_stop_the_search);
    tcase_add_test(t, a_given_plan_is_never_made_worse);
    tcase_add_test(t, a_cancel_keeps_the_first_plan);
    tcase_add_test(t, logarithms);
    tcase_add_test(t, large_ticks);
    suite_add_tcase(suite, t);
    SRunner *r = srunner_create(suite);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
