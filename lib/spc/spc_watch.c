/* SPDX-License-Identifier: Apache-2.0 */
/* Streams: run rules on shift registers, EWMA and CUSUM.  Every point costs the same, however many came before. */
#include "spc/spc_internal.h"

/* ---- run rules --------------------------------------------------------------------------------------------------------------------- */

/* Registers of both sides beside each other, of what is above in the low half and below in the high one: what is asked of one side is asked of both at once. */
typedef struct spc_pairs { uint64_t side, one, two, three, steps; } spc_pairs;

static inline uint64_t spc_pair(uint32_t above, uint32_t below) { return (uint64_t)below << 32 | above; }
static inline spc_pairs spc_pairs_of(const c12_spc_watch *w)
{
    return (spc_pairs){ spc_pair(w->above, w->below), spc_pair(w->above1, w->below1), spc_pair(w->above2, w->below2), spc_pair(w->above3, w->below3), spc_pair(w->up, w->down) };
}

static inline uint64_t spc_pushed(uint64_t pair, uint64_t bits) { return (pair << 1 & ~(UINT64_C(1) << 32)) | bits; }

/* Bit 0 of each half: the last point belongs, and one of the two before it; and three of the four before it. */
static inline uint64_t spc_two_of_three(uint64_t v) { return v & (v >> 1 | v >> 2); }
static inline uint64_t spc_four_of_five(uint64_t v)
{
    const uint64_t a = v >> 1, b = v >> 2, c = v >> 3, d = v >> 4;
    return v & ((a & b & (c | d)) | ((a | b) & c & d));
}

/* Bit 0 of each half: the last 5 points, and the last 8; the last 9 are those and the one before. */
static inline uint64_t spc_five(uint64_t v) { return v & v >> 1 & v >> 2 & v >> 3 & v >> 4; }
static inline uint64_t spc_eight(uint64_t v)
{
    const uint64_t pairs = v & v >> 1, fours = pairs & pairs >> 2;
    return fours & fours >> 4;
}

/* Bit r - 1: rule r holds at the last of so many points. */
static inline uint32_t spc_fires(const spc_pairs *p, int64_t count)
{
    const uint32_t apart = (uint32_t)(p->one | p->one >> 32), up = (uint32_t)p->steps, down = (uint32_t)(p->steps >> 32), turns = (up & down >> 1) | (down & up >> 1);
    const uint64_t last = UINT64_C(1) << 32 | 1, eight = spc_eight(p->side);
    uint64_t f = p->three & last; /* a side in each half */
    f |= (eight & p->side >> 8 & last) << 1;
    f |= (spc_five(p->steps) & last) << 2;
    f |= (spc_two_of_three(p->two) & last) << 4;
    f |= (spc_four_of_five(p->one) & last) << 5;
    f |= (eight & last) << 8;
    const uint32_t neither = (uint32_t)((turns & 0xFFF) == 0xFFF) << 3 | (uint32_t)(((apart & 0x7FFF) == 0) & (count >= 15)) << 6 | (uint32_t)((apart & 0xFF) == 0xFF) << 7;
    return (uint32_t)(f | f >> 32) | neither;
}

/* One more point: whatever zone it is in, the way through is the same. */
static inline uint32_t spc_step(c12_spc_watch *w, int64_t value)
{
    const int64_t thrice = 3 * (value - w->centre), far = thrice < 0 ? -thrice : thrice, reach = w->reach, before = w->count ? w->last : value;
    const int half = thrice < 0 ? 32 : 0;
    spc_pairs p = spc_pairs_of(w);
    p.side = spc_pushed(p.side, (uint64_t)(far > 0) << half);
    p.one = spc_pushed(p.one, (uint64_t)(far > reach) << half);
    p.two = spc_pushed(p.two, (uint64_t)(far > 2 * reach) << half);
    p.three = spc_pushed(p.three, (uint64_t)(far > 3 * reach) << half);
    p.steps = spc_pushed(p.steps, spc_pair(value > before, value < before));
    w->above = (uint32_t)p.side; w->below = (uint32_t)(p.side >> 32);
    w->above1 = (uint32_t)p.one; w->below1 = (uint32_t)(p.one >> 32);
    w->above2 = (uint32_t)p.two; w->below2 = (uint32_t)(p.two >> 32);
    w->above3 = (uint32_t)p.three; w->below3 = (uint32_t)(p.three >> 32);
    w->up = (uint32_t)p.steps; w->down = (uint32_t)(p.steps >> 32);
    w->last = value;
    w->count++;
    return spc_fires(&p, w->count) & w->rules;
}

uint32_t c12__spc_step(c12_spc_watch *w, int64_t value) { return spc_step(w, value); }

/* One-sided patterns: the register of the side that fired, and which of its last points count. */
static uint32_t spc_sided(int high, uint32_t above, uint32_t below, uint32_t window, int32_t *side)
{
    *side = high ? 1 : -1;
    return (high ? above : below) & window;
}

uint32_t c12__spc_pattern_of(const c12_spc_watch *w, int32_t rule, int32_t *side)
{
    const spc_pairs p = spc_pairs_of(w);
    *side = 0;
    if (!(spc_fires(&p, w->count) >> (rule - 1) & 1)) return 0;
    switch (rule) {
    case 1: return spc_sided(w->above3 & 1, w->above3, w->below3, 1, side);
    case 2: return spc_sided(spc_eight(w->above) & w->above >> 8 & 1, w->above, w->below, 0x1FF, side);
    case 3: *side = w->up & 1 ? 1 : -1; return 0x3F;
    case 4: return 0x3FFF;
    case 5: return spc_sided(spc_two_of_three(w->above2) & 1, w->above2, w->below2, 7, side);
    case 6: return spc_sided(spc_four_of_five(w->above1) & 1, w->above1, w->below1, 0x1F, side);
    case 7: return 0x7FFF;
    case 8: return 0xFF;
    default: return spc_sided(spc_eight(w->above) & 1, w->above, w->below, 0xFF, side);
    }
}

static c12_status spc_see_watch(const c12_spc_watch *w, c12_error *err)
{
    if (w->rules >> C12_SPC_RULES) return c12__fail(err, C12_E_RANGE, "no such rule", "rules", -1, (int64_t)w->rules);
    if (w->reach < 0 || w->reach > C12__SPC_BOUND) return c12__fail(err, C12_E_RANGE, "reach is 0..2^60", "reach", -1, w->reach);
    if (w->centre > C12__SPC_BOUND || w->centre < -C12__SPC_BOUND) return c12__fail(err, C12_E_RANGE, "centre line beyond 2^60", "centre", -1, w->centre);
    if (w->count < 0) return c12__fail(err, C12_E_RANGE, "count is negative", "count", -1, w->count);
    return C12_OK;
}

static inline int spc_beyond(int64_t v) { return (uint64_t)v + (uint64_t)C12__SPC_BOUND > 2 * (uint64_t)C12__SPC_BOUND; }

/* Is there nothing to see?  One question in place of five. */
static inline int spc_sound(const c12_spc_watch *w) { return !(w->rules >> C12_SPC_RULES) & ((uint64_t)w->reach <= (uint64_t)C12__SPC_BOUND) & !spc_beyond(w->centre) & (w->count >= 0); }

/* All points are judged before the first is put on. */
static inline c12_status spc_put(c12_spc_watch *w, int64_t n, const int64_t *value, uint32_t *fired, c12_error *err)
{
    if (!spc_sound(w)) return spc_see_watch(w, err);
    if (n < 0 || (n && (!value || !fired))) return c12__fail(err, C12_E_ARG, "column is NULL or count negative", "n", -1, n);
    for (int64_t i = 0; i < n; i++) if (spc_beyond(value[i])) return c12__fail(err, C12_E_RANGE, "value beyond 2^60", "value", i, value[i]);
    if (!w->rules) w->rules = C12_SPC_NELSON;
    for (int64_t i = 0; i < n; i++) fired[i] = spc_step(w, value[i]);
    return C12_OK;
}

c12_status c12_spc_push(c12_spc_watch *watch, int64_t n, const int64_t *value, uint32_t *fired, c12_error *err)
{
    c12_spc_watch w;
    if (watch && watch->struct_size == sizeof *watch) return spc_put(watch, n, value, fired, err); /* copied there and back, a point would cost twice as much */
    c12_status s = c12__take(&w, sizeof w, watch, "watch", err);
    if (!s) s = spc_put(&w, n, value, fired, err);
    if (!s) c12__give(watch, &w, sizeof w);
    return s;
}

c12_status c12_spc_pattern(const c12_spc_watch *watch, int32_t rule, uint32_t *points, int32_t *side, c12_error *err)
{
    c12_spc_watch w;
    int32_t which;
    c12_status s = c12__take(&w, sizeof w, watch, "watch", err);
    if (s || (s = spc_see_watch(&w, err))) return s;
    if (rule < 1 || rule > C12_SPC_RULES) return c12__fail(err, C12_E_RANGE, "rules are 1..9", "rule", -1, rule);
    if (!points) return c12__fail(err, C12_E_ARG, "argument is NULL", "points", -1, 0);
    *points = c12__spc_pattern_of(&w, rule, &which);
    if (side) *side = which;
    return C12_OK;
}

/* ---- EWMA -------------------------------------------------------------------------------------------------------------------------- */

#define SPC_CLOSEST (INT64_C(1) << 53) /* of points and targets of streams */
enum { SPC_MILLION = 1000000 };

static int spc_outside(int64_t v) { return v > SPC_CLOSEST || v < -SPC_CLOSEST; }

c12_status c12__spc_take_ewma(c12_spc_ewma *e, const c12_spc_ewma *from, c12_error *err)
{
    c12_status s = c12__take(e, sizeof *e, from, "ewma", err);
    if (s) return s;
    if (!e->lambda_ppm) e->lambda_ppm = 200000;
    if (!e->width_ppm) e->width_ppm = 3000000;
    if (e->lambda_ppm < 1 || e->lambda_ppm > SPC_MILLION) return c12__fail(err, C12_E_RANGE, "lambda is 1..1000000 ppm", "lambda_ppm", -1, e->lambda_ppm);
    if (e->width_ppm < 0 || e->width_ppm > 100 * SPC_MILLION) return c12__fail(err, C12_E_RANGE, "width is 0..100 sigma", "width_ppm", -1, e->width_ppm);
    if (e->sigma < 0 || spc_outside(e->sigma)) return c12__fail(err, C12_E_RANGE, "sigma is 0..2^53", "sigma", -1, e->sigma);
    if (spc_outside(e->target)) return c12__fail(err, C12_E_RANGE, "target beyond 2^53", "target", -1, e->target);
    if (e->count < 0 || spc_outside(e->z) || e->decay < 0 || e->decay > INT64_C(1000000000000000000)) return c12__fail(err, C12_E_RANGE, "memory of the average is not its own", "count", -1, e->count);
    if (!e->count) {
        e->z = e->target;
        e->decay = INT64_C(1000000000000000000);
    }
    return C12_OK;
}

/* The limits widen until the decay is nothing; from then on they stay. */
static void spc_widen(c12_spc_ewma *e)
{
    const int64_t one = INT64_C(1000000000000000000), left = SPC_MILLION - e->lambda_ppm;
    int64_t share = 0, root = 0;
    if (e->count && !e->decay) return;
    (void)c12__spc_share(e->decay, left * left, (c12__u128){ 0, (uint64_t)SPC_MILLION * SPC_MILLION }, &e->decay); /* shrinks */
    if (e->decay < 1000) e->decay = 0; /* 1e-15 of a limit's square; a rounded product would stay at its last digit */
    (void)c12__spc_share(one - e->decay, e->lambda_ppm, (c12__u128){ 0, (uint64_t)(2 * SPC_MILLION - e->lambda_ppm) }, &share); /* at most 1 */
    (void)c12__spc_root((c12__u128){ 0, (uint64_t)share }, (c12__u128){ 0, 1 }, &root); /* at most 1e9 */
    (void)c12__spc_share(e->sigma, root * e->width_ppm, (c12__u128){ 0, (uint64_t)C12_SPC_RATIO_SCALE * SPC_MILLION }, &e->reach); /* at most 100 sigma */
}

c12_status c12_spc_ewma_push(c12_spc_ewma *ewma, int64_t n, const int64_t *x, int64_t *z, int64_t *reach, int8_t *side, c12_error *err)
{
    c12_spc_ewma e;
    c12_status s = c12__spc_take_ewma(&e, ewma, err);
    if (s) return s;
    if (n < 0 || (n && !x)) return c12__fail(err, C12_E_ARG, "column is NULL or count negative", "n", -1, n);
    for (int64_t i = 0; i < n; i++) if (spc_outside(x[i])) return c12__fail(err, C12_E_RANGE, "point beyond 2^53", "x", i, x[i]);
    for (int64_t i = 0; i < n; i++) {
        int64_t step = 0;
        (void)c12__spc_share(x[i] - e.z, e.lambda_ppm, (c12__u128){ 0, SPC_MILLION }, &step); /* no larger than the difference */
        spc_widen(&e);
        e.z += step;
        e.count++;
        if (z) z[i] = e.z;
        if (reach) reach[i] = e.reach;
        if (side) side[i] = (int8_t)((e.z - e.target > e.reach) - (e.target - e.z > e.reach));
    }
    c12__give(ewma, &e, sizeof e);
    return C12_OK;
}

/* ---- CUSUM ------------------------------------------------------------------------------------------------------------------------- */

c12_status c12__spc_take_cusum(c12_spc_cusum *k, const c12_spc_cusum *from, c12_error *err)
{
    c12_status s = c12__take(k, sizeof *k, from, "cusum", err);
    if (s) return s;
    if (k->allowance < 0 || spc_outside(k->allowance)) return c12__fail(err, C12_E_RANGE, "allowance is 0..2^53", "allowance", -1, k->allowance);
    if (k->interval < 0 || spc_outside(k->interval)) return c12__fail(err, C12_E_RANGE, "interval is 0..2^53", "interval", -1, k->interval);
    if (spc_outside(k->target)) return c12__fail(err, C12_E_RANGE, "target beyond 2^53", "target", -1, k->target);
    if (k->count < 0 || k->high < 0 || k->low < 0) return c12__fail(err, C12_E_RANGE, "memory of the sums is not its own", "count", -1, k->count);
    if (!k->count && k->head_start) k->high = k->low = k->interval / 2;
    return C12_OK;
}

/* One more point; 1 when a sum does not fit. */
static int spc_accumulate(c12_spc_cusum *k, int64_t x)
{
    int64_t high, low;
    if (c12__add64(k->high, x - k->target - k->allowance, &high) || c12__add64(k->low, k->target - k->allowance - x, &low)) return 1;
    k->high = c12__max64(high, 0);
    k->low = c12__max64(low, 0);
    k->run_high = k->high ? k->run_high + 1 : 0;
    k->run_low = k->low ? k->run_low + 1 : 0;
    k->count++;
    return 0;
}

c12_status c12_spc_cusum_push(c12_spc_cusum *cusum, int64_t n, const int64_t *x, int64_t *high, int64_t *low, int8_t *side, c12_error *err)
{
    c12_spc_cusum k, dry;
    c12_status s = c12__spc_take_cusum(&k, cusum, err);
    if (s) return s;
    if (n < 0 || (n && !x)) return c12__fail(err, C12_E_ARG, "column is NULL or count negative", "n", -1, n);
    dry = k;
    for (int64_t i = 0; i < n; i++) {
        if (spc_outside(x[i])) return c12__fail(err, C12_E_RANGE, "point beyond 2^53", "x", i, x[i]);
        if (spc_accumulate(&dry, x[i])) return c12__fail(err, C12_E_OVERFLOW, "sum does not fit 64 bits", "x", i, x[i]);
    }
    for (int64_t i = 0; i < n; i++) {
        (void)spc_accumulate(&k, x[i]); /* tried before */
        if (high) high[i] = k.high;
        if (low) low[i] = k.low;
        if (side) side[i] = (int8_t)((k.high > k.interval) | (k.low > k.interval) << 1);
    }
    c12__give(cusum, &k, sizeof k);
    return C12_OK;
}
