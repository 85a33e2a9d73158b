/* SPDX-License-Identifier: Apache-2.0 */
#ifndef C12_CLI_WIRE_H
#define C12_CLI_WIRE_H

#include "cli.h"

int wire_command(cli *c);                                     /* c12 tlm wire IN.jsonl OUT.c12w */
int unwire_command(cli *c, const char *from, const char *to); /* c12 tlm unwire IN.c12w [OUT.jsonl] */

#endif
