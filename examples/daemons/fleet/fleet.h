/* SPDX-License-Identifier: Apache-2.0 */
/* The fleet service: the engine, its clock, and what is stored of it. */
#ifndef C12_FLEET_SERVICE_H
#define C12_FLEET_SERVICE_H

#include "engine.h"
#include <pthread.h>

typedef struct day day;
typedef struct fleet {
    house *h;
    engine *e;
    pthread_mutex_t lock;       /* the writer changes, pool threads read */
    int64_t began, told, kept;  /* wall ms of plant time 0; when viewers were told and the store last */
    int64_t plant, wall;        /* plant ms reached, at wall ms */
    int64_t speed;              /* plant ms a wall ms; 1 but in a demo */
    int64_t first_minute;       /* plan minute at plant time 0, in a demo */
    day *history;
} fleet;

fleet *fleet_of(request *r);                    /* NULL and answered when no plant is loaded */
json_t *fleet_robot(const fleet *f, int32_t robot, int64_t wall, int route);
void fleet_tell(fleet *f);                      /* what has moved, to viewers */
const char *fleet_state(const job *j);
json_t *fleet_figures(const fleet *f);
void history_note(fleet *f);                    /* where all stand, every few plant seconds */
json_t *history_at(const fleet *f, int64_t when);
void history_free(fleet *f);
extern const endpoint fleet_endpoints[];

#endif
