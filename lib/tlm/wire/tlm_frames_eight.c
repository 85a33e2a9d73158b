/* SPDX-License-Identifier: Apache-2.0 */
/* Eight rows with the same texts as frames, side by side: numbers become bytes column by column, a lane for each row.  Up to four numbers of a row, and
 * short texts between them, then go out as one word of sixteen bytes, pushed together by a shuffle that their lengths choose; what a word has too much is the
 * next one's place. */
#include "tlm/wire/tlm_frame_internal.h"
#include "tlm/wire/tlm_wire_avx2.h"

#ifdef C12__TLM_AVX2
enum {
    EIGHT = 8,
    EIGHT_CELLS = 4,                       /* in a word: each a byte of the form and a number of one to three, or one to four bytes of the form */
    EIGHT_CONST = 8,                       /* bytes of the form that go along with numbers; more are copied */
    EIGHT_PAYS = 24,                       /* rows that a plan is made for */
    EIGHT_LEAST = 32,                      /* bytes of a frame: the first sixteen are there before the last sixteen are written */
    EIGHT_KEEP = 7,                        /* bytes of the form in the word of a long number */
    EIGHT_SLOTS = C12_TLM_MAX_FIELDS + 1,
    EIGHT_STEPS = EIGHT_SLOTS + 512,
    EIGHT_WORD = 0,                        /* steps: a word of cells, of a long number, else bytes of the form, as many as are stored at once */
    EIGHT_LONG = 1
};

typedef uint64_t eight_pair __attribute__((vector_size(16), aligned(1), may_alias));
typedef char eight_look __attribute__((vector_size(16), aligned(1), may_alias));

typedef struct eight_step { uint16_t from; uint8_t n, kind; } eight_step;

/* No column: bytes of the form. */
typedef struct eight_cell { const int64_t *column; uint32_t bits, reserved; } eight_cell;

/* A word of all rows.  `at`: where its shuffle stands if all numbers take one byte, `n` its bytes then.  Long numbers stand alone behind `kept`. */
typedef struct eight_plan_word { eight_cell cell[EIGHT_CELLS]; uint64_t kept; uint32_t at, n; uint8_t cells, keep, is_long, reserved[5]; } eight_plan_word;

/* How the form goes out.  Steps from `guard` on may write over the next row's first sixteen bytes. */
typedef struct eight_plan {
    int64_t sets;
    size_t fixed;                          /* bytes that are no word's */
    int32_t n_words, n_steps, guard, open, fits, reserved;
    uint8_t is_long[EIGHT_SLOTS];
    eight_plan_word word[EIGHT_SLOTS];
    eight_step step[EIGHT_STEPS];
} eight_plan;

/* Rows stand as shuffles leave them: bytes 0 2 1 3 4 6 5 7, shuffles 0 1 4 5 2 3 6 7, lengths 0 4 2 6 1 5 3 7. */
typedef struct eight_word { wire_four bytes[4], n[2]; wire_eight at; } eight_word;
static const uint8_t eight_bytes_at[EIGHT] = { 0, 2, 1, 3, 4, 6, 5, 7 }, eight_shuffle_at[EIGHT] = { 0, 1, 4, 5, 2, 3, 6, 7 }, eight_n_at[EIGHT] = { 0, 4, 2, 6, 1, 5, 3, 7 };

/* Read from memory, which costs nothing; compilers make such numbers anew in every turn of a loop. */
typedef struct eight_numbers_of { wire_four least; wire_eight one, two, most, negative; } eight_numbers_of;

typedef struct eight_tile {
    _Alignas(64) eight_numbers_of of;
    eight_word word[EIGHT_SLOTS];
    int64_t count[EIGHT];
    eight_plan plan;
    const uint8_t *frame[EIGHT];           /* written but for their CRCs: the tile before, whose bytes have come to rest */
    size_t size[EIGHT];
    int32_t n_open;
} eight_tile;

/* ---- shuffles ------------------------------------------------------------------------------------------------------- */

/* A cell is a number's first byte, its low and its high byte, and before them, in the highest byte, the form's.  Byte k of what cells of a+1, b+1, c+1 and
 * d+1 bytes are together. */
#  define EIGHT_BYTE(cell, n, k) (4 * (cell) + ((k) == 0 ? 3 : (k) == 1 ? 0 : (k) == 2 && (n) == 3 ? 2 : 1))
#  define EIGHT_AT(k, a, b, c, d) \
    ((k) <= (a) ? EIGHT_BYTE(0, a, k) : (k) <= (a) + (b) + 1 ? EIGHT_BYTE(1, b, (k) - (a) - 1) : (k) <= (a) + (b) + (c) + 2 ? EIGHT_BYTE(2, c, (k) - (a) - (b) - 2) \
     : (k) <= (a) + (b) + (c) + (d) + 3 ? EIGHT_BYTE(3, d, (k) - (a) - (b) - (c) - 3) : 128)
#  define EIGHT_FOUR(k, a, b, c, d) EIGHT_AT(k, a, b, c, d), EIGHT_AT(k + 1, a, b, c, d), EIGHT_AT(k + 2, a, b, c, d), EIGHT_AT(k + 3, a, b, c, d)
#  define EIGHT_D(a, b, c, d) { EIGHT_FOUR(0, a, b, c, d), EIGHT_FOUR(4, a, b, c, d), EIGHT_FOUR(8, a, b, c, d), EIGHT_FOUR(12, a, b, c, d) },
#  define EIGHT_C(b, c, d) EIGHT_D(0, b, c, d) EIGHT_D(1, b, c, d) EIGHT_D(2, b, c, d) EIGHT_D(3, b, c, d)
#  define EIGHT_B(c, d) EIGHT_C(0, c, d) EIGHT_C(1, c, d) EIGHT_C(2, c, d) EIGHT_C(3, c, d)
#  define EIGHT_A(d) EIGHT_B(0, d) EIGHT_B(1, d) EIGHT_B(2, d) EIGHT_B(3, d)
static const uint8_t eight_shuffle[256][16] = { EIGHT_A(0) EIGHT_A(1) EIGHT_A(2) EIGHT_A(3) };

/* ---- plan ----------------------------------------------------------------------------------------------------------- */

static void eight_step_add(eight_plan *p, uint32_t from, uint32_t n, uint32_t kind)
{
    eight_step *s = &p->step[p->n_steps++];
    s->from = (uint16_t)from;
    s->n = (uint8_t)n;
    s->kind = (uint8_t)kind;
}

/* Bytes of the form from..end-1, in steps none of which writes past the least frame's end. */
static void eight_cut(eight_plan *p, uint32_t from, uint32_t end, uint32_t least)
{
    p->open = 0;
    p->fixed += end - from;
    while (from < end) {
        uint32_t n = end - from, left = least - from, width = n > 16 && left >= 32 ? 32 : n > 8 && left >= 16 ? 16 : n > 4 && left >= 8 ? 8 : 4;
        n = n < width ? n : width;
        eight_step_add(p, from, n, width);
        from += n;
    }
}

static eight_plan_word *eight_word_add(eight_plan *p, uint32_t kind, uint32_t at, uint32_t least)
{
    eight_plan_word *w = &p->word[p->n_words++];
    memset(w, 0, sizeof *w);
    w->is_long = kind == EIGHT_LONG;
    if (least - at < 16 && p->guard < 0) p->guard = p->n_steps;
    eight_step_add(p, 0, 0, kind);
    p->open = kind == EIGHT_WORD;
    return w;
}

/* A cell of n bytes at least; `at`: where it stands in the least frame. */
static void eight_cell_add(eight_plan *p, const int64_t *column, uint32_t bits, uint32_t n, uint32_t at, uint32_t least)
{
    eight_plan_word *w = p->open ? &p->word[p->n_words - 1] : eight_word_add(p, EIGHT_WORD, at, least);
    w->cell[w->cells].column = column;
    w->cell[w->cells].bits = bits;
    w->at |= (n - 1) << (2 * w->cells + 4);
    w->n += n;
    if (++w->cells == EIGHT_CELLS) p->open = 0;
}

/* One to four bytes of the form as a cell. */
static uint32_t eight_const(const uint8_t *p, uint32_t n)
{
    uint32_t bits = (uint32_t)p[0] << 24;
    if (n > 1) bits |= p[1];
    if (n > 2) bits |= (uint32_t)p[2] << (n == 3 ? 8 : 16);
    if (n > 3) bits |= (uint32_t)p[3] << 8;
    return bits;
}

static void eight_make_plan(eight_plan *p, const c12__tlm_frame_form *m)
{
    const uint32_t least = m->at[m->slots + 1] + (uint32_t)m->slots + 4;
    p->sets = m->sets;
    p->fixed = 0;
    p->n_steps = p->n_words = p->open = 0;
    p->guard = -1;
    for (int32_t k = 0; k < m->slots; k++) {
        const int64_t *column = m->slot[k].column;
        const uint32_t n = m->slot[k].n, end = m->at[k + 1];
        uint32_t from = m->at[k];
        if (p->is_long[k]) {
            uint32_t keep = n < EIGHT_KEEP ? n : EIGHT_KEEP;
            eight_cut(p, from, end - keep, least - (uint32_t)k);
            eight_plan_word *w = eight_word_add(p, EIGHT_LONG, end - keep + (uint32_t)k, least);
            w->cell[0].column = column;
            w->keep = (uint8_t)keep;
            w->kept = c12__tlm_get64(m->bytes + end - keep) & ((UINT64_C(1) << 8 * keep) - 1);
            continue;
        }
        if (n - 1 > EIGHT_CONST) {
            eight_cut(p, from, end - 1, least - (uint32_t)k);
            from = end - 1;
        }
        for (uint32_t some; from < end - 1; from += some) {
            some = end - 1 - from < 4 ? end - 1 - from : 4;
            eight_cell_add(p, NULL, eight_const(m->bytes + from, some), some, from + (uint32_t)k, least);
        }
        eight_cell_add(p, column, (uint32_t)m->bytes[from] << 24, 2, from + (uint32_t)k, least);
    }
    eight_cut(p, m->at[m->slots], m->at[m->slots + 1], least - (uint32_t)m->slots);
    p->fits = least >= EIGHT_LEAST;
}

/* Slots that have a long value in one of n rows stand alone from now on; the sequence number always does. */
static void eight_find_long(eight_plan *p, const c12__tlm_frame_writer *w, int32_t n)
{
    p->is_long[0] = 1;
    for (int32_t k = 1; k < w->m->slots; k++) {
        const int64_t *v = w->m->slot[k].column + w->row;
        for (int32_t j = 0; j < n; j++) p->is_long[k] |= ((uint64_t)v[j] + 65536) >> 17 != 0;
    }
}

/* ---- numbers -------------------------------------------------------------------------------------------------------- */

/* Integers, of rows 0 1 4 5 2 3 6 7, as cells; bytes beyond one go to `at` and n. */
WIRE_AVX2_INLINE wire_eight eight_number(const eight_tile *t, const eight_cell *e, int place, int64_t row, wire_four *far, wire_eight *at, wire_eight *bytes)
{
    const eight_numbers_of *of = &t->of;
    if (!e->column) return (wire_eight){ 0 } + e->bits;
    const int64_t *v = e->column + row;
    const wire_four a = *(const wire_four *)v, b = *(const wire_four *)(v + 4);
    *far |= (a + of->least) | (b + of->least);
    const wire_eight x = C12__TLM_OF(wire_eight, (wire_eight)a, (wire_eight)b, 0, 2, 8, 10, 4, 6, 12, 14), sign = (wire_eight)((wire_signs)x >> 31), u = x ^ sign;
    const wire_eight two = (wire_eight)((wire_signs)u > (wire_signs)of->one), three = (wire_eight)((wire_signs)u > (wire_signs)of->two), more = two + three;
    *at -= more << (2 * place + 4);
    *bytes -= more;
    return (WIRE_LEAST(u, of->most) - three) | (sign & of->negative) | u << 8 | e->bits;
}

WIRE_AVX2_INLINE void eight_cells(const eight_tile *t, const eight_plan_word *e, int64_t row, wire_four *far, eight_word *w)
{
    wire_eight at = (wire_eight){ 0 } + e->at, bytes = (wire_eight){ 0 } + e->n;
    const wire_eight a = eight_number(t, &e->cell[0], 0, row, far, &at, &bytes), b = eight_number(t, &e->cell[1], 1, row, far, &at, &bytes);
    const wire_eight c = eight_number(t, &e->cell[2], 2, row, far, &at, &bytes), d = eight_number(t, &e->cell[3], 3, row, far, &at, &bytes);
    const wire_four ab = (wire_four)C12__TLM_OF(wire_eight, a, b, 0, 8, 1, 9, 4, 12, 5, 13), cd = (wire_four)C12__TLM_OF(wire_eight, c, d, 0, 8, 1, 9, 4, 12, 5, 13);
    const wire_four ab_too = (wire_four)C12__TLM_OF(wire_eight, a, b, 2, 10, 3, 11, 6, 14, 7, 15), cd_too = (wire_four)C12__TLM_OF(wire_eight, c, d, 2, 10, 3, 11, 6, 14, 7, 15);
    w->bytes[0] = C12__TLM_OF(wire_four, ab, cd, 0, 4, 2, 6);
    w->bytes[1] = C12__TLM_OF(wire_four, ab, cd, 1, 5, 3, 7);
    w->bytes[2] = C12__TLM_OF(wire_four, ab_too, cd_too, 0, 4, 2, 6);
    w->bytes[3] = C12__TLM_OF(wire_four, ab_too, cd_too, 1, 5, 3, 7);
    w->n[0] = (wire_four)bytes & 0xffffffffu;
    w->n[1] = (wire_four)bytes >> 32;
    w->at = at;
}

/* Any integers behind what is kept, as sixteen bytes each, and how many of them count. */
WIRE_AVX2_INLINE wire_four eight_any(const eight_plan_word *e, wire_four v, wire_four *low, wire_four *high)
{
    static const uint8_t swap[32] = { 7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8 };
    const wire_four sign = (wire_four)((wire_wide)v < 0), u = v ^ sign;
    const wire_four one = (wire_four)((wire_wide)u > 23), two = (wire_four)((wire_wide)u > 0xff), four = (wire_four)((wire_wide)u > 0xffff), eight = (wire_four)((wire_wide)u > 0xffffffff);
    const wire_four head = (u & ~one) + (one & 24) - two - four - eight + (sign & 0x20), n = (one & 1) + (two & 1) + (four & 2) + (eight & 4);
    const wire_four rest = (wire_four)__builtin_ia32_pshufb256((wire_bytes)u, *(const wire_bytes *)swap) >> ((64 - (n << 3)) & 63); /* the highest byte first */
    const uint32_t kept = 8u * e->keep;
    *low = e->kept | head << kept | rest << kept << 8;
    *high = rest >> (56 - kept);
    return n + (e->keep + 1u);
}

WIRE_AVX2_INLINE void eight_long(const eight_tile *t, const eight_plan_word *e, int64_t row, eight_word *w)
{
    wire_four low, high, low_too, high_too;
    const int64_t *v = e->cell[0].column ? e->cell[0].column + row : t->count;
    const wire_four a = eight_any(e, *(const wire_four *)v, &low, &high), b = eight_any(e, *(const wire_four *)(v + 4), &low_too, &high_too);
    w->bytes[0] = C12__TLM_OF(wire_four, low, high, 0, 4, 2, 6);
    w->bytes[1] = C12__TLM_OF(wire_four, low, high, 1, 5, 3, 7);
    w->bytes[2] = C12__TLM_OF(wire_four, low_too, high_too, 0, 4, 2, 6);
    w->bytes[3] = C12__TLM_OF(wire_four, low_too, high_too, 1, 5, 3, 7);
    w->n[0] = C12__TLM_OF(wire_four, a, b, 0, 4, 2, 6);
    w->n[1] = C12__TLM_OF(wire_four, a, b, 1, 5, 3, 7);
}

/* The numbers of rows from `row` on as words, and the rows' sizes as lengths stand; 0 = one that the plan has as short is not. */
WIRE_AVX2_INLINE int eight_numbers(eight_tile *t, int64_t row, wire_four *size)
{
    wire_four far = { 0 }, a = (wire_four){ 0 } + t->plan.fixed, b = a;
    eight_word *w = t->word;
    for (const eight_plan_word *e = t->plan.word, *end = e + t->plan.n_words; e < end; e++, w++) {
        if (e->is_long) eight_long(t, e, row, w);
        else eight_cells(t, e, row, &far, w);
        a += w->n[0];
        b += w->n[1];
    }
    size[0] = a;
    size[1] = b;
    return __builtin_ia32_ptestz256((wire_index)far, (wire_index)~((wire_four){ 0 } + 131071));
}

/* ---- bytes ---------------------------------------------------------------------------------------------------------- */

WIRE_AVX2_INLINE uint8_t *eight_put(uint8_t *p, const eight_word *w, int32_t j)
{
    const eight_look *shuffle = (const eight_look *)((const uint8_t *)eight_shuffle + ((const uint32_t *)&w->at)[eight_shuffle_at[j]]);
    *(eight_look *)p = __builtin_ia32_pshufb128(((const eight_look *)w->bytes)[eight_bytes_at[j]], *shuffle);
    return p + ((const uint64_t *)w->n)[eight_n_at[j]];
}

WIRE_AVX2_INLINE uint8_t *eight_put_long(uint8_t *p, const eight_word *w, int32_t j)
{
    *(eight_pair *)p = ((const eight_pair *)w->bytes)[eight_bytes_at[j]];
    return p + ((const uint64_t *)w->n)[eight_n_at[j]];
}

/* Steps from..end-1 of rows j to j+3, written out: more pointers than four do not fit in registers. */
WIRE_AVX2_INLINE void eight_write(const eight_tile *t, const uint8_t *bytes, int32_t from, int32_t end, const int32_t j, uint8_t **at)
{
    uint8_t *p = at[j], *q = at[j + 1], *r = at[j + 2], *s = at[j + 3];
    const eight_word *w = t->word;
    for (int32_t i = 0; i < from; i++) w += t->plan.step[i].kind <= EIGHT_LONG;
    for (const eight_step *step = t->plan.step + from, *stop = t->plan.step + end; step < stop; step++) {
        const uint8_t *c = bytes + step->from;
        const size_t n = step->n;
        if (step->kind == EIGHT_WORD) {
            p = eight_put(p, w, j);
            q = eight_put(q, w, j + 1);
            r = eight_put(r, w, j + 2);
            s = eight_put(s, w, j + 3);
            w++;
            continue;
        }
        if (step->kind == EIGHT_LONG) {
            p = eight_put_long(p, w, j);
            q = eight_put_long(q, w, j + 1);
            r = eight_put_long(r, w, j + 2);
            s = eight_put_long(s, w, j + 3);
            w++;
            continue;
        }
        if (step->kind == 32) { memcpy(p, c, 32); memcpy(q, c, 32); memcpy(r, c, 32); memcpy(s, c, 32); }
        else if (step->kind == 16) { memcpy(p, c, 16); memcpy(q, c, 16); memcpy(r, c, 16); memcpy(s, c, 16); }
        else if (step->kind == 8) { memcpy(p, c, 8); memcpy(q, c, 8); memcpy(r, c, 8); memcpy(s, c, 8); }
        else { memcpy(p, c, 4); memcpy(q, c, 4); memcpy(r, c, 4); memcpy(s, c, 4); }
        p += n;
        q += n;
        r += n;
        s += n;
    }
    at[j] = p;
    at[j + 1] = q;
    at[j + 2] = r;
    at[j + 3] = s;
}

/* All steps of the rows, which begin at frame[]. */
WIRE_AVX2_INLINE void eight_write_all(const eight_tile *t, const uint8_t *bytes, uint8_t *const *frame)
{
    const int32_t all = t->plan.n_steps, guard = t->plan.guard < 0 ? all : t->plan.guard;
    uint8_t *at[EIGHT], first[EIGHT][16];
    memcpy(at, frame, sizeof at);
    eight_write(t, bytes, 0, guard, 0, at);
    eight_write(t, bytes, 0, guard, 4, at);
    if (guard == all) return;
    for (int32_t j = 1; j < EIGHT; j++) memcpy(first[j], frame[j], 16);
    eight_write(t, bytes, guard, all, 0, at);
    eight_write(t, bytes, guard, all, 4, at);
    for (int32_t j = 1; j < EIGHT; j++) memcpy(frame[j], first[j], 16);
}

static void eight_close(const uint8_t *out, eight_tile *t)
{
    uint32_t crc[EIGHT];
    c12__tlm_crc32c_each(out, t->frame, t->size, t->n_open, crc);
    for (int32_t j = 0; j < t->n_open; j++) c12__tlm_put32((uint8_t *)(uintptr_t)t->frame[j] + t->size[j], crc[j]);
    t->n_open = 0;
}

/* Have the next eight rows the form's texts, and is none a raw line? */
WIRE_AVX2_INLINE int eight_are_alike(const c12__tlm_frame_writer *w)
{
    const c12__tlm_frame_form *m = w->m;
    const int64_t *raw = w->o->batch.raw_at;
    wire_four differ = { 0 };
    if (!m->there) return 0;
    for (int32_t i = 0; i < m->n_codes; i++) {
        const int64_t *v = m->text[i] + w->row;
        const uint64_t code = (uint64_t)m->code[m->texts[i]];
        differ |= (*(const wire_four *)v ^ code) | (*(const wire_four *)(v + 4) ^ code);
    }
    if (raw) differ |= ~(*(const wire_four *)(raw + w->row) & *(const wire_four *)(raw + w->row + 4)) >> 63;
    return __builtin_ia32_ptestz256((wire_index)differ, (wire_index)differ);
}

/* Is there a plan for the next eight rows, or will it pay to make one? */
static int eight_is_ready(c12__tlm_frame_writer *w, eight_tile *t)
{
    if (t->plan.sets == w->m->sets) return t->plan.fits;
    if (w->end - w->row < EIGHT_PAYS) return 0;
    if (t->plan.sets < 0) eight_find_long(&t->plan, w, 1);
    eight_make_plan(&t->plan, w->m);
    return t->plan.fits;
}

/* Eight rows' numbers, by another plan if this one does not suit them. */
WIRE_AVX2_INLINE void eight_fill(c12__tlm_frame_writer *w, eight_tile *t, wire_four *size)
{
    for (int32_t j = 0; j < EIGHT; j++) t->count[j] = w->seq + (uint32_t)j;
    if (eight_numbers(t, w->row, size)) return;
    eight_find_long(&t->plan, w, EIGHT);
    eight_make_plan(&t->plan, w->m);
    (void)eight_numbers(t, w->row, size);
}

/* The next eight rows; 0 = they go one by one. */
WIRE_AVX2 static int eight_rows(c12__tlm_frame_writer *w, eight_tile *t)
{
    c12__tlm_frame_form *m = w->m;
    _Alignas(64) size_t size[EIGHT];
    uint8_t *frame[EIGHT], *to = w->out + w->used;
    if (!m->usual || w->end - w->row < EIGHT) return 0;
    if (!eight_are_alike(w) && (c12__tlm_is_raw(&w->o->batch, w->row) || !c12__tlm_frame_set(m, w->o, w->row) || !eight_are_alike(w))) return 0;
    if (w->size - w->used < EIGHT * c12__tlm_frame_most(m) || !eight_is_ready(w, t)) return 0;
    eight_fill(w, t, (wire_four *)size);
    for (int32_t j = 0; j < EIGHT; j++) {
        frame[j] = to;
        to += size[eight_n_at[j]] + 4;
    }
    eight_write_all(t, m->bytes, frame);
    eight_close(w->out, t);
    for (int32_t j = 0; j < EIGHT; j++) {
        t->frame[j] = frame[j];
        t->size[j] = size[eight_n_at[j]];
    }
    t->n_open = EIGHT;
    w->used = (size_t)(to - w->out);
    w->row += EIGHT;
    w->seq += EIGHT;
    return 1;
}

WIRE_AVX2 static void eight_begin(eight_tile *t)
{
    eight_numbers_of *of = &t->of;
    of->least = (wire_four){ 0 } + 65536;
    of->one = (wire_eight){ 0 } + 23;
    of->two = (wire_eight){ 0 } + 255;
    of->most = (wire_eight){ 0 } + 24;
    of->negative = (wire_eight){ 0 } + 0x20;
    memset(t->plan.is_long, 0, sizeof t->plan.is_long);
    t->plan.sets = -1;
    t->n_open = 0;
}

c12_status c12__tlm_frames_put_eights(c12__tlm_frame_writer *w, c12_error *err)
{
    eight_tile t;
    c12_status st = C12_OK;
    eight_begin(&t);
    while (w->row < w->end && !st)
        if (!eight_rows(w, &t)) st = c12__tlm_frames_put_rows(w, w->end - w->row < EIGHT ? w->end : w->row + EIGHT, err);
    eight_close(w->out, &t);
    return st;
}
#endif
