#include "services.h"
static const endpoint none[] = { { 0 } };
const service quality_service = { "quality", none, NULL, NULL, NULL, NULL };
