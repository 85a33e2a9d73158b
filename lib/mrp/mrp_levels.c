/* SPDX-License-Identifier: Apache-2.0 */
/* Low-level codes kept current under line edits: a raised code runs down, a lowered one is taken from the parents that are left. */
#include "mrp/mrp_plan.h"

/* First in, first out over ranks, each at most once: `agreed` is free, for it is stale once a code moves. */
typedef struct rank_queue { c12_mrp *self; int32_t head, count; } rank_queue;

static void queue_put(rank_queue *q, int32_t rank)
{
    c12_mrp *self = q->self;
    if (self->mark[rank]) return;
    self->mark[rank] = 1;
    self->levels_stale = 1;
    self->agreed[(q->head + q->count++) % self->n] = rank;
}

static int32_t queue_take(rank_queue *q)
{
    int32_t rank = q->self->agreed[q->head];
    q->head = (q->head + 1) % q->self->n;
    q->count--;
    q->self->mark[rank] = 0;
    return rank;
}

/* Children of a rank as a branch sees them, one after another: start with *at = -1. */
static int next_child(const c12_mrp *self, const c12__mrp_view *v, int32_t rank, int64_t *at, int32_t *child)
{
    if (v->meta->links == C12__MRP_TABLE) {
        *at = *at < 0 ? self->down_off[rank] : *at + 1;
        if (*at >= self->down_off[rank + 1]) return 0;
        *child = self->down[*at].other;
        return 1;
    }
    *at = *at < 0 ? v->meta->links : self->link[*at].next;
    if (*at < 0) return 0;
    *child = self->link[*at].edge.other;
    return 1;
}

static c12_status set_level(c12_mrp *self, int32_t branch, int32_t rank, int32_t level, c12_error *err)
{
    c12__mrp_view v;
    c12_status s = c12__mrp_own(self, branch, rank, C12__MRP_ROW, &v, err);
    if (!s) v.item->level = level;
    return s;
}

static void queue_clear(rank_queue *q) { while (q->count) (void)queue_take(q); }

c12_status c12__mrp_raise(c12_mrp *self, int32_t branch, int32_t rank, int32_t level, c12_error *err)
{
    rank_queue q = { self, 0, 0 };
    c12_status s = C12_OK;
    if (c12__mrp_see(self, branch, rank).item->level >= level) return C12_OK;
    if ((s = set_level(self, branch, rank, level, err))) return s;
    queue_put(&q, rank);
    while (q.count && !s) {
        int32_t at = queue_take(&q), child;
        const c12__mrp_view v = c12__mrp_see(self, branch, at);
        for (int64_t k = -1; !s && next_child(self, &v, at, &k, &child); ) {
            if (c12__mrp_see(self, branch, child).item->level > v.item->level) continue;
            s = set_level(self, branch, child, v.item->level + 1, err);
            queue_put(&q, child);
        }
    }
    queue_clear(&q);
    return s;
}

/* One more than the highest parent's. */
static int32_t level_from_parents(const c12_mrp *self, int32_t branch, int32_t rank)
{
    int32_t level = 0;
    for (int64_t k = self->up_off[rank]; k < self->up_off[rank + 1]; k++) {
        const c12__mrp_view p = c12__mrp_see(self, branch, self->up[k].other);
        if (p.meta->links == C12__MRP_TABLE && p.item->level >= level) level = p.item->level + 1;
    }
    for (int32_t k = self->up_links[rank]; k >= 0; k = self->link[k].next_up) {
        if (!c12__mrp_sees_link(self, branch, self->link + k)) continue;
        int32_t parent = c12__mrp_see(self, branch, self->link[k].parent).item->level;
        if (parent >= level) level = parent + 1;
    }
    return level;
}

c12_status c12__mrp_lower(c12_mrp *self, int32_t branch, int32_t rank, c12_error *err)
{
    rank_queue q = { self, 0, 0 };
    c12_status s = C12_OK;
    queue_put(&q, rank);
    while (q.count && !s) {
        int32_t at = queue_take(&q), before = c12__mrp_see(self, branch, at).item->level, level = level_from_parents(self, branch, at), child;
        if (level == before) continue;
        if ((s = set_level(self, branch, at, level, err))) break;
        const c12__mrp_view v = c12__mrp_see(self, branch, at);
        for (int64_t k = -1; next_child(self, &v, at, &k, &child); )
            if (c12__mrp_see(self, branch, child).item->level == before + 1) queue_put(&q, child);
    }
    queue_clear(&q);
    return s;
}

/* A path down can only lead over codes below the goal's. */
int c12__mrp_reaches(c12_mrp *self, int32_t branch, int32_t from, int32_t to)
{
    int32_t limit = c12__mrp_see(self, branch, to).item->level, found = from == to, seen = 0;
    int32_t *list = self->agreed; /* all ranks seen, in the order they were; marks are cleared from it */
    if (found || c12__mrp_see(self, branch, from).item->level > limit) return found;
    self->levels_stale = 1;
    list[seen++] = from;
    self->mark[from] = 1;
    for (int32_t i = 0; i < seen && !found; i++) {
        const c12__mrp_view v = c12__mrp_see(self, branch, list[i]);
        int32_t child;
        for (int64_t k = -1; !found && next_child(self, &v, list[i], &k, &child); ) {
            found = child == to;
            if (self->mark[child] || c12__mrp_see(self, branch, child).item->level >= limit) continue;
            self->mark[child] = 1;
            list[seen++] = child;
        }
    }
    for (int32_t i = 0; i < seen; i++) self->mark[list[i]] = 0;
    return found;
}
