/* SPDX-License-Identifier: Apache-2.0 */
/* Public entry of the balances: memory, master data, movements, what lies where. */
#include "base/sort.h"
#include "stock/stock_internal.h"

/* ---- memory ------------------------------------------------------------------------------------------------------------ */

enum { STOCK_MOST = 1 << 28 };

static c12_status stock_take_dims(c12_stock_dims *d, const c12_stock_dims *dims, c12_error *err)
{
    c12_status st = c12__take(d, sizeof *d, dims, "dims", err);
    if (st) return st;
    c12__faults f = { err, C12_OK, 0 };
    if (d->items < 0) c12__fault(&f, C12_E_ARG, "limit is negative", "items", -1, d->items);
    if (d->locations < 0) c12__fault(&f, C12_E_ARG, "limit is negative", "locations", -1, d->locations);
    if (d->lots < 0) c12__fault(&f, C12_E_ARG, "limit is negative", "lots", -1, d->lots);
    if (d->balances < 0 || d->balances > STOCK_MOST) c12__fault(&f, C12_E_ARG, "limit lies outside 0..2^28", "balances", -1, d->balances);
    return f.status;
}

static c12_stock *stock_carve(c12__arena *a, const c12_stock_dims *d, c12_stock *parts)
{
    c12_stock *self = C12__CARVE(a, c12_stock, 1);
    parts->n_table = 2;
    while (parts->n_table < 2 * d->balances) parts->n_table *= 2;
    parts->slot = C12__CARVE(a, c12__stock_slot, d->balances);
    parts->table = C12__CARVE(a, int32_t, parts->n_table);
    parts->head = C12__CARVE(a, int32_t, d->items);
    parts->on_hand = C12__CARVE(a, c12_qty, d->items);
    parts->held = C12__CARVE(a, c12_qty, d->items);
    return self;
}

c12_status c12_stock_bytes(const c12_stock_dims *dims, size_t *bytes, c12_error *err)
{
    c12_stock_dims d;
    c12_stock parts;
    c12__arena a = c12__arena_measure();
    if (!bytes) return c12__fail(err, C12_E_ARG, "argument is NULL", "bytes", -1, 0);
    c12_status st = stock_take_dims(&d, dims, err);
    if (st) return st;
    (void)stock_carve(&a, &d, &parts);
    *bytes = c12__arena_need(&a);
    return *bytes == SIZE_MAX ? c12__fail(err, C12_E_OVERFLOW, "limits are too large", "dims", -1, d.balances) : C12_OK;
}

c12_status c12_stock_init(c12_stock **self, c12_mem mem, const c12_stock_dims *dims, const c12_host *host, c12_error *err)
{
    c12_stock_dims d;
    c12_stock parts;
    if (!self) return c12__fail(err, C12_E_ARG, "argument is NULL", "self", -1, 0);
    c12_status st = stock_take_dims(&d, dims, err);
    memset(&parts, 0, sizeof parts);
    if (!st) st = c12__take_optional(&parts.host, sizeof parts.host, host, "host", err);
    if (st) return st;
    c12__arena a = c12__arena_over(mem);
    c12_stock *s = stock_carve(&a, &d, &parts);
    if (!mem.ptr || !c12__arena_ok(&a)) return c12__fail(err, C12_E_SPACE, "memory is too small", "mem", -1, (int64_t)c12__arena_need(&a));
    parts.dims = d;
    *s = parts;
    *self = s;
    return C12_OK;
}

c12_status c12_stock_create(c12_stock **self, const c12_stock_dims *dims, const c12_host *host, c12_error *err)
{
    c12_host h;
    size_t need = 0;
    if (!self) return c12__fail(err, C12_E_ARG, "argument is NULL", "self", -1, 0);
    *self = NULL;
    c12_status st = c12_stock_bytes(dims, &need, err);
    if (!st) st = c12__take_optional(&h, sizeof h, host, "host", err);
    if (st) return st;
    c12_mem mem = { c12__alloc(&h, need), need };
    if (!mem.ptr) return c12__fail(err, C12_E_NOMEM, "out of memory", NULL, -1, (int64_t)need);
    if ((st = c12_stock_init(self, mem, dims, host, err))) { c12__release(&h, mem.ptr, need); return st; }
    (*self)->owned = need;
    (*self)->owned_ptr = mem.ptr;
    return C12_OK;
}

void c12_stock_destroy(c12_stock *self)
{
    if (!self || !self->owned) return;
    c12_host h = self->host;
    c12__release(&h, self->owned_ptr, self->owned);
}

/* ---- master data --------------------------------------------------------------------------------------------------------- */

static c12_status stock_take_master(const c12_stock *self, c12_stock_master *m, const c12_stock_master *master, c12_error *err)
{
    c12_status st = c12__take(m, sizeof *m, master, "master", err);
    if (st) return st;
    c12__faults f = { err, C12_OK, 0 };
    const int32_t have[3] = { m->n_items, m->n_locations, m->n_lots }, most[3] = { self->dims.items, self->dims.locations, self->dims.lots };
    static const char *const name[3] = { "n_items", "n_locations", "n_lots" };
    for (int k = 0; k < 3; k++) {
        if (have[k] < 0) c12__fault(&f, C12_E_ARG, "count is negative", name[k], -1, have[k]);
        else if (have[k] > most[k]) c12__fault(&f, C12_E_SPACE, "table is larger than the dims", name[k], -1, have[k]);
    }
    if (m->n_lots > 0 && !m->lot_item) c12__fault(&f, C12_E_ARG, "column is NULL", "lot_item", -1, 0);
    if (f.status) return f.status;
    for (int32_t l = 0; l < m->n_lots && !c12__full(&f); l++)
        if (m->lot_item[l] < 0 || m->lot_item[l] >= m->n_items) c12__fault(&f, C12_E_RANGE, "item lies outside the table", "lot_item", l, m->lot_item[l]);
    return f.status;
}

c12_status c12_stock_load(c12_stock *self, const c12_stock_master *master, c12_error *err)
{
    c12_stock_master m;
    if (!self) return c12__fail(err, C12_E_ARG, "argument is NULL", "self", -1, 0);
    c12_status st = stock_take_master(self, &m, master, err);
    if (st) return st;
    self->master = m;
    self->n_slots = 0;
    self->loaded = 1;
    memset(self->table, 0xff, (size_t)self->n_table * sizeof *self->table);
    for (int32_t i = 0; i < m.n_items; i++) { self->head[i] = -1; self->on_hand[i] = self->held[i] = 0; }
    return C12_OK;
}

c12_status c12_stock_extend(c12_stock *self, const c12_stock_master *master, c12_error *err)
{
    c12_stock_master m;
    if (!self) return c12__fail(err, C12_E_ARG, "argument is NULL", "self", -1, 0);
    if (!self->loaded) return c12__fail(err, C12_E_STATE, "load comes first", NULL, -1, 0);
    c12_status st = stock_take_master(self, &m, master, err);
    if (st) return st;
    if (m.n_items != self->master.n_items || m.n_locations != self->master.n_locations) return c12__fail(err, C12_E_RANGE, "items and locations must stay", "n_items", -1, m.n_items);
    if (m.n_lots < self->master.n_lots) return c12__fail(err, C12_E_RANGE, "lots do not go away", "n_lots", -1, m.n_lots);
    self->master = m;
    return C12_OK;
}

/* ---- slots ------------------------------------------------------------------------------------------------------------------ */

static uint32_t stock_hash(int32_t item, int32_t location, int32_t lot)
{
    uint64_t h = ((uint64_t)(uint32_t)item << 32 | (uint32_t)location) * UINT64_C(0x9e3779b97f4a7c15);
    h = (h ^ h >> 29 ^ (uint32_t)lot) * UINT64_C(0xbf58476d1ce4e5b9);
    return (uint32_t)(h >> 32);
}

/* Where the balance is in the table, or would be. */
static uint32_t stock_place(const c12_stock *s, int32_t item, int32_t location, int32_t lot)
{
    uint32_t mask = (uint32_t)s->n_table - 1, at = stock_hash(item, location, lot) & mask;
    for (; s->table[at] >= 0; at = (at + 1) & mask) {
        const c12__stock_slot *b = &s->slot[s->table[at]];
        if (b->item == item && b->location == location && b->lot == lot) break;
    }
    return at;
}

int32_t c12__stock_find(const c12_stock *s, int32_t item, int32_t location, int32_t lot) { return s->table[stock_place(s, item, location, lot)]; }

/* The balance, made when it is new; NULL = no room. */
static c12__stock_slot *stock_slot(c12_stock *s, int32_t item, int32_t location, int32_t lot)
{
    uint32_t at = stock_place(s, item, location, lot);
    if (s->table[at] >= 0) return &s->slot[s->table[at]];
    if (s->n_slots == s->dims.balances) return NULL;
    c12__stock_slot b = { item, location, lot, s->head[item], 0, 0 };
    s->head[item] = s->table[at] = s->n_slots;
    s->slot[s->n_slots] = b;
    return &s->slot[s->n_slots++];
}

/* The last slots leave, the last one first: nothing was put behind them since, so the table is as it was before them. */
static void stock_shrink(c12_stock *s, int32_t n_slots)
{
    while (s->n_slots > n_slots) {
        const c12__stock_slot *b = &s->slot[s->n_slots - 1];
        s->table[stock_place(s, b->item, b->location, b->lot)] = -1;
        s->head[b->item] = b->next;
        s->n_slots--;
    }
}

/* ---- movements --------------------------------------------------------------------------------------------------------------- */

c12_status c12__stock_ids(const c12_stock *s, int32_t item, int32_t location, int32_t lot, int64_t row, c12_error *err)
{
    const c12_stock_master *m = &s->master;
    if (item < 0 || item >= m->n_items) return c12__fail(err, C12_E_RANGE, "item lies outside the table", "item", row, item);
    if (location < 0 || location >= m->n_locations) return c12__fail(err, C12_E_RANGE, "location lies outside the table", "location", row, location);
    if (lot < -1 || lot >= m->n_lots) return c12__fail(err, C12_E_RANGE, "lot lies outside the table", "lot", row, lot);
    if (lot >= 0 && m->lot_item[lot] != item) return c12__fail(err, C12_E_RANGE, "lot is of another item", "lot", row, lot);
    return C12_OK;
}

/* One movement as it is applied: up to two legs. */
typedef struct stock_move { int32_t kind, item, lot, from, to, reserved; c12_qty qty; } stock_move;

static c12_status stock_read(const c12_stock *s, const c12_stock_moves *in, int64_t row, stock_move *m, c12_error *err)
{
    m->kind = in->kind[row];
    m->item = in->item[row];
    m->lot = c12__at32(in->lot, row, -1);
    m->from = c12__at32(in->from, row, -1);
    m->to = c12__at32(in->to, row, -1);
    m->qty = in->qty[row];
    if (m->kind < C12_STOCK_RECEIPT || m->kind > C12_STOCK_PICK) return c12__fail(err, C12_E_RANGE, "there is no such kind of movement", "kind", row, m->kind);
    if (m->kind == C12_STOCK_ADJUST ? m->qty == 0 || m->qty == INT64_MIN : m->qty <= 0)
        return c12__fail(err, C12_E_RANGE, m->kind == C12_STOCK_ADJUST ? "an adjustment is not 0" : "quantity must be positive", "qty", row, m->qty);
    if (m->kind != C12_STOCK_RECEIPT) {
        c12_status st = c12__stock_ids(s, m->item, m->from, m->lot, row, err);
        if (st) return st;
    }
    if (m->kind != C12_STOCK_RECEIPT && m->kind != C12_STOCK_TRANSFER) return C12_OK;
    if (m->kind == C12_STOCK_TRANSFER && m->from == m->to) return c12__fail(err, C12_E_RANGE, "a transfer goes elsewhere", "to", row, m->to);
    return c12__stock_ids(s, m->item, m->to, m->lot, row, err);
}

/* on_hand of a slot and of its item; 1 = does not fit. */
static int stock_add(c12_stock *s, c12__stock_slot *b, c12_qty qty)
{
    c12_qty slot, item;
    if (c12__add64(b->on_hand, qty, &slot) || c12__add64(s->on_hand[b->item], qty, &item)) return 1;
    b->on_hand = slot;
    s->on_hand[b->item] = item;
    return 0;
}

static c12_status stock_too_much(c12_error *err, int64_t row) { return c12__fail(err, C12_E_OVERFLOW, "balance does not fit 64 bits", "qty", row, 0); }
static c12_status stock_no_room(c12_error *err, int64_t row, int32_t most) { return c12__fail(err, C12_E_SPACE, "there are more balances than the handle has room for", "balances", row, (int64_t)most + 1); }

/* May so much leave this balance in this way? */
static c12_status stock_may_leave(const c12_stock *s, const c12__stock_slot *b, const stock_move *m, int64_t row, c12_error *err)
{
    int negative = s->master.negative && s->master.negative[m->item];
    if (m->kind == C12_STOCK_PICK && b->reserved < m->qty) return c12__fail(err, C12_E_STATE, "less is reserved here", "qty", row, b->reserved);
    if (negative) return C12_OK;
    if (m->kind == C12_STOCK_ADJUST) {
        if (m->qty < 0 && b->on_hand < -m->qty) return c12__fail(err, C12_E_STATE, "less lies here", "qty", row, b->on_hand);
        return C12_OK;
    }
    c12_qty free = m->kind == C12_STOCK_PICK ? b->on_hand : b->on_hand - b->reserved;
    return free < m->qty ? c12__fail(err, C12_E_STATE, b->on_hand < m->qty ? "less lies here" : "less lies here that is not reserved", "qty", row, free) : C12_OK;
}

static c12_status stock_leave(c12_stock *s, const stock_move *m, int64_t row, c12_error *err)
{
    c12__stock_slot *b = stock_slot(s, m->item, m->from, m->lot);
    if (!b) return stock_no_room(err, row, s->dims.balances);
    c12_status st = stock_may_leave(s, b, m, row, err);
    if (st) return st;
    if (stock_add(s, b, m->kind == C12_STOCK_ADJUST ? m->qty : -m->qty)) return stock_too_much(err, row);
    if (m->kind != C12_STOCK_PICK) return C12_OK;
    b->reserved -= m->qty;
    s->held[m->item] -= m->qty;
    return C12_OK;
}

static c12_status stock_arrive(c12_stock *s, const stock_move *m, int64_t row, c12_error *err)
{
    c12__stock_slot *b = stock_slot(s, m->item, m->to, m->lot);
    if (!b) return stock_no_room(err, row, s->dims.balances);
    return stock_add(s, b, m->qty) ? stock_too_much(err, row) : C12_OK;
}

static int stock_leaves(int32_t kind) { return kind != C12_STOCK_RECEIPT; }
static int stock_arrives(int32_t kind) { return kind == C12_STOCK_RECEIPT || kind == C12_STOCK_TRANSFER; }

/* What was applied is taken back; it fitted before, so it fits again. */
static void stock_undo_leave(c12_stock *s, const stock_move *m)
{
    c12__stock_slot *b = &s->slot[c12__stock_find(s, m->item, m->from, m->lot)];
    (void)stock_add(s, b, m->kind == C12_STOCK_ADJUST ? -m->qty : m->qty);
    if (m->kind != C12_STOCK_PICK) return;
    b->reserved += m->qty;
    s->held[m->item] += m->qty;
}

static void stock_undo(c12_stock *s, const c12_stock_moves *in, int64_t rows)
{
    for (int64_t r = rows - 1; r >= 0; r--) {
        stock_move m;
        (void)stock_read(s, in, r, &m, NULL);
        if (stock_arrives(m.kind)) (void)stock_add(s, &s->slot[c12__stock_find(s, m.item, m.to, m.lot)], -m.qty);
        if (stock_leaves(m.kind)) stock_undo_leave(s, &m);
    }
}

enum { STOCK_SOON = 16 }; /* rows that memory takes to answer */

c12_status c12_stock_post(c12_stock *self, const c12_stock_moves *moves, c12_error *err)
{
    c12_stock_moves in;
    if (!self) return c12__fail(err, C12_E_ARG, "argument is NULL", "self", -1, 0);
    c12_status st = c12__take(&in, sizeof in, moves, "moves", err);
    if (st) return st;
    if (!self->loaded) return c12__fail(err, C12_E_STATE, "load comes first", NULL, -1, 0);
    if (in.n < 0 || (in.n && (!in.kind || !in.item || !in.qty))) return c12__fail(err, C12_E_ARG, "count is negative or a column is NULL", "n", -1, in.n);
    int32_t slots = self->n_slots;
    uint32_t soon[2][STOCK_SOON] = { { 0 } };
    int64_t row = 0;
    for (; row < in.n; row++) {
        stock_move m;
        for (int leg = 0; leg < 2; leg++) { /* both places of a row well ahead; the balances of one so near that its places have come */
            const int32_t *location = leg ? in.to : in.from, near = self->table[soon[leg][(row + STOCK_SOON / 2) % STOCK_SOON]];
            const int64_t far = c12__min64(row + STOCK_SOON, in.n - 1);
            const uint32_t at = stock_hash(in.item[far], c12__at32(location, far, -1), c12__at32(in.lot, far, -1)) & ((uint32_t)self->n_table - 1);
            soon[leg][row % STOCK_SOON] = at;
            C12__PREFETCH(&self->table[at]);
            C12__PREFETCH(&self->slot[near < 0 ? 0 : near]);
        }
        if ((st = stock_read(self, &in, row, &m, err))) break;
        if (stock_leaves(m.kind) && (st = stock_leave(self, &m, row, err))) break;
        if (!stock_arrives(m.kind) || !(st = stock_arrive(self, &m, row, err))) continue;
        if (stock_leaves(m.kind)) stock_undo_leave(self, &m);
        break;
    }
    if (!st) return C12_OK;
    stock_undo(self, &in, row);
    stock_shrink(self, slots);
    return st;
}

/* ---- what lies where ------------------------------------------------------------------------------------------------------------ */

c12_status c12_stock_balance(const c12_stock *self, int32_t item, int32_t location, int32_t lot, c12_qty *on_hand, c12_qty *reserved, c12_error *err)
{
    if (!self || !on_hand || !reserved) return c12__fail(err, C12_E_ARG, "argument is NULL", self ? "on_hand" : "self", -1, 0);
    if (!self->loaded) return c12__fail(err, C12_E_STATE, "load comes first", NULL, -1, 0);
    c12_status st = c12__stock_ids(self, item, location, lot, -1, err);
    if (st) return st;
    int32_t at = c12__stock_find(self, item, location, lot);
    *on_hand = at < 0 ? 0 : self->slot[at].on_hand;
    *reserved = at < 0 ? 0 : self->slot[at].reserved;
    return C12_OK;
}

c12_status c12_stock_item(const c12_stock *self, int32_t item, c12_qty *on_hand, c12_qty *reserved, c12_error *err)
{
    if (!self || !on_hand || !reserved) return c12__fail(err, C12_E_ARG, "argument is NULL", self ? "on_hand" : "self", -1, 0);
    if (!self->loaded) return c12__fail(err, C12_E_STATE, "load comes first", NULL, -1, 0);
    if (item < 0 || item >= self->master.n_items) return c12__fail(err, C12_E_RANGE, "item lies outside the table", "item", -1, item);
    *on_hand = self->on_hand[item];
    *reserved = self->held[item];
    return C12_OK;
}

typedef struct stock_rows { int64_t *key; int32_t *order, *spare; } stock_rows;

static void stock_carve_rows(stock_rows *r, c12__arena *a, int64_t n)
{
    r->key = C12__CARVE(a, int64_t, n);
    r->order = C12__CARVE(a, int32_t, n);
    r->spare = C12__CARVE(a, int32_t, n);
}

size_t c12_stock_scratch(int64_t n)
{
    stock_rows r;
    c12__arena a = c12__arena_measure();
    if (n < 0 || n > INT32_MAX) return SIZE_MAX;
    stock_carve_rows(&r, &a, n);
    return c12__arena_need(&a);
}

static void stock_sort(const c12_stock *s, stock_rows *r)
{
    for (int32_t k = 0; k < s->n_slots; k++) r->key[k] = s->slot[k].lot;
    c12__sort_rows(r->key, s->n_slots, r->order, r->spare);
    for (int32_t k = 0; k < s->n_slots; k++) r->key[k] = (int64_t)s->slot[k].item << 31 | s->slot[k].location;
    c12__sort_rows_again(r->key, s->n_slots, r->order, r->spare);
}

c12_status c12_stock_balances(const c12_stock *self, c12_stock_list *out, c12_mem scratch, c12_error *err)
{
    c12_stock_list list;
    stock_rows r;
    if (!self) return c12__fail(err, C12_E_ARG, "argument is NULL", "self", -1, 0);
    c12_status st = c12__take(&list, sizeof list, out, "out", err);
    if (st) return st;
    if (!self->loaded) return c12__fail(err, C12_E_STATE, "load comes first", NULL, -1, 0);
    if (list.cap < 0 || (list.cap && (!list.item || !list.location || !list.lot || !list.on_hand || !list.reserved)))
        return c12__fail(err, C12_E_ARG, "cap is negative or a column is NULL", "cap", -1, list.cap);
    c12__arena a = c12__arena_over(scratch);
    stock_carve_rows(&r, &a, self->n_slots);
    if (!c12__arena_ok(&a)) return c12__fail(err, C12_E_SPACE, "scratch is too small", "scratch", -1, (int64_t)c12__arena_need(&a));
    stock_sort(self, &r);
    list.n = 0;
    for (int32_t k = 0; k < self->n_slots; k++) {
        const c12__stock_slot *b = &self->slot[r.order[k]];
        if (!b->on_hand && !b->reserved) continue;
        if (list.n < list.cap) {
            list.item[list.n] = b->item;
            list.location[list.n] = b->location;
            list.lot[list.n] = b->lot;
            list.on_hand[list.n] = b->on_hand;
            list.reserved[list.n] = b->reserved;
        }
        list.n++;
    }
    c12__give(out, &list, sizeof list);
    return list.n > list.cap ? c12__fail(err, C12_E_SPACE, "columns are too short", "cap", -1, list.n) : C12_OK;
}
