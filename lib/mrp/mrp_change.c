/* SPDX-License-Identifier: Apache-2.0 */
/* Edits of the inputs.  Each is applied with what it does to requirements and leaves its inverse behind; when one fails the inverses run
 * backwards.  The sweep that follows nets what they touched. */
#include "mrp/mrp_plan.h"

typedef struct changing {
    c12_mrp *self;
    int32_t branch;
    int64_t row;      /* of the edit in hand, for its faults */
    c12_error *err;
} changing;

static c12_status refuse(const changing *w, c12_status s, const char *what, const char *field, int64_t value)
{
    return c12__fail(w->err, s, what, field, w->row, value);
}

/* ---- demand and receipts ------------------------------------------------------------------------------------------------------------ */

/* What a demand row asks for, added (sign 1) or taken off (-1). */
static c12_status add_demand(const changing *w, const c12__mrp_view *v, int32_t rank, const c12__mrp_event *e, int32_t sign)
{
    int32_t t = e->bucket < 0 ? 0 : e->bucket;
    if (t >= w->self->buckets || !e->qty || !c12__mrp_event_counts(v->item, e)) return C12_OK;
    return c12__mrp_add_need(w->self, v, rank, t, sign * e->qty, w->err);
}

static int32_t *list_of(const c12__mrp_view *v, int32_t kind)
{
    return kind == C12_MRP_EDIT_DEMAND ? &v->item->demand : &v->item->receipts;
}

/* Where an event with this bucket and row belongs: demand by row, receipts by bucket first. */
static int32_t *event_place(const changing *w, int32_t *at, int32_t kind, int32_t bucket, int32_t row)
{
    const c12_mrp *self = w->self;
    int32_t mine = kind == C12_MRP_EDIT_DEMAND ? 0 : c12__mrp_clamp(bucket, self->buckets);
    for (; *at >= 0; at = &self->event[*at].next) {
        const c12__mrp_event *e = self->event + *at;
        int32_t theirs = kind == C12_MRP_EDIT_DEMAND ? 0 : c12__mrp_clamp(e->bucket, self->buckets);
        if (theirs > mine || (theirs == mine && (int32_t)e->row > row)) break;
    }
    return at;
}

static void put_event(const changing *w, const c12__mrp_view *v, int32_t kind, int32_t k)
{
    c12__mrp_event *e = w->self->event + k;
    int32_t *at = event_place(w, list_of(v, kind), kind, e->bucket, (int32_t)e->row);
    e->next = *at;
    *at = k;
}

/* The event of a row taken out of its list, -1 when this branch has none. */
static int32_t take_event_out(const changing *w, const c12__mrp_view *v, int32_t kind, int32_t row)
{
    for (int32_t *at = list_of(v, kind); *at >= 0; at = &w->self->event[*at].next) {
        int32_t k = *at;
        if ((int32_t)w->self->event[k].row != row) continue;
        *at = w->self->event[k].next;
        return k;
    }
    return -1;
}

static c12_status set_event(const changing *w, const c12_mrp_edit *e, c12_mrp_edit *undo)
{
    c12_mrp *self = w->self;
    int demand = e->kind == C12_MRP_EDIT_DEMAND;
    int32_t rows = demand ? self->n_demand : self->n_receipts;
    c12__mrp_view v;
    if (e->row < 0 || e->row >= rows) return refuse(w, C12_E_RANGE, "no such row", "row", e->row);
    int32_t rank = (demand ? self->demand_rank : self->receipt_rank)[e->row];
    c12_status s = c12__mrp_own(self, w->branch, rank, C12__MRP_EVENTS, &v, w->err);
    if (s) return s;
    int32_t k = take_event_out(w, &v, e->kind, (int32_t)e->row);
    if (k < 0) return refuse(w, C12_E_RANGE, "another branch has this row", "row", e->row);
    c12__mrp_event *it = self->event + k, after = *it;
    after.bucket = e->bucket;
    after.qty = e->value;
    if (demand) {
        s = add_demand(w, &v, rank, it, -1);
        if (!s && (s = add_demand(w, &v, rank, &after, 1))) (void)add_demand(w, &v, rank, it, 1);
    }
    if (!s) {
        undo->kind = e->kind;
        undo->row = e->row;
        undo->bucket = it->bucket;
        undo->value = it->qty;
        *it = after;
        c12__mrp_note(self, rank);
    }
    put_event(w, &v, e->kind, k);
    return s;
}

static c12_status new_event(const changing *w, const c12_mrp_edit *e, c12_mrp_edit *undo)
{
    c12_mrp *self = w->self;
    int demand = e->kind == C12_MRP_EDIT_DEMAND;
    int32_t *rows = demand ? &self->n_demand : &self->n_receipts;
    int64_t cap = demand ? self->dims.demand : self->dims.receipts;
    c12__mrp_view v;
    if (e->item < 0 || e->item >= self->n) return refuse(w, C12_E_RANGE, "item out of range", "item", e->item);
    if (*rows >= cap) return refuse(w, C12_E_SPACE, "more rows than the handle was made for", demand ? "demand" : "receipts", 2 * cap + 1);
    int32_t rank = self->rank_of[e->item];
    c12_status s = c12__mrp_own(self, w->branch, rank, C12__MRP_EVENTS, &v, w->err);
    if (s) return s;
    int32_t k = c12__mrp_take_event(self);
    if (k < 0) return refuse(w, C12_E_SPACE, "branches edit more rows than branch_events", "branch_events", 2 * self->dims.branch_events + 1);
    const c12__mrp_event it = c12__mrp_event_of(e->value, e->bucket, -1, *rows, e->field, rank);
    if (demand && (s = add_demand(w, &v, rank, &it, 1))) { c12__mrp_give_event(self, k); return s; }
    self->event[k] = it;
    put_event(w, &v, e->kind, k);
    (demand ? self->demand_rank : self->receipt_rank)[*rows] = rank;
    undo->kind = -e->kind;
    undo->row = (*rows)++;
    c12__mrp_note(self, rank);
    return C12_OK;
}

static c12_status edit_event(const changing *w, const c12_mrp_edit *e, c12_mrp_edit *undo)
{
    if (e->value < 0) return refuse(w, C12_E_RANGE, "quantity is negative", "value", e->value);
    if (e->row == -1 && e->field != 0 && e->field != 1) return refuse(w, C12_E_RANGE, "unknown kind of row", "field", e->field);
    return e->row == -1 ? new_event(w, e, undo) : set_event(w, e, undo);
}

static void forget_event(const changing *w, int32_t kind, int32_t row)
{
    c12_mrp *self = w->self;
    int32_t rank = (kind == C12_MRP_EDIT_DEMAND ? self->demand_rank : self->receipt_rank)[row];
    const c12__mrp_view v = c12__mrp_see(self, w->branch, rank);
    int32_t k = take_event_out(w, &v, kind, row);
    if (kind == C12_MRP_EDIT_DEMAND) { (void)add_demand(w, &v, rank, self->event + k, -1); self->n_demand--; }
    else self->n_receipts--;
    c12__mrp_give_event(self, k);
}

/* ---- safety stock over time: one row a bucket ---------------------------------------------------------------------------------------- */

/* Link to the item's row of this bucket, or to where it would stand. */
static int32_t *safety_place(const changing *w, c12__mrp_item *it, int32_t bucket)
{
    int32_t *at = &it->safety_rows;
    while (*at >= 0 && w->self->event[*at].bucket < bucket) at = &w->self->event[*at].next;
    return at;
}

static c12_status edit_safety(const changing *w, const c12_mrp_edit *e, c12_mrp_edit *undo)
{
    c12_mrp *self = w->self;
    c12__mrp_view v;
    if (e->item < 0 || e->item >= self->n) return refuse(w, C12_E_RANGE, "item out of range", "item", e->item);
    if (e->bucket < 0) return refuse(w, C12_E_RANGE, "bucket is negative", "bucket", e->bucket);
    if (e->value < -1) return refuse(w, C12_E_RANGE, "quantity is negative", "value", e->value);
    int32_t rank = self->rank_of[e->item];
    c12_status s = c12__mrp_own(self, w->branch, rank, C12__MRP_EVENTS, &v, w->err);
    if (s) return s;
    int32_t *at = safety_place(w, v.item, e->bucket), k = *at;
    int found = k >= 0 && self->event[k].bucket == e->bucket;
    if (!found && e->value >= 0) {
        int32_t fresh = c12__mrp_take_event(self);
        if (fresh < 0) return refuse(w, C12_E_SPACE, "no room for more rows of safety stock", "safety", 2 * self->dims.safety + 1);
        self->event[fresh] = c12__mrp_event_of(e->value, e->bucket, k, 0, 0, rank);
        *at = fresh;
    }
    *undo = (c12_mrp_edit){ .kind = e->kind, .item = e->item, .bucket = e->bucket, .value = found ? self->event[k].qty : -1 };
    if (found && e->value >= 0) self->event[k].qty = e->value;
    if (found && e->value < 0) {
        *at = self->event[k].next;
        c12__mrp_give_event(self, k);
    }
    c12__mrp_settle(v.item);
    c12__mrp_note(self, rank);
    return C12_OK;
}

/* ---- items -------------------------------------------------------------------------------------------------------------------------- */

static c12_status push_lines(const changing *w, int32_t rank, int32_t sign)
{
    c12_mrp *self = w->self;
    const c12__mrp_view v = c12__mrp_see(self, w->branch, rank);
    c12_status s = C12_OK;
    for (int32_t k = v.meta->links; k >= 0 && !s; k = self->link[k].next) s = c12__mrp_push_line(self, w->branch, rank, &self->link[k].edge, sign, w->err);
    if (v.meta->links != C12__MRP_TABLE) return s;
    for (int64_t e = self->down_off[rank]; e < self->down_off[rank + 1] && !s; e++) s = c12__mrp_push_line(self, w->branch, rank, self->down + e, sign, w->err);
    return s;
}

/* Its orders are released at other times: what they asked for before goes, what they ask for now comes. */
static c12_status set_lead(const changing *w, const c12__mrp_view *v, int32_t rank, int32_t lead)
{
    v->item->lead = lead;
    if (v->item->type == C12_MRP_PHANTOM || lead == v->meta->lead) return C12_OK;
    int32_t before = v->meta->lead;
    c12_status s = push_lines(w, rank, -1);
    v->meta->lead = lead;
    if (!s && (s = push_lines(w, rank, 1))) v->meta->lead = before;
    return s;
}

/* Forecasts between the old fence and the new one begin or cease to count (R18).  The field is set last: until then rows are judged by it. */
static c12_status set_demand_fence(const changing *w, const c12__mrp_view *v, int32_t rank, int16_t fence)
{
    c12__mrp_item after = *v->item;
    const c12__mrp_view new_view = { &after, v->meta, v->need, v->order };
    c12_status s = C12_OK;
    after.demand_fence = fence;
    for (int32_t k = v->item->demand; k >= 0 && !s; k = w->self->event[k].next) {
        const c12__mrp_event *e = w->self->event + k;
        if (c12__mrp_event_counts(v->item, e) == c12__mrp_event_counts(&after, e)) continue;
        s = fence > v->item->demand_fence ? add_demand(w, v, rank, e, -1) : add_demand(w, &new_view, rank, e, 1);
    }
    if (!s) v->item->demand_fence = fence;
    return s;
}

static int64_t get_field(const c12__mrp_item *it, int32_t field)
{
    switch (field) {
    case C12_MRP_FIELD_ON_HAND: return it->on_hand;
    case C12_MRP_FIELD_SAFETY: return it->safety;
    case C12_MRP_FIELD_LEAD_TIME: return it->lead;
    case C12_MRP_FIELD_LOT_RULE: return it->rule;
    case C12_MRP_FIELD_LOT_SIZE: return it->size;
    case C12_MRP_FIELD_LOT_MIN: return it->min;
    case C12_MRP_FIELD_LOT_MAX: return it->max;
    case C12_MRP_FIELD_LOT_MULTIPLE: return it->multiple;
    case C12_MRP_FIELD_ORDER_COST: return it->order_cost;
    case C12_MRP_FIELD_HOLDING_COST: return it->holding_cost;
    case C12_MRP_FIELD_SAFETY_TIME: return it->safety_time;
    case C12_MRP_FIELD_PLANNING_FENCE: return it->fence;
    case C12_MRP_FIELD_DEMAND_FENCE: return it->demand_fence;
    case C12_MRP_FIELD_YIELD_PPM: return it->yield_ppm;
    default: return it->periods;
    }
}

static void set_field(c12__mrp_item *it, int32_t field, int64_t value)
{
    switch (field) {
    case C12_MRP_FIELD_ON_HAND: it->on_hand = value; break;
    case C12_MRP_FIELD_SAFETY: it->safety = value; break;
    case C12_MRP_FIELD_LOT_RULE: it->rule = (int32_t)value; break;
    case C12_MRP_FIELD_LOT_SIZE: it->size = value; break;
    case C12_MRP_FIELD_LOT_MIN: it->min = value; break;
    case C12_MRP_FIELD_LOT_MAX: it->max = value; break;
    case C12_MRP_FIELD_LOT_MULTIPLE: it->multiple = value; break;
    case C12_MRP_FIELD_ORDER_COST: it->order_cost = value; break;
    case C12_MRP_FIELD_HOLDING_COST: it->holding_cost = value; break;
    case C12_MRP_FIELD_LOT_PERIODS: it->periods = (int32_t)value; break;
    case C12_MRP_FIELD_SAFETY_TIME: it->safety_time = (int16_t)c12__min64(value, C12__MRP_MAX_BUCKETS); break;
    case C12_MRP_FIELD_PLANNING_FENCE: it->fence = (int16_t)c12__min64(value, C12__MRP_MAX_BUCKETS); break;
    case C12_MRP_FIELD_YIELD_PPM: it->yield_ppm = (int32_t)value; break;
    default: break;
    }
    c12__mrp_settle(it);
}

static int64_t least_of(const c12_mrp *self, int32_t field)
{
    if (field == C12_MRP_FIELD_ON_HAND && self->negative_stock) return INT64_MIN;
    return field == C12_MRP_FIELD_YIELD_PPM;
}

static int64_t most_of(int32_t field)
{
    switch (field) {
    case C12_MRP_FIELD_LEAD_TIME:
    case C12_MRP_FIELD_LOT_RULE:
    case C12_MRP_FIELD_LOT_PERIODS:
    case C12_MRP_FIELD_SAFETY_TIME:
    case C12_MRP_FIELD_PLANNING_FENCE:
    case C12_MRP_FIELD_DEMAND_FENCE: return INT32_MAX;
    case C12_MRP_FIELD_YIELD_PPM: return C12__MRP_SURE;
    default: return INT64_MAX;
    }
}

/* Other good pieces of the same orders: what falls off of them is netted again. */
static c12_status note_by_products(const changing *w, int32_t rank)
{
    c12_mrp *self = w->self;
    const c12__mrp_view v = c12__mrp_see(self, w->branch, rank);
    c12__mrp_view child;
    c12_status s = C12_OK;
    for (int32_t k = v.meta->links; k >= 0 && !s; k = self->link[k].next) {
        if (!c12__mrp_falls_off(self, &self->link[k].edge)) continue;
        s = c12__mrp_own(self, w->branch, self->link[k].edge.other, C12__MRP_ROW, &child, w->err);
        c12__mrp_note(self, self->link[k].edge.other);
    }
    for (int64_t e = self->down_off[rank]; v.meta->links == C12__MRP_TABLE && e < self->down_off[rank + 1] && !s; e++) {
        if (!c12__mrp_falls_off(self, self->down + e)) continue;
        s = c12__mrp_own(self, w->branch, self->down[e].other, C12__MRP_ROW, &child, w->err);
        c12__mrp_note(self, self->down[e].other);
    }
    return s;
}

static c12_status edit_item(const changing *w, const c12_mrp_edit *e, c12_mrp_edit *undo)
{
    c12_mrp *self = w->self;
    c12__mrp_view v;
    if (e->item < 0 || e->item >= self->n) return refuse(w, C12_E_RANGE, "item out of range", "item", e->item);
    if (e->field < C12_MRP_FIELD_ON_HAND || e->field > C12_MRP_FIELD_YIELD_PPM) return refuse(w, C12_E_RANGE, "unknown field", "field", e->field);
    if (e->value < least_of(self, e->field) || e->value > most_of(e->field)) return refuse(w, C12_E_RANGE, "value is too small or too large for this field", "value", e->value);
    int32_t rank = self->rank_of[e->item];
    c12_status s = c12__mrp_own(self, w->branch, rank, C12__MRP_ROW, &v, w->err);
    if (s) return s;
    undo->kind = e->kind;
    undo->field = e->field;
    undo->item = e->item;
    undo->value = get_field(v.item, e->field);
    if (e->field == C12_MRP_FIELD_LEAD_TIME) s = set_lead(w, &v, rank, (int32_t)e->value);
    else if (e->field == C12_MRP_FIELD_DEMAND_FENCE) s = set_demand_fence(w, &v, rank, (int16_t)c12__min64(e->value, C12__MRP_MAX_BUCKETS));
    else set_field(v.item, e->field, e->value);
    c12__mrp_note(self, rank);
    return s || e->field != C12_MRP_FIELD_YIELD_PPM ? s : note_by_products(w, rank);
}

/* Terms may pass through contradictions between two edits of a call, not after the last. */
static c12_status check_terms(const changing *w, const c12_mrp_edit *e)
{
    if (e->kind != C12_MRP_EDIT_ITEM) return C12_OK;
    const c12__mrp_item *it = c12__mrp_see(w->self, w->branch, w->self->rank_of[e->item]).item;
    const c12__mrp_terms l = c12__mrp_terms_of(it);
    switch (it->rule) {
    case C12_MRP_LOT_FOR_LOT: return C12_OK;
    case C12_MRP_FIXED: return l.size > 0 ? C12_OK : refuse(w, C12_E_RANGE, "fixed lot must be positive", "lot_size", l.size);
    case C12_MRP_MIN_MULTIPLE:
        if (l.multiple <= 0) return refuse(w, C12_E_RANGE, "lot multiple must be positive", "lot_multiple", l.multiple);
        return l.max && l.max < it->min ? refuse(w, C12_E_RANGE, "lot maximum is below the minimum", "lot_max", l.max) : C12_OK;
    case C12_MRP_PERIODS: return l.periods > 0 ? C12_OK : refuse(w, C12_E_RANGE, "periods of supply must be positive", "lot_periods", l.periods);
    case C12_MRP_MIN_MAX: return l.max >= it->min ? C12_OK : refuse(w, C12_E_RANGE, "order-up-to level is below the reorder point", "lot_max", l.max);
    default:
        if (it->rule > C12_MRP_MIN_MAX && it->rule <= C12_MRP_WAGNER_WHITIN) return C12_OK;
        return refuse(w, C12_E_RANGE, "unknown lot rule", "lot_rule", it->rule);
    }
}

/* ---- lines -------------------------------------------------------------------------------------------------------------------------- */

static c12_status check_line(const changing *w, const c12_mrp_edit *e)
{
    if (e->value < 0) return refuse(w, C12_E_RANGE, "quantity per must be positive", "value", e->value);
    if (!e->value) return C12_OK;
    if (e->den <= 0) return refuse(w, C12_E_RANGE, "quantity per must have a positive denominator", "den", e->den);
    if (e->scrap_ppm < 0 || e->scrap_ppm > 999999) return refuse(w, C12_E_RANGE, "scrap must be 0..999999 ppm", "scrap_ppm", e->scrap_ppm);
    if (e->to && e->bucket >= e->to) return refuse(w, C12_E_RANGE, "effectivity ends before it starts", "to", e->to);
    return C12_OK;
}

static c12__mrp_rare line_as_given(const c12_mrp_edit *e)
{
    c12__mrp_rare l = { e->value, e->den, e->scrap_ppm, e->bucket, e->to ? e->to : INT32_MAX, e->offset };
    return l;
}

static void undo_of_line(const c12_mrp *self, const c12__mrp_edge *e, c12_mrp_edit *undo)
{
    c12__mrp_rare l = { e->a, e->b, 0, 0, INT32_MAX, 0 };
    if (!e->b) l = self->rare[e->a];
    undo->kind = C12_MRP_EDIT_LINE;
    undo->row = e->line;
    undo->value = l.num;
    undo->den = l.den;
    undo->scrap_ppm = l.ppm;
    undo->bucket = l.from;
    undo->to = l.to == INT32_MAX ? 0 : l.to;
    undo->offset = l.offset;
}

/* Where a line stands, or would stand, in its parent's chain: by number. */
static int32_t *link_place(c12_mrp *self, c12__mrp_meta *m, int32_t line)
{
    int32_t *at = &m->links;
    while (*at >= 0 && self->link[*at].edge.line < line) at = &self->link[*at].next;
    return at;
}

/* A link for the line in its parent's chain, its quantities not yet asked for.  Room was looked for. */
static int32_t link_line(const changing *w, const c12__mrp_view *v, int32_t parent, int32_t child, int32_t line, const c12_mrp_edit *e)
{
    c12_mrp *self = w->self;
    int32_t spare = (int32_t)self->dims.rare_lines + self->free_link, *at = link_place(self, v->meta, line);
    c12__mrp_rare l = line_as_given(e);
    c12__mrp_edge edge = c12__mrp_edge_of(self, child, line, &l, spare);
    if (!edge.b) self->rare[spare] = l;
    return *at = c12__mrp_add_link(self, w->branch, parent, &edge, *at);
}

static c12_status ask_line(const changing *w, const c12__mrp_view *v, int32_t parent, int32_t k)
{
    c12_status s = c12__mrp_push_line(w->self, w->branch, parent, &w->self->link[k].edge, 1, w->err);
    return s ? s : c12__mrp_raise(w->self, w->branch, w->self->link[k].edge.other, v->item->level + 1, w->err);
}

static c12_status remove_line(const changing *w, const c12__mrp_view *v, int32_t parent, int32_t line)
{
    c12_mrp *self = w->self;
    int32_t *at = link_place(self, v->meta, line), k = *at, child = self->link[k].edge.other;
    c12_status s = c12__mrp_push_line(self, w->branch, parent, &self->link[k].edge, -1, w->err), lowered;
    *at = self->link[k].next;
    c12__mrp_drop_link(self, k);
    lowered = c12__mrp_lower(self, w->branch, child, w->err);
    return s ? s : lowered;
}

static c12_status new_line(const changing *w, const c12_mrp_edit *e, c12_mrp_edit *undo)
{
    c12_mrp *self = w->self;
    c12__mrp_view v;
    if (e->item < 0 || e->item >= self->n) return refuse(w, C12_E_RANGE, "item out of range", "item", e->item);
    if (e->child < 0 || e->child >= self->n) return refuse(w, C12_E_RANGE, "child item out of range", "child", e->child);
    if (!e->value) return refuse(w, C12_E_RANGE, "quantity per must be positive", "value", e->value);
    if (self->n_lines >= self->dims.lines + self->dims.line_edits) return refuse(w, C12_E_SPACE, "more lines than the handle was made for", "lines", 2 * self->dims.lines + 1);
    int32_t parent = self->rank_of[e->item], child = self->rank_of[e->child];
    if (c12__mrp_reaches(self, w->branch, child, parent)) return refuse(w, C12_E_CYCLE, "the line would close a cycle through this item", "child", e->child);
    c12_status s = c12__mrp_own(self, w->branch, parent, C12__MRP_LINKS, &v, w->err);
    if (s) return s;
    if (self->free_link < 0) return refuse(w, C12_E_SPACE, "edited items have more lines than line_edits", "line_edits", 2 * self->dims.line_edits + 1);
    int32_t k = link_line(w, &v, parent, child, self->n_lines, e);
    if (v.meta->wide < 0) v.meta->peak = c12__mrp_peak(v.order, self->buckets); /* no one asked a bought item's before */
    self->line_parent[self->n_lines] = parent;
    undo->kind = -C12_MRP_EDIT_LINE;
    undo->row = self->n_lines++;
    return ask_line(w, &v, parent, k);
}

static c12_status set_line(const changing *w, const c12_mrp_edit *e, c12_mrp_edit *undo)
{
    c12_mrp *self = w->self;
    c12__mrp_view v;
    if (e->row < 0 || e->row >= self->n_lines) return refuse(w, C12_E_RANGE, "no such line", "row", e->row);
    int32_t parent = self->line_parent[e->row];
    c12_status s = c12__mrp_own(self, w->branch, parent, C12__MRP_LINKS, &v, w->err);
    if (s) return s;
    int32_t k = *link_place(self, v.meta, (int32_t)e->row);
    if (k < 0 || self->link[k].edge.line != e->row) return refuse(w, C12_E_RANGE, "the line was removed, or another branch has it", "row", e->row);
    if (c12__mrp_falls_off(self, &self->link[k].edge)) return refuse(w, C12_E_RANGE, "by-product lines are not edited: load the bill anew", "row", e->row);
    undo_of_line(self, &self->link[k].edge, undo);
    undo->item = self->item_of[parent];
    undo->child = self->item_of[self->link[k].edge.other];
    if (!e->value) {
        undo->field = 1; /* put back under its old number */
        return remove_line(w, &v, parent, (int32_t)e->row);
    }
    if ((s = c12__mrp_push_line(self, w->branch, parent, &self->link[k].edge, -1, w->err))) return s;
    c12__mrp_rare l = line_as_given(e);
    int32_t spare = (int32_t)self->dims.rare_lines + k;
    self->link[k].edge = c12__mrp_edge_of(self, self->link[k].edge.other, (int32_t)e->row, &l, spare);
    if (!self->link[k].edge.b) self->rare[spare] = l;
    return c12__mrp_push_line(self, w->branch, parent, &self->link[k].edge, 1, w->err);
}

static c12_status edit_line(const changing *w, const c12_mrp_edit *e, c12_mrp_edit *undo)
{
    c12_status s = check_line(w, e);
    if (s) return s;
    return e->row == -1 ? new_line(w, e, undo) : set_line(w, e, undo);
}

/* ---- all of them -------------------------------------------------------------------------------------------------------------------- */

static c12_status apply_edit(const changing *w, const c12_mrp_edit *e, c12_mrp_edit *undo)
{
    *undo = (c12_mrp_edit){ 0 };
    switch (e->kind) {
    case C12_MRP_EDIT_DEMAND:
    case C12_MRP_EDIT_RECEIPT: return edit_event(w, e, undo);
    case C12_MRP_EDIT_ITEM: return edit_item(w, e, undo);
    case C12_MRP_EDIT_LINE: return edit_line(w, e, undo);
    case C12_MRP_EDIT_SAFETY: return edit_safety(w, e, undo);
    default: return refuse(w, C12_E_RANGE, "unknown kind of edit", "kind", e->kind);
    }
}

/* What an edit did to inputs and requirements, taken back.  All it writes is owned and its inputs fitted before; requirements of an edit
 * that broke off in the middle stay wrong until they are gathered again. */
static void take_back(const changing *w, const c12_mrp_edit *undo)
{
    c12_mrp *self = w->self;
    c12_mrp_edit ignored;
    const changing quiet = { self, w->branch, -1, NULL };
    if (undo->kind == -C12_MRP_EDIT_LINE) {
        const c12__mrp_view v = c12__mrp_see(self, w->branch, self->line_parent[undo->row]);
        (void)remove_line(&quiet, &v, self->line_parent[undo->row], (int32_t)undo->row);
        self->n_lines--;
    } else if (undo->kind < 0) forget_event(&quiet, -undo->kind, (int32_t)undo->row);
    else if (undo->kind == C12_MRP_EDIT_LINE && undo->field) {
        const c12__mrp_view v = c12__mrp_see(self, w->branch, self->line_parent[undo->row]);
        int32_t k = link_line(&quiet, &v, self->line_parent[undo->row], self->rank_of[undo->child], (int32_t)undo->row, undo);
        (void)ask_line(&quiet, &v, self->line_parent[undo->row], k);
    } else if (undo->kind) (void)apply_edit(&quiet, undo, &ignored);
}

/* After a sweep broke off orders are neither old nor new: all the branch holds is planned again from its inputs. */
static void plan_again(const changing *w)
{
    c12_mrp *self = w->self;
    c12_info ignored = C12_INIT(c12_info);
    atomic_store_explicit(&self->cancelled, 0, memory_order_relaxed);
    if (!w->branch) { (void)c12__mrp_plan(self, &ignored, NULL); return; }
    for (int32_t k = self->branch[w->branch].copies; k >= 0; k = self->copy[k].next) c12__mrp_note(self, self->copy[k].rank);
    c12__mrp_replan(self, w->branch);
}

/* *begun counts the edits that left an inverse, the one that failed included. */
static c12_status apply_all(const changing *at, const c12_mrp_edit *edits, int32_t n, int32_t *begun)
{
    changing w = *at;
    c12_status s = C12_OK;
    for (*begun = 0; *begun < n && !s; ++*begun) {
        w.row = *begun;
        s = apply_edit(&w, edits + *begun, w.self->undo + *begun);
    }
    for (int32_t i = 0; i < n && !s; i++) {
        w.row = i;
        s = check_terms(&w, edits + i);
    }
    return s;
}

static void undo_change(const changing *w, c12_status s, int32_t begun)
{
    int input = s == C12_E_RANGE || s == C12_E_CYCLE; /* refused before anything of the edit was done */
    c12__mrp_agenda_clear(w->self);
    while (begun-- > 0) take_back(w, w->self->undo + begun);
    c12__mrp_agenda_clear(w->self);
    if (!input) plan_again(w);
}

c12_status c12_mrp_change(c12_mrp *self, int32_t branch, const c12_mrp_edit *edits, int32_t n_edits, c12_mrp_delta *delta, c12_error *err)
{
    c12_mrp_delta d = C12_INIT(c12_mrp_delta);
    c12_status s = c12__mrp_ready(self, branch, err);
    if (s || (delta && (s = c12__mrp_take_delta(&d, delta, err)))) return s;
    if (n_edits < 0 || (n_edits && !edits)) return c12__fail(err, C12_E_ARG, "edits are NULL or their count is negative", "edits", -1, n_edits);
    if (n_edits > self->dims.edits) return c12__fail(err, C12_E_SPACE, "more edits than the handle was made for", "edits", -1, n_edits);
    const changing w = { self, branch, -1, err };
    int32_t begun;
    s = apply_all(&w, edits, n_edits, &begun);
    self->n_undo = begun;
    if (!s) s = c12__mrp_sweep(self, branch, &d, err);
    self->n_undo = 0;
    if (s) undo_change(&w, s, begun);
    else c12__give(delta, &d, sizeof d);
    return s;
}

/* ---- promises ------------------------------------------------------------------------------------------------------------------------- */

/* One edit, its sweep, and both undone: late_rank tells what it did. */
static c12_status try_edit(const changing *w, const c12_mrp_edit *edit)
{
    c12_mrp *self = w->self;
    c12_mrp_delta ignored = C12_INIT(c12_mrp_delta);
    int32_t begun;
    self->late_rank = -1;
    c12_status s = apply_all(w, edit, 1, &begun);
    if (!s) s = c12__mrp_sweep(self, w->branch, &ignored, w->err);
    if (s) { undo_change(w, s, begun); return s; }
    int32_t late = self->late_rank;
    int64_t more = self->late_more;
    take_back(w, self->undo);
    c12__mrp_note(self, self->rank_of[edit->item]);
    s = c12__mrp_sweep(self, w->branch, &ignored, w->err);
    self->late_rank = late;
    self->late_more = more;
    return s;
}

c12_status c12_mrp_quote(c12_mrp *self, int32_t branch, int32_t item, int32_t bucket, c12_qty qty, c12_mrp_promise *out, c12_error *err)
{
    c12_mrp_promise o;
    c12_status s = c12__mrp_ready(self, branch, err);
    if (s || (s = c12__take(&o, sizeof o, out, "out", err))) return s;
    if (item < 0 || item >= self->n) return c12__fail(err, C12_E_RANGE, "item out of range", "item", -1, item);
    if (bucket < 0 || bucket >= self->buckets) return c12__fail(err, C12_E_RANGE, "bucket out of range", "bucket", -1, bucket);
    if (qty <= 0) return c12__fail(err, C12_E_RANGE, "quantity must be positive", "qty", -1, qty);
    const changing w = { self, branch, -1, err };
    c12_mrp_edit edit = { .kind = C12_MRP_EDIT_DEMAND, .row = -1, .item = item, .value = qty };
    o.bucket = o.item = -1;
    o.tries = 0;
    o.late = 0;
    for (edit.bucket = bucket; edit.bucket < self->buckets && o.bucket < 0; edit.bucket++) {
        if ((s = try_edit(&w, &edit))) return s;
        if (!o.tries++ && self->late_rank >= 0) { o.item = self->item_of[self->late_rank]; o.late = self->late_more; }
        if (self->late_rank < 0) o.bucket = edit.bucket;
    }
    c12__give(out, &o, sizeof o);
    return C12_OK;
}
