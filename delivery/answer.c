/* answer.c - what the MTA is told of one recipient; see answer.h */
#include "delivery/answer.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#define EX_OK 0
#define EX_NOUSER 67
#define EX_UNAVAILABLE 69
#define EX_TEMPFAIL 75
#define EX_NOPERM 77

const struct answer_info answers[ANSWER_KINDS] = {
    [ANSWER_DONE] = { 250, "2.1.5", EX_OK },
    [ANSWER_FAULT] = { 451, "4.3.0", EX_TEMPFAIL },
    [ANSWER_FULL] = { 452, "4.3.1", EX_TEMPFAIL },
    [ANSWER_QUOTA] = { 452, "4.2.2", EX_TEMPFAIL },
    [ANSWER_BUSY] = { 451, "4.2.0", EX_TEMPFAIL },
    [ANSWER_MAILBOX] = { 451, "4.2.0", EX_TEMPFAIL },
    [ANSWER_CONFIG] = { 451, "4.3.5", EX_TEMPFAIL },
    [ANSWER_LOOKUP] = { 451, "4.3.0", EX_TEMPFAIL },
    [ANSWER_NO_USER] = { 550, "5.1.1", EX_NOUSER },
    [ANSWER_ADDRESS] = { 553, "5.1.3", EX_NOUSER },
    [ANSWER_SIZE] = { 552, "5.3.4", EX_UNAVAILABLE },
    [ANSWER_REFUSED] = { 550, "5.7.1", EX_NOPERM },
    [ANSWER_OVER_QUOTA] = { 552, "5.2.2", EX_UNAVAILABLE },
};

static void make_printable(char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < ' ' || (unsigned char)*text >= 0x7f)
            *text = '?';
}

static void set(struct answer *a, enum answer_kind kind, const char *fmt, va_list ap)
{
    a->kind = kind;
    vsnprintf(a->text, sizeof(a->text), fmt, ap);
    make_printable(a->text);
}

int answer_set(struct answer *a, enum answer_kind kind, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    set(a, kind, fmt, ap);
    va_end(ap);
    return -1;
}

static enum answer_kind kind_of(int why)
{
    switch (why) {
    case ENOSPC: return ANSWER_FULL;
    case EDQUOT:
    case EFBIG: return ANSWER_QUOTA;
    case ELOOP:
    case ENOTDIR:
    case EISDIR:
    case EACCES:
    case EPERM: return ANSWER_MAILBOX;
    default: return ANSWER_FAULT;
    }
}

int answer_sys(struct answer *a, const char *fmt, ...)
{
    int why = errno;
    va_list ap;
    va_start(ap, fmt);
    set(a, kind_of(why), fmt, ap);
    va_end(ap);
    size_t n = strlen(a->text);
    snprintf(a->text + n, sizeof(a->text) - n, ": %s", strerror(why));
    errno = why;
    return -1;
}

int answer_err(struct answer *a, const struct err *e)
{
    static const enum answer_kind kinds[] = {
        [ERR_NONE] = ANSWER_FAULT,    [ERR_RETRY] = ANSWER_FAULT,  [ERR_INPUT] = ANSWER_MAILBOX,
        [ERR_CONFIG] = ANSWER_CONFIG, [ERR_SYSTEM] = ANSWER_FAULT,
    };
    return answer_set(a, kinds[e->kind], "%s", e->text);
}

/* 0: done, 1: final, 2: to be tried again. */
static int weight(enum answer_kind kind)
{
    return answers[kind].exit_code == EX_TEMPFAIL ? 2 : kind != ANSWER_DONE;
}

enum answer_kind answer_worse(enum answer_kind a, enum answer_kind b)
{
    return weight(b) > weight(a) ? b : a;
}
