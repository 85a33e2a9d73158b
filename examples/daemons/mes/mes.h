/* SPDX-License-Identifier: Apache-2.0 */
/* Orders, stock and the plan.  What is asked for, what lies there and what is on order stands in the store; the plan is made of it and of the plant's
 * master data (c12_flow_plan_*), by the worker, and the one in force is replaced as a whole.  A branch is another plan, of the same and some edits. */
#ifndef C12_MES_H
#define C12_MES_H

#include "plant/plant_data.h"
#include "c12/io.h"
#include <pthread.h>

enum { MES_BRANCHES = 8, MES_UNDO = 4, MES_EDITS = 16, MES_DAY = 1440 };

enum { EDIT_SHIFT, EDIT_SUPPLIER, EDIT_RUSH, EDIT_ROBOTS, EDIT_MOVE };
typedef struct edit { int kind; int32_t supplier, item, day, robots; int64_t qty, work, start; } edit;

typedef char order_code[48], order_customer[64];
/* A plan and all it stands on. */
typedef struct schedule {
    c12_flow_plan *plan;
    c12_flow_plan_view v;
    c12_flow_plant plant;
    c12_mrp_input mrp;
    c12_info info;
    int64_t version, made, late, branch;
    char name[80];
    edit edit[MES_EDITS];
    int n_edits;
    int64_t n_orders;
    order_code *code;                   /* of sales orders */
    order_customer *customer;
    int32_t *order_item, *order_day, *demand_order, *demand_item, *demand_bucket, *weight, *receipt_item, *receipt_bucket, *lead, *supply_lead, *work_no;
    c12_qty *demand_qty, *receipt_qty, *on_hand;
    int32_t *shift[4];                  /* calendar, weekday, from, to */
} schedule;

typedef struct mes {
    house *h;
    const plant_data *p;
    pthread_rwlock_t lock;              /* of what follows: the worker changes, pool threads read */
    schedule *now, *before[MES_UNDO], *branch[MES_BRANCHES];
    int n_before;
    int64_t versions, branches;
    int64_t late_told;                  /* how many orders were late when people last heard of it; the writer's alone */
    c12io_pool *pool;
    c12_host host;
    int64_t posted, first;              /* a demo: plan minute up to which production is reported, and of its beginning; 0 otherwise */
} mes;

mes *mes_of(request *r);                                     /* NULL and answered when no plant is loaded */
mes *mes_planned(request *r);                                /* the same when there is no plan yet: it is made in the daemon's first moments */
schedule *schedule_make(mes *m, db *d, const char *name, const edit *e, int n, int64_t work, char *why, size_t cap); /* NULL = why */
void schedule_free(schedule *s);
void schedule_take(mes *m, schedule *s);                     /* it is in force from now on */
int64_t mes_minute(const mes *m, int64_t wall);              /* plan minute of now */
int64_t mes_day(const mes *m, const char *date);             /* bucket of a date, -1 = none or outside the horizon */
void work_code(const schedule *s, int64_t work, char out[32]);
int64_t work_find(const schedule *s, const char *code);      /* -1 = none */
void date_of(const mes *m, int64_t day, char out[17]);

json_t *schedule_json(mes *m, db *d, const schedule *s);
json_t *order_json(const mes *m, const schedule *s, int64_t order, int pegs);
json_t *branch_json(const mes *m, const schedule *was, const schedule *is);
void mes_produce(house *h, int64_t now);                     /* a demo's production, as plan time goes on */

int sale_take(house *h, const char *type, const json_t *data, char *why, size_t cap); /* a house_taker */
extern const endpoint mes_endpoints[];
int work_move(mes *m, db *d, const char *code, int event, const char *reason, const char *who, int64_t at, const char **why);

#endif
