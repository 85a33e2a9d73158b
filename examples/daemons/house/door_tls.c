/* SPDX-License-Identifier: Apache-2.0 */
/* TLS 1.3 and client certificates through GnuTLS: the server's certificate and the lists of whom to trust can be read anew while connections are open;
 * a machine's identity is the URI c12:KIND:NAME among its certificate's alternative names, never its common name. */
#include "inside.h"
#include "c12/io.h"
#include <arpa/inet.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <gnutls/abstract.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { TLS_REVOKED = 4096, TLS_CHAIN = 8 };

/* What is in force; `generation` rises with each reading, so that open connections are judged again. */
static struct {
    pthread_rwlock_t lock;
    int generation;
    gnutls_x509_trust_list_t trust;
    gnutls_pcert_st chain[TLS_CHAIN], old_chain[TLS_CHAIN];
    unsigned n_chain, n_old;
    gnutls_privkey_t key, old_key;
    int64_t expires;
    uint8_t (*revoked)[32];
    int n_revoked;
    char *ca_text;
} tls = { .lock = PTHREAD_RWLOCK_INITIALIZER };

static pthread_mutex_t links_lock = PTHREAD_MUTEX_INITIALIZER;
static wire *links;

/* ---- reading -------------------------------------------------------------------------------------------------------------------------- */

static int hex_digest(const char *line, uint8_t *out)
{
    for (int k = 0; k < 32; k++) {
        unsigned v;
        if (sscanf(line + 2 * k, "%2x", &v) != 1) return 0;
        out[k] = (uint8_t)v;
    }
    return 1;
}

/* A SHA-256 of a public key a line, # begins a remark. */
static int read_revoked(const char *path, uint8_t (**out)[32], int *n, char *why, size_t cap)
{
    char line[300];
    int at = 0;
    *n = 0;
    *out = NULL;
    if (!path[0]) return 0;
    FILE *f = fopen(path, "r");
    if (!f) return snprintf(why, cap, "%s: cannot be read", path), -1;
    uint8_t (*list)[32] = calloc(TLS_REVOKED, 32);
    while (list && fgets(line, sizeof line, f)) {
        at++;
        if (line[0] == '#' || line[0] == '\n') continue;
        if (*n == TLS_REVOKED || !hex_digest(line, list[*n])) {
            snprintf(why, cap, "%s:%d: not the 64 hexadecimal digits of a public key's SHA-256 (certtool --pubkey-info), or more than %d", path, at, TLS_REVOKED);
            fclose(f);
            free(list);
            return -1;
        }
        (*n)++;
    }
    fclose(f);
    *out = list;
    return 0;
}

typedef struct fresh { gnutls_x509_trust_list_t trust; gnutls_pcert_st chain[TLS_CHAIN]; unsigned n_chain; gnutls_privkey_t key; int64_t expires; char *ca; } fresh;

static int take_file(const char *path, gnutls_datum_t *d, char **owned, char *why, size_t cap)
{
    c12_mem m;
    c12_error err = C12_INIT(c12_error);
    if (c12io_bytes_read(path, &m, &err)) return snprintf(why, cap, "%s: cannot be read", path), -1;
    *owned = malloc(m.size + 1);
    if (*owned) { memcpy(*owned, m.ptr, m.size); (*owned)[m.size] = 0; }
    d->data = (unsigned char *)*owned;
    d->size = (unsigned)m.size;
    c12io_bytes_free(&m);
    return *owned ? 0 : -1;
}

static int take_own(house *h, fresh *f, char *why, size_t cap)
{
    gnutls_datum_t d;
    char *text = NULL, *key = NULL;
    gnutls_x509_crt_t *chain = NULL;
    unsigned n = 0;
    if (take_file(h->set.cert, &d, &text, why, cap)) return -1;
    int code = gnutls_x509_crt_list_import2(&chain, &n, &d, GNUTLS_X509_FMT_PEM, 0);
    if (code < 0 || n > TLS_CHAIN) { free(text); return snprintf(why, cap, "%s: %s", h->set.cert, code < 0 ? gnutls_strerror(code) : "the chain is too long"), -1; }
    f->expires = (int64_t)gnutls_x509_crt_get_expiration_time(chain[0]) * 1000;
    for (unsigned k = 0; k < n; k++) { (void)gnutls_pcert_import_x509(&f->chain[k], chain[k], 0); gnutls_x509_crt_deinit(chain[k]); }
    gnutls_free(chain);
    free(text);
    f->n_chain = n;
    if (take_file(h->set.key, &d, &key, why, cap)) return -1;
    gnutls_privkey_init(&f->key);
    code = gnutls_privkey_import_x509_raw(f->key, &d, GNUTLS_X509_FMT_PEM, NULL, 0);
    memset(key, 0, d.size);
    free(key);
    return code < 0 ? (snprintf(why, cap, "%s: %s", h->set.key, gnutls_strerror(code)), -1) : 0;
}

static int take_trust(house *h, fresh *f, char *why, size_t cap)
{
    gnutls_datum_t d;
    if (!h->set.ca[0]) return snprintf(why, cap, "[tls] ca is missing: the file of the authorities whose robots and services are let in"), -1;
    if (take_file(h->set.ca, &d, &f->ca, why, cap)) return -1;
    gnutls_x509_trust_list_init(&f->trust, 0);
    int code = gnutls_x509_trust_list_add_trust_mem(f->trust, &d, NULL, GNUTLS_X509_FMT_PEM, 0, 0);
    return code < 1 ? (snprintf(why, cap, "%s: %s", h->set.ca, code < 0 ? gnutls_strerror(code) : "there is no certificate in it"), -1) : 0;
}

static void fresh_drop(fresh *f)
{
    if (f->trust) gnutls_x509_trust_list_deinit(f->trust, 1);
    for (unsigned k = 0; k < f->n_chain; k++) gnutls_pcert_deinit(&f->chain[k]);
    if (f->key) gnutls_privkey_deinit(f->key);
    free(f->ca);
}

static void old_drop(void)
{
    for (unsigned k = 0; k < tls.n_old; k++) gnutls_pcert_deinit(&tls.old_chain[k]);
    if (tls.old_key) gnutls_privkey_deinit(tls.old_key);
    tls.n_old = 0;
    tls.old_key = NULL;
}

int tls_reload(house *h, char *why, size_t cap)
{
    fresh f = { 0 };
    uint8_t (*revoked)[32] = NULL;
    int n_revoked = 0;
    if (take_own(h, &f, why, cap) || take_trust(h, &f, why, cap) || read_revoked(h->set.revoked, &revoked, &n_revoked, why, cap)) {
        fresh_drop(&f);
        return -1;
    }
    pthread_rwlock_wrlock(&tls.lock);
    old_drop(); /* what was in force may be in a handshake on a pool thread: it is kept until the next reading */
    memcpy(tls.old_chain, tls.chain, sizeof tls.chain);
    tls.n_old = tls.n_chain;
    tls.old_key = tls.key;
    if (tls.trust) gnutls_x509_trust_list_deinit(tls.trust, 1);
    free(tls.revoked);
    tls.trust = f.trust;
    tls.n_chain = f.n_chain;
    memcpy(tls.chain, f.chain, sizeof f.chain);
    tls.key = f.key;
    tls.expires = f.expires;
    tls.revoked = revoked;
    tls.n_revoked = n_revoked;
    if (!tls.ca_text) tls.ca_text = f.ca; else free(f.ca);
    tls.generation++;
    pthread_rwlock_unlock(&tls.lock);
    int64_t left = f.expires - house_now();
    if (left < 0) house_log(LOG_SAYS_ERROR, "tls: the server's certificate has expired; clients will refuse it: give a new one and send SIGHUP");
    else if (left < 14 * 86400000LL) house_log(LOG_SAYS_WARNING, "tls: the server's certificate expires in %d days", (int)(left / 86400000));
    return 0;
}

void tls_close(void)
{
    old_drop();
    if (tls.trust) gnutls_x509_trust_list_deinit(tls.trust, 1);
    for (unsigned k = 0; k < tls.n_chain; k++) gnutls_pcert_deinit(&tls.chain[k]);
    if (tls.key) gnutls_privkey_deinit(tls.key);
    free(tls.revoked);
    free(tls.ca_text);
    tls.trust = NULL;
    tls.n_chain = 0;
    tls.key = NULL;
    tls.revoked = NULL;
    tls.ca_text = NULL;
}

/* ---- handshakes -------------------------------------------------------------------------------------------------------------------------- */

static int tls_own(gnutls_session_t s, const gnutls_datum_t *ca, int n_ca, const gnutls_pk_algorithm_t *pk, int n_pk, gnutls_pcert_st **chain, unsigned *n, gnutls_privkey_t *key)
{
    (void)s; (void)ca; (void)n_ca; (void)pk; (void)n_pk;
    pthread_rwlock_rdlock(&tls.lock);
    *chain = tls.chain;
    *n = tls.n_chain;
    *key = tls.key;
    pthread_rwlock_unlock(&tls.lock);
    return 0;
}

int tls_options(house *h, struct MHD_OptionItem *at, char *why, size_t cap)
{
    if (tls_reload(h, why, cap)) return -1;
    /* Nothing below 1.3 can be chosen, here or by configuration. */
    at[0] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_PRIORITIES, 0, "SECURE192:-VERS-ALL:+VERS-TLS1.3:+SIGN-ALL:+GROUP-ALL:+AES-128-GCM" };
    at[1] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_MEM_TRUST, 0, tls.ca_text };
    gnutls_certificate_retrieve_function2 *const own = tls_own;
    at[2] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_CERT_CALLBACK, 0, NULL };
    memcpy(&at[2].ptr_value, &own, sizeof own); /* POSIX: pointers to functions and to objects are of one size */
    at[3] = (struct MHD_OptionItem){ MHD_OPTION_END, 0, NULL };
    return 3;
}

static int tls_heard(gnutls_session_t s, unsigned type, unsigned post, unsigned incoming, const gnutls_datum_t *m)
{
    wire *l = gnutls_session_get_ptr(s);
    (void)m;
    if (l && incoming && type == GNUTLS_HANDSHAKE_CLIENT_HELLO) l->hello = 1;
    if (l && incoming && post && type == GNUTLS_HANDSHAKE_FINISHED) l->shaken = 1;
    return 0;
}

static void link_open(house *h, struct MHD_Connection *c, void **context)
{
    wire *l = calloc(1, sizeof *l);
    const union MHD_ConnectionInfo *from = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CLIENT_ADDRESS), *fd = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
    *context = l;
    if (!l) return;
    if (from && getnameinfo(from->client_addr, from->client_addr->sa_family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6), l->address, sizeof l->address, NULL, 0, NI_NUMERICHOST)) l->address[0] = 0;
    l->fd = fd ? fd->connect_fd : -1;
    l->since = house_now();
    if (!h->set.plain) {
        const union MHD_ConnectionInfo *s = MHD_get_connection_info(c, MHD_CONNECTION_INFO_GNUTLS_SESSION);
        if (s && s->tls_session) {
            gnutls_session_set_ptr(s->tls_session, l);
            gnutls_handshake_set_hook_function(s->tls_session, GNUTLS_HANDSHAKE_ANY, GNUTLS_HOOK_BOTH, tls_heard);
        }
    }
    pthread_mutex_lock(&links_lock);
    l->next = links;
    l->before = &links;
    if (links) links->before = &l->next;
    links = l;
    pthread_mutex_unlock(&links_lock);
}

void tls_connected(void *cls, struct MHD_Connection *c, void **context, enum MHD_ConnectionNotificationCode code)
{
    house *h = cls;
    wire *l = *context;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) { link_open(h, c, context); return; }
    if (!l) return;
    if (l->hello && !l->shaken) door_refused(h, "", l->address, "tls", "the handshake failed: only TLS 1.3 is spoken, and certificates must be sound");
    pthread_mutex_lock(&links_lock);
    *l->before = l->next;
    if (l->next) l->next->before = l->before;
    pthread_mutex_unlock(&links_lock);
    free(l);
    *context = NULL;
}

/* Connections that have owed a request for too long are shut: whoever sends a byte now and then does not keep a place. */
void tls_sweep(int64_t now, int64_t patience)
{
    pthread_mutex_lock(&links_lock);
    for (wire *l = links; l; l = l->next)
        if (l->since && now - l->since > patience) { shutdown(l->fd, SHUT_RDWR); l->since = 0; house_count("c12_slow_connections_total", 1); }
    pthread_mutex_unlock(&links_lock);
}

/* ---- judging a certificate ------------------------------------------------------------------------------------------------------------------ */

static const char *chain_fault(gnutls_x509_crt_t *chain, unsigned n)
{
    static const char client[] = GNUTLS_KP_TLS_WWW_CLIENT;
    gnutls_typed_vdata_st purpose = { .type = GNUTLS_DT_KEY_PURPOSE_OID, .data = (unsigned char *)(uintptr_t)client, .size = 0 };
    unsigned status = 0;
    uint8_t id[32];
    size_t size = sizeof id;
    if (gnutls_x509_trust_list_verify_crt2(tls.trust, chain, n, &purpose, 1, 0, &status, NULL) < 0) return "it cannot be verified";
    if (status & GNUTLS_CERT_EXPIRED) return "it has expired";
    if (status & GNUTLS_CERT_NOT_ACTIVATED) return "it is not valid yet";
    if (status & GNUTLS_CERT_SIGNER_NOT_FOUND) return "no trusted authority has signed it";
    if (status) return "it is not sound";
    if (gnutls_x509_crt_get_key_id(chain[0], GNUTLS_KEYID_USE_SHA256, id, &size) < 0) return "its key cannot be read";
    for (int k = 0; k < tls.n_revoked; k++) if (!memcmp(tls.revoked[k], id, 32)) return "it is revoked";
    return NULL;
}

/* The URI c12:KIND:NAME; kinds become roles of the same name, but c12:service:NAME has the role gateway. */
static const char *chain_name(house *h, gnutls_x509_crt_t crt, identity *who)
{
    for (unsigned k = 0;; k++) {
        char name[WHO_TEXT];
        size_t size = sizeof name - 1;
        unsigned type = 0;
        int code = gnutls_x509_crt_get_subject_alt_name2(crt, k, name, &size, &type, NULL);
        if (code == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE) return "it has no name such as URI:c12:robot:G1-037";
        if (code < 0 || type != GNUTLS_SAN_URI) continue;
        name[size] = 0;
        if (strlen(name) != size || strncmp(name, "c12:", 4)) continue;
        const char *kind = name + 4, *id = strchr(kind, ':');
        static const char *const kinds[4][2] = { { "robot", "robot" }, { "service", "gateway" }, { "supplier", "supplier" }, { "connector", "connector" } };
        for (size_t i = 0; id && id[1] && i < sizeof kinds / sizeof *kinds; i++)
            if (strlen(kinds[i][0]) == (size_t)(id - kind) && !strncmp(kind, kinds[i][0], (size_t)(id - kind))) {
                snprintf(who->name, sizeof who->name, "%s", kind);
                (void)door_roles(h, kinds[i][1], who);
                return NULL;
            }
        return "its name is of no kind known here: robot, service, supplier or connector";
    }
}

void tls_judge(house *h, struct MHD_Connection *c, wire *l)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_GNUTLS_SESSION);
    pthread_rwlock_rdlock(&tls.lock);
    if (l->checked != tls.generation && info && info->tls_session) {
        unsigned n = 0;
        const gnutls_datum_t *raw = gnutls_certificate_get_peers(info->tls_session, &n);
        gnutls_x509_crt_t chain[TLS_CHAIN];
        const char *why = NULL;
        memset(&l->who, 0, sizeof l->who);
        if (n > TLS_CHAIN) n = TLS_CHAIN;
        for (unsigned k = 0; k < n; k++) {
            gnutls_x509_crt_init(&chain[k]);
            if (gnutls_x509_crt_import(chain[k], &raw[k], GNUTLS_X509_FMT_DER) < 0) why = "it cannot be read";
        }
        if (n && !why) why = chain_fault(chain, n);
        if (n && !why) why = chain_name(h, chain[0], &l->who);
        for (unsigned k = 0; k < n; k++) gnutls_x509_crt_deinit(chain[k]);
        snprintf(l->why, sizeof l->why, "%s", why ? why : "");
        l->checked = tls.generation;
    }
    pthread_rwlock_unlock(&tls.lock);
}
