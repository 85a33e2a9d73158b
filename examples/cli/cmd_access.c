/* SPDX-License-Identifier: Apache-2.0 */
/* c12 access: may someone do something, by the plant's policy from a CSV or the document's. */
#include "c12/access.h"
#include "cli.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- policy: effect,role,action,other --------------------------------------------------------------------------------------- */

enum { EFFECT, ROLE, ACTION, OTHER, POLICY_COLUMNS };
static const c12io_column policy_columns[POLICY_COLUMNS] = { { "effect", 1, 0 }, { "role", 0, 0 }, { "action", 1, 0 }, { "other", 0, 0 } };

/* Names in the order they came: texts and offsets as the library has them. */
typedef struct list { text bytes; int64_t *off; int32_t n; } list;

static int32_t list_id(list *l, c12_view v)
{
    for (int32_t k = 0; k < l->n; k++)
        if (l->off[k + 1] - l->off[k] == (int64_t)v.size && !memcmp(l->bytes.at + l->off[k], v.ptr, v.size)) return k;
    text_bytes(&l->bytes, v.ptr, v.size);
    l->off[++l->n] = (int64_t)l->bytes.n;
    return l->n - 1;
}

typedef struct rules { c12io_table *t; list role, action; int64_t *off[2]; int32_t *column[2], *did, *may_not, *row_role, *row_action, n_apart; c12_access_policy p; } rules;

static int is_word(c12_view v, const char *word) { return v.size == strlen(word) && !memcmp(v.ptr, word, v.size); }

/* 0 grant, 1 restrict, 2 apart, -1 another word. */
static int effect_of(c12_view v) { return is_word(v, "grant") ? 0 : is_word(v, "restrict") ? 1 : is_word(v, "apart") ? 2 : -1; }

static int rules_row(rules *r, const char *file, int64_t row)
{
    c12_view effect = c12io_table_cell(r->t, row, EFFECT), role = c12io_table_cell(r->t, row, ROLE), action = c12io_table_cell(r->t, row, ACTION), other = c12io_table_cell(r->t, row, OTHER);
    int kind = effect_of(effect);
    int64_t line = c12io_table_line(r->t, row);
    if (kind < 0) return cli_say("%s:%" PRId64 ":effect: '%.*s' is not known; write grant, restrict or apart", file, line, (int)effect.size, (const char *)effect.ptr);
    if (kind < 2 && !role.size) return cli_say("%s:%" PRId64 ":role: a grant or restriction is a role's; name it", file, line);
    if (kind == 2 && !other.size) return cli_say("%s:%" PRId64 ":other: who did `action` may not do what?  Name it", file, line);
    if (kind == 1 && is_word(action, "all")) return cli_say("%s:%" PRId64 ":action: a role that may do nothing gets no grant; restrict what it names", file, line);
    r->row_role[row] = kind < 2 ? list_id(&r->role, role) : -1;
    r->row_action[row] = kind < 2 && is_word(action, "all") ? C12_ACCESS_ALL : list_id(&r->action, action);
    if (kind < 2) { r->off[kind][r->row_role[row] + 1]++; return EXIT_DONE; }
    r->did[r->n_apart] = r->row_action[row];
    r->may_not[r->n_apart++] = list_id(&r->action, other);
    return EXIT_DONE;
}

/* Rows of grants and restrictions by role. */
static void rules_group(rules *r, int64_t rows)
{
    for (int kind = 0; kind < 2; kind++) {
        for (int32_t k = 0; k < r->role.n; k++) r->off[kind][k + 1] += r->off[kind][k];
        int64_t *at = NEW(int64_t, r->role.n + 1);
        memcpy(at, r->off[kind], (size_t)r->role.n * sizeof *at);
        for (int64_t row = 0; row < rows; row++)
            if (effect_of(c12io_table_cell(r->t, row, EFFECT)) == kind) r->column[kind][at[r->row_role[row]]++] = r->row_action[row];
        free(at);
    }
    r->p = (c12_access_policy){ .struct_size = sizeof r->p, .n_roles = r->role.n, .n_actions = r->action.n, .n_apart = r->n_apart, .role_text = (const uint8_t *)r->role.bytes.at, .role_off = r->role.off,
                                .action_text = (const uint8_t *)r->action.bytes.at, .action_off = r->action.off, .grant_off = r->off[0], .grant = r->column[0], .restrict_off = r->off[1],
                                .restriction = r->column[1], .apart_did = r->did, .apart_may_not = r->may_not };
}

static int rules_read(cli *c, rules *r, const char *file)
{
    c12_status s = c12io_table_read(&r->t, file, policy_columns, POLICY_COLUMNS, &c->err);
    if (s) return cli_fail(c, s);
    int64_t n = c12io_table_rows(r->t), m = 2 * n + 1;
    int32_t **const narrow[] = { &r->column[0], &r->column[1], &r->did, &r->may_not, &r->row_role, &r->row_action };
    for (size_t k = 0; k < sizeof narrow / sizeof *narrow; k++) *narrow[k] = NEW(int32_t, m);
    int64_t **const wide[] = { &r->off[0], &r->off[1], &r->role.off, &r->action.off };
    for (size_t k = 0; k < sizeof wide / sizeof *wide; k++) *wide[k] = NEW(int64_t, m + 1);
    int code = EXIT_DONE;
    for (int64_t row = 0; row < n && !code; row++) code = rules_row(r, file, row);
    if (!code) rules_group(r, n);
    return code;
}

static void rules_free(rules *r)
{
    void *const owned[] = { r->column[0], r->column[1], r->did, r->may_not, r->row_role, r->row_action, r->off[0], r->off[1], r->role.off, r->action.off };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
    text_free(&r->role.bytes);
    text_free(&r->action.bytes);
    c12io_table_free(r->t);
}

/* ---- asking -------------------------------------------------------------------------------------------------------------------- */

/* Names of a comma list as rows; -2 = one is unknown and was reported. */
static int32_t ids(cli *c, const c12_access *s, const char *names, const char *what, int32_t (*find)(const c12_access *, c12_view), int32_t *id, int32_t most)
{
    int32_t n = 0;
    for (const char *at = names ? names : ""; *at;) {
        size_t k = strcspn(at, ",");
        c12_view v = { (const uint8_t *)at, k };
        if (n == most) { cli_usage(c, "too many names in --%s", what); return -2; }
        if ((id[n++] = find(s, v)) < 0) { cli_usage(c, "the policy has no %s '%.*s'", what, (int)k, at); return -2; }
        at += k + (at[k] == ',');
    }
    return n;
}

static int decide(cli *c, const c12_access *s, const c12_access_policy *p, const char *roles, const char *action, const char *did)
{
    static const char *const head[] = { "allowed", "reason", "role", "did" }, *const reasons[] = { "granted", "no_grant", "restricted", "apart" };
    static const c12_view none = { (const uint8_t *)"", 0 };
    c12_access_decision d = C12_INIT(c12_access_decision);
    int32_t role[64], done[64], n = ids(c, s, roles, "role", c12_access_role, role, 64), m = n < -1 ? -2 : ids(c, s, did, "did", c12_access_action, done, 64);
    c12_view name = { (const uint8_t *)action, strlen(action) };
    if (m < 0) return EXIT_BAD;
    c12_status st = c12_access_decide(s, n, role, c12_access_action(s, name), m, done, &d, &c->err);
    if (st) return cli_fail(c, st);
    table o = table_new(4, head, "nsss");
    table_int(&o, d.allowed);
    table_word(&o, reasons[d.reason]);
    c12_view at[2] = { none, none };
    if (d.role >= 0) { at[0].ptr = p->role_text + p->role_off[d.role]; at[0].size = (size_t)(p->role_off[d.role + 1] - p->role_off[d.role]); }
    if (d.did >= 0) { at[1].ptr = p->action_text + p->action_off[d.did]; at[1].size = (size_t)(p->action_off[d.did + 1] - p->action_off[d.did]); }
    for (int k = 0; k < 2; k++) table_text(&o, at[k]);
    int code = table_print(c, &o, NULL);
    return code ? code : d.allowed ? EXIT_DONE : EXIT_NO;
}

int cmd_access(cli *c)
{
    const char *file = cli_value(c, "--policy"), *roles = cli_value(c, "--role"), *action = cli_value(c, "--action"), *did = cli_value(c, "--did"), *verb = cli_word(c, 0);
    rules r = { .n_apart = 0 };
    c12_access *s = NULL;
    c12_mem mem = { NULL, 0 };
    if (!cli_ready(c, 1)) return EXIT_BAD;
    if (strcmp(verb, "check")) return cli_usage(c, "no verb '%s'", verb);
    if (!action) return cli_usage(c, "--action is needed");
    r.p.struct_size = (uint32_t)sizeof r.p;
    c12_status st = file ? C12_OK : c12_access_default(&r.p, &c->err);
    int code = st ? cli_fail(c, st) : file ? rules_read(c, &r, file) : EXIT_DONE;
    if (!code && !(st = c12_access_bytes(&r.p, 0, &mem.size, &c->err))) {
        mem.ptr = cli_new((int64_t)mem.size, 1);
        st = c12_access_init(&s, mem, &r.p, NULL, 0, NULL, &c->err);
    }
    if (!code) code = st ? cli_fail(c, st) : decide(c, s, &r.p, roles, action, did);
    free(mem.ptr);
    rules_free(&r);
    return code;
}
