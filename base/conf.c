/* conf.c - read a file of options into structs; see conf.h
 * Input:  a file, or its text, then settings of the command line.
 * Output: *target, and text values in the arena.
 * Limits: 1 MiB a file, 64 KiB a value; the first 100 problems are told, the rest only counted (a binary file
 *         given by mistake would fill the log).
 * Fails:  as a whole; see conf.h. */
#include "base/conf-row.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/log.h"
#include "base/os.h"

#define TEXT_MAX (1024 * 1024)
#define PROBLEMS_TOLD 100
#define QUOTED_MAX 60 /* bytes of a bad value that are shown */

struct load {
    const struct conf_schema *schema;
    const struct conf_source *source;
    struct arena *a;
    void *target;
    const char *file; /* as told: a name, or "--set" */
    const char *dir;  /* what relative paths hang from; NULL: unknown */
    unsigned problems;
    struct err first;
};

static void __attribute__((format(printf, 3, 4))) problem(struct load *l, unsigned line, const char *fmt, ...)
{
    char text[1500], where[12] = "";
    if (l->problems++ >= PROBLEMS_TOLD)
        return;
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    if (line)
        snprintf(where, sizeof(where), ":%u", line);
    if (l->problems == 1)
        err_set(&l->first, ERR_CONFIG, "%s%s: %s", l->file, where, text);
    if (l->source->report)
        l->source->report(l->source->report_ctx, l->file, line, text);
}

/* on the stack, so that problem() can take it as a string */
struct quoted {
    char text[QUOTED_MAX * 4 + 6];
};

static struct quoted quote(struct slice s)
{
    struct quoted q = { "" };
    struct buf b = { .p = q.text, .cap = sizeof(q.text), .max = sizeof(q.text) - 1 };
    log_quote(&b, s, QUOTED_MAX);
    return q;
}

static void unknown(struct load *l, unsigned line, struct slice name)
{
    const char *nearest = l->problems < PROBLEMS_TOLD ? conf_row_nearest(l->schema, name) : NULL;
    if (nearest)
        problem(l, line, "unknown option %s: did you mean %s?", quote(name).text, nearest);
    else
        problem(l, line, "unknown option %s: remove it, or look up its name", quote(name).text);
}

static void bad_value(struct load *l, unsigned line, const struct conf_option *o, struct slice value,
                      const char *why)
{
    char form[1024];
    struct buf b = { .p = form, .cap = sizeof(form), .max = sizeof(form) - 1 };
    form[0] = 0;
    if (why)
        buf_add_str(&b, why);
    else {
        buf_add_str(&b, "write ");
        conf_row_form(o, &b);
    }
    if (o->flags & CONF_SECRET)
        problem(l, line, "%s: not a valid value: %s", o->name, form);
    else
        problem(l, line, "%s = %s: %s", o->name, quote(value).text, form);
}

/* Such a byte could not be written back, or would end a line somewhere. Tabs are white space. */
static bool has_control(struct slice s)
{
    for (size_t i = 0; i < s.n; i++)
        if (((unsigned char)s.p[i] < ' ' && s.p[i] != '\t') || s.p[i] == 0x7f)
            return true;
    return false;
}

static void apply(struct load *l, unsigned line, struct slice setting)
{
    const struct conf_section *section;
    const char *why;
    ptrdiff_t equals = slice_chr(setting, '=');
    struct slice name = slice_trim(slice_sub(setting, 0, equals < 0 ? setting.n : (size_t)equals));
    struct slice value = slice_trim(slice_from(setting, equals < 0 ? setting.n : (size_t)equals + 1));
    if (equals < 0 || name.n == 0) {
        problem(l, line, "%s: write NAME = VALUE", quote(setting).text);
        return;
    }
    const struct conf_option *o = conf_row_find(l->schema, name, &section);
    if (o == NULL)
        unknown(l, line, name);
    else if (has_control(value))
        bad_value(l, line, o, value, "a control character in the value: remove it");
    else if (value.n > CONF_VALUE_MAX)
        problem(l, line, "%s: a value of %zu bytes: write at most %d", o->name, value.n, CONF_VALUE_MAX);
    else if (!conf_row_read(o, value, l->dir, l->a, conf_row_at(section, o, l->target), &why))
        bad_value(l, line, o, value, why);
}

/* Lines that continue another are put behind it with one space. As in main.cf, blank and comment lines
 * between them (a comment may be indented) are left out. */
static void apply_text(struct load *l, struct slice text)
{
    struct buf setting;
    struct slice rest = text, raw;
    unsigned line = 0, began = 0;
    buf_init_in(&setting, l->a, TEXT_MAX);
    if (slice_starts(rest, SLICE("\xef\xbb\xbf"))) /* a BOM of some editor */
        rest = slice_from(rest, 3);
    while (slice_line(&rest, &raw)) {
        struct slice s = slice_trim(raw);
        line++;
        if (s.n == 0 || s.p[0] == '#')
            continue;
        bool continues = raw.p[0] == ' ' || raw.p[0] == '\t';
        if (continues && began == 0) {
            problem(l, line, "white space begins this line, but there is nothing to continue: remove it");
            continue;
        }
        if (!continues) {
            if (began)
                apply(l, began, buf_slice(&setting));
            buf_reset(&setting);
            began = line;
        } else
            buf_add_char(&setting, ' ');
        buf_add_slice(&setting, s);
    }
    if (began)
        apply(l, began, buf_slice(&setting));
}

/* Reads at most cap bytes. */
static ssize_t read_all(const char *path, char *p, size_t cap)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    size_t n = 0;
    ssize_t got = fd < 0 ? -1 : 1;
    while (got > 0 && n < cap) {
        got = read(fd, p + n, cap - n);
        if (got < 0 && errno == EINTR)
            got = 1;
        else if (got > 0)
            n += (size_t)got;
    }
    fd_close(&fd);
    return got < 0 ? -1 : (ssize_t)n;
}

/* The size is asked for first: the arena may escape, so nothing is allocated while the file is open. */
static void apply_file(struct load *l, const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0) {
        problem(l, 0, "cannot be read: %s", strerror(errno));
        return;
    }
    size_t size = S_ISREG(st.st_mode) && st.st_size < TEXT_MAX ? (size_t)st.st_size : TEXT_MAX;
    char *p = arena_alloc(l->a, size + 1);
    ssize_t n = read_all(path, p, size + 1);
    if (n < 0)
        problem(l, 0, "cannot be read: %s", strerror(errno));
    else if (n > TEXT_MAX)
        problem(l, 0, "larger than 1 MiB: this is no file of options");
    else if ((size_t)n > size)
        problem(l, 0, "has grown while it was read: try again");
    else
        apply_text(l, slice_of(p, (size_t)n));
}

static const char *working_directory(struct arena *a)
{
    char path[PATH_MAX];
    return getcwd(path, sizeof(path)) ? arena_str(a, slice_str(path)) : NULL;
}

/* the folder of a file, absolute */
static const char *folder_of(const char *path, const char *cwd, struct arena *a)
{
    const char *slash = strrchr(path, '/');
    struct slice folder = slice_of(path, slash ? (size_t)(slash - path) : 0);
    if (slash == path)
        return "/";
    if (path[0] == '/')
        return arena_str(a, folder);
    if (folder.n == 0 || cwd == NULL)
        return cwd;
    return arena_printf(a, "%s/%.*s", strcmp(cwd, "/") == 0 ? "" : cwd, SLICE_ARG(folder)).p;
}

void conf_defaults(const struct conf_schema *schema, struct arena *a, void *target)
{
    const char *why;
    memset(target, 0, schema->size);
    for (size_t s = 0; s < schema->n; s++)
        for (size_t i = 0; i < schema->sections[s].n; i++) {
            const struct conf_option *o = &schema->sections[s].rows[i];
            void *at = conf_row_at(&schema->sections[s], o, target);
            if (!conf_row_read(o, slice_str(o->def), NULL, a, at, &why))
                bug("option %s: the default \"%s\" is not valid", o->name, o->def);
        }
}

static void load_source(struct load *l)
{
    const struct conf_source *source = l->source;
    const char *cwd = working_directory(l->a);
    l->file = source->path ? source->path : "(text)";
    l->dir = source->path ? folder_of(source->path, cwd, l->a) : cwd;
    if (source->path)
        apply_file(l, source->path);
    else if (source->text.n > TEXT_MAX)
        problem(l, 0, "larger than 1 MiB");
    else
        apply_text(l, source->text);
    l->file = "--set";
    l->dir = cwd;
    for (size_t i = 0; i < source->n_set; i++)
        apply(l, (unsigned)i + 1, slice_str(source->set[i]));
}

int conf_load(const struct conf_schema *schema, const struct conf_source *source, struct arena *a,
              void *target, struct err *e)
{
    struct load l = { .schema = schema, .source = source, .a = a };
    l.target = arena_alloc(a, schema->size);
    conf_defaults(schema, a, l.target);
    load_source(&l);
    if (l.problems > 1)
        return err_set(e, ERR_CONFIG, "%.165s (and %u more)", l.first.text, l.problems - 1);
    if (l.problems)
        return err_set(e, ERR_CONFIG, "%s", l.first.text);
    memcpy(target, l.target, schema->size);
    return 0;
}
