/* SPDX-License-Identifier: Apache-2.0 */
/* Passwords: PBKDF2 and the line that is stored of it. */
#include "seal/seal_internal.h"

enum { SEAL_SALT_LEAST = 16, SEAL_SALT_MOST = 64, SEAL_PASSWORD_MOST = 1024, SEAL_STORED_LEAST = 1000, SEAL_ITERATIONS_MOST = 10000000, SEAL_LINE = 160 };
static const char seal_scheme[] = "$pbkdf2-sha256$i=";

c12_status c12_seal_pbkdf2(c12_view password, c12_view salt, int64_t iterations, c12_mem out, c12_error *err)
{
    uint8_t key[64];
    if (c12__seal_unreadable(password) || c12__seal_unreadable(salt) || !out.ptr) return c12__fail(err, C12_E_ARG, "argument is NULL", "password", -1, 0);
    if (iterations < 1) return c12__fail(err, C12_E_RANGE, "iterations must be 1 or more", "iterations", -1, iterations);
    if (salt.size > SEAL_SALT_MOST) return c12__fail(err, C12_E_RANGE, "salt must have at most 64 bytes", "salt", -1, (int64_t)salt.size);
    if (out.size < 1 || out.size > sizeof key) return c12__fail(err, C12_E_RANGE, "output must have 1 to 64 bytes", "out", -1, (int64_t)out.size);
    c12_status s = c12__seal_stretch(password, salt, iterations, key, out.size, err);
    if (!s) memcpy(out.ptr, key, out.size);
    c12__seal_wipe(key, sizeof key);
    return s;
}

static size_t seal_put_decimal(char *to, int64_t v)
{
    char digit[20];
    size_t n = 0, k = 0;
    do { digit[k++] = (char)('0' + v % 10); } while (v /= 10);
    while (k) to[n++] = digit[--k];
    return n;
}

c12_status c12_seal_password_hash(c12_view password, c12_view salt, int64_t iterations, c12_mem out, size_t *used, c12_error *err)
{
    char line[SEAL_LINE];
    uint8_t key[32];
    if (!password.ptr || !salt.ptr || !used) return c12__fail(err, C12_E_ARG, "argument is NULL", password.ptr ? "salt" : "password", -1, 0);
    if (password.size < 1 || password.size > SEAL_PASSWORD_MOST) return c12__fail(err, C12_E_RANGE, "password must have 1 to 1024 bytes", "password", -1, (int64_t)password.size);
    if (salt.size < SEAL_SALT_LEAST || salt.size > SEAL_SALT_MOST) return c12__fail(err, C12_E_RANGE, "salt must have 16 to 64 bytes", "salt", -1, (int64_t)salt.size);
    if (!iterations) iterations = C12_SEAL_ITERATIONS;
    if (iterations < C12_SEAL_ITERATIONS || iterations > SEAL_ITERATIONS_MOST) return c12__fail(err, C12_E_RANGE, "iterations must be 600000 to 10000000", "iterations", -1, iterations);
    size_t n = sizeof seal_scheme - 1, letters = (salt.size * 8 + 5) / 6 + (sizeof key * 8 + 5) / 6;
    memcpy(line, seal_scheme, n);
    n += seal_put_decimal(line + n, iterations);
    if (!out.ptr || out.size < n + 2 + letters) return c12__fail(err, C12_E_SPACE, "output is too small", "out", -1, (int64_t)(n + 2 + letters));
    c12_status s = c12__seal_stretch(password, salt, iterations, key, sizeof key, err);
    if (s) return s;
    const c12_view hash = { key, sizeof key };
    line[n++] = '$';
    n += c12__seal_base64(salt, line + n);
    line[n++] = '$';
    n += c12__seal_base64(hash, line + n);
    memcpy(out.ptr, line, n);
    *used = n;
    c12__seal_wipe(key, sizeof key);
    return C12_OK;
}

/* What stands up to the next dollar sign, which is passed over. */
static c12_view seal_field(c12_view *rest)
{
    c12_view field = { rest->ptr, 0 };
    while (field.size < rest->size && rest->ptr[field.size] != '$') field.size++;
    size_t step = field.size < rest->size ? field.size + 1 : field.size;
    rest->ptr += step;
    rest->size -= step;
    return field;
}

typedef struct seal_line { int64_t iterations; uint8_t salt[SEAL_SALT_MOST], hash[32]; size_t salt_size; } seal_line;

/* NULL = the line is sound, else the rule it breaks. */
static const char *seal_read_line(c12_view record, seal_line *line)
{
    size_t n = sizeof seal_scheme - 1;
    if (record.size > SEAL_LINE || record.size < n || memcmp(record.ptr, seal_scheme, n)) return "line does not begin with $pbkdf2-sha256$i=";
    c12_view rest = { record.ptr + n, record.size - n };
    const c12_view count = seal_field(&rest), salt = seal_field(&rest), hash = seal_field(&rest);
    line->iterations = c12__seal_decimal(count);
    if (line->iterations < SEAL_STORED_LEAST || line->iterations > SEAL_ITERATIONS_MOST) return "iterations must be 1000 to 10000000";
    if (salt.size > (SEAL_SALT_MOST * 8 + 5) / 6 || hash.size != 43) return "salt or hash of the line has another length";
    int64_t bytes = c12__seal_unbase64(salt, 0, line->salt);
    if (bytes < 1) return "salt of the line is no base64";
    line->salt_size = (size_t)bytes;
    if (c12__seal_unbase64(hash, 0, line->hash) != 32) return "hash of the line is no base64";
    const uint8_t *end = hash.ptr + hash.size;
    return end == record.ptr + record.size ? NULL : "line goes on behind its hash";
}

c12_status c12_seal_password_check(c12_view password, c12_view record, int32_t *weak, c12_error *err)
{
    seal_line line;
    uint8_t key[32];
    if (c12__seal_unreadable(password) || !record.ptr) return c12__fail(err, C12_E_ARG, "argument is NULL", record.ptr ? "password" : "record", -1, 0);
    if (password.size > SEAL_PASSWORD_MOST) return c12__fail(err, C12_E_REFUSED, "password is wrong", NULL, -1, 0);
    const char *rule = seal_read_line(record, &line);
    if (rule) return c12__fail(err, C12_E_FORMAT, rule, "record", -1, 0);
    const c12_view salt = { line.salt, line.salt_size };
    c12_status s = c12__seal_stretch(password, salt, line.iterations, key, sizeof key, err);
    if (s) return s;
    int same = c12__seal_same(key, line.hash, sizeof key);
    c12__seal_wipe(key, sizeof key);
    if (!same) return c12__fail(err, C12_E_REFUSED, "password is wrong", NULL, -1, 0);
    if (weak) *weak = line.iterations < C12_SEAL_ITERATIONS;
    return C12_OK;
}
