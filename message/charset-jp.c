/* charset-jp.c - ISO-2022-JP as it is sent
 * iconv knows several charsets of that name, but none with what Microsoft's mailers put into it (half-width
 * katakana, NEC's row 13). So it is rewritten to EUC-JP, which holds the same sets behind other prefixes.
 * RFC 1468, 2237, 1554 (its Western and Korean sets are not read). */
#include "message/charset-table.h"

enum jp_set { JP_ASCII, JP_KANJI, JP_KANA, JP_SUPPLEMENT };

/* the escape sequence at s: its length (0: none known), and the set it selects */
static size_t jp_escape(struct slice s, enum jp_set *set)
{
    static const struct {
        struct slice escape;
        enum jp_set set;
    } rows[] = {
        { SLICE_INIT("\x1b(B"), JP_ASCII }, { SLICE_INIT("\x1b(J"), JP_ASCII },
        { SLICE_INIT("\x1b(H"), JP_ASCII }, { SLICE_INIT("\x1b$B"), JP_KANJI },
        { SLICE_INIT("\x1b$@"), JP_KANJI }, { SLICE_INIT("\x1b$(B"), JP_KANJI },
        { SLICE_INIT("\x1b(I"), JP_KANA },  { SLICE_INIT("\x1b$(D"), JP_SUPPLEMENT },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (slice_starts(s, rows[i].escape)) {
            *set = rows[i].set;
            return rows[i].escape.n;
        }
    return 0;
}

struct slice charset_jp_to_euc(struct arena *a, struct slice text)
{
    char *p = arena_array(a, text.n + 1, 2);
    size_t n = 0;
    enum jp_set set = JP_ASCII;
    for (size_t i = 0; i < text.n;) {
        unsigned char c = (unsigned char)text.p[i];
        size_t skip = c == 0x1b ? jp_escape(slice_from(text, i), &set) : 0;
        i += skip;
        if (skip)
            continue;
        if (c == '\n')
            set = JP_ASCII; /* a line begins in ASCII, RFC 1468 */
        if (set == JP_ASCII || c <= ' ' || c >= 0x7f) {
            p[n++] = c >= 0x80 ? (char)0xff : (char)c; /* 0xff: invalid in EUC, too */
            i++;
        } else if (set == JP_KANA) {
            p[n++] = (char)0x8e;
            p[n++] = (char)(c | 0x80);
            i++;
        } else {
            if (set == JP_SUPPLEMENT)
                p[n++] = (char)0x8f;
            p[n++] = (char)(c | 0x80);
            i++;
            if (i < text.n && text.p[i] > ' ' && text.p[i] != 0x7f)
                p[n++] = (char)(text.p[i++] | 0x80);
        }
    }
    return slice_of(p, n);
}
