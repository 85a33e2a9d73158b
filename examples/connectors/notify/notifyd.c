/* SPDX-License-Identifier: Apache-2.0 */
/* main of c12-notifyd: the list of alerts into the book, what is due out of it. */
#include "notifyd.h"
#include <curl/curl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- options ------------------------------------------------------------------------------------------------------------------------------- */

/* step1 to step5: mail addresses and URLs, commas between them. */
static int set_step(notifyd *n, int step, const char *value)
{
    char all[1000], *save = NULL;
    int k = 0;
    if (snprintf(all, sizeof all, "%s", value) >= (int)sizeof all) return 0;
    for (char *t = strtok_r(all, ", ", &save); t; t = strtok_r(NULL, ", ", &save), k++)
        if (k == NOTIFY_TARGETS || snprintf(n->target[step][k], NOTIFY_TARGET, "%s", t) >= NOTIFY_TARGET || (strncmp(t, "http://", 7) && strncmp(t, "https://", 8) && !strchr(t, '@'))) return 0;
    return k > 0;
}

static int set(void *user, const char *section, const char *name, const char *value)
{
    notifyd *n = user;
    const struct { const char *name; char *at; size_t cap; } word[] = { { "book.file", n->book, sizeof n->book }, { "mail.url", n->mail_url, sizeof n->mail_url }, { "mail.from", n->mail_from, sizeof n->mail_from }, { "mail.user", n->mail_user, sizeof n->mail_user },
        { "mail.password_file", n->mail_secret, sizeof n->mail_secret }, { "mail.ca", n->mail_ca, sizeof n->mail_ca }, { "rules.kinds", n->kinds, sizeof n->kinds } };
    const struct { const char *name; int *at, least; } count[] = { { "rules.after", &n->after, 1 }, { "rules.reminders", &n->reminders, 0 }, { "rules.every", &n->every, 1 } };
    char full[130];
    snprintf(full, sizeof full, "%.60s.%.60s", section, name);
    for (size_t k = 0; k < sizeof word / sizeof *word; k++) if (!strcmp(word[k].name, full)) return snprintf(word[k].at, word[k].cap, "%s", value) < (int)word[k].cap;
    for (size_t k = 0; k < sizeof count / sizeof *count; k++) if (!strcmp(count[k].name, full)) return (*count[k].at = (int)strtol(value, NULL, 10)) >= count[k].least;
    if (!strcmp(full, "rules.severity")) return (n->least = !strcmp(value, "critical") ? 2 : !strcmp(value, "warning") ? 1 : -1) > 0;
    if (strncmp(full, "people.step", 11) || full[11] < '1' || full[11] > '0' + NOTIFY_STEPS || full[12]) return 0;
    return set_step(n, full[11] - '1', value);
}

static void help(void)
{
    puts("c12-notifyd [--config FILE.ini] [--SECTION.NAME VALUE ...]\n\n"
         "  c12.host, c12.port       the daemon, 127.0.0.1:8012\n  c12.cert, c12.key, c12.ca  files: a certificate with the name c12:connector:NAME; without, plain HTTP on this machine\n"
         "  plant.site               the plant's name in each message\n  book.file                what was told to whom, c12-notifyd.db\n"
         "  people.step1 ... step5   mail addresses and webhooks' URLs, commas between them: who is told first, and next\n"
         "  rules.after              seconds until the next step, when nobody has cleared the alert: 900\n  rules.reminders          how often the last step comes again: 3\n"
         "  rules.severity           critical or warning: told from there on, warning\n  rules.kinds              only these, commas between them: ncr,battery,late,silent,stop,lockout,refusals,clock\n  rules.every              seconds between two looks, 2\n"
         "  mail.url                 smtp://HOST:25 with STARTTLS, or smtps://HOST:465\n  mail.from                the sender's address\n  mail.user, mail.password_file, mail.ca\n\n"
         "example:  c12-notifyd --plant.site bern --mail.url smtp://127.0.0.1:25 --mail.from plant@example.com --people.step1 ada@example.com");
}

static int good(notifyd *n)
{
    int mail = 0;
    while (n->n_steps < NOTIFY_STEPS && n->target[n->n_steps][0][0]) n->n_steps++;
    if (!n->n_steps) { link_say(&n->l, 3, "people.step1 is missing: who is told first"); return 2; }
    for (int s = n->n_steps; s < NOTIFY_STEPS; s++) if (n->target[s][0][0]) { link_say(&n->l, 3, "people.step%d is missing, but step%d is there", n->n_steps + 1, s + 1); return 2; }
    for (int s = 0; s < n->n_steps; s++) for (int k = 0; k < NOTIFY_TARGETS; k++) mail |= n->target[s][k][0] && strncmp(n->target[s][k], "http", 4);
    if (mail && (!n->mail_url[0] || !strchr(n->mail_from, '@'))) { link_say(&n->l, 3, "mail.url and mail.from are missing: by which server, and as whom"); return 2; }
    return 0;
}

/* ---- in: the daemon's list ----------------------------------------------------------------------------------------------------------------------- */

/* Pages, latest first, down to what is known and the oldest that is open: it may have been cleared. */
static int look(notifyd *n, wire *w)
{
    int64_t known = book_newest(n), stop = book_oldest(n), last = INT64_MAX;
    char path[120], cursor[60] = "";
    if (known < stop) stop = known;
    do {
        snprintf(path, sizeof path, "/api/v1/alerts?limit=200%s%s", *cursor ? "&cursor=" : "", cursor);
        json_t *o = wire_ask(w, &n->l.to, "GET", path, "") == 200 ? json_loads(w->body, 0, NULL) : NULL, *row;
        const json_t *items = json_object_get(o, "items");
        const char *next = json_string_value(json_object_get(o, "next"));
        size_t k;
        int code = o ? 0 : -1;
        if (!code && known < 0) { /* whoever begins today is not told of last year */
            code = book_begin(n, json_integer_value(json_object_get(json_array_get(items, 0), "id")));
            known = stop = INT64_MAX;
        }
        if (!code && !*cursor && json_array_size(items) && known != INT64_MAX && json_integer_value(json_object_get(json_array_get(items, 0), "id")) < known && !n->strange++)
            link_say(&n->l, 3, "%s knows of alert %" PRId64 ", which the daemon does not have: it is another store's; name a new file with book.file, or its alerts are not told", n->book, known);
        json_array_foreach(items, k, row) {
            last = json_integer_value(json_object_get(row, "id"));
            if (!code && last >= stop) code = book_take(n, row);
        }
        snprintf(cursor, sizeof cursor, "%s", next ? next : "");
        json_decref(o);
        if (code) return -1;
    } while (*cursor && last > stop);
    return 0;
}

/* ---- out: what is due ---------------------------------------------------------------------------------------------------------------------------- */

/* 1 = everybody of this step has been told as far as they can be. */
static int tell(notifyd *n, const notice *a, int count, int step)
{
    static notice mine[NOTIFY_BATCH];
    int all = 1;
    const char (*target)[NOTIFY_TARGET] = (const char (*)[NOTIFY_TARGET])n->target[step < n->n_steps ? step : n->n_steps - 1];
    for (int k = 0; k < NOTIFY_TARGETS && target[k][0] && !atomic_load(&n->l.over); k++) {
        memcpy(mine, a, sizeof *a * (size_t)count);
        int fresh = book_sending(n, mine, count, step, target[k]);
        if (fresh < 0) return 0;
        if (!fresh) continue;
        outcome o = send_all(n, mine, fresh, step, target[k]);
        if (book_end(n, mine, fresh, step, target[k], o)) return 0;
        all &= o != NOT_SENT;
        if (o == SENT) n->told++;
        else n->failed++;
    }
    return all && !atomic_load(&n->l.over);
}

static void tell_due(notifyd *n)
{
    static notice due[NOTIFY_BATCH];
    for (int step = 0; step < n->n_steps + n->reminders && !atomic_load(&n->l.over); step++) {
        int64_t now = (int64_t)time(NULL) * 1000, after = (int64_t)n->after * 1000;
        int count = book_due(n, step, now, due, NOTIFY_BATCH);
        if (!count) continue;
        int told = tell(n, due, count, step);
        for (int k = 0; k < count; k++) { /* a mail server that is away does not stop the next step */
            if (told || now - due[k].at_ms > (step + 1) * after) (void)book_step(n, &due[k], 1, now + after);
            else (void)book_later(n, &due[k], 1, now + NOTIFY_BACK_OFF_MS);
        }
    }
}

static void *run(void *arg)
{
    notifyd *n = arg;
    wire w = { .fd = -1 };
    int away = 0;
    while (!atomic_load(&n->l.over)) {
        int answered = !look(n, &w);
        if (!answered && !away) link_say(&n->l, 4, "the daemon does not answer; it is asked again");
        away = !answered;
        tell_due(n);
        for (int k = 0; k < 10 * n->every; k++) link_rest(&n->l, 100);
    }
    wire_end(&w);
    return NULL;
}

int main(int argc, char **argv)
{
    static notifyd n;
    pthread_t thread;
    n.least = 1;
    n.after = 900;
    n.reminders = 3;
    n.every = 2;
    strcpy(n.book, "c12-notifyd.db");
    int code = link_read(&n.l, "c12-notifyd", argc, argv, set, &n, help);
    if (code < 0) code = good(&n) ? 2 : -1;
    if (code >= 0) return code;
    if (book_open(&n)) return 1;
    curl_global_init(CURL_GLOBAL_DEFAULT);
    link_block();
    pthread_create(&thread, NULL, run, &n);
    link_wait(&n.l);
    pthread_join(thread, NULL);
    link_say(&n.l, 5, "%" PRId64 " messages sent, %" PRId64 " not", n.told, n.failed);
    sqlite3_close(n.db);
    curl_global_cleanup();
    link_end(&n.l);
    return 0;
}
