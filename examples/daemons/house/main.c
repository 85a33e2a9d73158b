/* SPDX-License-Identifier: Apache-2.0 */
/* main of every daemon: settings, store, services, door, web server; then signals and the slow clock until it is asked to end. */
#include "inside.h"
#include "c12/io.h"
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { HOUSE_PATIENCE_MS = 20000, HOUSE_CLOCK_STEP_MS = 2000 };

void *house_of(const house *h, const char *name)
{
    for (int k = 0; k < h->n_services; k++) if (!strcmp(h->service[k]->name, name)) return h->kept[k];
    return NULL;
}

void house_keep(house *h, const char *name, void *state)
{
    for (int k = 0; k < h->n_services; k++) if (!strcmp(h->service[k]->name, name)) h->kept[k] = state;
}

static const char *argument(int argc, char **argv, const char *name)
{
    for (int k = 1; k + 1 < argc; k++) if (!strcmp(argv[k], name)) return argv[k + 1];
    return NULL;
}

static int has_argument(int argc, char **argv, const char *name)
{
    for (int k = 1; k < argc; k++) if (!strcmp(argv[k], name)) return 1;
    return 0;
}

static int house_open(house *h, char *why, size_t cap)
{
    c12_error err = C12_INIT(c12_error);
    c12_mem entropy = { h->entropy, sizeof h->entropy };
    if (mkdir(h->set.state, 0700) && access(h->set.state, W_OK)) return snprintf(why, cap, "%s: cannot be written", h->set.state), -1;
    if (c12io_random(entropy, &err)) return snprintf(why, cap, "no random bytes"), -1;
    snprintf(h->store, sizeof h->store, "%s/c12.db", h->set.state);
    siem_open(h);
    if (door_open(h, why, cap) || hub_open(h) || ledger_open(h, why, cap)) return -1;
    return 0;
}

static int services_open(house *h, char *why, size_t cap)
{
    int code = sqlite3_exec(h->writer.at, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    for (int k = 0; !code && k < h->n_services; k++)
        if (h->service[k]->open && h->service[k]->open(h)) { sqlite3_exec(h->writer.at, "ROLLBACK", NULL, NULL, NULL); return snprintf(why, cap, "%s cannot start", h->service[k]->name), -1; }
    if (!code) house_audit(h, "system", "start", h->name, "{}");
    if (!code && !h->writer.failed) code = sqlite3_exec(h->writer.at, "COMMIT", NULL, NULL, NULL);
    return code || h->writer.failed ? (snprintf(why, cap, "%s: %s", h->store, sqlite3_errmsg(h->writer.at)), -1) : 0;
}

static void house_close(house *h)
{
    for (int k = h->n_services - 1; k >= 0; k--) if (h->service[k]->close) h->service[k]->close(h);
    ledger_close(h);
    hub_close(h);
    door_close(h);
}

/* ---- the slow clock ---------------------------------------------------------------------------------------------------------------------- */

typedef struct step { long long ms; } step;

static void clock_stepped(house *h, void *with)
{
    step *s = with;
    char text[120];
    snprintf(text, sizeof text, "the clock was set %s by %.1f s; times in the trail do not run back", s->ms < 0 ? "back" : "forward", (double)(s->ms < 0 ? -s->ms : s->ms) / 1000);
    house_alert(h, "clock", "warning", "system", text);
    house_audit(h, "system", "clock", "system", "{}");
    free(s);
}

/* Wall clock against monotonic clock: a step is named. */
static void watch_clock(house *h)
{
    static int64_t apart;
    static int begun;
    int64_t now = house_now() - house_ticks() / 1000000, off = now - apart;
    if (begun && (off > HOUSE_CLOCK_STEP_MS || off < -HOUSE_CLOCK_STEP_MS)) {
        step *s = calloc(1, sizeof *s);
        if (s) { s->ms = off; house_job(h, clock_stepped, s); }
    }
    apart = now;
    begun = 1;
}

static void house_serve(house *h)
{
    sigset_t wanted;
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGTERM);
    sigaddset(&wanted, SIGINT);
    sigaddset(&wanted, SIGHUP);
    const struct timespec half = { 0, 500000000 };
    for (;;) {
        int sig = sigtimedwait(&wanted, NULL, &half);
        if (sig == SIGTERM || sig == SIGINT) break;
        if (sig == SIGHUP && !door_reload(h)) house_log(LOG_SAYS_NOTICE, "reloaded certificates, revocations and roles");
        watch_clock(h);
        tls_sweep(house_now(), HOUSE_PATIENCE_MS);
        if ((house_ticks() - atomic_load(&h->last_tick)) / 1000000000 < 10) notify_tell("WATCHDOG=1"); /* a stuck writer is for the supervisor to see */
    }
}

/* No new work is taken, what runs is answered, then all is closed. */
static void house_drain(house *h)
{
    notify_tell("STOPPING=1");
    house_log(LOG_SAYS_NOTICE, "going down");
    atomic_store(&h->draining, 1);
    hub_end(h);
    ledger_stop(h);
    struct timespec grace = { 0, 200000000 };
    nanosleep(&grace, NULL);
    http_stop(h);
}

static int run(house *h)
{
    char why[600] = "";
    if (services_open(h, why, sizeof why)) { house_log(LOG_SAYS_ERROR, "%s", why); return 3; }
    ledger_start(h);
    if (http_start(h, why, sizeof why)) {
        house_log(LOG_SAYS_ERROR, "%s", why);
        ledger_stop(h);
        return 2;
    }
    house_log(LOG_SAYS_NOTICE, "listening on %s://%s:%d/", h->set.plain ? "http" : "https", h->set.listen, h->set.port);
    notify_tell("READY=1");
    house_serve(h);
    house_drain(h);
    return 0;
}

int house_main(int argc, char **argv, const char *name, const service *const *services, int n)
{
    static house h; /* zeros; one a process */
    char why[600] = "";
    sigset_t all;
    h.name = name;
    for (int k = 0; k < n && k < HOUSE_SERVICES; k++) h.service[h.n_services++] = services[k];
    int code = options_read(&h, argc, argv);
    if (code >= 0) return code;
    log_open(h.set.json_log, name);
    if (has_argument(argc, argv, "--openapi") || has_argument(argc, argv, "--roles")) {
        if (door_open(&h, why, sizeof why)) { fprintf(stderr, "%s: %s\n", name, why); return 2; }
        if (has_argument(argc, argv, "--roles")) openapi_roles(&h, stdout);
        else { json_t *o = openapi_document(&h); json_dumpf(o, stdout, JSON_INDENT(2)); printf("\n"); json_decref(o); }
        door_close(&h);
        return 0;
    }
    sigfillset(&all);
    sigdelset(&all, SIGSEGV);
    sigdelset(&all, SIGABRT);
    pthread_sigmask(SIG_BLOCK, &all, NULL); /* signals are waited for by the main thread alone; SIGPIPE never kills */
    if (house_open(&h, why, sizeof why)) { house_log(LOG_SAYS_ERROR, "%s", why); house_close(&h); return 2; }
    const char *person = argument(argc, argv, "--add-person");
    if (person) {
        const char *roles = argument(argc, argv, "--role"), *file = argument(argc, argv, "--password-file");
        code = !roles || !file ? (snprintf(why, sizeof why, "--add-person needs --role and --password-file"), -1) : people_add(&h, person, roles, file, why, sizeof why);
        if (code) fprintf(stderr, "%s: %s\n", name, why);
    } else code = run(&h);
    house_close(&h);
    return code < 0 ? 2 : code;
}
