/* SPDX-License-Identifier: Apache-2.0 */
/* Telemetry files after damage and after a writer's sudden end; and files made from files.  All of it twice: in the plain, and sealed. */
#include "c12/seal.h"
#include "rounds.h"
#include "ts_files.h"

static char file[64], journal[96], other[96], copy[96];

static void setup(void)
{
    snprintf(file, sizeof file, "/tmp/c12-test-tsc-%d", getpid());
    snprintf(journal, sizeof journal, "%s-journal", file);
    snprintf(other, sizeof other, "%s-other", file);
    snprintf(copy, sizeof copy, "%s-copy", file);
}

static const uint8_t secret[] = "a key of thirty-two bytes, and no more";
static c12_view the_key; /* of the files of this test; empty = in the plain */
static size_t extra, key_id; /* what a sealed block and a sealed file's head have more */

static void teardown(void)
{
    unlink(file);
    unlink(journal);
    unlink(other);
    unlink(copy);
}

/* ---- rows: robot i % 3 at time 100 i has the value 7 i -------------------------------------------------------------------------- */

static const int32_t ids[3] = { 1, 2, 3 }, kinds[3] = { C12_TLM_TEXT, C12_TLM_TIME, C12_TLM_INTEGER }, places[3] = { 0, 3, 0 };
static const int64_t off[4] = { 0, 1, 2, 3 };
static const c12_tlm_schema schema = { .struct_size = sizeof schema, .n_fields = 3, .id = 21, .time_field = 1, .field_id = ids, .kind = kinds, .decimals = places,
                                       .path_off = off, .path = (const uint8_t *)"rtv" };
static uint8_t memory[1 << 17];

static void make_batch(c12_tlm_batch *b, int from, int n)
{
    c12_mem m = { memory, sizeof memory };
    fresh_batch(b, &schema, m, 1000, 8, 0);
    for (int i = 0; i < n; i++) {
        char name[8];
        snprintf(name, sizeof name, "r%d", (from + i) % 3);
        b->value[i] = code_of(b, name);
        b->value[b->cap + i] = 100 * (from + i);
        b->value[2 * b->cap + i] = 7 * (from + i);
    }
    b->n = n;
}

static void append(c12io_ts *t, int from, int n)
{
    c12_tlm_batch b;
    make_batch(&b, from, n);
    ck_assert_int_eq(c12io_ts_append(t, &b, NULL), C12_OK);
}

static c12io_ts_options small = { .struct_size = sizeof small, .block_rows = 5, .pool_rows = 15, .raw_bytes = 64, .text_bytes = 64 };
static c12io_ts_options roomy = { .struct_size = sizeof roomy, .block_rows = 5, .pool_rows = 1000, .raw_bytes = 64, .text_bytes = 64 };

static c12io_ts_options usual = C12_INIT(c12io_ts_options);

static void setup_sealed(void)
{
    setup();
    the_key = small.key = roomy.key = usual.key = (c12_view){ secret, 32 };
    extra = C12_SEAL_BLOCK;
    key_id = 8;
}

static void make_file(int rows, int32_t keep)
{
    c12io_ts_options o = small;
    c12io_ts *t;
    o.keep_order = keep;
    ck_assert_int_eq(c12io_ts_create(&t, file, &schema, &o, NULL, NULL), C12_OK);
    append(t, 0, rows);
    ck_assert_int_eq(c12io_ts_close(t, NULL), C12_OK);
}

/* Rows of a sound file by time, each checked; have[i] = row i is there.  Returns how many; -1 = it does not open. */
static int rows_of(const char *path, uint8_t *have, int cap)
{
    static uint8_t room[1 << 17];
    c12_mem m = { room, sizeof room };
    c12_tlm_dims d = { .struct_size = sizeof d, .texts = 8, .rows = 1000, .raw_bytes = 0, .text_bytes = 64 };
    c12_tlm_batch b = C12_INIT(c12_tlm_batch);
    c12io_ts *t;
    int64_t got;
    memset(have, 0, (size_t)cap);
    if (c12io_ts_open_sealed(&t, path, the_key, NULL, NULL)) return -1;
    ck_assert_int_eq(c12io_ts_verify(t, NULL), C12_OK);
    ck_assert_int_eq(c12io_ts_scan(t, NULL, NULL), C12_OK);
    ck_assert_int_eq(c12_tlm_batch_init(&b, m, &schema, &d, NULL), C12_OK);
    do ck_assert_int_eq(c12io_ts_next(t, &b, &got, NULL), C12_OK);
    while (got);
    for (int64_t r = 0; r < b.n; r++) {
        int64_t i = b.value[b.cap + r] / 100;
        ck_assert(i >= 0 && i < cap && !have[i] && b.value[b.cap + r] == 100 * i && b.value[2 * b.cap + r] == 7 * i);
        ck_assert_int_eq(b.dict->bytes[b.dict->off[b.value[r]] + 1], '0' + i % 3);
        ck_assert(!r || b.value[b.cap + r] > b.value[b.cap + r - 1]);
        have[i] = 1;
    }
    c12io_ts_destroy(t);
    return (int)b.n;
}

/* Sealed files have the same places as plain ones, and each costs more: every seventh does. */
static size_t stride(void)
{
    return the_key.size ? 7 * file_step(3) : file_step(5);
}

/* ---- salvage -------------------------------------------------------------------------------------------------------------------------- */

enum { SAVED = 60 };

/* Memory for one pool of so many bytes, and none for another. */
typedef struct Purse { size_t pool; int had, asked; } Purse;

static void *purse_alloc(void *user, size_t size, size_t align)
{
    Purse *p = user;
    (void)align;
    int is_pool = size >= p->pool && size < p->pool + 64;
    if (is_pool && p->had) { p->asked++; return NULL; }
    p->had |= is_pool;
    return malloc(size);
}

static void purse_release(void *user, void *ptr, size_t size, size_t align)
{
    (void)user, (void)size, (void)align;
    free(ptr);
}

START_TEST(without_memory_for_a_second_pool_all_is_the_same)
{
    c12_tlm_dims d = { .struct_size = sizeof d, .texts = 64 / 16 + 64, .rows = 4096, .raw_bytes = 64, .text_bytes = 64 };
    c12io_ts_options o = small;
    c12_host host = C12_INIT(c12_host);
    Purse purse = { 0, 0, 0 };
    c12io_ts *t;
    o.pool_rows = 4096;
    ck_assert_int_eq(c12_tlm_batch_bytes(&schema, &d, &purse.pool, NULL), C12_OK);
    host.user = &purse;
    host.alloc = purse_alloc;
    host.release = purse_release;
    ck_assert_int_eq(c12io_ts_create(&t, file, &schema, &o, NULL, NULL), C12_OK);
    for (int at = 0; at < 10000; at += 100) append(t, at, 100);
    ck_assert_int_eq(c12io_ts_close(t, NULL), C12_OK);
    c12_mem want = read_file(file);
    ck_assert_int_eq(c12io_ts_create(&t, file, &schema, &o, NULL, NULL), C12_OK);
    ck_assert_int_eq(c12io_ts_close(t, NULL), C12_OK);
    ck_assert_int_eq(c12io_ts_continue(&t, file, &o, &host, NULL), C12_OK);
    for (int at = 0; at < 10000; at += 100) append(t, at, 100);
    ck_assert_int_eq(c12io_ts_close(t, NULL), C12_OK);
    c12_mem have = read_file(file);
    ck_assert_int_ge(purse.asked, 2);
    ck_assert_uint_eq(have.size, want.size);
    if (!extra && memcmp(have.ptr, want.ptr, want.size)) ck_abort_msg("another file");
    free(have.ptr);
    free(want.ptr);
}
END_TEST

/* Where rows are appended in place a full pool leaves bit by bit, and the file becomes, byte for byte, the one that is written at once. */
START_TEST(a_full_pool_leaves_in_small_portions)
{
    static const int steps[] = { 1, 2, 7, 15, 16, 60 };
    make_file(200, 1);
    c12_mem want = read_file(file);
    for (size_t k = 0; k < sizeof steps / sizeof *steps; k++) {
        c12io_ts_options o = small;
        c12io_ts *t;
        int64_t blocks = 0, most = 0;
        o.keep_order = 1;
        ck_assert_int_eq(c12io_ts_create(&t, file, &schema, &o, NULL, NULL), C12_OK);
        ck_assert_int_eq(c12io_ts_close(t, NULL), C12_OK);
        ck_assert_int_eq(c12io_ts_continue(&t, file, &o, NULL, NULL), C12_OK);
        for (int at = 0; at < 200; at += steps[k]) {
            c12io_ts_info info = C12_INIT(c12io_ts_info);
            append(t, at, 200 - at < steps[k] ? 200 - at : steps[k]);
            if (at / 7 % 3 == 0) ck_assert_int_eq(c12io_ts_sync(t, NULL), C12_OK);
            ck_assert_int_eq(c12io_ts_stat(t, &info, NULL), C12_OK);
            if (info.blocks - blocks > most) most = info.blocks - blocks;
            blocks = info.blocks;
        }
        ck_assert_int_le(most, 1 + 2 * steps[k] / 5 + steps[k] / 15 * 2); /* blocks have 5 rows, three of them make a pool */
        ck_assert_int_eq(c12io_ts_close(t, NULL), C12_OK);
        c12_mem have = read_file(file);
        ck_assert_uint_eq(have.size, want.size);
        if (!extra && memcmp(have.ptr, want.ptr, want.size)) ck_abort_msg("%d rows at a time make another file", steps[k]);
        free(have.ptr);
    }
    free(want.ptr);
}
END_TEST

START_TEST(a_cut_file_gives_every_whole_block)
{
    for (int32_t keep = 0; keep < 2; keep++) {
        uint8_t have[SAVED];
        make_file(SAVED, keep);
        c12_mem all = read_file(file);
        const uint8_t *p = all.ptr;
        size_t head = 24 + number(p + 16) + key_id, foot = number(p + all.size - 28), at = head;
        int whole = 0;
        for (size_t cut = head; cut < all.size; cut += stride()) {
            c12io_ts_salvaged told = C12_INIT(c12io_ts_salvaged);
            while (at < foot && at + number(p + at + 8) + extra <= cut) { at += number(p + at + 8) + extra; whole++; }
            write_file(other, p, cut);
            ck_assert_int_eq(c12io_ts_salvage_sealed(other, copy, the_key, NULL, &told, NULL), C12_OK);
            ck_assert_int_eq(rows_of(copy, have, SAVED), 5 * whole);
            ck_assert(told.blocks == whole && told.records == 5 * whole && told.records_lost == -1 && !told.head_lost);
            ck_assert_int_eq(told.bytes_lost, (int64_t)(cut < foot ? cut - at : cut - foot < 8 ? cut - foot : 0));
        }
        ck_assert_int_eq(whole, SAVED / 5);
        c12io_bytes_free(&all);
    }
}
END_TEST

START_TEST(a_flipped_byte_costs_one_block)
{
    uint8_t have[SAVED];
    make_file(SAVED, 1);
    c12_mem all = read_file(file);
    uint8_t *p = all.ptr;
    size_t head = 24 + number(p + 16) + key_id, foot = number(p + all.size - 28);
    for (size_t at = 0; at < all.size; at += stride()) {
        c12io_ts_salvaged told = C12_INIT(c12io_ts_salvaged);
        for (int k = 0; k < 3; k++) {
            static const uint8_t flip[3] = { 0xff, 0x01, 0x80 };
            p[at] ^= flip[k];
            write_file(other, p, all.size);
            p[at] ^= flip[k];
            c12_status s = c12io_ts_salvage_sealed(other, copy, the_key, NULL, &told, NULL);
            if (at < head) ck_assert_int_eq(s, C12_E_FORMAT); /* this record is not the built-in one */
            else {
                ck_assert_int_eq(s, C12_OK);
                ck_assert_int_eq(rows_of(copy, have, SAVED), at < foot ? SAVED - 5 : SAVED);
                ck_assert_int_eq(told.gaps, at < foot || (at >= foot && at < foot + 8));
                if (at < foot) ck_assert_int_eq(told.records_lost, 5);
            }
        }
    }
    c12io_bytes_free(&all);
}
END_TEST

START_TEST(salvage_is_told_what_is_wrong)
{
    c12io_ts_salvaged told = C12_INIT(c12io_ts_salvaged);
    uint8_t have[SAVED];
    ck_assert_int_eq(c12io_ts_salvage_sealed("/nonexistent/x", copy, the_key, NULL, &told, NULL), C12_E_IO);
    ck_assert_int_eq(c12io_ts_salvage_sealed(file, copy, the_key, NULL, NULL, NULL), C12_E_ARG);
    write_file(other, "no telemetry at all, but long enough for a head of something", 60);
    ck_assert_int_eq(c12io_ts_salvage_sealed(other, copy, the_key, NULL, &told, NULL), C12_E_FORMAT);
    ck_assert(!exists(copy));
    make_file(SAVED, 0);
    ck_assert_int_eq(c12io_ts_salvage_sealed(file, copy, the_key, NULL, &told, NULL), C12_OK);
    ck_assert(told.gaps == 0 && told.records_lost == 0 && told.records == SAVED && told.bytes_lost == 0);
    ck_assert_int_eq(rows_of(copy, have, SAVED), SAVED);
}
END_TEST

/* ---- appending -------------------------------------------------------------------------------------------------------------------------- */

enum { BEFORE = 30, SYNCED = 52, AFTER = 70 };

static c12io_ts *go_on(const c12io_ts_options *o)
{
    c12io_ts *t = NULL;
    char text[256] = "";
    c12_error e = C12_INIT(c12_error);
    e.text = text;
    e.text_cap = sizeof text;
    ck_assert_msg(c12io_ts_continue(&t, file, o, NULL, &e) == C12_OK, "%s", text);
    return t;
}

START_TEST(appended_rows_join_and_the_journal_goes)
{
    uint8_t have[AFTER];
    for (int k = 0; k < 2; k++) {
        make_file(BEFORE, k);
        c12io_ts *t = go_on(k ? &small : &roomy);
        append(t, BEFORE, SYNCED - BEFORE);
        ck_assert_int_eq(c12io_ts_sync(t, NULL), C12_OK);
        ck_assert_int_eq(c12io_ts_flush(t, NULL), C12_OK);
        ck_assert_int_eq(rows_of(file, have, AFTER), SYNCED); /* others see a whole file */
        append(t, SYNCED, AFTER - SYNCED);
        ck_assert_int_eq(c12io_ts_close(t, NULL), C12_OK);
        ck_assert(!exists(journal));
        ck_assert_int_eq(rows_of(file, have, AFTER), AFTER);
        t = go_on(&usual); /* nothing appended: nothing changed */
        c12_mem was = read_file(file);
        ck_assert_int_eq(c12io_ts_close(t, NULL), C12_OK);
        c12_mem now = read_file(file);
        ck_assert(was.size == now.size && !memcmp(was.ptr, now.ptr, now.size) && !exists(journal));
        c12io_bytes_free(&was);
        c12io_bytes_free(&now);
    }
}
END_TEST

/* The writer ends suddenly: what the disk holds then is copied aside, the journal cut anywhere, and the file opened again. */
START_TEST(no_acknowledged_row_is_lost_at_any_cut)
{
    uint8_t have[AFTER];
    for (int spilled = 0; spilled < 2; spilled++) {
        make_file(BEFORE, 0);
        c12_mem was = read_file(file);
        c12io_ts *t = go_on(spilled ? &small : &roomy);
        size_t begun = size_of(journal);
        append(t, BEFORE, 11);
        ck_assert_int_eq(c12io_ts_sync(t, NULL), C12_OK);
        size_t half = size_of(journal);
        append(t, BEFORE + 11, SYNCED - BEFORE - 11);
        ck_assert_int_eq(c12io_ts_sync(t, NULL), C12_OK);
        append(t, SYNCED, 3); /* not acknowledged */
        c12_mem log = read_file(journal), body = read_file(file);
        c12io_ts_destroy(t);
        for (size_t cut = 0; cut <= log.size; cut += stride()) {
            int whole = cut < begun; /* so short a journal means that the file was not touched yet */
            write_file(file, whole ? was.ptr : body.ptr, whole ? was.size : body.size);
            write_file(journal, log.ptr, cut);
            ck_assert_int_eq(c12io_ts_close(go_on(&roomy), NULL), C12_OK);
            int rows = rows_of(file, have, AFTER);
            ck_assert_int_ge(rows, cut >= log.size ? SYNCED : cut >= half ? BEFORE + 11 : BEFORE);
            ck_assert_int_le(rows, SYNCED);
            for (int i = 0; i < rows; i++) ck_assert(have[i]);
            ck_assert(!exists(journal));
        }
        for (size_t end = was.size / 2; end < body.size + 40; end += 6 + stride()) { /* and the file torn wherever it was being written */
            size_t foot = number((uint8_t *)was.ptr + was.size - 28), keep = end < foot ? foot : end < body.size ? end : body.size;
            write_file(file, keep > was.size ? body.ptr : was.ptr, keep);
            write_file(journal, log.ptr, log.size);
            ck_assert_int_eq(c12io_ts_close(go_on(&roomy), NULL), C12_OK);
            ck_assert_int_eq(rows_of(file, have, AFTER), SYNCED);
        }
        for (size_t at = 0; at < log.size; at += stride()) { /* a flipped byte of the journal never makes up rows */
            ((uint8_t *)log.ptr)[at] ^= 0x10;
            write_file(file, was.ptr, was.size);
            write_file(journal, log.ptr, log.size);
            ((uint8_t *)log.ptr)[at] ^= 0x10;
            ck_assert_int_eq(c12io_ts_close(go_on(&roomy), NULL), C12_OK);
            int rows = rows_of(file, have, AFTER);
            ck_assert_int_ge(rows, at < half ? BEFORE : BEFORE + 11);
        }
        c12io_bytes_free(&log);
        c12io_bytes_free(&body);
        c12io_bytes_free(&was);
    }
}
END_TEST

START_TEST(giving_up_keeps_what_was_acknowledged)
{
    uint8_t have[AFTER];
    for (int spilled = 0; spilled < 2; spilled++) {
        make_file(BEFORE, 0);
        c12io_ts *t = go_on(spilled ? &small : &roomy);
        append(t, BEFORE, SYNCED - BEFORE);
        if (spilled) ck_assert_int_eq(c12io_ts_sync(t, NULL), C12_OK);
        c12io_ts_destroy(t);
        ck_assert_int_eq(rows_of(file, have, AFTER), BEFORE);
        ck_assert_int_eq(exists(journal), spilled);
        ck_assert_int_eq(c12io_ts_close(go_on(&usual), NULL), C12_OK);
        ck_assert_int_eq(rows_of(file, have, AFTER), spilled ? SYNCED : BEFORE);
    }
    c12io_ts *t = NULL;
    ck_assert_int_eq(c12io_ts_continue(&t, "/nonexistent/x", NULL, NULL, NULL), C12_E_IO);
    write_file(other, "hello, this is no telemetry file", 32);
    ck_assert_int_eq(c12io_ts_continue(&t, other, NULL, NULL, NULL), C12_E_FORMAT);
    ck_assert_int_eq(c12io_ts_open_sealed(&t, file, the_key, NULL, NULL), C12_OK);
    ck_assert_int_eq(c12io_ts_sync(t, NULL), C12_E_STATE);
    c12io_ts_destroy(t);
}
END_TEST

/* ---- files from files ------------------------------------------------------------------------------------------------------------------- */

static int64_t blocks_of(const char *path)
{
    c12io_ts_info info = C12_INIT(c12io_ts_info);
    c12io_ts *t;
    ck_assert_int_eq(c12io_ts_open_sealed(&t, path, the_key, NULL, NULL), C12_OK);
    ck_assert_int_eq(c12io_ts_stat(t, &info, NULL), C12_OK);
    c12io_ts_destroy(t);
    return info.blocks;
}

START_TEST(old_blocks_are_archived_or_dropped)
{
    uint8_t kept[SAVED], old[SAVED];
    for (int64_t cutoff = -100; cutoff < 100 * SAVED + 200; cutoff += 250)
        for (int32_t keep = 0; keep < 2; keep++) {
            int64_t told[2];
            make_file(SAVED, keep);
            ck_assert_int_eq(c12io_ts_retain_sealed(file, file, other, cutoff, the_key, NULL, &told[0], &told[1], NULL), C12_OK); /* onto itself */
            int a = rows_of(file, kept, SAVED), b = rows_of(other, old, SAVED);
            ck_assert(a == told[0] && b == told[1] && a + b == SAVED);
            for (int i = 0; i < SAVED; i++) {
                ck_assert_int_eq(kept[i] + old[i], 1);
                if (100 * i >= cutoff) ck_assert(kept[i]);
                if (100 * (i + 15) < cutoff) ck_assert(old[i]); /* a block of 5 rows of one of three robots is 1.2 s long */
            }
        }
    make_file(SAVED, 0);
    ck_assert_int_eq(c12io_ts_retain_sealed(file, copy, NULL, 3000, the_key, NULL, NULL, NULL, NULL), C12_OK);
    ck_assert(rows_of(copy, kept, SAVED) < SAVED && rows_of(file, old, SAVED) == SAVED);
    ck_assert_int_eq(c12io_ts_retain_sealed(file, "/nonexistent/x", NULL, 3000, the_key, NULL, NULL, NULL, NULL), C12_E_IO);
}
END_TEST

START_TEST(small_blocks_are_joined)
{
    uint8_t have[SAVED];
    make_file(SAVED, 0);
    ck_assert_int_eq(blocks_of(file), SAVED / 5);
    ck_assert_int_eq(c12io_ts_compact(file, file, &usual, NULL, NULL), C12_OK);
    ck_assert_int_eq(blocks_of(file), 3);
    ck_assert_int_eq(rows_of(file, have, SAVED), SAVED);
    make_file(SAVED, 1);
    ck_assert_int_eq(c12io_ts_compact(file, copy, &usual, NULL, NULL), C12_E_STATE);
    ck_assert(!exists(copy));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("io-ts-crash");
    for (int sealed = 0; sealed < 2; sealed++) {
        TCase *c = tcase_create(sealed ? "sealed" : "plain");
        tcase_set_timeout(c, 120);
        tcase_add_checked_fixture(c, sealed ? setup_sealed : setup, teardown);
        tcase_add_test(c, a_cut_file_gives_every_whole_block);
        tcase_add_test(c, a_flipped_byte_costs_one_block);
        tcase_add_test(c, salvage_is_told_what_is_wrong);
        tcase_add_test(c, appended_rows_join_and_the_journal_goes);
        tcase_add_test(c, no_acknowledged_row_is_lost_at_any_cut);
        tcase_add_test(c, a_full_pool_leaves_in_small_portions);
        tcase_add_test(c, without_memory_for_a_second_pool_all_is_the_same);
        tcase_add_test(c, giving_up_keeps_what_was_acknowledged);
        tcase_add_test(c, old_blocks_are_archived_or_dropped);
        tcase_add_test(c, small_blocks_are_joined);
        suite_add_tcase(s, c);
    }
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
