/* SPDX-License-Identifier: Apache-2.0 */
/* Who gets a report. */
#include "ncr/ncr_internal.h"

static c12_status ncr_take_staff(c12_ncr_staff *p, const c12_ncr_staff *staff, int32_t n, const int32_t *grade, const int32_t *person, c12_error *err)
{
    c12_status s = c12__take(p, sizeof *p, staff, "staff", err);
    if (s) return s;
    if (n < 0 || p->n < 0) return c12__fail(err, C12_E_ARG, "count is negative", "n", -1, n < 0 ? n : p->n);
    if ((n && (!grade || !person)) || (p->n && !p->manager)) return c12__fail(err, C12_E_ARG, "column is NULL", p->n && !p->manager ? "manager" : "grade", -1, 0);
    c12__faults f = { err, C12_OK, 0 };
    for (int32_t k = 0; k < p->n && !c12__full(&f); k++)
        if (c12__at32(p->load, k, 0) < 0 || c12__at32(p->load, k, 0) > INT32_MAX / 2) c12__fault(&f, C12_E_RANGE, "load is 0..2^30", "load", k, p->load[k]);
    for (int32_t i = 0; i < n && !c12__full(&f); i++)
        if (grade[i] < C12_NCR_MINOR || grade[i] > C12_NCR_CRITICAL) c12__fault(&f, C12_E_RANGE, "grade must be 1..3", "grade", i, grade[i]);
    if (n > INT32_MAX / 2) c12__fault(&f, C12_E_RANGE, "more reports than loads can count", "n", -1, n);
    return f.status;
}

/* The one with the least load among managers or engineers, -1 = none. */
static int32_t ncr_least(const c12_ncr_staff *p, const int32_t *load, int manager, int away_too)
{
    int32_t best = -1;
    for (int32_t k = 0; k < p->n; k++) {
        if ((p->manager[k] != 0) != manager || (!away_too && p->away && p->away[k])) continue;
        if (best < 0 || load[k] < load[best]) best = k;
    }
    return best;
}

c12_status c12_ncr_assign(const c12_ncr_staff *staff, int32_t n, const int32_t *grade, int32_t *person, uint8_t *urgent, int32_t *load, c12_error *err)
{
    c12_ncr_staff p;
    c12_status s = ncr_take_staff(&p, staff, n, grade, person, err);
    if (s) return s;
    if (p.n && !load) return c12__fail(err, C12_E_ARG, "column is NULL", "load", -1, 0);
    for (int32_t k = 0; k < p.n; k++) load[k] = c12__at32(p.load, k, 0);
    for (int32_t i = 0; i < n; i++) {
        const int critical = grade[i] == C12_NCR_CRITICAL;
        person[i] = ncr_least(&p, load, critical, 0);
        if (person[i] < 0 && critical) person[i] = ncr_least(&p, load, 1, 1);
        if (person[i] >= 0) load[person[i]]++;
        if (urgent) urgent[i] = (uint8_t)critical;
    }
    return C12_OK;
}

/* ---- checker: nobody entitled had less to do ----------------------------------------------------------------------------------------- */

typedef struct ncr_roll { const c12_ncr_staff *p; const int32_t *person; } ncr_roll;

/* What person k had in hand when report i came. */
static int64_t ncr_in_hand(const ncr_roll *r, int32_t k, int32_t i)
{
    int64_t n = r->p->load ? r->p->load[k] : 0;
    while (i--) n += r->person[i] == k;
    return n;
}

static int ncr_here(const ncr_roll *r, int32_t k) { return !(r->p->away && r->p->away[k]); }

static const char *ncr_misassigned(const ncr_roll *r, int32_t i, int critical)
{
    const int32_t who = r->person[i];
    int anybody = 0, present = 0;
    if (who < -1 || who >= r->p->n) return "there is no such person";
    if (who >= 0 && (r->p->manager[who] != 0) != critical) return "critical reports are a manager's, others an engineer's";
    for (int32_t k = 0; k < r->p->n; k++) {
        if ((r->p->manager[k] != 0) != critical) continue;
        anybody = 1;
        present |= ncr_here(r, k);
    }
    if (who < 0) return present || (critical && anybody) ? "somebody could have it" : NULL;
    if (!ncr_here(r, who) && (present || !critical)) return "who is away takes nothing";
    for (int32_t k = 0; k < r->p->n; k++) {
        if ((r->p->manager[k] != 0) != critical || ncr_here(r, k) != present) continue;
        int64_t mine = ncr_in_hand(r, who, i), theirs = ncr_in_hand(r, k, i);
        if (theirs < mine || (theirs == mine && k < who)) return "somebody had less to do";
    }
    return NULL;
}

c12_status c12_ncr_assign_check(const c12_ncr_staff *staff, int32_t n, const int32_t *grade, const int32_t *person, c12_verdict *verdict, c12_error *err)
{
    c12_ncr_staff p;
    c12_status s = ncr_take_staff(&p, staff, n, grade, person, err);
    if (s) return s;
    if (!verdict) return c12__fail(err, C12_E_ARG, "argument is NULL", "verdict", -1, 0);
    c12_verdict v = C12_INIT(c12_verdict);
    const ncr_roll r = { &p, person };
    v.row = v.tick = -1;
    for (int32_t i = 0; i < n; i++) {
        const char *why = ncr_misassigned(&r, i, grade[i] == C12_NCR_CRITICAL);
        v.objective += person[i] < 0;
        if (!why || v.violations++) continue;
        v.row = i;
        v.rule = why;
        v.field = "person";
    }
    c12__give(verdict, &v, sizeof v);
    return C12_OK;
}

/* ---- effectiveness --------------------------------------------------------------------------------------------------------------------- */

size_t c12_ncr_recurrence_scratch(int32_t n) { return n > 0 ? (size_t)n * (sizeof(int64_t) + 2 * sizeof(int32_t)) + C12__ALIGN : C12__ALIGN; }

static c12_status ncr_take_past(c12_ncr_past *p, const c12_ncr_past *past, c12_ns window, c12_error *err)
{
    c12_status s = c12__take(p, sizeof *p, past, "past", err);
    if (s) return s;
    c12__faults f = { err, C12_OK, 0 };
    if (p->n < 0 || window <= 0) c12__fault(&f, C12_E_ARG, "count is negative or window not positive", p->n < 0 ? "n" : "window", -1, p->n < 0 ? p->n : window);
    else if (p->n && (!p->code || !p->created || !p->closed)) c12__fault(&f, C12_E_ARG, "column is NULL", "past", -1, 0);
    if (f.count) return f.status;
    for (int32_t i = 0; i < p->n && !c12__full(&f); i++) {
        if (p->code[i] < 0) c12__fault(&f, C12_E_RANGE, "codes are >= 0", "code", i, p->code[i]);
        if (c12__at32(p->station, i, -1) < -1) c12__fault(&f, C12_E_RANGE, "stations are >= -1", "station", i, p->station[i]);
        if (p->closed[i] < p->created[i]) c12__fault(&f, C12_E_RANGE, "closed before it was created", "closed", i, p->closed[i]);
    }
    return f.status;
}

static int64_t ncr_kind_of(const c12_ncr_past *p, int32_t i) { return (int64_t)p->code[i] << 32 | (int64_t)(c12__at32(p->station, i, -1) + INT64_C(1)); }

/* Reports of one kind, from .. to - 1 of the order, ascending in creation: the first created at or after t. */
static int32_t ncr_first_from(const c12_ncr_past *p, const int32_t *order, int32_t from, int32_t to, c12_ns t)
{
    while (from < to) {
        int32_t mid = from + (to - from) / 2;
        if (p->created[order[mid]] < t) from = mid + 1;
        else to = mid;
    }
    return from;
}

static int64_t ncr_until(c12_ns t, c12_ns window) { return t > INT64_MAX - window ? INT64_MAX : t + window; }

static void ncr_effect_of(const c12_ncr_past *p, const int32_t *order, int32_t from, int32_t to, c12_ns window, c12_ns now, int32_t i, int32_t *effect, int32_t *by)
{
    const c12_ns shut = p->closed[i], end = ncr_until(shut, window);
    *effect = C12_NCR_UNDECIDED;
    *by = -1;
    if (shut == INT64_MAX || shut > now) return;
    int32_t at = ncr_first_from(p, order, from, to, shut);
    while (at < to && order[at] == i) at++; /* closed in the moment of its creation: itself is no recurrence */
    if (at < to && p->created[order[at]] < end && p->created[order[at]] <= now) {
        *effect = C12_NCR_RECURRED;
        *by = order[at];
    } else if (now >= end) *effect = C12_NCR_EFFECTIVE;
}

c12_status c12_ncr_recurrence(const c12_ncr_past *past, c12_ns window, c12_ns now, int32_t *effect, int32_t *by, c12_mem scratch, c12_error *err)
{
    c12_ncr_past p;
    c12_status s = ncr_take_past(&p, past, window, err);
    if (s) return s;
    if (p.n && !effect) return c12__fail(err, C12_E_ARG, "column is NULL", "effect", -1, 0);
    if (!scratch.ptr || scratch.size < c12_ncr_recurrence_scratch(p.n)) return c12__fail(err, C12_E_SPACE, "scratch too small", "scratch", -1, (int64_t)c12_ncr_recurrence_scratch(p.n));
    int64_t *key = (int64_t *)(((uintptr_t)scratch.ptr + C12__ALIGN - 1) / C12__ALIGN * C12__ALIGN);
    int32_t *order = (int32_t *)(key + p.n), *other = order + p.n;
    c12__sort_rows(p.created, p.n, order, other);
    for (int32_t i = 0; i < p.n; i++) key[i] = ncr_kind_of(&p, i);
    c12__sort_rows_again(key, p.n, order, other);
    for (int32_t from = 0, to; from < p.n; from = to) {
        for (to = from + 1; to < p.n && key[order[to]] == key[order[from]]; to++) {}
        for (int32_t k = from; k < to; k++) {
            int32_t first;
            ncr_effect_of(&p, order, from, to, window, now, order[k], &effect[order[k]], &first);
            if (by) by[order[k]] = first;
        }
    }
    return C12_OK;
}

c12_status c12_ncr_recurrence_check(const c12_ncr_past *past, c12_ns window, c12_ns now, const int32_t *effect, const int32_t *by, c12_verdict *verdict, c12_error *err)
{
    c12_ncr_past p;
    c12_status s = ncr_take_past(&p, past, window, err);
    if (s) return s;
    if (!verdict || (p.n && !effect)) return c12__fail(err, C12_E_ARG, "argument is NULL", "verdict", -1, 0);
    c12_verdict v = C12_INIT(c12_verdict);
    v.row = v.tick = -1;
    for (int32_t i = 0; i < p.n; i++) {
        int32_t found = -1, want = C12_NCR_UNDECIDED;
        const int shut = p.closed[i] != INT64_MAX && p.closed[i] <= now;
        for (int32_t j = 0; j < p.n && shut; j++) {
            if (j == i || p.code[j] != p.code[i] || (p.station && p.station[j] != p.station[i]) || p.created[j] < p.closed[i] || p.created[j] > now) continue;
            if ((uint64_t)p.created[j] - (uint64_t)p.closed[i] >= (uint64_t)window) continue;
            if (found < 0 || p.created[j] < p.created[found]) found = j;
        }
        if (found >= 0) want = C12_NCR_RECURRED;
        else if (shut && (uint64_t)now - (uint64_t)p.closed[i] >= (uint64_t)window) want = C12_NCR_EFFECTIVE;
        v.objective += found >= 0;
        if ((effect[i] == want && (!by || by[i] == found)) || v.violations++) continue;
        v.row = i;
        v.rule = effect[i] == want ? "another report is the first that says so" : "effect is not what later reports say";
        v.field = effect[i] == want ? "by" : "effect";
    }
    c12__give(verdict, &v, sizeof v);
    return C12_OK;
}
