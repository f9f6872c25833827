/* look-tar.c - tar archives: what libclamav does not read of them; see look.h
 * libclamav 1.4 knows sizes in octal digits only (GNU tar writes them in binary where it must, and everybody
 * reads that), and stops at two blocks of zeros, behind which some programs go on. A size it cannot read ends
 * its search without a word. POSIX 1003.1 ustar, GNU tar manual "Basic Tar Format". */
#include "clamglue/look.h"

#define BLOCK 512

static uint64_t octal(struct slice s)
{
    uint64_t n = 0;
    s = slice_trim(s);
    for (size_t i = 0; i < s.n && s.p[i] >= '0' && s.p[i] <= '7'; i++)
        n = n << 3 | (uint64_t)(s.p[i] - '0');
    return n;
}

static bool is_zero(struct slice s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i])
            return false;
    return true;
}

/* The sum of all bytes, the field of the sum itself as blanks; old programs summed signed ones. */
static bool is_header(struct slice block)
{
    uint64_t want = octal(slice_sub(block, 148, 8));
    int64_t sum = 0, other = 0;
    if (block.n < BLOCK)
        return false;
    for (size_t i = 0; i < BLOCK; i++) {
        bool own = i >= 148 && i < 156;
        sum += own ? ' ' : (unsigned char)block.p[i];
        other += own ? ' ' : (signed char)block.p[i];
    }
    return want == (uint64_t)sum || (other >= 0 && want == (uint64_t)other);
}

/* Bytes of the member, rounded up to blocks. */
static size_t room_of(struct slice block)
{
    uint64_t size = octal(slice_sub(block, 124, 12));
    return size > SIZE_MAX / 2 ? SIZE_MAX / 2 : (size_t)((size + BLOCK - 1) / BLOCK * BLOCK);
}

bool look_tar(struct look *l, struct slice bytes)
{
    struct slice block = slice_sub(bytes, 0, BLOCK);
    if (!is_header(block) || is_zero(block))
        return false;
    l->kind = "tar";
    while (is_header(block) && !is_zero(block)) {
        if (look_u8(block, 124) & 0x80) {
            look_add(l, CLASS_UNCHECKED_UNSUPPORTED, "tar_size");
            return true;
        }
        bytes = slice_from(slice_from(bytes, BLOCK), room_of(block));
        block = slice_sub(bytes, 0, BLOCK);
    }
    if (!is_zero(bytes))
        look_add(l, CLASS_UNCHECKED_AMBIGUOUS, "tar_trailing");
    return true;
}
