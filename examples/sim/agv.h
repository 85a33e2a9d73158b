/* SPDX-License-Identifier: Apache-2.0 */
/* A vehicle of VDA 5050: what it was told, where it is, what it has said. */
#ifndef C12_SIM_AGV_H
#define C12_SIM_AGV_H

#include "broker.h"
#include "c12/vda.h"

enum { AGV_NODES = 512, AGV_ACTIONS = 128, AGV_NAME = 96 };

typedef struct agv_node { char id[AGV_NAME], edge[2 * AGV_NAME] /* the one that leads to it */; int64_t sequence, x, y; int released; } agv_node;
typedef struct agv_action { char id[AGV_NAME], type[AGV_NAME]; int64_t sequence /* of its node or edge; -1 = instant */, status, until; } agv_action;

typedef struct agv {
    line l;
    char serial[80], map[AGV_NAME], order[AGV_NAME], last_id[AGV_NAME], error[40], why[160], wrong_order[AGV_NAME], wrong_update[24];
    int64_t update, last_sequence, x, y /* um */, pace_um /* a second */, charge, header[C12_VDA_KINDS];
    agv_node node[AGV_NODES];     /* [at] is where it was last; those behind are ahead */
    agv_action action[AGV_ACTIONS];
    int32_t n_nodes, at, n_actions;
    int drives, paused, cancel, changed, nodes_done, all_done;
    int64_t began, takes, seen, said; /* ms */
} agv;

#endif
