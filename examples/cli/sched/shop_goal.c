/* SPDX-License-Identifier: Apache-2.0 */
/* --objective: one goal, a weighted sum of terms, or terms one after the other. */
#include "shop.h"
#include <stdlib.h>
#include <string.h>

/* By C12_SCHED_TERM_*; what has moved is said by c12 sched diff, a file names no plan to stay close to. */
static const char *const term_names[] = { "makespan", "tardiness", "max_tardiness", "late", "setup", "flow", "wip", NULL, "preference" };
enum { WISH_WORD = 40 };

/* "name" or "name*weight"; the term, -1 when there is none of that name, -2 when its weight is no number. */
static int32_t read_term(const char *word, size_t length, int64_t *weight)
{
    size_t name = 0;
    char *end;
    while (name < length && word[name] != '*') name++;
    *weight = 1;
    if (name < length) {
        long long n = strtoll(word + name + 1, &end, 10);
        if (end != word + length || n < 1 || n > (1LL << 31)) return -2;
        *weight = n;
    }
    for (int32_t k = 0; k < C12_SCHED_TERM_COUNT; k++)
        if (term_names[k] && strlen(term_names[k]) == name && !memcmp(term_names[k], word, name)) return k;
    return -1;
}

int shop_wish_read(const cli *c, shop_wish *w, const char *words)
{
    memset(w, 0, sizeof *w);
    w->ordered = words && strchr(words, '>') != NULL;
    for (const char *at = words; at; w->n++) {
        size_t length = strcspn(at, ",>");
        int shown = length < WISH_WORD ? (int)length : WISH_WORD;
        if (w->n == C12_SCHED_TERM_COUNT) { cli_usage(c, "--objective names more than %d terms", C12_SCHED_TERM_COUNT); return 0; }
        if (w->ordered && at[length] == ',') { cli_usage(c, "--objective '%s' has both , and >; a sum or an order", words); return 0; }
        int32_t term = read_term(at, length, &w->weight[w->n]);
        if (term == -2) { cli_usage(c, "--objective '%.*s': a weight is a whole number from 1 to 2147483648, as in tardiness*2", shown, at); return 0; }
        if (term < 0) { cli_usage(c, "--objective '%.*s' is not makespan, tardiness, max_tardiness, late, setup, flow, wip or preference", shown, at); return 0; }
        for (int32_t k = 0; k < w->n; k++)
            if (w->term[k] == term) { cli_usage(c, "--objective names %s twice", term_names[term]); return 0; }
        w->term[w->n] = term;
        at = at[length] ? at + length + 1 : NULL;
    }
    return 1;
}

/* The three goals with searches of their own stay what they were. */
static int32_t plain_goal(const shop *s, const shop_wish *w)
{
    if (!w->n) return s->json ? C12_SCHED_TARDINESS : C12_SCHED_MAKESPAN;
    if (w->n > 1 || w->weight[0] > 1) return C12_SCHED_TERMS;
    if (w->term[0] == C12_SCHED_TERM_MAKESPAN) return C12_SCHED_MAKESPAN;
    if (w->term[0] == C12_SCHED_TERM_TARDINESS) return C12_SCHED_TARDINESS;
    return w->term[0] == C12_SCHED_TERM_FLOW ? C12_SCHED_FLOW : C12_SCHED_TERMS;
}

c12_sched_options shop_goal(const shop *s, const shop_wish *w)
{
    c12_sched_options o = C12_INIT(c12_sched_options);
    o.goal = plain_goal(s, w);
    if (o.goal != C12_SCHED_TERMS) return o;
    o.n_terms = w->n;
    o.ordered = w->ordered;
    o.term = w->term;
    o.weight = w->weight;
    return o;
}
