/* SPDX-License-Identifier: Apache-2.0 */
/* Effects of the quality loop in the store: all or nothing, wherever the process is killed, and whatever is wrong with a row. */
#include "plug.h"
#include "quality_desk.h"
#include "rounds.h"
#include <time.h>

static const char *const store_tables[] = { "ncrs", "order_events", "order_states", "stock_moves", "entries", "replans" };
enum { STORE_TABLES = 6 };

/* Rows of each table; 1 when they are those of a whole step, 0 when there are none. */
static int whole_or_nothing(const desk *d)
{
    c12io_store *s = store_opened();
    int64_t want[STORE_TABLES] = { d->reports.n, d->fx.n_events, 0, d->p.n_moves, d->p.n_entries, 0 }, n;
    int whole = -1;
    for (int i = 0; i < Q_ORDERS; i++) { int has = 0; for (int r = 0; r < d->reports.n; r++) has |= d->work[r] == i; want[2] += has; }
    for (int r = 0; r < d->reports.n; r++) want[5] += d->replan[r] != 0;
    for (int k = 0; k < STORE_TABLES; k++) {
        if (c12io_store_count(s, store_tables[k], &n, NULL)) ck_abort_msg("%s", store_tables[k]);
        if (whole < 0) whole = n == want[k];
        if (n != (whole ? want[k] : 0)) ck_abort_msg("%s: %d rows of %d", store_tables[k], (int)n, (int)want[k]);
    }
    c12io_store_close(s);
    return whole;
}

static desk *full_desk(desk *d)
{
    desk_new(d, 10);
    find_defect(d, 2, 0, 3, C12_NCR_USE_AS_IS);
    find_defect(d, 1, 1, 3, C12_NCR_REWORK);
    find_defect(d, 0, 2, 3, C12_NCR_SCRAP);
    find_defect(d, 0, 3, 0, C12_NCR_SCRAP);
    find_defect(d, 1, 4, 2, 0);
    find_defect(d, 1, 0, 2, 0);
    run_desk(d);
    return d;
}

static c12_status put_desk(c12io_store *s, const void *what)
{
    const desk *d = what;
    return c12io_store_quality(s, &d->in, &d->b, &d->fx, NULL, NULL);
}

START_TEST(killed_at_every_statement)
{
    static desk d;
    int64_t k = 1;
    full_desk(&d);
    drop_store();
    c12io_store_close(store_opened());
    for (; !killed_at(put_desk, &d, k + 1); k++) /* the first statement opens the store */
        if (whole_or_nothing(&d)) ck_abort_msg("killed before statement %d, and yet all is there", (int)k);
    ck_assert_int_eq(whole_or_nothing(&d), 1);
    ck_assert_int_gt(k, d.reports.n + d.fx.n_events); /* the plug was pulled at each row */
    drop_store();
}
END_TEST

/* The same from outside, at any time: nothing and all are both seen. */
START_TEST(killed_at_any_time)
{
    static desk d;
    int whole = 0;
    full_desk(&d);
    for (int round = 0; round < rounds(60); round++) {
        drop_store();
        c12io_store_close(store_opened());
        const pid_t child = fork();
        if (!child) {
            c12io_store *s = NULL;
            if (c12io_store_open(&s, store_path, NULL)) _exit(2);
            for (;;) (void)!c12io_store_quality(s, &d.in, &d.b, &d.fx, NULL, NULL); /* the first goes in, the others are refused */
        }
        struct timespec wait = { 0, (long)(round * 97 % 60) * 100000 };
        nanosleep(&wait, NULL);
        kill(child, SIGKILL);
        ck_assert_int_eq(waitpid(child, NULL, 0), child);
        whole += whole_or_nothing(&d);
    }
    printf("killed at any time: %d of %d were whole\n", whole, rounds(60));
    drop_store();
}
END_TEST

static int64_t statements_seen;
static void count_statements(void *user, int64_t statement) { (void)user; statements_seen = statement; }

START_TEST(refused_steps_leave_nothing)
{
    static desk d;
    c12_error e = C12_INIT(c12_error);
    full_desk(&d);
    drop_store();
    c12io_store *s = store_opened();
    c12io_store_watch(s, count_statements, NULL);
    d.j_amount[1]--; /* one that does not balance */
    ck_assert_int_eq(c12io_store_quality(s, &d.in, &d.b, &d.fx, NULL, &e), C12_E_STATE);
    d.j_amount[1]++;
    ck_assert_int_eq(whole_or_nothing(&d), 0);
    d.m_qty[0] = -d.m_qty[0];
    ck_assert_int_eq(c12io_store_quality(s, &d.in, &d.b, &d.fx, NULL, &e), C12_E_STATE);
    d.m_qty[0] = -d.m_qty[0];
    ck_assert_int_eq(whole_or_nothing(&d), 0);
    static const uint8_t text[] = "NCR-1NCR-2NCR-3NCR-4NCR-5NCR-6";
    static const int64_t off[] = { 0, 5, 10, 15, 20, 25, 30 };
    const c12io_texts reports = { sizeof reports, 6, text, off };
    c12io_store_names names = C12_INIT(c12io_store_names);
    names.document = &reports;
    ck_assert_int_eq(c12io_store_quality(s, &d.in, &d.b, &d.fx, &names, &e), C12_OK);
    ck_assert_int_eq(whole_or_nothing(&d), 1);
    ck_assert_int_gt(statements_seen, 20);
    ck_assert_int_eq(c12io_store_quality(s, &d.in, &d.b, &d.fx, &names, &e), C12_E_STATE); /* sent again */
    ck_assert_int_eq(whole_or_nothing(&d), 1);
    ck_assert_int_eq(c12io_store_quality(s, NULL, &d.b, &d.fx, &names, &e), C12_E_ARG);
    c12io_store_close(s);
    drop_store();
}
END_TEST

int main(void)
{
    snprintf(store_path, sizeof store_path, "/tmp/c12-quality-%ld.db", (long)getpid());
    Suite *s = suite_create("io-quality");
    TCase *c = tcase_create("io-quality");
    tcase_set_timeout(c, 300);
    tcase_add_test(c, killed_at_every_statement);
    tcase_add_test(c, killed_at_any_time);
    tcase_add_test(c, refused_steps_leave_nothing);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
