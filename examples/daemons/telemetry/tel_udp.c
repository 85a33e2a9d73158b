/* SPDX-License-Identifier: Apache-2.0 */
/* Rows by datagram: radio frames, sealed.  One thread hears; the writing thread opens them, since it has the batch. */
#include "tel.h"
#include "c12/seal.h"
#include <arpa/inet.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { UDP_MOST = 65536, UDP_ROBOTS = 1024 };

/* One robot's link. */
typedef struct ear { char name[64]; c12_seal_hearer seal; c12_tlm_receiver *receiver; void *memory; } ear;
struct ears { int fd, sealed, n; uint8_t key[32]; size_t bytes; c12_tlm_wire_plan plan; c12_tlm_wire_options options; pthread_t thread; atomic_int over; ear ear[UDP_ROBOTS]; uint8_t clear[UDP_MOST]; };

static void *listen_on(void *arg)
{
    tel *t = arg;
    struct ears *e = t->ears;
    char *bytes = malloc(UDP_MOST);
    while (bytes && !atomic_load(&e->over)) {
        struct pollfd p = { .fd = e->fd, .events = POLLIN };
        if (poll(&p, 1, 200) < 1) continue;
        ssize_t n = recv(e->fd, bytes, UDP_MOST, 0);
        house_count("c12_datagrams_total", 1);
        if (n > 2 && tel_put(t, bytes, (size_t)n, 1)) house_count("c12_datagrams_dropped_total", 1);
    }
    free(bytes);
    return NULL;
}

/* ---- one datagram -------------------------------------------------------------------------------------------------------------------------- */

static ear *ear_of(tel *t, const char *name, size_t n)
{
    struct ears *e = t->ears;
    for (int k = 0; k < e->n; k++) if (strlen(e->ear[k].name) == n && !memcmp(e->ear[k].name, name, n)) return &e->ear[k];
    if (e->n == UDP_ROBOTS || !n || n >= sizeof e->ear[0].name) return NULL;
    ear *r = &e->ear[e->n];
    c12_view key = { e->key, 32 }, who = { (const uint8_t *)name, n };
    c12_mem m = { malloc(e->bytes), e->bytes };
    if (!m.ptr || c12_tlm_receiver_init(&r->receiver, m, &t->schema, &e->options, NULL) || (e->sealed && c12_seal_link_hear(&r->seal, key, who, 0, 0, NULL))) { free(m.ptr); return NULL; }
    r->memory = m.ptr;
    memcpy(r->name, name, n);
    e->n++;
    return r;
}

/* Rows of another robot under this name are refused, all of the datagram. */
static int rows_are(const tel *t, const ear *r)
{
    const c12_tlm_dict *d = t->batch.dict;
    size_t n = strlen(r->name);
    for (int64_t row = 0; row < t->batch.n; row++) {
        int64_t code = t->batch.value[t->schema.robot_field * t->batch.cap + row];
        if ((size_t)(d->off[code + 1] - d->off[code]) != n || memcmp(d->bytes + d->off[code], r->name, n)) return 0;
    }
    return t->batch.n > 0;
}

/* A name is only believed, and room only made for it, once a frame opened under it. */
int tel_datagram(tel *t, const char *bytes, size_t n)
{
    struct ears *e = t->ears;
    size_t name = (uint8_t)bytes[0], used = 0, read = 0;
    if (!e || name + 1 >= n) return 0;
    int before = e->n;
    ear *r = ear_of(t, bytes + 1, name);
    c12_view frames = { (const uint8_t *)bytes + 1 + name, n - 1 - name };
    c12_mem room = { e->clear, sizeof e->clear };
    c12_status s = r ? C12_OK : C12_E_SPACE;
    if (!s && e->sealed) {
        s = c12_seal_link_open(&r->seal, frames, room, &used, &read, NULL);
        frames = (c12_view){ e->clear, used };
    }
    int opened = !s;
    if (!s) s = c12_tlm_receiver_pull(r->receiver, frames, &t->batch, &used, NULL, NULL);
    if (!s && rows_are(t, r)) return 1;
    house_count("c12_datagrams_refused_total", 1);
    if (r && !opened && e->n > before) { /* nobody with the key has this name */
        free(r->memory);
        memset(r, 0, sizeof *r);
        e->n--;
    }
    return 0;
}

/* ---- open and close -------------------------------------------------------------------------------------------------------------------------- */

static int ears_open(tel *t, struct ears *e, int port, const char *key)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
    at.sin_addr.s_addr = htonl(*key ? INADDR_ANY : INADDR_LOOPBACK); /* without a key from this machine alone */
    e->sealed = *key != 0;
    if (*key && c12io_key_read(key, e->key, NULL)) { house_log(LOG_SAYS_ERROR, "telemetry.udp_key = %s: cannot be read", key); return -1; }
    e->plan.struct_size = (uint32_t)sizeof e->plan;
    e->options.struct_size = (uint32_t)sizeof e->options;
    e->options.plan = &e->plan;
    if (c12_tlm_wire_builtin(&e->plan, NULL) || c12_tlm_wire_bytes(&t->schema, &e->options, NULL, &e->bytes, NULL)) return -1;
    e->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    int wide = 8 << 20;
    (void)setsockopt(e->fd, SOL_SOCKET, SO_RCVBUF, &wide, sizeof wide);
    if (e->fd < 0 || bind(e->fd, (const struct sockaddr *)&at, sizeof at)) { house_log(LOG_SAYS_ERROR, "telemetry.udp = %d: cannot listen there", port); return -1; }
    return pthread_create(&e->thread, NULL, listen_on, t) ? -1 : 0;
}

int tel_hear(tel *t)
{
    int port = atoi(house_option(t->h, "telemetry.udp", "0"));
    if (!port) return 0;
    t->ears = calloc(1, sizeof *t->ears);
    if (!t->ears) return -1;
    return ears_open(t, t->ears, port, house_option(t->h, "telemetry.udp_key", ""));
}

void tel_hush(tel *t)
{
    struct ears *e = t->ears;
    if (!e) return;
    atomic_store(&e->over, 1);
    pthread_join(e->thread, NULL);
    close(e->fd);
    for (int k = 0; k < e->n; k++) free(e->ear[k].memory);
    memset(e->key, 0, sizeof e->key);
    free(e);
    t->ears = NULL;
}
