/* SPDX-License-Identifier: Apache-2.0 */
/* The checker reads codes as a text of folded letters and separators, and looks for " rule " in " code ". */
#include "ncr/ncr_internal.h"

/* Byte i of the text as it counts: a folded letter or digit, or 0 for any separator and beyond both ends. */
static uint8_t plain_at(const uint8_t *text, int64_t n, int64_t i)
{
    if (i < 0 || i >= n) return 0;
    uint8_t c = text[i];
    if (c >= 'A' && c <= 'Z') return (uint8_t)(c - 'A' + 'a');
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c > 127 ? c : 0;
}

/* Position in text after matching all of rule from i on, or -1; runs of separators match runs of separators. */
static int64_t match_from(const uint8_t *rule, int64_t m, const uint8_t *text, int64_t n, int64_t i)
{
    int64_t k = 0;
    while (k < m && !plain_at(rule, m, k)) k++;
    while (k < m) {
        uint8_t want = plain_at(rule, m, k);
        if (want) {
            if (plain_at(text, n, i) != want) return -1;
            i++;
            k++;
            continue;
        }
        while (k < m && !plain_at(rule, m, k)) k++;
        if (k == m) break;
        if (plain_at(text, n, i)) return -1;
        while (i < n && !plain_at(text, n, i)) i++;
    }
    return plain_at(text, n, i) ? -1 : i;
}

/* Is the word that ends before the separators left of i one of no, non, not? */
static int negated_at(const uint8_t *text, int64_t n, int64_t i)
{
    static const char *const words[] = { "no", "non", "not" };
    int64_t end = i;
    while (end > 0 && !plain_at(text, n, end - 1)) end--;
    for (int w = 0; w < 3; w++) {
        int64_t size = w ? 3 : 2, same = end >= size && !plain_at(text, n, end - size - 1);
        for (int64_t k = 0; k < size && same; k++) same = plain_at(text, n, end - size + k) == (uint8_t)words[w][k];
        if (same) return 1;
    }
    return 0;
}

static int code_has(const uint8_t *rule, int64_t m, const uint8_t *text, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        if (plain_at(text, n, i) && !plain_at(text, n, i - 1) && match_from(rule, m, text, n, i) >= 0 && !negated_at(text, n, i)) return 1;
    return 0;
}

static int32_t worst_of(int32_t a, int32_t b) { return a > b ? a : b; }

static int32_t regrade(const c12_ncr_policy *p, const c12_ncr_batch *b, int32_t i, uint32_t *why)
{
    int32_t g = C12_NCR_MINOR, wide = b->lot_qty && b->bad_qty, risk = b->severity && b->occurrence && b->detection;
    *why = 0;
    for (int32_t r = 0; r < p->n_rules; r++) {
        if (p->rule_station && p->rule_station[r] >= 0 && (!b->station || b->station[i] != p->rule_station[r])) continue;
        if (!code_has(p->rule_text + p->rule_off[r], p->rule_off[r + 1] - p->rule_off[r], b->code_text + b->code_off[i], b->code_off[i + 1] - b->code_off[i])) continue;
        *why |= C12_NCR_BY_TOKEN;
        g = worst_of(g, p->rule_grade[r]);
    }
    int64_t share = 0; /* ppm, rounded down: share >= limit exactly when the floor is */
    if (wide) share = (int64_t)c12__div_u128(c12__mul_u64((uint64_t)b->bad_qty[i], 1000000), (c12__u128){ 0, (uint64_t)b->lot_qty[i] }, NULL).lo;
    int32_t rpn = risk ? b->severity[i] * b->occurrence[i] * b->detection[i] : 0;
    struct { int hit; uint32_t bit; int32_t grade; } rule[] = {
        { b->safety && b->safety[i], C12_NCR_BY_SAFETY, C12_NCR_CRITICAL },
        { wide && p->major_ppm && share >= p->major_ppm, C12_NCR_BY_SHARE, C12_NCR_MAJOR },
        { wide && p->critical_ppm && share >= p->critical_ppm, C12_NCR_BY_SHARE, C12_NCR_CRITICAL },
        { risk && p->major_rpn && rpn >= p->major_rpn, C12_NCR_BY_RPN, C12_NCR_MAJOR },
        { risk && p->critical_rpn && rpn >= p->critical_rpn, C12_NCR_BY_RPN, C12_NCR_CRITICAL },
    };
    for (size_t k = 0; k < sizeof rule / sizeof *rule; k++)
        if (rule[k].hit) { *why |= rule[k].bit; g = worst_of(g, rule[k].grade); }
    if (b->repeats && p->repeat_lift && b->repeats[i] >= p->repeat_lift) {
        *why |= C12_NCR_BY_REPEATS;
        g = g == C12_NCR_CRITICAL ? g : g + 1;
    }
    return g;
}

c12_status c12_ncr_check(const c12_ncr_policy *policy, const c12_ncr_batch *in, const int32_t *grade, const uint32_t *reason,
                         c12_verdict *verdict, c12_error *err)
{
    c12_ncr_policy p;
    c12_ncr_batch b;
    c12_status s = c12__ncr_open(&p, &b, policy, in, err);
    if (s) return s;
    if (!verdict || (b.n && !grade)) return c12__fail(err, C12_E_ARG, "argument is NULL", "verdict", -1, 0);
    c12_verdict v = C12_INIT(c12_verdict);
    v.row = v.tick = -1;
    for (int32_t i = 0; i < b.n; i++) {
        uint32_t why;
        int32_t want = regrade(&p, &b, i, &why);
        v.objective += want == C12_NCR_CRITICAL;
        if (grade[i] == want && (!reason || reason[i] == why)) continue;
        if (!v.violations++) {
            v.row = i;
            v.rule = grade[i] == want ? "reason does not name the rules that fired" : "grade is not what the rules ask for";
            v.field = grade[i] == want ? "reason" : "grade";
        }
    }
    c12__give(verdict, &v, sizeof v);
    return C12_OK;
}
