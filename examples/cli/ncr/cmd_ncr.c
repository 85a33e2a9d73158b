/* SPDX-License-Identifier: Apache-2.0 */
/* c12 ncr grade: severity of reports from a CSV, by the plant's rules or the document's; and which part does the other verbs. */
#include "ncr_cli.h"
#include "quality.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { REPORT, CODE, STATION, LOT_QTY, BAD_QTY, SEVERITY, OCCURRENCE, DETECTION, REPEATS, SAFETY, COLUMNS };
static const c12io_column columns[COLUMNS] = { { "report", 1, 0 }, { "code", 1, 0 }, { "station", 0, 0 }, { "lot_qty", 0, 0 }, { "bad_qty", 0, 0 }, { "severity", 0, 0 },
    { "occurrence", 0, 0 }, { "detection", 0, 0 }, { "repeats", 0, 0 }, { "safety", 0, 0 } };

static int read_number(const c12io_table *t, const char *file, int64_t row, int32_t column, int64_t *v)
{
    char cell[24], *end;
    c12_view x = c12io_table_cell(t, row, column);
    snprintf(cell, sizeof cell, "%.*s", (int)(x.size > 23 ? 23 : x.size), x.size ? (const char *)x.ptr : "");
    *v = strtoll(cell, &end, 10);
    if (cell[0] && !*end && x.size < 19 && *v >= 0) return EXIT_DONE;
    return cli_say("%s:%" PRId64 ":%s: '%s' is not a whole number of 0 or more; write digits only", file, c12io_table_line(t, row), columns[column].name, cell);
}

/* NULL when the table lacks the column. */
static int64_t *numbers(const c12io_table *t, const char *file, int32_t column, int *code)
{
    if (!c12io_table_has(t, column)) return NULL;
    int64_t *v = NEW(int64_t, c12io_table_rows(t));
    for (int64_t r = 0; r < c12io_table_rows(t) && !*code; r++) *code = read_number(t, file, r, column, &v[r]);
    return v;
}

static int32_t *small_numbers(const c12io_table *t, const char *file, int32_t column, int *code)
{
    int64_t *wide = numbers(t, file, column, code);
    if (!wide) return NULL;
    int32_t *v = NEW(int32_t, c12io_table_rows(t));
    for (int64_t r = 0; r < c12io_table_rows(t); r++) v[r] = wide[r] > INT32_MAX ? INT32_MAX : (int32_t)wide[r];
    free(wide);
    return v;
}

/* ---- grading ---------------------------------------------------------------------------------------------------------------------- */

static void put_reasons(table *o, uint32_t bits, int32_t rule)
{
    char words[40];
    table_word(o, c12_ncr_reason_text(bits, words, sizeof words, NULL) ? "?" : words);
    if (rule < 0) table_word(o, "");
    else table_int(o, rule + 1);
}

static int print_grades(cli *c, const c12io_table *t, const int32_t *grade, const uint32_t *reason, const int32_t *rule)
{
    static const char *const head[] = { "report", "grade", "reason", "rule" }, *const grades[] = { "", "minor", "major", "critical" };
    table o = table_new(4, head, "sssn");
    for (int64_t r = 0; r < c12io_table_rows(t); r++) {
        table_text(&o, c12io_table_cell(t, r, REPORT));
        table_word(&o, grades[grade[r]]);
        put_reasons(&o, reason[r], rule[r]);
    }
    return table_print(c, &o, NULL);
}

static int grade_reports(cli *c, const c12io_table *t, const char *file, const c12_ncr_policy *p, const plant_rules *rules)
{
    int64_t n = c12io_table_rows(t);
    int code = EXIT_DONE;
    c12_ncr_batch b = C12_INIT(c12_ncr_batch);
    column_text codes = column_texts(t, CODE);
    int32_t *grade = NEW(int32_t, n), *rule = NEW(int32_t, n), *station = NEW(int32_t, n);
    uint32_t *reason = NEW(uint32_t, n);
    int64_t *lot = numbers(t, file, LOT_QTY, &code), *bad = numbers(t, file, BAD_QTY, &code);
    int32_t *small[4];
    for (int k = 0; k < 4; k++) small[k] = small_numbers(t, file, SEVERITY + k, &code);
    int32_t *safety = small_numbers(t, file, SAFETY, &code);
    uint8_t *marked = NEW(uint8_t, n);
    for (int64_t r = 0; r < n; r++) {
        station[r] = rules_station(rules, c12io_table_cell(t, r, STATION));
        marked[r] = safety && safety[r];
    }
    b.n = (int32_t)n;
    b.code_text = codes.bytes.at ? (const uint8_t *)codes.bytes.at : (const uint8_t *)"";
    b.code_off = codes.off;
    b.station = station;
    b.lot_qty = lot && bad ? lot : NULL;
    b.bad_qty = lot && bad ? bad : NULL;
    b.severity = small[0];
    b.occurrence = small[1];
    b.detection = small[2];
    b.repeats = small[3];
    b.safety = marked;
    c12_status s = code ? C12_OK : c12_ncr_grade(p, &b, grade, reason, rule, &c->err);
    if (s == C12_E_RANGE) code = cli_say("%s:%" PRId64 ":%s: %" PRId64 ": %s", file, c12io_table_line(t, c->err.row), c->err.field, c->err.value, c->err.what);
    else if (s) code = cli_fail(c, s);
    if (!code) code = print_grades(c, t, grade, reason, rule);
    void *const owned[] = { grade, rule, station, reason, lot, bad, small[0], small[1], small[2], small[3], safety, marked, codes.off, codes.bytes.at };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
    return code;
}

static int ncr_grade_file(cli *c)
{
    const char *rules_file = cli_value(c, "--rules"), *file = cli_word(c, 1);
    c12_ncr_policy p = C12_INIT(c12_ncr_policy);
    plant_rules rules = { 0 };
    c12io_table *t = NULL;
    if (!cli_ready(c, 2)) return EXIT_BAD;
    int code = rules_open(c, &rules, rules_file, &p);
    if (!code) {
        c12_status s = c12io_table_read(&t, file, columns, COLUMNS, &c->err);
        code = s ? cli_fail(c, s) : grade_reports(c, t, file, &p, &rules);
    }
    c12io_table_free(t);
    rules_close(&rules);
    return code;
}

int cmd_ncr(cli *c)
{
    const char *verb = cli_word(c, 0); /* files are asked for behind the options, whose values they are not */
    if (verb && !strcmp(verb, "states")) return ncr_states(c);
    if (verb && !strcmp(verb, "replay")) return ncr_replay(c);
    if (verb && !strcmp(verb, "assign")) return ncr_assignment(c);
    if (verb && !strcmp(verb, "aoi")) return ncr_inspection(c);
    if (!verb || strcmp(verb, "grade")) return cli_usage(c, verb ? "no verb '%s'; there are grade, assign, replay, aoi and states" : "a verb is missing", verb);
    return ncr_grade_file(c);
}

const char *grade_name(int32_t grade)
{
    static const char *const names_of[] = { "?", "minor", "major", "critical" };
    return names_of[grade >= 1 && grade <= 3 ? grade : 0];
}
