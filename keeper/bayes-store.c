/* bayes-store.c - what the classifier has learned, on disk: the one writer's side; see bayes-store.h */
#include "config.h"
#include "keeper/bayes-store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "base/log.h"
#include "base/os.h"
#include "keeper/bayes-checkpoint.h"
#include "keeper/bayes-journal.h"
#include "keeper/bayes-saver.h"
#include "scoring/bayes-seen.h"

#define CHECKPOINT "checkpoint"
#define JOURNAL "journal"
#define OLD ".old"
#define LIVE "live" /* of versions before: a file of the size of the block */
#define LOCK "lock"
#define BURST_MS 1000
#define BURST_LESSONS 3                  /* times `unsaved`, while lessons come without a pause */
#define LESSON_ROOM ((uint64_t)6 * 1024) /* that a lesson gets in the journal, at a mean */

struct bayes_store {
    struct bayes_store_options o;
    int folder, lock;
    bool linked; /* the folder was found through a link */
    struct bayes_block *block;
    bool roomy; /* there is memory for all of it */
    bool gap;   /* the journal lacks lessons */
    struct bayes_journal journal;
    uint64_t saved;            /* serial of the checkpoint */
    struct bayes_saver *saver; /* NULL: no checkpoint is on its way */
    uint64_t next;             /* none is begun before this serial: one failed */
    uint64_t last_at;          /* when the last lesson came, by clock_ms() */
    bool still;                /* nor now */
    struct arena a;            /* of one lesson */
    bool unsure;               /* a sync failed: what was written may not be on the disk */
};

/* ---- opening */

static int open_folder(struct bayes_store *s, const char *path, struct err *e)
{
    const int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
    if (!s->o.read_only && mkdir(path, 0700) != 0 && errno != EEXIST)
        return err_sys(e, "classifier: %s", path);
    s->folder = open(path, flags | O_NOFOLLOW);
    s->linked = s->folder < 0;
    if (s->linked)
        s->folder = open(path, flags);
    return s->folder >= 0 ? 0 : err_sys(e, "classifier: %s", path);
}

static int take_lock(struct bayes_store *s, struct err *e)
{
    s->lock = openat(s->folder, LOCK, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (s->lock < 0)
        return err_sys(e, "classifier: " LOCK);
    if (flock(s->lock, LOCK_EX | LOCK_NB) != 0)
        return err_set(e, ERR_RETRY, "the classifier is being written by another process");
    return 0;
}

/* Now, so that no lesson finds memory gone: that would be a SIGBUS. Not before there is one, as a classifier
 * that was never taught takes none. */
static int make_room(struct bayes_store *s, struct err *e)
{
    if (s->roomy || s->o.live == 0)
        return 0;
    errno = posix_fallocate(s->o.live, 0, BAYES_BYTES);
    s->roomy = errno == 0;
    return s->roomy ? 0 : err_sys(e, "classifier: memory");
}

/* Readers' memory for the writer, or for who fills it; else of its own. */
static int map_block(struct bayes_store *s, struct err *e)
{
    int kind = s->o.live ? MAP_SHARED : MAP_PRIVATE | MAP_ANONYMOUS;
    void *p = mmap(NULL, BAYES_BYTES, PROT_READ | PROT_WRITE, kind, s->o.live ? s->o.live : -1, 0);
    if (p == MAP_FAILED)
        return err_sys(e, "classifier: memory");
    s->block = p;
    return 0;
}

static void carry_out(void *ctx, const struct bayes_lesson *l)
{
    struct bayes_store *s = ctx;
    if (l->serial <= s->block->serial)
        return;
    s->gap = s->gap || l->serial != s->block->serial + 1;
    bayes_lesson_apply(s->block, l);
}

/* Damaged or not: somebody may still want to look into it. */
static int set_aside(const struct bayes_store *s, struct err *e)
{
    if ((renameat(s->folder, JOURNAL, s->folder, JOURNAL OLD) != 0 && errno != ENOENT) ||
        (renameat(s->folder, CHECKPOINT, s->folder, CHECKPOINT OLD) != 0 && errno != ENOENT) ||
        fsync(s->folder) != 0)
        return err_sys(e, "classifier: what was there");
    return 0;
}

/* What another keeper left in it is worth nothing: a hole, which takes no memory. */
static void begin_empty(struct bayes_store *s)
{
    if (s->block->magic && (s->o.live == 0 || fallocate(s->o.live, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                                                        0, BAYES_BYTES) != 0))
        memset(s->block, 0, BAYES_BYTES);
    bayes_init(s->block);
    s->block->state = BAYES_EMPTY;
}

static int read_checkpoint(struct bayes_store *s, struct err *e)
{
    if (faccessat(s->folder, CHECKPOINT, F_OK, 0) == 0 && make_room(s, e) != 0)
        return -1;
    int found = bayes_checkpoint_read(s->folder, CHECKPOINT, s->block, e);
    if (found == 0)
        begin_empty(s);
    s->saved = s->block->serial;
    return found < 0 ? -1 : 0;
}

static int replay(struct bayes_store *s, struct err *e)
{
    if ((s->journal.bytes && make_room(s, e) != 0) ||
        bayes_journal_replay(&s->journal, s->saved, carry_out, s, e) != 0)
        return -1;
    return s->gap ? err_set(e, ERR_INPUT,
                            "classifier: " JOURNAL " lacks lessons that " CHECKPOINT
                            " does not have: restore a backup, or remove both and learn anew")
                  : 0;
}

/* The state goes first and comes last: readers wait meanwhile. The journal is opened before the checkpoint is
 * read: it has all that is newer, also when the writer replaces both meanwhile. */
static int recover(struct bayes_store *s, struct err *e)
{
    s->block->state = BAYES_EMPTY;
    if (s->o.anew && set_aside(s, e) != 0)
        return -1;
    if (bayes_journal_open(&s->journal, s->folder, s->o.read_only, e) != 0 || read_checkpoint(s, e) != 0 ||
        replay(s, e) != 0)
        return -1;
    __atomic_store_n(&s->block->state, BAYES_READY, __ATOMIC_RELEASE);
    return 0;
}

/* What a version or a process before left. */
static void remove_rests(const struct bayes_store *s)
{
    static const char *const names[] = { LIVE, CHECKPOINT ".new", JOURNAL ".new" };
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (unlinkat(s->folder, names[i], 0) != 0 && errno != ENOENT)
            log_warning("classifier: %s cannot be removed: %m", names[i]);
}

int bayes_store_open(struct bayes_store **out, const char *path, const struct bayes_store_options *o,
                     struct err *e)
{
    struct bayes_store *s = calloc(1, sizeof(*s));
    if (s == NULL)
        fatal("no memory for the classifier");
    *s = (struct bayes_store){ .o = *o, .lock = -1, .journal.fd = -1 };
    arena_init(&s->a, 8 << 20);
    if (open_folder(s, path, e) != 0 || map_block(s, e) != 0 || (!o->read_only && take_lock(s, e) != 0) ||
        recover(s, e) != 0) {
        if (s->block)
            __atomic_store_n(&s->block->state, BAYES_BROKEN, __ATOMIC_RELEASE);
        s->o.read_only = true; /* nothing is to be saved */
        bayes_store_close(&s);
        return -1;
    }
    if (!o->read_only)
        remove_rests(s);
    *out = s;
    return 0;
}

/* ---- checkpoints */

static uint64_t kept_most(const struct bayes_store *s)
{
    return s->o.remember * LESSON_ROOM;
}

/* So many lessons without a checkpoint, or the room of as many; however many, less than a journal may have.
 */
static bool is_long(const struct bayes_store *s, uint64_t lessons)
{
    uint64_t most = kept_most(s) + lessons * LESSON_ROOM;
    return s->block->serial - s->saved >= lessons ||
           s->journal.end > (most < BAYES_JOURNAL_MAX / 2 ? most : BAYES_JOURNAL_MAX / 2);
}

/* Many are taught one after the other: a checkpoint costs as much as a thousand of them. */
static bool in_burst(const struct bayes_store *s)
{
    return clock_ms() < s->last_at + BURST_MS;
}

static bool is_due(const struct bayes_store *s)
{
    uint64_t serial = s->block->serial;
    return !s->still && s->saver == NULL && serial != s->saved && serial >= s->next &&
           is_long(s, s->o.unsaved) && (!in_burst(s) || is_long(s, BURST_LESSONS * (uint64_t)s->o.unsaved));
}

static void try_later(struct bayes_store *s, const struct err *e)
{
    s->next = s->block->serial + 1 + s->o.unsaved / 10;
    log_warning("%s: tried again with a later lesson", e->text);
}

static void begin_saving(struct bayes_store *s)
{
    struct bayes_shortening plan;
    struct err e;
    bayes_journal_plan(&s->journal, s->o.remember, kept_most(s), &plan);
    s->saver = bayes_saver_start(s->folder, s->block, &plan, &e);
    if (s->saver == NULL)
        try_later(s, &e);
}

/* Waits for one that is on its way. */
static void end_saving(struct bayes_store *s)
{
    struct bayes_shortening plan;
    struct err e;
    uint64_t serial;
    if (s->saver == NULL)
        return;
    if (bayes_saver_end(&s->saver, &serial, &plan, &e) != 0) {
        try_later(s, &e);
        return;
    }
    s->saved = serial;
    if (bayes_journal_take(&s->journal, &plan, &e) != 0)
        try_later(s, &e);
}

/* Lessons come faster than the disk takes them: the journal must not grow for ever. */
static bool is_behind(const struct bayes_store *s)
{
    return !s->still && is_long(s, (BURST_LESSONS + 1) * (uint64_t)s->o.unsaved);
}

void bayes_store_tend(struct bayes_store *s)
{
    if (s->saver && (bayes_saver_done(s->saver) || is_behind(s)))
        end_saving(s);
    if (is_due(s))
        begin_saving(s);
}

int bayes_store_checkpoint(struct bayes_store *s, struct err *e)
{
    end_saving(s);
    if (bayes_checkpoint_write(s->folder, CHECKPOINT, s->block, e) != 0)
        return -1;
    s->saved = s->block->serial;
    bool longer = s->journal.n > s->o.remember || s->journal.end > kept_most(s);
    return longer ? bayes_journal_shorten(&s->journal, s->o.remember, kept_most(s), e) : 0;
}

/* ---- the end */

/* Whoever comes next is not root. Not through a link: who owns the folder above may have made it. */
static void give_away(struct bayes_store *s)
{
    static const char *const names[] = { LOCK, CHECKPOINT, JOURNAL };
    if (!s->o.give_away || s->linked)
        return;
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (fchownat(s->folder, names[i], s->o.uid, s->o.gid, AT_SYMLINK_NOFOLLOW) != 0 && errno != ENOENT)
            log_warning("classifier: owner of %s: %m", names[i]);
    if (fchown(s->folder, s->o.uid, s->o.gid) != 0)
        log_warning("classifier: owner of its folder: %m");
}

void bayes_store_close(struct bayes_store **out)
{
    struct bayes_store *s = *out;
    struct err e;
    if (s == NULL)
        return;
    end_saving(s);
    if (!s->o.read_only && s->block->serial != s->saved && bayes_store_checkpoint(s, &e) != 0)
        log_warning("%s: what was learned is in the journal", e.text);
    if (!s->o.read_only)
        give_away(s);
    bayes_journal_close(&s->journal);
    if (s->block)
        munmap(s->block, BAYES_BYTES);
    fd_close(&s->folder);
    fd_close(&s->lock);
    arena_deinit(&s->a);
    free(s);
    *out = NULL;
}

/* ---- lessons */

/* First into the journal: what is in the block must be there, too, number for number. */
static int record(struct bayes_store *s, struct bayes_lesson *l, struct err *e)
{
    l->serial = s->block->serial + 1;
    l->at = time(NULL);
    struct bayes_lesson kept;
    if (make_room(s, e) != 0 || bayes_journal_add(&s->journal, l, &s->a, &kept, e) != 0)
        return -1;
    bayes_lesson_apply(s->block, &kept);
    bayes_store_tend(s);
    s->last_at = clock_ms();
    return 0;
}

static int take_back(struct bayes_store *s, const struct bayes_memory *m, struct slice who, struct err *e)
{
    struct bayes_lesson l;
    arena_reset(&s->a);
    if (bayes_journal_read(&s->journal, m, &s->a, &l, e) != 0)
        return -1;
    l.kind = l.kind == BAYES_LEARN_SPAM ? BAYES_TAKE_BACK_SPAM : BAYES_TAKE_BACK_HAM;
    l.who = who;
    return record(s, &l, e);
}

/* What is remembered no more, by the features of the message in hand. */
static int take_back_seen(struct bayes_store *s, const struct bayes_lesson *hand, struct bayes_seen seen,
                          struct err *e)
{
    struct bayes_lesson l = *hand;
    l.kind = seen.spam ? BAYES_TAKE_BACK_SPAM : BAYES_TAKE_BACK_HAM;
    l.weight = seen.weight;
    return record(s, &l, e);
}

int bayes_store_learn(struct bayes_store *s, struct bayes_lesson *l, struct err *e)
{
    const struct bayes_memory *m = bayes_journal_find(&s->journal, l->id);
    const struct bayes_seen seen = bayes_seen_find(s->block, l->id);
    const bool spam = bayes_is_spam(l->kind);
    arena_reset(&s->a);
    if (m ? m->kind == l->kind : seen.known && seen.spam == spam)
        return BAYES_KNOWN;
    if (m == NULL && !seen.known && l->weight < 1 && bayes_is_sure(s->block, &l->features, spam))
        return BAYES_KNOWN;
    if ((m && take_back(s, m, l->who, e) != 0) || (!m && seen.known && take_back_seen(s, l, seen, e) != 0))
        return -1;
    return record(s, l, e) == 0 ? BAYES_DONE : -1;
}

int bayes_store_forget(struct bayes_store *s, const struct bayes_lesson *l, struct err *e)
{
    const struct bayes_memory *m = bayes_journal_find(&s->journal, l->id);
    const struct bayes_seen seen = bayes_seen_find(s->block, l->id);
    arena_reset(&s->a);
    if (m == NULL && !seen.known)
        return BAYES_NOT_KNOWN;
    int done = m ? take_back(s, m, l->who, e) : take_back_seen(s, l, seen, e);
    return done == 0 ? BAYES_DONE : -1;
}

static int taught_by(struct bayes_store *s, const struct bayes_memory *m, struct slice who, bool *yes,
                     struct err *e)
{
    struct bayes_lesson l;
    arena_reset(&s->a);
    if (bayes_journal_read(&s->journal, m, &s->a, &l, e) != 0)
        return -1;
    *yes = who.n == 0 || slice_eq(l.who, who);
    return 0;
}

static int undo_all(struct bayes_store *s, struct slice who, int64_t since, struct slice by, unsigned *undone,
                    struct err *e)
{
    for (size_t i = s->journal.n; i-- > 0;) {
        bool yes = false;
        if (i >= s->journal.n || s->journal.v[i].gone || s->journal.v[i].at < since)
            continue;
        if (taught_by(s, &s->journal.v[i], who, &yes, e) != 0 ||
            (yes && take_back(s, &s->journal.v[i], by, e) != 0))
            return -1;
        *undone += yes;
    }
    return 0;
}

/* No checkpoint meanwhile: it may move what is remembered. */
int bayes_store_undo(struct bayes_store *s, struct slice who, int64_t since, struct slice by,
                     unsigned *undone, struct err *e)
{
    *undone = 0;
    end_saving(s);
    s->still = true;
    int done = undo_all(s, who, since, by, undone, e);
    s->still = false;
    return done;
}

/* Checkpoint and journal written anew, to other files. */
static int write_anew(struct bayes_store *s, struct err *e)
{
    if (bayes_store_checkpoint(s, e) != 0)
        return -1;
    return bayes_journal_shorten(&s->journal, s->o.remember, kept_most(s), e);
}

/* Where it failed once, the next may succeed without what could not be written: the system has forgotten it.
 */
int bayes_store_sync(struct bayes_store *s, struct err *e)
{
    if (s->unsure && write_anew(s, e) != 0)
        return -1;
    s->unsure = bayes_journal_sync(&s->journal, e) != 0;
    return s->unsure ? -1 : 0;
}

/* Its serial goes on from here: lessons in the journal are older than the checkpoint then. */
int bayes_store_replace(struct bayes_store *s, const struct bayes_block *b, struct err *e)
{
    uint64_t serial = s->block->serial > b->serial ? s->block->serial : b->serial;
    if (make_room(s, e) != 0)
        return -1;
    end_saving(s);
    s->block->state = BAYES_EMPTY;
    memcpy((char *)s->block + offsetof(struct bayes_block, serial),
           (const char *)b + offsetof(struct bayes_block, serial),
           BAYES_BYTES - offsetof(struct bayes_block, serial));
    s->block->serial = serial + 1;
    __atomic_store_n(&s->block->state, BAYES_READY, __ATOMIC_RELEASE);
    if (bayes_checkpoint_write(s->folder, CHECKPOINT, s->block, e) != 0)
        return -1;
    s->saved = s->block->serial;
    return bayes_journal_shorten(&s->journal, 0, 0, e);
}

bool bayes_store_knows(const struct bayes_store *s, const unsigned char id[BAYES_ID_SIZE])
{
    return bayes_journal_find(&s->journal, id) || bayes_seen_find(s->block, id).known;
}

const struct bayes_block *bayes_store_block(const struct bayes_store *s)
{
    return s->block;
}

unsigned bayes_store_remembered(const struct bayes_store *s)
{
    unsigned n = 0;
    for (size_t i = 0; i < s->journal.n; i++)
        n += !s->journal.v[i].gone;
    return n;
}

void bayes_store_each(const struct bayes_store *s, bayes_remembered_fn *fn, void *ctx)
{
    for (size_t i = 0; i < s->journal.n; i++)
        if (!s->journal.v[i].gone)
            fn(ctx, &s->journal.v[i]);
}
