/* SPDX-License-Identifier: Apache-2.0 */
/* A major nonconformance from open to closed: what is refused and why, when its corrective action is due with a pause in between, and whether it helped. */
#include "c12/ncr.h"
#include <stdio.h>

/* prints: plan refused: a root cause is missing */
/* prints: confirm refused: who raised a report does not close it */
/* prints: CLOSED, due after 32 days: 30 and a pause of 2 */
/* prints: the same defect came back as report 1: the action did not help */

enum { EVENTS = 10, ANA = 1, EVE = 2, QUINN = 3 };

int main(void)
{
    const int64_t day = INT64_C(86400000000000);
    const int32_t grade[1] = { C12_NCR_MAJOR }, raised[1] = { ANA };
    const c12_ns created[1] = { 0 };
    const int32_t kind[EVENTS] = { C12_NCR_DO_ASSIGN, C12_NCR_DO_START, C12_NCR_DO_PLAN, C12_NCR_DO_FISHBONE, C12_NCR_DO_PLAN, C12_NCR_DO_PAUSE, C12_NCR_DO_RESUME, C12_NCR_DO_DISPOSE, C12_NCR_DO_FINISH, C12_NCR_DO_CONFIRM };
    const int32_t value[EVENTS] = { EVE, 0, 0, 4 /* material */, 0, 0, 0, C12_NCR_RETURN, 0, 0 }, by[EVENTS] = { QUINN, EVE, EVE, EVE, EVE, EVE, EVE, EVE, EVE, ANA };
    const c12_ns at[EVENTS] = { day, day, day, 2 * day, 3 * day, 4 * day, 6 * day, 7 * day, 8 * day, 9 * day };
    int32_t report[EVENTS] = { 0 }, refusal[EVENTS], state[1] = { 0 }, owner[1] = { 0 }, whys[1] = { 0 }, disposition[1] = { 0 }, approved[1] = { 0 }, paused[1] = { 0 };
    uint32_t causes[1] = { 0 };
    c12_ns last[1] = { 0 }, closed[2] = { 0, INT64_MAX }, due;
    c12_ncr_cases cases = C12_INIT(c12_ncr_cases);
    c12_ncr_events events = C12_INIT(c12_ncr_events);
    c12_error err = C12_INIT(c12_error);
    cases.n = 1; cases.grade = grade; cases.raised_by = raised; cases.created = created; cases.state = state; cases.owner = owner; cases.whys = whys; cases.causes = causes;
    cases.disposition = disposition; cases.approved = approved; cases.paused = paused; cases.last = last; cases.closed = closed;
    events.n = EVENTS; events.report = report; events.kind = kind; events.value = value; events.by = by; events.at = at;
    if (c12_ncr_apply(NULL, &cases, &events, refusal, &err)) goto failed;
    for (int k = 0; k < EVENTS; k++) if (refusal[k]) printf("%s refused: %s\n", c12_ncr_event_name(kind[k]), c12_ncr_refusal_name(refusal[k]));

    /* somebody else looks at it, and closes it */
    const int32_t other[1] = { QUINN }, confirm[1] = { C12_NCR_DO_CONFIRM };
    const c12_ns then[1] = { 10 * day };
    events.n = 1; events.kind = confirm; events.value = NULL; events.by = other; events.at = then;
    if (c12_ncr_apply(NULL, &cases, &events, NULL, &err)) goto failed;

    const int64_t pause_off[2] = { 0, 1 };
    const c12_ns pause_from[1] = { 4 * day }, pause_to[1] = { 6 * day };
    c12_ncr_policy policy = C12_INIT(c12_ncr_policy);
    c12_ncr_clocks clocks = C12_INIT(c12_ncr_clocks);
    clocks.n = 1; clocks.grade = grade; clocks.created = created; clocks.pause_off = pause_off; clocks.pause_from = pause_from; clocks.pause_to = pause_to;
    if (c12_ncr_default(&policy, &err) || c12_ncr_clock(&policy, NULL, &clocks, 10 * day, NULL, NULL, &due, NULL, &err)) goto failed;
    printf("%s, due after %d days: 30 and a pause of 2\n", c12_ncr_state_name(state[0]), (int)(due / day));

    const int32_t code[2] = { 5, 5 }, station[2] = { 1, 1 };
    const c12_ns raised_at[2] = { 0, 40 * day };
    int32_t effect[2], first[2];
    int64_t room[32];
    c12_mem scratch = { room, sizeof room };
    c12_ncr_past past = C12_INIT(c12_ncr_past);
    past.n = 2; past.code = code; past.station = station; past.created = raised_at; past.closed = closed;
    if (c12_ncr_recurrence(&past, 90 * day, 50 * day, effect, first, scratch, &err)) goto failed;
    if (effect[0] == C12_NCR_RECURRED) printf("the same defect came back as report %d: the action did not help\n", (int)first[0]);
    return 0;
failed:
    fprintf(stderr, "%s: %s in %s\n", c12_status_name(err.status), err.what, err.field ? err.field : "");
    return 1;
}
