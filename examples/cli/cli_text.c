/* SPDX-License-Identifier: Apache-2.0 */
/* Text and tables: what a command answers, as a table, CSV or JSON. */
#include "cli.h"
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *text_room(text *t, size_t n)
{
    if (t->n + n + 1 > t->cap) {
        t->cap = (t->n + n + 1) * 2;
        t->at = realloc(t->at, t->cap);
        if (!t->at) {
            fputs("c12: out of memory\n", stderr);
            exit(EXIT_INTERNAL);
        }
    }
    return t->at + t->n;
}

void text_bytes(text *t, const void *bytes, size_t n)
{
    (void)text_room(t, n);
    if (n) memcpy(t->at + t->n, bytes, n);
    t->n += n;
    t->at[t->n] = 0;
}

void text_add(text *t, const char *format, ...)
{
    char small[1024];
    va_list a, again;
    va_start(a, format);
    va_copy(again, a);
    int n = vsnprintf(small, sizeof small, format, a);
    va_end(a);
    if (n >= (int)sizeof small) {
        char *big = cli_new(n + 1, 1);
        vsnprintf(big, (size_t)n + 1, format, again);
        text_bytes(t, big, (size_t)n);
        free(big);
    } else text_bytes(t, small, (size_t)n);
    va_end(again);
}

void text_csv(text *t, c12_view v)
{
    int quote = v.size && (memchr(v.ptr, ',', v.size) || memchr(v.ptr, '"', v.size) || memchr(v.ptr, '\n', v.size) || memchr(v.ptr, '\r', v.size));
    if (!quote) { text_bytes(t, v.ptr, v.size); return; }
    text_bytes(t, "\"", 1);
    for (size_t i = 0; i < v.size; i++) text_bytes(t, v.ptr[i] == '"' ? "\"\"" : (const char *)v.ptr + i, v.ptr[i] == '"' ? 2 : 1);
    text_bytes(t, "\"", 1);
}

void text_html(text *t, c12_view v)
{
    for (size_t i = 0; i < v.size; i++) switch (v.ptr[i]) {
        case '<': text_add(t, "&lt;"); break;
        case '>': text_add(t, "&gt;"); break;
        case '&': text_add(t, "&amp;"); break;
        case '"': text_add(t, "&quot;"); break;
        default: text_bytes(t, v.ptr + i, 1);
        }
}

void text_json(text *t, c12_view v)
{
    text_bytes(t, "\"", 1);
    for (size_t i = 0; i < v.size; i++) {
        uint8_t b = v.ptr[i];
        if (b == '"' || b == '\\') text_add(t, "\\%c", b);
        else if (b < 32) text_add(t, "\\u%04x", (unsigned)b);
        else text_bytes(t, v.ptr + i, 1);
    }
    text_bytes(t, "\"", 1);
}

void text_free(text *t)
{
    free(t->at);
    memset(t, 0, sizeof *t);
}

int text_write(cli *c, text *t, const char *path)
{
    c12io_out *o;
    c12_status s = c12io_out_open(&o, path, &c->err);
    if (!s) {
        c12io_out_write(o, t->at, t->n);
        s = c12io_out_close(o, &c->err);
    }
    text_free(t);
    return s ? cli_fail(c, s) : EXIT_DONE;
}

int text_write_in(cli *c, text *t, const char *dir, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    return text_write(c, t, path);
}

/* ---- tables ------------------------------------------------------------------------------------------------------------------ */

table table_new(int columns, const char *const *head, const char *kind)
{
    table t = { .columns = columns, .head = head, .kind = kind };
    return t;
}

/* Cells point into one growing text by offset until the table is printed. */
void table_text(table *t, c12_view v)
{
    if (t->n == t->cap) {
        t->cap = t->cap ? t->cap * 2 : 1024;
        t->cell = realloc(t->cell, (size_t)t->cap * sizeof *t->cell);
        if (!t->cell) {
            fputs("c12: out of memory\n", stderr);
            exit(EXIT_INTERNAL);
        }
    }
    t->cell[t->n].at = t->bytes.n;
    t->cell[t->n++].size = v.size;
    text_bytes(&t->bytes, v.ptr, v.size);
}

void table_word(table *t, const char *word)
{
    c12_view v = { (const uint8_t *)word, strlen(word) };
    table_text(t, v);
}

void table_int(table *t, int64_t v)
{
    char s[24];
    snprintf(s, sizeof s, "%" PRId64, v);
    table_word(t, s);
}

void money_text(c12_money v, char out[40])
{
    uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    snprintf(out, 40, "%s%" PRIu64 ".%06" PRIu64, v < 0 ? "-" : "", u / 1000000, u % 1000000);
}

void table_money(table *t, c12_money v)
{
    char s[40];
    money_text(v, s);
    table_word(t, s);
}

void table_ratio(table *t, int64_t num, int64_t den, int places)
{
    char s[40];
    snprintf(s, sizeof s, "%.*f", places, den ? (double)num / (double)den : 0.0);
    table_word(t, s);
}

static c12_view cell_at(const table *t, int64_t k)
{
    c12_view v = { (const uint8_t *)t->bytes.at + t->cell[k].at, t->cell[k].size };
    return v;
}

static void as_csv(const table *t, text *o)
{
    for (int k = 0; k < t->columns; k++) text_add(o, "%s%s", k ? "," : "", t->head[k]);
    text_add(o, "\n");
    for (int64_t k = 0; k < t->n; k++) {
        text_csv(o, cell_at(t, k));
        text_bytes(o, k % t->columns == t->columns - 1 ? "\n" : ",", 1);
    }
}

static void as_json(const table *t, text *o, const char *summary)
{
    text_add(o, "{%s%s\"rows\":[", summary ? summary : "", summary ? "," : "");
    for (int64_t k = 0; k < t->n; k++) {
        int col = (int)(k % t->columns);
        text_add(o, "%s\"%s\":", col ? "," : k ? ",{" : "{", t->head[col]);
        if (t->kind[col] == 'n' && t->cell[k].size) text_bytes(o, cell_at(t, k).ptr, t->cell[k].size);
        else if (t->kind[col] == 'n') text_add(o, "null");
        else text_json(o, cell_at(t, k));
        if (col == t->columns - 1) text_add(o, "}");
    }
    text_add(o, "]}\n");
}

static size_t shown_width(c12_view v)
{
    size_t n = 0;
    for (size_t i = 0; i < v.size; i++) n += (v.ptr[i] & 0xC0) != 0x80;
    return n;
}

static void put_padded(text *o, c12_view v, size_t width, int right)
{
    size_t pad = width > shown_width(v) ? width - shown_width(v) : 0;
    if (right) text_add(o, "%*s", (int)pad, "");
    text_bytes(o, v.ptr, v.size);
    if (!right) text_add(o, "%*s", (int)pad, "");
}

static void as_table(const table *t, text *o)
{
    size_t width[32] = { 0 };
    for (int k = 0; k < t->columns; k++) width[k] = strlen(t->head[k]);
    for (int64_t k = 0; k < t->n; k++)
        if (shown_width(cell_at(t, k)) > width[k % t->columns]) width[k % t->columns] = shown_width(cell_at(t, k));
    for (int k = 0; k < t->columns; k++) {
        c12_view h = { (const uint8_t *)t->head[k], strlen(t->head[k]) };
        put_padded(o, h, width[k], t->kind[k] == 'n');
        text_add(o, k == t->columns - 1 ? "\n" : "  ");
    }
    for (int64_t k = 0; k < t->n; k++) {
        int col = (int)(k % t->columns);
        put_padded(o, cell_at(t, k), width[col], t->kind[col] == 'n');
        text_add(o, col == t->columns - 1 ? "\n" : "  ");
    }
}

int table_print(cli *c, table *t, const char *summary)
{
    text o = { 0 };
    if (c->json) as_json(t, &o, summary);
    else if (c->csv || c->out || !isatty(1)) as_csv(t, &o);
    else as_table(t, &o);
    int code = text_write(c, &o, c->out ? c->out : "-");
    free(t->cell);
    free(t->bytes.at);
    return code;
}
