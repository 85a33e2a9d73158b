/* SPDX-License-Identifier: Apache-2.0 */
#include "wire.h"
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int place_trust(place *p, const char *ca)
{
    gnutls_certificate_allocate_credentials(&p->credentials);
    p->tls = 1;
    return gnutls_certificate_set_x509_trust_file(p->credentials, ca, GNUTLS_X509_FMT_PEM) < 1 ? -1 : 0;
}

int place_prove(place *p, const char *cert, const char *key)
{
    return gnutls_certificate_set_x509_key_file(p->credentials, cert, key, GNUTLS_X509_FMT_PEM) < 0 ? -1 : 0;
}

void place_drop(place *p)
{
    if (p->tls) gnutls_certificate_free_credentials(p->credentials);
    p->tls = 0;
}

void wire_close(wire *w)
{
    if (w->tls) gnutls_deinit(w->tls);
    if (w->fd >= 0) close(w->fd);
    w->tls = NULL;
    w->fd = -1;
}

static int wire_shake(wire *w, const place *p)
{
    int code;
    gnutls_init(&w->tls, GNUTLS_CLIENT);
    gnutls_priority_set_direct(w->tls, "NORMAL:-VERS-ALL:+VERS-TLS1.3", NULL);
    gnutls_credentials_set(w->tls, GNUTLS_CRD_CERTIFICATE, p->credentials);
    gnutls_session_set_verify_cert(w->tls, p->name, 0);
    gnutls_transport_set_int(w->tls, w->fd);
    do code = gnutls_handshake(w->tls); while (code < 0 && !gnutls_error_is_fatal(code));
    return code < 0 ? -1 : 0;
}

int wire_open(wire *w, const place *p)
{
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)p->port) };
    int one = 1;
    if (inet_pton(AF_INET, p->host, &to.sin_addr) != 1) return -1;
    w->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (w->fd < 0 || connect(w->fd, (const struct sockaddr *)&to, sizeof to)) { wire_close(w); return -1; }
    setsockopt(w->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (p->tls && wire_shake(w, p)) { wire_close(w); return -1; }
    return 0;
}

static int wire_write(wire *w, const char *p, size_t n)
{
    while (n) {
        ssize_t k = w->tls ? gnutls_record_send(w->tls, p, n) : send(w->fd, p, n, MSG_NOSIGNAL);
        if (w->tls && (k == GNUTLS_E_INTERRUPTED || k == GNUTLS_E_AGAIN)) continue;
        if (k <= 0) return -1;
        p += k;
        n -= (size_t)k;
    }
    return 0;
}

static ssize_t wire_read(wire *w, char *p, size_t n)
{
    if (!w->tls) return recv(w->fd, p, n, 0);
    ssize_t k;
    do k = gnutls_record_recv(w->tls, p, n); while (k == GNUTLS_E_INTERRUPTED || k == GNUTLS_E_AGAIN);
    return k;
}

static int wire_room(wire *w, size_t n)
{
    if (n + 1 <= w->cap) return 0;
    size_t cap = w->cap ? w->cap : 65536;
    while (cap < n + 1) cap *= 2;
    char *wide = cap > WIRE_MOST ? NULL : realloc(w->buffer, cap);
    if (!wide) return -1;
    w->buffer = wide;
    w->cap = cap;
    return 0;
}

/* One answer with a Content-Length; its status, -1 = the connection is over. */
static int wire_answer(wire *w)
{
    size_t have = 0, want = 0, head = 0;
    int status = -1;
    for (;;) {
        if (wire_room(w, want ? want : have + 16384)) return -1;
        ssize_t k = wire_read(w, w->buffer + have, w->cap - 1 - have);
        if (k <= 0) return -1;
        have += (size_t)k;
        w->buffer[have] = 0;
        char *end = want ? NULL : strstr(w->buffer, "\r\n\r\n");
        if (end) {
            const char *length = strstr(w->buffer, "Content-Length: ");
            status = atoi(w->buffer + 9);
            head = (size_t)(end + 4 - w->buffer);
            want = head + (length && length < end ? strtoul(length + 16, NULL, 10) : 0);
        }
        if (want && have >= want) {
            w->body = w->buffer + head;
            return status;
        }
    }
}

int wire_send(wire *w, const place *p, const char *method, const char *path, const char *body, size_t n)
{
    char head[2048];
    int size = n ? snprintf(head, sizeof head, "%s %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n", method, path, p->name, n)
                 : snprintf(head, sizeof head, "%s %s HTTP/1.1\r\nHost: %s\r\n\r\n", method, path, p->name);
    if (size >= (int)sizeof head) return -1;
    for (int tries = 0; tries < 2; tries++) { /* a connection that was kept may have been closed meanwhile */
        if (w->fd < 0 && wire_open(w, p)) return -1;
        if (!wire_write(w, head, (size_t)size) && (!n || !wire_write(w, body, n))) {
            int status = wire_answer(w);
            if (status > 0) return status;
        }
        wire_close(w);
    }
    return -1;
}

int wire_ask(wire *w, const place *p, const char *method, const char *path, const char *body) { return wire_send(w, p, method, path, body, strlen(body)); }

void wire_end(wire *w)
{
    wire_close(w);
    free(w->buffer);
    w->buffer = NULL;
    w->cap = 0;
}
