/* SPDX-License-Identifier: Apache-2.0 */
/* The reservation table.  Holds of robots never overlap on a vertex; a block may lie over anything, so gaps are computed with the
 * running end of all holds passed. */
#include "route/route_internal.h"

void c12__route_table_reset(c12__route_table *t, int32_t vertices, int32_t robots)
{
    t->vertices = vertices;
    for (int32_t v = 0; v < vertices; v++) t->head[v] = -1;
    for (int32_t r = 0; r < robots; r++) t->chain[r] = -1;
    t->free = -1;
    t->fresh = 0;
    t->n_free = t->cap;
}

static void table_link(c12__route_table *t, int32_t s)
{
    int32_t *at = &t->head[t->slot[s].vertex];
    while (*at >= 0 && t->slot[*at].from <= t->slot[s].from) at = &t->slot[*at].next;
    t->slot[s].next = *at;
    *at = s;
}

static void table_unlink(c12__route_table *t, int32_t s)
{
    int32_t *at = &t->head[t->slot[s].vertex];
    while (*at != s) at = &t->slot[*at].next;
    *at = t->slot[s].next;
}

static void table_free(c12__route_table *t, int32_t s)
{
    t->slot[s].next = t->free;
    t->free = s;
    t->n_free++;
}

int32_t c12__route_add(c12__route_table *t, int32_t vertex, c12_tick from, c12_tick to, int32_t robot)
{
    int32_t s = t->free;
    if (!t->n_free) return -1;
    if (s >= 0) t->free = t->slot[s].next; else s = t->fresh++;
    t->n_free--;
    t->slot[s] = (c12__route_slot){ from, to, vertex, -1, robot, -1 };
    table_link(t, s);
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
        t->slot[s].to = tick;
    }
    off->head = s;
    if (off->tail >= 0) t->slot[off->tail].onward = -1; else t->chain[robot] = -1;
    for (; s >= 0; s = t->slot[s].onward) table_unlink(t, s);
}

void c12__route_put_back(c12__route_table *t, const c12__route_off *off)
{
    if (off->tail >= 0) t->slot[off->tail].onward = off->head; else t->chain[off->robot] = off->head;
    for (int32_t i = 0; i < off->n_cut; i++) t->slot[off->cut[i]].to = off->cut_to[i];
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
    for (int32_t *at = &t->head[vertex]; *at >= 0; ) {
        int32_t s = *at;
        if (t->slot[s].robot >= 0 || t->slot[s].to > tick) { at = &t->slot[s].next; continue; }
        *at = t->slot[s].next;
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
