/* SPDX-License-Identifier: Apache-2.0 */
/* Orders from routes, what a vehicle answers to them, and the way back from its state. */
#include "vda/vda_internal.h"

/* ---- columns that rules look at ------------------------------------------------------------------------------------------------------- */

c12_status c12_vda_order_of(const c12_vda_message *message, c12_vda_order *out, c12_error *err)
{
    c12_vda_message m;
    c12_vda_order o;
    c12_status st = c12__take(&m, sizeof m, message, "message", err);
    if (!st) st = c12__take(&o, sizeof o, out, "out", err);
    if (st) return st;
    if (m.kind != C12_VDA_ORDER || m.n_columns != c12__vda_schemas[C12_VDA_ORDER].n || !m.column) return c12__fail(err, C12_E_ARG, "must be an order that was read or made", "message", -1, m.kind);
    const c12_vda_column *c = m.column;
    if (!c[C12__VDA_ORDER_UPDATE].value || !c[C12__VDA_ORDER_ID].off) return c12__fail(err, C12_E_ARG, "must be an order that was read or made", "message", -1, m.kind);
    o.n_nodes = (int32_t)c[C12__VDA_NODE_ID].rows;
    o.n_edges = (int32_t)c[C12__VDA_EDGE_ID].rows;
    o.update = c[C12__VDA_ORDER_UPDATE].value[0];
    o.id = c12__vda_name(c[C12__VDA_ORDER_ID].text, c[C12__VDA_ORDER_ID].off, 0);
    o.node_text = c[C12__VDA_NODE_ID].text;
    o.node_off = c[C12__VDA_NODE_ID].off;
    o.node_sequence = c[C12__VDA_NODE_SEQUENCE].value;
    o.node_released = c[C12__VDA_NODE_RELEASED].value;
    o.edge_sequence = c[C12__VDA_EDGE_SEQUENCE].value;
    o.edge_released = c[C12__VDA_EDGE_RELEASED].value;
    o.start_text = c[C12__VDA_EDGE_START].text;
    o.start_off = c[C12__VDA_EDGE_START].off;
    o.end_text = c[C12__VDA_EDGE_END].text;
    o.end_off = c[C12__VDA_EDGE_END].off;
    c12__give(out, &o, sizeof o);
    return C12_OK;
}

c12_status c12_vda_report_of(const c12_vda_message *message, c12_vda_report *out, c12_error *err)
{
    c12_vda_message m;
    c12_vda_report o;
    c12_status st = c12__take(&m, sizeof m, message, "message", err);
    if (!st) st = c12__take(&o, sizeof o, out, "out", err);
    if (st) return st;
    if (m.kind != C12_VDA_STATE || m.n_columns != c12__vda_schemas[C12_VDA_STATE].n || !m.column) return c12__fail(err, C12_E_ARG, "must be a state that was read", "message", -1, m.kind);
    const c12_vda_column *c = m.column;
    if (!c[C12__VDA_STATE_UPDATE].value || !c[C12__VDA_STATE_SEQUENCE].value || !c[C12__VDA_STATE_DRIVING].value || !c[C12__VDA_STATE_BASE].value || !c[C12__VDA_STATE_ORDER].off || !c[C12__VDA_STATE_LAST].off)
        return c12__fail(err, C12_E_ARG, "must be a state that was read", "message", -1, m.kind);
    o.n_nodes = (int32_t)c[C12__VDA_LEFT_ID].rows;
    o.driving = c[C12__VDA_STATE_DRIVING].value[0] == 1;
    o.new_base = c[C12__VDA_STATE_BASE].value[0] == 1;
    o.update = c[C12__VDA_STATE_UPDATE].value[0];
    o.last_sequence = c[C12__VDA_STATE_SEQUENCE].value[0];
    o.id = c12__vda_name(c[C12__VDA_STATE_ORDER].text, c[C12__VDA_STATE_ORDER].off, 0);
    o.last_node = c12__vda_name(c[C12__VDA_STATE_LAST].text, c[C12__VDA_STATE_LAST].off, 0);
    o.node_text = c[C12__VDA_LEFT_ID].text;
    o.node_off = c[C12__VDA_LEFT_ID].off;
    o.node_sequence = c[C12__VDA_LEFT_SEQUENCE].value;
    o.node_released = c[C12__VDA_LEFT_RELEASED].value;
    c12__give(out, &o, sizeof o);
    return C12_OK;
}

/* Names lie where their offsets say. */
static int vda_names_good(const uint8_t *text, const int64_t *off, int64_t n)
{
    if (!off) return 0;
    for (int64_t k = 0; k < n; k++)
        if (off[k] < 0 || off[k + 1] < off[k]) return 0;
    return !n || off[n] == off[0] || text;
}

c12_status c12__vda_take_order(c12_vda_order *o, const c12_vda_order *from, const char *name, c12_error *err)
{
    c12_status st = c12__take(o, sizeof *o, from, name, err);
    if (st) return st;
    if (o->n_nodes < 0 || o->n_edges < 0) return c12__fail(err, C12_E_ARG, "count is negative", name, -1, o->n_nodes < 0 ? o->n_nodes : o->n_edges);
    if (o->n_nodes && (!o->node_sequence || !o->node_released || !vda_names_good(o->node_text, o->node_off, o->n_nodes))) return c12__fail(err, C12_E_ARG, "columns of nodes are NULL, or offsets fall", name, -1, 0);
    if (o->n_edges && (!o->edge_sequence || !o->edge_released || !vda_names_good(o->start_text, o->start_off, o->n_edges) || !vda_names_good(o->end_text, o->end_off, o->n_edges)))
        return c12__fail(err, C12_E_ARG, "columns of edges are NULL, or offsets fall", name, -1, 0);
    return C12_OK;
}

c12_status c12__vda_take_report(c12_vda_report *r, const c12_vda_report *from, c12_error *err)
{
    c12_status st = c12__take(r, sizeof *r, from, "report", err);
    if (st) return st;
    if (r->n_nodes < 0) return c12__fail(err, C12_E_ARG, "count is negative", "report", -1, r->n_nodes);
    if (r->n_nodes && (!r->node_sequence || !r->node_released || !vda_names_good(r->node_text, r->node_off, r->n_nodes))) return c12__fail(err, C12_E_ARG, "columns of nodes are NULL, or offsets fall", "report", -1, 0);
    return C12_OK;
}

/* ---- a vehicle's answer ------------------------------------------------------------------------------------------------------------------ */

static void vda_refusal(c12_vda_decision *d, const char *error, const char *reason, int64_t row)
{
    d->what = C12_VDA_REFUSE;
    d->error = error;
    d->why = reason;
    d->row = row;
}

/* An order by itself, as a vehicle takes it: names, numbers and base must hang together. */
static int vda_sound(const c12_vda_order *o, c12_vda_decision *d)
{
    if (o->n_nodes < 1 || o->n_edges != o->n_nodes - 1) { vda_refusal(d, "validationError", "an order has a node, and one edge fewer than nodes", -1); return 0; }
    if (!o->node_released[0]) { vda_refusal(d, "validationError", "the first node is not released", 0); return 0; }
    if (o->node_sequence[0] & 1) { vda_refusal(d, "validationError", "nodes have even sequence numbers", 0); return 0; }
    for (int32_t k = 0; k < o->n_edges; k++) {
        const char *reason = NULL;
        if (o->edge_sequence[k] != o->node_sequence[k] + 1 || o->node_sequence[k + 1] != o->node_sequence[k] + 2) reason = "sequence numbers do not go on from node to edge to node";
        else if (!c12__vda_same(c12__vda_name(o->start_text, o->start_off, k), c12__vda_name(o->node_text, o->node_off, k))) reason = "an edge does not start at the node before it";
        else if (!c12__vda_same(c12__vda_name(o->end_text, o->end_off, k), c12__vda_name(o->node_text, o->node_off, k + 1))) reason = "an edge does not end at the node behind it";
        else if (o->node_released[k + 1] > o->node_released[k]) reason = "a released node follows the horizon";
        else if (o->edge_released[k] != o->node_released[k + 1]) reason = "an edge is released without the node it ends at, or the other way about";
        if (reason) { vda_refusal(d, "validationError", reason, k); return 0; }
    }
    return 1;
}

/* The node that an update begins with: the last released one ahead, or where the vehicle is. */
static int vda_stitches(const c12_vda_report *r, const c12_vda_order *o)
{
    c12_view name = r->last_node;
    int64_t sequence = r->last_sequence;
    for (int32_t k = 0; k < r->n_nodes && r->node_released[k]; k++) {
        name = c12__vda_name(r->node_text, r->node_off, k);
        sequence = r->node_sequence[k];
    }
    return o->node_sequence[0] == sequence && c12__vda_same(name, c12__vda_name(o->node_text, o->node_off, 0));
}

static void vda_answer(const c12_vda_report *r, const c12_vda_order *o, int32_t at_first, c12_vda_decision *d)
{
    int same = r->id.size && c12__vda_same(r->id, o->id);
    if (same && o->update == r->update) d->what = C12_VDA_KNOWN;
    else if (!vda_sound(o, d)) return;
    else if (same && o->update < r->update) vda_refusal(d, "orderUpdateError", "an update that is older than the one it has", -1);
    else if (same && !vda_stitches(r, o)) vda_refusal(d, "orderUpdateError", "the update does not begin at the last node of the base", 0);
    else if (same) d->what = C12_VDA_EXTEND;
    else if (r->n_nodes) vda_refusal(d, "orderError", "it has another order, which is not done", -1);
    else if (!at_first) vda_refusal(d, "noRouteError", "it does not stand on the first node", 0);
    else d->what = C12_VDA_TAKE;
}

c12_status c12_vda_accept(const c12_vda_report *report, const c12_vda_order *order, int32_t at_first, c12_vda_decision *decision, c12_error *err)
{
    c12_vda_report r;
    c12_vda_order o;
    c12_vda_decision d;
    c12_status st = c12__vda_take_report(&r, report, err);
    if (!st) st = c12__vda_take_order(&o, order, "order", err);
    if (!st) st = c12__take(&d, sizeof d, decision, "decision", err);
    if (st) return st;
    d.what = C12_VDA_TAKE;
    d.row = -1;
    d.error = NULL;
    d.why = NULL;
    vda_answer(&r, &o, at_first, &d);
    c12__give(decision, &d, sizeof d);
    return C12_OK;
}

/* ---- from a route ------------------------------------------------------------------------------------------------------------------------- */

static c12_status vda_route_check(const c12_vda_route *r, c12_error *err)
{
    if (r->n_steps < 1 || r->n_released < 1 || r->n_released > r->n_steps) return c12__fail(err, C12_E_ARG, "a route has steps, and at least the first is released", "n_released", -1, r->n_released);
    if (!r->step_vertex || !r->vertex_text || !r->vertex_off || !r->vertex_x != !r->vertex_y) return c12__fail(err, C12_E_ARG, "column is NULL", "step_vertex", -1, 0);
    if (r->first_sequence < 0 || r->first_sequence & 1 || r->first_sequence > UINT32_MAX - 2 * (int64_t)r->n_steps) return c12__fail(err, C12_E_RANGE, "must be even, and all sequence numbers fit 32 bits", "first_sequence", -1, r->first_sequence);
    for (int32_t k = 0; k < r->n_steps; k++) {
        int32_t v = r->step_vertex[k];
        if (v < 0 || v >= r->n_vertices) return c12__fail(err, C12_E_RANGE, "vertex is not there", "step_vertex", k, v);
        if (r->vertex_off[v] < 0 || r->vertex_off[v + 1] <= r->vertex_off[v]) return c12__fail(err, C12_E_RANGE, "a vertex has no name", "vertex_off", v, r->vertex_off[v + 1]);
    }
    return C12_OK;
}

/* Where things lie in room: columns, numbers, texts, each from the front. */
typedef struct vda_maker {
    const c12_vda_route *r;
    c12_vda_column *column;
    int64_t *number;
    uint8_t *text;
    const int64_t *ones;
    int64_t nodes;
} vda_maker;

static int64_t *vda_numbers(vda_maker *m, int64_t n)
{
    int64_t *p = m->number;
    m->number += n;
    return p;
}

static void vda_place(vda_maker *m, int32_t field, int64_t rows, const int64_t *value, const int64_t *off, const uint8_t *text)
{
    m->column[field].rows = rows;
    m->column[field].value = value;
    m->column[field].off = off;
    m->column[field].text = text;
}

static void vda_place_number(vda_maker *m, int32_t field, int64_t value)
{
    int64_t *p = vda_numbers(m, 1);
    *p = value;
    vda_place(m, field, 1, p, NULL, NULL);
}

static void vda_place_text(vda_maker *m, int32_t field, c12_view text)
{
    int64_t *off = vda_numbers(m, 2);
    off[0] = 0;
    off[1] = (int64_t)text.size;
    vda_place(m, field, 1, m->ones, off, text.ptr);
}

static int vda_fresh(const c12_vda_route *r, int32_t k) { return !k || r->step_vertex[k] != r->step_vertex[k - 1]; }
static c12_view vda_vertex(const c12_vda_route *r, int32_t k) { return c12__vda_name(r->vertex_text, r->vertex_off, r->step_vertex[k]); }

static void vda_make_nodes(vda_maker *m)
{
    const c12_vda_route *r = m->r;
    int64_t n = m->nodes, i = 0, *off = vda_numbers(m, n + 1), *sequence = vda_numbers(m, n), *released = vda_numbers(m, n), *x = vda_numbers(m, n), *y = vda_numbers(m, n), *map = vda_numbers(m, n + 1);
    uint8_t *names = m->text, *maps;
    off[0] = map[0] = 0;
    for (int32_t k = 0; k < r->n_steps; k++) {
        if (!vda_fresh(r, k)) continue;
        c12_view name = vda_vertex(r, k);
        memcpy(names + off[i], name.ptr, name.size);
        off[i + 1] = off[i] + (int64_t)name.size;
        sequence[i] = r->first_sequence + 2 * i;
        released[i] = k < r->n_released;
        x[i] = r->vertex_x ? r->vertex_x[r->step_vertex[k]] : 0;
        y[i] = r->vertex_y ? r->vertex_y[r->step_vertex[k]] : 0;
        map[i + 1] = map[i] + (int64_t)r->map.size;
        i++;
    }
    m->text += off[n];
    maps = m->text;
    for (i = 0; i < n && r->vertex_x; i++, m->text += r->map.size)
        if (r->map.size) memcpy(m->text, r->map.ptr, r->map.size);
    vda_place(m, C12__VDA_NODES, 1, m->ones, vda_numbers(m, 2), NULL);
    vda_place(m, C12__VDA_NODE_ID, n, m->ones, off, names);
    vda_place(m, C12__VDA_NODE_SEQUENCE, n, sequence, NULL, NULL);
    vda_place(m, C12__VDA_NODE_RELEASED, n, released, NULL, NULL);
    vda_place(m, C12__VDA_NODE_ACTIONS, n, m->ones, NULL, NULL);
    if (!r->vertex_x) return;
    vda_place(m, C12__VDA_NODE_POSITION, n, m->ones, NULL, NULL);
    vda_place(m, C12__VDA_NODE_X, n, x, NULL, NULL);
    vda_place(m, C12__VDA_NODE_Y, n, y, NULL, NULL);
    vda_place(m, C12__VDA_NODE_MAP, n, m->ones, map, maps);
}

/* Edges start at all nodes but the last and end at all but the first, so that both share the nodes' names. */
static void vda_make_edges(vda_maker *m)
{
    const int64_t *off = m->column[C12__VDA_NODE_ID].off;
    const uint8_t *names = m->column[C12__VDA_NODE_ID].text;
    int64_t n = m->nodes - 1, *id = vda_numbers(m, n + 1), *sequence = vda_numbers(m, n), *released = vda_numbers(m, n), *end = vda_numbers(m, n + 1);
    uint8_t *ids = m->text;
    id[0] = end[0] = 0;
    for (int64_t k = 0; k < n; k++) {
        c12_view a = c12__vda_name(names, off, k), b = c12__vda_name(names, off, k + 1);
        memcpy(ids + id[k], a.ptr, a.size);
        ids[id[k] + (int64_t)a.size] = '-';
        memcpy(ids + id[k] + a.size + 1, b.ptr, b.size);
        id[k + 1] = id[k] + (int64_t)(a.size + b.size + 1);
        sequence[k] = m->column[C12__VDA_NODE_SEQUENCE].value[k] + 1;
        released[k] = m->column[C12__VDA_NODE_RELEASED].value[k + 1];
        end[k + 1] = off[k + 2] - off[1];
    }
    vda_place(m, C12__VDA_EDGES, 1, m->ones, vda_numbers(m, 2), NULL);
    vda_place(m, C12__VDA_EDGE_ID, n, m->ones, id, ids);
    vda_place(m, C12__VDA_EDGE_SEQUENCE, n, sequence, NULL, NULL);
    vda_place(m, C12__VDA_EDGE_RELEASED, n, released, NULL, NULL);
    vda_place(m, C12__VDA_EDGE_START, n, m->ones, off, names);
    vda_place(m, C12__VDA_EDGE_END, n, m->ones, end, names + off[1]);
    vda_place(m, C12__VDA_EDGE_ACTIONS, n, m->ones, NULL, NULL);
}

/* The 12 numbers of a node with those of its edge, 24 of the header and of what closes columns; names of nodes three times (node, two edges), a map and a dash each. */
static int64_t vda_make_need(const c12_vda_route *r, int64_t *nodes)
{
    int64_t text = 0, n = 0;
    for (int32_t k = 0; k < r->n_steps; k++)
        if (vda_fresh(r, k)) {
            text += 3 * (int64_t)vda_vertex(r, k).size + (int64_t)r->map.size + 1;
            n++;
        }
    *nodes = n;
    return (int64_t)sizeof(c12_vda_column) * c12__vda_schemas[C12_VDA_ORDER].n + 8 * (12 * n + 24) + text;
}

static void vda_make(vda_maker *m, const c12_vda_header *h)
{
    static const uint8_t versions[2][5] = { { '2', '.', '0', '.', '0' }, { '2', '.', '1', '.', '0' } };
    c12_view version = { versions[h->version == 21], 5 };
    int64_t *ones = vda_numbers(m, m->nodes);
    for (int64_t k = 0; k < m->nodes; k++) ones[k] = 1;
    m->ones = ones;
    vda_place_number(m, C12__VDA_HEADER, h->header);
    vda_place_number(m, C12__VDA_TIMESTAMP, h->timestamp);
    vda_place_text(m, C12__VDA_VERSION, version);
    vda_place_text(m, C12__VDA_MANUFACTURER, h->manufacturer);
    vda_place_text(m, C12__VDA_SERIAL, h->serial);
    vda_place_text(m, C12__VDA_ORDER_ID, h->order);
    vda_place_number(m, C12__VDA_ORDER_UPDATE, h->update);
    vda_make_nodes(m);
    vda_make_edges(m);
    int64_t *off[2] = { (int64_t *)(uintptr_t)m->column[C12__VDA_NODES].off, (int64_t *)(uintptr_t)m->column[C12__VDA_EDGES].off };
    for (int k = 0; k < 2; k++) {
        off[k][0] = 0;
        off[k][1] = m->nodes - k;
    }
}

c12_status c12_vda_order_make(const c12_vda_route *route, const c12_vda_header *header, c12_mem room, c12_vda_message *message, c12_error *err)
{
    c12_vda_route r;
    c12_vda_header h;
    c12_vda_message m;
    c12_status st = c12__take(&r, sizeof r, route, "route", err);
    if (!st) st = c12__take(&h, sizeof h, header, "header", err);
    if (!st) st = c12__take(&m, sizeof m, message, "message", err);
    if (!st) st = vda_route_check(&r, err);
    if (st) return st;
    if (h.version && h.version != 20 && h.version != 21) return c12__fail(err, C12_E_RANGE, "must be 20 or 21", "version", -1, h.version);
    int64_t nodes, need = vda_make_need(&r, &nodes);
    if (!room.ptr || (uint64_t)need > room.size) return c12__fail(err, C12_E_SPACE, "room for the columns is too small", "room", -1, need);
    if ((uintptr_t)room.ptr & 7) return c12__fail(err, C12_E_ARG, "room is not aligned to 8 bytes", "room", -1, 0);
    int32_t n = c12__vda_schemas[C12_VDA_ORDER].n;
    vda_maker k = { &r, (c12_vda_column *)room.ptr, NULL, NULL, NULL, nodes };
    memset(k.column, 0, sizeof *k.column * (size_t)n);
    k.number = (int64_t *)(void *)((uint8_t *)room.ptr + sizeof *k.column * (size_t)n);
    k.text = (uint8_t *)(k.number + 12 * nodes + 24);
    vda_make(&k, &h);
    m.kind = C12_VDA_ORDER;
    m.version = h.version ? h.version : 20;
    m.n_columns = n;
    m.extra = 0;
    m.extra_at = -1;
    m.column = k.column;
    m.reserved = NULL;
    c12__give(message, &m, sizeof m);
    return C12_OK;
}

/* ---- the way back ------------------------------------------------------------------------------------------------------------------------- */

static void vda_lost(c12_vda_place *p, const char *reason)
{
    p->state = C12_VDA_LOST;
    p->why = reason;
}

/* The nodes a vehicle says are ahead must be those of the order behind the one it reached, all of them. */
static int vda_left_fits(const c12_vda_order *o, const c12_vda_report *r, int32_t from)
{
    if (r->n_nodes != o->n_nodes - from) return 0;
    for (int32_t k = 0; k < r->n_nodes; k++) {
        if (r->node_sequence[k] != o->node_sequence[from + k] || r->node_released[k] != o->node_released[from + k]) return 0;
        if (!c12__vda_same(c12__vda_name(r->node_text, r->node_off, k), c12__vda_name(o->node_text, o->node_off, from + k))) return 0;
    }
    return 1;
}

static void vda_locate(const c12_vda_order *o, const c12_vda_report *r, c12_vda_place *p)
{
    if (!c12__vda_same(r->id, o->id) || r->update != o->update) return;
    int64_t first = o->n_nodes ? o->node_sequence[0] : 0, behind = r->last_sequence - first;
    int32_t left = 0; /* nodes of the order ahead begin here */
    int before = r->n_nodes && r->node_sequence[0] <= first; /* not at the first node yet: what it reached last may be of an order before */
    if (behind >= 0 && !before) {
        if (behind & 1 || behind / 2 >= o->n_nodes) { vda_lost(p, "it reached a node that the order does not have"); return; }
        p->node = (int32_t)(behind / 2);
        left = p->node + 1;
        if (!c12__vda_same(r->last_node, c12__vda_name(o->node_text, o->node_off, p->node))) { vda_lost(p, "the node it reached has another name"); return; }
        if (!o->node_released[p->node]) { vda_lost(p, "it reached a node that was not released"); return; }
    }
    /* before the first node of an update, what is left of the base that was sent earlier comes first */
    c12_vda_report ahead = *r;
    for (; ahead.n_nodes && ahead.node_sequence[0] < first; ahead.n_nodes--) {
        ahead.node_sequence++;
        ahead.node_released++;
        ahead.node_off++;
        p->base++;
    }
    if (!vda_left_fits(o, &ahead, left)) { vda_lost(p, "the nodes it says are ahead are not those of the order"); return; }
    for (int32_t k = left; k < o->n_nodes; k++) *(o->node_released[k] ? &p->base : &p->horizon) += 1;
    p->new_base = r->new_base;
    p->state = p->base ? C12_VDA_ON_WAY : p->horizon ? C12_VDA_AT_END : C12_VDA_ARRIVED;
}

c12_status c12_vda_progress(const c12_vda_order *order, const c12_vda_report *report, c12_vda_place *place, c12_error *err)
{
    c12_vda_order o;
    c12_vda_report r;
    c12_vda_place p;
    c12_status st = c12__vda_take_order(&o, order, "order", err);
    if (!st) st = c12__vda_take_report(&r, report, err);
    if (!st) st = c12__take(&p, sizeof p, place, "place", err);
    if (st) return st;
    p.state = C12_VDA_ELSEWHERE;
    p.node = -1;
    p.base = p.horizon = p.new_base = 0;
    p.why = NULL;
    p.reserved = NULL;
    vda_locate(&o, &r, &p);
    c12__give(place, &p, sizeof p);
    return C12_OK;
}
