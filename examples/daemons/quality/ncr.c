/* SPDX-License-Identifier: Apache-2.0 */
/* Nonconformances: graded by the plant's rules when they are raised, moved by events that the library judges, with a clock. */
#include "quality.h"
#include "c12/order.h"
#include <stdlib.h>
#include <string.h>

/* ---- a report from the store -------------------------------------------------------------------------------------------------------------- */

int32_t quality_actor(db *d, const char *name, int makes)
{
    int64_t id = db_number(d, -1, "SELECT id FROM actors WHERE name = ?", "s", name);
    if (id >= 0 || !makes) return (int32_t)id;
    db_do(d, "INSERT INTO actors(name) VALUES(?)", "s", name);
    return (int32_t)sqlite3_last_insert_rowid(d->at);
}

static void play(ncr_case *c, int64_t from, int64_t n, int32_t *refusal)
{
    c12_ncr_cases cases = C12_INIT(c12_ncr_cases);
    c12_ncr_events events = C12_INIT(c12_ncr_events);
    cases.n = 1;
    cases.grade = &c->grade;
    cases.raised_by = &c->raised_by;
    cases.created = &c->created;
    cases.state = &c->state;
    cases.owner = &c->owner;
    cases.whys = &c->whys;
    cases.causes = &c->causes;
    cases.disposition = &c->disposition;
    cases.approved = &c->approved;
    cases.paused = &c->paused;
    cases.last = &c->last;
    cases.closed = &c->closed;
    events.n = n;
    events.report = c->report + from;
    events.kind = c->kind + from;
    events.value = c->value + from;
    events.by = c->by + from;
    events.at = c->at + from;
    if (c12_ncr_apply(NULL, &cases, &events, refusal, NULL) && refusal) *refusal = C12_NCR_NO_SUCH_MOVE;
}

int ncr_load(db *d, int64_t id, ncr_case *c)
{
    memset(c, 0, sizeof *c);
    sqlite3_stmt *q = db_ask(d, "SELECT work_order, station, unit, defect, grade, reasons, raised_by, created_ns, due_ns FROM ncrs WHERE id = ?", "i", id);
    if (!db_next(d, q)) return 0;
    c->id = id;
    snprintf(c->work, sizeof c->work, "%s", db_text(q, 0));
    snprintf(c->station, sizeof c->station, "%s", db_text(q, 1));
    snprintf(c->unit, sizeof c->unit, "%s", db_text(q, 2));
    snprintf(c->defect, sizeof c->defect, "%s", db_text(q, 3));
    snprintf(c->reasons, sizeof c->reasons, "%s", db_text(q, 5));
    c->grade = sqlite3_column_int(q, 4);
    c->raised_by = sqlite3_column_int(q, 6);
    c->created = sqlite3_column_int64(q, 7);
    c->due = sqlite3_column_int64(q, 8);
    db_done(q);
    q = db_ask(d, "SELECT kind, value, by_actor, at_ns FROM ncr_events WHERE ncr = ? ORDER BY id LIMIT 256", "i", id);
    for (; db_next(d, q); c->n++) {
        c->kind[c->n] = sqlite3_column_int(q, 0);
        c->value[c->n] = sqlite3_column_int(q, 1);
        c->by[c->n] = sqlite3_column_int(q, 2);
        c->at[c->n] = sqlite3_column_int64(q, 3);
    }
    play(c, 0, c->n, NULL);
    return 1;
}

int32_t ncr_event(ncr_case *c, int32_t kind, int32_t value, int32_t by, c12_ns at)
{
    int32_t refusal = C12_NCR_NO_SUCH_MOVE;
    if (c->n == NCR_EVENTS) return refusal;
    c->report[c->n] = 0;
    c->kind[c->n] = kind;
    c->value[c->n] = value;
    c->by[c->n] = by;
    c->at[c->n] = at > c->last ? at : c->last; /* the clock may have been set back */
    play(c, c->n, 1, &refusal);
    if (refusal == C12_NCR_DONE) c->n++;
    return refusal;
}

/* ---- as JSON ---------------------------------------------------------------------------------------------------------------------------------- */

static const char *const grade_name[] = { "?", "minor", "major", "critical" };

static json_t *actor_name(db *d, int32_t actor)
{
    sqlite3_stmt *q = db_ask(d, "SELECT name FROM actors WHERE id = ?", "i", (int64_t)actor);
    if (actor < 0 || !db_next(d, q)) { db_done(q); return json_null(); }
    json_t *name = json_string(db_text(q, 0));
    db_done(q);
    return name;
}

static json_t *events_of(db *d, const ncr_case *c)
{
    json_t *list = json_array();
    sqlite3_stmt *q = db_ask(d, "SELECT e.kind, e.value, a.name, e.at_ns, e.note FROM ncr_events e LEFT JOIN actors a ON a.id = e.by_actor WHERE e.ncr = ? ORDER BY e.id", "i", c->id);
    while (db_next(d, q)) json_array_append_new(list, json_pack("{s:s,s:I,s:s,s:I,s:s}", "kind", c12_ncr_event_name(sqlite3_column_int(q, 0)), "value", (json_int_t)sqlite3_column_int64(q, 1), "by", db_text(q, 2), "at_ms", (json_int_t)sqlite3_column_int64(q, 3) / 1000000, "text", db_text(q, 4)));
    return list;
}

/* What the table of moves knows from here; conditions may still refuse. */
static json_t *moves_of(const ncr_case *c)
{
    json_t *list = json_array();
    for (int32_t k = C12_NCR_DO_ASSIGN; k <= C12_NCR_DO_RESUME; k++)
        if ((k == C12_NCR_DO_RESUME) == (c->paused != 0) && c12_ncr_next(c->state ? c->state : C12_NCR_OPEN, k, c->grade)) json_array_append_new(list, json_string(c12_ncr_event_name(k)));
    return list;
}

json_t *ncr_json(db *d, const ncr_case *c, int64_t now, int all)
{
    char code[32];
    int open = c->state != C12_NCR_CLOSED, asked = c->due != INT64_MAX;
    snprintf(code, sizeof code, "NCR-%05lld", (long long)c->id);
    json_t *o = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:o,s:I,s:b,s:b,s:s}", "ncr", code, "work_order", c->work, "station", c->station, "unit", c->unit, "defect", c->defect, "grade", grade_name[c->grade], "reasons", c->reasons,
        "state", c12_ncr_state_name(c->state ? c->state : C12_NCR_OPEN), "assigned_to", c->state > C12_NCR_OPEN ? actor_name(d, c->owner) : json_null(), "created_ms", (json_int_t)(c->created / 1000000), "overdue", open && asked && c->due < now * 1000000,
        "paused", c->paused, "disposition", c->disposition ? c12_ncr_disposition_name(c->disposition) : "");
    json_object_set_new(o, "due_ms", asked ? json_integer(c->due / 1000000) : json_null());
    sqlite3_stmt *q = db_ask(d, "SELECT description FROM ncrs WHERE id = ?", "i", c->id);
    if (db_next(d, q)) { json_object_set_new(o, "description", json_string(db_text(q, 0))); db_done(q); }
    if (!all) return o;
    json_object_set_new(o, "events", events_of(d, c));
    json_object_set_new(o, "moves", moves_of(c));
    return o;
}

/* ---- raising one --------------------------------------------------------------------------------------------------------------------------------- */

static c12_status plant_rules(const plant_data *p, c12_ncr_policy *policy)
{
    c12_status s = c12_ncr_default(policy, NULL);
    if (s || !p || !p->t.p->n_rules) return s;
    policy->n_rules = p->t.p->n_rules;
    policy->rule_text = p->t.p->rule_token->text;
    policy->rule_off = p->t.p->rule_token->off;
    policy->rule_grade = p->t.p->rule_grade;
    policy->rule_station = p->t.p->rule_station;
    return C12_OK;
}

typedef struct graded { int32_t grade; uint32_t reason; c12_ns due; } graded;

static int grade_it(const plant_data *p, const char *defect, int32_t station, int32_t repeats, c12_ns at, graded *g)
{
    c12_ncr_policy policy = C12_INIT(c12_ncr_policy);
    c12_ncr_batch b = C12_INIT(c12_ncr_batch);
    const int64_t off[2] = { 0, (int64_t)strlen(defect) };
    b.n = 1;
    b.code_text = (const uint8_t *)defect;
    b.code_off = off;
    b.station = &station;
    b.repeats = &repeats;
    return !plant_rules(p, &policy) && !c12_ncr_grade(&policy, &b, &g->grade, &g->reason, NULL, NULL) && !c12_ncr_due(&policy, 1, &g->grade, &at, &g->due, NULL);
}

/* Critical ones go to the quality manager with the least in hand, others to the engineer. */
static void assign(db *d, ncr_case *c, c12_ns at)
{
    int32_t who[64], load[64], after[64], person = -1, n = 0;
    uint8_t manager[64];
    c12_ncr_staff staff = C12_INIT(c12_ncr_staff);
    sqlite3_stmt *q = db_ask(d, "SELECT 'person:' || name, instr('|' || roles || '|', '|quality_manager|') > 0 FROM people WHERE active AND (instr('|' || roles || '|', '|quality_manager|') OR instr('|' || roles || '|', '|quality_engineer|')) ORDER BY name LIMIT 64", "");
    for (; db_next(d, q); n++) {
        manager[n] = sqlite3_column_int(q, 1) != 0;
        who[n] = quality_actor(d, db_text(q, 0), 1);
    }
    for (int32_t k = 0; k < n; k++) load[k] = (int32_t)db_number(d, 0, "SELECT count(*) FROM ncrs WHERE owner = ? AND state <> 'CLOSED'", "i", (int64_t)who[k]);
    staff.n = n;
    staff.manager = manager;
    staff.load = load;
    if (!n || c12_ncr_assign(&staff, 1, &c->grade, &person, NULL, after, NULL) || person < 0) return;
    if (ncr_event(c, C12_NCR_DO_ASSIGN, who[person], -1, at) == C12_NCR_DONE)
        db_do(d, "INSERT INTO ncr_events(ncr, kind, value, by_actor, at_ns, note) VALUES(?, ?, ?, -1, ?, 'least in hand')", "iiii", c->id, (int64_t)C12_NCR_DO_ASSIGN, (int64_t)who[person], at);
}

static void keep_state(db *d, const ncr_case *c)
{
    db_do(d, "UPDATE ncrs SET state = ?, owner = ?, version = version + 1 WHERE id = ?", "sii", c12_ncr_state_name(c->state ? c->state : C12_NCR_OPEN), (int64_t)(c->state > C12_NCR_OPEN ? c->owner : -1), c->id);
}

/* A critical report stops its work order, where that can be stopped. */
static void hold(house *h, const ncr_case *c, const char *who, int64_t now)
{
    const char *why = NULL;
    char line[200];
    mes *m = house_of(h, "mes");
    if (c->grade < C12_NCR_CRITICAL) return;
    int held = m && c->work[0] && work_move(m, house_db(h), c->work, C12_ORDER_HOLD, c->defect, who, now, &why);
    if (held) snprintf(line, sizeof line, "%.100s at %.40s; the order is held", c->defect, c->station);
    else snprintf(line, sizeof line, "%.100s at %.40s%s%.60s", c->defect, c->station, why ? "; the order is not held: " : "", why ? why : "");
    house_alert(h, "ncr", "critical", c->work, line);
}

typedef struct finding { const char *work, *station, *unit, *defect, *description, *who; int64_t bad_qty; } finding;

/* Graded, stored, assigned, and its order held; 0 = the plant's rules are not sound. */
static int raise(house *h, const finding *n, int64_t now, ncr_case *c)
{
    const plant_data *p = plant_get(h);
    db *d = house_db(h);
    graded g;
    char reasons[48] = "", line[100];
    c12_ns at = now * 1000000;
    int32_t row = p ? plant_row(p->t.p->station_code, n->station) : -1;
    int64_t repeats = db_number(d, 0, "SELECT count(*) FROM ncrs WHERE defect = ? AND created_ns > ?", "si", n->defect, at - INT64_C(30) * 86400 * 1000000000);
    if (!grade_it(p, n->defect, row, (int32_t)repeats, at, &g)) return 0;
    (void)!c12_ncr_reason_text(g.reason, reasons, sizeof reasons, NULL);
    db_do(d, "INSERT INTO ncrs(work_order, station, unit, defect, description, grade, reasons, raised_by, created_ns, due_ns, bad_qty) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", "sssssisiiii", n->work, n->station, n->unit, n->defect, n->description,
          (int64_t)g.grade, reasons, n->who ? (int64_t)quality_actor(d, n->who, 1) : (int64_t)-1, at, g.due, n->bad_qty);
    if (!ncr_load(d, sqlite3_last_insert_rowid(d->at), c)) return 0;
    assign(d, c, at);
    keep_state(d, c);
    hold(h, c, n->who ? n->who : "service:inspection", now);
    snprintf(line, sizeof line, "{\"ncr\":\"NCR-%05lld\",\"grade\":\"%s\"}", (long long)c->id, grade_name[c->grade]);
    house_say(h, "ncr", line);
    snprintf(line, sizeof line, "NCR-%05lld", (long long)c->id);
    house_event(h, "quality.ncr.created", line, json_pack("{s:s,s:s,s:s,s:s,s:s}", "ncr", line, "work_order", n->work, "station", n->station, "defect", n->defect, "grade", grade_name[c->grade]));
    return 1;
}

void quality_raise(house *h, const char *work, const char *station, const char *defect, const char *description)
{
    static ncr_case c; /* the writer's alone */
    const finding n = { work, station, "", defect, description, NULL, 0 };
    (void)raise(h, &n, house_now(), &c);
}

static const char *or_empty(const char *s) { return s ? s : ""; }

void ncr_post(request *r)
{
    static ncr_case c; /* the writer's alone */
    const json_t *b = request_body(r);
    const finding n = { body_text(b, "work_order"), body_text(b, "station"), or_empty(body_text(b, "unit")), body_text(b, "defect"), or_empty(body_text(b, "description")), request_who(r), body_int(b, "bad_qty", 0) };
    char code[32];
    if (!raise(request_house(r), &n, request_now(r), &c)) { problem(r, 500, "It cannot be graded", "the plant's rules are not sound"); return; }
    snprintf(code, sizeof code, "NCR-%05lld", (long long)c.id);
    request_did(r, code, "%s: %.100s", grade_name[c.grade], n.defect);
    answer(r, 201, ncr_json(request_db(r), &c, request_now(r), 1));
}

/* ---- moving one ----------------------------------------------------------------------------------------------------------------------------------- */

static int64_t ncr_id(request *r)
{
    const char *s = request_path(r, "ncr");
    char *end = NULL;
    int64_t id = !strncmp(s, "NCR-", 4) ? strtoll(s + 4, &end, 10) : -1;
    return end && !*end ? id : -1;
}

static int32_t kind_of(const char *name)
{
    for (int32_t k = C12_NCR_DO_ASSIGN; k <= C12_NCR_DO_RESUME; k++) if (!strcmp(c12_ncr_event_name(k), name)) return k;
    return 0;
}

static int32_t disposition_of(const char *name)
{
    for (int32_t k = C12_NCR_REWORK; name && k <= C12_NCR_RETURN; k++) if (!strcmp(c12_ncr_disposition_name(k), name)) return k;
    return 0;
}

/* What the decision does to the order that is held for it. */
static void decide(request *r, const ncr_case *c)
{
    mes *m = house_of(request_house(r), "mes");
    const char *why;
    int event = c->disposition == C12_NCR_REWORK ? C12_ORDER_SEND_TO_REWORK : c->disposition == C12_NCR_SCRAP ? C12_ORDER_SCRAP : c->disposition == C12_NCR_USE_AS_IS && c->approved ? C12_ORDER_RESUME : -1;
    if (m && event >= 0 && c->work[0]) (void)work_move(m, request_db(r), c->work, event, c->defect, request_who(r), request_now(r), &why);
}

void ncr_event_post(request *r)
{
    const json_t *b = request_body(r);
    const char *name = body_text(b, "kind"), *to = body_text(b, "to"), *note = body_text(b, "text");
    db *d = request_db(r);
    static ncr_case c; /* the writer's alone */
    int32_t kind = kind_of(name), value = (int32_t)body_int(b, "value", 0);
    c12_ns at = request_now(r) * 1000000;
    char line[100];
    if (!ncr_load(d, ncr_id(r), &c)) { problem(r, 404, "No such report", "%s", request_path(r, "ncr")); return; }
    if (!request_matches(r, db_number(d, 0, "SELECT version FROM ncrs WHERE id = ?", "i", c.id))) return;
    const char *needs = kind == C12_NCR_DO_CONFIRM ? "close_ncr" : kind == C12_NCR_DO_APPROVE ? "approve_deviation" : "investigate_ncr";
    if (!request_may(r, needs)) { problem(r, 403, "Not allowed", "%s needs %s", name, needs); return; }
    if (kind == C12_NCR_DO_ASSIGN) value = to ? quality_actor(d, to, 1) : quality_actor(d, request_who(r), 1);
    if (kind == C12_NCR_DO_DISPOSE && !(value = disposition_of(to))) { problem_at(r, "/to", "rework, scrap, use_as_is or return"); return; }
    if (kind == C12_NCR_DO_FISHBONE && (value < 1 || value > 6)) { problem_at(r, "/value", "1 to 6: people, machine, method, material, measurement, environment"); return; }
    int32_t by = quality_actor(d, request_who(r), 1), refusal = ncr_event(&c, kind, value, by, at);
    if (refusal) { problem(r, 409, "The report does not go there", "%s in state %s: %s", name, c12_ncr_state_name(c.state ? c.state : C12_NCR_OPEN), c12_ncr_refusal_name(refusal)); return; }
    db_do(d, "INSERT INTO ncr_events(ncr, kind, value, by_actor, at_ns, note) VALUES(?, ?, ?, ?, ?, ?)", "iiiiis", c.id, (int64_t)kind, (int64_t)value, (int64_t)by, c.at[c.n - 1], note ? note : "");
    keep_state(d, &c);
    if (kind == C12_NCR_DO_DISPOSE || kind == C12_NCR_DO_APPROVE) decide(r, &c);
    snprintf(line, sizeof line, "{\"ncr\":\"NCR-%05lld\",\"state\":\"%s\"}", (long long)c.id, c12_ncr_state_name(c.state));
    house_say(request_house(r), "ncr", line);
    request_did(r, request_path(r, "ncr"), "%s", name);
    answer(r, 200, ncr_json(d, &c, request_now(r), 1));
}

void ncr_get(request *r)
{
    ncr_case *c = malloc(sizeof *c);
    db *d = request_db(r);
    if (c && ncr_load(d, ncr_id(r), c)) {
        answer(r, 200, ncr_json(d, c, request_now(r), 1));
        answer_tag(r, db_number(d, 0, "SELECT version FROM ncrs WHERE id = ?", "i", c->id));
    } else problem(r, 404, "No such report", "%s", request_path(r, "ncr"));
    free(c);
}

void ncrs_get(request *r)
{
    db *d = request_db(r);
    const char *state = request_query(r, "state");
    int64_t limit = page_limit(r), before = page_cursor(r, INT64_MAX), id[202], n = 0;
    json_t *items = json_array();
    ncr_case *c = malloc(sizeof *c);
    sqlite3_stmt *q = state ? db_ask(d, "SELECT id FROM ncrs WHERE state = ? AND id < ? ORDER BY id DESC LIMIT ?", "sii", state, before, limit + 1) : db_ask(d, "SELECT id FROM ncrs WHERE id < ? ORDER BY id DESC LIMIT ?", "ii", before, limit + 1);
    while (db_next(d, q)) id[n++] = sqlite3_column_int64(q, 0);
    for (int64_t k = 0; k < n && c; k++) if (ncr_load(d, id[k], c)) json_array_append_new(items, ncr_json(d, c, request_now(r), 0));
    free(c);
    answer(r, 200, page_of(items, limit, n >= limit && limit ? id[limit - 1] : 0));
}
