/* SPDX-License-Identifier: Apache-2.0 */
/* main of c12-kafkad: settings, two threads, the end. */
#include "kafkad.h"
#include <ini.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void say(int priority, const char *format, ...)
{
    char line[1000];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    fprintf(stderr, "<%d>c12-kafkad: %s\n", priority, line);
}

static int set(bridge *b, const char *section, const char *name, const char *value)
{
    struct { const char *name; char *at; size_t cap; } text[] = { { "c12.host", b->host, sizeof b->host }, { "c12.cert", b->cert, sizeof b->cert }, { "c12.key", b->key, sizeof b->key }, { "c12.ca", b->ca, sizeof b->ca }, { "plant.site", b->site, sizeof b->site }, { "events.in", b->in, sizeof b->in }, { "events.group", b->group, sizeof b->group } };
    char full[130];
    snprintf(full, sizeof full, "%.60s.%.60s", section, name);
    if (!strcmp(full, "c12.port")) return (b->to.port = atoi(value)) > 0;
    if (!strcmp(full, "events.out")) { b->out_on = strcmp(value, "no") != 0; return 1; }
    for (size_t k = 0; k < sizeof text / sizeof *text; k++) if (!strcmp(text[k].name, full)) return snprintf(text[k].at, text[k].cap, "%s", value) < (int)text[k].cap;
    if (strcmp(section, "kafka") || b->n_kafka == 32) return 0;
    snprintf(b->kafka[b->n_kafka].name, sizeof b->kafka[0].name, "%s", name);
    return snprintf(b->kafka[b->n_kafka++].value, sizeof b->kafka[0].value, "%s", value) < (int)sizeof b->kafka[0].value;
}

static int from_file(void *user, const char *section, const char *name, const char *value) { return set(user, section, name, value); }

static int help(void)
{
    puts("c12-kafkad [--config FILE.ini] [--SECTION.NAME VALUE ...] | --asyncapi\n\n"
         "  c12.host, c12.port       the daemon, 127.0.0.1:8012\n  c12.cert, c12.key, c12.ca  files: a certificate with the name c12:connector:NAME; without, plain HTTP on this machine\n"
         "  plant.site               the plant among others on the cluster: key and source of its events\n  events.out               no: nothing is sent\n  events.in                topics to take, commas between them: sales.orders.created\n"
         "  events.group             consumer group, c12-SITE\n  kafka.PROPERTY           of librdkafka: kafka.bootstrap.servers, kafka.security.protocol, kafka.ssl.ca.location ...\n\n"
         "example:  c12-kafkad --plant.site bern --kafka.bootstrap.servers 127.0.0.1:19092 --events.in sales.orders.created");
    return 0;
}

int bridge_read(bridge *b, int argc, char **argv)
{
    strcpy(b->host, "127.0.0.1");
    b->to.port = 8012;
    b->out_on = 1;
    for (int k = 1; k < argc; k++) {
        const char *a = argv[k], *dot = strchr(a, '.');
        char section[64];
        if (!strcmp(a, "--help")) { help(); return 0; }
        if (!strcmp(a, "--asyncapi")) { json_t *o = asyncapi(); json_dumpf(o, stdout, JSON_INDENT(2)); puts(""); json_decref(o); return 0; }
        if (k + 1 == argc || strncmp(a, "--", 2)) { fprintf(stderr, "c12-kafkad: %s is not an option, or has no value; --help lists them\n", a); return 2; }
        const char *value = argv[++k];
        if (!strcmp(a, "--config")) {
            int line = ini_parse(value, from_file, b);
            if (line) { fprintf(stderr, "c12-kafkad: %s:%d: cannot be read, or not an option; --help lists them\n", value, line < 0 ? 0 : line); return 2; }
            continue;
        }
        snprintf(section, sizeof section, "%.*s", dot ? (int)(dot - a - 2) : 0, a + 2);
        if (!dot || !set(b, section, dot + 1, value)) { fprintf(stderr, "c12-kafkad: %s is not an option; --help lists them\n", a); return 2; }
    }
    if (!b->site[0]) { fprintf(stderr, "c12-kafkad: plant.site is missing: the name of this plant among others\n"); return 2; }
    if (!b->group[0]) snprintf(b->group, sizeof b->group, "c12-%s", b->site);
    snprintf(b->source, sizeof b->source, "/c12/%s", b->site);
    b->in_on = b->in[0] != 0;
    b->to.host = b->host;
    b->to.name = b->host;
    if (b->ca[0] && (place_trust(&b->to, b->ca) || place_prove(&b->to, b->cert, b->key))) { fprintf(stderr, "c12-kafkad: c12.ca, c12.cert or c12.key cannot be read\n"); return 2; }
    return -1;
}

rd_kafka_t *bridge_kafka(bridge *b, rd_kafka_type_t type, const char *const more[][2], report *delivered)
{
    char fault[400];
    rd_kafka_conf_t *c = rd_kafka_conf_new();
    if (delivered) rd_kafka_conf_set_dr_msg_cb(c, delivered);
    for (int k = 0; more[k][0]; k++) if (rd_kafka_conf_set(c, more[k][0], more[k][1], fault, sizeof fault)) { say(3, "%s", fault); rd_kafka_conf_destroy(c); return NULL; }
    for (int k = 0; k < b->n_kafka; k++) if (rd_kafka_conf_set(c, b->kafka[k].name, b->kafka[k].value, fault, sizeof fault)) { say(3, "kafka.%s: %s", b->kafka[k].name, fault); rd_kafka_conf_destroy(c); return NULL; }
    rd_kafka_t *k = rd_kafka_new(type, c, fault, sizeof fault);
    if (!k) { say(3, "%s", fault); rd_kafka_conf_destroy(c); }
    return k;
}

int main(int argc, char **argv)
{
    static bridge b;
    pthread_t out, in;
    sigset_t wanted;
    int code = bridge_read(&b, argc, argv), sig;
    if (code >= 0) return code;
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGTERM);
    sigaddset(&wanted, SIGINT);
    sigaddset(&wanted, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &wanted, NULL);
    if (b.out_on) pthread_create(&out, NULL, out_run, &b);
    if (b.in_on) pthread_create(&in, NULL, in_run, &b);
    do sigwait(&wanted, &sig); while (sig == SIGPIPE);
    atomic_store(&b.over, 1);
    if (b.out_on) pthread_join(out, NULL);
    if (b.in_on) pthread_join(in, NULL);
    say(5, "sent %lld, taken %lld, known %lld, dead-lettered %lld", (long long)atomic_load(&b.sent), (long long)atomic_load(&b.taken), (long long)atomic_load(&b.known), (long long)atomic_load(&b.dead));
    place_drop(&b.to);
    return 0;
}
