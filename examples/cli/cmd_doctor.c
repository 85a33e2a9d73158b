/* SPDX-License-Identifier: Apache-2.0 */
/* c12 doctor: does everything this program stands on work here? */
#include "cli.h"
#include "c12/seal.h"
#include <stdlib.h>
#include <string.h>

static int say(const char *what, int ok, const char *detail)
{
    printf("%-14s %-6s %s\n", what, ok ? "ok" : "FAILS", detail);
    return !ok;
}

static int try_store(cli *c, char *detail, size_t cap)
{
    c12io_store *s = NULL;
    c12_status st = c12io_store_open(&s, ":memory:", &c->err);
    if (st) snprintf(detail, cap, "%s", c->err.what);
    else snprintf(detail, cap, "schema %d", (int)c12io_store_version(s));
    c12io_store_close(s);
    return !st;
}

static void count_task(void *arg, int32_t i) { ((char *)arg)[i] = 1; }

static int try_pool(cli *c)
{
    c12io_pool *p;
    char ran[8] = { 0 };
    c12_host host = C12_INIT(c12_host);
    if (c12io_pool_create(&p, 2, &c->err)) return 0;
    c12io_pool_lend(p, &host);
    host.parallel(host.user, 8, count_task, ran);
    c12io_pool_destroy(p);
    return !memchr(ran, 0, sizeof ran);
}

int cmd_doctor(cli *c)
{
    char detail[160];
    int faults = 0;
    if (!cli_ready(c, 0)) return EXIT_BAD;
    uint32_t v = c12_version();
    snprintf(detail, sizeof detail, "%u.%u.%u, %zu-bit", (unsigned)(v >> 16), (unsigned)(v >> 8 & 255), (unsigned)(v & 255), sizeof(void *) * 8);
    faults += say("libc12", v == (uint32_t)(C12_VERSION_MAJOR << 16 | C12_VERSION_MINOR << 8 | C12_VERSION_PATCH), detail);
    int ok = try_store(c, detail, sizeof detail);
    faults += say("SQLite store", ok, detail);
    const char *crypto = c12_seal_library();
    printf("%-14s %-6s %s\n", "mbedTLS", crypto ? "ok" : "none", crypto ? crypto : "built without: c12 seal and sealed telemetry say so");
    faults += say("threads", try_pool(c), "two, all tasks ran");
    faults += say("clock", c12io_now() <= c12io_now(), "monotonic");
    return faults ? EXIT_INTERNAL : EXIT_DONE;
}
