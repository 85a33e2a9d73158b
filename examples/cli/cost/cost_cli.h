/* SPDX-License-Identifier: Apache-2.0 */
#ifndef C12_COST_CLI_H
#define C12_COST_CLI_H

#include "cells.h"
#include "c12/cost.h"

int cost_journal(cli *c);
int cost_landed(cli *c);
int cost_draw(cli *c, const char *path, c12_money standard, const c12_money *variance, c12_money actual); /* variance: [element][kind] */

#endif
