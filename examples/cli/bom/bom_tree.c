/* SPDX-License-Identifier: Apache-2.0 */
/* c12 bom tree: the structure under an item, as text, rows or a picture.  A sub-assembly is spread out where it first stands and only named
 * after that, so that no bill grows with its number of paths. */
#include "bom_cli.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* A place in the tree; the root has no line. */
typedef struct node {
    int64_t line, parent;         /* line of the bill, node above; -1 = the root */
    int64_t total_num, total_den; /* quantity for one of the root */
    int32_t item, level, repeated, place; /* repeated: spread out above; place: where it is drawn, in half rows */
} node;

typedef struct tree { const plant *t; node *at; int64_t n; int32_t bucket, depth; } tree;

/* ---- the walk --------------------------------------------------------------------------------------------------------------------- */

static int64_t common_divisor(int64_t a, int64_t b)
{
    while (b) {
        const int64_t r = a % b;
        a = b;
        b = r;
    }
    return a;
}

/* num/den times a line's ratio in lowest terms; 0 when it does not fit. */
static int times_line(node *v, const node *above, int64_t num, int64_t den)
{
    const int64_t k = common_divisor(num, den), p = num / k, q = den / k;
    const int64_t a = common_divisor(above->total_num, q), b = common_divisor(p, above->total_den);
    const int64_t up = above->total_num / a, down = above->total_den / b;
    if (up > INT64_MAX / (p / b) || down > INT64_MAX / (q / a)) return 0;
    v->total_num = up * (p / b);
    v->total_den = down * (q / a);
    return 1;
}

static int is_by_product(const plant *t, int64_t e) { return t->bom.line_kind && t->bom.line_kind[e] == C12_BOM_BY_PRODUCT; }

/* The line's node, below the one at `above`; 0 when the quantity does not fit. */
static int add_node(tree *w, int64_t above, int64_t e, uint8_t *spread)
{
    const c12_bom *b = &w->t->bom;
    node *v = &w->at[w->n++];
    const int32_t child = b->line_child[e];
    v->line = e;
    v->parent = above;
    v->item = child;
    v->level = w->at[above].level + 1;
    v->repeated = spread[child] && b->line_off[child + 1] > b->line_off[child];
    if (v->level > w->depth) w->depth = v->level;
    return times_line(v, &w->at[above], b->line_num[e], b->line_den[e]);
}

/* Depth first with a stack of its own: a bill may be a million levels deep.  Returns the item whose quantity does not fit, -1 = all fit. */
static int32_t walk(tree *w, int32_t root)
{
    const c12_bom *b = &w->t->bom;
    const int32_t n = b->n_items;
    uint8_t *spread = NEW(uint8_t, n);
    int64_t *node_at = NEW(int64_t, n), *next = NEW(int64_t, n), top = 0;
    int32_t wide = -1;
    const node first = { -1, -1, 1, 1, root, 0, 0, 0 };
    w->at[w->n++] = first;
    next[0] = b->line_off[root];
    spread[root] = 1;
    while (top >= 0 && wide < 0) {
        const int32_t item = w->at[node_at[top]].item;
        if (next[top] == b->line_off[item + 1]) { top--; continue; }
        const int64_t e = next[top]++;
        if (w->bucket < b->line_from[e] || w->bucket >= b->line_to[e]) continue;
        if (!add_node(w, node_at[top], e, spread)) wide = b->line_child[e];
        const node *v = &w->at[w->n - 1];
        if (v->repeated || is_by_product(w->t, e)) continue;
        spread[v->item] = 1;
        node_at[++top] = w->n - 1;
        next[top] = b->line_off[v->item];
    }
    free(spread);
    free(node_at);
    free(next);
    return wide;
}

/* ---- text and rows ------------------------------------------------------------------------------------------------------------------- */

static void put_ratio(char out[44], int64_t num, int64_t den)
{
    if (den == 1) snprintf(out, 44, "%" PRId64, num);
    else snprintf(out, 44, "%" PRId64 "/%" PRId64, num, den);
}

static void per_text(char out[44], const tree *w, const node *v)
{
    if (v->line < 0) put_ratio(out, 1, 1);
    else put_ratio(out, w->t->bom.line_num[v->line], w->t->bom.line_den[v->line]);
}

static const char *note_of(const tree *w, const node *v)
{
    static const char *const types[] = { "buy", "make", "phantom" };
    if (v->line >= 0 && is_by_product(w->t, v->line)) return "by-product";
    return v->repeated ? "see above" : types[w->t->p->item_type[v->item]];
}

static int as_rows(cli *c, const tree *w)
{
    static const char *const head[] = { "level", "item", "per_num", "per_den", "total_num", "total_den", "note", "refs" };
    const c12_bom *b = &w->t->bom;
    table o = table_new(w->t->p->bill_refs ? 8 : 7, head, "nsnnnnss");
    for (int64_t k = 0; k < w->n; k++) {
        const node *v = &w->at[k];
        table_int(&o, v->level);
        table_text(&o, code_of(w->t, v->item));
        table_int(&o, v->line < 0 ? 1 : b->line_num[v->line]);
        table_int(&o, v->line < 0 ? 1 : b->line_den[v->line]);
        table_int(&o, v->total_num);
        table_int(&o, v->total_den);
        table_word(&o, note_of(w, v));
        if (w->t->p->bill_refs) table_text(&o, v->line < 0 ? c12io_texts_at(NULL, 0) : refs_of(w->t, v->line));
    }
    return table_print(c, &o, NULL);
}

static size_t widest_of(const tree *w)
{
    size_t widest = 4;
    for (int64_t k = 0; k < w->n; k++) {
        const size_t size = 2 * (size_t)w->at[k].level + code_of(w->t, w->at[k].item).size;
        if (size > widest) widest = size;
    }
    return widest;
}

static int as_text(cli *c, const tree *w)
{
    const size_t widest = widest_of(w);
    text o = { 0 };
    text_add(&o, "%-*s  %8s  %10s\n", (int)widest, "item", "per", "total");
    for (int64_t k = 0; k < w->n; k++) {
        const node *v = &w->at[k];
        const c12_view code = code_of(w->t, v->item), refs = v->line < 0 ? c12io_texts_at(NULL, 0) : refs_of(w->t, v->line);
        char per[44], total[44];
        per_text(per, w, v);
        put_ratio(total, v->total_num, v->total_den);
        text_add(&o, "%*s", 2 * (int)v->level, "");
        text_bytes(&o, code.ptr, code.size);
        text_add(&o, "%*s  %8s  %10s  %s", (int)(widest - 2 * (size_t)v->level - code.size), "", per, total, note_of(w, v));
        if (refs.size) { text_add(&o, "  "); text_bytes(&o, refs.ptr, refs.size); }
        text_add(&o, "\n");
    }
    return text_write(c, &o, "-");
}

/* ---- picture ------------------------------------------------------------------------------------------------------------------------- */

enum { ROW = 34, BOX = 26, GAP = 56, MARGIN = 16, CHARACTER = 7, MOST_NODES = 5000 };

/* Leaves one below the other, what stands above in the middle of its first and last part. */
static int32_t place_nodes(tree *w)
{
    int32_t rows = 0, *first = NEW(int32_t, w->n), *last = NEW(int32_t, w->n);
    for (int64_t k = 0; k < w->n; k++) first[k] = last[k] = -1;
    for (int64_t k = 0; k < w->n; k++) if (k + 1 == w->n || w->at[k + 1].parent != k) w->at[k].place = 2 * rows++;
    for (int64_t k = w->n - 1; k >= 0; k--) { /* parts come behind what they are in */
        node *v = &w->at[k];
        if (last[k] >= 0) v->place = (first[k] + last[k]) / 2;
        if (v->parent < 0) continue;
        first[v->parent] = v->place;
        if (last[v->parent] < 0) last[v->parent] = v->place;
    }
    free(first);
    free(last);
    return rows;
}

static const char *colour_of(const tree *w, const node *v)
{
    static const char *const by_type[] = { "#e8eef7", "#fdf1dc", "#eeeeee" };
    return v->line >= 0 && is_by_product(w->t, v->line) ? "#e3f3e3" : by_type[w->t->p->item_type[v->item]];
}

static void put_box(text *o, const tree *w, const node *v, const int *left, int width)
{
    const int x = left[v->level], y = MARGIN + v->place * ROW / 2;
    char per[44], total[44];
    per_text(per, w, v);
    put_ratio(total, v->total_num, v->total_den);
    if (v->line >= 0) {
        const node *up = &w->at[v->parent];
        const int from = left[up->level] + width, high = MARGIN + up->place * ROW / 2 + BOX / 2, middle = x - GAP / 2;
        text_add(o, "<path d=\"M%d %dH%dV%dH%d\" fill=\"none\" stroke=\"#9aa3ad\"/>\n", from, high, middle - 12, y + BOX / 2, x);
        text_add(o, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\" fill=\"#444\">%s</text>\n", x - 5, y + BOX / 2 - 4, per);
    }
    text_add(o, "<g><title>%s for one at the top</title><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"3\" fill=\"%s\" stroke=\"#6b7580\"%s/>", total, x, y, width, BOX, colour_of(w, v),
             v->repeated ? " stroke-dasharray=\"4 3\"" : "");
    text_add(o, "<text x=\"%d\" y=\"%d\">", x + 7, y + BOX / 2 + 4);
    text_html(o, code_of(w->t, v->item));
    text_add(o, "</text></g>\n");
}

static int as_picture(cli *c, tree *w, const char *svg)
{
    static const char *const legend[][2] = { { "#fdf1dc", "make" }, { "#e8eef7", "buy" }, { "#eeeeee", "phantom" }, { "#e3f3e3", "by-product" } };
    size_t longest = 8;
    if (w->n > MOST_NODES) return cli_say("c12 bom tree: %" PRId64 " places are too many for a picture; take an item further down, or --csv", w->n);
    for (int64_t k = 0; k < w->n; k++) if (code_of(w->t, w->at[k].item).size > longest) longest = code_of(w->t, w->at[k].item).size;
    const int rows = place_nodes(w), width = (int)longest * CHARACTER + 14, right = 2 * MARGIN + (w->depth + 1) * (width + GAP) - GAP, bottom = 2 * MARGIN + rows * ROW + 20;
    int *left = NEW(int, w->depth + (int64_t)1);
    for (int32_t k = 0; k <= w->depth; k++) left[k] = MARGIN + k * (width + GAP);
    text o = { 0 };
    text_add(&o, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"11\" role=\"img\" aria-label=\"Product structure\">\n", right < 420 ? 420 : right, bottom);
    text_add(&o, "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n");
    for (int64_t k = 0; k < w->n; k++) put_box(&o, w, &w->at[k], left, width);
    for (int k = 0; k < 4; k++) {
        text_add(&o, "<rect x=\"%d\" y=\"%d\" width=\"12\" height=\"12\" fill=\"%s\" stroke=\"#6b7580\"/>", MARGIN + k * 90, bottom - 22, legend[k][0]);
        text_add(&o, "<text x=\"%d\" y=\"%d\" fill=\"#444\">%s</text>\n", MARGIN + k * 90 + 17, bottom - 12, legend[k][1]);
    }
    text_add(&o, "</svg>\n");
    free(left);
    return text_write(c, &o, svg);
}

/* ---- entry --------------------------------------------------------------------------------------------------------------------------- */

int bom_tree(cli *c, const plant *t, const char *code, int64_t bucket, const char *svg)
{
    int32_t root;
    int bad = find_item(c, t, code, &root);
    if (bad) return bad;
    tree w = { .t = t, .at = NEW(node, t->p->n_lines + 1), .bucket = (int32_t)bucket };
    const int32_t wide = walk(&w, root);
    const c12_view v = code_of(t, wide);
    if (wide >= 0) bad = cli_say("%s/bom.csv: the quantity of '%.*s' in one '%s' overflows 64 bits; make the ratios on the way smaller", t->dir, (int)v.size, (const char *)v.ptr, code);
    else if (svg) bad = as_picture(c, &w, svg);
    else bad = c->csv || c->json || c->out ? as_rows(c, &w) : as_text(c, &w);
    free(w.at);
    return bad;
}
