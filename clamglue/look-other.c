/* look-other.c - containers known by their first bytes, and what of them nobody here opens; see look.h
 * One row a format. Whether libclamav opens it depends on its build and version (RAR needs a module that
 * Debian does not have), so no row says so: a container of which no file came was not opened. Formats whose
 * content need not be a file for libclamav (a tar of empty files, TNEF without attachment) are not here.
 * Where a file is encrypted as a whole its row says that instead. */
#include "clamglue/look.h"

enum { CONTAINER, ENCRYPTED };

static const struct format {
    size_t at;
    struct slice magic;
    const char *kind;
    int what;
} formats[] = {
#define ROW(at, magic, kind, what)                                                                           \
    {                                                                                                        \
        at, SLICE_INIT(magic), kind, what                                                                    \
    }
    /* archives */
    ROW(0, "Rar!\x1a\7", "rar", CONTAINER),
    ROW(0, "RE\x7e\x5e", "rar", CONTAINER), /* before version 1.50 */
    ROW(0, "7z\xbc\xaf\x27\x1c", "7z", CONTAINER),
    ROW(0, "\x60\xea", "arj", CONTAINER),
    ROW(7, "**ACE**", "ace", CONTAINER),
    ROW(2, "-lh", "lha", CONTAINER),
    ROW(2, "-lz", "lha", CONTAINER),
    ROW(2, "-pm", "lha", CONTAINER),
    ROW(0, "MSCF\0\0\0\0", "cab", CONTAINER),
    ROW(0, "ALZ\1", "alz", CONTAINER),
    ROW(0, "EGGA\0", "egg", CONTAINER),
    ROW(20, "\xdc\xa7\xc4\xfd", "zoo", CONTAINER),
    ROW(0, "ArC\1", "freearc", CONTAINER),
    ROW(0, "7kSt", "zpaq", CONTAINER),
    ROW(0, "zPQ\1", "zpaq", CONTAINER),
    ROW(0, "zPQ\2", "zpaq", CONTAINER),
    ROW(10, "rLau", "stuffit", CONTAINER),
    ROW(0, "StuffIt (c)", "stuffit", CONTAINER),
    ROW(0, "!<arch>\n", "ar", CONTAINER),
    ROW(0, "\xed\xab\xee\xdb", "rpm", CONTAINER),
    ROW(0, "xar!\0", "xar", CONTAINER),
    ROW(0, "MSWIM\0\0\0", "wim", CONTAINER),
    ROW(0, "WLPWM\0\0\0", "wim", CONTAINER),
    ROW(0, "hsqs", "squashfs", CONTAINER),
    ROW(0, "sqsh", "squashfs", CONTAINER),
    /* one file compressed */
    ROW(0, "\x1f\x8b\x08", "gzip", CONTAINER),
    ROW(0, "BZh", "bzip2", CONTAINER),
    ROW(0, "\xfd\x37zXZ\0", "xz", CONTAINER),
    ROW(0, "\x1f\x9d", "compress", CONTAINER),
    ROW(0, "\x1f\xa0", "compress", CONTAINER),
    ROW(0, "\x28\xb5\x2f\xfd", "zstd", CONTAINER),
    ROW(1, "\x2a\x4d\x18", "zstd", CONTAINER), /* a frame to be skipped first, zstd's or lz4's */
    ROW(0, "\x04\x22\x4d\x18", "lz4", CONTAINER),
    ROW(0, "\x02\x21\x4c\x18", "lz4", CONTAINER),
    ROW(0, "LZIP\1", "lzip", CONTAINER),
    ROW(0, "\x89LZO\0\r\n\x1a\n", "lzop", CONTAINER),
    ROW(0, "LRZI\0", "lrzip", CONTAINER),
    ROW(0, "RZIP\2", "rzip", CONTAINER),
    ROW(0, "SZDD\x88\xf0\x27\x33", "szdd", CONTAINER),
    ROW(0, "SZ \x88\xf0\x27\x33\xd1", "szdd", CONTAINER),
    ROW(0, "KWAJ\x88\xf0\x27\xd1", "kwaj", CONTAINER),
    /* disks and mail stores that open with a click */
    ROW(0, "vhdxfile", "vhdx", CONTAINER),
    ROW(0, "conectix", "vhd", CONTAINER),
    ROW(0, "KDMV\1\0", "vmdk", CONTAINER),
    ROW(0, "QFI\xfb", "qcow", CONTAINER),
    ROW(0, "!BDN", "pst", CONTAINER),
    ROW(0, "\xcf\xad\x12\xfe", "dbx", CONTAINER),
    /* no key, no look inside */
    ROW(0, "-----BEGIN PGP MESSAGE-----", "pgp_encrypted", ENCRYPTED),
    ROW(0, "age-encryption.org/v1\n", "age_encrypted", ENCRYPTED),
    ROW(0, "-----BEGIN AGE ENCRYPTED FILE-----", "age_encrypted", ENCRYPTED),
    ROW(0, "Salted__", "openssl_encrypted", ENCRYPTED),
    ROW(0, "AES\2\0", "aescrypt_encrypted", ENCRYPTED),
    ROW(0, "\3\xd9\xa2\x9a\x67\xfb\x4b\xb5", "keepass_encrypted", ENCRYPTED),
#undef ROW
};

static bool row_fits(const struct format *f, struct slice bytes)
{
    return bytes.n >= f->at && slice_starts(slice_from(bytes, f->at), f->magic);
}

static void take_row(struct look *l, const struct format *f)
{
    l->kind = f->kind;
    if (f->what == ENCRYPTED)
        look_add(l, CLASS_UNCHECKED_ENCRYPTED, f->kind);
    else
        l->container = true;
}

/* ---- formats whose first bytes are too few, or not all */

/* Two bytes are met by chance: the header's size and a name must make sense, too. */
static bool is_arj(struct slice b)
{
    unsigned size = look_u16(b, 2);
    return size >= 30 && size <= 2600 && look_u8(b, 4) >= 30 && look_u8(b, 4) <= size;
}

static bool is_lha(struct slice b)
{
    return look_u8(b, 6) == '-' && look_u8(b, 20) <= 3;
}

/* "BZh", level, and the mark of a block or of the end. */
static bool is_bzip2(struct slice b)
{
    return look_u8(b, 3) >= '1' && look_u8(b, 3) <= '9' &&
           (slice_eq(slice_sub(b, 4, 6), SLICE("1AY&SY")) ||
            slice_eq(slice_sub(b, 4, 6), SLICE("\x17\x72\x45\x38\x50\x90")));
}

static bool is_doubtful(const struct format *f, struct slice b)
{
    if (strcmp(f->kind, "arj") == 0)
        return !is_arj(b);
    if (strcmp(f->kind, "lha") == 0)
        return !is_lha(b);
    if (strcmp(f->kind, "bzip2") == 0)
        return !is_bzip2(b);
    if (strcmp(f->kind, "zstd") == 0)
        return f->at == 1 && (look_u8(b, 0) & 0xf0) != 0x50;
    if (strcmp(f->kind, "compress") == 0)
        return b.n < 4 || (look_u8(b, 1) == 0x9d && (look_u8(b, 2) & 0x1f) > 16);
    return false;
}

/* LZMA of the LZMA SDK has no magic: properties (by default 0x5d, and streams of Office begin with any
 * others), size of the dictionary (a power of two, or half more), size of the file or -1, and a first byte
 * that is always 0. */
static bool is_lzma(struct slice b)
{
    uint32_t dictionary = look_u32(b, 1), top = dictionary;
    uint64_t size = look_u32(b, 5) | (uint64_t)look_u32(b, 9) << 32;
    if (b.n < 18 || look_u8(b, 0) != 0x5d || look_u8(b, 13) != 0 || dictionary < 4096)
        return false;
    while (top > 3)
        top >>= 1;
    bool rounded =
        (dictionary & (dictionary - 1)) == 0 || (top == 3 && (dictionary & (dictionary / 3 - 1)) == 0);
    return rounded && (size == UINT64_MAX || size < (uint64_t)1 << 38);
}

/* libclamav stops behind the first of several streams, bunzip2 does not. */
static void check_bzip2(struct look *l, struct slice b)
{
    ptrdiff_t at;
    b = slice_from(b, 4);
    while ((at = slice_find(b, SLICE("BZh"))) >= 0) {
        b = slice_from(b, (size_t)at);
        if (is_bzip2(b))
            look_add(l, CLASS_UNCHECKED_UNSUPPORTED, "bzip2_streams");
        b = slice_from(b, 3);
    }
}

/* OpenPGP packets, binary: a session key for somebody (version 3, 6) or for a password (4, 5). RFC 9580 5.1.
 */
static bool is_pgp(struct slice b)
{
    unsigned tag = look_u8(b, 0), length = look_u8(b, 1);
    if ((tag == 0x84 || tag == 0xc1) && length < 192)
        return look_u8(b, 2) == 3 && length > 60;
    if (tag == 0x85)
        return look_u8(b, 3) == 3 && look_u16(b, 1) != 0 && look_u8(b, 1) < 8;
    if (tag == 0xc1 && length < 224)
        return look_u8(b, 3) == 3;
    return (tag == 0x8c || tag == 0xc3) && look_u8(b, 2) == 4 && length > 3 && length < 64;
}

static bool name_ends(const char *name, const char *tail)
{
    return name && slice_iends(slice_str(name), slice_str(tail));
}

/* ODF: the password is in no header of the zip, but its manifest tells. */
static bool is_odf_manifest(struct slice b, const char *name)
{
    return name_ends(name, "manifest.xml") && slice_find(b, SLICE("encryption-data")) >= 0;
}

/* OpenPGP that is no secret: gpg gives out the file that is signed or compressed in it. Too few bits to be
 * told without a name. */
static bool is_pgp_file(struct slice b, const char *name)
{
    static const char *const endings[] = { ".pgp", ".gpg", ".asc" };
    unsigned first = look_u8(b, 0), tag = first & 0x40 ? first & 0x3f : first >> 2 & 15;
    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
        if (name_ends(name, endings[i]))
            return slice_starts(b, SLICE("-----BEGIN PGP ARMORED FILE")) ||
                   (first >= 0x80 && (tag == 4 || tag == 8 || tag == 10 || tag == 11));
    return false;
}

bool look_other(struct look *l, struct slice bytes, const char *name)
{
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]) && l->kind == NULL; i++)
        if (row_fits(&formats[i], bytes) && !is_doubtful(&formats[i], bytes))
            take_row(l, &formats[i]);
    if (l->kind && strcmp(l->kind, "bzip2") == 0)
        check_bzip2(l, bytes);
    if (l->kind)
        return true;
    if (is_lzma(bytes) || name_ends(name, ".lzma") || name_ends(name, ".tlz")) {
        l->kind = "lzma";
        l->container = true;
    } else if (name_ends(name, ".br")) { /* brotli has no mark at all */
        l->kind = "brotli";
        l->container = true;
    } else if (is_pgp(bytes)) {
        l->kind = "pgp_encrypted";
        look_add(l, CLASS_UNCHECKED_ENCRYPTED, l->kind);
    } else if (is_pgp_file(bytes, name)) {
        l->kind = "pgp";
        look_add(l, CLASS_UNCHECKED_UNSUPPORTED, l->kind);
    } else if (is_odf_manifest(bytes, name))
        look_add(l, CLASS_UNCHECKED_ENCRYPTED, "odf_encrypted");
    return l->kind != NULL;
}

/* An archive behind a program that unpacks it, or behind anything else: the programs look for it. RAR 1.5 to
 * 4: the first block is the archive's header (0x73); RAR 5: a block of type 1. */
static bool has_rar(struct slice b)
{
    ptrdiff_t at;
    for (; (at = slice_find(b, SLICE("Rar!\x1a\7"))) >= 0; b = slice_from(b, 6)) {
        b = slice_from(b, (size_t)at);
        if ((look_u8(b, 6) == 0 && look_u8(b, 9) == 0x73) ||
            (look_u8(b, 6) == 1 && look_u8(b, 7) == 0 && look_u8(b, 13) == 1))
            return true;
    }
    return false;
}

bool look_rar_inside(struct look *l, struct slice bytes)
{
    if (!has_rar(bytes))
        return false;
    l->kind = "rar";
    look_add(l, CLASS_UNCHECKED_UNSUPPORTED, "rar_inside");
    return true;
}
