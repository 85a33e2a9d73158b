/* SPDX-License-Identifier: Apache-2.0 */
/** @file c12/kpi.h
 *  Key performance indicators by ISO 22400-2.  Shape F.  Ratios are exact num/den over sums, never means of ratios; den = 0 means
 *  undefined, not 100 %; an effectiveness above 1 (a wrong planned run time) is reported, not clipped. */
#ifndef C12_KPI_H
#define C12_KPI_H

#include "c12/base.h"

#ifdef __cplusplus
extern "C" {
#endif

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

#ifdef __cplusplus
}
#endif
#endif /* C12_KPI_H */
