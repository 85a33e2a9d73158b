/* SPDX-License-Identifier: Apache-2.0 */
/* The life cycle as a table of moves, with conditions beside it. */
#include "ncr/ncr_internal.h"

/* ---- names ------------------------------------------------------------------------------------------------------------------------ */

static const char *ncr_name(const char *const *names, int32_t n, int32_t k) { return k >= 0 && k < n && names[k] ? names[k] : "?"; }

const char *c12_ncr_state_name(int32_t state)
{
    static const char *const names[] = { NULL, "OPEN", "ASSIGNED", "ROOT_CAUSE", "ACTION", "VERIFY", "CLOSED" };
    return ncr_name(names, 7, state);
}

const char *c12_ncr_event_name(int32_t event)
{
    static const char *const names[] = { NULL, "assign", "start", "why", "fishbone", "dispose", "approve", "plan", "finish", "confirm", "reject", "pause", "resume" };
    return ncr_name(names, 13, event);
}

const char *c12_ncr_disposition_name(int32_t disposition)
{
    static const char *const names[] = { NULL, "rework", "scrap", "use_as_is", "return" };
    return ncr_name(names, 5, disposition);
}

const char *c12_ncr_refusal_name(int32_t refusal)
{
    static const char *const names[C12_NCR_REFUSALS] = { "done", "the state does not know this event", "earlier than what happened before it", "the clock is stopped; resume first", "the clock runs",
        "a root cause is missing", "a disposition is missing", "the deviation is not approved", "units are not used as they are", "who raised a report does not close it",
        "who raised or owns a report does not approve its deviation" };
    return ncr_name(names, C12_NCR_REFUSALS, refusal);
}

c12_status c12_ncr_reason_text(uint32_t reason, char *out, size_t cap, c12_error *err)
{
    static const char *const words[] = { "token", "safety", "share", "rpn", "repeats" };
    char text[40];
    size_t n = 0;
    if (reason >> 5) return c12__fail(err, C12_E_RANGE, "no such reason", "reason", -1, (int64_t)reason);
    if (!out) return c12__fail(err, C12_E_ARG, "argument is NULL", "out", -1, 0);
    for (int k = 0; k < 5; k++) {
        if (!(reason >> k & 1)) continue;
        if (n) text[n++] = '+';
        for (const char *w = words[k]; *w; w++) text[n++] = *w;
    }
    if (n + 1 > cap) return c12__fail(err, C12_E_SPACE, "text does not fit", "cap", -1, (int64_t)n + 1);
    memcpy(out, text, n);
    out[n] = 0;
    return C12_OK;
}

/* ---- the table -------------------------------------------------------------------------------------------------------------------- */

enum { NCR_STATES = 7, NCR_EVENTS = 13 };
enum { N_NO = 0, N_OP = C12_NCR_OPEN, N_AS = C12_NCR_ASSIGNED, N_RC = C12_NCR_ROOT_CAUSE, N_AC = C12_NCR_ACTION, N_VE = C12_NCR_VERIFY, N_CL = C12_NCR_CLOSED };

/* State after an event in a state; N_NO = refused. */
static const uint8_t ncr_moves[NCR_STATES][NCR_EVENTS] = {
    /*                 assign start why fishbone dispose approve plan finish confirm reject pause resume */
    { 0 },
    /* open       */ { N_NO, N_AS, N_NO, N_NO, N_NO, N_NO, N_NO, N_NO, N_NO, N_NO, N_NO, N_OP, N_OP },
    /* assigned   */ { N_NO, N_AS, N_RC, N_NO, N_NO, N_AS, N_AS, N_AC, N_NO, N_NO, N_NO, N_AS, N_AS },
    /* root cause */ { N_NO, N_RC, N_NO, N_RC, N_RC, N_RC, N_RC, N_AC, N_NO, N_NO, N_NO, N_RC, N_RC },
    /* action     */ { N_NO, N_AC, N_NO, N_NO, N_NO, N_AC, N_AC, N_NO, N_VE, N_NO, N_NO, N_AC, N_AC },
    /* verify     */ { N_NO, N_NO, N_NO, N_NO, N_NO, N_NO, N_NO, N_NO, N_NO, N_CL, N_RC, N_VE, N_VE },
    /* closed     */ { N_NO, N_NO, N_NO, N_NO, N_NO, N_NO, N_NO, N_NO, N_NO, N_NO, N_NO, N_NO, N_NO },
};

int32_t c12_ncr_next(int32_t state, int32_t event, int32_t grade)
{
    if (state < 1 || state >= NCR_STATES || event < 1 || event >= NCR_EVENTS || grade < C12_NCR_MINOR || grade > C12_NCR_CRITICAL) return 0;
    const int minor = grade == C12_NCR_MINOR;
    if (state == N_AS && event == C12_NCR_DO_PLAN && !minor) return 0;  /* no action without a cause */
    if (state == N_VE && event == C12_NCR_DO_REJECT && minor) return N_AC; /* which minor ones need not have */
    return ncr_moves[state][event];
}

/* ---- entry ------------------------------------------------------------------------------------------------------------------------ */

static void ncr_check_case(c12__faults *f, const c12_ncr_cases *c, int32_t i)
{
    if (c->grade[i] < C12_NCR_MINOR || c->grade[i] > C12_NCR_CRITICAL) c12__fault(f, C12_E_RANGE, "grade must be 1..3", "grade", i, c->grade[i]);
    if (c->raised_by[i] < -1) c12__fault(f, C12_E_RANGE, "persons are >= -1", "raised_by", i, c->raised_by[i]);
    if (c->state[i] < 0 || c->state[i] >= NCR_STATES) c12__fault(f, C12_E_RANGE, "no such state", "state", i, c->state[i]);
    if (c->whys[i] < 0 || c->whys[i] == INT32_MAX) c12__fault(f, C12_E_RANGE, "whys are counted from 0", "whys", i, c->whys[i]);
    if (c->disposition[i] < 0 || c->disposition[i] > C12_NCR_RETURN) c12__fault(f, C12_E_RANGE, "no such disposition", "disposition", i, c->disposition[i]);
}

static void ncr_check_event(c12__faults *f, const c12_ncr_events *e, int64_t i, int32_t n)
{
    int32_t value = c12__at32(e->value, i, 0), kind = e->kind[i];
    if (e->report[i] < 0 || e->report[i] >= n) c12__fault(f, C12_E_RANGE, "no such report", "report", i, e->report[i]);
    if (kind < 1 || kind >= NCR_EVENTS) c12__fault(f, C12_E_RANGE, "no such event", "kind", i, kind);
    if (e->by[i] < -1) c12__fault(f, C12_E_RANGE, "persons are >= -1", "by", i, e->by[i]);
    if ((kind == C12_NCR_DO_ASSIGN && value < 0) || (kind == C12_NCR_DO_FISHBONE && (value < 1 || value > 6)) || (kind == C12_NCR_DO_DISPOSE && (value < 1 || value > C12_NCR_RETURN)))
        c12__fault(f, C12_E_RANGE, "value does not suit the event", "value", i, value);
}

c12_status c12__ncr_history(c12_ncr_conduct *k, c12_ncr_cases *c, c12_ncr_events *e, const c12_ncr_conduct *conduct, const c12_ncr_cases *cases, const c12_ncr_events *events, c12_error *err)
{
    c12_status s = c12__take_optional(k, sizeof *k, conduct, "conduct", err);
    if (s || (s = c12__take(c, sizeof *c, cases, "cases", err)) || (s = c12__take(e, sizeof *e, events, "events", err))) return s;
    c12__faults f = { err, C12_OK, 0 };
    if (!k->least_whys) k->least_whys = 5;
    if (k->least_whys < 0) c12__fault(&f, C12_E_RANGE, "whys are counted from 0", "least_whys", -1, k->least_whys);
    if (c->n < 0 || e->n < 0) c12__fault(&f, C12_E_ARG, "count is negative", "n", -1, c->n < 0 ? c->n : e->n);
    if (c->n && (!c->grade || !c->raised_by || !c->created || !c->state || !c->owner || !c->whys || !c->causes || !c->disposition || !c->approved || !c->paused || !c->last || !c->closed))
        c12__fault(&f, C12_E_ARG, "column is NULL", "cases", -1, 0);
    if (e->n > 0 && (!e->report || !e->kind || !e->by || !e->at)) c12__fault(&f, C12_E_ARG, "column is NULL", "events", -1, 0);
    if (f.count) return f.status;
    for (int32_t i = 0; i < c->n && !c12__full(&f); i++) ncr_check_case(&f, c, i);
    for (int64_t i = 0; i < e->n && !c12__full(&f); i++) ncr_check_event(&f, e, i, c->n);
    return f.status;
}

/* ---- what happens ----------------------------------------------------------------------------------------------------------------- */

/* Conditions of moves that the table allows. */
static int32_t ncr_condition(const c12_ncr_conduct *k, const c12_ncr_cases *c, int32_t r, int32_t kind, int32_t by)
{
    const int raiser = by >= 0 && by == c->raised_by[r], owner = by >= 0 && by == c->owner[r];
    switch (kind) {
    case C12_NCR_DO_PLAN:
        return c->grade[r] > C12_NCR_MINOR && c->whys[r] < k->least_whys && !c->causes[r] ? C12_NCR_NO_CAUSE : C12_NCR_DONE;
    case C12_NCR_DO_APPROVE:
        if (c->disposition[r] != C12_NCR_USE_AS_IS) return C12_NCR_NOTHING_TO_APPROVE;
        return (raiser || owner) && !k->self_approve ? C12_NCR_OWNER_APPROVES : C12_NCR_DONE;
    case C12_NCR_DO_FINISH:
        if (!c->disposition[r]) return C12_NCR_NO_DISPOSITION;
        return c->disposition[r] == C12_NCR_USE_AS_IS && !c->approved[r] ? C12_NCR_NOT_APPROVED : C12_NCR_DONE;
    case C12_NCR_DO_CONFIRM: return raiser && !k->self_close ? C12_NCR_RAISER_CLOSES : C12_NCR_DONE;
    default: return C12_NCR_DONE;
    }
}

static int32_t ncr_refuses(const c12_ncr_conduct *k, const c12_ncr_cases *c, const c12_ncr_events *e, int64_t i)
{
    const int32_t r = e->report[i], kind = e->kind[i];
    if (e->at[i] < c->created[r] || e->at[i] < c->last[r]) return C12_NCR_OUT_OF_ORDER;
    if (!c12_ncr_next(c->state[r], kind, c->grade[r])) return C12_NCR_NO_SUCH_MOVE;
    if (c->paused[r] && kind != C12_NCR_DO_RESUME) return C12_NCR_PAUSED;
    if (!c->paused[r] && kind == C12_NCR_DO_RESUME) return C12_NCR_NOT_PAUSED;
    return ncr_condition(k, c, r, kind, e->by[i]);
}

static void ncr_happens(c12_ncr_cases *c, const c12_ncr_events *e, int64_t i)
{
    const int32_t r = e->report[i], value = c12__at32(e->value, i, 0);
    c->state[r] = c12_ncr_next(c->state[r], e->kind[i], c->grade[r]);
    c->last[r] = e->at[i];
    switch (e->kind[i]) {
    case C12_NCR_DO_ASSIGN: c->owner[r] = value; break;
    case C12_NCR_DO_WHY: c->whys[r] += c->whys[r] < INT32_MAX - 1; break;
    case C12_NCR_DO_FISHBONE: c->causes[r] |= (uint32_t)1 << (value - 1); break;
    case C12_NCR_DO_DISPOSE: c->disposition[r] = value; c->approved[r] = 0; break;
    case C12_NCR_DO_APPROVE: c->approved[r] = 1; break;
    case C12_NCR_DO_REJECT: c->whys[r] = 0; c->causes[r] = 0; break;
    case C12_NCR_DO_CONFIRM: c->closed[r] = e->at[i]; break;
    case C12_NCR_DO_PAUSE: c->paused[r] = 1; break;
    case C12_NCR_DO_RESUME: c->paused[r] = 0; break;
    default: break;
    }
}

c12_status c12_ncr_apply(const c12_ncr_conduct *conduct, c12_ncr_cases *cases, const c12_ncr_events *events, int32_t *refusal, c12_error *err)
{
    c12_ncr_conduct k;
    c12_ncr_cases c;
    c12_ncr_events e;
    c12_status s = c12__ncr_history(&k, &c, &e, conduct, cases, events, err);
    if (s) return s;
    for (int32_t i = 0; i < c.n; i++) {
        if (c.state[i]) continue;
        c.state[i] = C12_NCR_OPEN;
        c.owner[i] = -1;
        c.last[i] = c.created[i];
        c.closed[i] = INT64_MAX;
    }
    for (int64_t i = 0; i < e.n; i++) {
        int32_t why = ncr_refuses(&k, &c, &e, i);
        if (!why) ncr_happens(&c, &e, i);
        if (refusal) refusal[i] = why;
    }
    return C12_OK;
}
