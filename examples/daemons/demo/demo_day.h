/* SPDX-License-Identifier: Apache-2.0 */
/* The sample plant's busiest day, played through the services of one process: transport for every operation, telemetry of every robot, inspections,
 * a critical report at ten.  The robots are twins, which drive what the fleet releases to them. */
#ifndef C12_DEMO_DAY_H
#define C12_DEMO_DAY_H

#include "fleet/fleet.h"
#include "mes/mes.h"

/* One transport task to come. */
typedef struct errand { int64_t ready; int32_t from, to, priority; } errand;

typedef struct demo_day {
    house *h;
    int on, reported, done;
    errand *errand;
    int64_t n_errands, next, first_minute, inspected, recorded, told;
} demo_day;

void demo_errands(demo_day *d, const mes *m);            /* kits and products of the day, by time */
void demo_telemetry(demo_day *d, fleet *f, mes *m);      /* a record of each robot */
void demo_quality(demo_day *d, mes *m, int64_t minute);  /* inspections of what was finished, and the report at ten */

#endif
