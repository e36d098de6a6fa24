/* Mappings of sizes that nothing else has: 13 pages and more. */
#define _GNU_SOURCE
#include "truth.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { page = 4096 };

/* Prints each mapping's address, so that a recording can be compared event by event. */
static void print_address(const char *name, const void *at)
{
    printf("%s=0x%llx\n", name, (unsigned long long)(uintptr_t)at);
}

int run_mappings(int count, char **arguments)
{
    (void)count, (void)arguments;
    char *reserved = mmap(NULL, 130 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    print_address("reserved", reserved);
    mprotect(reserved, 13 * page, PROT_READ | PROT_WRITE);
    mprotect(reserved + 100 * page, 7 * page, PROT_READ);
    memset(reserved, 1, 13 * page);
    madvise(reserved, 5 * page, MADV_DONTNEED);

    /* A neighbour right behind it: it must move to grow. */
    char *both = mmap(NULL, 38 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    print_address("both", both);
    munmap(both + 19 * page, 19 * page);
    char *neighbour = mmap(both + 19 * page, 19 * page, PROT_READ,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    print_address("neighbour", neighbour);
    char *moved = mremap(both, 19 * page, 57 * page, MREMAP_MAYMOVE);
    print_address("moved", moved);
    print_number("has_moved", moved != both);
    char *shrunk = mremap(moved, 57 * page, 23 * page, 0);
    print_address("shrunk", shrunk);

    int file = open("/proc/self/exe", O_RDONLY);
    char *mapped = mmap(NULL, 3 * page, PROT_READ, MAP_PRIVATE, file, page);
    close(file);
    print_address("file", mapped);
    char self[4096];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    self[length < 0 ? 0 : length] = 0;
    print_text("file_path", self);

    void *failed = mmap(NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    print_number("failed_maps", failed == MAP_FAILED);
    print_number("failed_protects", mprotect((void *)1, page, PROT_READ) != 0);

    munmap(mapped, 3 * page);
    munmap(shrunk, 23 * page);
    munmap(neighbour, 19 * page);
    munmap(reserved + 13 * page, 117 * page);
    print_number("left", 13 * page);
    print_number("mmaps", 5); /* with the one that failed */
    print_number("munmaps", 5);
    print_number("mremaps", 2);
    print_number("mprotects", 3);
    print_number("madvises", 1);
    return 0;
}
