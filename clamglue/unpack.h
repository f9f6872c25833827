/* unpack.h - containers that libclamav does not open, by libarchive
 * RAR (4 and 5), 7z with other methods, zip whose headers are not clear, zstd, lz4, lzip, lzma, compress, ar
 * (.deb), rpm. What comes out is scanned like any other file, so that a virus in it is called by its name;
 * that does not make the container a checked one: libarchive's reading is one of several (look.h says the
 * class). Formats and filters are named one by one: some of libarchive's start programs.
 *
 * Input: a whole file, hostile, kept by the caller. Output: files, in memory of the unpacker's own until the
 * next one. Limits: bytes of one file, and of all. Fails: by what unpack_next returns. */
#ifndef CLAMGLUE_UNPACK_H
#define CLAMGLUE_UNPACK_H

#include "base/slice.h"

struct unpacker;

enum unpacked {
    UNPACKED_END,
    UNPACKED_FILE,
    UNPACKED_ENCRYPTED, /* a file with a password (bytes are empty), or the whole list of them */
    UNPACKED_BROKEN,    /* a file that cannot be read to its end (bytes: as far as they went) */
    UNPACKED_LIMIT,     /* cut at a limit (bytes: up to there) */
};

struct unpacked_file {
    char name[200];
    struct slice bytes;
};

/* kind: as look.h names it; NULL when libarchive has nothing for it, or there is no memory. one, all: bytes.
 */
struct unpacker *unpack_open(struct slice bytes, const char *kind, size_t one, size_t all);
/* Folders and empty files are left out. After anything but FILE, ENCRYPTED and BROKEN there is no more. */
enum unpacked unpack_next(struct unpacker *u, struct unpacked_file *file);
void unpack_close(struct unpacker **u);
bool unpack_knows(const char *kind);

#endif
