/* err.h - why something failed
 * Filled by the callee, owned by the caller, no allocation when failing. The kind answers mail's own
 * question: try again, or not. The text is one line without a final stop: what is wrong and, where known,
 * what to do. Content of mail is never an error.
 *
 * bug():   a broken invariant of ours; aborts. fatal(): cannot go on (no memory, bad start); exits with 70.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

enum err_kind {
    ERR_NONE,
    ERR_RETRY,  /* may work later: busy, no space, peer gone */
    ERR_INPUT,  /* what came from outside is wrong */
    ERR_CONFIG, /* the admin must change something */
    ERR_SYSTEM, /* a system call failed that should not */
};

struct err {
    enum err_kind kind;
    char text[200];
};

#define MUST_CHECK __attribute__((warn_unused_result))

/* Sets *e (NULL-safe) and returns -1, for `return err_set(e, ...)`. */
int err_set(struct err *e, enum err_kind kind, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* As err_set with ": strerror(errno)" behind; ENOSPC, EDQUOT, EAGAIN, ENFILE, EMFILE, ENOMEM give ERR_RETRY,
 * all else ERR_SYSTEM. */
int err_sys(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

void bug(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));
void fatal(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));

#endif
