/* SPDX-License-Identifier: Apache-2.0 */
#include "ncr/ncr_internal.h"

/* ---- entry ------------------------------------------------------------------------------------------------------- */

static const uint8_t default_text[] = "safetyactuator_failureperformance";
static const int64_t default_off[] = { 0, 6, 22, 33 };
static const int32_t default_grade[] = { C12_NCR_CRITICAL, C12_NCR_CRITICAL, C12_NCR_MAJOR };

c12_status c12_ncr_default(c12_ncr_policy *policy, c12_error *err)
{
    c12_ncr_policy p;
    c12_status s = c12__take(&p, sizeof p, policy, "policy", err);
    if (s) return s;
    c12_ncr_policy d = C12_INIT(c12_ncr_policy);
    d.n_rules = 3;
    d.major_days = 30;
    d.critical_days = 7;
    d.rule_text = default_text;
    d.rule_off = default_off;
    d.rule_grade = default_grade;
    c12__give(policy, &d, sizeof d);
    return C12_OK;
}

static void check_policy(c12__faults *f, const c12_ncr_policy *p)
{
    int64_t bytes;
    if (p->n_rules < 0) { c12__fault(f, C12_E_ARG, "count is negative", "n_rules", -1, p->n_rules); return; }
    if (p->major_ppm < 0 || p->critical_ppm < 0 || p->major_rpn < 0 || p->critical_rpn < 0 || p->repeat_lift < 0)
        c12__fault(f, C12_E_RANGE, "limits must not be negative", "policy", -1, 0);
    if (p->major_days < 0 || p->critical_days < 0) c12__fault(f, C12_E_RANGE, "days must not be negative", "policy", -1, 0);
    c12__csr_check(f, p->rule_off, p->n_rules, "rule_off", &bytes);
    if (f->count || !p->n_rules) return;
    if (!p->rule_grade) { c12__fault(f, C12_E_ARG, "column is NULL", "rule_grade", -1, 0); return; }
    if (bytes && !p->rule_text) { c12__fault(f, C12_E_ARG, "column is NULL", "rule_text", -1, 0); return; }
    for (int32_t r = 0; r < p->n_rules && !c12__full(f); r++) {
        if (p->rule_grade[r] < C12_NCR_MINOR || p->rule_grade[r] > C12_NCR_CRITICAL) c12__fault(f, C12_E_RANGE, "grade must be 1..3", "rule_grade", r, p->rule_grade[r]);
        if (p->rule_off[r + 1] == p->rule_off[r]) c12__fault(f, C12_E_RANGE, "rule has no text", "rule_off", r, p->rule_off[r]);
        else if (!c12__ncr_has_token(p, r)) c12__fault(f, C12_E_RANGE, "rule has no letter and no digit", "rule_text", r, p->rule_text[p->rule_off[r]]);
    }
}

static void check_scale(c12__faults *f, const int32_t *column, int32_t i, const char *field)
{
    if (column[i] < 1 || column[i] > 10) c12__fault(f, C12_E_RANGE, "rating must be 1..10", field, i, column[i]);
}

static void check_report(c12__faults *f, const c12_ncr_batch *b, int32_t i)
{
    if (b->lot_qty && b->bad_qty) {
        if (b->lot_qty[i] <= 0) c12__fault(f, C12_E_RANGE, "lot quantity must be positive", "lot_qty", i, b->lot_qty[i]);
        if (b->bad_qty[i] < 0 || b->bad_qty[i] > b->lot_qty[i]) c12__fault(f, C12_E_RANGE, "defective quantity must be 0..lot_qty", "bad_qty", i, b->bad_qty[i]);
    }
    if (b->severity && b->occurrence && b->detection) {
        check_scale(f, b->severity, i, "severity");
        check_scale(f, b->occurrence, i, "occurrence");
        check_scale(f, b->detection, i, "detection");
    }
    if (b->repeats && b->repeats[i] < 0) c12__fault(f, C12_E_RANGE, "repeats must not be negative", "repeats", i, b->repeats[i]);
}

/* Has any report a fault that check_report names?  By the top bits of differences, as a column that is sound has none. */
static int columns_odd(const c12_ncr_batch *b)
{
    uint64_t odd = 0;
    uint32_t odd_narrow = 0;
    for (int32_t i = 0; b->lot_qty && b->bad_qty && i < b->n; i++) {
        const uint64_t lot = (uint64_t)b->lot_qty[i], bad = (uint64_t)b->bad_qty[i];
        odd |= lot | (lot - 1) | bad | (lot - bad);
    }
    for (int32_t i = 0; b->severity && b->occurrence && b->detection && i < b->n; i++) {
        const uint32_t s = (uint32_t)b->severity[i], o = (uint32_t)b->occurrence[i], d = (uint32_t)b->detection[i];
        odd_narrow |= (s - 1) | (10 - s) | (o - 1) | (10 - o) | (d - 1) | (10 - d);
    }
    for (int32_t i = 0; b->repeats && i < b->n; i++) odd_narrow |= (uint32_t)b->repeats[i];
    return odd >> 63 || odd_narrow >> 31;
}

c12_status c12__ncr_open(c12_ncr_policy *p, c12_ncr_batch *b, const c12_ncr_policy *policy, const c12_ncr_batch *in, c12_error *err)
{
    int64_t bytes;
    c12_status s = c12__take(p, sizeof *p, policy, "policy", err);
    if (s || (s = c12__take(b, sizeof *b, in, "in", err))) return s;
    c12__faults f = { err, C12_OK, 0 };
    check_policy(&f, p);
    if (b->n < 0) c12__fault(&f, C12_E_ARG, "count is negative", "n", -1, b->n);
    if (f.count) return f.status;
    c12__csr_check(&f, b->code_off, b->n, "code_off", &bytes);
    if (bytes && !b->code_text) c12__fault(&f, C12_E_ARG, "column is NULL", "code_text", -1, 0);
    if (columns_odd(b)) for (int32_t i = 0; i < b->n && !c12__full(&f); i++) check_report(&f, b, i);
    return f.status;
}

/* ---- grades ------------------------------------------------------------------------------------------------------ */

/* Grades of a run of reports, a column after the other: which columns there are is asked once a run, and no way depends on a value, as that is anybody's guess. */
typedef struct ncr_run { int32_t first, n, grade[C12__NCR_RUN]; uint32_t reason[C12__NCR_RUN]; } ncr_run;

/* Which of two limits a value reaches: 0 = none, or the grade. */
static inline int32_t level_of(int major, int critical) { return critical * C12_NCR_CRITICAL + (major & !critical) * C12_NCR_MAJOR; }

static inline void lift(ncr_run *u, int32_t k, int32_t level, uint32_t why)
{
    u->grade[k] = u->grade[k] > level ? u->grade[k] : level;
    u->reason[k] |= (uint32_t)(level > 0) * why;
}

static int share_reaches(uint64_t lot, uint64_t bad, int32_t ppm) { return ppm > 0 && c12__cmp_u128(c12__mul_u64(bad, 1000000), c12__mul_u64(lot, (uint64_t)ppm)) >= 0; }

static inline int rpn_reaches(int32_t rpn, int32_t limit) { return (rpn >= limit) & (limit > 0); }

static void grade_by_rule(ncr_run *u, const c12_ncr_policy *p, const int32_t *rule)
{
    for (int32_t k = 0; k < u->n; k++) {
        const int32_t told = rule[k] >= 0;
        u->grade[k] = p->n_rules ? C12_NCR_MINOR + (p->rule_grade[rule[k] & -told] - C12_NCR_MINOR) * told : C12_NCR_MINOR;
        u->reason[k] = (uint32_t)told * C12_NCR_BY_TOKEN;
    }
}

static void grade_by_safety(ncr_run *u, const c12_ncr_batch *b)
{
    for (int32_t k = 0; b->safety && k < u->n; k++) lift(u, k, (b->safety[u->first + k] != 0) * C12_NCR_CRITICAL, C12_NCR_BY_SAFETY);
}

static void grade_by_share(ncr_run *u, const c12_ncr_policy *p, const c12_ncr_batch *b)
{
    const uint64_t major = (uint64_t)p->major_ppm, critical = (uint64_t)p->critical_ppm;
    for (int32_t k = 0; b->lot_qty && b->bad_qty && k < u->n; k++) {
        const uint64_t lot = (uint64_t)b->lot_qty[u->first + k], bad = (uint64_t)b->bad_qty[u->first + k], share = bad * 1000000;
        const int usual = !(lot >> 32); /* every product fits */
        const int at_major = usual ? (share >= lot * major) & (major > 0) : share_reaches(lot, bad, p->major_ppm);
        const int at_critical = usual ? (share >= lot * critical) & (critical > 0) : share_reaches(lot, bad, p->critical_ppm);
        lift(u, k, level_of(at_major, at_critical), C12_NCR_BY_SHARE);
    }
}

static void grade_by_rpn(ncr_run *u, const c12_ncr_policy *p, const c12_ncr_batch *b)
{
    for (int32_t k = 0; b->severity && b->occurrence && b->detection && k < u->n; k++) {
        const int32_t rpn = b->severity[u->first + k] * b->occurrence[u->first + k] * b->detection[u->first + k];
        lift(u, k, level_of(rpn_reaches(rpn, p->major_rpn), rpn_reaches(rpn, p->critical_rpn)), C12_NCR_BY_RPN);
    }
}

static void grade_by_repeats(ncr_run *u, const c12_ncr_policy *p, const c12_ncr_batch *b)
{
    for (int32_t k = 0; p->repeat_lift && b->repeats && k < u->n; k++) {
        const int again = b->repeats[u->first + k] >= p->repeat_lift;
        u->reason[k] |= (uint32_t)again * C12_NCR_BY_REPEATS;
        u->grade[k] += again & (u->grade[k] < C12_NCR_CRITICAL);
    }
}

c12_status c12_ncr_grade(const c12_ncr_policy *policy, const c12_ncr_batch *in, int32_t *grade, uint32_t *reason, int32_t *rule, c12_error *err)
{
    c12_ncr_policy p;
    c12_ncr_batch b;
    c12_status s = c12__ncr_open(&p, &b, policy, in, err);
    if (s) return s;
    if (b.n && !grade) return c12__fail(err, C12_E_ARG, "output is NULL", "grade", -1, 0);
    c12__ncr_table t;
    c12__ncr_compile(&t, &p, b.n);
    for (ncr_run u = { .first = 0 }; u.first < b.n; u.first += u.n) {
        int32_t told[C12__NCR_RUN];
        u.n = (int32_t)c12__min64(C12__NCR_RUN, b.n - u.first);
        c12__ncr_match(&t, &p, &b, u.first, u.n, told);
        grade_by_rule(&u, &p, told);
        grade_by_safety(&u, &b);
        grade_by_share(&u, &p, &b);
        grade_by_rpn(&u, &p, &b);
        grade_by_repeats(&u, &p, &b);
        memcpy(grade + u.first, u.grade, (size_t)u.n * sizeof *grade);
        if (reason) memcpy(reason + u.first, u.reason, (size_t)u.n * sizeof *reason);
        if (rule) memcpy(rule + u.first, told, (size_t)u.n * sizeof *rule);
    }
    return C12_OK;
}

c12_status c12_ncr_due(const c12_ncr_policy *policy, int32_t n, const int32_t *grade, const c12_ns *created, c12_ns *due, c12_error *err)
{
    const int64_t day = INT64_C(86400000000000);
    c12_ncr_policy p;
    c12_status s = c12__take(&p, sizeof p, policy, "policy", err);
    if (s) return s;
    if (n < 0 || (n && (!grade || !created || !due))) return c12__fail(err, C12_E_ARG, "column is NULL or count negative", "n", -1, n);
    for (int32_t i = 0; i < n; i++) {
        int64_t days, t, sum;
        if (grade[i] < C12_NCR_MINOR || grade[i] > C12_NCR_CRITICAL) return c12__fail(err, C12_E_RANGE, "grade must be 1..3", "grade", i, grade[i]);
        days = grade[i] == C12_NCR_CRITICAL ? p.critical_days : grade[i] == C12_NCR_MAJOR ? p.major_days : 0;
        if (days && (c12__mul64(days, day, &t) || c12__add64(created[i], t, &sum))) return c12__fail(err, C12_E_OVERFLOW, "due time does not fit 64 bits", "created", i, created[i]);
    }
    for (int32_t i = 0; i < n; i++) {
        int64_t days = grade[i] == C12_NCR_CRITICAL ? p.critical_days : grade[i] == C12_NCR_MAJOR ? p.major_days : 0;
        due[i] = days ? created[i] + days * day : INT64_MAX;
    }
    return C12_OK;
}
