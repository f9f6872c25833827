/* unpack.c - containers that libclamav does not open, by libarchive; see unpack.h */
#include "config.h"
#include "clamglue/unpack.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>
#include <stdlib.h>

#define BLOCK 65536
#define READINGS 2

typedef int support_fn(struct archive *a);

/* Two readings of a format one after the other where readers differ; a filter with what lies in it. */
static const struct format {
    const char *kind;
    support_fn *readings[READINGS];
    support_fn *filter;
} formats[] = {
    { "rar", { archive_read_support_format_rar, archive_read_support_format_rar5 }, NULL },
    { "7z", { archive_read_support_format_7zip }, NULL },
    { "zip", { archive_read_support_format_zip_seekable, archive_read_support_format_zip_streamable }, NULL },
    { "tar", { archive_read_support_format_tar }, NULL },
    { "ar", { archive_read_support_format_ar }, NULL },
    { "rpm", { archive_read_support_format_cpio }, archive_read_support_filter_rpm },
    { "zstd", { archive_read_support_format_raw }, archive_read_support_filter_zstd },
    { "lz4", { archive_read_support_format_raw }, archive_read_support_filter_lz4 },
    { "lzip", { archive_read_support_format_raw }, archive_read_support_filter_lzip },
    { "lzma", { archive_read_support_format_raw }, archive_read_support_filter_lzma },
    { "compress", { archive_read_support_format_raw }, archive_read_support_filter_compress },
    { "bzip2", { archive_read_support_format_raw }, archive_read_support_filter_bzip2 },
};

struct unpacker {
    const struct format *format;
    unsigned reading;
    struct archive *archive; /* NULL: no more */
    struct slice input;
    size_t one, all; /* all: what is left of it */
    char *bytes;
    size_t n, room;
};

static const struct format *find(const char *kind)
{
    for (size_t i = 0; kind && i < sizeof(formats) / sizeof(formats[0]); i++)
        if (strcmp(formats[i].kind, kind) == 0)
            return &formats[i];
    return NULL;
}

bool unpack_knows(const char *kind)
{
    return find(kind) != NULL;
}

/* What rpm packages are compressed with. */
static support_fn *const inner_filters[] = { archive_read_support_filter_gzip,
                                             archive_read_support_filter_bzip2,
                                             archive_read_support_filter_xz, archive_read_support_filter_lzma,
                                             archive_read_support_filter_zstd };

/* ARCHIVE_WARN: it would start a program. */
static bool set_up(struct archive *a, const struct format *f, unsigned reading)
{
    if (f->readings[reading](a) != ARCHIVE_OK || (f->filter && f->filter(a) != ARCHIVE_OK))
        return false;
    for (size_t i = 0; i < sizeof(inner_filters) / sizeof(inner_filters[0]); i++)
        if (strcmp(f->kind, "rpm") == 0 && inner_filters[i](a) != ARCHIVE_OK)
            return false;
    return true;
}

static void close_reading(struct unpacker *u)
{
    if (u->archive)
        archive_read_free(u->archive);
    u->archive = NULL;
}

static bool open_reading(struct unpacker *u)
{
    u->archive = archive_read_new();
    if (u->archive && set_up(u->archive, u->format, u->reading) &&
        archive_read_open_memory(u->archive, u->input.p, u->input.n) == ARCHIVE_OK)
        return true;
    close_reading(u);
    return false;
}

static bool next_reading(struct unpacker *u)
{
    close_reading(u);
    while (++u->reading < READINGS && u->format->readings[u->reading])
        if (open_reading(u))
            return true;
    return false;
}

struct unpacker *unpack_open(struct slice bytes, const char *kind, size_t one, size_t all)
{
    struct unpacker *u = find(kind) ? calloc(1, sizeof(*u)) : NULL;
    if (u == NULL)
        return NULL;
    u->format = find(kind);
    u->input = bytes;
    u->one = one;
    u->all = all;
    if (!open_reading(u))
        next_reading(u);
    return u;
}

void unpack_close(struct unpacker **u)
{
    if (*u == NULL)
        return;
    close_reading(*u);
    free((*u)->bytes);
    free(*u);
    *u = NULL;
}

static bool make_room(struct unpacker *u)
{
    if (u->room - u->n >= BLOCK)
        return true;
    size_t room = u->room ? 2 * u->room : 4 * BLOCK;
    char *bytes = realloc(u->bytes, room);
    if (bytes == NULL)
        return false;
    u->bytes = bytes;
    u->room = room;
    return true;
}

/* The data of the entry at hand. */
static enum unpacked read_data(struct unpacker *u)
{
    u->n = 0;
    for (;;) {
        if (u->n > u->one || u->n > u->all || !make_room(u))
            return UNPACKED_LIMIT;
        la_ssize_t n = archive_read_data(u->archive, u->bytes + u->n, BLOCK);
        if (n <= 0)
            return n == 0 ? UNPACKED_FILE : UNPACKED_BROKEN;
        u->n += (size_t)n;
    }
}

static void keep_name(struct unpacked_file *file, struct archive_entry *entry)
{
    const char *name = archive_entry_pathname(entry); /* NULL for what cannot be converted */
    snprintf(file->name, sizeof(file->name), "%s", name && strcmp(name, "data") != 0 ? name : "");
}

static enum unpacked read_entry(struct unpacker *u, struct archive_entry *entry, struct unpacked_file *file)
{
    keep_name(file, entry);
    file->bytes = slice_of(NULL, 0);
    if (archive_entry_is_encrypted(entry))
        return UNPACKED_ENCRYPTED;
    enum unpacked result = read_data(u);
    file->bytes = slice_of(u->bytes, u->n);
    u->all -= u->n < u->all ? u->n : u->all;
    if (result == UNPACKED_LIMIT)
        close_reading(u);
    return result;
}

/* The reading at hand is over: was it its end? The other format of a kind that has two does not fit: that is
 * no news. */
static enum unpacked end_reading(struct unpacker *u, int rc)
{
    bool encrypted = archive_read_has_encrypted_entries(u->archive) > 0;
    bool fits =
        archive_read_header_position(u->archive) > 0 || archive_file_count(u->archive) > 0 || encrypted;
    next_reading(u);
    if (rc == ARCHIVE_EOF || !fits)
        return UNPACKED_END;
    return encrypted ? UNPACKED_ENCRYPTED : UNPACKED_BROKEN;
}

enum unpacked unpack_next(struct unpacker *u, struct unpacked_file *file)
{
    struct archive_entry *entry;
    memset(file, 0, sizeof(*file));
    while (u->archive) {
        int rc = archive_read_next_header(u->archive, &entry);
        enum unpacked result;
        if (rc != ARCHIVE_OK && rc != ARCHIVE_WARN)
            result = end_reading(u, rc);
        else if (archive_entry_filetype(entry) == AE_IFDIR)
            continue;
        else
            result = read_entry(u, entry, file);
        if (result != UNPACKED_END && (result != UNPACKED_FILE || file->bytes.n))
            return result;
    }
    return UNPACKED_END;
}
