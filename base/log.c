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
    _Atomic int level; /* changed by a reload while others log */
    const char *program;
    char *path;
    pthread_mutex_t lock; /* for reopening */
    char areas[LOG_AREAS_MAX + 1];
} log_state = {
    .fd = STDERR_FILENO, .level = LOG_LEVEL_INFO, .program = "tamis", .lock = PTHREAD_MUTEX_INITIALIZER
};

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
    log_state.level = (int)level;
}

enum log_level log_get_level(void)
{
    return (enum log_level)log_state.level;
}

void log_set_areas(const char *areas)
{
    snprintf(log_state.areas, sizeof(log_state.areas), "%s", strlen(areas) > LOG_AREAS_MAX ? "all" : areas);
    tzset(); /* reads a file, which later may be forbidden */
}

const char *log_get_areas(void)
{
    return log_state.areas;
}

static bool area_wanted(struct slice line)
{
    ptrdiff_t colon = slice_chr(line, ':');
    struct slice area = slice_sub(line, 0, colon < 0 ? 0 : (size_t)colon), rest = slice_str(log_state.areas);
    bool all = rest.n == 0;
    for (struct slice word; slice_cut(&rest, ',', &word);) {
        bool no = slice_istarts(word, SLICE("no"));
        if (slice_eq(no ? slice_from(word, 2) : word, area))
            return !no;
        all |= slice_eq(word, SLICE("all"));
    }
    return all;
}

static int stamp_own(char *out, size_t max, const struct timespec *now, enum log_level level)
{
    static const char *const words[] = { "error: ", "warning: ", "", "debug: " };
    char stamp[40];
    struct tm tm;
    gmtime_r(&now->tv_sec, &tm);
    strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%S", &tm);
    return snprintf(out, max, "%s.%03ldZ %s[%d]: %s", stamp, now->tv_nsec / 1000000, log_state.program,
                    (int)getpid(), words[level]);
}

static int stamp_theirs(char *out, size_t max, const struct timespec *now, enum log_level level)
{
    static const char *const words[] = { "error", "warn", "info", "dbg" };
    char stamp[40];
    struct tm tm;
    localtime_r(&now->tv_sec, &tm);
    strftime(stamp, sizeof(stamp), "%b %e %H:%M:%S", &tm);
    return snprintf(out, max, "%s.%03ld [%d] %s: ", stamp, now->tv_nsec / 1000000, (int)getpid(),
                    words[level]);
}

static void write_stamped(enum log_level level, struct slice line)
{
    char out[LOG_LINE_MAX + 200];
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    int n = *log_state.areas ? stamp_theirs(out, sizeof(out), &now, level)
                             : stamp_own(out, sizeof(out), &now, level);
    n += snprintf(out + n, sizeof(out) - (size_t)n, "%.*s\n", SLICE_ARG(line));
    ssize_t done;
    do
        done = write(log_state.fd, out, (size_t)n);
    while (done < 0 && errno == EINTR);
}

void log_write(enum log_level level, const char *fmt, ...)
{
    static const char *const words[] = { "error: ", "warning: ", "", "debug: " };
    static const int priorities[] = { LOG_ERR, LOG_WARNING, LOG_INFO, LOG_DEBUG };
    if ((int)level > log_state.level)
        return;
    int saved = errno;
    char raw[LOG_LINE_MAX], *line = raw;
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(raw, sizeof(raw), fmt, ap);
    va_end(ap);
    size_t len = n < 0 ? 0 : (size_t)n < sizeof(raw) ? (size_t)n : sizeof(raw) - 1;
    char clean[LOG_LINE_MAX];
    if (level == LOG_LEVEL_DEBUG && !area_wanted(slice_of(line, len)))
        return;
    struct buf b = { .p = clean, .cap = sizeof(clean), .max = sizeof(clean) - 5 };
    clean[0] = 0;
    log_escape(&b, slice_of(line, len));
    if (log_state.kind == DEST_SYSLOG)
        syslog(priorities[level], "%s%s", words[level], clean);
    else
        write_stamped(level, buf_slice(&b));
    errno = saved;
}
