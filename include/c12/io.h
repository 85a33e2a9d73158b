/* SPDX-License-Identifier: Apache-2.0 */
/** @file c12/io.h
 *  libc12io, the second library: the only code that touches the operating system.  CSV tables, plant folders, JSON, configuration, the
 *  SQLite store, the clock and a thread pool for the host hooks.  Everything here may allocate and may return C12_E_IO.
 *
 *  Errors: err->text, when given, receives one line a fault in the form "file:line:column: what is wrong; how to mend it". */
#ifndef C12_IO_H
#define C12_IO_H

#include "c12/base.h"
#include "c12/charge.h"
#include "c12/flow.h"
#include "c12/order.h"
#include "c12/sched.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ============================================================================================== files ==== */

/** A whole file in memory.  Free with c12io_bytes_free.
 *  @param path file name; "-" is standard input
 *  @param out  bytes, terminated by a zero that size does not count
 *  @param err  optional
 *  @return C12_E_IO with errno in err->value.  @since 0.1 */
C12_API C12_MUST c12_status c12io_bytes_read(const char *path, c12_mem *out, c12_error *err);
/** Free what c12io_bytes_read gave; NULL members are fine.  @since 0.1 */
C12_API void c12io_bytes_free(c12_mem *bytes);

/** A file written beside its place and renamed into it, so that a reader or a crash never sees half of it. */
typedef struct c12io_out c12io_out;
/** Start writing.  "-" is standard output (no rename).  @since 0.1 */
C12_API C12_MUST c12_status c12io_out_open(c12io_out **self, const char *path, c12_error *err);
/** Append bytes; a failure is remembered and reported by c12io_out_close.  @since 0.1 */
C12_API void c12io_out_write(c12io_out *self, const void *bytes, size_t n);
/** Flush, sync and rename; on failure the place is as it was before.  Frees self.  @since 0.1 */
C12_API C12_MUST c12_status c12io_out_close(c12io_out *self, c12_error *err);
/** Give up: remove what was written beside the place and free self.  NULL is fine.  @since 0.1 */
C12_API void c12io_out_abandon(c12io_out *self);
/** Make a directory and its parents; existing ones are fine.  @since 0.1 */
C12_API C12_MUST c12_status c12io_dir_make(const char *path, c12_error *err);

/* ============================================================================================ secrets ==== */

/** Random bytes from the system (getrandom, else /dev/urandom), for keys, salts and c12_seal_epoch_init.  THREADSAFE.
 *  @param out all of it is filled
 *  @param err optional
 *  @return C12_E_IO.  @since 0.1 */
C12_API C12_MUST c12_status c12io_random(c12_mem out, c12_error *err);
/** A key from a file: 64 hexadecimal digits, white space behind them is passed over.
 *  @param path file name
 *  @param key  [32] out
 *  @param err  optional
 *  @return C12_E_IO, C12_E_FORMAT for anything else.  @since 0.1 */
C12_API C12_MUST c12_status c12io_key_read(const char *path, uint8_t *key, c12_error *err);
/** A key to a new file that only its owner can read (mode 0600).  An existing file is never overwritten: C12_E_IO with EEXIST.
 *  @param path file name
 *  @param key  [32]
 *  @param err  optional
 *  @return C12_E_IO.  @since 0.1 */
C12_API C12_MUST c12_status c12io_key_write(const char *path, const uint8_t *key, c12_error *err);

/* ================================================================================================ csv ==== */

/** A CSV table by RFC 4180 in memory: header row, UTF-8 with or without BOM, "," or ";" (told from the header). */
typedef struct c12io_table c12io_table;
/** What a column may be called and whether it must be there. */
typedef struct c12io_column {
    const char *name;   /**< Exact header text. */
    int32_t required;   /**< 1 = the table is refused without it. */
    int32_t reserved;   /**< 0. */
} c12io_column;         /**< FROZEN. */

/** Read a table.  Columns may stand in any order; unknown, doubled and missing required ones are refused by name, as are rows
 *  with more or fewer cells than the header and a quote that never closes (a truncated file).
 *  @param self    out
 *  @param path    file name; "-" is standard input
 *  @param columns [n_columns] what is known
 *  @param n_columns number of known columns
 *  @param err     optional
 *  @return C12_E_IO, C12_E_FORMAT.  O(bytes).  @since 0.1 */
C12_API C12_MUST c12_status c12io_table_read(c12io_table **self, const char *path, const c12io_column *columns, int32_t n_columns, c12_error *err);
/** Free a table; NULL is fine.  @since 0.1 */
C12_API void c12io_table_free(c12io_table *self);
/** Data rows.  @since 0.1 */
C12_API int64_t c12io_table_rows(const c12io_table *self);
/** Cell of a row and known column (0-based, as given to read), unquoted; size 0 when empty or the column is absent.  @since 0.1 */
C12_API c12_view c12io_table_cell(const c12io_table *self, int64_t row, int32_t column);
/** 1-based line of the file on which a row starts.  @since 0.1 */
C12_API int64_t c12io_table_line(const c12io_table *self, int64_t row);
/** 1 when the header has the known column.  @since 0.1 */
C12_API int32_t c12io_table_has(const c12io_table *self, int32_t column);

/* ============================================================================================== plant ==== */

/** One text column: row i is text[off[i]] .. text[off[i+1]-1], UTF-8. */
typedef struct c12io_texts {
    uint32_t struct_size;
    int32_t n;
    const uint8_t *text;  /**< Bytes of all rows. */
    const int64_t *off;   /**< [n + 1] */
} c12io_texts;

/** A plant folder as columns with dense ids.  Files that are absent give n = 0.  docs/guide/plant.md has one table a file. */
typedef struct c12io_plant {
    uint32_t struct_size;
    int32_t n_items;
    int64_t n_lines;              /**< The lines of bom.csv that planning takes, alternates chosen or mixed, sorted by parent, then file order. */
    int64_t n_demand;             /**< demand.csv, then orders.csv. */
    int64_t n_receipts;           /**< receipts.csv */
    int64_t n_orders;             /**< orders.csv */
    int64_t n_supplies;           /**< suppliers.csv: one row a supplier and item, sorted by item, priority. */
    int64_t n_steps;              /**< routing.csv, sorted by item, then step. */
    int64_t n_shifts;             /**< calendars.csv */
    int64_t n_setups;             /**< setups.csv */
    int32_t n_stations;           /**< stations.csv */
    int32_t n_machines;           /**< machines.csv */
    int32_t n_families;           /**< Set-up families named in routing.csv and setups.csv. */
    int32_t n_calendars;          /**< Calendars named in calendars.csv. */
    int32_t n_robots;             /**< robots.csv */
    int32_t n_bays;               /**< bays.csv */
    int32_t n_rules;              /**< rules.csv */
    int32_t n_suppliers;          /**< Distinct suppliers. */
    const c12io_texts *item_code; /**< [n_items] and so for every *_code. */
    const c12io_texts *item_unit;
    const int32_t *item_type, *lead_time, *lot_rule, *lot_periods;                        /**< [n_items] as in c12_mrp_input. */
    const c12_qty *lot_size, *lot_min, *lot_max, *lot_multiple, *safety, *on_hand, *scale;/**< [n_items] */
    const c12_money *own_cost;                                                            /**< [n_items] */
    const int64_t *line_off;                                                              /**< [n_items + 1] */
    const int32_t *line_child, *line_scrap_ppm, *line_from, *line_to, *line_offset;       /**< [n_lines] */
    const int64_t *line_num, *line_den;                                                   /**< [n_lines] */
    const int32_t *demand_item, *demand_bucket, *demand_order;  /**< [n_demand]; demand_order = row of orders.csv or -1 */
    const c12_qty *demand_qty;
    const int32_t *receipt_item, *receipt_bucket;               /**< [n_receipts] */
    const c12_qty *receipt_qty;
    const c12io_texts *order_code, *order_customer;             /**< [n_orders] */
    const int32_t *order_item, *order_bucket, *order_weight;
    const c12_qty *order_qty;
    const c12io_texts *supplier_code;                           /**< [n_suppliers] */
    const int32_t *supply_supplier, *supply_item, *supply_lead; /**< [n_supplies] */
    const c12_qty *supply_moq, *supply_multiple;
    const c12_money *supply_price;
    const int32_t *step_item, *step_station, *step_family;      /**< [n_steps]; family -1 = none */
    const int64_t *step_minutes_num, *step_minutes_den;         /**< [n_steps] run minutes a unit, as a ratio */
    const int32_t *step_fixed;                                  /**< [n_steps] minutes an order, whatever its quantity */
    const c12io_texts *station_code, *station_name;             /**< [n_stations] */
    const int32_t *station_x, *station_y;
    const c12io_texts *machine_code;                            /**< [n_machines] */
    const int32_t *machine_station, *machine_calendar;          /**< calendar -1 = always open */
    const c12_money *machine_rate;                              /**< [n_machines] cost an hour */
    const c12io_texts *calendar_code;                           /**< [n_calendars] */
    const int32_t *shift_calendar, *shift_weekday, *shift_from, *shift_to; /**< [n_shifts] weekday 0 = Monday; minutes of the day */
    const c12io_texts *family_code;                             /**< [n_families] */
    const int32_t *setup_from, *setup_to, *setup_minutes;       /**< [n_setups] */
    const c12io_texts *robot_code;                              /**< [n_robots] */
    const int32_t *robot_x, *robot_y, *robot_battery_ppm, *robot_pace; /**< pace in ms a cell */
    const c12io_texts *bay_code;                                /**< [n_bays] */
    const int32_t *bay_x, *bay_y;
    const c12io_texts *rule_token;                              /**< [n_rules] */
    const int32_t *rule_grade, *rule_station;
    const c12_mem *map;                                         /**< Bytes of map.txt (MovingAI form), size 0 when absent. */
    const c12_money *order_cost;                                /**< [n_items] times scale, as in c12_mrp_input */
    const c12_money *holding_cost;                              /**< [n_items] a unit and bucket */
    const char *negative_stock;                                 /**< Where items.csv first has stock below 0, as file:line:column: 'value'; NULL = nowhere */
    int64_t n_safety;                                           /**< safety.csv, sorted by item, then bucket or date. */
    const int32_t *safety_item, *safety_bucket;                 /**< [n_safety]; safety_bucket is NULL where the rows have dates */
    const c12_qty *safety_qty;
    const int32_t *safety_time, *planning_fence, *demand_fence, *yield_ppm; /**< [n_items] as in c12_mrp_input, NULL where items.csv lacks them */
    const int32_t *demand_kind;                                 /**< [n_demand] as in c12_mrp_input, or NULL */
    const int32_t *receipt_kind;                                /**< [n_receipts] as in c12_mrp_input, or NULL */
    const int32_t *line_kind;                                   /**< [n_lines] as in c12_bom, or NULL */
    const int32_t *supply_priority;                             /**< [n_supplies] lower is preferred */
    const c12_qty *supply_max;                                  /**< [n_supplies] largest order, 0 = none */
    const int32_t *supplier_calendar;                           /**< [n_suppliers] -1 = works in every bucket */
    const int64_t *break_off;                                   /**< [n_supplies + 1] price_breaks.csv by offer */
    const c12_qty *break_from;                                  /**< [n_breaks] rising within an offer */
    const c12_money *break_price;                               /**< [n_breaks] of a unit */
    const c12_money *labour_cost, *overhead_cost, *outside_cost;/**< [n_items] cost elements beside own_cost, NULL where items.csv lacks them */
    const c12_money *setup_cost;                                /**< [n_items] labour of one set-up ... */
    const c12_qty *costing_lot;                                 /**< [n_items] ... shared by this many quanta */
    const c12io_texts *eco_code;                                /**< [n_ecos] */
    int64_t n_eco_lines;                                        /**< eco_lines.csv */
    int32_t n_ecos;                                             /**< eco.csv */
    int32_t reserved;                                           /**< 0. */
    const int32_t *eco_state, *eco_from, *eco_serial, *eco_use_up; /**< [n_ecos] as in c12_bom_ecos */
    const int32_t *eco_line_eco, *eco_line_kind, *eco_line_parent, *eco_line_child, *eco_line_scrap_ppm, *eco_line_offset; /**< [n_eco_lines] */
    const int64_t *eco_line_line, *eco_line_num, *eco_line_den; /**< [n_eco_lines] */
    const int32_t *item_calendar;                               /**< [n_items] calendar its lead time counts in; -1 = none named */
    const int64_t *demand_date;                                 /**< [n_demand] days since 1970-01-01, -1 = the row has a bucket; a row with a
                                                                     date has bucket -1; NULL = no row has a date */
    const int64_t *receipt_date;                                /**< [n_receipts] the same */
    int64_t n_substitutes;                                      /**< substitutes.csv, sorted by item, then priority. */
    const int32_t *substitute_item, *substitute_other;          /**< [n_substitutes] as in c12_mrp_substitutes */
    const int64_t *substitute_num, *substitute_den;
    int64_t n_bill_lines;                                       /**< bom.csv whole, all alternates too, sorted as n_lines: the bill that engineering changes. */
    const int64_t *bill_off;                                    /**< [n_items + 1] */
    const int64_t *bill_num, *bill_den;                         /**< [n_bill_lines] and so all below; the same columns as line_* when nothing has an alternate */
    const int32_t *bill_child, *bill_scrap_ppm, *bill_from, *bill_to, *bill_offset, *bill_kind;
    const int32_t *bill_group, *bill_priority, *bill_share_ppm; /**< As in c12_bom_alternates; NULL where bom.csv lacks them */
    const c12io_texts *bill_alternate, *bill_refs;              /**< The group's name; reference designators.  NULL where bom.csv lacks them */
    const int64_t *line_bill;                                   /**< [n_lines] the bill's line behind one of planning's; NULL = the same */
    const int64_t *safety_date;                                 /**< [n_safety] days since 1970-01-01; NULL where the rows have buckets */
} c12io_plant;

/** Load a plant folder: items.csv must be there, the other files where they exist.  Every cell is checked; all faults of all files
 *  (up to 64) are listed in err->text.  Codes are resolved to rows; nothing half-loaded comes back.
 *  @param self out; free with c12io_plant_free
 *  @param dir  folder
 *  @param err  optional
 *  @return C12_E_IO, C12_E_FORMAT, C12_E_RANGE, C12_E_OVERFLOW.  @since 0.1 */
C12_API C12_MUST c12_status c12io_plant_load(c12io_plant **self, const char *dir, c12_error *err);
/** What-if prices over those of a plant: a CSV file with item and of own_cost, labour_cost, overhead_cost, outside_cost, setup_cost those that are
 *  to be other (6 places); an empty cell leaves the price as it is.
 *  @param path  file
 *  @param items codes of the items
 *  @param price [5 * n_items] in and out, column by column in the order above; undefined after a fault
 *  @param err   optional
 *  @return as c12io_plant_load, and C12_E_RANGE for an item that stands twice.  O(items + rows).  @since 0.1 */
C12_API C12_MUST c12_status c12io_prices_read(const char *path, const c12io_texts *items, c12_money *price, c12_error *err);
/** Free a plant; NULL is fine.  @since 0.1 */
C12_API void c12io_plant_free(c12io_plant *self);
/** Row of a code in a text column, -1 when absent.  O(n).  @since 0.1 */
C12_API int32_t c12io_texts_find(const c12io_texts *self, const char *code);
/** Row i of a text column; empty when out of range.  @since 0.1 */
C12_API c12_view c12io_texts_at(const c12io_texts *self, int32_t i);

/* =============================================================================================== json ==== */

/** A scheduling problem read from JSON (jansson); its columns live as long as it. */
typedef struct c12io_shop c12io_shop;
/** Read a plant: stations with machines and a set-up matrix by family, orders with operations, an optional calendar; all in minutes.
 *
 *      { "n_machines": 3, "families": 2,
 *        "stations": [ { "machines": [0, 1], "setup": [[0, 5], [7, 0]] }, { "machines": [2], "setup": [[0, 0], [0, 0]] } ],
 *        "orders": [ { "family": 0, "release": 0, "material": 30, "due": 400, "weight": 2,
 *                      "ops": [ { "station": 0, "machines": [0, 1], "minutes": 60 }, { "station": 1, "machines": [2], "minutes": 20 } ] } ],
 *        "calendar": { "windows": [[360, 1320], [1800, 2760]], "downtime": [[2, 500, 240]] } }
 *
 *  An operation that names no machines may run on any of its station.  An order starts no earlier than release and material; a missing due is none, a missing weight 1.  Windows hold for all machines, operations
 *  and set-ups pause between them, after the last all is open; downtime is machine, begin, length.  Other keys are ignored.
 *
 *  What else a plant has, all of it optional (rules S6 and S10 to S17 of c12/sched.h):
 *
 *      "resources": [ { "name": "crew", "levels": [[360, 2], [1320, 1]] } ],     from tick 360 on there are 2, from 1320 on 1
 *      "buffers": [4, 1],                                                        places of each
 *      "speed": [1000, 850, 1000],  "batch": [1, 1, 6],                          one number a machine
 *      "setup_breaks": ["as_operation", "pause", "whole"],                       one word a machine
 *
 *  and in an operation: "lots": 4, "wait_min": 30, "wait_max": 60, "holds": true, "buffer": 0, "places": 2, "resumable": false,
 *  "needs": [ { "resource": 0, "units": 1 } ]; among its machines { "machine": 2, "minutes": 45, "cost": 3 } has minutes of its own.
 *  @param self out; free with c12io_shop_free
 *  @param text UTF-8
 *  @param name what the text is called in messages
 *  @param err  optional; text names the place, "orders[3].ops[1].minutes", or line and column of broken JSON
 *  @return C12_E_FORMAT, C12_E_NOMEM, C12_E_ARG.  Up to 64 faults are listed.  O(bytes + families^2 + machines * windows).  @since 0.1 */
C12_API C12_MUST c12_status c12io_shop_read(c12io_shop **self, c12_view text, const char *name, c12_error *err);
/** Free a shop; NULL is fine.  @since 0.1 */
C12_API void c12io_shop_free(c12io_shop *self);
/** The problem's columns, for c12_sched_load.  @since 0.1 */
C12_API const c12_sched_problem *c12io_shop_problem(const c12io_shop *self);
/** Limits that fit it, for c12_sched_create.  @since 0.1 */
C12_API const c12_sched_dims *c12io_shop_dims(const c12io_shop *self);

/** Work orders as the source document's data model has them: one row an order.  Text columns have n rows. */
typedef struct c12io_order_list {
    uint32_t struct_size;
    int32_t n;
    const c12io_texts *id;            /**< work_order_id */
    const c12io_texts *sku;           /**< product_sku */
    const c12io_texts *bom;           /**< bom_id, empty = null */
    const c12io_texts *routing;       /**< routing_id, empty = null */
    const c12io_texts *station;       /**< [stations] names in station_progress */
    const c12io_texts *robot;         /**< [robots] names in assigned_robots */
    const c12io_texts *hold;          /**< [holds] texts in quality_holds */
    const c12_qty *qty;               /**< [n] quantity */
    const int32_t *state;             /**< [n] status, C12_ORDER_CREATED and on. */
    const int32_t *priority;          /**< [n] */
    const c12_ns *created;            /**< [n] created_date; times are whole seconds, INT64_MAX = null */
    const c12_ns *planned_start;      /**< [n] scheduled_start */
    const c12_ns *planned_end;        /**< [n] scheduled_completion */
    const c12_ns *started;            /**< [n] actual_start */
    const c12_ns *ended;              /**< [n] actual_completion */
    const int64_t *station_off;       /**< [n + 1] */
    const int64_t *robot_off;         /**< [n + 1] */
    const int64_t *hold_off;          /**< [n + 1] */
    const int32_t *station_state;     /**< [stations] C12_ORDER_PENDING and on. */
    const c12_ns *hold_to;            /**< [holds] INT64_MAX = open; only open ones are written; NULL = all open */
    const uint8_t *rework;            /**< [n] rework_required */
    const void *reserved_column;      /**< NULL. */
} c12io_order_list;

/** Work orders read from JSON; their columns live as long as it. */
typedef struct c12io_orders c12io_orders;
/** Read one work order, an object of the document's data model, or an array of them.  Other keys are ignored.
 *  @param self out; free with c12io_orders_free
 *  @param text UTF-8
 *  @param name what the text is called in messages
 *  @param err  optional; text names the place, "[3].station_progress.wiring"
 *  @return C12_E_FORMAT, C12_E_NOMEM, C12_E_ARG.  O(bytes).  @since 0.1 */
C12_API C12_MUST c12_status c12io_orders_read(c12io_orders **self, c12_view text, const char *name, c12_error *err);
/** Free; NULL is fine.  @since 0.1 */
C12_API void c12io_orders_free(c12io_orders *self);
/** Their columns.  @since 0.1 */
C12_API const c12io_order_list *c12io_orders_list(const c12io_orders *self);
/** The same as a book that events can be applied to; state, times, stations and holds are the list's own columns, so that what was read, moved and
 *  written again shows the moves.  The document knows no quantities by station: a completed station has passed the whole quantity, one in progress
 *  nothing yet.  @since 0.1 */
C12_API c12_order_book *c12io_orders_book(c12io_orders *self);
/** Write a list as the document's JSON: an object for one order, else an array; the same bytes everywhere.
 *  @param list the orders
 *  @param out  text; free with c12io_bytes_free
 *  @param err  optional
 *  @return C12_E_ARG, C12_E_RANGE naming the row, C12_E_NOMEM.  O(bytes).  @since 0.1 */
C12_API C12_MUST c12_status c12io_orders_write(const c12io_order_list *list, c12_mem *out, c12_error *err);

/** A charging outlook read from JSON (jansson); its columns live as long as it. */
typedef struct c12io_outlook c12io_outlook;
/** Read a fleet, its bays and what is expected of it: minutes, per cent, watts and watt hours become steps, ppm and joules.
 *
 *      { "minutes": 480, "step": 5, "floor": 40, "share": 90, "end": 60, "least": 10, "travel": 2,
 *        "classes": [ { "name": "G1", "capacity_wh": 1000, "active_w": 210, "idle_w": 30, "curve": [[80, 960], [100, 480]] } ],
 *        "robots": [ { "name": "R1", "class": "G1", "battery": 62.5, "health": 97, "busy_until": 12, "bay": "B1", "travel": [2, 3] } ],
 *        "bays": [ { "name": "B1" }, { "name": "B2", "from": 60, "to": 400 } ],
 *        "demand": [[0, 60], [120, 90]] }
 *
 *  The curve: up to so many per cent at so many watts.  Demand: from that minute on so many robots.  travel: minutes to every bay, or in a robot to each, -1 where
 *  there is no way; begun steps count.  floor, share, end, least: of c12_charge_horizon_options, least in minutes.  All but classes with capacity_wh, active_w, idle_w
 *  and curve, and robots with battery may be left out; classes and bays are named, or numbered from 0.  Other keys are ignored.
 *  @param self out; free with c12io_outlook_free
 *  @param text UTF-8
 *  @param name what the text is called in messages
 *  @param err  optional; text names the place, "robots[3].battery", or line and column of broken JSON
 *  @return C12_E_FORMAT, C12_E_NOMEM, C12_E_ARG.  Up to 64 faults are listed.  O(bytes + robots * bays).  @since 0.1 */
C12_API C12_MUST c12_status c12io_outlook_read(c12io_outlook **self, c12_view text, const char *name, c12_error *err);
/** Free an outlook; NULL is fine.  @since 0.1 */
C12_API void c12io_outlook_free(c12io_outlook *self);
/** The columns, for c12_charge_horizon.  @since 0.1 */
C12_API const c12_charge_outlook *c12io_outlook_problem(const c12io_outlook *self);
/** The options, for c12_charge_horizon.  @since 0.1 */
C12_API const c12_charge_horizon_options *c12io_outlook_options(const c12io_outlook *self);
/** Minutes of a step.  @since 0.1 */
C12_API int32_t c12io_outlook_step(const c12io_outlook *self);
/** Name of a robot, its number where none was given; empty when out of range.  @since 0.1 */
C12_API c12_view c12io_outlook_robot(const c12io_outlook *self, int32_t robot);
/** Name of a bay, as for robots.  @since 0.1 */
C12_API c12_view c12io_outlook_bay(const c12io_outlook *self, int32_t bay);

/* ============================================================================================= config ==== */

/** plant.ini: what a plant is called and how its calendar maps to buckets; read with inih. */
typedef struct c12io_config {
    uint32_t struct_size;
    int32_t buckets;         /**< [plan] buckets: planning horizon in days, default 90. */
    int64_t start_day;       /**< [plan] start: days since 1970-01-01 of bucket 0, default 2025-10-24. */
    int64_t work_limit;      /**< [plan] work_limit: search effort of the scheduler, default 20000. */
    c12_money labour_rate;   /**< [cost] labour_rate: an hour, default 0. */
    c12_money overhead_rate; /**< [cost] overhead_rate: an hour, default 0. */
    char name[64];           /**< [plant] name. */
    char currency[8];        /**< [cost] currency, default EUR. */
    c12_qty message_qty;     /**< [plan] message_qty: damping of action messages, in quanta, default 0. */
    int32_t message_shift;   /**< [plan] message_shift: the same in buckets, default 0. */
    int32_t negative_stock;  /**< [plan] negative_stock: 1 = stock below 0 is planned with, default 0 = refused. */
    int32_t forecast_back;   /**< [plan] forecast_back: buckets before its own from which an order consumes forecasts, default 0. */
    int32_t forecast_ahead;  /**< [plan] forecast_ahead: the same after its own, default 0. */
    int32_t substitute_late; /**< [plan] substitute_late: 1 = substitutes only instead of late orders, default 0 = before anything is ordered. */
    int32_t reserved;        /**< 0. */
} c12io_config;

/** Read a configuration; a missing file gives the defaults, an unknown section or key is refused by name.
 *  @param path file name
 *  @param out  filled in
 *  @param err  optional
 *  @return C12_E_IO, C12_E_FORMAT with the line in err->row.  @since 0.1 */
C12_API C12_MUST c12_status c12io_config_read(const char *path, c12io_config *out, c12_error *err);

/* ====================================================================================== clock, threads ==== */

/** Threads for host->parallel and a clock for host->now. */
typedef struct c12io_pool c12io_pool;
/** Start a pool of `threads` (1..256; the calling thread counts as one).  @since 0.1 */
C12_API C12_MUST c12_status c12io_pool_create(c12io_pool **self, int32_t threads, c12_error *err);
/** Stop and free; NULL is fine.  @since 0.1 */
C12_API void c12io_pool_destroy(c12io_pool *self);
/** Set host->user, ->parallel and ->now, and ->alloc and ->release, which put large blocks on huge pages where the system has them.  The pool must
 *  outlive the host's use; memory it gave need not be released before it goes.  @since 0.1 */
C12_API void c12io_pool_lend(c12io_pool *self, c12_host *host);
/** Monotonic time.  THREADSAFE.  @since 0.1 */
C12_API c12_ns c12io_now(void);
/** Calendar time, UTC.  THREADSAFE.  @since 0.1 */
C12_API c12_ns c12io_wall(void);
/** "2025-10-24" of a day number, or "2025-10-24T06:12" with minutes of that day >= 0; out needs 17 bytes.  THREADSAFE.  @since 0.1 */
C12_API void c12io_date_text(int64_t day, int32_t minute, char out[17]);
/** Day number of "2025-10-24"; C12_E_FORMAT otherwise.  THREADSAFE.  @since 0.1 */
C12_API C12_MUST c12_status c12io_date_parse(const char *text, int64_t *day, c12_error *err);

/* ============================================================================================== store ==== */

/** The embedded store: one SQLite file in WAL mode, schema by numbered migrations. */
typedef struct c12io_store c12io_store;
/** Open or create; migrates forward, refuses a store newer than this library (C12_E_VERSION).  @since 0.1 */
C12_API C12_MUST c12_status c12io_store_open(c12io_store **self, const char *path, c12_error *err);
/** Close; NULL is fine.  @since 0.1 */
C12_API void c12io_store_close(c12io_store *self);
/** Begin a transaction; effects of one flow step go in together or not at all.  @since 0.1 */
C12_API C12_MUST c12_status c12io_store_begin(c12io_store *self, c12_error *err);
/** Commit it.  @since 0.1 */
C12_API C12_MUST c12_status c12io_store_commit(c12io_store *self, c12_error *err);
/** Undo it.  @since 0.1 */
C12_API void c12io_store_rollback(c12io_store *self);
/** Schema version after migration.  @since 0.1 */
C12_API int32_t c12io_store_version(const c12io_store *self);

/** One column of rows to put or of a query's answer. */
typedef struct c12io_cells {
    const char *name;           /**< Column of the table. */
    const int64_t *number;      /**< [n] integers, or NULL when text is given. */
    const int32_t *small;       /**< [n] the same as 32-bit; used when number is NULL. */
    const c12io_texts *text;    /**< Texts by row, or through `small` as ids when both are given (-1 = NULL). */
} c12io_cells;                  /**< FROZEN. */
/** Insert or replace n rows of a known table by columns.
 *  @return C12_E_IO with SQLite's code in err->value, C12_E_ARG for an unknown table or column.  @since 0.1 */
C12_API C12_MUST c12_status c12io_store_put(c12io_store *self, const char *table, int64_t n, const c12io_cells *cells, int32_t n_cells, c12_error *err);
/** Have a function called before every statement that writes, with its number since the store was opened, from 1: for progress, and for tests that pull the
 *  plug there.  @param watch NULL = none.  @since 0.1 */
C12_API void c12io_store_watch(c12io_store *self, void (*watch)(void *user, int64_t statement), void *user);

/** Names of what effects refer to; a NULL list or one that is too short leaves the number. */
typedef struct c12io_store_names {
    uint32_t struct_size;
    int32_t reserved;            /**< 0. */
    const c12io_texts *document; /**< Reports, purchases or sales by row. */
    const c12io_texts *order;    /**< Work orders by row. */
    const c12io_texts *person;   /**< People. */
    const c12io_texts *item;     /**< Items. */
    const c12io_texts *location; /**< Locations. */
    const void *reserved_column; /**< NULL. */
} c12io_store_names;

/** Apply the effects of a quality loop in ONE transaction: its reports (ncrs), events of orders (order_events), states and quantities of the orders concerned
 *  (order_states), movements (stock_moves), journal entries (entries, with the report as step) and what must be planned again (replans).  Entries of every report
 *  are summed in the store before the commit; what does not balance is rolled back.  Reports are known by name: a second time they are refused, so that a step
 *  whose answer was lost can be sent again.
 *  @param self    the store, outside a transaction
 *  @param in      as c12_flow_quality_run
 *  @param book    the orders after it
 *  @param effects its effects
 *  @param names   optional
 *  @param err     optional
 *  @return C12_E_STATE when a report is there already or entries do not balance, C12_E_IO; on any error the store is as it was.  O(rows).  @since 0.1 */
C12_API C12_MUST c12_status c12io_store_quality(c12io_store *self, const c12_flow_quality *in, const c12_order_book *book, const c12_flow_quality_effects *effects,
                                                const c12io_store_names *names, c12_error *err);

/** Apply the effects of steps on purchases in ONE transaction: where the purchases stand (purchases), the steps that happened (steps, with "purchase" as flow), their
 *  movements (stock_moves) and entries (entries; a step there is "purchase/PO-71/3", the third of that purchase).  Entries of every step are summed in the store
 *  before the commit.
 *
 *  A step is known by its purchase and its number: one that is there already must be the same and is passed over with all it posted, so that what was sent can be
 *  sent again, alone or with the steps that came since.
 *  @param self      the store, outside a transaction
 *  @param purchases after c12_flow_purchase_run
 *  @param steps, refusal, postings of that run
 *  @param names     optional: documents are purchases
 *  @param stored    out, optional: steps that were not there before
 *  @param err       optional
 *  @return C12_E_STATE when the store has another step in a place, another purchase of a name, or lacks steps that went before these, or entries do not balance;
 *          C12_E_RANGE for a step of no purchase or a posting of no step that happened; C12_E_NOMEM, C12_E_IO; on any error the store is as it was.
 *          O(rows).  @since 0.1 */
C12_API C12_MUST c12_status c12io_store_purchase(c12io_store *self, const c12_flow_purchases *purchases, const c12_flow_steps *steps, const int32_t *refusal,
                                                 const c12_flow_postings *postings, const c12io_store_names *names, int64_t *stored, c12_error *err);

/** The same for steps on sales (sales; steps with "sale" as flow).  @since 0.1 */
C12_API C12_MUST c12_status c12io_store_sale(c12io_store *self, const c12_flow_sales *sales, const c12_flow_steps *steps, const int32_t *refusal,
                                             const c12_flow_postings *postings, const c12io_store_names *names, int64_t *stored, c12_error *err);

/** Rows of a known table.  @since 0.1 */
C12_API C12_MUST c12_status c12io_store_count(c12io_store *self, const char *table, int64_t *n, c12_error *err);

#ifdef __cplusplus
}
#endif
#endif /* C12_IO_H */
