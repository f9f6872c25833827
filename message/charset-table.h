/* charset-table.h - the charsets that mail may name, and the labels it calls them by
 * For charset.c. Labels are those of the WHATWG Encoding standard, and some that only mail uses; they are
 * compared by their letters and digits alone, so that `utf-8`, `UTF8` and `utf_8` are one. */
#ifndef MESSAGE_CHARSET_TABLE_H
#define MESSAGE_CHARSET_TABLE_H

#include "base/arena.h"

enum charset_kind {
    CHARSET_UTF8,
    CHARSET_SINGLE,  /* a byte is a character, the lower half is ASCII: by a table made of iconv's answers */
    CHARSET_MULTI,   /* bytes below 0x80 outside of sequences are ASCII */
    CHARSET_ESCAPES, /* 7 bits with escapes; without any of the bytes in `marks` it is ASCII */
    CHARSET_ISO_2022_JP, /* as CHARSET_ESCAPES, rewritten to EUC-JP by us */
    CHARSET_WIDE,        /* units of `unit` bytes */
    CHARSET_UTF16,       /* of either order: the byte order mark says, else where the zeros are */
};

struct charset {
    const char *name;
    enum charset_kind kind;
    const char *from;  /* iconv's name; NULL where iconv has no part in it */
    const char *marks; /* CHARSET_ESCAPES */
    unsigned unit;     /* bytes skipped where the input is invalid; 0: one */
    const char *labels;
};

enum { CHARSET_ROWS = 47 };
extern const struct charset charset_rows[CHARSET_ROWS];

/* NULL: unknown */
const struct charset *charset_by_label(struct slice label);

/* ISO-2022-JP text as EUC-JP; what is invalid in one is invalid in the other */
struct slice charset_jp_to_euc(struct arena *a, struct slice text);

#endif
