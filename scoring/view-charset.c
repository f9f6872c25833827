/* view-charset.c - to UTF-8 as SpamAssassin does it; see view-charset.h
 * Eight-bit charsets by tables of Perl's. The larger ones by message/charset, whose rows are supersets of
 * some (GB18030 for GB2312): text that only the superset knows is read in the declared charset here, and as
 * windows-1252 by SpamAssassin. */
#include "config.h"
#include "scoring/view-charset.h"

#include <stdio.h>
#include "message/charset.h"
#include "scoring/view-type.h"

#include "scoring/view-charset-table.h"

#define EIGHT_BIT (sizeof(eight_bit) / sizeof(*eight_bit))
#define NAME_MAX_BYTES 40

/* ---- UTF-8 */

static bool is_tail(unsigned char c)
{
    return (c & 0xc0) == 0x80;
}

/* Length of the valid sequence at p, 0: none. */
static size_t sequence(const unsigned char *p, size_t n)
{
    uint32_t c;
    if (p[0] < 0x80)
        return 1;
    if (p[0] < 0xc2 || n < 2 || !is_tail(p[1]))
        return 0;
    if (p[0] < 0xe0)
        return 2;
    if (n < 3 || !is_tail(p[2]))
        return 0;
    if (p[0] < 0xf0) {
        c = (uint32_t)(p[0] & 15) << 12 | (uint32_t)(p[1] & 63) << 6 | (p[2] & 63);
        return c >= 0x800 && (c < 0xd800 || c > 0xdfff) && (c < 0xfdd0 || c > 0xfdef) && c < 0xfffe ? 3 : 0;
    }
    if (p[0] > 0xf4 || n < 4 || !is_tail(p[3]))
        return 0;
    c = (uint32_t)(p[0] & 7) << 18 | (uint32_t)(p[1] & 63) << 12 | (uint32_t)(p[2] & 63) << 6 | (p[3] & 63);
    return c >= 0x10000 && c <= 0x10ffff && (c & 0xfffe) != 0xfffe ? 4 : 0;
}

/* Bytes of the broken sequence at p that are one U+FFFD: those that its first byte announces. */
static size_t broken(const unsigned char *p, size_t n)
{
    static const unsigned char longer[16] = { [12] = 1, [13] = 1, [14] = 2, [15] = 3 };
    size_t want = p[0] >= 0xfe ? 6 : p[0] >= 0xfc ? 5 : p[0] >= 0xf8 ? 4 : longer[p[0] >> 4], at = 1;
    while (want-- && at < n && is_tail(p[at]))
        at++;
    return at;
}

bool view_utf8_valid(struct slice text)
{
    const unsigned char *p = (const unsigned char *)text.p;
    for (size_t i = 0, n; i < text.n; i += n) {
        size_t ascii = utf8_ascii(slice_from(text, i));
        i += ascii;
        n = i < text.n ? sequence(p + i, text.n - i) : 0;
        if (n == 0)
            return i == text.n;
    }
    return true;
}

static struct slice repaired(struct arena *a, struct slice text)
{
    const unsigned char *p = (const unsigned char *)text.p;
    char *out = arena_alloc(a, text.n * 3);
    size_t to = 0;
    for (size_t i = 0, n; i < text.n; i += n) {
        n = sequence(p + i, text.n - i);
        memcpy(out + to, n ? text.p + i : "\xef\xbf\xbd", n ? n : 3);
        to += n ? n : 3;
        n = n ? n : broken(p + i, text.n - i);
    }
    return slice_of(out, to);
}

/* ---- eight bits */

static const uint16_t *cp1252(void)
{
    static const uint16_t *found;
    for (size_t i = 0; found == NULL && i < EIGHT_BIT; i++)
        if (strcmp(eight_bit[i].name, "cp1252") == 0)
            found = eight_bit[i].upper;
    return found;
}

static bool by_table(struct arena *a, struct slice text, const uint16_t *upper, bool insist,
                     struct slice *result)
{
    char *out = arena_alloc(a, text.n * 3);
    size_t to = 0;
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        uint32_t point = c < 0x80 ? c : upper[c - 0x80];
        if (c >= 0x80 && point == 0 && !insist)
            return false;
        if (c < 0x80) {
            out[to++] = (char)c;
            continue;
        }
        char four[4];
        size_t n = utf8_put(four, point ? point : 0xfffd);
        memcpy(out + to, four, n);
        to += n;
    }
    *result = slice_of(out, to);
    return true;
}

/* ---- UTF-16 without a byte order mark: SpamAssassin guesses the order by where the larger bytes are */

static bool by_message(struct arena *a, struct slice text, const char *name, bool insist,
                       struct slice *result)
{
    unsigned flags;
    size_t most = text.n < SIZE_MAX / 8 ? text.n * 4 + 16 : text.n;
    *result = charset_to_utf8(a, text, slice_str(name), most, &flags);
    return insist || !(flags & (CHARSET_INVALID | CHARSET_UNKNOWN));
}

static bool has_mark16(struct slice s)
{
    return slice_starts(s, SLICE("\xfe\xff")) || slice_starts(s, SLICE("\xff\xfe"));
}

/* An encoded word is left as it is, once its order is known. */
static bool by_utf16(struct arena *a, struct slice text, bool insist, struct slice *result)
{
    size_t little = 0, big = 0, even = 0, odd = 0;
    if (has_mark16(text))
        return false;
    for (size_t i = 0; i < text.n; i += 2) {
        unsigned char x = (unsigned char)text.p[i], y = i + 1 < text.n ? (unsigned char)text.p[i + 1] : 0;
        even += (x >> 4) + (x & 15);
        odd += (y >> 4) + (y & 15);
        little += x == 0x20 && y == 0;
        big += x == 0 && y == 0x20;
    }
    little += even > odd * 4;
    big += odd * 4 > even;
    if (little == big || text.n % 2)
        return false;
    if (!by_message(a, text, little > big ? "utf-16le" : "utf-16be", false, result))
        return false;
    if (insist)
        *result = text;
    return true;
}

/* ---- two bytes a character */

/* first and second bytes that Perl has characters for, at most */
static const struct pairs {
    const char *name;
    unsigned char first[4], second[4]; /* two ranges each */
} pairs[] = {
    { "gb2312", { 0xa1, 0xf7 }, { 0xa1, 0xfe } },
    { "gbk", { 0x81, 0xfe }, { 0x40, 0x7e, 0x80, 0xfe } },
    { "big5", { 0xa1, 0xf9 }, { 0x40, 0x7e, 0xa1, 0xfe } },
    { "big5-hkscs", { 0x87, 0xfe }, { 0x40, 0x7e, 0xa1, 0xfe } },
    { "shift_jis", { 0x81, 0x9f, 0xe0, 0xef }, { 0x40, 0x7e, 0x80, 0xfc } },
    { "euc-kr", { 0xa1, 0xfd }, { 0xa1, 0xfe } },
    { "cp949", { 0x81, 0xfe }, { 0x41, 0x7a, 0x81, 0xfe } },
    { "cp932", { 0x81, 0x9f, 0xe0, 0xfc }, { 0x40, 0x7e, 0x80, 0xfc } },
};

static bool in_ranges(const unsigned char r[4], unsigned char c)
{
    return (c >= r[0] && c <= r[1]) || (r[2] && c >= r[2] && c <= r[3]);
}

/* Whether all pairs are within the ranges. A first byte at the very end is dropped, as Perl does. */
static bool check_pairs(const struct pairs *p, struct slice *text)
{
    for (size_t i = 0; i < text->n; i++) {
        unsigned char c = (unsigned char)text->p[i];
        if (c < 0x80 || (p->first[2] == 0xe0 && c >= 0xa1 && c <= 0xdf)) /* half-width katakana */
            continue;
        if (!in_ranges(p->first, c))
            return false;
        if (i + 1 == text->n)
            text->n = i;
        else if (!in_ranges(p->second, (unsigned char)text->p[++i]))
            return false;
    }
    return true;
}

static bool by_pairs(struct arena *a, struct slice text, const char *name, bool insist, struct slice *result)
{
    for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++)
        if (strcmp(pairs[i].name, name) == 0 && !check_pairs(&pairs[i], &text) && !insist)
            return false;
    return by_message(a, text, name, insist, result);
}

/* ---- names */

/* the digits at the end of s, behind an optional separator and one of the words; 0: none */
static unsigned numbered(struct slice s, const char *const *words)
{
    size_t digits = s.n;
    while (digits && ascii_digit(s.p[digits - 1]))
        digits--;
    if (digits == s.n || s.n - digits > 4)
        return 0;
    unsigned number = 0;
    for (size_t i = digits; i < s.n; i++)
        number = number * 10 + (unsigned)(s.p[i] - '0');
    struct slice head = slice_sub(s, 0, digits);
    for (; *words; words++) {
        struct slice word = slice_str(*words);
        if (slice_iends(head, word) && (head.n == word.n || !view_word(head.p[head.n - word.n - 1])))
            return number;
    }
    return 0;
}

static const struct eight_bit *eight_bit_named(const char *name)
{
    for (size_t i = 0; i < EIGHT_BIT; i++)
        if (strcmp(eight_bit[i].name, name) == 0)
            return &eight_bit[i];
    return NULL;
}

/* label: lower case. NULL: it is none, or not known. */
static const struct eight_bit *find_eight_bit(const char *label)
{
    static const char *const iso[] = { "iso-8859-", "iso_8859-", "iso8859-", "iso8859", "iso-8859_", NULL };
    static const char *const pages[] = { "windows-", "cp",  "ibm",  "ms",  "windows",
                                         "cp-",      "cp_", "ibm-", "ms-", NULL };
    static const char *const latin[] = { "latin", "latin-", "latin_", NULL };
    static const unsigned char of_latin[] = { 0, 1, 2, 3, 4, 9, 10, 13, 14, 15, 16 };
    struct slice s = slice_str(label);
    char name[NAME_MAX_BYTES];
    unsigned n;
    if ((n = numbered(s, iso)) != 0)
        snprintf(name, sizeof(name), "iso-8859-%u", n);
    else if ((n = numbered(s, pages)) != 0)
        snprintf(name, sizeof(name), "cp%u", n);
    else if ((n = numbered(s, latin)) != 0 && n < sizeof(of_latin))
        snprintf(name, sizeof(name), "iso-8859-%u", of_latin[n]);
    else if (slice_starts(s, SLICE("tis")) || slice_eq(s, SLICE("thai")))
        snprintf(name, sizeof(name), "iso-8859-11");
    else if (slice_eq(s, SLICE("macintosh")))
        snprintf(name, sizeof(name), "macroman");
    else if (slice_starts(s, SLICE("koi8")) && s.n > 4 && (s.p[s.n - 1] == 'r' || s.p[s.n - 1] == 'u'))
        snprintf(name, sizeof(name), "koi8-%c", s.p[s.n - 1]);
    else
        snprintf(name, sizeof(name), "%s", label);
    return eight_bit_named(name);
}

/* GB2312 as a word's beginning anywhere: "x-gb_2312-80", "GB2312_CHARSET"; "gb2312-raw" is not this one. */
static bool is_gb2312(struct slice s)
{
    for (size_t i = 0; i + 6 <= s.n; i++) {
        struct slice rest = slice_from(s, i + 2);
        if (!slice_starts(slice_from(s, i), SLICE("gb")) || (i && view_word(s.p[i - 1])))
            continue;
        rest = slice_from(rest, memchr("-_ ", rest.p[0], 3) != NULL);
        if (!slice_starts(rest, SLICE("2312")))
            continue;
        rest = slice_from(rest, 4);
        if (!slice_starts(rest, SLICE("raw")) && !slice_starts(rest, SLICE("-raw")))
            return true;
    }
    return false;
}

/* What message/charset is to be asked for; NULL: Perl does not know the name. */
static const char *find_larger(struct slice s)
{
    static const struct {
        const char *head, *tail, *name;
    } rows[] = {
        { "euc", "cn", "gb2312" },
        { "gbk", "", "gbk" },
        { "cp936", "", "gbk" },
        { "gb18030", "", "gbk" },
        { "gb-18030", "", "gbk" },
        { "big5-hk", "", "big5-hkscs" },
        { "big5", "", "big5" },
        { "big-5", "", "big5" },
        { "cp950", "", "big5" },
        { "shift", "jis", "shift_jis" },
        { "sjis", "", "shift_jis" },
        { "windows-31j", "", "cp932" },
        { "cp932", "", "cp932" },
        { "euc", "jp", "euc-jp" },
        { "ujis", "", "euc-jp" },
        { "euc", "kr", "euc-kr" },
        { "ks_c_5601-1987", "", "cp949" },
        { "uhc", "", "cp949" },
        { "cp949", "", "cp949" },
        { "windows-949", "", "cp949" },
        { "iso-2022-jp", "", "iso-2022-jp" },
        { "jis", "", "iso-2022-jp" },
        { "iso-2022-kr", "", "iso-2022-kr" },
        { "utf-7", "", "utf-7" },
        { "utf7", "", "utf-7" },
        { "unicode-1-1-utf-7", "", "utf-7" },
        { "utf-32le", "", "utf-32le" },
        { "utf-32", "", "utf-32be" },
        { "ucs-2le", "", "utf-16le" },
        { "ucs-2", "", "utf-16be" },
        { "ucs2", "", "utf-16be" },
        { "iso-10646-1", "", "utf-16be" },
    };
    if (is_gb2312(s))
        return "gb2312";
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        if (slice_starts(s, slice_str(rows[i].head)) &&
            (*rows[i].tail ? slice_iends(s, slice_str(rows[i].tail)) : s.n <= strlen(rows[i].head) + 4))
            return rows[i].name;
    return NULL;
}

static bool is_one_of(const char *label, const char *const *names)
{
    for (; *names; names++)
        if (strcmp(label, *names) == 0)
            return true;
    return false;
}

/* ---- */

/* lower case, cut */
static void lower_name(char out[NAME_MAX_BYTES], struct slice charset)
{
    size_t n = 0;
    for (; n < charset.n && n + 1 < NAME_MAX_BYTES; n++)
        out[n] = charset.p[n] ? ascii_lower(charset.p[n]) : '?';
    out[n] = 0;
}

/* "utf_8" as "utf-8", and no blank behind: what Perl tries last. False: nothing to change. */
static bool other_spelling(char name[NAME_MAX_BYTES])
{
    size_t n = strlen(name), blank = strcspn(name, " _");
    if (blank == 0 || blank == n)
        return false;
    if (blank + 1 < n)
        name[blank] = '-';
    else if (strncmp(name, "iso-8859-1", blank) == 0 && blank == 10)
        memcpy(name, "latin1", sizeof("latin1")); /* which is not windows-1252 then */
    else
        name[blank] = 0;
    return true;
}

static bool by_ascii(struct arena *a, struct slice text, bool insist, struct slice *result)
{
    static const uint16_t undefined[128];
    return by_table(a, text, undefined, insist, result);
}

/* The declared charset; false: unknown, or not what the text is in. */
static bool by_name(struct arena *a, struct slice text, const char *label, bool insist, struct slice *result)
{
    static const char *const ascii[] = { "us-ascii",  "ascii", "usascii", "ansi_x3.4-1968",
                                         "iso646-us", "646",   NULL };
    static const char *const western[] = { "iso-8859-1", "iso8859-1", "windows-1252", "cp1252", NULL };
    static const char *const utf8[] = { "utf-8", "utf8", "cp65001", NULL };
    static const char *const latin1[] = { "iso_8859-1", "latin1", "latin-1", "iso88591", NULL };
    if (is_one_of(label, utf8)) {
        *result = insist ? repaired(a, text) : text;
        return insist || view_utf8_valid(text);
    }
    if (slice_starts(slice_str(label), SLICE("utf-16")) || slice_starts(slice_str(label), SLICE("utf16")))
        return by_utf16(a, text, insist, result);
    if (is_one_of(label, western))
        return by_table(a, text, cp1252(), insist, result);
    if (is_one_of(label, ascii))
        return by_ascii(a, text, insist, result);
    if (is_one_of(label, latin1)) {
        uint16_t upper[128];
        for (unsigned i = 0; i < 128; i++)
            upper[i] = (uint16_t)(0x80 + i);
        return by_table(a, text, upper, insist, result);
    }
    const struct eight_bit *e = find_eight_bit(label);
    if (e)
        return by_table(a, text, e->upper, insist, result);
    const char *larger = find_larger(slice_str(label));
    if (larger && strcmp(larger, "iso-2022-jp") == 0) /* Perl stops there, and finds nothing wrong with it */
        return by_message(a, slice_sub(text, 0, utf8_ascii(text)), larger, true, result);
    return larger && by_pairs(a, text, larger, insist, result);
}

/* Charsets in which ASCII bytes may mean something else */
static bool may_hide(const char *label)
{
    return strstr(label, "jis") || strstr(label, "2022") || strstr(label, "utf-7") || strstr(label, "utf7") ||
           strstr(label, "16") || strstr(label, "32") || strstr(label, "ucs") || strstr(label, "10646");
}

struct slice view_to_utf8(struct arena *a, struct slice text, struct slice charset, bool insist)
{
    char label[NAME_MAX_BYTES];
    struct slice result = text;
    bool ascii = utf8_ascii(text) == text.n;
    lower_name(label, charset);
    if (ascii && !may_hide(label))
        return text;
    if (!ascii && !insist && view_utf8_valid(text))
        return text;
    if (by_name(a, text, label, insist, &result) ||
        (other_spelling(label) && by_name(a, text, label, insist, &result)))
        return result;
    if (!ascii)
        by_table(a, text, cp1252(), true, &result);
    return ascii ? text : result;
}

/* ---- what is ASCII anyway */

static bool digits_only(struct slice s, size_t min, size_t max)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_digit(s.p[i]))
            return false;
    return s.n >= min && s.n <= max;
}

static bool letters_only(struct slice s, size_t min, size_t max)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_alpha(s.p[i]))
            return false;
    return s.n >= min && s.n <= max;
}

/* behind the head, "" or " " or "-" and the rest; false when it is another */
static bool behind(struct slice label, const char *head, const char *tail, struct slice *rest)
{
    struct slice first = slice_str(head), last = slice_str(tail);
    if (!slice_starts(label, first))
        return false;
    label = slice_from(label, first.n);
    if (label.n && (label.p[0] == ' ' || label.p[0] == '-'))
        label = slice_from(label, 1);
    *rest = slice_from(label, last.n);
    return slice_starts(label, last);
}

/* a superset of ASCII that SpamAssassin knows by its name */
static bool is_superset(struct slice s)
{
    static const char *const names[] = { "us-ascii",  "ascii",   "ansi_x3.4-1968", "ansi_x3.4-1986",
                                         "iso646-us", "iso8859", "utf-8",          "utf8",
                                         "big5",      "gbk",     "iso-8859",       "iso 8859",
                                         NULL };
    struct slice rest;
    if (is_one_of(s.p, names))
        return true;
    if (behind(s, "iso", "8859-", &rest))
        return digits_only(rest, 1, 2);
    if (behind(s, "gb", "18030", &rest))
        return rest.n == 0 ||
               (rest.n == 5 && slice_starts(rest, SLICE("-20")) && digits_only(slice_from(rest, 3), 2, 2));
    if (slice_starts(s, SLICE("windows-")))
        return digits_only(slice_from(s, 8), 4, 4);
    return (slice_starts(s, SLICE("koi8-")) && letters_only(slice_from(s, 5), 1, 2)) ||
           (slice_starts(s, SLICE("euc-")) && letters_only(slice_from(s, 4), 1, 2));
}

bool view_charset_decodes(struct arena *a, struct slice charset)
{
    char label[NAME_MAX_BYTES];
    struct slice result;
    lower_name(label, charset);
    return !is_superset(slice_str(label)) && by_name(a, SLICE("text"), label, false, &result);
}

struct slice view_as_it_is(struct arena *a, struct slice text, struct slice charset, bool page, bool *wide)
{
    bool declared =
        charset.n == 0 || slice_ieq(charset, SLICE("US-ASCII")) || slice_ieq(charset, SLICE("UTF-8"));
    size_t n = utf8_ascii(text);
    bool valid = (declared || page) && n < text.n && view_utf8_valid(text);
    *wide = declared && valid;
    if (valid || n == text.n)
        return text;
    char *out = arena_alloc(a, text.n * 2);
    n = 0;
    for (size_t i = 0; i < text.n; i++)
        n += utf8_put(out + n, (unsigned char)text.p[i]);
    return slice_of(out, n);
}
