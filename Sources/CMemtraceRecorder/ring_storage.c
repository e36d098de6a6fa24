#define _GNU_SOURCE
#include "ring_storage.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Linux 5.14; older headers do not know it. */
#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

bool ring_give_storage(void *memory, uint64_t bytes)
{
    return syscall(SYS_madvise, memory, bytes, MADV_POPULATE_WRITE) == 0;
}

void *ring_file_map(const char *path, uint64_t bytes, uint64_t *backed)
{
    struct rlimit limit;
    if (syscall(SYS_prlimit64, 0, RLIMIT_FSIZE, NULL, &limit) == 0 && limit.rlim_cur < bytes) {
        errno = EFBIG; /* ftruncate would raise SIGXFSZ */
        return NULL;
    }
    int file = (int)syscall(SYS_openat, AT_FDCWD, path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
    if (file < 0)
        return NULL;
    long memory = -1;
    if (syscall(SYS_ftruncate, file, bytes) == 0)
        memory = syscall(SYS_mmap, NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0L);
    if (memory != -1 && !ring_give_storage((void *)memory, *backed)) {
        bool is_old = errno == EINVAL; /* the kernel: all at once, by the file */
        *backed = bytes;
        if (!is_old || (syscall(SYS_fallocate, file, 0, 0L, bytes) != 0 && errno != EOPNOTSUPP)) {
            int error = is_old ? errno : ENOSPC;
            syscall(SYS_munmap, memory, bytes);
            memory = -1;
            errno = error;
        }
    }
    int error = errno;
    syscall(SYS_close, file);
    if (memory == -1)
        syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    errno = error;
    return memory == -1 ? NULL : (void *)memory;
}
