/* SPDX-License-Identifier: Apache-2.0 */
/* The answer of c12 tlm query as a picture: least to largest as a band, the mean as a line, one panel a field. */
#include "tlm_cli.h"
#include <inttypes.h>
#include <string.h>

enum { SVG_WIDTH = 860, SVG_PANEL = 150, SVG_LEFT = 64, SVG_TOP = 26, SVG_ROBOTS = 6 };
static const char *const colour[SVG_ROBOTS] = { "#2563eb", "#d97706", "#059669", "#dc2626", "#7c3aed", "#475569" };

typedef struct panel { const c12io_ts_answer *a; int32_t k; int64_t t0, width_ms; double low, high, unit; int top; } panel;

static double svg_x(const panel *p, int64_t t) { return SVG_LEFT + (double)(t - p->t0) * (SVG_WIDTH - SVG_LEFT - 12) / (double)p->width_ms; }
static double svg_y(const panel *p, double v) { return p->top + SVG_PANEL - 30 - (v - p->low) * (SVG_PANEL - 40) / (p->high - p->low); }

static double mean_of(const c12io_ts_answer *a, int64_t at, int64_t count)
{
    if (a->sum_high[at] == -1) return -(double)(0 - a->sum_low[at]) / (double)count;
    return ((double)a->sum_high[at] * 18446744073709551616.0 + (double)a->sum_low[at]) / (double)count;
}

/* Groups from .. to - 1 of one robot. */
static void svg_robot(text *o, const panel *p, int64_t from, int64_t to, int64_t bucket, const char *ink)
{
    const c12io_ts_answer *a = p->a;
    text_add(o, "<path fill=\"%s\" fill-opacity=\".18\" d=\"", ink);
    for (int64_t g = from; g < to; g++) text_add(o, "%c%.1f %.1f", g == from ? 'M' : 'L', svg_x(p, a->start[g] + bucket / 2), svg_y(p, (double)a->max[p->k * a->cap + g] * p->unit));
    for (int64_t g = to - 1; g >= from; g--) text_add(o, "L%.1f %.1f", svg_x(p, a->start[g] + bucket / 2), svg_y(p, (double)a->min[p->k * a->cap + g] * p->unit));
    text_add(o, "Z\"/>\n<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"1.6\" points=\"", ink);
    for (int64_t g = from; g < to; g++) text_add(o, "%.1f,%.1f ", svg_x(p, a->start[g] + bucket / 2), svg_y(p, mean_of(a, p->k * a->cap + g, a->count[g]) * p->unit));
    text_add(o, "\"/>\n");
}

static void svg_axes(text *o, const panel *p, c12_view name)
{
    char when[64];
    text_add(o, "<text x=\"%d\" y=\"%d\" font-weight=\"bold\">", SVG_LEFT, p->top - 6);
    text_html(o, name);
    text_add(o, "</text>\n");
    for (int i = 0; i <= 4; i++) {
        double v = p->low + (p->high - p->low) * i / 4;
        text_add(o, "<path stroke=\"#cbd5e1\" d=\"M%d %.1fH%d\"/><text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.4g</text>\n", SVG_LEFT, svg_y(p, v), SVG_WIDTH - 12, SVG_LEFT - 6, svg_y(p, v) + 4, v);
    }
    for (int i = 0; i <= 4; i++) {
        int64_t t = p->t0 + p->width_ms * i / 4;
        tlm_time_text(t, when);
        text_add(o, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"%s\">%.8s</text>\n", svg_x(p, t), p->top + SVG_PANEL - 14, i == 4 ? "end" : i ? "middle" : "start", when + 11);
    }
}

/* Range of values of a field and of time. */
static panel svg_panel(const c12io_ts_answer *a, int32_t k, int64_t bucket)
{
    panel p = { .a = a, .k = k, .unit = 1, .top = SVG_TOP + 16 + k * (SVG_PANEL + 12) };
    for (int32_t i = 0; i < a->scale[k]; i++) p.unit /= 10;
    int64_t low = INT64_MAX, high = INT64_MIN, last = INT64_MIN;
    p.t0 = INT64_MAX;
    for (int64_t g = 0; g < a->n; g++) {
        if (a->min[k * a->cap + g] < low) low = a->min[k * a->cap + g];
        if (a->max[k * a->cap + g] > high) high = a->max[k * a->cap + g];
        if (a->start[g] < p.t0) p.t0 = a->start[g];
        if (a->start[g] > last) last = a->start[g];
    }
    p.width_ms = last - p.t0 + bucket;
    p.low = (double)low * p.unit;
    p.high = high > low ? (double)high * p.unit : p.low + p.unit;
    return p;
}

int tlm_svg(cli *c, c12io_ts *t, const c12_tlm_schema *s, const c12io_ts_question *q, const c12io_ts_answer *a, const char *path)
{
    text o = { 0 };
    if (!q->bucket || !q->n_fields || !a->n) return cli_usage(c, "--svg needs --field and --bucket, and rows in the range");
    int height = SVG_TOP + 16 + q->n_fields * (SVG_PANEL + 12);
    text_add(&o, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"11\" fill=\"#334155\">\n<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>\n", SVG_WIDTH, height, SVG_WIDTH, height);
    for (int32_t k = 0; k < q->n_fields; k++) {
        panel p = svg_panel(a, k, q->bucket);
        int robot = 0;
        c12_view name = { s->path + s->path_off[q->field[k]], (size_t)(s->path_off[q->field[k] + 1] - s->path_off[q->field[k]]) };
        svg_axes(&o, &p, name);
        for (int64_t from = 0, to; from < a->n; from = to, robot++) {
            for (to = from; to < a->n && a->robot[to] == a->robot[from]; to++) { }
            if (robot < SVG_ROBOTS) svg_robot(&o, &p, from, to, q->bucket, colour[robot]);
            if (k || robot >= SVG_ROBOTS) continue;
            if (a->robot[from] < 0 || c12io_ts_robot_name(t, a->robot[from], &name, NULL)) name = (c12_view){ (const uint8_t *)"all robots", 10 };
            text_add(&o, "<rect x=\"%d\" y=\"6\" width=\"10\" height=\"10\" fill=\"%s\"/><text x=\"%d\" y=\"15\">", SVG_LEFT + robot * 110, colour[robot], SVG_LEFT + robot * 110 + 14);
            text_html(&o, name);
            text_add(&o, "</text>\n");
        }
    }
    text_add(&o, "</svg>\n");
    return text_write(c, &o, path);
}
