/* SPDX-License-Identifier: Apache-2.0 */
/* main of c12-kafkad: settings, two threads, the end. */
#include "kafkad.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static int set(void *user, const char *section, const char *name, const char *value)
{
    bridge *b = user;
    if (!strcmp(section, "events") && !strcmp(name, "out")) { b->out_on = strcmp(value, "no") != 0; return 1; }
    if (!strcmp(section, "events") && !strcmp(name, "in")) return snprintf(b->in, sizeof b->in, "%s", value) < (int)sizeof b->in;
    if (!strcmp(section, "events") && !strcmp(name, "group")) return snprintf(b->group, sizeof b->group, "%s", value) < (int)sizeof b->group;
    if (!strcmp(section, "events") && !strcmp(name, "keys")) return (b->every_key = !strcmp(value, "all")) || !strcmp(value, "site");
    if (strcmp(section, "kafka") || b->n_kafka == 32) return 0;
    snprintf(b->kafka[b->n_kafka].name, sizeof b->kafka[0].name, "%s", name);
    return snprintf(b->kafka[b->n_kafka++].value, sizeof b->kafka[0].value, "%s", value) < (int)sizeof b->kafka[0].value;
}

static void help(void)
{
    puts("c12-kafkad [--config FILE.ini] [--SECTION.NAME VALUE ...] | --asyncapi\n\n"
         "  c12.host, c12.port       the daemon, 127.0.0.1:8012\n  c12.cert, c12.key, c12.ca  files: a certificate with the name c12:connector:NAME; without, plain HTTP on this machine\n"
         "  plant.site               the plant among others on the cluster: key and source of its events\n  events.out               no: nothing is sent\n  events.in                topics to take, commas between them: sales.orders.created\n"
         "  events.keys              site: messages whose key is plant.site; all: every message, where a topic is one plant's\n  events.group             consumer group, c12-SITE\n  kafka.PROPERTY           of librdkafka: kafka.bootstrap.servers, kafka.security.protocol, kafka.ssl.ca.location ...\n\n"
         "example:  c12-kafkad --plant.site bern --kafka.bootstrap.servers 127.0.0.1:19092 --events.in sales.orders.created");
}

/* What librdkafka says, among our own lines. */
static void says(const rd_kafka_t *k, int level, const char *fac, const char *what)
{
    const bridge *b = rd_kafka_opaque(k);
    link_say(&b->l, level, "Kafka: %s: %s", fac, what);
}

rd_kafka_t *bridge_kafka(bridge *b, rd_kafka_type_t type, const char *const more[][2], report *delivered)
{
    char fault[400];
    rd_kafka_conf_t *c = rd_kafka_conf_new();
    rd_kafka_conf_set_opaque(c, b);
    rd_kafka_conf_set_log_cb(c, says);
    if (delivered) rd_kafka_conf_set_dr_msg_cb(c, delivered);
    for (int k = 0; more[k][0]; k++) if (rd_kafka_conf_set(c, more[k][0], more[k][1], fault, sizeof fault)) { link_say(&b->l, 3, "%s", fault); rd_kafka_conf_destroy(c); return NULL; }
    for (int k = 0; k < b->n_kafka; k++) if (rd_kafka_conf_set(c, b->kafka[k].name, b->kafka[k].value, fault, sizeof fault)) { link_say(&b->l, 3, "kafka.%s: %s", b->kafka[k].name, fault); rd_kafka_conf_destroy(c); return NULL; }
    rd_kafka_t *k = rd_kafka_new(type, c, fault, sizeof fault);
    if (!k) { link_say(&b->l, 3, "%s", fault); rd_kafka_conf_destroy(c); }
    return k;
}

int main(int argc, char **argv)
{
    static bridge b;
    pthread_t out, in;
    if (argc == 2 && !strcmp(argv[1], "--asyncapi")) { json_t *o = asyncapi(); json_dumpf(o, stdout, JSON_INDENT(2)); puts(""); json_decref(o); return 0; }
    b.out_on = 1;
    int code = link_read(&b.l, "c12-kafkad", argc, argv, set, &b, help);
    if (code >= 0) return code;
    if (!b.group[0]) snprintf(b.group, sizeof b.group, "c12-%s", b.l.site);
    snprintf(b.source, sizeof b.source, "/c12/%s", b.l.site);
    b.in_on = b.in[0] != 0;
    link_block();
    if (b.out_on) pthread_create(&out, NULL, out_run, &b);
    if (b.in_on) pthread_create(&in, NULL, in_run, &b);
    link_wait(&b.l);
    if (b.out_on) pthread_join(out, NULL);
    if (b.in_on) pthread_join(in, NULL);
    link_say(&b.l, 5, "sent %lld, taken %lld, known %lld, for others %lld, dead-lettered %lld", (long long)atomic_load(&b.sent), (long long)atomic_load(&b.taken), (long long)atomic_load(&b.known), (long long)atomic_load(&b.others), (long long)atomic_load(&b.dead));
    link_end(&b.l);
    return 0;
}
