/* SPDX-License-Identifier: Apache-2.0 */
/* One message to one person: mail by SMTP, or JSON to a webhook, which is how gateways take texts for telephones. */
#include "notifyd.h"
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- what it says -------------------------------------------------------------------------------------------------------------------------- */

/* A header's line: no control characters, nothing beyond ASCII; the body has the whole text. */
static void plain(char *to, size_t cap, const char *from)
{
    size_t k;
    for (k = 0; k + 1 < cap && from[k]; k++) to[k] = from[k] < 32 || from[k] > 126 ? '?' : from[k];
    to[k] = 0;
}

/* Text of a body: one line, whatever somebody typed. */
static void put_line(FILE *o, const char *s)
{
    for (; *s; s++) putc((unsigned char)*s < 32 ? ' ' : *s, o);
}

static void title_of(const notifyd *n, const notice *a, int count, int step, char *out, size_t cap)
{
    int critical = 0;
    char subject[80];
    for (int k = 0; k < count; k++) critical += !strcmp(a[k].severity, "critical");
    plain(subject, sizeof subject, a[0].subject);
    if (count == 1) snprintf(out, cap, "[%s] %s: %s %s%s", n->l.site, a[0].severity, a[0].kind, subject, step ? " (still open)" : "");
    else snprintf(out, cap, "[%s] %d alerts, %d critical%s", n->l.site, count, critical, step ? " (still open)" : "");
}

/* A whole mail (RFC 5322), 8-bit text. */
static char *mail_of(const notifyd *n, const notice *a, int count, int step, const char *to, const char *title, const char *name)
{
    size_t size = 0;
    char *text = NULL, at[40];
    FILE *o = open_memstream(&text, &size);
    time_t t = time(NULL);
    struct tm day;
    if (!o) return NULL;
    gmtime_r(&t, &day);
    strftime(at, sizeof at, "%a, %d %b %Y %H:%M:%S +0000", &day);
    fprintf(o, "Date: %s\r\nFrom: %s\r\nTo: %s\r\nSubject: %s\r\nMessage-ID: <%s@c12>\r\nAuto-Submitted: auto-generated\r\n", at, n->mail_from, to, title, name);
    fputs("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n", o);
    for (int k = 0; k < count; k++) {
        t = (time_t)(a[k].at_ms / 1000);
        gmtime_r(&t, &day);
        strftime(at, sizeof at, "%Y-%m-%d %H:%M:%S", &day);
        fprintf(o, "%s UTC  %s  %s  ", at, a[k].severity, a[k].kind);
        put_line(o, a[k].subject);
        fputs("\r\n    ", o);
        put_line(o, a[k].text);
        fprintf(o, "\r\n    alert %lld of plant %s\r\n\r\n", (long long)a[k].id, n->l.site);
    }
    fputs("Clear it on the dashboard when you have seen to it; ", o);
    if (step + 1 < n->n_steps) fprintf(o, "otherwise the next people are told in %d minutes.\r\n", n->after / 60);
    else fprintf(o, "it comes again every %d minutes, at most %d times.\r\n", n->after / 60, n->reminders);
    if (fclose(o)) { free(text); return NULL; }
    return text;
}

/* Names this sending for ever: the same alerts, step and person have the same. */
static void name_of(const notifyd *n, const notice *a, int count, int step, const char *target, char *out, size_t cap)
{
    uint64_t hash = 1469598103934665603u; /* FNV-1a */
    for (const char *c = target; *c; c++) hash = (hash ^ (uint8_t)*c) * 1099511628211u;
    for (int k = 0; k < count; k++) hash = (hash ^ (uint64_t)a[k].id) * 1099511628211u;
    snprintf(out, cap, "c12-%s-%lld-%d-%016llx", n->l.site, (long long)a[0].id, step, (unsigned long long)hash);
}

/* ---- curl ------------------------------------------------------------------------------------------------------------------------------------ */

static size_t swallow(char *bytes, size_t size, size_t count, void *user)
{
    (void)bytes;
    (void)user;
    return size * count;
}

/* A refusal for ever (5xx mail, 4xx web) is told apart from what may go later, and both from an end that nobody knows. */
static outcome judge(notifyd *n, CURL *c, CURLcode code, const char *target, const char *why, int mail)
{
    long status = 0;
    curl_off_t gone = 0;
    curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(c, CURLINFO_SIZE_UPLOAD_T, &gone);
    if (code == CURLE_OK && (mail || status / 100 == 2)) return SENT;
    link_say(&n->l, 4, "%s: %s (status %ld)", target, why[0] ? why : curl_easy_strerror(code), status);
    if (mail) return status / 100 == 5 ? REFUSED : gone == 0 || status / 100 == 4 ? NOT_SENT : UNKNOWN;
    if (code == CURLE_OK) return status / 100 == 4 && status != 408 && status != 429 ? REFUSED : NOT_SENT;
    return gone == 0 ? NOT_SENT : UNKNOWN;
}

static int secret_of(const char *file, char *out, size_t cap)
{
    FILE *f = fopen(file, "r");
    int good = f && fgets(out, (int)cap, f);
    if (f) fclose(f);
    if (good) out[strcspn(out, "\r\n")] = 0;
    return good ? 0 : -1;
}

static outcome by_mail(notifyd *n, CURL *c, const char *target, const char *mail)
{
    char secret[200], why[CURL_ERROR_SIZE] = "";
    size_t size = strlen(mail);
    int here = strstr(n->mail_url, "//localhost") || strstr(n->mail_url, "//127.");
    if (n->mail_user[0] && secret_of(n->mail_secret, secret, sizeof secret)) { link_say(&n->l, 3, "mail.password_file %s cannot be read", n->mail_secret); return NOT_SENT; }
    FILE *f = fmemopen((void *)(uintptr_t)mail, size, "r");
    struct curl_slist *to = curl_slist_append(NULL, target);
    curl_easy_setopt(c, CURLOPT_URL, n->mail_url);
    curl_easy_setopt(c, CURLOPT_MAIL_FROM, n->mail_from);
    curl_easy_setopt(c, CURLOPT_MAIL_RCPT, to);
    curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(c, CURLOPT_READDATA, f);
    curl_easy_setopt(c, CURLOPT_ERRORBUFFER, why);
    curl_easy_setopt(c, CURLOPT_USE_SSL, (long)(here ? CURLUSESSL_TRY : CURLUSESSL_ALL)); /* elsewhere nothing goes in the clear */
    if (n->mail_ca[0]) curl_easy_setopt(c, CURLOPT_CAINFO, n->mail_ca);
    if (n->mail_user[0]) { curl_easy_setopt(c, CURLOPT_USERNAME, n->mail_user); curl_easy_setopt(c, CURLOPT_PASSWORD, secret); }
    outcome o = f ? judge(n, c, curl_easy_perform(c), target, why, 1) : NOT_SENT;
    if (f) fclose(f);
    curl_slist_free_all(to);
    return o;
}

static outcome by_web(notifyd *n, CURL *c, const notice *a, int count, int step, const char *target, const char *title, const char *name)
{
    char line[200], why[CURL_ERROR_SIZE] = "";
    json_t *items = json_array();
    for (int k = 0; k < count; k++)
        json_array_append_new(items, json_pack("{s:I,s:I,s:s,s:s,s:s,s:s}", "alert", (json_int_t)a[k].id, "at_ms", (json_int_t)a[k].at_ms, "severity", a[k].severity, "kind", a[k].kind, "subject", a[k].subject, "text", a[k].text));
    json_t *o = json_pack("{s:s,s:s,s:i,s:s,s:o}", "id", name, "site", n->l.site, "step", step, "text", title, "alerts", items);
    char *body = o ? json_dumps(o, JSON_COMPACT) : NULL;
    json_decref(o);
    if (!body) return NOT_SENT;
    struct curl_slist *heads = curl_slist_append(NULL, "Content-Type: application/json");
    snprintf(line, sizeof line, "Idempotency-Key: %s", name);
    heads = curl_slist_append(heads, line);
    curl_easy_setopt(c, CURLOPT_URL, target);
    curl_easy_setopt(c, CURLOPT_POSTFIELDS, body);
    curl_easy_setopt(c, CURLOPT_HTTPHEADER, heads);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, swallow);
    curl_easy_setopt(c, CURLOPT_ERRORBUFFER, why);
    outcome end = judge(n, c, curl_easy_perform(c), target, why, 0);
    curl_slist_free_all(heads);
    free(body);
    return end;
}

outcome send_all(notifyd *n, const notice *a, int count, int step, const char *target)
{
    char title[300], name[160];
    CURL *c = curl_easy_init();
    if (!c) return NOT_SENT;
    title_of(n, a, count, step, title, sizeof title);
    name_of(n, a, count, step, target, name, sizeof name);
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, 5L);
    curl_easy_setopt(c, CURLOPT_TIMEOUT, 20L);
    outcome o = NOT_SENT;
    if (!strncmp(target, "http", 4)) o = by_web(n, c, a, count, step, target, title, name);
    else {
        char *mail = mail_of(n, a, count, step, target, title, name);
        if (mail) o = by_mail(n, c, target, mail);
        free(mail);
    }
    curl_easy_cleanup(c);
    return o;
}
