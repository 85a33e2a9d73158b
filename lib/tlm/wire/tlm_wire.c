/* SPDX-License-Identifier: Apache-2.0 */
/* The plan of a link: the built-in one, its rules, the order in which a record's numbers go, and what a KEY fixes. */
#include "tlm/wire/tlm_wire_internal.h"

const uint8_t c12__tlm_wire_grid[2] = { 1, 5 };
const uint32_t c12__tlm_wire_rate_factor[7] = { 8, 84, 839, 8389, 83886, 838861, 8388608 };
const uint32_t c12__tlm_wire_ten_bits[10] = { 0, 4, 7, 10, 14, 17, 20, 24, 27, 30 };

/* A step by its scale: 1..4 are codes of their own, the others codes 5 and 6 over raw bits. */
const c12__tlm_wire_step c12__tlm_wire_step_of[C12__TLM_WIRE_SCALES + 1] = {
#define WIRE_STEP(code, shift, symbols, scale) { 0, 0, code, shift, symbols, scale, { 0 } }
#define WIRE_STEPS(shift) WIRE_STEP(5, shift, 9, 3 + 2 * (shift)), WIRE_STEP(6, shift, 14, 4 + 2 * (shift))
    WIRE_STEP(0, 0, 1, 0), WIRE_STEP(1, 0, 3, 1), WIRE_STEP(2, 0, 9, 2), WIRE_STEP(3, 0, 9, 3), WIRE_STEP(4, 0, 12, 4),
    WIRE_STEPS(1), WIRE_STEPS(2), WIRE_STEPS(3), WIRE_STEPS(4), WIRE_STEPS(5), WIRE_STEPS(6), WIRE_STEPS(7), WIRE_STEPS(8), WIRE_STEPS(9),
    WIRE_STEPS(10), WIRE_STEPS(11), WIRE_STEPS(12), WIRE_STEPS(13), WIRE_STEPS(14), WIRE_STEPS(15), WIRE_STEPS(16), WIRE_STEPS(17)
#undef WIRE_STEPS
#undef WIRE_STEP
};

const c12__tlm_wire_shape c12__tlm_wire_shape_of[C12__TLM_WIRE_SCALES + 1] = {
#define WIRE_SHAPE(shift, symbols, zero) { shift, (symbols) - 1, (shift) + 8, (shift) - (zero) * 0x01010100u }
#define WIRE_SHAPES(shift) WIRE_SHAPE(shift, 9, 1), WIRE_SHAPE(shift, 14, 2)
    WIRE_SHAPE(0, 1, 0), WIRE_SHAPE(0, 3, 1), WIRE_SHAPE(0, 9, 1), WIRE_SHAPE(0, 9, 1), WIRE_SHAPE(0, 12, 2),
    WIRE_SHAPES(1), WIRE_SHAPES(2), WIRE_SHAPES(3), WIRE_SHAPES(4), WIRE_SHAPES(5), WIRE_SHAPES(6), WIRE_SHAPES(7), WIRE_SHAPES(8), WIRE_SHAPES(9),
    WIRE_SHAPES(10), WIRE_SHAPES(11), WIRE_SHAPES(12), WIRE_SHAPES(13), WIRE_SHAPES(14), WIRE_SHAPES(15), WIRE_SHAPES(16), WIRE_SHAPES(17)
#undef WIRE_SHAPES
#undef WIRE_SHAPE
};

/* ---- the factory's record -------------------------------------------------------------------------------------------- */

enum { WIRE_RECORD_FIELDS = 37, WIRE_RECORD_GROUPS = 12, WIRE_RECORD_TEXTS = 12 };

/* Numbers of a kind share a scale, for every scale costs bits in a KEY.  The first joint foretells the rest: all six follow one gait. */
static const int32_t wire_record_group[WIRE_RECORD_FIELDS] = {
    0, 0, 1, 1, 2, 3, 3, 2, 4, 0, 0, 0, 4, 5, 6, 7, 0, 6, 7, 0, 6, 7, 0, 6, 7, 0, 6, 8, 0, 6, 8, 0, 9, 10, 11, 0, 0
};
static const int32_t wire_record_width[WIRE_RECORD_FIELDS] = {
    0, -41, -10, -9, -3, 4, 4, 3, -10, 0, 0, 0, -10, 10, -9, -9, 0, -9, -9, 0, -9, -9, 0, -9, -9, 0, -9, -8, 0, -9, -8, 0, -10, -10, -6, 0, 0
};
static const int32_t wire_record_rate[WIRE_RECORD_FIELDS] = {
    -1, -1, 5, 6, -1, -1, -1, -1, -1, -1, -1, -1, 12, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    -1, -1, -1
};
static const int32_t wire_record_like[WIRE_RECORD_FIELDS] = {
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 15, -1, -1, 15, -1, -1, 15, -1, -1, 15, -1, -1, 15, -1, -1, -1,
    -1, -1, -1
};
static const int32_t wire_record_usual[WIRE_RECORD_FIELDS] = {
    5, -1, -1, -1, -1, -1, -1, -1, -1, 6, 8, 7, -1, -1, -1, -1, 0, -1, -1, 0, -1, -1, 0, -1, -1, 0, -1, -1, 0, -1, -1, 0, -1, -1, -1, 4, 3
};
static const char wire_record_known[] = "OK" "WARN" "FAULT" "[]" "[\"OK\",\"OK\",\"OK\",\"OK\"]" "G1-###" "WO-####-ST#" "HUM-####-######" "Station_#_*" "[\"OK\",*" "[\"*" "";
static const int64_t wire_record_known_off[WIRE_RECORD_TEXTS + 1] = { 0, 2, 6, 11, 13, 34, 40, 51, 66, 77, 84, 87, 87 };

c12_status c12_tlm_wire_builtin(c12_tlm_wire_plan *plan, c12_error *err)
{
    c12_tlm_wire_plan p;
    c12_status st = c12__take(&p, sizeof p, plan, "plan", err);
    if (st) return st;
    p.n_groups = WIRE_RECORD_GROUPS;
    p.n_texts = WIRE_RECORD_TEXTS;
    p.group = wire_record_group;
    p.width = wire_record_width;
    p.rate = wire_record_rate;
    p.like = wire_record_like;
    p.usual = wire_record_usual;
    p.text_off = wire_record_known_off;
    p.text = (const uint8_t *)wire_record_known;
    c12__give(plan, &p, sizeof p);
    return C12_OK;
}

/* ---- rules ------------------------------------------------------------------------------------------------------------- */

static int wire_is_number(const c12_tlm_schema *s, int64_t f) { return f >= 0 && f < s->n_fields && !c12__tlm_is_code(s->kind[f]); }
static int wire_foretold(const c12_tlm_wire_plan *p, int32_t f) { return c12__at32(p->rate, f, -1) >= 0 || c12__at32(p->like, f, -1) >= 0; }

static void wire_field_rules(const c12_tlm_wire_plan *p, const c12_tlm_schema *s, int32_t f, c12__faults *faults)
{
    int32_t rate = c12__at32(p->rate, f, -1), like = c12__at32(p->like, f, -1), other = rate >= 0 ? rate : like;
    int32_t group = c12__at32(p->group, f, f), width = c12__at32(p->width, f, 16);
    if (rate < -1 || like < -1 || (rate >= 0 && like >= 0)) c12__fault(faults, C12_E_RANGE, "a field has one rate, or is like one other, or -1", "rate", f, rate);
    else if (other >= 0 && (!wire_is_number(s, f) || !wire_is_number(s, other) || f == s->time_field || other == s->time_field || (other != f ? wire_foretold(p, other) : like >= 0)))
        c12__fault(faults, C12_E_RANGE, "only a number foretells a number, and must not be foretold itself", rate >= 0 ? "rate" : "like", f, other);
    if (group < 0 || group >= (p->group ? p->n_groups : C12_TLM_MAX_FIELDS)) c12__fault(faults, C12_E_RANGE, "group lies outside the plan's", "group", f, group);
    int32_t usual = c12__at32(p->usual, f, -1);
    if (usual < -1 || usual >= p->n_texts || (usual >= 0 && !c12__tlm_is_code(s->kind[f])))
        c12__fault(faults, C12_E_RANGE, "a field of texts has a usual one of the plan, or -1", "usual", f, usual);
    if (width < -48 || width > 48) c12__fault(faults, C12_E_RANGE, "width must be -48 .. 48 bits", "width", f, width);
}

static void wire_text_rules(const c12_tlm_wire_plan *p, c12__faults *faults)
{
    if (!p->n_texts) return;
    if (p->n_texts < 0 || p->n_texts > 4095 || !p->text_off || !p->text || p->text_off[0]) {
        c12__fault(faults, C12_E_ARG, "texts of a plan are at most 4095, with offsets from 0", "text_off", -1, p->n_texts);
        return;
    }
    for (int32_t i = 0; i < p->n_texts && !c12__full(faults); i++)
        if (p->text_off[i + 1] < p->text_off[i] || p->text_off[i + 1] - p->text_off[i] > C12__TLM_WIRE_TEXT)
            c12__fault(faults, C12_E_RANGE, "a text of a plan has at most 255 bytes", "text_off", i, p->text_off[i + 1]);
}

static c12_status wire_rules(const c12_tlm_wire_plan *p, const c12_tlm_wire_options *o, const c12_tlm_schema *s, c12_error *err)
{
    c12__faults f = { err, C12_OK, 0 };
    if (o->key_ms < 0) c12__fault(&f, C12_E_ARG, "negative", "key_ms", -1, o->key_ms);
    if (o->key_records < 0 || o->key_records > 65535) c12__fault(&f, C12_E_ARG, "must be 0 .. 65535", "key_records", -1, o->key_records);
    if (o->ordered != 0 && o->ordered != 1) c12__fault(&f, C12_E_ARG, "must be 0 or 1", "ordered", -1, o->ordered);
    if (o->batch < 0 || o->batch > 65535) c12__fault(&f, C12_E_ARG, "must be 0 .. 65535", "batch", -1, o->batch);
    if (o->mtu < 0 || o->mtu > 65535) c12__fault(&f, C12_E_ARG, "must be 0 .. 65535", "mtu", -1, o->mtu);
    if (o->text_bytes < 0 || o->text_bytes > 65535) c12__fault(&f, C12_E_ARG, "must be 0 .. 65535", "text_bytes", -1, o->text_bytes);
    if (o->period_ms < 0 || o->period_ms > 65535) c12__fault(&f, C12_E_ARG, "must be 0 .. 65535", "period_ms", -1, o->period_ms);
    if (p->group && (p->n_groups < 1 || p->n_groups > C12_TLM_MAX_FIELDS)) c12__fault(&f, C12_E_ARG, "a plan has 1 to 128 groups", "n_groups", -1, p->n_groups);
    for (int32_t i = 0; i < s->n_fields && !c12__full(&f); i++) wire_field_rules(p, s, i, &f);
    wire_text_rules(p, &f);
    return f.status;
}

/* ---- opening ------------------------------------------------------------------------------------------------------------ */

static uint32_t wire_seed_number(uint32_t crc, int64_t v)
{
    uint8_t b[8];
    c12_view bytes = { b, 8 };
    c12__tlm_put64(b, (uint64_t)v);
    return c12_tlm_crc32c(crc, bytes);
}

/* The schema and the plan as one number: a KEY of another plan fails its CRC. */
static uint32_t wire_seed(const c12_tlm_wire_plan *p, const c12_tlm_schema *s, int32_t text_room, int64_t period)
{
    uint32_t crc = wire_seed_number(wire_seed_number(wire_seed_number(0, s->id), text_room), period);
    for (int32_t f = 0; f < s->n_fields; f++) {
        const int64_t v[9] = { s->field_id[f], s->kind[f], s->decimals[f], f == s->time_field, c12__at32(p->group, f, f), c12__at32(p->width, f, 16),
                               c12__at32(p->rate, f, -1), c12__at32(p->like, f, -1), c12__at32(p->usual, f, -1) };
        for (int i = 0; i < 9; i++) crc = wire_seed_number(crc, v[i]);
    }
    for (int32_t i = 0; i < p->n_texts; i++) {
        c12_view t = { p->text + p->text_off[i], (size_t)(p->text_off[i + 1] - p->text_off[i]) };
        crc = c12_tlm_crc32c(wire_seed_number(crc, (int64_t)t.size), t);
    }
    return crc;
}

static uint8_t wire_find_op(const c12__tlm_wire *w, int32_t field)
{
    uint8_t i = 0;
    while (w->op[i].field != field) i++;
    return i;
}

enum { WIRE_RATE, WIRE_FREE, WIRE_LIKE, WIRE_MOVED };

static int wire_is_named(const int32_t *by, const c12_tlm_schema *s, int32_t f)
{
    for (int32_t e = 0; by && e < s->n_fields; e++)
        if (by[e] == f && e != f) return 1;
    return 0;
}

static int32_t wire_class(const c12_tlm_wire_plan *p, const c12_tlm_schema *s, int32_t f)
{
    if (c12__at32(p->like, f, -1) >= 0) return WIRE_LIKE;
    if (c12__at32(p->rate, f, -1) >= 0) return WIRE_MOVED;
    return wire_is_named(p->rate, s, f) ? WIRE_RATE : WIRE_FREE;
}

/* Numbers of one class in the schema's order.  What moves, what is like another and what others are like have a second cell. */
static void wire_add_ops(c12__tlm_wire *w, const c12_tlm_wire_plan *p, int32_t class, uint8_t *cell_of)
{
    const c12_tlm_schema *s = w->schema;
    for (int32_t f = 0; f < s->n_fields; f++) {
        if (c12__tlm_is_code(s->kind[f]) || f == s->time_field || wire_class(p, s, f) != class) continue;
        int32_t other = class == WIRE_LIKE ? p->like[f] : class == WIRE_MOVED ? p->rate[f] : -1;
        int two = (class == WIRE_MOVED && other != f) || class == WIRE_LIKE || (class == WIRE_FREE && wire_is_named(p->like, s, f));
        c12__tlm_wire_op *op = &w->op[w->n_ops++];
        uint8_t *cell = &cell_of[2 * c12__at32(p->group, f, f)];
        for (int k = 0; k <= two; k++)
            if (cell[k] == C12__TLM_WIRE_NONE) cell[k] = w->n_cells++;
        op->field = (uint8_t)f;
        op->other = other >= 0 ? wire_find_op(w, other) : 0;
        op->cell = cell[0];
        op->second = cell[two];
    }
}

static void wire_order(c12__tlm_wire *w, const c12_tlm_wire_plan *p)
{
    const c12_tlm_schema *s = w->schema;
    uint8_t cell_of[2 * C12_TLM_MAX_FIELDS], *const end[4] = { &w->rate_end, &w->plain_end, &w->like_end, &w->n_ops };
    c12__tlm_wire_op time = { (uint8_t)s->time_field, 0, 0, 0 };
    memset(cell_of, C12__TLM_WIRE_NONE, sizeof cell_of);
    w->op[0] = time; /* the time has cell 0 for itself */
    w->n_ops = w->n_cells = 1;
    for (int32_t class = WIRE_RATE; class <= WIRE_MOVED; class++) {
        wire_add_ops(w, p, class, cell_of);
        *end[class] = w->n_ops;
    }
    for (int32_t f = 0; f < s->n_fields; f++)
        if (c12__tlm_is_code(s->kind[f])) w->code_field[w->n_codes++] = (uint8_t)f;
}

c12_status c12__tlm_wire_open(c12__tlm_wire_draft *d, const c12_tlm_schema *schema, const c12_tlm_wire_options *options, c12_error *err)
{
    c12_tlm_schema s;
    c12_tlm_wire_plan p;
    c12_tlm_wire_options *o = &d->options;
    c12__tlm_wire *w = &d->wire;
    c12_status st = c12__tlm_take_schema(&s, schema, err);
    if (st || (st = c12__take_optional(o, sizeof *o, options, "options", err)) || (st = c12__take_optional(&p, sizeof p, o->plan, "plan", err))) return st;
    if ((st = wire_rules(&p, o, &s, err))) return st;
    memset(w, 0, sizeof *w);
    w->op = d->op;
    w->code_field = d->code_field;
    w->schema = schema;
    w->width = p.width;
    w->usual = p.usual;
    w->known_off = p.text_off;
    w->known = p.text;
    w->n_known = p.n_texts;
    for (; p.n_texts >> w->known_bits; w->known_bits++) {}
    w->text_room = o->text_bytes ? o->text_bytes : 112;
    w->ordered = (uint8_t)o->ordered;
    w->period = (uint32_t)(o->period_ms ? o->period_ms : 100) << 8;
    w->batched = o->batch > 1;
    w->n_sets = w->batched && !o->ordered ? 2 : 1;
    w->seed = wire_seed(&p, &s, w->text_room, w->period);
    wire_order(w, &p);
    return C12_OK;
}

/* ---- layout ------------------------------------------------------------------------------------------------------------- */

/* A part of the handle's memory; only counted while base is NULL. */
void *c12__tlm_wire_part(c12__tlm_wire_lay *l, size_t n, size_t each)
{
    l->at = (l->at + each - 1) / each * each;
    void *part = l->base ? l->base + l->at : NULL;
    l->at += n * each;
    return part;
}

void c12__tlm_wire_lay_out(c12__tlm_wire *w, const c12__tlm_wire_draft *d, c12__tlm_wire_lay *l)
{
    c12__tlm_wire_op *op = c12__tlm_wire_part(l, (size_t)d->wire.n_ops, 4);
    uint8_t *code_field = c12__tlm_wire_part(l, d->wire.n_codes, 1);
    if (!l->base) return;
    *w = d->wire;
    w->op = memcpy(op, d->op, d->wire.n_ops * sizeof *op);
    w->code_field = memcpy(code_field, d->code_field, d->wire.n_codes);
}

void c12__tlm_wire_key_lay_out(c12__tlm_wire_key *k, const c12__tlm_wire *w, c12__tlm_wire_lay *l)
{
    size_t scales = (size_t)w->n_sets * w->n_cells, likes = (size_t)(w->like_end - w->plain_end);
    c12__tlm_wire_key parts;
    memset(&parts, 0, sizeof parts);
    parts.ref = c12__tlm_wire_part(l, w->n_ops, 8);
    parts.text_end = c12__tlm_wire_part(l, w->n_codes, 2);
    parts.kept = c12__tlm_wire_part(l, w->n_codes, 1);
    parts.text = c12__tlm_wire_part(l, (size_t)w->text_room, 1);
    parts.still = c12__tlm_wire_part(l, scales, 1);
    parts.loud = c12__tlm_wire_part(l, scales, 1);
    parts.ratio = c12__tlm_wire_part(l, likes, 1);
    parts.slope = c12__tlm_wire_part(l, (size_t)(w->n_ops - w->like_end), 2);
    if (l->base) *k = parts;
}

/* Ops from .. end-1 that take bits: every two that are near share a symbol and come first.  Scales are noise: no branch. */
static void wire_add_steps(c12__tlm_wire_list *to, const c12__tlm_wire *w, int32_t from, int32_t end, const uint8_t *scale, int moves)
{
    uint8_t of[C12__TLM_WIRE_MOST], near[C12__TLM_WIRE_MOST];
    int32_t n = 0, pairs;
    for (int32_t i = from; i < end; i++) {
        of[i] = scale[moves ? w->op[i].second : w->op[i].cell];
        near[n] = (uint8_t)i;
        n += of[i] == C12__TLM_WIRE_NEAR;
    }
    pairs = n / 2;
    for (int32_t k = 0; k < pairs; k++) {
        const c12__tlm_wire_step pair = { near[2 * k], near[2 * k + 1], C12__TLM_WIRE_PAIR, 0, 16, 0, { 0 } };
        of[near[2 * k]] = of[near[2 * k + 1]] = 0;
        to->step[k] = pair;
    }
    n = pairs;
    for (int32_t i = from; i < end; i++) {
        to->step[n] = c12__tlm_wire_step_of[of[i]]; /* fewer have been put than there are ops */
        to->step[n].op = (uint8_t)i;
        n += of[i] > 0;
    }
    to->pairs = pairs;
    to->n = n;
}

void c12__tlm_wire_make_list(c12__tlm_wire_score *score, int32_t which)
{
    const c12__tlm_wire *w = score->w;
    if (which < 2) wire_add_steps(&score->list[which], w, 0, w->rate_end, score->scale[which], 0);
    else wire_add_steps(&score->list[which], w, w->rate_end, w->n_ops, score->scale[which & 1], (which - 2) >> 1);
    score->made |= 1u << which;
}

void c12__tlm_wire_make_still(c12__tlm_wire_score *score, int moves)
{
    const c12__tlm_wire *w = score->w;
    int32_t n = 0;
    for (int32_t i = 0; i < w->n_ops; i++) { /* noise again */
        score->still[moves][n] = (uint8_t)i;
        n += !score->scale[0][moves && i >= w->rate_end ? w->op[i].second : w->op[i].cell];
    }
    score->n_still[moves] = n;
    score->made |= 1u << (6 + moves);
}

void c12__tlm_wire_rehearse(c12__tlm_wire_score *score, const c12__tlm_wire *w, const c12__tlm_wire_key *k, int32_t set)
{
    score->w = w;
    score->scale[0] = k->still + set * w->n_cells;
    score->scale[1] = k->loud + set * w->n_cells;
    score->made = 0;
}

/* Texts in the order of their fields, each as long as there is room for all of it. */
void c12__tlm_wire_keep(c12__tlm_wire_key *k, const c12__tlm_wire *w, const c12_tlm_dict *d, const int64_t *code, int32_t from)
{
    size_t at = from ? k->text_end[from - 1] : 0;
    for (int32_t i = from; i < w->n_codes; i++) {
        c12_view t = c12__tlm_text(d, code[i]);
        k->kept[i] = t.size <= (size_t)w->text_room - at;
        if (k->kept[i] && t.size) memcpy(k->text + at, t.ptr, t.size);
        if (k->kept[i]) at += t.size;
        k->text_end[i] = (uint16_t)at;
    }
}

size_t c12__tlm_wire_bound(const c12__tlm_wire *w)
{
    return 64 + (size_t)w->n_sets * w->n_cells * 2 + (size_t)w->n_ops * 14 + (size_t)w->n_codes * (C12__TLM_WIRE_TEXT + 4);
}

int c12__tlm_wire_text_is_sound(const c12__tlm_wire *w, int32_t i, c12_view text)
{
    return w->schema->kind[w->code_field[i]] != C12_TLM_LIST || c12__tlm_is_list(text);
}

c12_status c12_tlm_wire_bytes(const c12_tlm_schema *schema, const c12_tlm_wire_options *options, size_t *sender, size_t *receiver, c12_error *err)
{
    c12__tlm_wire_draft d;
    c12_status st = c12__tlm_wire_open(&d, schema, options, err);
    if (st) return st;
    if (!sender && !receiver) return c12__fail(err, C12_E_ARG, "output is NULL", "sender", -1, 0);
    if (sender) *sender = c12__tlm_sender_size(&d);
    if (receiver) *receiver = c12__tlm_receiver_size(&d);
    return C12_OK;
}
