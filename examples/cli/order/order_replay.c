/* SPDX-License-Identifier: Apache-2.0 */
/* c12 order replay: what events make of work orders, judged by the checker; --stations: station by station; --svg: how far each is. */
#include "order_cli.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { T_ORDER, T_EVENT, T_AT, T_BY, T_STATION, T_VALUE, T_GOOD, T_SCRAP, T_REWORK, T_COLUMNS };
static const c12io_column tale_columns[T_COLUMNS] = { { "order", 1, 0 }, { "event", 1, 0 }, { "at", 1, 0 }, { "by", 0, 0 }, { "station", 0, 0 }, { "value", 0, 0 }, { "good", 0, 0 }, { "scrap", 0, 0 }, { "rework", 0, 0 } };

typedef struct chronicle {
    csv_sheet sheet;
    name_list order, person, station, robot, hold;
    int32_t n;
    int64_t n_events, n_stations;
    int64_t *row_of;         /* [events] row of the file */
    int64_t *station_off;
    int32_t *station_name;   /* [stations] */
    c12_qty *ordered;
    c12_ns *created;
    c12_order_book b;
    c12_order_events e;
    int32_t *refusal;
    int64_t *num, *den;
} chronicle;

static int is_word(c12_view v, const char *w) { return v.size == strlen(w) && (!v.size || !memcmp(v.ptr, w, v.size)); }
static c12_view cell(const chronicle *h, int64_t row, int32_t column) { return c12io_table_cell(h->sheet.t, row, column); }

/* ---- orders: rows "create", and what is split off ------------------------------------------------------------------------------------------- */

/* "frame>wiring>test": the stations of an order in the order it passes them.  Counts them, and with `put` writes them. */
static int32_t read_route(chronicle *h, c12_view v, int32_t *put)
{
    int32_t n = 0;
    for (size_t at = 0; at < v.size; n++) {
        size_t end = at;
        while (end < v.size && v.ptr[end] != '>') end++;
        int32_t id = names_id(&h->station, (c12_view){ v.ptr + at, end - at });
        if (put) put[n] = id;
        at = end + 1;
    }
    return n;
}

static int read_create(chronicle *h, int64_t row)
{
    c12_view name = cell(h, row, T_ORDER);
    const int32_t id = names_id(&h->order, name);
    int64_t qty = 0;
    if (id != h->n) return sheet_bad(&h->sheet, row, T_ORDER, name.size ? "new: an earlier row created it" : "a name");
    int code = sheet_number(&h->sheet, row, T_GOOD, 1, INT64_MAX, &qty);
    if (!code) code = sheet_time(&h->sheet, row, T_AT, &h->created[id]);
    h->ordered[id] = qty;
    h->station_off[id + 1] = h->station_off[id] + read_route(h, cell(h, row, T_VALUE), h->station_name + h->station_off[id]);
    h->n++;
    return code;
}

/* A part has the stations of the order it is split from, whether that is accepted or not. */
static int read_part(chronicle *h, int64_t row)
{
    const int32_t from = names_find(&h->order, cell(h, row, T_ORDER));
    c12_view name = cell(h, row, T_VALUE);
    if (from < 0 || !name.size) return sheet_bad(&h->sheet, row, from < 0 ? T_ORDER : T_VALUE, from < 0 ? "an order that was created above" : "the name of the part");
    if (names_id(&h->order, name) != h->n) return EXIT_DONE; /* a second split into the same: refused as an event */
    const int64_t stations = h->station_off[from + 1] - h->station_off[from];
    for (int64_t k = 0; k < stations; k++) h->station_name[h->station_off[h->n] + k] = h->station_name[h->station_off[from] + k];
    h->station_off[h->n + 1] = h->station_off[h->n] + stations;
    h->n++;
    return EXIT_DONE;
}

static int64_t most_stations(const chronicle *h, int64_t rows)
{
    int64_t most = 0, all = 0;
    for (int64_t r = 0; r < rows; r++) {
        c12_view v = cell(h, r, T_VALUE);
        int64_t n = 1;
        if (!is_word(cell(h, r, T_EVENT), "create")) continue;
        for (size_t k = 0; k < v.size; k++) n += v.ptr[k] == '>';
        if (n > most) most = n;
    }
    for (int64_t r = 0; r < rows; r++) all += is_word(cell(h, r, T_EVENT), "create") || is_word(cell(h, r, T_EVENT), "split") ? most : 0;
    return all;
}

static int read_orders(chronicle *h)
{
    const int64_t rows = c12io_table_rows(h->sheet.t);
    int code = EXIT_DONE;
    if (rows > INT32_MAX / 4) return cli_say("%s: more rows than one run takes", h->sheet.file);
    h->ordered = NEW(c12_qty, rows);
    h->created = NEW(c12_ns, rows);
    h->station_off = NEW(int64_t, rows + 1);
    h->station_name = NEW(int32_t, most_stations(h, rows));
    for (int64_t r = 0; r < rows && !code; r++) {
        if (is_word(cell(h, r, T_EVENT), "create")) code = read_create(h, r);
        else if (is_word(cell(h, r, T_EVENT), "split")) code = read_part(h, r);
    }
    h->n_stations = h->station_off[h->n];
    return code;
}

/* ---- events ---------------------------------------------------------------------------------------------------------------------------------- */

static int32_t event_of(const chronicle *h, int64_t row)
{
    for (int32_t k = 0; k < C12_ORDER_EVENTS; k++) if (is_word(cell(h, row, T_EVENT), c12_order_event_name(k))) return k;
    return -1;
}

/* A station is named, and numbered within its order; one the order has not is a number it cannot have, and the event is refused. */
static int32_t read_station(chronicle *h, int64_t row, int32_t order)
{
    c12_view name = cell(h, row, T_STATION);
    if (!name.size) return -1;
    const int32_t id = names_find(&h->station, name);
    for (int64_t s = h->station_off[order]; s < h->station_off[order + 1]; s++) if (h->station_name[s] == id && id >= 0) return (int32_t)(s - h->station_off[order]);
    return INT32_MAX;
}

static int read_value(chronicle *h, int64_t row, int32_t kind, int32_t *value)
{
    c12_view v = cell(h, row, T_VALUE);
    const int hold = kind == C12_ORDER_HOLD || kind == C12_ORDER_LIFT, robot = kind == C12_ORDER_ASSIGN || kind == C12_ORDER_FREE;
    if ((hold || robot) && !v.size) return sheet_bad(&h->sheet, row, T_VALUE, hold ? "the name of a hold" : "the name of a robot");
    *value = hold ? names_id(&h->hold, v) : robot ? names_id(&h->robot, v) : kind == C12_ORDER_SPLIT ? names_find(&h->order, v) : 0;
    return EXIT_DONE;
}

static int read_tale(chronicle *h)
{
    const int64_t rows = c12io_table_rows(h->sheet.t);
    int32_t *order = NEW(int32_t, rows), *kind = NEW(int32_t, rows), *station = NEW(int32_t, rows), *value = NEW(int32_t, rows), *by = NEW(int32_t, rows);
    c12_ns *at = NEW(c12_ns, rows);
    c12_qty *good = NEW(c12_qty, rows), *scrap = NEW(c12_qty, rows), *rework = NEW(c12_qty, rows);
    int code = EXIT_DONE;
    int64_t n = 0;
    h->row_of = NEW(int64_t, rows);
    h->refusal = NEW(int32_t, rows);
    h->e = (c12_order_events)C12_INIT(c12_order_events);
    h->e.order = order; h->e.kind = kind; h->e.station = station; h->e.value = value; h->e.by = by; h->e.at = at; h->e.good = good; h->e.scrap = scrap; h->e.rework = rework;
    for (int64_t r = 0; r < rows && !code; r++) {
        if (is_word(cell(h, r, T_EVENT), "create")) continue;
        if ((kind[n] = event_of(h, r)) < 0) return sheet_bad(&h->sheet, r, T_EVENT, "create, release, start, hold, lift, resume, rework, scrap, complete, ship, begin, report, finish, assign, free or split");
        if ((order[n] = names_find(&h->order, cell(h, r, T_ORDER))) < 0) return sheet_bad(&h->sheet, r, T_ORDER, "an order that is created or split off in the file");
        station[n] = read_station(h, r, order[n]);
        by[n] = names_id(&h->person, cell(h, r, T_BY));
        code = read_value(h, r, kind[n], &value[n]);
        if (!code) code = sheet_time(&h->sheet, r, T_AT, &at[n]);
        if (!code && at[n] == INT64_MAX) code = sheet_bad(&h->sheet, r, T_AT, "a time");
        if (!code) code = sheet_number(&h->sheet, r, T_GOOD, 0, INT64_MAX, &good[n]);
        if (!code) code = sheet_number(&h->sheet, r, T_SCRAP, 0, INT64_MAX, &scrap[n]);
        if (!code) code = sheet_number(&h->sheet, r, T_REWORK, 0, INT64_MAX, &rework[n]);
        h->row_of[n++] = r;
    }
    h->e.n = h->n_events = n;
    return code;
}

/* ---- what comes of it --------------------------------------------------------------------------------------------------------------------------- */

static void book_room(chronicle *h)
{
    c12_order_book *b = &h->b;
    const int64_t n = h->n, st = h->n_stations, robots = h->robot.n, holds = h->hold.n;
    *b = (c12_order_book)C12_INIT(c12_order_book);
    b->n = h->n; b->n_robots = h->robot.n; b->n_holds = h->hold.n; b->ordered = h->ordered; b->created = h->created; b->station_off = h->station_off;
    b->accepted = NEW(int32_t, n); b->state = NEW(int32_t, n); b->held = NEW(int32_t, n); b->parent = NEW(int32_t, n); b->qty = NEW(c12_qty, n); b->good = NEW(c12_qty, n); b->scrap = NEW(c12_qty, n);
    b->last = NEW(c12_ns, n); b->started = NEW(c12_ns, n); b->ended = NEW(c12_ns, n); b->station_state = NEW(int32_t, st); b->station_begun = NEW(c12_ns, st); b->station_ended = NEW(c12_ns, st);
    b->station_good = NEW(c12_qty, st); b->station_scrap = NEW(c12_qty, st); b->station_rework = NEW(c12_qty, st); b->robot_order = NEW(int32_t, robots); b->robot_station = NEW(int32_t, robots);
    b->hold_order = NEW(int32_t, holds); b->hold_from = NEW(c12_ns, holds); b->hold_to = NEW(c12_ns, holds);
    for (int64_t k = 0; k < robots; k++) b->robot_order[k] = -1;
    for (int64_t k = 0; k < holds; k++) b->hold_order[k] = -1;
    h->num = NEW(int64_t, n);
    h->den = NEW(int64_t, n);
}

static c12_status replay_events(cli *c, chronicle *h)
{
    c12_verdict v = C12_INIT(c12_verdict);
    c12_status s = c12_order_apply(&h->b, &h->e, h->refusal, &c->err);
    if (!s) s = c12_order_progress(&h->b, h->num, h->den, &c->err);
    if (s || (double)h->n_events * (double)(h->n_events + h->n_stations) > 1e7) return s; /* the checker's time grows with the square and more */
    s = c12_order_history_check(&h->b, &h->e, h->refusal, &v, &c->err);
    if (!s && v.violations) cli_say("c12 order: the checker refuses the history: %s; please report", v.rule);
    return s ? s : v.violations ? C12_E_INTERNAL : C12_OK;
}

static int64_t say_refusals(const chronicle *h)
{
    int64_t refused = 0;
    for (int64_t i = 0; i < h->n_events; i++) {
        if (!h->refusal[i]) continue;
        c12_view name = h->order.name[h->e.order[i]];
        refused++;
        cli_say("%s:%" PRId64 ": %s of %.*s refused: %s", h->sheet.file, c12io_table_line(h->sheet.t, h->row_of[i]), c12_order_event_name(h->e.kind[i]), (int)name.size, (const char *)name.ptr, c12_order_refusal_name(h->refusal[i]));
    }
    return refused;
}

/* Names of open holds, or of robots at work, with spaces between. */
static void put_joined(table *t, const name_list *all, const int32_t *of, const c12_ns *until, int32_t n, int32_t order)
{
    text s = { 0 };
    for (int32_t k = 0; k < n; k++) if (of[k] == order && (!until || until[k] == INT64_MAX)) text_add(&s, "%s%.*s", s.n ? " " : "", (int)all->name[k].size, (const char *)all->name[k].ptr);
    table_text(t, (c12_view){ (const uint8_t *)s.at, s.n });
    text_free(&s);
}

static int print_orders(cli *c, chronicle *h, int64_t refused)
{
    static const char *const head[] = { "order", "state", "qty", "good", "scrap", "open", "percent", "holds", "robots", "started", "ended", "split_from" };
    table t = table_new(12, head, "ssnnnnnsssss");
    const c12_order_book *b = &h->b;
    text sum = { 0 };
    int64_t held = 0, done = 0;
    for (int32_t i = 0; i < h->n; i++) {
        table_text(&t, h->order.name[i]);
        table_word(&t, b->qty[i] ? c12_order_state_name(b->state[i]) : "");
        table_int(&t, b->qty[i]);
        table_int(&t, b->good[i]);
        table_int(&t, b->scrap[i]);
        table_int(&t, b->qty[i] - b->good[i] - b->scrap[i]);
        if (h->num[i] > INT64_MAX / 100) table_ratio(&t, h->num[i] / 100, h->den[i] / 10000, 1);
        else table_ratio(&t, h->num[i] * 100, h->den[i], 1);
        put_joined(&t, &h->hold, b->hold_order, b->hold_to, b->n_holds, i);
        put_joined(&t, &h->robot, b->robot_order, NULL, b->n_robots, i);
        put_time(&t, b->started[i]);
        put_time(&t, b->ended[i]);
        put_name(&t, &h->order, b->parent[i]);
        held += b->state[i] == C12_ORDER_QUALITY_HOLD;
        done += b->state[i] == C12_ORDER_COMPLETED || b->state[i] == C12_ORDER_SHIPPED;
    }
    text_add(&sum, "\"orders\":%" PRId32 ",\"done\":%" PRId64 ",\"held\":%" PRId64 ",\"refused\":%" PRId64, h->n, done, held, refused);
    int code = table_print(c, &t, sum.at);
    text_free(&sum);
    return code;
}

static int print_stations(cli *c, chronicle *h)
{
    static const char *const head[] = { "order", "station", "state", "waits", "good", "scrap", "rework", "begun", "finished" };
    table t = table_new(9, head, "sssnnnnss");
    const c12_order_book *b = &h->b;
    for (int32_t i = 0; i < h->n; i++) {
        c12_qty came = b->qty[i];
        for (int64_t s = h->station_off[i]; s < h->station_off[i + 1]; came = b->station_good[s++]) {
            table_text(&t, h->order.name[i]);
            put_name(&t, &h->station, h->station_name[s]);
            table_word(&t, c12_order_station_name(b->station_state[s]));
            table_int(&t, came - b->station_good[s] - b->station_scrap[s]);
            table_int(&t, b->station_good[s]);
            table_int(&t, b->station_scrap[s]);
            table_int(&t, b->station_rework[s]);
            put_time(&t, b->station_state[s] ? b->station_begun[s] : INT64_MAX);
            put_time(&t, b->station_state[s] == C12_ORDER_FINISHED ? b->station_ended[s] : INT64_MAX);
        }
    }
    return table_print(c, &t, NULL);
}

/* ---- picture: a line an order, a box a station, filled as far as its pieces have come -------------------------------------------------------------- */

enum { P_LEFT = 190, P_BOX = 96, P_HIGH = 26, P_LINE = 46 };

static void draw_station(text *o, const chronicle *h, int32_t i, int64_t s, int x, int y)
{
    const c12_order_book *b = &h->b;
    const double all = (double)b->qty[i];
    const int good = (int)((double)b->station_good[s] / all * P_BOX), lost = (int)((double)b->station_scrap[s] / all * P_BOX);
    text_add(o, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"#f1f5f9\"/><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"#86efac\"/><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"#fca5a5\"/>\n", x, y, P_BOX, P_HIGH,
        x, y, good, P_HIGH, x + good, y, lost, P_HIGH);
    text_add(o, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"none\" stroke=\"%s\"/><text x=\"%d\" y=\"%d\" text-anchor=\"middle\">", x, y, P_BOX, P_HIGH, b->station_state[s] == C12_ORDER_RUNNING ? "#2563eb" : "#94a3b8", x + P_BOX / 2, y + 17);
    text_html(o, h->station.name[h->station_name[s]]);
    text_add(o, "</text>\n");
}

static int draw_orders(cli *c, const chronicle *h, const char *path)
{
    text o = { 0 };
    int64_t most = 1;
    for (int32_t i = 0; i < h->n; i++) if (h->station_off[i + 1] - h->station_off[i] > most) most = h->station_off[i + 1] - h->station_off[i];
    const int width = P_LEFT + (int)most * (P_BOX + 6) + 20, height = 40 + h->n * P_LINE;
    text_add(&o, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"11\" fill=\"#334155\">\n<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>\n", width, height, width, height);
    for (int32_t i = 0; i < h->n; i++) {
        const int y = 14 + i * P_LINE;
        if (!h->b.qty[i]) continue;
        text_add(&o, "<text x=\"14\" y=\"%d\" font-weight=\"bold\">", y + 11);
        text_html(&o, h->order.name[i]);
        text_add(&o, "</text><text x=\"14\" y=\"%d\" fill=\"%s\">%s, %" PRId64 " pieces</text>\n", y + 25, h->b.state[i] == C12_ORDER_QUALITY_HOLD ? "#dc2626" : "#64748b", c12_order_state_name(h->b.state[i]), h->b.qty[i]);
        for (int64_t s = h->station_off[i]; s < h->station_off[i + 1]; s++) draw_station(&o, h, i, s, P_LEFT + (int)(s - h->station_off[i]) * (P_BOX + 6), y);
    }
    text_add(&o, "<text x=\"14\" y=\"%d\" fill=\"#64748b\">green: good pieces of a station, red: scrap; a blue edge: at work</text>\n</svg>\n", height - 10);
    return text_write(c, &o, path);
}

static void chronicle_close(chronicle *h)
{
    const c12_order_book *b = &h->b;
    const c12_order_events *e = &h->e;
    const void *const owned[] = { h->row_of, h->station_off, h->station_name, h->ordered, h->created, h->refusal, h->num, h->den, b->accepted, b->state, b->held, b->parent, b->qty, b->good, b->scrap, b->last, b->started, b->ended,
        b->station_state, b->station_begun, b->station_ended, b->station_good, b->station_scrap, b->station_rework, b->robot_order, b->robot_station, b->hold_order, b->hold_from, b->hold_to, e->order, e->kind, e->station,
        e->value, e->by, e->at, e->good, e->scrap, e->rework };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free((void *)(uintptr_t)owned[k]);
    name_list *const all[] = { &h->order, &h->person, &h->station, &h->robot, &h->hold };
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) names_free(all[k]);
    c12io_table_free(h->sheet.t);
}

int order_replay(cli *c)
{
    chronicle h = { .n = 0 };
    const char *svg = cli_value(c, "--svg");
    const int stations = cli_flag(c, "--stations");
    int64_t refused = 0;
    if (!cli_ready(c, 2)) return EXIT_BAD;
    int code = sheet_open(c, &h.sheet, cli_word(c, 1), tale_columns, T_COLUMNS);
    if (!code) code = read_orders(&h);
    if (!code) code = read_tale(&h);
    if (!code) {
        book_room(&h);
        c12_status s = replay_events(c, &h);
        if (s) code = cli_fail(c, s);
    }
    if (!code) refused = say_refusals(&h);
    if (!code && svg) code = draw_orders(c, &h, svg);
    if (!code && (!svg || c->out)) code = stations ? print_stations(c, &h) : print_orders(c, &h, refused);
    chronicle_close(&h);
    return code ? code : refused ? EXIT_NO : EXIT_DONE;
}
