/* SPDX-License-Identifier: Apache-2.0 */
/* Date mode: every id, sign, rule and window is looked at once at the door; then items in plan order, each gathering its events from its
 * demand, its receipts and its parents' orders. */
#include "base/sort.h"
#include "mrp/mrp_date.h"
#include "mrp/mrp_lot.h"

/* ---- memory ------------------------------------------------------------------------------------------------------ */

typedef struct date_run {
    const c12__mrp_date *m;
    int64_t *demand_start, *receipt_start; /* [n + 1] into ... */
    int32_t *demand_row, *receipt_row;     /* ... rows sorted by (item, date, row) */
    int64_t *line_start, *line;            /* lines by child */
    int32_t *parent;                       /* of each line */
    int64_t *first, *end;                  /* [n] an item's run of orders */
    int64_t *short_first, *short_end;      /* [n] and of shortages */
    c12__date_orders orders;
    c12__date_shorts shorts;
    c12__date_event *gather, *spare;       /* [gather_room + n_safety + 1]; spare is free while an item is netted */
    int64_t *least;                        /* as much */
    c12__date_receipt *receipts;           /* [n_receipts] of the item in hand */
    int64_t *need;                         /* [n_receipts] in the order of receipt_row: when it is needed */
    int64_t *key;                          /* [longest] for sorting, as is ... */
    int32_t *other;                        /* ... [longest] this */
    int32_t *level, *order, *degree, *queue;
    int64_t gather_room;
} date_run;

/* The one list of what scratch holds: it measures and it carves. */
static void date_lay_out(date_run *r, c12__arena *a, int32_t n, int64_t lines, int64_t n_demand, int64_t n_receipts, int64_t n_safety, int64_t room)
{
    int64_t longest = c12__max64(n_demand, n_receipts), dates = n_demand + room + n_safety + 1;
    r->demand_start = C12__CARVE(a, int64_t, n + (int64_t)1);
    r->receipt_start = C12__CARVE(a, int64_t, n + (int64_t)1);
    r->demand_row = C12__CARVE(a, int32_t, n_demand);
    r->receipt_row = C12__CARVE(a, int32_t, n_receipts);
    r->line_start = C12__CARVE(a, int64_t, n + (int64_t)1);
    r->line = C12__CARVE(a, int64_t, lines);
    r->parent = C12__CARVE(a, int32_t, lines);
    r->first = C12__CARVE(a, int64_t, n);
    r->end = C12__CARVE(a, int64_t, n);
    r->short_first = C12__CARVE(a, int64_t, n);
    r->short_end = C12__CARVE(a, int64_t, n);
    r->orders.due = C12__CARVE(a, int64_t, room);
    r->orders.release = C12__CARVE(a, int64_t, room);
    r->orders.qty = C12__CARVE(a, int64_t, room);
    r->orders.late = C12__CARVE(a, int64_t, room);
    r->shorts.at = C12__CARVE(a, c12__date_event, room);
    r->orders.room = r->shorts.room = room;
    r->gather_room = n_demand + room;
    r->gather = C12__CARVE(a, c12__date_event, dates);
    r->spare = C12__CARVE(a, c12__date_event, dates);
    r->least = C12__CARVE(a, int64_t, dates);
    r->receipts = C12__CARVE(a, c12__date_receipt, n_receipts);
    r->need = C12__CARVE(a, int64_t, n_receipts);
    r->key = C12__CARVE(a, int64_t, longest);
    r->other = C12__CARVE(a, int32_t, longest);
    r->level = C12__CARVE(a, int32_t, n);
    r->order = C12__CARVE(a, int32_t, n);
    r->degree = C12__CARVE(a, int32_t, n);
    r->queue = C12__CARVE(a, int32_t, n);
}

size_t c12_mrp_date_scratch(int32_t n_items, int64_t n_lines, int64_t n_demand, int64_t n_receipts, int64_t n_safety, int64_t order_room)
{
    if (n_items < 0 || n_lines < 0 || n_demand < 0 || n_receipts < 0 || n_safety < 0 || order_room < 0) return 0;
    if (n_demand > INT32_MAX || n_receipts > INT32_MAX || n_safety > INT32_MAX || order_room > INT32_MAX - n_demand) return SIZE_MAX;
    date_run r;
    c12__arena a = c12__arena_measure();
    date_lay_out(&r, &a, n_items, n_lines, n_demand, n_receipts, n_safety, order_room);
    size_t net = c12__arena_need(&a), check = c12__mrp_date_check_bytes(n_items, n_lines, n_demand, n_receipts, n_safety, order_room);
    return net > check ? net : check;
}

c12_status c12__mrp_date_scratch_full(const c12__mrp_date *m, c12_error *err)
{
    size_t need = c12_mrp_date_scratch(m->n, m->lines, m->in.n_demand, m->in.n_receipts, m->in.n_safety, m->in.order_room);
    return c12__fail(err, C12_E_SPACE, "scratch is too small", "scratch", -1, need == SIZE_MAX ? INT64_MAX : (int64_t)need);
}

/* ---- validation -------------------------------------------------------------------------------------------------- */

enum { DATE_BITS = 60 };
static const int64_t date_limit = (int64_t)1 << DATE_BITS;

static void check_dated_rows(c12__faults *f, const int32_t *item, const c12_tick *date, const c12_qty *qty, int64_t n, int32_t n_items, const char *const field[3])
{
    const void *column[3] = { item, date, qty };
    for (int k = 0; k < 3 && n; k++)
        if (!column[k]) { c12__fault(f, C12_E_ARG, "column is NULL", field[k], -1, 0); return; }
    for (int64_t r = 0; r < n && !c12__full(f); r++) {
        if (item[r] < 0 || item[r] >= n_items) c12__fault(f, C12_E_RANGE, "item out of range", field[0], r, item[r]);
        if (qty[r] < 0) c12__fault(f, C12_E_RANGE, "quantity is negative", field[2], r, qty[r]);
    }
}

static void check_dated_safety(c12__faults *f, const c12_mrp_date_input *in, int32_t n_items)
{
    static const char *const field[3] = { "safety_item", "safety_date", "safety_qty" };
    check_dated_rows(f, in->safety_item, in->safety_date, in->safety_qty, in->n_safety, n_items, field);
    if (!in->safety_item || !in->safety_date || !in->safety_qty) return;
    for (int64_t r = 1; r < in->n_safety && !c12__full(f); r++) {
        const int32_t *item = in->safety_item + r;
        if (item[-1] > *item || (item[-1] == *item && in->safety_date[r - 1] >= in->safety_date[r]))
            c12__fault(f, C12_E_RANGE, "rows must rise by item, then date", "safety_date", r, in->safety_date[r]);
    }
}

static void check_row_kinds(c12__faults *f, const int32_t *kind, int64_t n, const char *field)
{
    for (int64_t r = 0; kind && r < n && !c12__full(f); r++)
        if (kind[r] != 0 && kind[r] != 1) c12__fault(f, C12_E_RANGE, "unknown kind", field, r, kind[r]);
}

static void check_phantom_demand(c12__faults *f, const c12_mrp_date_input *in)
{
    for (int64_t r = 0; in->phantom_demand && in->item_type && r < in->n_demand && !c12__full(f); r++)
        if (in->item_type[in->demand_item[r]] == C12_MRP_PHANTOM) c12__fault(f, C12_E_RANGE, "demand for a phantom", "demand_item", r, in->demand_item[r]);
}

static void check_sign(c12__faults *f, const c12_qty *column, int32_t n, const char *field)
{
    for (int32_t i = 0; column && i < n && !c12__full(f); i++)
        if (column[i] < 0) c12__fault(f, C12_E_RANGE, "value is negative", field, i, column[i]);
}

static void check_date_lot(c12__faults *f, const c12_mrp_date_input *in, int32_t i)
{
    int64_t min = c12__at64(in->lot_min, i, 0), max = c12__at64(in->lot_max, i, 0);
    int32_t rule = c12__at32(in->lot_rule, i, C12_MRP_LOT_FOR_LOT);
    switch (rule) {
    case C12_MRP_LOT_FOR_LOT: return;
    case C12_MRP_FIXED:
        if (c12__at64(in->lot_size, i, 1) <= 0) c12__fault(f, C12_E_RANGE, "fixed lot must be positive", "lot_size", i, in->lot_size[i]);
        return;
    case C12_MRP_MIN_MULTIPLE:
        if (c12__at64(in->lot_multiple, i, 1) <= 0) c12__fault(f, C12_E_RANGE, "lot multiple must be positive", "lot_multiple", i, in->lot_multiple[i]);
        if (max && max < min) c12__fault(f, C12_E_RANGE, "lot maximum is below the minimum", "lot_max", i, max);
        return;
    case C12_MRP_PERIODS:
        if (c12__at32(in->lot_periods, i, 1) <= 0) c12__fault(f, C12_E_RANGE, "periods of supply must be positive", "lot_periods", i, in->lot_periods[i]);
        return;
    case C12_MRP_MIN_MAX:
        if (max < min) c12__fault(f, C12_E_RANGE, "order-up-to level is below the reorder point", "lot_max", i, max);
        return;
    default:
        if (rule < C12_MRP_LOT_FOR_LOT || rule > C12_MRP_WAGNER_WHITIN) c12__fault(f, C12_E_RANGE, "unknown lot rule", "lot_rule", i, rule);
    }
}

static void check_dated_items(c12__faults *f, const c12_mrp_date_input *in, int32_t n)
{
    if (!in->negative_stock) check_sign(f, in->on_hand, n, "on_hand");
    check_sign(f, in->safety, n, "safety");
    check_sign(f, in->lot_min, n, "lot_min");
    check_sign(f, in->lot_max, n, "lot_max");
    check_sign(f, in->order_cost, n, "order_cost");
    check_sign(f, in->holding_cost, n, "holding_cost");
    for (int32_t i = 0; i < n && !c12__full(f); i++) {
        int32_t type = c12__at32(in->item_type, i, C12_MRP_BUY), lead = c12__at32(in->lead_time, i, 0), calendar = c12__at32(in->item_calendar, i, -1);
        if (type < C12_MRP_BUY || type > C12_MRP_PHANTOM) c12__fault(f, C12_E_RANGE, "unknown item type", "item_type", i, type);
        if (lead < 0) c12__fault(f, C12_E_RANGE, "lead time is negative", "lead_time", i, lead);
        if (c12__at32(in->demand_fence, i, 0) < 0) c12__fault(f, C12_E_RANGE, "demand time fence is negative", "demand_fence", i, in->demand_fence[i]);
        if (c12__at32(in->planning_fence, i, 0) < 0) c12__fault(f, C12_E_RANGE, "planning time fence is negative", "planning_fence", i, in->planning_fence[i]);
        if (c12__at32(in->safety_time, i, 0) < 0) c12__fault(f, C12_E_RANGE, "safety time is negative", "safety_time", i, in->safety_time[i]);
        if (in->yield_ppm && (in->yield_ppm[i] < 1 || in->yield_ppm[i] > 1000000)) c12__fault(f, C12_E_RANGE, "yield must be 1..1000000 ppm", "yield_ppm", i, in->yield_ppm[i]);
        if (calendar < -1 || calendar >= in->n_calendars) c12__fault(f, C12_E_RANGE, "calendar out of range", "item_calendar", i, calendar);
        check_date_lot(f, in, i);
    }
}

static void check_windows(c12__faults *f, const c12_mrp_date_input *in)
{
    int64_t windows;
    c12__csr_check(f, in->calendar_off, in->n_calendars, "calendar_off", &windows);
    if (f->count || !windows) return;
    if (!in->window_from) { c12__fault(f, C12_E_ARG, "column is NULL", "window_from", -1, 0); return; }
    if (!in->window_to) { c12__fault(f, C12_E_ARG, "column is NULL", "window_to", -1, 0); return; }
    for (int32_t c = 0; c < in->n_calendars; c++) {
        int64_t free = -date_limit;
        for (int64_t w = in->calendar_off[c]; w < in->calendar_off[c + 1] && !c12__full(f); w++) {
            int64_t from = in->window_from[w], to = in->window_to[w];
            if (from < free) c12__fault(f, C12_E_RANGE, "window starts before the one before it ends, or before -2^60", "window_from", w, from);
            if (to <= from || to > date_limit) c12__fault(f, C12_E_RANGE, "window ends before it starts, or after 2^60", "window_to", w, to);
            free = to;
        }
    }
}

static c12_status check_span(const c12_mrp_date_input *in, c12_error *err)
{
    if (in->n_demand < 0 || in->n_demand > INT32_MAX) return c12__fail(err, C12_E_ARG, "count is negative or above 2^31-1", "n_demand", -1, in->n_demand);
    if (in->n_receipts < 0 || in->n_receipts > INT32_MAX) return c12__fail(err, C12_E_ARG, "count is negative or above 2^31-1", "n_receipts", -1, in->n_receipts);
    if (in->n_safety < 0 || in->n_safety > INT32_MAX) return c12__fail(err, C12_E_ARG, "count is negative or above 2^31-1", "n_safety", -1, in->n_safety);
    if (in->negative_stock != 0 && in->negative_stock != 1) return c12__fail(err, C12_E_ARG, "must be 0 or 1", "negative_stock", -1, in->negative_stock);
    if (in->phantom_demand != 0 && in->phantom_demand != 1) return c12__fail(err, C12_E_ARG, "must be 0 or 1", "phantom_demand", -1, in->phantom_demand);
    if (in->message_qty < 0) return c12__fail(err, C12_E_ARG, "damping is negative", "message_qty", -1, in->message_qty);
    if (in->message_shift < 0) return c12__fail(err, C12_E_ARG, "damping is negative", "message_shift", -1, in->message_shift);
    if (in->order_room < 0 || in->order_room > INT32_MAX - in->n_demand) return c12__fail(err, C12_E_ARG, "room is negative, or above 2^31-1 with the demand rows", "order_room", -1, in->order_room);
    if (in->n_calendars < 0) return c12__fail(err, C12_E_ARG, "count is negative", "n_calendars", -1, in->n_calendars);
    if (in->today < 0 || in->today >= date_limit) return c12__fail(err, C12_E_RANGE, "today must be 0..2^60-1", "today", -1, in->today);
    if (in->horizon <= in->today || in->horizon > date_limit) return c12__fail(err, C12_E_RANGE, "the horizon must lie after today and at 2^60 or before", "horizon", -1, in->horizon);
    if (in->origin < 0 || in->origin > in->today) return c12__fail(err, C12_E_RANGE, "the origin must be 0..today", "origin", -1, in->origin);
    if (in->scrap != C12_SCRAP_ADD && in->scrap != C12_SCRAP_YIELD) return c12__fail(err, C12_E_ARG, "unknown scrap rule", "scrap", -1, in->scrap);
    return C12_OK;
}

c12_status c12__mrp_date_open(c12__mrp_date *m, const c12_mrp_date_input *in, c12_error *err)
{
    static const char *const demand[3] = { "demand_item", "demand_date", "demand_qty" };
    static const char *const receipt[3] = { "receipt_item", "receipt_date", "receipt_qty" };
    c12_bom b;
    c12_status s = c12__take(&m->in, sizeof m->in, in, "in", err);
    if (s || (s = c12__take(&b, sizeof b, m->in.bom, "bom", err)) || (s = check_span(&m->in, err))) return s;
    c12__gozinto graph = { b.line_off, b.line_child, b.line_num, b.line_den, b.line_scrap_ppm, b.line_from, b.line_to, b.n_items, 0, b.line_kind };
    m->graph = graph;
    m->line_offset = b.line_offset;
    m->n = b.n_items;
    m->reserved = 0;
    c12__faults f = { err, C12_OK, 0 };
    c12__gozinto_check(&f, &graph);
    if (f.count) return f.status;
    m->lines = m->n ? b.line_off[m->n] : 0;
    check_windows(&f, &m->in);
    check_dated_items(&f, &m->in, m->n);
    check_dated_rows(&f, m->in.demand_item, m->in.demand_date, m->in.demand_qty, m->in.n_demand, m->n, demand);
    check_dated_rows(&f, m->in.receipt_item, m->in.receipt_date, m->in.receipt_qty, m->in.n_receipts, m->n, receipt);
    check_row_kinds(&f, m->in.demand_kind, m->in.n_demand, "demand_kind");
    check_row_kinds(&f, m->in.receipt_kind, m->in.n_receipts, "receipt_kind");
    check_dated_safety(&f, &m->in, m->n);
    if (!f.count) check_phantom_demand(&f, &m->in);
    return f.status;
}

c12_status c12__mrp_date_take_plan(c12_mrp_date_plan *p, const c12_mrp_date_plan *plan, c12_error *err)
{
    c12_status s = c12__take(p, sizeof *p, plan, "plan", err);
    if (s) return s;
    if (p->order_cap < 0) return c12__fail(err, C12_E_ARG, "capacity is negative", "order_cap", -1, p->order_cap);
    if (p->exc_cap < 0) return c12__fail(err, C12_E_ARG, "capacity is negative", "exc_cap", -1, p->exc_cap);
    if (p->order_cap && (!p->order_item || !p->order_due || !p->order_release || !p->order_qty || !p->order_late))
        return c12__fail(err, C12_E_ARG, "order column is NULL", "order_item", -1, 0);
    if (p->exc_cap && (!p->exc_item || !p->exc_date || !p->exc_kind || !p->exc_to || !p->exc_qty))
        return c12__fail(err, C12_E_ARG, "exception column is NULL", "exc_item", -1, 0);
    return C12_OK;
}

/* ---- an item's events -------------------------------------------------------------------------------------------- */

static void sort_dated(const date_run *r, const int32_t *item, const int64_t *date, int64_t n, int32_t *row, int64_t *start)
{
    int64_t k = 0;
    c12__sort_rows(date, (int32_t)n, row, r->other);
    for (int64_t j = 0; j < n; j++) r->key[j] = item[j];
    c12__sort_rows_again(r->key, (int32_t)n, row, r->other);
    for (int32_t i = 0; i <= r->m->n; i++) {
        while (k < n && item[row[k]] < i) k++;
        start[i] = k;
    }
}

static int64_t run_end(const c12__date_event *e, int64_t at, int64_t n)
{
    if (at == n) return n;
    do at++; while (at < n && e[at - 1].date <= e[at].date);
    return at;
}

/* Append e to the events from `first` on; one of the same date takes its quantity. */
static int add_event(c12__date_event *to, int64_t first, int64_t *n, const c12__date_event *e)
{
    if (*n > first && to[*n - 1].date == e->date) return c12__add64(to[*n - 1].qty, e->qty, &to[*n - 1].qty);
    to[(*n)++] = *e;
    return 0;
}

/* Merge neighbouring runs two and two; *n events remain in *runs merged runs.  1 when a quantity does not fit; *at says on which date. */
static int merge_pass(const c12__date_event *from, c12__date_event *to, int64_t *n, int64_t *runs, int64_t *at)
{
    int64_t out = 0;
    *runs = 0;
    for (int64_t a = 0, mid, end; a < *n; a = end, ++*runs) {
        const int64_t first = out;
        int64_t b = mid = run_end(from, a, *n);
        end = run_end(from, mid, *n);
        while (a < mid || b < end) {
            const c12__date_event *e = b == end || (a < mid && from[a].date <= from[b].date) ? &from[a++] : &from[b++];
            *at = e->date;
            if (add_event(to, first, &out, e)) return 1;
        }
    }
    *n = out;
    return 0;
}

/* Natural merge sort: demand and every parent's orders are runs already.  Afterwards dates are apart. */
static c12_status merge_events(date_run *r, int64_t *n, int32_t i, c12_error *err)
{
    int64_t runs = 2, at = 0;
    while (runs > 1) {
        if (merge_pass(r->gather, r->spare, n, &runs, &at)) return c12__fail(err, C12_E_OVERFLOW, "gross requirement does not fit 64 bits", "gross", i, at);
        c12__date_event *done = r->spare;
        r->spare = r->gather;
        r->gather = done;
    }
    return C12_OK;
}

static int line_effective(const c12__mrp_date *m, int64_t line, int64_t date)
{
    int32_t to = c12__at32(m->graph.to, line, INT32_MAX);
    return date - m->in.origin >= c12__at32(m->graph.from, line, 0) && (to == INT32_MAX || date - m->in.origin < to);
}

/* The next quantity that an item's orders k.. ask for at once (R4): all past-due ones, or those of one release date. */
static int take_release(const c12__date_orders *o, int64_t *k, int64_t end, c12__date_event *asked)
{
    const int late = o->late[*k] != 0;
    asked->date = o->release[*k];
    asked->qty = 0;
    for (; *k < end && (o->late[*k] != 0) == late && o->release[*k] == asked->date; ++*k)
        if (c12__add64(asked->qty, o->qty[*k], &asked->qty)) return 1;
    return 0;
}

/* One requirement more of the item in hand. */
static void ask_for_more(date_run *r, c12__date_row *row, int64_t date, int64_t qty)
{
    c12__date_event e = { c12__max64(date - row->safety_time, row->today), qty };
    r->gather[row->n_taken++] = e;
    if (row->asked >= 0 && c12__add64(row->asked, qty, &row->asked)) row->asked = -1;
}

static c12_status gather_line(date_run *r, int64_t line, c12__date_row *row, c12_error *err)
{
    const c12__mrp_date *m = r->m;
    const c12__gozinto *g = &m->graph;
    const int32_t parent = r->parent[line];
    const int64_t end = r->end[parent];
    for (int64_t k = r->first[parent]; k < end;) {
        c12__date_event asked;
        int over = take_release(&r->orders, &k, end, &asked);
        int64_t date = c12__max64(asked.date + c12__at32(m->line_offset, line, 0), row->today);
        if (!over && (date >= row->horizon || !line_effective(m, line, asked.date))) continue;
        if (!over) over = (m->in.scrap == C12_SCRAP_ADD ? c12__explode_qty : c12__explode_yield)(asked.qty, g->num[line], c12__at64(g->den, line, 1), c12__at32(g->ppm, line, 0), &asked.qty);
        if (over) return c12__fail(err, C12_E_OVERFLOW, "gross requirement does not fit 64 bits", "gross", g->child[line], asked.date);
        ask_for_more(r, row, date, asked.qty);
    }
    return C12_OK;
}

/* R20: what falls off when the parent's good pieces are there is so much less to be asked for. */
static c12_status gather_shed(date_run *r, int64_t line, c12__date_row *row, c12_error *err)
{
    const c12__mrp_date *m = r->m;
    const c12__gozinto *g = &m->graph;
    const int32_t parent = r->parent[line];
    for (int64_t k = r->first[parent]; k < r->end[parent]; k++) {
        int64_t date = c12__max64(r->orders.due[k] + c12__at32(m->line_offset, line, 0), row->today), fallen;
        if (date >= row->horizon || !line_effective(m, line, r->orders.release[k])) continue;
        if (c12__mrp_fall_off(c12__mrp_date_good(m, parent, r->orders.qty[k]), g->num[line], c12__at64(g->den, line, 1), &fallen))
            return c12__fail(err, C12_E_OVERFLOW, "projected available does not fit 64 bits", "projected", g->child[line], date);
        c12__date_event e = { date, -fallen };
        r->gather[row->n_taken++] = e;
    }
    return C12_OK;
}

/* The room that always suffices: an item orders at most on each of its dates, on its demand's, its receipts', its floors', its parents'
 * orders', when its fence ends, and today. */
static int64_t enough_room(date_run *r)
{
    const c12__mrp_date *m = r->m;
    const int64_t dates = m->in.horizon - m->in.today;
    int64_t all = 0, *most = r->end;
    for (int32_t k = 0; k < m->n; k++) {
        int32_t i = r->order[k];
        int64_t own = 2 + r->demand_start[i + 1] - r->demand_start[i] + r->receipt_start[i + 1] - r->receipt_start[i] + c12__mrp_date_row(m, i).n_floors;
        most[i] = c12__min64(dates, own);
        for (int64_t e = r->line_start[i]; e < r->line_start[i + 1]; e++) most[i] = c12__min64(dates, most[i] + most[r->parent[r->line[e]]]);
        if (c12__add64(all, most[i], &all)) return INT64_MAX;
    }
    return all;
}

static c12_status no_order_room(date_run *r, c12_error *err)
{
    int64_t twice = c12__max64(2 * r->m->in.order_room, 64);
    return c12__fail(err, C12_E_SPACE, "more planned orders than scratch was given room for", "order_room", -1, c12__min64(twice, enough_room(r)));
}

/* R18: orders count always, forecasts from the item's demand time fence on. */
static int demand_counts(const c12_mrp_date_input *in, int32_t row, int64_t date)
{
    return !in->demand_kind || in->demand_kind[row] == C12_MRP_ORDER || date - in->today >= c12__at32(in->demand_fence, in->demand_item[row], 0);
}

/* Demand and parents' orders by date.  Lines of one parent to one item may ask on the same dates: they are merged when room runs out. */
static c12_status gather_taken(date_run *r, int32_t i, c12__date_row *row, c12_error *err)
{
    const c12_mrp_date_input *in = &r->m->in;
    c12_status s = C12_OK;
    for (int64_t k = r->demand_start[i]; k < r->demand_start[i + 1]; k++) {
        int32_t d = r->demand_row[k];
        int64_t date = c12__max64(in->demand_date[d], in->today);
        if (date < in->horizon && demand_counts(in, d, date)) ask_for_more(r, row, date, in->demand_qty[d]);
    }
    for (int64_t k = r->line_start[i]; k < r->line_start[i + 1] && !s; k++) {
        const int64_t e = r->line[k], run = r->end[r->parent[e]] - r->first[r->parent[e]];
        if (row->n_taken + run > r->gather_room) s = merge_events(r, &row->n_taken, i, err);
        if (!s && row->n_taken + run > r->gather_room) return no_order_room(r, err);
        if (!s) s = (c12__gozinto_by_product(&r->m->graph, e) ? gather_shed : gather_line)(r, e, row, err);
    }
    return s ? s : merge_events(r, &row->n_taken, i, err);
}

static int64_t gather_dated_receipts(const date_run *r, int32_t i)
{
    const c12_mrp_date_input *in = &r->m->in;
    int64_t n = 0;
    for (int64_t k = r->receipt_start[i]; k < r->receipt_start[i + 1]; k++) {
        int32_t row = r->receipt_row[k];
        c12__date_receipt e = { c12__max64(in->receipt_date[row], in->today), in->receipt_qty[row], c12__at32(in->receipt_kind, row, C12_MRP_SCHEDULED) == C12_MRP_FIRM, 0 };
        if (e.date < in->horizon) r->receipts[n++] = e;
    }
    return n;
}

/* Messages see each firm order by what comes out of it. */
static void receive_good(const date_run *r, int32_t i, int64_t n)
{
    for (int64_t k = 0; k < n; k++) {
        c12__date_receipt *e = &r->receipts[k];
        if (e->firm) e->qty = c12__mrp_date_good(r->m, i, e->qty);
        e->firm = 0;
    }
}

/* ---- the whole plan ---------------------------------------------------------------------------------------------- */

static c12_status plan_item(date_run *r, int32_t i, c12_error *err)
{
    c12__date_row row = c12__mrp_date_row(r->m, i);
    int64_t at = 0;
    c12_status s = gather_taken(r, i, &row, err);
    if (s) return s;
    row.taken = r->gather;
    row.need = r->spare;
    row.least = r->least;
    row.receipts = r->receipts;
    row.n_receipts = gather_dated_receipts(r, i);
    r->first[i] = r->orders.n;
    s = c12__mrp_date_item(r->m, i, &row, &r->orders, &at);
    r->end[i] = r->orders.n;
    if (s == C12_E_SPACE) return no_order_room(r, err);
    if (s) return c12__fail(err, s, "projected available does not fit 64 bits", "projected", i, at);
    receive_good(r, i, row.n_receipts);
    r->short_first[i] = r->shorts.n;
    s = c12__mrp_date_short(r->m, i, &row, &r->shorts);
    r->short_end[i] = r->shorts.n;
    if (s == C12_E_SPACE) return no_order_room(r, err);
    if (s || c12__mrp_date_needs(r->m, i, &row, r->need + r->receipt_start[i]))
        return c12__fail(err, C12_E_OVERFLOW, "cumulative requirements or receipts do not fit 64 bits", "gross", i, -1);
    return C12_OK;
}

static c12_status plan_all(date_run *r, c12_error *err)
{
    const c12__mrp_date *m = r->m;
    const c12_mrp_date_input *in = &m->in;
    c12_status s = C12_OK;
    if (c12__gozinto_levels(&m->graph, r->level, r->order, r->degree, r->queue) >= 0) {
        c12__gozinto_cycle(&m->graph, r->order, r->degree, r->queue);
        return c12__fail(err, C12_E_CYCLE, "the bill of materials has a cycle through this item", "line_child", r->order[0], r->order[0]);
    }
    for (int32_t p = 0; p < m->n; p++)
        for (int64_t e = m->graph.off[p]; e < m->graph.off[p + 1]; e++) r->parent[e] = p;
    c12__csr_by_key(m->graph.child, m->lines, m->n, r->line_start, r->line);
    sort_dated(r, in->demand_item, in->demand_date, in->n_demand, r->demand_row, r->demand_start);
    sort_dated(r, in->receipt_item, in->receipt_date, in->n_receipts, r->receipt_row, r->receipt_start);
    r->orders.n = r->shorts.n = 0;
    for (int32_t k = 0; k < m->n && !s; k++) s = plan_item(r, r->order[k], err);
    return s;
}

/* ---- the plan as columns ----------------------------------------------------------------------------------------- */

static void tell_date(c12_mrp_date_plan *p, int32_t item, int64_t date, int32_t kind, int64_t qty, int64_t to)
{
    int64_t k = p->exc_count++;
    if (k >= p->exc_cap) return;
    p->exc_item[k] = item;
    p->exc_date[k] = date;
    p->exc_kind[k] = kind;
    p->exc_to[k] = to;
    p->exc_qty[k] = qty;
}

static void tell_late_order(const date_run *r, c12_mrp_date_plan *p, int32_t i, int64_t k)
{
    int64_t good = c12__mrp_date_good(r->m, i, r->orders.qty[k]);
    if (r->orders.late[k] && good) tell_date(p, i, r->orders.due[k], C12_MRP_PAST_DUE_RELEASE, good, r->m->in.today);
}

static void tell_date_short(const date_run *r, c12_mrp_date_plan *p, int32_t i, const c12__date_event *e)
{
    int64_t opens = r->m->in.today + c12__at32(r->m->in.planning_fence, i, 0);
    tell_date(p, i, e->date, C12_MRP_FENCE_SHORTAGE, e->qty, opens < r->m->in.horizon ? opens : -1);
}

/* What an item has to tell of its orders and shortages before a date; on one date orders come first. */
typedef struct date_told { int64_t order, shortage; } date_told;

static void tell_dates_before(const date_run *r, c12_mrp_date_plan *p, int32_t i, date_told *told, int64_t before)
{
    const c12__date_event *shortage = r->shorts.at;
    for (;;) {
        int64_t order_on = told->order < r->end[i] ? r->orders.due[told->order] : before;
        int64_t short_on = told->shortage < r->short_end[i] ? shortage[told->shortage].date : before;
        if (c12__min64(order_on, short_on) >= before) return;
        if (order_on <= short_on) tell_late_order(r, p, i, told->order++);
        else tell_date_short(r, p, i, &shortage[told->shortage++]);
    }
}

/* R21: what is small or near may be left alone. */
static void tell_date_move(const c12_mrp_date_input *in, c12_mrp_date_plan *p, int32_t i, int32_t row, int64_t need)
{
    int64_t date = in->receipt_date[row], qty = in->receipt_qty[row], due = c12__max64(date, in->today), shift = need > due ? need - due : due - need;
    if (!shift || qty < in->message_qty) return;
    if (need == in->horizon) tell_date(p, i, date, C12_MRP_CANCEL, qty, -1);
    else if (shift > in->message_shift) tell_date(p, i, date, need < due ? C12_MRP_EXPEDITE : C12_MRP_DEFER, qty, need);
}

/* R3, R7, R8, R17 of one item by date; on one date receipts come first. */
static void tell_item(const date_run *r, c12_mrp_date_plan *p, int32_t i)
{
    const c12_mrp_date_input *in = &r->m->in;
    date_told told = { r->first[i], r->short_first[i] };
    for (int64_t k = r->receipt_start[i]; k < r->receipt_start[i + 1]; k++) {
        int32_t row = r->receipt_row[k];
        if (in->receipt_date[row] >= in->horizon) break;
        tell_dates_before(r, p, i, &told, in->receipt_date[row]);
        if (in->receipt_date[row] < in->today) tell_date(p, i, in->receipt_date[row], C12_MRP_OVERDUE_RECEIPT, in->receipt_qty[row], in->today);
        tell_date_move(in, p, i, row, r->need[k]);
    }
    tell_dates_before(r, p, i, &told, in->horizon);
}

static void give_orders(const date_run *r, c12_mrp_date_plan *p, int32_t i)
{
    const c12__date_orders *o = &r->orders;
    for (int64_t k = r->first[i]; k < r->end[i]; k++) {
        int64_t at = p->order_count++;
        if (at >= p->order_cap) continue;
        p->order_item[at] = i;
        p->order_due[at] = o->due[k];
        p->order_release[at] = o->release[k];
        p->order_qty[at] = c12__mrp_date_good(r->m, i, o->qty[k]);
        if (p->order_started) p->order_started[at] = o->qty[k];
        p->order_late[at] = o->late[k];
    }
}

static void give_plan(const date_run *r, c12_mrp_date_plan *p)
{
    const c12_mrp_date_input *in = &r->m->in;
    p->order_count = p->exc_count = p->outside_demand = p->outside_receipts = 0;
    for (int64_t d = 0; d < in->n_demand; d++) p->outside_demand += in->demand_date[d] >= in->horizon;
    for (int64_t k = 0; k < in->n_receipts; k++) p->outside_receipts += in->receipt_date[k] >= in->horizon;
    for (int32_t i = 0; i < r->m->n; i++) {
        give_orders(r, p, i);
        tell_item(r, p, i);
    }
    if (p->level && r->m->n) memcpy(p->level, r->level, (size_t)r->m->n * sizeof *r->level);
}

c12_status c12_mrp_date_net(const c12_mrp_date_input *in, c12_mrp_date_plan *out, c12_mem scratch, c12_error *err)
{
    c12__mrp_date m;
    c12_mrp_date_plan p;
    c12_status s = c12__mrp_date_open(&m, in, err);
    if (s || (s = c12__mrp_date_take_plan(&p, out, err))) return s;
    date_run r = { .m = &m };
    c12__arena a = c12__arena_over(scratch);
    date_lay_out(&r, &a, m.n, m.lines, m.in.n_demand, m.in.n_receipts, m.in.n_safety, m.in.order_room);
    if (!c12__arena_ok(&a)) return c12__mrp_date_scratch_full(&m, err);
    if (m.n && (s = plan_all(&r, err))) return s;
    give_plan(&r, &p);
    c12__give(out, &p, sizeof p);
    return C12_OK;
}
