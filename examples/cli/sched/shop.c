/* SPDX-License-Identifier: Apache-2.0 */
/* A shop from its file: the usual benchmark texts, or a plant as JSON. */
#include "shop.h"
#include <stdlib.h>
#include <string.h>

static void shop_columns(shop *s)
{
    c12_sched_problem q = C12_INIT(c12_sched_problem);
    s->op_off = NEW(int64_t, s->dims.jobs + (int64_t)1);
    s->mode_off = NEW(int64_t, s->dims.ops + 1);
    s->machine = NEW(int32_t, s->dims.modes);
    s->ticks = NEW(c12_tick, s->dims.modes);
    q.n_jobs = s->dims.jobs;
    q.n_machines = s->dims.machines;
    q.op_off = s->op_off;
    q.mode_off = s->mode_off;
    q.mode_machine = s->machine;
    q.mode_ticks = s->ticks;
    s->q = q;
}

void shop_close(shop *s)
{
    c12io_shop_free(s->json);
    void *const owned[] = { s->op_off, s->mode_off, s->machine, s->ticks };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
    shop_plan_free(&s->plan);
}

static int is_json(c12_view v)
{
    size_t k = 0;
    while (k < v.size && strchr(" \t\r\n", v.ptr[k])) k++;
    return k < v.size && v.ptr[k] == '{';
}

static int read_text(cli *c, shop *s, c12_view v, int32_t format)
{
    c12_status st = c12_sched_scan_text(v, format, &s->dims, &c->err);
    if (st) return cli_fail_at(c, st, s->file);
    shop_columns(s);
    st = c12_sched_read_text(v, format, &s->dims, s->op_off, s->mode_off, s->machine, s->ticks, &c->err);
    return st ? cli_fail_at(c, st, s->file) : EXIT_DONE;
}

static int read_json(cli *c, shop *s, c12_view v)
{
    c12_status st = c12io_shop_read(&s->json, v, s->file, &c->err);
    if (st) return cli_fail(c, st);
    s->q = *c12io_shop_problem(s->json);
    s->dims = *c12io_shop_dims(s->json);
    return EXIT_DONE;
}

int shop_open(cli *c, shop *s, const char *file, int32_t format)
{
    shop empty = { .dims = C12_INIT(c12_sched_dims), .file = file };
    c12_mem bytes;
    *s = empty;
    c12_status st = c12io_bytes_read(file, &bytes, &c->err);
    if (st) return cli_fail(c, st);
    c12_view v = { bytes.ptr, bytes.size };
    int code = format == FORMAT_PLANT || (format == C12_SCHED_AUTO && is_json(v)) ? read_json(c, s, v) : read_text(c, s, v, format);
    c12io_bytes_free(&bytes);
    if (code) shop_close(s); else s->plan = shop_plan_new(s);
    return code;
}

c12_view shop_name(const shop *s)
{
    const char *slash = strrchr(s->file, '/'), *name = slash ? slash + 1 : s->file;
    c12_view v = { (const uint8_t *)name, strlen(name) };
    return v;
}

int32_t shop_machine(const shop *s, const c12_sched_plan *p, int64_t op) { return s->q.mode_machine[s->q.mode_off[op] + p->op_mode[op]]; }
