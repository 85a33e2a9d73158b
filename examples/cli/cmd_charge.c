/* SPDX-License-Identifier: Apache-2.0 */
/* c12 charge: who charges when in the hours ahead, as JSON or CSV, and as a picture of bays and batteries. */
#include "reports.h"
#include "c12/charge.h"
#include <inttypes.h>
#include <stdlib.h>

typedef struct charge_plan { c12io_outlook *file; const c12_charge_outlook *p; const c12_charge_horizon_options *o; c12_charge_slots slots; c12_info info; int step; } charge_plan;

static void charge_close(charge_plan *g)
{
    void *const owned[] = { g->slots.slot_robot, g->slots.slot_bay, g->slots.slot_start, g->slots.slot_end, g->slots.energy };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
    c12io_outlook_free(g->file);
}

static int charge_read(cli *c, charge_plan *g, const char *file)
{
    c12_mem bytes;
    c12_status s = c12io_bytes_read(file, &bytes, &c->err);
    if (s) return cli_fail(c, s);
    c12_view whole = { bytes.ptr, bytes.size };
    s = c12io_outlook_read(&g->file, whole, file, &c->err);
    c12io_bytes_free(&bytes);
    if (s) return cli_fail(c, s);
    g->p = c12io_outlook_problem(g->file);
    g->o = c12io_outlook_options(g->file);
    g->step = c12io_outlook_step(g->file);
    return EXIT_DONE;
}

static c12_status charge_make(cli *c, charge_plan *g, const c12_budget *b)
{
    c12_charge_slots *a = &g->slots;
    c12_verdict v = C12_INIT(c12_verdict);
    c12_mem scratch = { NULL, c12_charge_horizon_scratch(g->p->n_robots, g->p->n_bays, g->p->n_classes, g->p->n_steps) };
    a->cap = (int64_t)g->p->n_robots * C12_CHARGE_MOST_SLOTS;
    a->slot_robot = NEW(int32_t, a->cap);
    a->slot_bay = NEW(int32_t, a->cap);
    a->slot_start = NEW(int32_t, a->cap);
    a->slot_end = NEW(int32_t, a->cap);
    a->energy = NEW(int64_t, (int64_t)g->p->n_robots * g->p->n_steps);
    scratch.ptr = cli_new((int64_t)scratch.size, 1);
    c12_status s = c12_charge_horizon(g->p, g->o, b, a, &g->info, scratch, &c->err);
    free(scratch.ptr);
    if (!s) s = c12_charge_horizon_check(g->p, g->o, a, &v, &c->err);
    if (!s && v.violations) {
        cli_say("c12 charge: the plan fails its checker: %s; please report", v.rule);
        return C12_E_INTERNAL;
    }
    return s;
}

/* What of its battery a robot has left when a step begins, in per cent. */
static double charge_left(const charge_plan *g, int32_t r, int32_t step)
{
    const c12_charge_outlook *p = g->p;
    double holds = (double)p->class_capacity[p->robot_class[r]] * p->robot_health_ppm[r] / 1e6;
    return step ? 100 * (double)g->slots.energy[(int64_t)r * p->n_steps + step - 1] / holds : p->battery_ppm[r] / 1e4;
}

/* ---- the plan as text ---------------------------------------------------------------------------------------------------------------- */

static void charge_json(const charge_plan *g, text *o)
{
    const c12_charge_slots *a = &g->slots;
    text_add(o, "{\"slots\":[");
    for (int64_t k = 0; k < a->n; k++) {
        text_add(o, "%s{\"robot\":", k ? "," : "");
        text_json(o, c12io_outlook_robot(g->file, a->slot_robot[k]));
        text_add(o, ",\"bay\":");
        text_json(o, c12io_outlook_bay(g->file, a->slot_bay[k]));
        text_add(o, ",\"from\":%d,\"to\":%d,\"battery_from\":%.1f,\"battery_to\":%.1f}", (int)a->slot_start[k] * g->step, (int)a->slot_end[k] * g->step,
                 charge_left(g, a->slot_robot[k], a->slot_start[k]), charge_left(g, a->slot_robot[k], a->slot_end[k]));
    }
    text_add(o, "],\"minutes\":%d,\"step\":%d,\"empty\":%" PRId64 ",\"below\":%" PRId64 ",\"unmet\":%" PRId64 ",\"low\":%" PRId64 ",\"end_short_percent\":%.1f,\"travel\":%" PRId64,
             (int)g->p->n_steps * g->step, g->step, a->empty * g->step, a->below * g->step, a->unmet * g->step, a->low * g->step, (double)a->end_short / 1e4, a->travel * g->step);
    text_add(o, ",\"bays\":%d,\"bays_needed\":%d,\"bays_missing\":%d,\"bays_short\":%d,\"objective\":%" PRId64 ",\"work\":%" PRId64 ",\"violations\":0}\n",
             (int)g->p->n_bays, (int)a->bays_needed, (int)a->bays_missing, (int)a->bays_short, g->info.objective, g->info.work);
}

static int charge_csv(cli *c, const charge_plan *g)
{
    static const char *const head[] = { "robot", "bay", "from", "to", "battery_from", "battery_to" };
    const c12_charge_slots *a = &g->slots;
    table t = table_new(6, head, "ssnnnn");
    for (int64_t k = 0; k < a->n; k++) {
        table_text(&t, c12io_outlook_robot(g->file, a->slot_robot[k]));
        table_text(&t, c12io_outlook_bay(g->file, a->slot_bay[k]));
        table_int(&t, (int64_t)a->slot_start[k] * g->step);
        table_int(&t, (int64_t)a->slot_end[k] * g->step);
        table_ratio(&t, (int64_t)(charge_left(g, a->slot_robot[k], a->slot_start[k]) * 10), 10, 1);
        table_ratio(&t, (int64_t)(charge_left(g, a->slot_robot[k], a->slot_end[k]) * 10), 10, 1);
    }
    return table_print(c, &t, NULL);
}

/* ---- the plan as a picture ------------------------------------------------------------------------------------------------------------- */

enum { PICTURE_LEFT = 90, PICTURE_WIDE = 960, PICTURE_BAY = 16, PICTURE_HIGH = 220, PICTURE_TOP = 30 };

static double picture_x(const charge_plan *g, int32_t step) { return PICTURE_LEFT + (double)step * PICTURE_WIDE / g->p->n_steps; }

static void picture_bays(const charge_plan *g, text *o)
{
    const c12_charge_slots *a = &g->slots;
    for (int32_t b = 0; b < g->p->n_bays; b++) {
        int y = PICTURE_TOP + b * PICTURE_BAY;
        double from = picture_x(g, g->p->bay_from[b]), to = picture_x(g, g->p->bay_to[b]);
        text_add(o, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\" fill=\"#444\">", PICTURE_LEFT - 6, y + 11);
        text_html(o, c12io_outlook_bay(g->file, b));
        text_add(o, "</text><rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"#f1f3f5\"/>\n", from, y + 1, to - from, PICTURE_BAY - 2);
    }
    for (int64_t k = 0; k < a->n; k++) {
        double x = picture_x(g, a->slot_start[k]), w = picture_x(g, a->slot_end[k]) - x;
        int y = PICTURE_TOP + a->slot_bay[k] * PICTURE_BAY;
        text_add(o, "<g><rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"2\" fill=\"hsl(%d 60%% 62%%)\"/><title>", x + .5, y + 1, w - 1, PICTURE_BAY - 2, report_hue(a->slot_robot[k]));
        text_html(o, c12io_outlook_robot(g->file, a->slot_robot[k]));
        text_add(o, ": minute %d to %d, %.0f %% to %.0f %%</title>", (int)a->slot_start[k] * g->step, (int)a->slot_end[k] * g->step,
                 charge_left(g, a->slot_robot[k], a->slot_start[k]), charge_left(g, a->slot_robot[k], a->slot_end[k]));
        if (w > 22) {
            text_add(o, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" font-size=\"10\">", x + w / 2, y + 12);
            text_html(o, c12io_outlook_robot(g->file, a->slot_robot[k]));
            text_add(o, "</text>");
        }
        text_add(o, "</g>\n");
    }
}

/* A line a robot, the floor, and the hours below. */
static void picture_batteries(const charge_plan *g, text *o, int top)
{
    double scale = PICTURE_HIGH / 100.;
    for (int percent = 0; percent <= 100; percent += 20)
        text_add(o, "<path d=\"M%d %.1fh%d\" stroke=\"#e3e6e8\"/><text x=\"%d\" y=\"%.1f\" text-anchor=\"end\" fill=\"#666\">%d %%</text>\n", PICTURE_LEFT, top + PICTURE_HIGH - percent * scale,
                 PICTURE_WIDE, PICTURE_LEFT - 6, top + PICTURE_HIGH - percent * scale + 4, percent);
    for (int32_t r = 0; r < g->p->n_robots; r++) {
        text_add(o, "<polyline fill=\"none\" stroke=\"hsl(%d 60%% 45%%)\" stroke-opacity=\".55\" points=\"", report_hue(r));
        for (int32_t t = 0; t <= g->p->n_steps; t++) text_add(o, "%.1f,%.1f ", picture_x(g, t), top + PICTURE_HIGH - charge_left(g, r, t) * scale);
        text_add(o, "\"><title>");
        text_html(o, c12io_outlook_robot(g->file, r));
        text_add(o, "</title></polyline>\n");
    }
    double floor_y = top + PICTURE_HIGH - g->o->floor_ppm / 1e4 * scale;
    text_add(o, "<path d=\"M%d %.1fh%d\" stroke=\"#c92a2a\" stroke-width=\"1.5\" stroke-dasharray=\"6 4\"/>\n", PICTURE_LEFT, floor_y, PICTURE_WIDE);
    for (int k = 0; k <= 8; k++) {
        double x = PICTURE_LEFT + (double)PICTURE_WIDE * k / 8;
        text_add(o, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" fill=\"#666\">%d min</text>\n", x, top + PICTURE_HIGH + 16, (int)((int64_t)g->p->n_steps * g->step * k / 8));
    }
}

static int charge_picture(cli *c, const charge_plan *g, const char *path)
{
    text o = { 0 };
    const c12_charge_slots *a = &g->slots;
    int top = PICTURE_TOP + g->p->n_bays * PICTURE_BAY + 16, high = top + PICTURE_HIGH + 26;
    text_add(&o, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"charging plan\" font-family=\"sans-serif\" font-size=\"11\">\n<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>",
             PICTURE_LEFT + PICTURE_WIDE + 30, high);
    text_add(&o, "<text x=\"%d\" y=\"18\" font-size=\"13\">%d robots, %d bays (%d needed): %" PRId64 " slots, %" PRId64 " min below %.0f %% of the fleet above %.0f %%, %" PRId64 " robot minutes missed</text>\n", PICTURE_LEFT,
             (int)g->p->n_robots, (int)g->p->n_bays, (int)a->bays_needed, a->n, a->below * g->step, g->o->share_ppm / 1e4, g->o->floor_ppm / 1e4, a->unmet * g->step);
    picture_bays(g, &o);
    picture_batteries(g, &o, top);
    text_add(&o, "</svg>\n");
    return text_write(c, &o, path);
}

/* ---- the command ----------------------------------------------------------------------------------------------------------------------- */

int cmd_charge(cli *c)
{
    charge_plan g = { .slots = C12_INIT(c12_charge_slots), .info = C12_INIT(c12_info) };
    c12_budget b = C12_INIT(c12_budget);
    const char *svg = cli_value(c, "--svg"), *file = cli_word(c, 0);
    b.work_limit = cli_int(c, "--work", 1, INT64_MAX, 20000);
    b.seed = (uint64_t)cli_int(c, "--seed", 0, INT64_MAX, 1);
    if (!cli_ready(c, 1)) return EXIT_BAD;
    int code = charge_read(c, &g, file);
    if (!code) {
        c12_status s = charge_make(c, &g, &b);
        if (s) code = s == C12_E_INTERNAL ? EXIT_INTERNAL : cli_fail(c, s);
    }
    if (!code && svg) code = charge_picture(c, &g, svg);
    if (!code && c->csv) code = charge_csv(c, &g);
    else if (!code) {
        text o = { 0 };
        charge_json(&g, &o);
        code = text_write(c, &o, c->out ? c->out : "-");
    }
    if (!code && g.slots.bays_missing) cli_say("c12 charge: these hours cannot be repeated for ever: %d bays needed, %d missing", (int)g.slots.bays_needed, (int)g.slots.bays_missing);
    if (!code && g.slots.bays_short) cli_say("c12 charge: batteries fall below the floor in these hours: %d bays short", (int)g.slots.bays_short);
    charge_close(&g);
    return code;
}
