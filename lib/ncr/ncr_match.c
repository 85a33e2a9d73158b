/* SPDX-License-Identifier: Apache-2.0 */
/* Token rules on codes: one by one, or all at once with a table of their first tokens. */
#include "ncr/ncr_internal.h"

/* ---- tokens ------------------------------------------------------------------------------------------------------ */

typedef struct token { const uint8_t *at; int64_t size; } token;

static int in_token(uint8_t c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80; }
static uint8_t fold(uint8_t c) { return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 32) : c; }

/* The next token of at..end; size 0 when there is none. */
static token next_token(const uint8_t **at, const uint8_t *end)
{
    while (*at < end && !in_token(**at)) (*at)++;
    token t = { *at, 0 };
    while (*at < end && in_token(**at)) (*at)++;
    t.size = *at - t.at;
    return t;
}

static int token_is(token a, token b)
{
    if (a.size != b.size) return 0;
    for (int64_t i = 0; i < a.size; i++) if (fold(a.at[i]) != fold(b.at[i])) return 0;
    return 1;
}

static int negates(token t)
{
    static const uint8_t words[] = "nonot"; /* "no", "non", "not" */
    token no = { words, 2 }, non = { words, 3 }, not = { words + 2, 3 };
    return token_is(t, no) || token_is(t, non) || token_is(t, not);
}

/* Do the rule's tokens stand at `at`, one after another? */
static int tokens_stand(const uint8_t *rule, const uint8_t *rule_end, const uint8_t *at, const uint8_t *end)
{
    for (;;) {
        token want = next_token(&rule, rule_end);
        if (!want.size) return 1;
        if (!token_is(want, next_token(&at, end))) return 0;
    }
}

/* One rule against one code, as the header tells it: what the table below must agree with, and what is done where there is no table. */
static int rule_matches(const c12_ncr_policy *p, int32_t r, const c12_ncr_batch *b, int32_t i)
{
    const uint8_t *rule = p->rule_text + p->rule_off[r], *rule_end = p->rule_text + p->rule_off[r + 1];
    const uint8_t *at = b->code_text + b->code_off[i], *end = b->code_text + b->code_off[i + 1];
    int32_t station = c12__at32(p->rule_station, r, -1);
    if (at == end || (station >= 0 && station != c12__at32(b->station, i, -1))) return 0;
    token before = { at, 0 };
    while (at < end) {
        const uint8_t *start = at;
        token t = next_token(&at, end);
        if (!t.size) return 0;
        if (!negates(before) && tokens_stand(rule, rule_end, start, end)) return 1;
        before = t;
    }
    return 0;
}

int c12__ncr_has_token(const c12_ncr_policy *p, int32_t r)
{
    const uint8_t *at = p->rule_text + p->rule_off[r];
    return next_token(&at, p->rule_text + p->rule_off[r + 1]).size > 0;
}

/* ---- table ------------------------------------------------------------------------------------------------------ */

/* A token as the table knows it: its last eight bytes, folded, and its size. */
typedef struct brief { uint64_t key; int64_t size; } brief;

static uint32_t token_bucket(brief b) { return (uint32_t)(((b.key ^ (uint64_t)b.size) * UINT64_C(0x9E3779B97F4A7C15)) >> 56); }

static brief brief_of(token t)
{
    brief b = { 0, t.size };
    for (int64_t k = 0; k < t.size; k++) b.key = b.key << 8 | fold(t.at[k]);
    return b;
}

/* "no", "non", "not" */
static int brief_negates(brief b) { return (b.size == 2 && b.key == 0x6E6F) || (b.size == 3 && (b.key == 0x6E6F6E || b.key == 0x6E6F74)); }

/* Is rule a to be told before rule b? */
static int goes_before(const c12_ncr_policy *p, int32_t a, int32_t b) { return p->rule_grade[a] != p->rule_grade[b] ? p->rule_grade[a] > p->rule_grade[b] : a < b; }

/* Chains hold rules in that order, so that the first that matches is the one. */
static void chain_in(c12__ncr_table *t, const c12_ncr_policy *p, int32_t r, uint32_t bucket)
{
    int16_t *at = &t->head[bucket];
    while (*at >= 0 && goes_before(p, *at, r)) at = &t->next[*at];
    t->next[r] = *at;
    *at = (int16_t)r;
}

void c12__ncr_compile(c12__ncr_table *t, const c12_ncr_policy *p, int32_t reports)
{
    t->ready = reports >= 16 && p->n_rules <= C12__NCR_MOST_RULES; /* for a few the table would cost more than it saves */
    if (!t->ready) return;
    for (int c = 0; c < 256; c++) t->plain[c] = in_token((uint8_t)c) ? fold((uint8_t)c) : 0;
    memset(t->head, 0xFF, sizeof t->head);
    for (int32_t r = 0; r < p->n_rules; r++) {
        const uint8_t *at = p->rule_text + p->rule_off[r], *end = p->rule_text + p->rule_off[r + 1];
        token first = next_token(&at, end);
        brief b = brief_of(first);
        t->key[r] = b.key;
        t->size[r] = (int32_t)c12__min64(b.size, INT32_MAX);
        t->alone[r] = b.size <= 8 && !next_token(&at, end).size;
        chain_in(t, p, r, token_bucket(b));
    }
}

/* The better of the best rule so far and those that begin with this token at `at`. */
static int32_t better_rule(const c12__ncr_table *t, const c12_ncr_policy *p, const c12_ncr_batch *b, int32_t i, brief word, const uint8_t *at, int32_t best)
{
    for (int32_t r = t->head[token_bucket(word)]; r >= 0; r = t->next[r]) {
        int32_t station = c12__at32(p->rule_station, r, -1);
        if (best >= 0 && !goes_before(p, r, best)) break;
        if (t->key[r] != word.key || t->size[r] != c12__min64(word.size, INT32_MAX) || (station >= 0 && station != c12__at32(b->station, i, -1))) continue;
        if (t->alone[r] || tokens_stand(p->rule_text + p->rule_off[r], p->rule_text + p->rule_off[r + 1], at, b->code_text + b->code_off[i + 1])) return r;
    }
    return best;
}

static int32_t match_by_table(const c12__ncr_table *t, const c12_ncr_policy *p, const c12_ncr_batch *b, int32_t i)
{
    const uint8_t *at = b->code_text + b->code_off[i], *end = b->code_text + b->code_off[i + 1];
    int32_t best = -1;
    int negated = 0;
    while (at < end) {
        const uint8_t *start = at;
        brief word = { 0, 0 };
        uint8_t c;
        while (at < end && (c = t->plain[*at]) != 0) { word.key = word.key << 8 | c; at++; }
        word.size = at - start;
        at++;
        if (!word.size) continue;
        if (!negated && t->head[token_bucket(word)] >= 0) best = better_rule(t, p, b, i, word, start, best);
        negated = word.size <= 3 && brief_negates(word);
    }
    return best;
}

int32_t c12__ncr_match(const c12__ncr_table *t, const c12_ncr_policy *p, const c12_ncr_batch *b, int32_t i)
{
    int32_t best = -1;
    if (t->ready) return match_by_table(t, p, b, i);
    for (int32_t r = 0; r < p->n_rules; r++)
        if ((best < 0 || p->rule_grade[r] > p->rule_grade[best]) && rule_matches(p, r, b, i)) best = r;
    return best;
}
