/* SPDX-License-Identifier: Apache-2.0 */
/* Precision declared as text, "position.x=0.05,*=0.1": a schema with steps. */
#include "io/ts/ts_internal.h"
#include <stdlib.h>
#include <string.h>

/* A step as its digits and how many stand behind the point. */
typedef struct ts_declared_step { int64_t digits; int32_t decimals, reserved; } ts_declared_step;

static int ts_read_step(const char *p, size_t n, ts_declared_step *step)
{
    int point = 0, digits = 0;
    step->digits = 0;
    step->decimals = 0;
    for (size_t i = 0; i < n; i++) {
        if (p[i] == '.' && !point && digits) { point = 1; continue; }
        if (p[i] < '0' || p[i] > '9' || ++digits > C12_TLM_MAX_SCALE) return 0;
        step->digits = step->digits * 10 + (p[i] - '0');
        step->decimals += point;
    }
    return step->digits > 0 && p[n - 1] != '.';
}

/* The step in units of the field's decimals, of which there are more when it needs them.  0 = an integer's step has decimals, or it is too large. */
static int ts_give_step(const c12_tlm_schema *s, int32_t f, ts_declared_step step, int32_t *decimals, int64_t *to)
{
    if (s->kind[f] == C12_TLM_INTEGER && step.decimals) return 0;
    if (step.decimals > decimals[f]) decimals[f] = step.decimals;
    *to = step.digits;
    for (int32_t k = step.decimals; k < decimals[f]; k++) {
        if (*to > INT64_MAX / 10) return 0;
        *to *= 10;
    }
    return 1;
}

static int ts_is_named(const c12_tlm_schema *s, int32_t f, const char *name, size_t n)
{
    int number = s->kind[f] == C12_TLM_DECIMAL || s->kind[f] == C12_TLM_INTEGER;
    if (n == 1 && *name == '*') return s->kind[f] == C12_TLM_DECIMAL;
    return number && (size_t)(s->path_off[f + 1] - s->path_off[f]) == n && !memcmp(s->path + s->path_off[f], name, n);
}

/* One FIELD=STEP of n bytes. */
static c12_status ts_declare_one(const char *path, const char *text, size_t n, const c12_tlm_schema *s, int32_t *decimals, int64_t *steps, c12_error *err)
{
    const char *equals = memchr(text, '=', n);
    size_t name = equals ? (size_t)(equals - text) : n;
    ts_declared_step step;
    int found = 0;
    if (!equals || name + 1 >= n || !ts_read_step(equals + 1, n - name - 1, &step))
        return c12io__fault(err, C12_E_ARG, "precision is FIELD=STEP, a step being 0.05 or 10", -1, (int64_t)n, "%s: precision \"%.*s\": write FIELD=STEP, such as position.x=0.05", path, (int)n, text);
    for (int32_t f = 0; f < s->n_fields; f++) {
        if (!ts_is_named(s, f, text, name)) continue;
        found = 1;
        if (!ts_give_step(s, f, step, decimals, &steps[f]))
            return c12io__fault(err, C12_E_ARG, "step does not suit its field", f, step.decimals, "%s: precision \"%.*s\": the field holds whole numbers, or the step is too large", path, (int)n, text);
    }
    if (found) return C12_OK;
    return c12io__fault(err, C12_E_ARG, "precision names no number of the schema", -1, (int64_t)name, "%s: precision \"%.*s\": no number field has that name", path, (int)n, text);
}

c12_status c12io__ts_declare(const char *path, const char *text, c12_tlm_schema *schema, void **room, c12_error *err)
{
    size_t n = (size_t)schema->n_fields;
    int64_t *steps = calloc(n, sizeof *steps + sizeof(int32_t));
    int32_t *decimals = (int32_t *)(steps + n);
    if (!(*room = steps)) return c12io__ts_nomem(err, path);
    memcpy(decimals, schema->decimals, n * sizeof *decimals);
    if (schema->step) memcpy(steps, schema->step, n * sizeof *steps);
    for (const char *at = text, *end; at; at = *end ? end + 1 : NULL) {
        end = strchr(at, ',') ? strchr(at, ',') : at + strlen(at);
        c12_status s = ts_declare_one(path, at, (size_t)(end - at), schema, decimals, steps, err);
        if (s) return s;
    }
    schema->step = steps;
    schema->decimals = decimals;
    return C12_OK;
}
