/* SPDX-License-Identifier: Apache-2.0 */
/* The telemetry service: its folder, its files, and what is asked of them. */
#include "tel.h"
#include "services.h"
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { TEL_POINTS = 2000, TEL_GROUPS = 20000, TEL_FILES = 4096 };

tel *tel_of(request *r)
{
    tel *t = house_of(request_house(r), "telemetry");
    if (!t) problem(r, 503, "No telemetry", "its folder cannot be written");
    return t;
}

/* ---- files ------------------------------------------------------------------------------------------------------------------------------ */

c12io_ts *tel_handle(tel *t, const char *name, int today)
{
    char path[600];
    int at = 0;
    for (int k = 0; k < TEL_HANDLES; k++) {
        if (!strcmp(t->handle[k].name, name)) { at = k; break; }
        if (t->handle[k].used < t->handle[at].used) at = k;
    }
    int same = !strcmp(t->handle[at].name, name) && t->handle[at].ts;
    if (same && (!today || t->handle[at].generation == t->generation)) { t->handle[at].used = house_now(); return t->handle[at].ts; }
    c12io_ts_destroy(t->handle[at].ts);
    t->handle[at].ts = NULL;
    t->handle[at].name[0] = 0;
    snprintf(path, sizeof path, "%s/%s", t->dir, name);
    if (c12io_ts_open(&t->handle[at].ts, path, NULL, NULL)) { t->handle[at].ts = NULL; return NULL; }
    snprintf(t->handle[at].name, sizeof t->handle[at].name, "%s", name);
    t->handle[at].generation = t->generation;
    t->handle[at].used = house_now();
    return t->handle[at].ts;
}

void tel_handles_close(tel *t)
{
    for (int k = 0; k < TEL_HANDLES; k++) { c12io_ts_destroy(t->handle[k].ts); t->handle[k].ts = NULL; t->handle[k].name[0] = 0; }
}

static int by_name(const void *a, const void *b) { return strcmp(((const tel_file *)a)->name, ((const tel_file *)b)->name); }

/* All files whose rows may lie in a range, by name; under read_lock. */
static int files_in(tel *t, int64_t from, int64_t to, tel_file *out, int cap)
{
    DIR *d = opendir(t->dir);
    int n = 0;
    for (struct dirent *e; d && (e = readdir(d)) && n < cap;) {
        size_t len = strlen(e->d_name);
        if (len < 6 || len >= sizeof out[0].name || strcmp(e->d_name + len - 5, ".c12t")) continue;
        c12io_ts_info info = C12_INIT(c12io_ts_info);
        int today = !strcmp(e->d_name, t->name);
        c12io_ts *ts = tel_handle(t, e->d_name, today);
        if (!ts || c12io_ts_stat(ts, &info, NULL) || !info.records || info.t_max < from || info.t_min >= to) continue;
        snprintf(out[n].name, sizeof out[n].name, "%s", e->d_name);
        out[n] = (tel_file){ .from = info.t_min, .to = info.t_max, .records = info.records, .bytes = info.bytes, .open_hour = today };
        memcpy(out[n++].name, e->d_name, len + 1);
    }
    if (d) closedir(d);
    qsort(out, (size_t)n, sizeof *out, by_name);
    return n;
}

/* ---- answers ---------------------------------------------------------------------------------------------------------------------------------- */

static void latest_get(request *r)
{
    tel *t = tel_of(r);
    json_t *items = json_array();
    if (!t) return;
    pthread_mutex_lock(&t->lock);
    for (int k = 0; k < t->n_last; k++) {
        const tel_last *l = &t->last[k];
        json_array_append_new(items, json_pack("{s:s,s:I,s:f,s:f,s:f}", "robot", l->robot, "time_ms", (json_int_t)l->time, "x", (double)l->x / 1000, "y", (double)l->y / 1000, "battery", (double)l->battery / 1000));
    }
    pthread_mutex_unlock(&t->lock);
    answer(r, 200, json_pack("{s:o,s:n}", "items", items, "next"));
}

static void figures_get(request *r)
{
    tel *t = tel_of(r);
    tel_file *f = t ? calloc(TEL_FILES, sizeof *f) : NULL;
    int64_t records = 0, bytes = 0, from = INT64_MAX, to = INT64_MIN;
    if (!f) return;
    pthread_mutex_lock(&t->read_lock);
    int n = files_in(t, INT64_MIN, INT64_MAX, f, TEL_FILES);
    pthread_mutex_unlock(&t->read_lock);
    for (int k = 0; k < n; k++) {
        records += f[k].records;
        bytes += f[k].bytes;
        if (f[k].from < from) from = f[k].from;
        if (f[k].to > to) to = f[k].to;
    }
    free(f);
    answer(r, 200, json_pack("{s:I,s:I,s:f,s:i,s:i,s:I,s:I,s:I,s:I}", "records", (json_int_t)records, "bytes", (json_int_t)bytes, "bytes_per_record", records ? (double)bytes / (double)records : 0.0, "robots", t->n_last, "files", n,
        "from_ms", (json_int_t)(n ? from : 0), "to_ms", (json_int_t)(n ? to : 0), "rate", (json_int_t)t->rate, "taken", (json_int_t)t->records));
}

static int32_t field_of(const tel *t, const char *name, size_t n)
{
    for (int32_t f = 0; f < t->schema.n_fields; f++) {
        const uint8_t *at = t->schema.path + t->schema.path_off[f];
        if ((size_t)(t->schema.path_off[f + 1] - t->schema.path_off[f]) == n && !memcmp(at, name, n)) return t->schema.kind[f] == C12_TLM_TEXT || t->schema.kind[f] == C12_TLM_TIME ? -1 : f;
    }
    return -1;
}

static int32_t asked_field(request *r, const tel *t)
{
    const char *name = request_query(r, "field");
    int32_t f = field_of(t, name, strlen(name));
    if (f < 0) problem_at(r, "?field", "not a number of the record; such as battery_level or position.x");
    return f;
}

static double power10(int32_t n)
{
    double v = 1;
    while (n-- > 0) v *= 10;
    return v;
}

/* "10s" in ms; 0 = one group; -1 = neither. */
static int64_t width_of(const char *s)
{
    static const struct { const char *unit; int64_t ms; } units[] = { { "ms", 1 }, { "s", 1000 }, { "m", 60000 }, { "h", 3600000 }, { "d", 86400000 } };
    char *end;
    int64_t n = s ? strtoll(s, &end, 10) : 0;
    if (!s) return 0;
    for (size_t k = 0; k < sizeof units / sizeof *units; k++) if (!strcmp(end, units[k].unit) && n > 0 && n < 1000000) return n * units[k].ms;
    return -1;
}

typedef struct groups { c12io_ts_answer a; int32_t robot[TEL_GROUPS], scale[1]; int64_t start[TEL_GROUPS], count[TEL_GROUPS], min[TEL_GROUPS], max[TEL_GROUPS], sum_high[TEL_GROUPS]; uint64_t sum_low[TEL_GROUPS]; } groups;

static double mean_of(const groups *g, int64_t k)
{
    double sum = g->sum_high[k] < 0 ? -(double)(0 - g->sum_low[k]) : (double)g->sum_low[k];
    return g->count[k] ? sum / (double)g->count[k] : 0;
}

static c12_status ask_groups(c12io_ts *ts, int32_t column, const char *robot, int64_t bucket, int together, int64_t from, int64_t to, groups *g)
{
    c12io_ts_question q = C12_INIT(c12io_ts_question);
    q.n_fields = 1;
    q.field = &column;
    q.from = from;
    q.to = to;
    q.bucket = bucket;
    q.together = together;
    q.robot = (const uint8_t *)robot;
    q.robot_size = robot ? (int64_t)strlen(robot) : 0;
    g->a = (c12io_ts_answer){ .struct_size = sizeof g->a, .cap = TEL_GROUPS, .robot = g->robot, .start = g->start, .count = g->count, .min = g->min, .max = g->max, .sum_high = g->sum_high, .sum_low = g->sum_low, .scale = g->scale };
    return c12io_ts_query(ts, &q, &g->a, NULL);
}

static void put_groups(json_t *items, c12io_ts *ts, const groups *g)
{
    double unit = power10(g->scale[0]);
    for (int64_t k = 0; k < g->a.n; k++) {
        c12_view name = { NULL, 0 };
        if (g->robot[k] >= 0) (void)!c12io_ts_robot_name(ts, g->robot[k], &name, NULL);
        json_array_append_new(items, json_pack("{s:o,s:I,s:I,s:f,s:f,s:f}", "robot", name.size ? json_stringn((const char *)name.ptr, name.size) : json_null(), "start_ms", (json_int_t)g->start[k], "count", (json_int_t)g->count[k],
            "avg", mean_of(g, k) / unit, "min", (double)g->min[k] / unit, "max", (double)g->max[k] / unit));
    }
}

static void query_get(request *r)
{
    tel *t = tel_of(r);
    int32_t column = t ? asked_field(r, t) : -1;
    int64_t bucket = width_of(request_query(r, "bucket")), from = request_query_int(r, "from_ms", INT64_MIN), to = request_query_int(r, "to_ms", INT64_MAX);
    const char *robot = request_query(r, "robot"), *together = request_query(r, "together");
    if (column < 0) return;
    if (bucket < 0) { problem_at(r, "?bucket", "a width such as 250ms, 10s, 1m, 1h, 1d"); return; }
    tel_file *files = calloc(TEL_FILES, sizeof *files);
    groups *g = calloc(1, sizeof *g);
    json_t *items = json_array();
    int over = 0;
    pthread_mutex_lock(&t->read_lock);
    int n = files && g ? files_in(t, from, to, files, TEL_FILES) : 0;
    for (int k = 0; k < n && !over; k++) {
        c12io_ts *ts = tel_handle(t, files[k].name, files[k].open_hour);
        c12_status s = ts ? ask_groups(ts, column, robot, bucket, together && !strcmp(together, "yes"), from, to, g) : C12_E_IO;
        if (s == C12_E_SPACE || s == C12_E_RANGE) over = 1;
        else if (!s) put_groups(items, ts, g);
    }
    pthread_mutex_unlock(&t->read_lock);
    free(files);
    free(g);
    if (over) { json_decref(items); problem(r, 422, "Too many groups", "at most %d a file: take wider buckets or fewer robots", TEL_GROUPS); return; }
    answer(r, 200, json_pack("{s:s,s:o,s:n}", "field", request_query(r, "field"), "items", items, "next"));
}

/* ---- curves ------------------------------------------------------------------------------------------------------------------------------------- */

typedef struct curve { tel *t; request *r; int32_t column; const char *robot; int64_t from, to, want; json_t *points; } curve;

/* Points that keep the curve's shape: rows are decoded. */
static void curve_rows(curve *c, c12io_ts *ts, int64_t most)
{
    int64_t *time = calloc((size_t)most, sizeof *time), *value = calloc((size_t)most, sizeof *value);
    c12io_ts_question q = C12_INIT(c12io_ts_question);
    c12io_ts_points p = C12_INIT(c12io_ts_points);
    q.n_fields = 1;
    q.field = &c->column;
    q.from = c->from;
    q.to = c->to;
    q.robot = (const uint8_t *)c->robot;
    q.robot_size = (int64_t)strlen(c->robot);
    p.cap = most;
    p.time = time;
    p.value = value;
    if (time && value && !c12io_ts_downsample(ts, &q, C12IO_TS_LTTB, &p, NULL)) {
        double unit = power10(p.scale);
        for (int64_t i = 0; i < p.n; i++) json_array_append_new(c->points, json_pack("[I,f]", (json_int_t)time[i], (double)value[i] / unit));
    }
    free(time);
    free(value);
}

/* Over long times means of whole hours or days, which the index has. */
static void curve_means(curve *c, c12io_ts *ts, int64_t bucket, groups *g)
{
    if (ask_groups(ts, c->column, c->robot, bucket, 0, c->from, c->to, g)) return;
    double unit = power10(g->scale[0]);
    for (int64_t k = 0; k < g->a.n; k++) json_array_append_new(c->points, json_pack("[I,f]", (json_int_t)g->start[k], mean_of(g, k) / unit));
}

static void series_get(request *r)
{
    tel *t = tel_of(r);
    curve c = { .t = t, .r = r, .column = t ? asked_field(r, t) : -1 };
    if (c.column < 0) return;
    c.robot = request_query(r, "robot");
    c.from = request_query_int(r, "from_ms", INT64_MIN);
    c.to = request_query_int(r, "to_ms", INT64_MAX);
    c.want = request_query_int(r, "points", 300);
    tel_file *files = calloc(TEL_FILES, sizeof *files);
    groups *g = calloc(1, sizeof *g);
    c.points = json_array();
    pthread_mutex_lock(&t->read_lock);
    int n = files && g ? files_in(t, c.from, c.to, files, TEL_FILES) : 0;
    int64_t first = INT64_MAX, last = INT64_MIN, hour = 3600000;
    for (int k = 0; k < n; k++) { if (files[k].from < first) first = files[k].from; if (files[k].to > last) last = files[k].to; }
    if (c.from > first) first = c.from;
    if (c.to < last) last = c.to;
    int64_t each = n ? (last - first) / c.want : 0;
    for (int k = 0; k < n; k++) {
        c12io_ts *ts = tel_handle(t, files[k].name, files[k].open_hour);
        if (ts && each >= hour) curve_means(&c, ts, (each + hour - 1) / hour * hour, g);
        else if (ts) curve_rows(&c, ts, c.want / n < 3 ? 3 : c.want / n);
    }
    pthread_mutex_unlock(&t->read_lock);
    free(files);
    free(g);
    answer(r, 200, json_pack("{s:s,s:s,s:o}", "robot", c.robot, "field", request_query(r, "field"), "points", c.points));
}

/* ---- the service ----------------------------------------------------------------------------------------------------------------------------- */

static int telemetry_open(house *h)
{
    if (house_of(h, "telemetry")) return 0; /* nothing of it is in the store's transactions */
    tel *t = calloc(1, sizeof *t);
    if (!t) return -1;
    t->h = h;
    snprintf(t->dir, sizeof t->dir, "%.480s/telemetry", house_option(h, "state.dir", "c12-state"));
    (void)mkdir(t->dir, 0700);
    t->schema.struct_size = (uint32_t)sizeof t->schema;
    if (c12_tlm_builtin(&t->schema, NULL)) { free(t); return -1; }
    t->field_x = field_of(t, "position.x", 10);
    t->field_y = field_of(t, "position.y", 10);
    t->field_battery = field_of(t, "battery_level", 13);
    if (tel_start(t)) { free(t); return -1; }
    house_keep(h, "telemetry", t);
    return 0;
}

static void telemetry_close(house *h)
{
    tel *t = house_of(h, "telemetry");
    if (!t) return;
    tel_stop(t);
    free(t);
    house_keep(h, "telemetry", NULL);
}

#define RANGE_FIELDS { "from_ms", FIELD_INT, 0, INT64_MIN, INT64_MAX, NULL, NULL, "first time, ms since 1970" }, { "to_ms", FIELD_INT, 0, INT64_MIN, INT64_MAX, NULL, NULL, "the first no longer wanted" }
static const field series_query[] = {
    { "robot", FIELD_TEXT, 1, 1, 63, NULL, NULL, "its id" },
    { "field", FIELD_TEXT, 1, 1, 80, NULL, NULL, "a number of the record, such as battery_level" },
    RANGE_FIELDS,
    { "points", FIELD_INT, 0, 3, TEL_POINTS, NULL, NULL, "about so many, chosen so that the curve keeps its shape; 300 when not given" },
    FIELDS_END,
};
static const field groups_query[] = {
    { "field", FIELD_TEXT, 1, 1, 80, NULL, NULL, "a number of the record" },
    { "robot", FIELD_TEXT, 0, 1, 63, NULL, NULL, "only this one" },
    { "bucket", FIELD_TEXT, 0, 2, 12, NULL, NULL, "width such as 10s, 1m, 1h; one group when not given" },
    { "together", FIELD_WORD, 0, 0, 0, "yes|no", NULL, "all robots in one group" },
    RANGE_FIELDS,
    FIELDS_END,
};

const endpoint tel_endpoints[] = {
    { "POST", "/api/v1/telemetry", "write_telemetry", RUN_LATER, TAKES_BYTES | NOT_AUDITED, tel_post, NULL, NULL, "Records as JSON lines; stored on the disk when answered", 16 << 20 },
    { "GET", "/api/v1/telemetry/latest", "view_telemetry", RUN_READ, 0, latest_get, NULL, NULL, "What was last heard of each robot", 0 },
    { "GET", "/api/v1/telemetry/series", "view_telemetry", RUN_READ, 0, series_get, series_query, NULL, "One robot's number over time, in few points", 0 },
    { "GET", "/api/v1/telemetry/query", "view_telemetry", RUN_READ, 0, query_get, groups_query, NULL, "Count, average, least and largest by robot and bucket of time", 0 },
    { "GET", "/api/v1/telemetry/figures", "view_telemetry", RUN_READ, 0, figures_get, NULL, NULL, "How much there is, since when, how fast it comes", 0 },
    { 0 },
};

const service telemetry_service = { "telemetry", tel_endpoints, NULL, telemetry_open, NULL, telemetry_close };
