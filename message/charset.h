/* charset.h - to UTF-8, from a list of names
 * The names that mail uses are looked up in our own table (WHATWG labels: latin1 is windows-1252, gb2312 is
 * gb18030,
 * ...) and only the table's target name reaches iconv: a name out of a mail never does (CVE-2024-2961).
 * Conversion is always to UTF-8. A descriptor per charset is opened once a process, before the sandbox closes
 * (charset_warm), and kept. Invalid input bytes become U+FFFD; never fails, output at most max bytes. */
#ifndef MESSAGE_CHARSET_H
#define MESSAGE_CHARSET_H

#include "base/arena.h"

/* Opens every descriptor of the table: some 40, about 1 MB. Call once, before the sandbox. Without it the
 * first conversion does so. The descriptors have a state: no two threads may convert at the same time. */
void charset_warm(void);

enum {
    CHARSET_UNKNOWN = 1, /* name not in the table: read as UTF-8 if valid, else as windows-1252 */
    CHARSET_INVALID = 2, /* some bytes were replaced */
    CHARSET_CUT = 4,     /* max reached */
};

/* text as UTF-8: the input slice itself (less a byte order mark) when it is UTF-8 (or ASCII) already. That
 * goes for text under the name of an eight-bit charset, too: text in another charset is hardly ever valid
 * UTF-8, and mailers that write UTF-8 under the name of ISO-8859-1 or US-ASCII are many. name may be empty:
 * guessed as above, without CHARSET_UNKNOWN. *flags (may be NULL) is set, not added to. */
struct slice charset_to_utf8(struct arena *a, struct slice text, struct slice name, size_t max,
                             unsigned *flags);
/* The table's name for a label, e.g. "windows-1252"; NULL if unknown. */
const char *charset_canonical(struct slice label);
bool utf8_valid(struct slice s);
/* Adds code point c as UTF-8 (invalid ones as U+FFFD); returns bytes written, 1..4. */
size_t utf8_put(char out[4], uint32_t c);
/* Reads one code point at s.p (s.n > 0); *n gets the bytes taken (at least 1); U+FFFD for what is invalid. */
uint32_t utf8_get(struct slice s, size_t *n);
/* how many bytes at the begin of s are ASCII */
size_t utf8_ascii(struct slice s);
/* at most max bytes of valid UTF-8, no character cut in two */
struct slice utf8_cut(struct slice s, size_t max);

#endif
