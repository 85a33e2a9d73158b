/* SPDX-License-Identifier: Apache-2.0 */
/* A robot's route becomes an order of VDA 5050, and its state a place in it; then it is sent on by an update that begins where the base ended. */
#include "c12/vda.h"
#include <stdio.h>
#include <string.h>

/* prints: A3 A4 A5 | B5 C5 */
/* prints: on_way: at A4, 1 released ahead, 2 planned */
/* prints: update taken: A5 B5 | B6 */
/* prints: an update from A4: V7 an update begins with the last node of the base */

static c12_view text(const char *s)
{
    c12_view v = { (const uint8_t *)s, strlen(s) };
    return v;
}

/* The cells A3 A4 A5 B5 C5 B6. */
static const char names[] = "A3A4A5B5C5B6";
static const int64_t off[] = { 0, 2, 4, 6, 8, 10, 12 };

static uint64_t room[4][2048];
static c12_error err = C12_INIT(c12_error);

static int make(int k, const int32_t *step, int32_t n, int32_t released, int64_t first, int64_t update, c12_vda_message *message, c12_vda_order *order)
{
    c12_vda_route route = C12_INIT(c12_vda_route);
    c12_vda_header header = C12_INIT(c12_vda_header);
    c12_mem mem = { room[k], sizeof room[k] };
    route.n_steps = n; route.n_released = released; route.n_vertices = 6; route.first_sequence = first; route.step_vertex = step; route.vertex_text = (const uint8_t *)names; route.vertex_off = off;
    header.manufacturer = text("acme"); header.serial = text("R1"); header.order = text("T-17"); header.update = update;
    return c12_vda_order_make(&route, &header, mem, message, &err) || c12_vda_order_of(message, order, &err);
}

static void put(const char *what, const c12_vda_order *o)
{
    printf("%s", what);
    for (int32_t k = 0; k < o->n_nodes; k++) printf("%s%.*s%s", k && !o->node_released[k] && o->node_released[k - 1] ? "| " : "", (int)(o->node_off[k + 1] - o->node_off[k]), (const char *)o->node_text + o->node_off[k], k + 1 < o->n_nodes ? " " : "\n");
}

int main(void)
{
    static const char said[] = "{\"headerId\":12,\"timestamp\":\"2026-11-30T08:15:00.250Z\",\"version\":\"2.0.0\",\"manufacturer\":\"acme\",\"serialNumber\":\"R1\",\"orderId\":\"T-17\",\"orderUpdateId\":0,\"lastNodeId\":\"A4\",\"lastNodeSequenceId\":2,\"driving\":true,"
        "\"operatingMode\":\"AUTOMATIC\",\"nodeStates\":[{\"nodeId\":\"A5\",\"sequenceId\":4,\"released\":true},{\"nodeId\":\"B5\",\"sequenceId\":6,\"released\":false},{\"nodeId\":\"C5\",\"sequenceId\":8,\"released\":false}],\"edgeStates\":[],\"actionStates\":[],"
        "\"batteryState\":{\"batteryCharge\":80.5,\"charging\":false},\"errors\":[],\"safetyState\":{\"eStop\":\"NONE\",\"fieldViolation\":false}}";
    static const char *const states[] = { "elsewhere", "on_way", "at_end", "arrived", "lost" };
    const int32_t way[] = { 0, 1, 1, 2, 3, 4 } /* waits in A4 */, on[] = { 2, 3, 5 }, wrong[] = { 1, 2 };
    c12_vda_message m = C12_INIT(c12_vda_message), state = C12_INIT(c12_vda_message);
    c12_vda_order order = C12_INIT(c12_vda_order), update = C12_INIT(c12_vda_order), bad = C12_INIT(c12_vda_order);
    c12_vda_report report = C12_INIT(c12_vda_report);
    c12_vda_place place = C12_INIT(c12_vda_place);
    c12_vda_decision decision = C12_INIT(c12_vda_decision);
    c12_verdict verdict = C12_INIT(c12_verdict);
    c12_mem mem = { room[3], sizeof room[3] };
    if (make(0, way, 6, 4, 0, 0, &m, &order)) goto failed;
    put("", &order);
    if (c12_vda_read(C12_VDA_STATE, text(said), mem, &state, &err) || c12_vda_report_of(&state, &report, &err) || c12_vda_progress(&order, &report, &place, &err)) goto failed;
    printf("%s: at %.*s, %d released ahead, %d planned\n", states[place.state], (int)report.last_node.size, (const char *)report.last_node.ptr, (int)place.base, (int)place.horizon);
    if (make(1, on, 3, 2, 4, 1, &m, &update) || c12_vda_accept(&report, &update, 0, &decision, &err)) goto failed;
    put(decision.what == C12_VDA_EXTEND ? "update taken: " : "update refused: ", &update);
    if (make(2, wrong, 2, 2, 2, 1, &m, &bad) || c12_vda_update_check(&order, &bad, &verdict, &err)) goto failed;
    printf("an update from A4: %s\n", verdict.violations ? verdict.rule : "fine");
    return 0;
failed:
    fprintf(stderr, "%s\n", err.what);
    return 1;
}
