/* SPDX-License-Identifier: Apache-2.0 */
/* The telemetry service.  One thread takes batches of rows: many requests, one sync of the journal, then all are told "stored".  Rows of an hour are
 * one .c12t file; hours are made into full blocks when they are over, and a day's hours into one file. */
#ifndef C12_TEL_H
#define C12_TEL_H

#include "c12/io.h"
#include "c12/ts.h"
#include "house/house.h"
#include <pthread.h>

enum { TEL_ROWS = 16384, TEL_POOL = 32768, TEL_FLUSH_MS = 30000, TEL_QUEUE_BYTES = 48 << 20, TEL_ROBOTS = 4096, TEL_HANDLES = 160 };

/* What was last heard of a robot. */
typedef struct tel_last { char robot[64]; int64_t time, x, y, battery; } tel_last; /* in thousandths */

typedef struct tel_file { char name[64]; int64_t from, to, records, bytes; int open_hour; } tel_file;

typedef struct tel {
    house *h;
    char dir[512];
    c12_tlm_schema schema;
    int32_t field_x, field_y, field_battery;
    /* the thread that writes */
    pthread_t thread;
    pthread_mutex_t lock;           /* of the queue, latest values and figures */
    pthread_cond_t some;
    struct tel_batch *first, **end;
    size_t queued;
    int closing, broken;
    c12io_ts *ts;                   /* of the hour */
    char name[64];
    int64_t hour, flushed, unflushed;
    c12_tlm_batch batch;
    c12_mem mem;
    tel_last last[TEL_ROBOTS];
    int n_last;
    int64_t records, told, rate_at, rate_n, rate;
    /* readers */
    pthread_mutex_t read_lock;
    int generation;                 /* rises when the hour's file got rows */
    struct { char name[64]; c12io_ts *ts; int generation; int64_t used; } handle[TEL_HANDLES];
    struct ears *ears;              /* of datagrams */
} tel;

/* Datagrams: one byte that says how long the robot's name is, the name, then frames of c12_tlm_sender_push, sealed by c12_seal_link_close.  Nothing is
 * answered; what is lost is lost, and the next KEY makes the rest whole again. */
int tel_hear(tel *t);                            /* 0 = listening, or not asked for */
void tel_hush(tel *t);
int tel_datagram(tel *t, const char *bytes, size_t n); /* on the writing thread: its rows are in the batch; 0 = refused */

int tel_start(tel *t);
void tel_stop(tel *t);
void tel_post(request *r);                       /* POST /telemetry */
int tel_put(tel *t, const char *bytes, size_t n, int datagram);
int tel_add(house *h, const char *lines, size_t n); /* rows of the process itself, as JSON lines; 0 = taken */
c12io_ts *tel_handle(tel *t, const char *name, int today); /* under read_lock; NULL = cannot be read now */
void tel_handles_close(tel *t);
tel *tel_of(request *r);
extern const endpoint tel_endpoints[];

#endif
