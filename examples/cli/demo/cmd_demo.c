/* SPDX-License-Identifier: Apache-2.0 */
/* c12 demo: a factory day in one process, without network or root.  Plan, routes, telemetry, a critical report, a new plan, figures. */
#include "demo.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- what the parts ask -------------------------------------------------------------------------------------------------------------- */

/* SplitMix64 (Steele, Lea and Flood 2014) over the four arguments. */
int64_t demo_draw(uint64_t seed, uint64_t stream, uint64_t index, int64_t n)
{
    uint64_t z = seed * 0x9E3779B97F4A7C15u + stream * 0xD1B54A32D192ED03u + index + 1;
    for (int round = 0; round < 2; round++) {
        z += 0x9E3779B97F4A7C15u;
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
        z = (z ^ z >> 27) * 0x94D049BB133111EBu;
        z ^= z >> 31;
    }
    return (int64_t)(z % (uint64_t)n);
}

int demo_open(const demo *d, int32_t machine, c12_tick minute)
{
    const c12io_plant *p = d->t.p;
    int32_t calendar = p->machine_calendar[machine], weekday = (int32_t)((d->t.flow.start_weekday + minute / DEMO_DAY) % 7), at = (int32_t)(minute % DEMO_DAY);
    if (calendar < 0) return 1;
    for (int64_t s = 0; s < p->n_shifts; s++)
        if (p->shift_calendar[s] == calendar && p->shift_weekday[s] == weekday && at >= p->shift_from[s] && at < p->shift_to[s]) return 1;
    return 0;
}

int64_t demo_work_of(const c12_flow_plan_view *v, int64_t op)
{
    int64_t lo = 0, hi = v->n_work;
    while (hi - lo > 1) {
        int64_t mid = lo + (hi - lo) / 2;
        if (v->work_op_off[mid] <= op) lo = mid; else hi = mid;
    }
    return lo;
}

/* ---- plan ---------------------------------------------------------------------------------------------------------------------------- */

/* The day on which most minutes of operations begin or go on, the first of equals. */
static int64_t busiest_day(const demo *d)
{
    int64_t days = d->t.config.buckets, best = 0, *minutes = NEW(int64_t, days);
    for (int64_t k = 0; k < d->v.n_ops; k++)
        for (c12_tick t = d->v.op_start[k]; t < d->v.op_end[k] && t / DEMO_DAY < days; t++) minutes[t / DEMO_DAY] += demo_open(d, d->v.op_machine[k], t);
    for (int64_t k = 1; k + d->days <= days; k++)
        if (minutes[k] > minutes[best]) best = k;
    free(minutes);
    return best;
}

static int demo_plan(demo *d)
{
    c12_verdict verdict = C12_INIT(c12_verdict);
    c12_flow_plan_view v = C12_INIT(c12_flow_plan_view);
    c12_info info = C12_INIT(c12_info);
    text page = { 0 };
    c12_status s = c12_flow_plan_create(&d->plan, &d->t.flow, &d->run.host, &d->c->err);
    if (!s) s = c12_flow_plan_solve(d->plan, 0, &d->budget, &info, &d->c->err);
    if (!s) s = c12_flow_plan_check(d->plan, &verdict, &d->c->err);
    if (!s) s = c12_flow_plan_view_get(d->plan, &v, &d->c->err);
    if (s) return plant_fail(d->c, &d->t, s);
    d->v = v;
    d->info = info;
    if (info.outcome != C12_FEASIBLE && info.outcome != C12_OPTIMAL) { cli_say("c12 demo: no schedule exists for these orders and calendars"); return EXIT_NO; }
    if (verdict.violations) { cli_say("c12 demo: the plan fails its checker: %s; please report", verdict.rule); return EXIT_INTERNAL; }
    s = c12io_dir_make(d->dir, &d->c->err);
    if (s) return cli_fail(d->c, s);
    report_page(&page, &d->t, &d->v, &d->info);
    int code = text_write_in(d->c, &page, d->dir, "report.html");
    if (!code) fprintf(stderr, "first picture after %.1f s: %s/report.html\n", (double)(c12io_now() - d->run.began) / 1e9, d->dir);
    d->first = busiest_day(d);
    return code;
}

/* ---- floor ---------------------------------------------------------------------------------------------------------------------------- */

static int demo_drive(demo *d)
{
    c12_verdict verdict = C12_INIT(c12_verdict);
    c12_flow_fleet_view log = C12_INIT(c12_flow_fleet_view);
    c12_status s = c12_flow_fleet_create(&d->fleet, &d->h.floor, &d->run.host, &d->c->err);
    for (int64_t h = 1; h <= 24 * d->days && !s; h++) {
        s = c12_flow_fleet_run(d->fleet, h * 60 * DEMO_MS, &d->c->err);
        if (isatty(2)) fprintf(stderr, "\rhall %02d:00 ", (int)(h % 24));
    }
    if (isatty(2)) fputs("\r\033[K", stderr);
    if (!s) s = c12_flow_fleet_check(d->fleet, &verdict, &d->c->err);
    if (!s) s = c12_flow_fleet_view_get(d->fleet, &log, &d->c->err);
    if (s) return cli_fail(d->c, s);
    d->log = log;
    if (!verdict.violations) return EXIT_DONE;
    cli_say("c12 demo: the day in the hall fails its checker: %s in %s[%" PRId64 "]; please report", verdict.rule, verdict.field, verdict.row);
    return EXIT_INTERNAL;
}

/* ---- store ---------------------------------------------------------------------------------------------------------------------------- */

static c12io_texts one_text(const char *const *row, int32_t n, text *bytes, int64_t *off)
{
    for (int32_t k = 0; k < n; k++) {
        text_add(bytes, "%s", row[k]);
        off[k + 1] = (int64_t)bytes->n;
    }
    return (c12io_texts){ (uint32_t)sizeof(c12io_texts), n, (const uint8_t *)(bytes->at ? bytes->at : ""), off };
}

static c12_status store_reports(const demo *d, c12io_store *db)
{
    const incident *i = &d->nc;
    static const char *const code[DEMO_REPORTS] = { "NCR-00001", "NCR-00002", "NCR-00003" }, *const open[] = { "OPEN" };
    char work[DEMO_REPORTS][32];
    const char *works[DEMO_REPORTS];
    int64_t off[4][DEMO_REPORTS + 1] = { { 0 } }, created[DEMO_REPORTS], due[DEMO_REPORTS];
    int32_t zero[DEMO_REPORTS] = { 0 }, reason[DEMO_REPORTS];
    text bytes[4] = { { 0 } };
    for (int32_t k = 0; k < i->n; k++) {
        snprintf(work[k], sizeof work[k], "WO-%05" PRId64, i->work[k] + 1);
        works[k] = work[k];
        created[k] = i->created[k] / 1000000;
        due[k] = i->due[k] == INT64_MAX ? 0 : i->due[k] / 1000000;
        reason[k] = (int32_t)i->reason[k];
    }
    c12io_texts codes = one_text(code, i->n, &bytes[0], off[0]), orders = one_text(works, i->n, &bytes[1], off[1]), defects = one_text(demo_defects, i->n, &bytes[2], off[2]), states = one_text(open, 1, &bytes[3], off[3]);
    const c12io_cells cells[] = { { "code", NULL, NULL, &codes }, { "work_order", NULL, NULL, &orders }, { "defect", NULL, NULL, &defects }, { "grade", NULL, i->grade, NULL }, { "reason", NULL, reason, NULL },
        { "created_ms", created, NULL, NULL }, { "capa_due_ms", due, NULL, NULL }, { "state", NULL, zero, &states } };
    c12_status s = c12io_store_put(db, "ncrs", i->n, cells, 8, &d->c->err);
    for (int k = 0; k < 4; k++) text_free(&bytes[k]);
    return s;
}

static c12_status store_journal(const demo *d, c12io_store *db)
{
    const tally *t = &d->sum;
    text bytes = { 0 };
    int64_t *off = NEW(int64_t, t->n_done + 1), *id = NEW(int64_t, t->n_done);
    for (int64_t k = 0; k < t->n_done; k++) {
        text_add(&bytes, "WO-%05" PRId64, t->done[k] + 1);
        off[k + 1] = (int64_t)bytes.n;
        id[k] = k + 1;
    }
    c12io_texts orders = { (uint32_t)sizeof orders, (int32_t)t->n_done, (const uint8_t *)(bytes.at ? bytes.at : ""), off };
    const c12io_cells cells[] = { { "id", id, NULL, NULL }, { "work_order", NULL, NULL, &orders }, { "goods", t->goods, NULL, NULL }, { "wip", t->wip, NULL, NULL }, { "variance", t->variance, NULL, NULL } };
    c12_status s = c12io_store_put(db, "journal", t->n_done, cells, 5, &d->c->err);
    text_free(&bytes);
    free(off);
    free(id);
    return s;
}

/* Legs that moved something. */
static c12_status store_moves(const demo *d, c12io_store *db)
{
    const c12_flow_fleet_view *l = &d->log;
    int64_t n = 0, *id = NEW(int64_t, l->n_legs), *task = NEW(int64_t, l->n_legs), *from = NEW(int64_t, l->n_legs), *to = NEW(int64_t, l->n_legs), *cells = NEW(int64_t, l->n_legs);
    int32_t *robot = NEW(int32_t, l->n_legs);
    for (int64_t k = 0; k < l->n_legs; k++) {
        int64_t steps = l->leg_step_off[k + 1] - l->leg_step_off[k];
        if (steps < 2) continue;
        id[n] = n + 1;
        robot[n] = l->leg_robot[k];
        task[n] = l->leg_task[k];
        from[n] = l->leg_from[k];
        to[n] = l->leg_to[k];
        cells[n++] = steps - 1;
    }
    const c12io_cells row[] = { { "id", id, NULL, NULL }, { "robot", NULL, robot, d->t.p->robot_code }, { "task", task, NULL, NULL }, { "start_ms", from, NULL, NULL }, { "end_ms", to, NULL, NULL }, { "cells", cells, NULL, NULL } };
    c12_status s = c12io_store_put(db, "moves", n, row, 6, &d->c->err);
    void *const owned[] = { id, task, from, to, cells, robot };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
    return s;
}

static int demo_store(demo *d)
{
    c12io_store *db = NULL;
    char path[4096];
    snprintf(path, sizeof path, "%s/factory.db", d->dir);
    (void)!unlink(path); /* a new day, a new store: the same bytes for the same seed */
    c12_status s = c12io_store_open(&db, path, &d->c->err);
    if (!s) s = c12io_store_begin(db, &d->c->err);
    if (!s) {
        s = plan_store(d->c, db, &d->t, &d->v);
        if (!s) s = store_reports(d, db);
        if (!s) s = store_journal(d, db);
        if (!s) s = store_moves(d, db);
        if (!s) s = c12io_store_commit(db, &d->c->err);
        if (s) c12io_store_rollback(db);
    }
    c12io_store_close(db);
    return s ? cli_fail(d->c, s) : EXIT_DONE;
}

/* ---- summary --------------------------------------------------------------------------------------------------------------------------- */

static int wait_order(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

/* Median time from ready to done of the tasks that are done, in seconds. */
static int64_t median_wait(const demo *d)
{
    int64_t n = 0, *wait = NEW(int64_t, d->h.floor.n_tasks), median;
    for (int64_t k = 0; k < d->h.floor.n_tasks; k++)
        if (d->log.task_done[k] != INT64_MAX) wait[n++] = d->log.task_done[k] - d->h.ready[k];
    if (n) qsort(wait, (size_t)n, sizeof *wait, wait_order);
    median = n ? wait[n / 2] / 1000 : 0;
    free(wait);
    return median;
}

static double share(int64_t num, int64_t den) { return den ? 100 * (double)num / (double)den : 0; }

static void sum_plan(const demo *d, text *o)
{
    const c12_flow_plan_view *v = &d->v;
    char day[17], cost[40];
    c12_money bought = 0;
    for (int64_t k = 0; k < v->n_buys; k++) bought += v->buy_cost[k];
    c12io_date_text(d->t.config.start_day + d->first, -1, day);
    money_text(bought, cost);
    text_add(o, "plant       %s, %s, ", d->t.config.name[0] ? d->t.config.name : d->t.dir, day);
    if (d->days > 1) text_add(o, "%" PRId64 " days, ", d->days);
    text_add(o, "%d robots, seed %" PRIu64 "\n", (int)d->robots, d->seed);
    text_add(o, "orders      %" PRId64 " sales orders over %d days, %" PRId64 " late\n", v->n_orders, (int)d->t.config.buckets, d->nc.late_after);
    text_add(o, "purchasing  %" PRId64 " purchase orders worth %.*s %s, %" PRId64 " messages\n", v->n_buys, (int)(strchr(cost, '.') ? strchr(cost, '.') - cost : 40), cost, d->t.config.currency, v->net->exc_count);
    text_add(o, "schedule    %" PRId64 " work orders, %" PRId64 " operations on %d machines, checked\n", v->n_work, v->n_ops, (int)d->t.p->n_machines);
}

static void sum_floor(const demo *d, text *o)
{
    const c12_flow_fleet_view *l = &d->log;
    int64_t cells = 0;
    int32_t least = 1000000;
    for (int64_t k = 0; k < l->n_legs; k++) {
        cells += l->leg_step_off[k + 1] - l->leg_step_off[k] - 1;
        if (l->leg_battery[k] < least) least = l->leg_battery[k];
    }
    text_add(o, "transport   %" PRId64 " of %" PRId64 " tasks done, %" PRId64 " s from call to delivery (median)\n", l->tasks_done, d->h.floor.n_tasks, median_wait(d));
    text_add(o, "routes      %" PRId64 " reserved, %" PRId64 " cells, %" PRId64 " asked again, no collision, checked\n", l->routes, cells, l->refused);
    text_add(o, "charging    %" PRId64 " stops in %d bays, lowest battery %.1f %%\n", l->charges, (int)d->t.p->n_bays, (double)least / 10000);
    text_add(o, "telemetry   %" PRId64 " records in %" PRId64 " bytes, %.2f a record\n", d->sum.records, d->sum.bytes, d->sum.records ? (double)d->sum.bytes / (double)d->sum.records : 0);
}

static void sum_shop(const demo *d, text *o)
{
    static const char *const grade[] = { "?", "minor", "major", "critical" };
    const incident *i = &d->nc;
    char due[17] = "none", at[17], variance[40];
    int32_t k = 0;
    c12io_date_text(d->t.config.start_day + i->minute / DEMO_DAY, (int32_t)(i->minute % DEMO_DAY), at);
    if (i->n && i->due[k] != INT64_MAX) c12io_date_text(i->due[k] / 1000000000 / 86400, -1, due);
    if (i->n) text_add(o, "quality     NCR-00001 %s at %s: WO-%05" PRId64 " %s, corrective action due %s\n", grade[i->grade[k]], at, i->work[k] + 1, c12_order_state_name(i->state[k]), due);
    else text_add(o, "quality     nothing was running at %s, nothing to report\n", at);
    text_add(o, "replan      late orders %" PRId64 " before the hold, %" PRId64 " after\n", i->late_before, i->late_after);
    const c12_kpi_oee *e = &d->sum.oee;
    text_add(o, "OEE         %.1f %% = availability %.1f %% x effectiveness %.1f %% x quality %.1f %%\n", share(e->oee_num, e->oee_den), share(e->availability_num, e->availability_den), share(e->effectiveness_num, e->effectiveness_den), share(e->quality_num, e->quality_den));
    money_text(d->sum.variance_sum, variance);
    text_add(o, "cost        %" PRId64 " work orders completed, manufacturing variance %s %s%s\n", d->sum.n_done, variance, d->t.config.currency, d->sum.variance_sum > 0 ? " (unfavourable)" : "");
}

static void print_json(const demo *d)
{
    const c12_kpi_oee *e = &d->sum.oee;
    printf("{\"orders\":%" PRId64 ",\"late\":%" PRId64 ",\"late_before\":%" PRId64 ",\"work_orders\":%" PRId64 ",\"purchase_orders\":%" PRId64 ",\"operations\":%" PRId64
           ",\"robots\":%d,\"tasks\":%" PRId64 ",\"tasks_done\":%" PRId64 ",\"routes\":%" PRId64 ",\"charges\":%" PRId64 ",\"records\":%" PRId64 ",\"telemetry_bytes\":%" PRId64 ",\"oee\":%.6f,\"seconds\":%.3f}\n",
           d->v.n_orders, d->nc.late_after, d->nc.late_before, d->v.n_work, d->v.n_buys, d->v.n_ops, (int)d->robots, d->h.floor.n_tasks, d->log.tasks_done, d->log.routes, d->log.charges, d->sum.records,
           d->sum.bytes, share(e->oee_num, e->oee_den) / 100, (double)(c12io_now() - d->run.began) / 1e9);
}

/* ---- the day ---------------------------------------------------------------------------------------------------------------------------- */

static int demo_finish(demo *d)
{
    text summary = { 0 }, page = { 0 }, copy = { 0 };
    sum_plan(d, &summary);
    sum_floor(d, &summary);
    sum_shop(d, &summary);
    demo_page(&page, d, &summary);
    int code = text_write_in(d->c, &page, d->dir, "report.html");
    text_bytes(&copy, summary.at, summary.n);
    if (!code) code = text_write_in(d->c, &copy, d->dir, "summary.txt");
    if (!code) fwrite(summary.at, 1, summary.n, stdout);
    if (!code && d->c->json) print_json(d);
    text_free(&page);
    text_free(&copy);
    text_free(&summary);
    return code;
}

static int demo_run(demo *d)
{
    const c12io_plant *p = d->t.p;
    if (!p->map->size || !p->n_robots || !p->n_stations || !p->n_machines)
        return cli_say("%s: the demo needs map.txt, robots.csv, stations.csv, machines.csv and routing.csv", d->t.dir);
    if (d->robots > p->n_robots) return cli_say("c12 demo: --robots %d: %s/robots.csv has only %d; add rows or ask for fewer", (int)d->robots, d->t.dir, (int)p->n_robots);
    if (!d->robots) d->robots = p->n_robots;
    int code = hall_open(d->c, &d->t, d->robots, &d->h);
    if (!code) code = demo_plan(d);
    if (!code) code = demo_incident(d);
    if (!code) code = plan_files_write(d->c, &d->t, &d->v, d->dir);
    if (code) return code;
    demo_hall_tasks(d);
    code = demo_drive(d);
    if (!code) code = demo_telemetry(d);
    if (!code) code = demo_tally(d);
    if (!code) code = demo_store(d);
    return code ? code : demo_finish(d);
}

/* ---- the same day again, to look at ------------------------------------------------------------------------------------------------------- */

/* On a terminal the day goes on in c12d, with the dashboard on it, until it is interrupted. */
static int demo_stay(const char *plant_dir, const char *dir)
{
    char program[4096], state[4200];
    ssize_t n = readlink("/proc/self/exe", program, sizeof program - 6);
    program[n < 0 ? 0 : n] = 0;
    char *slash = strrchr(program, '/');
    memcpy(slash ? slash + 1 : program, "c12d", 5);
    if (access(program, X_OK)) return EXIT_DONE; /* built without a web server */
    snprintf(state, sizeof state, "%s/state", dir);
    fprintf(stderr, "\nthe day plays again at sixty times its speed: open http://127.0.0.1:8012/ (Ctrl-C ends it)\n");
    execl(program, program, "--demo.on", "yes", "--http.plain", "yes", "--http.guest", "it_admin", "--plant.dir", plant_dir, "--state.dir", state, (char *)NULL);
    return cli_say("c12 demo: %s cannot be run", program);
}

static const char sample_plant[] = "examples/plants/humanoid";

int cmd_demo(cli *c)
{
    demo d = { .c = c, .budget = C12_INIT(c12_budget), .v = C12_INIT(c12_flow_plan_view), .log = C12_INIT(c12_flow_fleet_view) };
    const char *folder = cli_value(c, "--plant");
    int64_t threads = cli_int(c, "--threads", 1, 256, 2);
    d.robots = (int32_t)cli_int(c, "--robots", 1, 1000000, 0);
    d.days = cli_int(c, "--days", 1, 30, 1);
    d.seed = (uint64_t)cli_int(c, "--seed", 0, INT64_MAX, 1);
    d.budget.work_limit = cli_int(c, "--work", 1, INT64_MAX, 0);
    int once = cli_flag(c, "--once");
    if (!cli_ready(c, 0)) return EXIT_BAD;
    d.dir = c->out ? c->out : "demo-out";
    if (!folder && access(sample_plant, R_OK)) return cli_say("c12 demo: %s is not here; run it in the source folder or name a plant folder with --plant DIR", sample_plant);
    int code = plant_open(c, &d.t, folder ? folder : sample_plant);
    if (code) return code;
    d.budget.seed = d.seed;
    if (!d.budget.work_limit) d.budget.work_limit = d.t.config.work_limit;
    code = runner_open(c, &d.run, threads);
    if (!code) code = demo_run(&d);
    demo_tally_close(&d.sum);
    c12_flow_fleet_destroy(d.fleet);
    hall_close(&d.h);
    c12_flow_plan_destroy(d.plan);
    runner_close(&d.run);
    plant_close(&d.t);
    return code || once || c->json || !isatty(1) ? code : demo_stay(folder ? folder : sample_plant, d.dir);
}
