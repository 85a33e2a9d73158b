/* SPDX-License-Identifier: Apache-2.0 */
/* c12 bench arrow FILE.c12t [--field A,B,C] [--batch N]: a telemetry file handed over as an Arrow stream, all columns of it and some, in the thread's own
 * processor time; each batch is looked at (one value a column) and released.  The median of some passes. */
#include "bench.h"
#include "c12/arrow.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ARROW_PASSES = 7, ARROW_SOME = 3 };

typedef struct arrow_bench { cli *c; c12io_ts *t; table out; int64_t batch_rows; volatile uint8_t seen; } arrow_bench;

static double arrow_clock(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int arrow_sooner(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

static c12_status arrow_pass(arrow_bench *b, const c12io_ts_arrow_options *o, int64_t *rows, int64_t *batches)
{
    struct ArrowArrayStream x;
    struct ArrowArray a;
    c12_status s = c12io_ts_arrow(b->t, NULL, o, &x, &b->c->err);
    *rows = *batches = 0;
    while (!s) {
        s = x.get_next(&x, &a) ? C12_E_FORMAT : C12_OK;
        if (s || !a.release) break;
        for (int64_t k = 0; k < a.n_children; k++) b->seen = *(const uint8_t *)a.children[k]->buffers[1];
        *rows += a.length;
        ++*batches;
        a.release(&a);
    }
    if (s) return s;
    x.release(&x);
    return C12_OK;
}

static c12_status arrow_case(arrow_bench *b, const char *what, const int32_t *field, int32_t fields, int32_t decimals, int32_t texts)
{
    c12io_ts_arrow_options o = { .struct_size = sizeof o, .n_fields = fields, .field = field, .decimals = decimals, .texts = texts, .batch_rows = b->batch_rows };
    double ns[ARROW_PASSES];
    int64_t rows = 0, batches = 0;
    c12_status s = C12_OK;
    for (int k = 0; k < ARROW_PASSES && !s; k++) {
        ns[k] = arrow_clock();
        s = arrow_pass(b, &o, &rows, &batches);
        ns[k] = arrow_clock() - ns[k];
    }
    if (s) return s;
    qsort(ns, ARROW_PASSES, sizeof *ns, arrow_sooner);
    table_word(&b->out, what);
    table_int(&b->out, rows);
    table_int(&b->out, batches);
    table_ratio(&b->out, (int64_t)((double)rows * 1e12 / ns[ARROW_PASSES / 2]), 1000000000, 2);
    return C12_OK;
}

/* "a,b" -> how many fields; -1 = said which of them there is not. */
static int32_t arrow_named(arrow_bench *b, const c12_tlm_schema *s, const char *names, int32_t *field)
{
    int32_t n = 0, f = 0;
    for (const char *at = names, *end; n < C12_TLM_MAX_FIELDS && *at; at = *end ? end + 1 : end) {
        for (end = at; *end && *end != ',';) end++;
        size_t size = (size_t)(end - at);
        for (f = 0; f < s->n_fields; f++)
            if ((size_t)(s->path_off[f + 1] - s->path_off[f]) == size && !memcmp(s->path + s->path_off[f], at, size)) break;
        if (f == s->n_fields) { cli_usage(b->c, "no field '%.*s'", (int)size, at); return -1; }
        field[n++] = f;
    }
    return n;
}

/* Time and the three decimals that take most of the file. */
static int32_t arrow_dear(arrow_bench *b, const c12_tlm_schema *schema, int32_t *field)
{
    int64_t bytes[C12_TLM_MAX_FIELDS + 4];
    c12io_ts_info i = { .struct_size = sizeof i, .column_cap = C12_TLM_MAX_FIELDS + 4, .column_bytes = bytes };
    int32_t n = 0;
    field[n++] = schema->time_field;
    if (c12io_ts_stat(b->t, &i, &b->c->err)) return n;
    while (n <= ARROW_SOME) {
        int32_t best = -1;
        for (int32_t f = 0; f < schema->n_fields; f++)
            if (schema->kind[f] == C12_TLM_DECIMAL && bytes[f] >= 0 && (best < 0 || bytes[f] > bytes[best])) best = f;
        if (best < 0) break;
        bytes[best] = -1;
        field[n++] = best;
    }
    return n;
}

int bench_arrow(cli *c, const char *file)
{
    static const char *const head[] = { "columns", "records", "batches", "million_s" };
    arrow_bench b = { .c = c };
    c12_tlm_schema schema = C12_INIT(c12_tlm_schema);
    const char *names = cli_value(c, "--field");
    int32_t field[C12_TLM_MAX_FIELDS], fields = 0;
    b.batch_rows = cli_int(c, "--batch", 0, 1 << 24, 0);
    if (!cli_ready(c, 2)) return EXIT_BAD;
    c12_status s = c12io_ts_open(&b.t, file, NULL, &c->err);
    if (s || (s = c12io_ts_schema(b.t, &schema, &c->err))) { c12io_ts_destroy(b.t); return cli_fail(c, s); }
    fields = names ? arrow_named(&b, &schema, names, field) : arrow_dear(&b, &schema, field);
    if (fields >= 0) {
        b.out = table_new(4, head, "snnn");
        s = arrow_case(&b, "all", NULL, 0, C12IO_ARROW_FLOAT, C12IO_ARROW_DICTIONARY);
        if (!s) s = arrow_case(&b, "all, scaled integers", NULL, 0, C12IO_ARROW_SCALED, C12IO_ARROW_DICTIONARY);
        if (!s) s = arrow_case(&b, "all, texts as utf8", NULL, 0, C12IO_ARROW_FLOAT, C12IO_ARROW_UTF8);
        if (!s) s = arrow_case(&b, names ? names : "time and the three largest decimals", field, fields, C12IO_ARROW_FLOAT, C12IO_ARROW_DICTIONARY);
        if (!s) s = arrow_case(&b, "robot", &schema.robot_field, 1, C12IO_ARROW_FLOAT, C12IO_ARROW_DICTIONARY);
    }
    c12io_ts_destroy(b.t);
    if (fields < 0) return EXIT_BAD;
    return s ? cli_fail(c, s) : table_print(c, &b.out, NULL);
}
