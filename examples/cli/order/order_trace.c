/* SPDX-License-Identifier: Apache-2.0 */
/* c12 order trace: which units hold a lot or a serial number (the recall list), and what is in a unit; as a table and as a tree. */
#include "order_cli.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { G_UNIT, G_PART, G_LOT, G_QTY, G_COLUMNS };
static const c12io_column built_columns[G_COLUMNS] = { { "unit", 1, 0 }, { "part", 1, 0 }, { "lot", 1, 0 }, { "qty", 0, 0 } };

typedef struct ancestry { csv_sheet sheet; name_list unit, lot; int32_t *in, *part, *of; c12_qty *qty; c12_order_built b; c12_order_found f; int up; int32_t serial, root_lot; } ancestry;

static int read_built(cli *c, ancestry *a, const char *file)
{
    int code = sheet_open(c, &a->sheet, file, built_columns, G_COLUMNS);
    if (code) return code;
    const int64_t n = c12io_table_rows(a->sheet.t);
    if (n > INT32_MAX / 4) return cli_say("%s: more rows than one run takes", file);
    a->in = NEW(int32_t, n); a->part = NEW(int32_t, n); a->of = NEW(int32_t, n); a->qty = NEW(c12_qty, n);
    for (int64_t r = 0; r < n && !code; r++) {
        a->in[r] = names_id(&a->unit, c12io_table_cell(a->sheet.t, r, G_UNIT));
        a->part[r] = names_id(&a->unit, c12io_table_cell(a->sheet.t, r, G_PART));
        a->of[r] = names_id(&a->lot, c12io_table_cell(a->sheet.t, r, G_LOT));
        if (a->in[r] < 0) code = sheet_bad(&a->sheet, r, G_UNIT, "the serial number of a unit");
        else if (a->part[r] < 0 && a->of[r] < 0) code = sheet_bad(&a->sheet, r, G_PART, "a serial number; name it, or a lot");
        else code = sheet_number(&a->sheet, r, G_QTY, 0, INT64_MAX, &a->qty[r]);
        if (!code && !a->qty[r]) a->qty[r] = 1; /* an empty cell */
    }
    a->b = (c12_order_built)C12_INIT(c12_order_built);
    a->b.n_units = a->unit.n; a->b.n_lots = a->lot.n; a->b.n = n; a->b.unit = a->in; a->b.part = a->part; a->b.lot = a->of; a->b.qty = a->qty;
    return code;
}

static c12_status search_built(cli *c, ancestry *a)
{
    const int64_t most = a->b.n + a->b.n_units;
    c12_mem room = { NULL, c12_order_trace_scratch(&a->b) };
    c12_verdict v = C12_INIT(c12_verdict);
    a->f = (c12_order_found)C12_INIT(c12_order_found);
    a->f.cap = most;
    a->f.unit = NEW(int32_t, most); a->f.depth = NEW(int32_t, most); a->f.row = NEW(int64_t, most); a->f.is_outer = NEW(uint8_t, most);
    room.ptr = cli_new((int64_t)room.size + 8, 1);
    c12_status s = a->up ? c12_order_trace_up(&a->b, a->serial, a->root_lot, &a->f, room, &c->err) : c12_order_trace_down(&a->b, a->serial, &a->f, room, &c->err);
    free(room.ptr);
    if (s || !a->up || (double)a->f.n * (double)a->b.n > 1e9) return s; /* the checker's time is their product */
    s = c12_order_trace_check(&a->b, a->serial, a->root_lot, &a->f, &v, &c->err);
    if (!s && v.violations) cli_say("c12 order: the checker refuses the list: %s; please report", v.rule);
    return s ? s : v.violations ? C12_E_INTERNAL : C12_OK;
}

/* Faults of the graph name the row's cells. */
static int say_built(cli *c, const ancestry *a, c12_status s)
{
    if ((s != C12_E_CYCLE && s != C12_E_RANGE) || c->err.row < 0) return cli_fail(c, s);
    return sheet_bad(&a->sheet, c->err.row, s == C12_E_CYCLE ? G_UNIT : G_PART, s == C12_E_CYCLE ? "without itself among its parts" : "free: an earlier row put it into a unit");
}

static int print_found(cli *c, const ancestry *a)
{
    static const char *const up[] = { "unit", "depth", "through", "lot", "recall" }, *const down[] = { "part", "depth", "in", "lot", "qty" };
    table t = table_new(5, a->up ? up : down, "snssn");
    text sum = { 0 };
    for (int64_t k = 0; k < a->f.n; k++) {
        const int64_t row = a->f.row[k];
        const int32_t u = a->f.unit[k];
        put_name(&t, &a->unit, a->up || !a->f.is_outer[k] ? u : -1);
        table_int(&t, a->f.depth[k]);
        put_name(&t, &a->unit, !a->up ? a->in[row] : a->part[row] == u ? -1 : a->part[row]);
        put_name(&t, &a->lot, a->of[row]);
        table_int(&t, a->up ? a->f.is_outer[k] : a->qty[row]);
    }
    text_add(&sum, "\"found\":%" PRId64 ",\"%s\":%" PRId64, a->f.n, a->up ? "recall" : "lots", a->f.outer);
    int code = table_print(c, &t, sum.at);
    text_free(&sum);
    return code;
}

/* ---- the tree ------------------------------------------------------------------------------------------------------------------------------- */

enum { TREE_STEP = 168, TREE_LINE = 24, TREE_BOX = 140 };

/* Entry k hangs on the entry of what it was found through, -1 = on the root. */
static int64_t hangs_on(const ancestry *a, int64_t k)
{
    const int64_t row = a->f.row[k];
    const int32_t by = a->up ? a->part[row] == a->f.unit[k] ? -1 : a->part[row] : a->in[row];
    for (int64_t j = k - 1; j >= 0 && by >= 0; j--) if (a->f.unit[j] == by && (a->up || !a->f.is_outer[j])) return j;
    return -1;
}

static int draw_branch(text *o, const ancestry *a, const int64_t *on, int64_t at, int depth, int *line)
{
    const int y = *line, x = 20 + depth * TREE_STEP;
    const int lot = at < 0 ? a->root_lot >= 0 : !a->up && a->f.is_outer[at], mark = at >= 0 && a->up && a->f.is_outer[at];
    const c12_view name = lot ? a->lot.name[at < 0 ? a->root_lot : a->f.unit[at]] : a->unit.name[at < 0 ? a->serial : a->f.unit[at]];
    (*line)++;
    for (int64_t k = at + 1; k < a->f.n; k++) {
        if (on[k] != at) continue;
        const int below = draw_branch(o, a, on, k, depth + 1, line);
        text_add(o, "<path d=\"M%d %dH%dV%dH%d\" fill=\"none\" stroke=\"#94a3b8\"/>\n", x + TREE_BOX, 24 + y * TREE_LINE, x + TREE_BOX + 14, 24 + below * TREE_LINE, x + TREE_STEP);
    }
    text_add(o, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"18\" rx=\"%d\" fill=\"%s\" stroke=\"#64748b\"/><text x=\"%d\" y=\"%d\">", x, 15 + y * TREE_LINE, TREE_BOX, lot ? 9 : 3, mark ? "#fecaca" : lot ? "#fef3c7" : "#e0f2fe", x + 8, 28 + y * TREE_LINE);
    text_html(o, name);
    if (at >= 0 && lot && a->qty[a->f.row[at]] > 1) text_add(o, " \xc3\x97 %" PRId64, a->qty[a->f.row[at]]);
    text_add(o, "</text>\n");
    return y;
}

static int draw_found(cli *c, const ancestry *a, const char *path)
{
    text o = { 0 }, rows = { 0 };
    int64_t *on = NEW(int64_t, a->f.n);
    int line = 0, deep = 0;
    if (a->f.n > 2000) { free(on); return cli_say("%" PRId64 " entries are too many for a picture", a->f.n); }
    for (int64_t k = 0; k < a->f.n; k++) { on[k] = hangs_on(a, k); deep = a->f.depth[k] > deep ? a->f.depth[k] : deep; }
    draw_branch(&rows, a, on, -1, 0, &line);
    const int width = 40 + deep * TREE_STEP + TREE_BOX, height = 50 + line * TREE_LINE;
    text_add(&o, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"11\" fill=\"#334155\">\n<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>\n", width, height, width, height);
    text_bytes(&o, rows.at, rows.n);
    text_add(&o, "<text x=\"20\" y=\"%d\" fill=\"#64748b\">round: lots; %s</text>\n</svg>\n", height - 10, a->up ? "red: in no other unit, to be recalled" : "square: serial numbers");
    text_free(&rows);
    free(on);
    return text_write(c, &o, path);
}

int order_trace(cli *c)
{
    ancestry a = { .serial = -1, .root_lot = -1 };
    const char *lot = cli_value(c, "--lot"), *serial = cli_value(c, "--serial"), *svg = cli_value(c, "--svg");
    a.up = cli_flag(c, "--up") || lot;
    if (!cli_ready(c, 2)) return EXIT_BAD;
    if (!lot == !serial) return cli_usage(c, "say --lot L or --serial S");
    int code = read_built(c, &a, cli_word(c, 1));
    if (!code) {
        const char *what = lot ? lot : serial;
        const int32_t id = names_find(lot ? &a.lot : &a.unit, (c12_view){ (const uint8_t *)what, strlen(what) });
        *(lot ? &a.root_lot : &a.serial) = id;
        if (id < 0) code = cli_say("%s: no row names %s '%s'", a.sheet.file, lot ? "lot" : "serial number", what);
    }
    c12_status s = code ? C12_OK : search_built(c, &a);
    if (s) code = say_built(c, &a, s);
    if (!code && svg) code = draw_found(c, &a, svg);
    if (!code && (!svg || c->out)) code = print_found(c, &a);
    void *const owned[] = { a.in, a.part, a.of, a.qty, a.f.unit, a.f.depth, a.f.row, a.f.is_outer };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
    names_free(&a.unit);
    names_free(&a.lot);
    c12io_table_free(a.sheet.t);
    return code;
}
