/* SPDX-License-Identifier: Apache-2.0 */
#include "tlm/tlm_internal.h"
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The record of the factory's own pages, compact. */
#define HEAD "{\"robot_id\":\"G1-037\",\"timestamp\":\"2025-10-24T14:32:17.842Z\","
#define POSITION(x) "\"position\":{\"x\":" x ",\"y\":45.6,\"z\":0.2},"
#define MIDDLE "\"velocity\":{\"vx\":0.8,\"vy\":0.0,\"vz\":0.0},\"battery_level\":67.2,\"current_task\":{\"task_id\":\"WO-5482-ST2\"," \
    "\"station\":\"Station_2_Actuator_Install\",\"unit_id\":\"HUM-2025-001847\",\"progress\":42.0,"
#define ETA(t) "\"estimated_completion\":" t "},"
#define ACTUATORS "\"actuator_status\":{\"hip_left\":{\"temp\":42.1,\"torque\":23.4,\"status\":\"OK\"},\"hip_right\":{\"temp\":41.8,\"torque\":22.9," \
    "\"status\":\"OK\"},\"knee_left\":{\"temp\":38.6,\"torque\":18.2,\"status\":\"OK\"},\"knee_right\":{\"temp\":39.1,\"torque\":18.7,\"status\":\"OK\"}," \
    "\"shoulder_left\":{\"temp\":35.2,\"torque\":12.3,\"status\":\"OK\"},\"shoulder_right\":{\"temp\":36.4,\"torque\":13.1,\"status\":\"OK\"}},"
#define TAIL(lat, log) "\"diagnostics\":{\"cpu_usage\":47.2,\"memory_usage\":62.8,\"network_latency\":" lat "," \
    "\"camera_status\":[\"OK\",\"OK\",\"OK\",\"OK\"],\"error_log\":" log "}}"
#define GOOD_ETA "\"2025-10-24T15:14:00Z\""
#define RECORD(x, eta, lat, log) HEAD POSITION(x) MIDDLE ETA(eta) ACTUATORS TAIL(lat, log)
#define DOCUMENT RECORD("12.3", GOOD_ETA, "12", "[]")

static c12_tlm_schema schema;
static c12_tlm_batch batch;
static c12_mem memory;

static void setup_sized(int64_t rows, int32_t texts, int64_t raw, int64_t bytes)
{
    c12_tlm_dims d = { .struct_size = sizeof d, .texts = texts, .rows = rows, .raw_bytes = raw, .text_bytes = bytes };
    c12_tlm_schema s = C12_INIT(c12_tlm_schema);
    c12_tlm_batch b = C12_INIT(c12_tlm_batch);
    schema = s;
    batch = b;
    ck_assert_int_eq(c12_tlm_builtin(&schema, NULL), C12_OK);
    ck_assert_int_eq(c12_tlm_batch_bytes(&schema, &d, &memory.size, NULL), C12_OK);
    free(memory.ptr);
    memory.ptr = malloc(memory.size);
    ck_assert_int_eq(c12_tlm_batch_init(&batch, memory, &schema, &d, NULL), C12_OK);
}

static void setup(void) { setup_sized(64, 256, 1 << 16, 1 << 14); }
static void teardown(void) { free(memory.ptr); memory.ptr = NULL; }

static c12_status parse(const char *text, size_t *used, c12_error *e)
{
    c12_view v = { (const uint8_t *)text, strlen(text) };
    return c12_tlm_parse(&schema, v, &batch, used, e);
}

/* Parse one line alone, print it, compare; returns whether it went to the columns. */
static int comes_back(const char *line)
{
    char *out = malloc(1 << 16);
    c12_mem room = { out, 1 << 16 };
    c12_error e = C12_INIT(c12_error);
    size_t used, n = strlen(line);
    ck_assert_int_eq(c12_tlm_batch_reset(&batch, &schema, NULL), C12_OK);
    ck_assert_msg(parse(line, &used, &e) == C12_OK, "%s at %d: %s", e.what, (int)e.value, line);
    ck_assert_uint_eq(used, n);
    ck_assert_int_eq(batch.n, 1);
    ck_assert_int_eq(c12_tlm_print(&schema, &batch, 0, 1, room, &used, &e), C12_OK);
    ck_assert_uint_eq(used, n + 1);
    ck_assert_msg(!memcmp(out, line, n) && out[n] == '\n', "%.*s", (int)used, out);
    free(out);
    return batch.raw_at[0] < 0;
}

START_TEST(the_documents_record_becomes_columns)
{
    ck_assert_int_eq(schema.n_fields, 37);
    ck_assert_int_eq(comes_back(DOCUMENT), 1);
    ck_assert_int_eq(batch.value[1 * batch.cap], INT64_C(1761316337842)); /* date -u -d 2025-10-24T14:32:17.842Z +%s%3N */
    ck_assert_int_eq(batch.value[2 * batch.cap], 123);
    ck_assert_int_eq(batch.value[34 * batch.cap], 12);
    ck_assert_int_eq(batch.value[13 * batch.cap], INT64_C(1761318840000));
    ck_assert_int_eq(batch.scale[2], 1);
    ck_assert_uint_eq(c12__tlm_text(batch.dict, batch.value[35 * batch.cap]).size, strlen("[\"OK\",\"OK\",\"OK\",\"OK\"]"));
}
END_TEST

START_TEST(numbers_that_print_the_same_become_columns_and_others_stay_lines)
{
    const char *columns[] = { "0.0", "-0.1", "12.0", "-12.34567", "0.000000000000001", "123456789012.5", "0.19470733", "99999999999999999.9" };
    const char *lines[] = { "-0.0", "12", "1e3", "12.30", "1.5E-7", "0.0000000000000001", "12345678901234567890.5", "null", "\"x\"", "[1,{}]", "true", "0.00" };
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        char line[4096];
        snprintf(line, sizeof line, "%s%s%s%s", HEAD "\"position\":{\"x\":", columns[i], ",\"y\":45.6,\"z\":0.2},", MIDDLE ETA(GOOD_ETA) ACTUATORS TAIL("12", "[]"));
        ck_assert_msg(comes_back(line) == 1, "%s", columns[i]);
    }
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        char line[4096];
        snprintf(line, sizeof line, "%s%s%s%s", HEAD "\"position\":{\"x\":", lines[i], ",\"y\":45.6,\"z\":0.2},", MIDDLE ETA(GOOD_ETA) ACTUATORS TAIL("12", "[]"));
        ck_assert_msg(comes_back(line) == 0, "%s", lines[i]);
    }
}
END_TEST

START_TEST(texts_and_lists_come_back)
{
    ck_assert_int_eq(comes_back(RECORD("12.3", GOOD_ETA, "-7", "[\"E210 \\\"lidar\\\"\\n\\u0001\"]")), 1);
    ck_assert_int_eq(comes_back(RECORD("12.3", GOOD_ETA, "12", "[\"Gr\xc3\xb6\xc3\x9f" "e\",\"\"]")), 1);
    ck_assert_int_eq(comes_back(RECORD("12.3", GOOD_ETA, "12", "[ ]")), 0);
    ck_assert_int_eq(comes_back(RECORD("12.3", GOOD_ETA, "12", "[\"\\u00e9\"]")), 0); /* an escape that is not needed */
    ck_assert_int_eq(comes_back(RECORD("12.3", GOOD_ETA, "12", "[\"\\/\"]")), 0);
    ck_assert_int_eq(comes_back(RECORD("12.3", GOOD_ETA, "12", "[3]")), 0);
    ck_assert_int_eq(comes_back(RECORD("12.3", GOOD_ETA, "12.5", "[]")), 0);
    ck_assert_int_eq(comes_back(RECORD("12.3", "\"2025-10-24T15:14:00.5Z\"", "12", "[]")), 0);
    ck_assert_int_eq(comes_back(RECORD("12.3", "\"2024-02-29T23:59:59Z\"", "12", "[]")), 1);
    ck_assert_int_eq(comes_back(RECORD("12.3", "\"0000-01-01T00:00:00Z\"", "12", "[]")), 1);
    ck_assert_int_eq(comes_back(RECORD("12.3", "\"2025-02-29T00:00:00Z\"", "12", "[]")), 0); /* no such day */
    ck_assert_int_eq(comes_back(RECORD("12.3", "null", "12", "[]")), 0);
}
END_TEST

START_TEST(any_other_record_keeps_its_line_and_is_found_by_robot_and_time)
{
    const char *lines[] = {
        "{\"timestamp\":\"2025-10-24T14:32:17.842Z\",\"robot_id\":\"G1-037\"}",
        "  { \"robot_id\" : \"G1-037\" , \"timestamp\" : \"2025-10-24T16:32:17.842+02:00\" , \"new\" : {\"a\":[1,2,{\"b\":null}]} }\r",
        "{\"robot_id\":\"G1-0\\u0033\\u0037\",\"timestamp\":\"2025-10-24T14:32:17.8421Z\"}",
        "{\"robot_id\":\"other\",\"robot_id\":\"G1-037\",\"timestamp\":5,\"timestamp\":\"2025-10-24T14:32:17.842Z\"}",
        "{\"x\":{\"robot_id\":\"no\",\"timestamp\":\"no\"},\"robot_id\":\"G1-037\",\"timestamp\":\"2025-10-24T14:32:17.842Z\"}",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        ck_assert_int_eq(comes_back(lines[i]), 0);
        c12_view robot = c12__tlm_text(batch.dict, batch.value[0]);
        ck_assert(robot.size == 6 && !memcmp(robot.ptr, "G1-037", 6));
        ck_assert_int_eq(batch.value[batch.cap], INT64_C(1761316337842));
    }
}
END_TEST

static void refused(const char *text, int64_t line, int64_t at)
{
    c12_error e = C12_INIT(c12_error);
    size_t used = 99;
    ck_assert_int_eq(c12_tlm_batch_reset(&batch, &schema, NULL), C12_OK);
    ck_assert_msg(parse(text, &used, &e) == C12_E_FORMAT, "accepted: %s", text);
    ck_assert_msg(e.row == line && e.value == at, "line %d byte %d (%s): %s", (int)e.row, (int)e.value, e.what, text);
    ck_assert_int_eq(batch.n, line ? 1 : 0);
}

#define ID "{\"robot_id\":\"a\",\"timestamp\":\"2025-10-24T14:32:17Z\""

START_TEST(what_is_no_record_is_refused_with_line_and_byte)
{
    int64_t n = (int64_t)strlen(ID);
    refused("[]", 0, 0);
    refused("{\"robot_id\":\"a\"}", 0, 16);
    refused("{\"timestamp\":\"2025-10-24T14:32:17Z\"}", 0, 36);
    refused("{\"robot_id\":7,\"timestamp\":\"2025-10-24T14:32:17Z\"}", 0, 49);
    refused("{\"robot_id\":\"a\",\"timestamp\":\"yesterday\"}", 0, 29);
    refused("{\"robot_id\":\"\\ud800\",\"timestamp\":\"2025-10-24T14:32:17Z\"}", 0, 56);
    refused(ID, 0, n);
    refused(ID "}}", 0, n + 1);
    refused(ID ",}", 0, n + 1);
    refused(ID ",\"a\":01}", 0, n + 6);
    refused(ID ",\"a\":1.}", 0, n + 7);
    refused(ID ",\"a\":+1}", 0, n + 5);
    refused(ID ",\"a\":NaN}", 0, n + 5);
    refused(ID ",\"a\":[1,]}", 0, n + 8);
    refused(ID ",\"a\":\"\x01\"}", 0, n + 6);
    refused(ID ",\"a\":\"\xc0\xaf\"}", 0, n + 6);   /* overlong */
    refused(ID ",\"a\":\"\xed\xa0\x80\"}", 0, n + 6); /* a surrogate in UTF-8 */
    refused(ID ",\"a\":\"\xf4\x90\x80\x80\"}", 0, n + 6);
    refused(ID ",\"a\":\"\\x\"}", 0, n + 6);
    refused(DOCUMENT "\n\n" ID "\n", 2, (int64_t)strlen(DOCUMENT) + 2 + n);
}
END_TEST

START_TEST(nesting_is_bounded)
{
    char deep[600];
    for (int levels = 63; levels <= 64; levels++) {
        strcpy(deep, ID ",\"a\":");
        for (int i = 0; i < levels; i++) strcat(deep, "[");
        for (int i = 0; i < levels; i++) strcat(deep, "]");
        strcat(deep, "}");
        if (levels == 63) ck_assert_int_eq(comes_back(deep), 0);
        else refused(deep, 0, (int64_t)strlen(ID) + 5 + 63);
    }
}
END_TEST

START_TEST(a_full_batch_stops_between_lines)
{
    c12_error e = C12_INIT(c12_error);
    size_t used;
    setup_sized(2, 256, 4096, 1 << 14);
    ck_assert_int_eq(parse(DOCUMENT "\n" DOCUMENT "\n" DOCUMENT "\n", &used, &e), C12_OK);
    ck_assert_uint_eq(used, 2 * strlen(DOCUMENT "\n"));
    ck_assert_int_eq(parse(DOCUMENT, &used, &e), C12_E_SPACE);
    ck_assert_str_eq(e.field, "rows");
    setup_sized(2, 256, 10, 1 << 14);
    ck_assert_int_eq(parse(ID "}", &used, &e), C12_E_SPACE);
    ck_assert_str_eq(e.field, "raw_bytes");
    setup_sized(2, 3, 4096, 1 << 14); /* too many texts for the dictionary: the line itself is kept */
    ck_assert_int_eq(parse(DOCUMENT, &used, &e), C12_OK);
    ck_assert_int_eq(batch.raw_at[0], 0);
    setup_sized(2, 3, 10, 1 << 14);
    ck_assert_int_eq(parse(DOCUMENT, &used, &e), C12_E_SPACE);
}
END_TEST

/* Every day of four centuries and some, both ways: the calendar here is counted day by day. */
START_TEST(every_day_has_its_date)
{
    static const int length[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    int year = 1970, month = 1, day = 1;
    for (int64_t days = 0; days < 150000; days++) {
        char eta[64], line[2048];
        snprintf(eta, sizeof eta, "\"%04d-%02d-%02dT00:00:00Z\"", year, month, day);
        int leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        if (month == 2 || month == 3 || day == 1 || day > 30) { /* all edges of months, all of February and March */
            snprintf(line, sizeof line, "%s%s%s", HEAD POSITION("12.3") MIDDLE "\"estimated_completion\":", eta, "}," ACTUATORS TAIL("12", "[]"));
            ck_assert_msg(comes_back(line), "%s", eta);
            ck_assert_int_eq(batch.value[13 * batch.cap], days * 86400000);
        }
        if (++day <= length[month - 1] + (month == 2 && leap)) continue;
        day = 1;
        if (++month > 12) { month = 1; year++; }
    }
}
END_TEST

/* A caller that fills value and n by hand gets columns, also where a raw line stood before the reset. */
START_TEST(rows_filled_by_hand_are_columns)
{
    char out[2048];
    size_t used;
    c12_mem room = { out, sizeof out };
    ck_assert_int_eq(parse("{\"timestamp\":\"2025-10-24T14:32:17.842Z\",\"robot_id\":\"G1-037\"}", &used, NULL), C12_OK);
    ck_assert_int_ge(batch.raw_at[0], 0);
    ck_assert_int_eq(c12_tlm_batch_reset(&batch, &schema, NULL), C12_OK);
    for (int64_t r = 0; r < batch.cap; r++) ck_assert_int_eq(batch.raw_at[r], -1);
    c12_view text = { (const uint8_t *)"[]", 2 };
    int64_t code;
    ck_assert_int_eq(c12_tlm_intern(batch.dict, text, &code, NULL), C12_OK);
    for (int32_t f = 0; f < schema.n_fields; f++) batch.value[f * batch.cap] = 0;
    batch.n = 1;
    ck_assert_int_eq(c12_tlm_print(&schema, &batch, 0, 1, room, &used, NULL), C12_OK);
    ck_assert_ptr_nonnull(strstr(out, "\"position\":{\"x\":0.0"));
}
END_TEST

START_TEST(printing_says_what_it_needs_and_what_it_cannot_print)
{
    char out[2048];
    size_t used, n = strlen(DOCUMENT) + 1;
    c12_error e = C12_INIT(c12_error);
    c12_mem room = { out, n - 1 };
    ck_assert_int_eq(parse(DOCUMENT, &used, &e), C12_OK);
    ck_assert_int_eq(c12_tlm_print(&schema, &batch, 0, 1, room, &used, &e), C12_E_SPACE);
    ck_assert_int_eq(e.value, (int64_t)n);
    room.size = n;
    ck_assert_int_eq(c12_tlm_print(&schema, &batch, 0, 1, room, &used, &e), C12_OK);
    ck_assert_int_eq(c12_tlm_print(&schema, &batch, 1, 1, room, &used, &e), C12_E_RANGE);
    batch.value[9 * batch.cap] = batch.dict->n;
    ck_assert_int_eq(c12_tlm_print(&schema, &batch, 0, 1, room, &used, &e), C12_E_RANGE);
    batch.value[9 * batch.cap] = 0;
    batch.value[batch.cap] = INT64_MAX;
    ck_assert_int_eq(c12_tlm_print(&schema, &batch, 0, 1, room, &used, &e), C12_E_RANGE);
    batch.value[batch.cap] = 0;
    batch.value[36 * batch.cap] = 0; /* "G1-037" is no array */
    ck_assert_int_eq(c12_tlm_print(&schema, &batch, 0, 1, room, &used, &e), C12_E_FORMAT);
}
END_TEST

START_TEST(schema_comes_back_and_its_faults_are_listed)
{
    uint8_t code[2048], mem[8192];
    c12_mem out = { code, sizeof code }, room = { mem, sizeof mem };
    size_t used;
    c12_error e = C12_INIT(c12_error);
    char text[1024] = "";
    c12_tlm_schema back = C12_INIT(c12_tlm_schema), bad;
    ck_assert_int_eq(c12_tlm_schema_encode(&schema, out, &used, &e), C12_OK);
    c12_view all = { code, used };
    ck_assert_int_eq(c12_tlm_schema_decode(all, &back, room, &e), C12_OK);
    ck_assert_int_eq(back.n_fields, 37);
    ck_assert(!memcmp(back.path, schema.path, (size_t)schema.path_off[37]) && !memcmp(back.kind, schema.kind, 37 * 4));
    for (size_t cut = 0; cut < used; cut++) {
        c12_view part = { code, cut };
        ck_assert_int_eq(c12_tlm_schema_decode(part, &back, room, NULL), C12_E_FORMAT);
    }
    int32_t kind[37], id[37];
    memcpy(kind, schema.kind, sizeof kind);
    memcpy(id, schema.field_id, sizeof id);
    kind[5] = 9;
    id[7] = id[6];
    bad = schema;
    bad.kind = kind;
    bad.field_id = id;
    bad.robot_field = 3;
    e.text = text;
    e.text_cap = sizeof text;
    ck_assert_int_eq(c12_tlm_schema_check(&bad, &e), C12_E_RANGE);
    ck_assert_int_eq(e.count, 3);
    ck_assert(strstr(text, "kind[5]") && strstr(text, "field_id[7]") && strstr(text, "robot_field"));
    bad = schema;
    bad.path = (const uint8_t *)"robot_idtimestamp\"osition.x";
    bad.n_fields = 3;
    ck_assert_int_eq(c12_tlm_schema_check(&bad, NULL), C12_E_FORMAT);
    int64_t off[5] = { 0, 8, 17, 20, 23 };
    bad.n_fields = 4;
    bad.path_off = off;
    bad.path = (const uint8_t *)"robot_idtimestampa.ba.b";
    ck_assert_int_eq(c12_tlm_schema_check(&bad, NULL), C12_E_FORMAT);
    bad.path = (const uint8_t *)"robot_idtimestampa.ba.c";
    ck_assert_int_eq(c12_tlm_schema_check(&bad, NULL), C12_OK);
}
END_TEST

START_TEST(memory_one_byte_short_is_refused)
{
    c12_tlm_dims d = { .struct_size = sizeof d, .texts = 5, .rows = 7, .raw_bytes = 9, .text_bytes = 11 };
    c12_error e = C12_INIT(c12_error);
    c12_tlm_batch b = C12_INIT(c12_tlm_batch);
    size_t bytes;
    ck_assert_int_eq(c12_tlm_batch_bytes(&schema, &d, &bytes, &e), C12_OK);
    c12_mem m = { malloc(bytes), bytes };
    ck_assert_int_eq(c12_tlm_batch_init(&b, m, &schema, &d, &e), C12_OK);
    m.size = bytes - 128;
    ck_assert_int_eq(c12_tlm_batch_init(&b, m, &schema, &d, &e), C12_E_SPACE);
    ck_assert_int_eq(e.value, (int64_t)bytes);
    free(m.ptr);
    d.rows = 0;
    d.texts = 0;
    d.raw_bytes = d.text_bytes = -1;
    c12_error all = C12_INIT(c12_error);
    ck_assert_int_eq(c12_tlm_batch_bytes(&schema, &d, &bytes, &all), C12_E_ARG);
    ck_assert_int_eq(all.count, 4);
    batch.n = batch.cap + 1;
    ck_assert_int_eq(c12_tlm_batch_reset(&batch, &schema, &e), C12_E_RANGE);
}
END_TEST

START_TEST(dictionary_keeps_each_text_once)
{
    int64_t code;
    setup_sized(1, 4, 0, 6);
    const char *texts[] = { "ab", "", "cd", "ab" };
    const int64_t want[] = { 0, 1, 2, 0 };
    for (int i = 0; i < 4; i++) {
        c12_view v = { (const uint8_t *)texts[i], strlen(texts[i]) };
        ck_assert_int_eq(c12_tlm_intern(batch.dict, v, &code, NULL), C12_OK);
        ck_assert_int_eq(code, want[i]);
    }
    c12_error e = C12_INIT(c12_error);
    c12_view lng = { (const uint8_t *)"efg", 3 }, bad = { (const uint8_t *)"\xff", 1 };
    ck_assert_int_eq(c12_tlm_intern(batch.dict, lng, &code, &e), C12_E_SPACE);
    ck_assert_str_eq(e.field, "text_bytes");
    ck_assert_int_eq(c12_tlm_intern(batch.dict, bad, &code, &e), C12_E_FORMAT);
}
END_TEST

/* Every single byte of a record changed to every interesting byte: refused, or it comes back. */
START_TEST(damaged_lines_are_refused_or_come_back)
{
    static const char bytes[] = "\"\\{}[],:.-0eZ \x01\x7f\xc3\xff";
    size_t n = strlen(DOCUMENT), used, printed;
    char line[2048], out[4096];
    c12_mem room = { out, sizeof out };
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < sizeof bytes; k++) { /* the terminating zero too */
            memcpy(line, DOCUMENT, n);
            line[i] = bytes[k];
            c12_view v = { (const uint8_t *)line, n };
            ck_assert_int_eq(c12_tlm_batch_reset(&batch, &schema, NULL), C12_OK);
            c12_status s = c12_tlm_parse(&schema, v, &batch, &used, NULL);
            ck_assert(s == C12_OK || s == C12_E_FORMAT);
            if (s) continue;
            ck_assert_int_eq(c12_tlm_print(&schema, &batch, 0, 1, room, &printed, NULL), C12_OK);
            ck_assert(printed == n + 1 && !memcmp(out, line, n));
        }
}
END_TEST

START_TEST(crc_known_answers)
{
    c12_view nine = { (const uint8_t *)"123456789", 9 };
    uint8_t bytes[32] = { 0 };
    c12_view zeros = { bytes, 32 };
    ck_assert_uint_eq(c12_tlm_crc32c(0, nine), 0xe3069283u);
    ck_assert_uint_eq(c12_tlm_crc32c(0, zeros), 0x8a9136aau); /* RFC 3720 B.4: 32 bytes of zeroes, aa 36 91 8a on the wire */
    c12_view a = { nine.ptr, 4 }, b = { nine.ptr + 4, 5 };
    ck_assert_uint_eq(c12_tlm_crc32c(c12_tlm_crc32c(0, a), b), 0xe3069283u);
}
END_TEST

/* Rows before make the next one quick to read and print.  Whatever stands in a line, it must come back as the very same bytes, from columns or as a raw
 * line; and what this library prints must be read into columns again. */
START_TEST(any_line_after_a_usual_one_comes_back)
{
    static const char *const usual[4] = { "12.3", GOOD_ETA, "12", "[]" };
    static const char letters[] = "00112359..--eE+ ", stamp[] = "0123456789:-TZz. +", text[] = "OK\"\\u0041[],W\n";
    uint64_t dice = 7;
    int64_t columns = 0;
    for (int64_t k = 0; k < 20000; k++) {
        char part[4][48], lines[3 * 1200], back[3 * 1200];
        const char *const alphabet[4] = { letters, stamp, letters, text };
        int which = (int)(k % 4);
        for (int i = 0; i < 4; i++) snprintf(part[i], sizeof part[i], "%s", usual[i]);
        size_t n = strlen(part[which]);
        for (int hit = 0; hit < 3; hit++) {
            dice = dice * 6364136223846793005u + 1442695040888963407u;
            uint64_t d = dice >> 33;
            char c = alphabet[which][d / 64 % strlen(alphabet[which])];
            if (d % 3 == 0 && n < 40) { memmove(part[which] + d % (n + 1) + 1, part[which] + d % (n + 1), n + 1 - d % (n + 1)); n++; }
            else if (d % 3 == 1 && n > 1) { memmove(part[which] + d % n, part[which] + d % n + 1, n - d % n); n--; continue; }
            part[which][d % n] = c;
        }
        if (memchr(part[which], '\n', n)) continue; /* two lines are another matter */
        int size = snprintf(lines, sizeof lines, "%s\n" HEAD POSITION("%s") MIDDLE ETA("%s") ACTUATORS TAIL("%s", "%s") "\n%s\n", DOCUMENT, part[0], part[1], part[2], part[3], DOCUMENT);
        c12_view v = { (const uint8_t *)lines, (size_t)size };
        c12_mem out = { back, sizeof back };
        size_t used, printed;
        ck_assert_int_eq(c12_tlm_batch_reset(&batch, &schema, NULL), C12_OK);
        c12_status st = c12_tlm_parse(&schema, v, &batch, &used, NULL);
        if (st == C12_E_FORMAT) continue; /* no JSON */
        ck_assert_int_eq(st, C12_OK);
        ck_assert_int_eq(batch.n, 3);
        columns += batch.raw_at[1] < 0;
        ck_assert_int_eq(c12_tlm_print(&schema, &batch, 0, 3, out, &printed, NULL), C12_OK);
        ck_assert_msg(printed == v.size && !memcmp(back, lines, printed), "%s", lines + strlen(DOCUMENT) + 1);
    }
    ck_assert_int_gt(columns, 500);
}
END_TEST

START_TEST(numbers_printed_otherwise_stay_raw)
{
    static const char *const before[] = { "12.3", "12.345", "0.0" };
    static const struct { const char *text; int column; } facts[] = {
        { "0.0", 1 }, { "-0.0", 0 }, { "-0.1", 1 }, { "0.10", 0 }, { "1.20", 0 }, { "12.340", 0 }, { "-0.00", 0 }, { "7.25", 1 }, { "-12.345", 1 }, { "10.0", 1 }, { "123456.7", 1 },
        { "1e1", 0 }, { "1.5e0", 0 }, { "-9.9", 1 }, { "100000000000.5", 1 }
    };
    for (size_t b = 0; b < 3; b++)
        for (size_t k = 0; k < sizeof facts / sizeof *facts; k++) {
            char lines[2400];
            size_t used;
            snprintf(lines, sizeof lines, RECORD("%s", GOOD_ETA, "12", "[]") "\n" RECORD("%s", GOOD_ETA, "12", "[]") "\n", before[b], facts[k].text);
            ck_assert_int_eq(c12_tlm_batch_reset(&batch, &schema, NULL), C12_OK);
            ck_assert_int_eq(parse(lines, &used, NULL), C12_OK);
            ck_assert_int_eq(batch.n, 2);
            ck_assert_msg((batch.raw_at[1] < 0) == facts[k].column, "%s after %s", facts[k].text, before[b]);
        }
}
END_TEST

START_TEST(numbers_that_this_library_prints_are_read_into_columns)
{
    uint64_t dice = 3;
    for (int64_t k = 0; k < 20000; k++) {
        char lines[2400], back[2400];
        dice = dice * 6364136223846793005u + 1442695040888963407u;
        int64_t v = (int64_t)(dice >> 20) >> (dice >> 10) % 44;
        if (dice & 1024) v = -v;
        ck_assert_int_eq(c12_tlm_batch_reset(&batch, &schema, NULL), C12_OK);
        size_t used, printed;
        c12_view first = { (const uint8_t *)DOCUMENT, strlen(DOCUMENT) };
        ck_assert_int_eq(c12_tlm_parse(&schema, first, &batch, &used, NULL), C12_OK);
        batch.scale[2] = (int32_t)(k % 4 ? 1 : k % 7);
        for (int32_t f = 2; f < schema.n_fields; f++)
            if (schema.kind[f] == C12_TLM_DECIMAL || schema.kind[f] == C12_TLM_INTEGER) batch.value[f * batch.cap] = f % 3 ? v : v % 1000;
        batch.value[schema.time_field * batch.cap] += v % 100000000;
        c12_mem out = { lines, sizeof lines };
        ck_assert_int_eq(c12_tlm_print(&schema, &batch, 0, 1, out, &printed, NULL), C12_OK);
        memcpy(lines + printed, lines, printed); /* the second time with what the first has taught */
        c12_view both = { (const uint8_t *)lines, 2 * printed };
        ck_assert_int_eq(c12_tlm_batch_reset(&batch, &schema, NULL), C12_OK);
        ck_assert_int_eq(c12_tlm_parse(&schema, both, &batch, &used, NULL), C12_OK);
        ck_assert_int_eq(batch.n, 2);
        ck_assert(batch.raw_at[0] < 0 && batch.raw_at[1] < 0);
        c12_mem room = { back, sizeof back };
        ck_assert_int_eq(c12_tlm_print(&schema, &batch, 0, 2, room, &used, NULL), C12_OK);
        ck_assert(used == both.size && !memcmp(back, lines, used));
    }
}
END_TEST

/* The built-in tables are taken without a look; copies of them are looked at. */
START_TEST(the_built_in_record_keeps_every_rule)
{
    int32_t id[37], kind[37], decimals[37];
    int64_t off[38];
    uint8_t path[1024];
    c12_tlm_schema s = schema;
    memcpy(id, s.field_id, sizeof id);
    memcpy(kind, s.kind, sizeof kind);
    memcpy(decimals, s.decimals, sizeof decimals);
    memcpy(off, s.path_off, sizeof off);
    memcpy(path, s.path, (size_t)off[37]);
    s.field_id = id; s.kind = kind; s.decimals = decimals; s.path_off = off; s.path = path;
    ck_assert_int_eq(c12_tlm_schema_check(&s, NULL), C12_OK);
    id[3] = id[4];
    ck_assert_int_eq(c12_tlm_schema_check(&s, NULL), C12_E_RANGE);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tlm");
    TCase *t = tcase_create("all");
    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, the_documents_record_becomes_columns);
    tcase_add_test(t, numbers_that_print_the_same_become_columns_and_others_stay_lines);
    tcase_add_test(t, texts_and_lists_come_back);
    tcase_add_test(t, any_other_record_keeps_its_line_and_is_found_by_robot_and_time);
    tcase_add_test(t, what_is_no_record_is_refused_with_line_and_byte);
    tcase_add_test(t, nesting_is_bounded);
    tcase_add_test(t, a_full_batch_stops_between_lines);
    tcase_add_test(t, every_day_has_its_date);
    tcase_add_test(t, rows_filled_by_hand_are_columns);
    tcase_add_test(t, printing_says_what_it_needs_and_what_it_cannot_print);
    tcase_add_test(t, schema_comes_back_and_its_faults_are_listed);
    tcase_add_test(t, memory_one_byte_short_is_refused);
    tcase_add_test(t, dictionary_keeps_each_text_once);
    tcase_add_test(t, damaged_lines_are_refused_or_come_back);
    tcase_add_test(t, crc_known_answers);
    tcase_add_test(t, any_line_after_a_usual_one_comes_back);
    tcase_add_test(t, numbers_printed_otherwise_stay_raw);
    tcase_add_test(t, numbers_that_this_library_prints_are_read_into_columns);
    tcase_add_test(t, the_built_in_record_keeps_every_rule);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
