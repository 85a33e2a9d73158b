/* SPDX-License-Identifier: Apache-2.0 */
/* Motors bought at two prices, some issued: what each method says they cost.  Then an order of 98 good and 2 scrapped units: its variances and its journal. */
#include "c12/cost.h"
#include <stdio.h>

/* prints: fifo: 15 cost 1600.00, 5 are left for 600.00 */
/* prints: average: 15 cost 1650.00, 5 are left for 550.00 */
/* prints: standard: 15 cost 1575.00, 5 are left for 525.00 */
/* prints: actual 2761.00, standard 2548.00: material price 21.00, usage 50.00, labour rate 26.00, efficiency 40.00, overhead efficiency 24.00, scrap 52.00 */
/* prints: 18 lines, debits 6525.00, credits 6525.00, work in progress 0.00 */

#define MONEY(x) (INT64_C(1000000) * (x))
static double shown(c12_money v) { return (double)v / 1e6; }
static char memory[4096];
static const c12_mem scratch = { memory, sizeof memory };
static c12_error err = C12_INIT(c12_error);

static int motors(void)
{
    static const char *const name[] = { "fifo", "average", "standard" };
    static const int32_t kind[] = { C12_COST_RECEIPT, C12_COST_RECEIPT, C12_COST_ISSUE }, item[] = { 0, 0, 0 };
    static const int64_t qty[] = { 10, 10, 15 }, value[] = { MONEY(1000), MONEY(1200), 0 }, standard[] = { MONEY(105) };
    c12_money change[3], variance[3], worth;
    c12_qty on_hand;
    for (int32_t method = C12_COST_FIFO; method <= C12_COST_STANDARD; method++) {
        c12_cost_ledger ledger = { .struct_size = sizeof ledger, .method = method, .n_items = 1, .n = 3, .kind = kind, .item = item, .qty = qty, .value = value, .standard = standard };
        c12_cost_valued out = { .struct_size = sizeof out, .change = change, .variance = variance, .on_hand = &on_hand, .value = &worth };
        if (c12_cost_value(&ledger, &out, scratch, &err)) return 1;
        printf("%s: 15 cost %.2f, %d are left for %.2f\n", name[method], -shown(change[2]), (int)on_hand, shown(worth));
    }
    return 0;
}

/* 2 kg at 5.00, half an hour at 20.00 and overhead at 12.00 an hour make a unit; times in tenths of an hour. */
static int variances(void)
{
    static const int32_t order[3] = { 0 }, element[] = { C12_COST_MATERIAL, C12_COST_LABOUR, C12_COST_OVERHEAD };
    static const int64_t used[] = { 210, 520, 520 }, allowed[] = { 196, 490, 490 }, spoiled[] = { 4, 10, 10 }, actual[] = { MONEY(1071), MONEY(1066), MONEY(624) }, price[] = { MONEY(5), MONEY(20), MONEY(12) }, per[] = { 1, 10, 10 };
    c12_money standard[3], off[3], usage[3], spoilage[3], all, due, cell[9];
    c12_cost_uses in = { .struct_size = sizeof in, .n_orders = 1, .n = 3, .order = order, .element = element, .used = used, .allowed = allowed, .spoiled = spoiled, .actual = actual, .price = price, .per = per };
    c12_cost_variances out = { .struct_size = sizeof out, .standard = standard, .price = off, .usage = usage, .spoilage = spoilage, .order_actual = &all, .order_standard = &due, .order_variance = cell };
    if (c12_cost_vary(&in, &out, &err)) return 1;
    printf("actual %.2f, standard %.2f: material price %.2f, usage %.2f, labour rate %.2f, efficiency %.2f, overhead efficiency %.2f, scrap %.2f\n", shown(all), shown(due), shown(cell[0]), shown(cell[1]), shown(cell[3]),
        shown(cell[4]), shown(cell[7]), shown(cell[2] + cell[5] + cell[8]));
    return 0;
}

static int journal(void)
{
    static const int32_t kind[] = { C12_COST_BUY, C12_COST_USE, C12_COST_WORK, C12_COST_APPLY, C12_COST_COMPLETE, C12_COST_DISCARD, C12_COST_CLOSE }, order[] = { -1, 0, 0, 0, 0, 0, 0 };
    static const int64_t qty[] = { 0, 0, 0, 0, 98, 2, 0 }, actual[] = { MONEY(1071), 0, MONEY(1066), 0, 0, 0, 0 }, standard[] = { MONEY(1050), MONEY(1050), MONEY(1040), MONEY(624), 0, 0, 0 };
    static const c12_money material = MONEY(10), labour = MONEY(10), overhead = MONEY(6);
    int32_t event[28], account[28];
    c12_money debit[28], credit[28], balance[C12_COST_ACCOUNTS], wip, debits = 0, credits = 0;
    c12_cost_events in = { .struct_size = sizeof in, .n_orders = 1, .scrap_account = 1, .n = 7, .material = &material, .labour = &labour, .overhead = &overhead, .kind = kind, .order = order, .qty = qty, .actual = actual,
                           .standard = standard };
    c12_cost_entries out = { .struct_size = sizeof out, .cap = 28, .event = event, .account = account, .debit = debit, .credit = credit, .balance = balance, .wip = &wip };
    if (c12_cost_post(&in, &out, scratch, &err)) return 1;
    for (int k = 0; k < out.n; k++) { debits += debit[k]; credits += credit[k]; }
    printf("%d lines, debits %.2f, credits %.2f, work in progress %.2f\n", (int)out.n, shown(debits), shown(credits), shown(wip));
    return 0;
}

int main(void)
{
    if (!motors() && !variances() && !journal()) return 0;
    fprintf(stderr, "%s: %s in %s\n", c12_status_name(err.status), err.what, err.field ? err.field : "");
    return 1;
}
