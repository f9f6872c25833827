/* mailfile.c - a mail file as an MTA would hand it to a milter; see mailfile.h */
#include "tests/milter/mailfile.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

int file_read(const char *path, struct arena *a, struct slice *text, struct err *e)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) != 0) {
        err_sys(e, "%s", path);
        if (fd >= 0)
            close(fd);
        return -1;
    }
    size_t size = (size_t)st.st_size, n = 0;
    char *p = arena_alloc(a, size + 1);
    while (n < size) {
        ssize_t r = read(fd, p + n, size - n);
        if (r <= 0)
            break;
        n += (size_t)r;
    }
    close(fd);
    *text = slice_of(p, n);
    return n == size ? 0 : err_set(e, ERR_SYSTEM, "%s: %zu of %zu bytes read", path, n, size);
}

/* The length of a field's name when the line is a field, else 0. Blanks before the colon are the name's. */
static size_t name_length(struct slice line)
{
    ptrdiff_t colon = slice_chr(line, ':');
    if (colon <= 0 || ascii_space(line.p[0]))
        return 0;
    for (ptrdiff_t i = 0; i < colon; i++)
        if (line.p[i] <= ' ' && !(ascii_space(line.p[i]) && i > 0))
            return 0;
    return (size_t)colon;
}

/* Copies text with every line end as `end`; closed: the last line gets one, too. */
static struct slice with_ends(struct slice text, const char *end, bool closed, struct arena *a)
{
    size_t lines = 0, n = 0, e = strlen(end);
    for (struct slice rest = text, line; slice_line(&rest, &line);)
        lines++;
    char *p = arena_alloc(a, text.n + (lines + 1) * e + 1);
    for (struct slice line; slice_line(&text, &line);) {
        struct slice bare = slice_chomp(line);
        memcpy(p + n, bare.p, bare.n);
        n += bare.n;
        if (bare.n < line.n || closed) {
            memcpy(p + n, end, e);
            n += e;
        }
    }
    return slice_of(p, n);
}

static void add_field(struct mail *m, struct arena *a, size_t *room, struct slice name, struct slice value)
{
    if (m->n_fields == *room) {
        *room = *room ? *room * 2 : 32;
        m->fields = arena_grow(a, m->fields, m->n_fields, *room, sizeof(*m->fields));
    }
    m->fields[m->n_fields++] = (struct mail_field){ name, value };
}

void mail_parse(struct mail *m, struct slice text, struct arena *a)
{
    memset(m, 0, sizeof(*m));
    m->size = text.n;
    size_t room = 0;
    struct slice rest = text, line;
    if (slice_starts(rest, SLICE("From ")))
        slice_line(&rest, &line);
    while (rest.n) {
        struct slice before = rest;
        slice_line(&rest, &line);
        size_t n = name_length(line);
        if (n == 0) {
            if (slice_chomp(line).n)
                rest = before;
            break;
        }
        struct slice field = line;
        while (rest.n && (rest.p[0] == ' ' || rest.p[0] == '\t')) {
            slice_line(&rest, &line);
            field.n += line.n;
        }
        add_field(m, a, &room, slice_sub(field, 0, n),
                  with_ends(slice_chomp(slice_from(field, n + 1)), "\n", false, a));
    }
    m->body = with_ends(rest, "\r\n", true, a);
}
