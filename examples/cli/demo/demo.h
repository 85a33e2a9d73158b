/* SPDX-License-Identifier: Apache-2.0 */
/* A factory day in one process: what the parts of c12 demo share.  Times on the floor are ms since 00:00 of the first simulated day. */
#ifndef C12_CLI_DEMO_H
#define C12_CLI_DEMO_H

#include "hall.h"
#include "reports.h"
#include "c12/cost.h"
#include "c12/kpi.h"
#include "c12/order.h"

enum { DEMO_DAY = 1440, DEMO_MS = 60000, DEMO_INCIDENT = 600, DEMO_KIT_MINUTES = 3, DEMO_REPORTS = 3 }; /* the incident is found at 10:00 */

/* What went wrong on the day, and what it did. */
typedef struct incident {
    int64_t work[DEMO_REPORTS], op[DEMO_REPORTS];
    int32_t grade[DEMO_REPORTS], held[DEMO_REPORTS], state[DEMO_REPORTS]; /* state of the order after all of them */
    uint32_t reason[DEMO_REPORTS];
    c12_ns created[DEMO_REPORTS], due[DEMO_REPORTS];
    c12_tick minute;
    int32_t n;
    int64_t late_before, late_after;
} incident;

/* Figures of the day. */
typedef struct tally {
    int64_t *busy_planned, *produced_time, *run_time, *produced, *good; /* [machines] seconds, see demo_shop.c */
    c12_kpi_oee oee;
    int64_t n_done, *done;                                   /* work orders completed */
    c12_money *goods, *wip, *variance, variance_sum;
    int64_t records, bytes;
} tally;

typedef struct demo {
    cli *c;
    plant t;
    runner run;
    const char *dir;
    int64_t days, first;            /* simulated days, from this bucket on */
    int32_t robots;
    uint64_t seed;
    c12_budget budget;
    c12_flow_plan *plan;
    c12_flow_plan_view v;
    c12_info info;
    hall h;
    c12_flow_fleet *fleet;
    c12_flow_fleet_view log;
    incident nc;
    tally sum;
} demo;

extern const char *const demo_defects[DEMO_REPORTS];

/* A number that depends on nothing but its four arguments: 0..n-1. */
int64_t demo_draw(uint64_t seed, uint64_t stream, uint64_t index, int64_t n);
int demo_open(const demo *d, int32_t machine, c12_tick minute); /* is the machine's calendar open in that minute of the plan? */
int64_t demo_work_of(const c12_flow_plan_view *v, int64_t op);

void demo_hall_tasks(demo *d);      /* transport tasks of the planned operations */
int demo_incident(demo *d);         /* nonconformances, hold, replan */
int demo_tally(demo *d);            /* OEE and cost of the day */
void demo_tally_close(tally *s);
int demo_telemetry(demo *d);        /* telemetry.c12t */
void demo_page(text *o, const demo *d, const text *summary);

#endif
