/* SPDX-License-Identifier: Apache-2.0 */
/** @file c12/flow.h
 *  The corridors: what passes columns from room to room.
 *  - c12_flow_plan_*: orders -> MRP -> work and purchase orders -> finite schedule -> promised dates with their reasons.
 *  - c12_flow_fleet_*: transport tasks -> dispatch -> reserved routes -> moves -> charging.
 *  - c12_flow_purchase_*: requisition -> approval -> order -> receipt -> inspection -> three-way match -> payment.
 *  - c12_flow_sale_*: sales order -> work order -> completion -> shipment -> invoice -> payment.
 *  - c12_flow_quality_*: from a defect to what is decided, with its movements, journal entries and what must be planned again.
 *
 *  Flow knows no names, files or time zones.  Planning buckets are days; a tick of the schedule is a minute since 00:00 of day 0, a tick of the
 *  fleet a millisecond.
 *  Handles live on the host's allocator; they have no firmware form. */
#ifndef C12_FLOW_H
#define C12_FLOW_H

#include "c12/access.h"
#include "c12/base.h"
#include "c12/cost.h"
#include "c12/mrp.h"
#include "c12/ncr.h"
#include "c12/order.h"

#ifdef __cplusplus
extern "C" {
#endif

/* =============================================================================================== plan ==== */

/** A plant as flow sees it: columns, borrowed until the plan is destroyed.  NULL column = stated default. */
typedef struct c12_flow_plant {
    uint32_t struct_size;
    int32_t start_weekday;            /**< Weekday of bucket 0: 0 = Monday .. 6 = Sunday. */
    int64_t n_orders;                 /**< Sales orders that demand rows belong to. */
    int64_t n_supplies;               /**< Offers of suppliers. */
    int64_t n_steps;                  /**< Routing steps. */
    int64_t n_shifts;                 /**< Working windows of a week. */
    int64_t n_setups;                 /**< Pairs of set-up families. */
    int32_t n_stations;
    int32_t n_machines;
    int32_t n_calendars;
    int32_t n_families;
    const c12_mrp_input *mrp;         /**< Items, bills, demand, receipts; a bucket is a day. */
    const int32_t *demand_order;      /**< [mrp->n_demand] order of a demand row, -1 = none; NULL = none */
    const int32_t *order_weight;      /**< [n_orders] >= 0; NULL = 1 */
    const int32_t *supply_item;       /**< [n_supplies] sorted by item; of one item the first is preferred */
    const int32_t *supply_lead;       /**< [n_supplies] days */
    const c12_qty *supply_moq;        /**< [n_supplies] minimum order quantity */
    const c12_qty *supply_multiple;   /**< [n_supplies] order multiple, > 0 */
    const c12_money *supply_price;    /**< [n_supplies] a quantum */
    const int32_t *step_item;         /**< [n_steps] sorted by item, then sequence */
    const int32_t *step_station;      /**< [n_steps] */
    const int32_t *step_family;       /**< [n_steps] -1 = none; NULL = none */
    const int32_t *step_fixed;        /**< [n_steps] minutes an order; NULL = 0 */
    const int64_t *step_minutes_num;  /**< [n_steps] minutes a quantum ... */
    const int64_t *step_minutes_den;  /**< [n_steps] ... over this; NULL = 1 */
    const int32_t *machine_station;   /**< [n_machines] */
    const int32_t *machine_calendar;  /**< [n_machines] -1 = always open; NULL = always */
    const int32_t *shift_calendar;    /**< [n_shifts] */
    const int32_t *shift_weekday;     /**< [n_shifts] 0 = Monday */
    const int32_t *shift_from;        /**< [n_shifts] minute of the day ... */
    const int32_t *shift_to;          /**< [n_shifts] ... to, 1..1440 */
    const int32_t *setup_from;        /**< [n_setups] family before */
    const int32_t *setup_to;          /**< [n_setups] family after */
    const int32_t *setup_minutes;     /**< [n_setups] */
    const void *reserved_column;      /**< NULL. */
    int32_t forecast_back;            /**< Buckets before its own from which an order consumes forecasts of its item, >= 0. */
    int32_t forecast_ahead;           /**< The same after its own, tried last. */
} c12_flow_plant;

/** Where a quantity comes from (link_from) and who needs it (link_to). */
enum {
    C12_FLOW_STOCK = 0,   /**< On hand; row = item.  As link_to: stock below 0 is made up for. */
    C12_FLOW_RECEIPT = 1, /**< Scheduled receipt; row of the receipt columns. */
    C12_FLOW_BUY = 2,     /**< Purchase order of this plan. */
    C12_FLOW_WORK = 3,    /**< Work order of this plan. */
    C12_FLOW_DEMAND = 4   /**< Independent demand; row of the demand columns. */
};

/** Why an order is late: the cause that costs most on the chain that ends last. */
enum {
    C12_FLOW_ON_TIME = 0,  /**< It is not. */
    C12_FLOW_MATERIAL = 1, /**< Bought material arrives late; reason_row = item. */
    C12_FLOW_CAPACITY = 2, /**< Queue before a station; reason_row = station. */
    C12_FLOW_LEAD = 3,     /**< The due date is nearer than the work itself takes; reason_row = item. */
    C12_FLOW_UNCOVERED = 4,/**< No supply within the horizon covers it; reason_row = item. */
    C12_FLOW_HELD = 5      /**< A work order is held; reason_row = work order. */
};

/** A plan seen as columns; they belong to the plan and hold until it is solved again or destroyed. */
typedef struct c12_flow_plan_view {
    uint32_t struct_size;
    int32_t reserved;               /**< 0. */
    int64_t n_work;                 /**< Work orders, sorted by item, then bucket. */
    int64_t n_ops;                  /**< Operations, by work order, then step. */
    int64_t n_buys;                 /**< Purchase orders, sorted by item, then bucket. */
    int64_t n_links;                /**< Pegs of single orders, first in, first out. */
    int64_t n_orders;               /**< As in the plant. */
    int64_t horizon;                /**< Ticks up to which calendars are laid out; always open after it. */
    const c12_mrp_input *mrp;       /**< The input with suppliers' terms filled in where items had no lot rule. */
    const c12_mrp_plan *net;        /**< Its plan. */
    const int32_t *work_item;       /**< [n_work] */
    const int32_t *work_release;    /**< [n_work] day of release, before 0 = past due */
    const int32_t *work_due;        /**< [n_work] day on which it is to be done */
    const c12_qty *work_qty;        /**< [n_work] */
    const int64_t *work_op_off;     /**< [n_work + 1] */
    const c12_tick *work_ready;     /**< [n_work] when its bought material is there */
    const c12_tick *work_start;     /**< [n_work] */
    const c12_tick *work_end;       /**< [n_work] */
    const int32_t *op_step;         /**< [n_ops] row of the routing */
    const int32_t *op_machine;      /**< [n_ops] */
    const c12_tick *op_start;       /**< [n_ops] */
    const c12_tick *op_end;         /**< [n_ops] */
    const int32_t *buy_item;        /**< [n_buys] */
    const int32_t *buy_supply;      /**< [n_buys] row of the supplier's offer, -1 = none known */
    const int32_t *buy_order;       /**< [n_buys] day to order, never before 0 */
    const int32_t *buy_need;        /**< [n_buys] day of need */
    const int32_t *buy_arrive;      /**< [n_buys] day of arrival; after buy_need = the order is past due */
    const c12_qty *buy_qty;         /**< [n_buys] */
    const c12_money *buy_cost;      /**< [n_buys] */
    const int32_t *link_item;       /**< [n_links] */
    const int32_t *link_from;       /**< [n_links] C12_FLOW_STOCK .. WORK */
    const int64_t *link_from_row;   /**< [n_links] */
    const int32_t *link_to;         /**< [n_links] C12_FLOW_WORK or DEMAND */
    const int64_t *link_to_row;     /**< [n_links] */
    const c12_qty *link_qty;        /**< [n_links] */
    const c12_tick *order_end;      /**< [n_orders] when its last piece is there, INT64_MAX = never in the horizon */
    const c12_tick *order_due;      /**< [n_orders] end of the day it is asked for */
    const int32_t *order_reason;    /**< [n_orders] C12_FLOW_ON_TIME ... */
    const int64_t *order_reason_row;/**< [n_orders] -1 = none */
    const c12_tick *order_reason_ticks; /**< [n_orders] minutes this cause costs on the chain */
    const c12_qty *work_good;       /**< [n_work] good pieces that come out of work_qty */
    const c12_qty *buy_good;        /**< [n_buys] the same of buy_qty */
    int64_t n_mps;                  /**< Rows of the master production schedule, by item, then bucket. */
    const int32_t *mps_item;        /**< [n_mps] */
    const int32_t *mps_bucket;      /**< [n_mps] */
    const c12_qty *mps_orders;      /**< [n_mps] asked for */
    const c12_qty *mps_forecast;    /**< [n_mps] expected */
    const c12_qty *mps_open;        /**< [n_mps] expected and not consumed by orders: the schedule is mps_orders + mps_open */
    const int64_t *rough_load;      /**< [n_stations * buckets] minutes the schedule takes, run and order times over the lead times, no stock, no lots */
    const int64_t *rough_capacity;  /**< [n_stations * buckets] open minutes of the station's machines */
    const void *reserved_column;    /**< NULL. */
} c12_flow_plan_view;

/** A plan that lives: created from a plant, solved, changed by events, solved again. */
typedef struct c12_flow_plan c12_flow_plan;

/** Net requirements, size orders and peg them; after this everything but times is known.
 *  @param self  out; free with c12_flow_plan_destroy
 *  @param plant borrowed until then
 *  @param host  optional
 *  @param err   optional
 *  @return what c12_mrp_net and c12_sched_load say; C12_E_NOMEM.  O(items * days + links).  @since 0.1 */
C12_API C12_MUST c12_status c12_flow_plan_create(c12_flow_plan **self, const c12_flow_plant *plant, const c12_host *host, c12_error *err);
/** Free; NULL is fine.  @since 0.1 */
C12_API void c12_flow_plan_destroy(c12_flow_plan *self);

/** Schedule the work orders on finite capacity for weighted tardiness plus set-up minutes and date every sales order.
 *  @param self   the plan
 *  @param branch 0
 *  @param budget as everywhere
 *  @param info   optional report of the scheduler
 *  @param err    optional
 *  @return C12_OK also when info->outcome is C12_INFEASIBLE; then the view's times are as before.  @since 0.1 */
C12_API C12_MUST c12_status c12_flow_plan_solve(c12_flow_plan *self, int32_t branch, const c12_budget *budget, c12_info *info, c12_error *err);

/** What closing the loop between material and capacity came to. */
typedef struct c12_flow_settled {
    uint32_t struct_size;
    int32_t rounds;      /**< Library: plans made again. */
    int32_t converged;   /**< Library: 1 = no demand row ends after its day that could be asked for later. */
    int32_t reserved;    /**< 0. */
    int64_t moved;       /**< Library: demand rows that got a later day, summed over the rounds. */
    int64_t late;        /**< Library: demand rows that still end after the day they are now asked for. */
} c12_flow_settled;

/** Close the loop.  Lead times are guesses about queues: a made item's becomes the days its slowest work order took from when it could have
 *  begun, so that material and sub-assemblies are there early enough; demand rows that are late even so are asked for on the day they are
 *  there.  Material is planned and the shop scheduled again, until nothing moves.  order_due stays the day first asked for, order_end is
 *  the date to promise.
 *  @param self   the plan, solved, before its first hold; views taken before are void
 *  @param rounds plans at most, >= 0
 *  @param budget of each round's schedule
 *  @param out    rounds, convergence
 *  @param err    optional
 *  @return C12_E_STATE, C12_E_RANGE, and as create and solve; after an error the plan of the last whole round stands.
 *          O(rounds * (create + solve)).  @since 0.1 */
C12_API C12_MUST c12_status c12_flow_plan_settle(c12_flow_plan *self, int32_t rounds, const c12_budget *budget, c12_flow_settled *out, c12_error *err);

/** An event on the floor: what has started before `now` stays, and the rest of one work order waits.  Takes effect at the next solve.
 *  @param self  the plan, solved
 *  @param now   minute of the event
 *  @param work  held work order, -1 = none
 *  @param until minute until which it is held
 *  @param err   optional
 *  @return C12_E_STATE before the first solve, C12_E_RANGE.  O(ops).  @since 0.1 */
C12_API C12_MUST c12_status c12_flow_plan_hold(c12_flow_plan *self, c12_tick now, int64_t work, c12_tick until, c12_error *err);

/** Columns of the plan as it stands.  O(1).  @since 0.1 */
C12_API C12_MUST c12_status c12_flow_plan_view_get(const c12_flow_plan *self, c12_flow_plan_view *view, c12_error *err);

/** Independent checker: the net plan by c12_mrp_check and the schedule by c12_sched_check; no supply is promised twice; no operation
 *  starts before what it is linked to has arrived; purchase orders obey the supplier's lead time, minimum and multiple; every step of a
 *  routing is there, on a machine of its station, for as many open minutes as the quantity takes; orders are dated by their links, and
 *  late ones have a reason.
 *  @param self    the plan, solved
 *  @param verdict out; row = work order, operation, purchase order, link, order or item, as verdict->field says
 *  @param err     optional
 *  @return C12_OK whatever the verdict; C12_E_NOMEM.  O(work orders * steps + minutes of all operations).  @since 0.1 */
C12_API C12_MUST c12_status c12_flow_plan_check(const c12_flow_plan *self, c12_verdict *verdict, c12_error *err);

/* ============================================================================================== fleet ==== */

/** What a robot is doing. */
enum {
    C12_FLOW_IDLE = 0,      /**< Stands and waits. */
    C12_FLOW_TO_PICKUP = 1, /**< Moves to where a load is. */
    C12_FLOW_PICKUP = 2,    /**< Loads, and waits for a way on. */
    C12_FLOW_TO_DROP = 3,   /**< Carries it. */
    C12_FLOW_DROP = 4,      /**< Unloads. */
    C12_FLOW_TO_BAY = 5,    /**< Moves to a charging bay. */
    C12_FLOW_CHARGE = 6,    /**< Charges. */
    C12_FLOW_TO_HOME = 7    /**< Moves home, out of the way. */
};

/** Floor, robots and transport tasks; borrowed until the fleet is destroyed.  Every arc is one cell long.  Homes, docks and bays are
 *  places to stand; a robot on one of them should not cut the floor in two. */
typedef struct c12_flow_floor {
    uint32_t struct_size;
    int32_t n_vertices;
    int32_t n_robots;
    int32_t n_bays;
    int32_t n_stations;
    int32_t start_hour;            /**< Hour of the day at tick 0, 0..23: from 22 to 6 demand is low and robots charge earlier. */
    int64_t n_tasks;
    int64_t handling;              /**< 0..2^30 ms to load or unload. */
    int64_t drain_move;            /**< 0..2^30 ppm of battery an hour of moving. */
    int64_t drain_idle;            /**< 0..2^30 ppm an hour of standing. */
    const int64_t *arc_off;        /**< [n_vertices + 1] cells a robot can move to, by tail */
    const int32_t *arc_head;       /**< [arcs] */
    const int32_t *robot_home;     /**< [n_robots] vertex, no two the same; robots start there */
    const int32_t *robot_pace;     /**< [n_robots] >= 1 ms a cell */
    const int32_t *robot_battery;  /**< [n_robots] 0..1000000 ppm at the start */
    const int32_t *bay_vertex;     /**< [n_bays] */
    const int64_t *dock_off;       /**< [n_stations + 1] docks of a station */
    const int32_t *dock_vertex;    /**< [docks] */
    const c12_tick *task_ready;    /**< [n_tasks] ms, ascending */
    const int32_t *task_from;      /**< [n_tasks] station of the load */
    const int32_t *task_to;        /**< [n_tasks] station it is for */
    const int32_t *task_priority;  /**< [n_tasks] larger first; NULL = equal */
} c12_flow_floor;

/** The day so far: legs of robots with the cells they held, and what became of every task.  Columns belong to the fleet and hold until it
 *  runs on or is destroyed. */
typedef struct c12_flow_fleet_view {
    uint32_t struct_size;
    int32_t reserved;              /**< 0. */
    c12_tick now;                  /**< ms up to which it ran */
    int64_t n_legs;                /**< What robots did, those of one robot in order of time. */
    int64_t n_steps;               /**< Cells held, by leg. */
    int64_t routes;                /**< Routes reserved. */
    int64_t refused;               /**< Routes asked for when there was none; asked again a second later. */
    int64_t tasks_done;
    int64_t charges;               /**< Charging stops. */
    const int32_t *leg_robot;      /**< [n_legs] */
    const int32_t *leg_state;      /**< [n_legs] C12_FLOW_IDLE ... */
    const int64_t *leg_task;       /**< [n_legs] -1 = none */
    const c12_tick *leg_from;      /**< [n_legs] ms */
    const c12_tick *leg_to;        /**< [n_legs] ms; INT64_MAX = it goes on */
    const int32_t *leg_battery;    /**< [n_legs] ppm at its start */
    const int64_t *leg_step_off;   /**< [n_legs + 1] */
    const int32_t *step_vertex;    /**< [n_steps] */
    const c12_tick *step_from;     /**< [n_steps] ms; holds are half-open, and overlap while a robot is between two cells */
    const c12_tick *step_to;       /**< [n_steps] INT64_MAX = it goes on */
    const int32_t *task_robot;     /**< [n_tasks] -1 = none yet */
    const c12_tick *task_done;     /**< [n_tasks] ms, INT64_MAX = not yet */
} c12_flow_fleet_view;

/** A fleet at work. */
typedef struct c12_flow_fleet c12_flow_fleet;

/** Put the robots on the floor.
 *  @param self  out; free with c12_flow_fleet_destroy
 *  @param floor borrowed until then
 *  @param host  optional
 *  @param err   optional
 *  @return C12_E_ARG for missing columns, C12_E_RANGE naming column and row, C12_E_NOMEM.  O((docks + bays) * (vertices + arcs)).  @since 0.1 */
C12_API C12_MUST c12_status c12_flow_fleet_create(c12_flow_fleet **self, const c12_flow_floor *floor, const c12_host *host, c12_error *err);
/** Free; NULL is fine.  @since 0.1 */
C12_API void c12_flow_fleet_destroy(c12_flow_fleet *self);

/** Run on to `until`.  The fleet decides once a second: idle robots and the first 64 waiting tasks are matched for least travel
 *  (c12_dispatch_solve) where the battery bears it, every ten seconds c12_charge_solve says who charges, and each robot that moves gets a
 *  route reserved against everybody else's (c12_route_replan).  Who has nothing to do goes home.
 *  @param self  the fleet
 *  @param until ms, at most 2^40
 *  @param err   optional
 *  @return C12_E_RANGE, C12_E_NOMEM.  The same bits on every platform.  O(seconds * (robots + 64 * idle robots) + routes).  @since 0.1 */
C12_API C12_MUST c12_status c12_flow_fleet_run(c12_flow_fleet *self, c12_tick until, c12_error *err);

/** Columns of the day so far.  O(1).  @since 0.1 */
C12_API C12_MUST c12_status c12_flow_fleet_view_get(const c12_flow_fleet *self, c12_flow_fleet_view *view, c12_error *err);

/** Independent checker of the day: F1 no two robots hold one cell at once; F2 a robot's holds follow each other without gap, along arcs,
 *  at its pace; F3 its legs follow each other from tick 0 on, move where they say (dock, bay, home) and end there; F4 a task is loaded at a
 *  dock of its station after it was ready, unloaded at a dock of the other, each for the handling time, by one robot, and is done then; F5 a
 *  battery never rises but in a bay.
 *  @param self    the fleet
 *  @param verdict out; row = leg, step or task, as verdict->field says; tick = when; objective = tasks done
 *  @param err     optional
 *  @return C12_OK whatever the verdict; C12_E_NOMEM.  O(steps).  @since 0.1 */
C12_API C12_MUST c12_status c12_flow_fleet_check(const c12_flow_fleet *self, c12_verdict *verdict, c12_error *err);

/* ============================================================================================== books ==== */

/** What steps do to stock and to the journal: rows, each with the step that caused it.  All rows of a step come together and its amounts add up to 0. */
typedef struct c12_flow_postings {
    uint32_t struct_size;
    int32_t reserved;             /**< 0. */
    int64_t move_cap;             /**< Caller: room for movements. */
    int64_t entry_cap;            /**< Caller: room for entries. */
    int64_t n_moves;              /**< Library. */
    int64_t n_entries;            /**< Library. */
    int64_t *move_step;           /**< [move_cap] row of the step. */
    int32_t *move_kind;           /**< [move_cap] C12_STOCK_RECEIPT .. of c12/stock.h, so for all move columns. */
    int32_t *move_item;           /**< [move_cap] */
    int32_t *move_from;           /**< [move_cap] -1 = none. */
    int32_t *move_to;             /**< [move_cap] -1 = none. */
    c12_qty *move_qty;            /**< [move_cap] > 0 */
    int64_t *entry_step;          /**< [entry_cap] row of the step. */
    int32_t *entry_account;       /**< [entry_cap] C12_COST_RAW and on, of c12/cost.h. */
    c12_money *entry_amount;      /**< [entry_cap] debit positive, credit negative, never 0. */
    void *reserved_column;        /**< NULL. */
} c12_flow_postings;

/* ============================================================================================ quality ==== */

/** Why what was decided about a report was not carried out; the order is then as the report left it. */
enum {
    C12_FLOW_DECIDED = 0,         /**< It was, or nothing was decided. */
    C12_FLOW_NO_HOLD = 1,         /**< The report holds no order: its grade asks for none, or the order could not be held. */
    C12_FLOW_RAISER_DECIDES = 2,  /**< Who raised a report does not decide that its pieces are used as they are. */
    C12_FLOW_NOT_SCRAPPED = 3,    /**< So many pieces do not wait at that station; split, or scrap all. */
    C12_FLOW_BOOK_REFUSES = 4,    /**< The book refuses the first event; order_refusal says why. */
    C12_FLOW_DECISIONS = 5
};

/** The reason as a sentence; "?" for no reason.  THREADSAFE.  @since 0.1 */
C12_API const char *c12_flow_decision_name(int32_t decision);

/** What must be planned again, a bit set. */
enum {
    C12_FLOW_REPLAN_TIME = 1,     /**< The order was stopped, or is: its dates. */
    C12_FLOW_REPLAN_CAPACITY = 2, /**< Pieces are worked on again. */
    C12_FLOW_REPLAN_MATERIAL = 4  /**< Pieces are lost and must be made again. */
};

/** Defects found on orders, and what was decided about them.  Report r uses row r of the book's holds. */
typedef struct c12_flow_quality {
    uint32_t struct_size;
    int32_t hold_grade;           /**< Grade from which a report holds its order; 0 = C12_NCR_MINOR: every defect does. */
    int32_t n_items;              /**< Items. */
    int32_t location;             /**< Where finished goods lie. */
    const c12_ncr_policy *policy; /**< The plant's rules. */
    const c12_ncr_batch *reports; /**< The reports, in order of time; bad_qty: pieces that are bad, 0 or NULL = all of the order. */
    const c12_ncr_staff *staff;   /**< Who takes reports, 256 at most; NULL = nobody is assigned. */
    const int32_t *work;          /**< [reports] order. */
    const int32_t *station;       /**< [reports] from 0 within the order, -1 = none; NULL = none. */
    const int32_t *raised_by;     /**< [reports] person, -1 = a machine. */
    const c12_ns *created;        /**< [reports] */
    const int32_t *decision;      /**< [reports] 0 = none yet, C12_NCR_USE_AS_IS (resume), C12_NCR_REWORK, C12_NCR_SCRAP. */
    const int32_t *decided_by;    /**< [reports] */
    const c12_ns *decided;        /**< [reports] of no meaning without a decision. */
    const int32_t *item;          /**< [orders] what an order makes. */
    const c12_money *cost;        /**< [orders] what a piece cost so far, >= 0. */
    const void *reserved_column;  /**< NULL. */
} c12_flow_quality;

/** All that follows, to be stored in one transaction. */
typedef struct c12_flow_quality_effects {
    uint32_t struct_size;
    int32_t reserved;             /**< 0. */
    int64_t event_cap;            /**< Caller: room for events of orders; 4 a report suffice. */
    int64_t n_events;             /**< Library: events that happened to the book. */
    int32_t *grade;               /**< [reports] C12_NCR_* */
    uint32_t *reason;             /**< [reports] C12_NCR_BY_* */
    int32_t *person;              /**< [reports] who takes care, -1 = nobody. */
    c12_ns *due;                  /**< [reports] when the corrective action must be closed; INT64_MAX = none asked. */
    int32_t *held;                /**< [reports] 1 = it held its order. */
    int32_t *refusal;             /**< [reports] C12_FLOW_DECIDED and on. */
    int32_t *order_refusal;       /**< [reports] C12_ORDER_* of the first event the book refused, C12_ORDER_DONE. */
    int32_t *replan;              /**< [reports] bit set C12_FLOW_REPLAN_* */
    c12_qty *replan_qty;          /**< [reports] pieces lost, or worked on again. */
    int64_t *event_report;        /**< [event_cap] */
    int32_t *event_order;         /**< [event_cap] */
    int32_t *event_kind;          /**< [event_cap] C12_ORDER_HOLD, LIFT, RESUME, SEND_TO_REWORK, SCRAP, REPORT. */
    int32_t *event_by;            /**< [event_cap] */
    c12_ns *event_at;             /**< [event_cap] */
    int32_t *event_station;       /**< [event_cap] of a report, else -1. */
    c12_qty *event_scrap;         /**< [event_cap] of a report, else 0. */
    c12_flow_postings *postings;  /**< Movements (one a report suffice) and entries (three a report); a step is a report. */
    void *reserved_column;        /**< NULL. */
} c12_flow_quality_effects;

/** The loop from a defect to what is done about it: every report is graded, assigned, given the time until which its corrective action is due, and holds its
 *  order; then what was decided is carried out, report by report: holds are lifted, the order resumes when its last is, or goes to rework; bad pieces, or all, are
 *  scrapped: finished ones out of stock and goods, the others out of work in progress, at what they cost so far.  What must be planned again is named.
 *  @param in   defects and decisions
 *  @param book in and out: the orders; row r of its holds is report r's
 *  @param out  effects
 *  @param err  optional
 *  @return C12_E_RANGE naming column and row, C12_E_SPACE (err->value = room needed), C12_E_OVERFLOW; then neither book nor columns have changed, but for grade,
 *          reason, person and due, and rows of the book to which nothing has happened, which begin.  O(reports * (rules + orders + stations + holds)).  @since 0.1 */
C12_API C12_MUST c12_status c12_flow_quality_run(const c12_flow_quality *in, c12_order_book *book, c12_flow_quality_effects *out, c12_error *err);

/** Independent checker of effects: grades by c12_ncr_check, assignments by c12_ncr_assign_check; events are walked from the state before over the moves a hold
 *  knows, written a second way; what each report lost, entry by entry, is what its events scrapped.
 *  @param in      as run
 *  @param state   [orders] states before
 *  @param book    the orders after
 *  @param effects to be judged
 *  @param verdict out; row = first wrong report or event, as verdict->field says; objective = pieces lost
 *  @param err     optional
 *  @return C12_OK whatever the verdict.  O(reports * (reports + events + rows)).  @since 0.1 */
C12_API C12_MUST c12_status c12_flow_quality_check(const c12_flow_quality *in, const int32_t *state, const c12_order_book *book, const c12_flow_quality_effects *effects,
                                                   c12_verdict *verdict, c12_error *err);

/* ============================================================================================ purchase ==== */

/** Where a purchase stands. */
enum {
    C12_FLOW_REQUESTED = 0,       /**< A requisition. */
    C12_FLOW_APPROVED = 1,        /**< Approved by somebody who may. */
    C12_FLOW_ORDERED = 2,         /**< Sent to the supplier. */
    C12_FLOW_ACCEPTED = 3,        /**< All of it is there and passed inspection. */
    C12_FLOW_MATCHED = 4,         /**< All of it is invoiced, and invoices agree with order and receipts. */
    C12_FLOW_PAID = 5,            /**< All invoices are paid; final. */
    C12_FLOW_REJECTED = 6         /**< Not approved, or taken back before it was ordered; final. */
};

/** Steps of a purchase; what they need in brackets. */
enum {
    C12_FLOW_APPROVE = 0,
    C12_FLOW_REJECT = 1,
    C12_FLOW_ORDER = 2,           /**< [qty, price] */
    C12_FLOW_RECEIVE = 3,         /**< [qty] arrives at the dock. */
    C12_FLOW_INSPECT = 4,         /**< [qty] passed and is put away, [bad] goes back to the supplier, who may deliver it anew. */
    C12_FLOW_INVOICE = 5,         /**< [qty, price] three-way match with order and accepted receipts. */
    C12_FLOW_PAY = 6,             /**< [amount] */
    C12_FLOW_PURCHASE_STEPS = 7
};

/** Why a step was refused; everything is then as it was.  Where two values differ, expected and actual say which. */
enum {
    C12_FLOW_DONE = 0,            /**< It was not. */
    C12_FLOW_NO_SUCH_STEP = 1,    /**< The state does not know it. */
    C12_FLOW_OUT_OF_ORDER = 2,    /**< Earlier than the step before, or than the request. */
    C12_FLOW_SELF_APPROVED = 3,   /**< Who requests does not approve. */
    C12_FLOW_MAY_NOT = 4,         /**< The person's role does not grant it. */
    C12_FLOW_OVER_LIMIT = 5,      /**< Limit of the role: expected; value of the request: actual. */
    C12_FLOW_OVER_QTY = 6,        /**< Quantity that is open: expected; asked for: actual. */
    C12_FLOW_OVER_PRICE = 7,      /**< Highest price within the tolerance: expected; price: actual. */
    C12_FLOW_MATCH_QTY = 8,       /**< Invoice: accepted and not invoiced yet: expected; invoiced: actual. */
    C12_FLOW_MATCH_PRICE = 9,     /**< Invoice: price of the order: expected; of the invoice: actual. */
    C12_FLOW_OVER_OWED = 10,      /**< Payment: owed: expected; paid: actual. */
    C12_FLOW_WORK_STOPPED = 11,   /**< The work order is on hold, in rework or scrapped. */
    C12_FLOW_STEP_REFUSALS = 12
};

/** Static words: "MATCHED", "invoice", "price differs from the order's"; "?" for a number that is none.  THREADSAFE.  @since 0.1 */
C12_API const char *c12_flow_purchase_state_name(int32_t state);
/** @copydoc c12_flow_purchase_state_name */
C12_API const char *c12_flow_purchase_step_name(int32_t step);
/** @copydoc c12_flow_purchase_state_name */
C12_API const char *c12_flow_refusal_name(int32_t refusal);

/** Who may approve, and what differences are let pass. */
typedef struct c12_flow_buying {
    uint32_t struct_size;
    int32_t n_persons;
    int32_t n_roles;
    int32_t price_ppm;            /**< An order may cost so much more than requested, an invoice differ so much from the order either way: 0..10^6. */
    int32_t dock;                 /**< Location where deliveries arrive ... */
    int32_t place;                /**< ... and where they are put away. */
    int32_t approve_action;       /**< Action of `access` that approves; of no meaning without. */
    int32_t reserved;             /**< 0. */
    const c12_access *access;     /**< Whether a role may approve at all; NULL = every role with a limit. */
    const int32_t *role;          /**< [n_persons] role, -1 = none. */
    const c12_money *limit;       /**< [n_roles] value up to which a role approves, >= 0. */
    const void *reserved_column;  /**< NULL. */
} c12_flow_buying;

/** Purchases as they stand; zeros but for what is const is how they begin. */
typedef struct c12_flow_purchases {
    uint32_t struct_size;
    int32_t n;
    const int32_t *item;          /**< [n] */
    const c12_qty *requested;     /**< [n] > 0 */
    const c12_money *expected;    /**< [n] price of a piece, >= 0 */
    const c12_money *standard;    /**< [n] standard cost of a piece, >= 0: what stock is valued at */
    const int32_t *requester;     /**< [n] person, -1 = the planner */
    const c12_ns *created;        /**< [n] */
    int32_t *state;               /**< [n] C12_FLOW_REQUESTED and on. */
    int32_t *steps;               /**< [n] steps that happened */
    c12_ns *last;                 /**< [n] of the last */
    c12_qty *ordered;             /**< [n] */
    c12_money *price;             /**< [n] of the order */
    c12_qty *arrived;             /**< [n] at the dock, not inspected */
    c12_qty *accepted;            /**< [n] passed inspection */
    c12_qty *invoiced;            /**< [n] */
    c12_money *owed;              /**< [n] invoiced and not paid */
    void *reserved_column;        /**< NULL. */
} c12_flow_purchases;

/** Steps in the order in which they became known. */
typedef struct c12_flow_steps {
    uint32_t struct_size;
    int32_t reserved;             /**< 0. */
    int64_t n;
    const int32_t *row;           /**< [n] purchase */
    const int32_t *kind;          /**< [n] C12_FLOW_APPROVE and on. */
    const int32_t *by;            /**< [n] person, -1 = a machine */
    const c12_ns *at;             /**< [n] */
    const c12_qty *qty;           /**< [n] >= 0; NULL = 0 */
    const c12_qty *bad;           /**< [n] >= 0; NULL = 0 */
    const c12_money *amount;      /**< [n] price of a piece, or payment, >= 0; NULL = 0 */
    const void *reserved_column;  /**< NULL. */
} c12_flow_steps;

/** From requisition to payment: each step is refused, or moves its purchase on and leaves its movements and balanced entries.
 *
 *  Receipts go into stock at standard cost, what the order's price differs by into the purchase price variance, and the same comes back when inspection sends
 *  pieces back; invoices turn what is accrued into payables, a price that differs within the tolerance into the variance.
 *  @param terms     who may, what passes
 *  @param purchases in and out
 *  @param steps     what happens
 *  @param refusal   [steps->n] out: C12_FLOW_DONE and on
 *  @param expected  [steps->n] out: the value a refused step was held against, else 0
 *  @param actual    [steps->n] out: the value it had, else 0
 *  @param postings  movements (two a step suffice) and entries (three a step); a step is a row of steps
 *  @param err       optional
 *  @return C12_E_RANGE naming column and row, C12_E_SPACE, C12_E_OVERFLOW when a quantity times a price passes 2^61; then nothing has happened.
 *          O(purchases + steps).  @since 0.1 */
C12_API C12_MUST c12_status c12_flow_purchase_run(const c12_flow_buying *terms, c12_flow_purchases *purchases, const c12_flow_steps *steps, int32_t *refusal,
                                                  int64_t *expected, int64_t *actual, c12_flow_postings *postings, c12_error *err);

/** Independent checker of a whole history: keeps no state, asks the accepted steps before; entries of each step balance, and each purchase's accounts stand where
 *  its quantities say.
 *  @param terms, purchases, steps, refusal, postings as run, from the beginning
 *  @param verdict out; row = first wrong step or purchase, as verdict->field says; objective = steps that happened
 *  @param err     optional
 *  @return C12_OK whatever the verdict.  O(steps * (steps + postings)).  @since 0.1 */
C12_API C12_MUST c12_status c12_flow_purchase_check(const c12_flow_buying *terms, const c12_flow_purchases *purchases, const c12_flow_steps *steps, const int32_t *refusal,
                                                    const c12_flow_postings *postings, c12_verdict *verdict, c12_error *err);

/* ================================================================================================ sale ==== */

/** Where a sale stands. */
enum {
    C12_FLOW_SOLD = 0,            /**< A sales order. */
    C12_FLOW_MAKING = 1,          /**< Its work order runs. */
    C12_FLOW_MADE = 2,            /**< All pieces are in stock, or shipped. */
    C12_FLOW_SENT = 3,            /**< All are shipped. */
    C12_FLOW_BILLED = 4,          /**< All are invoiced. */
    C12_FLOW_COLLECTED = 5,       /**< All invoices are paid; final. */
    C12_FLOW_CANCELLED = 6        /**< Taken back before it was made; final. */
};

/** Steps of a sale; what they need in brackets. */
enum {
    C12_FLOW_MAKE = 0,            /**< The work order is released and started. */
    C12_FLOW_CANCEL = 1,
    C12_FLOW_ISSUE = 2,           /**< [qty, amount: cost of a piece] material goes into the work order. */
    C12_FLOW_ABSORB = 3,          /**< [amount] labour and overhead are charged to it. */
    C12_FLOW_COMPLETE = 4,        /**< [qty] finished pieces go into stock at standard cost; with the last, what is left of the work order is the variance. */
    C12_FLOW_SHIP = 5,            /**< [qty] */
    C12_FLOW_BILL = 6,            /**< [qty] of what was shipped; revenue, at the price of the order. */
    C12_FLOW_COLLECT = 7,         /**< [amount] the customer pays. */
    C12_FLOW_SALE_STEPS = 8
};

/** Static words: "MADE", "ship"; "?" for a number that is none.  THREADSAFE.  @since 0.1 */
C12_API const char *c12_flow_sale_state_name(int32_t state);
/** @copydoc c12_flow_sale_state_name */
C12_API const char *c12_flow_sale_step_name(int32_t step);

/** Sales as they stand; zeros but for what is const is how they begin. */
typedef struct c12_flow_sales {
    uint32_t struct_size;
    int32_t n;
    int32_t store;                /**< Location of material ... */
    int32_t shelf;                /**< ... and of finished goods. */
    const int32_t *item;          /**< [n] what is sold and made */
    const int32_t *material;      /**< [n] what is issued for it */
    const c12_qty *ordered;       /**< [n] > 0 */
    const c12_money *price;       /**< [n] of a piece, >= 0 */
    const c12_money *standard;    /**< [n] standard cost of a piece, >= 0 */
    const c12_ns *created;        /**< [n] */
    int32_t *state;               /**< [n] C12_FLOW_SOLD and on. */
    int32_t *work_state;          /**< [n] of its work order, C12_ORDER_CREATED ..: holds are put and lifted in the book of orders. */
    int32_t *steps;               /**< [n] steps that happened */
    c12_ns *last;                 /**< [n] of the last */
    c12_qty *made;                /**< [n] */
    c12_qty *shipped;             /**< [n] */
    c12_qty *billed;              /**< [n] */
    c12_money *wip;               /**< [n] cost in the work order, not completed; below 0 when pieces were completed before their cost came */
    c12_money *open;              /**< [n] invoiced and not paid */
    void *reserved_column;        /**< NULL. */
} c12_flow_sales;

/** From a sales order to its payment: each step is refused, or moves its sale and its work order on (c12_order_move: released and started by MAKE, completed with the
 *  last piece, shipped with the last) and leaves its movements and balanced entries.  Revenue is entered with the invoice, for what was shipped.
 *  @param sales    in and out
 *  @param steps    what happens; `bad` is not used
 *  @param refusal, expected, actual as c12_flow_purchase_run
 *  @param postings movements (one a step suffices) and entries (three a step)
 *  @param err      optional
 *  @return C12_E_RANGE naming column and row, C12_E_SPACE, C12_E_OVERFLOW when a value, or all costs together, pass 2^61; then nothing has happened.
 *          O(sales + steps).  @since 0.1 */
C12_API C12_MUST c12_status c12_flow_sale_run(c12_flow_sales *sales, const c12_flow_steps *steps, int32_t *refusal, int64_t *expected, int64_t *actual,
                                              c12_flow_postings *postings, c12_error *err);

/** Independent checker of a whole history in which no work order was stopped: keeps no state, asks the accepted steps before; entries of each step balance, and each
 *  sale's accounts and stock stand where its quantities say.
 *  @param sales, steps, refusal, postings as run, from the beginning
 *  @param verdict out; row = first wrong step or sale, as verdict->field says; objective = steps that happened
 *  @param err     optional
 *  @return C12_OK whatever the verdict.  O(steps * (steps + postings)).  @since 0.1 */
C12_API C12_MUST c12_status c12_flow_sale_check(const c12_flow_sales *sales, const c12_flow_steps *steps, const int32_t *refusal, const c12_flow_postings *postings,
                                                c12_verdict *verdict, c12_error *err);

#ifdef __cplusplus
}
#endif
#endif /* C12_FLOW_H */
