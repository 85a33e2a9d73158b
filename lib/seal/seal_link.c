/* SPDX-License-Identifier: Apache-2.0 */
/* Links: frames that may get lost and overtake one another, each sealed by itself.
 *
 *   short   byte string: low 16 bits of the frame's number, high byte first | ciphertext | tag
 *   long    array of 3: epoch, number, byte string: salt 8 | ciphertext | tag
 *
 * A session has a key of its own, so its nonces are the frames' numbers and nothing more (4 zeros before 8 bytes).  GCM's additional data are the
 * bytes before the ciphertext; of the short form they say less of the number than the nonce does.  A hearer that knows the session
 * makes the number whole from the one it expects next, as SRTP does (RFC 3711, 3.3.1), and takes each number once (RFC 6479's window). */
#include "seal/seal_internal.h"

enum { LINK_SALT = 8, LINK_LOW = 2, LINK_WINDOW = 1024, LINK_BYTES = 2, LINK_ARRAY = 4 };
#define LINK_FRAMES (UINT64_C(1) << 32)

/* ---- CBOR: as much of it as a frame's ends take ------------------------------------------------------------------------------- */

/* Bytes of a head at p; 0 = cut off, or of no definite length. */
static size_t link_head(const uint8_t *p, size_t n, unsigned *major, uint64_t *v)
{
    if (!n || (p[0] & 31) > 27) return 0;
    size_t more = (p[0] & 31) < 24 ? 0 : (size_t)1 << ((p[0] & 31) - 24);
    if (more >= n) return 0;
    *major = p[0] >> 5;
    *v = more ? 0 : p[0] & 31;
    for (size_t i = 0; i < more; i++) *v = *v << 8 | p[1 + i];
    return more + 1;
}

static size_t link_put_head(uint8_t *p, unsigned major, uint64_t v)
{
    int more = v < 24 ? 0 : v < 256 ? 1 : v < 65536 ? 2 : v < LINK_FRAMES ? 4 : 8;
    p[0] = (uint8_t)(major << 5 | (unsigned)(more == 0 ? v : more == 1 ? 24 : more == 2 ? 25 : more == 4 ? 26 : 27));
    c12__seal_put(p + 1, v, more);
    return (size_t)more + 1;
}

/* Bytes of the item at p; 0 = it is none, or not of definite length. */
static size_t link_item(const uint8_t *p, size_t n)
{
    size_t at = 0;
    for (uint64_t left = 1; left; left--) {
        unsigned major;
        uint64_t v;
        size_t head = link_head(p + at, n - at, &major, &v);
        if (!head) return 0;
        at += head;
        if (major < 2 || major == 7) continue;
        if (major != 6 && v > n - at) return 0; /* of an array or map: each item takes a byte */
        if (major < 4) at += (size_t)v;
        else left += major == 4 ? v : major == 5 ? 2 * v : 1;
    }
    return at;
}

/* ---- sessions ------------------------------------------------------------------------------------------------------------------- */

static int link_tag(int32_t tag) { return tag == 0 ? 12 : tag; }

static c12_status link_entry(c12_view key, c12_view sender, int32_t tag, c12_error *err)
{
    c12_status s = c12__seal_key(key, "key", err);
    if (s) return s;
    if (c12__seal_unreadable(sender)) return c12__fail(err, C12_E_ARG, "argument is NULL", "sender", -1, 0);
    if (tag != 0 && tag != 12 && tag != 16) return c12__fail(err, C12_E_ARG, "tags have 12 or 16 bytes", "tag", -1, tag);
    return C12_OK;
}

/* HMAC-SHA-256 of all that tells this session from any other. */
static c12_status link_derive(c12_view key, const uint8_t sender[32], int tag, uint64_t epoch, const uint8_t salt[LINK_SALT], uint8_t out[32], c12_error *err)
{
    uint8_t says[4 + 8], mac[64];
    c12__seal_put(says, (uint64_t)tag, 4);
    c12__seal_put(says + 4, epoch, 8);
    const c12_view part[] = { SEAL_WORD("c12 link"), { says, sizeof says }, { salt, LINK_SALT }, { sender, 32 } };
    c12_status s = c12__seal_hmac(C12_SEAL_SHA256, key, part, 4, mac, err);
    if (!s) memcpy(out, mac, 32);
    c12__seal_wipe(mac, sizeof mac);
    return s;
}

c12_status c12_seal_link_talk(c12_seal_talker *self, c12_view key, c12_view sender, uint64_t epoch, c12_view entropy, int32_t tag, c12_error *err)
{
    c12_seal_talker t = { 0 };
    c12_seal_epoch salt;
    uint8_t name[32];
    c12_status s = link_entry(key, sender, tag, err);
    if (s) return s;
    if (!self) return c12__fail(err, C12_E_ARG, "argument is NULL", "self", -1, 0);
    if ((s = c12_seal_epoch_init(&salt, entropy, err)) || (s = c12__seal_digest(&sender, 1, name, err))) return s;
    t.epoch = epoch;
    t.tag = link_tag(tag);
    memcpy(t.salt, salt.random, sizeof t.salt);
    if (!(s = link_derive(key, name, t.tag, epoch, t.salt, t.key, err))) *self = t;
    c12__seal_wipe(&t, sizeof t);
    return s;
}

c12_status c12_seal_link_hear(c12_seal_hearer *self, c12_view key, c12_view sender, uint64_t least, int32_t tag, c12_error *err)
{
    uint8_t name[32];
    c12_status s = link_entry(key, sender, tag, err);
    if (s) return s;
    if (!self) return c12__fail(err, C12_E_ARG, "argument is NULL", "self", -1, 0);
    if ((s = c12__seal_digest(&sender, 1, name, err))) return s;
    memset(self, 0, sizeof *self);
    self->epoch = least;
    self->tag = link_tag(tag);
    memcpy(self->key, key.ptr, sizeof self->key);
    memcpy(self->sender, name, sizeof self->sender);
    return C12_OK;
}

static void link_nonce(uint64_t number, uint8_t nonce[12])
{
    memset(nonce, 0, 4);
    c12__seal_put(nonce + 4, number, 8);
}

/* ---- sealing ---------------------------------------------------------------------------------------------------------------------- */

/* What stands before the ciphertext of a frame of n bytes. */
static size_t link_put_front(const c12_seal_talker *t, int whole, size_t n, uint8_t *p)
{
    size_t at = 0;
    if (!whole) {
        at = link_put_head(p, LINK_BYTES, LINK_LOW + n + (size_t)t->tag);
        c12__seal_put(p + at, t->next, LINK_LOW);
        return at + LINK_LOW;
    }
    at = link_put_head(p, LINK_ARRAY, 3);
    at += link_put_head(p + at, 0, t->epoch);
    at += link_put_head(p + at, 0, t->next);
    at += link_put_head(p + at, LINK_BYTES, LINK_SALT + n + (size_t)t->tag);
    memcpy(p + at, t->salt, LINK_SALT);
    return at + LINK_SALT;
}

static c12_status link_close_one(c12_seal_talker *t, c12_view frame, uint8_t *out, size_t *size, c12_error *err)
{
    uint8_t nonce[12], tag[16];
    size_t front = link_put_front(t, frame.ptr[0] >> 5 != LINK_BYTES, frame.size, out);
    const c12_view key = { t->key, sizeof t->key }, aad = { out, front };
    link_nonce(t->next++, nonce); /* whatever happens, it is not used again */
    c12_status s = c12__seal_close(key, nonce, aad, frame, out + front, tag, err);
    if (s) return s;
    memcpy(out + front + frame.size, tag, (size_t)t->tag);
    *size = front + frame.size + (size_t)t->tag;
    return C12_OK;
}

c12_status c12_seal_link_close(c12_seal_talker *self, c12_view frames, c12_mem out, size_t *used, c12_error *err)
{
    size_t need = frames.size, at = 0, n;
    uint64_t count = 0;
    c12_status s = C12_OK;
    if (!self || !used || c12__seal_unreadable(frames)) return c12__fail(err, C12_E_ARG, "argument is NULL", self ? "frames" : "self", -1, 0);
    for (; at < frames.size; at += n, count++, need += C12_SEAL_LINK)
        if (!(n = link_item(frames.ptr + at, frames.size - at))) return c12__fail(err, C12_E_FORMAT, "not a frame", "frames", -1, (int64_t)at);
    if ((uint64_t)frames.size >> 32) return c12__fail(err, C12_E_ARG, "4 GiB and more are not sealed at once", "frames", -1, (int64_t)frames.size);
    if (self->next > LINK_FRAMES || count > LINK_FRAMES - self->next) return c12__fail(err, C12_E_STATE, "all numbers of the session are used up", "self", -1, (int64_t)LINK_FRAMES);
    if (!out.ptr ? need > 0 : out.size < need) return c12__fail(err, C12_E_SPACE, "output is too small", "out", -1, (int64_t)need);
    size_t done = 0;
    for (at = 0; at < frames.size && !s; at += n) {
        size_t size = 0;
        n = link_item(frames.ptr + at, frames.size - at);
        const c12_view frame = { frames.ptr + at, n };
        if (!(s = link_close_one(self, frame, (uint8_t *)out.ptr + done, &size, err))) done += size;
    }
    if (!s) *used = done;
    return s;
}

/* ---- opening ------------------------------------------------------------------------------------------------------------------------ */

/* A sealed frame taken apart. */
typedef struct link_parts {
    uint64_t epoch, number;  /* short: the number's low bits */
    const uint8_t *salt;     /* NULL = short */
    c12_view front, cipher, tag;
    size_t size;
} link_parts;

/* 1 = it has the form of one. */
static int link_apart(c12_view in, size_t tag, link_parts *x)
{
    unsigned major;
    uint64_t v;
    const uint8_t *p = in.ptr;
    size_t at = 0, k = link_head(p, in.size, &major, &v);
    x->salt = NULL;
    if (k && major == LINK_ARRAY && v == 3) {
        at = k;
        if (!(k = link_head(p + at, in.size - at, &major, &x->epoch)) || major) return 0;
        at += k;
        if (!(k = link_head(p + at, in.size - at, &major, &x->number)) || major || x->number >= LINK_FRAMES) return 0;
        at += k;
        k = link_head(p + at, in.size - at, &major, &v);
        x->salt = p + at + k;
    }
    size_t fixed = x->salt ? LINK_SALT : LINK_LOW;
    if (!k || major != LINK_BYTES || v > in.size - at - k || v < fixed + tag) return 0;
    at += k;
    if (!x->salt) x->number = (uint64_t)p[at] << 8 | p[at + 1];
    x->front = (c12_view){ p, at + fixed };
    x->cipher = (c12_view){ p + at + fixed, (size_t)v - fixed - tag };
    x->tag = (c12_view){ x->cipher.ptr + x->cipher.size, tag };
    x->size = at + (size_t)v;
    return 1;
}

/* The number with these low bits that is nearest to the one that comes next. */
static uint64_t link_whole(uint64_t next, uint64_t low)
{
    uint64_t v = (next & ~UINT64_C(0xffff)) | low;
    if (v + 0x8000 < next) return v + 0x10000;
    return v > next + 0x8000 && v >= 0x10000 ? v - 0x10000 : v;
}

/* Why the number may not be taken; NULL = it may. */
static const char *link_had(const c12_seal_hearer *h, uint64_t number)
{
    if (number >= h->next) return NULL;
    if (h->next - number > LINK_WINDOW) return "frame is too late to be told from one that was heard";
    return h->seen[number / 64 % (LINK_WINDOW / 64)] >> number % 64 & 1 ? "frame was heard before" : NULL;
}

static void link_note(c12_seal_hearer *h, uint64_t number)
{
    if (number >= h->next + LINK_WINDOW) memset(h->seen, 0, sizeof h->seen);
    else for (uint64_t k = h->next; k < number; k++) h->seen[k / 64 % (LINK_WINDOW / 64)] &= ~(UINT64_C(1) << k % 64);
    h->seen[number / 64 % (LINK_WINDOW / 64)] |= UINT64_C(1) << number % 64;
    if (number >= h->next) h->next = number + 1;
}

/* The hearer as it is in the frame's session: the running one, or one that begins. */
static c12_status link_session(const c12_seal_hearer *self, const link_parts *x, c12_seal_hearer *h, c12_error *err)
{
    *h = *self;
    if (!x->salt) return h->there ? C12_OK : c12__fail(err, C12_E_STATE, "no frame has told of the session yet", "frames", -1, 0);
    if (x->epoch < h->epoch) return c12__fail(err, C12_E_REFUSED, "session is older than one that was heard", "frames", -1, 0);
    if (h->there && x->epoch == h->epoch && c12__seal_same(x->salt, h->salt, LINK_SALT)) return C12_OK;
    if (h->there && x->epoch == h->epoch) return c12__fail(err, C12_E_REFUSED, "session is another one of the same epoch", "frames", -1, 0);
    const c12_view key = { h->key, sizeof h->key };
    h->there = 1;
    h->epoch = x->epoch;
    h->next = 0;
    memset(h->seen, 0, sizeof h->seen);
    memcpy(h->salt, x->salt, LINK_SALT);
    return link_derive(key, h->sender, h->tag, h->epoch, h->salt, h->session, err);
}

/* Nothing is remembered of a frame that does not open. */
static c12_status link_open_one(c12_seal_hearer *self, const link_parts *x, uint8_t *out, c12_error *err)
{
    uint8_t nonce[12];
    c12_seal_hearer h;
    c12_status s = link_session(self, x, &h, err);
    uint64_t number = x->salt ? x->number : link_whole(h.next, x->number);
    const char *had = s ? NULL : link_had(&h, number);
    const c12_view key = { h.session, sizeof h.session };
    link_nonce(number, nonce);
    if (had) s = c12__fail(err, C12_E_REFUSED, had, "frames", -1, 0);
    if (!s && !(s = c12__seal_open(key, nonce, x->front, x->cipher, x->tag, out, err))) {
        link_note(&h, number);
        *self = h;
    }
    c12__seal_wipe(&h, sizeof h);
    return s;
}

c12_status c12_seal_link_open(c12_seal_hearer *self, c12_view frames, c12_mem out, size_t *used, size_t *read, c12_error *err)
{
    c12_error e = C12_INIT(c12_error);
    c12_status s = C12_OK;
    if (!self || !used || !read || c12__seal_unreadable(frames)) return c12__fail(err, C12_E_ARG, "argument is NULL", self ? "frames" : "self", -1, 0);
    if (frames.size && (!out.ptr || out.size < frames.size)) return c12__fail(err, C12_E_SPACE, "output is too small", "out", -1, (int64_t)frames.size);
    *used = *read = 0;
    while (*read < frames.size && !s) {
        const c12_view in = { frames.ptr + *read, frames.size - *read };
        link_parts x;
        if (!link_apart(in, (size_t)self->tag, &x)) return c12__fail(err, C12_E_FORMAT, "not a sealed frame", "frames", -1, (int64_t)*read);
        if ((s = link_open_one(self, &x, (uint8_t *)out.ptr + *used, &e))) return c12__fail(err, s, e.what, "frames", -1, (int64_t)*read);
        *used += x.cipher.size;
        *read += x.size;
    }
    return C12_OK;
}
