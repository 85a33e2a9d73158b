/* SPDX-License-Identifier: Apache-2.0 */
/* The table of members, and reading JSON piece by piece. */
#ifndef C12_VDA_INTERNAL_H
#define C12_VDA_INTERNAL_H

#include "base/num.h"
#include "base/status.h"
#include "c12/vda.h"

#define C12__VDA_MOST INT64_C(9200000000000000000) /* of a real: 9.2e12 units, in millionths */

/* One member.  Rows of a table are in pre-order: what an object or list holds follows it. */
typedef struct c12__vda_field {
    const char *path;
    const char *const *word;
    int64_t least, most;
    uint8_t kind, key; /* the key begins at path + key; an element of a list has "*" */
    uint8_t required, since;
    int16_t span, parent, list;
} c12__vda_field;

typedef struct c12__vda_schema { const char *topic; const c12__vda_field *field; int32_t n, reserved; } c12__vda_schema;

extern const c12__vda_schema c12__vda_schemas[C12_VDA_KINDS];

/* Rows of the tables that rules and c12_vda_order_make name; a test holds them against their paths. */
enum {
    C12__VDA_HEADER = 0, C12__VDA_TIMESTAMP = 1, C12__VDA_VERSION = 2, C12__VDA_MANUFACTURER = 3, C12__VDA_SERIAL = 4,
    C12__VDA_ORDER_ID = 5, C12__VDA_ORDER_UPDATE = 6, C12__VDA_NODES = 8, C12__VDA_NODE_ID = 9, C12__VDA_NODE_SEQUENCE = 10, C12__VDA_NODE_RELEASED = 12, C12__VDA_NODE_POSITION = 13,
    C12__VDA_NODE_X = 14, C12__VDA_NODE_Y = 15, C12__VDA_NODE_MAP = 19, C12__VDA_NODE_ACTIONS = 21, C12__VDA_EDGES = 29, C12__VDA_EDGE_ID = 30, C12__VDA_EDGE_SEQUENCE = 31, C12__VDA_EDGE_RELEASED = 33,
    C12__VDA_EDGE_START = 34, C12__VDA_EDGE_END = 35, C12__VDA_EDGE_ACTIONS = 57,
    C12__VDA_STATE_ORDER = 10, C12__VDA_STATE_UPDATE = 11, C12__VDA_STATE_LAST = 13, C12__VDA_STATE_SEQUENCE = 14, C12__VDA_STATE_DRIVING = 15, C12__VDA_STATE_BASE = 17,
    C12__VDA_LEFT = 20, C12__VDA_LEFT_ID = 21, C12__VDA_LEFT_SEQUENCE = 22, C12__VDA_LEFT_RELEASED = 24
};

/* ---- JSON (vda_scan.c) ---------------------------------------------------------------------------------------------------------------- */

/* Where reading is.  A piece that is not JSON leaves `what` and stands at the byte; everything then returns 0 up to the top. */
typedef struct c12__vda_scan { const uint8_t *p; size_t n, at; const char *what; } c12__vda_scan;

int c12__vda_wrong(c12__vda_scan *s, const char *what);
void c12__vda_space(c12__vda_scan *s);
static inline int c12__vda_is(const c12__vda_scan *s, uint8_t c) { return s->at < s->n && s->p[s->at] == c; }

/* A string at its quote: its bytes unescaped into `to` unless NULL, their number in *len. */
int c12__vda_string(c12__vda_scan *s, uint8_t *to, size_t *len);

/* A string at its quote that has neither escapes nor bytes above 7f: what is inside.  0 = it is another, and nothing has moved. */
int c12__vda_plain(c12__vda_scan *s, c12_view *inside);

/* Any value, skipped; its bytes without space between the parts into `to` unless NULL. */
int c12__vda_any(c12__vda_scan *s, uint8_t *to, size_t *len);

/* A number times 10^scale, rounded half to even.  *fits 1 = within +-C12__VDA_MOST, *whole 1 = nothing was rounded. */
typedef struct c12__vda_number { int64_t value; int32_t fits, whole; } c12__vda_number;
int c12__vda_number_read(c12__vda_scan *s, int32_t scale, c12__vda_number *out);

/* Bytes of the well-formed UTF-8 sequence at p, 0 when there is none. */
size_t c12__vda_sequence(const uint8_t *p, size_t n);

/* RFC 3339 of so many bytes to ns; 0 = it is none, or outside 1970 to 2261. */
int c12__vda_time(const uint8_t *p, size_t n, c12_ns *out);

static inline const c12__vda_schema *c12__vda_schema_of(int32_t kind) { return kind >= 0 && kind < C12_VDA_KINDS ? &c12__vda_schemas[kind] : NULL; }
static inline c12_view c12__vda_name(const uint8_t *text, const int64_t *off, int64_t row)
{
    c12_view v = { text + off[row], (size_t)(off[row + 1] - off[row]) };
    return v;
}

/* Are these bytes that text? */
static inline int c12__vda_says(const char *text, const uint8_t *p, size_t n)
{
    size_t k = 0;
    while (k < n && text[k] && (uint8_t)text[k] == p[k]) k++;
    return k == n && !text[k];
}

/* An order's or a report's columns are there (vda_order.c). */
c12_status c12__vda_take_order(c12_vda_order *o, const c12_vda_order *from, const char *name, c12_error *err);
c12_status c12__vda_take_report(c12_vda_report *r, const c12_vda_report *from, c12_error *err);

static inline int c12__vda_same(c12_view a, c12_view b) { return a.size == b.size && (!a.size || !memcmp(a.ptr, b.ptr, a.size)); }

#endif
