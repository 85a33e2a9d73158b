/* SPDX-License-Identifier: Apache-2.0 */
/** @file c12/spc.h
 *  Statistical process control: control charts with run rules, capability, Pareto counts, acceptance sampling by attributes.
 *  Shape F: pure functions over columns; what a stream remembers lies in a struct of the caller's.
 *
 *  Measurements are int64 in the smallest unit of their characteristic.  Whatever is plotted and every line of a chart is an int64 too,
 *  in 1/C12_SPC_SCALE of that unit, rounded half to even once; shares and defects a unit are in 1/C12_SPC_RATIO_SCALE.  A signal compares two such
 *  integers, so that it is the same on every machine; a chart is what is printed on paper, and nothing finer.  Sums are exact.
 *
 *  A chart has a centre line and a reach, three standard deviations of what is plotted: control limits are centre +- reach, the zones of
 *  the run rules end at a third and two thirds of it.  A limit below 0 of what cannot be negative is never crossed; draw 0 there.
 *
 *  Sources: Montgomery, Introduction to Statistical Quality Control (6th ed., chapters 6 to 9); ASTM E2587 (factors); Western Electric, Statistical
 *  Quality Control Handbook (1956); Nelson, The Shewhart control chart: tests for special causes, JQT 16 (1984); ISO 2859-1:1999. */
#ifndef C12_SPC_H
#define C12_SPC_H

#include "c12/base.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    C12_SPC_SCALE = 1000000,          /**< Parts of one unit of measurement, or of one count, in what is plotted. */
    C12_SPC_RATIO_SCALE = 1000000000, /**< Parts of one in charts p and u. */
    C12_SPC_MOST_SIZE = 25            /**< Largest subgroup of measurements. */
};

/** What is charted. */
enum {
    C12_SPC_XBAR_R = 1, /**< Means of subgroups of 2..25, and their ranges. */
    C12_SPC_XBAR_S = 2, /**< Means of subgroups of 2..25, and their standard deviations. */
    C12_SPC_I_MR = 3,   /**< Single measurements, and the moving range of two. */
    C12_SPC_P = 4,      /**< Share of nonconforming units, sizes may differ. */
    C12_SPC_NP = 5,     /**< Nonconforming units of equal samples. */
    C12_SPC_C = 6,      /**< Nonconformities of equal samples. */
    C12_SPC_U = 7       /**< Nonconformities a unit, sizes may differ. */
};

/** Run rules as a bit set; rule k is bit k - 1.  Beyond is strictly beyond; a point on a line is not beyond it, a point on the centre line is on no side and
 *  ends a run.  A rule fires at the point that completes the pattern, and again at each further one. */
enum {
    C12_SPC_BEYOND = 1,        /**< Rule 1: one point beyond three standard deviations. */
    C12_SPC_NINE = 2,          /**< Rule 2: nine in a row on one side of the centre line. */
    C12_SPC_TREND = 4,         /**< Rule 3: six in a row, each above, or each below, the one before. */
    C12_SPC_ALTERNATE = 8,     /**< Rule 4: fourteen in a row up and down in turn. */
    C12_SPC_TWO_OF_THREE = 16, /**< Rule 5: this one and one more of three beyond two standard deviations on one side. */
    C12_SPC_FOUR_OF_FIVE = 32, /**< Rule 6: this one and three more of five beyond one standard deviation on one side. */
    C12_SPC_CLOSE = 64,        /**< Rule 7: fifteen in a row within one standard deviation. */
    C12_SPC_APART = 128,       /**< Rule 8: eight in a row beyond one standard deviation, on either side. */
    C12_SPC_EIGHT = 256,       /**< Rule 9: eight in a row on one side, Western Electric's form of rule 2. */
    C12_SPC_NELSON = 255,      /**< Nelson's eight. */
    C12_SPC_WESTERN = 305,     /**< Western Electric's four: rules 1, 5, 6 and 9. */
    C12_SPC_RULES = 9
};

/* ---- factors ------------------------------------------------------------------------------------------------------------------------ */

/** Factors of a subgroup size, in billionths. */
typedef struct c12_spc_factors {
    uint32_t struct_size;
    int32_t size;  /**< Of the subgroup. */
    int64_t d2;    /**< Mean range of `size` standard normal values ... */
    int64_t d3;    /**< ... and its standard deviation. */
    int64_t c4;    /**< Mean standard deviation of `size` standard normal values. */
    int64_t a2;    /**< Mean of subgroups: reach by mean range ... */
    int64_t a3;    /**< ... and by mean standard deviation. */
    int64_t lower_r, upper_r; /**< D3, D4: limits of ranges by mean range. */
    int64_t lower_s, upper_s; /**< B3, B4: limits of standard deviations by mean standard deviation. */
} c12_spc_factors;

/** Factors for subgroups of size 2..25, integrated to nine places (scripts and textbooks print three or four).
 *  @return C12_E_RANGE for another size.  O(1).  THREADSAFE.  @since 0.1 */
C12_API C12_MUST c12_status c12_spc_factor(int32_t size, c12_spc_factors *out, c12_error *err);

/* ---- charts ------------------------------------------------------------------------------------------------------------------------- */

/** What was measured or counted.  Lines are made of all points that are not excluded; excluded points are plotted and judged like others, so that a
 *  baseline is whatever is left in. */
typedef struct c12_spc_data {
    uint32_t struct_size;
    int32_t kind;            /**< C12_SPC_XBAR_R .. C12_SPC_U. */
    int64_t n;               /**< Points. */
    int32_t size;            /**< Measurements a point, for subgroups; otherwise 0 or 1. */
    uint32_t rules;          /**< Rules for the chart; 0 = C12_SPC_NELSON. */
    uint32_t spread_rules;   /**< Rules for ranges and deviations; 0 = C12_SPC_BEYOND. */
    uint32_t reserved;       /**< 0. */
    const int64_t *x;        /**< [n * size] measurements, subgroup after subgroup; NULL for counts. */
    const int64_t *count;    /**< [n] >= 0 nonconforming units (at most units) or nonconformities; NULL for measurements. */
    const int64_t *units;    /**< [n] > 0 inspected, all the same for np; NULL for measurements and c. */
    const uint8_t *exclude;  /**< [n] 1 = takes no part in the lines; NULL = none. */
} c12_spc_data;

/** A chart.  In 1/`scale` of the unit. */
typedef struct c12_spc_chart {
    uint32_t struct_size;
    uint32_t reserved;        /**< 0. */
    int64_t scale;            /**< Out: C12_SPC_SCALE or C12_SPC_RATIO_SCALE. */
    int64_t spread_centre;    /**< Out: mean range or deviation ... */
    int64_t spread_reach;     /**< Out: ... and three standard deviations of it. */
    int64_t signal_cap;       /**< Rows in the signal columns. */
    int64_t signals;          /**< Out: signals found; those that do not fit are counted only. */
    int64_t *value;           /**< [n] out: means, measurements, counts or shares. */
    int64_t *centre;          /**< [n] out: centre line at each point. */
    int64_t *reach;           /**< [n] out: limits are centre +- reach. */
    int64_t *spread;          /**< [n] out: ranges or deviations; -1 = none (the first moving range).  NULL for counts. */
    uint32_t *fired;          /**< [n] out: rules that fired on the values; may be NULL. */
    int64_t *signal_point;    /**< [signal_cap] out: point at which it fired, ascending. */
    int32_t *signal_chart;    /**< [signal_cap] out: 0 = value, 1 = spread. */
    int32_t *signal_rule;     /**< [signal_cap] out: 1..9, ascending in a point and chart. */
    int32_t *signal_side;     /**< [signal_cap] out: 1 above or up, -1 below or down, 0 neither. */
    uint32_t *signal_points;  /**< [signal_cap] out: bit j = the point j before it belongs to the pattern. */
} c12_spc_chart;

/** Points, lines and signals of a chart.
 *  @param data  what was measured or counted
 *  @param chart columns of the caller's; signal columns may be NULL when signal_cap is 0
 *  @param err   optional
 *  @return C12_E_ARG when no point makes the lines; C12_E_RANGE and C12_E_OVERFLOW naming column and row; on any error nothing is written.
 *  O(n * size).  @since 0.1 */
C12_API C12_MUST c12_status c12_spc_make(const c12_spc_data *data, c12_spc_chart *chart, c12_error *err);

/** Independent checker of a chart: roundings by inequalities, roots by squares, rules on the points of each pattern; signals beyond signal_cap only by their number.
 *  @param data    what was measured or counted
 *  @param chart   to be judged
 *  @param verdict out; row = first wrong row of verdict->field, objective = number of signals
 *  @param err     optional
 *  @return C12_OK whatever the verdict.  O(n * (size + 15)).  @since 0.1 */
C12_API C12_MUST c12_status c12_spc_check(const c12_spc_data *data, const c12_spc_chart *chart, c12_verdict *verdict, c12_error *err);

/* ---- streams ------------------------------------------------------------------------------------------------------------------------ */

/** One point of a chart of subgroups, for streams: the mean and the range or deviation of n measurements, in 1/C12_SPC_SCALE.
 *  @param kind   C12_SPC_XBAR_R or C12_SPC_XBAR_S
 *  @param n      2..25
 *  @param x      [n] measurements
 *  @param value  out
 *  @param spread out
 *  @param err    optional
 *  @return C12_E_RANGE, C12_E_OVERFLOW.  O(n).  THREADSAFE.  @since 0.1 */
C12_API C12_MUST c12_status c12_spc_group(int32_t kind, int32_t n, const int64_t *x, int64_t *value, int64_t *spread, c12_error *err);

/** A chart that points are put on one by one.  Start from C12_INIT, give the lines and rules; lines may change between points.  The rest is memory of the last points. */
typedef struct c12_spc_watch {
    uint32_t struct_size;
    uint32_t rules;                          /**< Rules that may fire; 0 = C12_SPC_NELSON. */
    int64_t centre, reach;                   /**< Lines. */
    int64_t last, count;                     /**< Value of the last point; points so far. */
    uint32_t above, below;                   /**< Bit j: the point j back was above, below the centre line ... */
    uint32_t above1, below1, above2, below2; /**< ... beyond one and two standard deviations ... */
    uint32_t above3, below3;                 /**< ... and three ... */
    uint32_t up, down;                       /**< ... above, below the point before it. */
} c12_spc_watch;

/** Put points on a chart.
 *  @param watch lines and memory
 *  @param n     points
 *  @param value [n] in the unit of the lines
 *  @param fired [n] out: rules that fired at each point
 *  @param err   optional
 *  @return C12_E_RANGE naming the row (values and lines lie within +-2^60, reach >= 0); on any error nothing has changed.  O(n).  @since 0.1 */
C12_API C12_MUST c12_status c12_spc_push(c12_spc_watch *watch, int64_t n, const int64_t *value, uint32_t *fired, c12_error *err);

/** Which points make the pattern of a rule that fired at the last point.
 *  @param watch  after the push
 *  @param rule   1..9
 *  @param points out: bit j = the point j back; 0 when the rule does not hold
 *  @param side   out: 1, -1 or 0; may be NULL
 *  @param err    optional
 *  @return C12_E_RANGE.  O(1).  @since 0.1 */
C12_API C12_MUST c12_status c12_spc_pattern(const c12_spc_watch *watch, int32_t rule, uint32_t *points, int32_t *side, c12_error *err);

/** Exponentially weighted moving average: z += lambda * (x - z), limits target +- width * sigma * sqrt(lambda / (2 - lambda) * (1 - (1 - lambda)^2i)) (Roberts 1959;
 *  Montgomery 9.2).  Start from C12_INIT.  z is rounded to a unit of the scale at every step. */
typedef struct c12_spc_ewma {
    uint32_t struct_size;
    int32_t lambda_ppm;  /**< 1..1000000; 0 = 200000. */
    int32_t width_ppm;   /**< Width of the limits in millionths of a sigma; 0 = 3000000. */
    int32_t reserved;    /**< 0. */
    int64_t target;      /**< Centre line. */
    int64_t sigma;       /**< Standard deviation of a point, in the unit of the target. */
    int64_t count;       /**< Points so far. */
    int64_t z;           /**< The average; of interest after the first point. */
    int64_t decay;       /**< (1 - lambda)^2i in 1e-18. */
    int64_t reach;       /**< Limits of the last point. */
} c12_spc_ewma;

/** Put points on an EWMA chart.
 *  @param ewma  parameters and memory
 *  @param n     points
 *  @param x     [n] points, within +-2^53
 *  @param z     [n] out: the average; may be NULL
 *  @param reach [n] out: limits are target +- reach; may be NULL
 *  @param side  [n] out: 1 = above, -1 = below the limits, 0 = within; may be NULL
 *  @param err   optional
 *  @return C12_E_RANGE naming column and row; on any error nothing has changed.  O(n).  @since 0.1 */
C12_API C12_MUST c12_status c12_spc_ewma_push(c12_spc_ewma *ewma, int64_t n, const int64_t *x, int64_t *z, int64_t *reach, int8_t *side, c12_error *err);

/** Tabular cumulative sums, C+ = max(0, C+ + x - target - allowance) and C- = max(0, C- + target - allowance - x), which signal above the interval (Page 1954;
 *  Montgomery 9.1).  Start from C12_INIT.  Usual: allowance half the shift to be found, interval five sigma. */
typedef struct c12_spc_cusum {
    uint32_t struct_size;
    int32_t head_start;   /**< 1 = begin at half the interval (Lucas and Crosier 1982). */
    int64_t target, allowance, interval;
    int64_t count;        /**< Points so far. */
    int64_t high, low;    /**< C+ and C-. */
    int64_t run_high, run_low; /**< Points since they were 0: a shift began that many points ago. */
} c12_spc_cusum;

/** Put points on a CUSUM chart.
 *  @param cusum parameters and memory
 *  @param n     points
 *  @param x     [n] points, within +-2^53
 *  @param high  [n] out: C+; may be NULL
 *  @param low   [n] out: C-; may be NULL
 *  @param side  [n] out: bit 0 = C+ above the interval, bit 1 = C- above it; may be NULL
 *  @param err   optional
 *  @return C12_E_RANGE, C12_E_OVERFLOW naming the row; on any error nothing has changed.  O(n).  @since 0.1 */
C12_API C12_MUST c12_status c12_spc_cusum_push(c12_spc_cusum *cusum, int64_t n, const int64_t *x, int64_t *high, int64_t *low, int8_t *side, c12_error *err);

/** Independent checker of an EWMA chart from its first point: each average by the inequality of its rounding, limits by their squares within 1e-8 of themselves.
 *  @param ewma    parameters, with count 0
 *  @param n       points
 *  @param x       [n] points
 *  @param z       [n] to be judged
 *  @param reach   [n] to be judged
 *  @param side    [n] to be judged
 *  @param verdict out; row = first wrong point, objective = points outside
 *  @param err     optional
 *  @return C12_OK whatever the verdict.  O(n).  @since 0.1 */
C12_API C12_MUST c12_status c12_spc_ewma_check(const c12_spc_ewma *ewma, int64_t n, const int64_t *x, const int64_t *z, const int64_t *reach, const int8_t *side,
                                               c12_verdict *verdict, c12_error *err);

/** Independent checker of a CUSUM chart from its first point: each sum is the whole sum less its smallest so far.
 *  @param cusum   parameters, with count 0
 *  @param n       points
 *  @param x       [n] points
 *  @param high    [n] to be judged
 *  @param low     [n] to be judged
 *  @param side    [n] to be judged
 *  @param verdict out; row = first wrong point, objective = points above the interval
 *  @param err     optional
 *  @return C12_OK whatever the verdict; C12_E_OVERFLOW when a whole sum does not fit.  O(n).  @since 0.1 */
C12_API C12_MUST c12_status c12_spc_cusum_check(const c12_spc_cusum *cusum, int64_t n, const int64_t *x, const int64_t *high, const int64_t *low, const int8_t *side,
                                                c12_verdict *verdict, c12_error *err);

/* ---- capability --------------------------------------------------------------------------------------------------------------------- */

/** What a characteristic must keep to. */
typedef struct c12_spc_spec {
    uint32_t struct_size;
    int32_t sides;          /**< 1 = a lower limit, 2 = an upper one, 3 = both. */
    int64_t lower, upper;   /**< In units of measurement. */
    int32_t confidence_ppm; /**< Of the intervals, two-sided: 800000, 900000, 950000, 990000 or 999000; 0 = 950000. */
    int32_t reserved;       /**< 0. */
} c12_spc_spec;

/** Capability: what a process can do (within, from the spread of subgroups) and what it did (overall).  A report: doubles, +, -, *, / and roots alone, so the same
 *  everywhere.  Indices of a limit that is not given are 0. */
typedef struct c12_spc_ability {
    uint32_t struct_size;
    uint32_t reserved;      /**< 0. */
    int64_t values;         /**< Measurements used. */
    double mean;            /**< In units of measurement, as both sigmas. */
    double sigma_within;    /**< Mean range / d2, mean deviation / c4, or mean moving range / d2. */
    double sigma_overall;   /**< Of all measurements, by n - 1. */
    double cp, cpl, cpu, cpk;
    double pp, ppl, ppu, ppk;
    double cp_low, cp_high, cpk_low, cpk_high; /**< Confidence intervals ... */
    double pp_low, pp_high, ppk_low, ppk_high; /**< ... at the spec's confidence. */
} c12_spc_ability;

/** Cp, Cpk, Pp, Ppk with confidence intervals: chi-square for Cp and Pp (its quantiles by Wilson and Hilferty 1931, within 1 % from ten degrees of freedom on), Bissell 1990 for Cpk
 *  and Ppk.  Degrees of freedom within: n (size - 1) for deviations, nine tenths of that for ranges, 0.62 (n - 1) for moving ranges.
 *  @param data kinds C12_SPC_XBAR_R, C12_SPC_XBAR_S, C12_SPC_I_MR; excluded points are left out
 *  @param spec the limits
 *  @param out  the report
 *  @param err  optional
 *  @return C12_E_ARG without two points or without spread, C12_E_RANGE, C12_E_OVERFLOW.  O(n * size).  @since 0.1 */
C12_API C12_MUST c12_status c12_spc_capability(const c12_spc_data *data, const c12_spc_spec *spec, c12_spc_ability *out, c12_error *err);

/* ---- Pareto ------------------------------------------------------------------------------------------------------------------------- */

/** Count by category, largest first, ties by id, with cumulative shares.
 *  @param n            rows
 *  @param category     [n] 0..n_categories-1
 *  @param weight       [n] >= 0, what a row counts (pieces, cost); NULL = 1
 *  @param n_categories categories
 *  @param order        [n_categories] out: categories, largest first
 *  @param total        [n_categories] out: their totals, in that order
 *  @param share_ppm    [n_categories] out: share of this and all before it, ppm half to even; 0 when nothing was counted; may be NULL
 *  @param err          optional
 *  @return C12_E_RANGE, C12_E_OVERFLOW naming column and row; on any error nothing is written.  O(n + n_categories log n_categories).  @since 0.1 */
C12_API C12_MUST c12_status c12_spc_pareto(int64_t n, const int32_t *category, const int64_t *weight, int32_t n_categories, int32_t *order, int64_t *total,
                                           int32_t *share_ppm, c12_error *err);

/* ---- acceptance sampling -------------------------------------------------------------------------------------------------------------- */

/** Inspection levels and severities of ISO 2859-1. */
enum {
    C12_SPC_LEVEL_I = 1, C12_SPC_LEVEL_II = 2, C12_SPC_LEVEL_III = 3, C12_SPC_LEVEL_S1 = 4, C12_SPC_LEVEL_S2 = 5, C12_SPC_LEVEL_S3 = 6, C12_SPC_LEVEL_S4 = 7,
    C12_SPC_NORMAL = 1, C12_SPC_TIGHTENED = 2, C12_SPC_REDUCED = 3, C12_SPC_DISCONTINUED = 4
};

/** A single sampling plan. */
typedef struct c12_spc_plan {
    uint32_t struct_size;
    int32_t letter;    /**< Code letter of the lot, 'A'..'R'. */
    int32_t used;      /**< Code letter of the plan the arrows lead to, 'A'..'S'. */
    int32_t all;       /**< 1 = the sample is the whole lot. */
    int64_t sample;    /**< Units to inspect. */
    int64_t accept;    /**< Accept the lot with at most this many nonconforming; reject from one more. */
} c12_spc_plan;

/** The single sampling plan of ISO 2859-1:1999 (tables 1, 2-A, 2-B and 2-C): AQL 0.010 to 10 percent.  The cells were derived from the structure of the tables and compared with
 *  public reprints of MIL-STD-105E (normal and tightened inspection) and of national editions of ISO 2859-1 (reduced inspection, where MIL-STD-105E has gaps between acceptance and
 *  rejection numbers that ISO 2859-1 closed); compare with your copy of the standard before a contract rests on them.
 *  @param lot      units in the lot, >= 2
 *  @param level    C12_SPC_LEVEL_*
 *  @param aql_ppm  100, 150, 250, 400, 650, ... 100000: 0.010 % to 10 % in ppm
 *  @param severity C12_SPC_NORMAL, C12_SPC_TIGHTENED or C12_SPC_REDUCED
 *  @param out      the plan
 *  @param err      optional
 *  @return C12_E_RANGE.  O(1).  THREADSAFE.  @since 0.1 */
C12_API C12_MUST c12_status c12_spc_sample(int64_t lot, int32_t level, int32_t aql_ppm, int32_t severity, c12_spc_plan *out, c12_error *err);

/** Lots of one supplier and product in the order of their inspection, resubmitted ones left out. */
typedef struct c12_spc_lots {
    uint32_t struct_size;
    uint32_t reserved;          /**< 0. */
    int64_t n;
    const uint8_t *accepted;    /**< [n] 1 = accepted. */
    const uint8_t *tighter;     /**< [n] 1 = would be accepted with the AQL one step tighter too; NULL = never. */
    const int32_t *accept;      /**< [n] acceptance number of the plan used; NULL = 0. */
    const uint8_t *steady;      /**< [n] 1 = production is steady and reduced inspection is wanted by the authority; NULL = never. */
    const uint8_t *corrected;   /**< [n] 1 = the supplier has mended the cause, inspection resumes with this lot; NULL = never. */
    const void *reserved_column; /**< NULL. */
} c12_spc_lots;

/** Where the switching rules stand.  Start from C12_INIT: normal inspection. */
typedef struct c12_spc_scheme {
    uint32_t struct_size;
    int32_t severity;       /**< C12_SPC_NORMAL ..; 0 = normal. */
    int32_t score;          /**< Switching score (9.3.3.2), normal inspection only. */
    int32_t in_a_row;       /**< Tightened: lots accepted one after another. */
    int32_t rejected;       /**< Tightened: lots rejected since it began. */
    uint32_t recent;        /**< Normal: bit j = the lot j before the last was rejected, at most four of them. */
} c12_spc_scheme;

/** Switching rules of ISO 2859-1:1999, clause 9: tightened when two of five or fewer lots in a row were rejected; back after five accepted in a row; discontinued when five were
 *  rejected under tightened inspection; tightened again when the cause is mended; reduced when the switching score reaches 30 and production is steady;
 *  back to normal with the first rejected lot or when production is not steady.  Score: plans with an acceptance number of 2 and more add 3 when the lot would pass one AQL step
 *  tighter, others add 2 when it is accepted; otherwise it falls to 0.  Lots that come while inspection is discontinued change nothing unless `corrected`.
 *  @param scheme   where it stands; goes on from there
 *  @param lots     lots
 *  @param severity [n] out: severity under which each lot was inspected (C12_SPC_DISCONTINUED: it was not); may be NULL
 *  @param err      optional
 *  @return C12_E_RANGE; on any error nothing has changed.  O(n).  @since 0.1 */
C12_API C12_MUST c12_status c12_spc_switch(c12_spc_scheme *scheme, const c12_spc_lots *lots, int32_t *severity, c12_error *err);

/** Independent checker of severities from normal inspection on: each change and each stay is looked up in the lots before it.
 *  @param lots     lots
 *  @param severity [n] to be judged
 *  @param verdict  out; row = first lot whose severity is wrong, objective = lots rejected
 *  @param err      optional
 *  @return C12_OK whatever the verdict.  O(n * longest spell).  @since 0.1 */
C12_API C12_MUST c12_status c12_spc_switch_check(const c12_spc_lots *lots, const int32_t *severity, c12_verdict *verdict, c12_error *err);

#ifdef __cplusplus
}
#endif
#endif /* C12_SPC_H */
