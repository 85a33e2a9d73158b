/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of c12 sched share: a shop read from its file, plans of it, and what a chart of a plan shows. */
#ifndef C12_CLI_SHOP_H
#define C12_CLI_SHOP_H

#include "cli.h"
#include "c12/sched.h"

enum { FORMAT_PLANT = 3 }; /* beside C12_SCHED_AUTO, JSP and FJSP */

/* ---- the shop and its plans ------------------------------------------------------------------------------------------------------ */

typedef struct shop { c12_sched_dims dims; c12_sched_problem q; c12_sched_plan plan; int64_t *op_off, *mode_off; int32_t *machine; c12_tick *ticks; c12io_shop *json; const char *file; } shop;
int shop_open(cli *c, shop *s, const char *file, int32_t format);
void shop_close(shop *s);
c12_view shop_name(const shop *s);                                    /* its file without folders */

/* What --objective says: one word, "late,tardiness*2,setup" for a weighted sum, "late>tardiness>setup" for one after the other; n 0 = nothing. */
typedef struct shop_wish { int32_t n, ordered, term[C12_SCHED_TERM_COUNT]; int64_t weight[C12_SCHED_TERM_COUNT]; } shop_wish;
int shop_wish_read(const cli *c, shop_wish *w, const char *words);    /* words NULL = nothing; 0 and a message when they say nothing */
c12_sched_options shop_goal(const shop *s, const shop_wish *w);       /* points into w; nothing: a plant is judged by tardiness, all else by makespan */
c12_sched_plan shop_plan_new(const shop *s);
void shop_plan_free(c12_sched_plan *p);
int32_t shop_machine(const shop *s, const c12_sched_plan *p, int64_t op);
int shop_plan_write(cli *c, const shop *s);                           /* to -o */
int shop_plan_read(cli *c, const shop *s, c12_sched_plan *p, const char *file, int strict); /* strict 0: a machine that cannot do its operation leaves op_mode -1 to the checker */
int shop_diff(cli *c, const shop *s, const char *const plan[2], const c12_sched_options *goal);

/* ---- pictures of a valid plan ---------------------------------------------------------------------------------------------------- */

typedef struct late_job { int32_t job; c12_tick by; } late_job;

/* Everything a picture shows that the columns of problem and plan do not say directly.  A unit is what gets a load of its own: machines that stand in for each
 * other, or each machine alone where all or none do. */
typedef struct chart {
    const shop *s;
    c12_tick to;                     /* latest end */
    int32_t *op_machine, *op_job;    /* [ops] */
    c12_tick *setup_from;            /* [ops] where the set-up before it begins, its start when there is none */
    int32_t *unit;                   /* [machines] */
    int32_t *row, *unit_off;         /* [machines] machines as they are drawn, unit by unit; [n_units + 1] where a unit's begin */
    c12_tick *busy, *open;           /* [machines] work and set-ups; open time until `to` */
    c12_tick *job_end;               /* [jobs] */
    late_job *late;                  /* [n_late] the latest first */
    int32_t n_late, n_due, n_units, bottleneck; /* bottleneck: a unit, -1 = nothing runs */
} chart;
chart chart_new(const shop *s);
void chart_free(chart *g);
double chart_load(const chart *g, int32_t unit);           /* busy / open, 0 to 1 */
void chart_unit_name(const chart *g, int32_t unit, text *o); /* "machine 3" or "machines 4, 5, 6" */
void chart_name(const chart *g, text *o);                  /* the shop's name, as UTF-8 without control characters */
void chart_time(const chart *g, c12_tick t, char out[40]); /* day and minute in plants, ticks elsewhere */

typedef struct picture { const char *svg, *html; int by_family; } picture; /* files, NULL = not wanted */
int picture_write(cli *c, const shop *s, const picture *p, const c12_verdict *v);
void chart_svg(const chart *g, int by_family, text *o);
void chart_html(const chart *g, int by_family, int64_t objective, text *o);

/* ---- a plan in use --------------------------------------------------------------------------------------------------------------- */

typedef struct live_request { c12_budget budget; c12_sched_options goal; picture draw; int64_t calm, threads; c12_tick until; int search; } live_request; /* search: look for better afterwards, within the budget */
int shop_apply(cli *c, shop *s, const char *const file[2], const live_request *r);   /* plan, events */
int shop_insert(cli *c, shop *s, const char *const file[2], const live_request *r);  /* plan, orders */
int shop_promise(cli *c, shop *s, const char *const file[2], const live_request *r); /* plan, orders */
int shop_explain(cli *c, shop *s, const char *plan, int32_t job, const live_request *r);

#endif
