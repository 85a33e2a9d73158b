/* SPDX-License-Identifier: Apache-2.0 */
/* qmsd: the service quality by itself. */
#include "services.h"

int main(int argc, char **argv)
{
    static const service *const one[] = { &quality_service };
    return house_main(argc, argv, "qmsd", one, 1);
}
