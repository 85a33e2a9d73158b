/* SPDX-License-Identifier: Apache-2.0 */
/* MovingAI maps and scenarios.  One cursor over bytes that are never trusted; a fault knows its offset and line. */
#include "route/route_internal.h"

enum { ATLAS_MOST_SIDE = 1 << 15 };

typedef struct atlas_cursor {
    const uint8_t *begin, *at, *end;
    int64_t line;
    c12_error *err;
} atlas_cursor;

static c12_status atlas_fault(const atlas_cursor *c, const char *what)
{
    return c12__fail(c->err, C12_E_FORMAT, what, "text", c->line, (int64_t)(c->at - c->begin));
}

static c12_status atlas_open(atlas_cursor *c, c12_view text, c12_error *err)
{
    if (!text.ptr && text.size) return c12__fail(err, C12_E_ARG, "argument is NULL", "text", -1, 0);
    c->begin = c->at = text.ptr;
    c->end = text.ptr + text.size;
    c->line = 1;
    c->err = err;
    return C12_OK;
}

static void atlas_skip_blanks(atlas_cursor *c)
{
    while (c->at < c->end && (*c->at == ' ' || *c->at == '\t' || *c->at == '\r')) c->at++;
}

/* To the begin of the next line; only blanks may be left on this one. */
static c12_status atlas_end_line(atlas_cursor *c)
{
    atlas_skip_blanks(c);
    if (c->at == c->end) return C12_OK;
    if (*c->at != '\n') return atlas_fault(c, "more on this line than expected");
    c->at++;
    c->line++;
    return C12_OK;
}

static c12_status atlas_word(atlas_cursor *c, const char *word)
{
    const uint8_t *at = c->at;
    for (; *word; word++, at++)
        if (at == c->end || *at != (uint8_t)*word) return atlas_fault(c, "expected another word");
    c->at = at;
    return C12_OK;
}

/* A count of at most 9 digits. */
static c12_status atlas_number(atlas_cursor *c, int32_t *n)
{
    int32_t v = 0, digits = 0;
    atlas_skip_blanks(c);
    for (; c->at < c->end && *c->at >= '0' && *c->at <= '9'; c->at++) {
        if (++digits > 9) return atlas_fault(c, "number is too large");
        v = 10 * v + (*c->at - '0');
    }
    if (!digits) return atlas_fault(c, "expected a number");
    *n = v;
    return C12_OK;
}

static void atlas_skip_word(atlas_cursor *c)
{
    while (c->at < c->end && *c->at != ' ' && *c->at != '\t' && *c->at != '\r' && *c->at != '\n') c->at++;
}

/* ---- maps ------------------------------------------------------------------------------------------------------------------------ */

static c12_status atlas_side(atlas_cursor *c, const char *word, int32_t *side)
{
    c12_status s = atlas_word(c, word);
    if (!s) s = atlas_number(c, side);
    if (!s && (*side < 1 || *side > ATLAS_MOST_SIDE)) return atlas_fault(c, "side must be 1..32768");
    return s ? s : atlas_end_line(c);
}

static c12_status atlas_head(atlas_cursor *c, int32_t *width, int32_t *height)
{
    c12_status s = atlas_word(c, "type");
    if (s) return s;
    atlas_skip_blanks(c);
    atlas_skip_word(c);
    s = atlas_end_line(c);
    if (!s) s = atlas_side(c, "height", height);
    if (!s) s = atlas_side(c, "width", width);
    if (!s) s = atlas_word(c, "map");
    return s ? s : atlas_end_line(c);
}

/* 1 free, 0 not, -1 no letter of a map. */
static int atlas_letter(uint8_t b)
{
    switch (b) {
    case '.': case 'G': case 'S': case 'C': case 'E': return 1;
    case '@': case 'O': case 'T': case 'W': return 0;
    default: return -1;
    }
}

static int64_t atlas_row_end(const atlas_cursor *c, const uint8_t *row, int32_t width)
{
    int64_t left = (int64_t)(c->end - row);
    return left < width ? left : width;
}

static c12_status atlas_row(atlas_cursor *c, int32_t width)
{
    const uint8_t *row = c->at;
    int64_t n = atlas_row_end(c, row, width);
    for (int64_t x = 0; x < n; x++, c->at++)
        if (atlas_letter(*c->at) < 0) return atlas_fault(c, "not a letter of a map");
    if (n < width) return atlas_fault(c, "the map ends too early");
    return atlas_end_line(c);
}

typedef struct atlas_map {
    int32_t width, height;
    int64_t vertices, arcs;
    const uint8_t *first;  /* first row */
} atlas_map;

/* Letters of one row are neighbours in the text; the row below begins after this one's line end. */
static const uint8_t *atlas_below(const uint8_t *row, int32_t width, const uint8_t *end)
{
    row += width;
    while (row < end && *row != '\n') row++;
    return row < end ? row + 1 : end;
}

/* All rows checked; free cells and arcs counted. */
static c12_status atlas_survey(c12_view text, atlas_map *m, c12_error *err)
{
    atlas_cursor c = { 0 };
    const uint8_t *above = NULL;
    c12_status s = atlas_open(&c, text, err);
    if (!s) s = atlas_head(&c, &m->width, &m->height);
    if (s) return s;
    m->first = c.at;
    m->vertices = m->arcs = 0;
    for (int32_t y = 0; y < m->height; y++) {
        const uint8_t *row = c.at;
        s = atlas_row(&c, m->width);
        if (s) return s;
        for (int32_t x = 0; x < m->width; x++) {
            if (atlas_letter(row[x]) != 1) continue;
            m->vertices++;
            m->arcs += 2 * ((x && atlas_letter(row[x - 1]) == 1) + (above && atlas_letter(above[x]) == 1));
        }
        above = row;
    }
    while (c.at < c.end) {
        s = atlas_end_line(&c);
        if (s) return s;
    }
    return m->vertices <= (int64_t)1 << 28 ? C12_OK : atlas_fault(&c, "more than 2^28 free cells");
}

c12_status c12_route_scan_map(c12_view text, c12_route_dims *dims, int32_t *width, int32_t *height, c12_error *err)
{
    atlas_map m;
    c12_route_dims d;
    if (!width || !height) return c12__fail(err, C12_E_ARG, "argument is NULL", width ? "height" : "width", -1, 0);
    c12_status s = c12__take(&d, sizeof d, dims, "dims", err);
    if (!s) s = atlas_survey(text, &m, err);
    if (s) return s;
    d.vertices = (int32_t)m.vertices;
    d.arcs = m.arcs;
    c12__give(dims, &d, sizeof d);
    *width = m.width;
    *height = m.height;
    return C12_OK;
}

/* Numbers free cells row by row. */
static void atlas_number_cells(const atlas_map *m, const uint8_t *end, int32_t *x_of, int32_t *y_of, int32_t *cell)
{
    const uint8_t *row = m->first;
    int32_t n = 0;
    for (int32_t y = 0; y < m->height; y++, row = atlas_below(row, m->width, end))
        for (int32_t x = 0; x < m->width; x++) {
            int free = atlas_letter(row[x]) == 1;
            *cell++ = free ? n : -1;
            if (!free) continue;
            if (x_of) x_of[n] = x;
            if (y_of) y_of[n] = y;
            n++;
        }
}

static void atlas_link_cells(const atlas_map *m, const int32_t *cell, int64_t *off, int32_t *head)
{
    int64_t arcs = 0, n = 0;
    for (int32_t y = 0; y < m->height; y++)
        for (int32_t x = 0; x < m->width; x++) {
            const int32_t *at = cell + (int64_t)y * m->width + x;
            if (*at < 0) continue;
            off[n++] = arcs;
            if (y && at[-m->width] >= 0) head[arcs++] = at[-m->width];
            if (x && at[-1] >= 0) head[arcs++] = at[-1];
            if (x + 1 < m->width && at[1] >= 0) head[arcs++] = at[1];
            if (y + 1 < m->height && at[m->width] >= 0) head[arcs++] = at[m->width];
        }
    off[n] = arcs;
}

c12_status c12_route_read_map(c12_view text, const c12_route_dims *dims, int64_t *arc_off, int32_t *arc_head, int32_t *vertex_x, int32_t *vertex_y, int32_t *cell_vertex,
                              c12_error *err)
{
    atlas_map m;
    c12_route_dims d;
    c12_status s = c12__take(&d, sizeof d, dims, "dims", err);
    if (!s) s = atlas_survey(text, &m, err);
    if (s) return s;
    if (!arc_off || (!arc_head && m.arcs) || !cell_vertex) return c12__fail(err, C12_E_ARG, "column is missing", "arc_off", -1, 0);
    if (m.vertices > d.vertices) return c12__fail(err, C12_E_SPACE, "the map has more free cells", "vertices", -1, m.vertices);
    if (m.arcs > d.arcs) return c12__fail(err, C12_E_SPACE, "the map has more arcs", "arcs", -1, m.arcs);
    atlas_number_cells(&m, text.ptr + text.size, vertex_x, vertex_y, cell_vertex);
    atlas_link_cells(&m, cell_vertex, arc_off, arc_head);
    return C12_OK;
}

/* ---- scenarios ------------------------------------------------------------------------------------------------------------------- */

static int atlas_blank_line(atlas_cursor *c)
{
    atlas_skip_blanks(c);
    return c->at == c->end || *c->at == '\n';
}

/* "version N"; then the cursor is at the first row. */
static c12_status atlas_open_scen(atlas_cursor *c, c12_view text, c12_error *err)
{
    c12_status s = atlas_open(c, text, err);
    if (!s) s = atlas_word(c, "version");
    if (s) return s;
    atlas_skip_blanks(c);
    atlas_skip_word(c);
    return atlas_end_line(c);
}

c12_status c12_route_scan_scen(c12_view text, int32_t *n, c12_error *err)
{
    atlas_cursor c;
    int32_t rows = 0;
    if (!n) return c12__fail(err, C12_E_ARG, "argument is NULL", "n", -1, 0);
    c12_status s = atlas_open_scen(&c, text, err);
    if (s) return s;
    while (c.at < c.end) {
        if (!atlas_blank_line(&c) && rows++ == INT32_MAX - 1) return atlas_fault(&c, "too many rows");
        while (c.at < c.end && *c.at != '\n') c.at++;
        s = atlas_end_line(&c);
        if (s) return s;
    }
    *n = rows;
    return C12_OK;
}

static c12_status atlas_cell(atlas_cursor *c, int32_t width, int32_t height, const int32_t *cell, int32_t *vertex)
{
    int32_t x, y;
    c12_status s = atlas_number(c, &x);
    if (!s && x >= width) return atlas_fault(c, "cell lies outside the map");
    if (!s) s = atlas_number(c, &y);
    if (!s && y >= height) return atlas_fault(c, "cell lies outside the map");
    if (s) return s;
    *vertex = cell[(int64_t)y * width + x];
    return *vertex >= 0 ? C12_OK : atlas_fault(c, "cell is not free");
}

/* bucket, map name, width, height, start, goal; the length, a decimal number, is not needed. */
static c12_status atlas_scen_row(atlas_cursor *c, int32_t width, int32_t height, const int32_t *cell, int32_t *start, int32_t *goal)
{
    int32_t bucket, w, h;
    c12_status s = atlas_number(c, &bucket);
    if (s) return s;
    atlas_skip_blanks(c);
    atlas_skip_word(c);
    s = atlas_number(c, &w);
    if (!s) s = atlas_number(c, &h);
    if (!s && (w != width || h != height)) return atlas_fault(c, "the row is about a map of another size");
    if (!s) s = atlas_cell(c, width, height, cell, start);
    if (!s) s = atlas_cell(c, width, height, cell, goal);
    if (s) return s;
    atlas_skip_blanks(c);
    atlas_skip_word(c);
    return atlas_end_line(c);
}

static c12_status atlas_read_rows(c12_view text, int32_t width, int32_t height, const int32_t *cell, int32_t n, int32_t *start, int32_t *goal, c12_error *err)
{
    atlas_cursor c;
    int32_t from, to;
    c12_status s = atlas_open_scen(&c, text, err);
    for (int32_t i = 0; !s && i < n; ) {
        if (c.at == c.end) return atlas_fault(&c, "the scenario has fewer rows");
        if (atlas_blank_line(&c)) { s = atlas_end_line(&c); continue; }
        s = atlas_scen_row(&c, width, height, cell, &from, &to);
        if (!s && start) { start[i] = from; goal[i] = to; }
        i++;
    }
    return s;
}

c12_status c12_route_read_scen(c12_view text, int32_t width, int32_t height, const int32_t *cell_vertex, int32_t n, int32_t *start, int32_t *goal, c12_error *err)
{
    if (!cell_vertex || ((!start || !goal) && n > 0)) return c12__fail(err, C12_E_ARG, "column is missing", "cell_vertex", -1, 0);
    if (n < 0 || width < 1 || height < 1) return c12__fail(err, C12_E_ARG, "count is negative or a side not positive", "n", -1, n);
    c12_status s = atlas_read_rows(text, width, height, cell_vertex, n, NULL, NULL, err); /* all or nothing */
    return s ? s : atlas_read_rows(text, width, height, cell_vertex, n, start, goal, err);
}
