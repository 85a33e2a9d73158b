/* SPDX-License-Identifier: Apache-2.0 */
#include "quality.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

column_text column_texts(const c12io_table *t, int32_t column)
{
    column_text g = { .off = NEW(int64_t, c12io_table_rows(t) + 1) };
    for (int64_t r = 0; r < c12io_table_rows(t); r++) {
        c12_view v = c12io_table_cell(t, r, column);
        text_bytes(&g.bytes, v.ptr, v.size);
        g.off[r + 1] = (int64_t)g.bytes.n;
    }
    return g;
}

/* ---- rules: token,grade,station ------------------------------------------------------------------------------------------------ */

/* Stations are compared as texts: a rule's station and a report's get the row of the first rule that names it. */
int32_t rules_station(const plant_rules *s, c12_view name)
{
    for (int64_t r = 0; s->t && name.size && r < c12io_table_rows(s->t); r++) {
        c12_view v = c12io_table_cell(s->t, r, 2);
        if (v.size == name.size && !memcmp(v.ptr, name.ptr, v.size)) return (int32_t)r;
    }
    return -1;
}

static int rules_read(cli *c, plant_rules *s, const char *file)
{
    static const c12io_column known[] = { { "token", 1, 0 }, { "grade", 1, 0 }, { "station", 0, 0 } };
    static const char *const grades[] = { "", "minor", "major", "critical" };
    c12_status st = c12io_table_read(&s->t, file, known, 3, &c->err);
    if (st) return cli_fail(c, st);
    int64_t n = c12io_table_rows(s->t);
    s->token = column_texts(s->t, 0);
    s->grade = NEW(int32_t, n);
    s->station = NEW(int32_t, n);
    for (int64_t r = 0; r < n; r++) {
        c12_view g = c12io_table_cell(s->t, r, 1);
        for (int32_t k = 1; k <= 3; k++) if (g.size == strlen(grades[k]) && !memcmp(g.ptr, grades[k], g.size)) s->grade[r] = k;
        if (!s->grade[r]) return cli_say("%s:%" PRId64 ":grade: '%.*s' is not known; write minor, major or critical", file, c12io_table_line(s->t, r), (int)g.size, (const char *)g.ptr);
        s->station[r] = rules_station(s, c12io_table_cell(s->t, r, 2));
    }
    return EXIT_DONE;
}

static void rules_apply(const plant_rules *s, c12_ncr_policy *p)
{
    p->n_rules = (int32_t)c12io_table_rows(s->t);
    p->rule_text = (const uint8_t *)s->token.bytes.at;
    p->rule_off = s->token.off;
    p->rule_grade = s->grade;
    p->rule_station = s->station;
}

int rules_open(cli *c, plant_rules *s, const char *file, c12_ncr_policy *p)
{
    *p = (c12_ncr_policy)C12_INIT(c12_ncr_policy);
    c12_status st = c12_ncr_default(p, &c->err);
    if (st) return cli_fail(c, st);
    const int code = file ? rules_read(c, s, file) : EXIT_DONE;
    if (!code && file) rules_apply(s, p);
    return code;
}

void rules_close(plant_rules *s)
{
    text_free(&s->token.bytes);
    free(s->token.off);
    free(s->grade);
    free(s->station);
    c12io_table_free(s->t);
}

/* ---- effects --------------------------------------------------------------------------------------------------------------------- */

/* Wide columns first, so that each column is aligned. */
void *quality_room(c12_flow_quality_effects *fx, c12_flow_postings *p, int64_t n)
{
    *fx = (c12_flow_quality_effects)C12_INIT(c12_flow_quality_effects);
    *p = (c12_flow_postings)C12_INIT(c12_flow_postings);
    const struct { void *column; int64_t rows; } wide[] = { { &fx->due, n }, { &fx->replan_qty, n }, { &fx->event_report, 4 * n }, { &fx->event_at, 4 * n }, { &fx->event_scrap, 4 * n }, { &p->move_step, n }, { &p->move_qty, n },
        { &p->entry_step, 3 * n }, { &p->entry_amount, 3 * n } };
    const struct { void *column; int64_t rows; } narrow[] = { { &fx->grade, n }, { &fx->reason, n }, { &fx->person, n }, { &fx->held, n }, { &fx->refusal, n }, { &fx->order_refusal, n }, { &fx->replan, n }, { &fx->event_order, 4 * n },
        { &fx->event_kind, 4 * n }, { &fx->event_by, 4 * n }, { &fx->event_station, 4 * n }, { &p->move_kind, n }, { &p->move_item, n }, { &p->move_from, n }, { &p->move_to, n }, { &p->entry_account, 3 * n } };
    int64_t *w = NEW(int64_t, (22 + 15) * n + 1);
    void *const block = w;
    for (size_t k = 0; k < sizeof wide / sizeof *wide; k++) { memcpy(wide[k].column, &w, sizeof w); w += wide[k].rows; }
    int32_t *i = (int32_t *)w;
    for (size_t k = 0; k < sizeof narrow / sizeof *narrow; k++) { memcpy(narrow[k].column, &i, sizeof i); i += narrow[k].rows; }
    fx->event_cap = 4 * n;
    fx->postings = p;
    p->move_cap = n;
    p->entry_cap = 3 * n;
    return block;
}
