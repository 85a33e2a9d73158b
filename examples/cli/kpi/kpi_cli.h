/* SPDX-License-Identifier: Apache-2.0 */
#ifndef C12_KPI_CLI_H
#define C12_KPI_CLI_H

#include "cells.h"
#include "c12/kpi.h"

/* Losses of all machines together, for the picture: time by name, in the order drawn. */
typedef struct kpi_loss { char name[48]; double time; int kind; } kpi_loss; /* kind: 0 a level, 1 availability, 2 speed, 3 quality */
int kpi_draw(cli *c, const char *path, const kpi_loss *loss, int n, double planned);

/* Lines of a picture of bars: a name, a value up to `most`, words behind it; kind 0 usual, 1 to be looked at, 2 good.  A mark < 0 = none. */
typedef struct kpi_bar { c12_view name; double value, mark; char words[48]; int kind; } kpi_bar;
int kpi_draw_bars(cli *c, const char *path, const char *title, const kpi_bar *bar, int n, double most);
/* How many units are inside from one tick to another, from when they come and go; and the average. */
int kpi_draw_level(cli *c, const char *path, const c12_kpi_visits *x, const c12_kpi_flows *y);

int kpi_oee(cli *c, int fleet);
int kpi_yield_file(cli *c);
int kpi_flow_file(cli *c);
int kpi_takt_file(cli *c);
int kpi_delivery_file(cli *c);
int kpi_suppliers_file(cli *c);
int kpi_tasks_file(cli *c);
int kpi_tick(cli *c, const char *name, int64_t dflt, int64_t *out); /* an option that is a tick or a time; 0 = wrong */

#endif
