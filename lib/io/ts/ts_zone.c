/* SPDX-License-Identifier: Apache-2.0 */
/* Pieces of blocks and their zones: least, largest, first, last, sum.  Exact sums of 128 bits. */
#include "io/ts/ts_internal.h"
#include <stdlib.h>
#include <string.h>

int c12io__ts_is_number(const c12io_ts *t, int32_t f)
{
    int32_t kind = t->schema.kind[f];
    return kind == C12_TLM_DECIMAL || kind == C12_TLM_INTEGER;
}

/* ---- zones ---------------------------------------------------------------------------------------------------------------- */

static void ts_zone_sum(c12io__ts_zone *z, int64_t high, uint64_t low)
{
    z->sum_low += low;
    z->sum_high = (int64_t)((uint64_t)z->sum_high + (uint64_t)high + (z->sum_low < low));
}

/* Upper and lower halves of value + 2^63 are summed apart: neither sum of less than 2^31 values can overflow. */
void c12io__ts_zone_values(c12io__ts_zone *z, const int64_t *v, int64_t n)
{
    int64_t min = v[0], max = v[0];
    uint64_t upper = 0, lower = 0;
    for (int64_t i = 0; i < n; i++) {
        uint64_t u = (uint64_t)v[i] ^ UINT64_C(1) << 63;
        if (v[i] < min) min = v[i];
        if (v[i] > max) max = v[i];
        lower += u & 0xffffffff;
        upper += u >> 32;
    }
    z->min = min;
    z->max = max;
    z->first = v[0];
    z->last = v[n - 1];
    z->sum_high = (int64_t)(upper >> 32);
    z->sum_low = upper << 32;
    ts_zone_sum(z, 0, lower);
    uint64_t half = (uint64_t)n << 63; /* and n * 2^63 goes again */
    z->sum_high = (int64_t)((uint64_t)z->sum_high - ((uint64_t)n >> 1) - (z->sum_low < half));
    z->sum_low -= half;
}

static int ts_earlier(int64_t t, int64_t e, int64_t than_t, int64_t than_e) { return t != than_t ? t < than_t : e < than_e; }

void c12io__ts_span_join(c12io__ts_span *a, const c12io__ts_span *b, c12io__ts_zone *za, const c12io__ts_zone *zb, int64_t columns)
{
    if (!b->count) return;
    int first = !a->count || ts_earlier(b->t_first, b->e_first, a->t_first, a->e_first);
    int last = !a->count || !ts_earlier(b->t_last, b->e_last, a->t_last, a->e_last);
    for (int64_t c = 0; c < columns; c++) {
        c12io__ts_zone *x = &za[c];
        const c12io__ts_zone *y = &zb[c];
        if (!a->count) { *x = *y; continue; }
        if (y->min < x->min) x->min = y->min;
        if (y->max > x->max) x->max = y->max;
        if (first) x->first = y->first;
        if (last) x->last = y->last;
        ts_zone_sum(x, y->sum_high, y->sum_low);
    }
    if (first) { a->t_first = b->t_first; a->e_first = b->e_first; }
    if (last) { a->t_last = b->t_last; a->e_last = b->e_last; }
    a->count += b->count;
}

static int ts_ten_times(int64_t *v)
{
    if (*v > INT64_MAX / 10 || *v < INT64_MIN / 10) return 1;
    *v *= 10;
    return 0;
}

int c12io__ts_zone_raise(c12io__ts_zone *z, int32_t by)
{
    for (; by > 0; by--) {
        if (ts_ten_times(&z->min) || ts_ten_times(&z->max) || ts_ten_times(&z->first) || ts_ten_times(&z->last)) return 1;
        uint64_t low = (z->sum_low & 0xffffffff) * 10, mid = (z->sum_low >> 32) * 10 + (low >> 32); /* |sum| < 2^95: counts are below 2^31 */
        z->sum_low = mid << 32 | (low & 0xffffffff);
        z->sum_high = (int64_t)((uint64_t)z->sum_high * 10 + (mid >> 32));
    }
    return 0;
}

/* ---- pieces ----------------------------------------------------------------------------------------------------------------- */

static c12_status ts_piece_room(c12io_ts *t, c12_error *err)
{
    c12io__ts_pieces *p = &t->pieces;
    size_t n = (size_t)p->n + 1;
    int out = c12io__ts_grow(&t->host, &p->span, n * sizeof(c12io__ts_span));
    for (int32_t f = 0; !out && f < t->schema.n_fields; f++)
        if (c12io__ts_is_number(t, f)) out = c12io__ts_grow(&t->host, &p->zone[f], n * sizeof(c12io__ts_zone)) || c12io__ts_grow(&t->host, &p->scale[f], n * sizeof(int32_t));
    return out ? c12io__ts_nomem(err, t->path) : C12_OK;
}

/* The rows `live` of the batch, all in one hour and with values. */
static c12_status ts_note_piece(c12io_ts *t, const c12_tlm_batch *b, const int32_t *live, int64_t n, int64_t entry, int64_t *room, c12_error *err)
{
    c12io__ts_pieces *p = &t->pieces;
    const int64_t *time = b->value + t->schema.time_field * b->cap;
    c12_status s = ts_piece_room(t, err);
    if (s) return s;
    c12io__ts_span span = { n, time[live[0]], time[live[n - 1]], entry, entry };
    ((c12io__ts_span *)p->span.ptr)[p->n] = span;
    for (int32_t f = 0; f < t->schema.n_fields; f++) {
        if (!c12io__ts_is_number(t, f)) continue;
        const int64_t *v = b->value + f * b->cap;
        for (int64_t i = 0; i < n; i++) room[i] = v[live[i]];
        c12io__ts_zone_values((c12io__ts_zone *)p->zone[f].ptr + p->n, room, n);
        ((int32_t *)p->scale[f].ptr)[p->n] = b->scale[f];
    }
    p->n++;
    return C12_OK;
}

c12_status c12io__ts_note_pieces(c12io_ts *t, const c12_tlm_batch *b, const int32_t *rows, int64_t n, int64_t entry, c12_error *err)
{
    const int64_t *time = b->value + t->schema.time_field * b->cap;
    c12_mem mem = { NULL, 0 };
    int64_t live = 0;
    c12_status s = C12_OK;
    if (c12io__ts_grow(&t->host, &mem, (size_t)n * (sizeof(int64_t) + sizeof(int32_t)))) return c12io__ts_nomem(err, t->path);
    int64_t *room = mem.ptr;
    int32_t *list = (int32_t *)(room + n);
    for (int64_t i = 0; i < n; i++) {
        int32_t r = rows ? rows[i] : (int32_t)i;
        if (!b->raw_at || b->raw_at[r] < 0) list[live++] = r;
    }
    for (int64_t from = 0, to; !s && from < live; from = to) {
        int64_t hour = c12io__ts_floor(time[list[from]], TS_HOUR);
        for (to = from + 1; to < live && (uint64_t)time[list[to]] - (uint64_t)hour < (uint64_t)TS_HOUR; to++) { }
        s = ts_note_piece(t, b, list + from, to - from, entry, room, err);
    }
    c12io__ts_drop(&t->host, &mem);
    return s;
}

typedef struct ts_piece_key { int64_t hour, t_first, entry, at; uint32_t robot, reserved; } ts_piece_key;

static int ts_piece_order(const void *a, const void *b)
{
    const ts_piece_key *x = a, *y = b;
    if (x->robot != y->robot) return x->robot < y->robot ? -1 : 1;
    if (x->hour != y->hour) return x->hour < y->hour ? -1 : 1;
    if (x->t_first != y->t_first) return x->t_first < y->t_first ? -1 : 1;
    return x->entry < y->entry ? -1 : x->entry > y->entry;
}

/* Elements of `each` bytes in the keys' order. */
static int ts_permute(const c12_host *host, c12_mem *m, size_t each, const ts_piece_key *key, int64_t n)
{
    c12_mem to = { NULL, 0 };
    if (c12io__ts_grow(host, &to, (size_t)n * each)) return 1;
    for (int64_t i = 0; i < n; i++) memcpy((uint8_t *)to.ptr + (size_t)i * each, (const uint8_t *)m->ptr + (size_t)key[i].at * each, each);
    c12io__ts_drop(host, m);
    *m = to;
    return 0;
}

c12_status c12io__ts_sort_pieces(c12io_ts *t, c12_error *err)
{
    c12io__ts_pieces *p = &t->pieces;
    const c12io__ts_span *span = p->span.ptr;
    c12_mem keys = { NULL, 0 };
    if (!p->n) return C12_OK;
    if (c12io__ts_grow(&t->host, &keys, (size_t)p->n * sizeof(ts_piece_key))) return c12io__ts_nomem(err, t->path);
    ts_piece_key *key = keys.ptr;
    for (int64_t i = 0; i < p->n; i++) {
        ts_piece_key one = { c12io__ts_floor(span[i].t_first, TS_HOUR), span[i].t_first, span[i].e_first, i, c12io__ts_entries(t)[span[i].e_first].robot, 0 };
        key[i] = one;
    }
    qsort(key, (size_t)p->n, sizeof *key, ts_piece_order);
    int out = ts_permute(&t->host, &p->span, sizeof(c12io__ts_span), key, p->n);
    for (int32_t f = 0; !out && f < t->schema.n_fields; f++)
        if (p->zone[f].ptr) out = ts_permute(&t->host, &p->zone[f], sizeof(c12io__ts_zone), key, p->n) || ts_permute(&t->host, &p->scale[f], sizeof(int32_t), key, p->n);
    c12io__ts_drop(&t->host, &keys);
    return out ? c12io__ts_nomem(err, t->path) : C12_OK;
}

/* ---- what a reader needs ------------------------------------------------------------------------------------------------------ */

/* Files without pieces: every block is decoded once. */
static c12_status ts_work_out_pieces(c12io_ts *t, c12_error *err)
{
    c12_status s = C12_OK;
    c12io__ts_cursor c;
    memset(&c, 0, sizeof c);
    t->pieces.n = 0;
    for (int64_t i = 0; !s && i < t->n_entries; i++)
        if (!(s = c12io__ts_load(t, i, &c, err))) s = c12io__ts_note_pieces(t, &c.batch, NULL, c.batch.n, i, err);
    c12io__ts_unload(&t->host, &c);
    if (!s) s = c12io__ts_sort_pieces(t, err);
    return s;
}

c12_status c12io__ts_need_pieces(c12io_ts *t, c12_error *err)
{
    if (t->pieces_known) return C12_OK;
    c12_status s = t->section.ptr ? c12io__ts_read_pieces(t, err) : ts_work_out_pieces(t, err);
    t->pieces_known = s == C12_OK;
    return s;
}

/* All zones of the column in its largest scale. */
static int ts_zone_level(c12io__ts_pieces *p, int32_t f, int32_t *scale)
{
    const int32_t *each = p->scale[f].ptr;
    c12io__ts_zone *z = p->zone[f].ptr;
    for (int64_t i = 0; i < p->n; i++)
        if (each[i] > *scale) *scale = each[i];
    for (int64_t i = 0; i < p->n; i++)
        if (c12io__ts_zone_raise(&z[i], *scale - each[i])) return 1;
    return 0;
}

c12_status c12io__ts_need_zone(c12io_ts *t, int32_t f, c12_error *err)
{
    c12_status s = c12io__ts_need_pieces(t, err);
    if (s) return s;
    if (!t->pieces.zone[f].ptr && t->pieces.n) {
        int32_t group = 0;
        for (int32_t g = 0; g < f; g++) group += c12io__ts_is_number(t, g);
        if ((s = c12io__ts_read_zones(t, group / TS_GROUP, err))) return s;
    }
    if (!t->pieces.scale[f].ptr) return C12_OK;
    t->column_scale[f] = t->schema.kind[f] == C12_TLM_DECIMAL ? t->schema.decimals[f] : 0;
    if (ts_zone_level(&t->pieces, f, &t->column_scale[f])) {
        c12io__ts_drop(&t->host, &t->pieces.zone[f]);
        c12io__ts_drop(&t->host, &t->pieces.scale[f]);
        return c12io__fault(err, C12_E_OVERFLOW, "values cannot be brought to one scale", f, t->column_scale[f], "%s: column %d: values cannot be brought to one scale", t->path, (int)f);
    }
    c12io__ts_drop(&t->host, &t->pieces.scale[f]);
    return C12_OK;
}
