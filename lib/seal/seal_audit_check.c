/* SPDX-License-Identifier: Apache-2.0 */
/* Is a trail whole?  Lays each row out as the header says, apart from the code that makes rows, and judges them in order. */
#include "seal/seal_internal.h"

typedef struct trail_walk {
    const c12_seal_trail *t;
    uint8_t head[32];   /* of the row before */
    int64_t good;       /* rows below the last good checkpoint, counted from row 0 */
    int32_t next;       /* checkpoint */
    int32_t reserved;
} trail_walk;

static void trail_columns(c12__faults *f, const c12_seal_trail *t)
{
    if (t->n < 0 || t->n_checkpoints < 0 || t->first < 0 || t->least < 0 || t->first > INT64_MAX - t->n) { c12__fault(f, C12_E_ARG, "count is negative or too large", "n", -1, t->n); return; }
    if (t->n > (INT64_MAX - 1) / 4) { c12__fault(f, C12_E_ARG, "count is negative or too large", "n", -1, t->n); return; }
    if (t->n && (!t->time || !t->text_off || !t->hash)) { c12__fault(f, C12_E_ARG, "column is NULL", "time", -1, 0); return; }
    if (t->first && !t->before) c12__fault(f, C12_E_ARG, "hash of the row before the first is missing", "before", -1, t->first);
    if (t->n_checkpoints && (!t->check_count || !t->check_head || !t->check_sign)) { c12__fault(f, C12_E_ARG, "column is NULL", "check_count", -1, 0); return; }
    if (t->n && t->text_off[0] < 0) c12__fault(f, C12_E_RANGE, "offset is negative", "text_off", 0, t->text_off[0]);
    for (int64_t i = 0; i < 4 * t->n && !c12__full(f); i++)
        if (t->text_off[i + 1] < t->text_off[i] || t->text_off[i + 1] - t->text_off[i] > INT32_MAX) c12__fault(f, C12_E_RANGE, "offsets fall or a text is too long", "text_off", i + 1, t->text_off[i + 1]);
    if (!f->count && t->n && t->text_off[4 * t->n] > 0 && !t->text) c12__fault(f, C12_E_ARG, "column is NULL", "text", -1, 0);
    for (int32_t k = 0; k < t->n_checkpoints && !c12__full(f); k++)
        if (t->check_count[k] < 1 || (k && t->check_count[k] <= t->check_count[k - 1])) c12__fault(f, C12_E_RANGE, "counts of checkpoints must rise from 1", "check_count", k, t->check_count[k]);
}

/* SHA-256 over the row's own bytes; number and time big-endian, byte by byte. */
static c12_status trail_hash(const trail_walk *w, int64_t i, uint8_t hash[32], c12_error *err)
{
    uint8_t plain[16], length[16];
    uint64_t number = (uint64_t)(w->t->first + i), time = (uint64_t)w->t->time[i];
    const int64_t *off = w->t->text_off + 4 * i;
    c12_view part[10] = { { w->head, 32 }, { plain, 16 } };
    for (int b = 0; b < 8; b++) {
        plain[b] = (uint8_t)(number >> (56 - 8 * b));
        plain[8 + b] = (uint8_t)(time >> (56 - 8 * b));
    }
    for (int k = 0; k < 4; k++) {
        int64_t n = off[k + 1] - off[k];
        for (int b = 0; b < 4; b++) length[4 * k + b] = (uint8_t)((uint64_t)n >> (24 - 8 * b));
        part[2 + 2 * k].ptr = length + 4 * k;
        part[2 + 2 * k].size = 4;
        part[3 + 2 * k].ptr = n ? w->t->text + off[k] : NULL;
        part[3 + 2 * k].size = (size_t)n;
    }
    return c12__seal_digest(part, 10, hash, err);
}

/* The checkpoint's own signature. */
static c12_status trail_signed(const c12_seal_trail *t, int32_t k, c12_error *err)
{
    uint8_t plain[60] = "c12 audit checkpoint", digest[32];
    for (int b = 0; b < 8; b++) plain[20 + b] = (uint8_t)((uint64_t)t->check_count[k] >> (56 - 8 * b));
    memcpy(plain + 28, t->check_head + 32 * (size_t)k, 32);
    const c12_view whole = { plain, sizeof plain }, signature = { t->check_sign + 64 * (size_t)k, 64 };
    c12_status s = c12__seal_digest(&whole, 1, digest, err);
    return s ? s : c12_seal_verify(t->key, digest, signature, err);
}

/* Checkpoints that vouch for `count` rows; *row = -1 while all is well. */
static c12_status trail_checkpoints(trail_walk *w, int64_t count, int64_t *row, const char **rule, const char **field, c12_error *err)
{
    const c12_seal_trail *t = w->t;
    for (; w->next < t->n_checkpoints && t->check_count[w->next] <= count; w->next++) {
        int32_t k = w->next;
        if (t->key.size) {
            c12_error quiet = C12_INIT(c12_error);
            c12_status s = trail_signed(t, k, &quiet);
            if (s && s != C12_E_REFUSED) return c12__fail(err, s, quiet.what, quiet.field, -1, quiet.value);
            if (s) { *row = t->check_count[k] - 1; *rule = "checkpoint is not signed by the key"; *field = "check_sign"; return C12_OK; }
        }
        if (t->check_count[k] < count) continue; /* of rows in an earlier file */
        if (memcmp(w->head, t->check_head + 32 * (size_t)k, 32)) { *row = w->good; *rule = "checkpoint has another head"; *field = "check_head"; return C12_OK; }
        w->good = count;
    }
    return C12_OK;
}

static c12_status trail_walk_all(trail_walk *w, int64_t *row, const char **rule, const char **field, int64_t *good, c12_error *err)
{
    const c12_seal_trail *t = w->t;
    c12_status s = t->first ? trail_checkpoints(w, t->first, row, rule, field, err) : C12_OK;
    for (int64_t i = 0; !s && *row < 0 && i < t->n; i++) {
        uint8_t hash[32];
        if ((s = trail_hash(w, i, hash, err))) break;
        if (memcmp(hash, t->hash + 32 * (size_t)i, 32)) { *row = t->first + i; *rule = "hash of the row does not follow from the row before"; *field = "hash"; break; }
        if (i && t->time[i] < t->time[i - 1]) { *row = t->first + i; *rule = "time runs back"; *field = "time"; break; }
        memcpy(w->head, hash, 32);
        *good = i + 1;
        s = trail_checkpoints(w, t->first + i + 1, row, rule, field, err);
    }
    if (s || *row >= 0) return s;
    if (w->next < t->n_checkpoints || t->least > t->first + t->n) { *row = t->first + t->n; *rule = "rows are missing at the end"; *field = "hash"; }
    return C12_OK;
}

c12_status c12_seal_audit_check(const c12_seal_trail *trail, c12_verdict *verdict, c12_error *err)
{
    c12_seal_trail t;
    c12_verdict v, out = C12_INIT(c12_verdict);
    c12_status s = c12__take(&t, sizeof t, trail, "trail", err);
    if (s || (s = c12__take(&v, sizeof v, verdict, "verdict", err))) return s;
    c12__faults f = { err, C12_OK, 0 };
    trail_columns(&f, &t);
    if (f.count) return f.status;
    if (c12__seal_unreadable(t.key)) return c12__fail(err, C12_E_ARG, "argument is NULL", "key", -1, 0);
    if (!c12_seal_library()) return c12__seal_without(err);
    trail_walk w = { &t, { 0 }, t.first, 0, 0 };
    if (t.before) memcpy(w.head, t.before, 32);
    out.row = out.tick = -1;
    if ((s = trail_walk_all(&w, &out.row, &out.rule, &out.field, &out.objective, err))) return s;
    out.violations = out.row >= 0;
    if (out.row >= t.first && out.row < t.first + t.n && t.n) out.tick = t.time[out.row - t.first];
    c12__give(verdict, &out, sizeof out);
    return C12_OK;
}
