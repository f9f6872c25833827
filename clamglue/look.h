/* look.h - what the header of one file says that a scanner must know
 * Found by reading the file's own bytes, whatever libclamav makes of it: that it is a container whose content
 * must show up one by one (so that we notice when libclamav did not open it), and what nobody here can read
 * (encrypted, a method or format without decoder, structure that two readers read differently).
 *
 * Input: the whole file, hostile. Never fails, never allocates but for what is freed before it returns, reads
 * nothing outside of the slice; linear in the file. */
#ifndef CLAMGLUE_LOOK_H
#define CLAMGLUE_LOOK_H

#include "base/slice.h"
#include "message/verdict.h"

#define LOOK_ODD_MAX 6

struct look_odd {
    enum verdict_class class; /* an unchecked/... */
    const char *reason;       /* static */
};

struct look {
    const char *kind; /* static, "zip"; NULL: no container that we know */
    bool container;   /* libclamav must come up with at least one file of it, or it was not opened */
    unsigned members; /* with at least so many (0: not known) */
    unsigned n_odd;
    struct look_odd odd[LOOK_ODD_MAX];
};

/* type: libclamav's name for it ("CL_TYPE_ZIP"), may be NULL. name: the file's name if known, else NULL. */
void look_at(struct look *l, struct slice bytes, const char *type, const char *name);

/* ---- inside of look*.c */
/* Adds a reason, once; past LOOK_ODD_MAX the last one stays (all are strict). */
void look_add(struct look *l, enum verdict_class class, const char *reason);

/* One file of a kind each; bytes begin as the kind does (look_zip: or end so). False when it is not that. */
bool look_zip(struct look *l, struct slice bytes);
bool look_ole2(struct look *l, struct slice bytes);
bool look_pdf(struct look *l, struct slice bytes, bool known_to_libclamav);
bool look_tnef(struct look *l, struct slice bytes);
bool look_tar(struct look *l, struct slice bytes);
bool look_signed(struct look *l, struct slice bytes);
bool look_other(struct look *l, struct slice bytes, const char *name);
/* of a file that is none of the above */
bool look_rar_inside(struct look *l, struct slice bytes);

/* numbers of a header, 0 where there is none */
static inline unsigned look_u8(struct slice s, size_t at)
{
    return at < s.n ? (unsigned char)s.p[at] : 0;
}
static inline unsigned look_u16(struct slice s, size_t at)
{
    return look_u8(s, at) | look_u8(s, at + 1) << 8;
}
static inline uint32_t look_u32(struct slice s, size_t at)
{
    return look_u16(s, at) | (uint32_t)look_u16(s, at + 2) << 16;
}

#endif
