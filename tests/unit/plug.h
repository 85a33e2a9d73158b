/* SPDX-License-Identifier: Apache-2.0 */
/* A store that a child writes to and is killed at. */
#ifndef PLUG_H
#define PLUG_H

#include "c12/io.h"
#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static char store_path[64];

static void drop_store(void)
{
    static const char *const tails[] = { "", "-wal", "-shm", "-journal" };
    char name[96];
    for (size_t k = 0; k < 4; k++) {
        snprintf(name, sizeof name, "%s%s", store_path, tails[k]);
        unlink(name);
    }
}

static c12io_store *store_opened(void)
{
    c12io_store *s = NULL;
    c12_error e = C12_INIT(c12_error);
    if (c12io_store_open(&s, store_path, &e)) ck_abort_msg("%s", e.what);
    return s;
}

static void pull_the_plug(void *user, int64_t statement)
{
    if (statement == *(const int64_t *)user) raise(SIGKILL);
}

/* A child puts what is there to put and is killed at its k-th statement; gives 1 when it got through. */
static int killed_at(c12_status (*put)(c12io_store *s, const void *what), const void *what, int64_t k)
{
    const pid_t child = fork();
    if (!child) {
        c12io_store *s = NULL;
        if (c12io_store_open(&s, store_path, NULL)) _exit(2);
        c12io_store_watch(s, pull_the_plug, &k);
        _exit(put(s, what) ? 3 : 0);
    }
    int status = 0;
    ck_assert_int_gt(child, 0);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    if (WIFSIGNALED(status)) { ck_assert_int_eq(WTERMSIG(status), SIGKILL); return 0; }
    ck_assert_int_eq(WEXITSTATUS(status), 0);
    return 1;
}

#endif
