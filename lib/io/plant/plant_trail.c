/* SPDX-License-Identifier: Apache-2.0 */
/* Who must sign a change order (eco.csv, column roles) and who has (eco_trail.csv): what eco.csv says of an order's state must follow from its trail. */
#include "c12/bom.h"
#include "io/plant/plant_load.h"
#include <stdio.h>
#include <string.h>

enum { MOST_ROLES = 31 };
enum { T_ECO, T_DECISION, T_ROLE, T_WHO, T_TIME };
static const c12io_column trail_columns[] = { { "eco", 1, 0 }, { "decision", 1, 0 }, { "role", 1, 0 }, { "who", 1, 0 }, { "time", 1, 0 } };
static const char *const decisions[] = { "approve", "reject", "release", "supersede", "reopen" };
static const char *const state_words[] = { "draft", "approved", "effective", "superseded", "rejected" };

/* ---- roles that must sign ------------------------------------------------------------------------------------------------------- */

static int32_t role_bit(c12io__sheet *s, int64_t r, int32_t column, c12io__codes *roles, c12_view name)
{
    int fresh;
    const int32_t role = c12io__codes_find(roles, name) < 0 && roles->n == MOST_ROLES ? -1 : c12io__codes_add(roles, name, &fresh);
    if (role < 0) { c12io__cell_fault(s, C12_E_RANGE, r, column, "names a 32nd role", "a plant has at most 31 roles"); return 0; }
    return (int32_t)(1u << role);
}

/* "engineering quality" as a bit set; empty = nobody must sign. */
static int32_t take_roles(c12io__sheet *s, int64_t r, int32_t column, c12io__codes *roles)
{
    const c12_view cell = c12io_table_cell(s->table, r, column);
    int32_t set = 0;
    for (size_t i = 0, end; i < cell.size; i = end + 1) {
        for (end = i; end < cell.size && cell.ptr[end] != ' '; end++) continue;
        const c12_view name = { cell.ptr + i, end - i };
        if (name.size) set |= role_bit(s, r, column, roles, name);
    }
    return set;
}

/* ---- the trail ------------------------------------------------------------------------------------------------------------------ */

/* "2026-11-23" or "2026-11-23 14:05" as nanoseconds since 1970. */
static c12_ns take_time(c12io__sheet *s, int64_t r)
{
    const c12_view v = c12io_table_cell(s->table, r, T_TIME);
    const c12_ns minute = INT64_C(60000000000);
    char date[11] = "";
    int64_t day = 0;
    const int hour = v.size == 16 && (v.ptr[10] == ' ' || v.ptr[10] == 'T') && v.ptr[13] == ':' ? (v.ptr[11] - '0') * 10 + (v.ptr[12] - '0') : v.size == 10 ? 0 : 99;
    const int past = v.size == 16 ? (v.ptr[14] - '0') * 10 + (v.ptr[15] - '0') : 0;
    if (v.size >= 10) memcpy(date, v.ptr, 10);
    if (v.size >= 10 && !c12io_date_parse(date, &day, NULL) && day >= 0 && hour >= 0 && hour < 24 && past >= 0 && past < 60) return (day * 1440 + hour * 60 + past) * minute;
    c12io__cell_fault(s, C12_E_FORMAT, r, T_TIME, "is no time", "write YYYY-MM-DD or YYYY-MM-DD HH:MM");
    return 0;
}

typedef struct trail_columns_in { int32_t *eco, *move, *role, *who; c12_ns *time; } trail_columns_in;

static void take_entry(plant_load *l, c12io__sheet *s, int64_t r, const trail_columns_in *c, const int32_t *required, c12io__codes *roles, c12io__codes *people)
{
    int fresh;
    const c12_view who = c12io_table_cell(s->table, r, T_WHO);
    c->eco[r] = c12io__cell_code(s, r, T_ECO, &l->ecos, 1, "eco.csv");
    c->move[r] = c12io__cell_word(s, r, T_DECISION, decisions, LOAD_COUNT(decisions), -1);
    c->role[r] = c12io__cell_code(s, r, T_ROLE, roles, 1, "column roles of eco.csv");
    c->time[r] = take_time(s, r);
    if (!who.size) c12io__cell_fault(s, C12_E_FORMAT, r, T_WHO, "is empty", "say who decided");
    c->who[r] = who.size ? c12io__codes_add(people, who, &fresh) : 0;
    if (l->p->n_ecos && !required[c->eco[r]]) c12io__cell_fault(s, C12_E_RANGE, r, T_ECO, "needs nobody's signature", "name who must sign in column roles of eco.csv");
}

/* A refusal of the replay, at its cell. */
static void tell_replay(c12io__sheet *s, c12_status status, const c12_error *e)
{
    const int32_t column = !strcmp(e->field, "entry_role") ? T_ROLE : !strcmp(e->field, "entry_who") ? T_WHO : !strcmp(e->field, "entry_time") ? T_TIME : T_DECISION;
    const char *const mend = column == T_TIME ? "the trail is written in the order of time: append, never insert" : "a trail tells what was decided: correct the entry, or append another";
    if (e->row >= 0 && e->row < s->rows) c12io__cell_fault(s, C12_E_RANGE, e->row, column, e->what, mend);
    else s->status = status;
}

static int replay(plant_load *l, c12io__sheet *s, const trail_columns_in *c, const int32_t *required, int32_t *state, int32_t *signed_by)
{
    c12_bom_trail t = C12_INIT(c12_bom_trail);
    c12_error e = C12_INIT(c12_error);
    c12_mem scratch = { NULL, c12_bom_trail_scratch(l->p->n_ecos, s->rows) };
    scratch.ptr = c12io__heap_get(s->heap, (int64_t)scratch.size, 1);
    if (!scratch.ptr) { s->status = C12_E_NOMEM; return 0; }
    t.n_ecos = l->p->n_ecos;
    t.n_entries = s->rows;
    t.eco_required = required;
    t.entry_eco = c->eco;
    t.entry_move = c->move;
    t.entry_role = c->role;
    t.entry_who = c->who;
    t.entry_time = c->time;
    const c12_status status = c12_bom_eco_replay(&t, state, signed_by, scratch, &e);
    if (status) tell_replay(s, status, &e);
    return !status;
}

/* 1 = state and signed_by are what the trail leaves; without a trail every order is a draft. */
static int read_trail(plant_load *l, const int32_t *required, int32_t *state, int32_t *signed_by, c12io__codes *roles)
{
    c12io__sheet s = l->sheet;
    c12io__codes people;
    int good = 1;
    if (c12io__sheet_open(&s, l->dir, "eco_trail.csv", trail_columns, LOAD_COUNT(trail_columns), 0)) {
        const trail_columns_in c = { c12io__column32(&s), c12io__column32(&s), c12io__column32(&s), c12io__column32(&s), c12io__column64(&s) };
        good = c12io__codes_init(&people, s.heap, s.rows + 1) && s.status != C12_E_NOMEM;
        for (int64_t r = 0; good && r < s.rows; r++) take_entry(l, &s, r, &c, required, roles, &people);
        if (!good) s.status = C12_E_NOMEM;
        good = good && !s.status && replay(l, &s, &c, required, state, signed_by);
        c12io__sheet_close(&s);
    }
    l->sheet.status = s.status;
    return good && !s.status;
}

/* ---- entry ---------------------------------------------------------------------------------------------------------------------- */

/* The names of the roles that are missing, "quality purchasing". */
static void missing_roles(char *out, size_t room, const c12io__codes *roles, int32_t missing)
{
    size_t n = 0;
    out[0] = 0;
    for (int32_t k = 0; k < roles->n; k++)
        if (missing >> k & 1 && n + roles->code[k].size + 2 < room) n += (size_t)snprintf(out + n, room - n, "%s%.*s", n ? " " : "", (int)roles->code[k].size, (const char *)roles->code[k].ptr);
}

void c12io__check_trail(plant_load *l, const int32_t *word, int32_t column_state, int32_t column_roles)
{
    c12io__sheet *s = &l->sheet;
    c12io__codes roles;
    int32_t *required = c12io__column32(s), *state = c12io__column32(s), *signed_by = c12io__column32(s);
    if (!word || !required || !state || !signed_by || !c12io__codes_init(&roles, s->heap, MOST_ROLES + 1)) { s->status = s->status ? s->status : C12_E_NOMEM; return; }
    for (int64_t r = 0; r < s->rows; r++) required[r] = take_roles(s, r, column_roles, &roles);
    if (s->status || !read_trail(l, required, state, signed_by, &roles)) return;
    for (int64_t r = 0; r < s->rows; r++) {
        char what[160], names[80];
        const int incorporated = word[r] > C12_BOM_REJECTED && state[r] >= C12_BOM_APPROVED && state[r] <= C12_BOM_SUPERSEDED;
        if (!required[r] || word[r] == state[r] || incorporated) continue;
        missing_roles(names, sizeof names, &roles, state[r] == C12_BOM_DRAFT ? required[r] & ~signed_by[r] : 0);
        snprintf(what, sizeof what, "is not what eco_trail.csv leaves of it, %s%s%s", state_words[state[r]], names[0] ? "; still to sign: " : "", names);
        c12io__cell_fault(s, C12_E_RANGE, r, column_state, what, "append the decisions to eco_trail.csv, or write the state it leaves");
    }
}
