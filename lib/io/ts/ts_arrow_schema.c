/* SPDX-License-Identifier: Apache-2.0 */
/* Arrow types of a telemetry file's columns.  Every node is one piece of memory of its own, so that nodes may be moved and released apart. */
#include "io/ts/ts_arrow.h"
#include <stdio.h>
#include <string.h>

enum { ARROW_FORMAT = 24, ARROW_NOTE = 64 };

typedef struct arrow_node {
    c12_host host;
    c12_mem self, kids;       /* kids: of the root, structs of its columns and pointers to them */
    struct ArrowSchema texts; /* the dictionary's */
    char format[ARROW_FORMAT], note[ARROW_NOTE], name[];
} arrow_node;

static void arrow_schema_release(struct ArrowSchema *s)
{
    arrow_node *n = s->private_data;
    c12_host host = n->host;
    c12_mem self = n->self, kids = n->kids;
    for (int64_t k = 0; k < s->n_children; k++)
        if (s->children[k]->release) s->children[k]->release(s->children[k]);
    if (s->dictionary && s->dictionary->release) s->dictionary->release(s->dictionary);
    s->release = NULL;
    c12io__ts_drop(&host, &kids);
    c12io__ts_drop(&host, &self);
}

static arrow_node *arrow_node_new(const c12_host *host, struct ArrowSchema *out, c12_view name, const char *format)
{
    c12_mem mem = { NULL, 0 };
    if (c12io__ts_grow(host, &mem, sizeof(arrow_node) + name.size + 1)) return NULL;
    arrow_node *n = mem.ptr;
    memset(n, 0, sizeof *n + name.size + 1);
    n->host = *host;
    n->self = mem;
    if (name.size) memcpy(n->name, name.ptr, name.size);
    snprintf(n->format, sizeof n->format, "%s", format);
    memset(out, 0, sizeof *out);
    out->format = n->format;
    out->name = n->name;
    out->release = arrow_schema_release;
    out->private_data = n;
    return n;
}

/* One pair of metadata as the specification lays it out: count, then length and bytes of key and value, in the machine's own order. */
static void arrow_note(struct ArrowSchema *s, const char *key, const char *value)
{
    arrow_node *n = s->private_data;
    int32_t one = 1, size[2] = { (int32_t)strlen(key), (int32_t)strlen(value) };
    char *at = n->note;
    memcpy(at, &one, sizeof one);
    at += sizeof one;
    for (int k = 0; k < 2; k++) {
        memcpy(at, &size[k], sizeof size[k]);
        memcpy(at + sizeof size[k], k ? value : key, (size_t)size[k]);
        at += sizeof size[k] + (size_t)size[k];
    }
    s->metadata = n->note;
}

static int arrow_text_schema(const c12io_ts *t, const c12io__arrow_plan *p, int32_t f, c12_view name, struct ArrowSchema *out)
{
    c12_view none = { (const uint8_t *)"", 0 };
    int plain = p->texts == C12IO_ARROW_UTF8;
    arrow_node *n = arrow_node_new(&t->host, out, name, plain ? "u" : "i");
    if (!n) return 1;
    if (t->schema.kind[f] == C12_TLM_LIST) arrow_note(out, "c12:kind", "list");
    if (plain) return 0;
    if (!arrow_node_new(&t->host, &n->texts, none, "u")) { out->release(out); return 1; }
    out->dictionary = &n->texts;
    return 0;
}

static int arrow_decimal_schema(const c12io_ts *t, const c12io__arrow_plan *p, int32_t f, c12_view name, struct ArrowSchema *out)
{
    char format[ARROW_FORMAT], places[16];
    snprintf(format, sizeof format, "d:19,%d", (int)p->scale[f]);
    snprintf(places, sizeof places, "%d", (int)p->scale[f]);
    if (!arrow_node_new(&t->host, out, name, p->decimals == C12IO_ARROW_FLOAT ? "g" : p->decimals == C12IO_ARROW_SCALED ? "l" : format)) return 1;
    if (p->decimals == C12IO_ARROW_SCALED) arrow_note(out, "c12:decimals", places);
    return 0;
}

/* Field f of the schema; n_fields = the raw lines. */
static int arrow_field_schema(const c12io_ts *t, const c12io__arrow_plan *p, int32_t f, struct ArrowSchema *out)
{
    const c12_tlm_schema *s = &t->schema;
    c12_view name = { (const uint8_t *)"raw", 3 };
    int bad;
    if (f == s->n_fields) bad = !arrow_node_new(&t->host, out, name, "u");
    else {
        name.ptr = s->path + s->path_off[f];
        name.size = (size_t)(s->path_off[f + 1] - s->path_off[f]);
        if (s->kind[f] == C12_TLM_TEXT || s->kind[f] == C12_TLM_LIST) bad = arrow_text_schema(t, p, f, name, out);
        else if (s->kind[f] == C12_TLM_DECIMAL) bad = arrow_decimal_schema(t, p, f, name, out);
        else bad = !arrow_node_new(&t->host, out, name, s->kind[f] == C12_TLM_INTEGER ? "l" : p->times == C12IO_ARROW_NS ? "tsn:UTC" : "tsm:UTC");
    }
    if (!bad && f != s->robot_field && f != s->time_field) out->flags = ARROW_FLAG_NULLABLE;
    return bad;
}

int c12io__arrow_schema(const c12io_ts *t, const c12io__arrow_plan *p, struct ArrowSchema *out)
{
    struct ArrowSchema root;
    size_t columns = (size_t)(p->fields + p->raw);
    c12_view none = { (const uint8_t *)"", 0 };
    arrow_node *n = arrow_node_new(&t->host, &root, none, "+s");
    if (!n) return 1;
    if (c12io__ts_grow(&t->host, &n->kids, columns * (sizeof(struct ArrowSchema) + sizeof(struct ArrowSchema *)))) { root.release(&root); return 1; }
    struct ArrowSchema *kid = n->kids.ptr;
    root.children = (struct ArrowSchema **)(void *)(kid + columns);
    for (size_t k = 0; k < columns; k++) {
        root.children[k] = &kid[k];
        if (arrow_field_schema(t, p, k < (size_t)p->fields ? p->field[k] : t->schema.n_fields, &kid[k])) { root.release(&root); return 1; }
        root.n_children++;
    }
    *out = root;
    return 0;
}
