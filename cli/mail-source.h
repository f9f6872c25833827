/* mail-source.h - the messages that somebody named: files, directories, Maildirs, mboxes
 * A directory is read with all below it, in no order; names that begin with a dot and what is no file are
 * left out. A file that begins with "From " is an mbox: its messages one by one, ">From " undone; "-" is
 * standard input. Any size: messages go into a spool, one at a time. */
#ifndef CLI_MAIL_SOURCE_H
#define CLI_MAIL_SOURCE_H

#include "message/spool.h"

struct mail_source;

/* paths: NULL-terminated, borrowed. whole: each file is one message, whatever it begins with. */
struct mail_source *mail_source_new(const char *const *paths, bool whole);
void mail_source_free(struct mail_source **s);
/* The next message, into an open spool, finished by this: 1; 0 at the end; -1 *e: this one cannot be read,
 * the next may. *name: "file" or "mbox:3", until the next call; *path: index in paths. */
int mail_source_next(struct mail_source *s, struct spool *spool, const char **name, size_t *path,
                     struct err *e);

#endif
