/* SPDX-License-Identifier: Apache-2.0 */
/* c12 ncr aoi: verdicts of optical inspection from detections. */
#include "c12/ncr.h"
#include "ncr_cli.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { A_UNIT, A_VIEW, A_CLASS, A_CONFIDENCE, A_COLUMNS };
static const c12io_column aoi_columns[A_COLUMNS] = { { "unit", 1, 0 }, { "view", 1, 0 }, { "class", 0, 0 }, { "confidence", 0, 0 } };

typedef struct pictures { csv_sheet s; name_list unit, kind; int64_t rows; int32_t *of, *view, *class_id, *ppm; uint64_t *seen; int64_t *off; } pictures;

/* A share such as 0.85 with up to six places, in ppm. */
static int share_ppm(c12_view v, int32_t *ppm)
{
    int64_t n = 0;
    int places = -1;
    for (size_t i = 0; i < v.size; i++) {
        if (v.ptr[i] == '.' && places < 0) { places = 0; continue; }
        if (v.ptr[i] < '0' || v.ptr[i] > '9' || places == 6 || n > 1000000) return 0;
        n = n * 10 + (v.ptr[i] - '0');
        places += places >= 0;
    }
    for (places = places < 0 ? 0 : places; places < 6; places++) n *= 10;
    *ppm = n > 1000000 ? -1 : (int32_t)n;
    return v.size && n <= 1000000;
}

/* A row without a class says that the view was taken and shows nothing. */
static int read_pictures(cli *c, pictures *p, const char *file, int32_t views)
{
    int code = sheet_open(c, &p->s, file, aoi_columns, A_COLUMNS);
    if (code) return code;
    p->rows = c12io_table_rows(p->s.t);
    p->of = NEW(int32_t, p->rows);
    p->view = NEW(int32_t, p->rows);
    p->class_id = NEW(int32_t, p->rows);
    p->ppm = NEW(int32_t, p->rows);
    p->seen = NEW(uint64_t, p->rows);
    for (int64_t r = 0; r < p->rows && !code; r++) {
        int64_t view;
        if ((p->of[r] = names_id(&p->unit, c12io_table_cell(p->s.t, r, A_UNIT))) < 0) return sheet_bad(&p->s, r, A_UNIT, "a name");
        if ((code = sheet_number(&p->s, r, A_VIEW, 1, views, &view))) return code;
        p->view[r] = (int32_t)view - 1;
        p->seen[p->of[r]] |= (uint64_t)1 << p->view[r];
        p->class_id[r] = names_id(&p->kind, c12io_table_cell(p->s.t, r, A_CLASS));
        if (p->class_id[r] >= 0 && !share_ppm(c12io_table_cell(p->s.t, r, A_CONFIDENCE), &p->ppm[r])) code = sheet_bad(&p->s, r, A_CONFIDENCE, "a share from 0 to 1 with at most six places");
    }
    return code;
}

/* Detections in the order of their units, by counting. */
static void sort_detections(pictures *p)
{
    int64_t *at = NEW(int64_t, p->unit.n + (int64_t)1);
    int32_t *column[3] = { p->view, p->class_id, p->ppm }, *sorted[3];
    p->off = NEW(int64_t, p->unit.n + (int64_t)1);
    for (int64_t r = 0; r < p->rows; r++) p->off[p->of[r] + 1] += p->class_id[r] >= 0;
    for (int32_t u = 0; u < p->unit.n; u++) p->off[u + 1] += p->off[u];
    memcpy(at, p->off, (size_t)p->unit.n * sizeof *at);
    for (int k = 0; k < 3; k++) sorted[k] = NEW(int32_t, p->rows);
    for (int64_t r = 0; r < p->rows; r++) {
        if (p->class_id[r] < 0) continue;
        int64_t to = at[p->of[r]]++;
        for (int k = 0; k < 3; k++) sorted[k][to] = column[k][r];
    }
    for (int k = 0; k < 3; k++) free(column[k]);
    p->view = sorted[0];
    p->class_id = sorted[1];
    p->ppm = sorted[2];
    free(at);
}

static int judge_units(cli *c, const pictures *p, c12_ncr_aoi *a)
{
    static const char *const head[] = { "unit", "verdict", "class", "views" }, *const verdicts[] = { "", "PASS", "FAIL", "HOLD" };
    const int32_t n = p->unit.n;
    int32_t *verdict = NEW(int32_t, n), *worst = NEW(int32_t, n), *views = NEW(int32_t, n);
    int64_t count[4] = { 0 };
    text sum = { 0 };
    a->n = n; a->n_classes = p->kind.n; a->seen = p->seen; a->det_off = p->off; a->det_view = p->view; a->det_class = p->class_id; a->det_ppm = p->ppm;
    c12_status s = c12_ncr_inspect(a, verdict, worst, views, &c->err);
    int code = s ? cli_fail(c, s) : EXIT_DONE;
    if (!code) {
        table o = table_new(4, head, "sssn");
        for (int32_t u = 0; u < n; u++) {
            table_text(&o, p->unit.name[u]);
            table_word(&o, verdicts[verdict[u]]);
            put_name(&o, &p->kind, worst[u]);
            table_int(&o, views[u]);
            count[verdict[u]]++;
        }
        text_add(&sum, "\"units\":%" PRId32 ",\"pass\":%" PRId64 ",\"fail\":%" PRId64 ",\"hold\":%" PRId64, n, count[C12_NCR_PASS], count[C12_NCR_FAIL], count[C12_NCR_HOLD]);
        code = table_print(c, &o, sum.at);
    }
    text_free(&sum);
    free(verdict);
    free(worst);
    free(views);
    return code;
}

int ncr_inspection(cli *c)
{
    pictures p = { .rows = 0 };
    c12_ncr_aoi a = C12_INIT(c12_ncr_aoi);
    const char *confidence = cli_value(c, "--confidence");
    a.n_views = (int32_t)cli_int(c, "--views", 1, 64, 6);
    a.least_views = (int32_t)cli_int(c, "--least", 1, a.n_views, 1);
    if (!cli_ready(c, 2)) return EXIT_BAD;
    if (confidence && !share_ppm((c12_view){ (const uint8_t *)confidence, strlen(confidence) }, &a.confidence_ppm)) return cli_usage(c, "--confidence '%s' is not a share from 0 to 1", confidence);
    int code = read_pictures(c, &p, cli_word(c, 1), a.n_views);
    if (!code) {
        sort_detections(&p);
        code = judge_units(c, &p, &a);
    }
    void *const owned[] = { p.of, p.view, p.class_id, p.ppm, p.seen, p.off };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
    names_free(&p.unit);
    names_free(&p.kind);
    c12io_table_free(p.s.t);
    return code;
}
