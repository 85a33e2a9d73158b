/* SPDX-License-Identifier: Apache-2.0 */
/* c12 bench seal [FILE.c12t]: what the primitives take, and what sealing adds to encoding and decoding the file's own blocks, in the thread's own
 * processor time, the median of some passes. */
#include "bench.h"
#include "c12/seal.h"
#include "c12/ts.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SEAL_PASSES = 5, SEAL_MOST = 1 << 20, SEAL_TEXT = 4 << 20, SEAL_AGAIN = 8 /* asking for the time takes a tenth of a microsecond or more */ };

typedef struct seal_bench {
    cli *c;
    table out;
    uint8_t key[32], point[65], digest[32], sign[64];
    c12_seal_epoch epoch;
    c12_mem plain, sealed;
    char line[160];
    size_t line_n;
} seal_bench;

static double seal_clock(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int seal_sooner(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

static double seal_median(double *v)
{
    qsort(v, SEAL_PASSES, sizeof *v, seal_sooner);
    return v[SEAL_PASSES / 2];
}

/* A row: ns each, megabytes a second of `bytes`, and the share of `of` ns. */
static void seal_row(seal_bench *b, const char *what, double ns, int64_t bytes, double of)
{
    table_word(&b->out, what);
    table_ratio(&b->out, (int64_t)ns, 1000, 2);
    if (bytes) table_ratio(&b->out, (int64_t)((double)bytes * 1e9 / ns), 1000000, 0);
    else table_word(&b->out, "");
    if (of > 0) table_ratio(&b->out, (int64_t)(ns * 1e6 / of), 10000, 2);
    else table_word(&b->out, "");
}

/* ---- primitives ------------------------------------------------------------------------------------------------------------------------ */

typedef c12_status seal_task(seal_bench *b, size_t n);

static c12_view seal_key_of(seal_bench *b) { return (c12_view){ b->key, sizeof b->key }; }

static c12_status task_seal(seal_bench *b, size_t n)
{
    size_t used;
    const c12_view none = { NULL, 0 }, plain = { b->plain.ptr, n };
    return c12_seal_block(seal_key_of(b), &b->epoch, none, plain, b->sealed, &used, &b->c->err);
}

static c12_status task_open(seal_bench *b, size_t n)
{
    size_t used;
    const c12_view none = { NULL, 0 }, sealed = { b->sealed.ptr, n + C12_SEAL_BLOCK };
    return c12_seal_unblock(seal_key_of(b), none, sealed, b->plain, &used, &b->c->err);
}

static c12_status task_hash(seal_bench *b, size_t n) { return c12_seal_sha256((c12_view){ b->plain.ptr, n }, b->digest, &b->c->err); }

static c12_status task_row(seal_bench *b, size_t n)
{
    const c12_view texts[4] = { { b->plain.ptr, 5 }, { b->plain.ptr, 10 }, { b->plain.ptr, 10 }, { b->plain.ptr, 40 } };
    (void)n;
    return c12_seal_audit_row(b->digest, 1, 1, texts, b->digest, &b->c->err);
}

static c12_status task_password(seal_bench *b, size_t n)
{
    (void)n;
    return c12_seal_password_check((c12_view){ (const uint8_t *)"correct horse", 13 }, (c12_view){ (const uint8_t *)b->line, b->line_n }, NULL, &b->c->err);
}

static c12_status task_sign(seal_bench *b, size_t n)
{
    (void)n;
    return c12_seal_sign(seal_key_of(b), b->digest, (c12_view){ NULL, 0 }, b->sign, &b->c->err);
}

static c12_status task_verify(seal_bench *b, size_t n)
{
    (void)n;
    return c12_seal_verify((c12_view){ b->point, 65 }, b->digest, (c12_view){ b->sign, 64 }, &b->c->err);
}

static c12_status task_totp(seal_bench *b, size_t n)
{
    uint8_t code[8];
    c12_seal_totp o = { .struct_size = sizeof o, .secret = { b->key, 20 } };
    (void)n;
    return c12_seal_totp_code(&o, INT64_C(1700000000000000000), code, &b->c->err);
}

static c12_status seal_prepare(seal_bench *b)
{
    const c12_mem random = { b->key, sizeof b->key }, line = { b->line, sizeof b->line };
    const c12_view salt = { (const uint8_t *)"sixteen of bytes", 16 }, entropy = { b->key, 8 };
    c12_status s = c12io_random(random, &b->c->err);
    if (!s) s = c12_seal_epoch_init(&b->epoch, entropy, &b->c->err);
    if (!s) s = c12_seal_public(seal_key_of(b), b->point, &b->c->err);
    if (!s) s = c12_seal_password_hash((c12_view){ (const uint8_t *)"correct horse", 13 }, salt, 0, line, &b->line_n, &b->c->err);
    b->plain = (c12_mem){ cli_new(SEAL_MOST, 1), SEAL_MOST };
    b->sealed = (c12_mem){ cli_new(SEAL_MOST + C12_SEAL_BLOCK, 1), SEAL_MOST + C12_SEAL_BLOCK };
    return s;
}

static c12_status seal_primitives(seal_bench *b)
{
    static const struct { const char *what; seal_task *task; size_t bytes; int times; } rows[] = {
        { "AES-256-GCM seal, 1 KiB", task_seal, 1024, 4000 }, { "AES-256-GCM open, 1 KiB", task_open, 1024, 4000 }, { "AES-256-GCM seal, 64 KiB", task_seal, 65536, 300 },
        { "AES-256-GCM open, 64 KiB", task_open, 65536, 300 }, { "AES-256-GCM seal, 1 MiB", task_seal, SEAL_MOST, 20 }, { "SHA-256, 1 MiB", task_hash, SEAL_MOST, 10 },
        { "audit row", task_row, 0, 20000 }, { "checkpoint, sign", task_sign, 0, 40 }, { "checkpoint, verify", task_verify, 0, 40 },
        { "one-time code", task_totp, 0, 20000 }, { "password, 600000 iterations", task_password, 0, 1 } };
    c12_status s = C12_OK;
    for (size_t k = 0; k < sizeof rows / sizeof *rows && !s; k++) {
        double took[SEAL_PASSES];
        for (int p = 0; p < SEAL_PASSES && !s; p++) {
            double t = seal_clock();
            for (int i = 0; i < rows[k].times && !s; i++) s = rows[k].task(b, rows[k].bytes);
            took[p] = (seal_clock() - t) / rows[k].times;
        }
        if (!s) seal_row(b, rows[k].what, seal_median(took), (int64_t)rows[k].bytes, 0);
    }
    return s;
}

/* ---- blocks of a file -------------------------------------------------------------------------------------------------------------------- */

typedef struct seal_file {
    c12_mem all, mem, scratch, work, block, closed, plain;
    c12_tlm_schema schema;
    c12_tlm_batch batch;
    c12io_ts *t;
} seal_file;

static uint32_t seal_u32(const uint8_t *p) { return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24; }

static c12_status file_open(seal_bench *b, seal_file *f, const char *path)
{
    c12_tlm_dims d = { .struct_size = sizeof d, .texts = SEAL_TEXT / 16, .rows = C12_TLM_BLOCK_ROWS, .raw_bytes = 1 << 24, .text_bytes = SEAL_TEXT };
    f->schema.struct_size = (uint32_t)sizeof f->schema;
    c12_status s = c12io_ts_open(&f->t, path, NULL, &b->c->err);
    if (!s) s = c12io_ts_schema(f->t, &f->schema, &b->c->err);
    if (!s) s = c12io_bytes_read(path, &f->all, &b->c->err);
    if (!s) s = c12_tlm_batch_bytes(&f->schema, &d, &f->mem.size, &b->c->err);
    if (s) return s;
    f->mem.ptr = cli_new((int64_t)f->mem.size, 1);
    f->batch.struct_size = (uint32_t)sizeof f->batch;
    f->scratch.size = c12_tlm_decode_scratch(SEAL_TEXT);
    f->scratch.ptr = cli_new((int64_t)f->scratch.size, 1);
    return c12_tlm_batch_init(&f->batch, f->mem, &f->schema, &d, &b->c->err);
}

static void file_close(seal_file *f)
{
    void *const owned[] = { f->mem.ptr, f->scratch.ptr, f->work.ptr, f->block.ptr, f->closed.ptr, f->plain.ptr };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
    c12io_bytes_free(&f->all);
    c12io_ts_destroy(f->t);
}

static void file_room(c12_mem *m, size_t n)
{
    if (m->size >= n) return;
    free(m->ptr);
    m->ptr = cli_new((int64_t)n, 1);
    m->size = n;
}

/* One block encoded, sealed, opened and decoded; took[0..3] grow. */
static c12_status file_block(seal_bench *b, seal_file *f, int32_t level, c12_view block, double took[4], int64_t *bytes)
{
    size_t used, n;
    c12_tlm_block_options o = { .struct_size = sizeof o, .level = level };
    c12_status s = c12_tlm_batch_reset(&f->batch, &f->schema, &b->c->err);
    if (!s) s = c12_tlm_block_decode(&f->schema, block, &f->batch, &used, f->scratch, &b->c->err);
    if (s) return s;
    file_room(&f->block, c12_tlm_block_bound(&f->batch, f->batch.n));
    file_room(&f->work, c12_tlm_block_scratch(&f->batch, f->batch.n));
    double t = seal_clock();
    if ((s = c12_tlm_block_encode_with(&f->schema, &f->batch, NULL, f->batch.n, 0, &o, f->block, &n, f->work, &b->c->err))) return s;
    took[0] += seal_clock() - t;
    file_room(&f->closed, n + C12_SEAL_BLOCK);
    file_room(&f->plain, n);
    const c12_view head = { f->block.ptr, C12_TLM_HEAD_BYTES }, rest = { (uint8_t *)f->block.ptr + C12_TLM_HEAD_BYTES, n - C12_TLM_HEAD_BYTES };
    t = seal_clock();
    for (int k = 0; k < SEAL_AGAIN; k++)
        if ((s = c12_seal_block(seal_key_of(b), &b->epoch, head, rest, f->closed, &used, &b->c->err))) return s;
    took[1] += (seal_clock() - t) / SEAL_AGAIN;
    const c12_view sealed = { f->closed.ptr, used }, whole = { f->block.ptr, n };
    t = seal_clock();
    for (int k = 0; k < SEAL_AGAIN; k++)
        if ((s = c12_seal_unblock(seal_key_of(b), head, sealed, f->plain, &used, &b->c->err))) return s;
    took[2] += (seal_clock() - t) / SEAL_AGAIN;
    if ((s = c12_tlm_batch_reset(&f->batch, &f->schema, &b->c->err))) return s;
    t = seal_clock();
    s = c12_tlm_block_decode(&f->schema, whole, &f->batch, &used, f->scratch, &b->c->err);
    took[3] += seal_clock() - t;
    *bytes += (int64_t)n;
    return s;
}

static c12_status file_level(seal_bench *b, seal_file *f, int32_t level, const char *name)
{
    double took[4][SEAL_PASSES] = { { 0 } };
    int64_t blocks = 0, bytes = 0;
    for (int p = 0; p < SEAL_PASSES; p++) {
        const uint8_t *q = f->all.ptr;
        double once[4] = { 0 };
        blocks = bytes = 0;
        for (size_t at = 24 + seal_u32(q + 16), foot = seal_u32(q + f->all.size - 28); at < foot; at += seal_u32(q + at + 8), blocks++) {
            c12_status s = file_block(b, f, level, (c12_view){ q + at, seal_u32(q + at + 8) }, once, &bytes);
            if (s) return s;
        }
        for (int k = 0; k < 4; k++) took[k][p] = once[k];
    }
    static const char *const words[] = { "encode", "seal", "open", "decode" };
    for (int k = 0; k < 4; k++) {
        text t = { 0 };
        text_add(&t, "%s a block of %lld bytes, level %s", words[k], (long long)(blocks ? bytes / blocks : 0), name);
        double mid = seal_median(took[k]), of = k == 1 ? took[0][SEAL_PASSES / 2] : 0;
        if (k == 2) { qsort(took[3], SEAL_PASSES, sizeof took[3][0], seal_sooner); of = took[3][SEAL_PASSES / 2]; }
        seal_row(b, t.at, blocks ? mid / (double)blocks : 0, blocks ? bytes / blocks : 0, blocks && of > 0 ? of / (double)blocks : 0);
        text_free(&t);
    }
    return C12_OK;
}

int bench_seal(cli *c, const char *path)
{
    static const char *const head[] = { "what", "us", "mb_s", "percent_of_codec" };
    static const struct { const char *name; int32_t level; } levels[] = { { "fast", C12_TLM_FAST }, { "default", C12_TLM_DEFAULT }, { "max", C12_TLM_MAX }, { "plain", C12_TLM_PLAIN } };
    seal_bench b = { .c = c };
    seal_file f = { .t = NULL };
    if (!cli_ready(c, path ? 2 : 1)) return EXIT_BAD;
    if (!c12_seal_library()) return cli_say("c12 bench seal: built without mbedTLS");
    b.out = table_new(4, head, "snnn");
    c12_status s = seal_prepare(&b);
    if (!s) s = seal_primitives(&b);
    if (!s && path) {
        s = file_open(&b, &f, path);
        for (int k = 0; k < 3 && !s; k++) s = file_level(&b, &f, levels[k].level, levels[k].name);
        file_close(&f);
    }
    free(b.plain.ptr);
    free(b.sealed.ptr);
    return s ? cli_fail(c, s) : table_print(c, &b.out, NULL);
}
