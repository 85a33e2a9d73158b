/* SPDX-License-Identifier: Apache-2.0 */
/* c12 shop: which part does which verb. */
#include "shop_cli.h"
#include <string.h>

int cmd_shop(cli *c)
{
    const char *verb = cli_word(c, 0);
    if (verb && !strcmp(verb, "purchases")) return shop_purchases(c);
    if (verb && !strcmp(verb, "sales")) return shop_sales(c);
    if (verb && !strcmp(verb, "quality")) return shop_quality(c);
    return cli_usage(c, "say purchases, sales or quality");
}
