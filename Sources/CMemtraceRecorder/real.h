/* The functions that the hooks stand in front of. */
#ifndef RECORDER_REAL_H
#define RECORDER_REAL_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define EXPORTED __attribute__((visibility("default")))
#define LIKELY(condition) __builtin_expect(!!(condition), 1)
#define UNLIKELY(condition) __builtin_expect(!!(condition), 0)

struct real_functions {
    void *(*malloc)(size_t);
    void *(*calloc)(size_t, size_t);
    void *(*realloc)(void *, size_t);
    void (*free)(void *);
    void *(*memalign)(size_t, size_t);
    void *(*aligned_alloc)(size_t, size_t);
    int (*posix_memalign)(void **, size_t, size_t);
    void *(*valloc)(size_t);
    void *(*pvalloc)(size_t);

    void *(*mmap)(void *, size_t, int, int, int, off_t);
    int (*munmap)(void *, size_t);
    void *(*mremap)(void *, size_t, size_t, int, ...);
    int (*mprotect)(void *, size_t, int);
    int (*madvise)(void *, size_t, int);
    void *(*sbrk)(intptr_t);
    int (*brk)(void *);
    void *const *current_break; /* libc's own note of the end of the heap segment; may be null */

    int (*pthread_create)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    int (*pthread_setname_np)(pthread_t, const char *);
    int (*prctl)(int, ...);

    void *(*dlopen)(const char *, int);
    void *(*dlmopen)(long, const char *, int);
    int (*dlclose)(void *);

    pid_t (*fork)(void);
    int (*execve)(const char *, char *const[], char *const[]);
    int (*execv)(const char *, char *const[]);
    int (*execvp)(const char *, char *const[]);
    int (*execvpe)(const char *, char *const[], char *const[]);
    int (*fexecve)(int, char *const[], char *const[]);
    int (*execveat)(int, const char *, char *const[], char *const[], int);
    void (*exit_now)(int) __attribute__((noreturn));
};

extern struct real_functions real;
extern bool real_is_resolved;

/* Finds the functions; false inside of itself: dlsym may allocate. */
bool real_resolve(void);

static inline bool real_ready(void)
{
    return LIKELY(real_is_resolved) || real_resolve();
}

/* Memory for what is allocated while the functions are being found. It is never given back. */
void *early_allocate(size_t size, size_t alignment);
bool early_owns(const void *block);
size_t early_size(const void *block);

#endif
