/* SPDX-License-Identifier: Apache-2.0 */
#include "broker.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

void say(const char *format, ...)
{
    char text[1024];
    va_list a;
    va_start(a, format);
    vsnprintf(text, sizeof text, format, a);
    va_end(a);
    for (char *p = text; *p; p++) if ((unsigned char)*p < 0x20 || *p == 0x7f) *p = '?'; /* whatever came from outside stays on its line */
    fprintf(stderr, "%s\n", text);
}

const char *option_of(int argc, char **argv, const char *name, const char *none)
{
    for (int k = 1; k + 1 < argc; k += 2) if (!strcmp(argv[k], name)) return argv[k + 1];
    return none;
}

int options_known(const char *program, int argc, char **argv, const char *const *names)
{
    for (int k = 1; k < argc; k += 2) {
        int found = 0;
        for (const char *const *name = names; *name; name++) found |= !strcmp(argv[k], *name);
        if (!found || k + 1 == argc) { fprintf(stderr, "%s: %s: %s; see --help\n", program, argv[k], found ? "a value is missing" : "no such option"); return 0; }
    }
    return 1;
}

int64_t broker_clock(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* The next try: twice as long as the last wait, with up to a quarter more so that a fleet does not come all at once. */
static void broker_later(line *l)
{
    l->wait = l->wait ? l->wait * 2 : BROKER_FIRST_MS;
    if (l->wait > BROKER_LONGEST_MS) l->wait = BROKER_LONGEST_MS;
    l->dice ^= l->dice << 13;
    l->dice ^= l->dice >> 7;
    l->dice ^= l->dice << 17;
    l->at = broker_clock() + l->wait + (int64_t)(l->dice % (uint64_t)(l->wait / 4 + 1));
}

static void on_connect(struct mosquitto *m, void *user, int code)
{
    line *l = user;
    (void)m;
    if (code) { say("broker %s:%d refuses: %s", l->host, l->port, mosquitto_connack_string(code)); return; }
    l->up = 1;
    l->wait = 0;
    l->underway = l->asked = l->denied = 0;
    if (l->opened) l->opened(l, l->user);
    if (!l->asked && l->ready) l->ready(l, l->user);
}

static void on_disconnect(struct mosquitto *m, void *user, int code)
{
    line *l = user;
    (void)m;
    (void)code;
    if (l->up) {
        l->lost++;
        l->up = 0;
        if (l->closed) l->closed(l, l->user);
    }
}

static void on_subscribe(struct mosquitto *m, void *user, int mid, int n, const int *granted)
{
    line *l = user;
    (void)m;
    (void)mid;
    for (int k = 0; k < n; k++) l->denied += granted[k] > 2;
    if (l->asked && --l->asked == 0 && l->ready) l->ready(l, l->user);
}

static void on_message(struct mosquitto *m, void *user, const struct mosquitto_message *message)
{
    line *l = user;
    (void)m;
    if (l->heard) l->heard(l, l->user, message);
}

static void on_publish(struct mosquitto *m, void *user, int mid)
{
    line *l = user;
    (void)m;
    (void)mid;
    if (l->underway) l->underway--;
}

int broker_open(line *l, const broker_options *o, const char *will_topic, const char *will)
{
    l->host = o->host;
    l->port = o->port;
    l->dice = (uint64_t)time(NULL) * 2654435761u + (uint64_t)getpid() + (uintptr_t)l;
    mosquitto_lib_init();
    l->m = mosquitto_new(o->id, 1, l);
    if (!l->m) return -1;
    mosquitto_connect_callback_set(l->m, on_connect);
    mosquitto_disconnect_callback_set(l->m, on_disconnect);
    mosquitto_subscribe_callback_set(l->m, on_subscribe);
    mosquitto_message_callback_set(l->m, on_message);
    mosquitto_publish_callback_set(l->m, on_publish);
    mosquitto_int_option(l->m, MOSQ_OPT_TCP_NODELAY, 1); /* else a small message may wait 40 ms for the next */
    if (will_topic && mosquitto_will_set(l->m, will_topic, (int)strlen(will), will, 1, true)) return -1;
    if (o->ca && (mosquitto_tls_set(l->m, o->ca, NULL, o->cert, o->key, NULL) || mosquitto_tls_opts_set(l->m, 1, "tlsv1.3", NULL))) { say("%s, %s or %s cannot be used", o->ca, o->cert ? o->cert : "(no certificate)", o->key ? o->key : "(no key)"); return -1; }
    return 0;
}

static void broker_try(line *l)
{
    int code = l->tried ? mosquitto_reconnect(l->m) : mosquitto_connect(l->m, l->host, l->port, 10);
    l->tried = 1;
    broker_later(l); /* until the broker has answered, that is the time it has */
    if (code) say("broker %s:%d: %s; again in %lld ms", l->host, l->port, mosquitto_strerror(code), (long long)l->wait);
}

void broker_step(line *l, int wait_ms)
{
    int64_t until = broker_clock() + wait_ms;
    do {
        int64_t left = until - broker_clock();
        int code = l->tried ? mosquitto_loop(l->m, left > 0 ? (int)left : 0, 1) : MOSQ_ERR_NO_CONN;
        if (code == MOSQ_ERR_SUCCESS) continue;
        if (l->up) on_disconnect(l->m, l, code);
        if (broker_clock() >= l->at) broker_try(l);
        else usleep(1000u * (unsigned)(left > 10 ? 10 : left > 0 ? left : 0));
    } while (broker_clock() < until);
}

void broker_hear(line *l, const char *topic, int qos)
{
    if (!mosquitto_subscribe(l->m, NULL, topic, qos)) l->asked++;
    else l->denied++;
}

int broker_say(line *l, const char *topic, const void *payload, size_t n, int qos, int retain)
{
    if (!l->up) return -1;
    if (l->underway >= BROKER_UNDERWAY || n > INT32_MAX) { l->refused++; return -1; }
    l->underway++;
    if (mosquitto_publish(l->m, NULL, topic, (int)n, payload, qos, retain)) { l->underway--; return -1; }
    return 0;
}

void broker_close(line *l)
{
    if (!l->m) return;
    if (l->up) {
        int64_t until = broker_clock() + 1000;
        while (l->underway && broker_clock() < until && !mosquitto_loop(l->m, 20, 1)) { }
        mosquitto_disconnect(l->m);
        (void)mosquitto_loop(l->m, 50, 1);
    }
    mosquitto_destroy(l->m);
    mosquitto_lib_cleanup();
    l->m = NULL;
}
