/* answer.h - what the MTA is told of one recipient
 * The one place where a kind of outcome becomes an LMTP reply, an enhanced code (RFC 3463) and an exit code.
 * Postfix bounces on every exit code but 0, 71 and 75 (sysexits, pipe(8)), so only those of the table leave
 * the program; all faults of ours are 75. Text is one line of printable ASCII, cut at ANSWER_TEXT_MAX. */
#ifndef DELIVERY_ANSWER_H
#define DELIVERY_ANSWER_H

#include "base/err.h"
#include "base/slice.h"

#define ANSWER_TEXT_MAX 300

enum answer_kind {
    ANSWER_DONE,    /* stored and synced */
    ANSWER_FAULT,   /* ours, or the machine's: try again */
    ANSWER_FULL,    /* no space */
    ANSWER_QUOTA,   /* over quota; see ANSWER_OVER_QUOTA */
    ANSWER_BUSY,    /* a lock is held */
    ANSWER_MAILBOX, /* damaged, a symlink, of a foreign owner: the admin must look */
    ANSWER_CONFIG,
    ANSWER_LOOKUP, /* a source of users is out of order */
    ANSWER_NO_USER,
    ANSWER_ADDRESS, /* no address at all */
    ANSWER_SIZE,
    ANSWER_REFUSED,
    ANSWER_OVER_QUOTA, /* ANSWER_QUOTA where the admin wants it final */
    ANSWER_KINDS
};

struct answer_info {
    int reply;            /* LMTP */
    const char *enhanced; /* "4.3.1" */
    int exit_code;
};

extern const struct answer_info answers[ANSWER_KINDS];

struct answer {
    enum answer_kind kind;
    char text[ANSWER_TEXT_MAX + 1];
};

/* Always -1, for `return answer_set(...)`. */
int answer_set(struct answer *a, enum answer_kind kind, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* By errno, with its text behind: no space -> FULL, EDQUOT and EFBIG -> QUOTA, what only a changed or damaged
 * tree gives (ELOOP, ENOTDIR, EISDIR, EACCES, EPERM) -> MAILBOX, all else -> FAULT. errno is kept. */
int answer_sys(struct answer *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* By an error of a function left of us: RETRY and SYSTEM -> FAULT, CONFIG -> CONFIG, INPUT -> MAILBOX. */
int answer_err(struct answer *a, const struct err *e);

/* The worst of two, for one exit code of several recipients: what must be tried again before what is final.
 */
enum answer_kind answer_worse(enum answer_kind a, enum answer_kind b);

#endif
