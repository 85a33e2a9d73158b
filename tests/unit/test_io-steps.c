/* SPDX-License-Identifier: Apache-2.0 */
/* Purchases and sales in the store: all or nothing, wherever the process is killed; what is sent again changes nothing; what contradicts the store is refused. */
#include "c12/flow.h"
#include "plug.h"
#include <string.h>

enum { N = 3, STEPS = 16 };
static const char *const tables[] = { "purchases", "sales", "steps", "stock_moves", "entries" };
enum { TABLES = 5 };

typedef struct step { int32_t row, kind, by; c12_qty qty, bad; c12_money amount; } step;
static const step bought[] = { { 0, C12_FLOW_APPROVE, 0, 0, 0, 0 } /* refused: who requests */, { 0, C12_FLOW_APPROVE, 1, 0, 0, 0 }, { 1, C12_FLOW_REJECT, 1, 0, 0, 0 }, { 0, C12_FLOW_ORDER, 0, 10, 0, 119 },
    { 0, C12_FLOW_RECEIVE, -1, 10, 0, 0 }, { 0, C12_FLOW_INSPECT, 1, 9, 1, 0 }, { 0, C12_FLOW_INVOICE, -1, 9, 0, 119 }, { 0, C12_FLOW_PAY, 0, 0, 0, 1071 } };
static const step sold[] = { { 2, C12_FLOW_MAKE, 0, 0, 0, 0 }, { 2, C12_FLOW_ISSUE, -1, 2, 0, 700 }, { 2, C12_FLOW_ABSORB, -1, 0, 0, 300 }, { 2, C12_FLOW_COMPLETE, -1, 2, 0, 0 }, { 2, C12_FLOW_SHIP, 0, 2, 0, 0 },
    { 2, C12_FLOW_SHIP, 0, 1, 0, 0 } /* refused: all is shipped */, { 2, C12_FLOW_BILL, -1, 2, 0, 0 }, { 2, C12_FLOW_COLLECT, -1, 0, 0, 4000 } };
enum { BOUGHT = sizeof bought / sizeof *bought, SOLD = sizeof sold / sizeof *sold };

/* Three documents, at most so many steps on them, and all that follows; purchases and sales alike. */
typedef struct deal {
    int32_t item[N], material[N], requester[N], state[N], work[N], count[N], row[STEPS], kind[STEPS], by[STEPS], refusal[STEPS], role[2], m_kind[2 * STEPS], m_item[2 * STEPS], m_from[2 * STEPS], m_to[2 * STEPS], account[3 * STEPS];
    int64_t qty[N], price[N], standard[N], created[N], last[N], a[N], b[N], c[N], d[N], e[N], f[N], at[STEPS], many[STEPS], bad[STEPS], amount[STEPS], expected[STEPS], actual[STEPS], m_step[2 * STEPS], m_qty[2 * STEPS], j_step[3 * STEPS],
        j_amount[3 * STEPS], limit[2];
    c12_flow_steps s;
    c12_flow_postings p;
    c12_flow_purchases buys;
    c12_flow_sales sales;
    int sale;
} deal;

static const uint8_t letters[] = "PO-71PO-72PO-73";
static const int64_t letters_off[] = { 0, 5, 10, 15 };
static const c12io_texts documents = { sizeof documents, N, letters, letters_off };

static c12_error err;

static void deal_columns(deal *d)
{
    d->s = (c12_flow_steps)C12_INIT(c12_flow_steps);
    d->s.row = d->row; d->s.kind = d->kind; d->s.by = d->by; d->s.at = d->at; d->s.qty = d->many; d->s.bad = d->bad; d->s.amount = d->amount;
    d->p = (c12_flow_postings)C12_INIT(c12_flow_postings);
    d->p.move_cap = 2 * STEPS; d->p.entry_cap = 3 * STEPS; d->p.move_step = d->m_step; d->p.move_kind = d->m_kind; d->p.move_item = d->m_item; d->p.move_from = d->m_from; d->p.move_to = d->m_to; d->p.move_qty = d->m_qty;
    d->p.entry_step = d->j_step; d->p.entry_account = d->account; d->p.entry_amount = d->j_amount;
    d->buys = (c12_flow_purchases)C12_INIT(c12_flow_purchases);
    d->buys.n = N; d->buys.item = d->item; d->buys.requested = d->qty; d->buys.expected = d->price; d->buys.standard = d->standard; d->buys.requester = d->requester; d->buys.created = d->created; d->buys.state = d->state;
    d->buys.steps = d->count; d->buys.last = d->last; d->buys.ordered = d->a; d->buys.price = d->b; d->buys.arrived = d->c; d->buys.accepted = d->d; d->buys.invoiced = d->e; d->buys.owed = d->f;
    d->sales = (c12_flow_sales)C12_INIT(c12_flow_sales);
    d->sales.n = N; d->sales.shelf = 1; d->sales.item = d->item; d->sales.material = d->material; d->sales.ordered = d->qty; d->sales.price = d->price; d->sales.standard = d->standard; d->sales.created = d->created;
    d->sales.state = d->state; d->sales.work_state = d->work; d->sales.steps = d->count; d->sales.last = d->last; d->sales.made = d->a; d->sales.shipped = d->b; d->sales.billed = d->c; d->sales.wip = d->d; d->sales.open = d->e;
}

/* The documents as they begin. */
static deal *deal_new(deal *d, int sale)
{
    memset(d, 0, sizeof *d);
    deal_columns(d);
    d->sale = sale;
    d->role[0] = -1;
    d->role[1] = 1;
    d->limit[1] = 100000;
    for (int i = 0; i < N; i++) { d->item[i] = i; d->material[i] = i + N; d->qty[i] = sale ? 2 : 10; d->price[i] = sale ? 2000 : 120; d->standard[i] = sale ? 1500 : 118; }
    return d;
}

static void say(deal *d, const step *t, int64_t n)
{
    d->s.n = n;
    for (int64_t i = 0; i < n; i++) { d->row[i] = t[i].row; d->kind[i] = t[i].kind; d->by[i] = t[i].by; d->many[i] = t[i].qty; d->bad[i] = t[i].bad; d->amount[i] = t[i].amount; d->at[i] = 100 + t[i].kind; }
}

/* Let n steps from t happen, going on from where the documents stand. */
static deal *deal_run(deal *d, const step *t, int64_t n)
{
    c12_flow_buying terms = C12_INIT(c12_flow_buying);
    terms.n_persons = 2; terms.n_roles = 2; terms.place = 1; terms.role = d->role; terms.limit = d->limit;
    say(d, t, n);
    const c12_status s = d->sale ? c12_flow_sale_run(&d->sales, &d->s, d->refusal, d->expected, d->actual, &d->p, &err) : c12_flow_purchase_run(&terms, &d->buys, &d->s, d->refusal, d->expected, d->actual, &d->p, &err);
    if (s) ck_abort_msg("%s %s", err.what, err.field);
    return d;
}

static deal *whole_deal(deal *d, int sale) { return deal_run(deal_new(d, sale), sale ? sold : bought, sale ? SOLD : BOUGHT); }

static c12_status put(c12io_store *s, const deal *d, int64_t *stored)
{
    c12io_store_names names = C12_INIT(c12io_store_names);
    names.document = &documents;
    return d->sale ? c12io_store_sale(s, &d->sales, &d->s, d->refusal, &d->p, &names, stored, &err) : c12io_store_purchase(s, &d->buys, &d->s, d->refusal, &d->p, &names, stored, &err);
}

/* ---- the store ------------------------------------------------------------------------------------------------------------------------------ */

static void counted(c12io_store *s, int64_t n[TABLES])
{
    for (int k = 0; k < TABLES; k++) if (c12io_store_count(s, tables[k], &n[k], NULL)) ck_abort_msg("%s", tables[k]);
}

/* 1 when all of the deal is there, 0 when nothing is. */
static int whole_or_nothing(const deal *d)
{
    int64_t n[TABLES], happened = 0;
    c12io_store *s = store_opened();
    counted(s, n);
    c12io_store_close(s);
    for (int64_t i = 0; i < d->s.n; i++) happened += !d->refusal[i];
    const int64_t want[TABLES] = { d->sale ? 0 : N, d->sale ? N : 0, happened, d->p.n_moves, d->p.n_entries };
    const int whole = n[2] == happened;
    for (int k = 0; k < TABLES; k++) if (n[k] != (whole ? want[k] : 0)) ck_abort_msg("%s: %d rows of %d", tables[k], (int)n[k], (int)want[k]);
    return whole;
}

static c12_status put_deal(c12io_store *s, const void *what) { return put(s, what, NULL); }

START_TEST(killed_at_every_statement)
{
    static deal d;
    int64_t k = 1, n[TABLES], again[TABLES], stored = -1;
    whole_deal(&d, _i);
    drop_store();
    c12io_store_close(store_opened());
    for (; !killed_at(put_deal, &d, k + 1); k++) /* the first statement opens the store */
        if (whole_or_nothing(&d)) ck_abort_msg("killed before statement %d, and yet all is there", (int)k);
    ck_assert_int_eq(whole_or_nothing(&d), 1);
    ck_assert_int_gt(k, d.p.n_moves + d.p.n_entries); /* the plug was pulled at each row */
    c12io_store *s = store_opened();
    counted(s, n);
    ck_assert_int_eq(put(s, &d, &stored), C12_OK); /* sent again */
    counted(s, again);
    c12io_store_close(s);
    ck_assert_int_eq(stored, 0);
    ck_assert_mem_eq(n, again, sizeof n);
    drop_store();
}
END_TEST

/* Step by step, going on from where the documents stand, or each time from the beginning with one step more: the rows are those of one run. */
START_TEST(piece_by_piece)
{
    static deal d, all;
    const int sale = _i & 1, anew = _i >> 1, steps = sale ? SOLD : BOUGHT;
    int64_t n[TABLES], want[TABLES], stored = 0, sum = 0;
    drop_store();
    c12io_store *s = store_opened();
    deal_new(&d, sale);
    for (int k = 0; k < steps; k++) {
        if (anew) deal_run(deal_new(&d, sale), sale ? sold : bought, k + 1);
        else deal_run(&d, (sale ? sold : bought) + k, 1);
        ck_assert_int_eq(put(s, &d, &stored), C12_OK);
        sum += stored;
    }
    counted(s, n);
    c12io_store_close(s);
    drop_store();
    s = store_opened();
    ck_assert_int_eq(put(s, whole_deal(&all, sale), &stored), C12_OK);
    counted(s, want);
    c12io_store_close(s);
    ck_assert_int_eq(sum, stored);
    ck_assert_mem_eq(n, want, sizeof n);
    drop_store();
}
END_TEST

static void refused(c12io_store *s, const deal *d, c12_status want)
{
    int64_t n[TABLES], after[TABLES];
    counted(s, n);
    const c12_status is = put(s, d, NULL);
    counted(s, after);
    if (is != want) ck_abort_msg("status %d, wanted %d: %s", (int)is, (int)want, err.what);
    ck_assert_mem_eq(n, after, sizeof n);
}

START_TEST(what_contradicts_the_store_is_refused)
{
    static deal d;
    drop_store();
    c12io_store *s = store_opened();
    whole_deal(&d, _i);
    const int64_t last = d.s.n - 1;
    d.j_amount[0]++;                             /* does not balance */
    refused(s, &d, C12_E_STATE);
    d.j_amount[0]--;
    d.m_qty[0] = 0;                              /* the schema's rule */
    refused(s, &d, C12_E_STATE);
    whole_deal(&d, _i);
    d.j_step[0] = _i ? 5 : 0;                    /* a step that was refused */
    refused(s, &d, C12_E_RANGE);
    whole_deal(&d, _i);
    d.row[0] = N;
    refused(s, &d, C12_E_RANGE);
    whole_deal(&d, _i);
    d.count[_i ? 2 : 0] = 1;                     /* fewer than these */
    refused(s, &d, C12_E_RANGE);
    deal_run(deal_new(&d, _i), _i ? sold : bought, 2);
    deal_run(&d, (_i ? sold : bought) + 2, 2);   /* the first two never came */
    refused(s, &d, C12_E_STATE);
    ck_assert_int_eq(put(s, whole_deal(&d, _i), NULL), C12_OK);
    d.by[last] = 1;                              /* another step in its place */
    refused(s, &d, C12_E_STATE);
    whole_deal(&d, _i);
    d.at[last]++;
    refused(s, &d, C12_E_STATE);
    whole_deal(&d, _i);
    d.standard[1] = 7;                           /* another document of the name, with no step of its own or with one */
    refused(s, &d, C12_E_STATE);
    ck_assert_int_eq(c12io_store_purchase(s, NULL, &d.s, d.refusal, &d.p, NULL, NULL, &err), C12_E_ARG);
    ck_assert_int_eq(c12io_store_sale(s, &d.sales, NULL, d.refusal, &d.p, NULL, NULL, &err), C12_E_ARG);
    ck_assert_int_eq(c12io_store_sale(NULL, &d.sales, &d.s, d.refusal, &d.p, NULL, NULL, &err), C12_E_ARG);
    c12io_store_close(s);
    drop_store();
}
END_TEST

int main(void)
{
    snprintf(store_path, sizeof store_path, "/tmp/c12-steps-%ld.db", (long)getpid());
    err = (c12_error)C12_INIT(c12_error);
    Suite *s = suite_create("io-steps");
    TCase *c = tcase_create("io-steps");
    tcase_set_timeout(c, 300);
    tcase_add_loop_test(c, killed_at_every_statement, 0, 2);
    tcase_add_loop_test(c, piece_by_piece, 0, 4);
    tcase_add_loop_test(c, what_contradicts_the_store_is_refused, 0, 2);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
