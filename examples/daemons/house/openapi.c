/* SPDX-License-Identifier: Apache-2.0 */
/* The OpenAPI 3.1 page is made of the same tables that route and check requests, so the two cannot differ; and the table of roles and endpoints. */
#include "inside.h"
#include <stdlib.h>
#include <string.h>

static json_t *schema_of(const field *f);

static json_t *schema_object(const field *fields)
{
    json_t *properties = json_object(), *required = json_array();
    for (const field *f = fields; f && *f->name; f++) {
        json_object_set_new(properties, f->name, schema_of(f));
        if (f->required) json_array_append_new(required, json_string(f->name));
    }
    json_t *o = json_pack("{s:s,s:o,s:b}", "type", "object", "properties", properties, "additionalProperties", 0);
    if (json_array_size(required)) json_object_set(o, "required", required);
    json_decref(required);
    return o;
}

static json_t *words_of(const char *words)
{
    json_t *list = json_array();
    for (const char *w = words; *w;) {
        size_t n = strcspn(w, "|");
        json_array_append_new(list, json_stringn(w, n));
        w += n + (w[n] == '|');
    }
    return list;
}

static json_t *schema_plain(const field *f)
{
    switch (f->kind) {
    case FIELD_INT: return json_pack("{s:s,s:I,s:I}", "type", "integer", "minimum", (json_int_t)f->low, "maximum", (json_int_t)f->high);
    case FIELD_BOOL: return json_pack("{s:s}", "type", "boolean");
    case FIELD_WORD: return json_pack("{s:s,s:o}", "type", "string", "enum", words_of(f->words));
    case FIELD_MONEY: return json_pack("{s:s,s:s}", "type", "string", "pattern", "^[0-9]{1,12}(\\.[0-9]{1,6})?$");
    case FIELD_TIME: return json_pack("{s:s,s:s}", "type", "string", "pattern", "^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?Z)?$");
    case FIELD_TEXTS: return json_pack("{s:s,s:{s:s,s:i},s:I,s:I}", "type", "array", "items", "type", "string", "maxLength", 200, "minItems", (json_int_t)f->low, "maxItems", (json_int_t)f->high);
    case FIELD_ROWS: return json_pack("{s:s,s:o,s:I,s:I}", "type", "array", "items", schema_object(f->row), "minItems", (json_int_t)f->low, "maxItems", (json_int_t)f->high);
    default: return json_pack("{s:s,s:I,s:I}", "type", "string", "minLength", (json_int_t)f->low, "maxLength", (json_int_t)f->high);
    }
}

static json_t *schema_of(const field *f)
{
    json_t *o = schema_plain(f);
    if (f->about) json_object_set_new(o, "description", json_string(f->about));
    return o;
}

static json_t *parameters_of(const endpoint *e)
{
    json_t *list = json_array();
    for (const char *p = strchr(e->path, '{'); p; p = strchr(p, '{')) {
        size_t n = strcspn(++p, "}");
        json_array_append_new(list, json_pack("{s:s%,s:s,s:b,s:{s:s,s:i,s:i}}", "name", p, n, "in", "path", "required", 1, "schema", "type", "string", "minLength", 1, "maxLength", 128));
    }
    for (const field *f = e->query; f && *f->name; f++) json_array_append_new(list, json_pack("{s:s,s:s,s:b,s:o}", "name", f->name, "in", "query", "required", f->required, "schema", schema_of(f)));
    if (e->kind == RUN_WRITE || e->kind == RUN_WORK) json_array_append_new(list, json_pack("{s:s}", "$ref", "#/components/parameters/IdempotencyKey"));
    return list;
}

/* An object whose members the guide and the endpoint's summary tell; bytes where it is none. */
static json_t *answer_of(const endpoint *e, const char *what)
{
    if (e->flags & GIVES_BYTES) return json_pack("{s:s,s:{s:{s:{s:s}}}}", "description", what, "content", "text/plain", "schema", "type", "string");
    return json_pack("{s:s,s:{s:{s:{s:s,s:b}}}}", "description", what, "content", "application/json", "schema", "type", "object", "additionalProperties", 1);
}

static json_t *answers_of(const endpoint *e)
{
    json_t *o = json_object();
    json_object_set_new(o, "200", answer_of(e, "The answer"));
    if (!strcmp(e->method, "POST")) json_object_set_new(o, "201", answer_of(e, "Made"));
    if (e->kind != RUN_READ && e->kind != RUN_STREAM) {
        json_object_set_new(o, "202", answer_of(e, "Taken"));
        json_object_set_new(o, "204", json_pack("{s:s}", "description", "Done"));
    }
    json_object_set_new(o, "304", json_pack("{s:s}", "description", "Not changed since"));
    json_object_set_new(o, "default", json_pack("{s:s}", "$ref", "#/components/responses/Problem"));
    return o;
}

/* "post_robots_robot_pause": method and path without their prefix, as generated clients call the function. */
static void operation_name(const endpoint *e, char *out, size_t cap)
{
    const char *path = strncmp(e->path, "/api/v1", 7) ? e->path : e->path + 7;
    size_t n = 0;
    for (const char *m = e->method; *m; m++) out[n++] = (char)(*m | 32);
    for (; *path && n + 2 < cap; path++) {
        int word = (*path >= 'a' && *path <= 'z') || (*path >= '0' && *path <= '9');
        if (word) out[n++] = *path;
        else if (out[n - 1] != '_') out[n++] = '_';
    }
    while (out[n - 1] == '_') n--;
    out[n] = 0;
}

static json_t *operation_of(const endpoint *e)
{
    char id[160];
    operation_name(e, id, sizeof id);
    json_t *o = json_pack("{s:s,s:s,s:o,s:o}", "operationId", id, "summary", e->about, "parameters", parameters_of(e), "responses", answers_of(e));
    if (e->body) json_object_set_new(o, "requestBody", json_pack("{s:b,s:{s:{s:o}}}", "required", 1, "content", "application/json", "schema", schema_object(e->body)));
    else if (e->flags & TAKES_BYTES) json_object_set_new(o, "requestBody", json_pack("{s:b,s:{s:{s:{s:s}}}}", "required", 1, "content", "application/octet-stream", "schema", "type", "string"));
    if (e->flags & OPEN_TO_ALL) json_object_set_new(o, "security", json_array());
    else if (*e->action) json_object_set_new(o, "x-action", json_string(e->action));
    return o;
}


json_t *openapi_document(house *h)
{
    json_t *paths = json_object();
    const endpoint *e;
    for (int k = 0; (e = house_endpoints(h, k)); k++)
        for (; e->method; e++) {
            char method[8];
            size_t n = strlen(e->method);
            for (size_t i = 0; i <= n && i < sizeof method; i++) method[i] = (char)(e->method[i] ? e->method[i] | 32 : 0);
            json_t *at = json_object_get(paths, e->path);
            if (!at) { at = json_object(); json_object_set_new(paths, e->path, at); }
            json_object_set_new(at, method, operation_of(e));
        }
    json_t *components = json_pack("{s:{s:{s:s,s:s,s:{s:s,s:i,s:i},s:s}},s:{s:{s:s,s:{s:{s:{s:s}}}}},s:{s:o},s:{s:{s:s,s:s},s:{s:s}}}",
        "parameters", "IdempotencyKey", "name", "Idempotency-Key", "in", "header", "schema", "type", "string", "minLength", 1, "maxLength", 128, "description", "the same key and request again change nothing more and get the same answer, for a day",
        "responses", "Problem", "description", "Refused, with the reason (RFC 9457)", "content", "application/problem+json", "schema", "$ref", "#/components/schemas/Problem",
        "schemas", "Problem", json_loads("{\"type\":\"object\",\"required\":[\"type\",\"title\",\"status\"],\"properties\":{\"type\":{\"type\":\"string\"},\"title\":{\"type\":\"string\"},\"status\":{\"type\":\"integer\"},\"detail\":{\"type\":\"string\"},\"instance\":{\"type\":\"string\"},\"errors\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{\"pointer\":{\"type\":\"string\"},\"detail\":{\"type\":\"string\"}}}}}}", 0, NULL),
        "securitySchemes", "session", "type", "http", "scheme", "bearer", "certificate", "type", "mutualTLS");
    return json_pack("{s:s,s:{s:s,s:s,s:s,s:{s:s,s:s}},s:o,s:o,s:[{s:[]},{s:[]}]}", "openapi", "3.1.0", "info", "title", h->name, "version", house_version, "description", "Made from the tables that route and check requests.", "license", "name", "Apache-2.0", "identifier", "Apache-2.0",
        "paths", paths, "components", components, "security", "session", "certificate");
}

/* endpoint,action and a column a role with yes or no: the whole matrix, which the tests walk. */
void openapi_roles(house *h, FILE *out)
{
    const c12_access_policy *p = door_policy(h);
    const endpoint *e;
    fprintf(out, "method,path,action");
    for (int32_t k = 0; k < p->n_roles; k++) fprintf(out, ",%.*s", (int)(p->role_off[k + 1] - p->role_off[k]), (const char *)p->role_text + p->role_off[k]);
    fprintf(out, "\n");
    for (int k = 0; (e = house_endpoints(h, k)); k++)
        for (; e->method; e++) {
            int reason;
            fprintf(out, "%s,%s,%s", e->method, e->path, e->flags & OPEN_TO_ALL ? "open" : *e->action ? e->action : "anybody known");
            for (int32_t role = 0; role < p->n_roles; role++) {
                identity who = { .role = { role }, .n_roles = 1 };
                fprintf(out, ",%s", (e->flags & OPEN_TO_ALL) || !*e->action || door_grants(h, &who, e->action, &reason) ? "yes" : "no");
            }
            fprintf(out, "\n");
        }
}
