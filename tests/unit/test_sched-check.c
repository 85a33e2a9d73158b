/* SPDX-License-Identifier: Apache-2.0 */
#include "c12/sched.h"
#include <check.h>
#include <stdlib.h>
#include <string.h>

/* Three jobs on two machines, every feature in it, planned by hand.
 *   op   job  machine  ticks  start..end
 *   0    0    0 (or 1) 4      2..6      release 2, family 0
 *   1    0    1        3      8..11     resumable; the break [12, 14) of machine 1 comes later
 *   2    1    0        2      9..11     family 1: set-up 3 in 6..9; frozen at 9
 *   3    1    1        4      11..17    resumable: 11..12, 14..17; waits for op 2; material at 11
 *   4    2    0        5      14..19    family 0: set-up 1 after op 2, not resumable; waits for op 1 (predecessor) and the break [11, 13)
 *   5    2    1        0      19..19    no work */
enum { OPS = 6 };
typedef struct desk {
    c12_sched_problem p;
    c12_sched_plan plan;
    c12_sched_options o;
    int64_t op_off[4], mode_off[OPS + 1], break_off[3], pred_off[OPS + 1], pred[1], weight[3];
    int32_t machine[OPS + 1], family[OPS], fixed_mode[OPS], mode[OPS];
    c12_tick ticks[OPS + 1], release[3], due[3], ready[OPS], setup[4], from[2], to[2], fixed[OPS], start[OPS], end[OPS];
    uint8_t resumable[OPS];
} desk;

static const desk hand = {
    .op_off = { 0, 2, 4, 6 }, .mode_off = { 0, 2, 3, 4, 5, 6, 7 }, .break_off = { 0, 1, 2 }, .pred_off = { 0, 0, 0, 0, 0, 1, 1 }, .pred = { 1 },
    .weight = { 1, 2, 3 }, .machine = { 0, 1, 1, 0, 1, 0, 1 }, .family = { 0, 1, 1, 1, 0, 1 }, .fixed_mode = { -1, -1, 0, -1, -1, -1 },
    .ticks = { 4, 7, 3, 2, 4, 5, 0 }, .release = { 2, 0, 5 }, .due = { 10, -1, 17 }, .ready = { 0, 0, 0, 11, 0, 0 }, .setup = { 0, 3, 1, 0 },
    .from = { 11, 12 }, .to = { 13, 14 }, .fixed = { -1, -1, 9, -1, -1, -1 }, .start = { 2, 8, 9, 11, 14, 19 }, .end = { 6, 11, 11, 17, 19, 19 },
    .resumable = { 0, 1, 0, 1, 0, 0 },
};

static void lay_out(desk *d)
{
    memcpy(d, &hand, sizeof *d);
    c12_sched_problem p = C12_INIT(c12_sched_problem);
    c12_sched_plan q = C12_INIT(c12_sched_plan);
    c12_sched_options o = C12_INIT(c12_sched_options);
    p.n_jobs = 3; p.n_machines = 2; p.n_families = 2;
    p.op_off = d->op_off; p.mode_off = d->mode_off; p.mode_machine = d->machine; p.mode_ticks = d->ticks;
    p.job_release = d->release; p.job_due = d->due; p.job_weight = d->weight; p.op_ready = d->ready; p.op_family = d->family; p.setup = d->setup;
    p.break_off = d->break_off; p.break_from = d->from; p.break_to = d->to; p.op_resumable = d->resumable;
    p.op_pred_off = d->pred_off; p.op_pred = d->pred; p.fixed_start = d->fixed; p.fixed_mode = d->fixed_mode;
    q.op_start = d->start; q.op_end = d->end; q.op_mode = d->mode;
    d->p = p;
    d->plan = q;
    d->o = o;
}

static c12_verdict judge_desk(desk *d)
{
    c12_verdict v = C12_INIT(c12_verdict);
    c12_error e = C12_INIT(c12_error);
    ck_assert_msg(!c12_sched_check(&d->p, &d->plan, &d->o, &v, &e), "%s %s", e.what, e.field);
    return v;
}

START_TEST(a_right_plan_passes_under_every_goal)
{
    desk d;
    lay_out(&d);
    c12_verdict v = judge_desk(&d);
    ck_assert_msg(!v.violations, "%s %d", v.rule, (int)v.row);
    ck_assert_int_eq(v.objective, 19);
    d.o.goal = C12_SCHED_TARDINESS;
    ck_assert_int_eq(judge_desk(&d).objective, 1 * 1 + 3 * 2 + 3 + 1); /* the set-up matrix is 0 between ops 1 and 3 */
    d.o.goal = C12_SCHED_FLOW;
    ck_assert_int_eq(judge_desk(&d).objective, 1 * (11 - 2) + 2 * 17 + 3 * (19 - 5));
}
END_TEST

typedef struct mutant { int32_t op; int32_t mode; c12_tick start, end; const char *rule; } mutant;

static const mutant mutants[] = {
    { 0, 2, 2, 6, "S1" },    { 0, -1, 2, 6, "S1" },   { 0, 1, 2, 6, "S6" },    { 0, 0, 1, 5, "S3" },    { 0, 0, 2, 5, "S6" },
    { 0, 0, 2, 7, "S6" },    { 0, 0, 3, 7, "S5" },    { 0, 0, 5, 9, "S2" },    { 1, 0, 5, 8, "S2" },    { 1, 0, 9, 12, "S4" },
    { 1, 0, 11, 16, "S2" },  { 2, 0, 8, 10, "S7" },   { 2, 0, 9, 12, "S6" },   { 3, 0, 10, 16, "S3" },  { 3, 0, 11, 15, "S6" },
    { 3, 0, 13, 18, "S6" },  { 3, 0, 14, 18, NULL },  { 4, 0, 13, 18, "S6: a set-up" }, { 4, 0, 10, 17, "S6" }, { 4, 0, 15, 20, "S2" },
    { 5, 0, 19, 20, "S6" },  { 5, 0, 18, 18, "S2" },  { 5, 0, 25, 25, NULL },  { 5, 0, -1, -1, "start lies" }, { 4, 0, 14, 13, "end lies" },
    { 4, 0, INT64_MAX, INT64_MAX, "start lies" },
};

START_TEST(every_broken_plan_is_refused)
{
    desk d;
    const mutant *m = &mutants[_i];
    lay_out(&d);
    d.mode[m->op] = m->mode;
    d.start[m->op] = m->start;
    d.end[m->op] = m->end;
    c12_verdict v = judge_desk(&d);
    if (!m->rule) { ck_assert_msg(!v.violations, "%s", v.rule); return; }
    ck_assert_msg(v.violations > 0, "mutant %d passed", _i);
    ck_assert_msg(!strncmp(v.rule, m->rule, strlen(m->rule)), "mutant %d: %s", _i, v.rule);
    ck_assert_int_ge(v.row, 0);
}
END_TEST

START_TEST(rules_of_the_problem_are_judged)
{
    desk d;
    lay_out(&d);
    d.ready[4] = 15;
    ck_assert_str_eq(judge_desk(&d).rule, "S3: an operation starts before its material is there");
    lay_out(&d);
    d.setup[1] = 4;
    ck_assert_str_eq(judge_desk(&d).rule, "S5: no time for the set-up");
    lay_out(&d);
    d.resumable[3] = 0;
    ck_assert_str_eq(judge_desk(&d).rule, "S6: an operation that is not resumable meets a break");
    lay_out(&d);
    d.fixed_mode[0] = 1;
    ck_assert_str_eq(judge_desk(&d).rule, "S7: a frozen operation changed its mode");
    lay_out(&d);
    d.pred[0] = 4;
    ck_assert_str_eq(judge_desk(&d).rule, "S2: an operation starts before its predecessor ends");
    lay_out(&d);
    d.machine[6] = 0;
    d.start[5] = d.end[5] = 19;
    ck_assert_int_eq(judge_desk(&d).violations, 0); /* no work: at the end of another is fine */
}
END_TEST

/* More operations than the checker looks at in one go. */
START_TEST(long_machines)
{
    enum { N = 3000 };
    c12_sched_problem p = C12_INIT(c12_sched_problem);
    c12_sched_plan q = C12_INIT(c12_sched_plan);
    c12_verdict v = C12_INIT(c12_verdict);
    int64_t *off = malloc((N + 1) * sizeof *off);
    c12_tick *ticks = malloc(N * sizeof *ticks), *start = malloc(N * sizeof *start), *end = malloc(N * sizeof *end);
    int32_t *zero = calloc(N, sizeof *zero);
    off[0] = 0;
    for (int i = 0; i < N; i++) { off[i + 1] = i + 1; ticks[i] = 2; start[i] = 2 * ((i * 7) % N); end[i] = start[i] + 2; }
    p.n_jobs = N; p.n_machines = 1; p.op_off = p.mode_off = off; p.mode_machine = zero; p.mode_ticks = ticks;
    q.op_start = start; q.op_end = end; q.op_mode = zero;
    ck_assert_int_eq(c12_sched_check(&p, &q, NULL, &v, NULL), C12_OK);
    ck_assert_int_eq(v.violations, 0);
    ck_assert_int_eq(v.objective, 2 * N);
    start[2500]++; end[2500]++;
    ck_assert_int_eq(c12_sched_check(&p, &q, NULL, &v, NULL), C12_OK);
    ck_assert_int_eq(v.violations, 1);
    free(off); free(ticks); free(start); free(end); free(zero);
}
END_TEST

START_TEST(bad_arguments)
{
    desk d;
    c12_verdict v = C12_INIT(c12_verdict);
    c12_error e = C12_INIT(c12_error);
    lay_out(&d);
    ck_assert_int_eq(c12_sched_check(NULL, &d.plan, NULL, &v, &e), C12_E_ARG);
    ck_assert_int_eq(c12_sched_check(&d.p, NULL, NULL, &v, &e), C12_E_ARG);
    ck_assert_int_eq(c12_sched_check(&d.p, &d.plan, NULL, NULL, &e), C12_E_ARG);
    d.o.goal = 9;
    ck_assert_int_eq(c12_sched_check(&d.p, &d.plan, &d.o, &v, &e), C12_E_RANGE);
    d.plan.op_mode = NULL;
    ck_assert_int_eq(c12_sched_check(&d.p, &d.plan, NULL, &v, &e), C12_E_ARG);
    lay_out(&d);
    d.machine[0] = -1;
    ck_assert_int_eq(c12_sched_check(&d.p, &d.plan, NULL, &v, &e), C12_E_RANGE);
    lay_out(&d);
    d.weight[0] = INT64_MAX;
    d.o.goal = C12_SCHED_FLOW;
    ck_assert_int_eq(c12_sched_check(&d.p, &d.plan, &d.o, &v, &e), C12_E_OVERFLOW);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("sched-check");
    TCase *t = tcase_create("check");
    tcase_add_test(t, a_right_plan_passes_under_every_goal);
    tcase_add_loop_test(t, every_broken_plan_is_refused, 0, (int)(sizeof mutants / sizeof *mutants));
    tcase_add_test(t, rules_of_the_problem_are_judged);
    tcase_add_test(t, long_machines);
    tcase_add_test(t, bad_arguments);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
