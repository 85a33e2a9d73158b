/* SPDX-License-Identifier: Apache-2.0 */
#include "link.h"
#include <ini.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void link_say(const linked *l, int priority, const char *format, ...)
{
    char line[1000];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    size_t n = strlen(line);
    while (n && (line[n - 1] == '\n' || line[n - 1] == ' ')) line[--n] = 0; /* libraries end theirs with one, or have several: here each is one line */
    for (size_t k = 0; k < n; k++) if (line[k] == '\n' || line[k] == '\r') line[k] = ' ';
    fprintf(stderr, "<%d>%s: %s\n", priority, l->name, line);
}

void link_rest(const linked *l, int ms)
{
    const struct timespec t = { ms / 1000, ms % 1000 * 1000000L };
    if (!atomic_load(&l->over)) nanosleep(&t, NULL);
}

/* ---- options ------------------------------------------------------------------------------------------------------------------------------ */

typedef struct reading { linked *l; link_setter *other; void *user; } reading;

static int set(void *user, const char *section, const char *name, const char *value)
{
    reading *r = user;
    linked *l = r->l;
    const struct { const char *name; char *at; size_t cap; } text[] = { { "c12.host", l->host, sizeof l->host }, { "c12.cert", l->cert, sizeof l->cert }, { "c12.key", l->key, sizeof l->key }, { "c12.ca", l->ca, sizeof l->ca }, { "plant.site", l->site, sizeof l->site } };
    char full[130];
    snprintf(full, sizeof full, "%.60s.%.60s", section, name);
    if (!strcmp(full, "c12.port")) return (l->to.port = atoi(value)) > 0;
    for (size_t k = 0; k < sizeof text / sizeof *text; k++) if (!strcmp(text[k].name, full)) return snprintf(text[k].at, text[k].cap, "%s", value) < (int)text[k].cap;
    return r->other(r->user, section, name, value);
}

static int ready(linked *l)
{
    if (!l->site[0] || l->site[strspn(l->site, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")]) { fprintf(stderr, "%s: plant.site is missing or not a name: letters, digits, - and _, for this plant among others\n", l->name); return 2; }
    l->to.host = l->to.name = l->host;
    if (l->ca[0] && (place_trust(&l->to, l->ca) || place_prove(&l->to, l->cert, l->key))) { fprintf(stderr, "%s: c12.ca, c12.cert or c12.key cannot be read\n", l->name); return 2; }
    return -1;
}

int link_read(linked *l, const char *name, int argc, char **argv, link_setter *other, void *user, void (*help)(void))
{
    reading r = { l, other, user };
    snprintf(l->name, sizeof l->name, "%s", name);
    strcpy(l->host, "127.0.0.1");
    l->to.port = 8012;
    for (int k = 1; k < argc; k++) {
        const char *a = argv[k], *dot = strchr(a, '.');
        char section[64];
        if (!strcmp(a, "--help")) { help(); return 0; }
        if (k + 1 == argc || strncmp(a, "--", 2)) { fprintf(stderr, "%s: %s is not an option, or has no value; --help lists them\n", name, a); return 2; }
        const char *value = argv[++k];
        if (!strcmp(a, "--config")) {
            int line = ini_parse(value, set, &r);
            if (line) { fprintf(stderr, "%s: %s:%d: cannot be read, or not an option; --help lists them\n", name, value, line < 0 ? 0 : line); return 2; }
            continue;
        }
        snprintf(section, sizeof section, "%.*s", dot ? (int)(dot - a - 2) : 0, a + 2);
        if (!dot || !set(&r, section, dot + 1, value)) { fprintf(stderr, "%s: %s is not an option; --help lists them\n", name, a); return 2; }
    }
    return ready(l);
}

/* ---- life ------------------------------------------------------------------------------------------------------------------------------------ */

static void ending(sigset_t *s)
{
    sigemptyset(s);
    sigaddset(s, SIGTERM);
    sigaddset(s, SIGINT);
    sigaddset(s, SIGPIPE);
}

void link_block(void)
{
    sigset_t s;
    ending(&s);
    pthread_sigmask(SIG_BLOCK, &s, NULL);
}

void link_wait(linked *l)
{
    sigset_t s;
    int sig;
    ending(&s);
    do sigwait(&s, &sig); while (sig == SIGPIPE);
    atomic_store(&l->over, 1);
}

void link_end(linked *l) { place_drop(&l->to); }

/* ---- the outbox ------------------------------------------------------------------------------------------------------------------------------ */

int64_t link_mark(linked *l, wire *w, const char *reader, int64_t last)
{
    char path[160], body[60] = "{}";
    snprintf(path, sizeof path, "/api/v1/outbox/readers/%s-%s", reader, l->site);
    if (last >= 0) snprintf(body, sizeof body, "{\"last\":%" PRId64 "}", last);
    if (wire_ask(w, &l->to, "PUT", path, body) != 200) return -1;
    json_t *o = json_loads(w->body, 0, NULL);
    int64_t at = o ? json_integer_value(json_object_get(o, "last")) : -1;
    json_decref(o);
    return at;
}

const char *link_page(linked *l, wire *w, int64_t at, int most, int64_t *last)
{
    char path[200];
    snprintf(path, sizeof path, "/api/v1/outbox?after=%" PRId64 "&most=%d&site=%s", at, most, l->site);
    const char *head = wire_ask(w, &l->to, "GET", path, "") == 200 ? strstr(w->buffer, "Last-Event: ") : NULL;
    if (!head) return NULL;
    *last = strtoll(head + 12, NULL, 10);
    return w->body;
}
