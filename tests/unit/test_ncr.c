/* SPDX-License-Identifier: Apache-2.0 */
#include "c12/ncr.h"
#include "base/rng.h"
#include "rounds.h"
#include <check.h>
#include <string.h>

enum { CODES = 12 };
static const char *const codes[CODES] = { "safety", "Safety-Brake", "non_safety", "SAFETYNET", "actuator_failure", "ACTUATOR failure 7",
                                          "actuator_noise", "failure_actuator", "performance.low", "scratch", "x--safety--y", "not safety; safety" };
static const int32_t want[CODES] = { 3, 3, 1, 1, 3, 3, 1, 1, 2, 1, 3, 3 };

typedef struct { uint8_t text[512]; int64_t off[CODES + 1]; c12_ncr_batch in; c12_ncr_policy policy; } Batch;

static Batch *batch(Batch *b)
{
    memset(b, 0, sizeof *b);
    for (int i = 0; i < CODES; i++) {
        size_t n = strlen(codes[i]);
        memcpy(b->text + b->off[i], codes[i], n);
        b->off[i + 1] = b->off[i] + (int64_t)n;
    }
    b->in = (c12_ncr_batch)C12_INIT(c12_ncr_batch);
    b->in.n = CODES;
    b->in.code_text = b->text;
    b->in.code_off = b->off;
    b->policy = (c12_ncr_policy)C12_INIT(c12_ncr_policy);
    ck_assert_int_eq(c12_ncr_default(&b->policy, NULL), C12_OK);
    return b;
}

static void accept(const Batch *b, const int32_t *grade, const uint32_t *reason)
{
    c12_verdict v = C12_INIT(c12_verdict);
    ck_assert_int_eq(c12_ncr_check(&b->policy, &b->in, grade, reason, &v, NULL), C12_OK);
    ck_assert_msg(!v.violations, "%s at %d", v.rule, (int)v.row);
}

START_TEST(tokens_not_substrings)
{
    Batch b;
    int32_t grade[CODES], rule[CODES];
    uint32_t reason[CODES];
    batch(&b);
    ck_assert_int_eq(c12_ncr_grade(&b.policy, &b.in, grade, reason, rule, NULL), C12_OK);
    for (int i = 0; i < CODES; i++) ck_assert_msg(grade[i] == want[i], "%s: %d", codes[i], grade[i]);
    ck_assert_int_eq(rule[4], 1);
    ck_assert_int_eq(rule[9], -1);
    ck_assert_uint_eq(reason[8], C12_NCR_BY_TOKEN);
    ck_assert_uint_eq(reason[9], 0);
    accept(&b, grade, reason);
}
END_TEST

START_TEST(limits_lift_and_are_named)
{
    Batch b;
    int32_t grade[CODES], sev[CODES], occ[CODES], det[CODES], rep[CODES] = { 0 };
    int64_t lot[CODES], bad[CODES] = { 0 };
    uint8_t safety[CODES] = { 0 };
    uint32_t reason[CODES];
    batch(&b);
    for (int i = 0; i < CODES; i++) { lot[i] = 1000; sev[i] = occ[i] = det[i] = 1; }
    b.policy.major_ppm = 5000;
    b.policy.critical_ppm = 100000;
    b.policy.major_rpn = 100;
    b.policy.critical_rpn = 500;
    b.policy.repeat_lift = 3;
    b.in.lot_qty = lot;
    b.in.bad_qty = bad;
    b.in.severity = sev;
    b.in.occurrence = occ;
    b.in.detection = det;
    b.in.repeats = rep;
    b.in.safety = safety;
    bad[9] = 5;                           /* exactly 0.5 %: the limit counts */
    ck_assert_int_eq(c12_ncr_grade(&b.policy, &b.in, grade, reason, NULL, NULL), C12_OK);
    ck_assert_int_eq(grade[9], C12_NCR_MAJOR);
    ck_assert_uint_eq(reason[9], C12_NCR_BY_SHARE);
    rep[9] = 3;
    sev[8] = 10; occ[8] = 10; det[8] = 5; /* 500 */
    safety[6] = 1;
    rep[0] = 9;                           /* critical stays critical, but the reason is told */
    ck_assert_int_eq(c12_ncr_grade(&b.policy, &b.in, grade, reason, NULL, NULL), C12_OK);
    ck_assert_int_eq(grade[9], C12_NCR_CRITICAL);
    ck_assert_int_eq(grade[8], C12_NCR_CRITICAL);
    ck_assert_uint_eq(reason[8], C12_NCR_BY_TOKEN | C12_NCR_BY_RPN);
    ck_assert_int_eq(grade[6], C12_NCR_CRITICAL);
    ck_assert_uint_eq(reason[0], C12_NCR_BY_TOKEN | C12_NCR_BY_REPEATS);
    accept(&b, grade, reason);
    c12_verdict v = C12_INIT(c12_verdict);
    for (int i = 0; i < CODES; i++) {
        grade[i] ^= 1;
        ck_assert_int_eq(c12_ncr_check(&b.policy, &b.in, grade, reason, &v, NULL), C12_OK);
        ck_assert_int_eq(v.row, i);
        grade[i] ^= 1;
        reason[i] ^= C12_NCR_BY_RPN;
        ck_assert_int_eq(c12_ncr_check(&b.policy, &b.in, grade, reason, &v, NULL), C12_OK);
        ck_assert_int_eq(v.row, i);
        reason[i] ^= C12_NCR_BY_RPN;
    }
}
END_TEST

/* Codes of random pieces: planner and checker read them differently and must agree. */
START_TEST(random_codes_agree_with_the_checker)
{
    static const char *const piece[] = { "safety", "Non", "not", "no", "_", "-", " ", "actuator", "Failure", "performance", "x", "\xc3\xa9", "7" };
    c12__rng g = c12__rng_from(3, 3);
    for (int round = 0; round < 3000; round++) {
        uint8_t text[128];
        int64_t off[2] = { 0, 0 };
        for (int k = (int)c12__rng_below(&g, 9); k > 0; k--) {
            const char *p = piece[c12__rng_below(&g, sizeof piece / sizeof *piece)];
            memcpy(text + off[1], p, strlen(p));
            off[1] += (int64_t)strlen(p);
        }
        Batch b;
        batch(&b);
        b.in.n = 1;
        b.in.code_text = text;
        b.in.code_off = off;
        int32_t grade;
        uint32_t reason;
        ck_assert_int_eq(c12_ncr_grade(&b.policy, &b.in, &grade, &reason, NULL, NULL), C12_OK);
        c12_verdict v = C12_INIT(c12_verdict);
        ck_assert_int_eq(c12_ncr_check(&b.policy, &b.in, &grade, &reason, &v, NULL), C12_OK);
        ck_assert_msg(!v.violations, "%.*s: %s", (int)off[1], (const char *)text, v.rule);
    }
}
END_TEST

/* Rules and codes of random pieces: all at once by the table as one report at a time, which tries rule after rule; both as the checker has it. */
START_TEST(table_agrees_with_rule_after_rule)
{
    static const char *const piece[] = { "safety", "Non", "not", "no", "_", "-", "--", "actuator", "Failure", "performance", "performant", "x", "\xc3\xa9", "7", "SAFETYNET",
        "Electromagnetic", "electromagnetism", "electromagnetisms", "[", "`", "{", "@", "/", ":", "\x10", "\x7f", "\xc1", "\xe1", "AZaz09" }; /* and what stands beside letters and digits */
    enum { REPORTS = 60, RULES = 20 };
    c12__rng g = c12__rng_from(4, 3);
    int bare = 0;
    for (int round = 0; round < rounds(400); round++) {
        static uint8_t text[2][REPORTS * 160];
        int64_t off[2][REPORTS + 1] = { { 0 }, { 0 } };
        int32_t grades[RULES], rule_station[RULES], station[REPORTS], grade[REPORTS], rule[REPORTS];
        uint32_t reason[REPORTS];
        int32_t count[2] = { REPORTS, 1 + (int32_t)c12__rng_below(&g, RULES) };
        for (int which = 0; which < 2; which++)
            for (int i = 0; i < count[which]; i++) {
                int64_t at = off[which][i];
                for (int k = (int)c12__rng_below(&g, which ? 3 : 8) + which; k > 0; k--) {
                    const char *p = piece[which && c12__rng_below(&g, 10) ? c12__rng_below(&g, 4) + (c12__rng_below(&g, 2) ? 7 : 14) : c12__rng_below(&g, sizeof piece / sizeof *piece)];
                    memcpy(text[which] + at, p, strlen(p));
                    at += (int64_t)strlen(p);
                    if (!c12__rng_below(&g, 2)) text[which][at++] = '_';
                }
                off[which][i + 1] = at;
            }
        for (int r = 0; r < count[1]; r++) { grades[r] = 1 + (int32_t)c12__rng_below(&g, 3); rule_station[r] = (int32_t)c12__rng_below(&g, 4) - 1; }
        for (int i = 0; i < REPORTS; i++) station[i] = (int32_t)c12__rng_below(&g, 4) - 1;
        c12_ncr_policy p = C12_INIT(c12_ncr_policy);
        c12_ncr_batch b = C12_INIT(c12_ncr_batch);
        p.n_rules = count[1]; p.rule_text = text[1]; p.rule_off = off[1]; p.rule_grade = grades; p.rule_station = rule_station;
        b.n = REPORTS; b.code_text = text[0]; b.code_off = off[0]; b.station = station;
        c12_error e = C12_INIT(c12_error);
        c12_status st = c12_ncr_grade(&p, &b, grade, reason, rule, &e);
        if (st == C12_E_RANGE && !strcmp(e.field, "rule_text")) { bare++; continue; } /* a rule of separators alone */
        if (st) ck_abort_msg("refused");
        c12_verdict v = C12_INIT(c12_verdict);
        if (c12_ncr_check(&p, &b, grade, reason, &v, NULL) || v.violations) ck_abort_msg("%s at %d", v.rule, (int)v.row);
        for (int i = 0; i < REPORTS; i++) {
            c12_ncr_batch one = b;
            int64_t alone[2] = { 0, off[0][i + 1] - off[0][i] };
            int32_t g1, r1;
            uint32_t w1;
            one.n = 1; one.code_text = text[0] + off[0][i]; one.code_off = alone; one.station = station + i;
            if (c12_ncr_grade(&p, &one, &g1, &w1, &r1, NULL) || g1 != grade[i] || w1 != reason[i] || r1 != rule[i]) ck_abort_msg("report %d: rule %d, alone %d", i, rule[i], r1);
        }
    }
    ck_assert_int_gt(bare, 0);
}
END_TEST

/* Shares without limits, and two of three ratings, say nothing; the ends of the alphabet and of the digits are letters and digits, and so is every byte from 128 on. */
START_TEST(what_does_not_count)
{
    Batch b;
    int32_t grade[CODES], rating[CODES];
    int64_t lot[CODES], bad[CODES];
    uint32_t reason[CODES];
    batch(&b);
    for (int i = 0; i < CODES; i++) { lot[i] = bad[i] = 5; rating[i] = 10; }
    b.in.lot_qty = lot; b.in.bad_qty = bad;
    b.in.severity = b.in.occurrence = rating;
    b.policy.major_rpn = 1;
    ck_assert_int_eq(c12_ncr_grade(&b.policy, &b.in, grade, reason, NULL, NULL), C12_OK);
    for (int i = 0; i < CODES; i++) ck_assert_uint_eq(reason[i], want[i] > 1 ? C12_NCR_BY_TOKEN : 0);
    accept(&b, grade, reason);
    static const char rules[] = "9z0aAZ\x80q", codes_of[] = "9_z_0/a A\x80-Z 9zx 9Z \x80Q;0a";
    const int64_t rule_off[5] = { 0, 2, 4, 6, 8 };
    int64_t off[2] = { 0, sizeof codes_of - 1 };
    const int32_t grades[4] = { 2, 2, 2, 3 };
    int32_t rule;
    b.policy.n_rules = 4; b.policy.rule_text = (const uint8_t *)rules; b.policy.rule_off = rule_off; b.policy.rule_grade = grades;
    b.in = (c12_ncr_batch)C12_INIT(c12_ncr_batch);
    b.in.n = 1; b.in.code_text = (const uint8_t *)codes_of; b.in.code_off = off;
    ck_assert_int_eq(c12_ncr_grade(&b.policy, &b.in, grade, reason, &rule, NULL), C12_OK);
    ck_assert_int_eq(rule, 3);
    accept(&b, grade, reason);
    b.policy.n_rules = 3;
    ck_assert_int_eq(c12_ncr_grade(&b.policy, &b.in, grade, reason, &rule, NULL), C12_OK);
    ck_assert_int_eq(rule, 0); /* "9Z" folded */
    accept(&b, grade, reason);
}
END_TEST

START_TEST(reasons_in_words)
{
    char text[40];
    c12_error e = C12_INIT(c12_error);
    ck_assert_int_eq(c12_ncr_reason_text(C12_NCR_BY_TOKEN | C12_NCR_BY_REPEATS, text, sizeof text, &e), C12_OK);
    ck_assert_str_eq(text, "token+repeats");
    ck_assert_int_eq(c12_ncr_reason_text(31, text, sizeof text, &e), C12_OK);
    ck_assert_str_eq(text, "token+safety+share+rpn+repeats");
    ck_assert_int_eq(c12_ncr_reason_text(0, text, 1, &e), C12_OK);
    ck_assert_str_eq(text, "");
    ck_assert_int_eq(c12_ncr_reason_text(1, text, 5, &e), C12_E_SPACE);
    ck_assert_int_eq(e.value, 6);
    ck_assert_int_eq(c12_ncr_reason_text(32, text, sizeof text, &e), C12_E_RANGE);
}
END_TEST

START_TEST(station_rules_and_due_times)
{
    Batch b;
    int32_t grade[CODES], station[CODES] = { 0 }, rule_station[3] = { 2, -1, -1 };
    batch(&b);
    b.policy.rule_station = rule_station;
    b.in.station = station;
    station[0] = 2;
    ck_assert_int_eq(c12_ncr_grade(&b.policy, &b.in, grade, NULL, NULL, NULL), C12_OK);
    ck_assert_int_eq(grade[0], C12_NCR_CRITICAL);
    ck_assert_int_eq(grade[1], C12_NCR_MINOR);
    accept(&b, grade, NULL);
    int32_t g[3] = { 1, 2, 3 };
    c12_ns created[3] = { 5, 5, 5 }, due[3];
    ck_assert_int_eq(c12_ncr_due(&b.policy, 3, g, created, due, NULL), C12_OK);
    ck_assert_int_eq(due[0], INT64_MAX);
    ck_assert_int_eq(due[1], 5 + INT64_C(30) * 86400 * 1000000000);
    ck_assert_int_eq(due[2], 5 + INT64_C(7) * 86400 * 1000000000);
    created[2] = INT64_MAX - 1;
    ck_assert_int_eq(c12_ncr_due(&b.policy, 3, g, created, due, NULL), C12_E_OVERFLOW);
    g[1] = 4;
    ck_assert_int_eq(c12_ncr_due(&b.policy, 3, g, created, due, NULL), C12_E_RANGE);
}
END_TEST

START_TEST(bad_input_is_named)
{
    Batch b;
    int32_t grade[CODES] = { -9 }, sev[CODES] = { 0 };
    int64_t lot[CODES] = { 0 }, bad[CODES] = { 0 };
    c12_error e = C12_INIT(c12_error);
    batch(&b);
    b.in.lot_qty = lot;
    b.in.bad_qty = bad;
    ck_assert_int_eq(c12_ncr_grade(&b.policy, &b.in, grade, NULL, NULL, &e), C12_E_RANGE);
    ck_assert_str_eq(e.field, "lot_qty");
    ck_assert_int_eq(e.count, CODES);
    ck_assert_int_eq(grade[0], -9);
    b.in.lot_qty = NULL;
    b.in.severity = b.in.occurrence = b.in.detection = sev;
    ck_assert_int_eq(c12_ncr_grade(&b.policy, &b.in, grade, NULL, NULL, &e), C12_E_RANGE);
    ck_assert_str_eq(e.field, "severity");
    b.in.severity = NULL;
    int32_t bad_grade[3] = { 1, 2, 7 };
    b.policy.rule_grade = bad_grade;
    ck_assert_int_eq(c12_ncr_grade(&b.policy, &b.in, grade, NULL, NULL, &e), C12_E_RANGE);
    ck_assert_int_eq(e.row, 2);
    b.policy.rule_grade = NULL;
    ck_assert_int_eq(c12_ncr_grade(&b.policy, &b.in, grade, NULL, NULL, &e), C12_E_ARG);
    ck_assert_int_eq(c12_ncr_grade(NULL, &b.in, grade, NULL, NULL, &e), C12_E_ARG);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("ncr");
    TCase *t = tcase_create("all");
    tcase_add_test(t, tokens_not_substrings);
    tcase_add_test(t, limits_lift_and_are_named);
    tcase_add_test(t, random_codes_agree_with_the_checker);
    tcase_add_test(t, table_agrees_with_rule_after_rule);
    tcase_add_test(t, what_does_not_count);
    tcase_add_test(t, reasons_in_words);
    tcase_add_test(t, station_rules_and_due_times);
    tcase_add_test(t, bad_input_is_named);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
