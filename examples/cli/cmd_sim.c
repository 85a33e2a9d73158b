/* SPDX-License-Identifier: Apache-2.0 */
/* c12 sim: runs c12-sim, or with --mqtt c12-agv, which lie beside this program, so that the command itself needs neither TLS nor MQTT. */
#include "cli.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int cmd_sim(cli *c)
{
    char path[4096];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 9);
    path[n < 0 ? 0 : n] = 0;
    char *slash = strrchr(path, '/'), **words = NEW(char *, c->argc + 2);
    int mqtt = 0;
    for (int k = 0; k < c->argc; k++) mqtt |= !strcmp(c->argv[k], "--mqtt");
    memcpy(slash ? slash + 1 : path, mqtt ? "c12-agv" : "c12-sim", 8);
    words[0] = path;
    for (int k = 0, n_words = 1; k < c->argc; k++) if (!mqtt || (strcmp(c->argv[k], "robot") && strcmp(c->argv[k], "--mqtt"))) words[n_words++] = c->argv[k];
    execv(path, words);
    free(words);
    return cli_say("c12 sim: %s is not there; it is built with the daemons, where the headers of libmicrohttpd, GnuTLS%s are", path, mqtt ? " and libmosquitto" : "");
}
