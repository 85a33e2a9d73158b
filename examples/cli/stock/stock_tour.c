/* SPDX-License-Identifier: Apache-2.0 */
/* c12 stock tour: the shortest way past all picks of a block, as a list and as a picture. */
#include "stock_cli.h"
#include <inttypes.h>
#include <stdlib.h>

static const c12io_column pick_columns[3] = { { "pick", 0, 0 }, { "aisle", 1, 0 }, { "position", 1, 0 } };

typedef struct walk { c12_stock_block b; int32_t n, *aisle, *order; int64_t *position, length; } walk;

static int64_t apart(const walk *w, int32_t a, int64_t x, int32_t b, int64_t y, int *back)
{
    int64_t front = x + y, behind = 2 * w->b.length - x - y;
    *back = behind < front;
    return a == b ? (x > y ? x - y : y - x) : (a > b ? a - b : b - a) * w->b.pitch + (*back ? behind : front);
}

/* ---- picture -------------------------------------------------------------------------------------------------------------------- */

typedef struct sheet { text t; double wide, high, step, scale; } sheet;

static double sheet_x(const sheet *s, int32_t aisle) { return 40 + aisle * s->step; }
static double sheet_y(const sheet *s, double position) { return 30 + s->high - position * s->scale; }

static void sheet_way(sheet *s, const walk *w, int32_t a, int64_t x, int32_t b, int64_t y)
{
    int back;
    (void)apart(w, a, x, b, y, &back);
    double across = back ? 18 : 30 + s->high + 12;
    if (a != b) text_add(&s->t, "V%.1fH%.1f", across, sheet_x(s, b));
    text_add(&s->t, "V%.1f", sheet_y(s, (double)y));
}

static int draw(cli *c, const char *file, const walk *w)
{
    sheet s = { .high = 300, .step = w->b.aisles > 40 ? 900.0 / w->b.aisles : 24 };
    s.wide = 80 + s.step * (w->b.aisles - 1);
    s.scale = w->b.length ? s.high / (double)w->b.length : 0;
    text_add(&s.t, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" font-family=\"sans-serif\" font-size=\"11\">\n<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n", s.wide, s.high + 84);
    for (int32_t j = 0; j < w->b.aisles; j++)
        text_add(&s.t, "<rect x=\"%.1f\" y=\"30\" width=\"%.1f\" height=\"%.0f\" fill=\"#e5e7eb\"/>\n", sheet_x(&s, j) + s.step * .22, s.step * .56, s.high);
    text_add(&s.t, "<path d=\"M%.1f %.1f", sheet_x(&s, w->b.depot), sheet_y(&s, 0));
    int32_t aisle = w->b.depot;
    int64_t at = 0;
    for (int32_t k = 0; k <= w->n; k++) {
        int32_t to = k < w->n ? w->aisle[w->order[k]] : w->b.depot;
        int64_t y = k < w->n ? w->position[w->order[k]] : 0;
        sheet_way(&s, w, aisle, at, to, y);
        aisle = to;
        at = y;
    }
    text_add(&s.t, "\" fill=\"none\" stroke=\"#2563eb\" stroke-width=\"2\" stroke-linejoin=\"round\"/>\n");
    for (int32_t k = 0; k < w->n; k++) {
        int32_t p = w->order[k];
        text_add(&s.t, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"#dc2626\"><title>%d</title></circle>\n", sheet_x(&s, w->aisle[p]), sheet_y(&s, (double)w->position[p]), k + 1);
    }
    text_add(&s.t, "<rect x=\"%.1f\" y=\"%.1f\" width=\"12\" height=\"12\" fill=\"#111827\"/>\n", sheet_x(&s, w->b.depot) - 6, 30 + s.high + 6);
    text_add(&s.t, "<text x=\"40\" y=\"%.0f\">%d picks, %" PRId64 " to walk</text>\n</svg>\n", s.high + 72, w->n, w->length);
    return text_write(c, &s.t, file);
}

/* ---- list ------------------------------------------------------------------------------------------------------------------------- */

static int list(cli *c, const walk *w, const c12io_table *t)
{
    static const char *const head[] = { "pick", "aisle", "position", "walked" };
    table o = table_new(4, head, "snnn");
    text sum = { 0 };
    int32_t aisle = w->b.depot;
    int64_t at = 0, walked = 0;
    for (int32_t k = 0; k < w->n; k++) {
        int back;
        int32_t p = w->order[k];
        char number[16];
        walked += apart(w, aisle, at, w->aisle[p], w->position[p], &back);
        aisle = w->aisle[p];
        at = w->position[p];
        snprintf(number, sizeof number, "%d", p + 1);
        if (c12io_table_has(t, 0)) table_text(&o, c12io_table_cell(t, p, 0));
        else table_word(&o, number);
        table_int(&o, aisle);
        table_int(&o, at);
        table_int(&o, walked);
    }
    text_add(&sum, "\"length\":%" PRId64, w->length);
    if (!c->json) fprintf(stderr, "%" PRId64 " to walk, back at the depot\n", w->length);
    int code = table_print(c, &o, sum.at);
    text_free(&sum);
    return code;
}

static int walk_file(cli *c, walk *w, const char *file, const char *svg)
{
    c12io_table *t = NULL;
    int code = EXIT_DONE;
    c12_status s = c12io_table_read(&t, file, pick_columns, 3, &c->err);
    if (s) return cli_fail(c, s);
    w->n = (int32_t)c12io_table_rows(t);
    int64_t *aisle = stock_numbers(t, file, 1, "aisle", &code);
    w->position = stock_numbers(t, file, 2, "position", &code);
    w->aisle = NEW(int32_t, w->n + 1);
    w->order = NEW(int32_t, w->n + 1);
    for (int32_t k = 0; k < w->n; k++) w->aisle[k] = aisle[k] > INT32_MAX || aisle[k] < 0 ? -1 : (int32_t)aisle[k];
    c12_mem scratch = { NULL, c12_stock_tour_scratch(w->b.aisles, w->n) };
    scratch.ptr = cli_new((int64_t)scratch.size, 1);
    if (!code && (s = c12_stock_tour(&w->b, w->n, w->aisle, w->position, w->order, &w->length, scratch, &c->err))) code = stock_say(c, s, t, file);
    if (!code && svg) code = draw(c, svg, w);
    if (!code) code = list(c, w, t);
    void *const owned[] = { aisle, w->position, w->aisle, w->order, scratch.ptr };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
    c12io_table_free(t);
    return code;
}

int stock_tour(cli *c)
{
    const int64_t far = INT64_C(1) << 40;
    int64_t aisles = cli_int(c, "--aisles", 1, C12_STOCK_MAX_AISLES, 0), depot = cli_int(c, "--depot", 0, C12_STOCK_MAX_AISLES - 1, 0);
    walk w = { .b = { .struct_size = sizeof w.b, .aisles = (int32_t)aisles, .depot = (int32_t)depot, .pitch = cli_int(c, "--pitch", 0, far, -1), .length = cli_int(c, "--length", 0, far, -1) } };
    const char *svg = cli_value(c, "--svg"), *file = cli_word(c, 1);
    if (!cli_ready(c, 2)) return EXIT_BAD;
    if (!aisles || w.b.pitch < 0 || w.b.length < 0) return cli_usage(c, "a block needs --aisles, --pitch and --length");
    if (depot >= aisles) return cli_usage(c, "--depot lies outside the block");
    return walk_file(c, &w, file, svg);
}
