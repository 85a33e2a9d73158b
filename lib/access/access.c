/* SPDX-License-Identifier: Apache-2.0 */
/* Public entry: the policy as rows of bits, and decisions. */
#include "access/access_internal.h"

/* ---- names ---------------------------------------------------------------------------------------------------------------- */

static uint64_t access_turn(uint64_t v, int by) { return v << by | v >> (64 - by); }

static void access_round(uint64_t v[4])
{
    v[0] += v[1];
    v[2] += v[3];
    v[1] = access_turn(v[1], 13) ^ v[0];
    v[3] = access_turn(v[3], 16) ^ v[2];
    v[0] = access_turn(v[0], 32) + v[3];
    v[2] += v[1];
    v[3] = access_turn(v[3], 21) ^ v[0];
    v[1] = access_turn(v[1], 17) ^ v[2];
    v[2] = access_turn(v[2], 32);
}

static void access_absorb(uint64_t v[4], uint64_t word)
{
    v[3] ^= word;
    access_round(v);
    access_round(v);
    v[0] ^= word;
}

/* SipHash-2-4 of the kind and the text. */
uint64_t c12__access_hash(const uint64_t secret[2], uint64_t kind, c12_view text)
{
    uint64_t v[4] = { secret[0] ^ UINT64_C(0x736f6d6570736575), secret[1] ^ UINT64_C(0x646f72616e646f6d), secret[0] ^ UINT64_C(0x6c7967656e657261),
                      secret[1] ^ UINT64_C(0x7465646279746573) }, word = 0;
    access_absorb(v, kind);
    for (size_t i = 0; i < text.size; i++) {
        word |= (uint64_t)text.ptr[i] << 8 * (i % 8);
        if (i % 8 == 7) { access_absorb(v, word); word = 0; }
    }
    access_absorb(v, word | ((uint64_t)text.size + 8) << 56);
    v[2] ^= 255;
    for (int k = 0; k < 4; k++) access_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

static void access_index(const c12_access *s, const uint8_t *text, const int64_t *off, int32_t n, int32_t *slot, int32_t slots)
{
    for (int32_t k = 0; k < slots; k++) slot[k] = -1;
    for (int32_t i = 0; i < n; i++) {
        uint64_t h = c12__access_hash(s->secret, 0, c12__access_text(text, off, i));
        while (slot[h & (uint64_t)(slots - 1)] >= 0) h++;
        slot[h & (uint64_t)(slots - 1)] = i;
    }
}

static int32_t access_find(const c12_access *s, const uint8_t *text, const int64_t *off, const int32_t *slot, int32_t slots, c12_view name)
{
    if (!name.size || !name.ptr) return -1;
    for (uint64_t h = c12__access_hash(s->secret, 0, name);; h++) {
        int32_t i = slot[h & (uint64_t)(slots - 1)];
        if (i < 0) return -1;
        c12_view v = c12__access_text(text, off, i);
        if (v.size == name.size && !memcmp(v.ptr, name.ptr, v.size)) return i;
    }
}

int32_t c12_access_role(const c12_access *self, c12_view name)
{
    return self ? access_find(self, self->policy.role_text, self->policy.role_off, self->role_slot, self->role_slots, name) : -1;
}

int32_t c12_access_action(const c12_access *self, c12_view name)
{
    return self ? access_find(self, self->policy.action_text, self->policy.action_off, self->action_slot, self->action_slots, name) : -1;
}

/* ---- memory ------------------------------------------------------------------------------------------------------------------ */

static int32_t access_slots(int32_t n)
{
    int32_t slots = 2;
    while (slots < 2 * n) slots *= 2;
    return slots;
}

static c12_access *access_carve(c12__arena *a, const c12_access_policy *p, int32_t subjects, c12_access *parts)
{
    c12_access *self = C12__CARVE(a, c12_access, 1);
    parts->words = (p->n_actions + 63) / 64;
    parts->role_slots = access_slots(p->n_roles);
    parts->action_slots = access_slots(p->n_actions);
    for (parts->sets = 1; parts->sets * C12__ACCESS_WAYS < subjects; parts->sets *= 2) { }
    if (!subjects) parts->sets = 0;
    parts->granted = C12__CARVE(a, uint64_t, (int64_t)p->n_roles * parts->words);
    parts->restricted = C12__CARVE(a, uint64_t, (int64_t)p->n_roles * parts->words);
    parts->apart_at = C12__CARVE(a, int64_t, (int64_t)p->n_actions + 1);
    parts->apart = C12__CARVE(a, int32_t, p->n_apart);
    parts->role_slot = C12__CARVE(a, int32_t, parts->role_slots);
    parts->action_slot = C12__CARVE(a, int32_t, parts->action_slots);
    parts->subject = C12__CARVE(a, c12__access_subject, (int64_t)parts->sets * C12__ACCESS_WAYS);
    return self;
}

static c12_status access_take(c12_access_policy *p, const c12_access_policy *policy, int32_t subjects, c12_error *err)
{
    c12_status st = c12__access_take_policy(p, policy, err);
    if (st) return st;
    return subjects < 0 || subjects > 1 << 24 ? c12__fail(err, C12_E_ARG, "subjects lie outside 0..2^24", "subjects", -1, subjects) : C12_OK;
}

c12_status c12_access_bytes(const c12_access_policy *policy, int32_t subjects, size_t *bytes, c12_error *err)
{
    c12_access_policy p;
    c12_access parts;
    c12__arena a = c12__arena_measure();
    if (!bytes) return c12__fail(err, C12_E_ARG, "argument is NULL", "bytes", -1, 0);
    c12_status st = access_take(&p, policy, subjects, err);
    if (st) return st;
    (void)access_carve(&a, &p, subjects, &parts);
    *bytes = c12__arena_need(&a);
    return *bytes == SIZE_MAX ? c12__fail(err, C12_E_OVERFLOW, "policy is too large", "policy", -1, p.n_actions) : C12_OK;
}

static void access_set(const c12_access *s, uint64_t *row, const int64_t *off, const int32_t *action, int32_t role)
{
    for (int64_t k = off[role]; k < off[role + 1]; k++) {
        if (action[k] != C12_ACCESS_ALL) c12__bit_put(row, action[k]);
        else for (int32_t i = 0; i < s->policy.n_actions; i++) c12__bit_put(row, i);
    }
}

/* Pairs by what may not be done, in the order they came. */
static void access_group(c12_access *s)
{
    const c12_access_policy *p = &s->policy;
    memset(s->apart_at, 0, ((size_t)p->n_actions + 1) * sizeof *s->apart_at);
    for (int32_t k = 0; k < p->n_apart; k++) s->apart_at[p->apart_may_not[k] + 1]++;
    for (int32_t i = 0; i < p->n_actions; i++) s->apart_at[i + 1] += s->apart_at[i];
    for (int32_t k = p->n_apart - 1; k >= 0; k--) s->apart[--s->apart_at[p->apart_may_not[k] + 1]] = p->apart_did[k];
    for (int32_t i = 0; i < p->n_actions; i++) s->apart_at[i] = s->apart_at[i + 1];
    s->apart_at[p->n_actions] = p->n_apart;
}

static void access_fill(c12_access *s)
{
    const c12_access_policy *p = &s->policy;
    size_t bytes = (size_t)p->n_roles * (size_t)s->words * sizeof(uint64_t);
    memset(s->granted, 0, bytes);
    memset(s->restricted, 0, bytes);
    for (int32_t r = 0; r < p->n_roles; r++) {
        access_set(s, s->granted + (int64_t)r * s->words, p->grant_off, p->grant, r);
        if (p->restrict_off) access_set(s, s->restricted + (int64_t)r * s->words, p->restrict_off, p->restriction, r);
    }
    access_group(s);
    access_index(s, p->role_text, p->role_off, p->n_roles, s->role_slot, s->role_slots);
    access_index(s, p->action_text, p->action_off, p->n_actions, s->action_slot, s->action_slots);
    memset(s->subject, 0, (size_t)s->sets * C12__ACCESS_WAYS * sizeof *s->subject);
}

static c12_status access_take_limits(c12_access_limits *l, const c12_access_limits *limits, c12_error *err)
{
    c12_status st = c12__take_optional(l, sizeof *l, limits, "limits", err);
    if (st) return st;
    if (!l->failures) l->failures = 3;
    if (!l->window) l->window = INT64_C(300000000000);
    if (!l->lock) l->lock = INT64_C(900000000000);
    if (l->failures < 1 || l->failures > C12__ACCESS_FAILURES) return c12__fail(err, C12_E_RANGE, "failures are 1 to 16", "failures", -1, l->failures);
    return l->window < 0 || l->lock < 0 ? c12__fail(err, C12_E_RANGE, "time is negative", l->window < 0 ? "window" : "lock", -1, l->window < 0 ? l->window : l->lock) : C12_OK;
}

c12_status c12_access_init(c12_access **self, c12_mem mem, const c12_access_policy *policy, const c12_access_limits *limits, int32_t subjects, const uint8_t *secret,
                           c12_error *err)
{
    c12_access_policy p;
    c12_access parts;
    if (!self) return c12__fail(err, C12_E_ARG, "argument is NULL", "self", -1, 0);
    c12_status st = access_take(&p, policy, subjects, err);
    memset(&parts, 0, sizeof parts);
    if (st || (st = access_take_limits(&parts.limits, limits, err))) return st;
    c12__arena a = c12__arena_over(mem);
    c12_access *s = access_carve(&a, &p, subjects, &parts);
    if (!mem.ptr || !c12__arena_ok(&a)) return c12__fail(err, C12_E_SPACE, "memory is too small", "mem", -1, (int64_t)c12__arena_need(&a));
    parts.policy = p;
    for (int k = 0; secret && k < 16; k++) parts.secret[k / 8] |= (uint64_t)secret[k] << 8 * (k % 8);
    *s = parts;
    access_fill(s);
    *self = s;
    return C12_OK;
}

/* ---- decisions ---------------------------------------------------------------------------------------------------------------- */

/* The first of the person's roles whose bit is set, -1 = none. */
static int32_t access_first(const c12_access *s, const uint64_t *rows, int32_t n, const int32_t *role, int32_t action)
{
    for (int32_t k = 0; k < n; k++)
        if (c12__bit_has(rows + (int64_t)role[k] * s->words, action)) return role[k];
    return -1;
}

/* The first thing done that this may not follow, -1 = none. */
static int32_t access_apart(const c12_access *s, int32_t action, int32_t n, const int32_t *did)
{
    for (int32_t k = 0; k < n; k++)
        for (int64_t i = s->apart_at[action]; i < s->apart_at[action + 1]; i++)
            if (s->apart[i] == did[k]) return did[k];
    return -1;
}

static c12_status access_ids(const c12_access *s, int32_t n_roles, const int32_t *role, int32_t action, int32_t n_did, const int32_t *did, c12_error *err)
{
    if (n_roles < 0 || n_did < 0 || (n_roles && !role) || (n_did && !did)) return c12__fail(err, C12_E_ARG, "count is negative or a column is NULL", n_roles < 0 || (n_roles && !role) ? "role" : "did", -1, 0);
    for (int32_t k = 0; k < n_roles; k++)
        if (role[k] < 0 || role[k] >= s->policy.n_roles) return c12__fail(err, C12_E_RANGE, "role lies outside the policy", "role", k, role[k]);
    for (int32_t k = 0; k < n_did; k++)
        if (did[k] < 0 || did[k] >= s->policy.n_actions) return c12__fail(err, C12_E_RANGE, "action lies outside the policy", "did", k, did[k]);
    return action < -1 || action >= s->policy.n_actions ? c12__fail(err, C12_E_RANGE, "action lies outside the policy", "action", -1, action) : C12_OK;
}

c12_status c12_access_decide(const c12_access *self, int32_t n_roles, const int32_t *role, int32_t action, int32_t n_did, const int32_t *did,
                             c12_access_decision *decision, c12_error *err)
{
    c12_access_decision d = C12_INIT(c12_access_decision);
    if (!self) return c12__fail(err, C12_E_ARG, "argument is NULL", "self", -1, 0);
    if (!decision || decision->struct_size < 8) return c12__fail(err, C12_E_ARG, "argument is NULL or not initialised", "decision", -1, 0);
    c12_status st = access_ids(self, n_roles, role, action, n_did, did, err);
    if (st) return st;
    d.reason = C12_ACCESS_NO_GRANT;
    d.role = d.did = -1;
    if (action >= 0 && (d.role = access_first(self, self->restricted, n_roles, role, action)) >= 0) d.reason = C12_ACCESS_RESTRICTED;
    else if (action >= 0 && (d.role = access_first(self, self->granted, n_roles, role, action)) >= 0) d.reason = C12_ACCESS_GRANTED;
    if (d.reason == C12_ACCESS_GRANTED && (d.did = access_apart(self, action, n_did, did)) >= 0) d.reason = C12_ACCESS_APART;
    d.allowed = d.reason == C12_ACCESS_GRANTED;
    c12__give(decision, &d, sizeof d);
    return C12_OK;
}
