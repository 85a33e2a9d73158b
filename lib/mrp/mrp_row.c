/* SPDX-License-Identifier: Apache-2.0 */
#include "mrp/mrp_row.h"

/* ---- gathering ------------------------------------------------------------------------------------------------------------------ */

static int32_t row_ceil(int32_t q, int32_t a, int32_t b)
{
    int64_t x = (int64_t)q * a;
    return (int32_t)(x / b + (x % b != 0));
}

#if defined(__GNUC__) && defined(__FLT_EVAL_METHOD__) && __FLT_EVAL_METHOD__ == 0 && !defined(C12__PLAIN_ROWS)

/* Vectors of the compiler: eight cells in one or two registers, the same text for SSE2, AVX2 and NEON.
 *
 * A quotient x / b is taken in double and mended in exact integers: x < 2^51 and all products below 2^53 are exact, est is one of the
 * two integers around x / b, so that left = x - est * b is exact in (-b, b] and its sign tells whether est already is the ceiling. */
typedef int32_t row_8i __attribute__((vector_size(32), aligned(4), may_alias));
typedef uint32_t row_8u __attribute__((vector_size(32), aligned(4), may_alias));
typedef int32_t row_4i __attribute__((vector_size(16), aligned(4), may_alias));
typedef double row_4d __attribute__((vector_size(32)));
typedef int64_t row_4l __attribute__((vector_size(32)));
#define ROW_INLINE static inline __attribute__((always_inline))

/* Read at 8 - k its last k lanes of eight are all ones, at 4 + 4 - k its last k of four: what a row has left after the last whole vector. */
static const int32_t row_last[16] = { 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, -1, -1, -1, -1, -1, -1 };

typedef struct row_ratio_terms { double a, b, by; } row_ratio_terms;

ROW_INLINE row_4i row_ceil_4(row_4i order, const row_ratio_terms *r)
{
    const double to_integer = 6755399441055744.0, one = 1.0; /* adding 1.5 * 2^52 rounds to an integer */
    int64_t one_bits;
    memcpy(&one_bits, &one, sizeof one_bits);
    row_4d x = __builtin_convertvector(order, row_4d) * r->a;
    row_4d est = (x * r->by + to_integer) - to_integer;
    row_4d left = x - est * r->b;
    row_4l more = (left > 0.0) & one_bits;
    row_4d up;
    memcpy(&up, &more, sizeof up);
    return __builtin_convertvector(est + up, row_4i);
}

ROW_INLINE void row_whole(int32_t *need, const int32_t *order, int32_t n, int32_t a)
{
    int32_t i = 0;
    for (; i + 8 <= n; i += 8) *(row_8i *)(need + i) += *(const row_8i *)(order + i) * a;
    if (i == n) return;
    if (n < 8) {
        for (; i < n; i++) need[i] += order[i] * a;
        return;
    }
    *(row_8i *)(need + n - 8) += (*(const row_8i *)(order + n - 8) & *(const row_8i *)(row_last + n - i)) * a;
}

ROW_INLINE void row_ratio(int32_t *need, const int32_t *order, int32_t n, int32_t a, int32_t b)
{
    row_ratio_terms r = { a, b, 1.0 / b };
    int32_t i = 0;
    for (; i + 4 <= n; i += 4) *(row_4i *)(need + i) += row_ceil_4(*(const row_4i *)(order + i), &r);
    if (i == n) return;
    if (n < 4) {
        for (; i < n; i++) need[i] += row_ceil(order[i], a, b);
        return;
    }
    *(row_4i *)(need + n - 4) += row_ceil_4(*(const row_4i *)(order + n - 4) & *(const row_4i *)(row_last + 4 + n - i), &r);
}

/* By address: a vector argument wider than the processor's would have a calling convention of its own. */
ROW_INLINE int32_t row_any(const void *eight)
{
    int32_t lane[8], all = 0;
    memcpy(lane, eight, sizeof lane);
    for (int32_t i = 0; i < 8; i++) all |= lane[i];
    return all;
}

ROW_INLINE int32_t row_whole_more(int32_t *more, const int32_t *before, const int32_t *after, int32_t n, int32_t a)
{
    row_8i any = { 0 };
    int32_t i = 0, rest = 0;
    for (; i + 8 <= n; i += 8) any |= *(row_8i *)(more + i) = (*(const row_8i *)(after + i) - *(const row_8i *)(before + i)) * a;
    for (; i < n; i++) rest |= more[i] = (after[i] - before[i]) * a;
    return row_any(&any) | rest;
}

ROW_INLINE int32_t row_ratio_more(int32_t *more, const int32_t *before, const int32_t *after, int32_t n, int32_t a, int32_t b)
{
    const row_ratio_terms r = { a, b, 1.0 / b };
    row_4i any = { 0 };
    int32_t i = 0, rest = 0, lane[4];
    for (; i + 4 <= n; i += 4) any |= *(row_4i *)(more + i) = row_ceil_4(*(const row_4i *)(after + i), &r) - row_ceil_4(*(const row_4i *)(before + i), &r);
    for (; i < n; i++) rest |= more[i] = row_ceil(after[i], a, b) - row_ceil(before[i], a, b);
    memcpy(lane, &any, sizeof lane);
    return lane[0] | lane[1] | lane[2] | lane[3] | rest;
}

/* Sums wrap; one that passed 31 bits shows as a negative. */
ROW_INLINE int32_t row_add(int32_t *need, const int32_t *more, int32_t n)
{
    row_8u any = { 0 };
    uint32_t rest = 0;
    int32_t i = 0;
    for (; i + 8 <= n; i += 8) any |= *(row_8u *)(need + i) += *(const row_8u *)(more + i);
    for (; i < n; i++) rest |= (uint32_t)(need[i] = (int32_t)((uint32_t)need[i] + (uint32_t)more[i]));
    return row_any(&any) | (int32_t)rest;
}

ROW_INLINE int32_t row_differ(const int32_t *before, const int32_t *after, int32_t n)
{
    row_8i same = { 0 };
    int32_t i = 0, lane[8], count = 0;
    for (; i + 8 <= n; i += 8) same += *(const row_8i *)(before + i) != *(const row_8i *)(after + i); /* -1 where they differ */
    for (; i < n; i++) count += before[i] != after[i];
    memcpy(lane, &same, sizeof lane);
    for (i = 0; i < 8; i++) count -= lane[i];
    return count;
}

/* One set of entry points a processor; ROW_FOR is its attribute. */
#define ROW_FORMS(name, ROW_FOR) \
    ROW_FOR static void name##_whole(int32_t *need, const int32_t *order, int32_t n, int32_t a) { row_whole(need, order, n, a); } \
    ROW_FOR static void name##_ratio(int32_t *need, const int32_t *order, int32_t n, int32_t a, int32_t b) { row_ratio(need, order, n, a, b); } \
    ROW_FOR static int32_t name##_whole_more(int32_t *more, const int32_t *before, const int32_t *after, int32_t n, int32_t a) { return row_whole_more(more, before, after, n, a); } \
    ROW_FOR static int32_t name##_ratio_more(int32_t *more, const int32_t *before, const int32_t *after, int32_t n, int32_t a, int32_t b) { return row_ratio_more(more, before, after, n, a, b); } \
    ROW_FOR static int32_t name##_add(int32_t *need, const int32_t *more, int32_t n) { return row_add(need, more, n); } \
    ROW_FOR static int32_t name##_differ(const int32_t *before, const int32_t *after, int32_t n) { return row_differ(before, after, n); } \
    static const c12__mrp_gather name = { name##_whole, name##_ratio, name##_whole_more, name##_ratio_more, name##_add, name##_differ };

ROW_FORMS(row_any_processor, )
#  if defined(__x86_64__)
ROW_FORMS(row_avx2, __attribute__((target("avx2"))))
#  endif

c12__mrp_gather c12__mrp_gather_best(void)
{
#  if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) return row_avx2;
#  endif
    return row_any_processor;
}

#else

static void plain_whole(int32_t *need, const int32_t *order, int32_t n, int32_t a)
{
    for (int32_t i = 0; i < n; i++) need[i] += order[i] * a;
}

static void plain_ratio(int32_t *need, const int32_t *order, int32_t n, int32_t a, int32_t b)
{
    for (int32_t i = 0; i < n; i++) need[i] += row_ceil(order[i], a, b);
}

static int32_t plain_whole_more(int32_t *more, const int32_t *before, const int32_t *after, int32_t n, int32_t a)
{
    int32_t any = 0;
    for (int32_t i = 0; i < n; i++) any |= more[i] = (after[i] - before[i]) * a;
    return any;
}

static int32_t plain_ratio_more(int32_t *more, const int32_t *before, const int32_t *after, int32_t n, int32_t a, int32_t b)
{
    int32_t any = 0;
    for (int32_t i = 0; i < n; i++) any |= more[i] = row_ceil(after[i], a, b) - row_ceil(before[i], a, b);
    return any;
}

static int32_t plain_add(int32_t *need, const int32_t *more, int32_t n)
{
    uint32_t any = 0;
    for (int32_t i = 0; i < n; i++) any |= (uint32_t)(need[i] = (int32_t)((uint32_t)need[i] + (uint32_t)more[i]));
    return (int32_t)any;
}

static int32_t plain_differ(const int32_t *before, const int32_t *after, int32_t n)
{
    int32_t count = 0;
    for (int32_t i = 0; i < n; i++) count += before[i] != after[i];
    return count;
}

c12__mrp_gather c12__mrp_gather_best(void)
{
    c12__mrp_gather g = { plain_whole, plain_ratio, plain_whole_more, plain_ratio_more, plain_add, plain_differ };
    return g;
}

#endif

/* ---- orders --------------------------------------------------------------------------------------------------------------------- */

/* At least the largest: the next 2^k - 1. */
int32_t c12__mrp_peak(const int32_t *order, int32_t n)
{
    uint32_t bits = 0;
    int32_t t = 0;
    for (; t + 8 <= n; t += 8) /* eight in step: even a compiler that does not vectorise has no chain to wait for */
        bits |= (uint32_t)((order[t] | order[t + 1]) | (order[t + 2] | order[t + 3]) | ((order[t + 4] | order[t + 5]) | (order[t + 6] | order[t + 7])));
    for (; t < n; t++) bits |= (uint32_t)order[t];
    for (int32_t shift = 1; shift < 32; shift *= 2) bits |= bits >> shift;
    return (int32_t)bits;
}

/* ---- orders --------------------------------------------------------------------------------------------------------------------- */

/* Once the slack is used up every need is an order of its own size: the rest of the row is a copy. */
static int64_t orders_lot_for_lot(const int32_t *need, int32_t *order, int32_t t, int32_t to, int64_t slack)
{
    for (; t < to && slack > 0; t++) {
        slack -= need[t];
        order[t] = slack < 0 ? (int32_t)-slack : 0;
        slack = slack < 0 ? 0 : slack;
    }
    if (t < to && slack < 0) { order[t] = (int32_t)(need[t] - slack); slack = 0; t++; }
    memcpy(order + t, need + t, (size_t)(to - t) * sizeof *order);
    return slack;
}

/* Whole lots that cover q > 0.  A division by an invariant is a product with its reciprocal, exact while both are below 2^32. */
typedef struct lot_divider { int64_t size; uint64_t by; } lot_divider; /* by 0: size 1 */

static inline lot_divider lot_divider_of(int64_t size)
{
    lot_divider d = { size, size > 1 ? UINT64_MAX / (uint64_t)size + 1 : 0 };
    return d;
}

static inline int64_t lots_for(const lot_divider *d, int64_t q)
{
    if (d->size == 1) return q;
#if defined(C12__HAS_INT128)
    if (d->by && q + d->size <= (int64_t)1 << 32) return (int64_t)((c12__wide)((uint64_t)q + (uint64_t)d->size - 1) * d->by >> 64);
#endif
    return (q + d->size - 1) / d->size;
}

/* Without receipts needs only add up, so the lots ordered by t are ceil(shortage by t / size): no order looks at the one before, and a
 * row flows through the divider. */
static int64_t orders_fixed(const c12__mrp_fast *f, const int32_t *need, int32_t *order, int32_t t, int32_t to, int64_t slack, int64_t *most)
{
    const lot_divider d = lot_divider_of(f->size);
    int64_t lots = 0, want = -slack;
    for (; t < to; t++) {
        want += need[t];
        int64_t all = lots_for(&d, want > 0 ? want : 0), lot = (all - lots) * d.size;
        *most |= lot;
        order[t] = (int32_t)lot;
        lots = all;
    }
    return lots * d.size - want;
}

/* The least lot, taken without a branch, covers nearly every shortage; only a larger one is divided. */
static int64_t orders_min_multiple(const c12__mrp_fast *f, const int32_t *need, int32_t *order, int32_t t, int32_t to, int64_t slack, int64_t *most)
{
    const int64_t multiple = f->size, least = f->min; /* min is a multiple already */
    const lot_divider d = lot_divider_of(multiple);
    if (least <= multiple) return orders_fixed(f, need, order, t, to, slack, most);
    for (; t < to; t++) {
        slack -= need[t];
        int64_t lot = slack < 0 ? least : 0;
        if (slack + lot < 0) {
            lot = lots_for(&d, -slack) * multiple;
            *most |= lot;
        }
        order[t] = (int32_t)lot;
        slack += lot;
    }
    return slack;
}

/* `min` is what lies between the floor and the order-up-to level. */
static int64_t orders_min_max(const c12__mrp_fast *f, const int32_t *need, int32_t *order, int32_t t, int32_t to, int64_t slack, int64_t *most)
{
    for (; t < to; t++) {
        slack -= need[t];
        int64_t lot = slack < 0 ? f->min - slack : 0;
        *most |= lot;
        order[t] = (int32_t)lot;
        slack += lot;
    }
    return slack;
}

/* Needs never fall, so without receipts the largest shortage of a window is the one at its end. */
static int64_t orders_periods(const c12__mrp_fast *f, const int32_t *need, int32_t *order, int32_t t, int32_t to, int64_t slack, int64_t *most)
{
    while (t < to) {
        slack -= need[t];
        if (slack >= 0) { order[t++] = 0; continue; }
        int32_t first = t, end = to - t < f->periods ? to : t + f->periods;
        for (t++; t < end; t++) { slack -= need[t]; order[t] = 0; }
        *most |= -slack;
        order[first] = (int32_t)-slack;
        slack = 0;
    }
    return slack;
}

int c12__mrp_orders_between(const c12__mrp_fast *f, const int64_t *net, int32_t *order, int32_t n)
{
    int64_t slack = f->slack, most = 0;
    for (int32_t t = 0; t < n; ) {
        slack -= net[t];
        if (slack >= 0) { order[t++] = 0; continue; }
        const int32_t first = t, end = n - t < f->periods ? n : t + f->periods;
        int64_t worst = slack;
        for (t++; t < end; t++) {
            slack -= net[t];
            worst = slack < worst ? slack : worst;
            order[t] = 0;
        }
        most |= -worst;
        order[first] = (int32_t)-worst;
        slack -= worst;
    }
    return most > INT32_MAX;
}

int c12__mrp_orders(const c12__mrp_fast *f, const int32_t *need, int32_t *order, int32_t from, int32_t to, int64_t *slack)
{
    int64_t most = 0;
    switch (f->rule) {
    case C12__FAST_FIXED: *slack = orders_fixed(f, need, order, from, to, *slack, &most); break;
    case C12__FAST_MIN_MULTIPLE: *slack = orders_min_multiple(f, need, order, from, to, *slack, &most); break;
    case C12__FAST_MIN_MAX: *slack = orders_min_max(f, need, order, from, to, *slack, &most); break;
    case C12__FAST_PERIODS: *slack = orders_periods(f, need, order, from, to, *slack, &most); break;
    default:
        if (*slack < 0) most = need[from] - *slack;
        *slack = orders_lot_for_lot(need, order, from, to, *slack);
    }
    return most > INT32_MAX || most < 0;
}
