/* SPDX-License-Identifier: Apache-2.0 */
/* c12 seal audit: a trail as a CSV file, its checkpoints as another. */
#include "seal_cli.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { TIME, WHO, HASH = WHO + C12_SEAL_TEXTS, LOG_COLUMNS, COUNT = 0, COUNT_HEAD, COUNT_SIGN, CHECK_COLUMNS };
static const c12io_column log_columns[LOG_COLUMNS] = { { "time_ns", 1, 0 }, { "who", 1, 0 }, { "action", 1, 0 }, { "object", 1, 0 }, { "detail", 1, 0 }, { "hash", 1, 0 } };
static const c12io_column check_columns[CHECK_COLUMNS] = { { "count", 1, 0 }, { "head", 1, 0 }, { "signature", 1, 0 } };

/* A trail in memory, columns as c12_seal_trail wants them. */
typedef struct trail { c12_seal_trail t; c12_ns *time; int64_t *off, *count; uint8_t *hash, *head, *sign, point[65]; text bytes; } trail;

static void trail_free(trail *w)
{
    void *const all[] = { w->time, w->off, w->count, w->hash, w->head, w->sign };
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) free(all[k]);
    text_free(&w->bytes);
}

/* A whole number; 0 = it is not one. */
static int read_whole(c12_view cell, int64_t *v)
{
    char digits[24], *end;
    if (!cell.size || cell.size >= sizeof digits) return 0;
    memcpy(digits, cell.ptr, cell.size);
    digits[cell.size] = 0;
    *v = strtoll(digits, &end, 10);
    return !*end;
}

static int bad_cell(const c12io_table *t, const char *path, int64_t row, const char *column, const char *want)
{
    return cli_say("%s:%" PRId64 ":%s: %s", path, c12io_table_line(t, row), column, want);
}

static int load_log(cli *c, trail *w, const char *path)
{
    c12io_table *t;
    int code = EXIT_DONE;
    c12_status s = c12io_table_read(&t, path, log_columns, LOG_COLUMNS, &c->err);
    if (s) return cli_fail(c, s);
    int64_t n = c12io_table_rows(t);
    w->time = NEW(c12_ns, n);
    w->off = NEW(int64_t, 4 * n + 1);
    w->hash = NEW(uint8_t, 32 * n);
    for (int64_t r = 0; r < n && !code; r++) {
        if (!read_whole(c12io_table_cell(t, r, TIME), &w->time[r])) code = bad_cell(t, path, r, "time_ns", "not a whole number of ns since 1970");
        else if (!seal_unhex(c12io_table_cell(t, r, HASH), w->hash + 32 * r, 32)) code = bad_cell(t, path, r, "hash", "not 64 hexadecimal digits");
        for (int k = 0; k < C12_SEAL_TEXTS; k++) {
            c12_view v = c12io_table_cell(t, r, WHO + k);
            text_bytes(&w->bytes, v.ptr, v.size);
            w->off[4 * r + k + 1] = (int64_t)w->bytes.n;
        }
    }
    w->t = (c12_seal_trail){ .struct_size = sizeof w->t, .n = n, .time = w->time, .text_off = w->off, .text = (const uint8_t *)(w->bytes.at ? w->bytes.at : ""), .hash = w->hash };
    c12io_table_free(t);
    return code;
}

static int load_checks(cli *c, trail *w, const char *path)
{
    c12io_table *t;
    int code = EXIT_DONE;
    c12_status s = c12io_table_read(&t, path, check_columns, CHECK_COLUMNS, &c->err);
    if (s) return cli_fail(c, s);
    int64_t n = c12io_table_rows(t);
    w->count = NEW(int64_t, n);
    w->head = NEW(uint8_t, 32 * n);
    w->sign = NEW(uint8_t, 64 * n);
    for (int64_t r = 0; r < n && !code; r++) {
        if (!read_whole(c12io_table_cell(t, r, COUNT), &w->count[r])) code = bad_cell(t, path, r, "count", "not a whole number");
        else if (!seal_unhex(c12io_table_cell(t, r, COUNT_HEAD), w->head + 32 * r, 32)) code = bad_cell(t, path, r, "head", "not 64 hexadecimal digits");
        else if (!seal_unhex(c12io_table_cell(t, r, COUNT_SIGN), w->sign + 64 * r, 64)) code = bad_cell(t, path, r, "signature", "not 128 hexadecimal digits");
    }
    w->t.n_checkpoints = (int32_t)n;
    w->t.check_count = w->count;
    w->t.check_head = w->head;
    w->t.check_sign = w->sign;
    c12io_table_free(t);
    return code;
}

/* 0 = whole. */
static int judge(cli *c, const trail *w, const char *path)
{
    c12_verdict v = C12_INIT(c12_verdict);
    c12_status s = c12_seal_audit_check(&w->t, &v, &c->err);
    if (s) return seal_fail(c, s, path);
    if (c->json) printf("{\"rows\":%" PRId64 ",\"good\":%" PRId64 ",\"row\":%" PRId64 ",\"rule\":\"%s\"}\n", w->t.n, v.objective, v.row, v.rule ? v.rule : "");
    if (!v.violations) return EXIT_DONE;
    cli_say("%s: row %" PRId64 ": %s", path, v.row + 1, v.rule);
    return EXIT_NO;
}

static int verify(cli *c, const char *path)
{
    const char *checks = seal_option("--checks"), *public = seal_option("--public");
    trail w = { 0 };
    int64_t least = seal_int(c, "--least", 0, INT64_MAX / 8, 0);
    if (!cli_ready(c, 3)) return EXIT_BAD;
    int code = load_log(c, &w, path);
    w.t.least = least;
    if (!code && checks) code = load_checks(c, &w, checks);
    if (!code && public && !(code = seal_public_key(c, public, w.point))) w.t.key = (c12_view){ w.point, sizeof w.point };
    if (!code && !(code = judge(c, &w, path)) && !c->json)
        printf("%" PRId64 " rows and %d checkpoints, all as they were written%s\n", w.t.n, (int)w.t.n_checkpoints, checks ? "" : "; whether the end was cut off nobody can say without --checks or --least");
    trail_free(&w);
    return code;
}

static int append(cli *c, const char *path)
{
    const char *const names[C12_SEAL_TEXTS] = { "--who", "--action", "--object", "--detail" };
    c12_view texts[C12_SEAL_TEXTS];
    const char *who = NULL, *action = NULL;
    for (int k = 0; k < C12_SEAL_TEXTS; k++) {
        const char *v = seal_option(names[k]);
        texts[k] = seal_view(v);
        if (k == 0) who = v;
        if (k == 1) action = v;
    }
    int64_t now = seal_wall(c);
    if (!cli_ready(c, 3)) return EXIT_BAD;
    if (!who || !action) return cli_usage(c, "--who and --action are needed");
    trail w = { 0 };
    uint8_t hash[32];
    text out = { 0 };
    FILE *there = fopen(path, "rb");
    int code = EXIT_DONE;
    if (there) {
        c12_mem all;
        fclose(there);
        if ((code = load_log(c, &w, path)) || (code = judge(c, &w, path))) { trail_free(&w); return code; } /* nothing is hung on a broken chain */
        c12_status s = c12io_bytes_read(path, &all, &c->err);
        if (s) { trail_free(&w); return cli_fail(c, s); }
        text_bytes(&out, all.ptr, all.size);
        if (out.n && out.at[out.n - 1] != '\n') text_add(&out, "\n");
        c12io_bytes_free(&all);
    } else text_add(&out, "time_ns,who,action,object,detail,hash\n");
    if (w.t.n && now < w.time[w.t.n - 1]) now = w.time[w.t.n - 1]; /* a clock that was set back does not make the trail run back */
    c12_status s = c12_seal_audit_row(w.t.n ? w.hash + 32 * (w.t.n - 1) : NULL, w.t.n, now, texts, hash, &c->err);
    text_add(&out, "%" PRId64, now);
    for (int k = 0; k < C12_SEAL_TEXTS; k++) { text_add(&out, ","); text_csv(&out, texts[k]); }
    text_add(&out, ",");
    seal_hex(&out, hash, sizeof hash);
    text_add(&out, "\n");
    trail_free(&w);
    if (!s) return text_write(c, &out, path);
    text_free(&out);
    return seal_fail(c, s, path);
}

static int checkpoint(cli *c, const char *path)
{
    uint8_t key[32], noise[32], sign[64];
    const c12_mem draw = { noise, sizeof noise };
    const c12_view k = { key, sizeof key }, entropy = { noise, sizeof noise };
    trail w = { 0 };
    text out = { 0 };
    if (seal_key(c, "--key", key) || !cli_ready(c, 3)) return EXIT_BAD;
    int code = load_log(c, &w, path);
    if (!code && !(code = judge(c, &w, path))) {
        const uint8_t *head = w.hash + 32 * (w.t.n ? w.t.n - 1 : 0);
        c12_status s = c12io_random(draw, &c->err);
        if (!s) s = c12_seal_checkpoint(k, w.t.n, head, entropy, sign, &c->err);
        if (s) code = seal_fail(c, s, path);
        FILE *there = c->out ? fopen(c->out, "rb") : NULL;
        c12_mem all;
        if (there) { /* one more line of the file of checkpoints */
            fclose(there);
            if (!code && (s = c12io_bytes_read(c->out, &all, &c->err))) code = cli_fail(c, s);
            else if (!code) { text_bytes(&out, all.ptr, all.size); c12io_bytes_free(&all); }
        } else text_add(&out, "count,head,signature\n");
        text_add(&out, "%" PRId64 ",", w.t.n);
        if (!code) { seal_hex(&out, head, 32); text_add(&out, ","); seal_hex(&out, sign, 64); text_add(&out, "\n"); }
    }
    trail_free(&w);
    if (!code) return text_write(c, &out, c->out ? c->out : "-");
    text_free(&out);
    return code;
}

int seal_audit(cli *c)
{
    const char *verb = cli_word(c, 1), *path = cli_word(c, 2);
    if (!verb || !path) return cli_usage(c, "audit append, checkpoint or verify, and a file");
    if (!strcmp(verb, "append")) return append(c, path);
    if (!strcmp(verb, "checkpoint")) return checkpoint(c, path);
    if (!strcmp(verb, "verify")) return verify(c, path);
    return cli_usage(c, "no verb '%s' of audit", verb);
}
