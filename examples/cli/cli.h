/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the c12 command share: arguments, errors, tables, plants.  A thin program over the public API. */
#ifndef C12_CLI_H
#define C12_CLI_H

#include "c12/flow.h"
#include "c12/io.h"
#include <stdio.h>

enum { EXIT_DONE = 0, EXIT_NO = 1, EXIT_BAD = 2, EXIT_INTERNAL = 3 };

/* ---- arguments ------------------------------------------------------------------------------------------------------------- */

typedef struct cli {
    int argc;
    char **argv;      /* behind the command's name */
    char *taken;      /* [argc] 1 = understood */
    const char *room; /* for messages and help */
    int json, csv;
    const char *out;  /* -o, or NULL */
    int bad;          /* an argument was wrong and has been reported */
    c12_error err;    /* with room for many faults */
} cli;

int cli_flag(cli *c, const char *name);
const char *cli_value(cli *c, const char *name);
int64_t cli_int(cli *c, const char *name, int64_t low, int64_t high, int64_t dflt);
double cli_seconds(cli *c, const char *name, double dflt);
const char *cli_word(cli *c, int at);        /* at-th argument that is no option, NULL when there are fewer */
int cli_ready(cli *c, int words);            /* 0 and a message unless exactly `words` plain arguments and nothing unknown remain */
int cli_usage(const cli *c, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* ---- errors ---------------------------------------------------------------------------------------------------------------- */

int cli_fail(cli *c, c12_status s);                         /* prints c->err, returns the exit status */
int cli_fail_at(cli *c, c12_status s, const char *file);    /* the same for text formats: err->row is a line of file */
int cli_say(const char *format, ...) __attribute__((format(printf, 1, 2))); /* a line on standard error; returns EXIT_BAD */

/* ---- memory: the command never goes on without it ---------------------------------------------------------------------------- */

void *cli_new(int64_t n, size_t each);
#define NEW(type, n) ((type *)cli_new((n), sizeof(type)))

/* ---- growing text ------------------------------------------------------------------------------------------------------------ */

typedef struct text { char *at; size_t n, cap; } text;
void text_add(text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_bytes(text *t, const void *bytes, size_t n);
char *text_room(text *t, size_t n);                         /* where n more bytes may be written before t->n is raised */
void text_csv(text *t, c12_view cell);                      /* quoted when it must be */
void text_html(text *t, c12_view cell);
void text_json(text *t, c12_view cell);                     /* with quotes */
void text_free(text *t);
int text_write(cli *c, text *t, const char *path);          /* to the path ("-": standard output), whole or not at all; frees */
int text_write_in(cli *c, text *t, const char *dir, const char *name);

/* ---- tables: the answer of a command ------------------------------------------------------------------------------------------ */

typedef struct cell_span { size_t at, size; } cell_span;
typedef struct table { int columns; const char *const *head; const char *kind; cell_span *cell; int64_t n, cap; text bytes; } table;
table table_new(int columns, const char *const *head, const char *kind); /* kind: one letter a column, 's' text, 'n' number */
void table_text(table *t, c12_view v);
void table_word(table *t, const char *word);
void table_int(table *t, int64_t v);
void table_money(table *t, c12_money v);                    /* 6 places */
void table_ratio(table *t, int64_t num, int64_t den, int places);
int table_print(cli *c, table *t, const char *summary);     /* to -o or standard output; summary: JSON members for --json; frees */
void money_text(c12_money v, char out[40]);

/* ---- names: views into the tables they came from, numbered as they come ---------------------------------------------------------- */

typedef struct name_list { c12_view *name; int32_t *slot, n, cap; } name_list;
int32_t names_id(name_list *k, c12_view name);   /* -1 for an empty one */
int32_t names_find(const name_list *k, c12_view name); /* -1 = never seen */
void names_free(name_list *k);
void put_name(table *t, const name_list *k, int32_t id); /* nothing for -1 */

/* ---- plants -------------------------------------------------------------------------------------------------------------------- */

typedef struct plant { c12io_plant *p; c12_bom bom, bill /* with all alternates */; c12_mrp_input mrp; c12_flow_plant flow; c12io_config config; const char *dir; int32_t *dated[2]; /* demand's and receipts' buckets where rows have dates */ void *moved[6]; /* and their columns with transfers of substitutes */ void *floors[3]; /* safety stock by bucket where its rows have dates */ } plant;
int plant_open(cli *c, plant *t, const char *dir);          /* 0 = EXIT_DONE; loads, checks the graph for cycles, names them */
void plant_close(plant *t);
int64_t plant_transfers(const plant *t);                    /* rows a handle needs free for substitutes */
c12_status plant_substitute(cli *c, plant *t, c12_mrp *plan, text *rows); /* make them, into t->mrp as well; rows: NULL, or substitutions.csv */
void plant_own_cost(const plant *t, c12_money *own);         /* [items] cost added at the item, a quantum */
int plant_fail(cli *c, const plant *t, c12_status s);       /* planner faults with items' codes in place of rows */

/* ---- running planners -------------------------------------------------------------------------------------------------------- */

typedef struct runner { c12io_pool *pool; c12_host host, lent; c12_ns shown, began; text *trace; } runner;
int runner_open(cli *c, runner *r, int64_t threads);        /* pool, clock and a progress bar on a terminal */
void runner_trace(runner *r, text *trace);                  /* every better plan as a line "seconds,work,objective,bound" */
void runner_close(runner *r);

/* ---- commands ------------------------------------------------------------------------------------------------------------------ */

int cmd_bom(cli *c);
int cmd_mrp(cli *c);
int plan_by_date(cli *c, plant *t, const char *today); /* its part without buckets; today NULL: from plant.ini */
int cmd_buy(cli *c);
int cmd_sched(cli *c);
int cmd_route(cli *c);
int cmd_charge(cli *c);
int cmd_dispatch(cli *c);
int cmd_tlm(cli *c);
int cmd_ncr(cli *c);
int cmd_spc(cli *c);
int cmd_stock(cli *c);
int cmd_cost(cli *c);
int cmd_kpi(cli *c);
int cmd_order(cli *c);
int cmd_shop(cli *c);
int cmd_access(cli *c);
int cmd_vda(cli *c);
int cmd_seal(cli *c);
int cmd_sim(cli *c);
int cmd_backup(cli *c);
int cmd_restore(cli *c);
int cmd_retain(cli *c);
int cmd_plan(cli *c);
int cmd_demo(cli *c);
int cmd_bench(cli *c);
int cmd_doctor(cli *c);

#endif
