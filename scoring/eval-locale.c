/* eval-locale.c - see eval-locale.h; SpamAssassin's Locales.pm */
#include "config.h"
#include "scoring/eval-locale.h"

#include "scoring/eval-text.h"

/* What is not at home everywhere. Charsets in upper case, letters and digits only; ended by NULL. */
#define CYRILLIC                                                                                             \
    {                                                                                                        \
        "KOI8R", "KOI8U", "KOI8T", "ISOIR111", "CP1251", "GEORGIANPS", "PT154", "CP866"                      \
    }
static const struct home {
    char locale[3];
    const char *charsets[20];
} homes[] = {
    { "ja",
      { "EUCJP", "JISX020119760", "JISX020819830", "JISX020819900", "JISX020819970", "JISX021219900",
        "JISX021320001", "JISX021320002", "SHIFTJIS", "ISO2022JP", "SJIS", "JIS7", "JISX0201", "JISX0208",
        "JISX0212" } },
    { "ko", { "EUCKR", "KSC56011987" } },
    { "ru", CYRILLIC },
    { "ka", CYRILLIC },
    { "tg", CYRILLIC },
    { "be", CYRILLIC },
    { "uk", CYRILLIC },
    { "bg", CYRILLIC },
    { "th", { "TIS620" } },
    { "zh",
      { "GB1988", "GB2312", "GB231219800", "GB18030", "GBK", "BIG5HKSCS", "BIG5", "EUCTW", "ISO2022CN" } },
};

static struct slice ok_locales(const struct settings *s)
{
    const struct setting_line *l = s ? settings_last(s, SETTING_TEXT, "ok_locales") : NULL;
    return l ? l->value : SLICE("all");
}

static bool next_word(struct slice *rest, struct slice *word)
{
    *rest = slice_from(*rest, text_skip_space(*rest, 0));
    *word = slice_sub(*rest, 0, text_skip_word(*rest, 0));
    *rest = slice_from(*rest, word->n);
    return word->n > 0;
}

bool locale_accepts_all(const struct settings *s)
{
    struct slice rest = ok_locales(s), word;
    while (next_word(&rest, &word))
        if (slice_eq(word, SLICE("all")))
            return true;
    return false;
}

static bool at_home(struct slice locale, struct slice charset)
{
    for (size_t i = 0; i < sizeof(homes) / sizeof(*homes); i++) {
        const char *const *names = homes[i].charsets;
        if (!slice_eq(slice_sub(locale, 0, 2), slice_str(homes[i].locale)))
            continue;
        for (; *names; names++)
            if (slice_eq(charset, slice_str(*names)))
                return true;
    }
    return false;
}

/* Roman ones, Unicode, and words that say nothing */
static bool at_home_everywhere(struct slice charset)
{
    static const struct slice whole[] = {
        SLICE_INIT("USASCII"),  SLICE_INIT("ASCII"), SLICE_INIT("IBM852"),
        SLICE_INIT("XUNKNOWN"), SLICE_INIT("ISO"),
    };
    static const struct slice beginnings[] = {
        SLICE_INIT("ISO8859"),       SLICE_INIT("ISO10646"),      SLICE_INIT("UTF"),
        SLICE_INIT("UCS"),           SLICE_INIT("CP125"),         SLICE_INIT("WINDOWS"),
        SLICE_INIT("UNICODE11UTF7"), SLICE_INIT("UNICODE11UTF8"),
    };
    for (size_t i = 0; i < sizeof(whole) / sizeof(*whole); i++)
        if (slice_eq(charset, whole[i]))
            return true;
    for (size_t i = 0; i < sizeof(beginnings) / sizeof(*beginnings); i++)
        if (slice_starts(charset, beginnings[i]))
            return true;
    return false;
}

bool locale_accepts(const struct settings *s, struct slice charset)
{
    char text[64];
    size_t n = 0;
    struct slice rest = ok_locales(s), locale, bare;
    for (size_t i = 0; i < charset.n && n < sizeof(text); i++)
        if (ascii_alnum(charset.p[i]))
            text[n++] = ascii_lower(charset.p[i]) == charset.p[i] && ascii_alpha(charset.p[i])
                            ? (char)(charset.p[i] - 32)
                            : charset.p[i];
    bare = slice_of(text, n);
    if (slice_starts(bare, SLICE("3D"))) /* quoted-printable's "=" */
        bare = slice_from(bare, 2);
    if (at_home_everywhere(bare))
        return true;
    while (next_word(&rest, &locale))
        if (slice_eq(locale, SLICE("all")) || at_home(locale, bare))
            return true;
    return false;
}

bool charset_looks_capital(struct slice text)
{
    static const struct slice parts[] = {
        SLICE_INIT("koi"),   SLICE_INIT("jp"),           SLICE_INIT("jis"),        SLICE_INIT("euc"),
        SLICE_INIT("gb"),    SLICE_INIT("big5"),         SLICE_INIT("isoir"),      SLICE_INIT("cp1251"),
        SLICE_INIT("pt154"), SLICE_INIT("windows-1251"), SLICE_INIT("georgianps"), SLICE_INIT("tis"),
    };
    for (size_t i = 0; i < text.n; i++)
        if (!text_word(text.p[i]) && text.p[i] != '-')
            return false;
    for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
        if (text_ihas(text, parts[i]))
            return true;
    return false;
}
