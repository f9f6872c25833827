/* mail-source.h - the messages that somebody named: files, directories, Maildirs, mboxes
 * A directory is read with all below it, in no order; names that begin with a dot and what is no file are
 * left out. "-" is standard input. Any size: messages go into a spool, one at a time.
 *
 * Two ways to say what a file is: MAIL_BY_CONTENT, where one that begins with "From " is an mbox, its
 * messages apart by an empty line and "From ", ">From " undone. And sa-learn's, by name: "*.mbox*" is an
 * mbox, all else one message; an mbox is cut at lines "From ADDRESS DATE"; in directories, deleted messages
 * of Maildirs (flag T) and MH (",1") are left out, and gzip is undone. */
#ifndef CLI_MAIL_SOURCE_H
#define CLI_MAIL_SOURCE_H

#include "message/spool.h"

struct mail_source;

enum mail_format {
    MAIL_BY_CONTENT,
    MAIL_WHOLE, /* one message, whatever it begins with; or a directory of such */
    /* sa-learn's */
    MAIL_BY_NAME,
    MAIL_FILE,
    MAIL_DIR,
    MAIL_MBOX, /* or a directory of mboxes */
    MAIL_MBX,  /* the same, in the format of UW IMAP */
};

struct mail_target {
    const char *path;
    enum mail_format format;
};

/* targets: n, borrowed. max: bytes of a message, longer ones are left out (MAIL_TOO_LONG); 0: none. */
struct mail_source *mail_source_new(const struct mail_target *targets, size_t n, uint64_t max);
void mail_source_free(struct mail_source **s);

enum { MAIL_END, MAIL_MESSAGE, MAIL_TOO_LONG };
/* The next message, into an open spool, finished by this. -1 *e: this one cannot be read, the next may.
 * *name: "file" or "mbox:3", until the next call; *target: its index. */
int mail_source_next(struct mail_source *s, struct spool *spool, const char **name, size_t *target,
                     struct err *e);

#endif
