/* SPDX-License-Identifier: Apache-2.0 */
/* What a picture of a plan shows: set-ups, loads, the bottleneck and late orders, from the columns of problem and plan alone. */
#include "shop.h"
#include <inttypes.h>
#include <stdlib.h>

/* ---- set-ups and loads ----------------------------------------------------------------------------------------------------------- */

typedef struct slot { int32_t machine; c12_tick start, end; int64_t op; } slot;

static int by_machine_and_time(const void *a, const void *b)
{
    const slot *x = a, *y = b;
    if (x->machine != y->machine) return x->machine < y->machine ? -1 : 1;
    if (x->start != y->start) return x->start < y->start ? -1 : 1;
    if (x->end != y->end) return x->end < y->end ? -1 : 1;
    return x->op < y->op ? -1 : x->op > y->op;
}

static int64_t breaks_begin(const c12_sched_problem *q, int32_t m) { return q->break_off ? q->break_off[m] : 0; }
static int64_t breaks_end(const c12_sched_problem *q, int32_t m) { return q->break_off ? q->break_off[m + 1] : 0; }

/* Where a set-up of so many ticks begins that ends at `start`; that of a resumable operation pauses during breaks. */
static c12_tick setup_begin(const c12_sched_problem *q, int32_t m, c12_tick start, c12_tick setup, int pauses)
{
    int64_t low = breaks_begin(q, m), k = pauses ? breaks_end(q, m) : low, first = low;
    while (low < k) {
        int64_t mid = low + (k - low) / 2;
        if (q->break_to[mid] <= start) low = mid + 1; else k = mid;
    }
    for (; k > first && start - q->break_to[k - 1] < setup; k--) {
        setup -= start - q->break_to[k - 1];
        start = q->break_from[k - 1];
    }
    return start - setup;
}

static c12_tick open_until(const c12_sched_problem *q, int32_t m, c12_tick to)
{
    c12_tick open = to;
    for (int64_t k = breaks_begin(q, m); k < breaks_end(q, m) && q->break_from[k] < to; k++)
        open -= (q->break_to[k] < to ? q->break_to[k] : to) - q->break_from[k];
    return open;
}

/* Machine by machine in time order: an operation of 0 ticks needs no set-up and leaves the family as it is. */
static void add_setups(chart *g, const slot *at, int64_t n)
{
    const c12_sched_problem *q = &g->s->q;
    int32_t family = -1;
    for (int64_t k = 0; k < n; k++) {
        int64_t op = at[k].op;
        int32_t m = at[k].machine;
        c12_tick work = q->mode_ticks[q->mode_off[op] + g->s->plan.op_mode[op]], setup = 0;
        if (!k || at[k - 1].machine != m) family = -1;
        if (work && q->op_family && q->setup && q->n_families) {
            if (family >= 0) setup = q->setup[(int64_t)family * q->n_families + q->op_family[op]];
            family = q->op_family[op];
        }
        g->setup_from[op] = setup ? setup_begin(q, m, at[k].start, setup, q->op_resumable && q->op_resumable[op]) : at[k].start;
        g->busy[m] += work + setup;
    }
}

static void add_operations(chart *g)
{
    const shop *s = g->s;
    slot *at = NEW(slot, s->dims.ops);
    for (int32_t j = 0; j < s->q.n_jobs; j++)
        for (int64_t k = s->q.op_off[j]; k < s->q.op_off[j + 1]; k++) {
            g->op_job[k] = j;
            g->op_machine[k] = shop_machine(s, &s->plan, k);
            at[k] = (slot){ g->op_machine[k], s->plan.op_start[k], s->plan.op_end[k], k };
            if (at[k].end > g->job_end[j]) g->job_end[j] = at[k].end;
            if (at[k].end > g->to) g->to = at[k].end;
        }
    qsort(at, (size_t)s->dims.ops, sizeof *at, by_machine_and_time);
    add_setups(g, at, s->dims.ops);
    free(at);
    for (int32_t m = 0; m < s->q.n_machines; m++) g->open[m] = open_until(&s->q, m, g->to);
}

/* ---- units ----------------------------------------------------------------------------------------------------------------------- */

static int32_t root_of(int32_t *up, int32_t m)
{
    while (up[m] != m) m = up[m] = up[up[m]];
    return m;
}

/* Machines between which some operation may choose get the same root, the lowest of them. */
static void join_machines(const c12_sched_problem *q, int32_t *up)
{
    for (int64_t op = 0; op < q->op_off[q->n_jobs]; op++)
        for (int64_t k = q->mode_off[op] + 1; k < q->mode_off[op + 1]; k++) {
            int32_t a = root_of(up, q->mode_machine[k - 1]), b = root_of(up, q->mode_machine[k]);
            up[a > b ? a : b] = a > b ? b : a;
        }
}

/* Whether all operations choose within one pool: naming that the bottleneck would tell nothing. */
static int one_pool(const c12_sched_problem *q, int32_t *up)
{
    int64_t modes = q->mode_off[q->op_off[q->n_jobs]];
    for (int64_t k = 1; k < modes; k++)
        if (root_of(up, q->mode_machine[k]) != root_of(up, q->mode_machine[0])) return 0;
    return 1;
}

/* Units are numbered by their lowest machine. */
static void add_units(chart *g)
{
    int32_t n = g->s->q.n_machines, *up = NEW(int32_t, n);
    for (int32_t m = 0; m < n; m++) up[m] = m;
    join_machines(&g->s->q, up);
    int alone = one_pool(&g->s->q, up);
    for (int32_t m = 0; m < n; m++) g->unit[m] = alone || root_of(up, m) == m ? g->n_units++ : g->unit[root_of(up, m)];
    free(up);
}

static void add_rows(chart *g)
{
    int32_t n = g->s->q.n_machines;
    for (int32_t m = 0; m < n; m++) g->unit_off[g->unit[m] + 1]++;
    for (int32_t u = 0; u < g->n_units; u++) g->unit_off[u + 1] += g->unit_off[u];
    int32_t *next = NEW(int32_t, g->n_units);
    for (int32_t m = 0; m < n; m++) g->row[g->unit_off[g->unit[m]] + next[g->unit[m]]++] = m;
    free(next);
}

double chart_load(const chart *g, int32_t unit)
{
    double busy = 0, open = 0;
    for (int32_t r = g->unit_off[unit]; r < g->unit_off[unit + 1]; r++) {
        busy += (double)g->busy[g->row[r]];
        open += (double)g->open[g->row[r]];
    }
    return open > 0 ? busy / open : 0;
}

static int32_t busiest(const chart *g)
{
    int32_t best = -1;
    for (int32_t u = 0; u < g->n_units; u++)
        if (chart_load(g, u) > (best < 0 ? 0 : chart_load(g, best))) best = u;
    return best;
}

/* ---- late orders ----------------------------------------------------------------------------------------------------------------- */

static int latest_first(const void *a, const void *b)
{
    const late_job *x = a, *y = b;
    if (x->by != y->by) return x->by > y->by ? -1 : 1;
    return x->job < y->job ? -1 : x->job > y->job;
}

static void add_late(chart *g)
{
    const c12_sched_problem *q = &g->s->q;
    for (int32_t j = 0; q->job_due && j < q->n_jobs; j++) {
        if (q->job_due[j] < 0 || q->op_off[j] == q->op_off[j + 1]) continue;
        g->n_due++;
        if (g->job_end[j] > q->job_due[j]) g->late[g->n_late++] = (late_job){ j, g->job_end[j] - q->job_due[j] };
    }
    qsort(g->late, (size_t)g->n_late, sizeof *g->late, latest_first);
}

/* ---- entry ----------------------------------------------------------------------------------------------------------------------- */

chart chart_new(const shop *s)
{
    int64_t machines = s->q.n_machines, jobs = s->q.n_jobs, ops = s->dims.ops;
    chart g = { .s = s, .op_machine = NEW(int32_t, ops), .op_job = NEW(int32_t, ops), .setup_from = NEW(c12_tick, ops),
                .unit = NEW(int32_t, machines), .unit_off = NEW(int32_t, machines + 1), .row = NEW(int32_t, machines),
                .busy = NEW(c12_tick, machines), .open = NEW(c12_tick, machines), .job_end = NEW(c12_tick, jobs), .late = NEW(late_job, jobs) };
    add_operations(&g);
    add_units(&g);
    add_rows(&g);
    add_late(&g);
    g.bottleneck = busiest(&g);
    return g;
}

void chart_free(chart *g)
{
    void *const owned[] = { g->op_machine, g->op_job, g->setup_from, g->unit, g->unit_off, g->row, g->busy, g->open, g->job_end, g->late };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
}

/* ---- words ----------------------------------------------------------------------------------------------------------------------- */

void chart_unit_name(const chart *g, int32_t unit, text *o)
{
    int32_t from = g->unit_off[unit], to = g->unit_off[unit + 1];
    text_add(o, to - from > 1 ? "machines " : "machine ");
    for (int32_t r = from; r < to; r++) {
        if (r - from == 5 && to - from > 6) { text_add(o, ", and %d more", (int)(to - r)); return; }
        text_add(o, "%s%d", r == from ? "" : ", ", (int)g->row[r]);
    }
}

/* Bytes of the UTF-8 character at p, 0 when there is none that XML and JSON would take. */
static size_t character(const uint8_t *p, size_t left)
{
    size_t n = p[0] < 0x80 ? 1 : p[0] < 0xC2 ? 0 : p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : p[0] < 0xF5 ? 4 : 0;
    if (n > left || (n == 1 && (p[0] < 0x20 || p[0] == 0x7F))) return 0;
    for (size_t k = 1; k < n; k++) if ((p[k] & 0xC0) != 0x80) return 0;
    if ((p[0] == 0xE0 && p[1] < 0xA0) || (p[0] == 0xED && p[1] > 0x9F) || (p[0] == 0xF0 && p[1] < 0x90) || (p[0] == 0xF4 && p[1] > 0x8F)) return 0;
    return n;
}

void chart_name(const chart *g, text *o)
{
    c12_view v = shop_name(g->s);
    for (size_t k = 0, n; k < v.size; k += n ? n : 1) {
        n = character(v.ptr + k, v.size - k);
        text_bytes(o, n ? (const void *)(v.ptr + k) : "?", n ? n : 1);
    }
}

void chart_time(const chart *g, c12_tick t, char out[40])
{
    if (!g->s->json) snprintf(out, 40, "%" PRId64, t);
    else snprintf(out, 40, "day %" PRId64 " %02d:%02d", t / 1440, (int)(t % 1440 / 60), (int)(t % 60));
}

int picture_write(cli *c, const shop *s, const picture *p, const c12_verdict *v)
{
    int code = EXIT_DONE;
    if (!p->svg && !p->html) return code;
    chart g = chart_new(s);
    if (p->svg) {
        text o = { 0 };
        chart_svg(&g, p->by_family, &o);
        code = text_write(c, &o, p->svg);
    }
    if (p->html && !code) {
        text o = { 0 };
        chart_html(&g, p->by_family, v->objective, &o);
        code = text_write(c, &o, p->html);
    }
    chart_free(&g);
    return code;
}
