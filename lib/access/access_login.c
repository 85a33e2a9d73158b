/* SPDX-License-Identifier: Apache-2.0 */
/* Logins: the last failures of users and addresses, eight to a place by their hash; when a place is full, the one that can do least harm makes room. */
#include "access/access_internal.h"

enum { LOGIN_USER = 1, LOGIN_ADDRESS = 2 };

static c12__access_subject *login_place(const c12_access *s, uint64_t key) { return s->subject + (int64_t)(key & (uint64_t)(s->sets - 1)) * C12__ACCESS_WAYS; }

static c12__access_subject *login_find(const c12_access *s, uint64_t key)
{
    c12__access_subject *at = login_place(s, key);
    for (int k = 0; k < C12__ACCESS_WAYS; k++)
        if (at[k].n && at[k].key == key) return &at[k];
    return NULL;
}

/* Locked until when; what lies in the past means free. */
static c12_ns login_until(const c12_access *s, const c12__access_subject *who)
{
    c12_ns until;
    int32_t most = s->limits.failures;
    if (who->n < most || who->at[0] - who->at[most - 1] > s->limits.window) return INT64_MIN;
    return c12__add64(who->at[0], s->limits.lock, &until) ? INT64_MAX : until;
}

/* A free one, else the one that failed longest ago of those not locked, else of all. */
static c12__access_subject *login_room(const c12_access *s, uint64_t key, c12_ns now)
{
    c12__access_subject *at = login_place(s, key), *best = at;
    for (int k = 0; k < C12__ACCESS_WAYS; k++) {
        if (!at[k].n) return &at[k];
        int locked = login_until(s, &at[k]) > now, kept = login_until(s, best) > now;
        if (locked != kept ? kept : at[k].at[0] < best->at[0]) best = &at[k];
    }
    return best;
}

static c12_ns login_of(const c12_access *s, uint64_t kind, c12_view name)
{
    const c12__access_subject *who = name.size && s->sets ? login_find(s, c12__access_hash(s->secret, kind, name)) : NULL;
    return who ? login_until(s, who) : INT64_MIN;
}

static c12_status login_names(const c12_access *self, c12_view user, c12_view address, c12_error *err)
{
    if (!self) return c12__fail(err, C12_E_ARG, "argument is NULL", "self", -1, 0);
    if ((user.size && !user.ptr) || (address.size && !address.ptr)) return c12__fail(err, C12_E_ARG, "text is NULL", "user", -1, 0);
    return C12_OK;
}

c12_status c12_access_try(const c12_access *self, c12_view user, c12_view address, c12_ns now, c12_ns *until, int32_t *locked, c12_error *err)
{
    c12_status st = login_names(self, user, address, err);
    if (st) return st;
    if (!until || !locked) return c12__fail(err, C12_E_ARG, "output is NULL", until ? "locked" : "until", -1, 0);
    c12_ns a = login_of(self, LOGIN_USER, user), b = login_of(self, LOGIN_ADDRESS, address);
    *locked = (a > now ? 1 : 0) | (b > now ? 2 : 0);
    *until = c12__max64(now, c12__max64(a, b));
    return C12_OK;
}

static void login_charge(c12_access *s, uint64_t kind, c12_view name, c12_ns now)
{
    if (!name.size || !s->sets) return;
    uint64_t key = c12__access_hash(s->secret, kind, name);
    c12__access_subject *who = login_find(s, key);
    if (!who) {
        who = login_room(s, key, now);
        who->key = key;
        who->n = 0;
    }
    now = who->n ? c12__max64(now, who->at[0]) : now;
    if (who->n < s->limits.failures) who->n++;
    for (int32_t k = who->n - 1; k > 0; k--) who->at[k] = who->at[k - 1];
    who->at[0] = now;
}

c12_status c12_access_failed(c12_access *self, c12_view user, c12_view address, c12_ns now, int32_t *locked, c12_error *err)
{
    c12_ns until;
    int32_t mine;
    c12_status st = login_names(self, user, address, err);
    if (st) return st;
    login_charge(self, LOGIN_USER, user, now);
    login_charge(self, LOGIN_ADDRESS, address, now);
    return c12_access_try(self, user, address, now, &until, locked ? locked : &mine, err);
}

c12_status c12_access_succeeded(c12_access *self, c12_view user, c12_error *err)
{
    c12_view none = { NULL, 0 };
    c12_status st = login_names(self, user, none, err);
    if (st || !user.size || !self->sets) return st;
    c12__access_subject *who = login_find(self, c12__access_hash(self->secret, LOGIN_USER, user));
    if (who) who->n = 0;
    return C12_OK;
}
