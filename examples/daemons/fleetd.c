/* SPDX-License-Identifier: Apache-2.0 */
/* fleetd: the service fleet by itself. */
#include "services.h"

int main(int argc, char **argv)
{
    static const service *const one[] = { &fleet_service };
    return house_main(argc, argv, "fleetd", one, 1);
}
