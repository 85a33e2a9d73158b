/* SPDX-License-Identifier: Apache-2.0 */
/** @file c12/ncr.h
 *  Nonconformance reports: severity from the plant's own rules as data, with the reasons; who gets a report; its life cycle from
 *  open to closed; the clock of the corrective action; whether the action was effective; verdicts of optical inspection.
 *  Shape F: pure functions over columns of the caller's, no state.
 *
 *  Text (defect codes, rule tokens) is one UTF-8 bytes column plus int64 offsets: text i is text[off[i]] .. text[off[i+1]-1].
 *  A code is split into tokens at every byte that is not a letter, a digit or part of a UTF-8 sequence; ASCII letters are
 *  folded.  A rule's tokens must stand in the code one after another, and not right behind a "no", "not" or "non":
 *  "SAFETY-brake" and "brake_safety" are safety matters, "non_safety" and "safetynet" are not. */
#ifndef C12_NCR_H
#define C12_NCR_H

#include "c12/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Severity of a nonconformance. */
enum {
    C12_NCR_MINOR = 1,   /**< Cosmetic, no functional impact. */
    C12_NCR_MAJOR = 2,   /**< Performance degraded, rework required. */
    C12_NCR_CRITICAL = 3 /**< Safety issue, or the unit cannot function. */
};

/** Why a grade was given: a bit set of all rules that fired, whether they decided or not. */
enum {
    C12_NCR_BY_TOKEN = 1,   /**< A token rule matched the code. */
    C12_NCR_BY_SAFETY = 2,  /**< The characteristic is marked as a safety characteristic. */
    C12_NCR_BY_SHARE = 4,   /**< The defective share reached a limit. */
    C12_NCR_BY_RPN = 8,     /**< The risk priority number reached a limit. */
    C12_NCR_BY_REPEATS = 16 /**< Repeats lifted the grade by one. */
};

/** The plant's own rules.  A zero limit is not used. */
typedef struct c12_ncr_policy {
    uint32_t struct_size;
    int32_t n_rules;              /**< Token rules. */
    int32_t major_ppm;            /**< Defective share of the lot, in ppm, from which the grade is at least major ... */
    int32_t critical_ppm;         /**< ... or critical. */
    int32_t major_rpn;            /**< Severity * occurrence * detection (1..1000) from which it is at least major ... */
    int32_t critical_rpn;         /**< ... or critical. */
    int32_t repeat_lift;          /**< Repeats in the window from which the grade is lifted by one. */
    int32_t reserved;             /**< 0. */
    int32_t major_days;           /**< Days from creation to closure of the corrective action of a major report. */
    int32_t critical_days;        /**< The same for a critical one. */
    const uint8_t *rule_text;     /**< Token rules' texts ... */
    const int64_t *rule_off;      /**< [n_rules + 1] ... and their offsets. */
    const int32_t *rule_grade;    /**< [n_rules] C12_NCR_*: the grade is at least this. */
    const int32_t *rule_station;  /**< [n_rules] station the rule is for, -1 = any; NULL = any. */
} c12_ncr_policy;

/** Reports to grade. */
typedef struct c12_ncr_batch {
    uint32_t struct_size;
    int32_t n;
    const uint8_t *code_text;     /**< Defect codes ... */
    const int64_t *code_off;      /**< [n + 1] ... and their offsets. */
    const int32_t *station;       /**< [n] -1 = none; NULL = none. */
    const c12_qty *lot_qty;       /**< [n] > 0; NULL = share not known. */
    const c12_qty *bad_qty;       /**< [n] 0..lot_qty; NULL = share not known. */
    const int32_t *severity;      /**< [n] 1..10; NULL (any of the three) = risk priority not known. */
    const int32_t *occurrence;    /**< [n] 1..10. */
    const int32_t *detection;     /**< [n] 1..10. */
    const int32_t *repeats;       /**< [n] >= 0; NULL = 0. */
    const uint8_t *safety;        /**< [n] 1 = safety characteristic, always critical; NULL = 0. */
} c12_ncr_batch;

/** The source document's rules: "safety" and "actuator_failure" are critical, "performance" is major, all else minor; corrective
 *  actions are due in 7 and 30 days.  Fills *policy with pointers to constant data.  THREADSAFE.  @since 0.1 */
C12_API C12_MUST c12_status c12_ncr_default(c12_ncr_policy *policy, c12_error *err);

/** Grade every report.
 *  @param policy the rules
 *  @param in     the reports
 *  @param grade  [n] out: C12_NCR_*
 *  @param reason [n] out: bit set of C12_NCR_BY_*; 0 = minor because nothing fired; may be NULL
 *  @param rule   [n] out: first token rule of the highest grade that matched, -1 = none; may be NULL
 *  @param err    optional
 *  @return C12_E_RANGE naming column and row; on any error nothing is written.  O(bytes of codes + bytes of rules) for 16 reports and more and up to 512
 *  rules, with 9 KB of stack; O(bytes of codes * rules) otherwise.  @since 0.1 */
C12_API C12_MUST c12_status c12_ncr_grade(const c12_ncr_policy *policy, const c12_ncr_batch *in, int32_t *grade, uint32_t *reason,
                                          int32_t *rule, c12_error *err);

/** When the corrective action of each report must be closed: creation plus the grade's days; INT64_MAX where the policy asks none.
 *  @param policy  the rules
 *  @param n       reports
 *  @param grade   [n] C12_NCR_*
 *  @param created [n] creation time
 *  @param due     [n] out
 *  @param err     optional
 *  @return C12_E_RANGE, C12_E_OVERFLOW naming the row.  O(n).  @since 0.1 */
C12_API C12_MUST c12_status c12_ncr_due(const c12_ncr_policy *policy, int32_t n, const int32_t *grade, const c12_ns *created, c12_ns *due,
                                        c12_error *err);

/** Independent checker of grades: for each report, matches rules on a normalised copy position by position and rebuilds the grade.
 *  @param policy  the rules
 *  @param in      the reports
 *  @param grade   [n] to be judged
 *  @param reason  [n] to be judged, or NULL
 *  @param verdict out; row = first wrong report, objective = number of critical reports
 *  @param err     optional
 *  @return C12_OK whatever the verdict.  @since 0.1 */
C12_API C12_MUST c12_status c12_ncr_check(const c12_ncr_policy *policy, const c12_ncr_batch *in, const int32_t *grade, const uint32_t *reason,
                                          c12_verdict *verdict, c12_error *err);

/** The bits of a reason as words in the order of the bits, joined by "+": "token+safety"; nothing for 0.
 *  @param reason bit set of C12_NCR_BY_*
 *  @param out    text of cap bytes, terminated
 *  @param cap    bytes; 40 always suffice
 *  @param err    optional
 *  @return C12_E_RANGE for unknown bits; C12_E_SPACE, err->value = bytes needed.  O(1).  THREADSAFE.  @since 0.1 */
C12_API C12_MUST c12_status c12_ncr_reason_text(uint32_t reason, char *out, size_t cap, c12_error *err);

/* ---- life cycle --------------------------------------------------------------------------------------------------------------------- */

/** Where a report stands. */
enum {
    C12_NCR_OPEN = 1,       /**< Raised, nobody has it yet. */
    C12_NCR_ASSIGNED = 2,   /**< Somebody has it. */
    C12_NCR_ROOT_CAUSE = 3, /**< The cause is looked for. */
    C12_NCR_ACTION = 4,     /**< Corrective action is under way. */
    C12_NCR_VERIFY = 5,     /**< Done; does it work? */
    C12_NCR_CLOSED = 6      /**< Confirmed. */
};

/** What happens to a report.  `value` of the event in brackets. */
enum {
    C12_NCR_DO_ASSIGN = 1,   /**< To a person [id], from OPEN; to another one up to ACTION. */
    C12_NCR_DO_START = 2,    /**< Root cause analysis begins. */
    C12_NCR_DO_WHY = 3,      /**< One more why answered. */
    C12_NCR_DO_FISHBONE = 4, /**< A cause on the fishbone diagram [1..6: people, machine, method, material, measurement, environment]. */
    C12_NCR_DO_DISPOSE = 5,  /**< What becomes of the units [C12_NCR_REWORK ..]. */
    C12_NCR_DO_APPROVE = 6,  /**< The deviation of units used as they are is approved. */
    C12_NCR_DO_PLAN = 7,     /**< The corrective action is planned: to ACTION; from ASSIGNED for minor reports only. */
    C12_NCR_DO_FINISH = 8,   /**< The action is done: to VERIFY. */
    C12_NCR_DO_CONFIRM = 9,  /**< It works: to CLOSED. */
    C12_NCR_DO_REJECT = 10,  /**< It does not: back to ROOT_CAUSE, with whys and causes to be found anew; minor ones to ACTION. */
    C12_NCR_DO_PAUSE = 11,   /**< The clock stops (waiting for a supplier); nothing else happens until it goes on. */
    C12_NCR_DO_RESUME = 12   /**< The clock goes on. */
};

/** What becomes of nonconforming units. */
enum { C12_NCR_REWORK = 1, C12_NCR_SCRAP = 2, C12_NCR_USE_AS_IS = 3, C12_NCR_RETURN = 4 };

/** Why an event was refused; the report is then as it was. */
enum {
    C12_NCR_DONE = 0,               /**< It was not. */
    C12_NCR_NO_SUCH_MOVE = 1,       /**< The state does not know this event. */
    C12_NCR_OUT_OF_ORDER = 2,       /**< Earlier than what happened to the report before, or than its creation. */
    C12_NCR_PAUSED = 3,             /**< The clock is stopped. */
    C12_NCR_NOT_PAUSED = 4,         /**< The clock runs. */
    C12_NCR_NO_CAUSE = 5,           /**< Major and critical reports need enough whys or a cause on the fishbone. */
    C12_NCR_NO_DISPOSITION = 6,     /**< Nobody said what becomes of the units. */
    C12_NCR_NOT_APPROVED = 7,       /**< Units used as they are need an approved deviation. */
    C12_NCR_NOTHING_TO_APPROVE = 8, /**< The units are not used as they are. */
    C12_NCR_RAISER_CLOSES = 9,      /**< Who raised a report does not close it. */
    C12_NCR_OWNER_APPROVES = 10,    /**< Who raised it or works on it does not approve the deviation. */
    C12_NCR_REFUSALS = 11
};

/** Static names: "ROOT_CAUSE", "assign", "use_as_is", "a root cause is missing"; "?" for a number that is none.  THREADSAFE.  @since 0.1 */
C12_API const char *c12_ncr_state_name(int32_t state);
/** @copydoc c12_ncr_state_name */
C12_API const char *c12_ncr_event_name(int32_t event);
/** @copydoc c12_ncr_state_name */
C12_API const char *c12_ncr_disposition_name(int32_t disposition);
/** @copydoc c12_ncr_state_name */
C12_API const char *c12_ncr_refusal_name(int32_t refusal);

/** The table of moves: the state after an event in a state, 0 = refused; conditions aside.  @return 0 also for numbers that are none.  THREADSAFE.  @since 0.1 */
C12_API int32_t c12_ncr_next(int32_t state, int32_t event, int32_t grade);

/** How the life cycle is kept. */
typedef struct c12_ncr_conduct {
    uint32_t struct_size;
    int32_t least_whys;  /**< Whys that make a root cause without a fishbone; 0 = 5. */
    int32_t self_close;  /**< 1 = who raised a report may close it. */
    int32_t self_approve;/**< 1 = who raised it or works on it may approve its deviation. */
} c12_ncr_conduct;

/** Reports as they stand: columns of the caller, which c12_ncr_apply goes on from.  All zeros but grade, raised_by and created is how they begin. */
typedef struct c12_ncr_cases {
    uint32_t struct_size;
    int32_t n;
    const int32_t *grade;     /**< [n] C12_NCR_MINOR to C12_NCR_CRITICAL. */
    const int32_t *raised_by; /**< [n] person, -1 = a machine. */
    const c12_ns *created;    /**< [n] */
    int32_t *state;           /**< [n] C12_NCR_OPEN ..; 0 = open. */
    int32_t *owner;           /**< [n] who has it; of no meaning while open. */
    int32_t *whys;            /**< [n] answered. */
    uint32_t *causes;         /**< [n] bit c - 1: a cause of category c. */
    int32_t *disposition;     /**< [n] 0 = none. */
    int32_t *approved;        /**< [n] 1 = deviation approved. */
    int32_t *paused;          /**< [n] 1 = the clock is stopped. */
    c12_ns *last;             /**< [n] of the last event that was accepted; of no meaning before. */
    c12_ns *closed;           /**< [n] when it was closed; of no meaning before. */
} c12_ncr_cases;

/** Events in the order in which they became known. */
typedef struct c12_ncr_events {
    uint32_t struct_size;
    uint32_t reserved;     /**< 0. */
    int64_t n;
    const int32_t *report; /**< [n] row of the cases. */
    const int32_t *kind;   /**< [n] C12_NCR_DO_*. */
    const int32_t *value;  /**< [n] see the kinds; NULL = 0. */
    const int32_t *by;     /**< [n] person; -1 = a machine. */
    const c12_ns *at;      /**< [n] */
    const void *reserved_column; /**< NULL. */
} c12_ncr_events;

/** Let events happen.
 *  @param conduct rules; NULL = defaults
 *  @param cases   reports, changed
 *  @param events  what happened
 *  @param refusal [events->n] out: C12_NCR_DONE or why not; may be NULL
 *  @param err     optional
 *  @return C12_E_RANGE naming column and row; on any error nothing has changed.  O(n + events).  @since 0.1 */
C12_API C12_MUST c12_status c12_ncr_apply(const c12_ncr_conduct *conduct, c12_ncr_cases *cases, const c12_ncr_events *events, int32_t *refusal, c12_error *err);

/** Independent checker of a whole history, from reports that were open: each refusal is judged, and each report afterwards, from the accepted events before alone.
 *  @param conduct rules; NULL = defaults
 *  @param cases   reports after the events
 *  @param events  all events of these reports
 *  @param refusal [events->n] to be judged
 *  @param verdict out; row = first wrong event or report by verdict->field, objective = events accepted
 *  @param err     optional
 *  @return C12_OK whatever the verdict.  O(events^2 + n * events).  @since 0.1 */
C12_API C12_MUST c12_status c12_ncr_history_check(const c12_ncr_conduct *conduct, const c12_ncr_cases *cases, const c12_ncr_events *events, const int32_t *refusal,
                                                  c12_verdict *verdict, c12_error *err);

/* ---- assignment --------------------------------------------------------------------------------------------------------------------- */

/** Who there is. */
typedef struct c12_ncr_staff {
    uint32_t struct_size;
    int32_t n;
    const uint8_t *manager; /**< [n] 1 = quality manager, 0 = quality engineer. */
    const uint8_t *away;    /**< [n] 1 = takes nothing now; NULL = nobody. */
    const int32_t *load;    /**< [n] reports in hand, >= 0; NULL = 0. */
    const void *reserved_column; /**< NULL. */
} c12_ncr_staff;

/** Give reports to people in their order: critical ones to the quality manager with the least load, urgently, and to one who is away when all are; others to the engineer with
 *  the least load who is not away; ties by id.  Each report adds one to its person's load.
 *  @param staff  who there is
 *  @param n      reports
 *  @param grade  [n] C12_NCR_*
 *  @param person [n] out: -1 = nobody is there
 *  @param urgent [n] out: 1 = to be told at once; may be NULL
 *  @param load   [staff->n] out: loads afterwards
 *  @param err    optional
 *  @return C12_E_RANGE; on any error nothing is written.  O(n * staff).  @since 0.1 */
C12_API C12_MUST c12_status c12_ncr_assign(const c12_ncr_staff *staff, int32_t n, const int32_t *grade, int32_t *person, uint8_t *urgent, int32_t *load, c12_error *err);

/** Independent checker of an assignment: nobody entitled had less to do at the time.
 *  @param staff   who there is
 *  @param n       reports
 *  @param grade   [n]
 *  @param person  [n] to be judged
 *  @param verdict out; row = first wrong report, objective = reports nobody has
 *  @param err     optional
 *  @return C12_OK whatever the verdict.  O(n^2 * staff).  @since 0.1 */
C12_API C12_MUST c12_status c12_ncr_assign_check(const c12_ncr_staff *staff, int32_t n, const int32_t *grade, const int32_t *person, c12_verdict *verdict, c12_error *err);

/* ---- clocks of corrective actions ------------------------------------------------------------------------------------------------------ */

/** How time counts. */
typedef struct c12_ncr_calendar {
    uint32_t struct_size;
    int32_t n_windows;       /**< 0 = time always counts. */
    const c12_ns *open;      /**< [n_windows] time counts from here, ascending, windows apart ... */
    const c12_ns *close;     /**< [n_windows] ... until here, > open. */
    c12_ns day;              /**< What a day of the policy is in counted time; 0 = 24 hours.  Eight hours for a plant of one shift. */
    const int32_t *level_ppm;/**< [n_levels] share of the time allowed at which each level is told, ascending; NULL = 500000, 750000, 1000000. */
    const void *reserved_column; /**< NULL. */
    int32_t n_levels;        /**< 0 = the three of NULL. */
    int32_t reserved;        /**< 0. */
} c12_ncr_calendar;

/** Corrective actions. */
typedef struct c12_ncr_clocks {
    uint32_t struct_size;
    int32_t n;
    const int32_t *grade;      /**< [n] */
    const c12_ns *created;     /**< [n] the clock starts. */
    const c12_ns *closed;      /**< [n] it stops for good; INT64_MAX = open; NULL = all open. */
    const int64_t *pause_off;  /**< [n + 1] pauses of each report; NULL = none. */
    const c12_ns *pause_from;  /**< [pauses] ascending in a report, apart ... */
    const c12_ns *pause_to;    /**< [pauses] ... > from; INT64_MAX = until further notice. */
} c12_ncr_clocks;

/** Time used, time left, due time and level of escalation.
 *  @param policy   days by grade
 *  @param calendar how time counts; NULL = always
 *  @param clocks   corrective actions
 *  @param now      time
 *  @param used     [n] out: counted time from creation to now (or closure), pauses left out; may be NULL
 *  @param left     [n] out: time allowed less time used, negative = overdue; INT64_MAX where the policy asks none; may be NULL
 *  @param due      [n] out: the first moment at which all is used; INT64_MAX where the policy asks none, the clock stands or the calendar ends before; may be NULL
 *  @param level    [n] out: levels reached, 0 .. n_levels; may be NULL
 *  @param err      optional
 *  @return C12_E_RANGE, C12_E_OVERFLOW naming column and row; on any error nothing is written.  O(n * log windows + windows between + pauses).  @since 0.1 */
C12_API C12_MUST c12_status c12_ncr_clock(const c12_ncr_policy *policy, const c12_ncr_calendar *calendar, const c12_ncr_clocks *clocks, c12_ns now, c12_ns *used, c12_ns *left,
                                          c12_ns *due, int32_t *level, c12_error *err);

/** Independent checker of clocks: measures overlaps of windows and pauses, before a due time and a nanosecond earlier.
 *  @param policy   days by grade
 *  @param calendar how time counts; NULL = always
 *  @param clocks   corrective actions
 *  @param now      time
 *  @param used     [n] to be judged, or NULL
 *  @param due      [n] to be judged, or NULL
 *  @param level    [n] to be judged, or NULL
 *  @param verdict  out; row = first wrong report, objective = overdue reports
 *  @param err      optional
 *  @return C12_OK whatever the verdict.  O(n * windows * pauses of a report).  @since 0.1 */
C12_API C12_MUST c12_status c12_ncr_clock_check(const c12_ncr_policy *policy, const c12_ncr_calendar *calendar, const c12_ncr_clocks *clocks, c12_ns now, const c12_ns *used,
                                                const c12_ns *due, const int32_t *level, c12_verdict *verdict, c12_error *err);

/* ---- effectiveness ---------------------------------------------------------------------------------------------------------------------- */

enum { C12_NCR_UNDECIDED = 0, C12_NCR_EFFECTIVE = 1, C12_NCR_RECURRED = 2 }; /**< Did a corrective action prevent recurrence? */

/** Reports in any order. */
typedef struct c12_ncr_past {
    uint32_t struct_size;
    int32_t n;
    const int32_t *code;    /**< [n] id of the defect code, >= 0. */
    const int32_t *station; /**< [n] >= -1; NULL = -1. */
    const c12_ns *created;  /**< [n] */
    const c12_ns *closed;   /**< [n] >= created; INT64_MAX = open. */
} c12_ncr_past;

/** Bytes of scratch for n reports.  @since 0.1 */
C12_API size_t c12_ncr_recurrence_scratch(int32_t n);

/** Same code at the same station within the window after closure: the corrective action was not effective.
 *  @param past    reports
 *  @param window  > 0
 *  @param now     time: a closed report without recurrence is undecided until its window is over
 *  @param effect  [n] out: C12_NCR_UNDECIDED (also while open), C12_NCR_EFFECTIVE, C12_NCR_RECURRED
 *  @param by      [n] out: the first report that says so, ties by row, -1 = none; may be NULL
 *  @param scratch c12_ncr_recurrence_scratch(n) bytes
 *  @param err     optional
 *  @return C12_E_RANGE, C12_E_SPACE; on any error nothing is written.  O(n log n).  @since 0.1 */
C12_API C12_MUST c12_status c12_ncr_recurrence(const c12_ncr_past *past, c12_ns window, c12_ns now, int32_t *effect, int32_t *by, c12_mem scratch, c12_error *err);

/** Independent checker of effects: each report against every other.
 *  @param past    reports
 *  @param window  > 0
 *  @param now     time
 *  @param effect  [n] to be judged
 *  @param by      [n] to be judged, or NULL
 *  @param verdict out; row = first wrong report, objective = reports that recurred
 *  @param err     optional
 *  @return C12_OK whatever the verdict.  O(n^2).  @since 0.1 */
C12_API C12_MUST c12_status c12_ncr_recurrence_check(const c12_ncr_past *past, c12_ns window, c12_ns now, const int32_t *effect, const int32_t *by, c12_verdict *verdict, c12_error *err);

/* ---- automated optical inspection --------------------------------------------------------------------------------------------------------- */

enum { C12_NCR_PASS = 1, C12_NCR_FAIL = 2, C12_NCR_HOLD = 3 }; /**< Verdict on a unit. */

/** Units, their views and what was detected. */
typedef struct c12_ncr_aoi {
    uint32_t struct_size;
    int32_t n;                 /**< Units. */
    int32_t n_views;           /**< Views a unit should have, 1..64; 0 = 6. */
    int32_t confidence_ppm;    /**< A detection counts above this; 0 = 850000. */
    int32_t least_views;       /**< A class of defect counts when so many different views show it, 1..n_views; 0 = 1. */
    int32_t n_classes;         /**< Classes of defects. */
    const uint64_t *seen;      /**< [n] bit v: view v was taken; NULL = all. */
    const int64_t *det_off;    /**< [n + 1] detections of each unit. */
    const int32_t *det_view;   /**< [detections] 0..n_views-1, a view that was taken. */
    const int32_t *det_class;  /**< [detections] 0..n_classes-1. */
    const int32_t *det_ppm;    /**< [detections] confidence, 0..1000000. */
    const int32_t *class_ppm;  /**< [n_classes] thresholds of their own, 0 = confidence_ppm; NULL = all. */
} c12_ncr_aoi;

/** Verdicts: a unit fails with a class of defect that enough views show; otherwise it is held while a view is missing; otherwise it passes.
 *  @param in      units
 *  @param verdict [n] out: C12_NCR_PASS, C12_NCR_FAIL, C12_NCR_HOLD
 *  @param worst   [n] out: class shown by the most views, ties by id, -1 = none counts; may be NULL
 *  @param views   [n] out: how many views show it; may be NULL
 *  @param err     optional
 *  @return C12_E_RANGE naming column and row; on any error nothing is written.  O(detections of a unit squared, summed).  @since 0.1 */
C12_API C12_MUST c12_status c12_ncr_inspect(const c12_ncr_aoi *in, int32_t *verdict, int32_t *worst, int32_t *views, c12_error *err);

/** Independent checker of verdicts: class by class and view by view.
 *  @param in      units
 *  @param verdict [n] to be judged
 *  @param worst   [n] to be judged, or NULL
 *  @param result  out; row = first wrong unit, objective = units that fail
 *  @param err     optional
 *  @return C12_OK whatever the result.  O(n * n_classes * n_views + detections).  @since 0.1 */
C12_API C12_MUST c12_status c12_ncr_inspect_check(const c12_ncr_aoi *in, const int32_t *verdict, const int32_t *worst, c12_verdict *result, c12_error *err);

#ifdef __cplusplus
}
#endif
#endif /* C12_NCR_H */
