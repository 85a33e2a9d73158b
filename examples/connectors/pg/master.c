/* SPDX-License-Identifier: Apache-2.0 */
/* Master data in: views of the schema c12_master become the files of a plant folder, all of them or none. */
#include "pgd.h"
#include "c12/io.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH = 700, NAME = 64 };
static const char *const files[] = { "items", "bom", "eco", "eco_trail", "eco_lines", "demand", "receipts", "safety", "substitutes", "orders", "suppliers", "price_breaks", "stations", "machines", "calendars", "routing", "setups",
    "robots", "bays", "rules" };

static int failed(const pgd *p, const char *what, const char *path)
{
    link_say(&p->l, 3, "%s: cannot be %s: %s; the plant stays as it was", path, what, strerror(errno));
    return -1;
}

/* ---- folders ---------------------------------------------------------------------------------------------------------------------------- */

/* What names a file of both folders may have; longer ones are not plants'. */
static int path_of(char *path, const char *dir, const char *name) { return snprintf(path, PATH, "%s/%s", dir, name) < PATH ? 0 : -1; }

/* Each file of a folder, or -1 when one is wrong. */
typedef int file_task(pgd *p, const char *dir, const char *name);
static int each_file(pgd *p, const char *dir, file_task *task)
{
    int code = 0;
    DIR *d = opendir(dir);
    if (!d) return errno == ENOENT ? 0 : failed(p, "read", dir);
    for (struct dirent *e; !code && (e = readdir(d));) if (strcmp(e->d_name, ".") && strcmp(e->d_name, "..")) code = task(p, dir, e->d_name);
    closedir(d);
    return code;
}

static int drop(pgd *p, const char *dir, const char *name)
{
    char path[PATH];
    return path_of(path, dir, name) || unlink(path) ? failed(p, "removed", name) : 0;
}

static int folder_drop(pgd *p, const char *dir)
{
    if (each_file(p, dir, drop)) return -1;
    return rmdir(dir) && errno != ENOENT ? failed(p, "removed", dir) : 0;
}

/* A file that no view replaces stays: both folders have it. */
static int keep(pgd *p, const char *dir, const char *name)
{
    char from[PATH], to[PATH];
    if (path_of(from, dir, name) || path_of(to, p->next, name)) return failed(p, "kept", name);
    return link(from, to) && errno != EEXIST ? failed(p, "kept", from) : 0;
}

static int same_file(const char *a, const char *b)
{
    FILE *f = fopen(a, "r"), *g = fopen(b, "r");
    int c = 0, same = f && g;
    while (same && c != EOF) same = (c = getc(f)) == getc(g);
    if (f) fclose(f);
    if (g) fclose(g);
    return same;
}

static int differs(pgd *p, const char *dir, const char *name)
{
    char was[PATH], is[PATH];
    return path_of(is, dir, name) || path_of(was, p->master, name) || !same_file(was, is);
}

/* DIR.next takes DIR's place in one step, and DIR is DIR.before from then on. */
static int swap(pgd *p)
{
    char before[PATH];
    snprintf(before, sizeof before, "%s.before", p->master);
    if (folder_drop(p, before)) return -1;
    if (renameat2(AT_FDCWD, p->next, AT_FDCWD, p->master, RENAME_EXCHANGE)) {
        if (errno == ENOENT) return rename(p->next, p->master) ? failed(p, "made", p->master) : 0; /* the first time */
        if (rename(p->master, before) || rename(p->next, p->master)) return failed(p, "changed", p->master); /* file systems that cannot exchange */
        return 0;
    }
    return rename(p->next, before) ? failed(p, "kept", before) : 0;
}

/* ---- views ------------------------------------------------------------------------------------------------------------------------------- */

static int known(const char *name)
{
    for (size_t k = 0; k < sizeof files / sizeof *files; k++) if (!strcmp(files[k], name)) return 1;
    return 0;
}

static int64_t copy_out(pgd *p, FILE *f)
{
    char *row;
    int n;
    int64_t rows = -1; /* the head is none */
    for (; (n = PQgetCopyData(p->pg, &row, 0)) > 0; PQfreemem(row)) rows += fwrite(row, 1, (size_t)n, f) == (size_t)n;
    if (n == -2) { link_say(&p->l, 3, "PostgreSQL: %s", PQerrorMessage(p->pg)); return -1; }
    return pg_copy_end(p) ? -1 : rows;
}

/* A view's columns are its file's; a column `site` chooses rows, and is not one of them. */
static int view_take(pgd *p, const char *view, const char *columns, int of_sites)
{
    char sql[4000], path[PATH], name[NAME + 5];
    snprintf(name, sizeof name, "%s.csv", view);
    if (!known(view)) { link_say(&p->l, 3, "c12_master.%s: %s is no file of a plant; see the guide's page on plants", view, name); return -1; }
    if (snprintf(sql, sizeof sql, "COPY (SELECT %s FROM c12_master.%s%s%s%s) TO STDOUT (FORMAT csv, HEADER true)", columns, view, of_sites ? " WHERE site::text = '" : "", of_sites ? p->l.site : "", of_sites ? "'" : "") >= (int)sizeof sql) {
        link_say(&p->l, 3, "c12_master.%s has more columns than a plant's file", view);
        return -1;
    }
    PGresult *r = PQexec(p->pg, sql);
    const int begun = PQresultStatus(r) == PGRES_COPY_OUT;
    PQclear(r);
    if (!begun) { link_say(&p->l, 3, "c12_master.%s: %s", view, PQerrorMessage(p->pg)); return -1; }
    FILE *f = path_of(path, p->next, name) ? NULL : fopen(path, "wx");
    if (!f) return failed(p, "written", path);
    const int64_t rows = copy_out(p, f);
    const int bad = fflush(f) || fsync(fileno(f)), closed = fclose(f);
    if (bad || closed) return failed(p, "written", path);
    if (rows >= 0) link_say(&p->l, 6, "%s: %lld rows", name, (long long)rows);
    return rows < 0 ? -1 : 0;
}

/* All views as they are at one moment. */
static int views_take(pgd *p)
{
    PGresult *r = pg_do(p, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY") ? NULL : PQexec(p->pg, "SELECT table_name, string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position) FILTER (WHERE column_name <> 'site'),"
                                                                                             " bool_or(column_name = 'site') FROM information_schema.columns WHERE table_schema = 'c12_master' GROUP BY 1 ORDER BY 1");
    int code = PQresultStatus(r) == PGRES_TUPLES_OK ? 0 : -1;
    if (code) link_say(&p->l, 3, "PostgreSQL: %s", PQerrorMessage(p->pg));
    else if (!PQntuples(r)) { link_say(&p->l, 3, "the schema c12_master has no view that this user may read; make one for each file of the plant that the database has, and begin with items"); code = -1; }
    for (int k = 0; !code && k < PQntuples(r); k++) code = view_take(p, PQgetvalue(r, k, 0), PQgetvalue(r, k, 1), *PQgetvalue(r, k, 2) == 't');
    PQclear(r);
    return code;
}

/* The library reads the new folder as c12d will. */
static int judged(const pgd *p)
{
    static char faults[8192];
    c12_error err = C12_INIT(c12_error);
    c12io_plant *plant = NULL;
    err.text = faults;
    err.text_cap = sizeof faults;
    if (!c12io_plant_load(&plant, p->next, &err)) { c12io_plant_free(plant); return 0; }
    link_say(&p->l, 3, "the plant stays as it was; %s is not one:", p->next);
    fprintf(stderr, *faults ? "%s" : "%s\n", *faults ? faults : err.what); /* a line a fault */
    return -1;
}

int master_take(pgd *p)
{
    for (size_t n = strlen(p->master); n > 1 && p->master[n - 1] == '/'; n--) p->master[n - 1] = 0;
    if (snprintf(p->next, sizeof p->next, "%s.next", p->master) >= (int)sizeof p->next) { errno = ENAMETOOLONG; return failed(p, "read", p->master); }
    p->pg = PQconnectdb(p->url);
    int code = PQstatus(p->pg) == CONNECTION_OK ? folder_drop(p, p->next) : -1;
    if (PQstatus(p->pg) != CONNECTION_OK) link_say(&p->l, 3, "PostgreSQL: %s", PQerrorMessage(p->pg));
    if (!code && mkdir(p->next, 0755)) code = failed(p, "made", p->next);
    if (!code) code = views_take(p);
    PQfinish(p->pg);
    p->pg = NULL;
    if (!code) code = each_file(p, p->master, keep);
    if (!code) code = judged(p);
    if (code) return code;
    if (!each_file(p, p->next, differs)) { link_say(&p->l, 5, "%s is what the database has", p->master); return folder_drop(p, p->next); }
    if ((code = swap(p))) return code;
    link_say(&p->l, 5, "%s is new; restart c12d to plan with it (it was %s.before)", p->master, p->master);
    return 0;
}
