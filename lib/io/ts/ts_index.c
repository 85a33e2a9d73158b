/* SPDX-License-Identifier: Apache-2.0 */
/* The footer: what it says at once, and sections that are read when they are asked for. */
#include "io/ts/ts_internal.h"
#include <string.h>

enum { INDEX_ENTRIES = 0, INDEX_PIECES = 1, INDEX_ZONES = 2, INDEX_ENTRY_COLUMNS = 7, INDEX_PIECE_COLUMNS = 4, INDEX_ZONE_COLUMNS = 7 };

static uint32_t index_crc(const uint8_t *p, size_t n)
{
    c12_view v = { p, n };
    return c12_tlm_crc32c(0, v);
}

/* The number columns of a group; returns how many. */
static int32_t index_group(const c12io_ts *t, int32_t group, int32_t *field)
{
    int32_t seen = 0, n = 0;
    for (int32_t f = 0; f < t->schema.n_fields; f++)
        if (c12io__ts_is_number(t, f) && seen++ / TS_GROUP == group) field[n++] = f;
    return n;
}

static int32_t index_groups(const c12io_ts *t)
{
    int32_t n = 0;
    for (int32_t f = 0; f < t->schema.n_fields; f++) n += c12io__ts_is_number(t, f);
    return (n + TS_GROUP - 1) / TS_GROUP;
}

/* ---- writing --------------------------------------------------------------------------------------------------------------- */

static void index_fill_entries(const c12io_ts *t, c12io__ts_table *x, int64_t from, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        const c12io__ts_entry *e = &c12io__ts_entries(t)[from + i];
        const int64_t v[INDEX_ENTRY_COLUMNS] = { e->bytes, e->rows, e->raw_rows, e->robot, e->epoch, e->by_order, (int64_t)((uint64_t)e->t_max - (uint64_t)e->t_min) };
        c12io__ts_table_time(x)[i] = e->t_min;
        for (int32_t c = 0; c < INDEX_ENTRY_COLUMNS; c++) c12io__ts_table_column(x, c)[i] = v[c];
    }
}

/* What a piece lacks of its block: nothing, for most. */
static void index_fill_pieces(const c12io_ts *t, c12io__ts_table *x, int64_t from, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        const c12io__ts_span *s = (const c12io__ts_span *)t->pieces.span.ptr + from + i;
        const c12io__ts_entry *e = &c12io__ts_entries(t)[s->e_first];
        c12io__ts_table_time(x)[i] = 0;
        c12io__ts_table_column(x, 0)[i] = s->e_first;
        c12io__ts_table_column(x, 1)[i] = (int64_t)e->rows - e->raw_rows - s->count;
        c12io__ts_table_column(x, 2)[i] = s->t_first - e->t_min;
        c12io__ts_table_column(x, 3)[i] = e->t_max - s->t_last;
    }
}

/* What the sum is when the mean is the middle of least and largest: count * (min + (max - min) / 2), 128 bits. */
static void index_middle_sum(const c12io__ts_zone *z, int64_t count, uint64_t *high, uint64_t *low)
{
    uint64_t half = ((uint64_t)z->max - (uint64_t)z->min) / 2, n = (uint64_t)count;
    int64_t middle = (int64_t)((uint64_t)z->min + half);
    uint64_t m = (uint64_t)middle, a = (m & 0xffffffff) * n, b = (m >> 32) * n + (a >> 32);
    *low = b << 32 | (a & 0xffffffff);
    *high = (b >> 32) - (middle < 0 ? n : 0);
}

/* A zone as differences, and back: the sum's from the middle's, its upper half less the sign that the lower one has. */
static void index_put_zone(c12io__ts_table *x, int32_t c, int64_t i, const c12io__ts_zone *z, int32_t scale, int64_t count)
{
    uint64_t high, low, base = (uint64_t)z->min;
    index_middle_sum(z, count, &high, &low);
    uint64_t rest = z->sum_low - low, upper = (uint64_t)z->sum_high - high - (z->sum_low < low) + (rest >> 63);
    const uint64_t v[INDEX_ZONE_COLUMNS] = { (uint64_t)scale, base, (uint64_t)z->max - base, (uint64_t)z->first - base, (uint64_t)z->last - base, rest, upper };
    for (int32_t k = 0; k < INDEX_ZONE_COLUMNS; k++) c12io__ts_table_column(x, c * INDEX_ZONE_COLUMNS + k)[i] = (int64_t)v[k];
}

static int index_get_zone(const c12io__ts_table *x, int32_t c, int64_t i, c12io__ts_zone *z, int32_t *scale, int64_t count)
{
    uint64_t high, low, v[INDEX_ZONE_COLUMNS];
    for (int32_t k = 0; k < INDEX_ZONE_COLUMNS; k++) v[k] = (uint64_t)c12io__ts_table_column(x, c * INDEX_ZONE_COLUMNS + k)[i];
    z->min = (int64_t)v[1];
    z->max = (int64_t)(v[1] + v[2]);
    z->first = (int64_t)(v[1] + v[3]);
    z->last = (int64_t)(v[1] + v[4]);
    index_middle_sum(z, count, &high, &low);
    z->sum_low = low + v[5];
    z->sum_high = (int64_t)(high + v[6] - (v[5] >> 63) + (z->sum_low < low));
    *scale = (int32_t)v[0];
    return v[0] <= C12_TLM_MAX_SCALE && z->max >= z->min && z->first >= z->min && z->first <= z->max && z->last >= z->min && z->last <= z->max;
}

static void index_fill_zones(const c12io_ts *t, c12io__ts_table *x, const int32_t *field, int32_t fields, int64_t from, int64_t n)
{
    const c12io__ts_span *span = t->pieces.span.ptr;
    for (int32_t k = 0; k < fields; k++) {
        const c12io__ts_zone *z = t->pieces.zone[field[k]].ptr;
        const int32_t *scale = t->pieces.scale[field[k]].ptr;
        for (int64_t i = 0; i < n; i++) index_put_zone(x, k, i, &z[from + i], scale[from + i], span[from + i].count);
    }
    for (int64_t i = 0; i < n; i++) c12io__ts_table_time(x)[i] = 0;
}

static c12_status index_put_section(c12io_ts *t, int32_t section, c12_mem *out, size_t *used, c12_error *err)
{
    int32_t field[TS_GROUP], fields = section < INDEX_ZONES ? 0 : index_group(t, section - INDEX_ZONES, field);
    int64_t n = section == INDEX_ENTRIES ? t->n_entries : t->pieces.n;
    int32_t columns = section == INDEX_ENTRIES ? INDEX_ENTRY_COLUMNS : section == INDEX_PIECES ? INDEX_PIECE_COLUMNS : fields * INDEX_ZONE_COLUMNS;
    c12io__ts_table x;
    int failed = c12io__ts_table_open(&t->host, &x, columns, n);
    for (int64_t from = 0; !failed && from < n; from += x.batch.cap) {
        int64_t some = n - from < x.batch.cap ? n - from : x.batch.cap;
        if (section == INDEX_ENTRIES) index_fill_entries(t, &x, from, some);
        else if (section == INDEX_PIECES) index_fill_pieces(t, &x, from, some);
        else index_fill_zones(t, &x, field, fields, from, some);
        x.batch.n = some;
        failed = c12io__ts_table_put(&t->host, &x, out, used);
    }
    c12io__ts_table_close(&t->host, &x);
    return failed ? c12io__ts_nomem(err, t->path) : C12_OK;
}

static size_t index_head_bytes(const c12io_ts *t)
{
    size_t names = t->robots.n ? (size_t)((const int64_t *)t->robots.off.ptr)[t->robots.n] : 0;
    return TS_FOOT_FIXED + ((size_t)t->schema.n_fields + TS_EXTRA_COLUMNS) * 8 + (size_t)t->robots.n * 4 + names + ((size_t)t->groups + 3) * 8 + 4;
}

static void index_put_head(const c12io_ts *t, uint8_t *p, size_t n, const size_t *section)
{
    uint8_t *start = p;
    memcpy(p, c12io__ts_magic[3], 8);
    c12io__ts_put32(p + 8, (uint32_t)n);
    c12io__ts_put32(p + 12, (uint32_t)t->schema.n_fields);
    c12io__ts_put32(p + 16, (uint32_t)t->robots.n);
    c12io__ts_put32(p + 20, (uint32_t)t->groups);
    c12io__ts_put64(p + 24, (uint64_t)t->n_entries);
    c12io__ts_put64(p + 32, (uint64_t)t->pieces.n);
    p += TS_FOOT_FIXED;
    for (int32_t c = 0; c < t->schema.n_fields + TS_EXTRA_COLUMNS; c++, p += 8) c12io__ts_put64(p, (uint64_t)t->column_bytes[c]);
    for (int64_t i = 0; i < t->robots.n; i++) {
        c12_view name = c12io__ts_robot(&t->robots, i);
        c12io__ts_put32(p, (uint32_t)name.size);
        if (name.size) memcpy(p + 4, name.ptr, name.size);
        p += 4 + name.size;
    }
    for (int32_t k = 0; k < t->groups + 3; k++, p += 8) c12io__ts_put64(p, (uint64_t)section[k]);
    c12io__ts_put32(p, index_crc(start, (size_t)(p - start)));
}

/* Sections of a sealed file, each bound to the head that is there now. */
static c12_status index_close_sections(c12io_ts *t, uint8_t *p, size_t head, const size_t *section, c12_error *err)
{
    c12_status s = c12io__ts_seal_foot(t, p, head, err);
    p += head;
    for (int32_t k = 0; !s && k < t->groups + 3; k++) {
        s = c12io__ts_close_section(t, k, p, section[k], err);
        p += section[k];
    }
    return s;
}

c12_status c12io__ts_index_write(c12io_ts *t, c12_mem *out, size_t *n, c12_error *err)
{
    size_t section[C12_TLM_MAX_FIELDS / TS_GROUP + 4] = { 0 };
    t->groups = index_groups(t);
    size_t head = index_head_bytes(t);
    c12_status s = c12io__ts_sort_pieces(t, err);
    if (!s && c12io__ts_grow(&t->host, out, head)) s = c12io__ts_nomem(err, t->path);
    *n = head;
    for (int32_t k = 0; !s && k < t->groups + 3; k++) {
        size_t before = *n, ahead = t->seal.on ? C12_SEAL_NONCE : 0;
        *n += ahead;
        s = k < t->groups + INDEX_ZONES ? index_put_section(t, k, out, n, err) : c12io__ts_put_latest(t, out, n, err);
        *n = k && *n == before + ahead ? before : *n + (t->seal.on ? C12_SEAL_TAG : 0);
        section[k] = *n - before;
    }
    if (s) return s;
    if (c12io__ts_grow(&t->host, out, *n + TS_TRAILER_BYTES)) return c12io__ts_nomem(err, t->path);
    index_put_head(t, out->ptr, head, section);
    if ((s = index_close_sections(t, out->ptr, head, section, err))) return s;
    uint8_t *p = (uint8_t *)out->ptr + *n;
    c12io__ts_put64(p, (uint64_t)t->bytes);
    c12io__ts_put64(p + 8, (uint64_t)t->bytes + *n + TS_TRAILER_BYTES);
    c12io__ts_put32(p + 16, index_crc(p, 16));
    memcpy(p + 20, c12io__ts_magic[2], 8);
    *n += TS_TRAILER_BYTES;
    return C12_OK;
}

/* ---- reading ---------------------------------------------------------------------------------------------------------------- */

static c12_status index_broken(const c12io_ts *t, c12_error *err, int32_t section)
{
    return c12io__ts_bad(t, err, "section of the index is wrong", ((const int64_t *)t->section.ptr)[section]);
}

/* Called with each chunk of rows; 0 = what it says is wrong. */
typedef int index_take(c12io_ts *t, const c12io__ts_table *x, int64_t from, const int32_t *field, int32_t fields);

/* A section's `rows` rows, chunk by chunk. */
static c12_status index_read_section(c12io_ts *t, int32_t section, int32_t columns, int64_t rows, index_take *take, const int32_t *field, int32_t fields, c12_error *err)
{
    size_t size = 0, used = 0, step;
    c12_mem bytes = { NULL, 0 };
    c12io__ts_table x;
    int failed = c12io__ts_table_open(&t->host, &x, columns, rows);
    c12_status s = failed ? c12io__ts_nomem(err, t->path) : c12io__ts_read_section(t, section, &bytes, &size, err);
    for (int64_t done = 0; !s && (done < rows || used < size); done += x.batch.n, used += step) {
        c12_view rest = { (const uint8_t *)bytes.ptr + used, size - used };
        if ((s = c12io__ts_table_get(&t->host, &x, rest, &step)) == C12_E_NOMEM) c12io__ts_nomem(err, t->path);
        else if (s || x.batch.n > rows - done || !take(t, &x, done, field, fields)) s = index_broken(t, err, section);
    }
    c12io__ts_table_close(&t->host, &x);
    c12io__ts_drop(&t->host, &bytes);
    return s;
}

/* Entries must tile the blocks' part of the file exactly, so that no byte of it is outside a CRC. */
static int index_entry_fits(const c12io_ts *t, int64_t i, int64_t at)
{
    const c12io__ts_entry *e = &c12io__ts_entries(t)[i];
    if (e->at != at || e->t_min > e->t_max || !e->rows || e->raw_rows > e->rows || e->robot >= (uint64_t)t->robots.n) return 0;
    if (e->by_order > 1 || (e->by_order && !t->keep_order)) return 0;
    return !i || e->epoch > e[-1].epoch || (e->epoch == e[-1].epoch && e->by_order == e[-1].by_order);
}

static int index_take_entries(c12io_ts *t, const c12io__ts_table *x, int64_t from, const int32_t *field, int32_t fields)
{
    (void)field;
    (void)fields;
    for (int64_t i = 0; i < x->batch.n; i++) {
        c12io__ts_entry *e = &c12io__ts_entries(t)[from + i];
        int64_t v[INDEX_ENTRY_COLUMNS];
        for (int32_t c = 0; c < INDEX_ENTRY_COLUMNS; c++) v[c] = c12io__ts_table_column(x, c)[i];
        for (int32_t c = 0; c < 6; c++)
            if (v[c] < 0 || v[c] > UINT32_MAX) return 0;
        c12io__ts_entry one = { from + i ? c12io__ts_end(t, e - 1) : ((const int64_t *)t->section.ptr)[t->groups + 4], c12io__ts_table_time(x)[i], 0, (uint32_t)v[0], (uint32_t)v[1],
                                (uint32_t)v[2], (uint32_t)v[3], (uint32_t)v[4], (uint32_t)v[5] };
        one.t_max = (int64_t)((uint64_t)one.t_min + (uint64_t)v[6]);
        *e = one;
        if (!index_entry_fits(t, from + i, one.at)) return 0;
    }
    return 1;
}

static int index_take_pieces(c12io_ts *t, const c12io__ts_table *x, int64_t from, const int32_t *field, int32_t fields)
{
    c12io__ts_span *span = t->pieces.span.ptr;
    (void)field;
    (void)fields;
    for (int64_t i = 0; i < x->batch.n; i++) {
        int64_t v[INDEX_PIECE_COLUMNS];
        for (int32_t c = 0; c < INDEX_PIECE_COLUMNS; c++) v[c] = c12io__ts_table_column(x, c)[i];
        if (v[0] < 0 || v[0] >= t->n_entries || v[1] < 0 || v[2] < 0 || v[3] < 0) return 0;
        const c12io__ts_entry *e = &c12io__ts_entries(t)[v[0]];
        uint64_t length = (uint64_t)e->t_max - (uint64_t)e->t_min;
        if ((uint64_t)v[2] > length || (uint64_t)v[3] > length - (uint64_t)v[2] || v[1] >= (int64_t)e->rows - e->raw_rows) return 0;
        int64_t first = e->t_min + v[2];
        c12io__ts_span one = { (int64_t)e->rows - e->raw_rows - v[1], first, e->t_max - v[3], v[0], v[0] };
        int64_t hour = c12io__ts_floor(first, TS_HOUR);
        if (c12io__ts_floor(one.t_last, TS_HOUR) != hour) return 0;
        if (from + i) {
            const c12io__ts_span *before = &span[from + i - 1];
            uint32_t robot = c12io__ts_entries(t)[before->e_first].robot;
            if (robot > e->robot || (robot == e->robot && before->t_first > first)) return 0;
        }
        span[from + i] = one;
    }
    return 1;
}

static int index_take_zones(c12io_ts *t, const c12io__ts_table *x, int64_t from, const int32_t *field, int32_t fields)
{
    const c12io__ts_span *span = (const c12io__ts_span *)t->pieces.span.ptr + from;
    for (int32_t k = 0; k < fields; k++) {
        c12io__ts_zone *z = (c12io__ts_zone *)t->pieces.zone[field[k]].ptr + from;
        int32_t *scale = (int32_t *)t->pieces.scale[field[k]].ptr + from;
        for (int64_t i = 0; i < x->batch.n; i++)
            if (!index_get_zone(x, k, i, &z[i], &scale[i], span[i].count)) return 0;
    }
    return 1;
}

c12_status c12io__ts_read_pieces(c12io_ts *t, c12_error *err)
{
    int64_t n = t->pieces.n;
    if (c12io__ts_grow(&t->host, &t->pieces.span, (size_t)n * sizeof(c12io__ts_span))) return c12io__ts_nomem(err, t->path);
    return index_read_section(t, INDEX_PIECES, INDEX_PIECE_COLUMNS, n, index_take_pieces, NULL, 0, err);
}

c12_status c12io__ts_read_zones(c12io_ts *t, int32_t group, c12_error *err)
{
    int32_t field[TS_GROUP], fields = index_group(t, group, field);
    c12_status s = C12_OK;
    for (int32_t k = 0; k < fields; k++)
        if (c12io__ts_grow(&t->host, &t->pieces.zone[field[k]], (size_t)t->pieces.n * sizeof(c12io__ts_zone))
            || c12io__ts_grow(&t->host, &t->pieces.scale[field[k]], (size_t)t->pieces.n * sizeof(int32_t))) s = c12io__ts_nomem(err, t->path);
    if (!s) s = index_read_section(t, INDEX_ZONES + group, fields * INDEX_ZONE_COLUMNS, t->pieces.n, index_take_zones, field, fields, err);
    for (int32_t k = 0; s && k < fields; k++) {
        c12io__ts_drop(&t->host, &t->pieces.zone[field[k]]);
        c12io__ts_drop(&t->host, &t->pieces.scale[field[k]]);
    }
    return s;
}

/* Robots from p; returns the bytes used, 0 when they are wrong, SIZE_MAX when memory is out. */
static size_t index_take_robots(c12io_ts *t, const uint8_t *p, size_t n, uint32_t robots)
{
    size_t at = 0;
    for (uint32_t i = 0; i < robots; i++) {
        if (n - at < 4 || c12io__ts_get32(p + at) > n - at - 4) return 0;
        c12_view name = { p + at + 4, c12io__ts_get32(p + at) };
        if (c12io__ts_robot_id(&t->host, &t->robots, name, 0) >= 0) return 0;
        if (c12io__ts_robot_id(&t->host, &t->robots, name, 1) < 0) return SIZE_MAX;
        at += 4 + name.size;
    }
    return at;
}

static int index_take_entries1(c12io_ts *t, const uint8_t *p, int64_t blocks, int64_t footer)
{
    c12io__ts_entry *e = c12io__ts_entries(t);
    int64_t at = blocks;
    for (int64_t i = 0; i < t->n_entries; i++, p += TS_ENTRY_BYTES) {
        e[i].at = (int64_t)c12io__ts_get64(p);
        e[i].t_min = (int64_t)c12io__ts_get64(p + 8);
        e[i].t_max = (int64_t)c12io__ts_get64(p + 16);
        e[i].bytes = c12io__ts_get32(p + 24);
        e[i].rows = c12io__ts_get32(p + 28);
        e[i].raw_rows = c12io__ts_get32(p + 32);
        e[i].robot = c12io__ts_get32(p + 36);
        e[i].epoch = c12io__ts_get32(p + 40);
        e[i].by_order = c12io__ts_get32(p + 44);
        if (!index_entry_fits(t, i, at)) return 0;
        at += e[i].bytes;
    }
    return at == footer;
}

static c12_status index_take_columns(c12io_ts *t, const uint8_t *p, int64_t at, int64_t footer, c12_error *err)
{
    for (int32_t c = 0; c < t->schema.n_fields + TS_EXTRA_COLUMNS; c++) {
        t->column_bytes[c] = (int64_t)c12io__ts_get64(p + (size_t)c * 8);
        if (t->column_bytes[c] < 0 || t->column_bytes[c] > footer) return c12io__ts_bad(t, err, "column size of the index is wrong", at + (int64_t)c * 8);
    }
    return C12_OK;
}

static c12_status index_take_names(c12io_ts *t, const uint8_t *p, size_t n, uint32_t robots, int64_t at, size_t *used, c12_error *err)
{
    *used = index_take_robots(t, p, n, robots);
    if (*used == SIZE_MAX) return c12io__ts_nomem(err, t->path);
    return *used || !robots ? C12_OK : c12io__ts_bad(t, err, "robot of the index is wrong", at);
}

static c12_status index_parse1(c12io_ts *t, const uint8_t *p, size_t n, int64_t blocks, int64_t footer, c12_error *err)
{
    size_t columns = (size_t)t->schema.n_fields + TS_EXTRA_COLUMNS, at = TS_FOOT1_FIXED + columns * 8, names;
    if (memcmp(p, c12io__ts_magic[1], 8)) return c12io__ts_bad(t, err, "index is not where the trailer says", footer);
    if (index_crc(p, n) != c12io__ts_get32(p + n)) return c12io__ts_bad(t, err, "CRC of the index is wrong", footer);
    if (c12io__ts_get32(p + 8) != (uint32_t)t->schema.n_fields || n < at) return c12io__ts_bad(t, err, "index does not suit the schema", footer + 8);
    c12_status s = index_take_columns(t, p + TS_FOOT1_FIXED, footer + TS_FOOT1_FIXED, footer, err);
    if (s || (s = index_take_names(t, p + at, n - at, c12io__ts_get32(p + 12), footer + (int64_t)at, &names, err))) return s;
    at += names;
    uint64_t entries = c12io__ts_get64(p + 16);
    if (entries > (n - at) / TS_ENTRY_BYTES || entries * TS_ENTRY_BYTES != n - at) return c12io__ts_bad(t, err, "index has another length than it says", footer + 16);
    if (c12io__ts_grow(&t->host, &t->entries, (size_t)entries * sizeof(c12io__ts_entry))) return c12io__ts_nomem(err, t->path);
    t->n_entries = (int64_t)entries;
    return index_take_entries1(t, p + at, blocks, footer) ? C12_OK : c12io__ts_bad(t, err, "entries of the index do not match the file", footer + (int64_t)at);
}

/* Starts of the sections from the head's sizes; 0 = they do not end at the trailer.  Behind them stands where the blocks begin. */
static int index_take_sections(c12io_ts *t, const uint8_t *p, int64_t at, int64_t blocks)
{
    int64_t *section = t->section.ptr, end = t->bytes - TS_TRAILER_BYTES;
    for (int32_t k = 0; k < t->groups + 3; k++, p += 8) {
        uint64_t size = c12io__ts_get64(p);
        section[k] = at;
        if (size > (uint64_t)(end - at)) return 0;
        at += (int64_t)size;
    }
    section[t->groups + 3] = at;
    section[t->groups + 4] = blocks;
    return at == end;
}

/* The head of n bytes, whose CRC is right. */
static c12_status index_parse_head(c12io_ts *t, const uint8_t *p, size_t n, int64_t blocks, int64_t footer, c12_error *err)
{
    size_t columns = (size_t)t->schema.n_fields + TS_EXTRA_COLUMNS, at = TS_FOOT_FIXED + columns * 8, names;
    t->groups = index_groups(t);
    size_t tail = ((size_t)t->groups + 3) * 8;
    if (c12io__ts_get32(p + 12) != (uint32_t)t->schema.n_fields || c12io__ts_get32(p + 20) != (uint32_t)t->groups || n < at + tail)
        return c12io__ts_bad(t, err, "index does not suit the schema", footer + 12);
    c12_status s = index_take_columns(t, p + TS_FOOT_FIXED, footer + TS_FOOT_FIXED, footer, err);
    if (s || (s = index_take_names(t, p + at, n - at - tail, c12io__ts_get32(p + 16), footer + (int64_t)at, &names, err))) return s;
    at += names;
    uint64_t entries = c12io__ts_get64(p + 24), pieces = c12io__ts_get64(p + 32), most = (uint64_t)(footer - blocks) / C12_TLM_HEAD_BYTES;
    if (at + tail != n || entries > most || pieces > most * C12_TLM_BLOCK_ROWS) return c12io__ts_bad(t, err, "index has another length than it says", footer + 24);
    if (c12io__ts_grow(&t->host, &t->section, ((size_t)t->groups + 5) * sizeof(int64_t)) || c12io__ts_grow(&t->host, &t->entries, (size_t)entries * sizeof(c12io__ts_entry)))
        return c12io__ts_nomem(err, t->path);
    t->n_entries = (int64_t)entries;
    t->pieces.n = (int64_t)pieces;
    return index_take_sections(t, p + at, footer + (int64_t)n + 4, blocks) ? C12_OK : c12io__ts_bad(t, err, "sections of the index do not end at the trailer", footer + (int64_t)at);
}

static c12_status index_read2(c12io_ts *t, const uint8_t *fixed, int64_t blocks, int64_t footer, c12_error *err)
{
    size_t n = c12io__ts_get32(fixed + 8);
    c12_mem head = { NULL, 0 };
    if (n < TS_FOOT_FIXED + 4 || (int64_t)n > t->bytes - TS_TRAILER_BYTES - footer) return c12io__ts_bad(t, err, "index has another length than it says", footer + 8);
    if (c12io__ts_grow(&t->host, &head, n)) return c12io__ts_nomem(err, t->path);
    c12_status s = c12io__ts_read(t, footer, head.ptr, n, err);
    if (!s && index_crc(head.ptr, n - 4) != c12io__ts_get32((uint8_t *)head.ptr + n - 4)) s = c12io__ts_bad(t, err, "CRC of the index is wrong", footer);
    if (!s) s = index_parse_head(t, head.ptr, n - 4, blocks, footer, err);
    if (!s) s = c12io__ts_seal_foot(t, head.ptr, n, err);
    c12io__ts_drop(&t->host, &head);
    if (s || (s = index_read_section(t, INDEX_ENTRIES, INDEX_ENTRY_COLUMNS, t->n_entries, index_take_entries, NULL, 0, err))) return s;
    const c12io__ts_entry *last = c12io__ts_entries(t) + t->n_entries - 1;
    return (t->n_entries ? c12io__ts_end(t, last) : blocks) == footer ? C12_OK : index_broken(t, err, INDEX_ENTRIES);
}

c12_status c12io__ts_index_read(c12io_ts *t, int64_t blocks, int64_t footer, c12_error *err)
{
    uint8_t fixed[TS_FOOT1_FIXED];
    size_t n = (size_t)(t->bytes - TS_TRAILER_BYTES - footer);
    c12_mem all = { NULL, 0 };
    c12_status s = c12io__ts_read(t, footer, fixed, sizeof fixed, err);
    if (s) return s;
    if (t->seal.on && memcmp(fixed, c12io__ts_magic[3], 8)) return c12io__ts_bad(t, err, "index is not where the trailer says", footer);
    if (!memcmp(fixed, c12io__ts_magic[3], 8)) return index_read2(t, fixed, blocks, footer, err);
    if (c12io__ts_grow(&t->host, &all, n)) return c12io__ts_nomem(err, t->path);
    if (!(s = c12io__ts_read(t, footer, all.ptr, n, err))) s = index_parse1(t, all.ptr, n - 4, blocks, footer, err);
    c12io__ts_drop(&t->host, &all);
    return s;
}
