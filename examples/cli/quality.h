/* SPDX-License-Identifier: Apache-2.0 */
/* What grading and the quality loop need: texts of a column, a plant's rules, room for effects. */
#ifndef C12_QUALITY_H
#define C12_QUALITY_H

#include "cli.h"

/* Texts of a column gathered into bytes and offsets. */
typedef struct column_text { text bytes; int64_t *off; } column_text;
column_text column_texts(const c12io_table *t, int32_t column);

/* token,grade,station of a file, or with file NULL the document's rules; p is filled and borrows from s. */
typedef struct plant_rules { c12io_table *t; column_text token; int32_t *grade, *station; } plant_rules;
int rules_open(cli *c, plant_rules *s, const char *file, c12_ncr_policy *p);
int32_t rules_station(const plant_rules *s, c12_view name); /* the number that stands for a station in the rules, -1 = no rule names it */
void rules_close(plant_rules *s);

/* Columns for the effects of so many reports; the block is the caller's to free. */
void *quality_room(c12_flow_quality_effects *fx, c12_flow_postings *p, int64_t n);

#endif
