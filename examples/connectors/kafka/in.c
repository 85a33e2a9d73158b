/* SPDX-License-Identifier: Apache-2.0 */
/* In: a batch of messages becomes one request to the inbox; offsets are committed when it is stored.  What is no event, or is refused, goes to the dead-letter
 * topic with the reason.  Nothing more is read while the daemon does not answer.  A message's key is the plant it is for: others share its topics. */
#include "kafkad.h"
#include <stdlib.h>
#include <string.h>

/* ---- dead letters ------------------------------------------------------------------------------------------------------------------------ */

static void dead_letter(bridge *b, rd_kafka_t *p, const rd_kafka_message_t *m, const char *why)
{
    char name[200];
    snprintf(name, sizeof name, "%s.dead", rd_kafka_topic_name(m->rkt));
    rd_kafka_resp_err_t bad = rd_kafka_producev(p, RD_KAFKA_V_TOPIC(name), RD_KAFKA_V_KEY(m->key, m->key_len), RD_KAFKA_V_VALUE(m->payload, m->len), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY | RD_KAFKA_MSG_F_BLOCK), RD_KAFKA_V_HEADER("reason", why, -1), RD_KAFKA_V_END);
    link_say(&b->l, 4, "dead letter from %s [%d] %lld: %s%s", rd_kafka_topic_name(m->rkt), (int)m->partition, (long long)m->offset, why, bad ? "; and it could not be produced" : "");
    atomic_fetch_add(&b->dead, 1);
}

/* ---- one message --------------------------------------------------------------------------------------------------------------------------- */

static int is_ours(bridge *b, const rd_kafka_message_t *m)
{
    const size_t n = strlen(b->l.site);
    if (b->every_key || (m->key_len == n && !memcmp(m->key, b->l.site, n))) return 1;
    if (!m->key_len && !atomic_exchange(&b->told, 1)) link_say(&b->l, 5, "messages without a key are for no plant and left alone; --events.keys all takes them");
    atomic_fetch_add(&b->others, 1);
    return 0;
}

/* The message of an id among those of the batch. */
static ssize_t place_of(const json_t *events, const char *id)
{
    size_t k;
    json_t *e;
    json_array_foreach(events, k, e) if (!strcmp(json_string_value(json_object_get(e, "id")), id)) return (ssize_t)k;
    return -1;
}

/* Until the inbox has answered: its status, -1 = it is over. */
static int ask_inbox(bridge *b, wire *w, const char *body, size_t size)
{
    while (!atomic_load(&b->l.over)) {
        int status = wire_send(w, &b->l.to, "POST", "/api/v1/inbox", body, size);
        if (status == 200 || status == 413 || status == 422) return status;
        link_say(&b->l, 4, "the inbox answers %d; it is asked again, nothing more is read meanwhile", status);
        link_rest(&b->l, BACK_OFF_MS);
    }
    return -1;
}

static void note_answer(bridge *b, rd_kafka_t *p, const char *answer, const json_t *events, rd_kafka_message_t *const *of)
{
    json_t *o = json_loads(answer, 0, NULL), *row;
    size_t k;
    json_array_foreach(json_object_get(o, "refused"), k, row) {
        ssize_t at = place_of(events, json_string_value(json_object_get(row, "id")));
        if (at >= 0) dead_letter(b, p, of[at], json_string_value(json_object_get(row, "why")));
    }
    atomic_fetch_add(&b->taken, json_integer_value(json_object_get(o, "taken")));
    atomic_fetch_add(&b->known, json_integer_value(json_object_get(o, "known")));
    json_decref(o);
}

static int hand_over(bridge *b, wire *w, rd_kafka_t *p, const json_t *events, rd_kafka_message_t *const *of);

/* What is too much at once goes in halves, so that one message that can never be taken does not stop the others. */
static int hand_over_halves(bridge *b, wire *w, rd_kafka_t *p, const json_t *events, rd_kafka_message_t *const *of)
{
    size_t n = json_array_size(events), half = n / 2;
    if (n == 1) { dead_letter(b, p, of[0], "the inbox takes no event of this size or form"); return 0; }
    json_t *parts[2] = { json_array(), json_array() };
    for (size_t k = 0; k < n; k++) json_array_append(parts[k >= half], json_array_get(events, k));
    int code = hand_over(b, w, p, parts[0], of) || hand_over(b, w, p, parts[1], of + half) ? -1 : 0;
    json_decref(parts[0]);
    json_decref(parts[1]);
    return code;
}

static int hand_over(bridge *b, wire *w, rd_kafka_t *p, const json_t *events, rd_kafka_message_t *const *of)
{
    char *body = json_dumps(events, JSON_COMPACT);
    size_t size = body ? strlen(body) : 0;
    int status = !body ? -1 : size > BODY_MOST ? 413 : ask_inbox(b, w, body, size);
    free(body);
    if (status == 200) note_answer(b, p, w->body, events, of);
    return status == 200 ? 0 : status < 0 ? -1 : hand_over_halves(b, w, p, events, of);
}

static int take_batch(bridge *b, wire *w, rd_kafka_t *p, rd_kafka_message_t **m, ssize_t n)
{
    rd_kafka_message_t *of[BATCH];
    json_t *events = json_array();
    const char *why;
    for (ssize_t k = 0; k < n; k++) {
        if (m[k]->err || !is_ours(b, m[k])) continue; /* an error is the broker's news: librdkafka sees to it */
        json_t *e = event_take(m[k]->payload, m[k]->len, b->source, &why);
        if (e) { of[json_array_size(events)] = m[k]; json_array_append_new(events, e); }
        else if (why) dead_letter(b, p, m[k], why);
    }
    int code = json_array_size(events) ? hand_over(b, w, p, events, of) : 0;
    json_decref(events);
    return code;
}

static int subscribe(bridge *b, rd_kafka_t *c)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(4);
    char names[200], *save = NULL;
    snprintf(names, sizeof names, "%s", b->in);
    for (char *t = strtok_r(names, ", ", &save); t; t = strtok_r(NULL, ", ", &save)) rd_kafka_topic_partition_list_add(list, t, RD_KAFKA_PARTITION_UA);
    rd_kafka_resp_err_t bad = rd_kafka_subscribe(c, list);
    rd_kafka_topic_partition_list_destroy(list);
    return bad ? (link_say(&b->l, 3, "events.in: %s", rd_kafka_err2str(bad)), -1) : 0;
}

void *in_run(void *arg)
{
    bridge *b = arg;
    const char *const more[][2] = { { "group.id", b->group }, { "auto.offset.reset", "earliest" }, { "enable.auto.commit", "false" }, { "session.timeout.ms", "6000" }, { "queued.max.messages.kbytes", "16384" }, { 0 } };
    static const char *const plain[][2] = { { "message.timeout.ms", "0" }, { 0 } }; /* a dead letter waits for the broker as long as it takes */
    wire w = { .fd = -1 };
    rd_kafka_t *c = bridge_kafka(b, RD_KAFKA_CONSUMER, more, NULL), *p = bridge_kafka(b, RD_KAFKA_PRODUCER, plain, NULL);
    if (!c || !p || rd_kafka_poll_set_consumer(c) || subscribe(b, c)) { link_say(&b->l, 3, "nothing is taken"); return NULL; }
    rd_kafka_queue_t *q = rd_kafka_queue_get_consumer(c);
    while (!atomic_load(&b->l.over)) {
        rd_kafka_message_t *m[BATCH];
        ssize_t n = rd_kafka_consume_batch_queue(q, 200, m, BATCH);
        if (n <= 0) continue;
        int stored = !take_batch(b, &w, p, m, n);
        rd_kafka_poll(p, 0);
        while (stored && rd_kafka_flush(p, 1000)) stored = !atomic_load(&b->l.over); /* dead letters are safe before the offsets move */
        if (stored) (void)rd_kafka_commit(c, NULL, 0);
        for (ssize_t k = 0; k < n; k++) rd_kafka_message_destroy(m[k]);
    }
    rd_kafka_queue_destroy(q);
    rd_kafka_consumer_close(c);
    rd_kafka_destroy(c);
    rd_kafka_flush(p, 5000);
    rd_kafka_destroy(p);
    wire_end(&w);
    return NULL;
}
