/* mailfile.h - a mail file as an MTA would hand it to a milter
 * Header fields with LF inside folded values, the space behind the colon kept; the body with CRLF. A leading
 * mbox line is dropped. The first line that is no field ends the header, as in Postfix. */
#ifndef TESTS_MILTER_MAILFILE_H
#define TESTS_MILTER_MAILFILE_H

#include "base/arena.h"
#include "base/err.h"

struct mail_field {
    struct slice name, value;
};

struct mail {
    struct mail_field *fields;
    size_t n_fields;
    struct slice body;
    size_t size; /* of the file */
};

int file_read(const char *path, struct arena *a, struct slice *text, struct err *e) MUST_CHECK;
void mail_parse(struct mail *m, struct slice text, struct arena *a);

#endif
