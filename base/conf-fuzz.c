/* conf-fuzz.c - any bytes as a file of options
 * Either it is refused, with every problem told in text that is fit for a log; or what it says lies within
 * the bounds, and survives being written and read again. */
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include "base/conf-sample.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good)
{
    if (!good)
        abort();
}

static void check_clean(const char *s)
{
    for (; *s; s++)
        check((unsigned char)*s >= ' ' && *s != 0x7f);
}

static void tell(void *ctx, const char *file, unsigned line, const char *text)
{
    ++*(unsigned *)ctx;
    check(line > 0 || text[0]);
    check_clean(text);
}

static void check_bounds(const struct all *c)
{
    check(c->first.count >= 1 && c->first.count <= 500);
    check(c->first.wait >= 100 && c->first.wait <= 3600000);
    check(c->first.size >= 1024);
    check(c->first.score >= -100 && c->first.score <= 100);
    check(c->first.color >= COLOR_RED && c->first.color <= COLOR_BLUE);
    check(c->second.path[0] == 0 || c->second.path[0] == '/');
    for (size_t i = 0; i < c->second.words.n; i++)
        check(strpbrk(c->second.words.v[i], " ,\t") == NULL && c->second.words.v[i][0]);
    for (size_t i = 0; i < c->second.paths.n; i++)
        check(c->second.paths.v[i][0] == '/');
}

static int load_source(struct conf_source source, struct arena *a, struct all *c)
{
    unsigned told = 0;
    struct err e = { 0 };
    source.report = tell;
    source.report_ctx = &told;
    int rc = conf_load(&schema, &source, a, c, &e);
    check(rc == 0 || (rc == -1 && told > 0 && e.kind == ERR_CONFIG && e.text[0]));
    check(rc == -1 || told == 0);
    return rc;
}

static int load(struct slice text, struct arena *a, struct all *c)
{
    struct conf_source source = { .text = text };
    return load_source(source, a, c);
}

/* The same text in a file, then its first line as a setting of the command line: nothing more than a crash is
 * looked for, since relative paths hang from somewhere else. */
static void load_otherwise(struct slice text, struct arena *a, struct all *c)
{
    static char path[64];
    static int fd = -1;
    if (fd < 0) {
        fd = memfd_create("conf", MFD_CLOEXEC);
        snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    }
    check(ftruncate(fd, 0) == 0 && pwrite(fd, text.p, text.n, 0) == (ssize_t)text.n);
    struct slice line = { NULL, 0 };
    slice_line(&text, &line);
    const char *set[] = { arena_str(a, slice_chomp(line)) };
    struct conf_source source = { .path = path, .set = set, .n_set = line.n > 0 };
    load_source(source, a, c);
}

static void check_round(const struct all *c, struct arena *a)
{
    struct all again;
    struct buf first, second;
    buf_init(&first, 1 << 22);
    buf_init(&second, 1 << 22);
    conf_write(&schema, c, 3, &first);
    check(load(buf_slice(&first), a, &again) == 0);
    conf_write(&schema, &again, 3, &second);
    check(slice_eq(buf_slice(&first), buf_slice(&second)));
    buf_reset(&second);
    conf_needs_restart(&schema, c, &again, &second);
    check(second.n == 0);
    for (enum conf_dump_which w = CONF_DUMP_ALL; w <= CONF_DUMP_DEFAULTS; w++) {
        buf_reset(&second);
        conf_dump(&schema, c, w, &second);
        check(load(buf_slice(&second), a, &again) == 0);
    }
    buf_deinit(&first);
    buf_deinit(&second);
}

/* The text as the help of an option: no line of it may become a macro of ours or of its own. */
static void check_man(struct slice text, struct arena *a)
{
    bool value;
    struct conf_option row = { "name", CONF_BOOL, 0, "no", .flags = CONF_RESTART };
    struct conf_section section = { "Title", &row, 1, 0, 1 };
    struct conf_schema one = { &section, 1, sizeof(value) };
    struct slice rest, line;
    struct buf b;
    row.help = arena_str(a, text);
    buf_init(&b, text.n * 4 + 1000);
    conf_man(&one, &b);
    rest = buf_slice(&b);
    while (slice_line(&rest, &line))
        check(line.p[0] != '\'' &&
              (line.p[0] != '.' || slice_starts(line, SLICE(".TP\n")) || slice_starts(line, SLICE(".IP\n")) ||
               slice_starts(line, SLICE(".SS \"Title\"\n"))));
    check(!b.full);
    buf_deinit(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = slice_of((const char *)data, size);
    struct arena a;
    struct all c;
    arena_init(&a, 64 << 20);
    if (load(text, &a, &c) == 0) {
        check_bounds(&c);
        check_round(&c, &a);
    }
    load_otherwise(text, &a, &c);
    check_man(text, &a);
    arena_deinit(&a);
    return 0;
}
