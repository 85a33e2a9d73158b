/* SPDX-License-Identifier: Apache-2.0 */
/* Plans as files: CSV of MRP and schedules, SVG of schedules, the HTML page. */
#ifndef C12_CLI_REPORTS_H
#define C12_CLI_REPORTS_H

#include "cli.h"
#include "c12/sched.h"

int64_t report_net(text *o, const plant *t, const c12_mrp_input *in, const c12_mrp_plan *p); /* plan.csv; returns its rows */
const char *report_exception_name(int32_t kind);
void report_exceptions(text *o, const plant *t, const c12_mrp_plan *p);
void report_pegs(text *o, const plant *t, const c12_mrp_pegs *g);

void report_work(text *o, const plant *t, const c12_flow_plan_view *v);     /* planned_orders.csv of single work orders */
void report_buys(text *o, const plant *t, const c12_flow_plan_view *v);     /* purchase_orders.csv */
void report_schedule(text *o, const plant *t, const c12_flow_plan_view *v); /* schedule.csv */
void report_orders(text *o, const plant *t, const c12_flow_plan_view *v);   /* orders.csv: dates and reasons */
void report_mps(text *o, const plant *t, const c12_flow_plan_view *v);      /* mps.csv: the master production schedule */
void report_rough(text *o, const plant *t, const c12_flow_plan_view *v);    /* rough_cut.csv: load and capacity by station */
void report_reason(text *o, const plant *t, const c12_flow_plan_view *v, int64_t order); /* one sentence */
int64_t report_late(const c12_flow_plan_view *v);                           /* late orders */

/* Bars on rows: one machine a row, one colour a job or item.  Times are minutes since the day `first_day`, or plain numbers when it is 0. */
typedef struct gantt { int64_t n_ops; int32_t rows, colours; const int32_t *row, *colour; const c12_tick *start, *end; c12_tick to; int64_t first_day; c12_view (*row_name)(const void *user, int32_t row); const void *user; } gantt;
void report_gantt(text *o, const gantt *g);
enum { REPORT_CELL = 12 };                                                  /* a cell of a map, in SVG units */
void report_walls(text *o, int32_t width, int32_t height, const int32_t *vertex); /* cells without a vertex, one bar a run */
int report_hue(int32_t colour);                                             /* neighbours in number differ in colour */
void report_page(text *o, const plant *t, const c12_flow_plan_view *v, const c12_info *info);
void report_page_begin(text *o, const plant *t, const char *title);
void report_page_plan(text *o, const plant *t, const c12_flow_plan_view *v); /* late orders, Gantt, load, material */
void report_page_end(text *o);

int plan_files_write(cli *c, const plant *t, const c12_flow_plan_view *v, const char *dir); /* the CSV files */
c12_status plan_store(cli *c, c12io_store *db, const plant *t, const c12_flow_plan_view *v); /* in the caller's transaction */

#endif
