/* SPDX-License-Identifier: Apache-2.0 */
/* What tests of telemetry files share: whole files, dice of their own, numbers in a file, batches to fill by hand. */
#ifndef C12_TESTS_TS_FILES_H
#define C12_TESTS_TS_FILES_H

#include "c12/io.h"
#include "c12/ts.h"
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

extern int getpid(void);
extern int unlink(const char *path);

static inline void write_file(const char *path, const void *p, size_t n)
{
    FILE *f = fopen(path, "wb");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(p, 1, n, f), n);
    fclose(f);
}

static inline c12_mem read_file(const char *path)
{
    c12_mem m = { NULL, 0 };
    ck_assert_int_eq(c12io_bytes_read(path, &m, NULL), C12_OK);
    return m;
}

static inline int exists(const char *path) { struct stat st; return !stat(path, &st); }
static inline size_t size_of(const char *path) { struct stat st; return stat(path, &st) ? 0 : (size_t)st.st_size; }

static inline uint32_t number(const uint8_t *p) { return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24; }

static uint64_t draw_state;
static inline int64_t draw(int64_t n)
{
    draw_state = draw_state * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return (int64_t)((draw_state >> 33) % (uint64_t)n);
}

/* An empty batch of the schema in m. */
static inline void fresh_batch(c12_tlm_batch *b, const c12_tlm_schema *schema, c12_mem m, int64_t n, int32_t texts, int64_t raw_bytes)
{
    c12_tlm_dims d = { .struct_size = sizeof d, .texts = texts, .rows = n, .raw_bytes = raw_bytes, .text_bytes = 64 * (int64_t)texts };
    memset(b, 0, sizeof *b);
    b->struct_size = (uint32_t)sizeof *b;
    ck_assert_int_eq(c12_tlm_batch_init(b, m, schema, &d, NULL), C12_OK);
}

static inline int64_t code_of(c12_tlm_batch *b, const char *text)
{
    int64_t code = -1;
    c12_view v = { (const uint8_t *)text, strlen(text) };
    ck_assert_int_eq(c12_tlm_intern(b->dict, v, &code, NULL), C12_OK);
    return code;
}

/* Row r is kept as its line. */
static inline void set_raw(c12_tlm_batch *b, int64_t r, const char *line)
{
    size_t n = strlen(line);
    b->raw_at[r] = b->raw_size;
    b->raw_len[r] = (int64_t)n;
    memcpy(b->raw + b->raw_size, line, n);
    b->raw_size += (int64_t)n;
}

#endif
