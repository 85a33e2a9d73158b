/* SPDX-License-Identifier: Apache-2.0 */
/* The writer: one thread runs whatever changes something, in the order it came, and commits many requests at once: a disk that syncs in 5 ms still
 * takes thousands of changes a second, and nobody is told "done" before the sync.  Each request has a savepoint of its own, so that one that fails
 * leaves nothing behind and the others stand.  And the worker, for what lasts. */
#include "inside.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LEDGER_BATCH = 512, LEDGER_TICK_MS = 100 };

static const char *const frame_migrations[] = {
    "CREATE TABLE audit(number INTEGER PRIMARY KEY, at_ns INTEGER NOT NULL, who TEXT NOT NULL, action TEXT NOT NULL, object TEXT NOT NULL, detail TEXT NOT NULL, hash BLOB NOT NULL) STRICT;"
    "CREATE TABLE checkpoints(count INTEGER PRIMARY KEY, at_ns INTEGER NOT NULL, head BLOB NOT NULL, signature BLOB NOT NULL) STRICT;"
    "CREATE TABLE answers(who TEXT NOT NULL, key TEXT NOT NULL, request TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL, at_ms INTEGER NOT NULL, PRIMARY KEY(who, key)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX answers_at ON answers(at_ms);"
    "CREATE TABLE people(name TEXT PRIMARY KEY, password TEXT NOT NULL, code_secret BLOB, code_next INTEGER NOT NULL DEFAULT 0, code_failures INTEGER NOT NULL DEFAULT 0, roles TEXT NOT NULL,"
    " active INTEGER NOT NULL DEFAULT 1, version INTEGER NOT NULL DEFAULT 1) STRICT;"
    "CREATE TABLE sessions(token BLOB PRIMARY KEY, person TEXT NOT NULL REFERENCES people(name), created_ms INTEGER NOT NULL, expires_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE alerts(id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, kind TEXT NOT NULL, severity TEXT NOT NULL, subject TEXT NOT NULL, text TEXT NOT NULL, cleared_ms INTEGER, cleared_by TEXT) STRICT;",
    "CREATE TABLE outbox(id INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL, topic TEXT NOT NULL, subject TEXT NOT NULL, data TEXT NOT NULL) STRICT;"
    "CREATE TABLE outbox_readers(reader TEXT PRIMARY KEY, last INTEGER NOT NULL, at_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE inbox(id TEXT PRIMARY KEY, type TEXT NOT NULL, at_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;",
    "ALTER TABLE inbox ADD COLUMN why TEXT;",
    NULL,
};
static const service frame = { "frame", NULL, frame_migrations, NULL, NULL, NULL };

/* ---- queues ---------------------------------------------------------------------------------------------------------------------- */

static void queue_open(queue *q)
{
    pthread_condattr_t monotonic;
    pthread_mutex_init(&q->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC); /* a stepped clock must not stop the tick */
    pthread_cond_init(&q->some, &monotonic);
    pthread_condattr_destroy(&monotonic);
    q->first = NULL;
    q->last = &q->first;
}

static void queue_put(queue *q, void (*run)(house *h, void *with), void *with, request *r)
{
    chore *c = calloc(1, sizeof *c);
    if (!c) {
        if (r) { problem(r, 503, "Out of memory", "try again"); http_wake(r); }
        return;
    }
    c->run = run;
    c->with = with;
    c->r = r;
    pthread_mutex_lock(&q->lock);
    if (q->closed) { /* it came while the house was closing */
        pthread_mutex_unlock(&q->lock);
        free(c);
        if (r) { problem(r, 503, "Going down", "send it again in a few seconds"); http_wake(r); }
        return;
    }
    *q->last = c;
    q->last = &c->next;
    q->n++;
    pthread_cond_signal(&q->some);
    pthread_mutex_unlock(&q->lock);
}

/* Up to `most` chores, waiting at most `ms` for the first; NULL and *closed when it is over. */
static chore *queue_take(queue *q, int most, int ms, int *closed)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += ms * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_mutex_lock(&q->lock);
    while (!q->first && !q->closed)
        if (pthread_cond_timedwait(&q->some, &q->lock, &until) == ETIMEDOUT) break;
    chore *taken = q->first, *c = taken, **end = &taken;
    for (int k = 0; c && k < most; k++, c = c->next) { end = &c->next; q->n--; }
    q->first = c;
    if (!c) q->last = &q->first;
    *end = NULL;
    *closed = q->closed && !taken;
    pthread_mutex_unlock(&q->lock);
    return taken;
}

static void queue_close(queue *q)
{
    pthread_mutex_lock(&q->lock);
    q->closed = 1;
    pthread_cond_broadcast(&q->some);
    pthread_mutex_unlock(&q->lock);
}

void ledger_post(house *h, request *r) { queue_put(&h->writes, NULL, NULL, r); }
void ledger_work(house *h, request *r) { queue_put(&h->works, NULL, NULL, r); }
void house_job(house *h, void (*run)(house *h, void *with), void *with) { queue_put(&h->writes, run, with, NULL); }
void house_work(house *h, void (*run)(house *h, void *with), void *with) { queue_put(&h->works, run, with, NULL); }
db *house_db(house *h) { return &h->writer; }

/* ---- readers ---------------------------------------------------------------------------------------------------------------------- */

db *ledger_reader(house *h)
{
    pthread_mutex_lock(&h->reader_lock);
    while (!h->readers_free) pthread_cond_wait(&h->reader_back, &h->reader_lock);
    db *d = &h->reader[h->reader_stack[--h->readers_free]];
    pthread_mutex_unlock(&h->reader_lock);
    d->failed = 0;
    return d;
}

void ledger_give(house *h, db *d)
{
    pthread_mutex_lock(&h->reader_lock);
    h->reader_stack[h->readers_free++] = (int)(d - h->reader);
    pthread_cond_signal(&h->reader_back);
    pthread_mutex_unlock(&h->reader_lock);
}

db *house_read(house *h) { return ledger_reader(h); }
void house_read_end(house *h, db *d) { ledger_give(h, d); }

/* ---- one request in the transaction -------------------------------------------------------------------------------------------------- */

/* What an Idempotency-Key stands for: method, path and SHA-256 of the body. */
static void fingerprint(const request *r, char *out, size_t cap)
{
    uint8_t hash[32];
    c12_view v = { (const uint8_t *)(r->bytes ? r->bytes : ""), r->n_bytes };
    if (c12_seal_sha256(v, hash, NULL)) memset(hash, 0, sizeof hash);
    int n = snprintf(out, cap, "%s %.400s ", r->end->method, r->path);
    for (int k = 0; k < 16; k++) n += snprintf(out + n, cap - (size_t)n, "%02x", hash[k]);
}

/* The same key again: 1 and answered. */
static int replay(db *d, request *r)
{
    char asked[520];
    if (!r->key || !r->who.name[0]) return 0;
    fingerprint(r, asked, sizeof asked);
    sqlite3_stmt *q = db_ask(d, "SELECT request, status, body FROM answers WHERE who = ? AND key = ?", "ss", r->who.name, r->key);
    if (!db_next(d, q)) return 0;
    if (strcmp(db_text(q, 0), asked)) problem(r, 422, "Idempotency-Key was used for another request", "give each change a key of its own");
    else {
        const char *body = db_text(q, 2);
        int status = sqlite3_column_int(q, 1);
        answer_bytes(r, status, status < 400 ? "application/json" : "application/problem+json", strdup(body), strlen(body));
        answer_header(r, "Idempotent-Replayed", "true");
    }
    db_done(q);
    return 1;
}

static void remember(house *h, request *r)
{
    char asked[520];
    if (!r->key || !r->who.name[0] || r->status >= 500) return;
    fingerprint(r, asked, sizeof asked);
    db_do(&h->writer, "INSERT OR IGNORE INTO answers VALUES(?, ?, ?, ?, ?, ?)", "sssisi", r->who.name, r->key, asked, (int64_t)r->status, r->answer ? r->answer : "", r->now);
}

static void run_request(house *h, request *r)
{
    db *d = &h->writer;
    r->db = d;
    if (!replay(d, r)) {
        sqlite3_exec(d->at, "SAVEPOINT one", NULL, NULL, NULL);
        (r->then ? r->then : r->end->run)(r);
        if (!r->ready && !d->failed) problem(r, 500, "No answer", "the handler of %s %s gave none", r->end->method, r->end->path);
        int keep = r->status < 400;
        if (!keep && !d->failed) sqlite3_exec(d->at, "ROLLBACK TO one", NULL, NULL, NULL);
        sqlite3_exec(d->at, "RELEASE one", NULL, NULL, NULL);
        if (keep && !(r->end->flags & NOT_AUDITED)) {
            char *detail = NULL;
            json_t *o = json_pack("{s:s,s:s,s:i,s:s,s:s}", "method", r->end->method, "path", r->path, "status", r->status, "from", r->link ? r->link->address : "", "did", r->detail);
            detail = o ? json_dumps(o, JSON_COMPACT) : NULL;
            audit_add(h, r->who.name[0] ? r->who.name : "nobody", r->end->action && *r->end->action ? r->end->action : "self", r->object[0] ? r->object : r->path, detail ? detail : "{}", r->now * 1000000);
            free(detail);
            json_decref(o);
        }
        remember(h, r);
    }
    r->db = NULL;
}

/* ---- the writer ----------------------------------------------------------------------------------------------------------------------- */

static void store_broke(house *h, int code)
{
    snprintf(h->store_why, sizeof h->store_why, "%s", code == SQLITE_FULL ? "the disk is full" : code == SQLITE_READONLY || code == SQLITE_CANTOPEN ? "the store cannot be written" : sqlite3_errstr(code));
    if (!atomic_exchange(&h->store_bad, 1)) house_log(LOG_SAYS_ERROR, "store: %s; changes are refused until it is mended, nothing that was confirmed is lost", h->store_why);
    house_count("c12_store_failures_total", 1);
}

/* What services keep in memory is read again: it may hold what was never committed. */
static void services_again(house *h)
{
    h->outbox_read = 0;
    char why[200];
    (void)audit_open(h, why, sizeof why);
    for (int k = 0; k < h->n_services; k++) if (h->service[k]->open) (void)h->service[k]->open(h);
}

static int batch_begin(house *h)
{
    h->writer.failed = 0;
    int code = sqlite3_exec(h->writer.at, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    char why[200];
    if (code) h->writer.failed = code;
    else if (db_number(&h->writer, -1, "SELECT max(number) FROM audit", "") + 1 != h->audit_count) (void)audit_open(h, why, sizeof why); /* c12 retain was here */
    return code;
}

static int batch_end(house *h)
{
    int code = h->writer.failed;
    if (!code) code = sqlite3_exec(h->writer.at, "COMMIT", NULL, NULL, NULL);
    if (!code) {
        if (atomic_exchange(&h->store_bad, 0)) house_log(LOG_SAYS_NOTICE, "store: it can be written again");
        return 0;
    }
    sqlite3_exec(h->writer.at, "ROLLBACK", NULL, NULL, NULL);
    h->writer.failed = 0;
    store_broke(h, code);
    services_again(h);
    return code;
}

static void run_batch(house *h, chore *first)
{
    int n = 0;
    int64_t began = house_ticks();
    int code = batch_begin(h);
    for (chore *c = first; c && !code && !h->writer.failed; c = c->next, n++) {
        if (c->r) run_request(h, c->r);
        else c->run(h, c->with);
    }
    code = batch_end(h);
    for (chore *c = first, *next; c; c = next) {
        next = c->next;
        if (c->r && code) {
            c->r->ready = 0;
            c->r->n_head = 0;
            problem(c->r, 503, "The store cannot be written", "%s; nothing was changed, send it again later", h->store_why);
            answer_header(c->r, "Retry-After", "5");
        }
        if (c->r) http_wake(c->r);
        free(c);
    }
    metrics_batch(n, house_ticks() - began);
}

static void tick(house *h, int64_t now)
{
    static int64_t swept;
    if (batch_begin(h)) { batch_end(h); return; }
    for (int k = 0; k < h->n_services; k++) if (h->service[k]->tick) h->service[k]->tick(h, now);
    if (now - swept > 60000 || swept > now) {
        swept = now;
        db_do(&h->writer, "DELETE FROM answers WHERE at_ms < ?", "i", now - 86400000);
        db_do(&h->writer, "DELETE FROM sessions WHERE expires_ms < ?", "i", now);
    }
    if (now - h->audit_signed > 3600000) audit_sign(h);
    (void)batch_end(h);
}

static void *write_loop(void *arg)
{
    house *h = arg;
    int closed = 0;
    int64_t last = house_ticks();
    while (!closed) {
        chore *c = queue_take(&h->writes, LEDGER_BATCH, LEDGER_TICK_MS, &closed);
        if (c) run_batch(h, c);
        if (house_ticks() - last >= LEDGER_TICK_MS * 1000000LL) {
            last = house_ticks();
            tick(h, house_now());
            atomic_store(&h->last_tick, last);
        }
    }
    return NULL;
}

static void *work_loop(void *arg)
{
    house *h = arg;
    int closed = 0;
    while (!closed) {
        chore *c = queue_take(&h->works, 1, 1000, &closed);
        if (!c) continue;
        request *r = c->r;
        if (!r) c->run(h, c->with);
        else {
            db *d = ledger_reader(h);
            int known = replay(d, r);
            ledger_give(h, d);
            if (!known) r->end->run(r);
            if (r->then && !r->ready) ledger_post(h, r);
            else {
                if (!r->ready) problem(r, 500, "No answer", "the handler of %s %s gave none", r->end->method, r->end->path);
                http_wake(r);
            }
        }
        free(c);
    }
    return NULL;
}

/* ---- open and close ---------------------------------------------------------------------------------------------------------------------- */

static int migrate(house *h, const service *s, char *why, size_t cap)
{
    db *d = &h->writer;
    int64_t have = db_number(d, 0, "SELECT version FROM schema_parts WHERE part = ?", "s", s->name), want = 0;
    while (s->migrations && s->migrations[want]) want++;
    if (have > want) return snprintf(why, cap, "%s: part %s is of version %d, this program knows %d; use the newer program", h->store, s->name, (int)have, (int)want), -1;
    for (int64_t k = have; k < want; k++) {
        char *said = NULL;
        int code = sqlite3_exec(d->at, "BEGIN IMMEDIATE", NULL, NULL, NULL);
        if (!code) code = sqlite3_exec(d->at, s->migrations[k], NULL, NULL, &said);
        if (!code) code = db_do(d, "INSERT INTO schema_parts VALUES(?, ?) ON CONFLICT DO UPDATE SET version = excluded.version", "si", s->name, k + 1);
        if (!code) code = sqlite3_exec(d->at, "COMMIT", NULL, NULL, NULL);
        if (code) {
            snprintf(why, cap, "%s: migration %d of %s: %s", h->store, (int)k + 1, s->name, said ? said : sqlite3_errstr(code));
            sqlite3_free(said);
            sqlite3_exec(d->at, "ROLLBACK", NULL, NULL, NULL);
            return -1;
        }
    }
    return 0;
}

int ledger_open(house *h, char *why, size_t cap)
{
    queue_open(&h->writes);
    queue_open(&h->works);
    pthread_mutex_init(&h->reader_lock, NULL);
    pthread_cond_init(&h->reader_back, NULL);
    if (db_open(&h->writer, h->store, 1, why, cap)) return -1;
    if (sqlite3_exec(h->writer.at, "CREATE TABLE IF NOT EXISTS schema_parts(part TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT", NULL, NULL, NULL))
        return snprintf(why, cap, "%s: %s", h->store, sqlite3_errmsg(h->writer.at)), -1;
    if (migrate(h, &frame, why, cap)) return -1;
    for (int k = 0; k < h->n_services; k++) if (migrate(h, h->service[k], why, cap)) return -1;
    for (int k = 0; k < HOUSE_READERS; k++) {
        if (db_open(&h->reader[k], h->store, 0, why, cap)) return -1;
        h->reader_stack[h->readers_free++] = k;
    }
    return audit_open(h, why, cap);
}

void ledger_start(house *h)
{
    atomic_store(&h->last_tick, house_ticks());
    pthread_create(&h->write_thread, NULL, write_loop, h);
    pthread_create(&h->work_thread, NULL, work_loop, h);
}

void ledger_stop(house *h)
{
    queue_close(&h->works);
    pthread_join(h->work_thread, NULL);
    queue_close(&h->writes);
    pthread_join(h->write_thread, NULL);
}

void ledger_close(house *h)
{
    if (h->writer.at && !batch_begin(h)) { audit_sign(h); (void)batch_end(h); }
    for (int k = 0; k < HOUSE_READERS; k++) if (h->reader[k].at) db_close(&h->reader[k]);
    if (h->writer.at) db_close(&h->writer);
}
