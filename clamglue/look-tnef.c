/* look-tnef.c - TNEF (winmail.dat): how many attachments must come out of it; see look.h
 * libclamav opens it, and gives up in silence where an attribute is broken. MS-OXTNEF 2.1. */
#include "clamglue/look.h"

#define SIGNATURE 0x223e9f78
#define ATTACHMENT 2 /* level */
#define ATTACH_DATA 0x0006800f
#define SHOWN_MIN 6

bool look_tnef(struct look *l, struct slice bytes)
{
    struct slice rest = slice_from(bytes, 6);
    if (look_u32(bytes, 0) != SIGNATURE)
        return false;
    l->kind = "tnef";
    while (rest.n >= 11) {
        uint32_t n = look_u32(rest, 5);
        bool attached = look_u8(rest, 0) == ATTACHMENT && look_u32(rest, 1) == ATTACH_DATA;
        if (look_u8(rest, 0) - 1 > 1 ||
            n > rest.n - 11) { /* neither of the two levels, or longer than it can be */
            look_add(l, CLASS_UNCHECKED_UNSUPPORTED, "tnef_damaged");
            return true;
        }
        if (attached && n >= SHOWN_MIN)
            l->members++;
        rest = slice_from(rest, 11 + (size_t)n); /* with the checksum */
    }
    return true;
}
