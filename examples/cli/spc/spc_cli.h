/* SPDX-License-Identifier: Apache-2.0 */
#ifndef C12_SPC_CLI_H
#define C12_SPC_CLI_H

#include "cli.h"
#include "c12/spc.h"

/* One panel of a picture: values with lines, in the unit of the file. */
typedef struct spc_panel {
    const char *name;
    int64_t n;
    double *value, *low, *centre, *high; /* [n]; centre NULL: none */
    double *second;                      /* [n] another curve, or NULL */
    uint32_t *fired;                     /* [n] rules, or NULL */
    int64_t first;                       /* first point drawn */
} spc_panel;

int spc_draw(cli *c, const char *path, const char *title, const spc_panel *panels, int n_panels);

#endif
