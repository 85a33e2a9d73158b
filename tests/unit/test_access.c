/* SPDX-License-Identifier: Apache-2.0 */
/* Decisions against the checker and by hand, policies that are refused, logins against a list of all failures. */
#include "access/access_internal.h"
#include "base/rng.h"
#include "rounds.h"
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static c12_view text(const char *s)
{
    c12_view v = { (const uint8_t *)s, strlen(s) };
    return v;
}

static c12_mem memory;

static c12_access *handle(const c12_access_policy *p, const c12_access_limits *l, int32_t subjects)
{
    c12_access *s;
    ck_assert_int_eq(c12_access_bytes(p, subjects, &memory.size, NULL), C12_OK);
    memory.ptr = malloc(memory.size);
    ck_assert_int_eq(c12_access_init(&s, memory, p, l, subjects, (const uint8_t *)"0123456789abcdef", NULL), C12_OK);
    return s;
}

static void teardown(void)
{
    free(memory.ptr);
    memory.ptr = NULL;
}

/* ---- decisions ---------------------------------------------------------------------------------------------------------------- */

static const struct { const char *roles, *action, *did; int32_t reason; } asked[] = {
    { "production_operator", "start_work_order", "", C12_ACCESS_GRANTED }, { "production_operator", "create_ncr", "", C12_ACCESS_NO_GRANT },
    { "production_operator", "modify_bom", "", C12_ACCESS_RESTRICTED }, { "it_admin", "modify_bom", "", C12_ACCESS_GRANTED },
    { "it_admin,production_operator", "modify_bom", "", C12_ACCESS_RESTRICTED }, /* a restriction wins even over all */
    { "quality_engineer", "close_ncr", "", C12_ACCESS_GRANTED }, { "quality_engineer", "close_ncr", "create_ncr", C12_ACCESS_APART },
    { "it_admin", "close_ncr", "create_ncr", C12_ACCESS_APART }, { "quality_engineer", "create_ncr", "close_ncr", C12_ACCESS_GRANTED },
    { "", "view_work_orders", "", C12_ACCESS_NO_GRANT }, { "it_admin", "no_such_action", "", C12_ACCESS_NO_GRANT },
    { "quality_engineer,production_operator", "report_completion", "", C12_ACCESS_GRANTED },
};

static int32_t names(const c12_access *s, const char *list, int32_t *id, int32_t (*find)(const c12_access *, c12_view))
{
    int32_t n = 0;
    for (const char *at = list; *at;) {
        size_t k = strcspn(at, ",");
        c12_view v = { (const uint8_t *)at, k };
        id[n] = find(s, v);
        ck_assert_int_ge(id[n++], 0);
        at += k + (at[k] == ',');
    }
    return n;
}

START_TEST(the_default_policy_decides)
{
    c12_access_policy p = C12_INIT(c12_access_policy);
    c12_access_decision d = C12_INIT(c12_access_decision);
    c12_verdict v = C12_INIT(c12_verdict);
    int32_t role[4], did[4];
    ck_assert_int_eq(c12_access_default(&p, NULL), C12_OK);
    ck_assert_int_eq(c12_access_policy_check(&p, NULL), C12_OK);
    c12_access *s = handle(&p, NULL, 0);
    int32_t n = names(s, asked[_i].roles, role, c12_access_role), k = names(s, asked[_i].did, did, c12_access_action), action = c12_access_action(s, text(asked[_i].action));
    ck_assert_int_eq(c12_access_decide(s, n, role, action, k, did, &d, NULL), C12_OK);
    ck_assert_int_eq(d.reason, asked[_i].reason);
    ck_assert_int_eq(d.allowed, asked[_i].reason == C12_ACCESS_GRANTED);
    ck_assert_int_eq(c12_access_check(&p, n, role, action, k, did, &d, &v, NULL), C12_OK);
    ck_assert_int_eq(v.violations, 0);
    d.allowed = !d.allowed;
    ck_assert_int_eq(c12_access_check(&p, n, role, action, k, did, &d, &v, NULL), C12_OK);
    ck_assert_int_eq(v.violations, 1);
}
END_TEST

enum { ROLES = 40, ACTIONS = 150, LIST = 2000 };

START_TEST(any_policy_decides_as_its_lists_say)
{
    static uint8_t role_text[ROLES * 4], action_text[ACTIONS * 4];
    static int64_t role_off[ROLES + 1], action_off[ACTIONS + 1], grant_off[ROLES + 1], restrict_off[ROLES + 1];
    static int32_t grant[LIST], restriction[LIST], did[LIST], may_not[LIST];
    for (int round = 0; round < rounds(60); round++) {
        c12__rng g = c12__rng_from((uint64_t)round, 1);
        c12_access_policy p = { .struct_size = sizeof p, .n_roles = (int32_t)c12__rng_range(&g, 1, ROLES), .n_actions = (int32_t)c12__rng_range(&g, 1, ACTIONS), .role_text = role_text, .role_off = role_off,
                                .action_text = action_text, .action_off = action_off, .grant_off = grant_off, .grant = grant, .restrict_off = round % 3 ? restrict_off : NULL,
                                .restriction = restriction, .apart_did = did, .apart_may_not = may_not };
        char room[16];
        for (int k = 0; k < ROLES; k++) { snprintf(room, sizeof room, "r%03d", k); memcpy(role_text + 4 * k, room, 4); role_off[k + 1] = 4 * (k + 1); }
        for (int k = 0; k < ACTIONS; k++) { snprintf(room, sizeof room, "a%03d", k); memcpy(action_text + 4 * k, room, 4); action_off[k + 1] = 4 * (k + 1); }
        for (int k = 0; k < p.n_roles; k++) {
            grant_off[k + 1] = grant_off[k] + c12__rng_range(&g, 0, 20);
            restrict_off[k + 1] = restrict_off[k] + c12__rng_range(&g, 0, 2);
        }
        for (int k = 0; k < LIST; k++) {
            grant[k] = (int32_t)c12__rng_range(&g, k % 50 ? 0 : -1, p.n_actions - 1);
            restriction[k] = (int32_t)c12__rng_range(&g, 0, p.n_actions - 1);
            did[k] = (int32_t)c12__rng_range(&g, 0, p.n_actions - 1);
            may_not[k] = (int32_t)c12__rng_range(&g, 0, p.n_actions - 1);
        }
        p.n_apart = (int32_t)c12__rng_range(&g, 0, 200);
        c12_access *s = handle(&p, NULL, 0);
        int64_t met[4] = { 0, 0, 0, 0 };
        for (int k = 0; k < 500; k++) {
            c12_access_decision d = C12_INIT(c12_access_decision);
            c12_verdict v = C12_INIT(c12_verdict);
            int32_t role[3], done[3], n = (int32_t)c12__rng_range(&g, 0, 3), m = (int32_t)c12__rng_range(&g, 0, 3), action = (int32_t)c12__rng_range(&g, -1, p.n_actions - 1);
            for (int i = 0; i < 3; i++) { role[i] = (int32_t)c12__rng_range(&g, 0, p.n_roles - 1); done[i] = (int32_t)c12__rng_range(&g, 0, p.n_actions - 1); }
            ck_assert_int_eq(c12_access_decide(s, n, role, action, m, done, &d, NULL), C12_OK);
            ck_assert_int_eq(c12_access_check(&p, n, role, action, m, done, &d, &v, NULL), C12_OK);
            if (v.violations) ck_abort_msg("round %d, %d: %s", round, k, v.rule);
            met[d.reason]++;
        }
        ck_assert_int_gt(met[C12_ACCESS_NO_GRANT], 0);
        teardown();
    }
}
END_TEST

START_TEST(bad_policies_are_refused)
{
    static const int64_t off[3] = { 0, 1, 2 }, falls[3] = { 0, 1, 1 }, list_off[3] = { 0, 1, 2 };
    int32_t list[2] = { 0, 1 }, apart[1] = { 0 };
    c12_error e = C12_INIT(c12_error);
    c12_access *s;
    c12_access_policy p = { .struct_size = sizeof p, .n_roles = 2, .n_actions = 2, .n_apart = 1, .role_text = (const uint8_t *)"xy", .role_off = off, .action_text = (const uint8_t *)"ab", .action_off = off,
                            .grant_off = list_off, .grant = list, .apart_did = apart, .apart_may_not = apart }, bad = p;
    ck_assert_int_eq(c12_access_policy_check(&p, &e), C12_OK);
    bad.role_text = (const uint8_t *)"xx";
    ck_assert_int_eq(c12_access_policy_check(&bad, &e), C12_E_RANGE);
    ck_assert_str_eq(e.field, "role_off");
    ck_assert_int_eq(e.row, 1);
    bad = p;
    bad.action_off = falls;
    ck_assert_int_eq(c12_access_policy_check(&bad, &e), C12_E_RANGE);
    bad = p;
    list[1] = 2;
    ck_assert_int_eq(c12_access_policy_check(&p, &e), C12_E_RANGE);
    ck_assert_str_eq(e.field, "grant");
    list[1] = C12_ACCESS_ALL;
    ck_assert_int_eq(c12_access_policy_check(&p, &e), C12_OK);
    bad.restrict_off = list_off;
    bad.restriction = list; /* all may be granted, not restricted */
    ck_assert_int_eq(c12_access_policy_check(&bad, &e), C12_E_RANGE);
    ck_assert_str_eq(e.field, "restriction");
    apart[0] = -1;
    ck_assert_int_eq(c12_access_policy_check(&p, &e), C12_E_RANGE);
    apart[0] = 0;
    s = handle(&p, NULL, 4);
    int32_t role = 2;
    c12_access_decision d = C12_INIT(c12_access_decision);
    ck_assert_int_eq(c12_access_decide(s, 1, &role, 0, 0, NULL, &d, &e), C12_E_RANGE);
    ck_assert_str_eq(e.field, "role");
    role = 1;
    ck_assert_int_eq(c12_access_decide(s, 1, &role, 2, 0, NULL, &d, &e), C12_E_RANGE);
    ck_assert_int_eq(c12_access_decide(s, 1, &role, 0, 1, NULL, &d, &e), C12_E_ARG);
    ck_assert_int_eq(c12_access_role(s, text("z")), -1);
    ck_assert_int_eq(c12_access_role(s, text("")), -1);
    memory.size = 100;
    ck_assert_int_eq(c12_access_init(&s, memory, &p, NULL, 4, NULL, &e), C12_E_SPACE);
    c12_access_limits l = { .struct_size = sizeof l, .failures = 17 };
    ck_assert_int_eq(c12_access_init(&s, memory, &p, &l, 4, NULL, &e), C12_E_RANGE);
}
END_TEST

/* ---- logins --------------------------------------------------------------------------------------------------------------------- */

#define SECOND INT64_C(1000000000)

START_TEST(three_failures_in_five_minutes_lock)
{
    c12_access_policy p = C12_INIT(c12_access_policy);
    int32_t locked;
    c12_ns until, t = 1000 * SECOND;
    ck_assert_int_eq(c12_access_default(&p, NULL), C12_OK);
    c12_access *s = handle(&p, NULL, 100);
    for (int k = 0; k < 2; k++) {
        ck_assert_int_eq(c12_access_failed(s, text("ann"), text("10.0.0.1"), t + k * SECOND, &locked, NULL), C12_OK);
        ck_assert_int_eq(locked, 0);
    }
    /* the third one after six minutes does not lock, a fourth within five minutes of the second would not either */
    ck_assert_int_eq(c12_access_failed(s, text("ann"), text("10.0.0.2"), t + 361 * SECOND, &locked, NULL), C12_OK);
    ck_assert_int_eq(locked, 0);
    ck_assert_int_eq(c12_access_failed(s, text("ann"), text("10.0.0.2"), t + 400 * SECOND, &locked, NULL), C12_OK);
    ck_assert_int_eq(locked, 0);
    ck_assert_int_eq(c12_access_failed(s, text("ann"), text("10.0.0.2"), t + 420 * SECOND, &locked, NULL), C12_OK);
    ck_assert_int_eq(locked, 3); /* the third from there too */
    ck_assert_int_eq(c12_access_try(s, text("bob"), text("10.0.0.2"), t + 421 * SECOND, &until, &locked, NULL), C12_OK);
    ck_assert_int_eq(locked, 2);
    ck_assert_int_eq(until, t + 1320 * SECOND);
    ck_assert_int_eq(c12_access_try(s, text("ann"), text("10.0.0.9"), t + 421 * SECOND, &until, &locked, NULL), C12_OK);
    ck_assert_int_eq(locked, 1);
    ck_assert_int_eq(c12_access_try(s, text("ann"), text("10.0.0.2"), t + 1320 * SECOND, &until, &locked, NULL), C12_OK);
    ck_assert_int_eq(locked, 0);
    ck_assert_int_eq(until, t + 1320 * SECOND);
    ck_assert_int_eq(c12_access_succeeded(s, text("ann"), NULL), C12_OK);
    for (int k = 0; k < 2; k++) ck_assert_int_eq(c12_access_failed(s, text("ann"), text(""), t + (1400 + k) * SECOND, &locked, NULL), C12_OK);
    ck_assert_int_eq(locked, 0);
}
END_TEST

/* Any subject is locked exactly when a list of all its failures says so, as long as there is room for all. */
START_TEST(locks_agree_with_a_list_of_all_failures)
{
    enum { WHO = 12, MOST = 4000 };
    static c12_ns at[WHO][MOST];
    c12_access_policy p = C12_INIT(c12_access_policy);
    ck_assert_int_eq(c12_access_default(&p, NULL), C12_OK);
    for (int round = 0; round < rounds(20); round++) {
        c12__rng g = c12__rng_from((uint64_t)round, 2);
        c12_access_limits l = { .struct_size = sizeof l, .failures = (int32_t)c12__rng_range(&g, 1, 16), .window = c12__rng_range(&g, 1, 200), .lock = c12__rng_range(&g, 1, 300) };
        c12_access *s = handle(&p, &l, 8 * 1024);
        int n[WHO] = { 0 };
        c12_ns now = 0, until;
        for (int k = 0; k < 3000; k++) {
            char user[16], address[16];
            int32_t u = (int32_t)c12__rng_range(&g, 0, WHO / 2 - 1), a = (int32_t)c12__rng_range(&g, WHO / 2, WHO - 1), locked, want = 0;
            snprintf(user, sizeof user, "user-%d", u);
            snprintf(address, sizeof address, "user-%d", a); /* the same kind of names: they must not meet */
            now += c12__rng_range(&g, 0, 20);
            if (c12__rng_range(&g, 0, 19) == 0) { ck_assert_int_eq(c12_access_succeeded(s, text(user), NULL), C12_OK); n[u] = 0; }
            if (n[u] == MOST || n[a] == MOST) break;
            at[u][n[u]++] = now;
            at[a][n[a]++] = now;
            ck_assert_int_eq(c12_access_failed(s, text(user), text(address), now, NULL, NULL), C12_OK);
            now += c12__rng_range(&g, 0, 100);
            for (int side = 0; side < 2; side++) {
                int w = side ? a : u;
                if (n[w] >= l.failures && at[w][n[w] - 1] - at[w][n[w] - l.failures] <= l.window && at[w][n[w] - 1] + l.lock > now) want |= 1 << side;
            }
            ck_assert_int_eq(c12_access_try(s, text(user), text(address), now, &until, &locked, NULL), C12_OK);
            if (locked != want) ck_abort_msg("round %d, %d: locked %d, not %d", round, k, locked, want);
        }
        teardown();
    }
}
END_TEST

START_TEST(a_flood_does_not_free_who_is_locked)
{
    c12_access_policy p = C12_INIT(c12_access_policy);
    int32_t locked;
    c12_ns until;
    ck_assert_int_eq(c12_access_default(&p, NULL), C12_OK);
    c12_access *s = handle(&p, NULL, 64);
    for (int k = 0; k < 3; k++) ck_assert_int_eq(c12_access_failed(s, text("ann"), text(""), k, &locked, NULL), C12_OK);
    ck_assert_int_eq(locked, 1);
    for (int k = 0; k < 5000; k++) {
        char name[16];
        snprintf(name, sizeof name, "x%d", k);
        ck_assert_int_eq(c12_access_failed(s, text(name), text(""), 10 + k, NULL, NULL), C12_OK);
    }
    ck_assert_int_eq(c12_access_try(s, text("ann"), text(""), 6000, &until, &locked, NULL), C12_OK);
    ck_assert_int_eq(locked, 1);
}
END_TEST

/* The published vector of SipHash-2-4: key 00..0f, message 00..0e. */
START_TEST(names_are_mixed_by_siphash)
{
    static const uint64_t secret[2] = { UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908) };
    static const uint8_t rest[7] = { 8, 9, 10, 11, 12, 13, 14 };
    c12_view v = { rest, 7 };
    ck_assert(c12__access_hash(secret, UINT64_C(0x0706050403020100), v) == UINT64_C(0xa129ca6149be45e5));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("access");
    TCase *t = tcase_create("access");
    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, NULL, teardown);
    tcase_add_loop_test(t, the_default_policy_decides, 0, (int)(sizeof asked / sizeof *asked));
    tcase_add_test(t, any_policy_decides_as_its_lists_say);
    tcase_add_test(t, bad_policies_are_refused);
    tcase_add_test(t, three_failures_in_five_minutes_lock);
    tcase_add_test(t, locks_agree_with_a_list_of_all_failures);
    tcase_add_test(t, a_flood_does_not_free_who_is_locked);
    tcase_add_test(t, names_are_mixed_by_siphash);
    suite_add_tcase(suite, t);
    SRunner *r = srunner_create(suite);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
