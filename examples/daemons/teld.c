/* SPDX-License-Identifier: Apache-2.0 */
/* teld: the service telemetry by itself. */
#include "services.h"

int main(int argc, char **argv)
{
    static const service *const one[] = { &telemetry_service };
    return house_main(argc, argv, "teld", one, 1);
}
