#define _GNU_SOURCE
#include "session.h"

#include "heap_segment.h"
#include "images.h"
#include "stacks.h"
#include "threads.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static uint32_t undecided_mode;
uint32_t *session_mode = &undecided_mode;

static struct {
    bool known;
    bool wanted;
    bool follow;
    char folder[4096];
    uint32_t collector;
    uint32_t frames;
    uint64_t ring_bytes;
    uint32_t pid;
} configuration;

static uint64_t number_of(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    if (text == NULL || *text == 0)
        return otherwise;
    uint64_t number = 0;
    for (; *text >= '0' && *text <= '9' && number < 1u << 30; text++)
        number = number * 10 + (uint64_t)(*text - '0');
    return *text == 0 ? number : otherwise;
}

static void read_environment(void)
{
    configuration.known = true;
    const char *folder = getenv(MEMTRACE_ENV_SESSION);
    if (folder == NULL || *folder == 0 || strlen(folder) >= sizeof configuration.folder)
        return;
    strcpy(configuration.folder, folder);
    const char *children = getenv(MEMTRACE_ENV_CHILDREN);
    configuration.follow = children != NULL && strcmp(children, "follow") == 0;
    configuration.collector = (uint32_t)number_of(MEMTRACE_ENV_COLLECTOR, 0);
    configuration.frames = (uint32_t)number_of(MEMTRACE_ENV_STACKS, 0);
    if (configuration.frames > STACKS_DEEPEST)
        configuration.frames = STACKS_DEEPEST;
    configuration.ring_bytes = number_of("MEMTRACE_RING_BYTES", 1u << 20);
    if (configuration.ring_bytes < 65536 ||
        (configuration.ring_bytes & (configuration.ring_bytes - 1)) != 0)
        configuration.ring_bytes = 1u << 20;
    configuration.wanted = configuration.collector != 0;
}

/* The page whose content a forked child does not get. Without such pages the hook of fork does it. */
static uint32_t *make_mode_page(void)
{
    uint32_t *page = raw_map(4096);
    if (page == NULL)
        return &undecided_mode;
    syscall(SYS_madvise, page, 4096, MADV_WIPEONFORK);
    return page;
}

static void write_process(void)
{
    char path[RING_TEXT_BYTES];
    long length = syscall(SYS_readlinkat, AT_FDCWD, "/proc/self/exe", path, sizeof path - 1);
    path[length < 0 ? 0 : length] = 0;
    struct ring_writer *writer = ring_enter();
    if (writer == NULL)
        return;
    uint64_t arguments[] = {configuration.pid, (uint64_t)sysconf(_SC_PAGESIZE),
                            (uint64_t)getppid()};
    ring_write_text(writer, memtrace_op_process, 0, arguments, 3, NULL, 0, path);
    ring_leave(writer);
    ring_write_owner();
}

static void begin(bool is_fork)
{
    configuration.pid = (uint32_t)syscall(SYS_getpid);
    bool had_threads = is_fork && ring_others_live();
    thread_state.writer = NULL;
    thread_state.interrupted = NULL;
    thread_state.stopped = false;
    thread_state.unwinding = 0;
    thread_state.loading = 0;
    ring_begin_process(configuration.folder, configuration.collector, configuration.ring_bytes,
                       configuration.frames, configuration.pid, ring_clock());
    stacks_begin_process(configuration.frames);
    write_process();
    images_begin_process(is_fork, had_threads);
    heap_segment_begin_process();
    threads_begin_process(is_fork);
}

bool session_decide(void)
{
    if (thread_state.quiet || environ == NULL || !real_ready())
        return false;
    int error = errno;
    uint64_t mask;
    quiet_begin(&mask);
    bool is_fork = configuration.known;
    uint32_t mode = session_passing;
    if (!is_fork) {
        read_environment();
        if (configuration.wanted &&
            (configuration.follow || (uint32_t)getppid() == configuration.collector)) {
            session_mode = make_mode_page();
            mode = session_recording;
        }
    } else if (configuration.wanted && configuration.follow) {
        mode = session_recording;
    }
    if (mode == session_recording) {
        begin(is_fork);
        if (thread_state.writer == NULL)
            mode = session_passing;
    }
    __atomic_store_n(session_mode, mode, __ATOMIC_RELEASE);
    quiet_end(mask);
    errno = error;
    return mode == session_recording;
}

void session_stop(void)
{
    __atomic_store_n(session_mode, session_passing, __ATOMIC_RELAXED);
}

bool session_is_of_this_process(void)
{
    return (uint32_t)syscall(SYS_getpid) == configuration.pid;
}

void session_leaves(bool leaves)
{
    for (struct ring_writer *writer = ring_first(); writer; writer = writer->next)
        __atomic_store_n(&writer->ring->process_gone, leaves, __ATOMIC_RELEASE);
}

/* Called by libc after everything else that runs at exit: it was registered first. */
static void at_exit(int status, void *unused)
{
    (void)unused;
    if (!session_records() || !session_is_of_this_process())
        return;
    images_look();
    struct ring_writer *writer = ring_enter();
    if (writer == NULL)
        return;
    uint64_t arguments[] = {(uint64_t)(int64_t)status};
    ring_write(writer, memtrace_op_exit, 0, arguments, 1);
    ring_leave(writer);
    session_leaves(true);
}

__attribute__((constructor(101))) static void at_load(void)
{
    if (!session_records())
        return;
    uint64_t mask;
    quiet_begin(&mask);
    on_exit(at_exit, NULL);
    stacks_find_unwinder();
    quiet_end(mask);
}
