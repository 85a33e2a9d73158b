/* SPDX-License-Identifier: Apache-2.0 */
/* c12 restore: a backup into a new state folder, or with --verify only a look whether it would be whole.  Nothing is used before all of it is good. */
#include "store_cli.h"
#include "c12/ts.h"
#include <dirent.h>
#include <inttypes.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A backup being read: chunks become one row of bytes. */
typedef struct unpack { cli *c; FILE *f; const char *path; uint8_t key[32], *sealed, *plain; size_t n, at; uint64_t chunk; int over; } unpack;

static int broken(const unpack *u, const char *what) { return cli_say("%s: chunk %" PRIu64 ": %s", u->path, u->chunk, what); }

/* The next chunk; 0 bytes at the end. */
static int next_chunk(unpack *u)
{
    uint8_t aad[18], size[4];
    u->n = u->at = 0;
    size_t got = fread(size, 1, 4, u->f);
    if (!got) { u->over = 1; return EXIT_DONE; }
    size_t n = (size_t)size[0] | (size_t)size[1] << 8 | (size_t)size[2] << 16 | (size_t)size[3] << 24;
    if (got < 4 || n < C12_SEAL_BLOCK || n > BACKUP_CHUNK + C12_SEAL_BLOCK || fread(u->sealed, 1, n, u->f) != n) return broken(u, "the file is cut off here");
    backup_aad(u->chunk, aad);
    c12_view key = { u->key, 32 }, about = { aad, sizeof aad }, sealed = { u->sealed, n };
    c12_mem room = { u->plain, BACKUP_CHUNK };
    if (c12_seal_unblock(key, about, sealed, room, &u->n, &u->c->err)) return broken(u, "another key, or changed bytes");
    u->chunk++;
    return EXIT_DONE;
}

static int take(unpack *u, void *out, size_t n)
{
    uint8_t *to = out;
    while (n) {
        if (u->at == u->n) {
            int code = next_chunk(u);
            if (code) return code;
            if (u->over) return broken(u, "the backup ends before its end");
        }
        size_t part = u->n - u->at < n ? u->n - u->at : n;
        memcpy(to, u->plain + u->at, part);
        to += part;
        u->at += part;
        n -= part;
    }
    return EXIT_DONE;
}

static int take_line(unpack *u, char *out, size_t cap)
{
    size_t n = 0;
    for (;;) {
        int code = take(u, out + n, 1);
        if (code) return code;
        if (out[n] == '\n') break;
        if (++n == cap - 1) return broken(u, "an entry's name is too long");
    }
    out[n] = 0;
    return EXIT_DONE;
}

/* Names a backup may hold: the store, and telemetry files without a way out of the folder. */
static int name_is_good(const char *name)
{
    if (!strcmp(name, "c12.db")) return 1;
    return !strncmp(name, "telemetry/", 10) && name[10] && name[10] != '.' && !strchr(name + 10, '/');
}

static int take_file(unpack *u, const char *dir, const char *name, int64_t size)
{
    char path[1400];
    uint8_t *block = cli_new(BACKUP_CHUNK, 1);
    int code = EXIT_DONE;
    FILE *f = NULL;
    if (dir) {
        snprintf(path, sizeof path, "%.1000s/%.300s", dir, name);
        if (!(f = fopen(path, "wb"))) code = cli_say("%s: cannot be written", path);
    }
    while (size > 0 && !code) {
        size_t want = size < BACKUP_CHUNK ? (size_t)size : BACKUP_CHUNK;
        code = take(u, block, want);
        if (!code && f && fwrite(block, 1, want, f) != want) code = cli_say("%s: cannot be written; is the disk full?", path);
        size -= (int64_t)want;
    }
    if (f && (fflush(f) || fsync(fileno(f)) || fclose(f)) && !code) code = cli_say("%s: cannot be written; is the disk full?", path);
    free(block);
    return code;
}

static int take_all(unpack *u, const char *dir, int64_t *files, int64_t *bytes)
{
    char line[BACKUP_NAME + 60], name[BACKUP_NAME + 1];
    for (;;) {
        int64_t size = 0;
        int code = take_line(u, line, sizeof line);
        if (code) return code;
        if (!strncmp(line, "end ", 4)) {
            if (strtoll(line + 4, NULL, 10) != *files) return broken(u, "it holds another number of files than it says");
            code = next_chunk(u);
            return code ? code : u->over ? EXIT_DONE : broken(u, "there is something behind its end");
        }
        if (sscanf(line, "file %200s %" SCNd64, name, &size) != 2 || size < 0 || !name_is_good(name)) return broken(u, "an entry that is none of a backup");
        if ((code = take_file(u, dir, name, size))) return code;
        (*files)++;
        *bytes += size;
    }
}

/* ---- is what was restored sound? ----------------------------------------------------------------------------------------------------------- */

static int check_store(const char *dir, int64_t *rows)
{
    char path[1200];
    sqlite3 *db = NULL;
    sqlite3_stmt *q = NULL;
    int good = 0;
    snprintf(path, sizeof path, "%.1000s/c12.db", dir);
    if (!sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) && !sqlite3_prepare_v2(db, "SELECT (SELECT integrity_check FROM pragma_integrity_check LIMIT 1), (SELECT count(*) FROM audit)", -1, &q, NULL) && sqlite3_step(q) == SQLITE_ROW) {
        const char *said = (const char *)sqlite3_column_text(q, 0);
        good = said && !strcmp(said, "ok");
        *rows = sqlite3_column_int64(q, 1);
    }
    sqlite3_finalize(q);
    sqlite3_close(db);
    return good ? EXIT_DONE : cli_say("%s: the restored store is not sound", path);
}

static int check_telemetry(cli *c, const char *dir)
{
    char folder[1200], path[1500];
    int code = EXIT_DONE;
    snprintf(folder, sizeof folder, "%.1000s/telemetry", dir);
    DIR *d = opendir(folder);
    for (struct dirent *e; d && !code && (e = readdir(d));) {
        c12io_ts *ts = NULL;
        if (e->d_name[0] == '.') continue;
        snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        c12_status s = c12io_ts_open(&ts, path, NULL, &c->err);
        if (!s) s = c12io_ts_verify(ts, &c->err);
        c12io_ts_destroy(ts);
        if (s) code = cli_fail(c, s);
    }
    if (d) closedir(d);
    return code;
}

static void drop(const char *dir)
{
    char folder[1200], path[1500];
    static const char *const sub[] = { "/telemetry", "" };
    for (int k = 0; k < 2; k++) {
        snprintf(folder, sizeof folder, "%.1000s%s", dir, sub[k]);
        DIR *d = opendir(folder);
        for (struct dirent *e; d && (e = readdir(d));) {
            snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
            if (e->d_name[0] != '.') (void)!unlink(path);
        }
        if (d) closedir(d);
        (void)!rmdir(folder);
    }
}

/* ---- the command --------------------------------------------------------------------------------------------------------------------------- */

static int run(unpack *u, const char *dir, int verify, int64_t *files, int64_t *bytes, int64_t *rows)
{
    char head[sizeof BACKUP_HEAD], part[1200], folder[1300];
    if (fread(head, 1, sizeof BACKUP_HEAD - 1, u->f) != sizeof BACKUP_HEAD - 1 || memcmp(head, BACKUP_HEAD, sizeof BACKUP_HEAD - 1)) return cli_say("%s: this is no backup", u->path);
    if (verify) return take_all(u, NULL, files, bytes);
    snprintf(part, sizeof part, "%.1000s.part-%ld", dir, (long)getpid());
    snprintf(folder, sizeof folder, "%s/telemetry", part);
    if (mkdir(part, 0700) || mkdir(folder, 0700)) return cli_say("%s: cannot be made", part);
    int code = take_all(u, part, files, bytes);
    if (!code) code = check_store(part, rows);
    if (!code) code = check_telemetry(u->c, part);
    if (!code && rename(part, dir)) code = cli_say("%s: is there already; name a new folder", dir);
    if (code) drop(part);
    return code;
}

int cmd_restore(cli *c)
{
    const char *key = cli_value(c, "--key"), *from = cli_word(c, 0), *dir = NULL;
    int verify = cli_flag(c, "--verify");
    int64_t files = 0, bytes = 0, rows = 0;
    struct stat there;
    unpack u = { .c = c, .path = from };
    if (!verify) dir = cli_word(c, 1);
    if (!cli_ready(c, verify ? 1 : 2)) return EXIT_BAD;
    if (!key) return cli_usage(c, "--key FILE is missing: the one the backup was made with");
    if (dir && !stat(dir, &there)) return cli_say("%s: is there already; name a new folder", dir);
    c12_status s = c12io_key_read(key, u.key, &c->err);
    if (s) return cli_fail(c, s);
    if (!(u.f = fopen(from, "rb"))) return cli_say("%s: cannot be read", from);
    u.sealed = cli_new(BACKUP_CHUNK + C12_SEAL_BLOCK, 1);
    u.plain = cli_new(BACKUP_CHUNK, 1);
    int code = run(&u, dir, verify, &files, &bytes, &rows);
    fclose(u.f);
    memset(u.key, 0, sizeof u.key);
    free(u.sealed);
    free(u.plain);
    if (code) return code == EXIT_BAD ? EXIT_NO : code;
    if (c->json) printf("{\"files\":%" PRId64 ",\"bytes\":%" PRId64 ",\"audit_rows\":%" PRId64 "}\n", files, bytes, rows);
    else fprintf(stderr, "%s: %" PRId64 " files, %" PRId64 " bytes, %s\n", from, files, bytes, verify ? "whole" : "restored and sound");
    return EXIT_DONE;
}
