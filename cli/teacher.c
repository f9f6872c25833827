/* teacher.c - where lessons go; see teacher.h */
#include "config.h"
#include "cli/teacher.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include "base/os.h"
#include "base/sandbox.h"
#include "cli/learned.h"
#include "keeper/client.h"

#define TIMEOUT_MS 30000
#define ITEM_MAX ((size_t)256 * 1024)
#define LOOK_MS 2000

struct teacher {
    char socket[PATH_MAX];
    struct bayes_store *store;        /* NULL: the keeper's */
    const struct bayes_block *mapped; /* then */
};

static bool keeper_there(const char *socket)
{
    struct err e;
    int fd = keeper_connect(socket, clock_ms() + LOOK_MS, &e);
    bool there = fd >= 0;
    fd_close(&fd);
    return there;
}

static int map_live(struct teacher *t, const struct config *c, struct err *e)
{
    int fd = learned_of_keeper(c, e);
    if (fd < 0)
        return -1;
    void *p = mmap(NULL, BAYES_BYTES, PROT_READ, MAP_SHARED, fd, 0);
    fd_close(&fd);
    if (p == MAP_FAILED)
        return err_sys(e, "classifier: memory");
    t->mapped = p;
    return 0;
}

void teacher_store_options(const struct config *c, struct bayes_store_options *o)
{
    struct err none;
    *o = (struct bayes_store_options){ .remember = c->bayes.remember, .unsaved = c->bayes.checkpoint };
    o->give_away = sandbox_is_root() && sandbox_account(c->service.user, &o->uid, &o->gid, &none) == 0;
}

static int open_store(struct teacher *t, const struct config *c, const char *folder, struct err *e)
{
    struct bayes_store_options o;
    teacher_store_options(c, &o);
    return bayes_store_open(&t->store, folder, &o, e);
}

struct teacher *teacher_new(const struct config *c, struct err *e)
{
    char folder[PATH_MAX];
    struct teacher *t = calloc(1, sizeof(*t));
    if (t == NULL)
        fatal("no memory for lessons");
    config_bayes_directory(c, folder);
    snprintf(t->socket, sizeof(t->socket), "%.3000s/" KEEPER_SOCKET, c->service.runtime_directory);
    int done = open_store(t, c, folder, e);
    if (done != 0 && e->kind == ERR_RETRY && keeper_there(t->socket))
        done = map_live(t, c, e);
    if (done != 0)
        teacher_free(&t);
    return t;
}

void teacher_free(struct teacher **t)
{
    if (*t == NULL)
        return;
    bayes_store_close(&(*t)->store);
    if ((*t)->mapped)
        munmap((void *)(*t)->mapped, BAYES_BYTES);
    free(*t);
    *t = NULL;
}

static int ask_keeper(struct teacher *t, const struct bayes_lesson *l, const struct bayes_item *item,
                      struct err *e)
{
    struct buf text;
    buf_init(&text, ITEM_MAX);
    bayes_item_write(&text, item);
    int fd = text.full ? -1 : memfd_create("tamis-lesson", MFD_CLOEXEC);
    int done = -1;
    if (fd >= 0 && write(fd, text.p, text.n) == (ssize_t)text.n)
        done = keeper_teach(t->socket, l->kind, (unsigned)lround(100 * (double)l->weight), l->who, fd,
                            TIMEOUT_MS, e);
    else
        err_set(e, ERR_RETRY, "no memory for a lesson");
    fd_close(&fd);
    buf_deinit(&text);
    return done;
}

int teacher_teach(struct teacher *t, struct bayes_lesson *l, const struct bayes_item *item, struct err *e)
{
    if (t->store == NULL)
        return ask_keeper(t, l, item, e);
    memcpy(l->id, item->id, sizeof(l->id));
    l->features = item->features;
    if (!bayes_is_learned(l->kind))
        return bayes_store_forget(t->store, l, e);
    return bayes_store_learn(t->store, l, e);
}

int teacher_give(struct teacher *t, enum bayes_kind kind, const struct bayes_item *item, struct slice who,
                 struct err *e)
{
    struct bayes_lesson l = { .kind = kind, .weight = 1, .who = who };
    return teacher_teach(t, &l, item, e);
}

int teacher_take_back(struct teacher *t, struct slice who, unsigned hours, unsigned *n, struct err *e)
{
    if (t->store == NULL)
        return keeper_unteach(t->socket, who, hours, TIMEOUT_MS, n, e);
    int64_t since = hours ? time(NULL) - (int64_t)hours * 3600 : 0;
    return bayes_store_undo(t->store, who, since, SLICE("undo"), n, e);
}

int teacher_sync(struct teacher *t, struct err *e)
{
    return t->store ? bayes_store_sync(t->store, e) : 0;
}

const struct bayes_block *teacher_block(const struct teacher *t)
{
    return t->store ? bayes_store_block(t->store) : t->mapped;
}
