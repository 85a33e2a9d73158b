/* SPDX-License-Identifier: Apache-2.0 */
/* The service that plays the day. */
#include "demo_day.h"
#include "services.h"
#include <stdlib.h>
#include <string.h>

enum { DEMO_LASTS = 65700000 }; /* ms: until midnight */

static demo_day *day_of(house *h) { return house_of(h, "demo"); }

static int demo_open(house *h)
{
    demo_day *d = day_of(h);
    fleet *f = house_of(h, "fleet");
    mes *m = house_of(h, "mes");
    if (d || strcmp(house_option(h, "demo.play", "no"), "yes")) return 0;
    if (!f || !f->e || !m || !m->now) { house_log(LOG_SAYS_ERROR, "demo: it needs a plant with a hall; give plant.dir"); return -1; }
    d = NEW(demo_day, 1);
    d->h = h;
    d->on = 1;
    d->first_minute = f->first_minute;
    d->inspected = d->first_minute;
    pthread_rwlock_rdlock(&m->lock);
    demo_errands(d, m);
    pthread_rwlock_unlock(&m->lock);
    house_keep(h, "demo", d);
    return 0;
}

/* Tasks whose minute has come. */
static void errands_due(demo_day *d, fleet *f, int64_t minute)
{
    db *s = house_db(d->h);
    char from[128], to[128];
    for (; d->next < d->n_errands && d->errand[d->next].ready <= minute; d->next++) {
        const errand *e = &d->errand[d->next];
        db_do(s, "INSERT INTO tasks(from_station, to_station, priority, state, made_ms, made_by) VALUES(?, ?, ?, 'waiting', ?, 'plan')", "ssii", engine_station_code(f->e, e->from, from), engine_station_code(f->e, e->to, to), (int64_t)e->priority, house_now());
        (void)engine_add(f->e, sqlite3_last_insert_rowid(s->at), e->from, e->to, e->priority, house_now());
    }
}

static void demo_tick(house *h, int64_t now)
{
    demo_day *d = day_of(h);
    fleet *f = house_of(h, "fleet");
    mes *m = house_of(h, "mes");
    char line[100];
    if (!d || d->done) return;
    int64_t minute = mes_minute(m, now);
    pthread_mutex_lock(&f->lock);
    errands_due(d, f, minute);
    demo_telemetry(d, f, m);
    pthread_mutex_unlock(&f->lock);
    demo_quality(d, m, minute);
    d->done = f->plant >= DEMO_LASTS;
    if (d->done) f->speed = 1; /* the day is over; what was begun ends at its own pace */
    snprintf(line, sizeof line, "{\"plant_ms\":%lld,\"done\":%s}", (long long)f->plant, d->done ? "true" : "false");
    if (d->done || now / 1000 != d->told / 1000) house_say(h, "demo", line);
    d->told = now;
}

static void demo_close(house *h)
{
    demo_day *d = day_of(h);
    if (!d) return;
    free(d->errand);
    free(d);
    house_keep(h, "demo", NULL);
}

/* ---- endpoints --------------------------------------------------------------------------------------------------------------------------------- */

static void demo_get(request *r)
{
    demo_day *d = day_of(request_house(r));
    fleet *f = house_of(request_house(r), "fleet");
    if (!d || !f) { problem(r, 404, "No demo is playing", "start with --demo.play yes"); return; }
    answer(r, 200, json_pack("{s:I,s:I,s:I,s:I,s:I,s:b,s:I,s:I}", "plant_ms", (json_int_t)f->plant, "speed", (json_int_t)f->speed, "first_min", (json_int_t)d->first_minute, "from_ms", (json_int_t)0, "to_ms", (json_int_t)DEMO_LASTS, "done", d->done,
        "tasks", (json_int_t)d->n_errands, "tasks_begun", (json_int_t)d->next));
}

static void demo_speed(request *r)
{
    demo_day *d = day_of(request_house(r));
    fleet *f = house_of(request_house(r), "fleet");
    if (!d || !f) { problem(r, 404, "No demo is playing", "start with --demo.play yes"); return; }
    if (d->done) { problem(r, 409, "The day is over", "start it again"); return; }
    pthread_mutex_lock(&f->lock);
    f->speed = body_int(request_body(r), "speed", 60);
    pthread_mutex_unlock(&f->lock);
    request_did(r, "demo", "speed %lld", (long long)f->speed);
    answer(r, 200, json_pack("{s:I}", "speed", (json_int_t)f->speed));
}

static const field speed_fields[] = { { "speed", FIELD_INT, 1, 2, 600, NULL, NULL, "plant seconds a second" }, FIELDS_END };

static const endpoint demo_endpoints[] = {
    { "GET", "/api/v1/demo", "view_plan", RUN_READ, 0, demo_get, NULL, NULL, "How far the day has come", 0 },
    { "POST", "/api/v1/demo/speed", "change_production_schedule", RUN_WRITE, 0, demo_speed, NULL, speed_fields, "Play it faster or slower", 0 },
    { 0 },
};

const service demo_service = { "demo", demo_endpoints, NULL, demo_open, demo_tick, demo_close };
