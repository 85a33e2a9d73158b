/* SPDX-License-Identifier: Apache-2.0 */
/* c12 backup: a state folder as it is at one moment, while its daemon runs, into one sealed file. */
#include "store_cli.h"
#include "c12/ts.h"
#include <dirent.h>
#include <inttypes.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Bytes into sealed chunks. */
typedef struct pack { cli *c; c12io_out *out; uint8_t key[32], *plain, *sealed; c12_seal_epoch epoch; size_t n; uint64_t chunk; int64_t files, bytes; } pack;

void backup_aad(uint64_t chunk, uint8_t out[18])
{
    memcpy(out, "c12 backup", 10);
    for (int k = 0; k < 8; k++) out[10 + k] = (uint8_t)(chunk >> 8 * k);
}

static int pack_flush(pack *p)
{
    uint8_t aad[18], size[4];
    size_t used = 0;
    if (!p->n) return EXIT_DONE;
    backup_aad(p->chunk++, aad);
    c12_view key = { p->key, 32 }, about = { aad, sizeof aad }, plain = { p->plain, p->n };
    c12_mem room = { p->sealed, BACKUP_CHUNK + C12_SEAL_BLOCK };
    c12_status s = c12_seal_block(key, &p->epoch, about, plain, room, &used, &p->c->err);
    if (s) return cli_say("c12 backup: %s", p->c->err.what ? p->c->err.what : c12_status_name(s));
    for (int k = 0; k < 4; k++) size[k] = (uint8_t)(used >> 8 * k);
    c12io_out_write(p->out, size, 4);
    c12io_out_write(p->out, p->sealed, used);
    p->n = 0;
    return EXIT_DONE;
}

static int pack_put(pack *p, const void *bytes, size_t n)
{
    const uint8_t *at = bytes;
    while (n) {
        size_t room = BACKUP_CHUNK - p->n, take = n < room ? n : room;
        memcpy(p->plain + p->n, at, take);
        p->n += take;
        at += take;
        n -= take;
        int code = p->n == BACKUP_CHUNK ? pack_flush(p) : EXIT_DONE;
        if (code) return code;
    }
    return EXIT_DONE;
}

/* The file is not held in memory: a telemetry file may be larger. */
static int pack_file(pack *p, const char *path, const char *name)
{
    char head[BACKUP_NAME + 40], *block;
    FILE *f = fopen(path, "rb");
    if (!f || fseeko(f, 0, SEEK_END)) { if (f) fclose(f); return cli_say("%s: cannot be read", path); }
    int64_t size = (int64_t)ftello(f), left = size;
    rewind(f);
    int n = snprintf(head, sizeof head, "file %s %" PRId64 "\n", name, size), code = pack_put(p, head, (size_t)n);
    block = cli_new(BACKUP_CHUNK, 1);
    while (left > 0 && !code) {
        size_t want = left < BACKUP_CHUNK ? (size_t)left : BACKUP_CHUNK;
        if (fread(block, 1, want, f) != want) code = cli_say("%s: became shorter while it was read", path);
        else code = pack_put(p, block, want);
        left -= (int64_t)want;
    }
    free(block);
    fclose(f);
    p->files++;
    p->bytes += size;
    return code;
}

/* ---- what is taken ------------------------------------------------------------------------------------------------------------------------- */

/* SQLite gives the store as it is at one moment, whatever others write meanwhile. */
static int take_store(pack *p, const char *dir)
{
    char path[1200], copy[1200], sql[1400];
    sqlite3 *db = NULL;
    snprintf(path, sizeof path, "%.1000s/c12.db", dir);
    snprintf(copy, sizeof copy, "%.1000s/backup-%ld.tmp", dir, (long)getpid());
    if (strchr(copy, '\'')) return cli_say("%s: a folder with an apostrophe in its name cannot be backed up", dir);
    snprintf(sql, sizeof sql, "VACUUM INTO '%s'", copy);
    int bad = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) || sqlite3_busy_timeout(db, 10000) || sqlite3_exec(db, sql, NULL, NULL, NULL);
    int code = bad ? cli_say("%s: %s", path, db ? sqlite3_errmsg(db) : "cannot be opened") : EXIT_DONE;
    sqlite3_close(db);
    if (!code) code = pack_file(p, copy, "c12.db");
    (void)!unlink(copy);
    return code;
}

/* The hour that is being written is read as its writer last left it, which may take a moment's patience. */
static int take_hour(pack *p, const char *path, const char *name)
{
    char copy[1400];
    const struct timespec moment = { 0, 20000000 };
    c12_status s = C12_E_IO;
    snprintf(copy, sizeof copy, "%.1300s.backup", path);
    for (int tries = 0; tries < 100 && s; tries++) {
        s = c12io_ts_compact(path, copy, NULL, NULL, &p->c->err);
        if (s) nanosleep(&moment, NULL);
    }
    int code = s ? cli_fail(p->c, s) : pack_file(p, copy, name);
    (void)!unlink(copy);
    return code;
}

static int by_name(const void *a, const void *b) { return strcmp(a, b); }

static int take_telemetry(pack *p, const char *dir)
{
    enum { MOST = 8192, NAME = 120 };
    char folder[1200], path[1400], name[BACKUP_NAME], (*names)[NAME] = cli_new(MOST, NAME);
    int n = 0, code = EXIT_DONE;
    snprintf(folder, sizeof folder, "%.1000s/telemetry", dir);
    DIR *d = opendir(folder);
    for (struct dirent *e; d && (e = readdir(d)) && n < MOST;) {
        size_t len = strlen(e->d_name);
        if (len > 5 && len < NAME && !strcmp(e->d_name + len - 5, ".c12t")) strcpy(names[n++], e->d_name);
    }
    if (d) closedir(d);
    qsort(names, (size_t)n, NAME, by_name);
    for (int k = 0; k < n && !code; k++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[k]);
        snprintf(name, sizeof name, "telemetry/%s", names[k]);
        code = strncmp(names[k], "hour-", 5) ? pack_file(p, path, name) : take_hour(p, path, name);
    }
    free(names);
    return code;
}

/* ---- the command --------------------------------------------------------------------------------------------------------------------------- */

int cmd_backup(cli *c)
{
    const char *key = cli_value(c, "--key"), *dir = cli_word(c, 0), *to = cli_word(c, 1);
    uint8_t entropy[8];
    char end[40];
    pack p = { .c = c };
    if (!cli_ready(c, 2)) return EXIT_BAD;
    if (!key) return cli_usage(c, "--key FILE is missing: backups are always sealed (c12 seal key makes one)");
    c12_mem random = { entropy, sizeof entropy };
    c12_view seed = { entropy, sizeof entropy };
    c12_status s = c12io_key_read(key, p.key, &c->err);
    if (!s) s = c12io_random(random, &c->err);
    if (!s) s = c12_seal_epoch_init(&p.epoch, seed, &c->err);
    if (!s) s = c12io_out_open(&p.out, to, &c->err);
    if (s) return cli_fail(c, s);
    p.plain = cli_new(BACKUP_CHUNK, 1);
    p.sealed = cli_new(BACKUP_CHUNK + C12_SEAL_BLOCK, 1);
    c12io_out_write(p.out, BACKUP_HEAD, sizeof BACKUP_HEAD - 1);
    int code = take_store(&p, dir);
    if (!code) code = take_telemetry(&p, dir);
    snprintf(end, sizeof end, "end %" PRId64 "\n", p.files);
    if (!code) code = pack_put(&p, end, strlen(end));
    if (!code) code = pack_flush(&p);
    memset(p.key, 0, sizeof p.key);
    free(p.plain);
    free(p.sealed);
    if (code) { c12io_out_abandon(p.out); return code; }
    if ((s = c12io_out_close(p.out, &c->err))) return cli_fail(c, s);
    if (c->json) printf("{\"files\":%" PRId64 ",\"bytes\":%" PRId64 "}\n", p.files, p.bytes);
    else fprintf(stderr, "%s: %" PRId64 " files, %" PRId64 " bytes, sealed\n", to, p.files, p.bytes);
    return EXIT_DONE;
}
