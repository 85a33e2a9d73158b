/* SPDX-License-Identifier: Apache-2.0 */
/* c12 sched: benchmark shops and plants solved, drawn, checked and compared. */
#include "shop.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

typedef struct request { c12_budget budget; const char *trace; shop_wish wish; picture draw; int32_t format; int64_t threads, calm; c12_tick until; int limited; } request;

static void print_summary(const cli *c, const shop *s, const c12_info *i, int32_t violations)
{
    static const char *const outcomes[] = { "unknown", "optimal", "feasible", "infeasible" };
    static const char *const stops[] = { "done", "work", "time", "cancel", "target", "space" };
    c12_view name = shop_name(s);
    if (c->json) {
        text o = { 0 };
        text_add(&o, "{\"instance\":");
        text_json(&o, name);
        printf("%s,\"objective\":%" PRId64 ",\"bound\":%" PRId64 ",\"outcome\":\"%s\",\"stop\":\"%s\",\"seconds\":%.3f,\"first_seconds\":%.6f,\"work\":%" PRId64 ",\"violations\":%d}\n",
               o.at, i->objective, i->bound, outcomes[i->outcome], stops[i->stop], (double)i->elapsed / 1e9, (double)i->first / 1e9, i->work, (int)violations);
        text_free(&o);
    } else printf("%s: objective %" PRId64 ", bound %" PRId64 ", %s after %.2f s (%s), %d violations\n", (const char *)name.ptr, i->objective, i->bound, outcomes[i->outcome], (double)i->elapsed / 1e9, stops[i->stop], (int)violations);
}

static int solve_shop(cli *c, shop *s, const request *r, const c12_sched_options *opt, text *trace, c12_info *info)
{
    runner run;
    c12_sched *h = NULL;
    int code = runner_open(c, &run, r->threads);
    if (code) return code;
    if (trace) runner_trace(&run, trace);
    c12_status st = c12_sched_create(&h, &s->dims, opt, &run.host, &c->err);
    if (!st) st = c12_sched_load(h, &s->q, &c->err);
    if (!st) st = c12_sched_solve(h, 0, &r->budget, &s->plan, info, &c->err);
    c12_sched_destroy(h);
    runner_close(&run);
    return st ? cli_fail(c, st) : EXIT_DONE;
}

/* What a found plan is judged as, its CSV and its pictures. */
static int deliver(cli *c, const shop *s, const request *r, const c12_sched_options *opt, c12_verdict *v)
{
    c12_status st = c12_sched_check(&s->q, &s->plan, opt, v, &c->err);
    int code = st ? cli_fail(c, st) : EXIT_DONE;
    if (!code && c->out) code = shop_plan_write(c, s);
    if (!code && !v->violations) code = picture_write(c, s, &r->draw, v);
    return code;
}

static int run_solve(cli *c, const char *file, const request *r)
{
    shop s;
    text trace = { 0 };
    c12_info info = C12_INIT(c12_info);
    c12_verdict v = C12_INIT(c12_verdict);
    int code = shop_open(c, &s, file, r->format);
    if (code) return code;
    const c12_sched_options opt = shop_goal(&s, &r->wish);
    code = solve_shop(c, &s, r, &opt, r->trace ? &trace : NULL, &info);
    int found = info.outcome == C12_OPTIMAL || info.outcome == C12_FEASIBLE;
    if (!code && found) code = deliver(c, &s, r, &opt, &v);
    if (!code && r->trace) code = text_write(c, &trace, r->trace); else text_free(&trace);
    if (!code) print_summary(c, &s, &info, v.violations);
    shop_close(&s);
    if (code) return code;
    return !found || v.violations ? EXIT_NO : EXIT_DONE;
}

static int broken_rule(const shop *s, const char *plan, const c12_verdict *v)
{
    int32_t j = 0;
    while (j + 1 < s->q.n_jobs && s->q.op_off[j + 1] <= v->row) j++;
    fprintf(stderr, "%s: %s at job %d, op %" PRId64 ", tick %" PRId64 " (%d violations)\n", plan, v->rule, (int)j, v->row < 0 ? -1 : v->row - s->q.op_off[j], v->tick, (int)v->violations);
    return EXIT_NO;
}

static int judge(cli *c, const shop *s, const char *plan, const request *r)
{
    c12_verdict v = C12_INIT(c12_verdict);
    const c12_sched_options opt = shop_goal(s, &r->wish);
    c12_status st = c12_sched_check(&s->q, &s->plan, &opt, &v, &c->err);
    if (st) return cli_fail(c, st);
    if (c->json) printf("{\"violations\":%d,\"objective\":%" PRId64 "}\n", (int)v.violations, v.objective);
    if (v.violations) return broken_rule(s, plan, &v);
    if (!c->json) printf("valid, objective %" PRId64 "\n", v.objective);
    return picture_write(c, s, &r->draw, &v);
}

static int run_check(cli *c, const char *file, const char *plan, const request *r)
{
    shop s;
    int code = shop_open(c, &s, file, r->format);
    if (code) return code;
    code = shop_plan_read(c, &s, &s.plan, plan, 0);
    if (!code) code = judge(c, &s, plan, r);
    shop_close(&s);
    return code;
}

static int run_diff(cli *c, const char *file, const char *before, const char *after, const request *r)
{
    shop s;
    const char *const plan[2] = { before, after };
    int code = shop_open(c, &s, file, r->format);
    if (code) return code;
    const c12_sched_options opt = shop_goal(&s, &r->wish);
    code = shop_diff(c, &s, plan, &opt);
    shop_close(&s);
    return code;
}

/* apply, insert, promise: a plan and what comes to it; explain: a plan and a job's number. */
static int run_live(cli *c, const char *const w[5], const request *r)
{
    shop s;
    char *end;
    live_request live = { .budget = r->budget, .draw = r->draw, .calm = r->calm, .threads = r->threads, .until = r->until, .search = r->limited };
    const char *const file[2] = { w[2], w[3] };
    long long job = strtoll(w[3], &end, 10);
    int code = shop_open(c, &s, w[1], r->format);
    if (code) return code;
    live.goal = shop_goal(&s, &r->wish);
    if (!strcmp(w[0], "apply")) code = shop_apply(c, &s, file, &live);
    else if (!strcmp(w[0], "insert")) code = shop_insert(c, &s, file, &live);
    else if (!strcmp(w[0], "promise")) code = shop_promise(c, &s, file, &live);
    else if (*end || !*w[3] || job < 0 || job >= s.q.n_jobs) code = cli_usage(c, "'%s' is no job of %s; jobs count from 0 to %d", w[3], w[1], (int)s.q.n_jobs - 1);
    else code = shop_explain(c, &s, w[2], (int32_t)job, &live);
    shop_close(&s);
    return code;
}

static int parse_seed(const char *word, int32_t *v)
{
    char *end;
    long long n = strtoll(word, &end, 10);
    if (!*word || *end || n < 1 || n > 2147483646) return 0;
    *v = (int32_t)n;
    return 1;
}

static int run_taillard(cli *c)
{
    int32_t v[4];
    text o = { 0 };
    for (int k = 0; k < 4; k++)
        if (!parse_seed(cli_word(c, k + 1), &v[k])) return cli_usage(c, "taillard takes four positive numbers: jobs, machines, time seed, machine seed");
    if (v[0] > 10000 || v[1] > 10000) return cli_usage(c, "at most 10000 jobs and machines");
    int32_t *machine = NEW(int32_t, (int64_t)v[0] * v[1]);
    c12_tick *ticks = NEW(c12_tick, (int64_t)v[0] * v[1]);
    c12_status s = c12_sched_taillard(v[0], v[1], v[2], v[3], machine, ticks, &c->err);
    text_add(&o, "%d %d\n", (int)v[0], (int)v[1]);
    for (int32_t j = 0; j < v[0]; j++)
        for (int32_t k = 0; k < v[1]; k++) text_add(&o, "%d %" PRId64 "%s", (int)machine[(int64_t)j * v[1] + k], ticks[(int64_t)j * v[1] + k], k == v[1] - 1 ? "\n" : " ");
    free(machine);
    free(ticks);
    if (s) { text_free(&o); return cli_fail(c, s); }
    return text_write(c, &o, c->out ? c->out : "-");
}

/* The place of a word among n, the first when it is NULL; -1 and a message when it is none of them. */
static int32_t one_of(const cli *c, const char *option, const char *word, const char *const *words, int32_t n, const char *said)
{
    for (int32_t k = 0; k < n; k++)
        if (!word || !strcmp(word, words[k])) return k;
    cli_usage(c, "%s '%s' is not %s", option, word, said);
    return -1;
}

static int read_request(cli *c, request *r)
{
    static const char *const formats[] = { "auto", "jsp", "fjsp", "plant" }, *const colours[] = { "order", "family" };
    const char *format = cli_value(c, "--format"), *colour = cli_value(c, "--colour");
    r->budget = (c12_budget)C12_INIT(c12_budget);
    r->trace = cli_value(c, "--trace");
    r->draw.svg = cli_value(c, "--svg");
    r->draw.html = cli_value(c, "--html");
    r->threads = cli_int(c, "--threads", 1, 256, 2);
    r->budget.time_limit = (c12_ns)(cli_seconds(c, "--time", 0) * 1e9);
    r->budget.work_limit = cli_int(c, "--work", 1, INT64_MAX, 0);
    r->budget.seed = (uint64_t)cli_int(c, "--seed", 0, INT64_MAX, 1);
    r->limited = r->budget.time_limit || r->budget.work_limit;
    r->calm = cli_int(c, "--calm", 0, (int64_t)1 << 31, 0);
    r->until = cli_int(c, "--until", 0, C12_SCHED_HORIZON, C12_SCHED_HORIZON);
    if (!r->limited) r->budget.time_limit = 10000000000;
    r->format = one_of(c, "--format", format, formats, 4, "auto, jsp, fjsp or plant");
    r->draw.by_family = one_of(c, "--colour", colour, colours, 2, "order or family");
    return r->format >= 0 && r->draw.by_family >= 0 && shop_wish_read(c, &r->wish, cli_value(c, "--objective"));
}

int cmd_sched(cli *c)
{
    request r;
    if (!read_request(c, &r)) return EXIT_BAD;
    static const char *const live[] = { "apply", "insert", "promise", "explain" };
    const char *w[5];
    for (int k = 0; k < 5; k++) w[k] = cli_word(c, k);
    for (int k = 0; k < 4 && w[0]; k++)
        if (!strcmp(w[0], live[k])) return cli_ready(c, 4) ? run_live(c, w, &r) : EXIT_BAD;
    if (w[0] && !strcmp(w[0], "check")) return cli_ready(c, 3) ? run_check(c, w[1], w[2], &r) : EXIT_BAD;
    if (w[0] && !strcmp(w[0], "diff")) return cli_ready(c, 4) ? run_diff(c, w[1], w[2], w[3], &r) : EXIT_BAD;
    if (w[0] && !strcmp(w[0], "taillard")) return cli_ready(c, 5) ? run_taillard(c) : EXIT_BAD;
    return cli_ready(c, 1) ? run_solve(c, w[0], &r) : EXIT_BAD;
}
