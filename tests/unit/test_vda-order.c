/* SPDX-License-Identifier: Apache-2.0 */
/* Rules of orders: broken one at a time, and a master and a vehicle that talk for a thousand steps without breaking one. */
#include "support.h"
#include "vda_case.h"
#include <stdio.h>

static c12_error e;

static void setup(void)
{
    memset(&e, 0, sizeof e);
    e.struct_size = sizeof e;
    dice_state = 88172645463325252u;
}

/* ---- orders by hand: one letter is a node, capitals are released ------------------------------------------------------------------------ */

enum { MOST = 16 };
typedef struct made { char name[MOST]; int64_t off[MOST + 1], end[MOST + 1], sequence[MOST], released[MOST], edge_sequence[MOST], edge_released[MOST]; c12_vda_order o; } made;

static made order(const char *id, int64_t update, int64_t first, const char *nodes)
{
    made m;
    memset(&m, 0, sizeof m);
    int32_t n = (int32_t)strlen(nodes);
    for (int32_t k = 0; k < n; k++) {
        m.released[k] = nodes[k] < 'a';
        m.name[k] = (char)(nodes[k] | 0x20);
        m.sequence[k] = first + 2 * k;
        m.off[k + 1] = m.end[k + 1] = k + 1;
        if (!k) continue;
        m.edge_sequence[k - 1] = first + 2 * k - 1;
        m.edge_released[k - 1] = m.released[k];
    }
    m.o = (c12_vda_order){ .struct_size = sizeof m.o, .n_nodes = n, .n_edges = n - 1, .update = update, .id = vda_text(id) };
    return m;
}

/* Its columns, wherever it lies now. */
static c12_vda_order *of(made *m)
{
    m->o.node_text = m->o.start_text = (const uint8_t *)m->name;
    m->o.end_text = (const uint8_t *)m->name + 1;
    m->o.node_off = m->o.start_off = m->off;
    m->o.end_off = m->end;
    m->o.node_sequence = m->sequence;
    m->o.node_released = m->released;
    m->o.edge_sequence = m->edge_sequence;
    m->o.edge_released = m->edge_released;
    return &m->o;
}

typedef struct said { made m; c12_vda_report r; } said;

/* A state: order, update, last node with its number, and what is ahead. */
static c12_vda_report *state(said *s, const char *id, int64_t update, const char *last, int64_t last_sequence, int64_t first, const char *ahead)
{
    s->m = order(id, update, first, ahead);
    c12_vda_order *o = of(&s->m);
    s->r = (c12_vda_report){ .struct_size = sizeof s->r, .n_nodes = o->n_nodes, .update = update, .last_sequence = last_sequence, .id = vda_text(id), .last_node = vda_text(last), .node_text = o->node_text, .node_off = o->node_off,
                             .node_sequence = o->node_sequence, .node_released = o->node_released };
    return &s->r;
}

/* ---- V1 to V8 ------------------------------------------------------------------------------------------------------------------------------ */

START_TEST(good_orders_pass)
{
    static const char *const good[] = { "A", "Ab", "AB", "ABCdef", "ABABA", "AAb" };
    for (size_t k = 0; k < sizeof good / sizeof *good; k++) {
        made m = order("o", 0, 4 * (int64_t)k, good[k]);
        c12_verdict v = C12_INIT(c12_verdict);
        ck_assert_int_eq(c12_vda_order_check(of(&m), &v, &e), C12_OK);
        ck_assert_msg(v.violations == 0, "%s: %s", good[k], v.rule);
    }
}
END_TEST

#define BROKEN(change, name, where, at) do { \
    made m = order("o", 0, 0, "ABCd"); \
    c12_vda_order *o = of(&m); \
    c12_verdict v = C12_INIT(c12_verdict); \
    change; \
    ck_assert_int_eq(c12_vda_order_check(o, &v, &e), C12_OK); \
    ck_assert_msg(v.violations > 0 && !strncmp(v.rule, name, strlen(name)), "%s: %s", #change, v.rule ? v.rule : "accepted"); \
    ck_assert_str_eq(v.field, where); \
    ck_assert_int_eq(v.row, at); \
    c12_vda_decision d = C12_INIT(c12_vda_decision); \
    said s; \
    ck_assert_int_eq(c12_vda_accept(state(&s, "", 0, "", 0, 0, ""), o, 1, &d, &e), C12_OK); \
    ck_assert_msg(d.what == C12_VDA_REFUSE && !strcmp(d.error, "validationError") && d.why, "%s is taken by a vehicle", #change); \
} while (0)

START_TEST(broken_orders_are_named_and_refused)
{
    BROKEN(o->n_nodes = o->n_edges = 0, "V1", "nodes", -1);
    BROKEN(o->n_edges = 2, "V1", "edges", -1);
    BROKEN(m.sequence[2] = 6, "V2", "nodes.sequenceId", 2);
    BROKEN(m.sequence[1] = 0, "V2", "nodes.sequenceId", 1);
    BROKEN(for (int k = 0; k < 4; k++) { m.sequence[k]++; m.edge_sequence[k]++; }, "V2", "nodes.sequenceId", 0);
    BROKEN(m.edge_sequence[1] = 1, "V2", "edges.sequenceId", 1);
    BROKEN(m.edge_sequence[2] = 7, "V2", "edges.sequenceId", 2);
    BROKEN(o->start_text = (const uint8_t *)"axc", "V3", "edges.startNodeId", 1);
    BROKEN(o->end_text = (const uint8_t *)"bcx", "V3", "edges.endNodeId", 2);
    BROKEN(m.released[0] = m.released[1] = m.released[2] = m.edge_released[0] = m.edge_released[1] = 0, "V4", "nodes.released", 0);
    BROKEN(m.released[1] = m.edge_released[0] = 0, "V4", "nodes.released", 2);
    BROKEN(m.edge_released[1] = 0, "V5", "edges.released", 1);
    BROKEN(m.edge_released[2] = 1, "V5", "edges.released", 2);
}
END_TEST

static const struct { const char *id; int64_t update, first; const char *nodes, *rule, *field; } updates[] = {
    { "o", 4, 4, "CDef", NULL, NULL },                            /* base goes on */
    { "o", 9, 4, "Cxy", NULL, NULL },                             /* only the horizon changes */
    { "o", 4, 4, "C", NULL, NULL },                               /* the horizon goes */
    { "p", 4, 4, "CD", "V6", "orderId" }, { "o", 3, 4, "CD", "V6", "orderUpdateId" }, { "o", 2, 4, "CD", "V6", "orderUpdateId" },
    { "o", 4, 2, "BCD", "V7", "nodes.nodeId" },                   /* the node before */
    { "o", 4, 6, "DE", "V7", "nodes.nodeId" },                    /* the first of the horizon: node c would be left out */
    { "o", 4, 0, "CD", "V7", "nodes.nodeId" },                    /* the right name, another number */
    { "o", 4, 4, "AD", "V7", "nodes.nodeId" },                    /* the right number, another name */
    { "o", 4, 0, "A", "V7", "nodes.nodeId" },                     /* b and c withdrawn */
};

/* Running is "ABCde", update 3.  What the checker refuses a vehicle refuses as well, wherever it is on its way. */
START_TEST(updates_begin_at_the_last_base_node)
{
    made a = order("o", 3, 0, "ABCde"), b = order(updates[_i].id, updates[_i].update, updates[_i].first, updates[_i].nodes);
    c12_verdict v = C12_INIT(c12_verdict);
    ck_assert_int_eq(c12_vda_update_check(of(&a), of(&b), &v, &e), C12_OK);
    if (!updates[_i].rule) ck_assert_msg(!v.violations, "%s", v.rule);
    else {
        ck_assert_msg(v.violations && !strncmp(v.rule, updates[_i].rule, 2), "%s", v.rule ? v.rule : "accepted");
        ck_assert_str_eq(v.field, updates[_i].field);
    }
    static const struct { const char *last, *ahead; int64_t sequence; } at[] = { { "a", "BCde", 0 }, { "b", "Cde", 2 }, { "c", "de", 4 } };
    for (int k = 0; k < 3; k++) {
        said s;
        c12_vda_decision d = C12_INIT(c12_vda_decision);
        ck_assert_int_eq(c12_vda_accept(state(&s, "o", 3, at[k].last, at[k].sequence, at[k].sequence + 2, at[k].ahead), of(&b), 1, &d, &e), C12_OK);
        int known = updates[_i].update == 3 && !strcmp(updates[_i].id, "o");
        ck_assert_int_eq(d.what, known ? C12_VDA_KNOWN : updates[_i].rule ? C12_VDA_REFUSE : C12_VDA_EXTEND);
        if (d.what == C12_VDA_REFUSE) ck_assert_str_eq(d.error, strcmp(updates[_i].id, "o") ? "orderError" : "orderUpdateError");
    }
}
END_TEST

START_TEST(a_horizon_at_the_stitching_node_is_refused)
{
    made a = order("o", 3, 0, "ABc"), b = order("o", 4, 2, "bc");
    c12_verdict v = C12_INIT(c12_verdict);
    ck_assert_int_eq(c12_vda_update_check(of(&a), of(&b), &v, &e), C12_OK);
    ck_assert_int_eq(v.violations, 2); /* V4 of the update itself, and V8 */
}
END_TEST

START_TEST(new_orders_wait_for_the_old_one)
{
    made b = order("p", 0, 0, "CD");
    c12_vda_decision d = C12_INIT(c12_vda_decision);
    said s;
    ck_assert_int_eq(c12_vda_accept(state(&s, "o", 3, "c", 4, 6, ""), of(&b), 1, &d, &e), C12_OK);
    ck_assert_int_eq(d.what, C12_VDA_TAKE);
    ck_assert_ptr_eq(d.error, NULL);
    ck_assert_int_eq(c12_vda_accept(state(&s, "o", 3, "b", 2, 4, "d"), of(&b), 1, &d, &e), C12_OK); /* at the end of its base, horizon ahead */
    ck_assert_str_eq(d.error, "orderError");
    ck_assert_int_eq(c12_vda_accept(state(&s, "o", 3, "b", 2, 4, ""), of(&b), 0, &d, &e), C12_OK);
    ck_assert_str_eq(d.error, "noRouteError");
    ck_assert_int_eq(d.row, 0);
    ck_assert_int_eq(c12_vda_accept(state(&s, "", 0, "", 0, 0, ""), of(&b), 1, &d, &e), C12_OK);
    ck_assert_int_eq(d.what, C12_VDA_TAKE);
    made again = order("p", 0, 4, "xy"); /* whatever the same update says now, it is known */
    ck_assert_int_eq(c12_vda_accept(state(&s, "p", 0, "c", 0, 2, "D"), of(&again), 1, &d, &e), C12_OK);
    ck_assert_int_eq(d.what, C12_VDA_KNOWN);
    made more = order("p", 1, 2, "DE"); /* an update of an order that is done goes on where the vehicle stands */
    ck_assert_int_eq(c12_vda_accept(state(&s, "p", 0, "d", 2, 4, ""), of(&more), 1, &d, &e), C12_OK);
    ck_assert_int_eq(d.what, C12_VDA_EXTEND);
}
END_TEST

START_TEST(columns_that_are_not_there_are_refused)
{
    made m = order("o", 0, 0, "AB");
    c12_vda_order *o = of(&m);
    c12_verdict v = C12_INIT(c12_verdict);
    o->node_sequence = NULL;
    ck_assert_int_eq(c12_vda_order_check(o, &v, &e), C12_E_ARG);
    o = of(&m);
    o->end_off = NULL;
    ck_assert_int_eq(c12_vda_order_check(o, &v, &e), C12_E_ARG);
    o = of(&m);
    m.off[1] = 5;
    ck_assert_int_eq(c12_vda_order_check(o, &v, &e), C12_E_ARG);
    ck_assert_int_eq(c12_vda_order_check(NULL, &v, &e), C12_E_ARG);
    o->n_nodes = -1;
    ck_assert_int_eq(c12_vda_update_check(o, o, &v, &e), C12_E_ARG);
}
END_TEST

/* ---- routes --------------------------------------------------------------------------------------------------------------------------------- */

static const char vertex_text[] = "v0v1v2v3v4v5v6v7v8v9";
static const int64_t vertex_off[11] = { 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20 }, vertex_x[10] = { 0, 1000000, 2000000, 3000000, 4000000, 5000000, 6000000, 7000000, 8000000, 9000000 };

static c12_vda_route route(const int32_t *step, int32_t n, int32_t released, int64_t first)
{
    return (c12_vda_route){ .struct_size = sizeof(c12_vda_route), .n_steps = n, .n_released = released, .n_vertices = 10, .first_sequence = first, .step_vertex = step, .vertex_text = (const uint8_t *)vertex_text, .vertex_off = vertex_off,
                            .vertex_x = vertex_x, .vertex_y = vertex_x, .map = { (const uint8_t *)"hall", 4 } };
}

static c12_vda_header header(int64_t update)
{
    return (c12_vda_header){ .struct_size = sizeof(c12_vda_header), .header = 9, .timestamp = INT64_C(1796026500250000000), .manufacturer = vda_text("acme"), .serial = vda_text("R1"), .order = vda_text("o1"), .update = update };
}

START_TEST(a_route_becomes_an_order)
{
    static const int32_t step[] = { 3, 3, 4, 5, 5, 5, 4 };
    static char out[4096];
    c12_vda_route r = route(step, 7, 4, 6); /* 5 is released with the first of its three steps */
    c12_vda_header h = header(2);
    c12_vda_message m = C12_INIT(c12_vda_message);
    size_t used;
    ck_assert_int_eq(c12_vda_order_make(&r, &h, vda_mem(0), &m, &e), C12_OK);
    ck_assert_msg(c12_vda_write(&m, (uint8_t *)out, sizeof out, &used, &e) == C12_OK, "%s: %s", e.field, e.what);
    out[used] = 0;
#define NODE(n, s, r, x) "{\"nodeId\":\"" n "\",\"sequenceId\":" s ",\"released\":" r ",\"nodePosition\":{\"x\":" x ",\"y\":" x ",\"mapId\":\"hall\"},\"actions\":[]}"
#define EDGE(a, b, s, r) "{\"edgeId\":\"" a "-" b "\",\"sequenceId\":" s ",\"released\":" r ",\"startNodeId\":\"" a "\",\"endNodeId\":\"" b "\",\"actions\":[]}"
    ck_assert_str_eq(out, "{\"headerId\":9,\"timestamp\":\"2026-11-30T08:15:00.250Z\",\"version\":\"2.0.0\",\"manufacturer\":\"acme\",\"serialNumber\":\"R1\",\"orderId\":\"o1\",\"orderUpdateId\":2,\"nodes\":["
        NODE("v3", "6", "true", "3") "," NODE("v4", "8", "true", "4") "," NODE("v5", "10", "true", "5") "," NODE("v4", "12", "false", "4") "],\"edges\":["
        EDGE("v3", "v4", "7", "true") "," EDGE("v4", "v5", "9", "true") "," EDGE("v5", "v4", "11", "false") "]}");
    c12_vda_message back = C12_INIT(c12_vda_message);
    ck_assert_int_eq(c12_vda_read(C12_VDA_ORDER, vda_text(out), vda_mem(1), &back, &e), C12_OK);
    c12_vda_order o = C12_INIT(c12_vda_order);
    c12_verdict v = C12_INIT(c12_verdict);
    ck_assert_int_eq(c12_vda_order_of(&back, &o, &e), C12_OK);
    ck_assert_int_eq(c12_vda_order_check(&o, &v, &e), C12_OK);
    ck_assert_int_eq(v.violations, 0);
}
END_TEST

START_TEST(bad_routes_are_refused)
{
    static const int32_t step[] = { 3, 10, 4 };
    c12_vda_header h = header(0);
    c12_vda_message m = C12_INIT(c12_vda_message);
    c12_vda_route r = route(step, 3, 1, 0);
    ck_assert_int_eq(c12_vda_order_make(&r, &h, vda_mem(0), &m, &e), C12_E_RANGE);
    ck_assert_int_eq(e.row, 1);
#define REFUSED(change, status) do { r = route(step, 1, 1, 0); h = header(0); change; ck_assert_int_eq(c12_vda_order_make(&r, &h, vda_mem(0), &m, &e), status); } while (0)
    REFUSED(r.n_released = 0, C12_E_ARG);
    REFUSED(r.n_released = 2, C12_E_ARG);
    REFUSED(r.n_steps = r.n_released = 0, C12_E_ARG);
    REFUSED(r.first_sequence = 1, C12_E_RANGE);
    REFUSED(r.first_sequence = UINT32_MAX - 1, C12_E_RANGE);
    REFUSED(r.vertex_y = NULL, C12_E_ARG);
    REFUSED(r.n_vertices = 3, C12_E_RANGE);
    REFUSED(h.version = 30, C12_E_RANGE);
    c12_mem small = { vda_room[0], 0 };
    r = route(step, 1, 1, 0);
    h = header(0);
    ck_assert_int_eq(c12_vda_order_make(&r, &h, small, &m, &e), C12_E_SPACE);
    small.size = (size_t)e.value;
    ck_assert_int_eq(c12_vda_order_make(&r, &h, small, &m, &e), C12_OK);
}
END_TEST

/* ---- the way back ------------------------------------------------------------------------------------------------------------------------------- */

static const struct { const char *id; int64_t update; const char *last; int64_t sequence, first; const char *ahead; int32_t state, node, base, horizon; } reports[] = {
    { "o", 1, "c", 4, 6, "DEfg", C12_VDA_ON_WAY, 0, 2, 2 },
    { "o", 1, "b", 2, 4, "CDEfg", C12_VDA_ON_WAY, -1, 3, 2 },   /* before the stitching node */
    { "o", 1, "a", 0, 2, "BCDEfg", C12_VDA_ON_WAY, -1, 4, 2 },
    { "o", 1, "z", 40, 4, "CDEfg", C12_VDA_ON_WAY, -1, 3, 2 },  /* its last node is one of an order before */
    { "o", 1, "", 0, 4, "CDEfg", C12_VDA_ON_WAY, -1, 3, 2 },
    { "o", 1, "d", 6, 8, "Efg", C12_VDA_ON_WAY, 1, 1, 2 },
    { "o", 1, "e", 8, 10, "fg", C12_VDA_AT_END, 2, 0, 2 },
    { "o", 0, "c", 4, 6, "DEfg", C12_VDA_ELSEWHERE, -1, 0, 0 },
    { "p", 1, "c", 4, 6, "DEfg", C12_VDA_ELSEWHERE, -1, 0, 0 },
    { "", 0, "", 0, 0, "", C12_VDA_ELSEWHERE, -1, 0, 0 },
    { "o", 1, "x", 6, 8, "Efg", C12_VDA_LOST, 1, 0, 0 },         /* another name */
    { "o", 1, "d", 7, 8, "Efg", C12_VDA_LOST, -1, 0, 0 },        /* an edge's number */
    { "o", 1, "f", 10, 12, "g", C12_VDA_LOST, 3, 0, 0 },         /* it drove over what was not released */
    { "o", 1, "h", 14, 16, "", C12_VDA_LOST, -1, 0, 0 },         /* behind the end */
    { "o", 1, "d", 6, 8, "Ef", C12_VDA_LOST, 1, 0, 0 },          /* one is missing ahead */
    { "o", 1, "d", 6, 8, "EFg", C12_VDA_LOST, 1, 0, 0 },         /* it takes the horizon for released */
    { "o", 1, "d", 6, 10, "Efg", C12_VDA_LOST, 1, 0, 0 },        /* other numbers ahead */
};

START_TEST(a_state_becomes_steps)
{
    made m = order("o", 1, 4, "CDEfg");
    said s;
    c12_vda_place p = C12_INIT(c12_vda_place);
    ck_assert_int_eq(c12_vda_progress(of(&m), state(&s, reports[_i].id, reports[_i].update, reports[_i].last, reports[_i].sequence, reports[_i].first, reports[_i].ahead), &p, &e), C12_OK);
    ck_assert_msg(p.state == reports[_i].state, "%d: %s", p.state, p.why ? p.why : "");
    ck_assert_int_eq(p.state == C12_VDA_LOST, p.why != NULL);
    if (p.state == C12_VDA_LOST) return;
    ck_assert_int_eq(p.node, reports[_i].node);
    ck_assert_int_eq(p.base, reports[_i].base);
    ck_assert_int_eq(p.horizon, reports[_i].horizon);
}
END_TEST

START_TEST(an_order_ends)
{
    made m = order("o", 1, 4, "CD");
    said s;
    c12_vda_place p = C12_INIT(c12_vda_place);
    ck_assert_int_eq(c12_vda_progress(of(&m), state(&s, "o", 1, "d", 6, 8, ""), &p, &e), C12_OK);
    ck_assert_int_eq(p.state, C12_VDA_ARRIVED);
    ck_assert_int_eq(p.node, 1);
}
END_TEST

/* Columns of messages that were read are those that rules look at. */
START_TEST(columns_come_from_messages)
{
    c12_vda_message a = C12_INIT(c12_vda_message), b = C12_INIT(c12_vda_message);
    c12_vda_order o = C12_INIT(c12_vda_order);
    c12_vda_report r = C12_INIT(c12_vda_report);
    c12_verdict v = C12_INIT(c12_verdict);
    c12_vda_place p = C12_INIT(c12_vda_place);
    ck_assert_int_eq(c12_vda_read(C12_VDA_ORDER, vda_text(vda_good_order), vda_mem(0), &a, &e), C12_OK);
    ck_assert_int_eq(c12_vda_read(C12_VDA_STATE, vda_text(vda_good_state), vda_mem(1), &b, &e), C12_OK);
    ck_assert_int_eq(c12_vda_order_of(&a, &o, &e), C12_OK);
    ck_assert_int_eq(c12_vda_report_of(&b, &r, &e), C12_OK);
    ck_assert(vda_is(o.id, "o1") && o.update == 3 && o.n_nodes == 3 && o.n_edges == 2 && vda_is(r.last_node, "a") && r.driving == 1 && r.new_base == 1 && r.n_nodes == 2);
    ck_assert_int_eq(c12_vda_order_check(&o, &v, &e), C12_OK);
    ck_assert_msg(!v.violations, "%s", v.rule);
    ck_assert_int_eq(c12_vda_progress(&o, &r, &p, &e), C12_OK);
    ck_assert_int_eq(p.state, C12_VDA_ON_WAY);
    ck_assert(p.node == 0 && p.base == 1 && p.horizon == 1 && p.new_base == 1);
    ck_assert_int_eq(c12_vda_order_of(&b, &o, &e), C12_E_ARG);
    ck_assert_int_eq(c12_vda_report_of(&a, &r, &e), C12_E_ARG);
    a.column[c12_vda_find(C12_VDA_ORDER, "orderUpdateId")].value = NULL;
    b.column[c12_vda_find(C12_VDA_STATE, "driving")].value = NULL;
    ck_assert_int_eq(c12_vda_order_of(&a, &o, &e), C12_E_ARG);
    ck_assert_int_eq(c12_vda_report_of(&b, &r, &e), C12_E_ARG);
}
END_TEST

/* ---- a master and a vehicle --------------------------------------------------------------------------------------------------------------------- */

enum { WAY = 400 };
typedef struct pair { int32_t way[WAY]; int32_t length, base, sent, at, had; /* steps: planned, released, in the last order, reached, first of the order */ int64_t update; made running; } pair;

static int64_t number_of(int32_t step) { return 2 * (int64_t)step; }

/* The vehicle's state as JSON would say it. */
static c12_vda_report *vehicle(const pair *w, said *s)
{
    int32_t n = w->sent - w->at - 1;
    char nodes[MOST + 1] = "", last[2] = { (char)('a' + w->way[w->at]), 0 };
    for (int32_t k = 0; k < n; k++) nodes[k] = (char)((w->at + 1 + k < w->base ? 'A' : 'a') + w->way[w->at + 1 + k]);
    static char kept[2];
    memcpy(kept, last, 2);
    return state(s, "o", w->update, kept, number_of(w->at), number_of(w->at + 1), nodes);
}

/* Random ways of a letter each that never repeats in a row: base grows, horizons come and go, messages come twice and late; no rule is broken, and the vehicle is where it should be. */
START_TEST(a_long_talk_breaks_no_rule)
{
    static char json[1 << 15];
    static const char names[] = "abcdefghij";
    static const int64_t off[11] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 };
    pair w;
    memset(&w, 0, sizeof w);
    for (int k = 1; k < WAY; k++) w.way[k] = (w.way[k - 1] + 1 + dice(9)) % 10;
    w.base = w.sent = 1;
    int had = 0;
    while (w.base < WAY - 12) {
        said s;
        c12_vda_decision d = C12_INIT(c12_vda_decision);
        c12_vda_place p = C12_INIT(c12_vda_place);
        c12_verdict v = C12_INIT(c12_verdict);
        int32_t stitch = w.base - 1, more = dice(4), horizon = dice(4);
        for (int32_t k = w.base + more; k < WAY; k++) w.way[k] = (w.way[k - 1] + 1 + dice(9)) % 10; /* planned anew behind the new base */
        c12_vda_route r = { .struct_size = sizeof r, .n_steps = 1 + more + horizon, .n_released = 1 + more, .n_vertices = 10, .first_sequence = number_of(stitch), .step_vertex = w.way + stitch, .vertex_text = (const uint8_t *)names, .vertex_off = off };
        c12_vda_header h = header(had ? w.update + 1 : 0);
        h.order = vda_text("o");
        c12_vda_message m = C12_INIT(c12_vda_message), got = C12_INIT(c12_vda_message);
        c12_vda_order o = C12_INIT(c12_vda_order);
        size_t used;
        ck_assert_int_eq(c12_vda_order_make(&r, &h, vda_mem(0), &m, &e), C12_OK);
        ck_assert_int_eq(c12_vda_write(&m, (uint8_t *)json, sizeof json, &used, &e), C12_OK);
        c12_view v8 = { (const uint8_t *)json, used };
        ck_assert_int_eq(c12_vda_read(C12_VDA_ORDER, v8, vda_mem(1), &got, &e), C12_OK);
        ck_assert_int_eq(c12_vda_order_of(&got, &o, &e), C12_OK);
        if (had) {
            ck_assert_int_eq(c12_vda_update_check(of(&w.running), &o, &v, &e), C12_OK);
            ck_assert_msg(!v.violations, "%s", v.rule);
            ck_assert_int_eq(c12_vda_accept(vehicle(&w, &s), &o, 1, &d, &e), C12_OK);
            ck_assert_msg(d.what == C12_VDA_EXTEND, "%s", d.why);
        }
        w.update = o.update;
        w.base += more;
        w.sent = w.base + horizon;
        char nodes[MOST + 1] = "";
        for (int32_t k = 0; k < o.n_nodes; k++) nodes[k] = (char)((k <= more ? 'A' : 'a') + w.way[stitch + k]);
        w.running = order("o", w.update, number_of(stitch), nodes);
        had = 1;
        ck_assert_int_eq(c12_vda_accept(vehicle(&w, &s), &o, 1, &d, &e), C12_OK);
        ck_assert_int_eq(d.what, C12_VDA_KNOWN);
        while (w.at < w.base - 1 && (dice(3) || w.base - w.at > 8)) w.at++;
        ck_assert_int_eq(c12_vda_progress(&o, vehicle(&w, &s), &p, &e), C12_OK);
        ck_assert_int_eq(p.state, w.at < w.base - 1 ? C12_VDA_ON_WAY : horizon ? C12_VDA_AT_END : C12_VDA_ARRIVED);
        ck_assert_int_eq(p.node, w.at >= stitch ? w.at - stitch : -1);
        ck_assert_int_eq(p.base, w.base - 1 - w.at);
        ck_assert_int_eq(p.horizon, horizon);
    }
    ck_assert_int_gt(w.update, 100);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("vda-order");
    TCase *t = tcase_create("vda-order");
    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, setup, NULL);
    tcase_add_test(t, good_orders_pass);
    tcase_add_test(t, broken_orders_are_named_and_refused);
    tcase_add_loop_test(t, updates_begin_at_the_last_base_node, 0, (int)(sizeof updates / sizeof *updates));
    tcase_add_test(t, a_horizon_at_the_stitching_node_is_refused);
    tcase_add_test(t, new_orders_wait_for_the_old_one);
    tcase_add_test(t, columns_that_are_not_there_are_refused);
    tcase_add_test(t, a_route_becomes_an_order);
    tcase_add_test(t, bad_routes_are_refused);
    tcase_add_loop_test(t, a_state_becomes_steps, 0, (int)(sizeof reports / sizeof *reports));
    tcase_add_test(t, an_order_ends);
    tcase_add_test(t, columns_come_from_messages);
    tcase_add_test(t, a_long_talk_breaks_no_rule);
    suite_add_tcase(suite, t);
    SRunner *r = srunner_create(suite);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
