/* SPDX-License-Identifier: Apache-2.0 */
/* Out: a page of the outbox is produced, and the mark moves when the broker has confirmed all of it.  One page is in memory, whatever the broker does. */
#include "kafkad.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

typedef struct page { int waiting, failed; } page;

static void delivered(rd_kafka_t *k, const rd_kafka_message_t *m, void *opaque)
{
    page *p = m->_private;
    (void)k;
    (void)opaque;
    p->waiting--;
    if (m->err) p->failed++;
}

static int send_line(bridge *b, rd_kafka_t *k, page *p, const char *line, size_t n)
{
    char name[EVENT_TOPIC];
    rd_kafka_resp_err_t bad = RD_KAFKA_RESP_ERR__QUEUE_FULL;
    if (event_topic(line, n, name)) return -1;
    while (bad == RD_KAFKA_RESP_ERR__QUEUE_FULL && !atomic_load(&b->l.over)) {
        bad = rd_kafka_producev(k, RD_KAFKA_V_TOPIC(name), RD_KAFKA_V_KEY(b->l.site, strlen(b->l.site)), RD_KAFKA_V_VALUE((void *)(uintptr_t)line, n), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                                RD_KAFKA_V_HEADER("content-type", "application/cloudevents+json", -1), RD_KAFKA_V_OPAQUE(p), RD_KAFKA_V_END);
        if (bad == RD_KAFKA_RESP_ERR__QUEUE_FULL) rd_kafka_poll(k, 100);
    }
    return bad ? -1 : 0;
}

/* Events of a page, a line each: how many, and how many were not confirmed. */
static int64_t send_page(bridge *b, rd_kafka_t *k, const char *line, int *failed)
{
    page p = { 0, 0 };
    int64_t n = 0;
    for (const char *end; !p.failed && (end = strchr(line, '\n')); line = end + 1, n++) {
        if (send_line(b, k, &p, line, (size_t)(end - line))) { p.failed++; break; }
        p.waiting++;
        if (n % 64 == 0) rd_kafka_poll(k, 0);
    }
    while (p.waiting > 0) rd_kafka_poll(k, 100); /* every message comes back, delivered or not: message.timeout.ms is finite */
    *failed = p.failed;
    return n;
}

void *out_run(void *arg)
{
    static const char *const more[][2] = { { "enable.idempotence", "true" }, { "message.timeout.ms", "10000" }, { "linger.ms", "5" }, { "queue.buffering.max.messages", "20000" }, { "batch.num.messages", "10000" }, { 0 } };
    bridge *b = arg;
    wire w = { .fd = -1 };
    rd_kafka_t *k = bridge_kafka(b, RD_KAFKA_PRODUCER, more, delivered);
    int64_t at = -1;
    while (k && !atomic_load(&b->l.over)) {
        int failed = 0;
        int64_t upto = at;
        if (at < 0 && (at = link_mark(&b->l, &w, "kafka", -1)) < 0) { link_say(&b->l, 4, "the daemon does not answer; it is asked again"); link_rest(&b->l, BACK_OFF_MS); continue; }
        const char *events = link_page(&b->l, &w, at, PAGE, &upto);
        if (!events) { link_rest(&b->l, BACK_OFF_MS); at = -1; continue; }
        int64_t n = send_page(b, k, events, &failed);
        if (failed) link_say(&b->l, 4, "not all of %" PRId64 " events were confirmed; the page is sent again", n);
        else if (n && link_mark(&b->l, &w, "kafka", upto) < 0) at = -1;
        else if (n) { at = upto; atomic_fetch_add(&b->sent, n); }
        if (!n || failed) link_rest(&b->l, failed ? BACK_OFF_MS : 50);
    }
    if (k) { rd_kafka_flush(k, 5000); rd_kafka_destroy(k); }
    wire_end(&w);
    return NULL;
}
