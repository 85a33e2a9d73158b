/* SPDX-License-Identifier: Apache-2.0 */
/* An open-loop load client over TLS 1.3: requests are due at fixed times, whatever the server does, and each one's latency counts from when it was due,
 * so that a server that stalls is charged for everybody who would have asked meanwhile (coordinated omission).
 *
 *   c12-load HOST PORT RATE SECONDS CONNECTIONS MIX [--cert F --key F --ca F]
 *   MIX: a file with lines "weight METHOD path [body]"; %d in a body or path is the request's number
 *
 * Prints one JSON object: sent, failed (no 2xx), rate, latencies in ms at 50, 95, 99, 99.9 percent and at most. */
#include "wire.h"
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MIX_MOST = 64 };
typedef struct kind { int weight; char method[8], path[400], body[1200]; } kind;

static struct load {
    place to;
    int rate, seconds, connections, n_kinds, weights;
    kind kinds[MIX_MOST];
    int64_t began, total;
    int64_t *latency; /* [total] ns, -1 = failed */
    atomic_llong next;
} load;

static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void sleep_until(int64_t ns)
{
    struct timespec t = { (time_t)(ns / 1000000000), (long)(ns % 1000000000) };
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR) continue;
}

/* ---- the load -------------------------------------------------------------------------------------------------------------------------------- */

static const kind *kind_of(int64_t k)
{
    uint64_t z = (uint64_t)k * 0x9E3779B97F4A7C15u + 0x9E3779B97F4A7C15u; /* SplitMix64: the same mix each time */
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    int at = (int)((z ^ z >> 27) % (uint64_t)load.weights);
    const kind *c = load.kinds;
    while (at >= c->weight) at -= (c++)->weight;
    return c;
}

static void number_in(const char *shape, int64_t k, char *out, size_t cap)
{
    const char *at = strstr(shape, "%d");
    if (at) snprintf(out, cap, "%.*s%lld%s", (int)(at - shape), shape, (long long)k, at + 2);
    else snprintf(out, cap, "%s", shape);
}

static int ask(wire *w, int64_t k)
{
    char path[500], body[1400];
    const kind *c = kind_of(k);
    number_in(c->path, k, path, sizeof path);
    number_in(c->body, k, body, sizeof body);
    return wire_ask(w, &load.to, c->method, path, body);
}

static void *client(void *arg)
{
    wire w = { .fd = -1 };
    (void)arg;
    if (wire_open(&w, &load.to)) { wire_end(&w); return NULL; }
    for (;;) {
        int64_t k = atomic_fetch_add(&load.next, 1);
        if (k >= load.total) break;
        int64_t due = load.began + (int64_t)((double)k * 1e9 / load.rate);
        sleep_until(due);
        int status = ask(&w, k);
        load.latency[k] = status >= 200 && status < 300 ? now_ns() - due : -1;
    }
    wire_end(&w);
    return NULL;
}

static int by_size(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void report(void)
{
    int64_t n = 0, failed = 0;
    for (int64_t k = 0; k < load.total; k++) { if (load.latency[k] < 0) failed++; else load.latency[n++] = load.latency[k]; }
    qsort(load.latency, (size_t)n, sizeof *load.latency, by_size);
    static const double at[] = { 0.5, 0.95, 0.99, 0.999, 1 };
    static const char *const name[] = { "p50_ms", "p95_ms", "p99_ms", "p999_ms", "most_ms" };
    printf("{\"sent\":%lld,\"failed\":%lld,\"rate\":%d", (long long)load.total, (long long)failed, load.rate);
    for (int k = 0; k < 5; k++) printf(",\"%s\":%.3f", name[k], n ? (double)load.latency[(int64_t)((double)(n - 1) * at[k])] / 1e6 : -1.0);
    printf("}\n");
}

static int read_mix(const char *path)
{
    char line[2000];
    FILE *f = fopen(path, "r");
    if (!f) return -1;
    while (load.n_kinds < MIX_MOST && fgets(line, sizeof line, f)) {
        kind *c = &load.kinds[load.n_kinds];
        int used = 0;
        line[strcspn(line, "\n")] = 0;
        if (sscanf(line, "%d %7s %399s %n", &c->weight, c->method, c->path, &used) < 3) continue;
        snprintf(c->body, sizeof c->body, "%s", line + used);
        load.weights += c->weight;
        load.n_kinds++;
    }
    fclose(f);
    return load.weights ? 0 : -1;
}

int main(int argc, char **argv)
{
    if (argc < 7) { fprintf(stderr, "usage: c12-load HOST PORT RATE SECONDS CONNECTIONS MIX [--cert F --key F --ca F]\n"); return 2; }
    const char *cert = NULL, *key = NULL, *ca = NULL;
    load.to.host = argv[1];
    load.to.name = "127.0.0.1";
    load.to.port = atoi(argv[2]);
    load.rate = atoi(argv[3]);
    load.seconds = atoi(argv[4]);
    load.connections = atoi(argv[5]);
    for (int k = 7; k + 1 < argc; k += 2) *(!strcmp(argv[k], "--cert") ? &cert : !strcmp(argv[k], "--key") ? &key : &ca) = argv[k + 1];
    if (read_mix(argv[6]) || load.rate < 1 || load.connections < 1) { fprintf(stderr, "c12-load: the mix or a number is wrong\n"); return 2; }
    if (ca && (place_trust(&load.to, ca) || (cert && place_prove(&load.to, cert, key)))) { fprintf(stderr, "c12-load: a certificate cannot be read\n"); return 2; }
    load.total = (int64_t)load.rate * load.seconds;
    load.latency = calloc((size_t)load.total, sizeof *load.latency);
    pthread_t *thread = calloc((size_t)load.connections, sizeof *thread);
    load.began = now_ns() + 500000000; /* all connections are open by then */
    for (int k = 0; k < load.connections; k++) pthread_create(&thread[k], NULL, client, NULL);
    for (int k = 0; k < load.connections; k++) pthread_join(thread[k], NULL);
    report();
    free(thread);
    free(load.latency);
    return 0;
}
