/* SPDX-License-Identifier: Apache-2.0 */
/* A joint takes one gear and four screws.  From day 40 on it is to take two smaller gears: who signs, what changes, what does it cost? */
#include "c12/bom.h"
#include <stdio.h>

/* prints: one signature: draft; two: approved */
/* prints: joint: removed on day 40: 1 of item 1; added: 2 of item 3 */
/* prints: a joint costs 13.40 on day 39 and 12.40 on day 40 */

enum { JOINT, GEAR, SCREW, SMALL_GEAR, ITEMS, LINES = 2, EDITS = 1, ROWS = 4, ENGINEERING = 0, QUALITY = 1 };

static const int64_t line_off[ITEMS + 1] = { 0, 2, 2, 2, 2 }, num[LINES] = { 1, 4 };
static const int32_t child[LINES] = { GEAR, SCREW };
static const c12_money own_cost[ITEMS] = { 1000000, 12000000, 100000, 5500000 }; /* micro-units of money */

static int64_t scratch[64];

/* The order: line 0 becomes two small gears from day 40 on. */
static c12_bom_ecos change_order(const int32_t *state)
{
    static const int32_t from = 40, eco = 0, kind = C12_BOM_CHANGED, parent = JOINT, part = SMALL_GEAR;
    static const int64_t line = 0, per = 2;
    c12_bom_ecos e = C12_INIT(c12_bom_ecos);
    e.n_ecos = 1;
    e.n_edits = EDITS;
    e.eco_state = state;
    e.eco_from = &from;
    e.edit_eco = &eco;
    e.edit_kind = &kind;
    e.edit_parent = &parent;
    e.edit_child = &part;
    e.edit_line = &line;
    e.edit_num = &per;
    return e;
}

static c12_status sign(c12_bom_eco_life *life, c12_error *err)
{
    c12_status s = c12_bom_eco_move(life, C12_BOM_APPROVE, ENGINEERING, err);
    const int32_t after_one = life->state;
    if (!s) s = c12_bom_eco_move(life, C12_BOM_APPROVE, QUALITY, err);
    if (!s) printf("one signature: %s; two: %s\n", after_one == C12_BOM_DRAFT ? "draft" : "approved", life->state == C12_BOM_APPROVED ? "approved" : "draft");
    return s;
}

static c12_status tell_changes(const c12_bom *before, const c12_bom *after, c12_error *err)
{
    int32_t parent[ROWS], part[ROWS], kind[ROWS];
    int64_t was[ROWS], is[ROWS];
    c12_bom_changes d = C12_INIT(c12_bom_changes);
    d.cap = ROWS;
    d.parent = parent;
    d.child = part;
    d.kind = kind;
    d.line_before = was;
    d.line_after = is;
    c12_status s = c12_bom_compare(before, after, &d, err);
    if (!s && d.count == 2) /* the old line now ends, a new one begins */
        printf("joint: removed on day %d: %d of item %d; added: %d of item %d\n", (int)after->line_to[is[0]], (int)before->line_num[was[0]], (int)part[0], (int)after->line_num[is[1]], (int)part[1]);
    return s;
}

static c12_status cost_on(const c12_bom *bom, int32_t day, c12_money *cost, c12_error *err)
{
    const c12_mem mem = { scratch, sizeof scratch };
    c12_money all[ITEMS];
    c12_bom_options options = C12_INIT(c12_bom_options);
    options.bucket = day;
    c12_status s = c12_bom_rollup(bom, own_cost, &options, all, mem, err);
    *cost = s ? 0 : all[JOINT];
    return s;
}

int main(void)
{
    static int64_t off[ITEMS + 1], per[ROWS], den[ROWS];
    static int32_t part[ROWS], ppm[ROWS], from[ROWS], to[ROWS], offset[ROWS], kind[ROWS];
    const c12_mem mem = { scratch, sizeof scratch };
    c12_error err = C12_INIT(c12_error);
    c12_bom bom = C12_INIT(c12_bom), after = C12_INIT(c12_bom);
    c12_bom_eco_life life = C12_INIT(c12_bom_eco_life);
    c12_bom_sheet sheet = C12_INIT(c12_bom_sheet);
    c12_money before_day, on_day;
    bom.n_items = after.n_items = ITEMS;
    bom.line_off = line_off;
    bom.line_child = child;
    bom.line_num = num;
    sheet.cap = ROWS;
    after.line_off = sheet.line_off = off;
    after.line_num = sheet.line_num = per;
    after.line_den = sheet.line_den = den;
    after.line_child = sheet.line_child = part;
    after.line_scrap_ppm = sheet.line_scrap_ppm = ppm;
    after.line_from = sheet.line_from = from;
    after.line_to = sheet.line_to = to;
    after.line_offset = sheet.line_offset = offset;
    after.line_kind = sheet.line_kind = kind;
    life.required = 1 << ENGINEERING | 1 << QUALITY;
    c12_status s = sign(&life, &err);
    const c12_bom_ecos orders = change_order(&life.state);
    if (!s) s = c12_bom_eco_apply(&bom, &orders, 0, &sheet, mem, &err);
    if (!s) s = tell_changes(&bom, &after, &err);
    if (!s) s = cost_on(&after, 39, &before_day, &err);
    if (!s) s = cost_on(&after, 40, &on_day, &err);
    if (s) { fprintf(stderr, "%s: %s\n", c12_status_name(s), err.what); return 1; }
    printf("a joint costs %.2f on day 39 and %.2f on day 40\n", (double)before_day / 1e6, (double)on_day / 1e6);
    return 0;
}
