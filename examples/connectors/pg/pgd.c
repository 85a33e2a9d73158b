/* SPDX-License-Identifier: Apache-2.0 */
/* main of c12-pgd. */
#include "pgd.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int set(void *user, const char *section, const char *name, const char *value)
{
    pgd *p = user;
    if (!strcmp(section, "pg") && !strcmp(name, "url")) return snprintf(p->url, sizeof p->url, "%s", value) < (int)sizeof p->url;
    if (!strcmp(section, "pg") && !strcmp(name, "every")) return (p->every = (int)strtol(value, NULL, 10)) > 0;
    if (!strcmp(section, "master") && !strcmp(name, "dir")) return snprintf(p->master, sizeof p->master, "%s", value) < (int)sizeof p->master;
    return 0;
}

static void help(void)
{
    puts("c12-pgd [--config FILE.ini] [--SECTION.NAME VALUE ...]\n\n"
         "  c12.host, c12.port       the daemon, 127.0.0.1:8012\n  c12.cert, c12.key, c12.ca  files: a certificate with the name c12:connector:NAME; without, plain HTTP on this machine\n"
         "  plant.site               the plant among others in the database\n  pg.url                   postgresql://user@host/db?sslmode=verify-full...; the environment's PG* when not given\n  pg.every                 seconds between two looks at orders, stock and minutes, 30\n"
         "  master.dir               a plant folder: take its files from views in the schema c12_master (items, bom, routing ...; a column site chooses rows), once, and end\n\n"
         "  tables in the schema c12: events, sales_orders, stock, telemetry_minutes; rows put into incoming_orders become sales orders of the plant\n\n"
         "example:  c12-pgd --plant.site bern --pg.url postgresql://c12@127.0.0.1/plants");
}

/* Events as they come; the rest every so often.  Whatever fails is done again on a new connection. */
static void *run(void *arg)
{
    pgd *p = arg;
    wire w = { .fd = -1 };
    time_t looked = 0;
    int open = 0;
    p->at = -1;
    p->pages.fd = -1;
    while (!atomic_load(&p->l.over)) {
        if (!open && pg_open(p)) { link_rest(&p->l, PGD_BACK_OFF_MS); continue; }
        open = 1;
        int64_t n = events_move(p, &w);
        if (n >= 0 && orders_take(p, &w)) n = -1;
        if (n >= 0 && time(NULL) - looked >= p->every) {
            int minutes = minutes_move(p, &w), state = state_move(p, &w); /* a daemon without a plant has telemetry all the same */
            if (minutes || state) n = -1;
            looked = time(NULL);
        }
        if (n < 0) p->ahead = NULL; /* it may be of before */
        if (n < 0) open = PQstatus(p->pg) == CONNECTION_OK && !pg_do(p, "SELECT 1");
        if (n <= 0) link_rest(&p->l, n < 0 ? PGD_BACK_OFF_MS : 100);
    }
    if (p->pg) PQfinish(p->pg);
    wire_end(&w);
    wire_end(&p->pages);
    return NULL;
}

int main(int argc, char **argv)
{
    static pgd p;
    pthread_t thread;
    p.every = 30;
    int code = link_read(&p.l, "c12-pgd", argc, argv, set, &p, help);
    if (code >= 0) return code;
    if (p.master[0]) return master_take(&p) ? 1 : 0;
    link_block();
    pthread_create(&thread, NULL, run, &p);
    link_wait(&p.l);
    pthread_join(thread, NULL);
    link_say(&p.l, 5, "%lld events, %lld minutes, %lld orders taken", (long long)p.rows, (long long)p.minutes, (long long)p.taken);
    link_end(&p.l);
    return 0;
}
