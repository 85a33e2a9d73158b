/* SPDX-License-Identifier: Apache-2.0 */
/** @file c12/kpi.h
 *  Key performance indicators: of equipment by ISO 22400-2, of yield, flow, delivery, fleets and suppliers.  Shape F.  Ratios are exact
 *  num/den over sums, never means of ratios; den = 0 means undefined, not 100 %; an effectiveness above 1 (a wrong planned run time) is
 *  reported, not clipped.  Ticks are the caller's: seconds or milliseconds leave room for products.
 *
 *  Sources: ISO 22400-2:2014 (names and formulas of indicators); Nakajima, Introduction to TPM, 1988 (losses); Little, A proof for the
 *  queuing formula L = lambda W, Operations Research 9, 1961. */
#ifndef C12_KPI_H
#define C12_KPI_H

#include "c12/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- OEE of a line --------------------------------------------------------------------------------------------------------------- */

/** Production records of machines or stations over one period. */
typedef struct c12_kpi_runs {
    uint32_t struct_size;
    int32_t n;
    const int64_t *busy_planned;  /**< [n] PBT, planned busy time, ticks >= 0 */
    const int64_t *produced_time; /**< [n] APT, actual production time, ticks >= 0 */
    const int64_t *run_time;      /**< [n] PRI, planned run time per item, ticks >= 0 */
    const c12_qty *produced;      /**< [n] PQ, produced quantity */
    const c12_qty *good;          /**< [n] GQ, good quantity, 0..PQ */
    const void *reserved_column;  /**< NULL. */
} c12_kpi_runs;

/** Overall equipment effectiveness of all records together, as exact ratios. */
typedef struct c12_kpi_oee {
    uint32_t struct_size;
    int32_t bottleneck;           /**< Record with the highest APT/PBT (lowest row on ties), -1 when none is defined. */
    int64_t availability_num;     /**< Sum of APT ... */
    int64_t availability_den;     /**< ... over sum of PBT. */
    int64_t effectiveness_num;    /**< Sum of PRI * PQ ... */
    int64_t effectiveness_den;    /**< ... over sum of APT. */
    int64_t quality_num;          /**< Sum of PRI * GQ ... */
    int64_t quality_den;          /**< ... over sum of PRI * PQ: the quality ratio weighted by planned run time, so that the product holds. */
    int64_t oee_num;              /**< Sum of PRI * GQ ... */
    int64_t oee_den;              /**< ... over sum of PBT. */
} c12_kpi_oee;

/** OEE index of a line: availability x effectiveness x quality = sum(PRI * GQ) / sum(PBT).
 *  @param in  the records
 *  @param out the ratios
 *  @param err optional
 *  @return C12_E_RANGE naming column and row, C12_E_OVERFLOW naming the row.  O(n).  Source: ISO 22400-2:2014.  @since 0.1 */
C12_API C12_MUST c12_status c12_kpi_line_oee(const c12_kpi_runs *in, c12_kpi_oee *out, c12_error *err);

/** Independent checker: the product of the three ratios equals the index, and each sum is what the columns add up to, summed from
 *  the other end.
 *  @param in      the records
 *  @param oee     to be judged
 *  @param verdict out; rule names the ratio that is wrong
 *  @param err     optional
 *  @return C12_OK whatever the verdict.  O(n).  @since 0.1 */
C12_API C12_MUST c12_status c12_kpi_check(const c12_kpi_runs *in, const c12_kpi_oee *oee, c12_verdict *verdict, c12_error *err);

/* ---- states of machines and robots ----------------------------------------------------------------------------------------- */

/** What a reason counts as. */
enum {
    C12_KPI_RUN = 0,     /**< Producing, or a robot at a task: APT. */
    C12_KPI_SETUP = 1,   /**< Set-up: AUST. */
    C12_KPI_STOP = 2,    /**< Interrupted during an order, no failure: minor stop, no material, blocked.  Part of ADET. */
    C12_KPI_FAILURE = 3, /**< Broken.  Part of ADET. */
    C12_KPI_IDLE = 4,    /**< Planned to be busy, but without an order or task. */
    C12_KPI_OFF = 5,     /**< Not planned to be busy: outside PBT. */
    C12_KPI_CLASSES = 6
};

/** Events: a unit (machine or robot) was in a state for a reason from one tick to another.  Those of a unit are in order of time and do not
 *  overlap; those of different units may be mixed. */
typedef struct c12_kpi_states {
    uint32_t struct_size;
    int32_t n_units;           /**< >= 0. */
    int32_t n_reasons;         /**< >= 0. */
    int32_t reserved;          /**< 0. */
    int64_t n;                 /**< Events, >= 0. */
    int64_t from;              /**< Period, ticks: events are clipped to [from, to). */
    int64_t to;                /**< >= from. */
    const int32_t *unit;       /**< [n] 0..n_units-1. */
    const int64_t *begin;      /**< [n] */
    const int64_t *end;        /**< [n] >= begin. */
    const int32_t *reason;     /**< [n] 0..n_reasons-1. */
    const int32_t *class_of;   /**< [n_reasons] C12_KPI_RUN ... */
    const void *reserved_column; /**< NULL. */
} c12_kpi_states;

/** Time by unit and class, and by reason. */
typedef struct c12_kpi_times {
    uint32_t struct_size;
    int32_t reserved;          /**< 0. */
    int64_t *time;             /**< [n_units * C12_KPI_CLASSES] by unit. */
    int64_t *unknown;          /**< [n_units] of the period, in no event. */
    int64_t *failures;         /**< [n_units] failures that began in the period; events of failure that touch are one. */
    int64_t *by_reason;        /**< [n_reasons] all units together; NULL = not wanted. */
} c12_kpi_times;

/** Scratch bytes of c12_kpi_tally and c12_kpi_tally_check.  @since 0.1 */
C12_API size_t c12_kpi_tally_scratch(int32_t n_units);

/** Add events up: what APT, AUST, ADET and PBT come from, and the losses by reason.
 *  @param in      the events
 *  @param out     the sums, written only when all events are good
 *  @param scratch c12_kpi_tally_scratch(n_units) bytes
 *  @param err     optional
 *  @return C12_E_RANGE naming column and row; C12_E_STATE naming the row of an event that begins before the one before it of its unit ended
 *          (err->value is that end); C12_E_OVERFLOW; C12_E_SPACE.  O(n).  @since 0.1 */
C12_API C12_MUST c12_status c12_kpi_tally(const c12_kpi_states *in, c12_kpi_times *out, c12_mem scratch, c12_error *err);

/** Independent checker: ends less begins from the last event to the first; the period is covered by classes and unknown.
 *  @param in, out the events and their sums, to be judged
 *  @param scratch c12_kpi_tally_scratch(n_units) bytes
 *  @param verdict out; row = first wrong unit, or -1 - reason; objective = time running of all units
 *  @param err     optional
 *  @return C12_OK whatever the verdict; C12_E_SPACE.  O(n).  @since 0.1 */
C12_API C12_MUST c12_status c12_kpi_tally_check(const c12_kpi_states *in, const c12_kpi_times *out, c12_mem scratch, c12_verdict *verdict, c12_error *err);

/** Ratios of units that work at tasks; row n_units is all together. */
typedef struct c12_kpi_fleet {
    uint32_t struct_size;
    int32_t n_units;             /**< >= 0. */
    const int64_t *time;         /**< [n_units * C12_KPI_CLASSES] of c12_kpi_tally. */
    const int64_t *failures;     /**< [n_units] */
    int64_t *available_num;      /**< [n_units + 1] planned time without failure ... */
    int64_t *available_den;      /**< [n_units + 1] ... over planned time (all classes but off). */
    int64_t *used_num;           /**< [n_units + 1] time running ... */
    int64_t *used_den;           /**< [n_units + 1] ... over planned time without failure. */
    int64_t *between_num;        /**< [n_units + 1] mean time between failures: time planned without failure ... */
    int64_t *between_den;        /**< [n_units + 1] ... over failures. */
    int64_t *repair_num;         /**< [n_units + 1] mean time to repair: time in failure ... */
    int64_t *repair_den;         /**< [n_units + 1] ... over failures. */
} c12_kpi_fleet;

/** Availability, utilisation, MTBF and MTTR.
 *  @param self columns in and out; out only when all rows are good
 *  @param err  optional
 *  @return C12_E_RANGE naming column and row; C12_E_OVERFLOW.  O(n_units).  @since 0.1 */
C12_API C12_MUST c12_status c12_kpi_fleet_ratios(const c12_kpi_fleet *self, c12_error *err);

/** Independent checker: the complement of each ratio adds up to what was planned.
 *  @param self    columns with their ratios, to be judged
 *  @param verdict out; row = first wrong unit
 *  @param err     optional
 *  @return C12_OK whatever the verdict.  O(n_units).  @since 0.1 */
C12_API C12_MUST c12_status c12_kpi_fleet_check(const c12_kpi_fleet *self, c12_verdict *verdict, c12_error *err);

/** How a task ended. */
enum { C12_KPI_TASK_OPEN = 0, C12_KPI_TASK_DONE = 1, C12_KPI_TASK_FAILED = 2, C12_KPI_TASK_STATES = 3 };

/** Count tasks by station and outcome; the completion rate is done / (done + failed).
 *  @param n        tasks, >= 0
 *  @param station  [n] 0..n_stations-1
 *  @param outcome  [n] C12_KPI_TASK_OPEN, C12_KPI_TASK_DONE or C12_KPI_TASK_FAILED
 *  @param n_stations >= 0
 *  @param count    [n_stations * C12_KPI_TASK_STATES] out, by station
 *  @param err      optional
 *  @return C12_E_RANGE naming column and row.  O(n + n_stations).  @since 0.1 */
C12_API C12_MUST c12_status c12_kpi_tasks(int64_t n, const int32_t *station, const int32_t *outcome, int32_t n_stations, int64_t *count, c12_error *err);

/* ---- indicators of ISO 22400-2 ------------------------------------------------------------------------------------------------ */

/** Indicators.  AUPT = APT + AUST; AUBT = AUPT + ADET. */
enum {
    C12_KPI_ALLOCATION_EFFICIENCY = 0,  /**< AUBT / PBT */
    C12_KPI_UTILIZATION_EFFICIENCY = 1, /**< APT / AUBT */
    C12_KPI_AVAILABILITY = 2,           /**< APT / PBT */
    C12_KPI_EFFECTIVENESS = 3,          /**< PRI * PQ / APT */
    C12_KPI_QUALITY_RATIO = 4,          /**< GQ / PQ */
    C12_KPI_OEE_INDEX = 5,              /**< PRI * GQ / PBT: availability * effectiveness * quality ratio. */
    C12_KPI_NEE_INDEX = 6,              /**< AUPT / PBT * PRI * GQ / APT, in lowest terms: set-up does not count as a loss. */
    C12_KPI_SETUP_RATE = 7,             /**< AUST / AUPT */
    C12_KPI_TECHNICAL_EFFICIENCY = 8,   /**< APT / (APT + ADET) */
    C12_KPI_PROCESS_RATIO = 9,          /**< APT / AOET, production process ratio. */
    C12_KPI_THROUGHPUT_RATE = 10,       /**< PQ / AOET, units a tick. */
    C12_KPI_SCRAP_RATIO = 11,           /**< SQ / PQ */
    C12_KPI_REWORK_RATIO = 12,          /**< RQ / PQ */
    C12_KPI_FIRST_PASS_YIELD = 13,      /**< GP / IP */
    C12_KPI_MTBF = 14,                  /**< Operating time / failures, ticks. */
    C12_KPI_MTTR = 15,                  /**< Time to repair / failures, ticks. */
    C12_KPI_RATIOS = 16
};

/** "allocation efficiency" and so on; "?" for no indicator.  THREADSAFE.  @since 0.1 */
C12_API const char *c12_kpi_name(int32_t indicator);

/** Elements by unit, order or period; NULL columns are 0. */
typedef struct c12_kpi_elements {
    uint32_t struct_size;
    int32_t n;                   /**< >= 0. */
    const int64_t *busy_planned; /**< [n] PBT, planned busy time. */
    const int64_t *production;   /**< [n] APT, actual production time. */
    const int64_t *setup;        /**< [n] AUST, actual unit set-up time. */
    const int64_t *delay;        /**< [n] ADET, actual unit delay time. */
    const int64_t *order_time;   /**< [n] AOET, actual order execution time. */
    const int64_t *run_time;     /**< [n] PRI, planned run time per item. */
    const c12_qty *produced;     /**< [n] PQ, produced quantity. */
    const c12_qty *good;         /**< [n] GQ, good quantity, 0..PQ. */
    const c12_qty *scrap;        /**< [n] SQ, scrapped, 0..PQ. */
    const c12_qty *rework;       /**< [n] RQ, reworked, 0..PQ. */
    const c12_qty *inspected;    /**< [n] IP, inspected parts. */
    const c12_qty *first_good;   /**< [n] GP, good the first time, 0..IP. */
    const int64_t *operating;    /**< [n] operating time between failures. */
    const int64_t *repair;       /**< [n] time to repair. */
    const int64_t *failures;     /**< [n] */
    const void *reserved_column; /**< NULL. */
} c12_kpi_elements;

/** All indicators of each row, and in row n of all rows together: ratios of sums, PRI * PQ and PRI * GQ summed as products.
 *  @param in  the elements, all >= 0
 *  @param num [(n + 1) * C12_KPI_RATIOS] out, by row
 *  @param den [(n + 1) * C12_KPI_RATIOS] out; 0 = undefined
 *  @param err optional
 *  @return C12_E_RANGE naming column and row; C12_E_OVERFLOW naming the row (n: a sum), mended by coarser ticks.  On error nothing is written.
 *  O(n).  Source: ISO 22400-2:2014.  @since 0.1 */
C12_API C12_MUST c12_status c12_kpi_iso(const c12_kpi_elements *in, int64_t *num, int64_t *den, c12_error *err);

/** Independent checker: ratios are compared crosswise, sums taken from the last row to the first in 128 bits.
 *  @param in, num, den the elements and their indicators, to be judged
 *  @param verdict out; row = first wrong row (n: together), rule names the indicator
 *  @param err     optional
 *  @return C12_OK whatever the verdict.  O(n).  @since 0.1 */
C12_API C12_MUST c12_status c12_kpi_iso_check(const c12_kpi_elements *in, const int64_t *num, const int64_t *den, c12_verdict *verdict, c12_error *err);

/* ---- yield, flow, takt -------------------------------------------------------------------------------------------------------- */

/** Steps a product passes one after the other. */
typedef struct c12_kpi_steps {
    uint32_t struct_size;
    int32_t n;                    /**< >= 0. */
    const c12_qty *entered;       /**< [n] units, >= 0. */
    const c12_qty *first_good;    /**< [n] good without rework, 0..good. */
    const c12_qty *good;          /**< [n] good in the end, first_good..entered. */
    const void *reserved_column;  /**< NULL. */
} c12_kpi_steps;

/** Yield of all steps together. */
typedef struct c12_kpi_yields {
    uint32_t struct_size;
    int32_t worst;           /**< Step of the least first pass yield, the earlier of equals; -1 = none is defined. */
    int64_t rolled_num;      /**< Rolled throughput yield, the product of first pass yields, in lowest terms ... */
    int64_t rolled_den;      /**< ... 0 = undefined, as a step was not entered; both -1 when 64 bits do not hold the terms. */
    int64_t rolled_ppb;      /**< The same in 1e-9, rounded down (after each step in 2^-62 when the terms do not fit); -1 = undefined. */
    c12_qty rework;          /**< Units that took rework to be good. */
    c12_qty scrap;           /**< Units that never were. */
} c12_kpi_yields;

/** Rolled throughput yield; the first pass yield of a step is first_good / entered.
 *  @param in  the steps
 *  @param out the yields
 *  @param err optional
 *  @return C12_E_RANGE naming column and row; C12_E_OVERFLOW naming the row.  O(n).  @since 0.1 */
C12_API C12_MUST c12_status c12_kpi_yield(const c12_kpi_steps *in, c12_kpi_yields *out, c12_error *err);

/** Independent checker: takes the steps off the product again, from the last to the first.
 *  @param in, out the steps and their yields, to be judged
 *  @param verdict out; rule names what is wrong
 *  @param err     optional
 *  @return C12_OK whatever the verdict.  O(n).  @since 0.1 */
C12_API C12_MUST c12_status c12_kpi_yield_check(const c12_kpi_steps *in, const c12_kpi_yields *out, c12_verdict *verdict, c12_error *err);

/** Units (or orders) in a system over a period. */
typedef struct c12_kpi_visits {
    uint32_t struct_size;
    int32_t n;                 /**< >= 0. */
    int64_t from;              /**< Period [from, to), ticks. */
    int64_t to;                /**< > from. */
    const int64_t *entered;    /**< [n] tick. */
    const int64_t *left;       /**< [n] tick, >= entered; INT64_MAX = still there. */
} c12_kpi_visits;

/** Work in progress and throughput.  Average WIP L = area / (to - from); throughput = left / (to - from); mean flow time W = flow / left. */
typedef struct c12_kpi_flows {
    uint32_t struct_size;
    int32_t reserved;          /**< 0. */
    int64_t entered;           /**< In the period. */
    int64_t left;              /**< In the period. */
    int64_t at_from;           /**< WIP when the period began: entered before from, left at from or later. */
    int64_t at_to;             /**< WIP when it ended: entered before to, left at to or later. */
    int64_t most;              /**< Largest WIP in the period; who leaves at a tick has left before others enter at it. */
    int64_t area;              /**< Unit ticks spent in the period. */
    int64_t flow;              /**< Ticks from entry to exit of those that left in the period. */
    int64_t gap_ppm;           /**< Little's law L = throughput * W holds to so much: |area - flow| in 1e-6 of area; 0 in a system that begins
                                    and ends empty; -1 = undefined. */
} c12_kpi_flows;

/** Scratch bytes of c12_kpi_flow and c12_kpi_flow_check.  @since 0.1 */
C12_API size_t c12_kpi_flow_scratch(int32_t n);

/** WIP, throughput and flow time with Little's law as a check of the data.
 *  @param in      the visits
 *  @param out     the sums
 *  @param scratch c12_kpi_flow_scratch(n) bytes
 *  @param err     optional
 *  @return C12_E_RANGE naming column and row; C12_E_OVERFLOW naming the row; C12_E_SPACE.  O(n log n).  @since 0.1 */
C12_API C12_MUST c12_status c12_kpi_flow(const c12_kpi_visits *in, c12_kpi_flows *out, c12_mem scratch, c12_error *err);

/** Independent checker: goes through time and integrates what is there.
 *  @param in, out the visits and their sums, to be judged
 *  @param scratch c12_kpi_flow_scratch(n) bytes
 *  @param verdict out; rule names what is wrong
 *  @param err     optional
 *  @return C12_OK whatever the verdict; C12_E_SPACE.  O(n log n).  @since 0.1 */
C12_API C12_MUST c12_status c12_kpi_flow_check(const c12_kpi_visits *in, const c12_kpi_flows *out, c12_mem scratch, c12_verdict *verdict, c12_error *err);

/** Stations of a line over a period. */
typedef struct c12_kpi_stations {
    uint32_t struct_size;
    int32_t n;                   /**< >= 0. */
    c12_qty demand;              /**< Units wanted in the period, >= 0. */
    const int64_t *available;    /**< [n] ticks a station could work, >= 0.  Takt = available / demand. */
    const int64_t *busy;         /**< [n] ticks it worked, >= 0.  Cycle = busy / made. */
    const c12_qty *made;         /**< [n] units it made, >= 0. */
    int64_t *slow;               /**< [n] out: 1 = its cycle is longer than the takt; 0 when one of them is undefined. */
} c12_kpi_stations;

/** Takt against cycle, and the bottleneck: the station whose capacity, available * made / busy, is least, the lower row of equals; stations
 *  that made nothing or were never busy have none.
 *  @param self       columns in and out
 *  @param bottleneck out; -1 = none
 *  @param err        optional
 *  @return C12_E_RANGE naming column and row; C12_E_OVERFLOW naming the row when a product of three does not fit 128 bits.  O(n).  @since 0.1 */
C12_API C12_MUST c12_status c12_kpi_takt(const c12_kpi_stations *self, int32_t *bottleneck, c12_error *err);

/** Independent checker: cycle and takt are compared by quotients and remainders, the bottleneck with every other station.
 *  @param self       columns with their answer, to be judged
 *  @param bottleneck to be judged
 *  @param verdict    out; row = first wrong station
 *  @param err        optional
 *  @return C12_OK whatever the verdict.  O(n).  @since 0.1 */
C12_API C12_MUST c12_status c12_kpi_takt_check(const c12_kpi_stations *self, int32_t bottleneck, c12_verdict *verdict, c12_error *err);

/* ---- delivery and suppliers ------------------------------------------------------------------------------------------------------ */

/** Orders and when they were due: to customers, or operations against their schedule. */
typedef struct c12_kpi_orders {
    uint32_t struct_size;
    int32_t n;                   /**< >= 0. */
    int64_t now;                 /**< Tick: an open order is late when it should be there by now. */
    int64_t early;               /**< Ticks before due that still are on time; -1 = any. */
    int64_t late;                /**< Ticks after due that still are on time, >= 0. */
    const int64_t *due;          /**< [n] */
    const int64_t *done;         /**< [n] INT64_MAX = open. */
    const c12_qty *ordered;      /**< [n] > 0; NULL = all in full. */
    const c12_qty *delivered;    /**< [n] >= 0; NULL = all in full. */
} c12_kpi_orders;

/** Counts; ratios are on_time / judged and so on. */
typedef struct c12_kpi_delivery {
    uint32_t struct_size;
    int32_t worst;               /**< Row of the largest lateness, the lower of equals; -1 = none is late. */
    int64_t judged;              /**< Orders done, or open and late. */
    int64_t open;                /**< Orders not judged yet. */
    int64_t overdue;             /**< Open and late. */
    int64_t on_time;             /**< Done within the tolerance. */
    int64_t in_full;             /**< Done with at least what was ordered. */
    int64_t both;                /**< On time and in full. */
    int64_t late_ticks;          /**< Sum over judged orders of how far they are behind due (open ones until now); early ones count 0. */
    int64_t late_most;           /**< The largest of these. */
} c12_kpi_delivery;

/** Schedule adherence and on-time delivery.
 *  @param in  the orders
 *  @param out the counts
 *  @param err optional
 *  @return C12_E_RANGE naming column and row; C12_E_OVERFLOW naming the row.  O(n).  @since 0.1 */
C12_API C12_MUST c12_status c12_kpi_deliver(const c12_kpi_orders *in, c12_kpi_delivery *out, c12_error *err);

/** Independent checker: counts the other orders, from the last to the first.
 *  @param in, out the orders and their counts, to be judged
 *  @param verdict out; rule names what is wrong
 *  @param err     optional
 *  @return C12_OK whatever the verdict.  O(n).  @since 0.1 */
C12_API C12_MUST c12_status c12_kpi_deliver_check(const c12_kpi_orders *in, const c12_kpi_delivery *out, c12_verdict *verdict, c12_error *err);

/** Receipts of a period, and what is known of their suppliers. */
typedef struct c12_kpi_receipts {
    uint32_t struct_size;
    int32_t n_suppliers;          /**< >= 0. */
    int64_t n;                    /**< Receipts, >= 0. */
    int32_t weight_quality;       /**< Weights, >= 0; all three 0: 6, 3, 1 as in the document. */
    int32_t weight_time;          /**< See weight_quality; at most 10^4 each. */
    int32_t weight_communication; /**< See weight_quality. */
    int32_t communication_of;     /**< Best mark of communication, 1..10^4; 0 = 100. */
    int32_t best_ppm;             /**< Share of suppliers that are preferred, 0..10^6; 0 = 200000. */
    int32_t reserved;             /**< 0. */
    const int32_t *supplier;      /**< [n] 0..n_suppliers-1. */
    const uint8_t *rejected;      /**< [n] 1 = refused by inspection. */
    const int64_t *late;          /**< [n] ticks behind the date promised; <= 0 = on time. */
    const int32_t *communication; /**< [n_suppliers] mark 0..communication_of, -1 = none: its weight is left out; NULL = all -1. */
} c12_kpi_receipts;

/** Scores: (wq * accepted / receipts + wt * on time / receipts + wc * mark / best mark) / sum of weights. */
typedef struct c12_kpi_scores {
    uint32_t struct_size;
    int32_t ranked;               /**< Library: suppliers with a score. */
    int64_t *receipts;            /**< [n_suppliers] */
    int64_t *rejected;            /**< [n_suppliers] */
    int64_t *on_time;             /**< [n_suppliers] */
    int64_t *late_ticks;          /**< [n_suppliers] sum of what was late. */
    int64_t *num;                 /**< [n_suppliers] score ... */
    int64_t *den;                 /**< [n_suppliers] ... 0 = undefined, as there are no receipts or no weight. */
    int32_t *rank;                /**< [n_suppliers] suppliers, the best first, ties by id; behind the first `ranked`: those without score, by id. */
    uint8_t *preferred;           /**< [n_suppliers] by supplier: 1 = among the best share, rounded up. */
} c12_kpi_scores;

/** Scratch bytes of c12_kpi_suppliers.  @since 0.1 */
C12_API size_t c12_kpi_suppliers_scratch(int32_t n_suppliers);

/** Supplier scorecard.
 *  @param in      the receipts
 *  @param out     scores and ranking, written only when all receipts are good
 *  @param scratch c12_kpi_suppliers_scratch(n_suppliers) bytes
 *  @param err     optional
 *  @return C12_E_RANGE naming column and row; C12_E_OVERFLOW naming the row; C12_E_SPACE.  O(n + s log s).  Deterministic.  @since 0.1 */
C12_API C12_MUST c12_status c12_kpi_suppliers(const c12_kpi_receipts *in, c12_kpi_scores *out, c12_mem scratch, c12_error *err);

/** Independent checker: counts anew, takes the score off term by term, and compares neighbours of the ranking.
 *  @param in, out the receipts and their scores, to be judged
 *  @param scratch c12_kpi_suppliers_scratch(n_suppliers) bytes
 *  @param verdict out; row = first wrong supplier, or -1 - place in the ranking
 *  @param err     optional
 *  @return C12_OK whatever the verdict; C12_E_SPACE.  O(n + s).  @since 0.1 */
C12_API C12_MUST c12_status c12_kpi_suppliers_check(const c12_kpi_receipts *in, const c12_kpi_scores *out, c12_mem scratch, c12_verdict *verdict,
                                                    c12_error *err);

#ifdef __cplusplus
}
#endif
#endif /* C12_KPI_H */
