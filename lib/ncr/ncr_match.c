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

/* A token as the table knows it: its first eight bytes, folded, the first of them lowest, and its size. */
typedef struct brief { uint64_t first; int64_t size; } brief;

static uint32_t token_bucket(brief b) { return (uint32_t)(((b.first ^ (uint64_t)b.size) * UINT64_C(0x9E3779B97F4A7C15)) >> 56); }

/* "no", "non", "not" */
static int brief_negates(brief b) { return (b.size == 2 && b.first == 0x6F6E) || (b.size == 3 && (b.first == 0x6E6F6E || b.first == 0x746F6E)); }

/* Eight bytes, the first lowest; those from `last` on are not read, and 0. */
static inline uint64_t eight_bytes(const uint8_t *at, const uint8_t *last)
{
    uint64_t x = 0;
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    if (last - at >= 8) { memcpy(&x, at, 8); return x; }
#endif
    for (int k = 0; k < 8 && k < last - at; k++) x |= (uint64_t)at[k] << 8 * k;
    return x;
}

/* Eight bytes of a row of eights, from byte `at` on. */
static inline uint64_t eight_from(const uint64_t *row, int32_t at)
{
    const int32_t k = at >> 3, shift = at % 8 * 8;
    return row[k] >> shift | row[k + 1] << 1 << (63 - shift);
}

/* Eight bytes at once: folded, and the top bit of each that is of a token.  A byte is compared by adding what carries it over 128; letters have no other neighbours when bit 5 is
 * set in all. */
static inline uint64_t fold_eight(uint64_t x, uint64_t *tokens)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7, low = x & ~tops, small = low | ones << 5;
    const uint64_t letter = (small + ones * (128 - 'a')) & ~(small + ones * (127 - 'z')) & ~x & tops, digit = (low + ones * (128 - '0')) & ~(low + ones * (127 - '9'));
    *tokens = (letter | digit | x) & tops;
    return x | letter >> 2;
}

/* The first n of eight bytes, 0..8. */
static inline uint64_t first_of(uint64_t x, int64_t n) { return n < 8 ? x & ((UINT64_C(1) << 8 * n) - 1) : x; }

/* The token that begins at `at`, eight bytes a step; size 0 when none does.  Text may be read up to `last`. */
static brief brief_at(const uint8_t *at, const uint8_t *end, const uint8_t *last)
{
    const uint64_t tops = UINT64_C(0x8080808080808080);
    brief b = { 0, 0 };
    for (int64_t here = 8; here == 8; at += 8) {
        uint64_t tokens, x = fold_eight(eight_bytes(at, last), &tokens), gaps = ~tokens & tops;
        here = c12__min64(gaps ? c12__bit_lowest(gaps) >> 3 : 8, end - at);
        if (!b.size) b.first = first_of(x, here);
        b.size += here;
    }
    return b;
}

/* Have two tokens of this size, of which the first eight bytes are the same, the same bytes behind them? */
static int same_behind(const uint8_t *a, const uint8_t *a_last, const uint8_t *b, const uint8_t *b_last, int64_t size)
{
    uint64_t all;
    for (int64_t k = 8; k < size; k += 8)
        if (first_of(fold_eight(eight_bytes(a + k, a_last), &all) ^ fold_eight(eight_bytes(b + k, b_last), &all), c12__min64(size - k, 8))) return 0;
    return 1;
}

/* Do the tokens from `rule` on stand in the code from `at` on, one after another?  As tokens_stand, eight bytes a step. */
static int rest_stands(const uint8_t *rule, const uint8_t *rule_end, const uint8_t *rules_end, const uint8_t *at, const uint8_t *end, const uint8_t *last)
{
    for (;;) {
        brief want = { 0, 0 }, is = { 0, 0 };
        while (rule < rule_end && !(want = brief_at(rule, rule_end, rules_end)).size) rule++;
        if (!want.size) return 1;
        while (at < end && !(is = brief_at(at, end, last)).size) at++;
        if (is.size != want.size || is.first != want.first || !same_behind(rule, rules_end, at, last, is.size)) return 0;
        rule += want.size;
        at += is.size;
    }
}

/* Rules as they are told: the highest grade first, then the first.  A number a rule, so that two compare at once. */
enum { RULE_BITS = 16, NO_RULE = INT32_MAX };
static int32_t rule_order(const c12_ncr_policy *p, int32_t r) { return (C12_NCR_CRITICAL - p->rule_grade[r]) << RULE_BITS | r; }
static int32_t rule_of(int32_t order) { return order == NO_RULE ? -1 : order & ((1 << RULE_BITS) - 1); }

/* Chains hold rules in that order, so that the first that matches is the one. */
static void chain_in(c12__ncr_table *t, int32_t r, uint32_t bucket)
{
    int16_t *at = &t->head[bucket];
    while (*at >= 0 && t->order[*at] < t->order[r]) at = &t->next[*at];
    t->next[r] = *at;
    *at = (int16_t)r;
}

void c12__ncr_compile(c12__ncr_table *t, const c12_ncr_policy *p, int32_t reports)
{
    t->ready = reports >= 16 && p->n_rules <= C12__NCR_MOST_RULES && (!p->n_rules || p->rule_off[p->n_rules] <= INT32_MAX); /* for a few the table would cost more than it saves */
    if (!t->ready) return;
    memset(t->head, 0xFF, sizeof t->head);
    for (int32_t r = 0; r < p->n_rules; r++) {
        const uint8_t *at = p->rule_text + p->rule_off[r], *end = p->rule_text + p->rule_off[r + 1];
        const token first = next_token(&at, end);
        const brief b = brief_at(first.at, at, at);
        t->first[r] = b.first;
        t->size[r] = (int32_t)b.size;
        t->from[r] = (int32_t)(first.at - p->rule_text);
        t->alone[r] = b.size <= 8 && !next_token(&at, end).size;
        t->order[r] = rule_order(p, r);
        chain_in(t, r, token_bucket(b));
    }
}

/* The order of the best rule so far, or of a better one of those that begin with this token at `at`. */
static int32_t better_rule(const c12__ncr_table *t, const c12_ncr_policy *p, const c12_ncr_batch *b, int32_t i, brief word, const uint8_t *at, int32_t best)
{
    const uint8_t *end = b->code_text + b->code_off[i + 1], *last = b->code_text + b->code_off[b->n], *rules_end = p->rule_text + p->rule_off[p->n_rules];
    for (int32_t r = t->head[token_bucket(word)]; r >= 0; r = t->next[r]) {
        const int32_t station = c12__at32(p->rule_station, r, -1);
        if (t->order[r] > best) break;
        if (t->first[r] != word.first || t->size[r] != word.size || (station >= 0 && station != c12__at32(b->station, i, -1))) continue;
        if (t->alone[r]) return t->order[r];
        const uint8_t *rule = p->rule_text + t->from[r];
        if (same_behind(rule, rules_end, at, last, word.size) && rest_stands(rule + word.size, p->rule_text + p->rule_off[r + 1], rules_end, at + word.size, end, last)) return t->order[r];
    }
    return best;
}

/* The best rule with one more token of a code; *negated says whether it follows a "no", and then whether it is one. */
static inline int32_t take_token(const c12__ncr_table *t, const c12_ncr_policy *p, const c12_ncr_batch *b, int32_t i, brief word, const uint8_t *at, int32_t best, int *negated)
{
    if (!*negated && t->head[token_bucket(word)] >= 0) best = better_rule(t, p, b, i, word, at, best);
    *negated = word.size <= 3 && brief_negates(word);
    return best;
}

static int32_t match_long(const c12__ncr_table *t, const c12_ncr_policy *p, const c12_ncr_batch *b, int32_t i)
{
    const uint8_t *text = b->code_text, *end = text + b->code_off[i + 1], *last = text + b->code_off[b->n];
    int32_t best = NO_RULE;
    int negated = 0;
    for (int64_t at = b->code_off[i]; at < b->code_off[i + 1];) {
        const brief word = brief_at(text + at, end, last);
        if (word.size) best = take_token(t, p, b, i, word, text + at, best, &negated);
        at += word.size + 1; /* and what stands behind it */
    }
    return rule_of(best);
}

/* A code of less than 64 bytes: folded once, a bit a byte says which are of tokens, so that a token is found and cut out without a loop over its bytes. */
static int32_t match_short(const c12__ncr_table *t, const c12_ncr_policy *p, const c12_ncr_batch *b, int32_t i)
{
    const uint8_t *at = b->code_text + b->code_off[i], *last = b->code_text + b->code_off[b->n];
    const int32_t size = (int32_t)(b->code_off[i + 1] - b->code_off[i]);
    uint64_t folded[9], in = 0, tokens; /* the code in eights, one behind it */
    int32_t best = NO_RULE;
    int negated = 0;
    for (int32_t k = 0; k < size; k += 8) {
        folded[k >> 3] = fold_eight(eight_bytes(at + k, last), &tokens);
        in |= ((tokens >> 7) * UINT64_C(0x0102040810204080) >> 56) << k;
    }
    folded[(size + 7) >> 3] = 0;
    for (in &= (UINT64_C(1) << size) - 1; in;) {
        const int32_t from = c12__bit_lowest(in), n = c12__bit_lowest(~(in >> from));
        const brief word = { first_of(eight_from(folded, from), n), n };
        best = take_token(t, p, b, i, word, at + from, best, &negated);
        in = in >> (from + n) << (from + n);
    }
    return rule_of(best);
}

int32_t c12__ncr_match(const c12__ncr_table *t, const c12_ncr_policy *p, const c12_ncr_batch *b, int32_t i)
{
    int32_t best = -1;
    if (t->ready) return b->code_off[i + 1] - b->code_off[i] < 64 ? match_short(t, p, b, i) : match_long(t, p, b, i);
    for (int32_t r = 0; r < p->n_rules; r++)
        if ((best < 0 || p->rule_grade[r] > p->rule_grade[best]) && rule_matches(p, r, b, i)) best = r;
    return best;
}
