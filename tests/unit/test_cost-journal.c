/* SPDX-License-Identifier: Apache-2.0 */
/* Variances, overhead, the journal and landed cost: published examples, then random ones beside the checkers and a second writing. */
#include "c12/cost.h"
#include "rounds.h"
#include "support.h"
#include <check.h>
#include <string.h>

#define M(x) (INT64_C(1000000) * (x))
__extension__ typedef __int128 wide;
enum { MOST = 400, SOME = 9 };
static char memory[1 << 16];
static const c12_mem scratch = { memory, sizeof memory };

/* ---- variances ------------------------------------------------------------------------------------------------------------------------ */

static int32_t order[MOST], element[MOST];
static int64_t used[MOST], allowed[MOST], spoiled[MOST], actual[MOST], price[MOST], per[MOST], standard[MOST], price_off[MOST], usage[MOST], spoilage[MOST];
static int64_t order_actual[SOME], order_standard[SOME], order_variance[SOME * 9];

static c12_cost_uses uses_of(int64_t n, int32_t orders)
{
    return (c12_cost_uses){ .struct_size = sizeof(c12_cost_uses), .n_orders = orders, .n = n, .order = order, .element = element, .used = used, .allowed = allowed, .spoiled = spoiled, .actual = actual,
                            .price = price, .per = per };
}

static c12_cost_variances variances(void)
{
    return (c12_cost_variances){ .struct_size = sizeof(c12_cost_variances), .standard = standard, .price = price_off, .usage = usage, .spoilage = spoilage, .order_actual = order_actual,
                                 .order_standard = order_standard, .order_variance = order_variance };
}

static void use(int64_t i, int32_t o, int32_t e, int64_t used_, int64_t allowed_, int64_t spoiled_, int64_t actual_, int64_t price_, int64_t per_)
{
    order[i] = o; element[i] = e; used[i] = used_; allowed[i] = allowed_; spoiled[i] = spoiled_; actual[i] = actual_; price[i] = price_; per[i] = per_;
}

/* Bags (wizedu 176167): 7.2 lb at 5 and 0.4 h at 20 a bag, 2500 bags; 20000 lb at 4.80, 900 h at 24.  Then the order of docs/guide/cost.md. */
START_TEST(published_variances)
{
    static const int64_t want[18] = { -M(4000), M(10000), 0, M(3600), -M(2000), 0, 0, 0, 0, M(21), M(50), M(20), M(26), M(40), M(20), 0, M(24), M(12) };
    use(0, 0, C12_COST_MATERIAL, 20000, 18000, 0, M(96000), M(5), 1);
    use(1, 0, C12_COST_LABOUR, 9000, 10000, 0, M(21600), M(20), 10);
    use(2, 1, C12_COST_MATERIAL, 210, 196, 4, M(1071), M(5), 1);
    use(3, 1, C12_COST_LABOUR, 520, 490, 10, M(1066), M(20), 10);
    use(4, 1, C12_COST_OVERHEAD, 520, 490, 10, M(624), M(12), 10);
    c12_cost_uses u = uses_of(5, 2);
    c12_cost_variances v = variances();
    c12_verdict w = C12_INIT(c12_verdict);
    ck_assert_int_eq(c12_cost_vary(&u, &v, NULL), C12_OK);
    ck_assert_mem_eq(order_variance, want, sizeof want);
    ck_assert_int_eq(order_actual[1], M(2761));
    ck_assert_int_eq(order_standard[1], M(2548));
    ck_assert_int_eq(c12_cost_vary_check(&u, &v, scratch, &w, NULL), C12_OK);
    ck_assert_int_eq(w.violations, 0);
    ck_assert_int_eq(w.objective, M(7600) + M(213));
    c12_cost_variances few = v;
    few.order_actual = few.order_standard = few.order_variance = NULL;
    u.spoiled = NULL;
    ck_assert_int_eq(c12_cost_vary(&u, &few, NULL), C12_OK);
    ck_assert_int_eq(usage[2], M(70)); /* without scrap of its own */
    ck_assert_int_eq(c12_cost_vary_check(&u, &few, scratch, &w, NULL), C12_OK);
    ck_assert_int_eq(w.violations, 0);
}
END_TEST

static int64_t rounded(int64_t v, int64_t a, int64_t b)
{
    wide p = (wide)v * a, q = p / b, twice = (p % b) * 2;
    return (int64_t)(twice > b || (twice == b && q % 2) ? q + 1 : q);
}

static void random_uses(int n)
{
    for (int i = 0; i < n; i++)
        use(i, dice(SOME), dice(3), dice(1 << dice(30)), dice(1 << dice(30)), dice(1 << dice(20)), (int64_t)dice(1 << 30) * dice(1000), dice(1 << 30), 1 + dice(1 << dice(12)));
}

START_TEST(random_variances)
{
    dice_state = 99;
    for (int round = 0; round < rounds(2000); round++) {
        int n = dice(MOST);
        random_uses(n);
        c12_cost_uses u = uses_of(n, SOME);
        c12_cost_variances v = variances();
        c12_verdict w = C12_INIT(c12_verdict);
        if (c12_cost_vary(&u, &v, NULL) || c12_cost_vary_check(&u, &v, scratch, &w, NULL) || w.violations) ck_abort_msg("round %d: %s", round, w.rule);
        for (int i = 0; i < n; i++)
            if (standard[i] != rounded(price[i], allowed[i], per[i]) || price_off[i] != actual[i] - rounded(price[i], used[i], per[i])) ck_abort_msg("round %d row %d", round, i);
        for (int o = 0; o < SOME; o++) {
            int64_t sum = order_standard[o] - order_actual[o];
            for (int k = 0; k < 9; k++) sum += order_variance[o * 9 + k];
            if (sum) ck_abort_msg("round %d: order %d does not add up", round, o);
        }
        int64_t *const column[] = { standard, price_off, usage, spoilage, order_actual, order_variance };
        int c = dice(6), k = c < 4 ? dice(n + 1) : dice(SOME);
        if (c < 4 && k == n) continue;
        column[c][k] += dice(2) ? 1 : -1;
        if (c12_cost_vary_check(&u, &v, scratch, &w, NULL) || !w.violations) ck_abort_msg("round %d: column %d row %d is accepted", round, c, k);
    }
}
END_TEST

/* Overhead: spent 108000, budget 104000, 22000 machine hours at 5 applied (Accounting Principles): 4000 unfavourable, volume 6000 favourable. */
START_TEST(published_overhead)
{
    int64_t spent[2] = { M(108000), M(1000) }, budget[2] = { M(104000), M(600) }, fixed[2] = { M(5), M(6) }, variable[2] = { 0, M(4) }, base[2] = { 22000, 52 }, due[2] = { 22000, 50 };
    int64_t applied[2], spending[2], efficiency[2], volume[2];
    c12_cost_centres x = { .struct_size = sizeof x, .n = 2, .actual = spent, .fixed_budget = budget, .variable_rate = variable, .fixed_rate = fixed, .used = base, .allowed = due };
    c12_cost_overheads v = { .struct_size = sizeof v, .applied = applied, .spending = spending, .efficiency = efficiency, .volume = volume };
    c12_verdict w = C12_INIT(c12_verdict);
    ck_assert_int_eq(c12_cost_overhead(&x, &v, NULL), C12_OK);
    ck_assert_int_eq(spending[0], M(4000));
    ck_assert_int_eq(efficiency[0], 0);
    ck_assert_int_eq(volume[0], -M(6000));
    ck_assert_int_eq(spending[1], M(1000 - 600 - 208));
    ck_assert_int_eq(efficiency[1], M(8));
    ck_assert_int_eq(volume[1], M(300));
    ck_assert_int_eq(applied[1], M(500));
    ck_assert_int_eq(c12_cost_overhead_check(&x, &v, &w, NULL), C12_OK);
    ck_assert_int_eq(w.violations, 0);
    int64_t *const column[] = { applied, spending, efficiency, volume };
    for (int k = 0; k < 8; k++) {
        column[k / 2][k % 2]++;
        ck_assert_int_eq(c12_cost_overhead_check(&x, &v, &w, NULL), C12_OK);
        ck_assert_int_eq(w.row, k % 2);
        column[k / 2][k % 2]--;
    }
    due[1] = -1;
    c12_error e = C12_INIT(c12_error);
    ck_assert_int_eq(c12_cost_overhead(&x, &v, &e), C12_E_RANGE);
    ck_assert_str_eq(e.field, "allowed");
    for (int k = 1; k >= 0; k--) {
        due[k] = INT64_MAX;
        ck_assert_int_eq(c12_cost_overhead(&x, &v, &e), C12_E_OVERFLOW);
        ck_assert_int_eq(e.row, k);
    }
}
END_TEST

/* ---- journal ---------------------------------------------------------------------------------------------------------------------------- */

static int32_t kind[MOST], of[MOST], line_event[4 * MOST], line_account[4 * MOST];
static int64_t units[MOST], paid[MOST], std[MOST], debit[4 * MOST], credit[4 * MOST], balance[C12_COST_ACCOUNTS], wip[SOME], material[SOME], labour[SOME], overhead[SOME];

static c12_cost_events events_of(int32_t n, int32_t orders, int32_t scrap_account)
{
    return (c12_cost_events){ .struct_size = sizeof(c12_cost_events), .n_orders = orders, .scrap_account = scrap_account, .n = n, .material = material, .labour = labour, .overhead = overhead, .kind = kind,
                              .order = of, .qty = units, .actual = paid, .standard = std };
}

static c12_cost_entries entries(void)
{
    return (c12_cost_entries){ .struct_size = sizeof(c12_cost_entries), .cap = 4 * MOST, .event = line_event, .account = line_account, .debit = debit, .credit = credit, .balance = balance, .wip = wip };
}

static void event(int32_t i, int32_t k, int32_t o, int64_t n, int64_t a, int64_t s) { kind[i] = k; of[i] = o; units[i] = n; paid[i] = a; std[i] = s; }

/* A unit: 2 kg at 5.00, 0.5 h at 20.00, overhead 0.5 h at 12.00.  210 kg at 5.10, 52 h at 20.50, 98 good, 2 scrapped. */
static void the_order(void)
{
    material[0] = M(10); labour[0] = M(10); overhead[0] = M(6);
    event(0, C12_COST_BUY, -1, 0, M(1071), M(1050));
    event(1, C12_COST_USE, 0, 0, 0, M(1050));
    event(2, C12_COST_WORK, 0, 0, M(1066), M(1040));
    event(3, C12_COST_APPLY, 0, 0, 0, M(624));
    event(4, C12_COST_COMPLETE, 0, 98, 0, 0);
    event(5, C12_COST_DISCARD, 0, 2, 0, 0);
    event(6, C12_COST_CLOSE, 0, 0, 0, 0);
}

typedef struct line { int32_t event, account; int64_t debit, credit; } line;

START_TEST(published_journal)
{
    static const line want[] = { { 0, C12_COST_RAW, M(1050), 0 }, { 0, C12_COST_GRIR, 0, M(1071) }, { 0, C12_COST_PRICE_VARIANCE, M(21), 0 }, { 1, C12_COST_RAW, 0, M(1050) }, { 1, C12_COST_WIP, M(1050), 0 },
        { 2, C12_COST_WIP, M(1040), 0 }, { 2, C12_COST_PAYROLL, 0, M(1066) }, { 2, C12_COST_RATE_VARIANCE, M(26), 0 }, { 3, C12_COST_WIP, M(624), 0 }, { 3, C12_COST_APPLIED, 0, M(624) },
        { 4, C12_COST_WIP, 0, M(2548) }, { 4, C12_COST_GOODS, M(2548), 0 }, { 5, C12_COST_WIP, 0, M(52) }, { 5, C12_COST_SCRAP, M(52), 0 },
        { 6, C12_COST_WIP, 0, M(114) }, { 6, C12_COST_USAGE_VARIANCE, M(50), 0 }, { 6, C12_COST_LABOUR_EFFICIENCY, M(40), 0 }, { 6, C12_COST_OVERHEAD_EFFICIENCY, M(24), 0 } };
    the_order();
    c12_cost_events x = events_of(7, 1, 1);
    c12_cost_entries j = entries();
    c12_verdict w = C12_INIT(c12_verdict);
    ck_assert_int_eq(c12_cost_post(&x, &j, scratch, NULL), C12_OK);
    ck_assert_int_eq(j.n, 18);
    for (int k = 0; k < 18; k++) {
        ck_assert_int_eq(line_event[k], want[k].event);
        ck_assert_int_eq(line_account[k], want[k].account);
        ck_assert_int_eq(debit[k], want[k].debit);
        ck_assert_int_eq(credit[k], want[k].credit);
    }
    ck_assert_int_eq(wip[0], 0);
    ck_assert_int_eq(balance[C12_COST_WIP], 0);
    ck_assert_int_eq(c12_cost_post_check(&x, &j, scratch, &w, NULL), C12_OK);
    ck_assert_int_eq(w.violations, 0);
    x.scrap_account = 0; /* 70 + 60 + 36 = 166 */
    ck_assert_int_eq(c12_cost_post(&x, &j, scratch, NULL), C12_OK);
    ck_assert_int_eq(balance[C12_COST_USAGE_VARIANCE], M(70));
    ck_assert_int_eq(balance[C12_COST_LABOUR_EFFICIENCY], M(60));
    ck_assert_int_eq(balance[C12_COST_OVERHEAD_EFFICIENCY], M(36));
    ck_assert_int_eq(balance[C12_COST_SCRAP], 0);
    ck_assert_str_eq(c12_cost_account_name(C12_COST_GRIR), "goods received not invoiced");
    ck_assert_str_eq(c12_cost_account_name(C12_COST_ACCOUNTS), "?");
}
END_TEST

/* The document debits and credits the actual cost and posts the variance on top: debits and credits then differ by the variance. */
START_TEST(the_documents_journal_does_not_balance)
{
    const int64_t spent = M(1050 + 1040 + 624), at_standard = M(2548), off = spent - at_standard;
    const int64_t debits = spent + off, credits = spent;
    ck_assert_int_ne(debits, credits);
    the_order();
    c12_cost_events x = events_of(7, 1, 1);
    c12_cost_entries j = entries();
    int64_t sum = 0;
    ck_assert_int_eq(c12_cost_post(&x, &j, scratch, NULL), C12_OK);
    for (int k = 0; k < j.n; k++) sum += debit[k] - credit[k];
    ck_assert_int_eq(sum, 0);
}
END_TEST

/* Keeps a second set of books: balances by account. */
static int random_events(int32_t n, int64_t *books, int scrap_account)
{
    int64_t spent[SOME][3] = { { 0 } }, good[SOME] = { 0 }, bad[SOME] = { 0 };
    uint8_t closed[SOME] = { 0 };
    int32_t i = 0;
    for (int o = 0; o < SOME; o++) { material[o] = dice(1 << 30); labour[o] = dice(1 << 30); overhead[o] = dice(1 << 30); }
    for (int tries = 0; tries < 3 * n && i < n; tries++) {
        int o = dice(SOME), k = dice(40) ? dice(6) : C12_COST_CLOSE;
        int64_t a = (int64_t)dice(1 << 30) * (1 + dice(99)) - (dice(9) ? 0 : M(100)), s = (int64_t)dice(1 << 30) * (1 + dice(99)), q = dice(300);
        if (k && closed[o]) continue;
        event(i, k, k ? o : -1, k == C12_COST_COMPLETE || k == C12_COST_DISCARD ? q : 0, k == C12_COST_BUY || k == C12_COST_WORK ? a : 0, k <= C12_COST_APPLY ? s : 0);
        const int64_t unit = material[o] + labour[o] + overhead[o];
        if (k == C12_COST_BUY) { books[C12_COST_RAW] += s; books[C12_COST_GRIR] -= a; books[C12_COST_PRICE_VARIANCE] += a - s; }
        if (k == C12_COST_USE) { books[C12_COST_RAW] -= s; spent[o][0] += s; }
        if (k == C12_COST_WORK) { books[C12_COST_PAYROLL] -= a; books[C12_COST_RATE_VARIANCE] += a - s; spent[o][1] += s; }
        if (k == C12_COST_APPLY) { books[C12_COST_APPLIED] -= s; spent[o][2] += s; }
        if (k == C12_COST_COMPLETE) { books[C12_COST_GOODS] += q * unit; good[o] += q; }
        if (k == C12_COST_DISCARD && scrap_account) { books[C12_COST_SCRAP] += q * unit; bad[o] += q; }
        closed[o] |= k == C12_COST_CLOSE;
        i++;
    }
    for (int o = 0; o < SOME; o++) {
        const int64_t n_units = good[o] + bad[o], off[3] = { spent[o][0] - n_units * material[o], spent[o][1] - n_units * labour[o], spent[o][2] - n_units * overhead[o] };
        for (int e = 0; e < 3; e++) books[closed[o] ? C12_COST_USAGE_VARIANCE + e : C12_COST_WIP] += off[e];
    }
    return i;
}

START_TEST(random_journals)
{
    dice_state = 4711;
    for (int round = 0; round < rounds(3000); round++) {
        int64_t books[C12_COST_ACCOUNTS] = { 0 }, sum = 0;
        int scrap = dice(2), n = random_events(dice(MOST), books, scrap);
        c12_cost_events x = events_of(n, SOME, scrap);
        c12_cost_entries j = entries();
        c12_verdict w = C12_INIT(c12_verdict);
        c12_error e = C12_INIT(c12_error);
        if (c12_cost_post(&x, &j, scratch, &e) || c12_cost_post_check(&x, &j, scratch, &w, &e)) ck_abort_msg("round %d: %s at %d", round, e.what, (int)e.row);
        if (w.violations) ck_abort_msg("round %d: %s at %d", round, w.rule, (int)w.row);
        if (memcmp(books, balance, sizeof books)) ck_abort_msg("round %d: other books", round);
        for (int a = 0; a < C12_COST_ACCOUNTS; a++) sum += balance[a];
        if (sum) ck_abort_msg("round %d: books do not balance", round);
        if (!j.n) continue;
        int k = dice(j.n), c = dice(4);
        if (c == 0) debit[k]++;
        if (c == 1) credit[k]++;
        if (c == 2) line_account[k] = (line_account[k] + 1) % C12_COST_ACCOUNTS;
        if (c == 3) balance[dice(C12_COST_ACCOUNTS)]++;
        if (c12_cost_post_check(&x, &j, scratch, &w, &e) || !w.violations) ck_abort_msg("round %d: change %d accepted", round, c);
    }
}
END_TEST

START_TEST(journal_refusals)
{
    c12_error e = C12_INIT(c12_error);
    c12_cost_entries j = entries();
    the_order();
    event(7, C12_COST_USE, 0, 0, 0, 1);
    c12_cost_events x = events_of(8, 1, 1);
    debit[0] = 77;
    ck_assert_int_eq(c12_cost_post(&x, &j, scratch, &e), C12_E_STATE);
    ck_assert_int_eq(e.row, 7);
    ck_assert_int_eq(debit[0], 77);
    event(6, C12_COST_COMPLETE, 0, -99, 0, 0);
    ck_assert_int_eq(c12_cost_post(&x, &j, scratch, &e), C12_E_STATE);
    ck_assert_int_eq(e.row, 6);
    event(6, C12_COST_COMPLETE, 0, -98, 0, 0); /* a correction is no fault */
    ck_assert_int_eq(c12_cost_post(&x, &j, scratch, &e), C12_OK);
    ck_assert_int_eq(balance[C12_COST_GOODS], 0);
    x.n = 6;
    j.cap = 13;
    ck_assert_int_eq(c12_cost_post(&x, &j, scratch, &e), C12_E_SPACE);
    ck_assert_int_eq(e.value, 14);
    j.cap = 100;
    units[1] = 1;
    ck_assert_int_eq(c12_cost_post(&x, &j, scratch, &e), C12_E_RANGE);
    ck_assert_str_eq(e.field, "qty");
    units[1] = 0;
    of[0] = 0;
    ck_assert_int_eq(c12_cost_post(&x, &j, scratch, &e), C12_E_RANGE);
    of[0] = -1;
    units[4] = INT64_MAX / 4;
    ck_assert_int_eq(c12_cost_post(&x, &j, scratch, &e), C12_E_OVERFLOW);
    ck_assert_int_eq(e.row, 4);
    x.scrap_account = 2;
    ck_assert_int_eq(c12_cost_post(&x, &j, scratch, &e), C12_E_RANGE);
}
END_TEST

/* ---- landed cost -------------------------------------------------------------------------------------------------------------------------- */

enum { LINES = 12, CHARGES = 6 };
static int32_t shipment[LINES], charged[CHARGES], basis[CHARGES], share_charge[LINES * CHARGES], share_line[LINES * CHARGES];
static int64_t line_qty[LINES], line_value[LINES], line_weight[LINES], amount[CHARGES], share[LINES * CHARGES], added[LINES];

static c12_cost_arrivals arrivals(int32_t lines, int32_t charges, int32_t shipments)
{
    return (c12_cost_arrivals){ .struct_size = sizeof(c12_cost_arrivals), .n_shipments = shipments, .n_lines = lines, .n_charges = charges, .shipment = shipment, .qty = line_qty, .value = line_value,
                                .weight = line_weight, .charged = charged, .basis = basis, .amount = amount };
}

static c12_cost_landed landed(void)
{
    return (c12_cost_landed){ .struct_size = sizeof(c12_cost_landed), .cap = LINES * CHARGES, .charge = share_charge, .line = share_line, .share = share, .added = added };
}

START_TEST(shares_are_exact)
{
    for (int i = 0; i < 3; i++) { shipment[i] = 0; line_qty[i] = 1; line_value[i] = 10 * (i + 1); line_weight[i] = i; }
    charged[0] = charged[1] = charged[2] = -1;
    basis[0] = C12_COST_BY_QTY; amount[0] = 100;
    basis[1] = C12_COST_BY_VALUE; amount[1] = -100;
    basis[2] = C12_COST_BY_WEIGHT; amount[2] = 100;
    static const int64_t want[9] = { 34, 33, 33, -17, -33, -50, 0, 33, 67 };
    c12_cost_arrivals a = arrivals(3, 3, 1);
    c12_cost_landed l = landed();
    c12_verdict w = C12_INIT(c12_verdict);
    c12_error e = C12_INIT(c12_error);
    ck_assert_int_eq(c12_cost_land(&a, &l, scratch, NULL), C12_OK);
    ck_assert_mem_eq(share, want, sizeof want);
    ck_assert_int_eq(added[2], 50);
    ck_assert_int_eq(c12_cost_land_check(&a, &l, scratch, &w, NULL), C12_OK);
    ck_assert_int_eq(w.violations, 0);
    ck_assert_int_eq(w.objective, 100);
    for (int k = 1; k < 3; k++) { /* the other line of equal remainder is not the first row */
        share[0]--; share[k]++; added[0]--; added[k]++;
        ck_assert_int_eq(c12_cost_land_check(&a, &l, scratch, &w, NULL), C12_OK);
        ck_assert_str_eq(w.rule, "a smaller remainder was rounded up");
        share[0]++; share[k]--; added[0]++; added[k]--;
    }
    line_weight[1] = line_weight[2] = 0;
    ck_assert_int_eq(c12_cost_land(&a, &l, scratch, &e), C12_E_STATE);
    ck_assert_int_eq(e.row, 2);
    a.weight = NULL;
    ck_assert_int_eq(c12_cost_land(&a, &l, scratch, &e), C12_E_ARG);
    ck_assert_str_eq(e.field, "weight");
    a.n_charges = 2;
    l.cap = 5;
    ck_assert_int_eq(c12_cost_land(&a, &l, scratch, &e), C12_E_SPACE);
    ck_assert_int_eq(e.value, 6);
    l.cap = 6;
    charged[1] = 1;
    ck_assert_int_eq(c12_cost_land(&a, &l, scratch, &e), C12_E_RANGE);
}
END_TEST

/* Hand out micro by micro to whom most is missing. */
static void slow_shares(int n, int charge, int64_t *want)
{
    const int64_t *const by[] = { line_qty, line_value, line_weight };
    int64_t all = 0, size = amount[charge] < 0 ? -amount[charge] : amount[charge], left = size, weight[LINES] = { 0 };
    wide rest[LINES];
    for (int i = 0; i < n; i++) {
        if (charged[charge] < 0 || charged[charge] == shipment[i]) weight[i] = basis[charge] == C12_COST_BY_LINE ? 1 : by[basis[charge]][i];
        all += weight[i];
    }
    for (int i = 0; i < n; i++) { rest[i] = (wide)size * weight[i]; want[i] = (int64_t)(rest[i] / all); rest[i] -= (wide)want[i] * all; left -= want[i]; }
    for (; left; left--) {
        int best = 0;
        for (int i = 1; i < n; i++) if (rest[i] > rest[best]) best = i;
        want[best]++;
        rest[best] = -1;
    }
    for (int i = 0; i < n; i++) if (amount[charge] < 0) want[i] = -want[i];
}

START_TEST(random_shares)
{
    dice_state = 815;
    for (int round = 0; round < rounds(20000); round++) {
        int n = 1 + dice(LINES), m = dice(CHARGES + 1);
        for (int i = 0; i < n; i++) { shipment[i] = dice(2); line_qty[i] = 1 + dice(1 << dice(20)); line_value[i] = 1 + (int64_t)dice(1 << 30) * dice(1 << 30) / 16; line_weight[i] = 1 + dice(3); }
        shipment[0] = 0;
        for (int c = 0; c < m; c++) { charged[c] = dice(2) - 1; basis[c] = dice(4); amount[c] = (dice(4) ? 1 : -1) * (int64_t)dice(1 << dice(31)) * (dice(2) ? 1 : dice(1 << 20)); }
        c12_cost_arrivals a = arrivals(n, m, 2);
        c12_cost_landed l = landed();
        c12_verdict w = C12_INIT(c12_verdict);
        c12_error e = C12_INIT(c12_error);
        if (c12_cost_land(&a, &l, scratch, &e) || c12_cost_land_check(&a, &l, scratch, &w, &e) || w.violations) ck_abort_msg("round %d: %s %s", round, e.what ? e.what : "", w.rule ? w.rule : "");
        for (int c = 0, k = 0; c < m; c++) {
            int64_t want[LINES];
            slow_shares(n, c, want);
            for (int i = 0; i < n; i++) {
                if (charged[c] >= 0 && charged[c] != shipment[i]) continue;
                if (share_charge[k] != c || share_line[k] != i || share[k++] != want[i]) ck_abort_msg("round %d: charge %d line %d", round, c, i);
            }
        }
        if (!l.n) continue;
        if (dice(2)) share[dice((int32_t)l.n)]++;
        else added[dice(n)]--;
        if (c12_cost_land_check(&a, &l, scratch, &w, &e) || !w.violations) ck_abort_msg("round %d: accepted", round);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("cost-journal");
    TCase *t = tcase_create("all");
    tcase_set_timeout(t, 120);
    tcase_add_test(t, published_variances);
    tcase_add_test(t, random_variances);
    tcase_add_test(t, published_overhead);
    tcase_add_test(t, published_journal);
    tcase_add_test(t, the_documents_journal_does_not_balance);
    tcase_add_test(t, random_journals);
    tcase_add_test(t, journal_refusals);
    tcase_add_test(t, shares_are_exact);
    tcase_add_test(t, random_shares);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
