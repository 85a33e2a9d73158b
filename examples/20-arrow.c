/* SPDX-License-Identifier: Apache-2.0 */
/* Telemetry as Arrow record batches: an hour of ten robots becomes a file, and two columns of it come back as an Arrow C stream, the way pyarrow, polars and DuckDB take
 * them.  A reader like them sees addresses only: doubles, and codes with the texts they stand for. */
#include "c12/arrow.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROBOTS = 10, SECONDS = 3600 };

static int fail(const char *what, const c12_error *e)
{
    fprintf(stderr, "%s: %s: %s\n", what, c12_status_name(e->status), e->what ? e->what : "");
    return 1;
}

/* Robots drain from 90 %, each at its own pace; everything else stands still. */
static int write_hour(const char *path, const c12_tlm_schema *s, c12_tlm_batch *b, c12_error *e)
{
    c12io_ts *ts;
    if (c12io_ts_create(&ts, path, s, NULL, NULL, e)) return fail("create", e);
    for (int64_t second = 0; second < SECONDS; second++) {
        for (b->n = 0; b->n < ROBOTS; b->n++) {
            char name[16];
            c12_view texts[3] = { { (const uint8_t *)name, 0 }, { (const uint8_t *)"OK", 2 }, { (const uint8_t *)"[]", 2 } };
            int64_t code[3] = { 0, 0, 0 };
            texts[0].size = (size_t)snprintf(name, sizeof name, "G1-%03d", (int)b->n + 1);
            for (int k = 0; k < 3; k++)
                if (c12_tlm_intern(b->dict, texts[k], &code[k], e)) return fail("text", e);
            for (int32_t f = 0; f < s->n_fields; f++) b->value[f * b->cap + b->n] = s->kind[f] == C12_TLM_TEXT ? code[1] : s->kind[f] == C12_TLM_LIST ? code[2] : 0;
            b->value[s->robot_field * b->cap + b->n] = code[0];
            b->value[s->time_field * b->cap + b->n] = INT64_C(1761316337842) + second * 1000;
            b->value[8 * b->cap + b->n] = 900 - second * (b->n + 1) / 100; /* battery_level in tenths of a per cent */
        }
        if (c12io_ts_append(ts, b, e)) { c12io_ts_destroy(ts); return fail("append", e); }
    }
    return c12io_ts_close(ts, e) ? fail("close", e) : 0;
}

/* Mean level of each robot, by a reader that knows nothing but the Arrow C structs. */
static int read_levels(struct ArrowArrayStream *stream)
{
    struct ArrowArray batch;
    double sum[ROBOTS] = { 0 };
    int64_t rows[ROBOTS] = { 0 };
    for (;;) {
        if (stream->get_next(stream, &batch)) { fprintf(stderr, "%s\n", stream->get_last_error(stream)); return 1; }
        if (!batch.release) break;
        const int32_t *code = batch.children[0]->buffers[1], *off = batch.children[0]->dictionary->buffers[1];
        const char *text = batch.children[0]->dictionary->buffers[2];
        const double *level = batch.children[1]->buffers[1];
        for (int64_t i = 0; i < batch.length; i++) {
            int robot = 0; /* "G1-" and a number; the texts stand back to back */
            for (int32_t k = off[code[i]] + 3; k < off[code[i] + 1]; k++) robot = 10 * robot + text[k] - '0';
            sum[(robot - 1) % ROBOTS] += level[i];
            rows[(robot - 1) % ROBOTS]++;
        }
        batch.release(&batch);
    }
    printf("G1-001: %d records, mean %.2f %%; G1-010: %d records, mean %.2f %%\n", (int)rows[0], sum[0] / (double)rows[0], (int)rows[9], sum[9] / (double)rows[9]);
    return 0;
}

int main(void)
{
    static const char path[] = "arrow-example.c12t";
    c12_error e = C12_INIT(c12_error);
    c12_tlm_schema s = C12_INIT(c12_tlm_schema);
    c12_tlm_dims d = { .struct_size = sizeof d, .texts = 32, .rows = ROBOTS, .raw_bytes = 64, .text_bytes = 512 };
    c12_tlm_batch b = C12_INIT(c12_tlm_batch);
    c12_mem m = { NULL, 0 };
    if (c12_tlm_builtin(&s, &e) || c12_tlm_batch_bytes(&s, &d, &m.size, &e)) return fail("sizes", &e);
    m.ptr = malloc(m.size);
    if (!m.ptr || c12_tlm_batch_init(&b, m, &s, &d, &e)) return fail("batch", &e);
    int bad = write_hour(path, &s, &b, &e);
    free(m.ptr);
    if (bad) return 1;

    const int32_t field[2] = { s.robot_field, 8 };
    c12io_ts_arrow_options o = C12_INIT(c12io_ts_arrow_options);
    struct ArrowArrayStream stream;
    struct ArrowSchema schema;
    c12io_ts *ts;
    o.n_fields = 2;
    o.field = field;
    if (c12io_ts_open(&ts, path, NULL, &e) || c12io_ts_arrow(ts, NULL, &o, &stream, &e)) return fail("open", &e);
    c12io_ts_destroy(ts); /* the stream goes on */
    if (stream.get_schema(&stream, &schema)) return 1;
    printf("%s: %s of %s, %s: %s\n", schema.children[0]->name, schema.children[0]->format, schema.children[0]->dictionary->format, schema.children[1]->name, schema.children[1]->format);
    schema.release(&schema);
    bad = read_levels(&stream);
    stream.release(&stream);
    remove(path);
    return bad;
}
/* prints: robot_id: i of u, battery_level: g */
/* prints: G1-001: 3600 records, mean 88.25 %; G1-010: 3600 records, mean 72.05 % */
