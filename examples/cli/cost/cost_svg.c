/* SPDX-License-Identifier: Apache-2.0 */
/* From standard to actual cost as a picture: a bar for each, between them what each variance added (red) or saved (green). */
#include "cost_cli.h"
#include <string.h>

enum { BAR_STEP = 74, BAR_WIDE = 48, PLOT_LEFT = 70, PLOT_TOP = 50, PLOT_HIGH = 260 };

typedef struct bars { text t; double low, high; int n; } bars;

static double bar_y(const bars *b, double v) { return PLOT_TOP + PLOT_HIGH - (v - b->low) * PLOT_HIGH / (b->high - b->low); }
static double bar_x(const bars *b) { return PLOT_LEFT + b->n * BAR_STEP; }

/* first and second: the two lines of its name; without a second it is a level, not a step. */
static void bar_put(bars *b, const char *first, const char *second, double from, double to, const char *ink, double told)
{
    double top = bar_y(b, from > to ? from : to), bottom = bar_y(b, from > to ? to : from), x = bar_x(b);
    text_add(&b->t, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%d\" height=\"%.1f\" fill=\"%s\"/>\n", x, top, BAR_WIDE, bottom - top < 1 ? 1 : bottom - top, ink);
    text_add(&b->t, *second ? "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%+.2f</text>\n" : "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%.2f</text>\n", x + BAR_WIDE / 2, top - 5, told);
    text_add(&b->t, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s<tspan x=\"%.1f\" dy=\"13\">%s</tspan></text>\n", x + BAR_WIDE / 2, PLOT_TOP + PLOT_HIGH + 18, first, x + BAR_WIDE / 2, second);
    if (*second || !b->n) text_add(&b->t, "<path d=\"M%.1f %.1fh%d\" stroke=\"#94a3b8\" stroke-dasharray=\"3 3\"/>\n", x + BAR_WIDE, bar_y(b, to), BAR_STEP - BAR_WIDE);
    b->n++;
}

int cost_draw(cli *c, const char *path, c12_money standard, const c12_money *variance, c12_money actual)
{
    static const char *const name[9][2] = { { "material", "price" }, { "material", "usage" }, { "material", "scrap" }, { "labour", "rate" }, { "labour", "efficiency" }, { "labour", "scrap" }, { "overhead", "spending" },
                                            { "overhead", "efficiency" }, { "overhead", "scrap" } };
    bars b = { .n = 0 };
    double level = (double)standard / 1e6;
    b.low = b.high = level;
    for (int k = 0; k < 9; k++) {
        level += (double)variance[k] / 1e6;
        if (level < b.low) b.low = level;
        if (level > b.high) b.high = level;
    }
    double room = (b.high - b.low) * .25 + (b.high > b.low ? 0 : 1);
    b.low = b.low > room ? b.low - room : 0; /* the axis need not begin at 0: the variances are what is looked at */
    b.high += room * .2;
    const int wide = PLOT_LEFT + 11 * BAR_STEP + 10, high = PLOT_TOP + PLOT_HIGH + 46;
    text_add(&b.t, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"11\" fill=\"#334155\">\n<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>\n", wide, high, wide, high);
    text_add(&b.t, "<text x=\"%d\" y=\"22\" font-size=\"14\">From standard to actual cost: red is unfavourable, green favourable</text>\n", PLOT_LEFT);
    text_add(&b.t, "<path d=\"M%d %dh%d\" stroke=\"#334155\"/>\n<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%.0f</text>\n", PLOT_LEFT - 8, PLOT_TOP + PLOT_HIGH, 11 * BAR_STEP, PLOT_LEFT - 12, PLOT_TOP + PLOT_HIGH + 4, b.low);
    level = (double)standard / 1e6;
    bar_put(&b, "standard", "", b.low, level, "#2563eb", level);
    for (int k = 0; k < 9; k++) {
        double step = (double)variance[k] / 1e6;
        bar_put(&b, name[k][0], name[k][1], level, level + step, step > 0 ? "#dc2626" : step < 0 ? "#059669" : "#94a3b8", step);
        level += step;
    }
    bar_put(&b, "actual", "", b.low, (double)actual / 1e6, "#2563eb", (double)actual / 1e6);
    text_add(&b.t, "</svg>\n");
    return text_write(c, &b.t, path);
}
