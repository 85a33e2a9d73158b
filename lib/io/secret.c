/* SPDX-License-Identifier: Apache-2.0 */
/* Random bytes from the system, and keys in files of their own. */
#define _GNU_SOURCE /* getrandom where -std=c11 hides it */
#include "io/io_internal.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#  include <sys/random.h>
#endif

enum { KEY_BYTES = 32, KEY_LINE = 2 * KEY_BYTES };

/* Another system's source, or a kernel too old for the call. */
static c12_status random_file(uint8_t *p, size_t n, c12_error *err)
{
    int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
    if (fd < 0) return c12io__os_fault(err, "/dev/urandom", "open");
    while (n) {
        ssize_t got = read(fd, p, n);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) {
            c12_status s = c12io__os_fault(err, "/dev/urandom", "read");
            close(fd);
            return s;
        }
        p += got;
        n -= (size_t)got;
    }
    close(fd);
    return C12_OK;
}

c12_status c12io_random(c12_mem out, c12_error *err)
{
    uint8_t *p = out.ptr;
    size_t n = out.size;
    if (n && !p) return c12io__fault(err, C12_E_ARG, "argument is NULL", -1, 0, "random bytes: output is NULL");
#ifdef __linux__
    while (n) {
        ssize_t got = getrandom(p, n, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) break;
        p += got;
        n -= (size_t)got;
    }
#endif
    return n ? random_file(p, n, err) : C12_OK;
}

/* A terminal's newline and blanks around are no part of a key. */
static int key_digit(int c)
{
    if (c >= '0' && c <= '9') return c - '0';
    c |= 32;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static c12_status key_bad(const char *path, c12_error *err)
{
    return c12io__fault(err, C12_E_FORMAT, "not a key: 64 hexadecimal digits are wanted", -1, 0, "%s: not a key: write 64 hexadecimal digits, as c12 seal key does", path);
}

c12_status c12io_key_read(const char *path, uint8_t *key, c12_error *err)
{
    uint8_t out[KEY_BYTES];
    char text[KEY_LINE + 8];
    if (!path || !key) return c12io__fault(err, C12_E_ARG, "argument is NULL", -1, 0, "key: path or output is NULL");
    FILE *f = fopen(path, "rb");
    if (!f) return c12io__os_fault(err, path, "open");
    setvbuf(f, NULL, _IONBF, 0); /* no copy of it stays in a buffer */
    size_t n = fread(text, 1, sizeof text, f);
    int failed = ferror(f);
    fclose(f);
    if (failed) return c12io__os_fault(err, path, "read");
    while (n && (text[n - 1] == '\n' || text[n - 1] == '\r' || text[n - 1] == ' ')) n--;
    if (n != KEY_LINE) return key_bad(path, err);
    for (size_t i = 0; i < KEY_BYTES; i++) {
        int high = key_digit((unsigned char)text[2 * i]), low = key_digit((unsigned char)text[2 * i + 1]);
        if (high < 0 || low < 0) return key_bad(path, err);
        out[i] = (uint8_t)(high << 4 | low);
    }
    memcpy(key, out, sizeof out);
    return C12_OK;
}

c12_status c12io_key_write(const char *path, const uint8_t *key, c12_error *err)
{
    static const char digits[] = "0123456789abcdef";
    char text[KEY_LINE + 1];
    if (!path || !key) return c12io__fault(err, C12_E_ARG, "argument is NULL", -1, 0, "key: path or bytes are NULL");
    for (size_t i = 0; i < KEY_BYTES; i++) {
        text[2 * i] = digits[key[i] >> 4];
        text[2 * i + 1] = digits[key[i] & 15];
    }
    text[KEY_LINE] = '\n';
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) return c12io__os_fault(err, path, "create");
    c12_status s = write(fd, text, sizeof text) != (ssize_t)sizeof text || fsync(fd) ? c12io__os_fault(err, path, "write") : C12_OK;
    close(fd);
    if (s) unlink(path);
    return s;
}
