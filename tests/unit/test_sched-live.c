/* SPDX-License-Identifier: Apache-2.0 */
/* A plan that lives on: whatever happens to random plants, the branch's plan passes the checker by the branch's problem, differences are
 * what differs, a promise changes nothing, and a refused event leaves all as it was. */
#include "sched_site.h"
#include "rounds.h"
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

typedef struct shop_floor { c12_sched *h; site_plan plan; c12_sched_problem p; c12_tick now; int features, told, refused; } shop_floor; /* refused: no plan was found */

static c12_sched_event event(int32_t kind, int64_t row, c12_tick from, c12_tick to)
{
    c12_sched_event e = { kind, -1, row, from, to };
    return e;
}

/* The next operation of a random job that could be reported on, now and then one out of turn, -1 = none. */
static int64_t next_op(const shop_floor *f, c12__rng *g)
{
    int32_t j = (int32_t)site_roll(g, 0, f->p.n_jobs - 1);
    int64_t any = site_roll(g, 0, 9) ? -1 : site_roll(g, f->p.op_off[j], f->p.op_off[j + 1] - 1);
    if (any >= 0 && !is_gone(&f->p, any) && !f->h->live.slot[f->h->live.of[0]].done[any]) return any;
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
    f->told++;
    if (f->features >= SITE_FEATURES) f->refused += offer.rush < 0 || offer.quiet < 0;
    else ck_assert_msg(offer.rush >= 0 && offer.quiet >= 0 && offer.late <= offer.later, "quiet %d rush %d later %d late %d steps %d", (int)offer.quiet, (int)offer.rush, offer.later, offer.late, f->h->live.stepped);
    site_get(f->h, 0, &f->plan, &f->p, "promise");
    ck_assert_int_eq(ops_of(&f->p), n);
    ck_assert(!memcmp(before.start, f->plan.start, (size_t)n * sizeof *before.start) && !memcmp(before.mode, f->plan.mode, (size_t)n * sizeof *before.mode));
    if (!insert) return;
    c12_status s = c12_sched_insert(f->h, 0, &order.p, &calm, &job, open_diff(&d), &e);
    if (s == C12_E_RANGE && f->features >= SITE_FEATURES) { f->refused++; return; }
    ck_assert_msg(!s, "%s %s", e.what, e.field);
    ck_assert_int_eq(job, f->p.n_jobs);
    site_get(f->h, 0, &f->plan, &f->p, "insert");
    judge_diff(&d, &before, n, gone, &f->plan, &f->p);
}

/* Whatever it says, nothing changes. */
static void ask_why(shop_floor *f, c12__rng *g)
{
    int64_t op[8], other[8], fix_op[8], fix_other[8], fix_cost[8];
    int32_t reason[8], kind[8];
    c12_tick held[8], fix_ticks[8];
    site_plan before = f->plan;
    c12_error e = C12_INIT(c12_error);
    c12_sched_why w = C12_INIT(c12_sched_why);
    w.cap = w.fix_cap = 8;
    w.op = op; w.other = other; w.reason = reason; w.ticks = held;
    w.fix_kind = kind; w.fix_op = fix_op; w.fix_other = fix_other; w.fix_ticks = fix_ticks; w.fix_cost = fix_cost;
    c12_status s = c12_sched_explain(f->h, 0, (int32_t)site_roll(g, 0, f->p.n_jobs - 1), &w, &e);
    ck_assert_msg(!s || (s == C12_E_RANGE && !strcmp(e.field, "job")), "%s", e.what);
    ck_assert(s || (w.count > 0 && (w.fix_count > 0) == (w.late > 0)));
    site_get(f->h, 0, &f->plan, &f->p, "explain");
    ck_assert(!memcmp(before.start, f->plan.start, (size_t)ops_of(&f->p) * sizeof *before.start));
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
    f->told++;
    if (s == C12_E_RANGE && f->features >= SITE_FEATURES && !strcmp(e.field, "op_start")) f->refused++;
    else if (s == C12_E_RANGE) ck_assert_str_eq(e.field, "events.to"); /* finished before it started */
    site_get(f->h, 0, &f->plan, &f->p, name);
    if (!s) judge_diff(&d, &before, n, gone, &f->plan, &f->p);
}

static void live_through(uint64_t seed, int features, int jobs, int32_t goal, int *told, int *refused)
{
    site s;
    shop_floor f = { 0 };
    f.features = features;
    c12_error e = C12_INIT(c12_error);
    c12_info i = C12_INIT(c12_info);
    c12__rng g = c12__rng_from(seed, 99);
    c12_budget b = site_work(200, seed);
    site_make(&s, seed, features, jobs);
    f.h = site_open(&s, goal);
    site_columns(&f.plan);
    ck_assert_msg(!c12_sched_solve(f.h, 0, &b, &f.plan.c, &i, &e), "%s", e.what);
    ck_assert_msg(i.outcome == C12_FEASIBLE || i.outcome == C12_OPTIMAL, "features %x seed %d: no plan", (unsigned)features, (int)seed);
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
            ask_why(&f, &g);
        } else one_event(&f, &g);
    }
    c12_sched_destroy(f.h);
    *told += f.told;
    *refused += f.refused;
}

START_TEST(plans_stay_right_whatever_happens)
{
    int told = 0, refused = 0;
    for (uint64_t seed = 1; seed <= (uint64_t)rounds(2); seed++) live_through(seed * 1000 + (uint64_t)_i, _i, seed % 2 ? 12 : 45, (int32_t)(seed % 3), &told, &refused);
    ck_assert_int_eq(refused, 0);
}
END_TEST

/* One rich feature alone, then any of them. */
START_TEST(rich_plans_stay_right_whatever_happens)
{
    int told = 0, refused = 0;
    for (uint64_t seed = 1; seed <= (uint64_t)rounds(4); seed++) {
        c12__rng g = c12__rng_from(seed, (uint64_t)_i);
        int plain = (int)site_roll(&g, 0, SITE_FEATURES - 1), rich = _i < 8 ? SITE_WAITS << _i : (int)site_roll(&g, 1, SITE_RICH / SITE_WAITS - 1) * SITE_WAITS;
        live_through(seed * 1000 + (uint64_t)_i, plain | rich, (int)site_roll(&g, 5, 20), (int32_t)(seed % 4), &told, &refused);
    }
    if (getenv("SCHED_TELL")) printf("%d told %d refused %d\n", _i, told, refused);
    ck_assert_msg(refused * 50 <= told, "%d of %d found no plan", refused, told);
}
END_TEST

/* ---- by hand ------------------------------------------------------------------------------------------------------------- */

/* Two machines; job 0: 10 on 0, 10 on 1; job 1: 10 on 0 or 1; job 2: 10 on 1.  Adopted: 0 at 0 and 10, 1 behind it on machine 0 at 10, 2 at 20. */
typedef struct small { c12_sched *h; site_plan plan; c12_sched_problem p; c12_error e; } small;
static const int64_t small_op[] = { 0, 2, 3, 4 }, small_mode[] = { 0, 1, 2, 4, 5 };
static const int32_t small_machine[] = { 0, 1, 0, 1, 1 };
static const c12_tick small_ticks[] = { 10, 10, 10, 10, 10 }, small_due[] = { 20, 15, 100 };

static const c12_tick half_ticks[] = { 5, 5, 5, 5, 5 };
static const int32_t half_speed[] = { 500, 500 };

static void open_small_at(small *t, int32_t branches, int half)
{
    c12_sched_dims d = C12_INIT(c12_sched_dims);
    c12_sched_options o = C12_INIT(c12_sched_options);
    c12_sched_problem p = C12_INIT(c12_sched_problem);
    static const c12_tick start[] = { 0, 10, 10, 20 };
    memset(t, 0, sizeof *t);
    t->e = (c12_error)C12_INIT(c12_error);
    d.jobs = 5; d.ops = 8; d.modes = 12; d.machines = 2; d.breaks = 4; d.branches = branches; d.live = 1;
    p.n_jobs = 3; p.n_machines = 2; p.op_off = small_op; p.mode_off = small_mode; p.mode_machine = small_machine; p.mode_ticks = half ? half_ticks : small_ticks; p.job_due = small_due;
    if (half) p.machine_speed = half_speed;
    o.goal = C12_SCHED_TARDINESS;
    ck_assert_int_eq(c12_sched_create(&t->h, &d, &o, NULL, &t->e), C12_OK);
    ck_assert_int_eq(c12_sched_load(t->h, &p, &t->e), C12_OK);
    site_columns(&t->plan);
    memcpy(t->plan.start, start, sizeof start);
    ck_assert_msg(!c12_sched_adopt(t->h, 0, &t->plan.c, NULL, &t->e), "%s", t->e.what);
    site_get(t->h, 0, &t->plan, &t->p, "adopt");
    ck_assert(t->plan.start[1] == 10 && t->plan.start[2] == 10 && t->plan.start[3] == 20 && t->plan.objective == 5);
}

static void open_small(small *t, int32_t branches) { open_small_at(t, branches, 0); }

static c12_status tell(small *t, int32_t branch, c12_sched_event e) { return c12_sched_apply(t->h, branch, &e, 1, NULL, &t->e); }

START_TEST(events_move_what_they_must)
{
    small t;
    open_small(&t, 0);
    ck_assert_int_eq(tell(&t, 0, event(C12_SCHED_DOWN, 1, 15, 25)), C12_OK); /* operation 1 cannot pause: behind it, and what follows */
    site_get(t.h, 0, &t.plan, &t.p, "down");
    ck_assert(t.plan.start[0] == 0 && t.plan.start[1] == 25 && t.plan.start[2] == 10 && t.plan.start[3] == 35);
    ck_assert_int_eq(tell(&t, 0, event(C12_SCHED_CANCEL, 0, -1, -1)), C12_OK); /* room, not a rush into it */
    site_get(t.h, 0, &t.plan, &t.p, "cancel");
    ck_assert(t.plan.start[2] == 10 && t.plan.start[3] == 35 && t.plan.end[1] == 0);
    c12_budget b = site_work(50, 1);
    ck_assert_int_eq(c12_sched_repair(t.h, 0, NULL, &b, NULL, NULL, &t.e), C12_OK);
    site_get(t.h, 0, &t.plan, &t.p, "repair");
    ck_assert(t.plan.objective == 0 && t.plan.start[3] < 35);
    c12_sched_destroy(t.h);
}
END_TEST

START_TEST(a_stopped_machine_is_gone_round)
{
    small t;
    open_small(&t, 0);
    ck_assert_int_eq(tell(&t, 0, event(C12_SCHED_DOWN, 0, 10, 60)), C12_OK);
    site_get(t.h, 0, &t.plan, &t.p, "down");
    ck_assert(t.plan.mode[2] == 1 && t.plan.start[2] == 20 && t.plan.start[3] == 30); /* operation 3 can spare it */
    c12_sched_destroy(t.h);
}
END_TEST

START_TEST(reports_are_kept)
{
    small t;
    open_small(&t, 0);
    c12_sched_event e[] = { event(C12_SCHED_STARTED, 0, 2, -1), event(C12_SCHED_NOW, -1, 5, 5), event(C12_SCHED_STARTED, 2, 5, 9) };
    ck_assert_int_eq(c12_sched_apply(t.h, 0, e, 3, NULL, &t.e), C12_OK);
    site_get(t.h, 0, &t.plan, &t.p, "reports");
    ck_assert(t.plan.start[0] == 2 && t.plan.end[0] == 12 && t.plan.start[2] == 5 && t.plan.end[2] == 9 && t.plan.start[1] == 12);
    ck_assert_int_eq(tell(&t, 0, event(C12_SCHED_NOW, -1, 30, 30)), C12_OK); /* still running: not done before now */
    site_get(t.h, 0, &t.plan, &t.p, "late");
    ck_assert(t.plan.end[0] == 30 && t.plan.start[1] == 30 && t.plan.end[2] == 30);
    ck_assert_int_eq(tell(&t, 0, event(C12_SCHED_FINISHED, 0, -1, 33)), C12_OK);
    site_get(t.h, 0, &t.plan, &t.p, "finished");
    ck_assert(t.plan.start[0] == 2 && t.plan.end[0] == 33 && t.plan.start[1] == 33);
    c12_sched_destroy(t.h);
}
END_TEST

START_TEST(refused_events_change_nothing)
{
    static const struct { c12_sched_event e; c12_status s; const char *field; } bad[] = {
        { { 99, -1, 0, -1, -1 }, C12_E_RANGE, "events.kind" }, { { C12_SCHED_DOWN, -1, 7, 0, 5 }, C12_E_RANGE, "events.row" }, { { C12_SCHED_DOWN, -1, 0, 5, 5 }, C12_E_RANGE, "events.to" },
        { { C12_SCHED_DUE, -1, 9, -1, 5 }, C12_E_RANGE, "events.row" }, { { C12_SCHED_DUE, -1, 0, 3, 5 }, C12_E_RANGE, "events.from" }, { { C12_SCHED_STARTED, 4, 0, 0, -1 }, C12_E_RANGE, "events.mode" },
        { { C12_SCHED_STARTED, -1, 0, 9, 3 }, C12_E_RANGE, "events.to" }, { { C12_SCHED_MATERIAL, -1, 0, -1, -2 }, C12_E_RANGE, "events.to" }, { { C12_SCHED_NOW, -1, -1, 3, 2 }, C12_E_RANGE, "events.to" },
        { { C12_SCHED_NOW, -1, -1, -1, -1 }, C12_E_RANGE, "events.from" }, { { C12_SCHED_CANCEL, -1, -1, -1, -1 }, C12_E_RANGE, "events.row" }, { { C12_SCHED_FINISHED, -1, 3, -1, C12_SCHED_HORIZON }, C12_E_RANGE, "events.to" },
    };
    small t;
    open_small(&t, 0);
    site_plan before = t.plan;
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        c12_sched_event both[] = { event(C12_SCHED_DUE, 0, -1, 1), bad[k].e };
        t.e = (c12_error)C12_INIT(c12_error);
        ck_assert_int_eq(c12_sched_apply(t.h, 0, both, 2, NULL, &t.e), bad[k].s);
        ck_assert_str_eq(t.e.field, bad[k].field);
        ck_assert_int_eq(t.e.row, 1);
        site_get(t.h, 0, &t.plan, &t.p, "refused");
        ck_assert(t.plan.objective == before.objective && !memcmp(t.plan.start, before.start, sizeof before.start));
    }
    for (int k = 0; k < 5; k++) { /* breaks are used up, one by one */
        c12_status s = tell(&t, 0, event(C12_SCHED_DOWN, 1, 1000 + 10 * k, 1005 + 10 * k));
        ck_assert_int_eq(s, k < 4 ? C12_OK : C12_E_SPACE);
    }
    ck_assert_int_eq(tell(&t, 0, event(C12_SCHED_DOWN, 1, 1003, 1012)), C12_OK); /* two become one */
    ck_assert_int_eq(tell(&t, 0, event(C12_SCHED_DOWN, 1, 2000, 2001)), C12_OK);
    c12_sched_destroy(t.h);
}
END_TEST

START_TEST(branches_are_apart)
{
    small t;
    int32_t a = -1, b = -1, c = -1;
    diff_columns d;
    site_plan plan;
    open_small(&t, 2);
    ck_assert_int_eq(c12_sched_branch(t.h, 0, &a, &t.e), C12_OK);
    ck_assert_int_eq(tell(&t, a, event(C12_SCHED_DOWN, 0, 0, 7)), C12_OK);
    ck_assert_int_eq(c12_sched_branch(t.h, a, &b, &t.e), C12_OK);
    ck_assert(a == 1 && b == 2 && c12_sched_branch(t.h, 0, &c, &t.e) == C12_E_SPACE && c == -1);
    ck_assert_int_eq(tell(&t, b, event(C12_SCHED_MATERIAL, 3, -1, 50)), C12_OK);
    site_get(t.h, 0, &plan, NULL, "trunk");
    ck_assert(!memcmp(plan.start, t.plan.start, sizeof plan.start));
    site_get(t.h, a, &plan, NULL, "a");
    ck_assert(plan.start[0] == 7 && plan.start[3] == 27);
    ck_assert_int_eq(c12_sched_diff_branches(t.h, a, b, open_diff(&d), &t.e), C12_OK);
    ck_assert(d.c.count == 1 && d.op[0] == 3 && d.before[0] == 27 && d.after[0] == 50 && d.c.jobs_count == 1 && d.job[0] == 2 && d.end_after[0] == 60);
    ck_assert_int_eq(c12_sched_commit(t.h, b, &t.e), C12_OK);
    site_get(t.h, 0, &plan, NULL, "committed");
    ck_assert(plan.start[0] == 7 && plan.start[3] == 50);
    ck_assert_int_eq(c12_sched_get(t.h, b, &plan.c, NULL, &t.e), C12_E_RANGE);
    ck_assert_int_eq(c12_sched_drop(t.h, a, &t.e), C12_OK);
    ck_assert_int_eq(c12_sched_drop(t.h, a, &t.e), C12_E_RANGE);
    ck_assert_int_eq(c12_sched_drop(t.h, 0, &t.e), C12_E_RANGE);
    c12_sched_destroy(t.h);
}
END_TEST

START_TEST(a_promise_tells_both_dates)
{
    static const int64_t op[] = { 0, 1 }, mode[] = { 0, 1 };
    static const int32_t machine[] = { 0 };
    static const c12_tick ticks[] = { 6 };
    c12_sched_problem order = C12_INIT(c12_sched_problem);
    c12_sched_offer offer = C12_INIT(c12_sched_offer);
    diff_columns d;
    small t;
    open_small(&t, 0);
    order.n_jobs = 1; order.op_off = op; order.mode_off = mode; order.mode_machine = machine; order.mode_ticks = ticks;
    ck_assert_int_eq(c12_sched_promise(t.h, 0, &order, &offer, open_diff(&d), &t.e), C12_OK);
    ck_assert(offer.quiet == 26 && offer.rush == 6);   /* behind job 1 on machine 0, or before job 0 */
    ck_assert(offer.later == 3 && offer.late == 1 && offer.rush_cost == 12); /* 0 and 1 six ticks later each, 2 in time */
    ck_assert_int_eq(d.c.count, 4);
    order.n_jobs = 0;
    ck_assert_int_eq(c12_sched_promise(t.h, 0, &order, &offer, NULL, &t.e), C12_E_ARG);
    order.n_jobs = 1;
    order.n_machines = 3;
    ck_assert_int_eq(c12_sched_promise(t.h, 0, &order, &offer, NULL, &t.e), C12_E_RANGE);
    c12_sched_destroy(t.h);
}
END_TEST

START_TEST(a_late_job_is_told_why)
{
    int64_t op[8], other[8], fix_op[16], fix_other[16], fix_cost[16];
    int32_t reason[8], kind[16];
    c12_tick ticks[8], fix_ticks[16];
    c12_sched_why w = C12_INIT(c12_sched_why);
    small t;
    open_small(&t, 0);
    w.cap = 8; w.op = op; w.other = other; w.reason = reason; w.ticks = ticks;
    w.fix_cap = 16; w.fix_kind = kind; w.fix_op = fix_op; w.fix_other = fix_other; w.fix_ticks = fix_ticks; w.fix_cost = fix_cost;
    ck_assert_int_eq(c12_sched_explain(t.h, 0, 1, &w, &t.e), C12_OK); /* due at 15, ends at 20: waits for operation 0 */
    ck_assert(w.late == 5 && w.count == 2 && op[0] == 2 && reason[0] == C12_SCHED_BY_MACHINE && other[0] == 0 && ticks[0] == 10);
    ck_assert(op[1] == 0 && reason[1] == C12_SCHED_BY_RELEASE);
    ck_assert_int_eq(kind[0], C12_SCHED_FIX_SPEED); /* five ticks off operation 2 or 0, or five days' grace; nothing else helps: see the costs */
    int due = 0, machine = 0;
    for (int k = 0; k < w.fix_count; k++) {
        due += kind[k] == C12_SCHED_FIX_DUE && fix_ticks[k] == 5;
        machine += kind[k] == C12_SCHED_FIX_MACHINE && fix_op[k] == 2 && fix_other[k] == 1;
        ck_assert(!k || fix_cost[k] >= fix_cost[k - 1]);
    }
    ck_assert(due == 1 && !machine); /* on machine 1 it would wait for operation 1 */
    ck_assert_int_eq(c12_sched_explain(t.h, 0, 0, &w, &t.e), C12_OK);
    ck_assert(w.late == 0 && w.fix_count == 0);
    ck_assert_int_eq(c12_sched_explain(t.h, 0, 7, &w, &t.e), C12_E_RANGE);
    site_plan after;
    site_get(t.h, 0, &after, NULL, "explain");
    ck_assert(!memcmp(after.start, t.plan.start, sizeof after.start));
    c12_sched_destroy(t.h);
}
END_TEST

/* The same at half speed: what is told are ticks of the machine. */
START_TEST(a_slow_plant_is_told_in_its_own_ticks)
{
    static const int64_t row[] = { 0, 1 };
    static const int32_t machine[] = { 0 };
    static const c12_tick ticks[] = { 3 };
    int64_t op[8], other[8], fix_op[16], fix_other[16], fix_cost[16];
    int32_t reason[8], kind[16], job = -1, speed = 0;
    c12_tick held[8], fix_ticks[16];
    c12_sched_why w = C12_INIT(c12_sched_why);
    c12_sched_problem order = C12_INIT(c12_sched_problem);
    c12_sched_offer offer = C12_INIT(c12_sched_offer);
    small t;
    open_small_at(&t, 0, 1);
    w.cap = 8; w.op = op; w.other = other; w.reason = reason; w.ticks = held;
    w.fix_cap = 16; w.fix_kind = kind; w.fix_op = fix_op; w.fix_other = fix_other; w.fix_ticks = fix_ticks; w.fix_cost = fix_cost;
    ck_assert_int_eq(c12_sched_explain(t.h, 0, 1, &w, &t.e), C12_OK);
    for (int k = 0; k < w.fix_count; k++)
        if (kind[k] == C12_SCHED_FIX_SPEED) { ck_assert_int_eq(fix_ticks[k], 5); speed++; }
    ck_assert(w.late == 5 && speed == 2);
    order.n_jobs = 1; order.op_off = row; order.mode_off = row; order.mode_machine = machine; order.mode_ticks = ticks;
    ck_assert_int_eq(c12_sched_promise(t.h, 0, &order, &offer, NULL, &t.e), C12_OK);
    ck_assert(offer.quiet == 26 && offer.rush == 6 && offer.later == 3 && offer.late == 1 && offer.rush_cost == 12);
    ck_assert_int_eq(c12_sched_insert(t.h, 0, &order, NULL, &job, NULL, &t.e), C12_OK);
    site_get(t.h, 0, &t.plan, &t.p, "insert");
    ck_assert_int_eq(t.plan.end[4] - t.plan.start[4], 6);
    ck_assert_int_eq(t.p.mode_ticks[5], 3);
    c12_sched_destroy(t.h);
}
END_TEST

START_TEST(a_handle_that_is_not_live_says_so)
{
    site s;
    c12_error e = C12_INIT(c12_error);
    c12_sched_dims d;
    c12_sched *h;
    site_make(&s, 1, 0, 5);
    d = s.d;
    d.branches = 0;
    ck_assert_int_eq(c12_sched_create(&h, &d, NULL, NULL, &e), C12_OK);
    ck_assert_int_eq(c12_sched_load(h, &s.p, &e), C12_OK);
    ck_assert_int_eq(c12_sched_apply(h, 0, NULL, 0, NULL, &e), C12_E_STATE);
    c12_sched_destroy(h);
    d.live = 1;
    ck_assert_int_eq(c12_sched_create(&h, &d, NULL, NULL, &e), C12_OK);
    ck_assert_int_eq(c12_sched_apply(h, 0, NULL, 0, NULL, &e), C12_E_STATE);
    ck_assert_int_eq(c12_sched_load(h, &s.p, &e), C12_OK);
    ck_assert_int_eq(c12_sched_apply(h, 0, NULL, 0, NULL, &e), C12_E_STATE);
    c12_sched_destroy(h);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("sched-live");
    TCase *t = tcase_create("live");
    tcase_set_timeout(t, 600);
    tcase_add_loop_test(t, plans_stay_right_whatever_happens, 0, SITE_FEATURES);
    tcase_add_loop_test(t, rich_plans_stay_right_whatever_happens, 0, 60);
    tcase_add_test(t, events_move_what_they_must);
    tcase_add_test(t, a_stopped_machine_is_gone_round);
    tcase_add_test(t, reports_are_kept);
    tcase_add_test(t, refused_events_change_nothing);
    tcase_add_test(t, branches_are_apart);
    tcase_add_test(t, a_promise_tells_both_dates);
    tcase_add_test(t, a_late_job_is_told_why);
    tcase_add_test(t, a_slow_plant_is_told_in_its_own_ticks);
    tcase_add_test(t, a_handle_that_is_not_live_says_so);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
