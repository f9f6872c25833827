/* smtpsend.c - send mail files by SMTP and say what was answered
 * usage: smtpsend --server HOST:PORT|unix:PATH [--lmtp] [--times] [options] FILE...
 * Prints one line a message: number, file, the server's last answer. A message that is answered by 4xx is
 * tried again, as a sender would, until it is taken, refused or --retry is over; then it counts as waiting.
 * Files may have LF or CRLF; all bytes else go as they are (dots doubled, RFC 5321 4.5.2).
 * Exit 0 when every message got a final answer, 1 when some wait or a server did not talk SMTP, 2 usage. */
#include <errno.h>
#include <getopt.h>
#include <netdb.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>
#include "tests/milter/mailfile.h"
#include "base/buf.h"
#include "base/os.h"

#define ALL_MAIL_MAX ((size_t)4 << 30)
#define MESSAGE_MAX ((size_t)256 << 20)
#define REPLY_MAX 4096

struct options {
    char host[200], port[20]; /* or the path of a unix socket, without a port */
    const char *from, *helo, *client, *client_name;
    const char *to[50];
    size_t n_to;
    unsigned connections, count, retry, per_connection;
    bool number, quiet, lmtp, times;
    bool spread; /* a message goes to one of the recipients, in turn */
};

struct job {
    const char *path;
    struct slice text;
    char reply[160];
    unsigned tries;
    bool done;
    double ms; /* from MAIL to the answer */
};

struct sender {
    const struct options *o;
    struct job *jobs;
    size_t n;
    atomic_size_t next;
    atomic_uint broken; /* conversations that were no SMTP */
    double seconds;
};

struct smtp {
    int fd;
    struct buf in;
    unsigned sent;
};

static int connect_unix(struct smtp *s, const struct options *o)
{
    struct sockaddr_un a = { .sun_family = AF_UNIX };
    snprintf(a.sun_path, sizeof(a.sun_path), "%.107s", o->host);
    s->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    buf_reset(&s->in);
    s->sent = 0;
    return connect(s->fd, (struct sockaddr *)&a, sizeof(a));
}

static int smtp_connect(struct smtp *s, const struct options *o)
{
    if (o->port[0] == 0)
        return connect_unix(s, o);
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *found;
    if (getaddrinfo(o->host, o->port, &hints, &found) != 0)
        return -1;
    struct timeval limit = { .tv_sec = 120 };
    s->fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(s->fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    setsockopt(s->fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
    int r = connect(s->fd, found->ai_addr, found->ai_addrlen);
    freeaddrinfo(found);
    buf_reset(&s->in);
    s->sent = 0;
    return r;
}

static void smtp_close(struct smtp *s)
{
    if (s->fd >= 0)
        close(s->fd);
    s->fd = -1;
}

static int smtp_write(struct smtp *s, struct slice what)
{
    while (what.n) {
        ssize_t w = send(s->fd, what.p, what.n, MSG_NOSIGNAL);
        if (w <= 0)
            return -1;
        what = slice_from(what, (size_t)w);
    }
    return 0;
}

/* The next line without its end, in line[size]; -1 at the end of the connection. */
static int read_line(struct smtp *s, char *line, size_t size)
{
    for (;;) {
        char *end = s->in.n ? memchr(s->in.p, '\n', s->in.n) : NULL;
        if (end) {
            struct slice whole = slice_chomp(slice_of(s->in.p, (size_t)(end + 1 - s->in.p)));
            snprintf(line, size, "%.*s", SLICE_ARG(whole));
            size_t used = (size_t)(end + 1 - s->in.p);
            memmove(s->in.p, end + 1, s->in.n - used);
            s->in.n -= used;
            return 0;
        }
        char *to = buf_reserve(&s->in, 1024);
        ssize_t r = to ? recv(s->fd, to, 1024, 0) : -1;
        if (r <= 0)
            return -1;
        s->in.n += (size_t)r;
    }
}

/* The last line of an answer; its code, or 0 when the server is gone. */
static int read_reply(struct smtp *s, char *line, size_t size)
{
    do {
        if (read_line(s, line, size) != 0) {
            snprintf(line, size, "connection lost");
            return 0;
        }
    } while (strlen(line) > 3 && line[3] == '-');
    return atoi(line);
}

static int command(struct smtp *s, char *line, size_t size, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
static int command(struct smtp *s, char *line, size_t size, const char *fmt, ...)
{
    struct buf b;
    va_list ap;
    buf_init(&b, 65536);
    va_start(ap, fmt);
    buf_vprintf(&b, fmt, ap);
    va_end(ap);
    buf_add_str(&b, "\r\n");
    int r = smtp_write(s, buf_slice(&b));
    buf_deinit(&b);
    if (r == 0)
        return read_reply(s, line, size);
    snprintf(line, size, "connection lost");
    return 0;
}

static int greet(struct smtp *s, const struct options *o, char *line, size_t size)
{
    int code = read_reply(s, line, size);
    if (code == 220)
        code = command(s, line, size, "%s %s", o->lmtp ? "LHLO" : "EHLO", o->helo);
    if (code == 250 && o->client) {
        code = command(s, line, size, "XCLIENT ADDR=%s NAME=%s", o->client, o->client_name);
        if (code == 220)
            code = command(s, line, size, "%s %s", o->lmtp ? "LHLO" : "EHLO", o->helo);
    }
    return code;
}

static void make_data(struct buf *b, const struct job *j, size_t number, const struct options *o)
{
    struct slice rest = j->text, line;
    if (slice_starts(rest, SLICE("From ")))
        slice_line(&rest, &line);
    if (o->number)
        buf_printf(b, "X-Test-Number: %zu\r\n", number);
    while (slice_line(&rest, &line)) {
        line = slice_chomp(line);
        if (line.n && line.p[0] == '.')
            buf_add_char(b, '.');
        buf_add_slice(b, line);
        buf_add_str(b, "\r\n");
    }
    buf_add_str(b, ".\r\n");
}

/* One transaction; the code that decides, its line in j->reply. */
static int transaction(struct smtp *s, const struct options *o, struct job *j, size_t number)
{
    int code = command(s, j->reply, sizeof(j->reply), "MAIL FROM:<%s>", o->from);
    if (code != 250)
        return code;
    size_t first = o->spread ? number % o->n_to : 0, end = o->spread ? first + 1 : o->n_to;
    for (size_t i = first; i < end; i++)
        if ((code = command(s, j->reply, sizeof(j->reply), "RCPT TO:<%s>", o->to[i])) != 250)
            return code;
    code = command(s, j->reply, sizeof(j->reply), "DATA");
    if (code != 354)
        return code;
    struct buf b;
    buf_init(&b, MESSAGE_MAX);
    make_data(&b, j, number, o);
    int r = smtp_write(s, buf_slice(&b));
    buf_deinit(&b);
    s->sent++;
    return r == 0 ? read_reply(s, j->reply, sizeof(j->reply)) : 0;
}

static int try_once(struct smtp *s, struct sender *x, struct job *j, size_t number)
{
    const struct options *o = x->o;
    char line[REPLY_MAX];
    j->tries++;
    if (s->fd >= 0 && o->per_connection && s->sent >= o->per_connection) {
        command(s, line, sizeof(line), "QUIT");
        smtp_close(s);
    }
    if (s->fd < 0) {
        int code = smtp_connect(s, o) == 0 ? greet(s, o, line, sizeof(line)) : 0;
        if (code != 250) {
            snprintf(j->reply, sizeof(j->reply), "%.150s", code ? line : "no connection");
            smtp_close(s);
            return code;
        }
    }
    struct timespec from, to;
    clock_gettime(CLOCK_MONOTONIC, &from);
    int code = transaction(s, o, j, number);
    clock_gettime(CLOCK_MONOTONIC, &to);
    j->ms = (double)(to.tv_sec - from.tv_sec) * 1e3 + (double)(to.tv_nsec - from.tv_nsec) / 1e6;
    if (code == 0 || code == 421)
        smtp_close(s);
    else if (code != 250 && command(s, line, sizeof(line), "RSET") != 250)
        smtp_close(s);
    return code;
}

static void send_job(struct smtp *s, struct sender *x, size_t number)
{
    struct job *j = &x->jobs[number];
    time_t until = time(NULL) + x->o->retry;
    for (;;) {
        int code = try_once(s, x, j, number);
        j->done = code >= 200 && (code < 400 || code >= 500);
        if (code < 200)
            atomic_fetch_add(&x->broken, 1);
        if (j->done || time(NULL) >= until)
            return;
        struct timespec pause = { .tv_nsec = 200000000 };
        nanosleep(&pause, NULL);
    }
}

static void *run(void *arg)
{
    struct sender *x = arg;
    struct smtp s = { .fd = -1 };
    char line[REPLY_MAX];
    buf_init(&s.in, 1 << 20);
    for (size_t i; (i = atomic_fetch_add(&x->next, 1)) < x->n;)
        send_job(&s, x, i);
    if (s.fd >= 0)
        command(&s, line, sizeof(line), "QUIT");
    smtp_close(&s);
    buf_deinit(&s.in);
    return NULL;
}

static int by_ms(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void report_times(const struct sender *x)
{
    double *ms = calloc(x->n, sizeof(*ms));
    if (ms == NULL)
        fatal("no memory");
    for (size_t i = 0; i < x->n; i++)
        ms[i] = x->jobs[i].ms;
    qsort(ms, x->n, sizeof(*ms), by_ms);
    fprintf(stderr, "%.1f messages/s, p50 %.2f ms, p99 %.2f ms, most %.2f ms\n", (double)x->n / x->seconds,
            ms[x->n / 2], ms[x->n * 99 / 100], ms[x->n - 1]);
    free(ms);
}

static int report(const struct sender *x)
{
    size_t taken = 0, refused = 0, waiting = 0, tries = 0;
    for (size_t i = 0; i < x->n; i++) {
        const struct job *j = &x->jobs[i];
        if (!x->o->quiet)
            printf("%zu\t%s\t%s\n", i, j->path, j->reply);
        tries += j->tries;
        if (!j->done)
            waiting++;
        else if (j->reply[0] == '2')
            taken++;
        else
            refused++;
    }
    fprintf(stderr, "smtpsend: %zu messages: %zu accepted, %zu rejected, %zu waiting, %zu tries\n", x->n,
            taken, refused, waiting, tries);
    if (x->o->times)
        report_times(x);
    return waiting ? 1 : 0;
}

static int usage(void)
{
    fputs(
        "usage: smtpsend --server HOST:PORT|unix:PATH [--lmtp] [--times] [--from A] [--to B]... [--helo H] "
        "[--client IP --client-name N]\n"
        "         [--connections N] [--count N] [--per-connection N] [--retry SECONDS] [--number] [--quiet]\n"
        "         [--files-from LIST] FILE...\n"
        "--client: as this client (XCLIENT); --number: X-Test-Number on top; --count: messages in all\n",
        stderr);
    return 2;
}

static int add_server(struct options *o, const char *server)
{
    const char *colon = strrchr(server, ':');
    if (strncmp(server, "unix:", 5) == 0) {
        snprintf(o->host, sizeof(o->host), "%s", server + 5);
        return 0;
    }
    if (colon == NULL || (size_t)(colon - server) >= sizeof(o->host))
        return -1;
    snprintf(o->host, sizeof(o->host), "%.*s", (int)(colon - server), server);
    snprintf(o->port, sizeof(o->port), "%s", colon + 1);
    return 0;
}

struct files {
    struct arena arena;
    struct job *v;
    size_t n, room;
};

static int add_file(struct files *f, struct slice path, struct err *e)
{
    if (f->n == f->room) {
        size_t room = f->room ? f->room * 2 : 256;
        f->v = arena_grow(&f->arena, f->v, f->n, room, sizeof(*f->v));
        f->room = room;
    }
    struct job *j = &f->v[f->n++];
    j->path = arena_str(&f->arena, path);
    return file_read(j->path, &f->arena, &j->text, e);
}

static int add_list(struct files *f, const char *path, struct err *e)
{
    struct slice text, line;
    if (file_read(path, &f->arena, &text, e) != 0)
        return -1;
    while (slice_line(&text, &line))
        if (slice_chomp(line).n && add_file(f, slice_chomp(line), e) != 0)
            return -1;
    return 0;
}

static int send_all(const struct options *o, struct files *f)
{
    struct sender x = { .o = o, .n = o->count ? o->count : f->n };
    x.jobs = calloc(x.n, sizeof(*x.jobs));
    pthread_t *threads = calloc(o->connections, sizeof(*threads));
    if (x.jobs == NULL || threads == NULL)
        fatal("no memory");
    for (size_t i = 0; i < x.n; i++)
        x.jobs[i] = f->v[i % f->n];
    uint64_t begin = clock_ms();
    for (unsigned i = 0; i < o->connections; i++)
        if (pthread_create(&threads[i], NULL, run, &x) != 0)
            fatal("cannot start a thread");
    for (unsigned i = 0; i < o->connections; i++)
        pthread_join(threads[i], NULL);
    x.seconds = (double)(clock_ms() - begin + 1) / 1000;
    int r = report(&x);
    if (x.broken)
        fprintf(stderr, "smtpsend: %u conversations broke off\n", x.broken);
    free(threads);
    free(x.jobs);
    return r;
}

enum {
    OPT_CLIENT = 256,
    OPT_NAME,
    OPT_COUNT,
    OPT_RETRY,
    OPT_PER,
    OPT_NUMBER,
    OPT_QUIET,
    OPT_FILES,
    OPT_LMTP,
    OPT_TIMES,
    OPT_SPREAD
};

static const struct option longs[] = {
    { "server", required_argument, NULL, 's' },
    { "from", required_argument, NULL, 'f' },
    { "to", required_argument, NULL, 't' },
    { "helo", required_argument, NULL, 'h' },
    { "client", required_argument, NULL, OPT_CLIENT },
    { "client-name", required_argument, NULL, OPT_NAME },
    { "connections", required_argument, NULL, 'c' },
    { "count", required_argument, NULL, OPT_COUNT },
    { "retry", required_argument, NULL, OPT_RETRY },
    { "per-connection", required_argument, NULL, OPT_PER },
    { "number", no_argument, NULL, OPT_NUMBER },
    { "quiet", no_argument, NULL, OPT_QUIET },
    { "files-from", required_argument, NULL, OPT_FILES },
    { "lmtp", no_argument, NULL, OPT_LMTP },
    { "times", no_argument, NULL, OPT_TIMES },
    { "spread", no_argument, NULL, OPT_SPREAD },
    { NULL, 0, NULL, 0 },
};

static int take_option(struct options *o, struct files *f, int c, struct err *e)
{
    unsigned number = optarg ? (unsigned)strtoul(optarg, NULL, 10) : 0;
    switch (c) {
    case 's': return add_server(o, optarg);
    case 'f': o->from = optarg; break;
    case 't':
        if (o->n_to < sizeof(o->to) / sizeof(o->to[0]))
            o->to[o->n_to++] = optarg;
        break;
    case 'h': o->helo = optarg; break;
    case 'c': o->connections = number ? number : 1; break;
    case OPT_CLIENT: o->client = optarg; break;
    case OPT_NAME: o->client_name = optarg; break;
    case OPT_COUNT: o->count = number; break;
    case OPT_RETRY: o->retry = number; break;
    case OPT_PER: o->per_connection = number; break;
    case OPT_NUMBER: o->number = true; break;
    case OPT_QUIET: o->quiet = true; break;
    case OPT_LMTP: o->lmtp = true; break;
    case OPT_TIMES: o->times = true; break;
    case OPT_SPREAD: o->spread = true; break;
    case OPT_FILES: return add_list(f, optarg, e);
    default: return -1;
    }
    return 0;
}

int main(int argc, char **argv)
{
    struct options o = { .from = "ada@example.org",
                         .helo = "mail.example.org",
                         .client_name = "[UNAVAILABLE]",
                         .connections = 1 };
    struct files f = { 0 };
    struct err e = { 0 };
    arena_init(&f.arena, ALL_MAIL_MAX);
    for (int c; (c = getopt_long(argc, argv, "s:f:t:h:c:", longs, NULL)) != -1;)
        if (take_option(&o, &f, c, &e) != 0) {
            fprintf(stderr, "smtpsend: %s\n", e.text);
            return usage();
        }
    for (int i = optind; i < argc; i++)
        if (add_file(&f, slice_str(argv[i]), &e) != 0) {
            fprintf(stderr, "smtpsend: %s\n", e.text);
            return 2;
        }
    if (o.host[0] == 0 || f.n == 0)
        return usage();
    if (o.n_to == 0)
        o.to[o.n_to++] = "bob@example.net";
    int r = send_all(&o, &f);
    arena_deinit(&f.arena);
    return r;
}
