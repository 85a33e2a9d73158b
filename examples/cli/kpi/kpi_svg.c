/* SPDX-License-Identifier: Apache-2.0 */
/* Where planned time goes, as a picture: levels in blue, between them what each loss takes away. */
#include "kpi_cli.h"
#include <string.h>

enum { FALL_STEP = 92, FALL_WIDE = 58, FALL_LEFT = 56, FALL_TOP = 48, FALL_HIGH = 250 };

static double fall_y(double v, double planned) { return FALL_TOP + FALL_HIGH - (planned > 0 ? v * FALL_HIGH / planned : 0); }

int kpi_draw(cli *c, const char *path, const kpi_loss *loss, int n, double planned)
{
    static const char *const ink[] = { "#2563eb", "#d97706", "#7c3aed", "#dc2626" };
    text t = { 0 };
    double level = planned;
    const int wide = FALL_LEFT + n * FALL_STEP, high = FALL_TOP + FALL_HIGH + 34;
    text_add(&t, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"11\" fill=\"#334155\">\n<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>\n", wide, high, wide, high);
    text_add(&t, "<text x=\"%d\" y=\"20\" font-size=\"14\">Where planned time goes: availability in orange, speed in violet, quality in red</text>\n", FALL_LEFT);
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
