/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of a plan. */
#ifndef C12_FLOW_PLAN_INTERNAL_H
#define C12_FLOW_PLAN_INTERNAL_H

#include "base/num.h"
#include "c12/flow.h"
#include "c12/sched.h"
#include "flow/flow_pool.h"

enum { C12__FLOW_DAY = 1440, C12__FLOW_MAX_ORDERS = 1000000 };

typedef struct c12__flow_works { int64_t n; int32_t *item, *release, *due; int64_t *qty, *good, *op_off, *ready, *start, *end, *hold, *first_of; } c12__flow_works;
typedef struct c12__flow_buys { int64_t n; int32_t *item, *supply, *order, *need, *arrive; int64_t *qty, *good, *cost, *first_of; } c12__flow_buys;
typedef struct c12__flow_ops { int64_t n; int32_t *step, *machine, *work; int64_t *start, *end; } c12__flow_ops;
typedef struct c12__flow_links { int64_t n, cap; int32_t *item, *from, *to; int64_t *from_row, *to_row, *qty, *into_off, *into; } c12__flow_links;
typedef struct c12__flow_mps { int64_t n; int32_t *item, *bucket; int64_t *orders, *forecast, *open; } c12__flow_mps;
typedef struct c12__flow_dates { int64_t *end, *due, *reason_row, *reason_ticks; int32_t *reason; } c12__flow_dates;

struct c12_flow_plan {
    c12__flow_pool pool;
    c12_flow_plant plant;
    c12_mrp_input mrp;
    c12_mrp_plan net;
    c12_mem scratch;          /* of the MRP calls */
    int32_t n_items, buckets;
    int32_t solved, frozen;   /* frozen: the problem carries fixed starts */
    int64_t *supply_of;       /* [n_items] preferred offer, -1 = none */
    int64_t *step_of;         /* [n_items + 1] routing steps of an item */
    c12__flow_works work;     /* first_of [n_items + 1] */
    c12__flow_buys buy;       /* first_of [n_items + 1] */
    c12__flow_ops op;
    c12__flow_links link;     /* into_off [work.n + 1]: links into each work order */
    c12__flow_dates order;
    c12__flow_mps mps;
    int64_t *rough_load, *rough_capacity; /* [n_stations * buckets] minutes */
    c12_sched *sched;
    c12_sched_problem problem;
    c12_sched_options options;
    int32_t *op_mode;         /* chosen modes of the last solve */
    int64_t *op_ready, *fixed_start, horizon;
    int32_t *fixed_mode;
};

c12_status c12__flow_take_plant(c12_flow_plan *p, const c12_flow_plant *plant, c12_error *err); /* validate, suppliers' terms */
c12_status c12__flow_mps_make(c12_flow_plan *p, c12_error *err);                               /* orders consume forecasts */
c12_status c12__flow_rough_cut(c12_flow_plan *p, c12_error *err);                              /* load and capacity by station; writes over the net plan */
c12_status c12__flow_size_orders(c12_flow_plan *p, c12_error *err);                            /* works and buys of the net plan */
c12_status c12__flow_link(c12_flow_plan *p, c12_error *err);                                   /* who is served by what */
c12_status c12__flow_jobs(c12_flow_plan *p, c12_error *err);                                   /* the scheduling problem, loaded */
c12_status c12__flow_date_orders(c12_flow_plan *p, c12_error *err);                             /* ends, lateness, reasons */

/* What a schedule taught: dates and lead times that take the place of the plant's. */
typedef struct c12__flow_lesson { int32_t *bucket /* [n_demand] */, *lead /* [n_items] */; } c12__flow_lesson;
/* A plan from its plant; lesson NULL = none. */
c12_status c12__flow_build(c12_flow_plan **self, const c12_flow_plant *plant, const c12_host *host, const c12__flow_lesson *lesson, c12_error *err);
int64_t c12__flow_served_at(const c12_flow_plan *p, int64_t link);                             /* when a link's supply is there */

#endif
