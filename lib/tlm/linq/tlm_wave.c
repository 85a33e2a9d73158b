/* SPDX-License-Identifier: Apache-2.0 */
/* Waves: what comes round at a steady pace while a regime lasts, such as a gait.  Each row has a cosine and a sine, which all lanes may use. */
#include "tlm/linq/tlm_linq.h"

/* 2^14 cos of the first quarter of a turn, in 64 steps. */
static const int16_t wave_quarter[66] = {
    16384, 16379, 16364, 16340, 16305, 16261, 16207, 16143, 16069, 15986, 15893, 15791, 15679, 15557, 15426, 15286, 15137, 14978, 14811, 14635, 14449, 14256,
    14053, 13842, 13623, 13395, 13160, 12916, 12665, 12406, 12140, 11866, 11585, 11297, 11003, 10702, 10394, 10080, 9760, 9434, 9102, 8765, 8423, 8076, 7723,
    7366, 7005, 6639, 6270, 5897, 5520, 5139, 4756, 4370, 3981, 3590, 3196, 2801, 2404, 2006, 1606, 1205, 804, 402, 0, 0
};

/* 512 cos of so many 2^-16 turns of the first quarter, linear between the steps. */
static inline int32_t wave_step(int32_t at)
{
    int32_t i = at >> 8, low = wave_quarter[i];
    return (low + ((wave_quarter[i + 1] - low) * (at & 255) >> 8) + 16) >> 5;
}

static inline int32_t wave_signed(int32_t v, uint32_t negative) { return (v ^ -(int32_t)negative) + (int32_t)negative; }

/* Both from the first quarter: in the second and fourth they change places.  No branch, as phases are in no order. */
static inline void wave_pair(uint32_t phase, int32_t *cosine, int32_t *sine)
{
    uint32_t quarter = phase >> 30, odd = quarter & 1;
    int32_t at = (int32_t)(phase >> 16 & 16383), a = wave_step(at), b = wave_step(16384 - at), other = (a ^ b) & -(int32_t)odd;
    *cosine = wave_signed(a ^ other, (quarter + 1) >> 1 & 1);
    *sine = wave_signed(b ^ other, quarter >> 1);
}

int32_t c12__tlm_cos(uint32_t phase)
{
    int32_t cosine, sine;
    wave_pair(phase, &cosine, &sine);
    return cosine;
}

/* The row whose stride is not 1 that comes next, and how much more it is. */
static void wave_gap(c12__tlm_tide *o)
{
    uint64_t v;
    o->gap = INT64_MAX;
    if (!o->left) return;
    size_t n = c12__tlm_get_varint(o->list, o->left, &v), k = c12__tlm_get_varint(o->list + n, o->left - n, &o->more);
    o->list += n + k;
    o->left -= n + k;
    o->gap = o->row + (int64_t)v;
    o->more = c12__tlm_unzigzag(o->more);
}

void c12__tlm_tide_begin(const c12__tlm_linq *m, c12__tlm_tide *o)
{
    memset(o, 0, sizeof *o);
    for (int32_t j = m->lanes - 1; j >= 0; j--)
        if (m->prepare[j] == C12__TLM_LANE_STRIDE) { o->list = m->change[j]; o->left = m->change_size[j]; }
    wave_gap(o);
}

void c12__tlm_tide_times(c12__tlm_tide *o, int64_t n, uint32_t *time)
{
    uint32_t at = 0;
    for (; o->row < n; o->row++, at++) {
        if (o->row == o->gap) {
            at += (uint32_t)o->more;
            wave_gap(o);
        }
        time[o->row] = at;
    }
}

void c12__tlm_tide_rows(const c12__tlm_linq *m, c12__tlm_tide *o, int64_t n, int32_t *cosine, int32_t *sine, int32_t step)
{
    for (int64_t i = 0; i < n; i++, o->row++, cosine += step, sine += step) {
        if (o->row == o->gap) {
            o->phase += o->pace * (uint32_t)o->more;
            wave_gap(o);
        }
        if (o->run < m->runs && m->run_from[o->run] == o->row) {
            o->pace = m->pace[m->run_regime[o->run]];
            o->phase = (uint32_t)m->run_phase[o->run++] << 16;
        }
        *cosine = *sine = 0;
        if (o->pace) wave_pair(o->phase, cosine, sine);
        o->phase += o->pace;
    }
}
