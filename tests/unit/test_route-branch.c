/* SPDX-License-Identifier: Apache-2.0 */
/* What-if branches: a branch does what a handle of its own would do, the trunk never knows; zones that must be granted; who does not move. */
#include "c12/route.h"
#include <check.h>
#include "rounds.h"
#include "support.h"
#include <stdlib.h>
#include <string.h>

enum { SIDE = 7, CELLS = SIDE * SIDE, ROBOTS = 6, STEPS = 200 };

typedef struct yard {
    c12_route_problem p;
    c12_route_plan plan;
    int64_t off[CELLS + 1], conflict_off[CELLS + 1], step_off[2];
    int32_t head[4 * CELLS], conflict[2 * CELLS], pace[ROBOTS], zone[CELLS], vertex[STEPS];
    c12_tick from[STEPS], to[STEPS];
} yard;

static yard *yard_new(int32_t conflicts)
{
    static const int32_t dx[4] = { 0, -1, 1, 0 }, dy[4] = { -1, 0, 0, 1 };
    yard *y = calloc(1, sizeof *y);
    int64_t arcs = 0, n = 0;
    y->p = (c12_route_problem)C12_INIT(c12_route_problem);
    y->plan = (c12_route_plan)C12_INIT(c12_route_plan);
    for (int32_t c = 0; c < CELLS; c++) {
        y->off[c] = arcs;
        y->conflict_off[c] = n;
        y->zone[c] = -1;
        if (c % SIDE == 2 && c / SIDE % 2) y->conflict[n++] = c + 1; /* pairs side by side that are too near each other */
        if (c % SIDE == 3 && c / SIDE % 2) y->conflict[n++] = c - 1;
        for (int32_t k = 0; k < 4; k++) {
            int32_t a = c % SIDE + dx[k], b = c / SIDE + dy[k];
            if (a >= 0 && b >= 0 && a < SIDE && b < SIDE) y->head[arcs++] = b * SIDE + a;
        }
    }
    y->off[CELLS] = arcs;
    y->conflict_off[CELLS] = n;
    for (int32_t r = 0; r < ROBOTS; r++) y->pace[r] = 1 + r % 3;
    y->p.n_vertices = CELLS;
    y->p.n_robots = ROBOTS;
    y->p.arc_off = y->off; y->p.arc_head = y->head; y->p.robot_pace = y->pace;
    if (conflicts) { y->p.conflict_off = y->conflict_off; y->p.conflict_vertex = y->conflict; }
    y->plan.step_cap = STEPS;
    y->plan.step_off = y->step_off; y->plan.step_vertex = y->vertex; y->plan.step_from = y->from; y->plan.step_to = y->to;
    return y;
}

static c12_route *yard_open(const yard *y, int32_t branches)
{
    c12_route *h;
    c12_error e = C12_INIT(c12_error);
    c12_route_dims d = C12_INIT(c12_route_dims);
    d.vertices = CELLS;
    d.arcs = y->off[CELLS];
    d.robots = ROBOTS;
    d.holds = 3000;
    d.steps = STEPS;
    d.branches = branches;
    d.conflicts = y->conflict_off[CELLS];
    ck_assert(!c12_route_create(&h, &d, NULL, NULL, &e));
    ck_assert_msg(!c12_route_load(h, &y->p, &e), "%s", e.what);
    for (int32_t r = 0; r < ROBOTS; r++) ck_assert(!c12_route_park(h, 0, r, SIDE * r + r % 2, 0, &e));
    return h;
}

static c12_budget work(void)
{
    c12_budget b = C12_INIT(c12_budget);
    b.work_limit = 3000;
    return b;
}

static uint64_t mix(uint64_t h, int64_t v) { return (h ^ (uint64_t)v) * 0x100000001b3u; }

/* Something happens; what comes of it goes into the sum. */
static uint64_t event(yard *y, c12_route *h, int32_t branch, c12_tick tick, uint64_t sum)
{
    c12_info i = C12_INIT(c12_info);
    c12_route_moved m = C12_INIT(c12_route_moved);
    c12_budget b = work();
    int32_t r = dice(ROBOTS), v = dice(CELLS), n = 0;
    c12_status s;
    y->step_off[1] = 0;
    switch (dice(6)) {
    case 0: s = c12_route_hold(h, branch, v, tick, tick + 1 + dice(20), NULL, 0, &n, NULL); break;
    case 1: s = c12_route_unblock(h, branch, v, tick, NULL); break;
    case 2: s = c12_route_release(h, branch, r, tick, &y->plan, NULL); break;
    case 3: s = c12_route_progress(h, branch, r, tick, &m, NULL); break;
    default: s = c12_route_reroute(h, branch, r, tick, v, &b, &y->plan, &i, NULL); break;
    }
    if (i.outcome == C12_INFEASIBLE || i.outcome == C12_UNKNOWN) y->step_off[1] = 0;
    sum = mix(mix(mix(sum, s), n), m.holds);
    for (int64_t k = 0; k < y->step_off[1]; k++) sum = mix(mix(mix(sum, y->vertex[k]), y->from[k]), y->to[k]);
    return mix(sum, i.objective);
}

static uint64_t events(yard *y, c12_route *h, int32_t branch, int32_t first, int32_t n, uint64_t sum)
{
    for (int32_t k = first; k < first + n; k++) sum = event(y, h, branch, k, sum);
    return sum;
}

/* One handle lives through it all; another tries other things in branches meanwhile, and commits the one in which the same happened. */
START_TEST(a_branch_is_a_handle_of_its_own)
{
    for (int32_t round = 0; round < rounds(20); round++) {
        yard *y = yard_new(_i);
        c12_route *plain = yard_open(y, 0), *branched = yard_open(y, 3);
        uint64_t seed = 88172645463325252u + (uint64_t)round, sum = 1, also = 1;
        int32_t what_if = -1, idle = -1, real = -1;
        dice_state = seed;
        sum = events(y, plain, 0, 0, 60, sum);
        uint64_t middle = dice_state;
        sum = events(y, plain, 0, 60, 60, sum);
        dice_state = seed;
        also = events(y, branched, 0, 0, 60, also);
        ck_assert(!c12_route_branch(branched, 0, &what_if, NULL) && what_if == 1);
        (void)events(y, branched, what_if, 60, 40, 0);
        ck_assert(!c12_route_branch(branched, what_if, &idle, NULL) && idle == 2);
        ck_assert(!c12_route_branch(branched, 0, &real, NULL) && real == 3);
        (void)events(y, branched, idle, 100, 20, 0);
        dice_state = middle;
        also = events(y, branched, real, 60, 60, also);
        ck_assert(!c12_route_commit(branched, real, NULL));
        ck_assert_uint_eq(sum, also);
        uint64_t end = dice_state;
        sum = events(y, plain, 0, 120, 60, sum);
        dice_state = end;
        also = events(y, branched, 0, 120, 60, also);
        ck_assert_uint_eq(sum, also);
        ck_assert(c12_route_commit(branched, idle, NULL) == C12_E_STATE && !c12_route_drop(branched, idle, NULL));
        c12_route_destroy(plain);
        c12_route_destroy(branched);
        free(y);
    }
}
END_TEST

START_TEST(a_branch_of_a_branch_goes_on_from_it)
{
    yard *y = yard_new(0);
    c12_route *h = yard_open(y, 2);
    int32_t a, b;
    dice_state = 4711;
    ck_assert(!c12_route_branch(h, 0, &a, NULL));
    (void)events(y, h, a, 0, 60, 0);
    ck_assert(!c12_route_forget(h, 0, 0, NULL)); /* the trunk that b knows is the one before, as a does */
    ck_assert(!c12_route_branch(h, a, &b, NULL));
    uint64_t here = dice_state, sum = events(y, h, b, 60, 60, 0);
    dice_state = here;
    ck_assert_uint_eq(sum, events(y, h, a, 60, 60, 0));
    ck_assert_int_eq(c12_route_commit(h, b, NULL), C12_E_STATE);
    dice_state = here;
    ck_assert_uint_ne(sum, events(y, h, 0, 60, 60, 0));
    c12_route_destroy(h);
    free(y);
}
END_TEST

START_TEST(branches_are_counted)
{
    yard *y = yard_new(0);
    c12_route *h = yard_open(y, 2);
    c12_error e = C12_INIT(c12_error);
    int32_t a, b, c;
    ck_assert(!c12_route_branch(h, 0, &a, &e) && a == 1 && !c12_route_branch(h, a, &b, &e) && b == 2);
    ck_assert(c12_route_branch(h, 0, &c, &e) == C12_E_SPACE && e.value == 3);
    ck_assert(!c12_route_drop(h, a, &e) && c12_route_drop(h, a, &e) == C12_E_RANGE);
    ck_assert_int_eq(c12_route_forget(h, a, 5, &e), C12_E_RANGE);
    ck_assert(c12_route_branch(h, a, &c, &e) == C12_E_RANGE && !c12_route_branch(h, b, &c, &e) && c == a);
    ck_assert(c12_route_drop(h, 0, &e) == C12_E_RANGE && c12_route_commit(h, 0, &e) == C12_E_RANGE);
    ck_assert_int_eq(c12_route_branch(h, 0, NULL, &e), C12_E_ARG);
    ck_assert(!c12_route_commit(h, c, &e));
    ck_assert(c12_route_commit(h, b, &e) == C12_E_STATE && !strcmp(e.field, "branch")); /* the trunk is another now */
    ck_assert(!c12_route_load(h, &y->p, &e) && c12_route_drop(h, b, &e) == C12_E_RANGE);
    c12_route_destroy(h);
    free(y);
}
END_TEST

/* Robot 0 stands at 0 and goes to 4 along the first row, in which 2 and 3 are zone 5. */
START_TEST(zones_are_entered_when_granted)
{
    yard *y = yard_new(0);
    c12_error e = C12_INIT(c12_error);
    c12_info i = C12_INIT(c12_info);
    c12_budget b = work();
    c12_route_wait w = C12_INIT(c12_route_wait);
    y->p.vertex_zone = y->zone;
    y->zone[2] = y->zone[3] = 5;
    c12_route *h = yard_open(y, 1);
    for (int32_t v = SIDE; v < 2 * SIDE; v++) if (v != SIDE + 1) ck_assert(!c12_route_hold(h, 0, v, 0, C12_ROUTE_STAYS, NULL, 0, NULL, &e)); /* no way round */
    ck_assert(!c12_route_reroute(h, 0, 0, 0, 4, &b, &y->plan, &i, &e) && i.outcome == C12_OPTIMAL);
    ck_assert(!c12_route_release(h, 0, 0, 0, &y->plan, &e) && y->vertex[y->step_off[1] - 1] == 1);
    ck_assert(!c12_route_waits(h, 0, 0, &w, &e) && w.waits && w.vertex == 2 && w.zone == 5 && w.robot == -1 && w.until == -1);
    ck_assert(c12_route_grant(h, 0, 0, 4, &e) == C12_E_RANGE && !strcmp(e.field, "zone") && c12_route_grant(h, 0, ROBOTS, 5, &e) == C12_E_RANGE);
    ck_assert(!c12_route_grant(h, 0, 0, 5, &e) && !c12_route_release(h, 0, 0, 1, &y->plan, &e) && y->vertex[y->step_off[1] - 1] == 4);
    for (int32_t k = 1; k <= 4; k++) ck_assert(!c12_route_progress(h, 0, 0, k, NULL, &e));
    ck_assert(!c12_route_reroute(h, 0, 0, 9, 0, &b, &y->plan, &i, &e) && i.outcome == C12_OPTIMAL);
    ck_assert(!c12_route_release(h, 0, 0, 9, &y->plan, &e) && y->vertex[y->step_off[1] - 1] == 4); /* the grant ended when it left */
    ck_assert(!c12_route_grant(h, 0, 0, 5, &e) && !c12_route_grant(h, 0, 0, -1, &e) && !c12_route_waits(h, 0, 0, &w, &e) && w.zone == 5);
    c12_route_destroy(h);
    free(y);
}
END_TEST

/* Robot 1 (at 8) is to go down its column before robot 0 comes through 8, and does not. */
START_TEST(who_does_not_move_is_found)
{
    yard *y = yard_new(0);
    c12_error e = C12_INIT(c12_error);
    c12_info i = C12_INIT(c12_info);
    c12_budget b = work();
    int32_t robot[ROBOTS], cause[ROBOTS], n = -1;
    c12_route *h = yard_open(y, 0);
    ck_assert(!c12_route_reroute(h, 0, 1, 0, 1, &b, &y->plan, &i, &e) && i.objective == 2);
    ck_assert(!c12_route_reroute(h, 0, 1, 0, 6, &b, &y->plan, &i, &e));
    for (int32_t v = 1; v < SIDE; v++) ck_assert(!c12_route_hold(h, 0, v, 0, C12_ROUTE_STAYS, NULL, 0, NULL, &e)); /* the first row is shut */
    ck_assert(!c12_route_reroute(h, 0, 1, 0, 10, &b, &y->plan, &i, &e) && i.outcome == C12_OPTIMAL);
    ck_assert(!c12_route_reroute(h, 0, 0, 0, 9, &b, &y->plan, &i, &e) && i.outcome == C12_OPTIMAL);
    ck_assert(!c12_route_stuck(h, 0, 3, 10, robot, cause, ROBOTS, &n, &e) && n == 0);
    ck_assert(!c12_route_stuck(h, 0, 40, 10, robot, cause, ROBOTS, &n, &e) && n == 2);
    ck_assert(robot[0] == 0 && cause[0] == 0 && robot[1] == 1 && cause[1] == 1); /* neither moves, and both may */
    ck_assert(!c12_route_release(h, 0, 0, 50, &y->plan, &e) && !c12_route_progress(h, 0, 0, 50, NULL, &e));
    ck_assert(!c12_route_stuck(h, 0, 100, 10, robot, cause, ROBOTS, &n, &e) && n == 2);
    ck_assert(robot[0] == 0 && cause[0] == 1 && robot[1] == 1 && cause[1] == 1); /* now the first one stands before the second */
    ck_assert(!c12_route_stuck(h, 0, 100, 10, NULL, NULL, 0, &n, &e) && n == 2);
    ck_assert(!c12_route_release(h, 0, 1, 100, &y->plan, &e) && !c12_route_progress(h, 0, 1, 101, NULL, &e));
    ck_assert(!c12_route_stuck(h, 0, 105, 10, robot, cause, ROBOTS, &n, &e) && n == 0); /* it goes on, and the other may soon */
    ck_assert(c12_route_stuck(h, 0, 5, 0, robot, cause, ROBOTS, &n, &e) == C12_E_RANGE && !strcmp(e.field, "ticks"));
    ck_assert(c12_route_stuck(h, 0, 5, 1, robot, NULL, ROBOTS, &n, &e) == C12_E_ARG && !strcmp(e.field, "cause"));
    c12_route_destroy(h);
    free(y);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("route-branch");
    TCase *t = tcase_create("route-branch");
    tcase_set_timeout(t, 120);
    tcase_add_loop_test(t, a_branch_is_a_handle_of_its_own, 0, 2);
    tcase_add_test(t, a_branch_of_a_branch_goes_on_from_it);
    tcase_add_test(t, branches_are_counted);
    tcase_add_test(t, zones_are_entered_when_granted);
    tcase_add_test(t, who_does_not_move_is_found);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
