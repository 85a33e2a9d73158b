/* SPDX-License-Identifier: Apache-2.0 */
#ifndef C12_BENCH_H
#define C12_BENCH_H

#include "cli.h"

int bench_plant(cli *c, const char *dir); /* c12 bench plant DIR */
int bench_live(cli *c, const char *file);  /* c12 bench live PLANT.json */
int bench_route(cli *c, const char *map, const char *scenario); /* c12 bench route MAP SCEN */
int bench_charge(cli *c);                  /* c12 bench charge */
int bench_life(cli *c);                    /* c12 bench life [MAP N STEPS] */
int bench_tlm(cli *c, const char *file);   /* c12 bench tlm FILE.jsonl */
int bench_ts(cli *c);                      /* c12 bench ts [FILE.c12t] */
int bench_arrow(cli *c, const char *file); /* c12 bench arrow FILE.c12t */
int bench_fleet(cli *c);                   /* c12 bench fleet */
int bench_shop(cli *c);                    /* c12 bench shop */
int bench_seal(cli *c, const char *file);  /* c12 bench seal [FILE.c12t] */
int bench_wire(cli *c, const char *file);  /* c12 bench wire FILE.jsonl */
int bench_stock(cli *c);
int bench_vda(cli *c);                     /* c12 bench vda */

#endif
