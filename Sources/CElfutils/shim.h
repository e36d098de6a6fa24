#include <dwarf.h>
#include <elf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwelf.h>
#include <elfutils/libdwfl.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

/* The demangler of the C++ run-time library (Itanium C++ ABI, section 3.3.6). */
char *__cxa_demangle(const char *mangled, char *buffer, size_t *length, int *status);

/* A regular file opened for reading, or -1; a pipe or device of that name is never waited for. */
static inline int celfutils_open(const char *path) {
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat status;
    if (descriptor >= 0 && (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode))) {
        close(descriptor);
        descriptor = -1;
    }
    return descriptor;
}

/* The checksum of .gnu_debuglink (CRC-32, polynomial 0xedb88320) over a whole file. */
static inline bool celfutils_has_crc(int descriptor, uint32_t expected) {
    unsigned char buffer[16384];
    uint32_t table[256];
    uint32_t crc = 0xffffffff;
    off_t offset = 0;
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t value = byte;
        for (int bit = 0; bit < 8; bit++)
            value = (value >> 1) ^ ((value & 1) ? 0xedb88320u : 0);
        table[byte] = value;
    }
    for (;;) {
        ssize_t got = pread(descriptor, buffer, sizeof buffer, offset);
        if (got < 0)
            return false;
        if (got == 0)
            return ~crc == expected;
        for (ssize_t index = 0; index < got; index++)
            crc = table[(crc ^ buffer[index]) & 0xff] ^ (crc >> 8);
        offset += got;
    }
}

/* Opens FOLDER/LINK, or -1; with a checksum the file must have it. */
static inline int celfutils_open_link(const char *folder, int folder_length, const char *between,
                                      const char *link, uint32_t crc, char **path) {
    char candidate[PATH_MAX];
    int length = snprintf(candidate, sizeof candidate, "%.*s%s%s", folder_length, folder, between,
                          link);
    if (length < 0 || (size_t)length >= sizeof candidate)
        return -1;
    int descriptor = celfutils_open(candidate);
    if (descriptor < 0)
        return -1;
    if (crc != 0 && !celfutils_has_crc(descriptor, crc)) {
        close(descriptor);
        return -1;
    }
    *path = strdup(candidate);
    return descriptor;
}

/* Finds separate debug information on this machine: by build id in the folders of
   `debuginfo_path`, then by .gnu_debuglink beside the file, in its .debug folder and below
   /usr/lib/debug. Unlike dwfl_standard_find_debuginfo it never asks a debuginfod server. */
static inline int celfutils_find_debuginfo(Dwfl_Module *module, void **user_data, const char *name,
                                           Dwarf_Addr base, const char *file, const char *link,
                                           GElf_Word crc, char **path) {
    int descriptor =
        dwfl_build_id_find_debuginfo(module, user_data, name, base, file, link, crc, path);
    if (descriptor >= 0 || file == NULL || link == NULL || link[0] == '\0')
        return descriptor;
    if (link[0] == '/')
        return celfutils_open_link("", 0, "", link, crc, path);
    const char *slash = strrchr(file, '/');
    if (slash == NULL || strlen(file) >= PATH_MAX)
        return -1;
    int folder = (int)(slash - file);
    descriptor = celfutils_open_link(file, folder, "/.debug/", link, crc, path);
    if (descriptor < 0 && strcmp(slash + 1, link) != 0)
        descriptor = celfutils_open_link(file, folder, "/", link, crc, path);
    if (descriptor < 0) {
        char below[PATH_MAX];
        int length = snprintf(below, sizeof below, "/usr/lib/debug%.*s", folder, file);
        if (length > 0 && (size_t)length < sizeof below)
            descriptor = celfutils_open_link(below, length, "/", link, crc, path);
    }
    return descriptor;
}

/* Modules are reported with their file, so there is none to find. */
static inline int celfutils_find_elf(Dwfl_Module *module, void **user_data, const char *name,
                                     Dwarf_Addr base, char **path, Elf **elf) {
    (void)module, (void)user_data, (void)name, (void)base, (void)path, (void)elf;
    return -1;
}

/* Callbacks of sessions over files that no process has loaded. `folders` must outlive them. */
static inline Dwfl_Callbacks celfutils_callbacks(char **folders) {
    Dwfl_Callbacks callbacks;
    memset(&callbacks, 0, sizeof callbacks);
    callbacks.find_elf = celfutils_find_elf;
    callbacks.find_debuginfo = celfutils_find_debuginfo;
    callbacks.section_address = dwfl_offline_section_address;
    callbacks.debuginfo_path = folders;
    return callbacks;
}

/* The first attribute of these that a function or the ones that it stands for have, as text. */
static inline const char *celfutils_linkage_name(Dwarf_Die *die) {
    Dwarf_Attribute attribute;
    const char *name = NULL;
    if (dwarf_attr_integrate(die, DW_AT_linkage_name, &attribute) != NULL)
        name = dwarf_formstring(&attribute);
    if (name == NULL && dwarf_attr_integrate(die, DW_AT_MIPS_linkage_name, &attribute) != NULL)
        name = dwarf_formstring(&attribute);
    return name;
}

static inline const char *celfutils_name(Dwarf_Die *die) {
    Dwarf_Attribute attribute;
    if (dwarf_attr_integrate(die, DW_AT_name, &attribute) == NULL)
        return NULL;
    return dwarf_formstring(&attribute);
}

/* An attribute of the entry itself as an unsigned number; false where it has none. */
static inline bool celfutils_number(Dwarf_Die *die, unsigned int name, Dwarf_Word *value) {
    Dwarf_Attribute attribute;
    return dwarf_attr(die, name, &attribute) != NULL && dwarf_formudata(&attribute, value) == 0;
}

/* The entry that holds a unit's functions: its own, or that of its .dwo file. */
static inline bool celfutils_unit(Dwarf_Die *unit, Dwarf_Die *content) {
    uint8_t type = 0;
    Dwarf_Die own, split;
    memset(&own, 0, sizeof own);
    memset(&split, 0, sizeof split);
    *content = *unit;
    if (dwarf_cu_info(unit->cu, NULL, &type, &own, &split, NULL, NULL, NULL) == 0 &&
        type == DW_UT_skeleton && split.addr != NULL)
        *content = split;
    return content->addr != NULL;
}

/* Goes on to the entry's next sibling; false after the last one, or where damage leads back. */
static inline bool celfutils_next(Dwarf_Die *entry) {
    const void *before = entry->addr;
    return dwarf_siblingof(entry, entry) == 0 && (uintptr_t)entry->addr > (uintptr_t)before;
}

/* Whether a program gets capabilities of its own, which makes its loader ignore LD_PRELOAD. */
static inline bool celfutils_has_capabilities(const char *path) {
    return getxattr(path, "security.capability", NULL, 0) > 0;
}
