/* err.c - why something failed; see err.h */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/log.h"

int err_set(struct err *e, enum err_kind kind, const char *fmt, ...)
{
    if (e == NULL)
        return -1;
    va_list ap;
    va_start(ap, fmt);
    e->kind = kind;
    vsnprintf(e->text, sizeof(e->text), fmt, ap);
    va_end(ap);
    return -1;
}

static enum err_kind kind_of(int number)
{
    switch (number) {
    case ENOSPC:
    case EDQUOT:
    case EAGAIN:
    case ENFILE:
    case EMFILE:
    case ENOMEM: return ERR_RETRY;
    default: return ERR_SYSTEM;
    }
}

int err_sys(struct err *e, const char *fmt, ...)
{
    int number = errno;
    if (e == NULL)
        return -1;
    va_list ap;
    va_start(ap, fmt);
    e->kind = kind_of(number);
    vsnprintf(e->text, sizeof(e->text), fmt, ap);
    va_end(ap);
    size_t n = strlen(e->text);
    snprintf(e->text + n, sizeof(e->text) - n, ": %s", strerror(number));
    return -1;
}

static void say(const char *what, const char *fmt, va_list ap)
{
    char text[400];
    vsnprintf(text, sizeof(text), fmt, ap);
    log_error("%s: %s", what, text);
}

void bug(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    say("bug", fmt, ap);
    va_end(ap);
    abort();
}

void fatal(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    say("fatal", fmt, ap);
    va_end(ap);
    _exit(70); /* EX_SOFTWARE */
}
