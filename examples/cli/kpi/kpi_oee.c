/* SPDX-License-Identifier: Apache-2.0 */
/* c12 kpi oee and c12 kpi fleet: events of units by state, and what they made. */
#include "kpi_cli.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { S_UNIT, S_FROM, S_TO, S_STATE, S_REASON, S_COLUMNS };
static const c12io_column state_columns[S_COLUMNS] = { { "machine", 1, 0 }, { "from", 1, 0 }, { "to", 1, 0 }, { "state", 1, 0 }, { "reason", 0, 0 } };
static const char *const states[] = { "run", "setup", "stop", "failure", "idle", "off" };
enum { Q_UNIT, Q_RUN_TIME, Q_PRODUCED, Q_GOOD, Q_SCRAP, Q_REWORK, Q_INSPECTED, Q_FIRST, Q_COLUMNS };
static const c12io_column count_columns[Q_COLUMNS] = { { "machine", 1, 0 }, { "run_time", 1, 0 }, { "produced", 1, 0 }, { "good", 1, 0 }, { "scrap", 0, 0 }, { "rework", 0, 0 }, { "inspected", 0, 0 }, { "first_good", 0, 0 } };

typedef struct shift { cells f, counts; name_list units, reasons; c12_kpi_states x; c12_kpi_times t; int64_t *cell[15], *num, *den; int32_t *class_of; } shift; /* cell: elements by unit */

/* A reason is counted as one state throughout; without one the state is the reason. */
static int shift_reasons(shift *s)
{
    cells *f = &s->f;
    int32_t *state = cells_words(f, S_STATE, states, C12_KPI_CLASSES), *reason = cells_new(f, f->n, 4);
    s->class_of = cells_new(f, f->n, 4);
    for (int64_t r = 0; r < f->n && !f->code; r++) {
        c12_view name = c12io_table_cell(f->t, r, S_REASON);
        const int32_t before = s->reasons.n;
        if (!name.size) name = c12io_table_cell(f->t, r, S_STATE);
        reason[r] = names_id(&s->reasons, name);
        if (s->reasons.n > before) s->class_of[reason[r]] = state[r];
        else if (s->class_of[reason[r]] != state[r]) return f->code = cli_say("%s:%" PRId64 ":reason: '%.*s' was counted as %s before", f->file, c12io_table_line(f->t, r), (int)name.size, (const char *)name.ptr, states[s->class_of[reason[r]]]);
    }
    s->x.reason = reason;
    s->x.class_of = s->class_of;
    return f->code;
}

/* Without --from and --to the period is what the events cover. */
static int shift_read(cli *c, shift *s, int64_t from, int64_t to)
{
    cells *f = &s->f;
    int32_t *unit = cells_names(f, S_UNIT, &s->units);
    int64_t *begin = cells_times(f, S_FROM, 0), *end = cells_times(f, S_TO, 0), low = INT64_MAX, high = INT64_MIN;
    if (shift_reasons(s)) return f->code;
    for (int64_t r = 0; r < f->n; r++) {
        if (unit[r] < 0) return cells_bad(f, r, S_UNIT, "a machine");
        if (begin[r] < low) low = begin[r];
        if (end[r] > high) high = end[r];
    }
    s->x.struct_size = sizeof s->x;
    s->x.n = f->n;
    s->x.n_units = s->units.n;
    s->x.n_reasons = s->reasons.n;
    s->x.from = from == INT64_MIN ? (f->n ? low : 0) : from;
    s->x.to = to == INT64_MAX ? (f->n ? high : 0) : to;
    s->x.unit = unit;
    s->x.begin = begin;
    s->x.end = end;
    c12_mem scratch = { NULL, c12_kpi_tally_scratch(s->units.n) };
    c12_verdict v = C12_INIT(c12_verdict);
    scratch.ptr = cells_new(f, (int64_t)scratch.size, 1);
    s->t = (c12_kpi_times){ .struct_size = sizeof s->t, .time = cells_new(f, (int64_t)s->units.n * C12_KPI_CLASSES, 8), .unknown = cells_new(f, s->units.n, 8), .failures = cells_new(f, s->units.n, 8), .by_reason = cells_new(f, s->reasons.n, 8) };
    c12_status st = c12_kpi_tally(&s->x, &s->t, scratch, &c->err);
    if (!st) st = c12_kpi_tally_check(&s->x, &s->t, scratch, &v, &c->err);
    return st ? cells_fail(c, st, f) : cells_wrong(&v, f->file);
}

/* ---- fleet ---------------------------------------------------------------------------------------------------------------------------- */

static int shift_fleet(cli *c, shift *s)
{
    static const char *const head[] = { "machine", "availability", "utilisation", "mtbf", "mttr", "failures" };
    const int32_t n = s->units.n;
    int64_t *out = cells_new(&s->f, (int64_t)(n + 1) * 8, 8), m = n + 1;
    c12_kpi_fleet f = { .struct_size = sizeof f, .n_units = n, .time = s->t.time, .failures = s->t.failures, .available_num = out, .available_den = out + m, .used_num = out + 2 * m, .used_den = out + 3 * m,
                        .between_num = out + 4 * m, .between_den = out + 5 * m, .repair_num = out + 6 * m, .repair_den = out + 7 * m };
    c12_verdict v = C12_INIT(c12_verdict);
    c12_status st = c12_kpi_fleet_ratios(&f, &c->err);
    if (!st) st = c12_kpi_fleet_check(&f, &v, &c->err);
    int code = st ? cli_fail(c, st) : cells_wrong(&v, s->f.file);
    if (code) return code;
    table t = table_new(6, head, "snnnnn");
    for (int32_t i = 0; i <= n; i++) {
        table_name(&t, &s->units, i, "all");
        for (int k = 0; k < 4; k++) table_share(&t, out[2 * k * m + i], out[(2 * k + 1) * m + i], k < 2 ? 6 : 1);
        table_int(&t, f.repair_den[i]);
    }
    return table_print(c, &t, NULL);
}

/* ---- indicators ------------------------------------------------------------------------------------------------------------------------- */

/* What machines made, by machine of the events. */
static int shift_counts(cli *c, shift *s, const char *file)
{
    cells *f = &s->counts;
    int64_t *column[Q_COLUMNS];
    if (!file) return EXIT_DONE;
    if (cells_open(c, f, file, count_columns, Q_COLUMNS)) return f->code;
    for (int k = Q_RUN_TIME; k < Q_COLUMNS; k++) column[k] = cells_numbers(f, k, 0, 0, "a whole number");
    for (int64_t r = 0; r < f->n && !f->code; r++) {
        int32_t unit = names_find(&s->units, c12io_table_cell(f->t, r, Q_UNIT));
        if (unit < 0) return cells_bad(f, r, Q_UNIT, "a machine of the events");
        for (int k = Q_RUN_TIME; k < Q_COLUMNS; k++) s->cell[5 + k - Q_RUN_TIME][unit] = column[k][r];
    }
    return f->code;
}

static int shift_indicators(cli *c, shift *s)
{
    const int32_t n = s->units.n;
    for (int32_t i = 0; i < n; i++) {
        const int64_t *time = s->t.time + (int64_t)i * C12_KPI_CLASSES;
        s->cell[0][i] = s->x.to - s->x.from - s->t.unknown[i] - time[C12_KPI_OFF];
        s->cell[1][i] = time[C12_KPI_RUN];
        s->cell[2][i] = time[C12_KPI_SETUP];
        s->cell[3][i] = time[C12_KPI_STOP] + time[C12_KPI_FAILURE];
        s->cell[4][i] = s->cell[1][i] + s->cell[2][i] + s->cell[3][i]; /* orders are worked on when the unit is busy */
        s->cell[12][i] = s->cell[0][i] - time[C12_KPI_FAILURE];
        s->cell[13][i] = time[C12_KPI_FAILURE];
        s->cell[14][i] = s->t.failures[i];
    }
    c12_kpi_elements e = { .struct_size = sizeof e, .n = n, .busy_planned = s->cell[0], .production = s->cell[1], .setup = s->cell[2], .delay = s->cell[3], .order_time = s->cell[4], .run_time = s->cell[5],
                           .produced = s->cell[6], .good = s->cell[7], .scrap = s->cell[8], .rework = s->cell[9], .inspected = s->cell[10], .first_good = s->cell[11], .operating = s->cell[12], .repair = s->cell[13],
                           .failures = s->cell[14] };
    c12_verdict v = C12_INIT(c12_verdict);
    s->num = cells_new(&s->f, (int64_t)(n + 1) * C12_KPI_RATIOS, 8);
    s->den = cells_new(&s->f, (int64_t)(n + 1) * C12_KPI_RATIOS, 8);
    c12_status st = c12_kpi_iso(&e, s->num, s->den, &c->err);
    if (!st) st = c12_kpi_iso_check(&e, s->num, s->den, &v, &c->err);
    if (st && c->err.row >= 0 && c->err.row < n) return cli_say("c12 kpi: machine '%.*s': %s: %s (%" PRId64 ")", (int)s->units.name[c->err.row].size, (const char *)s->units.name[c->err.row].ptr, c->err.field, c->err.what, c->err.value);
    return st ? cli_fail(c, st) : cells_wrong(&v, s->f.file);
}

/* ---- picture: reasons from the largest loss on, the rest as one ---------------------------------------------------------------------------- */

static int larger_loss(const void *a, const void *b)
{
    const kpi_loss *x = a, *y = b;
    return x->time > y->time ? -1 : x->time < y->time ? 1 : strcmp(x->name, y->name);
}

static int shift_draw(cli *c, const shift *s, const char *path)
{
    enum { SHOWN = 6 };
    kpi_loss *by = NEW(kpi_loss, s->reasons.n + 8), bar[SHOWN + 8];
    const int64_t at = (int64_t)s->units.n * C12_KPI_RATIOS;
    const double planned = (double)s->den[at + C12_KPI_OEE_INDEX], run = (double)s->num[at + C12_KPI_AVAILABILITY], made = (double)s->num[at + C12_KPI_EFFECTIVENESS], fine = (double)s->num[at + C12_KPI_OEE_INDEX];
    int n = 0, m = 0;
    for (int32_t r = 0; r < s->reasons.n; r++) {
        if (s->class_of[r] == C12_KPI_RUN || s->class_of[r] == C12_KPI_OFF || !s->t.by_reason[r]) continue;
        by[n].time = (double)s->t.by_reason[r];
        by[n].kind = 1;
        snprintf(by[n++].name, sizeof by->name, "%.*s", (int)(s->reasons.name[r].size > 40 ? 40 : s->reasons.name[r].size), (const char *)s->reasons.name[r].ptr);
    }
    qsort(by, (size_t)n, sizeof *by, larger_loss);
    bar[m++] = (kpi_loss){ "planned time", planned, 0 };
    for (int k = 0; k < n && k < SHOWN; k++) bar[m++] = by[k];
    if (n > SHOWN) bar[m++] = (kpi_loss){ "other reasons", 0, 1 };
    for (int k = SHOWN; k < n; k++) bar[m - 1].time += by[k].time;
    bar[m++] = (kpi_loss){ "running", run, 0 };
    if (made > 0) { /* without counts there is nothing to be said of speed and quality */
        bar[m++] = (kpi_loss){ "speed", run - made, 2 }; /* below 0 when they ran faster than planned */
        bar[m++] = (kpi_loss){ "not good", made - fine, 3 };
        bar[m++] = (kpi_loss){ "effective", fine, 0 };
    }
    free(by);
    return kpi_draw(c, path, bar, m, planned);
}

static int print_indicators(cli *c, const shift *s)
{
    static const char *const head[] = { "machine", "planned", "availability", "effectiveness", "quality", "oee", "nee", "allocation", "utilization", "technical", "setup_rate", "throughput", "scrap", "rework", "first_pass", "mtbf", "mttr" };
    static const int which[] = { C12_KPI_AVAILABILITY, C12_KPI_EFFECTIVENESS, C12_KPI_QUALITY_RATIO, C12_KPI_OEE_INDEX, C12_KPI_NEE_INDEX, C12_KPI_ALLOCATION_EFFICIENCY, C12_KPI_UTILIZATION_EFFICIENCY,
        C12_KPI_TECHNICAL_EFFICIENCY, C12_KPI_SETUP_RATE, C12_KPI_THROUGHPUT_RATE, C12_KPI_SCRAP_RATIO, C12_KPI_REWORK_RATIO, C12_KPI_FIRST_PASS_YIELD, C12_KPI_MTBF, C12_KPI_MTTR };
    table t = table_new(17, head, "snnnnnnnnnnnnnnnn");
    text sum = { 0 };
    for (int32_t i = 0; i <= s->units.n; i++) {
        const int64_t at = (int64_t)i * C12_KPI_RATIOS;
        table_name(&t, &s->units, i, "all");
        table_int(&t, s->den[at + C12_KPI_AVAILABILITY]);
        for (int k = 0; k < 15; k++) table_share(&t, s->num[at + which[k]], s->den[at + which[k]], k < 13 ? 6 : 1);
    }
    text_add(&sum, "\"from\":%" PRId64 ",\"to\":%" PRId64 ",\"losses\":[", s->x.from, s->x.to);
    for (int32_t r = 0; r < s->reasons.n; r++) {
        text_add(&sum, "%s{\"reason\":", r ? "," : "");
        text_json(&sum, s->reasons.name[r]);
        text_add(&sum, ",\"state\":\"%s\",\"time\":%" PRId64 "}", states[s->class_of[r]], s->t.by_reason[r]);
    }
    text_add(&sum, "]");
    int code = table_print(c, &t, sum.at);
    text_free(&sum);
    return code;
}

int kpi_oee(cli *c, int fleet)
{
    const char *counts = cli_value(c, "--counts"), *svg = cli_value(c, "--svg"), *file;
    int64_t from, to;
    shift s;
    memset(&s, 0, sizeof s);
    if (!kpi_tick(c, "--from", INT64_MIN, &from) || !kpi_tick(c, "--to", INT64_MAX, &to)) return EXIT_BAD;
    file = cli_word(c, 1);
    if (!cli_ready(c, 2)) return EXIT_BAD;
    if (fleet && (counts || svg)) return cli_usage(c, "--counts and --svg are for oee");
    int code = cells_open(c, &s.f, file, state_columns, S_COLUMNS);
    if (!code) code = shift_read(c, &s, from, to);
    for (int k = 0; k < 15; k++) s.cell[k] = NEW(int64_t, s.units.n + 1);
    if (!code && fleet) code = shift_fleet(c, &s);
    else if (!code && !(code = shift_counts(c, &s, counts)) && !(code = shift_indicators(c, &s)) && !(svg && (code = shift_draw(c, &s, svg)))) code = print_indicators(c, &s);
    for (int k = 0; k < 15; k++) free(s.cell[k]);
    names_free(&s.units);
    names_free(&s.reasons);
    cells_close(&s.counts);
    cells_close(&s.f);
    return code;
}
