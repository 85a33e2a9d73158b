/* SPDX-License-Identifier: Apache-2.0 */
/* Log lines on standard error: "<N>text" as journald takes it, or one JSON object a line.  And readiness for systemd: one datagram. */
#include "inside.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static int log_json;
static const char *log_name = "c12d";

void log_open(int json, const char *name)
{
    log_json = json;
    log_name = name;
}

void house_log(int priority, const char *format, ...)
{
    static const char *const level[] = { "emerg", "alert", "crit", "error", "warning", "notice", "info", "debug" };
    char text[1500], line[2200];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    for (char *c = text; *c; c++) if ((unsigned char)*c < 32) *c = ' '; /* one line, whatever a client sent */
    int n;
    if (log_json) {
        struct timespec t;
        struct tm day;
        char stamp[32];
        clock_gettime(CLOCK_REALTIME, &t);
        gmtime_r(&t.tv_sec, &day);
        strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &day);
        json_t *o = json_pack("{s:s+,s:s,s:s,s:s%}", "time", stamp, "Z", "level", level[priority & 7], "service", log_name, "text", text, strlen(text));
        char *s = o ? json_dumps(o, JSON_COMPACT) : NULL;
        n = snprintf(line, sizeof line, "%s\n", s ? s : "{\"level\":\"error\",\"text\":\"a line was no UTF-8\"}");
        free(s);
        json_decref(o);
    } else n = snprintf(line, sizeof line, "<%d>%s: %s\n", priority, log_name, text);
    if (n > (int)sizeof line - 1) n = (int)sizeof line - 1;
    if (n > 0) (void)!write(2, line, (size_t)n); /* one call, so that lines of two threads do not mix */
}

void notify_tell(const char *text)
{
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un to = { .sun_family = AF_UNIX };
    if (!path || !*path || strlen(path) >= sizeof to.sun_path) return;
    memcpy(to.sun_path, path, strlen(path));
    socklen_t n = (socklen_t)(sizeof to - sizeof to.sun_path + strlen(path));
    if (to.sun_path[0] == '@') to.sun_path[0] = 0;
    int s = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (s < 0) return;
    (void)!sendto(s, text, strlen(text), 0, (const struct sockaddr *)&to, n);
    close(s);
}
