/* SPDX-License-Identifier: Apache-2.0 */
/* c12 tlm export: rows as CSV or JSON lines. */
#include "tlm_cli.h"
#include "c12/io.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { EXPORT_ROWS = 4096, EXPORT_TEXT = 1 << 20, EXPORT_RAW = 16 << 20 };

typedef struct export { c12io_ts *t; c12_tlm_schema schema; c12_tlm_batch b; c12_mem mem; int32_t field[C12_TLM_MAX_FIELDS], fields; int64_t raw; text row; } export;

static void csv_decimal(text *o, int64_t v, int32_t scale)
{
    uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v, ten = 1;
    for (int32_t i = 0; i < scale; i++) ten *= 10;
    text_add(o, "%s%" PRIu64, v < 0 ? "-" : "", u / ten);
    if (scale) text_add(o, ".%0*" PRIu64, (int)scale, u % ten);
}

static void csv_cell(export *x, int32_t f, int64_t r)
{
    const c12_tlm_batch *b = &x->b;
    int64_t v = b->value[f * b->cap + r];
    char time[64];
    switch (x->schema.kind[f]) {
    case C12_TLM_TIME:
        tlm_time_text(v, time);
        text_add(&x->row, "%s", time);
        break;
    case C12_TLM_DECIMAL: csv_decimal(&x->row, v, b->scale[f]); break;
    case C12_TLM_INTEGER: text_add(&x->row, "%" PRId64, v); break;
    default: text_csv(&x->row, (c12_view){ b->dict->bytes + b->dict->off[v], (size_t)(b->dict->off[v + 1] - b->dict->off[v]) });
    }
}

/* A raw row has only robot and time in columns. */
static void csv_rows(export *x)
{
    for (int64_t r = 0; r < x->b.n; r++) {
        int raw = x->b.raw_at[r] >= 0;
        x->raw += raw;
        for (int32_t k = 0; k < x->fields; k++) {
            int32_t f = x->field[k];
            if (k) text_add(&x->row, ",");
            if (!raw || f == x->schema.robot_field || f == x->schema.time_field) csv_cell(x, f, r);
        }
        text_add(&x->row, "\n");
    }
}

static c12_status csv_open(cli *c, export *x, const c12io_ts_range *range)
{
    c12_tlm_dims d = { .struct_size = sizeof d, .texts = EXPORT_TEXT / 16, .rows = EXPORT_ROWS, .raw_bytes = EXPORT_RAW, .text_bytes = EXPORT_TEXT };
    size_t bytes;
    c12_status s = c12_tlm_batch_bytes(&x->schema, &d, &bytes, &c->err);
    if (s) return s;
    x->mem.ptr = cli_new((int64_t)bytes, 1);
    x->mem.size = bytes;
    x->b.struct_size = (uint32_t)sizeof x->b;
    s = c12_tlm_batch_init(&x->b, x->mem, &x->schema, &d, &c->err);
    return s ? s : c12io_ts_scan(x->t, range, &c->err);
}

static c12_status csv_all(cli *c, export *x, c12io_out *out)
{
    for (int32_t k = 0; k < x->fields; k++) {
        int32_t f = x->field[k];
        c12_view name = { x->schema.path + x->schema.path_off[f], (size_t)(x->schema.path_off[f + 1] - x->schema.path_off[f]) };
        if (k) text_add(&x->row, ",");
        text_csv(&x->row, name);
    }
    text_add(&x->row, "\n");
    for (int64_t rows = 1; rows;) {
        c12_status s = c12_tlm_batch_reset(&x->b, &x->schema, &c->err);
        if (!s) s = c12io_ts_next(x->t, &x->b, &rows, &c->err);
        if (s) return s;
        csv_rows(x);
        c12io_out_write(out, x->row.at, x->row.n);
        x->row.n = 0;
    }
    return C12_OK;
}

static int export_csv(cli *c, const char *file, const char *fields, const c12io_ts_range *range)
{
    export x;
    c12io_out *out = NULL;
    memset(&x, 0, sizeof x);
    int code = tlm_open(c, file, &x.t, &x.schema);
    if (code) return code;
    x.fields = fields ? tlm_fields(c, &x.schema, fields, x.field, C12_TLM_MAX_FIELDS) : x.schema.n_fields;
    for (int32_t f = 0; !fields && f < x.fields; f++) x.field[f] = f;
    c12_status s = C12_OK;
    if (x.fields > 0 && !(s = csv_open(c, &x, range)) && !(s = c12io_out_open(&out, c->out ? c->out : "-", &c->err))) {
        if ((s = csv_all(c, &x, out))) c12io_out_abandon(out);
        else s = c12io_out_close(out, &c->err);
    }
    if (!s && x.raw) fprintf(stderr, "%" PRId64 " records are kept as their line and have only robot and time here; --to jsonl gives them whole\n", x.raw);
    free(x.mem.ptr);
    text_free(&x.row);
    c12io_ts_destroy(x.t);
    return x.fields < 0 ? EXIT_BAD : s ? tlm_fail(c, s, file) : EXIT_DONE;
}

int tlm_export(cli *c)
{
    c12io_ts_range range = C12_INIT(c12io_ts_range);
    const char *to = cli_value(c, "--to"), *fields = cli_value(c, "--field"), *until = cli_value(c, "--until"), *file;
    if (tlm_range(c, &range, until)) return EXIT_BAD;
    if (!cli_ready(c, 2)) return EXIT_BAD;
    file = cli_word(c, 1);
    if (to && strcmp(to, "csv") && strcmp(to, "jsonl")) return cli_usage(c, "--to is csv or jsonl, not '%s'", to);
    if (!to || !strcmp(to, "csv")) return export_csv(c, file, fields, &range);
    if (fields) return cli_usage(c, "--field goes with --to csv: JSON lines are whole records");
    c12_status s = c12io_ts_unpack_sealed(file, c->out ? c->out : "-", tlm_key(), &range, NULL, NULL, &c->err);
    return s ? tlm_fail(c, s, file) : EXIT_DONE;
}
