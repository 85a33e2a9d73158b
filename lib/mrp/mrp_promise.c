/* SPDX-License-Identifier: Apache-2.0 */
/* Available-to-promise (R12, R13) and the numbers behind one cell. */
#include "mrp/mrp_plan.h"

/* ---- available-to-promise ----------------------------------------------------------------------------------------------------------- */

/* What is there at the end of each bucket once all that is booked is served; the least from here on is free. */
static void promise_cumulative(const c12_mrp *self, const c12__mrp_view *v, const int64_t *receipts, int64_t *qty)
{
    int64_t have = v->item->on_hand, least = INT64_MAX;
    for (int32_t t = 0; t < self->buckets; t++) {
        have += receipts[t] + c12__mrp_planned_at(self, v, t) - c12__mrp_need_at(self, v, t);
        qty[t] = have;
    }
    for (int32_t t = self->buckets; t-- > 0; ) {
        least = c12__min64(least, qty[t]);
        qty[t] = c12__max64(least, 0);
    }
}

/* Each supply less what is booked until the next one; a deficit is taken from the promise before it. */
static void promise_discrete(const c12_mrp *self, const c12__mrp_view *v, const int64_t *receipts, int64_t *qty)
{
    int64_t booked = 0, deficit = 0;
    for (int32_t t = self->buckets; t-- > 0; ) {
        int64_t supply = receipts[t] + c12__mrp_planned_at(self, v, t) + (t ? 0 : v->item->on_hand);
        booked += c12__mrp_need_at(self, v, t);
        qty[t] = 0;
        if (!supply && t) continue;
        qty[t] = supply - booked - deficit;
        booked = deficit = 0;
        if (qty[t] >= 0 || !t) continue;
        deficit = -qty[t];
        qty[t] = 0;
    }
}

c12_status c12_mrp_atp(c12_mrp *self, int32_t branch, int32_t item, int32_t form, c12_qty *qty, c12_error *err)
{
    c12_status s = c12__mrp_ready(self, branch, err);
    if (s) return s;
    if (item < 0 || item >= self->n) return c12__fail(err, C12_E_RANGE, "item out of range", "item", -1, item);
    if (form != C12_MRP_ATP_CUMULATIVE && form != C12_MRP_ATP_DISCRETE) return c12__fail(err, C12_E_ARG, "unknown form of available-to-promise", "form", -1, form);
    if (!qty) return c12__fail(err, C12_E_ARG, "output is NULL", "qty", -1, 0);
    const c12__mrp_view v = c12__mrp_see(self, branch, self->rank_of[item]);
    (void)c12__mrp_receipts(self, &v, self->slice); /* fitted when the row was netted */
    if (v.item->by_product) (void)c12__mrp_add_fallen(self, branch, self->rank_of[item], self->slice);
    if (form == C12_MRP_ATP_CUMULATIVE) promise_cumulative(self, &v, self->slice, qty);
    else promise_discrete(self, &v, self->slice, qty);
    return C12_OK;
}

/* ---- why ------------------------------------------------------------------------------------------------------------------------------ */

typedef struct sentences { char *text; size_t at, cap; } sentences;

static void say(sentences *s, const char *words)
{
    for (; *words && s->at + 1 < s->cap; words++) s->text[s->at++] = *words;
    s->text[s->at] = 0;
}

static void say_number(sentences *s, int64_t v)
{
    char digits[24];
    int n = (int)sizeof digits;
    uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    digits[--n] = 0;
    do { digits[--n] = (char)('0' + u % 10); u /= 10; } while (u);
    if (v < 0) digits[--n] = '-';
    say(s, digits + n);
}

/* "words number words number ...": up to four pairs, the last words may stand alone. */
static void say_line(sentences *s, const char *const *words, const int64_t *numbers, int n)
{
    for (int i = 0; i < n; i++) { say(s, words[i]); say_number(s, numbers[i]); }
    say(s, words[n]);
    say(s, "\n");
}
#define SAY(s, numbers, ...) say_line((s), (const char *const[]){ __VA_ARGS__ }, (const int64_t[]){ SAY_UNPACK numbers }, (int)(sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *)) - 1)
#define SAY_UNPACK(...) __VA_ARGS__

static void say_lot(sentences *s, const c12_mrp_why *o, const c12__mrp_terms *l)
{
    switch (o->lot_rule) {
    case C12_MRP_FIXED: SAY(s, (o->planned, l->size), "R6 fixed lot: planned ", ", whole lots of ", ""); break;
    case C12_MRP_MIN_MULTIPLE: SAY(s, (o->planned, l->min, l->multiple), "R6 minimum and multiple: planned ", ", at least ", " and in multiples of ", ""); break;
    case C12_MRP_PERIODS: SAY(s, (o->planned, l->periods), "R6 periods of supply: planned ", ", the largest shortage of ", " buckets from here"); break;
    case C12_MRP_MIN_MAX: SAY(s, (o->planned, c12__max64(l->max, l->floor)), "R6 min-max: planned ", ", up to ", ""); break;
    case C12_MRP_LOT_FOR_LOT: SAY(s, (o->planned), "R6 lot for lot: planned ", ""); break;
    default: SAY(s, (o->planned, l->order_cost, l->holding_cost), "R6 lot by cost: planned ", ", an order costs ", " and holding ", " a bucket");
    }
}

/* The rules beyond R1 to R8, where the item has them. */
static void say_terms(sentences *s, const c12_mrp_why *o)
{
    if (o->firm) SAY(s, (o->firm), "R16 firm planned orders bring ", "");
    if (o->safety_time) SAY(s, (o->safety_time, o->demand_ahead), "R15 what is needed up to ", " buckets later counts already: ", "");
}

static void say_order(sentences *s, const c12_mrp_why *o, const c12__mrp_terms *l, int32_t bucket)
{
    say_lot(s, o, l);
    if (o->started != o->planned) SAY(s, (o->started, o->planned, l->yield_ppm), "R19 ", " are started so that ", " good ones come out, yield ", " ppm");
    SAY(s, (o->projected), "R5 projected available ", "");
    if (o->late) SAY(s, (o->late, bucket, o->lead_time), "R7 the release is past due by ", " buckets: due in ", ", lead time ", "");
    else SAY(s, (o->release_bucket, bucket, o->lead_time), "R7 released in bucket ", " = due in ", " - lead time ", "");
}

static void tell_why(const c12_mrp_why *o, const c12__mrp_terms *l, int32_t bucket)
{
    sentences s = { o->text, 0, o->text_cap };
    int64_t there = o->before + o->firm - o->demand_ahead;
    s.text[0] = 0;
    SAY(&s, (o->level), "R1 low-level code ", "");
    SAY(&s, (o->demand + o->dependent, o->demand, o->dependent), "R2, R4 gross requirement ", " = independent demand ", " + parents' releases ", "");
    SAY(&s, (o->before, o->opening, o->receipts, o->demand + o->dependent), "R5 before ordering ", " = opening ", " + receipts ", " - gross ", "");
    say_terms(&s, o);
    if (!o->net) SAY(&s, (there, o->floor), "R5 ", " is not below ", o->planned ? ": nothing more is ordered" : ": nothing is ordered");
    else SAY(&s, (o->net, o->floor, there), "R5 net requirement ", " = ", " to be held - ", "");
    if (o->net && bucket < o->fence) SAY(&s, (o->fence), "R17 inside the planning time fence: a new order may be received from bucket ", " on");
    if (o->planned) say_order(&s, o, l, bucket);
}

static int64_t opening_of(const c12_mrp *self, const c12__mrp_view *v, const int64_t *receipts, int32_t bucket)
{
    int64_t have = v->item->on_hand;
    for (int32_t t = 0; t < bucket; t++) have += receipts[t] + c12__mrp_planned_at(self, v, t) - c12__mrp_need_at(self, v, t);
    return have;
}

static int64_t needed_ahead(const c12_mrp *self, const c12__mrp_view *v, int32_t bucket, int32_t safety_time)
{
    int64_t sum = 0;
    for (int32_t t = bucket + 1; t <= bucket + safety_time && t < self->buckets; t++) sum += c12__mrp_need_at(self, v, t);
    return sum;
}

c12_status c12_mrp_explain(c12_mrp *self, int32_t branch, int32_t item, int32_t bucket, c12_mrp_why *why, c12_error *err)
{
    c12_mrp_why o;
    c12_status s = c12__mrp_ready(self, branch, err);
    if (s || (s = c12__take(&o, sizeof o, why, "why", err))) return s;
    if (item < 0 || item >= self->n) return c12__fail(err, C12_E_RANGE, "item out of range", "item", -1, item);
    if (bucket < 0 || bucket >= self->buckets) return c12__fail(err, C12_E_RANGE, "bucket out of range", "bucket", -1, bucket);
    const c12__mrp_view v = c12__mrp_see(self, branch, self->rank_of[item]);
    const c12__mrp_terms l = c12__mrp_terms_of(v.item);
    int64_t *firm = self->slice + self->buckets;
    c12__mrp_steps safety = c12__mrp_safety_of(self, v.item);
    (void)c12__mrp_receipts(self, &v, self->slice);
    if (v.item->by_product) (void)c12__mrp_add_fallen(self, branch, self->rank_of[item], self->slice);
    (void)c12__mrp_firm(self, &v, firm);
    o.demand = 0;
    for (int32_t k = v.item->demand; k >= 0; k = self->event[k].next)
        if ((self->event[k].bucket < 0 ? 0 : self->event[k].bucket) == bucket && c12__mrp_event_counts(v.item, self->event + k)) o.demand += self->event[k].qty;
    o.level = v.item->level;
    o.dependent = c12__mrp_need_at(self, &v, bucket) - o.demand;
    o.receipts = self->slice[bucket];
    o.opening = opening_of(self, &v, self->slice, bucket);
    o.before = o.opening + o.receipts - o.demand - o.dependent;
    o.floor = c12__max64(c12__mrp_step(&safety, bucket), l.rule == C12_MRP_MIN_MAX ? l.min : 0);
    o.firm = c12__mrp_good(firm[bucket], l.yield_ppm);
    o.safety_time = l.safety_time;
    o.fence = l.fence;
    o.demand_ahead = needed_ahead(self, &v, bucket, l.safety_time);
    o.net = c12__max64(0, o.floor - (o.before + o.firm - o.demand_ahead));
    o.started = c12__mrp_order_at(self, &v, bucket);
    o.planned = c12__mrp_planned_at(self, &v, bucket);
    o.projected = o.before + o.planned;
    o.lot_rule = l.rule;
    o.lead_time = v.meta->lead;
    o.late = o.planned && bucket < o.lead_time ? o.lead_time - bucket : 0;
    o.release_bucket = !o.planned ? bucket : o.late ? -1 : bucket - o.lead_time;
    if (o.text && o.text_cap) tell_why(&o, &l, bucket);
    c12__give(why, &o, sizeof o);
    return C12_OK;
}
