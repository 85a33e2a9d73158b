/* SPDX-License-Identifier: Apache-2.0 */
/* Lanes that would be smaller as columns of their own: in bins or with mixed odds.  Such an entry is barred, and all columns are offered again. */
#include "tlm/block/tlm_mix.h"
#include "tlm/linq/tlm_linq.h"

/* In bits / 256: what a column in bins takes beside its values, and what all lanes together take beside theirs. */
enum { SUSPECT_OWN = 16 * 2048, SUSPECT_SHARED = 48 * 2048, SUSPECT_COUNTS = 4096, SUSPECT_FEW_COUNTS = 1024, SUSPECT_FEW_ROWS = 4096, SUSPECT_MANY_ROWS = 8192, SUSPECT_FEW_LANES = 4 };

static void suspect_values(const c12__tlm_writer *w, int32_t j, int64_t *v, c12__tlm_column *c)
{
    for (int64_t t = 0; t < w->m.rows; t++) v[t] = w->x[t * w->m.width + j];
    c12__tlm_column_zone(v, w->m.rows, c);
}

static void suspect_bar(c12__tlm_writer *w, int32_t j)
{
    w->barred[w->m.column[j]] = 1;
    w->again = 1;
}

/* A lane of three bits a value and more may be better off in bins, and where there are few lanes any: a sample of its values, and if that says so all of them.
 * Many lanes of many rows are taken as they are. */
void c12__tlm_suspect_bins(c12__tlm_writer *w, int32_t j, int64_t total)
{
    int64_t n = w->m.rows, *v = w->values;
    c12__tlm_column c;
    int32_t order, few = w->m.lanes <= SUSPECT_FEW_LANES;
    if (!few && (n > SUSPECT_MANY_ROWS || total < n * 3 * 256)) return;
    suspect_values(w, j, v, &c);
    for (int32_t step = n > 2048 ? 4 : 1; ; step = 1) {
        size_t bins = c12__tlm_bins_size(v, n, step, &c, &order);
        if (bins == SIZE_MAX || (int64_t)bins * 2048 + SUSPECT_OWN > total - total / 64 + (few ? SUSPECT_SHARED / w->m.lanes : 0)) return;
        if (step == 1) break;
    }
    suspect_bar(w, j);
}

/* Entropy of n things counted, in bits / 256. */
static int64_t suspect_entropy(const uint32_t *count, int64_t counts, int64_t n)
{
    int64_t bits = n ? n * c12__tlm_log2((uint32_t)n) : 0;
    for (int64_t i = 0; i < counts; i++)
        if (count[i]) bits -= (int64_t)count[i] * c12__tlm_log2(count[i]);
    return bits;
}

/* What values take when told each for itself, as a step from the one before, or after a bit that says whether it is the same: the least, near enough.
 * Values that are alike in their low bits count as one, which is hopeful.  count: [3][SUSPECT_COUNTS]. */
static int64_t suspect_least(const int64_t *v, int64_t n, uint32_t *count)
{
    int64_t counts = n < SUSPECT_FEW_ROWS ? SUSPECT_FEW_COUNTS : SUSPECT_COUNTS, low = counts - 1;
    uint32_t *value = count, *step = value + counts, *other = step + counts, same[2] = { 0, 0 };
    memset(count, 0, 3 * (size_t)counts * sizeof *count);
    for (int64_t t = 1; t < n; t++) {
        int is = v[t] == v[t - 1];
        same[is]++;
        value[v[t] & low]++;
        step[(v[t] - v[t - 1]) & low]++;
        other[v[t] & low] += !is;
    }
    int64_t plain = c12__min64(suspect_entropy(value, counts, n - 1), suspect_entropy(step, counts, n - 1));
    return c12__min64(plain, suspect_entropy(same, 2, n - 1) + suspect_entropy(other, counts, same[0]));
}

/* Mixed odds are tried where the values' entropy gives hope.  The more lanes there are, the more must be saved: all will be fitted once more. */
void c12__tlm_suspect_mix(c12__tlm_writer *w, int32_t j, int64_t total)
{
    int64_t limit = total - total / 256 * c12__max64(w->less, 2 * c12__min64(w->m.lanes, 16)) + SUSPECT_SHARED / w->m.lanes;
    c12__tlm_column c;
    suspect_values(w, j, w->values, &c);
    if (c.min == c.max) return;
    int64_t least = suspect_least(w->values, w->m.rows, (uint32_t *)(void *)w->sum); /* contexts may do a little better */
    if (least - least / 16 > limit) return;
    if (c12__tlm_mix_put(w->mix, w->values, w->m.rows, &c, (uint8_t *)w->offered, (size_t)limit / 2048)) suspect_bar(w, j);
}
