/* SPDX-License-Identifier: Apache-2.0 */
/* A message of VDA 5050 put together member by member: columns in memory of its own, printed when all is there. */
#ifndef C12_SHEET_H
#define C12_SHEET_H

#include "c12/vda.h"

enum { SHEET_BYTES = 1 << 19, SHEET_JSON = 1 << 18 };

typedef struct sheet {
    c12_vda_message m;
    c12_vda_column column[C12_VDA_FIELDS];
    size_t used;
    int bad; /* a member that the kind does not have, or no room */
    char json[SHEET_JSON];
    size_t n;
    int64_t room[SHEET_BYTES / 8];
} sheet;

void sheet_begin(sheet *s, int32_t kind, const char *version, int64_t header, const char *manufacturer, const char *serial);
void sheet_int(sheet *s, const char *path, int64_t value);
void sheet_text(sheet *s, const char *path, const char *text);
void sheet_there(sheet *s, const char *path);                                  /* an object that belongs to the message */
void sheet_list(sheet *s, const char *path, int64_t rows);                     /* a list that belongs to the message */
void sheet_lists(sheet *s, const char *path, int64_t rows, const int64_t *off); /* lists of each row of a list */
void sheet_ints(sheet *s, const char *path, int64_t rows, const int64_t *value);
void sheet_texts(sheet *s, const char *path, int64_t rows, const char *const *text);
int sheet_print(sheet *s); /* 0 = s->json has s->n bytes */

int64_t sheet_now(void);   /* ns since 1970 */

#endif
