/* SPDX-License-Identifier: Apache-2.0 */
/* Every block decoded, and the index compared with what the blocks say. */
#include "io/ts/ts_internal.h"
#include <stdlib.h>
#include <string.h>

/* A second handle on the same file for working out or reading the index again; it borrows all but pieces and latest rows. */
static c12io_ts *verify_shadow(const c12io_ts *t)
{
    c12io_ts *s = malloc(sizeof *s);
    if (!s) return NULL;
    *s = *t;
    memset(&s->pieces, 0, sizeof s->pieces);
    memset(&s->last, 0, sizeof s->last);
    memset(&s->w, 0, sizeof s->w);
    s->pieces.n = t->section.ptr ? t->pieces.n : 0;
    s->n_last = s->pieces_known = 0;
    s->latest = NULL;
    return s;
}

static void verify_drop(c12io_ts *s)
{
    if (!s) return;
    c12io__ts_last_drop(s);
    c12io__ts_drop(&s->host, &s->w.block);
    c12io__ts_drop(&s->host, &s->w.scratch);
    c12io__ts_drop(&s->host, &s->pieces.span);
    for (int32_t f = 0; f < C12_TLM_MAX_FIELDS; f++) {
        c12io__ts_drop(&s->host, &s->pieces.zone[f]);
        c12io__ts_drop(&s->host, &s->pieces.scale[f]);
    }
    free(s);
}

static c12_status verify_blocks(c12io_ts *t, c12io_ts *fresh, c12_error *err)
{
    c12io__ts_cursor c;
    c12_status s = C12_OK;
    memset(&c, 0, sizeof c);
    fresh->pieces.n = 0;
    for (int64_t i = 0; !s && i < t->n_entries; i++) {
        s = c12io__ts_load(t, i, &c, err);
        if (!s) s = c12io__ts_note_pieces(fresh, &c.batch, NULL, c.batch.n, i, err);
        if (!s) s = c12io__ts_keep_last(fresh, &c.batch, (int32_t)c.batch.n - 1, c12io__ts_entries(t)[i].robot, err);
    }
    c12io__ts_unload(&t->host, &c);
    return s ? s : c12io__ts_sort_pieces(fresh, err);
}

/* The same zones of a column; a block may have left out zeros that all its values end in, which its rows still had when the index was made. */
static int verify_same_zones(const c12io_ts *a, const c12io_ts *b, int32_t f)
{
    const int32_t *scale = a->pieces.scale[f].ptr, *other = b->pieces.scale[f].ptr;
    for (int64_t i = 0; i < a->pieces.n; i++) {
        c12io__ts_zone x = ((const c12io__ts_zone *)a->pieces.zone[f].ptr)[i], y = ((const c12io__ts_zone *)b->pieces.zone[f].ptr)[i];
        int32_t most = scale[i] > other[i] ? scale[i] : other[i];
        if (c12io__ts_zone_raise(&x, most - scale[i]) || c12io__ts_zone_raise(&y, most - other[i]) || memcmp(&x, &y, sizeof x)) return 0;
    }
    return 1;
}

static int verify_same_pieces(const c12io_ts *a, const c12io_ts *b)
{
    size_t n = (size_t)a->pieces.n;
    if (a->pieces.n != b->pieces.n) return 0;
    if (n && memcmp(a->pieces.span.ptr, b->pieces.span.ptr, n * sizeof(c12io__ts_span))) return 0;
    for (int32_t f = 0; n && f < a->schema.n_fields; f++)
        if (c12io__ts_is_number(a, f) && !verify_same_zones(a, b, f)) return 0;
    return 1;
}

/* Both print the same lines; 0 = not, or memory is out. */
static int verify_same_rows(const c12io_ts *t, const c12_tlm_batch *a, const c12_tlm_batch *b)
{
    c12_mem text[2] = { { NULL, 0 }, { NULL, 0 } };
    const c12_tlm_batch *of[2] = { a, b };
    size_t used[2] = { 0, 0 };
    int same = 1;
    for (int k = 0; same && k < 2; k++) {
        c12_error e = C12_INIT(c12_error);
        if (c12_tlm_print(&t->schema, of[k], 0, of[k]->n, text[k], &used[k], &e) == C12_E_SPACE)
            same = !c12io__ts_grow(&t->host, &text[k], (size_t)e.value) && !c12_tlm_print(&t->schema, of[k], 0, of[k]->n, text[k], &used[k], &e);
    }
    same = same && used[0] == used[1] && (!used[0] || !memcmp(text[0].ptr, text[1].ptr, used[0]));
    c12io__ts_drop(&t->host, &text[0]);
    c12io__ts_drop(&t->host, &text[1]);
    return same;
}

/* What the index says of latest rows against the blocks' own. */
static c12_status verify_latest(c12io_ts *fresh, c12io_ts *index, c12_error *err)
{
    const int64_t *at = (const int64_t *)index->section.ptr + index->groups + 2;
    c12_mem nothing = fresh->section;
    if (at[0] == at[1]) return C12_OK;
    c12_status s = c12io__ts_need_latest(index, err);
    fresh->section.ptr = NULL; /* so that it takes the rows kept from the blocks */
    if (!s) s = c12io__ts_need_latest(fresh, err);
    fresh->section = nothing;
    if (s) return s;
    return verify_same_rows(index, &fresh->latest->batch, &index->latest->batch) ? C12_OK : c12io__ts_bad(index, err, "latest rows of the index do not match the blocks", at[0]);
}

static c12_status verify_index(c12io_ts *t, c12io_ts *fresh, c12_error *err)
{
    if (!t->section.ptr) return C12_OK;
    c12io_ts *index = verify_shadow(t);
    if (!index) return c12io__ts_nomem(err, t->path);
    c12_status s = c12io__ts_read_pieces(index, err);
    for (int32_t g = 0; !s && g < t->groups; g++) s = c12io__ts_read_zones(index, g, err);
    if (!s && !verify_same_pieces(fresh, index)) s = c12io__ts_bad(t, err, "zones of the index do not match the blocks", ((const int64_t *)t->section.ptr)[1]);
    if (!s) s = verify_latest(fresh, index, err);
    verify_drop(index);
    return s;
}

c12_status c12io_ts_verify(c12io_ts *self, c12_error *err)
{
    c12_status s = c12io__ts_readable(self, err);
    if (s) return s;
    c12io_ts *fresh = verify_shadow(self);
    if (!fresh) return c12io__ts_nomem(err, self->path);
    if (!(s = verify_blocks(self, fresh, err))) s = verify_index(self, fresh, err);
    verify_drop(fresh);
    return s;
}
