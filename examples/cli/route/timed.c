/* SPDX-License-Identifier: Apache-2.0 */
/* c12 route timed: robots of unequal speeds in a box of cells, planned to the millisecond. */
#include "world.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static void timed_cell_text(const timed_world *w, text *o, int64_t cell) { text_add(o, " %d %d %d", (int)(cell % w->x), (int)(cell / w->x % w->y), (int)(cell / w->x / w->y)); }

/* A robot's cells; while it turns in one it holds it all the time. */
static void timed_way(const timed_world *w, text *o, int32_t r)
{
    const c12_route_plan *l = &w->plan;
    for (int64_t k = l->step_off[r], first; k < l->step_off[r + 1]; k++) {
        int32_t cell = world_cell(w, l->step_vertex[k]);
        for (first = k; k + 1 < l->step_off[r + 1] && world_cell(w, l->step_vertex[k + 1]) == cell; k++) continue;
        text_add(o, "w");
        timed_cell_text(w, o, cell);
        text_add(o, " %" PRId64 " %" PRId64 "\n", l->step_from[first], l->step_to[k] == C12_ROUTE_STAYS ? (c12_tick)-1 : l->step_to[k]);
    }
}

static int timed_write(cli *c, const timed_world *w, const char *path)
{
    text o = { 0 };
    for (int32_t r = 0; r < w->robots; r++) {
        const world_robot *it = &w->robot[r];
        text_add(&o, "a %" PRId64, it->id);
        timed_cell_text(w, &o, it->start);
        timed_cell_text(w, &o, it->goal);
        text_add(&o, " %" PRId64 " %d\n", it->ready, (int)it->pace);
        timed_way(w, &o, r);
    }
    return text_write(c, &o, path);
}

static c12_ns timed_now(void *user)
{
    (void)user;
    return c12io_now();
}

static int timed_solve(cli *c, timed_world *w, const c12_budget *b, const char *out)
{
    c12_route *h = NULL;
    c12_info i = C12_INIT(c12_info);
    c12_verdict v = C12_INIT(c12_verdict);
    c12_host host = C12_INIT(c12_host);
    host.now = timed_now;
    c12_status s = c12_route_create(&h, &w->d, NULL, &host, &c->err);
    if (!s) s = c12_route_load(h, &w->q, &c->err);
    if (!s) s = c12_route_solve(h, 0, b, &w->plan, &i, &c->err);
    c12_route_destroy(h);
    int found = !s && (i.outcome == C12_OPTIMAL || i.outcome == C12_FEASIBLE);
    if (found) s = world_judge(c, w, &v);
    if (s) return cli_fail(c, s);
    if (!found) { cli_say("c12 route: %s", i.outcome == C12_INFEASIBLE ? "no plan exists: some robot has no way, or two share a goal" : "no plan found in this time; give it more with --time"); return EXIT_NO; }
    if (v.violations) { cli_say("c12 route: the plan fails its checker: %s; please report", v.rule); return EXIT_INTERNAL; }
    int code = timed_write(c, w, out);
    if (!code && c->json) printf("{\"first_seconds\":%.6f,\"soc\":%" PRId64 ",\"lb\":%" PRId64 ",\"seconds\":%.6f}\n", (double)i.first / 1e9, i.objective, i.bound, (double)i.elapsed / 1e9);
    else if (!code && strcmp(out, "-")) printf("%d robots: sum of arrivals %" PRId64 " ms (at least %" PRId64 "), first plan after %.3f s, all after %.3f s\n", (int)w->robots, i.objective, i.bound, (double)i.first / 1e9, (double)i.elapsed / 1e9);
    return code;
}

int route_timed(cli *c, const char *file, const char *out, const c12_budget *b)
{
    timed_world w = { .file = file };
    int code = world_read(c, &w);
    if (!code) code = world_problem(c, &w);
    if (!code) {
        world_plan(&w, w.d.holds);
        code = timed_solve(c, &w, b, out);
    }
    world_close(&w);
    return code;
}
