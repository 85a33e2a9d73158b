/* SPDX-License-Identifier: Apache-2.0 */
/* Trails: any row turned, taken out, put in, moved or cut off is found where it happened; and who may sign what. */
#include "seal_hex.h"
#include <stdio.h>
#include "base/rng.h"
#include "rounds.h"

enum { ROWS = 24, TEXT = 4096 };
static const char plant_key[] = "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721";

typedef struct {
    c12_ns time[ROWS + 2];
    int64_t off[4 * (ROWS + 2) + 1];
    uint8_t text[TEXT], hash[32 * (ROWS + 2)], head[3 * 32], sign[3 * 64], point[65];
    int64_t count[3];
    c12_seal_trail t;
} Trail;

static void row_texts(const Trail *w, int64_t i, c12_view v[4])
{
    for (int k = 0; k < 4; k++) v[k] = (c12_view){ w->text + w->off[4 * i + k], (size_t)(w->off[4 * i + k + 1] - w->off[4 * i + k]) };
}

static void make_trail(Trail *w)
{
    Hex key = hex(plant_key);
    memset(w, 0, sizeof *w);
    for (int64_t i = 0; i < ROWS; i++) {
        c12_view v[4];
        w->time[i] = 1000 + i / 2;
        for (int k = 0; k < 4; k++) {
            int64_t at = w->off[4 * i + k];
            int n = k == 3 && i % 3 == 0 ? 0 : snprintf((char *)w->text + at, (size_t)(TEXT - at), "t%d.%d", (int)i, k);
            w->off[4 * i + k + 1] = at + n;
        }
        row_texts(w, i, v);
        fine(c12_seal_audit_row(i ? w->hash + 32 * (i - 1) : NULL, i, w->time[i], v, w->hash + 32 * i, err));
    }
    fine(c12_seal_public(hex_view(&key), w->point, err));
    for (int k = 0; k < 3; k++) {
        w->count[k] = k == 0 ? 5 : k == 1 ? 16 : ROWS;
        memcpy(w->head + 32 * k, w->hash + 32 * (w->count[k] - 1), 32);
        fine(c12_seal_checkpoint(hex_view(&key), w->count[k], w->head + 32 * k, text_view(""), w->sign + 64 * k, err));
    }
    w->t = (c12_seal_trail){ .struct_size = sizeof w->t, .n = ROWS, .n_checkpoints = 3, .time = w->time, .text_off = w->off, .text = w->text, .hash = w->hash,
                             .check_count = w->count, .check_head = w->head, .check_sign = w->sign, .key = { w->point, 65 } };
}

static void judged(const Trail *w, int64_t row, const char *rule)
{
    c12_verdict v = C12_INIT(c12_verdict);
    fine(c12_seal_audit_check(&w->t, &v, err));
    if (v.row != row || v.violations != (row >= 0) || (rule ? !v.rule || strcmp(v.rule, rule) : v.rule != NULL))
        ck_abort_msg("row %d, %s, in place of row %d, %s", (int)v.row, v.rule ? v.rule : "fine", (int)row, rule ? rule : "fine");
    if (row < 0) ck_assert_int_eq(v.objective, w->t.n);
}

static const char broken[] = "hash of the row does not follow from the row before", cut[] = "rows are missing at the end", other[] = "checkpoint has another head";

/* Row 0 of a trail by hand: zeros, number 0, time 1, "ab", "", "c", "" - hashed by Python's hashlib. */
START_TEST(a_row_by_hand)
{
    static const c12_view v[4] = { { (const uint8_t *)"ab", 2 }, { NULL, 0 }, { (const uint8_t *)"c", 1 }, { NULL, 0 } };
    uint8_t plain[67] = { 0 }, hash[32], want[32];
    plain[32 + 15] = 1;          /* time, after 32 zeros and the number */
    memcpy(plain + 48, "\0\0\0\2ab\0\0\0\0\0\0\0\1c\0\0\0\0", 19);
    fine(c12_seal_sha256((c12_view){ plain, 67 }, want, err));
    fine(c12_seal_audit_row(NULL, 0, 1, v, hash, err));
    ck_assert_mem_eq(hash, want, 32);
    Hex python = hex("01f18f2401debf4b84bdbb509060a433bcd832c35f052a3e738688a020cf0421");
    ck_assert_mem_eq(hash, python.at, 32);
}
END_TEST

START_TEST(a_whole_trail_is_fine)
{
    Trail w;
    make_trail(&w);
    judged(&w, -1, NULL);
    w.t.least = ROWS;
    w.t.key.size = 0;
    judged(&w, -1, NULL);
    w.t.n = 0;
    w.t.n_checkpoints = 0;
    w.t.least = 0;
    judged(&w, -1, NULL);
}
END_TEST

START_TEST(every_turned_bit_is_found_in_its_row)
{
    Trail w;
    make_trail(&w);
    for (int64_t i = 0; i < ROWS; i++) {
        for (int bit = 0; bit < 64; bit++) {
            w.time[i] ^= (c12_ns)((uint64_t)1 << bit);
            judged(&w, i, broken);
            w.time[i] ^= (c12_ns)((uint64_t)1 << bit);
        }
        for (int64_t at = 8 * w.off[4 * i]; at < 8 * w.off[4 * i + 4]; at++) {
            w.text[at / 8] ^= (uint8_t)(1 << at % 8);
            judged(&w, i, broken);
            w.text[at / 8] ^= (uint8_t)(1 << at % 8);
        }
        for (int bit = 0; bit < 256; bit++) {
            w.hash[32 * i + bit / 8] ^= (uint8_t)(1 << bit % 8);
            judged(&w, i, broken);
            w.hash[32 * i + bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
        for (int k = 1; k < 4; k++) { /* a letter that moves from one text to the next */
            if (w.off[4 * i + k] == w.off[4 * i + k + 1]) continue;
            w.off[4 * i + k]++;
            judged(&w, i, broken);
            w.off[4 * i + k]--;
        }
    }
    judged(&w, -1, NULL);
}
END_TEST

/* Rows i .. are those of the trail from `from` on. */
static void move_rows(Trail *w, const Trail *of, int64_t to, int64_t from, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        w->time[to + i] = of->time[from + i];
        memcpy(w->hash + 32 * (to + i), of->hash + 32 * (from + i), 32);
        for (int k = 0; k < 4; k++) {
            int64_t len = of->off[4 * (from + i) + k + 1] - of->off[4 * (from + i) + k], at = w->off[4 * (to + i) + k];
            memcpy(w->text + at, of->text + of->off[4 * (from + i) + k], (size_t)len);
            w->off[4 * (to + i) + k + 1] = at + len;
        }
    }
}

static void join(Trail *w) { w->t.time = w->time; w->t.text_off = w->off; w->t.text = w->text; w->t.hash = w->hash; w->t.check_count = w->count; w->t.check_head = w->head; w->t.check_sign = w->sign; w->t.key.ptr = w->point; }

START_TEST(rows_taken_out_put_in_moved_and_cut_off)
{
    Trail of, w;
    make_trail(&of);
    for (int64_t i = 0; i < ROWS; i++) {
        w = of; /* taken out */
        join(&w);
        w.t.n = ROWS - 1;
        move_rows(&w, &of, i, i + 1, ROWS - 1 - i);
        judged(&w, i, i == ROWS - 1 ? cut : broken);
        w = of; /* cut off from row i on */
        join(&w);
        w.t.n = i;
        judged(&w, i, cut);
        w.t.n_checkpoints = 0; /* without a checkpoint somebody must remember how many there were */
        judged(&w, -1, NULL);
        w.t.least = i + 1;
        judged(&w, i, cut);
        for (int64_t j = 0; j < ROWS; j++) {
            w = of; /* row j once more ahead of row i */
            join(&w);
            w.t.n = ROWS + 1;
            move_rows(&w, &of, i, j, 1);
            move_rows(&w, &of, i + 1, i, ROWS - i);
            judged(&w, i == j ? i + 1 : i, broken);
            if (j <= i) continue;
            w = of; /* rows i and j change places */
            join(&w);
            move_rows(&w, &of, i, j, 1);
            move_rows(&w, &of, i + 1, i + 1, j - i - 1);
            move_rows(&w, &of, j, i, 1);
            move_rows(&w, &of, j + 1, j + 1, ROWS - 1 - j);
            judged(&w, i, broken);
        }
    }
}
END_TEST

/* Who can write the trail can also hang it anew on a changed row: then checkpoints tell. */
START_TEST(a_trail_hung_anew_does_not_fit_its_checkpoints)
{
    Trail of, w;
    make_trail(&of);
    for (int64_t i = 0; i < ROWS; i++) {
        w = of;
        join(&w);
        w.text[w.off[4 * i]] ^= 1;
        for (int64_t r = i; r < ROWS; r++) {
            c12_view v[4];
            row_texts(&w, r, v);
            fine(c12_seal_audit_row(r ? w.hash + 32 * (r - 1) : NULL, r, w.time[r], v, w.hash + 32 * r, err));
        }
        judged(&w, i < 5 ? 0 : i < 16 ? 5 : 16, other);
        memcpy(w.head + 64, w.hash + 32 * (ROWS - 1), 32); /* heads that are changed as well are not signed */
        memcpy(w.head + 32, w.hash + 32 * 15, 32);
        memcpy(w.head, w.hash + 32 * 4, 32);
        judged(&w, i < 5 ? 4 : i < 16 ? 15 : ROWS - 1, "checkpoint is not signed by the key");
    }
    w = of;
    join(&w);
    w.count[1] = 17; /* a checkpoint vouches for one count alone */
    memcpy(w.head + 32, w.hash + 32 * 16, 32);
    judged(&w, 16, "checkpoint is not signed by the key");
}
END_TEST

START_TEST(a_trail_in_two_files)
{
    Trail w;
    make_trail(&w);
    for (int64_t first = 1; first < ROWS; first++) {
        c12_seal_trail t = w.t;
        t.first = first;
        t.n = ROWS - first;
        t.time += first;
        t.text_off += 4 * first;
        t.hash += 32 * first;
        t.before = w.hash + 32 * (first - 1);
        c12_verdict v = C12_INIT(c12_verdict);
        fine(c12_seal_audit_check(&t, &v, err));
        ck_assert(v.violations == 0 && v.objective == ROWS - first);
        w.text[w.off[4 * ROWS] - 1] ^= 1;
        fine(c12_seal_audit_check(&t, &v, err));
        ck_assert_int_eq(v.row, ROWS - 1);
        w.text[w.off[4 * ROWS] - 1] ^= 1;
        t.before = w.hash + 32 * first;
        fine(c12_seal_audit_check(&t, &v, err));
        ck_assert_int_eq(v.row, first);
        t.before = NULL;
        refused(c12_seal_audit_check(&t, &v, err), C12_E_ARG, "hash of the row before the first is missing");
    }
}
END_TEST

START_TEST(time_does_not_run_back)
{
    Trail w;
    make_trail(&w);
    w.t.n_checkpoints = 0;
    w.time[7] = 0;
    for (int64_t r = 7; r < ROWS; r++) {
        c12_view v[4];
        row_texts(&w, r, v);
        fine(c12_seal_audit_row(w.hash + 32 * (r - 1), r, w.time[r], v, w.hash + 32 * r, err));
    }
    judged(&w, 7, "time runs back");
}
END_TEST

START_TEST(columns_that_contradict_themselves)
{
    Trail w;
    c12_verdict v = C12_INIT(c12_verdict);
    make_trail(&w);
    w.off[9] = w.off[8] - 1;
    refused(c12_seal_audit_check(&w.t, &v, err), C12_E_RANGE, "offsets fall or a text is too long");
    make_trail(&w);
    w.count[1] = 5;
    refused(c12_seal_audit_check(&w.t, &v, err), C12_E_RANGE, "counts of checkpoints must rise from 1");
    make_trail(&w);
    w.t.time = NULL;
    refused(c12_seal_audit_check(&w.t, &v, err), C12_E_ARG, "column is NULL");
    make_trail(&w);
    w.point[64] ^= 1;
    refused(c12_seal_audit_check(&w.t, &v, err), C12_E_FORMAT, "key is no point of P-256");
    make_trail(&w);
    w.t.n = -1;
    refused(c12_seal_audit_check(&w.t, &v, err), C12_E_ARG, "count is negative or too large");
    static const c12_view t[4] = { { NULL, 0 } };
    uint8_t hash[32];
    refused(c12_seal_audit_row(NULL, 1, 0, t, hash, err), C12_E_RANGE, "number and row before contradict each other");
    refused(c12_seal_audit_row(hash, -1, 0, t, hash, err), C12_E_RANGE, "number and row before contradict each other");
    refused(c12_seal_checkpoint(text_view(""), 0, hash, text_view(""), hash, err), C12_E_RANGE, "there is no row to vouch for");
}
END_TEST

/* ---- signing ------------------------------------------------------------------------------------------------------------------------------ */

typedef struct {
    int32_t document[3], version[3], person[4], doc[4], ver[4];
    c12_ns from[3], until[3], on[4], out[4];
    uint8_t digest[96];
    c12_seal_controls c;
    c12_seal_act a;
} Desk;

/* Document 1: version 1 holds from 100 to 200, version 2 from 200 on; document 4: version 0 from 0 on.  Person 7 is trained on 1.1 for good, on 1.2 from
 * 210 to 300; person 8 on 4.0. */
static void make_desk(Desk *d)
{
    static const Desk one = { .document = { 1, 1, 4 }, .version = { 1, 2, 0 }, .from = { 100, 200, 0 }, .until = { 200, INT64_MAX, INT64_MAX }, .person = { 7, 7, 8, 7 },
                              .doc = { 1, 1, 4, 1 }, .ver = { 1, 2, 0, 2 }, .on = { 50, 210, 0, 220 }, .out = { INT64_MAX, 300, INT64_MAX, 290 } };
    *d = one;
    for (int i = 0; i < 96; i++) d->digest[i] = (uint8_t)(i * 7);
    d->c = (c12_seal_controls){ .struct_size = sizeof d->c, .n_versions = 3, .n_trainings = 4, .document = d->document, .version = d->version, .effective = d->from, .superseded = d->until,
                                .digest = d->digest, .trained_person = d->person, .trained_document = d->doc, .trained_version = d->ver, .trained_on = d->on, .trained_until = d->out };
    d->a = (c12_seal_act){ .when = 250, .person = 7, .document = 1, .version = 2, .meaning = C12_SEAL_APPROVED, .who = text_view("Anna Ruiz"), .why = text_view("torque is within limits") };
    memcpy(d->a.digest, d->digest + 32, 32);
}

START_TEST(who_may_sign)
{
    Desk d;
    int32_t row = -1;
    make_desk(&d);
    fine(c12_seal_may_sign(&d.c, &d.a, &row, err));
    ck_assert_int_eq(row, 1);
    row = 9;
    static const struct { c12_ns when; int32_t person, document, version; const char *rule; } no[] = {
        { 250, 7, 1, 3, "document has no such version" }, { 250, 7, 2, 1, "document has no such version" }, { 199, 7, 1, 2, "version does not hold yet" },
        { 200, 7, 1, 1, "version has been superseded" }, { 250, 8, 1, 2, "person is not trained on this version" }, { 209, 7, 1, 2, "person is not trained on this version" },
        { 300, 7, 1, 2, "training has run out" }, { 250, 7, 4, 0, "digest is not the version's" } };
    for (size_t k = 0; k < sizeof no / sizeof *no; k++) {
        d.a.when = no[k].when;
        d.a.person = no[k].person;
        d.a.document = no[k].document;
        d.a.version = no[k].version;
        memcpy(d.a.digest, d.digest + (no[k].version == 1 ? 0 : 32), 32);
        refused(c12_seal_may_sign(&d.c, &d.a, &row, err), C12_E_REFUSED, no[k].rule);
    }
    ck_assert_int_eq(row, 9);
    make_desk(&d);
    for (int bit = 0; bit < 256; bit++) {
        d.a.digest[bit / 8] ^= (uint8_t)(1 << bit % 8);
        refused(c12_seal_may_sign(&d.c, &d.a, NULL, err), C12_E_REFUSED, "digest is not the version's");
        d.a.digest[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    d.c.superseded = d.c.trained_until = NULL; /* for good: then versions 1 and 2 would hold together */
    refused(c12_seal_may_sign(&d.c, &d.a, NULL, err), C12_E_RANGE, "two versions hold at the same time");
}
END_TEST

/* The rules once more, the other way round: list what would allow it. */
static int oracle(const Desk *d)
{
    int holds = 0, trained = 0;
    for (int i = 0; i < 3; i++) holds |= d->document[i] == d->a.document && d->version[i] == d->a.version && d->from[i] <= d->a.when && d->a.when < d->until[i] && !memcmp(d->digest + 32 * i, d->a.digest, 32);
    for (int i = 0; i < 4; i++) trained |= d->person[i] == d->a.person && d->doc[i] == d->a.document && d->ver[i] == d->a.version && d->on[i] <= d->a.when && d->a.when < d->out[i];
    return holds && trained;
}

START_TEST(random_desks_agree_with_the_rules)
{
    c12__rng r = c12__rng_from(3, 0);
    int allowed = 0;
    for (int k = 0; k < rounds(50000); k++) {
        Desk d;
        make_desk(&d);
        for (int i = 0; i < 4; i++) {
            d.person[i] = 7 + (int32_t)c12__rng_below(&r, 2);
            d.doc[i] = c12__rng_below(&r, 4) ? 1 : 4;
            d.ver[i] = (int32_t)c12__rng_below(&r, 3);
            d.on[i] = (c12_ns)c12__rng_below(&r, 300);
            d.out[i] = d.on[i] + 1 + (c12_ns)c12__rng_below(&r, 300);
        }
        d.a.when = (c12_ns)c12__rng_below(&r, 400);
        d.a.person = 7 + (int32_t)c12__rng_below(&r, 2);
        int v = (int)c12__rng_below(&r, 3);
        d.a.document = d.document[v];
        d.a.version = d.version[v];
        memcpy(d.a.digest, d.digest + 32 * (c12__rng_below(&r, 8) ? v : (v + 1) % 3), 32);
        c12_status s = c12_seal_may_sign(&d.c, &d.a, NULL, NULL);
        if ((s == C12_OK) != oracle(&d) || (s && s != C12_E_REFUSED)) ck_abort_msg("desk %d: %s", k, c12_status_name(s));
        allowed += !s;
    }
    ck_assert_int_gt(allowed, 0);
}
END_TEST

START_TEST(a_signature_belongs_to_one_act)
{
    Desk d;
    Hex key = hex(plant_key);
    uint8_t point[65], sign[64], hash[32] = { 0 }, blank[64] = { 0 };
    char line[160];
    size_t used;
    c12_view secret = text_view("correct horse"), noise = text_view("noise");
    make_desk(&d);
    fine(c12_seal_public(hex_view(&key), point, err));
    fine(c12_seal_password_hash(secret, text_view("0123456789abcdef"), 0, (c12_mem){ line, sizeof line }, &used, err));
    c12_view record = { (uint8_t *)line, used }, k = { point, 65 }, s = { sign, 64 };
    memset(sign, 0, 64);
    refused(c12_seal_act_sign(&d.c, &d.a, text_view("wrong horse"), record, hex_view(&key), noise, hash, sign, err), C12_E_REFUSED, "password is wrong");
    d.a.person = 8; /* who does not know the secret does not learn who is trained */
    refused(c12_seal_act_sign(&d.c, &d.a, text_view("wrong horse"), record, hex_view(&key), noise, hash, sign, err), C12_E_REFUSED, "password is wrong");
    refused(c12_seal_act_sign(&d.c, &d.a, secret, record, hex_view(&key), noise, hash, sign, err), C12_E_REFUSED, "person is not trained on this version");
    ck_assert_mem_eq(sign, blank, 64);
    ck_assert_mem_eq(hash, blank, 32);
    d.a.person = 7;
    fine(c12_seal_act_sign(&d.c, &d.a, secret, record, hex_view(&key), noise, hash, sign, err));
    fine(c12_seal_act_check(&d.a, k, s, err));
    fine(c12_seal_verify(k, hash, s, err));
    static const char gone[] = "signature is not the key's";
    c12_seal_act a = d.a;
    a.when++; refused(c12_seal_act_check(&a, k, s, err), C12_E_REFUSED, gone); a = d.a;
    a.person++; refused(c12_seal_act_check(&a, k, s, err), C12_E_REFUSED, gone); a = d.a;
    a.document++; refused(c12_seal_act_check(&a, k, s, err), C12_E_REFUSED, gone); a = d.a;
    a.version++; refused(c12_seal_act_check(&a, k, s, err), C12_E_REFUSED, gone); a = d.a;
    a.meaning = C12_SEAL_REVIEWED; refused(c12_seal_act_check(&a, k, s, err), C12_E_REFUSED, gone); a = d.a;
    a.digest[31] ^= 1; refused(c12_seal_act_check(&a, k, s, err), C12_E_REFUSED, gone); a = d.a;
    a.who = text_view("Anna Ruis"); refused(c12_seal_act_check(&a, k, s, err), C12_E_REFUSED, gone); a = d.a;
    a.why = text_view("torque is within limit"); refused(c12_seal_act_check(&a, k, s, err), C12_E_REFUSED, gone); a = d.a;
    a.who = text_view("Anna Ruizt"); /* no letter moves from the reason to the name */
    a.why = text_view("orque is within limits");
    refused(c12_seal_act_check(&a, k, s, err), C12_E_REFUSED, gone);
}
END_TEST

START_TEST(acts_and_tables_are_judged)
{
    Desk d;
    make_desk(&d);
    d.a.meaning = 6;
    refused(c12_seal_may_sign(&d.c, &d.a, NULL, err), C12_E_RANGE, "meaning is not known");
    make_desk(&d);
    d.a.why.size = 0;
    refused(c12_seal_may_sign(&d.c, &d.a, NULL, err), C12_E_RANGE, "reason must have 1 to 65536 bytes");
    d.a.who.size = 0;
    refused(c12_seal_may_sign(&d.c, &d.a, NULL, err), C12_E_RANGE, "name must have 1 to 1024 bytes");
    d.a.person = -1;
    refused(c12_seal_may_sign(&d.c, &d.a, NULL, err), C12_E_RANGE, "person must not be negative");
    make_desk(&d);
    d.document[2] = 0;
    refused(c12_seal_may_sign(&d.c, &d.a, NULL, err), C12_E_RANGE, "rows must rise by document and version");
    make_desk(&d);
    d.version[1] = 1;
    refused(c12_seal_may_sign(&d.c, &d.a, NULL, err), C12_E_RANGE, "rows must rise by document and version");
    make_desk(&d);
    d.until[0] = 201;
    refused(c12_seal_may_sign(&d.c, &d.a, NULL, err), C12_E_RANGE, "two versions hold at the same time");
    make_desk(&d);
    d.until[1] = 200;
    refused(c12_seal_may_sign(&d.c, &d.a, NULL, err), C12_E_RANGE, "version is superseded before it holds");
    make_desk(&d);
    d.out[3] = 220;
    refused(c12_seal_may_sign(&d.c, &d.a, NULL, err), C12_E_RANGE, "training runs out before it is passed");
    d.c.n_trainings = -1;
    refused(c12_seal_may_sign(&d.c, &d.a, NULL, err), C12_E_ARG, "count is negative");
    make_desk(&d);
    d.c.digest = NULL;
    refused(c12_seal_may_sign(&d.c, &d.a, NULL, err), C12_E_ARG, "column is NULL");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("seal-audit");
    TCase *t = tcase_create("all");
    tcase_set_timeout(t, 120);
    tcase_add_test(t, a_row_by_hand);
    tcase_add_test(t, a_whole_trail_is_fine);
    tcase_add_test(t, every_turned_bit_is_found_in_its_row);
    tcase_add_test(t, rows_taken_out_put_in_moved_and_cut_off);
    tcase_add_test(t, a_trail_hung_anew_does_not_fit_its_checkpoints);
    tcase_add_test(t, a_trail_in_two_files);
    tcase_add_test(t, time_does_not_run_back);
    tcase_add_test(t, columns_that_contradict_themselves);
    tcase_add_test(t, who_may_sign);
    tcase_add_test(t, random_desks_agree_with_the_rules);
    tcase_add_test(t, a_signature_belongs_to_one_act);
    tcase_add_test(t, acts_and_tables_are_judged);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
