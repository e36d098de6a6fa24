/* Reads .eh_frame_hdr and .eh_frame (Linux Standard Base, chapter "Exception Frames"; DWARF 4,
 * section 6.4). Only what compilers write for x86_64: everything else is `unwind_row_unknown`. */
#include "unwind_row.h"

#include "images.h"

#include <string.h>

enum { reg_rbp = 6, reg_rsp = 7, reg_return = 16 };
enum { encoding_hdr_table = 0x3b, encoding_omit = 0xff };
enum { remembered_most = 8 };

/* Bytes of an image; reading past the end gives 0 and says so. */
struct bytes {
    const unsigned char *at;
    const unsigned char *end;
    bool failed;
};

struct rules {
    uint64_t cfa_register;
    int64_t cfa_offset;
    bool cfa_plain; /* a register and a number */
    bool fp_saved;
    bool fp_plain;
    int64_t fp_offset;
    bool return_undefined;
    bool return_plain; /* saved at -8, as the call did */
};

struct program {
    uint64_t code_factor;
    int64_t data_factor;
    uint8_t pointer_encoding;
    bool is_signal;
    struct bytes initial;
};

static const void *take(struct bytes *bytes, size_t count)
{
    static const unsigned char zeros[8];
    if ((size_t)(bytes->end - bytes->at) < count) {
        bytes->failed = true;
        bytes->at = bytes->end;
        return count <= sizeof zeros ? zeros : NULL;
    }
    const void *taken = bytes->at;
    bytes->at += count;
    return taken;
}

static uint8_t take_u8(struct bytes *bytes)
{
    return *(const uint8_t *)take(bytes, 1);
}

static uint16_t take_u16(struct bytes *bytes)
{
    uint16_t value;
    memcpy(&value, take(bytes, 2), 2);
    return value;
}

static uint32_t take_u32(struct bytes *bytes)
{
    uint32_t value;
    memcpy(&value, take(bytes, 4), 4);
    return value;
}

static uint64_t take_u64(struct bytes *bytes)
{
    uint64_t value;
    memcpy(&value, take(bytes, 8), 8);
    return value;
}

static uint64_t take_uleb(struct bytes *bytes)
{
    uint64_t value = 0;
    for (unsigned shift = 0; !bytes->failed; shift += 7) {
        uint8_t byte = take_u8(bytes);
        if (shift < 64)
            value |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80))
            break;
    }
    return value;
}

static int64_t take_sleb(struct bytes *bytes)
{
    uint64_t value = 0;
    for (unsigned shift = 0; !bytes->failed;) {
        uint8_t byte = take_u8(bytes);
        if (shift < 64)
            value |= (uint64_t)(byte & 0x7f) << shift;
        shift += 7;
        if (!(byte & 0x80)) {
            if ((byte & 0x40) && shift < 64)
                value |= ~(uint64_t)0 << shift;
            break;
        }
    }
    return (int64_t)value;
}

/* A pointer in one of the encodings of code addresses; `relative` is false for a length. */
static uint64_t take_pointer(struct bytes *bytes, uint8_t encoding, bool relative)
{
    uintptr_t here = (uintptr_t)bytes->at;
    uint64_t value;
    switch (encoding & 0x0f) {
    case 0x00:
    case 0x04:
    case 0x0c: value = take_u64(bytes); break;
    case 0x03: value = take_u32(bytes); break;
    case 0x0b: value = (uint64_t)(int64_t)(int32_t)take_u32(bytes); break;
    case 0x02: value = take_u16(bytes); break;
    case 0x0a: value = (uint64_t)(int64_t)(int16_t)take_u16(bytes); break;
    default: bytes->failed = true; return 0;
    }
    if (relative && (encoding & 0x70) == 0x10)
        value += here;
    else if (relative && (encoding & 0x70) != 0)
        bytes->failed = true;
    return value;
}

static bool read_cie(struct bytes entry, struct program *program)
{
    uint32_t length = take_u32(&entry);
    if (length >= 0xfffffff0 || (size_t)(entry.end - entry.at) < length)
        return false;
    entry.end = entry.at + length;
    if (take_u32(&entry) != 0)
        return false;
    uint8_t version = take_u8(&entry);
    const char *letters = (const char *)entry.at;
    while (take_u8(&entry) != 0)
        if (entry.failed)
            return false;
    program->code_factor = take_uleb(&entry);
    program->data_factor = take_sleb(&entry);
    uint64_t return_register = version == 1 ? take_u8(&entry) : take_uleb(&entry);
    program->pointer_encoding = 0;
    program->is_signal = false;
    if ((version != 1 && version != 3) || return_register != reg_return)
        return false;
    if (*letters == 'z') {
        uint64_t bytes = take_uleb(&entry);
        const unsigned char *behind = entry.at + bytes;
        if (bytes > (uint64_t)(entry.end - entry.at))
            return false;
        while (*++letters) {
            if (*letters == 'R') {
                program->pointer_encoding = take_u8(&entry);
            } else if (*letters == 'P') {
                uint8_t encoding = take_u8(&entry);
                take_pointer(&entry, encoding & 0x0f, false);
            } else if (*letters == 'L') {
                take_u8(&entry);
            } else if (*letters == 'S') {
                program->is_signal = true;
            } else {
                return false;
            }
        }
        entry.at = behind;
    } else if (*letters != 0) {
        return false;
    }
    program->initial = entry;
    return !entry.failed;
}

static void set_rule(struct rules *rules, uint64_t reg, bool plain, bool saved, int64_t offset)
{
    if (reg == reg_rbp) {
        rules->fp_plain = plain;
        rules->fp_saved = saved;
        rules->fp_offset = offset;
    } else if (reg == reg_return) {
        rules->return_plain = plain && saved && offset == -8;
    } else if (reg == reg_rsp) {
        rules->cfa_plain = false;
    }
}

/* Carries the instructions out up to the address; false where one is not known. */
static bool run(struct bytes code, const struct program *program, uint64_t from, uint64_t target,
                const struct rules *initial, struct rules *rules)
{
    struct rules remembered[remembered_most];
    int depth = 0;
    uint64_t location = from;
    while (code.at < code.end && !code.failed) {
        uint8_t op = take_u8(&code), low = op & 0x3f;
        uint64_t advance = 0, reg;
        switch (op & 0xc0) {
        case 0x40: advance = low; break;
        case 0x80:
            set_rule(rules, low, true, true, (int64_t)take_uleb(&code) * program->data_factor);
            continue;
        case 0xc0:
            if (low == reg_rbp) {
                rules->fp_plain = initial->fp_plain;
                rules->fp_saved = initial->fp_saved;
                rules->fp_offset = initial->fp_offset;
            } else if (low == reg_return) {
                rules->return_plain = initial->return_plain;
                rules->return_undefined = initial->return_undefined;
            }
            continue;
        default:
            switch (op) {
            case 0x00: continue;
            case 0x01:
                location = take_pointer(&code, program->pointer_encoding, true);
                if (location > target)
                    return true;
                continue;
            case 0x02: advance = take_u8(&code); break;
            case 0x03: advance = take_u16(&code); break;
            case 0x04: advance = take_u32(&code); break;
            case 0x05:
            case 0x11:
                reg = take_uleb(&code);
                set_rule(rules, reg, true, true,
                         (op == 0x05 ? (int64_t)take_uleb(&code) : take_sleb(&code)) *
                             program->data_factor);
                continue;
            case 0x06: set_rule(rules, take_uleb(&code), true, false, 0); continue;
            case 0x07:
                reg = take_uleb(&code);
                if (reg == reg_return)
                    rules->return_undefined = true;
                set_rule(rules, reg, true, false, 0);
                continue;
            case 0x08: set_rule(rules, take_uleb(&code), true, false, 0); continue;
            case 0x09:
                set_rule(rules, take_uleb(&code), false, false, 0);
                take_uleb(&code);
                continue;
            case 0x0a:
                if (depth == remembered_most)
                    return false;
                remembered[depth++] = *rules;
                continue;
            case 0x0b:
                if (depth == 0)
                    return false;
                *rules = remembered[--depth];
                continue;
            case 0x0c:
                rules->cfa_register = take_uleb(&code);
                rules->cfa_offset = (int64_t)take_uleb(&code);
                rules->cfa_plain = true;
                continue;
            case 0x0d: rules->cfa_register = take_uleb(&code); continue;
            case 0x0e: rules->cfa_offset = (int64_t)take_uleb(&code); continue;
            case 0x0f: {
                uint64_t length = take_uleb(&code);
                if (take(&code, length) == NULL)
                    return false;
                rules->cfa_plain = false;
                continue;
            }
            case 0x10:
            case 0x16: {
                reg = take_uleb(&code);
                uint64_t length = take_uleb(&code);
                if (take(&code, length) == NULL)
                    return false;
                set_rule(rules, reg, false, true, 0);
                continue;
            }
            case 0x12:
                rules->cfa_register = take_uleb(&code);
                rules->cfa_offset = take_sleb(&code) * program->data_factor;
                rules->cfa_plain = true;
                continue;
            case 0x13: rules->cfa_offset = take_sleb(&code) * program->data_factor; continue;
            case 0x2e: take_uleb(&code); continue; /* bytes of arguments */
            default: return false;
            }
        }
        location += advance * program->code_factor;
        if (location > target)
            return true;
    }
    return !code.failed;
}

static uint64_t row_of(const struct rules *rules)
{
    if (rules->return_undefined)
        return unwind_row_make(unwind_row_end, 0, 0);
    if (!rules->cfa_plain || !rules->return_plain || !rules->fp_plain ||
        (rules->cfa_register != reg_rsp && rules->cfa_register != reg_rbp) ||
        rules->cfa_offset != (int32_t)rules->cfa_offset ||
        rules->fp_offset != (int16_t)rules->fp_offset)
        return unwind_row_make(unwind_row_unknown, 0, 0);
    return unwind_row_make(rules->cfa_register == reg_rsp ? unwind_row_sp : unwind_row_fp,
                           (int32_t)rules->cfa_offset,
                           rules->fp_saved ? (int16_t)rules->fp_offset : unwind_row_not_saved);
}

/* The entry of .eh_frame_hdr's sorted table for an address, 0 where there is none. */
static uintptr_t find_entry(const struct image *image, uintptr_t pc)
{
    struct bytes header = {(const unsigned char *)image->frames, (const unsigned char *)image->high,
                           false};
    uint8_t version = take_u8(&header), pointer = take_u8(&header), number = take_u8(&header);
    uint8_t encoding = take_u8(&header);
    if (version != 1 || number == encoding_omit || encoding != encoding_hdr_table)
        return 0;
    take_pointer(&header, pointer, true);
    uint64_t count = take_pointer(&header, number, false);
    if (header.failed || count > (uint64_t)(header.end - header.at) / 8)
        return 0;
    const int32_t(*entries)[2] = (const void *)header.at;
    int64_t wanted = (int64_t)(pc - image->frames);
    uint64_t low = 0, high = count;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (entries[middle][0] <= wanted)
            low = middle + 1;
        else
            high = middle;
    }
    return low == 0 ? 0 : image->frames + (uintptr_t)(intptr_t)entries[low - 1][1];
}

uint64_t unwind_row_find(uintptr_t return_address)
{
    const uint64_t unknown = unwind_row_make(unwind_row_unknown, 0, 0);
    const uint64_t chain = unwind_row_make(unwind_row_chain, 0, 0);
    uintptr_t pc = return_address - 1; /* inside of the call */
    const struct image *image = images_find(pc);
    if (image == NULL) {
        images_look(); /* perhaps a library that was just loaded */
        image = images_find(pc);
    }
    if (image == NULL)
        return chain;
    uintptr_t at = image->frames != 0 ? find_entry(image, pc) : 0;
    if (at < image->low || at >= image->high)
        return chain;
    struct bytes entry = {(const unsigned char *)at, (const unsigned char *)image->high, false};
    uint32_t length = take_u32(&entry);
    if (length == 0 || length >= 0xfffffff0 || (size_t)(entry.end - entry.at) < length)
        return chain;
    entry.end = entry.at + length;
    uintptr_t here = (uintptr_t)entry.at, cie = here - take_u32(&entry);
    if (cie < image->low || cie >= here)
        return unknown;
    struct program program;
    if (!read_cie((struct bytes){(const unsigned char *)cie, entry.end, false}, &program))
        return unknown;
    uint64_t start = take_pointer(&entry, program.pointer_encoding, true);
    uint64_t bytes = take_pointer(&entry, program.pointer_encoding, false);
    if (entry.failed)
        return unknown;
    /* The kernel enters the function of a signal frame at its begin: one byte before counts. */
    if (program.is_signal)
        return unwind_row_make(unwind_row_signal, 0, 0);
    if (pc < start || pc - start >= bytes)
        return chain;
    uint64_t augmentation = take_uleb(&entry);
    if (take(&entry, augmentation) == NULL && augmentation != 0)
        return unknown;
    struct rules rules = {.fp_plain = true}, initial = {0};
    if (!run(program.initial, &program, 0, UINT64_MAX, &initial, &rules))
        return unknown;
    initial = rules;
    if (!run(entry, &program, start, pc, &initial, &rules))
        return unknown;
    return row_of(&rules);
}
