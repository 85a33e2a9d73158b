/* SPDX-License-Identifier: Apache-2.0 */
/* What the daemon tells as rows for COPY, and rows of a table as events for the daemon: bytes alone, no database. */
#ifndef C12_PG_ROWS_H
#define C12_PG_ROWS_H

#include <jansson.h>

typedef struct cells { char *bytes; size_t cap, used; } cells; /* the row made last, in COPY's text form, with its line end; the caller frees bytes */
typedef struct order_row { const char *id, *code, *customer, *item, *qty, *due; } order_row;

/* Each: 0 = made, -1 = cannot be read. */
int row_event(cells *r, const char *site, const char *line, const char *end);                       /* a line of the outbox: number, time, topic, subject, data */
int row_minute(cells *r, const char *site, const char *column, const json_t *minute);               /* robot, column, minute, count, mean, least, most */
int row_state(cells *r, const char *site, const json_t *of, const char *const *names, int n);       /* its members of these names; what is neither text nor whole number is NULL */

json_t *row_order(const char *site, const order_row *o); /* NULL = its text is not UTF-8 */

#endif
