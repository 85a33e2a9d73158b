/* SPDX-License-Identifier: Apache-2.0 */
/* Clock and threads for the host hooks.  Workers sleep between calls; tasks are handed out by one counter. */
#include "io/io_internal.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

struct c12io_pool {
    pthread_mutex_t lock;
    pthread_cond_t start, done;
    pthread_t *worker;
    int32_t workers;
    int32_t busy;        /* workers that have not finished this round */
    int64_t round;       /* grows with every call; a worker waits for the next one */
    int stop;
    void (*task)(void *arg, int32_t i);
    void *arg;
    int32_t n;
    atomic_int next;
};

static void run_tasks(c12io_pool *p)
{
    for (int32_t i; (i = atomic_fetch_add(&p->next, 1)) < p->n;) p->task(p->arg, i);
}

static void *worker_main(void *user)
{
    c12io_pool *p = user;
    int64_t seen = 0;
    pthread_mutex_lock(&p->lock);
    for (;;) {
        while (p->round == seen && !p->stop) pthread_cond_wait(&p->start, &p->lock);
        if (p->stop) break;
        seen = p->round;
        pthread_mutex_unlock(&p->lock);
        run_tasks(p);
        pthread_mutex_lock(&p->lock);
        if (!--p->busy) pthread_cond_signal(&p->done);
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

static void pool_parallel(void *user, int32_t n, void (*task)(void *arg, int32_t i), void *arg)
{
    c12io_pool *p = user;
    pthread_mutex_lock(&p->lock);
    p->task = task;
    p->arg = arg;
    p->n = n;
    atomic_store(&p->next, 0);
    p->busy = p->workers;
    p->round++;
    pthread_cond_broadcast(&p->start);
    pthread_mutex_unlock(&p->lock);
    run_tasks(p);
    pthread_mutex_lock(&p->lock);
    while (p->busy) pthread_cond_wait(&p->done, &p->lock);
    pthread_mutex_unlock(&p->lock);
}

static c12_ns pool_now(void *user)
{
    (void)user;
    return c12io_now();
}

c12_status c12io_pool_create(c12io_pool **self, int32_t threads, c12_error *err)
{
    if (!self || threads < 1 || threads > 256) return c12io__fault(err, C12_E_RANGE, "threads must be 1..256", -1, threads, "pool: threads must be 1..256");
    c12io_pool *p = calloc(1, sizeof *p);
    if (!p || !(p->worker = calloc((size_t)threads, sizeof *p->worker))) { free(p); return c12io__fault(err, C12_E_NOMEM, "out of memory", -1, threads, "pool: out of memory"); }
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->start, NULL);
    pthread_cond_init(&p->done, NULL);
    for (; p->workers < threads - 1; p->workers++)
        if (pthread_create(&p->worker[p->workers], NULL, worker_main, p)) {
            c12io_pool_destroy(p);
            return c12io__fault(err, C12_E_IO, "the operating system refused", -1, threads, "pool: cannot start thread %d", (int)p->workers + 2);
        }
    *self = p;
    return C12_OK;
}

void c12io_pool_destroy(c12io_pool *self)
{
    if (!self) return;
    pthread_mutex_lock(&self->lock);
    self->stop = 1;
    pthread_cond_broadcast(&self->start);
    pthread_mutex_unlock(&self->lock);
    for (int32_t i = 0; i < self->workers; i++) pthread_join(self->worker[i], NULL);
    pthread_cond_destroy(&self->start);
    pthread_cond_destroy(&self->done);
    pthread_mutex_destroy(&self->lock);
    free(self->worker);
    free(self);
}

void c12io_pool_lend(c12io_pool *self, c12_host *host)
{
    host->user = self;
    host->parallel = pool_parallel;
    host->now = pool_now;
    host->alloc = c12io__alloc;
    host->release = c12io__release;
}

static c12_ns read_clock(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (c12_ns)t.tv_sec * 1000000000 + t.tv_nsec;
}

c12_ns c12io_now(void) { return read_clock(CLOCK_MONOTONIC); }
c12_ns c12io_wall(void) { return read_clock(CLOCK_REALTIME); }
