/* SPDX-License-Identifier: Apache-2.0 */
/* A robot's telemetry over a radio that loses three frames of ten: what a frame takes, which records arrive, and how a NACK brings a lost KEY. */
#include "c12/tlm.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TICKS = 600 };

static int fail(const char *what, const c12_error *e)
{
    fprintf(stderr, "%s: %s: %s\n", what, c12_status_name(e->status), e->what ? e->what : "");
    return 1;
}

static int64_t code(c12_tlm_batch *b, const char *text)
{
    int64_t k = 0;
    c12_view v = { (const uint8_t *)text, strlen(text) };
    if (c12_tlm_intern(b->dict, v, &k, NULL)) return 0;
    return k;
}

/* One minute: the robot walks along x with 0.8 m/s, its joints swing, everything else trembles in the last digit. */
static void fill(c12_tlm_batch *b, const c12_tlm_schema *s)
{
    static const int64_t swing[20] = { 0, 3, 6, 8, 9, 9, 9, 8, 6, 3, 0, -3, -6, -8, -9, -9, -9, -8, -6, -3 };
    for (b->n = 0; b->n < TICKS; b->n++) {
        uint32_t noise = (uint32_t)b->n * 2654435761u;
        for (int32_t f = 0; f < s->n_fields; f++) {
            int64_t v = 420 + (noise >> (f % 28) & 3);
            if (f >= 15 && f <= 30 && (f - 15) % 3 == 0) v = 180 + 10 * swing[b->n * 3 % 20] * ((f - 15) % 2 ? -1 : 1) + (noise >> f & 7); /* torques */
            if (f >= 4 && f <= 7) v = f == 5 ? 8 : 0;
            if (s->kind[f] == C12_TLM_TEXT) v = code(b, "OK");
            if (s->kind[f] == C12_TLM_LIST) v = code(b, "[]");
            if (s->kind[f] == C12_TLM_TIME) v = f == s->time_field ? INT64_C(1761316337842) + 100 * b->n : INT64_C(1761318840000);
            b->value[f * b->cap + b->n] = v;
        }
        b->value[2 * b->cap + b->n] = 90 + b->n * 8 / 10;
        b->value[s->robot_field * b->cap + b->n] = code(b, "G1-037");
    }
}

int main(void)
{
    c12_error e = C12_INIT(c12_error);
    c12_tlm_schema s = C12_INIT(c12_tlm_schema);
    c12_tlm_wire_plan plan = C12_INIT(c12_tlm_wire_plan);
    c12_tlm_wire_options o = C12_INIT(c12_tlm_wire_options);
    c12_tlm_dims d = { .struct_size = sizeof d, .texts = 64, .rows = TICKS, .raw_bytes = 4096, .text_bytes = 4096 };
    c12_tlm_batch here = C12_INIT(c12_tlm_batch), there = C12_INIT(c12_tlm_batch);
    c12_tlm_wire_report report = C12_INIT(c12_tlm_wire_report);
    c12_tlm_sender *robot;
    c12_tlm_receiver *plant;
    size_t need;
    o.plan = &plan;
    if (c12_tlm_builtin(&s, &e) || c12_tlm_wire_builtin(&plan, &e) || c12_tlm_batch_bytes(&s, &d, &need, &e)) return fail("sizes", &e);
    c12_mem m[4] = { { malloc(need), need }, { malloc(need), need }, { NULL, 0 }, { NULL, 0 } };
    if (c12_tlm_wire_bytes(&s, &o, &m[2].size, &m[3].size, &e)) return fail("wire", &e);
    for (int k = 2; k < 4; k++) m[k].ptr = malloc(m[k].size);
    if (c12_tlm_batch_init(&here, m[0], &s, &d, &e) || c12_tlm_batch_init(&there, m[1], &s, &d, &e)) return fail("batch", &e);
    if (c12_tlm_sender_init(&robot, m[2], &s, &o, &e) || c12_tlm_receiver_init(&plant, m[3], &s, &o, &e)) return fail("link", &e);
    fill(&here, &s);
    size_t bytes = 0, nacks = 0;
    for (int64_t row = 0; row < TICKS; row++) {
        uint8_t frame[1024], nack[16];
        c12_mem out = { frame, sizeof frame }, back = { nack, sizeof nack };
        size_t used, n, asked;
        int64_t done;
        if (c12_tlm_sender_push(robot, &here, row, 1, out, &used, &done, NULL, &e)) return fail("push", &e);
        bytes += used;
        if (row * 7 % 10 < 3) continue; /* lost on the way */
        c12_view in = { frame, used };
        if (c12_tlm_receiver_pull(plant, in, &there, &n, &report, &e)) return fail("pull", &e);
        if (c12_tlm_receiver_nack(plant, back, &asked, &e)) return fail("nack", &e);
        c12_view ask = { nack, asked };
        if (asked && c12_tlm_sender_answer(robot, ask, &e)) return fail("answer", &e);
        nacks += asked > 0;
    }
    printf("robot: %d records in %zu bytes, a state of less than 1 KiB: %s\n", TICKS, bytes, m[2].size <= 1024 ? "yes" : "no");
    printf("plant: %lld records, %lld of them KEYs, %lld without their KEY, %zu NACKs\n", (long long)there.n, (long long)report.keys, (long long)report.keyless, nacks);
    for (int k = 0; k < 4; k++) free(m[k].ptr);
    return there.n + report.keyless == 420 ? 0 : 1;
}

/* prints: robot: 600 records in 9426 bytes, a state of less than 1 KiB: yes */
/* prints: plant: 419 records, 13 of them KEYs, 1 without their KEY, 1 NACKs */
