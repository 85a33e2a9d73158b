/* SPDX-License-Identifier: Apache-2.0 */
/* What the day leaves: records of robots, inspections, reports.  All of it goes the way a customer's would. */
#include "demo_day.h"
#include "quality/quality.h"
#include "telemetry/tel.h"
#include <stdlib.h>
#include <string.h>

static uint64_t mixed(uint64_t a, uint64_t b)
{
    uint64_t z = a * 0xD1B54A32D192ED03u + b * 0x9E3779B97F4A7C15u + 0x9E3779B97F4A7C15u; /* SplitMix64 */
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

static int draw(uint64_t a, uint64_t b, int n) { return (int)(mixed(a, b) % (uint64_t)n); }

static void stamp(int64_t ms, char out[64])
{
    char date[17];
    c12io_date_text(ms / 86400000, -1, date);
    snprintf(out, 64, "%sT%02d:%02d:%02d.%03dZ", date, (int)(ms / 3600000 % 24), (int)(ms / 60000 % 60), (int)(ms / 1000 % 60), (int)(ms % 1000));
}

static const char *const joint[] = { "hip_left", "hip_right", "knee_left", "knee_right", "shoulder_left", "shoulder_right" };

static void put_record(text *o, const fleet *f, int32_t r, int64_t ms)
{
    const engine *e = f->e;
    const bot *b = &e->bots[r];
    char code[128], at[64], until[64], task[32] = "";
    uint64_t t = (uint64_t)(ms / 1000);
    int moves = b->n_steps && b->at < b->n_steps - 1;
    stamp(ms, at);
    snprintf(until, sizeof until, "%.19sZ", at); /* to the second, as the record has it */
    if (b->job >= 0) snprintf(task, sizeof task, "T-%lld", (long long)e->jobs[b->job].id);
    text_add(o, "{\"robot_id\":\"%s\",\"timestamp\":\"%s\",\"position\":{\"x\":%d.0,\"y\":%d.0,\"z\":0.2},\"velocity\":{\"vx\":%s,\"vy\":0.0,\"vz\":0.0},\"battery_level\":%.1f,", plant_text(e->plant->t.p->robot_code, r, code), at,
             (int)e->plant->h.x[b->vertex], (int)e->plant->h.y[b->vertex], moves ? "0.8" : "0.0", bot_battery(e, b) / 10000.0);
    text_add(o, "\"current_task\":{\"task_id\":\"%s\",\"station\":\"\",\"unit_id\":\"\",\"progress\":0.0,\"estimated_completion\":\"%s\"},\"actuator_status\":{", task, until);
    for (int k = 0; k < 6; k++)
        text_add(o, "%s\"%s\":{\"temp\":%d.%d,\"torque\":%d.%d,\"status\":\"OK\"}", k ? "," : "", joint[k], 36 + (moves ? 5 : 0) + draw(t / 60, (uint64_t)(r * 8 + k), 3), draw(t, (uint64_t)(r * 8 + k), 10), (moves ? 14 : 5) + draw(t + 1, (uint64_t)(r * 8 + k), 5), draw(t + 2, (uint64_t)k, 10));
    text_add(o, "},\"diagnostics\":{\"cpu_usage\":%d.%d,\"memory_usage\":%d.%d,\"network_latency\":%d,\"camera_status\":[\"OK\",\"OK\",\"OK\",\"OK\"],\"error_log\":[]}}\n", 40 + draw(t, (uint64_t)r, 15), draw(t, 99, 10), 58 + draw(t / 60, (uint64_t)r, 4), draw(t, 98, 10), 8 + draw(t, (uint64_t)r + 7, 9));
}

void demo_telemetry(demo_day *d, fleet *f, mes *m)
{
    int64_t at = f->plant / 10000 * 10000; /* every ten seconds of the plant */
    if (at <= d->recorded) return;
    d->recorded = at;
    text lines = { 0 };
    int64_t base = (m->p->t.config.start_day * MES_DAY + d->first_minute) * 60000;
    for (int32_t r = 0; r < f->e->n_robots; r++) put_record(&lines, f, r, base + at);
    tel_add(d->h, lines.at, lines.n);
    text_free(&lines);
}

/* ---- quality ------------------------------------------------------------------------------------------------------------------------------- */

/* A finished operation is inspected: three torques around 10, and now and then one that fails. */
static void inspect(demo_day *d, mes *m, int64_t w, int64_t k)
{
    const c12_flow_plan_view *v = &m->now->v;
    char code[32], station[128];
    db *s = house_db(d->h);
    int bad = draw(11, (uint64_t)k, 100) < 6;
    work_code(m->now, w, code);
    plant_text(m->p->t.p->station_code, m->p->t.p->step_station[v->op_step[k]], station);
    db_do(s, "INSERT INTO inspections(work_order, station, characteristic, pass, at_ms, by_whom) VALUES(?, ?, ?, ?, ?, 'service:inspection')", "sssii", code, station, "joint torque (Nm)", (int64_t)!bad, house_now());
    int64_t id = sqlite3_last_insert_rowid(s->at);
    for (int64_t i = 0; i < 3; i++) db_do(s, "INSERT INTO measurements VALUES(?, ?, ?)", "iii", id, i, (int64_t)(10000 + draw(12 + (uint64_t)i, (uint64_t)k, 400) - 200 + (bad ? 350 : 0)));
    static const char *const defects[] = { "cosmetic: scratch on cover", "performance: gait slower than limit", "wiring: loose connector", "cosmetic: label askew" };
    if (bad) quality_raise(d->h, code, station, defects[draw(13, (uint64_t)k, 4)], "found at the inspection after the operation");
}

static int64_t running_at(const mes *m, int64_t minute)
{
    const c12_flow_plan_view *v = &m->now->v;
    for (int64_t w = 0; w < v->n_work; w++) if (v->work_start[w] + 10 < minute && minute + 10 < v->work_end[w]) return w;
    return -1;
}

void demo_quality(demo_day *d, mes *m, int64_t minute)
{
    pthread_rwlock_rdlock(&m->lock);
    const c12_flow_plan_view *v = &m->now->v;
    for (int64_t w = 0; w < v->n_work; w++)
        for (int64_t k = v->work_op_off[w]; k < v->work_op_off[w + 1]; k++)
            if (v->op_end[k] > d->inspected && v->op_end[k] <= minute) inspect(d, m, w, k);
    d->inspected = minute;
    int64_t w = !d->reported && minute % MES_DAY >= 600 ? running_at(m, minute) : -1;
    char code[32] = "";
    if (w >= 0) work_code(m->now, w, code);
    pthread_rwlock_unlock(&m->lock);
    if (w < 0) return;
    d->reported = 1;
    quality_raise(d->h, code, "ST5", "SAFETY-brake: torque below limit", "brake torque 18 % below the limit");
}
