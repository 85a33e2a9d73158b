/* SPDX-License-Identifier: Apache-2.0 */
/* Cells of CSV files: numbers, words and times. */
#include "sheet.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- cells ------------------------------------------------------------------------------------------------------------------------- */

int sheet_open(cli *c, csv_sheet *s, const char *file, const c12io_column *columns, int32_t n)
{
    s->file = file;
    s->column = columns;
    c12_status st = c12io_table_read(&s->t, file, columns, n, &c->err);
    return st ? cli_fail(c, st) : EXIT_DONE;
}

int sheet_bad(const csv_sheet *s, int64_t row, int32_t column, const char *wanted)
{
    c12_view v = c12io_table_cell(s->t, row, column);
    return cli_say("%s:%" PRId64 ":%s: '%.*s' is not %s", s->file, c12io_table_line(s->t, row), s->column[column].name, (int)v.size, v.size ? (const char *)v.ptr : "", wanted);
}

int sheet_number(const csv_sheet *s, int64_t row, int32_t column, int64_t low, int64_t high, int64_t *v)
{
    char cell[24], wanted[80], *end;
    c12_view x = c12io_table_cell(s->t, row, column);
    snprintf(cell, sizeof cell, "%.*s", (int)(x.size > 23 ? 23 : x.size), x.size ? (const char *)x.ptr : "");
    *v = strtoll(cell, &end, 10);
    if (!*end && x.size < 19 && *v >= low && *v <= high) return EXIT_DONE;
    snprintf(wanted, sizeof wanted, "a whole number from %" PRId64 " to %" PRId64, low, high);
    return sheet_bad(s, row, column, wanted);
}

int cell_word(const csv_sheet *s, int64_t row, int32_t column, const char *(*name)(int32_t), int32_t n)
{
    c12_view v = c12io_table_cell(s->t, row, column);
    for (int32_t k = 1; k < n; k++) if (v.size == strlen(name(k)) && !memcmp(v.ptr, name(k), v.size)) return k;
    return 0;
}

/* ---- times ------------------------------------------------------------------------------------------------------------------------- */

/* Days from 1970-01-01, of the proleptic Gregorian calendar; years from 0 on. */
static int64_t day_number(int64_t y, int64_t m, int64_t d)
{
    y -= m <= 2;
    const int64_t era = y / 400, of_era = y % 400, of_year = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static int digits(const char **at, int n, int64_t low, int64_t high, int64_t *v)
{
    *v = 0;
    while (n--) {
        if (**at < '0' || **at > '9') return 0;
        *v = *v * 10 + (*(*at)++ - '0');
    }
    return *v >= low && *v <= high;
}

int time_of(c12_view v, c12_ns *t)
{
    static const int64_t month_days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    char written[32];
    const char *at = written;
    int64_t y, m, d, hour = 0, minute = 0, second = 0;
    if (v.size >= sizeof written) return 0;
    memcpy(written, v.size ? (const char *)v.ptr : "", v.size);
    written[v.size] = 0;
    if (!digits(&at, 4, 1700, 2250, &y) || *at++ != '-' || !digits(&at, 2, 1, 12, &m) || *at++ != '-' || !digits(&at, 2, 1, month_days[m - 1], &d)) return 0;
    if (m == 2 && d == 29 && (y % 4 || (y % 100 == 0 && y % 400))) return 0;
    if (*at) {
        if (*at++ != 'T' || !digits(&at, 2, 0, 23, &hour) || *at++ != ':' || !digits(&at, 2, 0, 59, &minute)) return 0;
        if (*at == ':' && (at++, !digits(&at, 2, 0, 59, &second))) return 0;
        if (*at == 'Z') at++;
    }
    *t = ((day_number(y, m, d) * 24 + hour) * 60 + minute) * INT64_C(60000000000) + second * INT64_C(1000000000);
    return !*at;
}

int sheet_time(const csv_sheet *s, int64_t row, int32_t column, c12_ns *v)
{
    c12_view cell = c12io_table_cell(s->t, row, column);
    *v = INT64_MAX;
    if (!cell.size || time_of(cell, v)) return EXIT_DONE;
    return sheet_bad(s, row, column, "a time such as 2025-11-04 or 2025-11-04T10:00Z");
}

void put_time(table *t, c12_ns v)
{
    char s[64];
    const int64_t minute = INT64_C(60000000000);
    if (v == INT64_MAX) { table_word(t, ""); return; }
    int64_t all = v / minute - (v % minute < 0), day = all / 1440 - (all % 1440 < 0), of_day = all - day * 1440, z = day + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097, doe = z - era * 146097, yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153, m = mp < 10 ? mp + 3 : mp - 9;
    snprintf(s, sizeof s, "%04" PRId64 "-%02" PRId64 "-%02" PRId64 "T%02" PRId64 ":%02" PRId64 "Z", yoe + era * 400 + (m <= 2), m, doy - (153 * mp + 2) / 5 + 1, of_day / 60, of_day % 60);
    table_word(t, s);
}
