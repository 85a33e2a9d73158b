/* SPDX-License-Identifier: Apache-2.0 */
/* c12 bench wire FILE.jsonl: what a record costs between JSON, columns, radio frames and links, on one thread: processor time, the median of runs,
 * and bytes a record.  Records are taken in pieces that stay in the cache, as a robot or a gateway would. */
#include "bench.h"
#include "c12/seal.h"
#include "c12/tlm.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { WIRE_RUNS = 7, WIRE_PIECE = 200, WIRE_ROWS_MOST = 300000, WIRE_HALF = 1 << 20 };

/* Rows of one robot that stand together. */
typedef struct wire_run { int64_t first, count; } wire_run;

typedef struct wire_bench {
    cli *c;
    c12_tlm_schema schema;
    c12_tlm_batch all, near, piece; /* near: rows of all that are in the cache, as a robot or a gateway has them */
    uint8_t *text;
    c12_mem out;
    size_t json;                 /* bytes of the lines */
    wire_run *run;
    int64_t n_runs;
    table t;
} wire_bench;

static int64_t wire_clock(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return t.tv_sec * (int64_t)1000000000 + t.tv_nsec;
}

static int wire_shorter(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

static void wire_line(wire_bench *w, const char *what, int64_t *took, double bytes)
{
    qsort(took, WIRE_RUNS, sizeof *took, wire_shorter);
    int64_t ns = took[WIRE_RUNS / 2];
    table_word(&w->t, what);
    table_ratio(&w->t, w->all.n * 1000, ns > 0 ? ns : 1, 2);
    table_ratio(&w->t, (int64_t)(bytes * 1000), w->all.n * 1000, 2);
}

static int64_t wire_near(wire_bench *w, int64_t first, int64_t end)
{
    int64_t n = end - first < WIRE_PIECE ? end - first : WIRE_PIECE;
    for (int32_t f = 0; f < w->schema.n_fields; f++) memcpy(w->near.value + f * w->near.cap, w->all.value + f * w->all.cap + first, (size_t)n * sizeof *w->near.value);
    return w->near.n = n;
}

/* ---- lines ------------------------------------------------------------------------------------------------------------------ */

static c12_status wire_parse_once(wire_bench *w, int64_t *took)
{
    size_t at = 0, used;
    c12_status st = C12_OK;
    *took = 0;
    while (at < w->json && !st) {
        c12_view v = { w->text + at, w->json - at };
        st = c12_tlm_batch_reset(&w->piece, &w->schema, &w->c->err);
        int64_t t = wire_clock();
        if (!st) st = c12_tlm_parse(&w->schema, v, &w->piece, &used, &w->c->err);
        *took += wire_clock() - t;
        at += used;
    }
    return st;
}

static c12_status wire_print_once(wire_bench *w, int64_t *took)
{
    size_t at = 0, used;
    c12_status st = C12_OK;
    *took = 0;
    for (int64_t r = 0; r < w->all.n && !st; r += WIRE_PIECE) {
        int64_t n = wire_near(w, r, w->all.n), t = wire_clock();
        st = c12_tlm_print(&w->schema, &w->near, 0, n, w->out, &used, &w->c->err);
        *took += wire_clock() - t;
        if (!st && memcmp(w->out.ptr, w->text + at, used)) return C12_E_INTERNAL;
        at += used;
    }
    return st;
}

static int wire_same(const wire_bench *w, int64_t first)
{
    const c12_tlm_batch *a = &w->all, *b = &w->piece;
    for (int32_t f = 0; f < w->schema.n_fields; f++)
        for (int64_t r = 0; r < b->n; r++) {
            int64_t x = a->value[f * a->cap + first + r], y = b->value[f * b->cap + r];
            if (w->schema.kind[f] == C12_TLM_TEXT || w->schema.kind[f] == C12_TLM_LIST) {
                const c12_tlm_dict *p = a->dict, *q = b->dict;
                int64_t n = p->off[x + 1] - p->off[x];
                if (n != q->off[y + 1] - q->off[y] || memcmp(p->bytes + p->off[x], q->bytes + q->off[y], (size_t)n)) return 0;
            } else if (x != y) return 0;
        }
    return 1;
}

/* ---- frames ----------------------------------------------------------------------------------------------------------------- */

static c12_status wire_frames_once(wire_bench *w, int64_t *out_took, int64_t *in_took, double *bytes)
{
    size_t used;
    c12_status st = C12_OK;
    *out_took = *in_took = 0;
    *bytes = 0;
    for (int64_t r = 0; r < w->all.n && !st; r += WIRE_PIECE) {
        int64_t n = wire_near(w, r, w->all.n), done, t = wire_clock();
        st = c12_tlm_frames_encode(&w->schema, &w->near, 0, n, (uint32_t)r, w->out, &used, &done, &w->c->err);
        *out_took += wire_clock() - t;
        *bytes += (double)used;
        c12_view v = { w->out.ptr, used };
        if (!st) st = c12_tlm_batch_reset(&w->piece, &w->schema, &w->c->err);
        t = wire_clock();
        if (!st) st = c12_tlm_frames_decode(&w->schema, v, &w->piece, NULL, &used, &w->c->err);
        *in_took += wire_clock() - t;
        if (!st && (w->piece.n != n || !wire_same(w, r))) st = C12_E_INTERNAL;
    }
    return st;
}

/* ---- links ------------------------------------------------------------------------------------------------------------------ */

/* One robot after another over its own link; received pieces are compared with what was sent. */
typedef struct wire_link { c12_tlm_wire_options o; c12_tlm_wire_plan plan; c12_mem sender, receiver; int64_t sent, got, keys; double bytes; int sealed; } wire_link;

static const uint8_t wire_key[C12_SEAL_KEY] = { 1, 2, 3 };

/* Frames at the start of the bench's room through sealing and back; v is what comes out. */
static c12_status wire_seal(wire_bench *w, wire_link *l, c12_seal_talker *talk, c12_seal_hearer *hear, c12_view *v)
{
    uint8_t *p = w->out.ptr;
    const c12_mem there = { p + WIRE_HALF, WIRE_HALF }, back = { p + 2 * WIRE_HALF, WIRE_HALF };
    size_t used = 0, read = 0, plain = 0;
    int64_t t = wire_clock();
    c12_status st = c12_seal_link_close(talk, *v, there, &used, &w->c->err);
    l->sent += wire_clock() - t;
    l->bytes += (double)used - (double)v->size;
    const c12_view in = { there.ptr, used };
    t = wire_clock();
    if (!st) st = c12_seal_link_open(hear, in, back, &plain, &read, &w->c->err);
    l->got += wire_clock() - t;
    *v = (c12_view){ back.ptr, plain };
    return st;
}

static c12_status wire_link_run(wire_bench *w, wire_link *l, const wire_run *run, int check)
{
    c12_tlm_sender *s = NULL;
    c12_tlm_receiver *r = NULL;
    c12_tlm_wire_report report = C12_INIT(c12_tlm_wire_report);
    c12_seal_talker talk;
    c12_seal_hearer hear;
    const c12_view key = { wire_key, sizeof wire_key }, name = { NULL, 0 };
    c12_status st = c12_tlm_sender_init(&s, l->sender, &w->schema, &l->o, &w->c->err);
    if (!st) st = c12_tlm_receiver_init(&r, l->receiver, &w->schema, &l->o, &w->c->err);
    if (!st && l->sealed) st = c12_seal_link_talk(&talk, key, name, 1, key, 0, &w->c->err);
    if (!st && l->sealed) st = c12_seal_link_hear(&hear, key, name, 0, 0, &w->c->err);
    for (int64_t k = run->first; k < run->first + run->count && !st; k += WIRE_PIECE) {
        int64_t n = wire_near(w, k, run->first + run->count), done, t = wire_clock();
        size_t used, read;
        st = c12_tlm_sender_push(s, &w->near, 0, n, w->out, &used, &done, NULL, &w->c->err);
        l->sent += wire_clock() - t;
        l->bytes += (double)used;
        if (!st) st = c12_tlm_batch_reset(&w->piece, &w->schema, &w->c->err);
        c12_view v = { w->out.ptr, used };
        if (!st && l->sealed) st = wire_seal(w, l, &talk, &hear, &v);
        t = wire_clock();
        if (!st) st = c12_tlm_receiver_pull(r, v, &w->piece, &read, &report, &w->c->err);
        l->got += wire_clock() - t;
        if (!st && (done != n || w->piece.n != n || (check && !wire_same(w, k)))) st = C12_E_INTERNAL;
    }
    l->keys += report.keys;
    return st;
}

static c12_status wire_links(wire_bench *w, const char *name, int ordered, int batch, int sealed)
{
    int64_t sent[WIRE_RUNS], got[WIRE_RUNS];
    size_t out, in;
    wire_link l = { .o = C12_INIT(c12_tlm_wire_options), .plan = C12_INIT(c12_tlm_wire_plan) };
    c12_status st = c12_tlm_wire_builtin(&l.plan, &w->c->err);
    l.o.ordered = ordered;
    l.o.batch = batch;
    l.sealed = sealed;
    l.o.plan = &l.plan;
    if (!st) st = c12_tlm_wire_bytes(&w->schema, &l.o, &out, &in, &w->c->err);
    if (st) return st;
    l.sender.ptr = cli_new((int64_t)(l.sender.size = out), 1);
    l.receiver.ptr = cli_new((int64_t)(l.receiver.size = in), 1);
    for (int k = 0; k < WIRE_RUNS && !st; k++) {
        l.sent = l.got = l.keys = 0;
        l.bytes = 0;
        for (int64_t i = 0; i < w->n_runs && !st; i++) st = wire_link_run(w, &l, &w->run[i], k == 0);
        sent[k] = l.sent;
        got[k] = l.got;
    }
    if (!st) {
        char line[96];
        snprintf(line, sizeof line, "link, %s: encode (state %zu bytes)", name, out);
        wire_line(w, line, sent, l.bytes);
        snprintf(line, sizeof line, "link, %s: decode (state %zu bytes)", name, in);
        wire_line(w, line, got, l.bytes);
    }
    free(l.sender.ptr);
    free(l.receiver.ptr);
    return st;
}

/* ---- all of them ------------------------------------------------------------------------------------------------------------ */

static int wire_read(wire_bench *w, const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f) return cli_say("%s: cannot be read", path);
    w->text = cli_new((int64_t)WIRE_ROWS_MOST * 1024, 1);
    w->json = fread(w->text, 1, (size_t)WIRE_ROWS_MOST * 1024, f);
    fclose(f);
    while (w->json && w->text[w->json - 1] != '\n') w->json--;
    return EXIT_DONE;
}

static c12_status wire_batch(wire_bench *w, c12_tlm_batch *b, int64_t rows)
{
    c12_tlm_dims d = C12_INIT(c12_tlm_dims);
    c12_mem m = { NULL, 0 };
    d.rows = rows; d.texts = 8192; d.text_bytes = 1 << 20; d.raw_bytes = 1 << 20;
    c12_status st = c12_tlm_batch_bytes(&w->schema, &d, &m.size, &w->c->err);
    if (st) return st;
    m.ptr = cli_new((int64_t)m.size, 1);
    return c12_tlm_batch_init(b, m, &w->schema, &d, &w->c->err);
}

static c12_status wire_load(wire_bench *w)
{
    size_t used = 0;
    c12_view v = { w->text, w->json };
    c12_status st = c12_tlm_builtin(&w->schema, &w->c->err);
    if (!st) st = wire_batch(w, &w->all, WIRE_ROWS_MOST + 3);
    if (!st) st = wire_batch(w, &w->piece, WIRE_PIECE + 3);
    if (!st) st = wire_batch(w, &w->near, WIRE_PIECE + 3);
    w->near.dict = w->all.dict;
    if (!st) st = c12_tlm_parse(&w->schema, v, &w->all, &used, &w->c->err);
    w->json = used;
    const int64_t *robot = w->all.value + w->schema.robot_field * w->all.cap;
    w->run = NEW(wire_run, w->all.n + 1);
    for (int64_t r = 0; r < w->all.n; r++) {
        if (!r || robot[r] != robot[r - 1]) w->run[w->n_runs++].first = r;
        w->run[w->n_runs - 1].count++;
    }
    w->out.ptr = cli_new((int64_t)(w->out.size = 1 << 22), 1);
    return st;
}

static c12_status wire_lines_and_frames(wire_bench *w)
{
    int64_t parse[WIRE_RUNS], print[WIRE_RUNS], out[WIRE_RUNS], in[WIRE_RUNS];
    double bytes = 0;
    c12_status st = C12_OK;
    for (int k = 0; k < WIRE_RUNS && !st; k++) {
        st = wire_parse_once(w, &parse[k]);
        if (!st) st = wire_print_once(w, &print[k]);
        if (!st) st = wire_frames_once(w, &out[k], &in[k], &bytes);
    }
    if (st) return st;
    wire_line(w, "JSON to record", parse, (double)w->json);
    wire_line(w, "record to JSON", print, (double)w->json);
    wire_line(w, "CBOR frame, encode", out, bytes);
    wire_line(w, "CBOR frame, strict decode", in, bytes);
    return st;
}

/* The same records with texts as the numbers they stand for, all but the robot's: what a sender with a fixed vocabulary has. */
static c12_status wire_numbers(wire_bench *w)
{
    int64_t out[WIRE_RUNS], in[WIRE_RUNS];
    int32_t kind[C12_TLM_MAX_FIELDS];
    c12_tlm_schema texts = w->schema;
    double bytes = 0;
    c12_status st = C12_OK;
    for (int32_t f = 0; f < w->schema.n_fields; f++) {
        int worded = w->schema.kind[f] == C12_TLM_TEXT || w->schema.kind[f] == C12_TLM_LIST;
        kind[f] = worded && f != w->schema.robot_field ? C12_TLM_INTEGER : w->schema.kind[f];
    }
    w->schema.kind = kind;
    for (int k = 0; k < WIRE_RUNS && !st; k++) st = wire_frames_once(w, &out[k], &in[k], &bytes);
    w->schema = texts;
    if (st) return st;
    wire_line(w, "CBOR frame of numbers, encode", out, bytes);
    wire_line(w, "CBOR frame of numbers, strict decode", in, bytes);
    return st;
}

int bench_wire(cli *c, const char *file)
{
    static const char *const head[] = { "what", "mrec_per_s", "bytes_per_record" };
    wire_bench w = { .c = c, .schema = C12_INIT(c12_tlm_schema), .all = C12_INIT(c12_tlm_batch), .near = C12_INIT(c12_tlm_batch), .piece = C12_INIT(c12_tlm_batch) };
    if (!cli_ready(c, 2) || wire_read(&w, file)) return EXIT_BAD;
    w.t = table_new(3, head, "snn");
    c12_status st = wire_load(&w);
    if (!st) st = wire_lines_and_frames(&w);
    if (!st) st = wire_numbers(&w);
    if (!st) st = wire_links(&w, "any loss", 0, 1, 0);
    if (!st) st = wire_links(&w, "any loss, 10 a frame", 0, 10, 0);
    if (!st) st = wire_links(&w, "ordered", 1, 1, 0);
    if (!st) st = wire_links(&w, "ordered, 10 a frame", 1, 10, 0);
    if (!st && c12_seal_library()) st = wire_links(&w, "any loss, sealed", 0, 1, 1);
    if (!st && c12_seal_library()) st = wire_links(&w, "any loss, 10 a frame, sealed", 0, 10, 1);
    if (st == C12_E_INTERNAL) return cli_say("%s: records do not come back as they were", file);
    return st ? cli_fail(c, st) : table_print(c, &w.t, NULL);
}
