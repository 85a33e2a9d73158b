/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of the frame, for its own files. */
#ifndef C12_HOUSE_INSIDE_H
#define C12_HOUSE_INSIDE_H

#include "c12/access.h"
#include "c12/seal.h"
#include "house.h"
#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

/* ---- identity ------------------------------------------------------------------------------------------------------------- */

enum { WHO_TEXT = 96, WHO_ROLES = 8, PATH_PARTS = 4 };
/* Who speaks.  name is "person:eva", "robot:G1-037", "" = nobody. */
typedef struct identity { char name[WHO_TEXT]; int32_t role[WHO_ROLES], n_roles; } identity;

/* A connection: who its certificate proved, and how long it has been silent. */
typedef struct wire {
    struct wire *next, **before;
    int fd, hello, shaken, checked;     /* checked: generation of the trust lists it was judged by, 0 = not yet */
    int64_t since;                      /* ms: when it began to owe us a request, 0 = it does not */
    identity who;
    char why[160];                      /* why its certificate was refused, "" = it has none or it is good */
    char address[64];
} wire;

/* ---- a request --------------------------------------------------------------------------------------------------------------- */

struct request {
    request *next;              /* in a queue */
    house *h;
    struct MHD_Connection *at;
    wire *link;
    const endpoint *end;
    char *path;
    struct { const char *name; char *value; } part[PATH_PARTS];
    int n_parts;
    identity who;
    db *db;                     /* while a handler runs */
    char *bytes;                /* the body */
    size_t n_bytes, cap_bytes;
    json_t *body;
    int64_t began, now;         /* ns monotonic; ms since 1970 */
    const char *key;            /* Idempotency-Key */
    int started, ready, status, keeps; /* ready: there is an answer; keeps: an answer from the store */
    char *answer;
    size_t n_answer;
    const char *type;
    struct { char name[24], value[160]; } head[6];
    int n_head;
    char title[80];             /* of a problem with its places so far */
    json_t *places;
    char object[160], detail[400];
    int64_t tag;
    void (*then)(request *r);
    void *with;
    struct viewer *viewer;
};

typedef struct chore { struct chore *next; void (*run)(house *h, void *with); void *with; request *r; } chore;
typedef struct queue { pthread_mutex_t lock; pthread_cond_t some; chore *first, **last; int n, closed; } queue;

/* ---- the house ------------------------------------------------------------------------------------------------------------------ */

enum { HOUSE_SERVICES = 6, HOUSE_READERS = 8, HOUSE_OPTIONS = 96, HOUSE_TAKERS = 4 };

typedef struct settings {
    char listen[64], state[480], cert[512], key[512], ca[512], revoked[512], roles[512], seal_key[512], audit_key[512], guest[64], plant[512];
    int port, plain, threads, json_log, connections, rate, burst, demo;
    int64_t most_body;
    struct { char name[64], value[512]; } option[HOUSE_OPTIONS];
    int n_options;
} settings;

struct house {
    const char *name;
    settings set;
    const service *service[HOUSE_SERVICES];
    void *kept[HOUSE_SERVICES];
    int n_services;
    char store[512];
    db writer, reader[HOUSE_READERS];
    int readers_free, reader_stack[HOUSE_READERS];
    pthread_mutex_t reader_lock;
    pthread_cond_t reader_back;
    queue writes, works;
    pthread_t write_thread, work_thread;
    struct MHD_Daemon *web;
    struct door *door;
    struct hub *hub;
    atomic_int draining, store_bad, loops;
    _Atomic int64_t last_tick;
    char store_why[200];
    uint8_t audit_head[32];
    int64_t audit_count, audit_last, audit_signed;
    uint8_t audit_key[32], entropy[32];
    int audit_signs;
    int outbox_read;            /* 0 = not looked at since the last failed commit, 1 = somebody reads it, -1 = nobody */
    house_taker *taker[HOUSE_TAKERS];
    int n_takers;
};

/* door.c: who is it, and may they */
int door_open(house *h, char *why, size_t cap);
void door_close(house *h);
int door_reload(house *h);                          /* certificates, revocations, roles */
void door_know(request *r);                         /* fills r->who; answers when refused */
int door_allows(request *r);                        /* the endpoint's action, rate; 0 = answered */
int door_grants(house *h, const identity *who, const char *action, int *reason);
int door_roles(house *h, const char *names, identity *who); /* "a|b" to rows; 0 = an unknown one */
c12_access *door_access(house *h);
const c12_access_policy *door_policy(house *h);
void door_refused(house *h, const char *who, const char *address, const char *what, const char *detail); /* an audit row, a log line; any thread */
/* door_tls.c */
int tls_options(house *h, struct MHD_OptionItem *at, char *why, size_t cap); /* how many */
int tls_reload(house *h, char *why, size_t cap);
void tls_close(void);
void tls_connected(void *cls, struct MHD_Connection *c, void **context, enum MHD_ConnectionNotificationCode code);
void tls_sweep(int64_t now, int64_t patience);
void tls_judge(house *h, struct MHD_Connection *c, wire *l);
/* door_people.c */
extern const endpoint people_endpoints[];
int people_session(house *h, const char *token, identity *who);
int people_open(house *h);
int people_add(house *h, const char *name, const char *roles, const char *secret_file, char *why, size_t cap);
/* door_limit.c */
int limit_take(house *h, const char *who, int64_t now, int *wait); /* 1 = go on; else seconds to wait */

/* ledger.c */
int ledger_open(house *h, char *why, size_t cap);
void ledger_start(house *h);
void ledger_stop(house *h);
void ledger_close(house *h);
void ledger_post(house *h, request *r);             /* a request, to the writer */
void ledger_work(house *h, request *r);
db *ledger_reader(house *h);
void ledger_give(house *h, db *d);
/* audit.c */
int audit_open(house *h, char *why, size_t cap);
void audit_add(house *h, const char *who, const char *action, const char *object, const char *detail, int64_t now_ns);
void audit_sign(house *h);
extern const endpoint audit_endpoints[];

/* http.c */
int http_start(house *h, char *why, size_t cap);
void http_stop(house *h);
void http_wake(request *r);
const endpoint *route_find(house *h, request *r, const char *method, const char *url, int *known);
int body_check(request *r);
int query_check(request *r);
/* events.c */
extern const endpoint event_endpoints[];
/* stream.c */
int hub_open(house *h);
void hub_close(house *h);
int hub_is_full(house *h);
enum MHD_Result hub_join(request *r);
void hub_end(house *h);
int hub_viewers(house *h);
/* openapi.c, metrics.c, home.c, log.c, notify.c, options.c */
extern const endpoint home_endpoints[];
json_t *openapi_document(house *h);
void openapi_roles(house *h, FILE *out);
char *metrics_page(house *h, size_t *n);
void metrics_done(const endpoint *e, int status, int64_t ns);
void metrics_batch(int n, int64_t ns);
void log_open(int json, const char *name);
void notify_tell(const char *text);
void siem_open(house *h);
void siem_tell(const char *what, const char *who, const char *address, const char *text); /* a security event, RFC 5424 */
int options_read(house *h, int argc, char **argv);
const endpoint *house_endpoints(const house *h, int k); /* list k: the frame's own, then the services'; NULL behind the last */
extern const char house_version[];
int64_t house_ticks(void);                              /* ns, monotonic */

#endif
