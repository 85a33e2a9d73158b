/* SPDX-License-Identifier: Apache-2.0 */
/* Appending to a file in place.  Before its first byte changes, the part that will be overwritten - footer and trailer - is safe in
 * a journal beside it, and rows join the journal before they are acknowledged.  Whatever happens in between, putting
 * footer and trailer back and appending the journal's rows again gives all that was acknowledged.
 *
 *   journal  magic 8 | file bytes u64 | footer offset u64 | bytes u32 of footer and trailer | these | CRC32C of all before |
 *            blocks of c12/tlm.h, rows of all robots as they came */
#define _GNU_SOURCE /* fdatasync, fileno, ftruncate where -std=c11 hides them */
#include "io/ts/ts_internal.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { JOURNAL_FIXED = 28, JOURNAL_ROWS = 16384 };
static const uint8_t journal_magic[8] = { 0x89, 'c', '1', '2', 'j', 0x0d, 0x0a, 0x1a };

typedef struct c12io__ts_journal {
    FILE *f;
    char *path;
    c12_mem tail;                  /* footer and trailer as they were */
    size_t tail_bytes;
    int64_t file_bytes, footer;    /* of the file as it was */
    int64_t mark, rows;            /* pool rows that are in the journal; rows of the journal */
    c12_mem block, scratch, list;
    int32_t touched, reserved;     /* the file is no longer as it was */
} c12io__ts_journal;

static c12_status journal_os(c12io_ts *t, c12_error *err, const char *doing) { return c12io__os_fault(err, t->journal->path, doing); }

void c12io__ts_journal_free(c12io_ts *t)
{
    c12io__ts_journal *j = t->journal;
    if (!j) return;
    if (j->f) fclose(j->f);
    free(j->path);
    c12_mem *all[] = { &j->tail, &j->block, &j->scratch, &j->list };
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) c12io__ts_drop(&t->host, all[k]);
    free(j);
    t->journal = NULL;
}

/* ---- the file itself -------------------------------------------------------------------------------------------------------- */

static int append_write(FILE *f, int64_t at, const void *bytes, size_t n)
{
    return fseeko(f, (off_t)at, SEEK_SET) || fwrite(bytes, 1, n, f) != n;
}

/* Of a block or the index, at the end of what is there. */
void c12io__ts_append_bytes(c12io_ts *t, const void *bytes, size_t n)
{
    t->journal->touched = 1;
    if (append_write(t->f, t->bytes, bytes, n)) t->w.failed = 1;
}

/* The file ends at `bytes` and is on the disk. */
static c12_status append_settle(c12io_ts *t, int64_t bytes, c12_error *err)
{
    errno = 0;
    if (fflush(t->f) || ftruncate(fileno(t->f), (off_t)bytes) || fsync(fileno(t->f)) || t->w.failed) {
        if (!errno) errno = EIO;
        return c12io__os_fault(err, t->path, "write");
    }
    return C12_OK;
}

/* The file as it was when the journal began. */
static c12_status append_restore(c12io_ts *t, c12_error *err)
{
    c12io__ts_journal *j = t->journal;
    if (append_write(t->f, j->footer, j->tail.ptr, j->tail_bytes)) return c12io__os_fault(err, t->path, "write");
    j->touched = 0;
    return append_settle(t, j->file_bytes, err);
}

/* ---- the journal --------------------------------------------------------------------------------------------------------------- */

static c12_status journal_sync(c12io_ts *t, c12_error *err)
{
    return fflush(t->journal->f) || fdatasync(fileno(t->journal->f)) ? journal_os(t, err, "write") : C12_OK;
}

/* Footer and trailer of the file on the disk go to the start of an empty journal. */
static c12_status journal_begin(c12io_ts *t, int64_t footer, int64_t bytes, c12_error *err)
{
    c12io__ts_journal *j = t->journal;
    uint8_t fixed[JOURNAL_FIXED], crc[4];
    j->footer = footer;
    j->file_bytes = bytes;
    j->tail_bytes = (size_t)(bytes - footer);
    j->rows = j->mark = j->touched = 0;
    if (c12io__ts_grow(&t->host, &j->tail, j->tail_bytes)) return c12io__ts_nomem(err, t->path);
    c12_status s = c12io__ts_read(t, footer, j->tail.ptr, j->tail_bytes, err);
    if (s) return s;
    memcpy(fixed, journal_magic, 8);
    c12io__ts_put64(fixed + 8, (uint64_t)bytes);
    c12io__ts_put64(fixed + 16, (uint64_t)footer);
    c12io__ts_put32(fixed + 24, (uint32_t)j->tail_bytes);
    c12_view head = { fixed, sizeof fixed }, tail = { j->tail.ptr, j->tail_bytes };
    c12io__ts_put32(crc, c12_tlm_crc32c(c12_tlm_crc32c(0, head), tail));
    if (ftruncate(fileno(j->f), 0) || append_write(j->f, 0, fixed, sizeof fixed) || fwrite(j->tail.ptr, 1, j->tail_bytes, j->f) != j->tail_bytes || fwrite(crc, 1, 4, j->f) != 4)
        return journal_os(t, err, "write");
    return journal_sync(t, err);
}

/* Its bytes, through the handle that holds the lock: closing another one would give the lock away. */
static c12_status journal_all(c12io_ts *t, c12_mem *all, size_t *n, c12_error *err)
{
    FILE *f = t->journal->f;
    if (fseeko(f, 0, SEEK_END)) return journal_os(t, err, "seek in");
    *n = (size_t)ftello(f);
    if (c12io__ts_grow(&t->host, all, *n)) return c12io__ts_nomem(err, t->path);
    return fseeko(f, 0, SEEK_SET) || fread(all->ptr, 1, *n, f) != *n ? journal_os(t, err, "read") : C12_OK;
}

/* The journal's head; *at = where its blocks begin, 0 = it never got as far as to matter. */
static c12_status journal_head(c12io_ts *t, const uint8_t *p, size_t n, size_t *at, c12_error *err)
{
    c12io__ts_journal *j = t->journal;
    *at = 0;
    if (n < JOURNAL_FIXED + 4 || memcmp(p, journal_magic, 8)) return C12_OK;
    size_t tail = c12io__ts_get32(p + 24);
    c12_view all = { p, JOURNAL_FIXED + tail };
    if (tail > n - JOURNAL_FIXED - 4 || c12_tlm_crc32c(0, all) != c12io__ts_get32(p + all.size)) return C12_OK;
    j->file_bytes = (int64_t)c12io__ts_get64(p + 8);
    j->footer = (int64_t)c12io__ts_get64(p + 16);
    j->tail_bytes = tail;
    if (j->footer < 0 || j->file_bytes - j->footer != (int64_t)tail) return C12_OK;
    if (c12io__ts_grow(&t->host, &j->tail, tail)) return c12io__ts_nomem(err, t->path);
    memcpy(j->tail.ptr, p + JOURNAL_FIXED, tail);
    *at = all.size + 4;
    return C12_OK;
}

/* Pool rows that are not in the journal yet join it, in blocks. */
c12_status c12io__ts_journal_rows(c12io_ts *t, c12_error *err)
{
    c12io__ts_journal *j = t->journal;
    c12_tlm_batch *b = &t->w.pool, view = *b;
    c12_tlm_block_options plain = { .struct_size = sizeof plain, .level = C12_TLM_PLAIN };
    c12_error e = C12_INIT(c12_error);
    view.order = NULL;
    while (j->mark < b->n) {
        int64_t n = b->n - j->mark < JOURNAL_ROWS ? b->n - j->mark : JOURNAL_ROWS;
        size_t bytes;
        if (c12io__ts_grow(&t->host, &j->list, (size_t)n * sizeof(int32_t)) || c12io__ts_grow(&t->host, &j->block, c12_tlm_block_bound(&view, n))
            || c12io__ts_grow(&t->host, &j->scratch, c12_tlm_block_scratch(&view, n))) return c12io__ts_nomem(err, t->path);
        for (int64_t i = 0; i < n; i++) ((int32_t *)j->list.ptr)[i] = (int32_t)(j->mark + i);
        c12_status s = c12_tlm_block_encode_with(&t->schema, &view, j->list.ptr, n, (uint32_t)j->rows, &plain, j->block, &bytes, j->scratch, &e);
        if (s) return c12io__ts_write_fault(t, err, s, &e);
        c12_view block = { j->block.ptr, bytes }, disk;
        if ((s = c12io__ts_close_block(t, block, &disk, err))) return s;
        if (fwrite(disk.ptr, 1, disk.size, j->f) != disk.size) return journal_os(t, err, "write");
        j->mark += n;
        j->rows += n;
    }
    return C12_OK;
}

void c12io__ts_journal_start(c12io_ts *t) { t->journal->mark = 0; }

c12_status c12io_ts_sync(c12io_ts *self, c12_error *err)
{
    if (!self) return c12io__fault(err, C12_E_ARG, "argument is NULL", -1, 0, "telemetry file: handle is NULL");
    if (!self->journal || self->w.failed) return c12io__fault(err, C12_E_STATE, "handle is not open for appending", -1, 0, "%s: not open for appending", self->path);
    c12_status s = c12io__ts_journal_rows(self, err);
    if (!s) s = journal_sync(self, err);
    if (s) self->w.failed = 1;
    return s;
}

/* ---- checkpoint, close, give up ----------------------------------------------------------------------------------------------------- */

/* Index behind the blocks; the file is whole again.  *footer = where the blocks end. */
static c12_status append_finish(c12io_ts *t, int64_t *footer, int64_t *bytes, c12_error *err)
{
    c12_mem all = { NULL, 0 };
    size_t n = 0;
    *footer = t->bytes;
    c12_status s = c12io__ts_index_write(t, &all, &n, err);
    if (!s) c12io__ts_append_bytes(t, all.ptr, n);
    c12io__ts_drop(&t->host, &all);
    *bytes = t->bytes + (int64_t)n;
    return s ? s : append_settle(t, *bytes, err);
}

c12_status c12io__ts_checkpoint(c12io_ts *t, c12_error *err)
{
    int64_t footer, bytes;
    if (!t->journal->touched) return C12_OK;
    c12_status s = append_finish(t, &footer, &bytes, err);
    return s ? s : journal_begin(t, footer, bytes, err);
}

c12_status c12io__ts_append_close(c12io_ts *t, c12_error *err)
{
    int64_t footer, bytes;
    c12_status s = t->journal->touched ? append_finish(t, &footer, &bytes, err) : C12_OK;
    if (s) return s;
    if (unlink(t->journal->path)) return journal_os(t, err, "remove");
    t->writing = 0;
    return C12_OK;
}

/* The file as it was; the journal stays when it holds rows that were acknowledged. */
void c12io__ts_append_abandon(c12io_ts *t)
{
    c12io__ts_journal *j = t->journal;
    t->w.failed = 0;
    if (j->f && (!j->touched || !append_restore(t, NULL)) && !j->rows) unlink(j->path);
}

/* ---- open for appending --------------------------------------------------------------------------------------------------------------- */

static c12_status append_lock(c12io_ts *t, c12_error *err)
{
    struct flock all = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    if (!fcntl(fileno(t->journal->f), F_SETLK, &all)) return C12_OK;
    return c12io__fault(err, C12_E_STATE, "another process is appending", -1, 0, "%s: another process is appending", t->path);
}

static c12_status append_open_journal(c12io_ts *t, c12_error *err)
{
    size_t n = strlen(t->path);
    c12io__ts_journal *j = t->journal = calloc(1, sizeof *j);
    if (!j || !(j->path = malloc(n + 9))) return c12io__ts_nomem(err, t->path);
    memcpy(j->path, t->path, n);
    memcpy(j->path + n, "-journal", 9);
    int fd = open(j->path, O_RDWR | O_CREAT, 0666);
    if (fd < 0 || !(j->f = fdopen(fd, "r+b"))) {
        if (fd >= 0) close(fd);
        return journal_os(t, err, "open");
    }
    return append_lock(t, err);
}

/* What an index written anew needs: all pieces, zones and latest rows, in a writer's form. */
static c12_status append_load(c12io_ts *t, c12_error *err)
{
    c12_status s = c12io__ts_need_pieces(t, err);
    for (int32_t g = 0; !s && t->section.ptr && g < t->groups; g++) s = c12io__ts_read_zones(t, g, err);
    if (!s) s = c12io__ts_load_last(t, err);
    c12io__ts_drop(&t->host, &t->section);
    return s;
}

/* Rows of the journal's good blocks once more; the journal is cut behind the last of them. */
static c12_status append_replay(c12io_ts *t, const uint8_t *p, size_t n, size_t at, c12_error *err)
{
    c12io__ts_cursor c;
    c12_mem scratch = { NULL, 0 };
    c12_status s = C12_OK;
    memset(&c, 0, sizeof c);
    t->replaying = 1;
    while (!s && at < n) {
        c12_view block = { p + at, n - at };
        size_t used;
        if (c12io__ts_decode(t, block, &c, &scratch, &used, NULL)) break;
        s = c12io_ts_append(t, &c.batch, err);
        t->journal->rows += c.batch.n;
        at += used;
    }
    t->replaying = 0;
    t->journal->mark = t->w.pool.n;
    c12io__ts_unload(&t->host, &c);
    c12io__ts_drop(&t->host, &scratch);
    if (!s && (ftruncate(fileno(t->journal->f), (off_t)at) || fseeko(t->journal->f, (off_t)at, SEEK_SET))) s = journal_os(t, err, "write");
    return s;
}

/* The key, and whether the head agrees, before a journal is begun or undone. */
static c12_status append_key(c12io_ts *t, const c12io_ts_options *options, c12_error *err)
{
    c12_status s = options && options->struct_size >= sizeof *options ? c12io__ts_take_key(t, options->key, err) : C12_OK;
    if (s) return s;
    if (fseeko(t->f, 0, SEEK_END) || (t->bytes = (int64_t)ftello(t->f)) < 0) return c12io__os_fault(err, t->path, "seek in");
    return c12io__ts_open_head(t, err);
}

static c12_status append_all(c12io_ts *t, const c12io_ts_options *options, c12_error *err)
{
    c12_mem old = { NULL, 0 };
    size_t at = 0, n = 0;
    if (!(t->f = fopen(t->path, "r+b"))) return c12io__os_fault(err, t->path, "open");
    c12_status s = append_key(t, options, err);
    if (!s) s = append_open_journal(t, err);
    if (!s) s = journal_all(t, &old, &n, err);
    if (!s) s = journal_head(t, old.ptr, n, &at, err);
    if (!s && at) s = append_restore(t, err);
    if (!s) s = c12io__ts_open_file(t, err);
    if (!s) s = append_load(t, err);
    int64_t bytes = t->bytes, footer = t->n_entries ? c12io__ts_end(t, c12io__ts_entries(t) + t->n_entries - 1) : t->head_bytes;
    if (!s) s = c12io__ts_seal_begin(t, err);
    if (!s) s = c12io__ts_start_pool(t, options, err);
    if (!s && !at) s = journal_begin(t, footer, bytes, err);
    t->bytes = footer;
    t->writing = s == C12_OK;
    t->w.epoch = t->n_entries ? c12io__ts_entries(t)[t->n_entries - 1].epoch + 1 : 0;
    if (!s && at) s = append_replay(t, old.ptr, n, at, err);
    c12io__ts_drop(&t->host, &old);
    return s;
}

c12_status c12io_ts_continue(c12io_ts **self, const char *path, const c12io_ts_options *options, const c12_host *host, c12_error *err)
{
    c12io_ts *t;
    if (!self) return c12io__fault(err, C12_E_ARG, "argument is NULL", -1, 0, "telemetry file: output is NULL");
    c12_status s = c12io__ts_new(&t, path, host, err);
    if (s) return s;
    s = append_all(t, options, err);
    if (!s) *self = t;
    else if (t->writing) c12io_ts_destroy(t);
    else c12io__ts_free(t);
    return s;
}
