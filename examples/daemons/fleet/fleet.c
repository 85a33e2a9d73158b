/* SPDX-License-Identifier: Apache-2.0 */
/* The fleet service: its tables, its clock, and reading everything back after a start or a commit that failed. */
#include "fleet.h"
#include "services.h"
#include <stdlib.h>
#include <string.h>

static const char *const migrations[] = {
    "CREATE TABLE tasks(id INTEGER PRIMARY KEY, from_station TEXT NOT NULL, to_station TEXT NOT NULL, priority INTEGER NOT NULL, unit TEXT, state TEXT NOT NULL, robot TEXT, made_ms INTEGER NOT NULL,"
    " assigned_ms INTEGER, done_ms INTEGER, made_by TEXT NOT NULL) STRICT;"
    "CREATE INDEX tasks_state ON tasks(state, id);"
    "CREATE INDEX tasks_done ON tasks(to_station) WHERE state = 'done';"
    "CREATE TABLE robots(robot TEXT PRIMARY KEY, vertex INTEGER NOT NULL, battery_ppm INTEGER NOT NULL, paused INTEGER NOT NULL, stopped INTEGER NOT NULL, tasks_done INTEGER NOT NULL, busy_ms INTEGER NOT NULL) STRICT;"
    "CREATE TABLE lanes(id INTEGER PRIMARY KEY, x INTEGER NOT NULL, y INTEGER NOT NULL, until_ms INTEGER NOT NULL, by_whom TEXT NOT NULL) STRICT;"
    "CREATE TABLE fleet_state(key TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;",
    NULL,
};

enum { FLEET_KEEP_MS = 5000 };

const char *fleet_state(const job *j)
{
    static const char *const name[] = { "waiting", "running", "done", "cancelled" };
    return name[j->state];
}

fleet *fleet_of(request *r)
{
    fleet *f = house_of(request_house(r), "fleet");
    if (f && f->e) return f;
    problem(r, 503, "No hall is loaded", "name a plant folder with map.txt, stations.csv and robots.csv in plant.dir");
    return NULL;
}

/* ---- reading back ------------------------------------------------------------------------------------------------------------------------ */

static void read_robots(fleet *f, db *d)
{
    char code[128];
    engine *e = f->e;
    const char *twin = house_option(f->h, "fleet.twin", "no");
    for (int32_t r = 0; r < e->n_robots; r++) {
        bot *b = &e->bots[r];
        b->twin = !strcmp(twin, "yes");
        sqlite3_stmt *q = db_ask(d, "SELECT battery_ppm, paused, stopped, tasks_done, busy_ms FROM robots WHERE robot = ?", "s", plant_text(e->plant->t.p->robot_code, r, code));
        if (!db_next(d, q)) continue;
        b->level = sqlite3_column_int64(q, 0) * 3600000;
        b->paused = sqlite3_column_int(q, 1) != 0;
        b->stopped = sqlite3_column_int(q, 2) != 0;
        b->done = sqlite3_column_int(q, 3);
        b->busy = sqlite3_column_int64(q, 4);
        db_done(q);
    }
    e->stopped = db_number(d, 0, "SELECT value FROM fleet_state WHERE key = 'stopped'", "") != 0;
}

/* Tasks that ran are given out again: where their loads are only people know, so they begin at their stations. */
static void read_tasks(fleet *f, db *d)
{
    sqlite3_stmt *q = db_ask(d, "SELECT id, from_station, to_station, priority, made_ms FROM tasks WHERE state IN ('waiting', 'running') ORDER BY id", "");
    while (db_next(d, q)) {
        int32_t from = engine_station(f->e, db_text(q, 1)), to = engine_station(f->e, db_text(q, 2));
        if (from >= 0 && to >= 0) (void)engine_add(f->e, sqlite3_column_int64(q, 0), from, to, sqlite3_column_int(q, 3), sqlite3_column_int64(q, 4));
    }
}

static void read_lanes(fleet *f, db *d, int64_t now)
{
    const hall *h = &f->e->plant->h;
    sqlite3_stmt *q = db_ask(d, "SELECT id, x, y, until_ms FROM lanes WHERE until_ms > ?", "i", now);
    while (db_next(d, q)) {
        int32_t x = sqlite3_column_int(q, 1), y = sqlite3_column_int(q, 2);
        if (x < 0 || y < 0 || x >= h->width || y >= h->height || h->vertex[y * h->width + x] < 0) continue;
        (void)engine_block(f->e, sqlite3_column_int64(q, 0), h->vertex[y * h->width + x], (sqlite3_column_int64(q, 3) - now) * f->speed);
    }
}

/* ---- what happens to tasks, into the store -------------------------------------------------------------------------------------------------- */

static void job_changed(engine *e, job *j)
{
    fleet *f = e->user;
    db *d = house_db(f->h);
    char robot[128] = "", line[200];
    int64_t now = house_now();
    if (j->robot >= 0) plant_text(e->plant->t.p->robot_code, j->robot, robot);
    if (j->state == JOB_RUNNING) j->assigned = now;
    if (j->state == JOB_DONE) j->done = now;
    db_do(d, "UPDATE tasks SET state = ?, robot = ?, assigned_ms = nullif(?, 0), done_ms = nullif(?, 0) WHERE id = ?", "ssiii", fleet_state(j), robot[0] ? robot : NULL, j->assigned, j->done, j->id);
    snprintf(line, sizeof line, "{\"task\":\"T-%lld\",\"state\":\"%s\",\"robot\":\"%s\"}", (long long)j->id, fleet_state(j), robot);
    house_say(f->h, "task", line);
}

static void keep_robots(fleet *f)
{
    char code[128];
    engine *e = f->e;
    db *d = house_db(f->h);
    for (int32_t r = 0; r < e->n_robots; r++) {
        const bot *b = &e->bots[r];
        db_do(d, "INSERT INTO robots VALUES(?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET vertex = excluded.vertex, battery_ppm = excluded.battery_ppm, paused = excluded.paused, stopped = excluded.stopped,"
              " tasks_done = excluded.tasks_done, busy_ms = excluded.busy_ms", "siiiiii", plant_text(e->plant->t.p->robot_code, r, code), (int64_t)b->vertex, (int64_t)bot_battery(e, b), (int64_t)b->paused,
              (int64_t)b->stopped, (int64_t)b->done, b->busy);
    }
}

/* ---- the service ----------------------------------------------------------------------------------------------------------------------------- */

static int fleet_open(house *h)
{
    const plant_data *p = plant_get(h);
    fleet *f = house_of(h, "fleet");
    if (!f) {
        f = NEW(fleet, 1);
        pthread_mutex_init(&f->lock, NULL);
        f->h = h;
        f->speed = strtoll(house_option(h, "fleet.speed", "1"), NULL, 10);
        if (f->speed < 1 || f->speed > 600) f->speed = 1;
        house_keep(h, "fleet", f);
    }
    pthread_mutex_lock(&f->lock);
    engine_free(f->e);
    f->e = p && p->has_hall ? engine_make(p) : NULL;
    f->wall = house_now();
    f->plant = 0;
    if (f->e) {
        f->e->changed = job_changed;
        f->e->user = f;
        read_robots(f, house_db(h));
        read_tasks(f, house_db(h));
        read_lanes(f, house_db(h), f->wall);
    } else house_log(LOG_SAYS_NOTICE, "fleet: no hall is loaded; plant.dir names a folder with map.txt and robots.csv");
    pthread_mutex_unlock(&f->lock);
    return 0;
}

/* Low batteries and silence are for people to know, once each. */
static void watch(fleet *f, int32_t r)
{
    static uint8_t told[4096];
    char code[128], line[200];
    bot *b = &f->e->bots[r];
    int low = bot_battery(f->e, b) < 150000 && b->state != BOT_CHARGE, now = (b->stale ? 1 : 0) | (low ? 2 : 0);
    if (r >= (int32_t)sizeof told) return;
    int fresh = now & ~told[r];
    told[r] = (uint8_t)now;
    plant_text(f->e->plant->t.p->robot_code, r, code);
    if (fresh & 1) house_alert(f->h, "silent", "warning", code, "the robot has not reported for 2 s");
    if (fresh & 2) { snprintf(line, sizeof line, "battery at %.1f %%", bot_battery(f->e, b) / 10000.0); house_alert(f->h, "battery", "warning", code, line); }
}

static void fleet_tick(house *h, int64_t now)
{
    fleet *f = house_of(h, "fleet");
    if (!f || !f->e) return;
    pthread_mutex_lock(&f->lock);
    int64_t wall = now - f->wall;
    if (wall < 0 || wall > 5000) wall = 100; /* the clock was stepped, or the process slept: plant time goes on, it does not leap */
    int64_t until = f->plant + wall * f->speed;
    f->wall = now;
    while (f->plant < until) { /* twins at many times the speed still act to the second */
        f->plant = until - f->plant > 1000 ? f->plant + 1000 : until;
        engine_run(f->e, f->plant, now);
        history_note(f);
    }
    for (int32_t r = 0; r < f->e->n_robots; r++) watch(f, r);
    fleet_tell(f);
    if (now - f->kept > FLEET_KEEP_MS || f->kept > now) { f->kept = now; keep_robots(f); }
    pthread_mutex_unlock(&f->lock);
}

static void fleet_close(house *h)
{
    fleet *f = house_of(h, "fleet");
    if (!f) return;
    engine_free(f->e);
    history_free(f);
    free(f);
    house_keep(h, "fleet", NULL);
    plant_drop();
}

const service fleet_service = { "fleet", fleet_endpoints, migrations, fleet_open, fleet_tick, fleet_close };
