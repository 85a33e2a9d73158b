/* SPDX-License-Identifier: Apache-2.0 */
/* A plant folder: one function a file, in the order in which codes are declared. */
#include "c12/mrp.h"
#include "c12/ncr.h"
#include "io/plant/plant_load.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- items.csv ------------------------------------------------------------------------------------------------------- */

enum { ITEM, TYPE, LEAD, RULE, LOT_SIZE, LOT_MIN, LOT_MAX, LOT_MULT, LOT_PERIODS, SAFETY, ON_HAND, OWN_COST, UNIT, SCALE, FAMILY, ABC, ORDER_COST, HOLDING_COST,
       SAFETY_TIME, PLANNING_FENCE, DEMAND_FENCE, YIELD, LABOUR_COST, OVERHEAD_COST, OUTSIDE_COST, SETUP_COST, COSTING_LOT, CALENDAR };
static const c12io_column item_columns[] = {
    { "item", 1, 0 }, { "type", 1, 0 }, { "lead_time", 0, 0 }, { "lot_rule", 0, 0 }, { "lot_size", 0, 0 }, { "lot_min", 0, 0 },
    { "lot_max", 0, 0 }, { "lot_multiple", 0, 0 }, { "lot_periods", 0, 0 }, { "safety_stock", 0, 0 }, { "on_hand", 0, 0 },
    { "own_cost", 0, 0 }, { "unit", 0, 0 }, { "scale", 0, 0 }, { "family", 0, 0 }, { "abc", 0, 0 }, { "order_cost", 0, 0 }, { "holding_cost", 0, 0 },
    { "safety_time", 0, 0 }, { "planning_fence", 0, 0 }, { "demand_fence", 0, 0 }, { "yield_ppm", 0, 0 },
    { "labour_cost", 0, 0 }, { "overhead_cost", 0, 0 }, { "outside_cost", 0, 0 }, { "setup_cost", 0, 0 }, { "costing_lot", 0, 0 }, { "calendar", 0, 0 } };
static const char *const item_types[] = { "buy", "make", "phantom" };
static const char *const lot_rules[] = { "lot_for_lot", "fixed", "min_multiple", "periods", "min_max", "eoq", "silver_meal", "part_period", "groff", "wagner_whitin" };

static void load_item(plant_load *l, int64_t r, int32_t *type, int32_t *lead, int32_t *rule, int32_t *periods, int32_t *calendar, int64_t *const q[10])
{
    c12io__sheet *s = &l->sheet;
    c12io__cell_new_code(s, r, ITEM, &l->items);
    type[r] = c12io__cell_word(s, r, TYPE, item_types, LOAD_COUNT(item_types), -1);
    lead[r] = (int32_t)c12io__cell_int(s, r, LEAD, 0, 100000, 0);
    rule[r] = c12io__cell_word(s, r, RULE, lot_rules, LOAD_COUNT(lot_rules), C12_MRP_LOT_FOR_LOT);
    periods[r] = (int32_t)c12io__cell_int(s, r, LOT_PERIODS, 1, 100000, 1);
    calendar[r] = c12io__cell_code(s, r, CALENDAR, &l->calendars, 0, "calendars.csv");
    int64_t scale = q[7][r] = c12io__cell_int(s, r, SCALE, 1, 1000000000, 1);
    q[0][r] = c12io__cell_scaled(s, r, LOT_SIZE, scale, 1, scale);
    q[1][r] = c12io__cell_scaled(s, r, LOT_MIN, scale, 0, 0);
    q[2][r] = c12io__cell_scaled(s, r, LOT_MAX, scale, 0, 0);
    q[3][r] = c12io__cell_scaled(s, r, LOT_MULT, scale, 1, 1);
    q[4][r] = c12io__cell_scaled(s, r, SAFETY, scale, 0, 0);
    q[5][r] = c12io__cell_scaled(s, r, ON_HAND, scale, -INT64_MAX, 0);
    if (q[5][r] < 0 && !l->p->negative_stock) l->p->negative_stock = c12io__cell_place(s, r, ON_HAND);
    q[6][r] = c12io__cell_scaled(s, r, OWN_COST, 1000000, 0, 0);
    q[8][r] = c12io__cell_scaled(s, r, ORDER_COST, 1000000 * scale, 0, 0);
    q[9][r] = c12io__cell_scaled(s, r, HOLDING_COST, 1000000, 0, 0);
}

/* Whole numbers that few plants have: NULL where the file does not name the column. */
static int32_t *take_optional(plant_load *l, int32_t column, int64_t low, int64_t high, int64_t dflt)
{
    return c12io_table_has(l->sheet.table, column) ? take_ints(l, column, low, high, dflt) : NULL;
}

static int64_t *take_amounts(plant_load *l, int32_t column, const int64_t *scale, int64_t low, int64_t dflt)
{
    int64_t *v = c12io_table_has(l->sheet.table, column) ? c12io__column64(&l->sheet) : NULL;
    for (int64_t r = 0; v && r < l->sheet.rows; r++) v[r] = c12io__cell_scaled(&l->sheet, r, column, scale ? scale[r] : 1000000, low, dflt);
    return v;
}

static void load_items(plant_load *l)
{
    c12io__sheet *s = &l->sheet;
    if (!open_file(l, "items.csv", item_columns, LOAD_COUNT(item_columns), 1)) return;
    int32_t *type = c12io__column32(s), *lead = c12io__column32(s), *rule = c12io__column32(s), *periods = c12io__column32(s), *calendar = c12io__column32(s);
    int64_t *q[10];
    for (int k = 0; k < 10; k++) q[k] = c12io__column64(s);
    if (!c12io__codes_init(&l->items, s->heap, s->rows + 1) || s->status == C12_E_NOMEM) { c12io__sheet_close(s); return; }
    for (int64_t r = 0; r < s->rows; r++) load_item(l, r, type, lead, rule, periods, calendar, q);
    c12io_plant *p = l->p;
    p->n_items = (int32_t)s->rows;
    p->item_unit = c12io__column_text(s, UNIT);
    p->item_type = type;
    p->lead_time = lead;
    p->lot_rule = rule;
    p->lot_periods = periods;
    p->item_calendar = calendar;
    p->lot_size = q[0];
    p->lot_min = q[1];
    p->lot_max = q[2];
    p->lot_multiple = q[3];
    p->safety = q[4];
    p->on_hand = q[5];
    p->own_cost = q[6];
    p->scale = q[7];
    p->order_cost = q[8];
    p->holding_cost = q[9];
    p->safety_time = take_optional(l, SAFETY_TIME, 0, 100000, 0);
    p->planning_fence = take_optional(l, PLANNING_FENCE, 0, 100000, 0);
    p->demand_fence = take_optional(l, DEMAND_FENCE, 0, 100000, 0);
    p->yield_ppm = take_optional(l, YIELD, 1, 1000000, 1000000);
    p->labour_cost = take_amounts(l, LABOUR_COST, NULL, 0, 0);
    p->overhead_cost = take_amounts(l, OVERHEAD_COST, NULL, 0, 0);
    p->outside_cost = take_amounts(l, OUTSIDE_COST, NULL, 0, 0);
    p->setup_cost = take_amounts(l, SETUP_COST, NULL, 0, 0);
    p->costing_lot = take_amounts(l, COSTING_LOT, q[7], 1, 1);
    p->item_code = c12io__codes_texts(&l->items);
    c12io__sheet_close(s);
}

/* ---- the floor: stations, calendars, machines, families, routing, set-ups ---------------------------------------------- */

static void load_stations(plant_load *l)
{
    static const c12io_column columns[] = { { "station", 1, 0 }, { "name", 0, 0 }, { "x", 0, 0 }, { "y", 0, 0 } };
    if (!open_file(l, "stations.csv", columns, LOAD_COUNT(columns), 0)) return;
    take_codes(l, 0, &l->stations);
    l->p->n_stations = (int32_t)l->sheet.rows;
    l->p->station_code = c12io__codes_texts(&l->stations);
    l->p->station_name = c12io__column_text(&l->sheet, 1);
    l->p->station_x = take_ints(l, 2, 0, 1000000, -1);
    l->p->station_y = take_ints(l, 3, 0, 1000000, -1);
    c12io__sheet_close(&l->sheet);
}

static void load_calendars(plant_load *l)
{
    static const c12io_column columns[] = { { "calendar", 1, 0 }, { "weekday", 1, 0 }, { "from", 1, 0 }, { "to", 1, 0 } };
    static const char *const weekdays[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };
    c12io__sheet *s = &l->sheet;
    if (!open_file(l, "calendars.csv", columns, LOAD_COUNT(columns), 0)) return;
    int32_t *calendar = c12io__column32(s), *weekday = c12io__column32(s), *from = c12io__column32(s), *to = c12io__column32(s);
    if (s->status != C12_E_NOMEM && c12io__codes_init(&l->calendars, s->heap, s->rows + 1)) {
        for (int64_t r = 0; r < s->rows; r++) {
            int fresh;
            calendar[r] = c12io__codes_add(&l->calendars, c12io_table_cell(s->table, r, 0), &fresh);
            weekday[r] = c12io__cell_word(s, r, 1, weekdays, 7, -1);
            from[r] = c12io__cell_clock(s, r, 2);
            to[r] = c12io__cell_clock(s, r, 3);
            if (from[r] >= to[r]) c12io__cell_fault(s, C12_E_RANGE, r, 3, "is not after from", "a shift over midnight takes two rows, to 24:00 and from 00:00");
        }
        l->p->n_shifts = s->rows;
        l->p->n_calendars = l->calendars.n;
        l->p->calendar_code = c12io__codes_texts(&l->calendars);
        l->p->shift_calendar = calendar;
        l->p->shift_weekday = weekday;
        l->p->shift_from = from;
        l->p->shift_to = to;
    }
    c12io__sheet_close(s);
}

static void load_machines(plant_load *l)
{
    static const c12io_column columns[] = { { "machine", 1, 0 }, { "station", 1, 0 }, { "calendar", 0, 0 }, { "hourly_rate", 0, 0 } };
    c12io__sheet *s = &l->sheet;
    if (!open_file(l, "machines.csv", columns, LOAD_COUNT(columns), 0)) return;
    int32_t *station = c12io__column32(s), *calendar = c12io__column32(s);
    int64_t *rate = c12io__column64(s);
    take_codes(l, 0, &l->machines);
    for (int64_t r = 0; !(s->status == C12_E_NOMEM) && r < s->rows; r++) {
        station[r] = c12io__cell_code(s, r, 1, &l->stations, 1, "stations.csv");
        calendar[r] = c12io__cell_code(s, r, 2, &l->calendars, 0, "calendars.csv");
        rate[r] = c12io__cell_scaled(s, r, 3, 1000000, 0, 0);
    }
    l->p->n_machines = (int32_t)s->rows;
    l->p->machine_code = c12io__codes_texts(&l->machines);
    l->p->machine_station = station;
    l->p->machine_calendar = calendar;
    l->p->machine_rate = rate;
    c12io__sheet_close(s);
}

static void load_routing(plant_load *l)
{
    static const c12io_column columns[] = { { "item", 1, 0 }, { "step", 1, 0 }, { "station", 1, 0 }, { "run_minutes", 1, 0 }, { "order_minutes", 0, 0 }, { "family", 0, 0 } };
    c12io__sheet *s = &l->sheet;
    if (!open_file(l, "routing.csv", columns, LOAD_COUNT(columns), 0)) return;
    int32_t *item = c12io__column32(s), *station = c12io__column32(s), *family = c12io__column32(s), *fixed = c12io__column32(s);
    int64_t *num = c12io__column64(s), *den = c12io__column64(s);
    keyed_row *k = keyed_rows(l);
    if (s->status != C12_E_NOMEM && c12io__codes_init(&l->families, s->heap, s->rows + 4096)) {
        for (int64_t r = 0; r < s->rows; r++) {
            k[r].row = r;
            k[r].key = (int64_t)c12io__cell_code(s, r, 0, &l->items, 1, "items.csv") * 1000000 + c12io__cell_int(s, r, 1, 0, 999999, C12IO__NEEDED);
        }
        sort_keyed(k, s->rows);
        for (int64_t at = 0; at < s->rows; at++) {
            int fresh;
            int64_t r = k[at].row;
            c12_view f = c12io_table_cell(s->table, r, 5);
            item[at] = (int32_t)(k[at].key / 1000000);
            station[at] = c12io__cell_code(s, r, 2, &l->stations, 1, "stations.csv");
            family[at] = f.size ? c12io__codes_add(&l->families, f, &fresh) : -1;
            c12io__cell_ratio(s, r, 3, &num[at], &den[at], C12IO__NEEDED);
            fixed[at] = (int32_t)c12io__cell_int(s, r, 4, 0, 1000000, 0);
        }
        l->p->n_steps = s->rows;
        l->p->step_item = item;
        l->p->step_station = station;
        l->p->step_family = family;
        l->p->step_minutes_num = num;
        l->p->step_minutes_den = den;
        l->p->step_fixed = fixed;
        l->p->n_families = l->families.n;
        l->p->family_code = c12io__codes_texts(&l->families);
    }
    c12io__sheet_close(s);
}

static void load_setups(plant_load *l)
{
    static const c12io_column columns[] = { { "from", 1, 0 }, { "to", 1, 0 }, { "minutes", 1, 0 } };
    c12io__sheet *s = &l->sheet;
    if (!open_file(l, "setups.csv", columns, LOAD_COUNT(columns), 0)) return;
    int32_t *from = c12io__column32(s), *to = c12io__column32(s), *minutes = c12io__column32(s);
    for (int64_t r = 0; s->status != C12_E_NOMEM && r < s->rows; r++) {
        from[r] = c12io__cell_code(s, r, 0, &l->families, 1, "routing.csv (column family)");
        to[r] = c12io__cell_code(s, r, 1, &l->families, 1, "routing.csv (column family)");
        minutes[r] = (int32_t)c12io__cell_int(s, r, 2, 0, 1000000, C12IO__NEEDED);
    }
    l->p->n_setups = s->rows;
    l->p->setup_from = from;
    l->p->setup_to = to;
    l->p->setup_minutes = minutes;
    c12io__sheet_close(s);
}

/* ---- the fleet and the rules --------------------------------------------------------------------------------------------- */

static void load_robots(plant_load *l)
{
    static const c12io_column columns[] = { { "robot", 1, 0 }, { "x", 1, 0 }, { "y", 1, 0 }, { "battery_pct", 0, 0 }, { "ms_per_cell", 0, 0 } };
    c12io__sheet *s = &l->sheet;
    if (!open_file(l, "robots.csv", columns, LOAD_COUNT(columns), 0)) return;
    int32_t *battery = c12io__column32(s);
    take_codes(l, 0, &l->robots);
    for (int64_t r = 0; battery && r < s->rows; r++) {
        int64_t ppm = c12io__cell_scaled(s, r, 3, 10000, 0, 1000000);
        if (ppm > 1000000) c12io__cell_fault(s, C12_E_RANGE, r, 3, "is above 100", "write per cent from 0 to 100");
        battery[r] = (int32_t)(ppm > 1000000 ? 1000000 : ppm);
    }
    l->p->n_robots = (int32_t)s->rows;
    l->p->robot_code = c12io__codes_texts(&l->robots);
    l->p->robot_x = take_ints(l, 1, 0, 1000000, C12IO__NEEDED);
    l->p->robot_y = take_ints(l, 2, 0, 1000000, C12IO__NEEDED);
    l->p->robot_battery_ppm = battery;
    l->p->robot_pace = take_ints(l, 4, 1, 1000000, 1000);
    c12io__sheet_close(s);
}

static void load_bays(plant_load *l)
{
    static const c12io_column columns[] = { { "bay", 1, 0 }, { "x", 1, 0 }, { "y", 1, 0 } };
    if (!open_file(l, "bays.csv", columns, LOAD_COUNT(columns), 0)) return;
    take_codes(l, 0, &l->bays);
    l->p->n_bays = (int32_t)l->sheet.rows;
    l->p->bay_code = c12io__codes_texts(&l->bays);
    l->p->bay_x = take_ints(l, 1, 0, 1000000, C12IO__NEEDED);
    l->p->bay_y = take_ints(l, 2, 0, 1000000, C12IO__NEEDED);
    c12io__sheet_close(&l->sheet);
}

static void load_rules(plant_load *l)
{
    static const c12io_column columns[] = { { "token", 1, 0 }, { "grade", 1, 0 }, { "station", 0, 0 } };
    static const char *const grades[] = { "minor", "major", "critical" };
    c12io__sheet *s = &l->sheet;
    if (!open_file(l, "rules.csv", columns, LOAD_COUNT(columns), 0)) return;
    int32_t *grade = c12io__column32(s), *station = c12io__column32(s);
    for (int64_t r = 0; s->status != C12_E_NOMEM && r < s->rows; r++) {
        if (!c12io_table_cell(s->table, r, 0).size) c12io__cell_fault(s, C12_E_FORMAT, r, 0, "is empty", "every rule needs a token");
        grade[r] = c12io__cell_word(s, r, 1, grades, 3, -1) + C12_NCR_MINOR;
        station[r] = c12io__cell_code(s, r, 2, &l->stations, 0, "stations.csv");
    }
    l->p->n_rules = (int32_t)s->rows;
    l->p->rule_token = c12io__column_text(s, 0);
    l->p->rule_grade = grade;
    l->p->rule_station = station;
    c12io__sheet_close(s);
}

static void load_map(plant_load *l)
{
    c12_mem *map = c12io__heap_get(l->sheet.heap, 1, sizeof *map), bytes = { NULL, 0 };
    char path[1024];
    snprintf(path, sizeof path, "%s/map.txt", l->dir);
    l->p->map = map;
    FILE *f = fopen(path, "rb");
    if (!f || !map) { if (f) fclose(f); return; }
    fclose(f);
    c12_status s = c12io_bytes_read(path, &bytes, l->sheet.err);
    map->ptr = c12io__heap_get(l->sheet.heap, (int64_t)bytes.size + 1, 1);
    if (s || !map->ptr) { l->sheet.status = s ? s : C12_E_NOMEM; c12io_bytes_free(&bytes); return; }
    memcpy(map->ptr, bytes.ptr, bytes.size);
    map->size = bytes.size;
    c12io_bytes_free(&bytes);
}

/* ---- entry --------------------------------------------------------------------------------------------------------------- */

typedef struct plant_box { c12io_plant plant; c12io__heap *heap; } plant_box; /* the plant comes first: free finds the heap */

c12_status c12io_plant_load(c12io_plant **self, const char *dir, c12_error *err)
{
    static void (*const file[])(plant_load *) = { c12io__load_bom, c12io__load_ecos, c12io__load_eco_lines, c12io__load_demand, c12io__load_receipts, c12io__load_safety, c12io__load_substitutes, load_stations, c12io__load_suppliers, c12io__load_breaks,
                                                  load_machines, load_routing, load_setups, load_robots, load_bays, load_rules, load_map };
    if (!self || !dir) return c12io__fault(err, C12_E_ARG, "argument is NULL", -1, 0, "plant: argument is NULL");
    plant_box *box = calloc(1, sizeof *box);
    if (!box || !(box->heap = c12io__heap_new())) { free(box); return c12io__fault(err, C12_E_NOMEM, "out of memory", -1, 0, "%s: out of memory", dir); }
    plant_load *l = c12io__heap_get(box->heap, 1, sizeof *l);
    if (!l) { c12io__heap_free(box->heap); free(box); return c12io__fault(err, C12_E_NOMEM, "out of memory", -1, 0, "%s: out of memory", dir); }
    l->p = &box->plant;
    l->dir = dir;
    l->sheet.heap = box->heap;
    l->sheet.err = err;
    box->plant.struct_size = sizeof box->plant;
    c12io__ahead_start(&l->sheet, dir, "bom.csv", c12io__bom_columns, C12IO__BOM_COLUMNS);
    load_calendars(l); /* items and suppliers name them */
    load_items(l); /* without items every other file would only repeat that its codes are unknown */
    for (size_t k = 0; k < sizeof file / sizeof *file && !(l->sheet.status && !box->plant.n_items); k++) file[k](l);
    c12io__ahead_end(&l->sheet);
    c12_status s = l->sheet.status;
    if (s) { c12io_plant_free(&box->plant); return s; }
    *self = &box->plant;
    return C12_OK;
}

void c12io_plant_free(c12io_plant *self)
{
    if (!self) return;
    plant_box *box = (plant_box *)self;
    c12io__heap_free(box->heap);
    free(box);
}
