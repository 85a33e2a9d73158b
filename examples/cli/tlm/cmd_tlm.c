/* SPDX-License-Identifier: Apache-2.0 */
/* c12 tlm: telemetry block files. */
#include "tlm_cli.h"
#include "tlm_wire.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static uint8_t key_bytes[C12_SEAL_KEY];
static size_t key_size;

c12_view tlm_key(void)
{
    const c12_view key = { key_bytes, key_size };
    return key;
}

/* 0 = --key is not there, or its key has been read. */
static int read_key(cli *c)
{
    const char *path = cli_value(c, "--key");
    if (!path) return EXIT_DONE;
    c12_status s = c12io_key_read(path, key_bytes, &c->err);
    if (s) return cli_fail(c, s);
    key_size = sizeof key_bytes;
    return EXIT_DONE;
}

/* -1 = no such level. */
static int32_t level_of(const char *name)
{
    static const struct { const char *name; int32_t level; } levels[] = { { "default", C12_TLM_DEFAULT }, { "fast", C12_TLM_FAST }, { "max", C12_TLM_MAX }, { "plain", C12_TLM_PLAIN } };
    for (size_t k = 0; name && k < sizeof levels / sizeof *levels; k++)
        if (!strcmp(name, levels[k].name)) return levels[k].level;
    return name ? -1 : C12_TLM_DEFAULT;
}

static int pack(cli *c, const char *from, const char *to, int keep_order, const char *level, const char *precision)
{
    c12io_ts_options o = C12_INIT(c12io_ts_options);
    c12io_ts_info i = C12_INIT(c12io_ts_info);
    o.keep_order = keep_order;
    o.key = tlm_key();
    o.level = level_of(level);
    o.precision = precision;
    if (o.level < 0) return cli_usage(c, "--level is plain, fast, default or max, not '%s'", level);
    c12_status s = c12io_ts_pack(from, to, &o, NULL, &i, &c->err);
    if (s == C12_E_FORMAT) return cli_say("%s:%" PRId64 ": %s (byte %" PRId64 "); mend or remove the line", from, c->err.row + 1, c->err.what, c->err.value);
    if (s) return cli_fail(c, s);
    if (c->json) printf("{\"records\":%" PRId64 ",\"raw_records\":%" PRId64 ",\"bytes\":%" PRId64 ",\"bytes_per_record\":%.3f}\n", i.records, i.raw_records, i.bytes, i.bytes_per_record);
    else fprintf(stderr, "%" PRId64 " records, %" PRId64 " bytes, %.2f a record\n", i.records, i.bytes, i.bytes_per_record);
    return EXIT_DONE;
}

int tlm_fail(cli *c, c12_status s, const char *file)
{
    if (s != C12_E_FORMAT) return cli_fail(c, s);
    return cli_say("%s: byte %" PRId64 ": %s; the file is damaged or cut off", file, c->err.value, c->err.what);
}

int tlm_open(cli *c, const char *file, c12io_ts **t, c12_tlm_schema *schema)
{
    c12_status s = c12io_ts_open_sealed(t, file, tlm_key(), NULL, &c->err);
    if (s) return tlm_fail(c, s, file);
    schema->struct_size = (uint32_t)sizeof *schema;
    if (!(s = c12io_ts_schema(*t, schema, &c->err))) return EXIT_DONE;
    c12io_ts_destroy(*t);
    return cli_fail(c, s);
}

static int unpack(cli *c, const char *from, const char *to)
{
    int64_t rows = 0;
    c12_status s = c12io_ts_unpack_sealed(from, to, tlm_key(), NULL, NULL, &rows, &c->err);
    if (s) return tlm_fail(c, s, from);
    if (c->json) printf("{\"records\":%" PRId64 "}\n", rows);
    return EXIT_DONE;
}

static void print_stat(const cli *c, const c12io_ts_info *i, const c12_tlm_schema *s)
{
    static const char *const rest[] = { "(order)", "(texts)", "(raw lines)", "(all else)" };
    text o = { 0 };
    text_add(&o, c->json ? "{\"records\":%" PRId64 ",\"raw_records\":%" PRId64 ",\"robots\":%d,\"blocks\":%" PRId64 ",\"bytes\":%" PRId64 ",\"bytes_per_record\":%.3f,\"t_min_ms\":%" PRId64 ",\"t_max_ms\":%" PRId64 ",\"by_column\":{"
                         : "records           %" PRId64 "\nraw records       %" PRId64 "\nrobots            %d\nblocks            %" PRId64 "\nbytes             %" PRId64 "\nbytes per record  %.3f\nfrom ms           %" PRId64 "\nto ms             %" PRId64 "\n\ncolumn bytes\n",
             i->records, i->raw_records, (int)i->robots, i->blocks, i->bytes, i->bytes_per_record, i->t_min, i->t_max);
    for (int32_t f = 0; f < s->n_fields + 4; f++) {
        c12_view name = { (const uint8_t *)(f < s->n_fields ? "" : rest[f - s->n_fields]), 0 };
        name.size = strlen((const char *)name.ptr);
        if (f < s->n_fields) { name.ptr = s->path + s->path_off[f]; name.size = (size_t)(s->path_off[f + 1] - s->path_off[f]); }
        if (c->json) {
            text_add(&o, f ? "," : "");
            text_json(&o, name);
            text_add(&o, ":%" PRId64, i->column_bytes[f]);
        } else text_add(&o, "  %-40.*s %12" PRId64 "\n", (int)name.size, (const char *)name.ptr, i->column_bytes[f]);
    }
    printf("%s%s", o.at, c->json ? "}}\n" : "");
    text_free(&o);
}

static int stat_file(cli *c, const char *file)
{
    c12io_ts *t;
    c12io_ts_info i = C12_INIT(c12io_ts_info);
    c12_tlm_schema schema = C12_INIT(c12_tlm_schema);
    c12_status s = c12io_ts_open_sealed(&t, file, tlm_key(), NULL, &c->err);
    if (s) return tlm_fail(c, s, file);
    s = c12io_ts_schema(t, &schema, &c->err);
    i.column_cap = schema.n_fields + 4;
    i.column_bytes = NEW(int64_t, i.column_cap);
    if (!s) s = c12io_ts_stat(t, &i, &c->err);
    if (!s) print_stat(c, &i, &schema);
    free(i.column_bytes);
    c12io_ts_destroy(t);
    return s ? tlm_fail(c, s, file) : EXIT_DONE;
}

static int verify(cli *c, const char *file)
{
    c12io_ts *t;
    c12_status s = c12io_ts_open_sealed(&t, file, tlm_key(), NULL, &c->err);
    if (s) return tlm_fail(c, s, file);
    s = c12io_ts_verify(t, &c->err);
    c12io_ts_destroy(t);
    if (s == C12_E_FORMAT) { tlm_fail(c, s, file); return EXIT_NO; }
    if (s) return cli_fail(c, s);
    puts("every block reads back");
    return EXIT_DONE;
}

static int append(cli *c, const char *file, const char *lines)
{
    int64_t rows = 0;
    c12io_ts_options o = C12_INIT(c12io_ts_options);
    o.key = tlm_key();
    c12_status s = c12io_ts_extend(lines, file, &o, NULL, &rows, &c->err);
    if (s == C12_E_FORMAT && c->err.row >= 0) return cli_say("%s:%" PRId64 ": %s (byte %" PRId64 "); mend or remove the line; nothing was appended", lines, c->err.row + 1, c->err.what, c->err.value);
    if (s == C12_E_STATE) return cli_say("%s: %s; wait for it", file, c->err.what);
    if (s) return tlm_fail(c, s, file);
    if (c->json) printf("{\"appended\":%" PRId64 "}\n", rows);
    else fprintf(stderr, "%" PRId64 " records appended\n", rows);
    return EXIT_DONE;
}

static int recover(cli *c, const char *file)
{
    c12io_ts *t;
    c12io_ts_options o = C12_INIT(c12io_ts_options);
    o.key = tlm_key();
    c12_status s = c12io_ts_continue(&t, file, &o, NULL, &c->err);
    if (!s) s = c12io_ts_close(t, &c->err);
    if (s == C12_E_STATE) return cli_say("%s: %s; nothing to bring back", file, c->err.what);
    return s ? tlm_fail(c, s, file) : EXIT_DONE;
}

/* Exit 1 when something was lost. */
static int salvage(cli *c, const char *from, const char *to)
{
    c12io_ts_salvaged x = C12_INIT(c12io_ts_salvaged);
    c12_status s = c12io_ts_salvage_sealed(from, to, tlm_key(), NULL, &x, &c->err);
    if (s) return tlm_fail(c, s, from);
    if (c->json) printf("{\"records\":%" PRId64 ",\"blocks\":%" PRId64 ",\"records_lost\":%" PRId64 ",\"gaps\":%" PRId64 ",\"bytes_lost\":%" PRId64 ",\"head_lost\":%s}\n", x.records, x.blocks, x.records_lost, x.gaps, x.bytes_lost, x.head_lost ? "true" : "false");
    else if (x.records_lost >= 0) printf("%" PRId64 " records of %" PRId64 " blocks saved, %" PRId64 " records lost in %" PRId64 " places\n", x.records, x.blocks, x.records_lost, x.gaps);
    else printf("%" PRId64 " records of %" PRId64 " blocks saved, %" PRId64 " bytes in %" PRId64 " places lost; the index was lost too, so nobody knows how many records\n", x.records, x.blocks, x.bytes_lost, x.gaps);
    return x.gaps || x.records_lost > 0 ? EXIT_NO : EXIT_DONE;
}

static int compact(cli *c, const char *from, const char *to, const char *level)
{
    c12io_ts_options o = C12_INIT(c12io_ts_options);
    o.level = level_of(level);
    o.key = tlm_key();
    if (o.level < 0) return cli_usage(c, "--level is plain, fast, default or max, not '%s'", level);
    c12_status s = c12io_ts_compact(from, to, &o, NULL, &c->err);
    if (s == C12_E_STATE) return cli_say("%s: %s; it cannot be compacted", from, c->err.what);
    return s ? tlm_fail(c, s, from) : EXIT_DONE;
}

static int retain(cli *c, const char *from, const char *to, const char *since, const char *archive)
{
    int64_t cutoff, kept = 0, old = 0;
    if (!since || !tlm_time(since, &cutoff)) return cli_usage(c, "--since needs a time such as 2025-10-24");
    c12_status s = c12io_ts_retain_sealed(from, to, archive, cutoff, tlm_key(), NULL, &kept, &old, &c->err);
    if (s) return tlm_fail(c, s, from);
    if (c->json) printf("{\"kept\":%" PRId64 ",\"%s\":%" PRId64 "}\n", kept, archive ? "archived" : "dropped", old);
    else fprintf(stderr, "%" PRId64 " records kept, %" PRId64 " %s\n", kept, old, archive ? "archived" : "dropped");
    return EXIT_DONE;
}

int cmd_tlm(cli *c)
{
    const char *first = cli_word(c, 0);
    if (read_key(c)) return EXIT_BAD;
    if (first && !strcmp(first, "wire")) return wire_command(c);
    int keep = cli_flag(c, "--keep-order");
    const char *precision = cli_value(c, "--precision");
    const char *level = cli_value(c, "--level");
    const char *since = cli_value(c, "--since"), *archive = cli_value(c, "--archive");
    const char *verb = cli_word(c, 0), *a = cli_word(c, 1), *b = cli_word(c, 2);
    if (!verb) return cli_usage(c, "a verb is missing");
    if (!strcmp(verb, "pack")) return cli_ready(c, 3) ? pack(c, a, b, keep, level, precision) : EXIT_BAD;
    if (!strcmp(verb, "unpack")) return cli_ready(c, b ? 3 : 2) ? unpack(c, a, b ? b : c->out ? c->out : "-") : EXIT_BAD;
    if (!strcmp(verb, "stat")) return cli_ready(c, 2) ? stat_file(c, a) : EXIT_BAD;
    if (!strcmp(verb, "verify")) return cli_ready(c, 2) ? verify(c, a) : EXIT_BAD;
    if (!strcmp(verb, "unwire")) return cli_ready(c, b ? 3 : 2) ? unwire_command(c, a, b ? b : c->out ? c->out : "-") : EXIT_BAD;
    if (!strcmp(verb, "query")) return tlm_query(c);
    if (!strcmp(verb, "export")) return tlm_export(c);
    if (!strcmp(verb, "append")) return cli_ready(c, 3) ? append(c, a, b) : EXIT_BAD;
    if (!strcmp(verb, "recover")) return cli_ready(c, 2) ? recover(c, a) : EXIT_BAD;
    if (!strcmp(verb, "salvage")) return cli_ready(c, 3) ? salvage(c, a, b) : EXIT_BAD;
    if (!strcmp(verb, "compact")) return cli_ready(c, 3) ? compact(c, a, b, level) : EXIT_BAD;
    if (!strcmp(verb, "retain")) return cli_ready(c, 3) ? retain(c, a, b, since, archive) : EXIT_BAD;
    if (!strcmp(verb, "sample")) return tlm_sample(c);
    if (!strcmp(verb, "latest")) return tlm_latest(c);
    return cli_usage(c, "no verb '%s'", verb);
}
