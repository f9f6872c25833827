/* mbox.c - a message onto the end of an mbox, durably; see mbox.h */
#include "config.h"
#include "delivery/mbox.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "base/buf.h"
#include "base/log.h"
#include "base/os.h"
#include "delivery/write.h"

#define SENDER_MAX 256

/* ---- the text */

struct quoting {
    struct arena *a;
    struct slice *v;
    size_t n, cap;
};

static void add(struct quoting *q, struct slice s)
{
    if (s.n == 0)
        return;
    if (q->n == q->cap) {
        q->v = arena_grow(q->a, q->v, q->n, 2 * q->cap, sizeof(*q->v));
        q->cap *= 2;
    }
    q->v[q->n++] = s;
}

static bool needs_quote(struct slice line)
{
    while (line.n && line.p[0] == '>')
        line = slice_from(line, 1);
    return slice_starts(line, SLICE("From "));
}

static void add_quoted(struct quoting *q, struct slice piece)
{
    struct slice rest = piece, line;
    const char *from = piece.p;
    while (slice_line(&rest, &line)) {
        if (!needs_quote(line))
            continue;
        add(q, slice_of(from, (size_t)(line.p - from)));
        add(q, SLICE(">"));
        from = line.p;
    }
    add(q, slice_of(from, (size_t)(piece.p + piece.n - from)));
}

/* "From SENDER DATE": readers split it at spaces. */
static struct slice from_line(struct arena *a, struct slice sender, int64_t now)
{
    struct buf b;
    struct tm tm;
    char date[40];
    time_t t = (time_t)now;
    buf_init_in(&b, a, SENDER_MAX + 100);
    buf_add_str(&b, "From ");
    sender = sender.n ? slice_sub(sender, 0, SENDER_MAX) : SLICE("MAILER-DAEMON");
    for (size_t i = 0; i < sender.n; i++)
        buf_add_char(&b, (unsigned char)sender.p[i] <= ' ' || sender.p[i] == 0x7f ? '-' : sender.p[i]);
    gmtime_r(&t, &tm);
    strftime(date, sizeof(date), " %a %b %e %H:%M:%S %Y\n", &tm);
    buf_add_str(&b, date);
    return buf_slice(&b);
}

static void compose(struct quoting *q, const struct slice *pieces, size_t n, struct slice from)
{
    q->cap = n + 16;
    q->v = arena_array(q->a, q->cap, sizeof(*q->v));
    add(q, from);
    for (size_t i = 0; i < n; i++)
        add_quoted(q, pieces[i]);
    struct slice last = q->v[q->n - 1];
    add(q, last.p[last.n - 1] == '\n' ? SLICE("\n") : SLICE("\n\n"));
}

/* ---- the box */

/* Is it an mbox? *gap: the line ends that are missing to an empty line at its end. */
static int look(int fd, uint64_t size, const char *name, struct slice *gap, struct answer *a)
{
    char head[5], last[2];
    *gap = slice_of("", 0);
    if (size == 0)
        return 0;
    if (size < 5 || pread(fd, head, 5, 0) != 5 || memcmp(head, "From ", 5) != 0)
        return answer_set(a, ANSWER_MAILBOX,
                          "the mailbox %s does not begin with a From line: it is left as it is", name);
    if (pread(fd, last, 2, (off_t)size - 2) != 2)
        return answer_sys(a, "cannot read the mailbox %s", name);
    *gap = last[1] != '\n' ? SLICE("\n\n") : last[0] != '\n' ? SLICE("\n") : *gap;
    return 0;
}

static uint64_t length_of(const struct quoting *q, struct slice gap)
{
    uint64_t n = gap.n;
    for (size_t i = 0; i < q->n; i++)
        n += q->v[i].n;
    return n;
}

static int put(int fd, uint64_t size, struct slice gap, const struct quoting *q)
{
    if (lseek(fd, (off_t)size, SEEK_SET) < 0 || write_pieces(fd, &gap, 1) != 0 ||
        write_pieces(fd, q->v, q->n) != 0)
        return -1;
    return write_synced(fd);
}

/* As it was, whatever it takes: what is left would be read as mail. */
static void cut_back(int fd, uint64_t size, const char *name)
{
    for (int i = 0; i < 3; i++)
        if (ftruncate(fd, (off_t)size) == 0)
            break;
    if (write_synced(fd) != 0)
        log_warning("%s: a message that could not be stored may still be in it: %m", name);
}

static int append(const struct mbox_lock *l, const char *name, const struct quoting *q, struct answer *a)
{
    struct stat st;
    struct slice gap;
    if (fstat(l->box, &st) != 0)
        return answer_sys(a, "cannot look at the mailbox %s", name);
    uint64_t size = (uint64_t)st.st_size;
    if (look(l->box, size, name, &gap, a) != 0 || mbox_lock_note(l, size, length_of(q, gap), a) != 0)
        return -1;
    if (gap.n == 2)
        log_warning("%s: its last line has no end; one is put behind it", name);
    if (put(l->box, size, gap, q) == 0)
        return 0;
    answer_sys(a, "cannot write to the mailbox %s", name);
    cut_back(l->box, size, name);
    return -1;
}

int mbox_append(int dir, const char *name, const struct slice *pieces, size_t n, struct slice sender,
                int64_t now, const struct mbox_lock_options *o, struct arena *arena, struct answer *a)
{
    struct quoting q = { .a = arena };
    struct mbox_lock lock;
    compose(&q, pieces, n, from_line(arena, sender, now));
    if (mbox_lock(&lock, dir, name, o, a) != 0)
        return -1;
    int r = append(&lock, name, &q, a);
    if (mbox_unlock(&lock) != 0 && r == 0)
        log_warning("%s: close: %m", name); /* it is synced: on NFS, too, the server has it */
    return r;
}
