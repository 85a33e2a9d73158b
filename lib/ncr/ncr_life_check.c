/* SPDX-License-Identifier: Apache-2.0 */
/* The checker of histories keeps no state: each question about a report is put to the accepted events before. */
#include "ncr/ncr_internal.h"

typedef struct ncr_tale { const c12_ncr_conduct *k; const c12_ncr_cases *c; const c12_ncr_events *e; const int32_t *refusal; } ncr_tale;

/* Accepted events of this kind, of report r, among events from .. to - 1, and the last one's row; kind 0 = any. */
static int64_t ncr_told(const ncr_tale *t, int32_t r, int32_t kind, int64_t from, int64_t to, int64_t *row)
{
    int64_t n = 0;
    for (int64_t i = from; i < to; i++)
        if (t->e->report[i] == r && !t->refusal[i] && (!kind || t->e->kind[i] == kind)) {
            n++;
            if (row) *row = i;
        }
    return n;
}

static int ncr_after(const ncr_tale *t, int32_t r, int32_t kind, int32_t than, int64_t to)
{
    int64_t a = -1, b = -1;
    ncr_told(t, r, kind, 0, to, &a);
    ncr_told(t, r, than, 0, to, &b);
    return a > b;
}

/* A report is where the last event that leads somewhere has led it. */
static int32_t ncr_stands(const ncr_tale *t, int32_t r, int64_t to)
{
    const int graver = t->c->grade[r] != C12_NCR_MINOR;
    for (int64_t i = to; i-- > 0;) {
        if (t->e->report[i] != r || t->refusal[i]) continue;
        switch (t->e->kind[i]) {
        case C12_NCR_DO_CONFIRM: return C12_NCR_CLOSED;
        case C12_NCR_DO_FINISH: return C12_NCR_VERIFY;
        case C12_NCR_DO_PLAN: return C12_NCR_ACTION;
        case C12_NCR_DO_REJECT: return graver ? C12_NCR_ROOT_CAUSE : C12_NCR_ACTION;
        case C12_NCR_DO_START: return C12_NCR_ROOT_CAUSE;
        default: break;
        }
    }
    return ncr_told(t, r, C12_NCR_DO_ASSIGN, 0, to, NULL) ? C12_NCR_ASSIGNED : C12_NCR_OPEN;
}

/* Is an event of this kind at home in this state? */
static int ncr_at_home(int32_t kind, int32_t state, int graver)
{
    switch (kind) {
    case C12_NCR_DO_ASSIGN: return state < C12_NCR_VERIFY;
    case C12_NCR_DO_START: return state == C12_NCR_ASSIGNED;
    case C12_NCR_DO_WHY: case C12_NCR_DO_FISHBONE: return state == C12_NCR_ROOT_CAUSE;
    case C12_NCR_DO_DISPOSE: case C12_NCR_DO_APPROVE: return state > C12_NCR_OPEN && state < C12_NCR_VERIFY;
    case C12_NCR_DO_PLAN: return state == C12_NCR_ROOT_CAUSE || (state == C12_NCR_ASSIGNED && !graver);
    case C12_NCR_DO_FINISH: return state == C12_NCR_ACTION;
    case C12_NCR_DO_CONFIRM: case C12_NCR_DO_REJECT: return state == C12_NCR_VERIFY;
    default: return state != C12_NCR_CLOSED;
    }
}

static int ncr_stopped(const ncr_tale *t, int32_t r, int64_t to) { return ncr_after(t, r, C12_NCR_DO_PAUSE, C12_NCR_DO_RESUME, to); }

/* Whys, and fishbone causes, since the last rejection. */
static int64_t ncr_since_reject(const ncr_tale *t, int32_t r, int32_t kind, int64_t to)
{
    int64_t from = -1;
    ncr_told(t, r, C12_NCR_DO_REJECT, 0, to, &from);
    return ncr_told(t, r, kind, from + 1, to, NULL);
}

static int32_t ncr_last_value(const ncr_tale *t, int32_t r, int32_t kind, int64_t to, int32_t none)
{
    int64_t row = -1;
    ncr_told(t, r, kind, 0, to, &row);
    return row < 0 ? none : t->e->value ? t->e->value[row] : 0;
}

static int32_t ncr_objection(const ncr_tale *t, int64_t i)
{
    const int32_t r = t->e->report[i], kind = t->e->kind[i], by = t->e->by[i], units = ncr_last_value(t, r, C12_NCR_DO_DISPOSE, i, 0);
    const int graver = t->c->grade[r] != C12_NCR_MINOR;
    int64_t before = -1;
    ncr_told(t, r, 0, 0, i, &before);
    if (t->e->at[i] < (before < 0 ? t->c->created[r] : t->e->at[before])) return C12_NCR_OUT_OF_ORDER;
    if (!ncr_at_home(kind, ncr_stands(t, r, i), graver)) return C12_NCR_NO_SUCH_MOVE;
    if ((kind == C12_NCR_DO_RESUME) != ncr_stopped(t, r, i)) return kind == C12_NCR_DO_RESUME ? C12_NCR_NOT_PAUSED : C12_NCR_PAUSED;
    if (kind == C12_NCR_DO_PLAN && graver && !ncr_since_reject(t, r, C12_NCR_DO_FISHBONE, i) && ncr_since_reject(t, r, C12_NCR_DO_WHY, i) < t->k->least_whys) return C12_NCR_NO_CAUSE;
    if (kind == C12_NCR_DO_FINISH && !units) return C12_NCR_NO_DISPOSITION;
    if (kind == C12_NCR_DO_FINISH && units == C12_NCR_USE_AS_IS && !ncr_after(t, r, C12_NCR_DO_APPROVE, C12_NCR_DO_DISPOSE, i)) return C12_NCR_NOT_APPROVED;
    if (kind == C12_NCR_DO_APPROVE && units != C12_NCR_USE_AS_IS) return C12_NCR_NOTHING_TO_APPROVE;
    if (by < 0) return C12_NCR_DONE;
    if (kind == C12_NCR_DO_APPROVE && !t->k->self_approve && (by == t->c->raised_by[r] || by == ncr_last_value(t, r, C12_NCR_DO_ASSIGN, i, -1))) return C12_NCR_OWNER_APPROVES;
    return kind == C12_NCR_DO_CONFIRM && !t->k->self_close && by == t->c->raised_by[r] ? C12_NCR_RAISER_CLOSES : C12_NCR_DONE;
}

/* The first column of a report that is not what its events make of it, or NULL. */
static const char *ncr_wrong_column(const ncr_tale *t, int32_t r)
{
    const c12_ncr_cases *c = t->c;
    const int64_t n = t->e->n;
    int64_t last = -1, shut = -1;
    uint32_t causes = 0;
    int64_t from = -1;
    ncr_told(t, r, C12_NCR_DO_REJECT, 0, n, &from);
    for (int64_t i = from + 1; i < n; i++) if (t->e->report[i] == r && !t->refusal[i] && t->e->kind[i] == C12_NCR_DO_FISHBONE) causes |= (uint32_t)1 << (t->e->value[i] - 1);
    ncr_told(t, r, 0, 0, n, &last);
    ncr_told(t, r, C12_NCR_DO_CONFIRM, 0, n, &shut);
    if (c->state[r] != ncr_stands(t, r, n)) return "state";
    if (c->owner[r] != ncr_last_value(t, r, C12_NCR_DO_ASSIGN, n, -1)) return "owner";
    if (c->whys[r] != ncr_since_reject(t, r, C12_NCR_DO_WHY, n)) return "whys";
    if (c->causes[r] != causes) return "causes";
    if (c->disposition[r] != ncr_last_value(t, r, C12_NCR_DO_DISPOSE, n, 0)) return "disposition";
    if (c->approved[r] != ncr_after(t, r, C12_NCR_DO_APPROVE, C12_NCR_DO_DISPOSE, n)) return "approved";
    if (c->paused[r] != ncr_stopped(t, r, n)) return "paused";
    if (c->last[r] != (last < 0 ? c->created[r] : t->e->at[last])) return "last";
    return c->closed[r] == (shut < 0 ? INT64_MAX : t->e->at[shut]) ? NULL : "closed";
}

c12_status c12_ncr_history_check(const c12_ncr_conduct *conduct, const c12_ncr_cases *cases, const c12_ncr_events *events, const int32_t *refusal, c12_verdict *verdict, c12_error *err)
{
    c12_ncr_conduct k;
    c12_ncr_cases c;
    c12_ncr_events e;
    c12_status s = c12__ncr_history(&k, &c, &e, conduct, cases, events, err);
    if (s) return s;
    if (!verdict || (e.n && !refusal)) return c12__fail(err, C12_E_ARG, "argument is NULL", "verdict", -1, 0);
    c12_verdict v = C12_INIT(c12_verdict);
    const ncr_tale t = { &k, &c, &e, refusal };
    v.row = v.tick = -1;
    for (int64_t i = 0; i < e.n; i++) {
        v.objective += !refusal[i];
        if (refusal[i] == ncr_objection(&t, i) || v.violations++) continue;
        v.row = i;
        v.rule = "event is refused or accepted for the wrong reason";
        v.field = "refusal";
    }
    for (int32_t r = 0; r < c.n && !v.violations; r++) {
        if (!(v.field = ncr_wrong_column(&t, r))) continue;
        v.violations++;
        v.row = r;
        v.rule = "report is not where its events have led it";
    }
    c12__give(verdict, &v, sizeof v);
    return C12_OK;
}
