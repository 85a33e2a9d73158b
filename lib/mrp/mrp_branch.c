/* SPDX-License-Identifier: Apache-2.0 */
/* What-if branches: copies of the ranks a branch changed, found by (branch, rank) in one open-addressed table.  The trunk may go on under
 * open branches: before it changes a rank, every branch that still reads it there gets a copy. */
#include "mrp/mrp_plan.h"

/* ---- the table of copies ---------------------------------------------------------------------------------------------------------- */

/* Ranks of one change lie close together: all their bits must reach the low ones. */
static uint32_t copy_hash(const c12_mrp *self, int32_t branch, int32_t rank)
{
    uint32_t h = (uint32_t)rank * 0x9E3779B1u + (uint32_t)branch * 0x85EBCA6Bu;
    h ^= h >> 15;
    h *= 0x2C1B3C6Du;
    h ^= h >> 13;
    return h & (uint32_t)self->hash_mask;
}

int32_t c12__mrp_find_copy(const c12_mrp *self, int32_t branch, int32_t rank)
{
    for (uint32_t h = copy_hash(self, branch, rank);; h = (h + 1) & (uint32_t)self->hash_mask) {
        int32_t k = self->hash[h];
        if (k < 0 || (self->copy[k].rank == rank && self->copy[k].branch == branch)) return k;
    }
}

static void hash_put(c12_mrp *self, int32_t k)
{
    uint32_t h = copy_hash(self, self->copy[k].branch, self->copy[k].rank);
    while (self->hash[h] >= 0) h = (h + 1) & (uint32_t)self->hash_mask;
    self->hash[h] = k;
}

/* Linear probing without tombstones: entries behind the hole move up unless they would pass their own start. */
static void hash_drop(c12_mrp *self, int32_t k)
{
    const uint32_t mask = (uint32_t)self->hash_mask;
    uint32_t hole = copy_hash(self, self->copy[k].branch, self->copy[k].rank);
    while (self->hash[hole] != k) hole = (hole + 1) & mask;
    for (uint32_t h = (hole + 1) & mask; self->hash[h] >= 0; h = (h + 1) & mask) {
        const c12__mrp_copy *c = self->copy + self->hash[h];
        uint32_t start = copy_hash(self, c->branch, c->rank);
        if (((h - start) & mask) < ((h - hole) & mask)) continue;
        self->hash[hole] = self->hash[h];
        hole = h;
    }
    self->hash[hole] = -1;
}

/* ---- events and links: lists that a branch shares until its inputs are edited ------------------------------------------------------- */

int32_t c12__mrp_take_event(c12_mrp *self)
{
    int32_t k = self->free_event;
    if (k >= 0) { self->free_event = self->event[k].next; return k; }
    return self->n_events < self->event_cap ? self->n_events++ : -1;
}

void c12__mrp_give_event(c12_mrp *self, int32_t k)
{
    self->event[k].next = self->free_event;
    self->free_event = k;
}

static void give_events(c12_mrp *self, int32_t k)
{
    while (k >= 0) {
        int32_t next = self->event[k].next;
        c12__mrp_give_event(self, k);
        k = next;
    }
}

/* 1: no room; what was copied is given back. */
static int copy_events(c12_mrp *self, int32_t from, int32_t *head)
{
    int32_t first = -1, last = -1;
    for (; from >= 0; from = self->event[from].next) {
        int32_t k = c12__mrp_take_event(self);
        if (k < 0) { give_events(self, first); return 1; }
        self->event[k] = self->event[from];
        self->event[k].next = -1;
        if (last < 0) first = k;
        else self->event[last].next = k;
        last = k;
    }
    *head = first;
    return 0;
}

int32_t c12__mrp_add_link(c12_mrp *self, int32_t branch, int32_t parent, const c12__mrp_edge *e, int32_t next)
{
    int32_t k = self->free_link, first = self->up_links[e->other];
    if (k < 0) return -1;
    self->free_link = self->link[k].next;
    c12__mrp_link l = { *e, parent, branch, next, first, -1, 0 };
    if (!e->b) {
        self->rare[self->dims.rare_lines + k] = self->rare[e->a];
        l.edge.a = (int32_t)self->dims.rare_lines + k;
    }
    self->link[k] = l;
    if (first >= 0) self->link[first].prev_up = k;
    self->up_links[e->other] = k;
    self->links_used = 1;
    return k;
}

void c12__mrp_drop_link(c12_mrp *self, int32_t k)
{
    const c12__mrp_link l = self->link[k];
    if (l.prev_up >= 0) self->link[l.prev_up].next_up = l.next_up;
    else self->up_links[l.edge.other] = l.next_up;
    if (l.next_up >= 0) self->link[l.next_up].prev_up = l.prev_up;
    self->link[k].next = self->free_link;
    self->free_link = k;
}

static void drop_links(c12_mrp *self, int32_t k)
{
    while (k >= 0) {
        int32_t next = self->link[k].next;
        c12__mrp_drop_link(self, k);
        k = next;
    }
}

/* All lines of a rank, from the table or another branch's chain, as a chain of this branch.  1: no room, nothing kept. */
static int copy_links(c12_mrp *self, int32_t branch, int32_t rank, int32_t from, int32_t *head)
{
    int32_t first = -1;
    if (from == C12__MRP_TABLE) {
        for (int64_t e = self->down_off[rank + 1]; e-- > self->down_off[rank]; ) {
            int32_t k = c12__mrp_add_link(self, branch, rank, self->down + e, first);
            if (k < 0) { drop_links(self, first); return 1; }
            first = k;
        }
    } else {
        int32_t last = -1;
        for (; from >= 0; from = self->link[from].next) {
            int32_t k = c12__mrp_add_link(self, branch, rank, &self->link[from].edge, -1);
            if (k < 0) { drop_links(self, first); return 1; }
            if (last < 0) first = k;
            else self->link[last].next = k;
            last = k;
        }
    }
    *head = first;
    return 0;
}

/* ---- copies ----------------------------------------------------------------------------------------------------------------------- */

static int make_wide_copy(c12_mrp *self, c12__mrp_meta *m, int32_t from)
{
    int32_t w = c12__mrp_take_wide(self);
    if (w < 0) return 1;
    size_t row = (size_t)self->buckets;
    memcpy(self->wide_need + (size_t)w * row, self->wide_need + (size_t)from * row, row * sizeof *self->wide_need);
    memcpy(self->wide_order + (size_t)w * row, self->wide_order + (size_t)from * row, row * sizeof *self->wide_order);
    m->wide = w;
    return 0;
}

/* A copy of a view for a branch; its lists are shared until owned.  -1: no room. */
static int32_t make_copy(c12_mrp *self, int32_t branch, int32_t rank, const c12__mrp_view *v)
{
    int32_t k = self->free_copy;
    if (k < 0) return -1;
    c12__mrp_copy *c = self->copy + k;
    int32_t after = c->next;
    c->item = *v->item;
    c->meta = *v->meta;
    if (v->meta->wide >= 0 && make_wide_copy(self, &c->meta, v->meta->wide)) return -1;
    self->free_copy = after;
    size_t row = (size_t)self->buckets;
    memcpy(self->copy_need + (size_t)k * row, v->need, row * sizeof *v->need);
    memcpy(self->copy_order + (size_t)k * row, v->order, row * sizeof *v->order);
    c->rank = rank;
    c->branch = branch;
    c->owns_events = c->owns_links = 0;
    c->next = self->branch[branch].copies;
    c->prev = -1;
    if (c->next >= 0) self->copy[c->next].prev = k;
    self->branch[branch].copies = k;
    self->branch[branch].n_copies++;
    hash_put(self, k);
    return k;
}

static void give_lists(c12_mrp *self, const c12__mrp_item *it)
{
    give_events(self, it->demand);
    give_events(self, it->receipts);
    give_events(self, it->safety_rows);
}

static int own_lists(c12_mrp *self, int32_t k)
{
    c12__mrp_copy *c = self->copy + k;
    if (!c->owns_events) {
        int32_t demand, receipts, safety;
        if (copy_events(self, c->item.demand, &demand)) return 1;
        if (copy_events(self, c->item.receipts, &receipts)) { give_events(self, demand); return 1; }
        if (copy_events(self, c->item.safety_rows, &safety)) { give_events(self, demand); give_events(self, receipts); return 1; }
        c->item.demand = demand;
        c->item.receipts = receipts;
        c->item.safety_rows = safety;
        c->owns_events = 1;
    }
    return 0;
}

static int own_links(c12_mrp *self, int32_t k)
{
    c12__mrp_copy *c = self->copy + k;
    if (c->owns_links) return 0;
    if (copy_links(self, c->branch, c->rank, c->meta.links, &c->meta.links)) return 1;
    c->owns_links = 1;
    return 0;
}

static void free_copy(c12_mrp *self, int32_t k)
{
    c12__mrp_copy *c = self->copy + k;
    c12__mrp_branch *b = self->branch + c->branch;
    if (c->owns_events) give_lists(self, &c->item);
    if (c->owns_links && c->meta.links >= 0) drop_links(self, c->meta.links);
    c12__mrp_give_wide(self, c->meta.wide);
    hash_drop(self, k);
    if (c->prev >= 0) self->copy[c->prev].next = c->next;
    else b->copies = c->next;
    if (c->next >= 0) self->copy[c->next].prev = c->prev;
    b->n_copies--;
    c->next = self->free_copy;
    self->free_copy = k;
}

/* ---- writing ---------------------------------------------------------------------------------------------------------------------- */

static c12_status no_room(const c12_mrp *self, c12_error *err)
{
    if (self->free_copy < 0) return c12__fail(err, C12_E_SPACE, "branches hold more rows than branch_rows", "branch_rows", -1, 2 * (int64_t)self->dims.branch_rows + 1);
    if (self->free_wide < 0) return c12__mrp_no_wide(self, err);
    if (self->free_link < 0) return c12__fail(err, C12_E_SPACE, "edited items have more lines than line_edits", "line_edits", -1, 2 * self->dims.line_edits + 1);
    return c12__fail(err, C12_E_SPACE, "branches edit more rows than branch_events", "branch_events", -1, 2 * self->dims.branch_events + 1);
}

/* Every open branch but `but` that reads the trunk's rank gets its own. */
static c12_status preserve(c12_mrp *self, int32_t rank, int32_t what, int32_t but, c12_error *err)
{
    for (int32_t b = 1; b <= self->dims.branches; b++) {
        if (!self->branch[b].open || b == but) continue;
        int32_t k = c12__mrp_find_copy(self, b, rank);
        if (k < 0) {
            const c12__mrp_view v = c12__mrp_trunk(self, rank);
            k = make_copy(self, b, rank, &v);
        }
        if (k < 0 || ((what & C12__MRP_EVENTS) && own_lists(self, k)) || ((what & C12__MRP_LINKS) && own_links(self, k))) return no_room(self, err);
    }
    return C12_OK;
}

c12_status c12__mrp_own(c12_mrp *self, int32_t branch, int32_t rank, int32_t what, c12__mrp_view *v, c12_error *err)
{
    if (!branch) {
        c12_status s = self->open_branches ? preserve(self, rank, what, 0, err) : C12_OK;
        if (s) return s;
        *v = c12__mrp_trunk(self, rank);
        if ((what & C12__MRP_LINKS) && v->meta->links == C12__MRP_TABLE && copy_links(self, 0, rank, C12__MRP_TABLE, &v->meta->links)) return no_room(self, err);
        return C12_OK;
    }
    int32_t k = c12__mrp_find_copy(self, branch, rank);
    if (k < 0) {
        const c12__mrp_view trunk = c12__mrp_trunk(self, rank);
        k = make_copy(self, branch, rank, &trunk);
    }
    if (k < 0 || ((what & C12__MRP_EVENTS) && own_lists(self, k)) || ((what & C12__MRP_LINKS) && own_links(self, k))) return no_room(self, err);
    *v = c12__mrp_see(self, branch, rank);
    return C12_OK;
}

/* ---- open, drop, commit ----------------------------------------------------------------------------------------------------------- */

static void close_branch(c12_mrp *self, int32_t branch)
{
    while (self->branch[branch].copies >= 0) free_copy(self, self->branch[branch].copies);
    self->branch[branch].open = 0;
    self->open_branches--;
}

c12_status c12_mrp_branch(c12_mrp *self, int32_t from, int32_t *branch, c12_error *err)
{
    c12_status s = c12__mrp_ready(self, from, err);
    int32_t b = 1;
    if (s) return s;
    if (!branch) return c12__fail(err, C12_E_ARG, "argument is NULL", "branch", -1, 0);
    while (b <= self->dims.branches && self->branch[b].open) b++;
    if (b > self->dims.branches) return c12__fail(err, C12_E_SPACE, "all branches are open", "branches", -1, (int64_t)self->dims.branches + 1);
    self->branch[b] = (c12__mrp_branch){ 1, -1, 0 };
    self->open_branches++;
    for (int32_t k = from ? self->branch[from].copies : -1; k >= 0; k = self->copy[k].next) {
        const c12__mrp_view v = c12__mrp_see(self, from, self->copy[k].rank);
        int32_t to = make_copy(self, b, self->copy[k].rank, &v);
        if (to >= 0 && (!self->copy[k].owns_events || !own_lists(self, to)) && (!self->copy[k].owns_links || !own_links(self, to))) continue;
        s = no_room(self, err);
        close_branch(self, b);
        return s;
    }
    *branch = b;
    return C12_OK;
}

static c12_status check_branch(const c12_mrp *self, int32_t branch, c12_error *err)
{
    c12_status s = c12__mrp_ready(self, branch, err);
    if (!s && !branch) s = c12__fail(err, C12_E_RANGE, "the trunk is no branch", "branch", -1, 0);
    return s;
}

c12_status c12_mrp_drop(c12_mrp *self, int32_t branch, c12_error *err)
{
    c12_status s = check_branch(self, branch, err);
    if (!s) close_branch(self, branch);
    return s;
}

/* The copy's parts become the trunk's; what the trunk owned and no longer shows is given back. */
static void move_to_trunk(c12_mrp *self, int32_t k)
{
    c12__mrp_copy *c = self->copy + k;
    const c12__mrp_view v = c12__mrp_trunk(self, c->rank);
    const size_t row = (size_t)self->buckets;
    if (c->owns_events) give_lists(self, v.item);
    if (c->owns_links) {
        if (v.meta->links >= 0) drop_links(self, v.meta->links);
        for (int32_t l = c->meta.links; l >= 0; l = self->link[l].next) self->link[l].branch = 0;
    }
    c12__mrp_give_wide(self, v.meta->wide);
    if (c->item.level != v.item->level) self->levels_stale = 1;
    *v.item = c->item;
    *v.meta = c->meta;
    memcpy(v.need, self->copy_need + (size_t)k * row, row * sizeof *v.need);
    memcpy(v.order, self->copy_order + (size_t)k * row, row * sizeof *v.order);
    c->owns_events = c->owns_links = 0;
    c->meta.wide = -1;
}

c12_status c12_mrp_commit(c12_mrp *self, int32_t branch, c12_error *err)
{
    c12_status s = check_branch(self, branch, err);
    for (int32_t k = s ? -1 : self->branch[branch].copies; k >= 0 && !s; k = self->copy[k].next) {
        int32_t what = (self->copy[k].owns_events ? C12__MRP_EVENTS : 0) | (self->copy[k].owns_links ? C12__MRP_LINKS : 0);
        s = preserve(self, self->copy[k].rank, what, branch, err);
    }
    if (s) return s;
    for (int32_t k = self->branch[branch].copies; k >= 0; k = self->copy[k].next) move_to_trunk(self, k);
    close_branch(self, branch);
    return C12_OK;
}

/* ---- differences ------------------------------------------------------------------------------------------------------------------- */

c12_status c12__mrp_take_delta(c12_mrp_delta *d, const c12_mrp_delta *from, c12_error *err)
{
    c12_status s = c12__take(d, sizeof *d, from, "delta", err);
    if (s) return s;
    if (d->cap < 0) return c12__fail(err, C12_E_ARG, "capacity is negative", "cap", -1, d->cap);
    if (d->cap && (!d->item || !d->bucket || !d->before || !d->after)) return c12__fail(err, C12_E_ARG, "output column is NULL", "delta", -1, 0);
    d->count = d->touched = 0;
    return C12_OK;
}

static void diff_rank(const c12_mrp *self, int32_t a, int32_t b, int32_t rank, c12_mrp_delta *d)
{
    const c12__mrp_view va = c12__mrp_see(self, a, rank), vb = c12__mrp_see(self, b, rank);
    d->touched++;
    for (int32_t t = 0; t < self->buckets; t++) {
        int64_t before = c12__mrp_planned_at(self, &va, t), after = c12__mrp_planned_at(self, &vb, t);
        if (before == after) continue;
        int64_t k = d->count++;
        if (k >= d->cap) continue;
        d->item[k] = self->item_of[rank];
        d->bucket[k] = t;
        d->before[k] = before;
        d->after[k] = after;
    }
}

c12_status c12_mrp_diff(c12_mrp *self, int32_t a, int32_t b, c12_mrp_delta *delta, c12_error *err)
{
    c12_mrp_delta d;
    c12_status s = c12__mrp_ready(self, a, err);
    if (s || (s = c12__mrp_ready(self, b, err)) || (s = c12__mrp_take_delta(&d, delta, err))) return s;
    const int32_t side[2] = { a, b };
    for (int i = 0; i < 2 && a != b; i++)
        for (int32_t k = side[i] ? self->branch[side[i]].copies : -1; k >= 0; k = self->copy[k].next) c12__mrp_note(self, self->copy[k].rank);
    c12__mrp_agenda_begin(self, b);
    for (int32_t rank; (rank = c12__mrp_agenda_pop(self)) >= 0; ) diff_rank(self, a, b, rank, &d);
    c12__give(delta, &d, sizeof d);
    return C12_OK;
}
