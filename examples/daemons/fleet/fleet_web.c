/* SPDX-License-Identifier: Apache-2.0 */
/* The fleet's endpoints. */
#include "fleet.h"
#include <stdlib.h>
#include <string.h>

static int32_t robot_of(request *r, const fleet *f)
{
    int32_t robot = plant_row(f->e->plant->t.p->robot_code, request_path(r, "robot"));
    if (robot < 0) problem(r, 404, "No such robot", "%s", request_path(r, "robot"));
    return robot;
}

/* ---- looking ------------------------------------------------------------------------------------------------------------------------------ */

static json_t *map_rows(const plant_data *p)
{
    const char *at = strstr((const char *)p->t.p->map->ptr, "\nmap");
    json_t *rows = json_array();
    at = at ? strchr(at + 1, '\n') : NULL;
    for (int32_t y = 0; at && y < p->h.height; y++) {
        size_t n = strcspn(++at, "\r\n");
        json_array_append_new(rows, json_stringn(at, n));
        at = strchr(at, '\n');
    }
    return rows;
}

static json_t *lanes_of(const fleet *f)
{
    json_t *list = json_array();
    const hall *h = &f->e->plant->h;
    for (int k = 0; k < ENGINE_LANES; k++) {
        const lane *l = &f->e->lanes[k];
        if (l->used) json_array_append_new(list, json_pack("{s:I,s:i,s:i,s:I}", "lane", (json_int_t)l->id, "x", h->x[l->vertex], "y", h->y[l->vertex], "until_ms", (json_int_t)(f->wall + (l->until - f->plant) / f->speed)));
    }
    return list;
}

static void floor_get(request *r)
{
    fleet *f = fleet_of(r);
    char code[128], name[128];
    if (!f) return;
    const c12io_plant *p = f->e->plant->t.p;
    json_t *stations = json_array(), *bays = json_array();
    for (int32_t k = 0; k < p->n_stations; k++) json_array_append_new(stations, json_pack("{s:s,s:s,s:i,s:i}", "station", plant_text(p->station_code, k, code), "name", plant_text(p->station_name, k, name), "x", p->station_x[k], "y", p->station_y[k]));
    for (int32_t k = 0; k < p->n_bays; k++) json_array_append_new(bays, json_pack("{s:s,s:i,s:i}", "bay", plant_text(p->bay_code, k, code), "x", p->bay_x[k], "y", p->bay_y[k]));
    pthread_mutex_lock(&f->lock);
    json_t *lanes = lanes_of(f);
    pthread_mutex_unlock(&f->lock);
    answer(r, 200, json_pack("{s:i,s:i,s:o,s:o,s:o,s:o}", "width", f->e->plant->h.width, "height", f->e->plant->h.height, "rows", map_rows(f->e->plant), "stations", stations, "bays", bays, "lanes", lanes));
}

static void robots_get(request *r)
{
    fleet *f = fleet_of(r);
    if (!f) return;
    json_t *items = json_array();
    pthread_mutex_lock(&f->lock);
    for (int32_t k = 0; k < f->e->n_robots; k++) json_array_append_new(items, fleet_robot(f, k, request_now(r), 1));
    json_t *o = json_pack("{s:I,s:I,s:I,s:b,s:o,s:n}", "now_ms", (json_int_t)request_now(r), "plant_ms", (json_int_t)f->plant, "speed", (json_int_t)f->speed, "stopped", f->e->stopped, "items", items, "next");
    pthread_mutex_unlock(&f->lock);
    answer(r, 200, o);
}

static void robot_get(request *r)
{
    fleet *f = fleet_of(r);
    int32_t robot = f ? robot_of(r, f) : -1;
    if (robot < 0) return;
    pthread_mutex_lock(&f->lock);
    json_t *o = fleet_robot(f, robot, request_now(r), 1);
    pthread_mutex_unlock(&f->lock);
    answer(r, 200, o);
}

static void figures_get(request *r)
{
    fleet *f = fleet_of(r);
    if (!f) return;
    db *d = request_db(r);
    json_t *by = json_array();
    pthread_mutex_lock(&f->lock);
    json_t *o = fleet_figures(f);
    pthread_mutex_unlock(&f->lock);
    sqlite3_stmt *q = db_ask(d, "SELECT to_station, count(*) FROM tasks WHERE state = 'done' GROUP BY to_station ORDER BY 2 DESC, 1", "");
    while (db_next(d, q)) json_array_append_new(by, json_pack("{s:s,s:I}", "station", db_text(q, 0), "done", (json_int_t)sqlite3_column_int64(q, 1)));
    json_object_set_new(o, "done_by_station", by);
    answer(r, 200, o);
}

static void history_get(request *r)
{
    fleet *f = fleet_of(r);
    if (!f) return;
    pthread_mutex_lock(&f->lock);
    json_t *o = history_at(f, request_query_int(r, "plant_ms", 0));
    pthread_mutex_unlock(&f->lock);
    answer(r, 200, o);
}

/* ---- ordering ------------------------------------------------------------------------------------------------------------------------------ */

static void robot_order(request *r, const char *what, int pause, int stop, int on)
{
    fleet *f = fleet_of(r);
    int32_t robot = f ? robot_of(r, f) : -1;
    if (robot < 0) return;
    const char *own;
    if (request_is(r, "robot", &own) && strcmp(own, request_path(r, "robot"))) { problem(r, 403, "Not its own", "%s speaks for itself alone", own); return; }
    pthread_mutex_lock(&f->lock);
    if (pause) engine_pause(f->e, robot, on);
    if (stop) engine_stop(f->e, robot, on);
    f->kept = 0; /* into the store at the next tick too */
    db_do(request_db(r), "INSERT INTO robots VALUES(?, 0, ?, ?, ?, 0, 0) ON CONFLICT DO UPDATE SET paused = excluded.paused, stopped = excluded.stopped", "siii", request_path(r, "robot"), (int64_t)bot_battery(f->e, &f->e->bots[robot]),
          (int64_t)f->e->bots[robot].paused, (int64_t)f->e->bots[robot].stopped);
    json_t *o = fleet_robot(f, robot, request_now(r), 0);
    pthread_mutex_unlock(&f->lock);
    request_did(r, request_path(r, "robot"), "%s", what);
    answer(r, 200, o);
}

static void robot_pause(request *r) { robot_order(r, "paused", 1, 0, 1); }
static void robot_stop(request *r) { robot_order(r, "stopped", 0, 1, 1); }
static void robot_resume(request *r) { robot_order(r, "resumed", 1, 1, 0); }

static void fleet_halt(request *r, int on)
{
    fleet *f = fleet_of(r);
    if (!f) return;
    pthread_mutex_lock(&f->lock);
    engine_stop(f->e, -1, on);
    pthread_mutex_unlock(&f->lock);
    db_do(request_db(r), "INSERT INTO fleet_state VALUES('stopped', ?) ON CONFLICT DO UPDATE SET value = excluded.value", "i", (int64_t)on);
    if (on) house_alert(request_house(r), "stop", "critical", "fleet", "all robots were stopped");
    request_did(r, "fleet", on ? "all stopped" : "all resumed");
    answer(r, 200, json_pack("{s:b}", "stopped", on));
}

static void fleet_stop(request *r) { fleet_halt(r, 1); }
static void fleet_resume(request *r) { fleet_halt(r, 0); }

static void lane_post(request *r)
{
    fleet *f = fleet_of(r);
    const json_t *b = request_body(r);
    if (!f) return;
    const hall *h = &f->e->plant->h;
    int64_t x = body_int(b, "x", 0), y = body_int(b, "y", 0), minutes = body_int(b, "minutes", 10), until = request_now(r) + minutes * 60000;
    int32_t v = x < h->width && y < h->height ? h->vertex[y * h->width + x] : -1;
    if (v < 0) { problem_at(r, "/x", "the cell is a wall or outside the map, which has %d x %d cells", h->width, h->height); return; }
    db_do(request_db(r), "INSERT INTO lanes(x, y, until_ms, by_whom) VALUES(?, ?, ?, ?)", "iiis", x, y, until, request_who(r));
    int64_t id = sqlite3_last_insert_rowid(request_db(r)->at);
    pthread_mutex_lock(&f->lock);
    lane *l = engine_block(f->e, id, v, f->plant + minutes * 60000);
    pthread_mutex_unlock(&f->lock);
    if (!l) { problem(r, 409, "Too many blocked cells", "at most %d at once; open some", ENGINE_LANES); return; }
    request_did(r, "floor", "cell %d,%d blocked for %d minutes", (int)x, (int)y, (int)minutes);
    house_say(request_house(r), "robots", "{\"items\":[],\"lanes\":true}");
    answer(r, 201, json_pack("{s:I,s:I,s:I,s:I}", "lane", (json_int_t)id, "x", (json_int_t)x, "y", (json_int_t)y, "until_ms", (json_int_t)until));
}

static void lane_delete(request *r)
{
    fleet *f = fleet_of(r);
    if (!f) return;
    int64_t id = strtoll(request_path(r, "lane"), NULL, 10);
    lane *l = NULL;
    pthread_mutex_lock(&f->lock);
    for (int k = 0; k < ENGINE_LANES; k++) if (f->e->lanes[k].used && f->e->lanes[k].id == id) l = &f->e->lanes[k];
    if (l) engine_unblock(f->e, l);
    pthread_mutex_unlock(&f->lock);
    if (!l) { problem(r, 404, "No such lane", "%s is not blocked", request_path(r, "lane")); return; }
    db_do(request_db(r), "DELETE FROM lanes WHERE id = ?", "i", id);
    request_did(r, "floor", "lane %s opened", request_path(r, "lane"));
    house_say(request_house(r), "robots", "{\"items\":[],\"lanes\":true}");
    answer(r, 204, NULL);
}

/* ---- tasks ---------------------------------------------------------------------------------------------------------------------------------- */

static void task_post(request *r)
{
    fleet *f = fleet_of(r);
    const json_t *b = request_body(r);
    char task[32], robot[128] = "";
    if (!f) return;
    const char *from = body_text(b, "from"), *to = body_text(b, "to");
    int32_t a = engine_station(f->e, from), z = engine_station(f->e, to);
    if (a < 0) problem_at(r, "/from", "neither a station nor an item of the plant");
    if (z < 0) problem_at(r, "/to", "neither a station nor an item of the plant");
    if (a < 0 || z < 0) return;
    int64_t priority = body_int(b, "priority", 5);
    db_do(request_db(r), "INSERT INTO tasks(from_station, to_station, priority, unit, state, made_ms, made_by) VALUES(?, ?, ?, ?, 'waiting', ?, ?)", "ssisis", from, to, priority, body_text(b, "unit"), request_now(r), request_who(r));
    int64_t id = sqlite3_last_insert_rowid(request_db(r)->at);
    pthread_mutex_lock(&f->lock);
    job *j = engine_add(f->e, id, a, z, (int32_t)priority, request_now(r));
    int32_t row = j ? (int32_t)(j - f->e->jobs) : -1;
    if (j) engine_assign(f->e);
    j = row < 0 ? NULL : &f->e->jobs[row];
    if (j && j->robot >= 0) plant_text(f->e->plant->t.p->robot_code, j->robot, robot);
    pthread_mutex_unlock(&f->lock);
    snprintf(task, sizeof task, "T-%lld", (long long)id);
    if (!robot[0]) { /* one that has a robot was told of when it got it */
        char line[80];
        snprintf(line, sizeof line, "{\"task\":\"%s\",\"state\":\"waiting\"}", task);
        house_say(request_house(r), "task", line);
    }
    request_did(r, task, "from %.40s to %.40s, %s", from, to, robot[0] ? robot : "waits");
    answer(r, 201, json_pack("{s:s,s:s,s:s?,s:s}", "task", task, "state", robot[0] ? "running" : "waiting", "robot", robot[0] ? robot : NULL, "why", robot[0] ? "nearest that is free, and its battery bears it" : "no robot is free that could do it; it goes to the next one"));
}

static json_t *task_row(sqlite3_stmt *q)
{
    char task[32];
    snprintf(task, sizeof task, "T-%lld", (long long)sqlite3_column_int64(q, 0));
    json_t *o = json_pack("{s:s,s:s,s:s,s:I,s:s,s:I}", "task", task, "from", db_text(q, 1), "to", db_text(q, 2), "priority", (json_int_t)sqlite3_column_int64(q, 3), "state", db_text(q, 5), "made_ms", (json_int_t)sqlite3_column_int64(q, 7));
    static const struct { const char *name; int column, text; } rest[] = { { "unit", 4, 1 }, { "robot", 6, 1 }, { "assigned_ms", 8, 0 }, { "done_ms", 9, 0 } };
    for (size_t k = 0; k < sizeof rest / sizeof *rest; k++) {
        int null = sqlite3_column_type(q, rest[k].column) == SQLITE_NULL;
        json_object_set_new(o, rest[k].name, null ? json_null() : rest[k].text ? json_string(db_text(q, rest[k].column)) : json_integer(sqlite3_column_int64(q, rest[k].column)));
    }
    return o;
}

static void tasks_get(request *r)
{
    db *d = request_db(r);
    const char *state = request_query(r, "state");
    int64_t limit = page_limit(r), before = page_cursor(r, INT64_MAX), key = 0;
    json_t *items = json_array();
    sqlite3_stmt *q = state ? db_ask(d, "SELECT id, from_station, to_station, priority, unit, state, robot, made_ms, assigned_ms, done_ms FROM tasks WHERE state = ? AND id < ? ORDER BY id DESC LIMIT ?", "sii", state, before, limit + 1)
                            : db_ask(d, "SELECT id, from_station, to_station, priority, unit, state, robot, made_ms, assigned_ms, done_ms FROM tasks WHERE id < ? ORDER BY id DESC LIMIT ?", "ii", before, limit + 1);
    while (db_next(d, q)) {
        if ((int64_t)json_array_size(items) < limit) key = sqlite3_column_int64(q, 0);
        json_array_append_new(items, task_row(q));
    }
    answer(r, 200, page_of(items, limit, key));
}

static int64_t task_id(request *r)
{
    const char *s = request_path(r, "task");
    char *end = NULL;
    int64_t id = !strncmp(s, "T-", 2) ? strtoll(s + 2, &end, 10) : -1;
    return end && !*end ? id : -1;
}

static void task_get(request *r)
{
    db *d = request_db(r);
    sqlite3_stmt *q = db_ask(d, "SELECT id, from_station, to_station, priority, unit, state, robot, made_ms, assigned_ms, done_ms FROM tasks WHERE id = ?", "i", task_id(r));
    if (!db_next(d, q)) { problem(r, 404, "No such task", "%s", request_path(r, "task")); return; }
    answer(r, 200, task_row(q));
    db_done(q);
}

static void task_cancel(request *r)
{
    fleet *f = fleet_of(r);
    int64_t id = task_id(r);
    job *j = NULL;
    if (!f) return;
    pthread_mutex_lock(&f->lock);
    for (int32_t k = 0; k < f->e->n_jobs; k++) if (f->e->jobs[k].id == id) j = &f->e->jobs[k];
    int open = j && j->state <= JOB_RUNNING, good = open && engine_cancel(f->e, j);
    pthread_mutex_unlock(&f->lock);
    if (!j) problem(r, 404, "No such open task", "%s", request_path(r, "task"));
    else if (!open) problem(r, 409, "It is over", "%s is %s", request_path(r, "task"), fleet_state(j));
    else if (!good) problem(r, 409, "It is being carried", "the robot has the load of %s; let it deliver", request_path(r, "task"));
    else {
        db_do(request_db(r), "UPDATE tasks SET state = 'cancelled', robot = NULL WHERE id = ?", "i", id);
        request_did(r, request_path(r, "task"), "cancelled");
        answer(r, 200, json_pack("{s:s,s:s}", "task", request_path(r, "task"), "state", "cancelled"));
    }
}

/* ---- what robots say and hear ---------------------------------------------------------------------------------------------------------------- */

static json_t *orders_of(const fleet *f, const bot *b)
{
    const hall *h = &f->e->plant->h;
    json_t *steps = json_array();
    int halt = b->stopped || f->e->stopped;
    for (int32_t k = b->at; k < b->released && !halt; k++) json_array_append_new(steps, json_pack("[i,i,I]", h->x[b->step[k]], h->y[b->step[k]], (json_int_t)b->due[k]));
    return json_pack("{s:s,s:b,s:o,s:i,s:I}", "state", bot_state_name[b->state], "stop", halt, "steps", steps, "pace_ms", f->e->floor->robot_pace[b - f->e->bots], "plant_ms", (json_int_t)f->plant);
}

static void robot_report(request *r)
{
    fleet *f = fleet_of(r);
    const json_t *body = request_body(r);
    const char *own;
    int32_t robot = f ? robot_of(r, f) : -1;
    if (robot < 0) return;
    if (request_is(r, "robot", &own) && strcmp(own, request_path(r, "robot"))) { problem(r, 403, "Not its own", "%s speaks for itself alone", own); return; }
    const hall *h = &f->e->plant->h;
    int64_t x = body_int(body, "x", -1), y = body_int(body, "y", -1);
    int32_t v = x >= 0 && y >= 0 && x < h->width && y < h->height ? h->vertex[y * h->width + x] : -1;
    if (v < 0) { problem_at(r, "/x", "the cell is a wall or outside the map"); return; }
    pthread_mutex_lock(&f->lock);
    int good = engine_report(f->e, robot, v, (int32_t)body_int(body, "battery_ppm", -1), request_now(r));
    if (f->e->bots[robot].n_steps && f->e->bots[robot].released <= f->e->bots[robot].at + 1) engine_run(f->e, f->plant, request_now(r));
    json_t *o = orders_of(f, &f->e->bots[robot]);
    pthread_mutex_unlock(&f->lock);
    if (!good) { json_decref(o); problem(r, 409, "It stands where nobody sent it", "%s is not on its released way; stop it and set it down at home", request_path(r, "robot")); return; }
    answer(r, 200, o);
}

/* ---- the table ----------------------------------------------------------------------------------------------------------------------------------- */

static const field task_fields[] = {
    { "from", FIELD_TEXT, 1, 1, 64, NULL, NULL, "station or item (its storage) where the load is" },
    { "to", FIELD_TEXT, 1, 1, 64, NULL, NULL, "station or item it is for" },
    { "priority", FIELD_INT, 0, 0, 9, NULL, NULL, "larger goes first; 5 when not given" },
    { "unit", FIELD_TEXT, 0, 0, 64, NULL, NULL, "what is carried" },
    FIELDS_END,
};
static const field lane_fields[] = {
    { "x", FIELD_INT, 1, 0, 32767, NULL, NULL, "column" },
    { "y", FIELD_INT, 1, 0, 32767, NULL, NULL, "row" },
    { "minutes", FIELD_INT, 0, 1, 10080, NULL, NULL, "how long; 10 when not given" },
    FIELDS_END,
};
static const field report_fields[] = {
    { "x", FIELD_INT, 1, 0, 32767, NULL, NULL, "column of the cell it is in" },
    { "y", FIELD_INT, 1, 0, 32767, NULL, NULL, "row" },
    { "battery_ppm", FIELD_INT, 0, 0, 1000000, NULL, NULL, "parts of a million" },
    FIELDS_END,
};
static const field task_query[] = {
    { "limit", FIELD_INT, 0, 1, 200, NULL, NULL, "rows of a page; 50 when not given" },
    { "cursor", FIELD_TEXT, 0, 1, 40, NULL, NULL, "next of the page before" },
    { "state", FIELD_WORD, 0, 0, 0, "waiting|running|done|cancelled", NULL, "only these" },
    FIELDS_END,
};
static const field history_query[] = {
    { "plant_ms", FIELD_INT, 1, 0, INT64_MAX / 2, NULL, NULL, "ms since the engine began" },
    FIELDS_END,
};

const endpoint fleet_endpoints[] = {
    { "GET", "/api/v1/floor", "view_robot_status", RUN_READ, 0, floor_get, NULL, NULL, "The hall: map, stations, bays, blocked cells" },
    { "GET", "/api/v1/robots", "view_robot_status", RUN_READ, 0, robots_get, NULL, NULL, "All robots with their ways ahead" },
    { "GET", "/api/v1/robots/{robot}", "view_robot_status", RUN_READ, 0, robot_get, NULL, NULL, "One robot" },
    { "PUT", "/api/v1/robots/{robot}/state", "report_robot", RUN_WRITE, NOT_AUDITED, robot_report, NULL, report_fields, "A robot says where it is, and hears what it may drive" },
    { "POST", "/api/v1/robots/{robot}/pause", "pause_robot", RUN_WRITE, 0, robot_pause, NULL, NULL, "It finishes what it does and takes no more" },
    { "POST", "/api/v1/robots/{robot}/resume", "pause_robot", RUN_WRITE, 0, robot_resume, NULL, NULL, "It goes on" },
    { "POST", "/api/v1/robots/{robot}/stop", "stop_robot", RUN_WRITE, 0, robot_stop, NULL, NULL, "It stands where it is" },
    { "POST", "/api/v1/fleet/stop", "stop_robot", RUN_WRITE, 0, fleet_stop, NULL, NULL, "All stand where they are" },
    { "POST", "/api/v1/fleet/resume", "pause_robot", RUN_WRITE, 0, fleet_resume, NULL, NULL, "All go on" },
    { "GET", "/api/v1/fleet/figures", "view_robot_status", RUN_READ, 0, figures_get, NULL, NULL, "Utilisation, tasks, batteries, charging queue" },
    { "GET", "/api/v1/history/robots", "view_robot_status", RUN_READ, 0, history_get, history_query, NULL, "Where all robots stood at an earlier time" },
    { "POST", "/api/v1/lanes", "block_lane", RUN_WRITE, 0, lane_post, NULL, lane_fields, "Block a cell; who has to pass it gets another way" },
    { "DELETE", "/api/v1/lanes/{lane}", "block_lane", RUN_WRITE, 0, lane_delete, NULL, NULL, "Open it again" },
    { "POST", "/api/v1/tasks", "create_task", RUN_WRITE, 0, task_post, NULL, task_fields, "A transport task; the answer names its robot" },
    { "GET", "/api/v1/tasks", "view_robot_status", RUN_READ, 0, tasks_get, task_query, NULL, "Tasks, latest first" },
    { "GET", "/api/v1/tasks/{task}", "view_robot_status", RUN_READ, 0, task_get, NULL, NULL, "One task" },
    { "POST", "/api/v1/tasks/{task}/cancel", "create_task", RUN_WRITE, 0, task_cancel, NULL, NULL, "Withdraw a task whose load is not on its way" },
    { 0 },
};
