#define _GNU_SOURCE
#include "ring.h"

#include "ring_storage.h"
#include "session.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Most threads write little: a ring gets more storage as it is used. */
#define FIRST_STORAGE 65536u

/* A handler that writes more than all of these waits: the reader gives up on what it interrupted. */
#define MOST_RINGS_FOR_HANDLERS 256u

__thread struct thread_state thread_state;

static struct {
    const char *folder;
    uint32_t collector;
    uint32_t pid;
    uint32_t frames;
    uint64_t process_start;
    uint64_t capacity;
    uint32_t count;
    bool said;
    struct ring_writer *first;
} rings;

void ring_begin_process(const char *folder, uint32_t collector, uint64_t capacity, uint32_t frames,
                        uint32_t pid, uint64_t process_start)
{
    rings.folder = folder;
    rings.collector = collector;
    rings.capacity = capacity;
    rings.frames = frames;
    rings.pid = pid;
    rings.process_start = process_start;
    rings.count = 0;
    rings.said = false;
    __atomic_store_n(&rings.first, NULL, __ATOMIC_RELEASE);
}

struct ring_writer *ring_first(void)
{
    return __atomic_load_n(&rings.first, __ATOMIC_ACQUIRE);
}

bool ring_others_live(void)
{
    for (struct ring_writer *writer = ring_first(); writer; writer = writer->next)
        if (writer != thread_state.writer &&
            !__atomic_load_n(&writer->ring->owner_gone, __ATOMIC_ACQUIRE))
            return true;
    return false;
}

void *raw_map(size_t bytes)
{
    int error = errno;
    long memory = syscall(SYS_mmap, NULL, bytes, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS, -1, 0L);
    errno = error;
    return memory == -1 ? NULL : (void *)memory;
}

void raw_unmap(void *memory, size_t bytes)
{
    int error = errno;
    syscall(SYS_munmap, memory, bytes);
    errno = error;
}

void recorder_say(const char *what, const char *why)
{
    char line[512] = "memtrace: ";
    size_t length = strlen(line);
    const char *parts[] = {what, why ? ": " : "", why ? why : "", "\n"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        for (const char *c = parts[i]; *c && length < sizeof line; c++)
            line[length++] = *c;
    if (write(STDERR_FILENO, line, length) < 0) {
    }
}

static const char *reason(int error)
{
    switch (error) {
    case ENOSPC: return "no space in the session folder";
    case ENOMEM: return "no memory";
    case EMFILE:
    case ENFILE: return "too many open files";
    case EFBIG: return "the limit of file sizes is too low";
    case ENOENT: return "the session folder is gone";
    case EACCES:
    case EPERM: return "the session folder may not be written";
    default: return "a system call failed";
    }
}

void quiet_begin(uint64_t *mask)
{
    uint64_t all = ~(uint64_t)0;
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, mask, sizeof all);
    thread_state.quiet++;
}

void quiet_end(uint64_t mask)
{
    thread_state.quiet--;
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, NULL, sizeof mask);
}

static char *append(char *to, const char *text)
{
    while (*text)
        *to++ = *text++;
    *to = 0;
    return to;
}

static char *append_number(char *to, uint64_t number)
{
    char digits[24];
    int count = 0;
    do
        digits[count++] = (char)('0' + number % 10);
    while ((number /= 10) != 0);
    while (count > 0)
        *to++ = digits[--count];
    *to = 0;
    return to;
}

static struct memtrace_ring *make_ring(uint32_t tid, uint64_t *backed)
{
    char path[4200], ready[4200];
    uint32_t number = __atomic_fetch_add(&rings.count, 1, __ATOMIC_RELAXED);
    char *end = append(ready, rings.folder);
    end = append(end, "/");
    end = append_number(end, rings.pid);
    end = append(end, "-");
    end = append_number(end, rings.process_start);
    end = append(end, "-");
    end = append_number(end, number);
    append(end, ".ring");
    append(append(path, ready), ".new");
    uint64_t bytes = MEMTRACE_RING_HEADER_BYTES + rings.capacity;
    struct memtrace_ring *ring = ring_file_map(path, bytes, backed);
    if (ring == NULL)
        return NULL;
    ring->magic = MEMTRACE_CHANNEL_MAGIC;
    ring->version = MEMTRACE_CHANNEL_VERSION;
    ring->pid = rings.pid;
    ring->process_start = rings.process_start;
    ring->capacity = rings.capacity;
    ring->number = number;
    ring->tid = tid;
    if (syscall(SYS_renameat2, AT_FDCWD, path, AT_FDCWD, ready, 0) != 0) {
        int error = errno;
        syscall(SYS_munmap, ring, bytes);
        syscall(SYS_unlinkat, AT_FDCWD, path, 0);
        errno = error;
        return NULL;
    }
    return ring;
}

static struct ring_writer *make_writer(uint32_t tid)
{
    size_t walks = unwind_memory_bytes(rings.frames);
    size_t frames = sizeof(uintptr_t) * (rings.frames + 1);
    struct ring_writer *writer = raw_map(sizeof *writer + walks + frames);
    if (writer == NULL) {
        errno = ENOMEM;
        return NULL;
    }
    uint64_t backed = MEMTRACE_RING_HEADER_BYTES + FIRST_STORAGE;
    writer->ring = make_ring(tid, &backed);
    if (writer->ring == NULL) {
        raw_unmap(writer, sizeof *writer + walks + frames);
        return NULL;
    }
    writer->words = (uint64_t *)((char *)writer->ring + MEMTRACE_RING_HEADER_BYTES);
    writer->capacity = rings.capacity;
    writer->backed = backed - MEMTRACE_RING_HEADER_BYTES;
    writer->limit = writer->backed - RING_ROOM_BYTES;
    unwind_memory_begin(&writer->walks, writer + 1, rings.frames);
    writer->frames = (uintptr_t *)((char *)(writer + 1) + walks);
    writer->tid = tid;
    writer->thread = pthread_self();
    struct ring_writer *first = __atomic_load_n(&rings.first, __ATOMIC_RELAXED);
    do
        writer->next = first;
    while (!__atomic_compare_exchange_n(&rings.first, &first, writer, false, __ATOMIC_RELEASE,
                                        __ATOMIC_RELAXED));
    return writer;
}

static bool thread_has_ended(uint32_t tid, uint32_t self)
{
    return tid == self || (syscall(SYS_tgkill, rings.pid, tid, 0) != 0 && errno == ESRCH);
}

static bool is_nearly_empty(struct memtrace_ring *ring)
{
    uint64_t consumed = __atomic_load_n(&ring->consumed, __ATOMIC_ACQUIRE);
    return __atomic_load_n(&ring->reserved, __ATOMIC_RELAXED) - consumed <= RING_ROOM_BYTES;
}

/* A ring whose thread has ended. Threads that say nothing at their end are looked for too, a few
 * at a time. */
static struct ring_writer *reuse_writer(uint32_t tid, bool is_handler)
{
    static uint32_t turn;
    uint32_t index = 0, asked = 0;
    uint32_t begin = __atomic_fetch_add(&turn, 4, __ATOMIC_RELAXED) %
                     (__atomic_load_n(&rings.count, __ATOMIC_RELAXED) + 1);
    for (struct ring_writer *writer = ring_first(); writer; writer = writer->next, index++) {
        uint32_t gone = __atomic_load_n(&writer->ring->owner_gone, __ATOMIC_ACQUIRE);
        if (gone == 0 && (index < begin || asked++ >= 4))
            continue;
        uint32_t former = __atomic_load_n(&writer->tid, __ATOMIC_ACQUIRE);
        if (former == 0 || !thread_has_ended(former, tid))
            continue;
        if (__atomic_load_n(&writer->ring->busy, __ATOMIC_ACQUIRE) != 0)
            continue; /* it ended inside of a record */
        if (is_handler && !is_nearly_empty(writer->ring))
            continue; /* a handler cannot wait for it to be read */
        if (!__atomic_compare_exchange_n(&writer->tid, &former, 0, false, __ATOMIC_ACQ_REL,
                                         __ATOMIC_RELAXED))
            continue; /* another thread takes it */
        writer->attention = 0;
        writer->walks.count = 0;
        writer->thread = pthread_self();
        __atomic_store_n(&writer->ring->tid, tid, __ATOMIC_RELAXED);
        __atomic_store_n(&writer->ring->owner_gone, 0, __ATOMIC_RELEASE);
        __atomic_store_n(&writer->tid, tid, __ATOMIC_RELEASE);
        return writer;
    }
    return NULL;
}

bool ring_write_owner(void)
{
    struct ring_writer *writer = ring_enter();
    if (writer == NULL)
        return false;
    uint64_t arguments[] = {writer->tid};
    ring_write(writer, memtrace_op_owner, 0, arguments, 1);
    ring_leave(writer);
    return true;
}

/* The thread is not recorded any more; what it does is counted as lost. */
static void stop_thread(const char *why)
{
    thread_state.stopped = true;
    thread_state.writer = NULL;
    if (!__atomic_exchange_n(&rings.said, true, __ATOMIC_RELAXED))
        recorder_say("a thread is not recorded, its ring cannot be made", why);
}

/* A ring for this thread whose first record says so, beside one that it may have already. */
static struct ring_writer *take_ring(bool is_handler)
{
    uint32_t tid = (uint32_t)syscall(SYS_gettid);
    struct ring_writer *writer = reuse_writer(tid, is_handler);
    if (writer == NULL)
        writer = make_writer(tid);
    if (writer == NULL) {
        stop_thread(reason(errno));
        return NULL;
    }
    thread_state.writer = writer;
    if (writer->ring->number == 0 && writer->ring->reserved == 0)
        return writer; /* the process is recorded first */
    return ring_write_owner() ? writer : NULL;
}

struct ring_writer *ring_attach(void)
{
    if (thread_state.stopped) {
        ring_count_lost();
        return NULL;
    }
    int error = errno;
    uint64_t mask;
    quiet_begin(&mask);
    struct ring_writer *writer = take_ring(false);
    quiet_end(mask);
    if (writer == NULL)
        ring_count_lost();
    errno = error;
    return writer;
}

void ring_count_lost(void)
{
    struct ring_writer *writer = ring_first();
    if (writer != NULL)
        __atomic_fetch_add(&writer->ring->lost, 1, __ATOMIC_RELAXED);
}

static bool has_room(struct ring_writer *writer)
{
    writer->consumed = __atomic_load_n(&writer->ring->consumed, __ATOMIC_ACQUIRE);
    uint64_t reserved = __atomic_load_n(&writer->ring->reserved, __ATOMIC_RELAXED);
    uint64_t limit = writer->consumed + writer->capacity - RING_ROOM_BYTES;
    /* Storage is given in the first round through the ring, where `reserved` is a place in it. */
    uint64_t backed = writer->backed;
    if (backed < writer->capacity && limit > backed - RING_ROOM_BYTES)
        limit = backed - RING_ROOM_BYTES;
    writer->limit = limit;
    return reserved <= limit;
}

/* Doubles the ring's storage; false where there is none, or where it has all. */
static bool give_more_storage(struct ring_writer *writer)
{
    uint64_t backed = writer->backed;
    if (backed >= writer->capacity ||
        !ring_give_storage((char *)writer->words + backed, backed))
        return false;
    writer->backed = backed * 2;
    return true;
}

static bool reader_has_gone(struct ring_writer *writer)
{
    return __atomic_load_n(&writer->ring->reader_gone, __ATOMIC_RELAXED) ||
           (syscall(SYS_kill, rings.collector, 0) != 0 && errno == ESRCH);
}

/* Whether a hook is under way that writes into a ring; one that was left is brought to its end. */
static bool is_inside(struct ring_writer *writer, const uintptr_t *here)
{
    if (__atomic_load_n(&writer->ring->busy, __ATOMIC_RELAXED) == 0)
        return false;
    if (!ring_repair(writer, here))
        return true;
    __atomic_store_n(&writer->ring->busy, 0, __ATOMIC_RELEASE);
    return false;
}

struct ring_writer *ring_make_room(struct ring_writer *writer, const uintptr_t *here)
{
    int error = errno;
    struct memtrace_ring *ring = writer->ring;
    bool has = has_room(writer);
    while (!has && writer->backed < writer->capacity) {
        if (!give_more_storage(writer)) {
            stop_thread(reason(ENOSPC));
            ring_count_lost();
            errno = error;
            return NULL;
        }
        has = has_room(writer);
    }
    if (has) {
        errno = error;
        return writer;
    }
    bool is_deeper = thread_state.interrupted && is_inside(thread_state.interrupted, here);
    if (is_deeper || is_inside(writer, here)) {
        /* A handler: the record that it interrupted may be what the reader waits for. */
        if (!is_deeper)
            thread_state.interrupted = writer;
        if (__atomic_load_n(&rings.count, __ATOMIC_RELAXED) < MOST_RINGS_FOR_HANDLERS) {
            uint64_t mask;
            quiet_begin(&mask);
            writer = take_ring(true);
            quiet_end(mask);
            errno = error;
            return writer;
        }
    }
    const struct timespec patience = {0, 20000000};
    while (!has_room(writer)) {
        if (reader_has_gone(writer)) {
            session_stop();
            writer = NULL;
            break;
        }
        __atomic_store_n(&ring->space_wanted, 1, __ATOMIC_SEQ_CST);
        if (has_room(writer))
            break;
        syscall(SYS_futex, &ring->space_wanted, FUTEX_WAIT, 1, &patience, NULL, 0);
    }
    errno = error;
    return writer;
}

void ring_write_text(struct ring_writer *writer, uint8_t op, uint32_t stack,
                     const uint64_t *arguments, uint32_t count, const void *bytes,
                     uint32_t byte_count, const char *text)
{
    size_t length = text ? strnlen(text, RING_TEXT_BYTES) : 0;
    uint32_t byte_words = (byte_count + 7) / 8, text_words = (uint32_t)(length + 7) / 8;
    uint32_t words = 2 + count + byte_words + text_words;
    uint64_t *record = ring_claim(writer, words);
    if (record == NULL)
        return;
    uint64_t *to = record + 2;
    for (uint32_t i = 0; i < count; i++)
        *to++ = arguments[i];
    if (byte_words > 0) {
        to[byte_words - 1] = 0;
        memcpy(to, bytes, byte_count);
        to += byte_words;
    }
    uint8_t flags = 0;
    if (text_words > 0) {
        to[text_words - 1] = 0;
        memcpy(to, text, length);
        flags = (uint8_t)(MEMTRACE_FLAG_HAS_TEXT | (text_words * 8 - length));
    }
    ring_complete(record, op, flags, words, stack);
}
