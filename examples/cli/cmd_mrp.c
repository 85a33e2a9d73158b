/* SPDX-License-Identifier: Apache-2.0 */
/* c12 mrp: the time-phased plan of a plant folder as CSV files, and why a cell is what it is.  Rows are formatted in slices by all
 * threads while the slices before them are written, so that a million items never stand in memory as text. */
#include "cli.h"
#include "reports.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- planning ---------------------------------------------------------------------------------------------------------------- */

typedef struct mrp_run {
    cli *c;
    plant *t;
    runner run;
    c12_mrp *plan;
    text transfers; /* substitutions.csv; empty without substitutes.csv */
    int64_t rows, messages;
    double seconds;
} mrp_run;

static c12_status plan_with(mrp_run *r, int32_t wide_rows, int64_t rare_lines)
{
    const c12_mrp_input *in = &r->t->mrp;
    c12_mrp_dims d = C12_INIT(c12_mrp_dims);
    d.items = r->t->p->n_items;
    d.buckets = in->n_buckets;
    d.wide_rows = wide_rows;
    d.rare_lines = rare_lines;
    d.lines = r->t->p->n_lines;
    d.demand = in->n_demand + plant_transfers(r->t) + 1; /* for a quote */
    d.receipts = in->n_receipts + plant_transfers(r->t);
    d.safety = in->n_safety;
    c12_mrp_destroy(r->plan);
    r->plan = NULL;
    c12_status s = c12_mrp_create(&r->plan, &d, &r->run.host, &r->c->err);
    if (!s) s = c12_mrp_load(r->plan, in, &r->c->err);
    return s ? s : c12_mrp_solve(r->plan, 0, NULL, NULL, NULL, &r->c->err);
}

/* Few plants hold quantities beyond 31 bits in more than a few items, or date most of their lines: only those pay for it. */
static c12_status plan_plant(mrp_run *r)
{
    c12_ns began = c12io_now();
    c12_status s = plan_with(r, 0, 0);
    if (s == C12_E_SPACE) s = plan_with(r, r->t->p->n_items, r->t->p->n_lines);
    if (!s) s = plant_substitute(r->c, r->t, r->plan, &r->transfers);
    r->seconds = (double)(c12io_now() - began) / 1e9;
    return s;
}

/* ---- one slice of items as text ------------------------------------------------------------------------------------------------ */

enum { SLICES = 16, SLICE_ITEMS = 256 };

typedef struct slice { text plan, exceptions, orders; int64_t rows, messages; } slice;

/* The columns a slice reads an item into. */
typedef struct slice_columns { c12_mrp_row row; c12_mrp_actions actions; } slice_columns;

static slice_columns columns_new(int32_t buckets, int64_t messages)
{
    slice_columns k = { C12_INIT(c12_mrp_row), C12_INIT(c12_mrp_actions) };
    k.row.gross = NEW(c12_qty, buckets);
    k.row.planned = NEW(c12_qty, buckets);
    k.row.release = NEW(c12_qty, buckets);
    k.row.projected = NEW(c12_qty, buckets);
    k.actions.cap = messages;
    k.actions.bucket = NEW(int32_t, messages);
    k.actions.kind = NEW(int32_t, messages);
    k.actions.to = NEW(int32_t, messages);
    k.actions.qty = NEW(c12_qty, messages);
    return k;
}

static void columns_free(slice_columns *k)
{
    void *const column[] = { k->row.gross, k->row.planned, k->row.release, k->row.projected, k->actions.bucket, k->actions.kind, k->actions.to, k->actions.qty };
    for (size_t i = 0; i < sizeof column / sizeof *column; i++) free(column[i]);
}

/* Digits go straight to their place, two a division. */
static char *put_digits(char *to, int64_t v)
{
    static const char pair[] = "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748495051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899";
    uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    if (v < 0) *to++ = '-';
    if (u < 10) { *to = (char)('0' + u); return to + 1; }
    int n = 2;
    for (uint64_t rest = u; rest >= 100; rest /= 100) n += rest >= 1000 ? 2 : 1;
    char *at = to + n;
    for (; u >= 100; u /= 100) { at -= 2; memcpy(at, pair + 2 * (u % 100), 2); }
    if (u >= 10) memcpy(to, pair + 2 * u, 2);
    else *to = (char)('0' + u);
    return to + n;
}

/* What a row begins with.  Most are short: those are copied by a fixed size, and what is too much is written over. */
enum { HEAD_FIXED = 32 };
typedef struct row_head { char bytes[HEAD_FIXED]; const char *text; size_t n; } row_head;

static row_head head_of(const text *t)
{
    row_head h = { .text = t->at, .n = t->n };
    if (t->n && t->n <= HEAD_FIXED) memcpy(h.bytes, t->at, t->n);
    return h;
}

/* "code,a,b,c\n" at a place with room for it: at most five numbers of at most 20 characters. */
enum { ROW_MOST = 5 * 21 + 2 };

static char *put_row(char *at, const row_head *head, const int64_t *number, int n)
{
    if (head->n <= HEAD_FIXED) memcpy(at, head->bytes, HEAD_FIXED);
    else memcpy(at, head->text, head->n);
    at += head->n;
    for (int i = 0; i < n; i++) { *at++ = ','; at = put_digits(at, number[i]); }
    *at++ = '\n';
    return at;
}

static void put_plan(slice *s, const text *code, const c12_mrp_row *row, int32_t buckets)
{
    if (row->past_due) {
        text_bytes(&s->plan, code->at, code->n);
        text_add(&s->plan, ",-1,0,0,%" PRId64 ",\n", row->past_due);
        s->rows++;
    }
    const row_head head = head_of(code);
    char *at = text_room(&s->plan, (size_t)buckets * (code->n + ROW_MOST));
    for (int32_t t = 0; t < buckets; t++) {
        if (!row->gross[t] && !row->planned[t] && !row->release[t]) continue;
        const int64_t number[] = { t, row->gross[t], row->planned[t], row->release[t], row->projected[t] };
        at = put_row(at, &head, number, 5);
        s->rows++;
    }
    s->plan.n = (size_t)(at - s->plan.at);
}

static void put_orders(slice *s, const mrp_run *r, const text *code, int32_t item, const c12_mrp_row *row)
{
    text typed = { 0 };
    if (r->t->p->item_type[item] == C12_MRP_PHANTOM) return;
    text_bytes(&typed, code->at, code->n);
    text_add(&typed, r->t->p->item_type[item] == C12_MRP_MAKE ? ",make" : ",buy");
    const row_head head = head_of(&typed);
    char *at = text_room(&s->orders, (size_t)r->t->mrp.n_buckets * (typed.n + ROW_MOST));
    for (int32_t t = 0; t < r->t->mrp.n_buckets; t++) {
        const int64_t number[] = { t - r->t->mrp.lead_time[item], t, row->planned[t] };
        if (row->planned[t]) at = put_row(at, &head, number, 3);
    }
    s->orders.n = (size_t)(at - s->orders.at);
    text_free(&typed);
}

static void put_messages(slice *s, const text *code, const c12_mrp_actions *a)
{
    for (int64_t k = 0; k < a->count; k++) {
        text_bytes(&s->exceptions, code->at, code->n);
        text_add(&s->exceptions, ",%d,%s,%" PRId64 ",", (int)a->bucket[k], report_exception_name(a->kind[k]), a->qty[k]);
        if (a->to[k] >= 0) text_add(&s->exceptions, "%d", (int)a->to[k]);
        text_add(&s->exceptions, "\n");
    }
    s->messages += a->count;
}

/* ---- formatting and writing side by side ------------------------------------------------------------------------------------------ */

typedef struct files { c12io_out *plan, *exceptions, *orders; } files;

typedef struct writing {
    const mrp_run *r;
    files *to;
    slice *ready, *next;    /* [SLICES] being written, being formatted */
    int32_t first, items;   /* of `next` */
    int64_t most_messages;
} writing;

static void write_ready(const writing *w)
{
    for (int k = 0; k < SLICES; k++) {
        slice *s = w->ready + k;
        c12io_out_write(w->to->plan, s->plan.at, s->plan.n);
        if (w->to->exceptions) c12io_out_write(w->to->exceptions, s->exceptions.at, s->exceptions.n);
        if (w->to->orders) c12io_out_write(w->to->orders, s->orders.at, s->orders.n);
        s->plan.n = s->exceptions.n = s->orders.n = 0;
    }
}

static void format_slice(const writing *w, int32_t k)
{
    const mrp_run *r = w->r;
    slice *s = w->next + k;
    slice_columns c = columns_new(r->t->mrp.n_buckets, w->most_messages);
    int32_t from = w->first + k * SLICE_ITEMS, to = from + SLICE_ITEMS < w->items ? from + SLICE_ITEMS : w->items;
    for (int32_t i = from; i < to; i++) {
        text code = { 0 };
        text_csv(&code, c12io_texts_at(r->t->p->item_code, i));
        if (!c12_mrp_get(r->plan, 0, i, &c.row, NULL)) {
            put_plan(s, &code, &c.row, r->t->mrp.n_buckets);
            if (w->to->orders) put_orders(s, r, &code, i, &c.row);
        }
        if (w->to->exceptions && !c12_mrp_messages(r->plan, 0, i, &c.actions, NULL)) put_messages(s, &code, &c.actions);
        text_free(&code);
    }
    columns_free(&c);
}

static void write_task(void *arg, int32_t k)
{
    const writing *w = arg;
    if (k == 0) write_ready(w);
    else format_slice(w, k - 1);
}

/* No item has more messages than two a receipt and one a bucket. */
static int64_t most_messages(const plant *t)
{
    int64_t most = 0, *count = NEW(int64_t, t->p->n_items);
    memset(count, 0, (size_t)t->p->n_items * sizeof *count);
    for (int64_t k = 0; k < t->mrp.n_receipts; k++)
        if (++count[t->mrp.receipt_item[k]] > most) most = count[t->mrp.receipt_item[k]];
    free(count);
    return 2 * most + t->mrp.n_buckets;
}

static void show_written(runner *run, int64_t done, int64_t all)
{
    c12_ns now = c12io_now();
    if (!run->host.progress || now - run->began < 1000000000 || now - run->shown < 200000000) return;
    run->shown = now;
    fprintf(stderr, "\r%6.1f s  %3d %% of %" PRId64 " items written  ", (double)(now - run->began) / 1e9, (int)(100 * done / all), all);
}

static void write_items(mrp_run *r, files *to)
{
    static slice buffer[2][SLICES];
    writing w = { r, to, buffer[0], buffer[1], 0, r->t->p->n_items, most_messages(r->t) };
    for (; w.first < w.items + SLICES * SLICE_ITEMS; w.first += SLICES * SLICE_ITEMS) {
        r->run.host.parallel(r->run.host.user, w.first < w.items ? SLICES + 1 : 1, write_task, &w);
        slice *done = w.ready;
        w.ready = w.next;
        w.next = done;
        show_written(&r->run, w.first < w.items ? w.first : w.items, w.items);
    }
    for (int i = 0; i < 2 * SLICES; i++) {
        slice *s = &buffer[i / SLICES][i % SLICES];
        r->rows += s->rows;
        r->messages += s->messages;
        text_free(&s->plan);
        text_free(&s->exceptions);
        text_free(&s->orders);
    }
}

/* ---- files ------------------------------------------------------------------------------------------------------------------------ */

static c12_status open_in(cli *c, c12io_out **out, const char *name, const char *head)
{
    char path[4096];
    if (name) snprintf(path, sizeof path, "%s/%s", c->out, name);
    c12_status s = c12io_out_open(out, name ? path : "-", &c->err);
    if (!s) c12io_out_write(*out, head, strlen(head));
    return s;
}

static const char plan_head[] = "item,bucket,gross,planned_receipt,release,projected\n";

static c12_status peg_all(mrp_run *r, text *o)
{
    int64_t cells = (int64_t)r->t->p->n_items * r->t->mrp.n_buckets;
    c12_mrp_plan p = C12_INIT(c12_mrp_plan);
    c12_mrp_pegs g = C12_INIT(c12_mrp_pegs);
    c12_mem scratch = { NULL, c12_mrp_scratch(r->t->p->n_items, r->t->p->n_lines, r->t->mrp.n_buckets, r->t->mrp.n_demand, r->t->mrp.n_receipts) };
    scratch.ptr = cli_new((int64_t)scratch.size, 1);
    p.gross = NEW(c12_qty, cells);
    p.planned = NEW(c12_qty, cells);
    p.release = NEW(c12_qty, cells);
    p.past_due = NEW(c12_qty, r->t->p->n_items);
    c12_status s = c12_mrp_solve(r->plan, 0, NULL, &p, NULL, &r->c->err);
    if (!s) s = c12_mrp_peg(&r->t->mrp, &p, &g, scratch, &r->c->err);
    g.cap = g.count;
    g.item = NEW(int32_t, g.cap);
    g.bucket = NEW(int32_t, g.cap);
    g.qty = NEW(c12_qty, g.cap);
    g.parent = NEW(int32_t, g.cap);
    g.parent_bucket = NEW(int32_t, g.cap);
    g.line = NEW(int64_t, g.cap);
    if (!s) s = c12_mrp_peg(&r->t->mrp, &p, &g, scratch, &r->c->err);
    if (!s) report_pegs(o, r->t, &g);
    void *const column[] = { scratch.ptr, p.gross, p.planned, p.release, p.past_due, g.item, g.bucket, g.qty, g.parent, g.parent_bucket, g.line };
    for (size_t i = 0; i < sizeof column / sizeof *column; i++) free(column[i]);
    return s;
}

static int write_files(mrp_run *r, int pegging)
{
    cli *c = r->c;
    files f = { NULL, NULL, NULL };
    text pegs = { 0 };
    c12_status s = c12io_dir_make(c->out, &c->err);
    if (!s && pegging) s = peg_all(r, &pegs);
    if (!s) s = open_in(c, &f.plan, "plan.csv", plan_head);
    if (!s) s = open_in(c, &f.exceptions, "exceptions.csv", "item,bucket,kind,qty,to_bucket\n");
    if (!s) s = open_in(c, &f.orders, "planned_orders.csv", "item,type,release_bucket,due_bucket,qty\n");
    if (!s) write_items(r, &f);
    c12io_out *const out[] = { f.plan, f.exceptions, f.orders };
    for (int k = 0; k < 3; k++) {
        if (!s && out[k]) s = c12io_out_close(out[k], &c->err);
        else c12io_out_abandon(out[k]);
    }
    if (s) { text_free(&pegs); return plant_fail(c, r->t, s); }
    int code = pegging ? text_write_in(c, &pegs, c->out, "pegging.csv") : EXIT_DONE;
    if (!code && r->transfers.n) code = text_write_in(c, &r->transfers, c->out, "substitutions.csv");
    text_free(&pegs);
    return code;
}

static int write_plan(mrp_run *r)
{
    files f = { NULL, NULL, NULL };
    c12_status s = open_in(r->c, &f.plan, NULL, plan_head);
    if (!s) {
        write_items(r, &f);
        s = c12io_out_close(f.plan, &r->c->err);
    }
    return s ? cli_fail(r->c, s) : EXIT_DONE;
}

/* ---- why -------------------------------------------------------------------------------------------------------------------------- */

static int explain_cell(mrp_run *r, int32_t item, int32_t bucket)
{
    static const char *const head[] = { "demand_row", "item", "bucket", "qty" };
    char sentences[2048];
    c12_mrp_why why = C12_INIT(c12_mrp_why);
    c12_mrp_demands d = C12_INIT(c12_mrp_demands);
    why.text = sentences;
    why.text_cap = sizeof sentences;
    c12_status s = c12_mrp_explain(r->plan, 0, item, bucket, &why, &r->c->err);
    if (!s) s = c12_mrp_peg_up(r->plan, 0, item, bucket, &d, &r->c->err);
    d.cap = d.count;
    d.row = NEW(int64_t, d.cap);
    d.item = NEW(int32_t, d.cap);
    d.bucket = NEW(int32_t, d.cap);
    d.qty = NEW(c12_qty, d.cap);
    if (!s) s = c12_mrp_peg_up(r->plan, 0, item, bucket, &d, &r->c->err);
    table t = table_new(4, head, "nsnn");
    for (int64_t k = 0; k < d.count && !s; k++) {
        table_int(&t, d.row[k]);
        table_text(&t, c12io_texts_at(r->t->p->item_code, d.item[k]));
        table_int(&t, d.bucket[k]);
        table_int(&t, d.qty[k]);
    }
    if (!s && !r->c->json && !r->c->csv) printf("%sDemand that waits for this requirement:\n", sentences);
    int code_of = s ? plant_fail(r->c, r->t, s) : table_print(r->c, &t, NULL);
    free(d.row);
    free(d.item);
    free(d.bucket);
    free(d.qty);
    return code_of;
}

static int list_feeds(mrp_run *r, int32_t item, int32_t bucket)
{
    static const char *const head[] = { "item", "from", "bucket", "receipt_row", "qty" }, *const from[] = { "stock", "receipt", "order", "nothing", "by_product" };
    c12_mrp_feeds f = C12_INIT(c12_mrp_feeds);
    c12_status s = c12_mrp_peg_down(r->plan, 0, item, bucket, &f, &r->c->err);
    f.cap = f.count;
    f.item = NEW(int32_t, f.cap);
    f.kind = NEW(int32_t, f.cap);
    f.bucket = NEW(int32_t, f.cap);
    f.row = NEW(int64_t, f.cap);
    f.qty = NEW(c12_qty, f.cap);
    if (!s) s = c12_mrp_peg_down(r->plan, 0, item, bucket, &f, &r->c->err);
    table t = table_new(5, head, "ssnnn");
    for (int64_t k = 0; k < f.count && !s; k++) {
        table_text(&t, c12io_texts_at(r->t->p->item_code, f.item[k]));
        table_text(&t, (c12_view){ (const uint8_t *)from[f.kind[k]], strlen(from[f.kind[k]]) });
        table_int(&t, f.bucket[k]);
        table_int(&t, f.row[k]);
        table_int(&t, f.qty[k]);
    }
    int code = s ? plant_fail(r->c, r->t, s) : table_print(r->c, &t, NULL);
    void *const column[] = { f.item, f.kind, f.bucket, f.row, f.qty };
    for (size_t i = 0; i < sizeof column / sizeof *column; i++) free(column[i]);
    return code;
}

static int quote_order(mrp_run *r, int32_t item, int32_t bucket, int64_t qty)
{
    c12_mrp_promise o = C12_INIT(c12_mrp_promise);
    c12_status s = c12_mrp_quote(r->plan, 0, item, bucket, qty, &o, &r->c->err);
    if (s) return plant_fail(r->c, r->t, s);
    c12_view late = c12io_texts_at(r->t->p->item_code, o.item);
    if (r->c->json) printf("{\"bucket\":%d,\"late_item\":\"%.*s\",\"late\":%" PRId64 "}\n", (int)o.bucket, (int)late.size, (const char *)late.ptr, o.late);
    else if (o.bucket < 0) printf("No bucket of the horizon can meet it");
    else printf("It can be met in bucket %d", (int)o.bucket);
    if (!r->c->json && o.item >= 0) printf("; in bucket %d, %.*s would be short of %" PRId64 " or have to be released that much before bucket 0", (int)bucket, (int)late.size, (const char *)late.ptr, o.late);
    if (!r->c->json) puts(".");
    return EXIT_DONE;
}

/* ---- a picture of one row ------------------------------------------------------------------------------------------------------------ */

/* Requirements hang down, receipts and planned orders stand up, the line is what is there at the end of each bucket. */
static int draw_item(mrp_run *r, int32_t item, const char *svg)
{
    enum { CELL = 18, HALF = 150, LEFT = 70, TOP = 40 };
    const int32_t n = r->t->mrp.n_buckets;
    slice_columns k = columns_new(n, 0);
    k.row.receipts = NEW(c12_qty, n);
    c12_status s = c12_mrp_get(r->plan, 0, item, &k.row, &r->c->err);
    int64_t most = 1;
    for (int32_t t = 0; t < n && !s; t++) {
        const int64_t size[] = { k.row.gross[t], k.row.receipts[t] + k.row.planned[t], k.row.projected[t], -k.row.projected[t] };
        for (int i = 0; i < 4; i++) if (size[i] > most) most = size[i];
    }
    const double unit = (double)HALF / (double)most;
    const int middle = TOP + HALF, right = LEFT + n * CELL, bottom = middle + HALF;
    text o = { 0 }, path = { 0 };
    text_add(&o, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\" font-size=\"11\">\n<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n", right + 30, bottom + 40);
    text_add(&o, "<text x=\"%d\" y=\"20\" font-size=\"14\">", LEFT);
    text_html(&o, c12io_texts_at(r->t->p->item_code, item));
    text_add(&o, "</text>\n<text x=\"%d\" y=\"20\" text-anchor=\"end\"><tspan fill=\"#2a7\">scheduled receipts</tspan>  <tspan fill=\"#37c\">planned orders</tspan>  <tspan fill=\"#c63\">gross requirements</tspan>  <tspan>projected available</tspan></text>\n", right);
    for (int32_t t = 0; t < n && !s; t++) {
        const int x = LEFT + t * CELL;
        double receipts = (double)k.row.receipts[t] * unit, planned = (double)k.row.planned[t] * unit, gross = (double)k.row.gross[t] * unit;
        if (receipts > 0) text_add(&o, "<rect x=\"%d\" y=\"%.1f\" width=\"%d\" height=\"%.1f\" fill=\"#2a7\"/>\n", x + 2, middle - receipts, CELL - 4, receipts);
        if (planned > 0) text_add(&o, "<rect x=\"%d\" y=\"%.1f\" width=\"%d\" height=\"%.1f\" fill=\"#37c\"/>\n", x + 2, middle - receipts - planned, CELL - 4, planned);
        if (gross > 0) text_add(&o, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%.1f\" fill=\"#c63\"/>\n", x + 2, middle, CELL - 4, gross);
        text_add(&path, "%d,%.1f %d,%.1f ", x, middle - (double)k.row.projected[t] * unit, x + CELL, middle - (double)k.row.projected[t] * unit);
        if (t % 5 == 0) text_add(&o, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\" fill=\"#666\">%d</text>\n", x + CELL / 2, bottom + 16, (int)t);
    }
    text_add(&o, "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"#666\"/>\n<polyline points=\"%s\" fill=\"none\" stroke=\"#000\" stroke-width=\"1.5\"/>\n", LEFT, middle, right, middle, path.at ? path.at : "");
    text_add(&o, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\" fill=\"#666\">%" PRId64 "</text>\n<text x=\"%d\" y=\"%d\" text-anchor=\"end\" fill=\"#666\">0</text>\n", LEFT - 6, TOP + 4, most, LEFT - 6, middle + 4);
    text_add(&o, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\" fill=\"#666\">bucket</text>\n</svg>\n", LEFT - 6, bottom + 16);
    free(k.row.receipts);
    columns_free(&k);
    text_free(&path);
    if (s) { text_free(&o); return cli_fail(r->c, s); }
    return text_write(r->c, &o, svg);
}

/* What is asked of one item. */
typedef struct question { const char *item, *svg; int64_t bucket, quote; int feeds; } question;

static int answer(mrp_run *r, const question *q)
{
    int32_t item = c12io_texts_find(r->t->p->item_code, q->item);
    if (item < 0) return cli_say("c12 mrp: --item '%s': no such item in %s/items.csv", q->item, r->t->dir);
    if (q->svg) return draw_item(r, item, q->svg);
    if (q->quote) return quote_order(r, item, (int32_t)q->bucket, q->quote);
    if (q->feeds) return list_feeds(r, item, (int32_t)q->bucket);
    return explain_cell(r, item, (int32_t)q->bucket);
}

int cmd_mrp(cli *c)
{
    plant t;
    mrp_run r = { .c = c, .t = &t };
    int64_t buckets = cli_int(c, "--buckets", 1, 4096, 0), threads = cli_int(c, "--threads", 1, 256, 2);
    int pegging = cli_flag(c, "--pegging"), dates = cli_flag(c, "--dates"), code;
    question q = { cli_value(c, "--item"), cli_value(c, "--svg"), cli_int(c, "--bucket", 0, 4095, 0), cli_int(c, "--quote", 1, INT64_MAX, 0), cli_flag(c, "--feeds") };
    const char *today = cli_value(c, "--today"), *dir = cli_word(c, 0);
    if (!cli_ready(c, 1)) return EXIT_BAD;
    if (dates && (pegging || q.item || q.svg)) return cli_usage(c, "--dates writes orders and messages; leave out --pegging, --item and --svg, or --dates");
    if (today && !dates) return cli_usage(c, "--today goes with --dates");
    if ((code = plant_open(c, &t, dir))) return code;
    if (buckets) t.mrp.n_buckets = (int32_t)buckets;
    if (dates) {
        code = plan_by_date(c, &t, today);
        plant_close(&t);
        return code;
    }
    if ((code = runner_open(c, &r.run, threads))) { plant_close(&t); return code; }
    c12_status s = plan_plant(&r);
    if (s) code = plant_fail(c, &t, s);
    else if (q.item) code = answer(&r, &q);
    else if (c->out) code = write_files(&r, pegging);
    else if (!c->json) code = write_plan(&r);
    if (!code && c->json && !q.item) printf("{\"items\":%d,\"rows\":%" PRId64 ",\"exceptions\":%" PRId64 ",\"seconds\":%.6f}\n", (int)t.p->n_items, r.rows, r.messages, r.seconds);
    c12_mrp_destroy(r.plan);
    text_free(&r.transfers);
    runner_close(&r.run);
    plant_close(&t);
    return code;
}
