/* SPDX-License-Identifier: Apache-2.0 */
/* What-if branches: reservation tables beside the trunk's.  One of them stands in the handle, where all calls work on it; another takes its place by
 * changing a few pointers.  Searches and plans share everything else. */
#include "route/route_internal.h"

void c12__route_carve_table(c12__route_table *t, c12__arena *a, const c12_route_dims *d, int64_t slots)
{
    t->cap = (int32_t)slots;
    t->slot = C12__CARVE(a, c12__route_slot, slots);
    t->chunk = C12__CARVE(a, c12__route_chunk, c12__route_chunks(d->vertices, slots));
    t->head = C12__CARVE(a, int32_t, d->vertices);
    t->chain = C12__CARVE(a, int32_t, d->robots);
    t->released = C12__CARVE(a, int32_t, d->robots);
    t->granted = C12__CARVE(a, int32_t, d->robots);
    t->reported = C12__CARVE(a, c12_tick, d->robots);
    if (!d->conflicts) return;
    t->shade = C12__CARVE(a, int32_t, slots);
    t->light = C12__CARVE(a, int32_t, slots);
}

void c12__route_close_branches(c12_route *self)
{
    for (int32_t b = 0; b <= self->dims.branches; b++) self->branch_open[b] = !b;
    if (self->branch_at) {
        self->branches[self->branch_at] = self->table;
        self->table = self->branches[0];
    }
    self->branch_at = 0;
}

static c12_status branch_is_open(const c12_route *self, int32_t branch, c12_error *err)
{
    if (!self) return c12__fail(err, C12_E_ARG, "argument is NULL", "self", -1, 0);
    if (!self->loaded) return c12__fail(err, C12_E_STATE, "load a problem first", NULL, -1, 0);
    if (branch < 0 || branch > self->dims.branches || !self->branch_open[branch]) return c12__fail(err, C12_E_RANGE, "no such branch", "branch", -1, branch);
    return C12_OK;
}

static void branch_turn(c12_route *self, int32_t branch)
{
    if (branch == self->branch_at) return;
    self->branches[self->branch_at] = self->table;
    self->table = self->branches[branch];
    self->branch_at = branch;
}

c12_status c12__route_look(c12_route *self, int32_t branch, c12_error *err)
{
    c12_status s = branch_is_open(self, branch, err);
    if (!s) branch_turn(self, branch);
    return s;
}

c12_status c12__route_turn(c12_route *self, int32_t branch, c12_error *err)
{
    c12_status s = c12__route_look(self, branch, err);
    if (!s) self->table.version++;
    return s;
}

/* Into memory of its own. */
static void branch_copy(c12__route_table *to, const c12__route_table *from, int32_t robots)
{
    c12__route_table mine = *to;
    size_t slots = (size_t)from->fresh, n = (size_t)robots;
    *to = *from;
    to->slot = mine.slot; to->chunk = mine.chunk; to->head = mine.head; to->chain = mine.chain; to->released = mine.released;
    to->granted = mine.granted; to->reported = mine.reported; to->shade = mine.shade; to->light = mine.light;
    memcpy(to->slot, from->slot, slots * sizeof *to->slot);
    memcpy(to->chunk, from->chunk, (size_t)from->chunk_fresh * sizeof *to->chunk);
    memcpy(to->head, from->head, (size_t)from->vertices * sizeof *to->head);
    memcpy(to->chain, from->chain, n * sizeof *to->chain);
    memcpy(to->released, from->released, n * sizeof *to->released);
    memcpy(to->granted, from->granted, n * sizeof *to->granted);
    memcpy(to->reported, from->reported, n * sizeof *to->reported);
    if (!from->conflict_off) return;
    memcpy(to->shade, from->shade, slots * sizeof *to->shade);
    memcpy(to->light, from->light, slots * sizeof *to->light);
}

c12_status c12_route_branch(c12_route *self, int32_t from, int32_t *branch, c12_error *err)
{
    c12_status s = branch_is_open(self, from, err);
    if (s) return s;
    if (!branch) return c12__fail(err, C12_E_ARG, "argument is NULL", "branch", -1, 0);
    int32_t b = 1;
    while (b <= self->dims.branches && self->branch_open[b]) b++;
    if (b > self->dims.branches) return c12__fail(err, C12_E_SPACE, "all branches are open", "branches", -1, (int64_t)b);
    branch_turn(self, from);
    branch_copy(&self->branches[b], &self->table, self->p.n_robots);
    branch_turn(self, 0);
    if (!from) self->branches[b].opened_at = self->table.version; /* a branch of a branch knows the trunk that one knew */
    self->branch_open[b] = 1;
    *branch = b;
    return C12_OK;
}

c12_status c12_route_drop(c12_route *self, int32_t branch, c12_error *err)
{
    c12_status s = branch_is_open(self, branch, err);
    if (s) return s;
    if (!branch) return c12__fail(err, C12_E_RANGE, "the trunk stays", "branch", -1, 0);
    branch_turn(self, 0);
    self->branch_open[branch] = 0;
    return C12_OK;
}

c12_status c12_route_commit(c12_route *self, int32_t branch, c12_error *err)
{
    c12_status s = branch_is_open(self, branch, err);
    if (s) return s;
    if (!branch) return c12__fail(err, C12_E_RANGE, "that is the trunk", "branch", -1, 0);
    branch_turn(self, 0);
    if (self->branches[branch].opened_at != self->table.version)
        return c12__fail(err, C12_E_STATE, "the trunk was changed since the branch was opened: what was released or reported there would be lost", "branch", -1, branch);
    c12__route_table was = self->table;
    self->table = self->branches[branch];
    self->table.version = was.version + 1; /* other branches know an older trunk */
    self->branches[branch] = was;
    self->branch_open[branch] = 0;
    return C12_OK;
}
