/* Signal handlers that allocate, and everything at once. */
#define _GNU_SOURCE
#include "truth.h"

#include <dlfcn.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static atomic_int over;
static atomic_ulong handled;
static _Thread_local volatile sig_atomic_t in_call;

/* libc's malloc is not async-signal-safe: a handler allocates only where it interrupted none. */
static void handle(int number)
{
    (void)number;
    if (in_call)
        return;
    atomic_fetch_add(&handled, 1);
    count_free(count_malloc(84001), 84001);
}

static void *guarded_malloc(size_t size)
{
    in_call = 1;
    void *block = count_malloc(size);
    in_call = 0;
    return block;
}

static void guarded_free(void *block, size_t size)
{
    in_call = 1;
    count_free(block, size);
    in_call = 0;
}

/* libc ends the thread: no handler may interrupt that, as it frees what the thread had. */
static void *leave(void)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGALRM);
    sigaddset(&signals, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    return NULL;
}

static void *allocate(void *unused)
{
    (void)unused;
    while (!atomic_load(&over)) {
        void *block = guarded_malloc(80001);
        for (volatile int i = 0; i < 50; i++)
            ;
        guarded_free(block, 80001);
    }
    return leave();
}

static void install(void)
{
    struct sigaction action = {.sa_handler = handle, .sa_flags = SA_RESTART};
    sigaddset(&action.sa_mask, SIGALRM); /* one handler at a time in a thread */
    sigaddset(&action.sa_mask, SIGUSR1);
    sigaction(SIGALRM, &action, NULL);
    sigaction(SIGUSR1, &action, NULL);
}

static void tick(long microseconds)
{
    struct itimerval timer = {{0, microseconds}, {0, microseconds}};
    setitimer(ITIMER_REAL, &timer, NULL);
}

static void rest(long milliseconds)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += milliseconds % 1000 * 1000000;
    until.tv_sec += milliseconds / 1000 + until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) != 0)
        ;
}

/* Two threads allocate while a timer and signals of the main thread make handlers that allocate. */
int run_signals(int count, char **arguments)
{
    long milliseconds = number_argument(count, arguments, 0, 150);
    pthread_t threads[2];
    install();
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, allocate, NULL);
    tick(200);
    for (long i = 0; i < milliseconds; i++) {
        pthread_kill(threads[i % 2], SIGUSR1);
        rest(1);
    }
    tick(0);
    atomic_store(&over, 1);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    print_number("handled", handled);
    print_counts();
    return 0;
}

static void *resize(void *unused)
{
    (void)unused;
    size_t size = 80101, next = 80201;
    in_call = 1;
    char *block = count_malloc(size);
    in_call = 0;
    while (!atomic_load(&over)) {
        in_call = 1;
        block = count_realloc(block, size, next);
        in_call = 0;
        size_t former = size;
        size = next;
        next = former;
    }
    guarded_free(block, size);
    return leave();
}

static void *load(void *unused)
{
    (void)unused;
    while (!atomic_load(&over)) {
        in_call = 1;
        void *library = dlopen("libz.so.1", RTLD_NOW | RTLD_LOCAL);
        if (library != NULL)
            dlclose(library);
        in_call = 0;
    }
    return leave();
}

static void *nothing(void *unused)
{
    (void)unused;
    guarded_free(guarded_malloc(80301), 80301);
    return leave();
}

static void *spawn(void *unused)
{
    (void)unused;
    while (!atomic_load(&over)) {
        pthread_t thread;
        in_call = 1;
        if (pthread_create(&thread, NULL, nothing, NULL) == 0)
            pthread_join(thread, NULL);
        in_call = 0;
    }
    return leave();
}

/* Threads that allocate, resize, load and create threads, under signals, beside forks. */
int run_torture(int count, char **arguments)
{
    long milliseconds = number_argument(count, arguments, 0, 100);
    void *(*routines[])(void *) = {allocate, resize, load, spawn};
    enum { all = sizeof routines / sizeof *routines };
    pthread_t threads[all];
    sigset_t signals, former;
    install();
    for (int i = 0; i < all; i++)
        pthread_create(&threads[i], NULL, routines[i], NULL);
    tick(300);
    long forks = 0;
    struct timespec begin, now;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    do {
        for (int i = 0; i < all; i++)
            pthread_kill(threads[i], SIGUSR1);
        sigemptyset(&signals);
        sigaddset(&signals, SIGALRM);
        sigaddset(&signals, SIGUSR1);
        pthread_sigmask(SIG_BLOCK, &signals, &former);
        pid_t child = fork();
        if (child == 0) {
            for (int i = 0; i < 20; i++)
                free(malloc(85001));
            _exit(0);
        }
        pthread_sigmask(SIG_SETMASK, &former, NULL);
        if (child > 0) {
            forks++;
            while (waitpid(child, NULL, 0) < 0)
                ;
        }
        rest(1);
        clock_gettime(CLOCK_MONOTONIC, &now);
    } while ((now.tv_sec - begin.tv_sec) * 1000 + (now.tv_nsec - begin.tv_nsec) / 1000000 <
             milliseconds);
    tick(0);
    atomic_store(&over, 1);
    for (int i = 0; i < all; i++)
        pthread_join(threads[i], NULL);
    print_number("forks", (uint64_t)forks);
    print_number("handled", handled);
    print_counts();
    return 0;
}

static sigjmp_buf before_call;
static volatile sig_atomic_t may_jump;

static void jump(int number)
{
    (void)number;
    atomic_fetch_add(&handled, 1);
    if (may_jump)
        siglongjmp(before_call, 1);
}

/* A handler that jumps out of calls of madvise, often out of the recorder's part of them, beside a
 * thread that allocates. */
int run_jumps(int count, char **arguments)
{
    long milliseconds = number_argument(count, arguments, 0, 100);
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    void *memory = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    sigset_t signals, former;
    pthread_t thread;
    sigemptyset(&signals);
    sigaddset(&signals, SIGALRM);
    pthread_sigmask(SIG_BLOCK, &signals, &former);
    pthread_create(&thread, NULL, allocate, NULL);
    struct sigaction action = {.sa_handler = jump};
    sigaction(SIGALRM, &action, NULL);
    pthread_sigmask(SIG_SETMASK, &former, NULL);
    struct timespec begin, now;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    tick(150);
    do {
        if (sigsetjmp(before_call, 1) == 0) {
            may_jump = 1;
            for (int i = 0; i < 1000; i++)
                madvise(memory, page, MADV_NORMAL);
        }
        may_jump = 0;
        clock_gettime(CLOCK_MONOTONIC, &now);
    } while ((now.tv_sec - begin.tv_sec) * 1000 + (now.tv_nsec - begin.tv_nsec) / 1000000 <
             milliseconds);
    tick(0);
    count_free(count_malloc(81001), 81001);
    atomic_store(&over, 1);
    pthread_join(thread, NULL);
    print_number("jumps", handled);
    print_counts();
    return 0;
}
