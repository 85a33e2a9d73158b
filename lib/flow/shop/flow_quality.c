/* SPDX-License-Identifier: Apache-2.0 */
/* From a defect to what is done about it: first all reports hold their orders, then what was decided is carried out. */
#include "c12/stock.h"
#include "flow/shop/flow_books.h"

const char *c12_flow_decision_name(int32_t decision)
{
    static const char *const names[C12_FLOW_DECISIONS] = { "decided", "the report holds no order", "who raised a report does not decide to use its pieces as they are", "so many pieces do not wait at that station",
        "the book of orders refuses it" };
    return decision >= 0 && decision < C12_FLOW_DECISIONS ? names[decision] : "?";
}

typedef struct quality_loop {
    c12_flow_quality q;
    c12_ncr_batch in;
    c12_order_book *book;  /* the caller's, for c12_order_apply ... */
    c12_order_book b;      /* ... and its columns */
    c12_flow_quality_effects o;
    c12_flow_postings p;
    c12_error *err;
    c12_status status;
} quality_loop;

/* ---- entry ------------------------------------------------------------------------------------------------------------------------------ */

static void quality_see(c12__faults *f, const quality_loop *l, int32_t r)
{
    const c12_flow_quality *q = &l->q;
    const int32_t w = q->work[r], d = q->decision[r];
    if (w < 0 || w >= l->b.n) { c12__fault(f, C12_E_RANGE, "no such work order", "work", r, w); return; }
    if (q->raised_by[r] < -1) c12__fault(f, C12_E_RANGE, "persons are >= -1", "raised_by", r, q->raised_by[r]);
    if (c12__at32(q->station, r, -1) < -1) c12__fault(f, C12_E_RANGE, "stations are >= -1", "station", r, q->station[r]);
    if (d && d != C12_NCR_USE_AS_IS && d != C12_NCR_REWORK && d != C12_NCR_SCRAP) c12__fault(f, C12_E_RANGE, "resume, rework or scrap is decided, or nothing", "decision", r, d);
    if (d && q->decided_by[r] < -1) c12__fault(f, C12_E_RANGE, "persons are >= -1", "decided_by", r, q->decided_by[r]);
    if (l->b.hold_order[r] != -1) c12__fault(f, C12_E_RANGE, "the report's hold is used", "hold_order", r, l->b.hold_order[r]);
}

static void quality_see_order(c12__faults *f, const quality_loop *l, int32_t w)
{
    c12_money all;
    const c12_qty pieces = l->b.accepted[w] ? l->b.qty[w] : l->b.ordered[w];
    if (l->q.item[w] < 0 || l->q.item[w] >= l->q.n_items) c12__fault(f, C12_E_RANGE, "no such item", "item", w, l->q.item[w]);
    if (l->q.cost[w] < 0) c12__fault(f, C12_E_RANGE, "costs are >= 0", "cost", w, l->q.cost[w]);
    else if (pieces > 0 && c12__mul64(pieces, l->q.cost[w], &all)) c12__fault(f, C12_E_OVERFLOW, "what the order cost does not fit 64 bits", "cost", w, l->q.cost[w]);
}

static c12_status quality_columns(const quality_loop *l, c12_error *err)
{
    const c12_flow_quality *q = &l->q;
    const c12_flow_quality_effects *o = &l->o;
    const int64_t n = l->in.n;
    if (n < 0) return c12__fail(err, C12_E_ARG, "count is negative", "reports", -1, n);
    if (q->hold_grade < 0 || q->hold_grade > C12_NCR_CRITICAL + 1) return c12__fail(err, C12_E_RANGE, "grades are 1..3; 4 = none holds", "hold_grade", -1, q->hold_grade);
    if (n && (!q->work || !q->raised_by || !q->created || !q->decision || !q->decided_by || !q->decided || !q->item || !q->cost)) return c12__fail(err, C12_E_ARG, "column is NULL", "in", -1, 0);
    if (n && (!o->grade || !o->reason || !o->person || !o->due || !o->held || !o->refusal || !o->order_refusal || !o->replan || !o->replan_qty || !o->event_report || !o->event_order || !o->event_kind || !o->event_by || !o->event_at
            || !o->event_station || !o->event_scrap)) return c12__fail(err, C12_E_ARG, "column is NULL", "effects", -1, 0);
    if (o->event_cap < 4 * n) return c12__fail(err, C12_E_SPACE, "no room for so many events", "event_cap", -1, 4 * n);
    return l->b.n_holds < n ? c12__fail(err, C12_E_SPACE, "the book has fewer holds than there are reports", "n_holds", -1, n) : C12_OK;
}

static c12_status quality_open(quality_loop *l, const c12_flow_quality *in, c12_order_book *book, const c12_flow_quality_effects *out, c12_error *err)
{
    c12_order_events none = C12_INIT(c12_order_events);
    c12_status s = c12__take(&l->q, sizeof l->q, in, "in", err);
    if (!s) s = c12__take(&l->in, sizeof l->in, l->q.reports, "reports", err);
    if (!s) s = c12__take(&l->o, sizeof l->o, out, "effects", err);
    if (!s) s = c12__take(&l->b, sizeof l->b, book, "book", err);
    if (!s) s = quality_columns(l, err);
    if (!s) s = c12__flow_take_postings(&l->p, l->o.postings, l->in.n, 3 * (int64_t)l->in.n, err);
    if (!s) s = c12_order_apply(book, &none, NULL, err); /* every rule of a book, and what begins, begins */
    if (s) return s;
    c12__faults f = { err, C12_OK, 0 };
    for (int32_t w = 0; w < l->b.n && l->in.n && !c12__full(&f); w++) quality_see_order(&f, l, w);
    for (int32_t r = 0; r < l->in.n && !c12__full(&f); r++) quality_see(&f, l, r);
    l->book = book;
    l->err = err;
    l->status = C12_OK;
    l->o.n_events = 0;
    if (!l->q.hold_grade) l->q.hold_grade = C12_NCR_MINOR;
    return f.status;
}

/* ---- events ------------------------------------------------------------------------------------------------------------------------------ */

/* One event on the book; what happened is a row.  Gives the book's refusal. */
static int32_t quality_event(quality_loop *l, int32_t r, int32_t kind, c12_qty scrap)
{
    const int hold = kind == C12_ORDER_HOLD;
    const int32_t order = l->q.work[r], station = kind == C12_ORDER_REPORT ? c12__at32(l->q.station, r, -1) : -1, by = hold ? l->q.raised_by[r] : l->q.decided_by[r];
    const c12_ns at = hold ? l->q.created[r] : l->q.decided[r];
    int32_t refusal = C12_ORDER_NO_SUCH_MOVE;
    c12_order_events e = C12_INIT(c12_order_events);
    e.n = 1; e.order = &order; e.kind = &kind; e.station = &station; e.value = &r; e.by = &by; e.at = &at; e.scrap = &scrap;
    if (l->status || (l->status = c12_order_apply(l->book, &e, &refusal, l->err)) || refusal) return refusal;
    const int64_t i = l->o.n_events++;
    l->o.event_report[i] = r; l->o.event_order[i] = order; l->o.event_kind[i] = kind; l->o.event_by[i] = by; l->o.event_at[i] = at; l->o.event_station[i] = station; l->o.event_scrap[i] = scrap;
    return C12_ORDER_DONE;
}

/* Pieces of a report that are lost: finished ones are taken out of stock, the others out of work in progress. */
static void quality_loses(quality_loop *l, int32_t r, c12_qty finished, c12_qty open)
{
    const int32_t w = l->q.work[r];
    const c12_money cost = l->q.cost[w]; /* times all pieces of the order fits */
    c12__flow_move(&l->p, r, C12_STOCK_SCRAP, l->q.item[w], l->q.location, -1, finished);
    c12__flow_entry(&l->p, r, C12_COST_SCRAP, (finished + open) * cost);
    c12__flow_entry(&l->p, r, C12_COST_GOODS, -finished * cost);
    c12__flow_entry(&l->p, r, C12_COST_WIP, -open * cost);
    l->o.replan[r] |= C12_FLOW_REPLAN_MATERIAL;
    l->o.replan_qty[r] = finished + open;
}

/* ---- decisions ----------------------------------------------------------------------------------------------------------------------------- */

static int32_t quality_scraps_all(quality_loop *l, int32_t r)
{
    const int32_t w = l->q.work[r];
    const c12_qty finished = l->b.good[w], open = l->b.qty[w] - finished - l->b.scrap[w];
    const int32_t refused = quality_event(l, r, C12_ORDER_SCRAP, 0);
    if (!refused) quality_loses(l, r, finished, open);
    return refused;
}

/* The report's hold is lifted, and the order goes on when it was the last: one in rework stays there until somebody says that it is done. */
static int32_t quality_frees(quality_loop *l, int32_t r)
{
    const int32_t w = l->q.work[r], refused = quality_event(l, r, C12_ORDER_LIFT, 0);
    if (!refused && !l->b.held[w] && l->b.state[w] == C12_ORDER_QUALITY_HOLD) (void)quality_event(l, r, C12_ORDER_RESUME, 0);
    return refused;
}

static int32_t quality_reworks(quality_loop *l, int32_t r, c12_qty bad)
{
    const int32_t w = l->q.work[r], refused = quality_event(l, r, C12_ORDER_LIFT, 0);
    if (refused) return refused;
    if (l->b.state[w] == C12_ORDER_QUALITY_HOLD) (void)quality_event(l, r, C12_ORDER_SEND_TO_REWORK, 0);
    l->o.replan[r] |= C12_FLOW_REPLAN_CAPACITY;
    l->o.replan_qty[r] = bad;
    return C12_ORDER_DONE;
}

static void quality_decide(quality_loop *l, int32_t r)
{
    const int32_t w = l->q.work[r], d = l->q.decision[r];
    c12_qty bad = c12__at64(l->in.bad_qty, r, 0);
    int32_t refused = C12_ORDER_DONE;
    if (!d) return;
    if (!l->o.held[r]) { l->o.refusal[r] = C12_FLOW_NO_HOLD; return; }
    if (d == C12_NCR_USE_AS_IS && l->q.decided_by[r] >= 0 && l->q.decided_by[r] == l->q.raised_by[r]) { l->o.refusal[r] = C12_FLOW_RAISER_DECIDES; return; }
    if (!bad || bad > l->b.qty[w]) bad = l->b.qty[w];
    if (d == C12_NCR_REWORK) refused = quality_reworks(l, r, bad);
    else if (d == C12_NCR_USE_AS_IS) refused = quality_frees(l, r);
    else if (bad == l->b.qty[w]) refused = quality_scraps_all(l, r);
    else {
        refused = quality_event(l, r, C12_ORDER_REPORT, bad);
        if (!refused) { quality_loses(l, r, 0, bad); refused = quality_frees(l, r); }
    }
    const int pieces = refused == C12_ORDER_TOO_MUCH || refused == C12_ORDER_NO_STATION || refused == C12_ORDER_STATION_STATE;
    l->o.order_refusal[r] = refused;
    l->o.refusal[r] = !refused ? C12_FLOW_DECIDED : pieces ? C12_FLOW_NOT_SCRAPPED : C12_FLOW_BOOK_REFUSES;
}

/* ---- the loop ------------------------------------------------------------------------------------------------------------------------------- */

static c12_status quality_grade(quality_loop *l)
{
    const c12_flow_quality_effects *o = &l->o;
    c12_ncr_staff staff;
    c12_status s = c12_ncr_grade(l->q.policy, l->q.reports, o->grade, o->reason, NULL, l->err);
    if (!s) s = c12_ncr_due(l->q.policy, l->in.n, o->grade, l->q.created, o->due, l->err);
    for (int32_t r = 0; !s && r < l->in.n && !l->q.staff; r++) o->person[r] = -1;
    if (s || !l->q.staff) return s;
    s = c12__take(&staff, sizeof staff, l->q.staff, "staff", l->err);
    if (s) return s;
    if (staff.n < 0 || staff.n > 256) return c12__fail(l->err, C12_E_RANGE, "0 to 256 people take reports", "staff", -1, staff.n);
    int32_t load[256];
    return c12_ncr_assign(l->q.staff, l->in.n, o->grade, o->person, NULL, load, l->err);
}

c12_status c12_flow_quality_run(const c12_flow_quality *in, c12_order_book *book, c12_flow_quality_effects *out, c12_error *err)
{
    quality_loop l;
    c12_status s = quality_open(&l, in, book, out, err);
    if (!s) s = quality_grade(&l);
    if (s) return s;
    for (int32_t r = 0; r < l.in.n; r++) {
        const int holds = l.o.grade[r] >= l.q.hold_grade;
        l.o.refusal[r] = C12_FLOW_DECIDED;
        l.o.replan_qty[r] = 0;
        l.o.order_refusal[r] = holds ? quality_event(&l, r, C12_ORDER_HOLD, 0) : C12_ORDER_DONE;
        l.o.held[r] = holds && !l.o.order_refusal[r];
        l.o.replan[r] = l.o.held[r] ? C12_FLOW_REPLAN_TIME : 0;
    }
    for (int32_t r = 0; r < l.in.n; r++) quality_decide(&l, r);
    if (l.status) return l.status;
    c12__give(l.o.postings, &l.p, sizeof l.p);
    c12__give(out, &l.o, sizeof l.o);
    return C12_OK;
}
