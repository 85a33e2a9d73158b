/* SPDX-License-Identifier: Apache-2.0 */
#include "master.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t room[MASTER_ROOM / 8];

/* What was refused, with its reason: at most twenty lines a second, whoever shouts. */
static void refuse(master *m, const char *topic, const char *what, const char *more)
{
    int64_t now = broker_clock();
    m->refused++;
    if (now - m->said_at >= 1000) {
        if (m->n_said > 20) say("refused: %lld more", (long long)(m->n_said - 20));
        m->said_at = now;
        m->n_said = 0;
    }
    if (m->n_said++ < 20) say("refused: %.200s: %s%s%s", topic, what, more ? ": " : "", more ? more : "");
}

static int same(c12_view v, const char *s) { return v.size == strlen(s) && !memcmp(v.ptr, s, v.size); }

static vehicle *who(master *m, c12_view maker, c12_view serial)
{
    for (int32_t k = 0; k < m->n; k++)
        if (same(serial, m->v[k].serial) && same(maker, m->v[k].maker)) return &m->v[k];
    return NULL;
}

static int64_t number(const c12_vda_message *m, const char *path, int64_t row) { return c12_vda_value(m, c12_vda_find(m->kind, path), row); }
static c12_view words(const c12_vda_message *m, const char *path, int64_t row) { return c12_vda_text(m, c12_vda_find(m->kind, path), row); }

static void cell_name(cell c, char out[40]) { snprintf(out, 40, "x%dy%d", (int)c.x, (int)c.y); }

static int cell_of(c12_view name, cell *out)
{
    char text[40];
    int n = 0;
    if (name.size >= sizeof text) return 0;
    memcpy(text, name.ptr, name.size);
    text[name.size] = 0;
    return sscanf(text, "x%dy%d%n", &out->x, &out->y, &n) == 2 && text[n] == 0 && out->x >= 0 && out->y >= 0;
}

static void topic_of(const master *m, const vehicle *v, int32_t kind, char out[300]) { snprintf(out, 300, "%s/v2/%s/%s/%s", m->o.interface_name, v->maker, v->serial, c12_vda_topic(kind)); }

/* ---- going out ------------------------------------------------------------------------------------------------------------------------------ */

static void send_instant(master *m, vehicle *v, const char *type)
{
    char topic[300], id[160];
    const char *type_text = type, *id_text = id;
    const int64_t hard = 2;
    sheet *s = &m->page;
    snprintf(id, sizeof id, "%s-i%" PRId64, v->robot, v->out_header[C12_VDA_INSTANT_ACTIONS]);
    sheet_begin(s, C12_VDA_INSTANT_ACTIONS, m->o.version, v->out_header[C12_VDA_INSTANT_ACTIONS]++, v->maker, v->serial);
    sheet_list(s, "actions", 1);
    sheet_texts(s, "actions.actionType", 1, &type_text);
    sheet_texts(s, "actions.actionId", 1, &id_text);
    sheet_ints(s, "actions.blockingType", 1, &hard);
    topic_of(m, v, C12_VDA_INSTANT_ACTIONS, topic);
    if (!sheet_print(s) && !broker_say(&m->l, topic, s->json, s->n, 1, 0)) say("%s: %s", v->robot, type);
}

static void send_again(master *m, vehicle *v)
{
    char topic[300];
    topic_of(m, v, C12_VDA_ORDER, topic);
    if (broker_say(&m->l, topic, v->json, v->json_n, 0, 0)) return; /* tried again at the next step */
    v->sent_at = broker_clock();
    v->tries++;
    m->sent++;
}

/* The message of node[from ...] with `more` planned cells behind them, made in the vehicle's room. */
static int make_order(master *m, vehicle *v, int32_t from, int32_t n, int32_t released)
{
    static char text[MASTER_STEPS * 2 * 40];
    static int64_t off[MASTER_STEPS * 2 + 1], x[MASTER_STEPS * 2], y[MASTER_STEPS * 2];
    static int32_t step[MASTER_STEPS * 2];
    c12_error e = C12_INIT(c12_error);
    for (int32_t k = 0; k < n; k++) {
        char name[40];
        const cell *c = &v->node[from + k];
        cell_name(*c, name);
        memcpy(text + off[k], name, strlen(name));
        off[k + 1] = off[k] + (int64_t)strlen(name);
        step[k] = k;
        x[k] = c->x * m->o.cell_um;
        y[k] = c->y * m->o.cell_um;
    }
    c12_vda_route r = { .struct_size = sizeof r, .n_steps = n, .n_released = released, .n_vertices = n, .first_sequence = 2 * (int64_t)from, .step_vertex = step, .vertex_text = (const uint8_t *)text, .vertex_off = off, .vertex_x = x, .vertex_y = y,
                        .map = { (const uint8_t *)m->o.map, strlen(m->o.map) } };
    c12_vda_header h = { .struct_size = sizeof h, .version = !strncmp(m->o.version, "2.1", 3) ? 21 : 20, .header = v->out_header[C12_VDA_ORDER], .timestamp = sheet_now(), .manufacturer = { (const uint8_t *)v->maker, strlen(v->maker) },
                         .serial = { (const uint8_t *)v->serial, strlen(v->serial) }, .order = { (const uint8_t *)v->order, strlen(v->order) }, .update = v->update };
    v->running.struct_size = sizeof v->running;
    c12_status st = c12_vda_order_make(&r, &h, v->room, &v->running, &e);
    if (st == C12_E_SPACE) {
        free(v->room.ptr);
        v->room.size = (size_t)e.value * 2;
        v->room.ptr = malloc(v->room.size);
        st = c12_vda_order_make(&r, &h, v->room, &v->running, &e);
    }
    if (!st) st = c12_vda_write(&v->running, (uint8_t *)v->json, MASTER_PAYLOAD, &v->json_n, &e);
    if (st) say("%s: no order can be made: %s", v->robot, e.what);
    return st ? -1 : 0;
}

/* A new order from where it stands, or an update from the last node of its base: `extra` cells are newly released, `plan` follow as horizon. */
static void send_order(master *m, vehicle *v, const cell *extra, int32_t n_extra, const cell *plan, int32_t n_plan)
{
    if (!v->active) {
        snprintf(v->order, sizeof v->order, "%.40s-%" PRIx64 "-%d", v->robot, (uint64_t)sheet_now() / 1000000, (int)v->orders++);
        v->update = 0;
        v->node[0] = v->at;
        v->base = 1;
        v->reached = 0;
    } else v->update++;
    int32_t from = v->base - 1;
    for (int32_t k = 0; k < n_extra; k++) v->node[v->base + k] = extra[k];
    for (int32_t k = 0; k < n_plan; k++) v->node[v->base + n_extra + k] = plan[k];
    v->active = 1;
    v->horizon = n_plan;
    v->acked = v->tries = 0;
    if (make_order(m, v, from, 1 + n_extra + n_plan, 1 + n_extra)) { v->active = 0; return; }
    v->base += n_extra;
    v->out_header[C12_VDA_ORDER]++;
    send_again(m, v);
}

/* Its order is over, not as it should be: the next begins where it stands. */
static void give_up(vehicle *v, const char *why)
{
    say("%s: order %s is over: %s", v->robot, v->order, why);
    v->active = 0;
    v->dirty = 1;
}

/* ---- coming in ---------------------------------------------------------------------------------------------------------------------------------- */

static void heard_connection(vehicle *v, const c12_vda_message *m)
{
    static const char *const names[] = { "ONLINE", "OFFLINE", "CONNECTIONBROKEN" };
    int is = (int)number(m, "connectionState", 0);
    if (is != v->connection) say("%s: %s", v->robot, names[is]);
    v->connection = is;
    if (is != C12_VDA_ONLINE) v->heard = 0; /* what it says next will be new */
}

/* An error of the state that is about the order it was given last. */
static int refuses_ours(const vehicle *v, const c12_vda_message *s, char why[300])
{
    const c12_vda_column *refs = &s->column[c12_vda_find(C12_VDA_STATE, "errors.errorReferences")];
    int64_t n = s->column[c12_vda_find(C12_VDA_STATE, "errors.errorType")].rows;
    char update[24];
    snprintf(update, sizeof update, "%" PRId64, v->update);
    for (int64_t k = 0; k < n; k++) {
        int order = 0, of = 0;
        for (int64_t r = refs->off[k]; r < refs->off[k + 1]; r++) {
            c12_view key = words(s, "errors.errorReferences.referenceKey", r), value = words(s, "errors.errorReferences.referenceValue", r);
            order |= same(key, "orderId") && same(value, v->order);
            of |= same(key, "orderUpdateId") && same(value, update);
        }
        if (!order || !of) continue;
        c12_view type = words(s, "errors.errorType", k), says = words(s, "errors.errorDescription", k);
        snprintf(why, 300, "the vehicle says %.*s: %.*s", (int)(type.size < 60 ? type.size : 60), (const char *)type.ptr, (int)(says.size < 160 ? says.size : 160), (const char *)says.ptr);
        return 1;
    }
    return 0;
}

/* Where it is in its order; its order may be gone, be refused, or not fit what it says. */
static void heard_progress(vehicle *v, const c12_vda_message *s, const c12_vda_report *r)
{
    c12_error e = C12_INIT(c12_error);
    char why[300];
    int ours = same(r->id, v->order);
    if (ours && r->update == v->update) v->acked = 1;
    if (!v->acked && refuses_ours(v, s, why)) { give_up(v, why); return; }
    if (!ours) {
        if (v->update > 0 || v->acked) give_up(v, "the vehicle does not know it any more");
        return;
    }
    int64_t k = r->last_sequence / 2;
    cell c;
    if (k >= 0 && k < v->base && cell_of(r->last_node, &c) && c.x == v->node[k].x && c.y == v->node[k].y) {
        if (k > v->reached) { v->reached = (int32_t)k; v->dirty = 1; }
    } else if (v->reached) { /* before the first node it may still name one of the order before, or none */
        give_up(v, "it reached a node that was not released to it");
        v->lost = 1;
        return;
    }
    if (!v->acked) return;
    c12_vda_order o = C12_INIT(c12_vda_order);
    c12_vda_place p = C12_INIT(c12_vda_place);
    if (c12_vda_order_of(&v->running, &o, &e) || c12_vda_progress(&o, r, &p, &e)) return;
    if (p.state == C12_VDA_LOST && !r->n_nodes && v->reached < v->base - 1) give_up(v, "the vehicle dropped it");
    else if (p.state == C12_VDA_LOST && !v->lost && v->reached) { say("%s: %s", v->robot, p.why); v->lost = 1; }
    else if (p.state == C12_VDA_ARRIVED) { v->active = 0; v->dirty = 1; }
    else if (p.state != C12_VDA_LOST) v->lost = 0;
}

/* The cell it holds: the node it reached last, as on its way to the next it is still in that one; where nobody sent it yet, the cell under it when it stands. */
static int stands(const master *m, const vehicle *v, const c12_vda_message *s, const c12_vda_report *r, cell *out)
{
    int64_t x = number(s, "agvPosition.x", 0), y = number(s, "agvPosition.y", 0), um = m->o.cell_um;
    int known = x != C12_VDA_NONE && y != C12_VDA_NONE && x >= -um / 2 && y >= -um / 2;
    cell c;
    if (v->active) { *out = v->node[v->reached]; return 1; }
    if (cell_of(r->last_node, &c) && (!known || (llabs(x - c.x * um) <= um + um / 2 && llabs(y - c.y * um) <= um + um / 2))) { *out = c; return 1; }
    if (!known || r->driving) return 0;
    *out = (cell){ (int32_t)((x + um / 2) / um), (int32_t)((y + um / 2) / um) };
    return 1;
}

static void heard_state(master *m, vehicle *v, const c12_vda_message *s)
{
    c12_error e = C12_INIT(c12_error);
    c12_vda_report r = C12_INIT(c12_vda_report);
    if (c12_vda_report_of(s, &r, &e)) return;
    m->states++;
    v->heard = 1;
    v->heard_at = broker_clock();
    v->left = r.n_nodes;
    v->paused = number(s, "paused", 0) == C12_VDA_NONE ? -1 : (int)number(s, "paused", 0);
    if (v->paused == v->halted) v->asked = 0;
    v->battery_ppm = number(s, "batteryState.batteryCharge", 0) / 100;
    if (v->active) heard_progress(v, s, &r);
    cell before = v->at;
    if (!stands(m, v, s, &r, &v->at)) return;
    if (!v->placed || v->at.x != before.x || v->at.y != before.y) v->dirty = 1;
    v->placed = 1;
}

/* States and visualizations that were overtaken are dropped; a connection is retained, so that the same comes again after every reconnect, and counts. */
static int in_order(master *m, vehicle *v, int32_t kind, int64_t header)
{
    if (kind == C12_VDA_CONNECTION || kind == C12_VDA_FACTSHEET) return 1;
    int32_t f = c12_vda_follow(v->header[kind], header);
    m->gaps += f == C12_VDA_GAP;
    if (f == C12_VDA_OLD || f == C12_VDA_REPEAT) return 0;
    v->header[kind] = header;
    return 1;
}

void master_heard(line *l, void *user, const struct mosquitto_message *message)
{
    master *m = user;
    c12_error e = C12_INIT(c12_error);
    c12_vda_address to = C12_INIT(c12_vda_address);
    c12_vda_message s = C12_INIT(c12_vda_message);
    char where[160];
    (void)l;
    const c12_view topic = { (const uint8_t *)message->topic, strlen(message->topic) }, json = { message->payload ? message->payload : (const uint8_t *)"", (size_t)message->payloadlen };
    if (c12_vda_address_read(topic, &to, &e)) { refuse(m, message->topic, e.what, NULL); return; }
    vehicle *v = who(m, to.manufacturer, to.serial);
    if (!v) { refuse(m, message->topic, "nobody of the fleet", NULL); return; }
    if (!message->payloadlen && message->retain) return; /* somebody cleared the topic */
    if (message->payloadlen > MASTER_PAYLOAD) { snprintf(where, sizeof where, "%d bytes, at most %d are read", message->payloadlen, MASTER_PAYLOAD); refuse(m, message->topic, "too long", where); return; }
    if (c12_vda_read(to.kind, json, (c12_mem){ room, sizeof room }, &s, &e)) {
        snprintf(where, sizeof where, "%s at byte %" PRId64, e.field ? e.field : "JSON", e.value);
        refuse(m, message->topic, e.what, where);
        return;
    }
    if (!same(words(&s, "serialNumber", 0), v->serial) || !same(words(&s, "manufacturer", 0), v->maker)) { refuse(m, message->topic, "it names another vehicle than its topic", NULL); return; }
    if (!in_order(m, v, to.kind, number(&s, "headerId", 0))) return;
    if (to.kind == C12_VDA_CONNECTION) heard_connection(v, &s);
    else if (to.kind == C12_VDA_STATE) heard_state(m, v, &s);
}

void master_opened(line *l, void *user)
{
    static const int32_t kinds[] = { C12_VDA_CONNECTION, C12_VDA_STATE, C12_VDA_FACTSHEET };
    master *m = user;
    char topic[300];
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        snprintf(topic, sizeof topic, "%s/v2/+/+/%s", m->o.interface_name, c12_vda_topic(kinds[k]));
        broker_hear(l, topic, kinds[k] == C12_VDA_CONNECTION);
    }
}

/* Said when the subscriptions stand, not before: a state that comes between is lost, as states are not retained. */
void master_ready(line *l, void *user)
{
    master *m = user;
    if (l->denied) say("broker %s:%d: denies %d of our subscriptions; its access list must let us read %s/v2/#", l->host, l->port, l->denied, m->o.interface_name);
    else say("broker %s:%d: connected", l->host, l->port);
}

/* Until the retained connections come again nobody is known to be there. */
void master_closed(line *l, void *user)
{
    master *m = user;
    say("broker %s:%d: lost", l->host, l->port);
    for (int32_t k = 0; k < m->n; k++) {
        m->v[k].connection = -1;
        m->v[k].heard = 0;
    }
}

/* ---- fleetd --------------------------------------------------------------------------------------------------------------------------------------- */

static json_t *api(master *m, const char *method, const char *path, const char *body, int *status)
{
    *status = wire_ask(&m->w, &m->api, method, path, body);
    if (*status < 0) {
        m->api_wait = m->api_wait ? (m->api_wait < 5000 ? m->api_wait * 2 : 10000) : 250;
        m->api_at = broker_clock() + m->api_wait;
        say("fleetd %s:%d does not answer; again in %lld ms", m->api.host, m->api.port, (long long)m->api_wait);
        return NULL;
    }
    m->api_wait = 0;
    return json_loads(m->w.body, 0, NULL);
}

int master_robots(master *m)
{
    int status;
    json_t *all = api(m, "GET", "/api/v1/robots", "", &status), *items = json_object_get(all, "items"), *one;
    size_t k;
    if (status != 200 || !json_array_size(items)) { json_decref(all); return -1; }
    m->v = calloc(json_array_size(items), sizeof *m->v);
    json_array_foreach(items, k, one) {
        vehicle *v = &m->v[m->n];
        const char *code = json_string_value(json_object_get(one, "robot"));
        if (!code || strlen(code) >= sizeof v->robot || strpbrk(code, "/+#")) continue;
        snprintf(v->robot, sizeof v->robot, "%s", code);
        snprintf(v->serial, sizeof v->serial, "%s", code);
        snprintf(v->maker, sizeof v->maker, "%s", m->o.maker);
        v->connection = -1;
        for (int i = 0; i < C12_VDA_KINDS; i++) v->header[i] = C12_VDA_NONE;
        v->json = malloc(MASTER_PAYLOAD);
        m->n++;
    }
    json_decref(all);
    return 0;
}

/* Cells of a list of [x, y, ...]; the same twice in a row is one. */
static int32_t cells_of(const json_t *list, cell *out)
{
    int32_t n = 0;
    size_t k;
    json_t *one;
    json_array_foreach(list, k, one) {
        cell c = { (int32_t)json_integer_value(json_array_get(one, 0)), (int32_t)json_integer_value(json_array_get(one, 1)) };
        if (n && out[n - 1].x == c.x && out[n - 1].y == c.y) continue;
        if (n == MASTER_STEPS) break;
        out[n++] = c;
    }
    return n;
}

/* What is planned behind what is released: the horizon of the next message. */
static int32_t plan_behind(master *m, const vehicle *v, cell last, cell *out)
{
    char path[160];
    int status;
    cell way[MASTER_STEPS];
    snprintf(path, sizeof path, "/api/v1/robots/%s", v->robot);
    json_t *one = api(m, "GET", path, "", &status);
    int32_t n = status == 200 ? cells_of(json_object_get(one, "route"), way) : 0, from = 0, k = 0;
    json_decref(one);
    while (from < n && (way[from].x != last.x || way[from].y != last.y)) from++;
    for (from++; from < n && k < m->o.horizon; from++) out[k++] = way[from];
    return k;
}

/* fleetd's released steps go on with what the vehicle has of its base; what is behind that is new. */
static void extend(master *m, vehicle *v, const json_t *answer)
{
    cell step[MASTER_STEPS], plan[MASTER_STEPS];
    int32_t n = cells_of(json_object_get(answer, "steps"), step), have = v->active ? v->base - v->reached : 1, k = 0;
    while (k < n && k < have && step[k].x == (v->active ? v->node[v->reached + k].x : v->at.x) && step[k].y == (v->active ? v->node[v->reached + k].y : v->at.y)) k++;
    if (k < have) {
        if (k < n && v->active && !v->lost) { say("%s: fleetd releases another way than the vehicle was given; it goes on when the vehicle stands", v->robot); v->lost = 1; }
        return;
    }
    if (n > m->o.nodes - m->o.horizon - 2) n = (int32_t)(m->o.nodes - m->o.horizon - 2);
    if (n <= have) return;
    if ((v->active ? v->base : 1) + n + m->o.horizon >= m->o.nodes) { /* as long as an order gets: its horizon goes, so that it ends where the base does, and another begins there */
        if (v->active && v->horizon && v->reached == v->base - 1) send_order(m, v, NULL, 0, NULL, 0);
        return;
    }
    int32_t planned = plan_behind(m, v, step[n - 1], plan);
    send_order(m, v, step + have, n - have, plan, planned);
}

/* Asked until the vehicle says that it is so, and not again: somebody may pause it at its own button. */
static void halt(master *m, vehicle *v, int stop)
{
    int64_t now = broker_clock();
    if (stop != v->halted) {
        v->halted = stop;
        v->asked = 1;
        v->halt_at = 0;
    }
    if (!v->asked || now - v->halt_at < 1000) return;
    v->halt_at = now;
    if (v->paused < 0) v->asked = 0;
    send_instant(m, v, stop ? "startPause" : "stopPause");
}

/* One report of a vehicle that is there, and what comes of it. */
static void report(master *m, vehicle *v)
{
    char path[160], body[120];
    int status;
    snprintf(path, sizeof path, "/api/v1/robots/%s/state", v->robot);
    snprintf(body, sizeof body, "{\"x\":%d,\"y\":%d,\"battery_ppm\":%" PRId64 "}", (int)v->at.x, (int)v->at.y, v->battery_ppm < 0 ? 0 : v->battery_ppm > 1000000 ? 1000000 : v->battery_ppm);
    json_t *answer = api(m, "PUT", path, body, &status);
    v->asked_at = broker_clock();
    v->dirty = 0;
    if (status == 200) {
        halt(m, v, json_is_true(json_object_get(answer, "stop")));
        int waits = v->active && !v->acked; /* one order under way at a time */
        if (!waits && !v->halted && (v->active || !v->left)) extend(m, v, answer);
    } else if (status > 0) {
        const char *detail = json_string_value(json_object_get(answer, "detail"));
        say("%s: fleetd answers %d: %.200s", v->robot, status, detail ? detail : "");
        v->asked_at += 1000;
    }
    json_decref(answer);
}

static void vehicle_step(master *m, vehicle *v, int64_t now)
{
    if (v->connection != C12_VDA_ONLINE || !v->heard || !v->placed || now - v->heard_at > m->o.silence_ms) return; /* fleetd sees it grow stale */
    if (v->active && !v->acked && now - v->sent_at >= m->o.resend_ms) {
        if (v->tries < 5) send_again(m, v);
        else give_up(v, "five times sent, and the vehicle does not take it");
    }
    if (!v->active && v->left && now - v->cancelled_at > 2000) { /* an order of somebody else, or of ours that is over */
        v->cancelled_at = now;
        send_instant(m, v, "cancelOrder");
    }
    int idle = !v->active || (v->acked && v->reached >= v->base - 1) || v->asked;
    if (now >= m->api_at && now - v->asked_at >= (v->dirty ? 0 : idle ? 100 : 500)) report(m, v);
}

void master_step(master *m)
{
    if (!m->l.up) return;
    int64_t now = broker_clock();
    for (int32_t k = 0; k < m->n; k++) {
        vehicle_step(m, &m->v[k], now);
        if (k % 16 == 15) broker_step(&m->l, 0); /* nobody waits for the whole fleet */
    }
}

void master_free(master *m)
{
    for (int32_t k = 0; k < m->n; k++) {
        free(m->v[k].json);
        free(m->v[k].room.ptr);
    }
    free(m->v);
    wire_end(&m->w);
}
