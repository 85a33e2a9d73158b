/* SPDX-License-Identifier: Apache-2.0 */
/* c12 tlm query and latest: what a telemetry file's index answers. */
#include "tlm_cli.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { FN_COUNT, FN_MIN, FN_MAX, FN_AVG, FN_SUM, FN_FIRST, FN_LAST, FNS, QUERY_COLUMNS = 32 };
static const char *const fn_name[FNS] = { "count", "min", "max", "avg", "sum", "first", "last" };

/* ---- arguments ------------------------------------------------------------------------------------------------------------- */

int tlm_field(const c12_tlm_schema *s, const char *name, size_t n)
{
    for (int32_t f = 0; f < s->n_fields; f++)
        if ((size_t)(s->path_off[f + 1] - s->path_off[f]) == n && !memcmp(s->path + s->path_off[f], name, n)) return f;
    return -1;
}

int tlm_fields(cli *c, const c12_tlm_schema *s, const char *names, int32_t *field, int32_t cap)
{
    int32_t n = 0;
    for (const char *p = names; *p;) {
        size_t len = strcspn(p, ",");
        int f = tlm_field(s, p, len);
        if (f < 0) { cli_usage(c, "the file has no field '%.*s'; c12 tlm stat lists them", (int)len, p); return -1; }
        if (n == cap) { cli_usage(c, "at most %d fields", (int)cap); return -1; }
        field[n++] = f;
        p += len + (p[len] == ',');
    }
    return n;
}

/* Days since 1970 of a date of the Gregorian calendar. */
static int64_t day_of(int y, int m, int d)
{
    int64_t a = y - (m <= 2), era = (a >= 0 ? a : a - 399) / 400, of_era = a - era * 400, of_year = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

/* 2025-10-24, 2025-10-24T14:32, ...:17, ...:17.842, each with or without Z; or milliseconds since 1970.  1 = read. */
int tlm_time(const char *given, int64_t *ms)
{
    int y, m, d, h = 0, min = 0, sec = 0, used = 0, part = 0, digits[2] = { 0, 0 };
    char *end;
    *ms = strtoll(given, &end, 10);
    if (*given && !*end) return 1;
    if (sscanf(given, "%4d-%2d-%2d%n", &y, &m, &d, &used) != 3 || m < 1 || m > 12 || d < 1 || d > 31) return 0;
    const char *p = given + used;
    if (*p == 'T' || *p == ' ') {
        if (sscanf(p + 1, "%2d:%2d%n", &h, &min, &used) != 2) return 0;
        p += 1 + used;
        if (*p == ':' && sscanf(p + 1, "%2d%n", &sec, &used) == 1) p += 1 + used;
        if (*p == '.' && sscanf(p + 1, "%n%3d%n", &digits[0], &part, &digits[1]) == 1) {
            p += 1 + digits[1];
            for (int k = digits[1] - digits[0]; k < 3; k++) part *= 10;
        }
    }
    if (*p == 'Z') p++;
    *ms = ((day_of(y, m, d) * 24 + h) * 60 + min) * 60000 + sec * 1000 + part;
    return !*p && h >= 0 && h < 24 && min >= 0 && min < 60 && sec >= 0 && sec < 60 && part >= 0;
}

int tlm_range(cli *c, c12io_ts_range *range, const char *to)
{
    const char *from = cli_value(c, "--from"), *robot = cli_value(c, "--robot");
    range->struct_size = (uint32_t)sizeof *range;
    int whole = !from && !to;
    range->from = whole ? 0 : INT64_MIN;
    range->to = whole ? 0 : INT64_MAX;
    if (from && !tlm_time(from, &range->from)) return cli_usage(c, "--from '%s' is no time such as 2025-10-24T14:32:00Z", from);
    if (to && !tlm_time(to, &range->to)) return cli_usage(c, "'%s' is no time such as 2025-10-24T14:33:00Z", to);
    if (range->from > range->to) return cli_usage(c, "the time asked for ends before it begins");
    range->robot = (const uint8_t *)robot;
    range->robot_size = robot ? (int64_t)strlen(robot) : 0;
    return 0;
}

/* 250ms, 10s, 1m, 1h, 1d; -1 = none of them. */
static int64_t read_width(const char *given)
{
    static const struct { const char *unit; int64_t ms; } units[] = { { "ms", 1 }, { "s", 1000 }, { "m", 60000 }, { "h", 3600000 }, { "d", 86400000 } };
    char *end;
    int64_t n = strtoll(given, &end, 10);
    for (size_t k = 0; end != given && k < sizeof units / sizeof *units; k++)
        if (!strcmp(end, units[k].unit) && n > 0 && n <= INT64_C(1000000000000) / units[k].ms) return n * units[k].ms;
    return -1;
}

static int read_functions(cli *c, const char *names, int *fn)
{
    int n = 0;
    for (const char *p = names; *p;) {
        size_t len = strcspn(p, ",");
        int k = 0;
        while (k < FNS && (strlen(fn_name[k]) != len || memcmp(fn_name[k], p, len))) k++;
        if (k == FNS || n == FNS) { cli_usage(c, "--fn knows avg, min, max, sum, count, first and last, not '%.*s'", (int)len, p); return -1; }
        fn[n++] = k;
        p += len + (p[len] == ',');
    }
    return n;
}

/* ---- numbers ----------------------------------------------------------------------------------------------------------------- */

void tlm_time_text(int64_t ms, char out[64])
{
    int64_t day = ms / 86400000 - (ms % 86400000 < 0), in = ms - day * 86400000, z = day + 719468, era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t of_era = z - era * 146097, year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365, of_year = of_era - (365 * year + year / 4 - year / 100), mp = (5 * of_year + 2) / 153;
    int month = (int)(mp < 10 ? mp + 3 : mp - 9);
    snprintf(out, 64, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", (int)(year + era * 400 + (month <= 2)), month, (int)(of_year - (153 * mp + 2) / 5 + 1), (int)(in / 3600000),
             (int)(in / 60000 % 60), (int)(in / 1000 % 60), (int)(in % 1000));
}

/* A number of 128 bits / 10^scale, exact. */
static void exact_text(int64_t high, uint64_t low, int32_t scale, char out[64])
{
    uint32_t limb[4];
    char digit[48];
    int n = 0, at = 0, minus = high < 0;
    uint64_t h = (uint64_t)high;
    if (minus) { low = 0 - low; h = ~h + !low; }
    limb[0] = (uint32_t)(h >> 32); limb[1] = (uint32_t)h; limb[2] = (uint32_t)(low >> 32); limb[3] = (uint32_t)low;
    while (n <= scale || limb[0] || limb[1] || limb[2] || limb[3]) {
        uint64_t rest = 0;
        for (int k = 0; k < 4; k++) {
            uint64_t v = rest << 32 | limb[k];
            limb[k] = (uint32_t)(v / 10);
            rest = v % 10;
        }
        digit[n++] = (char)('0' + rest);
    }
    if (minus) out[at++] = '-';
    while (n > 0) {
        out[at++] = digit[--n];
        if (n == scale && n) out[at++] = '.';
    }
    out[at] = 0;
}

static void put_value(table *t, const c12io_ts_answer *a, int32_t k, int64_t g, int fn)
{
    int64_t at = k * a->cap + g;
    const int64_t *column = fn == FN_MIN ? a->min : fn == FN_MAX ? a->max : fn == FN_FIRST ? a->first : a->last;
    char s[64];
    if (fn == FN_SUM) exact_text(a->sum_high[at], a->sum_low[at], a->scale[k], s);
    else if (fn == FN_AVG) {
        double mean = ((double)a->sum_high[at] * 18446744073709551616.0 + (double)a->sum_low[at]) / (double)a->count[g];
        if (a->sum_high[at] == -1) mean = -(double)(0 - a->sum_low[at]) / (double)a->count[g]; /* small sums lose nothing */
        for (int32_t i = 0; i < a->scale[k]; i++) mean /= 10;
        snprintf(s, sizeof s, "%.*f", (int)a->scale[k] + 3, mean);
    } else exact_text(column[at] < 0 ? -1 : 0, (uint64_t)column[at], a->scale[k], s);
    table_word(t, s);
}

/* ---- query --------------------------------------------------------------------------------------------------------------------- */

typedef struct query { c12io_ts *t; c12_tlm_schema schema; c12io_ts_question ask; c12io_ts_answer answer; int32_t field[QUERY_COLUMNS]; int fn[FNS], fns; const char *svg; } query;

static void answer_room(query *q, int64_t cap)
{
    c12io_ts_answer *a = &q->answer;
    int64_t n = cap * (q->ask.n_fields ? q->ask.n_fields : 1);
    a->struct_size = (uint32_t)sizeof *a;
    a->cap = cap;
    a->robot = NEW(int32_t, cap);
    a->start = NEW(int64_t, cap);
    a->count = NEW(int64_t, cap);
    a->min = NEW(int64_t, n);
    a->max = NEW(int64_t, n);
    a->first = NEW(int64_t, n);
    a->last = NEW(int64_t, n);
    a->sum_high = NEW(int64_t, n);
    a->sum_low = NEW(uint64_t, n);
    a->scale = NEW(int32_t, QUERY_COLUMNS);
}

static void answer_free(query *q)
{
    void *all[] = { q->answer.robot, q->answer.start, q->answer.count, q->answer.min, q->answer.max, q->answer.first, q->answer.last, q->answer.sum_high, q->answer.sum_low, q->answer.scale };
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) free(all[k]);
}

/* robot, start, then each field's functions; count stands once. */
static int print_answer(cli *c, query *q)
{
    const c12io_ts_answer *a = &q->answer;
    char head_text[QUERY_COLUMNS][96], kind[QUERY_COLUMNS + 1] = "ss";
    const char *head[QUERY_COLUMNS] = { "robot", "start" };
    int columns = 2, count = 0;
    for (int i = 0; i < q->fns; i++) count |= q->fn[i] == FN_COUNT;
    if (count) { head[columns] = "count"; kind[columns++] = 'n'; }
    for (int32_t k = 0; k < q->ask.n_fields; k++)
        for (int i = 0; i < q->fns; i++) {
            int32_t f = q->field[k];
            if (q->fn[i] == FN_COUNT) continue;
            if (columns == QUERY_COLUMNS) return cli_usage(c, "at most %d columns: ask for fewer fields or functions", QUERY_COLUMNS);
            snprintf(head_text[columns], sizeof *head_text, "%.*s.%s", (int)(q->schema.path_off[f + 1] - q->schema.path_off[f]), (const char *)q->schema.path + q->schema.path_off[f], fn_name[q->fn[i]]);
            head[columns] = head_text[columns];
            kind[columns++] = 'n';
        }
    table t = table_new(columns, head, kind);
    for (int64_t g = 0; g < a->n; g++) {
        c12_view name = { (const uint8_t *)"", 0 };
        char start[64] = "";
        if (a->robot[g] >= 0 && c12io_ts_robot_name(q->t, a->robot[g], &name, NULL)) name.size = 0;
        if (a->start[g] != INT64_MIN) tlm_time_text(a->start[g], start);
        table_text(&t, name);
        table_word(&t, start);
        if (count) table_int(&t, a->count[g]);
        for (int32_t k = 0; k < q->ask.n_fields; k++)
            for (int i = 0; i < q->fns; i++)
                if (q->fn[i] != FN_COUNT) put_value(&t, a, k, g, q->fn[i]);
    }
    char summary[64];
    snprintf(summary, sizeof summary, "\"groups\":%" PRId64, a->n);
    return table_print(c, &t, summary);
}

static int run_query(cli *c, query *q, const char *file)
{
    answer_room(q, 4096);
    c12_status s = c12io_ts_query(q->t, &q->ask, &q->answer, &c->err);
    if (s == C12_E_SPACE) {
        int64_t n = q->answer.n;
        answer_free(q);
        answer_room(q, n);
        c->err.count = 0;
        if (c->err.text) c->err.text[0] = 0;
        s = c12io_ts_query(q->t, &q->ask, &q->answer, &c->err);
    }
    if (s == C12_E_ARG) return cli_usage(c, "field '%.*s' holds no numbers", (int)(q->schema.path_off[q->field[c->err.row] + 1] - q->schema.path_off[q->field[c->err.row]]),
                                         (const char *)q->schema.path + q->schema.path_off[q->field[c->err.row]]);
    if (s == C12_E_RANGE) return cli_usage(c, "--bucket is too narrow for so long a time");
    if (s) return tlm_fail(c, s, file);
    return q->svg ? tlm_svg(c, q->t, &q->schema, &q->ask, &q->answer, q->svg) : print_answer(c, q);
}

int tlm_query(cli *c)
{
    query q;
    c12io_ts_range range = C12_INIT(c12io_ts_range);
    memset(&q, 0, sizeof q);
    q.ask.struct_size = (uint32_t)sizeof q.ask;
    const char *fields = cli_value(c, "--field"), *bucket = cli_value(c, "--bucket"), *fns = cli_value(c, "--fn"), *file;
    q.svg = cli_value(c, "--svg");
    q.ask.together = cli_flag(c, "--together");
    if (tlm_range(c, &range, cli_value(c, "--to"))) return EXIT_BAD;
    if (!cli_ready(c, 2)) return EXIT_BAD;
    file = cli_word(c, 1);
    if (bucket && (q.ask.bucket = read_width(bucket)) < 0) return cli_usage(c, "--bucket '%s' is no width such as 10s, 1m, 1h or 1d", bucket);
    if ((q.fns = read_functions(c, fns ? fns : fields ? "count,avg,min,max" : "count", q.fn)) < 0) return EXIT_BAD;
    int code = tlm_open(c, file, &q.t, &q.schema);
    if (code) return code;
    q.ask.from = range.from;
    q.ask.to = range.to;
    q.ask.robot = range.robot;
    q.ask.robot_size = range.robot_size;
    q.ask.field = q.field;
    q.ask.n_fields = tlm_fields(c, &q.schema, fields ? fields : "", q.field, QUERY_COLUMNS);
    code = q.ask.n_fields < 0 ? EXIT_BAD : run_query(c, &q, file);
    answer_free(&q);
    c12io_ts_destroy(q.t);
    return code;
}

/* ---- latest ---------------------------------------------------------------------------------------------------------------------- */

/* The batch's rows as JSON lines to -o or standard output. */
static int print_rows(cli *c, const c12_tlm_schema *schema, const c12_tlm_batch *b)
{
    text o = { 0 };
    c12_mem none = { NULL, 0 };
    size_t used = 0;
    c12_error e = C12_INIT(c12_error);
    c12_status s = c12_tlm_print(schema, b, 0, b->n, none, &used, &e);
    if (s == C12_E_SPACE) {
        c12_mem room = { text_room(&o, (size_t)e.value), (size_t)e.value };
        s = c12_tlm_print(schema, b, 0, b->n, room, &used, &c->err);
    }
    if (s) return cli_fail(c, s);
    o.n = used;
    return text_write(c, &o, c->out ? c->out : "-");
}

int tlm_latest(cli *c)
{
    c12io_ts *t;
    c12_tlm_schema schema = C12_INIT(c12_tlm_schema);
    c12io_ts_info i = C12_INIT(c12io_ts_info);
    c12_tlm_batch b = C12_INIT(c12_tlm_batch);
    const char *file = cli_word(c, 1);
    size_t bytes = 0;
    int64_t rows;
    if (!cli_ready(c, 2)) return EXIT_BAD;
    int code = tlm_open(c, file, &t, &schema);
    if (code) return code;
    c12_status s = c12io_ts_stat(t, &i, &c->err);
    c12_tlm_dims d = { .struct_size = sizeof d, .texts = 64 + 32 * i.robots, .rows = i.robots ? i.robots : 1, .raw_bytes = i.raw_records ? INT64_C(1) << 26 : 1, .text_bytes = (INT64_C(1) << 20) + 4096 * (int64_t)i.robots };
    if (!s) s = c12_tlm_batch_bytes(&schema, &d, &bytes, &c->err);
    c12_mem m = { s ? NULL : cli_new((int64_t)bytes, 1), bytes };
    if (!s) s = c12_tlm_batch_init(&b, m, &schema, &d, &c->err);
    b.order = NULL;
    if (!s) s = c12io_ts_latest(t, &b, &rows, &c->err);
    code = s ? tlm_fail(c, s, file) : print_rows(c, &schema, &b);
    free(m.ptr);
    c12io_ts_destroy(t);
    return code;
}

/* ---- sample ---------------------------------------------------------------------------------------------------------------------- */

static int print_points(cli *c, const c12io_ts_points *p, const char *field)
{
    const char *head[2] = { "time", field };
    char s[64];
    table t = table_new(2, head, "sn");
    for (int64_t i = 0; i < p->n; i++) {
        tlm_time_text(p->time[i], s);
        table_word(&t, s);
        exact_text(p->value[i] < 0 ? -1 : 0, (uint64_t)p->value[i], p->scale, s);
        table_word(&t, s);
    }
    return table_print(c, &t, NULL);
}

int tlm_sample(cli *c)
{
    static const char *const methods[] = { "lttb", "minmax", "mean" };
    c12io_ts *t;
    c12_tlm_schema schema = C12_INIT(c12_tlm_schema);
    c12io_ts_range range = C12_INIT(c12io_ts_range);
    const char *name = cli_value(c, "--field"), *method = cli_value(c, "--method"), *file;
    c12io_ts_points p = { .struct_size = sizeof p, .cap = cli_int(c, "--points", 3, 1000000, 500) };
    int32_t field, kind = 0;
    if (tlm_range(c, &range, cli_value(c, "--to")) || !cli_ready(c, 2)) return EXIT_BAD;
    file = cli_word(c, 1);
    if (!range.robot || !name) return cli_usage(c, "sample needs --robot and --field");
    while (method && kind < 3 && strcmp(methods[kind], method)) kind++;
    if (kind == 3) return cli_usage(c, "--method is lttb, minmax or mean, not '%s'", method);
    int code = tlm_open(c, file, &t, &schema);
    if (code) return code;
    p.time = NEW(int64_t, p.cap);
    p.value = NEW(int64_t, p.cap);
    if (tlm_fields(c, &schema, name, &field, 1) != 1) code = EXIT_BAD;
    else {
        c12io_ts_question q = { .struct_size = sizeof q, .n_fields = 1, .from = range.from, .to = range.to, .robot = range.robot, .robot_size = range.robot_size, .field = &field };
        c12_status s = c12io_ts_downsample(t, &q, kind, &p, &c->err);
        code = s == C12_E_ARG ? cli_usage(c, "field '%s' holds no numbers", name) : s ? tlm_fail(c, s, file) : print_points(c, &p, name);
    }
    free(p.time);
    free(p.value);
    c12io_ts_destroy(t);
    return code;
}
