/* SPDX-License-Identifier: Apache-2.0 */
/* Pictures: the Gantt chart as SVG and the self-contained page of a plan. */
#include "reports.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Hues a golden angle apart. */
int report_hue(int32_t colour) { return (int)(colour * INT64_C(137508) / 1000 % 360); }

void report_walls(text *o, int32_t width, int32_t height, const int32_t *vertex)
{
    for (int32_t y = 0; y < height; y++)
        for (int32_t x = 0, end; x < width; x = end) {
            for (end = x; end < width && vertex[(int64_t)y * width + end] < 0; end++) continue;
            if (end > x) text_add(o, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>", (int)x * REPORT_CELL, (int)y * REPORT_CELL, (int)(end - x) * REPORT_CELL, REPORT_CELL);
            else end++;
        }
}

void report_gantt(text *o, const gantt *g)
{
    const int left = 110, width = 980, high = 18;
    double scale = g->to > 0 ? (double)width / (double)g->to : 1;
    text_add(o, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"11\" role=\"img\" aria-label=\"Gantt chart\">\n", left + width + 40, g->rows * high + 30);
    text_add(o, "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n");
    for (int32_t r = 0; r < g->rows; r++) {
        text_add(o, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">", left - 6, r * high + 13);
        text_html(o, g->row_name(g->user, r));
        text_add(o, "</text><line x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\" stroke=\"#e3e3e3\"/>\n", left, left + width, (r + 1) * high, (r + 1) * high);
    }
    for (int64_t k = 0; k < g->n_ops; k++) {
        double x = left + (double)g->start[k] * scale, w = (double)(g->end[k] - g->start[k]) * scale;
        text_add(o, "<rect x=\"%.2f\" y=\"%d\" width=\"%.2f\" height=\"%d\" fill=\"hsl(%d 60%% 62%%)\"><title>%d: %" PRId64 " - %" PRId64 "</title></rect>\n",
                 x, g->row[k] * high + 2, w < 0.4 ? 0.4 : w, high - 4, report_hue(g->colour[k]), (int)g->colour[k], g->start[k], g->end[k]);
    }
    for (int k = 0; k <= 10; k++) {
        char at[24];
        if (g->first_day) c12io_date_text(g->first_day + g->to * k / 10 / 1440, -1, at);
        else snprintf(at, sizeof at, "%" PRId64, g->to * k / 10);
        text_add(o, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\" fill=\"#666\">%s</text>\n", left + width * k / 10, g->rows * high + 16, at);
    }
    text_add(o, "</svg>\n");
}

/* ---- the page of a plan ---------------------------------------------------------------------------------------------------------- */

static c12_view plant_machine(const void *user, int32_t row)
{
    const plant *t = user;
    return c12io_texts_at(t->p->machine_code, row);
}

static void put_gantt(text *o, const plant *t, const c12_flow_plan_view *v)
{
    gantt g = { .n_ops = v->n_ops, .rows = t->p->n_machines, .colours = t->p->n_items, .row = v->op_machine, .start = v->op_start, .end = v->op_end, .first_day = t->config.start_day, .row_name = plant_machine, .user = t };
    int32_t *colour = NEW(int32_t, v->n_ops);
    for (int64_t w = 0; w < v->n_work; w++)
        for (int64_t k = v->work_op_off[w]; k < v->work_op_off[w + 1]; k++) {
            colour[k] = v->work_item[w] * 7 + (int32_t)(w % 5);
            if (v->op_end[k] > g.to) g.to = v->op_end[k];
        }
    g.colour = colour;
    text_add(o, "<h2>Schedule</h2><p>One row a machine, one bar an operation; a bar's title has its minutes since the first day.</p>\n");
    report_gantt(o, &g);
    free(colour);
}

static int64_t planned_qty(const c12_flow_plan_view *v, int32_t item)
{
    int64_t sum = 0;
    for (int32_t b = 0; b < v->mrp->n_buckets; b++) sum += v->net->gross[(int64_t)item * v->mrp->n_buckets + b];
    return sum;
}

/* Projected stock of one item as a step line on its own scale. */
static void put_curve(text *o, const plant *t, const c12_flow_plan_view *v, int32_t item)
{
    int32_t n = v->mrp->n_buckets;
    const c12_qty *q = v->net->projected + (int64_t)item * n;
    c12_qty high = 1, low = 0;
    for (int32_t b = 0; b < n; b++) { if (q[b] > high) high = q[b]; if (q[b] < low) low = q[b]; }
    text_add(o, "<figure><figcaption>");
    text_html(o, c12io_texts_at(t->p->item_code, item));
    text_add(o, " <small>0 to %" PRId64 "</small></figcaption><svg viewBox=\"0 0 360 70\"><polyline fill=\"none\" stroke=\"#2b6cb0\" stroke-width=\"1.5\" points=\"", high);
    for (int32_t b = 0; b < n; b++) {
        double y = 65 - 60 * (double)(q[b] - low) / (double)(high - low);
        text_add(o, "%.1f,%.1f %.1f,%.1f ", 360.0 * b / n, y, 360.0 * (b + 1) / n, y);
    }
    text_add(o, "\"/></svg></figure>\n");
}

static void put_curves(text *o, const plant *t, const c12_flow_plan_view *v)
{
    text_add(o, "<h2>Material</h2><p>Projected stock at the end of each day.</p><div class=\"curves\">\n");
    for (int32_t i = 0; i < t->p->n_items && i < 24; i++) if (planned_qty(v, i)) put_curve(o, t, v, i);
    text_add(o, "</div>\n");
}

/* Minutes worked by station and week over minutes its machines are open would need the calendars; the bars show hours worked. */
static void put_load(text *o, const plant *t, const c12_flow_plan_view *v)
{
    int64_t *hours = NEW(int64_t, t->p->n_stations), most = 1;
    for (int64_t k = 0; k < v->n_ops; k++) {
        int32_t s = t->p->step_station[v->op_step[k]];
        hours[s] += v->op_end[k] - v->op_start[k];
    }
    for (int32_t s = 0; s < t->p->n_stations; s++) if (hours[s] > most) most = hours[s];
    text_add(o, "<h2>Load</h2><table><tr><th>station</th><th>hours, closed time included</th><th></th></tr>\n");
    for (int32_t s = 0; s < t->p->n_stations; s++) {
        text_add(o, "<tr><td>");
        text_html(o, c12io_texts_at(t->p->station_name, s));
        text_add(o, "</td><td class=\"n\">%.0f</td><td><div class=\"bar\" style=\"width:%.0fpx\"></div></td></tr>\n", (double)hours[s] / 60, 300.0 * (double)hours[s] / (double)most);
    }
    text_add(o, "</table>\n");
    free(hours);
}

static void put_orders(text *o, const plant *t, const c12_flow_plan_view *v)
{
    int64_t late = report_late(v);
    text_add(o, "<h2>Late orders: %" PRId64 " of %" PRId64 "</h2>\n", late, v->n_orders);
    if (late) text_add(o, "<table><tr><th>order</th><th>customer</th><th>due</th><th>done</th><th>reason</th></tr>\n");
    for (int64_t k = 0; k < v->n_orders; k++) {
        char due[17] = "", done[17] = "never";
        text why = { 0 };
        if (v->order_end[k] <= v->order_due[k]) continue;
        c12io_date_text(t->config.start_day + (v->order_due[k] - 1) / 1440, -1, due);
        if (v->order_end[k] != INT64_MAX) c12io_date_text(t->config.start_day + v->order_end[k] / 1440, (int32_t)(v->order_end[k] % 1440), done);
        report_reason(&why, t, v, k);
        c12_view r = { (const uint8_t *)why.at, why.n };
        text_add(o, "<tr><td>");
        text_html(o, c12io_texts_at(t->p->order_code, (int32_t)k));
        text_add(o, "</td><td>");
        text_html(o, c12io_texts_at(t->p->order_customer, (int32_t)k));
        text_add(o, "</td><td>%s</td><td>%s</td><td>", due, done);
        text_html(o, r);
        text_add(o, "</td></tr>\n");
        text_free(&why);
    }
    if (late) text_add(o, "</table>\n");
}

void report_page_begin(text *o, const plant *t, const char *title)
{
    c12_view name = { (const uint8_t *)t->config.name, strlen(t->config.name) };
    text_add(o, "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>%s: ", title);
    text_html(o, name);
    text_add(o, "</title><style>body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color:#222}table{border-collapse:collapse}td,th{padding:.2rem .7rem;border-bottom:1px solid #ddd;text-align:left}"
                ".n{text-align:right}.curves{display:flex;flex-wrap:wrap;gap:1rem}figure{margin:0;width:22rem}figcaption{font-size:13px}.bar{height:.8rem;background:#2b6cb0}svg{width:100%%;height:auto}pre{background:#f6f6f6;padding:.8rem;overflow-x:auto}</style></head><body>\n<h1>");
    text_html(o, name);
    text_add(o, "</h1>\n");
}

void report_page_plan(text *o, const plant *t, const c12_flow_plan_view *v)
{
    put_orders(o, t, v);
    put_gantt(o, t, v);
    put_load(o, t, v);
    put_curves(o, t, v);
}

void report_page_end(text *o) { text_add(o, "</body></html>\n"); }

void report_page(text *o, const plant *t, const c12_flow_plan_view *v, const c12_info *info)
{
    report_page_begin(o, t, "Plan");
    text_add(o, "<p>%" PRId64 " sales orders, %" PRId64 " work orders, %" PRId64 " operations, %" PRId64 " purchase orders, %" PRId64 " messages. Weighted tardiness and set-ups: %" PRId64 " minutes.</p>\n",
             v->n_orders, v->n_work, v->n_ops, v->n_buys, v->net->exc_count, info->objective);
    report_page_plan(o, t, v);
    report_page_end(o);
}
