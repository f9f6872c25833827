/* charset-table.c - the charsets that mail may name; see charset-table.h
 * Following browsers, a label means the superset that is in fact sent under it. Charsets that differ from
 * ASCII in the lower half (EBCDIC) or were only ever used against parsers are left out. */
#include "message/charset-table.h"

#include "base/err.h"

#define SINGLE(name_, from_, labels_)                                                                        \
    {                                                                                                        \
        .name = name_, .kind = CHARSET_SINGLE, .from = from_, .labels = labels_                              \
    }
#define MULTI(name_, from_, labels_)                                                                         \
    {                                                                                                        \
        .name = name_, .kind = CHARSET_MULTI, .from = from_, .labels = labels_                               \
    }
#define ESCAPES(name_, from_, marks_, labels_)                                                               \
    {                                                                                                        \
        .name = name_, .kind = CHARSET_ESCAPES, .from = from_, .marks = marks_, .labels = labels_            \
    }
#define WIDE(name_, unit_, labels_)                                                                          \
    {                                                                                                        \
        .name = name_, .kind = CHARSET_WIDE, .from = name_, .unit = unit_, .labels = labels_                 \
    }

const struct charset charset_rows[CHARSET_ROWS] = {
    { .name = "UTF-8",
      .kind = CHARSET_UTF8,
      .labels = "utf8 unicode11utf8 unicode20utf8 xunicode20utf8 cp65001 utf8mb4 utf8bom" },
    SINGLE(
        "windows-1252", NULL,
        "1252 ansix341968 ansix341986 ascii cp1252 cp819 csascii csisolatin1 ibm819 ibm367 iso646us "
        "iso88591 iso885911987 isoir100 isoir6 l1 latin1 usascii windows1252 win1252 ansi xcp1252 ansi1252 "
        "xansi"),
    SINGLE("windows-1250", "CP1250", "1250 cp1250 windows1250 win1250 xcp1250"),
    SINGLE("windows-1251", "CP1251", "1251 cp1251 windows1251 win1251 xcp1251"),
    SINGLE("windows-1253", "CP1253", "1253 cp1253 windows1253 win1253 xcp1253"),
    SINGLE("windows-1254", "CP1254",
           "1254 cp1254 csisolatin5 iso88599 iso885991989 isoir148 l5 latin5 windows1254 win1254 xcp1254"),
    SINGLE("windows-1255", "CP1255", "1255 cp1255 windows1255 win1255 xcp1255"),
    SINGLE("windows-1256", "CP1256", "1256 cp1256 windows1256 win1256 xcp1256"),
    SINGLE("windows-1257", "CP1257", "1257 cp1257 windows1257 win1257 xcp1257"),
    SINGLE("windows-1258", "CP1258", "1258 cp1258 windows1258 win1258 xcp1258"),
    SINGLE("windows-874", "CP874", "874 cp874 dos874 iso885911 tis620 tis6200 windows874 win874 ibm874"),
    SINGLE("ISO-8859-2", "ISO-8859-2", "csisolatin2 iso88592 iso885921987 isoir101 l2 latin2 912 cp912"),
    SINGLE("ISO-8859-3", "ISO-8859-3", "csisolatin3 iso88593 iso885931988 isoir109 l3 latin3 913"),
    SINGLE("ISO-8859-4", "ISO-8859-4", "csisolatin4 iso88594 iso885941988 isoir110 l4 latin4 914"),
    SINGLE("ISO-8859-5", "ISO-8859-5",
           "csisolatincyrillic cyrillic iso88595 iso885951988 isoir144 915 cp915"),
    SINGLE("ISO-8859-6", "ISO-8859-6",
           "arabic asmo708 csiso88596e csiso88596i csisolatinarabic ecma114 iso88596 iso885961987 iso88596e "
           "iso88596i isoir127 1089"),
    SINGLE("ISO-8859-7", "ISO-8859-7",
           "csisolatingreek ecma118 elot928 greek greek8 iso88597 iso885971987 isoir126 suneugreek 813"),
    SINGLE("ISO-8859-8", "ISO-8859-8",
           "csiso88598e csisolatinhebrew hebrew iso88598 iso885981988 iso88598e isoir138 visual 916 "
           "csiso88598i iso88598i logical"),
    SINGLE("ISO-8859-10", "ISO-8859-10", "csisolatin6 iso885910 iso8859101992 isoir157 l6 latin6"),
    SINGLE("ISO-8859-13", "ISO-8859-13", "iso885913 latin7 l7 921"),
    SINGLE("ISO-8859-14", "ISO-8859-14", "iso885914 iso8859141998 latin8 l8 isoir199"),
    SINGLE("ISO-8859-15", "ISO-8859-15", "csisolatin9 iso885915 l9 latin9 iso8859151998 latin0 923"),
    SINGLE("ISO-8859-16", "ISO-8859-16", "iso885916 iso8859162001 latin10 l10 isoir226"),
    SINGLE("KOI8-R", "KOI8-R", "cskoi8r koi koi8 koi8r 878 cp878"),
    SINGLE("KOI8-U", "KOI8-U", "koi8ru koi8u 1168 cp1168"),
    SINGLE("IBM866", "CP866", "866 cp866 csibm866 ibm866"),
    SINGLE("IBM437", "CP437", "437 cp437 ibm437 cspc8codepage437"),
    SINGLE("IBM850", "CP850", "850 cp850 ibm850 cspc850multilingual"),
    SINGLE("IBM852", "CP852", "852 cp852 ibm852 cspcp852"),
    SINGLE("IBM855", "CP855", "855 cp855 ibm855"),
    SINGLE("IBM858", "CP858", "858 cp858 ibm858 ibm00858 ccsid00858"),
    SINGLE("macintosh", "MACINTOSH", "csmacintosh mac macintosh xmacroman macroman 10000"),
    SINGLE("x-mac-cyrillic", "MAC-CYRILLIC", "xmaccyrillic xmacukrainian maccyrillic macukrainian"),
    MULTI("gb18030", "GB18030",
          "chinese csgb2312 csiso58gb231280 gb2312 gb231280 gbk isoir58 xgbk gb18030 cp936 ms936 936 "
          "windows936 euccn gb180302000 gb180302005 gb180302022 xeuccn"),
    MULTI("Big5", "BIG5-HKSCS",
          "big5 big5hkscs cnbig5 csbig5 xxbig5 cp950 ms950 950 windows950 big5eten xbig5"),
    MULTI("EUC-TW", "EUC-TW", "euctw cseuctw xeuctw cns11643"),
    MULTI("EUC-JP", "EUC-JP-MS", "cseucpkdfmtjapanese eucjp xeucjp eucjpms eucjpwin cp51932 ujis"),
    MULTI("Shift_JIS", "CP932",
          "csshiftjis ms932 mskanji shiftjis sjis windows31j xsjis cp932 932 cswindows31j windows932 cp943"),
    MULTI(
        "EUC-KR", "UHC",
        "cseuckr csksc56011987 euckr isoir149 korean ksc5601 ksc56011987 ksc56011989 windows949 cp949 ms949 "
        "949 uhc xwindows949 cp51949"),
    { .name = "ISO-2022-JP",
      .kind = CHARSET_ISO_2022_JP,
      .marks = "\x1b\x0e",
      .labels = "csiso2022jp iso2022jp iso2022jp1 iso2022jp2 iso2022jp3 csiso2022jp2 iso2022jpms cp50220 "
                "cp50221 cp50222 jis iso2022jpext" },
    ESCAPES("ISO-2022-KR", "ISO-2022-KR", "\x1b\x0e", "csiso2022kr iso2022kr cp50225"),
    ESCAPES("ISO-2022-CN", "ISO-2022-CN-EXT", "\x1b\x0e",
            "iso2022cn iso2022cnext csiso2022cn csiso2022cnext"),
    ESCAPES("UTF-7", "UTF-7", "+", "utf7 csutf7 csunicode11utf7 unicode11utf7 unicode20utf7 cp65000"),
    WIDE("UTF-16BE", 2, "unicodefffe utf16be csutf16be"),
    { .name = "UTF-16LE",
      .kind = CHARSET_UTF16,
      .from = "UTF-16LE",
      .unit = 2,
      .labels = "csunicode iso10646ucs2 ucs2 unicode unicodefeff utf16 utf16le csutf16le csutf16" },
    WIDE("UTF-32LE", 4, "utf32le csutf32le"),
    WIDE("UTF-32BE", 4, "utf32 utf32be csutf32be csutf32 iso10646ucs4 ucs4"),
};

#define KEY_MAX 32
#define SLOTS 1024

static struct {
    const char *label;
    uint8_t n, row;
} slots[SLOTS];
static bool indexed;

static unsigned slot_of(const char *key, size_t n)
{
    uint32_t h = 2166136261u; /* FNV-1a */
    for (size_t i = 0; i < n; i++)
        h = (h ^ (unsigned char)key[i]) * 16777619u;
    return (h ^ h >> 15) % SLOTS;
}

/* the slot of that key, or the free one where it belongs */
static unsigned find_slot(const char *key, size_t n)
{
    unsigned i = slot_of(key, n);
    while (slots[i].label && (slots[i].n != n || memcmp(slots[i].label, key, n) != 0))
        i = (i + 1) % SLOTS;
    return i;
}

static void make_index(void)
{
    for (size_t row = 0; row < CHARSET_ROWS; row++) {
        struct slice rest = slice_str(charset_rows[row].labels), label;
        while (slice_cut(&rest, ' ', &label)) {
            unsigned i = find_slot(label.p, label.n);
            if (slots[i].label || label.n == 0 || label.n > KEY_MAX)
                bug("charset label \"%.*s\"", SLICE_ARG(label));
            slots[i].label = label.p;
            slots[i].n = (uint8_t)label.n;
            slots[i].row = (uint8_t)row;
        }
    }
    indexed = true;
}

const struct charset *charset_by_label(struct slice label)
{
    char key[KEY_MAX] = { 0 };
    size_t n = 0;
    for (size_t i = 0; i < label.n; i++)
        if (ascii_alnum(label.p[i])) {
            if (n == KEY_MAX)
                return NULL;
            key[n++] = ascii_lower(label.p[i]);
        }
    if (!indexed)
        make_index();
    unsigned i = find_slot(key, n);
    return n && slots[i].label ? &charset_rows[slots[i].row] : NULL;
}
