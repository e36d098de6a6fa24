/* Programs of several threads. */
#define _GNU_SOURCE
#include "truth.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

enum { thread_count = 4, kept = 64 };

struct work {
    int number;
    long rounds;
};

static pthread_barrier_t all_full, largest_gone;

/* Allocates sizes that tell the thread: 80001 + 100 times its number. */
static void *allocate(void *handed)
{
    struct work *work = handed;
    size_t size = 80001 + 100 * (size_t)work->number;
    void *blocks[kept] = {0};
    for (long i = 0; i < work->rounds; i++) {
        long k = i % kept;
        count_free(blocks[k], size);
        blocks[k] = count_malloc(size);
        if (i % 7 == 0) {
            blocks[k] = count_realloc(blocks[k], size, size + 3);
            blocks[k] = count_realloc(blocks[k], size + 3, size);
        }
    }
    pthread_barrier_wait(&all_full);
    pthread_barrier_wait(&largest_gone);
    for (long k = 0; k < kept; k++)
        count_free(blocks[k], size);
    return NULL;
}

static void run_all(void *(*routine)(void *), long rounds, void (*meanwhile)(void))
{
    pthread_t threads[thread_count];
    struct work work[thread_count];
    for (int i = 0; i < thread_count; i++) {
        work[i] = (struct work){.number = i, .rounds = rounds};
        pthread_create(&threads[i], NULL, routine, &work[i]);
    }
    if (meanwhile != NULL)
        meanwhile();
    for (int i = 0; i < thread_count; i++)
        pthread_join(threads[i], NULL);
}

/* The peak: while every thread holds all its blocks and waits. */
static void allocate_largest(void)
{
    pthread_barrier_wait(&all_full);
    count_free(count_malloc(50000003), 50000003);
    pthread_barrier_wait(&largest_gone);
}

/* Four threads with 64 blocks each; at the peak one of 50000003 bytes besides. */
int run_threads(int count, char **arguments)
{
    pthread_barrier_init(&all_full, NULL, thread_count + 1);
    pthread_barrier_init(&largest_gone, NULL, thread_count + 1);
    run_all(allocate, number_argument(count, arguments, 0, 5000), allocate_largest);
    print_number("threads", thread_count);
    print_truth();
    return 0;
}

/* Blocks of 5003 bytes as fast as may be, without the counters between the threads. */
static void *storm(void *handed)
{
    struct work *work = handed;
    static void *(*volatile allocate_one)(size_t) = malloc;
    static void (*volatile free_one)(void *) = free;
    for (long i = 0; i < work->rounds; i++)
        free_one(allocate_one(5003));
    return NULL;
}

int run_storm(int count, char **arguments)
{
    long rounds = number_argument(count, arguments, 0, 200000);
    run_all(storm, rounds, NULL);
    print_number("mallocs", thread_count * (uint64_t)rounds);
    print_number("frees", thread_count * (uint64_t)rounds);
    return 0;
}

static pthread_barrier_t named, seen;

static void *get_name(void *unused)
{
    (void)unused;
    pthread_setname_np(pthread_self(), "worker-self");
    count_free(count_malloc(80001), 80001);
    prctl(PR_SET_NAME, "worker-prctl");
    count_free(count_malloc(80011), 80011);
    pthread_barrier_wait(&named);
    pthread_barrier_wait(&seen);
    count_free(count_malloc(80021), 80021);
    count_free(count_malloc(80031), 80031);
    return NULL;
}

/* A thread that gets three names: by itself in two ways, and by the main thread. */
int run_names(int count, char **arguments)
{
    (void)count, (void)arguments;
    pthread_t thread;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 1 << 20);
    pthread_barrier_init(&named, NULL, 2);
    pthread_barrier_init(&seen, NULL, 2);
    pthread_create(&thread, &attributes, get_name, NULL);
    pthread_barrier_wait(&named);
    pthread_setname_np(thread, "worker-named");
    pthread_barrier_wait(&seen);
    pthread_join(thread, NULL);
    print_text("names", "worker-self,worker-prctl,worker-named");
    print_number("stack", 1 << 20);
    print_truth();
    return 0;
}

static void *leave(void *unused)
{
    (void)unused;
    count_free(count_malloc(80001), 80001);
    print_truth();
    exit(5);
}

/* A worker calls exit while the main thread waits for it: status 5. */
int run_exit_in_thread(int count, char **arguments)
{
    (void)count, (void)arguments;
    pthread_t thread;
    pthread_create(&thread, NULL, leave, NULL);
    pthread_join(thread, NULL);
    return 1;
}

static pthread_t main_thread;

static void *stay(void *unused)
{
    (void)unused;
    pthread_join(main_thread, NULL);
    count_free(count_malloc(80011), 80011);
    print_truth();
    return NULL;
}

/* The main thread ends by pthread_exit, a worker goes on. */
int run_main_ends_first(int count, char **arguments)
{
    (void)count, (void)arguments;
    pthread_t thread;
    main_thread = pthread_self();
    pthread_create(&thread, NULL, stay, NULL);
    count_free(count_malloc(80001), 80001);
    pthread_exit(NULL);
}
