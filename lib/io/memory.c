/* SPDX-License-Identifier: Apache-2.0 */
/* Memory for planners.  A plan of a million items is read in random order over hundreds of megabytes; on pages of 4 KiB most reads then miss the
 * translation cache as well, so large blocks ask for huge pages where the system has them. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS, madvise */
#include "io/io_internal.h"
#include <stdlib.h>
#include <sys/mman.h>

enum { HUGE_PAGE = 2 << 20 };

#if defined(MAP_ANONYMOUS) && defined(MADV_HUGEPAGE)

static size_t huge_pages(size_t size) { return (size + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE; }

/* A mapping one page too long has an aligned block in it; what lies around that is given back. */
static void *map_huge(size_t size)
{
    size_t whole = huge_pages(size);
    if (whole < size || whole + HUGE_PAGE < whole) return NULL;
    unsigned char *at = mmap(NULL, whole + HUGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED) return NULL;
    size_t before = (HUGE_PAGE - (uintptr_t)at % HUGE_PAGE) % HUGE_PAGE;
    if (before) munmap(at, before);
    munmap(at + before + whole, HUGE_PAGE - before);
    (void)madvise(at + before, whole, MADV_HUGEPAGE); /* a wish: without it the pages are small ones */
    return at + before;
}

static void unmap_huge(void *ptr, size_t size) { munmap(ptr, huge_pages(size)); }
static int wants_huge(size_t size) { return size >= 2 * (size_t)HUGE_PAGE; }

#else

static void *map_huge(size_t size) { return calloc(1, size); }
static void unmap_huge(void *ptr, size_t size) { (void)size; free(ptr); }
static int wants_huge(size_t size) { (void)size; return 0; }

#endif

void *c12io__alloc(void *user, size_t size, size_t align)
{
    (void)user;
    if (wants_huge(size)) return map_huge(size);
    return aligned_alloc(align, (size + align - 1) / align * align);
}

void *c12io__alloc_zeroed(size_t size) { return wants_huge(size) ? map_huge(size) : calloc(1, size); }

void c12io__release(void *user, void *ptr, size_t size, size_t align)
{
    (void)user;
    (void)align;
    if (wants_huge(size)) unmap_huge(ptr, size);
    else free(ptr);
}
