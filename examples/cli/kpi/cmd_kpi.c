/* SPDX-License-Identifier: Apache-2.0 */
/* c12 kpi: key performance indicators from CSV files.  Every answer is judged before it is printed. */
#include "kpi_cli.h"
#include <string.h>

int kpi_tick(cli *c, const char *name, int64_t dflt, int64_t *out)
{
    const char *v = cli_value(c, name);
    *out = dflt;
    if (!v || cell_time((c12_view){ (const uint8_t *)v, strlen(v) }, out)) return 1;
    cli_usage(c, "%s '%s' is neither a tick nor a time such as 2026-03-01T06:00", name, v);
    return 0;
}

int cmd_kpi(cli *c)
{
    const char *verb = NULL;
    for (int k = 0; k < c->argc && !verb; k++) if (c->argv[k][0] != '-') verb = c->argv[k];
    if (!verb) return cli_usage(c, "a verb is missing");
    if (!strcmp(verb, "oee")) return kpi_oee(c, 0);
    if (!strcmp(verb, "fleet")) return kpi_oee(c, 1);
    if (!strcmp(verb, "yield")) return kpi_yield_file(c);
    if (!strcmp(verb, "flow")) return kpi_flow_file(c);
    if (!strcmp(verb, "takt")) return kpi_takt_file(c);
    if (!strcmp(verb, "delivery")) return kpi_delivery_file(c);
    if (!strcmp(verb, "suppliers")) return kpi_suppliers_file(c);
    if (!strcmp(verb, "tasks")) return kpi_tasks_file(c);
    return cli_usage(c, "no verb '%s'", verb);
}
