/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of c12 seal share. */
#ifndef C12_SEAL_CLI_H
#define C12_SEAL_CLI_H

#include "cli.h"
#include "c12/seal.h"

const char *seal_option(const char *name);                    /* what was given; NULL = it was not.  Options are taken before words, so that they may stand anywhere */
int64_t seal_int(cli *c, const char *name, int64_t low, int64_t high, int64_t dflt); /* c->bad when it is something else */
int seal_fail(cli *c, c12_status s, const char *about);      /* a refusal is exit 1, all else as anywhere; says what it is about */
int seal_key(cli *c, const char *option, uint8_t key[32]);   /* the file of a needed option; 0 = read */
int seal_public_key(cli *c, const char *path, uint8_t key[65]); /* 130 or 128 hexadecimal digits; 0 = read */
void seal_hex(text *t, const uint8_t *p, size_t n);
int seal_unhex(c12_view digits, uint8_t *out, size_t n);     /* 1 = exactly n bytes */
int seal_secret(cli *c, c12_mem *line);                      /* a line of standard input; 0 = read */
c12_view seal_view(const char *s);                           /* NULL is empty */
int64_t seal_wall(cli *c);                                   /* --time in seconds, or the clock, in ns */

int seal_audit(cli *c);
int seal_sign(cli *c);
int seal_check(cli *c);

#endif
