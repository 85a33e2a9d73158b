/* SPDX-License-Identifier: Apache-2.0 */
/* c12 seal sign and check: an electronic signature over a document, from tables of people, documents and trainings. */
#include "seal_cli.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const c12io_column people_columns[] = { { "person", 1, 0 }, { "name", 1, 0 }, { "password", 1, 0 } };
static const c12io_column document_columns[] = { { "document", 1, 0 }, { "version", 1, 0 }, { "sha256", 1, 0 }, { "effective_s", 1, 0 }, { "superseded_s", 0, 0 } };
static const c12io_column training_columns[] = { { "person", 1, 0 }, { "document", 1, 0 }, { "version", 1, 0 }, { "passed_s", 1, 0 }, { "until_s", 0, 0 } };
static const char *const meanings[] = { "", "authored", "reviewed", "approved", "released", "rejected" };
enum { PEOPLE, DOCUMENTS, TRAININGS, TABLES };

typedef struct desk { c12io_table *t[TABLES]; char path[TABLES][1024]; c12_seal_controls c; int32_t *column[5]; c12_ns *time[4]; uint8_t *digest; } desk;

static void desk_close(desk *d)
{
    for (int k = 0; k < TABLES; k++) c12io_table_free(d->t[k]);
    for (int k = 0; k < 5; k++) free(d->column[k]);
    for (int k = 0; k < 4; k++) free(d->time[k]);
    free(d->digest);
}

/* Row whose cell says this, -1 = none. */
static int64_t find_row(const c12io_table *t, int32_t column, c12_view name)
{
    for (int64_t r = 0; r < c12io_table_rows(t); r++) {
        c12_view v = c12io_table_cell(t, r, column);
        if (v.size == name.size && !memcmp(v.ptr, name.ptr, v.size)) return r;
    }
    return -1;
}

/* A number from low on; empty is `dflt` when that is allowed. */
static int number_of(const desk *d, int k, int64_t row, int32_t column, const char *name, int64_t most, int64_t dflt, int64_t *v)
{
    c12_view cell = c12io_table_cell(d->t[k], row, column);
    char digits[24], *end = digits;
    *v = dflt;
    if (!cell.size && dflt != INT64_MIN) return EXIT_DONE;
    snprintf(digits, sizeof digits, "%.*s", (int)(cell.size > 23 ? 23 : cell.size), cell.size ? (const char *)cell.ptr : "");
    *v = strtoll(digits, &end, 10);
    if (digits[0] && !*end && cell.size < 20 && *v >= 0 && *v <= most) return EXIT_DONE;
    return cli_say("%s:%" PRId64 ":%s: '%s' is not a whole number from 0 to %" PRId64, d->path[k], c12io_table_line(d->t[k], row), name, digits, most);
}

static int seconds_of(const desk *d, int k, int64_t row, int32_t column, const char *name, int64_t dflt, c12_ns *t)
{
    int64_t s;
    int code = number_of(d, k, row, column, name, INT64_C(9000000000), dflt, &s);
    *t = s == INT64_MAX ? INT64_MAX : s * INT64_C(1000000000);
    return code;
}

static int read_documents(desk *d)
{
    int64_t n = c12io_table_rows(d->t[DOCUMENTS]), v;
    int code = EXIT_DONE;
    for (int64_t r = 0; r < n && !code; r++) {
        const c12_view name = c12io_table_cell(d->t[DOCUMENTS], r, 0);
        d->column[0][r] = (int32_t)find_row(d->t[DOCUMENTS], 0, name); /* its first row is a document's number */
        code = number_of(d, DOCUMENTS, r, 1, "version", INT32_MAX, INT64_MIN, &v);
        d->column[1][r] = (int32_t)v;
        if (!code) code = seconds_of(d, DOCUMENTS, r, 3, "effective_s", INT64_MIN, &d->time[0][r]);
        if (!code) code = seconds_of(d, DOCUMENTS, r, 4, "superseded_s", INT64_MAX, &d->time[1][r]);
        if (!code && !seal_unhex(c12io_table_cell(d->t[DOCUMENTS], r, 2), d->digest + 32 * r, 32))
            code = cli_say("%s:%" PRId64 ":sha256: not 64 hexadecimal digits", d->path[DOCUMENTS], c12io_table_line(d->t[DOCUMENTS], r));
    }
    return code;
}

static int read_trainings(desk *d)
{
    int code = EXIT_DONE;
    for (int64_t r = 0, v; r < c12io_table_rows(d->t[TRAININGS]) && !code; r++) {
        int64_t person = find_row(d->t[PEOPLE], 0, c12io_table_cell(d->t[TRAININGS], r, 0)), document = find_row(d->t[DOCUMENTS], 0, c12io_table_cell(d->t[TRAININGS], r, 1));
        if (person < 0 || document < 0) return cli_say("%s:%" PRId64 ": %s is in none of the other tables", d->path[TRAININGS], c12io_table_line(d->t[TRAININGS], r), person < 0 ? "person" : "document");
        d->column[2][r] = (int32_t)person;
        d->column[3][r] = (int32_t)document;
        code = number_of(d, TRAININGS, r, 2, "version", INT32_MAX, INT64_MIN, &v);
        d->column[4][r] = (int32_t)v;
        if (!code) code = seconds_of(d, TRAININGS, r, 3, "passed_s", INT64_MIN, &d->time[2][r]);
        if (!code) code = seconds_of(d, TRAININGS, r, 4, "until_s", INT64_MAX, &d->time[3][r]);
    }
    return code;
}

static int desk_open(cli *c, desk *d, const char *dir)
{
    static const struct { const char *name; const c12io_column *known; int32_t n; } files[TABLES] = { { "people.csv", people_columns, 3 }, { "documents.csv", document_columns, 5 }, { "trainings.csv", training_columns, 5 } };
    for (int k = 0; k < TABLES; k++) {
        snprintf(d->path[k], sizeof d->path[k], "%s/%s", dir, files[k].name);
        c12_status s = c12io_table_read(&d->t[k], d->path[k], files[k].known, files[k].n, &c->err);
        if (s) return cli_fail(c, s);
    }
    int64_t docs = c12io_table_rows(d->t[DOCUMENTS]), rows = c12io_table_rows(d->t[TRAININGS]);
    for (int k = 0; k < 5; k++) d->column[k] = NEW(int32_t, k < 2 ? docs : rows);
    for (int k = 0; k < 4; k++) d->time[k] = NEW(c12_ns, k < 2 ? docs : rows);
    d->digest = NEW(uint8_t, 32 * docs);
    d->c = (c12_seal_controls){ .struct_size = sizeof d->c, .n_versions = (int32_t)docs, .n_trainings = (int32_t)rows, .document = d->column[0], .version = d->column[1],
                                .effective = d->time[0], .superseded = d->time[1], .digest = d->digest, .trained_person = d->column[2], .trained_document = d->column[3],
                                .trained_version = d->column[4], .trained_on = d->time[2], .trained_until = d->time[3] };
    int code = read_documents(d);
    return code ? code : read_trainings(d);
}

/* The act by names; what nobody can number is refused here. */
static int fill_act(cli *c, const desk *d, c12_seal_act *a, c12_view *record)
{
    const char *person = seal_option("--person"), *document = seal_option("--document"), *meaning = seal_option("--meaning");
    a->why = seal_view(seal_option("--why"));
    a->version = (int32_t)seal_int(c, "--version", 0, INT32_MAX, 0);
    for (int k = 1; meaning && k <= C12_SEAL_REJECTED; k++) if (!strcmp(meaning, meanings[k])) a->meaning = k;
    if (!person || !document || !a->meaning) return c->bad ? EXIT_BAD : cli_usage(c, "--person, --document and --meaning authored, reviewed, approved, released or rejected are needed");
    int64_t p = find_row(d->t[PEOPLE], 0, seal_view(person)), doc = find_row(d->t[DOCUMENTS], 0, seal_view(document));
    if (p < 0) return cli_say("%s: nobody is '%s'", d->path[PEOPLE], person);
    if (doc < 0) return cli_say("%s: no document is '%s'", d->path[DOCUMENTS], document);
    a->person = (int32_t)p;
    a->document = (int32_t)doc;
    a->who = c12io_table_cell(d->t[PEOPLE], p, 1);
    *record = c12io_table_cell(d->t[PEOPLE], p, 2);
    for (int32_t i = 0; i < d->c.n_versions; i++)
        if (d->column[0][i] == doc && d->column[1][i] == a->version) memcpy(a->digest, d->digest + 32 * (size_t)i, 32);
    return EXIT_DONE;
}

static int print_act(cli *c, const c12_seal_act *a, const uint8_t sign[64])
{
    text t = { 0 };
    text_add(&t, "{\"when_ns\":%" PRId64 ",\"person\":%d,\"document\":%d,\"version\":%d,\"meaning\":\"%s\",\"who\":", a->when, (int)a->person, (int)a->document, (int)a->version, meanings[a->meaning]);
    text_json(&t, a->who);
    text_add(&t, ",\"why\":");
    text_json(&t, a->why);
    text_add(&t, ",\"sha256\":\"");
    seal_hex(&t, a->digest, 32);
    text_add(&t, "\",\"signature\":\"");
    seal_hex(&t, sign, 64);
    text_add(&t, "\"}\n");
    return text_write(c, &t, c->out ? c->out : "-");
}

int seal_sign(cli *c)
{
    const char *dir = cli_word(c, 1);
    uint8_t key[32], noise[32], sign[64];
    const c12_mem draw = { noise, sizeof noise };
    const c12_view k = { key, sizeof key }, entropy = { noise, sizeof noise };
    desk d = { 0 };
    c12_seal_act a = { .when = seal_wall(c) };
    c12_view record;
    c12_mem secret;
    if (!dir) return cli_usage(c, "a folder with people.csv, documents.csv and trainings.csv is missing");
    if (seal_key(c, "--key", key)) return EXIT_BAD;
    int code = desk_open(c, &d, dir);
    if (!code) code = fill_act(c, &d, &a, &record);
    if (!code && !cli_ready(c, 2)) code = EXIT_BAD;
    if (!code && !(code = seal_secret(c, &secret))) {
        const c12_view password = { secret.ptr, secret.size };
        c12_status s = c12io_random(draw, &c->err);
        if (!s) s = c12_seal_act_sign(&d.c, &a, password, record, k, entropy, NULL, sign, &c->err);
        c12io_bytes_free(&secret);
        code = s ? (cli_say("not signed: %s", c->err.what), s == C12_E_REFUSED ? EXIT_NO : EXIT_BAD) : print_act(c, &a, sign);
    }
    desk_close(&d);
    return code;
}

/* ---- check: the line print_act wrote ---------------------------------------------------------------------------------------------------------------- */

/* What stands behind "name": up to its end; strings without quotes.  Only what print_act writes is read: members in its order. */
static int take_member(const char **p, const char *name, c12_view *v)
{
    size_t n = strlen(name);
    if (strncmp(*p, name, n)) return 0;
    v->ptr = (const uint8_t *)*p + n;
    v->size = 0;
    int quoted = name[n - 1] == '"';
    while (v->ptr[v->size] && v->ptr[v->size] != '\n' && v->ptr[v->size] != (quoted ? '"' : ',')) v->size += v->ptr[v->size] == '\\' && v->ptr[v->size + 1] ? 2 : 1;
    *p = (const char *)v->ptr + v->size + (quoted && v->ptr[v->size] == '"');
    return 1;
}

/* A JSON string's bytes in place of its escapes, as text_json writes them. */
static c12_view unescape(c12_view v, char *out)
{
    size_t n = 0;
    for (size_t i = 0; i < v.size; i++) {
        uint8_t ch = v.ptr[i];
        if (ch != '\\' || ++i >= v.size) { out[n++] = (char)ch; continue; }
        static const char from[] = "nrtbf", to[] = "\n\r\t\b\f";
        const char *at = strchr(from, v.ptr[i]);
        unsigned unit = 0;
        if (at && *at) out[n++] = to[at - from];
        else if (v.ptr[i] == 'u' && i + 4 < v.size && sscanf((const char *)v.ptr + i + 1, "%4x", &unit) == 1) { out[n++] = (char)unit; i += 4; }
        else out[n++] = (char)v.ptr[i];
    }
    return (c12_view){ (const uint8_t *)out, n };
}

static int read_act(const char *p, c12_seal_act *a, uint8_t sign[64], char *room)
{
    static const char *const names[] = { "{\"when_ns\":", ",\"person\":", ",\"document\":", ",\"version\":", ",\"meaning\":\"", ",\"who\":\"", ",\"why\":\"", ",\"sha256\":\"", ",\"signature\":\"" };
    c12_view v[9];
    size_t n = strlen(p);
    for (int k = 0; k < 9; k++) if (!take_member(&p, names[k], &v[k])) return 0;
    if (strcmp(p, "}") && strcmp(p, "}\n")) return 0;
    a->when = strtoll((const char *)v[0].ptr, NULL, 10);
    a->person = (int32_t)strtol((const char *)v[1].ptr, NULL, 10);
    a->document = (int32_t)strtol((const char *)v[2].ptr, NULL, 10);
    a->version = (int32_t)strtol((const char *)v[3].ptr, NULL, 10);
    for (int k = 1; k <= C12_SEAL_REJECTED; k++) if (v[4].size == strlen(meanings[k]) && !memcmp(v[4].ptr, meanings[k], v[4].size)) a->meaning = k;
    a->who = unescape(v[5], room);
    a->why = unescape(v[6], room + n + 1);
    return seal_unhex(v[7], a->digest, 32) && seal_unhex(v[8], sign, 64);
}

int seal_check(cli *c)
{
    const char *path = cli_word(c, 1), *public = seal_option("--public");
    uint8_t point[65], sign[64];
    const c12_view key = { point, sizeof point }, signature = { sign, sizeof sign };
    c12_seal_act a = { 0 };
    c12_mem all;
    if (!cli_ready(c, 2)) return EXIT_BAD;
    if (!public) return cli_usage(c, "--public is missing");
    int code = seal_public_key(c, public, point);
    if (code) return code;
    c12_status s = c12io_bytes_read(path, &all, &c->err);
    if (s) return cli_fail(c, s);
    char *room = NEW(char, 2 * (int64_t)all.size + 4);
    if (!read_act(all.ptr, &a, sign, room)) code = cli_say("%s: not a signature of c12 seal sign", path);
    else if ((s = c12_seal_act_check(&a, key, signature, &c->err))) code = seal_fail(c, s, path);
    else printf("%s by %.*s, as it was signed: %.*s\n", meanings[a.meaning], (int)a.who.size, (const char *)a.who.ptr, (int)a.why.size, (const char *)a.why.ptr);
    free(room);
    c12io_bytes_free(&all);
    return code;
}
