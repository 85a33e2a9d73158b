/* SPDX-License-Identifier: Apache-2.0 */
/* Aggregates: days, hours and pieces that lie wholly in one group are taken from their zones, only edges are decoded. */
#include "io/ts/ts_internal.h"
#include <stdlib.h>
#include <string.h>

enum { QUERY_DAY = 0, QUERY_HOUR = 1, QUERY_PIECE = 2, QUERY_GROUPS = 1 << 20, QUERY_KEPT_BYTES = 64 << 20 };

typedef struct query_node { c12io__ts_span span; int64_t start, child; } query_node; /* child: first hour of a day, first piece of an hour */

/* Columns of one decoded block, without its raw rows; a list by last use. */
typedef struct query_slice {
    struct query_slice *newer, *older;
    int64_t entry, n;
    c12_mem time, value[]; /* int64 [n]; value [fields of the schema], none = not asked for yet */
} query_slice;

struct c12io__ts_query {
    c12_mem robot;                          /* int64 [robots + 1] first day */
    c12_mem node[2];                        /* query_node [n_node + 1] days, hours */
    c12_mem zone[2][C12_TLM_MAX_FIELDS];    /* c12io__ts_zone [n_node] of the columns asked for so far */
    int64_t n_node[2];
    c12_mem slot;                           /* query_slice * [n_entries] */
    query_slice *newest, *oldest;
    int64_t kept;                           /* bytes of slices */
    c12io__ts_cursor cursor;
    c12_mem span, group;                    /* c12io__ts_span [groups] | c12io__ts_zone [groups * columns] */
};

/* One question while it is answered. */
typedef struct query_run {
    c12io_ts *t;
    c12io__ts_query *q;
    const int32_t *field;
    int32_t fields, together;
    int64_t from, to, bucket; /* both ends inside; bucket 0 = one group */
    int64_t first, groups;    /* start of group 0; groups that there may be */
    c12io_ts_answer *answer;
    c12_error *err;
} query_run;

/* ---- nodes ------------------------------------------------------------------------------------------------------------------- */

static void query_open_node(query_node *n, int64_t start, int64_t child)
{
    memset(n, 0, sizeof *n);
    n->start = start;
    n->child = child;
}

/* Hours and days over the sorted pieces.  Nodes are at most as many as pieces. */
static c12_status query_build(c12io_ts *t, c12_error *err)
{
    c12io__ts_query *q = t->query;
    size_t room = ((size_t)t->pieces.n + 1) * sizeof(query_node);
    if (c12io__ts_grow(&t->host, &q->node[0], room) || c12io__ts_grow(&t->host, &q->node[1], room)
        || c12io__ts_grow(&t->host, &q->robot, ((size_t)t->robots.n + 1) * sizeof(int64_t)) || c12io__ts_grow(&t->host, &q->slot, (size_t)t->n_entries * sizeof(query_slice *)))
        return c12io__ts_nomem(err, t->path);
    memset(q->slot.ptr, 0, q->slot.size);
    const c12io__ts_span *piece = t->pieces.span.ptr;
    query_node *day = q->node[QUERY_DAY].ptr, *hour = q->node[QUERY_HOUR].ptr;
    int64_t *first = q->robot.ptr, days = 0, hours = 0, at = 0;
    for (int64_t r = 0; r < t->robots.n; r++) {
        first[r] = days;
        for (; at < t->pieces.n && c12io__ts_entries(t)[piece[at].e_first].robot == (uint64_t)r; at++) {
            int64_t d = c12io__ts_floor(piece[at].t_first, TS_DAY), h = c12io__ts_floor(piece[at].t_first, TS_HOUR);
            int fresh = days == first[r] || day[days - 1].start != d;
            if (fresh) query_open_node(&day[days++], d, hours);
            if (fresh || hour[hours - 1].start != h) query_open_node(&hour[hours++], h, at);
            c12io__ts_span_join(&hour[hours - 1].span, &piece[at], NULL, NULL, 0);
            c12io__ts_span_join(&day[days - 1].span, &piece[at], NULL, NULL, 0);
        }
    }
    first[t->robots.n] = days;
    query_open_node(&day[days], 0, hours);
    query_open_node(&hour[hours], 0, at);
    q->n_node[QUERY_DAY] = days;
    q->n_node[QUERY_HOUR] = hours;
    return C12_OK;
}

/* Zones of the level's nodes from those of the level below. */
static int query_join_level(c12io_ts *t, int level, int32_t f)
{
    c12io__ts_query *q = t->query;
    const query_node *node = q->node[level].ptr;
    const c12io__ts_zone *below = level == QUERY_HOUR ? t->pieces.zone[f].ptr : q->zone[QUERY_HOUR][f].ptr;
    if (c12io__ts_grow(&t->host, &q->zone[level][f], (size_t)q->n_node[level] * sizeof(c12io__ts_zone))) return 1;
    c12io__ts_zone *zone = q->zone[level][f].ptr;
    for (int64_t i = 0; i < q->n_node[level]; i++) {
        c12io__ts_span all;
        memset(&all, 0, sizeof all);
        for (int64_t k = node[i].child; k < node[i + 1].child; k++) {
            const c12io__ts_span *one = level == QUERY_HOUR ? (const c12io__ts_span *)t->pieces.span.ptr + k : &((const query_node *)q->node[QUERY_HOUR].ptr)[k].span;
            c12io__ts_span_join(&all, one, &zone[i], &below[k], 1);
        }
    }
    return 0;
}

static c12_status query_need(c12io_ts *t, const int32_t *field, int32_t fields, c12_error *err)
{
    c12_status s = c12io__ts_need_pieces(t, err);
    if (s) return s;
    if (!t->query) {
        if (!(t->query = calloc(1, sizeof *t->query))) return c12io__ts_nomem(err, t->path);
        if ((s = query_build(t, err))) { c12io__ts_query_drop(t); return s; }
    }
    for (int32_t k = 0; k < fields; k++) {
        int32_t f = field[k];
        if (t->query->zone[QUERY_DAY][f].ptr) continue;
        if ((s = c12io__ts_need_zone(t, f, err))) return s;
        if (query_join_level(t, QUERY_HOUR, f) || query_join_level(t, QUERY_DAY, f)) {
            c12io__ts_drop(&t->host, &t->query->zone[QUERY_DAY][f]);
            return c12io__ts_nomem(err, t->path);
        }
    }
    return C12_OK;
}

/* ---- decoded columns ------------------------------------------------------------------------------------------------------------ */

static void query_unlink(c12io__ts_query *q, query_slice *s)
{
    *(s->newer ? &s->newer->older : &q->newest) = s->older;
    *(s->older ? &s->older->newer : &q->oldest) = s->newer;
}

static void query_link(c12io__ts_query *q, query_slice *s)
{
    s->newer = NULL;
    s->older = q->newest;
    *(q->newest ? &q->newest->newer : &q->oldest) = s;
    q->newest = s;
}

static int64_t query_slice_bytes(const c12io_ts *t, const query_slice *s)
{
    size_t bytes = s->time.size;
    for (int32_t f = 0; f < t->schema.n_fields; f++) bytes += s->value[f].size;
    return (int64_t)bytes;
}

static void query_forget(c12io_ts *t, query_slice *s)
{
    c12io__ts_query *q = t->query;
    q->kept -= query_slice_bytes(t, s);
    query_unlink(q, s);
    ((query_slice **)q->slot.ptr)[s->entry] = NULL;
    c12io__ts_drop(&t->host, &s->time);
    for (int32_t f = 0; f < t->schema.n_fields; f++) c12io__ts_drop(&t->host, &s->value[f]);
    free(s);
}

void c12io__ts_query_drop(c12io_ts *t)
{
    c12io__ts_query *q = t->query;
    if (!q) return;
    while (q->newest) query_forget(t, q->newest);
    c12io__ts_unload(&t->host, &q->cursor);
    for (int level = 0; level < 2; level++) {
        c12io__ts_drop(&t->host, &q->node[level]);
        for (int32_t f = 0; f < C12_TLM_MAX_FIELDS; f++) c12io__ts_drop(&t->host, &q->zone[level][f]);
    }
    c12io__ts_drop(&t->host, &q->robot);
    c12io__ts_drop(&t->host, &q->slot);
    c12io__ts_drop(&t->host, &q->span);
    c12io__ts_drop(&t->host, &q->group);
    free(q);
    t->query = NULL;
}

/* A column's values at live rows, brought to the column's one scale; 1 = out of memory, 2 = does not fit. */
static int query_copy(c12io_ts *t, const c12_tlm_batch *b, int32_t f, int64_t live, c12_mem *to)
{
    const int64_t *v = b->value + f * b->cap;
    int32_t by = t->schema.kind[f] == C12_TLM_DECIMAL ? t->column_scale[f] - b->scale[f] : 0;
    int64_t times = 1, at = 0;
    if (by < 0) return 2;
    for (; by > 0; by--) times *= 10;
    if (c12io__ts_grow(&t->host, to, (size_t)live * sizeof(int64_t))) return 1;
    int64_t *out = to->ptr;
    for (int64_t i = 0; i < b->n; i++) {
        if (b->raw_at && b->raw_at[i] >= 0) continue;
        if (times > 1 && (v[i] > INT64_MAX / times || v[i] < INT64_MIN / times)) return 2;
        out[at++] = v[i] * times;
    }
    return 0;
}

static c12_status query_fill(query_run *r, query_slice *s)
{
    c12io_ts *t = r->t;
    const c12_tlm_batch *b = &r->q->cursor.batch;
    c12_status st = c12io__ts_load(t, s->entry, &r->q->cursor, r->err);
    if (st) return st;
    int64_t live = b->n;
    for (int64_t i = 0; i < b->n; i++) live -= b->raw_at && b->raw_at[i] >= 0;
    s->n = live;
    int bad = s->time.ptr ? 0 : query_copy(t, b, t->schema.time_field, live, &s->time);
    for (int32_t k = 0; !bad && k < r->fields; k++)
        if (!s->value[r->field[k]].ptr) bad = query_copy(t, b, r->field[k], live, &s->value[r->field[k]]);
    if (bad == 1) return c12io__ts_nomem(r->err, t->path);
    return bad ? c12io__ts_bad(t, r->err, "values of the block do not match the index", c12io__ts_entries(t)[s->entry].at) : C12_OK;
}

/* The block's columns, decoded now or before; what was not used for longest goes when the room is used up. */
static c12_status query_slice_of(query_run *r, int64_t entry, query_slice **out)
{
    c12io__ts_query *q = r->q;
    query_slice **slot = (query_slice **)q->slot.ptr + entry, *s = *slot;
    int missing = !s;
    c12_status st = C12_OK;
    if (!s) {
        if (!(s = calloc(1, sizeof *s + (size_t)r->t->schema.n_fields * sizeof *s->value))) return c12io__ts_nomem(r->err, r->t->path);
        s->entry = entry;
        *slot = s;
    } else query_unlink(q, s);
    query_link(q, s);
    for (int32_t k = 0; k < r->fields; k++) missing |= !s->value[r->field[k]].ptr;
    if (missing) {
        int64_t before = query_slice_bytes(r->t, s);
        st = query_fill(r, s);
        q->kept += query_slice_bytes(r->t, s) - before;
        if (st) query_forget(r->t, s);
        while (!st && q->kept > QUERY_KEPT_BYTES && q->oldest != s) query_forget(r->t, q->oldest);
    }
    *out = s;
    return st;
}

/* ---- groups ----------------------------------------------------------------------------------------------------------------------- */

static int64_t query_start(const query_run *r, int64_t time) { return r->bucket ? c12io__ts_floor(time, r->bucket) : r->first; }

static void query_join(query_run *r, int64_t start, const c12io__ts_span *span, const c12io__ts_zone *zone)
{
    int64_t g = r->bucket ? (int64_t)(((uint64_t)start - (uint64_t)r->first) / (uint64_t)r->bucket) : 0;
    c12io__ts_span_join((c12io__ts_span *)r->q->span.ptr + g, span, (c12io__ts_zone *)r->q->group.ptr + g * r->fields, zone, r->fields);
}

/* First of v[from .. to) that is >= x. */
static int64_t query_at_least(const int64_t *v, int64_t from, int64_t to, int64_t x)
{
    while (from < to) {
        int64_t mid = (from + to) / 2;
        if (v[mid] < x) from = mid + 1;
        else to = mid;
    }
    return from;
}

/* Rows of a piece that lies in several groups or only partly in the range. */
static c12_status query_edge(query_run *r, const c12io__ts_span *piece)
{
    query_slice *s = NULL;
    c12_status st = query_slice_of(r, piece->e_first, &s);
    if (st) return st;
    const int64_t *time = s->time.ptr;
    int64_t low = r->from > piece->t_first ? r->from : piece->t_first, high = r->to < piece->t_last ? r->to : piece->t_last;
    int64_t at = query_at_least(time, 0, s->n, low), end = high == INT64_MAX ? s->n : query_at_least(time, at, s->n, high + 1);
    for (int64_t next; at < end; at = next) {
        c12io__ts_zone zone[C12_TLM_MAX_FIELDS];
        int64_t start = query_start(r, time[at]);
        next = !r->bucket || start > INT64_MAX - r->bucket ? end : query_at_least(time, at, end, start + r->bucket);
        c12io__ts_span span = { next - at, time[at], time[next - 1], piece->e_first, piece->e_first };
        for (int32_t k = 0; k < r->fields; k++) c12io__ts_zone_values(&zone[k], (const int64_t *)s->value[r->field[k]].ptr + at, next - at);
        query_join(r, start, &span, zone);
    }
    return C12_OK;
}

static c12_status query_walk(query_run *r, int level, int64_t from, int64_t to)
{
    const query_node *node = level == QUERY_PIECE ? NULL : r->q->node[level].ptr;
    c12_status s = C12_OK;
    for (int64_t i = from; !s && i < to; i++) {
        const c12io__ts_span *span = node ? &node[i].span : (const c12io__ts_span *)r->t->pieces.span.ptr + i;
        if (span->t_last < r->from || span->t_first > r->to) continue;
        int64_t start = query_start(r, span->t_first);
        if (span->t_first >= r->from && span->t_last <= r->to && start == query_start(r, span->t_last)) {
            c12io__ts_zone zone[C12_TLM_MAX_FIELDS];
            for (int32_t k = 0; k < r->fields; k++) {
                const c12_mem *column = node ? &r->q->zone[level][r->field[k]] : &r->t->pieces.zone[r->field[k]];
                zone[k] = ((const c12io__ts_zone *)column->ptr)[i];
            }
            query_join(r, start, span, zone);
        } else s = node ? query_walk(r, level + 1, node[i].child, node[i + 1].child) : query_edge(r, span);
    }
    return s;
}

/* Earliest and latest time of a robot's rows inside the question; 0 = it has none. */
static int query_extent(const query_run *r, int64_t robot, int64_t *low, int64_t *high)
{
    const int64_t *first = r->q->robot.ptr;
    const query_node *day = r->q->node[QUERY_DAY].ptr;
    if (first[robot] == first[robot + 1]) return 0;
    *low = day[first[robot]].span.t_first > r->from ? day[first[robot]].span.t_first : r->from;
    *high = day[first[robot + 1] - 1].span.t_last < r->to ? day[first[robot + 1] - 1].span.t_last : r->to;
    return *low <= *high;
}

/* Empty groups for times low .. high. */
static c12_status query_clear(query_run *r, int64_t low, int64_t high)
{
    r->first = r->bucket ? c12io__ts_floor(low, r->bucket) : r->from;
    uint64_t n = r->bucket ? ((uint64_t)c12io__ts_floor(high, r->bucket) - (uint64_t)r->first) / (uint64_t)r->bucket + 1 : 1;
    if (n > QUERY_GROUPS / (uint64_t)(r->fields ? r->fields : 1))
        return c12io__fault(r->err, C12_E_RANGE, "bucket is too narrow for the range", -1, r->bucket, "%s: bucket of %lld ms is too narrow for the range", r->t->path, (long long)r->bucket);
    r->groups = (int64_t)n;
    if (c12io__ts_grow(&r->t->host, &r->q->span, (size_t)n * sizeof(c12io__ts_span)) || c12io__ts_grow(&r->t->host, &r->q->group, (size_t)n * (size_t)r->fields * sizeof(c12io__ts_zone)))
        return c12io__ts_nomem(r->err, r->t->path);
    memset(r->q->span.ptr, 0, (size_t)n * sizeof(c12io__ts_span));
    return C12_OK;
}

static void query_give_zone(c12io_ts_answer *a, int64_t at, const c12io__ts_zone *z)
{
    if (a->min) a->min[at] = z->min;
    if (a->max) a->max[at] = z->max;
    if (a->first) a->first[at] = z->first;
    if (a->last) a->last[at] = z->last;
    if (a->sum_high) a->sum_high[at] = z->sum_high;
    if (a->sum_low) a->sum_low[at] = z->sum_low;
}

/* Groups with rows to the answer; beyond its room they are counted only. */
static void query_give(query_run *r, int32_t robot)
{
    c12io_ts_answer *a = r->answer;
    const c12io__ts_span *span = r->q->span.ptr;
    for (int64_t g = 0; g < r->groups; g++) {
        if (!span[g].count) continue;
        int64_t at = a->n++;
        if (at >= a->cap) continue;
        if (a->robot) a->robot[at] = robot;
        if (a->start) a->start[at] = (int64_t)((uint64_t)r->first + (uint64_t)g * (uint64_t)r->bucket);
        if (a->count) a->count[at] = span[g].count;
        for (int32_t k = 0; k < r->fields; k++) query_give_zone(a, k * a->cap + at, (const c12io__ts_zone *)r->q->group.ptr + g * r->fields + k);
    }
}

static c12_status query_robots(query_run *r, int64_t robot)
{
    const int32_t *sorted = r->t->robots.sorted.ptr;
    const int64_t *day = r->q->robot.ptr;
    int64_t low = INT64_MAX, high = INT64_MIN, a, b, n = robot < 0 ? r->t->robots.n : 1;
    c12_status s = C12_OK;
    for (int64_t i = 0; r->together && i < n; i++) {
        if (!query_extent(r, robot < 0 ? i : robot, &a, &b)) continue;
        if (a < low) low = a;
        if (b > high) high = b;
    }
    if (r->together && (low > high || (s = query_clear(r, low, high)))) return s;
    for (int64_t i = 0; !s && i < n; i++) {
        int32_t id = robot < 0 ? sorted[i] : (int32_t)robot;
        if (!query_extent(r, id, &a, &b)) continue;
        if (!r->together) s = query_clear(r, a, b);
        if (!s) s = query_walk(r, QUERY_DAY, day[id], day[id + 1]);
        if (!s && !r->together) query_give(r, id);
    }
    if (!s && r->together) query_give(r, -1);
    return s;
}

/* ---- the call --------------------------------------------------------------------------------------------------------------------- */

static c12_status query_check(const c12io_ts *t, const c12io_ts_question *q, const c12io_ts_answer *a, c12_error *err)
{
    c12_status s = c12io__ts_readable(t, err);
    if (s) return s;
    if (!q || !a || q->struct_size < sizeof *q || a->struct_size < sizeof *a || q->n_fields < 0 || q->n_fields > C12_TLM_MAX_FIELDS || (q->n_fields && !q->field) || a->cap < 0)
        return c12io__fault(err, C12_E_ARG, "question or answer is not initialised", -1, 0, "%s: question or answer is not initialised", t->path);
    if (q->from > q->to || q->bucket < 0 || q->robot_size < 0 || q->together < 0 || q->together > 1)
        return c12io__fault(err, C12_E_ARG, "question contradicts itself", -1, q->bucket, "%s: from lies behind to, or bucket is negative", t->path);
    for (int32_t k = 0; k < q->n_fields; k++)
        if (q->field[k] < 0 || q->field[k] >= t->schema.n_fields || !c12io__ts_is_number(t, q->field[k]))
            return c12io__fault(err, C12_E_ARG, "field holds no numbers", k, q->field[k], "%s: field %d holds no numbers", t->path, (int)q->field[k]);
    return C12_OK;
}

c12_status c12io_ts_query(c12io_ts *self, const c12io_ts_question *question, c12io_ts_answer *answer, c12_error *err)
{
    c12_status s = query_check(self, question, answer, err);
    if (s || (s = query_need(self, question->field, question->n_fields, err))) return s;
    int whole = !question->from && !question->to;
    query_run r = { self, self->query, question->field, question->n_fields, question->together, whole ? INT64_MIN : question->from, whole ? INT64_MAX : question->to - (question->to > INT64_MIN),
                    question->bucket, 0, 0, answer, err };
    c12_view name = { question->robot, (size_t)question->robot_size };
    int64_t robot = question->robot ? c12io__ts_robot_id(&self->host, &self->robots, name, 0) : -1;
    answer->n = 0;
    for (int32_t k = 0; answer->scale && k < r.fields; k++) answer->scale[k] = self->column_scale[r.field[k]];
    if ((!question->robot || robot >= 0) && (whole || question->from < question->to)) s = query_robots(&r, robot);
    if (!s && answer->n > answer->cap)
        return c12io__fault(err, C12_E_SPACE, "answer is too short", -1, answer->n, "%s: the answer has %lld groups", self->path, (long long)answer->n);
    return s;
}

c12_status c12io_ts_robot_name(const c12io_ts *self, int32_t robot, c12_view *name, c12_error *err)
{
    if (!self || !name) return c12io__fault(err, C12_E_ARG, "argument is NULL", -1, 0, "telemetry file: argument is NULL");
    if (robot < 0 || robot >= self->robots.n) return c12io__fault(err, C12_E_RANGE, "there is no such robot", -1, robot, "%s: there is no robot %d", self->path, (int)robot);
    *name = c12io__ts_robot(&self->robots, robot);
    return C12_OK;
}
