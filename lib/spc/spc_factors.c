/* SPDX-License-Identifier: Apache-2.0 */
/* Factors, roundings and roots in integers. */
#include "spc/spc_internal.h"

/* d2 and d3 are integrals over the distribution of the range of n standard normal values (Tippett 1925), taken by Simpson's rule and by sums over the plane with one
 * Richardson step; c4 = sqrt(2 / (n - 1)) gamma(n / 2) / gamma((n - 1) / 2).  The others follow: 3 / (d2 sqrt n), 3 / (c4 sqrt n), 3 d3 / d2, 3 sqrt(1 - c4^2) / c4. */
const c12__spc_row c12__spc_rows[C12_SPC_MOST_SIZE + 1] = {
    { 0, 0, 0, 0, 0, 0, 0 }, { 0, 0, 0, 0, 0, 0, 0 },
    { 1128379167, 852502466, 797884561, 1879971206, 2658680776, 2266531919, 2266531919 }, /* 2 */
    { 1692568751, 888368004, 886226925, 1023326708, 1954410048, 1574591290, 1568169603 }, /* 3 */
    { 2058750746, 879808203, 921317732, 728597186, 1628102823, 1282051561, 1266047079 }, /* 4 */
    { 2325928947, 864081941, 939985603, 576819334, 1427299293, 1114499145, 1088997869 }, /* 5 */
    { 2534412721, 848039686, 951532862, 483246024, 1287128296, 1003829817, 969636791 }, /* 6 */
    { 2704356751, 833205336, 959368789, 419283964, 1181916102, 924292258, 882314968 }, /* 7 */
    { 2847200612, 819831490, 965030456, 372527376, 1099095023, 863829004, 814910402 }, /* 8 */
    { 2970026324, 807834275, 969310700, 336697352, 1031660953, 815986984, 760867198 }, /* 9 */
    { 3077505462, 797050674, 972659274, 308263725, 975350077, 776977344, 716294444 }, /* 10 */
    { 3172872704, 787314621, 975350077, 285083619, 927394230, 744418097, 678719850 }, /* 11 */
    { 3258455280, 778478341, 977559352, 265777901, 885905702, 716730728, 646488169 }, /* 12 */
    { 3335980354, 770416202, 979405604, 249417025, 849546185, 692824406, 618444304 }, /* 13 */
    { 3406763108, 763023096, 980971437, 235350595, 817336464, 671919125, 593754615 }, /* 14 */
    { 3471826890, 756211430, 982316177, 223109243, 788541090, 653441073, 571800458 }, /* 15 */
    { 3531982786, 749908089, 983483532, 212345316, 762595383, 636957880, 552111836 }, /* 16 */
    { 3587883962, 744051784, 984506405, 202795543, 739057533, 622136997, 534324458 }, /* 17 */
    { 3640063758, 738590853, 985410044, 194256702, 717576186, 608718063, 518151037 }, /* 18 */
    { 3688963023, 733481496, 986214137, 186569287, 697867913, 596494048, 503361560 }, /* 19 */
    { 3734950120, 728686346, 986934268, 179606252, 679701187, 585298054, 489769411 }, /* 20 */
    { 3778335830, 724173341, 987582929, 173265083, 662884758, 574993891, 477221383 }, /* 21 */
    { 3819384643, 719914808, 988170253, 167462094, 647259060, 565469212, 465590368 }, /* 22 */
    { 3858323423, 715886735, 988704545, 162128255, 632689761, 556630425, 454769906 }, /* 23 */
    { 3895348148, 712068175, 989192675, 157206086, 619062849, 548398871, 444670067 }, /* 24 */
    { 3930629220, 708440766, 989640376, 152647316, 606280842, 540707907, 435214291 }, /* 25 */
};

/* ---- roundings -------------------------------------------------------------------------------------------------------------------- */

static uint64_t spc_size_of(int64_t v) { return v < 0 ? 0 - (uint64_t)v : (uint64_t)v; }

int c12__spc_share(int64_t a, int64_t b, c12__u128 den, int64_t *r)
{
    c12__u128 num = c12__mul_u64(spc_size_of(a), spc_size_of(b)), rest, q;
    if (!num.hi && !den.hi) { /* the usual sizes: one 64-bit division */
        q = (c12__u128){ 0, num.lo / den.lo };
        rest = (c12__u128){ 0, num.lo % den.lo };
    } else q = c12__div_u128(num, den, &rest);
    int twice = c12__cmp_u128(rest, c12__sub_u128(den, rest)); /* rest against what is missing to the next */
    if (twice > 0 || (!twice && (q.lo & 1))) q.hi += ++q.lo == 0;
    if (q.hi || q.lo > (uint64_t)INT64_MAX) return 1;
    *r = (a < 0) != (b < 0) ? -(int64_t)q.lo : (int64_t)q.lo;
    return 0;
}

/* Largest integer whose square is at most v, by halving. */
static uint64_t spc_floor_root(c12__u128 v)
{
    uint64_t low = 0;
    for (int bit = 63; bit >= 0; bit--) {
        uint64_t try = low | (uint64_t)1 << bit;
        if (c12__cmp_u128(c12__mul_u64(try, try), v) <= 0) low = try;
    }
    return low;
}

/* The nearest integer to a root is half of the floor of twice the root, plus a half: and that floor is the root of floor(4 num / den). */
int c12__spc_root(c12__u128 num, c12__u128 den, int64_t *r)
{
    c12__u128 four;
    if (c12__mul_u128_u64(num, 4, &four)) return 1;
    uint64_t twice = spc_floor_root(c12__div_u128(four, den, NULL)), root = twice / 2 + (twice & 1);
    if (root > (uint64_t)C12__SPC_BOUND) return 1;
    *r = (int64_t)root;
    return 0;
}

/* ---- entry ------------------------------------------------------------------------------------------------------------------------ */

c12_status c12_spc_factor(int32_t size, c12_spc_factors *out, c12_error *err)
{
    c12_spc_factors f;
    c12_status s = c12__take(&f, sizeof f, out, "out", err);
    if (s) return s;
    if (size < 2 || size > C12_SPC_MOST_SIZE) return c12__fail(err, C12_E_RANGE, "subgroups have 2..25 measurements", "size", -1, size);
    const int64_t one = C12_SPC_RATIO_SCALE;
    const c12__spc_row *t = &c12__spc_rows[size];
    c12_spc_factors v = C12_INIT(c12_spc_factors);
    v.size = size;
    v.d2 = t->d2;
    v.d3 = t->d3;
    v.c4 = t->c4;
    v.a2 = t->a2;
    v.a3 = t->a3;
    v.lower_r = c12__max64(0, one - t->range_reach);
    v.upper_r = one + t->range_reach;
    v.lower_s = c12__max64(0, one - t->deviation_reach);
    v.upper_s = one + t->deviation_reach;
    c12__give(out, &v, sizeof v);
    return C12_OK;
}
