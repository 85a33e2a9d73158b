/* SPDX-License-Identifier: Apache-2.0 */
/* How grave are four defects?  Codes are matched by whole tokens, so "non_safety" is no safety matter. */
#include "c12/ncr.h"
#include <stdio.h>

/* prints: SAFETY-brake: critical */
/* prints: non_safety: minor */
/* prints: performance/torque: major */
/* prints: scratch: minor */

int main(void)
{
    static const char *const names[] = { "", "minor", "major", "critical" };
    static const char codes[] = "SAFETY-brakenon_safetyperformance/torquescratch";
    const int64_t off[] = { 0, 12, 22, 40, 47 };
    c12_ncr_policy policy = C12_INIT(c12_ncr_policy);
    c12_ncr_batch batch = C12_INIT(c12_ncr_batch);
    c12_error err = C12_INIT(c12_error);
    int32_t grade[4];
    batch.n = 4;
    batch.code_text = (const uint8_t *)codes;
    batch.code_off = off;
    if (c12_ncr_default(&policy, &err) || c12_ncr_grade(&policy, &batch, grade, NULL, NULL, &err)) {
        fprintf(stderr, "%s: %s\n", c12_status_name(err.status), err.what);
        return 1;
    }
    for (int k = 0; k < 4; k++) printf("%.*s: %s\n", (int)(off[k + 1] - off[k]), codes + off[k], names[grade[k]]);
    return 0;
}
