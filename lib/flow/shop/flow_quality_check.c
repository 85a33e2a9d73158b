/* SPDX-License-Identifier: Apache-2.0 */
/* Effects of the quality loop judged from their events: what an event may follow, what it leaves, and what it costs. */
#include "c12/stock.h"
#include "flow/shop/flow_books.h"

typedef struct quality_judge { c12_flow_quality q; c12_ncr_batch in; c12_flow_quality_effects fx; c12_flow_postings p; c12_order_book b; const int32_t *state; c12_verdict v; } quality_judge;

static void quality_accuse(quality_judge *j, const char *rule, const char *field, int64_t row)
{
    if (j->v.violations++) return;
    j->v.rule = rule;
    j->v.field = field;
    j->v.row = row;
}

/* The state an event of the loop leaves behind it, -1 = it may not happen there. */
static int32_t quality_leaves(int32_t state, int32_t kind)
{
    const int stopped = state == C12_ORDER_QUALITY_HOLD, mended = state == C12_ORDER_REWORK;
    switch (kind) {
    case C12_ORDER_HOLD: return state == C12_ORDER_CREATED || state == C12_ORDER_SHIPPED || state == C12_ORDER_SCRAPPED ? -1 : C12_ORDER_QUALITY_HOLD;
    case C12_ORDER_RESUME: return stopped ? C12_ORDER_IN_PROGRESS : -1;
    case C12_ORDER_SEND_TO_REWORK: return stopped ? C12_ORDER_REWORK : -1;
    case C12_ORDER_SCRAP: return stopped || mended ? C12_ORDER_SCRAPPED : -1;
    default: return stopped || mended ? state : -1;
    }
}

/* State of an order before event i. */
static int32_t quality_state(const quality_judge *j, int32_t w, int64_t i)
{
    int32_t s = j->state[w];
    for (int64_t k = 0; k < i && s >= 0; k++) if (j->fx.event_order[k] == w) s = quality_leaves(s, j->fx.event_kind[k]);
    return s;
}

static int64_t quality_count(const quality_judge *j, int32_t r, int32_t kind)
{
    int64_t n = 0;
    for (int64_t i = 0; i < j->fx.n_events; i++) n += j->fx.event_report[i] == r && j->fx.event_kind[i] == kind;
    return n;
}

static void quality_on_event(quality_judge *j, int64_t i)
{
    const int64_t r = j->fx.event_report[i];
    const int32_t kind = j->fx.event_kind[i], decision = r >= 0 && r < j->in.n ? j->q.decision[r] : 0;
    if (r < 0 || r >= j->in.n || j->fx.event_order[i] != j->q.work[r]) { quality_accuse(j, "event is of no report, or of another order", "event_order", i); return; }
    const int holds = kind == C12_ORDER_HOLD;
    const int suits = holds || (kind == C12_ORDER_LIFT && decision) || (kind == C12_ORDER_RESUME && (decision == C12_NCR_USE_AS_IS || decision == C12_NCR_SCRAP)) || (kind == C12_ORDER_SEND_TO_REWORK && decision == C12_NCR_REWORK)
        || ((kind == C12_ORDER_SCRAP || kind == C12_ORDER_REPORT) && decision == C12_NCR_SCRAP);
    if (!suits) quality_accuse(j, "event does not follow from what was decided", "event_kind", i);
    if (j->fx.event_at[i] != (holds ? j->q.created[r] : j->q.decided[r]) || j->fx.event_by[i] != (holds ? j->q.raised_by[r] : j->q.decided_by[r])) quality_accuse(j, "event is by somebody else or at another time", "event_by", i);
    const int32_t before = quality_state(j, j->q.work[r], i);
    if (before < 0 || quality_leaves(before, kind) < 0) quality_accuse(j, "event is not allowed in this state", "event_kind", i);
    if (kind != C12_ORDER_REPORT ? j->fx.event_scrap[i] != 0 : j->fx.event_scrap[i] < 1) quality_accuse(j, "pieces are scrapped by reports alone", "event_scrap", i);
}

/* Sum of a report's entries on an account (-1 = all), and of its movements. */
static c12_money quality_sum(const quality_judge *j, int32_t r, int32_t account)
{
    c12_money sum = 0;
    for (int64_t i = 0; i < j->p.n_entries; i++)
        if (j->p.entry_step[i] == r && (account < 0 || j->p.entry_account[i] == account) && c12__add64(sum, j->p.entry_amount[i], &sum)) return INT64_MIN;
    return sum;
}

static c12_qty quality_moved(const quality_judge *j, int32_t r)
{
    c12_qty sum = 0;
    for (int64_t i = 0; i < j->p.n_moves; i++) {
        if (j->p.move_step[i] != r) continue;
        if (j->p.move_kind[i] != C12_STOCK_SCRAP || j->p.move_item[i] != j->q.item[j->q.work[r]] || j->p.move_from[i] != j->q.location || j->p.move_to[i] != -1 || j->p.move_qty[i] < 1) return -1;
        sum += j->p.move_qty[i];
    }
    return sum;
}

/* Pieces a report has scrapped by its events: what it reported, or all that was left of the order: the order's scrap now, less what was scrapped before by reports of this run. */
static c12_qty quality_lost(const quality_judge *j, int32_t r)
{
    c12_qty n = 0;
    for (int64_t i = 0; i < j->fx.n_events; i++) if (j->fx.event_report[i] == r && j->fx.event_kind[i] == C12_ORDER_REPORT) n += j->fx.event_scrap[i];
    return n;
}

static void quality_on_losses(quality_judge *j, int32_t r)
{
    const int32_t w = j->q.work[r];
    const c12_money loss = quality_sum(j, r, C12_COST_SCRAP), goods = quality_sum(j, r, C12_COST_GOODS), wip = quality_sum(j, r, C12_COST_WIP);
    const c12_qty moved = quality_moved(j, r), said = j->fx.replan[r] & C12_FLOW_REPLAN_MATERIAL ? j->fx.replan_qty[r] : 0;
    const int all = quality_count(j, r, C12_ORDER_SCRAP) == 1;
    c12_money worth;
    if (quality_sum(j, r, -1) || loss < 0 || goods > 0 || wip > 0 || loss + goods + wip) quality_accuse(j, "entries of a report do not balance, or are on other accounts", "entry_amount", r);
    if (moved < 0 || moved > said) quality_accuse(j, "movements are not of this order's finished pieces", "move_qty", r);
    if (c12__mul64(said, j->q.cost[w], &worth) || worth != loss) quality_accuse(j, "a loss is not what the pieces cost", "entry_amount", r);
    if (c12__mul64(moved, j->q.cost[w], &worth) || worth != -goods) quality_accuse(j, "finished goods are not what was moved", "entry_amount", r);
    if (all ? said > j->b.qty[w] || j->b.scrap[w] != j->b.qty[w] : said != quality_lost(j, r)) quality_accuse(j, "pieces lost are not those that were scrapped", "replan_qty", r);
    j->v.objective += said;
}

static void quality_on_report(quality_judge *j, int32_t r)
{
    const int64_t held = quality_count(j, r, C12_ORDER_HOLD), freed = quality_count(j, r, C12_ORDER_LIFT), scrapped = quality_count(j, r, C12_ORDER_SCRAP);
    const int done = j->q.decision[r] && !j->fx.refusal[r];
    if (held != j->fx.held[r] || (held && j->fx.grade[r] < (j->q.hold_grade ? j->q.hold_grade : 1))) quality_accuse(j, "report holds, or does not, against its grade", "held", r);
    if (held && (j->b.hold_order[r] != j->q.work[r] || j->b.hold_from[r] != j->q.created[r] || j->b.hold_to[r] != (freed ? j->q.decided[r] : INT64_MAX))) quality_accuse(j, "the book has another hold", "hold_order", r);
    if (freed + scrapped != done) quality_accuse(j, "what was decided was not carried out, or twice", "refusal", r);
    if (!(j->fx.replan[r] & C12_FLOW_REPLAN_TIME) != !held) quality_accuse(j, "a stopped order's dates are to be planned again", "replan", r);
    if (!(j->fx.replan[r] & C12_FLOW_REPLAN_CAPACITY) != !(done && j->q.decision[r] == C12_NCR_REWORK)) quality_accuse(j, "rework takes capacity", "replan", r);
    quality_on_losses(j, r);
}

/* Grades, times and people by the checkers of their room. */
static c12_status quality_on_grades(quality_judge *j, c12_error *err)
{
    c12_verdict v = C12_INIT(c12_verdict);
    c12_status s = c12_ncr_check(j->q.policy, j->q.reports, j->fx.grade, j->fx.reason, &v, err);
    if (!s && !v.violations && j->q.staff) s = c12_ncr_assign_check(j->q.staff, j->in.n, j->fx.grade, j->fx.person, &v, err);
    if (!s && v.violations) quality_accuse(j, v.rule, v.field, v.row);
    return s;
}

c12_status c12_flow_quality_check(const c12_flow_quality *in, const int32_t *state, const c12_order_book *book, const c12_flow_quality_effects *effects, c12_verdict *verdict, c12_error *err)
{
    quality_judge j = { .state = state, .v = C12_INIT(c12_verdict) };
    c12_status s = c12__take(&j.q, sizeof j.q, in, "in", err);
    if (!s) s = c12__take(&j.in, sizeof j.in, j.q.reports, "reports", err);
    if (!s) s = c12__take(&j.fx, sizeof j.fx, effects, "effects", err);
    if (!s) s = c12__take(&j.p, sizeof j.p, j.fx.postings, "postings", err);
    if (!s) s = c12__take(&j.b, sizeof j.b, book, "book", err);
    if (s) return s;
    if (!verdict || (j.in.n && !state) || j.b.n_holds < j.in.n || j.fx.n_events > j.fx.event_cap || j.p.n_moves > j.p.move_cap || j.p.n_entries > j.p.entry_cap) return c12__fail(err, C12_E_ARG, "argument is NULL or a list is not whole", "effects", -1, 0);
    j.v.row = j.v.tick = -1;
    if ((s = quality_on_grades(&j, err))) return s;
    for (int64_t i = 0; i < j.fx.n_events && !j.v.violations; i++) quality_on_event(&j, i);
    for (int32_t r = 0; r < j.in.n && !j.v.violations; r++) {
        quality_on_report(&j, r);
        if (quality_state(&j, j.q.work[r], j.fx.n_events) != j.b.state[j.q.work[r]]) quality_accuse(&j, "the book is in another state than its events lead to", "state", r);
    }
    c12__give(verdict, &j.v, sizeof j.v);
    return C12_OK;
}
