/* SPDX-License-Identifier: Apache-2.0 */
#include "plant_data.h"
#include <pthread.h>
#include <string.h>

static plant_data data;
static int tried, good;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void plant_read(const char *dir)
{
    static char faults[2000];
    cli c = { .room = "plant", .err = C12_INIT(c12_error) };
    c.err.text = faults;
    c.err.text_cap = sizeof faults;
    if (plant_open(&c, &data.t, dir)) { house_log(LOG_SAYS_ERROR, "plant.dir = %s: it cannot be read; see above", dir); return; }
    good = 1;
    data.has_hall = data.t.p->map->size && data.t.p->n_robots && !hall_open(&c, &data.t, data.t.p->n_robots, &data.h);
}

const plant_data *plant_get(house *h)
{
    pthread_mutex_lock(&lock);
    const char *dir = house_option(h, "plant.dir", "");
    if (!tried && *dir) plant_read(dir);
    tried = 1;
    pthread_mutex_unlock(&lock);
    return good ? &data : NULL;
}

void plant_drop(void)
{
    if (good) { if (data.has_hall) hall_close(&data.h); plant_close(&data.t); }
    good = tried = 0;
}

const char *plant_text(const c12io_texts *t, int32_t row, char out[128])
{
    c12_view v = c12io_texts_at(t, row);
    snprintf(out, 128, "%.*s", row < 0 ? 0 : (int)v.size, v.size ? (const char *)v.ptr : "");
    return out;
}

int32_t plant_row(const c12io_texts *t, const char *code)
{
    size_t n = strlen(code);
    for (int32_t k = 0; k < t->n; k++) {
        c12_view v = c12io_texts_at(t, k);
        if (v.size == n && !memcmp(v.ptr, code, n)) return k;
    }
    return -1;
}
