/* SPDX-License-Identifier: Apache-2.0 */
/* The frame all daemons stand in: what a service declares (endpoints, tables of the store, what it does on time), and what its handlers are given.
 * A request is parsed, its sender proved and allowed, its fields checked; then the handler asks or changes the store and answers.
 *
 * Threads: the web server's pool reads and answers; ONE writer thread runs everything that changes something, many requests a transaction; one worker
 * thread takes what lasts (plans, passwords).  A pool thread never waits: its connection sleeps until the writer or the worker has an answer. */
#ifndef C12_HOUSE_H
#define C12_HOUSE_H

#include "c12/base.h"
#include <jansson.h>
#include <sqlite3.h>
#include <stdint.h>

typedef struct house house;
typedef struct request request;

/* ---- the store (db.c) ---------------------------------------------------------------------------------------------------- */

enum { DB_STATEMENTS = 256 };
/* A connection and its prepared statements, found by the address of their text: pass literals. */
typedef struct db { sqlite3 *at; int failed; struct { const char *sql; sqlite3_stmt *q; } kept[DB_STATEMENTS]; } db;

int db_open(db *d, const char *path, int writes, char *why, size_t cap);    /* 0 = open */
void db_close(db *d);
/* kinds: a letter an argument, 's' const char * (NULL = NULL), 'i' int64_t, 'b' const void * and int.  NULL and d->failed on an error. */
sqlite3_stmt *db_ask(db *d, const char *sql, const char *kinds, ...);
int db_next(db *d, sqlite3_stmt *q);                                        /* 1 = there is a row; 0 = the end, and q may be asked again */
void db_done(sqlite3_stmt *q);                                              /* before the end */
int db_do(db *d, const char *sql, const char *kinds, ...);                  /* 0 = done */
int64_t db_number(db *d, int64_t none, const char *sql, const char *kinds, ...);
const char *db_text(sqlite3_stmt *q, int column);                           /* never NULL; until the next step */

/* ---- what a service declares ------------------------------------------------------------------------------------------------ */

enum { FIELD_TEXT = 1, FIELD_INT, FIELD_BOOL, FIELD_WORD, FIELD_MONEY, FIELD_TIME, FIELD_TEXTS, FIELD_ROWS };
/* A field of a body or query.  low, high: length of a text, bounds of a number, rows of a list. */
typedef struct field {
    const char *name;
    int kind, required;
    int64_t low, high;
    const char *words;          /* FIELD_WORD: "red|green" */
    const struct field *row;    /* FIELD_ROWS: fields of each row, ended by an empty name */
    const char *about;
} field;

#define FIELDS_END { .name = "" }

enum { RUN_READ = 1, RUN_WRITE, RUN_WORK, RUN_STREAM, RUN_LATER }; /* LATER: the handler hands it on, somebody ends it by request_finish */
enum { OPEN_TO_ALL = 1, TAKES_BYTES = 2, NOT_AUDITED = 4, GIVES_BYTES = 8 }; /* flags of an endpoint: needs no identity; its body is not JSON; many a second and no change of records; its answer is not JSON */
typedef struct endpoint {
    const char *method, *path;  /* "/api/v1/robots/{robot}": what stands in braces is given to the handler by name */
    const char *action;         /* what access must grant; "" = anybody who has proved to be somebody */
    int kind, flags;
    void (*run)(request *r);
    const field *query, *body;  /* ended by an empty name; NULL = none */
    const char *about;
    int64_t most_body;          /* bytes; 0 = a megabyte */
} endpoint;

typedef struct service {
    const char *name;
    const endpoint *endpoints;          /* ended by a NULL method */
    const char *const *migrations;      /* ended by NULL; one that has been released is never edited */
    int (*open)(house *h);              /* 0 = ready; reads what it keeps in memory from the store; also after a commit that failed */
    void (*tick)(house *h, int64_t now);/* on the writer thread, about ten times a second, in a transaction of its own */
    void (*close)(house *h);
} service;

/* ---- a request, for handlers -------------------------------------------------------------------------------------------------- */

house *request_house(request *r);
db *request_db(request *r);                                     /* a reader, or the writer's within its transaction; none for RUN_WORK */
const char *request_who(const request *r);                      /* "person:eva", "robot:G1-037" */
int request_is(const request *r, const char *kind, const char **name); /* 1 = who is of this kind, name then is what stands behind the colon */
int request_may(request *r, const char *action);                /* besides the endpoint's own */
const char *request_path(const request *r, const char *name);
const char *request_query(const request *r, const char *name);  /* NULL = not given */
int64_t request_query_int(const request *r, const char *name, int64_t none);
json_t *request_body(const request *r);                         /* an object, checked against the endpoint's fields */
const char *request_bytes(const request *r, size_t *n);
const char *request_header(const request *r, const char *name); /* NULL = not given */
const char *body_text(const json_t *row, const char *name);     /* NULL = not given */
int64_t body_int(const json_t *row, const char *name, int64_t none);
int64_t body_money(const json_t *row, const char *name, int64_t none); /* in 1e-6 */
int64_t body_time(const json_t *row, const char *name, int64_t none);  /* ms since 1970 */
int64_t request_now(const request *r);                          /* ms since 1970, never running back */

void answer(request *r, int status, json_t *body);              /* takes body */
void answer_bytes(request *r, int status, const char *type, void *bytes, size_t n); /* takes bytes, by free */
void answer_header(request *r, const char *name, const char *value);
void answer_tag(request *r, int64_t version);                   /* ETag; a reader that has it gets 304 */
int request_matches(request *r, int64_t version);               /* 0 and answered 412 when If-Match names another */
void problem(request *r, int status, const char *title, const char *format, ...) __attribute__((format(printf, 4, 5)));
void problem_at(request *r, const char *pointer, const char *format, ...) __attribute__((format(printf, 3, 4))); /* answers 422, one fault more each time */
int request_refused(const request *r);                            /* a problem has been answered */
void request_did(request *r, const char *object, const char *format, ...) __attribute__((format(printf, 3, 4))); /* for the audit row of a change */

/* Pages: rows by a rising or falling key.  limit is the query's, 1..200; a handler asks for one row more and says here which key to go on from. */
int64_t page_limit(const request *r);
int64_t page_cursor(const request *r, int64_t none);
json_t *page_of(json_t *items, int64_t limit, int64_t last_key); /* takes items; {"items":[...],"next":...} */
extern const field page_query[];

/* RUN_WORK: a worker's handler ends by changing the store: `then` runs on the writer with the same request, in its transaction. */
void request_then(request *r, void (*then)(request *r), void *with);
void *request_with(const request *r);
void request_finish(request *r);                                 /* RUN_LATER: it has its answer; any thread, after the handler began */

/* ---- the house, for services -------------------------------------------------------------------------------------------------- */

void *house_of(const house *h, const char *name);            /* what the service keeps */
void house_keep(house *h, const char *name, void *state);
const char *house_option(const house *h, const char *name, const char *none); /* of the configuration, "section.key" */
db *house_db(house *h);                                         /* on the writer thread only */
db *house_read(house *h);                                       /* a reader, for worker threads; given back by house_read_end */
void house_read_end(house *h, db *d);
int64_t house_now(void);                                        /* ms since 1970 */
void house_job(house *h, void (*run)(house *h, void *with), void *with); /* on the writer thread, in a transaction */
void house_work(house *h, void (*run)(house *h, void *with), void *with);/* on the worker thread */
void house_audit(house *h, const char *who, const char *action, const char *object, const char *detail); /* on the writer thread */
void house_alert(house *h, const char *kind, const char *severity, const char *subject, const char *text); /* on the writer thread: stored, logged, told to viewers */
void house_event(house *h, const char *topic, const char *subject, json_t *data); /* on the writer thread: into the outbox, in its transaction; takes data */
/* Who takes events of a type from outside: 1 = done, 0 = refused, why says so.  On the writer thread, once for each event id. */
typedef int house_taker(house *h, const char *type, const json_t *data, char *why, size_t cap);
void house_take(house *h, house_taker *taker);
void house_say(house *h, const char *topic, const char *json);  /* to viewers; any thread */
void house_count(const char *metric, int64_t by);               /* a counter of /metrics: static text, "c12_x_total" */
void house_log(int priority, const char *format, ...) __attribute__((format(printf, 2, 3))); /* 3 error, 4 warning, 5 notice, 6 info */
enum { LOG_SAYS_ERROR = 3, LOG_SAYS_WARNING = 4, LOG_SAYS_NOTICE = 5, LOG_SAYS_INFO = 6 };

int house_main(int argc, char **argv, const char *name, const service *const *services, int n); /* main of every daemon */

#endif
