/* SPDX-License-Identifier: Apache-2.0 */
/* c12 dispatch FILE.json: which robot does which task, the runner-up, and what made every other robot impossible. */
#include "c12/dispatch.h"
#include "cli.h"
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { DISPATCH_MOST = 20000 }; /* robots, tasks, places */

typedef struct dispatch_file {
    cli *c;
    const char *path;
    json_t *root;
    const json_t *robots, *tasks, *places, *travel, *matrix;
    json_t *robot_row, *task_row, *place_row, *skill_bit; /* ids to numbers */
    int code;
    c12_dispatch_fleet f;
    c12_dispatch_costing costing;
    c12_dispatch_options options;
    c12_dispatch_problem p;
    c12_dispatch_plan plan;
    c12_info info;
    c12_verdict verdict;
    int64_t *cost;
    uint8_t *reason;
} dispatch_file;

/* ---- reading: the first fault is told with its place, and nothing else is read ------------------------------------------------------------ */

static void dispatch_fault(dispatch_file *d, const char *list, size_t row, const char *key, const char *what)
{
    if (d->code) return;
    if (list) d->code = cli_say("%s: %s[%zu]%s%s: %s", d->path, list, row, key ? "." : "", key ? key : "", what);
    else d->code = cli_say("%s: %s: %s", d->path, key, what);
}

static int64_t dispatch_int(dispatch_file *d, const json_t *object, const char *list, size_t row, const char *key, int64_t low, int64_t high, int64_t dflt)
{
    const json_t *v = json_object_get(object, key);
    char what[120];
    if (!v) return dflt;
    if (json_is_integer(v) && json_integer_value(v) >= low && json_integer_value(v) <= high) return json_integer_value(v);
    snprintf(what, sizeof what, "must be a whole number from %" PRId64 " to %" PRId64, low, high);
    dispatch_fault(d, list, row, key, what);
    return dflt;
}

static void dispatch_known(dispatch_file *d, const json_t *object, const char *list, size_t row, const char *const *keys)
{
    const char *key;
    json_t *v;
    json_object_foreach((json_t *)(uintptr_t)object, key, v) {
        const char *const *k = keys;
        while (*k && strcmp(*k, key)) k++;
        if (!*k) dispatch_fault(d, list, row, key, "no such member");
    }
}

static const json_t *dispatch_list(dispatch_file *d, const char *key, int needed)
{
    const json_t *v = json_object_get(d->root, key);
    if (!v && !needed) return NULL;
    if (!json_is_array(v) || json_array_size(v) > DISPATCH_MOST) dispatch_fault(d, NULL, 0, key, v ? "must be a list of at most 20000" : "is missing");
    return v;
}

/* Ids of a list as numbers; entries are ids or objects with one. */
static json_t *dispatch_ids(dispatch_file *d, const json_t *list, const char *name)
{
    json_t *rows = json_object();
    for (size_t k = 0; k < json_array_size(list) && !d->code; k++) {
        const json_t *e = json_array_get(list, k), *id = json_is_object(e) ? json_object_get(e, "id") : e;
        if (!json_is_string(id) || !json_string_length(id)) dispatch_fault(d, name, k, json_is_object(e) ? "id" : NULL, "needs an id, a text");
        else if (json_object_get(rows, json_string_value(id))) dispatch_fault(d, name, k, "id", "is there twice");
        else json_object_set_new(rows, json_string_value(id), json_integer((json_int_t)k));
    }
    return rows;
}

static int32_t dispatch_row(dispatch_file *d, const json_t *rows, const json_t *object, const char *list, size_t row, const char *key, int needed)
{
    const json_t *v = json_object_get(object, key), *at = json_is_string(v) ? json_object_get(rows, json_string_value(v)) : NULL;
    if (at) return (int32_t)json_integer_value(at);
    if (v ? !json_is_null(v) || needed : needed) dispatch_fault(d, list, row, key, v ? "is not among the ids" : "is missing");
    return -1;
}

/* Skills by name, a bit each. */
static uint64_t dispatch_skills(dispatch_file *d, const json_t *object, const char *list, size_t row, uint64_t dflt)
{
    const json_t *v = json_object_get(object, "skills");
    uint64_t set = 0;
    if (!v) return dflt;
    if (!json_is_array(v)) dispatch_fault(d, list, row, "skills", "must be a list of texts");
    for (size_t k = 0; k < json_array_size(v) && !d->code; k++) {
        const char *name = json_string_value(json_array_get(v, k));
        size_t bit = json_object_size(d->skill_bit);
        if (!name) { dispatch_fault(d, list, row, "skills", "must be a list of texts"); break; }
        const json_t *known = json_object_get(d->skill_bit, name);
        if (!known && bit == 64) { dispatch_fault(d, list, row, "skills", "more than 64 skills in all"); break; }
        if (!known) json_object_set_new(d->skill_bit, name, json_integer((json_int_t)bit));
        set |= (uint64_t)1 << (known ? (size_t)json_integer_value(known) : bit);
    }
    return set;
}

/* Numbers of a matrix; null = dflt. */
static int64_t *dispatch_matrix(dispatch_file *d, const json_t *m, const char *name, int64_t rows, int64_t columns, int64_t low, int64_t dflt)
{
    int64_t *out = NEW(int64_t, rows * columns);
    if (!d->code && (!json_is_array(m) || (int64_t)json_array_size(m) != rows)) dispatch_fault(d, NULL, 0, name, "must have a row for each");
    for (int64_t r = 0; r < rows && !d->code; r++) {
        const json_t *row = json_array_get(m, (size_t)r);
        if (!json_is_array(row) || (int64_t)json_array_size(row) != columns) { dispatch_fault(d, name, (size_t)r, NULL, "has not one number for each"); break; }
        for (int64_t k = 0; k < columns && !d->code; k++) {
            const json_t *v = json_array_get(row, (size_t)k);
            if (json_is_null(v)) out[r * columns + k] = dflt;
            else if (json_is_integer(v) && json_integer_value(v) >= low && json_integer_value(v) <= (int64_t)1 << 40) out[r * columns + k] = json_integer_value(v);
            else dispatch_fault(d, name, (size_t)r, NULL, "numbers must be whole and at most 2^40, or null");
        }
    }
    return out;
}

/* Battery in percent, with up to four decimals. */
static int32_t dispatch_battery(dispatch_file *d, const json_t *robot, size_t row)
{
    const json_t *v = json_object_get(robot, "battery");
    double percent = v ? json_number_value(v) : 100;
    if ((v && !json_is_number(v)) || !(percent >= 0 && percent <= 100)) { dispatch_fault(d, "robots", row, "battery", "must be 0 to 100, in percent"); return 0; }
    return (int32_t)(percent * 10000 + 0.5);
}

static void dispatch_read_robots(dispatch_file *d)
{
    static const char *const keys[] = { "id", "at", "skills", "battery", "wait", "capacity", "task", "rank", "used", NULL };
    const size_t n = json_array_size(d->robots);
    int32_t *vertex = NEW(int32_t, (int64_t)n), *battery = NEW(int32_t, (int64_t)n), *task = NEW(int32_t, (int64_t)n), *rank = NEW(int32_t, (int64_t)n);
    int64_t *wait = NEW(int64_t, (int64_t)n), *capacity = NEW(int64_t, (int64_t)n), *used = NEW(int64_t, (int64_t)n);
    uint64_t *skills = NEW(uint64_t, (int64_t)n);
    for (size_t r = 0; r < n && !d->code; r++) {
        const json_t *o = json_array_get(d->robots, r);
        if (json_is_object(o)) dispatch_known(d, o, "robots", r, keys);
        vertex[r] = d->travel ? dispatch_row(d, d->place_row, o, "robots", r, "at", 1) : 0;
        skills[r] = dispatch_skills(d, o, "robots", r, UINT64_MAX);
        battery[r] = dispatch_battery(d, o, r);
        wait[r] = dispatch_int(d, o, "robots", r, "wait", 0, (int64_t)1 << 40, 0);
        capacity[r] = dispatch_int(d, o, "robots", r, "capacity", 0, (int64_t)1 << 60, (int64_t)1 << 60);
        used[r] = dispatch_int(d, o, "robots", r, "used", 0, (int64_t)1 << 40, 0);
        rank[r] = (int32_t)dispatch_int(d, o, "robots", r, "rank", INT32_MIN, INT32_MAX, INT32_MIN);
        task[r] = dispatch_row(d, d->task_row, o, "robots", r, "task", 0);
    }
    d->f.robot_vertex = vertex; d->f.robot_skills = skills; d->f.robot_battery = battery; d->f.robot_wait = wait; d->f.robot_capacity = capacity; d->f.robot_used = used;
    d->f.robot_rank = rank; d->f.robot_task = d->p.current = task;
}

static void dispatch_read_tasks(dispatch_file *d)
{
    static const char *const keys[] = { "id", "at", "skills", "duration", "priority", "load", "deadline", "rank", NULL };
    const size_t n = json_array_size(d->tasks);
    int32_t *station = NEW(int32_t, (int64_t)n), *priority = NEW(int32_t, (int64_t)n), *rank = NEW(int32_t, (int64_t)n);
    int64_t *duration = NEW(int64_t, (int64_t)n), *load = NEW(int64_t, (int64_t)n), *deadline = NEW(int64_t, (int64_t)n);
    uint64_t *skills = NEW(uint64_t, (int64_t)n);
    for (size_t t = 0; t < n && !d->code; t++) {
        const json_t *o = json_array_get(d->tasks, t);
        if (json_is_object(o)) dispatch_known(d, o, "tasks", t, keys);
        station[t] = d->travel ? dispatch_row(d, d->place_row, o, "tasks", t, "at", 1) : 0;
        skills[t] = dispatch_skills(d, o, "tasks", t, 0);
        duration[t] = dispatch_int(d, o, "tasks", t, "duration", 0, (int64_t)1 << 40, 0);
        load[t] = dispatch_int(d, o, "tasks", t, "load", 0, (int64_t)1 << 60, 0);
        deadline[t] = dispatch_int(d, o, "tasks", t, "deadline", 0, (int64_t)1 << 40, -1);
        priority[t] = (int32_t)dispatch_int(d, o, "tasks", t, "priority", INT32_MIN, INT32_MAX, 0);
        rank[t] = (int32_t)dispatch_int(d, o, "tasks", t, "rank", INT32_MIN, INT32_MAX, 0);
    }
    d->f.task_station = station; d->f.task_skills = skills; d->f.task_duration = duration; d->f.task_load = load; d->f.task_deadline = deadline; d->f.task_rank = rank;
    d->f.task_priority = d->p.task_priority = priority;
}

static void dispatch_read_options(dispatch_file *d)
{
    static const char *const keys[] = { "robots", "tasks", "places", "travel", "cost", "model", "hysteresis", "drain_ppm", "drain_ticks", "reserve_ppm", "distance_unit", "late_cost", "balance_ppm", "soft_skills", "soft_battery", NULL };
    const json_t *model = json_object_get(d->root, "model");
    dispatch_known(d, d->root, NULL, 0, keys);
    if (model && (!json_is_string(model) || (strcmp(json_string_value(model), "travel") && strcmp(json_string_value(model), "score"))))
        dispatch_fault(d, NULL, 0, "model", "must be \"travel\" or \"score\"");
    else d->costing.model = model && !strcmp(json_string_value(model), "score");
    d->options.hysteresis = dispatch_int(d, d->root, NULL, 0, "hysteresis", 0, (int64_t)1 << 40, 0);
    d->costing.drain_ppm = dispatch_int(d, d->root, NULL, 0, "drain_ppm", 1, 1000000, 0);
    d->costing.drain_ticks = dispatch_int(d, d->root, NULL, 0, "drain_ticks", 1, (int64_t)1 << 40, 0);
    d->costing.reserve_ppm = dispatch_int(d, d->root, NULL, 0, "reserve_ppm", 0, 1000000, 0);
    d->costing.distance_unit = dispatch_int(d, d->root, NULL, 0, "distance_unit", 1, (int64_t)1 << 40, 0);
    d->costing.late_cost = dispatch_int(d, d->root, NULL, 0, "late_cost", 0, 1000000, 0);
    d->costing.balance_ppm = dispatch_int(d, d->root, NULL, 0, "balance_ppm", 0, 1000000, 0);
    d->costing.soft_skills = (int32_t)dispatch_int(d, d->root, NULL, 0, "soft_skills", 0, 1, 0);
    d->costing.soft_battery = (int32_t)dispatch_int(d, d->root, NULL, 0, "soft_battery", 0, 1, 0);
}

static void dispatch_read(dispatch_file *d)
{
    json_error_t e;
    d->root = !strcmp(d->path, "-") ? json_loadf(stdin, JSON_REJECT_DUPLICATES, &e) : json_load_file(d->path, JSON_REJECT_DUPLICATES, &e);
    if (!d->root) { d->code = cli_say("%s:%d:%d: %s", d->path, e.line, e.column, e.text); return; }
    if (!json_is_object(d->root)) { d->code = cli_say("%s: must be an object with robots and tasks", d->path); return; }
    dispatch_read_options(d);
    d->robots = dispatch_list(d, "robots", 1);
    d->tasks = dispatch_list(d, "tasks", 1);
    d->matrix = json_object_get(d->root, "cost");
    d->travel = json_object_get(d->root, "travel");
    if (!d->matrix == !d->travel) dispatch_fault(d, NULL, 0, "cost", "give a matrix of cost, or places and travel between them");
    d->places = dispatch_list(d, "places", d->travel != NULL);
    d->robot_row = dispatch_ids(d, d->robots, "robots");
    d->task_row = dispatch_ids(d, d->tasks, "tasks");
    d->place_row = dispatch_ids(d, d->places, "places");
    d->skill_bit = json_object();
    if (d->code) return;
    dispatch_read_robots(d);
    dispatch_read_tasks(d);
    d->f.n_robots = d->p.n_robots = (int32_t)json_array_size(d->robots);
    d->f.n_tasks = d->p.n_tasks = (int32_t)json_array_size(d->tasks);
    d->f.n_vertices = d->f.n_stations = (int32_t)json_array_size(d->places);
    if (d->travel) d->f.travel = dispatch_matrix(d, d->travel, "travel", d->f.n_vertices, d->f.n_stations, 0, -1);
    else d->cost = dispatch_matrix(d, d->matrix, "cost", d->p.n_robots, d->p.n_tasks, -((int64_t)1 << 40), C12_DISPATCH_NEVER);
}

/* ---- solving -------------------------------------------------------------------------------------------------------------------------------- */

static c12_status dispatch_costs(dispatch_file *d)
{
    const int64_t cells = (int64_t)d->p.n_robots * d->p.n_tasks;
    d->reason = NEW(uint8_t, cells);
    for (int64_t k = 0; k < cells && d->cost; k++) d->reason[k] = d->cost[k] == C12_DISPATCH_NEVER ? C12_DISPATCH_NO_WAY : C12_DISPATCH_CAN;
    if (d->cost) return C12_OK;
    d->cost = NEW(int64_t, cells);
    c12_status s = c12_dispatch_cost(&d->f, &d->costing, d->cost, &d->c->err);
    return s ? s : c12_dispatch_reasons(&d->f, &d->costing, d->reason, &d->c->err);
}

static c12_status dispatch_decide(dispatch_file *d)
{
    c12_dispatch *h = NULL;
    c12_dispatch_dims dims = C12_INIT(c12_dispatch_dims);
    c12_budget b = C12_INIT(c12_budget);
    c12_error *err = &d->c->err;
    c12_status s = dispatch_costs(d);
    d->p.cost = d->cost;
    d->plan.task_robot = NEW(int32_t, d->p.n_tasks); d->plan.why = NEW(int32_t, d->p.n_tasks); d->plan.runner_up = NEW(int32_t, d->p.n_tasks);
    d->plan.robot_dual = NEW(int64_t, d->p.n_robots); d->plan.task_dual = NEW(int64_t, d->p.n_tasks); d->plan.margin = NEW(int64_t, d->p.n_tasks);
    dims.robots = d->p.n_robots;
    dims.tasks = d->p.n_tasks;
    b.work_limit = INT64_MAX;
    if (!s) s = c12_dispatch_create(&h, &dims, &d->options, NULL, err);
    if (!s) s = c12_dispatch_load(h, &d->p, err);
    if (!s) s = c12_dispatch_solve(h, 0, &b, &d->plan, &d->info, err);
    if (!s) s = c12_dispatch_check(&d->p, &d->plan, &d->options, &d->verdict, err);
    c12_dispatch_destroy(h);
    return s;
}

/* ---- telling ---------------------------------------------------------------------------------------------------------------------------------- */

static void dispatch_name(text *out, const json_t *list, int32_t row)
{
    const json_t *e = row < 0 ? NULL : json_array_get(list, (size_t)row), *id = json_is_object(e) ? json_object_get(e, "id") : e;
    c12_view v = { (const uint8_t *)json_string_value(id), json_string_length(id) };
    if (id) text_json(out, v);
    else text_add(out, "null");
}

static void dispatch_tell_task(const dispatch_file *d, text *out, int32_t t)
{
    static const char *const why[] = { "assigned", "no_robot", "outbid", "unreached" };
    static const char *const reason[] = { "can", "no_way", "skills", "capacity", "held", "battery", "deadline" };
    const int32_t r = d->plan.task_robot[t], next = d->plan.runner_up[t];
    int first = 1;
    text_add(out, "%s\n  {\"task\": ", t ? "," : "");
    dispatch_name(out, d->tasks, t);
    text_add(out, ", \"robot\": ");
    dispatch_name(out, d->robots, r);
    text_add(out, ", \"why\": \"%s\"", why[d->plan.why[t]]);
    if (r >= 0) text_add(out, ", \"cost\": %" PRId64, d->cost[(int64_t)r * d->p.n_tasks + t]);
    text_add(out, ", \"runner_up\": ");
    dispatch_name(out, d->robots, next);
    if (next >= 0) text_add(out, ", \"runner_up_cost\": %" PRId64 ", \"margin\": %" PRId64, d->cost[(int64_t)next * d->p.n_tasks + t], d->plan.margin[t]);
    text_add(out, ", \"impossible\": {");
    for (int32_t q = 0; q < d->p.n_robots; q++) {
        uint8_t k = d->reason[(int64_t)q * d->p.n_tasks + t];
        if (k == C12_DISPATCH_CAN) continue;
        text_add(out, first ? "" : ", ");
        dispatch_name(out, d->robots, q);
        text_add(out, ": \"%s\"", reason[k]);
        first = 0;
    }
    text_add(out, "}}");
}

static int dispatch_tell(dispatch_file *d)
{
    text out = { 0 };
    int32_t assigned = 0;
    for (int32_t t = 0; t < d->p.n_tasks; t++) assigned += d->plan.task_robot[t] >= 0;
    text_add(&out, "{\"outcome\": \"%s\", \"objective\": %" PRId64 ", \"bound\": %" PRId64 ", \"assigned\": %" PRId32 ", \"violations\": %" PRId32 ", \"tasks\": [",
        d->info.outcome == C12_OPTIMAL ? "optimal" : "feasible", d->info.objective, d->info.bound, assigned, d->verdict.violations);
    for (int32_t t = 0; t < d->p.n_tasks; t++) dispatch_tell_task(d, &out, t);
    text_add(&out, "]}\n");
    if (d->c->json) /* one line */
        for (size_t k = 0; k + 1 < out.n; k++) if (out.at[k] == '\n') out.at[k] = ' ';
    int code = text_write(d->c, &out, d->c->out ? d->c->out : "-");
    return code ? code : d->verdict.violations ? EXIT_NO : EXIT_DONE;
}

static void dispatch_close(dispatch_file *d)
{
    const void *all[] = { d->f.travel, d->f.robot_vertex, d->f.robot_skills, d->f.robot_battery, d->f.robot_wait, d->f.robot_capacity, d->f.robot_used, d->f.robot_rank,
        d->f.robot_task, d->f.task_station, d->f.task_skills, d->f.task_duration, d->f.task_load, d->f.task_deadline, d->f.task_rank, d->f.task_priority, d->cost, d->reason,
        d->plan.task_robot, d->plan.why, d->plan.runner_up, d->plan.robot_dual, d->plan.task_dual, d->plan.margin };
    json_t *read[] = { d->root, d->robot_row, d->task_row, d->place_row, d->skill_bit };
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) free((void *)(uintptr_t)all[k]);
    for (size_t k = 0; k < sizeof read / sizeof *read; k++) json_decref(read[k]);
}

int cmd_dispatch(cli *c)
{
    dispatch_file d = { .c = c, .f = C12_INIT(c12_dispatch_fleet), .costing = C12_INIT(c12_dispatch_costing), .options = C12_INIT(c12_dispatch_options), .p = C12_INIT(c12_dispatch_problem),
        .plan = C12_INIT(c12_dispatch_plan), .info = C12_INIT(c12_info), .verdict = C12_INIT(c12_verdict) };
    if (!cli_ready(c, 1)) return EXIT_BAD;
    d.path = cli_word(c, 0);
    dispatch_read(&d);
    if (!d.code) {
        c12_status s = dispatch_decide(&d);
        d.code = s ? cli_fail(c, s) : dispatch_tell(&d);
    }
    dispatch_close(&d);
    return d.code;
}
