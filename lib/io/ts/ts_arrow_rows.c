/* SPDX-License-Identifier: Apache-2.0 */
/* A decoded batch becomes an Arrow struct array.  Numbers are converted where they lie, all of eight bytes or less; what does not fit there
 * - null bits, texts, decimals of sixteen bytes - is made beside.
 *
 * Consumers may move columns and dictionaries out of a batch and release everything in any order on any thread, so the batch's memory is counted. */
#include "io/ts/ts_arrow.h"
#include <stdatomic.h>
#include <string.h>

/* Memory that the columns of a batch share. */
typedef struct arrow_shared {
    c12_host host;
    c12_mem self, batch, nulls; /* nulls: bits of columns with nulls */
    atomic_int users;
    int32_t reserved;
} arrow_shared;

/* What an array owns; kids: of the root, structs of its columns and pointers to them. */
typedef struct arrow_part {
    arrow_shared *shared;
    c12_mem self, own, kids;
    const void *buffer[3];
    struct ArrowArray texts; /* the dictionary's */
} arrow_part;

static void arrow_let_go(arrow_shared *s)
{
    if (atomic_fetch_sub_explicit(&s->users, 1, memory_order_acq_rel) != 1) return;
    c12_host host = s->host;
    c12_mem self = s->self;
    c12io__ts_drop(&host, &s->batch);
    c12io__ts_drop(&host, &s->nulls);
    c12io__ts_drop(&host, &self);
}

static void arrow_release(struct ArrowArray *a)
{
    arrow_part *p = a->private_data;
    arrow_shared *s = p->shared;
    c12_mem self = p->self;
    for (int64_t k = 0; k < a->n_children; k++)
        if (a->children[k]->release) a->children[k]->release(a->children[k]);
    if (a->dictionary && a->dictionary->release) a->dictionary->release(a->dictionary);
    a->release = NULL;
    c12io__ts_drop(&s->host, &p->own);
    c12io__ts_drop(&s->host, &p->kids);
    c12io__ts_drop(&s->host, &self);
    arrow_let_go(s);
}

static arrow_part *arrow_part_new(arrow_shared *s, struct ArrowArray *a, int64_t length, int64_t buffers)
{
    c12_mem mem = { NULL, 0 };
    if (c12io__ts_grow(&s->host, &mem, sizeof(arrow_part))) return NULL;
    arrow_part *p = mem.ptr;
    memset(p, 0, sizeof *p);
    p->shared = s;
    p->self = mem;
    atomic_fetch_add_explicit(&s->users, 1, memory_order_relaxed);
    memset(a, 0, sizeof *a);
    a->length = length;
    a->n_buffers = buffers;
    a->buffers = p->buffer;
    a->release = arrow_release;
    a->private_data = p;
    return p;
}

/* ---- numbers ------------------------------------------------------------------------------------------------------------------- */

static int64_t arrow_ten(int32_t n)
{
    int64_t p = 1;
    for (; n > 0; n--) p *= 10;
    return p;
}

/* Doubles over the integers.  Both powers of ten up to 10^15 and integers up to 2^53 are doubles themselves, so one division rounds once. */
static void arrow_floats(int64_t *v, int64_t n, int32_t scale)
{
    const double unit = (double)arrow_ten(scale);
    for (int64_t i = 0; i < n; i++) {
        double x = (double)v[i] / unit;
        memcpy(&v[i], &x, sizeof x);
    }
}

/* All times 10^by, or divided by 10^-by where nothing is lost.  The row that does not fit, or -1. */
static int64_t arrow_rescale(int64_t *v, int64_t n, int32_t by)
{
    const int64_t times = arrow_ten(by < 0 ? -by : by), limit = INT64_MAX / times;
    for (int64_t i = 0; by && i < n; i++) {
        if (by < 0 ? v[i] % times != 0 : v[i] > limit || v[i] < -limit) return i;
        v[i] = by < 0 ? v[i] / times : v[i] * times;
    }
    return -1;
}

static void arrow_decimals(const int64_t *v, int64_t n, void *to)
{
    const uint16_t probe = 1;
    const int little = *(const uint8_t *)&probe;
    int64_t (*wide)[2] = to;
    for (int64_t i = 0; i < n; i++) {
        wide[i][!little] = v[i];
        wide[i][little] = v[i] < 0 ? -1 : 0;
    }
}

/* ---- texts ---------------------------------------------------------------------------------------------------------------------- */

static c12_view arrow_text_of(const c12_tlm_batch *b, int64_t code)
{
    const c12_tlm_dict *d = b->dict;
    c12_view v = { d->bytes + d->off[code], (size_t)(d->off[code + 1] - d->off[code]) };
    return v;
}

/* What a text array is made of: n texts, where the k-th is texts[k]; none where ptr is NULL.  2 = too long for one array, 1 = out of memory. */
typedef c12_view arrow_pick(const c12_tlm_batch *b, const void *from, int64_t k);
static c12_view arrow_pick_code(const c12_tlm_batch *b, const void *from, int64_t k) { return arrow_text_of(b, ((const int64_t *)from)[k]); }
static c12_view arrow_pick_first(const c12_tlm_batch *b, const void *from, int64_t k) { return arrow_text_of(b, ((const int32_t *)from)[k]); }
static c12_view arrow_pick_raw(const c12_tlm_batch *b, const void *from, int64_t k)
{
    const int64_t *at = from;
    c12_view v = { at[k] < 0 ? NULL : b->raw + at[k], at[k] < 0 ? 0 : (size_t)b->raw_len[k] };
    return v;
}

static int arrow_texts(arrow_part *p, const c12_tlm_batch *b, arrow_pick *pick, const void *from, int64_t n)
{
    int64_t bytes = 0;
    for (int64_t k = 0; k < n; k++) bytes += (int64_t)pick(b, from, k).size;
    if (bytes > INT32_MAX) return 2;
    size_t head = ((size_t)n + 1) * sizeof(int32_t);
    if (c12io__ts_grow(&p->shared->host, &p->own, head + (size_t)bytes)) return 1;
    int32_t *off = p->own.ptr, at = 0;
    uint8_t *to = (uint8_t *)p->own.ptr + head;
    for (int64_t k = 0; k < n; k++) {
        c12_view v = pick(b, from, k);
        off[k] = at;
        if (v.size) memcpy(to + at, v.ptr, v.size);
        at += (int32_t)v.size;
    }
    off[n] = at;
    p->buffer[1] = off;
    p->buffer[2] = to;
    return 0;
}

/* Codes of the batch become codes of the column in order of appearance, four bytes over eight; first[k] is the batch's code of text k. */
static int64_t arrow_recode(int64_t *v, int64_t n, const int64_t *raw_at, int32_t texts, int32_t *code, int32_t *first)
{
    int64_t last = -1, kinds = 0;
    int32_t mine = 0;
    memset(code, 0xff, (size_t)texts * sizeof *code);
    for (int64_t i = 0; i < n; i++) {
        if (raw_at && raw_at[i] >= 0) { /* null: any code will do */
            int32_t none = 0;
            memcpy((uint8_t *)v + (size_t)i * sizeof none, &none, sizeof none);
            continue;
        }
        if (v[i] != last) {
            last = v[i];
            if (code[last] < 0) { first[kinds] = (int32_t)last; code[last] = (int32_t)kinds++; }
            mine = code[last];
        }
        memcpy((uint8_t *)v + (size_t)i * sizeof mine, &mine, sizeof mine);
    }
    return kinds;
}

/* raw_at: rows that are null, NULL = none. */
static int arrow_dictionary(arrow_part *p, struct ArrowArray *a, const c12_tlm_batch *b, int64_t *v, const int64_t *raw_at)
{
    c12_mem room = { NULL, 0 };
    size_t texts = (size_t)b->dict->n;
    if (c12io__ts_grow(&p->shared->host, &room, 2 * texts * sizeof(int32_t))) return 1;
    int32_t *code = room.ptr, *first = code + texts;
    int64_t kinds = arrow_recode(v, b->n, raw_at, b->dict->n, code, first);
    arrow_part *d = arrow_part_new(p->shared, &p->texts, kinds, 3);
    int bad = !d;
    if (d) {
        a->dictionary = &p->texts;
        bad = arrow_texts(d, b, arrow_pick_first, first, kinds);
    }
    p->buffer[1] = v;
    c12io__ts_drop(&p->shared->host, &room);
    return bad;
}

/* ---- columns -------------------------------------------------------------------------------------------------------------------- */

static c12_status arrow_fault(const c12io_ts *t, c12_error *err, int bad)
{
    if (bad == 1) return c12io__ts_nomem(err, t->path);
    return c12io__fault(err, C12_E_OVERFLOW, "texts of a batch take more than 2 GiB", -1, 0, "%s: texts of a batch take more than 2 GiB; ask for fewer batch_rows", t->path);
}

static c12_status arrow_does_not_fit(const c12io_ts *t, c12_error *err, const char *what, int64_t row, int64_t value)
{
    return c12io__fault(err, C12_E_OVERFLOW, what, row, value, "%s: row %lld of a batch: %s", t->path, (long long)row, what);
}

static c12_status arrow_decimal(const c12io_ts *t, const c12io__arrow_plan *p, const c12_tlm_batch *b, int32_t f, int64_t *v, arrow_part *part, c12_error *err)
{
    part->buffer[1] = v;
    if (p->decimals == C12IO_ARROW_FLOAT) { arrow_floats(v, b->n, b->scale[f]); return C12_OK; }
    int64_t row = arrow_rescale(v, b->n, p->scale[f] - b->scale[f]);
    if (row >= 0) return arrow_does_not_fit(t, err, "value does not fit the column's scale", row, v[row]);
    if (p->decimals == C12IO_ARROW_SCALED) return C12_OK;
    if (c12io__ts_grow(&part->shared->host, &part->own, (size_t)b->n * 16)) return c12io__ts_nomem(err, t->path);
    arrow_decimals(v, b->n, part->own.ptr);
    part->buffer[1] = part->own.ptr;
    return C12_OK;
}

static c12_status arrow_time(const c12io_ts *t, const c12io__arrow_plan *p, const c12_tlm_batch *b, int64_t *v, arrow_part *part, c12_error *err)
{
    part->buffer[1] = v;
    int64_t row = p->times == C12IO_ARROW_NS ? arrow_rescale(v, b->n, 6) : -1;
    return row < 0 ? C12_OK : arrow_does_not_fit(t, err, "time cannot be told in nanoseconds; ask for milliseconds", row, v[row]);
}

/* Field f as a column of its own; raw: how many rows are raw lines. */
static c12_status arrow_column(const c12io_ts *t, const c12io__arrow_plan *p, const c12_tlm_batch *b, arrow_shared *s, int32_t f, int64_t raw, struct ArrowArray *a, c12_error *err)
{
    int32_t kind = t->schema.kind[f];
    int text = kind == C12_TLM_TEXT || kind == C12_TLM_LIST, plain = text && p->texts == C12IO_ARROW_UTF8, bad = 0;
    int64_t *v = b->value + f * b->cap;
    const int64_t *raw_at = raw && f != t->schema.robot_field && f != t->schema.time_field ? b->raw_at : NULL;
    arrow_part *part = arrow_part_new(s, a, b->n, plain ? 3 : 2);
    if (!part) return c12io__ts_nomem(err, t->path);
    if (raw_at) {
        a->null_count = raw;
        part->buffer[0] = s->nulls.ptr;
    }
    c12_status st = C12_OK;
    if (kind == C12_TLM_DECIMAL) st = arrow_decimal(t, p, b, f, v, part, err);
    else if (kind == C12_TLM_TIME) st = arrow_time(t, p, b, v, part, err);
    else if (kind == C12_TLM_INTEGER) part->buffer[1] = v;
    else bad = plain ? arrow_texts(part, b, arrow_pick_code, v, b->n) : arrow_dictionary(part, a, b, v, raw_at);
    if (bad) st = arrow_fault(t, err, bad);
    if (st) a->release(a);
    return st;
}

/* The raw lines, null where a row is in the columns. */
static c12_status arrow_raw(const c12io_ts *t, const c12_tlm_batch *b, arrow_shared *s, int64_t raw, struct ArrowArray *a, c12_error *err)
{
    arrow_part *part = arrow_part_new(s, a, b->n, 3);
    if (!part) return c12io__ts_nomem(err, t->path);
    size_t bits = ((size_t)b->n + 7) / 8;
    int bad = arrow_texts(part, b, arrow_pick_raw, b->raw_at, b->n);
    if (!bad) bad = c12io__ts_grow(&s->host, &part->kids, bits);
    if (bad) { a->release(a); return arrow_fault(t, err, bad); }
    uint8_t *bit = part->kids.ptr;
    memset(bit, 0, bits);
    for (int64_t i = 0; i < b->n; i++) bit[i / 8] |= (uint8_t)((b->raw_at[i] >= 0) << i % 8);
    part->buffer[0] = bit;
    a->null_count = b->n - raw;
    return C12_OK;
}

/* ---- the batch ------------------------------------------------------------------------------------------------------------------ */

/* Bits of rows that have values, when some have none; 1 = out of memory. */
static int arrow_nulls(arrow_shared *s, const c12_tlm_batch *b, int64_t *raw)
{
    size_t bits = ((size_t)b->n + 7) / 8;
    *raw = 0;
    for (int64_t i = 0; i < b->n; i++) *raw += b->raw_at[i] >= 0;
    if (!*raw) return 0;
    if (c12io__ts_grow(&s->host, &s->nulls, bits)) return 1;
    uint8_t *bit = s->nulls.ptr;
    memset(bit, 0, bits);
    for (int64_t i = 0; i < b->n; i++) bit[i / 8] |= (uint8_t)((b->raw_at[i] < 0) << i % 8);
    return 0;
}

static arrow_shared *arrow_shared_new(const c12_host *host)
{
    c12_mem mem = { NULL, 0 };
    if (c12io__ts_grow(host, &mem, sizeof(arrow_shared))) return NULL;
    arrow_shared *s = mem.ptr;
    memset(s, 0, sizeof *s);
    s->host = *host;
    s->self = mem;
    atomic_init(&s->users, 1);
    return s;
}

c12_status c12io__arrow_rows(const c12io_ts *t, const c12io__arrow_plan *p, c12_tlm_batch *b, c12_mem *mem, struct ArrowArray *out, c12_error *err)
{
    struct ArrowArray root;
    size_t columns = (size_t)(p->fields + p->raw);
    int64_t raw = 0;
    arrow_shared *s = arrow_shared_new(&t->host);
    arrow_part *part = s && !arrow_nulls(s, b, &raw) ? arrow_part_new(s, &root, b->n, 1) : NULL;
    if (!part || c12io__ts_grow(&s->host, &part->kids, columns * (sizeof(struct ArrowArray) + sizeof(struct ArrowArray *)))) {
        if (part) root.release(&root);
        if (s) arrow_let_go(s);
        return c12io__ts_nomem(err, t->path);
    }
    struct ArrowArray *kid = part->kids.ptr;
    root.children = (struct ArrowArray **)(void *)(kid + columns);
    c12_status st = C12_OK;
    for (size_t k = 0; !st && k < columns; k++) {
        root.children[k] = &kid[k];
        st = k < (size_t)p->fields ? arrow_column(t, p, b, s, p->field[k], raw, &kid[k], err) : arrow_raw(t, b, s, raw, &kid[k], err);
        if (!st) root.n_children++;
    }
    if (st) root.release(&root);
    else {
        s->batch = *mem;
        mem->ptr = NULL;
        mem->size = 0;
        *out = root;
    }
    arrow_let_go(s);
    return st;
}
