/* SPDX-License-Identifier: Apache-2.0 */
/* /metrics in the text form of Prometheus. */
#include "inside.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { METRIC_NAMES = 32, METRIC_ENDPOINTS = 128, METRIC_EDGES = 10 };
static const int64_t edge_us[METRIC_EDGES] = { 500, 1000, 2500, 5000, 10000, 20000, 50000, 100000, 250000, 1000000 };

/* Few writers, rarely at once: one lock. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct { const char *name; int64_t n; } counter[METRIC_NAMES];
static struct { const endpoint *e; int64_t by_class[6], edge[METRIC_EDGES + 1], sum_us; } seen[METRIC_ENDPOINTS];
static struct { int64_t batches, changes, sum_us; } batch;

void house_count(const char *metric, int64_t by)
{
    pthread_mutex_lock(&lock);
    for (int k = 0; k < METRIC_NAMES; k++) {
        if (counter[k].name && strcmp(counter[k].name, metric)) continue;
        counter[k].name = metric;
        counter[k].n += by;
        break;
    }
    pthread_mutex_unlock(&lock);
}

/* The endpoint's row; row 0 is for what no endpoint took. */
static int row_of(const endpoint *e)
{
    int k = e ? 1 : 0;
    while (e && k < METRIC_ENDPOINTS - 1 && seen[k].e && seen[k].e != e) k++;
    seen[k].e = e;
    return k;
}

void metrics_done(const endpoint *e, int status, int64_t ns)
{
    int64_t us = ns / 1000;
    int edge = 0;
    while (edge < METRIC_EDGES && us > edge_us[edge]) edge++;
    pthread_mutex_lock(&lock);
    int k = row_of(e);
    seen[k].by_class[status / 100 < 6 ? status / 100 : 5]++;
    seen[k].edge[edge]++;
    seen[k].sum_us += us;
    pthread_mutex_unlock(&lock);
}

void metrics_batch(int n, int64_t ns)
{
    pthread_mutex_lock(&lock);
    batch.batches++;
    batch.changes += n;
    batch.sum_us += ns / 1000;
    pthread_mutex_unlock(&lock);
}

static long resident_bytes(void)
{
    long size = 0, pages = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    if (f) { if (fscanf(f, "%ld %ld", &size, &pages) != 2) pages = 0; fclose(f); }
    return pages * sysconf(_SC_PAGESIZE);
}

static void page_requests(FILE *o)
{
    fprintf(o, "# HELP c12_http_requests_total Requests by endpoint and class of answer.\n# TYPE c12_http_requests_total counter\n");
    for (int k = 0; k < METRIC_ENDPOINTS; k++)
        for (int c = 2; c < 6; c++)
            if (seen[k].by_class[c]) fprintf(o, "c12_http_requests_total{method=\"%s\",path=\"%s\",class=\"%dxx\"} %lld\n", seen[k].e ? seen[k].e->method : "", seen[k].e ? seen[k].e->path : "", c, (long long)seen[k].by_class[c]);
    fprintf(o, "# HELP c12_http_request_duration_seconds Time from the first line of a request to its answer.\n# TYPE c12_http_request_duration_seconds histogram\n");
    for (int k = 0; k < METRIC_ENDPOINTS; k++) {
        int64_t n = 0;
        if (!seen[k].e) continue;
        for (int i = 0; i <= METRIC_EDGES; i++) {
            n += seen[k].edge[i];
            fprintf(o, "c12_http_request_duration_seconds_bucket{method=\"%s\",path=\"%s\",le=\"", seen[k].e->method, seen[k].e->path);
            if (i < METRIC_EDGES) fprintf(o, "%g\"} %lld\n", (double)edge_us[i] / 1e6, (long long)n);
            else fprintf(o, "+Inf\"} %lld\n", (long long)n);
        }
        fprintf(o, "c12_http_request_duration_seconds_sum{method=\"%s\",path=\"%s\"} %.6f\n", seen[k].e->method, seen[k].e->path, (double)seen[k].sum_us / 1e6);
        fprintf(o, "c12_http_request_duration_seconds_count{method=\"%s\",path=\"%s\"} %lld\n", seen[k].e->method, seen[k].e->path, (long long)n);
    }
}

char *metrics_page(house *h, size_t *n)
{
    char *page = NULL;
    FILE *o = open_memstream(&page, n);
    if (!o) return NULL;
    pthread_mutex_lock(&lock);
    page_requests(o);
    for (int k = 0; k < METRIC_NAMES && counter[k].name; k++)
        fprintf(o, "# HELP %s Counted since the start.\n# TYPE %s counter\n%s %lld\n", counter[k].name, counter[k].name, counter[k].name, (long long)counter[k].n);
    fprintf(o, "# HELP c12_store_commits_total Transactions of the writer.\n# TYPE c12_store_commits_total counter\nc12_store_commits_total %lld\n", (long long)batch.batches);
    fprintf(o, "# HELP c12_store_changes_total Changes in them.\n# TYPE c12_store_changes_total counter\nc12_store_changes_total %lld\n", (long long)batch.changes);
    fprintf(o, "# HELP c12_store_commit_seconds_total Time they took.\n# TYPE c12_store_commit_seconds_total counter\nc12_store_commit_seconds_total %.6f\n", (double)batch.sum_us / 1e6);
    pthread_mutex_unlock(&lock);
    fprintf(o, "# HELP c12_viewers Open event streams.\n# TYPE c12_viewers gauge\nc12_viewers %d\n", hub_viewers(h));
    fprintf(o, "# HELP c12_store_writable 1 while changes can be stored.\n# TYPE c12_store_writable gauge\nc12_store_writable %d\n", !atomic_load(&h->store_bad));
    fprintf(o, "# HELP process_resident_memory_bytes Resident memory.\n# TYPE process_resident_memory_bytes gauge\nprocess_resident_memory_bytes %ld\n", resident_bytes());
    fclose(o);
    return page;
}
