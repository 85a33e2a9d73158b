/* SPDX-License-Identifier: Apache-2.0 */
/* Rows in. */
#include "tel.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct tel_batch { struct tel_batch *next; request *r; char *own; int datagram; size_t n; int64_t rows; int good; } tel_batch;

/* ---- the queue ------------------------------------------------------------------------------------------------------------------------- */

/* Who sends more than is written is told to wait, before memory runs out. */
void tel_post(request *r)
{
    tel *t = house_of(request_house(r), "telemetry");
    tel_batch *b = calloc(1, sizeof *b);
    size_t n;
    (void)request_bytes(r, &n);
    int full = 0, shut = !t || t->broken;
    if (b && !shut) {
        b->r = r;
        b->n = n;
        pthread_mutex_lock(&t->lock);
        full = t->queued + n > TEL_QUEUE_BYTES;
        shut = t->closing;
        if (!full && !shut) {
            *t->end = b;
            t->end = &b->next;
            t->queued += n;
            pthread_cond_signal(&t->some);
        }
        pthread_mutex_unlock(&t->lock);
    }
    if (b && !full && !shut) return;
    free(b);
    if (full) problem(r, 429, "Too much at once", "%d MB wait to be written; send again", TEL_QUEUE_BYTES >> 20);
    else problem(r, 503, "Telemetry cannot be stored", "%s", shut ? "the file cannot be written, or the service is going down" : "out of memory");
    answer_header(r, "Retry-After", "1");
    request_finish(r);
}

int tel_put(tel *t, const char *bytes, size_t n, int datagram)
{
    tel_batch *b = t && !t->broken && n ? calloc(1, sizeof *b) : NULL;
    if (b) b->own = malloc(n);
    if (!b || !b->own) { free(b); return -1; }
    memcpy(b->own, bytes, n);
    b->n = n;
    b->datagram = datagram;
    pthread_mutex_lock(&t->lock);
    int full = t->closing || t->queued + n > TEL_QUEUE_BYTES;
    if (!full) {
        *t->end = b;
        t->end = &b->next;
        t->queued += n;
        pthread_cond_signal(&t->some);
    }
    pthread_mutex_unlock(&t->lock);
    if (full) { free(b->own); free(b); }
    return full ? -1 : 0;
}

int tel_add(house *h, const char *lines, size_t n) { return tel_put(house_of(h, "telemetry"), lines, n, 0); }

static tel_batch *take_all(tel *t, int *closing)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 1;
    pthread_mutex_lock(&t->lock);
    if (!t->first && !t->closing) (void)pthread_cond_timedwait(&t->some, &t->lock, &until);
    tel_batch *b = t->first;
    t->first = NULL;
    t->end = &t->first;
    t->queued = 0;
    *closing = t->closing && !b;
    pthread_mutex_unlock(&t->lock);
    return b;
}

/* ---- the hour's file ------------------------------------------------------------------------------------------------------------------------- */

static void hour_name(int64_t hour, char *out, size_t cap)
{
    time_t s = (time_t)(hour * 3600);
    struct tm day;
    gmtime_r(&s, &day);
    strftime(out, cap, "hour-%Y%m%d-%H.c12t", &day);
}

static void hour_path(const tel *t, const char *name, char *out, size_t cap) { snprintf(out, cap, "%s/%s", t->dir, name); }

static int hour_open(tel *t, int64_t hour)
{
    char path[600];
    c12_error err = C12_INIT(c12_error);
    c12io_ts_options o = C12_INIT(c12io_ts_options);
    c12io_ts *fresh = NULL;
    o.pool_rows = TEL_POOL;
    o.level = C12_TLM_FAST;
    o.raw_bytes = 4 << 20;
    o.text_bytes = 1 << 20;
    hour_name(hour, t->name, sizeof t->name);
    hour_path(t, t->name, path, sizeof path);
    c12_status s = c12io_ts_continue(&t->ts, path, &o, NULL, &err);
    if (s == C12_E_IO) {
        s = c12io_ts_create(&fresh, path, &t->schema, &o, NULL, &err);
        if (!s) s = c12io_ts_close(fresh, &err);
        if (!s) s = c12io_ts_continue(&t->ts, path, &o, NULL, &err);
    }
    if (s) { t->ts = NULL; house_log(LOG_SAYS_ERROR, "telemetry: %s: %s", path, err.what ? err.what : "cannot be opened"); return -1; }
    if (!s) s = c12io_ts_flush(t->ts, &err); /* rows that a journal brought back are there for readers too */
    if (s) { c12io_ts_destroy(t->ts); t->ts = NULL; return -1; }
    t->hour = hour;
    t->flushed = house_now();
    t->unflushed = 0;
    return 0;
}

typedef struct over { char name[64]; int64_t hour; } over;

/* On the worker thread: an hour that is over gets full blocks. */
static void hour_compact(house *h, void *with)
{
    over *o = with;
    tel *t = house_of(h, "telemetry");
    char path[600];
    c12_error err = C12_INIT(c12_error);
    if (t) {
        hour_path(t, o->name, path, sizeof path);
        pthread_mutex_lock(&t->read_lock);
        if (c12io_ts_compact(path, path, NULL, NULL, &err)) house_log(LOG_SAYS_WARNING, "telemetry: %s stays in small blocks: %s", o->name, err.what ? err.what : "?");
        t->generation++;
        pthread_mutex_unlock(&t->read_lock);
    }
    free(o);
}

static void hour_close(tel *t)
{
    c12_error err = C12_INIT(c12_error);
    over *o = calloc(1, sizeof *o);
    if (!t->ts) { free(o); return; }
    if (c12io_ts_close(t->ts, &err)) house_log(LOG_SAYS_ERROR, "telemetry: %s: %s", t->name, err.what ? err.what : "cannot be closed");
    t->ts = NULL;
    pthread_mutex_lock(&t->read_lock);
    t->generation++;
    pthread_mutex_unlock(&t->read_lock);
    if (!o || t->closing) { free(o); return; }
    snprintf(o->name, sizeof o->name, "%s", t->name);
    o->hour = t->hour;
    house_work(t->h, hour_compact, o);
}

static void hour_flush(tel *t)
{
    t->flushed = house_now();
    if (!t->unflushed || !t->ts) return;
    t->unflushed = 0;
    if (c12io_ts_flush(t->ts, NULL)) { hour_close(t); (void)hour_open(t, t->hour); }
    pthread_mutex_lock(&t->read_lock);
    t->generation++;
    pthread_mutex_unlock(&t->read_lock);
}

/* ---- one request ---------------------------------------------------------------------------------------------------------------------------- */

static c12_view robot_name(const tel *t, int64_t row)
{
    int64_t code = t->batch.value[t->schema.robot_field * t->batch.cap + row];
    const c12_tlm_dict *d = t->batch.dict;
    c12_view v = { d->bytes + d->off[code], (size_t)(d->off[code + 1] - d->off[code]) };
    return v;
}

/* A robot speaks for itself alone. */
static int rows_are_own(tel *t, request *r)
{
    const char *own;
    if (!request_is(r, "robot", &own)) return 1;
    size_t n = strlen(own);
    for (int64_t row = 0; row < t->batch.n; row++) {
        c12_view v = robot_name(t, row);
        if (v.size == n && !memcmp(v.ptr, own, n)) continue;
        problem(r, 403, "Not its own", "line %lld is of %.*s; %s speaks for itself alone", (long long)row + 1, (int)(v.size > 60 ? 60 : v.size), (const char *)v.ptr, own);
        return 0;
    }
    return 1;
}

static int64_t thousandths(const tel *t, int32_t column, int64_t row)
{
    int64_t v = t->batch.value[column * t->batch.cap + row];
    int32_t scale = t->batch.scale[column];
    for (; scale < 3; scale++) v *= 10;
    for (; scale > 3; scale--) v /= 10;
    return v;
}

static tel_last *last_of(tel *t, c12_view name)
{
    for (int k = 0; k < t->n_last; k++) if (strlen(t->last[k].robot) == name.size && !memcmp(t->last[k].robot, name.ptr, name.size)) return &t->last[k];
    if (t->n_last == TEL_ROBOTS || name.size >= sizeof t->last[0].robot) return NULL;
    tel_last *l = &t->last[t->n_last++];
    memcpy(l->robot, name.ptr, name.size);
    l->time = INT64_MIN;
    return l;
}

/* Rows in time order of one robot mostly: the latest of each is looked up once a run. */
static void note_latest(tel *t)
{
    tel_last *l = NULL;
    pthread_mutex_lock(&t->lock);
    for (int64_t row = 0; row < t->batch.n; row++) {
        c12_view name = robot_name(t, row);
        if (!l || strlen(l->robot) != name.size || memcmp(l->robot, name.ptr, name.size)) l = last_of(t, name);
        int64_t time = t->batch.value[t->schema.time_field * t->batch.cap + row];
        if (!l || time < l->time || (t->batch.raw_at && t->batch.raw_at[row] >= 0)) continue;
        l->time = time;
        l->x = t->field_x < 0 ? 0 : thousandths(t, t->field_x, row);
        l->y = t->field_y < 0 ? 0 : thousandths(t, t->field_y, row);
        l->battery = t->field_battery < 0 ? 0 : thousandths(t, t->field_battery, row);
    }
    t->records += t->batch.n;
    t->rate_n += t->batch.n;
    pthread_mutex_unlock(&t->lock);
}

static void append(tel *t, tel_batch *b)
{
    c12_error err = C12_INIT(c12_error);
    c12_status s = t->ts ? c12io_ts_append(t->ts, &t->batch, &err) : C12_E_IO;
    if (s) { t->broken = 1; house_log(LOG_SAYS_ERROR, "telemetry: %s", err.what ? err.what : "cannot be written"); return; }
    b->rows = t->batch.n;
    b->good = 1;
    t->unflushed += t->batch.n;
    note_latest(t);
}

/* All lines of a request or none: they are read first, and written when every one is good. */
static void take_request(tel *t, tel_batch *b)
{
    size_t n = b->n, used = 0;
    c12_error err = C12_INIT(c12_error);
    c12_view lines = { (const uint8_t *)(b->own ? b->own : request_bytes(b->r, &n)), 0 };
    lines.size = n;
    (void)!c12_tlm_batch_reset(&t->batch, &t->schema, NULL);
    if (b->datagram) {
        if (tel_datagram(t, b->own, n)) append(t, b);
        return;
    }
    c12_status s = n ? c12_tlm_parse(&t->schema, lines, &t->batch, &used, &err) : C12_OK;
    if (b->own && (s || used < n)) house_log(LOG_SAYS_ERROR, "telemetry: rows of this process are no records: %s", err.what ? err.what : "too many");
    else if (s) problem(b->r, 422, "A line is no record", "line %lld: %s", (long long)err.row + 1, err.what ? err.what : "?");
    else if (used < n) problem(b->r, 413, "Too many rows", "at most %d a request", TEL_ROWS);
    else if (!t->batch.n) problem(b->r, 422, "There is no row", "send JSON lines");
    else if (b->own || rows_are_own(t, b->r)) append(t, b);
}

static void answer_all(tel *t, tel_batch *b, int safe)
{
    (void)t;
    for (tel_batch *next; b; b = next) {
        next = b->next;
        house_count("c12_telemetry_records_total", b->good && safe ? b->rows : 0);
        if (b->own) { free(b->own); free(b); continue; }
        if (b->good && safe) answer(b->r, 202, json_pack("{s:I}", "records", (json_int_t)b->rows));
        else {
            problem(b->r, 503, "Telemetry cannot be stored", "nothing of this request is confirmed; send it again");
            answer_header(b->r, "Retry-After", "2");
        }
        request_finish(b->r);
        free(b);
    }
}

/* A file that broke is given up and taken up again from its journal: what was confirmed is in there. */
static void mend(tel *t)
{
    if (!t->broken) return;
    c12io_ts_destroy(t->ts);
    t->ts = NULL;
    if (!hour_open(t, house_now() / 3600000)) t->broken = 0;
}

/* Where all are, to viewers, at most ten times a second. */
static void tell(tel *t)
{
    int64_t now = house_now();
    if (now - t->told < 100 && now >= t->told) return;
    size_t cap = 100 + (size_t)t->n_last * 180, n;
    char *line = malloc(cap);
    int some = 0;
    if (!line) return;
    n = (size_t)snprintf(line, cap, "{\"items\":[");
    pthread_mutex_lock(&t->lock);
    for (int k = 0; k < t->n_last; k++) {
        const tel_last *l = &t->last[k];
        if (l->time == INT64_MIN) continue;
        n += (size_t)snprintf(line + n, cap - n, "%s{\"robot\":\"%s\",\"time_ms\":%lld,\"x\":%.3f,\"y\":%.3f,\"battery\":%.1f}", some++ ? "," : "", l->robot, (long long)l->time, (double)l->x / 1000, (double)l->y / 1000, (double)l->battery / 1000);
    }
    pthread_mutex_unlock(&t->lock);
    snprintf(line + n, cap - n, "]}");
    if (some) house_say(t->h, "tlm", line);
    free(line);
    t->told = now;
}

static void *tel_loop(void *arg)
{
    tel *t = arg;
    int closing = 0;
    while (!closing) {
        tel_batch *b = take_all(t, &closing);
        int64_t now = house_now();
        if (t->broken) mend(t);
        if (now / 3600000 != t->hour && !t->broken) { hour_close(t); if (hour_open(t, now / 3600000)) t->broken = 1; }
        for (tel_batch *k = b; k && !t->broken; k = k->next) take_request(t, k);
        int safe = b && !t->broken && t->ts && !c12io_ts_sync(t->ts, NULL);
        if (b && !safe) t->broken = 1;
        answer_all(t, b, safe);
        if (b && safe) tell(t);
        if (now - t->flushed > TEL_FLUSH_MS || now < t->flushed) hour_flush(t);
        if (now - t->rate_at >= 1000 || now < t->rate_at) { t->rate = t->rate_n * 1000 / (now > t->rate_at ? now - t->rate_at : 1); t->rate_n = 0; t->rate_at = now; }
    }
    hour_close(t);
    return NULL;
}

int tel_start(tel *t)
{
    c12_tlm_dims d = C12_INIT(c12_tlm_dims);
    pthread_mutex_init(&t->lock, NULL);
    pthread_mutex_init(&t->read_lock, NULL);
    pthread_cond_init(&t->some, NULL);
    t->end = &t->first;
    d.texts = 65536;
    d.rows = TEL_ROWS;
    d.raw_bytes = 8 << 20;
    d.text_bytes = 1 << 20;
    t->batch.struct_size = (uint32_t)sizeof t->batch;
    if (c12_tlm_batch_bytes(&t->schema, &d, &t->mem.size, NULL) || !(t->mem.ptr = malloc(t->mem.size)) || c12_tlm_batch_init(&t->batch, t->mem, &t->schema, &d, NULL)) return -1;
    if (hour_open(t, house_now() / 3600000)) return -1;
    if (pthread_create(&t->thread, NULL, tel_loop, t)) return -1;
    return tel_hear(t);
}

void tel_stop(tel *t)
{
    pthread_mutex_lock(&t->lock);
    t->closing = 1;
    pthread_cond_signal(&t->some);
    pthread_mutex_unlock(&t->lock);
    pthread_join(t->thread, NULL);
    tel_hush(t);
    tel_handles_close(t);
    free(t->mem.ptr);
}
