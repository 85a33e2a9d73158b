/* SPDX-License-Identifier: Apache-2.0 */
/* A plan as one page that needs nothing else: the page of gantt.html with the plan's columns as JSON in it. */
#include "shop.h"
#include <inttypes.h>
#include <string.h>

static const char *const page[] = {
#include "gantt_page.h" /* the lines of gantt.html, made by the Makefile */
};

static void put_wide(text *o, const char *name, const int64_t *v, int64_t n)
{
    text_add(o, ",\n\"%s\":[", name);
    for (int64_t k = 0; k < n; k++) text_add(o, "%s%" PRId64, k ? "," : "", v[k]);
    text_add(o, "]");
}

static void put_small(text *o, const char *name, const int32_t *v, int64_t n)
{
    text_add(o, ",\n\"%s\":[", name);
    for (int64_t k = 0; k < n; k++) text_add(o, "%s%d", k ? "," : "", (int)v[k]);
    text_add(o, "]");
}

static void put_work(const shop *s, text *o)
{
    text_add(o, ",\n\"work\":[");
    for (int64_t k = 0; k < s->dims.ops; k++) text_add(o, "%s%" PRId64, k ? "," : "", s->q.mode_ticks[s->q.mode_off[k] + s->plan.op_mode[k]]);
    text_add(o, "]");
}

/* Absent columns are absent in the page as well. */
static void put_problem(const shop *s, text *o)
{
    const c12_sched_problem *q = &s->q;
    put_wide(o, "opOff", q->op_off, q->n_jobs + (int64_t)1);
    if (q->op_family && q->n_families) put_small(o, "family", q->op_family, s->dims.ops);
    if (q->job_due) put_wide(o, "due", q->job_due, q->n_jobs);
    if (q->job_weight) put_wide(o, "weight", q->job_weight, q->n_jobs);
    if (!q->break_off) return;
    put_wide(o, "breakOff", q->break_off, q->n_machines + (int64_t)1);
    put_wide(o, "breakFrom", q->break_from, q->break_off[q->n_machines]);
    put_wide(o, "breakTo", q->break_to, q->break_off[q->n_machines]);
}

static void put_plan(const chart *g, int by_family, int64_t objective, text *o)
{
    const shop *s = g->s;
    text name = { 0 };
    chart_name(g, &name);
    c12_view v = { (const uint8_t *)name.at, name.n };
    text_add(o, "{\"name\":");
    text_json(o, v);
    text_add(o, ",\"minutes\":%d,\"byFamily\":%d,\"objective\":%" PRId64 ",\"machines\":%d,\"bottleneck\":%d", s->json != NULL, by_family, objective, (int)s->q.n_machines, (int)g->bottleneck);
    put_problem(s, o);
    put_small(o, "machine", g->op_machine, s->dims.ops);
    put_wide(o, "setup", g->setup_from, s->dims.ops);
    put_wide(o, "start", s->plan.op_start, s->dims.ops);
    put_wide(o, "end", s->plan.op_end, s->dims.ops);
    put_work(s, o);
    put_small(o, "row", g->row, s->q.n_machines);
    put_small(o, "unitOff", g->unit_off, g->n_units + (int64_t)1);
    put_wide(o, "busy", g->busy, s->q.n_machines);
    put_wide(o, "open", g->open, s->q.n_machines);
    text_add(o, "}\n");
    text_free(&name);
}

/* Nothing in the plan may end the element it stands in. */
static void put_escaped(text *o, const text *json)
{
    for (size_t k = 0; k < json->n; k++)
        if (json->at[k] == '<') text_add(o, "\\u003c"); else text_bytes(o, json->at + k, 1);
}

void chart_html(const chart *g, int by_family, int64_t objective, text *o)
{
    for (size_t k = 0; k < sizeof page / sizeof *page; k++) {
        text part = { 0 };
        if (!strcmp(page[k], "@PLAN@\n")) {
            put_plan(g, by_family, objective, &part);
            put_escaped(o, &part);
        } else if (!strcmp(page[k], "@TITLE@\n")) {
            chart_name(g, &part);
            c12_view v = { (const uint8_t *)part.at, part.n };
            text_html(o, v);
        } else text_add(o, "%s", page[k]);
        text_free(&part);
    }
}
