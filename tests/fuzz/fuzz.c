/* SPDX-License-Identifier: Apache-2.0 */
/* Hostile bytes at every door: readers get mutated texts, blocks, frames, files and plants.  Nothing may crash, hang, leak or read outside its
 * buffers (run it with CONFIG=asan), and what a reader accepts must survive the next step.  Seeded, so that a finding repeats.
 *
 * usage: fuzz ITERATIONS [SEED [TARGET]]    PLANT names the sample plant's folder */
#include "c12/arrow.h"
#include "c12/c12.h"
#include "c12/io.h"
#include "c12/ts.h"
#include "mutate.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char scratch_dir[] = "/tmp/c12-fuzz-XXXXXX";

/* ---- targets: telemetry ----------------------------------------------------------------------------------------------------------------- */

static c12_tlm_schema schema = C12_INIT(c12_tlm_schema);
static c12_tlm_batch batch = C12_INIT(c12_tlm_batch);
static void *batch_memory;
static uint8_t printed[1 << 20], work[1 << 22];
static const c12_mem print_room = { printed, sizeof printed }, work_room = { work, sizeof work };

static void tlm_open(void)
{
    c12_tlm_dims d = C12_INIT(c12_tlm_dims);
    c12_mem mem = { NULL, 0 };
    d.texts = 500; d.rows = 600; d.raw_bytes = MOST; d.text_bytes = MOST;
    if (c12_tlm_builtin(&schema, NULL) || c12_tlm_batch_bytes(&schema, &d, &mem.size, NULL)) exit(3);
    mem.ptr = batch_memory = malloc(mem.size);
    if (!mem.ptr || c12_tlm_batch_init(&batch, mem, &schema, &d, NULL)) exit(3);
}

static void tlm_lines(const bytes *b)
{
    size_t used = 0, out = 0;
    c12_view v = { b->at, b->n };
    if (c12_tlm_batch_reset(&batch, &schema, NULL)) exit(3);
    (void)!c12_tlm_parse(&schema, v, &batch, &used, NULL);
    if (used > b->n || (batch.n && c12_tlm_print(&schema, &batch, 0, batch.n, print_room, &out, NULL))) abort();
    for (size_t at = 0, from = 0; at < out; at++, from++) { /* what is printed is what was read, but for empty lines */
        while (from < used && printed[at] != b->at[from] && (b->at[from] == '\n' || b->at[from] == '\r')) from++;
        if (from < used ? printed[at] != b->at[from] : printed[at] != '\n' || at + 1 < out) abort();
    }
}

static void tlm_block(const bytes *b)
{
    size_t used = 0, out = 0;
    c12_view v = { b->at, b->n };
    if (c12_tlm_batch_reset(&batch, &schema, NULL)) exit(3);
    if (!c12_tlm_block_decode(&schema, v, &batch, &used, work_room, NULL)) (void)!c12_tlm_print(&schema, &batch, 0, batch.n, print_room, &out, NULL);
}

/* The same with size and checksums made right, so that what is behind them is read. */
static void tlm_lanes(const bytes *b)
{
    if (b->n >= C12_TLM_HEAD_BYTES + 4) {
        c12_view head = { b->at, C12_TLM_HEAD_BYTES - 4 }, body = { b->at + C12_TLM_HEAD_BYTES, b->n - C12_TLM_HEAD_BYTES - 4 };
        uint32_t size = (uint32_t)b->n, crc = c12_tlm_crc32c(0, body);
        for (int k = 0; k < 4; k++) {
            b->at[8 + k] = (uint8_t)(size >> 8 * k);
            b->at[b->n - 4 + (size_t)k] = (uint8_t)(crc >> 8 * k);
        }
        crc = c12_tlm_crc32c(0, head);
        for (int k = 0; k < 4; k++) b->at[C12_TLM_HEAD_BYTES - 4 + k] = (uint8_t)(crc >> 8 * k);
    }
    tlm_block(b);
}

static void tlm_frame(const bytes *b)
{
    uint32_t seq;
    size_t used = 0, out = 0;
    c12_view v = { b->at, b->n };
    if (c12_tlm_batch_reset(&batch, &schema, NULL)) exit(3);
    if (!c12_tlm_frame_decode(&schema, v, &batch, &seq, &used, NULL)) (void)!c12_tlm_print(&schema, &batch, 0, batch.n, print_room, &out, NULL);
    if (c12_tlm_batch_reset(&batch, &schema, NULL)) exit(3);
    (void)!c12_tlm_frames_decode(&schema, v, &batch, &seq, &used, NULL);
    (void)!c12_tlm_frame_decode_from(&schema, &schema, v, &batch, work_room, &out, &seq, &used, NULL);
    if (used > b->n) abort();
}

/* What could be brought into order stays as it is when brought into order again. */
static void tlm_cbor(const bytes *b)
{
    size_t read = 0, n = 0, m = 0;
    c12_view v = { b->at, b->n };
    if (c12_tlm_cbor_normal(v, (int32_t)(state & 1), print_room, &read, &n, NULL)) return;
    c12_view again = { printed, n };
    if (read > b->n || c12_tlm_cbor_normal(again, (int32_t)(state & 1), work_room, &read, &m, NULL) || read != n || m != n || memcmp(work, printed, n)) abort();
}

static uint8_t link_key[512]; /* the seed's frames */
static size_t link_size, link_end[64], link_frames;

/* Frames to a fresh receiver, then to one that has the seed's KEY.  With right CRCs tests/unit/test_tlm-wire.c does the same. */
static void tlm_link(const bytes *b)
{
    static uint8_t memory[8192];
    c12_tlm_wire_plan plan = C12_INIT(c12_tlm_wire_plan);
    c12_tlm_wire_options o = C12_INIT(c12_tlm_wire_options);
    c12_tlm_receiver *r;
    c12_tlm_sender *s;
    c12_mem m = { memory, sizeof memory };
    c12_view v = { b->at, b->n }, first;
    size_t used = 0, out = 0;
    o.plan = &plan;
    o.ordered = (int32_t)(state >> 60 & 1);
    if (c12_tlm_wire_builtin(&plan, NULL) || c12_tlm_receiver_init(&r, m, &schema, &o, NULL)) exit(3);
    first.ptr = link_key;
    first.size = link_size;
    for (int round = 0; round < 2; round++) {
        if (c12_tlm_batch_reset(&batch, &schema, NULL)) exit(3);
        (void)!c12_tlm_receiver_pull(r, v, &batch, &used, NULL, NULL);
        if (used > b->n || (batch.n && c12_tlm_print(&schema, &batch, 0, batch.n, print_room, &out, NULL) == C12_E_ARG)) abort();
        if (c12_tlm_batch_reset(&batch, &schema, NULL)) exit(3);
        (void)!c12_tlm_receiver_pull(r, first, &batch, &used, NULL, NULL);
    }
    if (c12_tlm_sender_init(&s, m, &schema, &o, NULL)) exit(3);
    (void)!c12_tlm_sender_answer(s, v, NULL);
}

/* ---- targets: texts of problems --------------------------------------------------------------------------------------------------------------- */

static void shop_text(const bytes *b)
{
    c12_sched_dims d = C12_INIT(c12_sched_dims);
    c12_view v = { b->at, b->n };
    if (c12_sched_scan_text(v, C12_SCHED_AUTO, &d, NULL) || d.jobs > MOST || d.ops > MOST || d.modes > MOST) return;
    int64_t *op = calloc((size_t)d.jobs + 1, sizeof *op), *mode = calloc((size_t)d.ops + 1, sizeof *mode), *ticks = calloc((size_t)d.modes + 1, sizeof *ticks);
    int32_t *machine = calloc((size_t)d.modes + 1, sizeof *machine);
    if (c12_sched_read_text(v, C12_SCHED_AUTO, &d, op, mode, machine, ticks, NULL)) abort(); /* what was scanned can be read */
    free(op); free(mode); free(ticks); free(machine);
}

/* What reads as a plant loads into a scheduler, or is refused there by name. */
static void plant_json(const bytes *b)
{
    c12io_shop *s;
    c12_sched *h = NULL;
    c12_view v = { b->at, b->n };
    if (c12io_shop_read(&s, v, "plant.json", NULL)) return;
    if (!c12_sched_create(&h, c12io_shop_dims(s), NULL, NULL, NULL)) (void)!c12_sched_load(h, c12io_shop_problem(s), NULL);
    c12_sched_destroy(h);
    c12io_shop_free(s);
}

/* Work orders that are read are a book that takes events, and what is written is read again. */
static void order_text(const bytes *b)
{
    c12io_orders *s, *again = NULL;
    c12_mem out = { NULL, 0 };
    c12_view v = { b->at, b->n };
    if (c12io_orders_read(&s, v, "orders.json", NULL)) return;
    const int32_t n = c12io_orders_list(s)->n, order[3] = { 0, 0, 0 }, kind[3] = { C12_ORDER_RELEASE, C12_ORDER_START, C12_ORDER_BEGIN }, who[3] = { -1, -1, -1 }, at[3] = { -1, -1, 0 };
    const c12_ns when[3] = { INT64_C(9000000000000000000), INT64_C(9000000000000000000), INT64_C(9000000000000000000) };
    c12_order_events e = C12_INIT(c12_order_events);
    e.n = n ? 3 : 0; e.order = order; e.kind = kind; e.by = who; e.station = at; e.at = when;
    if (c12_order_apply(c12io_orders_book(s), &e, NULL, NULL)) abort();
    if (!c12io_orders_write(c12io_orders_list(s), &out, NULL) && c12io_orders_read(&again, (c12_view){ out.ptr, out.size }, "again", NULL)) abort();
    c12io_orders_free(again);
    c12io_orders_free(s);
    c12io_bytes_free(&out);
}

static void fleet_text(const bytes *b)
{
    c12io_outlook *s;
    c12_view v = { b->at, b->n };
    if (c12io_outlook_read(&s, v, "fleet.json", NULL)) return;
    const c12_charge_outlook *p = c12io_outlook_problem(s);
    c12_charge_slots plan = C12_INIT(c12_charge_slots);
    c12_budget limit = C12_INIT(c12_budget);
    c12_mem m = { NULL, c12_charge_horizon_scratch(p->n_robots, p->n_bays, p->n_classes, p->n_steps) };
    int32_t *slots = calloc((size_t)p->n_robots * C12_CHARGE_MOST_SLOTS * 4, sizeof *slots);
    limit.work_limit = 20;
    plan.cap = (int64_t)p->n_robots * C12_CHARGE_MOST_SLOTS;
    plan.slot_robot = slots; plan.slot_bay = slots + plan.cap; plan.slot_start = slots + 2 * plan.cap; plan.slot_end = slots + 3 * plan.cap;
    plan.energy = calloc((size_t)p->n_robots * (size_t)p->n_steps, sizeof *plan.energy);
    if (m.size < (size_t)1 << 28) m.ptr = malloc(m.size); /* a day of minutes, not years */
    (void)!c12_charge_horizon(p, c12io_outlook_options(s), &limit, &plan, NULL, m, NULL);
    free(m.ptr);
    free(plan.energy);
    free(slots);
    c12io_outlook_free(s);
}

static void map_text(const bytes *b)
{
    c12_route_dims d = C12_INIT(c12_route_dims);
    c12_view v = { b->at, b->n };
    int32_t w, h, start[4], goal[4];
    if (c12_route_scan_map(v, &d, &w, &h, NULL)) return;
    int64_t *off = calloc((size_t)d.vertices + 1, sizeof *off);
    int32_t *head = calloc((size_t)d.arcs + 1, sizeof *head), *cell = calloc((size_t)w * (size_t)h, sizeof *cell);
    if (c12_route_read_map(v, &d, off, head, NULL, NULL, cell, NULL)) abort();
    (void)!c12_route_read_scen(v, w, h, cell, 4, start, goal, NULL);
    free(off); free(head); free(cell);
}

static void scen_text(const bytes *b)
{
    static const int32_t cell[16] = { 0, 1, 2, 3, 4, 5, -1, 6, 7, 8, 9, 10, 11, 12, 13, 14 };
    c12_view v = { b->at, b->n };
    int32_t n, start[3], goal[3];
    (void)!c12_route_scan_scen(v, &n, NULL);
    if (!c12_route_read_scen(v, 4, 4, cell, 3, start, goal, NULL))
        for (int k = 0; k < 3; k++) if (start[k] < 0 || start[k] > 14 || goal[k] < 0 || goal[k] > 14) abort();
}

/* ---- targets: files ------------------------------------------------------------------------------------------------------------------------------- */

static const char *put_file(const char *name, const bytes *b)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", scratch_dir, name);
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(b->at, 1, b->n, f) != b->n || fclose(f)) exit(3);
    return path;
}

static void config_file(const bytes *b)
{
    c12io_config c = C12_INIT(c12io_config);
    (void)!c12io_config_read(put_file("plant.ini", b), &c, NULL);
    if (memchr(c.name, 0, sizeof c.name) == NULL || memchr(c.currency, 0, sizeof c.currency) == NULL) abort();
}

/* A stream outlives its handle; whatever its batches hold is read once: the last text of a column, the last bit of what is null. */
static void ts_stream(c12io_ts *t)
{
    c12io_ts_arrow_options o = { .struct_size = sizeof o, .batch_rows = 1, .raw = 1, .texts = (int32_t)(state & 1), .decimals = (int32_t)(state >> 1 & 1) };
    struct ArrowArrayStream x;
    struct ArrowArray a;
    volatile uint8_t seen = 0;
    if (c12io_ts_arrow(t, NULL, &o, &x, NULL)) { c12io_ts_destroy(t); return; }
    c12io_ts_destroy(t);
    while (!x.get_next(&x, &a) && a.release) {
        for (int64_t k = 0; k < a.n_children; k++) {
            const struct ArrowArray *c = a.children[k], *texts = c->dictionary ? c->dictionary : c->n_buffers == 3 ? c : NULL;
            if (c->buffers[0]) seen ^= ((const uint8_t *)c->buffers[0])[(c->length - 1) / 8];
            if (texts && ((const int32_t *)texts->buffers[1])[texts->length]) seen ^= ((const uint8_t *)texts->buffers[2])[((const int32_t *)texts->buffers[1])[texts->length] - 1];
        }
        a.release(&a);
    }
    x.release(&x);
}

static void ts_file(const bytes *b)
{
    c12io_ts *t;
    int64_t rows = 1;
    if (c12io_ts_open(&t, put_file("a.c12t", b), NULL, NULL)) return;
    (void)!c12io_ts_verify(t, NULL);
    if (c12_tlm_batch_reset(&batch, &schema, NULL)) exit(3);
    if (!c12io_ts_scan(t, NULL, NULL)) (void)!c12io_ts_next(t, &batch, &rows, NULL);
    ts_stream(t);
}

/* ---- targets: what was sealed ---------------------------------------------------------------------------------------------------------------------------- */

static const uint8_t seal_key[32] = { 1, 2, 3 };
static const c12_view sealing_key = { seal_key, 32 };

/* Bytes that were turned never open; a writer that finds them leaves them alone. */
static void sealed_file(const bytes *b)
{
    c12io_ts *t;
    c12io_ts_options o = { .struct_size = sizeof o, .key = { seal_key, 32 } };
    c12io_ts_salvaged told = C12_INIT(c12io_ts_salvaged);
    char good[300];
    const char *path = put_file("s.c12t", b);
    snprintf(good, sizeof good, "%s/good.c12t", scratch_dir);
    if (!c12io_ts_open_sealed(&t, path, sealing_key, NULL, NULL)) {
        int64_t rows = 1;
        (void)!c12io_ts_verify(t, NULL);
        if (c12_tlm_batch_reset(&batch, &schema, NULL)) exit(3);
        if (!c12io_ts_scan(t, NULL, NULL)) (void)!c12io_ts_next(t, &batch, &rows, NULL);
        c12io_ts_destroy(t);
    }
    if (!c12io_ts_continue(&t, path, &o, NULL, NULL)) (void)!c12io_ts_close(t, NULL);
    (void)!c12io_ts_salvage_sealed(path, good, sealing_key, NULL, &told, NULL);
}

static void sealed_bytes(const bytes *b)
{
    c12_view v = { b->at, b->n }, none = { NULL, 0 };
    size_t used = 77;
    uint64_t id;
    (void)!c12_seal_envelope_key(v, &id, NULL);
    (void)!c12_seal_base32(v, print_room, &used, NULL);
    (void)!c12_seal_unblock(sealing_key, none, v, print_room, &used, NULL);
    if (!c12_seal_decrypt(sealing_key, none, v, print_room, &used, NULL) && (used != 14 || memcmp(printed, "forty-two legs", 14))) abort();
}

static c12_seal_talker sealing_talker(void)
{
    c12_seal_talker t;
    const c12_view name = { (const uint8_t *)"robot", 5 };
    if (c12_seal_link_talk(&t, sealing_key, name, 7, sealing_key, 0, NULL)) exit(3);
    return t;
}

/* Nothing comes out but frames that went in, each once; and any bytes at all can be offered for sealing. */
static void sealed_link(const bytes *b)
{
    c12_seal_hearer h;
    c12_seal_talker t = sealing_talker();
    const c12_view name = { (const uint8_t *)"robot", 5 }, v = { b->at, b->n };
    size_t used = 0, read = 0, seen = 0;
    if (c12_seal_link_hear(&h, sealing_key, name, 0, 0, NULL)) exit(3);
    (void)!c12_seal_link_open(&h, v, print_room, &used, &read, NULL);
    if (used > read || read > b->n) abort();
    for (size_t at = 0, k = 0; at < used; at += link_end[k] - (k ? link_end[k - 1] : 0), seen++) {
        for (k = 0; k < link_frames; k++) {
            size_t from = k ? link_end[k - 1] : 0, n = link_end[k] - from;
            if (n <= used - at && !memcmp(printed + at, link_key + from, n)) break;
        }
        if (k == link_frames) abort();
    }
    if (seen > link_frames) abort();
    (void)!c12_seal_link_close(&t, v, work_room, &used, NULL);
}

static size_t put_url(const uint8_t *p, size_t n, char *out)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    size_t k = 0;
    for (size_t bit = 0; bit < 8 * n; bit += 6) {
        unsigned v = 0;
        for (size_t i = bit; i < bit + 6; i++) v = v << 1 | (i < 8 * n ? (unsigned)p[i / 8] >> (7 - i % 8) & 1u : 0);
        out[k++] = letters[v];
    }
    return k;
}

/* Claims as the mutation left them, signed by who has the key, so that the reader behind the signature gets them; and the bytes as a token. */
static void token_claims(const bytes *b)
{
    static const char header[] = "{\"alg\":\"ES256\"}";
    static uint8_t point[65];
    static char token[4 * MOST];
    uint8_t digest[32], sign[64];
    c12_seal_claims claims = C12_INIT(c12_seal_claims);
    c12_seal_jwt o = { .struct_size = sizeof o, .alg = C12_SEAL_ES256, .now = INT64_C(1000000000000), .key = { point, 65 }, .issuer = { (const uint8_t *)"plant", 5 } };
    c12_view none = { NULL, 0 }, raw = { b->at, b->n };
    if (!point[0] && c12_seal_public(sealing_key, point, NULL)) exit(3);
    (void)!c12_seal_jwt_verify(&o, raw, work_room, &claims, NULL);
    size_t n = put_url((const uint8_t *)header, sizeof header - 1, token);
    token[n++] = '.';
    n += put_url(b->at, b->n, token + n);
    c12_view part = { (uint8_t *)token, n };
    if (c12_seal_sha256(part, digest, NULL) || c12_seal_sign(sealing_key, digest, none, sign, NULL)) exit(3);
    token[n++] = '.';
    n += put_url(sign, 64, token + n);
    c12_view whole = { (uint8_t *)token, n };
    c12_error e = C12_INIT(c12_error);
    c12_status s = c12_seal_jwt_verify(&o, whole, work_room, &claims, &e);
    if (s == C12_E_REFUSED && !strcmp(e.what, "signature is not the key's")) abort();
    if (!s && (claims.payload.size != b->n || memcmp(claims.payload.ptr, b->at, b->n) || claims.expires <= 1000)) abort();
}

/* One file of the sample plant mutated, the others as they are; what loads is planned. */
static const char *const plant_files[] = { "items.csv", "orders.csv", "receipts.csv", "suppliers.csv", "price_breaks.csv", "routing.csv", "machines.csv", "calendars.csv", "setups.csv", "stations.csv", "robots.csv", "bays.csv", "rules.csv",
    "bom.csv", "demand.csv", "safety.csv", "eco.csv", "eco_lines.csv", "eco_trail.csv" };
enum { PLANT_FILES = sizeof plant_files / sizeof *plant_files };
enum { MADE_UP = 6 }; /* the last ones: what the sample plant does not have, and a bill with all columns */
static const char *const made_up[MADE_UP] = {
    "parent,child,num,den,scrap_ppm,effective_from,effective_to,alternate,priority,share_ppm,offset,kind,refs\n"
    "C12-EXEC-DOUBLE-001,SUB-FRAME-001,1,1,0,,,,,,,,\nC12-EXEC-DOUBLE-001,SUB-ACT-001,12,1,0,,,,,,1,,J1-J6 K1-6\nC12-EXEC-DOUBLE-001,SUB-ELEC-001,1,1,0,,20,,,,,,E\n"
    "C12-EXEC-DOUBLE-001,SUB-ELEC-001,1,1,0,20,,,,,,,E\nSUB-ACT-001,MOT-KOLL-001,1,1,0,,,motor,1,250000,,,M1\nSUB-ACT-001,SENS-TRQ-001,1,1,5000,,,motor,2,750000,,,M1\n"
    "SUB-ACT-001,GEAR-HD-001,1,1,0,,,gear,2,,,,\nSUB-ACT-001,ENC-ABS-001,3,2,0,,,gear,1,,,,\nSUB-FRAME-001,BOLT-M6-001,96,1,30000,,,,,,,,B1-B96\nSUB-FRAME-001,AL-6061-T6-001,1,8,,,,,,,,by_product,\n",
    "item,bucket,qty,kind,reference\nC12-EXEC-DOUBLE-001,3,2,forecast,F1\nSUB-ACT-001,9,50,order,\n",
    "item,bucket,qty\nMOT-KOLL-001,4,90\nMOT-KOLL-001,20,10\n",
    "eco,state,from,serial,use_up,roles\nECO-1,approved,6,,9,quality sales\nECO-2,draft,0,,,\nECO-3,effective,,100,,\n",
    "eco,change,parent,was,child,num,den,scrap_ppm\nECO-1,changed,SUB-ACT-001,GEAR-HD-001,GEAR-HD-001,2,1,0\nECO-3,added,SUB-FRAME-001,,CAM-BASLER-001,1,2,100\nECO-2,removed,SUB-ACT-001,ENC-ABS-001,,,,\n",
    "eco,decision,role,who,time\nECO-1,approve,sales,Anna,2026-11-02\nECO-1,reject,quality,Bo,2026-11-02 14:05\nECO-1,reopen,sales,Cleo,2026-11-03\nECO-1,approve,quality,Bo,2026-11-04\nECO-1,approve,sales,Anna,2026-11-04\n",
};
static bytes plant_seed[PLANT_FILES];
static size_t plant_turn;

typedef struct problem { c12_bom bom; c12_mrp_input in; } problem;

static void problem_of(const c12io_plant *p, problem *to)
{
    c12_bom bom = C12_INIT(c12_bom);
    c12_mrp_input m = C12_INIT(c12_mrp_input);
    bom.n_items = p->n_items; bom.line_off = p->line_off; bom.line_child = p->line_child; bom.line_num = p->line_num; bom.line_den = p->line_den;
    bom.line_scrap_ppm = p->line_scrap_ppm; bom.line_from = p->line_from; bom.line_to = p->line_to; bom.line_offset = p->line_offset; bom.line_kind = p->line_kind;
    m.n_buckets = 30; m.n_demand = p->n_demand; m.n_receipts = p->n_receipts; m.negative_stock = 1;
    m.demand_item = p->demand_item; m.demand_bucket = p->demand_bucket; m.demand_qty = p->demand_qty; m.demand_kind = p->demand_kind;
    m.receipt_item = p->receipt_item; m.receipt_bucket = p->receipt_bucket; m.receipt_qty = p->receipt_qty; m.receipt_kind = p->receipt_kind;
    m.item_type = p->item_type; m.on_hand = p->on_hand; m.safety = p->safety; m.lead_time = p->lead_time; m.lot_rule = p->lot_rule; m.lot_size = p->lot_size;
    m.lot_min = p->lot_min; m.lot_max = p->lot_max; m.lot_multiple = p->lot_multiple; m.lot_periods = p->lot_periods; m.order_cost = p->order_cost; m.holding_cost = p->holding_cost;
    m.n_safety = p->n_safety; m.safety_item = p->safety_item; m.safety_bucket = p->safety_bucket; m.safety_qty = p->safety_qty;
    m.safety_time = p->safety_time; m.planning_fence = p->planning_fence; m.demand_fence = p->demand_fence; m.yield_ppm = p->yield_ppm;
    to->bom = bom;
    to->in = m;
    to->in.bom = &to->bom;
}

/* The kept plan of what loads is the plan of the pure function, after a change too; whatever it is asked it survives. */
static void keep_it(const c12io_plant *p)
{
    enum { CELLS = 30 * 64 };
    static int64_t gross[CELLS], planned[CELLS], release[CELLS], past_due[64];
    problem q;
    c12_mrp_dims d = C12_INIT(c12_mrp_dims);
    c12_mrp_plan o = C12_INIT(c12_mrp_plan);
    c12_mrp *h;
    problem_of(p, &q);
    if (p->n_items > 64) return;
    d.items = d.wide_rows = p->n_items; d.buckets = 30; d.lines = d.rare_lines = p->n_lines; d.demand = p->n_demand + 1; d.receipts = p->n_receipts; d.safety = p->n_safety;
    o.gross = gross; o.planned = planned; o.release = release; o.past_due = past_due;
    c12_mem m = { NULL, c12_mrp_scratch(p->n_items, p->n_lines, 30, p->n_demand, p->n_receipts) };
    m.ptr = malloc(m.size);
    if (!m.ptr || c12_mrp_create(&h, &d, NULL, NULL)) exit(3);
    c12_status s = c12_mrp_net(&q.in, &o, m, NULL), k = c12_mrp_load(h, &q.in, NULL);
    if (!k) k = c12_mrp_solve(h, 0, NULL, NULL, NULL, NULL);
    if (s != k) { fprintf(stderr, "kept plan says %s, net %s\n", c12_status_name(k), c12_status_name(s)); abort(); }
    for (int32_t i = 0; !s && i < p->n_items; i++) {
        int64_t mine[30], need[30];
        c12_mrp_row row = C12_INIT(c12_mrp_row);
        c12_mrp_promise promise = C12_INIT(c12_mrp_promise);
        c12_mrp_feeds feeds = C12_INIT(c12_mrp_feeds);
        c12_mrp_demands demands = C12_INIT(c12_mrp_demands);
        row.planned = mine;
        row.gross = need;
        (void)!c12_mrp_quote(h, 0, i, i % 30, 5, &promise, NULL);
        (void)!c12_mrp_peg_up(h, 0, i, i % 30, &demands, NULL);
        (void)!c12_mrp_peg_down(h, 0, i, i % 30, &feeds, NULL);
        if (c12_mrp_get(h, 0, i, &row, NULL) || memcmp(mine, planned + i * 30, sizeof mine) || memcmp(need, gross + i * 30, sizeof need)) { fprintf(stderr, "kept row %d differs\n", (int)i); abort(); }
    }
    c12_mrp_destroy(h);
    free(m.ptr);
}

static int64_t *in_dates(const int32_t *bucket, int64_t n)
{
    int64_t *date = calloc((size_t)n + 1, sizeof *date);
    if (!date) exit(3);
    for (int64_t r = 0; bucket && r < n; r++) date[r] = bucket[r];
    return date;
}

static void date_problem_of(const c12_mrp_input *m, c12_mrp_date_input *to)
{
    c12_mrp_date_input d = C12_INIT(c12_mrp_date_input);
    d.horizon = 30; d.order_room = 30 * 64; d.bom = m->bom; d.n_demand = m->n_demand; d.n_receipts = m->n_receipts; d.n_safety = m->n_safety; d.negative_stock = m->negative_stock;
    d.demand_item = m->demand_item; d.demand_date = in_dates(m->demand_bucket, m->n_demand); d.demand_qty = m->demand_qty; d.demand_kind = m->demand_kind;
    d.receipt_item = m->receipt_item; d.receipt_date = in_dates(m->receipt_bucket, m->n_receipts); d.receipt_qty = m->receipt_qty; d.receipt_kind = m->receipt_kind;
    d.item_type = m->item_type; d.on_hand = m->on_hand; d.safety = m->safety; d.lead_time = m->lead_time; d.lot_rule = m->lot_rule; d.lot_size = m->lot_size;
    d.lot_min = m->lot_min; d.lot_max = m->lot_max; d.lot_multiple = m->lot_multiple; d.lot_periods = m->lot_periods; d.order_cost = m->order_cost; d.holding_cost = m->holding_cost;
    d.safety_item = m->safety_item; d.safety_date = in_dates(m->safety_bucket, m->n_safety); d.safety_qty = m->safety_qty;
    d.safety_time = m->safety_time; d.planning_fence = m->planning_fence; d.demand_fence = m->demand_fence; d.yield_ppm = m->yield_ppm;
    *to = d;
}

/* By date, where every day works, the plan of what loads is the bucketed one; its checker accepts it. */
static void date_it(const c12io_plant *p)
{
    enum { CELLS = 30 * 64 };
    static int64_t gross[CELLS], planned[CELLS], release[CELLS], past_due[64], due[CELLS], from[CELLS], qty[CELLS], late[CELLS], started[CELLS];
    static int32_t item[CELLS];
    problem q;
    c12_mrp_date_input d;
    c12_mrp_plan o = C12_INIT(c12_mrp_plan);
    c12_mrp_date_plan r = C12_INIT(c12_mrp_date_plan);
    c12_verdict v = C12_INIT(c12_verdict);
    problem_of(p, &q);
    if (p->n_items > 64 || p->safety_date) return;
    date_problem_of(&q.in, &d);
    o.gross = gross; o.planned = planned; o.release = release; o.past_due = past_due;
    r.order_cap = CELLS; r.order_item = item; r.order_due = due; r.order_release = from; r.order_qty = qty; r.order_late = late; r.order_started = started;
    size_t size = c12_mrp_scratch(p->n_items, p->n_lines, 30, p->n_demand, p->n_receipts), dates = c12_mrp_date_scratch(p->n_items, p->n_lines, p->n_demand, p->n_receipts, p->n_safety, d.order_room);
    c12_mem m = { NULL, size > dates ? size : dates };
    m.ptr = malloc(m.size);
    if (!m.ptr) exit(3);
    c12_status s = c12_mrp_date_net(&d, &r, m, NULL);
    if (!s && (c12_mrp_date_check(&d, &r, &v, m, NULL) || v.violations)) { fprintf(stderr, "dated orders refused by their checker: %s\n", v.rule ? v.rule : ""); abort(); }
    if (!s && !c12_mrp_net(&q.in, &o, m, NULL)) {
        for (int64_t k = 0; k < r.order_count; k++) planned[item[k] * 30 + due[k]] -= qty[k];
        for (int32_t k = 0; k < p->n_items * 30; k++) if (planned[k]) { fprintf(stderr, "item %d on day %d differs\n", (int)k / 30, (int)k % 30); abort(); }
    }
    free((void *)(uintptr_t)d.demand_date);
    free((void *)(uintptr_t)d.receipt_date);
    free((void *)(uintptr_t)d.safety_date);
    free(m.ptr);
}

static void plan_it(const c12io_plant *p)
{
    problem q;
    c12_flow_plant f = C12_INIT(c12_flow_plant);
    c12_flow_plan *plan;
    problem_of(p, &q);
    f.n_orders = p->n_orders; f.n_supplies = p->n_supplies; f.n_steps = p->n_steps; f.n_shifts = p->n_shifts; f.n_setups = p->n_setups;
    f.n_stations = p->n_stations; f.n_machines = p->n_machines; f.n_calendars = p->n_calendars; f.n_families = p->n_families;
    f.mrp = &q.in; f.demand_order = p->demand_order; f.order_weight = p->order_weight;
    f.supply_item = p->supply_item; f.supply_lead = p->supply_lead; f.supply_moq = p->supply_moq; f.supply_multiple = p->supply_multiple; f.supply_price = p->supply_price;
    f.step_item = p->step_item; f.step_station = p->step_station; f.step_family = p->step_family; f.step_fixed = p->step_fixed; f.step_minutes_num = p->step_minutes_num; f.step_minutes_den = p->step_minutes_den;
    f.machine_station = p->machine_station; f.machine_calendar = p->machine_calendar; f.shift_calendar = p->shift_calendar; f.shift_weekday = p->shift_weekday; f.shift_from = p->shift_from; f.shift_to = p->shift_to;
    f.setup_from = p->setup_from; f.setup_to = p->setup_to; f.setup_minutes = p->setup_minutes;
    if (c12_flow_plan_create(&plan, &f, NULL, NULL)) return;
    c12_budget b = C12_INIT(c12_budget);
    c12_info i = C12_INIT(c12_info);
    c12_verdict v = C12_INIT(c12_verdict);
    b.work_limit = 20;
    if (!c12_flow_plan_solve(plan, 0, &b, &i, NULL) && (i.outcome == C12_FEASIBLE || i.outcome == C12_OPTIMAL) && !c12_flow_plan_check(plan, &v, NULL) && v.violations) {
        fprintf(stderr, "plan refused by its checker: %s\n", v.rule);
        abort();
    }
    c12_flow_plan_destroy(plan);
}

/* Demand of the plant taken as requirements: what loads is fit for the buyer, and what he lists is accepted. */
static void buy_it(const c12io_plant *p)
{
    c12_buy_input in = C12_INIT(c12_buy_input);
    c12_buy_options o = C12_INIT(c12_buy_options);
    c12_buy_plan plan = C12_INIT(c12_buy_plan);
    c12_verdict v = C12_INIT(c12_verdict);
    in.n_items = p->n_items; in.n_needs = p->n_receipts; in.n_offers = p->n_supplies; in.n_suppliers = p->n_suppliers;
    in.need_item = p->receipt_item; in.need_bucket = p->receipt_bucket; in.need_qty = p->receipt_qty;
    in.offer_item = p->supply_item; in.offer_supplier = p->supply_supplier; in.offer_priority = p->supply_priority; in.offer_lead = p->supply_lead; in.offer_moq = p->supply_moq;
    in.offer_multiple = p->supply_multiple; in.offer_max = p->supply_max; in.offer_price = p->supply_price; in.break_off = p->break_off; in.break_from = p->break_from; in.break_price = p->break_price;
    o.policy = C12_BUY_CHEAPEST;
    o.buy_up = 1;
    plan.cap = 2 * in.n_needs;
    c12_mem m = { NULL, c12_buy_scratch(in.n_items, in.n_needs, in.n_offers, 0) };
    m.ptr = malloc(m.size);
    int32_t *narrow = calloc((size_t)plan.cap * 10 + 1, sizeof *narrow);
    int64_t *wide = calloc((size_t)plan.cap * 6 + 1, sizeof *wide);
    if (!m.ptr || !narrow || !wide) exit(3);
    int32_t **const columns[] = { &plan.item, &plan.offer, &plan.supplier, &plan.purchase_order, &plan.order_bucket, &plan.need_bucket, &plan.arrive_bucket, &plan.overdue, &plan.late, &plan.message };
    int64_t **const more[] = { &plan.need, &plan.required, &plan.qty, &plan.lots, &plan.unit_price, &plan.cost };
    for (int k = 0; k < 10; k++) *columns[k] = narrow + k * plan.cap;
    for (int k = 0; k < 6; k++) *more[k] = wide + k * plan.cap;
    c12_status s = c12_buy_requisitions(&in, &o, &plan, m, NULL);
    if (s && s != C12_E_OVERFLOW && s != C12_E_RANGE) abort(); /* a receipt may be due beyond 10^9 */
    if (!s && (c12_buy_check(&in, &o, &plan, &v, m, NULL) || v.violations)) {
        fprintf(stderr, "requisitions refused by their checker: %s\n", v.rule ? v.rule : "");
        abort();
    }
    free(m.ptr);
    free(narrow);
    free(wide);
}

static void plant_folder(const bytes *b)
{
    static char faults[8192];
    c12io_plant *p;
    c12_error e = C12_INIT(c12_error);
    e.text = faults;
    e.text_cap = sizeof faults;
    put_file(plant_files[plant_turn], b);
    c12_status s = c12io_plant_load(&p, scratch_dir, &e);
    if (s && !strchr(faults, ':')) abort(); /* a fault without a place */
    if (!s) {
        plan_it(p);
        keep_it(p);
        date_it(p);
        buy_it(p);
        c12io_plant_free(p);
    }
    put_file(plant_files[plant_turn], &plant_seed[plant_turn]);
}

/* ---- seeds ------------------------------------------------------------------------------------------------------------------------------------------ */

static const char line_seed[] =
    "{\"robot_id\":\"G1-037\",\"timestamp\":\"2025-10-24T14:32:17.842Z\",\"position\":{\"x\":12.3,\"y\":45.6,\"z\":0.2},\"velocity\":{\"vx\":0.8,\"vy\":0.0,\"vz\":0.0},\"battery_level\":67.2,"
    "\"current_task\":{\"task_id\":\"WO-5482-ST2\",\"station\":\"S\",\"unit_id\":\"U\",\"progress\":42.0,\"estimated_completion\":\"2025-10-24T15:14:00Z\"},"
    "\"actuator_status\":{\"hip_left\":{\"temp\":42.1,\"torque\":23.4,\"status\":\"OK\"},\"hip_right\":{\"temp\":41.8,\"torque\":22.9,\"status\":\"OK\"},"
    "\"knee_left\":{\"temp\":38.6,\"torque\":18.2,\"status\":\"OK\"},\"knee_right\":{\"temp\":39.1,\"torque\":18.7,\"status\":\"OK\"},"
    "\"shoulder_left\":{\"temp\":35.2,\"torque\":12.3,\"status\":\"OK\"},\"shoulder_right\":{\"temp\":36.4,\"torque\":13.1,\"status\":\"OK\"}},"
    "\"diagnostics\":{\"cpu_usage\":47.2,\"memory_usage\":62.8,\"network_latency\":12,\"camera_status\":[\"OK\",\"OK\"],\"error_log\":[]}}\n"
    "{\"robot_id\":\"G1-037\",\"timestamp\":\"2025-10-24T14:32:17.942Z\",\"more\":[1,2.5e3,null,true,\"\\u00e9\"]}\n";

static bytes seed_lines(void) { return seed_text(line_seed); }
static bytes seed_shop(void) { return seed_text("3 3\n0 3 1 2 2 2\n0 2 2 1 1 4\n1 4 2 3 0 1\n"); }
static bytes seed_json(void)
{
    return seed_text("{\"n_machines\":3,\"families\":2,\"stations\":[{\"machines\":[0,1],\"setup\":[[0,5],[7,0]]},{\"machines\":[2],\"setup\":[[0,1],[2,0]]}],"
                     "\"orders\":[{\"family\":1,\"release\":10,\"due\":400,\"ops\":[{\"station\":0,\"machines\":[0,1],\"minutes\":60},{\"station\":1,\"machines\":[2],\"minutes\":20}]}],"
                     "\"calendar\":{\"windows\":[[100,200],[250,300]],\"downtime\":[[2,290,80]]}}");
}
static bytes seed_fleet(void)
{
    return seed_text("{\"minutes\":60,\"step\":5,\"travel\":2,\"least\":5,\"classes\":[{\"name\":\"G\",\"capacity_wh\":1000,\"active_w\":210,\"idle_w\":30,\"curve\":[[80,960],[100,480]]}],"
                     "\"robots\":[{\"battery\":45,\"bay\":\"B\"},{\"class\":\"G\",\"battery\":90.5,\"health\":97,\"busy_until\":12,\"travel\":[3]}],"
                     "\"bays\":[{\"name\":\"B\",\"from\":0,\"to\":55}],\"demand\":[[0,1],[30,2]]}");
}
static bytes seed_map(void) { return seed_text("type octile\nheight 3\nwidth 4\nmap\n.@.G\nS..@\nC.E.\n"); }
static bytes seed_scen(void) { return seed_text("version 1\n0\tm\t4\t4\t0\t0\t3\t3\t6\n0\tm\t4\t4\t1\t0\t2\t3\t4.5\n0\tm\t4\t4\t3\t0\t0\t3\t6\n"); }
static bytes seed_config(void) { return seed_text("; a plant\n[plant]\nname = P\n[plan]\nstart = 2025-10-24\nbuckets = 90\nwork_limit = 200\n[cost]\ncurrency = EUR\nlabour_rate = 48.00\n"); }

/* Blocks, frames and files of the two lines above. */
static void seed_batch(void)
{
    size_t used;
    c12_view v = { (const uint8_t *)line_seed, sizeof line_seed - 1 };
    if (c12_tlm_batch_reset(&batch, &schema, NULL) || c12_tlm_parse(&schema, v, &batch, &used, NULL) || batch.n != 2) exit(3);
}

static bytes seed_block(void)
{
    bytes b = { malloc(MOST), 0 };
    c12_mem out = { b.at, MOST };
    seed_batch();
    if (c12_tlm_block_encode(&schema, &batch, NULL, batch.n, 1, out, &b.n, work_room, NULL)) exit(3);
    return b;
}

/* 100 rows that walk and stand, predicted, at the same steps; one level after the other. */
static bytes seed_lanes(void)
{
    static int32_t level;
    bytes b = { malloc(MOST), 0 };
    c12_mem out = { b.at, MOST };
    c12_tlm_block_options o = { .struct_size = sizeof o, .level = level++ % 3 };
    seed_batch();
    for (int64_t r = 0; r < 100; r++)
        for (int32_t f = 0; f < schema.n_fields; f++) {
            int64_t *v = batch.value + f * batch.cap;
            if (r > 1) v[r] = v[r % 2];
            if (schema.kind[f] == C12_TLM_DECIMAL) v[r] += r / 50 * (r * 37 % 19) + (int64_t)draw(3);
            if (schema.kind[f] == C12_TLM_INTEGER) v[r] = r / 7 % 4 * 5000 + (int64_t)draw(2); /* mixed odds */
            if (f == schema.time_field) v[r] = v[0] + 100 * r;
            batch.raw_at[r] = -1;
        }
    batch.n = 100;
    if (c12_tlm_block_encode_with(&schema, &batch, NULL, batch.n, 1, &o, out, &b.n, work_room, NULL)) exit(3);
    return b;
}

static bytes seed_frame(void)
{
    bytes b = { malloc(MOST), 0 };
    c12_mem out = { b.at, MOST };
    seed_batch();
    if (c12_tlm_frame_encode(&schema, &batch, 0, 1, out, &b.n, NULL)) exit(3);
    return b;
}

static bytes seed_link(void)
{
    static uint8_t memory[2048];
    c12_tlm_wire_plan plan = C12_INIT(c12_tlm_wire_plan);
    c12_tlm_wire_options o = C12_INIT(c12_tlm_wire_options);
    c12_tlm_sender *s;
    c12_mem m = { memory, sizeof memory };
    bytes b = { malloc(MOST), 0 };
    c12_mem out = { b.at, MOST };
    int64_t done;
    seed_batch();
    o.plan = &plan;
    if (c12_tlm_wire_builtin(&plan, NULL) || c12_tlm_sender_init(&s, m, &schema, &o, NULL)) exit(3);
    for (link_frames = 0; (int64_t)link_frames < batch.n; link_end[link_frames++] = b.n) {
        size_t n;
        c12_mem rest = { b.at + b.n, out.size - b.n };
        if (c12_tlm_sender_push(s, &batch, (int64_t)link_frames, 1, rest, &n, &done, NULL, NULL) || done != 1 || b.n + n > sizeof link_key) exit(3);
        b.n += n;
    }
    memcpy(link_key, b.at, link_size = b.n);
    return b;
}

static bytes seed_sealed_link(void)
{
    bytes b = seed_link();
    c12_seal_talker t = sealing_talker();
    const c12_view v = { link_key, link_size };
    if (c12_seal_link_close(&t, v, (c12_mem){ b.at, MOST }, &b.n, NULL)) exit(3);
    return b;
}

static bytes read_seed(const char *path)
{
    bytes b = { malloc(MOST), 0 };
    FILE *f = fopen(path, "rb");
    if (!f) { fprintf(stderr, "no %s\n", path); exit(3); }
    b.n = fread(b.at, 1, MOST, f);
    fclose(f);
    return b;
}

static bytes seed_ts(void)
{
    char path[256];
    c12io_ts *t;
    seed_batch();
    snprintf(path, sizeof path, "%s/seed.c12t", scratch_dir);
    if (c12io_ts_create(&t, path, &schema, NULL, NULL, NULL) || c12io_ts_append(t, &batch, NULL) || c12io_ts_close(t, NULL)) exit(3);
    return read_seed(path);
}

static bytes seed_sealed(void)
{
    char path[256];
    c12io_ts *t;
    c12io_ts_options o = { .struct_size = sizeof o, .key = { seal_key, 32 } };
    seed_batch();
    snprintf(path, sizeof path, "%s/sealed.c12t", scratch_dir);
    if (c12io_ts_create(&t, path, &schema, &o, NULL, NULL) || c12io_ts_append(t, &batch, NULL) || c12io_ts_close(t, NULL)) exit(3);
    return read_seed(path);
}

static bytes seed_envelope(void)
{
    bytes b = { malloc(MOST), 0 };
    c12_seal_epoch epoch = { { 1 }, 0 };
    c12_view none = { NULL, 0 }, plain = { (const uint8_t *)"forty-two legs", 14 };
    if (c12_seal_encrypt(sealing_key, &epoch, none, plain, (c12_mem){ b.at, MOST }, &b.n, NULL)) exit(3);
    return b;
}

static bytes seed_claims(void)
{
    return seed_text("{\"iss\":\"plant\",\"exp\":2000,\"nbf\":900,\"iat\":900,\"sub\":\"G1-\\u0030\\ud83e\\udd16\",\"list\":[1,-0.5e+3,true,null,{\"a\":[]},\"\xc3\xb6\"],\"aud_\":\"x\"}");
}

static bytes seed_plant(void)
{
    char path[512];
    const char *dir = getenv("PLANT");
    for (size_t k = 0; k < PLANT_FILES; k++) {
        snprintf(path, sizeof path, "%s/%s", dir ? dir : "examples/plants/humanoid", plant_files[k]);
        plant_seed[k] = k < PLANT_FILES - MADE_UP ? read_seed(path) : seed_text(made_up[k - (PLANT_FILES - MADE_UP)]);
        put_file(plant_files[k], &plant_seed[k]);
    }
    return seed_text("");
}

/* ---- targets: quality ------------------------------------------------------------------------------------------------------------------- */

/* Lines: the first twelve are rules, the others codes of reports; what is graded the checker must accept. */
static void code_text(const bytes *b)
{
    enum { RULES = 12, REPORTS = 2000 };
    static int64_t off[2][REPORTS + 1];
    static int32_t grade[REPORTS], rule_grade[RULES];
    static uint32_t reason[REPORTS];
    c12_ncr_policy p = C12_INIT(c12_ncr_policy);
    c12_ncr_batch in = C12_INIT(c12_ncr_batch);
    c12_verdict v = C12_INIT(c12_verdict);
    const uint8_t *at = b->at, *end = b->at + b->n, *from = at;
    for (int which = 0; which < 2; which++) {
        int32_t n = 0, most = which ? REPORTS : RULES;
        off[which][0] = 0;
        for (from = at; at < end && n < most; at++) if (*at == '\n') off[which][++n] = at + 1 - from; /* with its end of line, a separator */
        if (which) { in.n = n; in.code_text = from; in.code_off = off[1]; }
        else { p.n_rules = n; p.rule_text = from; p.rule_off = off[0]; }
    }
    for (int k = 0; k < RULES; k++) rule_grade[k] = 1 + k % 3;
    p.rule_grade = rule_grade;
    if (c12_ncr_grade(&p, &in, grade, reason, NULL, NULL)) return;
    if (c12_ncr_check(&p, &in, grade, reason, &v, NULL) || v.violations) abort();
}

/* Bytes as events of four reports: refused as a whole, or a history the checker accepts. */
static void event_rows(const bytes *b)
{
    enum { CASES = 4, EVENTS = 300 };
    int32_t grade[CASES] = { 1, 2, 3, 2 }, raised[CASES] = { -1, 0, 1, 2 }, column[6][CASES] = { { 0 } }, row[4][EVENTS], refusal[EVENTS];
    uint32_t causes[CASES] = { 0 };
    c12_ns created[CASES] = { 0, 5, -3, 9 }, time[2][CASES] = { { 0 } }, at[EVENTS];
    c12_ncr_cases c = C12_INIT(c12_ncr_cases);
    c12_ncr_events e = C12_INIT(c12_ncr_events);
    c12_verdict v = C12_INIT(c12_verdict);
    c.n = CASES; c.grade = grade; c.raised_by = raised; c.created = created; c.state = column[0]; c.owner = column[1]; c.whys = column[2]; c.causes = causes; c.disposition = column[3]; c.approved = column[4];
    c.paused = column[5]; c.last = time[0]; c.closed = time[1];
    for (size_t i = 0; i + 5 <= b->n && e.n < EVENTS; i += 5, e.n++) {
        for (int k = 0; k < 4; k++) row[k][e.n] = b->at[i + (size_t)k] < 250 ? (k == 1 || k == 2) + b->at[i + (size_t)k] % (k == 1 ? 12 : CASES) : (int32_t)b->at[i + (size_t)k] - 253;
        at[e.n] = b->at[i + 4] == 255 ? INT64_MAX : (c12_ns)i + b->at[i + 4] % 16;
    }
    e.report = row[0]; e.kind = row[1]; e.value = row[2]; e.by = row[3]; e.at = at;
    if (c12_ncr_apply(NULL, &c, &e, refusal, NULL)) return;
    if (c12_ncr_history_check(NULL, &c, &e, refusal, &v, NULL) || v.violations) abort();
}

/* Bytes as what is charted: refused, or a chart the checker accepts. */
static void chart_rows(const bytes *b)
{
    enum { POINTS = 200, SIGNALS = 4000 };
    static int64_t x[POINTS * 25], count[POINTS], units[POINTS], wide[5][SIGNALS];
    static int32_t narrow[3][SIGNALS];
    static uint32_t points[SIGNALS];
    c12_spc_data d = C12_INIT(c12_spc_data);
    c12_spc_chart h = C12_INIT(c12_spc_chart);
    c12_verdict v = C12_INIT(c12_verdict);
    if (b->n < 4) return;
    d.kind = 1 + (int32_t)((b->at[0] + b->n) % 7); d.size = d.kind <= C12_SPC_XBAR_S ? 1 + b->at[1] % 25 : 0; d.rules = b->at[2]; d.spread_rules = b->at[3];
    for (size_t i = 0; i < POINTS * 25; i++) { memcpy(&x[i], b->at + 4 + i * 3 % (b->n - 3), b->n - 4 - i * 3 % (b->n - 3) < 8 ? 1 : 8); x[i] >>= b->at[1] / 4; }
    for (size_t i = 0; i < POINTS; i++) { units[i] = d.kind == C12_SPC_NP ? b->at[1] : x[i] & 0xFFFFF; count[i] = x[i + 1] & 0xFFF; }
    d.n = b->at[3] % POINTS + 1;
    if (d.kind <= C12_SPC_I_MR) d.x = x;
    else { d.count = count; d.units = units; }
    h.value = wide[0]; h.centre = wide[1]; h.reach = wide[2]; h.spread = wide[3]; h.signal_point = wide[4]; h.signal_cap = SIGNALS;
    h.signal_chart = narrow[0]; h.signal_rule = narrow[1]; h.signal_side = narrow[2]; h.signal_points = points;
    if (c12_spc_make(&d, &h, NULL)) return;
    if (c12_spc_check(&d, &h, &v, NULL) || v.violations) abort();
}

static bytes seed_codes(void) { return seed_text("safety\nactuator_failure\nperformance\nno\nnon_safety\na_b_c\nabcdefghij\n7\nx\ny\nz\nbrake-torque\n"
    "SAFETY-brake\nnon_safety\nactuator failure\nnot performance\nperformance\nscratch\nabcdefghij\nABCDEFGHIJ/x\na.b.c\nno no 7\nbrake_torque low\nsafetynet\nx\ny\nz\n7\n\n--\n"); }
static bytes seed_rows(void) { return seed_text("the quick brown fox jumps over the lazy dog and again, and then some more of that, for a long time; 0123456789 and so on until there is enough"); }

static bytes seed_orders(void)
{
    return seed_text("[{\"work_order_id\":\"WO-1\",\"product_sku\":\"ARM\",\"quantity\":4,\"status\":\"CREATED\",\"priority\":5,\"created_date\":\"2025-10-22T09:15:00Z\",\"scheduled_start\":null,"
        "\"actual_start\":\"2025-10-24T06:12:00Z\",\"bom_id\":\"B\",\"station_progress\":{\"a\":\"completed\",\"b\":\"in_progress\",\"c\":\"pending\"},\"assigned_robots\":[\"G1\",\"G2\"],\"quality_holds\":[],"
        "\"rework_required\":false},{\"work_order_id\":\"WO-2\",\"product_sku\":\"X\",\"quantity\":1,\"status\":\"QUALITY_HOLD\",\"created_date\":\"2025-10-22T09:15:00Z\",\"quality_holds\":[\"N\"]}]");
}

/* ---- VDA 5050 ---------------------------------------------------------------------------------------------------------------------------------- */

static int32_t vda_kind;

/* What is read can be printed, and reads and prints the same again; rules look at any order and state. */
static void vda_message(const bytes *b)
{
    static uint8_t again[1 << 20];
    c12_vda_message m = C12_INIT(c12_vda_message), n = C12_INIT(c12_vda_message);
    size_t used = 0, more = 0;
    c12_view v = { b->at, b->n };
    c12_status st = c12_vda_read(vda_kind, v, work_room, &m, NULL);
    if (st && st != C12_E_FORMAT && st != C12_E_RANGE && st != C12_E_UNSUPPORTED && st != C12_E_SPACE) abort();
    if (st) return;
    if (m.kind == C12_VDA_ORDER) {
        c12_vda_order o = C12_INIT(c12_vda_order);
        c12_verdict verdict = C12_INIT(c12_verdict);
        c12_vda_report r = { .struct_size = sizeof r, .id = { (const uint8_t *)"", 0 }, .last_node = { (const uint8_t *)"", 0 } };
        c12_vda_decision d = C12_INIT(c12_vda_decision);
        if (c12_vda_order_of(&m, &o, NULL) || c12_vda_order_check(&o, &verdict, NULL) || c12_vda_accept(&r, &o, 1, &d, NULL)) abort();
        if ((d.what == C12_VDA_REFUSE) != (verdict.violations > 0)) { fprintf(stderr, "vehicle and checker differ: %s, %s\n", d.why ? d.why : "takes it", verdict.rule ? verdict.rule : "accepts it"); abort(); }
    }
    if (c12_vda_write(&m, printed, sizeof printed, &used, NULL)) { /* only a time before 1970, by its zone, or far behind the limits of a real is read and not printed */
        if (c12_vda_value(&m, 1, 0) >= 0) abort();
        return;
    }
    c12_view w = { printed, used };
    c12_mem rest = { work + sizeof work / 2, sizeof work / 2 };
    if ((st = c12_vda_read(vda_kind, w, rest, &n, NULL)) == C12_E_SPACE) return;
    if (st || c12_vda_write(&n, again, sizeof again, &more, NULL) || more != used || memcmp(again, printed, used)) { fprintf(stderr, "%.*s\n", (int)used, (const char *)printed); abort(); }
}

static bytes seed_vda_order(void)
{
    vda_kind = C12_VDA_ORDER;
    return seed_text("{\"headerId\":7,\"timestamp\":\"2026-11-30T08:15:00.25Z\",\"version\":\"2.0.0\",\"manufacturer\":\"a\\u00e9\",\"serialNumber\":\"R1\",\"orderId\":\"o\",\"orderUpdateId\":3,\"nodes\":[{\"nodeId\":\"a\",\"sequenceId\":0,\"released\":true,"
                     "\"nodePosition\":{\"x\":-1.5,\"y\":1e-3,\"theta\":3.1,\"mapId\":\"h\"},\"actions\":[{\"actionType\":\"p\",\"actionId\":\"1\",\"blockingType\":\"HARD\",\"actionParameters\":[{\"key\":\"k\",\"value\":{\"d\":[1,2.5e3,null,\"x\"]}}]}]},"
                     "{\"nodeId\":\"b\",\"sequenceId\":2,\"released\":false,\"actions\":[]}],\"edges\":[{\"edgeId\":\"e\",\"sequenceId\":1,\"released\":false,\"startNodeId\":\"a\",\"endNodeId\":\"b\",\"trajectory\":{\"degree\":1,\"knotVector\":[0,1],\"controlPoints\":[{\"x\":0,\"y\":0}]},\"actions\":[]}]}");
}

static bytes seed_vda_state(void)
{
    vda_kind = C12_VDA_STATE;
    return seed_text("{\"headerId\":7,\"timestamp\":\"2026-11-30T08:15:00.25Z\",\"version\":\"2.1.0\",\"manufacturer\":\"a\",\"serialNumber\":\"R1\",\"orderId\":\"o\",\"orderUpdateId\":3,\"lastNodeId\":\"a\",\"lastNodeSequenceId\":0,\"driving\":true,\"operatingMode\":\"AUTOMATIC\","
                     "\"nodeStates\":[{\"nodeId\":\"b\",\"sequenceId\":2,\"released\":true}],\"edgeStates\":[{\"edgeId\":\"e\",\"sequenceId\":1,\"released\":true}],\"loads\":[{},{\"weight\":2}],\"actionStates\":[{\"actionId\":\"1\",\"actionStatus\":\"RUNNING\"}],"
                     "\"batteryState\":{\"batteryCharge\":87.6,\"charging\":false},\"errors\":[{\"errorType\":\"x\",\"errorReferences\":[{\"referenceKey\":\"a\",\"referenceValue\":\"b\"}],\"errorLevel\":\"FATAL\"}],\"safetyState\":{\"eStop\":\"NONE\",\"fieldViolation\":false}}");
}

/* ---- the campaign -------------------------------------------------------------------------------------------------------------------------------------- */

static const struct { const char *name; bytes (*seed)(void); void (*run)(const bytes *b); size_t share; } target[] = {
    { "lines", seed_lines, tlm_lines, 10 }, { "block", seed_block, tlm_block, 10 }, { "lanes", seed_lanes, tlm_lanes, 10 }, { "lanes fast", seed_lanes, tlm_lanes, 10 }, { "lanes max", seed_lanes, tlm_lanes, 10 }, { "frame", seed_frame, tlm_frame, 10 }, { "link", seed_link, tlm_link, 10 }, { "cbor", seed_frame, tlm_cbor, 10 }, { "shop", seed_shop, shop_text, 10 },
    { "json", seed_json, plant_json, 10 }, { "fleet", seed_fleet, fleet_text, 10 }, { "map", seed_map, map_text, 10 }, { "scen", seed_scen, scen_text, 10 }, { "config", seed_config, config_file, 2 }, { "ts", seed_ts, ts_file, 2 }, { "sealed", seed_sealed, sealed_file, 2 }, { "envelope", seed_envelope, sealed_bytes, 10 }, { "sealed link", seed_sealed_link, sealed_link, 10 }, { "token", seed_claims, token_claims, 2 }, { "plant", seed_plant, plant_folder, 1 },
    { "codes", seed_codes, code_text, 10 }, { "events", seed_rows, event_rows, 10 }, { "charts", seed_rows, chart_rows, 10 },
    { "orders", seed_orders, order_text, 10 }, { "vda order", seed_vda_order, vda_message, 10 }, { "vda state", seed_vda_state, vda_message, 10 },
};

static void run_target(size_t k, size_t iterations, uint64_t seed)
{
    bytes origin = target[k].seed(), b = { malloc(MOST + 64), 0 };
    int plant = target[k].run == plant_folder;
    for (size_t i = 0; i < iterations * target[k].share / 10; i++) {
        mutate_seed(seed, k, i);
        plant_turn = i % PLANT_FILES;
        const bytes *from = plant ? &plant_seed[plant_turn] : &origin;
        memcpy(b.at, from->at, from->n);
        b.n = from->n;
        mutate(&b);
        target[k].run(&b);
    }
    free(origin.at);
    free(b.at);
    printf("fuzz: %s: %zu inputs\n", target[k].name, iterations * target[k].share / 10);
}

int main(int argc, char **argv)
{
    size_t iterations = argc > 1 ? (size_t)atoll(argv[1]) : 1000;
    uint64_t seed = argc > 2 ? (uint64_t)atoll(argv[2]) : 1;
    char command[300];
    if (!mkdtemp(scratch_dir)) return 3;
    tlm_open();
    for (size_t k = 0; k < sizeof target / sizeof *target; k++)
        if (argc < 4 || !strcmp(argv[3], target[k].name)) run_target(k, iterations, seed);
    for (size_t k = 0; k < PLANT_FILES; k++) free(plant_seed[k].at);
    free(batch_memory);
    snprintf(command, sizeof command, "rm -rf %s", scratch_dir);
    return system(command) ? 3 : 0;
}
