/* SPDX-License-Identifier: Apache-2.0 */
/* Control charts as a picture: points, centre line, limits, the zones between; points at which a rule fired in red, with its number. */
#include "spc_cli.h"
#include <stdlib.h>
#include <string.h>

enum { CHART_WIDTH = 860, CHART_PANEL = 210, CHART_LEFT = 84, CHART_RIGHT = 100, CHART_TOP = 44 };

typedef struct frame { const spc_panel *p; int top; double low, high; } frame;

static double chart_x(const frame *f, int64_t i)
{
    int64_t n = f->p->n - f->p->first;
    return CHART_LEFT + (n > 1 ? (double)(i - f->p->first) * (CHART_WIDTH - CHART_LEFT - CHART_RIGHT) / (double)(n - 1) : 0);
}

static double chart_y(const frame *f, double v) { return f->top + CHART_PANEL - 34 - (v - f->low) * (CHART_PANEL - 54) / (f->high - f->low); }

static void chart_widen(frame *f, const double *column)
{
    for (int64_t i = f->p->first; column && i < f->p->n; i++) {
        if (column[i] < f->low) f->low = column[i];
        if (column[i] > f->high) f->high = column[i];
    }
}

static frame chart_frame(const spc_panel *p, int which)
{
    frame f = { .p = p, .top = CHART_TOP + which * CHART_PANEL, .low = p->value[p->first], .high = p->value[p->first] };
    const double *const columns[] = { p->value, p->low, p->high, p->second };
    for (int k = 0; k < 4; k++) chart_widen(&f, columns[k]);
    double room = (f.high - f.low) * .06;
    if (room <= 0) room = 1;
    f.low -= room;
    f.high += room;
    return f;
}

/* A line of the chart, as steps where it differs from point to point. */
static void chart_line(text *o, const frame *f, const double *column, const char *ink, const char *dash, const char *name)
{
    const spc_panel *p = f->p;
    if (!column) return;
    double half = p->n - p->first > 1 ? (chart_x(f, p->first + 1) - chart_x(f, p->first)) / 2 : 20;
    text_add(o, "<path fill=\"none\" stroke=\"%s\"%s%s%s d=\"", ink, *dash ? " stroke-dasharray=\"" : "", dash, *dash ? "\"" : "");
    for (int64_t i = p->first; i < p->n; i++) {
        double y = chart_y(f, column[i]);
        if (i == p->first) text_add(o, "M%.1f %.1f", chart_x(f, i) - half, y);
        else if (column[i] < column[i - 1] || column[i] > column[i - 1]) text_add(o, "H%.1fV%.1f", chart_x(f, i) - half, y);
    }
    text_add(o, "H%.1f\"/>\n", chart_x(f, p->n - 1) + half);
    if (*name) text_add(o, "<text x=\"%d\" y=\"%.1f\">%s %.5g</text>\n", (CHART_WIDTH - CHART_RIGHT + 20), chart_y(f, column[p->n - 1]) + 4, name, column[p->n - 1]);
}

/* A third and two thirds of the way from the centre line to a limit. */
static void chart_zones(text *o, const frame *f, const double *limit)
{
    const spc_panel *p = f->p;
    double *zone = NEW(double, p->n);
    for (int k = 1; k <= 2 && p->centre && limit && p->fired; k++) {
        for (int64_t i = 0; i < p->n; i++) zone[i] = p->centre[i] + (limit[i] - p->centre[i]) * k / 3;
        chart_line(o, f, zone, "#e2e8f0", "", "");
    }
    free(zone);
}

static void chart_curve(text *o, const frame *f, const double *column, const char *ink)
{
    if (!column) return;
    text_add(o, "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"1.3\" points=\"", ink);
    for (int64_t i = f->p->first; i < f->p->n; i++) text_add(o, "%.1f,%.1f ", chart_x(f, i), chart_y(f, column[i]));
    text_add(o, "\"/>\n");
}

static void chart_points(text *o, const frame *f)
{
    const spc_panel *p = f->p;
    for (int64_t i = p->first; i < p->n; i++) {
        uint32_t fired = p->fired ? p->fired[i] : 0;
        double x = chart_x(f, i), y = chart_y(f, p->value[i]);
        text_add(o, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%s\" fill=\"%s\"/>\n", x, y, fired ? "4" : "2.6", fired ? "#dc2626" : "#2563eb");
        if (!fired) continue;
        text_add(o, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\" fill=\"#dc2626\">", x, y - 7);
        for (int rule = 1, many = 0; fired; rule++, fired >>= 1) if (fired & 1) text_add(o, "%s%d", many++ ? "," : "", rule);
        text_add(o, "</text>\n");
    }
}

static void chart_axis(text *o, const frame *f)
{
    const int64_t n = f->p->n - f->p->first, step = n > 25 ? (n + 24) / 25 : 1;
    text_add(o, "<text x=\"%d\" y=\"%d\" font-weight=\"bold\">%s</text>\n", CHART_LEFT, f->top + 6, f->p->name);
    for (int k = 0; k <= 4; k++) {
        double v = f->low + (f->high - f->low) * k / 4;
        text_add(o, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.5g</text>\n", CHART_LEFT - 22, chart_y(f, v) + 4, v);
    }
    for (int64_t i = 0; i < f->p->n; i += step)
        if (i >= f->p->first) text_add(o, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%lld</text>\n", chart_x(f, i), f->top + CHART_PANEL - 14, (long long)i + 1);
}

int spc_draw(cli *c, const char *path, const char *title, const spc_panel *panels, int n_panels)
{
    text o = { 0 };
    const int height = CHART_TOP + n_panels * CHART_PANEL;
    text_add(&o, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"11\" fill=\"#334155\">\n<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>\n<text x=\"%d\" y=\"22\" font-size=\"14\">",
        CHART_WIDTH, height, CHART_WIDTH, height, CHART_LEFT);
    text_html(&o, (c12_view){ (const uint8_t *)title, strlen(title) });
    text_add(&o, "</text>\n");
    for (int k = 0; k < n_panels; k++) {
        if (panels[k].n <= panels[k].first) continue;
        frame f = chart_frame(&panels[k], k);
        chart_axis(&o, &f);
        chart_zones(&o, &f, panels[k].low);
        chart_zones(&o, &f, panels[k].high);
        chart_line(&o, &f, panels[k].low, "#d97706", "5 3", "LCL");
        chart_line(&o, &f, panels[k].high, "#d97706", "5 3", "UCL");
        chart_line(&o, &f, panels[k].centre, "#059669", "", "CL");
        chart_curve(&o, &f, panels[k].value, "#2563eb");
        chart_curve(&o, &f, panels[k].second, "#7c3aed");
        chart_points(&o, &f);
    }
    text_add(&o, "</svg>\n");
    return text_write(c, &o, path);
}
