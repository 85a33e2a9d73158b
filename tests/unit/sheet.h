/* SPDX-License-Identifier: Apache-2.0 */
/* A small bill in columns of its own, for tests of bills made from bills. */
#ifndef C12_TESTS_SHEET_H
#define C12_TESTS_SHEET_H

#include "c12/bom.h"
#include <check.h>
#include <string.h>

enum { ITEMS = 12, ROWS = 200 };

/* A sheet and its columns; a bill over it. */
typedef struct { int64_t off[ITEMS + 1], num[ROWS], den[ROWS], source[ROWS]; int32_t child[ROWS], ppm[ROWS], from[ROWS], to[ROWS], shift[ROWS], kind[ROWS]; c12_bom_sheet sheet; } Sheet;

static inline void sheet_init(Sheet *s, int64_t cap)
{
    memset(s, 0, sizeof *s);
    s->sheet = (c12_bom_sheet)C12_INIT(c12_bom_sheet);
    s->sheet.cap = cap;
    s->sheet.line_off = s->off;
    s->sheet.line_num = s->num;
    s->sheet.line_den = s->den;
    s->sheet.line_child = s->child;
    s->sheet.line_scrap_ppm = s->ppm;
    s->sheet.line_from = s->from;
    s->sheet.line_to = s->to;
    s->sheet.line_offset = s->shift;
    s->sheet.line_kind = s->kind;
    s->sheet.line_source = s->source;
}

static inline c12_bom bill_of(const Sheet *s, int32_t n)
{
    c12_bom b = C12_INIT(c12_bom);
    b.n_items = n;
    b.line_off = s->off;
    b.line_num = s->num;
    b.line_den = s->den;
    b.line_child = s->child;
    b.line_scrap_ppm = s->ppm;
    b.line_from = s->from;
    b.line_to = s->to;
    b.line_offset = s->shift;
    b.line_kind = s->kind;
    return b;
}

static inline c12_mem room(void)
{
    static char bytes[1 << 16];
    c12_mem m = { bytes, sizeof bytes };
    ck_assert_uint_le(c12_bom_scratch(ITEMS), sizeof bytes);
    return m;
}

static inline void add_line(Sheet *s, int32_t child, int64_t num, int64_t den)
{
    int64_t k = s->sheet.count++;
    s->child[k] = child;
    s->num[k] = num;
    s->den[k] = den;
    s->to[k] = INT32_MAX;
}

static inline void end_item(Sheet *s, int32_t item) { s->off[item + 1] = s->sheet.count; }

#endif
