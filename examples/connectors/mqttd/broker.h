/* SPDX-License-Identifier: Apache-2.0 */
/* A connection to an MQTT broker for one thread: last will, TLS 1.3, reconnect with back-off, a bound on what is under way. */
#ifndef C12_BROKER_H
#define C12_BROKER_H

#include <mosquitto.h>
#include <stddef.h>
#include <stdint.h>

enum { BROKER_UNDERWAY = 256 /* publishes that the broker has not taken yet */, BROKER_FIRST_MS = 250, BROKER_LONGEST_MS = 15000 };

typedef struct broker_options { const char *host; int port; const char *ca, *cert, *key, *id; } broker_options;

typedef struct line line;
struct line {
    struct mosquitto *m;
    const char *host;
    int port, up, underway, tried; /* up: the broker has answered; underway: not yet taken; tried: a connection was begun */
    int asked, denied;             /* topics asked for and not yet granted, and those of this connection that the broker denied */
    int64_t at, wait;              /* ms: when to try again, and how long the next wait is */
    int64_t lost, refused;         /* connections that broke, publishes that were too many */
    uint64_t dice;
    void (*opened)(line *l, void *user); /* broker_hear here; called after every (re)connect */
    void (*ready)(line *l, void *user);  /* all topics that were asked for are answered: what is said from now on is heard */
    void (*closed)(line *l, void *user);
    void (*heard)(line *l, void *user, const struct mosquitto_message *message);
    void *user;
};

int64_t broker_clock(void);                                    /* ms that only go forward */
int broker_open(line *l, const broker_options *o, const char *will_topic, const char *will); /* 0 = good; will_topic NULL = none */
void broker_step(line *l, int wait_ms);                        /* reads and writes for at most so long */
void broker_hear(line *l, const char *topic, int qos);         /* asks for a topic */
int broker_say(line *l, const char *topic, const void *payload, size_t n, int qos, int retain); /* 0 = under way */
void broker_close(line *l);                                    /* without the last will */

/* Options come in pairs, from argv[1] on; one that is not known is an error and not a silence. */
const char *option_of(int argc, char **argv, const char *name, const char *none);
int options_known(const char *program, int argc, char **argv, const char *const *names); /* names end with NULL; 0 = said what is wrong */

void say(const char *format, ...) __attribute__((format(printf, 1, 2))); /* a line of the log */

#endif
