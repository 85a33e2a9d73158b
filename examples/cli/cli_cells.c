/* SPDX-License-Identifier: Apache-2.0 */
#include "cells.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

int cells_open(cli *c, cells *f, const char *file, const c12io_column *columns, int32_t n_columns)
{
    memset(f, 0, sizeof *f);
    f->file = file;
    f->columns = columns;
    c12_status s = c12io_table_read(&f->t, file, columns, n_columns, &c->err);
    if (s) return f->code = cli_fail(c, s);
    f->n = c12io_table_rows(f->t);
    if (f->n > INT32_MAX / 8) f->code = cli_say("%s: more rows than can be numbered", file);
    return f->code;
}

void cells_close(cells *f)
{
    while (f->n_owned) free(f->owned[--f->n_owned]);
    c12io_table_free(f->t);
    f->t = NULL;
}

void *cells_new(cells *f, int64_t n, size_t each)
{
    void *p = cli_new(n + 1, each);
    f->owned[f->n_owned++] = p;
    return p;
}

int cells_bad(cells *f, int64_t row, int32_t column, const char *wanted)
{
    c12_view v = c12io_table_cell(f->t, row, column);
    return f->code = cli_say("%s:%" PRId64 ":%s: '%.*s' is not %s", f->file, c12io_table_line(f->t, row), f->columns[column].name, (int)v.size, v.size ? (const char *)v.ptr : "", wanted);
}

int cell_decimal(c12_view v, int places, int64_t *out)
{
    int64_t n = 0;
    int seen = 0, behind = -1, minus = v.size && v.ptr[0] == '-';
    for (size_t i = (size_t)minus; i < v.size; i++) {
        if (v.ptr[i] == '.' && behind < 0) { behind = 0; continue; }
        if (v.ptr[i] < '0' || v.ptr[i] > '9' || n > INT64_MAX / 100) return 0;
        if (behind >= 0 && ++behind > places) return 0;
        n = n * 10 + (v.ptr[i] - '0');
        seen++;
    }
    for (behind = behind < 0 ? 0 : behind; behind < places; behind++) {
        if (n > INT64_MAX / 100) return 0;
        n *= 10;
    }
    *out = minus ? -n : n;
    return seen > 0;
}

/* Digits at a place of the text, -1 = others. */
static int time_part(const char *s, int at, int digits)
{
    int n = 0;
    for (int k = at; k < at + digits; k++) {
        if (s[k] < '0' || s[k] > '9') return -1;
        n = n * 10 + (s[k] - '0');
    }
    return n;
}

static int64_t days_of(int64_t year, int month, int day) /* since 1970, proleptic Gregorian */
{
    year -= month <= 2;
    int64_t era = year / 400, of_era = year - era * 400, of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

int cell_time(c12_view v, int64_t *out)
{
    static const int days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    char s[24] = "";
    if (cell_decimal(v, 0, out)) return 1;
    if (v.size < 16 || v.size > 20) return 0;
    memcpy(s, v.ptr, v.size);
    if (s[v.size - 1] == 'Z') s[--v.size] = 0;
    if ((v.size != 16 && v.size != 19) || s[4] != '-' || s[7] != '-' || (s[10] != 'T' && s[10] != ' ') || s[13] != ':' || (v.size == 19 && s[16] != ':')) return 0;
    const int year = time_part(s, 0, 4), month = time_part(s, 5, 2), day = time_part(s, 8, 2), hour = time_part(s, 11, 2), minute = time_part(s, 14, 2), second = v.size == 19 ? time_part(s, 17, 2) : 0;
    if (year < 1 || month < 1 || month > 12 || day < 1 || day > days[month - 1] || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return 0;
    if (month == 2 && day == 29 && (year % 4 || (year % 100 == 0 && year % 400))) return 0;
    *out = days_of(year, month, day) * 86400 + hour * 3600 + minute * 60 + second;
    return 1;
}

int64_t *cells_numbers(cells *f, int32_t column, int places, int64_t dflt, const char *wanted)
{
    int64_t *v = cells_new(f, f->n, sizeof *v);
    for (int64_t r = 0; r < f->n && !f->code; r++) {
        c12_view cell = c12io_table_cell(f->t, r, column);
        v[r] = dflt;
        if (cell.size && !cell_decimal(cell, places, &v[r])) cells_bad(f, r, column, wanted);
    }
    return v;
}

int64_t *cells_times(cells *f, int32_t column, int64_t dflt)
{
    int64_t *v = cells_new(f, f->n, sizeof *v);
    for (int64_t r = 0; r < f->n && !f->code; r++) {
        c12_view cell = c12io_table_cell(f->t, r, column);
        v[r] = dflt;
        if (cell.size && !cell_time(cell, &v[r])) cells_bad(f, r, column, "a tick or a time such as 2026-03-01T06:00");
    }
    return v;
}

int32_t *cells_names(cells *f, int32_t column, name_list *names)
{
    int32_t *v = cells_new(f, f->n, sizeof *v);
    for (int64_t r = 0; r < f->n && !f->code; r++) v[r] = names_id(names, c12io_table_cell(f->t, r, column));
    return v;
}

int32_t *cells_words(cells *f, int32_t column, const char *const *words, int32_t n_words)
{
    int32_t *v = cells_new(f, f->n, sizeof *v);
    char list[256] = "one of";
    for (int32_t k = 0; k < n_words; k++) snprintf(list + strlen(list), sizeof list - strlen(list), "%s %s", k ? "," : "", words[k]);
    for (int64_t r = 0; r < f->n && !f->code; r++) {
        c12_view cell = c12io_table_cell(f->t, r, column);
        v[r] = -1;
        for (int32_t k = 0; k < n_words; k++)
            if (cell.size == strlen(words[k]) && !memcmp(cell.ptr, words[k], cell.size)) v[r] = k;
        if (v[r] < 0) cells_bad(f, r, column, list);
    }
    return v;
}

int cells_fail(cli *c, c12_status s, const cells *f)
{
    if (c->err.row < 0 || c->err.row >= f->n || !c->err.field || s == C12_E_SPACE || s == C12_E_ARG) return cli_fail(c, s);
    return cli_say("%s:%" PRId64 ":%s: %s (%" PRId64 ")", f->file, c12io_table_line(f->t, c->err.row), c->err.field, c->err.what, c->err.value);
}

int cells_wrong(const c12_verdict *v, const char *file)
{
    if (!v->violations) return EXIT_DONE;
    cli_say("%s: %s (%" PRId64 "); this is a fault of c12, please report", file, v->rule, v->row);
    return EXIT_INTERNAL;
}

void table_share(table *t, int64_t num, int64_t den, int places)
{
    if (den) table_ratio(t, num, den, places);
    else table_word(t, "");
}

void table_name(table *t, const name_list *k, int32_t id, const char *otherwise)
{
    if (id < 0 || id >= k->n) table_word(t, otherwise);
    else table_text(t, k->name[id]);
}
