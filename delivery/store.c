/* store.c - a message into a user's mailbox; see store.h */
#include "delivery/store.h"

#include <stdio.h>
#include <unistd.h>
#include "base/log.h"
#include "base/os.h"
#include "delivery/folder.h"
#include "delivery/maildir.h"

#define SWEEP_ONE_IN 32

struct storing {
    const struct store_job *j;
    struct filing filing;
    struct place place;
    struct arena *arena;
};

static int stored(struct answer *a, const struct storing *s, struct slice folder)
{
    answer_set(a, ANSWER_DONE, "stored in %.*s, verdict: %s", SLICE_ARG(folder.n ? folder : SLICE("INBOX")),
               s->filing.said);
    return 0;
}

/* The descriptor of the folder; *folder is emptied where the inbox takes it. */
static int open_folder(const struct storing *s, struct slice *folder, struct answer *a)
{
    int dir = tree_open(s->place.path, s->j->user->home, true, a);
    if (dir < 0 || folder->n == 0)
        return dir;
    int below = folder_open(dir, *folder, s->filing.create, a);
    if (below < 0 && a->kind == ANSWER_DONE) { /* there is none, and none is to be made */
        *folder = slice_of(NULL, 0);
        return dir;
    }
    fd_close(&dir);
    return below;
}

static int to_maildir(const struct storing *s, struct answer *a)
{
    struct maildir m;
    struct slice folder = s->filing.folder;
    int dir = open_folder(s, &folder, a);
    if (dir < 0 || maildir_open(&m, dir, a) != 0)
        return -1;
    int r = maildir_save(&m, s->filing.pieces, s->filing.n, s->j->host, a);
    if (s->j->rules->now % SWEEP_ONE_IN == 0)
        maildir_sweep(&m);
    maildir_close(&m);
    return r == 0 ? stored(a, s, folder) : -1;
}

typedef int store_fn(const struct storing *s, struct answer *a);

static store_fn *const ways[] = {
    [PLACE_MAILDIR] = to_maildir,
};

int store_message(const struct store_job *j, struct arena *a, struct answer *answer)
{
    struct storing s = { .j = j, .arena = a };
    struct err e = { 0 };
    const char *spec = j->user->mailbox ? j->user->mailbox : j->rules->o->mailbox;
    if (place_make(&s.place, spec, j->user, j->names, a, &e) != 0)
        return answer_err(answer, &e);
    filing_decide(&s.filing, j->mail, j->rules, a);
    return ways[s.place.kind](&s, answer);
}
