/* type.c - what a file really is; see type.h
 * Types are compared by family, since "application/octet-stream" may be anything, a .docx is a zip archive,
 * and text is whatever is text. What differs is worth a note when one of the two is a program, or both are
 * known to be different things. */
#include "clamglue/type.h"

#include <magic.h>
#include <stdio.h>
#include <stdlib.h>

#define MAGIC_BYTES ((size_t)128 * 1024) /* more do not make it wiser */

struct type_reader {
    magic_t magic; /* NULL: there is none */
    char text[100];
};

/* families that are told apart; 0 is "may be anything" */
enum family { ANY, PROGRAM, ARCHIVE, OFFICE, PDF, IMAGE, AUDIO, VIDEO, TEXT, MAIL };

static const struct own {
    struct slice magic;
    const char *type;
} own[] = {
    { SLICE_INIT("MZ"), "application/x-msdownload" },
    { SLICE_INIT("\x7f"
                 "ELF"),
      "application/x-executable" },
    { SLICE_INIT("%PDF-"), "application/pdf" },
    { SLICE_INIT("PK\3\4"), "application/zip" },
    { SLICE_INIT("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "application/x-ole-storage" },
    { SLICE_INIT("\x89PNG\r\n\x1a\n"), "image/png" },
    { SLICE_INIT("\xff\xd8\xff"), "image/jpeg" },
    { SLICE_INIT("GIF8"), "image/gif" },
    { SLICE_INIT("\x1f\x8b\x08"), "application/gzip" },
    { SLICE_INIT("Rar!\x1a\7"), "application/x-rar" },
    { SLICE_INIT("7z\xbc\xaf\x27\x1c"), "application/x-7z-compressed" },
    { SLICE_INIT("{\\rtf"), "text/rtf" },
};

static const struct kin {
    struct slice head;
    enum family family;
} families[] = {
    { SLICE_INIT("application/octet-stream"), ANY },
    { SLICE_INIT("application/x-msdownload"), PROGRAM },
    { SLICE_INIT("application/x-dosexec"), PROGRAM },
    { SLICE_INIT("application/vnd.microsoft.portable-executable"), PROGRAM },
    { SLICE_INIT("application/x-ms"), PROGRAM },
    { SLICE_INIT("application/x-executable"), PROGRAM },
    { SLICE_INIT("application/x-pie-executable"), PROGRAM },
    { SLICE_INIT("application/x-sharedlib"), PROGRAM },
    { SLICE_INIT("application/x-mach-binary"), PROGRAM },
    { SLICE_INIT("application/pdf"), PDF },
    { SLICE_INIT("application/x-pdf"), PDF },
    { SLICE_INIT("application/zip"), ARCHIVE },
    { SLICE_INIT("application/x-zip"), ARCHIVE },
    { SLICE_INIT("application/gzip"), ARCHIVE },
    { SLICE_INIT("application/x-gzip"), ARCHIVE },
    { SLICE_INIT("application/x-rar"), ARCHIVE },
    { SLICE_INIT("application/vnd.rar"), ARCHIVE },
    { SLICE_INIT("application/x-7z"), ARCHIVE },
    { SLICE_INIT("application/x-tar"), ARCHIVE },
    { SLICE_INIT("application/x-bzip2"), ARCHIVE },
    { SLICE_INIT("application/x-xz"), ARCHIVE },
    { SLICE_INIT("application/vnd.ms-cab"), ARCHIVE },
    { SLICE_INIT("application/x-ole-storage"), OFFICE },
    { SLICE_INIT("application/msword"), OFFICE },
    { SLICE_INIT("application/vnd.ms-"), OFFICE },
    { SLICE_INIT("application/vnd.openxmlformats"), OFFICE },
    { SLICE_INIT("application/vnd.oasis"), OFFICE },
    { SLICE_INIT("text/rtf"), OFFICE },
    { SLICE_INIT("application/rtf"), OFFICE },
    { SLICE_INIT("image/svg"), TEXT },
    { SLICE_INIT("image/"), IMAGE },
    { SLICE_INIT("audio/"), AUDIO },
    { SLICE_INIT("video/"), VIDEO },
    { SLICE_INIT("message/"), MAIL },
    { SLICE_INIT("text/"), TEXT },
};

static enum family family_of(struct slice type)
{
    for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
        if (slice_istarts(type, families[i].head))
            return families[i].family;
    return ANY;
}

struct type_reader *type_reader_new(void)
{
    struct type_reader *r = calloc(1, sizeof(*r));
    if (r == NULL)
        return NULL;
    r->magic = magic_open(MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_TAR |
                          MAGIC_NO_CHECK_ELF | MAGIC_NO_CHECK_CDF | MAGIC_NO_CHECK_TOKENS);
    if (r->magic && magic_load(r->magic, NULL) != 0) {
        magic_close(r->magic);
        r->magic = NULL;
    }
    return r;
}

void type_reader_free(struct type_reader **r)
{
    if (*r == NULL)
        return;
    if ((*r)->magic)
        magic_close((*r)->magic);
    free(*r);
    *r = NULL;
}

static const char *own_type(struct slice bytes)
{
    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
        if (slice_starts(bytes, own[i].magic))
            return own[i].type;
    return NULL;
}

static bool looks_like_text(struct slice bytes)
{
    struct slice head = slice_sub(bytes, 0, 1024);
    for (size_t i = 0; i < head.n; i++)
        if ((unsigned char)head.p[i] < ' ' && !ascii_space(head.p[i]) && head.p[i] != '\f' &&
            head.p[i] != 0x1b)
            return false;
    return true;
}

const char *type_of(struct type_reader *r, struct slice bytes)
{
    const char *type = own_type(bytes);
    if (type == NULL && looks_like_text(bytes))
        type = "text/plain";
    if (type == NULL && r && r->magic)
        type = magic_buffer(r->magic, bytes.p, bytes.n < MAGIC_BYTES ? bytes.n : MAGIC_BYTES);
    if (type == NULL || r == NULL)
        return type ? type : "application/octet-stream";
    snprintf(r->text, sizeof(r->text), "%s", type);
    return r->text;
}

/* Office files are archives or OLE2 storages; so are .msi, .msg and others. */
static bool may_be(enum family declared, enum family real)
{
    if (declared == ANY || real == ANY || declared == real)
        return true;
    if (declared == OFFICE)
        return real == ARCHIVE || real == TEXT;
    if (declared == MAIL ||
        declared == TEXT) /* a text may have any encoding that looks like something else */
        return real == TEXT || real == MAIL;
    return (declared == ARCHIVE && real == OFFICE) || (declared == AUDIO && real == VIDEO) ||
           (declared == VIDEO && real == AUDIO);
}

const char *type_differs(struct type_reader *r, struct slice bytes, struct slice declared)
{
    enum family said = family_of(declared);
    if (bytes.n < 4 || (said == ANY && !slice_starts(bytes, SLICE("MZ"))))
        return NULL;
    if (said == TEXT && looks_like_text(bytes))
        return NULL;
    const char *real = type_of(r, bytes);
    enum family is = family_of(slice_str(real));
    if (is == PROGRAM && said == ANY) /* its own name is one of many */
        return slice_ieq(declared, SLICE("application/octet-stream")) ? NULL : real;
    return may_be(said, is) ? NULL : real;
}
