/* SPDX-License-Identifier: Apache-2.0 */
/* Arrow C streams of telemetry files: which blocks, which columns, and the stream's callbacks.
 *
 * A stream has a descriptor of its own and a copy of what it needs of the handle, so that it may outlive it and be read elsewhere. */
#include "io/ts/ts_arrow.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ARROW_ROWS = 16384 /* what a batch takes is then reused from the heap by those who let go of it */, ARROW_MOST_ROWS = 1 << 24 };

typedef struct arrow_stream {
    c12io_ts *t; /* schema, robots, and the entries that are asked for, in their order */
    c12io__arrow_plan plan;
    int64_t from, to, batch_rows, next; /* both times inside */
    c12_mem bytes, scratch;
    int fd, over;
    char said[512];
} arrow_stream;

/* ---- one batch ------------------------------------------------------------------------------------------------------------------ */

static c12_status arrow_block_fault(const c12io_ts *t, c12_error *err, int64_t entry, const char *what, int64_t at)
{
    return c12io__ts_bad(t, err, what, c12io__ts_entries(t)[entry].at + at);
}

/* The block's bytes, its head checked.  pread: nobody else who reads the open file minds. */
static c12_status arrow_read(const arrow_stream *s, int64_t entry, uint8_t *to, c12_tlm_head *h, c12_error *err)
{
    const c12io__ts_entry *e = &c12io__ts_entries(s->t)[entry];
    c12_error bad = C12_INIT(c12_error);
    c12_view block = { to, c12io__ts_size(s->t, e->bytes) };
    size_t used;
    for (size_t got = 0; got < block.size;) {
        ssize_t n = pread(s->fd, to + got, block.size - got, (off_t)(e->at + (int64_t)got));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return c12io__os_fault(err, s->t->path, "read");
        if (!n) return arrow_block_fault(s->t, err, entry, "file is cut off", (int64_t)got);
        got += (size_t)n;
    }
    if (c12_tlm_block_head(block, h, &bad)) return arrow_block_fault(s->t, err, entry, bad.what, bad.value);
    if (!c12io__ts_head_matches(e, h)) return arrow_block_fault(s->t, err, entry, "head of the block does not match the index", 0);
    c12_status st = c12io__ts_open_block(s->t, block, &block, &used, &bad);
    if (st == C12_E_NOMEM) return c12io__ts_nomem(err, s->t->path);
    if (st) return arrow_block_fault(s->t, err, entry, bad.what, 0);
    if (block.ptr != to) memcpy(to, block.ptr, block.size);
    return C12_OK;
}

/* Blocks next .. end-1 make a batch; their bytes lie back to back. */
typedef struct arrow_group { int64_t end; c12_tlm_dims dims; } arrow_group;

static c12_status arrow_fetch(arrow_stream *s, arrow_group *g, c12_error *err)
{
    const c12io__ts_entry *e = c12io__ts_entries(s->t);
    size_t bytes = 0, at = 0;
    memset(g, 0, sizeof *g);
    g->dims.struct_size = (uint32_t)sizeof g->dims;
    for (g->end = s->next; g->end < s->t->n_entries; g->end++) {
        if (g->end > s->next && g->dims.rows + e[g->end].rows > s->batch_rows) break;
        g->dims.rows += e[g->end].rows;
        bytes += e[g->end].bytes;
    }
    if (c12io__ts_grow(&s->t->host, &s->bytes, c12io__ts_size(s->t, (int64_t)bytes))) return c12io__ts_nomem(err, s->t->path); /* the last one's seal */
    for (int64_t i = s->next; i < g->end; at += e[i++].bytes) {
        c12_tlm_head h = C12_INIT(c12_tlm_head);
        c12_status st = arrow_read(s, i, (uint8_t *)s->bytes.ptr + at, &h, err);
        if (st) return st;
        g->dims.text_bytes += h.text_bytes;
        g->dims.raw_bytes += h.raw_bytes;
        if (g->dims.text_bytes >= 1 << 27) return arrow_block_fault(s->t, err, i, "blocks have too many texts", 0);
        if (c12io__ts_grow(&s->t->host, &s->scratch, c12_tlm_decode_scratch(h.text_bytes))) return c12io__ts_nomem(err, s->t->path);
    }
    g->dims.texts = (int32_t)g->dims.text_bytes + 1;
    return C12_OK;
}

/* Rows from `first` on that lie in the range; they are by time. */
static void arrow_cut(const arrow_stream *s, c12_tlm_batch *b, int64_t first)
{
    const int64_t *time = b->value + s->t->schema.time_field * b->cap;
    int64_t low = first, high = b->n;
    if (!s->plan.wanted[s->t->schema.time_field]) return; /* all times: see arrow_fields */
    while (low < high && time[low] < s->from) low++;
    while (high > low && time[high - 1] > s->to) high--;
    size_t bytes = (size_t)(high - low) * sizeof(int64_t);
    b->n = first + high - low;
    if (low == first) return;
    for (int32_t f = 0; f < s->t->schema.n_fields; f++)
        if (s->plan.wanted[f]) memmove(b->value + f * b->cap + first, b->value + f * b->cap + low, bytes);
    memmove(b->raw_at + first, b->raw_at + low, bytes);
    memmove(b->raw_len + first, b->raw_len + low, bytes);
}

/* The next block joins the batch.  A column may have no scale in common with the rows before: C12_E_OVERFLOW. */
static c12_status arrow_join(arrow_stream *s, c12_view block, c12_tlm_batch *b, c12_error *err)
{
    c12_error bad = C12_INIT(c12_error);
    int64_t first = b->n;
    size_t used;
    c12_status st = c12_tlm_block_decode_columns(&s->t->schema, block, s->plan.wanted, b, &used, s->scratch, &bad);
    if (st == C12_E_OVERFLOW && first) return st;
    if (st) return arrow_block_fault(s->t, err, s->next, bad.what, st == C12_E_FORMAT ? bad.value : 0);
    if (!c12io__ts_rows_match(s->t, &c12io__ts_entries(s->t)[s->next], b, first, s->plan.wanted[s->t->schema.time_field])) return arrow_block_fault(s->t, err, s->next, "rows of the block do not match the index", 0);
    arrow_cut(s, b, first);
    return C12_OK;
}

static c12_status arrow_decode(arrow_stream *s, c12_tlm_batch *b, c12_mem *mem, c12_error *err)
{
    const c12io__ts_entry *e = c12io__ts_entries(s->t);
    arrow_group g;
    size_t bytes, at = 0;
    c12_status st = arrow_fetch(s, &g, err);
    if (st) return st;
    if (c12_tlm_batch_bytes(&s->t->schema, &g.dims, &bytes, NULL) || c12io__ts_grow(&s->t->host, mem, bytes)) return c12io__ts_nomem(err, s->t->path);
    memset(b, 0, sizeof *b);
    b->struct_size = (uint32_t)sizeof *b;
    if ((st = c12_tlm_batch_init(b, *mem, &s->t->schema, &g.dims, err))) return st;
    b->order = NULL;
    for (; s->next < g.end; at += e[s->next++].bytes) {
        c12_view block = { (const uint8_t *)s->bytes.ptr + at, e[s->next].bytes };
        if ((st = arrow_join(s, block, b, err))) break;
    }
    return st == C12_E_OVERFLOW ? C12_OK : st; /* the block begins the next batch */
}

/* ---- callbacks ------------------------------------------------------------------------------------------------------------------- */

static int arrow_errno(c12_status st, const c12_error *e)
{
    if (st == C12_E_NOMEM) return ENOMEM;
    if (st == C12_E_OVERFLOW) return EOVERFLOW;
    return st == C12_E_IO && e->value > 0 ? (int)e->value : EINVAL;
}

static int arrow_get_schema(struct ArrowArrayStream *self, struct ArrowSchema *out)
{
    arrow_stream *s = self->private_data;
    if (!c12io__arrow_schema(s->t, &s->plan, out)) return 0;
    memcpy(s->said, "out of memory", 14);
    return ENOMEM;
}

static int arrow_get_next(struct ArrowArrayStream *self, struct ArrowArray *out)
{
    arrow_stream *s = self->private_data;
    c12_error e = C12_INIT(c12_error);
    c12_status st = C12_OK;
    e.text = s->said;
    e.text_cap = sizeof s->said;
    while (!st && !s->over && s->next < s->t->n_entries) {
        c12_tlm_batch b;
        c12_mem mem = { NULL, 0 };
        st = arrow_decode(s, &b, &mem, &e);
        if (!st && b.n && !(st = c12io__arrow_rows(s->t, &s->plan, &b, &mem, out, &e))) return 0;
        c12io__ts_drop(&s->t->host, &mem);
    }
    s->over = 1;
    if (st) return arrow_errno(st, &e);
    memset(out, 0, sizeof *out); /* no release: the end */
    return 0;
}

static const char *arrow_get_last_error(struct ArrowArrayStream *self)
{
    arrow_stream *s = self->private_data;
    return *s->said ? s->said : NULL;
}

static void arrow_stream_free(arrow_stream *s)
{
    if (s->fd >= 0) close(s->fd);
    if (s->t) {
        c12io__ts_drop(&s->t->host, &s->bytes);
        c12io__ts_drop(&s->t->host, &s->scratch);
        c12io__ts_free(s->t);
    }
    free(s);
}

static void arrow_stream_release(struct ArrowArrayStream *self)
{
    arrow_stream_free(self->private_data);
    self->release = NULL;
}

/* ---- the call --------------------------------------------------------------------------------------------------------------------- */

static int arrow_copy(const c12_host *host, c12_mem *to, const c12_mem *from, size_t size)
{
    if (c12io__ts_grow(host, to, size)) return 1;
    if (size) memcpy(to->ptr, from->ptr, size);
    return 0;
}

/* The schema by way of its encoding, so that all its columns lie in the copy's own memory; 1 = out of memory. */
static int arrow_schema_copy(c12io_ts *to, const c12io_ts *from)
{
    c12_mem bytes = { NULL, 0 }, none = { NULL, 0 };
    c12_error e = C12_INIT(c12_error);
    size_t n = 0;
    to->schema.struct_size = (uint32_t)sizeof to->schema;
    int bad = c12_tlm_schema_encode(&from->schema, none, &n, &e) != C12_E_SPACE || c12io__ts_grow(&to->host, &bytes, (size_t)e.value)
        || c12_tlm_schema_encode(&from->schema, bytes, &n, NULL);
    c12_view v = { bytes.ptr, n };
    e = (c12_error)C12_INIT(c12_error);
    bad = bad || c12_tlm_schema_decode(v, &to->schema, none, &e) != C12_E_SPACE || c12io__ts_grow(&to->host, &to->schema_mem, (size_t)e.value)
        || c12_tlm_schema_decode(v, &to->schema, to->schema_mem, NULL);
    c12io__ts_drop(&to->host, &bytes);
    return bad;
}

/* What a stream needs of a handle. */
static int arrow_twin(c12io_ts *to, const c12io_ts *from)
{
    size_t robots = (size_t)from->robots.n;
    const int64_t *off = from->robots.off.ptr;
    if (arrow_schema_copy(to, from)) return 1;
    memcpy(to->seal.key, from->seal.key, sizeof to->seal.key);
    to->seal.id = from->seal.id;
    to->seal.on = from->seal.on;
    if (!robots) return 0;
    to->robots.n = from->robots.n;
    return arrow_copy(&to->host, &to->robots.bytes, &from->robots.bytes, (size_t)off[robots]) || arrow_copy(&to->host, &to->robots.off, &from->robots.off, (robots + 1) * sizeof *off)
        || arrow_copy(&to->host, &to->robots.sorted, &from->robots.sorted, robots * sizeof(int32_t));
}

static int arrow_entry_order(const void *a, const void *b)
{
    const c12io__ts_entry *x = a, *y = b;
    if (x->t_min != y->t_min) return x->t_min < y->t_min ? -1 : 1;
    return x->at < y->at ? -1 : x->at > y->at;
}

/* chosen[robot] for all robots, or nothing when all are; 1 = out of memory. */
static int arrow_robots(const c12io_ts *from, const c12io_ts_arrow_options *o, c12_mem *chosen)
{
    if (!o->robot) return 0;
    if (c12io__ts_grow(&from->host, chosen, (size_t)from->robots.n)) return 1;
    memset(chosen->ptr, 0, chosen->size);
    for (int32_t k = 0; k < o->n_robots; k++) ((uint8_t *)chosen->ptr)[o->robot[k]] = 1;
    return 0;
}

/* Entries of the range. */
static int arrow_entries(arrow_stream *s, const c12io_ts *from, const c12io_ts_range *r, const uint8_t *chosen)
{
    c12_view name = { r->robot, (size_t)r->robot_size };
    c12io__ts_robots robots = from->robots;
    int64_t robot = r->robot ? c12io__ts_robot_id(&from->host, &robots, name, 0) : -1, n = 0;
    const c12io__ts_entry *e = from->entries.ptr;
    for (int pass = 0; pass < 2; pass++) {
        c12io__ts_entry *to = s->t->entries.ptr;
        n = 0;
        for (int64_t i = 0; i < from->n_entries && (!r->robot || robot >= 0); i++) {
            if ((robot >= 0 && (int64_t)e[i].robot != robot) || (chosen && !chosen[e[i].robot]) || e[i].t_max < s->from || e[i].t_min > s->to) continue;
            if (pass) to[n] = e[i];
            n++;
        }
        if (!pass && c12io__ts_grow(&s->t->host, &s->t->entries, (size_t)n * sizeof *e)) return 1;
    }
    s->t->n_entries = n;
    if (r->order == C12IO_TS_BY_TIME && n) qsort(s->t->entries.ptr, (size_t)n, sizeof *e, arrow_entry_order);
    return 0;
}

static c12_status arrow_fields(c12io_ts *t, const c12io_ts_arrow_options *o, int timed, c12io__arrow_plan *p, c12_error *err)
{
    memset(p, 0, sizeof *p);
    p->decimals = o->decimals;
    p->texts = o->texts;
    p->times = o->times;
    p->raw = o->raw;
    p->fields = o->field ? o->n_fields : t->schema.n_fields;
    for (int32_t k = 0; k < p->fields; k++) {
        int32_t f = p->field[k] = o->field ? o->field[k] : k;
        if (f < 0 || f >= t->schema.n_fields || p->wanted[f])
            return c12io__fault(err, C12_E_ARG, "no such field, or it is asked for twice", k, f, "%s: column %d: no such field, or it is asked for twice", t->path, (int)k);
        p->wanted[f] = 1;
    }
    for (int32_t k = 0; k < p->fields && p->decimals != C12IO_ARROW_FLOAT; k++) {
        int32_t f = p->field[k];
        if (t->schema.kind[f] != C12_TLM_DECIMAL) continue;
        c12_status st = c12io__ts_need_zone(t, f, err);
        if (st) return st;
        p->scale[f] = t->pieces.n ? t->column_scale[f] : t->schema.decimals[f];
    }
    p->wanted[t->schema.robot_field] = 1;
    if (timed) p->wanted[t->schema.time_field] = 1;
    return C12_OK;
}

static c12_status arrow_check(const c12io_ts *t, const c12io_ts_range *r, const c12io_ts_arrow_options *o, const struct ArrowArrayStream *out, c12_error *err)
{
    c12_status st = c12io__ts_readable(t, err);
    if (st) return st;
    if (!out || r->struct_size < sizeof *r || r->order < C12IO_TS_AS_WRITTEN || r->order > C12IO_TS_BY_TIME || r->robot_size < 0 || r->from > r->to)
        return c12io__fault(err, C12_E_ARG, "output is NULL, or the range is not initialised or contradicts itself", -1, 0, "%s: output is NULL, or the range is not initialised or contradicts itself", t->path);
    if (o->struct_size < sizeof *o || o->n_fields < 0 || o->n_fields > C12_TLM_MAX_FIELDS || (o->n_fields && !o->field) || o->n_robots < 0 || (o->n_robots && !o->robot) || o->batch_rows < 0 || o->batch_rows > ARROW_MOST_ROWS
        || o->decimals < C12IO_ARROW_FLOAT || o->decimals > C12IO_ARROW_DECIMAL || o->texts < C12IO_ARROW_DICTIONARY || o->texts > C12IO_ARROW_UTF8
        || o->times < C12IO_ARROW_NS || o->times > C12IO_ARROW_MS || o->raw < 0 || o->raw > 1)
        return c12io__fault(err, C12_E_ARG, "options are not initialised or out of range", -1, 0, "%s: options are not initialised or out of range", t->path);
    for (int32_t k = 0; o->robot && k < o->n_robots; k++)
        if (o->robot[k] < 0 || o->robot[k] >= t->robots.n) return c12io__fault(err, C12_E_RANGE, "there is no such robot", k, o->robot[k], "%s: there is no robot %d", t->path, (int)o->robot[k]);
    return C12_OK;
}

c12_status c12io_ts_arrow(c12io_ts *self, const c12io_ts_range *range, const c12io_ts_arrow_options *options, struct ArrowArrayStream *out, c12_error *err)
{
    c12io_ts_range all = C12_INIT(c12io_ts_range);
    c12io_ts_arrow_options plain = C12_INIT(c12io_ts_arrow_options);
    const c12io_ts_range *r = range ? range : &all;
    const c12io_ts_arrow_options *o = options ? options : &plain;
    c12_status st = arrow_check(self, r, o, out, err);
    if (st) return st;
    arrow_stream *s = calloc(1, sizeof *s);
    c12_mem chosen = { NULL, 0 };
    if (!s) return c12io__ts_nomem(err, self->path);
    int whole = !r->from && !r->to, none = !whole && r->from == r->to;
    s->fd = -1;
    s->from = whole ? INT64_MIN : r->from;
    s->to = whole ? INT64_MAX : r->to - !none; /* nothing lies in an empty range: see over */
    s->over = none;
    s->batch_rows = o->batch_rows ? o->batch_rows : ARROW_ROWS;
    if (!(st = arrow_fields(self, o, !whole, &s->plan, err)) && !(st = c12io__ts_new(&s->t, self->path, self->host.struct_size ? &self->host : NULL, err))) {
        if (arrow_twin(s->t, self) || arrow_robots(self, o, &chosen) || arrow_entries(s, self, r, chosen.ptr)) st = c12io__ts_nomem(err, self->path);
        else if ((s->fd = fcntl(fileno(self->f), F_DUPFD_CLOEXEC, 0)) < 0) st = c12io__os_fault(err, self->path, "open once more");
    }
    c12io__ts_drop(&self->host, &chosen);
    if (st) { arrow_stream_free(s); return st; }
    out->get_schema = arrow_get_schema;
    out->get_next = arrow_get_next;
    out->get_last_error = arrow_get_last_error;
    out->release = arrow_stream_release;
    out->private_data = s;
    return C12_OK;
}
