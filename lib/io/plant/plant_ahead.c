/* SPDX-License-Identifier: Apache-2.0 */
/* The largest file of a plant folder is taken apart by a second thread while the files before it are read.  Whatever is wrong with it is left for the
 * ordinary reading to find, so that faults come in the order of the files. */
#include "io/plant/plant_internal.h"
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { WORTH_A_THREAD = 1 << 20 }; /* bytes */

struct c12io__ahead {
    pthread_t reader;
    const c12io_column *columns;
    int32_t n_columns;
    c12io_table *table; /* NULL when it could not be read */
    char path[1024];
};

static void *read_ahead(void *arg)
{
    c12io__ahead *a = arg;
    if (c12io_table_read(&a->table, a->path, a->columns, a->n_columns, NULL)) a->table = NULL;
    return NULL;
}

void c12io__ahead_start(c12io__sheet *s, const char *dir, const char *file, const c12io_column *columns, int32_t n_columns)
{
    struct stat st;
    c12io__ahead *a = c12io__heap_get(s->heap, 1, sizeof *a);
    if (!a) return;
    snprintf(a->path, sizeof a->path, "%s/%s", dir, file);
    a->columns = columns;
    a->n_columns = n_columns;
    if (stat(a->path, &st) || st.st_size < WORTH_A_THREAD) return;
    if (!pthread_create(&a->reader, NULL, read_ahead, a)) s->ahead = a;
}

c12io_table *c12io__ahead_take(c12io__sheet *s, const char *path)
{
    c12io__ahead *a = s->ahead;
    if (!a || strcmp(a->path, path)) return NULL;
    s->ahead = NULL;
    pthread_join(a->reader, NULL);
    return a->table;
}

void c12io__ahead_end(c12io__sheet *s)
{
    if (s->ahead) c12io_table_free(c12io__ahead_take(s, s->ahead->path));
}
