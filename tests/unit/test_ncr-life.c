/* SPDX-License-Identifier: Apache-2.0 */
/* The life of a report: histories by hand and at random, assignment, clocks, effectiveness and optical inspection, each before its checker. */
#include "c12/ncr.h"
#include "base/rng.h"
#include "rounds.h"
#include <check.h>
#include <string.h>

enum { CASES = 12, TALE = 400 };
#define HOUR INT64_C(3600000000000)
#define DAY (24 * HOUR)

typedef struct history {
    int32_t grade[CASES], raised[CASES], state[CASES], owner[CASES], whys[CASES], disposition[CASES], approved[CASES], paused[CASES];
    uint32_t causes[CASES];
    c12_ns created[CASES], last[CASES], closed[CASES], at[TALE];
    int32_t report[TALE], kind[TALE], value[TALE], by[TALE], refusal[TALE];
    c12_ncr_cases c;
    c12_ncr_events e;
} history;

static history *fresh(history *h, int32_t n)
{
    memset(h, 0, sizeof *h);
    h->c = (c12_ncr_cases)C12_INIT(c12_ncr_cases);
    h->c.n = n;
    h->c.grade = h->grade; h->c.raised_by = h->raised; h->c.created = h->created; h->c.state = h->state; h->c.owner = h->owner; h->c.whys = h->whys; h->c.causes = h->causes;
    h->c.disposition = h->disposition; h->c.approved = h->approved; h->c.paused = h->paused; h->c.last = h->last; h->c.closed = h->closed;
    h->e = (c12_ncr_events)C12_INIT(c12_ncr_events);
    h->e.report = h->report; h->e.kind = h->kind; h->e.value = h->value; h->e.by = h->by; h->e.at = h->at;
    for (int i = 0; i < CASES; i++) h->grade[i] = C12_NCR_MAJOR;
    return h;
}

/* One more event of report 0, a unit of time later. */
static void tell(history *h, int32_t kind, int32_t by, int32_t value)
{
    int64_t i = h->e.n++;
    h->kind[i] = kind;
    h->by[i] = by;
    h->value[i] = value;
    h->at[i] = i + 1;
}

static void judge(const history *h, const c12_ncr_conduct *k)
{
    c12_verdict v = C12_INIT(c12_verdict);
    if (c12_ncr_history_check(k, &h->c, &h->e, h->refusal, &v, NULL)) ck_abort_msg("refused");
    if (v.violations) ck_abort_msg("%s: %s[%d]", v.rule, v.field, (int)v.row);
}

static void apply(history *h, const c12_ncr_conduct *k)
{
    c12_error e = C12_INIT(c12_error);
    if (c12_ncr_apply(k, &h->c, &h->e, h->refusal, &e)) ck_abort_msg("%s %s[%d]", e.what, e.field, (int)e.row);
    judge(h, k);
}

enum { RAISER = 1, ENGINEER = 2, MANAGER = 3 };

START_TEST(a_major_report_from_open_to_closed)
{
    static history h;
    fresh(&h, 1);
    h.raised[0] = RAISER;
    tell(&h, C12_NCR_DO_START, ENGINEER, 0);             /* 0: nobody has it */
    tell(&h, C12_NCR_DO_ASSIGN, MANAGER, ENGINEER);
    tell(&h, C12_NCR_DO_PLAN, ENGINEER, 0);              /* 2: a major one needs its cause */
    tell(&h, C12_NCR_DO_START, ENGINEER, 0);
    for (int k = 0; k < 4; k++) tell(&h, C12_NCR_DO_WHY, ENGINEER, 0);
    tell(&h, C12_NCR_DO_PLAN, ENGINEER, 0);              /* 8: four whys are not five */
    tell(&h, C12_NCR_DO_WHY, ENGINEER, 0);
    tell(&h, C12_NCR_DO_PAUSE, ENGINEER, 0);
    tell(&h, C12_NCR_DO_PLAN, ENGINEER, 0);              /* 11: stopped */
    tell(&h, C12_NCR_DO_RESUME, ENGINEER, 0);
    tell(&h, C12_NCR_DO_RESUME, ENGINEER, 0);            /* 13: it runs */
    tell(&h, C12_NCR_DO_PLAN, ENGINEER, 0);
    tell(&h, C12_NCR_DO_FINISH, ENGINEER, 0);            /* 15: what becomes of the units? */
    tell(&h, C12_NCR_DO_DISPOSE, ENGINEER, C12_NCR_SCRAP);
    tell(&h, C12_NCR_DO_APPROVE, MANAGER, 0);            /* 17: scrap needs no deviation */
    tell(&h, C12_NCR_DO_DISPOSE, ENGINEER, C12_NCR_USE_AS_IS);
    tell(&h, C12_NCR_DO_FINISH, ENGINEER, 0);            /* 19 */
    tell(&h, C12_NCR_DO_APPROVE, ENGINEER, 0);           /* 20: not who owns it */
    tell(&h, C12_NCR_DO_APPROVE, RAISER, 0);             /* 21: nor who raised it */
    tell(&h, C12_NCR_DO_APPROVE, MANAGER, 0);
    tell(&h, C12_NCR_DO_FINISH, ENGINEER, 0);
    tell(&h, C12_NCR_DO_REJECT, MANAGER, 0);             /* back to the cause */
    tell(&h, C12_NCR_DO_PLAN, ENGINEER, 0);              /* 25: to be found anew */
    tell(&h, C12_NCR_DO_FISHBONE, ENGINEER, 3);
    tell(&h, C12_NCR_DO_PLAN, ENGINEER, 0);
    tell(&h, C12_NCR_DO_FINISH, ENGINEER, 0);
    tell(&h, C12_NCR_DO_CONFIRM, RAISER, 0);             /* 29 */
    tell(&h, C12_NCR_DO_CONFIRM, MANAGER, 0);
    tell(&h, C12_NCR_DO_ASSIGN, MANAGER, ENGINEER);      /* 31: closed is closed */
    tell(&h, C12_NCR_DO_ASSIGN, MANAGER, ENGINEER);
    h.at[32] = 3;                                        /* 32: and nothing happens before what has happened */
    apply(&h, NULL);
    static const struct { int at, why; } want[] = { { 0, C12_NCR_NO_SUCH_MOVE }, { 2, C12_NCR_NO_SUCH_MOVE }, { 8, C12_NCR_NO_CAUSE }, { 11, C12_NCR_PAUSED }, { 13, C12_NCR_NOT_PAUSED }, { 15, C12_NCR_NO_DISPOSITION },
        { 17, C12_NCR_NOTHING_TO_APPROVE }, { 19, C12_NCR_NOT_APPROVED }, { 20, C12_NCR_OWNER_APPROVES }, { 21, C12_NCR_OWNER_APPROVES }, { 25, C12_NCR_NO_CAUSE }, { 29, C12_NCR_RAISER_CLOSES },
        { 31, C12_NCR_NO_SUCH_MOVE }, { 32, C12_NCR_OUT_OF_ORDER } };
    size_t k = 0;
    for (int i = 0; i < h.e.n; i++) {
        int why = k < sizeof want / sizeof *want && want[k].at == i ? want[k++].why : C12_NCR_DONE;
        ck_assert_msg(h.refusal[i] == why, "event %d: %s", i, c12_ncr_refusal_name(h.refusal[i]));
    }
    ck_assert_int_eq(h.state[0], C12_NCR_CLOSED);
    ck_assert_int_eq(h.closed[0], 31);
    ck_assert_int_eq(h.owner[0], ENGINEER);
    ck_assert_int_eq(h.causes[0], 4);
    ck_assert_int_eq(h.whys[0], 0);
    c12_verdict v = C12_INIT(c12_verdict);
    h.refusal[0] = h.refusal[2] = C12_NCR_PAUSED; /* the wrong reason, twice */
    ck_assert_int_eq(c12_ncr_history_check(NULL, &h.c, &h.e, h.refusal, &v, NULL), C12_OK);
    ck_assert_int_eq(v.violations, 2);
    ck_assert_int_eq(v.row, 0);
    ck_assert_int_eq(v.objective, h.e.n - 14);
}
END_TEST

START_TEST(minor_reports_are_short)
{
    static history h;
    c12_ncr_conduct k = C12_INIT(c12_ncr_conduct);
    fresh(&h, 1);
    h.grade[0] = C12_NCR_MINOR;
    h.raised[0] = RAISER;
    tell(&h, C12_NCR_DO_ASSIGN, MANAGER, ENGINEER);
    tell(&h, C12_NCR_DO_DISPOSE, ENGINEER, C12_NCR_REWORK);
    tell(&h, C12_NCR_DO_PLAN, ENGINEER, 0);
    tell(&h, C12_NCR_DO_FINISH, ENGINEER, 0);
    tell(&h, C12_NCR_DO_REJECT, MANAGER, 0);
    tell(&h, C12_NCR_DO_FINISH, ENGINEER, 0);
    tell(&h, C12_NCR_DO_CONFIRM, RAISER, 0);
    k.self_close = 1;
    apply(&h, &k);
    ck_assert_int_eq(h.state[0], C12_NCR_CLOSED);
    for (int i = 0; i < 7; i++) ck_assert_int_eq(h.refusal[i], 0);
}
END_TEST

/* The table of moves on paper: which events each state knows, and where they lead. */
START_TEST(table_of_moves)
{
    static const char *const major[] = { "", "2.........11", "23..22....22", "3.33334...33", "4...44.5..44", "........6355", "............" };
    for (int32_t state = 1; state <= 6; state++)
        for (int32_t event = 1; event <= 12; event++) {
            char c = major[state][event - 1];
            int32_t want = c >= '1' && c <= '6' ? c - '0' : 0;
            ck_assert_msg(c12_ncr_next(state, event, C12_NCR_CRITICAL) == want, "%s %s: %d", c12_ncr_state_name(state), c12_ncr_event_name(event), c12_ncr_next(state, event, C12_NCR_CRITICAL));
            if (state == 2 && event == C12_NCR_DO_PLAN) want = C12_NCR_ACTION;
            if (event == C12_NCR_DO_REJECT && want) want = C12_NCR_ACTION;
            ck_assert_int_eq(c12_ncr_next(state, event, C12_NCR_MINOR), want);
        }
    ck_assert_int_eq(c12_ncr_next(0, 1, 1), 0);
    ck_assert_int_eq(c12_ncr_next(1, 13, 1), 0);
    ck_assert_str_eq(c12_ncr_state_name(7), "?");
    ck_assert_str_eq(c12_ncr_event_name(C12_NCR_DO_FISHBONE), "fishbone");
    ck_assert_str_eq(c12_ncr_disposition_name(C12_NCR_USE_AS_IS), "use_as_is");
}
END_TEST

static void wild(history *h, c12__rng *g, int32_t n, int64_t events)
{
    fresh(h, n);
    for (int32_t r = 0; r < n; r++) { h->grade[r] = 1 + (int32_t)c12__rng_below(g, 3); h->raised[r] = (int32_t)c12__rng_below(g, 4) - 1; h->created[r] = (c12_ns)c12__rng_below(g, 20); }
    h->e.n = events;
    for (int64_t i = 0; i < events; i++) {
        h->report[i] = (int32_t)c12__rng_below(g, (uint64_t)n);
        h->kind[i] = 1 + (int32_t)c12__rng_below(g, c12__rng_below(g, 4) ? 10 : 12);
        h->value[i] = 1 + (int32_t)c12__rng_below(g, h->kind[i] == C12_NCR_DO_FISHBONE ? 6 : 4);
        h->by[i] = (int32_t)c12__rng_below(g, 5) - 1;
        h->at[i] = i + (c12_ns)c12__rng_below(g, 4) - (c12__rng_below(g, 20) ? 0 : 9);
    }
}

START_TEST(random_histories)
{
    static history h, parts;
    c12__rng g = c12__rng_from(12, 1);
    int64_t closed = 0;
    for (int round = 0; round < rounds(300); round++) {
        c12_ncr_conduct k = C12_INIT(c12_ncr_conduct);
        k.least_whys = 1 + (int32_t)c12__rng_below(&g, 3);
        k.self_close = round & 1;
        k.self_approve = round >> 1 & 1;
        wild(&h, &g, 1 + (int32_t)c12__rng_below(&g, 4), 200);
        parts = h; /* the same in two halves: what is kept is enough to go on from */
        apply(&h, &k);
        fresh(&parts, h.c.n);
        memcpy(parts.grade, h.grade, sizeof h.grade);
        memcpy(parts.raised, h.raised, sizeof h.raised);
        memcpy(parts.created, h.created, sizeof h.created);
        c12_ncr_events half = h.e;
        half.n = 90;
        if (c12_ncr_apply(&k, &parts.c, &half, parts.refusal, NULL)) ck_abort_msg("refused");
        half.n = 110; half.report += 90; half.kind += 90; half.value += 90; half.by += 90; half.at += 90;
        if (c12_ncr_apply(&k, &parts.c, &half, parts.refusal + 90, NULL)) ck_abort_msg("refused");
        if (memcmp(parts.refusal, h.refusal, 200 * sizeof *h.refusal) || memcmp(parts.state, h.state, sizeof h.state) || memcmp(parts.last, h.last, sizeof h.last)) ck_abort_msg("halves differ");
        for (int r = 0; r < h.c.n; r++) closed += h.state[r] == C12_NCR_CLOSED;
        int64_t i = (int64_t)c12__rng_below(&g, 200);
        int32_t r = (int32_t)c12__rng_below(&g, (uint64_t)h.c.n), keep;
        int32_t *const cell[] = { &h.refusal[i], &h.state[r], &h.owner[r], &h.whys[r], &h.disposition[r], &h.approved[r], &h.paused[r] };
        for (int q = 0; q < 7; q++) {
            c12_verdict v = C12_INIT(c12_verdict);
            keep = *cell[q];
            *cell[q] = q == 1 ? keep % 6 + 1 : q == 4 ? (keep + 1) % 5 : q == 5 || q == 6 ? !keep : keep + 1;
            if (c12_ncr_history_check(&k, &h.c, &h.e, h.refusal, &v, NULL) || !v.violations) ck_abort_msg("a wrong column %d passed", q);
            *cell[q] = keep;
        }
        judge(&h, &k);
    }
    ck_assert_int_gt(closed, 20);
}
END_TEST

START_TEST(histories_with_faults)
{
    static history h;
    c12_error e = C12_INIT(c12_error);
    fresh(&h, 2);
    tell(&h, C12_NCR_DO_ASSIGN, 1, 1);
    tell(&h, C12_NCR_DO_FISHBONE, 1, 7);
    ck_assert_int_eq(c12_ncr_apply(NULL, &h.c, &h.e, h.refusal, &e), C12_E_RANGE);
    ck_assert_str_eq(e.field, "value");
    ck_assert_int_eq(e.row, 1);
    ck_assert_int_eq(h.state[0], 0);
    h.kind[1] = 13;
    ck_assert_int_eq(c12_ncr_apply(NULL, &h.c, &h.e, h.refusal, &e), C12_E_RANGE);
    h.kind[1] = 1; h.report[1] = 2;
    ck_assert_int_eq(c12_ncr_apply(NULL, &h.c, &h.e, h.refusal, &e), C12_E_RANGE);
    h.report[1] = 0; h.c.owner = NULL;
    ck_assert_int_eq(c12_ncr_apply(NULL, &h.c, &h.e, h.refusal, &e), C12_E_ARG);
}
END_TEST

/* ---- assignment ------------------------------------------------------------------------------------------------------------------------ */

START_TEST(who_gets_what)
{
    const uint8_t manager[4] = { 0, 1, 0, 0 }, away[4] = { 0, 1, 0, 1 };
    const int32_t load[4] = { 2, 9, 1, 0 }, grade[6] = { 2, 1, 3, 2, 3, 1 };
    int32_t person[6], then[4];
    uint8_t urgent[6];
    c12_ncr_staff p = C12_INIT(c12_ncr_staff);
    c12_verdict v = C12_INIT(c12_verdict);
    p.n = 4; p.manager = manager; p.away = away; p.load = load;
    ck_assert_int_eq(c12_ncr_assign(&p, 6, grade, person, urgent, then, NULL), C12_OK);
    const int32_t want[6] = { 2, 0, 1, 2, 1, 0 }; /* the manager is away and told at once all the same */
    ck_assert_mem_eq(person, want, sizeof person);
    ck_assert(urgent[2] && urgent[4] && !urgent[0]);
    ck_assert_int_eq(then[1], 11);
    ck_assert_int_eq(c12_ncr_assign_check(&p, 6, grade, person, &v, NULL), C12_OK);
    ck_assert_int_eq(v.violations, 0);
    p.n = 1;
    p.away = away + 1;
    ck_assert_int_eq(c12_ncr_assign(&p, 6, grade, person, NULL, then, NULL), C12_OK);
    for (int i = 0; i < 6; i++) ck_assert_int_eq(person[i], -1); /* one engineer, away */
    ck_assert_int_eq(c12_ncr_assign_check(&p, 6, grade, person, &v, NULL), C12_OK);
    ck_assert_int_eq(v.violations, 0);
    ck_assert_int_eq(v.objective, 6);
    p.away = NULL; /* there all the time: all but the two critical ones are wrong now, and the engineer's own are not nobody's */
    person[0] = 0;
    ck_assert_int_eq(c12_ncr_assign_check(&p, 6, grade, person, &v, NULL), C12_OK);
    ck_assert_int_eq(v.violations, 3);
    ck_assert_int_eq(v.objective, 5);
    ck_assert_int_eq(v.row, 1);
}
END_TEST

START_TEST(assignments_at_random)
{
    c12__rng g = c12__rng_from(2, 5);
    for (int round = 0; round < rounds(500); round++) {
        uint8_t manager[9], away[9];
        int32_t load[9], then[9], grade[40], person[40], n = (int32_t)c12__rng_below(&g, 10);
        c12_ncr_staff p = C12_INIT(c12_ncr_staff);
        c12_verdict v = C12_INIT(c12_verdict);
        for (int k = 0; k < n; k++) { manager[k] = c12__rng_below(&g, 3) == 0; away[k] = c12__rng_below(&g, 3) == 0; load[k] = (int32_t)c12__rng_below(&g, 4); }
        for (int i = 0; i < 40; i++) grade[i] = 1 + (int32_t)c12__rng_below(&g, 3);
        p.n = n; p.manager = manager; p.away = away; p.load = load;
        if (c12_ncr_assign(&p, 40, grade, person, NULL, then, NULL) || c12_ncr_assign_check(&p, 40, grade, person, &v, NULL) || v.violations) ck_abort_msg("%s", v.rule ? v.rule : "refused");
        int i = (int)c12__rng_below(&g, 40);
        int32_t other = (int32_t)c12__rng_below(&g, (uint64_t)n + 1) - 1;
        if (other == person[i]) continue;
        person[i] = other;
        if (c12_ncr_assign_check(&p, 40, grade, person, &v, NULL) || !v.violations) ck_abort_msg("a wrong person passed");
    }
}
END_TEST

/* ---- clocks ------------------------------------------------------------------------------------------------------------------------------ */

START_TEST(clocks_by_hand)
{
    c12_ncr_policy p = C12_INIT(c12_ncr_policy);
    c12_ncr_calendar k = C12_INIT(c12_ncr_calendar);
    c12_ncr_clocks c = C12_INIT(c12_ncr_clocks);
    const int32_t grade[3] = { 3, 2, 1 };
    const c12_ns created[3] = { 0, DAY, 5 };
    c12_ns used[3], left[3], due[3];
    int32_t level[3];
    ck_assert_int_eq(c12_ncr_default(&p, NULL), C12_OK);
    c.n = 3; c.grade = grade; c.created = created;
    ck_assert_int_eq(c12_ncr_clock(&p, NULL, &c, 6 * DAY, used, left, due, level, NULL), C12_OK);
    ck_assert_int_eq(due[0], 7 * DAY);
    ck_assert_int_eq(left[0], DAY);
    ck_assert_int_eq(level[0], 2); /* 6 of 7 days: past half and three quarters */
    ck_assert_int_eq(due[1], 31 * DAY);
    ck_assert_int_eq(level[1], 0);
    ck_assert_int_eq(due[2], INT64_MAX);
    ck_assert_int_eq(left[2], INT64_MAX);
    ck_assert_int_eq(c12_ncr_clock(&p, NULL, &c, 9 * DAY, used, left, due, level, NULL), C12_OK);
    ck_assert_int_eq(left[0], -2 * DAY);
    ck_assert_int_eq(level[0], 3);
    /* Eight hours a day, and a day is eight hours; stopped from the second day's noon to the fourth day's: seven working days are over at the end of day nine. */
    c12_ns open[20], close[20];
    const int64_t pause_off[4] = { 0, 1, 1, 1 };
    c12_ns from[1] = { DAY + 12 * HOUR }, to[1] = { 3 * DAY + 12 * HOUR };
    for (int d = 0; d < 20; d++) { open[d] = d * DAY + 8 * HOUR; close[d] = d * DAY + 16 * HOUR; }
    k.n_windows = 20; k.open = open; k.close = close; k.day = 8 * HOUR;
    c.pause_off = pause_off; c.pause_from = from; c.pause_to = to;
    ck_assert_int_eq(c12_ncr_clock(&p, &k, &c, 4 * DAY, used, left, due, level, NULL), C12_OK);
    ck_assert_int_eq(used[0], 16 * HOUR); /* day 0, half of day 1, half of day 3 */
    ck_assert_int_eq(due[0], 8 * DAY + 16 * HOUR);
    to[0] = INT64_MAX;
    ck_assert_int_eq(c12_ncr_clock(&p, &k, &c, 4 * DAY, used, left, due, level, NULL), C12_OK);
    ck_assert_int_eq(due[0], INT64_MAX);
    ck_assert_int_eq(used[0], 12 * HOUR);
    ck_assert_int_eq(due[1], INT64_MAX); /* thirty days: the calendar ends before */
    from[0] = to[0];
    ck_assert_int_eq(c12_ncr_clock(&p, &k, &c, 4 * DAY, used, left, due, level, NULL), C12_E_RANGE);
}
END_TEST

START_TEST(clocks_at_random)
{
    enum { N = 20 };
    c12__rng g = c12__rng_from(3, 7);
    for (int round = 0; round < rounds(1500); round++) {
        c12_ncr_policy p = C12_INIT(c12_ncr_policy);
        c12_ncr_calendar k = C12_INIT(c12_ncr_calendar);
        c12_ncr_clocks c = C12_INIT(c12_ncr_clocks);
        int32_t grade[N], level[N], levels[3] = { (int32_t)c12__rng_below(&g, 900000), 900000, 1500000 };
        c12_ns created[N], closed[N], open[30], close[30], from[N * 5], to[N * 5], used[N], due[N], at = (c12_ns)c12__rng_below(&g, 30), now = (c12_ns)c12__rng_below(&g, 400);
        int64_t off[N + 1] = { 0 };
        p.major_days = (int32_t)c12__rng_below(&g, 6); p.critical_days = (int32_t)c12__rng_below(&g, 3);
        k.day = 1 + (c12_ns)c12__rng_below(&g, 40);
        k.n_windows = (int32_t)c12__rng_below(&g, 30); k.open = open; k.close = close;
        k.level_ppm = levels; k.n_levels = 3;
        for (int w = 0; w < k.n_windows; w++) { open[w] = at; close[w] = at += 1 + (c12_ns)c12__rng_below(&g, 20); at += (c12_ns)c12__rng_below(&g, 12); }
        for (int i = 0; i < N; i++) {
            grade[i] = 1 + (int32_t)c12__rng_below(&g, 3);
            created[i] = (c12_ns)c12__rng_below(&g, 200) - 20;
            closed[i] = c12__rng_below(&g, 2) ? INT64_MAX : created[i] + (c12_ns)c12__rng_below(&g, 200);
            at = created[i] - 10;
            off[i + 1] = off[i];
            for (int q = (int)c12__rng_below(&g, 6); q > 0; q--) {
                from[off[i + 1]] = at += (c12_ns)c12__rng_below(&g, 30);
                to[off[i + 1]] = q == 1 && !c12__rng_below(&g, 5) ? INT64_MAX : (at += 1 + (c12_ns)c12__rng_below(&g, 30));
                off[i + 1]++;
            }
        }
        c.n = N; c.grade = grade; c.created = created; c.closed = closed; c.pause_off = off; c.pause_from = from; c.pause_to = to;
        c12_verdict v = C12_INIT(c12_verdict);
        if (c12_ncr_clock(&p, &k, &c, now, used, NULL, due, level, NULL)) ck_abort_msg("refused");
        if (c12_ncr_clock_check(&p, &k, &c, now, used, due, level, &v, NULL) || v.violations) ck_abort_msg("%s[%d]", v.field, (int)v.row);
        int i = (int)c12__rng_below(&g, N);
        used[i]++;
        if (c12_ncr_clock_check(&p, &k, &c, now, used, due, level, &v, NULL) || !v.violations) ck_abort_msg("a wrong time passed");
        used[i]--; due[i] -= 1;
        if (c12_ncr_clock_check(&p, &k, &c, now, used, due, level, &v, NULL) || !v.violations) ck_abort_msg("a wrong due time passed");
        due[i] += 1; level[i] = (level[i] + 1) % 4;
        if (c12_ncr_clock_check(&p, &k, &c, now, used, due, level, &v, NULL) || !v.violations) ck_abort_msg("a wrong level passed");
    }
}
END_TEST

/* The first header's due times are clocks without a calendar. */
START_TEST(due_is_the_plain_clock)
{
    c12_ncr_policy p = C12_INIT(c12_ncr_policy);
    c12_ncr_clocks c = C12_INIT(c12_ncr_clocks);
    const int32_t grade[3] = { 1, 2, 3 };
    const c12_ns created[3] = { -7 * DAY, 12345, INT64_C(1762250400000000000) };
    c12_ns due[3], again[3];
    ck_assert_int_eq(c12_ncr_default(&p, NULL), C12_OK);
    c.n = 3; c.grade = grade; c.created = created;
    ck_assert_int_eq(c12_ncr_due(&p, 3, grade, created, due, NULL), C12_OK);
    ck_assert_int_eq(c12_ncr_clock(&p, NULL, &c, 0, NULL, NULL, again, NULL, NULL), C12_OK);
    ck_assert_mem_eq(due, again, sizeof due);
}
END_TEST

/* ---- effectiveness ------------------------------------------------------------------------------------------------------------------------ */

START_TEST(recurrence)
{
    static uint8_t room[16384];
    const c12_mem m = { room, sizeof room };
    c12__rng g = c12__rng_from(6, 6);
    const int32_t code[4] = { 1, 1, 1, 2 };
    const c12_ns created[4] = { 0, 40, 95, 50 }, closed[4] = { 30, 60, INT64_MAX, 55 };
    int32_t effect[4], by[4];
    c12_ncr_past p = C12_INIT(c12_ncr_past);
    c12_verdict v = C12_INIT(c12_verdict);
    p.n = 4; p.code = code; p.created = created; p.closed = closed;
    ck_assert_int_eq(c12_ncr_recurrence(&p, 30, 100, effect, by, m, NULL), C12_OK);
    const int32_t want[4] = { C12_NCR_RECURRED, C12_NCR_EFFECTIVE, C12_NCR_UNDECIDED, C12_NCR_EFFECTIVE };
    ck_assert_mem_eq(effect, want, sizeof want);
    ck_assert_int_eq(by[0], 1);
    for (int round = 0; round < rounds(1000); round++) {
        int32_t codes[60], station[60], out[60], who[60];
        c12_ns made[60], shut[60], window = 1 + (c12_ns)c12__rng_below(&g, 40), now = (c12_ns)c12__rng_below(&g, 300);
        for (int i = 0; i < 60; i++) {
            codes[i] = (int32_t)c12__rng_below(&g, 4); station[i] = (int32_t)c12__rng_below(&g, 3) - 1;
            made[i] = (c12_ns)c12__rng_below(&g, 200);
            shut[i] = c12__rng_below(&g, 4) ? made[i] + (c12_ns)c12__rng_below(&g, 60) : INT64_MAX;
        }
        p.n = (int32_t)c12__rng_below(&g, 61); p.code = codes; p.station = round & 1 ? station : NULL; p.created = made; p.closed = shut;
        if (c12_ncr_recurrence(&p, window, now, out, who, m, NULL) || c12_ncr_recurrence_check(&p, window, now, out, who, &v, NULL) || v.violations) ck_abort_msg("%s %d", v.rule, (int)v.row);
        if (!p.n) continue;
        int i = (int)c12__rng_below(&g, (uint64_t)p.n);
        out[i] = (out[i] + 1) % 3;
        if (c12_ncr_recurrence_check(&p, window, now, out, NULL, &v, NULL) || v.row != i) ck_abort_msg("a wrong effect passed");
    }
    p.n = 4; p.code = code; p.station = NULL; p.created = created; p.closed = closed;
    c12_mem small = { room, 8 };
    ck_assert_int_eq(c12_ncr_recurrence(&p, 30, 100, effect, by, small, NULL), C12_E_SPACE);
    ck_assert_int_eq(c12_ncr_recurrence(&p, 0, 100, effect, by, m, NULL), C12_E_ARG);
}
END_TEST

/* ---- optical inspection ---------------------------------------------------------------------------------------------------------------------- */

START_TEST(verdicts_of_six_views)
{
    /* unit 0: nothing; 1: a scratch at exactly .85 does not count; 2: one above; 3: nothing, view 4 missing; 4: a dent, view 0 missing */
    const int64_t off[6] = { 0, 0, 1, 2, 2, 3 };
    const int32_t view[3] = { 2, 5, 1 }, kind[3] = { 0, 0, 1 }, ppm[3] = { 850000, 850001, 990000 }, strict[2] = { 0, 995000 };
    const uint64_t seen[5] = { 63, 63, 63, 63 - 16, 62 };
    int32_t verdict[5], worst[5], views[5];
    c12_ncr_aoi a = C12_INIT(c12_ncr_aoi);
    a.n = 5; a.n_classes = 2; a.seen = seen; a.det_off = off; a.det_view = view; a.det_class = kind; a.det_ppm = ppm;
    ck_assert_int_eq(c12_ncr_inspect(&a, verdict, worst, views, NULL), C12_OK);
    const int32_t want[5] = { C12_NCR_PASS, C12_NCR_PASS, C12_NCR_FAIL, C12_NCR_HOLD, C12_NCR_FAIL };
    ck_assert_mem_eq(verdict, want, sizeof want);
    ck_assert_int_eq(worst[4], 1);
    ck_assert_int_eq(worst[1], -1);
    c12_verdict judged = C12_INIT(c12_verdict);
    ck_assert_int_eq(c12_ncr_inspect_check(&a, verdict, worst, &judged, NULL), C12_OK);
    ck_assert_int_eq(judged.violations, 0);
    ck_assert_int_eq(judged.objective, 2);
    a.least_views = 2; /* two of six */
    ck_assert_int_eq(c12_ncr_inspect(&a, verdict, worst, views, NULL), C12_OK);
    ck_assert_int_eq(verdict[2], C12_NCR_PASS);
    ck_assert_int_eq(verdict[4], C12_NCR_HOLD);
    a.least_views = 0; a.class_ppm = strict;
    ck_assert_int_eq(c12_ncr_inspect(&a, verdict, NULL, NULL, NULL), C12_OK);
    ck_assert_int_eq(verdict[4], C12_NCR_HOLD);
    c12_error e = C12_INIT(c12_error);
    const uint64_t blind[5] = { 63, 63, 31, 63, 63 };
    a.seen = blind;
    ck_assert_int_eq(c12_ncr_inspect(&a, verdict, NULL, NULL, &e), C12_E_RANGE);
    ck_assert_str_eq(e.field, "det_view");
    ck_assert_int_eq(e.row, 1);
}
END_TEST

START_TEST(verdicts_at_random)
{
    enum { N = 20 };
    c12__rng g = c12__rng_from(9, 1);
    for (int round = 0; round < rounds(500); round++) {
        int64_t off[N + 1] = { 0 };
        int32_t view[N * 10], kind[N * 10], ppm[N * 10], own[5], verdict[N], worst[N];
        uint64_t seen[N];
        c12_ncr_aoi a = C12_INIT(c12_ncr_aoi);
        c12_verdict v = C12_INIT(c12_verdict);
        a.n_views = 1 + (int32_t)c12__rng_below(&g, c12__rng_below(&g, 8) ? 8 : 64);
        a.least_views = 1 + (int32_t)c12__rng_below(&g, (uint64_t)(a.n_views < 3 ? a.n_views : 3));
        for (int k = 0; k < 5; k++) own[k] = c12__rng_below(&g, 2) ? 0 : (int32_t)c12__rng_below(&g, 1000001);
        for (int i = 0; i < N; i++) {
            uint64_t all = a.n_views == 64 ? UINT64_MAX : ((uint64_t)1 << a.n_views) - 1;
            seen[i] = all & ~(c12__rng_below(&g, 3) ? 0 : (uint64_t)1 << c12__rng_below(&g, (uint64_t)a.n_views));
            off[i + 1] = off[i];
            for (int k = (int)c12__rng_below(&g, 10); k > 0; k--) {
                int32_t q = (int32_t)c12__rng_below(&g, (uint64_t)a.n_views);
                if (!(seen[i] >> q & 1)) continue;
                view[off[i + 1]] = q; kind[off[i + 1]] = (int32_t)c12__rng_below(&g, 5); ppm[off[i + 1]++] = 800000 + (int32_t)c12__rng_below(&g, 3) * 50000;
            }
        }
        a.n = N; a.n_classes = 5; a.seen = seen; a.det_off = off; a.det_view = view; a.det_class = kind; a.det_ppm = ppm; a.class_ppm = own;
        if (c12_ncr_inspect(&a, verdict, worst, NULL, NULL) || c12_ncr_inspect_check(&a, verdict, worst, &v, NULL) || v.violations) ck_abort_msg("%s %d", v.rule, (int)v.row);
        int i = (int)c12__rng_below(&g, N);
        verdict[i] = verdict[i] % 3 + 1;
        if (c12_ncr_inspect_check(&a, verdict, NULL, &v, NULL) || v.row != i) ck_abort_msg("a wrong verdict passed");
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("ncr-life");
    TCase *t = tcase_create("all");
    tcase_set_timeout(t, 120);
    tcase_add_test(t, a_major_report_from_open_to_closed);
    tcase_add_test(t, minor_reports_are_short);
    tcase_add_test(t, table_of_moves);
    tcase_add_test(t, random_histories);
    tcase_add_test(t, histories_with_faults);
    tcase_add_test(t, who_gets_what);
    tcase_add_test(t, assignments_at_random);
    tcase_add_test(t, clocks_by_hand);
    tcase_add_test(t, clocks_at_random);
    tcase_add_test(t, due_is_the_plain_clock);
    tcase_add_test(t, recurrence);
    tcase_add_test(t, verdicts_of_six_views);
    tcase_add_test(t, verdicts_at_random);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
