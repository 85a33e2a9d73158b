/* SPDX-License-Identifier: Apache-2.0 */
/* c12 bench tlm FILE.jsonl: the block codec on one's own telemetry, by level and block size, in the thread's own processor time.
 *
 * Bytes are those of a whole file with its index and strings, one robot's rows after the other; encoding and decoding are the codec alone,
 * all blocks of the file, the median of some passes; every block decoded is compared with its rows. */
#include "bench.h"
#include "c12/ts.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TLM_TEXTS = 1 << 16, TLM_TEXT_BYTES = 4 << 20, TLM_RAW_BYTES = 64 << 20, TLM_PASSES = 3 };

/* All rows of the file, and the blocks they are cut into: block k is row[from[k]] .. row[from[k + 1] - 1], of one robot, in order. */
typedef struct tlm_bench {
    cli *c;
    table out;
    c12_tlm_schema schema;
    c12_tlm_batch all, back;
    c12_mem all_mem, back_mem;
    int32_t *row;
    int64_t *from, blocks;
    uint8_t *bytes;
    size_t *at; /* [blocks + 1] */
} tlm_bench;

static double tlm_clock(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int tlm_sooner(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

/* ---- the file's rows ---------------------------------------------------------------------------------------------------------------------- */

static c12_status tlm_room(tlm_bench *b, c12_tlm_batch *batch, c12_mem *m, int64_t rows, int64_t raw)
{
    c12_tlm_dims d = { .struct_size = sizeof d, .texts = TLM_TEXTS, .rows = rows, .raw_bytes = raw, .text_bytes = TLM_TEXT_BYTES };
    c12_status s = c12_tlm_batch_bytes(&b->schema, &d, &m->size, &b->c->err);
    if (s) return s;
    m->ptr = cli_new((int64_t)m->size, 1);
    batch->struct_size = (uint32_t)sizeof *batch;
    return c12_tlm_batch_init(batch, *m, &b->schema, &d, &b->c->err);
}

static c12_status tlm_read(tlm_bench *b, const char *file)
{
    FILE *f = fopen(file, "rb");
    if (!f) return C12_E_IO;
    fseek(f, 0, SEEK_END);
    size_t size = (size_t)ftell(f), used = 0;
    rewind(f);
    uint8_t *lines_of = cli_new((int64_t)size + 1, 1);
    size = fread(lines_of, 1, size, f);
    fclose(f);
    int64_t lines = 1;
    for (size_t i = 0; i < size; i++) lines += lines_of[i] == '\n';
    c12_view v = { lines_of, size }, lead = { lines_of, size < 1 << 20 ? size : 1 << 20 };
    b->schema.numbers = c12_tlm_numbers(lead);
    c12_status s = tlm_room(b, &b->all, &b->all_mem, lines, TLM_RAW_BYTES);
    if (!s) s = c12_tlm_parse(&b->schema, v, &b->all, &used, &b->c->err);
    free(lines_of);
    b->all.order = NULL;
    return s;
}

/* Rows by robot, each robot's in the order they came; blocks of nearly equal size, at most `most` rows. */
static void tlm_cut(tlm_bench *b, int64_t most)
{
    const int64_t *robot = b->all.value + b->schema.robot_field * b->all.cap;
    int64_t n = 0;
    b->blocks = 0;
    for (int32_t k = 0; k < b->all.dict->n; k++) {
        int64_t first = n;
        for (int64_t r = 0; r < b->all.n; r++)
            if (robot[r] == k) b->row[n++] = (int32_t)r;
        int64_t cuts = (n - first + most - 1) / most;
        for (int64_t i = 0; i < cuts; i++) b->from[b->blocks++] = first + (n - first) * i / cuts;
        if (n == b->all.n) break;
    }
    b->from[b->blocks] = n;
}

/* ---- one level, one size of block ------------------------------------------------------------------------------------------------------------ */

static c12_status tlm_encode(tlm_bench *b, int32_t level, c12_mem scratch)
{
    c12_tlm_block_options o = { .struct_size = sizeof o, .level = level };
    c12_status s = C12_OK;
    for (int64_t k = 0; k < b->blocks && !s; k++) {
        int64_t n = b->from[k + 1] - b->from[k];
        c12_mem out = { b->bytes + b->at[k], c12_tlm_block_bound(&b->all, n) };
        size_t used = 0;
        s = c12_tlm_block_encode_with(&b->schema, &b->all, b->row + b->from[k], n, (uint32_t)k, &o, out, &used, scratch, &b->c->err);
        b->at[k + 1] = b->at[k] + used;
    }
    return s;
}

static int tlm_same(const tlm_bench *b, int64_t k)
{
    for (int32_t f = 0; f < b->schema.n_fields; f++) {
        int code = b->schema.kind[f] == C12_TLM_TEXT || b->schema.kind[f] == C12_TLM_LIST; /* numbered anew */
        const int64_t *v = b->all.value + f * b->all.cap, *w = b->back.value + f * b->back.cap;
        int64_t times = 1; /* a block leaves out zeros that all its values end in */
        for (int32_t e = b->back.scale[f]; e < b->all.scale[f]; e++) times *= 10;
        for (int64_t i = 0; i < b->back.n && !code; i++)
            if (v[b->row[b->from[k] + i]] != w[i] * times) return 0;
    }
    return 1;
}

/* Time of decoding all blocks; values are compared outside of it. */
static c12_status tlm_decode(tlm_bench *b, c12_mem scratch, double *took)
{
    c12_status s = C12_OK;
    for (int64_t k = 0; k < b->blocks && !s; k++) {
        c12_view v = { b->bytes + b->at[k], b->at[k + 1] - b->at[k] };
        size_t used;
        if ((s = c12_tlm_batch_reset(&b->back, &b->schema, &b->c->err))) break;
        double t = tlm_clock();
        s = c12_tlm_block_decode(&b->schema, v, &b->back, &used, scratch, &b->c->err);
        *took += tlm_clock() - t;
        if (!s && !tlm_same(b, k)) s = C12_E_INTERNAL;
    }
    return s;
}

/* Bytes of a whole file with these blocks. */
static c12_status tlm_file(tlm_bench *b, int32_t level, int64_t rows, int64_t *bytes)
{
    const char *dir = getenv("TMPDIR");
    text path = { 0 };
    c12io_ts_options o = C12_INIT(c12io_ts_options);
    c12io_ts_info i = C12_INIT(c12io_ts_info);
    c12io_ts *t = NULL;
    text_add(&path, "%s/c12-bench-%d-%d.c12t", dir ? dir : "/var/tmp", (int)level, (int)rows);
    o.block_rows = (int32_t)rows;
    o.pool_rows = (int32_t)(b->all.n > rows ? b->all.n : rows);
    o.text_bytes = TLM_TEXT_BYTES;
    o.level = level;
    c12_status s = c12io_ts_create(&t, path.at, &b->schema, &o, NULL, &b->c->err);
    if (!s && (s = c12io_ts_append(t, &b->all, &b->c->err))) c12io_ts_destroy(t);
    else if (!s) s = c12io_ts_close(t, &b->c->err);
    if (!s && !(s = c12io_ts_open(&t, path.at, NULL, &b->c->err))) {
        s = c12io_ts_stat(t, &i, &b->c->err);
        c12io_ts_destroy(t);
    }
    *bytes = i.bytes;
    remove(path.at);
    text_free(&path);
    return s;
}

static c12_status tlm_case(tlm_bench *b, int32_t level, const char *name, int64_t rows)
{
    double took[2][TLM_PASSES];
    int64_t file = 0;
    tlm_cut(b, rows);
    c12_mem scratch = { NULL, c12_tlm_block_scratch(&b->all, rows) }, spare = { NULL, 0 };
    scratch.ptr = cli_new((int64_t)scratch.size, 1);
    spare.size = c12_tlm_decode_scratch(TLM_TEXT_BYTES);
    spare.ptr = cli_new((int64_t)spare.size, 1);
    c12_status s = tlm_file(b, level, rows, &file);
    for (int k = 0; k < TLM_PASSES && !s; k++) {
        took[0][k] = -tlm_clock();
        took[1][k] = 0;
        s = tlm_encode(b, level, scratch);
        took[0][k] += tlm_clock();
        if (!s) s = tlm_decode(b, spare, &took[1][k]);
    }
    free(scratch.ptr);
    free(spare.ptr);
    if (s) return s;
    table_word(&b->out, name);
    table_int(&b->out, rows);
    table_ratio(&b->out, file, b->all.n, 3);
    for (int k = 0; k < 2; k++) {
        qsort(took[k], TLM_PASSES, sizeof **took, tlm_sooner);
        table_ratio(&b->out, (int64_t)((double)b->all.n * 1e12 / took[k][TLM_PASSES / 2]), 1000000000, 2);
    }
    return C12_OK;
}

/* ---- c12 bench tlm FILE -------------------------------------------------------------------------------------------------------------------- */

static c12_status tlm_cases(tlm_bench *b, int64_t rows, const char *only)
{
    static const struct { const char *name; int32_t level; } levels[] = { { "fast", C12_TLM_FAST }, { "default", C12_TLM_DEFAULT }, { "max", C12_TLM_MAX }, { "plain", C12_TLM_PLAIN } };
    const int64_t sizes[] = { rows ? rows : 6000, rows ? 0 : 1000 };
    c12_status s = C12_OK;
    b->row = NEW(int32_t, b->all.n);
    b->from = NEW(int64_t, b->all.n + 2);
    b->at = NEW(size_t, b->all.n + 2);
    b->bytes = cli_new(b->all.n * 64 + (int64_t)c12_tlm_block_bound(&b->all, sizes[0]) + (1 << 20), 1);
    if ((s = tlm_room(b, &b->back, &b->back_mem, sizes[0], TLM_RAW_BYTES))) return s;
    b->back.order = NULL;
    for (size_t l = 0; l < sizeof levels / sizeof *levels; l++)
        for (int k = 0; k < 2 && !s; k++)
            if (sizes[k] && (!only || !strcmp(only, levels[l].name))) s = tlm_case(b, levels[l].level, levels[l].name, sizes[k]);
    return s;
}

int bench_tlm(cli *c, const char *file)
{
    static const char *const head[] = { "level", "block_rows", "bytes_a_record", "encode_million_s", "decode_million_s" };
    tlm_bench b = { .c = c, .schema = C12_INIT(c12_tlm_schema) };
    int64_t rows = cli_int(c, "--rows", 1, C12_TLM_BLOCK_ROWS, 0);
    const char *only = cli_value(c, "--level");
    if (!cli_ready(c, 2)) return EXIT_BAD;
    b.out = table_new(5, head, "snnnn");
    c12_status s = c12_tlm_builtin(&b.schema, &c->err);
    if (!s && (s = tlm_read(&b, file)) == C12_E_IO) return cli_say("%s: cannot be read", file);
    if (!s && !b.all.n) return cli_say("%s: no records", file);
    if (!s) s = tlm_cases(&b, rows, only);
    void *const owned[] = { b.row, b.from, b.at, b.bytes, b.all_mem.ptr, b.back_mem.ptr };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
    return s ? cli_fail(c, s) : table_print(c, &b.out, NULL);
}
