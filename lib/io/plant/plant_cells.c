/* SPDX-License-Identifier: Apache-2.0 */
/* Cells of a plant file: text to exact numbers and rows, every fault with file, line, column and the mend. */
#include "base/status.h"
#include "io/plant/plant_internal.h"
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

int c12io__sheet_open(c12io__sheet *s, const char *dir, const char *file, const c12io_column *columns, int32_t n_columns, int required)
{
    struct stat st;
    s->table = NULL;
    s->rows = 0;
    s->columns = columns;
    snprintf(s->path, sizeof s->path, "%s/%s", dir, file);
    if (stat(s->path, &st) && !required) return 0;
    s->table = c12io__ahead_take(s, s->path);
    c12_status status = s->table ? C12_OK : c12io_table_read(&s->table, s->path, columns, n_columns, s->err);
    if (status) {
        if (!s->status) s->status = status;
        return 0;
    }
    s->rows = c12io_table_rows(s->table);
    return 1;
}

void c12io__sheet_close(c12io__sheet *s)
{
    c12io_table_free(s->table);
    s->table = NULL;
}

const char *c12io__cell_place(c12io__sheet *s, int64_t row, int32_t column)
{
    enum { MOST = 1200 };
    c12_view v = c12io_table_cell(s->table, row, column);
    char *place = c12io__heap_get(s->heap, MOST, 1);
    if (place) snprintf(place, MOST, "%s:%ld:%s: '%.*s'", s->path, (long)c12io_table_line(s->table, row), s->columns[column].name, (int)(v.size > 80 ? 80 : v.size), (const char *)v.ptr);
    return place;
}

c12_status c12io__cell_fault(c12io__sheet *s, c12_status status, int64_t row, int32_t column, const char *what, const char *mend)
{
    c12_view v = c12io_table_cell(s->table, row, column);
    if (!s->status) s->status = status;
    if (c12io__full(s->err)) return status;
    long line = (long)c12io_table_line(s->table, row);
    c12io__fault(s->err, status, what, line, column, "%s:%ld:%s: '%.*s' %s; %s", s->path, line, s->columns[column].name,
                 (int)(v.size > 80 ? 80 : v.size), (const char *)v.ptr, what, mend);
    return status;
}

/* ---- numbers ------------------------------------------------------------------------------------------------------- */

typedef struct decimal { uint64_t digits; int32_t places, negative; } decimal;

enum { DECIMAL_OK, DECIMAL_MALFORMED, DECIMAL_WIDE };

/* digits with `places` behind the point; trailing zeros behind the point do not count. */
static int read_decimal(c12_view v, decimal *d)
{
    size_t i = 0, seen = 0;
    int point = 0;
    memset(d, 0, sizeof *d);
    if (i < v.size && (v.ptr[i] == '-' || v.ptr[i] == '+')) d->negative = v.ptr[i++] == '-';
    size_t end = v.size;
    if (memchr(v.ptr, '.', v.size)) {
        while (end > i && v.ptr[end - 1] == '0') { end--; seen = 1; }
        if (end > i && v.ptr[end - 1] == '.') end--;
    }
    for (; i < end; i++) {
        uint8_t c = v.ptr[i];
        if (c == '.' && !point) { point = 1; continue; }
        if (c < '0' || c > '9') return DECIMAL_MALFORMED;
        if (d->digits > (UINT64_MAX - 9) / 10) return DECIMAL_WIDE;
        d->digits = d->digits * 10 + (uint64_t)(c - '0');
        d->places += point;
        seen = 1;
    }
    return seen ? DECIMAL_OK : DECIMAL_MALFORMED;
}

static uint64_t power_of_ten(int32_t n)
{
    uint64_t p = 1;
    while (n-- > 0) p *= 10;
    return p;
}

/* Digits only, too few to overflow: what almost every cell of a large plant is. */
static int short_number(c12_view v, int64_t *r)
{
    int64_t n = 0;
    if (v.size > 18 || !v.size) return 0;
    for (size_t i = 0; i < v.size; i++) {
        const unsigned digit = v.ptr[i] - (unsigned)'0';
        if (digit > 9) return 0;
        n = n * 10 + (int64_t)digit;
    }
    *r = n;
    return 1;
}

/* digits * scale / 10^places when whole and within int64. */
static int scale_decimal(const decimal *d, int64_t scale, int64_t *r)
{
    uint64_t p = d->places > 18 ? 0 : power_of_ten(d->places), q;
    if (!p) return DECIMAL_MALFORMED;
    uint64_t k = (uint64_t)scale;
    if (k % p == 0) { k /= p; p = 1; }
    else for (uint64_t a = p, b = k; ; ) { /* p and scale over their greatest common divisor */
        uint64_t t = a % b;
        if (!t) { p /= b; k /= b; break; }
        a = b;
        b = t;
    }
    if (d->digits % p) return DECIMAL_MALFORMED;
    if (k && d->digits / p > (uint64_t)INT64_MAX / k) return DECIMAL_WIDE;
    q = d->digits / p * k;
    *r = d->negative ? -(int64_t)q : (int64_t)q;
    return DECIMAL_OK;
}

static int empty_cell(c12io__sheet *s, int64_t row, int32_t column, int64_t dflt, c12_view *v)
{
    *v = c12io__table_at(s->table, row, column);
    if (v->size) return 0;
    if (dflt == C12IO__NEEDED) c12io__cell_fault(s, C12_E_FORMAT, row, column, "is empty", "this column needs a value");
    return 1;
}

int64_t c12io__cell_scaled(c12io__sheet *s, int64_t row, int32_t column, int64_t scale, int64_t low, int64_t dflt)
{
    c12_view v;
    decimal d;
    int64_t r = 0;
    if (empty_cell(s, row, column, dflt, &v)) return dflt == C12IO__NEEDED ? 0 : dflt;
    if (short_number(v, &r) && r <= INT64_MAX / scale && r * scale >= low) return r * scale;
    int fault = read_decimal(v, &d);
    if (!fault) fault = scale_decimal(&d, scale, &r);
    if (fault == DECIMAL_WIDE) c12io__cell_fault(s, C12_E_OVERFLOW, row, column, "overflows 64 bits", "the largest quantity is 9223372036854775807");
    else if (fault && scale == 1) c12io__cell_fault(s, C12_E_FORMAT, row, column, "is not a whole number", "write digits only, or give the item a scale");
    else if (fault) c12io__cell_fault(s, C12_E_FORMAT, row, column, "is not a decimal this item's scale can hold", "write digits and one point, with no more places than the scale allows");
    else if (r < low) c12io__cell_fault(s, C12_E_RANGE, row, column, low ? "is too small" : "is negative", low ? "write a positive number" : "quantities are 0 or more");
    return fault ? 0 : r;
}

int64_t c12io__cell_int(c12io__sheet *s, int64_t row, int32_t column, int64_t low, int64_t high, int64_t dflt)
{
    c12_view v;
    decimal d;
    int64_t r = 0;
    char mend[96];
    if (empty_cell(s, row, column, dflt, &v)) return dflt == C12IO__NEEDED ? low : dflt;
    if (short_number(v, &r) && r >= low && r <= high) return r;
    int fault = read_decimal(v, &d);
    if (!fault) fault = scale_decimal(&d, 1, &r);
    if (fault == DECIMAL_WIDE) { c12io__cell_fault(s, C12_E_OVERFLOW, row, column, "overflows 64 bits", "the largest number is 9223372036854775807"); return low; }
    if (fault) { c12io__cell_fault(s, C12_E_FORMAT, row, column, "is not a whole number", "write digits only"); return low; }
    if (r >= low && r <= high) return r;
    snprintf(mend, sizeof mend, "write a number from %lld to %lld", (long long)low, (long long)high);
    c12io__cell_fault(s, C12_E_RANGE, row, column, r < 0 && low >= 0 ? "is negative" : "is out of range", mend);
    return low;
}

void c12io__cell_ratio(c12io__sheet *s, int64_t row, int32_t column, int64_t *num, int64_t *den, int64_t dflt)
{
    c12_view v;
    decimal d;
    *num = dflt == C12IO__NEEDED ? 0 : dflt;
    *den = 1;
    if (empty_cell(s, row, column, dflt, &v)) return;
    if (read_decimal(v, &d) || d.places > 9 || d.digits > (uint64_t)INT64_MAX) { c12io__cell_fault(s, C12_E_FORMAT, row, column, "is not a decimal", "write digits and at most one point"); return; }
    if (d.negative) { c12io__cell_fault(s, C12_E_RANGE, row, column, "is negative", "write 0 or more"); return; }
    *num = (int64_t)d.digits;
    *den = (int64_t)power_of_ten(d.places);
    for (int64_t a = *num, b = *den; ; ) {
        if (!b) { *num /= a; *den /= a; return; }
        int64_t t = a % b;
        a = b;
        b = t;
    }
}

int32_t c12io__cell_word(c12io__sheet *s, int64_t row, int32_t column, const char *const *words, int32_t n_words, int32_t dflt)
{
    c12_view v = c12io_table_cell(s->table, row, column);
    if (!v.size && dflt >= 0) return dflt;
    for (int32_t w = 0; w < n_words; w++)
        if (v.size == strlen(words[w]) && !memcmp(v.ptr, words[w], v.size)) return w;
    char list[256] = "write one of";
    for (int32_t w = 0; w < n_words; w++) {
        strncat(list, w ? ", " : " ", sizeof list - strlen(list) - 1);
        strncat(list, words[w], sizeof list - strlen(list) - 1);
    }
    c12io__cell_fault(s, C12_E_FORMAT, row, column, "is not known", list);
    return 0;
}

int32_t c12io__cell_clock(c12io__sheet *s, int64_t row, int32_t column)
{
    c12_view v = c12io_table_cell(s->table, row, column);
    int digits = v.size == 5 && v.ptr[2] == ':';
    for (size_t i = 0; digits && i < 5; i++) digits = i == 2 || (v.ptr[i] >= '0' && v.ptr[i] <= '9');
    int32_t minute = digits ? (v.ptr[0] - '0') * 600 + (v.ptr[1] - '0') * 60 + (v.ptr[3] - '0') * 10 + (v.ptr[4] - '0') : -1;
    if (digits && v.ptr[3] < '6' && minute <= 1440) return minute;
    c12io__cell_fault(s, C12_E_FORMAT, row, column, "is not a time of day", "write HH:MM from 00:00 to 24:00");
    return 0;
}

int64_t c12io__cell_date(c12io__sheet *s, int64_t row, int32_t column)
{
    c12_view v = c12io_table_cell(s->table, row, column);
    char text[11] = "";
    int64_t day = 0;
    if (v.size == 10) memcpy(text, v.ptr, 10);
    if (!c12io_date_parse(text, &day, NULL) && day >= 0) return day;
    c12io__cell_fault(s, C12_E_FORMAT, row, column, "is not a date", "write YYYY-MM-DD from 1970-01-01 on");
    return 0;
}

/* ---- columns ------------------------------------------------------------------------------------------------------- */

static void *sheet_memory(c12io__sheet *s, int64_t n, size_t each)
{
    void *p = c12io__heap_get(s->heap, n, each);
    if (!p && !s->status) s->status = c12io__fault(s->err, C12_E_NOMEM, "out of memory", -1, n, "%s: out of memory", s->path);
    return p;
}

int32_t *c12io__column32(c12io__sheet *s) { return sheet_memory(s, s->rows, sizeof(int32_t)); }
int64_t *c12io__column64(c12io__sheet *s) { return sheet_memory(s, s->rows, sizeof(int64_t)); }

const c12io_texts *c12io__texts_of(c12io__heap *heap, const c12_view *view, int32_t n)
{
    int64_t total = 0;
    for (int32_t i = 0; i < n; i++) total += (int64_t)view[i].size;
    c12io_texts *t = c12io__heap_get(heap, 1, sizeof *t);
    uint8_t *bytes = c12io__heap_get(heap, total, 1);
    int64_t *off = c12io__heap_get(heap, n + (int64_t)1, sizeof *off);
    if (!t || !bytes || !off) return NULL;
    for (int32_t i = 0; i < n; i++) {
        if (view[i].size) memcpy(bytes + off[i], view[i].ptr, view[i].size);
        off[i + 1] = off[i] + (int64_t)view[i].size;
    }
    c12io_texts made = { (uint32_t)sizeof made, n, bytes, off };
    *t = made;
    return t;
}

const c12io_texts *c12io__column_text(c12io__sheet *s, int32_t column)
{
    c12_view *view = sheet_memory(s, s->rows, sizeof *view);
    if (!view) return NULL;
    for (int64_t r = 0; r < s->rows; r++) view[r] = c12io_table_cell(s->table, r, column);
    return c12io__texts_of(s->heap, view, (int32_t)s->rows);
}

c12_view c12io_texts_at(const c12io_texts *self, int32_t i)
{
    c12_view none = { NULL, 0 };
    if (!self || i < 0 || i >= self->n) return none;
    c12_view v = { self->text + self->off[i], (size_t)(self->off[i + 1] - self->off[i]) };
    return v;
}

int32_t c12io_texts_find(const c12io_texts *self, const char *code)
{
    size_t n = strlen(code);
    for (int32_t i = 0; self && i < self->n; i++) {
        c12_view v = c12io_texts_at(self, i);
        if (v.size == n && !memcmp(v.ptr, code, n)) return i;
    }
    return -1;
}

/* ---- codes --------------------------------------------------------------------------------------------------------- */

typedef struct code_key { uint64_t head[2]; uint32_t size, hash; } code_key;

/* At most 8 bytes as a number, in the machine's own order. */
static uint64_t some_bytes(const uint8_t *at, size_t n)
{
    uint64_t w = 0;
    if (n == 8) { memcpy(&w, at, 8); return w; }
    if (n >= 4) {
        uint32_t first, last;
        memcpy(&first, at, 4);
        memcpy(&last, at + n - 4, 4);
        return (uint64_t)last << 32 | first;
    }
    for (size_t i = 0; i < n; i++) w = w << 8 | at[i];
    return w;
}

/* Two codes of one size up to 16 have the same head only when they are the same. */
static code_key key_of(c12_view v)
{
    const uint64_t odd = UINT64_C(0x9E3779B97F4A7C15);
    code_key k = { { some_bytes(v.ptr, v.size < 8 ? v.size : 8), 0 }, (uint32_t)v.size, 0 };
    if (v.size > 8) k.head[1] = some_bytes(v.ptr + 8, v.size < 16 ? v.size - 8 : 8);
    uint64_t h = (k.head[0] ^ v.size) * odd;
    h = ((h ^ h >> 29) + k.head[1]) * odd;
    for (size_t i = 16; i < v.size; i++) h = ((h ^ h >> 29) + v.ptr[i]) * odd;
    k.hash = (uint32_t)(h >> 32);
    return k;
}

int c12io__codes_init(c12io__codes *c, c12io__heap *heap, int64_t room)
{
    int64_t cap = 16;
    while (cap < room * 2) cap *= 2;
    memset(c, 0, sizeof *c);
    c->heap = heap;
    c->room = (int32_t)room;
    c->mask = (uint32_t)(cap - 1);
    c->slot = c12io__heap_get(heap, cap, sizeof *c->slot);
    c->code = c12io__heap_get(heap, room, sizeof *c->code);
    return c->slot && c->code;
}

static int same_code(c12_view a, c12_view b) { return a.size == b.size && (!a.size || !memcmp(a.ptr, b.ptr, a.size)); }

static int32_t find_key(const c12io__codes *c, const code_key *k, c12_view code)
{
    for (uint32_t at = k->hash & c->mask; c->slot[at].row; at = (at + 1) & c->mask) {
        const c12io__code_slot *s = &c->slot[at];
        if (s->head[0] != k->head[0] || s->head[1] != k->head[1] || s->size != k->size) continue;
        if (k->size <= 16 || same_code(c->code[s->row - 1], code)) return s->row - 1;
    }
    return -1;
}

int32_t c12io__codes_find(const c12io__codes *c, c12_view code)
{
    if (!c->slot || code.size > INT32_MAX) return -1;
    const code_key k = key_of(code);
    return find_key(c, &k, code);
}

/* A copy that lives as long as the heap; short ones share a block. */
static const uint8_t *keep_code(c12io__codes *c, c12_view code)
{
    enum { BLOCK = 1 << 16 };
    if (code.size > c->text_left) {
        const size_t block = code.size > BLOCK ? code.size : BLOCK;
        c->text = c12io__heap_get(c->heap, (int64_t)block, 1);
        c->text_left = c->text ? block : 0;
    }
    if (!c->text) return NULL;
    uint8_t *kept = c->text;
    if (code.size) memcpy(kept, code.ptr, code.size);
    c->text += code.size;
    c->text_left -= code.size;
    return kept;
}

int32_t c12io__codes_add(c12io__codes *c, c12_view code, int *fresh)
{
    *fresh = 0;
    if (!c->slot || code.size > INT32_MAX) return -1;
    const code_key k = key_of(code);
    const int32_t row = find_key(c, &k, code);
    if (row >= 0 || c->n == c->room) return row;
    const uint8_t *text = keep_code(c, code);
    if (!text) return -1;
    uint32_t at = k.hash & c->mask;
    while (c->slot[at].row) at = (at + 1) & c->mask;
    c12_view kept = { text, code.size };
    c->code[c->n] = kept;
    c12io__code_slot s = { { k.head[0], k.head[1] }, k.size, ++c->n };
    c->slot[at] = s;
    *fresh = 1;
    return c->n - 1;
}

const c12io_texts *c12io__codes_texts(const c12io__codes *c) { return c12io__texts_of(c->heap, c->code, c->n); }

/* Among a million codes every look-up misses the cache: the slots of rows ahead are fetched while this one is looked at. */
static const c12io__code_slot *slot_ahead(const c12io__sheet *s, int64_t row, int32_t column, const c12io__codes *c)
{
    enum { AHEAD = 16, LARGE = 1 << 12 };
    if (!c->slot || c->mask < LARGE || row + AHEAD >= s->rows) return c->slot;
    const c12_view v = c12io__table_at(s->table, row + AHEAD, column);
    return v.size ? &c->slot[key_of(v).hash & c->mask] : c->slot;
}

int32_t c12io__cell_code(c12io__sheet *s, int64_t row, int32_t column, c12io__codes *codes, int needed, const char *declared_in)
{
    c12_view v = c12io__table_at(s->table, row, column);
    if (!v.size && !needed) return -1;
    C12__PREFETCH(slot_ahead(s, row, column, codes));
    int32_t r = v.size ? c12io__codes_find(codes, v) : -1;
    if (r >= 0) return r;
    char mend[128];
    snprintf(mend, sizeof mend, "add it to %s or mend the code", declared_in);
    c12io__cell_fault(s, C12_E_RANGE, row, column, v.size ? "is not known" : "is empty", mend);
    return 0;
}

void c12io__cell_new_code(c12io__sheet *s, int64_t row, int32_t column, c12io__codes *codes)
{
    c12_view v = c12io_table_cell(s->table, row, column);
    int fresh;
    if (!v.size) { c12io__cell_fault(s, C12_E_FORMAT, row, column, "is empty", "every row needs a code"); return; }
    C12__PREFETCH(slot_ahead(s, row, column, codes));
    if (c12io__codes_add(codes, v, &fresh) < 0) { s->status = c12io__fault(s->err, C12_E_NOMEM, "out of memory", -1, 0, "%s: out of memory", s->path); return; }
    if (!fresh) c12io__cell_fault(s, C12_E_RANGE, row, column, "stands twice", "codes must be unique; remove or rename one");
}
