/* SPDX-License-Identifier: Apache-2.0 */
/* A desk full of defects: orders at work, reports on them and what was decided, with room for all effects. */
#ifndef QUALITY_DESK_H
#define QUALITY_DESK_H

#include "c12/flow.h"
#include <check.h>
#include <string.h>

enum { Q_ORDERS = 6, Q_AT = 2, Q_REPORTS = 12, Q_EVENTS = 4 * Q_REPORTS };

/* Grades: code 0 safety (critical), 1 performance (major), 2 scratch (minor). */
typedef struct desk {
    c12_qty ordered[Q_ORDERS], qty[Q_ORDERS], good[Q_ORDERS], scrap[Q_ORDERS], s_good[Q_ORDERS * Q_AT], s_scrap[Q_ORDERS * Q_AT], s_rework[Q_ORDERS * Q_AT], lot[Q_REPORTS], bad[Q_REPORTS];
    c12_ns created[Q_ORDERS], last[Q_ORDERS], started[Q_ORDERS], ended[Q_ORDERS], begun[Q_ORDERS * Q_AT], finished[Q_ORDERS * Q_AT], hold_from[Q_REPORTS], hold_to[Q_REPORTS], raised[Q_REPORTS], decided[Q_REPORTS];
    int64_t off[Q_ORDERS + 1], code_off[Q_REPORTS + 1];
    int32_t accepted[Q_ORDERS], state[Q_ORDERS], held[Q_ORDERS], parent[Q_ORDERS], st[Q_ORDERS * Q_AT], hold_order[Q_REPORTS], before[Q_ORDERS];
    int32_t work[Q_REPORTS], station[Q_REPORTS], by[Q_REPORTS], decision[Q_REPORTS], decided_by[Q_REPORTS], item[Q_ORDERS];
    c12_money cost[Q_ORDERS];
    uint8_t codes[Q_REPORTS * 12], manager[3];
    int32_t grade[Q_REPORTS], person[Q_REPORTS], holds[Q_REPORTS], refusal[Q_REPORTS], order_refusal[Q_REPORTS], replan[Q_REPORTS];
    uint32_t reason[Q_REPORTS];
    c12_ns due[Q_REPORTS], e_at[Q_EVENTS];
    c12_qty replan_qty[Q_REPORTS], e_scrap[Q_EVENTS];
    int64_t e_report[Q_EVENTS];
    int32_t e_order[Q_EVENTS], e_kind[Q_EVENTS], e_by[Q_EVENTS], e_station[Q_EVENTS];
    int64_t m_step[Q_REPORTS], j_step[3 * Q_REPORTS];
    int32_t m_kind[Q_REPORTS], m_item[Q_REPORTS], m_from[Q_REPORTS], m_to[Q_REPORTS], j_account[3 * Q_REPORTS];
    c12_qty m_qty[Q_REPORTS];
    c12_money j_amount[3 * Q_REPORTS];
    c12_order_book b;
    c12_ncr_policy policy;
    c12_ncr_batch reports;
    c12_ncr_staff staff;
    c12_flow_quality in;
    c12_flow_postings p;
    c12_flow_quality_effects fx;
} desk;

/* Orders of so many pieces at two stations, at work: the first has passed all but one piece, and half of those are finished. */
static desk *desk_new(desk *d, c12_qty pieces)
{
    int32_t order[5 * Q_ORDERS], kind[5 * Q_ORDERS], station[5 * Q_ORDERS], by[5 * Q_ORDERS] = { 0 };
    c12_qty good[5 * Q_ORDERS] = { 0 };
    c12_ns at[5 * Q_ORDERS] = { 0 };
    memset(d, 0, sizeof *d);
    memset(d->hold_order, 0xff, sizeof d->hold_order);
    d->b = (c12_order_book)C12_INIT(c12_order_book);
    d->b.n = Q_ORDERS; d->b.n_holds = Q_REPORTS; d->b.ordered = d->ordered; d->b.created = d->created; d->b.station_off = d->off; d->b.accepted = d->accepted; d->b.state = d->state; d->b.held = d->held; d->b.parent = d->parent;
    d->b.qty = d->qty; d->b.good = d->good; d->b.scrap = d->scrap; d->b.last = d->last; d->b.started = d->started; d->b.ended = d->ended; d->b.station_state = d->st; d->b.station_begun = d->begun; d->b.station_ended = d->finished;
    d->b.station_good = d->s_good; d->b.station_scrap = d->s_scrap; d->b.station_rework = d->s_rework; d->b.hold_order = d->hold_order; d->b.hold_from = d->hold_from; d->b.hold_to = d->hold_to;
    int n = 0;
    for (int i = 0; i < Q_ORDERS; i++) {
        static const int32_t kinds[] = { C12_ORDER_RELEASE, C12_ORDER_START, C12_ORDER_BEGIN, C12_ORDER_REPORT, C12_ORDER_BEGIN };
        d->ordered[i] = pieces;
        d->off[i + 1] = d->off[i] + Q_AT;
        d->item[i] = i % 3;
        d->cost[i] = 1000 + i;
        for (int k = 0; k < 5; k++, n++) { order[n] = i; kind[n] = kinds[k]; station[n] = k < 2 ? -1 : k == 4; good[n] = k == 3 ? pieces - 1 : 0; }
    }
    c12_order_events e = C12_INIT(c12_order_events);
    e.n = n; e.order = order; e.kind = kind; e.station = station; e.by = by; e.at = at; e.good = good;
    ck_assert_int_eq(c12_order_apply(&d->b, &e, NULL, NULL), C12_OK);
    for (int32_t i = 0; i < n; i += 5) { kind[i / 5] = C12_ORDER_REPORT; order[i / 5] = i / 5; station[i / 5] = 1; good[i / 5] = pieces / 2; }
    e.n = Q_ORDERS;
    ck_assert_int_eq(c12_order_apply(&d->b, &e, NULL, NULL), C12_OK);
    d->policy = (c12_ncr_policy)C12_INIT(c12_ncr_policy);
    ck_assert_int_eq(c12_ncr_default(&d->policy, NULL), C12_OK);
    d->manager[0] = 1;
    d->staff = (c12_ncr_staff)C12_INIT(c12_ncr_staff);
    d->staff.n = 3; d->staff.manager = d->manager;
    d->reports = (c12_ncr_batch)C12_INIT(c12_ncr_batch);
    d->reports.code_text = d->codes; d->reports.code_off = d->code_off; d->reports.lot_qty = d->lot; d->reports.bad_qty = d->bad;
    d->in = (c12_flow_quality)C12_INIT(c12_flow_quality);
    d->in.n_items = 3; d->in.location = 9; d->in.policy = &d->policy; d->in.reports = &d->reports; d->in.staff = &d->staff; d->in.work = d->work; d->in.station = d->station; d->in.raised_by = d->by; d->in.created = d->raised;
    d->in.decision = d->decision; d->in.decided_by = d->decided_by; d->in.decided = d->decided; d->in.item = d->item; d->in.cost = d->cost;
    d->p = (c12_flow_postings)C12_INIT(c12_flow_postings);
    d->p.move_cap = Q_REPORTS; d->p.entry_cap = 3 * Q_REPORTS; d->p.move_step = d->m_step; d->p.move_kind = d->m_kind; d->p.move_item = d->m_item; d->p.move_from = d->m_from; d->p.move_to = d->m_to; d->p.move_qty = d->m_qty;
    d->p.entry_step = d->j_step; d->p.entry_account = d->j_account; d->p.entry_amount = d->j_amount;
    d->fx = (c12_flow_quality_effects)C12_INIT(c12_flow_quality_effects);
    d->fx.event_cap = Q_EVENTS; d->fx.grade = d->grade; d->fx.reason = d->reason; d->fx.person = d->person; d->fx.due = d->due; d->fx.held = d->holds; d->fx.refusal = d->refusal; d->fx.order_refusal = d->order_refusal;
    d->fx.replan = d->replan; d->fx.replan_qty = d->replan_qty; d->fx.event_report = d->e_report; d->fx.event_order = d->e_order; d->fx.event_kind = d->e_kind; d->fx.event_by = d->e_by; d->fx.event_at = d->e_at;
    d->fx.event_station = d->e_station; d->fx.event_scrap = d->e_scrap; d->fx.postings = &d->p;
    return d;
}

static void find_defect(desk *d, int code, int32_t work, c12_qty bad, int32_t decision)
{
    static const char *const words[] = { "safety", "performance", "scratch" };
    const int32_t r = d->reports.n++;
    const size_t n = strlen(words[code]);
    memcpy(d->codes + d->code_off[r], words[code], n);
    d->code_off[r + 1] = d->code_off[r] + (int64_t)n;
    d->lot[r] = 100; d->bad[r] = bad; d->work[r] = work; d->station[r] = 1; d->by[r] = 5; d->raised[r] = 100 + r; d->decision[r] = decision; d->decided_by[r] = 6; d->decided[r] = 1000 + r;
}

static void run_desk(desk *d)
{
    c12_error e = C12_INIT(c12_error);
    c12_verdict v = C12_INIT(c12_verdict);
    memcpy(d->before, d->state, sizeof d->before);
    if (c12_flow_quality_run(&d->in, &d->b, &d->fx, &e)) ck_abort_msg("%s %s[%d]", e.what, e.field, (int)e.row);
    if (c12_flow_quality_check(&d->in, d->before, &d->b, &d->fx, &v, &e)) ck_abort_msg("%s %s", e.what, e.field);
    if (v.violations) ck_abort_msg("%s: %s[%d]", v.rule, v.field, (int)v.row);
}

#endif
