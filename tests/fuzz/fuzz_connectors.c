/* SPDX-License-Identifier: Apache-2.0 */
/* Hostile bytes at the doors of the connectors: messages of a topic, lines of the outbox, answers of the daemon, rows of a table.  What comes out of a reader is
 * taken apart here by other means and compared.
 *
 * usage: fuzz_connectors ITERATIONS [SEED [TARGET]] */
#include "event.h"
#include "mutate.h"
#include "rows.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EVENT(source, id) "{\"specversion\":\"1.0\",\"id\":\"" id "\",\"source\":\"" source "\",\"type\":\"com.c12.sales.orders.created\",\"time\":\"2025-10-24T00:00:00Z\",\"datacontenttype\":\"application/json\"," \
    "\"data\":{\"order\":\"ERP-1\",\"customer\":\"A\\u00e9\\\"\\\\\",\"item\":\"X\",\"qty\":1,\"due\":\"2025-12-01\"}}"
#define NAME60 "0123456789abcdefghij0123456789abcdefghij0123456789abcdefghij"
#define LINE "{\"type\":\"com.c12.inventory.transactions\",\"specversion\":\"1.0\",\"id\":\"bern-4711\",\"source\":\"/c12/bern\",\"time\":\"2025-10-24T06:12:00.250Z\"," \
    "\"datacontenttype\":\"application/json\",\"subject\":"

static void fail(const char *what, const bytes *b)
{
    fprintf(stderr, "%s: %.*s\n", what, (int)b->n, (const char *)b->at);
    abort();
}

static const char *text_of(const json_t *o, const char *name)
{
    const char *s = json_string_value(json_object_get(o, name));
    return s ? s : "";
}

/* Its type without the prefix. */
static const char *topic_of(const json_t *o)
{
    const char *type = text_of(o, "type");
    return strncmp(type, EVENT_TYPE, sizeof EVENT_TYPE - 1) ? "" : type + sizeof EVENT_TYPE - 1;
}

/* ---- c12-kafkad: CloudEvents ------------------------------------------------------------------------------------------------------------- */

/* An event has an id made of source and id and the data of the message; what is none has a reason, unless this plant has sent it. */
static void kafka_message(const bytes *b)
{
    const char *why = "nothing was said";
    char id[400];
    json_t *event = event_take((const char *)b->at, b->n, "/c12/bern", &why), *o = json_loadb((const char *)b->at, b->n, 0, NULL);
    if (event ? why != NULL : !why && strcmp(text_of(o, "source"), "/c12/bern")) fail("neither event nor reason", b);
    if (event && !strcmp(text_of(o, "source"), "/c12/bern")) fail("what it has sent itself", b);
    if (event) {
        char *body = json_dumps(event, JSON_COMPACT);
        json_t *again = body ? json_loads(body, JSON_REJECT_DUPLICATES, NULL) : NULL;
        snprintf(id, sizeof id, "%s#%s", text_of(o, "source"), text_of(o, "id"));
        if (!json_equal(again, event) || strcmp(text_of(event, "id"), id) || strlen(id) > 200) fail("another event", b);
        if (!json_equal(json_object_get(event, "data"), json_object_get(o, "data")) || strcmp(text_of(event, "type"), topic_of(o))) fail("another event", b);
        json_decref(again);
        free(body);
    }
    json_decref(event);
    json_decref(o);
}

/* A topic that is found is the type of what the line holds. */
static void kafka_line(const bytes *b)
{
    char name[EVENT_TOPIC];
    json_t *o = json_loadb((const char *)b->at, b->n, JSON_REJECT_DUPLICATES, NULL);
    if (event_topic((const char *)b->at, b->n, name)) memset(name, 0, sizeof name);
    if (*name && o && !strchr(name, '\\') && strcmp(topic_of(o), name)) fail("another topic", b);
    json_decref(o);
}

/* ---- c12-pgd: rows for COPY --------------------------------------------------------------------------------------------------------------- */

enum { CELLS = 10 };
typedef struct copied { char *at; int n; const char *cell[CELLS]; size_t size[CELLS]; } copied; /* cells as PostgreSQL reads them; NULL = NULL */

/* COPY's text form as its page in PostgreSQL's manual has it, read by other code than what wrote it. */
static copied copy_read(const cells *r, const bytes *b)
{
    copied c = { .at = malloc(r->used + 1) };
    size_t to = 0;
    if (!r->used || r->bytes[r->used - 1] != '\n') fail("a row without its end", b);
    for (size_t k = 0, from = 0; k < r->used; k++) {
        if (r->bytes[k] == '\\') {
            char next = r->bytes[++k];
            if (k + 1 >= r->used || !strchr("\\tnrN", next)) fail("an escape that is none", b);
            if (next == 'N' && (to != from || (r->bytes[k + 1] != '\t' && r->bytes[k + 1] != '\n'))) fail("half a NULL", b);
            c.at[to++] = next == 't' ? '\t' : next == 'n' ? '\n' : next == 'r' ? '\r' : next;
            if (next == 'N' && c.n < CELLS) c.cell[c.n] = "NULL";
        } else if (r->bytes[k] == '\t' || r->bytes[k] == '\n') {
            if (c.n == CELLS || (r->bytes[k] == '\n' && k + 1 < r->used)) fail("more cells or rows than one", b);
            c.size[c.n] = to - from;
            c.cell[c.n] = c.cell[c.n] ? NULL : c.at + from;
            c.n++;
            from = to;
        } else c.at[to++] = r->bytes[k];
    }
    return c;
}

static int is_cell(const copied *c, int k, const char *want) { return c->cell[k] && c->size[k] == strlen(want) && !memcmp(c->cell[k], want, c->size[k]); }

/* The line as the daemon writes it: its members in their order, printed the same again. */
static int is_daemons(const json_t *o, const bytes *b)
{
    static const char *const names[] = { "type", "specversion", "id", "source", "time", "datacontenttype", "subject", "data" };
    const char *name;
    json_t *v;
    size_t n = 0, good = 1;
    json_object_foreach((json_t *)(uintptr_t)o, name, v) {
        if (n >= sizeof names / sizeof *names || strcmp(name, names[n]) || (n < 7 && !json_is_string(v))) { good = 0; break; }
        n++;
    }
    char *s = good && n == sizeof names / sizeof *names ? json_dumps(o, JSON_COMPACT) : NULL;
    int same = s && strlen(s) == b->n && !memcmp(s, b->at, b->n);
    free(s);
    return same;
}

/* A row has the six cells of its table, and they are those of the line's envelope. */
static void pg_event(const bytes *b)
{
    cells r = { 0 };
    json_t *o = json_loadb((const char *)b->at, b->n, JSON_REJECT_DUPLICATES, NULL);
    char *own = malloc(b->n + 1); /* of its very size, so that what is read behind it is seen */
    memcpy(own, b->at, b->n);
    int made = !memchr(own, '\n', b->n) && !row_event(&r, "bern", own, own + b->n);
    if (made) {
        copied c = copy_read(&r, b);
        if (b->at[b->n - 1] != '}' || c.n != 6 || !is_cell(&c, 0, "bern") || strspn(c.cell[1], "0123456789") < c.size[1] || !c.size[1]) fail("another row", b);
        if (o && is_daemons(o, b)) {
            const char *id = text_of(o, "id");
            char *data = json_dumps(json_object_get(o, "data"), JSON_COMPACT | JSON_ENCODE_ANY);
            if (strlen(id) < c.size[1] || memcmp(id + strlen(id) - c.size[1], c.cell[1], c.size[1])) fail("another number", b);
            if (!is_cell(&c, 2, text_of(o, "time")) || !is_cell(&c, 3, topic_of(o)) || !is_cell(&c, 4, text_of(o, "subject")) || !is_cell(&c, 5, data)) fail("other cells", b);
            free(data);
        }
        free(c.at);
    }
    free(own);
    free(r.bytes);
    json_decref(o);
}

static void pg_minute(const bytes *b)
{
    cells r = { 0 };
    json_t *o = json_loadb((const char *)b->at, b->n, 0, NULL);
    if (o && !row_minute(&r, "bern", "battery_level", o)) {
        copied c = copy_read(&r, b);
        if (c.n != 8 || !is_cell(&c, 0, "bern") || !is_cell(&c, 1, text_of(o, "robot")) || !is_cell(&c, 2, "battery_level")) fail("another row", b);
        free(c.at);
    }
    free(r.bytes);
    json_decref(o);
}

static void pg_state(const bytes *b)
{
    static const char *const names[] = { "order", "customer", "item", "qty", "due", "promised", "state" };
    cells r = { 0 };
    json_t *o = json_loadb((const char *)b->at, b->n, 0, NULL);
    if (o && !row_state(&r, "bern", o, names, 7)) {
        copied c = copy_read(&r, b);
        if (c.n != 8) fail("another row", b);
        for (int k = 0; k < 7; k++) {
            const json_t *v = json_object_get(o, names[k]);
            if (json_is_string(v) ? !is_cell(&c, k + 1, json_string_value(v)) : json_is_integer(v) == !c.cell[k + 1]) fail("another cell", b);
        }
        free(c.at);
    }
    free(r.bytes);
    json_decref(o);
}

/* Six texts with newlines between, as a table may have them: an event with the same texts, or none where one is not UTF-8. */
static void pg_order(const bytes *b)
{
    char *own = malloc(b->n + 1), *at = own, *part[6];
    memcpy(own, b->at, b->n);
    own[b->n] = 0;
    for (int k = 0; k < 6; k++) {
        part[k] = at;
        at += strcspn(at, "\n");
        if (*at) *at++ = 0;
    }
    const order_row row = { part[0], part[1], part[2], part[3], part[4], part[5] };
    json_t *event = row_order("bern", &row), *data = json_object_get(event, "data");
    if (event && (strcmp(text_of(data, "order"), part[1]) || strcmp(text_of(data, "customer"), part[2])
                  || strcmp(text_of(data, "item"), part[3]) || strcmp(text_of(data, "due"), part[5]))) fail("another order", b);
    if (event) {
        char *body = json_dumps(event, JSON_COMPACT);
        if (!body) fail("an event that cannot be sent", b);
        free(body);
    }
    json_decref(event);
    free(own);
}

/* ---- the campaign -------------------------------------------------------------------------------------------------------------------------- */

static const struct { const char *name, *seed; void (*run)(const bytes *b); } target[] = {
    { "kafka message", EVENT("/erp", "e1"), kafka_message },
    { "kafka own", EVENT("/c12/bern", "bern-17"), kafka_message },
    { "kafka long", EVENT("/erp/" NAME60, NAME60 NAME60 "12345"), kafka_message },
    { "kafka line", LINE "\"A\",\"data\":{\"qty\":1}}", kafka_line },
    { "pg event", LINE "\"A-\\\"\\t\\\\1\",\"data\":{\"item\":\"A\\\\t'\\\"\",\"kind\":\"receipt\",\"qty\":1,\"reference\":\"x\\ty\"}}", pg_event },
    { "pg minute", "{\"robot\":\"G1-\\t\\\\001\",\"start_ms\":1761316320000,\"count\":60,\"avg\":45.25,\"min\":40,\"max\":50.5}", pg_minute },
    { "pg state", "{\"order\":\"SO-\\\\1\",\"customer\":\"A\\nB\",\"item\":\"X\\tY\",\"qty\":7,\"due\":\"2025-12-01\",\"promised\":null,\"state\":\"open\"}", pg_state },
    { "pg order", "4711\nPG-1\nACME \xc3\xa9\nC12-EXEC-DOUBLE-001\n7\n2025-12-01", pg_order },
};

int main(int argc, char **argv)
{
    size_t iterations = argc > 1 ? (size_t)atoll(argv[1]) : 1000;
    uint64_t seed = argc > 2 ? (uint64_t)atoll(argv[2]) : 1;
    bytes b = { malloc(MOST + 64), 0 };
    for (size_t k = 0; k < sizeof target / sizeof *target; k++) {
        if (argc > 3 && strcmp(argv[3], target[k].name)) continue;
        for (size_t i = 0; i < iterations; i++) {
            mutate_seed(seed, k, i);
            b.n = strlen(target[k].seed);
            memcpy(b.at, target[k].seed, b.n);
            if (i) mutate(&b); /* the first as it is */
            target[k].run(&b);
        }
        printf("fuzz: %s: %zu inputs\n", target[k].name, iterations);
    }
    free(b.at);
    return 0;
}
