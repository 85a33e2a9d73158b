/* SPDX-License-Identifier: Apache-2.0 */
/* Messages of VDA 5050: the same text out as in, and every way a message can be wrong. */
#include "support.h"
#include "vda/vda_internal.h"
#include "vda_case.h"
#include <stdio.h>

static char out[1 << 16], text[1 << 16];
static c12_error e;

static void setup(void)
{
    memset(&e, 0, sizeof e);
    e.struct_size = sizeof e;
    dice_state = 88172645463325252u;
}

static c12_status reads(int32_t kind, const char *json, c12_vda_message *m)
{
    memset(m, 0, sizeof *m);
    m->struct_size = sizeof *m;
    return c12_vda_read(kind, vda_text(json), vda_mem(0), m, &e);
}

/* The text with its first `was` replaced. */
static const char *with(const char *json, const char *was, const char *is)
{
    const char *at = strstr(json, was);
    ck_assert_msg(at != NULL, "no %s", was);
    snprintf(text, sizeof text, "%.*s%s%s", (int)(at - json), json, is, at + strlen(was));
    return text;
}

/* ---- what is right ------------------------------------------------------------------------------------------------------------------ */

START_TEST(what_is_read_is_printed_again)
{
    c12_vda_message m;
    size_t used;
    const char *json = vda_sample[_i].text;
    ck_assert_msg(reads(vda_sample[_i].kind, json, &m) == C12_OK, "%s: %s at %d", e.field, e.what, (int)e.value);
    ck_assert_int_eq(m.version, 20);
    ck_assert_int_eq(m.extra, 0);
    ck_assert_int_eq(m.extra_at, -1);
    ck_assert_int_eq(c12_vda_write(&m, (uint8_t *)out, sizeof out, &used, &e), C12_OK);
    ck_assert_uint_eq(used, strlen(json));
    ck_assert_int_eq(memcmp(out, json, used), 0);
    for (size_t cap = 0; cap < used; cap += cap < 64 ? 1 : 97) { /* any smaller place is refused, and not a byte is written behind it */
        memset(out, '#', used);
        ck_assert_int_eq(c12_vda_write(&m, (uint8_t *)out, cap, &used, &e), C12_E_SPACE);
        ck_assert_int_eq(e.value, (int64_t)strlen(json));
        ck_assert_int_eq(out[cap], '#');
        used = strlen(json);
    }
}
END_TEST

/* As canonical, but with space wherever it may be and members in another order. */
START_TEST(space_and_order_do_not_matter)
{
    static const char json[] = " {\n \"serialNumber\" : \"R1\" ,\t\"connectionState\":\"CONNECTIONBROKEN\",\"manufacturer\":\"\\u0061cme\",\r\n\"version\":\"2.0.0\",\"timestamp\":\"2026-11-30T09:15:00.25+01:00\", \"headerId\" : 7.0 } ";
    c12_vda_message m;
    size_t used;
    ck_assert_msg(reads(C12_VDA_CONNECTION, json, &m) == C12_OK, "%s: %s", e.field, e.what);
    ck_assert_int_eq(c12_vda_write(&m, (uint8_t *)out, sizeof out, &used, &e), C12_OK);
    ck_assert_uint_eq(used, strlen(vda_good_connection));
    ck_assert_int_eq(memcmp(out, vda_good_connection, used), 0);
}
END_TEST

START_TEST(columns_hold_what_was_said)
{
    c12_vda_message m;
    ck_assert_int_eq(reads(C12_VDA_ORDER, vda_good_order, &m), C12_OK);
    int32_t actions = c12_vda_find(C12_VDA_ORDER, "nodes.actions"), value = c12_vda_find(C12_VDA_ORDER, "nodes.actions.actionParameters.value"), knots = c12_vda_find(C12_VDA_ORDER, "edges.trajectory.knotVector.*");
    static const int64_t off[4] = { 0, 2, 2, 3 };
    ck_assert_int_eq(memcmp(m.column[actions].off, off, sizeof off), 0);
    ck_assert(vda_is(c12_vda_text(&m, value, 0), "{\"deep\":[1,2.5e3,null,\"x y\"]}"));
    ck_assert(vda_is(c12_vda_text(&m, value, 1), "12.50"));
    ck_assert_int_eq(m.column[knots].rows, 4);
    ck_assert_int_eq(c12_vda_value(&m, knots, 3), C12_VDA_UNIT);
    ck_assert_int_eq(c12_vda_value(&m, c12_vda_find(C12_VDA_ORDER, "timestamp"), 0), INT64_C(1796026500250000000));
    ck_assert_int_eq(c12_vda_value(&m, c12_vda_find(C12_VDA_ORDER, "nodes.nodePosition.y"), 0), 1);
    ck_assert_int_eq(c12_vda_value(&m, c12_vda_find(C12_VDA_ORDER, "nodes.nodePosition.y"), 1), C12_VDA_NONE);
    ck_assert_int_eq(c12_vda_value(&m, c12_vda_find(C12_VDA_ORDER, "nodes.nodeDescription"), 0), 1); /* there, and empty */
    ck_assert_int_eq(c12_vda_value(&m, c12_vda_find(C12_VDA_ORDER, "nodes.nodeDescription"), 1), C12_VDA_NONE);
    ck_assert(vda_is(c12_vda_text(&m, c12_vda_find(C12_VDA_ORDER, "edges.edgeDescription"), 0), "\"quoted\""));
    ck_assert_int_eq(c12_vda_value(&m, 10, 99), C12_VDA_NONE);
    ck_assert_uint_eq(c12_vda_text(&m, 9999, 0).size, 0);
}
END_TEST

/* No list, an empty one and one with an empty element are three things to say about loads. */
START_TEST(no_loads_and_unknown_loads_differ)
{
    c12_vda_message m;
    int32_t loads = c12_vda_find(C12_VDA_STATE, "loads");
    size_t used;
    const char *from = strstr(vda_good_state, ",\"loads\""), *to = strstr(vda_good_state, ",\"actionStates\"");
    char cut[8192];
    snprintf(cut, sizeof cut, "%.*s%s", (int)(from - vda_good_state), vda_good_state, to);
    ck_assert_int_eq(reads(C12_VDA_STATE, cut, &m), C12_OK);
    ck_assert_int_eq(c12_vda_value(&m, loads, 0), C12_VDA_NONE);
    snprintf(cut, sizeof cut, "%.*s,\"loads\":[]%s", (int)(from - vda_good_state), vda_good_state, to);
    ck_assert_int_eq(reads(C12_VDA_STATE, cut, &m), C12_OK);
    ck_assert_int_eq(c12_vda_value(&m, loads, 0), 1);
    ck_assert_int_eq(c12_vda_write(&m, (uint8_t *)out, sizeof out, &used, &e), C12_OK);
    ck_assert(used == strlen(cut) && !memcmp(out, cut, used));
}
END_TEST

START_TEST(unknown_members_are_counted)
{
    c12_vda_message m;
    ck_assert_int_eq(reads(C12_VDA_CONNECTION, with(vda_good_connection, "\"version\"", "\"vendor\":{\"a\":[1,{\"b\":2}]},\"\":0,\"aVeryLongNameThatNoMemberOfTheStandardHasAndNoRoomIsKeptFor\":1,\"version\""), &m), C12_OK);
    ck_assert_int_eq(m.extra, 3);
    ck_assert_int_eq(m.extra_at, strstr(text, "\"vendor\"") - text);
}
END_TEST

START_TEST(the_second_version_is_known)
{
    c12_vda_message m;
    ck_assert_int_eq(reads(C12_VDA_CONNECTION, with(vda_good_connection, "2.0.0", "2.1.0"), &m), C12_OK);
    ck_assert_int_eq(m.version, 21);
    ck_assert_int_eq(reads(C12_VDA_CONNECTION, with(vda_good_connection, "2.0.0", "2.1"), &m), C12_OK);
}
END_TEST

/* ---- numbers and times ---------------------------------------------------------------------------------------------------------------- */

static const struct { const char *text; int64_t value; const char *again; } number[] = {
    { "0", 0, "0" }, { "-0", 0, "0" }, { "-0.0", 0, "0" }, { "1", 1000000, "1" }, { "0.1", 100000, "0.1" }, { "-12.345678", -12345678, "-12.345678" }, { "1e3", 1000000000, "1000" }, { "1E+3", 1000000000, "1000" },
    { "25e-1", 2500000, "2.5" }, { "0.0000005", 0, "0" }, { "0.00000050000001", 1, "0.000001" }, { "0.0000015", 2, "0.000002" }, { "0.0000025", 2, "0.000002" }, { "-0.0000015", -2, "-0.000002" }, { "0.00000049999999999999999999", 0, "0" },
    { "5e-8", 0, "0" }, { "9e-999999999", 0, "0" }, { "0e999999999", 0, "0" }, { "0.1234565", 123456, "0.123456" }, { "0.1234575", 123458, "0.123458" }, { "0.12345750000000000000000000000001", 123458, "0.123458" },
    { "0.12345650000000000000000000000001", 123457, "0.123457" }, { "9200000000000", INT64_C(9200000000000000000), "9200000000000" }, { "-9.2e12", -INT64_C(9200000000000000000), "-9200000000000" },
    { "123456789012.345678", INT64_C(123456789012345678), "123456789012.345678" }, { "1234567890123.345678", INT64_C(1234567890123345670), "1234567890123.34567" }, { "0.00000000000000000000000000001e29", 1000000, "1" },
};

START_TEST(reals_are_millionths)
{
    c12_vda_message m;
    char is[96];
    size_t used;
    snprintf(is, sizeof is, "\"y\":%s", number[_i].text);
    ck_assert_msg(reads(C12_VDA_VISUALIZATION, with(vda_good_visual, "\"y\":-2", is), &m) == C12_OK, "%s: %s", number[_i].text, e.what);
    ck_assert_int_eq(c12_vda_value(&m, c12_vda_find(C12_VDA_VISUALIZATION, "agvPosition.y"), 0), number[_i].value);
    ck_assert_int_eq(c12_vda_write(&m, (uint8_t *)out, sizeof out, &used, &e), C12_OK);
    snprintf(is, sizeof is, "\"y\":%s,", number[_i].again);
    ck_assert_msg(strstr(out, is) != NULL, "%s", number[_i].text);
}
END_TEST

static const struct { const char *text; int64_t ns; } when[] = {
    { "1970-01-01T00:00:00Z", 0 }, { "2024-02-29T23:59:59.999999999Z", INT64_C(1709251199999999999) }, { "2017-04-15T11:40:03.12Z", INT64_C(1492256403120000000) }, { "2017-04-15T11:40:03.1299999999Z", INT64_C(1492256403129999999) },
    { "2000-01-01t05:30:00+05:30", INT64_C(946684800000000000) }, { "1999-12-31T19:00:00.0-05:00", INT64_C(946684800000000000) }, { "2261-12-31T23:59:59.000Z", INT64_C(9214646399000000000) },
    { "2023-02-29T00:00:00Z", -1 }, { "2023-13-01T00:00:00Z", -1 }, { "2023-00-01T00:00:00Z", -1 }, { "2023-01-00T00:00:00Z", -1 }, { "2023-01-01T24:00:00Z", -1 }, { "2023-01-01T00:60:00Z", -1 }, { "2023-01-01T00:00:61Z", -1 }, { "2023-01-01 00:00:00Z", -1 },
    { "2023-01-01T00:00:00", -1 }, { "2023-01-01T00:00:00.Z", -1 }, { "2023-01-01T00:00:00+1:00", -1 }, { "2023-01-01T00:00:00+24:00", -1 }, { "1969-12-31T23:59:59Z", -1 }, { "2262-01-01T00:00:00Z", -1 }, { "now", -1 }, { "2023-01-01T00:00:00ZZ", -1 },
    { "1970-01-01T00:00:00+01:00", -2 },
};

START_TEST(times_are_read_exactly)
{
    c12_ns ns = -1;
    int good = c12__vda_time((const uint8_t *)when[_i].text, strlen(when[_i].text), &ns);
    if (when[_i].ns == -1) ck_assert_msg(!good, "%s", when[_i].text);
    else if (when[_i].ns == -2) ck_assert_int_eq(ns, -INT64_C(3600000000000));
    else ck_assert_msg(good && ns == when[_i].ns, "%s: %lld", when[_i].text, (long long)ns);
}
END_TEST

/* A day of every month of every year that can be written comes back. */
START_TEST(times_are_printed_as_they_were_read)
{
    c12_vda_message m;
    for (int y = 1970; y < 2262; y++)
        for (int mo = 1; mo <= 12; mo++) {
            char is[64];
            size_t used;
            snprintf(is, sizeof is, "\"%04d-%02d-%02dT%02d:%02d:%02d.%03dZ\"", y, mo, 1 + dice(28), dice(24), dice(60), dice(60), dice(1000));
            ck_assert_int_eq(reads(C12_VDA_CONNECTION, with(vda_good_connection, "\"2026-11-30T08:15:00.250Z\"", is), &m), C12_OK);
            ck_assert_int_eq(c12_vda_write(&m, (uint8_t *)out, sizeof out, &used, &e), C12_OK);
            ck_assert_msg(strstr(out, is) != NULL, "%s", is);
        }
}
END_TEST

/* ---- what is wrong ---------------------------------------------------------------------------------------------------------------------- */

#define GONE ""
static const struct { int32_t sample; const char *was, *is; c12_status status; const char *field; int64_t row; const char *what; } bad[] = {
    { 4, "\"headerId\":7,", GONE, C12_E_RANGE, "headerId", 0, "is missing" },
    { 4, "\"version\":\"2.0.0\",", GONE, C12_E_RANGE, "version", 0, "is missing" },
    { 4, "\"connectionState\":\"CONNECTIONBROKEN\"", "\"x\":1", C12_E_RANGE, "connectionState", 0, "is missing" },
    { 4, "CONNECTIONBROKEN", "CONNECTION_BROKEN", C12_E_RANGE, "connectionState", 0, "must be ONLINE, OFFLINE or CONNECTIONBROKEN" },
    { 4, "\"CONNECTIONBROKEN\"", "2", C12_E_RANGE, "connectionState", 0, "must be ONLINE, OFFLINE or CONNECTIONBROKEN" },
    { 4, "\"CONNECTIONBROKEN\"", "\"aWordThatIsLongerThanAnyThatCouldBeKeptInTheRoomForOne\"", C12_E_RANGE, "connectionState", 0, "must be ONLINE, OFFLINE or CONNECTIONBROKEN" },
    { 4, "2.0.0", "1.1.0", C12_E_UNSUPPORTED, "version", 0, "must be 2.0 or 2.1: other versions are not spoken here" },
    { 4, "2.0.0", "3.0.0", C12_E_UNSUPPORTED, "version", 0, "must be 2.0 or 2.1: other versions are not spoken here" },
    { 4, "2.0.0", "2.01", C12_E_UNSUPPORTED, "version", 0, "must be 2.0 or 2.1: other versions are not spoken here" },
    { 4, "2.0.0", "2", C12_E_UNSUPPORTED, "version", 0, "must be 2.0 or 2.1: other versions are not spoken here" },
    { 4, "\"2.0.0\"", "2.0", C12_E_RANGE, "version", 0, "must be a text" },
    { 4, ":7", ":-1", C12_E_RANGE, "headerId", 0, "must be 0 to 4294967295" },
    { 4, ":7", ":4294967296", C12_E_RANGE, "headerId", 0, "must be 0 to 4294967295" },
    { 4, ":7", ":99999999999999999999999", C12_E_RANGE, "headerId", 0, "must be 0 to 4294967295" },
    { 4, ":7", ":1e400", C12_E_RANGE, "headerId", 0, "must be 0 to 4294967295" },
    { 4, ":7", ":7.5", C12_E_RANGE, "headerId", 0, "must be a whole number" },
    { 4, ":7", ":\"7\"", C12_E_RANGE, "headerId", 0, "must be a whole number" },
    { 4, ":7", ":null", C12_E_RANGE, "headerId", 0, "must be a whole number" },
    { 4, "2026-11-30T", "2026-11-31T", C12_E_RANGE, "timestamp", 0, "must be a time such as 2026-01-31T12:00:00.000Z" },
    { 4, "\"2026-11-30T08:15:00.250Z\"", "1796026500", C12_E_RANGE, "timestamp", 0, "must be a text such as 2026-01-31T12:00:00.000Z" },
    { 4, "\"headerId\":7", "\"headerId\":7,\"headerId\":7", C12_E_RANGE, "headerId", 0, "stands twice" },
    { 0, "\"sequenceId\":2", "\"sequenceId\":2.1", C12_E_RANGE, "nodes.sequenceId", 1, "must be a whole number" },
    { 0, "\"released\":false,\"actions\":[{\"actionType\":\"drop\"", "\"released\":0,\"actions\":[{\"actionType\":\"drop\"", C12_E_RANGE, "nodes.released", 2, "must be true or false" },
    { 0, "\"nodeId\":\"b\",", GONE, C12_E_RANGE, "nodes.nodeId", 1, "is missing" },
    { 0, "\"released\":true,\"actions\":[]},{\"nodeId\":\"c\"", "\"released\":true},{\"nodeId\":\"c\"", C12_E_RANGE, "nodes.actions", 1, "is missing" },
    { 0, "\"mapId\":\"hall\",", GONE, C12_E_RANGE, "nodes.nodePosition.mapId", 0, "is missing" },
    { 0, "\"x\":-1.5", "\"x\":\"-1.5\"", C12_E_RANGE, "nodes.nodePosition.x", 0, "must be a number" },
    { 0, "\"x\":-1.5", "\"x\":9.3e12", C12_E_RANGE, "nodes.nodePosition.x", 0, "outside its limits: see c12_vda_describe" },
    { 0, "\"x\":-1.5", "\"x\":1e300", C12_E_RANGE, "nodes.nodePosition.x", 0, "outside its limits: see c12_vda_describe" },
    { 0, "\"theta\":3.141593", "\"theta\":3.1416", C12_E_RANGE, "nodes.nodePosition.theta", 0, "outside its limits: see c12_vda_describe" },
    { 0, "\"allowedDeviationXY\":0.1", "\"allowedDeviationXY\":-0.1", C12_E_RANGE, "nodes.nodePosition.allowedDeviationXY", 0, "outside its limits: see c12_vda_describe" },
    { 0, "\"nodePosition\":{", "\"nodePosition\":[],\"y\":{", C12_E_RANGE, "nodes.nodePosition", 0, "must be an object" },
    { 0, "\"HARD\"", "\"hard\"", C12_E_RANGE, "nodes.actions.blockingType", 0, "must be NONE, SOFT or HARD" },
    { 0, "\"actionId\":\"p2\",", GONE, C12_E_RANGE, "nodes.actions.actionId", 1, "is missing" },
    { 0, ",\"value\":12.50", GONE, C12_E_RANGE, "nodes.actions.actionParameters.value", 1, "is missing" },
    { 0, "[0,0,1,1]", "[0,0,1,1.5]", C12_E_RANGE, "edges.trajectory.knotVector.*", 3, "outside its limits: see c12_vda_describe" },
    { 0, "[0,0,1,1]", "[0,[],1,1]", C12_E_RANGE, "edges.trajectory.knotVector.*", 1, "must be a number" },
    { 0, "\"degree\":1,", GONE, C12_E_RANGE, "edges.trajectory.degree", 0, "is missing" },
    { 0, "\"CONTOUR\"", "\"HULL\"", C12_E_RANGE, "edges.corridor.corridorRefPoint", 0, "must be KINEMATICCENTER or CONTOUR" },
    { 0, "\"endNodeId\":\"c\",", GONE, C12_E_RANGE, "edges.endNodeId", 1, "is missing" },
    { 0, "\"orderId\":\"o1\",", GONE, C12_E_RANGE, "orderId", 0, "is missing" },
    { 1, "\"actions\":[", "\"actions\":{},\"x\":[", C12_E_RANGE, "actions", 0, "must be a list" },
    { 1, "\"actions\":", "\"instantActions\":", C12_E_RANGE, "actions", 0, "is missing" },
    { 2, "\"nodeStates\":[", "\"nodeStates\":null,\"n\":[", C12_E_RANGE, "nodeStates", 0, "must be a list" },
    { 2, "\"batteryCharge\":87.654321", "\"batteryCharge\":100.5", C12_E_RANGE, "batteryState.batteryCharge", 0, "outside its limits: see c12_vda_describe" },
    { 2, "\"localizationScore\":0.9", "\"localizationScore\":90", C12_E_RANGE, "agvPosition.localizationScore", 0, "outside its limits: see c12_vda_describe" },
    { 2, "\"INITIALIZING\"", "\"STARTED\"", C12_E_RANGE, "actionStates.actionStatus", 0, "must be WAITING, INITIALIZING, RUNNING, PAUSED, FINISHED or FAILED" },
    { 2, "\"WARNING\"", "\"URGENT\"", C12_E_RANGE, "errors.errorLevel", 0, "must be WARNING or FATAL" },
    { 2, "\"SEMIAUTOMATIC\"", "\"auto\"", C12_E_RANGE, "operatingMode", 0, "must be AUTOMATIC, SEMIAUTOMATIC, MANUAL, SERVICE or TEACHIN" },
    { 2, "\"safetyState\"", "\"safety\"", C12_E_RANGE, "safetyState", 0, "is missing" },
    { 2, "\"driving\":true", "\"driving\":truely", C12_E_FORMAT, NULL, -1, "comma or closing bracket expected" },
    { 2, "\"driving\":true", "\"driving\":tru", C12_E_FORMAT, NULL, -1, "value expected" },
    { 5, "\"GRID\"", "\"SLAM\"", C12_E_RANGE, "typeSpecification.localizationTypes.*", 1, "must be NATURAL, REFLECTOR, RFID, DMC, SPOT or GRID" },
    { 5, "\"order.nodes\":64", "\"order.nodes\":-64", C12_E_RANGE, "protocolLimits.maxArrayLens.order.nodes", 0, "must be 0 to 4294967295" },
    { 5, "[\"top\",\"front\"]", "[\"top\",1]", C12_E_RANGE, "loadSpecification.loadSets.loadPositions.*", 1, "must be a text" },
    { 4, "{\"headerId\"", "[\"headerId\"", C12_E_FORMAT, NULL, -1, "a message is one JSON object" },
    { 4, "\"acme\"", "\"ac\nme\"", C12_E_FORMAT, NULL, -1, "control byte in a string" },
    { 4, "\"acme\"", "\"ac\xc0\xafme\"", C12_E_FORMAT, NULL, -1, "not UTF-8" },
    { 4, "\"acme\"", "\"ac\xed\xa0\x80me\"", C12_E_FORMAT, NULL, -1, "not UTF-8" },
    { 4, "\"acme\"", "\"ac\\u0000me\"", C12_E_FORMAT, NULL, -1, "a text holds no NUL" },
    { 4, "\"acme\"", "\"\\ud800\"", C12_E_FORMAT, NULL, -1, "half a surrogate pair" },
    { 4, "\"acme\"", "\"\\udc00\\ud800\"", C12_E_FORMAT, NULL, -1, "half a surrogate pair" },
    { 4, "\"acme\"", "\"\\u12g4\"", C12_E_FORMAT, NULL, -1, "\\u needs four hex digits" },
    { 4, "\"acme\"", "\"\\x\"", C12_E_FORMAT, NULL, -1, "unknown escape in a string" },
    { 4, "\"CONNECTIONBROKEN\"}", "\"CONNECTIONBROKEN\"", C12_E_FORMAT, NULL, -1, "comma or closing bracket expected" },
    { 4, "\"CONNECTIONBROKEN\"}", "\"CONNECTIONBROKEN\"}x", C12_E_FORMAT, NULL, -1, "something follows the message" },
    { 4, "\"CONNECTIONBROKEN\"}", "\"CONNECTIONBROKEN\",}", C12_E_FORMAT, NULL, -1, "key expected" },
    { 4, "\"CONNECTIONBROKEN\"}", "\"CONNECTIONBROKEN", C12_E_FORMAT, NULL, -1, "string does not end" },
    { 4, "\"headerId\":", "\"headerId\" ", C12_E_FORMAT, NULL, -1, "colon expected" },
    { 4, ":7", ":07", C12_E_FORMAT, NULL, -1, "comma or closing bracket expected" },
    { 4, ":7", ":7.", C12_E_FORMAT, NULL, -1, "digit expected" },
    { 4, ":7", ":7e", C12_E_FORMAT, NULL, -1, "digit expected" },
    { 4, ":7", ":-", C12_E_FORMAT, NULL, -1, "digit expected" },
    { 4, ":7", ":NaN", C12_E_FORMAT, NULL, -1, "value expected" },
};

START_TEST(what_is_wrong_is_named)
{
    c12_vda_message m, before;
    memset(&m, 0xa5, sizeof m);
    m.struct_size = sizeof m;
    before = m;
    const char *json = with(vda_sample[bad[_i].sample].text, bad[_i].was, bad[_i].is);
    c12_status st = c12_vda_read(vda_sample[bad[_i].sample].kind, vda_text(json), vda_mem(0), &m, &e);
    ck_assert_msg(st == bad[_i].status && !strcmp(e.what, bad[_i].what), "%s -> %s: %s, %s", bad[_i].was, bad[_i].is, c12_status_name(st), st ? e.what : "");
    ck_assert_msg(bad[_i].field ? e.field && !strcmp(e.field, bad[_i].field) : !e.field, "%s: %s", bad[_i].is, e.field);
    ck_assert_int_eq(e.row, bad[_i].row);
    ck_assert(e.value >= 0 && e.value <= (int64_t)strlen(json));
    ck_assert_int_eq(memcmp(&m, &before, sizeof m), 0);
}
END_TEST

START_TEST(all_faults_are_listed)
{
    static char list[4096];
    c12_vda_message m = C12_INIT(c12_vda_message);
    e.text = list;
    e.text_cap = sizeof list;
    ck_assert_int_eq(c12_vda_read(C12_VDA_CONNECTION, vda_text("{\"headerId\":true,\"version\":\"9\",\"connectionState\":\"UP\"}"), vda_mem(0), &m, &e), C12_E_RANGE);
    ck_assert_int_eq(e.count, 6);
    ck_assert_str_eq(list, "headerId[0] = 12: must be a whole number\nversion[0] = 27: must be 2.0 or 2.1: other versions are not spoken here\nconnectionState[0] = 49: must be ONLINE, OFFLINE or CONNECTIONBROKEN\n"
                           "timestamp[0] = 0: is missing\nmanufacturer[0] = 0: is missing\nserialNumber[0] = 0: is missing\n");
}
END_TEST

START_TEST(deep_nesting_ends)
{
    c12_vda_message m;
    char deep[300] = "", is[400];
    for (int k = 0; k < 64; k++) strcat(deep, "[");
    for (int k = 0; k < 64; k++) strcat(deep, "]");
    snprintf(is, sizeof is, "\"v\":%s,\"version\"", deep);
    ck_assert_int_eq(reads(C12_VDA_CONNECTION, with(vda_good_connection, "\"version\"", is), &m), C12_OK);
    snprintf(is, sizeof is, "\"v\":[%s],\"version\"", deep);
    ck_assert_int_eq(reads(C12_VDA_CONNECTION, with(vda_good_connection, "\"version\"", is), &m), C12_E_FORMAT);
    ck_assert_str_eq(e.what, "nested deeper than 64 levels");
}
END_TEST

/* A cut message is refused at every byte, whatever follows it in memory. */
START_TEST(every_cut_is_refused)
{
    const char *json = vda_sample[_i].text;
    c12_vda_message m = C12_INIT(c12_vda_message);
    for (size_t n = 0; n < strlen(json); n++) {
        uint8_t *copy = malloc(n + 1);
        memcpy(copy, json, n);
        c12_view v = { copy, n };
        ck_assert_int_eq(c12_vda_read(vda_sample[_i].kind, v, vda_mem(0), &m, &e), C12_E_FORMAT);
        free(copy);
    }
}
END_TEST

START_TEST(room_that_is_too_small_says_what_suffices)
{
    c12_vda_message m = C12_INIT(c12_vda_message);
    c12_mem room = { vda_room[0], 0 }, none = { NULL, 0 };
    ck_assert_int_eq(c12_vda_read(vda_sample[_i].kind, vda_text(vda_sample[_i].text), none, &m, &e), C12_E_SPACE);
    room.size = (size_t)e.value - 1;
    ck_assert_int_eq(c12_vda_read(vda_sample[_i].kind, vda_text(vda_sample[_i].text), room, &m, &e), C12_E_SPACE);
    room.size++;
    memset(vda_room[0] + room.size, 0xa5, 64);
    ck_assert_int_eq(c12_vda_read(vda_sample[_i].kind, vda_text(vda_sample[_i].text), room, &m, &e), C12_OK);
    for (size_t k = 0; k < 64; k++) ck_assert_int_eq(vda_room[0][room.size + k], 0xa5);
    room.ptr = vda_room[0] + 1;
    room.size += 64;
    ck_assert_int_eq(c12_vda_read(vda_sample[_i].kind, vda_text(vda_sample[_i].text), room, &m, &e), C12_E_ARG);
}
END_TEST

/* ---- printing what callers put together --------------------------------------------------------------------------------------------------- */

typedef struct small { c12_vda_column column[16]; int64_t one[1], off[7][2]; c12_vda_message m; } small;

/* A connection message by hand. */
static void small_make(small *s)
{
    static const char *const texts[3] = { "2.0.0", "acme", "R1" };
    memset(s, 0, sizeof *s);
    s->one[0] = 1;
    for (int k = 0; k < 3; k++) {
        s->off[k][1] = (int64_t)strlen(texts[k]);
        s->column[2 + k] = (c12_vda_column){ 1, NULL, s->off[k], (const uint8_t *)texts[k], NULL };
    }
    s->column[0] = s->column[1] = s->column[5] = (c12_vda_column){ 1, s->one, NULL, NULL, NULL };
    s->m = (c12_vda_message){ .struct_size = sizeof s->m, .kind = C12_VDA_CONNECTION, .n_columns = 6, .column = s->column };
}

START_TEST(columns_by_hand_are_printed)
{
    small s;
    size_t used;
    small_make(&s);
    ck_assert_int_eq(c12_vda_write(&s.m, (uint8_t *)out, sizeof out, &used, &e), C12_OK);
    out[used] = 0;
    ck_assert_str_eq(out, "{\"headerId\":1,\"timestamp\":\"1970-01-01T00:00:00.000000001Z\",\"version\":\"2.0.0\",\"manufacturer\":\"acme\",\"serialNumber\":\"R1\",\"connectionState\":\"OFFLINE\"}");
}
END_TEST

START_TEST(columns_that_make_no_message_are_refused)
{
    small s;
    size_t used;
    int64_t three = 3, minus = -1, falling[2] = { 0, -1 }, late[2] = { 1, 2 }, none = C12_VDA_NONE;
#define REFUSED(change, f, w) do { small_make(&s); change; ck_assert_int_eq(c12_vda_write(&s.m, (uint8_t *)out, sizeof out, &used, &e), C12_E_RANGE); ck_assert_str_eq(e.field, f); ck_assert_str_eq(e.what, w); setup(); } while (0)
    REFUSED(s.column[5].value = &three, "connectionState", "must be ONLINE, OFFLINE or CONNECTIONBROKEN");
    REFUSED(s.column[0].value = &minus, "headerId", "outside its limits: see c12_vda_describe");
    REFUSED(s.column[1].value = &minus, "timestamp", "outside its limits: see c12_vda_describe");
    REFUSED(s.column[0].value = &none, "headerId", "is missing");
    REFUSED(memset(&s.column[3], 0, sizeof s.column[3]), "manufacturer", "is missing");
    REFUSED(s.column[3].rows = 2, "manufacturer", "column has other rows than its list");
    REFUSED(s.column[3].off = falling, "manufacturer", "texts are NULL, or their offsets do not rise from 0");
    REFUSED(s.column[3].off = late, "manufacturer", "texts are NULL, or their offsets do not rise from 0");
    REFUSED(s.column[3].text = NULL, "manufacturer", "texts are NULL, or their offsets do not rise from 0");
    REFUSED(s.column[0].value = NULL, "headerId", "values are NULL");
    REFUSED(s.column[3].text = (const uint8_t *)"a\xff" "me", "manufacturer", "text is not UTF-8, or holds a NUL");
    REFUSED(s.column[3].text = (const uint8_t *)"a\0me", "manufacturer", "text is not UTF-8, or holds a NUL");
#undef REFUSED
    small_make(&s);
    s.m.n_columns = 5;
    ck_assert_int_eq(c12_vda_write(&s.m, (uint8_t *)out, sizeof out, &used, &e), C12_E_ARG);
    ck_assert_int_eq(c12_vda_write(NULL, (uint8_t *)out, sizeof out, &used, &e), C12_E_ARG);
}
END_TEST

/* JSON that is handed in is printed without its space, and refused when it is none. */
START_TEST(values_of_parameters_are_json)
{
    c12_vda_message m;
    size_t used;
    ck_assert_int_eq(reads(C12_VDA_INSTANT_ACTIONS, vda_good_actions, &m), C12_OK);
    int32_t value = c12_vda_find(C12_VDA_INSTANT_ACTIONS, "actions.actionParameters.value");
    int64_t off[2] = { 0, 20 };
    m.column[value].off = off;
    m.column[value].text = (const uint8_t *)" { \"a\" : [ 1 , 2 ] }";
    ck_assert_int_eq(c12_vda_write(&m, (uint8_t *)out, sizeof out, &used, &e), C12_OK);
    out[used] = 0;
    ck_assert(strstr(out, "\"value\":{\"a\":[1,2]}}") != NULL);
    m.column[value].text = (const uint8_t *)" { \"a\" : [ 1 , 2 ] x";
    ck_assert_int_eq(c12_vda_write(&m, (uint8_t *)out, sizeof out, &used, &e), C12_E_RANGE);
    ck_assert_str_eq(e.what, "comma or closing bracket expected");
    m.column[value].text = (const uint8_t *)"1                  2";
    ck_assert_int_eq(c12_vda_write(&m, (uint8_t *)out, sizeof out, &used, &e), C12_E_RANGE);
    ck_assert_str_eq(e.what, "something follows the value");
}
END_TEST

/* ---- the table, topics, headers --------------------------------------------------------------------------------------------------------------- */

START_TEST(the_table_hangs_together)
{
    const c12__vda_schema *s = &c12__vda_schemas[_i];
    ck_assert_int_lt(s->n, C12_VDA_FIELDS);
    ck_assert_int_eq(c12_vda_columns(_i), s->n);
    ck_assert_int_eq(c12_vda_columns(C12_VDA_KINDS), 0);
    for (int32_t i = 0; i < s->n; i++) {
        const c12__vda_field *f = &s->field[i];
        int32_t siblings = 0, parent = -1, list = -1;
        c12_vda_field d = C12_INIT(c12_vda_field);
        ck_assert_int_eq(c12_vda_find(_i, f->path), i);
        ck_assert_int_eq(c12_vda_describe(_i, i, &d, &e), C12_OK);
        ck_assert(d.path == f->path && d.kind == f->kind && d.list == f->list && d.since >= 20 && d.since <= 21);
        for (int32_t k = 0; k < i; k++) /* the innermost that spans it */
            if (k + s->field[k].span > i) {
                parent = k;
                if (s->field[k].kind == C12_VDA_LIST) list = k;
            }
        ck_assert_int_eq(f->parent, parent);
        ck_assert_int_eq(f->list, list);
        size_t prefix = parent < 0 ? 0 : strlen(s->field[parent].path) + 1;
        ck_assert_msg(f->key == prefix, "%s", f->path);
        if (parent >= 0) ck_assert_int_eq(strncmp(f->path, s->field[parent].path, prefix - 1), 0);
        ck_assert_msg((f->kind == C12_VDA_OBJECT || f->kind == C12_VDA_LIST) == (f->span > 1), "%s", f->path);
        ck_assert_msg((f->kind == C12_VDA_WORD) == (f->word != NULL), "%s", f->path);
        ck_assert_msg(f->kind != C12_VDA_INT || (f->least == 0 && f->most == UINT32_MAX), "%s", f->path);
        for (int32_t k = i + 1; k < i + f->span; k += s->field[k].span) siblings++;
        ck_assert_int_le(siblings, 64);
    }
}
END_TEST

START_TEST(rules_name_the_right_rows)
{
    static const struct { int32_t kind, row; const char *path; } named[] = {
        { 0, C12__VDA_HEADER, "headerId" }, { 0, C12__VDA_TIMESTAMP, "timestamp" }, { 0, C12__VDA_MANUFACTURER, "manufacturer" }, { 0, C12__VDA_SERIAL, "serialNumber" }, { 0, C12__VDA_ORDER_ID, "orderId" },
        { 0, C12__VDA_ORDER_UPDATE, "orderUpdateId" }, { 0, C12__VDA_NODES, "nodes" }, { 0, C12__VDA_NODE_ID, "nodes.nodeId" }, { 0, C12__VDA_NODE_SEQUENCE, "nodes.sequenceId" }, { 0, C12__VDA_NODE_RELEASED, "nodes.released" },
        { 0, C12__VDA_NODE_POSITION, "nodes.nodePosition" }, { 0, C12__VDA_NODE_X, "nodes.nodePosition.x" }, { 0, C12__VDA_NODE_Y, "nodes.nodePosition.y" }, { 0, C12__VDA_NODE_MAP, "nodes.nodePosition.mapId" },
        { 0, C12__VDA_NODE_ACTIONS, "nodes.actions" }, { 0, C12__VDA_EDGES, "edges" }, { 0, C12__VDA_EDGE_ID, "edges.edgeId" }, { 0, C12__VDA_EDGE_SEQUENCE, "edges.sequenceId" }, { 0, C12__VDA_EDGE_RELEASED, "edges.released" },
        { 0, C12__VDA_EDGE_START, "edges.startNodeId" }, { 0, C12__VDA_EDGE_END, "edges.endNodeId" }, { 0, C12__VDA_EDGE_ACTIONS, "edges.actions" },
        { 2, C12__VDA_STATE_ORDER, "orderId" }, { 2, C12__VDA_STATE_UPDATE, "orderUpdateId" }, { 2, C12__VDA_STATE_LAST, "lastNodeId" }, { 2, C12__VDA_STATE_SEQUENCE, "lastNodeSequenceId" }, { 2, C12__VDA_STATE_DRIVING, "driving" },
        { 2, C12__VDA_STATE_BASE, "newBaseRequest" }, { 2, C12__VDA_LEFT, "nodeStates" }, { 2, C12__VDA_LEFT_ID, "nodeStates.nodeId" }, { 2, C12__VDA_LEFT_SEQUENCE, "nodeStates.sequenceId" }, { 2, C12__VDA_LEFT_RELEASED, "nodeStates.released" },
    };
    for (size_t k = 0; k < sizeof named / sizeof *named; k++) ck_assert_int_eq(c12_vda_find(named[k].kind, named[k].path), named[k].row);
    for (int32_t kind = 0; kind < C12_VDA_KINDS; kind++) ck_assert_int_eq(c12_vda_find(kind, "version"), C12__VDA_VERSION);
    ck_assert_int_eq(c12_vda_find(0, "nodes.x"), -1);
    ck_assert_int_eq(c12_vda_find(6, "nodes"), -1);
    ck_assert_ptr_eq(c12_vda_topic(6), NULL);
    ck_assert_str_eq(c12_vda_topic(1), "instantActions");
}
END_TEST

START_TEST(topics_have_five_parts)
{
    static const struct { const char *topic; int32_t kind; } asked[] = {
        { "uagv/v2/acme/R1/order", 0 }, { "a/b/c/d/factsheet", 5 }, { "uagv/v2/acme/R 1/connection", 4 },
        { "uagv/v2/acme/R1", -1 }, { "uagv/v2/acme/R1/order/x", -1 }, { "uagv/v2//R1/order", -1 }, { "/uagv/v2/R1/order", -1 }, { "uagv/v2/+/R1/order", -1 }, { "uagv/v2/acme/#/order", -1 }, { "uagv/v2/acme/R1/orders", -1 }, { "uagv/v2/acme/R1/", -1 }, { "", -1 },
    };
    for (size_t k = 0; k < sizeof asked / sizeof *asked; k++) {
        c12_vda_address a = C12_INIT(c12_vda_address);
        c12_status st = c12_vda_address_read(vda_text(asked[k].topic), &a, &e);
        ck_assert_int_eq(st, asked[k].kind < 0 ? C12_E_FORMAT : C12_OK);
        if (!st) ck_assert_int_eq(a.kind, asked[k].kind);
    }
    c12_vda_address a = C12_INIT(c12_vda_address);
    ck_assert_int_eq(c12_vda_address_read(vda_text(asked[0].topic), &a, &e), C12_OK);
    ck_assert(vda_is(a.interface_name, "uagv") && vda_is(a.major, "v2") && vda_is(a.manufacturer, "acme") && vda_is(a.serial, "R1"));
}
END_TEST

START_TEST(headers_count_up)
{
    ck_assert_int_eq(c12_vda_follow(C12_VDA_NONE, 17), C12_VDA_FIRST);
    ck_assert_int_eq(c12_vda_follow(17, 18), C12_VDA_NEXT);
    ck_assert_int_eq(c12_vda_follow(17, 17), C12_VDA_REPEAT);
    ck_assert_int_eq(c12_vda_follow(17, 20), C12_VDA_GAP);
    ck_assert_int_eq(c12_vda_follow(17, 16), C12_VDA_OLD);
    ck_assert_int_eq(c12_vda_follow(17, 1), C12_VDA_RESTART);
    ck_assert_int_eq(c12_vda_follow(17, 0), C12_VDA_RESTART);
    ck_assert_int_eq(c12_vda_follow(UINT32_MAX, 0), C12_VDA_NEXT);
    ck_assert_int_eq(c12_vda_follow(UINT32_MAX, 3), C12_VDA_GAP);
}
END_TEST

/* What a later report may show is what steps lead to. */
START_TEST(actions_go_one_way)
{
    for (int32_t a = -1; a < 7; a++)
        for (int32_t b = -1; b < 7; b++) {
            uint32_t reach = a >= 0 && a < 6 ? 1u << a : 0;
            for (int round = 0; round < 6; round++)
                for (int32_t x = 0; x < 6; x++)
                    for (int32_t y = 0; y < 6; y++)
                        if (reach >> x & 1 && c12_vda_action_may(x, y)) reach |= 1u << y;
            ck_assert_int_eq(c12_vda_action_seen(a, b), b >= 0 && b < 6 && reach >> b & 1);
        }
    ck_assert(c12_vda_action_may(C12_VDA_WAITING, C12_VDA_RUNNING) && !c12_vda_action_may(C12_VDA_RUNNING, C12_VDA_WAITING) && !c12_vda_action_may(C12_VDA_FINISHED, C12_VDA_FAILED) && !c12_vda_action_may(C12_VDA_WAITING, C12_VDA_PAUSED));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("vda");
    TCase *t = tcase_create("vda");
    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, setup, NULL);
    tcase_add_loop_test(t, what_is_read_is_printed_again, 0, C12_VDA_KINDS);
    tcase_add_test(t, space_and_order_do_not_matter);
    tcase_add_test(t, columns_hold_what_was_said);
    tcase_add_test(t, no_loads_and_unknown_loads_differ);
    tcase_add_test(t, unknown_members_are_counted);
    tcase_add_test(t, the_second_version_is_known);
    tcase_add_loop_test(t, reals_are_millionths, 0, (int)(sizeof number / sizeof *number));
    tcase_add_loop_test(t, times_are_read_exactly, 0, (int)(sizeof when / sizeof *when));
    tcase_add_test(t, times_are_printed_as_they_were_read);
    tcase_add_loop_test(t, what_is_wrong_is_named, 0, (int)(sizeof bad / sizeof *bad));
    tcase_add_test(t, all_faults_are_listed);
    tcase_add_test(t, deep_nesting_ends);
    tcase_add_loop_test(t, every_cut_is_refused, 0, C12_VDA_KINDS);
    tcase_add_loop_test(t, room_that_is_too_small_says_what_suffices, 0, C12_VDA_KINDS);
    tcase_add_test(t, columns_by_hand_are_printed);
    tcase_add_test(t, columns_that_make_no_message_are_refused);
    tcase_add_test(t, values_of_parameters_are_json);
    tcase_add_loop_test(t, the_table_hangs_together, 0, C12_VDA_KINDS);
    tcase_add_test(t, rules_name_the_right_rows);
    tcase_add_test(t, topics_have_five_parts);
    tcase_add_test(t, headers_count_up);
    tcase_add_test(t, actions_go_one_way);
    suite_add_tcase(suite, t);
    SRunner *r = srunner_create(suite);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
