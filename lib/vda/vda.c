/* SPDX-License-Identifier: Apache-2.0 */
/* Fields by path, values by row, topics, header ids, steps of actions. */
#include "vda/vda_internal.h"

static int vda_equal(const char *a, const char *b)
{
    while (*a && *a == *b) { a++; b++; }
    return *a == *b;
}

int32_t c12_vda_columns(int32_t kind)
{
    const c12__vda_schema *s = c12__vda_schema_of(kind);
    return s ? s->n : 0;
}

int32_t c12_vda_find(int32_t kind, const char *path)
{
    const c12__vda_schema *s = c12__vda_schema_of(kind);
    if (!s || !path) return -1;
    for (int32_t i = 0; i < s->n; i++)
        if (vda_equal(s->field[i].path, path)) return i;
    return -1;
}

c12_status c12_vda_describe(int32_t kind, int32_t field, c12_vda_field *out, c12_error *err)
{
    const c12__vda_schema *s = c12__vda_schema_of(kind);
    c12_vda_field o;
    c12_status st = c12__take(&o, sizeof o, out, "out", err);
    if (st) return st;
    if (!s || field < 0 || field >= s->n) return c12__fail(err, C12_E_RANGE, "no field of this message", "field", -1, field);
    const c12__vda_field *f = &s->field[field];
    o.kind = f->kind;
    o.required = f->required;
    o.since = f->since;
    o.parent = f->parent;
    o.list = f->list;
    o.least = f->least;
    o.most = f->most;
    o.path = f->path;
    o.word = f->word;
    c12__give(out, &o, sizeof o);
    return C12_OK;
}

const char *c12_vda_topic(int32_t kind)
{
    const c12__vda_schema *s = c12__vda_schema_of(kind);
    return s ? s->topic : NULL;
}

static const c12_vda_column *vda_cell(const c12_vda_message *m, int32_t field, int64_t row)
{
    return m && m->column && field >= 0 && field < m->n_columns && row >= 0 && row < m->column[field].rows ? &m->column[field] : NULL;
}

int64_t c12_vda_value(const c12_vda_message *message, int32_t field, int64_t row)
{
    const c12_vda_column *c = vda_cell(message, field, row);
    return c && c->value ? c->value[row] : C12_VDA_NONE;
}

c12_view c12_vda_text(const c12_vda_message *message, int32_t field, int64_t row)
{
    static const c12_view none = { (const uint8_t *)"", 0 };
    const c12_vda_column *c = vda_cell(message, field, row);
    return c && c->off && c->text ? c12__vda_name(c->text, c->off, row) : none;
}

/* ---- topics and headers ----------------------------------------------------------------------------------------------------------------- */

static int32_t vda_kind_of(c12_view name)
{
    for (int32_t k = 0; k < C12_VDA_KINDS; k++)
        if (c12__vda_says(c12__vda_schemas[k].topic, name.ptr, name.size)) return k;
    return -1;
}

c12_status c12_vda_address_read(c12_view topic, c12_vda_address *out, c12_error *err)
{
    c12_vda_address o;
    c12_view part[5];
    size_t n = 0, from = 0;
    c12_status st = c12__take(&o, sizeof o, out, "out", err);
    if (st) return st;
    if (!topic.ptr) return c12__fail(err, C12_E_ARG, "NULL", "topic", -1, 0);
    for (size_t i = 0; i <= topic.size; i++) {
        if (i < topic.size && topic.ptr[i] != '/') {
            if (topic.ptr[i] == '+' || topic.ptr[i] == '#' || !topic.ptr[i]) return c12__fail(err, C12_E_FORMAT, "a topic of a message has no wildcard and no NUL", "topic", -1, (int64_t)i);
            continue;
        }
        if (n == 5 || i == from) return c12__fail(err, C12_E_FORMAT, "must be interface/version/manufacturer/serial/topic", "topic", -1, (int64_t)i);
        part[n].ptr = topic.ptr + from;
        part[n++].size = i - from;
        from = i + 1;
    }
    if (n != 5) return c12__fail(err, C12_E_FORMAT, "must be interface/version/manufacturer/serial/topic", "topic", -1, (int64_t)topic.size);
    if ((o.kind = vda_kind_of(part[4])) < 0) return c12__fail(err, C12_E_FORMAT, "must end in order, instantActions, state, visualization, connection or factsheet", "topic", -1, (int64_t)(part[4].ptr - topic.ptr));
    o.interface_name = part[0];
    o.major = part[1];
    o.manufacturer = part[2];
    o.serial = part[3];
    c12__give(out, &o, sizeof o);
    return C12_OK;
}

int32_t c12_vda_follow(int64_t last, int64_t header)
{
    if (last == C12_VDA_NONE) return C12_VDA_FIRST;
    uint32_t step = (uint32_t)header - (uint32_t)last;
    if (!step) return C12_VDA_REPEAT;
    if (step == 1) return C12_VDA_NEXT;
    if (step < UINT32_C(0x80000000)) return C12_VDA_GAP;
    return header <= 1 ? C12_VDA_RESTART : C12_VDA_OLD;
}

/* ---- actions ------------------------------------------------------------------------------------------------------------------------------ */

enum { VDA_STATUSES = 6 };

int32_t c12_vda_action_may(int32_t from, int32_t to)
{
    static const uint8_t next[VDA_STATUSES] = { /* a bit for each status */
        1 << C12_VDA_INITIALIZING | 1 << C12_VDA_RUNNING | 1 << C12_VDA_FINISHED | 1 << C12_VDA_FAILED,
        1 << C12_VDA_RUNNING | 1 << C12_VDA_PAUSED | 1 << C12_VDA_FINISHED | 1 << C12_VDA_FAILED,
        1 << C12_VDA_PAUSED | 1 << C12_VDA_FINISHED | 1 << C12_VDA_FAILED,
        1 << C12_VDA_INITIALIZING | 1 << C12_VDA_RUNNING | 1 << C12_VDA_FINISHED | 1 << C12_VDA_FAILED,
        0,
        0,
    };
    return from >= 0 && from < VDA_STATUSES && to >= 0 && to < VDA_STATUSES && next[from] >> to & 1;
}

int32_t c12_vda_action_seen(int32_t from, int32_t to)
{
    if (from < 0 || from >= VDA_STATUSES || to < 0 || to >= VDA_STATUSES) return 0;
    if (from == to) return 1;
    if (from >= C12_VDA_FINISHED || to == C12_VDA_WAITING) return 0;
    return 1; /* whatever began reaches every other status by way of PAUSED */
}
