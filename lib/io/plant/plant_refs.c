/* SPDX-License-Identifier: Apache-2.0 */
/* Reference designators of bom.csv: the places a component takes in its parent, "R1 R2 R5-R7".  As many as the quantity per, none twice at a time. */
#include "io/plant/plant_load.h"
#include <stdio.h>
#include <string.h>

enum { MAX_DIGITS = 9, MAX_REFS = 1000000 };

/* A designator is a prefix and a number, "R12"; either may be absent, -1 = no number. */
typedef struct designator { c12_view prefix; int64_t number, line; } designator;
typedef struct designators { designator *at; int64_t n, cap; } designators;

enum { REFS_OK, REFS_MALFORMED, REFS_MANY, REFS_NOMEM };

/* ---- one cell ---------------------------------------------------------------------------------------------------------------- */

static int is_gap(uint8_t c) { return c == ' ' || c == ',' || c == ';' || c == '\t'; }

/* One designator from byte *i on; 0 = there is none, or its number is too long. */
static int take_designator(c12_view cell, size_t *i, designator *d)
{
    const size_t begin = *i;
    while (*i < cell.size && !is_gap(cell.ptr[*i]) && cell.ptr[*i] != '-') ++*i;
    size_t digits = *i;
    while (digits > begin && cell.ptr[digits - 1] >= '0' && cell.ptr[digits - 1] <= '9') digits--;
    if (*i == begin || *i - digits > MAX_DIGITS) return 0;
    d->prefix.ptr = cell.ptr + begin;
    d->prefix.size = digits - begin;
    d->number = digits == *i ? -1 : 0;
    for (size_t k = digits; k < *i; k++) d->number = d->number * 10 + (cell.ptr[k] - '0');
    return 1;
}

static int push_designator(designators *list, const designator *d)
{
    if (list->n == list->cap) {
        const int64_t cap = list->cap ? 2 * list->cap : 256;
        designator *at = realloc(list->at, (size_t)cap * sizeof *at);
        if (!at) return REFS_NOMEM;
        list->at = at;
        list->cap = cap;
    }
    list->at[list->n++] = *d;
    return REFS_OK;
}

/* "R5", "R5-R7" or "R5-7". */
static int take_range(c12_view cell, size_t *i, designator *d, int64_t most, designators *list)
{
    int64_t last;
    if (!take_designator(cell, i, d)) return REFS_MALFORMED;
    last = d->number;
    if (*i < cell.size && cell.ptr[*i] == '-') {
        designator to = *d;
        ++*i;
        if (!take_designator(cell, i, &to) || d->number < 0 || to.number < d->number) return REFS_MALFORMED;
        if (to.prefix.size && (to.prefix.size != d->prefix.size || memcmp(to.prefix.ptr, d->prefix.ptr, to.prefix.size))) return REFS_MALFORMED;
        last = to.number;
    }
    if (*i < cell.size && !is_gap(cell.ptr[*i])) return REFS_MALFORMED;
    if (last - d->number >= most) return REFS_MANY;
    for (int bad = REFS_OK; ; d->number++) {
        if ((bad = push_designator(list, d)) != REFS_OK || d->number == last) return bad;
    }
}

static int take_cell(c12_view cell, int64_t line, int64_t most, designators *list)
{
    const int64_t began = list->n;
    for (size_t i = 0; i < cell.size; ) {
        designator d = { { NULL, 0 }, -1, line };
        if (is_gap(cell.ptr[i])) { i++; continue; }
        int bad = take_range(cell, &i, &d, most - (list->n - began), list);
        if (bad) return bad;
    }
    return REFS_OK;
}

/* ---- one parent -------------------------------------------------------------------------------------------------------------- */

static int compare_places(const designator *x, const designator *y)
{
    if (x->prefix.size != y->prefix.size) return x->prefix.size < y->prefix.size ? -1 : 1;
    int d = x->prefix.size ? memcmp(x->prefix.ptr, y->prefix.ptr, x->prefix.size) : 0;
    return d ? d : x->number < y->number ? -1 : x->number > y->number;
}

static int compare_designators(const void *a, const void *b)
{
    const designator *x = a, *y = b;
    int d = compare_places(x, y);
    return d ? d : x->line < y->line ? -1 : x->line > y->line;
}

/* Two lines may name one place when they stand for one another, or never apply at the same time. */
static int may_share(const c12io_plant *p, int64_t a, int64_t b)
{
    if (a == b) return 0;
    if (p->bill_group && p->bill_group[a] >= 0 && p->bill_group[a] == p->bill_group[b]) return 1;
    return p->bill_to[a] <= p->bill_from[b] || p->bill_to[b] <= p->bill_from[a];
}

static void check_twice(plant_load *l, const keyed_row *k, int32_t column, designators *list)
{
    char what[96], number[24] = "";
    if (list->n) qsort(list->at, (size_t)list->n, sizeof *list->at, compare_designators);
    for (int64_t i = 0; i < list->n; i++)
        for (int64_t j = i - 1; j >= 0 && !compare_places(&list->at[i], &list->at[j]); j--) {
            const designator *d = &list->at[i];
            if (may_share(l->p, list->at[j].line, d->line)) continue;
            if (d->number >= 0) snprintf(number, sizeof number, "%lld", (long long)d->number);
            snprintf(what, sizeof what, "names %.*s%s, which this parent has already", (int)(d->prefix.size > 40 ? 40 : d->prefix.size), (const char *)d->prefix.ptr, number);
            c12io__cell_fault(&l->sheet, C12_E_RANGE, k[d->line].row, column, what, "a place takes one component at a time");
            break;
        }
}

/* One line's cell: well-formed, and as many as the quantity per. */
static int check_line(plant_load *l, int64_t e, int64_t row, int32_t number, int32_t column, designators *list)
{
    const c12io_plant *p = l->p;
    const c12_view cell = c12io_texts_at(p->bill_refs, (int32_t)e);
    const int64_t began = list->n, whole = p->bill_num[e] % p->bill_den[e] ? -1 : p->bill_num[e] / p->bill_den[e];
    char what[96];
    if (!cell.size) return REFS_OK;
    int bad = take_cell(cell, e, MAX_REFS, list);
    if (bad == REFS_MALFORMED) c12io__cell_fault(&l->sheet, C12_E_FORMAT, row, column, "is no list of reference designators", "write them like R1 R2 R5-R7");
    if (bad == REFS_MANY) c12io__cell_fault(&l->sheet, C12_E_RANGE, row, column, "names more than a million places", "write them like R1 R2 R5-R7");
    if (bad || list->n - began == whole) return bad;
    snprintf(what, sizeof what, "asks for a quantity per that the %lld reference designators do not make up", (long long)(list->n - began));
    c12io__cell_fault(&l->sheet, C12_E_RANGE, row, number, what, "name as many in column refs as num / den says, or none");
    return REFS_OK;
}

void c12io__check_refs(plant_load *l, const keyed_row *k, int32_t number, int32_t column)
{
    const c12io_plant *p = l->p;
    designators list = { NULL, 0, 0 };
    int bad = REFS_OK;
    for (int32_t i = 0; i < p->n_items && bad != REFS_NOMEM && l->sheet.status != C12_E_NOMEM; i++) {
        list.n = 0;
        for (int64_t e = p->bill_off[i]; e < p->bill_off[i + 1] && bad != REFS_NOMEM; e++) bad = check_line(l, e, k[e].row, number, column, &list);
        check_twice(l, k, column, &list);
    }
    if (bad == REFS_NOMEM) l->sheet.status = c12io__fault(l->sheet.err, C12_E_NOMEM, "out of memory", -1, 0, "%s: out of memory", l->sheet.path);
    free(list.at);
}
