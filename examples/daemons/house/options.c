/* SPDX-License-Identifier: Apache-2.0 */
/* Configuration: an INI file (inih), then the command line over it.  Secrets are only ever files. */
#include "inside.h"
#include <ini.h>
#include <stdlib.h>
#include <string.h>

typedef struct known { const char *name; int kind; size_t at, cap; int64_t low, high; const char *about; } known;
enum { TEXT_OPTION, INT_OPTION, FLAG_OPTION };
#define TEXT_AT(f) offsetof(settings, f), sizeof((settings *)0)->f
#define INT_AT(f) offsetof(settings, f), sizeof(int)

static const known all[] = {
    { "http.listen", TEXT_OPTION, TEXT_AT(listen), 0, 0, "numeric address, 127.0.0.1" },
    { "http.port", INT_OPTION, INT_AT(port), 0, 65535, "8012; 0 = any free one" },
    { "http.threads", INT_OPTION, INT_AT(threads), 1, 64, "of the web server, 2" },
    { "http.connections", INT_OPTION, INT_AT(connections), 16, 100000, "open at once, 2048" },
    { "http.rate", INT_OPTION, INT_AT(rate), 1, 1000000, "requests a second for one identity, 500" },
    { "http.burst", INT_OPTION, INT_AT(burst), 1, 1000000, "at once, 1000" },
    { "http.plain", FLAG_OPTION, INT_AT(plain), 0, 1, "without TLS; loopback only" },
    { "http.guest", TEXT_OPTION, TEXT_AT(guest), 0, 0, "role of whoever asks without a name; loopback without TLS only" },
    { "tls.cert", TEXT_OPTION, TEXT_AT(cert), 0, 0, "file: the server's certificate and chain" },
    { "tls.key", TEXT_OPTION, TEXT_AT(key), 0, 0, "file: its key" },
    { "tls.ca", TEXT_OPTION, TEXT_AT(ca), 0, 0, "file: authorities of robots, services and suppliers" },
    { "tls.revoked", TEXT_OPTION, TEXT_AT(revoked), 0, 0, "file: SHA-256 of public keys that are no longer let in" },
    { "access.roles", TEXT_OPTION, TEXT_AT(roles), 0, 0, "file: roles.csv; the built-in roles when not given" },
    { "state.dir", TEXT_OPTION, TEXT_AT(state), 0, 0, "folder of the store, c12-state" },
    { "plant.dir", TEXT_OPTION, TEXT_AT(plant), 0, 0, "plant folder that a new store is filled from" },
    { "seal.key", TEXT_OPTION, TEXT_AT(seal_key), 0, 0, "file: key of backups and archives (c12 seal key)" },
    { "seal.audit_key", TEXT_OPTION, TEXT_AT(audit_key), 0, 0, "file: key that signs the audit trail" },
    { "log.json", FLAG_OPTION, INT_AT(json_log), 0, 1, "JSON lines in place of text" },
    { "demo.on", FLAG_OPTION, INT_AT(demo), 0, 1, "play the plant's busiest day at 60 times its speed, with robots that are twins" },
};

/* Options of services are kept as they are; a service reads them by name. */
static const char *const sections[] = { "fleet", "mes", "quality", "telemetry", "security", "retention", "demo" };

static int set_known(settings *s, const known *k, const char *value)
{
    char *at = (char *)s + k->at, *end;
    if (k->kind == TEXT_OPTION) return strlen(value) < k->cap ? (strcpy(at, value), 0) : -1;
    long long v = !strcmp(value, "yes") ? 1 : !strcmp(value, "no") ? 0 : strtoll(value, &end, 10);
    if (strcmp(value, "yes") && strcmp(value, "no") && (!*value || *end)) return -1;
    if (v < k->low || v > k->high) return -1;
    *(int *)(void *)at = (int)v;
    return 0;
}

static int set_option(settings *s, const char *name, const char *value)
{
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) if (!strcmp(all[k].name, name)) return set_known(s, &all[k], value);
    for (size_t k = 0; k < sizeof sections / sizeof *sections; k++) {
        size_t n = strlen(sections[k]);
        if (strncmp(name, sections[k], n) || name[n] != '.' || s->n_options == HOUSE_OPTIONS || strlen(name) >= sizeof s->option[0].name || strlen(value) >= sizeof s->option[0].value) continue;
        strcpy(s->option[s->n_options].name, name);
        strcpy(s->option[s->n_options++].value, value);
        return 0;
    }
    return -1;
}

const char *house_option(const house *h, const char *name, const char *none)
{
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        if (all[k].kind != TEXT_OPTION || strcmp(all[k].name, name)) continue;
        const char *value = (const char *)&h->set + all[k].at;
        return *value ? value : none;
    }
    for (int k = h->set.n_options - 1; k >= 0; k--) if (!strcmp(h->set.option[k].name, name)) return h->set.option[k].value;
    return none;
}

static int from_file(void *user, const char *section, const char *name, const char *value)
{
    char full[80];
    snprintf(full, sizeof full, "%.30s.%.40s", section, name);
    return !set_option(user, full, value);
}

static int help(const house *h)
{
    printf("%s [--config FILE.ini] [--SECTION.NAME VALUE ...]\n"
           "%s --add-person NAME --role ROLES --password-file FILE   the first person of a plant\n"
           "%s --roles                                               every endpoint and who may use it, as CSV\n"
           "%s --openapi                                             the OpenAPI page\n\noptions, in the file as [section] name = value:\n", h->name, h->name, h->name, h->name);
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) printf("  %-18s %s\n", all[k].name, all[k].about);
    printf("\nof services:\n  fleet.twin         yes: robots that no one drives drive themselves\n  fleet.speed        plant seconds a second, for twins and trials, 1\n  mes.produce        yes: operations of the plan report themselves done\n"
           "  telemetry.udp      port of datagrams; telemetry.udp_key FILE: they are sealed with it\n  security.siem      udp:ADDRESS:PORT takes security events (RFC 5424)\n");
    printf("\nexample:  %s --http.plain yes --http.guest it_admin --plant.dir examples/plants/humanoid\n", h->name);
    return 0;
}

static int bad(const house *h, const char *format, const char *what)
{
    fprintf(stderr, "%s: ", h->name);
    fprintf(stderr, format, what);
    fprintf(stderr, "; %s --help lists what there is\n", h->name);
    return 2;
}

/* What contradicts itself is refused before anything is opened. */
static int settings_fit(house *h)
{
    settings *s = &h->set;
    if (s->guest[0] && !s->plain) return bad(h, "http.guest = %s: a guest is let in without TLS on loopback only", s->guest);
    if (!s->plain && (!s->cert[0] || !s->key[0])) return bad(h, "tls.cert and tls.key are missing%s: give both, or http.plain = yes on loopback", "");
    return -1;
}

/* What a demo is made of; what was given by hand stays. */
static void demo_options(settings *s)
{
    static const char *const of[][2] = { { "fleet.twin", "yes" }, { "fleet.speed", "60" }, { "mes.produce", "yes" }, { "demo.play", "yes" } };
    for (size_t k = 0; k < sizeof of / sizeof *of; k++) {
        int given = 0;
        for (int i = 0; i < s->n_options; i++) given |= !strcmp(s->option[i].name, of[k][0]);
        if (!given) (void)set_option(s, of[k][0], of[k][1]);
    }
}

/* -1 = go on; else the exit status. */
int options_read(house *h, int argc, char **argv)
{
    settings *s = &h->set;
    strcpy(s->listen, "127.0.0.1");
    strcpy(s->state, "c12-state");
    s->port = 8012;
    s->threads = 2;
    s->connections = 2048;
    s->rate = 500;
    s->burst = 1000;
    s->most_body = 1 << 20;
    for (int k = 1; k + 1 < argc; k++) {
        if (strcmp(argv[k], "--config")) continue;
        int line = ini_parse(argv[k + 1], from_file, s);
        if (line < 0) return bad(h, "%s: cannot be read", argv[k + 1]);
        if (line) { fprintf(stderr, "%s: %s:%d: not an option, or its value is out of range; %s --help lists them\n", h->name, argv[k + 1], line, h->name); return 2; }
    }
    for (int k = 1; k < argc; k++) {
        const char *a = argv[k];
        if (!strcmp(a, "--help")) { exit(help(h)); }
        if (!strcmp(a, "--version")) { printf("%s %s\n", h->name, house_version); exit(0); }
        if (!strcmp(a, "--roles") || !strcmp(a, "--openapi")) { s->plain = 1; continue; }
        if (!strcmp(a, "--add-person")) s->plain = 1;
        if (strncmp(a, "--", 2) || k + 1 == argc) return bad(h, "%s is not an option, or has no value", a);
        if (!strcmp(a, "--config") || !strcmp(a, "--add-person") || !strcmp(a, "--role") || !strcmp(a, "--password-file")) { k++; continue; }
        if (set_option(s, a + 2, argv[++k])) { fprintf(stderr, "%s: %s %s: not an option, or its value is out of range; %s --help lists them\n", h->name, a, argv[k], h->name); return 2; }
    }
    if (s->demo) demo_options(s);
    return settings_fit(h);
}
