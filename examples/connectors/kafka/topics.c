/* SPDX-License-Identifier: Apache-2.0 */
/* Topics and what their events hold, and the AsyncAPI 3 document made of this table. */
#include "kafkad.h"

const topic topics[] = {
    { "sales.orders.created", "A sales order; one of another system becomes an order here", 1,
      { { "order", "string", "its code", 1 }, { "customer", "string", "who asks", 1 }, { "item", "string", "for what", 1 }, { "qty", "integer", "how many", 1 }, { "due", "string", "wanted on that day", 1 }, { "promised", "string", "the day it was promised for", 0 } } },
    { "production.work_orders.completed", "A work order is done", 0, { { "work_order", "string", "its code", 1 }, { "state", "string", "COMPLETED", 1 }, { "at_ms", "integer", "when, ms since 1970", 1 }, { "by", "string", "who said so", 1 } } },
    { "inventory.transactions", "A movement of stock", 0,
      { { "item", "string", "which", 1 }, { "kind", "string", "receipt, issue, adjustment or scrap", 1 }, { "qty", "integer", "change, in quanta", 1 }, { "on_hand", "integer", "afterwards", 1 }, { "reference", "string", "why", 0 }, { "by", "string", "who", 1 } } },
    { "quality.ncr.created", "A nonconformance", 0, { { "ncr", "string", "its code", 1 }, { "work_order", "string", "on which", 1 }, { "station", "string", "where", 1 }, { "defect", "string", "what", 1 }, { "grade", "string", "minor, major or critical", 1 } } },
    { "purchasing.po.created", "A purchase order", 0, { { "purchase_order", "string", "its code", 1 }, { "item", "string", "what", 1 }, { "supplier", "string", "from whom", 1 }, { "qty", "integer", "how many", 1 }, { "due", "string", "wanted on that day", 1 } } },
    { 0 },
};

static json_t *data_schema(const topic *t)
{
    json_t *properties = json_object(), *required = json_array();
    for (const member *m = t->of; m->name; m++) {
        json_object_set_new(properties, m->name, m->required ? json_pack("{s:s,s:s}", "type", m->type, "description", m->about) : json_pack("{s:[s,s],s:s}", "type", m->type, "null", "description", m->about));
        if (m->required) json_array_append_new(required, json_string(m->name));
    }
    return json_pack("{s:s,s:o,s:o}", "type", "object", "properties", properties, "required", required);
}

/* CloudEvents 1.0 in structured mode. */
static json_t *envelope(const topic *t)
{
    char type[80];
    snprintf(type, sizeof type, EVENT_TYPE "%s", t->name);
    return json_pack("{s:s,s:[s,s,s,s,s,s,s],s:{s:{s:s},s:{s:s,s:s},s:{s:s,s:s},s:{s:s},s:{s:s,s:s},s:{s:s,s:s},s:{s:s},s:o}}", "type", "object", "required", "specversion", "id", "source", "type", "time", "datacontenttype", "data",
        "properties", "specversion", "const", "1.0", "id", "type", "string", "description", "unique for a source: who has seen it has taken it", "source", "type", "string", "description", "/c12/SITE", "type", "const", type, "subject", "type", "string", "description", "code of what it is about",
        "time", "type", "string", "format", "date-time", "datacontenttype", "const", "application/json", "data", data_schema(t));
}

json_t *asyncapi(void)
{
    json_t *channels = json_object(), *operations = json_object();
    char name[100], ref[120];
    for (const topic *t = topics; t->name; t++) {
        snprintf(ref, sizeof ref, "#/channels/%s", t->name);
        json_object_set_new(channels, t->name, json_pack("{s:s,s:s,s:{s:{s:s,s:o}}}", "address", t->name, "description", t->about, "messages", "event", "contentType", "application/cloudevents+json", "payload", envelope(t)));
        snprintf(name, sizeof name, "send.%s", t->name);
        json_object_set_new(operations, name, json_pack("{s:s,s:{s:s}}", "action", "send", "channel", "$ref", ref));
        if (!t->in) continue;
        snprintf(name, sizeof name, "receive.%s", t->name);
        json_object_set_new(operations, name, json_pack("{s:s,s:{s:s},s:s}", "action", "receive", "channel", "$ref", ref, "description", "what cannot be taken goes to the topic of the same name with .dead behind it, with the reason in the header `reason`"));
    }
    return json_pack("{s:s,s:{s:s,s:s,s:s},s:s,s:o,s:o}", "asyncapi", "3.0.0", "info", "title", "c12-kafkad", "version", "0.1.0", "description", "Events of a plant; the key of each is the plant's site.", "defaultContentType", "application/cloudevents+json", "channels", channels, "operations", operations);
}
