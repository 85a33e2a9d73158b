/* SPDX-License-Identifier: Apache-2.0 */
/* Blocks, reading: every length is checked against the bytes that are there before anything is believed. */
#include "tlm/block/tlm_directory.h"
#include "tlm/block/tlm_mix.h"
#include "tlm/linq/tlm_linq.h"

/* ---- head ---------------------------------------------------------------------------------------------------------- */

typedef struct tlm_sizes { size_t directory, texts, raw, payload, lines /* packed ones as they were */; uint32_t version, flags, text_size /* the head's byte of pressed ones, 0 = they are not */; } tlm_sizes;

static c12_status unblock_bad(c12_error *err, const char *what, int64_t row, size_t at)
{
    return c12__fail(err, C12_E_FORMAT, what, "block", row, (int64_t)at);
}

static void unblock_fields(const uint8_t *p, c12_tlm_head *h, tlm_sizes *z)
{
    memset(h, 0, sizeof *h);
    h->struct_size = (uint32_t)sizeof *h;
    h->bytes = c12__tlm_get32(p + 8);
    h->seq = c12__tlm_get32(p + 12);
    h->schema_id = c12__tlm_get32(p + 16);
    h->rows = c12__tlm_get32(p + 20) & ((1u << C12__TLM_ROW_BITS) - 1);
    h->t_min = (int64_t)c12__tlm_get64(p + 24);
    h->t_max = (int64_t)c12__tlm_get64(p + 32);
    h->raw_rows = c12__tlm_get32(p + 40) & ((1u << C12__TLM_ROW_BITS) - 1);
    z->version = c12__tlm_get32(p + 44) >> 24;
    z->text_size = z->version < C12__TLM_BLOCK_TEXTS ? 0 : p[45];
    h->n_columns = (int32_t)(c12__tlm_get32(p + 44) & (z->version < C12__TLM_BLOCK_TEXTS ? 0xffff : 0xff));
    uint32_t flags = c12__tlm_get32(p + 44) >> 16 & 0xff;
    h->has_order = (int32_t)(flags & C12__TLM_BLOCK_ORDER);
    z->flags = flags;
    z->lines = (c12__tlm_get32(p + 40) >> C12__TLM_ROW_BITS) << (32 - C12__TLM_ROW_BITS) | c12__tlm_get32(p + 20) >> C12__TLM_ROW_BITS;
    z->directory = c12__tlm_get32(p + 48);
    z->texts = h->text_stored = c12__tlm_get32(p + 52);
    h->text_bytes = (int64_t)(z->text_size ? c12__tlm_press_limit(z->text_size) : z->texts);
    z->raw = h->raw_stored = c12__tlm_get32(p + 56);
    h->raw_bytes = (int64_t)(flags & C12__TLM_BLOCK_PACKED ? z->lines : z->raw);
}

static c12_status unblock_head(c12_view block, c12_tlm_head *h, tlm_sizes *z, c12_error *err)
{
    if (!block.ptr) return c12__fail(err, C12_E_ARG, "input is NULL", "block", -1, 0);
    if (block.size < C12_TLM_HEAD_BYTES) return unblock_bad(err, "block ends inside its head", -1, block.size);
    if (memcmp(block.ptr, c12__tlm_sync, 8)) return unblock_bad(err, "no block starts here", -1, 0);
    c12_view head = { block.ptr, 60 };
    if (c12_tlm_crc32c(0, head) != c12__tlm_get32(block.ptr + 60)) return unblock_bad(err, "CRC of the block's head is wrong", -1, 60);
    unblock_fields(block.ptr, h, z);
    if (h->rows < 1 || h->rows > C12_TLM_BLOCK_ROWS || h->raw_rows > h->rows) return unblock_bad(err, "row counts of the block are wrong", -1, 20);
    if (z->version > C12__TLM_BLOCK_MIXES) return unblock_bad(err, "block is of a newer version", -1, 47);
    if (h->n_columns < 2 || h->n_columns > C12_TLM_MAX_FIELDS || z->flags >> 2) return unblock_bad(err, "column count or flags of the block are wrong", -1, 44);
    if (z->text_size && (h->text_bytes > C12__TLM_PRESS_MOST || (int64_t)z->texts >= h->text_bytes)) return unblock_bad(err, "section sizes of the block are wrong", -1, 45);
    if (!(z->flags & C12__TLM_BLOCK_PACKED) && z->lines) return unblock_bad(err, "row counts of the block are wrong", -1, 20);
    int64_t rest = h->bytes - C12_TLM_HEAD_BYTES - 4;
    if (rest < 0 || (int64_t)z->directory > rest || (int64_t)z->texts > rest - (int64_t)z->directory
        || (int64_t)z->raw > rest - (int64_t)z->directory - (int64_t)z->texts) return unblock_bad(err, "section sizes of the block are wrong", -1, 48);
    z->payload = (size_t)(rest - (int64_t)z->directory - (int64_t)z->texts - (int64_t)z->raw);
    return C12_OK;
}

c12_status c12_tlm_block_head(c12_view block, c12_tlm_head *head, c12_error *err)
{
    c12_tlm_head h, mine;
    tlm_sizes z;
    c12_status st = c12__take(&mine, sizeof mine, head, "head", err);
    if (st || (st = unblock_head(block, &h, &z, err))) return st;
    c12__give(head, &h, sizeof h);
    return C12_OK;
}

/* ---- directory -------------------------------------------------------------------------------------------------------- */

typedef struct tlm_unpacker {
    c12__tlm_open o;
    c12_view block; /* cut to the block */
    c12_tlm_head head;
    tlm_sizes z;
    size_t columns;               /* bytes of payloads; what predicted columns share stands behind */
    int32_t n_entries, n_texts;
    int32_t *code;  /* [n_texts] batch code by block code */
    const uint8_t *wanted; /* [n_fields], NULL = all */
    c12__tlm_mix *mix;     /* where a column needs it */
    c12__tlm_column column[C12_TLM_MAX_FIELDS + 1];
} tlm_unpacker;

static int unblock_has_sum(const tlm_unpacker *p, int32_t c) { return c == p->o.schema.n_fields || !c12__tlm_is_code(p->o.schema.kind[c]); }

static int64_t unblock_count(const tlm_unpacker *p, int32_t c)
{
    int all = c == p->o.schema.robot_field || c == p->o.schema.time_field || c == p->o.schema.n_fields;
    return all ? p->head.rows : p->head.rows - p->head.raw_rows;
}

static int unblock_wants(const tlm_unpacker *p, int32_t f) { return !p->wanted || p->wanted[f]; }

static int unblock_is_decimal(const tlm_unpacker *p, int32_t i) { return i < p->o.schema.n_fields && p->o.schema.kind[i] == C12_TLM_DECIMAL; }

/* Bytes, min, range and sum of an entry are sound. */
static int unblock_take_numbers(const tlm_unpacker *p, int32_t i, const uint64_t v[6], c12__tlm_column *c)
{
    if (c->scale > (unblock_is_decimal(p, i) ? C12_TLM_MAX_SCALE : 0) || v[0] > p->z.payload || v[5] > p->z.payload) return 0;
    c->bytes = (int64_t)v[0];
    c->min = (int64_t)c12__tlm_unzigzag(v[1]);
    if (v[2] > (uint64_t)INT64_MAX - (uint64_t)c->min) return 0; /* max must not wrap */
    c->max = (int64_t)((uint64_t)c->min + v[2]);
    c->over_low = v[3];
    c->over_high = v[4];
    c->below = (int64_t)v[5];
    return 1;
}

/* Which of the six numbers of an entry are there; the others are 0, or known from the head. */
static unsigned unblock_mask(const tlm_unpacker *p, int32_t i, uint32_t kind)
{
    int coded = (kind & 15) != C12_TLM_CONST && (kind & 15) != C12_TLM_LINQ, varies = (kind & (15 | C12__TLM_ENTRY_FLOAT)) != C12_TLM_CONST, sums = unblock_has_sum(p, i);
    unsigned mask = (unsigned)coded | (kind & C12__TLM_ENTRY_FLOAT ? 32 : 0);
    if (i != p->o.schema.time_field) mask |= varies ? 6 : 2;
    if (sums && varies) mask |= 8;
    return mask | (kind & C12__TLM_ENTRY_HIGH ? 16 : 0);
}

/* One entry at d; returns its bytes, 0 when it is wrong. */
static size_t unblock_entry(const tlm_unpacker *p, int32_t i, const uint8_t *d, size_t n, c12__tlm_column *c)
{
    uint64_t v[6] = { 0, 0, 0, 0, 0, 0 };
    size_t at = 2;
    unsigned mask = unblock_has_sum(p, i) ? 31 : 7;
    if (n < 2) return 0;
    c->codec = d[0];
    c->scale = d[1];
    if (p->z.version) {
        if (d[0] >> 7 || (d[0] & C12__TLM_ENTRY_HIGH && !unblock_has_sum(p, i))) return 0;
        if (d[0] & C12__TLM_ENTRY_FLOAT && (p->z.version < C12__TLM_BLOCK_FLOATS || !unblock_is_decimal(p, i))) return 0;
        c->codec = d[0] & 15;
        if (!(d[0] & C12__TLM_ENTRY_SCALE)) { c->scale = unblock_is_decimal(p, i) ? p->o.schema.decimals[i] : 0; at = 1; }
        mask = unblock_mask(p, i, d[0]);
    }
    if (c->codec > (p->z.version ? C12_TLM_BINS : C12_TLM_DELTA2) || c->codec == C12_TLM_LINQ) return 0; /* lanes are as they are since version 4 */
    for (int k = 0; k < 6; k++) {
        size_t len = mask >> k & 1 ? c12__tlm_get_varint(d + at, n - at, &v[k]) : 0;
        if (mask >> k & 1 && !len) return 0;
        at += len;
    }
    if (p->z.version && i == p->o.schema.time_field) {
        if (p->head.t_min > p->head.t_max) return 0;
        v[1] = c12__tlm_zigzag((uint64_t)p->head.t_min);
        v[2] = (uint64_t)p->head.t_max - (uint64_t)p->head.t_min;
    }
    if (mask >> 5 & 1 && !v[5]) return 0;
    return unblock_take_numbers(p, i, v, c) ? at : 0;
}

static int unblock_has(const tlm_unpacker *p, int32_t codec)
{
    for (int32_t i = 0; i < p->n_entries; i++)
        if (p->column[i].codec == codec) return 1;
    return 0;
}

/* Entries of a version before 4: byte by byte. */
static c12_status unblock_bytes(tlm_unpacker *p, const uint8_t *d, size_t start, c12_error *err)
{
    size_t at = 0;
    for (int32_t i = 0; i < p->n_entries; i++) {
        size_t len = unblock_entry(p, i, d + at, p->z.directory - at, &p->column[i]);
        if (!len) return unblock_bad(err, "directory entry is wrong", i, start + at);
        at += len;
    }
    return at == p->z.directory ? C12_OK : unblock_bad(err, "directory does not match the block", -1, start + at);
}

static c12_status unblock_numbers(tlm_unpacker *p, const uint8_t *d, size_t start, c12_error *err)
{
    const c12__tlm_frame f = { p->head.rows, p->head.t_min, p->head.t_max, p->z.payload, p->z.version < C12__TLM_BLOCK_MIXES ? C12_TLM_BINS : C12_TLM_MIX, 0 };
    int32_t n = c12__tlm_directory_get(&p->o.schema, &f, d, p->z.directory, p->column, p->n_entries);
    return n == p->n_entries ? C12_OK : unblock_bad(err, "directory entry is wrong", n, start);
}

static c12_status unblock_directory(tlm_unpacker *p, c12_error *err)
{
    size_t start = (size_t)p->head.bytes - 4 - p->z.directory, payload = 0;
    const uint8_t *d = p->block.ptr + start;
    p->n_entries = p->head.n_columns + p->head.has_order;
    c12_status st = p->z.version < C12__TLM_BLOCK_NUMBERS ? unblock_bytes(p, d, start, err) : unblock_numbers(p, d, start, err);
    if (st) return st;
    for (int32_t i = 0; i < p->n_entries; i++) {
        payload += (size_t)(p->column[i].bytes + p->column[i].below);
        if (payload > p->z.payload) return unblock_bad(err, "directory entry is wrong", i, start);
    }
    p->columns = payload;
    if (payload != p->z.payload && !unblock_has(p, C12_TLM_LINQ)) return unblock_bad(err, "directory does not match the block", -1, start);
    const c12__tlm_column *t = &p->column[p->o.schema.time_field];
    if (t->min != p->head.t_min || t->max != p->head.t_max) return unblock_bad(err, "directory does not match the head", p->o.schema.time_field, start);
    return C12_OK;
}

/* Head, CRCs and directory; p->o.schema is set. */
static c12_status unblock_open(tlm_unpacker *p, c12_view block, c12_error *err)
{
    c12_status st = unblock_head(block, &p->head, &p->z, err);
    if (st) return st;
    if (block.size < (uint64_t)p->head.bytes) return unblock_bad(err, "block is cut off", -1, block.size);
    p->block.ptr = block.ptr;
    p->block.size = (size_t)p->head.bytes;
    size_t end = p->block.size - 4;
    c12_view body = { block.ptr + C12_TLM_HEAD_BYTES, end - C12_TLM_HEAD_BYTES };
    if (c12_tlm_crc32c(0, body) != c12__tlm_get32(block.ptr + end)) return unblock_bad(err, "CRC of the block is wrong", -1, end);
    if (p->head.schema_id != p->o.schema.id || p->head.n_columns != p->o.schema.n_fields)
        return unblock_bad(err, "block was written with another schema", -1, 16);
    return unblock_directory(p, err);
}

/* min * count + over, 128 bits in two's complement. */
static void unblock_sum(const c12__tlm_column *c, int64_t count, int64_t *high, uint64_t *low)
{
    c12__u128 m = c12__mul_u64(c->min < 0 ? 0 - (uint64_t)c->min : (uint64_t)c->min, (uint64_t)count);
    if (c->min < 0) {
        m.lo = ~m.lo + 1;
        m.hi = ~m.hi + !m.lo;
    }
    *low = m.lo + c->over_low;
    *high = (int64_t)(m.hi + c->over_high + (*low < m.lo));
}

/* What first values of lanes are told above: least values, but not of floats, whose lanes hold cells. */
static void unblock_bases(const tlm_unpacker *p, int64_t *base, uint8_t *size)
{
    for (int32_t i = 0; i < p->n_entries; i++) {
        base[i] = p->column[i].below ? 0 : p->column[i].min;
        size[i] = (uint8_t)c12__tlm_width((uint64_t)p->column[i].max - (uint64_t)p->column[i].min);
    }
}

/* Predicted columns share a payload; each is told what its tables expect of it. */
static c12_status unblock_shares(const tlm_unpacker *p, int64_t *bytes, c12_error *err)
{
    uint8_t waits[C12_TLM_MAX_FIELDS + 1], size[C12_TLM_MAX_FIELDS + 1];
    int64_t base[C12_TLM_MAX_FIELDS + 1];
    size_t at = C12_TLM_HEAD_BYTES + p->columns;
    if (!unblock_has(p, C12_TLM_LINQ)) return C12_OK;
    for (int32_t i = 0; i < p->n_entries; i++) waits[i] = p->column[i].codec == C12_TLM_LINQ;
    unblock_bases(p, base, size);
    if (!c12__tlm_linq_shares(p->block.ptr + at, p->z.payload - p->columns, p->head.rows - p->head.raw_rows, waits, size, base, p->n_entries, bytes))
        return unblock_bad(err, "predicted columns are wrong", -1, at);
    for (int32_t i = 0; i < p->n_entries; i++) bytes[i] += waits[i] ? p->column[i].below : 0;
    return C12_OK;
}

c12_status c12_tlm_block_columns(const c12_tlm_schema *schema, c12_view block, c12_tlm_columns *columns, c12_error *err)
{
    tlm_unpacker p;
    c12_tlm_columns out;
    c12_status st = c12__tlm_take_schema(&p.o.schema, schema, err);
    if (st || (st = c12__take(&out, sizeof out, columns, "columns", err)) || (st = unblock_open(&p, block, err))) return st;
    if (out.cap < p.n_entries) return c12__fail(err, C12_E_SPACE, "columns are too short", "cap", -1, p.n_entries);
    if (!out.codec || !out.scale || !out.bytes || !out.count || !out.min || !out.max || !out.sum_high || !out.sum_low)
        return c12__fail(err, C12_E_ARG, "output is NULL", "columns", -1, 0);
    for (int32_t i = 0; i < p.n_entries; i++) {
        const c12__tlm_column *c = &p.column[i];
        out.codec[i] = c->codec;
        out.scale[i] = c->scale;
        out.bytes[i] = c->bytes + c->below;
        out.count[i] = unblock_count(&p, i);
        out.min[i] = c->min;
        out.max[i] = c->max;
        out.sum_high[i] = 0;
        out.sum_low[i] = 0;
        if (unblock_has_sum(&p, i)) unblock_sum(c, out.count[i], &out.sum_high[i], &out.sum_low[i]);
    }
    if ((st = unblock_shares(&p, out.bytes, err))) return st;
    out.n = p.n_entries;
    c12__give(columns, &out, sizeof out);
    return C12_OK;
}

/* ---- texts and raw lines ------------------------------------------------------------------------------------------------ */

/* The dictionary section as it was before it was pressed. */
static c12_status unblock_press(const tlm_unpacker *p, c12__arena *a, c12_view *texts, c12_error *err)
{
    uint64_t n;
    size_t start = C12_TLM_HEAD_BYTES + p->z.payload, at = c12__tlm_get_varint(texts->ptr, texts->size, &n);
    if (!at || n > (uint64_t)p->head.text_bytes) return unblock_bad(err, "dictionary of the block is wrong", -1, start);
    uint32_t *room = C12__CARVE(a, uint32_t, (int64_t)(c12__tlm_press_room() / sizeof(uint32_t)));
    uint8_t *out = C12__CARVE(a, uint8_t, (int64_t)n);
    if (!c12__arena_ok(a)) return c12__fail(err, C12_E_SPACE, "scratch is too small", "scratch", -1, (int64_t)c12__arena_need(a));
    if (!c12__tlm_unpress(texts->ptr + at, texts->size - at, out, (size_t)n, room)) return unblock_bad(err, "dictionary of the block is wrong", -1, start + at);
    *texts = (c12_view){ out, (size_t)n };
    return C12_OK;
}

/* Lengths first, then bytes; each text gets its code in the batch. */
static c12_status unblock_texts(tlm_unpacker *p, c12__arena *a, c12_error *err)
{
    size_t start = C12_TLM_HEAD_BYTES + p->z.payload, at, bytes, bad;
    c12_view section = { p->block.ptr + start, p->z.texts };
    c12_status st = p->z.text_size ? unblock_press(p, a, &section, err) : C12_OK;
    if (st) return st;
    const uint8_t *d = section.ptr;
    size_t n = section.size;
    uint64_t texts, len;
    at = c12__tlm_get_varint(d, n, &texts);
    if (!at || texts > n) return unblock_bad(err, "dictionary of the block is wrong", -1, start);
    p->n_texts = (int32_t)texts;
    p->code = C12__CARVE(a, int32_t, p->n_texts);
    if (!c12__arena_ok(a)) return c12__fail(err, C12_E_SPACE, "scratch is too small", "scratch", -1, (int64_t)c12__arena_need(a));
    bytes = at;
    for (uint64_t k = 0; k < texts; k++) {
        size_t step = c12__tlm_get_varint(d + bytes, n - bytes, &len);
        if (!step) return unblock_bad(err, "dictionary of the block is wrong", (int64_t)k, start + bytes);
        bytes += step;
    }
    for (uint64_t k = 0; k < texts; k++) {
        at += c12__tlm_get_varint(d + at, n - at, &len);
        if (len > n - bytes || !c12__tlm_utf8(d + bytes, (size_t)len, &bad)) return unblock_bad(err, "text of the block is wrong", (int64_t)k, start + bytes);
        c12_view text = { d + bytes, (size_t)len };
        int64_t code = c12__tlm_code(&p->o.dict, text);
        if (code < 0) {
            int full = p->o.dict.n == p->o.dict.cap;
            return c12__fail(err, C12_E_SPACE, "the batch is full", full ? "texts" : "text_bytes", -1,
                             full ? (int64_t)p->o.dict.n + 1 : p->o.dict.size + (int64_t)len);
        }
        p->code[k] = (int32_t)code;
        bytes += (size_t)len;
    }
    return bytes == n ? C12_OK : unblock_bad(err, "dictionary of the block is wrong", -1, start + bytes);
}

/* raw_at and raw_len of the new rows; the bytes are copied behind the batch's. */
static c12_status unblock_raw(tlm_unpacker *p, int64_t *raw_bytes, c12_error *err)
{
    c12_tlm_batch *b = &p->o.batch;
    size_t start = C12_TLM_HEAD_BYTES + p->z.payload + p->z.texts, n = p->z.raw, at = 0;
    const uint8_t *d = p->block.ptr + start;
    *raw_bytes = 0;
    if (!p->head.raw_rows) {
        for (int64_t i = 0; b->raw_at && i < p->head.rows; i++) b->raw_at[b->n + i] = -1;
        return n ? unblock_bad(err, "raw section without raw rows", -1, start) : C12_OK;
    }
    size_t lines = p->z.flags & C12__TLM_BLOCK_PACKED ? p->z.lines : n;
    if (!b->raw_at || (int64_t)lines > b->raw_cap - b->raw_size) return c12__fail(err, C12_E_SPACE, "the batch is full", "raw_bytes", -1, b->raw_size + (int64_t)lines);
    for (int64_t i = 0; i < p->head.rows; i++) b->raw_at[b->n + i] = -1;
    int64_t row = 0, bytes = 0;
    for (int64_t k = 0; k < p->head.raw_rows; k++, row++) {
        uint64_t gap, len = 0;
        size_t step = c12__tlm_get_varint(d + at, n - at, &gap), more = step ? c12__tlm_get_varint(d + at + step, n - at - step, &len) : 0;
        if (!more || gap >= (uint64_t)(p->head.rows - row) || len > lines) return unblock_bad(err, "raw row is wrong", k, start + at);
        at += step + more;
        row += (int64_t)gap;
        b->raw_at[b->n + row] = b->raw_size + bytes;
        b->raw_len[b->n + row] = (int64_t)len;
        bytes += (int64_t)len;
        if (bytes > (int64_t)lines) return unblock_bad(err, "raw row is wrong", k, start + at);
    }
    int packed = (p->z.flags & C12__TLM_BLOCK_PACKED) != 0;
    if (packed ? (size_t)bytes != lines || !c12__tlm_lines_unpack(d + at, n - at, b->raw + b->raw_size, lines) : (size_t)bytes != n - at)
        return unblock_bad(err, "raw section is wrong", -1, start + at);
    if (!packed) memcpy(b->raw + b->raw_size, d + at, (size_t)bytes);
    *raw_bytes = bytes;
    return C12_OK;
}

/* ---- columns ----------------------------------------------------------------------------------------------------------------- */

static int unblock_codes(const tlm_unpacker *p, int32_t f, int64_t *v, int64_t n)
{
    const c12__tlm_column *c = &p->column[f];
    if (n && c->min >= 0 && c->max < p->n_texts && c->min == c->max) { /* most status columns */
        c12__tlm_fill(v, n, p->code[c->min]);
        return 1;
    }
    for (int64_t i = 0; i < n; i++) {
        if (v[i] < 0 || v[i] >= p->n_texts) return 0;
        v[i] = p->code[v[i]];
    }
    return 1;
}

/* The batch's scale and the block's become one.  1 = they cannot. */
static int unblock_scale(tlm_unpacker *p, int32_t f, int64_t *v, int64_t n)
{
    c12_tlm_batch *b = &p->o.batch;
    int32_t scale = p->column[f].scale;
    if (!b->n) b->scale[f] = scale;
    if (scale > b->scale[f]) return c12__tlm_raise(b, f, scale);
    return c12__tlm_scale_up(v, n, b->scale[f] - scale);
}

/* Live values were decoded to the front; move them to their rows, from behind. */
static void unblock_spread(const tlm_unpacker *p, int64_t *v, int64_t n)
{
    const int64_t *raw_at = p->o.batch.raw_at + p->o.batch.n;
    for (int64_t i = p->head.rows - 1; i >= 0 && n <= i; i--) v[i] = raw_at[i] >= 0 ? 0 : v[--n];
}

/* Values as the payload has them: of a column of floats their cells, whose least one stands in front of what lies below. */
static int unblock_values(const c12__tlm_column *column, const uint8_t *in, int64_t n, int64_t *v, c12__tlm_mix *mix)
{
    c12__tlm_column c = *column;
    const uint8_t *below = in + c.bytes;
    if (c.below && !c12__tlm_float_least(below, (size_t)c.below, &c.min)) return 0;
    if (c.below) c.max = c.min; /* what a constant's must be */
    if (c.codec != C12_TLM_LINQ && !c12__tlm_column_decode(in, &c, n, v, mix)) return 0;
    return !c.below || c12__tlm_float_join(below, (size_t)c.below, n, c.scale, v);
}

static c12_status unblock_column(tlm_unpacker *p, int32_t f, const uint8_t *in, size_t at, c12_error *err)
{
    c12_tlm_batch *b = &p->o.batch;
    int64_t *v = b->value + f * b->cap + b->n, n = unblock_count(p, f);
    int one = p->column[f].codec == C12_TLM_CONST && !p->column[f].bytes && c12__tlm_is_code(p->o.schema.kind[f]); /* unblock_codes writes it */
    if (!one && !unblock_values(&p->column[f], in, n, v, p->mix)) return unblock_bad(err, "column payload is wrong", f, at);
    if (c12__tlm_is_code(p->o.schema.kind[f]) && !unblock_codes(p, f, v, n)) return unblock_bad(err, "code lies outside the block's dictionary", f, at);
    if (p->o.schema.kind[f] == C12_TLM_DECIMAL && unblock_scale(p, f, v, n))
        return c12__fail(err, C12_E_OVERFLOW, "values cannot be brought to one scale", "scale", f, p->column[f].scale);
    if (n < p->head.rows) unblock_spread(p, v, n);
    return C12_OK;
}

static c12_status unblock_order(tlm_unpacker *p, const uint8_t *in, size_t at, c12_error *err)
{
    c12_tlm_batch *b = &p->o.batch;
    if (!b->order) return C12_OK;
    int64_t *v = b->order + b->n, before = b->n ? v[-1] : -1;
    if (!p->head.has_order) {
        for (int64_t i = 0; i < p->head.rows; i++) v[i] = (int64_t)((uint64_t)before + 1 + (uint64_t)i); /* before may be any number */
        return C12_OK;
    }
    const c12__tlm_column *c = &p->column[p->head.n_columns];
    return c->codec == C12_TLM_LINQ || c12__tlm_column_decode(in, c, p->head.rows, v, p->mix) ? C12_OK : unblock_bad(err, "order column is wrong", -1, at);
}

/* Predicted columns, all at once, those that are wanted into the batch.  What they take of the arena is free again afterwards. */
static c12_status unblock_lanes(tlm_unpacker *p, c12__arena a, c12_error *err)
{
    c12_tlm_batch *b = &p->o.batch;
    int64_t *to[C12_TLM_MAX_FIELDS + 1], base[C12_TLM_MAX_FIELDS + 1], rows = p->head.rows - p->head.raw_rows;
    uint8_t waits[C12_TLM_MAX_FIELDS + 1], size[C12_TLM_MAX_FIELDS + 1];
    size_t at = C12_TLM_HEAD_BYTES + p->columns, bad;
    int any = 0;
    for (int32_t f = 0; f < p->n_entries; f++) {
        to[f] = NULL;
        waits[f] = p->column[f].codec == C12_TLM_LINQ;
        if (!waits[f]) continue;
        if (unblock_count(p, f) != rows) return unblock_bad(err, "predicted column has raw rows", f, at);
        if (f == p->head.n_columns) to[f] = b->order ? b->order + b->n : NULL;
        else if (unblock_wants(p, f)) to[f] = b->value + f * b->cap + b->n;
        any |= to[f] != NULL;
    }
    if (!any) return C12_OK;
    unblock_bases(p, base, size);
    uint8_t *room = C12__CARVE(&a, uint8_t, (int64_t)c12__tlm_linq_scratch());
    if (!c12__arena_ok(&a)) return c12__fail(err, C12_E_SPACE, "scratch is too small", "scratch", -1, (int64_t)c12__arena_need(&a));
    if (c12__tlm_linq_read(p->block.ptr + at, p->z.payload - p->columns, rows, waits, size, base, to, p->n_entries, room, &bad)) return C12_OK;
    return unblock_bad(err, "predicted columns are wrong", -1, at + bad);
}

static int unblock_wants_texts(const tlm_unpacker *p)
{
    for (int32_t f = 0; f < p->o.schema.n_fields; f++)
        if (c12__tlm_is_code(p->o.schema.kind[f]) && unblock_wants(p, f)) return 1;
    return 0;
}

static c12_status unblock_rows(tlm_unpacker *p, c12__arena *a, c12_error *err)
{
    c12_tlm_batch *b = &p->o.batch;
    size_t at = C12_TLM_HEAD_BYTES;
    int64_t raw_bytes;
    if (p->head.rows > b->cap - b->n) return c12__fail(err, C12_E_SPACE, "the batch is full", "rows", -1, b->n + p->head.rows);
    c12_status st = unblock_wants_texts(p) ? unblock_texts(p, a, err) : C12_OK;
    if (st || (st = unblock_raw(p, &raw_bytes, err)) || (st = unblock_lanes(p, *a, err))) return st;
    p->mix = unblock_has(p, C12_TLM_MIX) ? c12__tlm_mix_carve(a) : NULL;
    if (!c12__arena_ok(a)) return c12__fail(err, C12_E_SPACE, "scratch is too small", "scratch", -1, (int64_t)c12__arena_need(a));
    for (int32_t f = 0; f < p->head.n_columns; f++) {
        if (unblock_wants(p, f) && (st = unblock_column(p, f, p->block.ptr + at, at, err))) return st;
        at += (size_t)(p->column[f].bytes + p->column[f].below);
    }
    if ((st = unblock_order(p, p->block.ptr + at, at, err))) return st;
    b->n += p->head.rows;
    b->raw_size += raw_bytes;
    return C12_OK;
}

c12_status c12_tlm_block_decode(const c12_tlm_schema *schema, c12_view block, c12_tlm_batch *batch, size_t *used, c12_mem scratch,
                                c12_error *err)
{
    return c12_tlm_block_decode_columns(schema, block, NULL, batch, used, scratch, err);
}

c12_status c12_tlm_block_decode_columns(const c12_tlm_schema *schema, c12_view block, const uint8_t *wanted, c12_tlm_batch *batch, size_t *used,
                                        c12_mem scratch, c12_error *err)
{
    tlm_unpacker p;
    c12_status st = c12__tlm_take_schema(&p.o.schema, schema, err);
    if (st || (st = c12__tlm_take_batch(&p.o, batch, err))) return st;
    if (!used) return c12__fail(err, C12_E_ARG, "output is NULL", "used", -1, 0);
    if ((st = unblock_open(&p, block, err))) return st;
    p.wanted = wanted;
    c12__arena a = c12__arena_over(scratch);
    st = unblock_rows(&p, &a, err);
    c12__tlm_give_batch(batch, &p.o);
    if (!st) *used = p.block.size;
    return st;
}

size_t c12_tlm_decode_scratch(int64_t text_bytes)
{
    if (text_bytes < 0 || text_bytes > INT32_MAX) return SIZE_MAX;
    size_t columns = c12__tlm_linq_scratch() > c12__tlm_mix_room() ? c12__tlm_linq_scratch() : c12__tlm_mix_room();
    return (size_t)text_bytes * (sizeof(int32_t) + 1) + c12__tlm_press_room() + columns + 512;
}
