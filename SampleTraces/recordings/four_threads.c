/* Four threads that each keep 1 MiB in 64 blocks. cc -O2 four_threads.c -o four_threads -lpthread */
#include <pthread.h>
#include <stdlib.h>

static pthread_barrier_t everybody;

static void *
work(void *argument)
{
    void *blocks[64];
    int i;

    for (i = 0; i < 64; i++)
        blocks[i] = malloc(16384);
    pthread_barrier_wait(&everybody);
    for (i = 0; i < 64; i++)
        free(blocks[i]);
    return argument;
}

int
main(void)
{
    pthread_t threads[4];
    int i;

    pthread_barrier_init(&everybody, NULL, 4);
    for (i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, work, NULL);
    for (i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    return 0;
}
