/* SPDX-License-Identifier: Apache-2.0 */
/* c12d: fleet, orders and plans, quality and telemetry of one plant in one process. */
#include "services.h"

int main(int argc, char **argv)
{
    static const service *const all[] = { &fleet_service, &mes_service, &quality_service, &telemetry_service, &demo_service };
    return house_main(argc, argv, "c12d", all, 5);
}
