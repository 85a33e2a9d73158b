/* SPDX-License-Identifier: Apache-2.0 */
/* Security events as RFC 5424 lines: to the collector at [security] siem = udp:ADDRESS:PORT, else appended to security.log in the state folder. */
#include "inside.h"
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <fcntl.h>

static int siem_fd = -1, siem_file;
static const char *siem_app = "c12d";

void siem_open(house *h)
{
    const char *where = house_option(h, "security.siem", "");
    char address[80], path[600], *port;
    struct addrinfo hint = { .ai_socktype = SOCK_DGRAM, .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV }, *to;
    siem_app = h->name;
    if (!strncmp(where, "udp:", 4)) {
        snprintf(address, sizeof address, "%s", where + 4);
        port = strrchr(address, ':');
        if (port) *port++ = 0;
        if (!port || getaddrinfo(address, port, &hint, &to)) { house_log(LOG_SAYS_ERROR, "security.siem = %s: write udp:ADDRESS:PORT", where); return; }
        siem_fd = socket(to->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (siem_fd >= 0 && connect(siem_fd, to->ai_addr, to->ai_addrlen)) { close(siem_fd); siem_fd = -1; }
        freeaddrinfo(to);
        return;
    }
    snprintf(path, sizeof path, "%s/security.log", h->set.state);
    siem_fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    siem_file = 1;
}

/* A parameter's value: quote, backslash and bracket are escaped (RFC 5424, 6.3.3), control characters left out. */
static void value_of(const char *s, char *out, size_t cap)
{
    size_t n = 0;
    for (; *s && n + 3 < cap; s++) {
        if ((unsigned char)*s < 32) continue;
        if (*s == '"' || *s == '\\' || *s == ']') out[n++] = '\\';
        out[n++] = *s;
    }
    out[n] = 0;
}

void siem_tell(const char *what, const char *who, const char *address, const char *text)
{
    char line[1400], stamp[40], host[64] = "-", a[200], b[100], c[500];
    struct timespec t;
    struct tm day;
    if (siem_fd < 0) return;
    clock_gettime(CLOCK_REALTIME, &t);
    gmtime_r(&t.tv_sec, &day);
    size_t n = strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &day);
    snprintf(stamp + n, sizeof stamp - n, ".%03ldZ", t.tv_nsec / 1000000);
    (void)gethostname(host, sizeof host - 1);
    value_of(who[0] ? who : "nobody", a, sizeof a);
    value_of(address, b, sizeof b);
    value_of(text, c, sizeof c);
    /* facility 10 (security), severity 4 (warning); 32473 is the number for examples (RFC 5612) */
    int size = snprintf(line, sizeof line, "<84>1 %s %s %s %d %s [c12@32473 who=\"%s\" from=\"%s\"] %s%s", stamp, host, siem_app, (int)getpid(), what, a, b, c, siem_file ? "\n" : "");
    if (size > 0 && size < (int)sizeof line) (void)!write(siem_fd, line, (size_t)size);
}
