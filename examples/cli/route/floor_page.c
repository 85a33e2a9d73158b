/* SPDX-License-Identifier: Apache-2.0 */
/* A run as one page that plays it: the page of floor.html with the map, the moves and the visits in it.  A letter holds two moves of a
 * robot, 5 * first + second, each of stay, north, west, east, south: ten thousand robots take five kilobytes a tick. */
#include "floor.h"
#include <inttypes.h>
#include <string.h>

static const char *const page[] = {
#include "floor_page.h" /* the lines of floor.html, made by the Makefile */
};

static int move_of(const floor_map *f, const floor_run *r, int32_t robot, int64_t tick)
{
    static const int code[3][3] = { { 0, 1, 0 }, { 2, 0, 3 }, { 0, 4, 0 } };
    if (tick >= r->ticks) return 0;
    int32_t n = f->dims.robots, a = r->where[tick * n + robot], b = r->where[(tick + 1) * n + robot];
    return code[f->y[b] - f->y[a] + 1][f->x[b] - f->x[a] + 1];
}

static void put_moves(const floor_map *f, const floor_run *r, text *o)
{
    text_add(o, ",\n\"moves\":[");
    for (int32_t robot = 0; robot < f->dims.robots; robot++) {
        int64_t n = (r->ticks + 1) / 2;
        text_add(o, "%s\n\"", robot ? "," : "");
        char *at = text_room(o, (size_t)n + 1);
        for (int64_t k = 0; k < n; k++) at[k] = (char)('A' + 5 * move_of(f, r, robot, 2 * k) + move_of(f, r, robot, 2 * k + 1));
        o->n += (size_t)n;
        text_add(o, "\"");
    }
    text_add(o, "]");
}

static void put_cells(const floor_map *f, const char *name, const int32_t *v, int64_t n, text *o)
{
    text_add(o, ",\n\"%s\":[", name);
    for (int64_t k = 0; k < n; k++) text_add(o, "%s%d", k ? "," : "", (int)(f->y[v[k]] * f->width + f->x[v[k]]));
    text_add(o, "]");
}

static void put_run(const floor_map *f, const floor_run *r, const char *title, text *o)
{
    int64_t stops = r->stop_off[f->dims.robots];
    c12_view v = { (const uint8_t *)title, strlen(title) };
    text_add(o, "{\"name\":");
    text_json(o, v);
    text_add(o, ",\"width\":%d,\"height\":%d,\"ticks\":%" PRId64 ",\n\"map\":\"", (int)f->width, (int)f->height, r->ticks);
    for (int64_t k = 0; k < (int64_t)f->width * f->height; k++) text_bytes(o, f->vertex[k] < 0 ? "@" : ".", 1);
    text_add(o, "\"");
    put_cells(f, "start", r->where, f->dims.robots, o);
    put_cells(f, "stop", r->stop_vertex, stops, o);
    text_add(o, ",\n\"stopTick\":[");
    for (int64_t k = 0; k < stops; k++) text_add(o, "%s%" PRId64, k ? "," : "", r->stop_tick[k]);
    text_add(o, "],\n\"stopOff\":[");
    for (int32_t k = 0; k <= f->dims.robots; k++) text_add(o, "%s%" PRId64, k ? "," : "", r->stop_off[k]);
    text_add(o, "]");
    put_moves(f, r, o);
    text_add(o, "}\n");
}

void floor_page(const floor_map *f, const floor_run *r, const char *title, text *o)
{
    for (size_t k = 0; k < sizeof page / sizeof *page; k++) {
        text part = { 0 };
        c12_view v = { (const uint8_t *)title, strlen(title) };
        if (!strcmp(page[k], "@RUN@\n")) {
            put_run(f, r, title, &part);
            for (size_t i = 0, from = 0; i <= part.n; i++) { /* nothing in the run may end the element it stands in */
                if (i < part.n && part.at[i] != '<') continue;
                text_bytes(o, part.at + from, i - from);
                if (i < part.n) text_add(o, "\\u003c");
                from = i + 1;
            }
        } else if (!strcmp(page[k], "@TITLE@\n")) text_html(o, v);
        else text_add(o, "%s", page[k]);
        text_free(&part);
    }
}
