/* SPDX-License-Identifier: Apache-2.0 */
/* c12 ncr replay: what events make of reports, where they stand, until when their corrective actions are due, and whether they helped.  c12 ncr assign: who gets them. */
#include "c12/ncr.h"
#include "ncr_cli.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { R_REPORT, R_GRADE, R_CODE, R_STATION, R_RAISED, R_CREATED, R_COLUMNS };
static const c12io_column report_columns[R_COLUMNS] = { { "report", 1, 0 }, { "grade", 1, 0 }, { "code", 0, 0 }, { "station", 0, 0 }, { "raised_by", 0, 0 }, { "created", 0, 0 } };
enum { E_REPORT, E_EVENT, E_VALUE, E_BY, E_AT, E_COLUMNS };
static const c12io_column event_columns[E_COLUMNS] = { { "report", 1, 0 }, { "event", 1, 0 }, { "value", 0, 0 }, { "by", 0, 0 }, { "at", 1, 0 } };
static const char *const categories[] = { "", "people", "machine", "method", "material", "measurement", "environment" };

typedef struct tale {
    csv_sheet reports, events, calendar;
    name_list report, person, code, station;
    int32_t n;
    int64_t n_events;
    int32_t *grade, *raised, *code_id, *station_id, *state, *owner, *whys, *disposition, *approved, *paused, *level, *effect, *by_report;
    uint32_t *causes;
    c12_ns *created, *last, *closed, *due, *left;
    int32_t *e_report, *e_kind, *e_value, *e_by, *refusal;
    c12_ns *e_at, *open, *close, *pause_from, *pause_to;
    int64_t *pause_off;
} tale;

/* ---- reading ------------------------------------------------------------------------------------------------------------------------- */

static int read_reports(cli *c, tale *t, const char *file, int times)
{
    int code = sheet_open(c, &t->reports, file, report_columns, R_COLUMNS);
    if (code) return code;
    if (c12io_table_rows(t->reports.t) > INT32_MAX / 4) return cli_say("%s: more reports than one run takes", file);
    t->n = (int32_t)c12io_table_rows(t->reports.t);
    int32_t **const narrow[] = { &t->grade, &t->raised, &t->code_id, &t->station_id, &t->state, &t->owner, &t->whys, &t->disposition, &t->approved, &t->paused, &t->level, &t->effect, &t->by_report };
    c12_ns **const wide[] = { &t->created, &t->last, &t->closed, &t->due, &t->left };
    for (size_t k = 0; k < sizeof narrow / sizeof *narrow; k++) *narrow[k] = NEW(int32_t, t->n);
    for (size_t k = 0; k < sizeof wide / sizeof *wide; k++) *wide[k] = NEW(c12_ns, t->n);
    t->causes = NEW(uint32_t, t->n);
    for (int32_t r = 0; r < t->n && !code; r++) {
        c12_view name = c12io_table_cell(t->reports.t, r, R_REPORT);
        if (names_id(&t->report, name) != r) return sheet_bad(&t->reports, r, R_REPORT, name.size ? "new: an earlier row has that report" : "a name");
        if (!(t->grade[r] = cell_word(&t->reports, r, R_GRADE, grade_name, 4))) return sheet_bad(&t->reports, r, R_GRADE, "minor, major or critical");
        t->raised[r] = names_id(&t->person, c12io_table_cell(t->reports.t, r, R_RAISED));
        t->code_id[r] = names_id(&t->code, c12io_table_cell(t->reports.t, r, R_CODE));
        t->station_id[r] = names_id(&t->station, c12io_table_cell(t->reports.t, r, R_STATION));
        code = sheet_time(&t->reports, r, R_CREATED, &t->created[r]);
        if (!code && times && t->created[r] == INT64_MAX) code = sheet_bad(&t->reports, r, R_CREATED, "a time; when was it raised?");
    }
    return code;
}

/* What a cell says beside its event: a person, a category, a disposition. */
static int read_value(tale *t, int64_t i)
{
    c12_view v = c12io_table_cell(t->events.t, i, E_VALUE);
    switch (t->e_kind[i]) {
    case C12_NCR_DO_ASSIGN:
        t->e_value[i] = names_id(&t->person, v);
        return v.size ? EXIT_DONE : sheet_bad(&t->events, i, E_VALUE, "a person");
    case C12_NCR_DO_FISHBONE:
        for (int32_t k = 1; k <= 6; k++) if (v.size == strlen(categories[k]) && !memcmp(v.ptr, categories[k], v.size)) t->e_value[i] = k;
        return t->e_value[i] ? EXIT_DONE : sheet_bad(&t->events, i, E_VALUE, "people, machine, method, material, measurement or environment");
    case C12_NCR_DO_DISPOSE:
        t->e_value[i] = cell_word(&t->events, i, E_VALUE, c12_ncr_disposition_name, 5);
        return t->e_value[i] ? EXIT_DONE : sheet_bad(&t->events, i, E_VALUE, "rework, scrap, use_as_is or return");
    default: return EXIT_DONE;
    }
}

static int read_events(cli *c, tale *t, const char *file)
{
    int code = sheet_open(c, &t->events, file, event_columns, E_COLUMNS);
    if (code) return code;
    int64_t n = t->n_events = c12io_table_rows(t->events.t);
    int32_t **const narrow[] = { &t->e_report, &t->e_kind, &t->e_value, &t->e_by, &t->refusal };
    for (size_t k = 0; k < sizeof narrow / sizeof *narrow; k++) *narrow[k] = NEW(int32_t, n);
    t->e_at = NEW(c12_ns, n);
    for (int64_t i = 0; i < n && !code; i++) {
        t->e_report[i] = names_find(&t->report, c12io_table_cell(t->events.t, i, E_REPORT));
        if (t->e_report[i] < 0) return sheet_bad(&t->events, i, E_REPORT, "one of the reports");
        if (!(t->e_kind[i] = cell_word(&t->events, i, E_EVENT, c12_ncr_event_name, 13)))
            return sheet_bad(&t->events, i, E_EVENT, "assign, start, why, fishbone, dispose, approve, plan, finish, confirm, reject, pause or resume");
        t->e_by[i] = names_id(&t->person, c12io_table_cell(t->events.t, i, E_BY));
        code = sheet_time(&t->events, i, E_AT, &t->e_at[i]);
        if (!code && t->e_at[i] == INT64_MAX) code = sheet_bad(&t->events, i, E_AT, "a time");
        if (!code) code = read_value(t, i);
    }
    return code;
}

static int read_calendar(cli *c, tale *t, const char *file, c12_ncr_calendar *k)
{
    static const c12io_column known[] = { { "open", 1, 0 }, { "close", 1, 0 } };
    int code = sheet_open(c, &t->calendar, file, known, 2);
    if (code) return code;
    k->n_windows = (int32_t)c12io_table_rows(t->calendar.t);
    if (!k->n_windows) return cli_say("%s: no rows; without a calendar time always counts", file);
    k->open = t->open = NEW(c12_ns, k->n_windows);
    k->close = t->close = NEW(c12_ns, k->n_windows);
    for (int32_t w = 0; w < k->n_windows && !code; w++) {
        code = sheet_time(&t->calendar, w, 0, &t->open[w]);
        if (!code) code = sheet_time(&t->calendar, w, 1, &t->close[w]);
        if (!code && (t->close[w] <= t->open[w] || (w && t->open[w] < t->close[w - 1]))) code = sheet_bad(&t->calendar, w, 0, "behind the row before and ahead of its close");
    }
    return code;
}

static void tale_close(tale *t)
{
    void *const owned[] = { t->grade, t->raised, t->code_id, t->station_id, t->state, t->owner, t->whys, t->disposition, t->approved, t->paused, t->level, t->effect, t->by_report, t->causes, t->created,
        t->last, t->closed, t->due, t->left, t->e_report, t->e_kind, t->e_value, t->e_by, t->refusal, t->e_at, t->open, t->close, t->pause_from, t->pause_to, t->pause_off };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
    name_list *const all[] = { &t->report, &t->person, &t->code, &t->station };
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) names_free(all[k]);
    c12io_table_free(t->reports.t);
    c12io_table_free(t->events.t);
    c12io_table_free(t->calendar.t);
}

/* ---- what comes of it ------------------------------------------------------------------------------------------------------------------ */

static c12_status apply_events(cli *c, tale *t, int32_t least_whys)
{
    c12_ncr_conduct k = C12_INIT(c12_ncr_conduct);
    c12_ncr_cases s = C12_INIT(c12_ncr_cases);
    c12_ncr_events e = C12_INIT(c12_ncr_events);
    c12_verdict v = C12_INIT(c12_verdict);
    k.least_whys = least_whys;
    s.n = t->n; s.grade = t->grade; s.raised_by = t->raised; s.created = t->created; s.state = t->state; s.owner = t->owner; s.whys = t->whys; s.causes = t->causes; s.disposition = t->disposition;
    s.approved = t->approved; s.paused = t->paused; s.last = t->last; s.closed = t->closed;
    e.n = t->n_events; e.report = t->e_report; e.kind = t->e_kind; e.value = t->e_value; e.by = t->e_by; e.at = t->e_at;
    c12_status st = c12_ncr_apply(&k, &s, &e, t->refusal, &c->err);
    if (st || (double)e.n * (double)(e.n + s.n) > 1e8) return st; /* the checker's time grows with the square */
    st = c12_ncr_history_check(&k, &s, &e, t->refusal, &v, &c->err);
    if (!st && v.violations) fprintf(stderr, "c12 ncr: the checker refuses the history: %s; please report\n", v.rule);
    return st ? st : v.violations ? C12_E_INTERNAL : C12_OK;
}

/* Pauses that were accepted, by report: a counting sort of the events keeps them in order. */
static void gather_pauses(tale *t)
{
    int64_t *at = NEW(int64_t, t->n + (int64_t)1);
    t->pause_off = NEW(int64_t, t->n + (int64_t)1);
    for (int64_t i = 0; i < t->n_events; i++) t->pause_off[t->e_report[i] + 1] += !t->refusal[i] && t->e_kind[i] == C12_NCR_DO_PAUSE;
    for (int32_t r = 0; r < t->n; r++) t->pause_off[r + 1] += t->pause_off[r];
    t->pause_from = NEW(c12_ns, t->pause_off[t->n]);
    t->pause_to = NEW(c12_ns, t->pause_off[t->n]);
    memcpy(at, t->pause_off, (size_t)t->n * sizeof *at);
    for (int64_t i = 0; i < t->n_events; i++) {
        int32_t r = t->e_report[i];
        if (t->refusal[i]) continue;
        if (t->e_kind[i] == C12_NCR_DO_PAUSE) { t->pause_from[at[r]] = t->e_at[i]; t->pause_to[at[r]++] = INT64_MAX; }
        if (t->e_kind[i] != C12_NCR_DO_RESUME) continue;
        t->pause_to[at[r] - 1] = t->e_at[i];
        at[r] -= t->pause_to[at[r] - 1] == t->pause_from[at[r] - 1]; /* a pause of no time is none */
    }
    for (int32_t r = 0, n = 0; r < t->n; r++) { /* close up where one was taken back */
        int64_t from = t->pause_off[r];
        for (t->pause_off[r] = n; from < at[r]; from++, n++) { t->pause_from[n] = t->pause_from[from]; t->pause_to[n] = t->pause_to[from]; }
        if (r == t->n - 1) t->pause_off[t->n] = n;
    }
    free(at);
}

static c12_status run_clocks(cli *c, tale *t, c12_ncr_calendar *k, c12_ns now, c12_ns window)
{
    c12_ncr_policy p = C12_INIT(c12_ncr_policy);
    c12_ncr_clocks q = C12_INIT(c12_ncr_clocks);
    c12_ncr_past past = C12_INIT(c12_ncr_past);
    c12_mem m = { NULL, c12_ncr_recurrence_scratch(t->n) };
    c12_status s = c12_ncr_default(&p, &c->err);
    q.n = t->n; q.grade = t->grade; q.created = t->created; q.closed = t->closed; q.pause_off = t->pause_off; q.pause_from = t->pause_from; q.pause_to = t->pause_to;
    if (!s) s = c12_ncr_clock(&p, k, &q, now, NULL, t->left, t->due, t->level, &c->err);
    if (s || !c12io_table_has(t->reports.t, R_CODE)) return s;
    for (int32_t r = 0; r < t->n; r++) if (t->code_id[r] < 0) t->code_id[r] = t->code.n + r; /* no code: like no other */
    past.n = t->n; past.code = t->code_id; past.station = t->station_id; past.created = t->created; past.closed = t->closed;
    m.ptr = cli_new((int64_t)m.size, 1);
    s = c12_ncr_recurrence(&past, window, now, t->effect, t->by_report, m, &c->err);
    free(m.ptr);
    return s;
}

static int64_t say_refused(const tale *t)
{
    int64_t refused = 0;
    for (int64_t i = 0; i < t->n_events; i++) {
        if (!t->refusal[i]) continue;
        c12_view name = c12io_table_cell(t->events.t, i, E_REPORT);
        refused++;
        cli_say("%s:%" PRId64 ": %s of %.*s refused: %s", t->events.file, c12io_table_line(t->events.t, i), c12_ncr_event_name(t->e_kind[i]), (int)name.size, (const char *)name.ptr,
            c12_ncr_refusal_name(t->refusal[i]));
    }
    return refused;
}

static int print_cases(cli *c, const tale *t, int64_t refused)
{
    static const char *const head[] = { "report", "grade", "state", "owner", "disposition", "paused", "closed", "due", "days_left", "level", "effect", "recurred_as" };
    static const char *const effects[] = { "", "effective", "recurred" };
    table o = table_new(12, head, "sssssnssnnss");
    text sum = { 0 };
    int64_t open = 0, late = 0, effective = 0, recurred = 0;
    for (int32_t r = 0; r < t->n; r++) {
        table_text(&o, t->report.name[r]);
        table_word(&o, grade_name(t->grade[r]));
        table_word(&o, c12_ncr_state_name(t->state[r]));
        put_name(&o, &t->person, t->owner[r]);
        table_word(&o, t->disposition[r] ? c12_ncr_disposition_name(t->disposition[r]) : "");
        table_int(&o, t->paused[r]);
        put_time(&o, t->closed[r]);
        put_time(&o, t->due[r]);
        if (t->left[r] == INT64_MAX || t->state[r] == C12_NCR_CLOSED) table_word(&o, "");
        else table_ratio(&o, t->left[r] / 1000000000, 86400, 2);
        table_int(&o, t->level[r]);
        table_word(&o, effects[t->effect[r]]);
        put_name(&o, &t->report, t->effect[r] == C12_NCR_RECURRED ? t->by_report[r] : -1);
        open += t->state[r] != C12_NCR_CLOSED;
        late += t->left[r] < 0 && t->state[r] != C12_NCR_CLOSED;
        effective += t->effect[r] == C12_NCR_EFFECTIVE;
        recurred += t->effect[r] == C12_NCR_RECURRED;
    }
    text_add(&sum, "\"reports\":%" PRId32 ",\"open\":%" PRId64 ",\"overdue\":%" PRId64 ",\"refused\":%" PRId64 ",\"effective\":%" PRId64 ",\"recurred\":%" PRId64, t->n, open, late, refused, effective, recurred);
    int code = table_print(c, &o, sum.at);
    text_free(&sum);
    return code ? code : refused ? EXIT_NO : EXIT_DONE;
}

int ncr_replay(cli *c)
{
    tale t = { 0 };
    c12_ncr_calendar k = C12_INIT(c12_ncr_calendar);
    const char *when = cli_value(c, "--now"), *calendar = cli_value(c, "--calendar");
    const int64_t hour = INT64_C(3600000000000), hours = cli_int(c, "--day-hours", 1, 24, 24), days = cli_int(c, "--window", 1, 3650, 90);
    const int32_t whys = (int32_t)cli_int(c, "--whys", 1, 100, 5);
    c12_ns now = INT64_MIN;
    if (!cli_ready(c, 3)) return EXIT_BAD;
    if (when && !time_of((c12_view){ (const uint8_t *)when, strlen(when) }, &now)) return cli_usage(c, "--now '%s' is not a time such as 2025-11-04T10:00Z", when);
    int code = read_reports(c, &t, cli_word(c, 1), 1);
    if (!code) code = read_events(c, &t, cli_word(c, 2));
    if (!code && calendar) code = read_calendar(c, &t, calendar, &k);
    for (int64_t i = 0; i < t.n_events && !when && !code; i++) if (t.e_at[i] > now) now = t.e_at[i]; /* the last thing known */
    for (int32_t r = 0; r < t.n && !when && !code; r++) if (t.created[r] > now) now = t.created[r];
    k.day = hours * hour;
    c12_status s = code ? C12_OK : apply_events(c, &t, whys);
    if (!code && !s) {
        gather_pauses(&t);
        s = run_clocks(c, &t, &k, now, days * 24 * hour);
    }
    if (!code && s) code = cli_fail(c, s);
    if (!code) {
        int64_t refused = say_refused(&t);
        code = print_cases(c, &t, refused);
    }
    tale_close(&t);
    return code;
}

/* ---- assignment ---------------------------------------------------------------------------------------------------------------------------- */

typedef struct crew { csv_sheet sheet; name_list name; uint8_t *manager, *away; int32_t *load, *then; int32_t n; } crew;

static int read_crew(cli *c, crew *p, const char *file)
{
    static const c12io_column known[] = { { "person", 1, 0 }, { "manager", 0, 0 }, { "away", 0, 0 }, { "load", 0, 0 } };
    int code = sheet_open(c, &p->sheet, file, known, 4);
    if (code) return code;
    p->n = (int32_t)c12io_table_rows(p->sheet.t);
    p->manager = NEW(uint8_t, p->n);
    p->away = NEW(uint8_t, p->n);
    p->load = NEW(int32_t, p->n);
    p->then = NEW(int32_t, p->n);
    for (int32_t k = 0; k < p->n && !code; k++) {
        int64_t manager = 0, away = 0, load = 0;
        if (names_id(&p->name, c12io_table_cell(p->sheet.t, k, 0)) != k) return sheet_bad(&p->sheet, k, 0, "new: an earlier row has that person");
        code = sheet_number(&p->sheet, k, 1, 0, 1, &manager);
        if (!code) code = sheet_number(&p->sheet, k, 2, 0, 1, &away);
        if (!code) code = sheet_number(&p->sheet, k, 3, 0, 1000000, &load);
        p->manager[k] = (uint8_t)manager;
        p->away[k] = (uint8_t)away;
        p->load[k] = (int32_t)load;
    }
    return code;
}

int ncr_assignment(cli *c)
{
    static const char *const head[] = { "report", "grade", "person", "urgent" };
    tale t = { 0 };
    crew p = { .n = 0 };
    c12_ncr_staff s = C12_INIT(c12_ncr_staff);
    if (!cli_ready(c, 3)) return EXIT_BAD;
    int code = read_reports(c, &t, cli_word(c, 1), 0), nobody = 0;
    if (!code) code = read_crew(c, &p, cli_word(c, 2));
    int32_t *person = NEW(int32_t, t.n);
    uint8_t *urgent = NEW(uint8_t, t.n);
    s.n = p.n; s.manager = p.manager; s.away = p.away; s.load = p.load;
    c12_status st = code ? C12_OK : c12_ncr_assign(&s, t.n, t.grade, person, urgent, p.then, &c->err);
    if (st) code = cli_fail(c, st);
    if (!code) {
        table o = table_new(4, head, "sssn");
        for (int32_t r = 0; r < t.n; r++) {
            table_text(&o, t.report.name[r]);
            table_word(&o, grade_name(t.grade[r]));
            put_name(&o, &p.name, person[r]);
            table_int(&o, urgent[r]);
            nobody |= person[r] < 0;
        }
        code = table_print(c, &o, NULL);
    }
    void *const owned[] = { person, urgent, p.manager, p.away, p.load, p.then };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
    names_free(&p.name);
    c12io_table_free(p.sheet.t);
    tale_close(&t);
    return code ? code : nobody ? EXIT_NO : EXIT_DONE;
}
