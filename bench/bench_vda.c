/* SPDX-License-Identifier: Apache-2.0 */
/* c12 bench vda: states and orders of VDA 5050 read, printed and judged; thread's processor time, the median of some runs. */
#include "bench.h"
#include "c12/vda.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { VDA_RUNS = 7, VDA_TIMES = 20000, VDA_NODES = 20, VDA_ROOM = 1 << 17, VDA_TEXT = 1 << 15 };

typedef struct vda_bench { cli *c; table out; c12_mem room; uint8_t *json; size_t n; c12_vda_message m; } vda_bench;

static int64_t vda_clock(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return t.tv_sec * (int64_t)1000000000 + t.tv_nsec;
}

static int vda_sooner(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

/* An order of twenty nodes by the library's own hand. */
static c12_status vda_order_text(vda_bench *b)
{
    static const char names[] = "N00N01N02N03N04N05N06N07N08N09N10N11N12N13N14N15N16N17N18N19";
    static const char words[] = "acmeR1T-17hall";
    int32_t step[VDA_NODES];
    int64_t off[VDA_NODES + 1], x[VDA_NODES];
    for (int32_t k = 0; k < VDA_NODES; k++) { step[k] = k; off[k + 1] = 3 * (k + (int64_t)1); x[k] = k * (int64_t)1250000; }
    off[0] = 0;
    const uint8_t *t = (const uint8_t *)words;
    c12_vda_route r = { .struct_size = sizeof r, .n_steps = VDA_NODES, .n_released = 8, .n_vertices = VDA_NODES, .step_vertex = step, .vertex_text = (const uint8_t *)names, .vertex_off = off, .vertex_x = x, .vertex_y = x, .map = { t + 10, 4 } };
    c12_vda_header h = { .struct_size = sizeof h, .timestamp = INT64_C(1796026500250000000), .manufacturer = { t, 4 }, .serial = { t + 4, 2 }, .order = { t + 6, 4 } };
    c12_status st = c12_vda_order_make(&r, &h, b->room, &b->m, &b->c->err);
    return st ? st : c12_vda_write(&b->m, b->json, VDA_TEXT, &b->n, &b->c->err);
}

/* A state with what is left of such an order, as vehicles send it ten times a second. */
static void vda_state_text(vda_bench *b)
{
    text t = { 0 };
    text_add(&t, "{\"headerId\":4711,\"timestamp\":\"2026-11-30T08:15:00.250Z\",\"version\":\"2.0.0\",\"manufacturer\":\"acme\",\"serialNumber\":\"R1\",\"orderId\":\"T-17\",\"orderUpdateId\":3,\"lastNodeId\":\"N01\",\"lastNodeSequenceId\":2,\"driving\":true,"
                 "\"paused\":false,\"newBaseRequest\":false,\"distanceSinceLastNode\":0.731,\"operatingMode\":\"AUTOMATIC\",\"nodeStates\":[");
    for (int k = 2; k < VDA_NODES; k++) text_add(&t, "%s{\"nodeId\":\"N%02d\",\"sequenceId\":%d,\"released\":%s}", k > 2 ? "," : "", k, 2 * k, k < 8 ? "true" : "false");
    text_add(&t, "],\"edgeStates\":[");
    for (int k = 2; k < VDA_NODES; k++) text_add(&t, "%s{\"edgeId\":\"N%02d-N%02d\",\"sequenceId\":%d,\"released\":%s}", k > 2 ? "," : "", k - 1, k, 2 * k - 1, k < 8 ? "true" : "false");
    text_add(&t, "],\"agvPosition\":{\"x\":1.981234,\"y\":1.98,\"theta\":0.785398,\"mapId\":\"hall\",\"positionInitialized\":true},\"velocity\":{\"vx\":0.8,\"vy\":0,\"omega\":0.01},\"loads\":[],\"actionStates\":[{\"actionId\":\"a1\",\"actionType\":\"pick\",\"actionStatus\":\"WAITING\"}],"
                 "\"batteryState\":{\"batteryCharge\":67.25,\"charging\":false},\"errors\":[],\"information\":[],\"safetyState\":{\"eStop\":\"NONE\",\"fieldViolation\":false}}");
    memcpy(b->json, t.at, t.n);
    b->n = t.n;
    text_free(&t);
}

static c12_status vda_once(vda_bench *b, int32_t kind, int what)
{
    const c12_view v = { b->json, b->n };
    size_t used;
    c12_verdict verdict = C12_INIT(c12_verdict);
    c12_vda_order o = C12_INIT(c12_vda_order);
    if (what == 0) return c12_vda_read(kind, v, b->room, &b->m, &b->c->err);
    if (what == 1) return c12_vda_write(&b->m, b->json, VDA_TEXT, &used, &b->c->err);
    c12_status st = c12_vda_order_of(&b->m, &o, &b->c->err);
    return st ? st : c12_vda_order_check(&o, &verdict, &b->c->err);
}

static c12_status vda_line(vda_bench *b, int32_t kind, int what, const char *name)
{
    int64_t took[VDA_RUNS];
    c12_status st = C12_OK;
    for (int k = 0; k < VDA_RUNS; k++) {
        took[k] = -vda_clock();
        for (int i = 0; i < VDA_TIMES && !st; i++) st = vda_once(b, kind, what);
        took[k] += vda_clock();
    }
    qsort(took, VDA_RUNS, sizeof *took, vda_sooner);
    int64_t ns = took[VDA_RUNS / 2] > 0 ? took[VDA_RUNS / 2] : 1;
    table_word(&b->out, name);
    table_int(&b->out, (int64_t)b->n);
    table_ratio(&b->out, ns, VDA_TIMES * (int64_t)1000, 2);
    table_ratio(&b->out, VDA_TIMES * (int64_t)1000000000, ns, 0);
    return st;
}

int bench_vda(cli *c)
{
    static const char *const head[] = { "what", "bytes", "us_each", "a_second" };
    vda_bench b = { .c = c, .room = { cli_new(VDA_ROOM, 1), VDA_ROOM }, .json = cli_new(VDA_TEXT, 1), .m = { .struct_size = sizeof b.m } };
    const char *save = cli_value(c, "--save"); /* the state, for peers */
    if (!cli_ready(c, 1)) return EXIT_BAD;
    b.out = table_new(4, head, "snnn");
    c12_status st = vda_order_text(&b);
    if (!st) st = vda_line(&b, C12_VDA_ORDER, 0, "orders of 20 nodes read");
    if (!st) st = vda_line(&b, C12_VDA_ORDER, 1, "printed");
    if (!st) st = vda_line(&b, C12_VDA_ORDER, 2, "judged");
    vda_state_text(&b);
    text t = { 0 };
    text_bytes(&t, b.json, b.n);
    int code = save ? text_write(c, &t, save) : (text_free(&t), EXIT_DONE);
    if (!st) st = vda_line(&b, C12_VDA_STATE, 0, "states read");
    if (!st) st = vda_line(&b, C12_VDA_STATE, 1, "printed");
    free(b.room.ptr);
    free(b.json);
    return st ? cli_fail(c, st) : code ? code : table_print(c, &b.out, NULL);
}
