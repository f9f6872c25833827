/* folder.c - folders beside the inbox, Maildir++; see folder.h */
#include "config.h"
#include "delivery/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
#include <unistr.h>
#include "base/buf.h"
#include "base/log.h"
#include "base/os.h"
#include "delivery/tree.h"
#include "delivery/write.h"

#define SUBSCRIPTIONS_MAX (1 << 20)
#define HEADER "V\t2\n\n"

/* ---- names */

static bool level_good(struct slice level)
{
    if (level.n == 0)
        return false;
    for (size_t i = 0; i < level.n; i++) {
        unsigned char c = (unsigned char)level.p[i];
        if (c < ' ' || c == 0x7f || c == '.' || c == '*' || c == '%' || c == '\\')
            return false;
    }
    return level.p[0] != '~' && level.p[0] != ' ' && level.p[level.n - 1] != ' ';
}

bool folder_name_good(struct slice name)
{
    struct slice rest = name, level;
    if (name.n == 0 || name.n > FOLDER_NAME_MAX || u8_check((const uint8_t *)name.p, name.n) != NULL)
        return false;
    while (slice_cut(&rest, '/', &level))
        if (!level_good(level))
            return false;
    return true;
}

/* UTF-16 in base64 with a comma for the slash, no padding. */
static void put_base64(struct buf *out, const uint16_t *units, size_t n)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";
    unsigned bits = 0, held = 0;
    for (size_t i = 0; i < 2 * n; i++) {
        bits = bits << 8 | ((i % 2 ? units[i / 2] : units[i / 2] >> 8) & 0xff);
        for (held += 8; held >= 6; held -= 6)
            buf_add_char(out, digits[bits >> (held - 6) & 63]);
    }
    if (held)
        buf_add_char(out, digits[bits << (6 - held) & 63]);
}

/* The run of characters at the start that ASCII has not; how many bytes it was. */
static size_t put_foreign(struct buf *out, struct slice s)
{
    uint16_t units[FOLDER_NAME_MAX];
    size_t n = 0, at = 0;
    while (at < s.n && (unsigned char)s.p[at] >= 0x80) {
        ucs4_t c;
        at += (size_t)u8_mbtoucr(&c, (const uint8_t *)s.p + at, s.n - at); /* it was checked */
        if (c >= 0x10000) {
            units[n++] = (uint16_t)(0xd800 + ((c - 0x10000) >> 10));
            c = 0xdc00 + ((c - 0x10000) & 0x3ff);
        }
        units[n++] = (uint16_t)c;
    }
    buf_add_char(out, '&');
    put_base64(out, units, n);
    buf_add_char(out, '-');
    return at;
}

bool folder_directory(struct slice name, char directory[NAME_MAX + 1])
{
    struct buf b;
    if (!folder_name_good(name))
        return false;
    buf_init(&b, NAME_MAX - 4);
    buf_add_char(&b, '.');
    for (size_t i = 0; i < name.n;) {
        char c = name.p[i];
        if ((unsigned char)c >= 0x80) {
            i += put_foreign(&b, slice_from(name, i));
            continue;
        }
        if (c == '&')
            buf_add_str(&b, "&-");
        else
            buf_add_char(&b, c == '/' ? '.' : c);
        i++;
    }
    bool fits = !b.full;
    if (fits)
        memcpy(directory, b.p, b.n + 1);
    buf_deinit(&b);
    return fits;
}

/* ---- subscriptions */

static bool read_all(int fd, struct buf *b)
{
    char chunk[4096];
    ssize_t n;
    while ((n = read(fd, chunk, sizeof(chunk))) > 0)
        buf_add(b, chunk, (size_t)n);
    return n == 0 && !b->full;
}

/* Levels are apart by tabs in the newer form, by the mailbox's own separator in the older one. */
static void put_line(struct buf *line, struct slice name, bool newer)
{
    for (size_t i = 0; i < name.n; i++)
        buf_add_char(line, name.p[i] == '/' ? (newer ? '\t' : '.') : name.p[i]);
    buf_add_char(line, '\n');
}

static bool has_line(struct slice text, struct slice line)
{
    struct slice one;
    while (slice_line(&text, &one))
        if (slice_eq(one, line))
            return true;
    return false;
}

static bool add_name(struct buf *text, struct slice name)
{
    struct buf line;
    bool newer = text->n == 0 || slice_starts(buf_slice(text), SLICE("V\t2"));
    if (text->n == 0)
        buf_add_str(text, HEADER);
    else if (text->p[text->n - 1] != '\n')
        return false; /* somebody is at it, or was cut off: not ours to repair */
    buf_init(&line, 4 * FOLDER_NAME_MAX);
    put_line(&line, name, newer);
    bool is_new = !has_line(buf_slice(text), buf_slice(&line));
    if (is_new)
        buf_add_slice(text, buf_slice(&line));
    buf_deinit(&line);
    return is_new && !text->full;
}

/* As Dovecot does it: a new file by the name of the lock, moved over the old one. */
static void replace(int maildir, int lock, struct slice text)
{
    bool whole = write_pieces(lock, &text, 1) == 0 && write_synced(lock) == 0;
    if (!whole || renameat(maildir, "subscriptions.lock", maildir, "subscriptions") != 0) {
        log_warning("subscriptions: %m");
        unlinkat(maildir, "subscriptions.lock", 0);
    }
}

void folder_subscribe(int maildir, struct slice name)
{
    struct buf text;
    int lock =
        openat(maildir, "subscriptions.lock", O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (lock < 0) {
        log_info("subscriptions: %m; the folder is not subscribed");
        return;
    }
    buf_init(&text, SUBSCRIPTIONS_MAX);
    int fd = openat(maildir, "subscriptions", O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    bool readable = fd >= 0 ? read_all(fd, &text) : errno == ENOENT;
    fd_close(&fd);
    if (readable && add_name(&text, name))
        replace(maildir, lock, buf_slice(&text));
    else
        unlinkat(maildir, "subscriptions.lock", 0);
    fd_close(&lock);
    buf_deinit(&text);
}

int folder_open(int maildir, struct slice name, bool make, struct answer *a)
{
    char directory[NAME_MAX + 1];
    bool made;
    if (!folder_directory(name, directory))
        return answer_set(a, ANSWER_CONFIG, "%.*s is no name for a folder",
                          SLICE_ARG(slice_sub(name, 0, 100)));
    int dir = tree_enter(maildir, directory, make, &made, a);
    if (dir < 0 || !made)
        return dir;
    int mark = openat(dir, "maildirfolder", O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    fd_close(&mark);
    folder_subscribe(maildir, name);
    return dir;
}
