/* SPDX-License-Identifier: Apache-2.0 */
/* Errors, growable structs and host hooks: what every public entry does first and last. */
#ifndef C12_BASE_STATUS_H
#define C12_BASE_STATUS_H

#include "c12/base.h"
#if !defined(__STDC_HOSTED__) || __STDC_HOSTED__
#  include <string.h>
#else /* freestanding: the four the compiler itself may call, and nothing else */
void *memcpy(void *restrict dst, const void *restrict src, size_t n);
void *memmove(void *dst, const void *src, size_t n);
void *memset(void *dst, int c, size_t n);
int memcmp(const void *a, const void *b, size_t n);
#endif

/* Report one fault.  Returns s, so that `return c12__fail(...)` reads as a sentence.  A second call on the same err
 * keeps the first fault's fields and appends a line to err->text; `c12__fault` counts faults without returning. */
c12_status c12__fail(c12_error *err, c12_status s, const char *what, const char *field, int64_t row, int64_t value);

/* Collects the faults of an entry check: first status wins, all are listed, the scan stops being useful after `max`. */
typedef struct c12__faults {
    c12_error *err;
    c12_status status;
    int32_t count;
} c12__faults;
enum { C12__MAX_FAULTS = 64 };
void c12__fault(c12__faults *f, c12_status s, const char *what, const char *field, int64_t row, int64_t value);
static inline int c12__full(const c12__faults *f) { return f->count >= C12__MAX_FAULTS; }

/* Read a caller's growable struct into a local of the size we know: a shorter one is filled with zeros, a longer one is
 * accepted when its tail is zero.  `name` is the argument's name for the error. */
c12_status c12__take(void *local, size_t known, const void *from, const char *name, c12_error *err);

/* The same for an optional struct: NULL gives all zeros. */
c12_status c12__take_optional(void *local, size_t known, const void *from, const char *name, c12_error *err);

/* Write a local result to the caller's struct: at most struct_size bytes, struct_size itself kept.  NULL is fine. */
void c12__give(void *to, const void *local, size_t known);
/* The same for calls of a few nanoseconds: a struct of this library's own size is copied in place. */
#define C12__TAKE_FAST(local, from, name, err) ((from) && (from)->struct_size == sizeof *(local) ? (*(local) = *(from), C12_OK) : c12__take((local), sizeof *(local), (from), (name), (err)))
#define C12__GIVE_FAST(to, local) ((to)->struct_size == sizeof *(local) ? (void)(*(to) = *(local)) : c12__give((to), (local), sizeof *(local)))

/* Column with a default: `col ? col[i] : dflt` spelt once for each width. */
static inline int64_t c12__at64(const int64_t *col, int64_t i, int64_t dflt) { return col ? col[i] : dflt; }
static inline int32_t c12__at32(const int32_t *col, int64_t i, int32_t dflt) { return col ? col[i] : dflt; }

/* Host hooks with their defaults; host is a local copy made by c12__take_optional. */
void *c12__alloc(const c12_host *host, size_t size);
void c12__release(const c12_host *host, void *ptr, size_t size);
void c12__parallel(const c12_host *host, int32_t n, void (*task)(void *arg, int32_t i), void *arg);
static inline c12_ns c12__now(const c12_host *host) { return host->now ? host->now(host->user) : 0; }

/* A budget is usable: known size, at least one limit, no negative one, a clock when time is limited. */
c12_status c12__take_budget(c12_budget *local, const c12_budget *from, const c12_host *host, c12_error *err);
enum { C12__DEFAULT_ISLANDS = 2, C12__MAX_ISLANDS = 64 };

/* Ask for a cache line early.  Written where it is used: gcc drops calls of functions that only prefetch. */
#if defined(__GNUC__)
#  define C12__PREFETCH(p) __builtin_prefetch(p)
#else
#  define C12__PREFETCH(p) ((void)(p))
#endif

/* A handle's memory must start at this alignment; *_bytes adds it so that any c12_mem works. */
enum { C12__ALIGN = 64 };

#endif
