/* SPDX-License-Identifier: Apache-2.0 */
/* The web server: libmicrohttpd's pool collects requests, this file takes each from its first line to its answer. */
#include "inside.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <arpa/inet.h>
#include <netdb.h>
#include <time.h>
#include <unistd.h>

int64_t house_ticks(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t house_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- sending ------------------------------------------------------------------------------------------------------------------------- */

static const struct { const char *name, *value; } always[] = {
    { "X-Content-Type-Options", "nosniff" },
    { "Referrer-Policy", "no-referrer" },
    { "Cache-Control", "no-store" },
    { "Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'" },
};

static int has_head(const request *r, const char *name)
{
    for (int k = 0; k < r->n_head; k++) if (!strcasecmp(r->head[k].name, name)) return 1;
    return 0;
}

static enum MHD_Result send_answer(request *r)
{
    struct MHD_Response *m = MHD_create_response_from_buffer(r->n_answer, r->answer ? r->answer : "", MHD_RESPMEM_MUST_COPY);
    if (!m) return MHD_NO;
    for (size_t k = 0; k < sizeof always / sizeof *always; k++) if (!has_head(r, always[k].name)) MHD_add_response_header(m, always[k].name, always[k].value);
    if (!r->h->set.plain) MHD_add_response_header(m, "Strict-Transport-Security", "max-age=31536000");
    if (r->type && r->n_answer) MHD_add_response_header(m, "Content-Type", r->type);
    for (int k = 0; k < r->n_head; k++) MHD_add_response_header(m, r->head[k].name, r->head[k].value);
    enum MHD_Result said = MHD_queue_response(r->at, (unsigned)r->status, m);
    MHD_destroy_response(m);
    return said;
}

void http_wake(request *r) { MHD_resume_connection(r->at); }
void request_finish(request *r) { http_wake(r); }

static size_t most_body(const request *r) { return r->end && r->end->most_body ? (size_t)r->end->most_body : (size_t)r->h->set.most_body; }

/* ---- one request ------------------------------------------------------------------------------------------------------------------------ */

static request *request_open(house *h, struct MHD_Connection *c, const char *url, const char *method)
{
    request *r = calloc(1, sizeof *r);
    if (!r) return NULL;
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    r->h = h;
    r->at = c;
    r->link = info ? info->socket_context : NULL;
    r->began = house_ticks();
    r->now = house_now();
    r->path = strdup(url);
    r->key = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Idempotency-Key");
    int known = 0;
    if (!r->path) { free(r); return NULL; }
    r->end = route_find(h, r, method, url, &known);
    if (!r->end && known) problem(r, 405, "Method not allowed", "%s is not among the methods of %.200s", method, url);
    else if (!r->end) problem(r, 404, "No such page", "%.200s; /openapi.json lists what there is", url);
    if (r->key && (!*r->key || strlen(r->key) > 128)) problem(r, 400, "Idempotency-Key is malformed", "it has 1 to 128 characters");
    return r;
}

static enum MHD_Result http_collect(request *r, const char *bytes, size_t *n)
{
    if (r->ready) { /* refused already: some of the rest is read and dropped, so that the answer is seen */
        r->n_bytes += *n;
        *n = 0;
        return r->n_bytes > 4 * most_body(r) ? MHD_NO : MHD_YES;
    }
    if (r->n_bytes + *n > most_body(r)) {
        problem(r, 413, "Body is too large", "at most %zu bytes", most_body(r));
        *n = 0;
        return MHD_YES;
    }
    if (r->n_bytes + *n + 1 > r->cap_bytes) {
        size_t cap = r->cap_bytes ? 2 * r->cap_bytes : 1024;
        while (cap < r->n_bytes + *n + 1) cap *= 2;
        char *wide = realloc(r->bytes, cap);
        if (!wide) return MHD_NO;
        r->bytes = wide;
        r->cap_bytes = cap;
    }
    memcpy(r->bytes + r->n_bytes, bytes, *n);
    r->n_bytes += *n;
    r->bytes[r->n_bytes] = 0;
    *n = 0;
    return MHD_YES;
}

static void http_read(request *r)
{
    r->db = ledger_reader(r->h);
    r->end->run(r);
    db *d = r->db;
    r->db = NULL;
    if (d->failed) { r->ready = 0; problem(r, 503, "The store cannot be read", "%s", sqlite3_errstr(d->failed)); }
    ledger_give(r->h, d);
    if (!r->ready) problem(r, 500, "No answer", "the handler of %s %s gave none", r->end->method, r->end->path);
}

/* Hand it on.  The connection sleeps first, so that its answer cannot come before it does. */
static enum MHD_Result http_run(request *r)
{
    if (r->end->kind == RUN_READ) { http_read(r); return send_answer(r); }
    if (r->end->kind == RUN_STREAM && !hub_is_full(r->h)) return hub_join(r);
    if (r->end->kind == RUN_STREAM) { problem(r, 503, "Too many viewers", "close some, or read now and then"); answer_header(r, "Retry-After", "10"); return send_answer(r); }
    if (atomic_load(&r->h->draining)) { problem(r, 503, "Going down", "send it again in a few seconds"); answer_header(r, "Retry-After", "3"); return send_answer(r); }
    MHD_suspend_connection(r->at);
    if (r->end->kind == RUN_LATER) r->end->run(r);
    else if (r->end->kind == RUN_WRITE) ledger_post(r->h, r);
    else ledger_work(r->h, r);
    return MHD_YES;
}

static enum MHD_Result http_access(void *cls, struct MHD_Connection *c, const char *url, const char *method, const char *version, const char *bytes, size_t *n, void **context)
{
    request *r = *context;
    (void)version;
    if (!r) {
        r = request_open(cls, c, url, method);
        *context = r;
        if (!r) return MHD_NO;
        if (!r->ready) door_know(r);
        return r->ready ? send_answer(r) : MHD_YES; /* refused: nothing more is read of it */
    }
    if (*n) return http_collect(r, bytes, n);
    if (r->started) return r->ready ? send_answer(r) : MHD_YES; /* woken */
    r->started = 1;
    if (r->link) r->link->since = 0;
    if (!r->ready && door_allows(r) && query_check(r) && body_check(r)) return http_run(r);
    return send_answer(r);
}

static void http_done(void *cls, struct MHD_Connection *c, void **context, enum MHD_RequestTerminationCode code)
{
    request *r = *context;
    (void)cls;
    (void)c;
    (void)code;
    if (!r) return;
    if (r->link) r->link->since = house_now();
    if (r->status) metrics_done(r->end, r->status, house_ticks() - r->began);
    for (int k = 0; k < r->n_parts; k++) free(r->part[k].value);
    json_decref(r->body);
    json_decref(r->places);
    free(r->answer);
    free(r->bytes);
    free(r->path);
    free(r);
    *context = NULL;
}

static void http_log(void *cls, const char *format, va_list args)
{
    char line[300];
    (void)cls;
    vsnprintf(line, sizeof line, format, args);
    line[strcspn(line, "\n")] = 0;
    house_log(LOG_SAYS_INFO, "web: %s", line);
}

/* ---- the server ------------------------------------------------------------------------------------------------------------------------- */

static int listen_address(house *h, struct sockaddr_storage *out, char *why, size_t cap)
{
    struct addrinfo hint = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV }, *found;
    char port[8];
    snprintf(port, sizeof port, "%d", h->set.port);
    int code = getaddrinfo(h->set.listen, port, &hint, &found);
    if (code) return snprintf(why, cap, "listen = %s: %s; give a numeric address", h->set.listen, gai_strerror(code)), -1;
    memcpy(out, found->ai_addr, found->ai_addrlen);
    freeaddrinfo(found);
    const struct sockaddr_in *v4 = (const void *)out;
    const struct sockaddr_in6 *v6 = (const void *)out;
    int local = out->ss_family == AF_INET ? (ntohl(v4->sin_addr.s_addr) >> 24) == 127 : IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
    if (h->set.plain && !local) return snprintf(why, cap, "listen = %s: without TLS only a loopback address is served; give a certificate, or listen on 127.0.0.1", h->set.listen), -1;
    return 0;
}

int http_start(house *h, char *why, size_t cap)
{
    struct sockaddr_storage address;
    struct MHD_OptionItem option[16] = { { MHD_OPTION_END, 0, NULL } };
    int n = 0;
    if (listen_address(h, &address, why, cap)) return -1;
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG | (address.ss_family == AF_INET6 ? (unsigned)MHD_USE_IPv6 : 0);
    if (!h->set.plain) {
        n = tls_options(h, option, why, cap);
        if (n < 0) return -1;
        flags |= MHD_USE_TLS;
    }
    h->web = MHD_start_daemon(flags, (uint16_t)h->set.port, NULL, NULL, http_access, h,
        MHD_OPTION_EXTERNAL_LOGGER, http_log, NULL,
        MHD_OPTION_ARRAY, option,
        MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address,
        MHD_OPTION_THREAD_POOL_SIZE, (unsigned)h->set.threads,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)h->set.connections,
        MHD_OPTION_CONNECTION_TIMEOUT, 30u,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)32768,
        MHD_OPTION_LISTEN_BACKLOG_SIZE, 511u,
        MHD_OPTION_NOTIFY_COMPLETED, http_done, NULL,
        MHD_OPTION_NOTIFY_CONNECTION, tls_connected, h,
        MHD_OPTION_END);
    if (!h->web) return snprintf(why, cap, "cannot listen on %s:%d: %s", h->set.listen, h->set.port, strerror(errno)), -1;
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(h->web, MHD_DAEMON_INFO_BIND_PORT);
    if (info && info->port) h->set.port = info->port;
    return 0;
}

void http_stop(house *h)
{
    if (h->web) MHD_stop_daemon(h->web);
    h->web = NULL;
}
