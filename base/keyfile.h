/* keyfile.h - a secret of 32 bytes in a file of its own
 * Made from the kernel's random bytes when it is not there, on disk before it is used, never half there. */
#ifndef BASE_KEYFILE_H
#define BASE_KEYFILE_H

#include <stddef.h>
#include "base/err.h"

#define KEYFILE_BYTES 32

/* What is refused: a file of another size, or with permissions that `forbidden` has (077: only the owner may
 * read it): ERR_CONFIG. The file is made with mode 0600. */
int keyfile_open(int directory, const char *name, unsigned forbidden, unsigned char key[KEYFILE_BYTES],
                 struct err *e) MUST_CHECK;
/* A secret of other form into a new file: on disk when it returns 0. A file of that name stays as it is
 * (ERR_INPUT). */
int keyfile_write(int directory, const char *name, const void *bytes, size_t n, struct err *e) MUST_CHECK;
/* The same for a file that must be there; name: for the error. */
int keyfile_read(int fd, const char *name, unsigned forbidden, unsigned char key[KEYFILE_BYTES],
                 struct err *e) MUST_CHECK;

#endif
