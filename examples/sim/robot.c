/* SPDX-License-Identifier: Apache-2.0 */
/* c12-sim robot: robots that are not there.  Each speaks to fleetd as a real one would - where it is, and in the answer what it may drive - and drives
 * that at its pace.  `c12 sim robot` runs this program. */
#include "wire.h"
#include "c12/io.h"
#include <inttypes.h>
#include <jansson.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

typedef struct twin { place to; pthread_t thread; char code[64], path[160]; int x, y, index; int64_t cells, reports, refused; } twin;

static struct { int64_t until, speed, worst; double battery; const char *host; int port; atomic_int over; int64_t *latency; atomic_llong n; } sim;
enum { LATENCIES = 1 << 20, IDLE_MS = 100 };

static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void pause_ms(int64_t ms)
{
    struct timespec t = { (time_t)(ms / 1000), (long)(ms % 1000 * 1000000) };
    nanosleep(&t, NULL);
}

static void stop(int signal_number)
{
    (void)signal_number;
    atomic_store(&sim.over, 1);
}

/* One report; what may be driven comes back as steps, the first where the robot is. */
static json_t *report(twin *t, wire *w)
{
    char body[120];
    json_t *answer = NULL;
    snprintf(body, sizeof body, "{\"x\":%d,\"y\":%d,\"battery_ppm\":%d}", t->x, t->y, 700000);
    int64_t began = now_ns();
    int status = wire_ask(w, &t->to, "PUT", t->path, body);
    int64_t took = now_ns() - began, k = atomic_fetch_add(&sim.n, 1);
    if (k < LATENCIES) sim.latency[k] = took;
    t->reports++;
    if (status == 200) answer = json_loads(w->body, 0, NULL);
    else t->refused++;
    return answer;
}

/* Drives one cell when it may; how long that took in ms, or how long to wait. */
static int64_t drive(twin *t, const json_t *answer)
{
    const json_t *steps = json_object_get(answer, "steps"), *next = json_array_get(steps, 1);
    int64_t pace = json_integer_value(json_object_get(answer, "pace_ms"));
    if (!next || json_is_true(json_object_get(answer, "stop"))) return IDLE_MS;
    t->x = (int)json_integer_value(json_array_get(next, 0));
    t->y = (int)json_integer_value(json_array_get(next, 1));
    t->cells++;
    return pace / sim.speed < 1 ? 1 : pace / sim.speed;
}

static void *live(void *arg)
{
    twin *t = arg;
    wire w = { .fd = -1 };
    while (!atomic_load(&sim.over) && now_ns() < sim.until) {
        json_t *answer = report(t, &w);
        int x = t->x, y = t->y;
        int64_t ms = answer ? drive(t, answer) : IDLE_MS;
        if (x != t->x || y != t->y) { /* on the way it is still in the cell it leaves */
            int to_x = t->x, to_y = t->y;
            t->x = x;
            t->y = y;
            while (ms > IDLE_MS && !atomic_load(&sim.over)) { pause_ms(IDLE_MS); ms -= IDLE_MS; json_decref(report(t, &w)); }
            t->x = to_x;
            t->y = to_y;
        }
        json_decref(answer);
        pause_ms(ms);
    }
    wire_end(&w);
    return NULL;
}

/* ---- who there is --------------------------------------------------------------------------------------------------------------------------- */

static int by_size(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static const char *option(int argc, char **argv, const char *name, const char *none)
{
    for (int k = 1; k + 1 < argc; k++) if (!strcmp(argv[k], name)) return argv[k + 1];
    return none;
}

static int prove(twin *t, const char *folder, const char *ca)
{
    char cert[600], key[600];
    snprintf(cert, sizeof cert, "%.400s/%.60s.pem", folder, t->code);
    snprintf(key, sizeof key, "%.400s/%.60s.key", folder, t->code);
    if (place_trust(&t->to, ca)) { fprintf(stderr, "c12 sim: %s: cannot be read\n", ca); return -1; }
    if (place_prove(&t->to, cert, key)) { fprintf(stderr, "c12 sim: %s: cannot be read; each robot shows a certificate of its own\n", cert); return -1; }
    return 0;
}

static int help(void)
{
    puts("c12 sim robot --plant DIR [--host 127.0.0.1] [--port 8012] [--robots N] [--seconds S] [--speed K]\n              [--certs DIR --ca FILE]\n\n"
         "  robots of DIR/robots.csv, each reporting ten times a second and driving what fleetd releases to it, K times as fast as it is;\n"
         "  --certs: DIR/CODE.pem and CODE.key of each; without, plain HTTP to a daemon on this machine\n\n"
         "example:  c12 sim robot --plant examples/plants/humanoid --robots 10 --seconds 60");
    return 0;
}

int main(int argc, char **argv)
{
    c12io_plant *p = NULL;
    if (argc < 2 || strcmp(argv[1], "robot") || !strcmp(argv[argc - 1], "--help")) return help();
    const char *dir = option(argc, argv, "--plant", NULL), *certs = option(argc, argv, "--certs", NULL), *ca = option(argc, argv, "--ca", NULL);
    if (!dir || c12io_plant_load(&p, dir, NULL)) { fprintf(stderr, "c12 sim: --plant %s: name a plant folder with robots.csv\n", dir ? dir : ""); return 2; }
    int n = atoi(option(argc, argv, "--robots", "1000000"));
    if (n > p->n_robots) n = p->n_robots;
    sim.speed = strtoll(option(argc, argv, "--speed", "1"), NULL, 10);
    if (sim.speed < 1) sim.speed = 1;
    sim.until = now_ns() + strtoll(option(argc, argv, "--seconds", "1000000000"), NULL, 10) * 1000000000;
    sim.latency = calloc(LATENCIES, sizeof *sim.latency);
    twin *t = calloc((size_t)n + 1, sizeof *t);
    if (!sim.latency || !t) return 3;
    signal(SIGINT, stop);
    signal(SIGTERM, stop);
    for (int k = 0; k < n; k++) {
        c12_view v = c12io_texts_at(p->robot_code, k);
        snprintf(t[k].code, sizeof t[k].code, "%.*s", (int)v.size, (const char *)v.ptr);
        snprintf(t[k].path, sizeof t[k].path, "/api/v1/robots/%s/state", t[k].code);
        t[k].to = (place){ .host = option(argc, argv, "--host", "127.0.0.1"), .name = "127.0.0.1", .port = atoi(option(argc, argv, "--port", "8012")) };
        t[k].x = p->robot_x[k];
        t[k].y = p->robot_y[k];
        if (certs && prove(&t[k], certs, ca ? ca : "")) return 2;
        pthread_create(&t[k].thread, NULL, live, &t[k]);
    }
    int64_t cells = 0, reports = 0, refused = 0;
    for (int k = 0; k < n; k++) {
        pthread_join(t[k].thread, NULL);
        cells += t[k].cells;
        reports += t[k].reports;
        refused += t[k].refused;
        place_drop(&t[k].to);
    }
    int64_t m = atomic_load(&sim.n) < LATENCIES ? atomic_load(&sim.n) : LATENCIES;
    qsort(sim.latency, (size_t)m, sizeof *sim.latency, by_size);
    printf("{\"robots\":%d,\"cells\":%" PRId64 ",\"reports\":%" PRId64 ",\"refused\":%" PRId64 ",\"p50_ms\":%.3f,\"p95_ms\":%.3f}\n", n, cells, reports, refused, m ? (double)sim.latency[m / 2] / 1e6 : 0, m ? (double)sim.latency[m * 95 / 100] / 1e6 : 0);
    free(sim.latency);
    free(t);
    c12io_plant_free(p);
    return reports && refused < reports ? 0 : 1;
}
