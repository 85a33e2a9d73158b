/* SPDX-License-Identifier: Apache-2.0 */
/* Sealed files: what leaves for the disk is encrypted block by block, and what comes back is opened before anybody looks at it.
 *
 *   block    head 64 in the plain | nonce 12 | the rest, encrypted | tag 16; the head is authenticated along
 *   section  nonce 12 | the section, encrypted | tag 16; authenticated along: the footer's head, SHA-256 of the file's head, number u32
 *
 * The first section is always there, so that head and footer of an empty file are vouched for as well. */
#include "io/ts/ts_internal.h"
#include <errno.h>
#include <string.h>

enum { TS_SEAL_HEAD = C12_TLM_HEAD_BYTES, TS_SEAL_BESIDE = 32 + 4 };

void c12io__ts_seal_free(c12io_ts *t)
{
    volatile uint8_t *key = t->seal.key;
    for (size_t i = 0; i < sizeof t->seal.key; i++) key[i] = 0;
    c12io__ts_drop(&t->host, &t->seal.plain);
    c12io__ts_drop(&t->host, &t->seal.sealed);
    c12io__ts_drop(&t->host, &t->seal.beside);
}

/* ---- keys ------------------------------------------------------------------------------------------------------------------------------ */

c12_status c12io__ts_take_key(c12io_ts *t, c12_view key, c12_error *err)
{
    c12_error e = C12_INIT(c12_error);
    if (!key.size) return C12_OK;
    c12_status s = c12_seal_key_id(key, &t->seal.id, &e);
    if (s) return c12io__fault(err, s, e.what, -1, e.value, "%s: key: %s", t->path, e.what);
    memcpy(t->seal.key, key.ptr, sizeof t->seal.key);
    t->seal.given = 1;
    return C12_OK;
}

c12_status c12io__ts_seal_begin(c12io_ts *t, c12_error *err)
{
    uint8_t random[8];
    const c12_mem room = { random, sizeof random };
    const c12_view entropy = { random, sizeof random };
    c12_error e = C12_INIT(c12_error);
    if (!t->seal.given) return C12_OK;
    c12_status s = c12io_random(room, err);
    if (s) return s;
    t->seal.on = 1;
    return (s = c12_seal_epoch_init(&t->seal.epoch, entropy, &e)) ? c12io__ts_write_fault(t, err, s, &e) : C12_OK;
}

c12_status c12io__ts_seal_head(c12io_ts *t, c12_view head, int sealed, uint64_t id, c12_error *err)
{
    c12_error e = C12_INIT(c12_error);
    t->seal.on = sealed;
    if (!sealed && t->seal.given && !t->seal.lenient) return c12io__fault(err, C12_E_REFUSED, "file is not sealed, though a key was given", -1, 0, "%s: is not sealed, though a key was given for it", t->path);
    if (!sealed) return C12_OK;
    if (!t->seal.given) return c12io__fault(err, C12_E_REFUSED, "file is sealed and no key was given", -1, (int64_t)id, "%s: is sealed with key %016llx; give that key", t->path, (unsigned long long)id);
    if (id != t->seal.id)
        return c12io__fault(err, C12_E_REFUSED, "file is sealed with another key", -1, (int64_t)id, "%s: is sealed with key %016llx, not with key %016llx", t->path, (unsigned long long)id, (unsigned long long)t->seal.id);
    c12_status s = c12_seal_sha256(head, t->seal.head_hash, &e);
    return s ? c12io__ts_write_fault(t, err, s, &e) : C12_OK;
}

/* ---- blocks ------------------------------------------------------------------------------------------------------------------------------- */

c12_status c12io__ts_close_block(c12io_ts *t, c12_view block, c12_view *disk, c12_error *err)
{
    *disk = block;
    if (!t->seal.on) return C12_OK;
    c12_error e = C12_INIT(c12_error);
    size_t n = block.size + C12_SEAL_BLOCK, used = 0;
    if (c12io__ts_grow(&t->host, &t->seal.sealed, n)) return c12io__ts_nomem(err, t->path);
    uint8_t *p = t->seal.sealed.ptr;
    const c12_view key = { t->seal.key, C12_SEAL_KEY }, head = { block.ptr, TS_SEAL_HEAD }, rest = { block.ptr + TS_SEAL_HEAD, block.size - TS_SEAL_HEAD };
    const c12_mem out = { p + TS_SEAL_HEAD, n - TS_SEAL_HEAD };
    memcpy(p, block.ptr, TS_SEAL_HEAD);
    c12_status s = c12_seal_block(key, &t->seal.epoch, head, rest, out, &used, &e);
    if (s) return c12io__ts_write_fault(t, err, s, &e);
    disk->ptr = p;
    disk->size = n;
    return C12_OK;
}

c12_status c12io__ts_open_block(c12io_ts *t, c12_view disk, c12_view *block, size_t *used, c12_error *err)
{
    c12_tlm_head h = C12_INIT(c12_tlm_head);
    c12_error e = C12_INIT(c12_error);
    c12_status s = c12_tlm_block_head(disk, &h, err);
    if (s) return s;
    size_t extra = t->seal.on ? C12_SEAL_BLOCK : 0;
    if ((uint64_t)h.bytes + extra > disk.size || h.bytes < TS_SEAL_HEAD) return c12io__fault(err, C12_E_FORMAT, "block is too large", -1, 0, "%s: block is too large", t->path);
    *used = (size_t)h.bytes + extra;
    block->ptr = disk.ptr;
    block->size = (size_t)h.bytes;
    if (!t->seal.on) return C12_OK;
    if (c12io__ts_grow(&t->host, &t->seal.plain, block->size)) return C12_E_NOMEM;
    uint8_t *p = t->seal.plain.ptr;
    size_t rest;
    const c12_view key = { t->seal.key, C12_SEAL_KEY }, head = { disk.ptr, TS_SEAL_HEAD }, sealed = { disk.ptr + TS_SEAL_HEAD, *used - TS_SEAL_HEAD };
    const c12_mem out = { p + TS_SEAL_HEAD, block->size - TS_SEAL_HEAD };
    memcpy(p, disk.ptr, TS_SEAL_HEAD);
    block->ptr = p;
    if (!(s = c12_seal_unblock(key, head, sealed, out, &rest, &e))) return C12_OK;
    if (s != C12_E_REFUSED) return s == C12_E_NOMEM ? s : c12io__fault(err, s, e.what, -1, 0, "%s: %s", t->path, e.what);
    return c12io__fault(err, C12_E_FORMAT, "sealed block has been changed", -1, 0, "%s: sealed block has been changed", t->path);
}

/* ---- sections of the index ------------------------------------------------------------------------------------------------------------------ */

c12_status c12io__ts_seal_foot(c12io_ts *t, const uint8_t *head, size_t n, c12_error *err)
{
    if (!t->seal.on) return C12_OK;
    if (c12io__ts_grow(&t->host, &t->seal.beside, n + TS_SEAL_BESIDE)) return c12io__ts_nomem(err, t->path);
    memcpy(t->seal.beside.ptr, head, n);
    memcpy((uint8_t *)t->seal.beside.ptr + n, t->seal.head_hash, 32);
    t->seal.beside_bytes = n + TS_SEAL_BESIDE;
    return C12_OK;
}

static c12_view ts_beside(const c12io_ts *t, int32_t section)
{
    uint8_t *p = t->seal.beside.ptr;
    const c12_view all = { p, t->seal.beside_bytes };
    c12io__ts_put32(p + all.size - 4, (uint32_t)section);
    return all;
}

c12_status c12io__ts_close_section(c12io_ts *t, int32_t section, uint8_t *at, size_t n, c12_error *err)
{
    if (!t->seal.on || !n) return C12_OK;
    c12_error e = C12_INIT(c12_error);
    size_t plain = n - C12_SEAL_BLOCK, used;
    if (c12io__ts_grow(&t->host, &t->seal.plain, plain)) return c12io__ts_nomem(err, t->path);
    if (plain) memcpy(t->seal.plain.ptr, at + C12_SEAL_NONCE, plain);
    const c12_view key = { t->seal.key, C12_SEAL_KEY }, bytes = { t->seal.plain.ptr, plain };
    const c12_mem out = { at, n };
    c12_status s = c12_seal_block(key, &t->seal.epoch, ts_beside(t, section), bytes, out, &used, &e);
    return s ? c12io__ts_write_fault(t, err, s, &e) : C12_OK;
}

c12_status c12io__ts_read_section(c12io_ts *t, int32_t section, c12_mem *bytes, size_t *n, c12_error *err)
{
    const int64_t *at = (const int64_t *)t->section.ptr + section;
    c12_mem sealed = { NULL, 0 };
    size_t size = (size_t)(at[1] - at[0]);
    *n = size;
    if (c12io__ts_grow(&t->host, bytes, size)) return c12io__ts_nomem(err, t->path);
    if (!t->seal.on || (!size && section)) return c12io__ts_read(t, at[0], bytes->ptr, size, err);
    if (size < C12_SEAL_BLOCK) return c12io__ts_bad(t, err, "section of the index is not sealed", at[0]);
    if (c12io__ts_grow(&t->host, &sealed, size)) return c12io__ts_nomem(err, t->path);
    c12_status s = c12io__ts_read(t, at[0], sealed.ptr, size, err);
    if (!s) {
        const c12_view key = { t->seal.key, C12_SEAL_KEY }, all = { sealed.ptr, size };
        c12_error e = C12_INIT(c12_error);
        s = c12_seal_unblock(key, ts_beside(t, section), all, *bytes, n, &e);
        if (s == C12_E_REFUSED) s = c12io__ts_bad(t, err, "index has been changed", at[0]);
        else if (s) c12io__ts_write_fault(t, err, s, &e);
    }
    c12io__ts_drop(&t->host, &sealed);
    return s;
}
