/* SPDX-License-Identifier: Apache-2.0 */
/* List scheduling with waits, lots, holding, buffers, resources and batches.  Chains leave the queue in key order: a chain is a run of
 * operations of a job none of which can end before it is known when the next one starts.  It goes into the gaps that machines and
 * resources have left, every operation as early as the ones placed before it allow; where one must wait longer than it may, the one before
 * it is put later.  Each such step is forced by what is already placed, so what it ends in is the earliest way to place the chain, and
 * no plan ends in a deadlock.  Frozen operations stand in the lists from the start. */
#include "sched/sched_internal.h"

enum { RICH_TRIES = 2000 };

typedef struct rich_spot {
    int64_t start, end, until, set_up;
    int32_t mode, machine;
    int32_t after; /* block in front of it, -1 = none */
    int32_t join;  /* block whose batch it joins, -1 = a new block */
} rich_spot;

void c12__sched_carve_rich(c12__sched_rich *x, c12__arena *a, const c12_sched_dims *d)
{
    x->prev = C12__CARVE(a, int32_t, d->ops);
    x->next = C12__CARVE(a, int32_t, d->ops);
    x->first = C12__CARVE(a, int32_t, d->machines);
    x->last = C12__CARVE(a, int32_t, d->machines);
    x->block = C12__CARVE(a, int32_t, d->ops);
    x->mate = C12__CARVE(a, int32_t, d->ops);
    x->places = C12__CARVE(a, int32_t, d->ops);
    x->work = C12__CARVE(a, int64_t, d->ops);
    x->until = C12__CARVE(a, int64_t, d->ops);
    x->low = C12__CARVE(a, int64_t, d->ops);
    x->due = C12__CARVE(a, int64_t, d->ops);
    x->hold = C12__CARVE(a, int64_t, d->ops);
    c12__sched_carve_use(&x->use, a, d);
}

/* ---- small questions ----------------------------------------------------------------------------------------------------- */

static int rich_pauses(const c12__sched_model *m, int32_t o) { return m->p.op_resumable && m->p.op_resumable[o]; }
static int rich_frozen(const c12__sched_model *m, int32_t o) { return c12__at64(m->p.fixed_start, o, -1) >= 0; }
static int rich_first(const c12__sched_model *m, int32_t o) { return o == m->p.op_off[m->job[o]]; }
static int rich_final(const c12__sched_model *m, int32_t o) { return o + 1 == m->p.op_off[m->job[o] + 1]; }
static int64_t rich_share(int64_t ticks, int32_t lots) { return ticks / lots + (ticks % lots > 0); }
static int32_t rich_batch(const c12__sched_model *m, int32_t machine) { return c12__at32(m->p.machine_batch, machine, 1); }
static int32_t rich_kind(const c12__sched_model *m, int32_t o) { return m->batch_family ? m->batch_family[o] : 0; }

static int32_t rich_machine(const c12__sched_model *m, const c12__sched_list *l, int32_t o) { return m->p.mode_machine[m->p.mode_off[o] + l->mode[o]]; }

static int64_t rich_setup(const c12__sched_model *m, int32_t from, int32_t to)
{
    return m->p.setup && from >= 0 ? m->p.setup[(int64_t)m->p.op_family[from] * m->p.n_families + m->p.op_family[to]] : 0;
}

static int32_t rich_worked_before(const c12__sched_rich *x, int32_t b)
{
    while (b >= 0 && !x->work[b]) b = x->prev[b];
    return b;
}

static int32_t rich_worked_after(const c12__sched_rich *x, int32_t b)
{
    while (b >= 0 && !x->work[b]) b = x->next[b];
    return b;
}

/* When a block lets o onto its machine: a holding operation ends its hold by the start of its own successor, but its mates may hold on. */
static int64_t rich_until(const c12__sched_model *m, const c12__sched_list *l, int32_t b, int32_t o)
{
    const c12__sched_rich *x = &l->rich;
    int64_t until = l->end[b];
    if (rich_first(m, o) || x->block[o - 1] != b || c12__sched_told(m, b)) return x->until[b];
    for (int32_t k = b; k >= 0; k = x->mate[k])
        if (k != o - 1 && m->p.op_holds && m->p.op_holds[k] && c12__sched_linked(m, k)) until = c12__max64(until, x->block[k + 1] >= 0 ? l->start[k + 1] : x->until[b]);
    return until;
}

/* From when on the machine can be set up for o, behind block a and the last block w that did work. */
static int64_t rich_free_from(const c12__sched_model *m, const c12__sched_list *l, int32_t a, int32_t w, int32_t o)
{
    int64_t t = w >= 0 ? rich_until(m, l, w, o) : 0;
    for (; a != w; a = l->rich.prev[a])
        if (l->rich.until[a] > l->start[a]) t = c12__max64(t, rich_until(m, l, a, o));
    return t;
}

/* First tick by which the job's operation before it, and all others it waits for, let it start. */
static int64_t rich_ready(const c12__sched_model *m, const c12__sched_list *l, int32_t o)
{
    int64_t ready = m->release[o];
    if (!rich_first(m, o)) {
        int32_t a = o - 1, lots = c12__sched_lots(m, a);
        int64_t handed = lots > 1 ? c12__sched_end_at(m, rich_machine(m, l, a), l->start[a], rich_share(l->rich.work[l->rich.block[a]], lots), rich_pauses(m, a)) : l->end[a];
        ready = c12__max64(ready, handed + c12__sched_wait(m, a));
    }
    for (int64_t e = m->p.op_pred_off ? m->p.op_pred_off[o] : 0; m->p.op_pred_off && e < m->p.op_pred_off[o + 1]; e++)
        ready = c12__max64(ready, l->end[m->p.op_pred[e]]);
    return ready;
}

/* An overlapped operation has its own last lot still to do when the one before it ends. */
static int64_t rich_due(const c12__sched_model *m, const c12__sched_list *l, int32_t o, int64_t work)
{
    if (rich_first(m, o) || c12__sched_lots(m, o - 1) == 1) return 0;
    return l->end[o - 1] + rich_share(work, c12__sched_lots(m, o - 1));
}

static int64_t rich_short(const c12__sched_model *m, const c12__sched_list *l, int32_t o, int64_t from, int64_t to)
{
    int64_t over = 0;
    for (int64_t k = m->p.need_off ? m->p.need_off[o] : 0; m->p.need_off && k < m->p.need_off[o + 1]; k++)
        over = c12__max64(over, c12__sched_short_use(m, &l->rich.use, m->p.need_resource[k], from, to, c12__at32(m->p.need_units, k, 1)));
    return over;
}

static void rich_use(const c12__sched_model *m, c12__sched_list *l, int32_t o, int64_t sign)
{
    for (int64_t k = m->p.need_off ? m->p.need_off[o] : 0; m->p.need_off && k < m->p.need_off[o + 1]; k++)
        c12__sched_take_use(m, &l->rich.use, m->p.need_resource[k], l->start[o], l->end[o], sign * c12__at32(m->p.need_units, k, 1));
}

static int32_t rich_buffer(const c12__sched_model *m, int32_t o)
{
    int32_t b = c12__at32(m->p.op_buffer, o, -1);
    return b < 0 || rich_final(m, o) ? -1 : b + (m->p.need_off ? m->p.n_resources : 0);
}

/* The job's stay in the buffer behind operation a, until the next one starts. */
static void rich_stay(const c12__sched_model *m, c12__sched_list *l, int32_t a, int64_t sign)
{
    int32_t b = rich_buffer(m, a);
    if (b >= 0) c12__sched_take_use(m, &l->rich.use, b, l->end[a], l->start[a + 1], sign);
}

/* ---- a place on a machine ------------------------------------------------------------------------------------------------ */

/* Does the next block that works still get its set-up when o stands before it? */
static int rich_lets_next(const c12__sched_model *m, const c12__sched_list *l, int32_t o, int32_t before, int32_t b, int64_t ticks, const rich_spot *s)
{
    const c12__sched_rich *x = &l->rich;
    int32_t w = rich_worked_after(x, b);
    int64_t from = s->until;
    if (w < 0 || c12__sched_told(m, w) || (!ticks && s->until == s->start)) return 1;
    for (; b != w; b = x->next[b]) from = c12__max64(from, x->until[b]);
    return c12__sched_setup_fits(m, s->machine, from, rich_setup(m, ticks ? o : before, w), l->start[w], rich_pauses(m, w));
}

/* The earliest place between block s->after and the next one; low rises past what resources forbid. */
static int rich_gap(const c12__sched_model *m, const c12__sched_list *l, int32_t o, int64_t *low, int64_t ticks, rich_spot *s)
{
    const c12__sched_rich *x = &l->rich;
    int32_t a = s->after, b = a < 0 ? x->first[s->machine] : x->next[a];
    int64_t bound = a < 0 ? 0 : rich_until(m, l, a, o), over;
    if (b >= 0 && c12__max64(*low, bound) + ticks > l->start[b]) return 0; /* most gaps of a full machine */
    int32_t w = rich_worked_before(x, a);
    int64_t free = rich_free_from(m, l, a, w, o);
    s->set_up = ticks ? rich_setup(m, w, o) : 0;
    do {
        s->start = c12__sched_start_behind(m, s->machine, free, s->set_up, c12__max64(*low, bound), ticks, rich_pauses(m, o));
        s->end = c12__sched_end_at(m, s->machine, s->start, ticks, rich_pauses(m, o));
        over = rich_short(m, l, o, s->start, s->end);
        if (over) *low = over;
    } while (over && *low <= C12_SCHED_HORIZON);
    s->until = c12__max64(s->end, l->rich.hold[o]);
    if (over || (b >= 0 && s->until > l->start[b])) return 0;
    return rich_lets_next(m, l, o, w, b, ticks, s);
}

static int rich_find(const c12__sched_model *m, const c12__sched_list *l, int32_t o, int64_t low, int64_t ticks, rich_spot *s)
{
    const c12__sched_rich *x = &l->rich;
    for (s->after = x->last[s->machine]; s->after >= 0 && l->start[s->after] >= low;) s->after = x->prev[s->after];
    while (!rich_gap(m, l, o, &low, ticks, s)) {
        s->after = s->after < 0 ? x->first[s->machine] : x->next[s->after];
        if (s->after < 0 || low > C12_SCHED_HORIZON) return 0;
    }
    return s->end <= C12_SCHED_HORIZON;
}

/* ---- batches ------------------------------------------------------------------------------------------------------------- */

/* A block is set up for while its own predecessor still holds the machine, which nothing else may be. */
static int rich_follows_hold(const c12__sched_model *m, const c12__sched_list *l, int32_t b)
{
    return m->p.op_holds && !rich_first(m, b) && l->rich.block[b - 1] >= 0 && m->p.op_holds[b - 1] && c12__sched_tied(m, b - 1) && rich_machine(m, l, b - 1) == rich_machine(m, l, b);
}

/* May the two be in one batch? */
static int rich_suits(const c12__sched_model *m, const c12__sched_list *l, int32_t o, int32_t b, int64_t ticks, int32_t machine)
{
    int32_t places = c12__at32(m->p.op_places, o, 1);
    return !c12__sched_told(m, b) && ticks && l->rich.work[b] && rich_kind(m, o) == rich_kind(m, b) && rich_pauses(m, o) == rich_pauses(m, b) && l->rich.places[b] <= rich_batch(m, machine) - places;
}

static int rich_matches(const c12__sched_model *m, const c12__sched_list *l, int32_t o, int32_t b, int64_t ticks, int32_t machine)
{
    return !rich_follows_hold(m, l, b) && rich_suits(m, l, o, b, ticks, machine);
}

/* A batch that o can join as it stands: the earliest one. */
static int rich_join(const c12__sched_model *m, const c12__sched_list *l, int32_t o, int64_t ready, int64_t ticks, rich_spot *s)
{
    const c12__sched_rich *x = &l->rich;
    int32_t b = x->last[s->machine];
    if (m->p.op_holds && m->p.op_holds[o]) return 0;
    while (b >= 0 && x->prev[b] >= 0 && l->start[x->prev[b]] >= ready) b = x->prev[b];
    for (; b >= 0; b = x->next[b]) {
        if (l->start[b] < ready || ticks > x->work[b] || !rich_matches(m, l, o, b, ticks, s->machine)) continue;
        if (l->end[b] < c12__max64(x->due[o], rich_due(m, l, o, x->work[b])) || rich_short(m, l, o, l->start[b], l->end[b])) continue;
        s->join = b;
        s->start = l->start[b];
        s->end = l->end[b];
        s->until = x->until[b];
        s->set_up = 0;
        return 1;
    }
    return 0;
}

/* May the operation before o wait until o starts at `start`? */
static int rich_may_wait(const c12__sched_model *m, const c12__sched_list *l, int32_t o, int64_t start)
{
    if (rich_first(m, o) || !c12__sched_linked(m, o - 1)) return 1;
    int64_t wait = c12__at64(m->p.wait_max, o - 1, -1);
    if ((m->p.op_holds && m->p.op_holds[o - 1]) || c12__at32(m->p.op_buffer, o - 1, -1) >= 0) return 0;
    return wait < 0 || start - l->end[o - 1] <= wait;
}

/* Nothing else depends on whether it starts at `start`: not frozen, no resources, nothing it must not wait for, nothing behind it placed. */
static int rich_loose(const c12__sched_model *m, const c12__sched_list *l, int32_t o, int64_t start)
{
    if (rich_frozen(m, o) || (m->p.need_off && m->p.need_off[o] < m->p.need_off[o + 1])) return 0;
    if (c12__sched_linked(m, o) || !rich_may_wait(m, l, o, start)) return 0;
    if (!rich_final(m, o) && l->rich.block[o + 1] >= 0) return 0;
    for (int64_t e = m->p.op_pred_off ? m->succ_off[o] : 0; m->p.op_pred_off && e < m->succ_off[o + 1]; e++)
        if (l->rich.block[m->succ[e]] >= 0) return 0;
    return 1;
}

/* The machine's last batch, put later or made longer for o, which must not be waiting for one of its members: that would move along. */
static int rich_stretch(const c12__sched_model *m, const c12__sched_list *l, int32_t o, int64_t low, int64_t ticks, rich_spot *s)
{
    const c12__sched_rich *x = &l->rich;
    int32_t b = x->last[s->machine];
    if (b < 0 || low >= l->end[b] || !rich_matches(m, l, o, b, ticks, s->machine)) return 0;
    if (!rich_first(m, o) && l->rich.block[o - 1] == b) return 0;
    int32_t a = x->prev[b], w = rich_worked_before(x, a);
    int64_t work = c12__max64(ticks, x->work[b]), bound = a < 0 ? 0 : x->until[a], free = rich_free_from(m, l, a, w, b);
    s->start = c12__sched_start_behind(m, s->machine, free, rich_setup(m, w, b), c12__max64(c12__max64(low, bound), l->start[b]), work, rich_pauses(m, b));
    s->end = s->until = c12__sched_end_at(m, s->machine, s->start, work, rich_pauses(m, b));
    s->join = b;
    s->set_up = 0;
    for (int32_t k = b; k >= 0; k = x->mate[k])
        if (!rich_loose(m, l, k, s->start)) return 0;
    return s->end <= C12_SCHED_HORIZON && rich_loose(m, l, o, s->start);
}

/* ---- choosing, putting and taking out ------------------------------------------------------------------------------------ */

static int rich_better(const rich_spot *a, const rich_spot *b)
{
    return a->end < b->end || (a->end == b->end && a->set_up < b->set_up);
}

/* The best place in one mode: a batch that ends no later than o alone would is joined. */
static int rich_try(const c12__sched_model *m, const c12__sched_list *l, int32_t o, int32_t mode, rich_spot *s)
{
    int64_t row = m->p.mode_off[o] + mode, ticks = m->p.mode_ticks[row], ready = c12__max64(l->rich.low[o], rich_ready(m, l, o));
    rich_spot at = { 0, 0, 0, 0, mode, m->p.mode_machine[row], -1, -1 }, batch = at;
    int64_t due = c12__max64(l->rich.due[o], rich_due(m, l, o, ticks)), low = c12__max64(ready, due ? c12__sched_start_for(m, at.machine, due, ticks, rich_pauses(m, o)) : 0);
    if (!c12__sched_usable(m, o, mode)) return 0;
    int found = rich_find(m, l, o, low, ticks, &at);
    *s = at;
    if (rich_batch(m, at.machine) == 1) return found;
    if (rich_join(m, l, o, ready, ticks, &batch) && (!found || batch.end <= s->end)) { *s = batch; found = 1; }
    if (rich_stretch(m, l, o, low, ticks, &batch) && (!found || batch.end < s->end)) { *s = batch; found = 1; }
    return found;
}

/* Earliest end over the wanted mode or all modes, then the smaller set-up, then the first. */
static int rich_choose(const c12__sched_model *m, const c12__sched_list *l, int32_t o, rich_spot *best)
{
    int32_t modes = (int32_t)(m->p.mode_off[o + 1] - m->p.mode_off[o]), only = c12__at32(m->p.fixed_mode, o, -1), found = 0;
    if (only < 0) only = l->mode[o];
    for (int32_t k = only < 0 ? 0 : only; k < (only < 0 ? modes : only + 1); k++) {
        rich_spot at;
        if (!rich_try(m, l, o, k, &at)) continue;
        if (!found || rich_better(&at, best)) *best = at;
        found = 1;
    }
    return found;
}

static void rich_set_times(c12__sched_list *l, int32_t b, int64_t start, int64_t end)
{
    for (; b >= 0; b = l->rich.mate[b]) { l->start[b] = start; l->end[b] = end; }
}

static void rich_enter(c12__sched_rich *x, int32_t o, const rich_spot *s)
{
    int32_t b = s->after < 0 ? x->first[s->machine] : x->next[s->after];
    x->prev[o] = s->after;
    x->next[o] = b;
    if (s->after < 0) x->first[s->machine] = o; else x->next[s->after] = o;
    if (b < 0) x->last[s->machine] = o; else x->prev[b] = o;
}

static void rich_put(const c12__sched_model *m, c12__sched_list *l, int32_t o, const rich_spot *s)
{
    c12__sched_rich *x = &l->rich;
    int64_t ticks = m->p.mode_ticks[m->p.mode_off[o] + s->mode];
    int32_t b = s->join < 0 ? o : s->join, places = c12__at32(m->p.op_places, o, 1);
    l->mode[o] = s->mode;
    x->block[o] = b;
    x->mate[o] = s->join < 0 ? -1 : x->mate[b];
    if (s->join < 0) { x->work[o] = ticks; x->places[o] = places; rich_enter(x, o, s); }
    else { x->mate[b] = o; x->work[b] = c12__max64(x->work[b], ticks); x->places[b] += places; }
    x->until[b] = s->until;
    rich_set_times(l, b, s->start, s->end);
    rich_use(m, l, o, 1);
}

/* Undo the last put of o, which may not be the block of others. */
static void rich_drop(const c12__sched_model *m, c12__sched_list *l, int32_t o)
{
    c12__sched_rich *x = &l->rich;
    int32_t b = x->block[o], machine = rich_machine(m, l, o), before = b;
    rich_use(m, l, o, -1);
    x->block[o] = -1;
    if (b != o) {
        while (x->mate[before] != o) before = x->mate[before];
        x->mate[before] = x->mate[o];
        x->places[b] -= c12__at32(m->p.op_places, o, 1);
        return;
    }
    if (x->prev[o] < 0) x->first[machine] = x->next[o]; else x->next[x->prev[o]] = x->next[o];
    if (x->next[o] < 0) x->last[machine] = x->prev[o]; else x->prev[x->next[o]] = x->prev[o];
}

/* ---- chains -------------------------------------------------------------------------------------------------------------- */

/* Operation a is followed at `next`: 1 when waits, holding and the buffer allow it; 0 when a must be put anew, later or for longer. */
static int rich_tie(const c12__sched_model *m, c12__sched_list *l, int32_t a, int64_t next)
{
    c12__sched_rich *x = &l->rich;
    int64_t wait = c12__at64(m->p.wait_max, a, -1), over;
    int32_t buffer = rich_buffer(m, a);
    if (wait >= 0 && next - l->end[a] > wait) { x->due[a] = next - wait; return 0; }
    if (m->p.op_holds && m->p.op_holds[a] && x->until[x->block[a]] < next) { x->hold[a] = next; return 0; }
    if (buffer < 0) return 1;
    over = c12__sched_short_use(m, &x->use, buffer, l->end[a], next, 1);
    if (over) x->due[a] = c12__min64(over, next);
    return !over;
}

/* A frozen operation cannot be put anew: what does not fit behind it is broken. */
static void rich_tie_frozen(const c12__sched_model *m, c12__sched_list *l, int32_t f)
{
    c12__sched_rich *x = &l->rich;
    int64_t next = l->start[f + 1], wait = c12__at64(m->p.wait_max, f, -1);
    int32_t buffer = rich_buffer(m, f);
    if (wait >= 0 && next - l->end[f] > wait) l->broken += next - l->end[f] - wait;
    if (m->p.op_holds && m->p.op_holds[f]) x->until[x->block[f]] = c12__max64(x->until[x->block[f]], next);
    if (buffer >= 0 && c12__sched_short_use(m, &x->use, buffer, l->end[f], next, 1)) l->broken++;
    rich_stay(m, l, f, 1);
}

static void rich_open_chain(const c12__sched_model *m, c12__sched_list *l, int32_t head, int32_t end, int64_t low)
{
    for (int32_t o = head; o < end; o++) {
        l->mode[o] = l->want[o];
        l->rich.low[o] = m->patient ? c12__max64(low, l->floor[o]) : low;
        l->rich.due[o] = l->rich.hold[o] = 0;
    }
}

/* Take operation o of the chain from `head` out again, with the stay before it. */
static void rich_back(const c12__sched_model *m, c12__sched_list *l, int32_t head, int32_t o)
{
    if (o > head) rich_stay(m, l, o - 1, -1);
    rich_drop(m, l, o);
}

/* Place the chain [head, end), no operation before `low`; 0 and nothing placed when that fails. */
static int rich_place(const c12__sched_model *m, c12__sched_list *l, int32_t head, int32_t end, int64_t low)
{
    int64_t tries = RICH_TRIES + (int64_t)100 * (end - head);
    rich_spot s;
    rich_open_chain(m, l, head, end, low);
    for (int32_t o = head; o < end;) {
        if (!tries-- || !rich_choose(m, l, o, &s)) {
            while (o-- > head) rich_back(m, l, head, o);
            return 0;
        }
        rich_put(m, l, o, &s);
        if (o > head && !rich_tie(m, l, o - 1, l->start[o])) {
            rich_drop(m, l, o--);
            rich_back(m, l, head, o);
            continue;
        }
        if (o > head) rich_stay(m, l, o - 1, 1);
        if (o + 1 == end && c12__sched_linked(m, o) && rich_frozen(m, o + 1) && !rich_tie(m, l, o, l->start[o + 1])) { rich_back(m, l, head, o); continue; }
        o++;
    }
    return 1;
}

/* Behind everything there is always room, unless a calendar or a level says no. */
static int64_t rich_latest(const c12__sched_model *m, const c12__sched_list *l)
{
    int64_t t = 0;
    for (int32_t k = 0; k < m->p.n_machines; k++)
        if (l->rich.last[k] >= 0) t = c12__max64(t, l->rich.until[l->rich.last[k]]);
    return t;
}

static int rich_place_chain(const c12__sched_model *m, c12__sched_list *l, int32_t head, int32_t end)
{
    if (c12__sched_gone(m, head)) { /* alone: S9 */
        l->start[head] = l->end[head] = rich_ready(m, l, head);
        l->mode[head] = 0;
        return 1;
    }
    if (!rich_place(m, l, head, end, 0) && !rich_place(m, l, head, end, rich_latest(m, l))) return 0;
    if (c12__sched_linked(m, end - 1) && rich_frozen(m, end)) rich_stay(m, l, end - 1, 1);
    if (!rich_first(m, head) && rich_frozen(m, head - 1) && c12__sched_linked(m, head - 1)) rich_tie_frozen(m, l, head - 1);
    return 1;
}

/* ---- the list ------------------------------------------------------------------------------------------------------------ */

/* What must follow a frozen operation goes first: nothing else may take its place. */
static void rich_queue(const c12__sched_model *m, c12__sched_list *l, int32_t o)
{
    if (rich_frozen(m, o)) return;
    if (c12__sched_gone(m, o)) { c12__heap_put(&l->ready, o, INT64_MIN); return; } /* takes nothing, holds nobody up */
    int64_t key = l->key[o] + (l->by_ready ? rich_ready(m, l, o) : 0);
    if (!rich_first(m, o) && rich_frozen(m, o - 1) && c12__sched_linked(m, o - 1)) key = INT64_MIN / 2 + key / 4;
    c12__heap_put(&l->ready, o, key);
}

/* The tick up to which a frozen operation that takes no time keeps its machine. */
static int64_t rich_idle_until(const c12__sched_model *m, int32_t o)
{
    if (!m->p.op_holds || !m->p.op_holds[o] || !c12__sched_linked(m, o)) return m->p.fixed_start[o];
    return rich_frozen(m, o + 1) ? m->p.fixed_start[o + 1] : INT64_MAX;
}

/* Frozen operations by start; those of one family and start on a batch machine are a batch.  What was reported is not asked for anything. */
static void rich_put_frozen(const c12__sched_model *m, c12__sched_list *l, int32_t o)
{
    c12__sched_rich *x = &l->rich;
    int32_t mode = c12__at32(m->p.fixed_mode, o, -1);
    if (mode < 0) mode = l->want[o] >= 0 ? l->want[o] : 0;
    int64_t row = m->p.mode_off[o] + mode, ticks = m->p.mode_ticks[row], start = m->p.fixed_start[o];
    rich_spot s = { start, start, start, 0, mode, m->p.mode_machine[row], -1, -1 };
    int idle = c12__sched_told(m, o) ? m->p.fixed_end[o] == start : !ticks;
    s.after = x->last[s.machine];
    while (idle && s.after >= 0 && l->end[s.after] == start && l->start[s.after] == start && rich_idle_until(m, s.after) > rich_idle_until(m, o)) s.after = x->prev[s.after];
    if (c12__sched_told(m, o)) {
        s.end = m->p.fixed_end[o];
        s.until = s.after < 0 ? s.end : c12__max64(s.end, x->until[s.after]); /* reports may overlap one another */
        rich_put(m, l, o, &s);
        return;
    }
    if (!c12__sched_usable(m, o, mode)) l->broken++;
    if (s.after >= 0 && rich_batch(m, s.machine) > 1 && l->start[s.after] == start && rich_suits(m, l, o, s.after, ticks, s.machine)) s.join = s.after;
    s.end = s.until = c12__sched_end_at(m, s.machine, start, s.join < 0 ? ticks : c12__max64(ticks, x->work[s.join]), rich_pauses(m, o));
    rich_put(m, l, o, &s);
}

/* Resources are taken once batches, and so ends, are known: by what was reported even when there are not enough of them. */
static void rich_begin_frozen(const c12__sched_model *m, c12__sched_list *l)
{
    for (int32_t k = 0; k < m->frozen_n; k++) rich_put_frozen(m, l, m->frozen[k]);
    c12__sched_begin_use(m, &l->rich.use);
    for (int32_t k = 0; k < m->frozen_n; k++)
        if (c12__sched_told(m, m->frozen[k])) rich_use(m, l, m->frozen[k], 1);
    for (int32_t k = 0; k < m->frozen_n; k++) {
        int32_t o = m->frozen[k];
        if (c12__sched_told(m, o)) continue;
        if (rich_short(m, l, o, l->start[o], l->end[o])) l->broken++;
        rich_use(m, l, o, 1);
    }
    for (int32_t k = 0; k < m->frozen_n; k++)
        if (c12__sched_linked(m, m->frozen[k]) && rich_frozen(m, m->frozen[k] + 1)) rich_tie_frozen(m, l, m->frozen[k]);
}

static void rich_begin(const c12__sched_model *m, c12__sched_list *l)
{
    l->setups = l->broken = 0;
    l->placed = 0;
    for (int32_t k = 0; k < m->p.n_machines; k++) l->rich.first[k] = l->rich.last[k] = -1;
    l->ready.n = 0;
    for (int32_t o = 0; o < m->n; o++) {
        l->ready.slot[o] = l->rich.block[o] = -1;
        l->missing[o] = m->need[o];
        l->mode[o] = l->want[o];
        l->rich.hold[o] = l->start[o] = l->end[o] = 0;
    }
    c12__sched_begin_use(m, &l->rich.use);
    rich_begin_frozen(m, l);
    for (int32_t o = 0; o < m->n; o++)
        if (m->lead[o] == o && !l->missing[o]) rich_queue(m, l, o);
}

static void rich_release(const c12__sched_model *m, c12__sched_list *l, int32_t o)
{
    if (!rich_final(m, o) && m->lead[o + 1] != m->lead[o] && !--l->missing[o + 1]) rich_queue(m, l, o + 1);
    for (int64_t e = m->p.op_pred_off ? m->succ_off[o] : 0; m->p.op_pred_off && e < m->succ_off[o + 1]; e++) {
        int32_t lead = m->lead[m->succ[e]];
        if (lead != m->lead[o] && !--l->missing[lead]) rich_queue(m, l, lead);
    }
}

/* Does a frozen operation start while another that was not reported has the machine, or without its set-up, or in a break? */
static void rich_walk_frozen(const c12__sched_model *m, c12__sched_list *l, int32_t machine, int32_t before, int32_t worked, int32_t b, int64_t set_up)
{
    int64_t start = l->start[b], until = before >= 0 ? rich_until(m, l, before, b) : 0;
    int told = c12__sched_told(m, b);
    if (told && before >= 0 && c12__sched_told(m, before)) return;
    if (start < until) l->broken += c12__min64(C12_SCHED_HORIZON, until) - start;
    else if (!told && set_up && !c12__sched_setup_fits(m, machine, rich_free_from(m, l, before, worked, b), set_up, start, rich_pauses(m, b))) l->broken++;
    if (!told && (c12__sched_start_at(m, machine, 0, 0, start, l->rich.work[b], rich_pauses(m, b)) != start || l->end[b] > C12_SCHED_HORIZON)) l->broken++;
    l->broken = c12__min64(l->broken, C12_SCHED_HORIZON);
}

/* Set-ups, and what frozen operations break on their machines. */
static void rich_walk_machine(const c12__sched_model *m, c12__sched_list *l, int32_t machine)
{
    const c12__sched_rich *x = &l->rich;
    int32_t before = -1, worked = -1;
    for (int32_t b = x->first[machine]; b >= 0; before = b, b = x->next[b]) {
        int64_t ticks = x->work[b], set_up = ticks ? rich_setup(m, worked, b) : 0;
        l->setups += set_up;
        if (m->frozen_n) rich_walk_frozen(m, l, machine, before, worked, b, set_up);
        if (ticks) worked = b;
    }
}

/* Ticks by which frozen operations start or end too early. */
static int64_t rich_faults(const c12__sched_model *m, const c12__sched_list *l)
{
    int64_t sum = l->broken;
    for (int32_t k = 0; k < m->frozen_n; k++) {
        int32_t o = m->frozen[k];
        if (c12__sched_told(m, o)) continue;
        int64_t due = rich_due(m, l, o, l->rich.work[l->rich.block[o]]);
        sum += c12__max64(0, rich_ready(m, l, o) - l->start[o]) + c12__max64(0, due - l->end[o]);
        if (sum > C12_SCHED_HORIZON) return C12_SCHED_HORIZON;
    }
    return sum;
}

int64_t c12__sched_run_rich(const c12__sched_model *m, c12__sched_list *l)
{
    rich_begin(m, l);
    while (l->ready.n) {
        int32_t head = c12__heap_pop(&l->ready), end = head + 1;
        while (end < m->n && m->lead[end] == head) end++;
        if (!rich_place_chain(m, l, head, end)) break;
        for (int32_t o = head; o < end; o++) l->order[l->placed++] = o;
        for (int32_t o = head; o < end; o++) rich_release(m, l, o);
    }
    if (l->placed + m->frozen_n < m->n) return C12__SCHED_BROKEN + C12_SCHED_HORIZON + m->n - l->placed; /* no place, or chains wait for each other */
    for (int32_t k = 0; k < m->p.n_machines; k++) rich_walk_machine(m, l, k);
    int64_t faults = rich_faults(m, l);
    return faults ? C12__SCHED_BROKEN + faults : c12__sched_goal(m, l->start, l->end, l->mode, l->setups);
}
