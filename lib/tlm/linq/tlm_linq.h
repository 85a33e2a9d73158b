/* SPDX-License-Identifier: Apache-2.0 */
/* Linear prediction in integers across the columns of a block, and the tables its residuals are coded with.
 *
 * A block's predicted columns are lanes.  The value of lane j at row t is predicted as
 *     (bias + sum w * own value at t-1 .. t-L + sum w * lane j-d at t (and t-1) + sum w * slow means of own values + w * cosine + w * sine) / 4096,
 * with one set of weights a regime; a regime is a stretch of rows, such as walking and standing.  Decoding runs all lanes side by
 * side in vectors: lane j works on row s-j at step s, so that lanes before it are done with that row, and every term is one
 * unaligned load from the history of steps.  Integers only and modulo 2^32: the same on every processor. */
#ifndef C12_TLM_LINQ_H
#define C12_TLM_LINQ_H

#include "tlm/tlm_internal.h"
#include "tlm/tlm_vector.h"

/* ---- tables -------------------------------------------------------------------------------------------------------------- */

/* Scale byte = shape * C12__TLM_SCALES + s.  s < 24: deviation 2^(s/4 - 4), one table for each eighth of a unit the prediction may
 * lie at; s >= 24: cells of 2^k values, k = 1 + (s - 24) / 4, deviation 2^(1 + s%4 / 4) cells. */
enum { C12__TLM_CELLS = 32, C12__TLM_PHASES = 8, C12__TLM_FINE = 24, C12__TLM_SCALES = 80, C12__TLM_SHAPES = 3,
       C12__TLM_TABLES_A_SHAPE = C12__TLM_FINE * C12__TLM_PHASES + 4, C12__TLM_TABLES = C12__TLM_SHAPES * C12__TLM_TABLES_A_SHAPE,
       C12__TLM_PROBABILITY_BITS = 12, C12__TLM_LEAST_MASS = 2 /* of 2^17: rarer cells would cost all others more than they save */ };

static inline int32_t c12__tlm_scale_shift(int32_t scale) { return scale % C12__TLM_SCALES < C12__TLM_FINE ? 0 : 1 + (scale % C12__TLM_SCALES - C12__TLM_FINE) / 4; }
static inline int32_t c12__tlm_table_of(int32_t scale) /* of phase 0 */
{
    int32_t shape = scale / C12__TLM_SCALES, s = scale % C12__TLM_SCALES;
    return shape * C12__TLM_TABLES_A_SHAPE + (s < C12__TLM_FINE ? s * C12__TLM_PHASES : C12__TLM_FINE * C12__TLM_PHASES + s % 4);
}

/* Frequencies of the 32 cells, summing to 4096.  Cell 16 is the middle; cell 0, never 0, stands for what lies outside or in cells of frequency 0. */
void c12__tlm_table(int32_t table, uint16_t freq[C12__TLM_CELLS]);
int32_t c12__tlm_log2(uint32_t v); /* 256 * log2(v), within 1; v > 0 */

/* Alias table (Walker 1977) for decoding with rANS (Duda 2013): bucket b holds the slots 128b .. 128b+127; below `split` they are of
 * entry 2b, else of 2b+1. */
typedef uint64_t c12__tlm_slot; /* frequency 0..15, what to add to the slot's number 16..31 in two's complement, cell 32..39, split 40..47 */
static inline uint32_t c12__tlm_slot_cell(c12__tlm_slot s) { return (uint32_t)(s >> 32) & 0xff; }
static inline uint32_t c12__tlm_slot_split(c12__tlm_slot s) { return (uint32_t)(s >> 40); }
static inline uint32_t c12__tlm_slot_shift(c12__tlm_slot s) { return (uint32_t)(int32_t)(int16_t)(s >> 16); }
void c12__tlm_alias(const uint16_t freq[C12__TLM_CELLS], c12__tlm_slot slot[2 * C12__TLM_CELLS]);

/* Bytes to an address before theirs, which may overlap. */
static inline void c12__tlm_move_down(uint8_t *to, const uint8_t *from, size_t n)
{
    for (size_t i = 0; i < n; i++) to[i] = from[i];
}

/* ---- bins -------------------------------------------------------------------------------------------------------------------------- */

enum { C12__TLM_BINS_ROWS = 64 };
int64_t c12__tlm_common_unit(const int64_t *v, int64_t n);  /* the largest number that divides every v - v[0]; 1 when they are equal */
size_t c12__tlm_bins_size(const int64_t *v, int64_t n, int32_t step, const c12__tlm_column *c, int32_t *order); /* from every step-th value; SIZE_MAX = not for this column */
uint8_t *c12__tlm_bins_put(const int64_t *v, int64_t n, const c12__tlm_column *c, int32_t order, uint8_t *out, uint8_t *end); /* out .. end: c12__tlm_column_room */
int c12__tlm_bins_get(const uint8_t *in, const c12__tlm_column *c, int64_t n, int64_t *v);

/* ---- model --------------------------------------------------------------------------------------------------------------------- */

enum { C12__TLM_LANES = 64, C12__TLM_LAGS = 16, C12__TLM_PARENTS = 7, C12__TLM_MEANS = 2, C12__TLM_TERMS = 1 + C12__TLM_LAGS + 2 * C12__TLM_PARENTS + C12__TLM_MEANS + 2,
       C12__TLM_REGIMES = 4, C12__TLM_RUNS = 4096 /* of regimes */, C12__TLM_STATES = 4, C12__TLM_ONE = 4096 };

/* How a column becomes a lane: differences taken 0, 1 or 2 times, or what is left of a steady stride. */
enum { C12__TLM_LANE_STRIDE = 3, C12__TLM_GRID = 1024 /* values of a list */ };

typedef struct c12__tlm_linq {
    int64_t rows;
    int32_t lanes, width;                /* width: lanes rounded up to 8 */
    int32_t regimes, lags, parents, depth, means, terms;
    int32_t mean_shift[C12__TLM_MEANS];
    int32_t waves, spare;                /* 1 = the last two terms are a cosine and a sine */
    uint32_t pace[C12__TLM_REGIMES];     /* of a regime's wave, in 2^-32 turns a stride; 0: it has none */
    int32_t column[C12__TLM_LANES];      /* entry of the directory */
    int32_t prepare[C12__TLM_LANES];     /* 0, 1, 2 or C12__TLM_LANE_STRIDE */
    int64_t first[C12__TLM_LANES][3];    /* value (and differences, in units) the lane starts from; stride: first value, period */
    int64_t unit[C12__TLM_LANES];        /* divides what the lane holds; 0: the lane holds places in a list of values */
    int32_t *weight;                     /* [regimes][terms][width]: bias, lags, parents by distance and depth, means, cosine and sine */
    uint8_t *scale;                      /* [regimes][LANES] scale bytes; packed: bits of wide lanes */
    int32_t *run_from, *run_regime;      /* [runs + 1], the last is rows */
    uint16_t *run_phase;                 /* [runs] of its wave in the first row, in 2^-16 turns */
    int32_t runs, packed;                /* packed: residuals in plain bits ... */
    int32_t wide, reserved;              /* ... of the first lanes; the others are small */
    uint8_t *odds;                       /* [regimes][LANES][2] small lanes: of -1 and of 1, in 1/256 */
    int64_t regime_rows[C12__TLM_REGIMES];
    const uint8_t *change[C12__TLM_LANES]; /* where a lane's strides that are not 1 stand, or its list of values */
    size_t change_size[C12__TLM_LANES];
} c12__tlm_linq;

static inline int32_t c12__tlm_first_wave(const c12__tlm_linq *m) { return m->terms - 2 * m->waves; }
static inline int32_t c12__tlm_first_mean(const c12__tlm_linq *m) { return c12__tlm_first_wave(m) - m->means; }

/* Terms between bias and means: how far back in steps of all lanes, and how many lanes to the left. */
static inline int32_t c12__tlm_term_reach(const c12__tlm_linq *m, int32_t term, int32_t *lane)
{
    int32_t k = term - 1;
    if (k < m->lags) { *lane = 0; return k + 1; }
    k -= m->lags;
    *lane = k / m->depth + 1;
    return k % m->depth;
}

/* A term's weights are multiples of 2^unit: finer where many rows tell more. */
static inline int32_t c12__tlm_unit(const c12__tlm_linq *m, int32_t term)
{
    int32_t few = m->rows < 2048;
    if (term >= c12__tlm_first_wave(m)) return 1 + few;
    return term == 0 ? 7 + few : term == 1 && m->lags ? 3 + few : 6 + few;
}

/* Weights as the header has them: changes of level, of slope and so on, so that rounding one does no harm to the others.
 * From a[terms][width] (units of 1/4096) to weight[terms][width] of one regime. */
void c12__tlm_linq_weights(const c12__tlm_linq *m, const int32_t *a, int32_t *weight);

/* ---- waves --------------------------------------------------------------------------------------------------------------------- */

/* Where the wave stands: time goes on by the strides of the first lane that has any, else by rows. */
typedef struct c12__tlm_tide {
    const uint8_t *list; /* strides that are not 1 */
    size_t left;
    int64_t row, gap;    /* next row; next one in the list */
    uint64_t more;       /* its stride less 1 */
    uint32_t phase, pace;
    int32_t run, reserved;
} c12__tlm_tide;

int32_t c12__tlm_cos(uint32_t phase); /* 512 cos, phase in 2^-32 turns */
void c12__tlm_tide_begin(const c12__tlm_linq *m, c12__tlm_tide *o);
void c12__tlm_tide_times(c12__tlm_tide *o, int64_t n, uint32_t *time); /* strides up to each of the first n rows */
/* Cosines and sines of the next n rows, `step` apart; 0 where there is no wave. */
void c12__tlm_tide_rows(const c12__tlm_linq *m, c12__tlm_tide *o, int64_t n, int32_t *cosine, int32_t *sine, int32_t step);

/* ---- reading, writing ---------------------------------------------------------------------------------------------------------- */

/* Memory the reader needs for any block; it is carved from scratch. */
typedef struct c12__tlm_reader c12__tlm_reader;
size_t c12__tlm_linq_scratch(void);

/* Decode the section in[0 .. size) for `rows` rows; waits[entry] says that the directory entry is a lane, to[entry] where its values go
 * (rows of them), NULL = nowhere; base[entry] is the least value of a column that is not one of floats, else 0;
 * size_of[entry] has the bits of a column's range.  1 = done; 0 = wrong, *bad is the offset. */
int c12__tlm_linq_read(const uint8_t *in, size_t size, int64_t rows, const uint8_t *waits, const uint8_t *size_of, const int64_t *base, int64_t *const *to, int32_t entries, uint8_t *scratch, size_t *bad);

/* What is added to a lane's values; those counted in units count from the first. */
static inline int64_t c12__tlm_linq_first(const c12__tlm_linq *m, int32_t j)
{
    if (m->unit[j] != 1 && !m->prepare[j]) return 0;
    return m->first[j][m->prepare[j] == C12__TLM_LANE_STRIDE ? 0 : m->prepare[j]];
}

/* n rows of a lane at h, rows `width` apart, with `first` added, into a column. */
void c12__tlm_deliver(const int32_t *h, int64_t width, int64_t n, int64_t first, int64_t *to);
/* The same of four lanes side by side; NULL = nowhere. */
void c12__tlm_deliver_four(const int32_t *h, int64_t width, int64_t n, const int64_t first[4], int64_t *const to[4]);

/* And back: n rows of four lanes side by side from x on, rows `width` apart. */
void c12__tlm_spread_four(int32_t *x, int32_t width, const int32_t *const lane[4], int64_t n);

/* ---- packed form ------------------------------------------------------------------------------------------------------------------ */

enum { C12__TLM_CASES = 81, C12__TLM_CODE_BITS = 9, C12__TLM_MOST_BITS = 14 };
typedef struct c12__tlm_prefix { uint16_t word[C12__TLM_CASES]; uint8_t length[C12__TLM_CASES]; } c12__tlm_prefix; /* length 255: not coded */

void c12__tlm_small_code(uint8_t odds[4][2], c12__tlm_prefix *code);
static inline int32_t c12__tlm_packed_small(const c12__tlm_linq *m) { return (m->wide + 3) & ~3; } /* position of the first small lane */
/* Odds of the four lanes of a group; lanes that are not there are always 0. */
static inline void c12__tlm_packed_odds(const c12__tlm_linq *m, int32_t regime, int32_t group, uint8_t odds[4][2])
{
    for (int32_t l = 0; l < 4; l++) {
        int32_t j = m->wide + 4 * group + l;
        odds[l][0] = j < m->lanes ? m->odds[2 * (regime * C12__TLM_LANES + j)] : 0;
        odds[l][1] = j < m->lanes ? m->odds[2 * (regime * C12__TLM_LANES + j) + 1] : 0;
    }
}
size_t c12__tlm_packed_bytes(void);
/* table: [regimes][groups][512]; tile: [LAGS + 64][LANES + 8].  1 = done. */
int c12__tlm_packed_read(const c12__tlm_linq *m, const uint8_t *in, size_t size, int64_t *const *to, void *room, uint16_t *table, int32_t *tile, size_t *bad);

/* What part of the section each predicted column takes, by what its tables expect; bytes[entry] is set where waits[entry].  1 = done. */
int c12__tlm_linq_shares(const uint8_t *in, size_t size, int64_t rows, const uint8_t *waits, const uint8_t *size_of, const int64_t *base, int32_t entries, int64_t *bytes);

/* Encoding: columns are offered one by one, then all are written. */
enum { C12__TLM_WAVE_ROWS = 512, C12__TLM_MODEL_ROOM = 512 /* bytes of a lane in the header, more than it ever takes */ };
enum { C12__TLM_SUMS = 8192 /* of w->sum, at least */ };
enum { C12__TLM_MARGIN = 24 /* rows of zeros before the first */, C12__TLM_CHUNK = 16 /* rows whose products fit 32 bits */ };

typedef struct c12__tlm_writer {
    c12__tlm_linq m;
    int32_t stride;   /* lanes there is room for, rounded up to 8 */
    int32_t level;
    int32_t *offered; /* [stride][rows] lanes as offered; later room for other things */
    int32_t *room;    /* [1 + MARGIN + rows][stride] where x lies */
    int32_t *x;       /* [rows][width] */
    int32_t *p;       /* [rows][width] predictions, then what is coded */
    uint8_t *regime;  /* [rows] */
    int32_t *cost;    /* [rows][REGIMES] */
    int64_t rows[C12__TLM_REGIMES]; /* of each */
    int64_t *sum;     /* [2][pairs of terms][stride] normal equations of two regimes */
    int32_t *part;    /* [pairs of terms][stride] */
    int32_t *term;    /* [terms + 1][stride] one row */
    int32_t *a;       /* [REGIMES + 1][terms][stride] weights in units of 1/4096, of the fit's own scale; last: of both regimes */
    int32_t *lane;    /* [20][stride] numbers a lane */
    int32_t *kept_means; /* [rows / CHUNK + 1][MEANS][stride] slow means at each stretch of rows */
    uint32_t *time;   /* [rows] strides since the first */
    int32_t *wave;    /* [2][rows] cosines and sines of the rows */
    int32_t *turn;    /* [2][WAVE_ROWS][stride] where waves are looked for */
    int16_t *price;   /* [TABLES][CELLS] 256 * bits */
    uint8_t *priced;  /* [TABLES] */
    uint8_t *slots;   /* tables for coding */
    uint8_t *changes, *changes_end; /* [rows] strides and lists, as the header has them */
    int64_t *grid;    /* [GRID] */
    struct c12__tlm_model_odds *odds;
    int32_t means_kept;
    int32_t shape;          /* the best one when lanes were barred for mixed odds, from then on the only one, with no more of that; 0 = not known */
    int32_t again, rounds;  /* one more was barred; how often all have been offered before */
    ptrdiff_t all;          /* bytes of the lanes as they were offered, although one more was barred; 0 = it was before they were known */
    int64_t total[C12__TLM_LANES]; /* 256 * bits that the lanes' values take */
    struct c12__tlm_mix *mix;      /* to try mixed odds with; NULL = they are not */
    int32_t less, reserved;        /* of 256 parts, that must be saved */
    int64_t *values;               /* [rows] room for one lane's values */
    int64_t base[C12_TLM_MAX_FIELDS + 1];   /* of entries, a number near the first value that the directory knows, and ... */
    uint8_t size[C12_TLM_MAX_FIELDS + 1];  /* ... bits of the range */
    uint8_t barred[C12_TLM_MAX_FIELDS + 1]; /* entries that are better off on their own */
} c12__tlm_writer;

void c12__tlm_writer_carve(c12__tlm_writer *w, c12__arena *a, int64_t rows, int32_t columns);
void c12__tlm_writer_begin(c12__tlm_writer *w, int64_t rows, int32_t level);
/* 1 = taken as a lane.  `stride`: rows may be what comes at a steady stride. */
int c12__tlm_writer_offer(c12__tlm_writer *w, const int64_t *v, int32_t entry, int stride, const c12__tlm_column *c);
/* Nothing when there are no lanes; NULL when one more entry was barred: all must be offered again. */
uint8_t *c12__tlm_writer_put(c12__tlm_writer *w, uint8_t *out);

uint8_t *c12__tlm_packed_put(c12__tlm_writer *w, uint8_t *out); /* fitted and predicted; NULL = more is to be listed than there is room for */
uint8_t *c12__tlm_linq_header(c12__tlm_writer *w, uint8_t *out);
void c12__tlm_predict(c12__tlm_writer *w);                      /* predictions of m->weight into p */
void c12__tlm_fit(c12__tlm_writer *w);   /* regimes and weights; m->weight holds changes, as the header has them */
int c12__tlm_find_waves(c12__tlm_writer *w); /* of regimes and runs, into m->pace, run_phase and w->wave; 1 = there are some */
/* Bar the entry of lane j when it takes less than total / 256 bits on its own. */
void c12__tlm_suspect_bins(c12__tlm_writer *w, int32_t j, int64_t total);
void c12__tlm_suspect_mix(c12__tlm_writer *w, int32_t j, int64_t total); /* once all is written: w->offered is free */
void c12__tlm_scales(c12__tlm_writer *w); /* predictions into p, biases mended, a table for each lane and regime */

#endif
