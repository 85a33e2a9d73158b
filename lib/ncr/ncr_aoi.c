/* SPDX-License-Identifier: Apache-2.0 */
/* Verdicts of automated optical inspection: which classes of defect enough views show, and whether all views are there. */
#include "ncr/ncr_internal.h"

static void ncr_check_detection(c12__faults *f, const c12_ncr_aoi *a, int64_t d, uint64_t seen)
{
    if (a->det_view[d] < 0 || a->det_view[d] >= a->n_views) c12__fault(f, C12_E_RANGE, "no such view", "det_view", d, a->det_view[d]);
    else if (!(seen >> a->det_view[d] & 1)) c12__fault(f, C12_E_RANGE, "detection in a view that was not taken", "det_view", d, a->det_view[d]);
    if (a->det_class[d] < 0 || a->det_class[d] >= a->n_classes) c12__fault(f, C12_E_RANGE, "no such class", "det_class", d, a->det_class[d]);
    if (a->det_ppm[d] < 0 || a->det_ppm[d] > 1000000) c12__fault(f, C12_E_RANGE, "confidence is 0..1000000 ppm", "det_ppm", d, a->det_ppm[d]);
}

static uint64_t ncr_all_views(const c12_ncr_aoi *a) { return a->n_views == 64 ? UINT64_MAX : ((uint64_t)1 << a->n_views) - 1; }

static c12_status ncr_take_aoi(c12_ncr_aoi *a, const c12_ncr_aoi *in, c12_error *err)
{
    int64_t n;
    c12_status s = c12__take(a, sizeof *a, in, "in", err);
    if (s) return s;
    c12__faults f = { err, C12_OK, 0 };
    if (!a->n_views) a->n_views = 6;
    if (!a->confidence_ppm) a->confidence_ppm = 850000;
    if (!a->least_views) a->least_views = 1;
    if (a->n < 0 || a->n_classes < 0) c12__fault(&f, C12_E_ARG, "count is negative", a->n < 0 ? "n" : "n_classes", -1, a->n < 0 ? a->n : a->n_classes);
    if (a->n_views < 1 || a->n_views > 64) c12__fault(&f, C12_E_RANGE, "views are 1..64", "n_views", -1, a->n_views);
    if (a->confidence_ppm < 0 || a->confidence_ppm > 1000000) c12__fault(&f, C12_E_RANGE, "confidence is 0..1000000 ppm", "confidence_ppm", -1, a->confidence_ppm);
    if (a->least_views < 1 || a->least_views > a->n_views) c12__fault(&f, C12_E_RANGE, "views that must show a defect are 1..n_views", "least_views", -1, a->least_views);
    if (f.count) return f.status;
    c12__csr_check(&f, a->det_off, a->n, "det_off", &n);
    if (n && (!a->det_view || !a->det_class || !a->det_ppm)) c12__fault(&f, C12_E_ARG, "column is NULL", "det_view", -1, 0);
    for (int32_t k = 0; a->class_ppm && k < a->n_classes && !c12__full(&f); k++)
        if (a->class_ppm[k] < 0 || a->class_ppm[k] > 1000000) c12__fault(&f, C12_E_RANGE, "confidence is 0..1000000 ppm", "class_ppm", k, a->class_ppm[k]);
    if (f.count) return f.status;
    for (int32_t i = 0; i < a->n && !c12__full(&f); i++) {
        const uint64_t seen = a->seen ? a->seen[i] : ncr_all_views(a);
        if (seen & ~ncr_all_views(a)) c12__fault(&f, C12_E_RANGE, "a view beyond n_views", "seen", i, (int64_t)(seen & INT64_MAX));
        for (int64_t d = a->det_off[i]; d < a->det_off[i + 1] && !c12__full(&f); d++) ncr_check_detection(&f, a, d, seen);
    }
    return f.status;
}

static int ncr_counts(const c12_ncr_aoi *a, int64_t d)
{
    int32_t own = c12__at32(a->class_ppm, a->det_class[d], 0);
    return a->det_ppm[d] > (own ? own : a->confidence_ppm);
}

static int32_t ncr_set_bits(uint64_t v)
{
    int32_t n = 0;
    for (; v; v &= v - 1) n++;
    return n;
}

typedef struct ncr_shown { int32_t worst, views; } ncr_shown;

/* The class most views show, ties by id. */
static ncr_shown ncr_most_shown(const c12_ncr_aoi *a, int32_t i)
{
    ncr_shown best = { -1, 0 };
    for (int64_t d = a->det_off[i]; d < a->det_off[i + 1]; d++) {
        uint64_t views = 0;
        int32_t kind = a->det_class[d];
        if (!ncr_counts(a, d)) continue;
        for (int64_t q = a->det_off[i]; q < a->det_off[i + 1]; q++) if (a->det_class[q] == kind && ncr_counts(a, q)) views |= (uint64_t)1 << a->det_view[q];
        int32_t n = ncr_set_bits(views);
        if (n > best.views || (n == best.views && kind < best.worst)) best = (ncr_shown){ kind, n };
    }
    return best;
}

c12_status c12_ncr_inspect(const c12_ncr_aoi *in, int32_t *verdict, int32_t *worst, int32_t *views, c12_error *err)
{
    c12_ncr_aoi a;
    c12_status s = ncr_take_aoi(&a, in, err);
    if (s) return s;
    if (a.n && !verdict) return c12__fail(err, C12_E_ARG, "column is NULL", "verdict", -1, 0);
    for (int32_t i = 0; i < a.n; i++) {
        ncr_shown m = ncr_most_shown(&a, i);
        const int complete = !a.seen || a.seen[i] == ncr_all_views(&a);
        verdict[i] = m.views >= a.least_views ? C12_NCR_FAIL : complete ? C12_NCR_PASS : C12_NCR_HOLD;
        if (worst) worst[i] = m.worst;
        if (views) views[i] = m.views;
    }
    return C12_OK;
}

/* ---- checker: class by class, view by view ------------------------------------------------------------------------------------------------ */

static int32_t ncr_views_with(const c12_ncr_aoi *a, int32_t i, int32_t kind)
{
    int32_t n = 0, limit = a->class_ppm && a->class_ppm[kind] ? a->class_ppm[kind] : a->confidence_ppm;
    for (int32_t v = 0; v < a->n_views; v++) {
        int found = 0;
        for (int64_t d = a->det_off[i]; d < a->det_off[i + 1]; d++) found |= a->det_view[d] == v && a->det_class[d] == kind && a->det_ppm[d] - limit > 0;
        n += found;
    }
    return n;
}

c12_status c12_ncr_inspect_check(const c12_ncr_aoi *in, const int32_t *verdict, const int32_t *worst, c12_verdict *result, c12_error *err)
{
    c12_ncr_aoi a;
    c12_status s = ncr_take_aoi(&a, in, err);
    if (s) return s;
    if (!result || (a.n && !verdict)) return c12__fail(err, C12_E_ARG, "argument is NULL", "verdict", -1, 0);
    c12_verdict v = C12_INIT(c12_verdict);
    v.row = v.tick = -1;
    for (int32_t i = 0; i < a.n; i++) {
        int32_t most = 0, which = -1, missing = 0;
        for (int32_t k = 0; k < a.n_classes; k++) {
            int32_t n = ncr_views_with(&a, i, k);
            if (n > most) { most = n; which = k; }
        }
        for (int32_t q = 0; q < a.n_views && a.seen; q++) missing += !(a.seen[i] >> q & 1);
        int32_t want = most >= a.least_views ? C12_NCR_FAIL : missing ? C12_NCR_HOLD : C12_NCR_PASS;
        v.objective += want == C12_NCR_FAIL;
        if ((verdict[i] == want && (!worst || worst[i] == which)) || v.violations++) continue;
        v.row = i;
        v.rule = verdict[i] == want ? "another class is shown by more views" : "verdict is not what the views show";
        v.field = verdict[i] == want ? "worst" : "verdict";
    }
    c12__give(result, &v, sizeof v);
    return C12_OK;
}
