/* SPDX-License-Identifier: Apache-2.0 */
/* c12 vda: messages of VDA 5050 judged and printed, orders from routes, places from states. */
#include "c12/vda.h"
#include "cells.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

typedef struct letter { c12_mem file, room; c12_vda_message m; const char *name; } letter;

static void letter_free(letter *l)
{
    if (l->file.ptr) c12io_bytes_free(&l->file);
    free(l->room.ptr);
}

/* Faults as FILE:LINE:COLUMN, from the bytes in the lines of the library. */
static int letter_faults(const letter *l, const char *faults)
{
    const char *bytes = l->file.ptr;
    for (const char *line = faults; *line; line += strcspn(line, "\n") + 1) {
        const char *equals = strstr(line, " = ");
        int64_t byte = equals ? strtoll(equals + 3, NULL, 10) : 0, row = 1, column = 1;
        const char *say = equals ? strstr(equals, ": ") : NULL;
        for (int64_t k = 0; k < byte && k < (int64_t)l->file.size; k++) {
            column = bytes[k] == '\n' ? 1 : column + 1;
            row += bytes[k] == '\n';
        }
        int width = (int)strcspn(line, "\n");
        if (say) cli_say("%s:%" PRId64 ":%" PRId64 ": %.*s %.*s", l->name, row, column, (int)(equals - line), line, (int)(line + width - say - 2), say + 2);
    }
    return EXIT_BAD;
}

static int letter_read(cli *c, letter *l, int32_t kind, const char *path)
{
    static char faults[8192];
    c12_error e = C12_INIT(c12_error);
    l->name = path;
    l->m.struct_size = (uint32_t)sizeof l->m;
    c12_status st = c12io_bytes_read(path, &l->file, &c->err);
    if (st) return cli_fail(c, st);
    e.text = faults;
    e.text_cap = sizeof faults;
    const c12_view json = { l->file.ptr ? l->file.ptr : (const uint8_t *)"", l->file.size };
    st = c12_vda_read(kind, json, l->room, &l->m, &e);
    if (st == C12_E_SPACE) {
        l->room.size = (size_t)e.value;
        l->room.ptr = cli_new(e.value, 1);
        st = c12_vda_read(kind, json, l->room, &l->m, &e);
    }
    if (!st) return EXIT_DONE;
    if (!e.field) snprintf(faults, sizeof faults, "JSON = %" PRId64 ": %s\n", e.value, e.what);
    return letter_faults(l, faults);
}

static int32_t kind_of(cli *c, const char *word)
{
    for (int32_t k = 0; word && k < C12_VDA_KINDS; k++)
        if (!strcmp(word, c12_vda_topic(k))) return k;
    cli_usage(c, "a message is order, instantActions, state, visualization, connection or factsheet");
    return -1;
}

/* ---- check ------------------------------------------------------------------------------------------------------------------------------ */

static int judge(cli *c, letter *l, letter *before, c12_verdict *v)
{
    c12_vda_order o = C12_INIT(c12_vda_order), was = C12_INIT(c12_vda_order);
    c12_status st = C12_OK;
    if (l->m.kind != C12_VDA_ORDER) return EXIT_DONE;
    st = c12_vda_order_of(&l->m, &o, &c->err);
    if (!st && before) st = c12_vda_order_of(&before->m, &was, &c->err);
    if (!st) st = before ? c12_vda_update_check(&was, &o, v, &c->err) : c12_vda_order_check(&o, v, &c->err);
    return st ? cli_fail(c, st) : EXIT_DONE;
}

static int check(cli *c, const char *file)
{
    static const char *const head[] = { "message", "version", "unknown_members", "violations", "rule", "at", "row" };
    const char *after = cli_value(c, "--after");
    int32_t kind = kind_of(c, cli_word(c, 1));
    int strict = cli_flag(c, "--strict");
    letter l = { .name = NULL }, before = { .name = NULL };
    c12_verdict v = C12_INIT(c12_verdict);
    v.row = -1;
    if (kind < 0 || !cli_ready(c, 3)) return EXIT_BAD;
    if (after && kind != C12_VDA_ORDER) return cli_usage(c, "only an order comes after another");
    int code = letter_read(c, &l, kind, file);
    if (!code && after) code = letter_read(c, &before, kind, after);
    if (!code && strict && l.m.extra) {
        text lines = { 0 };
        text_add(&lines, "member = %" PRId64 ": is not one of the standard\n", l.m.extra_at);
        code = letter_faults(&l, lines.at);
        text_free(&lines);
    }
    if (!code) code = judge(c, &l, after ? &before : NULL, &v);
    if (!code) {
        table o = table_new(7, head, "snnnssn");
        table_word(&o, c12_vda_topic(kind));
        table_word(&o, l.m.version == 21 ? "2.1" : "2.0");
        table_int(&o, l.m.extra);
        table_int(&o, v.violations);
        table_word(&o, v.rule ? v.rule : "");
        table_word(&o, v.field ? v.field : "");
        if (v.row < 0) table_word(&o, "");
        else table_int(&o, v.row);
        code = table_print(c, &o, NULL);
        if (!code && v.violations) code = EXIT_NO;
    }
    letter_free(&l);
    letter_free(&before);
    return code;
}

/* ---- print ------------------------------------------------------------------------------------------------------------------------------ */

static int put_letter(cli *c, const c12_vda_message *m)
{
    text t = { 0 };
    size_t used = 0;
    c12_error e = C12_INIT(c12_error);
    c12_status st = c12_vda_write(m, NULL, 0, &used, &e);
    if (st == C12_E_SPACE) {
        size_t need = (size_t)e.value;
        st = c12_vda_write(m, (uint8_t *)text_room(&t, need + 1), need, &used, &c->err);
        t.n = used;
        text_add(&t, "\n");
    } else c->err = e;
    return st ? (text_free(&t), cli_fail(c, st)) : text_write(c, &t, c->out ? c->out : "-");
}

static int print(cli *c, const char *file)
{
    int32_t kind = kind_of(c, cli_word(c, 1));
    letter l = { .name = NULL };
    if (kind < 0 || !cli_ready(c, 3)) return EXIT_BAD;
    int code = letter_read(c, &l, kind, file);
    if (!code) code = put_letter(c, &l.m);
    letter_free(&l);
    return code;
}

/* ---- order ------------------------------------------------------------------------------------------------------------------------------- */

enum { VERTEX, X, Y, ROUTE_COLUMNS };
static const c12io_column route_columns[ROUTE_COLUMNS] = { { "vertex", 1, 0 }, { "x", 0, 0 }, { "y", 0, 0 } };

static c12_view words(const char *s)
{
    c12_view v = { (const uint8_t *)s, strlen(s) };
    return v;
}

/* Names by number, and where each was first said to be. */
static void route_fill(c12_vda_route *r, const name_list *names, cells *f, const int64_t *x, const int64_t *y, text *bytes)
{
    int64_t *off = cells_new(f, names->n + (int64_t)1, sizeof *off), *at[2] = { cells_new(f, names->n, sizeof **at), cells_new(f, names->n, sizeof **at) };
    for (int32_t k = 0; k < names->n; k++) {
        text_bytes(bytes, names->name[k].ptr, names->name[k].size);
        off[k + 1] = (int64_t)bytes->n;
    }
    for (int64_t k = f->n - 1; k >= 0; k--) {
        at[0][r->step_vertex[k]] = x[k];
        at[1][r->step_vertex[k]] = y[k];
    }
    r->n_steps = (int32_t)f->n;
    r->n_vertices = names->n;
    r->vertex_text = (const uint8_t *)bytes->at;
    r->vertex_off = off;
    if (c12io_table_has(f->t, X)) { r->vertex_x = at[0]; r->vertex_y = at[1]; }
}

static int order(cli *c, const char *file)
{
    const char *id = cli_value(c, "--order"), *maker = cli_value(c, "--manufacturer"), *serial = cli_value(c, "--serial"), *map = cli_value(c, "--map"), *version = cli_value(c, "--version");
    int64_t released = cli_int(c, "--released", 1, INT32_MAX, 1), update = cli_int(c, "--update", 0, UINT32_MAX, 0), first = cli_int(c, "--first", 0, UINT32_MAX, 0), head = cli_int(c, "--header", 0, UINT32_MAX, 0);
    const char *when = cli_value(c, "--time");
    int64_t at = 0;
    if (!cli_ready(c, 2)) return EXIT_BAD;
    if (!id || !maker || !serial) return cli_usage(c, "--order, --manufacturer and --serial are needed");
    if (version && strcmp(version, "2.0") && strcmp(version, "2.1")) return cli_usage(c, "--version is 2.0 or 2.1");
    if (when && !cell_time(words(when), &at)) return cli_usage(c, "--time is YYYY-MM-DDTHH:MM[:SS]Z");
    cells f;
    name_list names = { 0 };
    text bytes = { 0 };
    c12_vda_route r = C12_INIT(c12_vda_route);
    c12_vda_header h = C12_INIT(c12_vda_header);
    c12_vda_message m = C12_INIT(c12_vda_message);
    int code = cells_open(c, &f, file, route_columns, ROUTE_COLUMNS);
    if (code) { cells_close(&f); return code; }
    r.step_vertex = cells_names(&f, VERTEX, &names);
    const int64_t *x = cells_numbers(&f, X, 6, 0, "metres"), *y = cells_numbers(&f, Y, 6, 0, "metres");
    if (!(code = f.code)) {
        route_fill(&r, &names, &f, x, y, &bytes);
        r.n_released = (int32_t)released;
        r.first_sequence = first;
        r.map = words(map ? map : "map");
        h.version = version && !strcmp(version, "2.1") ? 21 : 20;
        h.header = head;
        h.timestamp = when ? at * INT64_C(1000000000) : c12io_wall();
        h.manufacturer = words(maker);
        h.serial = words(serial);
        h.order = words(id);
        h.update = update;
        c12_error e = C12_INIT(c12_error);
        c12_mem room = { NULL, 0 };
        c12_status st = c12_vda_order_make(&r, &h, room, &m, &e);
        if (st == C12_E_SPACE) {
            room.size = (size_t)e.value;
            room.ptr = cells_new(&f, e.value, 1);
            st = c12_vda_order_make(&r, &h, room, &m, &c->err);
        } else c->err = e;
        code = st ? cli_fail(c, st) : put_letter(c, &m);
    }
    cells_close(&f);
    names_free(&names);
    text_free(&bytes);
    return code;
}

/* ---- place, fields ------------------------------------------------------------------------------------------------------------------------- */

static int place(cli *c, const char *order_file, const char *state_file)
{
    static const char *const head[] = { "place", "node", "base_ahead", "horizon_ahead", "asks_for_more", "why" }, *const states[] = { "elsewhere", "on_way", "at_end", "arrived", "lost" };
    letter a = { .name = NULL }, b = { .name = NULL };
    c12_vda_order o = C12_INIT(c12_vda_order);
    c12_vda_report r = C12_INIT(c12_vda_report);
    c12_vda_place p = C12_INIT(c12_vda_place);
    if (!cli_ready(c, 3)) return EXIT_BAD;
    int code = letter_read(c, &a, C12_VDA_ORDER, order_file);
    if (!code) code = letter_read(c, &b, C12_VDA_STATE, state_file);
    if (!code) {
        c12_status st = c12_vda_order_of(&a.m, &o, &c->err);
        if (!st) st = c12_vda_report_of(&b.m, &r, &c->err);
        if (!st) st = c12_vda_progress(&o, &r, &p, &c->err);
        if (st) code = cli_fail(c, st);
    }
    if (!code) {
        table t = table_new(6, head, "ssnnns");
        c12_view name = { (const uint8_t *)"", 0 };
        if (p.node >= 0) { name.ptr = o.node_text + o.node_off[p.node]; name.size = (size_t)(o.node_off[p.node + 1] - o.node_off[p.node]); }
        table_word(&t, states[p.state]);
        table_text(&t, name);
        table_int(&t, p.base);
        table_int(&t, p.horizon);
        table_int(&t, p.new_base);
        table_word(&t, p.why ? p.why : "");
        code = table_print(c, &t, NULL);
        if (!code && p.state == C12_VDA_LOST) code = EXIT_NO;
    }
    letter_free(&a);
    letter_free(&b);
    return code;
}

static int fields(cli *c)
{
    static const char *const head[] = { "member", "kind", "required", "since", "words" }, *const kinds[] = { "whole", "real", "bool", "word", "text", "time", "json", "object", "list" };
    int32_t kind = kind_of(c, cli_word(c, 1));
    if (kind < 0 || !cli_ready(c, 2)) return EXIT_BAD;
    table t = table_new(5, head, "ssnns");
    c12_vda_field f = C12_INIT(c12_vda_field);
    for (int32_t k = 0; !c12_vda_describe(kind, k, &f, &c->err); k++) {
        table_word(&t, f.path);
        table_word(&t, kinds[f.kind]);
        table_int(&t, f.required);
        table_ratio(&t, f.since, 10, 1);
        table_word(&t, f.word ? f.word[0] + strlen("must be ") : "");
    }
    return table_print(c, &t, NULL);
}

int cmd_vda(cli *c)
{
    const char *verb = cli_word(c, 0);
    if (verb && !strcmp(verb, "check")) return check(c, cli_word(c, 2));
    if (verb && !strcmp(verb, "print")) return print(c, cli_word(c, 2));
    if (verb && !strcmp(verb, "order")) return order(c, cli_word(c, 1));
    if (verb && !strcmp(verb, "place")) return place(c, cli_word(c, 1), cli_word(c, 2));
    if (verb && !strcmp(verb, "fields")) return fields(c);
    return cli_usage(c, "say check, print, order, place or fields");
}
