/* SPDX-License-Identifier: Apache-2.0 */
/* A plan as a static picture: a row a machine with its breaks, set-ups, operations and load, and the late orders below. */
#include "shop.h"
#include "reports.h"
#include <inttypes.h>
#include <stdlib.h>

enum { LEFT = 92, TOP = 58, ROW = 24, BAR = 18, LOAD = 170, LATE_LISTED = 24, LATE_LINE = 16 };

typedef struct canvas { const chart *g; text *o; double scale; int width, bottom, by_family; } canvas;

static double across(const canvas *v, c12_tick t) { return LEFT + (double)t * v->scale; }
static int row_top(int32_t row) { return TOP + row * ROW; }

/* Wide enough that an operation of average length has room for its order's number, with closed time taken into account. */
static int chart_width(const chart *g)
{
    double open = 0, n = g->s->q.n_machines > 0 ? g->s->q.n_machines : 1;
    for (int32_t m = 0; m < g->s->q.n_machines; m++) open += (double)g->open[m];
    double wide = open > 0 ? (double)g->s->dims.ops / n * 40 * ((double)g->to * n / open) : 0;
    return wide < 900 ? 900 : wide > 4000 ? 4000 : (int)wide;
}

/* ---- the frame ------------------------------------------------------------------------------------------------------------------- */

static void put_label(text *o, double x, int y, const char *more, const char *words)
{
    text_add(o, "<text x=\"%.1f\" y=\"%d\"%s>%s</text>", x, y, more, words);
}

static void put_title(const canvas *v)
{
    const chart *g = v->g;
    char end[40];
    text name = { 0 }, unit = { 0 };
    chart_name(g, &name);
    chart_time(g, g->to, end);
    c12_view title = { (const uint8_t *)name.at, name.n };
    text_add(v->o, "<text x=\"8\" y=\"18\" font-size=\"14\" font-weight=\"bold\">");
    text_html(v->o, title);
    text_add(v->o, "</text><text x=\"8\" y=\"35\">%" PRId64 " operations, last end %s", g->s->dims.ops, end);
    if (g->n_due) text_add(v->o, ", %d of %d orders with a due date late", (int)g->n_late, (int)g->n_due);
    if (g->bottleneck >= 0) {
        chart_unit_name(g, g->bottleneck, &unit);
        text_add(v->o, "; bottleneck: %s, at work %.0f %% of open time", unit.at, 100 * chart_load(g, g->bottleneck));
    }
    text_add(v->o, "</text>\n");
    text_free(&name);
    text_free(&unit);
}

/* The distance of marks: round, and not closer than their words are wide. */
static c12_tick mark_step(const canvas *v)
{
    static const c12_tick minutes[] = { 15, 30, 60, 120, 240, 480, 1440, 2880, 7200, 10080 };
    c12_tick step = 1;
    size_t k = 0;
    double least = (v->g->s->json ? 84 : 52) / v->scale;
    if (v->g->s->json) while (k < 10 && (double)(step = minutes[k]) < least) k++;
    for (int by = 0; (double)step < least && step < C12_SCHED_HORIZON; by++) step = by % 3 == 1 ? step / 2 * 5 : step * 2;
    return step;
}

static void put_axis(const canvas *v)
{
    c12_tick step = mark_step(v);
    for (c12_tick t = 0; t <= v->g->to; t += step) {
        char words[40];
        double x = across(v, t);
        chart_time(v->g, t, words);
        text_add(v->o, "<path d=\"M%.1f %dV%d\" stroke=\"#d8d8d8\"/>", x, TOP - 4, v->bottom);
        put_label(v->o, x, TOP - 8, " text-anchor=\"middle\" fill=\"#555\" font-size=\"10\"", words);
        text_add(v->o, "\n");
    }
}

static void put_load(const canvas *v, int32_t row)
{
    const chart *g = v->g;
    int32_t m = g->row[row];
    double load = g->open[m] > 0 ? (double)g->busy[m] / (double)g->open[m] : 0;
    int x = LEFT + v->width + 14, y = row_top(row);
    text_add(v->o, "<rect x=\"%d\" y=\"%d\" width=\"80\" height=\"8\" fill=\"#eee\"/><rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"8\" fill=\"%s\"/><text x=\"%d\" y=\"%d\">%.0f %%</text>\n",
             x, y + 8, x, y + 8, 80 * load, g->unit[m] == g->bottleneck ? "#c0392b" : "#7a8a99", x + 86, y + 16, 100 * load);
}

/* A machine's name, and a line below, darker below a unit's last. */
static void put_row(const canvas *v, int32_t row)
{
    int32_t m = v->g->row[row];
    int y = row_top(row), last = row + 1 == v->g->unit_off[v->g->unit[m] + 1];
    text_add(v->o, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\"%s>machine %d</text>", LEFT - 6, y + 16, v->g->unit[m] == v->g->bottleneck ? " fill=\"#c0392b\" font-weight=\"bold\"" : "", (int)m);
    text_add(v->o, "<path d=\"M8 %dH%d\" stroke=\"%s\"/>\n", y + ROW, LEFT + v->width, last ? "#aaa" : "#e3e3e3");
    put_load(v, row);
}

/* ---- operations ------------------------------------------------------------------------------------------------------------------ */

static int is_late(const chart *g, int32_t job)
{
    return g->s->q.job_due && g->s->q.job_due[job] >= 0 && g->job_end[job] > g->s->q.job_due[job];
}

static void put_hint(const canvas *v, int64_t k)
{
    const shop *s = v->g->s;
    int32_t j = v->g->op_job[k];
    char from[40], to[40];
    chart_time(v->g, s->plan.op_start[k], from);
    chart_time(v->g, s->plan.op_end[k], to);
    text_add(v->o, "<title>order %d, operation %" PRId64 ": %s to %s", (int)j, k - s->q.op_off[j], from, to);
    if (s->q.op_family && s->q.n_families) text_add(v->o, ", family %d", (int)s->q.op_family[k]);
    if (v->g->setup_from[k] < s->plan.op_start[k]) {
        chart_time(v->g, v->g->setup_from[k], from);
        text_add(v->o, ", set-up from %s", from);
    }
    text_add(v->o, "</title>");
}

static void put_operation(const canvas *v, int64_t k, int y)
{
    const shop *s = v->g->s;
    int32_t j = v->g->op_job[k], colour = v->by_family && s->q.op_family ? s->q.op_family[k] : j;
    c12_tick start = s->plan.op_start[k], end = s->plan.op_end[k];
    char number[16];
    double x = across(v, start), wide = (double)(end - start) * v->scale;
    int n = snprintf(number, sizeof number, "%d", (int)j);
    if (v->g->setup_from[k] < start) text_add(v->o, "<rect x=\"%.2f\" y=\"%d\" width=\"%.2f\" height=\"%d\" fill=\"url(#setup)\"/>", across(v, v->g->setup_from[k]), y + 6, (double)(start - v->g->setup_from[k]) * v->scale, BAR - 6);
    text_add(v->o, "<rect x=\"%.2f\" y=\"%d\" width=\"%.2f\" height=\"%d\" rx=\"2\" fill=\"hsl(%d 62%% 68%%)\" stroke=\"%s\" stroke-width=\"%s\">", x, y, wide < 0.5 ? 0.5 : wide, BAR, report_hue(colour), is_late(v->g, j) ? "#c0392b" : "#fff", is_late(v->g, j) ? "1.4" : "0.5");
    put_hint(v, k);
    text_add(v->o, "</rect>");
    if (wide > 6.2 * n + 3) put_label(v->o, x + wide / 2, y + 13, " text-anchor=\"middle\" font-size=\"10\" pointer-events=\"none\"", number);
    text_add(v->o, "\n");
}

/* Breaks lie over the bars, so that what pauses looks paused. */
static void put_breaks(const canvas *v, int32_t row)
{
    const c12_sched_problem *q = &v->g->s->q;
    int32_t m = v->g->row[row];
    for (int64_t k = q->break_off[m]; k < q->break_off[m + 1] && q->break_from[k] < v->g->to; k++) {
        c12_tick to = q->break_to[k] < v->g->to ? q->break_to[k] : v->g->to;
        text_add(v->o, "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>", across(v, q->break_from[k]), row_top(row), (double)(to - q->break_from[k]) * v->scale, ROW);
    }
}

/* ---- late orders ----------------------------------------------------------------------------------------------------------------- */

/* From its due date to its end, where the order's last operation runs. */
static void put_due(const canvas *v, int32_t job, const int32_t *row_of)
{
    const shop *s = v->g->s;
    int64_t k = s->q.op_off[job];
    while (k + 1 < s->q.op_off[job + 1] && s->plan.op_end[k] < v->g->job_end[job]) k++;
    int y = row_top(row_of[v->g->op_machine[k]]);
    double due = across(v, s->q.job_due[job]);
    text_add(v->o, "<path d=\"M%.1f %dl-4 -5h8z\" fill=\"#c0392b\"><title>order %d is due</title></path><path d=\"M%.1f %dH%.1f\" stroke=\"#c0392b\" stroke-width=\"1.5\"/>\n", due, y + ROW, (int)job, due, y + ROW - 1, across(v, v->g->job_end[job]));
}

static void put_late_list(const canvas *v)
{
    const chart *g = v->g;
    int y = v->bottom + 34;
    for (int32_t k = 0; k < g->n_late && k < LATE_LISTED; k++, y += LATE_LINE) {
        char due[40], end[40];
        int32_t j = g->late[k].job;
        chart_time(g, g->s->q.job_due[j], due);
        chart_time(g, g->job_end[j], end);
        text_add(v->o, "<text x=\"8\" y=\"%d\"><tspan fill=\"#c0392b\">order %d</tspan> was due %s, ends %s: %" PRId64 "%s late", y, (int)j, due, end, g->late[k].by, g->s->json ? " min" : "");
        if (g->s->q.job_weight) text_add(v->o, ", weight %" PRId64, g->s->q.job_weight[j]);
        text_add(v->o, "</text>\n");
    }
    if (g->n_late > LATE_LISTED) text_add(v->o, "<text x=\"8\" y=\"%d\">and %d more</text>\n", y, (int)(g->n_late - LATE_LISTED));
}

static void put_legend(const canvas *v)
{
    int x = LEFT, y = v->bottom + 14;
    if (v->g->s->q.setup && v->g->s->q.n_families) { text_add(v->o, "<rect x=\"%d\" y=\"%d\" width=\"16\" height=\"10\" fill=\"url(#setup)\"/><text x=\"%d\" y=\"%d\">set-up</text>", x, y - 9, x + 21, y); x += 84; }
    if (v->g->s->q.break_off) { text_add(v->o, "<rect x=\"%d\" y=\"%d\" width=\"16\" height=\"10\" fill=\"#e0e0e0\"/><text x=\"%d\" y=\"%d\">closed</text>", x, y - 9, x + 21, y); x += 84; }
    if (v->g->n_late) text_add(v->o, "<rect x=\"%d\" y=\"%d\" width=\"16\" height=\"10\" fill=\"#fff\" stroke=\"#c0392b\"/><text x=\"%d\" y=\"%d\">late order; a red line runs from its due date to its end</text>", x, y - 9, x + 21, y);
    put_label(v->o, LEFT + v->width + 14, TOP - 22, " fill=\"#555\" font-size=\"10\"", "work and set-ups in open time");
    text_add(v->o, "\n");
}

/* ---- entry ----------------------------------------------------------------------------------------------------------------------- */

static void put_bars(const canvas *v)
{
    const chart *g = v->g;
    int32_t *row_of = cli_new(g->s->q.n_machines, sizeof *row_of);
    for (int32_t r = 0; r < g->s->q.n_machines; r++) row_of[g->row[r]] = r;
    for (int64_t k = 0; k < g->s->dims.ops; k++) put_operation(v, k, row_top(row_of[g->op_machine[k]]) + 3);
    if (g->s->q.break_off) {
        text_add(v->o, "<g fill=\"#d2d2d2\" fill-opacity=\"0.6\" pointer-events=\"none\">");
        for (int32_t r = 0; r < g->s->q.n_machines; r++) put_breaks(v, r);
        text_add(v->o, "</g>\n");
    }
    for (int32_t k = 0; k < g->n_late; k++) put_due(v, g->late[k].job, row_of);
    free(row_of);
}

void chart_svg(const chart *g, int by_family, text *o)
{
    int width = chart_width(g), listed = g->n_late > LATE_LISTED ? LATE_LISTED + 1 : g->n_late, bottom = row_top(g->s->q.n_machines);
    canvas v = { .g = g, .o = o, .scale = g->to > 0 ? (double)width / (double)g->to : 1, .width = width, .bottom = bottom, .by_family = by_family };
    int w = LEFT + width + LOAD, h = bottom + 28 + listed * LATE_LINE;
    text_add(o, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"11\" fill=\"#222\" role=\"img\" aria-label=\"Gantt chart\">\n", w, h, w, h);
    text_add(o, "<defs><pattern id=\"setup\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><rect width=\"5\" height=\"5\" fill=\"#d9d9d9\"/><rect width=\"2.5\" height=\"5\" fill=\"#777\"/></pattern></defs>\n");
    text_add(o, "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n");
    put_title(&v);
    for (int32_t r = 0; r < g->s->q.n_machines; r++) put_row(&v, r);
    put_axis(&v);
    put_bars(&v);
    put_legend(&v);
    put_late_list(&v);
    text_add(o, "</svg>\n");
}
