/* SPDX-License-Identifier: Apache-2.0 */
/* Many radio frames at once: rows with the same texts share all bytes but the numbers'. */
#include "tlm/wire/tlm_frame_internal.h"
#include "tlm/tlm_vector.h"

enum {
    FRAME_TILE = 8,   /* rows whose numbers are made bytes together */
    FRAME_CRCS = 4,   /* frames whose CRCs are worked out side by side: each waits for its own step before */
    FRAME_PAD = 1024  /* the last frame is read from here, where bytes follow it */
};

static void frame_usual(c12__tlm_frame_form *m, const c12__tlm_open *o)
{
    m->usual = 1;
    for (int32_t f = 0; f < o->schema.n_fields; f++)
        if (o->schema.kind[f] == C12_TLM_DECIMAL) m->usual &= o->batch.scale[f] == o->schema.decimals[f];
}

static void frame_make_form(c12__tlm_frame_form *m, const c12__tlm_open *o)
{
    const c12_tlm_schema *s = &o->schema;
    c12__tlm_frame_order(s, m->order);
    m->slot[0].column = NULL;
    m->slot[0].is_time = 0;
    m->slots = 1;
    m->n_codes = m->there = 0;
    m->sets = 0;
    for (int32_t i = 0; i < s->n_fields; i++) {
        int32_t f = m->order[i];
        int64_t *column = o->batch.value + f * o->batch.cap;
        if (c12__tlm_is_code(s->kind[f])) {
            m->text[m->n_codes] = column;
            m->texts[m->n_codes++] = (uint8_t)f;
            continue;
        }
        m->slot[m->slots].column = column;
        m->slot[m->slots++].is_time = s->kind[f] == C12_TLM_TIME;
    }
    frame_usual(m, o);
}

static void frame_set_slots(c12__tlm_frame_form *m)
{
    for (int32_t k = 0; k < m->slots; k++) {
        c12__tlm_frame_slot *s = &m->slot[k];
        s->from = m->at[k];
        s->is_odd = s->is_time || m->at[k + 1] - m->at[k] > 8;
        s->n = m->at[k + 1] - m->at[k];
        s->mask = s->n < 8 ? (UINT64_C(1) << 8 * s->n) - 1 : ~UINT64_C(0);
        s->first = c12__tlm_get64(m->bytes + m->at[k]) & s->mask;
        s->skip = s->n > 4 ? s->n - 2 : 0;
        s->bits = (uint8_t)(8 * (s->n - s->skip));
        s->last = (uint32_t)(c12__tlm_get32(m->bytes + m->at[k] + s->skip) & ((UINT64_C(1) << s->bits) - 1));
    }
}

static inline uint64_t frame_swap(uint64_t v) /* compilers know this one */
{
    return v >> 56 | (v >> 40 & 0xff00) | (v >> 24 & 0xff0000) | (v >> 8 & 0xff000000u) | (v & 0xff000000u) << 8 | (v & 0xff0000) << 24 | (v & 0xff00) << 40 | v << 56;
}

/* Any integer, most likely one that takes more than three bytes. */
static inline uint8_t *frame_put_long(uint8_t *p, int64_t v)
{
    uint64_t u = v < 0 ? ~(uint64_t)v : (uint64_t)v;
    uint32_t major = v < 0 ? 0x20 : 0, size = u > UINT32_MAX ? 8 : u > 0xffff ? 4 : u > 0xff ? 2 : 1;
    c12__tlm_put64(p + 1, frame_swap(u) >> (64 - 8 * size)); /* the highest byte first */
    p[0] = (uint8_t)(major | (size == 8 ? 27 : size == 4 ? 26 : size == 2 ? 25 : u > 23 ? 24 : (uint32_t)u));
    return p + 1 + (u > 23 ? size : 0);
}

/* A text or list of texts with its head; NULL = it is none of the dictionary, or too long to be kept. */
static uint8_t *frame_put_item(uint8_t *p, const c12__tlm_open *o, int32_t f, int64_t code)
{
    if (o->schema.kind[f] != C12_TLM_TEXT) {
        c12__tlm_sink to = { p, NULL, C12__TLM_FRAME_ITEM, 0, 0, 0 };
        return c12__tlm_frame_put_value(&to, o, f, code) || to.differs ? NULL : p + to.at;
    }
    if (code < 0 || code >= o->dict.n) return NULL;
    c12_view text = c12__tlm_text(&o->dict, code);
    if (text.size > C12__TLM_FRAME_ITEM - 2) return NULL;
    uint8_t *body = frame_put_long(p, (int64_t)text.size);
    *p |= C12__TLM_CBOR_TEXT << 5;
    memcpy(body, text.ptr, text.size);
    return body + text.size;
}

/* The bytes for these texts; 0 = one of them cannot be kept. */
static int frame_set_codes(c12__tlm_frame_form *m, const c12__tlm_open *o, const int64_t *code)
{
    const c12_tlm_schema *s = &o->schema;
    int32_t slot = 1;
    m->there = 0;
    m->sets++;
    m->at[0] = 0;
    uint8_t *p = frame_put_long(m->bytes, s->n_fields + 2);
    m->bytes[0] |= C12__TLM_CBOR_MAP << 5;
    *p++ = 0;
    m->at[1] = (uint32_t)(p - m->bytes);
    for (int32_t i = 0; i < s->n_fields; i++) {
        int32_t f = m->order[i];
        p = frame_put_long(p, s->field_id[f]);
        if (c12__tlm_is_code(s->kind[f])) {
            if (!(p = frame_put_item(p, o, f, code[f]))) return 0;
            m->code[f] = code[f];
        } else m->at[++slot] = (uint32_t)(p - m->bytes);
    }
    p = frame_put_long(p, C12__TLM_FRAME_SCHEMA);
    p = frame_put_long(p, s->id);
    m->at[slot + 1] = (uint32_t)(p - m->bytes);
    frame_set_slots(m);
    return m->there = 1;
}

int c12__tlm_frame_set(c12__tlm_frame_form *m, const c12__tlm_open *o, int64_t row)
{
    int64_t code[C12_TLM_MAX_FIELDS];
    uint64_t differ = (uint64_t)!m->there;
    for (int32_t i = 0; i < m->n_codes; i++) {
        int64_t c = code[m->texts[i]] = m->text[i][row];
        differ |= (uint64_t)(m->code[m->texts[i]] ^ c);
    }
    return !differ || frame_set_codes(m, o, code);
}

/* ---- writing -------------------------------------------------------------------------------------------------------- */

/* In words of 16 bytes, of which few are needed; up to C12__TLM_FRAME_SLACK - 1 bytes more are read and written. */
static inline uint8_t *frame_copy(uint8_t *to, const uint8_t *from, size_t n)
{
    memcpy(to, from, 16);
    if (n > 16) memcpy(to + 16, from + 16, 16);
    if (n > 32) {
        memcpy(to + 32, from + 32, 16);
        memcpy(to + 48, from + 48, 16);
        if (n > 64) memcpy(to + 64, from + 64, n - 64);
    }
    return to + n;
}

/* Integers as bytes, first one lowest, and how many in the highest byte; 0 = one that takes more than three.  No branch, and so in vectors. */
static void frame_cells(const int64_t *restrict v, uint32_t *restrict cell)
{
    int32_t low[FRAME_TILE], high[FRAME_TILE];
    for (int32_t j = 0; j < FRAME_TILE; j++) {
        low[j] = (int32_t)(uint32_t)(uint64_t)v[j];
        high[j] = (int32_t)(uint32_t)((uint64_t)v[j] >> 32);
    }
    for (int32_t j = 0; j < FRAME_TILE; j++) {
        int32_t sign = low[j] >> 31;
        uint32_t u = (uint32_t)(low[j] ^ sign), two = u > 23, three = u > 255;
        uint32_t head = ((uint32_t)sign & 0x20) | ((u < 24 ? u : 24) + three);
        uint32_t rest = three ? u >> 8 | (u & 255) << 8 : u;
        uint32_t word = head | (rest & 0xffff) << 8 | (1 + two + three) << 24;
        cell[j] = (uint32_t)(high[j] ^ sign) | u >> 16 ? 0 : word;
    }
}

/* Frames that are written but for their CRCs. */
typedef struct frame_open_ends { uint8_t *frame[FRAME_CRCS]; size_t size[FRAME_CRCS]; int32_t n; } frame_open_ends;

static void frame_close(const uint8_t *from, frame_open_ends *e)
{
    uint32_t crc[FRAME_CRCS];
    const uint8_t *frame[FRAME_CRCS] = { NULL };
    for (int32_t i = 0; i < e->n; i++) frame[i] = e->frame[i];
    c12__tlm_crc32c_each(from, frame, e->size, e->n, crc);
    for (int32_t i = 0; i < e->n; i++) c12__tlm_put32(e->frame[i] + e->size[i], crc[i]);
    e->n = 0;
}

/* Up to FRAME_TILE rows from `row` on: numbers as bytes, by slot, and whether a text is another than the row before's. */
typedef struct frame_tile { uint32_t cell[C12_TLM_MAX_FIELDS + 1][FRAME_TILE]; uint64_t differ[FRAME_TILE]; int64_t row, end, formed; /* row whose texts the form has */ } frame_tile;

static void frame_fill(frame_tile *t, const c12__tlm_frame_form *m)
{
    int64_t n = t->end - t->row, few[FRAME_TILE + 1] = { 0 };
    int whole = t->row && n == FRAME_TILE;
    for (int32_t k = 1; k < m->slots; k++) {
        const int64_t *v = m->slot[k].column + t->row;
        frame_cells(n == FRAME_TILE ? v : memcpy(few, v, (size_t)n * sizeof *v), t->cell[k]);
    }
    uint64_t differ[FRAME_TILE] = { 0 };
    for (int32_t k = 0; k < m->n_codes; k++) {
        const int64_t *v = m->text[k] + t->row;
        const int64_t *before = whole ? v - 1 : memcpy(few + 1, v, (size_t)n * sizeof *v);
        before -= !whole;
        for (int32_t j = 0; j < FRAME_TILE; j++) differ[j] |= (uint64_t)(before[j] ^ before[j + 1]);
    }
    memcpy(t->differ, differ, sizeof differ);
}

/* A row of the tile whose values are all in the schema's form, up to its CRC; 0 = it takes the long way. */
static size_t frame_quick_put(c12__tlm_frame_form *m, frame_tile *t, const c12__tlm_open *o, int64_t row, uint32_t seq, uint8_t *out, size_t room)
{
    const int32_t slots = m->slots;
    const int64_t j = row - t->row;
    if (!m->usual || c12__tlm_is_raw(&o->batch, row)) return 0;
    if (!j || t->formed != row - 1 || t->differ[j]) {
        t->formed = -1;
        if (!c12__tlm_frame_set(m, o, row)) return 0;
    }
    t->formed = row;
    if (room < c12__tlm_frame_most(m)) return 0;
    const uint8_t *from = m->bytes;
    const uint32_t *cell = &t->cell[1][j];
    uint8_t *p = frame_put_long(frame_copy(out, from, m->slot[0].n), seq);
    from += m->slot[0].n;
    for (const c12__tlm_frame_slot *s = m->slot + 1, *end = m->slot + slots; s < end; s++, cell += FRAME_TILE) {
        if (s->skip) (void)frame_copy(p, from, s->skip);
        from += s->n;
        const uint32_t c = *cell, n = s->n; /* before the store, which might be of anything */
        c12__tlm_put64(p + s->skip, s->last | (uint64_t)c << s->bits);
        if (c) p += n + (c >> 24);
        else p = frame_put_long(p + n, s->column[row]);
    }
    return (size_t)(frame_copy(p, from, m->at[slots + 1] - m->at[slots]) - out);
}

c12_status c12__tlm_frames_put_slow(c12__tlm_frame_writer *w, c12_error *err)
{
    c12_mem room = { w->out + w->used, w->size - w->used };
    size_t size;
    c12_status st = c12__tlm_frame_put_row(w->o, w->row, w->seq, room, &size, err);
    if (st) return st;
    w->used += size;
    w->row++;
    w->seq++;
    return C12_OK;
}

c12_status c12__tlm_frames_put_rows(c12__tlm_frame_writer *w, int64_t end, c12_error *err)
{
    frame_open_ends ends = { { NULL }, { 0 }, 0 };
    frame_tile t;
    c12_status st = C12_OK;
    t.end = w->row;
    t.formed = -1;
    while (w->row < end && !st) {
        if (w->row == t.end) {
            t.row = w->row;
            t.end = end - w->row < FRAME_TILE ? end : w->row + FRAME_TILE;
            frame_fill(&t, w->m);
        }
        uint8_t *to = w->out + w->used;
        size_t size = frame_quick_put(w->m, &t, w->o, w->row, w->seq, to, w->size - w->used);
        if (!size) {
            st = c12__tlm_frames_put_slow(w, err);
            continue;
        }
        ends.frame[ends.n] = to;
        ends.size[ends.n++] = size;
        if (ends.n == FRAME_CRCS) frame_close(w->out, &ends);
        w->used += size + 4;
        w->row++;
        w->seq++;
    }
    frame_close(w->out, &ends);
    return st;
}

c12_status c12_tlm_frames_encode(const c12_tlm_schema *schema, const c12_tlm_batch *batch, int64_t first, int64_t count, uint32_t seq, c12_mem out,
                                 size_t *used, int64_t *done, c12_error *err)
{
    c12__tlm_open o;
    c12__tlm_frame_form m;
    c12_status st = c12__tlm_frame_open(&o, schema, batch, err);
    if (st) return st;
    if (!used || !done || (!out.ptr && out.size)) return c12__fail(err, C12_E_ARG, "output is NULL", !used ? "used" : !done ? "done" : "out", -1, 0);
    if (first < 0 || count < 0 || first > o.batch.n || count > o.batch.n - first)
        return c12__fail(err, C12_E_RANGE, "rows lie outside the batch", "first", first, count);
    frame_make_form(&m, &o);
    c12__tlm_frame_writer w = { &o, &m, out.ptr, out.size, 0, first, first + count, seq };
#ifdef C12__TLM_AVX2
    if (__builtin_cpu_supports("avx2")) st = c12__tlm_frames_put_eights(&w, err);
    else
#endif
        st = c12__tlm_frames_put_rows(&w, w.end, err);
    *used = w.used;
    *done = w.row - first;
    return st == C12_E_SPACE && *done ? C12_OK : st;
}

/* ---- reading -------------------------------------------------------------------------------------------------------- */

static inline uint64_t frame_high_first(const uint8_t *p) { return frame_swap(c12__tlm_get64(p)); }

/* n > 8 */
C12__TLM_INLINE uint64_t frame_differs(const uint8_t *p, const uint8_t *q, size_t n)
{
    uint64_t differ = 0;
    for (size_t i = 0; i + 8 < n; i += 8) differ |= c12__tlm_get64(p + i) ^ c12__tlm_get64(q + i);
    return differ | (c12__tlm_get64(p + n - 8) ^ c12__tlm_get64(q + n - 8));
}

/* A time needs 8 bytes; 0 = no such time. */
static inline size_t frame_quick_time(const uint8_t *p, int64_t *v)
{
    uint64_t u = frame_high_first(p + 1);
    *v = (int64_t)u;
    return p[0] != 0x1b || u <= UINT32_MAX || u > INT64_MAX ? 0 : 9;
}

/* Where the reader is, and what is wrong so far: bytes that are not the form's, first bytes of integers, and one below 0 for an integer that has a
 * shorter form. */
typedef struct frame_look { const uint8_t *p; uint64_t differ, heads, least; } frame_look;

/* Of a head below 0x40; others are found out at the end. */
C12__TLM_INLINE int64_t frame_signed(uint64_t head, uint64_t u) { return (int64_t)(u ^ (0 - (head >> 5))); }

/* Branches on an integer's size: where the next one stands would have to wait for this one's first byte, a guess does not. */
C12__TLM_INLINE void frame_number(frame_look *at, const c12__tlm_frame_slot *s, const uint8_t *bytes, int64_t *v)
{
    const uint8_t *p = at->p + s->n;
    if (s->is_odd) {
        size_t n;
        if (s->n > 8) at->differ |= frame_differs(at->p, bytes + s->from, s->n);
        else at->differ |= (c12__tlm_get64(at->p) & s->mask) ^ s->first;
        if (s->is_time && (n = frame_quick_time(p, v))) { at->p = p + n; return; }
    } else at->differ |= (c12__tlm_get64(at->p) & s->mask) ^ s->first;
    uint64_t head = *p, size = head & 31, u;
    at->heads |= head;
    if (size < 24) {
        *v = frame_signed(head, size);
        at->p = p + 1;
    } else if (size == 24) {
        u = p[1];
        *v = frame_signed(head, u);
        at->least |= u - 24;
        at->p = p + 2;
    } else if (size == 25) {
        u = (uint64_t)p[1] << 8 | p[2];
        *v = frame_signed(head, u);
        at->least |= u - 256;
        at->p = p + 3;
    } else {
        u = frame_high_first(p) << 8 >> 32;
        *v = frame_signed(head, u);
        at->least |= size == 26 ? u - 65536 : UINT64_MAX; /* what takes more goes the long way */
        at->p = p + 5;
    }
}

/* The next frame's numbers into row `row`, when it is of the usual form with the texts of the row before: its size without its CRC, which is still to be
 * looked at; 0 = take the long way. */
C12__TLM_INLINE size_t frame_numbers(const c12__tlm_frame_form *m, int64_t row, const uint8_t *frame, int64_t *seq)
{
    const int32_t slots = m->slots;
    frame_look at = { frame, 0, 0, 0 };
    frame_number(&at, m->slot, m->bytes, seq);
    for (const c12__tlm_frame_slot *s = m->slot + 1, *end = m->slot + slots; s < end; s++) frame_number(&at, s, m->bytes, s->column + row);
    const uint8_t *p = at.p, *q = m->bytes + m->at[slots];
    size_t tail = m->at[slots + 1] - m->at[slots];
    if (tail > 8) at.differ |= frame_differs(p, q, tail);
    else for (size_t i = 0; i < tail; i++) at.differ |= (uint64_t)(p[i] ^ q[i]);
    return at.differ || at.heads > 0x3f || at.least >> 63 || *seq < 0 ? 0 : (size_t)(p + tail - frame);
}

typedef size_t frame_numbers_form(const c12__tlm_frame_form *m, int64_t row, const uint8_t *frame, int64_t *seq);
static size_t frame_numbers_plain(const c12__tlm_frame_form *m, int64_t row, const uint8_t *frame, int64_t *seq) { return frame_numbers(m, row, frame, seq); }
#ifdef C12__TLM_AVX2
__attribute__((target("avx2,bmi,bmi2"))) static size_t frame_numbers_avx2(const c12__tlm_frame_form *m, int64_t row, const uint8_t *frame, int64_t *seq)
{
    return frame_numbers(m, row, frame, seq);
}
#endif

static frame_numbers_form *frame_numbers_best(void)
{
#ifdef C12__TLM_AVX2
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2")) return frame_numbers_avx2;
#endif
    return frame_numbers_plain;
}

/* Up to FRAME_CRCS frames whose numbers stand behind the batch's rows. */
typedef struct frame_guess { const uint8_t *frame[FRAME_CRCS]; size_t size[FRAME_CRCS]; int64_t seq[FRAME_CRCS]; int32_t n; } frame_guess;

/* Of those the ones before the first whose CRC is wrong become rows; bytes they took. */
static size_t frame_believe(const c12__tlm_frame_form *m, c12_tlm_batch *b, const uint8_t *from, const frame_guess *g, int64_t *seq)
{
    uint32_t crc[FRAME_CRCS];
    size_t taken = 0;
    int32_t n = 0;
    c12__tlm_crc32c_each(from, g->frame, g->size, g->n, crc);
    for (; n < g->n && c12__tlm_get32(g->frame[n] + g->size[n]) == crc[n]; n++) {
        int64_t row = b->n + n;
        if (b->raw_at) b->raw_at[row] = -1;
        if (b->order) b->order[row] = row ? b->order[row - 1] + 1 : 0;
        *seq = g->seq[n];
        taken += g->size[n] + 4;
    }
    for (int32_t i = 0; i < m->n_codes; i++) {
        const int64_t code = m->code[m->texts[i]];
        int64_t *v = m->text[i] + b->n;
        for (int32_t k = 0; k < n; k++) v[k] = code;
    }
    b->n += n;
    return taken;
}

/* The next few frames while they are of the usual form: bytes taken; 0 = the next one takes the long way. */
static size_t frame_quick_take(const c12__tlm_frame_form *m, frame_numbers_form *numbers, c12_tlm_batch *b, const uint8_t *from, const uint8_t *frame, size_t size, int64_t *seq)
{
    const size_t most = c12__tlm_frame_most(m);
    uint8_t pad[FRAME_PAD];
    frame_guess g;
    if (!m->there || !m->usual) return 0;
    for (g.n = 0; g.n < FRAME_CRCS && b->n + g.n < b->cap;) {
        const uint8_t *p = frame;
        if (size < most) { /* the last one */
            if (most > FRAME_PAD || !size) break;
            memset(pad, 0, most);
            p = memcpy(pad, frame, size);
        }
        size_t n = numbers(m, b->n + g.n, p, &g.seq[g.n]);
        if (!n || n + 4 > size) break;
        g.frame[g.n] = frame;
        g.size[g.n++] = n;
        frame += n + 4;
        size -= n + 4;
    }
    return frame_believe(m, b, from, &g, seq);
}

/* The long way, and what it teaches. */
static c12_status frame_slow_take(c12__tlm_frame_reader *r, c12__tlm_frame_form *m, c12_view frame, size_t *size, c12_error *err)
{
    c12_status st = c12__tlm_frame_take(r, frame, size, err);
    if (st) return st;
    frame_usual(m, &r->o);
    if (!r->raw.ptr) (void)frame_set_codes(m, &r->o, r->value);
    return C12_OK;
}

c12_status c12_tlm_frames_decode(const c12_tlm_schema *schema, c12_view frames, c12_tlm_batch *batch, uint32_t *seq, size_t *used, c12_error *err)
{
    c12__tlm_frame_reader r;
    c12__tlm_frame_form m;
    c12_error fault = C12_INIT(c12_error);
    c12_status st = c12__tlm_frame_open(&r.o, schema, batch, err);
    if (st) return st;
    if (!used || (!frames.ptr && frames.size)) return c12__fail(err, C12_E_ARG, "argument is NULL", used ? "frames" : "used", -1, 0);
    frame_make_form(&m, &r.o);
    frame_numbers_form *numbers = frame_numbers_best();
    int64_t before = r.o.batch.n;
    *used = 0;
    while (*used < frames.size && !st) {
        c12_view rest = { frames.ptr + *used, frames.size - *used };
        size_t size = frame_quick_take(&m, numbers, &r.o.batch, frames.ptr, rest.ptr, rest.size, &r.seq);
        if (!size) st = frame_slow_take(&r, &m, rest, &size, &fault);
        if (st) break;
        *used += size;
        if (seq) *seq = (uint32_t)r.seq;
    }
    c12__tlm_give_batch(batch, &r.o);
    if (!st || (st == C12_E_SPACE && r.o.batch.n > before)) return C12_OK;
    return c12__fail(err, st, fault.what, st == C12_E_SPACE ? fault.field : "frames", -1, st == C12_E_SPACE ? fault.value : fault.value + (int64_t)*used);
}
