/* SPDX-License-Identifier: Apache-2.0 */
/* Whole files in, whole files out, faults with a place. */
#define _GNU_SOURCE /* sync_file_range, where there is one */
#include "io/io_internal.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

c12_status c12io__fault(c12_error *err, c12_status s, const char *what, int64_t row, int64_t value, const char *line, ...)
{
    if (!err) return s;
    if (!err->count || err->status == C12_OK) { err->status = s; err->what = what; err->row = row; err->value = value; err->count = 0; err->field = NULL; }
    err->count++;
    if (!err->text || !err->text_cap) return s;
    size_t at = err->count > 1 ? strlen(err->text) : 0;
    va_list args;
    va_start(args, line);
    vsnprintf(err->text + at, err->text_cap - at, line, args);
    va_end(args);
    at = strlen(err->text);
    if (at + 1 < err->text_cap) { err->text[at] = '\n'; err->text[at + 1] = 0; }
    return s;
}

c12_status c12io__os_fault(c12_error *err, const char *path, const char *doing)
{
    int code = errno;
    return c12io__fault(err, C12_E_IO, "the operating system refused", -1, code, "%s: cannot %s: %s", path, doing, strerror(code));
}

/* ---- heap ------------------------------------------------------------------------------------------------------ */

struct c12io__heap { struct c12io__heap *next; size_t size; };

enum { HEAP_ALIGN = 64 }; /* columns begin this far behind a block's head, so that it keeps them aligned */

static c12io__heap *heap_block(size_t size)
{
    c12io__heap *block = c12io__alloc_zeroed(size);
    if (block) block->size = size;
    return block;
}

c12io__heap *c12io__heap_new(void) { return heap_block(HEAP_ALIGN); }

void *c12io__heap_get(c12io__heap *h, int64_t n, size_t each)
{
    if (n < 0 || (uint64_t)n > (SIZE_MAX - HEAP_ALIGN) / (each ? each : 1)) return NULL;
    c12io__heap *block = heap_block(HEAP_ALIGN + (size_t)n * each);
    if (!block) return NULL;
    block->next = h->next;
    h->next = block;
    return (char *)block + HEAP_ALIGN;
}

void c12io__heap_free(c12io__heap *h)
{
    while (h) {
        c12io__heap *next = h->next;
        c12io__release(NULL, h, h->size, HEAP_ALIGN);
        h = next;
    }
}

/* ---- reading ----------------------------------------------------------------------------------------------------- */

static c12_status read_all(FILE *f, const char *path, c12_mem *out, c12_error *err)
{
    struct stat st;
    size_t cap = 1 << 16, n = 0;
    if (!fstat(fileno(f), &st) && S_ISREG(st.st_mode) && st.st_size > 0 && (uint64_t)st.st_size < SIZE_MAX - 2) cap = (size_t)st.st_size + 2;
    char *buf = malloc(cap);
    while (buf) {
        n += fread(buf + n, 1, cap - n - 1, f);
        if (n + 1 < cap) break;
        char *more = realloc(buf, cap *= 2);
        if (!more) { free(buf); buf = NULL; break; }
        buf = more;
    }
    if (!buf) return c12io__fault(err, C12_E_NOMEM, "out of memory", -1, (int64_t)cap, "%s: file too large for memory", path);
    if (ferror(f)) { free(buf); return c12io__os_fault(err, path, "read"); }
    buf[n] = 0;
    out->ptr = buf;
    out->size = n;
    return C12_OK;
}

c12_status c12io_bytes_read(const char *path, c12_mem *out, c12_error *err)
{
    if (!path || !out) return c12io__fault(err, C12_E_ARG, "argument is NULL", -1, 0, "path or output is NULL");
    if (!strcmp(path, "-")) return read_all(stdin, "standard input", out, err);
    FILE *f = fopen(path, "rb");
    if (!f) return c12io__os_fault(err, path, "open");
    c12_status s = read_all(f, path, out, err);
    fclose(f);
    return s;
}

void c12io_bytes_free(c12_mem *bytes)
{
    if (!bytes) return;
    free(bytes->ptr);
    bytes->ptr = NULL;
    bytes->size = 0;
}

/* ---- writing ----------------------------------------------------------------------------------------------------- */

struct c12io_out {
    FILE *f;
    char *path, *beside; /* beside NULL: standard output */
    int failed;          /* errno of the first failed write */
    int64_t written, sent; /* bytes; those on their way to the disk */
};

c12_status c12io_out_open(c12io_out **self, const char *path, c12_error *err)
{
    if (!self || !path) return c12io__fault(err, C12_E_ARG, "argument is NULL", -1, 0, "path or output is NULL");
    c12io_out *o = calloc(1, sizeof *o);
    size_t n = strlen(path);
    if (!o || !(o->path = malloc(n + 1))) { free(o); return c12io__fault(err, C12_E_NOMEM, "out of memory", -1, 0, "%s: out of memory", path); }
    memcpy(o->path, path, n + 1);
    if (!strcmp(path, "-")) { o->f = stdout; *self = o; return C12_OK; }
    o->beside = malloc(n + 32);
    if (o->beside) snprintf(o->beside, n + 32, "%s.part%ld", path, (long)getpid());
    o->f = o->beside ? fopen(o->beside, "wb") : NULL;
    if (!o->f) {
        c12_status s = c12io__os_fault(err, path, "write");
        free(o->beside);
        free(o->path);
        free(o);
        return s;
    }
    *self = o;
    return C12_OK;
}

/* A long file goes to the disk while it is written: closing it would wait for all of it at once. */
static void send_ahead(c12io_out *o)
{
#ifdef SYNC_FILE_RANGE_WRITE
    enum { EVERY = 16 << 20 };
    if (!o->beside || o->written - o->sent < EVERY) return;
    (void)sync_file_range(fileno(o->f), o->sent, o->written - o->sent, SYNC_FILE_RANGE_WRITE); /* what it does not send, fsync will */
    o->sent = o->written;
#else
    (void)o;
#endif
}

void c12io_out_write(c12io_out *self, const void *bytes, size_t n)
{
    if (self->failed || !n) return;
    if (fwrite(bytes, 1, n, self->f) != n) { self->failed = errno ? errno : EIO; return; }
    self->written += (int64_t)n;
    send_ahead(self);
}

c12_status c12io_out_close(c12io_out *self, c12_error *err)
{
    c12_status s = C12_OK;
    if (fflush(self->f) && !self->failed) self->failed = errno;
    if (self->beside) {
        if (!self->failed && fsync(fileno(self->f))) self->failed = errno;
        if (fclose(self->f) && !self->failed) self->failed = errno;
        if (!self->failed && rename(self->beside, self->path)) self->failed = errno;
        if (self->failed) unlink(self->beside);
    }
    if (self->failed) { errno = self->failed; s = c12io__os_fault(err, self->path, "write"); }
    free(self->beside);
    free(self->path);
    free(self);
    return s;
}

void c12io_out_abandon(c12io_out *self)
{
    if (!self) return;
    if (self->beside) {
        fclose(self->f);
        unlink(self->beside);
    }
    free(self->beside);
    free(self->path);
    free(self);
}

c12_status c12io_dir_make(const char *path, c12_error *err)
{
    char *copy = malloc(strlen(path) + 1);
    if (!copy) return c12io__fault(err, C12_E_NOMEM, "out of memory", -1, 0, "%s: out of memory", path);
    strcpy(copy, path);
    c12_status s = C12_OK;
    for (char *p = copy + 1; !s; p++) {
        char c = *p;
        if (c && c != '/') continue;
        *p = 0;
        if (mkdir(copy, 0777) && errno != EEXIST) s = c12io__os_fault(err, copy, "make the directory");
        *p = c;
        if (!c) break;
    }
    struct stat st;
    if (!s && (stat(path, &st) || !S_ISDIR(st.st_mode))) { errno = ENOTDIR; s = c12io__os_fault(err, path, "use as a directory"); }
    free(copy);
    return s;
}
