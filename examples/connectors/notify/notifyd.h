/* SPDX-License-Identifier: Apache-2.0 */
/* c12-notifyd: a plant's open alerts to people, by mail and webhook, in steps: who is told first, and who when nobody has cleared the alert by then.
 * What was told is in a book of its own (SQLite), written before and after each sending: one step tells one person of one alert at most once; a sending
 * whose end is not known is not repeated, the next step follows instead, and the last step comes again as a reminder until somebody clears the alert. */
#ifndef C12_NOTIFYD_H
#define C12_NOTIFYD_H

#include "link.h"
#include <sqlite3.h>

enum { NOTIFY_STEPS = 5, NOTIFY_TARGETS = 8, NOTIFY_TARGET = 200, NOTIFY_TEXT = 400, NOTIFY_BATCH = 100, NOTIFY_BACK_OFF_MS = 10000 };

typedef struct notifyd {
    linked l;
    char book[256], mail_url[256], mail_from[NOTIFY_TARGET], mail_user[100], mail_secret[256], mail_ca[256], kinds[200];
    char target[NOTIFY_STEPS][NOTIFY_TARGETS][NOTIFY_TARGET];
    int n_steps, least, after, reminders, every, strange /* the book is another store's: said */;
    sqlite3 *db;
    int64_t told, failed;
} notifyd;

/* An alert as it is told. */
typedef struct notice { int64_t id, at_ms; char kind[40], severity[20], subject[80], text[NOTIFY_TEXT]; } notice;
typedef enum outcome { SENT, NOT_SENT, REFUSED, UNKNOWN } outcome; /* NOT_SENT: surely nobody has it */

/* book.c */
int book_open(notifyd *n);                                               /* 0 = good; else said */
int book_take(notifyd *n, const json_t *alert);                          /* of the daemon's list; -1 = the book cannot be written */
int64_t book_oldest(notifyd *n);                                         /* open alert's id, INT64_MAX = none */
int64_t book_newest(notifyd *n);                                         /* known alert's id, -1 = the book is new */
int book_begin(notifyd *n, int64_t newest);                              /* of a new book: what is older was before us */
int book_due(notifyd *n, int step, int64_t now, notice *out, int most);  /* open alerts whose step it is */
int book_sending(notifyd *n, notice *a, int count, int step, const char *target); /* drops from a[] whom the target has heard of in this step; how many are left, -1 = not written */
int book_end(notifyd *n, const notice *a, int count, int step, const char *target, outcome o);
int book_step(notifyd *n, const notice *a, int count, int64_t next_ms);  /* the step is done, the next is then */
int book_later(notifyd *n, const notice *a, int count, int64_t at_ms);   /* the step is tried again then */

/* send.c */
outcome send_all(notifyd *n, const notice *a, int count, int step, const char *target);

#endif
