/* signals.h - the supervisor's signals as bytes to read
 * The handler does nothing but write the signal's number into a pipe, so that a poll sees it, and so that
 * children inherit no blocked signals (a handler does not survive exec). */
#ifndef MILTER_SIGNALS_H
#define MILTER_SIGNALS_H

#include "base/err.h"

/* Catches TERM, INT, HUP, USR1, CHLD; ignores PIPE. *fd: non-blocking, to be polled; each byte is a signal's
 * number. */
int signals_catch(int *fd, struct err *e) MUST_CHECK;

#endif
