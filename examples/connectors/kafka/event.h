/* SPDX-License-Identifier: Apache-2.0 */
/* What a message of a topic is for the inbox, and which topic a line of the outbox goes to: bytes alone, no broker. */
#ifndef C12_KAFKA_EVENT_H
#define C12_KAFKA_EVENT_H

#include <jansson.h>

#define EVENT_TYPE "com.c12."
enum { EVENT_ID = 190 /* most bytes of source and id together */, EVENT_TOPIC = 100 };

json_t *event_take(const char *bytes, size_t n, const char *own, const char **why); /* the event for the inbox; NULL = none: why says the reason, NULL = own, one that this plant has sent */
int event_topic(const char *line, size_t n, char name[EVENT_TOPIC]);                 /* 0 = found */

#endif
