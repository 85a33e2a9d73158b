/* SPDX-License-Identifier: Apache-2.0 */
/* The door: who a request comes from (a certificate, a session, or on loopback the guest), what that one may do, and how often. */
#include "door.h"
#include "c12/io.h"
#include <stdlib.h>
#include <string.h>

enum { DOOR_SUBJECTS = 4096, WATCHED = 64, WATCH_MS = 300000, WATCH_REFUSALS = 10 };

typedef struct watched { char name[WHO_TEXT]; int64_t since; int count; } watched; /* who was refused, and how often in the last minutes */

/* Replaced as a whole when rules are read again. */
struct door {
    pthread_rwlock_t lock;
    rules *rules;
    c12_access *access;
    void *memory;
    uint8_t secret[16];
    watched watched[WATCHED]; /* the writer's alone */
};

static int door_load(house *h, rules **out, c12_access **access, void **memory, char *why, size_t cap)
{
    rules *r = malloc(sizeof *r);
    size_t bytes = 0;
    c12_error err = C12_INIT(c12_error);
    if (!r) return snprintf(why, cap, "out of memory"), -1;
    if (h->set.roles[0]) { if (policy_read(r, h->set.roles, why, cap)) { free(r); return -1; } }
    else policy_built_in(r);
    const endpoint *e;
    for (int k = 0; (e = house_endpoints(h, k)); k++)
        for (; e->method; e++) if (*e->action) policy_know(r, e->action);
    c12_status s = c12_access_bytes(&r->policy, DOOR_SUBJECTS, &bytes, &err);
    void *m = s ? NULL : malloc(bytes);
    c12_mem mem = { m, bytes };
    if (!s && m) s = c12_access_init(access, mem, &r->policy, NULL, DOOR_SUBJECTS, h->door->secret, &err);
    if (s || !m) {
        snprintf(why, cap, "roles: %s", err.what ? err.what : "out of memory");
        free(m);
        free(r);
        return -1;
    }
    *out = r;
    *memory = m;
    return 0;
}

int door_open(house *h, char *why, size_t cap)
{
    c12_error err = C12_INIT(c12_error);
    h->door = calloc(1, sizeof *h->door);
    if (!h->door) return -1;
    c12_mem secret = { h->door->secret, sizeof h->door->secret };
    pthread_rwlock_init(&h->door->lock, NULL);
    if (c12io_random(secret, &err)) return snprintf(why, cap, "no random bytes"), -1;
    return door_load(h, &h->door->rules, &h->door->access, &h->door->memory, why, cap);
}

void door_close(house *h)
{
    if (!h->door) return;
    free(h->door->memory);
    free(h->door->rules);
    free(h->door);
    h->door = NULL;
    tls_close();
}

/* What is wrong is logged, and what was in force stays. */
int door_reload(house *h)
{
    char why[500];
    rules *r;
    c12_access *access;
    void *memory, *old_memory;
    if (!h->set.plain && tls_reload(h, why, sizeof why)) { house_log(LOG_SAYS_ERROR, "reload: %s; the certificates in force stay", why); return -1; }
    if (door_load(h, &r, &access, &memory, why, sizeof why)) { house_log(LOG_SAYS_ERROR, "reload: %s; the roles in force stay", why); return -1; }
    pthread_rwlock_wrlock(&h->door->lock);
    rules *old = h->door->rules;
    old_memory = h->door->memory;
    h->door->rules = r;
    h->door->access = access;
    h->door->memory = memory;
    pthread_rwlock_unlock(&h->door->lock);
    free(old);
    free(old_memory);
    return 0;
}

c12_access *door_access(house *h) { return h->door->access; }
const c12_access_policy *door_policy(house *h) { return &h->door->rules->policy; }

/* ---- roles ---------------------------------------------------------------------------------------------------------------------------------- */

int door_roles(house *h, const char *names, identity *who)
{
    int known = 1;
    pthread_rwlock_rdlock(&h->door->lock);
    for (const char *at = names; *at && who->n_roles < WHO_ROLES;) {
        size_t n = strcspn(at, "|");
        c12_view v = { (const uint8_t *)at, n };
        int32_t role = c12_access_role(h->door->access, v);
        if (role < 0) known = 0;
        else who->role[who->n_roles++] = role;
        at += n + (at[n] == '|');
    }
    pthread_rwlock_unlock(&h->door->lock);
    return known;
}

int door_grants(house *h, const identity *who, const char *action, int *reason)
{
    c12_access_decision d = C12_INIT(c12_access_decision);
    c12_view v = { (const uint8_t *)action, strlen(action) };
    pthread_rwlock_rdlock(&h->door->lock);
    c12_status s = c12_access_decide(h->door->access, who->n_roles, who->role, c12_access_action(h->door->access, v), 0, NULL, &d, NULL);
    pthread_rwlock_unlock(&h->door->lock);
    *reason = d.reason;
    return !s && d.allowed;
}

/* ---- refusals --------------------------------------------------------------------------------------------------------------------------------- */

typedef struct refusal { char who[WHO_TEXT], what[64], detail[400], address[64]; } refusal;

/* One alert when somebody has been refused so often in five minutes that it is no slip; who was refused longest ago makes room for others. */
static void refusal_watch(house *h, const char *name)
{
    watched *w = h->door->watched;
    int64_t now = house_now();
    for (int k = 0; k < WATCHED; k++) {
        watched *o = &h->door->watched[k];
        if (!strcmp(o->name, name)) { w = o; break; }
        if (o->since < w->since) w = o;
    }
    if (strcmp(w->name, name) || now - w->since > WATCH_MS || now < w->since) {
        snprintf(w->name, sizeof w->name, "%s", name);
        w->since = now;
        w->count = 0;
    }
    if (++w->count != WATCH_REFUSALS) return;
    char text[120];
    snprintf(text, sizeof text, "refused %d times in %d s; the audit trail says what was asked", WATCH_REFUSALS, (int)((now - w->since) / 1000));
    house_alert(h, "refusals", "warning", name, text);
}

static void refusal_write(house *h, void *with)
{
    refusal *f = with;
    json_t *o = json_pack("{s:s,s:s}", "from", f->address, "why", f->detail);
    char *detail = o ? json_dumps(o, JSON_COMPACT | JSON_ENSURE_ASCII) : NULL;
    audit_add(h, f->who[0] ? f->who : "nobody", f->what, f->address, detail ? detail : "{}", house_now() * 1000000);
    free(detail);
    json_decref(o);
    if (!strcmp(f->what, "lockout")) house_alert(h, "lockout", "warning", f->address, f->detail);
    refusal_watch(h, f->who[0] ? f->who : f->address);
    free(f);
}

void door_refused(house *h, const char *who, const char *address, const char *what, const char *detail)
{
    refusal *f = calloc(1, sizeof *f);
    house_log(LOG_SAYS_WARNING, "refused: %s who=%s from=%s why=\"%s\"", what, who[0] ? who : "nobody", address, detail);
    siem_tell(what, who, address, detail);
    house_count("c12_refused_total", 1);
    if (!f) return;
    snprintf(f->who, sizeof f->who, "%s", who);
    snprintf(f->what, sizeof f->what, "%s", what);
    snprintf(f->detail, sizeof f->detail, "%s", detail);
    snprintf(f->address, sizeof f->address, "%s", address);
    house_job(h, refusal_write, f);
}

static void refuse(request *r, int status, const char *title, const char *why)
{
    problem(r, status, title, "%s", why);
    if (status == 401) answer_header(r, "WWW-Authenticate", "Bearer realm=\"c12\"");
    char detail[300];
    snprintf(detail, sizeof detail, "%s %.120s: %s", r->end->method, r->path, why);
    door_refused(r->h, r->who.name, r->link ? r->link->address : "", status == 401 ? "unproved" : "refused", detail);
}

/* ---- who it is ---------------------------------------------------------------------------------------------------------------------------------- */

/* "Bearer TOKEN", or the page's cookie. */
static const char *token_of(request *r)
{
    const char *h = request_header(r, "Authorization");
    if (h && !strncasecmp(h, "Bearer ", 7)) return h + 7;
    return MHD_lookup_connection_value(r->at, MHD_COOKIE_KIND, "c12");
}

/* A page of another site must not act with the cookie: what changes something and came by cookie has to say that it is ours. */
static int cookie_is_abused(request *r)
{
    const char *site = request_header(r, "Sec-Fetch-Site");
    return !request_header(r, "Authorization") && r->end->kind != RUN_READ && r->end->kind != RUN_STREAM && site && strcmp(site, "same-origin") && strcmp(site, "none");
}

void door_know(request *r)
{
    house *h = r->h;
    if (r->link && !h->set.plain) tls_judge(h, r->at, r->link);
    if (r->link && r->link->why[0]) { refuse(r, 401, "The certificate is refused", r->link->why); return; }
    const char *token = token_of(r);
    if (r->link && r->link->who.name[0]) r->who = r->link->who;
    else if (token) {
        if (!people_session(h, token, &r->who)) {
            if (!(r->end->flags & OPEN_TO_ALL)) refuse(r, 401, "The session is over", "log in again at POST /api/v1/sessions");
            return;
        }
        if (cookie_is_abused(r)) refuse(r, 403, "Another site asked", "a change by cookie must come from this page");
    } else if (h->set.guest[0]) {
        snprintf(r->who.name, sizeof r->who.name, "guest:%s", h->set.guest);
        (void)door_roles(h, h->set.guest, &r->who);
    }
    if (!r->ready && !r->who.name[0] && !(r->end->flags & OPEN_TO_ALL)) refuse(r, 401, "Who are you?", "show a client certificate or log in at POST /api/v1/sessions");
}

int door_allows(request *r)
{
    int reason = 0, wait = 0;
    const char *name = r->who.name[0] ? r->who.name : r->link ? r->link->address : "";
    if (!limit_take(r->h, name, house_ticks() / 1000000, &wait)) {
        char seconds[16];
        snprintf(seconds, sizeof seconds, "%d", wait);
        problem(r, 429, "Too many requests", "%s may ask %d times a second", name, r->h->set.rate);
        answer_header(r, "Retry-After", seconds);
        house_count("c12_limited_total", 1);
        return 0;
    }
    if ((r->end->flags & OPEN_TO_ALL) || !*r->end->action || door_grants(r->h, &r->who, r->end->action, &reason)) return 1;
    char why[200];
    snprintf(why, sizeof why, "%s may not %s: %s", r->who.name, r->end->action, reason == C12_ACCESS_RESTRICTED ? "a role restricts it" : "no role grants it");
    refuse(r, 403, "Not allowed", why);
    return 0;
}
