/* SPDX-License-Identifier: Apache-2.0 */
/* Server-sent events.  What is said goes once into a ring that all viewers read from at their own pace; a viewer who has nothing to read sleeps and
 * costs nothing.  One who falls behind the ring is told so ("reset") and goes on with what is new. */
#include "inside.h"
#include <stdlib.h>
#include <string.h>

enum { HUB_RING = 1024, HUB_MOST = 4096 };

typedef struct note { char *text; size_t n; char topic[16]; } note; /* text is a whole event */
typedef struct viewer { struct viewer *next, **before; struct MHD_Connection *at; struct hub *hub; uint64_t at_note; size_t at_byte; int sleeps, lost; char topics[96]; } viewer;
struct hub { pthread_mutex_t lock; note ring[HUB_RING]; uint64_t next; viewer *viewers; int n, ended; };

int hub_open(house *h)
{
    h->hub = calloc(1, sizeof *h->hub);
    if (h->hub) pthread_mutex_init(&h->hub->lock, NULL);
    return h->hub ? 0 : -1;
}

void hub_close(house *h)
{
    for (int k = 0; h->hub && k < HUB_RING; k++) free(h->hub->ring[k].text);
    free(h->hub);
    h->hub = NULL;
}

int hub_is_full(house *h) { return h->hub->n >= HUB_MOST; }
int hub_viewers(house *h) { return h->hub ? h->hub->n : 0; }

void house_say(house *h, const char *topic, const char *json)
{
    struct hub *b = h->hub;
    size_t n = strlen(json) + strlen(topic) + 64;
    char *text = b ? malloc(n) : NULL;
    if (!text) return;
    pthread_mutex_lock(&b->lock);
    note *at = &b->ring[b->next % HUB_RING];
    free(at->text);
    snprintf(at->topic, sizeof at->topic, "%s", topic);
    at->text = text;
    at->n = (size_t)snprintf(text, n, "id: %llu\nevent: %s\ndata: %s\n\n", (unsigned long long)b->next, topic, json);
    b->next++;
    for (viewer *v = b->viewers; v; v = v->next)
        if (v->sleeps) { v->sleeps = 0; MHD_resume_connection(v->at); }
    pthread_mutex_unlock(&b->lock);
}

static int viewer_wants(const viewer *v, const note *n)
{
    const char *at = v->topics[0] ? strstr(v->topics, n->topic) : v->topics;
    return at != NULL;
}

/* The next bytes for one viewer, 0 after putting it to sleep.  Sleeping happens under the lock, so that no note slips in between. */
static ssize_t viewer_read(void *cls, uint64_t pos, char *out, size_t cap)
{
    static const char reset[] = "event: reset\ndata: {}\n\n";
    viewer *v = cls;
    struct hub *b = v->hub;
    size_t n = 0;
    (void)pos;
    pthread_mutex_lock(&b->lock);
    if (b->next > HUB_RING && v->at_note < b->next - HUB_RING) {
        v->at_note = b->next;
        v->at_byte = 0;
        v->lost = 1;
    }
    if (v->lost && cap >= sizeof reset) {
        memcpy(out, reset, sizeof reset - 1);
        n = sizeof reset - 1;
        v->lost = 0;
    }
    while (v->at_note < b->next && n < cap) {
        const note *t = &b->ring[v->at_note % HUB_RING];
        if (!viewer_wants(v, t)) { v->at_note++; continue; }
        size_t left = t->n - v->at_byte, take = left < cap - n ? left : cap - n;
        memcpy(out + n, t->text + v->at_byte, take);
        n += take;
        v->at_byte += take;
        if (v->at_byte == t->n) { v->at_note++; v->at_byte = 0; }
    }
    int over = !n && b->ended;
    if (!n && !over) { v->sleeps = 1; MHD_suspend_connection(v->at); }
    pthread_mutex_unlock(&b->lock);
    return over ? MHD_CONTENT_READER_END_OF_STREAM : (ssize_t)n;
}

static void viewer_leave(void *cls)
{
    viewer *v = cls;
    pthread_mutex_lock(&v->hub->lock);
    *v->before = v->next;
    if (v->next) v->next->before = v->before;
    v->hub->n--;
    pthread_mutex_unlock(&v->hub->lock);
    free(v);
}

enum MHD_Result hub_join(request *r)
{
    struct hub *b = r->h->hub;
    const char *topics = request_query(r, "topics");
    viewer *v = calloc(1, sizeof *v);
    if (!v) return MHD_NO;
    v->at = r->at;
    v->hub = b;
    if (topics) snprintf(v->topics, sizeof v->topics, "%s", topics);
    pthread_mutex_lock(&b->lock);
    v->at_note = b->next;
    v->next = b->viewers;
    v->before = &b->viewers;
    if (v->next) v->next->before = &v->next;
    b->viewers = v;
    b->n++;
    pthread_mutex_unlock(&b->lock);
    struct MHD_Response *m = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 16384, viewer_read, v, viewer_leave);
    if (!m) { viewer_leave(v); return MHD_NO; }
    MHD_add_response_header(m, "Content-Type", "text/event-stream");
    MHD_add_response_header(m, "Cache-Control", "no-store");
    MHD_add_response_header(m, "X-Accel-Buffering", "no");
    r->status = 200;
    enum MHD_Result said = MHD_queue_response(r->at, 200, m);
    MHD_destroy_response(m);
    return said;
}

/* All viewers end: a server that goes down must not wait for them. */
void hub_end(house *h)
{
    struct hub *b = h->hub;
    if (!b) return;
    pthread_mutex_lock(&b->lock);
    b->ended = 1;
    pthread_mutex_unlock(&b->lock);
    house_say(h, "bye", "{}");
}
