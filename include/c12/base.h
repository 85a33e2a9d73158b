/* SPDX-License-Identifier: Apache-2.0 */
/** @file c12/base.h
 *  Ground floor of every libc12 header: status, errors, host hooks, budgets, reports and verdicts.
 *
 *  Grammar of the whole library (docs/guide/grammar.md tells it at length):
 *  - names are `c12_<room>_<verb|noun>` and `C12_<ROOM>_<NAME>`; arguments come as self, const inputs, options, outputs, scratch, err;
 *  - data are flat columns in the caller's memory: int32 ids, -1 = none, int64 offsets of length n+1, NULL column = stated default;
 *  - growable structs start with `struct_size`, grow at the end only, and zero in a new field means "as before"; structs marked
 *    FROZEN never change;
 *  - the library never prints, exits, reads the environment, or touches signals, locale or global state.
 *
 *  Threads: a handle belongs to one thread at a time; const inputs may be shared; exceptions carry the word THREADSAFE. */
#ifndef C12_BASE_H
#define C12_BASE_H

#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32) && defined(C12_SHARED)
#  ifdef C12_BUILD
#    define C12_API __declspec(dllexport)
#  else
#    define C12_API __declspec(dllimport)
#  endif
#elif defined(__GNUC__)
#  define C12_API __attribute__((visibility("default"))) /**< Exported from the shared library. */
#else
#  define C12_API
#endif
#if defined(__GNUC__) /* no nonnull attribute on purpose: NULL is checked and reported as C12_E_ARG */
#  define C12_MUST __attribute__((warn_unused_result)) /**< The status must be looked at. */
#else
#  define C12_MUST
#endif

/** C12_INIT(T): a value of growable struct T with struct_size set and every other field zero. */
#ifdef __cplusplus
template <class T> inline T c12_init_value_() { T v = T(); v.struct_size = (uint32_t)sizeof(T); return v; }
#  define C12_INIT(T) c12_init_value_<T>()
extern "C" {
#else
#  define C12_INIT(T) { .struct_size = (uint32_t)sizeof(T) }
#endif

#define C12_VERSION_MAJOR 0 /**< Incompatible changes. */
#define C12_VERSION_MINOR 1 /**< Additions. */
#define C12_VERSION_PATCH 0 /**< Mends. */

/** Version of the library that is loaded: MAJOR<<16 | MINOR<<8 | PATCH.  THREADSAFE.  @since 0.1 */
C12_API uint32_t c12_version(void);

/* Exact integers wherever a decision is made; double appears only in reports, statistics and sensor samples. */
typedef int64_t c12_qty;   /**< Count of the item's smallest unit (a piece, a gram, 1/1000 m: the item's own scale). */
typedef int64_t c12_money; /**< Millionths of one currency unit. */
typedef int64_t c12_tick;  /**< Planning time in the problem's tick (a bucket, a minute, a robot step). */
typedef int64_t c12_ns;    /**< Clock time: nanoseconds since 1970-01-01T00:00Z, without leap seconds. */

/** Outcome of a call.  0 is success, errors are negative, numbers are never reused. */
typedef int32_t c12_status;
enum {
    C12_OK = 0,
    C12_E_ARG = -1,          /**< NULL, negative count, contradictory options, or a budget without a limit. */
    C12_E_RANGE = -2,        /**< An id, offset or value lies outside its table: see err->field and err->row. */
    C12_E_SPACE = -3,        /**< Output, scratch or handle too small: err->value is the size that suffices. */
    C12_E_NOMEM = -4,        /**< The allocator returned NULL.  Only *_create can say this. */
    C12_E_OVERFLOW = -5,     /**< Exact arithmetic does not fit 64 bits. */
    C12_E_CYCLE = -6,        /**< A bill of materials or precedence graph has a cycle through err->row. */
    C12_E_STATE = -7,        /**< Call not allowed now (solve before load, decode after end of stream). */
    C12_E_VERSION = -8,      /**< struct_size is larger than known and its tail is not zero. */
    C12_E_FORMAT = -9,       /**< Malformed bytes at offset err->value. */
    C12_E_UNSUPPORTED = -10, /**< Built without the part that err->what names. */
    C12_E_IO = -11,          /**< The operating system refused (libc12io only); err->value is its errno. */
    C12_E_REFUSED = -12,     /**< Forged, not authentic or not allowed: err->what names the rule (c12/seal.h). */
    C12_E_INTERNAL = -99     /**< A bug in libc12; please report. */
};

/** "C12_E_RANGE" and so on; static text, never NULL ("C12_E_?" for a number that is no status).  THREADSAFE.  @since 0.1 */
C12_API const char *c12_status_name(c12_status s);

/** What went wrong and exactly where.  Optional last argument of every call; no thread-local state behind it.
 *  The library writes it only when the call fails.  With `text` set, every fault found at entry (not only the first) is
 *  appended there as one line "field[row] = value: sentence", always terminated, cut at text_cap. */
typedef struct c12_error {
    uint32_t struct_size;
    c12_status status;
    int64_t row;       /**< Row in the column, or -1. */
    int64_t value;     /**< The offending value, or the size that would suffice. */
    int64_t count;     /**< Faults found; >= 1 after a failure. */
    const char *what;  /**< Static English sentence, e.g. "child item out of range". */
    const char *field; /**< Static name of the offending column, e.g. "line_child"; NULL if none. */
    char *text;        /**< Caller's buffer for all faults, or NULL. */
    size_t text_cap;   /**< Bytes in text. */
} c12_error;

typedef struct c12_mem { void *ptr; size_t size; } c12_mem;             /**< FROZEN. Writable bytes. */
typedef struct c12_view { const uint8_t *ptr; size_t size; } c12_view;  /**< FROZEN. Readable bytes. */

/** A snapshot handed to the progress callback. */
typedef struct c12_progress {
    uint32_t struct_size;
    int32_t improved;   /**< 1 when the best plan changed since the last call. */
    int64_t work;       /**< Work units spent (deterministic). */
    int64_t objective;  /**< Of the best plan so far. */
    int64_t bound;      /**< Proved: no plan is better. */
} c12_progress;

/** What the host lends the library.  NULL host, or a NULL member: the default named beside it. */
typedef struct c12_host {
    uint32_t struct_size;
    uint32_t reserved;                                                 /**< 0. */
    void *user;                                                        /**< First argument of every hook. */
    void *(*alloc)(void *user, size_t size, size_t align);             /**< Default malloc; none when freestanding. */
    void (*release)(void *user, void *ptr, size_t size, size_t align); /**< Sized, so an arena needs no headers. */
    void (*log)(void *user, int32_t level, const char *line);          /**< Default: silence. */
    int32_t (*progress)(void *user, const c12_progress *p);            /**< Nonzero stops.  Called only on the thread that
                                                                            called solve(). */
    c12_ns (*now)(void *user);                                         /**< Monotonic; without it time limits fail. */
    /** Run task(arg, i) for i in 0..n-1 in any order on any threads and return when all have run.  Default: one after another. */
    void (*parallel)(void *user, int32_t n, void (*task)(void *arg, int32_t i), void *arg);
    void *reserved_hook;                                               /**< NULL. */
} c12_host;

/** When to stop, and what makes a run repeatable.  Shared by all planners.  At least one limit must be set (C12_E_ARG). */
typedef struct c12_budget {
    uint32_t struct_size;
    int32_t islands;      /**< Logical searches, part of the result's identity like the seed; 0 = the default of 2. */
    uint64_t seed;
    int64_t work_limit;   /**< Deterministic work units; 0 = none. */
    c12_ns time_limit;    /**< 0 = none.  Makes the run non-repeatable. */
    int64_t target;       /**< Stop once objective <= target; 0 = none; see the room for its unit. */
} c12_budget;

typedef int32_t c12_outcome; /**< What is known about the plan; independent of why the solver stopped. */
enum { C12_UNKNOWN = 0, C12_OPTIMAL = 1, C12_FEASIBLE = 2, C12_INFEASIBLE = 3 };
typedef int32_t c12_stop;    /**< Why the solver stopped. */
enum { C12_STOP_DONE = 0, C12_STOP_WORK = 1, C12_STOP_TIME = 2, C12_STOP_CANCEL = 3, C12_STOP_TARGET = 4, C12_STOP_SPACE = 5 };

/** Report of a planner run.  Optional output; a cancelled run still returns C12_OK with the best plan so far. */
typedef struct c12_info {
    uint32_t struct_size;
    c12_outcome outcome;
    c12_stop stop;
    int32_t reserved;
    int64_t objective;  /**< bound <= optimum <= objective. */
    int64_t bound;
    int64_t work;       /**< Work units spent. */
    c12_ns elapsed;     /**< 0 without host->now. */
    c12_ns first;       /**< Time to the first plan; 0 without host->now. */
} c12_info;

/** Verdict of an independent checker (every planner has one; it shares no code with the solver). */
typedef struct c12_verdict {
    uint32_t struct_size;
    int32_t violations;  /**< 0 = the plan is feasible. */
    int64_t row;         /**< Where it is broken first, or -1. */
    int64_t tick;        /**< When it is broken first, or -1. */
    int64_t objective;   /**< Recomputed from scratch. */
    const char *rule;    /**< Static name of the first broken rule, e.g. "two robots on one vertex"; NULL if none. */
    const char *field;   /**< Static name of the column that row belongs to; NULL if none. */
} c12_verdict;

#ifdef __cplusplus
}
#endif
#endif /* C12_BASE_H */
