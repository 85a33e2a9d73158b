/* SPDX-License-Identifier: Apache-2.0 */
/* Quality: nonconformances with their life and clocks, inspections and charts, suppliers, documents with training and signatures.  Every rule is the
 * library's (c12/ncr.h, spc.h, kpi.h, seal.h); a report's state is what its stored events make of it. */
#ifndef C12_QUALITY_H
#define C12_QUALITY_H

#include "mes/mes.h"
#include "c12/ncr.h"

enum { NCR_EVENTS = 256 };

/* One report with all that happened to it, ready for the rules. */
typedef struct ncr_case {
    int64_t id;
    int32_t grade, raised_by, state, owner, whys, disposition, approved, paused;
    uint32_t causes;
    c12_ns created, last, closed, due;
    int64_t n;
    int32_t report[NCR_EVENTS], kind[NCR_EVENTS], value[NCR_EVENTS], by[NCR_EVENTS];
    c12_ns at[NCR_EVENTS];
    char work[32], station[64], unit[64], defect[128], reasons[48];
} ncr_case;

int32_t quality_actor(db *d, const char *name, int makes);      /* number of whoever acts; -1 = none */
int ncr_load(db *d, int64_t id, ncr_case *c);                   /* 0 = there is none */
int32_t ncr_event(ncr_case *c, int32_t kind, int32_t value, int32_t by, c12_ns at); /* refusal, C12_NCR_DONE = it happened */
json_t *ncr_json(db *d, const ncr_case *c, int64_t now, int all);

void quality_raise(house *h, const char *work, const char *station, const char *defect, const char *description); /* by a machine, in the writer's transaction */
void ncrs_get(request *r);
void ncr_post(request *r);
void ncr_get(request *r);
void ncr_event_post(request *r);
void inspection_post(request *r);
void figures_get(request *r);
void pareto_get(request *r);
void charts_get(request *r);
void chart_get(request *r);
void receipt_post(request *r);
void scorecard_get(request *r);
void documents_get(request *r);
void document_post(request *r);
void training_post(request *r);
void trainings_get(request *r);
void signature_post(request *r);
void signatures_get(request *r);

#endif
