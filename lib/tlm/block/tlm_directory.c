/* SPDX-License-Identifier: Apache-2.0 */
/* A block's directory from version 4 on: entries as numbers with odds that adapt, by kind of field, and what the head or the schema says left out.  One description
 * serves writer and reader. */
#include "tlm/block/tlm_directory.h"
#include "tlm/block/tlm_odds.h"

enum { DIRECTORY_KINDS = 4, DIRECTORY_SCALE_BITS = 5 };

typedef struct directory_odds {
    c12__tlm_odds codec[DIRECTORY_KINDS][16], has_scale, scale[1 << DIRECTORY_SCALE_BITS], is_float, has_high;
    c12__tlm_number bytes, least[DIRECTORY_KINDS], range[DIRECTORY_KINDS], sum[DIRECTORY_KINDS], below;
} directory_odds;

static int32_t directory_kind(const c12_tlm_schema *s, int32_t entry)
{
    if (entry >= s->n_fields) return 3;
    return c12__tlm_is_code(s->kind[entry]) ? 0 : s->kind[entry] == C12_TLM_TIME ? 1 : s->kind[entry] == C12_TLM_DECIMAL ? 2 : 3;
}

/* Sum of value - min: below rows * range, so that the lengths of these say most of its own. */
static void directory_sum(c12__tlm_coder *c, directory_odds *o, int32_t kind, int64_t rows, uint64_t range, c12__tlm_column *e)
{
    if (c12__tlm_code_bit(c, &o->has_high, e->over_high != 0)) {
        e->over_low = c12__tlm_code_plain(c, 64, e->over_low);
        e->over_high = c12__tlm_code_plain(c, 64, e->over_high);
        return;
    }
    int32_t size = c12__tlm_width((uint64_t)rows) + c12__tlm_width(range);
    e->over_high = 0;
    e->over_low = c12__tlm_code_below(c, &o->sum[kind], size < 64 ? size : 64, e->over_low);
}

static int directory_entry(c12__tlm_coder *c, directory_odds *o, const c12_tlm_schema *s, const c12__tlm_frame *f, int32_t i, c12__tlm_column *e)
{
    int32_t kind = directory_kind(s, i), usual = kind == 2 ? s->decimals[i] : 0;
    uint64_t range = (uint64_t)e->max - (uint64_t)e->min;
    e->codec = (int32_t)c12__tlm_code_leaf(c, o->codec[kind], 4, (uint32_t)e->codec);
    if (e->codec > f->newest) return 0;
    int odd = kind == 2 && c12__tlm_code_bit(c, &o->has_scale, e->scale != usual);
    e->scale = odd ? (int32_t)c12__tlm_code_leaf(c, o->scale, DIRECTORY_SCALE_BITS, (uint32_t)e->scale) : usual;
    int floats = kind == 2 && c12__tlm_code_bit(c, &o->is_float, e->below != 0), varies = e->codec != C12_TLM_CONST || floats;
    if (e->scale > C12_TLM_MAX_SCALE) return 0;
    int own = e->codec != C12_TLM_CONST && e->codec != C12_TLM_LINQ && e->codec != C12_TLM_LINE;
    e->bytes = own ? (int64_t)c12__tlm_code_number(c, &o->bytes, (uint64_t)e->bytes) : 0;
    if (i == s->time_field) {
        e->min = f->t_min;
        range = (uint64_t)f->t_max - (uint64_t)f->t_min;
        if (f->t_min > f->t_max) return 0;
    } else {
        e->min = c12__tlm_code_signed(c, &o->least[kind], e->min);
        range = varies ? c12__tlm_code_number(c, &o->range[kind], range) : 0;
    }
    if (range > (uint64_t)INT64_MAX - (uint64_t)e->min) return 0; /* max must not wrap */
    e->max = (int64_t)((uint64_t)e->min + range);
    if (kind && varies) directory_sum(c, o, kind, f->rows, range, e);
    else e->over_low = e->over_high = 0;
    e->below = floats ? (int64_t)c12__tlm_code_number(c, &o->below, (uint64_t)e->below) : 0;
    return (uint64_t)e->bytes <= f->payload && (uint64_t)e->below <= f->payload && (e->below || !floats);
}

static int32_t directory_entries(c12__tlm_coder *c, const c12_tlm_schema *s, const c12__tlm_frame *f, c12__tlm_column *e, int32_t n)
{
    directory_odds o;
    int32_t i = 0;
    c12__tlm_odds_begin((c12__tlm_odds *)(void *)&o, sizeof o / sizeof(c12__tlm_odds));
    while (i < n && directory_entry(c, &o, s, f, i, &e[i])) i++;
    return i;
}

size_t c12__tlm_directory_put(const c12_tlm_schema *s, const c12__tlm_frame *f, c12__tlm_column *e, int32_t n, uint8_t *out)
{
    c12__tlm_coder c = c12__tlm_coder_writes(out, (size_t)n * C12__TLM_ENTRY_BYTES);
    (void)directory_entries(&c, s, f, e, n);
    return c12__tlm_bits_end(&c.out);
}

int32_t c12__tlm_directory_get(const c12_tlm_schema *s, const c12__tlm_frame *f, const uint8_t *in, size_t size, c12__tlm_column *e, int32_t n)
{
    c12__tlm_coder c = c12__tlm_coder_reads(in, size);
    int32_t read = directory_entries(&c, s, f, e, n);
    return read < n || c12__tlm_coder_done(&c) ? read : n - 1;
}
