/* SPDX-License-Identifier: Apache-2.0 */
/* Pictures.  Where planned time goes: levels in blue, between them what each loss takes away.  Bars with marks.  Units inside over time. */
#include "kpi_cli.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { FALL_STEP = 92, FALL_WIDE = 58, FALL_LEFT = 56, FALL_TOP = 48, FALL_HIGH = 250 };

static double fall_y(double v, double planned) { return FALL_TOP + FALL_HIGH - (planned > 0 ? v * FALL_HIGH / planned : 0); }

static void sheet_begin(text *t, int wide, int high, int left, const char *title)
{
    text_add(t, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"11\" fill=\"#334155\">\n<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>\n", wide, high, wide, high);
    text_add(t, "<text x=\"%d\" y=\"20\" font-size=\"14\">%s</text>\n", left, title);
}

int kpi_draw(cli *c, const char *path, const kpi_loss *loss, int n, double planned)
{
    static const char *const ink[] = { "#2563eb", "#d97706", "#7c3aed", "#dc2626" };
    text t = { 0 };
    double level = planned;
    const int wide = FALL_LEFT + n * FALL_STEP, high = FALL_TOP + FALL_HIGH + 34;
    sheet_begin(&t, wide, high, FALL_LEFT, "Where planned time goes: availability in orange, speed in violet, quality in red");
    for (int k = 0; k <= 4; k++)
        text_add(&t, "<path d=\"M%d %.1fh%d\" stroke=\"#e2e8f0\"/>\n<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%d %%</text>\n", FALL_LEFT - 6, fall_y(planned * k / 4, planned), n * FALL_STEP, FALL_LEFT - 10, fall_y(planned * k / 4, planned) + 4, 25 * k);
    for (int k = 0; k < n; k++) {
        const double x = FALL_LEFT + k * FALL_STEP, from = loss[k].kind ? level : loss[k].time, to = loss[k].kind ? level - loss[k].time : 0, top = from > to ? from : to;
        text_add(&t, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%d\" height=\"%.1f\" fill=\"%s\"/>\n", x, fall_y(top, planned), FALL_WIDE, fall_y(from > to ? to : from, planned) - fall_y(top, planned) + .5, ink[loss[k].kind]);
        text_add(&t, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%.1f %%</text>\n<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">", x + FALL_WIDE / 2., fall_y(top, planned) - 5, planned > 0 ? 100 * loss[k].time / planned : 0, x + FALL_WIDE / 2., FALL_TOP + FALL_HIGH + 18);
        text_html(&t, (c12_view){ (const uint8_t *)loss[k].name, strlen(loss[k].name) });
        text_add(&t, "</text>\n");
        level = loss[k].kind ? to : loss[k].time;
    }
    text_add(&t, "</svg>\n");
    return text_write(c, &t, path);
}

/* ---- bars -------------------------------------------------------------------------------------------------------------------------------- */

enum { BAR_LEFT = 130, BAR_LONG = 420, BAR_TOP = 40, BAR_STEP = 30, BAR_HIGH = 20 };

int kpi_draw_bars(cli *c, const char *path, const char *title, const kpi_bar *bar, int n, double most)
{
    static const char *const ink[] = { "#2563eb", "#dc2626", "#16a34a" };
    text t = { 0 };
    sheet_begin(&t, BAR_LEFT + BAR_LONG + 150, BAR_TOP + n * BAR_STEP + 14, 14, title);
    for (int k = 0; k < n; k++) {
        const int y = BAR_TOP + k * BAR_STEP;
        const double scale = most > 0 ? BAR_LONG / most : 0, long_by = bar[k].value * scale;
        text_add(&t, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">", BAR_LEFT - 10, y + 14);
        text_html(&t, bar[k].name);
        text_add(&t, "</text>\n<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>\n", BAR_LEFT, y, long_by, BAR_HIGH, ink[bar[k].kind]);
        if (bar[k].mark >= 0) text_add(&t, "<path d=\"M%.1f %dv%d\" stroke=\"#0f172a\" stroke-width=\"2\"/>\n", BAR_LEFT + bar[k].mark * scale, y - 4, BAR_HIGH + 8);
        text_add(&t, "<text x=\"%.1f\" y=\"%d\">%s</text>\n", BAR_LEFT + (bar[k].mark > bar[k].value ? bar[k].mark * scale : long_by) + 8, y + 14, bar[k].words);
    }
    text_add(&t, "</svg>\n");
    return text_write(c, &t, path);
}

/* ---- units inside ------------------------------------------------------------------------------------------------------------------------ */

enum { LEVEL_LEFT = 56, LEVEL_WIDE = 620, LEVEL_TOP = 48, LEVEL_HIGH = 180 };

static int earlier(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static double level_y(double units, int64_t most) { return LEVEL_TOP + LEVEL_HIGH - (most ? units * LEVEL_HIGH / (double)most : 0); }

/* The way of the level from one tick to the other: comings and goings, each in order, are met as they come; who goes at a tick makes room for who comes at it. */
static void level_path(text *t, const c12_kpi_visits *x, const int64_t *came, const int64_t *gone, int64_t most)
{
    const double scale = (double)LEVEL_WIDE / (double)(x->to - x->from);
    int64_t in = 0, i = 0, o = 0;
    for (; i < x->n && came[i] <= x->from; i++) in++;
    for (; o < x->n && gone[o] <= x->from; o++) in--;
    text_add(t, "<path d=\"M%d %.1f", LEVEL_LEFT, level_y((double)in, most));
    while ((i < x->n && came[i] < x->to) || (o < x->n && gone[o] < x->to)) {
        const int leaves = i == x->n || (o < x->n && gone[o] <= came[i]);
        const int64_t at = leaves ? gone[o++] : came[i++];
        in += leaves ? -1 : 1;
        text_add(t, "H%.1fV%.1f", LEVEL_LEFT + (double)(at - x->from) * scale, level_y((double)in, most));
    }
    text_add(t, "H%d\" fill=\"none\" stroke=\"#2563eb\" stroke-width=\"1.5\"/>\n", LEVEL_LEFT + LEVEL_WIDE);
}

int kpi_draw_level(cli *c, const char *path, const c12_kpi_visits *x, const c12_kpi_flows *y)
{
    text t = { 0 };
    const int64_t most = y->most ? y->most : 1;
    const double average = (double)y->area / (double)(x->to - x->from);
    int64_t *came = NEW(int64_t, x->n), *gone = NEW(int64_t, x->n);
    for (int32_t k = 0; k < x->n; k++) { came[k] = x->entered[k]; gone[k] = x->left[k]; }
    qsort(came, (size_t)x->n, sizeof *came, earlier);
    qsort(gone, (size_t)x->n, sizeof *gone, earlier);
    sheet_begin(&t, LEVEL_LEFT + LEVEL_WIDE + 110, LEVEL_TOP + LEVEL_HIGH + 34, LEVEL_LEFT, "Units inside");
    for (int k = 0; k <= 4; k++)
        text_add(&t, "<path d=\"M%d %.1fh%d\" stroke=\"#e2e8f0\"/>\n<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%g</text>\n", LEVEL_LEFT, level_y((double)most * k / 4, most), LEVEL_WIDE, LEVEL_LEFT - 8, level_y((double)most * k / 4, most) + 4, (double)most * k / 4);
    level_path(&t, x, came, gone, most);
    text_add(&t, "<path d=\"M%d %.1fh%d\" stroke=\"#d97706\" stroke-dasharray=\"6 4\"/>\n<text x=\"%d\" y=\"%.1f\" fill=\"#d97706\">average %.2f</text>\n", LEVEL_LEFT, level_y(average, most), LEVEL_WIDE, LEVEL_LEFT + LEVEL_WIDE + 6, level_y(average, most) + 4, average);
    text_add(&t, "<text x=\"%d\" y=\"%d\">%" PRId64 "</text>\n<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%" PRId64 "</text>\n</svg>\n", LEVEL_LEFT, LEVEL_TOP + LEVEL_HIGH + 18, x->from, LEVEL_LEFT + LEVEL_WIDE, LEVEL_TOP + LEVEL_HIGH + 18, x->to);
    free(came);
    free(gone);
    return text_write(c, &t, path);
}
