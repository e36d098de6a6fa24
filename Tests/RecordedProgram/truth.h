/* What a program counts of its own allocations, and says at its end as lines of key=value. */
#ifndef RECORDED_PROGRAM_TRUTH_H
#define RECORDED_PROGRAM_TRUTH_H

#include <stdint.h>
#include <stdlib.h>

/* The programs' own allocations are of 80001 to 89999 bytes, which libc's are not, where the program
 * says nothing else. */

/* Each counts one event, where it succeeds. The compiler must not know them for malloc and free. */
void *count_malloc(size_t size);
void *count_calloc(size_t count, size_t size);
void *count_realloc(void *old, size_t old_size, size_t size);
void *count_reallocarray(void *old, size_t old_size, size_t count, size_t size);
void count_free(void *block, size_t size);

/* An event of another function: `name` is a string constant. */
void count_event(const char *name);
void count_live(size_t bytes);
void count_gone(size_t bytes);

/* Prints mallocs, callocs, reallocs, frees, other events and live bytes; `print_truth` also the peak,
 * which a program of several threads knows only if it sees to that. */
void print_truth(void);
void print_counts(void);
void print_number(const char *name, uint64_t value);
void print_text(const char *name, const char *value);

/* The programs; each gets what follows its name on the command line. */
int run_after_exit(int count, char **arguments);
int run_aligned(int count, char **arguments);
int run_abort(int count, char **arguments);
int run_before_main(int count, char **arguments);
int run_deep(int count, char **arguments);
int run_dlclose(int count, char **arguments);
int run_exec(int count, char **arguments);
int run_exit_in_thread(int count, char **arguments);
int run_fork(int count, char **arguments);
int run_jumps(int count, char **arguments);
int run_killed(int count, char **arguments);
int run_main_ends_first(int count, char **arguments);
int run_mappings(int count, char **arguments);
int run_million_live(int count, char **arguments);
int run_names(int count, char **arguments);
int run_realloc(int count, char **arguments);
int run_signals(int count, char **arguments);
int run_storm(int count, char **arguments);
int run_threads(int count, char **arguments);
int run_torture(int count, char **arguments);
int run_waiting(int count, char **arguments);

long number_argument(int count, char **arguments, int index, long otherwise);

#endif
