/* SPDX-License-Identifier: Apache-2.0 */
/* What connectors share: where the daemon is and who they are to it, options from a file and the command line, marks in the outbox. */
#ifndef C12_CONNECTOR_LINK_H
#define C12_CONNECTOR_LINK_H

#include "wire.h"
#include <jansson.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>

typedef struct linked { place to; char name[32], site[64], host[64], cert[256], key[256], ca[256]; atomic_int over; } linked;

typedef int link_setter(void *user, const char *section, const char *name, const char *value); /* 1 = taken, 0 = no such option */
/* Reads --config FILE and --SECTION.NAME VALUE; what link itself does not know goes to `other`.  -1 = go on; else the exit status. */
int link_read(linked *l, const char *name, int argc, char **argv, link_setter *other, void *user, void (*help)(void));
void link_say(const linked *l, int priority, const char *format, ...) __attribute__((format(printf, 3, 4)));
void link_rest(const linked *l, int ms);                                     /* not when it is over */
void link_wait(linked *l);                                                   /* until a signal ends it */
void link_block(void);                                                       /* signals wait for link_wait; before any thread is made */
int64_t link_mark(linked *l, wire *w, const char *reader, int64_t last);     /* where the reader stands, last < 0 = only asked; -1 = no answer */
/* A page of events behind `at`, one CloudEvent a line; NULL = no answer.  It lives in the wire until the next request. */
const char *link_page(linked *l, wire *w, int64_t at, int most, int64_t *last);
void link_end(linked *l);

#endif
