/* SPDX-License-Identifier: Apache-2.0 */
/* An audit trail that shows where it was changed, and an order only its key opens.  Real programs take random bytes from c12io_random. */
#include "c12/io.h"
#include "c12/seal.h"
#include <stdio.h>
#include <string.h>

/* prints: three rows, all as they were written */
/* prints: row 1: hash of the row does not follow from the row before */
/* prints: opened: forty-two legs */
/* prints: refused: bytes are not what was sealed with this key */
/* prints: a frame of 3 bytes went as 18, and again: frame was heard before */

enum { ROWS = 3 };
static const char *const texts[ROWS][C12_SEAL_TEXTS] = { { "anna", "release", "WO-7", "" }, { "bo", "hold", "WO-7", "torque" }, { "anna", "release", "WO-7", "retested" } };

static int fail(const c12_error *e)
{
    fprintf(stderr, "%s: %s\n", c12_status_name(e->status), e->what);
    return 1;
}

static c12_view view(const char *s) { return (c12_view){ (const uint8_t *)s, strlen(s) }; }

static int audit(c12_error *err)
{
    c12_ns time[ROWS] = { 1000, 2000, 3000 };
    uint8_t text[256], hash[32 * ROWS];
    int64_t off[C12_SEAL_TEXTS * ROWS + 1] = { 0 };
    for (int i = 0; i < ROWS; i++) {
        c12_view v[C12_SEAL_TEXTS];
        for (int k = 0; k < C12_SEAL_TEXTS; k++) {
            int64_t at = off[C12_SEAL_TEXTS * i + k];
            v[k] = view(texts[i][k]);
            memcpy(text + at, v[k].ptr, v[k].size);
            off[C12_SEAL_TEXTS * i + k + 1] = at + (int64_t)v[k].size;
        }
        if (c12_seal_audit_row(i ? hash + 32 * (i - 1) : NULL, i, time[i], v, hash + 32 * i, err)) return 1;
    }
    c12_seal_trail trail = { .struct_size = sizeof trail, .n = ROWS, .time = time, .text_off = off, .text = text, .hash = hash };
    for (int changed = 0; changed < 2; changed++) {
        c12_verdict verdict = C12_INIT(c12_verdict);
        time[1] += changed;
        if (c12_seal_audit_check(&trail, &verdict, err)) return 1;
        if (!verdict.violations) puts("three rows, all as they were written");
        else printf("row %d: %s\n", (int)verdict.row, verdict.rule);
    }
    return 0;
}

static int envelope(c12_error *err)
{
    uint8_t key[C12_SEAL_KEY], random[8], sealed[100], plain[100];
    size_t n, back;
    c12_seal_epoch epoch;
    const c12_view k = { key, sizeof key };
    if (c12io_random((c12_mem){ key, sizeof key }, err) || c12io_random((c12_mem){ random, sizeof random }, err)) return 1;
    if (c12_seal_epoch_init(&epoch, (c12_view){ random, sizeof random }, err)) return 1;
    if (c12_seal_encrypt(k, &epoch, view("orders/7"), view("forty-two legs"), (c12_mem){ sealed, sizeof sealed }, &n, err)) return 1;
    if (c12_seal_decrypt(k, view("orders/7"), (c12_view){ sealed, n }, (c12_mem){ plain, sizeof plain }, &back, err)) return 1;
    printf("opened: %.*s\n", (int)back, (const char *)plain);
    if (c12_seal_decrypt(k, view("orders/8"), (c12_view){ sealed, n }, (c12_mem){ plain, sizeof plain }, &back, err) != C12_E_REFUSED) return 1;
    printf("refused: %s\n", err->what);
    return 0;
}

/* Frames over the radio: the first one tells of the session, the next one is as short as can be, and no frame is taken twice. */
static int radio(c12_error *err)
{
    static const uint8_t first[] = { 0x81, 7 }, next[] = { 0x42, 1, 2 }; /* [7], then bytes 1 2 */
    uint8_t key[C12_SEAL_KEY], random[8], air[2][64], out[64];
    size_t n[2], used, read;
    c12_seal_talker robot;
    c12_seal_hearer plant;
    const c12_view k = { key, sizeof key }, r = { random, sizeof random };
    if (c12io_random((c12_mem){ key, sizeof key }, err) || c12io_random((c12_mem){ random, sizeof random }, err)) return 1;
    if (c12_seal_link_talk(&robot, k, view("G1-037"), (uint64_t)c12io_now(), r, 12, err) || c12_seal_link_hear(&plant, k, view("G1-037"), 0, 12, err)) return 1;
    if (c12_seal_link_close(&robot, (c12_view){ first, sizeof first }, (c12_mem){ air[0], 64 }, &n[0], err)) return 1;
    if (c12_seal_link_close(&robot, (c12_view){ next, sizeof next }, (c12_mem){ air[1], 64 }, &n[1], err)) return 1;
    for (int i = 0; i < 2; i++)
        if (c12_seal_link_open(&plant, (c12_view){ air[i], n[i] }, (c12_mem){ out, 64 }, &used, &read, err)) return 1;
    if (c12_seal_link_open(&plant, (c12_view){ air[1], n[1] }, (c12_mem){ out, 64 }, &used, &read, err) != C12_E_REFUSED) return 1;
    printf("a frame of %zu bytes went as %zu, and again: %s\n", sizeof next, n[1], err->what);
    return 0;
}

int main(void)
{
    c12_error err = C12_INIT(c12_error);
    return audit(&err) || envelope(&err) || radio(&err) ? fail(&err) : 0;
}
