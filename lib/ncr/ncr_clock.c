/* SPDX-License-Identifier: Apache-2.0 */
/* Clocks of corrective actions: time counts within the windows of the calendar and outside the pauses of the report. */
#include "ncr/ncr_internal.h"

static const int32_t ncr_levels[] = { 500000, 750000, 1000000 };
#define NCR_DAY INT64_C(86400000000000)

/* ---- entry ------------------------------------------------------------------------------------------------------------------------ */

static void ncr_check_spans(c12__faults *f, const c12_ns *from, const c12_ns *to, int64_t first, int64_t last, const char *field)
{
    for (int64_t k = first; k < last && !c12__full(f); k++) {
        if (to[k] <= from[k]) c12__fault(f, C12_E_RANGE, "span ends before it has begun", field, k, from[k]);
        if (k > first && from[k] < to[k - 1]) c12__fault(f, C12_E_RANGE, "spans are ascending and apart", field, k, from[k]);
    }
}

static void ncr_check_calendar(c12__faults *f, c12_ncr_calendar *k)
{
    if (!k->day) k->day = NCR_DAY;
    if (!k->level_ppm) { k->level_ppm = ncr_levels; k->n_levels = 3; }
    if (k->n_windows < 0 || k->n_levels < 0 || k->day < 0) { c12__fault(f, C12_E_ARG, "count or day is negative", "n_windows", -1, k->n_windows); return; }
    if (k->n_windows && (!k->open || !k->close)) { c12__fault(f, C12_E_ARG, "column is NULL", "open", -1, 0); return; }
    ncr_check_spans(f, k->open, k->close, 0, k->n_windows, "open");
    for (int32_t i = 0; i < k->n_levels; i++)
        if (k->level_ppm[i] < (i ? k->level_ppm[i - 1] : 0)) c12__fault(f, C12_E_RANGE, "levels are ascending from 0", "level_ppm", i, k->level_ppm[i]);
}

static void ncr_check_clocks(c12__faults *f, const c12_ncr_clocks *c)
{
    int64_t pauses = 0;
    if (c->n < 0) { c12__fault(f, C12_E_ARG, "count is negative", "n", -1, c->n); return; }
    if (c->n && (!c->grade || !c->created)) { c12__fault(f, C12_E_ARG, "column is NULL", c->grade ? "created" : "grade", -1, 0); return; }
    if (c->pause_off) c12__csr_check(f, c->pause_off, c->n, "pause_off", &pauses);
    if (f->count) return;
    if (pauses && (!c->pause_from || !c->pause_to)) { c12__fault(f, C12_E_ARG, "column is NULL", "pause_from", -1, 0); return; }
    for (int32_t i = 0; i < c->n && !c12__full(f); i++) {
        if (c->grade[i] < C12_NCR_MINOR || c->grade[i] > C12_NCR_CRITICAL) c12__fault(f, C12_E_RANGE, "grade must be 1..3", "grade", i, c->grade[i]);
        if (c->created[i] == INT64_MIN) c12__fault(f, C12_E_RANGE, "no time", "created", i, c->created[i]);
        if (c->closed && c->closed[i] < c->created[i]) c12__fault(f, C12_E_RANGE, "closed before it was created", "closed", i, c->closed[i]);
        if (pauses) ncr_check_spans(f, c->pause_from, c->pause_to, c->pause_off[i], c->pause_off[i + 1], "pause_from");
    }
}

static int64_t ncr_days_of(const c12_ncr_policy *p, int32_t grade) { return grade == C12_NCR_CRITICAL ? p->critical_days : grade == C12_NCR_MAJOR ? p->major_days : 0; }

c12_status c12__ncr_clock_open(c12_ncr_policy *p, c12_ncr_calendar *k, c12_ncr_clocks *c, const c12_ncr_policy *policy, const c12_ncr_calendar *calendar, const c12_ncr_clocks *clocks, c12_error *err)
{
    int64_t allowed;
    c12_status s = c12__take(p, sizeof *p, policy, "policy", err);
    if (s || (s = c12__take_optional(k, sizeof *k, calendar, "calendar", err)) || (s = c12__take(c, sizeof *c, clocks, "clocks", err))) return s;
    c12__faults f = { err, C12_OK, 0 };
    ncr_check_calendar(&f, k);
    if (!f.count) ncr_check_clocks(&f, c);
    if (p->major_days < 0 || p->critical_days < 0) c12__fault(&f, C12_E_RANGE, "days must not be negative", "policy", -1, 0);
    if (!f.count && c12__mul64(c12__max64(p->major_days, p->critical_days), k->day, &allowed)) c12__fault(&f, C12_E_OVERFLOW, "time allowed does not fit 64 bits", "day", -1, k->day);
    return f.status;
}

/* ---- the clock -------------------------------------------------------------------------------------------------------------------- */

/* A walk through counted time: the next pieces of it, between the borders of windows and pauses. */
typedef struct ncr_walk { const c12_ncr_calendar *k; const c12_ncr_clocks *c; int64_t window, pause, pause_end; c12_ns at; } ncr_walk;

static ncr_walk ncr_walk_from(const c12_ncr_calendar *k, const c12_ncr_clocks *c, int32_t i)
{
    ncr_walk w = { k, c, 0, c->pause_off ? c->pause_off[i] : 0, c->pause_off ? c->pause_off[i + 1] : 0, c->created[i] };
    int64_t high = k->n_windows;
    while (w.window < high) { /* the first window that is not over */
        int64_t mid = w.window + (high - w.window) / 2;
        if (k->close[mid] <= w.at) w.window = mid + 1;
        else high = mid;
    }
    return w;
}

/* The next piece of counted time; 0 when there is none. */
static int ncr_walk_on(ncr_walk *w, c12_ns *from, c12_ns *to)
{
    for (;;) {
        c12_ns end = INT64_MAX;
        while (w->pause < w->pause_end && w->c->pause_to[w->pause] <= w->at) w->pause++;
        if (w->pause < w->pause_end && w->c->pause_from[w->pause] <= w->at) {
            w->at = w->c->pause_to[w->pause++];
            if (w->at == INT64_MAX) return 0;
            continue; /* another may follow at once */
        }
        while (w->window < w->k->n_windows && w->k->close[w->window] <= w->at) w->window++;
        if (w->k->n_windows) {
            if (w->window == w->k->n_windows) return 0;
            if (w->k->open[w->window] > w->at) { w->at = w->k->open[w->window]; continue; } /* a pause may begin before */
            end = w->k->close[w->window];
        }
        if (w->pause < w->pause_end) end = c12__min64(end, w->c->pause_from[w->pause]);
        if (w->at == INT64_MAX) return 0;
        *from = w->at;
        *to = w->at = end;
        return 1;
    }
}

typedef struct ncr_time { c12_ns used, due; } ncr_time;

/* 1 when a sum does not fit. */
static int ncr_measure(const c12_ncr_calendar *k, const c12_ncr_clocks *c, int32_t i, int64_t allowed, c12_ns until, ncr_time *t)
{
    ncr_walk w = ncr_walk_from(k, c, i);
    int64_t sum = 0, from, to, length, part;
    t->used = 0;
    t->due = INT64_MAX;
    if (!allowed) t->due = c->created[i];
    while ((t->due == INT64_MAX || w.at < until) && ncr_walk_on(&w, &from, &to)) {
        if (from < until) {
            if (c12__sub64(c12__min64(to, until), from, &part) || c12__add64(t->used, part, &t->used)) return 1;
        }
        if (t->due != INT64_MAX) continue;
        if (c12__sub64(to, from, &length)) length = INT64_MAX;
        if (allowed - sum <= length) t->due = from > INT64_MAX - (allowed - sum) ? INT64_MAX : from + (allowed - sum);
        if (to == INT64_MAX && from >= until) break;
        if (allowed - sum > length) sum += length;
    }
    return 0;
}

static int32_t ncr_level_of(const c12_ncr_calendar *k, int64_t used, int64_t allowed)
{
    int32_t level = 0;
    while (level < k->n_levels && c12__cmp_u128(c12__mul_u64((uint64_t)used, 1000000), c12__mul_u64((uint64_t)allowed, (uint64_t)k->level_ppm[level])) >= 0) level++;
    return level;
}

c12_status c12_ncr_clock(const c12_ncr_policy *policy, const c12_ncr_calendar *calendar, const c12_ncr_clocks *clocks, c12_ns now, c12_ns *used, c12_ns *left, c12_ns *due,
                         int32_t *level, c12_error *err)
{
    c12_ncr_policy p;
    c12_ncr_calendar k;
    c12_ncr_clocks c;
    c12_status s = c12__ncr_clock_open(&p, &k, &c, policy, calendar, clocks, err);
    if (s) return s;
    for (int pass = 0; pass < 2; pass++) /* the first finds what does not fit */
        for (int32_t i = 0; i < c.n; i++) {
            const int64_t allowed = ncr_days_of(&p, c.grade[i]) * k.day;
            ncr_time t;
            if (ncr_measure(&k, &c, i, allowed, c12__min64(now, c12__at64(c.closed, i, INT64_MAX)), &t)) return c12__fail(err, C12_E_OVERFLOW, "time used does not fit 64 bits", "created", i, c.created[i]);
            if (!pass) continue;
            if (used) used[i] = t.used;
            if (left) left[i] = allowed ? allowed - t.used : INT64_MAX;
            if (due) due[i] = allowed ? t.due : INT64_MAX;
            if (level) level[i] = allowed ? ncr_level_of(&k, t.used, allowed) : 0;
        }
    return C12_OK;
}

/* ---- checker: overlaps -------------------------------------------------------------------------------------------------------------- */

static uint64_t ncr_overlap(c12_ns a, c12_ns b, c12_ns c, c12_ns d)
{
    c12_ns from = a > c ? a : c, to = b < d ? b : d;
    return to > from ? (uint64_t)to - (uint64_t)from : 0;
}

/* Counted time from creation until t: windows, less what pauses take of each. */
static uint64_t ncr_counted(const c12_ncr_calendar *k, const c12_ncr_clocks *c, int32_t i, c12_ns until)
{
    uint64_t sum = 0;
    for (int32_t w = 0; w < (k->n_windows ? k->n_windows : 1); w++) {
        c12_ns from = k->n_windows ? k->open[w] : INT64_MIN, to = k->n_windows ? k->close[w] : INT64_MAX;
        if (from < c->created[i]) from = c->created[i];
        if (to > until) to = until;
        sum += ncr_overlap(from, to, INT64_MIN, INT64_MAX);
        for (int64_t q = c->pause_off ? c->pause_off[i] : 0; q < (c->pause_off ? c->pause_off[i + 1] : 0); q++)
            if (to > from) sum -= ncr_overlap(from, to, c->pause_from[q], c->pause_to[q]);
    }
    return sum;
}

static const char *ncr_clock_wrong(const c12_ncr_policy *p, const c12_ncr_calendar *k, const c12_ncr_clocks *c, int32_t i, c12_ns now, const c12_ns *used, const c12_ns *due, const int32_t *level)
{
    const int64_t days = c->grade[i] == C12_NCR_MINOR ? 0 : c->grade[i] == C12_NCR_MAJOR ? p->major_days : p->critical_days;
    const uint64_t allowed = (uint64_t)days * (uint64_t)k->day;
    const uint64_t counted = ncr_counted(k, c, i, c->closed && c->closed[i] < now ? c->closed[i] : now);
    if (used && (used[i] < 0 || (uint64_t)used[i] != counted)) return "used";
    if (due && !days && due[i] != INT64_MAX) return "due";
    if (due && days && due[i] == INT64_MAX && ncr_counted(k, c, i, INT64_MAX - 1) >= allowed) return "due";
    if (due && days && due[i] != INT64_MAX && (ncr_counted(k, c, i, due[i]) != allowed || due[i] < c->created[i] || (allowed && ncr_counted(k, c, i, due[i] - 1) >= allowed))) return "due";
    if (!level) return NULL;
    int32_t want = 0;
    for (int32_t q = 0; q < k->n_levels && days; q++) { /* used / allowed >= ppm / 1e6, by whole and rest */
        c12__u128 a = c12__mul_u64(counted, 1000000), b = c12__mul_u64(allowed, (uint64_t)k->level_ppm[q]);
        want += a.hi > b.hi || (a.hi == b.hi && a.lo >= b.lo);
    }
    return level[i] == want ? NULL : "level";
}

c12_status c12_ncr_clock_check(const c12_ncr_policy *policy, const c12_ncr_calendar *calendar, const c12_ncr_clocks *clocks, c12_ns now, const c12_ns *used, const c12_ns *due,
                               const int32_t *level, c12_verdict *verdict, c12_error *err)
{
    c12_ncr_policy p;
    c12_ncr_calendar k;
    c12_ncr_clocks c;
    c12_status s = c12__ncr_clock_open(&p, &k, &c, policy, calendar, clocks, err);
    if (s) return s;
    if (!verdict) return c12__fail(err, C12_E_ARG, "argument is NULL", "verdict", -1, 0);
    c12_verdict v = C12_INIT(c12_verdict);
    v.row = v.tick = -1;
    for (int32_t i = 0; i < c.n; i++) {
        const char *field = ncr_clock_wrong(&p, &k, &c, i, now, used, due, level);
        v.objective += due && due[i] < c12__min64(now, c12__at64(c.closed, i, INT64_MAX));
        if (!field || v.violations++) continue;
        v.row = i;
        v.rule = "time is not what windows and pauses make of it";
        v.field = field;
    }
    c12__give(verdict, &v, sizeof v);
    return C12_OK;
}
