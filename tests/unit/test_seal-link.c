/* SPDX-License-Identifier: Apache-2.0 */
/* Links: what is sealed comes back once; whatever is turned, replayed, reordered beyond the window or of another session, sender or key does not. */
#include "seal_hex.h"
#include "base/rng.h"
#include "rounds.h"

static const uint8_t link_key[32] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31 };
static const c12_view key = { link_key, 32 };
static const uint8_t salt[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
static const c12_view entropy = { salt, 8 };
/* The KEY and DELTA of docs/guide/telemetry-wire.md. */
static const char wire_key[] = "82005849a09999999999999981200882ff238b276aa11904080095fa94a68e68821d06165bd8a113a31c5b76d933680fc891b6846a951450316f9cbce5fa9762fb26df77fa717300ff8faf778d";
static const char wire_delta[] = "4d04080000060000000000004fa0";
static const char closed_with[] = "bytes are not what was sealed with this key", heard[] = "frame was heard before";

static c12_seal_talker talker(uint64_t epoch, int32_t tag)
{
    c12_seal_talker t;
    fine(c12_seal_link_talk(&t, key, text_view("G1-037"), epoch, entropy, tag, err));
    return t;
}

static c12_seal_hearer hearer(uint64_t least, int32_t tag)
{
    c12_seal_hearer h;
    fine(c12_seal_link_hear(&h, key, text_view("G1-037"), least, tag, err));
    return h;
}

typedef struct { uint8_t at[256]; size_t n; } Frame;

static Frame closed(c12_seal_talker *t, const Hex *frame)
{
    Frame f;
    fine(c12_seal_link_close(t, hex_view(frame), (c12_mem){ f.at, sizeof f.at }, &f.n, err));
    return f;
}

static c12_status opened(c12_seal_hearer *h, const Frame *f, Hex *plain, c12_error *err)
{
    size_t read;
    return c12_seal_link_open(h, (c12_view){ f->at, f->n }, (c12_mem){ plain->at, sizeof plain->at }, &plain->n, &read, err);
}

static void same(const Hex *a, const Hex *b)
{
    ck_assert_uint_eq(a->n, b->n);
    ck_assert_mem_eq(a->at, b->at, a->n);
}

/* A frame that is refused leaves the hearer as it was. */
static void not_opened(c12_seal_hearer *h, const Frame *f, c12_status want, const char *why)
{
    c12_seal_hearer before = *h;
    Hex out;
    refused(opened(h, f, &out, err), want, why);
    ck_assert_mem_eq(h, &before, sizeof before);
}

/* Worked out with Python's hmac and the package cryptography. */
START_TEST(the_vectors_of_the_guide)
{
    const Hex k = hex(wire_key), d = hex(wire_delta), want[2] = {
        
        hex("830100586101020304050607081aad9465f62a897adaf9a005df0878d04d2a26a72748a663046602b2f529a6aa325e710aaa3cd1da2b32d92c1530523b11c9ed11b458600a7e"
            "ce4512741541e94dab5ad2cafa605761ef1b551d7916187fca917fd59925ad75"),
        hex("581c0001e70ecfba9e6f8f839a20adca4f73b6ca44979ba31f227c14d7ed") };
    c12_seal_talker t = talker(1, 0);
    c12_seal_hearer h = hearer(0, 12);
    Hex back;
    Frame f = closed(&t, &k), g = closed(&t, &d);
    ck_assert_uint_eq(f.n, k.n + 1 + 1 + 1 + 2 + 8 + 12);
    ck_assert_uint_eq(g.n, d.n + 2 + 2 + 12);
    ck_assert_mem_eq(f.at, want[0].at, f.n);
    ck_assert_mem_eq(g.at, want[1].at, g.n);
    fine(opened(&h, &f, &back, err));
    same(&back, &k);
    fine(opened(&h, &g, &back, err));
    same(&back, &d);
    ck_assert_uint_eq(t.next, 2);
    ck_assert_uint_eq(h.next, 2);
}
END_TEST

START_TEST(every_turned_bit_is_found)
{
    const Hex k = hex(wire_key), d = hex(wire_delta);
    for (int tag = 12; tag <= 16; tag += 4) {
        c12_seal_talker t = talker(7, tag);
        c12_seal_hearer fresh = hearer(0, tag), told = fresh;
        Frame f[2];
        Hex back;
        f[0] = closed(&t, &k);
        f[1] = closed(&t, &d);
        fine(opened(&told, &f[0], &back, err));
        for (int which = 0; which < 2; which++)
            for (size_t bit = 0; bit < 8 * f[which].n; bit++) {
                Frame turned = f[which];
                c12_seal_hearer h = which ? told : fresh, before = h;
                turned.at[bit / 8] ^= (uint8_t)(1 << bit % 8);
                c12_status s = opened(&h, &turned, &back, NULL);
                if (s != C12_E_REFUSED && s != C12_E_FORMAT && s != C12_E_STATE) ck_abort_msg("bit %zu: %s", bit, c12_status_name(s));
                ck_assert_mem_eq(&h, &before, sizeof h);
                ck_assert_uint_eq(back.n, 0);
            }
        for (size_t n = 1; n < f[1].n; n++) {
            Frame cut = f[1];
            cut.n = n;
            not_opened(&told, &cut, C12_E_FORMAT, "not a sealed frame");
        }
        fine(opened(&told, &f[1], &back, err));
    }
}
END_TEST

START_TEST(nothing_is_taken_twice)
{
    const Hex k = hex(wire_key), d = hex(wire_delta);
    c12_seal_talker t = talker(1, 0);
    c12_seal_hearer h = hearer(0, 0);
    Frame f[40];
    Hex back;
    for (int i = 0; i < 40; i++) f[i] = closed(&t, i % 10 ? &d : &k);
    for (int i = 0; i < 40; i++) fine(opened(&h, &f[i * 7 % 40], &back, err));
    for (int i = 0; i < 40; i++) not_opened(&h, &f[i], C12_E_REFUSED, heard);
}
END_TEST

/* Frames lost, delayed and doubled at random: each comes through once, when it comes within the window. */
START_TEST(a_bad_radio)
{
    const Hex k = hex(wire_key), d = hex(wire_delta);
    Hex back;
    for (uint64_t seed = 1; seed <= (uint64_t)rounds(20); seed++) {
        enum { FRAMES = 3000, LATE = 64 };
        static Frame f[FRAMES];
        static uint8_t taken[FRAMES];
        c12_seal_talker t = talker(seed, 12);
        c12_seal_hearer h = hearer(0, 12);
        c12__rng r = c12__rng_from(seed, 0);
        memset(taken, 0, sizeof taken);
        for (int i = 0; i < FRAMES; i++) f[i] = closed(&t, i % 50 ? &d : &k);
        fine(opened(&h, &f[0], &back, err));
        taken[0] = 1;
        for (int i = 0; i < FRAMES - LATE; i++) {
            int which = i + (int)(c12__rng_next(&r) % LATE);
            c12_status s = opened(&h, &f[which], &back, NULL);
            if (s != (taken[which] ? C12_E_REFUSED : C12_OK)) ck_abort_msg("frame %d: %s", which, c12_status_name(s));
            if (!s) same(&back, which % 50 ? &d : &k);
            taken[which] = 1;
        }
    }
}
END_TEST

START_TEST(numbers_go_round_and_windows_end)
{
    const Hex k = hex(wire_key), d = hex(wire_delta);
    c12_seal_talker t = talker(1, 0);
    c12_seal_hearer h = hearer(0, 0);
    Hex back;
    Frame first = closed(&t, &k), early = closed(&t, &d), late;
    fine(opened(&h, &first, &back, err));
    t.next = 30000;
    late = closed(&t, &d);
    fine(opened(&h, &late, &back, err)); /* 29,998 lost */
    not_opened(&h, &early, C12_E_REFUSED, "frame is too late to be told from one that was heard");
    for (uint64_t at = 60000; at < 400000; at += 30000) {
        t.next = at;
        late = closed(&t, &d);
        fine(opened(&h, &late, &back, err));
        ck_assert_uint_eq(h.next, at + 1);
        not_opened(&h, &late, C12_E_REFUSED, heard);
    }
    t.next = h.next + 40000; /* too many lost: only a long frame helps */
    late = closed(&t, &d);
    not_opened(&h, &late, C12_E_REFUSED, "frame is too late to be told from one that was heard");
    late = closed(&t, &k);
    fine(opened(&h, &late, &back, err));
    t.next = UINT64_C(0xffffffff);
    late = closed(&t, &k);
    fine(opened(&h, &late, &back, err));
    refused(c12_seal_link_close(&t, hex_view(&d), (c12_mem){ late.at, sizeof late.at }, &late.n, err), C12_E_STATE, "all numbers of the session are used up");
}
END_TEST

START_TEST(keys_senders_and_sessions_are_told_apart)
{
    const Hex k = hex(wire_key), d = hex(wire_delta);
    static const uint8_t other[32] = { 9 };
    c12_seal_talker t = talker(5, 0), later = talker(6, 0), twin;
    c12_seal_hearer h = hearer(0, 0), x;
    Hex back;
    fine(c12_seal_link_talk(&twin, key, text_view("G1-037"), 6, text_view("another salt"), 0, err));
    Frame f = closed(&t, &k), g = closed(&t, &d), n = closed(&later, &k), m = closed(&later, &d), w = closed(&twin, &k);
    not_opened(&h, &g, C12_E_STATE, "no frame has told of the session yet");
    fine(c12_seal_link_hear(&x, (c12_view){ other, 32 }, text_view("G1-037"), 0, 0, err));
    not_opened(&x, &f, C12_E_REFUSED, closed_with);
    fine(c12_seal_link_hear(&x, key, text_view("G1-038"), 0, 0, err));
    not_opened(&x, &f, C12_E_REFUSED, closed_with);
    x = hearer(0, 16);
    not_opened(&x, &f, C12_E_REFUSED, closed_with);
    x = hearer(6, 0);
    not_opened(&x, &f, C12_E_REFUSED, "session is older than one that was heard");
    fine(opened(&x, &n, &back, err));
    fine(opened(&h, &f, &back, err));
    not_opened(&h, &m, C12_E_REFUSED, closed_with); /* short, of a session not heard yet */
    fine(opened(&h, &n, &back, err));
    fine(opened(&h, &m, &back, err));
    not_opened(&h, &f, C12_E_REFUSED, "session is older than one that was heard");
    not_opened(&h, &g, C12_E_REFUSED, heard); /* number 1 of the session was */
    not_opened(&h, &w, C12_E_REFUSED, "session is another one of the same epoch");
}
END_TEST

START_TEST(what_is_not_sealed_does_not_pass)
{
    const Hex k = hex(wire_key), d = hex(wire_delta), plain = hex("8143a1000aff"), nack = hex("a101421234");
    c12_seal_talker t = talker(1, 0);
    c12_seal_hearer h = hearer(0, 0);
    Hex back;
    Frame f = closed(&t, &k), x;
    fine(opened(&h, &f, &back, err));
    const Hex *const bare[] = { &k, &plain, &nack };
    for (int i = 0; i < 3; i++) {
        memcpy(x.at, bare[i]->at, x.n = bare[i]->n);
        not_opened(&h, &x, C12_E_FORMAT, "not a sealed frame");
    }
    memcpy(x.at, d.at, x.n = d.n);
    not_opened(&h, &x, C12_E_FORMAT, "not a sealed frame"); /* too short for a tag */
    Hex longer = hex("581d04080000060000000000000000000000000000000000000000000000004fa0");
    memcpy(x.at, longer.at, x.n = longer.n - 2);
    not_opened(&h, &x, C12_E_REFUSED, closed_with);
}
END_TEST

START_TEST(several_at_once)
{
    Hex all = hex(wire_key), d = hex(wire_delta), back;
    c12_seal_talker t = talker(3, 16), before;
    c12_seal_hearer h = hearer(0, 16);
    uint8_t out[600];
    size_t used = 0, read;
    for (int i = 0; i < 3; i++, all.n += d.n) memcpy(all.at + all.n, d.at, d.n);
    before = t;
    refused(c12_seal_link_close(&t, hex_view(&all), (c12_mem){ out, all.n + 4 * C12_SEAL_LINK - 1 }, &used, err), C12_E_SPACE, "output is too small");
    ck_assert_mem_eq(&t, &before, sizeof t);
    fine(c12_seal_link_close(&t, hex_view(&all), (c12_mem){ out, all.n + 4 * C12_SEAL_LINK }, &used, err));
    refused(c12_seal_link_open(&h, (c12_view){ out, used }, (c12_mem){ back.at, used - 1 }, &back.n, &read, err), C12_E_SPACE, "output is too small");
    fine(c12_seal_link_open(&h, (c12_view){ out, used }, (c12_mem){ back.at, sizeof back.at }, &back.n, &read, err));
    ck_assert_uint_eq(read, used);
    same(&back, &all);
    h = hearer(0, 16);
    out[used - 1] ^= 1; /* the last frame: those before come */
    c12_error e = C12_INIT(c12_error);
    ck_assert_int_eq(c12_seal_link_open(&h, (c12_view){ out, used }, (c12_mem){ back.at, sizeof back.at }, &back.n, &read, &e), C12_E_REFUSED);
    ck_assert_uint_eq(read, used - (d.n + 2 + 2 + 16));
    ck_assert_int_eq(e.value, (int64_t)read);
    ck_assert_uint_eq(back.n, all.n - d.n);
    all.at[all.n - d.n] = 0x5f; /* of no definite length */
    before = t;
    refused(c12_seal_link_close(&t, hex_view(&all), (c12_mem){ out, sizeof out }, &used, err), C12_E_FORMAT, "not a frame");
    ck_assert_mem_eq(&t, &before, sizeof t);
    fine(c12_seal_link_close(&t, (c12_view){ NULL, 0 }, (c12_mem){ NULL, 0 }, &used, err));
    ck_assert_uint_eq(used, 0);
}
END_TEST

START_TEST(wrong_arguments_are_named)
{
    c12_seal_talker t;
    c12_seal_hearer h;
    refused(c12_seal_link_talk(&t, (c12_view){ link_key, 31 }, text_view("a"), 1, entropy, 0, err), C12_E_ARG, "key must have 32 bytes");
    refused(c12_seal_link_talk(&t, key, text_view("a"), 1, entropy, 13, err), C12_E_ARG, "tags have 12 or 16 bytes");
    refused(c12_seal_link_talk(&t, key, text_view("a"), 1, (c12_view){ salt, 7 }, 0, err), C12_E_ARG, "8 random bytes are needed");
    refused(c12_seal_link_hear(&h, key, text_view("a"), 1, 4, err), C12_E_ARG, "tags have 12 or 16 bytes");
    refused(c12_seal_link_hear(NULL, key, text_view("a"), 1, 0, err), C12_E_ARG, "argument is NULL");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("seal-link");
    TCase *t = tcase_create("all");
    tcase_set_timeout(t, 120);
    tcase_add_test(t, the_vectors_of_the_guide);
    tcase_add_test(t, every_turned_bit_is_found);
    tcase_add_test(t, nothing_is_taken_twice);
    tcase_add_test(t, a_bad_radio);
    tcase_add_test(t, numbers_go_round_and_windows_end);
    tcase_add_test(t, keys_senders_and_sessions_are_told_apart);
    tcase_add_test(t, what_is_not_sealed_does_not_pass);
    tcase_add_test(t, several_at_once);
    tcase_add_test(t, wrong_arguments_are_named);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
