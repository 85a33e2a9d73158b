/* SPDX-License-Identifier: Apache-2.0 */
/* The topics, once: what is produced, consumed and described by --asyncapi. */
#ifndef C12_KAFKA_TOPICS_H
#define C12_KAFKA_TOPICS_H

typedef struct member { const char *name, *type, *about; int required; } member;
typedef struct topic { const char *name, *about; int in; member of[9]; } topic; /* in: it is consumed too, from other sources than this plant */
extern const topic topics[]; /* ended by a NULL name */

#endif
