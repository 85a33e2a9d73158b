/* SPDX-License-Identifier: Apache-2.0 */
#include "base/status.h"
#if !defined(__STDC_HOSTED__) || __STDC_HOSTED__
#  include <stdlib.h>
#endif

uint32_t c12_version(void)
{
    return (uint32_t)C12_VERSION_MAJOR << 16 | (uint32_t)C12_VERSION_MINOR << 8 | (uint32_t)C12_VERSION_PATCH;
}

const char *c12_status_name(c12_status s)
{
    switch (s) {
    case C12_OK: return "C12_OK";
    case C12_E_ARG: return "C12_E_ARG";
    case C12_E_RANGE: return "C12_E_RANGE";
    case C12_E_SPACE: return "C12_E_SPACE";
    case C12_E_NOMEM: return "C12_E_NOMEM";
    case C12_E_OVERFLOW: return "C12_E_OVERFLOW";
    case C12_E_CYCLE: return "C12_E_CYCLE";
    case C12_E_STATE: return "C12_E_STATE";
    case C12_E_VERSION: return "C12_E_VERSION";
    case C12_E_FORMAT: return "C12_E_FORMAT";
    case C12_E_UNSUPPORTED: return "C12_E_UNSUPPORTED";
    case C12_E_IO: return "C12_E_IO";
    case C12_E_REFUSED: return "C12_E_REFUSED";
    case C12_E_INTERNAL: return "C12_E_INTERNAL";
    default: return "C12_E_?";
    }
}

/* ---- errors ---------------------------------------------------------------------------------------------------- */

static size_t put_text(char *to, size_t at, size_t cap, const char *s)
{
    while (*s && at + 1 < cap) to[at++] = *s++;
    return at;
}

static size_t put_int(char *to, size_t at, size_t cap, int64_t v)
{
    char digits[24];
    int n = 0;
    uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    do { digits[n++] = (char)('0' + u % 10); u /= 10; } while (u);
    if (v < 0) digits[n++] = '-';
    while (n && at + 1 < cap) to[at++] = digits[--n];
    return at;
}

/* One line "field[row] = value: sentence" after what is already there. */
static void append_line(c12_error *e, const char *what, const char *field, int64_t row, int64_t value)
{
    if (!e->text || !e->text_cap) return;
    size_t at = 0;
    if (e->count > 1) while (at + 1 < e->text_cap && e->text[at]) at++;
    if (field) {
        at = put_text(e->text, at, e->text_cap, field);
        if (row >= 0) {
            at = put_text(e->text, at, e->text_cap, "[");
            at = put_int(e->text, at, e->text_cap, row);
            at = put_text(e->text, at, e->text_cap, "]");
        }
        at = put_text(e->text, at, e->text_cap, " = ");
        at = put_int(e->text, at, e->text_cap, value);
        at = put_text(e->text, at, e->text_cap, ": ");
    }
    at = put_text(e->text, at, e->text_cap, what);
    at = put_text(e->text, at, e->text_cap, "\n");
    e->text[at] = 0;
}

void c12__fault(c12__faults *f, c12_status s, const char *what, const char *field, int64_t row, int64_t value)
{
    f->count++;
    if (f->count == 1) f->status = s;
    if (!f->err) return;
    c12_error e = C12_INIT(c12_error);
    uint32_t size = f->err->struct_size;
    if (size < 8) return; /* not initialised: writing could hurt more than silence */
    memcpy(&e, f->err, size < sizeof e ? size : sizeof e);
    e.count = f->count;
    if (f->count == 1) {
        e.status = s;
        e.row = row;
        e.value = value;
        e.what = what;
        e.field = field;
    }
    append_line(&e, what, field, row, value);
    c12__give(f->err, &e, sizeof e);
}

c12_status c12__fail(c12_error *err, c12_status s, const char *what, const char *field, int64_t row, int64_t value)
{
    c12__faults f = { err, C12_OK, 0 };
    c12__fault(&f, s, what, field, row, value);
    return s;
}

/* ---- growable structs ------------------------------------------------------------------------------------------ */

c12_status c12__take(void *local, size_t known, const void *from, const char *name, c12_error *err)
{
    if (!from) return c12__fail(err, C12_E_ARG, "argument is NULL", name, -1, 0);
    uint32_t size;
    memcpy(&size, from, sizeof size);
    if (size < 8) return c12__fail(err, C12_E_ARG, "struct_size is not set (use C12_INIT)", name, -1, (int64_t)size);
    size_t n = size < known ? size : known;
    memset(local, 0, known);
    memcpy(local, from, n);
    const unsigned char *tail = (const unsigned char *)from;
    for (size_t i = known; i < size; i++)
        if (tail[i]) return c12__fail(err, C12_E_VERSION, "struct is newer than this library and uses a field it does not know", name, -1, (int64_t)i);
    uint32_t mine = (uint32_t)known;
    memcpy(local, &mine, sizeof mine);
    return C12_OK;
}

c12_status c12__take_optional(void *local, size_t known, const void *from, const char *name, c12_error *err)
{
    if (from) return c12__take(local, known, from, name, err);
    memset(local, 0, known);
    uint32_t mine = (uint32_t)known;
    memcpy(local, &mine, sizeof mine);
    return C12_OK;
}

void c12__give(void *to, const void *local, size_t known)
{
    if (!to) return;
    uint32_t size;
    memcpy(&size, to, sizeof size);
    if (size <= sizeof size) return;
    size_t n = size < known ? size : known;
    memcpy((unsigned char *)to + sizeof size, (const unsigned char *)local + sizeof size, n - sizeof size);
}

/* ---- host hooks ------------------------------------------------------------------------------------------------ */

void *c12__alloc(const c12_host *host, size_t size)
{
    if (host->alloc) return host->alloc(host->user, size, C12__ALIGN);
#if !defined(__STDC_HOSTED__) || __STDC_HOSTED__
    return malloc(size);
#else
    return NULL;
#endif
}

void c12__release(const c12_host *host, void *ptr, size_t size)
{
    if (!ptr) return;
    if (host->release) { host->release(host->user, ptr, size, C12__ALIGN); return; }
#if !defined(__STDC_HOSTED__) || __STDC_HOSTED__
    if (!host->alloc) free(ptr);
#endif
}

void c12__parallel(const c12_host *host, int32_t n, void (*task)(void *arg, int32_t i), void *arg)
{
    if (host->parallel && n > 1) { host->parallel(host->user, n, task, arg); return; }
    for (int32_t i = 0; i < n; i++) task(arg, i);
}

c12_status c12__take_budget(c12_budget *local, const c12_budget *from, const c12_host *host, c12_error *err)
{
    c12_status s = c12__take(local, sizeof *local, from, "budget", err);
    if (s) return s;
    if (local->work_limit < 0) return c12__fail(err, C12_E_ARG, "work_limit is negative", "work_limit", -1, local->work_limit);
    if (local->time_limit < 0) return c12__fail(err, C12_E_ARG, "time_limit is negative", "time_limit", -1, local->time_limit);
    if (!local->work_limit && !local->time_limit)
        return c12__fail(err, C12_E_ARG, "budget has no limit: set work_limit or time_limit", "work_limit", -1, 0);
    if (local->time_limit && !host->now)
        return c12__fail(err, C12_E_ARG, "time_limit needs host->now", "time_limit", -1, local->time_limit);
    if (local->islands < 0 || local->islands > C12__MAX_ISLANDS)
        return c12__fail(err, C12_E_RANGE, "islands must be 0..64", "islands", -1, local->islands);
    if (!local->islands) local->islands = C12__DEFAULT_ISLANDS;
    return C12_OK;
}
