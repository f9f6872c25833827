/* output.c - what the command line says, and where; see command.h */
#include "cli/command.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>
#include "base/log.h"

int cli_write(const struct buf *b)
{
    if (b->full) {
        cli_complain("output over %zu bytes", b->max);
        return -1;
    }
    for (size_t done = 0; done < b->n;) {
        ssize_t n = write(STDOUT_FILENO, b->p + done, b->n - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            if (errno != EPIPE) /* `tamis scan ... | head` is no error */
                cli_complain("cannot write: %s", strerror(errno));
            return -1;
        }
        done += (size_t)n;
    }
    return 0;
}

/* Names of files and values may hold anything; a terminal obeys some of it. */
void cli_complain(const char *fmt, ...)
{
    struct buf raw, line;
    va_list ap;
    buf_init(&raw, 64 * 1024);
    buf_init(&line, 512 * 1024);
    va_start(ap, fmt);
    buf_vprintf(&raw, fmt, ap);
    va_end(ap);
    buf_add_str(&line, "tamis: ");
    log_escape(&line, buf_slice(&raw));
    buf_add_char(&line, '\n');
    fwrite(line.p, 1, line.n, stderr);
    buf_deinit(&raw);
    buf_deinit(&line);
}
