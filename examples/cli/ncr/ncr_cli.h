/* SPDX-License-Identifier: Apache-2.0 */
#ifndef C12_NCR_CLI_H
#define C12_NCR_CLI_H

#include "sheet.h"

const char *grade_name(int32_t grade);
int ncr_replay(cli *c);
int ncr_assignment(cli *c);
int ncr_inspection(cli *c);
int ncr_states(cli *c);

#endif
