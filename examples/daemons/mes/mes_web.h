/* SPDX-License-Identifier: Apache-2.0 */
/* Handlers of the service, for its table of endpoints. */
#ifndef C12_MES_WEB_H
#define C12_MES_WEB_H

#include "mes.h"

void plan_get(request *r);
void plan_orders(request *r);
void plan_order(request *r);
void plan_load(request *r);
void plan_run(request *r);
void plan_undo(request *r);
void branch_post(request *r);
void branch_get(request *r);
void branches_get(request *r);
void branch_commit(request *r);
void branch_drop(request *r);
json_t *plan_summary(const schedule *s);
void plan_told(mes *m, const schedule *s);

void sales_post(request *r);
void sales_get(request *r);
void sale_get(request *r);
void stock_list(request *r);
void stock_get(request *r);
void stock_post(request *r);
void buys_get(request *r);
void buy_post(request *r);
void work_get(request *r);
void work_one(request *r);
void work_post(request *r);
void import_post(request *r);
void production_post(request *r);
void kpi_get(request *r);
json_t *cost_json(sqlite3_stmt *q);

#endif
