/* SPDX-License-Identifier: Apache-2.0 */
/* c12 shop quality: from defects on orders to what is done about them. */
#include "quality.h"
#include "sheet.h"
#include "shop_cli.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { O_ORDER, O_ITEM, O_COST, O_QTY, O_STATE, O_GOOD, O_SCRAP, O_COLUMNS };
static const c12io_column order_columns[O_COLUMNS] = { { "order", 1, 0 }, { "item", 1, 0 }, { "cost", 1, 0 }, { "qty", 1, 0 }, { "state", 1, 0 }, { "good", 0, 0 }, { "scrap", 0, 0 } };
enum { R_REPORT, R_CODE, R_ORDER, R_AT, R_BY, R_STATION, R_BAD, R_DECISION, R_DECIDED_BY, R_DECIDED, R_COLUMNS };
static const c12io_column report_columns[R_COLUMNS] = { { "report", 1, 0 }, { "code", 1, 0 }, { "order", 1, 0 }, { "at", 1, 0 }, { "by", 0, 0 }, { "station", 0, 0 }, { "bad", 0, 0 }, { "decision", 0, 0 },
    { "decided_by", 0, 0 }, { "decided", 0, 0 } };
static const c12io_column staff_columns[2] = { { "person", 1, 0 }, { "manager", 0, 0 } };
static const char *const loop_grades[] = { "?", "minor", "major", "critical", "none" }, *const loop_decisions[] = { "", "rework", "scrap", "use_as_is" }; /* numbered as c12/ncr.h does */

typedef struct loop {
    cells orders, reports, staff;
    name_list order, report, item, person;
    plant_rules rules;
    column_text codes;
    c12_ncr_policy policy;
    c12_ncr_batch batch;
    c12_ncr_staff crew;
    c12_order_book book;
    c12_flow_quality q;
    c12_flow_quality_effects fx;
    c12_flow_postings p;
    void *room;
    int32_t *before; /* [orders] states before */
    const char *db;
    int journal;
} loop;

/* ---- orders as they stand ----------------------------------------------------------------------------------------------------- */

/* Orders without stations: of those the file tells nothing. */
static void loop_orders(loop *l)
{
    cells *f = &l->orders;
    c12_order_book *b = &l->book;
    const char *states[C12_ORDER_REWORK + 1];
    for (int32_t k = 0; k <= C12_ORDER_REWORK; k++) states[k] = c12_order_state_name(k);
    shop_names(f, &l->order, "an order of its own");
    *b = (c12_order_book)C12_INIT(c12_order_book);
    b->n = (int32_t)f->n;
    l->q.item = cells_names(f, O_ITEM, &l->item);
    l->q.cost = cells_numbers(f, O_COST, 6, 0, shop_amount);
    b->ordered = b->qty = cells_numbers(f, O_QTY, 0, 0, shop_whole);
    b->state = cells_words(f, O_STATE, states, C12_ORDER_REWORK + 1);
    b->good = cells_numbers(f, O_GOOD, 0, 0, shop_whole);
    b->scrap = cells_numbers(f, O_SCRAP, 0, 0, shop_whole);
    c12_ns **const wide[] = { &b->last, &b->started, &b->ended };
    int32_t **const narrow[] = { &b->accepted, &b->held, &b->parent, &l->before };
    for (size_t k = 0; k < sizeof wide / sizeof *wide; k++) *wide[k] = cells_new(f, f->n, 8);
    for (size_t k = 0; k < sizeof narrow / sizeof *narrow; k++) *narrow[k] = cells_new(f, f->n, 4);
    b->created = b->last;
    for (int64_t i = 0; i < f->n && !f->code; i++) {
        b->accepted[i] = 1;
        b->parent[i] = -1;
        b->last[i] = INT64_MIN; /* nothing is too early for it */
        l->before[i] = b->state[i];
        if (b->qty[i] < 1) cells_bad(f, i, O_QTY, "a quantity above 0");
    }
}

/* ---- reports and who takes them ------------------------------------------------------------------------------------------------- */

static void loop_staff(loop *l)
{
    cells *f = &l->staff;
    shop_names(f, &l->person, "a person of its own");
    int64_t *manager = cells_numbers(f, 1, 0, 0, "0 or 1");
    uint8_t *is = cells_new(f, f->n, 1);
    for (int64_t i = 0; i < f->n && !f->code; i++) {
        if (manager[i] < 0 || manager[i] > 1) cells_bad(f, i, 1, "0 or 1");
        is[i] = manager[i] == 1;
    }
    l->crew = (c12_ncr_staff){ .struct_size = sizeof l->crew, .n = (int32_t)f->n, .manager = is };
    l->q.staff = &l->crew;
}

static void loop_decisions_read(loop *l)
{
    cells *f = &l->reports;
    l->q.decision = cells_words(f, R_DECISION, loop_decisions, 4);
    l->q.decided_by = cells_names(f, R_DECIDED_BY, &l->person);
    l->q.decided = shop_times(f, R_DECIDED, 0);
    for (int64_t r = 0; r < f->n && !f->code; r++)
        if (l->q.decision[r] && !c12io_table_cell(f->t, r, R_DECIDED).size) cells_bad(f, r, R_DECIDED, "a time; when was it decided?");
}

static void loop_reports(loop *l)
{
    cells *f = &l->reports;
    int32_t *station = cells_new(f, f->n, 4), *hold = cells_new(f, f->n, 4);
    shop_names(f, &l->report, "a report of its own");
    l->codes = column_texts(f->t, R_CODE);
    l->q.work = shop_known(f, R_ORDER, &l->order, 0, "in the first file");
    l->q.created = shop_times(f, R_AT, 0);
    l->q.raised_by = cells_names(f, R_BY, &l->person);
    l->batch = (c12_ncr_batch){ .struct_size = sizeof l->batch, .n = (int32_t)f->n, .code_text = (const uint8_t *)(l->codes.bytes.at ? l->codes.bytes.at : ""), .code_off = l->codes.off, .station = station,
        .bad_qty = cells_numbers(f, R_BAD, 0, 0, shop_whole) };
    loop_decisions_read(l);
    l->book.n_holds = (int32_t)f->n;
    l->book.hold_order = hold;
    l->book.hold_from = cells_new(f, f->n, 8);
    l->book.hold_to = cells_new(f, f->n, 8);
    for (int64_t r = 0; r < f->n; r++) {
        station[r] = rules_station(&l->rules, c12io_table_cell(f->t, r, R_STATION));
        hold[r] = -1;
    }
}

/* ---- answers ----------------------------------------------------------------------------------------------------------------------- */

static const char *loop_decision(int32_t k) { return loop_decisions[k]; }

static void put_replan(table *t, int32_t bits)
{
    static const char *const words[] = { "time", "capacity", "material" };
    text s = { 0 };
    for (int k = 0; k < 3; k++) if (bits >> k & 1) text_add(&s, "%s%s", s.n ? " " : "", words[k]);
    table_text(t, (c12_view){ (const uint8_t *)s.at, s.n });
    text_free(&s);
}

static table loop_table(const loop *l)
{
    static const char *const head[] = { "report", "order", "grade", "reason", "person", "due", "held", "replan", "qty", "state" };
    table t = table_new(10, head, "ssssssnsns");
    for (int32_t r = 0; r < l->batch.n; r++) {
        char why[40];
        put_name(&t, &l->report, r);
        put_name(&t, &l->order, l->q.work[r]);
        table_word(&t, loop_grades[l->fx.grade[r]]);
        table_word(&t, c12_ncr_reason_text(l->fx.reason[r], why, sizeof why, NULL) ? "?" : why);
        put_name(&t, &l->person, l->fx.person[r]);
        put_time(&t, l->fx.due[r]);
        table_int(&t, l->fx.held[r]);
        put_replan(&t, l->fx.replan[r]);
        table_int(&t, l->fx.replan_qty[r]);
        table_word(&t, c12_order_state_name(l->book.state[l->q.work[r]]));
    }
    return t;
}

/* A line a decision that was not carried out; how many. */
static int64_t loop_refused(const loop *l)
{
    int64_t n = 0;
    for (int32_t r = 0; r < l->batch.n; r++) {
        const int32_t why = l->fx.refusal[r], book = l->fx.order_refusal[r];
        if (!why) continue;
        n++;
        cli_say("%s:%" PRId64 ": %s of %.*s refused: %s%s%s", l->reports.file, c12io_table_line(l->reports.t, r), loop_decisions[l->q.decision[r]], (int)l->report.name[r].size, (const char *)l->report.name[r].ptr,
            c12_flow_decision_name(why), book ? ": " : "", book ? c12_order_refusal_name(book) : "");
    }
    return n;
}

static int loop_store(cli *c, const loop *l)
{
    shop_store s;
    const shop_lists lists = { &l->report, &l->order, &l->person, &l->item, { "store", "shelf" } };
    const int failed = shop_store_open(c, &s, l->db, &lists);
    const c12_status st = failed ? C12_OK : c12io_store_quality(s.db, &l->q, &l->book, &l->fx, &s.names, &c->err);
    const int stored = shop_store_close(c, &s, st);
    return failed ? failed : stored;
}

static int loop_answer(cli *c, const loop *l)
{
    char summary[80];
    const int64_t refused = loop_refused(l);
    const shop_lines lines = { l->reports.t, &l->report, "report", NULL, l->q.decision, loop_decision };
    snprintf(summary, sizeof summary, "\"reports\":%" PRId32 ",\"refused\":%" PRId64, l->batch.n, refused);
    int code;
    if (l->journal) code = shop_journal(c, &lines, &l->p, summary);
    else {
        table t = loop_table(l);
        code = table_print(c, &t, summary);
    }
    return code ? code : refused ? EXIT_NO : EXIT_DONE;
}

/* ---- the run ----------------------------------------------------------------------------------------------------------------------- */

static int loop_fail(cli *c, c12_status s, const loop *l)
{
    static const char *const of_orders[] = { "item", "cost", "ordered", "qty", "good", "scrap", "state" };
    for (size_t k = 0; k < sizeof of_orders / sizeof *of_orders; k++) if (c->err.field && !strcmp(c->err.field, of_orders[k])) return cells_fail(c, s, &l->orders);
    return cells_fail(c, s, &l->reports);
}

static int loop_run(cli *c, loop *l)
{
    c12_verdict v = C12_INIT(c12_verdict);
    if (l->staff.t) loop_staff(l);
    if (!l->staff.code) loop_orders(l);
    if (!l->orders.code) loop_reports(l);
    if (l->staff.code || l->orders.code || l->reports.code) return EXIT_BAD;
    l->room = quality_room(&l->fx, &l->p, l->batch.n);
    l->q.policy = &l->policy;
    l->q.reports = &l->batch;
    l->q.n_items = l->item.n;
    l->q.location = 1;
    c12_status s = c12_flow_quality_run(&l->q, &l->book, &l->fx, &c->err);
    if (s) return loop_fail(c, s, l);
    if ((s = c12_flow_quality_check(&l->q, l->before, &l->book, &l->fx, &v, &c->err))) return cli_fail(c, s);
    int code = cells_wrong(&v, l->reports.file);
    if (!code && l->db) code = loop_store(c, l);
    return code ? code : loop_answer(c, l);
}

static void loop_close(loop *l)
{
    name_list *const names[] = { &l->order, &l->report, &l->item, &l->person };
    cells *const files[] = { &l->orders, &l->reports, &l->staff };
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) names_free(names[k]);
    for (size_t k = 0; k < sizeof files / sizeof *files; k++) cells_close(files[k]);
    rules_close(&l->rules);
    text_free(&l->codes.bytes);
    free(l->codes.off);
    free(l->room);
}

/* From which grade on a report holds its order, 0 = no such word. */
static int32_t hold_grade(const char *word)
{
    int32_t k = word ? 4 : 1;
    while (word && k && strcmp(word, loop_grades[k])) k--;
    return k;
}

int shop_quality(cli *c)
{
    loop l = { .q = C12_INIT(c12_flow_quality), .db = cli_value(c, "--db"), .journal = cli_flag(c, "--journal") };
    const char *staff = cli_value(c, "--staff"), *rules = cli_value(c, "--rules"), *hold = cli_value(c, "--hold");
    if (!cli_ready(c, 3)) return EXIT_BAD;
    if (!(l.q.hold_grade = hold_grade(hold))) return cli_usage(c, "--hold takes minor, major, critical or none, not '%s'", hold);
    int code = rules_open(c, &l.rules, rules, &l.policy);
    if (!code) code = cells_open(c, &l.orders, cli_word(c, 1), order_columns, O_COLUMNS);
    if (!code) code = cells_open(c, &l.reports, cli_word(c, 2), report_columns, R_COLUMNS);
    if (!code && staff) code = cells_open(c, &l.staff, staff, staff_columns, 2);
    if (!code) code = loop_run(c, &l);
    loop_close(&l);
    return code;
}
