/* SPDX-License-Identifier: Apache-2.0 */
/* The quality service: tables and endpoints. */
#include "quality.h"
#include "services.h"

static const char *const migrations[] = {
    "CREATE TABLE actors(id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL) STRICT;"
    "CREATE TABLE ncrs(id INTEGER PRIMARY KEY, work_order TEXT NOT NULL, station TEXT NOT NULL, unit TEXT NOT NULL, defect TEXT NOT NULL, description TEXT NOT NULL, grade INTEGER NOT NULL, reasons TEXT NOT NULL, raised_by INTEGER NOT NULL,"
    " created_ns INTEGER NOT NULL, due_ns INTEGER NOT NULL, bad_qty INTEGER NOT NULL, state TEXT NOT NULL DEFAULT 'OPEN', owner INTEGER NOT NULL DEFAULT -1, version INTEGER NOT NULL DEFAULT 1) STRICT;"
    "CREATE INDEX ncrs_state ON ncrs(state, id);"
    "CREATE INDEX ncrs_defect ON ncrs(defect, created_ns);"
    "CREATE TABLE ncr_events(id INTEGER PRIMARY KEY, ncr INTEGER NOT NULL REFERENCES ncrs(id), kind INTEGER NOT NULL, value INTEGER NOT NULL, by_actor INTEGER NOT NULL, at_ns INTEGER NOT NULL, note TEXT NOT NULL) STRICT;"
    "CREATE INDEX ncr_events_ncr ON ncr_events(ncr, id);"
    "CREATE TABLE inspections(id INTEGER PRIMARY KEY, work_order TEXT NOT NULL, station TEXT NOT NULL, characteristic TEXT NOT NULL, pass INTEGER NOT NULL, at_ms INTEGER NOT NULL, by_whom TEXT NOT NULL) STRICT;"
    "CREATE INDEX inspections_name ON inspections(characteristic, id);"
    "CREATE TABLE measurements(inspection INTEGER NOT NULL REFERENCES inspections(id), row INTEGER NOT NULL, value INTEGER NOT NULL, PRIMARY KEY(inspection, row)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE receipts(id INTEGER PRIMARY KEY, supplier TEXT NOT NULL, item TEXT NOT NULL, rejected INTEGER NOT NULL, late_days INTEGER NOT NULL, at_ms INTEGER NOT NULL, by_whom TEXT NOT NULL) STRICT;"
    "CREATE TABLE documents(document TEXT NOT NULL, version INTEGER NOT NULL, title TEXT NOT NULL, body TEXT NOT NULL, effective_ns INTEGER NOT NULL, superseded_ns INTEGER NOT NULL, digest BLOB NOT NULL, made_by TEXT NOT NULL,"
    " PRIMARY KEY(document, version)) STRICT;"
    "CREATE TABLE trainings(person TEXT NOT NULL, document TEXT NOT NULL, version INTEGER NOT NULL, passed_ns INTEGER NOT NULL, until_ns INTEGER NOT NULL, by_whom TEXT NOT NULL) STRICT;"
    "CREATE INDEX trainings_person ON trainings(person, document);"
    "CREATE TABLE signatures(id INTEGER PRIMARY KEY, person TEXT NOT NULL, document TEXT NOT NULL, version INTEGER NOT NULL, meaning INTEGER NOT NULL, why TEXT NOT NULL, at_ns INTEGER NOT NULL, hash BLOB NOT NULL, signature BLOB NOT NULL) STRICT;",
    NULL,
};

static const field ncr_fields[] = {
    { "work_order", FIELD_TEXT, 1, 0, 31, NULL, NULL, "on which it was found; empty = none" },
    { "station", FIELD_TEXT, 1, 0, 63, NULL, NULL, "where" },
    { "unit", FIELD_TEXT, 0, 0, 63, NULL, NULL, "serial number" },
    { "defect", FIELD_TEXT, 1, 1, 120, NULL, NULL, "code; its words are graded by the plant's rules" },
    { "description", FIELD_TEXT, 0, 0, 2000, NULL, NULL, "in words" },
    { "bad_qty", FIELD_INT, 0, 0, 1000000, NULL, NULL, "pieces" },
    FIELDS_END,
};
static const field event_fields[] = {
    { "kind", FIELD_WORD, 1, 0, 0, "assign|start|why|fishbone|dispose|approve|plan|finish|confirm|reject|pause|resume", NULL, "what happens; moves of the report says what may" },
    { "text", FIELD_TEXT, 0, 0, 1000, NULL, NULL, "in words" },
    { "to", FIELD_TEXT, 0, 1, 80, NULL, NULL, "assign: who, such as person:eva; dispose: rework, scrap, use_as_is, return" },
    { "value", FIELD_INT, 0, 0, 6, NULL, NULL, "fishbone: 1 people, 2 machine, 3 method, 4 material, 5 measurement, 6 environment" },
    FIELDS_END,
};
static const field inspection_fields[] = {
    { "work_order", FIELD_TEXT, 1, 0, 31, NULL, NULL, "of which" },
    { "station", FIELD_TEXT, 1, 1, 63, NULL, NULL, "where" },
    { "characteristic", FIELD_TEXT, 0, 1, 80, NULL, NULL, "what was measured" },
    { "values", FIELD_TEXTS, 0, 0, 25, NULL, NULL, "a subgroup of 1 to 25 numbers such as \"12.345\"" },
    { "pass", FIELD_BOOL, 1, 0, 0, NULL, NULL, "is it good?" },
    FIELDS_END,
};
static const field receipt_fields[] = {
    { "supplier", FIELD_TEXT, 1, 1, 64, NULL, NULL, "from whom" },
    { "item", FIELD_TEXT, 1, 1, 64, NULL, NULL, "what" },
    { "rejected", FIELD_BOOL, 0, 0, 0, NULL, NULL, "refused by inspection" },
    { "late_days", FIELD_INT, 0, -3650, 3650, NULL, NULL, "behind the date promised" },
    FIELDS_END,
};
static const field document_fields[] = {
    { "document", FIELD_TEXT, 1, 1, 60, NULL, NULL, "its code" },
    { "title", FIELD_TEXT, 1, 1, 200, NULL, NULL, "its title" },
    { "text", FIELD_TEXT, 1, 1, 200000, NULL, NULL, "all of it; its SHA-256 is what is signed" },
    FIELDS_END,
};
static const field training_fields[] = {
    { "person", FIELD_TEXT, 1, 1, 64, NULL, NULL, "who" },
    { "document", FIELD_TEXT, 1, 1, 60, NULL, NULL, "on what" },
    { "version", FIELD_INT, 1, 1, 1000, NULL, NULL, "which" },
    { "days", FIELD_INT, 0, 1, 3650, NULL, NULL, "how long it lasts; for ever when not given" },
    FIELDS_END,
};
static const field signature_fields[] = {
    { "document", FIELD_TEXT, 1, 1, 60, NULL, NULL, "what is signed" },
    { "version", FIELD_INT, 1, 1, 1000, NULL, NULL, "which" },
    { "meaning", FIELD_WORD, 1, 0, 0, "authored|reviewed|approved|released|rejected", NULL, "what the signature means" },
    { "why", FIELD_TEXT, 1, 1, 250, NULL, NULL, "in words" },
    { "password", FIELD_TEXT, 1, 1, 256, NULL, NULL, "entered again" },
    FIELDS_END,
};
static const field ncr_query[] = {
    { "limit", FIELD_INT, 0, 1, 200, NULL, NULL, "rows of a page; 50 when not given" },
    { "cursor", FIELD_TEXT, 0, 1, 40, NULL, NULL, "next of the page before" },
    { "state", FIELD_WORD, 0, 0, 0, "OPEN|ASSIGNED|ROOT_CAUSE|ACTION|VERIFY|CLOSED", NULL, "only these" },
    FIELDS_END,
};

static const endpoint quality_endpoints[] = {
    { "GET", "/api/v1/ncrs", "view_quality_data", RUN_READ, 0, ncrs_get, ncr_query, NULL, "Nonconformances, latest first", 0 },
    { "POST", "/api/v1/ncrs", "create_ncr", RUN_WRITE, 0, ncr_post, NULL, ncr_fields, "Raise one: graded, assigned, and critical ones stop their work order", 0 },
    { "GET", "/api/v1/ncrs/{ncr}", "view_quality_data", RUN_READ, 0, ncr_get, NULL, NULL, "One, with what happened and what may happen", 0 },
    { "POST", "/api/v1/ncrs/{ncr}/events", "view_quality_data", RUN_WRITE, 0, ncr_event_post, NULL, event_fields, "Move it along; closing and approving need rights of their own", 0 },
    { "POST", "/api/v1/inspections", "inspect", RUN_WRITE, 0, inspection_post, NULL, inspection_fields, "An inspection with its measurements", 0 },
    { "GET", "/api/v1/quality/figures", "view_quality_data", RUN_READ, 0, figures_get, NULL, NULL, "First-pass yield, open reports, overdue corrective actions", 0 },
    { "GET", "/api/v1/quality/pareto", "view_quality_data", RUN_READ, 0, pareto_get, NULL, NULL, "Defects, most frequent first", 0 },
    { "GET", "/api/v1/quality/charts", "view_quality_data", RUN_READ, 0, charts_get, NULL, NULL, "Characteristics that are charted", 0 },
    { "GET", "/api/v1/quality/charts/{characteristic}", "view_quality_data", RUN_READ, 0, chart_get, NULL, NULL, "A control chart with limits and the rules that fired", 0 },
    { "POST", "/api/v1/receipts", "inspect", RUN_WRITE, 0, receipt_post, NULL, receipt_fields, "A delivery: good or not, on time or not", 0 },
    { "GET", "/api/v1/suppliers/scorecard", "view_suppliers", RUN_READ, 0, scorecard_get, NULL, NULL, "Suppliers ranked by quality, punctuality and communication", 0 },
    { "GET", "/api/v1/documents", "view_quality_data", RUN_READ, 0, documents_get, NULL, NULL, "Documents and their versions", 0 },
    { "POST", "/api/v1/documents", "manage_documents", RUN_WRITE, 0, document_post, NULL, document_fields, "A new version; the one before no longer holds", 0 },
    { "GET", "/api/v1/trainings", "view_quality_data", RUN_READ, 0, trainings_get, NULL, NULL, "Who is trained on what", 0 },
    { "POST", "/api/v1/trainings", "manage_training", RUN_WRITE, 0, training_post, NULL, training_fields, "A training passed", 0 },
    { "GET", "/api/v1/signatures", "view_quality_data", RUN_READ, 0, signatures_get, NULL, NULL, "Signatures", 0 },
    { "POST", "/api/v1/signatures", "sign_document", RUN_WORK, 0, signature_post, NULL, signature_fields, "Sign a version, with the password entered again", 0 },
    { 0 },
};

const service quality_service = { "quality", quality_endpoints, migrations, NULL, NULL, NULL };
