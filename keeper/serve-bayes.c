/* serve-bayes.c - the keeper teaches the classifier; see serve-bayes.h */
#include "config.h"
#include "keeper/serve-bayes.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "base/log.h"
#include "base/os.h"

#define ITEM_MAX ((off_t)256 * 1024)
#define HOUR 3600

/* A damaged one is read as far as it goes each time it is tried, and others wait for this process: it gets
 * one part in ten of the time. */
#define DAMAGED_REST 9

static int open_store(struct keeper_bayes *b, struct err *e)
{
    uint64_t now = clock_ms();
    if (b->store)
        return 0;
    if (now < b->again) {
        *e = b->damage;
        return -1;
    }
    int done = bayes_store_open(&b->store, b->folder, &b->o, e);
    if (done != 0 && e->kind == ERR_INPUT) {
        b->damage = *e;
        b->again = clock_ms() + DAMAGED_REST * (clock_ms() - now);
    }
    return done;
}

void keeper_bayes_start(struct keeper_bayes *b)
{
    struct err e;
    if (b->folder == NULL)
        return;
    if (open_store(b, &e) != 0) {
        log_error("%s", e.text);
        return;
    }
    const struct bayes_block *block = bayes_store_block(b->store);
    log_info("classifier: %u spam and %u ham learned", block->learned.spam, block->learned.ham);
}

void keeper_bayes_tend(struct keeper_bayes *b)
{
    if (b->store)
        bayes_store_tend(b->store);
}

void keeper_bayes_end(struct keeper_bayes *b)
{
    bayes_store_close(&b->store);
}

static int read_item(int fd, struct arena *a, struct bayes_item *item, struct err *e)
{
    struct stat st;
    if (fstat(fd, &st) != 0 || st.st_size <= 0 || st.st_size > ITEM_MAX)
        return err_set(e, ERR_INPUT, "a lesson of a size that none has");
    char *text = arena_alloc(a, (size_t)st.st_size);
    if (pread(fd, text, (size_t)st.st_size, 0) != st.st_size ||
        !bayes_item_get(slice_of(text, (size_t)st.st_size), a, item))
        return err_set(e, ERR_INPUT, "a lesson that no worker makes");
    return 0;
}

static int carry_out(struct keeper_bayes *b, struct bayes_lesson *l, bool only_new, struct err *e)
{
    int done = only_new && bayes_store_knows(b->store, l->id) ? BAYES_KNOWN
               : bayes_is_learned(l->kind)                    ? bayes_store_learn(b->store, l, e)
                                                              : bayes_store_forget(b->store, l, e);
    return done >= 0 && bayes_store_sync(b->store, e) != 0 ? -1 : done;
}

static int learn(struct keeper_bayes *b, const struct keeper_request *q, int fd, struct arena *a,
                 struct keeper_bayes_answer *answer, struct err *e)
{
    static const char *const answers[] = {
        [BAYES_NOT_KNOWN] = "unknown", [BAYES_DONE] = "done", [BAYES_KNOWN] = "known"
    };
    struct bayes_item item;
    struct bayes_lesson l = { .kind = (enum bayes_kind)(q->most & 0xff), .who = q->text };
    l.weight = (float)(q->most >> 8 & 0xff) / 100;
    if (l.kind < BAYES_LEARN_SPAM || l.kind > BAYES_TAKE_BACK_HAM || l.weight <= 0 || l.weight > 1)
        return err_set(e, ERR_INPUT, "a lesson of no kind");
    if (read_item(fd, a, &item, e) != 0)
        return -1;
    memcpy(l.id, item.id, sizeof(l.id));
    l.features = item.features;
    int done = carry_out(b, &l, q->most >> 16 & KEEPER_LEARN_NEW, e);
    if (done >= 0)
        snprintf(answer->text, sizeof(answer->text), "%s", answers[done]);
    return done < 0 ? -1 : 0;
}

static int unlearn(struct keeper_bayes *b, const struct keeper_request *q, struct keeper_bayes_answer *answer,
                   struct err *e)
{
    unsigned n;
    int64_t since = q->most ? time(NULL) - (int64_t)q->most * HOUR : 0;
    if (bayes_store_undo(b->store, q->text, since, SLICE("undo"), &n, e) != 0 ||
        bayes_store_sync(b->store, e) != 0)
        return -1;
    snprintf(answer->text, sizeof(answer->text), "%u", n);
    return 0;
}

/* By this program's own account, or root: the same may read the files. */
static int show(struct keeper_bayes *b, struct keeper_bayes_answer *answer, struct err *e)
{
    if (b->reader == 0)
        return err_set(e, ERR_INPUT, "this keeper's classifier is nobody's to look at");
    if (keeper_place(b->folder, answer->text) != 0)
        return err_sys(e, "classifier: %s", b->folder);
    answer->fd = fcntl(b->reader, F_DUPFD_CLOEXEC, 0);
    return answer->fd >= 0 ? 0 : err_sys(e, "classifier: memory, for readers");
}

int keeper_bayes_answer(struct keeper_bayes *b, const struct keeper_request *q, int fd, struct arena *a,
                        struct keeper_bayes_answer *answer, struct err *e)
{
    answer->fd = -1;
    if (b->folder == NULL)
        return err_set(e, ERR_INPUT, "this keeper has no classifier");
    if (open_store(b, e) != 0)
        return -1;
    if (q->what == KEEPER_ASK_BLOCK)
        return show(b, answer, e);
    return q->what == KEEPER_ASK_LEARN ? learn(b, q, fd, a, answer, e) : unlearn(b, q, answer, e);
}
