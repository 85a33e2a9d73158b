/* SPDX-License-Identifier: Apache-2.0 */
/* Few points that look like many: largest triangles (Steinarsson, Downsampling Time Series for Visual Representation, 2013), least
 * and largest, or means of runs of equally many rows. */
#include "io/ts/ts_internal.h"
#include <stdlib.h>
#include <string.h>

typedef struct sample_row { int64_t time, value, at; } sample_row;

static int sample_order(const void *a, const void *b)
{
    const sample_row *x = a, *y = b;
    if (x->time != y->time) return x->time < y->time ? -1 : 1;
    return x->at < y->at ? -1 : x->at > y->at;
}

static int sample_scale(int64_t *v, int32_t by)
{
    for (; by > 0; by--) {
        if (*v > INT64_MAX / 10 || *v < INT64_MIN / 10) return 1;
        *v *= 10;
    }
    return by < 0;
}

/* A block's rows with values inside [from, to] behind the n that are there. */
static c12_status sample_block(c12io_ts *t, const c12_tlm_batch *b, int32_t f, int64_t from, int64_t to, c12_mem *rows, int64_t *n, c12_error *err)
{
    const int64_t *time = b->value + t->schema.time_field * b->cap, *v = b->value + f * b->cap;
    if (c12io__ts_grow(&t->host, rows, ((size_t)*n + (size_t)b->n) * sizeof(sample_row))) return c12io__ts_nomem(err, t->path);
    for (int64_t r = 0; r < b->n; r++) {
        if (time[r] < from || time[r] > to || b->raw_at[r] >= 0) continue;
        sample_row one = { time[r], v[r], *n };
        if (sample_scale(&one.value, t->schema.kind[f] == C12_TLM_DECIMAL ? t->column_scale[f] - b->scale[f] : 0))
            return c12io__ts_bad(t, err, "values of the block do not match the index", 0);
        ((sample_row *)rows->ptr)[(*n)++] = one;
    }
    return C12_OK;
}

static c12_status sample_gather(c12io_ts *t, int64_t robot, int32_t f, int64_t from, int64_t to, c12_mem *rows, int64_t *n, c12_error *err)
{
    c12io__ts_cursor c;
    c12_status s = C12_OK;
    memset(&c, 0, sizeof c);
    for (int64_t i = 0; !s && i < t->n_entries; i++) {
        const c12io__ts_entry *e = &c12io__ts_entries(t)[i];
        if (e->robot != robot || e->t_max < from || e->t_min > to) continue;
        if (!(s = c12io__ts_load(t, i, &c, err))) s = sample_block(t, &c.batch, f, from, to, rows, n, err);
    }
    c12io__ts_unload(&t->host, &c);
    if (!s && *n) qsort(rows->ptr, (size_t)*n, sizeof(sample_row), sample_order);
    return s;
}

/* First of n rows that belongs to run k of `runs`. */
static int64_t sample_run(int64_t n, int64_t runs, int64_t k) { return n / runs * k + n % runs * k / runs; }

static void sample_give(c12io_ts_points *p, const sample_row *r)
{
    p->time[p->n] = r->time;
    p->value[p->n++] = r->value;
}

/* The row of [from, to) whose triangle with `a` and the mean of [to, end) is largest; a drawing, so floating point may decide. */
static int64_t sample_triangle(const sample_row *r, int64_t a, int64_t from, int64_t to, int64_t end)
{
    double mean_t = 0, mean_v = 0, best = -1;
    int64_t found = from;
    for (int64_t i = to; i < end; i++) {
        mean_t += (double)(r[i].time - r[a].time);
        mean_v += (double)r[i].value - (double)r[a].value;
    }
    mean_t /= (double)(end - to);
    mean_v /= (double)(end - to);
    for (int64_t i = from; i < to; i++) {
        double area = mean_t * ((double)r[i].value - (double)r[a].value) - (double)(r[i].time - r[a].time) * mean_v;
        if (area < 0) area = -area;
        if (area > best) { best = area; found = i; }
    }
    return found;
}

/* First, last, and between them one row of each of cap - 2 runs. */
static void sample_lttb(const sample_row *r, int64_t n, c12io_ts_points *p)
{
    int64_t a = 0, runs = p->cap - 2;
    sample_give(p, &r[0]);
    for (int64_t k = 0; k < runs; k++) {
        int64_t from = 1 + sample_run(n - 2, runs, k), to = 1 + sample_run(n - 2, runs, k + 1), end = k + 1 < runs ? 1 + sample_run(n - 2, runs, k + 2) : n;
        a = sample_triangle(r, a, from, to, end);
        sample_give(p, &r[a]);
    }
    sample_give(p, &r[n - 1]);
}

static void sample_extremes(const sample_row *r, int64_t n, c12io_ts_points *p)
{
    int64_t runs = p->cap / 2;
    for (int64_t k = 0; k < runs; k++) {
        int64_t from = sample_run(n, runs, k), to = sample_run(n, runs, k + 1), low = from, high = from;
        for (int64_t i = from; i < to; i++) {
            if (r[i].value < r[low].value) low = i;
            if (r[i].value > r[high].value) high = i;
        }
        sample_give(p, &r[low < high ? low : high]);
        if (low != high) sample_give(p, &r[low < high ? high : low]);
    }
}

/* Means rounded to the nearest unit, halves away from 0, at the time of the run's middle row. */
static void sample_means(const sample_row *r, int64_t n, c12io_ts_points *p)
{
    for (int64_t k = 0; k < p->cap; k++) {
        int64_t from = sample_run(n, p->cap, k), to = sample_run(n, p->cap, k + 1), count = to - from, whole = 0, rest = 0;
        for (int64_t i = from; i < to; i++) { /* quotients and remainders apart: no sum can overflow */
            whole += r[i].value / count;
            rest += r[i].value % count;
        }
        whole += rest / count;
        rest %= count;
        if (whole > 0 && rest < 0) { whole--; rest += count; }
        if (whole < 0 && rest > 0) { whole++; rest -= count; }
        if (rest >= count - rest && rest > 0) whole++;
        if (-rest >= count + rest && rest < 0) whole--;
        sample_row one = { r[from + count / 2].time, whole, 0 };
        sample_give(p, &one);
    }
}

c12_status c12io_ts_downsample(c12io_ts *self, const c12io_ts_question *question, int32_t method, c12io_ts_points *points, c12_error *err)
{
    c12_status s = c12io__ts_readable(self, err);
    if (s) return s;
    if (!question || !points || question->struct_size < sizeof *question || points->struct_size < sizeof *points || question->n_fields != 1 || !question->field || !question->robot
        || question->robot_size < 0 || question->from > question->to || method < C12IO_TS_LTTB || method > C12IO_TS_MEAN || points->cap < 3 || !points->time || !points->value)
        return c12io__fault(err, C12_E_ARG, "question or points are not initialised", -1, 0, "%s: downsampling takes one robot, one field, 3 points and more", self->path);
    int32_t f = question->field[0];
    if (f < 0 || f >= self->schema.n_fields || !c12io__ts_is_number(self, f))
        return c12io__fault(err, C12_E_ARG, "field holds no numbers", 0, f, "%s: field %d holds no numbers", self->path, (int)f);
    if ((s = c12io__ts_need_zone(self, f, err))) return s;
    c12_view name = { question->robot, (size_t)question->robot_size };
    c12_mem rows = { NULL, 0 };
    int whole = !question->from && !question->to;
    int64_t n = 0, robot = c12io__ts_robot_id(&self->host, &self->robots, name, 0);
    points->n = 0;
    points->scale = self->column_scale[f];
    if (robot >= 0 && (whole || question->from < question->to))
        s = sample_gather(self, robot, f, whole ? INT64_MIN : question->from, whole ? INT64_MAX : question->to - 1, &rows, &n, err);
    const sample_row *r = rows.ptr;
    if (!s && n <= points->cap) for (int64_t i = 0; i < n; i++) sample_give(points, &r[i]);
    else if (!s && method == C12IO_TS_LTTB) sample_lttb(r, n, points);
    else if (!s && method == C12IO_TS_MINMAX) sample_extremes(r, n, points);
    else if (!s) sample_means(r, n, points);
    c12io__ts_drop(&self->host, &rows);
    return s;
}
