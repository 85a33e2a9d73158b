/* SPDX-License-Identifier: Apache-2.0 */
/* Benchmark texts: one pass that counts, one that fills, the same walk for both; and Taillard's generator. */
#include "sched/sched_internal.h"

typedef struct text_walk {
    const uint8_t *at, *end, *begin;
    int64_t line;
    int64_t *op_off, *mode_off; /* NULL while counting */
    int32_t *machine;
    c12_tick *ticks;
    int64_t ops, modes;
    int32_t jobs, machines;
    c12_error *err;
} text_walk;

static c12_status text_fault(const text_walk *w, const char *what)
{
    return c12__fail(w->err, C12_E_FORMAT, what, "text", w->line, (int64_t)(w->at - w->begin));
}

/* ---- numbers ------------------------------------------------------------------------------------------------------------- */

static int text_blank(uint8_t c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v'; }

static void text_skip_line(text_walk *w)
{
    while (w->at < w->end && *w->at != '\n') w->at++;
}

/* To the next number; on_line stops at the line's end. */
static void text_skip(text_walk *w, int on_line)
{
    int fresh = w->at == w->begin || w->at[-1] == '\n';
    for (; w->at < w->end; w->at++) {
        if (fresh && (*w->at == '#' || *w->at == '+')) { text_skip_line(w); w->at--; fresh = 0; continue; }
        if (!text_blank(*w->at)) return;
        if (*w->at != '\n') continue;
        if (on_line) return;
        w->line++;
        fresh = 1;
    }
}

static c12_status text_number(text_walk *w, int64_t least, int64_t most, const char *what, int64_t *v)
{
    int64_t n = 0;
    text_skip(w, 0);
    if (w->at == w->end) return text_fault(w, "text ends too early");
    const uint8_t *first = w->at;
    while (w->at < w->end && *w->at >= '0' && *w->at <= '9') {
        if (n > (INT64_MAX - 9) / 10) { w->at = first; return text_fault(w, "number is too large"); }
        n = n * 10 + (*w->at++ - '0');
    }
    if (w->at == first || (w->at < w->end && !text_blank(*w->at))) return text_fault(w, "not a whole number");
    if (n < least || n > most) { w->at = first; return text_fault(w, what); }
    *v = n;
    return C12_OK;
}

static c12_status text_head(text_walk *w)
{
    int64_t jobs = 0, machines = 0;
    c12_status s = text_number(w, 1, INT32_MAX, "number of jobs out of range", &jobs);
    if (!s) s = text_number(w, 1, INT32_MAX, "number of machines out of range", &machines);
    if (s) return s;
    w->jobs = (int32_t)jobs;
    w->machines = (int32_t)machines;
    text_skip(w, 1); /* FJSP: an average of modes may follow on the line; it may have decimals and says nothing */
    return C12_OK;
}

/* ---- bodies -------------------------------------------------------------------------------------------------------------- */

static c12_status text_pair(text_walk *w, int32_t base)
{
    int64_t machine = 0, ticks = 0;
    c12_status s = text_number(w, base, w->machines - 1 + (int64_t)base, "machine out of range", &machine);
    if (!s) s = text_number(w, 0, C12_SCHED_HORIZON, "time out of range", &ticks);
    if (s) return s;
    if (w->machine) { w->machine[w->modes] = (int32_t)machine - base; w->ticks[w->modes] = ticks; }
    w->modes++;
    return C12_OK;
}

static void text_close_op(text_walk *w)
{
    w->ops++;
    if (w->mode_off) w->mode_off[w->ops] = w->modes;
}

static c12_status text_job_fjsp(text_walk *w)
{
    int64_t ops = 0, modes = 0;
    c12_status s = text_number(w, 0, w->end - w->begin, "number of operations out of range", &ops);
    for (int64_t k = 0; k < ops && !s; k++) {
        s = text_number(w, 1, w->end - w->begin, "number of modes out of range", &modes);
        for (int64_t i = 0; i < modes && !s; i++) s = text_pair(w, 1);
        if (!s) text_close_op(w);
    }
    return s;
}

static c12_status text_job_jsp(text_walk *w)
{
    c12_status s = C12_OK;
    for (int32_t k = 0; k < w->machines && !s; k++) {
        s = text_pair(w, 0);
        if (!s) text_close_op(w);
    }
    return s;
}

static c12_status text_body(text_walk *w, int32_t format)
{
    c12_status s = text_head(w);
    if (!s && format == C12_SCHED_FJSP) text_skip_line(w);
    else if (!s && w->at < w->end && *w->at != '\n') return text_fault(w, "a job shop begins with two numbers on a line");
    if (w->op_off) w->op_off[0] = w->mode_off[0] = 0;
    for (int32_t j = 0; j < w->jobs && !s; j++) {
        s = format == C12_SCHED_FJSP ? text_job_fjsp(w) : text_job_jsp(w);
        if (w->op_off) w->op_off[j + 1] = w->ops;
    }
    if (s) return s;
    text_skip(w, 0);
    return w->at == w->end ? C12_OK : text_fault(w, "text goes on after the last job");
}

static text_walk text_open(c12_view text, c12_error *err)
{
    text_walk w = { 0 };
    w.at = w.begin = text.ptr;
    w.end = text.ptr + text.size;
    w.line = 1;
    w.err = err;
    return w;
}

/* Job shops are the texts that have two numbers on the first line and 2 * n * m after them. */
static int32_t text_guess(c12_view text)
{
    text_walk w = text_open(text, NULL);
    int64_t numbers = 0;
    if (text_head(&w) || (w.at < w.end && *w.at != '\n')) return C12_SCHED_FJSP;
    for (text_skip(&w, 0); w.at < w.end; text_skip(&w, 0), numbers++)
        while (w.at < w.end && !text_blank(*w.at)) w.at++;
    return numbers % 2 == 0 && numbers / 2 / w.machines == w.jobs && numbers / 2 % w.machines == 0 ? C12_SCHED_JSP : C12_SCHED_FJSP;
}

static c12_status text_scan(c12_view text, int32_t *format, text_walk *w, c12_error *err)
{
    if (!text.ptr && text.size) return c12__fail(err, C12_E_ARG, "argument is NULL", "text", -1, 0);
    if (*format < C12_SCHED_AUTO || *format > C12_SCHED_FJSP) return c12__fail(err, C12_E_RANGE, "no such format", "format", -1, *format);
    if (!text.size) return c12__fail(err, C12_E_FORMAT, "text is empty", "text", 1, 0);
    if (*format == C12_SCHED_AUTO) *format = text_guess(text);
    *w = text_open(text, err);
    return text_body(w, *format);
}

c12_status c12_sched_scan_text(c12_view text, int32_t format, c12_sched_dims *dims, c12_error *err)
{
    text_walk w;
    c12_sched_dims d;
    c12_status s = c12__take(&d, sizeof d, dims, "dims", err);
    if (!s) s = text_scan(text, &format, &w, err);
    if (s) return s;
    c12_sched_dims out = C12_INIT(c12_sched_dims);
    out.jobs = w.jobs;
    out.machines = w.machines;
    out.ops = w.ops;
    out.modes = w.modes;
    c12__give(dims, &out, sizeof out);
    return C12_OK;
}

c12_status c12_sched_read_text(c12_view text, int32_t format, const c12_sched_dims *dims, int64_t *op_off, int64_t *mode_off, int32_t *mode_machine, c12_tick *mode_ticks, c12_error *err)
{
    text_walk w;
    c12_sched_dims d;
    c12_status s = c12__take(&d, sizeof d, dims, "dims", err);
    if (!s && (!op_off || !mode_off || !mode_machine || !mode_ticks)) s = c12__fail(err, C12_E_ARG, "column is NULL", "op_off", -1, 0);
    if (!s) s = text_scan(text, &format, &w, err);
    if (s) return s;
    if (w.jobs > d.jobs) return c12__fail(err, C12_E_SPACE, "text has more jobs than the columns", "jobs", -1, w.jobs);
    if (w.ops > d.ops) return c12__fail(err, C12_E_SPACE, "text has more operations than the columns", "ops", -1, w.ops);
    if (w.modes > d.modes) return c12__fail(err, C12_E_SPACE, "text has more modes than the columns", "modes", -1, w.modes);
    w = text_open(text, err);
    w.op_off = op_off;
    w.mode_off = mode_off;
    w.machine = mode_machine;
    w.ticks = mode_ticks;
    return text_body(&w, format);
}

/* ---- Taillard (1993) ----------------------------------------------------------------------------------------------------- */

enum { TAILLARD_PRIME = 2147483647, TAILLARD_FACTOR = 16807 };

/* Uniform in lo..hi.  The published code divides in floating point; seed < 2^31 and ranges are small, so the quotient's floor is
 * that of the exact fraction. */
static int32_t taillard_draw(int64_t *seed, int32_t lo, int32_t hi)
{
    *seed = *seed * TAILLARD_FACTOR % TAILLARD_PRIME;
    return lo + (int32_t)(*seed * (hi - lo + (int64_t)1) / TAILLARD_PRIME);
}

static void taillard_machines(int32_t *machine, int32_t n, int64_t *seed)
{
    for (int32_t k = 0; k < n; k++) machine[k] = k;
    for (int32_t k = 0; k < n; k++) {
        int32_t with = taillard_draw(seed, k, n - 1), t = machine[k];
        machine[k] = machine[with];
        machine[with] = t;
    }
}

c12_status c12_sched_taillard(int32_t n_jobs, int32_t n_machines, int32_t time_seed, int32_t machine_seed, int32_t *mode_machine, c12_tick *mode_ticks, c12_error *err)
{
    c12__faults f = { err, C12_OK, 0 };
    int64_t times = time_seed, machines = machine_seed;
    if (!mode_machine || !mode_ticks) c12__fault(&f, C12_E_ARG, "column is NULL", mode_machine ? "mode_ticks" : "mode_machine", -1, 0);
    if (n_jobs < 1) c12__fault(&f, C12_E_RANGE, "count must be at least 1", "n_jobs", -1, n_jobs);
    if (n_machines < 1) c12__fault(&f, C12_E_RANGE, "count must be at least 1", "n_machines", -1, n_machines);
    if (time_seed < 1 || time_seed == TAILLARD_PRIME) c12__fault(&f, C12_E_RANGE, "seed must be 1..2^31-2", "time_seed", -1, time_seed);
    if (machine_seed < 1 || machine_seed == TAILLARD_PRIME) c12__fault(&f, C12_E_RANGE, "seed must be 1..2^31-2", "machine_seed", -1, machine_seed);
    if (f.count) return f.status;
    for (int64_t k = 0; k < (int64_t)n_jobs * n_machines; k++) mode_ticks[k] = taillard_draw(&times, 1, 99);
    for (int32_t j = 0; j < n_jobs; j++) taillard_machines(mode_machine + (int64_t)j * n_machines, n_machines, &machines);
    return C12_OK;
}
