/* SPDX-License-Identifier: Apache-2.0 */
/* c12 retain: what is older than its kind's days goes from a state folder into sealed archives, and archives older than theirs are removed.  What
 * goes is written and read back before it is taken out, in one transaction that also says in the audit trail what went, with its SHA-256. */
#include "store_cli.h"
#include "c12/ts.h"
#include <dirent.h>
#include <inttypes.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Kinds with their days: hot in the store, then in the archive. */
typedef struct kind { const char *name; int hot, kept; } kind;
static const kind policy[] = { { "telemetry", 90, 730 }, { "quality", 365, 2555 }, { "financial", 365, 3650 }, { "logs", 180, 1095 } };
enum { KINDS = sizeof policy / sizeof *policy };

/* Rows of a kind: as JSON, oldest first, and what takes them out.  ?1 is the cutoff in ms. */
typedef struct part { int kind; const char *table, *select, *clear; } part;
static const part parts[] = {
    /* The last row that goes stays as the anchor that the next one's hash hangs on.  First of all: the other parts add rows of their own. */
    { 3, "audit", "SELECT json_object('table', 'audit', 'number', number, 'at_ns', at_ns, 'who', who, 'action', action, 'object', object, 'detail', detail, 'hash', hex(hash)) FROM audit WHERE at_ns < ?1 * 1000000 ORDER BY number",
      "DELETE FROM audit WHERE number < (SELECT max(number) FROM audit WHERE at_ns < ?1 * 1000000)" },
    { 1, "ncrs", "SELECT json_object('table', 'ncrs', 'id', id, 'work_order', work_order, 'station', station, 'unit', unit, 'defect', defect, 'description', description, 'grade', grade, 'reasons', reasons, 'created_ns', created_ns, 'due_ns', due_ns, 'state', state,"
                 " 'events', (SELECT json_group_array(json_object('kind', kind, 'value', value, 'by', by_actor, 'at_ns', at_ns, 'note', note)) FROM ncr_events WHERE ncr = ncrs.id)) FROM ncrs WHERE state = 'CLOSED' AND created_ns < ?1 * 1000000 ORDER BY id",
      "DELETE FROM ncr_events WHERE ncr IN (SELECT id FROM ncrs WHERE state = 'CLOSED' AND created_ns < ?1 * 1000000); DELETE FROM ncrs WHERE state = 'CLOSED' AND created_ns < ?1 * 1000000" },
    { 1, "inspections", "SELECT json_object('table', 'inspections', 'id', id, 'work_order', work_order, 'station', station, 'characteristic', characteristic, 'pass', pass, 'at_ms', at_ms, 'by', by_whom,"
                        " 'values', (SELECT json_group_array(value) FROM measurements WHERE inspection = inspections.id)) FROM inspections WHERE at_ms < ?1 ORDER BY id",
      "DELETE FROM measurements WHERE inspection IN (SELECT id FROM inspections WHERE at_ms < ?1); DELETE FROM inspections WHERE at_ms < ?1" },
    { 2, "stock_moves", "SELECT json_object('table', 'stock_moves', 'id', id, 'item', item, 'kind', kind, 'qty', qty, 'reference', reference, 'at_ms', at_ms, 'by', by_whom) FROM stock_moves WHERE at_ms < ?1 ORDER BY id", "DELETE FROM stock_moves WHERE at_ms < ?1" },
    { 2, "purchase_orders", "SELECT json_object('table', 'purchase_orders', 'code', code, 'item', item, 'supplier', supplier, 'qty', qty, 'due_day', due_day, 'state', state, 'made_ms', made_ms, 'by', made_by) FROM purchase_orders WHERE state <> 'open' AND made_ms < ?1 ORDER BY id",
      "DELETE FROM purchase_orders WHERE state <> 'open' AND made_ms < ?1" },
    { 3, "alerts", "SELECT json_object('table', 'alerts', 'id', id, 'at_ms', at_ms, 'kind', kind, 'severity', severity, 'subject', subject, 'text', text, 'cleared_ms', cleared_ms, 'cleared_by', cleared_by) FROM alerts WHERE cleared_ms IS NOT NULL AND at_ms < ?1 ORDER BY id",
      "DELETE FROM alerts WHERE cleared_ms IS NOT NULL AND at_ms < ?1" },
};

typedef struct retain { cli *c; const char *dir; sqlite3 *db; uint8_t key[32]; c12_seal_epoch epoch; int64_t now; int dry; char day[17]; int64_t rows, files, gone; } retain;

/* ---- sealed rows ------------------------------------------------------------------------------------------------------------------------- */

/* Into archive/NAME, and opened again before anybody relies on it. */
static int archive_rows(retain *w, const char *name, const text *rows)
{
    char path[1300];
    size_t n = rows->n + C12_SEAL_ENVELOPE, used = 0, back = 0;
    uint8_t *sealed = cli_new((int64_t)n, 1), *again = cli_new((int64_t)rows->n + 1, 1);
    c12io_out *out = NULL;
    c12_view key = { w->key, 32 }, about = { (const uint8_t *)name, strlen(name) }, plain = { (const uint8_t *)rows->at, rows->n };
    c12_mem room = { sealed, n }, open = { again, rows->n + 1 };
    snprintf(path, sizeof path, "%.1000s/archive/%.200s", w->dir, name);
    c12_status s = c12_seal_encrypt(key, &w->epoch, about, plain, room, &used, &w->c->err);
    c12_view envelope = { sealed, used };
    if (!s) s = c12_seal_decrypt(key, about, envelope, open, &back, &w->c->err);
    int same = !s && back == rows->n && !memcmp(again, rows->at, back);
    if (same) s = c12io_out_open(&out, path, &w->c->err);
    if (same && !s) { c12io_out_write(out, sealed, used); s = c12io_out_close(out, &w->c->err); }
    free(sealed);
    free(again);
    if (s) return cli_fail(w->c, s);
    return same ? EXIT_DONE : cli_say("c12 retain: %s did not read back as it was written", path);
}

static int has_table(retain *w, const char *name)
{
    sqlite3_stmt *q = NULL;
    int there = 0;
    if (!sqlite3_prepare_v2(w->db, "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", -1, &q, NULL) && !sqlite3_bind_text(q, 1, name, -1, SQLITE_STATIC)) there = sqlite3_step(q) == SQLITE_ROW;
    sqlite3_finalize(q);
    return there;
}

static int run_with(retain *w, const char *sql, int64_t cutoff)
{
    while (sql && *sql) {
        sqlite3_stmt *q = NULL;
        if (sqlite3_prepare_v2(w->db, sql, -1, &q, &sql)) return -1;
        if (!q) break;
        if (sqlite3_bind_parameter_count(q)) sqlite3_bind_int64(q, 1, cutoff);
        int code = sqlite3_step(q);
        sqlite3_finalize(q);
        if (code != SQLITE_DONE) return -1;
    }
    return 0;
}

/* One more row of the store's trail, in the transaction that is open. */
static int trail_row(retain *w, const char *object, const char *detail)
{
    sqlite3_stmt *q = NULL;
    uint8_t before[32] = { 0 }, hash[32];
    int64_t number = 0, at = c12io_wall(), last = 0;
    int code = sqlite3_prepare_v2(w->db, "SELECT number, hash, at_ns FROM audit ORDER BY number DESC LIMIT 1", -1, &q, NULL);
    if (!code && sqlite3_step(q) == SQLITE_ROW) {
        number = sqlite3_column_int64(q, 0) + 1;
        if (sqlite3_column_bytes(q, 1) == 32) memcpy(before, sqlite3_column_blob(q, 1), 32);
        last = sqlite3_column_int64(q, 2);
    }
    sqlite3_finalize(q);
    if (at < last) at = last;
    const char *const part_of[4] = { "console", "retain", object, detail };
    c12_view texts[4];
    for (int k = 0; k < 4; k++) texts[k] = (c12_view){ (const uint8_t *)part_of[k], strlen(part_of[k]) };
    if (c12_seal_audit_row(number ? before : NULL, number, at, texts, hash, NULL)) return -1;
    if (sqlite3_prepare_v2(w->db, "INSERT INTO audit VALUES(?, ?, ?, ?, ?, ?, ?)", -1, &q, NULL)) return -1;
    sqlite3_bind_int64(q, 1, number);
    sqlite3_bind_int64(q, 2, at);
    for (int k = 0; k < 4; k++) sqlite3_bind_text(q, 3 + k, part_of[k], -1, SQLITE_STATIC);
    sqlite3_bind_blob(q, 7, hash, 32, SQLITE_STATIC);
    code = sqlite3_step(q);
    sqlite3_finalize(q);
    return code == SQLITE_DONE ? 0 : -1;
}

static int retain_part(retain *w, const part *p)
{
    char name[120], detail[300], digest[65];
    uint8_t hash[32];
    text rows = { 0 };
    int64_t n = 0, cutoff = w->now - policy[p->kind].hot * INT64_C(86400000);
    sqlite3_stmt *q = NULL;
    if (!has_table(w, p->table)) return EXIT_DONE;
    if (sqlite3_exec(w->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) || sqlite3_prepare_v2(w->db, p->select, -1, &q, NULL)) return cli_say("%s: %s", p->table, sqlite3_errmsg(w->db));
    sqlite3_bind_int64(q, 1, cutoff);
    while (sqlite3_step(q) == SQLITE_ROW) { text_add(&rows, "%s\n", (const char *)sqlite3_column_text(q, 0)); n++; }
    sqlite3_finalize(q);
    if (!strcmp(p->table, "audit") && n < 2) n = 0; /* nothing but the anchor */
    int code = EXIT_DONE, bad = 0;
    if (n && !w->dry) {
        c12_view all = { (const uint8_t *)rows.at, rows.n };
        snprintf(name, sizeof name, "%s-%s-%s.c12a", policy[p->kind].name, p->table, w->day);
        code = archive_rows(w, name, &rows);
        (void)!c12_seal_sha256(all, hash, NULL);
        for (int k = 0; k < 32; k++) snprintf(digest + 2 * k, 3, "%02x", hash[k]);
        snprintf(detail, sizeof detail, "{\"rows\":%" PRId64 ",\"sha256\":\"%s\",\"file\":\"%s\"}", n, digest, name);
        if (!code) bad = run_with(w, p->clear, cutoff) || trail_row(w, p->table, detail) || sqlite3_exec(w->db, "COMMIT", NULL, NULL, NULL);
        if (bad) code = cli_say("%s: %s; nothing was taken out", p->table, sqlite3_errmsg(w->db));
    }
    if (!n || w->dry || code) sqlite3_exec(w->db, "ROLLBACK", NULL, NULL, NULL);
    if (n && !code) fprintf(stderr, "%-10s %-16s %8" PRId64 " rows older than %d days%s\n", policy[p->kind].name, p->table, n, policy[p->kind].hot, w->dry ? "" : ", archived");
    w->rows += n;
    text_free(&rows);
    return code;
}

/* ---- telemetry: whole hours ----------------------------------------------------------------------------------------------------------------- */

static int retain_hour(retain *w, const char *name, int64_t cutoff)
{
    char from[1300], to[1300];
    c12io_ts *ts = NULL;
    c12io_ts_info info = C12_INIT(c12io_ts_info);
    c12io_ts_options o = C12_INIT(c12io_ts_options);
    snprintf(from, sizeof from, "%.1000s/telemetry/%.200s", w->dir, name);
    snprintf(to, sizeof to, "%.1000s/archive/telemetry-%.200s", w->dir, name);
    c12_status s = c12io_ts_open(&ts, from, NULL, &w->c->err);
    if (!s) s = c12io_ts_stat(ts, &info, &w->c->err);
    c12io_ts_destroy(ts);
    if (s) return cli_fail(w->c, s);
    if (!info.records || info.t_max >= cutoff) return EXIT_DONE;
    w->files++;
    w->rows += info.records;
    if (w->dry) return EXIT_DONE;
    c12_view key = { w->key, 32 };
    o.key = key;
    o.level = C12_TLM_MAX;
    s = c12io_ts_compact(from, to, &o, NULL, &w->c->err);
    if (!s) s = c12io_ts_open_sealed(&ts, to, key, NULL, &w->c->err);
    if (!s) s = c12io_ts_verify(ts, &w->c->err);
    c12io_ts_destroy(s ? NULL : ts);
    if (s) return cli_fail(w->c, s);
    return unlink(from) ? cli_say("%s: is archived and cannot be removed", from) : EXIT_DONE;
}

static int retain_telemetry(retain *w)
{
    char folder[1200];
    int code = EXIT_DONE;
    int64_t cutoff = w->now - policy[0].hot * INT64_C(86400000), before = w->files;
    snprintf(folder, sizeof folder, "%.1000s/telemetry", w->dir);
    DIR *d = opendir(folder);
    for (struct dirent *e; d && !code && (e = readdir(d));) {
        size_t n = strlen(e->d_name);
        if (n > 5 && n < 100 && !strcmp(e->d_name + n - 5, ".c12t")) code = retain_hour(w, e->d_name, cutoff);
    }
    if (d) closedir(d);
    if (w->files > before) fprintf(stderr, "telemetry  %" PRId64 " files older than %d days%s\n", w->files - before, policy[0].hot, w->dry ? "" : ", archived");
    return code;
}

/* ---- old archives ------------------------------------------------------------------------------------------------------------------------------ */

static void drop_archives(retain *w)
{
    char folder[1200], path[1500];
    snprintf(folder, sizeof folder, "%.1000s/archive", w->dir);
    DIR *d = opendir(folder);
    for (struct dirent *e; d && (e = readdir(d));) {
        struct stat s;
        snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        for (int k = 0; k < KINDS; k++) {
            size_t n = strlen(policy[k].name);
            if (strncmp(e->d_name, policy[k].name, n) || e->d_name[n] != '-' || stat(path, &s) || (int64_t)s.st_mtime * 1000 > w->now - (policy[k].kept - policy[k].hot) * INT64_C(86400000)) continue;
            w->gone++;
            if (!w->dry) (void)!unlink(path);
        }
    }
    if (d) closedir(d);
}

int cmd_retain(cli *c)
{
    const char *key = cli_value(c, "--key"), *now = cli_value(c, "--now");
    retain w = { .c = c, .dry = cli_flag(c, "--dry-run"), .dir = cli_word(c, 0) };
    char path[1200];
    uint8_t entropy[8];
    int64_t day = 0;
    if (!cli_ready(c, 1)) return EXIT_BAD;
    if (!key) return cli_usage(c, "--key FILE is missing: archives are always sealed (c12 seal key makes one)");
    c12_mem random = { entropy, sizeof entropy };
    c12_view seed = { entropy, sizeof entropy };
    c12_status s = c12io_key_read(key, w.key, &c->err);
    if (!s) s = c12io_random(random, &c->err);
    if (!s) s = c12_seal_epoch_init(&w.epoch, seed, &c->err);
    if (!s && now) s = c12io_date_parse(now, &day, &c->err);
    if (s) return cli_fail(c, s);
    w.now = now ? day * 86400000 : c12io_wall() / 1000000;
    c12io_date_text(w.now / 86400000, -1, w.day);
    snprintf(path, sizeof path, "%.1000s/archive", w.dir);
    if (!w.dry && (s = c12io_dir_make(path, &c->err))) return cli_fail(c, s);
    snprintf(path, sizeof path, "%.1000s/c12.db", w.dir);
    int code = sqlite3_open_v2(path, &w.db, SQLITE_OPEN_READWRITE, NULL) || sqlite3_busy_timeout(w.db, 10000) ? cli_say("%s: cannot be opened", path) : EXIT_DONE;
    for (size_t k = 0; k < sizeof parts / sizeof *parts && !code; k++) code = retain_part(&w, &parts[k]);
    if (!code) code = retain_telemetry(&w);
    if (!code) drop_archives(&w);
    sqlite3_close(w.db);
    memset(w.key, 0, sizeof w.key);
    if (!code && c->json) printf("{\"rows\":%" PRId64 ",\"files\":%" PRId64 ",\"archives_removed\":%" PRId64 ",\"dry_run\":%s}\n", w.rows, w.files, w.gone, w.dry ? "true" : "false");
    return code;
}
