/* SPDX-License-Identifier: Apache-2.0 */
/* c12-kafkad: a plant's outbox to Kafka and other systems' events to its inbox.  At least once out: the reader's mark moves when the broker has
 * confirmed; exactly once in: offsets are committed when the daemon has stored, and the daemon takes each event id once. */
#ifndef C12_KAFKAD_H
#define C12_KAFKAD_H

#include "event.h"
#include "link.h"
#include "topics.h"
#include <librdkafka/rdkafka.h>

enum { PAGE = 20000, BATCH = 1000, BACK_OFF_MS = 500, BODY_MOST = 4 << 20 /* of a request to the inbox, which takes twice as much */ };

typedef struct bridge {
    linked l;
    char source[80], in[200], group[80];
    int in_on, out_on, every_key;
    struct { char name[64], value[256]; } kafka[32];
    int n_kafka;
    atomic_llong sent, taken, known, others, dead;
    atomic_int told;
} bridge;

json_t *asyncapi(void);
typedef void report(rd_kafka_t *k, const rd_kafka_message_t *m, void *opaque);
rd_kafka_t *bridge_kafka(bridge *b, rd_kafka_type_t type, const char *const more[][2], report *delivered); /* NULL and said */
void *out_run(void *arg);
void *in_run(void *arg);

#endif
