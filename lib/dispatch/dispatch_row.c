/* SPDX-License-Identifier: Apache-2.0 */
/* Loops over whole rows of costs: what a load and a proof spend their time on. */
#include "dispatch/dispatch_internal.h"


static void cells_measure(int64_t *row, int64_t cells, int64_t *least, int64_t *lo, int64_t *hi)
{
    for (int64_t b = 0; b < cells / C12__DISPATCH_BLOCK; b++) {
        int64_t *x = row + b * C12__DISPATCH_BLOCK, small = C12__DISPATCH_FAR;
        for (int i = 0; i < C12__DISPATCH_BLOCK; i++) {
            if (x[i] == C12_DISPATCH_NEVER) { x[i] = C12__DISPATCH_FAR; continue; }
            small = c12__min64(small, x[i]);
            *hi = c12__max64(*hi, x[i]);
        }
        least[b] = small;
        if (small < C12__DISPATCH_FAR) *lo = c12__min64(*lo, small);
    }
}

static int64_t cells_slack(const int64_t *row, const int64_t *dual, int64_t cells)
{
    int64_t small = C12__DISPATCH_FAR;
    for (int64_t i = 0; i < cells; i++) small = c12__min64(small, row[i] - dual[i]);
    return small;
}

static void cells_below(const int64_t *row, const int64_t *out, int64_t cells, int64_t *least)
{
    for (int64_t b = 0; b < cells / C12__DISPATCH_BLOCK; b++, row += C12__DISPATCH_BLOCK, out += C12__DISPATCH_BLOCK) {
        least[b] = C12__DISPATCH_FAR;
        for (int i = 0; i < C12__DISPATCH_BLOCK; i++) least[b] = c12__min64(least[b], row[i] - out[i]);
    }
}

static const c12__dispatch_rows cells_plain = { cells_measure, cells_below, cells_slack };

#if defined(__GNUC__) && defined(__x86_64__) && !defined(C12__PLAIN_ROWS)

/* Four cells in a register; SSE2 cannot compare them, so that only this family has its own text. */
typedef int64_t cells_4 __attribute__((vector_size(32), aligned(8), may_alias));
#define CELLS_AVX2 __attribute__((target("avx2")))
#define CELLS_PICK(mask, yes, no) (((mask) & (yes)) | (~(mask) & (no)))
#define CELLS_ALL(v) ((cells_4){ (v), (v), (v), (v) })
#define CELLS_LESS(a, b) CELLS_PICK((a) < (b), a, b)

CELLS_AVX2 static void cells_avx2_measure(int64_t *row, int64_t cells, int64_t *least, int64_t *lo, int64_t *hi)
{
    const cells_4 never = CELLS_ALL(C12_DISPATCH_NEVER), far = CELLS_ALL(C12__DISPATCH_FAR);
    cells_4 large = CELLS_ALL(*hi);
    for (int64_t b = 0; b < cells / C12__DISPATCH_BLOCK; b++) {
        cells_4 *x = (cells_4 *)(row + b * C12__DISPATCH_BLOCK), small = far;
        for (int i = 0; i < C12__DISPATCH_BLOCK / 4; i++) {
            cells_4 v = x[i], none = v == never, real = CELLS_PICK(none, large, v);
            x[i] = v = CELLS_PICK(none, far, v);
            small = CELLS_LESS(small, v);
            large = CELLS_PICK(real > large, real, large);
        }
        least[b] = c12__min64(c12__min64(small[0], small[1]), c12__min64(small[2], small[3]));
        if (least[b] < C12__DISPATCH_FAR) *lo = c12__min64(*lo, least[b]);
    }
    *hi = c12__max64(c12__max64(large[0], large[1]), c12__max64(large[2], large[3]));
}

CELLS_AVX2 static void cells_avx2_below(const int64_t *row, const int64_t *out, int64_t cells, int64_t *least)
{
    for (int64_t b = 0; b < cells / C12__DISPATCH_BLOCK; b++) {
        const cells_4 *x = (const cells_4 *)(row + b * C12__DISPATCH_BLOCK), *y = (const cells_4 *)(out + b * C12__DISPATCH_BLOCK);
        cells_4 small = CELLS_ALL(C12__DISPATCH_FAR);
        for (int i = 0; i < C12__DISPATCH_BLOCK / 4; i++) {
            cells_4 v = x[i] - y[i];
            small = CELLS_LESS(small, v);
        }
        least[b] = c12__min64(c12__min64(small[0], small[1]), c12__min64(small[2], small[3]));
    }
}

CELLS_AVX2 static int64_t cells_avx2_slack(const int64_t *row, const int64_t *dual, int64_t cells)
{
    cells_4 small[2] = { CELLS_ALL(C12__DISPATCH_FAR), CELLS_ALL(C12__DISPATCH_FAR) };
    for (int64_t i = 0; i < cells; i += 8) {
        cells_4 a = *(const cells_4 *)(row + i) - *(const cells_4 *)(dual + i), b = *(const cells_4 *)(row + i + 4) - *(const cells_4 *)(dual + i + 4);
        small[0] = CELLS_LESS(small[0], a);
        small[1] = CELLS_LESS(small[1], b);
    }
    small[0] = CELLS_LESS(small[0], small[1]);
    return c12__min64(c12__min64(small[0][0], small[0][1]), c12__min64(small[0][2], small[0][3]));
}

static const c12__dispatch_rows cells_avx2 = { cells_avx2_measure, cells_avx2_below, cells_avx2_slack };

c12__dispatch_rows c12__dispatch_rows_best(void) { return __builtin_cpu_supports("avx2") ? cells_avx2 : cells_plain; }

#else

c12__dispatch_rows c12__dispatch_rows_best(void) { return cells_plain; }

#endif
