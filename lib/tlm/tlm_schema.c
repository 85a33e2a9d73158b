/* SPDX-License-Identifier: Apache-2.0 */
/* Schemas: the built-in record, the rules, the constant text between values, and the schema's own encoding. */
#include "tlm/tlm_internal.h"

/* ---- the factory's record --------------------------------------------------------------------------------------- */

static const char tlm_record_paths[] =
    "robot_id" "timestamp" "position.x" "position.y" "position.z" "velocity.vx" "velocity.vy" "velocity.vz" "battery_level"
    "current_task.task_id" "current_task.station" "current_task.unit_id" "current_task.progress"
    "current_task.estimated_completion"
    "actuator_status.hip_left.temp" "actuator_status.hip_left.torque" "actuator_status.hip_left.status"
    "actuator_status.hip_right.temp" "actuator_status.hip_right.torque" "actuator_status.hip_right.status"
    "actuator_status.knee_left.temp" "actuator_status.knee_left.torque" "actuator_status.knee_left.status"
    "actuator_status.knee_right.temp" "actuator_status.knee_right.torque" "actuator_status.knee_right.status"
    "actuator_status.shoulder_left.temp" "actuator_status.shoulder_left.torque" "actuator_status.shoulder_left.status"
    "actuator_status.shoulder_right.temp" "actuator_status.shoulder_right.torque" "actuator_status.shoulder_right.status"
    "diagnostics.cpu_usage" "diagnostics.memory_usage" "diagnostics.network_latency" "diagnostics.camera_status"
    "diagnostics.error_log";

enum { TLM_RECORD_FIELDS = 37 };

static const int64_t tlm_record_path_off[TLM_RECORD_FIELDS + 1] = {
    0, 8, 17, 27, 37, 47, 58, 69, 80, 93, 113, 133, 153, 174, 207, 236, 267, 298, 328, 360, 392, 422, 454, 486, 517, 550,
    583, 617, 653, 689, 724, 761, 798, 819, 843, 870, 895, 916
};

static const int32_t tlm_record_id[TLM_RECORD_FIELDS] = {
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35,
    36, 37
};

static const int32_t tlm_record_kind[TLM_RECORD_FIELDS] = {
    C12_TLM_TEXT, C12_TLM_TIME, C12_TLM_DECIMAL, C12_TLM_DECIMAL, C12_TLM_DECIMAL, C12_TLM_DECIMAL, C12_TLM_DECIMAL, C12_TLM_DECIMAL,
    C12_TLM_DECIMAL, C12_TLM_TEXT, C12_TLM_TEXT, C12_TLM_TEXT, C12_TLM_DECIMAL, C12_TLM_TIME,
    C12_TLM_DECIMAL, C12_TLM_DECIMAL, C12_TLM_TEXT, C12_TLM_DECIMAL, C12_TLM_DECIMAL, C12_TLM_TEXT,
    C12_TLM_DECIMAL, C12_TLM_DECIMAL, C12_TLM_TEXT, C12_TLM_DECIMAL, C12_TLM_DECIMAL, C12_TLM_TEXT,
    C12_TLM_DECIMAL, C12_TLM_DECIMAL, C12_TLM_TEXT, C12_TLM_DECIMAL, C12_TLM_DECIMAL, C12_TLM_TEXT,
    C12_TLM_DECIMAL, C12_TLM_DECIMAL, C12_TLM_INTEGER, C12_TLM_LIST, C12_TLM_LIST
};

static const int32_t tlm_record_decimals[TLM_RECORD_FIELDS] = {
    0, 3, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 0, 0, 0
};

c12_status c12_tlm_builtin(c12_tlm_schema *schema, c12_error *err)
{
    c12_tlm_schema s;
    c12_status st = c12__take(&s, sizeof s, schema, "schema", err);
    if (st) return st;
    s.n_fields = TLM_RECORD_FIELDS;
    s.id = 1;
    s.robot_field = 0;
    s.time_field = 1;
    s.numbers = C12_TLM_NUMBERS_PLAIN;
    s.field_id = tlm_record_id;
    s.kind = tlm_record_kind;
    s.decimals = tlm_record_decimals;
    s.path_off = tlm_record_path_off;
    s.path = (const uint8_t *)tlm_record_paths;
    s.step = NULL;
    c12__give(schema, &s, sizeof s);
    return C12_OK;
}

/* The built-in record's own tables need no check: they are constants, and a call for one row would spend most of its time there. */
static int schema_is_builtin(const c12_tlm_schema *s)
{
    return s->field_id == tlm_record_id && s->kind == tlm_record_kind && s->decimals == tlm_record_decimals && s->path_off == tlm_record_path_off &&
           s->path == (const uint8_t *)tlm_record_paths && s->n_fields == TLM_RECORD_FIELDS && s->robot_field == 0 && s->time_field == 1;
}

/* ---- numbers of a schema ------------------------------------------------------------------------------------------ */

static void schema_field_rules(const c12_tlm_schema *s, int32_t f, c12__faults *faults)
{
    int32_t kind = s->kind[f], decimals = s->decimals[f];
    if (kind < C12_TLM_TIME || kind > C12_TLM_LIST) {
        c12__fault(faults, C12_E_RANGE, "kind must be C12_TLM_TIME .. C12_TLM_LIST", "kind", f, kind);
        return;
    }
    int fits = kind == C12_TLM_DECIMAL ? decimals >= 0 && decimals <= C12_TLM_MAX_SCALE
             : kind == C12_TLM_TIME ? decimals == 0 || decimals == 3 : decimals == 0;
    if (!fits) c12__fault(faults, C12_E_RANGE, "decimals do not suit the kind", "decimals", f, decimals);
    if (s->field_id[f] < 1) c12__fault(faults, C12_E_RANGE, "field id must be positive", "field_id", f, s->field_id[f]);
    for (int32_t e = 0; e < f; e++)
        if (s->field_id[e] == s->field_id[f]) {
            c12__fault(faults, C12_E_RANGE, "field id is used twice", "field_id", f, s->field_id[f]);
            break;
        }
}

static void schema_role(const c12_tlm_schema *s, int32_t field, int32_t kind, const char *name, c12__faults *faults)
{
    if (field < 0 || field >= s->n_fields) c12__fault(faults, C12_E_RANGE, "field lies outside the schema", name, -1, field);
    else if (s->kind[field] != kind) c12__fault(faults, C12_E_RANGE, "field has the wrong kind for this role", name, -1, field);
}

static c12_status schema_steps(const c12_tlm_schema *s, c12_error *err)
{
    c12__faults faults = { err, C12_OK, 0 };
    for (int32_t f = 0; f < s->n_fields && !c12__full(&faults); f++) {
        int number = s->kind[f] == C12_TLM_DECIMAL || s->kind[f] == C12_TLM_INTEGER;
        if (s->step[f] < 0 || (s->step[f] && !number)) c12__fault(&faults, C12_E_RANGE, "a step is >= 0, and only decimals and integers have one", "step", f, s->step[f]);
    }
    return faults.status;
}

c12_status c12__tlm_take_schema(c12_tlm_schema *s, const c12_tlm_schema *schema, c12_error *err)
{
    c12_status st = c12__take(s, sizeof *s, schema, "schema", err);
    if (st) return st;
    if (s->numbers < C12_TLM_NUMBERS_PLAIN || s->numbers > C12_TLM_NUMBERS_SCRIPT)
        return c12__fail(err, C12_E_RANGE, "numbers must be C12_TLM_NUMBERS_PLAIN .. C12_TLM_NUMBERS_SCRIPT", "numbers", -1, s->numbers);
    if (schema_is_builtin(s)) return s->step ? schema_steps(s, err) : C12_OK;
    if (s->n_fields < 2 || s->n_fields > C12_TLM_MAX_FIELDS)
        return c12__fail(err, C12_E_RANGE, "a schema has 2 to 128 fields", "n_fields", -1, s->n_fields);
    if (!s->field_id || !s->kind || !s->decimals || !s->path_off || !s->path)
        return c12__fail(err, C12_E_ARG, "schema column is NULL", "schema", -1, 0);
    c12__faults faults = { err, C12_OK, 0 };
    for (int32_t f = 0; f < s->n_fields && !c12__full(&faults); f++) schema_field_rules(s, f, &faults);
    schema_role(s, s->robot_field, C12_TLM_TEXT, "robot_field", &faults);
    schema_role(s, s->time_field, C12_TLM_TIME, "time_field", &faults);
    return faults.status || !s->step ? faults.status : schema_steps(s, err);
}

/* ---- paths ---------------------------------------------------------------------------------------------------------- */

static void schema_path_rules(const c12_tlm_schema *s, int32_t f, c12__faults *faults)
{
    if (s->path_off[f] < 0 || s->path_off[f + 1] < s->path_off[f] || s->path_off[f + 1] > C12__TLM_FORM_TEXT) {
        c12__fault(faults, C12_E_RANGE, "path offsets must not fall, nor pass 4096", "path_off", f, s->path_off[f + 1]);
        return;
    }
    c12_view p = c12__tlm_path(s, f);
    size_t bad;
    int good = p.size && p.ptr[0] != '.' && p.ptr[p.size - 1] != '.' && c12__tlm_utf8(p.ptr, p.size, &bad);
    for (size_t i = 0; good && i < p.size; i++)
        good = p.ptr[i] >= 0x20 && p.ptr[i] != '"' && p.ptr[i] != '\\' && !(p.ptr[i] == '.' && p.ptr[i - 1] == '.');
    if (!good) c12__fault(faults, C12_E_FORMAT, "path has an empty name or a forbidden byte", "path", f, (int64_t)p.size);
}

/* Names at the front that two paths share. */
static int32_t schema_shared(c12_view a, c12_view b)
{
    int32_t names = 0;
    size_t i = 0;
    for (; i < a.size && i < b.size && a.ptr[i] == b.ptr[i]; i++) names += a.ptr[i] == '.';
    int a_ends = i == a.size || a.ptr[i] == '.', b_ends = i == b.size || b.ptr[i] == '.';
    return names + ((i == a.size || i == b.size) && a_ends && b_ends);
}

static int32_t schema_names(c12_view p)
{
    int32_t n = 1;
    for (size_t i = 0; i < p.size; i++) n += p.ptr[i] == '.';
    return n;
}

/* No path twice, none inside another, and no object that is left and opened again: JSON keys must not repeat. */
static void schema_nesting(const c12_tlm_schema *s, int32_t f, c12__faults *faults)
{
    c12_view p = c12__tlm_path(s, f);
    int32_t names = schema_names(p), open = names;
    for (int32_t e = f - 1; e >= 0; e--) {
        c12_view q = c12__tlm_path(s, e);
        int32_t shared = schema_shared(p, q);
        if (shared == names || shared == schema_names(q)) {
            c12__fault(faults, C12_E_FORMAT, "path repeats or enters another field's path", "path", f, e);
            return;
        }
        if (shared > open) {
            c12__fault(faults, C12_E_FORMAT, "fields of one object must stand together", "path", f, e);
            return;
        }
        open = shared < open ? shared : open;
    }
}

/* Appends what stands between the values of fields f-1 and f: closing braces, a comma, the names that open. */
static void schema_between(const c12_tlm_schema *s, int32_t f, c12__tlm_sink *to)
{
    c12_view p = c12__tlm_path(s, f), before = f ? c12__tlm_path(s, f - 1) : p;
    int32_t shared = f ? schema_shared(p, before) : 0, level = 0;
    for (int32_t open = f ? schema_names(before) - 1 : 0; open > shared; open--) c12__tlm_emit1(to, '}');
    c12__tlm_emit1(to, f ? ',' : '{');
    for (size_t i = 0, from = 0; i <= p.size; i++) {
        if (i < p.size && p.ptr[i] != '.') continue;
        if (level++ >= shared) {
            c12__tlm_emit1(to, '"');
            c12__tlm_emit(to, p.ptr + from, i - from);
            c12__tlm_emit(to, "\":{", i < p.size ? 3 : 2);
        }
        from = i + 1;
    }
}

static void schema_top_level(const c12_tlm_schema *s, int32_t field, const char *name, c12__faults *faults)
{
    if (schema_names(c12__tlm_path(s, field)) != 1)
        c12__fault(faults, C12_E_FORMAT, "this field must stand at top level", name, field, field);
}

c12_status c12__tlm_make_form(c12__tlm_form *form, const c12_tlm_schema *schema, c12_error *err)
{
    c12_status st = c12__tlm_take_schema(&form->schema, schema, err);
    if (st) return st;
    const c12_tlm_schema *s = &form->schema;
    c12__faults faults = { err, C12_OK, 0 };
    int known = schema_is_builtin(s);
    if (s->path_off[0]) c12__fault(&faults, C12_E_RANGE, "path offsets start at 0", "path_off", 0, s->path_off[0]);
    for (int32_t f = 0; f < s->n_fields && !known && !c12__full(&faults); f++) schema_path_rules(s, f, &faults);
    if (faults.status) return faults.status;
    for (int32_t f = 1; f < s->n_fields && !known && !c12__full(&faults); f++) schema_nesting(s, f, &faults);
    schema_top_level(s, s->robot_field, "robot_field", &faults);
    schema_top_level(s, s->time_field, "time_field", &faults);
    if (faults.status) return faults.status;
    c12__tlm_sink to = { form->text, NULL, C12__TLM_FORM_TEXT, 0, 0, 0 };
    for (int32_t f = 0; f < s->n_fields; f++) {
        form->at[f] = (int32_t)to.at;
        schema_between(s, f, &to);
    }
    form->at[s->n_fields] = (int32_t)to.at;
    for (int32_t open = schema_names(c12__tlm_path(s, s->n_fields - 1)); open > 0; open--) c12__tlm_emit1(&to, '}');
    form->at[s->n_fields + 1] = (int32_t)to.at;
    if (to.differs) return c12__fail(err, C12_E_RANGE, "names of a record take at most 4096 bytes of JSON", "path", -1, (int64_t)to.at);
    return C12_OK;
}

c12_status c12_tlm_schema_check(const c12_tlm_schema *schema, c12_error *err)
{
    c12__tlm_form form;
    return c12__tlm_make_form(&form, schema, err);
}

/* ---- encoding --------------------------------------------------------------------------------------------------------- */

static int schema_has_steps(const c12_tlm_schema *s)
{
    for (int32_t f = 0; s->step && f < s->n_fields; f++)
        if (s->step[f]) return 1;
    return 0;
}

/* What only some schemas have. */
static void schema_put_rest(const c12_tlm_schema *s, c12__tlm_sink *to)
{
    if (s->numbers) {
        c12__tlm_cbor_head(to, C12__TLM_CBOR_UINT, 5);
        c12__tlm_cbor_int(to, s->numbers);
    }
    if (!schema_has_steps(s)) return;
    c12__tlm_cbor_head(to, C12__TLM_CBOR_UINT, 6);
    c12__tlm_cbor_head(to, C12__TLM_CBOR_ARRAY, (uint64_t)s->n_fields);
    for (int32_t f = 0; f < s->n_fields; f++) c12__tlm_cbor_int(to, s->step[f]);
}

c12_status c12_tlm_schema_encode(const c12_tlm_schema *schema, c12_mem out, size_t *used, c12_error *err)
{
    c12__tlm_form form;
    c12_status st = c12__tlm_make_form(&form, schema, err);
    if (st) return st;
    const c12_tlm_schema *s = &form.schema;
    if (!used || (!out.ptr && out.size)) return c12__fail(err, C12_E_ARG, "output is NULL", used ? "out" : "used", -1, 0);
    c12__tlm_sink to = { out.ptr, NULL, out.size, 0, 0, 0 };
    const uint64_t roles[3] = { s->id, (uint64_t)s->robot_field, (uint64_t)s->time_field };
    c12__tlm_cbor_head(&to, C12__TLM_CBOR_MAP, 4 + (uint64_t)(s->numbers != 0) + (uint64_t)schema_has_steps(s));
    for (uint64_t k = 0; k < 3; k++) {
        c12__tlm_cbor_head(&to, C12__TLM_CBOR_UINT, k + 1);
        c12__tlm_cbor_head(&to, C12__TLM_CBOR_UINT, roles[k]);
    }
    c12__tlm_cbor_head(&to, C12__TLM_CBOR_UINT, 4);
    c12__tlm_cbor_head(&to, C12__TLM_CBOR_ARRAY, (uint64_t)s->n_fields);
    for (int32_t f = 0; f < s->n_fields; f++) {
        c12__tlm_cbor_head(&to, C12__TLM_CBOR_ARRAY, 4);
        c12__tlm_cbor_int(&to, s->field_id[f]);
        c12__tlm_cbor_int(&to, s->kind[f]);
        c12__tlm_cbor_int(&to, s->decimals[f]);
        c12__tlm_cbor_text(&to, c12__tlm_path(s, f));
    }
    schema_put_rest(s, &to);
    if (to.at > out.size) return c12__fail(err, C12_E_SPACE, "output is too small", "out", -1, (int64_t)to.at);
    *used = to.at;
    return C12_OK;
}

static int schema_read_small(c12__tlm_cbor *c, int32_t *v)
{
    int64_t wide;
    if (!c12__tlm_cbor_read_int(c, &wide) || wide < 0 || wide > INT32_MAX) return 0;
    *v = (int32_t)wide;
    return 1;
}

static int schema_read_roles(c12__tlm_cbor *c, c12_tlm_schema *s, uint64_t *more)
{
    uint64_t n, key;
    int64_t id;
    if (!c12__tlm_cbor_read_head(c, C12__TLM_CBOR_MAP, &n) || n < 4 || n > 6) return 0;
    *more = n - 4;
    if (!c12__tlm_cbor_read_head(c, C12__TLM_CBOR_UINT, &key) || key != 1 || !c12__tlm_cbor_read_int(c, &id)) return 0;
    if (id < 0 || id > (int64_t)UINT32_MAX) return 0;
    s->id = (uint32_t)id;
    if (!c12__tlm_cbor_read_head(c, C12__TLM_CBOR_UINT, &key) || key != 2 || !schema_read_small(c, &s->robot_field)) return 0;
    if (!c12__tlm_cbor_read_head(c, C12__TLM_CBOR_UINT, &key) || key != 3 || !schema_read_small(c, &s->time_field)) return 0;
    if (!c12__tlm_cbor_read_head(c, C12__TLM_CBOR_UINT, &key) || key != 4) return 0;
    if (!c12__tlm_cbor_read_head(c, C12__TLM_CBOR_ARRAY, &n) || n < 2 || n > C12_TLM_MAX_FIELDS) return 0;
    s->n_fields = (int32_t)n;
    return 1;
}

typedef struct tlm_schema_columns {
    int32_t *field_id, *kind, *decimals;
    int64_t *path_off, *step;
    uint8_t *path;
} tlm_schema_columns;

static int schema_read_field(c12__tlm_cbor *c, int32_t f, const tlm_schema_columns *to)
{
    uint64_t n;
    c12_view path;
    if (!c12__tlm_cbor_read_head(c, C12__TLM_CBOR_ARRAY, &n) || n != 4) return 0;
    if (!schema_read_small(c, &to->field_id[f]) || !schema_read_small(c, &to->kind[f])) return 0;
    if (!schema_read_small(c, &to->decimals[f]) || !c12__tlm_cbor_read_text(c, &path)) return 0;
    to->path_off[f + 1] = to->path_off[f] + (int64_t)path.size;
    memcpy(to->path + to->path_off[f], path.ptr, path.size);
    return 1;
}

/* Members 5 and 6, each only when it says something. */
static int schema_read_rest(c12__tlm_cbor *c, uint64_t more, c12_tlm_schema *s, const tlm_schema_columns *to)
{
    uint64_t key, before = 4, n;
    s->numbers = C12_TLM_NUMBERS_PLAIN;
    s->step = NULL;
    for (; more; more--, before = key) {
        if (!c12__tlm_cbor_read_head(c, C12__TLM_CBOR_UINT, &key) || key <= before || key > 6) return 0;
        if (key == 5) {
            if (!schema_read_small(c, &s->numbers) || !s->numbers) return 0;
            continue;
        }
        if (!c12__tlm_cbor_read_head(c, C12__TLM_CBOR_ARRAY, &n) || n != (uint64_t)s->n_fields) return 0;
        for (int32_t f = 0; f < s->n_fields; f++)
            if (!c12__tlm_cbor_read_int(c, &to->step[f])) return 0;
        s->step = to->step;
        if (!schema_has_steps(s)) return 0;
    }
    return 1;
}

c12_status c12_tlm_schema_decode(c12_view bytes, c12_tlm_schema *schema, c12_mem mem, c12_error *err)
{
    c12_tlm_schema s;
    c12_status st = c12__take(&s, sizeof s, schema, "schema", err);
    if (st) return st;
    if (!bytes.ptr) return c12__fail(err, C12_E_ARG, "input is NULL", "bytes", -1, 0);
    size_t bad = 0, size = c12__tlm_cbor_item(bytes, &bad);
    if (!size || size != bytes.size)
        return c12__fail(err, C12_E_FORMAT, "not one item of deterministic CBOR", "bytes", -1, (int64_t)(size ? size : bad));
    c12__tlm_cbor c = { bytes, 0 };
    uint64_t more;
    if (!schema_read_roles(&c, &s, &more)) return c12__fail(err, C12_E_FORMAT, "not a schema", "bytes", -1, (int64_t)c.at);
    c12__arena a = c12__arena_over(mem);
    tlm_schema_columns to;
    to.field_id = C12__CARVE(&a, int32_t, s.n_fields);
    to.kind = C12__CARVE(&a, int32_t, s.n_fields);
    to.decimals = C12__CARVE(&a, int32_t, s.n_fields);
    to.path_off = C12__CARVE(&a, int64_t, s.n_fields + 1);
    to.step = C12__CARVE(&a, int64_t, more ? s.n_fields : 0);
    to.path = C12__CARVE(&a, uint8_t, (int64_t)bytes.size); /* the paths are part of the input */
    if (!c12__arena_ok(&a)) return c12__fail(err, C12_E_SPACE, "memory is too small", "mem", -1, (int64_t)c12__arena_need(&a));
    to.path_off[0] = 0;
    for (int32_t f = 0; f < s.n_fields; f++)
        if (!schema_read_field(&c, f, &to)) return c12__fail(err, C12_E_FORMAT, "not a schema", "bytes", f, (int64_t)c.at);
    if (!schema_read_rest(&c, more, &s, &to)) return c12__fail(err, C12_E_FORMAT, "not a schema", "bytes", -1, (int64_t)c.at);
    s.field_id = to.field_id;
    s.kind = to.kind;
    s.decimals = to.decimals;
    s.path_off = to.path_off;
    s.path = to.path;
    if ((st = c12_tlm_schema_check(&s, err))) return st;
    c12__give(schema, &s, sizeof s);
    return C12_OK;
}
