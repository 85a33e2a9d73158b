/* SPDX-License-Identifier: Apache-2.0 */
/* Columns whose decimals are the shortest texts of 32-bit floats, as sensors without rounding give them.
 *
 * Their digits hold more than the float does, so a value is split into the cell of a grid of 2^-grid it lies in, a small integer that
 * is predicted and coded like any other column, and the bits of the mantissa below the grid, which are noise and stand as they are.  The
 * cell tells the exponent, hence how many bits there are.  What is not the shortest text of its float is listed with its difference.
 * Integers only: a float is its bits, and the shortest decimal is found by trying scales downwards with exact products
 * (Steele and White, How to print floating-point numbers accurately, PLDI 1990, give the criterion). */
#include "base/bits.h"
#include "tlm/tlm_internal.h"

/* A float without its sign: mantissa * 2^-below, 2^23 <= mantissa < 2^24; mantissa 0 is zero. */
typedef struct float_parts { uint32_t mantissa; int32_t below; } float_parts;

enum { FLOAT_MANTISSA = 23, FLOAT_MOST_BELOW = 58, FLOAT_MOST_GRID = 40, FLOAT_CELLS = 22 /* bits of a cell's number at most */,
       FLOAT_RANGE = 1 << 14 /* cells of a column, about */,
       FLOAT_BINADES = 12 /* below the grid's first cell that are told one by one */, FLOAT_SAMPLE = 64, FLOAT_SEEN = 8192, FLOAT_STEP = 32 /* cells that values move, about */,
       FLOAT_MOST_BITS = 40 /* a row's bits below the grid, on average */ };

/* ---- floats ----------------------------------------------------------------------------------------------------------------- */

/* m / 10^scale, rounded to the nearest, ties to even.  0 = below 2^-37 or from 2^24 on, where nothing lies below the grid. */
static int float_nearest(uint64_t m, int32_t scale, float_parts *f)
{
    uint64_t ten = c12__tlm_ten(scale), q = m / ten, r = m % ten;
    int32_t down = 0;
    for (; q < (UINT64_C(1) << 26) && down < 91; down += 13, r %= ten) { /* ten < 2^50 */
        r <<= 13;
        q = q << 13 | r / ten;
    }
    f->mantissa = 0;
    f->below = 0;
    if (!m) return 1;
    if (q < (UINT64_C(1) << 26)) return 0;
    int32_t drop = c12__bit_highest(q) - FLOAT_MANTISSA;
    uint64_t half = UINT64_C(1) << (drop - 1), rest = q & (2 * half - 1), top = q >> drop;
    top += rest > half || (rest == half && (r || top & 1));
    if (top >> (FLOAT_MANTISSA + 1)) { top >>= 1; drop++; }
    f->mantissa = (uint32_t)top;
    f->below = down - drop;
    return f->below > 0 && f->below <= FLOAT_MOST_BELOW;
}

/* mantissa * ten >> below, and what falls out; most products fit 64 bits. */
static inline uint64_t float_product(float_parts f, int32_t scale, uint64_t *rest)
{
    uint64_t mask = (UINT64_C(1) << f.below) - 1, n;
    if (scale <= 12) { /* 24 + 40 bits */
        n = f.mantissa * c12__tlm_ten(scale);
        *rest = n & mask;
        return n >> f.below;
    }
    c12__u128 wide = c12__mul_u64(f.mantissa, c12__tlm_ten(scale));
    *rest = wide.lo & mask;
    return wide.lo >> f.below | (wide.hi ? wide.hi << (64 - f.below) : 0);
}

/* The decimal of this scale nearest to f, and whether it is f's alone. */
static inline int float_decimal(float_parts f, int32_t scale, uint64_t *decimal)
{
    uint64_t rest, low = float_product(f, scale, &rest), half = UINT64_C(1) << (f.below - 1), ten = c12__tlm_ten(scale);
    int up = rest > half || (rest == half && low & 1);
    uint64_t off = (up ? 2 * half - rest : rest) << 1; /* below a power of two the next float is half as far; in our range none's text depends on it */
    *decimal = low + (uint64_t)up;
    return off < ten || (off == ten && !(f.mantissa & 1));
}

/* The shortest decimal of f in units of 10^-scale; 0 = it needs a larger scale, or does not fit. */
static int float_shortest(float_parts f, int32_t scale, int64_t *value)
{
    uint64_t best = 0, d;
    int32_t s = f.below * 1233 / 4096 + 1, found = -1; /* 10^-s < 2^-below: f's alone */
    *value = 0;
    if (!f.mantissa) return 1;
    for (; s >= 0 && float_decimal(f, s, &d); s--) { best = d; found = s; }
    if (found < 0 || found > scale || best > INT64_MAX / c12__tlm_ten(scale - found)) return 0;
    *value = (int64_t)(best * c12__tlm_ten(scale - found));
    return 1;
}

static uint64_t float_size(int64_t v) { return v < 0 ? 0 - (uint64_t)v : (uint64_t)v; }

/* Bits of the float nearest to v, as IEEE 754 has them; zero for one out of reach. */
static uint32_t float_bits(int64_t v, int32_t scale)
{
    float_parts f;
    if (!float_nearest(float_size(v), scale, &f) || !f.mantissa) return 0;
    return (v < 0 ? UINT32_C(1) << 31 : 0) | (uint32_t)(127 + FLOAT_MANTISSA - f.below) << FLOAT_MANTISSA | (f.mantissa & ((1u << FLOAT_MANTISSA) - 1));
}

/* 0 = bits that no value of a split column has. */
static int float_value(uint32_t bits, int32_t scale, int64_t *v)
{
    uint32_t exponent = bits >> FLOAT_MANTISSA & 255;
    float_parts f = { bits & ((1u << FLOAT_MANTISSA) - 1), 127 + FLOAT_MANTISSA - (int32_t)exponent };
    if (!exponent) { *v = 0; return !bits; }
    if (f.below < 1 || f.below > FLOAT_MOST_BELOW) return 0;
    f.mantissa |= 1u << FLOAT_MANTISSA;
    if (!float_shortest(f, scale, v)) return 0;
    if (bits >> 31) *v = -*v;
    return 1;
}

/* ---- cells ------------------------------------------------------------------------------------------------------------------- */

/* floor(|f| * 2^grid), its complement when f is negative. */
static int64_t float_cell(uint32_t bits, int32_t grid)
{
    int32_t down = 127 + FLOAT_MANTISSA - (int32_t)(bits >> FLOAT_MANTISSA & 255) - grid;
    uint32_t mantissa = (bits & ((1u << FLOAT_MANTISSA) - 1)) | 1u << FLOAT_MANTISSA;
    int64_t cell = !bits || down > FLOAT_MANTISSA ? 0 : (int64_t)(mantissa >> down);
    return bits >> 31 ? ~cell : cell;
}

typedef struct float_sink { uint8_t *out; uint64_t word; uint32_t have; } float_sink;

static void float_put(float_sink *s, uint32_t v, uint32_t count) /* count <= 32 */
{
    s->word |= (uint64_t)v << s->have;
    for (s->have += count; s->have >= 8; s->have -= 8, s->word >>= 8) *s->out++ = (uint8_t)s->word;
}

/* A float in the first cell on either side: is it zero; how many binades below the grid; the mantissa.  Far below, all its bits. */
static void float_put_first(float_sink *s, uint32_t bits, int32_t grid)
{
    int32_t exponent = (int32_t)(bits >> FLOAT_MANTISSA & 255), binades = 127 - grid - 1 - exponent;
    float_put(s, !bits, 1);
    if (!bits) return;
    if (binades >= FLOAT_BINADES) { float_put(s, 0, FLOAT_BINADES); float_put(s, bits & ~(UINT32_C(1) << 31), 31); return; }
    float_put(s, 1u << binades, (uint32_t)binades + 1);
    float_put(s, bits & ((1u << FLOAT_MANTISSA) - 1), FLOAT_MANTISSA);
}

static void float_put_below(float_sink *s, uint32_t bits, int64_t cell, int32_t grid)
{
    int64_t size = cell < 0 ? ~cell : cell;
    uint32_t open;
    if (!size) { float_put_first(s, bits, grid); return; }
    open = (uint32_t)(FLOAT_MANTISSA - c12__bit_highest((uint64_t)size));
    float_put(s, bits & ((1u << open) - 1), open);
}

typedef struct float_source { const uint8_t *in; size_t size, bit; } float_source;

static uint32_t float_get(float_source *s, uint32_t count) /* count <= 32; zeros beyond the end, which float_join finds */
{
    uint64_t word = 0;
    size_t at = s->bit >> 3;
    if (s->size >= 8 && at <= s->size - 8) word = c12__tlm_get64(s->in + at);
    else for (size_t i = 0; at + i < s->size; i++) word |= (uint64_t)s->in[at + i] << 8 * i;
    word = word >> (s->bit & 7) & ((UINT64_C(1) << count) - 1);
    s->bit += count;
    return (uint32_t)word;
}

static uint32_t float_get_first(float_source *s, int32_t grid)
{
    int32_t binades = 0;
    if (float_get(s, 1)) return 0;
    while (binades < FLOAT_BINADES && !float_get(s, 1)) binades++;
    if (binades == FLOAT_BINADES) return float_get(s, 31);
    return (uint32_t)(127 - grid - 1 - binades) << FLOAT_MANTISSA | float_get(s, FLOAT_MANTISSA);
}

/* 0 = no float lies in that cell. */
static int float_get_below(float_source *s, int64_t cell, int32_t grid, uint32_t *bits)
{
    int64_t size = cell < 0 ? ~cell : cell;
    if (size >> (FLOAT_CELLS + 1)) return 0;
    if (!size) *bits = float_get_first(s, grid);
    else {
        int32_t top = c12__bit_highest((uint64_t)size), open = FLOAT_MANTISSA - top;
        uint32_t high = ((uint32_t)size & ((1u << top) - 1)) << open;
        *bits = (uint32_t)(127 - grid + top) << FLOAT_MANTISSA | high | float_get(s, (uint32_t)open);
    }
    *bits |= cell < 0 ? UINT32_C(1) << 31 : 0;
    return 1;
}

/* ---- does it pay -------------------------------------------------------------------------------------------------------------- */

/* Decimal digits that say more than the float does, in bits, summed over a sample; below 0 they say less, or are no floats. */
static int64_t float_gain(const int64_t *v, int64_t n, int32_t scale)
{
    int64_t gain = 0, many = n < FLOAT_SAMPLE ? n : FLOAT_SAMPLE, odd = 0;
    for (int64_t k = 0; k < many; k++) {
        int64_t at = k * n / many, back;
        uint32_t bits = float_bits(v[at], scale);
        if (!float_value(bits, scale, &back) || back != v[at]) { odd++; continue; }
        if (bits) gain += (scale * 3402 >> 10) - (127 + FLOAT_MANTISSA - (int32_t)(bits >> FLOAT_MANTISSA & 255));
    }
    return odd * 16 > many ? -1 : gain;
}

/* Half the values or more are new ones: a repeated one costs its bits below the grid again, which other codecs save. */
static int float_varied(const int64_t *v, int64_t n)
{
    uint64_t seen[FLOAT_SEEN / 64] = { 0 };
    int64_t many = n < FLOAT_SEEN / 2 ? n : FLOAT_SEEN / 2, fresh = 0;
    for (int64_t i = 0; i < many; i++) {
        uint64_t h = (uint64_t)v[i] * UINT64_C(0x9e3779b97f4a7c15) >> 32;
        int32_t at = (int32_t)(h % FLOAT_SEEN);
        fresh += !c12__bit_has(seen, at);
        c12__bit_put(seen, at);
    }
    return 2 * fresh >= many;
}

/* The finest grid whose cells are not too many; -1 = there is none. */
static int32_t float_finest(const uint32_t *bits, int64_t n)
{
    int32_t top = 0;
    int64_t low = INT64_MAX, high = INT64_MIN;
    for (int64_t i = 0; i < n; i++) top = (int32_t)c12__max64(top, bits[i] >> FLOAT_MANTISSA & 255);
    int32_t grid = (int32_t)c12__min64(FLOAT_CELLS - (top - 127), FLOAT_MOST_GRID);
    if (grid < 0 || !top) return -1;
    for (int64_t i = 0; i < n; i++) {
        int64_t cell = float_cell(bits[i], grid);
        low = c12__min64(low, cell);
        high = c12__max64(high, cell);
    }
    for (; high - low > FLOAT_RANGE && grid >= 0; low >>= 1, high >>= 1) grid--;
    return grid;
}

/* The grid on which neighbours in time are some FLOAT_STEP cells apart; -1 = there is none. */
static int32_t float_grid(const uint32_t *bits, int64_t n)
{
    int32_t step[FLOAT_SAMPLE], most = float_finest(bits, n), many = (int32_t)(n - 1 < FLOAT_SAMPLE ? n - 1 : FLOAT_SAMPLE);
    if (most < 0) return -1;
    for (int32_t k = 0; k < many; k++) {
        int64_t at = 1 + (int64_t)k * (n - 1) / many, d = float_cell(bits[at], most) - float_cell(bits[at - 1], most);
        int32_t size = (int32_t)(d < 0 ? -d : d), i = k;
        for (; i && step[i - 1] > size; i--) step[i] = step[i - 1];
        step[i] = size;
    }
    int32_t grid = most;
    for (int32_t d = step[many / 2]; d > 2 * FLOAT_STEP && grid; d /= 2) grid--;
    return grid;
}

/* ---- entry ---------------------------------------------------------------------------------------------------------------------- */

static size_t float_bit_count(uint32_t bits, int64_t cell, int32_t grid)
{
    int64_t size = cell < 0 ? ~cell : cell;
    if (size) return (size_t)(FLOAT_MANTISSA - c12__bit_highest((uint64_t)size));
    if (!bits) return 1;
    int32_t binades = 127 - grid - 1 - (int32_t)(bits >> FLOAT_MANTISSA & 255);
    return binades >= FLOAT_BINADES ? 1 + FLOAT_BINADES + 31 : (size_t)(2 + binades + FLOAT_MANTISSA);
}

int c12__tlm_float_split(int64_t *v, int64_t n, int32_t scale, c12__tlm_floats *f)
{
    size_t bits = 0;
    f->odd = 0;
    if (n < FLOAT_SAMPLE || scale < C12__TLM_FLOAT_SCALE || float_gain(v, n, scale) < 0 || !float_varied(v, n)) return 0;
    for (int64_t i = 0; i < n; i++) {
        int64_t back;
        f->bits[i] = float_bits(v[i], scale);
        if (!float_value(f->bits[i], scale, &back)) f->bits[i] = 0, back = 0;
        if (back == v[i]) continue;
        if (f->odd >= n / FLOAT_SAMPLE) return 0;
        f->odd_row[f->odd] = i;
        f->odd_off[f->odd++] = (int64_t)((uint64_t)v[i] - (uint64_t)back);
    }
    if ((f->grid = float_grid(f->bits, n)) < 0) return 0;
    for (int64_t i = 0; i < n; i++) bits += float_bit_count(f->bits[i], float_cell(f->bits[i], f->grid), f->grid);
    if (bits > (size_t)n * FLOAT_MOST_BITS) return 0;
    for (int64_t i = 0; i < n; i++) v[i] = float_cell(f->bits[i], f->grid);
    return 1;
}

/* grid | least cell | values listed, each with the rows since the last and its difference | bits */
uint8_t *c12__tlm_float_put(const c12__tlm_floats *f, const int64_t *cell, int64_t n, int64_t least, uint8_t *out)
{
    int64_t next = 0;
    *out++ = (uint8_t)f->grid;
    out += c12__tlm_put_varint(out, c12__tlm_zigzag((uint64_t)least));
    out += c12__tlm_put_varint(out, (uint64_t)f->odd);
    for (int64_t k = 0; k < f->odd; k++) {
        out += c12__tlm_put_varint(out, (uint64_t)(f->odd_row[k] - next));
        out += c12__tlm_put_varint(out, c12__tlm_zigzag((uint64_t)f->odd_off[k]));
        next = f->odd_row[k] + 1;
    }
    float_sink s = { out, 0, 0 };
    for (int64_t i = 0; i < n; i++) float_put_below(&s, f->bits[i], cell[i], f->grid);
    if (s.have) *s.out++ = (uint8_t)s.word;
    return s.out;
}

/* Length of what comes before the bits; 0 = wrong. */
static size_t float_head(const uint8_t *in, size_t size, int64_t *least, uint64_t *odd)
{
    uint64_t z;
    if (!size || in[0] > FLOAT_MOST_GRID) return 0;
    size_t at = 1, len = c12__tlm_get_varint(in + at, size - at, &z), more = len ? c12__tlm_get_varint(in + at + len, size - at - len, odd) : 0;
    *least = (int64_t)c12__tlm_unzigzag(z);
    return more ? at + len + more : 0;
}

int c12__tlm_float_least(const uint8_t *in, size_t size, int64_t *least)
{
    uint64_t odd;
    return float_head(in, size, least, &odd) > 0;
}

int c12__tlm_float_join(const uint8_t *in, size_t size, int64_t n, int32_t scale, int64_t *v)
{
    int64_t least, row = 0;
    uint64_t odd, gap, z;
    size_t start = float_head(in, size, &least, &odd), at = start;
    if (!start || odd > (uint64_t)n) return 0;
    for (uint64_t k = 0; k < 2 * odd; k++) {
        size_t len = c12__tlm_get_varint(in + at, size - at, &z);
        if (!len) return 0;
        at += len;
    }
    float_source s = { in + at, size - at, 0 };
    for (int64_t i = 0; i < n; i++) {
        uint32_t bits;
        if (!float_get_below(&s, v[i], in[0], &bits) || !float_value(bits, scale, &v[i])) return 0;
    }
    if (s.bit > s.size * 8 || s.size * 8 - s.bit >= 8) return 0;
    at = start;
    for (uint64_t k = 0; k < odd; k++, row++) {
        at += c12__tlm_get_varint(in + at, size - at, &gap);
        at += c12__tlm_get_varint(in + at, size - at, &z);
        if (gap >= (uint64_t)(n - row)) return 0;
        row += (int64_t)gap;
        v[row] = (int64_t)((uint64_t)v[row] + c12__tlm_unzigzag(z));
    }
    return 1;
}
