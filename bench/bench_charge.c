/* SPDX-License-Identifier: Apache-2.0 */
/* c12 bench charge: three days of 100 robots and 20 bays, minute by minute, under four ways to say who charges: two rules that fleets use, the room's rules
 * (c12_charge_solve each minute) and its plan of the next eight hours (c12_charge_horizon every five minutes, of which the first five minutes are done).
 * At work a robot uses .35 % of its battery a minute, idle .05 %; a bay gives 1.6 % a minute up to 80 %, half of that to 90 %, a quarter to 100 %.  Tasks take 12
 * minutes and come at random, in two peaks a day a quarter more than on average.  One line a policy and load; the same seed, the same days. */
#include "bench.h"
#include "c12/charge.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { HALL_ROBOTS = 100, HALL_BAYS = 20, HALL_MINUTES = 3 * 1440, HALL_STEP = 5, HALL_STEPS = 96, TASK_MINUTES = 12, TASKS_MOST = 1 << 16, HALL_PLANS = HALL_MINUTES / HALL_STEP };
enum { BATTERY = 1000000, ACTIVE = 3500, IDLE = 500, FAST = 16000 }; /* ppm, and ppm a minute */
enum { HALL_IDLE, HALL_TASK, HALL_QUEUE, HALL_GO, HALL_CHARGE };

typedef struct hall_robot { int state, left, bay, hold, next; int32_t battery; int64_t since; } hall_robot;

typedef struct hall {
    cli *c;
    uint64_t dice, seed;
    int load, minute, policy;
    hall_robot robot[HALL_ROBOTS];
    int bay_of[HALL_BAYS];   /* robot in the bay or on its way there, -1 = none */
    int way[HALL_ROBOTS * HALL_BAYS];
    int task[TASKS_MOST];    /* minute each came */
    int first, last;         /* waiting tasks */
    int64_t waited, served, dead, high, good;
    int64_t took[HALL_PLANS];
    int plans;
    int64_t work, kept;      /* kept: slots of the last plan */
    c12_mem scratch;
    c12_charge *rules;
} hall;

static int hall_draw(hall *h, int n)
{
    h->dice ^= h->dice << 13;
    h->dice ^= h->dice >> 7;
    h->dice ^= h->dice << 17;
    return (int)(h->dice % (uint64_t)n);
}

/* Robots wanted in a minute of the day, in a thousandth of the fleet: peaks from 6 to 10 and from 14 to 18. */
static int hall_wanted(const hall *h, int minute)
{
    int hour = minute / 60 % 24, peak = (hour >= 6 && hour < 10) || (hour >= 14 && hour < 18);
    return h->load * (peak ? 1250 : 875) / 100;
}

static int64_t hall_clock(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return t.tv_sec * (int64_t)1000000000 + t.tv_nsec;
}

/* ---- what happens ---------------------------------------------------------------------------------------------------------------- */

static void hall_begin(hall *h)
{
    h->dice = 88172645463325252u + h->seed * 0x9E3779B97F4A7C15u;
    h->first = h->last = h->plans = 0;
    h->kept = 0;
    h->waited = h->served = h->dead = h->high = h->good = 0;
    for (int b = 0; b < HALL_BAYS; b++) h->bay_of[b] = -1;
    for (int r = 0; r < HALL_ROBOTS; r++) {
        h->robot[r] = (hall_robot){ .bay = -1, .hold = HALL_MINUTES * 2, .next = -1, .battery = 600000 + hall_draw(h, 400000) };
        for (int b = 0; b < HALL_BAYS; b++) h->way[r * HALL_BAYS + b] = 1 + hall_draw(h, 3);
    }
}

static void hall_leave(hall *h, int r)
{
    if (h->robot[r].bay >= 0 && h->bay_of[h->robot[r].bay] == r) h->bay_of[h->robot[r].bay] = -1;
    h->robot[r].bay = -1;
    h->robot[r].state = HALL_IDLE;
}

static void hall_send(hall *h, int r, int bay)
{
    h->robot[r].state = HALL_GO;
    h->robot[r].left = h->way[r * HALL_BAYS + bay];
    h->robot[r].bay = bay;
    h->robot[r].since = h->minute;
}

/* Poisson arrivals as a hundred chances a minute. */
static void hall_arrivals(hall *h)
{
    for (int k = 0; k < 100; k++)
        if (hall_draw(h, 1000 * TASK_MINUTES) < hall_wanted(h, h->minute) && h->last < TASKS_MOST) h->task[h->last++] = h->minute;
}

/* A task goes to the fullest idle robot that is not called to its bay in a moment and has enough to end it: the plan keeps all above 40 %, the rules do not look at tasks. */
static void hall_dispatch(hall *h)
{
    int32_t least = (h->policy < 3 ? 4 * ACTIVE : 400000) + TASK_MINUTES * ACTIVE;
    while (h->first < h->last) {
        int best = -1;
        for (int r = 0; r < HALL_ROBOTS; r++) {
            const hall_robot *q = &h->robot[r];
            if (q->state == HALL_IDLE && q->battery > least && q->hold >= h->minute + HALL_STEP && (best < 0 || q->battery > h->robot[best].battery)) best = r;
        }
        if (best < 0) return;
        h->waited += h->minute - h->task[h->first++];
        h->served++;
        h->robot[best].state = HALL_TASK;
        h->robot[best].left = TASK_MINUTES;
    }
}

static int32_t hall_charged(int32_t e)
{
    int32_t rate = e < 800000 ? FAST : e < 900000 ? FAST / 2 : FAST / 4;
    return e + rate > BATTERY ? BATTERY : e + rate;
}

static void hall_minute(hall *h)
{
    int above = 0;
    for (int r = 0; r < HALL_ROBOTS; r++) {
        hall_robot *q = &h->robot[r];
        int works = q->state == HALL_TASK || (q->state == HALL_GO && q->left > 0);
        if (q->state == HALL_CHARGE) q->battery = hall_charged(q->battery);
        else q->battery -= works ? ACTIVE : IDLE;
        if (q->battery <= 0) { q->battery = 0; h->dead++; } /* somebody carries it on */
        if (works && --q->left == 0 && q->state == HALL_TASK) q->state = HALL_IDLE;
        if (q->state == HALL_GO && !q->left && (h->bay_of[q->bay] < 0 || h->bay_of[q->bay] == r)) { q->state = HALL_CHARGE; h->bay_of[q->bay] = r; }
        above += q->battery > 400000;
    }
    h->high += above;
    h->good += above * 10 >= HALL_ROBOTS * 9;
}

/* ---- the rules fleets use: 0 retreats when it is barely able to, 1 at 45 %; first come, first charged, to 100 % --------------------------- */

static void hall_by_threshold(hall *h)
{
    int32_t from = h->policy ? 450000 : (TASK_MINUTES + 4) * ACTIVE + 20000; /* behind one more task there is no way to a bay left */
    for (int r = 0; r < HALL_ROBOTS; r++) {
        hall_robot *q = &h->robot[r];
        if (q->state == HALL_IDLE && q->battery < from) { q->state = HALL_QUEUE; q->since = h->minute; }
        if (q->state == HALL_CHARGE && q->battery == BATTERY) hall_leave(h, r);
    }
    for (int b = 0; b < HALL_BAYS; b++) {
        int best = -1;
        for (int r = 0; r < HALL_ROBOTS && h->bay_of[b] < 0; r++)
            if (h->robot[r].state == HALL_QUEUE && (best < 0 || h->robot[r].since < h->robot[best].since)) best = r;
        if (best >= 0) { hall_send(h, best, b); h->bay_of[b] = best; }
    }
}

/* ---- the room's rules -------------------------------------------------------------------------------------------------------------- */

static c12_status hall_by_rules(hall *h)
{
    static int32_t battery[HALL_ROBOTS], at[HALL_ROBOTS], kind[HALL_ROBOTS], bay[HALL_ROBOTS], rank[HALL_ROBOTS];
    static uint8_t busy[HALL_ROBOTS];
    static c12_tick way[HALL_ROBOTS * HALL_BAYS], start[HALL_ROBOTS], until[HALL_ROBOTS], from[HALL_BAYS];
    c12_charge_problem p = C12_INIT(c12_charge_problem);
    c12_charge_plan plan = C12_INIT(c12_charge_plan);
    c12_budget budget = C12_INIT(c12_budget);
    budget.work_limit = INT64_MAX;
    p.n_robots = HALL_ROBOTS; p.n_bays = HALL_BAYS; p.now = (c12_tick)h->minute * 60;
    p.battery_ppm = battery; p.travel = way; p.busy = busy; p.at_bay = at; p.bay_free_from = from;
    plan.robot_class = kind; plan.robot_bay = bay; plan.robot_start = start; plan.robot_until = until; plan.queue_rank = rank;
    p.low_demand = h->first == h->last;
    for (int r = 0; r < HALL_ROBOTS; r++) {
        battery[r] = h->robot[r].battery;
        busy[r] = h->robot[r].state == HALL_TASK || h->robot[r].state == HALL_GO;
        at[r] = h->robot[r].state == HALL_CHARGE ? h->robot[r].bay : -1;
        for (int b = 0; b < HALL_BAYS; b++) way[r * HALL_BAYS + b] = h->way[r * HALL_BAYS + b] * 60;
    }
    for (int b = 0; b < HALL_BAYS; b++) from[b] = h->bay_of[b] >= 0 && h->robot[h->bay_of[b]].state == HALL_GO ? C12_CHARGE_CLOSED : 0;
    c12_status s = c12_charge_load(h->rules, &p, &h->c->err);
    int64_t began = hall_clock();
    if (!s) s = c12_charge_solve(h->rules, 0, &budget, &plan, NULL, &h->c->err);
    if (h->plans < HALL_PLANS) h->took[h->plans++] = hall_clock() - began;
    for (int r = 0; r < HALL_ROBOTS && !s; r++)
        if (h->robot[r].state == HALL_CHARGE && (bay[r] < 0 || rank[r] >= 0)) hall_leave(h, r);
    for (int r = 0; r < HALL_ROBOTS && !s; r++)
        if (h->robot[r].state == HALL_IDLE && bay[r] >= 0 && rank[r] < 0 && h->bay_of[bay[r]] < 0) { hall_send(h, r, bay[r]); h->bay_of[bay[r]] = r; }
    return s;
}

/* ---- the hours ahead ----------------------------------------------------------------------------------------------------------------- */

enum { HALL_SLOTS = HALL_ROBOTS * C12_CHARGE_MOST_SLOTS };
static struct {
    int32_t battery[HALL_ROBOTS], at[HALL_ROBOTS], from[HALL_ROBOTS], way[HALL_ROBOTS * HALL_BAYS], wanted[HALL_STEPS];
    int32_t robot[HALL_SLOTS], bay[HALL_SLOTS], start[HALL_SLOTS], end[HALL_SLOTS];
    int64_t energy[HALL_ROBOTS * HALL_STEPS];
} ahead;

static const int64_t hall_capacity[1] = { BATTERY }, hall_active[1] = { ACTIVE * HALL_STEP }, hall_idle[1] = { IDLE * HALL_STEP }, hall_curve[2] = { 0, 3 };
static const int32_t hall_to[3] = { 800000, 900000, 1000000 };
static const int64_t hall_rate[3] = { FAST * HALL_STEP, FAST * HALL_STEP / 2, FAST * HALL_STEP / 4 };

/* What is known: batteries, who is on a task until when, who is in which bay, what waits, and how many tasks come at this hour. */
static c12_charge_outlook hall_outlook(hall *h)
{
    c12_charge_outlook p = C12_INIT(c12_charge_outlook);
    uint8_t taken[HALL_BAYS] = { 0 };
    int waiting = (h->last - h->first) * TASK_MINUTES / HALL_STEP, most = HALL_ROBOTS - HALL_BAYS; /* robots and steps; what is not done now comes on top later */
    for (int r = 0; r < HALL_ROBOTS; r++) {
        const hall_robot *q = &h->robot[r];
        int near = q->state == HALL_CHARGE || (q->state == HALL_GO && (h->bay_of[q->bay] < 0 || h->bay_of[q->bay] == r) && !taken[q->bay]++);
        ahead.battery[r] = q->battery;
        ahead.at[r] = near ? q->bay : -1;
        ahead.from[r] = q->state == HALL_TASK ? (q->left + HALL_STEP - 1) / HALL_STEP : 0;
        for (int b = 0; b < HALL_BAYS; b++) ahead.way[r * HALL_BAYS + b] = (h->way[r * HALL_BAYS + b] + 2) / HALL_STEP; /* to the nearest step */
    }
    for (int t = 0; t < HALL_STEPS; t++) {
        int n = (hall_wanted(h, h->minute + t * HALL_STEP) * HALL_ROBOTS + 500) / 1000 + waiting;
        waiting = n > most ? n - most : 0;
        ahead.wanted[t] = n > HALL_ROBOTS ? HALL_ROBOTS : n;
    }
    p.n_robots = HALL_ROBOTS; p.n_bays = HALL_BAYS; p.n_classes = 1; p.n_steps = HALL_STEPS;
    p.class_capacity = hall_capacity; p.class_active = hall_active; p.class_idle = hall_idle;
    p.curve_off = hall_curve; p.curve_to_ppm = hall_to; p.curve_rate = hall_rate;
    p.battery_ppm = ahead.battery; p.robot_from = ahead.from; p.travel = ahead.way; p.at_bay = ahead.at; p.demand = ahead.wanted;
    return p;
}

/* The plan is kept to by the minute: `hold` is when the robot must leave for its next slot.  Whoever has no slot now leaves its bay, or turns round on the way there. */
static void hall_follow(hall *h, const c12_charge_slots *plan)
{
    static int32_t next[HALL_ROBOTS], from[HALL_ROBOTS];
    memset(next, 255, sizeof next);
    for (int64_t k = plan->n - 1; k >= 0; k--) {
        next[plan->slot_robot[k]] = plan->slot_bay[k];
        from[plan->slot_robot[k]] = plan->slot_start[k];
    }
    for (int r = 0; r < HALL_ROBOTS; r++) {
        hall_robot *q = &h->robot[r];
        q->hold = next[r] < 0 ? HALL_MINUTES * 2 : h->minute + from[r] * HALL_STEP - h->way[r * HALL_BAYS + next[r]];
        q->next = next[r];
        if ((q->state == HALL_CHARGE && (next[r] != q->bay || from[r])) || (q->state == HALL_GO && (next[r] != q->bay || from[r] > 1))) hall_leave(h, r);
    }
}

static void hall_called(hall *h)
{
    for (int r = 0; r < HALL_ROBOTS; r++)
        if (h->robot[r].state == HALL_IDLE && h->robot[r].hold <= h->minute) hall_send(h, r, h->robot[r].next);
}

static c12_status hall_by_plan(hall *h)
{
    c12_status s = C12_OK;
    if (h->minute % HALL_STEP == 0) {
        c12_charge_slots plan = C12_INIT(c12_charge_slots);
        c12_charge_horizon_options o = C12_INIT(c12_charge_horizon_options);
        c12_budget budget = C12_INIT(c12_budget);
        c12_verdict v = C12_INIT(c12_verdict);
        c12_charge_outlook p = hall_outlook(h);
        plan.cap = HALL_SLOTS;
        plan.slot_robot = ahead.robot; plan.slot_bay = ahead.bay; plan.slot_start = ahead.start; plan.slot_end = ahead.end; plan.energy = ahead.energy;
        budget.work_limit = h->work;
        plan.warm = 1;
        plan.n = h->kept;
        for (int64_t k = 0; k < h->kept; k++) { ahead.start[k]--; ahead.end[k]--; }
        o.least_slot = 2;
        o.floor_ppm = 460000; /* 40 % and what a task takes, with a reserve: below that a robot takes no task, */
        o.price_low = 100000;   /* which is as good as not being there */
        int64_t began = hall_clock();
        s = c12_charge_horizon(&p, &o, &budget, &plan, NULL, h->scratch, &h->c->err);
        if (h->plans < HALL_PLANS) h->took[h->plans++] = hall_clock() - began;
        if (!s) s = c12_charge_horizon_check(&p, &o, &plan, &v, &h->c->err);
        if (!s && v.violations) { cli_say("c12 bench charge: a plan fails its checker: %s", v.rule); return C12_E_INTERNAL; }
        h->kept = plan.n;
        if (!s) hall_follow(h, &plan);
    }
    hall_called(h);
    return s;
}

/* ---- the table ------------------------------------------------------------------------------------------------------------------------- */

static int hall_sooner(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

static c12_status hall_run(hall *h, table *out)
{
    static const char *const name[] = { "retreats when barely able, to 100 %", "below 45 %, first come, to 100 %", "the room's rules", "eight hours ahead" };
    c12_status s = C12_OK;
    hall_begin(h);
    for (h->minute = 0; h->minute < HALL_MINUTES && !s; h->minute++) {
        hall_arrivals(h);
        if (h->policy < 2) hall_by_threshold(h);
        else s = h->policy == 2 ? hall_by_rules(h) : hall_by_plan(h);
        hall_dispatch(h);
        hall_minute(h);
    }
    for (int k = h->first; k < h->last; k++) h->waited += HALL_MINUTES - h->task[k];
    qsort(h->took, (size_t)h->plans, sizeof *h->took, hall_sooner);
    table_word(out, name[h->policy]);
    table_ratio(out, h->load, 100, 2);
    table_ratio(out, h->high, (int64_t)HALL_ROBOTS * HALL_MINUTES, 4);
    table_ratio(out, h->good, HALL_MINUTES, 4);
    table_int(out, h->dead);
    table_ratio(out, h->waited, h->last ? h->last : 1, 2);
    table_int(out, h->served);
    table_ratio(out, h->plans ? h->took[h->plans / 2] : 0, 1000, 1);
    table_ratio(out, h->plans ? h->took[h->plans * 99 / 100] : 0, 1000, 1);
    return s;
}

int bench_charge(cli *c)
{
    static const char *const head[] = { "policy", "load", "robot_time_above_40", "minutes_90_above_40", "dead_robot_minutes", "mean_wait_minutes", "tasks_served", "median_us", "p99_us" };
    hall *h = NEW(hall, 1);
    c12_charge_dims d = C12_INIT(c12_charge_dims);
    table out = table_new(9, head, "snnnnnnnn");
    h->c = c;
    h->work = cli_int(c, "--work", 1, INT64_MAX, 600);
    h->seed = (uint64_t)cli_int(c, "--seed", 0, INT64_MAX, 0);
    h->scratch.size = c12_charge_horizon_scratch(HALL_ROBOTS, HALL_BAYS, 1, HALL_STEPS);
    h->scratch.ptr = cli_new((int64_t)h->scratch.size, 1);
    d.robots = HALL_ROBOTS;
    d.bays = HALL_BAYS;
    if (!cli_ready(c, 1)) return EXIT_BAD;
    c12_status s = c12_charge_create(&h->rules, &d, NULL, NULL, &c->err);
    for (h->load = 40; h->load <= 80 && !s; h->load += 20)
        for (h->policy = 0; h->policy < 4 && !s; h->policy++) s = hall_run(h, &out);
    c12_charge_destroy(h->rules);
    free(h->scratch.ptr);
    free(h);
    return s ? cli_fail(c, s) : table_print(c, &out, NULL);
}
