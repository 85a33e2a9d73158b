/* SPDX-License-Identifier: Apache-2.0 */
/* Values as text, both ways: UTF-8, strings, lists, numbers, times.  Every reader accepts only what its writer writes, or
 * more where c12__tlm_emit_row's comparison decides; nothing here rounds. */
#include "tlm/tlm_internal.h"

/* ---- UTF-8 (RFC 3629) ---------------------------------------------------------------------------------------------- */

/* Bytes of the well-formed sequence at p, 0 when there is none: no overlong form, no surrogate, nothing above U+10FFFF. */
static size_t text_sequence(const uint8_t *p, size_t n)
{
    uint8_t a = p[0];
    if (a < 0x80) return 1;
    size_t len = a < 0xc2 ? 0 : a < 0xe0 ? 2 : a < 0xf0 ? 3 : a < 0xf5 ? 4 : 0;
    if (!len || len > n) return 0;
    for (size_t i = 1; i < len; i++)
        if ((p[i] & 0xc0) != 0x80) return 0;
    if ((a == 0xe0 && p[1] < 0xa0) || (a == 0xed && p[1] > 0x9f) || (a == 0xf0 && p[1] < 0x90) || (a == 0xf4 && p[1] > 0x8f)) return 0;
    return len;
}

int c12__tlm_utf8(const uint8_t *p, size_t n, size_t *bad)
{
    for (size_t i = 0; i < n;) {
        size_t len = text_sequence(p + i, n - i);
        if (!len) { *bad = i; return 0; }
        i += len;
    }
    return 1;
}

/* ---- strings --------------------------------------------------------------------------------------------------------- */

static const char tlm_hex[] = "0123456789abcdef";

/* Letter of the short escape for a control byte, 0 = it is written as \u00XX. */
static uint8_t text_short_escape(uint8_t c)
{
    switch (c) {
    case '\b': return 'b';
    case '\t': return 't';
    case '\n': return 'n';
    case '\f': return 'f';
    case '\r': return 'r';
    case '"': return '"';
    case '\\': return '\\';
    default: return 0;
    }
}

static void text_emit_escape(c12__tlm_sink *s, uint8_t c)
{
    uint8_t letter = text_short_escape(c), out[6] = { '\\', letter, '0', '0', (uint8_t)tlm_hex[c >> 4], (uint8_t)tlm_hex[c & 15] };
    if (!letter) out[1] = 'u';
    c12__tlm_emit(s, out, letter ? 2 : 6);
}

static inline int text_is_plain(uint8_t c) { return c >= 0x20 && c != '"' && c != '\\'; }

void c12__tlm_emit_string(c12__tlm_sink *s, c12_view text)
{
    c12__tlm_emit1(s, '"');
    for (size_t i = 0; i < text.size;) {
        size_t from = i;
        while (i < text.size && text_is_plain(text.ptr[i])) i++;
        c12__tlm_emit(s, text.ptr + from, i - from);
        if (i < text.size) text_emit_escape(s, text.ptr[i++]);
    }
    c12__tlm_emit1(s, '"');
}

/* The byte that a canonical escape at p ("\x" or "\u00xx") means; returns its length, 0 when it is not canonical. */
static size_t text_read_escape(const uint8_t *p, size_t n, uint8_t *c)
{
    static const char letters[] = "btnfr\"\\", bytes[] = "\b\t\n\f\r\"\\";
    if (n < 2) return 0;
    for (size_t i = 0; i < 7; i++)
        if (p[1] == (uint8_t)letters[i]) { *c = (uint8_t)bytes[i]; return 2; }
    if (n < 6 || p[1] != 'u' || p[2] != '0' || p[3] != '0' || (p[4] != '0' && p[4] != '1')) return 0;
    for (uint8_t low = 0; low < 16; low++)
        if (p[5] == (uint8_t)tlm_hex[low]) {
            *c = (uint8_t)((p[4] - '0') << 4 | low);
            return text_short_escape(*c) ? 0 : 6;
        }
    return 0;
}

/* The rest of a string from its first escape at p[i]; what came before is copied to room. */
static size_t text_scan_escaped(const uint8_t *p, size_t n, size_t i, uint8_t *room, size_t room_size, c12_view *text)
{
    size_t len = i - 1;
    if (len > room_size) return 0;
    memcpy(room, p + 1, len);
    while (i < n && p[i] != '"') {
        uint8_t c = p[i];
        size_t step = c == '\\' ? text_read_escape(p + i, n - i, &c) : c >= 0x20;
        if (!step || len == room_size) return 0;
        room[len++] = c;
        i += step;
    }
    text->ptr = room;
    text->size = len;
    return i < n ? i + 1 : 0;
}

size_t c12__tlm_scan_string(const uint8_t *p, size_t n, uint8_t *room, size_t room_size, c12_view *text)
{
    if (!n || p[0] != '"') return 0;
    size_t i = 1, end, bad;
    uint8_t high = 0;
    while (i < n && text_is_plain(p[i])) high |= p[i++];
    if (i < n && p[i] == '"') {
        text->ptr = p + 1;
        text->size = i - 1;
        end = i + 1;
    } else {
        if (i == n || p[i] != '\\') return 0;
        if (!(end = text_scan_escaped(p, n, i, room, room_size, text))) return 0;
        high = 0x80;
    }
    return high < 0x80 || c12__tlm_utf8(text->ptr, text->size, &bad) ? end : 0;
}

size_t c12__tlm_scan_list(const uint8_t *p, size_t n)
{
    uint8_t room[256];
    c12_view text;
    size_t i = 1;
    if (n < 2 || p[0] != '[') return 0;
    if (p[1] == ']') return 2;
    for (;;) {
        size_t len = c12__tlm_scan_string(p + i, n - i, room, sizeof room, &text);
        if (!len || (i += len) == n) return 0;
        if (p[i] == ']') return i + 1;
        if (p[i++] != ',') return 0;
    }
}

/* ---- numbers ---------------------------------------------------------------------------------------------------------- */

/* "e-5", "e-05": decimals more; 0 = no exponent of that kind. */
static size_t text_exponent(const uint8_t *p, size_t n, int32_t *decimals)
{
    size_t i = 2;
    int32_t more = 0;
    if (n < 3 || p[0] != 'e' || p[1] != '-') return 0;
    for (; i < n && i < 4 && (unsigned)p[i] - '0' < 10; i++) more = more * 10 + (int32_t)(p[i] - '0');
    *decimals += more;
    return i == 2 ? 0 : i;
}

size_t c12__tlm_scan_number(const uint8_t *p, size_t n, int64_t *mantissa, int32_t *decimals)
{
    size_t i = n && p[0] == '-', first = i;
    uint64_t m = 0;
    int32_t digits = 0, after = -1;
    for (; i < n; i++) {
        unsigned d = (unsigned)p[i] - '0';
        if (d < 10) {
            m = m * 10 + d;
            digits++;
            after += after >= 0;
        } else if (p[i] == '.' && after < 0 && i > first) after = 0;
        else break;
        if (digits > 18) return 0;
    }
    if (!digits || after == 0) return 0;
    *mantissa = first ? -(int64_t)m : (int64_t)m;
    *decimals = after < 0 ? 0 : after;
    if (i < n && p[i] == 'e') i += text_exponent(p + i, n - i, decimals);
    return i;
}

int32_t c12_tlm_numbers(c12_view lines)
{
    for (size_t i = 1; lines.ptr && i + 3 < lines.size; i++) {
        const uint8_t *p = lines.ptr + i;
        if (p[0] != 'e' || p[1] != '-' || (unsigned)p[-1] - '0' > 9 || (unsigned)p[2] - '0' > 9) continue;
        if (p[2] == '0') return C12_TLM_NUMBERS_PYTHON;
        if ((unsigned)p[3] - '0' > 9) return C12_TLM_NUMBERS_SCRIPT;
    }
    return C12_TLM_NUMBERS_PLAIN;
}

/* Digits of u, right-aligned at end; returns the first. */
static uint8_t *text_digits(uint8_t *end, uint64_t u, int32_t at_least)
{
    for (; u || at_least > 0; at_least--, u /= 10) *--end = (uint8_t)('0' + u % 10);
    return end;
}

static uint64_t text_magnitude(int64_t v) { return v < 0 ? 0 - (uint64_t)v : (uint64_t)v; }

void c12__tlm_emit_integer(c12__tlm_sink *s, int64_t v)
{
    uint8_t room[24], *end = room + sizeof room, *p = text_digits(end, text_magnitude(v), 1);
    if (v < 0) *--p = '-';
    c12__tlm_emit(s, p, (size_t)(end - p));
}

/* 9.1e-05: the digits of u, a point behind the first. */
static void text_small(c12__tlm_sink *s, int negative, uint64_t u, int32_t scale, int32_t digits)
{
    uint8_t room[48], *end = room + sizeof room, *p;
    for (; u % 10 == 0; scale--) u /= 10;
    p = text_digits(end, u, 1);
    scale -= (int32_t)(end - p) - 1;
    if (negative) c12__tlm_emit1(s, '-');
    c12__tlm_emit1(s, *p++);
    if (p < end) c12__tlm_emit1(s, '.');
    c12__tlm_emit(s, p, (size_t)(end - p));
    c12__tlm_emit(s, "e-", 2);
    p = text_digits(end, (uint64_t)scale, digits);
    c12__tlm_emit(s, p, (size_t)(end - p));
}

void c12__tlm_emit_decimal(c12__tlm_sink *s, int64_t mantissa, int32_t scale, int32_t numbers)
{
    uint8_t room[48], *end = room + sizeof room, *p = end;
    uint64_t u = text_magnitude(mantissa);
    if (c12__tlm_is_small(mantissa, scale, numbers)) { text_small(s, mantissa < 0, u, scale, numbers == C12_TLM_NUMBERS_PYTHON ? 2 : 1); return; }
    for (; scale > 1 && u % 10 == 0; scale--) u /= 10;
    if (scale == 0) *--p = '0';
    else {
        uint64_t ten = c12__tlm_ten(scale);
        p = text_digits(p, u % ten, scale);
        u /= ten;
    }
    *--p = '.';
    p = text_digits(p, u, 1);
    if (mantissa < 0) *--p = '-';
    c12__tlm_emit(s, p, (size_t)(end - p));
}

/* ---- times -------------------------------------------------------------------------------------------------------------- */

enum { TLM_DAY_MS = 86400000 };

/* Days from 1970-01-01 in the proleptic Gregorian calendar; the year starts in March so that the leap day comes last. */
static int64_t text_days(int64_t year, int64_t month, int64_t day)
{
    year -= month < 3;
    month += month < 3 ? 9 : -3;
    int64_t era = (year + 400) / 400 - 1, of_era = year - era * 400, of_year = (153 * month + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static void text_date(int64_t days, int64_t *year, int64_t *month, int64_t *day)
{
    int64_t z = days + 719468 + 146097, era = z / 146097 - 1, of = z % 146097; /* z > 0 from year -400 on */
    int64_t y = (of - of / 1460 + of / 36524 - of / 146096) / 365, d = of - (365 * y + y / 4 - y / 100), m = (5 * d + 2) / 153;
    *day = d - (153 * m + 2) / 5 + 1;
    *month = m < 10 ? m + 3 : m - 9;
    *year = y + era * 400 + (*month < 3);
}

/* n digits at p, or -1. */
static int64_t text_fixed(const uint8_t *p, int32_t n)
{
    int64_t v = 0;
    for (int32_t i = 0; i < n; i++) {
        if (p[i] < '0' || p[i] > '9') return -1;
        v = v * 10 + (p[i] - '0');
    }
    return v;
}

static int text_month_days(int64_t year, int64_t month)
{
    static const int days[12] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    return days[month - 1] + (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
}

/* "Z" or "+hh:mm" filling the rest exactly; the offset in minutes. */
static int text_zone(const uint8_t *p, size_t n, int64_t *minutes)
{
    *minutes = 0;
    if (n == 1) return p[0] == 'Z' || p[0] == 'z';
    if (n != 6 || (p[0] != '+' && p[0] != '-') || p[3] != ':') return 0;
    int64_t h = text_fixed(p + 1, 2), m = text_fixed(p + 4, 2);
    if (h < 0 || h > 23 || m < 0 || m > 59) return 0;
    *minutes = p[0] == '-' ? -(h * 60 + m) : h * 60 + m;
    return 1;
}

int c12__tlm_scan_time(const uint8_t *p, size_t n, int64_t *ms)
{
    if (n < 20 || p[4] != '-' || p[7] != '-' || (p[10] != 'T' && p[10] != 't' && p[10] != ' ') || p[13] != ':' || p[16] != ':') return 0;
    int64_t year = text_fixed(p, 4), month = text_fixed(p + 5, 2), day = text_fixed(p + 8, 2);
    int64_t hour = text_fixed(p + 11, 2), minute = text_fixed(p + 14, 2), second = text_fixed(p + 17, 2), fraction = 0, zone;
    if (year < 0 || month < 1 || month > 12 || day < 1 || day > text_month_days(year, month)) return 0;
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return 0; /* 60: a leap second */
    size_t at = 19;
    if (p[19] == '.') {
        int64_t unit = 100;
        for (at = 20; at < n && p[at] >= '0' && p[at] <= '9'; at++, unit /= 10) fraction += unit * (p[at] - '0');
        if (at == 20) return 0;
    }
    if (!text_zone(p + at, n - at, &zone)) return 0;
    *ms = text_days(year, month, day) * TLM_DAY_MS + ((hour * 60 + minute - zone) * 60 + second) * 1000 + fraction;
    return 1;
}

int c12__tlm_emit_time(c12__tlm_sink *s, int64_t ms, int32_t decimals)
{
    const int64_t first = INT64_C(-62167219200000), last = INT64_C(253402300799999); /* 0000-01-01 .. 9999-12-31 */
    if (ms < first || ms > last || (!decimals && ms % 1000)) return 1;
    int64_t days = (ms - first) / TLM_DAY_MS, of = (ms - first) % TLM_DAY_MS, date[3];
    text_date(days + first / TLM_DAY_MS, &date[0], &date[1], &date[2]);
    uint8_t t[26] = "\"0000-00-00T00:00:00.000Z\"";
    const int64_t part[6] = { date[0], date[1], date[2], of / 3600000, of / 60000 % 60, of / 1000 % 60 };
    static const int32_t end[6] = { 5, 8, 11, 14, 17, 20 };
    for (int i = 0; i < 6; i++) text_digits(t + end[i], (uint64_t)part[i], 2);
    if (part[0] >= 100) text_digits(t + 5, (uint64_t)part[0], 4);
    text_digits(t + 24, (uint64_t)(of % 1000), 3);
    if (decimals) c12__tlm_emit(s, t, 26);
    else {
        c12__tlm_emit(s, t, 20);
        c12__tlm_emit(s, t + 24, 2);
    }
    return 0;
}
