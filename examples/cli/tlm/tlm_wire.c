/* SPDX-License-Identifier: Apache-2.0 */
/* c12 tlm wire, unwire: records as the radio frames their robots would send.  A .c12w file is a CBOR sequence (RFC 8742): the head ["c12w", 1, ordered,
 * batch > 1], then frames in the records' order; an unsigned integer before a frame says which sender it is from, when that changes.  Sealed, the head is
 * ["c12w", 2, ordered, batch > 1, bytes of a tag, key id], and each frame is one of c12_seal_link_close; a sender's name is its number in digits. */
#include "tlm_wire.h"
#include "tlm_cli.h"
#include "c12/io.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { WIRE_ROWS = 4096, WIRE_TEXTS = 65536, WIRE_BYTES = 1 << 24, WIRE_HEAD = 9, WIRE_SEALED_HEAD = 19, WIRE_SENDERS = 1 << 20 };

/* What seals one sender's frames, or opens them. */
typedef union wire_seal { c12_seal_talker talk; c12_seal_hearer hear; } wire_seal;

/* One end of every link, opened when its robot first appears: what seals, then the end's own memory. */
typedef struct wire_ends { wire_seal **end; int64_t n, cap; size_t size; } wire_ends;

typedef struct wire_job {
    cli *c;
    c12_tlm_schema schema;
    c12_tlm_wire_plan plan;
    c12_tlm_wire_options o;
    c12_tlm_batch rows;
    void *memory;
    wire_ends ends;
    text out, clear;       /* clear: frames before they are sealed, or opened again */
    int64_t records, frames;
    uint64_t key_id;
    int32_t sealed, tag;
} wire_job;

static c12_status wire_open(wire_job *j)
{
    c12_tlm_dims d = C12_INIT(c12_tlm_dims);
    c12_mem m = { NULL, 0 };
    d.rows = WIRE_ROWS; d.texts = WIRE_TEXTS; d.text_bytes = WIRE_BYTES; d.raw_bytes = WIRE_BYTES;
    c12_status s = c12_tlm_builtin(&j->schema, &j->c->err);
    if (!s) s = c12_tlm_wire_builtin(&j->plan, &j->c->err);
    if (!s) s = c12_tlm_batch_bytes(&j->schema, &d, &m.size, &j->c->err);
    j->o.plan = &j->plan;
    if (s) return s;
    m.ptr = j->memory = cli_new((int64_t)m.size, 1);
    return c12_tlm_batch_init(&j->rows, m, &j->schema, &d, &j->c->err);
}

static void wire_close(wire_job *j)
{
    for (int64_t k = 0; k < j->ends.n; k++) free(j->ends.end[k]);
    free(j->ends.end);
    free(j->memory);
    text_free(&j->out);
    text_free(&j->clear);
}

static wire_job wire_new(cli *c)
{
    wire_job j = { .c = c, .schema = C12_INIT(c12_tlm_schema), .plan = C12_INIT(c12_tlm_wire_plan), .o = C12_INIT(c12_tlm_wire_options), .rows = C12_INIT(c12_tlm_batch) };
    j.sealed = tlm_key().size > 0;
    return j;
}

/* A sender's name: its number in digits. */
static c12_view wire_name(int64_t number, char room[24])
{
    const c12_view v = { (const uint8_t *)room, (size_t)snprintf(room, 24, "%" PRId64, number) };
    return v;
}

/* A fresh end's memory. */
static c12_mem wire_add_end(wire_ends *e, int64_t at)
{
    if (at >= e->cap) {
        int64_t cap = e->cap ? e->cap : 64;
        while (cap <= at) cap *= 2;
        wire_seal **more = NEW(wire_seal *, cap);
        if (e->n) memcpy(more, e->end, (size_t)e->n * sizeof *more);
        free(e->end);
        e->end = more;
        e->cap = cap;
    }
    if (at >= e->n) e->n = at + 1;
    e->end[at] = cli_new((int64_t)(e->size + sizeof(wire_seal)) + 64, 1);
    const c12_mem m = { e->end[at] + 1, e->size };
    return m;
}

/* ---- wire ------------------------------------------------------------------------------------------------------------------------------ */

/* A session of the sender's own, from now on. */
static c12_status wire_talk(wire_job *j, int64_t number)
{
    uint8_t random[8];
    char room[24];
    const c12_mem m = { random, sizeof random };
    const c12_view entropy = { random, sizeof random };
    c12_status s = j->sealed ? c12io_random(m, &j->c->err) : C12_OK;
    if (s || !j->sealed) return s;
    return c12_seal_link_talk(&j->ends.end[number]->talk, tlm_key(), wire_name(number, room), (uint64_t)c12io_now(), entropy, j->tag, &j->c->err);
}

typedef struct wire_robots { c12_tlm_sender **sender; int64_t *by_code; char **name; size_t *size; int64_t n; } wire_robots;

static void wire_head_item(text *t, unsigned major, uint64_t v)
{
    uint8_t b[9] = { (uint8_t)(major << 5) };
    int n = v < 24 ? 0 : v < 256 ? 1 : v < 65536 ? 2 : 4;
    b[0] |= (uint8_t)(n == 0 ? v : n == 1 ? 24 : n == 2 ? 25 : 26);
    for (int i = 0; i < n; i++) b[1 + i] = (uint8_t)(v >> 8 * (n - 1 - i));
    text_bytes(t, b, (size_t)n + 1);
}

/* The number of the row's robot; codes are of this piece's dictionary, names outlive it. */
static c12_status wire_robot(wire_job *j, wire_robots *r, int64_t code, int64_t *number)
{
    if ((*number = r->by_code[code]) >= 0) return C12_OK;
    const c12_tlm_dict *d = j->rows.dict;
    const uint8_t *name = d->bytes + d->off[code];
    size_t size = (size_t)(d->off[code + 1] - d->off[code]);
    int64_t k = 0;
    while (k < r->n && (r->size[k] != size || memcmp(r->name[k], name, size))) k++;
    c12_status s = C12_OK;
    if (k == WIRE_SENDERS) {
        j->c->err.what = "more robots than a .c12w file may have senders";
        return j->c->err.status = C12_E_SPACE;
    }
    if (k == r->n) {
        r->name[k] = cli_new((int64_t)size + 1, 1);
        memcpy(r->name[k], name, size);
        r->size[k] = size;
        r->n++;
        s = c12_tlm_sender_init(&r->sender[k], wire_add_end(&j->ends, k), &j->schema, &j->o, &j->c->err);
        if (!s) s = wire_talk(j, k);
    }
    *number = r->by_code[code] = k;
    return s;
}

/* Frames that stand at the end of j->clear, sealed, behind those that go out. */
static c12_status wire_close_frames(wire_job *j, int64_t number, size_t n, int64_t frames)
{
    const c12_view in = { (const uint8_t *)j->clear.at, n };
    const size_t room = n + (size_t)frames * C12_SEAL_LINK;
    const c12_mem out = { text_room(&j->out, room), room };
    size_t used = 0;
    c12_status s = c12_seal_link_close(&j->ends.end[number]->talk, in, out, &used, &j->c->err);
    j->out.n += used;
    return s;
}

static c12_status wire_push(wire_job *j, c12_tlm_sender *s, int64_t number, int64_t first, int64_t count)
{
    c12_status st = C12_OK;
    size_t room = 1 << 16;
    text *to = j->sealed ? &j->clear : &j->out;
    while (count && !st) {
        c12_mem out = { text_room(to, room), room };
        size_t used = 0;
        int64_t done = 0, frames = 0;
        st = c12_tlm_sender_push(s, &j->rows, first, count, out, &used, &done, &frames, &j->c->err);
        if (st == C12_E_SPACE) { room = (size_t)j->c->err.value + 64; st = C12_OK; continue; }
        if (!st && j->sealed) st = wire_close_frames(j, number, used, frames);
        else j->out.n += used;
        j->frames += frames;
        first += done;
        count -= done;
    }
    return st;
}

static c12_status wire_piece(wire_job *j, wire_robots *r, int64_t *last)
{
    const int64_t *robot = j->rows.value + j->schema.robot_field * j->rows.cap;
    c12_status s = C12_OK;
    for (int64_t k = 0; k < WIRE_TEXTS; k++) r->by_code[k] = -1;
    for (int64_t row = 0, end; row < j->rows.n && !s; row = end) {
        int64_t number = 0;
        for (end = row + 1; end < j->rows.n && robot[end] == robot[row]; end++) {}
        s = wire_robot(j, r, robot[row], &number);
        if (!s && number != *last) wire_head_item(&j->out, 0, (uint64_t)(*last = number));
        if (!s) s = wire_push(j, r->sender[number], number, row, end - row);
    }
    j->records += j->rows.n;
    return s;
}

static int wire_lines(wire_job *j, const uint8_t *at, size_t n, const char *from)
{
    wire_robots r = { NEW(c12_tlm_sender *, WIRE_SENDERS), NEW(int64_t, WIRE_TEXTS), NEW(char *, WIRE_SENDERS), NEW(size_t, WIRE_SENDERS), 0 };
    int64_t last = -1, line = 0;
    c12_status s = c12_tlm_wire_bytes(&j->schema, &j->o, &j->ends.size, NULL, &j->c->err);
    int code = EXIT_DONE;
    for (size_t done = 0; done < n && !s && !code;) {
        c12_view v = { at + done, n - done };
        size_t used = 0;
        s = c12_tlm_batch_reset(&j->rows, &j->schema, &j->c->err);
        if (!s) s = c12_tlm_parse(&j->schema, v, &j->rows, &used, &j->c->err);
        if (s == C12_E_FORMAT) code = cli_say("%s:%" PRId64 ": %s; mend or remove the line", from, line + j->c->err.row + 1, j->c->err.what);
        for (size_t k = done; k < done + used; k++) line += at[k] == '\n';
        done += used;
        if (!s) s = wire_piece(j, &r, &last);
    }
    for (int64_t k = 0; k < r.n; k++) free(r.name[k]);
    void *const owned[] = { r.sender, r.by_code, r.name, r.size };
    for (int k = 0; k < 4; k++) free(owned[k]);
    return code ? code : s ? cli_fail(j->c, s) : EXIT_DONE;
}

/* The whole of a file or standard input. */
static int wire_read(text *t, const char *path)
{
    FILE *f = strcmp(path, "-") ? fopen(path, "rb") : stdin;
    size_t got;
    if (!f) return cli_say("%s: cannot be read", path);
    while ((got = fread(text_room(t, 1 << 20), 1, 1 << 20, f)) > 0) t->n += got;
    int bad = ferror(f);
    if (f != stdin) fclose(f);
    return bad ? cli_say("%s: cannot be read", path) : EXIT_DONE;
}

/* The file's first item. */
static void wire_put_head(wire_job *j)
{
    const uint8_t head[WIRE_HEAD] = { j->sealed ? 0x86 : 0x84, 0x64, 'c', '1', '2', 'w', j->sealed ? 2 : 1, (uint8_t)j->o.ordered, j->o.batch > 1 };
    uint8_t more[WIRE_SEALED_HEAD - WIRE_HEAD] = { (uint8_t)j->tag, 0x1b };
    for (int i = 0; i < 8; i++) more[2 + i] = (uint8_t)(j->key_id >> 8 * (7 - i));
    text_bytes(&j->out, head, sizeof head);
    if (j->sealed) text_bytes(&j->out, more, sizeof more);
}

int wire_command(cli *c)
{
    wire_job j = wire_new(c);
    text in = { 0 };
    double every = cli_seconds(c, "--key-every", 5);
    j.o.ordered = cli_flag(c, "--ordered");
    j.o.batch = (int32_t)cli_int(c, "--batch", 1, 1000, 1);
    j.tag = (int32_t)cli_int(c, "--tag", 12, 16, 12);
    const char *from = cli_word(c, 1), *to = cli_word(c, 2);
    if (!cli_ready(c, 3)) return EXIT_BAD;
    if (every < 0.001 || every > 2000000) return cli_usage(c, "--key-every takes seconds from 0.001 to 2000000");
    if (j.tag != 12 && j.tag != 16) return cli_usage(c, "--tag takes 12 or 16 bytes");
    j.o.key_ms = (int32_t)(every * 1000 + 0.5);
    c12_status s = wire_open(&j);
    if (!s && j.sealed) s = c12_seal_key_id(tlm_key(), &j.key_id, &c->err);
    int code = s ? cli_fail(c, s) : wire_read(&in, from);
    if (!code) wire_put_head(&j);
    if (!code) code = wire_lines(&j, (const uint8_t *)in.at, in.n, from);
    int64_t bytes = (int64_t)j.out.n;
    double each = j.records ? (double)bytes / (double)j.records : 0;
    if (!code) code = text_write(c, &j.out, to);
    if (!code && c->json) printf("{\"records\":%" PRId64 ",\"frames\":%" PRId64 ",\"senders\":%" PRId64 ",\"bytes\":%" PRId64 ",\"bytes_per_record\":%.3f}\n", j.records, j.frames, j.ends.n, bytes, each);
    else if (!code) fprintf(stderr, "%" PRId64 " records of %" PRId64 " senders, %" PRId64 " frames, %" PRId64 " bytes, %.2f a record\n", j.records, j.ends.n, j.frames, bytes, each);
    text_free(&in);
    wire_close(&j);
    return code;
}

/* ---- unwire ---------------------------------------------------------------------------------------------------------------------------- */

/* A CBOR head at p: its size, 0 when it is cut off or of a kind no .c12w has. */
static size_t wire_head_size(const uint8_t *p, size_t n, unsigned *major, uint64_t *v)
{
    if (!n || (p[0] & 31) > 27) return 0;
    size_t more = (p[0] & 31) < 24 ? 0 : (size_t)1 << ((p[0] & 31) - 24);
    if (more >= n) return 0;
    *major = p[0] >> 5;
    *v = more ? 0 : p[0] & 31;
    for (size_t i = 0; i < more; i++) *v = *v << 8 | p[1 + i];
    return more + 1;
}

/* Bytes of the frame at p, 0 = it is none. */
static size_t wire_frame_size(const uint8_t *p, size_t n)
{
    unsigned major;
    uint64_t v;
    size_t at = 0, k = wire_head_size(p, n, &major, &v);
    if (k && major == 4 && v >= 1 && v <= 3) {
        at = k;
        for (uint64_t numbers = v - 1, x = 0; numbers; numbers--, at += k) /* of a KEY one, of a sealed frame two */
            if (!(k = wire_head_size(p + at, n - at, &major, &x)) || major) return 0;
        k = wire_head_size(p + at, n - at, &major, &v);
    }
    if (!k || major != 2 || v > n - at - k) return 0;
    return at + k + (size_t)v;
}

/* Frames of one sender that stand together: pulled, printed. */
static c12_status unwire_run(wire_job *j, c12_tlm_receiver *r, const uint8_t *p, size_t n, size_t *done, c12_tlm_wire_report *report)
{
    c12_status s = C12_OK;
    while (*done < n && !s) {
        c12_view in = { p + *done, n - *done };
        size_t used = 0, printed = 0;
        s = c12_tlm_batch_reset(&j->rows, &j->schema, &j->c->err);
        if (!s) s = c12_tlm_receiver_pull(r, in, &j->rows, &used, report, &j->c->err);
        *done += used;
        if (s) break;
        c12_mem none = { NULL, 0 };
        c12_status t = c12_tlm_print(&j->schema, &j->rows, 0, j->rows.n, none, &printed, &j->c->err);
        if (t == C12_E_SPACE) {
            c12_mem out = { text_room(&j->out, (size_t)j->c->err.value), (size_t)j->c->err.value };
            t = c12_tlm_print(&j->schema, &j->rows, 0, j->rows.n, out, &printed, &j->c->err);
        }
        if (t) return t;
        j->out.n += printed;
    }
    return s;
}

static c12_status unwire_hear(wire_job *j, int64_t number)
{
    char room[24];
    if (!j->sealed) return C12_OK;
    return c12_seal_link_hear(&j->ends.end[number]->hear, tlm_key(), wire_name(number, room), 0, j->tag, &j->c->err);
}

/* Frames of a sender as its receiver takes them; *done = where the first stands that does not open. */
static c12_status unwire_open(wire_job *j, int64_t number, c12_view *run, size_t *done)
{
    if (!j->sealed) return C12_OK;
    j->clear.n = 0;
    const c12_mem out = { text_room(&j->clear, run->size), run->size };
    size_t used = 0;
    c12_status s = c12_seal_link_open(&j->ends.end[number]->hear, *run, out, &used, done, &j->c->err);
    run->ptr = out.ptr;
    run->size = used;
    return s;
}

/* Sealed or not, and everything else the file's head says; 0 = it is none. */
static size_t unwire_head(wire_job *j, const uint8_t *p, size_t n)
{
    static const uint8_t head[] = { 0x64, 'c', '1', '2', 'w' };
    if (n < WIRE_HEAD || memcmp(p + 1, head, sizeof head) || p[7] > 1 || p[8] > 1) return 0;
    j->o.ordered = p[7];
    j->o.batch = p[8] ? 2 : 1;
    if (p[0] == 0x84 && p[6] == 1) return WIRE_HEAD;
    if (n < WIRE_SEALED_HEAD || p[0] != 0x86 || p[6] != 2 || (p[9] != 12 && p[9] != 16) || p[10] != 0x1b) return 0;
    j->tag = p[9];
    for (int i = 11; i < WIRE_SEALED_HEAD; i++) j->key_id = j->key_id << 8 | p[i];
    return WIRE_SEALED_HEAD;
}

/* Key and file belong together. */
static int unwire_key(wire_job *j, size_t head, const char *from)
{
    uint64_t id = 0;
    if (head == WIRE_HEAD) return j->sealed ? cli_say("%s: is not sealed, though a key was given for it", from) : EXIT_DONE;
    if (!j->sealed) return cli_say("%s: is sealed with key %016" PRIx64 "; give that key", from, j->key_id);
    c12_status s = c12_seal_key_id(tlm_key(), &id, &j->c->err);
    if (s) return cli_fail(j->c, s);
    return id == j->key_id ? EXIT_DONE : cli_say("%s: is sealed with key %016" PRIx64 ", not with key %016" PRIx64, from, j->key_id, id);
}

static int unwire_frames(wire_job *j, size_t at, const uint8_t *p, size_t n, const char *from, c12_tlm_wire_report *report)
{
    c12_tlm_receiver **r = NEW(c12_tlm_receiver *, WIRE_SENDERS);
    c12_status s = c12_tlm_wire_bytes(&j->schema, &j->o, NULL, &j->ends.size, &j->c->err);
    int64_t now = -1;
    size_t bad = 0;
    while (at < n && !s && !bad) {
        unsigned major = 8;
        uint64_t v = 0;
        size_t k = wire_head_size(p + at, n - at, &major, &v), end = at, done = 0, ahead = 0;
        if (k && major == 0 && v < WIRE_SENDERS) {
            now = (int64_t)v;
            if (!r[v] && !(s = c12_tlm_receiver_init(&r[v], wire_add_end(&j->ends, now), &j->schema, &j->o, &j->c->err))) s = unwire_hear(j, now);
            at += k;
            continue;
        }
        while (end < n && (k = wire_frame_size(p + end, n - end)) > 0) { end += k; j->frames++; }
        if (end == at || now < 0) { bad = at; break; }
        c12_view run = { p + at, end - at };
        s = unwire_open(j, now, &run, &ahead);
        if (s) { bad = at + ahead; break; }
        s = unwire_run(j, r[now], run.ptr, run.size, &done, report);
        bad = s == C12_E_FORMAT ? at + (j->sealed ? 0 : done) : 0;
        at = end;
    }
    free(r);
    if (bad && j->sealed && (s == C12_E_REFUSED || s == C12_E_STATE)) return cli_say("%s: byte %zu: %s", from, bad, j->c->err.what);
    if (bad && s != C12_E_UNSUPPORTED) return cli_say("%s: byte %zu: not a frame of this link, damaged, or cut off", from, bad);
    return s ? cli_fail(j->c, s) : EXIT_DONE;
}

int unwire_command(cli *c, const char *from, const char *to)
{
    wire_job j = wire_new(c);
    c12_tlm_wire_report report = C12_INIT(c12_tlm_wire_report);
    text in = { 0 };
    c12_status s = wire_open(&j);
    int code = s ? cli_fail(c, s) : wire_read(&in, from);
    const uint8_t *p = (const uint8_t *)in.at;
    size_t head = code ? 0 : unwire_head(&j, p, in.n);
    if (!code && !head) code = cli_say("%s: is no .c12w file", from);
    if (!code) code = unwire_key(&j, head, from);
    if (!code) code = unwire_frames(&j, head, p, in.n, from, &report);
    if (!code) code = text_write(c, &j.out, to);
    if (!code && c->json) printf("{\"records\":%" PRId64 ",\"frames\":%" PRId64 ",\"keyless\":%" PRId64 "}\n", report.records, j.frames, report.keyless);
    else if (!code && report.keyless) fprintf(stderr, "%" PRId64 " frames left out: the KEY they are against is not there\n", report.keyless);
    text_free(&in);
    wire_close(&j);
    return code;
}
