/* Programs whose allocations are known, to be recorded: `recorded-program NAME [ARGUMENTS]`. */
#include "truth.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    int (*run)(int, char **);
} programs[] = {
    {"abort", run_abort},
    {"after-exit", run_after_exit},
    {"aligned", run_aligned},
    {"before-main", run_before_main},
    {"deep", run_deep},
    {"dlclose", run_dlclose},
    {"exec", run_exec},
    {"exit-in-thread", run_exit_in_thread},
    {"fork", run_fork},
    {"jumps", run_jumps},
    {"killed", run_killed},
    {"main-ends-first", run_main_ends_first},
    {"mappings", run_mappings},
    {"million-live", run_million_live},
    {"names", run_names},
    {"realloc", run_realloc},
    {"signals", run_signals},
    {"storm", run_storm},
    {"threads", run_threads},
    {"torture", run_torture},
    {"waiting", run_waiting},
};

long number_argument(int count, char **arguments, int index, long otherwise)
{
    return index < count ? strtol(arguments[index], NULL, 10) : otherwise;
}

int main(int count, char **arguments)
{
    for (size_t i = 0; count > 1 && i < sizeof programs / sizeof *programs; i++)
        if (strcmp(arguments[1], programs[i].name) == 0)
            return programs[i].run(count - 2, arguments + 2);
    fprintf(stderr, "usage: recorded-program NAME [ARGUMENTS], NAME being one of:\n");
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++)
        fprintf(stderr, "  %s\n", programs[i].name);
    return 64;
}
