/* Programs that fork, exec, load libraries, or end in a hard way. */
#define _GNU_SOURCE
#include "truth.h"

#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void allocate(long rounds, size_t size)
{
    for (long i = 0; i < rounds; i++)
        count_free(count_malloc(size), size);
}

/* The process allocates blocks of 80001 bytes, its child of 81001 and the child's child of 82001. */
int run_fork(int count, char **arguments)
{
    long rounds = number_argument(count, arguments, 0, 1000);
    allocate(rounds, 80001);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        for (long i = 0; i < rounds; i++)
            free(malloc(81001));
        pid_t grandchild = fork();
        if (grandchild == 0) {
            for (long i = 0; i < rounds; i++)
                free(malloc(82001));
            _exit(0);
        }
        waitpid(grandchild, NULL, 0);
        _exit(0);
    }
    waitpid(child, NULL, 0);
    print_number("child", (uint64_t)child);
    print_number("child_mallocs", (uint64_t)rounds);
    print_number("grandchild_mallocs", (uint64_t)rounds);
    allocate(rounds, 80001);
    print_truth();
    return 0;
}

/* Fails to become a program that is not there, then becomes itself as `threads`.
 *
 * Blocks of 30 MB live across both: the failure ends nothing, the success everything. */
int run_exec(int count, char **arguments)
{
    const char *rounds = count > 0 ? arguments[0] : "100";
    allocate(50, 83001);
    void *early = malloc(30000001), *kept = malloc(30000003);
    execl("/nowhere/recorded-program", "recorded-program", (char *)NULL);
    free(early);
    if (kept == NULL)
        return 1;
    print_number("failed_execs", 1);
    print_number("mallocs_before", 50);
    fflush(stdout);
    char self[4096];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    if (length <= 0)
        return 1;
    self[length] = 0;
    execl(self, "recorded-program", "threads", rounds, (char *)NULL);
    return 1;
}

/* Loads and unloads a library (libz.so.1) several times and calls into it. */
int run_dlclose(int count, char **arguments)
{
    long rounds = number_argument(count, arguments, 0, 5);
    const char *name = count > 1 ? arguments[1] : "libz.so.1";
    for (long i = 0; i < rounds; i++) {
        void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
        if (library == NULL) {
            fprintf(stderr, "%s\n", dlerror());
            return 1;
        }
        count_free(count_malloc(80001), 80001);
        unsigned long (*bound)(unsigned long);
        *(void **)&bound = dlsym(library, "compressBound");
        if (bound != NULL)
            bound(1000);
        dlclose(library);
        count_free(count_malloc(80011), 80011);
    }
    print_text("library", name);
    print_number("loads", (uint64_t)rounds);
    print_number("unloads", (uint64_t)rounds);
    print_truth();
    return 0;
}

/* Blocks that stay, then the signal. */
static int end_by(int signal, int count, char **arguments)
{
    long blocks = number_argument(count, arguments, 0, 1000);
    for (long i = 0; i < blocks; i++)
        count_malloc(80001);
    print_number("signal", (uint64_t)signal);
    print_truth();
    if (signal == SIGABRT)
        abort();
    raise(signal);
    return 1;
}

int run_abort(int count, char **arguments)
{
    return end_by(SIGABRT, count, arguments);
}

int run_killed(int count, char **arguments)
{
    return end_by(SIGKILL, count, arguments);
}

/* Says in a file that it waits, and waits for a signal. A shell would not do: one that comes just
 * before it becomes another program may be lost. */
int run_waiting(int count, char **arguments)
{
    FILE *ready = fopen(count > 0 ? arguments[0] : "ready", "w");
    if (ready == NULL)
        return 1;
    fputs("waiting\n", ready);
    fclose(ready);
    for (;;)
        pause();
}
