/* SPDX-License-Identifier: Apache-2.0 */
/* c12-agv: vehicles that are not there, speaking VDA 5050 over MQTT.  Each has a connection of its own, as its last will needs; one thread drives all.
 * Actions take 0.4 s each, one after the other; those of an edge when its end is reached.  `c12 sim robot --mqtt` runs this program. */
#include "agv.h"
#include "broker.h"
#include "sheet.h"
#include "c12/io.h"
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PAYLOAD = 1 << 18, ROOM = 1 << 21 };

static struct { volatile sig_atomic_t over; int64_t speed, period; int quiet, drop_at; const char *version, *maker; int64_t cell; } sim = { .speed = 1, .period = 1000, .version = "2.0.0", .maker = "c12", .cell = C12_VDA_UNIT };
static sheet page;
static uint64_t room[ROOM / 8];

static void stop(int signal_number)
{
    (void)signal_number;
    sim.over = 1;
}

/* ---- what it says --------------------------------------------------------------------------------------------------------------------------- */

static void topic_of(const agv *a, int32_t kind, char out[256]) { snprintf(out, 256, "uagv/v2/%.80s/%.80s/%s", sim.maker, a->serial, c12_vda_topic(kind)); }

static void agv_begin(agv *a, int32_t kind) { sheet_begin(&page, kind, sim.version, a->header[kind]++, sim.maker, a->serial); }

static void agv_send(agv *a, int32_t kind, int qos, int retain)
{
    char topic[256];
    topic_of(a, kind, topic);
    if (!sheet_print(&page)) (void)broker_say(&a->l, topic, page.json, page.n, qos, retain);
}

static void agv_connection(agv *a, int64_t what)
{
    agv_begin(a, C12_VDA_CONNECTION);
    sheet_int(&page, "connectionState", what);
}

static void put_position(const agv *a)
{
    sheet_there(&page, "agvPosition");
    sheet_int(&page, "agvPosition.x", a->x);
    sheet_int(&page, "agvPosition.y", a->y);
    sheet_int(&page, "agvPosition.theta", 0);
    sheet_text(&page, "agvPosition.mapId", a->map[0] ? a->map : "map");
    sheet_int(&page, "agvPosition.positionInitialized", 1);
}

/* Nodes and edges that are ahead. */
static void put_ahead(const agv *a)
{
    static const char *id[AGV_NODES];
    static int64_t sequence[AGV_NODES], released[AGV_NODES];
    int32_t n = a->n_nodes - a->at - 1;
    if (n < 0) n = 0;
    for (int pass = 0; pass < 2; pass++) {
        for (int32_t k = 0; k < n; k++) {
            const agv_node *to = &a->node[a->at + 1 + k];
            id[k] = pass ? to->edge : to->id;
            sequence[k] = to->sequence - pass;
            released[k] = to->released;
        }
        sheet_list(&page, pass ? "edgeStates" : "nodeStates", n);
        sheet_texts(&page, pass ? "edgeStates.edgeId" : "nodeStates.nodeId", n, id);
        sheet_ints(&page, pass ? "edgeStates.sequenceId" : "nodeStates.sequenceId", n, sequence);
        sheet_ints(&page, pass ? "edgeStates.released" : "nodeStates.released", n, released);
    }
}

static void put_actions(const agv *a)
{
    static const char *id[AGV_ACTIONS], *type[AGV_ACTIONS];
    static int64_t status[AGV_ACTIONS];
    for (int32_t k = 0; k < a->n_actions; k++) {
        id[k] = a->action[k].id;
        type[k] = a->action[k].type;
        status[k] = a->action[k].status;
    }
    sheet_list(&page, "actionStates", a->n_actions);
    sheet_texts(&page, "actionStates.actionId", a->n_actions, id);
    sheet_texts(&page, "actionStates.actionType", a->n_actions, type);
    sheet_ints(&page, "actionStates.actionStatus", a->n_actions, status);
}

/* What it refuses, with the order that it was. */
static void put_error(const agv *a)
{
    static const char *const keys[2] = { "orderId", "orderUpdateId" };
    const char *values[2] = { a->wrong_order, a->wrong_update };
    const char *type = a->error, *why = a->why;
    const int64_t off[2] = { 0, 2 }, level = C12_VDA_WARNING;
    int n = a->error[0] != 0;
    sheet_list(&page, "errors", n);
    if (!n) return;
    sheet_texts(&page, "errors.errorType", 1, &type);
    sheet_texts(&page, "errors.errorDescription", 1, &why);
    sheet_ints(&page, "errors.errorLevel", 1, &level);
    sheet_lists(&page, "errors.errorReferences", 1, off);
    sheet_texts(&page, "errors.errorReferences.referenceKey", 2, keys);
    sheet_texts(&page, "errors.errorReferences.referenceValue", 2, values);
}

static int base_ahead(const agv *a) { return a->at + 1 < a->n_nodes && a->node[a->at + 1].released; }

static void agv_state(agv *a)
{
    int horizon = a->n_nodes > a->at + 1 && !a->node[a->n_nodes - 1].released, left = 0;
    for (int32_t k = a->at + 1; k < a->n_nodes && a->node[k].released; k++) left++;
    agv_begin(a, C12_VDA_STATE);
    sheet_text(&page, "orderId", a->order);
    sheet_int(&page, "orderUpdateId", a->update);
    sheet_text(&page, "lastNodeId", a->last_id);
    sheet_int(&page, "lastNodeSequenceId", a->last_sequence);
    sheet_int(&page, "driving", a->drives);
    sheet_int(&page, "paused", a->paused);
    sheet_int(&page, "newBaseRequest", horizon && left < 2);
    sheet_int(&page, "operatingMode", 0);
    put_ahead(a);
    put_position(a);
    sheet_there(&page, "velocity");
    sheet_int(&page, "velocity.vx", a->drives ? a->pace_um : 0);
    sheet_list(&page, "loads", 0);
    put_actions(a);
    sheet_there(&page, "batteryState");
    sheet_int(&page, "batteryState.batteryCharge", a->charge);
    sheet_int(&page, "batteryState.charging", 0);
    put_error(a);
    sheet_list(&page, "information", 0);
    sheet_there(&page, "safetyState");
    sheet_int(&page, "safetyState.eStop", 3);
    sheet_int(&page, "safetyState.fieldViolation", 0);
    agv_send(a, C12_VDA_STATE, 0, 0);
    a->said = broker_clock();
    a->changed = 0;
}

static void agv_factsheet(agv *a)
{
    const int64_t natural = 0, autonomous = 2, off[2] = { 0, 0 };
    static const struct { const char *path; int64_t value; } numbers[] = {
        { "typeSpecification.agvKinematic", 1 }, { "typeSpecification.agvClass", 3 }, { "typeSpecification.maxLoadMass", 20 * C12_VDA_UNIT }, { "physicalParameters.speedMin", 0 }, { "physicalParameters.speedMax", 2 * C12_VDA_UNIT },
        { "physicalParameters.accelerationMax", C12_VDA_UNIT }, { "physicalParameters.decelerationMax", C12_VDA_UNIT }, { "physicalParameters.heightMax", 1800000 }, { "physicalParameters.width", 600000 }, { "physicalParameters.length", 600000 },
        { "protocolLimits.maxStringLens.idLen", AGV_NAME - 1 }, { "protocolLimits.maxArrayLens.order.nodes", AGV_NODES }, { "protocolLimits.maxArrayLens.order.edges", AGV_NODES - 1 }, { "protocolLimits.timing.minOrderInterval", 0 }, { "protocolLimits.timing.minStateInterval", 20000 } };
    static const char *const objects[] = { "typeSpecification", "physicalParameters", "protocolLimits", "protocolLimits.maxStringLens", "protocolLimits.maxArrayLens", "protocolLimits.timing", "protocolFeatures", "agvGeometry", "loadSpecification" };
    agv_begin(a, C12_VDA_FACTSHEET);
    for (size_t k = 0; k < sizeof objects / sizeof *objects; k++) sheet_there(&page, objects[k]);
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++) sheet_int(&page, numbers[k].path, numbers[k].value);
    sheet_text(&page, "typeSpecification.seriesName", "c12-agv");
    sheet_list(&page, "typeSpecification.localizationTypes", 1);
    sheet_ints(&page, "typeSpecification.localizationTypes.*", 1, &natural);
    sheet_list(&page, "typeSpecification.navigationTypes", 1);
    sheet_ints(&page, "typeSpecification.navigationTypes.*", 1, &autonomous);
    sheet_lists(&page, "protocolFeatures.optionalParameters", 1, off);
    sheet_lists(&page, "protocolFeatures.agvActions", 1, off);
    agv_send(a, C12_VDA_FACTSHEET, 0, 1);
}

/* ---- orders ------------------------------------------------------------------------------------------------------------------------------------ */

static void agv_wrong(agv *a, const char *type, const char *why, const char *order, int64_t update)
{
    snprintf(a->error, sizeof a->error, "%s", type);
    snprintf(a->why, sizeof a->why, "%s", why);
    snprintf(a->wrong_order, sizeof a->wrong_order, "%s", order);
    snprintf(a->wrong_update, sizeof a->wrong_update, "%" PRId64, update);
    a->changed = 1;
    say("%s: %s: %s (order %s, update %s)", a->serial, type, why, order, a->wrong_update);
}

static int text_to(const c12_vda_message *m, const char *path, int64_t row, char *out, size_t cap)
{
    c12_view v = c12_vda_text(m, c12_vda_find(m->kind, path), row);
    if (v.size >= cap) return 0;
    memcpy(out, v.ptr, v.size);
    out[v.size] = 0;
    return 1;
}

static int64_t number(const c12_vda_message *m, const char *path, int64_t row) { return c12_vda_value(m, c12_vda_find(m->kind, path), row); }

/* Its own state, as the rules look at it. */
static c12_vda_report agv_report(const agv *a)
{
    static char text[AGV_NODES * AGV_NAME];
    static int64_t off[AGV_NODES + 1], sequence[AGV_NODES], released[AGV_NODES];
    int32_t n = 0;
    for (int32_t k = a->at + 1; k < a->n_nodes; k++, n++) {
        size_t len = strlen(a->node[k].id);
        memcpy(text + off[n], a->node[k].id, len);
        off[n + 1] = off[n] + (int64_t)len;
        sequence[n] = a->node[k].sequence;
        released[n] = a->node[k].released;
    }
    return (c12_vda_report){ .struct_size = sizeof(c12_vda_report), .n_nodes = n, .update = a->update, .last_sequence = a->last_sequence, .id = { (const uint8_t *)a->order, strlen(a->order) }, .last_node = { (const uint8_t *)a->last_id, strlen(a->last_id) },
                             .node_text = (const uint8_t *)text, .node_off = off, .node_sequence = sequence, .node_released = released };
}

/* Actions of a node or edge, behind those there are. */
static int take_actions(agv *a, const c12_vda_message *m, const char *list, int64_t row, int64_t sequence)
{
    char path[80];
    const c12_vda_column *c = &m->column[c12_vda_find(m->kind, list)];
    for (int64_t k = c->off[row]; k < c->off[row + 1]; k++) {
        agv_action *to = &a->action[a->n_actions];
        if (a->n_actions == AGV_ACTIONS) return 0;
        memset(to, 0, sizeof *to);
        to->sequence = sequence;
        snprintf(path, sizeof path, "%s.actionId", list);
        if (!text_to(m, path, k, to->id, sizeof to->id)) return 0;
        snprintf(path, sizeof path, "%s.actionType", list);
        if (!text_to(m, path, k, to->type, sizeof to->type)) return 0;
        a->n_actions++;
    }
    return 1;
}

static int take_node(agv *a, const c12_vda_message *m, int64_t row)
{
    if (a->n_nodes == AGV_NODES) return 0;
    agv_node *to = &a->node[a->n_nodes];
    memset(to, 0, sizeof *to);
    to->sequence = number(m, "nodes.sequenceId", row);
    to->released = (int)number(m, "nodes.released", row);
    to->x = number(m, "nodes.nodePosition.x", row);
    to->y = number(m, "nodes.nodePosition.y", row);
    if (to->x == C12_VDA_NONE) { to->x = a->n_nodes ? a->node[a->n_nodes - 1].x : a->x; to->y = a->n_nodes ? a->node[a->n_nodes - 1].y : a->y; }
    if (!text_to(m, "nodes.nodeId", row, to->id, sizeof to->id) || (row && !text_to(m, "edges.edgeId", row - 1, to->edge, sizeof to->edge))) return 0;
    (void)text_to(m, "nodes.nodePosition.mapId", row, a->map, sizeof a->map);
    a->n_nodes++;
    return (!row || take_actions(a, m, "edges.actions", row - 1, to->sequence - 1)) && take_actions(a, m, "nodes.actions", row, to->sequence);
}

static void agv_reach(agv *a)
{
    const agv_node *n = &a->node[a->at];
    snprintf(a->last_id, sizeof a->last_id, "%s", n->id);
    a->last_sequence = n->sequence;
    a->x = n->x;
    a->y = n->y;
    a->drives = 0;
    a->changed = 1;
}

/* Forget what is not released any more: nodes, and actions that wait there. */
static void drop_horizon(agv *a)
{
    while (a->n_nodes > a->at + 1 && !a->node[a->n_nodes - 1].released) a->n_nodes--;
    int64_t last = a->n_nodes ? a->node[a->n_nodes - 1].sequence : a->last_sequence;
    while (a->n_actions && a->action[a->n_actions - 1].sequence > last && a->action[a->n_actions - 1].status == C12_VDA_WAITING) a->n_actions--;
}

static void agv_take(agv *a, const c12_vda_message *m, const c12_vda_order *o, int fresh)
{
    int good = 1;
    if (fresh) {
        a->n_nodes = a->n_actions = 0;
        a->at = 0;
        a->nodes_done = 0;
    } else {
        drop_horizon(a);
        if (a->at > 0 && a->n_nodes + o->n_nodes > AGV_NODES) { /* what is behind it may be forgotten */
            memmove(a->node, a->node + a->at, sizeof *a->node * (size_t)(a->n_nodes - a->at));
            a->n_nodes -= a->at;
            a->at = 0;
        }
    }
    if (o->n_nodes + a->n_nodes > AGV_NODES + !fresh) good = 0;
    for (int32_t k = !fresh; k < o->n_nodes && good; k++) good = take_node(a, m, k);
    (void)text_to(m, "orderId", 0, a->order, sizeof a->order);
    a->update = o->update;
    a->error[0] = 0;
    a->changed = 1;
    if (!good) { agv_wrong(a, "validationError", "more nodes, actions or longer names than it can hold", a->order, a->update); drop_horizon(a); }
    if (fresh && a->n_nodes) agv_reach(a);
}

static void agv_order(agv *a, const c12_vda_message *m)
{
    c12_error e = C12_INIT(c12_error);
    c12_vda_order o = C12_INIT(c12_vda_order);
    c12_vda_decision d = C12_INIT(c12_vda_decision);
    c12_vda_report r = agv_report(a);
    char id[AGV_NAME];
    if (!text_to(m, "orderId", 0, id, sizeof id)) { agv_wrong(a, "validationError", "a name is too long", "?", 0); return; }
    int64_t x = number(m, "nodes.nodePosition.x", 0), y = number(m, "nodes.nodePosition.y", 0), dev = number(m, "nodes.nodePosition.allowedDeviationXY", 0), reach = dev == C12_VDA_NONE || dev < 500000 ? 500000 : dev;
    char first[AGV_NAME] = "";
    (void)text_to(m, "nodes.nodeId", 0, first, sizeof first);
    int near = (a->last_id[0] && !strcmp(first, a->last_id)) || (x != C12_VDA_NONE && llabs(x - a->x) <= reach && llabs(y - a->y) <= reach);
    if (c12_vda_order_of(m, &o, &e) || c12_vda_accept(&r, &o, near, &d, &e)) { agv_wrong(a, "validationError", e.what, id, o.update); return; }
    if (d.what == C12_VDA_REFUSE) { agv_wrong(a, d.error, d.why, id, o.update); return; }
    if (d.what == C12_VDA_KNOWN) { a->changed = 1; return; }
    agv_take(a, m, &o, d.what == C12_VDA_TAKE);
}

/* ---- instant actions ---------------------------------------------------------------------------------------------------------------------------- */

static void agv_clear(agv *a, int64_t status)
{
    for (int32_t k = 0; k < a->n_actions; k++)
        if (a->action[k].sequence >= 0 && a->action[k].status < C12_VDA_FINISHED) a->action[k].status = status;
    a->n_nodes = a->at + 1 < a->n_nodes ? a->at + 1 : a->n_nodes;
    a->drives = 0;
    a->changed = 1;
}

static int64_t agv_instant(agv *a, const char *type)
{
    if (!strcmp(type, "startPause")) a->paused = 1;
    else if (!strcmp(type, "stopPause")) a->paused = 0;
    else if (!strcmp(type, "factsheetRequest")) agv_factsheet(a);
    else if (!strcmp(type, "cancelOrder") && a->drives) { a->cancel = 1; return C12_VDA_RUNNING; }
    else if (!strcmp(type, "cancelOrder")) agv_clear(a, C12_VDA_FAILED);
    else if (strcmp(type, "stateRequest")) return C12_VDA_FAILED;
    return C12_VDA_FINISHED;
}

static void agv_actions(agv *a, const c12_vda_message *m)
{
    int64_t n = m->column[c12_vda_find(m->kind, "actions.actionId")].rows;
    for (int64_t k = 0; k < n; k++) {
        if (a->n_actions == AGV_ACTIONS) { /* the oldest that are over make room */
            memmove(a->action, a->action + AGV_ACTIONS / 2, sizeof *a->action * (AGV_ACTIONS / 2));
            a->n_actions = AGV_ACTIONS / 2;
        }
        agv_action *to = &a->action[a->n_actions];
        memset(to, 0, sizeof *to);
        to->sequence = -1;
        if (!text_to(m, "actions.actionId", k, to->id, sizeof to->id) || !text_to(m, "actions.actionType", k, to->type, sizeof to->type)) continue;
        a->n_actions++;
        to->status = agv_instant(a, to->type);
    }
    a->changed = 1;
}

static void heard(line *l, void *user, const struct mosquitto_message *message)
{
    agv *a = user;
    (void)l;
    c12_error e = C12_INIT(c12_error);
    c12_vda_address to = C12_INIT(c12_vda_address);
    c12_vda_message m = C12_INIT(c12_vda_message);
    const c12_view topic = { (const uint8_t *)message->topic, strlen(message->topic) }, json = { message->payload ? message->payload : (const uint8_t *)"", (size_t)message->payloadlen };
    if (c12_vda_address_read(topic, &to, &e)) return;
    if (message->payloadlen > PAYLOAD) { agv_wrong(a, "validationError", "the message is too long", "", 0); return; }
    if (c12_vda_read(to.kind, json, (c12_mem){ room, sizeof room }, &m, &e)) { agv_wrong(a, "validationError", e.what, "", 0); return; }
    if (to.kind == C12_VDA_ORDER) agv_order(a, &m);
    else if (to.kind == C12_VDA_INSTANT_ACTIONS) agv_actions(a, &m);
}

/* ---- driving ------------------------------------------------------------------------------------------------------------------------------------ */

/* The action at this node, or on the way to it, that is to be done next; 1 = it may not drive on. */
static int agv_works(agv *a, int64_t now)
{
    for (int32_t k = 0; k < a->n_actions; k++) {
        agv_action *x = &a->action[k];
        if (x->sequence < 0 || x->sequence > a->last_sequence || x->status >= C12_VDA_FINISHED) continue;
        if (x->status == C12_VDA_RUNNING && now >= x->until) { x->status = C12_VDA_FINISHED; a->changed = 1; continue; }
        if (x->status == C12_VDA_WAITING) { x->status = C12_VDA_RUNNING; x->until = now + 400 / sim.speed; a->changed = 1; }
        return 1;
    }
    return 0;
}

static int64_t span(int64_t a, int64_t b) { return a > b ? a - b : b - a; }

static void agv_arrive(agv *a)
{
    a->at++;
    agv_reach(a);
    a->charge -= a->charge > 20 * (int64_t)C12_VDA_UNIT ? 1000 : 0;
    a->nodes_done++;
    a->all_done++;
    if (a->cancel) {
        a->cancel = 0;
        agv_clear(a, C12_VDA_FAILED);
        for (int32_t k = 0; k < a->n_actions; k++) if (a->action[k].status == C12_VDA_RUNNING) a->action[k].status = C12_VDA_FINISHED;
    }
    if (sim.drop_at && a->all_done == sim.drop_at) { /* as one that lost its way: the order is gone, and it says so */
        agv_clear(a, C12_VDA_FAILED);
        agv_wrong(a, "orderError", "it dropped its order", a->order, a->update);
    }
}

static void agv_drive(agv *a, int64_t now)
{
    if (agv_works(a, now)) return;
    if (!a->drives) {
        if (!base_ahead(a) || a->paused) return;
        const agv_node *from = &a->node[a->at], *to = &a->node[a->at + 1];
        int64_t um = span(from->x, to->x) + span(from->y, to->y);
        a->drives = 1;
        a->began = now;
        a->takes = (um ? um : C12_VDA_UNIT) * 1000 / a->pace_um / sim.speed + 1;
        a->changed = 1;
    }
    const agv_node *from = &a->node[a->at], *to = &a->node[a->at + 1];
    int64_t done = now - a->began;
    if (a->paused) { a->began += now - a->seen; return; }
    if (done >= a->takes) agv_arrive(a);
    else {
        a->x = from->x + (to->x - from->x) * done / a->takes;
        a->y = from->y + (to->y - from->y) * done / a->takes;
    }
}

static void opened(line *l, void *user)
{
    agv *a = user;
    char topic[256];
    static const int32_t kinds[2] = { C12_VDA_ORDER, C12_VDA_INSTANT_ACTIONS };
    for (int k = 0; k < 2; k++) {
        topic_of(a, kinds[k], topic);
        broker_hear(l, topic, 1);
    }
    agv_connection(a, C12_VDA_ONLINE);
    agv_send(a, C12_VDA_CONNECTION, 1, 1);
    agv_factsheet(a);
    a->changed = 1;
}

static void agv_step(agv *a)
{
    broker_step(&a->l, 0);
    int64_t now = broker_clock();
    agv_drive(a, now);
    a->seen = now;
    if (a->l.up && ((a->changed && now - a->said >= 10) || now - a->said >= sim.period)) agv_state(a);
}

/* ---- who there is ---------------------------------------------------------------------------------------------------------------------------------- */

static int agv_open(agv *a, const broker_options *o)
{
    char topic[256], will[4096], id[128];
    broker_options own = *o;
    snprintf(id, sizeof id, "%.40s-%.60s", sim.maker, a->serial);
    own.id = id;
    a->charge = 80 * (int64_t)C12_VDA_UNIT;
    a->l = (line){ .opened = opened, .heard = heard, .user = a };
    agv_connection(a, C12_VDA_CONNECTIONBROKEN);
    if (sheet_print(&page) || page.n >= sizeof will) return -1;
    memcpy(will, page.json, page.n);
    will[page.n] = 0;
    topic_of(a, C12_VDA_CONNECTION, topic);
    return broker_open(&a->l, &own, topic, will);
}

static int help(void)
{
    puts("c12 sim robot --mqtt --plant DIR | --serial NAME [--x M] [--y M]\n              [--broker 127.0.0.1] [--port 1883] [--manufacturer c12] [--robots N] [--seconds S] [--speed K] [--hz F]\n"
         "              [--cell M] [--version 2.0.0|2.1.0] [--certs DIR --ca FILE] [--drop-at N]\n\n"
         "  vehicles of VDA 5050, each with a connection and a last will of its own, on topics uagv/v2/MANUFACTURER/NAME/...\n"
         "  --plant: those of DIR/robots.csv, at home and at their pace; --cell: metres of a cell, 1; --hz: states a second beside those that tell news, 1\n"
         "  --certs: DIR/NAME.pem and NAME.key of each, TLS 1.3; --drop-at: each drops its order once, at its N-th node, as a test of masters\n\n"
         "example:  c12 sim robot --mqtt --plant examples/plants/humanoid --robots 10 --seconds 60");
    return 0;
}

static int agv_prove(agv *a, broker_options *o, const char *certs, char files[2][600])
{
    if (!certs) return agv_open(a, o);
    snprintf(files[0], 600, "%.400s/%.60s.pem", certs, a->serial);
    snprintf(files[1], 600, "%.400s/%.60s.key", certs, a->serial);
    o->cert = files[0];
    o->key = files[1];
    return agv_open(a, o);
}

/* Vehicles of a plant, or one by name. */
static agv *agv_all(int argc, char **argv, int *n)
{
    const char *dir = option_of(argc, argv, "--plant", NULL), *serial = option_of(argc, argv, "--serial", NULL);
    c12io_plant *p = NULL;
    if (!dir == !serial) { fprintf(stderr, "c12 sim: name --plant DIR or --serial NAME\n"); return NULL; }
    if (dir && c12io_plant_load(&p, dir, NULL)) { fprintf(stderr, "c12 sim: --plant %s: name a plant folder with robots.csv\n", dir); return NULL; }
    if (p && *n > p->n_robots) *n = p->n_robots;
    if (!p) *n = 1;
    agv *a = calloc((size_t)*n + 1, sizeof *a);
    for (int k = 0; a && k < *n; k++) {
        c12_view v = p ? c12io_texts_at(p->robot_code, k) : (c12_view){ (const uint8_t *)serial, strlen(serial) };
        snprintf(a[k].serial, sizeof a[k].serial, "%.*s", (int)v.size, (const char *)v.ptr);
        a[k].x = p ? p->robot_x[k] * sim.cell : (int64_t)(strtod(option_of(argc, argv, "--x", "0"), NULL) * C12_VDA_UNIT);
        a[k].y = p ? p->robot_y[k] * sim.cell : (int64_t)(strtod(option_of(argc, argv, "--y", "0"), NULL) * C12_VDA_UNIT);
        a[k].pace_um = p ? sim.cell * 1000 / p->robot_pace[k] : C12_VDA_UNIT;
    }
    if (p) c12io_plant_free(p);
    return a;
}

int main(int argc, char **argv)
{
    int n = 1000000;
    char files[2][600];
    static const char *const names[] = { "--plant", "--serial", "--x", "--y", "--broker", "--port", "--manufacturer", "--robots", "--seconds", "--speed", "--hz", "--cell", "--version", "--certs", "--ca", "--drop-at", NULL };
    if (!strcmp(argv[argc - 1], "--help")) return help();
    if (!options_known("c12 sim", argc, argv, names)) return 2;
    const char *certs = option_of(argc, argv, "--certs", NULL), *ca = option_of(argc, argv, "--ca", NULL);
    broker_options o = { .host = option_of(argc, argv, "--broker", "127.0.0.1"), .port = atoi(option_of(argc, argv, "--port", "1883")), .ca = ca };
    double hz = strtod(option_of(argc, argv, "--hz", "1"), NULL), seconds = strtod(option_of(argc, argv, "--seconds", "1e9"), NULL), cell = strtod(option_of(argc, argv, "--cell", "1"), NULL);
    sim.speed = strtoll(option_of(argc, argv, "--speed", "1"), NULL, 10);
    if (sim.speed < 1 || hz <= 0 || hz > 100 || cell <= 0) { fprintf(stderr, "c12 sim: --speed is 1 or more, --hz above 0 to 100, --cell above 0\n"); return 2; }
    sim.period = (int64_t)(1000 / hz);
    sim.cell = (int64_t)(cell * C12_VDA_UNIT);
    sim.drop_at = atoi(option_of(argc, argv, "--drop-at", "0"));
    sim.version = option_of(argc, argv, "--version", "2.0.0");
    sim.maker = option_of(argc, argv, "--manufacturer", "c12");
    n = atoi(option_of(argc, argv, "--robots", "1000000"));
    agv *a = agv_all(argc, argv, &n);
    if (!a) return 2;
    signal(SIGINT, stop);
    signal(SIGTERM, stop);
    for (int k = 0; k < n; k++) if (agv_prove(&a[k], &o, certs, files)) { fprintf(stderr, "c12 sim: %s: no connection can be made\n", a[k].serial); return 2; }
    int64_t until = broker_clock() + (int64_t)(seconds * 1000), nodes = 0, states = 0, broken = 0;
    while (!sim.over && broker_clock() < until) {
        for (int k = 0; k < n; k++) agv_step(&a[k]);
        usleep(2000);
    }
    for (int k = 0; k < n; k++) {
        agv_connection(&a[k], C12_VDA_OFFLINE);
        agv_send(&a[k], C12_VDA_CONNECTION, 1, 1);
        nodes += a[k].all_done;
        states += a[k].header[C12_VDA_STATE];
        broken += a[k].l.lost;
        broker_close(&a[k].l);
    }
    printf("{\"robots\":%d,\"nodes\":%" PRId64 ",\"states\":%" PRId64 ",\"broken\":%" PRId64 "}\n", n, nodes, states, broken);
    free(a);
    return 0;
}
