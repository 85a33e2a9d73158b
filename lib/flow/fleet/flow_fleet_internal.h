/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of a fleet at work. */
#ifndef C12_FLOW_FLEET_INTERNAL_H
#define C12_FLOW_FLEET_INTERNAL_H

#include "base/num.h"
#include "c12/charge.h"
#include "c12/dispatch.h"
#include "c12/flow.h"
#include "c12/route.h"
#include "flow/flow_pool.h"

enum {
    C12__FLEET_SECOND = 1000, C12__FLEET_CHARGE_EVERY = 10000, C12__FLEET_FORGET_EVERY = 60000, /* ms */
    C12__FLEET_WINDOW = 1024,         /* waiting tasks looked at by one dispatch */
    C12__FLEET_STEPS = 4096,          /* cells of one route at most */
    C12__FLEET_UNREACHED = INT32_MAX
};
#define C12__FLEET_OPEN INT64_MAX
#define C12__FLEET_PPM 3600000 /* a battery is counted in 1/3600000 ppm: what a drain of 1 ppm an hour takes in a ms */

typedef struct c12__fleet_robot {
    int64_t task, level;    /* -1 = none; battery at `since` */
    c12_tick since, until;  /* of the latest leg; open legs end at C12__FLEET_OPEN */
    int64_t leg;
    int32_t state, loaded;
    int32_t vertex;         /* where it stands, or will when the leg ends */
    int32_t place;          /* dock or bay it has claimed, -1 = none */
} c12__fleet_robot;

/* The record, growing by doubling in the pool. */
typedef struct c12__fleet_log {
    int64_t n_legs, legs_cap, n_steps, steps_cap;
    int32_t *leg_robot, *leg_state, *leg_battery, *step_vertex;
    int64_t *leg_task, *leg_from, *leg_to, *leg_step_off, *step_from, *step_to;
} c12__fleet_log;

struct c12_flow_fleet {
    c12__flow_pool pool;
    c12_flow_floor floor;
    c12_route *route;
    c12_dispatch *dispatch;
    c12_charge *charge;
    c12_route_problem world;
    c12_route_plan path;            /* of one robot */
    c12_tick now;
    int32_t n_places, n_docks;      /* places: docks, then bays */
    int32_t *place_vertex, *place_robot; /* [n_places] who has claimed it, -1 = nobody */
    int32_t *dist;                  /* [n_places * n_vertices] cells to the place */
    int32_t *haul;                  /* [n_stations * n_stations] cells from the nearest dock to the nearest dock */
    c12__fleet_robot *robot;        /* [n_robots] */
    int64_t next_task, n_waiting;
    int64_t *waiting;               /* [n_tasks] by priority, then ready */
    int32_t *task_robot;
    int64_t *task_done;
    /* one decision */
    int32_t n_idle, *idle;          /* [n_robots] */
    int32_t *window_robot;          /* [C12__FLEET_WINDOW] */
    int64_t *cost;                  /* [n_robots * C12__FLEET_WINDOW] */
    int32_t *window_priority;
    int64_t *window_pair;           /* [C12__FLEET_WINDOW] from * n_stations + to */
    int64_t *station_cost;          /* [n_stations * n_stations] of one robot */
    int32_t *battery, *at_bay, *bay, *rank, *robot_class; /* [n_robots] */
    uint8_t *busy;
    int64_t *travel, *bay_free, *start, *charged_at;      /* [n_robots * n_bays], [n_bays], [n_robots] */
    int64_t routes, refused, tasks_done, charges;
    c12__fleet_log log;
};

c12_status c12__fleet_take_floor(c12_flow_floor *f, const c12_flow_floor *from, c12_error *err);
void c12__fleet_measure(c12_flow_fleet *f); /* distances to every place; looks at pool.failed itself */

/* ---- one robot ----------------------------------------------------------------------------------------------------------- */

int64_t c12__fleet_level(const c12_flow_fleet *f, const c12__fleet_robot *r, c12_tick t);
void c12__fleet_stand(c12_flow_fleet *f, int32_t robot, int32_t state, c12_tick from); /* a leg on the spot, open */
int c12__fleet_go(c12_flow_fleet *f, int32_t robot, int32_t state, c12_tick t, int32_t vertex, int32_t place); /* 0 = no route now */
int32_t c12__fleet_free_dock(const c12_flow_fleet *f, int32_t station, int32_t vertex); /* nearest unclaimed, -1 = none */

/* ---- decisions ------------------------------------------------------------------------------------------------------------- */

void c12__fleet_plan_charging(c12_flow_fleet *f, c12_tick t);
void c12__fleet_assign(c12_flow_fleet *f, c12_tick t);

static inline int64_t c12__fleet_dist(const c12_flow_fleet *f, int32_t place, int32_t vertex) { return f->dist[(int64_t)place * f->floor.n_vertices + vertex]; }

#endif
