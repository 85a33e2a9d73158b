/* SPDX-License-Identifier: Apache-2.0 */
/* plant.ini through inih, and days as text. */
#include "io/io_internal.h"
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- days -------------------------------------------------------------------------------------------------------- */

/* Civil calendar from a day count and back: Howard Hinnant's algorithm, eras of 400 years. */
static void civil_from_days(int64_t z, int64_t *y, int *m, int *d)
{
    z += 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097, doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365, doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    *d = (int)(doy - (153 * mp + 2) / 5 + 1);
    *m = (int)(mp < 10 ? mp + 3 : mp - 9);
    *y = yoe + era * 400 + (*m <= 2);
}

static int64_t days_from_civil(int64_t y, int m, int d)
{
    y -= m <= 2;
    int64_t era = (y >= 0 ? y : y - 399) / 400, yoe = y - era * 400;
    int64_t doy = (153 * (m > 2 ? m - 3 : m + 9) + 2) / 5 + d - 1, doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + doe - 719468;
}

void c12io_date_text(int64_t day, int32_t minute, char out[17])
{
    int64_t y;
    int m, d;
    char text[64];
    civil_from_days(day + (minute >= 0 ? minute / 1440 : 0), &y, &m, &d);
    if (minute < 0) snprintf(text, sizeof text, "%04d-%02d-%02d", (int)y, m, d);
    else snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d", (int)y, m, d, minute % 1440 / 60, minute % 60);
    memcpy(out, text, 16);
    out[minute < 0 ? 10 : 16] = 0;
}

c12_status c12io_date_parse(const char *text, int64_t *day, c12_error *err)
{
    int y = 0, m = 0, d = 0, n = 0, back_m, back_d;
    int64_t back_y;
    if (sscanf(text, "%4d-%2d-%2d%n", &y, &m, &d, &n) == 3 && n == 10 && !text[10]) {
        int64_t z = days_from_civil(y, m, d);
        civil_from_days(z, &back_y, &back_m, &back_d);
        if (back_y == y && back_m == m && back_d == d) { *day = z; return C12_OK; }
    }
    return c12io__fault(err, C12_E_FORMAT, "not a date", -1, 0, "'%.40s' is not a date; write YYYY-MM-DD", text);
}

/* ---- plant.ini --------------------------------------------------------------------------------------------------- */

typedef struct config_read { c12io_config *c; c12_error *err; const char *path; c12_status status; } config_read;

static int config_number(config_read *r, const char *name, const char *value, int64_t low, int64_t high, int64_t *out)
{
    char *end;
    long long v = strtoll(value, &end, 10);
    if (*value && !*end && v >= low && v <= high) { *out = v; return 1; }
    r->status = c12io__fault(r->err, C12_E_FORMAT, "bad value", -1, 0, "%s: %s = '%.40s' is not a number from %lld to %lld", r->path, name, value, (long long)low, (long long)high);
    return 0;
}

static int config_int(config_read *r, const char *name, const char *value, int64_t high, int32_t *out)
{
    int64_t n;
    if (!config_number(r, name, value, 0, high, &n)) return 0;
    *out = (int32_t)n;
    return 1;
}

static int config_text(config_read *r, const char *name, const char *value, char *out, size_t cap)
{
    if (strlen(value) < cap) { strcpy(out, value); return 1; }
    r->status = c12io__fault(r->err, C12_E_FORMAT, "text too long", -1, (int64_t)cap, "%s: %s takes at most %d bytes", r->path, name, (int)cap - 1);
    return 0;
}

/* Up to six places behind the point. */
static int config_money(config_read *r, const char *name, const char *value, c12_money *out)
{
    int64_t micro = 0, unit = 1000000;
    const char *p = value;
    for (; *p >= '0' && *p <= '9' && micro < INT64_C(1000000000000000); p++) micro = micro * 10 + (*p - '0') * INT64_C(1000000);
    if (*p == '.' && p > value)
        for (p++; *p >= '0' && *p <= '9' && unit > 1; p++) micro += (*p - '0') * (unit /= 10);
    if (p > value && !*p) { *out = micro; return 1; }
    r->status = c12io__fault(r->err, C12_E_FORMAT, "bad value", -1, 0, "%s: %s = '%.40s' is not an amount; write digits and at most six places behind a point", r->path, name, value);
    return 0;
}

static int config_entry(void *user, const char *section, const char *name, const char *value)
{
    config_read *r = user;
    int64_t n = 0;
    char key[96];
    snprintf(key, sizeof key, "[%.40s] %.40s", section, name);
    if (!strcmp(key, "[plant] name")) return config_text(r, key, value, r->c->name, sizeof r->c->name);
    if (!strcmp(key, "[cost] currency")) return config_text(r, key, value, r->c->currency, sizeof r->c->currency);
    if (!strcmp(key, "[cost] labour_rate")) return config_money(r, key, value, &r->c->labour_rate);
    if (!strcmp(key, "[cost] overhead_rate")) return config_money(r, key, value, &r->c->overhead_rate);
    if (!strcmp(key, "[plan] work_limit")) return config_number(r, key, value, 1, INT64_C(1000000000000), &r->c->work_limit);
    if (!strcmp(key, "[plan] buckets")) {
        if (!config_number(r, key, value, 1, 4096, &n)) return 0;
        r->c->buckets = (int32_t)n;
        return 1;
    }
    if (!strcmp(key, "[plan] message_qty")) return config_number(r, key, value, 0, INT64_MAX, &r->c->message_qty);
    if (!strcmp(key, "[plan] message_shift")) return config_int(r, key, value, 4096, &r->c->message_shift);
    if (!strcmp(key, "[plan] negative_stock")) return config_int(r, key, value, 1, &r->c->negative_stock);
    if (!strcmp(key, "[plan] forecast_back")) return config_int(r, key, value, 4096, &r->c->forecast_back);
    if (!strcmp(key, "[plan] forecast_ahead")) return config_int(r, key, value, 4096, &r->c->forecast_ahead);
    if (!strcmp(key, "[plan] substitute_late")) return config_int(r, key, value, 1, &r->c->substitute_late);
    if (!strcmp(key, "[plan] start")) {
        r->status = c12io_date_parse(value, &r->c->start_day, r->err);
        return !r->status;
    }
    r->status = c12io__fault(r->err, C12_E_FORMAT, "unknown key", -1, 0, "%s: %s is not known; docs/guide/plant.md lists the keys", r->path, key);
    return 0;
}

c12_status c12io_config_read(const char *path, c12io_config *out, c12_error *err)
{
    if (!path || !out || out->struct_size < sizeof *out) return c12io__fault(err, C12_E_ARG, "argument is NULL or not initialised", -1, 0, "config: use C12_INIT");
    c12io_config c = C12_INIT(c12io_config);
    c.buckets = 90;
    c.start_day = 20385; /* 2025-10-24, the day of the source document */
    c.work_limit = 20000;
    strcpy(c.name, "plant");
    strcpy(c.currency, "EUR");
    config_read r = { &c, err, path, C12_OK };
    FILE *f = fopen(path, "r");
    if (f) {
        int line = ini_parse_file(f, config_entry, &r);
        fclose(f);
        if (r.status) { if (err) err->row = line; return r.status; }
        if (line) return c12io__fault(err, C12_E_FORMAT, "malformed line", line, 0, "%s:%d: neither [section] nor name = value", path, line);
    }
    *out = c;
    return C12_OK;
}
