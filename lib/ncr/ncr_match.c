/* SPDX-License-Identifier: Apache-2.0 */
/* Token rules on codes: one by one, or all at once with a table of their first tokens. */
#include "ncr/ncr_internal.h"

/* ---- tokens ------------------------------------------------------------------------------------------------------ */

typedef c12__ncr_word ncr_word;
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

/* ---- words ------------------------------------------------------------------------------------------------------ */

/* Eight bytes, the first lowest. */
static inline uint64_t eight_whole(const uint8_t *at)
{
    uint64_t x = 0;
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    memcpy(&x, at, 8);
#else
    for (int k = 0; k < 8; k++) x |= (uint64_t)at[k] << 8 * k;
#endif
    return x;
}

/* The same; those from `last` on are not read, and 0. */
static inline uint64_t eight_bytes(const uint8_t *at, const uint8_t *last)
{
    uint64_t x = 0;
    if (last - at >= 8) return eight_whole(at);
    for (int k = 0; k < 8 && k < last - at; k++) x |= (uint64_t)at[k] << 8 * k;
    return x;
}

/* The top bit of each of eight bytes that is of a token.  A byte is compared by adding what carries it over 128; letters have no other neighbours when bit 5 is set in all. */
static inline uint64_t token_tops(uint64_t x)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7, low = x & ~tops, small = low | ones << 5;
    const uint64_t letter = (small + ones * (128 - 'a')) & ~(small + ones * (127 - 'z')), digit = (low + ones * (128 - '0')) & ~(low + ones * (127 - '9'));
    return (letter | digit | x) & tops;
}

/* Eight bytes of a token folded: bit 5 is set in digits, and is what makes a letter small; bytes from 128 on stay. */
static inline uint64_t folded(uint64_t x) { return x | (~x >> 2 & UINT64_C(0x2020202020202020)); }

/* Of eight bytes the first n, none below 0, all above 8. */
static inline uint64_t first_of(uint64_t x, int64_t n)
{
    static const uint64_t bytes[9] = { 0, 0xFF, 0xFFFF, 0xFFFFFF, 0xFFFFFFFF, UINT64_C(0xFFFFFFFFFF), UINT64_C(0xFFFFFFFFFFFF), UINT64_C(0xFFFFFFFFFFFFFF), UINT64_MAX };
    return x & bytes[c12__min64(c12__max64(n, 0), 8)];
}

static inline ncr_word word_of(const uint8_t *at, int64_t size, const uint8_t *last)
{
    return (ncr_word){ first_of(folded(eight_bytes(at, last)), size), first_of(folded(eight_bytes(at + c12__min64(size, 8), last)), size - 8) };
}

static inline int same_word(ncr_word a, ncr_word b) { return !((a.first ^ b.first) | (a.second ^ b.second)); }

/* How long the token is that begins at `at`, eight bytes a step; 0 when none does.  Text may be read up to `last`. */
static int64_t token_size(const uint8_t *at, const uint8_t *end, const uint8_t *last)
{
    const uint64_t tops = UINT64_C(0x8080808080808080);
    int64_t size = 0;
    for (int64_t here = 8; here == 8; size += here) {
        const uint64_t gaps = ~token_tops(eight_bytes(at + size, last)) & tops;
        here = c12__min64(gaps ? c12__bit_lowest(gaps) >> 3 : 8, end - at - size);
    }
    return size;
}

/* The same for texts of which sixteen bytes may be read wherever a token begins: a word in a register, and bit k of sixteen bytes: byte k is of a token. */
#if defined(__GNUC__) && defined(__x86_64__) && !defined(C12__PLAIN_ROWS)
typedef uint8_t sixteen __attribute__((vector_size(16)));
typedef int8_t sixteen_signs __attribute__((vector_size(16)));
typedef sixteen word_here;
static inline sixteen sixteen_at(const void *at)
{
    sixteen x;
    memcpy(&x, at, sizeof x);
    return x;
}
static inline uint32_t bits_of(sixteen x)
{
    typedef char signs __attribute__((vector_size(16)));
    return (uint32_t)__builtin_ia32_pmovmskb128((signs)x);
}
static inline word_here word_whole(const uint8_t *at, uint32_t size)
{
    static const uint8_t bytes[32] = { 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255 };
    const sixteen x = sixteen_at(at), high = (sixteen)((sixteen_signs)x < 0);
    return (x | (~high & 0x20)) & sixteen_at(bytes + 16 - (size < 16 ? size : 16));
}
static inline ncr_word word_from(word_here w)
{
    ncr_word r;
    memcpy(&r, &w, sizeof r);
    return r;
}
static inline int is_word(word_here w, const ncr_word *of) { return bits_of((sixteen)(w == sixteen_at(of))) == 0xFFFF; }
static inline uint64_t tokens_of_sixteen(const uint8_t *at)
{
    const sixteen x = sixteen_at(at), letter = (sixteen)((x | 0x20) - 'a' < 26), digit = (sixteen)(x - '0' < 10);
    return bits_of(letter | digit | x);
}
#else
typedef ncr_word word_here;
static inline word_here word_whole(const uint8_t *at, uint32_t size) { return (ncr_word){ first_of(folded(eight_whole(at)), size), first_of(folded(eight_whole(at + 8)), (int64_t)size - 8) }; }
static inline ncr_word word_from(word_here w) { return w; }
static inline int is_word(word_here w, const ncr_word *of) { return same_word(w, *of); }
static inline uint64_t tokens_of_eight(uint64_t x) { return (token_tops(x) >> 7) * UINT64_C(0x0102040810204080) >> 56; }
static inline uint64_t tokens_of_sixteen(const uint8_t *at) { return tokens_of_eight(eight_whole(at)) | tokens_of_eight(eight_whole(at + 8)) << 8; }
#endif

/* Bit k: byte k of a text of less than 64 bytes is of a token.  64 bytes may be read. */
static inline uint64_t tokens_in(const uint8_t *at, int64_t size)
{
    uint64_t in = tokens_of_sixteen(at) | tokens_of_sixteen(at + 16) << 16;
    if (size > 32) in |= tokens_of_sixteen(at + 32) << 32 | tokens_of_sixteen(at + 48) << 48;
    return in & ((UINT64_C(1) << size) - 1);
}

/* ---- table ------------------------------------------------------------------------------------------------------ */

/* The entry no token is; that of the first "no" of three; bytes up to which a word says all of a token, as no token holds a 0. */
enum { NONE = 0, NO = 1, NEGATIONS = 3, BRIEF = 15 };

static inline uint32_t ncr_bucket(ncr_word w) { return (uint32_t)(((w.first ^ w.second * UINT64_C(0xC2B2AE3D27D4EB4F)) * UINT64_C(0x9E3779B97F4A7C15)) >> (64 - C12__NCR_BUCKET_BITS)); }

/* Rules as they are told: the highest grade first, then the first.  A number a rule, so that two compare at once. */
enum { RULE_BITS = 16, NO_RULE = INT32_MAX };
static int32_t rule_order(const c12_ncr_policy *p, int32_t r) { return (C12_NCR_CRITICAL - p->rule_grade[r]) << RULE_BITS | r; }
/* Without a branch: whether there is one is anybody's guess. */
static inline int32_t order_if(int holds, int32_t order) { return order | (NO_RULE & -!holds); }
static inline int32_t rule_of(int32_t order) { return (order & ((1 << RULE_BITS) - 1)) | -(order == NO_RULE); }

/* The entry of a word, NONE when it has none: without a branch where a bucket holds one entry at most, as nearly all do. */
static inline int32_t entry_here(const c12__ncr_table *t, word_here w)
{
    int32_t e = t->head[ncr_bucket(word_from(w))];
    int same = is_word(w, &t->entry[e].word);
    while (!same & (t->entry[e].next != NONE)) {
        e = t->entry[e].next;
        same = is_word(w, &t->entry[e].word);
    }
    return e & -same;
}

static int32_t entry_of(const c12__ncr_table *t, ncr_word w)
{
    int32_t e = t->head[ncr_bucket(w)];
    while (e != NONE && !same_word(t->entry[e].word, w)) e = t->entry[e].next;
    return e;
}

static int32_t entry_made(c12__ncr_table *t, ncr_word w)
{
    int32_t e = entry_of(t, w);
    int16_t *head = &t->head[ncr_bucket(w)];
    if (e != NONE) return e;
    e = t->n++;
    t->entry[e] = (c12__ncr_entry){ .word = w, .order = NO_RULE, .pair_order = NO_RULE, .next = *head, .chain = -1 };
    *head = (int16_t)e;
    return e;
}

/* A rule that its entry has no other place for: chains hold them as they are told, so that the first that matches is the one. */
static void chain_in(c12__ncr_table *t, int32_t e, int32_t r)
{
    int16_t *at = &t->entry[e].chain;
    while (*at >= 0 && t->order[*at] < t->order[r]) at = &t->next[*at];
    t->next[r] = *at;
    *at = (int16_t)r;
}

/* A rule of two words takes its entry's place for one when that is free or for the same word; of the same two words the first that is told says all. */
static void pair_in(c12__ncr_table *t, c12__ncr_entry *e, int32_t r, ncr_word second)
{
    if (e->pair_order != NO_RULE && !same_word(e->pair, second)) { chain_in(t, (int32_t)(e - t->entry), r); return; }
    e->pair = second;
    e->pair_order = t->order[r] < e->pair_order ? t->order[r] : e->pair_order;
}

static void rule_in(c12__ncr_table *t, const c12_ncr_policy *p, int32_t r)
{
    const uint8_t *at = p->rule_text + p->rule_off[r], *end = p->rule_text + p->rule_off[r + 1];
    const token first = next_token(&at, end), second = next_token(&at, end);
    c12__ncr_entry *e = &t->entry[entry_made(t, word_of(first.at, first.size, end))];
    const int plain = c12__at32(p->rule_station, r, -1) < 0 && first.size <= BRIEF && second.size <= BRIEF && !next_token(&at, end).size;
    t->from[r] = (int32_t)(first.at - p->rule_text);
    t->order[r] = rule_order(p, r);
    if (!plain) chain_in(t, (int32_t)(e - t->entry), r);
    else if (second.size) pair_in(t, e, r, word_of(second.at, second.size, end));
    else e->order = t->order[r] < e->order ? t->order[r] : e->order;
}

void c12__ncr_compile(c12__ncr_table *t, const c12_ncr_policy *p, int32_t reports)
{
    static const uint8_t negations[NEGATIONS][4] = { "no", "non", "not" };
    t->ready = reports >= 16 && p->n_rules <= C12__NCR_MOST_RULES && (!p->n_rules || p->rule_off[p->n_rules] <= INT32_MAX); /* for a few the table would cost more than it saves */
    if (!t->ready) return;
    memset(t->head, 0, sizeof t->head);
    t->entry[NONE] = (c12__ncr_entry){ .word = { 0, 0 }, .order = NO_RULE, .pair_order = NO_RULE, .next = NONE, .chain = -1 };
    t->n = NO;
    for (int k = 0; k < NEGATIONS; k++) (void)entry_made(t, word_of(negations[k], k ? 3 : 2, negations[k] + 4));
    for (int32_t r = 0; r < p->n_rules; r++) rule_in(t, p, r);
}

/* ---- match ------------------------------------------------------------------------------------------------------ */

/* Have two tokens of this size the same bytes? */
static int same_token(const uint8_t *a, const uint8_t *a_last, const uint8_t *b, const uint8_t *b_last, int64_t size)
{
    for (int64_t k = 0; k < size; k += 8)
        if (first_of(folded(eight_bytes(a + k, a_last)) ^ folded(eight_bytes(b + k, b_last)), size - k)) return 0;
    return 1;
}

/* Do the tokens of rule r stand in code i from `at` on, one after another?  As tokens_stand, eight bytes a step. */
static int rule_stands(const c12__ncr_table *t, const c12_ncr_policy *p, const c12_ncr_batch *b, int32_t i, int32_t r, const uint8_t *at)
{
    const uint8_t *end = b->code_text + b->code_off[i + 1], *last = b->code_text + b->code_off[b->n];
    const uint8_t *rule = p->rule_text + t->from[r], *rule_end = p->rule_text + p->rule_off[r + 1], *rules_end = p->rule_text + p->rule_off[p->n_rules];
    for (;;) {
        int64_t want = 0, is = 0;
        while (rule < rule_end && !(want = token_size(rule, rule_end, rules_end))) rule++;
        if (!want) return 1;
        while (at < end && !(is = token_size(at, end, last))) at++;
        if (is != want || !same_token(rule, rules_end, at, last, want)) return 0;
        rule += want;
        at += is;
    }
}

/* The order of the first rule of an entry's chain that stands at `at`. */
static int32_t chained_rule(const c12__ncr_table *t, const c12_ncr_policy *p, const c12_ncr_batch *b, int32_t i, int32_t entry, const uint8_t *at)
{
    for (int32_t r = t->entry[entry].chain; r >= 0; r = t->next[r]) {
        const int32_t station = c12__at32(p->rule_station, r, -1);
        if ((station < 0 || station == c12__at32(b->station, i, -1)) && rule_stands(t, p, b, i, r, at)) return t->order[r];
    }
    return NO_RULE;
}

/* The order of the best rule that begins with the token at `at`, whose entry this is; `pair`: the word behind it is the entry's pair. */
static inline int32_t best_rule(const c12__ncr_table *t, const c12_ncr_policy *p, const c12_ncr_batch *b, int32_t i, int32_t entry, int pair, const uint8_t *at)
{
    const c12__ncr_entry *e = &t->entry[entry];
    const int32_t of_pair = order_if(pair, e->pair_order), order = of_pair < e->order ? of_pair : e->order;
    if (e->chain < 0) return order;
    const int32_t chained = chained_rule(t, p, b, i, entry, at);
    return chained < order ? chained : order;
}

/* Entries of the words after which no rule counts. */
static inline int negation(int32_t entry) { return (uint32_t)(entry - NO) < NEGATIONS; }

static int32_t match_long(const c12__ncr_table *t, const c12_ncr_policy *p, const c12_ncr_batch *b, int32_t i)
{
    const uint8_t *at = b->code_text + b->code_off[i], *end = b->code_text + b->code_off[i + 1], *last = b->code_text + b->code_off[b->n], *before = NULL;
    int32_t best = NO_RULE, entry = NONE;
    int negated = 0;
    for (int64_t size = 1; size;) { /* a token looks for rules when the one behind it is known; once more for the last */
        for (size = 0; at < end && !(size = token_size(at, end, last));) at++;
        const ncr_word w = word_of(at, size, last);
        if (before) best = (int32_t)c12__min64(best, order_if(!negated, best_rule(t, p, b, i, entry, same_word(t->entry[entry].pair, w), before)));
        negated = negation(entry);
        entry = entry_of(t, w);
        before = at;
        at += size;
    }
    return rule_of(best);
}

/* Codes of less than 64 bytes.  First all their tokens are cut out, then all are looked up, so that how many a code has is guessed wrong by the processor once and not twice a code. */
enum { MOST_SHORT = 64, MOST_TOKENS = MOST_SHORT / 2, AT_ONCE = 4, SIZE_AT = 16, CODE_AT = 24 };
static inline uint32_t cut_from(uint32_t cut) { return cut & 0xFFFF; } /* of the text of the first code on */
static inline uint32_t cut_size(uint32_t cut) { return cut >> SIZE_AT & 0xFF; }
static inline uint32_t cut_code(uint32_t cut) { return cut >> CODE_AT; }

/* Four a step, whether there are so many or not: to write none is cheaper than to ask. */
static inline int32_t cut_out(uint64_t in, uint32_t *to, uint32_t start)
{
    int32_t n = 0;
    do {
        for (int32_t k = 0; k < AT_ONCE; k++) {
            const uint64_t top = UINT64_C(1) << 63, behind = in + (in & (0 - in)); /* the lowest run of bits, carried into the bit behind it */
            const uint32_t first = (uint32_t)c12__bit_lowest(in | top), size = (uint32_t)c12__bit_lowest(behind | top) - first;
            to[n] = start + first + (size << SIZE_AT);
            n += in != 0;
            in &= behind;
        }
    } while (in);
    return n;
}

static void match_short(const c12__ncr_table *t, const c12_ncr_policy *p, const c12_ncr_batch *b, int32_t first, int32_t n, int32_t *rule)
{
    const int64_t *off = b->code_off + first, bytes = off[n] - off[0];
    const uint8_t *codes = b->code_text + off[0], *text = codes;
    uint8_t copy[C12__NCR_RUN * MOST_SHORT + MOST_SHORT];
    uint32_t cuts[C12__NCR_RUN * MOST_TOKENS + AT_ONCE];
    int32_t best[C12__NCR_RUN], tokens = 0;
    int negated = 0;
    if (b->code_off[b->n] - off[0] < bytes + MOST_SHORT) { memcpy(copy, codes, (size_t)bytes); memset(copy + bytes, 0, MOST_SHORT); text = copy; } /* the last codes: what is read behind them is to be there */
    for (int32_t k = 0; k < n; k++) {
        const int64_t from = off[k] - off[0];
        tokens += cut_out(tokens_in(text + from, off[k + 1] - off[k]), cuts + tokens, (uint32_t)from | (uint32_t)k << CODE_AT);
        best[k] = NO_RULE;
    }
    cuts[tokens] = (uint32_t)n << CODE_AT;
    word_here next = word_whole(text + cut_from(cuts[0]), cut_size(cuts[0]));
    for (int32_t k = 0; k < tokens; k++) {
        const uint32_t cut = cuts[k], after = cuts[k + 1], code = cut_code(cut);
        const int goes_on = cut_code(after) == code;
        const int32_t e = entry_here(t, next);
        next = word_whole(text + cut_from(after), cut_size(after));
        const int pair = is_word(next, &t->entry[e].pair) & goes_on;
        const int32_t order = order_if(!negated, best_rule(t, p, b, first + (int32_t)code, e, pair, codes + cut_from(cut)));
        best[code] = order < best[code] ? order : best[code];
        negated = negation(e) & goes_on;
    }
    for (int32_t k = 0; k < n; k++) rule[k] = rule_of(best[k]);
}

/* Rule after rule, where there is no table. */
static int32_t match_plain(const c12_ncr_policy *p, const c12_ncr_batch *b, int32_t i)
{
    int32_t best = -1;
    for (int32_t r = 0; r < p->n_rules; r++)
        if ((best < 0 || p->rule_grade[r] > p->rule_grade[best]) && rule_matches(p, r, b, i)) best = r;
    return best;
}

void c12__ncr_match(const c12__ncr_table *t, const c12_ncr_policy *p, const c12_ncr_batch *b, int32_t first, int32_t n, int32_t *rule)
{
    for (int32_t k = 0, run; k < n; k += run) {
        for (run = 0; k + run < n && b->code_off[first + k + run + 1] - b->code_off[first + k + run] < MOST_SHORT; run++) { }
        if (t->ready && run) { match_short(t, p, b, first + k, run, rule + k); continue; }
        rule[k] = t->ready ? match_long(t, p, b, first + k) : match_plain(p, b, first + k);
        run = 1;
    }
}
