/* SPDX-License-Identifier: Apache-2.0 */
/* c12 ncr states: the table of moves, and the same as a picture drawn from the table itself. */
#include "c12/ncr.h"
#include "ncr_cli.h"
#include <string.h>

enum { STATES = 6, EVENTS = 12, BOX_W = 108, BOX_H = 44, STEP = 156, STATES_LEFT = 24, STATES_MIDDLE = 118 };

static int box_x(int32_t state) { return STATES_LEFT + (state - 1) * STEP; }

/* Words of the events that lead from one state to another. */
static void event_words(text *t, int32_t from, int32_t to, int32_t grade)
{
    for (int32_t e = 1; e <= EVENTS; e++) if (c12_ncr_next(from, e, grade) == to) text_add(t, "%s%s", t->n ? ", " : "", c12_ncr_event_name(e));
}

/* An arrow between neighbours is straight; a longer one is a bow, above forwards and below backwards. */
static void draw_move(text *o, int32_t from, int32_t to, const char *words, const char *ink, const char *dash)
{
    int x0 = box_x(from), x1 = box_x(to), forwards = to > from;
    if (to == from + 1 && !*dash) {
        text_add(o, "<path d=\"M%d %dH%d\" stroke=\"%s\" fill=\"none\" marker-end=\"url(#tip)\"/>\n", x0 + BOX_W, STATES_MIDDLE, x1 - 6, ink);
        text_add(o, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>\n", (x0 + BOX_W + x1) / 2, STATES_MIDDLE - 8, words);
        return;
    }
    int a = x0 + BOX_W / 2, b = x1 + BOX_W / 2, edge = STATES_MIDDLE + (forwards ? -BOX_H / 2 : BOX_H / 2), bend = edge + (forwards ? -72 : 72);
    text_add(o, "<path d=\"M%d %dC%d %d %d %d %d %d\" stroke=\"%s\" fill=\"none\"%s marker-end=\"url(#tip)\"/>\n", a, edge, a, bend, b, bend, b, edge + (forwards ? -6 : 6), ink, dash);
    text_add(o, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\" fill=\"%s\">%s%s</text>\n", (a + b) / 2, bend + (forwards ? 12 : -2), ink, words, *dash ? " (minor)" : "");
}

static void draw_state(text *o, int32_t state)
{
    int x = box_x(state), line = 0;
    text_add(o, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"7\" fill=\"%s\" stroke=\"#475569\"/>\n<text x=\"%d\" y=\"%d\" text-anchor=\"middle\" font-weight=\"bold\">%s</text>\n", x, STATES_MIDDLE - BOX_H / 2,
        BOX_W, BOX_H, state == C12_NCR_CLOSED ? "#dcfce7" : state == C12_NCR_OPEN ? "#fee2e2" : "#e0f2fe", x + BOX_W / 2, STATES_MIDDLE + 4, c12_ncr_state_name(state));
    for (int32_t e = 1; e <= EVENTS; e++) {
        if (c12_ncr_next(state, e, C12_NCR_MAJOR) != state) continue;
        text_add(o, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\" fill=\"#64748b\">%s</text>\n", x + BOX_W / 2, STATES_MIDDLE + 124 + 14 * line++, c12_ncr_event_name(e));
    }
}

static int draw_states(cli *c, const char *path)
{
    text o = { 0 };
    const int width = STATES_LEFT * 2 + (STATES - 1) * STEP + BOX_W, height = STATES_MIDDLE + 220;
    text_add(&o, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"11\" fill=\"#334155\">\n<defs><marker id=\"tip\" markerWidth=\"9\" markerHeight=\"8\" refX=\"2\" refY=\"4\" "
        "orient=\"auto\"><path d=\"M0 0L8 4L0 8Z\" fill=\"#475569\"/></marker></defs>\n<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>\n", width, height, width, height);
    for (int32_t from = 1; from <= STATES; from++)
        for (int32_t to = 1; to <= STATES; to++)
            for (int32_t grade = C12_NCR_MAJOR; grade >= C12_NCR_MINOR && from != to; grade--) {
                text words = { 0 }, both = { 0 };
                event_words(&words, from, to, grade);
                if (grade == C12_NCR_MINOR) event_words(&both, from, to, C12_NCR_MAJOR);
                if (words.n && (!both.n || grade == C12_NCR_MAJOR)) draw_move(&o, from, to, words.at, "#475569", grade == C12_NCR_MINOR ? " stroke-dasharray=\"5 3\"" : "");
                text_free(&words);
                text_free(&both);
            }
    for (int32_t state = 1; state <= STATES; state++) draw_state(&o, state);
    text_add(&o, "<text x=\"%d\" y=\"%d\" fill=\"#64748b\">below each state: events that leave it where it is</text>\n</svg>\n", STATES_LEFT, height - 12);
    return text_write(c, &o, path);
}

int ncr_states(cli *c)
{
    static const char *const head[] = { "state", "event", "major_or_critical", "minor" };
    const char *svg = cli_value(c, "--svg");
    if (!cli_ready(c, 1)) return EXIT_BAD;
    if (svg) return draw_states(c, svg);
    table t = table_new(4, head, "ssss");
    for (int32_t state = 1; state <= STATES; state++)
        for (int32_t e = 1; e <= EVENTS; e++) {
            int32_t grave = c12_ncr_next(state, e, C12_NCR_MAJOR), minor = c12_ncr_next(state, e, C12_NCR_MINOR);
            if (!grave && !minor) continue;
            table_word(&t, c12_ncr_state_name(state));
            table_word(&t, c12_ncr_event_name(e));
            table_word(&t, grave ? c12_ncr_state_name(grave) : "");
            table_word(&t, minor ? c12_ncr_state_name(minor) : "");
        }
    return table_print(c, &t, NULL);
}
