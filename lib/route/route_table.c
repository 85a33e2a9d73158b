/* SPDX-License-Identifier: Apache-2.0 */
/* The reservation table.  Holds of robots never overlap on a vertex; a block may lie over anything, so gaps are computed with the
 * running end of all holds passed. */
#include "route/route_internal.h"

enum { TABLE_NOBODYS = -2 }; /* robot of a slot that is free */

/* ---- chunks -------------------------------------------------------------------------------------------------------------------- */

/* A hold as a chunk has it. */
typedef struct chunk_row { c12_tick from, to; int32_t slot; } chunk_row;

int64_t c12__route_chunks(int64_t vertices, int64_t slots) { return vertices + slots / C12__ROUTE_CHUNK + 1; }

static void chunk_clear(c12__route_chunk *c)
{
    for (int32_t i = 0; i < C12__ROUTE_CHUNK; i++) c->slot[i] = -1;
    c->next = -1;
}

static int32_t chunk_new(c12__route_table *t)
{
    int32_t at = t->chunk_free;
    if (at >= 0) t->chunk_free = t->chunk[at].next; else at = t->chunk_fresh++;
    chunk_clear(&t->chunk[at]);
    return at;
}

static chunk_row chunk_swap(c12__route_chunk *c, int32_t i, chunk_row row)
{
    chunk_row was = { c->from[i], c->to[i], c->slot[i] };
    c->from[i] = row.from;
    c->to[i] = row.to;
    c->slot[i] = row.slot;
    return was;
}

/* All from place i on move up by one. */
static void chunk_insert(c12__route_table *t, int32_t at, int32_t i, chunk_row row)
{
    for (;; i++) {
        if (i == C12__ROUTE_CHUNK) {
            if (t->chunk[at].next < 0) {
                int32_t fresh = chunk_new(t);
                t->chunk[at].next = fresh;
            }
            at = t->chunk[at].next;
            i = 0;
        }
        row = chunk_swap(&t->chunk[at], i, row);
        if (row.slot < 0) return;
    }
}

/* All after place i move down by one; a chunk that is empty then goes. */
static void chunk_remove(c12__route_table *t, int32_t at, int32_t i)
{
    for (;;) {
        c12__route_chunk *c = &t->chunk[at];
        for (; i + 1 < C12__ROUTE_CHUNK; i++) (void)chunk_swap(c, i, (chunk_row){ c->from[i + 1], c->to[i + 1], c->slot[i + 1] });
        int32_t next = c->next;
        if (next < 0) { c->slot[i] = -1; return; }
        const c12__route_chunk *n = &t->chunk[next];
        (void)chunk_swap(c, i, (chunk_row){ n->from[0], n->to[0], n->slot[0] });
        if (n->slot[1] < 0) {
            c->next = -1;
            t->chunk[next].next = t->chunk_free;
            t->chunk_free = next;
            return;
        }
        at = next;
        i = 0;
    }
}

/* The chunk and place of a slot; the slot before it in *before, -1 = none. */
static int32_t chunk_find(const c12__route_table *t, int32_t s, int32_t *i, int32_t *before)
{
    int32_t at = t->slot[s].vertex;
    *before = -1;
    for (*i = 0; t->chunk[at].slot[*i] != s; (*i)++) {
        *before = t->chunk[at].slot[*i];
        if (*i + 1 == C12__ROUTE_CHUNK) { at = t->chunk[at].next; *i = -1; }
    }
    return at;
}

void c12__route_time_at(c12__route_table *t, int32_t slot, c12_tick from, c12_tick to)
{
    for (; slot >= 0; slot = c12__route_shade(t, slot)) {
        int32_t i, before, at = chunk_find(t, slot, &i, &before);
        t->chunk[at].from[i] = t->slot[slot].from = from;
        t->chunk[at].to[i] = t->slot[slot].to = to;
    }
}

void c12__route_table_reset(c12__route_table *t, int32_t vertices, int32_t robots)
{
    t->vertices = vertices;
    for (int32_t v = 0; v < vertices; v++) t->head[v] = -1;
    for (int32_t r = 0; r < robots; r++) t->chain[r] = t->released[r] = t->granted[r] = -1;
    for (int32_t r = 0; r < robots; r++) t->reported[r] = 0;
    t->now = 0;
    t->version++;
    t->free = t->chunk_free = -1;
    t->fresh = 0;
    t->chunk_fresh = vertices;
    for (int32_t v = 0; v < vertices; v++) chunk_clear(&t->chunk[v]);
    t->n_free = t->cap;
}

/* ---- the list of a vertex ---------------------------------------------------------------------------------------------------------- */

static void table_link_one(c12__route_table *t, int32_t s)
{
    c12__route_slot *slot = &t->slot[s];
    int32_t at = slot->vertex, i = 0, before = -1;
    while (t->chunk[at].slot[i] >= 0 && t->chunk[at].from[i] <= slot->from) {
        before = t->chunk[at].slot[i];
        if (++i < C12__ROUTE_CHUNK) continue;
        if (t->chunk[at].next < 0) break; /* after the last place of the last chunk */
        at = t->chunk[at].next;
        i = 0;
    }
    chunk_insert(t, at, i, (chunk_row){ slot->from, slot->to, s });
    int32_t *link = before < 0 ? &t->head[slot->vertex] : &t->slot[before].next;
    slot->next = *link;
    *link = s;
}

/* A hold with all its shadows. */
static void table_link(c12__route_table *t, int32_t s)
{
    for (; s >= 0; s = c12__route_shade(t, s)) table_link_one(t, s);
}

static void table_unlink(c12__route_table *t, int32_t s)
{
    for (; s >= 0; s = c12__route_shade(t, s)) {
        int32_t i, before, at = chunk_find(t, s, &i, &before);
        chunk_remove(t, at, i);
        *(before < 0 ? &t->head[t->slot[s].vertex] : &t->slot[before].next) = t->slot[s].next;
    }
}

static void table_free(c12__route_table *t, int32_t s)
{
    int32_t robot = t->slot[s].robot;
    if (robot >= 0 && t->released[robot] == s) t->released[robot] = -1;
    for (int32_t shade; s >= 0; s = shade) {
        shade = c12__route_shade(t, s);
        t->slot[s].robot = TABLE_NOBODYS;
        t->slot[s].next = t->free;
        t->free = s;
        t->n_free++;
    }
}

static int32_t table_new(c12__route_table *t, int32_t vertex, c12_tick from, c12_tick to, int32_t robot)
{
    int32_t s = t->free;
    if (!t->n_free) return -1;
    if (s >= 0) t->free = t->slot[s].next; else s = t->fresh++;
    t->n_free--;
    t->slot[s] = (c12__route_slot){ from, to, vertex, -1, robot, -1 };
    if (t->conflict_off) t->shade[s] = t->light[s] = -1;
    return s;
}

static void table_cast_shadows(c12__route_table *t, int32_t s)
{
    c12__route_slot hold = t->slot[s];
    for (int64_t k = t->conflict_off[hold.vertex]; k < t->conflict_off[hold.vertex + 1]; k++) {
        int32_t x = table_new(t, t->conflict_vertex[k], hold.from, hold.to, hold.robot);
        t->light[x] = s;
        t->shade[x] = t->shade[s];
        t->shade[s] = x;
    }
}

int32_t c12__route_add(c12__route_table *t, int32_t vertex, c12_tick from, c12_tick to, int32_t robot)
{
    if (t->n_free < c12__route_slots_of(t, vertex)) return -1;
    int32_t s = table_new(t, vertex, from, to, robot);
    if (t->conflict_off) table_cast_shadows(t, s);
    table_link(t, s);
    return s;
}

void c12__route_append_begin(const c12__route_table *t, int32_t *last)
{
    for (int32_t v = 0; v < t->vertices; v++) last[v] = v;
}

int32_t c12__route_append(c12__route_table *t, int32_t *last, int32_t vertex, c12_tick from, c12_tick to, int32_t robot)
{
    int32_t s = table_new(t, vertex, from, to, robot), at = last[vertex], i = 0;
    if (s < 0) return -1;
    while (i < C12__ROUTE_CHUNK && t->chunk[at].slot[i] >= 0) i++;
    int32_t before = i ? t->chunk[at].slot[i - 1] : -1;
    chunk_insert(t, at, i, (chunk_row){ from, to, s });
    if (i == C12__ROUTE_CHUNK) last[vertex] = t->chunk[at].next;
    if (before < 0) t->head[vertex] = s; else t->slot[before].next = s;
    return s;
}

void c12__route_take_off(c12__route_table *t, int32_t robot, c12_tick tick, c12__route_off *off)
{
    int32_t s = t->chain[robot];
    off->robot = robot;
    off->tail = -1;
    off->n_cut = 0;
    for (; s >= 0 && t->slot[s].from < tick; s = t->slot[s].onward) {
        off->tail = s;
        if (t->slot[s].to <= tick || off->n_cut == 2) continue;
        off->cut[off->n_cut] = s;
        off->cut_to[off->n_cut++] = t->slot[s].to;
        c12__route_time_at(t, s, t->slot[s].from, tick);
    }
    off->head = s;
    if (off->tail >= 0) t->slot[off->tail].onward = -1; else t->chain[robot] = -1;
    for (; s >= 0; s = t->slot[s].onward) table_unlink(t, s);
}

void c12__route_take_off_behind(c12__route_table *t, int32_t tail, c12_tick tick, c12__route_off *off)
{
    *off = (c12__route_off){ .robot = t->slot[tail].robot, .head = t->slot[tail].onward, .tail = tail };
    if (t->slot[tail].to > tick) {
        off->cut[0] = tail;
        off->cut_to[off->n_cut++] = t->slot[tail].to;
        c12__route_time_at(t, tail, t->slot[tail].from, tick);
    }
    t->slot[tail].onward = -1;
    for (int32_t s = off->head; s >= 0; s = t->slot[s].onward) table_unlink(t, s);
}

void c12__route_put_back(c12__route_table *t, const c12__route_off *off)
{
    if (off->tail >= 0) t->slot[off->tail].onward = off->head; else t->chain[off->robot] = off->head;
    for (int32_t i = 0; i < off->n_cut; i++) c12__route_time_at(t, off->cut[i], t->slot[off->cut[i]].from, off->cut_to[i]);
    for (int32_t s = off->head; s >= 0; s = t->slot[s].onward) table_link(t, s);
}

void c12__route_throw_away(c12__route_table *t, const c12__route_off *off)
{
    for (int32_t s = off->head, onward; s >= 0; s = onward) {
        onward = t->slot[s].onward;
        table_free(t, s);
    }
}

void c12__route_clear_robot(c12__route_table *t, int32_t robot)
{
    c12__route_off off;
    c12__route_take_off(t, robot, -1, &off);
    c12__route_throw_away(t, &off);
}

static void table_drop_blocks(c12__route_table *t, int32_t vertex, c12_tick tick)
{
    for (int32_t s = t->head[vertex], next; s >= 0; s = next) {
        next = t->slot[s].next;
        if (t->slot[s].robot >= 0 || t->slot[s].to > tick || c12__route_light(t, s) != s) continue;
        table_unlink(t, s);
        table_free(t, s);
    }
}

void c12__route_drop_before(c12__route_table *t, int32_t robots, c12_tick tick)
{
    for (int32_t r = 0; r < robots; r++)
        for (int32_t s = t->chain[r]; s >= 0 && t->slot[s].to <= tick; s = t->chain[r]) {
            t->chain[r] = t->slot[s].onward;
            table_unlink(t, s);
            table_free(t, s);
        }
    for (int32_t v = 0; v < t->vertices; v++) table_drop_blocks(t, v, tick);
}

void c12__route_move_to(c12__route_table *t, int32_t slot, c12_tick from, c12_tick to)
{
    table_unlink(t, slot);
    for (int32_t s = slot; s >= 0; s = c12__route_shade(t, s)) {
        t->slot[s].from = from;
        t->slot[s].to = to;
    }
    table_link(t, slot);
}

void c12__route_unlink_chain(c12__route_table *t, int32_t robot)
{
    for (int32_t s = t->chain[robot]; s >= 0; s = t->slot[s].onward) table_unlink(t, s);
}

void c12__route_link_chain(c12__route_table *t, int32_t robot)
{
    for (int32_t s = t->chain[robot]; s >= 0; s = t->slot[s].onward) table_link(t, s);
}

void c12__route_drop_first(c12__route_table *t, int32_t robot)
{
    int32_t s = t->chain[robot];
    t->chain[robot] = t->slot[s].onward;
    table_unlink(t, s);
    table_free(t, s);
}

int32_t c12__route_holder_before(const c12__route_table *t, int32_t slot, c12_tick tick)
{
    int32_t last = -1;
    for (int32_t robot = t->slot[slot].robot; slot >= 0; slot = c12__route_shade(t, slot))
        for (int32_t s = t->head[t->slot[slot].vertex]; s != slot; s = t->slot[s].next)
            if (!c12__route_both_shadows(t, s, slot) && (t->slot[s].robot >= 0 ? t->slot[s].robot != robot : t->slot[s].to > tick) && (last < 0 || t->slot[s].to >= t->slot[last].to)) last = s;
    return last;
}

void c12__route_end_blocks(c12__route_table *t, int32_t vertex, c12_tick tick)
{
    for (int32_t s = t->head[vertex], next; s >= 0; s = next) {
        next = t->slot[s].next;
        if (t->slot[s].robot >= 0 || c12__route_light(t, s) != s) continue;
        if (t->slot[s].from < tick && t->slot[s].to > tick) { c12__route_time_at(t, s, t->slot[s].from, tick); continue; }
        table_unlink(t, s);
        table_free(t, s);
    }
}

void c12__route_tidy(c12__route_table *t)
{
    int32_t used = t->fresh;
    while (used && t->slot[used - 1].robot == TABLE_NOBODYS) used--;
    t->fresh = used;
    t->free = -1;
    for (int32_t s = used; s-- > 0; ) {
        if (t->slot[s].robot != TABLE_NOBODYS) continue;
        t->slot[s].next = t->free;
        t->free = s;
    }
}
