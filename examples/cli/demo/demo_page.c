/* SPDX-License-Identifier: Apache-2.0 */
/* The page of a factory day: what the plan's page shows, and the hall with the routes of ten minutes, batteries and machines. */
#include "demo.h"
#include <inttypes.h>

enum { CELL = REPORT_CELL, WINDOW_FROM = DEMO_INCIDENT * DEMO_MS, WINDOW_MS = 600000 };

/* ---- the hall ------------------------------------------------------------------------------------------------------------------------ */

static void put_cells(text *o, const hall *h, const int32_t *vertex, int64_t n, const char *fill)
{
    text_add(o, "<g fill=\"%s\">", fill);
    for (int64_t k = 0; k < n; k++) text_add(o, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>", (int)h->x[vertex[k]] * CELL + 1, (int)h->y[vertex[k]] * CELL + 1, CELL - 2, CELL - 2);
    text_add(o, "</g>\n");
}

/* A leg's cells as a line; straight runs keep only their ends. */
static void put_route(text *o, const demo *d, int64_t leg)
{
    const c12_flow_fleet_view *l = &d->log;
    const hall *h = &d->h;
    int64_t lo = l->leg_step_off[leg], hi = l->leg_step_off[leg + 1];
    text_add(o, "<polyline stroke=\"hsl(%d 70%% 45%%)\" points=\"", report_hue(l->leg_robot[leg]));
    for (int64_t s = lo; s < hi; s++) {
        int32_t v = l->step_vertex[s];
        if (s > lo && s + 1 < hi) {
            int32_t a = l->step_vertex[s - 1], b = l->step_vertex[s + 1];
            if (h->x[v] - h->x[a] == h->x[b] - h->x[v] && h->y[v] - h->y[a] == h->y[b] - h->y[v]) continue;
        }
        text_add(o, "%d,%d ", (int)h->x[v] * CELL + CELL / 2, (int)h->y[v] * CELL + CELL / 2);
    }
    text_add(o, "\"><title>");
    text_html(o, c12io_texts_at(d->t.p->robot_code, l->leg_robot[leg]));
    text_add(o, "</title></polyline>\n");
}

/* Where the robot is when the window ends. */
static void put_robot(text *o, const demo *d, int64_t leg, c12_tick t)
{
    const c12_flow_fleet_view *l = &d->log;
    int64_t s = l->leg_step_off[leg];
    while (s + 1 < l->leg_step_off[leg + 1] && l->step_to[s] <= t) s++;
    int32_t v = l->step_vertex[s];
    text_add(o, "<circle cx=\"%d\" cy=\"%d\" r=\"5\" fill=\"hsl(%d 70%% 40%%)\"><title>", (int)d->h.x[v] * CELL + CELL / 2, (int)d->h.y[v] * CELL + CELL / 2, report_hue(l->leg_robot[leg]));
    text_html(o, c12io_texts_at(d->t.p->robot_code, l->leg_robot[leg]));
    text_add(o, "</title></circle>\n");
}

static void put_hall(text *o, const demo *d)
{
    const c12_flow_fleet_view *l = &d->log;
    const hall *h = &d->h;
    c12_tick from = WINDOW_FROM, to = from + WINDOW_MS;
    text_add(o, "<h2>Hall</h2><p>All routes driven between 10:00 and 10:10, and the robots where they are at 10:10. Docks are orange, storage grey, charging bays green; no two robots ever hold one cell.</p>\n"
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"hall with routes\"><rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/><g fill=\"#44505c\" shape-rendering=\"crispEdges\">", (int)h->width * CELL, (int)h->height * CELL);
    report_walls(o, h->width, h->height, h->vertex);
    text_add(o, "</g>\n");
    int64_t docks = h->dock_off[d->t.p->n_stations], places = h->dock_off[h->floor.n_stations];
    put_cells(o, h, h->dock, docks, "#f6ad55");
    put_cells(o, h, h->dock + docks, places - docks, "#cbd5e0");
    put_cells(o, h, h->bay, d->t.p->n_bays, "#68d391");
    text_add(o, "<g fill=\"none\" stroke-width=\"2\" stroke-opacity=\".6\">");
    for (int64_t k = 0; k < l->n_legs; k++)
        if (l->leg_from[k] < to && l->leg_to[k] > from && l->leg_step_off[k + 1] - l->leg_step_off[k] > 1) put_route(o, d, k);
    text_add(o, "</g>\n");
    for (int64_t k = 0; k < l->n_legs; k++)
        if (l->leg_from[k] <= to && l->leg_to[k] > to) put_robot(o, d, k, to);
    text_add(o, "</svg>\n");
}

/* ---- batteries and machines -------------------------------------------------------------------------------------------------------------- */

static void put_batteries(text *o, const demo *d)
{
    const c12_flow_fleet_view *l = &d->log;
    double day = (double)(d->days * DEMO_DAY) * DEMO_MS;
    text_add(o, "<h2>Batteries</h2><p>One line a robot, midnight to midnight, 0 to 100 %%.</p><svg viewBox=\"0 0 980 160\" role=\"img\" aria-label=\"battery of every robot\"><rect width=\"100%%\" height=\"100%%\" fill=\"#fafafa\"/><g fill=\"none\" stroke-opacity=\".55\">\n");
    for (int32_t r = 0; r < d->robots; r++) {
        text_add(o, "<polyline stroke=\"hsl(%d 60%% 45%%)\" points=\"", report_hue(r));
        for (int64_t k = 0; k < l->n_legs; k++)
            if (l->leg_robot[k] == r) text_add(o, "%.1f,%.1f ", 980 * (double)l->leg_from[k] / day, 158 - 156 * (double)l->leg_battery[k] / 1e6);
        text_add(o, "\"/>\n");
    }
    text_add(o, "</g></svg>\n");
}

static void put_share(text *o, int64_t num, int64_t den)
{
    if (den) text_add(o, "<td class=\"n\">%.1f %%</td>", 100 * (double)num / (double)den);
    else text_add(o, "<td class=\"n\">-</td>");
}

static void put_machines(text *o, const demo *d)
{
    const tally *s = &d->sum;
    text_add(o, "<h2>Machines</h2><p>ISO 22400-2 over the simulated time: availability APT/PBT, effectiveness PRI &times; PQ/APT, quality GQ/PQ, OEE.</p><table><tr><th>machine</th><th>availability</th><th>effectiveness</th><th>quality</th><th>OEE</th></tr>\n");
    for (int32_t m = 0; m < d->t.p->n_machines; m++) {
        text_add(o, "<tr><td>");
        text_html(o, c12io_texts_at(d->t.p->machine_code, m));
        text_add(o, "</td>");
        put_share(o, s->produced_time[m], s->busy_planned[m]);
        put_share(o, s->produced[m], s->produced_time[m]);
        put_share(o, s->good[m], s->produced[m]);
        put_share(o, s->good[m], s->busy_planned[m]);
        text_add(o, "</tr>\n");
    }
    text_add(o, "</table>\n");
}

void demo_page(text *o, const demo *d, const text *summary)
{
    c12_view lines = { (const uint8_t *)summary->at, summary->n };
    report_page_begin(o, &d->t, "A factory day");
    text_add(o, "<pre>");
    text_html(o, lines);
    text_add(o, "</pre>\n");
    put_hall(o, d);
    put_batteries(o, d);
    put_machines(o, d);
    report_page_plan(o, &d->t, &d->v);
    report_page_end(o);
}
