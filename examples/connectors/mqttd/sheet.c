/* SPDX-License-Identifier: Apache-2.0 */
#include "sheet.h"
#include "broker.h"
#include <string.h>
#include <time.h>

int64_t sheet_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec / 1000000 * 1000000;
}

static void *sheet_take(sheet *s, size_t n)
{
    n = (n + 7) / 8 * 8;
    if (n > sizeof s->room - s->used) { s->bad = 1; return NULL; }
    void *p = (uint8_t *)s->room + s->used;
    s->used += n;
    return p;
}

static c12_vda_column *sheet_column(sheet *s, const char *path, int64_t rows)
{
    int32_t f = c12_vda_find(s->m.kind, path);
    if (f < 0) { say("no member %s", path); s->bad = 1; return NULL; }
    s->column[f].rows = rows;
    return &s->column[f];
}

void sheet_begin(sheet *s, int32_t kind, const char *version, int64_t header, const char *manufacturer, const char *serial)
{
    memset(s->column, 0, sizeof s->column);
    s->used = s->n = 0;
    s->bad = 0;
    s->m = (c12_vda_message){ .struct_size = sizeof s->m, .kind = kind, .n_columns = c12_vda_columns(kind), .column = s->column };
    sheet_int(s, "headerId", header);
    sheet_int(s, "timestamp", sheet_now());
    sheet_text(s, "version", version);
    sheet_text(s, "manufacturer", manufacturer);
    sheet_text(s, "serialNumber", serial);
}

void sheet_ints(sheet *s, const char *path, int64_t rows, const int64_t *value)
{
    c12_vda_column *c = sheet_column(s, path, rows);
    int64_t *p = c ? sheet_take(s, 8 * (size_t)rows) : NULL;
    if (!p) return;
    memcpy(p, value, 8 * (size_t)rows);
    c->value = p;
}

void sheet_int(sheet *s, const char *path, int64_t value) { sheet_ints(s, path, 1, &value); }
void sheet_there(sheet *s, const char *path) { sheet_int(s, path, 1); }

void sheet_texts(sheet *s, const char *path, int64_t rows, const char *const *text)
{
    c12_vda_column *c = sheet_column(s, path, rows);
    int64_t *off = c ? sheet_take(s, 8 * (size_t)(rows + 1)) : NULL, *there = off ? sheet_take(s, 8 * (size_t)rows + 8) : NULL;
    size_t n = 0;
    for (int64_t k = 0; k < rows; k++) n += strlen(text[k]);
    uint8_t *bytes = there ? sheet_take(s, n + 1) : NULL;
    if (!bytes) return;
    off[0] = 0;
    for (int64_t k = 0; k < rows; k++) {
        size_t len = strlen(text[k]);
        memcpy(bytes + off[k], text[k], len);
        off[k + 1] = off[k] + (int64_t)len;
        there[k] = 1;
    }
    c->value = there;
    c->off = off;
    c->text = bytes;
}

void sheet_text(sheet *s, const char *path, const char *text) { sheet_texts(s, path, 1, &text); }

void sheet_lists(sheet *s, const char *path, int64_t rows, const int64_t *off)
{
    c12_vda_column *c = sheet_column(s, path, rows);
    int64_t *p = c ? sheet_take(s, 8 * (size_t)(rows + 1)) : NULL, *there = p ? sheet_take(s, 8 * (size_t)rows + 8) : NULL;
    if (!there) return;
    memcpy(p, off, 8 * (size_t)(rows + 1));
    for (int64_t k = 0; k < rows; k++) there[k] = 1;
    c->value = there;
    c->off = p;
}

void sheet_list(sheet *s, const char *path, int64_t rows)
{
    const int64_t off[2] = { 0, rows };
    sheet_lists(s, path, 1, off);
}

int sheet_print(sheet *s)
{
    c12_error e = C12_INIT(c12_error);
    c12_status st = s->bad ? C12_E_SPACE : c12_vda_write(&s->m, (uint8_t *)s->json, sizeof s->json, &s->n, &e);
    if (st) say("a message cannot be printed: %s %s", e.field ? e.field : "", e.what ? e.what : "no room");
    return st ? -1 : 0;
}
