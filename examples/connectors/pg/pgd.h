/* SPDX-License-Identifier: Apache-2.0 */
/* c12-pgd: a plant's events, orders, stock and telemetry minutes in PostgreSQL, and sales orders that somebody puts there into the plant.  Every batch
 * is one transaction there, and the reader's mark moves behind it; numbers make each row arrive once, whoever is restarted between. */
#ifndef C12_PGD_H
#define C12_PGD_H

#include "link.h"
#include "rows.h"
#include <libpq-fe.h>

enum { PGD_PAGE = 20000, PGD_BACK_OFF_MS = 500, HOUR_MS = 3600000 };

/* at: what of the outbox is in the database, -1 = not known; ahead: the page behind it, fetched while the database was busy with the one before. */
typedef struct pgd { linked l; char url[512]; PGconn *pg; int hyper; int64_t at, rows, minutes, taken; int64_t minute; int every; const char *ahead; int64_t ahead_last; wire pages; char master[512], next[520]; } pgd;

int pg_open(pgd *p);                                             /* 0 = connected and its tables are there */
int pg_do(pgd *p, const char *sql);                              /* 0 = done */
int pg_number(pgd *p, const char *sql, int64_t *out);
int pg_copy_begin(pgd *p, const char *sql);
int pg_copy_put(pgd *p, const char *bytes, size_t n);
int pg_copy_done(pgd *p);                                        /* all is sent; the database may still be busy with it */
int pg_copy_end(pgd *p);                                         /* ... and is not any more; 0 = it took all */

int64_t events_move(pgd *p, wire *w);                            /* a page of the outbox; how many, -1 = later again */
int minutes_move(pgd *p, wire *w);                               /* minutes that are over */
int state_move(pgd *p, wire *w);                                 /* orders and stock as they are */
int orders_take(pgd *p, wire *w);                                /* rows of incoming_orders that nobody has taken */
int master_take(pgd *p);                                         /* the plant folder from views; 0 = it is what they say, -1 = as it was, and said why */

#endif
