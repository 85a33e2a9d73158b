/* SPDX-License-Identifier: Apache-2.0 */
/* c12 order states: the table of moves, and the same as a picture drawn from the table itself. */
#include "order_cli.h"

enum { S_STATES = 8, S_EVENTS = 8, S_WIDE = 112, S_HIGH = 44 };

/* Where states stand in the picture: the good way on one line, what may happen below it. */
static const int state_x[S_STATES] = { 24, 196, 368, 368, 540, 712, 196, 540 };
static const int state_y[S_STATES] = { 60, 60, 60, 220, 60, 60, 340, 340 };

static void join_events(text *t, int32_t from, int32_t to)
{
    int32_t next;
    for (int32_t e = 0; e < S_EVENTS; e++) if (!c12_order_move(from, e, &next, NULL) && next == to) text_add(t, "%s%s", t->n ? ", " : "", c12_order_event_name(e));
}

/* From the middle of one box to the edge of the other; arrows that go back are moved aside so that two do not lie on one another. */
static void draw_arrow(text *o, int32_t from, int32_t to, const char *words)
{
    const int aside = from > to ? 14 : -14;
    int x0 = state_x[from] + S_WIDE / 2, y0 = state_y[from] + S_HIGH / 2, x1 = state_x[to] + S_WIDE / 2, y1 = state_y[to] + S_HIGH / 2;
    if (y0 == y1) { x0 += x1 > x0 ? S_WIDE / 2 : -S_WIDE / 2; x1 += x1 > x0 ? -S_WIDE / 2 - 6 : S_WIDE / 2 + 6; }
    else { x0 += aside; x1 += aside; y0 += y1 > y0 ? S_HIGH / 2 : -S_HIGH / 2; y1 += y1 > y0 ? -S_HIGH / 2 - 6 : S_HIGH / 2 + 6; }
    text_add(o, "<path d=\"M%d %dL%d %d\" stroke=\"#475569\" fill=\"none\" marker-end=\"url(#tip)\"/>\n", x0, y0, x1, y1);
    text_add(o, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\" paint-order=\"stroke\" stroke=\"#fff\" stroke-width=\"4\">%s</text>\n", y0 == y1 ? (x0 + x1) / 2 : x0 + (x1 - x0) * 2 / 5, y0 + (y1 - y0) * 2 / 5 + (y0 == y1 ? -7 : 4), words);
}

static int draw_machine(cli *c, const char *path)
{
    static const char *const fill[S_STATES] = { "#f1f5f9", "#e0f2fe", "#dbeafe", "#fee2e2", "#dcfce7", "#bbf7d0", "#e2e8f0", "#fef3c7" };
    text o = { 0 };
    text_add(&o, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 848 420\" font-family=\"sans-serif\" font-size=\"11\" fill=\"#334155\">\n<defs><marker id=\"tip\" markerWidth=\"9\" markerHeight=\"8\" refX=\"2\" refY=\"4\" orient=\"auto\">"
        "<path d=\"M0 0L8 4L0 8Z\" fill=\"#475569\"/></marker></defs>\n<rect width=\"848\" height=\"420\" fill=\"#fff\"/>\n");
    for (int32_t from = 0; from < S_STATES; from++)
        for (int32_t to = 0; to < S_STATES; to++) {
            text words = { 0 };
            join_events(&words, from, to);
            if (words.n) draw_arrow(&o, from, to, words.at);
            text_free(&words);
        }
    for (int32_t s = 0; s < S_STATES; s++)
        text_add(&o, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"7\" fill=\"%s\" stroke=\"#475569\"/><text x=\"%d\" y=\"%d\" text-anchor=\"middle\" font-weight=\"bold\">%s</text>\n", state_x[s], state_y[s], S_WIDE, S_HIGH, fill[s],
            state_x[s] + S_WIDE / 2, state_y[s] + 26, c12_order_state_name(s));
    text_add(&o, "</svg>\n");
    return text_write(c, &o, path);
}

int order_states(cli *c)
{
    static const char *const head[] = { "state", "event", "next" };
    const char *svg = cli_value(c, "--svg");
    int32_t next;
    if (!cli_ready(c, 1)) return EXIT_BAD;
    if (svg) return draw_machine(c, svg);
    table t = table_new(3, head, "sss");
    for (int32_t s = 0; s < S_STATES; s++)
        for (int32_t e = 0; e < S_EVENTS; e++) {
            if (c12_order_move(s, e, &next, NULL)) continue;
            table_word(&t, c12_order_state_name(s));
            table_word(&t, c12_order_event_name(e));
            table_word(&t, c12_order_state_name(next));
        }
    return table_print(c, &t, NULL);
}
