/* rule-file.c - the lines of rule files; see rule-file.h */
#include "config.h"
#include "scoring/rule-file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

void rule_reader_init(struct rule_reader *r, struct arena *a, struct rule_problems *problems)
{
    memset(r, 0, sizeof(*r));
    r->a = a;
    r->problems = problems;
    r->hash = 0xcbf29ce484222325;
    names_init(&r->seen, a);
}

struct rule_source *rule_reader_top(struct rule_reader *r)
{
    return &r->stack[r->depth - 1];
}

static int check_file(const struct rule_reader *r, const char *path, const struct stat *st, struct err *e)
{
    if (!S_ISREG(st->st_mode))
        return err_set(e, ERR_CONFIG, "%s: not a file", path);
    if (st->st_size > FILE_BYTES_MAX)
        return err_set(e, ERR_CONFIG, "%s: larger than %d bytes", path, FILE_BYTES_MAX);
    if (r->files == FILES_MAX || r->bytes + (size_t)st->st_size > TOTAL_BYTES_MAX)
        return err_set(e, ERR_CONFIG, "%s: more than %d rule files or %d bytes in all", path, FILES_MAX,
                       TOTAL_BYTES_MAX);
    return 0;
}

static int cannot_read(const char *path, struct err *e)
{
    return err_set(e, ERR_CONFIG, "%s: %s", path, strerror(errno));
}

/* buffer has room for st_size + 1 bytes: one more than there should be shows a file that grows */
static int read_whole(const char *path, const struct stat *st, char *buffer, struct slice *text,
                      struct err *e)
{
    size_t n = 0, max = (size_t)st->st_size + 1;
    ssize_t got;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return cannot_read(path, e);
    do {
        got = read(fd, buffer + n, max - n);
        n += got > 0 ? (size_t)got : 0;
    } while ((got > 0 && n < max) || (got < 0 && errno == EINTR));
    int saved = errno;
    close(fd);
    errno = saved;
    if (got < 0)
        return cannot_read(path, e);
    if (n == max)
        return err_set(e, ERR_CONFIG, "%s: changes while it is read: try again", path);
    *text = slice_of(buffer, n);
    return 0;
}

static void push(struct rule_reader *r, const struct rule_source *source)
{
    r->stack[r->depth++] = *source;
    r->files++;
    r->bytes += source->rest.n;
    for (size_t i = 0; i < source->rest.n; i++)
        r->hash = (r->hash ^ (unsigned char)source->rest.p[i]) * 0x100000001b3;
}

static enum setting_origin origin_of(const struct rule_reader *r, struct slice path)
{
    for (size_t i = 0; r->stock && i < r->stock->n; i++) {
        struct slice dir = slice_str(r->stock->v[i]);
        if (dir.n && slice_starts(path, dir) && (path.n == dir.n || path.p[dir.n] == '/'))
            return ORIGIN_STOCK;
    }
    return ORIGIN_SITE;
}

/* The arena may jump away: nothing else is held while it is asked. */
int rule_reader_open(struct rule_reader *r, const char *path, struct err *e)
{
    struct rule_source source = { .line = 0 };
    struct stat st;
    if (stat(path, &st) < 0)
        return cannot_read(path, e);
    if (check_file(r, path, &st, e) < 0)
        return -1;
    char *buffer = arena_alloc(r->a, (size_t)st.st_size + 1);
    if (read_whole(path, &st, buffer, &source.rest, e) < 0)
        return -1;
    source.file = arena_str(r->a, slice_str(path));
    source.origin = origin_of(r, slice_str(path));
    if (names_add(&r->seen, slice_str(source.file), 0) != NAMES_NONE)
        source.rest = SLICE("");
    source.device = st.st_dev;
    source.inode = st.st_ino;
    push(r, &source);
    return 0;
}

void rule_reader_open_text(struct rule_reader *r, const char *name, struct slice text)
{
    push(r, &(struct rule_source){ .file = name, .rest = text.p ? text : SLICE(""), .origin = ORIGIN_SITE });
}

static int check_loop(const struct rule_reader *r, const char *path, struct err *e)
{
    const struct rule_source *top = &r->stack[r->depth - 1];
    struct stat st;
    if (r->depth == INCLUDE_DEPTH_MAX)
        return err_set(e, ERR_CONFIG, "%s line %u: files are included deeper than %d", top->file, top->line,
                       INCLUDE_DEPTH_MAX);
    if (stat(path, &st) < 0)
        return err_set(e, ERR_CONFIG, "%s line %u: include %s: %s", top->file, top->line, path,
                       strerror(errno));
    for (unsigned i = 0; i < r->depth; i++)
        if (r->stack[i].device == st.st_dev && r->stack[i].inode == st.st_ino)
            return err_set(e, ERR_CONFIG, "%s line %u: include %s is a loop: that file includes this one",
                           top->file, top->line, path);
    return 0;
}

int rule_reader_include(struct rule_reader *r, struct slice path, struct err *e)
{
    const char *file = rule_reader_top(r)->file;
    const char *slash = strrchr(file, '/');
    int folder = path.n && path.p[0] != '/' && slash ? (int)(slash - file) + 1 : 0;
    const char *full = arena_printf(r->a, "%.*s%.*s", folder, file, SLICE_ARG(path)).p;
    if (check_loop(r, full, e) < 0)
        return -1;
    return rule_reader_open(r, full, e);
}

/* Up to the first # that has no backslash. */
static struct slice without_comment(struct slice text, bool *escaped)
{
    *escaped = false;
    for (size_t from = 0;;) {
        ptrdiff_t at = slice_chr(slice_from(text, from), '#');
        if (at < 0)
            return text;
        from += (size_t)at;
        if (from == 0 || text.p[from - 1] != '\\')
            return slice_sub(text, 0, from);
        *escaped = true;
        from++;
    }
}

static struct slice unescape(struct arena *a, struct slice text)
{
    char *out = arena_alloc(a, text.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] != '\\' || i + 1 == text.n || text.p[i + 1] != '#')
            out[n++] = text.p[i];
    return slice_of(out, n);
}

/* Takes the next line off the file; false at its end. */
static bool take_line(struct rule_reader *r, struct rule_source *source, struct rule_line *line)
{
    bool escaped;
    while (slice_line(&source->rest, &line->text)) {
        source->line++;
        if (line->text.n > LINE_BYTES_MAX) {
            rule_problem(r->problems, RULE_ERROR, source->file, source->line,
                         "the line has more than %d bytes and is left out", LINE_BYTES_MAX);
            continue;
        }
        line->text = slice_trim(without_comment(line->text, &escaped));
        if (escaped)
            line->text = unescape(r->a, line->text);
        line->file = source->file;
        line->line = source->line;
        line->origin = source->origin;
        if (line->text.n)
            return true;
    }
    return false;
}

enum rule_read rule_reader_next(struct rule_reader *r, struct rule_line *line)
{
    if (r->depth == 0)
        return RULE_READ_DONE;
    struct rule_source *top = rule_reader_top(r);
    if (top->rest.p == NULL) { /* its end was told */
        if (--r->depth == 0)
            return RULE_READ_DONE;
        top = rule_reader_top(r);
    }
    if (take_line(r, top, line))
        return RULE_READ_LINE;
    top->rest.p = NULL;
    return RULE_READ_FILE_END;
}

void rule_reader_skip_file(struct rule_reader *r)
{
    struct rule_source *top = rule_reader_top(r);
    top->rest = slice_from(top->rest, top->rest.n);
}
