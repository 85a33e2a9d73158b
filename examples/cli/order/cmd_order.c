/* SPDX-License-Identifier: Apache-2.0 */
/* c12 order: which part does which verb; json: work orders as the document's data model, read, judged and written again. */
#include "order_cli.h"
#include <string.h>

static int order_json(cli *c)
{
    c12_mem bytes = { NULL, 0 }, out = { NULL, 0 };
    c12io_orders *orders = NULL;
    if (!cli_ready(c, 2)) return EXIT_BAD;
    const char *file = cli_word(c, 1);
    c12_status s = c12io_bytes_read(file, &bytes, &c->err);
    if (!s) s = c12io_orders_read(&orders, (c12_view){ bytes.ptr, bytes.size }, file, &c->err);
    if (!s) s = c12io_orders_write(c12io_orders_list(orders), &out, &c->err);
    int code = s ? cli_fail(c, s) : EXIT_DONE;
    if (!s) {
        text t = { 0 };
        text_bytes(&t, out.ptr, out.size);
        text_add(&t, "\n");
        code = text_write(c, &t, c->out ? c->out : "-");
    }
    c12io_orders_free(orders);
    c12io_bytes_free(&bytes);
    c12io_bytes_free(&out);
    return code;
}

int cmd_order(cli *c)
{
    const char *verb = cli_word(c, 0);
    if (verb && !strcmp(verb, "replay")) return order_replay(c);
    if (verb && !strcmp(verb, "states")) return order_states(c);
    if (verb && !strcmp(verb, "trace")) return order_trace(c);
    if (verb && !strcmp(verb, "json")) return order_json(c);
    return cli_usage(c, "say replay, states, trace or json");
}
