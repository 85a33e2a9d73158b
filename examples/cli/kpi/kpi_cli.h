/* SPDX-License-Identifier: Apache-2.0 */
#ifndef C12_KPI_CLI_H
#define C12_KPI_CLI_H

#include "cells.h"
#include "c12/kpi.h"

/* Losses of all machines together, for the picture: time by name, in the order drawn. */
typedef struct kpi_loss { char name[48]; double time; int kind; } kpi_loss; /* kind: 0 a level, 1 availability, 2 speed, 3 quality */
int kpi_draw(cli *c, const char *path, const kpi_loss *loss, int n, double planned);

int kpi_oee(cli *c, int fleet);
int kpi_yield_file(cli *c);
int kpi_flow_file(cli *c);
int kpi_takt_file(cli *c);
int kpi_delivery_file(cli *c);
int kpi_suppliers_file(cli *c);
int kpi_tasks_file(cli *c);
int kpi_tick(cli *c, const char *name, int64_t dflt, int64_t *out); /* an option that is a tick or a time; 0 = wrong */

#endif
