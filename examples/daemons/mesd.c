/* SPDX-License-Identifier: Apache-2.0 */
/* mesd: the service mes by itself. */
#include "services.h"

int main(int argc, char **argv)
{
    static const service *const one[] = { &mes_service };
    return house_main(argc, argv, "mesd", one, 1);
}
