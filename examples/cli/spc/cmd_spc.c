/* SPDX-License-Identifier: Apache-2.0 */
/* c12 spc: control charts from a CSV file, Pareto counts, sampling plans. */
#include "spc_cli.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { SAMPLE, VALUE, SIZE, COUNT, EXCLUDE, SPC_COLUMNS };
static const c12io_column spc_columns[SPC_COLUMNS] = { { "sample", 0, 0 }, { "value", 0, 0 }, { "size", 0, 0 }, { "count", 0, 0 }, { "exclude", 0, 0 } };
static const char *const kinds[] = { "", "xbar-r", "xbar-s", "i-mr", "p", "np", "c", "u", "ewma", "cusum" };
enum { SPC_EWMA = 8, SPC_CUSUM = 9, SPC_KINDS = 10 };

/* ---- decimals -------------------------------------------------------------------------------------------------------------------------- */

/* Digits of a decimal number as an integer with `places` digits behind the point; 0 when it is none. */
static int decimal(c12_view v, int places, int64_t *out)
{
    int64_t n = 0;
    size_t i = 0;
    int seen = 0, behind = -1, minus = v.size && v.ptr[0] == '-';
    for (i = (size_t)minus; i < v.size; i++) {
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

static int decimals_of(c12_view v)
{
    const uint8_t *dot = v.size ? memchr(v.ptr, '.', v.size) : NULL;
    return dot ? (int)(v.ptr + v.size - dot - 1) : 0;
}

/* v / 10^places without the zeros at its end. */
static void put_decimal(table *t, int64_t v, int places)
{
    char s[64];
    uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v, unit = 1;
    for (int k = 0; k < places; k++) unit *= 10;
    int n = snprintf(s, sizeof s, "%s%" PRIu64 ".%0*" PRIu64, v < 0 ? "-" : "", u / unit, places, u % unit);
    while (s[n - 1] == '0') s[--n] = 0;
    if (s[n - 1] == '.') s[n - 1] = 0;
    table_word(t, s);
}

/* ---- the file ---------------------------------------------------------------------------------------------------------------------------- */

typedef struct spc_file {
    c12io_table *t;
    const char *path;
    int kind, places;          /* places: digits behind the point of the values */
    int64_t rows, n, *value, *count, *units; /* n: points */
    int32_t size;
    uint8_t *exclude;
} spc_file;

static int spc_cell_bad(const spc_file *f, int64_t row, int column, const char *wanted)
{
    c12_view v = c12io_table_cell(f->t, row, column);
    return cli_say("%s:%" PRId64 ":%s: '%.*s' is not %s", f->path, c12io_table_line(f->t, row), spc_columns[column].name, (int)v.size, v.size ? (const char *)v.ptr : "", wanted);
}

static int64_t *spc_numbers(const spc_file *f, int column, int places, const char *wanted, int *code)
{
    int64_t *v = NEW(int64_t, f->rows);
    for (int64_t r = 0; r < f->rows && !*code; r++)
        if (!decimal(c12io_table_cell(f->t, r, column), places, &v[r])) *code = spc_cell_bad(f, r, column, wanted);
    return v;
}

static int same_sample(const spc_file *f, int64_t a, int64_t b)
{
    c12_view x = c12io_table_cell(f->t, a, SAMPLE), y = c12io_table_cell(f->t, b, SAMPLE);
    return x.size == y.size && (!x.size || !memcmp(x.ptr, y.ptr, x.size));
}

/* Rows of one sample that follow each other are a subgroup; all are of the size of the first. */
static int spc_subgroups(spc_file *f)
{
    int64_t size = 1;
    if (!c12io_table_has(f->t, SAMPLE)) return cli_say("%s: a chart of subgroups needs the column sample: rows of one sample follow each other", f->path);
    while (size < f->rows && same_sample(f, 0, size)) size++;
    for (int64_t r = 0; r < f->rows; r += size)
        for (int64_t k = 1; k <= size; k++) {
            if (k < size && (r + k >= f->rows || !same_sample(f, r, r + k)))
                return cli_say("%s:%" PRId64 ":sample: a sample of %" PRId64 " values, the first has %" PRId64 "; subgroups are of one size", f->path, c12io_table_line(f->t, r), k, size);
            if (k == size && r + k < f->rows && same_sample(f, r, r + k))
                return cli_say("%s:%" PRId64 ":sample: more values than the %" PRId64 " of the first sample; subgroups are of one size", f->path, c12io_table_line(f->t, r + k), size);
        }
    f->size = (int32_t)(size > INT32_MAX ? INT32_MAX : size);
    f->n = f->rows / size;
    return EXIT_DONE;
}

static int spc_excluded(spc_file *f, int64_t baseline)
{
    f->exclude = NEW(uint8_t, f->n);
    for (int64_t i = 0; i < f->n; i++) {
        f->exclude[i] = baseline && i >= baseline;
        for (int64_t k = 0; k < f->rows / f->n && c12io_table_has(f->t, EXCLUDE); k++) {
            c12_view v = c12io_table_cell(f->t, i * (f->rows / f->n) + k, EXCLUDE);
            if (v.size > 1 || (v.size && *v.ptr != '0' && *v.ptr != '1')) return spc_cell_bad(f, i * (f->rows / f->n) + k, EXCLUDE, "0 or 1");
            f->exclude[i] |= v.size && *v.ptr == '1';
        }
    }
    return EXIT_DONE;
}

static int spc_read(cli *c, spc_file *f, int64_t baseline)
{
    int code = EXIT_DONE, counts = f->kind >= C12_SPC_P && f->kind <= C12_SPC_U;
    c12_status s = c12io_table_read(&f->t, f->path, spc_columns, SPC_COLUMNS, &c->err);
    if (s) return cli_fail(c, s);
    f->n = f->rows = c12io_table_rows(f->t);
    if (!f->rows) return cli_say("%s: no rows; a chart needs points", f->path);
    if (counts) {
        if (!c12io_table_has(f->t, COUNT)) return cli_say("%s: the chart needs the column count", f->path);
        if (f->kind != C12_SPC_C && !c12io_table_has(f->t, SIZE)) return cli_say("%s: the chart needs the column size, the units inspected", f->path);
        f->count = spc_numbers(f, COUNT, 0, "a whole number of 0 or more", &code);
        if (!code && f->kind != C12_SPC_C) f->units = spc_numbers(f, SIZE, 0, "a whole number of 1 or more", &code);
    } else {
        if (!c12io_table_has(f->t, VALUE)) return cli_say("%s: the chart needs the column value", f->path);
        for (int64_t r = 0; r < f->rows; r++) {
            int places = decimals_of(c12io_table_cell(f->t, r, VALUE));
            if (places > f->places) f->places = places;
        }
        if (f->places > 9) return cli_say("%s: values have %d digits behind the point; 9 are what a chart takes", f->path, f->places);
        f->value = spc_numbers(f, VALUE, f->places, "a decimal number such as 74.003", &code);
        if (!code && f->kind <= C12_SPC_XBAR_S) code = spc_subgroups(f);
    }
    return code ? code : spc_excluded(f, baseline);
}

static void spc_close(spc_file *f)
{
    void *const owned[] = { f->value, f->count, f->units, f->exclude };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
    c12io_table_free(f->t);
}

/* ---- options ------------------------------------------------------------------------------------------------------------------------------ */

static uint32_t rules_of(cli *c)
{
    const char *v = cli_value(c, "--rules");
    uint32_t rules = 0;
    if (!v || !strcmp(v, "nelson")) return C12_SPC_NELSON;
    if (!strcmp(v, "western")) return C12_SPC_WESTERN;
    if (!strcmp(v, "all")) return C12_SPC_NELSON | C12_SPC_EIGHT;
    for (const char *p = v; *p; p++) {
        if (*p >= '1' && *p <= '9') rules |= (uint32_t)1 << (*p - '1');
        else if (*p != ',') rules = 0;
        if (!rules) break;
    }
    if (!rules) c->bad = 1;
    if (!rules) cli_usage(c, "--rules '%s' is none of nelson, western, all, or numbers from 1 to 9 such as 1,2,5", v);
    return rules;
}

/* LO:HI, either may be missing. */
static int spec_of(cli *c, const char *v, int places, c12_spc_spec *p)
{
    const char *colon = strchr(v, ':');
    c12_view low = { (const uint8_t *)v, colon ? (size_t)(colon - v) : 0 }, high = { (const uint8_t *)(colon ? colon + 1 : v), colon ? strlen(colon + 1) : 0 };
    if (low.size && decimal(low, places, &p->lower)) p->sides |= 1;
    if (high.size && decimal(high, places, &p->upper)) p->sides |= 2;
    if (colon && p->sides && !low.size + (p->sides & 1) == 1 && !high.size + (p->sides >> 1 & 1) == 1) return EXIT_DONE;
    return cli_usage(c, "--spec '%s' is not LO:HI with at most the %d digits behind the point that values have; LO: and :HI are one-sided", v, places);
}

/* A decimal option in the unit of the values, in 1/C12_SPC_SCALE. */
static int64_t scaled_option(cli *c, const char *name, int places, int64_t dflt)
{
    const char *v = cli_value(c, name);
    int64_t n;
    if (!v) return dflt;
    if (decimal((c12_view){ (const uint8_t *)v, strlen(v) }, places + 6, &n)) return n;
    c->bad = 1;
    cli_usage(c, "%s '%s' is not a decimal number", name, v);
    return dflt;
}

/* ---- charts of Shewhart -------------------------------------------------------------------------------------------------------------------- */

typedef struct spc_columns_of { c12_spc_data d; c12_spc_chart ch; uint32_t *spread_fired; } spc_columns_of;

static c12_status spc_chart_make(cli *c, const spc_file *f, int32_t kind, uint32_t rules, spc_columns_of *o)
{
    o->d = (c12_spc_data)C12_INIT(c12_spc_data);
    o->ch = (c12_spc_chart)C12_INIT(c12_spc_chart);
    o->d.kind = kind;
    o->d.n = f->n;
    o->d.size = kind <= C12_SPC_XBAR_S ? f->size : 0;
    o->d.rules = rules;
    o->d.x = kind <= C12_SPC_I_MR ? f->value : NULL;
    o->d.count = f->count;
    o->d.units = f->units;
    o->d.exclude = f->exclude;
    c12_spc_chart *h = &o->ch;
    h->signal_cap = 10 * f->n;
    h->value = NEW(int64_t, f->n); h->centre = NEW(int64_t, f->n); h->reach = NEW(int64_t, f->n); h->spread = NEW(int64_t, f->n); h->fired = NEW(uint32_t, f->n);
    h->signal_point = NEW(int64_t, h->signal_cap); h->signal_chart = NEW(int32_t, h->signal_cap); h->signal_rule = NEW(int32_t, h->signal_cap);
    h->signal_side = NEW(int32_t, h->signal_cap); h->signal_points = NEW(uint32_t, h->signal_cap);
    o->spread_fired = NEW(uint32_t, f->n);
    c12_status s = c12_spc_make(&o->d, h, &c->err);
    for (int64_t k = 0; !s && k < h->signals; k++) if (h->signal_chart[k]) o->spread_fired[h->signal_point[k]] |= (uint32_t)1 << (h->signal_rule[k] - 1);
    return s;
}

static void spc_chart_free(spc_columns_of *o)
{
    c12_spc_chart *h = &o->ch;
    void *const owned[] = { h->value, h->centre, h->reach, h->spread, h->fired, h->signal_point, h->signal_chart, h->signal_rule, h->signal_side, h->signal_points, o->spread_fired };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
}

static int spc_failed(cli *c, const spc_file *f, c12_status s)
{
    const c12_error *e = &c->err;
    int64_t row = e->field && !strcmp(e->field, "x") ? e->row : e->row * (f->rows / f->n);
    if (e->row < 0 || row >= f->rows) return cli_fail(c, s);
    return cli_say("%s:%" PRId64 ":%s: %s", f->path, c12io_table_line(f->t, row), e->field, e->what);
}

/* A lower limit of what cannot be negative is shown as 0. */
static int64_t lower_limit(const spc_columns_of *o, int64_t i)
{
    int64_t low = o->ch.centre[i] - o->ch.reach[i];
    return low < 0 && o->d.kind > C12_SPC_I_MR ? 0 : low;
}

static void spc_rules_text(text *t, uint32_t value, uint32_t spread)
{
    for (int k = 0; k < 9; k++) if (value >> k & 1) text_add(t, "%s%d", t->n ? " " : "", k + 1);
    for (int k = 0; k < 9; k++) if (spread >> k & 1) text_add(t, "%sspread %d", t->n ? " " : "", k + 1);
}

static void put_rules(table *o, uint32_t value, uint32_t spread)
{
    text t = { 0 };
    spc_rules_text(&t, value, spread);
    table_text(o, (c12_view){ (const uint8_t *)t.at, t.n });
    text_free(&t);
}

static void ability_text(text *t, const c12_spc_spec *p, const c12_spc_ability *a, double unit)
{
    text_add(t, "\"mean\":%.9g,\"sigma_within\":%.9g,\"sigma_overall\":%.9g,", a->mean * unit, a->sigma_within * unit, a->sigma_overall * unit);
    if (p->sides == 3) text_add(t, "\"cp\":%.6f,\"cp_low\":%.6f,\"cp_high\":%.6f,\"pp\":%.6f,\"pp_low\":%.6f,\"pp_high\":%.6f,", a->cp, a->cp_low, a->cp_high, a->pp, a->pp_low, a->pp_high);
    text_add(t, "\"cpk\":%.6f,\"cpk_low\":%.6f,\"cpk_high\":%.6f,\"ppk\":%.6f,\"ppk_low\":%.6f,\"ppk_high\":%.6f,", a->cpk, a->cpk_low, a->cpk_high, a->ppk, a->ppk_low, a->ppk_high);
    if (p->sides == 3) text_add(t, "\"cpl\":%.6f,\"cpu\":%.6f,", a->cpl, a->cpu);
}

static double unit_of(int64_t scale, int places)
{
    double u = 1 / (double)scale;
    for (; places; places--) u /= 10;
    return u;
}

static double *drawn(const int64_t *a, const int64_t *b, int sign, int64_t n, double unit)
{
    double *v = NEW(double, n);
    for (int64_t i = 0; i < n; i++) v[i] = (double)(a[i] + (b ? sign * b[i] : 0)) * unit;
    return v;
}

static int spc_picture(cli *c, const spc_file *f, const spc_columns_of *o, const char *path)
{
    static const char *const spread_name[] = { "", "range", "standard deviation", "moving range" };
    const double unit = unit_of(o->ch.scale, f->places);
    int64_t n = f->n, *flat[3];
    for (int k = 0; k < 3; k++) flat[k] = NEW(int64_t, n);
    for (int64_t i = 0; i < n; i++) {
        flat[0][i] = lower_limit(o, i);
        flat[1][i] = o->ch.spread_centre;
        flat[2][i] = o->ch.spread_reach > o->ch.spread_centre ? 0 : o->ch.spread_centre - o->ch.spread_reach;
    }
    spc_panel p[2] = { { o->d.kind <= C12_SPC_XBAR_S ? "mean" : o->d.kind == C12_SPC_I_MR ? "value" : o->d.kind == C12_SPC_P ? "share" : o->d.kind == C12_SPC_U ? "a unit" : "count", n,
                           drawn(o->ch.value, NULL, 0, n, unit), drawn(flat[0], NULL, 0, n, unit), drawn(o->ch.centre, NULL, 0, n, unit), drawn(o->ch.centre, o->ch.reach, 1, n, unit), NULL, o->ch.fired, 0 },
                       { NULL, n, NULL, NULL, NULL, NULL, NULL, o->spread_fired, o->d.kind == C12_SPC_I_MR } };
    if (o->d.kind <= C12_SPC_I_MR) {
        p[1].name = spread_name[o->d.kind];
        p[1].value = drawn(o->ch.spread, NULL, 0, n, unit);
        p[1].low = drawn(flat[2], NULL, 0, n, unit);
        p[1].centre = drawn(flat[1], NULL, 0, n, unit);
        for (int64_t i = 0; i < n; i++) flat[1][i] += o->ch.spread_reach;
        p[1].high = drawn(flat[1], NULL, 0, n, unit);
    }
    char title[200];
    snprintf(title, sizeof title, "%s chart, %" PRId64 " points, %" PRId64 " signal%s", kinds[o->d.kind], n, o->ch.signals, o->ch.signals == 1 ? "" : "s");
    int code = spc_draw(c, path, title, p, o->d.kind <= C12_SPC_I_MR ? 2 : 1);
    for (int k = 0; k < 2; k++) { free(p[k].value); free(p[k].low); free(p[k].centre); free(p[k].high); }
    for (int k = 0; k < 3; k++) free(flat[k]);
    return code;
}

/* Every signal with the points of its pattern, counted from 1 as in the rows. */
static void spc_signal_list(text *t, const c12_spc_chart *h)
{
    static const char *const sides[] = { "below", "", "above" };
    text_add(t, ",\"list\":[");
    for (int64_t k = 0; k < h->signals && k < h->signal_cap; k++) {
        text_add(t, "%s{\"point\":%" PRId64 ",\"on\":\"%s\",\"rule\":%d,\"side\":\"%s\",\"points\":[", k ? "," : "", h->signal_point[k] + 1, h->signal_chart[k] ? "spread" : "value", (int)h->signal_rule[k], sides[h->signal_side[k] + 1]);
        for (int j = 31, many = 0; j >= 0; j--) if (h->signal_points[k] >> j & 1) text_add(t, "%s%" PRId64, many++ ? "," : "", h->signal_point[k] + 1 - j);
        text_add(t, "]}");
    }
    text_add(t, "]");
}

static int spc_print(cli *c, const spc_file *f, const spc_columns_of *o, const text *ability)
{
    static const char *const head[] = { "point", "value", "lower", "centre", "upper", "spread", "signals" };
    const int places = f->places + (o->ch.scale == C12_SPC_SCALE ? 6 : 9);
    table t = table_new(7, head, "nnnnnns");
    text sum = { 0 };
    for (int64_t i = 0; i < f->n; i++) {
        table_int(&t, i + 1);
        put_decimal(&t, o->ch.value[i], places);
        put_decimal(&t, lower_limit(o, i), places);
        put_decimal(&t, o->ch.centre[i], places);
        put_decimal(&t, o->ch.centre[i] + o->ch.reach[i], places);
        if (o->d.kind > C12_SPC_I_MR || o->ch.spread[i] < 0) table_word(&t, "");
        else put_decimal(&t, o->ch.spread[i], places);
        put_rules(&t, o->ch.fired[i], o->spread_fired[i]);
    }
    text_add(&sum, "\"chart\":\"%s\",\"points\":%" PRId64 ",\"signals\":%" PRId64, kinds[o->d.kind], f->n, o->ch.signals);
    if (c->json) spc_signal_list(&sum, &o->ch);
    if (o->d.kind <= C12_SPC_I_MR) text_add(&sum, ",\"spread_centre\":%.9g,\"spread_upper\":%.9g", (double)o->ch.spread_centre * unit_of(o->ch.scale, f->places), (double)(o->ch.spread_centre + o->ch.spread_reach) * unit_of(o->ch.scale, f->places));
    if (ability->n) text_add(&sum, ",%.*s", (int)ability->n - 1, ability->at);
    int code = table_print(c, &t, sum.at);
    text_free(&sum);
    return code;
}

static int spc_shewhart(cli *c, const spc_file *f, uint32_t rules, const c12_spc_spec *spec, const char *svg)
{
    spc_columns_of o;
    c12_verdict v = C12_INIT(c12_verdict);
    c12_spc_ability a = C12_INIT(c12_spc_ability);
    text ability = { 0 };
    c12_status s = spc_chart_make(c, f, f->kind, rules, &o);
    if (!s) s = c12_spc_check(&o.d, &o.ch, &v, &c->err);
    int code = s ? spc_failed(c, f, s) : v.violations ? cli_say("c12 spc: %s at %s[%" PRId64 "]; please report", v.rule, v.field, v.row), EXIT_INTERNAL : EXIT_DONE;
    if (!code && spec->sides) {
        s = c12_spc_capability(&o.d, spec, &a, &c->err);
        if (s) code = cli_fail(c, s);
        else ability_text(&ability, spec, &a, unit_of(1, f->places));
    }
    if (!code && ability.n && !c->json) fprintf(stderr, "%.*s\n", (int)ability.n - 1, ability.at);
    if (!code && svg) code = spc_picture(c, f, &o, svg);
    if (!code) code = spc_print(c, f, &o, &ability);
    text_free(&ability);
    spc_chart_free(&o);
    return code;
}

/* ---- EWMA and CUSUM -------------------------------------------------------------------------------------------------------------------------- */

/* Target and sigma of the baseline where they are not given: mean, and mean moving range / d2. */
static c12_status spc_baseline(cli *c, const spc_file *f, int64_t *target, int64_t *sigma)
{
    spc_columns_of o;
    c12_status s = spc_chart_make(c, f, C12_SPC_I_MR, C12_SPC_BEYOND, &o);
    if (!s && *target == INT64_MIN) *target = o.ch.centre[0];
    if (!s && *sigma < 0) *sigma = (o.ch.reach[0] + 1) / 3;
    spc_chart_free(&o);
    return s;
}

typedef struct spc_small { int64_t *x, *a, *b; int8_t *side; } spc_small; /* points, z and reach or C+ and C- */

static int spc_small_print(cli *c, const spc_file *f, const spc_small *k, int64_t target, int64_t sigma, int64_t limit)
{
    static const char *const head[2][6] = { { "point", "value", "z", "lower", "upper", "signal" }, { "point", "value", "high", "low", "limit", "signal" } };
    const int cusum = f->kind == SPC_CUSUM, places = f->places + 6;
    table t = table_new(6, head[cusum], "nnnnns");
    int64_t signals = 0;
    for (int64_t i = 0; i < f->n; i++) {
        table_int(&t, i + 1);
        put_decimal(&t, k->x[i], places);
        put_decimal(&t, k->a[i], places);
        put_decimal(&t, cusum ? k->b[i] : target - k->b[i], places);
        put_decimal(&t, cusum ? limit : target + k->b[i], places);
        table_word(&t, !k->side[i] ? "" : cusum ? (k->side[i] == 3 ? "high low" : k->side[i] == 1 ? "high" : "low") : k->side[i] > 0 ? "high" : "low");
        signals += k->side[i] != 0;
    }
    text sum = { 0 };
    const double unit = unit_of(C12_SPC_SCALE, f->places);
    text_add(&sum, "\"chart\":\"%s\",\"points\":%" PRId64 ",\"signals\":%" PRId64 ",\"target\":%.9g,\"sigma\":%.9g", kinds[f->kind], f->n, signals, (double)target * unit, (double)sigma * unit);
    int code = table_print(c, &t, sum.at);
    text_free(&sum);
    return code;
}

static int spc_small_picture(cli *c, const spc_file *f, const spc_small *k, int64_t target, int64_t limit, const char *path)
{
    const int cusum = f->kind == SPC_CUSUM;
    const double unit = unit_of(C12_SPC_SCALE, f->places);
    spc_panel p = { cusum ? "cumulative sums: C+ (blue), -C- (violet)" : "average", f->n, drawn(k->a, NULL, 0, f->n, unit), NEW(double, f->n), NEW(double, f->n), NEW(double, f->n), NULL, NEW(uint32_t, f->n), 0 };
    char title[200];
    if (cusum) p.second = NEW(double, f->n);
    for (int64_t i = 0; i < f->n; i++) {
        p.low[i] = (double)(cusum ? -limit : target - k->b[i]) * unit;
        p.high[i] = (double)(cusum ? limit : target + k->b[i]) * unit;
        p.centre[i] = cusum ? 0 : (double)target * unit;
        if (cusum) p.second[i] = -(double)k->b[i] * unit;
        p.fired[i] = k->side[i] != 0;
    }
    snprintf(title, sizeof title, "%s chart, %" PRId64 " points", kinds[f->kind], f->n);
    int code = spc_draw(c, path, title, &p, 1);
    free(p.value); free(p.low); free(p.high); free(p.centre); free(p.second); free(p.fired);
    return code;
}

static int spc_small_shifts(cli *c, const spc_file *f, int64_t target, int64_t sigma, const int64_t options[4], const char *svg)
{
    c12_spc_ewma e = C12_INIT(c12_spc_ewma);
    c12_spc_cusum k = C12_INIT(c12_spc_cusum);
    spc_small o = { NEW(int64_t, f->n), NEW(int64_t, f->n), NEW(int64_t, f->n), NEW(int8_t, f->n) };
    c12_status s = target == INT64_MIN || sigma < 0 ? spc_baseline(c, f, &target, &sigma) : C12_OK;
    for (int64_t i = 0; i < f->n; i++) o.x[i] = f->value[i] > INT64_MAX / C12_SPC_SCALE || f->value[i] < -(INT64_MAX / C12_SPC_SCALE) ? INT64_MAX : f->value[i] * C12_SPC_SCALE;
    e.target = k.target = target;
    e.sigma = sigma;
    e.lambda_ppm = (int32_t)options[0];
    e.width_ppm = (int32_t)options[1];
    k.allowance = (int64_t)((double)sigma * (double)options[2] / 1e6);
    k.interval = (int64_t)((double)sigma * (double)options[3] / 1e6);
    const c12_spc_ewma e0 = e;
    const c12_spc_cusum k0 = k;
    c12_verdict v = C12_INIT(c12_verdict);
    if (!s) s = f->kind == SPC_EWMA ? c12_spc_ewma_push(&e, f->n, o.x, o.a, o.b, o.side, &c->err) : c12_spc_cusum_push(&k, f->n, o.x, o.a, o.b, o.side, &c->err);
    if (!s) s = f->kind == SPC_EWMA ? c12_spc_ewma_check(&e0, f->n, o.x, o.a, o.b, o.side, &v, &c->err) : c12_spc_cusum_check(&k0, f->n, o.x, o.a, o.b, o.side, &v, &c->err);
    int code = s ? spc_failed(c, f, s) : v.violations ? cli_say("c12 spc: %s at %s[%" PRId64 "]; please report", v.rule, v.field, v.row), EXIT_INTERNAL : EXIT_DONE;
    if (!code && svg) code = spc_small_picture(c, f, &o, target, k.interval, svg);
    if (!code) code = spc_small_print(c, f, &o, target, sigma, k.interval);
    free(o.x); free(o.a); free(o.b); free(o.side);
    return code;
}

/* ---- Pareto and sampling ----------------------------------------------------------------------------------------------------------------------- */

typedef struct name_row { const c12io_table *t; int64_t row; } name_row;

static int by_name(const void *a, const void *b)
{
    const name_row *x = a, *y = b;
    c12_view p = c12io_table_cell(x->t, x->row, 0), q = c12io_table_cell(y->t, y->row, 0);
    int way = memcmp(p.size ? p.ptr : (const uint8_t *)"", q.size ? q.ptr : (const uint8_t *)"", p.size < q.size ? p.size : q.size);
    if (way) return way;
    if (p.size != q.size) return p.size < q.size ? -1 : 1;
    return x->row < y->row ? -1 : 1;
}

/* Categories by first appearance: ids; their first rows. */
static int32_t categories_of(const c12io_table *t, int32_t *id, int64_t *first)
{
    int64_t n = c12io_table_rows(t), same = 0;
    int32_t many = 0;
    name_row *by = NEW(name_row, n);
    int64_t *owner = NEW(int64_t, n);
    for (int64_t r = 0; r < n; r++) by[r] = (name_row){ t, r };
    qsort(by, (size_t)n, sizeof *by, by_name);
    for (int64_t k = 0; k < n; k++) {
        c12_view a = c12io_table_cell(t, by[k].row, 0), b = c12io_table_cell(t, by[k ? k - 1 : 0].row, 0);
        if (!k || a.size != b.size || (a.size && memcmp(a.ptr, b.ptr, a.size))) same = by[k].row;
        owner[by[k].row] = same;
    }
    for (int64_t r = 0; r < n; r++) {
        if (owner[r] == r) first[many++] = r;
        id[r] = owner[r] == r ? many - 1 : id[owner[r]];
    }
    free(by);
    free(owner);
    return many;
}

static int spc_pareto_file(cli *c, const char *file)
{
    static const c12io_column known[] = { { "category", 1, 0 }, { "count", 0, 0 } };
    static const char *const head[] = { "category", "count", "share", "cumulative" };
    spc_file f = { .path = file };
    c12_status s = c12io_table_read(&f.t, file, known, 2, &c->err);
    if (s) return cli_fail(c, s);
    int64_t n = c12io_table_rows(f.t), *first = NEW(int64_t, n), *total = NEW(int64_t, n), *weight = c12io_table_has(f.t, 1) ? NEW(int64_t, n) : NULL;
    int32_t *id = NEW(int32_t, n), *order = NEW(int32_t, n), *share = NEW(int32_t, n), many = categories_of(f.t, id, first);
    int code = EXIT_DONE;
    for (int64_t r = 0; r < n && weight && !code; r++)
        if (!decimal(c12io_table_cell(f.t, r, 1), 0, &weight[r])) code = cli_say("%s:%" PRId64 ":count: not a whole number", file, c12io_table_line(f.t, r));
    if (!code && (s = c12_spc_pareto(n, id, weight, many, order, total, share, &c->err))) code = c->err.row >= 0 ? cli_say("%s:%" PRId64 ":count: %s", file, c12io_table_line(f.t, c->err.row), c->err.what) : cli_fail(c, s);
    if (!code) {
        table t = table_new(4, head, "snnn");
        for (int32_t k = 0; k < many; k++) {
            table_text(&t, c12io_table_cell(f.t, first[order[k]], 0));
            table_int(&t, total[k]);
            table_ratio(&t, share[k] - (k ? share[k - 1] : 0), 1000000, 4);
            table_ratio(&t, share[k], 1000000, 4);
        }
        code = table_print(c, &t, NULL);
    }
    void *const owned[] = { first, total, weight, id, order, share };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
    c12io_table_free(f.t);
    return code;
}

static int spc_sample_plan(cli *c)
{
    static const char *const levels[] = { "", "I", "II", "III", "S-1", "S-2", "S-3", "S-4" }, *const head[] = { "letter", "plan", "sample", "accept", "reject" };
    const char *level = cli_value(c, "--level"), *aql = cli_value(c, "--aql");
    const int tight = cli_flag(c, "--tightened"), reduced = cli_flag(c, "--reduced");
    int64_t lot = cli_int(c, "--lot", 2, INT64_MAX, 0), ppm = 0;
    int32_t which = level ? 0 : C12_SPC_LEVEL_II;
    c12_spc_plan p = C12_INIT(c12_spc_plan);
    char letter[2][2] = { "", "" };
    for (int32_t k = 1; level && k < 8; k++) if (!strcmp(level, levels[k])) which = k;
    if (!cli_ready(c, 1)) return EXIT_BAD;
    if (!lot || !aql) return cli_usage(c, "sample needs --lot N and --aql PERCENT");
    if (tight && reduced) return cli_usage(c, "inspection is tightened or reduced");
    if (!which) return cli_usage(c, "--level '%s' is none of I, II, III, S-1, S-2, S-3, S-4", level);
    if (!decimal((c12_view){ (const uint8_t *)aql, strlen(aql) }, 4, &ppm) || ppm > INT32_MAX) return cli_usage(c, "--aql '%s' is not a percentage such as 0.65", aql);
    c12_status s = c12_spc_sample(lot, which, (int32_t)ppm, tight ? C12_SPC_TIGHTENED : reduced ? C12_SPC_REDUCED : C12_SPC_NORMAL, &p, &c->err);
    if (s) return cli_say("c12 spc: --aql %s: %s", aql, c->err.what);
    table t = table_new(5, head, "ssnnn");
    letter[0][0] = (char)p.letter;
    letter[1][0] = (char)p.used;
    table_word(&t, letter[0]);
    table_word(&t, p.all ? "all" : letter[1]);
    table_int(&t, p.sample);
    table_int(&t, p.accept);
    table_int(&t, p.accept + 1);
    return table_print(c, &t, NULL);
}

/* ---- the command ---------------------------------------------------------------------------------------------------------------------------------- */

/* chart: given by --chart, or NULL: then it stands before the file.  Plain arguments are asked for behind the options, whose values they are not. */
static int spc_chart_file(cli *c, const char *chart)
{
    spc_file f = { .t = NULL };
    c12_spc_spec spec = C12_INIT(c12_spc_spec);
    const char *svg = cli_value(c, "--svg"), *limits = cli_value(c, "--spec");
    uint32_t rules = rules_of(c);
    int64_t baseline = cli_int(c, "--baseline", 2, INT32_MAX, 0);
    int64_t options[4] = { scaled_option(c, "--lambda", 0, 200000), scaled_option(c, "--width", 0, 3000000), scaled_option(c, "--allowance", 0, 500000), scaled_option(c, "--interval", 0, 5000000) };
    const char *target = cli_value(c, "--target"), *sigma = cli_value(c, "--sigma");
    const char *verb = chart ? chart : cli_word(c, 0);
    f.path = cli_word(c, chart ? 0 : 1);
    if (c->bad) return EXIT_BAD;
    if (!verb || !f.path) return cli_usage(c, "a chart and a file are missing");
    for (int k = 1; k < SPC_KINDS; k++) if (!strcmp(verb, kinds[k])) f.kind = k;
    if (!f.kind) return cli_usage(c, "no chart '%s'; there are xbar-r, xbar-s, i-mr, p, np, c, u, ewma, cusum", verb);
    if (options[0] < 1 || options[0] > 1000000 || options[1] < 1 || options[1] > 100000000) return cli_usage(c, "--lambda is above 0 and at most 1, --width at most 100");
    if (options[2] < 0 || options[3] < 0 || options[2] > 1000000000 || options[3] > 1000000000) return cli_usage(c, "--allowance and --interval are 0 to 1000 sigma");
    if (limits && f.kind > C12_SPC_I_MR) return cli_usage(c, "--spec is for measurements: xbar-r, xbar-s and i-mr");
    if (!cli_ready(c, chart ? 1 : 2)) return EXIT_BAD;
    int code = spc_read(c, &f, baseline);
    if (!code && limits) code = spec_of(c, limits, f.places, &spec);
    int64_t centre = INT64_MIN, width = -1;
    if (!code && target && !decimal((c12_view){ (const uint8_t *)target, strlen(target) }, f.places + 6, &centre)) code = cli_usage(c, "--target '%s' is not a decimal number", target);
    if (!code && sigma && (!decimal((c12_view){ (const uint8_t *)sigma, strlen(sigma) }, f.places + 6, &width) || width < 0)) code = cli_usage(c, "--sigma '%s' is not a decimal number of 0 or more", sigma);
    if (!code) code = f.kind >= SPC_EWMA ? spc_small_shifts(c, &f, centre, width, options, svg) : spc_shewhart(c, &f, rules, &spec, svg);
    spc_close(&f);
    return code;
}

int cmd_spc(cli *c)
{
    const char *chart = cli_value(c, "--chart"), *verb = cli_word(c, 0);
    if (!chart && verb && !strcmp(verb, "sample")) return spc_sample_plan(c);
    if (!chart && verb && !strcmp(verb, "pareto")) return cli_ready(c, 2) ? spc_pareto_file(c, cli_word(c, 1)) : EXIT_BAD;
    return spc_chart_file(c, chart);
}
