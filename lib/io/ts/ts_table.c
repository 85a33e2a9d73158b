/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of integers kept as telemetry blocks: what the index is made of. */
#include "io/ts/ts_internal.h"
#include <string.h>

enum { TABLE_FIRST = 2, TABLE_TEXT = 16 };

int c12io__ts_table_open(const c12_host *host, c12io__ts_table *x, int32_t columns, int64_t rows)
{
    size_t bytes;
    memset(x, 0, sizeof *x);
    for (int32_t f = 0; f < columns + TABLE_FIRST; f++) {
        x->id[f] = f + 1;
        x->kind[f] = f == 0 ? C12_TLM_TEXT : f == 1 ? C12_TLM_TIME : C12_TLM_INTEGER;
        x->decimals[f] = f == 1 ? 3 : 0;
        x->off[f] = 2 * f;
        x->path[2 * f] = (uint8_t)('a' + f / 16);
        x->path[2 * f + 1] = (uint8_t)('a' + f % 16);
    }
    x->off[columns + TABLE_FIRST] = 2 * (columns + TABLE_FIRST);
    x->schema.struct_size = (uint32_t)sizeof x->schema;
    x->schema.n_fields = columns + TABLE_FIRST;
    x->schema.id = UINT32_C(0xc1200000) + (uint32_t)columns; /* no block of rows: see ts_salvage.c */
    x->schema.time_field = 1;
    x->schema.field_id = x->id;
    x->schema.kind = x->kind;
    x->schema.decimals = x->decimals;
    x->schema.path_off = x->off;
    x->schema.path = x->path;
    c12_tlm_dims d = { .struct_size = sizeof d, .texts = 1, .rows = rows < 1 ? 1 : rows > C12_TLM_BLOCK_ROWS ? C12_TLM_BLOCK_ROWS : rows, .text_bytes = TABLE_TEXT };
    if (c12_tlm_batch_bytes(&x->schema, &d, &bytes, NULL) || c12io__ts_grow(host, &x->mem, bytes)) return 1;
    x->batch.struct_size = (uint32_t)sizeof x->batch;
    if (c12_tlm_batch_init(&x->batch, x->mem, &x->schema, &d, NULL)) return 1;
    x->batch.order = NULL;
    return 0;
}

void c12io__ts_table_close(const c12_host *host, c12io__ts_table *x)
{
    c12io__ts_drop(host, &x->mem);
    c12io__ts_drop(host, &x->block);
    c12io__ts_drop(host, &x->scratch);
}

int c12io__ts_table_put(const c12_host *host, c12io__ts_table *x, c12_mem *out, size_t *used)
{
    c12_tlm_batch *b = &x->batch;
    int64_t code, n = b->n;
    size_t bytes;
    c12_view nobody = { (const uint8_t *)"", 0 };
    if (!n) return 0;
    if (c12_tlm_intern(b->dict, nobody, &code, NULL)) return 1;
    for (int64_t i = 0; i < n; i++) b->value[i] = code;
    size_t room = c12_tlm_block_bound(b, n), scratch = c12_tlm_block_scratch(b, n);
    if (room == SIZE_MAX || c12io__ts_grow(host, &x->block, room) || c12io__ts_grow(host, &x->scratch, scratch)) return 1;
    if (c12_tlm_block_encode(&x->schema, b, NULL, n, 0, x->block, &bytes, x->scratch, NULL)) return 1;
    if (c12io__ts_grow(host, out, *used + bytes)) return 1;
    memcpy((uint8_t *)out->ptr + *used, x->block.ptr, bytes);
    *used += bytes;
    return c12_tlm_batch_reset(b, &x->schema, NULL) != C12_OK;
}

c12_status c12io__ts_table_get(const c12_host *host, c12io__ts_table *x, c12_view bytes, size_t *used)
{
    c12_tlm_head h = C12_INIT(c12_tlm_head);
    c12_status s = c12_tlm_batch_reset(&x->batch, &x->schema, NULL);
    if (s || (s = c12_tlm_block_head(bytes, &h, NULL))) return s;
    if (h.raw_rows || h.text_bytes > TABLE_TEXT || h.rows > x->batch.cap) return C12_E_FORMAT;
    if (c12io__ts_grow(host, &x->scratch, c12_tlm_decode_scratch(h.text_bytes))) return C12_E_NOMEM;
    return c12_tlm_block_decode(&x->schema, bytes, &x->batch, used, x->scratch, NULL) ? C12_E_FORMAT : C12_OK;
}
