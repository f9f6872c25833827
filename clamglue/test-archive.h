/* test-archive.h - archives for the tests of clamglue, written by libarchive */
#ifndef CLAMGLUE_TEST_ARCHIVE_H
#define CLAMGLUE_TEST_ARCHIVE_H

#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>
#include "base/buf.h"

struct member {
    const char *name;
    struct slice data;
};

/* A format ("zip", "7zip", "newc", "ustar", "raw" ...), a filter ("", "gzip", "zstd" ...), options or NULL.
 * False when this libarchive cannot write that. */
static bool archive_make(struct buf *b, const char *format, const char *filter, const char *options,
                         const struct member *members, size_t n)
{
    size_t room = 1 << 20, used = 0; /* an ISO image has much air in it */
    for (size_t i = 0; i < n; i++)
        room += 2 * members[i].data.n + 4096;
    char *bytes = malloc(room);
    struct archive *a = archive_write_new();
    bool ok = bytes && archive_write_set_format_by_name(a, format) == ARCHIVE_OK &&
              (filter[0] == 0 || archive_write_add_filter_by_name(a, filter) == ARCHIVE_OK) &&
              (options == NULL || archive_write_set_options(a, options) == ARCHIVE_OK);
    archive_write_set_bytes_in_last_block(a, 1);
    ok = ok && archive_write_open_memory(a, bytes, room, &used) == ARCHIVE_OK;
    for (size_t i = 0; ok && i < n; i++) {
        struct archive_entry *e = archive_entry_new();
        archive_entry_set_pathname(e, members[i].name);
        archive_entry_set_size(e, (la_int64_t)members[i].data.n);
        archive_entry_set_filetype(e, AE_IFREG);
        archive_entry_set_perm(e, 0644);
        ok = archive_write_header(a, e) == ARCHIVE_OK &&
             archive_write_data(a, members[i].data.p, members[i].data.n) == (la_ssize_t)members[i].data.n;
        archive_entry_free(e);
    }
    ok = archive_write_close(a) == ARCHIVE_OK && ok;
    archive_write_free(a);
    if (ok)
        buf_add(b, bytes, used);
    free(bytes);
    return ok;
}

#endif
