/* SPDX-License-Identifier: Apache-2.0 */
/* The kept bill of materials: the caller's columns copied, codes, lines upwards, and costs that follow changes. */
#include "base/bitset.h"
#include "bom/bom_internal.h"

typedef struct model_up { int32_t parent, line; } model_up;

/* An item with lines, as a rollup reads it. */
typedef struct model_made {
    int64_t common; /* denominator of its shares, 0 = roll up exactly */
    c12_money own;
    int32_t item;
    int32_t n, start; /* its lines in part and share */
    int32_t padding;
} model_made;

struct c12_bom_model {
    c12_bom_dims dims;
    c12_host host;
    size_t owned;
    void *owned_ptr;
    c12__gozinto graph;          /* over the copies below */
    c12_bom_options options;
    int32_t n, loaded, rolled;
    int64_t lines;
    int64_t *off, *num, *den;
    int32_t *child, *ppm, *from, *to, *kind;
    int32_t *level, *order, *rank;      /* by item; items by rank; ranks by item */
    int32_t *up_off;                    /* [items + 1] */
    model_up *up;                       /* [lines] */
    model_made *made;                   /* [items] in plan order; their lines stand in this order in part and share */
    int32_t *made_level;                /* [items + 1] where each level starts in made */
    int32_t *place;                     /* [items] where an item stands in made, -1 = without lines */
    int32_t *part;                      /* [lines] the child */
    uint32_t *share;                    /* [lines] its share of the common denominator */
    c12_money *unit;                    /* [items] */
    int32_t n_made, levels, shared;     /* shared: made is laid out */
    int32_t padding;
    c12__bitset waiting;                /* ranks to visit, the deepest first */
    int32_t *shortest, *longest;        /* [items] of where-used; 0 between calls */
    int64_t *use_num, *use_den;         /* [items] use_den 0 between calls */
    int32_t *seen;                      /* [items] what where-used reached, in order */
    c12_money *before;                  /* [items] costs a change replaced, by the place in `seen`; an explosion's totals */
};

/* ---- memory ------------------------------------------------------------------------------------------------------------------------- */

static c12_bom_model *model_layout(c12__arena *a, const c12_bom_dims *d)
{
    c12_bom_model none, *self = C12__CARVE(a, c12_bom_model, 1), *s = self ? self : &none;
    memset(s, 0, sizeof *s);
    s->off = C12__CARVE(a, int64_t, d->items + (int64_t)1);
    s->num = C12__CARVE(a, int64_t, d->lines);
    s->den = C12__CARVE(a, int64_t, d->lines);
    s->child = C12__CARVE(a, int32_t, d->lines);
    s->ppm = C12__CARVE(a, int32_t, d->lines);
    s->from = C12__CARVE(a, int32_t, d->lines);
    s->to = C12__CARVE(a, int32_t, d->lines);
    s->kind = C12__CARVE(a, int32_t, d->lines);
    s->level = C12__CARVE(a, int32_t, d->items);
    s->order = C12__CARVE(a, int32_t, d->items);
    s->rank = C12__CARVE(a, int32_t, d->items);
    s->up_off = C12__CARVE(a, int32_t, d->items + (int64_t)1);
    s->up = C12__CARVE(a, model_up, d->lines);
    s->made = C12__CARVE(a, model_made, d->items);
    s->place = C12__CARVE(a, int32_t, d->items);
    s->made_level = C12__CARVE(a, int32_t, d->items + (int64_t)1);
    s->part = C12__CARVE(a, int32_t, d->lines);
    s->share = C12__CARVE(a, uint32_t, d->lines);
    s->unit = C12__CARVE(a, c12_money, d->items);
    c12__bitset_carve(&s->waiting, a, d->items);
    s->shortest = C12__CARVE(a, int32_t, d->items);
    s->longest = C12__CARVE(a, int32_t, d->items);
    s->use_num = C12__CARVE(a, int64_t, d->items);
    s->use_den = C12__CARVE(a, int64_t, d->items);
    s->seen = C12__CARVE(a, int32_t, d->items);
    s->before = C12__CARVE(a, c12_money, d->items);
    return self;
}

static c12_status model_take_dims(c12_bom_dims *d, const c12_bom_dims *from, c12_error *err)
{
    c12__faults f = { err, C12_OK, 0 };
    c12_status s = c12__take(d, sizeof *d, from, "dims", err);
    if (s) return s;
    if (d->items < 0) c12__fault(&f, C12_E_ARG, "limit is negative", "items", -1, d->items);
    if (d->lines < 0 || d->lines > INT32_MAX) c12__fault(&f, C12_E_RANGE, "lines must be 0..2^31-1", "lines", -1, d->lines);
    return f.status;
}

c12_status c12_bom_model_bytes(const c12_bom_dims *dims, size_t *bytes, c12_error *err)
{
    c12_bom_dims d;
    c12__arena a = c12__arena_measure();
    c12_status s = model_take_dims(&d, dims, err);
    if (s) return s;
    if (!bytes) return c12__fail(err, C12_E_ARG, "argument is NULL", "bytes", -1, 0);
    (void)model_layout(&a, &d);
    size_t need = c12__arena_need(&a);
    if (need == SIZE_MAX) return c12__fail(err, C12_E_OVERFLOW, "size does not fit size_t", "dims", -1, 0);
    *bytes = need;
    return C12_OK;
}

c12_status c12_bom_model_init(c12_bom_model **self, c12_mem mem, const c12_bom_dims *dims, const c12_host *host, c12_error *err)
{
    c12_bom_dims d;
    c12_host h;
    size_t need;
    if (!self) return c12__fail(err, C12_E_ARG, "argument is NULL", "self", -1, 0);
    *self = NULL;
    c12_status s = c12_bom_model_bytes(dims, &need, err);
    if (!s) s = model_take_dims(&d, dims, err);
    if (!s) s = c12__take_optional(&h, sizeof h, host, "host", err);
    if (s) return s;
    if (!mem.ptr || mem.size < need) return c12__fail(err, C12_E_SPACE, "memory is too small for these dims", "mem", -1, (int64_t)need);
    c12__arena a = c12__arena_over(mem);
    c12_bom_model *it = model_layout(&a, &d);
    it->host = h;
    it->dims = d;
    *self = it;
    return C12_OK;
}

c12_status c12_bom_model_create(c12_bom_model **self, const c12_bom_dims *dims, const c12_host *host, c12_error *err)
{
    c12_host h;
    size_t need;
    if (!self) return c12__fail(err, C12_E_ARG, "argument is NULL", "self", -1, 0);
    *self = NULL;
    c12_status s = c12_bom_model_bytes(dims, &need, err);
    if (!s) s = c12__take_optional(&h, sizeof h, host, "host", err);
    if (s) return s;
    c12_mem mem = { c12__alloc(&h, need), need };
    if (!mem.ptr) return c12__fail(err, C12_E_NOMEM, "out of memory", NULL, -1, (int64_t)need);
    s = c12_bom_model_init(self, mem, dims, host, err);
    if (s) { c12__release(&h, mem.ptr, need); return s; }
    (*self)->owned = need;
    (*self)->owned_ptr = mem.ptr;
    return C12_OK;
}

void c12_bom_model_destroy(c12_bom_model *self)
{
    if (!self || !self->owned) return;
    c12_host h = self->host;
    c12__release(&h, self->owned_ptr, self->owned);
}

/* ---- load --------------------------------------------------------------------------------------------------------------------------- */

static void copy_column32(int32_t *to, const int32_t *from, int64_t n, int32_t dflt)
{
    if (from && n) memcpy(to, from, (size_t)n * sizeof *to);
    for (int64_t e = 0; !from && e < n; e++) to[e] = dflt;
}

static void copy_column64(int64_t *to, const int64_t *from, int64_t n, int64_t dflt)
{
    if (from && n) memcpy(to, from, (size_t)n * sizeof *to);
    for (int64_t e = 0; !from && e < n; e++) to[e] = dflt;
}

static void copy_quantities(c12_bom_model *self, const c12__gozinto *g)
{
    copy_column64(self->num, g->num, self->lines, 1);
    copy_column64(self->den, g->den, self->lines, 1);
    copy_column32(self->ppm, g->ppm, self->lines, 0);
    if (g->from) copy_column32(self->from, g->from, self->lines, 0);
    if (g->to) copy_column32(self->to, g->to, self->lines, 0);
    if (g->kind) copy_column32(self->kind, g->kind, self->lines, 0);
}

static void copy_graph(c12_bom_model *self, const c12__gozinto *g)
{
    copy_column64(self->off, g->n ? g->off : NULL, g->n + (int64_t)1, 0);
    copy_column32(self->child, g->child, self->lines, 0);
    c12__gozinto own = { self->off, self->child, self->num, self->den, self->ppm, g->from ? self->from : NULL, g->to ? self->to : NULL, g->n, 0, g->kind ? self->kind : NULL };
    self->graph = own;
}

/* Where the lines that end at each item will stand. */
static void count_up(c12_bom_model *self)
{
    int32_t *at = self->up_off;
    memset(at, 0, ((size_t)self->n + 1) * sizeof *at);
    for (int64_t e = 0; e < self->lines; e++) {
        C12__PREFETCH(&at[self->child[e + 24 < self->lines ? e + 24 : e]]);
        at[self->child[e] + 1]++;
    }
    for (int32_t i = 0; i < self->n; i++) {
        self->shortest[i] = at[i + 1]; /* parents' lines, for ranking */
        at[i + 1] += at[i];
    }
}

/* Lines by child, parents in row order. */
static void turn_graph(c12_bom_model *self)
{
    int32_t *at = self->up_off;
    for (int32_t i = 0; i < self->n; i++)
        for (int64_t e = self->off[i]; e < self->off[i + 1]; e++) {
            if (e + 24 < self->lines) C12__PREFETCH(&at[self->child[e + 24]]);
            if (e + 8 < self->lines) C12__PREFETCH(&self->up[at[self->child[e + 8]]]);
            self->up[at[self->child[e]]++] = (model_up){ i, (int32_t)e };
        }
    for (int32_t i = self->n; i > 0; i--) at[i] = at[i - 1]; /* the fill moved each start to the next one's */
    at[0] = 0;
}

static int rank_graph(c12_bom_model *self)
{
    if (c12__gozinto_levels_by(&self->graph, self->level, self->order, self->shortest, self->longest) >= 0) return 1;
    for (int32_t r = 0; r < self->n; r++) self->rank[self->order[r]] = r;
    return 0;
}

/* Two steps of two tasks each: whoever counts needs no quantities, whoever ranks no lines by child. */
typedef struct load_run { c12_bom_model *self; const c12__gozinto *from; int32_t cyclic; } load_run;

static void count_or_copy(void *arg, int32_t i)
{
    load_run *w = arg;
    if (i) { copy_quantities(w->self, w->from); return; }
    copy_graph(w->self, w->from);
    count_up(w->self);
}

static void rank_or_turn(void *arg, int32_t i)
{
    load_run *w = arg;
    if (i) turn_graph(w->self);
    else w->cyclic = rank_graph(w->self);
}

static void share_item(c12_bom_model *self, int32_t item)
{
    model_made *m = self->made + self->place[item];
    m->common = c12__bom_shares(&self->graph, &self->options, item, self->share + m->start);
}

/* What a rollup reads, in the order it reads it. */
static void lay_out_shares(c12_bom_model *self)
{
    int32_t at = 0;
    self->n_made = self->levels = 0;
    for (int32_t r = 0; r < self->n; r++) {
        int32_t item = self->order[r], n = (int32_t)(self->off[item + 1] - self->off[item]);
        if (r + 12 < self->n) C12__PREFETCH(&self->off[self->order[r + 12]]);
        if (r + 6 < self->n) {
            int64_t e = self->off[self->order[r + 6]];
            C12__PREFETCH(&self->child[e]);
            C12__PREFETCH(&self->num[e]);
            C12__PREFETCH(&self->den[e]);
            C12__PREFETCH(&self->ppm[e]);
        }
        self->place[item] = n ? self->n_made : -1;
        if (!n) continue;
        while (self->levels <= self->level[item]) self->made_level[self->levels++] = self->n_made;
        self->made[self->n_made++] = (model_made){ 0, 0, item, n, at, 0 };
        memcpy(self->part + at, self->child + self->off[item], (size_t)n * sizeof *self->part);
        share_item(self, item);
        at += n;
    }
    self->made_level[self->levels] = self->n_made;
    self->shared = 1;
}

c12_status c12_bom_model_load(c12_bom_model *self, const c12_bom *bom, const c12_bom_options *options, c12_error *err)
{
    c12__gozinto g;
    if (!self) return c12__fail(err, C12_E_ARG, "argument is NULL", "self", -1, 0);
    self->loaded = self->rolled = self->shared = 0;
    c12_status s = c12__bom_options(&self->options, options, err);
    if (s || (s = c12__bom_open(&g, bom, err))) return s;
    int64_t lines = g.n ? g.off[g.n] : 0;
    if (g.n > self->dims.items) return c12__fail(err, C12_E_SPACE, "more items than the model was made for", "items", -1, g.n);
    if (lines > self->dims.lines) return c12__fail(err, C12_E_SPACE, "more lines than the model was made for", "lines", -1, lines);
    load_run w = { self, &g, 0 };
    self->n = g.n;
    self->lines = lines;
    c12__parallel(&self->host, 2, count_or_copy, &w);
    c12__parallel(&self->host, 2, rank_or_turn, &w);
    if (w.cyclic) {
        c12__gozinto_cycle(&self->graph, self->order, self->shortest, self->longest);
        return c12__fail(err, C12_E_CYCLE, "the bill of materials has a cycle through this item", "line_child", self->order[0], self->order[0]);
    }
    memset(self->shortest, 0, (size_t)self->n * sizeof *self->shortest);
    memset(self->longest, 0, (size_t)self->n * sizeof *self->longest);
    memset(self->use_den, 0, (size_t)self->n * sizeof *self->use_den);
    c12__bitset_reset(&self->waiting);
    self->loaded = 1;
    return C12_OK;
}

static c12_status model_ready(const c12_bom_model *self, int rolled, c12_error *err)
{
    if (!self) return c12__fail(err, C12_E_ARG, "argument is NULL", "self", -1, 0);
    if (!self->loaded) return c12__fail(err, C12_E_STATE, "no bill of materials yet: load first", "self", -1, 0);
    if (rolled && !self->rolled) return c12__fail(err, C12_E_STATE, "no costs yet: roll up first", "self", -1, 0);
    return C12_OK;
}

c12_status c12_bom_model_levels(const c12_bom_model *self, int32_t *level, int32_t *order, c12_error *err)
{
    c12_status s = model_ready(self, 0, err);
    if (s) return s;
    if (level && self->n) memcpy(level, self->level, (size_t)self->n * sizeof *level);
    if (order && self->n) memcpy(order, self->order, (size_t)self->n * sizeof *order);
    return C12_OK;
}

/* ---- explosion ---------------------------------------------------------------------------------------------------------------------- */

enum { EXPLODE_AHEAD = 8 /* items */ };

/* What q of an item asks for through its shares; the first child whose total does not fit, -1 = all do.  Below 2^31 a product with a share fits. */
static int32_t explode_shares(const model_made *m, const int32_t *part, const uint32_t *share, c12_qty q, c12_qty *total)
{
    for (int32_t e = 0; e < m->n; e++) {
        int64_t need;
        if (q >> 31) {
            if (c12__explode_qty(q, (int64_t)share[e], m->common, 0, &need)) return part[e];
        } else {
            need = q * (int64_t)share[e];
            if (m->common > 1) need = (need + m->common - 1) / m->common;
        }
        if (c12__add64(total[part[e]], need, &total[part[e]])) return part[e];
    }
    return -1;
}

/* Totals wanted a few items early. */
static void explode_soon(const c12_bom_model *self, int32_t k, const c12_qty *total)
{
    const model_made *m = &self->made[k + EXPLODE_AHEAD];
    C12__PREFETCH(&total[m[EXPLODE_AHEAD].item]);
    if (!total[m->item]) return;
    for (int32_t e = m->start; e < m->start + m->n; e++) C12__PREFETCH(&total[self->part[e]]);
}

static c12_status explode_all(const c12_bom_model *self, c12_qty *total, c12_error *err)
{
    for (int32_t k = 0; k < self->n_made; k++) {
        const model_made *m = &self->made[k];
        const c12_qty q = total[m->item];
        if (k + 2 * EXPLODE_AHEAD < self->n_made) explode_soon(self, k, total);
        if (!q) continue;
        const int32_t over = m->common ? explode_shares(m, self->part + m->start, self->share + m->start, q, total) : -1;
        const c12_status s = m->common ? C12_OK : c12__bom_explode_item(&self->graph, &self->options, m->item, total, err);
        if (s) return s;
        if (over >= 0) return c12__fail(err, C12_E_OVERFLOW, "gross requirement does not fit 64 bits", "gross", over, q);
    }
    return C12_OK;
}

c12_status c12_bom_model_explode(c12_bom_model *self, const c12_qty *demand, c12_qty *gross, c12_error *err)
{
    c12_status s = model_ready(self, 0, err);
    if (s) return s;
    const int32_t n = self->n;
    if (n && (!demand || !gross)) return c12__fail(err, C12_E_ARG, "column is NULL", demand ? "gross" : "demand", -1, 0);
    if (!n || (s = c12__bom_demand(demand, n, err))) return s;
    if (!self->shared) lay_out_shares(self);
    c12_qty *total = self->before; /* aside, so that an overflow leaves the caller's column as it was */
    memcpy(total, demand, (size_t)n * sizeof *total);
    if ((s = explode_all(self, total, err))) return s;
    memcpy(gross, total, (size_t)n * sizeof *gross);
    return C12_OK;
}

/* ---- costs -------------------------------------------------------------------------------------------------------------------------- */

enum { AHEAD = 96 /* lines: a dozen items */, ROLL_SLICES = 16, ROLL_GRAIN = 4096 };

static int model_cost(const c12_bom_model *self, const model_made *m, c12_money *cost)
{
#if defined(C12__HAS_INT128)
    if (m->common) return c12__bom_cost_shared(self->part + m->start, self->share + m->start, m->n, m->common, m->own, self->unit, cost);
#endif
    return c12__bom_cost_exact(&self->graph, &self->options, m->item, m->own, self->unit, cost);
}

/* A level's items look at deeper ones only: slices of it may run anywhere. */
typedef struct roll_run {
    c12_bom_model *self;
    int32_t from, count, slices;
    int32_t over[ROLL_SLICES]; /* place in made, -1 = none */
} roll_run;

/* From the last to the first, costs asked for a dozen items early. */
static void roll_slice(void *arg, int32_t i)
{
    roll_run *w = arg;
    c12_bom_model *self = w->self;
    int32_t first = w->from + (int32_t)((int64_t)w->count * i / w->slices), last = w->from + (int32_t)((int64_t)w->count * (i + 1) / w->slices);
    w->over[i] = -1;
    for (int32_t k = last; k-- > first; ) {
        model_made *m = self->made + k;
        for (int32_t e = m->start - AHEAD < 0 ? 0 : m->start - AHEAD, end = e + m->n; e < end; e++) C12__PREFETCH(&self->unit[self->part[e]]);
        C12__PREFETCH(&self->unit[k < AHEAD ? m->item : m[-AHEAD / 8].item]);
        m->own = self->unit[m->item];
        if (model_cost(self, m, &self->unit[m->item])) { w->over[i] = k; return; }
    }
}

/* The place in made of what does not fit, the last of several; -1 = none. */
static int32_t roll_level(c12_bom_model *self, int32_t level)
{
    roll_run w = { .self = self, .from = self->made_level[level], .count = self->made_level[level + 1] - self->made_level[level] };
    w.slices = w.count < ROLL_GRAIN ? 1 : ROLL_SLICES;
    if (w.slices == 1) roll_slice(&w, 0);
    else c12__parallel(&self->host, w.slices, roll_slice, &w);
    for (int32_t i = w.slices; i-- > 0; ) if (w.over[i] >= 0) return w.over[i];
    return -1;
}

c12_status c12_bom_model_rollup(c12_bom_model *self, const c12_money *own_cost, c12_money *unit_cost, c12_error *err)
{
    c12_status s = model_ready(self, 0, err);
    if (s) return s;
    if (self->n && !own_cost) return c12__fail(err, C12_E_ARG, "column is NULL", "own_cost", -1, 0);
    self->rolled = 0;
    if (!self->shared) lay_out_shares(self);
    copy_column64(self->unit, own_cost, self->n, 0); /* what is bought is done */
    for (int32_t l = self->levels; l-- > 0; ) {
        int32_t over = roll_level(self, l), item = over < 0 ? -1 : self->made[over].item;
        if (over >= 0) return c12__fail(err, C12_E_OVERFLOW, "rolled-up cost does not fit 64 bits", "unit_cost", item, own_cost[item]);
    }
    self->rolled = 1;
    if (unit_cost && self->n) memcpy(unit_cost, self->unit, (size_t)self->n * sizeof *unit_cost);
    return C12_OK;
}

c12_status c12_bom_model_cost(const c12_bom_model *self, int32_t item, c12_money *unit_cost, c12_error *err)
{
    c12_status s = model_ready(self, 1, err);
    if (s) return s;
    if (item < 0 || item >= self->n) return c12__fail(err, C12_E_RANGE, "item out of range", "item", -1, item);
    if (!unit_cost) return c12__fail(err, C12_E_ARG, "output is NULL", "unit_cost", -1, 0);
    *unit_cost = self->unit[item];
    return C12_OK;
}

static c12_status take_costs(c12_bom_costs *c, const c12_bom_costs *from, c12_error *err)
{
    c12_status s = c12__take_optional(c, sizeof *c, from, "costs", err);
    if (s) return s;
    if (c->cap < 0) return c12__fail(err, C12_E_ARG, "capacity is negative", "cap", -1, c->cap);
    if (c->cap && (!c->item || !c->before || !c->after)) return c12__fail(err, C12_E_ARG, "output column is NULL", "costs", -1, 0);
    c->count = c->touched = 0;
    return C12_OK;
}

static void tell_costs(const c12_bom_model *self, int32_t changed, c12_bom_costs *c)
{
    c->count = changed;
    for (int32_t k = 0; k < changed && k < c->cap; k++) {
        c->item[k] = self->seen[k];
        c->before[k] = self->before[k];
        c->after[k] = self->unit[self->seen[k]];
    }
}

/* Deepest first, so that an item is rolled up once, after all of its children that change.  What was replaced is kept until the end: an
 * overflow puts it back.  own: of the item itself, should it be bought; all others have lines. */
static c12_status roll_up_from(c12_bom_model *self, int32_t item, c12_money own, c12_bom_costs *c, c12_error *err)
{
    int32_t changed = 0, over = -1;
    c12__bitset_put(&self->waiting, self->rank[item]);
    for (int32_t r; (r = c12__bitset_take_last(&self->waiting)) >= 0; ) {
        const int32_t at = self->order[r];
        c12_money cost;
        if (over >= 0) continue;
        c->touched++;
        cost = own;
        if (self->place[at] >= 0 && model_cost(self, self->made + self->place[at], &cost)) { over = at; continue; }
        if (cost == self->unit[at]) continue;
        self->before[changed] = self->unit[at];
        self->seen[changed++] = at;
        self->unit[at] = cost;
        for (int32_t k = self->up_off[at]; k < self->up_off[at + 1]; k++) c12__bitset_put(&self->waiting, self->rank[self->up[k].parent]);
    }
    if (over < 0) { tell_costs(self, changed, c); return C12_OK; }
    while (changed-- > 0) self->unit[self->seen[changed]] = self->before[changed];
    return c12__fail(err, C12_E_OVERFLOW, "rolled-up cost does not fit 64 bits", "unit_cost", over, 0);
}

c12_status c12_bom_model_set_cost(c12_bom_model *self, int32_t item, c12_money own_cost, c12_bom_costs *costs, c12_error *err)
{
    c12_bom_costs c;
    c12_status s = model_ready(self, 1, err);
    if (s || (s = take_costs(&c, costs, err))) return s;
    if (item < 0 || item >= self->n) return c12__fail(err, C12_E_RANGE, "item out of range", "item", -1, item);
    model_made bought = { 0 }, *m = self->place[item] < 0 ? &bought : self->made + self->place[item];
    c12_money before = m->own;
    m->own = own_cost;
    if ((s = roll_up_from(self, item, own_cost, &c, err))) { m->own = before; return s; }
    c12__give(costs, &c, sizeof c);
    return C12_OK;
}

/* Row of the item a line belongs to: the last whose lines start at or before it. */
static int32_t parent_of(const c12_bom_model *self, int64_t line)
{
    int32_t low = 0, high = self->n - 1;
    while (low < high) {
        int32_t middle = low + (high - low + 1) / 2;
        if (self->off[middle] <= line) low = middle;
        else high = middle - 1;
    }
    return low;
}

c12_status c12_bom_model_set_line(c12_bom_model *self, int64_t line, int64_t num, int64_t den, int32_t scrap_ppm, c12_bom_costs *costs, c12_error *err)
{
    c12_bom_costs c;
    c12_status s = model_ready(self, 1, err);
    if (s || (s = take_costs(&c, costs, err))) return s;
    if (line < 0 || line >= self->lines) return c12__fail(err, C12_E_RANGE, "no such line", "line", -1, line);
    if (num <= 0) return c12__fail(err, C12_E_RANGE, "quantity per must be positive", "num", line, num);
    if (den <= 0) return c12__fail(err, C12_E_RANGE, "quantity per must have a positive denominator", "den", line, den);
    if (scrap_ppm < 0 || scrap_ppm > 999999) return c12__fail(err, C12_E_RANGE, "scrap must be 0..999999 ppm", "scrap_ppm", line, scrap_ppm);
    const int64_t was_num = self->num[line], was_den = self->den[line];
    const int32_t was_ppm = self->ppm[line], parent = parent_of(self, line);
    self->num[line] = num;
    self->den[line] = den;
    self->ppm[line] = scrap_ppm;
    share_item(self, parent);
    if ((s = roll_up_from(self, parent, 0, &c, err))) {
        self->num[line] = was_num;
        self->den[line] = was_den;
        self->ppm[line] = was_ppm;
        share_item(self, parent);
        return s;
    }
    c12__give(costs, &c, sizeof c);
    return C12_OK;
}

/* ---- where-used --------------------------------------------------------------------------------------------------------------------- */

/* The parent's quantity per grows by the line's times the child's; 1 on overflow. */
static int use_line(c12_bom_model *self, int32_t item, const model_up *u)
{
    int32_t p = u->parent, near = self->shortest[item] + 1, far = self->longest[item] + 1;
    if (!self->use_den[p]) c12__bitset_put(&self->waiting, self->rank[p]);
    if (!self->use_den[p] || near < self->shortest[p]) self->shortest[p] = near;
    if (far > self->longest[p]) self->longest[p] = far;
    return c12__bom_add_use(&self->use_num[p], &self->use_den[p], self->num[u->line], self->den[u->line], self->use_num[item], self->use_den[item]);
}

static int32_t climb_up(c12_bom_model *self, int32_t item, int32_t max_level, int32_t *over)
{
    int32_t count = 0;
    self->use_num[item] = self->use_den[item] = 1;
    for (int32_t at = item, r; ; at = self->order[r]) {
        if (at != item) self->seen[count++] = at;
        for (int32_t k = self->up_off[at]; k < self->up_off[at + 1] && *over < 0 && (at == item || !max_level); k++)
            if (!c12__gozinto_by_product(&self->graph, self->up[k].line) && use_line(self, at, self->up + k)) *over = self->up[k].parent;
        if ((r = c12__bitset_take_last(&self->waiting)) < 0) return count;
    }
}

static void write_uses(const c12_bom_model *self, int32_t count, const c12_bom_uses *o)
{
    for (int32_t k = 0; k < count; k++) {
        int32_t p = self->seen[k];
        o->item[k] = p;
        o->level_short[k] = self->shortest[p];
        o->level_long[k] = self->longest[p];
        o->qty_num[k] = self->use_num[p];
        o->qty_den[k] = self->use_den[p];
    }
}

static void forget_uses(c12_bom_model *self, int32_t item, int32_t count)
{
    self->use_den[item] = 0;
    for (int32_t k = 0; k < count; k++) {
        int32_t p = self->seen[k];
        self->use_den[p] = 0;
        self->shortest[p] = self->longest[p] = 0;
    }
}

c12_status c12_bom_model_where_used(c12_bom_model *self, int32_t item, int32_t max_level, c12_bom_uses *uses, c12_error *err)
{
    c12_bom_uses o;
    c12_status s = model_ready(self, 0, err);
    if (s || (s = c12__take(&o, sizeof o, uses, "uses", err))) return s;
    if (item < 0 || item >= self->n) return c12__fail(err, C12_E_RANGE, "item out of range", "item", -1, item);
    if (max_level != 0 && max_level != 1) return c12__fail(err, C12_E_ARG, "max_level must be 0 (all) or 1 (direct parents)", "max_level", -1, max_level);
    int32_t over = -1, count = climb_up(self, item, max_level, &over);
    if (over >= 0) s = c12__fail(err, C12_E_OVERFLOW, "quantity per does not fit 64 bits", "qty_num", over, item);
    else if (count > o.cap) s = c12__fail(err, C12_E_SPACE, "more ancestors than rows", "cap", -1, count);
    else if (count && (!o.item || !o.level_short || !o.level_long || !o.qty_num || !o.qty_den)) s = c12__fail(err, C12_E_ARG, "output column is NULL", "uses", -1, 0);
    else {
        write_uses(self, count, &o);
        uses->count = count;
    }
    forget_uses(self, item, count);
    return s;
}
