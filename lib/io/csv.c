/* SPDX-License-Identifier: Apache-2.0 */
/* CSV by RFC 4180: one pass that unquotes in place, then a look at the header. */
#include "io/io_internal.h"
#include <stdlib.h>
#include <string.h>

typedef struct csv_cursor {
    uint8_t *at, *end;
    int64_t line;
    uint8_t separator;
    uint8_t stops[256];  /* bytes at which a plain cell stops: 1 where the next one begins, 2 where nothing plain may stand */
} csv_cursor;

static csv_cursor cursor_at(uint8_t *at, uint8_t *end)
{
    csv_cursor c = { .at = at, .end = end, .line = 1, .separator = ',' };
    c.stops['\n'] = c.stops['\r'] = 1;
    c.stops['"'] = c.stops[0] = 2;
    return c;
}

static void separate_by(csv_cursor *c, uint8_t separator)
{
    c->separator = separator;
    c->stops[separator] = 1;
}

/* ---- cells ------------------------------------------------------------------------------------------------------- */

/* A quoted cell, unquoted over itself; 0 when the quote never closes or is followed by text. */
static int quoted_cell(csv_cursor *c, const uint8_t *row, c12io__cell *cell)
{
    uint8_t *out = ++c->at, *start = out;
    for (;;) {
        if (c->at == c->end) return 0;
        if (*c->at == '"') {
            if (c->at + 1 < c->end && c->at[1] == '"') { *out++ = '"'; c->at += 2; continue; }
            c->at++;
            break;
        }
        c->line += *c->at == '\n';
        *out++ = *c->at++;
    }
    cell->at = (uint32_t)(start - row);
    cell->size = (uint32_t)(out - start);
    return c->at == c->end || *c->at == c->separator || *c->at == '\n' || *c->at == '\r';
}

static int plain_cell(csv_cursor *c, const uint8_t *row, c12io__cell *cell)
{
    const uint8_t *start = c->at, *end = c->end;
    uint8_t *at = c->at;
    while (at < end && !c->stops[*at]) at++;
    c->at = at;
    cell->at = (uint32_t)(start - row);
    cell->size = (uint32_t)(at - start);
    return at == end || c->stops[*at] == 1;
}

/* One record into cell[0..cap), counted from its first byte; returns its cells (it may have more than cap), -1 at a malformed cell. */
static int32_t record(csv_cursor *c, c12io__cell *cell, int32_t cap)
{
    const uint8_t *row = c->at;
    for (int32_t n = 0;; n++) {
        c12io__cell v;
        int ok = c->at < c->end && *c->at == '"' ? quoted_cell(c, row, &v) : plain_cell(c, row, &v);
        if (!ok || c->at - row > UINT32_MAX) return -1;
        if (n < cap) cell[n] = v;
        if (c->at < c->end && *c->at == c->separator) { c->at++; continue; }
        if (c->at < c->end && *c->at == '\r') c->at++;
        if (c->at < c->end && *c->at == '\n') { c->at++; c->line++; }
        return n + 1;
    }
}

/* ---- header ------------------------------------------------------------------------------------------------------ */

static uint8_t find_separator(const uint8_t *at, const uint8_t *end)
{
    for (; at < end && *at != '\n'; at++) if (*at == ',' || *at == ';') return *at;
    return ',';
}

static int name_is(c12_view v, const char *name) { return v.size == strlen(name) && !memcmp(v.ptr, name, v.size); }

static c12_view view_of(const uint8_t *row, c12io__cell cell)
{
    c12_view v = { row + cell.at, cell.size };
    return v;
}

static c12_status match_header(c12io_table *t, const uint8_t *row, const c12io__cell *cell, const c12io_column *columns, c12_error *err)
{
    c12_status s = C12_OK;
    for (int32_t k = 0; k < t->n_known; k++) t->known[k] = -1;
    for (int32_t h = 0; h < t->width; h++) {
        const c12_view head = view_of(row, cell[h]);
        int32_t k = 0;
        while (k < t->n_known && !name_is(head, columns[k].name)) k++;
        if (k == t->n_known) {
            char list[512];
            size_t at = 0;
            list[0] = 0;
            for (int32_t j = 0; j < t->n_known; j++) {
                size_t n = strlen(columns[j].name);
                if (at + n + 3 > sizeof list) break;
                if (at) { memcpy(list + at, ", ", 2); at += 2; }
                memcpy(list + at, columns[j].name, n + 1);
                at += n;
            }
            s = c12io__fault(err, C12_E_FORMAT, "unknown column", 1, h + 1, "%s:1:%d: unknown column '%.*s'; known columns are %s", t->path, h + 1, (int)head.size, (const char *)head.ptr, list);
        } else if (t->known[k] >= 0) {
            s = c12io__fault(err, C12_E_FORMAT, "column twice", 1, h + 1, "%s:1:%d: column '%s' stands twice; keep one", t->path, h + 1, columns[k].name);
        } else t->known[k] = h;
    }
    for (int32_t k = 0; k < t->n_known; k++)
        if (columns[k].required && t->known[k] < 0)
            s = c12io__fault(err, C12_E_FORMAT, "missing column", 1, k, "%s:1: column '%s' is missing; add it to the header", t->path, columns[k].name);
    return s;
}

/* ---- table ------------------------------------------------------------------------------------------------------- */

static int64_t count_lines(const uint8_t *at, const uint8_t *end)
{
    int64_t n = 1;
    while (at < end && (at = memchr(at, '\n', (size_t)(end - at))) != NULL) { at++; n++; }
    return n;
}

static c12_status read_records(c12io_table *t, csv_cursor *c, c12_error *err)
{
    c12_status s = C12_OK;
    while (c->at < c->end) {
        const int64_t line = c->line, start = c->at - (const uint8_t *)t->bytes.ptr;
        c12io__cell *row = t->cell + t->rows * t->width;
        int32_t n = record(c, row, t->width);
        if (n < 0) return c12io__fault(err, C12_E_FORMAT, "malformed cell", line, 0, "%s:%ld: a quoted cell does not close, or holds text after the quote; the file may be truncated", t->path, (long)line);
        if (n == 1 && !row[0].size && t->width > 1) continue; /* an empty line */
        if (n != t->width) {
            s = c12io__fault(err, C12_E_FORMAT, "wrong number of cells", line, n, "%s:%ld: %d cells where the header has %d; the line may be cut off or a text needs quotes", t->path, (long)line, n, t->width);
            if (c12io__full(err)) return s;
            continue;
        }
        t->row[t->rows].at = start;
        t->row[t->rows++].line = line;
    }
    return s;
}

static size_t cell_bytes(const c12io_table *t) { return (size_t)t->room * (size_t)t->width * sizeof *t->cell; }
static size_t row_bytes(const c12io_table *t) { return (size_t)t->room * sizeof *t->row; }

static c12_status parse_table(c12io_table *t, const c12io_column *columns, c12_error *err)
{
    csv_cursor c = cursor_at(t->bytes.ptr, (uint8_t *)t->bytes.ptr + t->bytes.size);
    if (t->bytes.size >= 3 && !memcmp(c.at, "\xEF\xBB\xBF", 3)) c.at += 3;
    if (c.at == c.end) return c12io__fault(err, C12_E_FORMAT, "empty file", 1, 0, "%s:1: the file is empty; the first line must name the columns", t->path);
    separate_by(&c, find_separator(c.at, c.end));
    int64_t lines = count_lines(c.at, c.end);
    const uint8_t *top = c.at;
    c12io__cell head[64];
    t->width = record(&c, head, 64);
    if (t->width < 1 || t->width > 64) return c12io__fault(err, C12_E_FORMAT, "malformed header", 1, t->width, "%s:1: the header cannot be read; name 1 to 64 columns separated by , or ;", t->path);
    t->known = malloc(((size_t)t->n_known + 1) * sizeof *t->known);
    t->room = lines;
    t->cell = c12io__alloc(NULL, cell_bytes(t), sizeof *t->cell);
    t->row = c12io__alloc(NULL, row_bytes(t), sizeof *t->row);
    if (!t->known || !t->cell || !t->row) return c12io__fault(err, C12_E_NOMEM, "out of memory", -1, lines, "%s: out of memory for %ld lines", t->path, (long)lines);
    c12_status s = match_header(t, top, head, columns, err);
    return s ? s : read_records(t, &c, err);
}

c12_status c12io_table_read(c12io_table **self, const char *path, const c12io_column *columns, int32_t n_columns, c12_error *err)
{
    if (!self || !path || !columns || n_columns < 1) return c12io__fault(err, C12_E_ARG, "argument is NULL", -1, 0, "table: argument is NULL");
    c12io_table *t = calloc(1, sizeof *t);
    size_t n = strlen(path) + 1;
    if (!t || !(t->path = malloc(n))) { free(t); return c12io__fault(err, C12_E_NOMEM, "out of memory", -1, 0, "%s: out of memory", path); }
    memcpy(t->path, path, n);
    t->n_known = n_columns;
    c12_status s = c12io_bytes_read(path, &t->bytes, err);
    if (!s) s = parse_table(t, columns, err);
    if (s) { c12io_table_free(t); return s; }
    *self = t;
    return C12_OK;
}

void c12io_table_free(c12io_table *self)
{
    if (!self) return;
    c12io_bytes_free(&self->bytes);
    free(self->path);
    if (self->cell) c12io__release(NULL, self->cell, cell_bytes(self), sizeof *self->cell);
    if (self->row) c12io__release(NULL, self->row, row_bytes(self), sizeof *self->row);
    free(self->known);
    free(self);
}

int64_t c12io_table_rows(const c12io_table *self) { return self->rows; }
int64_t c12io_table_line(const c12io_table *self, int64_t row) { return row < 0 || row >= self->rows ? 0 : self->row[row].line; }
int32_t c12io_table_has(const c12io_table *self, int32_t column) { return column >= 0 && column < self->n_known && self->known[column] >= 0; }

c12_view c12io_table_cell(const c12io_table *self, int64_t row, int32_t column)
{
    c12_view none = { NULL, 0 };
    if (row < 0 || row >= self->rows || !c12io_table_has(self, column)) return none;
    return c12io__table_at(self, row, column);
}
