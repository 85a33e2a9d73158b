/* SPDX-License-Identifier: Apache-2.0 */
/* Telemetry of the demo: the factory's record of every robot, 10 Hz for half an hour from 10:00 and every ten seconds for the rest of the
 * day.  Place, speed, battery and task come from the fleet's record; motor and computer figures are drawn around plausible values. */
#include "demo.h"
#include "c12/ts.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Fields of the built-in record in its order. */
enum { ROBOT, STAMP, POS_X, POS_Y, POS_Z, VEL_X, VEL_Y, VEL_Z, BATTERY, TASK, STATION, UNIT, PROGRESS, DONE_AT, JOINT, CPU = JOINT + 18, MEMORY, LATENCY, CAMERAS, ERRORS, FIELDS };
enum { BATCH = 16384, SLOW_MS = 10000, FAST_MS = 100, FAST_FOR = 1800000, DRAW_NOISE = 9 };

/* Where a robot is in the record while time goes on. */
typedef struct cursor { int64_t leg, step, *legs, n; } cursor;

typedef struct recorder {
    demo *d;
    c12_tlm_schema s;
    c12_tlm_batch b;
    c12_mem mem;
    c12io_ts *ts;
    cursor *at;         /* [robots] */
    int64_t *legs;      /* legs by robot */
    int64_t *task_text, none, ok, cameras, errors, *robot_text, *station_text, *item_text;
    int64_t base;       /* ms of tick 0 since 1970 */
    c12_status status;
} recorder;

/* ---- texts -------------------------------------------------------------------------------------------------------------------------- */

static int64_t word(recorder *r, c12_view v)
{
    int64_t code = 0;
    if (!r->status) r->status = c12_tlm_intern(r->b.dict, v, &code, &r->d->c->err);
    return code;
}

static int64_t word_of(recorder *r, const char *s)
{
    c12_view v = { (const uint8_t *)s, strlen(s) };
    return word(r, v);
}

static int64_t *words_of(recorder *r, const c12io_texts *t, int32_t n)
{
    int64_t *code = NEW(int64_t, n);
    for (int32_t i = 0; i < n; i++) code[i] = word(r, c12io_texts_at(t, i));
    return code;
}

static void intern_all(recorder *r)
{
    const c12io_plant *p = r->d->t.p;
    char name[40];
    r->none = word_of(r, "");
    r->ok = word_of(r, "OK");
    r->cameras = word_of(r, "[\"OK\",\"OK\",\"OK\",\"OK\"]");
    r->errors = word_of(r, "[]");
    r->robot_text = words_of(r, p->robot_code, r->d->robots);
    r->station_text = words_of(r, p->station_name, p->n_stations);
    r->item_text = words_of(r, p->item_code, p->n_items);
    r->task_text = NEW(int64_t, r->d->h.floor.n_tasks);
    for (int64_t k = 0; k < r->d->h.floor.n_tasks; k++) {
        snprintf(name, sizeof name, "TASK-%06" PRId64, k + 1);
        r->task_text[k] = word_of(r, name);
    }
}

/* ---- one record ----------------------------------------------------------------------------------------------------------------------- */

static void set(recorder *r, int32_t field, int64_t v) { r->b.value[field * r->b.cap + r->b.n] = v; }

/* The leg of the moment; time only goes on. */
static int64_t leg_at(recorder *r, int32_t robot, c12_tick t)
{
    cursor *c = &r->at[robot];
    const c12_flow_fleet_view *l = &r->d->log;
    while (c->leg + 1 < c->n && l->leg_to[c->legs[c->leg]] <= t) {
        c->leg++;
        c->step = l->leg_step_off[c->legs[c->leg]];
    }
    int64_t leg = c->legs[c->leg];
    while (c->step + 1 < l->leg_step_off[leg + 1] && l->step_to[c->step] <= t) c->step++;
    return leg;
}

/* Tenths of a metre; a cell is a metre.  Between two cells while both are held. */
static void set_place(recorder *r, int32_t robot, int64_t leg, c12_tick t)
{
    const c12_flow_fleet_view *l = &r->d->log;
    const hall *h = &r->d->h;
    int64_t s = r->at[robot].step;
    int32_t v = l->step_vertex[s], dx = 0, dy = 0;
    int64_t part = 0, pace = h->floor.robot_pace[robot];
    if (s + 1 < l->leg_step_off[leg + 1] && t >= l->step_from[s + 1]) {
        int32_t w = l->step_vertex[s + 1];
        dx = h->x[w] - h->x[v];
        dy = h->y[w] - h->y[v];
        part = 10 * (t - l->step_from[s + 1]) / (l->step_to[s] - l->step_from[s + 1]);
    }
    set(r, POS_X, 10 * h->x[v] + dx * part);
    set(r, POS_Y, 10 * h->y[v] + dy * part);
    set(r, POS_Z, 2);
    set(r, VEL_X, dx * 10000 / pace);
    set(r, VEL_Y, dy * 10000 / pace);
    set(r, VEL_Z, 0);
}

/* Tenths of a percent, straight between the begins of two legs. */
static void set_battery(recorder *r, int32_t robot, int64_t leg, c12_tick t)
{
    const cursor *c = &r->at[robot];
    const c12_flow_fleet_view *l = &r->d->log;
    int64_t ppm = l->leg_battery[leg];
    if (c->leg + 1 < c->n) {
        int64_t next = c->legs[c->leg + 1], span = l->leg_from[next] - l->leg_from[leg];
        if (span > 0) ppm += (l->leg_battery[next] - ppm) * (t - l->leg_from[leg]) / span;
    }
    set(r, BATTERY, ppm / 1000);
}

static void set_task(recorder *r, int64_t leg, c12_tick t)
{
    const c12_flow_fleet_view *l = &r->d->log;
    const hall *h = &r->d->h;
    int64_t task = l->leg_task[leg], now = r->base + t;
    c12_tick to = l->leg_to[leg], from = l->leg_from[leg];
    int open = to == INT64_MAX;
    set(r, TASK, task < 0 ? r->none : r->task_text[task]);
    int32_t station = task < 0 ? -1 : h->from[task] < r->d->t.p->n_stations ? h->from[task] : h->to[task];
    set(r, STATION, task < 0 ? r->none : r->station_text[station]);
    set(r, UNIT, task < 0 ? r->none : r->item_text[r->d->v.work_item[demo_work_of(&r->d->v, h->task_op[task])]]);
    set(r, PROGRESS, task < 0 || open || to == from ? 0 : 1000 * (t - from) / (to - from));
    set(r, DONE_AT, (open ? now : r->base + to) / 1000 * 1000);
}

/* A draw for every ten seconds, so that values wander instead of jumping at 10 Hz. */
static void set_body(recorder *r, int32_t robot, int moving, c12_tick t)
{
    uint64_t seed = r->d->seed;
    uint64_t at = (uint64_t)robot << 40 | (uint64_t)(t / SLOW_MS) << 8;
    for (int32_t j = 0; j < 6; j++) {
        set(r, JOINT + 3 * j, 350 + 8 * j + 40 * moving + demo_draw(seed, DRAW_NOISE, at | (uint64_t)j, 9));
        set(r, JOINT + 3 * j + 1, (moving ? 180 : 40) + demo_draw(seed, DRAW_NOISE, at | (uint64_t)(j + 8), 60));
        set(r, JOINT + 3 * j + 2, r->ok);
    }
    set(r, CPU, 300 + 150 * moving + demo_draw(seed, DRAW_NOISE, at | 16, 80));
    set(r, MEMORY, 600 + demo_draw(seed, DRAW_NOISE, at | 17, 40));
    set(r, LATENCY, 8 + demo_draw(seed, DRAW_NOISE, at | 18, 9));
    set(r, CAMERAS, r->cameras);
    set(r, ERRORS, r->errors);
}

static void put_record(recorder *r, int32_t robot, c12_tick t)
{
    int64_t leg = leg_at(r, robot, t);
    int32_t state = r->d->log.leg_state[leg];
    set(r, ROBOT, r->robot_text[robot]);
    set(r, STAMP, r->base + t);
    set_place(r, robot, leg, t);
    set_battery(r, robot, leg, t);
    set_task(r, leg, t);
    set_body(r, robot, state == C12_FLOW_TO_PICKUP || state == C12_FLOW_TO_DROP || state == C12_FLOW_TO_BAY || state == C12_FLOW_TO_HOME, t);
    r->b.n++;
    r->d->sum.records++;
}

/* ---- the day -------------------------------------------------------------------------------------------------------------------------- */

static void put_moment(recorder *r, c12_tick t)
{
    if (r->b.n + r->d->robots > r->b.cap) {
        if (!r->status) r->status = c12io_ts_append(r->ts, &r->b, &r->d->c->err);
        r->b.n = 0;
    }
    for (int32_t k = 0; k < r->d->robots; k++) put_record(r, k, t);
}

static void put_day(recorder *r)
{
    c12_tick end = r->d->days * DEMO_DAY * DEMO_MS, fast = (c12_tick)DEMO_INCIDENT * DEMO_MS;
    for (c12_tick t = 0; t < end && !r->status; t += t >= fast && t < fast + FAST_FOR ? FAST_MS : SLOW_MS) put_moment(r, t);
    if (!r->status && r->b.n) r->status = c12io_ts_append(r->ts, &r->b, &r->d->c->err);
}

static void sort_legs(recorder *r)
{
    const c12_flow_fleet_view *l = &r->d->log;
    int64_t n = 0;
    r->at = NEW(cursor, r->d->robots);
    r->legs = NEW(int64_t, l->n_legs);
    for (int64_t k = 0; k < l->n_legs; k++) r->at[l->leg_robot[k]].n++;
    for (int32_t k = 0; k < r->d->robots; k++) {
        r->at[k].legs = r->legs + n;
        n += r->at[k].n;
        r->at[k].n = 0;
    }
    for (int64_t k = 0; k < l->n_legs; k++) {
        cursor *c = &r->at[l->leg_robot[k]];
        c->legs[c->n++] = k;
    }
    for (int32_t k = 0; k < r->d->robots; k++) r->at[k].step = l->leg_step_off[r->at[k].legs[0]];
}

static c12_status recorder_open(recorder *r, const char *path)
{
    c12_tlm_dims dims = C12_INIT(c12_tlm_dims);
    dims.texts = (int32_t)(r->d->h.floor.n_tasks + r->d->robots + r->d->t.p->n_stations + r->d->t.p->n_items + 16);
    dims.text_bytes = (int64_t)dims.texts * 128;
    dims.rows = BATCH > r->d->robots ? BATCH : r->d->robots;
    c12_status s = c12_tlm_builtin(&r->s, &r->d->c->err);
    if (!s) s = c12_tlm_batch_bytes(&r->s, &dims, &r->mem.size, &r->d->c->err);
    if (s) return s;
    r->mem.ptr = cli_new((int64_t)r->mem.size, 1);
    s = c12_tlm_batch_init(&r->b, r->mem, &r->s, &dims, &r->d->c->err);
    if (!s) s = c12io_ts_create(&r->ts, path, &r->s, NULL, NULL, &r->d->c->err);
    return s;
}

int demo_telemetry(demo *d)
{
    recorder r = { .d = d, .s = C12_INIT(c12_tlm_schema), .b = C12_INIT(c12_tlm_batch), .base = (d->t.config.start_day + d->first) * DEMO_DAY * DEMO_MS };
    c12io_ts_info info = C12_INIT(c12io_ts_info);
    char path[4096];
    snprintf(path, sizeof path, "%s/telemetry.c12t", d->dir);
    r.status = recorder_open(&r, path);
    if (!r.status) {
        intern_all(&r);
        sort_legs(&r);
        put_day(&r);
    }
    if (r.status) c12io_ts_destroy(r.ts); else r.status = c12io_ts_close(r.ts, &d->c->err);
    if (!r.status) r.status = c12io_ts_open(&r.ts, path, NULL, &d->c->err);
    if (!r.status) {
        r.status = c12io_ts_stat(r.ts, &info, &d->c->err);
        d->sum.bytes = info.bytes;
        c12io_ts_destroy(r.ts);
    }
    void *const owned[] = { r.mem.ptr, r.at, r.legs, r.task_text, r.robot_text, r.station_text, r.item_text };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
    return r.status ? cli_fail(d->c, r.status) : EXIT_DONE;
}
