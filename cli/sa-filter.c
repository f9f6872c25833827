/* sa-filter.c - messages in, messages out; see sa-filter.h
 * A directory stands for the files in it. With --mbox a file is cut at its "From " lines, which is all that
 * this process sees of a message. */
#include "config.h"
#include "cli/sa-filter.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "base/os.h"

#define EXIT_CODE_SPAM 5
#define MESSAGE_MAX ((size_t)512 << 20)
#define ANSWER_MEMORY ((size_t)64 << 20)
#define CHUNK (64 * 1024)
#define FILES_MAX 100000

enum { EXIT_NO = 1, EXIT_TRY_AGAIN = 75 };

struct filter {
    const struct sa_options *o;
    const struct config *c;
    struct engine *engine;
    struct envelope envelope;
    struct arena *a;     /* of the run */
    struct arena answer; /* of one message */
    unsigned examined;
    int code; /* of the first that was not 0 */
};

static void fail(struct filter *f, int code)
{
    if (f->code == 0 || code == EXIT_TRY_AGAIN)
        f->code = code;
}

static void complain(struct filter *f, const char *name, const char *why, int code)
{
    fprintf(stderr, "tamis-spamassassin: %s: %s\n", name, why);
    fail(f, code);
}

/* ---- one message */

static int write_out(int fd, uint64_t n)
{
    static char chunk[CHUNK];
    uint64_t at = 0;
    while (at < n) {
        size_t want = n - at < CHUNK ? (size_t)(n - at) : CHUNK;
        ssize_t got = pread(fd, chunk, want, (off_t)at);
        if (got <= 0 || fwrite(chunk, 1, (size_t)got, stdout) != (size_t)got)
            return -1;
        at += (uint64_t)got;
    }
    return fflush(stdout) == 0 ? 0 : -1;
}

static int spool_text(struct spool *s, const struct spool_options *o, int fd, uint64_t n, struct err *e)
{
    static char chunk[CHUNK];
    uint64_t at = 0;
    if (spool_open(s, o, e) < 0)
        return -1;
    while (at < n) {
        ssize_t got = pread(fd, chunk, n - at < CHUNK ? (size_t)(n - at) : CHUNK, (off_t)at);
        if (got <= 0)
            return err_sys(e, "text");
        if (spool_add(s, slice_of(chunk, (size_t)got), e) < 0)
            return -1;
        at += (uint64_t)got;
    }
    return spool_finish(s, e);
}

static const struct spool_options spooling = { .dir_fd = -1, .memory_max = MESSAGE_MAX, .max = MESSAGE_MAX };

/* What went wrong with the message, NULL: nothing. */
static const char *fault_of(const struct engine_result *r, unsigned what)
{
    const struct finding *f = r->findings.first;
    for (; f; f = f->next)
        if (f->kind == FINDING_CLASS &&
            (f->class == CLASS_UNCHECKED_CRASH || f->class == CLASS_UNCHECKED_FAULT))
            return f->name.p ? "the scanner failed" : NULL;
    return (what & WANT_TEXT) && r->text_fd < 0 ? "there was no answer" : NULL;
}

static bool ask(struct filter *f, const char *name, const struct spool *s, unsigned what,
                struct engine_result *r)
{
    const struct engine_request q = { .envelope = &f->envelope, .spool = s, .wanted = { what, NAN } };
    arena_reset(&f->answer);
    engine_check(f->engine, &q, &f->answer, r);
    const char *fault = fault_of(r, what);
    if (fault == NULL && r->written.text == 0 && (what & WANT_MAIL))
        fault = "too large to be looked at";
    if (fault == NULL)
        return true;
    complain(f, name, fault, EXIT_TRY_AGAIN);
    fd_close(&r->text_fd);
    return false;
}

static void put_out(struct filter *f, const char *name, const struct spool *s, unsigned what)
{
    struct engine_result r;
    if (!ask(f, name, s, what, &r))
        return;
    if (write_out(r.text_fd, r.written.text) < 0)
        complain(f, "standard output", strerror(errno), EXIT_TRY_AGAIN);
    else if (f->o->exit_code.given && r.written.spam && f->code == 0)
        f->code = f->o->exit_code.number ? (int)f->o->exit_code.number : EXIT_CODE_SPAM;
    fd_close(&r.text_fd);
}

static unsigned wanted(const struct sa_options *o)
{
    return WANT_MAIL | (o->test ? WANT_REPORT : 0);
}

/* -d -t: what is checked is the message without its markup. */
static void strip_and_check(struct filter *f, const char *name, const struct spool *s)
{
    struct engine_result r;
    struct spool stripped;
    struct err e;
    if (!ask(f, name, s, WANT_STRIPPED, &r))
        return;
    if (spool_text(&stripped, &spooling, r.text_fd, r.written.text, &e) < 0)
        complain(f, name, e.text, EXIT_TRY_AGAIN);
    else
        put_out(f, name, &stripped, wanted(f->o));
    spool_close(&stripped);
    fd_close(&r.text_fd);
}

static void report_to_nobody(const struct sa_options *o)
{
    if (o->report)
        fputs("tamis-spamassassin: warning, unable to report message: Tamis reports to nobody\n", stderr);
    if (o->revoke)
        fputs("tamis-spamassassin: warning, unable to revoke message: Tamis reports to nobody\n", stderr);
}

static void one_message(struct filter *f, const char *name, const struct spool *s)
{
    f->examined++;
    if (f->o->report || f->o->revoke)
        report_to_nobody(f->o);
    else if (f->o->remove_markup && f->o->test)
        strip_and_check(f, name, s);
    else
        put_out(f, name, s, f->o->remove_markup ? WANT_STRIPPED : wanted(f->o));
}

/* ---- where messages come from */

static int spool_descriptor(struct spool *s, int fd, struct err *e)
{
    static char chunk[CHUNK];
    if (spool_open(s, &spooling, e) < 0)
        return -1;
    for (;;) {
        ssize_t n = read(fd, chunk, sizeof(chunk));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_sys(e, "read");
        if (n == 0)
            return spool_finish(s, e);
        if (spool_add(s, slice_of(chunk, (size_t)n), e) < 0)
            return -1;
    }
}

static void from_descriptor(struct filter *f, const char *name, int fd)
{
    struct spool s;
    struct err e;
    if (spool_descriptor(&s, fd, &e) < 0)
        complain(f, name, e.text, EXIT_TRY_AGAIN);
    else
        one_message(f, name, &s);
    spool_close(&s);
}

/* "From sender Mon Jan 1 00:00:00 2024" */
static bool begins_message(struct slice line)
{
    struct slice s = slice_chomp(line);
    if (!slice_starts(s, SLICE("From ")) || s.n < 20)
        return false;
    bool year = true;
    for (size_t i = s.n - 4; i < s.n; i++)
        year &= ascii_digit(s.p[i]);
    return year && slice_chr(s, ':') > 0;
}

static int end_message(struct filter *f, const char *name, struct spool *s, struct err *e)
{
    int rc = spool_finish(s, e);
    if (rc == 0)
        one_message(f, name, s);
    spool_close(s);
    return rc;
}

static void from_mbox(struct filter *f, const char *name, FILE *in)
{
    struct spool s;
    struct err e;
    char *line = NULL;
    size_t cap = 0;
    bool open = false;
    int rc = 0;
    for (ssize_t n; rc == 0 && (n = getline(&line, &cap, in)) > 0;) {
        struct slice text = slice_of(line, (size_t)n);
        bool begins = begins_message(text);
        if (begins && open)
            rc = end_message(f, name, &s, &e);
        if (begins && rc == 0)
            rc = spool_open(&s, &spooling, &e);
        open |= begins;
        if (open && rc == 0)
            rc = spool_add(&s, text, &e);
    }
    if (open && rc == 0)
        rc = end_message(f, name, &s, &e);
    if (rc < 0)
        complain(f, name, e.text, EXIT_TRY_AGAIN);
    free(line);
}

static void from_open_file(struct filter *f, const char *name, int fd)
{
    FILE *in;
    if (!f->o->mbox)
        from_descriptor(f, name, fd);
    else if ((in = fdopen(dup(fd), "re")) == NULL)
        complain(f, name, strerror(errno), EXIT_NO);
    else {
        from_mbox(f, name, in);
        fclose(in);
    }
}

static void from_path(struct filter *f, const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        complain(f, path, strerror(errno), EXIT_NO);
    else
        from_open_file(f, path, fd);
    fd_close(&fd);
}

static int by_name(const void *x, const void *y)
{
    return strcmp(*(const char *const *)x, *(const char *const *)y);
}

static void from_directory(struct filter *f, const char *path, DIR *d)
{
    const char **names = arena_array(f->a, FILES_MAX, sizeof(*names));
    size_t n = 0;
    for (struct dirent *entry; n < FILES_MAX && (entry = readdir(d)) != NULL;)
        if (entry->d_name[0] != '.')
            names[n++] = arena_printf(f->a, "%s/%s", path, entry->d_name).p;
    qsort(names, n, sizeof(*names), by_name);
    for (size_t i = 0; i < n; i++) {
        struct stat st;
        if (stat(names[i], &st) == 0 && S_ISREG(st.st_mode))
            from_path(f, names[i]);
    }
}

static void from_operand(struct filter *f, const char *path)
{
    DIR *d;
    if (strcmp(path, "-") == 0)
        from_open_file(f, "standard input", STDIN_FILENO);
    else if ((d = opendir(path)) != NULL) {
        from_directory(f, path, d);
        closedir(d);
    } else
        from_path(f, path);
}

/* ---- who we are */

/* Our name with its domain, where the machine knows one. */
static struct slice host_name(struct arena *a)
{
    char name[256] = "localhost";
    struct addrinfo hints = { .ai_flags = AI_CANONNAME }, *found = NULL;
    gethostname(name, sizeof(name) - 1);
    struct slice host = arena_dup(a, slice_str(name));
    if (strchr(name, '.') == NULL && getaddrinfo(name, NULL, &hints, &found) == 0 && found->ai_canonname) {
        struct slice full = slice_str(found->ai_canonname);
        if (slice_starts(full, host) && full.n > host.n && full.p[host.n] == '.')
            host = arena_dup(a, full);
    }
    if (found)
        freeaddrinfo(found);
    return host;
}

int sa_filter(const struct sa_options *o, const struct config *c, struct engine *engine, struct arena *a)
{
    struct filter f = { .o = o, .c = c, .engine = engine, .a = a };
    f.envelope = (struct envelope){ .my_name = host_name(a), .received_at = time(NULL) };
    arena_init(&f.answer, ANSWER_MEMORY);
    if (o->operands.n == 0)
        from_operand(&f, "-");
    for (size_t i = 0; i < o->operands.n; i++)
        from_operand(&f, o->operands.v[i]);
    if (o->report || o->revoke)
        printf("%u message(s) examined.\n", f.examined);
    arena_deinit(&f.answer);
    return fflush(stdout) == 0 ? f.code : EXIT_TRY_AGAIN;
}
