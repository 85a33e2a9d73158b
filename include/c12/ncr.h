/* SPDX-License-Identifier: Apache-2.0 */
/** @file c12/ncr.h
 *  Nonconformance reports: severity from the plant's own rules as data, with the reasons, and the due time of the corrective
 *  action.  Shape F: pure functions over columns, no scratch, no state.
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
 *  @return C12_E_RANGE naming column and row; on any error nothing is written.  O(bytes of codes * rules).  @since 0.1 */
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

#ifdef __cplusplus
}
#endif
#endif /* C12_NCR_H */
