/* SPDX-License-Identifier: Apache-2.0 */
/* c12 route timed check: which robot held which cell from when until when, as c12 route timed prints it or a log tells it, judged by the library's checker. */
#include "world.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { VISIT_STEPS = 3 }; /* of one cell at most: two quarter turns */

typedef struct visit { int32_t robot, cell; int64_t at; c12_tick from, to; } visit; /* at: its line */

typedef struct visits {
    const timed_world *w;
    const char *file;
    int32_t robot;      /* whose lines are read, -1 = nobody's yet */
    uint8_t *there;     /* [robots] its line was read */
    visit *row;
    int64_t n, cap;
    int64_t *of;        /* [steps] the visit each is of */
} visits;

/* ---- lines ------------------------------------------------------------------------------------------------------------------------ */

static int visits_robot(visits *s, int64_t at, const char *p)
{
    int64_t v[WORLD_FIELDS];
    int code = world_numbers(s->file, at, p, WORLD_FIELDS, v, "a id sx sy sz gx gy gz t0 ms_per_cell");
    if (code) return code;
    const world_robot *r = world_robot_of(s->w, v[0]);
    if (!r) return cli_say("%s:%" PRId64 ": robot %" PRId64 " is not in %s", s->file, at, v[0], s->w->file);
    if (world_at(s->w, v + 1) != r->start || world_at(s->w, v + 4) != r->goal || v[7] != r->ready || v[8] != r->pace)
        return cli_say("%s:%" PRId64 ": the line of this robot is another one in %s", s->file, at, s->w->file);
    s->robot = (int32_t)(r - s->w->robot);
    if (s->there[s->robot]) return cli_say("%s:%" PRId64 ": robot %" PRId64 " stands above already", s->file, at, v[0]);
    s->there[s->robot] = 1;
    return EXIT_DONE;
}

static int visits_cell(visits *s, int64_t at, const char *p)
{
    int64_t v[5];
    int code = world_numbers(s->file, at, p, 5, v, "w x y z in out");
    if (code) return code;
    if (s->robot < 0) return cli_say("%s:%" PRId64 ": the line 'a id ...' of a robot stands above its cells", s->file, at);
    if (world_at(s->w, v) < 0) return cli_say("%s:%" PRId64 ": the cell lies outside dims", s->file, at);
    s->row = world_room(s->row, s->n, &s->cap, sizeof *s->row);
    s->row[s->n++] = (visit){ s->robot, (int32_t)world_at(s->w, v), at, v[3] < 0 ? -1 : v[3], v[4] < 0 ? C12_ROUTE_STAYS : v[4] };
    return EXIT_DONE;
}

static int visits_line(void *user, int64_t at, char *p)
{
    p += strspn(p, " \t\r");
    if (!*p || *p == '#') return EXIT_DONE;
    size_t n = strcspn(p, " \t\r");
    if (n == 1 && *p == 'a') return visits_robot(user, at, p + 1);
    if (n == 1 && *p == 'w') return visits_cell(user, at, p + 1);
    return cli_say("%s:%" PRId64 ": '%.20s' is no line of a plan; there are 'a id sx sy sz gx gy gz t0 ms_per_cell' and 'w x y z in out'", ((visits *)user)->file, at, p);
}

static int visits_by_robot(const void *x, const void *y)
{
    const visit *a = x, *b = y;
    return a->robot != b->robot ? (a->robot > b->robot) - (a->robot < b->robot) : (a->at > b->at) - (a->at < b->at);
}

/* ---- steps of the problem ------------------------------------------------------------------------------------------------------------ */

static void visits_step(visits *s, c12_route_plan *l, int64_t *n, int64_t row, int32_t vertex, c12_tick from, c12_tick to)
{
    s->of[*n] = row;
    l->step_vertex[*n] = vertex;
    l->step_from[*n] = from;
    l->step_to[(*n)++] = to;
}

/* Where a robot must look that drives from one cell to another, -1 = anywhere: only the floor changes, or the cells are not in one line. */
static int32_t visits_heading(const timed_world *w, int32_t from, int32_t to)
{
    int32_t x = to % w->x - from % w->x, y = to / w->x % w->y - from / w->x % w->y;
    if (!x == !y) return -1;
    return x > 0 ? 0 : y > 0 ? 1 : x < 0 ? 2 : 3;
}

/* Quarter turns that it makes in a cell, to where it must look next, and which way round.  Before a lift as many as there is time for, as the rest can be made behind it. */
static int32_t visits_turns(const visits *s, int64_t row, c12_tick arrived, c12_tick quarter, int32_t heading, int32_t *way)
{
    const visit *at = &s->row[row];
    int64_t k = row;
    int32_t to = -1;
    for (; to < 0 && k + 1 < s->n && s->row[k + 1].robot == at->robot; k++) to = visits_heading(s->w, s->row[k].cell, s->row[k + 1].cell);
    if (to < 0) return 0;
    int32_t apart = (to - heading + 4) % 4, turns = apart == 3 ? 1 : apart;
    c12_tick there_is = k == row + 1 ? turns : (s->row[row + 1].from - arrived) / quarter;
    *way = apart == 3 ? 3 : 1;
    return there_is < turns ? there_is < 0 ? 0 : (int32_t)there_is : turns;
}

/* A cell is four vertices where turning takes time.  It turns as soon as it is there; what there is no time for shows in when it leaves. */
static void visits_turn(visits *s, c12_route_plan *l, int64_t *n, int64_t row, c12_tick arrived, int32_t *heading)
{
    const visit *at = &s->row[row];
    const c12_tick quarter = (c12_tick)s->w->quarter * s->w->robot[at->robot].pace;
    int32_t way = 1, turns = visits_turns(s, row, arrived, quarter, *heading, &way);
    for (int32_t k = 0; k <= turns; k++)
        visits_step(s, l, n, row, 4 * at->cell + (*heading + k * way) % 4, k ? arrived + (k - 1) * quarter : at->from, k < turns ? arrived + (k + 1) * quarter : at->to);
    *heading = (*heading + turns * way) % 4;
}

static void visits_steps(visits *s, timed_world *w)
{
    int64_t n = 0, k = 0;
    qsort(s->row, (size_t)s->n, sizeof *s->row, visits_by_robot);
    world_plan(w, s->n * VISIT_STEPS + 1);
    s->of = NEW(int64_t, w->plan.step_cap);
    w->plan.step_off[0] = 0;
    for (int32_t r = 0; r < w->robots; r++) {
        c12_tick arrived = w->robot[r].ready;
        int32_t heading = w->robot[r].heading;
        for (; k < s->n && s->row[k].robot == r; k++) {
            if (w->quarter) visits_turn(s, &w->plan, &n, k, arrived, &heading);
            else visits_step(s, &w->plan, &n, k, s->row[k].cell, s->row[k].from, s->row[k].to);
            arrived = s->row[k].to < C12_ROUTE_HORIZON ? s->row[k].to : C12_ROUTE_HORIZON;
        }
        w->plan.step_off[r + 1] = n;
    }
}

/* ---- the verdict ------------------------------------------------------------------------------------------------------------------------ */

static void visits_name(const timed_world *w, text *o, int64_t cell, c12_tick tick)
{
    text_add(o, " cell %d %d %d at %" PRId64 " ms", (int)(cell % w->x), (int)(cell / w->x % w->y), (int)(cell / w->x / w->y), tick);
}

/* Who else holds the cell of a visit at that time. */
static void visits_others(const visits *s, text *o, const visit *it, c12_tick tick)
{
    for (int64_t k = 0; k < s->n; k++) {
        const visit *other = &s->row[k];
        if (other->robot == it->robot || other->cell != it->cell || other->from > tick || other->to <= tick) continue;
        text_add(o, ", and so is robot %" PRId64 ", line %" PRId64, s->w->robot[other->robot].id, other->at);
        return;
    }
}

static int visits_refused(const visits *s, const c12_verdict *v)
{
    text o = { 0 };
    int step = v->field && !strncmp(v->field, "step_", 5) && v->row >= 0;
    if (step) {
        const visit *it = &s->row[s->of[v->row]];
        text_add(&o, ":%" PRId64 ": %s: robot %" PRId64 " in", it->at, v->rule, s->w->robot[it->robot].id);
        visits_name(s->w, &o, it->cell, v->tick);
        visits_others(s, &o, it, v->tick);
    } else if (v->field && !strcmp(v->field, "held_vertex")) {
        text_add(&o, ": %s:", v->rule);
        visits_name(s->w, &o, s->w->block[v->row].cell, v->tick);
    } else text_add(&o, ": %s: robot %" PRId64, v->rule, s->w->robot[v->row].id);
    cli_say("%s%.*s (%d violations)", s->file, (int)o.n, o.at, (int)v->violations);
    free(o.at);
    return EXIT_NO;
}

static int visits_judge(cli *c, const visits *s, const timed_world *w)
{
    c12_verdict v = C12_INIT(c12_verdict);
    c12_status st = world_judge(c, w, &v);
    if (st) return cli_fail(c, st);
    if (v.violations) return visits_refused(s, &v);
    if (c->json) printf("{\"violations\":0,\"visits\":%" PRId64 ",\"soc\":%" PRId64 "}\n", s->n, v.objective);
    else printf("valid, %" PRId64 " visits of %d robots, sum of arrivals %" PRId64 " ms\n", s->n, (int)w->robots, v.objective);
    return EXIT_DONE;
}

int route_timed_check(cli *c, const char *file, const char *out)
{
    timed_world w = { .file = file };
    visits s = { .w = &w, .file = out, .robot = -1 };
    int code = world_read(c, &w);
    if (!code) code = world_problem(c, &w);
    if (!code) {
        s.there = NEW(uint8_t, w.robots);
        memset(s.there, 0, (size_t)w.robots);
        code = world_lines(c, out, visits_line, &s);
    }
    if (!code) {
        visits_steps(&s, &w);
        code = visits_judge(c, &s, &w);
    }
    free(s.there);
    free(s.row);
    free(s.of);
    world_close(&w);
    return code;
}
