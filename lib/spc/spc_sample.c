/* SPDX-License-Identifier: Apache-2.0 */
/* Acceptance sampling by attributes, ISO 2859-1: plans from the structure of its tables, and the switching rules. */
#include "spc/spc_internal.h"

enum { SPC_LETTERS = 17, SPC_AQLS = 16, SPC_LOT_ROWS = 15 };
static const char spc_letter[SPC_LETTERS + 1] = "ABCDEFGHJKLMNPQRS";
static const int32_t spc_units[SPC_LETTERS] = { 2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800, 1250, 2000, 3150 };
static const int32_t spc_aql[SPC_AQLS] = { 100, 150, 250, 400, 650, 1000, 1500, 2500, 4000, 6500, 10000, 15000, 25000, 40000, 65000, 100000 };

/* Table 1: upper ends of the ranges of lots, and letters by level I, II, III, S-1 to S-4. */
static const int64_t spc_lot_to[SPC_LOT_ROWS] = { 8, 15, 25, 50, 90, 150, 280, 500, 1200, 3200, 10000, 35000, 150000, 500000, INT64_MAX };
static const char *const spc_lot_letter[7] = { "AABCCDEFGHJKLMN", "ABCDEFGHJKLMNPQ", "BCDEFGHJKLMNPQR", "AAAABBBBCCCCDDD", "AAABBBCCCDDDEEE", "AABBCCDDEEFFGGH", "AABCCDEEFGGHJJK" };

/* Tables 2-A, 2-B and 2-C repeat one row along their diagonals: a letter further and an AQL step stricter is the same acceptance number.  By place on the diagonal, counted from
 * the cell of acceptance number 0; before it arrows lead down, behind the last arrows lead up.  Letter A has its 0 at 6.5 % (place 14), in the tightened table one step behind.
 * Reduced inspection of the 1999 edition: Re = Ac + 1 throughout, unlike the tables of MIL-STD-105E. */
enum { SPC_DOWN = -1, SPC_UP = -2 };
typedef struct spc_table { const int32_t *units; int letters, zero, cells; int8_t cell[11]; } spc_table; /* units of each letter; place of the 0 of letter A */
static const int32_t spc_reduced_units[] = { 2, 2, 2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800 };
static const spc_table spc_tables[] = {
    { spc_units, 16, 14, 11, { 0, SPC_UP, SPC_DOWN, 1, 2, 3, 5, 7, 10, 14, 21 } },
    { spc_units, 17, 15, 10, { 0, SPC_DOWN, SPC_DOWN, 1, 2, 3, 5, 8, 12, 18 } }, /* letter S is of the tightened table alone */
    { spc_reduced_units, 16, 14, 11, { 0, SPC_UP, SPC_DOWN, SPC_DOWN, 1, 2, 3, 5, 6, 8, 10 } },
};

static int spc_cell(const spc_table *t, int letter, int aql)
{
    const int place = letter + aql - t->zero;
    return place < 0 ? SPC_DOWN : place >= t->cells ? SPC_UP : t->cell[place];
}

static int spc_letter_at(char c)
{
    int k = 0;
    while (spc_letter[k] != c) k++;
    return k;
}

/* The nearest letter in this direction that has a plan, or -1. */
static int spc_towards(const spc_table *t, int letter, int aql, int step)
{
    while (letter >= 0 && letter < t->letters && spc_cell(t, letter, aql) < 0) letter += step;
    return letter >= 0 && letter < t->letters ? letter : -1;
}

/* Follow the arrow; where it would lead out of the table, the table has the other one. */
static int spc_follow(const spc_table *t, int letter, int aql)
{
    const int step = spc_cell(t, letter, aql) == SPC_UP ? -1 : 1, found = spc_towards(t, letter, aql, step);
    return found >= 0 ? found : spc_towards(t, letter, aql, -step);
}

c12_status c12_spc_sample(int64_t lot, int32_t level, int32_t aql_ppm, int32_t severity, c12_spc_plan *out, c12_error *err)
{
    c12_spc_plan known;
    int row = 0, aql = 0;
    c12_status s = c12__take(&known, sizeof known, out, "out", err);
    if (s) return s;
    if (lot < 2) return c12__fail(err, C12_E_RANGE, "a lot has at least two units", "lot", -1, lot);
    if (level < C12_SPC_LEVEL_I || level > C12_SPC_LEVEL_S4) return c12__fail(err, C12_E_RANGE, "no such inspection level", "level", -1, level);
    if (severity < C12_SPC_NORMAL || severity > C12_SPC_REDUCED) return c12__fail(err, C12_E_RANGE, "no plan for this severity", "severity", -1, severity);
    while (aql < SPC_AQLS && spc_aql[aql] != aql_ppm) aql++;
    if (aql == SPC_AQLS) return c12__fail(err, C12_E_RANGE, "AQL is none of the preferred values from 0.010 to 10 percent", "aql_ppm", -1, aql_ppm);
    while (lot > spc_lot_to[row]) row++;
    const spc_table *t = &spc_tables[severity - C12_SPC_NORMAL];
    const int letter = spc_letter_at(spc_lot_letter[level - 1][row]), used = spc_follow(t, letter, aql);
    c12_spc_plan p = C12_INIT(c12_spc_plan);
    p.letter = spc_letter[letter];
    p.used = spc_letter[used];
    p.all = t->units[used] >= lot;
    p.sample = c12__min64(lot, t->units[used]);
    p.accept = spc_cell(t, used, aql);
    c12__give(out, &p, sizeof p);
    return C12_OK;
}

/* ---- switching rules --------------------------------------------------------------------------------------------------------------- */

enum { SPC_REDUCE_AT = 30, SPC_BACK_AFTER = 5, SPC_STOP_AFTER = 5 };

static void spc_begin(c12_spc_scheme *s, int32_t severity)
{
    s->severity = severity;
    s->score = s->in_a_row = s->rejected = 0;
    s->recent = 0;
}

static int spc_flag(const uint8_t *column, int64_t i) { return column && column[i]; }

static void spc_normal_lot(c12_spc_scheme *s, const c12_spc_lots *l, int64_t i)
{
    const int passed = l->accepted[i] != 0, wide = c12__at32(l->accept, i, 0) >= 2;
    s->score = !passed || (wide && !spc_flag(l->tighter, i)) ? 0 : s->score + (wide ? 3 : 2);
    if (!passed && s->recent) { spc_begin(s, C12_SPC_TIGHTENED); return; } /* the second of five or fewer */
    s->recent = (s->recent << 1 | !passed) & 0xF;
    if (s->score >= SPC_REDUCE_AT && spc_flag(l->steady, i)) spc_begin(s, C12_SPC_REDUCED);
}

static void spc_tight_lot(c12_spc_scheme *s, int passed)
{
    s->in_a_row = passed ? s->in_a_row + 1 : 0;
    s->rejected += !passed;
    if (s->rejected >= SPC_STOP_AFTER) spc_begin(s, C12_SPC_DISCONTINUED);
    else if (s->in_a_row >= SPC_BACK_AFTER) spc_begin(s, C12_SPC_NORMAL);
}

/* The severity the lot was inspected under. */
static int32_t spc_lot(c12_spc_scheme *s, const c12_spc_lots *l, int64_t i)
{
    if (s->severity == C12_SPC_DISCONTINUED && spc_flag(l->corrected, i)) spc_begin(s, C12_SPC_TIGHTENED);
    const int32_t under = s->severity;
    if (under == C12_SPC_NORMAL) spc_normal_lot(s, l, i);
    else if (under == C12_SPC_TIGHTENED) spc_tight_lot(s, l->accepted[i] != 0);
    else if (under == C12_SPC_REDUCED && (!l->accepted[i] || !spc_flag(l->steady, i))) spc_begin(s, C12_SPC_NORMAL);
    return under;
}

static c12_status spc_take_lots(c12_spc_lots *l, const c12_spc_lots *lots, c12_error *err)
{
    c12_status s = c12__take(l, sizeof *l, lots, "lots", err);
    if (s) return s;
    if (l->n < 0 || (l->n && !l->accepted)) return c12__fail(err, C12_E_ARG, "column is NULL or count negative", "accepted", -1, l->n);
    for (int64_t i = 0; i < l->n; i++) {
        if (c12__at32(l->accept, i, 0) < 0) return c12__fail(err, C12_E_RANGE, "acceptance number is negative", "accept", i, l->accept[i]);
        if (!l->accepted[i] && spc_flag(l->tighter, i)) return c12__fail(err, C12_E_RANGE, "a rejected lot cannot pass one step tighter", "tighter", i, 1);
    }
    return C12_OK;
}

c12_status c12_spc_switch(c12_spc_scheme *scheme, const c12_spc_lots *lots, int32_t *severity, c12_error *err)
{
    c12_spc_scheme k;
    c12_spc_lots l;
    c12_status s = c12__take(&k, sizeof k, scheme, "scheme", err);
    if (s || (s = spc_take_lots(&l, lots, err))) return s;
    if (!k.severity) k.severity = C12_SPC_NORMAL;
    if (k.severity < C12_SPC_NORMAL || k.severity > C12_SPC_DISCONTINUED) return c12__fail(err, C12_E_RANGE, "no such severity", "severity", -1, k.severity);
    if (k.score < 0 || k.score > INT32_MAX / 2 || k.in_a_row < 0 || k.rejected < 0 || k.recent > 0xF) return c12__fail(err, C12_E_RANGE, "memory of the scheme is not its own", "score", -1, k.score);
    for (int64_t i = 0; i < l.n; i++) {
        int32_t under = spc_lot(&k, &l, i);
        if (k.score > SPC_REDUCE_AT) k.score = SPC_REDUCE_AT; /* more says nothing more */
        if (severity) severity[i] = under;
    }
    c12__give(scheme, &k, sizeof k);
    return C12_OK;
}

/* ---- checker of severities: looks back from each lot to the last change, and asks what the lots since then say ------------------------------------- */

typedef struct spc_spell { int64_t from, to; } spc_spell; /* lots from .. to - 1 were inspected under one severity */

static int spc_rejected_in(const c12_spc_lots *l, int64_t from, int64_t to)
{
    int n = 0;
    for (int64_t i = from; i < to; i++) n += !l->accepted[i];
    return n;
}

static int spc_score_is(const c12_spc_lots *l, spc_spell p)
{
    int64_t score = 0;
    for (int64_t i = p.from; i < p.to; i++) {
        int many = c12__at32(l->accept, i, 0) > 1, adds = many ? (l->tighter && l->tighter[i]) : l->accepted[i] != 0;
        score = adds ? score + (many ? 3 : 2) : 0;
    }
    return score >= 30;
}

/* The severity of the lot behind a spell. */
static int32_t spc_after(const c12_spc_lots *l, int32_t severity, spc_spell p)
{
    const int64_t last = p.to - 1;
    const int steady = l->steady && l->steady[last], bad = !l->accepted[last];
    switch (severity) {
    case C12_SPC_NORMAL:
        if (bad && spc_rejected_in(l, c12__max64(p.from, last - 4), p.to) >= 2) return C12_SPC_TIGHTENED;
        return steady && spc_score_is(l, p) ? C12_SPC_REDUCED : severity;
    case C12_SPC_TIGHTENED:
        if (spc_rejected_in(l, p.from, p.to) == 5) return C12_SPC_DISCONTINUED;
        return p.to - p.from >= 5 && !spc_rejected_in(l, p.to - 5, p.to) ? C12_SPC_NORMAL : severity;
    case C12_SPC_REDUCED: return bad || !steady ? C12_SPC_NORMAL : severity;
    default: return severity;
    }
}

c12_status c12_spc_switch_check(const c12_spc_lots *lots, const int32_t *severity, c12_verdict *verdict, c12_error *err)
{
    c12_spc_lots l;
    c12_status s = spc_take_lots(&l, lots, err);
    if (s) return s;
    if (!verdict || (l.n && !severity)) return c12__fail(err, C12_E_ARG, "argument is NULL", "verdict", -1, 0);
    c12_verdict v = C12_INIT(c12_verdict);
    spc_spell p = { 0, 0 };
    v.row = v.tick = -1;
    for (int64_t i = 0; i < l.n; i++) {
        int32_t want = i ? spc_after(&l, severity[i - 1], p) : C12_SPC_NORMAL;
        if (i && want != severity[i - 1]) p.from = i;
        if (want == C12_SPC_DISCONTINUED && l.corrected && l.corrected[i] && i) {
            want = C12_SPC_TIGHTENED;
            p.from = i;
        }
        v.objective += !l.accepted[i];
        if (severity[i] != want && !v.violations++) {
            v.row = i;
            v.rule = "severity is not what the lots before ask for";
            v.field = "severity";
        }
        if (v.violations) break;
        p.to = i + 1;
    }
    c12__give(verdict, &v, sizeof v);
    return C12_OK;
}
