/* SPDX-License-Identifier: Apache-2.0 */
/* CBOR as others write it: the vectors of RFC 7049 and 8949 appendix A as published in cbor/test-vectors (appendix_a.json), what must be refused, floats bit by
 * bit, and libcbor beside it. */
#include "tlm/tlm_internal.h"
#include <cbor.h>
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct vector { const char *hex; int round_trip; const char *normal; } vector; /* normal: NULL = hex itself */

static const vector appendix_a[] = {
    { "00", 1, NULL }, { "01", 1, NULL }, { "0a", 1, NULL }, { "17", 1, NULL }, { "1818", 1, NULL }, { "1819", 1, NULL }, { "1864", 1, NULL }, { "1903e8", 1, NULL }, { "1a000f4240", 1, NULL },
    { "1b000000e8d4a51000", 1, NULL }, { "1bffffffffffffffff", 1, NULL }, { "c249010000000000000000", 1, NULL }, { "3bffffffffffffffff", 1, NULL }, { "c349010000000000000000", 1, NULL },
    { "20", 1, NULL }, { "29", 1, NULL }, { "3863", 1, NULL }, { "3903e7", 1, NULL }, { "f90000", 1, NULL }, { "f98000", 1, NULL }, { "f93c00", 1, NULL }, { "fb3ff199999999999a", 1, NULL },
    { "f93e00", 1, NULL }, { "f97bff", 1, NULL }, { "fa47c35000", 1, NULL }, { "fa7f7fffff", 1, NULL }, { "fb7e37e43c8800759c", 1, NULL }, { "f90001", 1, NULL }, { "f90400", 1, NULL },
    { "f9c400", 1, NULL }, { "fbc010666666666666", 1, NULL }, { "f97c00", 1, NULL }, { "f97e00", 1, NULL }, { "f9fc00", 1, NULL }, { "fa7f800000", 0, "f97c00" }, { "fa7fc00000", 0, "f97e00" },
    { "faff800000", 0, "f9fc00" }, { "fb7ff0000000000000", 0, "f97c00" }, { "fb7ff8000000000000", 0, "f97e00" }, { "fbfff0000000000000", 0, "f9fc00" }, { "f4", 1, NULL }, { "f5", 1, NULL },
    { "f6", 1, NULL }, { "f7", 1, NULL }, { "f0", 1, NULL }, { "f818", 1, NULL }, { "f8ff", 1, NULL }, { "c074323031332d30332d32315432303a30343a30305a", 1, NULL }, { "c11a514b67b0", 1, NULL },
    { "c1fb41d452d9ec200000", 1, NULL }, { "d74401020304", 1, NULL }, { "d818456449455446", 1, NULL }, { "d82076687474703a2f2f7777772e6578616d706c652e636f6d", 1, NULL }, { "40", 1, NULL },
    { "4401020304", 1, NULL }, { "60", 1, NULL }, { "6161", 1, NULL }, { "6449455446", 1, NULL }, { "62225c", 1, NULL }, { "62c3bc", 1, NULL }, { "63e6b0b4", 1, NULL }, { "64f0908591", 1, NULL },
    { "80", 1, NULL }, { "83010203", 1, NULL }, { "8301820203820405", 1, NULL }, { "98190102030405060708090a0b0c0d0e0f101112131415161718181819", 1, NULL }, { "a0", 1, NULL },
    { "a201020304", 1, NULL }, { "a26161016162820203", 1, NULL }, { "826161a161626163", 1, NULL }, { "a56161614161626142616361436164614461656145", 1, NULL },
    { "5f42010243030405ff", 1, "450102030405" }, { "7f657374726561646d696e67ff", 1, "6973747265616d696e67" }, { "9fff", 0, "80" }, { "9f018202039f0405ffff", 0, "8301820203820405" },
    { "9f01820203820405ff", 0, "8301820203820405" }, { "83018202039f0405ff", 0, "8301820203820405" }, { "83019f0203ff820405", 0, "8301820203820405" },
    { "9f0102030405060708090a0b0c0d0e0f101112131415161718181819ff", 0, "98190102030405060708090a0b0c0d0e0f101112131415161718181819" },
    { "bf61610161629f0203ffff", 0, "a26161016162820203" }, { "826161bf61626163ff", 0, "826161a161626163" }, { "bf6346756ef563416d7421ff", 0, "a263416d74216346756ef5" },
};
enum { VECTORS = sizeof appendix_a / sizeof *appendix_a };

static size_t unhex(const char *hex, uint8_t *to)
{
    size_t n = strlen(hex) / 2;
    for (size_t i = 0; i < n; i++) {
        unsigned v;
        ck_assert_int_eq(sscanf(hex + 2 * i, "%2x", &v), 1);
        to[i] = (uint8_t)v;
    }
    return n;
}

/* In memory of exactly its size, so that reading past the end is seen. */
static c12_status normal(const uint8_t *bytes, size_t n, int keep, uint8_t *out, size_t cap, size_t *used, c12_error *e)
{
    uint8_t *exact = malloc(n ? n : 1);
    size_t read = 0;
    memcpy(exact, bytes, n);
    c12_view in = { exact, n };
    c12_mem room = { out, cap };
    c12_status st = c12_tlm_cbor_normal(in, keep, room, &read, used, e);
    if (!st) ck_assert_uint_le(read, n);
    free(exact);
    return st;
}

START_TEST(all_82_are_read_and_all_67_marked_so_come_back)
{
    int trips = 0;
    ck_assert_int_eq(VECTORS, 82);
    for (size_t k = 0; k < VECTORS; k++) {
        uint8_t bytes[64], want[64], out[64];
        size_t n = unhex(appendix_a[k].hex, bytes), m = unhex(appendix_a[k].normal ? appendix_a[k].normal : appendix_a[k].hex, want), used, bad;
        ck_assert_msg(normal(bytes, n, 0, out, sizeof out, &used, NULL) == C12_OK, "%s", appendix_a[k].hex);
        ck_assert_msg(used == m && !memcmp(out, want, m), "%s", appendix_a[k].hex);
        c12_view v = { out, used };
        if (strcmp(appendix_a[k].hex, "f818")) ck_assert_uint_eq(c12__tlm_cbor_item(v, &bad), used); /* RFC 8949 has no simple(24) any more */
        ck_assert_int_eq(normal(bytes, n, 1, out, sizeof out, &used, NULL), C12_OK);
        trips += appendix_a[k].round_trip && used == n && !memcmp(out, bytes, n);
        for (size_t room = 0; room < m; room++) {
            c12_error e = C12_INIT(c12_error);
            ck_assert_int_eq(normal(bytes, n, 0, out, room, &used, &e), C12_E_SPACE);
            ck_assert_int_eq(e.value, (int64_t)m);
        }
        for (size_t cut = 0; cut < n; cut++) ck_assert_int_eq(normal(bytes, cut, 0, out, sizeof out, &used, NULL), C12_E_FORMAT);
    }
    ck_assert_int_eq(trips, 67);
}
END_TEST

START_TEST(brought_into_order)
{
    static const vector facts[] = {
        { "1817", 0, "17" }, { "1b0000000000000001", 0, "01" }, { "3900ff", 0, "38ff" }, { "78026161", 0, "626161" }, { "9a00000001f6", 0, "81f6" }, { "d900010a", 0, "c10a" },
        { "a202000100", 0, "a201000200" }, { "a3200061610001f4", 0, "a301f42000616100" }, { "a261620a6161a2200301f4", 0, "a26161a201f4200361620a" }, { "bf0203ff", 0, "a10203" },
        { "fb3ff0000000000000", 0, "f93c00" }, { "fb8000000000000000", 0, "f98000" }, { "fb36a0000000000000", 0, "fa00000001" }, { "fb3e70000000000000", 0, "f90001" },
        { "fb0000000000000001", 0, NULL }, { "fa00000001", 0, NULL }, { "fa33800000", 0, "f90001" }, { "fa387fe000", 0, NULL }, { "fa387fc000", 0, "f903ff" }, { "fb47efffffe0000000", 0, "fa7f7fffff" },
        { "fb47effffff0000000", 0, NULL }, { "fb7ff8000000000001", 0, NULL }, { "fbfff0000020000000", 0, "faff800001" }, { "fa7f802000", 0, "f97c01" }, { "fa7f801000", 0, NULL },
        { "fb7ff4000000000000", 0, "f97d00" }, { "5fff", 0, "40" }, { "7fff", 0, "60" }, { "9f9fff9fffff", 0, "828080" }, { "a1f818f6", -1, NULL },
    };
    for (size_t k = 0; k < sizeof facts / sizeof *facts; k++) {
        uint8_t bytes[64], want[64], out[64];
        size_t n = unhex(facts[k].hex, bytes), m = unhex(facts[k].normal ? facts[k].normal : facts[k].hex, want), used = 0, again;
        c12_status st = normal(bytes, n, 0, out, sizeof out, &used, NULL);
        if (facts[k].round_trip < 0) { ck_assert_int_eq(st, C12_E_FORMAT); continue; }
        ck_assert_msg(st == C12_OK && used == m && !memcmp(out, want, m), "%s", facts[k].hex);
        ck_assert_int_eq(normal(want, m, 0, out, sizeof out, &again, NULL), C12_OK);
        ck_assert(again == m && !memcmp(out, want, m));
    }
}
END_TEST

START_TEST(what_is_no_cbor_is_refused)
{
    static const char *const hex[] = { "", "1c", "1f", "3f", "df", "df00", "ff", "81ff", "9f", "bf", "bf00ff", "bf00", "a1ff00", "a100", "5f", "5f00ff", "5f6161ff", "5f5f4101ffff", "7f4101ff", "61ff", "7f61c361bcff",
        "62c3", "fc", "f8", "f800", "f813", "9bffffffffffffffff", "bb7fffffffffffffff", "5bffffffffffffffff", "7affffffff", "a201000100", "a3010002000100", "c1", "8181", "fb00", "a2616100616100" };
    for (size_t k = 0; k < sizeof hex / sizeof *hex; k++) {
        uint8_t bytes[64], out[64];
        size_t used;
        ck_assert_msg(normal(bytes, unhex(hex[k], bytes), 0, out, sizeof out, &used, NULL) == C12_E_FORMAT, "%s", hex[k]);
    }
    uint8_t deep[40], out[64];
    size_t used;
    memset(deep, 0x81, sizeof deep);
    deep[16] = 0;
    ck_assert_int_eq(normal(deep, 17, 0, out, sizeof out, &used, NULL), C12_OK);
    deep[16] = 0x81;
    deep[17] = 0;
    ck_assert_int_eq(normal(deep, 18, 0, out, sizeof out, &used, NULL), C12_E_FORMAT);
}
END_TEST

/* A thousand entries backwards come out forwards; beyond that they must come in order. */
START_TEST(large_maps)
{
    static uint8_t bytes[1 << 13], out[1 << 13];
    for (int n = 1000; n <= 1030; n += 30) {
        size_t at = 0, used, bad;
        bytes[at++] = 0xb9;
        bytes[at++] = (uint8_t)(n >> 8);
        bytes[at++] = (uint8_t)n;
        for (int k = n; k > 0; k--) {
            bytes[at++] = 0x19;
            bytes[at++] = (uint8_t)((k + 255) >> 8);
            bytes[at++] = (uint8_t)(k + 255);
            bytes[at++] = (uint8_t)(k % 24);
        }
        ck_assert_int_eq(normal(bytes, at, 0, out, sizeof out, &used, NULL), n <= 1024 ? C12_OK : C12_E_FORMAT);
        if (n > 1024) continue;
        c12_view v = { out, used };
        ck_assert_uint_eq(c12__tlm_cbor_item(v, &bad), used);
        ck_assert(used == at && out[4] == 1 && out[5] == 0 && out[6] == 1);
    }
}
END_TEST

/* libcbor 0.8 and later: what we take it takes too, but for what it is known not to know, and both write the same. */
static uint64_t dice = 5;
static uint32_t draw(uint32_t n)
{
    dice = dice * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(dice >> 33) % n;
}

static int is_beyond_libcbor(const uint8_t *p, size_t n) /* NaN bits and unassigned simple values are lost; before 0.11 it knew no tags 5 to 20 */
{
    for (size_t i = 0; i < n; i++)
        if (p[i] >= 0xe0 || (p[i] >= 0xc5 && p[i] <= 0xd4)) return 1;
    return 0;
}

START_TEST(beside_libcbor)
{
    int both = 0;
    for (int round = 0; round < 60000; round++) {
        uint8_t bytes[80], ours[512], *theirs = NULL;
        size_t n = unhex(appendix_a[draw(VECTORS)].hex, bytes), used = 0, size = 0, again;
        for (uint32_t hit = draw(3); hit; hit--) bytes[draw((uint32_t)n)] = draw(2) ? (uint8_t)draw(256) : (uint8_t)draw(0xe0);
        c12_status st = normal(bytes, n, 0, ours, sizeof ours, &used, NULL);
        struct cbor_load_result result;
        if (st) continue; /* libcbor would believe a length of gigabytes */
        cbor_item_t *item = cbor_load(bytes, n, &result);
        if (!item) {
            ck_assert_msg(is_beyond_libcbor(bytes, n), "libcbor refuses %02x%02x.. of %zu", bytes[0], bytes[1], n);
            continue;
        }
        size_t length = cbor_serialize_alloc(item, &theirs, &size);
        if (length && !is_beyond_libcbor(bytes, n)) { /* its own form brought into order is ours */
            uint8_t back[512];
            ck_assert_int_eq(normal(theirs, length, 0, back, sizeof back, &again, NULL), C12_OK);
            ck_assert(again == used && !memcmp(back, ours, used));
            both++;
        }
        free(theirs);
        cbor_decref(&item);
    }
    ck_assert_int_gt(both, 10000);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tlm-cbor");
    TCase *t = tcase_create("all");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, all_82_are_read_and_all_67_marked_so_come_back);
    tcase_add_test(t, brought_into_order);
    tcase_add_test(t, what_is_no_cbor_is_refused);
    tcase_add_test(t, large_maps);
    tcase_add_test(t, beside_libcbor);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
