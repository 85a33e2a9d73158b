/* SPDX-License-Identifier: Apache-2.0 */
/* What the fleet says of itself: robots, figures, and where all stood at an earlier time of the day. */
#include "fleet.h"
#include <stdlib.h>
#include <string.h>

/* ---- one robot ------------------------------------------------------------------------------------------------------------------------ */

static json_t *route_of(const engine *e, const bot *b)
{
    const hall *h = &e->plant->h;
    json_t *list = json_array();
    for (int32_t k = b->at; k < b->n_steps && k < b->at + 64; k++) json_array_append_new(list, json_pack("[i,i,I]", h->x[b->step[k]], h->y[b->step[k]], (json_int_t)b->due[k]));
    return list;
}

json_t *fleet_robot(const fleet *f, int32_t r, int64_t wall, int route)
{
    const engine *e = f->e;
    const bot *b = &e->bots[r];
    const hall *h = &e->plant->h;
    char code[128], task[32];
    json_t *o = json_pack("{s:s,s:i,s:i,s:s,s:f,s:b,s:b,s:b,s:I,s:i,s:I}", "robot", plant_text(e->plant->t.p->robot_code, r, code), "x", h->x[b->vertex], "y", h->y[b->vertex], "state", bot_state_name[b->state],
        "battery", bot_battery(e, b) / 10000.0, "paused", b->paused, "stopped", b->stopped || e->stopped, "stale", b->stale, "age_ms", (json_int_t)(b->twin ? 0 : b->heard ? wall - b->heard : -1), "tasks_done", b->done,
        "busy_ms", (json_int_t)b->busy);
    snprintf(task, sizeof task, "T-%lld", b->job >= 0 ? (long long)e->jobs[b->job].id : 0);
    json_object_set_new(o, "task", b->job >= 0 ? json_string(task) : json_null());
    if (route) json_object_set_new(o, "route", route_of(e, b));
    return o;
}

void fleet_tell(fleet *f)
{
    engine *e = f->e;
    const hall *h = &e->plant->h;
    size_t cap = 200 + (size_t)e->n_robots * 200, n;
    char *line = malloc(cap), code[128];
    int some = 0;
    if (!line) return;
    n = (size_t)snprintf(line, cap, "{\"plant_ms\":%lld,\"items\":[", (long long)f->plant);
    for (int32_t r = 0; r < e->n_robots; r++) {
        bot *b = &e->bots[r];
        if (!b->moved) continue;
        b->moved = 0;
        n += (size_t)snprintf(line + n, cap - n, "%s{\"robot\":\"%.40s\",\"x\":%d,\"y\":%d,\"state\":\"%s\",\"battery\":%.1f,\"stale\":%s,\"paused\":%s,\"stopped\":%s}", some++ ? "," : "", plant_text(e->plant->t.p->robot_code, r, code),
            (int)h->x[b->vertex], (int)h->y[b->vertex], bot_state_name[b->state], bot_battery(e, b) / 10000.0, b->stale ? "true" : "false", b->paused ? "true" : "false", b->stopped || e->stopped ? "true" : "false");
    }
    snprintf(line + n, cap - n, "]}");
    if (some) house_say(f->h, "robots", line);
    free(line);
}

/* ---- figures --------------------------------------------------------------------------------------------------------------------------------- */

static int by_size(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static int64_t percentile(int64_t *v, int64_t n, int percent)
{
    if (!n) return 0;
    qsort(v, (size_t)n, sizeof *v, by_size);
    return v[(n - 1) * percent / 100];
}

static json_t *queue_of(const engine *e)
{
    char code[128], bay[128];
    json_t *list = json_array();
    for (int32_t r = 0; r < e->n_robots; r++) {
        const bot *b = &e->bots[r];
        int in = b->place >= e->n_docks && (b->state == BOT_CHARGE || b->state == BOT_TO_BAY);
        if (!in && e->rank[r] < 0) continue;
        json_array_append_new(list, json_pack("{s:s,s:f,s:s?,s:i}", "robot", plant_text(e->plant->t.p->robot_code, r, code), "battery", bot_battery(e, b) / 10000.0, "bay", in ? plant_text(e->plant->t.p->bay_code, b->place - e->n_docks, bay) : NULL, "rank", in ? -1 : (int)e->rank[r]));
    }
    return list;
}

json_t *fleet_figures(const fleet *f)
{
    const engine *e = f->e;
    int n[6] = { 0 }, bins[10] = { 0 };
    int64_t busy = 0, wait[1024], waits = 0, assign[256];
    enum { WORKING, IDLE, CHARGING, STALE, STOPPED };
    for (int32_t r = 0; r < e->n_robots; r++) {
        const bot *b = &e->bots[r];
        int bin = bot_battery(e, b) / 100000;
        n[b->state == BOT_CHARGE ? CHARGING : b->state == BOT_IDLE || b->state == BOT_TO_HOME ? IDLE : WORKING]++;
        n[STALE] += b->stale;
        n[STOPPED] += b->stopped || e->stopped;
        bins[bin > 9 ? 9 : bin]++;
        busy += b->busy + (b->job >= 0 ? e->now - b->level_at : 0);
    }
    int32_t running = 0;
    for (int32_t k = 0; k < e->n_jobs; k++) {
        const job *j = &e->jobs[k];
        running += j->state == JOB_RUNNING;
        if (j->assigned) wait[waits++ % 1024] = j->assigned - j->made;
    }
    int64_t samples = e->n_assigned < 256 ? e->n_assigned : 256;
    memcpy(assign, e->assign_ns, sizeof assign);
    json_t *battery = json_array();
    for (int k = 0; k < 10; k++) json_array_append_new(battery, json_integer(bins[k]));
    return json_pack("{s:i,s:i,s:i,s:i,s:i,s:i,s:f,s:i,s:i,s:I,s:o,s:o,s:I,s:f,s:I,s:I}", "robots", e->n_robots, "working", n[WORKING], "idle", n[IDLE], "charging", n[CHARGING], "stale", n[STALE], "stopped", n[STOPPED],
        "utilisation", e->now && e->n_robots ? (double)busy / (double)e->now / e->n_robots : 0.0, "tasks_waiting", e->n_waiting, "tasks_running", running, "tasks_done", (json_int_t)e->done, "charging_queue", queue_of(e), "battery", battery,
        "wait_p50_ms", (json_int_t)percentile(wait, waits < 1024 ? waits : 1024, 50), "assign_p99_ms", (double)percentile(assign, samples, 99) / 1e6, "routes", (json_int_t)e->routes, "routes_refused", (json_int_t)e->refused);
}

/* ---- the day so far ----------------------------------------------------------------------------------------------------------------------------- */

enum { DAY_EVERY = 5000, DAY_MOST = 20000 };
struct day { int64_t first, n; uint16_t *vertex; uint8_t *state, *battery; };

/* Every five plant seconds where each robot stands: 4 bytes each, a day of 100 robots in 7 MB. */
void history_note(fleet *f)
{
    engine *e = f->e;
    int64_t at = f->plant / DAY_EVERY;
    if (!f->history) {
        day *d = calloc(1, sizeof *d);
        if (!d) return;
        d->vertex = calloc((size_t)DAY_MOST * (size_t)e->n_robots, sizeof *d->vertex);
        d->state = calloc((size_t)DAY_MOST * (size_t)e->n_robots, 1);
        d->battery = calloc((size_t)DAY_MOST * (size_t)e->n_robots, 1);
        f->history = d;
    }
    day *d = f->history;
    if (!d->vertex || !d->state || !d->battery || at < d->n || e->n_vertices > UINT16_MAX) return;
    for (; d->n <= at; d->n++)
        for (int32_t r = 0; r < e->n_robots; r++) {
            int64_t k = d->n % DAY_MOST * e->n_robots + r;
            d->vertex[k] = (uint16_t)e->bots[r].vertex;
            d->state[k] = (uint8_t)e->bots[r].state;
            d->battery[k] = (uint8_t)(bot_battery(e, &e->bots[r]) / 5000);
        }
}

json_t *history_at(const fleet *f, int64_t when)
{
    const engine *e = f->e;
    const day *d = f->history;
    json_t *items = json_array();
    int64_t at = when / DAY_EVERY;
    char code[128];
    if (d && at >= d->n) at = d->n - 1;
    if (d && at < d->n - DAY_MOST) at = d->n - DAY_MOST;
    for (int32_t r = 0; d && at >= 0 && d->vertex && r < e->n_robots; r++) {
        int64_t k = at % DAY_MOST * e->n_robots + r;
        json_array_append_new(items, json_pack("{s:s,s:i,s:i,s:s,s:f,s:b,s:b,s:b}", "robot", plant_text(e->plant->t.p->robot_code, r, code), "x", e->plant->h.x[d->vertex[k]], "y", e->plant->h.y[d->vertex[k]], "state", bot_state_name[d->state[k]],
            "battery", d->battery[k] / 2.0, "stale", 0, "paused", 0, "stopped", 0));
    }
    return json_pack("{s:I,s:I,s:o}", "plant_ms", (json_int_t)(at < 0 ? 0 : at * DAY_EVERY), "until_ms", (json_int_t)f->plant, "items", items);
}

void history_free(fleet *f)
{
    if (!f->history) return;
    free(f->history->vertex);
    free(f->history->state);
    free(f->history->battery);
    free(f->history);
    f->history = NULL;
}
