/* bayes-journal.c - lessons in a file, in the order of learning; see bayes-journal.h */
#include "config.h"
#include "keeper/bayes-journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/log.h"
#include "base/os.h"

#define NAME "journal"

static int failed(struct err *e)
{
    return err_sys(e, "classifier: " NAME);
}

/* ---- memory */

static void remember(struct bayes_journal *j, const struct bayes_lesson *l, uint64_t offset, size_t bytes)
{
    if (j->n == j->cap) {
        j->cap = j->cap ? j->cap * 2 : 256;
        j->v = realloc(j->v, j->cap * sizeof(*j->v));
        if (j->v == NULL)
            fatal("no memory for the classifier's journal");
    }
    struct bayes_memory *m = &j->v[j->n++];
    *m = (struct bayes_memory){ .kind = l->kind, .at = l->at, .serial = l->serial, .offset = offset };
    m->bytes = (uint32_t)bytes;
    memcpy(m->id, l->id, sizeof(m->id));
}

struct bayes_memory *bayes_journal_find(const struct bayes_journal *j, const unsigned char id[BAYES_ID_SIZE])
{
    for (size_t i = j->n; i-- > 0;)
        if (!j->v[i].gone && memcmp(j->v[i].id, id, BAYES_ID_SIZE) == 0)
            return &j->v[i];
    return NULL;
}

static void note(struct bayes_journal *j, const struct bayes_lesson *l, uint64_t offset, size_t bytes)
{
    if (bayes_is_learned(l->kind)) {
        remember(j, l, offset, bytes);
        return;
    }
    struct bayes_memory *m = bayes_journal_find(j, l->id);
    if (m)
        m->gone = true;
}

/* ---- reading */

/* Whether a whole record stands somewhere behind: then this is no end that was cut. */
static bool goes_on(struct slice text)
{
    struct bayes_lesson l;
    static const char magic[] = { 0x33, 0x73, 0x65, 0x6c }; /* as the machine writes it */
    for (ptrdiff_t at = 0; text.n; text = slice_from(text, (size_t)at + 1)) {
        at = slice_find(text, slice_of(magic, sizeof(magic)));
        if (at < 0)
            return false;
        if (bayes_lesson_head(slice_from(text, (size_t)at), &l))
            return true;
    }
    return false;
}

static int read_text(struct bayes_journal *j, uint64_t after, struct slice text, bayes_lesson_fn *fn,
                     void *ctx, struct err *e)
{
    struct bayes_lesson l;
    struct arena a;
    arena_init(&a, 4 << 20);
    while (j->end < text.n) {
        size_t n = bayes_lesson_head(slice_from(text, j->end), &l);
        if (n && l.serial > after)
            n = bayes_lesson_get(slice_from(text, j->end), &a, &l);
        if (n == 0)
            break;
        note(j, &l, j->end, n);
        if (l.serial > after)
            fn(ctx, &l);
        j->end += n;
        arena_reset(&a);
    }
    arena_deinit(&a);
    unsigned version = bayes_lesson_version(slice_from(text, j->end));
    if (version && version != BAYES_LESSON_VERSION)
        return err_set(e, ERR_INPUT,
                       "classifier: " NAME " is of version %u, this program reads %d: remove what is in its "
                       "folder and learn anew",
                       version, BAYES_LESSON_VERSION);
    if (j->end < text.n && goes_on(slice_from(text, j->end + 1)))
        return err_set(e, ERR_INPUT,
                       "classifier: " NAME " is damaged at byte %llu, with lessons behind it: restore "
                       "a backup, or remove it and lose what the checkpoint does not have",
                       (unsigned long long)j->end);
    return 0;
}

static int read_file(struct bayes_journal *j, uint64_t after, bayes_lesson_fn *fn, void *ctx, struct err *e)
{
    if (j->bytes > BAYES_JOURNAL_MAX)
        return err_set(e, ERR_INPUT, "classifier: " NAME " has more than %llu bytes",
                       (unsigned long long)BAYES_JOURNAL_MAX);
    void *map = mmap(NULL, j->bytes, PROT_READ, MAP_PRIVATE, j->fd, 0);
    if (map == MAP_FAILED)
        return failed(e);
    int done = read_text(j, after, slice_of(map, j->bytes), fn, ctx, e);
    munmap(map, j->bytes);
    return done;
}

int bayes_journal_open(struct bayes_journal *j, int folder, bool read_only, struct err *e)
{
    struct stat st;
    *j = (struct bayes_journal){ .folder = folder, .read_only = read_only };
    buf_init(&j->record, BAYES_LESSON_MAX + BAYES_RECORD_HEAD);
    j->fd = openat(folder, NAME, (read_only ? O_RDONLY : O_RDWR | O_CREAT) | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (j->fd < 0 && read_only && errno == ENOENT)
        return 0;
    if (j->fd < 0 || fstat(j->fd, &st) != 0)
        return failed(e);
    j->bytes = (uint64_t)st.st_size;
    return 0;
}

/* Where the writer goes on meanwhile, a reader sees what it had at first. */
int bayes_journal_replay(struct bayes_journal *j, uint64_t after, bayes_lesson_fn *fn, void *ctx,
                         struct err *e)
{
    if (j->bytes && read_file(j, after, fn, ctx, e) != 0)
        return -1;
    if (j->bytes == j->end || j->read_only)
        return 0;
    log_warning("classifier: the last lesson was cut by a crash and is dropped (%llu bytes)",
                (unsigned long long)(j->bytes - j->end));
    return ftruncate(j->fd, (off_t)j->end) == 0 ? 0 : failed(e);
}

void bayes_journal_close(struct bayes_journal *j)
{
    fd_close(&j->fd);
    buf_deinit(&j->record);
    free(j->v);
    j->v = NULL;
    j->n = j->cap = 0;
}

/* ---- writing */

static int append(int fd, uint64_t at, struct slice text)
{
    while (text.n) {
        ssize_t n = pwrite(fd, text.p, text.n, (off_t)at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return -1;
        text = slice_from(text, (size_t)n);
        at += (uint64_t)n;
    }
    return 0;
}

int bayes_journal_add(struct bayes_journal *j, const struct bayes_lesson *l, struct arena *a,
                      struct bayes_lesson *kept, struct err *e)
{
    buf_reset(&j->record);
    if (!bayes_lesson_put(&j->record, l, a))
        return err_set(e, ERR_INPUT, "classifier: a lesson of more than %d bytes", BAYES_LESSON_MAX);
    if (bayes_lesson_get(buf_slice(&j->record), a, kept) != j->record.n)
        return err_set(e, ERR_INPUT, "classifier: a lesson that cannot be kept");
    if (j->end + j->record.n > BAYES_JOURNAL_MAX) /* what is longer is not read again */
        return err_set(e, ERR_RETRY, "classifier: " NAME " is full, as no checkpoint could be made");
    if (append(j->fd, j->end, buf_slice(&j->record)) != 0) {
        failed(e);
        if (ftruncate(j->fd, (off_t)j->end) != 0)
            log_error("classifier: " NAME ": %m");
        return -1;
    }
    note(j, l, j->end, j->record.n);
    j->end += j->record.n;
    return 0;
}

int bayes_journal_sync(struct bayes_journal *j, struct err *e)
{
    return fdatasync(j->fd) == 0 ? 0 : failed(e);
}

int bayes_journal_read(const struct bayes_journal *j, const struct bayes_memory *m, struct arena *a,
                       struct bayes_lesson *l, struct err *e)
{
    char *text = arena_alloc(a, m->bytes + 1);
    if (pread(j->fd, text, m->bytes, (off_t)m->offset) != (ssize_t)m->bytes ||
        bayes_lesson_get(slice_of(text, m->bytes), a, l) != m->bytes)
        return err_set(e, ERR_INPUT, "classifier: a lesson in the " NAME " is damaged");
    return 0;
}

/* ---- shortening */

/* In pieces, as the end of a journal may be long. */
static int copy_bytes(int from, uint64_t at, int to, uint64_t to_at, uint64_t n)
{
    char piece[16384];
    while (n) {
        ssize_t got = pread(from, piece, n < sizeof(piece) ? (size_t)n : sizeof(piece), (off_t)at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0 || append(to, to_at, slice_of(piece, (size_t)got)) != 0)
            return -1;
        at += (uint64_t)got;
        to_at += (uint64_t)got;
        n -= (uint64_t)got;
    }
    return 0;
}

static size_t first_kept(const struct bayes_journal *j, size_t keep, uint64_t most)
{
    uint64_t bytes = 0;
    size_t i = j->n;
    for (; i > 0 && keep > 0; i--) {
        if (j->v[i - 1].gone)
            continue;
        bytes += j->v[i - 1].bytes;
        if (bytes > most)
            break;
        keep--;
    }
    return i;
}

void bayes_journal_plan(const struct bayes_journal *j, size_t keep, uint64_t most, struct bayes_shortening *p)
{
    size_t first = first_kept(j, keep, most);
    *p = (struct bayes_shortening){ .folder = j->folder, .old = j->fd, .fd = -1 };
    p->known = j->n;
    p->from = j->end;
    p->kept = calloc(j->n - first + 1, sizeof(*p->kept));
    if (p->kept == NULL)
        fatal("no memory for the classifier's journal");
    for (size_t i = first; i < j->n; i++)
        if (!j->v[i].gone)
            p->kept[p->n++] = (struct bayes_kept){ i, j->v[i].offset, j->v[i].bytes };
}

void bayes_shortening_drop(struct bayes_shortening *p)
{
    if (p->fd >= 0)
        (void)unlinkat(p->folder, NAME ".new", 0);
    fd_close(&p->fd);
    free(p->kept);
    p->kept = NULL;
}

static int copy_kept(struct bayes_shortening *p)
{
    for (size_t i = 0; i < p->n; i++) {
        struct bayes_kept *k = &p->kept[i];
        if (copy_bytes(p->old, k->offset, p->fd, p->end, k->bytes) != 0)
            return -1;
        k->offset = p->end;
        p->end += k->bytes;
    }
    return fsync(p->fd);
}

int bayes_journal_copy(struct bayes_shortening *p, struct err *e)
{
    p->fd = openat(p->folder, NAME ".new", O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    return p->fd >= 0 && copy_kept(p) == 0 ? 0 : failed(e);
}

/* What is remembered as the new file has it. */
static void remember_kept(struct bayes_journal *j, const struct bayes_shortening *p)
{
    size_t n = 0;
    for (size_t i = 0; i < p->n; i++) {
        j->v[n] = j->v[p->kept[i].at];
        j->v[n++].offset = p->kept[i].offset;
    }
    for (size_t i = p->known; i < j->n; i++) {
        j->v[n] = j->v[i];
        j->v[n].offset = j->v[n].offset - p->from + p->end;
        n++;
    }
    j->n = n;
}

int bayes_journal_take(struct bayes_journal *j, struct bayes_shortening *p, struct err *e)
{
    uint64_t since = j->end - p->from;
    if (copy_bytes(j->fd, p->from, p->fd, p->end, since) != 0 || (since && fdatasync(p->fd) != 0) ||
        renameat(j->folder, NAME ".new", j->folder, NAME) != 0) {
        failed(e);
        bayes_shortening_drop(p);
        return -1;
    }
    remember_kept(j, p);
    fd_close(&j->fd);
    j->fd = p->fd;
    j->end = p->end + since;
    p->fd = -1;
    bayes_shortening_drop(p);
    return fsync(j->folder) == 0 ? 0 : failed(e);
}

int bayes_journal_shorten(struct bayes_journal *j, size_t keep, uint64_t most, struct err *e)
{
    struct bayes_shortening p;
    bayes_journal_plan(j, keep, most, &p);
    if (bayes_journal_copy(&p, e) == 0)
        return bayes_journal_take(j, &p, e);
    bayes_shortening_drop(&p);
    return -1;
}
