/* SPDX-License-Identifier: Apache-2.0 */
/* Out: a page of the outbox is produced, and the mark moves when the broker has confirmed all of it.  One page is in memory, whatever the broker does. */
#include "kafkad.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct page { int waiting, failed; } page;

static void rest(bridge *b, int ms)
{
    const struct timespec t = { ms / 1000, ms % 1000 * 1000000L };
    if (!atomic_load(&b->over)) nanosleep(&t, NULL);
}

static void delivered(rd_kafka_t *k, const rd_kafka_message_t *m, void *opaque)
{
    page *p = m->_private;
    (void)k;
    (void)opaque;
    p->waiting--;
    if (m->err) p->failed++;
}

static void stamp(int64_t ms, char out[40])
{
    time_t s = (time_t)(ms / 1000);
    struct tm day;
    gmtime_r(&s, &day);
    size_t n = strftime(out, 32, "%Y-%m-%dT%H:%M:%S", &day);
    snprintf(out + n, 40 - n, ".%03dZ", (int)(ms % 1000));
}

/* CloudEvents 1.0, structured: the id is the plant's and the outbox's number, so the same event has the same id however often it is sent. */
static char *event_of(const bridge *b, const json_t *row)
{
    char id[100], type[100], time[40];
    snprintf(id, sizeof id, "%s-%" JSON_INTEGER_FORMAT, b->site, json_integer_value(json_object_get(row, "id")));
    snprintf(type, sizeof type, EVENT_TYPE "%s", json_string_value(json_object_get(row, "topic")));
    stamp(json_integer_value(json_object_get(row, "at_ms")), time);
    json_t *o = json_pack("{s:s,s:s,s:s,s:s,s:O,s:s,s:s,s:O}", "specversion", "1.0", "id", id, "source", b->source, "type", type, "subject", json_object_get(row, "subject"), "time", time, "datacontenttype", "application/json", "data", json_object_get(row, "data"));
    char *s = o ? json_dumps(o, JSON_COMPACT) : NULL;
    json_decref(o);
    return s;
}

static int send_page(bridge *b, rd_kafka_t *k, const json_t *items)
{
    page p = { 0, 0 };
    size_t i;
    json_t *row;
    json_array_foreach(items, i, row) {
        char *event = event_of(b, row);
        const char *name = json_string_value(json_object_get(row, "topic"));
        rd_kafka_resp_err_t bad = RD_KAFKA_RESP_ERR__QUEUE_FULL;
        while (event && name && bad == RD_KAFKA_RESP_ERR__QUEUE_FULL && !atomic_load(&b->over)) {
            bad = rd_kafka_producev(k, RD_KAFKA_V_TOPIC(name), RD_KAFKA_V_KEY(b->site, strlen(b->site)), RD_KAFKA_V_VALUE(event, strlen(event)), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                                    RD_KAFKA_V_HEADER("content-type", "application/cloudevents+json", -1), RD_KAFKA_V_OPAQUE(&p), RD_KAFKA_V_END);
            if (bad == RD_KAFKA_RESP_ERR__QUEUE_FULL) rd_kafka_poll(k, 100);
        }
        free(event);
        if (bad) { p.failed++; break; }
        p.waiting++;
        rd_kafka_poll(k, 0);
    }
    while (p.waiting > 0) rd_kafka_poll(k, 100); /* every message comes back, delivered or not: message.timeout.ms is finite */
    return p.failed;
}

/* Where this reader stands; -1 = the daemon does not answer. */
static int64_t mark(bridge *b, wire *w, int64_t last)
{
    char path[160], body[60] = "{}";
    snprintf(path, sizeof path, "/api/v1/outbox/readers/kafka-%s", b->site);
    if (last >= 0) snprintf(body, sizeof body, "{\"last\":%" PRId64 "}", last);
    if (wire_ask(w, &b->to, "PUT", path, body) != 200) return -1;
    json_t *o = json_loads(w->body, 0, NULL);
    int64_t at = o ? json_integer_value(json_object_get(o, "last")) : -1;
    json_decref(o);
    return at;
}

void *out_run(void *arg)
{
    static const char *const more[][2] = { { "enable.idempotence", "true" }, { "message.timeout.ms", "10000" }, { "linger.ms", "5" }, { "queue.buffering.max.messages", "20000" }, { 0 } };
    bridge *b = arg;
    wire w = { .fd = -1 };
    rd_kafka_t *k = bridge_kafka(b, RD_KAFKA_PRODUCER, more, delivered);
    int64_t at = -1;
    while (k && !atomic_load(&b->over)) {
        char path[80];
        if (at < 0 && (at = mark(b, &w, -1)) < 0) { say(4, "the daemon does not answer; it is asked again"); rest(b, BACK_OFF_MS); continue; }
        snprintf(path, sizeof path, "/api/v1/outbox?after=%" PRId64 "&most=%d", at, PAGE);
        json_t *o = wire_ask(&w, &b->to, "GET", path, "") == 200 ? json_loads(w.body, 0, NULL) : NULL;
        const json_t *items = json_object_get(o, "items");
        size_t n = json_array_size(items);
        if (!o) { rest(b, BACK_OFF_MS); at = -1; continue; }
        int failed = n ? send_page(b, k, items) : 0;
        if (failed) say(4, "%d of %zu events were not confirmed; the page is sent again", failed, n);
        if (n && !failed) {
            int64_t last = json_integer_value(json_object_get(o, "last"));
            if (mark(b, &w, last) >= 0) { at = last; atomic_fetch_add(&b->sent, (long long)n); }
            else at = -1;
        }
        json_decref(o);
        if (!n || failed) rest(b, failed ? BACK_OFF_MS : 50);
    }
    if (k) { rd_kafka_flush(k, 5000); rd_kafka_destroy(k); }
    wire_end(&w);
    return NULL;
}
