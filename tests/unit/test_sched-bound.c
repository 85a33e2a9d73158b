/* SPDX-License-Identifier: Apache-2.0 */
/* Bounds of job shops against a search that shares nothing with them: every active plan (Giffler and Thompson 1960). */
#include "base/rng.h"
#include "sched/sched_internal.h"
#include "rounds.h"
#include <check.h>
#include <stdlib.h>
#include <string.h>

enum { JOBS = 6, STEPS = 5, OPS = JOBS * STEPS };

typedef struct jobshop {
    int32_t jobs, steps, machines;
    int64_t off[JOBS + 1], mode_off[OPS + 1];
    int32_t machine[OPS], mode[OPS];
    c12_tick ticks[OPS], release[JOBS], ready[OPS], start[OPS], end[OPS];
    int64_t best, job_end[JOBS], machine_end[8];
    int32_t next[JOBS];
} jobshop;

static void size_shop(jobshop *s, int jobs, int steps, int machines)
{
    memset(s, 0, sizeof *s);
    s->jobs = jobs; s->steps = steps; s->machines = machines;
    for (int j = 0; j <= jobs; j++) s->off[j] = j * steps;
    for (int o = 0; o <= jobs * steps; o++) s->mode_off[o] = o;
}

/* Each job visits the machines in a random order; or, when there are fewer, the same ones again. */
static void draw_shop(jobshop *s, c12__rng *g, int jobs, int steps, int machines, int64_t least)
{
    size_shop(s, jobs, steps, machines);
    for (int j = 0; j < jobs; j++) {
        int32_t *row = s->machine + j * steps;
        for (int k = 0; k < steps; k++) row[k] = k % machines;
        for (int k = 0; k < steps; k++) { int to = (int)c12__rng_range(g, k, steps - 1); int32_t keep = row[k]; row[k] = row[to]; row[to] = keep; }
        for (int k = 0; k < steps; k++) s->ticks[j * steps + k] = c12__rng_range(g, least, 20);
        for (int k = 0; k < steps; k++) s->ready[j * steps + k] = c12__rng_below(g, 5) ? 0 : c12__rng_range(g, 0, 60);
        s->release[j] = c12__rng_below(g, 3) ? 0 : c12__rng_range(g, 0, 25);
    }
}

static int64_t ready_at(const jobshop *s, int j)
{
    int64_t o = s->off[j] + s->next[j], free = s->machine_end[s->machine[o]], ready = s->ready[o] > s->job_end[j] ? s->ready[o] : s->job_end[j];
    return ready > free ? ready : free;
}

/* The machine whose next operation could end first is given to each operation that could start before then. */
static void try_all(jobshop *s)
{
    int64_t first = INT64_MAX, done = 0;
    int32_t machine = -1;
    for (int j = 0; j < s->jobs; j++) {
        int64_t rest = s->job_end[j];
        for (int64_t o = s->off[j] + s->next[j]; o < s->off[j + 1]; o++) rest = (rest > s->ready[o] ? rest : s->ready[o]) + s->ticks[o];
        if (rest >= s->best) return;
        done = rest > done ? rest : done;
        if (s->next[j] == s->steps) continue;
        int64_t o = s->off[j] + s->next[j], end = ready_at(s, j) + s->ticks[o];
        if (end < first) { first = end; machine = s->machine[o]; }
    }
    if (machine < 0) { s->best = done; return; }
    for (int j = 0; j < s->jobs; j++) {
        int64_t o = s->off[j] + s->next[j], start, keep = s->job_end[j], busy = s->machine_end[machine];
        if (s->next[j] == s->steps || s->machine[o] != machine) continue;
        start = ready_at(s, j);
        if (start > first || (start == first && s->ticks[o])) continue;
        s->job_end[j] = s->machine_end[machine] = start + s->ticks[o];
        s->next[j]++;
        try_all(s);
        s->next[j]--;
        s->job_end[j] = keep;
        s->machine_end[machine] = busy;
    }
}

static int64_t optimum(jobshop *s)
{
    s->best = INT64_MAX;
    for (int j = 0; j < s->jobs; j++) s->job_end[j] = s->release[j];
    try_all(s);
    return s->best;
}

static c12_sched *open_shop(jobshop *s)
{
    c12_sched *h;
    c12_error e = C12_INIT(c12_error);
    c12_sched_dims d = C12_INIT(c12_sched_dims);
    c12_sched_problem p = C12_INIT(c12_sched_problem);
    d.jobs = s->jobs; d.machines = s->machines;
    d.ops = d.modes = s->off[s->jobs];
    p.n_jobs = s->jobs; p.n_machines = s->machines;
    p.op_off = s->off; p.mode_off = s->mode_off; p.mode_machine = s->machine; p.mode_ticks = s->ticks; p.job_release = s->release; p.op_ready = s->ready;
    ck_assert_int_eq(c12_sched_create(&h, &d, NULL, NULL, &e), C12_OK);
    ck_assert_msg(!c12_sched_load(h, &p, &e), "%s %s", e.what, e.field);
    return h;
}

static int64_t bound_of(jobshop *s)
{
    c12_sched *h = open_shop(s);
    int64_t bound = h->model.bound;
    c12_sched_destroy(h);
    return bound;
}

/* Machine 0 takes 10 ticks of one job, from 0 on with 3 to follow, and 2 of the other, from 5 on with 10 to follow.  Pre-empted, all ends at 17;
 * but in 19 the long one fits neither before nor behind the short one. */
START_TEST(edges_lift_jacksons_bound)
{
    static const int32_t machine[] = { 0, 1, 1, 2, 0, 3 };
    static const c12_tick ticks[] = { 10, 3, 0, 5, 2, 10 };
    jobshop s;
    size_shop(&s, 2, 3, 4);
    memcpy(s.machine, machine, sizeof machine);
    memcpy(s.ticks, ticks, sizeof ticks);
    ck_assert_int_eq(optimum(&s), 20);
    ck_assert_int_eq(bound_of(&s), 20);
}
END_TEST

/* Machine 0 takes 4 ticks from 0 on with 8 to follow, and twice 3 from 2 on with 10 to follow.  Pre-empted, all ends at 18.  In 19 any two go together in
 * either order, but all three are not done by 9, when the last of the twins must be: the single one comes last and is too late. */
START_TEST(one_operation_against_a_set)
{
    static const int32_t machine[] = { 6, 0, 3, 1, 0, 4, 2, 0, 5 };
    static const c12_tick ticks[] = { 0, 4, 8, 2, 3, 10, 2, 3, 10 };
    jobshop s;
    size_shop(&s, 3, 3, 7);
    memcpy(s.machine, machine, sizeof machine);
    memcpy(s.ticks, ticks, sizeof ticks);
    ck_assert_int_eq(optimum(&s), 20);
    ck_assert_int_eq(bound_of(&s), 20);
}
END_TEST

/* The search gets there too, also from release to release, where a path begins with waiting and not with the first tick. */
static void check_search(jobshop *s, c12_sched *h, int64_t best)
{
    c12_sched_plan q = C12_INIT(c12_sched_plan);
    c12_budget b = C12_INIT(c12_budget);
    c12_info i = C12_INIT(c12_info);
    q.op_start = s->start; q.op_end = s->end; q.op_mode = s->mode;
    b.work_limit = 100000;
    ck_assert_int_eq(c12_sched_solve(h, 0, &b, &q, &i, NULL), C12_OK);
    ck_assert_int_eq(i.objective, best);
    ck_assert_int_eq(i.outcome, C12_OPTIMAL);
}

/* What is proved is the optimum, what is bounded lies below, whatever length of plan the proof is asked about. */
static void check_shop(jobshop *s)
{
    int64_t best = optimum(s);
    c12_sched *h = open_shop(s);
    ck_assert_int_le(h->model.bound, best);
    for (int64_t more = 3; more >= 0; more--) {
        int64_t spent = 0;
        c12__sched_begin_proof(h);
        int64_t proved = c12__sched_prove(h, h->model.bound, best + more, 4000000, &spent);
        ck_assert_msg(more ? proved <= best : proved == best, "optimum %d, asked about %d: %d", (int)best, (int)(best + more), (int)proved);
    }
    check_search(s, h, best);
    c12_sched_destroy(h);
}

/* _i draws the size; operations of 0 ticks in every third shop, jobs that come back to a machine in every fourth. */
START_TEST(bounds_keep_below_the_optimum)
{
    c12__rng g = c12__rng_from(81, (uint64_t)_i);
    for (int round = 0; round < rounds(40); round++) {
        jobshop s;
        int jobs = (int)c12__rng_range(&g, 2, 5), steps = (int)c12__rng_range(&g, 2, jobs == 5 ? 4 : 5);
        draw_shop(&s, &g, jobs, steps, round % 4 ? steps : (steps + 1) / 2, round % 3 ? 1 : 0);
        check_shop(&s);
    }
}
END_TEST

/* Taillard's generator, 9 x 7; the optima are CP-SAT's.  Shaving alone leaves these open: up to 400 nodes decide them, and a plan of the optimal length must come
 * through all branches when the one asked about is a tick longer. */
START_TEST(branches_decide_what_shaving_leaves)
{
    enum { N = 9, M = 7 };
    static const struct { int32_t time, machine; int64_t best; } row[] = { { 39595, 523645, 718 }, { 71271, 942561, 720 } };
    int64_t off[N + 1], mode_off[N * M + 1];
    int32_t machine[N * M];
    c12_tick ticks[N * M];
    c12_sched *h;
    c12_sched_dims d = C12_INIT(c12_sched_dims);
    c12_sched_problem p = C12_INIT(c12_sched_problem);
    for (int j = 0; j <= N; j++) off[j] = j * M;
    for (int o = 0; o <= N * M; o++) mode_off[o] = o;
    d.jobs = p.n_jobs = N; d.machines = p.n_machines = M;
    d.ops = d.modes = N * M;
    p.op_off = off; p.mode_off = mode_off; p.mode_machine = machine; p.mode_ticks = ticks;
    ck_assert_int_eq(c12_sched_taillard(N, M, row[_i].time, row[_i].machine, machine, ticks, NULL), C12_OK);
    ck_assert_int_eq(c12_sched_create(&h, &d, NULL, NULL, NULL), C12_OK);
    ck_assert_int_eq(c12_sched_load(h, &p, NULL), C12_OK);
    for (int more = 0; more < 2; more++) {
        int64_t spent = h->proof.nodes = 0;
        c12__sched_begin_proof(h);
        int64_t proved = c12__sched_prove(h, h->model.bound, row[_i].best + more, 1000000, &spent);
        if (more) ck_assert_int_le(proved, row[_i].best); else ck_assert_int_eq(proved, row[_i].best);
        ck_assert_int_gt(h->proof.nodes, 40);
        ck_assert_int_lt(h->proof.nodes, 2000);
    }
    c12_sched_destroy(h);
}
END_TEST

/* A slice at a time comes to the same as all at once. */
START_TEST(proofs_can_be_left_and_gone_on_with)
{
    c12__rng g = c12__rng_from(82, 0);
    for (int round = 0; round < 20; round++) {
        jobshop s;
        draw_shop(&s, &g, 5, 4, 4, 1);
        c12_sched *h = open_shop(&s);
        int64_t best = optimum(&s) + (round & 1), whole, part = 0, spent = 0;
        c12__sched_begin_proof(h);
        whole = c12__sched_prove(h, h->model.bound, best, 4000000, &spent);
        c12__sched_begin_proof(h);
        for (int turn = 0; turn < 4000; turn++) { spent = 0; part = c12__sched_prove(h, h->model.bound, best, 7, &spent); ck_assert_int_le(spent, 7); }
        ck_assert_int_eq(whole, part);
        c12_sched_destroy(h);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sched-bound");
    TCase *t = tcase_create("sched-bound");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, edges_lift_jacksons_bound);
    tcase_add_test(t, one_operation_against_a_set);
    tcase_add_loop_test(t, bounds_keep_below_the_optimum, 0, 8);
    tcase_add_loop_test(t, branches_decide_what_shaving_leaves, 0, 2);
    tcase_add_test(t, proofs_can_be_left_and_gone_on_with);
    suite_add_tcase(suite, t);
    SRunner *r = srunner_create(suite);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
