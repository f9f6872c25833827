/* store.c - the quarantine on disk; see store.h */
#include "config.h"
#include "keeper/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "base/log.h"
#include "base/os.h"

#define NAME_SIZE (KEEPER_ID_SIZE + 16)
#define COPY_BYTES (64 * 1024)
#define FOLDER_SIZE 8

static const char digits[] = "0123456789abcdefghijklmnopqrstuv";

/* ---- names */

void store_new_id(char id[KEEPER_ID_SIZE])
{
    static uint64_t last; /* the newest sorts last, also within a millisecond or when the clock is set back */
    struct timespec t;
    unsigned char noise[16];
    clock_gettime(CLOCK_REALTIME, &t);
    uint64_t ms = (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
    last = ms > last ? ms : last + 1;
    ms = last;
    if (getrandom(noise, sizeof(noise), 0) != sizeof(noise))
        bug("getrandom: %m");
    for (int i = 9; i >= 0; i--, ms /= 32) /* 50 bits: until the year 37000 */
        id[i] = digits[ms % 32];
    for (size_t i = 0; i < sizeof(noise); i++)
        id[10 + i] = digits[noise[i] % 32];
    id[10 + sizeof(noise)] = 0;
}

/* Two levels by the end of the id, which is noise. An id of a single character has one for both. */
static void folder_of(const char *id, char folder[FOLDER_SIZE])
{
    size_t n = strlen(id);
    snprintf(folder, FOLDER_SIZE, "%c/%c", id[n - 1], id[n > 1 ? n - 2 : 0]);
}

static int check_id(const char *id, struct err *e)
{
    return keeper_id_good(slice_str(id)) ? 0 : err_set(e, ERR_INPUT, "that is no id of an entry");
}

static int failed(struct err *e, const char *what, const char *id)
{
    int why = errno;
    return err_set(e, ERR_RETRY, "quarantine: %s %s: %s", what, id, strerror(why));
}

/* ---- folders */

static int sync_folder(int dir, struct err *e)
{
    return fsync(dir) == 0 ? 0 : failed(e, "cannot sync the folder of", "an entry");
}

static int open_folder(int at, const char *name)
{
    return openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* A folder below `at`, made (and the one above synced) where it is not there. -1: errno */
static int enter(int at, const char *name)
{
    int dir = open_folder(at, name);
    if (dir >= 0 || errno != ENOENT)
        return dir;
    if (mkdirat(at, name, 0700) != 0 && errno != EEXIST)
        return -1;
    if (fsync(at) != 0) { /* who finds it later would take it for synced */
        int why = errno;
        unlinkat(at, name, AT_REMOVEDIR);
        errno = why;
        return -1;
    }
    return open_folder(at, name);
}

/* The folder of an entry; made when `make`. */
static int folder(const struct store *s, const char *id, bool make, struct err *e)
{
    char path[FOLDER_SIZE], first[2];
    if (check_id(id, e) != 0)
        return -1;
    folder_of(id, path);
    int dir = open_folder(s->dir, path);
    if (dir < 0 && errno == ENOENT && make) {
        snprintf(first, sizeof(first), "%c", path[0]);
        int above = enter(s->dir, first);
        dir = above < 0 ? -1 : enter(above, path + 2);
        fd_close(&above);
    }
    if (dir < 0 && errno == ENOENT)
        return err_set(e, ERR_INPUT, "there is no entry %s", id);
    return dir >= 0 ? dir : failed(e, "cannot open the folder of", id);
}

/* ---- files */

static int copy(int to, int from, uint64_t size)
{
    static char bytes[COPY_BYTES];
    for (uint64_t at = 0; at < size;) {
        size_t want = size - at < sizeof(bytes) ? (size_t)(size - at) : sizeof(bytes);
        ssize_t n = pread(from, bytes, want, (off_t)at);
        if (n <= 0) {
            errno = n == 0 ? EIO : errno;
            return -1;
        }
        for (ssize_t done = 0; done < n;) {
            ssize_t m = write(to, bytes + done, (size_t)(n - done));
            if (m < 0 && errno != EINTR)
                return -1;
            done += m > 0 ? m : 0;
        }
        at += (uint64_t)n;
    }
    return 0;
}

static int write_text(int to, struct slice text)
{
    while (text.n) {
        ssize_t n = write(to, text.p, text.n);
        if (n < 0 && errno != EINTR)
            return -1;
        text = slice_from(text, n > 0 ? (size_t)n : 0);
    }
    return 0;
}

/* What goes into a file: of a descriptor, or text. */
struct content {
    int from; /* -1: text */
    uint64_t size;
    struct slice text;
};

/* Under its .tmp name, then under its own. */
static int put(int dir, const char *id, const char *suffix, const struct content *c, struct err *e)
{
    char name[NAME_SIZE], temporary[NAME_SIZE];
    snprintf(name, sizeof(name), "%s.%s", id, suffix);
    snprintf(temporary, sizeof(temporary), "%s.%s.tmp", id, suffix);
    int fd = openat(dir, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    bool good = fd >= 0 && (c->from >= 0 ? copy(fd, c->from, c->size) : write_text(fd, c->text)) == 0 &&
                fsync(fd) == 0;
    int why = errno;
    fd_close(&fd);
    errno = why;
    if (good && renameat(dir, temporary, dir, name) == 0)
        return 0;
    failed(e, "cannot write", name);
    unlinkat(dir, temporary, 0);
    return -1;
}

static int put_sidecar(int dir, const struct keeper_entry *entry, struct err *e)
{
    struct content c = { .from = -1 };
    struct buf text;
    buf_init(&text, SIDECAR_MAX + 1);
    int rc = sidecar_write(entry, &text, e);
    c.text = buf_slice(&text);
    if (rc == 0)
        rc = put(dir, entry->id, "json", &c, e);
    buf_deinit(&text);
    return rc == 0 ? sync_folder(dir, e) : -1;
}

static void take_away(int dir, const char *id, const char *suffix)
{
    char name[NAME_SIZE];
    snprintf(name, sizeof(name), "%s.%s", id, suffix);
    if (unlinkat(dir, name, 0) != 0 && errno != ENOENT)
        log_warning("quarantine: %s cannot be removed: %m", name);
}

int store_hold(struct store *s, int message, const struct keeper_entry *entry, struct err *e)
{
    const struct content c = { .from = message, .size = entry->size };
    int dir = folder(s, entry->id, true, e);
    if (dir < 0)
        return -1;
    int rc = put(dir, entry->id, "eml", &c, e);
    if (rc == 0)
        rc = sync_folder(dir, e);
    if (rc == 0)
        rc = put_sidecar(dir, entry, e);
    if (rc != 0) { /* no sidecar that nobody was told of may come up later */
        take_away(dir, entry->id, "json");
        take_away(dir, entry->id, "eml");
    }
    fd_close(&dir);
    return rc;
}

int store_update(struct store *s, const struct keeper_entry *entry, struct err *e)
{
    int dir = folder(s, entry->id, false, e);
    int rc = dir < 0 ? -1 : put_sidecar(dir, entry, e);
    fd_close(&dir);
    return rc;
}

static int open_file(const struct store *s, const char *id, const char *suffix, struct err *e)
{
    char name[NAME_SIZE];
    int dir = folder(s, id, false, e);
    if (dir < 0)
        return -1;
    snprintf(name, sizeof(name), "%s.%s", id, suffix);
    int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT)
        err_set(e, ERR_INPUT, "there is no entry %s", id);
    else if (fd < 0)
        failed(e, "cannot open", name);
    fd_close(&dir);
    return fd;
}

int store_message(struct store *s, const char *id, struct err *e)
{
    return open_file(s, id, "eml", e);
}

static int read_text(int fd, const char *id, struct arena *a, struct slice *text, struct err *e)
{
    struct stat st;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size < 0 || (uint64_t)st.st_size > SIDECAR_MAX)
        return err_set(e, ERR_INPUT, "quarantine: %s.json is no file, or longer than %zu bytes", id,
                       SIDECAR_MAX);
    size_t n = (size_t)st.st_size;
    char *p = arena_alloc(a, n + 1);
    ssize_t got = pread(fd, p, n, 0);
    if (got < 0 || (size_t)got != n)
        return failed(e, "cannot read the sidecar of", id);
    *text = slice_of(p, n);
    return 0;
}

int store_read(struct store *s, const char *id, struct arena *a, struct keeper_entry *entry, struct err *e)
{
    char name[NAME_SIZE];
    struct slice text;
    int fd = open_file(s, id, "json", e);
    if (fd < 0)
        return -1;
    int rc = read_text(fd, id, a, &text, e);
    fd_close(&fd);
    snprintf(name, sizeof(name), "%s.json", id);
    if (rc == 0)
        rc = sidecar_read(text, name, a, entry, e);
    if (rc == 0 && strcmp(entry->id, id) != 0)
        rc = err_set(e, ERR_INPUT, "quarantine: %s is the sidecar of another entry", name);
    return rc;
}

/* The sidecar goes first: from then on there is no entry, whatever is left of it. */
int store_delete(struct store *s, const char *id, struct err *e)
{
    char name[NAME_SIZE];
    int dir = folder(s, id, false, e);
    if (dir < 0)
        return -1;
    snprintf(name, sizeof(name), "%s.json", id);
    int rc = 0;
    if (unlinkat(dir, name, 0) != 0)
        rc = errno == ENOENT ? err_set(e, ERR_INPUT, "there is no entry %s", id)
                             : failed(e, "cannot delete", id);
    if (rc == 0)
        rc = sync_folder(dir, e);
    if (rc == 0)
        take_away(dir, id, "eml");
    fd_close(&dir);
    return rc;
}

/* ---- all of them */

typedef void file_fn(void *ctx, int dir, const char *name);

static void each_file(int dir, file_fn *fn, void *ctx)
{
    const struct dirent *entry;
    int own = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *d = own < 0 ? NULL : fdopendir(own);
    if (d == NULL) {
        fd_close(&own);
        return;
    }
    while ((entry = readdir(d)) != NULL)
        if (entry->d_name[0] != '.')
            fn(ctx, dir, entry->d_name);
    closedir(d);
}

struct walk {
    file_fn *fn;
    void *ctx;
};

static void walk_second(void *ctx, int dir, const char *name)
{
    const struct walk *w = ctx;
    int below = strlen(name) == 1 ? open_folder(dir, name) : -1;
    if (below >= 0)
        each_file(below, w->fn, w->ctx);
    fd_close(&below);
}

static void walk_first(void *ctx, int dir, const char *name)
{
    int below = strlen(name) == 1 ? open_folder(dir, name) : -1;
    if (below >= 0)
        each_file(below, walk_second, ctx);
    fd_close(&below);
}

/* NAME without its suffix, if that is the one. */
static bool id_of(const char *name, const char *suffix, char id[KEEPER_ID_SIZE])
{
    struct slice s = slice_str(name), tail = slice_str(suffix);
    if (s.n <= tail.n || s.n - tail.n >= KEEPER_ID_SIZE || !slice_eq(slice_from(s, s.n - tail.n), tail))
        return false;
    memcpy(id, s.p, s.n - tail.n);
    id[s.n - tail.n] = 0;
    return keeper_id_good(slice_str(id));
}

/* A .tmp, and a message whose sidecar never came. Other files are not ours to remove. */
static void sweep_file(void *ctx, int dir, const char *name)
{
    char id[KEEPER_ID_SIZE], sidecar[NAME_SIZE];
    unsigned *swept = ctx;
    bool stale = id_of(name, ".eml.tmp", id) || id_of(name, ".json.tmp", id);
    if (!stale && id_of(name, ".eml", id)) {
        snprintf(sidecar, sizeof(sidecar), "%s.json", id);
        stale = faccessat(dir, sidecar, F_OK, AT_SYMLINK_NOFOLLOW) != 0 && errno == ENOENT;
    }
    if (stale && unlinkat(dir, name, 0) == 0)
        ++*swept;
}

/* A crash may have left a folder that is there and not yet on disk. */
static void sync_first(void *ctx, int dir, const char *name)
{
    int below = strlen(name) == 1 ? open_folder(dir, name) : -1;
    if (below >= 0 && fsync(below) != 0)
        *(bool *)ctx = false;
    fd_close(&below);
}

static int sync_folders(const struct store *s, const char *path, struct err *e)
{
    bool synced = fsync(s->dir) == 0;
    int above = openat(s->dir, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (above >= 0 && fsync(above) != 0)
        synced = false;
    fd_close(&above);
    each_file(s->dir, sync_first, &synced);
    return synced ? 0 : failed(e, "cannot sync", path);
}

int store_open(struct store *s, const char *path, struct err *e)
{
    unsigned swept = 0;
    const struct walk sweep = { sweep_file, &swept };
    if (mkdir(path, 0700) != 0 && errno != EEXIST)
        return failed(e, "cannot make", path);
    s->dir = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (s->dir < 0)
        return failed(e, "cannot open", path);
    if (flock(s->dir, LOCK_EX | LOCK_NB) != 0) {
        failed(e, errno == EWOULDBLOCK ? "another keeper has" : "cannot lock", path);
        store_close(s);
        return -1;
    }
    if (sync_folders(s, path, e) != 0) {
        store_close(s);
        return -1;
    }
    each_file(s->dir, walk_first, (void *)&sweep);
    if (swept)
        log_info("quarantine: %u unfinished files removed", swept);
    return 0;
}

void store_close(struct store *s)
{
    fd_close(&s->dir);
}

struct lister {
    void (*each)(void *ctx, const char *id);
    void *ctx;
};

static void list_file(void *ctx, int dir, const char *name)
{
    const struct lister *l = ctx;
    char id[KEEPER_ID_SIZE];
    (void)dir;
    if (id_of(name, ".json", id))
        l->each(l->ctx, id);
}

int store_each(struct store *s, void (*each)(void *ctx, const char *id), void *ctx, struct err *e)
{
    const struct lister lister = { each, ctx };
    const struct walk list = { list_file, (void *)&lister };
    if (s->dir < 0)
        return err_set(e, ERR_RETRY, "quarantine: not open");
    each_file(s->dir, walk_first, (void *)&list);
    return 0;
}
