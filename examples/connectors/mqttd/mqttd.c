/* SPDX-License-Identifier: Apache-2.0 */
/* c12-mqttd: vehicles of VDA 5050 on an MQTT broker, driven by fleetd.  A program of its own, so that the daemons link no MQTT. */
#include "master.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t over;

static void stop(int signal_number)
{
    (void)signal_number;
    over = 1;
}

static int help(void)
{
    puts("c12-mqttd [--api-host 127.0.0.1] [--api-port 8012] [--api-ca FILE --api-cert FILE --api-key FILE]\n"
         "          [--broker 127.0.0.1] [--port 1883] [--ca FILE --cert FILE --key FILE]\n"
         "          [--manufacturer c12] [--interface uagv] [--version 2.0.0|2.1.0] [--map map] [--cell M] [--horizon N] [--order-nodes N]\n"
         "          [--silence SECONDS] [--resend MS]\n\n"
         "  all robots of fleetd are vehicles uagv/v2/MANUFACTURER/ROBOT/...: what fleetd releases is the base of their orders, what it plans behind that\n"
         "  the horizon (at most N nodes, 16); what they say are their reports.  One that is not ONLINE, or silent for so long (35 s), is not\n"
         "  reported, and fleetd shows it stale.  A cell is M metres (1); nodes are named x3y4.\n"
         "  --order-nodes: so many has one order with all its updates at most (2048); another goes on behind it\n"
         "  --ca, --cert, --key: TLS 1.3 to the broker with a certificate of one's own; --api-...: the same to fleetd\n\n"
         "example:  c12-mqttd --manufacturer acme --broker 127.0.0.1 --port 1883");
    return 0;
}

static int take_options(master *m, int argc, char **argv)
{
    const char *ca = option_of(argc, argv, "--api-ca", NULL), *cert = option_of(argc, argv, "--api-cert", NULL), *key = option_of(argc, argv, "--api-key", NULL);
    double metres = strtod(option_of(argc, argv, "--cell", "1"), NULL), silence = strtod(option_of(argc, argv, "--silence", "35"), NULL);
    m->o = (master_options){ .interface_name = option_of(argc, argv, "--interface", "uagv"), .maker = option_of(argc, argv, "--manufacturer", "c12"), .version = option_of(argc, argv, "--version", "2.0.0"), .map = option_of(argc, argv, "--map", "map"),
                             .cell_um = (int64_t)(metres * C12_VDA_UNIT), .silence_ms = (int64_t)(silence * 1000), .horizon = strtoll(option_of(argc, argv, "--horizon", "16"), NULL, 10), .nodes = strtoll(option_of(argc, argv, "--order-nodes", "2048"), NULL, 10), .resend_ms = strtoll(option_of(argc, argv, "--resend", "1000"), NULL, 10) };
    m->api = (place){ .host = option_of(argc, argv, "--api-host", "127.0.0.1"), .name = option_of(argc, argv, "--api-host", "127.0.0.1"), .port = atoi(option_of(argc, argv, "--api-port", "8012")) };
    m->w.fd = -1;
    if (m->o.cell_um < 1000 || m->o.horizon < 0 || m->o.horizon > MASTER_STEPS - 1 || silence <= 0 || m->o.resend_ms < 10) { fprintf(stderr, "c12-mqttd: --cell is 0.001 or more, --horizon 0 to %d, --silence above 0, --resend 10 or more\n", MASTER_STEPS - 1); return -1; }
    if (m->o.nodes < m->o.horizon + 8 || m->o.nodes > MASTER_NODES) { fprintf(stderr, "c12-mqttd: --order-nodes is 8 more than --horizon to %d\n", MASTER_NODES); return -1; }
    if (strpbrk(m->o.maker, "/+#") || strlen(m->o.maker) > 79) { fprintf(stderr, "c12-mqttd: --manufacturer is part of a topic: no / + #, at most 79 bytes\n"); return -1; }
    if (strcmp(m->o.version, "2.0.0") && strcmp(m->o.version, "2.1.0")) { fprintf(stderr, "c12-mqttd: --version is 2.0.0 or 2.1.0\n"); return -1; }
    if (ca && place_trust(&m->api, ca)) { fprintf(stderr, "c12-mqttd: %s: cannot be read\n", ca); return -1; }
    if (ca && cert && place_prove(&m->api, cert, key ? key : "")) { fprintf(stderr, "c12-mqttd: %s: cannot be read with its key\n", cert); return -1; }
    return 0;
}

int main(int argc, char **argv)
{
    static master m;
    static const char *const names[] = { "--api-host", "--api-port", "--api-ca", "--api-cert", "--api-key", "--broker", "--port", "--ca", "--cert", "--key", "--manufacturer", "--interface", "--version", "--map", "--cell", "--horizon", "--order-nodes", "--silence", "--resend", NULL };
    if (argc > 1 && !strcmp(argv[argc - 1], "--help")) return help();
    if (!options_known("c12-mqttd", argc, argv, names) || take_options(&m, argc, argv)) return 2;
    broker_options o = { .host = option_of(argc, argv, "--broker", "127.0.0.1"), .port = atoi(option_of(argc, argv, "--port", "1883")), .ca = option_of(argc, argv, "--ca", NULL), .cert = option_of(argc, argv, "--cert", NULL), .key = option_of(argc, argv, "--key", NULL) };
    signal(SIGINT, stop);
    signal(SIGTERM, stop);
    signal(SIGPIPE, SIG_IGN);
    while (!over && master_robots(&m)) usleep((unsigned)(m.api_wait ? m.api_wait : 500) * 1000u);
    if (!over) say("%d robots of fleetd", (int)m.n);
    m.l.opened = master_opened;
    m.l.ready = master_ready;
    m.l.closed = master_closed;
    m.l.heard = master_heard;
    m.l.user = &m;
    if (!over && broker_open(&m.l, &o, NULL, NULL)) return 2;
    while (!over) {
        broker_step(&m.l, 5);
        master_step(&m);
    }
    say("ends: %lld states, %lld orders and updates sent, %lld refused, %lld states lost on the way", (long long)m.states, (long long)m.sent, (long long)m.refused, (long long)m.gaps);
    broker_close(&m.l);
    master_free(&m);
    place_drop(&m.api);
    return 0;
}
