/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "base/csr.h"
#include "base/bitset.h"
#include "base/heap.h"
#include "base/num.h"
#include "base/rng.h"
#include "base/sort.h"
#include "base/status.h"
#include <check.h>
#include <stdlib.h>

/* ---- status ---------------------------------------------------------------------------------------------------- */

START_TEST(error_names_column_and_row)
{
    c12_error e = C12_INIT(c12_error);
    ck_assert_int_eq(c12__fail(&e, C12_E_RANGE, "child item out of range", "line_child", 4711, 9001), C12_E_RANGE);
    ck_assert_int_eq(e.status, C12_E_RANGE);
    ck_assert_str_eq(e.field, "line_child");
    ck_assert_int_eq(e.row, 4711);
    ck_assert_int_eq(e.value, 9001);
    ck_assert_int_eq(e.count, 1);
    ck_assert_int_eq(c12__fail(NULL, C12_E_ARG, "x", NULL, 0, 0), C12_E_ARG);
}
END_TEST

START_TEST(error_text_lists_every_fault_and_is_cut_at_capacity)
{
    char text[64];
    c12_error e = C12_INIT(c12_error);
    e.text = text;
    e.text_cap = sizeof text;
    c12__faults f = { &e, C12_OK, 0 };
    c12__fault(&f, C12_E_RANGE, "first", "a", 1, -2);
    c12__fault(&f, C12_E_ARG, "second", NULL, -1, 0);
    ck_assert_str_eq(text, "a[1] = -2: first\nsecond\n");
    ck_assert_int_eq(f.status, C12_E_RANGE);
    ck_assert_int_eq(e.count, 2);
    ck_assert_str_eq(e.what, "first");
    for (int i = 0; i < 20; i++) c12__fault(&f, C12_E_ARG, "a long sentence that will not fit", "column", i, i);
    ck_assert_uint_lt(strlen(text), sizeof text);
}
END_TEST

START_TEST(status_names_are_total)
{
    ck_assert_str_eq(c12_status_name(C12_OK), "C12_OK");
    ck_assert_str_eq(c12_status_name(C12_E_IO), "C12_E_IO");
    ck_assert_str_eq(c12_status_name(-77), "C12_E_?");
    ck_assert_uint_eq(c12_version(), 0x000100);
}
END_TEST

/* A caller built against an older, a newer-but-quiet and a newer-and-used struct. */
START_TEST(struct_size_rules)
{
    struct { uint32_t struct_size; int32_t a; int64_t b, c; } longer = { sizeof longer, 7, 8, 0 };
    struct { uint32_t struct_size; int32_t a; int64_t b; } known;
    c12_error e = C12_INIT(c12_error);
    ck_assert_int_eq(c12__take(&known, sizeof known, &longer, "longer", &e), C12_OK);
    ck_assert_int_eq(known.b, 8);
    longer.c = 1;
    ck_assert_int_eq(c12__take(&known, sizeof known, &longer, "longer", &e), C12_E_VERSION);
    struct { uint32_t struct_size; int32_t a; } shorter = { sizeof shorter, 9 };
    ck_assert_int_eq(c12__take(&known, sizeof known, &shorter, "shorter", &e), C12_OK);
    ck_assert_int_eq(known.a, 9);
    ck_assert_int_eq(known.b, 0);
    shorter.struct_size = 0;
    ck_assert_int_eq(c12__take(&known, sizeof known, &shorter, "shorter", &e), C12_E_ARG);
    ck_assert_int_eq(c12__take(&known, sizeof known, NULL, "nothing", &e), C12_E_ARG);
    known.a = 1;
    known.b = 2;
    shorter.struct_size = sizeof shorter;
    c12__give(&shorter, &known, sizeof known);
    ck_assert_int_eq(shorter.a, 1);
    ck_assert_uint_eq(shorter.struct_size, sizeof shorter);
}
END_TEST

static c12_ns fake_now(void *user) { return *(c12_ns *)user; }

START_TEST(budget_needs_a_limit_and_a_clock)
{
    c12_host host = C12_INIT(c12_host);
    c12_budget b = C12_INIT(c12_budget), local;
    c12_error e = C12_INIT(c12_error);
    ck_assert_int_eq(c12__take_budget(&local, NULL, &host, &e), C12_E_ARG);
    ck_assert_int_eq(c12__take_budget(&local, &b, &host, &e), C12_E_ARG);
    b.time_limit = 5;
    ck_assert_int_eq(c12__take_budget(&local, &b, &host, &e), C12_E_ARG);
    c12_ns t = 3;
    host.now = fake_now;
    host.user = &t;
    ck_assert_int_eq(c12__take_budget(&local, &b, &host, &e), C12_OK);
    ck_assert_int_eq(local.islands, 2);
    b.islands = 65;
    ck_assert_int_eq(c12__take_budget(&local, &b, &host, &e), C12_E_RANGE);
}
END_TEST

/* ---- arena ----------------------------------------------------------------------------------------------------- */

START_TEST(arena_measures_what_it_carves)
{
    for (size_t skew = 0; skew < 65; skew += 13) {
        c12__arena m = c12__arena_measure();
        c12__carve(&m, 3, 8);
        c12__carve(&m, 0, 8);
        c12__carve(&m, 100, 4);
        size_t need = c12__arena_need(&m);
        unsigned char *raw = malloc(need + 65);
        c12__arena a = c12__arena_over((c12_mem){ raw + skew, need });
        int64_t *x = C12__CARVE(&a, int64_t, 3);
        void *none = c12__carve(&a, 0, 8);
        int32_t *y = C12__CARVE(&a, int32_t, 100);
        ck_assert(c12__arena_ok(&a));
        ck_assert_ptr_nonnull(none);
        ck_assert_uint_eq((uintptr_t)x % C12__ALIGN, 0);
        ck_assert_uint_eq((uintptr_t)y % C12__ALIGN, 0);
        y[99] = 1;
        x[2] = 1;
        ck_assert_ptr_null(c12__carve(&a, 64, 8));
        ck_assert(!c12__arena_ok(&a));
        free(raw);
    }
}
END_TEST

START_TEST(arena_refuses_sizes_that_wrap)
{
    c12__arena m = c12__arena_measure();
    c12__carve(&m, INT64_MAX, 16);
    ck_assert(!c12__arena_ok(&m));
    ck_assert_uint_eq(c12__arena_need(&m), SIZE_MAX);
    m = c12__arena_measure();
    c12__carve(&m, -1, 8);
    ck_assert(!c12__arena_ok(&m));
}
END_TEST

/* ---- num ------------------------------------------------------------------------------------------------------- */

START_TEST(checked_arithmetic_at_the_edges)
{
    int64_t r = 42;
    ck_assert(c12__add64(INT64_MAX, 1, &r));
    ck_assert_int_eq(r, 42);
    ck_assert(!c12__add64(INT64_MAX, 0, &r));
    ck_assert(c12__sub64(INT64_MIN, 1, &r));
    ck_assert(c12__mul64(INT64_MIN, -1, &r));
    ck_assert(c12__mul64(3037000500, 3037000500, &r));
    ck_assert(!c12__mul64(-3037000499, 3037000499, &r));
    ck_assert_int_eq(r, -(int64_t)3037000499 * 3037000499);
    ck_assert_int_eq(c12__gcd(-12, 18), 6);
    ck_assert_int_eq(c12__gcd(0, 0), 0);
}
END_TEST

START_TEST(wide_products_and_quotients)
{
    c12__u128 p = c12__mul_u64(UINT64_MAX, UINT64_MAX), rem;
    ck_assert_uint_eq(p.hi, UINT64_MAX - 1);
    ck_assert_uint_eq(p.lo, 1);
    c12__u128 b = { 0, UINT64_MAX };
    c12__u128 q = c12__div_u128(p, b, &rem);
    ck_assert_uint_eq(q.hi, 0);
    ck_assert_uint_eq(q.lo, UINT64_MAX);
    ck_assert_uint_eq(rem.lo | rem.hi, 0);
    c12__u128 big = { UINT64_MAX, UINT64_MAX }, three = { 3, 5 };
    q = c12__div_u128(big, three, &rem);
    c12__u128 back;
    ck_assert(!c12__mul_u128_u64(three, q.lo, &back));
    ck_assert(!c12__add_u128(back, rem, &back));
    ck_assert_int_eq(c12__cmp_u128(back, big), 0);
    ck_assert(c12__mul_u128_u64(big, 2, &back));
    ck_assert(c12__add_u128(big, three, &back));
}
END_TEST

/* The same identity on many random operands: a = q * b + r, r < b. */
START_TEST(division_agrees_with_multiplication)
{
    c12__rng g = c12__rng_from(5, 1);
    for (int i = 0; i < 20000; i++) {
        c12__u128 a = { c12__rng_next(&g) >> (c12__rng_next(&g) & 63), c12__rng_next(&g) };
        c12__u128 b = { c12__rng_next(&g) >> (c12__rng_next(&g) & 63), c12__rng_next(&g) };
        if (i & 1) b.hi = 0;
        if (!(b.hi | b.lo)) continue;
        c12__u128 rem, q = c12__div_u128(a, b, &rem), low, high = { 0, 0 }, sum;
        ck_assert_int_lt(c12__cmp_u128(rem, b), 0);
        ck_assert(!c12__mul_u128_u64(b, q.lo, &low));
        if (q.hi) { high = c12__mul_u64(b.lo, q.hi); ck_assert_uint_eq(high.hi, 0); high.hi = high.lo; high.lo = 0; }
        ck_assert(!c12__add_u128(low, high, &sum));
        ck_assert(!c12__add_u128(sum, rem, &sum));
        ck_assert_int_eq(c12__cmp_u128(sum, a), 0);
    }
}
END_TEST

START_TEST(explosion_rounds_up_once)
{
    int64_t r;
    ck_assert(!c12__explode_qty(10, 1, 3, 0, &r));
    ck_assert_int_eq(r, 4);
    ck_assert(!c12__explode_qty(100, 2, 1, 50000, &r));
    ck_assert_int_eq(r, 210);
    ck_assert(!c12__explode_qty(0, 2, 1, 50000, &r));
    ck_assert_int_eq(r, 0);
    ck_assert(!c12__explode_yield(100, 1, 1, 50000, &r));
    ck_assert_int_eq(r, 106);
    ck_assert(!c12__explode_qty((int64_t)9e18, 3, 7, 12345, &r)); /* the plain product needs 104 bits */
    ck_assert_int_eq(r, INT64_C(3904759285714285715));
    ck_assert(c12__explode_qty(INT64_MAX, 2, 1, 0, &r));
    ck_assert(c12__explode_qty(INT64_MAX, 1, 1, 1, &r));
}
END_TEST

START_TEST(ratio_sums_round_half_to_even_once)
{
    c12__ratio_sum s;
    int64_t r;
    c12__ratio_zero(&s);
    for (int i = 0; i < 3; i++) ck_assert(!c12__ratio_add(&s, 1, 1, 3));
    ck_assert(!c12__ratio_round(&s, &r));
    ck_assert_int_eq(r, 1);
    ck_assert(!c12__ratio_add(&s, 3, 1, 2));
    ck_assert(!c12__ratio_round(&s, &r));
    ck_assert_int_eq(r, 2); /* 2.5 */
    ck_assert(!c12__ratio_add(&s, 1, 1, 1));
    ck_assert(!c12__ratio_round(&s, &r));
    ck_assert_int_eq(r, 4); /* 3.5 */
    ck_assert(!c12__ratio_add(&s, -10, 1, 1));
    ck_assert(!c12__ratio_round(&s, &r));
    ck_assert_int_eq(r, -6); /* -6.5 */
}
END_TEST

/* ---- csr, heap, sort, rng -------------------------------------------------------------------------------------- */

START_TEST(csr_is_checked_and_transposed)
{
    c12_error e = C12_INIT(c12_error);
    c12__faults f = { &e, C12_OK, 0 };
    int64_t n, good[] = { 0, 2, 2, 5 }, bad[] = { 0, 3, 1, 5 };
    c12__csr_check(&f, good, 3, "off", &n);
    ck_assert_int_eq(f.count, 0);
    ck_assert_int_eq(n, 5);
    c12__csr_check(&f, bad, 3, "off", &n);
    ck_assert_int_eq(f.count, 1);
    ck_assert_int_eq(e.row, 2);
    int32_t key[] = { 2, 0, 2, 1, 2 };
    int64_t off[4], entry[5];
    c12__csr_by_key(key, 5, 3, off, entry);
    int64_t want_off[] = { 0, 1, 2, 5 }, want[] = { 1, 3, 0, 2, 4 };
    ck_assert_mem_eq(off, want_off, sizeof off);
    ck_assert_mem_eq(entry, want, sizeof entry);
}
END_TEST

START_TEST(heap_pops_in_key_then_id_order)
{
    enum { N = 500 };
    c12__arena m = c12__arena_measure();
    c12__heap h;
    c12__heap_carve(&h, &m, N);
    size_t need = c12__arena_need(&m);
    void *raw = malloc(need);
    c12__arena a = c12__arena_over((c12_mem){ raw, need });
    c12__heap_carve(&h, &a, N);
    c12__heap_reset(&h);
    c12__rng g = c12__rng_from(1, 2);
    for (int round = 0; round < 20; round++) {
        int32_t inside = 0;
        for (int32_t i = 0; i < N; i++) c12__heap_put(&h, i, (int64_t)c12__rng_below(&g, 50));
        for (int32_t i = 0; i < N; i += 3) c12__heap_put(&h, i, (int64_t)c12__rng_below(&g, 50)); /* up and down */
        for (int32_t i = 0; i < N; i += 5) c12__heap_drop(&h, i);
        int64_t last_key = -1;
        int32_t last_id = -1, id;
        while ((id = c12__heap_pop(&h)) >= 0) {
            ck_assert(h.key[id] > last_key || (h.key[id] == last_key && id > last_id));
            ck_assert(id % 5);
            last_key = h.key[id];
            last_id = id;
            inside++;
        }
        ck_assert_int_eq(inside, N - N / 5);
    }
    free(raw);
}
END_TEST

START_TEST(sort_is_stable_and_signed)
{
    int64_t key[] = { 3, -1, INT64_MAX, 3, INT64_MIN, -1, 0 };
    int32_t order[7], scratch[7], want[] = { 4, 1, 5, 6, 0, 3, 2 };
    c12__sort_rows(key, 7, order, scratch);
    ck_assert_mem_eq(order, want, sizeof order);
    c12__sort_rows(key, 0, order, scratch);
    int64_t second[] = { 1, 0, 0, 0, 1, 0, 1 };
    int32_t want2[] = { 1, 5, 3, 2, 4, 6, 0 };
    c12__sort_rows_again(second, 7, order, scratch);
    ck_assert_mem_eq(order, want2, sizeof order);
}
END_TEST

/* Vectors published with the Random123 library (philox 4x32-10, known-answer tests). */
START_TEST(philox_known_answers)
{
    uint32_t out[4], zero[4] = { 0 }, zk[2] = { 0 };
    c12__philox(zero, zk, out);
    uint32_t want0[4] = { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 };
    ck_assert_mem_eq(out, want0, sizeof out);
    uint32_t ones[4] = { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff };
    c12__philox(ones, ones, out);
    uint32_t want1[4] = { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd };
    ck_assert_mem_eq(out, want1, sizeof out);
    uint32_t pi[4] = { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 }, pk[2] = { 0xa4093822, 0x299f31d0 };
    c12__philox(pi, pk, out);
    uint32_t want2[4] = { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 };
    ck_assert_mem_eq(out, want2, sizeof out);
}
END_TEST

START_TEST(draws_are_keyed_not_stateful)
{
    c12__rng a = c12__rng_from(7, 3), b = c12__rng_from(7, 3);
    for (int i = 0; i < 5; i++) c12__rng_next(&a);
    ck_assert_uint_eq(c12__rng_next(&a), c12__rng_at(7, 3, 5));
    ck_assert_uint_ne(c12__rng_at(7, 3, 5), c12__rng_at(7, 4, 5));
    for (int i = 0; i < 1000; i++) {
        int64_t v = c12__rng_range(&b, -3, 3);
        ck_assert(v >= -3 && v <= 3);
    }
}
END_TEST

START_TEST(bitset_gives_back_the_largest_first)
{
    static char memory[1 << 14], in[70000];
    c12_mem mem = { memory, sizeof memory };
    c12__bitset s = { 0 };
    uint64_t state = 9;
    c12__arena a = c12__arena_over(mem);
    c12__bitset_carve(&s, &a, 70000);
    ck_assert(c12__arena_ok(&a));
    ck_assert_int_eq(s.levels, 3);
    c12__bitset_reset(&s);
    memset(in, 0, sizeof in);
    ck_assert_int_eq(c12__bitset_take_last(&s), -1);
    for (int round = 0; round < 20; round++) {
        for (int k = 0; k < 300; k++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            int32_t i = (int32_t)((state >> 33) % 70000);
            c12__bitset_put(&s, i);
            in[i] = 1;
        }
        c12__bitset_put(&s, 69999);
        c12__bitset_put(&s, 0);
        in[0] = in[69999] = 1;
        int stop = round % 2 ? 0 : 30000; /* sometimes emptied, sometimes filled on */
        for (int32_t i = 69999; i >= stop; i--) {
            if (!in[i]) continue;
            ck_assert_int_eq(c12__bitset_take_last(&s), i);
            in[i] = 0;
        }
    }
    ck_assert_int_eq(c12__bitset_take_last(&s), -1);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("base");
    TCase *t = tcase_create("all");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, bitset_gives_back_the_largest_first);
    tcase_add_test(t, error_names_column_and_row);
    tcase_add_test(t, error_text_lists_every_fault_and_is_cut_at_capacity);
    tcase_add_test(t, status_names_are_total);
    tcase_add_test(t, struct_size_rules);
    tcase_add_test(t, budget_needs_a_limit_and_a_clock);
    tcase_add_test(t, arena_measures_what_it_carves);
    tcase_add_test(t, arena_refuses_sizes_that_wrap);
    tcase_add_test(t, checked_arithmetic_at_the_edges);
    tcase_add_test(t, wide_products_and_quotients);
    tcase_add_test(t, division_agrees_with_multiplication);
    tcase_add_test(t, explosion_rounds_up_once);
    tcase_add_test(t, ratio_sums_round_half_to_even_once);
    tcase_add_test(t, csr_is_checked_and_transposed);
    tcase_add_test(t, heap_pops_in_key_then_id_order);
    tcase_add_test(t, sort_is_stable_and_signed);
    tcase_add_test(t, philox_known_answers);
    tcase_add_test(t, draws_are_keyed_not_stateful);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
