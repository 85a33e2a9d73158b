/* SPDX-License-Identifier: Apache-2.0 */
/* A small HTTP client over TLS 1.3 or plain TCP, for twins and for load: one connection, one request at a time, kept open between them. */
#ifndef C12_SIM_WIRE_H
#define C12_SIM_WIRE_H

#include <gnutls/gnutls.h>

#include <stddef.h>

enum { WIRE_MOST = 64 << 20 }; /* bytes of an answer */

/* Where to, and who we are. */
typedef struct place { const char *host /* numeric */, *name; int port, tls; gnutls_certificate_credentials_t credentials; } place;
int place_trust(place *p, const char *ca);                      /* over TLS, with servers of this authority; 0 = good */
int place_prove(place *p, const char *cert, const char *key);   /* with this certificate */
void place_drop(place *p);

typedef struct wire { int fd; gnutls_session_t tls; char *buffer, *body /* of the answer */; size_t cap; } wire; /* begins with fd = -1, else zeros */
int wire_open(wire *w, const place *p);                         /* 0 = connected */
int wire_ask(wire *w, const place *p, const char *method, const char *path, const char *body); /* status, -1 = nobody answers */
int wire_send(wire *w, const place *p, const char *method, const char *path, const char *body, size_t n);
void wire_close(wire *w);
void wire_end(wire *w);

#endif
