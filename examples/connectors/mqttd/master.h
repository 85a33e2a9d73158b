/* SPDX-License-Identifier: Apache-2.0 */
/* Master control of VDA 5050 between fleetd and vehicles: what fleetd releases goes out as orders, what vehicles say goes in as reports. */
#ifndef C12_MASTER_H
#define C12_MASTER_H

#include "broker.h"
#include "sheet.h"
#include "wire.h"
#include <jansson.h>

enum { MASTER_NODES = 2048 /* of one order, with all its updates */, MASTER_STEPS = 256, MASTER_PAYLOAD = 1 << 18, MASTER_ROOM = 1 << 21 };

typedef struct cell { int32_t x, y; } cell;

/* One vehicle.  Its order is `node`, of which [0, base) were released to it; node k has the sequence number 2 k. */
typedef struct vehicle {
    char robot[64], maker[80], serial[80], order[96];
    int connection;              /* -1 = unknown, else C12_VDA_ONLINE ... */
    int heard, placed, active, acked, left, dirty, lost;
    int halted, asked, paused;   /* what fleetd wants; that the vehicle has not answered it; what it says, -1 = it does not tell */
    int64_t heard_at, asked_at, sent_at, cancelled_at, halt_at; /* ms; heard_at: its last state */
    int64_t header[C12_VDA_KINDS];                     /* the last that came, C12_VDA_NONE = none */
    int64_t out_header[C12_VDA_KINDS], update, battery_ppm;
    int32_t base, reached, horizon, tries, orders;
    cell at, node[MASTER_NODES];
    c12_vda_message running;     /* the last order sent, in room; texts of its header are above */
    c12_mem room;
    char *json;                  /* the same as it went out */
    size_t json_n;
} vehicle;

typedef struct master_options { const char *interface_name, *maker, *version, *map; int64_t cell_um, silence_ms, horizon, nodes, resend_ms; } master_options; /* nodes: of one order with all its updates */

typedef struct master {
    line l;
    wire w;
    place api;
    master_options o;
    vehicle *v;
    int32_t n;
    int64_t states, sent, refused, gaps, api_at, api_wait, said_at, n_said;
    sheet page;
} master;

int master_robots(master *m);              /* asks fleetd who there is; 0 = good */
void master_opened(line *l, void *user);
void master_ready(line *l, void *user);
void master_closed(line *l, void *user);
void master_heard(line *l, void *user, const struct mosquitto_message *message);
void master_step(master *m);               /* all vehicles once */
void master_free(master *m);

#endif
