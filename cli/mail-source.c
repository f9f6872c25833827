/* mail-source.c - the messages that somebody named; see mail-source.h */
#include "config.h"
#include "cli/mail-source.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>
#include "cli/mail-walk.h"

#define LINE_BYTES ((size_t)64 * 1024) /* what is longer comes in pieces */
#define MBX_HEADER 2048

struct mail_source {
    const struct mail_target *targets;
    size_t n, at; /* at: the target at hand; the next where nothing is open */
    uint64_t max;
    struct mail_walk walk;
    FILE *file;
    enum mail_format format; /* of the file: BY_CONTENT while nothing was read of it */
    unsigned long number;    /* of the message in the mbox */
    char path[PATH_MAX], name[PATH_MAX + 32];
    char *line;
    size_t n_line;   /* of line, when it is read and not yet used; 0: none */
    bool begin;      /* line stands at the begin of one */
    bool next_begin; /* what is read next does */
};

struct mail_source *mail_source_new(const struct mail_target *targets, size_t n, uint64_t max)
{
    struct mail_source *s = calloc(1, sizeof(*s));
    if (s == NULL || (s->line = malloc(LINE_BYTES)) == NULL)
        fatal("no memory for a list of mail");
    s->targets = targets;
    s->n = n;
    s->max = max;
    return s;
}

static void close_file(struct mail_source *s)
{
    if (s->file && s->file != stdin)
        fclose(s->file);
    s->file = NULL;
    s->n_line = 0;
}

void mail_source_free(struct mail_source **s)
{
    if (*s == NULL)
        return;
    close_file(*s);
    mail_walk_close(&(*s)->walk);
    free((*s)->line);
    free(*s);
    *s = NULL;
}

/* ---- lines */

static bool get_line(struct mail_source *s)
{
    if (s->n_line)
        return true;
    s->begin = s->next_begin;
    int c = 0;
    while (s->n_line < LINE_BYTES && c != '\n' && (c = getc_unlocked(s->file)) != EOF)
        s->line[s->n_line++] = (char)c;
    s->next_begin = c == '\n';
    return s->n_line > 0;
}

static struct slice line_of(const struct mail_source *s)
{
    return slice_of(s->line, s->n_line);
}

static bool starts(const struct mail_source *s, const char *head)
{
    return s->begin && slice_starts(line_of(s), slice_str(head));
}

/* S: no white space, ?: any character or none, d: digit, all else is itself */
static bool fits(const char *form, struct slice text)
{
    for (; *form; form++) {
        if (*form == '?')
            return fits(form + 1, text) || (text.n && fits(form + 1, slice_from(text, 1)));
        if (text.n == 0 || (*form == 'S'   ? ascii_space(text.p[0])
                            : *form == 'd' ? !ascii_digit(text.p[0])
                                           : text.p[0] != *form))
            return false;
        text = slice_from(text, 1);
    }
    return true;
}

/* "From ADDRESS DATE", SpamAssassin's mbox_format_from_regex */
static bool has_date(struct slice line)
{
    size_t n = 5;
    while (n < line.n && !ascii_space(line.p[n]))
        n++;
    if (n == 5 || n == line.n || line.p[n] != ' ')
        return false;
    n += n + 1 < line.n && line.p[n + 1] == ' ' ? 2 : 1;
    struct slice date = slice_from(line, n);
    return fits("SSS SSS ?d ?d:dd:dd dddd", date) || fits("?d-dd-dddd_dd:dd:dd_", date);
}

/* Whether the line begins a message of the mbox. */
static bool is_separator(const struct mail_source *s, bool blank)
{
    return starts(s, "From ") && (s->format == MAIL_MBOX ? has_date(line_of(s)) : blank);
}

/* ---- files */

static ssize_t read_gzip(void *cookie, char *buf, size_t n)
{
    return gzread(cookie, buf, (unsigned)n);
}

static int close_gzip(void *cookie)
{
    return gzclose_r(cookie) == Z_OK ? 0 : EOF;
}

/* What is not compressed is read as it is. */
static FILE *open_gzip(const char *path)
{
    static const cookie_io_functions_t io = { .read = read_gzip, .close = close_gzip };
    gzFile gz = gzopen(path, "rbe");
    FILE *f = gz ? fopencookie(gz, "r", io) : NULL;
    if (gz && f == NULL)
        gzclose_r(gz);
    return f;
}

static int failed(struct mail_source *s, struct err *e)
{
    snprintf(s->name, sizeof(s->name), "%s", s->path);
    return err_set(e, ERR_INPUT, "%s", strerror(errno));
}

static int open_file(struct mail_source *s, const char *path, enum mail_format format, struct err *e)
{
    snprintf(s->path, sizeof(s->path), "%s", path);
    snprintf(s->name, sizeof(s->name), "%s", path);
    s->file = strcmp(path, "-") == 0 ? stdin : format == MAIL_FILE ? open_gzip(path) : fopen(path, "re");
    s->format = format;
    s->number = 0;
    s->n_line = 0;
    s->next_begin = true;
    return s->file ? 0 : failed(s, e);
}

/* Whether it is one, by its first line; then its header is behind us. */
static bool is_mbx(struct mail_source *s)
{
    bool good = get_line(s) && slice_find(line_of(s), SLICE("*mbx*")) >= 0;
    s->n_line = 0;
    return good && fseek(s->file, MBX_HEADER, SEEK_SET) == 0;
}

static int open_target(struct mail_source *s, const char *path, enum mail_format format, struct err *e)
{
    if (open_file(s, path, format, e) != 0)
        return -1;
    if (format != MAIL_MBX || is_mbx(s))
        return 1;
    close_file(s);
    return err_set(e, ERR_INPUT, "this is no mailbox in MBX format");
}

static enum mail_format format_by_name(const char *path)
{
    return strcasestr(path, ".mbox") ? MAIL_MBOX : MAIL_FILE;
}

static bool is_folder(const char *path)
{
    struct stat st;
    return strcmp(path, "-") != 0 && stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int begin_target(struct mail_source *s, struct err *e)
{
    const struct mail_target *t = &s->targets[s->at];
    bool boxes = t->format == MAIL_MBOX || t->format == MAIL_MBX;
    enum mail_walk_style style = boxes                     ? MAIL_WALK_MBOXES
                                 : t->format <= MAIL_WHOLE ? MAIL_WALK_OURS
                                                           : MAIL_WALK_LEARN;
    if (is_folder(t->path) || t->format == MAIL_DIR) {
        snprintf(s->path, sizeof(s->path), "%s", t->path);
        int opened = mail_walk_open(&s->walk, t->path, style, e);
        snprintf(s->name, sizeof(s->name), "%s", t->path);
        s->at += opened != 0;
        return opened;
    }
    s->at++;
    return open_target(s, t->path, t->format == MAIL_BY_NAME ? format_by_name(t->path) : t->format, e);
}

/* 1: a file is open; 0: the tree ends */
static int next_in_tree(struct mail_source *s, struct err *e)
{
    enum mail_format format = s->targets[s->at].format;
    int got = mail_walk_next(&s->walk, e);
    if (got > 0)
        return open_target(s, s->walk.path, format == MAIL_BY_NAME || format == MAIL_DIR ? MAIL_FILE : format,
                           e);
    if (got < 0)
        snprintf(s->name, sizeof(s->name), "%s", s->walk.path);
    else
        s->at++;
    return got;
}

/* ---- messages */

/* ">From " was "From " before it was put into an mbox. */
static struct slice unquoted(const struct mail_source *s)
{
    struct slice line = line_of(s);
    size_t marks = 0;
    while (marks < line.n && line.p[marks] == '>')
        marks++;
    return s->number && s->begin && marks && slice_starts(slice_from(line, marks), SLICE("From "))
               ? slice_from(line, 1)
               : line;
}

/* What is too long for the spool is cut there, as the gateway does. */
static int put(struct mail_source *s, struct spool *spool, struct slice text, uint64_t n, struct err *e)
{
    if ((s->max && n > s->max) || spool->truncated)
        return 0;
    return spool_add(spool, text, e) < 0 && !spool->truncated ? -1 : 0;
}

/* up to the next separator, or the end; n: bytes before */
static int read_lines(struct mail_source *s, struct spool *spool, uint64_t *n, struct err *e)
{
    bool blank = false, box = s->number != 0;
    while (get_line(s) && !(box && is_separator(s, blank))) {
        blank = s->begin && (slice_eq(line_of(s), SLICE("\n")) || slice_eq(line_of(s), SLICE("\r\n")));
        *n += s->n_line;
        if (put(s, spool, unquoted(s), *n, e) != 0)
            return -1;
        s->n_line = 0;
    }
    return 0;
}

/* " 5-Mar-2024 10:00:00 +0000,1234;000000000001-00000001": its bytes follow */
static bool mbx_size(struct slice line, uint64_t *size)
{
    ptrdiff_t comma = slice_chr(line, ',');
    struct slice rest = comma < 0 ? SLICE("") : slice_from(line, (size_t)comma + 1);
    ptrdiff_t end = slice_chr(rest, ';');
    return end > 0 && slice_uint(slice_sub(rest, 0, (size_t)end), UINT32_MAX, size);
}

static int read_mbx(struct mail_source *s, struct spool *spool, uint64_t *n, struct err *e)
{
    uint64_t left;
    if (!mbx_size(line_of(s), &left))
        return err_set(e, ERR_INPUT, "no message where one should begin");
    s->n_line = 0;
    while (left && (s->n_line = fread(s->line, 1, left < LINE_BYTES ? left : LINE_BYTES, s->file)) > 0) {
        left -= s->n_line;
        *n += s->n_line;
        if (put(s, spool, line_of(s), *n, e) != 0)
            return -1;
    }
    s->n_line = 0;
    s->next_begin = true;
    return left ? err_set(e, ERR_INPUT, "ends in the middle of a message") : 0;
}

/* An mbox: now at the first line of a message. */
static void find_begin(struct mail_source *s)
{
    if (s->format == MAIL_BY_CONTENT)
        s->number = get_line(s) && starts(s, "From ");
    if (s->format == MAIL_MBOX || s->format == MAIL_MBX)
        s->number = 1;
    while (s->format == MAIL_MBOX && get_line(s) && !is_separator(s, true))
        s->n_line = 0;
}

/* Past its "From " line, whose bytes count as the message's; behind that of sa-learn's mbox something must
 * follow. */
static bool begin_message(struct mail_source *s, uint64_t *n)
{
    *n = 0;
    if (s->number == 0)
        return true;
    if (!get_line(s))
        return false;
    snprintf(s->name, sizeof(s->name), "%s:%lu", s->path, s->number++);
    if (s->format == MAIL_MBX)
        return true;
    *n = s->n_line;
    s->n_line = 0;
    return s->format != MAIL_MBOX || get_line(s);
}

static int read_message(struct mail_source *s, struct spool *spool, uint64_t n, struct err *e)
{
    if ((s->format == MAIL_MBX ? read_mbx(s, spool, &n, e) : read_lines(s, spool, &n, e)) != 0)
        return -1;
    if (ferror(s->file))
        return err_set(e, ERR_INPUT, "cannot be read to its end");
    return spool_finish(spool, e) < 0 ? -1 : s->max && n > s->max ? MAIL_TOO_LONG : MAIL_MESSAGE;
}

static int open_next(struct mail_source *s, struct err *e)
{
    while (s->file == NULL) {
        if (s->at == s->n)
            return MAIL_END;
        int got = s->walk.depth ? next_in_tree(s, e) : begin_target(s, e);
        if (got < 0)
            return -1;
        if (got > 0)
            find_begin(s);
    }
    return MAIL_MESSAGE;
}

int mail_source_next(struct mail_source *s, struct spool *spool, const char **name, size_t *target,
                     struct err *e)
{
    int got;
    uint64_t n = 0;
    *name = s->name;
    for (;;) {
        *target = s->at;
        got = open_next(s, e);
        if (got != MAIL_MESSAGE)
            return got;
        *target = s->walk.depth ? s->at : s->at - 1;
        if (begin_message(s, &n))
            break;
        close_file(s);
    }
    got = read_message(s, spool, n, e);
    if (got < 0 || s->number == 0)
        close_file(s);
    return got;
}
