/* status.c - what `tamis status` reads; see status.h */
#include "config.h"
#include "milter/status.h"

#include <errno.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include "base/os.h"
#include "base/log.h"

#define STATUS_MAX 8192
#define RESOLVER_WAIT_MS 300

static void add_text(struct buf *b, const char *key, const char *value)
{
    buf_printf(b, "\"%s\":\"", key);
    for (const char *p = value; *p; p++) {
        if (*p == '"' || *p == '\\')
            buf_add_char(b, '\\');
        if ((unsigned char)*p >= 0x20)
            buf_add_char(b, *p);
    }
    buf_add_str(b, "\"");
}

static void add_workers(struct buf *b, const struct engine_status *e, unsigned configured)
{
    const char *comma = "";
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    buf_printf(b, ",\"workers\":{\"configured\":%u,\"ready\":%u,\"busy\":%u,\"waiting\":%u,\"pids\":[",
               configured ? configured : (unsigned)(cores > 0 ? cores : 1), e->workers, e->busy, e->waiting);
    for (size_t i = 0; i < sizeof(e->worker_pids) / sizeof(e->worker_pids[0]) && e->worker_pids[i] > 0; i++) {
        buf_printf(b, "%s%d", comma, e->worker_pids[i]);
        comma = ",";
    }
    buf_add_str(b, "]}");
}

static void add_messages(struct buf *b, struct gateway *g)
{
    static const char *const names[COUNT_COUNT] = {
        [COUNT_TOTAL] = "total",         [COUNT_CLEAN] = "clean",       [COUNT_TAGGED] = "tagged",
        [COUNT_HELD] = "held",           [COUNT_REJECTED] = "rejected", [COUNT_TEMPFAILED] = "tempfailed",
        [COUNT_DISCARDED] = "discarded", [COUNT_ABORTED] = "aborted",   [COUNT_EARLY] = "refused_early",
    };
    unsigned in_work, waiting;
    size_t bytes;
    admission_get(&g->admission, &in_work, &waiting, &bytes);
    buf_printf(b, ",\"messages\":{\"in_work\":%u,\"waiting\":%u,\"spooled_bytes\":%zu", in_work, waiting,
               bytes);
    for (int i = 0; i < COUNT_COUNT; i++)
        buf_printf(b, ",\"%s\":%llu", names[i], (unsigned long long)atomic_load(&g->counts[i]));
    buf_add_str(b, "}");
}

static void add_counters(struct buf *b, const char *key, const struct engine_status *e)
{
    buf_printf(b, ",\"%s\":{\"retries\":%llu,\"deaths\":%llu,\"kills\":%llu,\"lies\":%llu,\"recycled\":%llu}",
               key, (unsigned long long)e->retries, (unsigned long long)e->deaths,
               (unsigned long long)e->kills, (unsigned long long)e->lies, (unsigned long long)e->recycled);
}

/* null: dns = no; "resolver": null while it does not answer. */
static void add_dns(struct buf *b, struct gateway *g, const struct snapshot *s,
                    const struct engine_dns_counts *n)
{
    struct dns_link *link = s && s->config.dns.dns && g->lookups ? lookup_borrow(g->lookups) : NULL;
    struct dns_counts c;
    struct err e;
    if (s == NULL || !s->config.dns.dns) {
        buf_add_str(b, ",\"dns\":null");
        return;
    }
    buf_printf(b,
               ",\"dns\":{\"asked\":%llu,\"late\":%llu,\"failed\":%llu,\"refused\":%llu,\"waited_ms\":%llu,"
               "\"marked\":%llu,\"resolver\":",
               (unsigned long long)n->asked, (unsigned long long)n->late, (unsigned long long)n->failed,
               (unsigned long long)n->refused, (unsigned long long)n->waited_ms,
               (unsigned long long)n->marked);
    if (link && dns_link_counts(link, RESOLVER_WAIT_MS, &c, &e) == 0)
        buf_printf(b,
                   "{\"questions\":%llu,\"cached\":%llu,\"joined\":%llu,\"lookups\":%llu,\"failed\":%llu,"
                   "\"late\":%llu,\"refused\":%llu,\"in_flight\":%llu,\"entries\":%llu,\"bytes\":%llu}",
                   (unsigned long long)c.questions, (unsigned long long)c.cached,
                   (unsigned long long)c.joined, (unsigned long long)c.lookups, (unsigned long long)c.failed,
                   (unsigned long long)c.late, (unsigned long long)c.limited, (unsigned long long)c.in_flight,
                   (unsigned long long)c.entries, (unsigned long long)c.bytes);
    else
        buf_add_str(b, "null");
    buf_add_str(b, "}");
    if (link)
        lookup_give_back(g->lookups, &link);
}

/* Of messages whose From was asked about; null: dns = no. */
static void add_dmarc(struct buf *b, struct gateway *g, const struct snapshot *s)
{
    static const enum auth_code codes[] = { AUTH_PASS, AUTH_FAIL, AUTH_NONE, AUTH_TEMPERROR, AUTH_PERMERROR };
    buf_add_str(b, ",\"dmarc\":");
    if (s == NULL || !s->config.dns.dns) {
        buf_add_str(b, "null");
        return;
    }
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
        buf_printf(b, "%s\"%s\":%llu", i ? "," : "{", auth_code_name(codes[i]),
                   (unsigned long long)atomic_load(&g->dmarc.counts[codes[i]]));
    buf_printf(b, ",\"at_stake\":%llu}", (unsigned long long)atomic_load(&g->dmarc.at_stake));
}

/* "database": null while there is none; ages in seconds. */
static void add_virus(struct buf *b, struct gateway *g, const struct snapshot *s)
{
    struct engine_status e;
    bool any = scanners_status(&g->scanners, &e);
    if (s == NULL || !s->config.virus.scan) {
        buf_add_str(b, ",\"virus\":null");
        return;
    }
    int64_t age = e.database.built > 0 ? (int64_t)time(NULL) - e.database.built : 0;
    buf_add_str(b, ",\"virus\":{\"database\":");
    if (any) {
        buf_printf(b, "{\"signatures\":%u,\"age\":%lld,\"old\":%s,\"newer_on_disk\":%s,",
                   e.database.signatures, (long long)age,
                   s->config.virus.max_age && age > s->config.virus.max_age / 1000 ? "true" : "false",
                   e.database.changes ? "true" : "false");
        add_text(b, "versions", e.database.versions);
        buf_printf(b, ",\"loader_pid\":%d}", e.loader_pid);
    } else
        buf_add_str(b, "null");
    add_workers(b, &e, s->config.virus.workers);
    add_counters(b, "engine", &e);
    buf_add_str(b, "}");
}

/* What is learned without anybody's word; null where it is off. */
static void add_autolearn(struct buf *b, struct gateway *g, const struct snapshot *s)
{
    struct autolearn_counts n;
    if (s == NULL || !s->autolearns) {
        buf_add_str(b, ",\"autolearn\":null");
        return;
    }
    autolearning_counts(g->autolearning, &n);
    buf_printf(b,
               ",\"autolearn\":{\"spam\":%llu,\"ham\":%llu,\"known\":%llu,\"refused\":%llu,\"dropped\":%llu,"
               "\"waiting\":%u}",
               n.spam, n.ham, n.known, n.bound, n.dropped, n.waiting);
}

void status_json(struct gateway *g, struct buf *b)
{
    struct engine_status e;
    struct snapshot *s = snapshots_take(&g->snapshots);
    snapshots_status(&g->snapshots, &e);
    buf_printf(b, "{\"version\":\"%s\",\"pid\":%d,\"gateway_pid\":%d,\"loader_pid\":%d,\"uptime\":%llu,",
               PACKAGE_VERSION, (int)getppid(), (int)getpid(), e.loader_pid,
               (unsigned long long)(clock_ms() - g->started_ms) / 1000);
    add_text(b, "mode", s && s->config.policy.mode == MODE_OBSERVE ? "observe" : "enforce");
    buf_add_str(b, ",");
    add_text(b, "milter_listen", s ? s->config.service.milter_listen : "");
    buf_printf(b, ",\"rules\":{\"rules\":%u,\"subrules\":%u,\"problems\":%u,", e.rules.rules,
               e.rules.subrules, e.rules.problems);
    add_text(b, "hash", e.rules.hash);
    buf_add_str(b, "}");
    add_workers(b, &e, s ? s->config.engine.workers : 0);
    add_messages(b, g);
    add_counters(b, "engine", &e);
    add_dns(b, g, s, &e.dns);
    add_dmarc(b, g, s);
    add_virus(b, g, s);
    add_autolearn(b, g, s);
    buf_add_str(b, "}\n");
    snapshots_return(&g->snapshots, &s);
}

static void answer(struct gateway *g, int fd)
{
    struct buf b;
    const struct timeval second = { .tv_sec = 1 };
    buf_init(&b, STATUS_MAX);
    status_json(g, &b);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &second, sizeof(second));
    for (size_t at = 0; at < b.n;) {
        ssize_t n = send(fd, b.p + at, b.n - at, MSG_NOSIGNAL);
        if (n <= 0)
            break;
        at += (size_t)n;
    }
    buf_deinit(&b);
}

struct server {
    struct gateway *gateway;
    int listening;
};
static struct server server; /* the thread's, for the life of the process */

static void *serve(void *arg)
{
    struct server *me = arg;
    for (;;) {
        int fd = accept4(me->listening, NULL, NULL, SOCK_CLOEXEC);
        if (fd < 0) {
            if (errno != EINTR && errno != ECONNABORTED)
                sleep(1); /* no descriptors left: they come back */
            continue;
        }
        answer(me->gateway, fd);
        close(fd);
    }
    return NULL;
}

int status_start(struct gateway *g, int listening, struct err *e)
{
    pthread_t thread;
    server = (struct server){ .gateway = g, .listening = listening };
    errno = pthread_create(&thread, NULL, serve, &server);
    if (errno != 0)
        return err_sys(e, "thread for the status socket");
    pthread_detach(thread);
    return 0;
}
