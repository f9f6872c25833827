/* kind-virus.c - what a virus loader loads, and how it notices that there is something newer; see kind.h
 * Scratch folders: virus_scratch/PID of this loader, below it one a worker; emptied when the worker is gone
 * and removed at the end. Without virus_scratch a folder in memory, or below /tmp, is made and removed (the
 * command line).
 */
#include "engine/kind.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "base/log.h"
#include "base/os.h"
#include "base/sweep.h"
#include "engine/virus-worker.h"

/* Who takes the most memory goes first when there is none left: mail waits for another virus loader, and not
 * for a gateway or a rules loader. */
#define OOM_SCORE "500"

static void offer_to_oom_killer(void)
{
    int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (fd >= 0 && write(fd, OOM_SCORE, sizeof(OOM_SCORE) - 1) < 0)
        log_debug("oom_score_adj: %m");
    fd_close(&fd);
}

/* By descriptor: what is above may belong to the account that gets it. */
static int give_away(const char *folder, const struct loader_account *account, struct err *e)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    int failed = fd < 0 || fchown(fd, account->uid, account->gid) != 0;
    if (failed)
        err_sys(e, "virus_scratch: %s", folder);
    fd_close(&fd);
    return failed ? -1 : 0;
}

#define MEMORY_LEAST ((uint64_t)512 << 20)

/* Made before rights are dropped, for who we become. */
static int make_scratch(struct loaded *l, const struct virus_options *o, const struct loader_account *account,
                        struct err *e)
{
    bool made;
    if (*o->scratch) {
        snprintf(l->scratch, sizeof(l->scratch), "%s/%d", o->scratch, (int)getpid());
        made = mkdir(l->scratch, 0700) == 0;
    } else {
        const char *memory = folder_in_memory(MEMORY_LEAST);
        snprintf(l->scratch, sizeof(l->scratch), "%s/tamis-scratch.XXXXXX", memory ? memory : "/tmp");
        made = mkdtemp(l->scratch) != NULL;
    }
    if (!made) {
        err_sys(e, "virus_scratch: folder %s cannot be made", l->scratch);
        l->scratch[0] = 0;
        return -1;
    }
    return account->drop ? give_away(l->scratch, account, e) : 0;
}

#define WARN_MS ((uint64_t)86400 * 1000)

/* When it is loaded, and once a day: where freshclam has stopped nothing is loaded any more. */
static void warn_of_age(struct loaded *l, const struct virus_options *o)
{
    const struct clam_info *info = clam_database_info(l->db);
    if (clock_ms() < l->warn_at)
        return;
    l->warn_at = clock_ms() + WARN_MS;
    int64_t days = (time(NULL) - info->built) / 86400;
    if (o->max_age && info->built > 0 && days * 86400 > (int64_t)(o->max_age / 1000))
        log_warning("the virus database is %lld days old: is freshclam running?", (long long)days);
}

static int load(struct loaded *l, const struct loader_config *c, const struct loader_account *account,
                struct err *e)
{
    offer_to_oom_killer();
    if (virus_options_check(&c->virus, c->engine.worker_deadline, e) != 0 ||
        make_scratch(l, &c->virus, account, e) != 0)
        return -1;
    l->db = clam_database_open(&c->virus, e);
    if (l->db == NULL || virus_warm(l->db, &c->virus, l->scratch, e) != 0)
        return -1;
    l->scanner = virus_scanner_new(l->db, &c->virus, l->scratch);
    l->seen = clam_database_info(l->db)->stamp;
    l->told = l->seen;
    warn_of_age(l, &c->virus);
    return 0;
}

static void unload(struct loaded *l)
{
    virus_scanner_free(&l->scanner);
    clam_database_close(&l->db);
    if (*l->scratch)
        sweep(l->scratch, true);
}

static void describe(const struct loaded *l, struct proto_loader *m)
{
    const struct clam_info *info = clam_database_info(l->db);
    m->rules = info->signatures;
    m->built = info->built;
    snprintf(m->hash, sizeof(m->hash), "%016llx", (unsigned long long)info->stamp);
    snprintf(m->error, sizeof(m->error), "%.30s%s%.150s", info->engine, *info->versions ? ", " : "",
             info->versions);
    log_info("virus database loaded: %u signatures, libclamav %s", info->signatures, m->error);
}

static const char *path_of(const struct loaded *l, uint32_t serial)
{
    static char path[sizeof(l->scratch) + 20];
    snprintf(path, sizeof(path), "%s/%u", l->scratch, serial);
    return path;
}

static const char *before_worker(struct loaded *l, uint32_t serial)
{
    const char *path = path_of(l, serial);
    if (mkdir(path, 0700) != 0)
        log_error("virus_scratch: folder %s cannot be made: %m", path); /* its worker will say that */
    return path;
}

static void after_worker(struct loaded *l, uint32_t serial)
{
    sweep(path_of(l, serial), true);
}

/* freshclam writes several files one after the other: what counts is what stays as it is for a while. */
static bool changed(struct loaded *l, const struct loader_config *c)
{
    uint64_t stamp, now = clock_ms();
    struct err e;
    warn_of_age(l, &c->virus);
    if (clam_database_stamp(c->virus.database, &stamp, &e) != 0)
        return false; /* gone for now: what is loaded stays */
    if (stamp != l->seen) {
        l->seen = stamp;
        l->seen_at = now;
    }
    if (stamp == l->told || now - l->seen_at < c->virus.settle)
        return false;
    l->told = stamp;
    return stamp != clam_database_info(l->db)->stamp;
}

const struct loader_kind loader_kind_virus = {
    .argument = "--role=virus-loader",
    .process = "tamis-virusload",
    .worker_process = "tamis-virus",
    .loader = "virus loader",
    .worker = "virus worker",
    .run = virus_worker_main,
    .load = load,
    .unload = unload,
    .describe = describe,
    .before_worker = before_worker,
    .after_worker = after_worker,
    .changed = changed,
};
