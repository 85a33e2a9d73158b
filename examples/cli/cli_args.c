/* SPDX-License-Identifier: Apache-2.0 */
/* Arguments and errors of the c12 command. */
#include "cli.h"
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

int cli_say(const char *format, ...)
{
    va_list a;
    va_start(a, format);
    vfprintf(stderr, format, a);
    va_end(a);
    fputc('\n', stderr);
    return EXIT_BAD;
}

int cli_usage(const cli *c, const char *format, ...)
{
    va_list a;
    fprintf(stderr, "c12 %s: ", c->room);
    va_start(a, format);
    vfprintf(stderr, format, a);
    va_end(a);
    fprintf(stderr, "; see c12 %s --help\n", c->room);
    return EXIT_BAD;
}

int cli_flag(cli *c, const char *name)
{
    int found = 0;
    for (int i = 0; i < c->argc; i++)
        if (!c->taken[i] && !strcmp(c->argv[i], name)) found = c->taken[i] = 1;
    return found;
}

const char *cli_value(cli *c, const char *name)
{
    for (int i = 0; i < c->argc; i++) {
        if (c->taken[i] || strcmp(c->argv[i], name)) continue;
        c->taken[i] = 1;
        if (i + 1 < c->argc && !c->taken[i + 1]) { c->taken[i + 1] = 1; return c->argv[i + 1]; }
        c->bad = 1;
        cli_usage(c, "%s needs a value", name);
    }
    return NULL;
}

int64_t cli_int(cli *c, const char *name, int64_t low, int64_t high, int64_t dflt)
{
    const char *v = cli_value(c, name);
    char *end;
    if (!v) return dflt;
    errno = 0;
    long long n = strtoll(v, &end, 10);
    if (*v && !*end && !errno && n >= low && n <= high) return n;
    c->bad = 1;
    cli_usage(c, "%s '%s' is not a whole number from %" PRId64 " to %" PRId64, name, v, low, high);
    return dflt;
}

double cli_seconds(cli *c, const char *name, double dflt)
{
    const char *v = cli_value(c, name);
    char *end;
    if (!v) return dflt;
    double s = strtod(v, &end);
    if (*v && !*end && s > 0 && s < 1e6) return s;
    c->bad = 1;
    cli_usage(c, "%s '%s' is not a positive number of seconds", name, v);
    return dflt;
}

const char *cli_word(cli *c, int at)
{
    for (int i = 0; i < c->argc; i++) {
        if (c->taken[i] || (c->argv[i][0] == '-' && c->argv[i][1])) continue;
        if (at-- == 0) return c->argv[i];
    }
    return NULL;
}

int cli_ready(cli *c, int words)
{
    int seen = 0;
    if (c->bad) return 0;
    for (int i = 0; i < c->argc; i++) {
        if (c->taken[i]) continue;
        if (c->argv[i][0] == '-' && c->argv[i][1]) { cli_usage(c, "unknown option '%s'", c->argv[i]); return 0; }
        if (++seen > words) { cli_usage(c, "one argument too many: '%s'", c->argv[i]); return 0; }
    }
    if (seen < words) { cli_usage(c, "%d argument%s missing", words - seen, words - seen == 1 ? " is" : "s are"); return 0; }
    return 1;
}

/* ---- errors ---------------------------------------------------------------------------------------------------------------- */

static int exit_code(const cli *c, c12_status s)
{
    if (s == C12_E_IO && c->err.value == ENOSPC) return EXIT_INTERNAL;
    return s == C12_E_NOMEM || s == C12_E_SPACE || s == C12_E_INTERNAL || s == C12_E_STATE || s == C12_E_VERSION ? EXIT_INTERNAL : EXIT_BAD;
}

int cli_fail(cli *c, c12_status s)
{
    const c12_error *e = &c->err;
    if (e->text && e->text[0]) fprintf(stderr, "%s%s", e->text, e->text[strlen(e->text) - 1] == '\n' ? "" : "\n");
    else fprintf(stderr, "c12 %s: %s: %s%s%s\n", c->room, c12_status_name(s), e->what ? e->what : "failed", e->field ? " in " : "", e->field ? e->field : "");
    if (e->count > 64) fprintf(stderr, "c12 %s: and %" PRId64 " more\n", c->room, e->count - 64);
    return exit_code(c, s);
}

int cli_fail_at(cli *c, c12_status s, const char *file)
{
    const c12_error *e = &c->err;
    if (s != C12_E_FORMAT && s != C12_E_RANGE && s != C12_E_OVERFLOW) return cli_fail(c, s);
    fprintf(stderr, "%s:%" PRId64 ": %s (byte %" PRId64 ")\n", file, e->row > 0 ? e->row : 1, e->what, e->value);
    return exit_code(c, s);
}

void *cli_new(int64_t n, size_t each)
{
    void *p = n < 0 || (uint64_t)n > SIZE_MAX / each ? NULL : calloc(n ? (size_t)n : 1, each);
    if (!p) {
        fputs("c12: out of memory\n", stderr);
        exit(EXIT_INTERNAL);
    }
    return p;
}
