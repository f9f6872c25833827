/* mtbench.c - play mail files at a milter, and measure
 * usage: mtbench --socket SPEC [options] FILE|DIRECTORY...
 * Prints messages a second, latencies, replies; with --pid also CPU time a message over a supervisor's whole
 * tree, and memory of each process at --mark and at the end. Exit 0 when every message got a verdict (and no
 * process grew by more than --growth-max percent of RSS), 1 when not, 2 for usage. */
#include <dirent.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include "tests/milter/load.h"
#include "tests/milter/procs.h"

#define MAIL_MAX ((size_t)8 << 30)
#define LIST_MAX ((size_t)64 << 20)

struct bench {
    struct load_options load;
    struct arena arena;
    struct load_message *messages;
    size_t n, room;
    unsigned repeat, warmup;
    uint64_t mark;
    pid_t pid;
    double growth_max;
    bool json;
    struct procs before, marked, after;
    bool has_mark;
    double cpu_ms;
};

static int usage(void)
{
    fputs("usage: mtbench --socket SPEC [options] FILE|DIRECTORY...\n"
          "  --files-from LIST     more files, one a line\n"
          "  -c, --connections N   at once (1)\n"
          "  -n, --messages N      in all (each file once)\n"
          "  --repeat N            each file N times\n"
          "  --per-connection N    messages before a new connection (0: one connection for all)\n"
          "  --clients N           different client addresses (1)\n"
          "  --unique              a line of its own in each message\n"
          "  --warmup N            messages before the measuring begins\n"
          "  --timeout MS          for one answer (60000)\n"
          "  --pid PID             a supervisor: CPU and memory of it and all below\n"
          "  --mark N              memory is also taken after N messages (1000)\n"
          "  --growth-max PERCENT  of any process's RSS between mark and end\n"
          "  --errors              print each error\n"
          "  --json                one object\n",
          stderr);
    return 2;
}

static int add_file(struct bench *b, const char *path, struct err *e)
{
    struct slice text;
    if (file_read(path, &b->arena, &text, e) != 0)
        return -1;
    if (b->n == b->room) {
        size_t room = b->room ? b->room * 2 : 1024;
        b->messages = arena_grow(&b->arena, b->messages, b->n, room, sizeof(*b->messages));
        b->room = room;
    }
    struct load_message *m = &b->messages[b->n++];
    m->path = arena_str(&b->arena, slice_str(path));
    mail_parse(&m->mail, text, &b->arena);
    return 0;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A directory's files in order of their names, what is below it not. */
static int add_directory(struct bench *b, const char *path, struct err *e)
{
    size_t n = 0, room = 0;
    const char **names = NULL;
    DIR *d = opendir(path);
    if (d == NULL)
        return err_sys(e, "%s", path);
    for (struct dirent *x; (x = readdir(d));) {
        if (x->d_name[0] == '.')
            continue;
        if (n == room) {
            size_t more = room ? room * 2 : 256;
            names = arena_grow(&b->arena, names, n, more, sizeof(*names));
            room = more;
        }
        names[n++] = arena_printf(&b->arena, "%s/%s", path, x->d_name).p;
    }
    closedir(d);
    if (n)
        qsort(names, n, sizeof(*names), compare_names);
    struct stat st;
    for (size_t i = 0; i < n; i++)
        if (stat(names[i], &st) == 0 && S_ISREG(st.st_mode) && add_file(b, names[i], e) != 0)
            return -1;
    return 0;
}

static int add_path(struct bench *b, const char *path, struct err *e)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return err_sys(e, "%s", path);
    return S_ISDIR(st.st_mode) ? add_directory(b, path, e) : add_file(b, path, e);
}

static int add_list(struct bench *b, const char *path, struct err *e)
{
    struct arena a;
    struct slice text, line;
    arena_init(&a, LIST_MAX);
    int r = file_read(path, &a, &text, e);
    while (r == 0 && slice_line(&text, &line)) {
        line = slice_chomp(line);
        if (line.n)
            r = add_path(b, arena_str(&a, line), e);
    }
    arena_deinit(&a);
    return r;
}

static void at_mark(void *ctx, uint64_t done)
{
    struct bench *b = ctx;
    if (done != b->mark || b->pid == 0)
        return;
    procs_sample(&b->marked, b->pid, true);
    b->has_mark = true;
}

/* The largest growth of a process that was there at both times, in percent. */
static double growth(const struct bench *b)
{
    double most = 0;
    for (size_t i = 0; b->has_mark && i < b->after.n; i++) {
        const struct proc *p = &b->after.v[i], *m = procs_find(&b->marked, p->pid);
        double g = m && m->rss_kb ? 100.0 * ((double)p->rss_kb - (double)m->rss_kb) / (double)m->rss_kb : 0;
        most = g > most ? g : most;
    }
    return most;
}

/* CPU time of one process for a message; that of the dead it waited for is in it */
static double cpu_of(const struct bench *b, const struct proc *p, size_t messages)
{
    const struct proc *old = procs_find(&b->before, p->pid);
    return (p->cpu_ms - (old ? old->cpu_ms : 0)) / (double)(messages ? messages : 1);
}

static void print_processes(const struct bench *b, size_t messages)
{
    printf("%8s %-24s %10s %10s %10s %10s %10s\n", "pid", "process", "CPU ms", "RSS kB", "at mark",
           "private kB", "at mark");
    for (size_t i = 0; i < b->after.n; i++) {
        const struct proc *p = &b->after.v[i], *m = b->has_mark ? procs_find(&b->marked, p->pid) : NULL;
        printf("%8d %-24s %10.3f %10lu %10ld %10lu %10ld%s\n", (int)p->pid, p->name, cpu_of(b, p, messages),
               p->rss_kb, m ? (long)m->rss_kb : -1, p->private_kb, m ? (long)m->private_kb : -1,
               p->has_private ? "" : " (not readable)");
    }
    if (b->has_mark)
        printf("largest growth of RSS since message %llu: %.1f %%\n", (unsigned long long)b->mark, growth(b));
}

static void print_text(const struct bench *b, struct load_result *r)
{
    printf("%zu messages, %u connections, %.1f s: %.0f messages/s, %.2f MB/s\n", r->n, b->load.connections,
           r->seconds, (double)r->n / r->seconds, (double)r->bytes / 1e6 / r->seconds);
    printf("replies:");
    for (int i = 0; i < LOAD_REPLIES; i++)
        printf(" %s %llu", load_reply_names[i], (unsigned long long)r->replies[i]);
    printf("; held %llu, flagged %llu, edits %llu, progress %llu\n", (unsigned long long)r->held,
           (unsigned long long)r->tagged, (unsigned long long)r->edits, (unsigned long long)r->progress);
    printf("from the final dot to the verdict: p50 %.2f ms, p99 %.2f ms, most %.2f ms\n",
           (double)load_quantile(r->end_ms, r->n, 0.5), (double)load_quantile(r->end_ms, r->n, 0.99),
           (double)load_quantile(r->end_ms, r->n, 1));
    printf("from MAIL to the verdict: p50 %.2f ms, p99 %.2f ms\n",
           (double)load_quantile(r->whole_ms, r->n, 0.5), (double)load_quantile(r->whole_ms, r->n, 0.99));
    if (b->pid) {
        printf("CPU: %.3f ms a message over %zu processes\n", b->cpu_ms / (double)(r->n ? r->n : 1),
               b->after.n);
        print_processes(b, r->n);
    }
}

static void print_json(const struct bench *b, struct load_result *r)
{
    printf("{\"messages\":%zu,\"connections\":%u,\"seconds\":%.3f,\"per_second\":%.1f", r->n,
           b->load.connections, r->seconds, (double)r->n / r->seconds);
    for (int i = 0; i < LOAD_REPLIES; i++)
        printf(",\"%s\":%llu", load_reply_names[i], (unsigned long long)r->replies[i]);
    printf(",\"held\":%llu,\"flagged\":%llu,\"edits\":%llu,\"bytes\":%llu", (unsigned long long)r->held,
           (unsigned long long)r->tagged, (unsigned long long)r->edits, (unsigned long long)r->bytes);
    printf(",\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"max_ms\":%.3f", (double)load_quantile(r->end_ms, r->n, 0.5),
           (double)load_quantile(r->end_ms, r->n, 0.99), (double)load_quantile(r->end_ms, r->n, 1));
    if (b->pid) {
        printf(",\"cpu_ms\":%.4f,\"growth_percent\":%.2f,\"processes\":[",
               b->cpu_ms / (double)(r->n ? r->n : 1), growth(b));
        for (size_t i = 0; i < b->after.n; i++)
            printf("%s{\"pid\":%d,\"name\":\"%s\",\"cpu_ms\":%.4f,\"rss_kb\":%lu,\"private_kb\":%lu}",
                   i ? "," : "", (int)b->after.v[i].pid, b->after.v[i].name, cpu_of(b, &b->after.v[i], r->n),
                   b->after.v[i].rss_kb, b->after.v[i].private_kb);
        printf("]");
    }
    printf("}\n");
}

static int run(struct bench *b)
{
    struct load_result warm, r;
    struct load_options o = b->load;
    if (b->warmup) {
        o.messages = b->warmup;
        load_run(&o, b->messages, b->n, 0, 0, NULL, NULL, &warm);
        load_result_deinit(&warm);
    }
    if (b->pid)
        procs_sample(&b->before, b->pid, false);
    if (b->pid && b->before.n == 0) {
        fprintf(stderr, "mtbench: no process %d\n", (int)b->pid);
        return 2;
    }
    load_run(&b->load, b->messages, b->n, b->warmup, b->mark > b->warmup ? b->mark - b->warmup : 0, at_mark,
             b, &r);
    if (b->pid)
        procs_sample(&b->after, b->pid, true);
    b->cpu_ms = procs_cpu_ms(&b->after) - procs_cpu_ms(&b->before);
    if (b->json)
        print_json(b, &r);
    else
        print_text(b, &r);
    bool good = r.replies[LOAD_ERROR] == 0;
    if (b->growth_max > 0 && growth(b) > b->growth_max) {
        printf("a process grew by more than %.1f %%\n", b->growth_max);
        good = false;
    }
    load_result_deinit(&r);
    return good ? 0 : 1;
}

enum {
    OPT_FILES = 256,
    OPT_REPEAT,
    OPT_PER,
    OPT_CLIENTS,
    OPT_UNIQUE,
    OPT_WARMUP,
    OPT_TIMEOUT,
    OPT_PID,
    OPT_MARK,
    OPT_GROWTH,
    OPT_ERRORS,
    OPT_JSON
};

static const struct option longs[] = {
    { "socket", required_argument, NULL, 's' },
    { "connections", required_argument, NULL, 'c' },
    { "messages", required_argument, NULL, 'n' },
    { "files-from", required_argument, NULL, OPT_FILES },
    { "repeat", required_argument, NULL, OPT_REPEAT },
    { "per-connection", required_argument, NULL, OPT_PER },
    { "clients", required_argument, NULL, OPT_CLIENTS },
    { "unique", no_argument, NULL, OPT_UNIQUE },
    { "warmup", required_argument, NULL, OPT_WARMUP },
    { "timeout", required_argument, NULL, OPT_TIMEOUT },
    { "pid", required_argument, NULL, OPT_PID },
    { "mark", required_argument, NULL, OPT_MARK },
    { "growth-max", required_argument, NULL, OPT_GROWTH },
    { "errors", no_argument, NULL, OPT_ERRORS },
    { "json", no_argument, NULL, OPT_JSON },
    { NULL, 0, NULL, 0 },
};

static int take_option(struct bench *b, int c, struct err *e)
{
    unsigned number = optarg ? (unsigned)strtoul(optarg, NULL, 10) : 0;
    switch (c) {
    case 's': b->load.socket = optarg; break;
    case 'c': b->load.connections = number ? number : 1; break;
    case 'n': b->load.messages = strtoull(optarg, NULL, 10); break;
    case OPT_FILES: return add_list(b, optarg, e);
    case OPT_REPEAT: b->repeat = number; break;
    case OPT_PER: b->load.per_connection = number; break;
    case OPT_CLIENTS: b->load.clients = number; break;
    case OPT_UNIQUE: b->load.unique = true; break;
    case OPT_WARMUP: b->warmup = number; break;
    case OPT_TIMEOUT: b->load.timeout_ms = number; break;
    case OPT_PID: b->pid = (pid_t)number; break;
    case OPT_MARK: b->mark = number; break;
    case OPT_GROWTH: b->growth_max = strtod(optarg, NULL); break;
    case OPT_ERRORS: b->load.log_errors = "mtbench: "; break;
    case OPT_JSON: b->json = true; break;
    default: return err_set(e, ERR_INPUT, "unknown option");
    }
    return 0;
}

int main(int argc, char **argv)
{
    static struct bench b = { .load = { .connections = 1, .clients = 1, .timeout_ms = 60000 }, .mark = 1000 };
    struct err e;
    arena_init(&b.arena, MAIL_MAX);
    for (int c; (c = getopt_long(argc, argv, "s:c:n:", longs, NULL)) != -1;)
        if (take_option(&b, c, &e) != 0) {
            fprintf(stderr, "mtbench: %s\n", e.text);
            return usage();
        }
    for (int i = optind; i < argc; i++)
        if (add_path(&b, argv[i], &e) != 0) {
            fprintf(stderr, "mtbench: %s\n", e.text);
            return 2;
        }
    if (b.load.socket == NULL || b.n == 0)
        return usage();
    if (b.load.messages == 0)
        b.load.messages = b.n * (b.repeat ? b.repeat : 1);
    int r = run(&b);
    arena_deinit(&b.arena);
    return r;
}
