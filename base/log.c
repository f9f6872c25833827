/* log.c - one line at a time; see log.h
 * A line is formatted on the stack, escaped on the stack and written by one write(2) in append mode, so lines
 * of several threads and processes do not mix. Before log_open lines go to stderr. A failed write is not
 * reported: there is nowhere to report it. */
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

enum log_dest { DEST_STDERR, DEST_FILE, DEST_SYSLOG };

static struct {
    enum log_dest kind;
    int fd;
    enum log_level level;
    const char *program;
    char *path;
    pthread_mutex_t lock; /* for reopening */
} log_state = { DEST_STDERR, STDERR_FILENO, LOG_LEVEL_INFO, "tamis", NULL, PTHREAD_MUTEX_INITIALIZER };

static int open_file(const char *path)
{
    return open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, 0640);
}

int log_open(const char *dest, const char *program, struct err *e)
{
    log_state.program = program;
    if (strcmp(dest, "stderr") == 0) {
        log_state.kind = DEST_STDERR;
        log_state.fd = STDERR_FILENO;
        return 0;
    }
    if (strcmp(dest, "syslog") == 0) {
        openlog(program, LOG_PID | LOG_NDELAY, LOG_MAIL);
        log_state.kind = DEST_SYSLOG;
        log_state.fd = -1;
        return 0;
    }
    if (dest[0] != '/')
        return err_set(e, ERR_CONFIG, "log = %s: write syslog, stderr or an absolute path", dest);
    int fd = open_file(dest);
    if (fd < 0)
        return err_sys(e, "log file %s", dest);
    log_state.kind = DEST_FILE;
    log_state.fd = fd;
    free(log_state.path);
    log_state.path = strdup(dest);
    return 0;
}

int log_fd(void)
{
    return log_state.fd;
}

void log_adopt(int fd, const char *program)
{
    log_state.program = program;
    log_state.fd = fd;
    log_state.kind = fd < 0 ? DEST_SYSLOG : fd == STDERR_FILENO ? DEST_STDERR : DEST_FILE;
    if (fd < 0)
        openlog(program, LOG_PID | LOG_NDELAY, LOG_MAIL);
}

void log_reopen(void)
{
    if (log_state.kind != DEST_FILE || log_state.path == NULL)
        return;
    pthread_mutex_lock(&log_state.lock);
    int fd = open_file(log_state.path);
    if (fd >= 0) {
        dup3(fd, log_state.fd, O_CLOEXEC); /* the number stays: children and threads hold it */
        close(fd);
    }
    pthread_mutex_unlock(&log_state.lock);
}

void log_set_level(enum log_level level)
{
    log_state.level = level;
}

/* Bytes of a UTF-8 sequence at p that may be shown as they are (no control, no surrogate), 0 if none. */
static size_t printable(const unsigned char *p, size_t n)
{
    if (p[0] < 0x80)
        return p[0] >= 0x20 && p[0] != 0x7f ? 1 : 0;
    size_t len = p[0] >= 0xc2 && p[0] < 0xe0   ? 2
                 : p[0] >= 0xe0 && p[0] < 0xf0 ? 3
                 : p[0] >= 0xf0 && p[0] < 0xf5 ? 4
                                               : 0;
    if (len == 0 || len > n)
        return 0;
    for (size_t i = 1; i < len; i++)
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    if (p[0] == 0xc2 && p[1] < 0xa0) /* C1 controls */
        return 0;
    if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] >= 0x90))
        return 0; /* overlong, or past U+10FFFF */
    if (p[0] == 0xed && p[1] >= 0xa0)
        return 0;
    if (p[0] == 0xe2 && p[1] == 0x80 &&
        (p[2] == 0xa8 || p[2] == 0xa9 || (p[2] >= 0x8e && p[2] <= 0x8f) || (p[2] >= 0xaa && p[2] <= 0xae)))
        return 0; /* line and paragraph separators, directional controls */
    if (p[0] == 0xe2 && p[1] == 0x81 && p[2] >= 0xa6 && p[2] <= 0xa9)
        return 0; /* directional isolates */
    return len;
}

static void escape(struct buf *b, struct slice s, const char *also)
{
    for (size_t i = 0; i < s.n;) {
        size_t len = printable((const unsigned char *)s.p + i, s.n - i);
        if (len == 0) {
            buf_printf(b, "\\x%02x", (unsigned char)s.p[i++]);
            continue;
        }
        if (len == 1 && strchr(also, s.p[i]))
            buf_add_char(b, '\\');
        buf_add(b, s.p + i, len);
        i += len;
    }
}

void log_escape(struct buf *b, struct slice s)
{
    escape(b, s, "");
}

void log_quote(struct buf *b, struct slice s, size_t max)
{
    buf_add_char(b, '"');
    escape(b, slice_sub(s, 0, max), "\"\\");
    buf_add_str(b, s.n > max ? "...\"" : "\"");
}

static void write_stamped(const char *level, struct slice line)
{
    char out[LOG_LINE_MAX + 200], stamp[40];
    struct timespec now;
    struct tm tm;
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &tm);
    strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%S", &tm);
    int n = snprintf(out, sizeof(out), "%s.%03ldZ %s[%d]: %s%.*s\n", stamp, now.tv_nsec / 1000000,
                     log_state.program, (int)getpid(), level, SLICE_ARG(line));
    ssize_t done;
    do
        done = write(log_state.fd, out, (size_t)n);
    while (done < 0 && errno == EINTR);
}

void log_write(enum log_level level, const char *fmt, ...)
{
    static const char *const words[] = { "error: ", "warning: ", "", "debug: " };
    static const int priorities[] = { LOG_ERR, LOG_WARNING, LOG_INFO, LOG_DEBUG };
    if (level > log_state.level)
        return;
    int saved = errno;
    char raw[LOG_LINE_MAX], *line = raw;
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(raw, sizeof(raw), fmt, ap);
    va_end(ap);
    size_t len = n < 0 ? 0 : (size_t)n < sizeof(raw) ? (size_t)n : sizeof(raw) - 1;
    char clean[LOG_LINE_MAX];
    struct buf b = { .p = clean, .cap = sizeof(clean), .max = sizeof(clean) - 5 };
    clean[0] = 0;
    escape(&b, slice_of(line, len), "");
    if (log_state.kind == DEST_SYSLOG)
        syslog(priorities[level], "%s%s", words[level], clean);
    else
        write_stamped(words[level], buf_slice(&b));
    errno = saved;
}
