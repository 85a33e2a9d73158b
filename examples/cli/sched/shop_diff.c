/* SPDX-License-Identifier: Apache-2.0 */
/* c12 sched diff: the operations that two plans of one shop run at different times or on different machines. */
#include "shop.h"
#include <inttypes.h>
#include <stdlib.h>

typedef struct plan_change { int64_t moved, machines, shift; } plan_change; /* operations, of them on another machine, ticks of all starts */

static void diff_row(table *t, const shop *s, const c12_sched_plan p[2], int32_t job, int64_t op)
{
    table_int(t, job);
    table_int(t, op - s->q.op_off[job]);
    for (int k = 0; k < 2; k++) {
        table_int(t, shop_machine(s, &p[k], op));
        table_int(t, p[k].op_start[op]);
    }
}

static plan_change diff_rows(table *t, const shop *s, const c12_sched_plan p[2])
{
    plan_change d = { 0 };
    for (int32_t j = 0; j < s->q.n_jobs; j++)
        for (int64_t k = s->q.op_off[j]; k < s->q.op_off[j + 1]; k++) {
            int64_t by = p[1].op_start[k] - p[0].op_start[k];
            int other = shop_machine(s, &p[0], k) != shop_machine(s, &p[1], k);
            if (!by && !other) continue;
            d.moved++;
            d.machines += other;
            by = by < 0 ? -by : by;
            d.shift = d.shift > INT64_MAX - by ? INT64_MAX : d.shift + by;
            diff_row(t, s, p, j, k);
        }
    return d;
}

/* What a plan is worth; a plan that breaks a rule has no value, and its times are not added up. */
static int worth(cli *c, const shop *s, const c12_sched_plan *p, const char *file, const c12_sched_options *goal, int64_t *objective)
{
    c12_verdict v = C12_INIT(c12_verdict);
    c12_status st = c12_sched_check(&s->q, p, goal, &v, &c->err);
    if (st) return cli_fail(c, st);
    *objective = v.objective;
    if (!v.violations) return EXIT_DONE;
    cli_say("%s: breaks %s (%d violations); see c12 sched check", file, v.rule, (int)v.violations);
    return EXIT_NO;
}

int shop_diff(cli *c, const shop *s, const char *const file[2], const c12_sched_options *goal)
{
    static const char *const head[] = { "job", "op", "machine_before", "start_before", "machine_after", "start_after" };
    c12_sched_plan p[2] = { shop_plan_new(s), shop_plan_new(s) };
    int64_t objective[2] = { 0 };
    int code = EXIT_DONE;
    for (int k = 0; k < 2 && !code; k++) {
        code = shop_plan_read(c, s, &p[k], file[k], 1);
        if (!code) code = worth(c, s, &p[k], file[k], goal, &objective[k]);
    }
    if (!code) {
        table t = table_new(6, head, "nnnnnn");
        char summary[256];
        plan_change d = diff_rows(&t, s, p);
        snprintf(summary, sizeof summary, "\"operations\":%" PRId64 ",\"moved\":%" PRId64 ",\"other_machine\":%" PRId64 ",\"shift\":%" PRId64 ",\"objective_before\":%" PRId64 ",\"objective_after\":%" PRId64,
                 s->dims.ops, d.moved, d.machines, d.shift, objective[0], objective[1]);
        code = table_print(c, &t, summary);
    }
    shop_plan_free(&p[0]);
    shop_plan_free(&p[1]);
    return code;
}
