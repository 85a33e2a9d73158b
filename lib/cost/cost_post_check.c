/* SPDX-License-Identifier: Apache-2.0 */
/* Checker of a journal.  As nothing follows the close of an order, the sums of all its events are its sums at the close: they are taken first,
 * in wrapping arithmetic, and every event is then compared with what its kind asks for. */
#include "cost/cost_internal.h"

typedef struct order_sum { uint64_t element[C12_COST_ELEMENTS], units; int32_t closed; int32_t spare; } order_sum;
typedef struct post_judge { const c12_cost_events *x; const c12_cost_entries *j; order_sum *sum; } post_judge;

static uint64_t cost_judge_at(const int64_t *column, int32_t i) { return column ? (uint64_t)column[i] : 0; }

static void gather(post_judge *p)
{
    const c12_cost_events *x = p->x;
    memset(p->sum, 0, (size_t)x->n_orders * sizeof *p->sum);
    for (int32_t i = x->n - 1; i >= 0; i--) {
        if (x->kind[i] == C12_COST_BUY) continue;
        order_sum *o = &p->sum[x->order[i]];
        if (x->kind[i] <= C12_COST_APPLY) o->element[x->kind[i] - C12_COST_USE] += cost_judge_at(x->standard, i);
        if (x->kind[i] == C12_COST_COMPLETE || (x->kind[i] == C12_COST_DISCARD && x->scrap_account)) o->units += cost_judge_at(x->qty, i);
        if (x->kind[i] == C12_COST_CLOSE) o->closed++;
    }
}

/* What an account should get of an event, debit positive. */
static uint64_t due_to(const post_judge *p, int32_t i, int32_t account)
{
    const c12_cost_events *x = p->x;
    const uint64_t standard = cost_judge_at(x->standard, i), actual = cost_judge_at(x->actual, i), qty = cost_judge_at(x->qty, i);
    const int32_t o = x->order[i], kind = x->kind[i];
    const uint64_t unit[C12_COST_ELEMENTS] = { o < 0 ? 0 : (uint64_t)x->material[o], o < 0 ? 0 : (uint64_t)x->labour[o], o < 0 ? 0 : (uint64_t)x->overhead[o] };
    uint64_t off[C12_COST_ELEMENTS] = { 0 };
    for (int e = 0; e < C12_COST_ELEMENTS && kind == C12_COST_CLOSE; e++) off[e] = p->sum[o].element[e] - unit[e] * p->sum[o].units;
    const uint64_t made = kind == C12_COST_COMPLETE ? qty * (unit[0] + unit[1] + unit[2]) : 0;
    const uint64_t lost = kind == C12_COST_DISCARD && x->scrap_account ? qty * (unit[0] + unit[1] + unit[2]) : 0;
    switch (account) {
    case C12_COST_RAW: return kind == C12_COST_BUY ? standard : kind == C12_COST_USE ? 0 - standard : 0;
    case C12_COST_WIP: return (kind >= C12_COST_USE && kind <= C12_COST_APPLY ? standard : 0) - made - lost - off[0] - off[1] - off[2];
    case C12_COST_GOODS: return made;
    case C12_COST_SCRAP: return lost;
    case C12_COST_GRIR: return kind == C12_COST_BUY ? 0 - actual : 0;
    case C12_COST_PAYROLL: return kind == C12_COST_WORK ? 0 - actual : 0;
    case C12_COST_APPLIED: return kind == C12_COST_APPLY ? 0 - standard : 0;
    case C12_COST_PRICE_VARIANCE: return kind == C12_COST_BUY ? actual - standard : 0;
    case C12_COST_RATE_VARIANCE: return kind == C12_COST_WORK ? actual - standard : 0;
    default: return off[account - C12_COST_USAGE_VARIANCE];
    }
}

/* The lines [*at, end) of event i; *at goes on behind them. */
static const char *cost_judge_event(const post_judge *p, int32_t i, int32_t *at)
{
    const c12_cost_entries *j = p->j;
    uint64_t sum = 0;
    for (int32_t a = 0; a < C12__COST_POSTED; a++) {
        uint64_t due = due_to(p, i, a);
        if (!due) continue;
        if (*at >= j->n || j->event[*at] != i || j->account[*at] != a) return "an account the event asks for is missing";
        if (j->debit[*at] < 0 || j->credit[*at] < 0 || (j->debit[*at] && j->credit[*at])) return "a line is not either a debit or a credit";
        if ((uint64_t)j->debit[*at] - (uint64_t)j->credit[*at] != due) return "an account does not get what the event asks for";
        sum += due;
        (*at)++;
    }
    if (*at < j->n && j->event[*at] <= i) return "a line belongs to no account of the event";
    return sum ? "debits and credits differ" : NULL;
}

static const char *cost_judge_balances(const post_judge *p)
{
    uint64_t left[C12_COST_ACCOUNTS] = { 0 };
    for (int32_t k = p->j->n - 1; k >= 0; k--) left[p->j->account[k]] += (uint64_t)p->j->debit[k] - (uint64_t)p->j->credit[k];
    for (int32_t a = 0; a < C12_COST_ACCOUNTS; a++)
        if (left[a] != (uint64_t)p->j->balance[a]) return "a balance is not what its lines add up to";
    for (int32_t o = 0; o < p->x->n_orders; o++) {
        const order_sum *s = &p->sum[o];
        uint64_t unit = (uint64_t)p->x->material[o] + (uint64_t)p->x->labour[o] + (uint64_t)p->x->overhead[o];
        uint64_t rest = s->closed ? 0 : s->element[0] + s->element[1] + s->element[2] - unit * s->units;
        if (rest != (uint64_t)p->j->wip[o]) return "work in progress of an order is not what is left of it";
    }
    return NULL;
}

c12_status c12_cost_post_check(const c12_cost_events *in, const c12_cost_entries *out, c12_mem scratch, c12_verdict *verdict, c12_error *err)
{
    c12_cost_events x;
    c12_cost_entries j;
    c12_status s = c12__cost_open_events(&x, in, err);
    if (s || (s = c12__cost_take_entries(&j, &x, out, err))) return s;
    if (!verdict) return c12__fail(err, C12_E_ARG, "argument is NULL", "verdict", -1, 0);
    if (j.n < 0 || j.n > j.cap) return c12__fail(err, C12_E_RANGE, "more lines than the columns hold", "n", -1, j.n);
    c12__arena a = c12__arena_over(scratch);
    post_judge p = { &x, &j, C12__CARVE(&a, order_sum, x.n_orders) };
    if (!c12__arena_ok(&a)) return c12__fail(err, C12_E_SPACE, "scratch too small", "scratch", -1, (int64_t)c12_cost_post_scratch(x.n_orders));
    if (x.n_orders) gather(&p);
    c12_verdict w = C12_INIT(c12_verdict);
    w.row = w.tick = -1;
    int32_t at = 0;
    for (int32_t i = 0; i < x.n && !w.violations; i++) {
        w.rule = cost_judge_event(&p, i, &at);
        if (w.rule) { w.violations = 1; w.row = i; }
    }
    if (!w.violations && (at != j.n || (w.rule = cost_judge_balances(&p)))) {
        w.violations = 1;
        if (!w.rule) w.rule = "a line belongs to no event";
    }
    for (int32_t k = 0; k < j.n; k++)
        if (c12__add64(w.objective, j.debit[k], &w.objective)) w.objective = INT64_MAX;
    c12__give(verdict, &w, sizeof w);
    return C12_OK;
}
