/* SPDX-License-Identifier: Apache-2.0 */
/* The services there are. */
#ifndef C12_SERVICES_H
#define C12_SERVICES_H

#include "house/house.h"

extern const service fleet_service, mes_service, quality_service, telemetry_service, demo_service;

#endif
