/* SPDX-License-Identifier: Apache-2.0 */
/* The frame's own endpoints: health, metrics, version, the OpenAPI page, the stream of events, and the pages built into the program. */
#include "inside.h"
#include "pages.h"
#include <stdlib.h>
#include <string.h>

#define QUOTE(x) #x
#define TEXT(x) QUOTE(x)
const char house_version[] = TEXT(C12_VERSION_MAJOR) "." TEXT(C12_VERSION_MINOR) "." TEXT(C12_VERSION_PATCH);

static void healthz(request *r)
{
    int64_t quiet = (house_ticks() - atomic_load(&r->h->last_tick)) / 1000000;
    if (quiet > 10000) problem(r, 503, "The writer is stuck", "it has not moved for %lld ms", (long long)quiet);
    else answer(r, 200, json_pack("{s:s}", "status", "ok"));
}

static void readyz(request *r)
{
    if (atomic_load(&r->h->draining)) problem(r, 503, "Going down", "no new work is taken");
    else if (atomic_load(&r->h->store_bad)) problem(r, 503, "The store cannot be written", "%s", r->h->store_why);
    else answer(r, 200, json_pack("{s:s}", "status", "ready"));
}

static void metrics(request *r)
{
    size_t n = 0;
    char *page = metrics_page(r->h, &n);
    answer_bytes(r, 200, "text/plain; version=0.0.4; charset=utf-8", page, n);
}

static void version(request *r)
{
    json_t *names = json_array();
    for (int k = 0; k < r->h->n_services; k++) json_array_append_new(names, json_string(r->h->service[k]->name));
    answer(r, 200, json_pack("{s:s,s:s,s:o,s:b}", "name", r->h->name, "version", house_version, "services", names, "demo", r->h->set.demo));
}

static void openapi(request *r) { answer(r, 200, openapi_document(r->h)); }

static void page_send(request *r, const char *name)
{
    for (const page_file *f = page_files; f->name; f++) {
        if (strcmp(f->name, name)) continue;
        char *copy = malloc(f->n + 1);
        if (copy) memcpy(copy, f->bytes, f->n);
        answer_bytes(r, 200, f->type, copy, f->n);
        answer_header(r, "Cache-Control", "no-cache");
        return;
    }
    problem(r, 404, "No such page", "%s", name);
}

static void front_page(request *r) { page_send(r, "index.html"); }
static void asset(request *r) { page_send(r, request_path(r, "name")); }

static void icon(request *r)
{
    static const char svg[] = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'><rect width='16' height='16' rx='3' fill='#1f6feb'/><path d='M4 5h8v6H4z' fill='#fff'/></svg>";
    answer_bytes(r, 200, "image/svg+xml", strdup(svg), sizeof svg - 1);
}

static const field event_query[] = {
    { "topics", FIELD_TEXT, 0, 1, 90, NULL, NULL, "which topics, | between them; all when not given" },
    FIELDS_END,
};

const endpoint home_endpoints[] = {
    { "GET", "/", "", RUN_READ, OPEN_TO_ALL | GIVES_BYTES, front_page, NULL, NULL, "The dashboard" },
    { "GET", "/assets/{name}", "", RUN_READ, OPEN_TO_ALL | GIVES_BYTES, asset, NULL, NULL, "Its scripts and styles" },
    { "GET", "/favicon.ico", "", RUN_READ, OPEN_TO_ALL | GIVES_BYTES, icon, NULL, NULL, "Its icon" },
    { "GET", "/healthz", "", RUN_READ, OPEN_TO_ALL, healthz, NULL, NULL, "Is the process alive?" },
    { "GET", "/readyz", "", RUN_READ, OPEN_TO_ALL, readyz, NULL, NULL, "Can it take work?" },
    { "GET", "/metrics", "", RUN_READ, OPEN_TO_ALL | GIVES_BYTES, metrics, NULL, NULL, "Figures in Prometheus' text form" },
    { "GET", "/version", "", RUN_READ, OPEN_TO_ALL, version, NULL, NULL, "Program and services" },
    { "GET", "/openapi.json", "", RUN_READ, OPEN_TO_ALL, openapi, NULL, NULL, "This page" },
    { "GET", "/api/v1/events", "view_alerts", RUN_STREAM, GIVES_BYTES, NULL, event_query, NULL, "What happens, as server-sent events" },
    { 0 },
};
