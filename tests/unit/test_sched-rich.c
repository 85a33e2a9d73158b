/* SPDX-License-Identifier: Apache-2.0 */
/* Speeds, waits, lots, holding, buffers, resources, batches, set-ups with their own breaks, and goals of terms: by hand, by random
 * problems, and against every plan there is. */
#include "sched_features.h"
#include "rounds.h"
#include <pthread.h>

/* ---- one feature at a time, by hand -------------------------------------------------------------------------------------------- */

START_TEST(speeds_stretch_work)
{
    plant s;
    lay_out(&s, 1, 2);
    set_op(&s, 0, 0, 7);
    set_op(&s, 1, 1, 3);
    s.speed[0] = 900; s.speed[1] = 2000;
    s.p.machine_speed = s.speed;
    ck_assert_int_eq(solve(&s), 8 + 2); /* 7 / 0.9 = 7.8, 3 / 2 = 1.5, each rounded up */
    ck_assert_int_eq(s.end[0], 8);
    refuse_move(&s, 0, 0, 7, "S6");
    s.p.machine_speed = NULL;
    refuse_now(&s, "S6");
}
END_TEST

/* Two jobs, machine 0 then 1, no waiting allowed: 2 + 4 and 3 + 1.  The second first: 0-3 3-4, then 3-5 5-9. */
START_TEST(waits_have_a_least_and_a_most)
{
    plant s;
    lay_out(&s, 2, 2);
    set_op(&s, 0, 0, 2); set_op(&s, 1, 1, 4); set_op(&s, 2, 0, 3); set_op(&s, 3, 1, 1);
    s.wait_max[0] = s.wait_max[2] = 0;
    s.p.wait_max = s.wait_max;
    ck_assert_int_eq(solve(&s), 7); /* 0-2 2-6, 3-6 6-7: the other order takes 9 */
    ck_assert_int_eq(s.start[2], 3);
    refuse_move(&s, 2, 2, 5, "S11: an operation waits too long");
    s.wait_min[0] = 2; s.wait_max[0] = 3;
    s.p.wait_min = s.wait_min;
    ck_assert_int_eq(solve(&s), 9);
    refuse_move(&s, 1, s.start[1] - 1, s.end[1] - 1, "S11: an operation starts too soon");
}
END_TEST

/* 6 ticks in 3 lots, then 3 ticks: from 2 on, but its last lot comes 1 after the last of the first. */
START_TEST(lots_overlap)
{
    plant s;
    lay_out(&s, 1, 2);
    set_op(&s, 0, 0, 6);
    set_op(&s, 1, 1, 3);
    s.lots[0] = 3;
    s.p.op_lots = s.lots;
    ck_assert_int_eq(solve(&s), 7);
    ck_assert_int_eq(s.start[1], 4);
    refuse_move(&s, 1, 3, 6, "S12: an operation ends before");
    s.ticks[1] = 9;
    ck_assert_int_eq(solve(&s), 11);
    refuse_move(&s, 1, 1, 10, "S12: an operation starts before");
    s.wait_min[0] = 2;
    s.p.wait_min = s.wait_min;
    ck_assert_int_eq(solve(&s), 13);
    refuse_move(&s, 1, 3, 12, "S12: an operation starts before");
}
END_TEST

/* Machine 0 holds what machine 1 is not yet free for. */
START_TEST(holding_blocks)
{
    plant s;
    lay_out(&s, 3, 2);
    for (int j = 0; j < 3; j++) { set_op(&s, 2 * j, 0, 1); set_op(&s, 2 * j + 1, 1, 4); s.holds[2 * j] = 1; }
    s.o.goal = C12_SCHED_FLOW;
    ck_assert_int_eq(solve(&s), 5 + 9 + 13);
    s.p.op_holds = s.holds;
    ck_assert_int_eq(solve(&s), 5 + 9 + 13);
    int second = 0, third = 0;
    for (int j = 0; j < 3; j++) { if (s.start[2 * j + 1] == 5) second = 2 * j; if (s.start[2 * j + 1] == 9) third = 2 * j; }
    ck_assert_int_ge(s.start[third], 5);
    refuse_move(&s, third, s.start[second] + 1, s.start[second] + 2, "S13");
}
END_TEST

START_TEST(a_swap_of_held_machines_is_no_deadlock)
{
    plant s;
    lay_out(&s, 2, 2);
    set_op(&s, 0, 0, 3); set_op(&s, 1, 1, 3); set_op(&s, 2, 1, 3); set_op(&s, 3, 0, 3);
    s.holds[0] = s.holds[2] = 1;
    s.p.op_holds = s.holds;
    ck_assert_int_eq(solve(&s), 6); /* both go on at 3: each machine is let go as it is taken */
}
END_TEST

/* A buffer of one place between a fast and a slow machine. */
START_TEST(buffers_are_small)
{
    plant s;
    lay_out(&s, 3, 2);
    for (int j = 0; j < 3; j++) { set_op(&s, 2 * j, 0, 1); set_op(&s, 2 * j + 1, 1, 4); s.buffer[2 * j] = 0; }
    s.room[0] = 1;
    s.p.n_buffers = 1; s.p.op_buffer = s.buffer; s.p.buffer_places = s.room;
    ck_assert_int_eq(solve(&s), 13);
    int third = 0;
    for (int j = 0; j < 3; j++) if (s.start[2 * j + 1] == 9) third = 2 * j;
    ck_assert_int_ge(s.end[third], 5); /* the second leaves the place then */
    refuse_move(&s, third, 2, 3, "S14");
    s.room[0] = 0;
    ck_assert_int_eq(solve(&s), 13);
    for (int j = 0; j < 3; j++) ck_assert_int_eq(s.end[2 * j], s.start[2 * j + 1]);
    s.room[0] = 2;
    ck_assert_int_eq(solve(&s), 13);
}
END_TEST

/* Three machines, a crew of two until 4, then of one, and none before 1. */
START_TEST(crews_come_and_go)
{
    plant s;
    lay_out(&s, 3, 1);
    for (int o = 0; o < 3; o++) { set_op(&s, o, o, 3); s.need_off[o + 1] = o + 1; s.units[o] = 1; }
    s.p.n_resources = 1;
    s.p.need_off = s.need_off; s.p.need_resource = s.crew; s.p.need_units = s.units; s.p.level_off = s.level_off; s.p.level_from = s.level_from; s.p.level_units = s.level;
    s.level_off[1] = 2;
    s.level_from[0] = 1; s.level[0] = 2;
    s.level_from[1] = 4; s.level[1] = 1;
    ck_assert_int_eq(solve(&s), 7);
    refuse_move(&s, 0, 0, 3, "S15");
    refuse_move(&s, 0, 2, 5, "S15");
    s.units[1] = 2; /* must run from 1 to 4, alone */
    ck_assert_int_eq(solve(&s), 10);
    s.units[1] = 3;
    ck_assert_int_eq(solve_with(&s, 100, NULL).outcome, C12_INFEASIBLE);
    s.units[1] = 2;
    s.level[0] = 1;
    ck_assert_int_eq(solve_with(&s, 100, NULL).outcome, C12_INFEASIBLE);
}
END_TEST

/* An oven of 3 places: two of family 0, one of family 1 that takes two places, one more of family 0. */
START_TEST(batches_share_an_oven)
{
    plant s;
    lay_out(&s, 4, 1);
    for (int o = 0; o < 4; o++) { set_op(&s, o, 0, 5); s.family[o] = o == 2; }
    s.ticks[1] = 7;
    s.batch[0] = 3;
    s.p.machine_batch = s.batch;
    s.p.n_families = 2; s.p.op_family = s.family;
    ck_assert_int_eq(solve(&s), 12);
    ck_assert_int_eq(s.start[0], s.start[1]);
    ck_assert_int_eq(s.end[0] - s.start[0], 7);
    int at = s.start[2] ? 0 : 5; /* the oven's first batch of family 0 */
    refuse_move(&s, 0, at, at + 5, "S4");
    refuse_move(&s, 2, s.start[0], s.end[0], "S4");
    s.ticks[1] = 6;
    refuse_now(&s, "S16: a batch runs longer");
    s.ticks[1] = 7;
    s.places[0] = 2;
    s.p.op_places = s.places;
    refuse_now(&s, "S16: a batch takes more places");
    s.places[2] = 2;
    ck_assert_int_eq(solve(&s), 17);
    s.places[2] = 4;
    ck_assert_int_eq(solve_with(&s, 100, NULL).outcome, C12_INFEASIBLE);
}
END_TEST

/* The second is ready at 3: one batch from 3 on ends sooner than two after one another. */
START_TEST(batches_wait_for_company)
{
    plant s;
    lay_out(&s, 2, 1);
    set_op(&s, 0, 0, 10);
    set_op(&s, 1, 0, 9);
    s.release[1] = 3;
    s.batch[0] = 2;
    s.p.machine_batch = s.batch;
    ck_assert_int_eq(solve_with(&s, 1, NULL).objective, 13); /* the first list already puts the batch later */
    ck_assert_int_eq(s.start[0], 3);
}
END_TEST

/* Overlapped or not, an operation cannot share the oven with the one it waits for. */
START_TEST(batches_do_not_take_their_successors_along)
{
    plant s;
    lay_out(&s, 1, 2);
    set_op(&s, 0, 0, 15);
    set_op(&s, 1, 0, 9);
    s.batch[0] = 2; s.lots[0] = 3;
    s.p.machine_batch = s.batch; s.p.op_lots = s.lots;
    ck_assert_int_eq(solve(&s), 24);
    s.lots[0] = 1;
    ck_assert_int_eq(solve(&s), 24);
}
END_TEST

/* Machine 0: 3 ticks of family 0, set-up 4, 2 ticks of family 1; closed from 5 to 8. */
START_TEST(setups_meet_breaks_their_own_way)
{
    plant s;
    lay_out(&s, 1, 2);
    set_op(&s, 0, 0, 3);
    set_op(&s, 1, 0, 2);
    s.family[1] = 1;
    s.setup[1] = 4;
    s.p.n_families = 2; s.p.op_family = s.family; s.p.setup = s.setup;
    s.break_off[1] = s.break_off[2] = s.break_off[3] = 1;
    s.from[0] = 5; s.to[0] = 8;
    s.p.break_off = s.break_off; s.p.break_from = s.from; s.p.break_to = s.to;
    s.p.op_resumable = s.resumable; s.p.setup_breaks = s.setup_breaks;
    ck_assert_int_eq(solve(&s), 14); /* set-up 8-12 */
    s.setup_breaks[0] = C12_SCHED_PAUSE;
    ck_assert_int_eq(solve(&s), 12); /* set-up 3-5 and 8-10 */
    refuse_move(&s, 1, 9, 11, "S17");
    s.setup_breaks[0] = C12_SCHED_WHOLE;
    s.resumable[1] = 1;
    ck_assert_int_eq(solve(&s), 14);
    refuse_move(&s, 1, 11, 13, "S17");
    s.setup[1] = 2;
    s.from[0] = 5;
    ck_assert_int_eq(solve(&s), 10); /* set up before the break, run behind it */
    s.setup_breaks[0] = C12_SCHED_AS_OPERATION;
    s.resumable[1] = 0;
    ck_assert_int_eq(solve(&s), 12);
}
END_TEST

static void name_terms(plant *s, int32_t n, int32_t ordered)
{
    s->o.goal = C12_SCHED_TERMS;
    s->o.n_terms = n;
    s->o.ordered = ordered;
    s->o.term = s->term;
    s->o.weight = s->term_weight;
}

/* ---- what happened, and what will not ------------------------------------------------------------------------------------------ */

static void report(plant *s, int o, c12_tick from, c12_tick to)
{
    for (int k = 0; k < OPS && !s->p.fixed_end; k++) s->told[k] = -1;
    s->p.fixed_start = s->fixed; s->p.fixed_end = s->told;
    s->fixed[o] = from;
    s->told[o] = to;
}

/* What follows a report waits for its end and the least wait, and for nothing else. */
START_TEST(reports_hand_on_at_their_end)
{
    plant s;
    lay_out(&s, 2, 2);
    set_op(&s, 0, 0, 6); set_op(&s, 1, 1, 3); set_op(&s, 2, 0, 2); set_op(&s, 3, 2, 1);
    s.wait_min[0] = 1; s.wait_max[0] = 2; s.lots[0] = 3; s.holds[0] = 1; s.buffer[0] = 0;
    s.p.wait_min = s.wait_min; s.p.wait_max = s.wait_max; s.p.op_lots = s.lots; s.p.op_holds = s.holds;
    s.p.n_buffers = 1; s.p.op_buffer = s.buffer; s.p.buffer_places = s.room; /* none */
    s.p.op_ready = s.ready;
    s.ready[1] = 20;
    report(&s, 0, 1, 5); /* four ticks instead of six */
    ck_assert_int_eq(solve(&s), 23);
    ck_assert(s.start[0] == 1 && s.end[0] == 5 && s.start[1] == 20 && s.start[2] == 5);
    s.ready[1] = 0;
    ck_assert_int_eq(solve(&s), 9);
    ck_assert(s.start[1] == 6 && s.start[2] == 5);
    refuse_move(&s, 1, 5, 8, "S11: an operation starts too soon");
    refuse_move(&s, 1, 4, 7, "S2");
    refuse_move(&s, 2, 4, 6, "S4");
    refuse_move(&s, 0, 1, 6, "S8");
    report(&s, 1, 2, 3); /* out of turn: nothing to judge */
    ck_assert_int_eq(solve(&s), 8);
}
END_TEST

/* Two take three of two crews and overlap on an oven: nobody else may join, or take what is not there. */
START_TEST(reports_may_be_too_many)
{
    plant s;
    lay_out(&s, 3, 1);
    for (int o = 0; o < 3; o++) { set_op(&s, o, o ? 1 : 0, 4); s.need_off[o + 1] = o + 1; s.units[o] = o == 1 ? 2 : 1; }
    s.level_off[1] = 1; s.level[0] = 2;
    s.p.n_resources = 1; s.p.need_off = s.need_off; s.p.need_resource = s.crew; s.p.need_units = s.units; s.p.level_off = s.level_off; s.p.level_from = s.level_from; s.p.level_units = s.level;
    report(&s, 0, 0, 6);
    report(&s, 1, 2, 5);
    ck_assert_int_eq(solve(&s), 9); /* from 5 on there is one left */
    refuse_move(&s, 2, 4, 8, "S4");
    set_op(&s, 2, 2, 4);
    ck_assert_int_eq(solve(&s), 9);
    refuse_move(&s, 2, 4, 8, "S15");
    refuse_move(&s, 2, 1, 5, "S15");
    s.p.need_off = NULL;
    s.batch[0] = 4;
    s.p.machine_batch = s.batch;
    for (int o = 0; o < 3; o++) s.machine[o] = 0;
    ck_assert_int_eq(solve(&s), 10);
    refuse_move(&s, 2, 2, 6, "S4");
}
END_TEST

/* The second of three will not be done: the third is free of what tied it, and the first of what tied it to the second. */
START_TEST(what_is_gone_ties_nobody)
{
    plant s;
    lay_out(&s, 2, 3);
    for (int o = 0; o < 6; o++) { set_op(&s, o, o % 3, 2); s.need_off[o + 1] = o + 1; }
    for (int o = 0; o < 2; o++) { s.wait_max[o] = 0; s.holds[o] = 1; s.buffer[o] = 0; s.lots[o] = 2; s.prior_start[o] = 1; }
    s.p.wait_max = s.wait_max; s.p.op_holds = s.holds; s.p.op_lots = s.lots; s.p.n_buffers = 1; s.p.op_buffer = s.buffer; s.p.buffer_places = s.room;
    s.level_off[1] = 1; s.level[0] = 1;
    s.p.n_resources = 1; s.p.need_off = s.need_off; s.p.need_resource = s.crew; s.p.level_off = s.level_off; s.p.level_from = s.level_from; s.p.level_units = s.level;
    s.p.op_gone = s.gone; s.p.op_ready = s.ready; s.p.mode_cost = s.cost; s.p.prior_start = s.prior_start;
    s.gone[1] = 1; s.ready[2] = 9; s.cost[1] = 100; s.prior_start[0] = 0;
    s.term[0] = C12_SCHED_TERM_MAKESPAN; s.term[1] = C12_SCHED_TERM_PREFERENCE; s.term[2] = C12_SCHED_TERM_MOVED;
    for (int k = 0; k < 3; k++) s.term_weight[k] = 1;
    name_terms(&s, 3, 0);
    ck_assert_int_eq(solve(&s), 11);
    ck_assert(s.start[1] == s.end[0] && s.end[1] == s.end[0] && s.start[2] == 9 && s.start[0] == 0);
    refuse_move(&s, 1, s.start[1] + 1, s.end[1] + 1, "S9");
    s.gone[0] = 1; /* the job begins with what is left of it */
    s.term[0] = C12_SCHED_TERM_WIP;
    name_terms(&s, 1, 0);
    ck_assert_int_eq(solve(&s), 2 + 6);
    s.gone[2] = 1;
    ck_assert_int_eq(solve(&s), 6);
}
END_TEST

/* ---- goals of terms ---------------------------------------------------------------------------------------------------------------- */

/* One machine, three jobs of 2, 3 and 4 ticks due at 2, 5 and 4: one must be late. */
START_TEST(terms_one_after_the_other)
{
    plant s;
    lay_out(&s, 3, 1);
    for (int o = 0; o < 3; o++) { set_op(&s, o, 0, o + 2); s.term_weight[o] = 1; }
    s.due[0] = 2; s.due[1] = 5; s.due[2] = 4;
    s.term[0] = C12_SCHED_TERM_LATE; s.term[1] = C12_SCHED_TERM_MAX_TARDINESS;
    name_terms(&s, 2, 1);
    int64_t found = solve(&s), latest = 9, weight = latest + 1; /* one late by 5, the job of 4 ticks */
    ck_assert_int_eq(found, 1 * weight + 5);
    s.term[0] = C12_SCHED_TERM_MAX_TARDINESS; s.term[1] = C12_SCHED_TERM_LATE;
    found = solve(&s); /* 2, 4, 3 ticks: late by 2 and 4 */
    ck_assert_int_eq(found, 4 * (3 + 1) + 2);
    s.term[0] = C12_SCHED_TERM_TARDINESS; s.term[1] = C12_SCHED_TERM_FLOW; s.term_weight[0] = 10;
    name_terms(&s, 2, 0);
    ck_assert_int_eq(solve(&s), 10 * 5 + 2 + 5 + 9);
}
END_TEST

START_TEST(terms_count_what_they_say)
{
    plant s;
    lay_out(&s, 2, 2);
    for (int o = 0; o < 4; o++) set_op(&s, o, o % 2, 2);
    s.p.prior_start = s.prior_start; s.p.prior_mode = s.prior_mode; s.p.mode_cost = s.cost;
    s.prior_start[0] = 2; s.prior_start[1] = 4; s.prior_start[2] = 0;
    s.cost[3] = 7;
    s.term[0] = C12_SCHED_TERM_MOVED; s.term[1] = C12_SCHED_TERM_MAKESPAN; s.term[2] = C12_SCHED_TERM_PREFERENCE; s.term[3] = C12_SCHED_TERM_WIP;
    for (int k = 0; k < 4; k++) s.term_weight[k] = 1;
    name_terms(&s, 1, 1);
    ck_assert_int_eq(solve(&s), 0);
    ck_assert_int_eq(s.start[0], 2);
    name_terms(&s, 4, 0);
    ck_assert_int_eq(solve(&s), 0 + 6 + 7 + 4 + 4);
    s.start[3]++; s.end[3]++;
    ck_assert_int_eq(judge_plan(&s).objective, 0 + 6 + 7 + 4 + 5);
    s.start[3]--; s.end[3]--; s.prior_mode[0] = 0; s.prior_start[1] = 5;
    ck_assert_int_eq(judge_plan(&s).objective, 1 + 6 + 7 + 4 + 4);
}
END_TEST

START_TEST(terms_that_say_nothing_are_refused)
{
    plant s;
    c12_sched *h;
    c12_verdict v = C12_INIT(c12_verdict);
    c12_error e = C12_INIT(c12_error);
    lay_out(&s, 3, 1);
    for (int o = 0; o < 3; o++) { set_op(&s, o, 0, (c12_tick)1 << 40); s.term_weight[o] = 1; s.term[o] = o; }
    fit_dims(&s);
#define BAD(n, field_name) do { name_terms(&s, n, 0); ck_assert_int_eq(c12_sched_create(&h, &s.d, &s.o, NULL, &e), C12_E_RANGE); ck_assert_str_eq(e.field, field_name); \
        e = (c12_error)C12_INIT(c12_error); ck_assert_int_eq(c12_sched_check(&s.p, &s.plan, &s.o, &v, &e), C12_E_RANGE); ck_assert_str_eq(e.field, field_name); e = (c12_error)C12_INIT(c12_error); } while (0)
    BAD(0, "n_terms");
    BAD(10, "n_terms");
    s.term[1] = 0;
    BAD(2, "term");
    s.term[1] = 9;
    BAD(2, "term");
    s.term[1] = 1; s.term_weight[1] = 0;
    BAD(2, "weight");
    s.term_weight[1] = 1;
#undef BAD
    name_terms(&s, 3, 1);
    ck_assert_int_eq(c12_sched_create(&h, &s.d, &s.o, NULL, &e), C12_OK);
    ck_assert_int_eq(c12_sched_load(h, &s.p, &e), C12_E_OVERFLOW);
    ck_assert_str_eq(e.field, "term");
    c12_sched_destroy(h);
    ck_assert_int_eq(c12_sched_check(&s.p, &s.plan, &s.o, &v, NULL), C12_E_OVERFLOW);
}
END_TEST

/* ---- entry ------------------------------------------------------------------------------------------------------------------------- */

static void make_random(plant *s, c12__rng *g, uint32_t features, int jobs, int per_job);

START_TEST(bad_columns_are_named)
{
    plant s;
#define BREAK(change, stat, field_name, at) do { \
        c12__rng g = c12__rng_from(5, 5); c12_sched *h; c12_error e = C12_INIT(c12_error); \
        make_random(&s, &g, F_ALL, 3, 2); change; \
        c12_sched_create(&h, &s.d, &s.o, NULL, NULL) ? abort() : (void)0; \
        ck_assert_int_eq(c12_sched_load(h, &s.p, &e), stat); ck_assert_str_eq(e.field, field_name); ck_assert_int_eq(e.row, at); \
        c12_sched_destroy(h); } while (0)
    BREAK(s.speed[1] = 0, C12_E_RANGE, "machine_speed", 1);
    BREAK(s.speed[2] = 1000001, C12_E_RANGE, "machine_speed", 2);
    BREAK(s.setup_breaks[0] = 3, C12_E_RANGE, "setup_breaks", 0);
    BREAK(s.batch[1] = 0, C12_E_RANGE, "machine_batch", 1);
    BREAK(s.places[3] = 0, C12_E_RANGE, "op_places", 3);
    BREAK(s.cost[2] = -1, C12_E_RANGE, "mode_cost", 2);
    BREAK(s.cost[2] = ((int64_t)1 << 31) + 1, C12_E_RANGE, "mode_cost", 2);
    BREAK(s.wait_min[4] = -1, C12_E_RANGE, "wait_min", 4);
    BREAK(s.wait_max[4] = -2, C12_E_RANGE, "wait_max", 4);
    BREAK((s.wait_min[4] = 3, s.wait_max[4] = 2), C12_E_RANGE, "wait_max", 4);
    BREAK(s.lots[0] = 0, C12_E_RANGE, "op_lots", 0);
    BREAK(s.holds[1] = 2, C12_E_RANGE, "op_holds", 1);
    BREAK(s.buffer[1] = 2, C12_E_RANGE, "op_buffer", 1);
    BREAK(s.room[1] = -1, C12_E_RANGE, "buffer_places", 1);
    BREAK(s.p.buffer_places = NULL, C12_E_ARG, "buffer_places", -1);
    BREAK(s.p.n_buffers = -1, C12_E_ARG, "n_buffers", -1);
    BREAK(s.p.n_resources = -1, C12_E_ARG, "n_resources", -1);
    BREAK(s.crew[0] = 2, C12_E_RANGE, "need_resource", 0);
    BREAK((s.need_off[1] = 2, s.need_off[2] = 2, s.crew[0] = s.crew[1] = 0), C12_E_RANGE, "need_resource", 1);
    BREAK(s.units[0] = 0, C12_E_RANGE, "need_units", 0);
    BREAK(s.p.level_units = NULL, C12_E_ARG, "level_units", -1);
    BREAK(s.level[1] = -1, C12_E_RANGE, "level_units", 1);
    BREAK(s.level_from[1] = s.level_from[0], C12_E_RANGE, "level_from", 1);
    BREAK(s.prior_start[0] = -2, C12_E_RANGE, "prior_start", 0);
    BREAK(s.prior_mode[0] = 2, C12_E_RANGE, "prior_mode", 0);
    BREAK(s.wait_min[0] = C12_SCHED_HORIZON, C12_E_OVERFLOW, "mode_ticks", -1);
#undef BREAK
}
END_TEST

START_TEST(limits_are_named)
{
    static const char *const names[] = { "needs", "levels", "resources", "buffers" };
    for (int k = 0; k < 4; k++) {
        plant s;
        c12_sched *h;
        c12_error e = C12_INIT(c12_error);
        c12__rng g = c12__rng_from(5, 5);
        make_random(&s, &g, F_ALL, 3, 2);
        if (k == 0) s.d.needs--;
        if (k == 1) s.d.levels--;
        if (k == 2) s.d.resources--;
        if (k == 3) s.d.buffers--;
        ck_assert_int_eq(c12_sched_create(&h, &s.d, &s.o, NULL, NULL), C12_OK);
        ck_assert_int_eq(c12_sched_load(h, &s.p, &e), C12_E_SPACE);
        ck_assert_str_eq(e.field, names[k]);
        c12_sched_destroy(h);
    }
}
END_TEST

/* ---- random plants ------------------------------------------------------------------------------------------------------------------- */

static void random_ops(plant *s, c12__rng *g, uint32_t features, int per_job)
{
    int64_t row = 0, n = n_ops(s);
    for (int o = 0; o < n; o++) {
        int modes = features & F_MODES ? (int)c12__rng_range(g, 1, 2) : 1, first = (int)c12__rng_below(g, PLANT);
        for (int k = 0; k < modes; k++) { s->machine[row] = (first + k) % PLANT; s->cost[row] = (int64_t)c12__rng_below(g, 4); s->ticks[row++] = c12__rng_range(g, features & F_NO_WORK ? 0 : 1, 4); }
        s->mode_off[o + 1] = row;
        s->family[o] = (int32_t)c12__rng_below(g, FAMILIES);
        s->resumable[o] = (uint8_t)c12__rng_below(g, 2);
        if (features & F_DATES) s->ready[o] = c12__rng_range(g, 0, 4);
        s->pred_off[o + 1] = s->pred_off[o];
        if (features & F_PREDS && o >= per_job && !c12__rng_below(g, 3)) s->pred[s->pred_off[o + 1]++] = (int64_t)c12__rng_below(g, (uint64_t)per_job);
        s->wait_min[o] = c12__rng_below(g, 2) ? c12__rng_range(g, 0, 2) : 0;
        s->wait_max[o] = c12__rng_below(g, 2) ? s->wait_min[o] + c12__rng_range(g, 0, 2) : -1;
        s->lots[o] = (int32_t)c12__rng_range(g, 1, 3);
        s->holds[o] = (uint8_t)c12__rng_below(g, 2);
        s->buffer[o] = (int32_t)c12__rng_range(g, -1, 1);
        s->places[o] = (int32_t)c12__rng_range(g, 1, 2);
        s->prior_start[o] = c12__rng_range(g, -1, 6);
        s->need_off[o + 1] = s->need_off[o];
        for (int r = 0; r < CREWS; r++)
            if (c12__rng_below(g, 2)) { s->crew[s->need_off[o + 1]] = r; s->units[s->need_off[o + 1]++] = (int32_t)c12__rng_range(g, 1, 2); }
    }
}

static void random_machines(plant *s, c12__rng *g)
{
    for (int k = 0; k < FAMILIES * FAMILIES; k++) s->setup[k] = k % (FAMILIES + 1) ? c12__rng_range(g, 0, 3) : 0;
    for (int m = 0; m < PLANT; m++) {
        int64_t t = c12__rng_range(g, 0, 6);
        s->break_off[m + 1] = s->break_off[m] + 3;
        for (int64_t k = s->break_off[m]; k < s->break_off[m + 1]; k++) { s->from[k] = t; s->to[k] = t += c12__rng_range(g, 1, 3); t += c12__rng_range(g, 1, 9); }
        s->speed[m] = (int32_t)c12__rng_range(g, 600, 1500);
        s->batch[m] = (int32_t)c12__rng_range(g, 2, 4);
        s->setup_breaks[m] = (uint8_t)c12__rng_below(g, 3);
    }
    for (int r = 0; r < CREWS; r++) {
        s->level_off[r + 1] = 2 * r + 2;
        s->level_from[2 * r] = c12__rng_range(g, 0, 1); s->level[2 * r] = (int32_t)c12__rng_range(g, 1, 3);
        s->level_from[2 * r + 1] = c12__rng_range(g, 4, 9); s->level[2 * r + 1] = (int32_t)c12__rng_range(g, 2, 3);
        s->room[r] = (int32_t)c12__rng_below(g, 3);
    }
}

/* Whatever is said to have happened: out of turn, at once, in breaks, for as long as it may. */
static void random_reports(plant *s, c12__rng *g)
{
    for (int o = 0; o < n_ops(s); o++) {
        s->told[o] = -1;
        int what = (int)c12__rng_below(g, 5);
        if (s->fixed[o] >= 0) continue;
        if (what == 0) { s->fixed[o] = c12__rng_range(g, 0, 6); s->told[o] = s->fixed[o] + c12__rng_range(g, 0, 5); s->fixed_mode[o] = (int32_t)c12__rng_below(g, (uint64_t)(s->mode_off[o + 1] - s->mode_off[o])); }
        s->gone[o] = what == 1;
    }
    s->p.fixed_start = s->fixed; s->p.fixed_mode = s->fixed_mode; s->p.fixed_end = s->told; s->p.op_gone = s->gone;
}

/* All columns are filled; the features say which of them the problem names. */
static void make_random(plant *s, c12__rng *g, uint32_t features, int jobs, int per_job)
{
    lay_out(s, jobs, per_job);
    for (int j = 0; j < jobs; j++) {
        s->weight[j] = c12__rng_range(g, 1, 3);
        s->due[j] = c12__rng_range(g, 3, 12);
        if (features & F_DATES) s->release[j] = c12__rng_range(g, 0, 4);
    }
    random_ops(s, g, features, per_job);
    random_machines(s, g);
    c12_sched_problem *p = &s->p;
    p->op_ready = s->ready; p->op_pred_off = s->pred_off; p->op_pred = s->pred; p->mode_cost = s->cost; p->prior_start = s->prior_start; p->prior_mode = s->prior_mode;
    if (features & (F_SETUPS | F_BATCH)) { p->n_families = FAMILIES; p->op_family = s->family; }
    if (features & F_SETUPS) p->setup = s->setup;
    if (features & F_BREAKS) { p->break_off = s->break_off; p->break_from = s->from; p->break_to = s->to; p->op_resumable = s->resumable; }
    if (features & F_FROZEN) { int o = (int)c12__rng_below(g, (uint64_t)n_ops(s)); s->fixed[o] = c12__rng_range(g, 0, 12); p->fixed_start = s->fixed; p->fixed_mode = s->fixed_mode; }
    if (features & F_REPORTS) random_reports(s, g);
    if (features & F_SPEED) p->machine_speed = s->speed;
    if (features & F_WAITS) { p->wait_min = s->wait_min; p->wait_max = s->wait_max; }
    if (features & F_LOTS) p->op_lots = s->lots;
    if (features & F_HOLDS) p->op_holds = s->holds;
    if (features & F_BUFFERS) { p->n_buffers = 2; p->op_buffer = s->buffer; p->buffer_places = s->room; }
    if (features & F_RESOURCES) { p->n_resources = CREWS; p->need_off = s->need_off; p->need_resource = s->crew; p->need_units = s->units; p->level_off = s->level_off; p->level_from = s->level_from; p->level_units = s->level; }
    if (features & F_BATCH) { p->machine_batch = s->batch; p->op_places = s->places; }
    if (features & F_SETUP_BREAKS) p->setup_breaks = s->setup_breaks;
    s->o.goal = (int32_t)c12__rng_below(g, 3);
    if (features & F_TERMS) {
        for (int k = 0; k < 3; k++) { s->term[k] = (int32_t)(c12__rng_below(g, 3) * 3) + k; s->term_weight[k] = c12__rng_range(g, 1, 5); }
        name_terms(s, 3, (int32_t)c12__rng_below(g, 2));
    }
    fit_dims(s);
}

typedef struct job { void (*task)(void *, int32_t); void *arg; int32_t i; } job;

static void *run_job(void *arg)
{
    job *j = arg;
    j->task(j->arg, j->i);
    return NULL;
}

static void two_threads(void *user, int32_t n, void (*task)(void *arg, int32_t i), void *arg)
{
    (void)user;
    for (int32_t i = 0; i < n; i += 2) {
        pthread_t t;
        job j = { task, arg, i + 1 };
        int more = i + 1 < n && !pthread_create(&t, NULL, run_job, &j);
        task(arg, i);
        if (more) pthread_join(t, NULL);
        else if (i + 1 < n) task(arg, i + 1);
    }
}

/* Every plan is judged; two threads give the same bits. */
START_TEST(random_plants_are_planned_right)
{
    int none = 0;
    for (uint64_t round = 0; round < (uint64_t)rounds(8); round++) {
        plant s, t;
        c12_host host = C12_INIT(c12_host);
        c12__rng g = c12__rng_from(900 + (uint64_t)_i, round);
        uint32_t features = (uint32_t)c12__rng_below(&g, F_ALL + 1);
        if (!(round % 4)) features |= F_ALL & ~(uint32_t)F_FROZEN;
        if (_i % 2) features |= F_REPORTS;
        make_random(&s, &g, features, (int)c12__rng_range(&g, 2, 6), (int)c12__rng_range(&g, 1, 3));
        t = s;
        t.p = s.p;
        c12_info i = solve_with(&s, 200, NULL);
        host.parallel = two_threads;
        t.plan.op_start = t.start; t.plan.op_end = t.end; t.plan.op_mode = t.mode;
        c12_info k = solve_with(&t, 200, &host);
        ck_assert_int_eq(i.objective, k.objective);
        ck_assert(!memcmp(s.start, t.start, sizeof s.start) && !memcmp(s.mode, t.mode, sizeof s.mode));
        if (i.outcome == C12_UNKNOWN) none++;
        int tight = features & (F_FROZEN | F_PREDS) || (features & F_WAITS && features & F_BUFFERS) || (features & (F_WAITS | F_BUFFERS) && features & F_SETUPS);
        ck_assert_msg(i.outcome != C12_UNKNOWN || tight, "features %x: no plan", (unsigned)features);
    }
    ck_assert_int_le(none, rounds(8) / 2 + 1);
}
END_TEST

/* ---- every plan there is ------------------------------------------------------------------------------------------------------------- */

/* Starts, ends and modes of at most `ops` operations are tried out, and the checker says what a plan is. */
typedef struct every { plant *s; int64_t best, n; int64_t tried; } every;

static void every_end(every *x, int64_t o);

static void every_gone(every *x, int64_t o)
{
    plant *s = x->s;
    int32_t first = 0;
    for (int32_t j = 0; j < s->p.n_jobs; j++) first |= s->op_off[j] == o;
    int64_t at = first ? 0 : s->end[o - 1];
    for (int64_t e = s->pred_off[o]; e < s->pred_off[o + 1]; e++)
        if (s->end[s->pred[e]] > at) at = s->end[s->pred[e]];
    s->mode[o] = 0;
    s->start[o] = s->end[o] = at;
    every_end(x, o + 1);
}

static void every_start(every *x, int64_t o, int32_t mode)
{
    plant *s = x->s;
    int64_t first = s->p.fixed_start && s->fixed[o] >= 0 ? s->fixed[o] : 0, last = s->p.fixed_start && s->fixed[o] >= 0 ? first : 14;
    if (s->p.fixed_end && s->told[o] >= 0) { s->mode[o] = s->fixed_mode[o]; s->start[o] = first; s->end[o] = s->told[o]; every_end(x, o + 1); return; }
    if (s->p.op_gone && s->gone[o]) { every_gone(x, o); return; }
    int32_t machine = s->machine[s->mode_off[o] + mode];
    int64_t ticks = s->ticks[s->mode_off[o] + mode], longest = s->p.machine_batch && s->batch[machine] > 1 ? 8 : ticks;
    s->mode[o] = mode;
    if (s->p.machine_speed) { ticks = (ticks * 1000 + s->speed[machine] - 1) / s->speed[machine]; longest = longest > ticks ? longest : ticks; }
    for (int64_t t = first; t <= last; t++) {
        int64_t open = 0, e = t;
        s->start[o] = t;
        if (!ticks) { s->end[o] = t; every_end(x, o + 1); continue; }
        while (open < longest && e < t + 14) {
            int shut = 0;
            for (int64_t k = s->p.break_off ? s->break_off[machine] : 0; s->p.break_off && k < s->break_off[machine + 1]; k++) shut |= s->from[k] <= e && e < s->to[k];
            e++;
            if (shut) continue;
            if (++open < ticks) continue;
            s->end[o] = e;
            every_end(x, o + 1);
        }
    }
}

static void every_end(every *x, int64_t o)
{
    plant *s = x->s;
    if (o && s->o.goal == C12_SCHED_MAKESPAN && !s->p.fixed_end && s->end[o - 1] >= x->best) return;
    if (o == x->n) {
        c12_verdict v = C12_INIT(c12_verdict);
        x->tried++;
        if (!c12_sched_check(&s->p, &s->plan, &s->o, &v, NULL) && !v.violations && v.objective < x->best) x->best = v.objective;
        return;
    }
    for (int32_t k = 0; k < s->mode_off[o + 1] - s->mode_off[o]; k++) every_start(x, o, k);
}

/* Three operations, all features at random: what the search finds is what is best; in the long run but for one in ten at most. */
START_TEST(tiny_plants_against_every_plan)
{
    int missed = 0;
    for (uint64_t round = 0; round < (uint64_t)rounds(4); round++) {
        plant s;
        c12__rng g = c12__rng_from(1700 + (uint64_t)_i, round);
        uint32_t features = (uint32_t)c12__rng_below(&g, F_ALL + 1) & ~(uint32_t)F_MODES;
        int jobs = round % 2 ? 3 : 1;
        if (_i >= 10) features |= F_REPORTS;
        make_random(&s, &g, features, jobs, 3 / jobs);
        c12_info i = solve_with(&s, 600, NULL);
        every x = { &s, INT64_MAX, n_ops(&s), 0 };
        every_end(&x, 0);
        int found = i.outcome == C12_OPTIMAL || i.outcome == C12_FEASIBLE;
        if (x.best < INT64_MAX) ck_assert_msg(i.outcome != C12_INFEASIBLE, "features %x", (unsigned)features);
        if (x.best < INT64_MAX && i.outcome == C12_OPTIMAL) ck_assert_msg(i.objective <= x.best, "features %x: claims %d, there is %d", (unsigned)features, (int)i.objective, (int)x.best);
        missed += found ? i.objective > x.best : x.best < INT64_MAX;
    }
    ck_assert_msg(missed <= rounds(4) / 10, "%d missed", missed);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sched-rich");
    TCase *t = tcase_create("rich");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, speeds_stretch_work);
    tcase_add_test(t, waits_have_a_least_and_a_most);
    tcase_add_test(t, lots_overlap);
    tcase_add_test(t, holding_blocks);
    tcase_add_test(t, a_swap_of_held_machines_is_no_deadlock);
    tcase_add_test(t, buffers_are_small);
    tcase_add_test(t, crews_come_and_go);
    tcase_add_test(t, batches_share_an_oven);
    tcase_add_test(t, batches_wait_for_company);
    tcase_add_test(t, batches_do_not_take_their_successors_along);
    tcase_add_test(t, setups_meet_breaks_their_own_way);
    tcase_add_test(t, reports_hand_on_at_their_end);
    tcase_add_test(t, reports_may_be_too_many);
    tcase_add_test(t, what_is_gone_ties_nobody);
    tcase_add_test(t, terms_one_after_the_other);
    tcase_add_test(t, terms_count_what_they_say);
    tcase_add_test(t, terms_that_say_nothing_are_refused);
    tcase_add_test(t, bad_columns_are_named);
    tcase_add_test(t, limits_are_named);
    tcase_add_loop_test(t, random_plants_are_planned_right, 0, 20);
    tcase_add_loop_test(t, tiny_plants_against_every_plan, 0, 20);
    suite_add_tcase(suite, t);
    SRunner *r = srunner_create(suite);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
