/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of c12 tlm share. */
#ifndef C12_TLM_CLI_H
#define C12_TLM_CLI_H

#include "cli.h"
#include "c12/seal.h"
#include "c12/ts.h"

int tlm_fail(cli *c, c12_status s, const char *file);          /* a telemetry file's fault; returns the exit status */
c12_view tlm_key(void);                                        /* of --key, empty without */
int tlm_open(cli *c, const char *file, c12io_ts **t, c12_tlm_schema *schema); /* 0 = open */
int tlm_field(const c12_tlm_schema *s, const char *name, size_t n);           /* -1 = there is none */
int tlm_fields(cli *c, const c12_tlm_schema *s, const char *names, int32_t *field, int32_t cap); /* "a,b" -> how many; -1 = said what is wrong */
int tlm_range(cli *c, c12io_ts_range *range, const char *to);  /* --from, --robot and the end; 0 = understood */
int tlm_time(const char *given, int64_t *ms);                   /* a date, a time or milliseconds; 1 = read */
void tlm_time_text(int64_t ms, char out[64]);                  /* RFC 3339 */

/* A picture of an answer; at most six robots of it. */
int tlm_svg(cli *c, c12io_ts *t, const c12_tlm_schema *s, const c12io_ts_question *q, const c12io_ts_answer *a, const char *path);

int tlm_query(cli *c);
int tlm_latest(cli *c);
int tlm_sample(cli *c);
int tlm_export(cli *c);

#endif
