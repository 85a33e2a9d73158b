/* SPDX-License-Identifier: Apache-2.0 */
/* Sealed telemetry files: nothing of the rows in the open, no bit that can be turned, no block that can be moved, and keys that are named. */
#include "c12/io.h"
#include "c12/seal.h"
#include "c12/ts.h"
#include <check.h>
#include "rounds.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

extern int getpid(void);
extern int unlink(const char *path);

enum { ROWS = 90, BLOCK = 5, HEAD = 64 };
static char file[64], other[80], journal[80], keyfile[80];
static const uint8_t bytes[] = "a key of thirty-two bytes, and no more", bytes2[] = "another key of 32 bytes, and no more..";
static const c12_view key = { bytes, 32 }, key2 = { bytes2, 32 }, none = { NULL, 0 };

static void setup(void)
{
    snprintf(file, sizeof file, "/tmp/c12-test-tss-%d", getpid());
    snprintf(other, sizeof other, "%s-other", file);
    snprintf(journal, sizeof journal, "%s-journal", file);
    snprintf(keyfile, sizeof keyfile, "%s-key", file);
}

static void teardown(void)
{
    unlink(file);
    unlink(other);
    unlink(journal);
    unlink(keyfile);
}

static int is_there(const char *path) { struct stat st; return !stat(path, &st); }
static uint32_t u32(const uint8_t *p) { return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24; }

static c12_mem slurp(const char *path)
{
    c12_mem m = { NULL, 0 };
    ck_assert_int_eq(c12io_bytes_read(path, &m, NULL), C12_OK);
    return m;
}

static void spill(const char *path, const void *p, size_t n)
{
    FILE *f = fopen(path, "wb");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(p, 1, n, f), n);
    fclose(f);
}

/* ---- rows: robot i % 3 at time 100 i, v = 7 i + shift ------------------------------------------------------------------------------------ */

static const int32_t ids[3] = { 1, 2, 3 }, kinds[3] = { C12_TLM_TEXT, C12_TLM_TIME, C12_TLM_INTEGER }, places[3] = { 0, 3, 0 };
static const int64_t off[4] = { 0, 1, 2, 3 };
static const c12_tlm_schema schema = { .struct_size = sizeof schema, .n_fields = 3, .id = 22, .time_field = 1, .field_id = ids, .kind = kinds, .decimals = places,
                                       .path_off = off, .path = (const uint8_t *)"rtv" };
static uint8_t memory[1 << 17];

static void fill(c12_tlm_batch *b, int from, int n, int shift)
{
    c12_mem m = { memory, sizeof memory };
    c12_tlm_dims d = { .struct_size = sizeof d, .texts = 8, .rows = 1000, .raw_bytes = 0, .text_bytes = 64 };
    memset(b, 0, sizeof *b);
    b->struct_size = sizeof *b;
    ck_assert_int_eq(c12_tlm_batch_init(b, m, &schema, &d, NULL), C12_OK);
    for (int i = 0; i < n; i++) {
        char name[8];
        c12_view text = { (const uint8_t *)name, (size_t)snprintf(name, sizeof name, "r%d", (from + i) % 3) };
        int64_t code;
        ck_assert_int_eq(c12_tlm_intern(b->dict, text, &code, NULL), C12_OK);
        b->value[i] = code;
        b->value[b->cap + i] = 100 * (from + i);
        b->value[2 * b->cap + i] = 7 * (from + i) + shift;
    }
    b->n = n;
}

static void make(const char *path, c12_view k, int rows, int shift)
{
    c12io_ts_options o = { .struct_size = sizeof o, .block_rows = BLOCK, .pool_rows = 15, .raw_bytes = 64, .text_bytes = 64, .key = k };
    c12io_ts *t;
    c12_tlm_batch b;
    ck_assert_int_eq(c12io_ts_create(&t, path, &schema, &o, NULL, NULL), C12_OK);
    fill(&b, 0, rows, shift);
    ck_assert_int_eq(c12io_ts_append(t, &b, NULL), C12_OK);
    ck_assert_int_eq(c12io_ts_close(t, NULL), C12_OK);
}

/* Everything the file says is read: index, blocks, latest rows, a query. */
static c12_status whole(const char *path, c12_view k)
{
    c12io_ts *t;
    c12_status s = c12io_ts_open_sealed(&t, path, k, NULL, NULL);
    if (s) return s;
    s = c12io_ts_verify(t, NULL);
    c12io_ts_destroy(t);
    return s;
}

static void told(c12_status s, const c12_error *e, const char *word)
{
    ck_assert_int_eq(s, C12_E_REFUSED);
    ck_assert_msg(strstr(e->text, word) != NULL, "\"%s\" does not name %s", e->text, word);
}

START_TEST(keys_are_named)
{
    char text[512], mine[24], yours[24];
    c12_error e = { .struct_size = sizeof e, .text = text, .text_cap = sizeof text };
    c12io_ts_options wrong = { .struct_size = sizeof wrong, .key = key2 }, right = { .struct_size = sizeof right, .key = key }, no = C12_INIT(c12io_ts_options);
    c12io_ts_salvaged x = C12_INIT(c12io_ts_salvaged);
    c12io_ts *t;
    uint64_t id, id2, said;
    ck_assert_int_eq(c12_seal_key_id(key, &id, NULL), C12_OK);
    ck_assert_int_eq(c12_seal_key_id(key2, &id2, NULL), C12_OK);
    snprintf(mine, sizeof mine, "%016llx", (unsigned long long)id);
    snprintf(yours, sizeof yours, "%016llx", (unsigned long long)id2);
    make(file, key, ROWS, 0);
    c12_mem was = slurp(file);
    told(c12io_ts_open(&t, file, NULL, &e), &e, mine);
    ck_assert_int_eq((int64_t)id, e.value);
    e.count = 0;
    told(c12io_ts_open_sealed(&t, file, key2, NULL, &e), &e, mine);
    told(C12_E_REFUSED, &e, yours);
    e.count = 0;
    told(c12io_ts_continue(&t, file, &no, NULL, &e), &e, mine);
    e.count = 0;
    told(c12io_ts_continue(&t, file, &wrong, NULL, &e), &e, mine);
    ck_assert(!is_there(journal));
    e.count = 0;
    told(c12io_ts_unpack(file, other, NULL, NULL, NULL, &e), &e, mine);
    e.count = 0;
    told(c12io_ts_salvage(file, other, NULL, &x, &e), &e, mine);
    e.count = 0;
    told(c12io_ts_salvage_sealed(file, other, key2, NULL, &x, &e), &e, yours);
    e.count = 0;
    told(c12io_ts_retain(file, other, NULL, 0, NULL, NULL, NULL, &e), &e, mine);
    e.count = 0;
    told(c12io_ts_compact(file, other, &wrong, NULL, &e), &e, mine);
    ck_assert(!is_there(other));
    c12_mem now = slurp(file);
    ck_assert(now.size == was.size && !memcmp(now.ptr, was.ptr, was.size));
    ck_assert_int_eq(whole(file, key), C12_OK);
    ck_assert_int_eq(c12io_ts_open_sealed(&t, file, key, NULL, NULL), C12_OK);
    ck_assert_int_eq(c12io_ts_key(t, &said, NULL), C12_OK);
    ck_assert_uint_eq(said, id);
    c12io_ts_destroy(t);
    make(file, none, ROWS, 0); /* somebody has put a file in the plain in its place */
    e.count = 0;
    told(c12io_ts_open_sealed(&t, file, key, NULL, &e), &e, "is not sealed");
    e.count = 0;
    told(c12io_ts_continue(&t, file, &right, NULL, &e), &e, "is not sealed");
    ck_assert_int_eq(c12io_ts_open(&t, file, NULL, NULL), C12_OK);
    ck_assert_int_eq(c12io_ts_key(t, &said, NULL), C12_OK);
    ck_assert_uint_eq(said, 0);
    c12io_ts_destroy(t);
    for (size_t n = 1; n < 40; n++) {
        c12_view odd = { bytes, n };
        if (n != 32) ck_assert_int_eq(c12io_ts_open_sealed(&t, file, odd, NULL, NULL), C12_E_ARG);
    }
    c12io_bytes_free(&was);
    c12io_bytes_free(&now);
}
END_TEST

/* Against a file in the plain: heads are the same, 28 bytes more a block, and opening one by hand gives the block in the plain. */
START_TEST(blocks_as_the_guide_says)
{
    make(file, key, ROWS, 0);
    make(other, none, ROWS, 0);
    c12_mem a = slurp(file), b = slurp(other);
    const uint8_t *p = a.ptr, *q = b.ptr;
    size_t x = 24 + 8 + u32(p + 16), y = 24 + u32(q + 16), foot = u32(p + a.size - 28), blocks = 0;
    uint8_t nonces[ROWS][12];
    ck_assert(u32(p + 12) == 2 && u32(q + 12) == 0);
    for (; x < foot; blocks++) {
        size_t n = u32(q + y + 8), used;
        uint8_t plain[4096];
        const c12_view head = { p + x, HEAD }, sealed = { p + x + HEAD, n - HEAD + 28 };
        ck_assert(!memcmp(p + x, q + y, HEAD) && n < sizeof plain);
        ck_assert(memcmp(p + x + HEAD + 12, q + y + HEAD, n - HEAD) != 0);
        ck_assert_int_eq(c12_seal_unblock(key, head, sealed, (c12_mem){ plain, sizeof plain }, &used, NULL), C12_OK);
        ck_assert_uint_eq(used, n - HEAD);
        ck_assert_mem_eq(plain, q + y + HEAD, used);
        memcpy(nonces[blocks], p + x + HEAD, 12);
        for (size_t k = 0; k < blocks; k++) ck_assert(memcmp(nonces[k], nonces[blocks], 12) != 0);
        x += n + 28;
        y += n;
    }
    ck_assert_uint_eq(blocks, ROWS / BLOCK);
    ck_assert_uint_eq(y, u32(q + b.size - 28));
    /* sections: entries, pieces, one of zones, latest rows */
    ck_assert_uint_eq(a.size, b.size + 28 * blocks + 8 + 4 * 28);
    c12io_bytes_free(&a);
    c12io_bytes_free(&b);
}
END_TEST

START_TEST(every_turned_byte_is_found)
{
    for (int rows = 0; rows <= 15; rows += 15) {
        make(file, key, rows, 0);
        c12_mem all = slurp(file);
        uint8_t *p = all.ptr;
        for (size_t at = 0; at < all.size; at += file_step(3))
            for (int bit = 0; bit < 8; bit += 3) {
                p[at] ^= (uint8_t)(1 << bit);
                spill(other, p, all.size);
                p[at] ^= (uint8_t)(1 << bit);
                c12_status s = whole(other, key);
                if (s != C12_E_FORMAT) ck_abort_msg("byte %zu, bit %d: %s", at, bit, c12_status_name(s));
            }
        for (size_t n = 0; n < all.size; n += file_step(5)) {
            spill(other, p, n);
            if (whole(other, key) != C12_E_FORMAT) ck_abort_msg("cut to %zu", n);
        }
        c12io_bytes_free(&all);
    }
}
END_TEST

static uint32_t crc(const uint8_t *p, size_t n) { return c12_tlm_crc32c(0, (c12_view){ p, n }); }
static void put32(uint8_t *p, uint32_t v) { for (int i = 0; i < 4; i++) p[i] = (uint8_t)(v >> 8 * i); }

/* Who has no key but writes right CRCs: what is in the plain is vouched for as well. */
START_TEST(right_crcs_do_not_help)
{
    make(file, key, ROWS, 0);
    c12_mem all = slurp(file);
    uint8_t *p = all.ptr, *spare = malloc(all.size);
    size_t head = 20 + u32(p + 16) + 8, foot = u32(p + all.size - 28), n = u32(p + foot + 8);
    ck_assert_ptr_nonnull(spare);
    for (size_t at = 0; at < head; at++) { /* the schema and flags */
        memcpy(spare, p, all.size);
        spare[at] ^= 1;
        put32(spare + head, crc(spare, head));
        spill(other, spare, all.size);
        c12_status s = whole(other, key);
        if (s != C12_E_FORMAT && s != C12_E_REFUSED) ck_abort_msg("head, byte %zu: %s", at, c12_status_name(s));
    }
    for (size_t at = foot; at < foot + n - 4; at++) { /* the footer's head: counts, robots, sizes */
        memcpy(spare, p, all.size);
        spare[at] ^= 1;
        put32(spare + foot + n - 4, crc(spare + foot, n - 4));
        spill(other, spare, all.size);
        if (whole(other, key) != C12_E_FORMAT) ck_abort_msg("footer, byte %zu was not missed", at - foot);
    }
    for (size_t at = head + 4; at < head + 4 + 60; at++) { /* a block's head */
        memcpy(spare, p, all.size);
        spare[at] ^= 1;
        put32(spare + head + 4 + 60, crc(spare + head + 4, 60));
        spill(other, spare, all.size);
        if (whole(other, key) != C12_E_FORMAT) ck_abort_msg("block's head, byte %zu was not missed", at - head - 4);
    }
    free(spare);
    c12io_bytes_free(&all);
}
END_TEST

/* Blocks of the same key put in another's place: of the same file, and of a file of the same shape. */
START_TEST(blocks_do_not_change_places)
{
    make(file, key, ROWS, 0);
    c12_mem all = slurp(file);
    uint8_t *p = all.ptr, *spare = malloc(all.size);
    size_t at[ROWS], n = 0, foot = u32(p + all.size - 28);
    for (size_t x = 24 + 8 + u32(p + 16); x < foot; x += u32(p + x + 8) + 28) at[n++] = x;
    ck_assert_ptr_nonnull(spare);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            size_t size = u32(p + at[i] + 8) + 28;
            if (i == j || size != u32(p + at[j] + 8) + 28) continue;
            memcpy(spare, p, all.size);
            memcpy(spare + at[i], p + at[j], size);
            spill(other, spare, all.size);
            if (whole(other, key) != C12_E_FORMAT) ck_abort_msg("block %zu in place of block %zu", j, i);
        }
    make(other, key, 75, 0); /* an older index under newer blocks, and the other way round */
    c12_mem old = slurp(other);
    size_t old_foot = u32((uint8_t *)old.ptr + old.size - 28);
    memcpy(spare, p, old_foot);
    memcpy(spare + old_foot, (uint8_t *)old.ptr + old_foot, old.size - old_foot);
    spill(other, spare, old.size);
    /* the same rows up to there under the same key: block for block what it was, and nobody lost anything */
    ck_assert_int_eq(whole(other, key), C12_OK);
    make(other, key2, ROWS, 0); /* another key's file under this one's head */
    c12_mem foreign = slurp(other);
    memcpy(foreign.ptr, p, 24 + 8 + u32(p + 16));
    spill(other, foreign.ptr, foreign.size);
    ck_assert_int_eq(whole(other, key), C12_E_FORMAT);
    free(spare);
    c12io_bytes_free(&all);
    c12io_bytes_free(&old);
    c12io_bytes_free(&foreign);
}
END_TEST

/* Questions get the same answers, and every opening seals under nonces of its own. */
START_TEST(answers_are_the_same)
{
    int64_t got[2][64], start[2][64];
    uint8_t epoch[3][8];
    for (int sealed = 0; sealed < 2; sealed++) {
        c12io_ts_options o = { .struct_size = sizeof o, .block_rows = BLOCK, .pool_rows = 15, .raw_bytes = 64, .text_bytes = 64, .key = sealed ? key : none };
        c12io_ts *t;
        int32_t field = 2, robot[64], scale;
        int64_t count[64], min[64], max[64], first[64], last[64], high[64], rows;
        uint64_t low[64];
        c12_tlm_batch b;
        make(file, o.key, 30, 0);
        for (int k = 1; k < 3; k++) {
            ck_assert_int_eq(c12io_ts_continue(&t, file, &o, NULL, NULL), C12_OK);
            fill(&b, 30 * k, 30, 0);
            ck_assert_int_eq(c12io_ts_append(t, &b, NULL), C12_OK);
            ck_assert_int_eq(c12io_ts_close(t, NULL), C12_OK);
        }
        ck_assert_int_eq(whole(file, o.key), C12_OK);
        c12io_ts_question q = { .struct_size = sizeof q, .n_fields = 1, .field = &field, .bucket = 1000 };
        c12io_ts_answer a = { .struct_size = sizeof a, .cap = 64, .robot = robot, .start = start[sealed], .count = count, .min = min, .max = max, .first = first, .last = last,
                              .sum_high = high, .sum_low = low, .scale = &scale };
        ck_assert_int_eq(c12io_ts_open_sealed(&t, file, o.key, NULL, NULL), C12_OK);
        ck_assert_int_eq(c12io_ts_query(t, &q, &a, NULL), C12_OK);
        ck_assert_int_eq(a.n, 27);
        for (int64_t i = 0; i < a.n; i++) got[sealed][i] = min[i] * 1000003 + max[i] * 1009 + (int64_t)low[i] + count[i] * 13 + first[i] + last[i] * 3;
        fill(&b, 0, 0, 0);
        ck_assert_int_eq(c12io_ts_latest(t, &b, &rows, NULL), C12_OK);
        ck_assert_int_eq(rows, 3);
        for (int i = 0; i < 3; i++) ck_assert_int_eq(b.value[2 * b.cap + i], 7 * (87 + i));
        c12io_ts_destroy(t);
        if (!sealed) continue;
        c12_mem all = slurp(file);
        const uint8_t *p = all.ptr;
        size_t n = 0, foot = u32(p + all.size - 28);
        for (size_t x = 24 + 8 + u32(p + 16); x < foot; x += u32(p + x + 8) + 28, n++)
            if (n % 6 == 0) memcpy(epoch[n / 6], p + x + HEAD, 8);
        ck_assert_uint_eq(n, 18);
        ck_assert(memcmp(epoch[0], epoch[1], 8) && memcmp(epoch[1], epoch[2], 8) && memcmp(epoch[0], epoch[2], 8));
        c12io_bytes_free(&all);
    }
    ck_assert(!memcmp(got[0], got[1], 27 * sizeof(int64_t)) && !memcmp(start[0], start[1], 27 * sizeof(int64_t)));
}
END_TEST

/* A file in the plain becomes a sealed one by compaction; retention and salvage keep it sealed. */
START_TEST(files_from_sealed_files)
{
    c12io_ts_options o = { .struct_size = sizeof o, .key = key };
    c12io_ts_salvaged x = C12_INIT(c12io_ts_salvaged);
    int64_t kept, old;
    make(file, none, ROWS, 0);
    ck_assert_int_eq(c12io_ts_compact(file, other, &o, NULL, NULL), C12_OK);
    ck_assert_int_eq(whole(other, key), C12_OK);
    ck_assert_int_eq(whole(other, none), C12_E_REFUSED);
    make(file, key, ROWS, 0);
    ck_assert_int_eq(c12io_ts_retain_sealed(file, file, other, 4000, key, NULL, &kept, &old, NULL), C12_OK);
    ck_assert(kept + old == ROWS && kept > 0 && old > 0);
    ck_assert_int_eq(whole(file, key), C12_OK);
    ck_assert_int_eq(whole(other, key), C12_OK);
    ck_assert_int_eq(c12io_ts_salvage_sealed(file, other, key, NULL, &x, NULL), C12_OK);
    ck_assert(x.records == kept && x.records_lost == 0 && !x.gaps);
    ck_assert_int_eq(whole(other, key), C12_OK);
    ck_assert_int_eq(whole(other, key2), C12_E_REFUSED);
}
END_TEST

/* The journal of a file that is being appended to tells nothing either. */
START_TEST(the_journal_is_sealed)
{
    static const uint8_t magic[8] = { 0x89, 'c', '1', '2', 'b', 0x0d, 0x0a, 0x1a };
    c12io_ts_options o = { .struct_size = sizeof o, .pool_rows = 1000, .block_rows = BLOCK, .raw_bytes = 64, .text_bytes = 64, .key = key };
    c12io_ts *t;
    c12_tlm_batch b;
    int blocks = 0;
    make(file, key, 30, 0);
    ck_assert_int_eq(c12io_ts_continue(&t, file, &o, NULL, NULL), C12_OK);
    fill(&b, 30, 30, 0);
    ck_assert_int_eq(c12io_ts_append(t, &b, NULL), C12_OK);
    ck_assert_int_eq(c12io_ts_sync(t, NULL), C12_OK);
    c12_mem log = slurp(journal);
    const uint8_t *p = log.ptr;
    for (size_t at = 0; at + HEAD < log.size; at++) {
        if (memcmp(p + at, magic, 8)) continue;
        uint8_t plain[4096];
        size_t n = u32(p + at + 8), used;
        const c12_view head = { p + at, HEAD }, sealed = { p + at + HEAD, n - HEAD + 28 };
        ck_assert_int_eq(c12_seal_unblock(key, head, sealed, (c12_mem){ plain, sizeof plain }, &used, NULL), C12_OK);
        blocks++;
    }
    ck_assert_int_eq(blocks, 1);
    c12io_bytes_free(&log);
    c12io_ts_destroy(t);
    ck_assert_int_eq(c12io_ts_continue(&t, file, &o, NULL, NULL), C12_OK);
    ck_assert_int_eq(c12io_ts_close(t, NULL), C12_OK);
    c12io_ts_info i = C12_INIT(c12io_ts_info);
    ck_assert_int_eq(c12io_ts_open_sealed(&t, file, key, NULL, NULL), C12_OK);
    ck_assert_int_eq(c12io_ts_stat(t, &i, NULL), C12_OK);
    c12io_ts_destroy(t);
    ck_assert_int_eq(i.records, 60);
}
END_TEST

START_TEST(keys_in_files)
{
    uint8_t k[32], back[32] = { 0 };
    struct stat st;
    const c12_mem room = { k, 32 };
    static const char *const bad[] = { "", "0123", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdeg\n", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0\n",
                                       "0123456789abcdef0123456789abcdef 123456789abcdef0123456789abcdef\n", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\nx",
                                       "\n0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" };
    ck_assert_int_eq(c12io_random(room, NULL), C12_OK);
    ck_assert_int_eq(c12io_key_write(keyfile, k, NULL), C12_OK);
    ck_assert(!stat(keyfile, &st) && (st.st_mode & 0777) == 0600);
    ck_assert_int_eq(c12io_key_read(keyfile, back, NULL), C12_OK);
    ck_assert_mem_eq(back, k, 32);
    ck_assert_int_eq(c12io_key_write(keyfile, bytes, NULL), C12_E_IO); /* never over another */
    ck_assert_int_eq(c12io_key_read(keyfile, back, NULL), C12_OK);
    ck_assert_mem_eq(back, k, 32);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        spill(keyfile, bad[i], strlen(bad[i]));
        ck_assert_int_eq(c12io_key_read(keyfile, back, NULL), C12_E_FORMAT);
    }
    ck_assert_mem_eq(back, k, 32);
    spill(keyfile, "0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef \r\n", 67);
    ck_assert_int_eq(c12io_key_read(keyfile, back, NULL), C12_OK);
    ck_assert(back[0] == 0x01 && back[7] == 0xef && back[31] == 0xef);
    ck_assert_int_eq(c12io_key_read("/nonexistent/key", back, NULL), C12_E_IO);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("io-ts-seal");
    TCase *c = tcase_create("all");
    tcase_set_timeout(c, 120);
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, keys_are_named);
    tcase_add_test(c, blocks_as_the_guide_says);
    tcase_add_test(c, every_turned_byte_is_found);
    tcase_add_test(c, right_crcs_do_not_help);
    tcase_add_test(c, blocks_do_not_change_places);
    tcase_add_test(c, answers_are_the_same);
    tcase_add_test(c, files_from_sealed_files);
    tcase_add_test(c, the_journal_is_sealed);
    tcase_add_test(c, keys_in_files);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
