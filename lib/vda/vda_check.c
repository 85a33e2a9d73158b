/* SPDX-License-Identifier: Apache-2.0 */
/* Checkers of orders and updates: rules V1 to V8 one after the other, with nothing of what makes and answers orders. */
#include "vda/vda_internal.h"

static void vda_broken(c12_verdict *v, const char *rule, const char *field, int64_t row)
{
    if (v->violations++) return;
    v->rule = rule;
    v->field = field;
    v->row = row;
}

static int vda_names_differ(const uint8_t *a, const int64_t *a_off, int64_t i, const uint8_t *b, const int64_t *b_off, int64_t k)
{
    int64_t n = a_off[i + 1] - a_off[i];
    return n != b_off[k + 1] - b_off[k] || (n && memcmp(a + a_off[i], b + b_off[k], (size_t)n));
}

/* V2 and V3. */
static void vda_judge_chain(const c12_vda_order *o, c12_verdict *v)
{
    for (int32_t k = 0; k < o->n_nodes; k++)
        if (o->node_sequence[k] % 2 || (k && o->node_sequence[k] != o->node_sequence[k - 1] + 2)) vda_broken(v, "V2 nodes have even numbers, each two above the one before", "nodes.sequenceId", k);
    for (int32_t k = 0; k < o->n_edges && k + 1 < o->n_nodes; k++) {
        if (o->edge_sequence[k] - 1 != o->node_sequence[k]) vda_broken(v, "V2 an edge's number is between those of its nodes", "edges.sequenceId", k);
        if (vda_names_differ(o->start_text, o->start_off, k, o->node_text, o->node_off, k)) vda_broken(v, "V3 an edge starts at the node before it", "edges.startNodeId", k);
        if (vda_names_differ(o->end_text, o->end_off, k, o->node_text, o->node_off, k + 1)) vda_broken(v, "V3 an edge ends at the node behind it", "edges.endNodeId", k);
    }
}

/* V4 and V5. */
static void vda_judge_base(const c12_vda_order *o, c12_verdict *v)
{
    int32_t horizon = 0;
    if (o->n_nodes && !o->node_released[0]) vda_broken(v, "V4 the first node is released", "nodes.released", 0);
    for (int32_t k = 0; k < o->n_nodes; k++) {
        if (o->node_released[k] && horizon) vda_broken(v, "V4 nothing released follows what is not", "nodes.released", k);
        horizon |= !o->node_released[k];
    }
    for (int32_t k = 0; k < o->n_edges && k + 1 < o->n_nodes; k++)
        if (!o->edge_released[k] != !o->node_released[k + 1]) vda_broken(v, "V5 an edge is released with the node it ends at", "edges.released", k);
}

static void vda_judge(const c12_vda_order *o, c12_verdict *v)
{
    if (o->n_nodes < 1) vda_broken(v, "V1 an order has a node", "nodes", -1);
    else if (o->n_edges != o->n_nodes - 1) vda_broken(v, "V1 an order has one edge fewer than nodes", "edges", -1);
    vda_judge_chain(o, v);
    vda_judge_base(o, v);
}

static void vda_clean(c12_verdict *v)
{
    v->violations = 0;
    v->row = v->tick = -1;
    v->objective = 0;
    v->rule = v->field = NULL;
}

c12_status c12_vda_order_check(const c12_vda_order *order, c12_verdict *verdict, c12_error *err)
{
    c12_vda_order o;
    c12_verdict v;
    c12_status st = c12__vda_take_order(&o, order, "order", err);
    if (!st) st = c12__take(&v, sizeof v, verdict, "verdict", err);
    if (st) return st;
    vda_clean(&v);
    vda_judge(&o, &v);
    c12__give(verdict, &v, sizeof v);
    return C12_OK;
}

c12_status c12_vda_update_check(const c12_vda_order *running, const c12_vda_order *update, c12_verdict *verdict, c12_error *err)
{
    c12_vda_order a, b;
    c12_verdict v;
    c12_status st = c12__vda_take_order(&a, running, "running", err);
    if (!st) st = c12__vda_take_order(&b, update, "update", err);
    if (!st) st = c12__take(&v, sizeof v, verdict, "verdict", err);
    if (st) return st;
    vda_clean(&v);
    vda_judge(&a, &v);
    vda_judge(&b, &v);
    int32_t last = -1;
    for (int32_t k = 0; k < a.n_nodes; k++)
        if (a.node_released[k]) last = k;
    if (a.id.size != b.id.size || (a.id.size && memcmp(a.id.ptr, b.id.ptr, a.id.size))) vda_broken(&v, "V6 an update has the order's id", "orderId", 0);
    if (b.update <= a.update) vda_broken(&v, "V6 an update has a higher number", "orderUpdateId", 0);
    if (last >= 0 && b.n_nodes) {
        if (b.node_sequence[0] != a.node_sequence[last] || vda_names_differ(a.node_text, a.node_off, last, b.node_text, b.node_off, 0)) vda_broken(&v, "V7 an update begins with the last node of the base", "nodes.nodeId", 0);
        if (!b.node_released[0]) vda_broken(&v, "V8 the stitching node stays released", "nodes.released", 0);
    }
    c12__give(verdict, &v, sizeof v);
    return C12_OK;
}
