/* SPDX-License-Identifier: Apache-2.0 */
/* The hours ahead (H1 to H10): hand-worked, random, broken, against all plans there are, and hostile. */
#include "c12/charge.h"
#include <check.h>
#include "support.h"
#include <stdlib.h>
#include <string.h>

enum { ROBOTS = 24, BAYS = 6, CLASSES = 3, STEPS = 64, ROWS = 12, SLOTS = ROBOTS * C12_CHARGE_MOST_SLOTS };

typedef struct hours {
    c12_charge_outlook p;
    c12_charge_horizon_options o;
    c12_charge_slots plan;
    c12_info info;
    int64_t capacity[CLASSES], active[CLASSES], idle[CLASSES], off[CLASSES + 1], rate[ROWS], energy[ROBOTS * STEPS];
    int32_t to[ROWS], kind[ROBOTS], battery[ROBOTS], health[ROBOTS], from[ROBOTS], way[ROBOTS * BAYS], at[ROBOTS], opens[BAYS], closes[BAYS];
    int32_t demand[STEPS], activity[ROBOTS * STEPS], robot[SLOTS], bay[SLOTS], start[SLOTS], end[SLOTS];
} hours;

/* One class: 1000 of energy, 40 a step at work, 5 otherwise, 100 a step in a bay up to 80 %, then 50. */
static hours *hours_new(int32_t robots, int32_t bays, int32_t steps)
{
    hours *h = calloc(1, sizeof *h);
    h->p = (c12_charge_outlook)C12_INIT(c12_charge_outlook);
    h->o = (c12_charge_horizon_options)C12_INIT(c12_charge_horizon_options);
    h->plan = (c12_charge_slots)C12_INIT(c12_charge_slots);
    h->info = (c12_info)C12_INIT(c12_info);
    h->p.n_robots = robots; h->p.n_bays = bays; h->p.n_classes = 1; h->p.n_steps = steps;
    h->capacity[0] = 1000; h->active[0] = 40; h->idle[0] = 5; h->off[1] = 2;
    h->to[0] = 800000; h->to[1] = 1000000; h->rate[0] = 100; h->rate[1] = 50;
    for (int32_t r = 0; r < robots; r++) { h->battery[r] = 500000; h->health[r] = 1000000; h->at[r] = -1; }
    for (int32_t b = 0; b < bays; b++) h->closes[b] = steps;
    h->p.class_capacity = h->capacity; h->p.class_active = h->active; h->p.class_idle = h->idle;
    h->p.curve_off = h->off; h->p.curve_to_ppm = h->to; h->p.curve_rate = h->rate;
    h->p.robot_class = h->kind; h->p.battery_ppm = h->battery; h->p.robot_health_ppm = h->health; h->p.robot_from = h->from;
    h->p.travel = h->way; h->p.at_bay = h->at; h->p.bay_from = h->opens; h->p.bay_to = h->closes; h->p.demand = h->demand;
    h->plan.cap = SLOTS;
    h->plan.slot_robot = h->robot; h->plan.slot_bay = h->bay; h->plan.slot_start = h->start; h->plan.slot_end = h->end; h->plan.energy = h->energy;
    return h;
}

static c12_status hours_try(hours *h, int64_t work, c12_error *e)
{
    c12_budget b = C12_INIT(c12_budget);
    c12_mem m = { NULL, c12_charge_horizon_scratch(h->p.n_robots, h->p.n_bays, h->p.n_classes, h->p.n_steps) };
    b.work_limit = work;
    m.ptr = malloc(m.size);
    c12_status s = c12_charge_horizon(&h->p, &h->o, &b, &h->plan, &h->info, m, e);
    free(m.ptr);
    return s;
}

static c12_verdict hours_judge(const hours *h)
{
    c12_verdict v = C12_INIT(c12_verdict);
    ck_assert_int_eq(c12_charge_horizon_check(&h->p, &h->o, &h->plan, &v, NULL), C12_OK);
    return v;
}

static void hours_solve(hours *h, int64_t work)
{
    c12_error e = C12_INIT(c12_error);
    ck_assert_msg(!hours_try(h, work, &e), "%s %s[%d]", e.what, e.field, (int)e.row);
    c12_verdict v = hours_judge(h);
    ck_assert_msg(!v.violations, "%s at %s[%d], step %d", v.rule, v.field, (int)v.row, (int)v.tick);
    ck_assert_int_eq(v.objective, h->info.objective);
}

/* ---- hand-worked ---------------------------------------------------------------------------------------------------------------- */

/* 45 % with 4 % a step to go at work: it must charge before step 2, and the bay is a step away. */
START_TEST(one_robot_one_bay)
{
    hours *h = hours_new(1, 1, 12);
    h->battery[0] = 480000;
    h->way[0] = 1;
    for (int t = 6; t < 12; t++) h->demand[t] = 1;
    hours_solve(h, 3000);
    ck_assert_int_eq(h->plan.low + h->plan.below + h->plan.empty + h->plan.unmet, 0); /* charged while nobody wants it, full enough afterwards */
    ck_assert_int_eq(h->plan.end_short, 0);
    ck_assert(h->plan.n == 1 && h->plan.travel == 1 && h->end[0] <= 6);
    ck_assert_int_eq(h->energy[h->start[0]] - h->energy[h->start[0] - 1], 100);
    free(h);
}
END_TEST

/* H5 across the bend: from 730, 70 % of a step lead to 800 and 30 % give 15 more. */
START_TEST(the_curve_bends_within_a_step)
{
    hours *h = hours_new(1, 1, 8);
    static const int64_t up[8] = { 815, 865, 915, 965, 1000, 1000, 1000, 1000 };
    h->battery[0] = 730000;
    h->plan.n = 1;
    h->start[0] = 0;
    h->end[0] = 8;
    memcpy(h->energy, up, sizeof up);
    ck_assert_int_eq(hours_judge(h).violations, 0);
    h->energy[0]++;
    ck_assert_str_eq(hours_judge(h).rule, "H4, H5: wrong energy");
    free(h);
}
END_TEST

/* A battery that holds three quarters still drains and charges at the same rates; the floor is 40 % of what it holds. */
START_TEST(an_old_battery)
{
    hours *h = hours_new(1, 0, 4);
    static const int64_t down[4] = { 335, 295, 255, 215 };
    h->health[0] = 750000;
    for (int t = 0; t < 4; t++) h->demand[t] = 1;
    hours_solve(h, 1);
    ck_assert_mem_eq(h->energy, down, sizeof down);
    ck_assert_int_eq(h->plan.low, 3); /* 300 of 750 are 40 % */
    ck_assert_int_eq(h->plan.below, 3);
    ck_assert_int_eq(h->plan.end_short, 600000 - 286666);
    ck_assert_int_eq(h->info.objective, 3 * 10000 + 3 * 10000000 + 2 * (600000 - 286666));
    free(h);
}
END_TEST

/* Ten robots at work need ten times 40 a step: four bays of 100.  With two, and batteries at the floor, two lack at once. */
START_TEST(bays_missing_and_short)
{
    hours *h = hours_new(10, 2, 50);
    for (int r = 0; r < 10; r++) h->battery[r] = 400000;
    for (int t = 0; t < 50; t++) h->demand[t] = 10;
    hours_solve(h, 500);
    ck_assert_int_eq(h->plan.bays_needed, 4);
    ck_assert_int_eq(h->plan.bays_missing, 2);
    ck_assert_int_eq(h->plan.bays_short, 2);
    for (int r = 0; r < 10; r++) h->battery[r] = 900000; /* 500 above the floor each are 50 bay steps: the store lasts */
    hours_solve(h, 500);
    ck_assert_int_eq(h->plan.bays_missing, 2);
    ck_assert_int_eq(h->plan.bays_short, 1);
    h->closes[1] = 0;
    hours_solve(h, 500);
    ck_assert_int_eq(h->plan.bays_missing, 3);
    ck_assert_int_eq(h->plan.bays_short, 2);
    free(h);
}
END_TEST

/* ---- random and broken ------------------------------------------------------------------------------------------------------------ */

static hours *hours_random(void)
{
    hours *h = hours_new(1 + dice(9), dice(5), 3 + dice(30));
    int32_t k = 0;
    h->p.n_classes = 1 + dice(CLASSES);
    for (int32_t c = 0; c < h->p.n_classes; c++) {
        int32_t rows = 1 + dice(3);
        h->capacity[c] = 1 + dice(dice(2) ? 5000 : 50);
        h->idle[c] = dice(20);
        h->active[c] = h->idle[c] + dice(300);
        for (int32_t i = 0; i < rows; i++, k++) {
            h->to[k] = i == rows - 1 ? 1000000 : 300000 * (i + 1) + dice(100000);
            h->rate[k] = 1 + dice(900);
        }
        h->off[c + 1] = k;
    }
    for (int32_t r = 0; r < h->p.n_robots; r++) {
        h->kind[r] = dice(h->p.n_classes);
        h->battery[r] = dice(1000001);
        h->health[r] = dice(2) ? 1000000 : 1 + dice(1000000);
        h->from[r] = dice(3) ? 0 : dice(h->p.n_steps + 1);
        if (r < h->p.n_bays && dice(2)) h->at[r] = r;
        for (int32_t b = 0; b < h->p.n_bays; b++) h->way[r * h->p.n_bays + b] = dice(8) ? dice(4) : -1;
        for (int32_t t = 0; t < h->p.n_steps; t++) h->activity[r * h->p.n_steps + t] = dice(1000001);
    }
    for (int32_t b = 0; b < h->p.n_bays; b++) {
        h->opens[b] = dice(3) ? 0 : dice(h->p.n_steps + 1);
        h->closes[b] = dice(3) ? h->p.n_steps : h->opens[b] + dice(h->p.n_steps - h->opens[b] + 1);
    }
    for (int32_t t = 0; t < h->p.n_steps; t++) h->demand[t] = dice(h->p.n_robots + 3);
    if (!dice(3)) h->p.activity_ppm = h->activity;
    if (!dice(3)) h->p.demand = NULL;
    if (!dice(6)) h->p.travel = NULL;
    if (!dice(6)) h->p.bay_to = h->p.bay_from = NULL;
    h->o.least_slot = dice(4);
    if (!dice(4)) h->o.floor_ppm = 1 + dice(1000000);
    if (!dice(4)) h->o.price_low = -1;
    if (!dice(4)) h->o.price_unmet = dice(1000000);
    return h;
}

START_TEST(random_outlooks_are_right)
{
    dice_state = 4711;
    for (int round = 0; round < 2000; round++) {
        hours *h = hours_random();
        hours_solve(h, 1 + dice(400));
        int64_t before = h->info.objective;
        h->plan.warm = 1; /* to begin with its own plan is never worse than that */
        hours_solve(h, 1);
        ck_assert_int_le(h->info.objective, before);
        for (int64_t k = 0; k < h->plan.n; k++) { h->start[k] += dice(9) - 4; h->end[k] += dice(9) - 4; h->bay[k] += dice(3) - 1; }
        hours_solve(h, 1 + dice(100)); /* and nonsense to begin with does no harm */
        free(h);
    }
}
END_TEST

static int hours_break(hours *h, int way)
{
    int64_t n = h->plan.n, k = n ? dice((int32_t)n) : 0, cell = dice(h->p.n_robots * h->p.n_steps);
    if (way < 9 && !n) return 0;
    switch (way) {
    case 0: h->robot[k] = h->p.n_robots; return 1;
    case 1: h->bay[k] = -1; return 1;
    case 2: h->start[k] = h->end[k]; return 1;
    case 3: h->end[k] = h->p.n_steps + 1; return 1;
    case 4: h->start[k] = -1; return 1;
    case 5: h->robot[n] = h->robot[k]; h->bay[n] = h->bay[k]; h->start[n] = h->start[k]; h->end[n] = h->end[k]; h->plan.n++; return 1;
    case 6: if (h->p.travel == NULL) return 0; h->way[h->robot[k] * h->p.n_bays + h->bay[k]] = -1; return h->start[k] || h->at[h->robot[k]] != h->bay[k];
    case 7: h->from[h->robot[k]] = h->p.n_steps; return h->end[k] - 1 < h->p.n_steps;
    case 8: if (h->p.bay_to == NULL) return 0; h->closes[h->bay[k]] = h->end[k] - 1; if (h->opens[h->bay[k]] >= h->end[k]) return 0; return 1;
    case 9: h->energy[cell]++; return 1;
    case 10: h->plan.empty++; return 1;
    case 11: h->plan.below--; return 1;
    case 12: h->plan.unmet++; return 1;
    case 13: h->plan.low++; return 1;
    case 14: h->plan.end_short++; return 1;
    case 15: h->plan.travel++; return 1;
    case 16: h->plan.bays_needed++; return 1;
    case 17: h->plan.bays_missing++; return 1;
    default: h->plan.bays_short++; return 1;
    }
}

START_TEST(broken_plans_are_refused)
{
    int32_t refused[19] = { 0 };
    dice_state = 815;
    for (int round = 0; round < 4000; round++) {
        hours *h = hours_random();
        hours_solve(h, 30);
        if (hours_break(h, round % 19)) {
            c12_verdict v = hours_judge(h);
            ck_assert_msg(v.violations > 0, "way %d", round % 19);
            ck_assert_ptr_nonnull(v.rule);
            refused[round % 19]++;
        }
        free(h);
    }
    for (int way = 0; way < 19; way++) ck_assert_msg(refused[way] >= 10, "way %d: %d", way, refused[way]);
}
END_TEST

/* Two robots in one bay, and one that leaves before its last slot ends. */
START_TEST(meeting_slots_are_refused)
{
    hours *h = hours_new(2, 2, 10);
    static const int32_t robot[2] = { 0, 1 };
    memcpy(h->robot, robot, sizeof robot);
    h->plan.n = 2;
    h->start[0] = 1; h->end[0] = 5; h->start[1] = 4; h->end[1] = 8;
    ck_assert_str_eq(hours_judge(h).rule, "H2: two robots in one bay");
    h->robot[1] = 0; h->bay[1] = 1; h->start[1] = 5; h->way[1] = 1;
    ck_assert_str_eq(hours_judge(h).rule, "H3: leaves before its last slot ends");
    h->o.least_slot = 5;
    h->way[1] = 0;
    ck_assert_str_eq(hours_judge(h).rule, "H2: shorter than least_slot");
    free(h);
}
END_TEST

/* ---- all plans there are -------------------------------------------------------------------------------------------------------------- */

/* Every way two robots can be in or out of one bay, step by step: 3^steps words over {nobody, 0, 1}. */
static int64_t hours_best(const hours *h)
{
    hours *x = malloc(sizeof *x);
    int64_t best = INT64_MAX, words = 1;
    *x = *h;
    x->plan.slot_robot = x->robot; x->plan.slot_bay = x->bay; x->plan.slot_start = x->start; x->plan.slot_end = x->end; x->plan.energy = x->energy;
    for (int t = 0; t < h->p.n_steps; t++) words *= 3;
    for (int64_t word = 0; word < words; word++) {
        int64_t rest = word, cost;
        int who[16], ok = 1;
        int64_t empty = 0, below = 0, unmet = 0, low = 0, end = 0;
        for (int t = 0; t < h->p.n_steps; t++, rest /= 3) who[t] = (int)(rest % 3) - 1;
        int64_t e[2] = { 10 * (int64_t)h->battery[0] / 10000, 10 * (int64_t)h->battery[1] / 10000 }; /* capacity 1000 */
        int64_t ways = 0;
        int lows[16] = { 0 }, gone[16] = { 0 };
        for (int r = 0; r < 2; r++) {
            for (int t = 0; t < h->p.n_steps; t++) {
                int in = who[t] == r, leaves = t + 1 < h->p.n_steps && who[t + 1] == r && !in && h->way[r]; /* ways are 0 or 1 here */
                if (in && (!t || who[t - 1] != r)) { ok &= t >= h->way[r] && t - h->way[r] >= h->from[r]; ways += h->way[r]; }
                int64_t share = 1000000 * (int64_t)h->demand[t] / 1, work = 5 + 35 * (share > 1000000 ? 1000000 : share) / 1000000;
                if (in) { /* 100 up to 800, 50 above */
                    int64_t a = e[r] < 800 ? 800 - e[r] : 0, spent = a * 10000;
                    if (a >= 100) e[r] += 100;
                    else { e[r] += a + 50 * (1000000 - spent) / 1000000; if (e[r] > 1000) e[r] = 1000; }
                } else e[r] -= leaves ? 40 : work;
                if (e[r] < 0) { e[r] = 0; empty++; }
                lows[t] += e[r] <= 400;
                gone[t] += in || leaves;
            }
            end += 600000 - e[r] * 1000 > 0 ? 600000 - e[r] * 1000 : 0;
        }
        for (int t = 0; t < h->p.n_steps; t++) {
            low += lows[t];
            below += lows[t] > 0; /* of two robots nine tenths are two */
            unmet += h->demand[t] > 2 - gone[t] ? h->demand[t] - 2 + gone[t] : 0;
        }
        cost = 100000000 * empty + 10000000 * below + 100000 * unmet + 10000 * low + 2 * end + 100 * ways;
        if (ok && cost < best) best = cost;
    }
    free(x);
    return best;
}

START_TEST(as_good_as_all_plans_there_are)
{
    int same = 0, rounds = 60;
    dice_state = 99;
    for (int round = 0; round < rounds; round++) {
        hours *h = hours_new(2, 1, 8);
        for (int r = 0; r < 2; r++) {
            h->battery[r] = 100000 + dice(80) * 10000;
            h->way[r] = dice(2);
            h->from[r] = dice(3) ? 0 : dice(3);
        }
        for (int t = 0; t < 8; t++) h->demand[t] = dice(3);
        hours_solve(h, 20000);
        int64_t best = hours_best(h);
        ck_assert_msg(h->info.objective >= best, "below all plans: %d < %d", (int)h->info.objective, (int)best);
        ck_assert_msg((double)h->info.objective <= 1.02 * (double)best, "round %d: %d against %d", round, (int)h->info.objective, (int)best);
        same += h->info.objective == best;
        free(h);
    }
    ck_assert_msg(same >= rounds * 9 / 10, "%d of %d", same, rounds);
}
END_TEST

START_TEST(the_same_work_gives_the_same_plan)
{
    dice_state = 5;
    for (int round = 0; round < 50; round++) {
        hours *h = hours_random(), *g = malloc(sizeof *g);
        *g = *h;
        hours_solve(h, 300);
        memcpy(g, h, sizeof *g);
        memset(h->start, 0, sizeof h->start);
        hours_solve(h, 300);
        ck_assert(h->plan.n == g->plan.n && !memcmp(h->start, g->start, (size_t)g->plan.n * sizeof *g->start));
        free(g);
        free(h);
    }
}
END_TEST

/* ---- bad input --------------------------------------------------------------------------------------------------------------------- */

static void refuse(hours *h, c12_status want, const char *field, int64_t row)
{
    c12_error e = C12_INIT(c12_error);
    c12_verdict v = C12_INIT(c12_verdict);
    c12_status s = hours_try(h, 10, &e);
    ck_assert_msg(s == want, "%s: %d", field, (int)s);
    ck_assert_str_eq(e.field, field);
    ck_assert_int_eq(e.row, row);
    ck_assert_int_eq(c12_charge_horizon_check(&h->p, &h->o, &h->plan, &v, NULL), want);
}

#define BAD(column, i, value, name) do { int64_t was = (int64_t)h->column[i]; h->column[i] = value; refuse(h, C12_E_RANGE, name, i); *(&h->column[i]) = was; } while (0)

START_TEST(bad_input_is_named)
{
    hours *h = hours_new(2, 2, 4);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
    BAD(capacity, 0, 0, "class_capacity");
    BAD(idle, 0, -1, "class_idle");
    BAD(active, 0, 4, "class_active");
    BAD(active, 0, ((int64_t)1 << 38) + 1, "class_active");
    BAD(to, 0, 1000001, "curve_to_ppm");
    BAD(to, 1, 999999, "curve_to_ppm");
    BAD(rate, 1, 0, "curve_rate");
    BAD(off, 1, 0, "curve_off");
    BAD(kind, 1, 1, "robot_class");
    BAD(battery, 1, 1000001, "battery_ppm");
    BAD(health, 0, 0, "robot_health_ppm");
    BAD(from, 1, 5, "robot_from");
    BAD(way, 3, -2, "travel");
    BAD(at, 1, 2, "at_bay");
    BAD(opens, 1, 5, "bay_from");
    BAD(closes, 0, 5, "bay_to");
    BAD(demand, 3, -1, "demand");
#pragma GCC diagnostic pop
    h->at[0] = h->at[1] = 1; refuse(h, C12_E_RANGE, "at_bay", 1); h->at[0] = h->at[1] = -1;
    h->activity[7] = -1; h->p.activity_ppm = h->activity; refuse(h, C12_E_RANGE, "activity_ppm", 7); h->p.activity_ppm = NULL;
    h->o.floor_ppm = -1; refuse(h, C12_E_RANGE, "floor_ppm", -1); h->o.floor_ppm = 0;
    h->o.least_slot = -1; refuse(h, C12_E_RANGE, "least_slot", -1); h->o.least_slot = 0;
    h->o.price_low = -2; refuse(h, C12_E_RANGE, "price_low", -1); h->o.price_low = 0;
    h->o.price_end = (1 << 20) + 1; refuse(h, C12_E_RANGE, "price_end", -1); h->o.price_end = 0;
    h->p.n_steps = 0; refuse(h, C12_E_ARG, "n_steps", -1); h->p.n_steps = 4;
    h->p.n_classes = 0; refuse(h, C12_E_ARG, "n_classes", -1); h->p.n_classes = 1;
    h->p.n_robots = -1;
    c12_error e = C12_INIT(c12_error);
    ck_assert_uint_eq(c12_charge_horizon_scratch(-1, 0, 0, 0), SIZE_MAX);
    h->p.n_robots = 2;
    h->p.battery_ppm = NULL; refuse(h, C12_E_ARG, "battery_ppm", -1); h->p.battery_ppm = h->battery;
    h->p.curve_rate = NULL; refuse(h, C12_E_ARG, "curve_rate", -1); h->p.curve_rate = h->rate;
    h->plan.energy = NULL; refuse(h, C12_E_ARG, "energy", -1); h->plan.energy = h->energy;
    h->plan.warm = 2;
    ck_assert_int_eq(hours_try(h, 10, &e), C12_E_RANGE);
    ck_assert_str_eq(e.field, "warm");
    h->plan.warm = 0;
    h->battery[0] = h->battery[1] = 100000;
    h->plan.cap = 0;
    h->plan.n = 77;
    ck_assert_int_eq(hours_try(h, 10, &e), C12_E_SPACE);
    ck_assert_str_eq(e.field, "cap");
    ck_assert(e.value >= 2 && h->plan.n == 77);
    ck_assert_int_eq(hours_try(h, 0, &e), C12_E_ARG);
    free(h);
}
END_TEST

START_TEST(one_byte_too_small)
{
    hours *h = hours_new(3, 2, 5);
    c12_budget b = C12_INIT(c12_budget);
    c12_error e = C12_INIT(c12_error);
    size_t need = c12_charge_horizon_scratch(3, 2, 1, 5);
    c12_mem m = { malloc(need), need - 1 };
    b.work_limit = 10;
    ck_assert_int_eq(c12_charge_horizon(&h->p, &h->o, &b, &h->plan, NULL, m, &e), C12_E_SPACE);
    ck_assert(e.value == (int64_t)need);
    m.size = need;
    ck_assert_int_eq(c12_charge_horizon(&h->p, &h->o, &b, &h->plan, NULL, m, &e), C12_OK);
    free(m.ptr);
    free(h);
}
END_TEST

START_TEST(nobody_and_nothing)
{
    hours *h = hours_new(0, 2, 5);
    h->p.n_classes = 0;
    h->p.class_capacity = h->p.class_active = h->p.class_idle = h->p.curve_off = h->p.curve_rate = NULL;
    h->p.curve_to_ppm = h->p.battery_ppm = NULL;
    h->plan.cap = 0;
    h->plan.slot_robot = h->plan.slot_bay = h->plan.slot_start = h->plan.slot_end = NULL;
    h->plan.energy = NULL;
    for (int t = 0; t < 5; t++) h->demand[t] = t;
    hours_solve(h, 100);
    ck_assert(h->plan.n == 0 && h->plan.unmet == 10 && h->plan.below == 0 && h->plan.bays_needed == 0);
    free(h);
    h = hours_new(1, 1, 1);
    h->battery[0] = 900000;
    h->demand[0] = 2;
    hours_solve(h, 100);
    ck_assert(h->plan.unmet == 1 && h->plan.n == 0);
    free(h);
}
END_TEST

/* A horizon too long for rows to be rebuilt in. */
START_TEST(a_long_horizon)
{
    enum { LONG = 2000 };
    hours *h = hours_new(3, 1, 2);
    int32_t *demand = calloc(LONG, sizeof *demand), closes = LONG;
    int64_t *energy = calloc(3 * LONG, sizeof *energy);
    h->active[0] = 2; h->idle[0] = 1; h->rate[0] = 20; h->rate[1] = 10;
    for (int t = 0; t < LONG; t++) demand[t] = 2;
    h->p.n_steps = LONG; h->p.demand = demand; h->p.bay_to = &closes; h->plan.energy = energy;
    hours_solve(h, 2000);
    ck_assert(h->plan.empty == 0 && h->plan.n > 3);
    free(demand);
    free(energy);
    free(h);
}
END_TEST

/* ---- battery health -------------------------------------------------------------------------------------------------------------------- */

/* A year of a full cycle a day, 2.4 hours of 24 above 90 % (the up and the down take 12 hours each, a tenth of both is above). */
START_TEST(a_year_of_cycles)
{
    enum { DAYS = 365 };
    static c12_tick at[2 * DAYS + 1];
    static int32_t ppm[2 * DAYS + 1];
    int64_t off[2] = { 0, 2 * DAYS + 1 }, cycles;
    c12_tick high, replace;
    int32_t health;
    c12_charge_history in = C12_INIT(c12_charge_history);
    c12_charge_health_report out = C12_INIT(c12_charge_health_report);
    for (int k = 0; k <= 2 * DAYS; k++) { at[k] = 43200 * (c12_tick)k; ppm[k] = k % 2 ? 1000000 : 0; }
    in.n_robots = 1; in.sample_off = off; in.sample_at = at; in.sample_ppm = ppm;
    out.cycles_ppm = &cycles; out.high_ticks = &high; out.health_ppm = &health; out.replace_at = &replace;
    ck_assert_int_eq(c12_charge_health(&in, NULL, &out, NULL), C12_OK);
    ck_assert_int_eq(cycles, 365000000);
    ck_assert_int_eq(high, 365 * 8640);
    ck_assert_int_eq(health, 1000000 - 365 * 50 - 365 * 27 - 2008); /* 365 * 55 / 10 = 2007.5 */
    ck_assert_int_eq(replace, 209454546); /* 200000 / 82.5 a day = 2424.2424 days */
}
END_TEST

/* Against the same sums tick by tick. */
START_TEST(random_histories_add_up)
{
    dice_state = 31;
    for (int round = 0; round < 300; round++) {
        c12_tick at[40], high, replace;
        int32_t ppm[40], n = 2 + dice(38), limit = 500000 + dice(400000), first = 850000 + dice(150000), health;
        int64_t off[2] = { 0, n }, cycles;
        double change = 0, above = 0;
        c12_charge_history in = C12_INIT(c12_charge_history);
        c12_charge_fade d = C12_INIT(c12_charge_fade);
        c12_charge_health_report out = C12_INIT(c12_charge_health_report);
        for (int k = 0; k < n; k++) { at[k] = k ? at[k - 1] + 1 + dice(300) : dice(100); ppm[k] = dice(1000001); }
        for (int k = 1; k < n; k++) {
            change += ppm[k] > ppm[k - 1] ? ppm[k] - ppm[k - 1] : ppm[k - 1] - ppm[k];
            for (c12_tick t = 0; t < (at[k] - at[k - 1]) * 64; t++)
                above += ppm[k - 1] + ((double)t + .5) * (ppm[k] - ppm[k - 1]) / (double)(64 * (at[k] - at[k - 1])) > limit ? 1 / 64. : 0;
        }
        d.cycle_ppm = 1 + dice(2000); d.age_ppm = 1 + dice(900); d.high_ppm = 1 + dice(900); d.high_from_ppm = limit; d.day_ticks = 1000;
        in.n_robots = 1; in.sample_off = off; in.sample_at = at; in.sample_ppm = ppm; in.health_ppm = &first;
        out.cycles_ppm = &cycles; out.high_ticks = &high; out.health_ppm = &health; out.replace_at = &replace;
        ck_assert_int_eq(c12_charge_health(&in, &d, &out, NULL), C12_OK);
        double life = (double)(at[n - 1] - at[0]), fade = d.cycle_ppm * change / 2e6 + d.age_ppm * life / 1000 + d.high_ppm * above / 1000, left = first - fade;
        ck_assert_int_eq(cycles, (int64_t)change / 2);
        ck_assert((double)high - above < n / 16. + 1 && above - (double)high < n / 16. + 1);
        double slack = d.high_ppm * (n / 16. + 1) / 1000 + 2;
        ck_assert_msg((double)health - left < slack && left - (double)health < slack, "%d %f", (int)health, left);
        double when = (double)at[0] + life * (first - 800000) / fade;
        if (when < (double)at[n - 1]) when = (double)at[n - 1];
        ck_assert_msg((double)replace / when < 1 + slack / fade && (double)replace / when > 1 - slack / fade, "%f %f", (double)replace, when);
    }
}
END_TEST

START_TEST(bad_histories_are_named)
{
    int64_t off[3] = { 0, 2, 2 };
    c12_tick at[2] = { 5, 9 }, replace[2];
    int32_t ppm[2] = { 500000, 500000 }, first[2] = { 700000, 900000 }, health[2];
    c12_charge_history in = C12_INIT(c12_charge_history);
    c12_charge_fade d = C12_INIT(c12_charge_fade);
    c12_charge_health_report out = C12_INIT(c12_charge_health_report);
    c12_error e = C12_INIT(c12_error);
    in.n_robots = 2; in.sample_off = off; in.sample_at = at; in.sample_ppm = ppm; in.health_ppm = first;
    out.health_ppm = health; out.replace_at = replace;
    d.cycle_ppm = d.age_ppm = d.high_ppm = -1;
    ck_assert_int_eq(c12_charge_health(&in, &d, &out, &e), C12_OK);
    ck_assert(health[0] == 700000 && replace[0] == 9 && replace[1] == -1 && health[1] == 900000); /* too old already; no history */
    first[0] = 900000;
    ck_assert_int_eq(c12_charge_health(&in, &d, &out, &e), C12_OK);
    ck_assert_int_eq(replace[0], -1); /* nothing fades */
    at[1] = 5;
    ck_assert_int_eq(c12_charge_health(&in, NULL, &out, &e), C12_E_RANGE);
    ck_assert(!strcmp(e.field, "sample_at") && e.row == 1);
    at[1] = 9; ppm[1] = -1;
    ck_assert_int_eq(c12_charge_health(&in, NULL, &out, &e), C12_E_RANGE);
    ck_assert(!strcmp(e.field, "sample_ppm") && e.row == 1);
    ppm[1] = 0; first[1] = 1000001;
    ck_assert_int_eq(c12_charge_health(&in, NULL, &out, &e), C12_E_RANGE);
    ck_assert(!strcmp(e.field, "health_ppm") && e.row == 1);
    first[1] = 1000000; off[1] = 3;
    ck_assert_int_eq(c12_charge_health(&in, NULL, &out, &e), C12_E_RANGE);
    ck_assert(!strcmp(e.field, "sample_off") && e.row == 2);
    off[1] = 2; d.day_ticks = -1;
    ck_assert_int_eq(c12_charge_health(&in, &d, &out, &e), C12_E_RANGE);
    ck_assert_str_eq(e.field, "day_ticks");
    in.sample_at = NULL;
    ck_assert_int_eq(c12_charge_health(&in, NULL, &out, &e), C12_E_ARG);
    ck_assert_str_eq(e.field, "sample_at");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("charge-horizon");
    TCase *t = tcase_create("all");
    tcase_set_timeout(t, 120);
    tcase_add_test(t, one_robot_one_bay);
    tcase_add_test(t, the_curve_bends_within_a_step);
    tcase_add_test(t, an_old_battery);
    tcase_add_test(t, bays_missing_and_short);
    tcase_add_test(t, random_outlooks_are_right);
    tcase_add_test(t, broken_plans_are_refused);
    tcase_add_test(t, meeting_slots_are_refused);
    tcase_add_test(t, as_good_as_all_plans_there_are);
    tcase_add_test(t, the_same_work_gives_the_same_plan);
    tcase_add_test(t, bad_input_is_named);
    tcase_add_test(t, one_byte_too_small);
    tcase_add_test(t, nobody_and_nothing);
    tcase_add_test(t, a_long_horizon);
    tcase_add_test(t, a_year_of_cycles);
    tcase_add_test(t, random_histories_add_up);
    tcase_add_test(t, bad_histories_are_named);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
