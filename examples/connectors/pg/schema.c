/* SPDX-License-Identifier: Apache-2.0 */
/* Tables in the schema c12, by numbered migrations; telemetry by day in partitions, or a hypertable where TimescaleDB is. */
#include "pgd.h"
#include <stdlib.h>
#include <string.h>

static const char *const migrations[] = {
    "CREATE TABLE c12.events(site text NOT NULL, number bigint NOT NULL, at timestamptz NOT NULL, topic text NOT NULL, subject text NOT NULL, data jsonb NOT NULL, PRIMARY KEY(site, number));"
    "CREATE TABLE c12.marks(site text PRIMARY KEY, number bigint NOT NULL);"
    "CREATE INDEX events_topic ON c12.events(topic, at);"
    "CREATE TABLE c12.sales_orders(site text NOT NULL, code text NOT NULL, customer text NOT NULL, item text NOT NULL, qty bigint NOT NULL, due date NOT NULL, promised date, state text NOT NULL, PRIMARY KEY(site, code));"
    "CREATE TABLE c12.stock(site text NOT NULL, item text NOT NULL, on_hand bigint NOT NULL, on_order bigint NOT NULL, PRIMARY KEY(site, item));"
    "CREATE TABLE c12.incoming_orders(id bigserial PRIMARY KEY, site text NOT NULL, code text NOT NULL, customer text NOT NULL, item text NOT NULL, qty bigint NOT NULL, due date NOT NULL, taken timestamptz, refused text);"
    "CREATE TABLE c12.telemetry_minutes(site text NOT NULL, robot text NOT NULL, field text NOT NULL, minute timestamptz NOT NULL, n bigint NOT NULL, mean double precision NOT NULL, least double precision NOT NULL,"
    " most double precision NOT NULL, PRIMARY KEY(site, robot, field, minute)) PARTITION_OR_NOT",
};
enum { VERSION = sizeof migrations / sizeof *migrations };

int pg_do(pgd *p, const char *sql)
{
    PGresult *r = PQexec(p->pg, sql);
    ExecStatusType s = PQresultStatus(r);
    int good = s == PGRES_COMMAND_OK || s == PGRES_TUPLES_OK;
    if (!good) link_say(&p->l, 4, "PostgreSQL: %s", PQerrorMessage(p->pg));
    PQclear(r);
    return good ? 0 : -1;
}

int pg_number(pgd *p, const char *sql, int64_t *out)
{
    PGresult *r = PQexec(p->pg, sql);
    int good = PQresultStatus(r) == PGRES_TUPLES_OK && PQntuples(r) == 1;
    if (good) *out = PQgetisnull(r, 0, 0) ? 0 : strtoll(PQgetvalue(r, 0, 0), NULL, 10);
    else link_say(&p->l, 4, "PostgreSQL: %s", PQerrorMessage(p->pg));
    PQclear(r);
    return good ? 0 : -1;
}

/* With TimescaleDB a plain table that becomes a hypertable; without, one partition a day, made when its first minute comes. */
static int migrate(pgd *p, int64_t version)
{
    char sql[4000], *mark;
    snprintf(sql, sizeof sql, "%s", migrations[version]);
    if ((mark = strstr(sql, "PARTITION_OR_NOT"))) strcpy(mark, p->hyper ? "; SELECT create_hypertable('c12.telemetry_minutes', 'minute')" : "PARTITION BY RANGE(minute)");
    if (pg_do(p, "BEGIN") || pg_do(p, sql)) return -1;
    snprintf(sql, sizeof sql, "INSERT INTO c12.schema_version VALUES(%d)", (int)version + 1);
    return pg_do(p, sql) || pg_do(p, "COMMIT") ? -1 : 0;
}

int pg_open(pgd *p)
{
    int64_t version = 0, hyper = 0;
    if (p->pg) PQfinish(p->pg);
    p->pg = PQconnectdb(p->url);
    if (PQstatus(p->pg) != CONNECTION_OK) { link_say(&p->l, 4, "PostgreSQL: %s", PQerrorMessage(p->pg)); return -1; }
    (void)PQsetErrorVerbosity(p->pg, PQERRORS_TERSE);
    if (pg_do(p, "SET client_min_messages = warning; SET client_encoding = 'UTF8'; SELECT pg_advisory_lock(12012); CREATE SCHEMA IF NOT EXISTS c12; CREATE TABLE IF NOT EXISTS c12.schema_version(version integer PRIMARY KEY)")) return -1;
    if (pg_number(p, "SELECT count(*) FROM pg_extension WHERE extname = 'timescaledb'", &hyper) || pg_number(p, "SELECT max(version) FROM c12.schema_version", &version)) return -1;
    p->hyper = hyper > 0;
    if (version > VERSION) { link_say(&p->l, 3, "the database is of version %d, this program knows %d; use the newer program", (int)version, VERSION); return -1; }
    for (; version < VERSION; version++) if (migrate(p, version)) { (void)pg_do(p, "ROLLBACK"); return -1; }
    return pg_do(p, "SELECT pg_advisory_unlock(12012)");
}

/* ---- COPY ------------------------------------------------------------------------------------------------------------------------------------ */

int pg_copy_begin(pgd *p, const char *sql)
{
    PGresult *r = PQexec(p->pg, sql);
    int good = PQresultStatus(r) == PGRES_COPY_IN;
    if (!good) link_say(&p->l, 4, "PostgreSQL: %s", PQerrorMessage(p->pg));
    PQclear(r);
    return good ? 0 : -1;
}

int pg_copy_put(pgd *p, const char *bytes, size_t n) { return PQputCopyData(p->pg, bytes, (int)n) == 1 ? 0 : -1; }

int pg_copy_done(pgd *p) { return PQputCopyEnd(p->pg, NULL) == 1 && PQflush(p->pg) == 0 ? 0 : -1; }

int pg_copy_end(pgd *p)
{
    int good = 1;
    for (PGresult *r; (r = PQgetResult(p->pg)); PQclear(r))
        if (PQresultStatus(r) != PGRES_COMMAND_OK) { good = 0; link_say(&p->l, 4, "PostgreSQL: %s", PQerrorMessage(p->pg)); }
    return good ? 0 : -1;
}
