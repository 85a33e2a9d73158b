/* SPDX-License-Identifier: Apache-2.0 */
/* Waves of orders, picks proved by their codes, and deliveries on their way from the dock to the balances. */
#include "base/arena.h"
#include "base/num.h"
#include "base/sort.h"
#include "c12/stock.h"

/* ---- waves --------------------------------------------------------------------------------------------------------------- */

c12_status c12_stock_waves(int32_t n, const c12_ns *due, const int32_t *lines, int32_t most, int32_t *wave, int32_t *waves, c12_mem scratch, c12_error *err)
{
    if (n < 0 || !waves || (n && (!due || !lines || !wave))) return c12__fail(err, C12_E_ARG, "count is negative or an argument is NULL", waves ? "n" : "waves", -1, n);
    if (most < 1) return c12__fail(err, C12_E_RANGE, "a wave has room for a line", "most", -1, most);
    for (int32_t i = 0; i < n; i++)
        if (lines[i] < 1) return c12__fail(err, C12_E_RANGE, "an order has lines", "lines", i, lines[i]);
    c12__arena a = c12__arena_over(scratch);
    int32_t *order = C12__CARVE(&a, int32_t, n), *spare = C12__CARVE(&a, int32_t, n);
    if (!c12__arena_ok(&a)) return c12__fail(err, C12_E_SPACE, "scratch is too small", "scratch", -1, (int64_t)c12__arena_need(&a));
    c12__sort_rows(due, n, order, spare);
    int64_t filled = 0;
    *waves = 0;
    for (int32_t k = 0; k < n; k++) {
        filled += lines[order[k]];
        if (!k || filled > most) { ++*waves; filled = lines[order[k]]; }
        wave[order[k]] = *waves - 1;
    }
    return C12_OK;
}

/* ---- picks ----------------------------------------------------------------------------------------------------------------- */

/* What a scanner adds at the ends does not count. */
static c12_view pick_trim(c12_view v)
{
    while (v.size && v.ptr[0] <= ' ') { v.ptr++; v.size--; }
    while (v.size && v.ptr[v.size - 1] <= ' ') v.size--;
    return v;
}

static int pick_same(c12_view scanned, const uint8_t *text, const int64_t *off, int32_t line)
{
    c12_view want = { text + off[line], (size_t)(off[line + 1] - off[line]) };
    scanned = pick_trim(scanned);
    want = pick_trim(want);
    return scanned.size == want.size && (!want.size || !memcmp(scanned.ptr, want.ptr, want.size));
}

static int pick_offsets(const int64_t *off, int32_t line) { return off[line] >= 0 && off[line + 1] >= off[line]; }

c12_status c12_stock_confirm(c12_stock_picks *picks, int32_t line, c12_view code, c12_view lot, c12_qty qty, c12_error *err)
{
    c12_stock_picks p;
    c12_status st = c12__take(&p, sizeof p, picks, "picks", err);
    if (st) return st;
    if (p.n < 0 || (p.n && (!p.code_text || !p.code_off || !p.open || (p.lot_text && !p.lot_off))) || (code.size && !code.ptr) || (lot.size && !lot.ptr))
        return c12__fail(err, C12_E_ARG, "count is negative or a column is NULL", "picks", -1, p.n);
    if (line < 0 || line >= p.n) return c12__fail(err, C12_E_RANGE, "line lies outside the list", "line", -1, line);
    if (!pick_offsets(p.code_off, line) || (p.lot_text && !pick_offsets(p.lot_off, line))) return c12__fail(err, C12_E_RANGE, "offsets must not fall", "code_off", line, p.code_off[line]);
    if (qty <= 0) return c12__fail(err, C12_E_RANGE, "quantity must be positive", "qty", line, qty);
    if (!pick_same(code, p.code_text, p.code_off, line)) return c12__fail(err, C12_E_STATE, "this is another item", "code", line, 0);
    if (p.lot_text && p.lot_off[line] < p.lot_off[line + 1] && !pick_same(lot, p.lot_text, p.lot_off, line)) return c12__fail(err, C12_E_STATE, "this is another lot", "lot", line, 0);
    if (qty > p.open[line]) return c12__fail(err, C12_E_STATE, "more than is still to be picked", "qty", line, p.open[line]);
    p.open[line] -= qty;
    return C12_OK;
}

/* ---- receiving ---------------------------------------------------------------------------------------------------------------- */

enum { RECEIVE_STATES = 9, RECEIVE_EVENTS = 10 };

/* Next state, -1 = refused.  Whether PLACE may skip the inspection depends on the item. */
static const int8_t receive_next[RECEIVE_STATES][RECEIVE_EVENTS] = {
    /* SCAN MATCH LOOK_GOOD LOOK_BAD PASS FAIL PLACE BOOK ACCEPT RETURN */
    { C12_STOCK_SCANNED, -1, -1, -1, -1, -1, -1, -1, -1, -1 },
    { -1, C12_STOCK_MATCHED, -1, -1, -1, -1, -1, -1, -1, C12_STOCK_RETURNED },
    { -1, -1, C12_STOCK_UNDAMAGED, C12_STOCK_QUARANTINE, -1, -1, -1, -1, -1, -1 },
    { -1, -1, -1, -1, C12_STOCK_INSPECTED, C12_STOCK_QUARANTINE, C12_STOCK_PUT_AWAY, -1, -1, -1 },
    { -1, -1, -1, -1, -1, -1, C12_STOCK_PUT_AWAY, -1, -1, -1 },
    { -1, -1, -1, -1, -1, -1, -1, C12_STOCK_RECEIVED, -1, -1 },
    { -1, -1, -1, -1, -1, -1, -1, -1, -1, -1 },
    { -1, -1, -1, -1, -1, -1, -1, -1, C12_STOCK_INSPECTED, C12_STOCK_RETURNED },
    { -1, -1, -1, -1, -1, -1, -1, -1, -1, -1 },
};
static const char *const receive_wants[RECEIVE_STATES] = {
    "a delivery at the dock is scanned first", "a scanned delivery is matched with its order, or returned", "a matched delivery is looked at for damage",
    "an undamaged delivery is inspected or put away", "an inspected delivery is put away", "what is put away is booked", "a received delivery is done",
    "a quarantined delivery is accepted or returned", "a returned delivery is done"
};

c12_status c12_stock_receive(int32_t state, int32_t event, int32_t inspects, int32_t *next, c12_error *err)
{
    if (!next) return c12__fail(err, C12_E_ARG, "argument is NULL", "next", -1, 0);
    if (state < 0 || state >= RECEIVE_STATES) return c12__fail(err, C12_E_RANGE, "there is no such state", "state", -1, state);
    if (event < 0 || event >= RECEIVE_EVENTS) return c12__fail(err, C12_E_RANGE, "there is no such event", "event", -1, event);
    if (inspects != 0 && inspects != 1) return c12__fail(err, C12_E_RANGE, "must be 0 or 1", "inspects", -1, inspects);
    int32_t to = receive_next[state][event];
    if (to < 0) return c12__fail(err, C12_E_STATE, receive_wants[state], "event", -1, event);
    if (inspects && state == C12_STOCK_UNDAMAGED && event == C12_STOCK_PLACE) return c12__fail(err, C12_E_STATE, "this item is inspected before it is put away", "event", -1, event);
    *next = to;
    return C12_OK;
}

const char *c12_stock_receive_name(int32_t state)
{
    static const char *const name[RECEIVE_STATES] = { "ARRIVED", "SCANNED", "MATCHED", "UNDAMAGED", "INSPECTED", "PUT_AWAY", "RECEIVED", "QUARANTINE", "RETURNED" };
    return state >= 0 && state < RECEIVE_STATES ? name[state] : "?";
}
