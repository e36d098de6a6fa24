#define _GNU_SOURCE
#include "images.h"

#include "ring.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { path_bytes = 1024, arena_bytes = 65536 };

/* A table grows by a new one; the old one stays for other threads that may be reading it. */
struct image_table {
    uint32_t room;
    uint32_t count;
    struct image *images[];
};

struct range {
    uintptr_t low;
    uintptr_t high;
};

uint64_t images_epoch = 1;
uint64_t images_changes = 1;

static struct image_table *table;
static uint32_t looking, wanted;
static uint64_t round_number;
static unsigned long long seen_loads, seen_unloads;
static struct range unwinder_range;
struct recorder_range images_recorder;

static bool loader_in_doubt;

/* Room for a record and its path. */
static struct image *make_image(size_t length)
{
    static char *arena;
    static size_t left;
    size_t bytes = (sizeof(struct image) + length + 1 + 15) & ~(size_t)15;
    if (left < bytes) {
        arena = raw_map(arena_bytes);
        left = arena != NULL ? arena_bytes : 0;
        if (arena == NULL)
            return NULL;
    }
    struct image *made = (struct image *)arena;
    arena += bytes;
    left -= bytes;
    return made;
}

static struct image_table *make_table(uint32_t room)
{
    struct image_table *made = raw_map(sizeof *made + room * sizeof *made->images);
    if (made != NULL)
        made->room = room;
    return made;
}

static struct range range_of(const struct dl_phdr_info *info)
{
    struct range range = {UINTPTR_MAX, 0};
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *header = &info->dlpi_phdr[i];
        if (header->p_type != PT_LOAD)
            continue;
        uintptr_t low = info->dlpi_addr + header->p_vaddr, high = low + header->p_memsz;
        if (low < range.low)
            range.low = low;
        if (high > range.high)
            range.high = high;
    }
    return range;
}

/* The GNU build id among the notes that lie inside the image. */
static void find_build_id(const struct dl_phdr_info *info, struct image *image)
{
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *header = &info->dlpi_phdr[i];
        uintptr_t at = info->dlpi_addr + header->p_vaddr, end = at + header->p_memsz;
        if (header->p_type != PT_NOTE || at < image->low || end > image->high || end < at)
            continue;
        while (end - at >= sizeof(ElfW(Nhdr))) {
            const ElfW(Nhdr) *note = (const void *)at;
            uintptr_t name = at + sizeof *note;
            uint64_t name_bytes = ((uint64_t)note->n_namesz + 3) & ~(uint64_t)3;
            uint64_t bytes = ((uint64_t)note->n_descsz + 3) & ~(uint64_t)3;
            if (name_bytes + bytes > end - name)
                break;
            if (note->n_type == NT_GNU_BUILD_ID && note->n_namesz == 4 &&
                memcmp((const void *)name, "GNU", 4) == 0 && note->n_descsz <= sizeof image->id) {
                image->id_length = note->n_descsz;
                memcpy(image->id, (const void *)(name + name_bytes), note->n_descsz);
                return;
            }
            at = name + name_bytes + bytes;
        }
    }
}

static void write_image(uint8_t op, const struct image *image)
{
    struct ring_writer *writer = ring_enter();
    if (writer == NULL)
        return;
    uint64_t arguments[] = {image->low, image->high - image->low, image->bias, image->id_length};
    if (op == memtrace_op_image)
        ring_write_text(writer, op, 0, arguments, 4, image->id, image->id_length, image->path);
    else
        ring_write_text(writer, op, 0, arguments, 2, NULL, 0, image->path);
    ring_leave(writer);
}

static const char *path_of(const struct dl_phdr_info *info, char room[path_bytes])
{
    if (info->dlpi_name != NULL && *info->dlpi_name != 0)
        return info->dlpi_name;
    long length = syscall(SYS_readlinkat, AT_FDCWD, "/proc/self/exe", room, path_bytes - 1);
    room[length < 0 ? 0 : length] = 0;
    return room;
}

static void find_frames(const struct dl_phdr_info *info, struct image *image)
{
    for (int i = 0; i < info->dlpi_phnum; i++)
        if (info->dlpi_phdr[i].p_type == PT_GNU_EH_FRAME)
            image->frames = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
    if (image->frames < image->low || image->frames >= image->high)
        image->frames = 0;
}

static bool is_same(const struct image *image, const struct dl_phdr_info *info, struct range range)
{
    /* Another library may have come to the place of one that has gone. */
    return image->low == range.low && image->high == range.high &&
           image->bias == info->dlpi_addr &&
           (info->dlpi_name == NULL || *info->dlpi_name == 0 ||
            strncmp(image->path, info->dlpi_name, path_bytes - 1) == 0);
}

static void add_image(const struct dl_phdr_info *info, struct range range)
{
    if (table->count == table->room) {
        struct image_table *grown = make_table(table->room * 4);
        if (grown == NULL)
            return;
        memcpy(grown->images, table->images, table->count * sizeof *table->images);
        grown->count = table->count;
        __atomic_store_n(&table, grown, __ATOMIC_RELEASE);
    }
    char room[path_bytes];
    const char *path = path_of(info, room);
    size_t length = strnlen(path, path_bytes - 1);
    struct image *image = make_image(length);
    if (image == NULL)
        return;
    image->low = range.low;
    image->high = range.high;
    image->bias = info->dlpi_addr;
    image->round = 0; /* new: recorded when the gone ones have been */
    memcpy(image->path, path, length);
    image->path[length] = 0;
    find_build_id(info, image);
    find_frames(info, image);
    __atomic_store_n(&table->images[table->count], image, __ATOMIC_RELEASE);
    __atomic_store_n(&table->count, table->count + 1, __ATOMIC_RELEASE);
    uintptr_t here = (uintptr_t)&images_look;
    if (here >= range.low && here < range.high)
        images_recorder = (struct recorder_range){range.low, range.high - range.low};
}

struct look {
    bool first;
    bool main_seen;
};

static int visit(struct dl_phdr_info *info, size_t size, void *argument)
{
    (void)size;
    struct look *look = argument;
    if (!look->first) {
        look->first = true;
        if (info->dlpi_adds == seen_loads && info->dlpi_subs == seen_unloads)
            return 1;
        seen_loads = info->dlpi_adds;
        seen_unloads = info->dlpi_subs;
        round_number++;
    }
    struct range range = range_of(info);
    uintptr_t vdso = getauxval(AT_SYSINFO_EHDR);
    if (range.low >= range.high || (vdso >= range.low && vdso < range.high))
        return 0;
    for (uint32_t i = 0; i < table->count; i++)
        if (is_same(table->images[i], info, range)) {
            table->images[i]->round = round_number;
            return 0;
        }
    add_image(info, range);
    return 0;
}

static void look_once(void)
{
    struct look look = {0};
    uint64_t former = round_number;
    dl_iterate_phdr(visit, &look);
    if (round_number == former)
        return;
    bool gone = false;
    for (uint32_t i = 0; i < table->count;) {
        struct image *image = table->images[i];
        if (image->round == 0 || image->round == round_number) {
            i++;
            continue;
        }
        gone = true;
        write_image(memtrace_op_image_gone, image);
        __atomic_store_n(&table->images[i], table->images[table->count - 1], __ATOMIC_RELEASE);
        __atomic_store_n(&table->count, table->count - 1, __ATOMIC_RELEASE);
    }
    if (gone)
        __atomic_fetch_add(&images_epoch, 1, __ATOMIC_RELEASE);
    __atomic_fetch_add(&images_changes, 1, __ATOMIC_RELEASE);
    for (uint32_t i = 0; i < table->count; i++)
        if (table->images[i]->round == 0) {
            write_image(memtrace_op_image, table->images[i]);
            table->images[i]->round = round_number;
        }
}

void images_look(void)
{
    if (loader_in_doubt)
        return;
    int error = errno;
    uint64_t mask;
    quiet_begin(&mask);
    __atomic_store_n(&wanted, 1, __ATOMIC_SEQ_CST);
    /* Whoever looks already will look once more. */
    while (__atomic_load_n(&wanted, __ATOMIC_SEQ_CST) &&
           !__atomic_exchange_n(&looking, 1, __ATOMIC_ACQUIRE)) {
        __atomic_store_n(&wanted, 0, __ATOMIC_SEQ_CST);
        if (table != NULL)
            look_once();
        __atomic_store_n(&looking, 0, __ATOMIC_SEQ_CST);
    }
    quiet_end(mask);
    errno = error;
}

void images_begin_process(bool is_fork, bool had_threads)
{
    looking = wanted = 0;
    loader_in_doubt = is_fork && had_threads;
    if (is_fork) {
        for (uint32_t i = 0; table != NULL && i < table->count; i++)
            write_image(memtrace_op_image, table->images[i]);
        return;
    }
    table = make_table(64);
    images_look();
}

void images_loader_answers(void)
{
    loader_in_doubt = false;
}

bool images_may_ask_loader(void)
{
    return !loader_in_doubt;
}

const struct image *images_find(uintptr_t address)
{
    const struct image_table *images = __atomic_load_n(&table, __ATOMIC_ACQUIRE);
    uint32_t count = images ? __atomic_load_n(&images->count, __ATOMIC_ACQUIRE) : 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct image *image = __atomic_load_n(&images->images[i], __ATOMIC_ACQUIRE);
        if (address >= image->low && address < image->high)
            return image;
    }
    return NULL;
}

bool images_unwinder_owns(const void *address)
{
    return (uintptr_t)address - unwinder_range.low < unwinder_range.high - unwinder_range.low;
}

void images_find_unwinder(const void *address)
{
    const struct image *image = images_find((uintptr_t)address);
    if (image != NULL)
        unwinder_range = (struct range){image->low, image->high};
}
