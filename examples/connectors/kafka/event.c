/* SPDX-License-Identifier: Apache-2.0 */
#include "event.h"
#include <stdio.h>
#include <string.h>

static const char *word(const json_t *o, const char *name) { return json_string_value(json_object_get(o, name)); }

/* Why it is no event, NULL = it is one. */
static const char *event_fault(const json_t *o)
{
    const char *source = word(o, "source"), *id = word(o, "id"), *type = word(o, "type"), *version = word(o, "specversion");
    if (!json_is_object(o)) return "no JSON object";
    if (!version || strcmp(version, "1.0")) return "specversion is not 1.0";
    if (!source || !*source || !id || !*id || strlen(source) + strlen(id) > EVENT_ID) return "source or id is missing or too long";
    if (!type || strncmp(type, EVENT_TYPE, sizeof EVENT_TYPE - 1)) return "type does not begin with " EVENT_TYPE;
    if (!json_is_object(json_object_get(o, "data"))) return "data is no object";
    return NULL;
}

json_t *event_take(const char *bytes, size_t n, const char *own, const char **why)
{
    char full[EVENT_ID + 2];
    json_t *o = json_loadb(bytes ? bytes : "", bytes ? n : 0, JSON_REJECT_DUPLICATES, NULL), *event = NULL;
    *why = event_fault(o);
    if (!*why && strcmp(word(o, "source"), own)) {
        snprintf(full, sizeof full, "%s#%s", word(o, "source"), word(o, "id"));
        event = json_pack("{s:s,s:s,s:O}", "id", full, "type", word(o, "type") + sizeof EVENT_TYPE - 1, "data", json_object_get(o, "data"));
    }
    json_decref(o);
    return event;
}

/* The topic is the event's type without its prefix, which a line begins with. */
int event_topic(const char *line, size_t n, char name[EVENT_TOPIC])
{
    static const char head[] = "{\"type\":\"" EVENT_TYPE;
    const size_t at = sizeof head - 1;
    const char *end = n > at && !memcmp(line, head, at) ? memchr(line + at, '"', n - at) : NULL;
    size_t size = end ? (size_t)(end - line) - at : 0;
    if (!size || size >= EVENT_TOPIC) return -1;
    memcpy(name, line + at, size);
    name[size] = 0;
    return 0;
}
