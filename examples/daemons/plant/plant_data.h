/* SPDX-License-Identifier: Apache-2.0 */
/* The plant's master data, read once from its folder and shared by the services of a process: items, bills, routings, machines, robots, the hall. */
#ifndef C12_DAEMON_PLANT_H
#define C12_DAEMON_PLANT_H

#include "hall.h"
#include "house/house.h"

typedef struct plant_data { plant t; hall h; int has_hall; } plant_data;

const plant_data *plant_get(house *h);  /* NULL: no folder is named, or it cannot be read (logged) */
void plant_drop(void);
const char *plant_text(const c12io_texts *t, int32_t row, char out[128]); /* terminated; "" for -1 */
int32_t plant_row(const c12io_texts *t, const char *code);                 /* -1 = there is none */

#endif
