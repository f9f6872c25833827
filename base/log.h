/* log.h - one line at a time, to syslog, a file or stderr
 * Every line is escaped here, not by callers: control characters, DEL, C1 controls and bytes that are not
 * UTF-8 become \xNN, so that nothing in a mail can end a line or talk to a terminal. Values that come from
 * outside are written with log_quote() so that they cannot pose as another field. A line is cut at
 * LOG_LINE_MAX bytes. Thread-safe after log_open. A child that inherits the descriptor logs with log_adopt.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/buf.h"
#include "base/err.h"

#define LOG_LINE_MAX 4096

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

/* dest: "syslog", "stderr", or an absolute path, appended to. program: the name in each line, static. */
int log_open(const char *dest, const char *program, struct err *e) MUST_CHECK;
/* The destination's descriptor for a child (-1: syslog); the child calls log_adopt with it. */
int log_fd(void);
void log_adopt(int fd, const char *program);
/* Opens a log file anew under its name (after rotation). No-op for the others. */
void log_reopen(void);
void log_set_level(enum log_level level);
enum log_level log_get_level(void); /* for a child, as log_fd */
/* Lines to stderr and files as SpamAssassin writes them: "Jan  2 10:00:00.000 [pid] dbg: area: text", in
 * local time. areas: of which debug lines, apart by commas, "all" for all of them, "noX" without X; the part
 * of a line before its first colon is its area. "" (as before): lines of our own, and all of them. Text is
 * copied; one of more than LOG_AREAS_MAX bytes is "all". Before threads, and before a sandbox. */
#define LOG_AREAS_MAX 500
void log_set_areas(const char *areas);
const char *log_get_areas(void); /* for a child */

void log_write(enum log_level level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
#define log_error(...) log_write(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warning(...) log_write(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_info(...) log_write(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...) log_write(LOG_LEVEL_DEBUG, __VA_ARGS__)

/* Adds s to b with unsafe bytes as \xNN, as a line is logged: for a terminal. */
void log_escape(struct buf *b, struct slice s);
/* Adds s to b as "..." with quotes and backslashes escaped and unsafe bytes as \xNN, cut at max bytes of s.
 */
void log_quote(struct buf *b, struct slice s, size_t max);

#endif
