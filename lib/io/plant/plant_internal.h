/* SPDX-License-Identifier: Apache-2.0 */
#ifndef C12IO_PLANT_INTERNAL_H
#define C12IO_PLANT_INTERNAL_H

#include "io/io_internal.h"

typedef struct c12io__ahead c12io__ahead;

/* One file of the folder being read. */
typedef struct c12io__sheet {
    c12io__heap *heap;
    c12_error *err;
    c12io_table *table;
    const c12io_column *columns;
    char path[1024];
    int64_t rows;
    c12_status status;  /* first fault of the whole load */
    c12io__ahead *ahead; /* a file that a second thread reads, or NULL */
} c12io__sheet;

/* Open DIR/FILE into the sheet; returns 0 when the file is absent (and not required) or was refused (status set). */
int c12io__sheet_open(c12io__sheet *s, const char *dir, const char *file, const c12io_column *columns, int32_t n_columns, int required);
void c12io__sheet_close(c12io__sheet *s);

/* plant_ahead.c: begin to read a file on a second thread, when it is large enough; its table, or NULL when it was not begun or has faults; stop. */
void c12io__ahead_start(c12io__sheet *s, const char *dir, const char *file, const c12io_column *columns, int32_t n_columns);
c12io_table *c12io__ahead_take(c12io__sheet *s, const char *path);
void c12io__ahead_end(c12io__sheet *s);

/* Cells with their faults; an empty cell gives dflt, or a fault when dflt is C12IO__NEEDED. */
#define C12IO__NEEDED INT64_MIN
int64_t c12io__cell_int(c12io__sheet *s, int64_t row, int32_t column, int64_t low, int64_t high, int64_t dflt);
/* A decimal times scale that must come out whole: "2.5" with scale 1000 is 2500. */
int64_t c12io__cell_scaled(c12io__sheet *s, int64_t row, int32_t column, int64_t scale, int64_t low, int64_t dflt);
/* A decimal as a ratio num/den in lowest terms: "7.5" is 15/2. */
void c12io__cell_ratio(c12io__sheet *s, int64_t row, int32_t column, int64_t *num, int64_t *den, int64_t dflt);
/* One of the words; returns its position. */
int32_t c12io__cell_word(c12io__sheet *s, int64_t row, int32_t column, const char *const *words, int32_t n_words, int32_t dflt);
/* "06:30" as minutes of the day, 24:00 allowed. */
int32_t c12io__cell_clock(c12io__sheet *s, int64_t row, int32_t column);
/* "2025-10-24" as days since 1970-01-01. */
int64_t c12io__cell_date(c12io__sheet *s, int64_t row, int32_t column);
/* Columns of the whole sheet. */
int32_t *c12io__column32(c12io__sheet *s);
int64_t *c12io__column64(c12io__sheet *s);
const c12io_texts *c12io__column_text(c12io__sheet *s, int32_t column);
const c12io_texts *c12io__texts_of(c12io__heap *heap, const c12_view *view, int32_t n); /* a copy of n texts; NULL when memory is out */
/* "file:line:column: 'what it says'", kept with the plant. */
const char *c12io__cell_place(c12io__sheet *s, int64_t row, int32_t column);
c12_status c12io__cell_fault(c12io__sheet *s, c12_status status, int64_t row, int32_t column, const char *what, const char *mend);

/* Codes to dense rows: open addressing, first come first numbered.  A slot holds a code's first 16 bytes, the whole of most, so that a
 * look-up among a million touches one cache line. */
typedef struct c12io__code_slot { uint64_t head[2]; uint32_t size; int32_t row; } c12io__code_slot; /* row + 1, 0 = free */
typedef struct c12io__codes {
    c12io__heap *heap;
    c12io__code_slot *slot; /* [cap] */
    c12_view *code;     /* [n] */
    uint8_t *text;      /* where the next code is kept, ... */
    size_t text_left;   /* ... and bytes free there */
    int32_t n, room;    /* room: what code and half of slot can take */
    uint32_t mask, reserved;
} c12io__codes;
int c12io__codes_init(c12io__codes *c, c12io__heap *heap, int64_t room);
int32_t c12io__codes_find(const c12io__codes *c, c12_view code);
int32_t c12io__codes_add(c12io__codes *c, c12_view code, int *fresh); /* row; *fresh 0 when it was there */
const c12io_texts *c12io__codes_texts(const c12io__codes *c);

/* Row of a code in a cell, -1 when empty and not needed; an unknown code is a fault that names where codes are declared. */
int32_t c12io__cell_code(c12io__sheet *s, int64_t row, int32_t column, c12io__codes *codes, int needed, const char *declared_in);
/* A new code: empty or doubled ones are faults. */
void c12io__cell_new_code(c12io__sheet *s, int64_t row, int32_t column, c12io__codes *codes);

#endif
