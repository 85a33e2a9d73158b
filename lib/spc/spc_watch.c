/* SPDX-License-Identifier: Apache-2.0 */
/* Streams: run rules on shift registers, EWMA and CUSUM.  Every point costs the same, however many came before. */
#include "spc/spc_internal.h"

/* ---- run rules --------------------------------------------------------------------------------------------------------------------- */

static uint32_t spc_bits(uint32_t v) /* how many of the lowest five are set */
{
    return (v & 1) + (v >> 1 & 1) + (v >> 2 & 1) + (v >> 3 & 1) + (v >> 4 & 1);
}

/* Up after down or down after up, at each of the last points. */
static uint32_t spc_turns(const c12_spc_watch *w) { return (w->up & w->down >> 1) | (w->down & w->up >> 1); }

static int spc_full(uint32_t v, uint32_t mask) { return (v & mask) == mask; }

/* Does the last point belong, with enough others of the window? */
static uint32_t spc_ends(uint32_t v, uint32_t window, uint32_t least) { return v & 1 & (uint32_t)(spc_bits(v & window) >= least); }

/* Bit r - 1: rule r holds at the last point. */
static uint32_t spc_fires(const c12_spc_watch *w)
{
    const uint32_t close = ~(w->above1 | w->below1), apart = w->above1 | w->below1;
    uint32_t f = (w->above3 | w->below3) & 1;
    f |= (uint32_t)(spc_full(w->above, 0x1FF) | spc_full(w->below, 0x1FF)) << 1;
    f |= (uint32_t)(spc_full(w->up, 0x1F) | spc_full(w->down, 0x1F)) << 2;
    f |= (uint32_t)spc_full(spc_turns(w), 0xFFF) << 3;
    f |= (spc_ends(w->above2, 7, 2) | spc_ends(w->below2, 7, 2)) << 4;
    f |= (spc_ends(w->above1, 0x1F, 4) | spc_ends(w->below1, 0x1F, 4)) << 5;
    f |= (uint32_t)(spc_full(close, 0x7FFF) && w->count >= 15) << 6;
    f |= (uint32_t)spc_full(apart, 0xFF) << 7;
    f |= (uint32_t)(spc_full(w->above, 0xFF) | spc_full(w->below, 0xFF)) << 8;
    return f;
}

uint32_t c12__spc_step(c12_spc_watch *w, int64_t value)
{
    const int64_t thrice = 3 * (value - w->centre), reach = w->reach, before = w->count ? w->last : value;
    w->above = w->above << 1 | (thrice > 0);
    w->below = w->below << 1 | (thrice < 0);
    w->above1 = w->above1 << 1 | (thrice > reach);
    w->below1 = w->below1 << 1 | (thrice < -reach);
    w->above2 = w->above2 << 1 | (thrice > 2 * reach);
    w->below2 = w->below2 << 1 | (thrice < -2 * reach);
    w->above3 = w->above3 << 1 | (thrice > 3 * reach);
    w->below3 = w->below3 << 1 | (thrice < -3 * reach);
    w->up = w->up << 1 | (value > before);
    w->down = w->down << 1 | (value < before);
    w->last = value;
    w->count++;
    return spc_fires(w) & w->rules;
}

/* One-sided patterns: the register of the side that fired, and which of its last points count. */
static uint32_t spc_sided(uint32_t above, uint32_t below, uint32_t window, uint32_t least, int32_t *side)
{
    uint32_t up = above & window, down = below & window;
    int high = (above & 1) && (least ? spc_bits(up) >= least : up == window);
    *side = high ? 1 : -1;
    return high ? up : down;
}

uint32_t c12__spc_pattern_of(const c12_spc_watch *w, int32_t rule, int32_t *side)
{
    *side = 0;
    if (!(spc_fires(w) >> (rule - 1) & 1)) return 0;
    switch (rule) {
    case 1: return spc_sided(w->above3, w->below3, 1, 0, side);
    case 2: return spc_sided(w->above, w->below, 0x1FF, 0, side);
    case 3: *side = w->up & 1 ? 1 : -1; return 0x3F;
    case 4: return 0x3FFF;
    case 5: return spc_sided(w->above2, w->below2, 7, 2, side);
    case 6: return spc_sided(w->above1, w->below1, 0x1F, 4, side);
    case 7: return 0x7FFF;
    case 8: return 0xFF;
    default: return spc_sided(w->above, w->below, 0xFF, 0, side);
    }
}

static c12_status spc_take_watch(c12_spc_watch *w, const c12_spc_watch *watch, c12_error *err)
{
    c12_status s = C12__TAKE_FAST(w, watch, "watch", err);
    if (s) return s;
    if (w->rules >> C12_SPC_RULES) return c12__fail(err, C12_E_RANGE, "no such rule", "rules", -1, (int64_t)w->rules);
    if (w->reach < 0 || w->reach > C12__SPC_BOUND) return c12__fail(err, C12_E_RANGE, "reach is 0..2^60", "reach", -1, w->reach);
    if (w->centre > C12__SPC_BOUND || w->centre < -C12__SPC_BOUND) return c12__fail(err, C12_E_RANGE, "centre line beyond 2^60", "centre", -1, w->centre);
    if (w->count < 0) return c12__fail(err, C12_E_RANGE, "count is negative", "count", -1, w->count);
    if (!w->rules) w->rules = C12_SPC_NELSON;
    return C12_OK;
}

c12_status c12_spc_push(c12_spc_watch *watch, int64_t n, const int64_t *value, uint32_t *fired, c12_error *err)
{
    c12_spc_watch w;
    c12_status s = spc_take_watch(&w, watch, err);
    if (s) return s;
    if (n < 0 || (n && (!value || !fired))) return c12__fail(err, C12_E_ARG, "column is NULL or count negative", "n", -1, n);
    for (int64_t i = 0; i < n; i++)
        if (value[i] > C12__SPC_BOUND || value[i] < -C12__SPC_BOUND) return c12__fail(err, C12_E_RANGE, "value beyond 2^60", "value", i, value[i]);
    for (int64_t i = 0; i < n; i++) fired[i] = c12__spc_step(&w, value[i]);
    C12__GIVE_FAST(watch, &w);
    return C12_OK;
}

c12_status c12_spc_pattern(const c12_spc_watch *watch, int32_t rule, uint32_t *points, int32_t *side, c12_error *err)
{
    c12_spc_watch w;
    int32_t which;
    c12_status s = spc_take_watch(&w, watch, err);
    if (s) return s;
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
