#include "services.h"
static const endpoint none[] = { { 0 } };
const service mes_service = { "mes", none, NULL, NULL, NULL, NULL };
