/* SPDX-License-Identifier: Apache-2.0 */
/* The fleet at work: where each robot stands, what it may drive, what it is for.  Times are plant ms since the engine began.
 *
 * Safety comes from c12/route.h: a robot drives only steps that were released to it, in the order its reservations have on every cell, so robots
 * that are late, paused or silent make others wait but never meet them.  The engine decides twice: which robot does which task (c12/dispatch.h),
 * once a second or when a task comes, and who charges (c12/charge.h), every ten seconds. */
#ifndef C12_FLEET_ENGINE_H
#define C12_FLEET_ENGINE_H

#include "c12/charge.h"
#include "c12/dispatch.h"
#include "plant/plant_data.h"

enum { ENGINE_STEPS = 1024, ENGINE_WINDOW = 64, ENGINE_LANES = 64 };

/* What a robot is doing; the names of c12/flow.h. */
enum { BOT_IDLE, BOT_TO_PICKUP, BOT_PICKUP, BOT_TO_DROP, BOT_DROP, BOT_TO_BAY, BOT_CHARGE, BOT_TO_HOME, BOT_STATES };
extern const char *const bot_state_name[BOT_STATES];

typedef struct bot {
    int32_t vertex, place, state, job;      /* place: dock or bay it has claimed; job: row of jobs; -1 = none */
    int32_t n_steps, at, released;          /* its route: step it is on, steps it may drive */
    int32_t step[ENGINE_STEPS];
    c12_tick due[ENGINE_STEPS];             /* planned arrival in each */
    c12_tick since, until;                  /* when it came here; when handling ends */
    int64_t level, level_at, busy;          /* battery in ppm * 3600000, when; ms worked */
    int64_t heard;                          /* wall ms of its last report */
    int32_t done;                           /* tasks */
    uint8_t twin, paused, stopped, moved, stale, asks; /* moved: viewers have not been told; asks: wants a way that was not there */
} bot;

enum { JOB_WAITING, JOB_RUNNING, JOB_DONE, JOB_CANCELLED };
typedef struct job { int64_t id; int32_t from, to, priority, state, robot; int64_t made, assigned, done; c12_tick ready; } job;

typedef struct lane { int64_t id; int32_t vertex, used; c12_tick until; } lane;

typedef struct engine {
    const plant_data *plant;
    const c12_flow_floor *floor;
    c12_route *route;
    c12_dispatch *dispatch;
    c12_charge *charge;
    c12_tick now, decided, charged, of_day;      /* of_day: ms since midnight at tick 0 */
    int32_t n_robots, n_bays, n_docks, n_places, n_vertices;
    bot *bots;
    int32_t *place_vertex, *place_bot, *dist;    /* dist: [places * vertices] cells */
    job *jobs;
    int32_t n_jobs, cap_jobs, n_waiting, *waiting, cap_waiting;
    lane lanes[ENGINE_LANES];
    int stopped;                                 /* the whole fleet */
    int32_t *cost_robot;                         /* scratch of one decision */
    int64_t *cost, *travel, *bay_free, *start, *until;
    int32_t *battery, *at_bay, *bay, *rank, *class;
    uint8_t *busy;
    int64_t routes, refused, done, assign_ns[256], n_assigned;
    void (*changed)(struct engine *e, job *j);   /* a task was assigned or done: for the store */
    void *user;
} engine;

engine *engine_make(const plant_data *p);
void engine_free(engine *e);
void engine_run(engine *e, c12_tick now, int64_t wall);  /* twins drive on, ways are released, decisions fall due */
void engine_assign(engine *e);                           /* who does which of the waiting tasks, now */
job *engine_add(engine *e, int64_t id, int32_t from, int32_t to, int32_t priority, int64_t made); /* NULL = no memory */
int engine_cancel(engine *e, job *j);                    /* 0 = it is being carried */
int engine_report(engine *e, int32_t robot, int32_t vertex, int32_t battery_ppm, int64_t wall); /* 0 = it stands where nobody sent it */
void engine_pause(engine *e, int32_t robot, int on);     /* it finishes what it does and takes no more */
void engine_stop(engine *e, int32_t robot, int on);      /* it stands where it is; -1 = all */
lane *engine_block(engine *e, int64_t id, int32_t vertex, c12_tick until);
void engine_unblock(engine *e, lane *l);
int32_t engine_station(const engine *e, const char *code); /* a station's or item's, -1 = none */
const char *engine_station_code(const engine *e, int32_t station, char out[128]);

/* ---- inside ------------------------------------------------------------------------------------------------------------------ */

int64_t bot_level(const engine *e, const bot *b);        /* battery now, ppm * 3600000 */
int32_t bot_battery(const engine *e, const bot *b);      /* ppm */
void bot_settle(engine *e, bot *b);                      /* battery and work up to now */
void bot_set(engine *e, bot *b, int32_t state);          /* settles, and is of that state from now on */
int bot_go(engine *e, bot *b, int32_t state, int32_t vertex, int32_t place); /* 0 = there is no way now */
int bot_plan(engine *e, bot *b, int32_t goal);           /* the same, for what it is doing already */
void bot_next(engine *e, bot *b);                        /* it has arrived, or its handling is over */
int32_t engine_free_dock(const engine *e, int32_t station, int32_t vertex);
void engine_charge(engine *e);
static inline int32_t engine_dist(const engine *e, int32_t place, int32_t vertex) { return e->dist[(int64_t)place * e->n_vertices + vertex]; }

#endif
