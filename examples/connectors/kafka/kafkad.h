/* SPDX-License-Identifier: Apache-2.0 */
/* c12-kafkad: a plant's outbox to Kafka and other systems' events to its inbox.  At least once out: the reader's mark moves when the broker has
 * confirmed; exactly once in: offsets are committed when the daemon has stored, and the daemon takes each event id once. */
#ifndef C12_KAFKAD_H
#define C12_KAFKAD_H

#include "topics.h"
#include "wire.h"
#include <jansson.h>
#include <librdkafka/rdkafka.h>
#include <stdatomic.h>
#include <stdio.h>

#define EVENT_TYPE "com.c12."
enum { PAGE = 20000, BATCH = 1000, BACK_OFF_MS = 500 };

typedef struct bridge {
    place to;                   /* the daemon */
    char site[64], source[80], host[64], cert[256], key[256], ca[256], in[200], group[80];
    int in_on, out_on;
    struct { char name[64], value[256]; } kafka[32];
    int n_kafka;
    atomic_int over;
    atomic_llong sent, taken, known, dead;
} bridge;

json_t *asyncapi(void);
int bridge_read(bridge *b, int argc, char **argv);      /* -1 = go on; else the exit status */
typedef void report(rd_kafka_t *k, const rd_kafka_message_t *m, void *opaque);
rd_kafka_t *bridge_kafka(bridge *b, rd_kafka_type_t type, const char *const more[][2], report *delivered); /* NULL and said */
void *out_run(void *arg);
void *in_run(void *arg);
void say(int priority, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
