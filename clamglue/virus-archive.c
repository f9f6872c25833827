/* virus-archive.c - an archive or a signed file that libclamav does not open; see virus-priv.h */
#include "config.h"
#include "clamglue/virus-priv.h"

#include <stdio.h>
#include "clamglue/mail-like.h"
#include "clamglue/signed.h"
#include "clamglue/unpack.h"

/* What is read here is of class unchecked by its look; of 7z only libclamav could say that it did not open
 * it. */
static bool is_needed(const struct virus_scanner *v, const char *kind)
{
    return strcmp(kind, "7z") != 0 || hits_have_class(&v->hits, CLASS_UNCHECKED_UNSUPPORTED, "7z") ||
           hits_have_class(&v->hits, CLASS_UNCHECKED_UNSUPPORTED, "archive_member");
}

static void tell(struct virus_scanner *v, enum unpacked what, const char *where)
{
    if (what == UNPACKED_ENCRYPTED)
        hits_class(&v->hits, CLASS_UNCHECKED_ENCRYPTED, "archive_encrypted", where);
    else if (what == UNPACKED_BROKEN)
        hits_class(&v->hits, CLASS_UNCHECKED_UNSUPPORTED, "archive_member", where);
    else if (what == UNPACKED_LIMIT)
        virus_limit(v, "virus_limit_scan_size", where);
}

/* One file; false when there is no more to be had. */
static bool scan_member(struct virus_scanner *v, struct unpacker *u)
{
    struct unpacked_file file;
    char where[HIT_WHERE_MAX];
    enum unpacked what = unpack_next(u, &file);
    snprintf(where, sizeof(where), "%.120s%s%.70s", v->where, file.name[0] ? " > " : "", file.name);
    tell(v, what, where);
    if (file.bytes.n == 0)
        return what != UNPACKED_END;
    if (mail_like(file.bytes, file.name))
        virus_add_item(v, file.bytes, true, NULL, where);
    return virus_scan_part(v, file.bytes, file.name[0] ? file.name : NULL, where);
}

/* S/MIME: a part of a message; or a signed document, just as it is. */
static void read_signed(struct virus_scanner *v)
{
    struct slice content;
    bool broken, any = signed_content(v->now->bytes, &v->work, &content, &broken);
    if (broken)
        hits_class(&v->hits, CLASS_UNCHECKED_UNSUPPORTED, "p7m", v->where);
    if (!any)
        return;
    if (mail_like(content, NULL))
        virus_add_item(v, content, false, NULL, v->where);
    virus_scan_part(v, content, NULL, v->where);
}

void virus_read_archive(struct virus_scanner *v)
{
    const struct item *item = v->now;
    unsigned files = 0;
    if (strcmp(item->kind, "p7m") == 0) {
        read_signed(v);
        return;
    }
    if (!is_needed(v, item->kind))
        return;
    struct unpacker *u = unpack_open(item->bytes, item->kind, v->o->file_size, v->o->scan_size);
    while (u && scan_member(v, u))
        if (++files > v->o->files) {
            virus_limit(v, "virus_limit_files", v->where);
            break;
        }
    unpack_close(&u);
}
